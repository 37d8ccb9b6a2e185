"""EI (HJ 192-2015): its sub-indices by year, which moved it, events, and change of land cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ecolib.assess.result import Result
from ecolib.indicators.catalogue import known_items
from ecolib.report import pick
from ecolib.standards.ecology import ei_change, ei_from_sub_indices
from ecolib.texts import show, word, words
from ecolib.views.drivers import Panel, draw_stacks, yearly_inputs
from ecolib.views.findings import findings
from ecolib.views.output import (
    ACCENT,
    INK,
    MUTED,
    TARGET,
    Html,
    Picture,
    Pieces,
    absent,
    element,
    picture,
    pieces,
    section,
    subplots,
    table,
)
from ecolib.views.phrases import (
    colon,
    comma,
    detail_of,
    method,
    remarks,
    semicolon,
    signed,
    stop,
    subheading,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ecolib.assess.case import Case


def ecology(result: Result, lang: str, *, case: Case) -> Pieces:
    """Land cover, restriction events, remarks and method; without raw data a plain sentence."""
    computed = detail_of(result, "ei_computed")
    if computed.empty:
        return findings(result, lang)
    return pieces(
        section(word("heading", "findings", lang), "findings"),
        _years(computed, lang),
        _events(detail_of(result, "ei_events"), result.year, lang),
        land(result, lang, case=case),
        *remarks(result, lang),
        *method(result, ("ei_method",), lang),
    )


def _years(computed: pd.DataFrame, lang: str) -> Html:
    """Which years rest on raw data; the others rest on sub-indices as handed in."""
    known = computed.loc[computed["ei"].notna(), "year"]
    years = comma(lang).join(map(str, known))
    text = (
        f"由土地覆盖等原始数据算得分指数的年份：{years}；其余年份采用填报的分指数。",
        f"Sub-indices computed from land cover and other raw data: {years}; in the other years "
        "they are used as handed in.",
    )
    return element("p", pick(text, lang))


def _events(events: pd.DataFrame, year: int, lang: str) -> Html:
    own = events[events["year"] <= year] if len(events) else events
    if own.empty:
        text = (
            "没有填报环境限制事件，级别不因事件降低。",
            "No restriction event was handed in, so no grade is lowered.",
        )
        return element("p", pick(text, lang))
    frame = pd.DataFrame(
        {
            word("label", "year", lang): own["year"],
            pick(("级别", "Level"), lang): [word("ei_event", e, lang) for e in own["event"]],
            pick(("事件", "Event"), lang): own["statement"],
        }
    )
    caption = pick(
        ("环境限制事件（降低当年级别）", "Restriction events (they lower the grade of the year)"),
        lang,
    )
    return table(frame, caption=caption)


PREFIX = "ei_"


def sub_indices(result: Result, lang: str, *, case: Case) -> Pieces:
    """The points each sub-index adds to EI by year, the grades, and how both changed."""
    title = section(pick(("各分指数的贡献", "What each sub-index adds"), lang), "sub-indices")
    given = yearly_inputs(result, case)
    values = pd.DataFrame({name.removeprefix(PREFIX): series for name, series in given.items()})
    events = result.detail.get("ei_events")
    day = f"{result.year}-12-31"
    status = ei_from_sub_indices(values, on=day, events=events) if given else None
    if status is None or status.points.dropna().empty:
        text = (
            "没有交来齐全的六个分指数，因此说不出每个分指数贡献了多少。",
            "The six sub-indices were not all handed in, so it cannot be told what each one adds.",
        )
        return pieces(title, absent(pick(text, lang)))
    points = status.points.dropna()
    names = {name: getattr(known_items()[PREFIX + name], lang) for name in points}
    bands = {names[name]: points[name] for name in points if points[name].ne(0).any()}
    ei = pick(("EI 的构成", "What EI is made of"), lang)
    figure = draw_stacks([Panel(ei, pick(("分", "points"), lang), bands)], lang)
    years = [y for y in (case.params.county.base_year, result.year - 1) if y in points.index]
    return pieces(
        title,
        figure,
        _grades(status.table.dropna(subset="ei"), points, result.year, lang),
        _moved_picture(points, years, result.year, names, lang),
        _moved(points, years, result.year, names, lang),
    )


def _grades(known: pd.DataFrame, points: pd.DataFrame, year: int, lang: str) -> Html:
    """EI and grade of every year, and what the change on the year before is called."""
    rows = []
    for at, row in known.iterrows():
        change = (
            ei_change(points, at - 1, at, on=f"{year}-12-31") if at - 1 in known.index else None
        )
        rows.append(
            {
                word("label", "year", lang): at,
                "EI": f"{row['ei']:.2f}",
                pick(("级别", "Grade"), lang): word("ei_grade", str(row["grade"]), lang),
                pick(("比上年（分）", "On the year before (points)"), lang): (
                    "—" if change is None else _points(change.change)
                ),
                pick(("变化程度", "Size of the change"), lang): (
                    "—" if change is None else word(change.kind, str(change.grade), lang)
                ),
            }
        )
    frame = pd.DataFrame(rows[::-1])
    caption = pick(("历年 EI、级别和变化程度", "EI, grade and size of the change by year"), lang)
    return table(frame, caption=caption, numbers=("EI", tuple(frame)[3]))


def _moved_picture(
    points: pd.DataFrame, years: list[int], year: int, names: dict[str, str], lang: str
) -> Picture | None:
    """How many points each sub-index moved EI by: a panel for each year compared with."""
    years = [y for y in dict.fromkeys(years) if y != year]
    if not years or year not in points.index:
        return None
    figure, axes = subplots(
        1, len(years), figsize=(8, 2.7), sharex=True, sharey=True, squeeze=False
    )
    said = []
    for axis, before in zip(axes[0], years, strict=True):
        change = ei_change(points, before, year, on=f"{year}-12-31")
        moved = change.contributions.rename(names)[::-1]
        _draw_moved(axis, moved)
        title = pick((f"比 {before} 年：EI {_points(change.change)} 分",
                      f"since {before}: EI {_points(change.change)} points"), lang)  # fmt: skip
        axis.set_title(title, loc="left", fontsize=10)
        each = comma(lang).join(f"{name} {_points(value)}" for name, value in moved[::-1].items())
        said.append(f"{title}{colon(lang)}{each}")
    return picture(figure, semicolon(lang).join(said) + stop(lang))


def _draw_moved(axis: Axes, moved: pd.Series) -> None:
    """Bars to the right raised EI, bars to the left lowered it."""
    axis.barh(moved.index, moved, height=0.55, color=[ACCENT if v >= 0 else TARGET for v in moved])
    for name, value in moved.items():
        side = -1 if value < 0 else 1
        axis.annotate(
            _points(value), (value, name), xytext=(4 * side, 0),
            textcoords="offset points", va="center", ha="left" if side > 0 else "right",
            fontsize=8.5, color=INK,
        )  # fmt: skip
    axis.axvline(0, color=INK, linewidth=0.8)
    axis.margins(x=0.3)
    axis.locator_params(axis="x", nbins=5)
    axis.grid(visible=False, axis="y")


def _moved(
    points: pd.DataFrame, years: list[int], year: int, names: dict[str, str], lang: str
) -> Html | None:
    """Points of change by sub-index since each of the years; the last row is their sum."""
    years = [y for y in dict.fromkeys(years) if y != year]
    if not years or year not in points.index:
        return None
    columns = {pick(("分指数", "Sub-index"), lang): [*names.values(), "EI"]}
    for before in years:
        change = ei_change(points, before, year, on=f"{year}-12-31")
        moved = [*(change.contributions[name] for name in names), change.change]
        heading = pick((f"比 {before} 年（分）", f"since {before} (points)"), lang)
        columns[heading] = [signed(v) for v in moved]
    caption = pick(("是哪个分指数让 EI 变了", "Which sub-index moved EI"), lang)
    return table(pd.DataFrame(columns), caption=caption, numbers=tuple(columns)[1:])


def _points(value: float) -> str:
    """With its sign and two decimals; what rounds to nothing is +0.00, never -0.00."""
    return f"{round(value, 2) + 0.0:+.2f}"


def land(result: Result, lang: str, *, case: Case) -> Pieces:
    """The last survey up to the year against the base year's, or the earliest one there is."""
    derived = case.derived_from("ei_biological_richness")
    changes = pd.DataFrame() if derived is None else derived.detail["land_changes"]
    changes = changes[changes["year"] <= result.year] if len(changes) else changes
    if changes.empty:
        return Pieces(())
    change = changes[changes["year"] == changes["year"].max()]
    before, after = (int(change[year].iloc[0]) for year in ("since", "year"))
    names = {kind: word("land", kind, lang) for kind in words("land")}
    change = change.set_index("type")
    change = change.reindex([kind for kind in names if kind in change.index]).rename(names)
    overlaid = derived.detail["land_transitions"]
    overlaid = overlaid[(overlaid["since"] == before) & (overlaid["year"] == after)]
    return pieces(
        subheading("土地覆盖变化", "Change of land cover", "land-cover", lang),
        _land_picture(change, before, after, lang),
        _land_changes(change, before, after, lang),
        None if overlaid.empty else _land_matrix(overlaid, names, before, after, lang),
    )


