"""What a confidence interval adds to a verdict when the value is an estimate from a sample.

The verdict stays what the value says; the reason tells whether the whole interval says the same.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from ecolib.indicators.catalogue import Indicator
from ecolib.indicators.targets import Reading, Target, Verdict, amount, show
from ecolib.texts import Note, Words

Interval = tuple[float, float]


def straddles(target: Target, reading: Reading, interval: Interval) -> bool:
    """Whether the two ends of the interval would be judged differently."""
    return len({_judged_at(end, target, reading).status for end in interval}) > 1


def with_interval(
    verdict: Verdict, target: Target, reading: Reading, interval: Interval
) -> Verdict:
    """The verdict, met or not met, with a sentence on its interval; any other as it is."""
    if verdict.status not in ("met", "not_met"):
        return verdict
    zh, en = (_between(interval, reading.unit, lang) for lang in ("zh", "en"))
    if straddles(target, reading, interval):
        zh += "，跨越目标：仅凭这次抽样不能排除相反的结论"
        en += " and straddles the target: the sample alone cannot rule out the opposite"
    else:
        met = verdict.status == "met"
        zh += "，整个区间都达到目标" if met else "，整个区间都达不到目标"
        en += " and all of it meets the target" if met else " and none of it meets the target"
    return Verdict(verdict.status, f"{verdict.reason_zh}；{zh}", f"{verdict.reason_en}; {en}")


def remarks(entry: Indicator, reading: Reading, interval: Interval | None) -> tuple[Note, ...]:
    """A warning when the target lies inside the interval."""
    if interval is None or not straddles(entry.target, reading, interval):
        return ()
    zh, en = (_between(interval, reading.unit, lang) for lang in ("zh", "en"))
    note = Note(
        "interval_straddles",
        severity="warning",
        about=entry.id,
        shown="",
        year=reading.year,
        between=Words(zh, en),
    )
    return (note,)


def _judged_at(value: float, target: Target, reading: Reading) -> Verdict:
    series = pd.concat([reading.series.drop(reading.year), pd.Series({reading.year: value})])
    return target.judge(replace(reading, series=series))


def _between(interval: Interval, unit: str, lang: str) -> str:
    low, high = show(interval[0]), amount(interval[1], unit, lang)
    if lang == "zh":
        return f"95 % 置信区间为 {low} 至 {high}"
    return f"the 95 % confidence interval runs from {low} to {high}"
