"""The page of one indicator: the verdict first, then what shows it, what is missing, and where it comes from."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd
from latex2mathml.converter import convert
from markupsafe import Markup

from ecolib.assess.case import Case
from ecolib.assess.needs import needs
from ecolib.assess.result import Change, Need, Result
from ecolib.checks.plan import latest
from ecolib.data.dictionary import unit_name
from ecolib.fingerprint import computing
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.indicators.cited import cited
from ecolib.indicators.declaring import ITEM
from ecolib.indicators.targets import is_assigned, requirements_of
from ecolib.pages import air, areas, ecology, plots, survey, tables, water
from ecolib.pages.planned import badge as plan_badge
from ecolib.pages.planned import listing, quantity, state_counts, worst_first
from ecolib.pages.render import Page, check_lang, page
from ecolib.pages.style import MARKS, svg
from ecolib.pages.units import ACTIONS, need_said, noted
from ecolib.pages.wording import (
    Checklist,
    Facts,
    Figure,
    Heading,
    Listing,
    Section,
    Table,
    Text,
    alt,
    brief,
    measured,
    moved,
    numbered,
    range_of,
    sentence,
    spread,
    told,
    value_in_words,
    with_unit,
)
from ecolib.texts import Amount, Name, Note, Words, amount, joined, name_of, show, text, word
from ecolib.workplan.archive import archive
from ecolib.workplan.state import plan_state

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
#: So many years, this one included, are told in words.
TOLD = 3
#: So many characters of a hash tell a file from others.
HASH = 12
#: What a thing that is missing is for: to recompute a value, or to decide.
NEEDED = ("needs.helpful", "needs.decisive")
#: The state of a requirement looks like the verdict that follows from it.
LIKE = {
    "documented": "met", "named": "conditional", "stated": "declared", "absent": "not_evaluable",
    "denied": "not_met",
}  # fmt: skip


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


# --- the head -------------------------------------------------------------------------------------


def _value(result: Result, lang: str) -> str:
    """The value of the year; of a group how many parts are met, of requirements how many are proved."""
    if result.parts:
        asked = [p for p in result.parts if p.verdict.status != "not_applicable"]
        return f"{sum(p.verdict.status == 'met' for p in asked)}/{len(asked)}"
    if result.unit == "requirements" and not math.isnan(result.value):
        return f"{result.value:.0f}/{len(result.detail['requirements'])}"
    return value_in_words(result, lang)


def _beside(result: Result, lang: str) -> str:
    """The year of the value, its range and where the line of the target runs."""
    said = [text("said.year", lang, year=result.year)]
    counted = "parts" if result.parts else "requirements" if result.unit == "requirements" else ""
    if counted:
        return text("said.clauses", lang, clauses=(*said, text(f"value.of_{counted}", lang)))
    limit = result.bound.at(result.year) if result.bound else math.nan
    low, high = range_of(result)
    if low == result.value and math.isinf(high):
        said.append(text("value.least", lang))
    elif between := spread(low, high, result.unit, lang):
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
    found = []
    for note in notes:
        if note.code == "hangs_on" and listed:
            found.append(Note("said.hangs_on"))
        elif note.code == "part_decides":
            found.append(note.but(reasons=_brief(note.args["reasons"], listed=listed)))
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
    owners = _owners(case.list[result.indicator].owner, case, lang)
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


def _owners(keys: Iterable[str], case: Case, lang: str) -> str:
    return text("said.list", lang, names=tuple(case.owner(key, lang) for key in keys))


# --- the sections ---------------------------------------------------------------------------------


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
        [] if found and notebook in ("ecological_index", "survey") else _drivers(result, lang, case)
    )
    contents = {
        "parts": [_parts(result, lang)] if result.parts else [],
        "history": [
            *(shown := _history(result, lang, case)),
            *_phases(result, lang, case) * bool(shown),
        ],
        "drivers": moving,
        "findings": [*found, *missing_raw] if result.verdict.status != "not_applicable" else [],
        "requirements": _requirements(result, lang, case),
        "needs": _needs(result, lang, case),
        "plan": _plan(result, lang, case),
        "change": _changes(result, lang, case),
        "definition": _definition(result, entry, lang, case),
        "inputs": _inputs(result, lang, case),
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


def badge(lang: str):
    """How a verdict is written in a table: as a sign and a word on its tone."""

    def written(status: str) -> Markup:
        return Markup('<span class="verdict {0}"><b aria-hidden="true">{1}</b>{2}</span>').format(
            status, MARKS[status], word("status", status, lang)
        )

    return written


# --- values by year -------------------------------------------------------------------------------


def _history(result: Result, lang: str, case: Case) -> list[Any]:
    """One figure of all parts with more than one value; fewer are told in a sentence.

    How many of the requirements are proved is no quantity to draw: the checklist has it.
    """
    frame = tables.history(result, case=case)
    frame = frame[frame["unit"] != "requirements"]
    known, bounded = frame[frame["value"].notna()], frame[tables.is_bounded(frame)]
    count = known.groupby("part")["year"].count()
    several, single = (list(count[chosen].index) for chosen in (count > 1, count == 1))
    found: list[Any] = []
    if several:
        drawn = frame[frame["part"].isin(several)]
        parts = [p for p in result.owner_parts if p.number in several]
        title = text(
            "said.sentences",
            lang,
            sentences=tuple(
                _finding(p, known[known["part"] == p.number], lang, alone=len(parts) == 1)
                for p in parts
            ),
        )
        table = _history_table(drawn[drawn["value"].notna() | tables.is_bounded(drawn)], lang)
        axes = plots.history(drawn, lang=lang)
        axis = axes if len(parts) == 1 else axes[0]
        title = sentence(title)
        drawing = svg(axis, alt(title, table, lang))
        found.append(Figure(drawing, title, table, source=_source(drawn, parts, case, lang)))
    for part in result.owner_parts:
        if part.number in single:
            year, value = next(part.series.known())
            said = {
                "indicator": part.entry.words(lang).title,
                "year": year,
                "value": Amount(value, part.unit),
                "basis": word("basis", part.series.basis_of(year), lang),
            }
            code = "history.undated" if part.series.is_undated(year) else "history.single"
            found.append(Text(text(code, lang, **said)))
        elif part.number not in several and (bounded["part"] == part.number).any():
            found.append(Text(_bounded(part, bounded[bounded["part"] == part.number], lang)))
    silent = [
        p
        for p in result.owner_parts
        if p.number not in {*count.index, *bounded["part"]} and p.unit != "requirements"
    ]
    if silent and (found or result.parts) and result.verdict.status != "not_applicable":
        names = tuple(numbered(p, lang) for p in silent)
        found.append(
            Text(text("history.silent", lang, indicators=names, year=result.year), "absent")
        )
    return found


def _bounded(part: Result, rows: pd.DataFrame, lang: str) -> str:
    """Between which ends the value lies in years that have no other figure."""
    ends = {row.year: spread(row.low, row.high, part.unit, lang) for row in rows.itertuples()}
    years: dict[str, list[int]] = {}
    for year, between in ends.items():
        years.setdefault(between, []).append(year)
    said = tuple(text("history.in_years", lang, years=own, between=b) for b, own in years.items())
    return text("history.bounded", lang, indicator=part.entry.words(lang).title, bounds=said)


def _finding(part: Result, known: pd.DataFrame, lang: str, *, alone: bool) -> str:
    """What the figure shows, in words: the value of the year against its target, and where it goes."""
    last = known.iloc[-1]
    year, value = int(last["year"]), last["value"]
    between = spread(last["low"], last["high"], part.unit, lang)
    when = "value" if year == part.year else "latest"
    if last["undated"]:
        said = text("finding.undated", lang, value=Amount(value, part.unit))
    elif between:
        form = "from" if math.isinf(last["high"] - last["low"]) else "between"
        said = text(f"finding.{when}_{form}", lang, year=year, between=between)
    else:
        said = text(f"finding.{when}", lang, year=year, value=Amount(value, part.unit))
    clauses = [said]
    limit = last["target"]
    if last["status"] == "conflict":
        clauses.append(text("finding.disputed", lang))
    elif limit == limit:
        bound, gap = Amount(limit, part.unit), value - limit
        unit = "pp" if part.unit == "%" else part.unit
        if between:
            where = _within(last["low"], last["high"], limit)
        else:
            where = "at" if gap == 0 else "above" if gap > 0 else "below"
        size = abs(round(gap, 2)) if unit == "pp" and abs(gap) >= 0.01 else abs(gap)
        clauses.append(text(f"finding.{where}", lang, bound=bound, gap=Amount(size, unit)))
    if run := _steady(known):
        first, way = run
        clauses.append(text(f"finding.{way}", lang, first=first, last=year))
    said = text("said.clauses", lang, clauses=tuple(clauses))
    return (
        said
        if alone
        else text("finding.of", lang, indicator=part.entry.words(lang).title, said=said)
    )


def _within(low: float, high: float, limit: float) -> str:
    """Where a range lies against a limit."""
    if low >= limit:
        return "not_below" if low == limit else "wholly_above"
    if high <= limit:
        return "not_above" if high == limit else "wholly_below"
    return "astride"


def _steady(known: pd.DataFrame) -> tuple[int, str] | None:
    """Since when the value has gone one way year by year, over at least three years to the last.

    Only what is sure and can be compared counts: ranges that overlap, disputed values and years
    before a change of scope do not.
    """
    rows = list(known.itertuples())[::-1]
    for way in ("rising", "falling"):
        first = rows[0]
        for later, row in zip(rows, rows[1:], strict=False):
            ends = [(r.value, r.value) if r.low != r.low else (r.low, r.high) for r in (row, later)]
            (low, high), (low_later, high_later) = ends
            moved = low_later > high if way == "rising" else high_later < low
            disputed = "conflict" in (row.status, later.status)
            if later.year - row.year != 1 or later.broken or disputed or not moved:
                break
            first = row
        if rows[0].year - first.year >= 2:
            return int(first.year), way
    return None


def _history_table(rows: pd.DataFrame, lang: str) -> Table:
    """Value, range, basis and verdict by year; one unit stands in the heading."""
    names = {
        n: f"{n} {name_of('indicator', i, lang)}"
        for n, i in zip(rows["part"], rows["indicator"], strict=True)
    }
    units = list(dict.fromkeys(rows["unit"]))
    years = [
        text("history.year_undated", lang, year=r.year) if r.undated else str(r.year)
        for r in rows.itertuples()
    ]
    frame = rows[["part", "year", "value"]].assign(
        year=years,
        range=[spread(r.low, r.high, r.unit, lang) for r in rows.itertuples()],
        unit=[unit_name(u, lang) for u in rows["unit"]] if len(units) > 1 else "",
        basis=rows["basis"],
        target=[
            text("said.bound", lang, sign=r.sign, bound=r.target) if r.target == r.target else ""
            for r in rows.itertuples()
        ],
        verdict=rows["status"],
    )
    unit = unit_name(units[0], lang) if len(units) == 1 else ""
    heads = {"value": with_unit(word("column", "value", lang), unit, lang)} if unit else {}
    forms = {
        "part": lambda n: names[n],
        "basis": lambda b: word("basis", b, lang),
        "verdict": badge(lang),
    }
    drop = ["part"] if len(names) == 1 else []
    return told(frame, lang, text("history.caption", lang), heads=heads, forms=forms, drop=drop)


def _source(rows: pd.DataFrame, parts: list[Result], case: Case, lang: str) -> str:
    """Who submitted what is drawn, and what the marks below the years say."""
    keys = dict.fromkeys(key for part in parts for key in part.entry.owner)
    said = text("source.owners", lang, owners=_owners(keys, case, lang))
    marks = tuple(
        text("said.marked", lang, mark=MARKS[s], word=word("status", s, lang))
        for s in dict.fromkeys(rows["status"])
        if s
    )
    return text("source.marks", lang, said=said, marks=marks) if marks else said


def _drivers(result: Result, lang: str, case: Case) -> list[Any]:
    """What counts are made of, the inputs that moved, and those that did not in words."""
    found: list[Any] = []
    counted = tables.counts(result, case)
    nested = {n for p in result.owner_parts for n in tables.NESTED.get(p.indicator, ("", {}))[1]}
    for indicator, rows in counted.groupby("indicator", sort=False):
        found.append(_counts(rows, indicator, lang))
    frame = tables.drivers(result, case)
    frame = frame[~frame["item"].isin({*(nested if found else ()), *_repeated(frame, result)})]
    spans = frame.groupby("item", sort=False)["value"].agg(["count", "nunique"])
    moving = list(spans.index[spans["nunique"] > 1])
    rows = frame[frame["item"].isin(moving)]
    if len(rows):
        found.append(_moving(rows, lang))
    still = [item for item in spans.index if item not in moving]
    if still:
        sentences = [_still(item, frame[frame["item"] == item], lang) for item in still]
        found.append(Text(text("said.sentences", lang, sentences=tuple(sentences))))
    return found


def _repeated(frame: pd.DataFrame, result: Result) -> list[str]:
    """Items that are the value itself, year by year."""
    shown = [dict(part.series.known()) for part in result.owner_parts if part.series]
    units = {part.unit for part in result.owner_parts}
    own = frame[frame["unit"].isin(units)].groupby("item")[["year", "value"]]
    return [item for item, rows in own if dict(rows.itertuples(index=False)) in shown]


def _still(item: str, rows: pd.DataFrame, lang: str) -> str:
    value = Amount(rows["value"].iloc[0], rows["unit"].iloc[0])
    code = "drivers.undated" if rows["undated"].any() else "drivers.still"
    years = tuple(rows["year"])
    return text(code, lang, item=name_of("item", item, lang), years=years, value=value)


def _moving(rows: pd.DataFrame, lang: str) -> Figure:
    """Small panels of the inputs; the title names the one that moved most."""
    ends = rows.groupby("item", sort=False)["value"].agg(["first", "last"])
    change = ((ends["last"] - ends["first"]) / ends["first"].abs().where(ends["first"] != 0)).abs()
    most = change.idxmax() if change.notna().any() else ends.index[0]
    own = rows[rows["item"] == most]
    unit = own["unit"].iloc[0]
    code = "rose" if ends.at[most, "last"] > ends.at[most, "first"] else "fell"
    code = "same" if ends.at[most, "last"] == ends.at[most, "first"] else code
    title = text(
        f"drivers.{code}", lang, item=name_of("item", most, lang), first=int(own["year"].iloc[0]),
        last=int(own["year"].iloc[-1]), before=Amount(ends.at[most, "first"], unit),
        now=Amount(ends.at[most, "last"], unit),
    )  # fmt: skip
    wide = rows.pivot(index="year", columns="item", values="value")[list(ends.index)]
    units = dict(zip(rows["item"], rows["unit"], strict=True))
    heads = {
        item: with_unit(name_of("item", item, lang), unit_name(units[item], lang), lang)
        for item in wide
    }
    table = told(wide.reset_index(), lang, text("drivers.caption", lang), heads=heads)
    return Figure(svg(plots.drivers(rows, lang=lang)[0], alt(title, table, lang)), title, table)


def _counts(rows: pd.DataFrame, indicator: str, lang: str) -> Figure:
    """What the count of a part is made of, year by year."""
    last = rows[rows["year"] == rows["year"].max()]
    named, unit = text(f"counted.{indicator}", lang), word("counted_in", rows["unit"].iloc[0], lang)
    each = tuple(
        text("counts.band", lang, band=plots.band_name(r.band, lang), count=r.value)
        for r in last.itertuples()
    )
    year = int(last["year"].iloc[0])
    title = text("counts.title", lang, name=named, unit=unit, year=year, bands=each)
    wide = rows.pivot(index="year", columns="band", values="value")[
        list(dict.fromkeys(rows["band"]))
    ]
    heads = {band: plots.band_name(band, lang) for band in wide}
    table = told(wide.reset_index(), lang, with_unit(named, unit, lang), heads=heads)
    return Figure(svg(plots.counts(rows, lang=lang), alt(title, table, lang)), title, table)


# --- requirements, needs, change ------------------------------------------------------------------


def _requirements(result: Result, lang: str, case: Case) -> list[Any]:
    """Each requirement with its state, its documents and its states in earlier years."""
    frame, papers = tables.requirements(result, case), tables.documents(result, case)
    found: list[Any] = []
    for part in result.owner_parts:
        rows = frame[frame["part"] == part.number]
        if rows.empty:
            continue
        items = [
            {
                "status": LIKE[own["state"].iloc[-1]],
                "state": word("evidence", own["state"].iloc[-1], lang),
                "filed": _filed(part, key, lang, case),
                "asked": name_of("requirement", f"{part.indicator}.{key}", lang),
                "said": _papers(
                    papers[(papers["part"] == part.number) & (papers["requirement"] == key)], lang
                ),
                "before": _states_before(own, lang),
            }
            for key, own in rows.groupby("requirement", sort=False)
        ]
        if result.parts:
            found.append(Text(numbered(part, lang), "caption"))
        found.append(Checklist(items))
        others = papers[(papers["part"] == part.number) & (papers["requirement"] == "")]
        if len(others):
            found.append(
                Listing(
                    _papers(others, lang),
                    summary=text("requirements.others", lang, count=len(others)),
                )
            )
    return found


def _filed(part: Result, requirement: str, lang: str, case: Case) -> str:
    """Whether what proves a requirement is on file, with its hash, or only cited; empty where
    nothing proves it."""
    asked = (a for a in archive(case).asked if a.indicator.id == part.indicator)
    found = next((a for a in asked if a.requirement == requirement), None)
    if found is None or found.standing == "missing":
        return ""
    hashes = tuple(paper.sha256[:HASH] for paper in found.papers if paper.path)
    return text(f"requirements.{found.standing}", lang, hashes=hashes)


def _papers(rows: pd.DataFrame, lang: str) -> list[str]:
    """What was submitted for a requirement: the document, the statement and its place."""
    found = []
    for row in rows.itertuples():
        document = text("said.list", lang, names=row.document)
        if row.document and row.statement:
            said = text("said.named", lang, name=document, said=row.statement)
        elif row.document:
            said = document
        else:
            said = text("requirements.statement", lang, statement=row.statement)
        place = row.position
        found.append(text("said.brackets", lang, name=said, said=place) if place else said)
    return found


def _states_before(own: pd.DataFrame, lang: str) -> str:
    before = own.iloc[-TOLD:-1]
    said = tuple(
        text("requirements.before", lang, year=int(r.year), state=word("evidence", r.state, lang))
        for r in before.itertuples()
        if r.state
    )
    return text("said.list", lang, names=said) if said else ""


def _needs(result: Result, lang: str, case: Case) -> list[Table]:
    """What has to be done about the verdict and what is missing, with a box to tick."""
    actions = dict.fromkeys((p.verdict.status, p.entry.owner[0]) for p in result.owner_parts)
    rows = [
        (text(f"report.action.{status}", lang), owner, True)
        for status, owner in actions
        if status in ACTIONS
    ]
    rows += [
        (_need(need, case, lang), need.owner, need.decisive) for need in needs(result.owner_parts)
    ]
    rows = [
        (_box(said), case.owner(owner, lang), text(NEEDED[decisive], lang))
        for said, owner, decisive in rows
    ]
    # As objects: text columns of pandas would make plain text of finished HTML.
    frame = pd.DataFrame(rows, columns=["what", "owner", "decisive"], dtype=object)
    return [told(frame, lang, text("needs.caption", lang))] if rows else []


def _need(need: Need, case: Case, lang: str) -> str:
    if need.kind == "document":
        return text("needs.document", lang, requirement=need.what)
    told = (need_said(need, (need.year,), lang), noted(need, case, lang))
    return text("said.sentences", lang, sentences=tuple(filter(None, told)))


def _box(said: str) -> Markup:
    return Markup('<label class="box"><input type="checkbox"> {}</label>').format(said)


# --- the plan of work -----------------------------------------------------------------------------


def _plan(result: Result, lang: str, case: Case) -> list[Any]:
    """The tasks, projects, goals and steps that serve an indicator, with their state on the day."""
    plan = plan_state(case)
    own = {part.indicator for part in (result, *result.parts)}
    rows = worst_first(s for s in plan.rows if own & {*s.row.indicators})
    if not rows:
        return []
    each = state_counts(Counter(s.state for s in rows), lang)
    said = text("plan.of_indicator", lang, n=len(rows), states=each, on=plan.on.isoformat())
    columns = ("state", "kind", "task", "quantity", "deadline", "share", "lead", "position")
    return [Text(said), listing(rows, case, lang, text("plan.list", lang, n=len(rows)), columns)]


def _phases(result: Result, lang: str, case: Case) -> list[Any]:
    """The goals of the plan for what an indicator measures, by their terms, with what is known by
    then; a sentence where the data hold none."""
    plan, found = plan_state(case), []
    for part in result.owner_parts:
        for standing in plan.rows:
            row = standing.row
            if (
                row.table == "goals"
                and row.measure == part.indicator
                and row.quantity == row.quantity
            ):
                year, value = latest(case.context, row, case.year)
                known = text("plan.value_of", lang, year=year, value=amount(value, row.unit, lang))
                found.append(
                    {
                        "deadline": row.term or word("plan_state", "no_date", lang),
                        "goal": row.name,
                        "quantity": quantity(row, lang),
                        "value": known if value == value else "",
                        "state": plan_badge(standing.state, lang),
                        "position": row.position,
                    }
                )
    if not found:
        measured = any(part.unit != "requirements" for part in result.owner_parts)
        silent = Text(text("plan.no_phases", lang), "source")
        return [silent] if plan.rows and measured else []
    frame = pd.DataFrame(found, dtype=object)
    heads = {name: word("plan_column", name, lang) for name in frame}
    return [told(frame, lang, text("plan.phases", lang), heads=heads)]


def _changes(result: Result, lang: str, case: Case) -> list[Any]:
    """Change against last year and the base year and the trend, each with what it rests on; in a
    sentence where there is nothing to compare with."""
    frame, rows, alone = tables.changes(result, case), [], []
    for part in result.owner_parts:
        if part.series is None or not any(True for _ in part.series.known()):
            continue
        own = frame[frame["part"] == part.number]
        # How many requirements are documented is no quantity with a trend.
        trend = part.trend if part.unit != "requirements" else None
        if not own["before"].notna().any():
            said = _nothing_to_compare(part, own, lang)
            if trend is not None:
                said = text("change.with_trend", lang, compared=said, trend=_trend(part, lang))
            named = text("said.named", lang, name=numbered(part, lang), said=said)
            alone.append(Text(named if result.parts else said))
            continue
        named = numbered(part, lang) if result.parts else ""
        rows += [(named, *_change(part, row, lang)) for row in own.itertuples()]
        if trend is not None:
            outcome = word("trend", trend.status, lang)
            rows.append((named, text("change.trend", lang), outcome, _trend(part, lang)))
        if part.outlook:
            outlook = [measured(note, part.unit) for note in part.outlook]
            rows.append((named, text("change.outlook", lang), "", joined(outlook, lang, "")))
    found = pd.DataFrame(rows, columns=["part", "compared", "outcome", "explained"])
    return [told(found, lang, text("change.caption", lang))] * bool(rows) + alone


def _trend(part: Result, lang: str) -> str:
    return measured(part.trend.note, part.unit).text(lang)


def _nothing_to_compare(part: Result, own: pd.DataFrame, lang: str) -> str:
    if math.isnan(part.value):
        return text("change.nothing", lang, years=(part.year,))
    earlier = tuple(own.loc[own["year"] < part.year, "year"])
    return text("change.nothing", lang, years=earlier)


def _change(part: Result, row: Any, lang: str) -> tuple[str, str, str]:
    """One comparison: with what, what came out, and why not more."""
    since = text(f"change.{row.since}", lang, year=row.year)
    if row.before != row.before:
        if row.year >= part.year:
            why = text("change.too_early", lang, year=row.year)
        else:
            why = text("change.no_value", lang, years=(row.year,))
        return since, text("change.not_comparable", lang), why
    change = Change(row.year, row.before, row.difference, row.direction)
    since = text("said.brackets", lang, name=since, said=amount(row.before, part.unit, lang))
    said = row.note.text(lang) if row.note else ""
    if said and not row.direction:
        return since, text("change.undecided", lang), said
    return since, moved(change, part.unit, lang), said


# --- definition and sources -----------------------------------------------------------------------


def _definition(result: Result, entry: Indicator, lang: str, case: Case) -> list[Any]:
    """What is measured, how it is computed and what is asked, for the indicator or each of its parts."""
    found: list[Any] = [Text(entry.words(lang).definition)]
    parts = case.list.parts_of(entry) if result.parts else (entry,)
    for part, outcome in zip(parts, result.owner_parts, strict=True):
        if result.parts:
            heading = Heading(numbered(outcome, lang), f"part-{outcome.number}")
            found += [heading, Text(part.words(lang).definition)]
        found.append(Text(part.words(lang).formula))
        found += [Text(sign, "formula") for sign in _formulas(part, outcome, case, lang)]
        if result.parts:
            said = text(
                "definition.target",
                lang,
                target=brief(outcome.target),
                set_by=_set_by(part, outcome, lang, case),
            )
            found.append(Text(said))
    kind = text(
        "said.list", lang, names=tuple(word(n, getattr(entry, n), lang) for n in ("kind", "system"))
    )
    facts = [(word("label", "kind", lang), kind)]
    if not result.parts:
        facts.append((word("label", "target", lang), brief(result.target).text(lang)))
        facts.append((text("definition.set_by", lang), _set_by(entry, result, lang, case)))
    if entry.supports:
        facts.append((word("label", "supports", lang), _owners(entry.supports, case, lang)))
    if documents := cited(entry.id, case.year):
        facts.append((word("label", "standards", lang), text("said.list", lang, names=documents)))
    return [*found, Facts(facts)]


def _formulas(part: Indicator, outcome: Result, case: Case, lang: str) -> list[Markup]:
    """The formula in signs, and with the figures of the year where the value was computed from them."""
    if not part.tex:
        return []
    signs = [part.formula_tex(lang)]
    items = set(ITEM.findall(part.tex))
    given = {name: case.series(name).at(outcome.year) for name in items}
    plain = "=" not in part.tex and all(value == value for value in given.values())
    if items and plain and outcome.basis == "computed" and not math.isnan(outcome.value):
        values = ITEM.sub(lambda found: rf"\text{{{show(given[found[1]], lang)}}}", part.tex)
        told_ = text("definition.computed", lang, year=outcome.year)
        value = amount(outcome.value, outcome.unit, lang).replace("%", r"\%")
        signs.append(rf"\text{{{told_}}}{values}=\text{{{value}}}".replace(r"\%}", "%}"))
    # The namespace is left out, as HTML has it anyway.
    namespace = ' xmlns="http://www.w3.org/1998/Math/MathML"'
    return [Markup(convert(sign, display="block").replace(namespace, "", 1)) for sign in signs]


def _set_by(entry: Indicator, result: Result, lang: str, case: Case) -> str:
    """Who set the target: the list, the county's own plan, or a higher authority."""
    document = case.list.national.document.text(lang)
    own = (
        text("target_by.county", lang)
        if entry.kind == "local"
        else text("target_by.list", lang, document=document)
    )
    given = case.params.assignment(entry.id, result.year)
    if given is not None:
        said = text("target_by.authority", lang)
        if given.position:
            said = text("said.brackets", lang, name=said, said=given.position)
        return text("said.named", lang, name=said, said=given.document)
    if not is_assigned(entry.target) or result.verdict.status == "not_applicable":
        return own
    return text("target_by.missing", lang, own=own, year=result.year)


