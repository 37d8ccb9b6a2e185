"""What the page of an indicator shows of its values by year, what moved them, and the comparisons."""

from __future__ import annotations

import math
from itertools import pairwise, takewhile
from typing import Any

import pandas as pd

from ecolib.assess.case import Case
from ecolib.assess.result import Result
from ecolib.data.dictionary import unit_name
from ecolib.grouping import grouped
from ecolib.pages import plots, tables
from ecolib.pages.pieces import Figure, Table, Text, badge, figure, told, yearly
from ecolib.pages.style import MARKS
from ecolib.pages.wording import measured, moved, numbered, owners_of, sentence, spread, with_unit
from ecolib.texts import Amount, Name, Note, amount, joined, name_of, text, word, words


def values(result: Result, lang: str, case: Case) -> list[Any]:
    """One figure of all parts with more than one value; fewer are told in a sentence.

    How many of the requirements are proved is no quantity to draw: the checklist has it.
    """
    frame = tables.history(result, case=case)
    frame = frame[frame["unit"] != "requirements"]
    shown = _shown(frame)
    count = frame[frame["value"].notna()].groupby("part")["year"].count()
    several = [p for p in result.owner_parts if count.get(p.number, 0) > 1]
    found: list[Any] = [_drawn(frame, several, lang, case)] if several else []
    silent = []
    for part in result.owner_parts:
        rows = shown[shown["part"] == part.number]
        if part not in several and len(rows):
            once = count.get(part.number) == 1
            found.append(Text(_once(part, lang) if once else _bounded(part, rows, lang)))
        elif rows.empty and part.unit != "requirements":
            silent.append(numbered(part, lang))
    if silent and (found or result.parts) and result.verdict.status != "not_applicable":
        said = text("history.silent", lang, indicators=tuple(silent), year=result.year)
        found.append(Text(said, "absent"))
    return found


def _shown(frame: pd.DataFrame) -> pd.DataFrame:
    """The years with a value, or with an end that bounds it."""
    return frame[frame[["value", "low", "high"]].notna().any(axis=1)]


def _drawn(frame: pd.DataFrame, parts: list[Result], lang: str, case: Case) -> Figure:
    """The figure of parts with values of several years, under what it shows."""
    rows = frame[frame["part"].isin([part.number for part in parts])]
    known, findings = rows[rows["value"].notna()], []
    for part in parts:
        said = _finding(part, known[known["part"] == part.number], lang)
        named = text("finding.of", lang, indicator=part.entry.words(lang).title, said=said)
        findings.append(named if len(parts) > 1 else said)
    title = sentence(text("said.sentences", lang, sentences=tuple(findings)))
    axes = plots.history(rows, lang=lang)
    first = axes if len(parts) == 1 else axes[0]
    source = _source(rows, parts, case, lang)
    return figure(first, title, _history_table(_shown(rows), lang), lang, source=source)


def _once(part: Result, lang: str) -> str:
    """The only value, with its year where it has one."""
    year, value = next(part.series.known())
    code = "history.undated" if part.series.is_undated(year) else "history.single"
    said = {"year": year, "value": Amount(value, part.unit)}
    said["basis"] = word("basis", part.series.basis_of(year), lang)
    return text(code, lang, indicator=part.entry.words(lang).title, **said)


def _bounded(part: Result, rows: pd.DataFrame, lang: str) -> str:
    """Between which ends the value lies in years that have no other figure."""
    years = grouped(
        (spread(r.low, r.high, part.unit, lang, signs=False), r.year) for r in rows.itertuples()
    )
    said = tuple(text("history.in_years", lang, years=own, between=b) for b, own in years.items())
    return text("history.bounded", lang, indicator=part.entry.words(lang).title, bounds=said)


def _finding(part: Result, known: pd.DataFrame, lang: str) -> str:
    """What the figure shows, in words: the value of the year against its target, and where it goes."""
    last = known.iloc[-1]
    year, value = int(last["year"]), last["value"]
    between = spread(last["low"], last["high"], part.unit, lang, signs=False)
    when = "value" if year == part.year else "latest"
    form = "range" if between else "at"
    code = "finding.undated" if last["undated"] else f"finding.{when}_{form}"
    clauses = [text(code, lang, year=year, value=Amount(value, part.unit), between=between)]
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
    return text("said.clauses", lang, clauses=tuple(clauses))


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
    ways = [_way(row, later) for later, row in pairwise(rows)]
    run = list(takewhile(lambda way: way and way == ways[0], ways))
    return (int(rows[len(run)].year), run[0]) if len(run) >= 2 else None


