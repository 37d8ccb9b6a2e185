"""Area pages: every site by year and who lost area or nature, and what became of which land."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ecolib.assess.result import Result
from ecolib.data.dictionary import unit_name
from ecolib.report import pick
from ecolib.texts import amount, show, word
from ecolib.views.ecology import land
from ecolib.views.findings import findings, sites
from ecolib.views.output import (
    ACCENT,
    INK,
    MUTED,
    TARGET,
    Html,
    Picture,
    Pieces,
    element,
    picture,
    pieces,
    section,
    subplots,
    table,
)
from ecolib.views.phrases import bracketed, comma, numbered, semicolon, signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ecolib.assess.case import Case


LOSSES = ("decreased", "nature_changed", "function_lowered")
OPEN = ("nature_unknown", "not_reported")
LAND_COVER = "forest_grass_cover"


def areas(result: Result, lang: str, *, case: Case) -> Pieces:
    """Sites of the parts that have them, and land cover beside the cover of forest and grass."""
    with_sites = [part for part in result.owner_parts if len(part.detail.get("sites", ()))]
    cover = land(result, lang, case=case) if result.indicator == LAND_COVER else Pieces(())
    if not with_sites and not cover.pieces:
        return findings(result, lang)
    shown = [piece for part in with_sites for piece in _sites(part, lang)]
    return pieces(section(word("heading", "findings", lang), "findings"), *shown, cover)


def _sites(part: Result, lang: str) -> list:
    title = element("h3", numbered(part.entry, lang), id=f"sites-{part.number}")
    by_year = sites(part.detail["sites"], part, lang)
    checks = part.detail["site_checks"]
    checks = checks[checks["year"] == part.year]
    if checks.empty:
        return [title, by_year]
    first = int(checks["since"].min())
    found = checks[checks["since"] == first].set_index("site")
    said = [
        _said(own.set_index("site"), since, part, lang) for since, own in checks.groupby("since")
    ]
    return [
        title,
        *said,
        _picture(found, first, part, lang),
        _checked(found, first, part, lang),
        by_year,
    ]


def _said(found: pd.DataFrame, since: int, part: Result, lang: str) -> Html:
    """Who lost since a year, in one sentence."""
    between = (f"{since} 年至 {part.year} 年", f"from {since} to {part.year}")
    losers = found[found[list(LOSSES)].any(axis=1)].sort_values("change")
    if len(losers):
        who = comma(lang).join(_loss(row, part.unit, lang) for row in losers.itertuples())
        text = (f"{between[0]}有损失的：{who}。", f"Lost {between[1]}: {who}.")
    elif found["finding"].isin(OPEN).any():
        text = (
            f"{between[0]}没有发现减少或性质改变，但有的地方无法核对，见下表。",
            f"No decrease or change of nature was found {between[1]}, but not every site could be "
            "checked; see the table.",
        )
    else:
        text = (
            f"{between[0]}没有一处面积减少，也没有一处性质改变。",
            f"No site decreased or changed its nature {between[1]}.",
        )
    return element("p", pick(text, lang))


def _loss(row, unit: str, lang: str) -> str:
    how = word("site_finding", row.finding, lang)
    by = f" {amount(row.change, unit, lang)}" if row.decreased else ""
    return f"{row.Index}{bracketed(how + by, lang)}"


def _checked(found: pd.DataFrame, first: int, part: Result, lang: str) -> Html:
    """Before, after and finding of every site."""
    unit = unit_name(part.unit, lang)
    frame = pd.DataFrame(
        {
            word("label", "site", lang): found.index,
            pick(("性质", "Nature"), lang): found["type"].fillna("—").to_numpy(),
            f"{first}": [show(v) for v in found["before"]],
            f"{part.year}": [show(v) for v in found["after"]],
            pick(("变化", "Change"), lang): [signed(v) for v in found["change"]],
            pick(("核对结果", "Finding"), lang): [
                word("site_finding", finding, lang) for finding in found["finding"]
            ],
        }
    )
    caption = pick(
        (
            f"面积与性质逐处核对，{first} 年对 {part.year} 年（{unit}）",
            f"Area and nature checked site by site, {first} against {part.year} ({unit})",
        ),
        lang,
    )
    return table(frame, caption=caption, numbers=tuple(frame)[2:5])


def _picture(found: pd.DataFrame, first: int, part: Result, lang: str) -> Picture:
    """A bar for the area now, a tick where it was in the first year."""
    figure, axis = subplots(figsize=(8, 0.9 + 0.42 * len(found)))
    _draw(axis, found[::-1], first, part, lang)
    return picture(figure, _in_words(found, first, part, lang))


def _draw(axis: Axes, found: pd.DataFrame, first: int, part: Result, lang: str) -> None:
    places = range(len(found))
    colours = [TARGET if lost else ACCENT for lost in found["decreased"]]
    axis.barh(places, found["after"].fillna(0), color=colours, height=0.5, alpha=0.85)
    axis.plot(
        found["before"], places, linestyle="", marker="|", markersize=17, markeredgewidth=2,
        color=INK, label=pick((f"{first} 年", str(first)), lang),
    )  # fmt: skip
    edge = found[["before", "after"]].max().max()
    for place, row in zip(places, found.itertuples(), strict=True):
        end = max(v for v in (row.before, row.after, 0.0) if v == v)
        axis.annotate(
            _label(row, lang), (end, place), xytext=(6, 0), textcoords="offset points",
            va="center", fontsize=9, color=INK,
        )  # fmt: skip
    axis.set_yticks(list(places), list(found.index))
    axis.set_xlim(0, edge * 1.3)
    axis.grid(visible=False, axis="y")
    unit = unit_name(part.unit, lang)
    title = pick((f"{part.year} 年各处面积（{unit}），竖线为 {first} 年",
                  f"Area of each site in {part.year} ({unit}); the tick is {first}"), lang)  # fmt: skip
    axis.set_title(title, loc="left", fontsize=10.5, color=INK)
    axis.xaxis.set_major_formatter("{x:,.0f}")
    axis.tick_params(axis="x", colors=MUTED)


def _label(row, lang: str) -> str:
    if row.after != row.after:
        return pick(("没有填报", "not reported"), lang)
    if row.change != row.change:
        return f"{show(row.after)} " + pick(("（新增）", "(new)"), lang)
    if row.change == 0:
        return f"{show(row.after)} " + pick(("（不变）", "(unchanged)"), lang)
    return f"{show(row.after)} ({signed(row.change)})"


def _in_words(found: pd.DataFrame, first: int, part: Result, lang: str) -> str:
    each = semicolon(lang).join(f"{row.Index} {_label(row, lang)}" for row in found.itertuples())
    unit = unit_name(part.unit, lang)
    zh = f"{part.year} 年各处面积与 {first} 年相比（{unit}）：{each}。"
    en = f"Area of each site in {part.year} against {first} ({unit}): {each}."
    return pick((zh, en), lang)