def _land_changes(change: pd.DataFrame, before: int, after: int, lang: str) -> Html:
    percent = pick(("变化率（%）", "Change (%)"), lang)
    frame = pd.DataFrame(
        {
            pick(("地类", "Type"), lang): change.index,
            f"{before}": [f"{v:,.2f}" for v in change["before"]],
            f"{after}": [f"{v:,.2f}" for v in change["after"]],
            pick(("变化", "Change"), lang): [f"{v + 0.0:+,.2f}" for v in change["change"].round(2)],
            percent: [f"{v + 0.0:+.2f}" for v in change["change_pct"].round(2)],
            pick((f"{after} 年占比（%）", f"Share in {after} (%)"), lang): [
                f"{100 * v:.1f}" for v in change["share"]
            ],
        }
    )
    caption = pick(
        (
            f"{before} 年与 {after} 年地类面积（km²）",
            f"Area by land type in {before} and {after} (km²)",
        ),
        lang,
    )
    return table(frame, caption=caption, numbers=tuple(frame)[1:])


def _land_matrix(
    overlaid: pd.DataFrame, names: dict[str, str], before: int, after: int, lang: str
) -> Html:
    """Rows before, columns after; what stayed stands on the diagonal."""
    matrix = overlaid.pivot(index="type_before", columns="type_after", values="area_km2")
    order = [kind for kind in names if kind in matrix.index or kind in matrix.columns]
    matrix = matrix.reindex(index=order, columns=order).fillna(0.0)
    total = pick(("合计", "Total"), lang)
    full = matrix.assign(**{total: matrix.sum(axis=1)})
    full.loc[total] = full.sum()
    corner = pick((f"{before} 年 ↓  {after} 年 →", f"{before} ↓  {after} →"), lang)
    columns = {corner: [names.get(kind, kind) for kind in full.index]}
    for kind in full:
        columns[names.get(kind, kind)] = [f"{v:,.2f}" if v else "—" for v in full[kind]]
    caption = pick(
        (
            f"{before}—{after} 年土地覆盖转移矩阵（km²）：每行是 {before} 年的地类变成了什么",
            f"Change matrix {before} to {after} (km²): each row tells what a type of {before} "
            "became",
        ),
        lang,
    )
    return table(pd.DataFrame(columns), caption=caption, numbers=tuple(columns)[1:])


