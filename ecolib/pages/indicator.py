"""The page of one indicator: the verdict first, then what shows it, what is missing, and where it comes from."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from ecolib.assess.case import Case
from ecolib.assess.needs import needs
from ecolib.assess.result import Result
from ecolib.indicators.catalogue import Indicator
from ecolib.indicators.targets import requirements_of
from ecolib.pages import air, areas, asked, by_year, ecology, sources, survey, tables, water
from ecolib.pages.render import Page, check_lang, page
from ecolib.pages.style import MARKS
from ecolib.pages.wording import (
    TOLD,
    Figure,
    Section,
    Table,
    Text,
    badge,
    brief,
    numbered,
    owners_of,
    range_of,
    sentence,
    spread,
    told,
    value_in_words,
)
from ecolib.texts import Amount, Note, joined, text, word
from ecolib.workplan.archive import archive

#: What an archetype shows beside what all pages show.
ARCHETYPES = {
    "air_quality": air.blocks,
    "water_classes": water.blocks,
    "ecological_index": ecology.blocks,
    "area_change": areas.blocks,
    "survey": survey.blocks,
}
#: Archetypes with raw data; a page tells what cannot be seen without them.
WITH_RAW = ("air_quality", "water_classes", "ecological_index", "survey")


def indicator(result: Result, lang: str, *, case: Case) -> Page:
    """The page of a result.

    Its `files` are the data of its figures as CSV, `figures/<number>-<n>.<lang>.csv` beside it.
    """
    entry = case.list[result.indicator]
    name = entry.words(check_lang(lang)).title
    sections = _sections(result, entry, lang, case)
    files = _number_figures(sections, result.number, lang)
    county, year = case.params.county.name(lang), text("said.year", lang, year=result.year)
    return page(
        "indicator",
        lang,
        title=f"{result.number} {name}",
        place=text("said.place", lang, county=county, year=year),
        said=[f"{word('status', result.verdict.status, lang)}: {result.verdict.reason(lang)}"],
        result=result,
        name=name,
        county=county,
        warning=case.list.warning(result.year),
        value=_value(result, lang),
        message=_message(result, lang),
        beside=_beside(result, lang),
        trust=_trust(result, case, lang),
        sections=[s for s in sections if s.blocks],
        silent=_silent(sections, result),
        neighbours=_neighbours(entry, case, lang),
        styles=["indicator"],
        brings=files,
    )


def _silent(sections: Iterable[Section], result: Result) -> tuple[str, ...]:
    """The headings of sections without contents; nobody misses needs of what does not apply."""
    unasked = ("needs",) if result.verdict.status == "not_applicable" else ()
    return tuple(s.title for s in sections if not s.blocks and s.id not in unasked)


def _value(result: Result, lang: str) -> str:
    """The value of the year; of a group how many parts are met, of requirements how many are proved."""
    if result.parts:
        asked = [p for p in result.parts if p.verdict.status != "not_applicable"]
        return f"{sum(p.verdict.status == 'met' for p in asked)}/{len(asked)}"
    if result.unit == "requirements" and not math.isnan(result.value):
        return f"{result.value:.0f}/{len(result.detail['requirements'])}"
    if math.isnan(result.value) and (between := spread(*range_of(result), result.unit, lang)):
        return between
    return value_in_words(result, lang)


def _beside(result: Result, lang: str) -> str:
    """The year of the value, its range and where the line of the target runs."""
    undated = result.series is not None and result.series.is_undated(result.year)
    said = [text("value.undated" if undated else "said.year", lang, year=result.year)]
    counted = "parts" if result.parts else "requirements" if result.unit == "requirements" else ""
    if counted:
        return text("said.clauses", lang, clauses=(*said, text(f"value.of_{counted}", lang)))
    limit = result.bound.at(result.year) if result.bound else math.nan
    low, high = range_of(result)
    if low == result.value and math.isinf(high):
        said.append(text("value.least", lang))
    elif not math.isnan(result.value) and (between := spread(low, high, result.unit, lang)):
        said.append(between)
    if limit == limit and not math.isnan(result.value):
        bound = Amount(limit, result.unit)
        said.append(text("value.target", lang, sign=result.bound.sign, bound=bound))
    return text("said.clauses", lang, clauses=tuple(said))


def _message(result: Result, lang: str) -> str:
    """The reasons of the verdict; what the checklist and the list of needs tell one by one, in brief."""
    said = joined(_brief(result.verdict.notes, listed=bool(needs(result.owner_parts))), lang)
    return sentence(said)


def _brief(notes: Iterable[Note], *, listed: bool) -> list[Note]:
    """Reasons with what the verdict hangs on left to the needs that are `listed`, and requirements
    in the same state counted where there are several."""
    found, alike = [], ()
    for note in notes:
        if note.code == "hangs_on" and listed:
            found.append(Note("said.hangs_on"))
        elif note.code == "part_decides":
            reasons = tuple(_brief(note.args["reasons"], listed=listed))
            if reasons == alike:
                # Parts that are decided alike are told together.
                found[-1] = found[-1].but(number=(*found[-1].args["number"], note.args["number"]))
            else:
                found.append(note.but(reasons=reasons, number=(note.args["number"],)))
            alike = reasons
        elif (count := len(note.args.get("requirements", ()))) > 1:
            found.append(Note(f"said.{note.code}", count=count))
        else:
            found.append(note)
    return found


def _trust(result: Result, case: Case, lang: str) -> list[tuple[str, Any]]:
    """What the verdict can be trusted for, in one line."""
    bases = dict.fromkeys(p.basis for p in result.owner_parts if not math.isnan(p.value))
    years = [y for p in result.owner_parts if p.series for y, _ in p.series.known()]
    judged = tables.verdicts(result, case)
    judged = judged[judged["part"] == result.number].tail(TOLD)
    history = [
        text(
            "trust.year",
            lang,
            year=int(row.year),
            mark=MARKS[row.status],
            verdict=word("status", row.status, lang),
        )
        for row in judged.itertuples()
    ]
    owners = owners_of(case.list[result.indicator].owner, case, lang)
    # The checklist has the requirements.
    told_below = result.parts or result.unit == "requirements"
    found = [] if told_below else [(word("label", "target", lang), brief(result.target).text(lang))]
    if bases:
        names = tuple(word("basis", basis, lang) for basis in bases)
        found.append((word("label", "basis", lang), text("said.list", lang, names=names)))
    if years:
        known = sorted(set(years))
        found.append(
            (
                text("trust.data", lang),
                text("trust.years", lang, years=tuple(known), count=len(known)),
            )
        )
    if said := _on_file(result, lang, case):
        found.append((text("trust.evidence", lang), said))
    if said := _warnings(result, lang):
        found.append((word("heading", "issues", lang), said))
    found.append((text("trust.verdicts", lang), text("said.list", lang, names=tuple(history))))
    return [*found, (word("label", "owner", lang), owners)]


def _on_file(result: Result, lang: str, case: Case) -> str:
    """Of what a documented verdict rests on, how much is on file and how much only cited."""
    own = {p.indicator for p in result.owner_parts if p.basis == "documented"}
    asked = Counter(a.standing for a in archive(case).asked if a.indicator.id in own)
    if not asked["on_file"] + asked["cited"]:
        return ""
    return text("trust.filed", lang, on_file=asked["on_file"], cited=asked["cited"])


def _warnings(result: Result, lang: str) -> str:
    """How many warnings there are, and whether the verdict hangs on any."""
    warnings = [w for p in result.owner_parts for w in p.warnings]
    if warnings:
        decisive = sum(w.args["effect"].code == "decisive" for w in warnings)
        code = "trust.warnings" if decisive else "trust.warnings_without"
        return text(code, lang, count=len(warnings), decisive=decisive)
    count = len(
        {n for p in result.owner_parts for n in p.issues if n.severity in ("error", "warning")}
    )
    return text("trust.remarks", lang, count=count) if count else ""


def _sections(result: Result, entry: Indicator, lang: str, case: Case) -> list[Section]:
    """Everything below the verdict; a section that has nothing to tell is empty."""
    notebook = result.entry.notebook
    archetype = ARCHETYPES.get(notebook)
    found = archetype(result, lang, case) if archetype else []
    missing_raw = (
        [Text(text(f"no_raw.{notebook}", lang))] if notebook in WITH_RAW and not found else []
    )
    # Sub-indices and single answers say more than their totals.
    moving = (
        []
        if found and notebook in ("ecological_index", "survey")
        else by_year.drivers(result, lang, case)
    )
    contents = {
        "parts": [_parts(result, lang)] if result.parts else [],
        "history": [
            *(shown := by_year.values(result, lang, case)),
            *asked.phases(result, lang, case) * bool(shown),
        ],
        "drivers": moving,
        "findings": [*found, *missing_raw] if result.verdict.status != "not_applicable" else [],
        "requirements": asked.requirements(result, lang, case),
        "needs": asked.outstanding(result, lang, case),
        "plan": asked.tasks(result, lang, case),
        "change": by_year.changes(result, lang, case),
        "definition": sources.definition(result, entry, lang, case),
        "inputs": sources.inputs(result, lang, case),
    }
    if not result.parts:
        del contents["parts"]
    if not any(requirements_of(case.list[p.indicator].target) for p in result.owner_parts):
        del contents["requirements"]
    if archetype is None:
        del contents["findings"]
    if result.verdict.status == "not_applicable":
        del contents["needs"]
    if not case.context.plan.rows:
        del contents["plan"]
    return [Section(name, word("heading", name, lang), blocks) for name, blocks in contents.items()]


def _number_figures(sections: list[Section], number: str, lang: str) -> dict[str, str]:
    """Give figures their numbers in the order of the page; their data by the name of the file."""
    files: dict[str, str] = {}
    for section in sections:
        for place, block in enumerate(section.blocks):
            if isinstance(block, Figure):
                at = f"{number}-{len(files) + 1}"
                file = f"figures/{at}.{lang}.csv"
                files[file] = block.table.csv()
                section.blocks[place] = replace(block, number=at, csv=file)
    return files


def _parts(result: Result, lang: str) -> Table:
    """A row a part of a group: value, target and verdict; and the reason, where the verdict of the
    group does not tell it."""
    decides = [part.verdict.status == result.verdict.status for part in result.parts]
    above = "" if all(decides) else text("parts.above", lang)
    rows = [
        {
            "part": numbered(part, lang),
            "value": value_in_words(part, lang),
            "range": spread(*range_of(part), part.unit, lang),
            "target": brief(part.target).text(lang),
            "verdict": part.verdict.status,
            "reason": above if deciding else _message(part, lang),
        }
        for part, deciding in zip(result.parts, decides, strict=True)
    ]
    return told(
        pd.DataFrame(rows), lang, text("parts.caption", lang), forms={"verdict": badge(lang)}
    )


def _neighbours(entry: Indicator, case: Case, lang: str) -> dict[str, tuple[str, str] | None]:
    """Addresses and names of the indicators before and after in the list, and the row in the report."""
    entries = list(case.list.top_level)
    at = [each.id for each in entries].index(entry.id)
    page_name = "analysis.html" if lang == "zh" else f"analysis.{lang}.html"

    def way(place: int) -> tuple[str, str] | None:
        if not 0 <= place < len(entries):
            return None
        other = entries[place]
        return f"../{other.id}/{page_name}", f"{other.number} {other.words(lang).title}"

    up = f"../../report.{lang}.html#row-{entry.number}", text("pager.up", lang, number=entry.number)
    return {"before": way(at - 1), "up": up, "after": way(at + 1)}