def _way(row: Any, later: Any) -> str:
    """Whether a value rose or fell for sure to the next year; empty where neither can be said."""
    disputed = "conflict" in (row.status, later.status)
    if later.year - row.year != 1 or later.broken or disputed:
        return ""
    ends = [(r.value, r.value) if r.low != r.low else (r.low, r.high) for r in (row, later)]
    (low, high), (low_later, high_later) = ends
    return "rising" if low_later > high else "falling" if high_later < low else ""


def _history_table(rows: pd.DataFrame, lang: str) -> Table:
    """Value, range, basis and verdict by year; one unit stands in the heading."""
    cells = [
        {
            "part": f"{r.part} {name_of('indicator', r.indicator, lang)}",
            "year": text("history.year_undated", lang, year=r.year) if r.undated else str(r.year),
            "value": r.value,
            "range": spread(r.low, r.high, r.unit, lang),
            "unit": unit_name(r.unit, lang),
            "basis": r.basis,
            "target": ""
            if r.target != r.target
            else text("said.bound", lang, sign=r.sign, bound=r.target),
            "verdict": r.status,
        }
        for r in rows.itertuples()
    ]
    frame = pd.DataFrame(cells)
    drop = [name for name in ("part", "unit") if rows[name].nunique() == 1]
    unit = frame["unit"].iloc[0] if "unit" in drop else ""
    heads = {"value": with_unit(word("column", "value", lang), unit, lang)}
    forms = {"basis": lambda basis: word("basis", basis, lang), "verdict": badge(lang)}
    caption = text("history.caption", lang)
    return told(frame.drop(columns=drop), lang, caption, heads=heads, forms=forms)


def _source(rows: pd.DataFrame, parts: list[Result], case: Case, lang: str) -> str:
    """Who submitted what is drawn, and what the marks below the years say."""
    keys = dict.fromkeys(key for part in parts for key in part.entry.owner)
    said = text("source.owners", lang, owners=owners_of(keys, case, lang))
    judged = filter(None, dict.fromkeys(rows["status"]))
    named = {status: word("status", status, lang) for status in judged}
    marks = tuple(text("said.marked", lang, mark=MARKS[s], word=w) for s, w in named.items())
    return text("source.marks", lang, said=said, marks=marks) if marks else said


def drivers(result: Result, lang: str, case: Case) -> list[Any]:
    """What counts are made of, the inputs that moved, and those that did not in words."""
    found: list[Any] = []
    counted = tables.counts(result, case)
    nested = {n for p in result.owner_parts for n in tables.NESTED.get(p.indicator, ("", {}))[1]}
    for indicator, rows in counted.groupby("indicator", sort=False):
        found.append(_counts(rows, indicator, lang))
    frame = tables.drivers(result, case)
    frame = frame[~frame["item"].isin({*(nested if found else ()), *_repeated(frame, result)})]
    values = frame.groupby("item", sort=False)["value"].nunique()
    moving, still = values.index[values > 1], values.index[values <= 1]
    if len(moving):
        found.append(_moving(frame[frame["item"].isin(moving)], lang))
    if len(still):
        sentences = tuple(_still(item, frame[frame["item"] == item], lang) for item in still)
        found.append(Text(text("said.sentences", lang, sentences=sentences)))
    return found


def _repeated(frame: pd.DataFrame, result: Result) -> list[str]:
    """Items that are the value itself, year by year."""
    shown = [dict(part.series.known()) for part in result.owner_parts if part.series]
    units = {part.unit for part in result.owner_parts}
    own = frame[frame["unit"].isin(units)].groupby("item")[["year", "value"]]
    return [item for item, rows in own if dict(rows.itertuples(index=False)) in shown]


def _still(item: str, rows: pd.DataFrame, lang: str) -> str:
    value = Amount(rows["value"].iloc[0], rows["unit"].iloc[0])
    years = tuple(rows["year"])
    of_one_year = "drivers.one_year" if len(years) == 1 else "drivers.still"
    code = "drivers.undated" if rows["undated"].any() else of_one_year
    return text(code, lang, item=name_of("item", item, lang), years=years, value=value)


