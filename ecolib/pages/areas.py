"""Area pages: every site by year and who lost area or nature, and what became of which land."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ecolib.assess.case import Case
from ecolib.assess.result import Result
from ecolib.data.dictionary import unit_name
from ecolib.pages import ecology, plots, tables
from ecolib.pages.style import svg
from ecolib.pages.wording import Figure, Heading, Text, difference, numbered, told
from ecolib.texts import Amount, text, word

LOSSES = ["decreased", "nature_changed"]
OPEN = ("nature_unknown", "not_reported")
LAND_COVER = "forest_grass_cover"


def blocks(result: Result, lang: str, case: Case) -> list[Any]:
    """Sites of the parts that have them, and land cover beside the cover of forest and grass."""
    with_sites = [part for part in result.owner_parts if len(part.detail.get("sites", ()))]
    found = [block for part in with_sites for block in _sites(part, lang)]
    return found + (ecology.land(result, lang, case) if result.indicator == LAND_COVER else [])


def _sites(part: Result, lang: str) -> list[Any]:
    heading = Heading(numbered(part, lang), f"sites-{part.number}")
    checks = tables.site_checks(part)
    if checks.empty:
        return [heading, _by_year(part, lang)]
    first = checks[checks["since"] == checks["since"].min()]
    return [heading, *_said(checks, part, lang), _figure(first, part, lang), _by_year(part, lang)]


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
    frame = checks[["site", "type", "before", "after", "change", "finding"]]
    table = told(
        frame, lang,
        text("site.checked", lang, indicator=numbered(part, lang), since=since, year=part.year, unit=unit),
        heads={"type": text("site.nature", lang), "before": str(since), "after": str(part.year)},
        forms={"change": difference(lang), "finding": lambda f: word("site_finding", f, lang)},
    )  # fmt: skip
    lost = int(checks["decreased"].sum())
    title = text("site.title", lang, since=since, year=part.year, count=len(checks), lost=lost)
    labels = tuple(f"{row.site} {plots.site_label(row, lang)}" for row in checks.itertuples())
    described = text("said.alt", lang, title=title, rows=labels)
    return Figure(svg(plots.sites(checks, unit=unit, lang=lang), described), title, table)


def _by_year(part: Result, lang: str):
    """The area of every site by year, with the difference between the first and the last year."""
    frame = tables.sites(part)
    years = [column for column in frame if column != "site"]
    shown = frame[["site", *years[:1], *years[1:][-4:]]]
    heads = {}
    if len(years) > 1:
        shown = shown.assign(change=frame[years[-1]] - frame[years[0]])
        heads["change"] = text("site.since", lang, since=years[0])
    caption = text(
        "site.by_year", lang, indicator=numbered(part, lang), unit=unit_name(part.unit, lang)
    )
    return told(shown, lang, caption, heads=heads, forms={"change": difference(lang)})