def _land_picture(change: pd.DataFrame, before: int, after: int, lang: str) -> Picture:
    """Gains to the right, losses to the left."""
    change = change.assign(change=change["change"].round(2) + 0.0)
    ordered = change.sort_values("change")
    figure, axis = subplots(figsize=(8, 0.8 + 0.38 * len(ordered)))
    gains = ordered["change"].fillna(0)
    axis.barh(ordered.index, gains, color=[ACCENT if v >= 0 else MUTED for v in gains], height=0.55)
    for name, value in ordered["change"].items():
        side = 1 if not value < 0 else -1
        axis.annotate(
            "—" if value != value else f"{value:+.2f}", (0 if value != value else value, name),
            xytext=(5 * side, 0), textcoords="offset points", va="center",
            ha="left" if side > 0 else "right", fontsize=9, color=INK,
        )  # fmt: skip
    axis.axvline(0, color=INK, linewidth=0.8)
    axis.margins(x=0.18)
    axis.grid(visible=False, axis="y")
    title = pick((f"各地类面积变化，{before}—{after} 年（km²）",
                  f"Change of area by land type, {before} to {after} (km²)"), lang)  # fmt: skip
    axis.set_title(title, loc="left", fontsize=10.5, color=INK)
    each = semicolon(lang).join(
        f"{name} {show(row['before'])} → {show(row['after'])} ({row['change']:+.2f})"
        for name, row in change.iterrows()
    )
    return picture(figure, f"{title}{colon(lang)}{each}")