def _inputs(result: Result, lang: str, case: Case) -> list[Any]:
    """Figures and documents with their places, remarks, and what the page was made with; all folded."""
    frame = tables.inputs(result)
    found: list[Any] = []
    if len(frame):
        of_year = frame["year"].isna() | (frame["year"] == result.year).fillna(False)
        for code, rows in (("inputs.now", frame[of_year]), ("inputs.others", frame[~of_year])):
            if len(rows):
                found.append(
                    _lineage(rows, text(code, lang, year=result.year, count=len(rows)), lang, case)
                )
    issues = list(dict.fromkeys(n for p in result.owner_parts for n in p.issues))
    issues.sort(key=lambda n: ("error", "warning", "note", "").index(n.severity))
    if issues:
        title = text("inputs.remarks", lang, count=len(issues))
        effects = {w.text(lang): w.args["effect"] for p in result.owner_parts for w in p.warnings}
        said = [_remark(note, effects.get(note.text(lang)), lang) for note in issues]
        found.append(Listing(said, summary=title))
    for part in result.owner_parts:
        if not math.isnan(part.coverage) and part.coverage < 1:
            share = Amount(100 * part.coverage, "%")
            said = text("inputs.coverage", lang, year=part.year, share=share)
            named = text("said.named", lang, name=numbered(part, lang), said=said)
            found.insert(0, Text(named if result.parts else said))
    return [*found, Listing(_versions(case, lang), summary=word("heading", "provenance", lang))]


