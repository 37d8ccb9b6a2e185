"""Values by year as a figure and as a table: what they rest on, their range, the target."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from ecolib.assess.result import Bound, Result
from ecolib.indicators.catalogue import find
from ecolib.report.words import pick
from ecolib.texts import word
from ecolib.views.output import (
    Html,
    Picture,
    Pieces,
    absent,
    folded,
    picture,
    pieces,
    section,
    table,
)
from ecolib.views.panel import draw_key, draw_panel
from ecolib.views.phrases import comma, figure, in_year, numbered, semicolon, spread

if TYPE_CHECKING:
    from ecolib.assess.case import Case


def history(result: Result, lang: str, *, case: Case) -> Pieces:
    """Values up to the year: a panel for each part that has any, and all of them in a table."""
    known = [part for part in result.owner_parts if len(_values(part).dropna())]
    return pieces(
        section(word("heading", "history", lang), "history"),
        compare([result], lang, case=case),
        _table(known, lang) if known else None,
    )


def compare(results: Iterable[Result], lang: str, *, case: Case) -> Pieces:
    """Histories of several indicators below each other, on their own scales."""
    parts = [part for result in results for part in result.owner_parts]
    known = [part for part in parts if len(_values(part).dropna())]
    empty = [part for part in parts if part not in known]
    return pieces(
        draw_history(known, lang, case=case) if known else None,
        _without(empty, lang) if empty else None,
    )


def draw_history(results: list[Result], lang: str, *, case: Case) -> Picture:
    """One panel below the other for results that have values."""
    from matplotlib import pyplot

    from ecolib.views.style import apply

    apply()
    figure, axes = pyplot.subplots(
        len(results), figsize=(8, 0.7 + 2.6 * len(results)), squeeze=False
    )
    bounds = [r.bound for r in results]
    base_year = case.params.county.base_year
    for axis, result, bound in zip(axes[:, 0], results, bounds, strict=True):
        draw_panel(axis, result, bound, lang, base_year=base_year)
    draw_key(figure, results, lang, with_target=any(b is not None for b in bounds))
    pairs = zip(results, bounds, strict=True)
    return picture(figure, " ".join(_in_words(r, b, lang) for r, b in pairs))


def _values(result: Result) -> pd.Series:
    if result.frame().empty:
        return pd.Series(dtype=float)
    return result.frame().set_index("year")["value"].astype(float)


def _in_words(result: Result, bound: Bound | None, lang: str) -> str:
    """What the panel shows, in numbers, for those who cannot see it."""
    values = _values(result).dropna()
    ends = values if len(values) <= 6 else values.iloc[[0, -2, -1]]
    listed = semicolon(lang).join(
        f"{in_year(year, lang)} {figure(value, result.unit, lang)}" for year, value in ends.items()
    )
    title = numbered(find(result.indicator), lang)
    first, last = values.index.min(), values.index.max()
    smallest, largest = (figure(v, result.unit, lang) for v in (values.min(), values.max()))
    zh = f"{title}，{first}—{last} 年共 {len(values)} 个数值，最小 {smallest}，最大 {largest}：{listed}。"
    en = (
        f"{title}: {len(values)} values from {first} to {last}, smallest {smallest}, largest "
        f"{largest}: {listed}."
    )
    return pick((zh, en), lang) + _bound_in_words(result, bound, lang)


def _bound_in_words(result: Result, bound: Bound | None, lang: str) -> str:
    if bound is None:
        return pick(("没有数值目标线。", " No target line."), lang)
    year, last = bound.known()[-1]
    limit = f"{bound.sign} {figure(last, result.unit, lang)}"
    return pick((f"{year} 年目标线 {limit}。", f" Target line in {year}: {limit}."), lang)


def _without(results: list[Result], lang: str) -> Html:
    names = comma(lang).join(numbered(find(r.indicator), lang) for r in results)
    year = results[0].year
    zh = f"{names}：截至 {year} 年没有任何数值，因此没有历年图。"
    en = f"{names}: there is no value up to {year}, so there is no figure of the years."
    return absent(pick((zh, en), lang))


def _table(results: list[Result], lang: str) -> Html:
    columns = {name: word("label", name, lang) for name in ("indicator", "year", "value", "basis")}
    columns["range"] = pick(("可能范围", "Range"), lang)
    rows = []
    for result in results:
        title = numbered(find(result.indicator), lang)
        for row in result.frame().itertuples():
            low, high = float(row.low), float(row.high)
            between = spread(low, high, result.unit, lang) or None
            value = float(row.value)
            known = value == value
            rows.append(
                {
                    "indicator": title,
                    "year": row.year,
                    "value": figure(value, result.unit, lang) if known else None,
                    "basis": word("basis", row.basis if known else "", lang),
                    "range": between if known else None,
                }
            )
    frame = pd.DataFrame(rows)
    if len(results) == 1:
        frame = frame.drop(columns="indicator")
    if frame["range"].isna().all():
        frame = frame.drop(columns="range")
    caption = pick(("历年数值及其依据", "Values by year and what they rest on"), lang)
    return folded(table(frame.rename(columns=columns), caption=caption), caption, len(frame))
