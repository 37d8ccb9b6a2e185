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
from ecolib.errors import check_lang
from ecolib.indicators.catalogue import Indicator
from ecolib.indicators.targets import requirements_of
from ecolib.pages import air, areas, asked, by_year, ecology, sources, survey, tables, water
from ecolib.pages.listings import documents_of, value_of
from ecolib.pages.pieces import Figure, Section, Table, Text, badge, told
from ecolib.pages.render import Page, page, page_of
from ecolib.pages.style import MARKS
from ecolib.pages.wording import TOLD, brief, limit_of, numbered, owners_of, sentence
from ecolib.texts import Amount, Name, Note, joined, text, word
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
        warning=case.list.warning(result.year),
        value=_value(result, lang),
        message=_message(result, lang),
        beside=_beside(result, lang),
        trust=_trust(result, case, lang),
        sections=[s for s in sections if s.blocks],
        silent=tuple(s.title for s in sections if not s.blocks),
        neighbours=_neighbours(entry, case, lang),
        styles=["indicator"],
        brings=files,
    )


def _value(result: Result, lang: str) -> str:
    """The value of the year; of a group how many parts are met, of requirements how many are proved."""
    if result.parts and result.verdict.status != "not_applicable":
        asked = [p for p in result.parts if p.verdict.status != "not_applicable"]
        return f"{sum(p.verdict.status == 'met' for p in asked)}/{len(asked)}"
    if documents := documents_of(result):
        return "{}/{}".format(*documents)
    return value_of(result, lang)


def _beside(result: Result, lang: str) -> str:
    """The year of the value, and where the line of the target runs."""
    undated = result.series is not None and result.series.is_undated(result.year)
    said = [] if undated else [text("said.year", lang, year=result.year)]
    counted = "parts" if result.parts else "requirements" if documents_of(result) else ""
    limit = limit_of(result)
    if result.verdict.status == "not_applicable":
        pass
    elif counted:
        said.append(text(f"value.of_{counted}", lang))
    elif limit == limit and not math.isnan(result.value):
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
    judged = tables.verdicts(result, case)
    judged = judged[judged["part"] == result.number].tail(TOLD)
    history = tuple(
        text("trust.year", lang, year=year, mark=MARKS[of], verdict=Name("status", of))
        if of
        else text("trust.year", lang, year=year, mark="·", verdict=Note("history.nothing"))
        for year, of in zip(judged["year"], judged["status"], strict=True)
    )
    parts = [p for p in result.owner_parts if p.verdict.status != "not_applicable"]
    bases = dict.fromkeys(part.basis for part in parts if not math.isnan(part.value))
    known = sorted({year for part in parts if part.series for year, _ in part.series.known()})
    data = text("trust.years", lang, years=tuple(known), count=len(known)) if known else ""
    # The checklist has the requirements, and the table of parts their targets.
    told_below = result.parts or result.unit == "requirements"
    basis = tuple(word("basis", basis, lang) for basis in bases)
    pairs = {
        word("label", "target", lang): "" if told_below else brief(result.target).text(lang),
        word("label", "basis", lang): text("said.list", lang, names=basis),
        text("trust.data", lang): data,
        text("trust.evidence", lang): _on_file(result, lang, case),
        word("heading", "issues", lang): _warnings(result, lang),
        text("trust.verdicts", lang): text("said.list", lang, names=history),
        word("label", "owner", lang): owners_of(case.list[result.indicator].owner, case, lang),
    }
    return [(term, said) for term, said in pairs.items() if said]


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
    remarks = {n for p in result.owner_parts for n in p.issues}
    count = sum(note.severity in ("error", "warning") for note in remarks)
    return text("trust.remarks", lang, count=count) if count else ""


def _sections(result: Result, entry: Indicator, lang: str, case: Case) -> list[Section]:
    """Everything below the verdict; a section that has nothing to tell is empty, and there is none for
    what is not asked."""
    notebook, applies = result.entry.notebook, result.verdict.status != "not_applicable"
    wanted = any(requirements_of(case.list[p.indicator].target) for p in result.owner_parts)
    found = ARCHETYPES[notebook](result, lang, case) if notebook in ARCHETYPES else []
    raw = bool(found)
    if notebook in WITH_RAW and not raw:
        found = [Text(text(f"no_raw.{notebook}", lang))]
    shown = by_year.values(result, lang, case)
    # Sub-indices and single answers say more than their totals.
    totals = raw and notebook in ("ecological_index", "survey")
    contents = {
        "parts": [_parts(result, lang)] if result.parts else None,
        "history": [*shown, *(asked.phases(result, lang, case) if shown else ())],
        "drivers": [] if totals else by_year.drivers(result, lang, case),
        "findings": (found if applies else []) if notebook in ARCHETYPES else None,
        "requirements": asked.requirements(result, lang, case) if wanted and applies else None,
        "needs": asked.outstanding(result, lang, case) if applies else None,
        "plan": asked.tasks(result, lang, case) if case.context.plan.rows else None,
        "change": by_year.changes(result, lang, case) if applies else None,
        "definition": sources.definition(result, entry, lang, case),
        "inputs": sources.inputs(result, lang, case),
    }
    return [
        Section(name, word("heading", name, lang), blocks)
        for name, blocks in contents.items()
        if blocks is not None
    ]


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
            "value": value_of(part, lang) if part.verdict.status != "not_applicable" else None,
            "target": brief(part.target).text(lang),
            "verdict": part.verdict.status,
            "reason": above if deciding else _message(part, lang),
        }
        for part, deciding in zip(result.parts, decides, strict=True)
    ]
    caption, forms = text("parts.caption", lang), {"verdict": badge(lang)}
    return told(pd.DataFrame(rows), lang, caption, forms=forms)


def _neighbours(entry: Indicator, case: Case, lang: str) -> dict[str, tuple[str, str] | None]:
    """Addresses and names of the indicators before and after in the list, those of its group for a
    part, and the row in the report."""
    entries, whole = list(case.list.top_level), case.list[entry.group or entry.id]
    at = entries.index(whole)
    file = page_of(whole, lang).rpartition("/")[2]

    def way(place: int) -> tuple[str, str] | None:
        if not 0 <= place < len(entries):
            return None
        other = entries[place]
        return f"../{other.id}/{file}", f"{other.number} {other.words(lang).title}"

    up = f"../../report.{lang}.html#row-{whole.number}", text("pager.up", lang, number=whole.number)
    return {"before": way(at - 1), "up": up, "after": way(at + 1)}