def _lineage(rows: pd.DataFrame, caption: str, lang: str, case: Case) -> Table:
    known = known_items()
    asked = {p: case.list[p].requirements for p in dict.fromkeys(rows["indicator"])}
    names = []
    for row in rows.itertuples():
        wanted = asked[row.indicator]
        if row.what in known:
            name = getattr(known[row.what], lang)
        elif row.what in wanted:
            name = Words(*wanted[row.what]).text(lang)
        else:
            # A document that no requirement asks for stands for the indicator.
            named = isinstance(row.what, str) and row.what
            name = named or name_of("indicator", row.indicator, lang)
        place = (
            word("area_kind", row.place, lang)
            if row.place in ("redline", "protected")
            else row.place
        )
        names.append(text("said.brackets", lang, name=name, said=place) if place else name)
    notes = [
        (*[Note("as_stated", words=Words(n, n))] * bool(n), *more)
        for n, more in zip(rows["note"], rows["notes"], strict=True)
    ]
    undated = text("inputs.undated", lang)
    frame = pd.DataFrame(
        {
            "item": names,
            "year": [undated if pd.isna(y) else str(y) for y in rows["year"]],
            "figure": rows["figure"],
            "unit": [unit_name(u, lang) if u else "" for u in rows["unit"]],
            "owner": [case.owner(key, lang) for key in rows["owner"]],
            # What was computed from monitoring stands in no other place than its file.
            "position": rows["position"].where(rows["position"] != rows["file"], ""),
            "note": notes,
            "origin": [
                " ".join(filter(None, place))
                for place in zip(rows["file"], rows["sheet"], rows["cell"], strict=True)
            ],
        }
    )
    return told(frame, lang, caption)


def _remark(note: Note, effect: Name | None, lang: str) -> str:
    """A remark with its grade, its effect on the verdict and its place."""
    grade = word("severity", note.severity, lang)
    if effect:
        told = text(f"inputs.effect.{effect.code}", lang)
        grade = text("said.brackets", lang, name=grade, said=told)
    said = text("inputs.remark", lang, grade=grade, remark=note)
    place = str(note.source)
    return text("inputs.at", lang, remark=said, place=place) if place else said


def _versions(case: Case, lang: str) -> list[str]:
    """The parameter files and settings a page rests on, and the versions of the software."""
    versions = computing()
    python = versions.pop("python")
    software = (f"Python {python}", *(f"{name} {version}" for name, version in versions.items()))
    files = (f"params/{case.county}.yml", "params/defaults.yml", "result.json")
    return [
        text("versions.files", lang, files=files),
        text("versions.base_year", lang, year=case.params.county.base_year),
        text(
            "versions.settings", lang, alpha=show(case.settings.alpha), years=case.settings.history
        ),
        text("versions.software", lang, software=software),
    ]


# --- the way on -----------------------------------------------------------------------------------


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
