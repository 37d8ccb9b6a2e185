"""From the inputs of an indicator to its `Result`: value, basis, verdict, change, trend."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from ecolib.assess import evidence, lineage, sampling
from ecolib.assess.bounds import bound_of
from ecolib.assess.history import History, documents_of, history_of, states_of
from ecolib.assess.result import Change, Result, Trend
from ecolib.checks.contradictions import contradictions
from ecolib.indicators.catalogue import Indicator, known_items, parts_of
from ecolib.indicators.targets import Reading, Verdict, amount, worst
from ecolib.texts import joined

if TYPE_CHECKING:
    from ecolib.assess.case import Case
    from ecolib.data.params import Assignment


@dataclass(frozen=True)
class Judged:
    """A verdict and the basis of the value it rests on."""

    verdict: Verdict
    basis: str


def assess(entry: Indicator, case: Case) -> Result:
    """One indicator of a case, with its parts when it is a group."""
    blank = Result(
        indicator=entry.id,
        number=entry.number,
        county=case.county,
        year=case.year,
        unit=entry.unit,
        verdict=Verdict("not_evaluable", "", ""),
        target_zh=_target_text(entry, case, "zh"),
        target_en=_target_text(entry, case, "en"),
    )
    if entry.is_group:
        return _group(entry, case, blank)
    history = history_of(entry, case)
    reading = reading_of(entry, case, history)
    interval = history.interval(case.year)
    judged = _judged(entry, case, history, reading)
    shown = history.table[history.table.index > case.year - case.settings.history]
    return replace(
        blank,
        value=reading.value,
        basis=judged.basis,
        coverage=history.at(case.year, "coverage"),
        verdict=judged.verdict,
        series=shown[["value", "basis", "low", "high"]].reset_index(),
        change=_changes(entry, reading),
        trend=_trend(entry, case, shown["value"]),
        **_outlook(entry, case, shown["value"]),
        detail={**history.detail, **_evidence_detail(entry, reading)},
        interval=interval,
        issues=(
            *lineage.issues_of(entry, case, history.at(case.year, "computed")),
            *sampling.remarks(entry, reading, interval),
        ),
        provenance=lineage.provenance(entry, case),
    )


def reading_of(entry: Indicator, case: Case, history: History) -> Reading:
    """What the target of an indicator may look at."""
    return Reading(
        year=case.year,
        series=history.table["value"],
        unit=entry.unit,
        better=entry.better,
        county=case.params.county,
        low=history.at(case.year, "low"),
        high=history.at(case.year, "high"),
        coverage=history.at(case.year, "coverage"),
        assignment=case.params.assignment(entry.id, case.year),
        documents=states_of(entry, case),
        nature_changes=history.detail.get("nature_changes", pd.DataFrame()),
    )


def judge(entry: Indicator, case: Case) -> Judged:
    """Verdict and basis alone: what `assess` says, without the series and rows behind it."""
    if entry.is_group:
        return _together(entry, case, {p.number: judge(p, case) for p in parts_of(entry)})
    history = history_of(entry, case)
    return _judged(entry, case, history, reading_of(entry, case, history))


def _judged(entry: Indicator, case: Case, history: History, reading: Reading) -> Judged:
    excused = _not_applicable(entry, case)
    verdict = excused or _verdict(entry, case, history, reading)
    interval = history.interval(case.year)
    if interval is not None:
        verdict = sampling.with_interval(verdict, entry.target, reading, interval)
    basis = history.basis(case.year) or _statement_basis(entry, case, reading)
    return Judged(verdict, "" if excused else basis)


def _group(entry: Indicator, case: Case, blank: Result) -> Result:
    parts = tuple(assess(part, case) for part in parts_of(entry))
    judged = _together(entry, case, {p.number: Judged(p.verdict, p.basis) for p in parts})
    return replace(blank, parts=parts, verdict=judged.verdict, basis=judged.basis)


def _together(entry: Indicator, case: Case, parts: dict[str, Judged]) -> Judged:
    """The verdict that decides for a group, with the reasons of all parts that decide alike."""
    deciding = worst([p.verdict for p in parts.values()])
    excused = _not_applicable(entry, case)
    if excused or deciding is None:
        return Judged(excused or next(iter(parts.values())).verdict, "")
    alike = {n: p.verdict for n, p in parts.items() if p.verdict.status == deciding.status}
    verdict = Verdict(
        deciding.status,
        "；".join(f"{number} {v.reason_zh}" for number, v in alike.items()),
        "; ".join(f"{number}: {v.reason_en}" for number, v in alike.items()),
    )
    return Judged(verdict, _weakest_basis(parts.values()))


def _weakest_basis(parts: Iterable[Judged]) -> str:
    order = ("declared", "reported", "computed")
    bases = [p.basis for p in parts if p.verdict.status != "not_applicable" and p.basis]
    return min(bases, key=order.index) if bases else ""


def _not_applicable(entry: Indicator, case: Case) -> Verdict | None:
    stated = case.params.not_applicable.get(entry.id)
    if stated is not None:
        return Verdict("not_applicable", stated.zh, stated.en)
    if entry.void_when is None:
        return None
    item = known_items()[entry.void_when]
    if case.series(entry.void_when)["value"].get(case.year) != 0:
        return None
    return Verdict(
        "not_applicable",
        f"{case.year} 年“{item.zh}”为 0，没有可评的对象",
        f"'{item.en}' is 0 in {case.year}, so there is nothing to judge",
    )


def _verdict(entry: Indicator, case: Case, history: History, reading: Reading) -> Verdict:
    found = contradictions(case.context.of(entry))
    if found:
        return Verdict("conflict", joined(found, "zh"), joined(found, "en"))
    judged = entry.target.judge(reading)
    if math.isnan(reading.value) and judged.status == "not_evaluable":
        return _without_value(entry, case, history, reading)
    if judged.status == "met" and history.basis(case.year) == "declared":
        return Verdict(
            "declared",
            f"{judged.reason_zh}；但填报的数没有年份，只能算申报",
            f"{judged.reason_en}; but the figure bears no year, so it is merely declared",
        )
    return judged


def _without_value(entry: Indicator, case: Case, history: History, reading: Reading) -> Verdict:
    statements = _statements(entry, case)
    if len(statements):
        said = "；".join(statements["statement"])
        return Verdict(
            "declared",
            f"没有可核算的数，只有陈述：{said}",
            f"no figure to compute from, only a statement: {said}",
        )
    missing = lineage.missing_inputs(entry, case)
    known = reading.series.dropna()
    later = case.series(entry.id)["value"]
    known = pd.concat([known, later[later.index > case.year]])
    zh = f"{case.year} 年没有数值，需要：" + "、".join(m.zh for m in missing)
    en = f"no value for {case.year}; needed: " + ", ".join(m.en for m in missing)
    gaps = history.gaps[history.gaps["year"] == case.year]
    if len(gaps):
        zh = f"{case.year} 年没有数值：" + "；".join(gaps["zh"])
        en = f"no value for {case.year}: " + "; ".join(gaps["en"])
    if len(known):
        years_zh = "、".join(f"{y} 年 {amount(v, entry.unit, 'zh')}" for y, v in known.items())
        years_en = ", ".join(f"{amount(v, entry.unit, 'en')} in {y}" for y, v in known.items())
        zh += f"。只有其他年份的数：{years_zh}"
        en += f". Other years only: {years_en}"
    if reading.assignment is not None:
        zh += f"。{case.year} 年目标：{_target_text(entry, case, 'zh')}"
        en += f". Target for {case.year}: {_target_text(entry, case, 'en')}"
    return Verdict("not_evaluable", zh, en)


def _statements(entry: Indicator, case: Case) -> pd.DataFrame:
    """Rows of the documents table that speak of the indicator as a whole, for this year."""
    rows = documents_of(entry, case)
    rows = rows[rows["requirement"].isna()]
    year = rows["year"].astype(float).fillna(rows["submitted"].astype(float))
    return rows[year == case.year]


def _statement_basis(entry: Indicator, case: Case, reading: Reading) -> str:
    stated = len(_statements(entry, case)) > 0
    states = reading.documents.loc[case.year] if len(reading.documents.columns) else []
    return "declared" if stated or any(s != "absent" for s in states) else ""


def _target_text(entry: Indicator, case: Case, lang: str) -> str:
    """The target in words, with the value handed down for this year and its document."""
    given = case.params.assignment(entry.id, case.year)
    words = "" if given is None else _handed_down(given, entry.unit, lang)
    return entry.target.text(lang, case.params.county, entry.unit, words)


def _handed_down(given: Assignment, unit: str, lang: str) -> str:
    sign = "≥" if given.sense == "at_least" else "≤"
    what = {"level": ("", ""), "decline": ("年度下降率 ", "yearly decline ")}[given.measure]
    unit = "%" if given.measure == "decline" else unit
    where = f"（{given.document}）" if lang == "zh" else f" ({given.document})"
    return f"{what[lang == 'en']}{sign} {amount(given.value, unit, lang)}{where}"


def _changes(entry: Indicator, reading: Reading) -> dict[str, Change]:
    if math.isnan(reading.value):
        return {}
    found = {}
    sign = 1 if entry.better == "up" else -1
    for name, year in (
        ("last_year", reading.year - 1),
        ("base_year", reading.county.base_year),
    ):
        before = float(reading.series.get(year, math.nan))
        if math.isnan(before) or year >= reading.year:
            continue
        difference = reading.value - before
        stable = math.isclose(reading.value, before, rel_tol=1e-12, abs_tol=1e-12)
        improved = sign * difference > 0
        direction = "stable" if stable else "improving" if improved else "worsening"
        found[name] = Change(year, before, difference, direction)
    return found


def _trend(entry: Indicator, case: Case, series: pd.Series) -> Trend | None:
    from ecolib.trends import mann_kendall

    if series.isna().all():
        return None
    found = mann_kendall(
        series.index.to_numpy(dtype=float),
        series.to_numpy(dtype=float),
        alpha=case.settings.alpha,
        better=entry.better,
    )
    return Trend(
        status=found.status,
        n=found.n,
        p=found.p,
        slope=found.slope,
        slope_low=found.slope_low,
        slope_high=found.slope_high,
        method=found.method,
        explain_zh=found.explain("zh"),
        explain_en=found.explain("en"),
    )


def _outlook(entry: Indicator, case: Case, series: pd.Series) -> dict[str, str]:
    """When the line of the trend meets the target, where both are numbers and can be extended."""
    from ecolib.trends import outlook

    by_year = case.params.county.goal_year
    bound = bound_of(entry, case.params, series)
    if by_year is None or by_year <= case.year or bound is None or series.notna().sum() == 0:
        return {}
    limit = float(bound.by_year.get(case.year, math.nan))
    better = "up" if bound.sign == "≥" else "down"
    if math.isnan(limit) or better != entry.better or entry.unit == "requirements":
        return {}
    found = outlook(
        series.index.to_numpy(dtype=float),
        series.to_numpy(dtype=float),
        limit,
        by_year=by_year,
        better=better,
        level=case.settings.level,
    )
    sign = 1 if better == "up" else -1
    met = sign * (float(series.get(case.year, math.nan)) - limit) >= 0
    # A line that contradicts the year's own value says nothing a reader could use.
    if found.status == "undetermined" or met != (found.status == "reached"):
        return {}
    return {"outlook_zh": found.explain("zh"), "outlook_en": found.explain("en")}


def _evidence_detail(entry: Indicator, reading: Reading) -> dict[str, pd.DataFrame]:
    wanted = evidence.requirements_of(entry.target)
    if not wanted:
        return {}
    rows = [
        (key, zh, en, reading.documents.at[reading.year, key]) for key, (zh, en) in wanted.items()
    ]
    return {"requirements": pd.DataFrame(rows, columns=["requirement", "zh", "en", "state"])}