def _moving(rows: pd.DataFrame, lang: str) -> Figure:
    """Small panels of the inputs; the title names the one that moved most."""
    ends = rows.groupby("item", sort=False)["value"].agg(["first", "last"])
    change = ((ends["last"] - ends["first"]) / ends["first"].abs().where(ends["first"] != 0)).abs()
    most = change.idxmax() if change.notna().any() else ends.index[0]
    own, (before, now) = rows[rows["item"] == most], ends.loc[most]
    unit, years = own["unit"].iloc[0], own["year"].astype(int)
    code = "same" if now == before else "rose" if now > before else "fell"
    title = text(
        f"drivers.{code}", lang, item=name_of("item", most, lang), first=years.iloc[0],
        last=years.iloc[-1], before=Amount(before, unit), now=Amount(now, unit),
    )  # fmt: skip
    heads = {
        item: with_unit(name_of("item", item, lang), unit_name(unit, lang), lang)
        for item, unit in dict(zip(rows["item"], rows["unit"], strict=True)).items()
    }
    wide = rows.pivot(index="year", columns="item", values="value")[list(heads)]
    axes, caption = plots.drivers(rows, lang=lang)[0], text("drivers.caption", lang)
    return yearly(axes, title, wide, caption, heads, lang)


def _counts(rows: pd.DataFrame, indicator: str, lang: str) -> Figure:
    """What the count of a part is made of, year by year."""
    last, meaning = rows[rows["year"] == rows["year"].max()], dict(rows[["band", "meaning"]].values)
    # A band that is all of an item has the name of that.
    bands = {band: Name("band" if band in words("band") else "item", band) for band in meaning}
    names = {band: name.text(lang) for band, name in bands.items()}
    named, unit = word("counted", indicator, lang), word("counted_in", rows["unit"].iloc[0], lang)
    pairs = zip(last["band"], last["value"], strict=True)
    each = tuple(Note("counts.band", band=bands[band], count=n) for band, n in pairs)
    year = int(last["year"].iloc[0])
    title = text("counts.title", lang, name=named, unit=unit, year=year, bands=each)
    wide = rows.pivot(index="year", columns="band", values="value")[list(names)]
    styles = {band: plots.MEANINGS[meaning[band]] for band in names}
    axis = plots.bands(wide, names, title=named, unit=unit, styles=styles, lang=lang)
    return yearly(axis, title, wide, with_unit(named, unit, lang), names, lang)


def changes(result: Result, lang: str, case: Case) -> list[Any]:
    """Change against last year and the base year and the trend, each with what it rests on; in a
    sentence where there is nothing to compare with."""
    rows, alone = [], []
    since = {"last_year": result.year - 1, "base_year": case.params.county.base_year}
    if since["base_year"] == since["last_year"]:
        del since["base_year"]
    for part in result.owner_parts:
        if part.series is None or not any(True for _ in part.series.known()):
            continue
        name = numbered(part, lang)
        # How many requirements are documented is no quantity with a trend.
        trend = part.trend if part.unit != "requirements" else None
        explained = measured(trend.note, part.unit).text(lang) if trend is not None else ""
        if not since.keys() & part.change.keys():
            earlier = tuple(year for year in since.values() if year < part.year)
            years = (part.year,) if math.isnan(part.value) else earlier
            said = text("change.nothing", lang, years=years)
            if trend is not None:
                said = text("change.with_trend", lang, compared=said, trend=explained)
            named = text("said.named", lang, name=name, said=said)
            alone.append(Text(named if result.parts else said))
            continue
        found = [_change(part, name, year, lang) for name, year in since.items()]
        if trend is not None:
            outcome = word("trend", trend.status, lang)
            found.append((text("change.trend", lang), outcome, explained))
        if part.outlook:
            outlook = [measured(note, part.unit) for note in part.outlook]
            found.append((text("change.outlook", lang), "", joined(outlook, lang, "")))
        rows += [(name if result.parts else "", *row) for row in found]
    frame = pd.DataFrame(rows, columns=["part", "compared", "outcome", "explained"])
    return [told(frame, lang, text("change.caption", lang))] * bool(rows) + alone


def _change(part: Result, name: str, year: int, lang: str) -> tuple[str, str, str]:
    """One comparison: with what, what came out, and why not more."""
    since, change = text(f"change.{name}", lang, year=year), part.change.get(name)
    if change is None:
        why = text("change.no_value", lang, years=(year,))
        if year >= part.year:
            why = text("change.too_early", lang, year=year)
        return since, text("change.not_comparable", lang), why
    since = text("said.brackets", lang, name=since, said=amount(change.before, part.unit, lang))
    said = change.note.text(lang) if change.note else ""
    if said and not change.direction:
        return since, text("change.undecided", lang), said
    return since, moved(change, part.unit, lang), said
