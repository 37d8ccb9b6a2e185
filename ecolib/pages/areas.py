"""Area pages: every site by year and who lost area or nature, and what became of which land."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ecolib.assess.case import Case
from ecolib.assess.result import Result
from ecolib.data.dictionary import unit_name
from ecolib.pages import drawing, ecology, tables
from ecolib.pages.pieces import Figure, Heading, Table, Text, difference, figure, told
from ecolib.pages.style import ACCENT, COLOURS, INK
from ecolib.pages.wording import numbered
from ecolib.texts import Amount, show, text, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LOSSES = ["decreased", "nature_changed"]
OPEN = ("nature_unknown", "not_reported")
LAND_COVER = "forest_grass_cover"


def blocks(result: Result, lang: str, case: Case) -> list[Any]:
    """Sites of the parts that have them, and land cover beside the cover of forest and grass."""
    with_sites = [part for part in result.owner_parts if len(part.detail.get("sites", ()))]
    found = [block for part in with_sites for block in _sites(part, lang)]
    return found + (ecology.land(result, lang, case) if result.indicator == LAND_COVER else [])


def _sites(part: Result, lang: str) -> list[Any]:
    head = Heading(numbered(part, lang), f"sites-{part.number}")
    checks = tables.site_checks(part)
    if checks.empty:
        return [head, _by_year(part, lang)]
    first = checks[checks["since"] == checks["since"].min()]
    return [head, *_said(checks, part, lang), _figure(first, part, lang), _by_year(part, lang)]


def _said(checks: pd.DataFrame, part: Result, lang: str) -> list[Text]:
    """Who lost since a year; the years since which nobody did, together."""
    lost, others = [], {}
    for since, found in checks.groupby("since"):
        losers = found[found[LOSSES].any(axis=1)].sort_values("change")
        if len(losers):
            who = tuple(_loss(row, part.unit, lang) for row in losers.itertuples())
            lost.append(text("site.lost", lang, since=since, year=part.year, sites=who))
        else:
            code = "site.open" if found["finding"].isin(OPEN).any() else "site.none_lost"
            others.setdefault(code, []).append(int(since))
    kept = [text(code, lang, since=years, year=part.year) for code, years in others.items()]
    return [Text(said) for said in (*lost, *kept)]


def _loss(row: Any, unit: str, lang: str) -> str:
    how = word("site_finding", row.finding, lang)
    if row.decreased:
        how = text("site.by", lang, how=how, by=Amount(-row.change, unit))
    return text("said.brackets", lang, name=row.site, said=how)


def _figure(checks: pd.DataFrame, part: Result, lang: str) -> Figure:
    """Area now and before of every site, with what the check found."""
    since, unit = int(checks["since"].iloc[0]), unit_name(part.unit, lang)
    span = {"since": since, "year": part.year}
    table = told(
        checks[["site", "type", "before", "after", "change", "finding"]], lang,
        text("site.checked", lang, indicator=numbered(part, lang), unit=unit, **span),
        heads={"type": text("site.nature", lang), "before": str(since), "after": str(part.year)},
        forms={"change": difference(lang), "finding": lambda f: word("site_finding", f, lang)},
    )  # fmt: skip
    lost = int(checks["decreased"].sum())
    title = text("site.title", lang, count=len(checks), lost=lost, **span)
    labels = tuple(f"{row.site} {site_label(row, lang)}" for row in checks.itertuples())
    return figure(sites(checks, unit=unit, lang=lang), title, table, lang, lines=labels)


def sites(
    checks: pd.DataFrame, ax: Axes | None = None, *, unit: str = "", lang: str = "zh"
) -> Axes:
    """A bar for the area of a site now, a tick where it was before (`tables.site_checks`)."""
    axis, rows = drawing.axes_of(ax, 0.9 + 0.36 * len(checks)), checks[::-1]
    colours = [COLOURS["not_met"] if lost else ACCENT for lost in rows["decreased"]]
    axis.barh(range(len(rows)), rows["after"].fillna(0), color=colours, height=0.5)
    tick = {"marker": "|", "markersize": 16, "markeredgewidth": 2, "color": INK}
    axis.plot(rows["before"], range(len(rows)), linestyle="", **tick)
    for place, row in enumerate(rows.itertuples()):
        end = max(area for area in (row.before, row.after, 0.0) if area == area)
        drawing.label(axis, site_label(row, lang), (end, place), (6, 0))
    drawing.named_rows(axis, list(rows["site"]), lang)
    axis.set_xlim(0, 1.4 * (rows[["before", "after"]].max().max() or 1.0))
    axis.locator_params(axis="x", nbins=5)
    since, year = int(rows["since"].iloc[0]), int(rows["year"].iloc[0])
    drawing.set_title(axis, text("drawn.sites", lang, year=year, since=since), unit, lang)
    return axis


def site_label(row: Any, lang: str) -> str:
    """The area of a site now, with its difference from the one before."""
    if row.after != row.after:
        return text("site.not_reported", lang)
    area = show(row.after, lang)
    if row.change != row.change:
        return text("site.new", lang, area=area)
    if row.change == 0:
        return text("site.kept", lang, area=area)
    return text("site.changed", lang, area=area, change=difference(lang)(row.change))


def _by_year(part: Result, lang: str) -> Table:
    """The area of every site by year, with the difference between the first and the last year."""
    frame = tables.sites(part)
    years = [column for column in frame if column != "site"]
    shown, heads = frame[["site", *years[:1], *years[1:][-4:]]], {}
    if len(years) > 1:
        shown = shown.assign(change=frame[years[-1]] - frame[years[0]])
        heads["change"] = text("site.since", lang, since=years[0])
    unit = unit_name(part.unit, lang)
    caption = text("site.by_year", lang, indicator=numbered(part, lang), unit=unit)
    return told(shown, lang, caption, heads=heads, forms={"change": difference(lang)})
