"""What the page of an indicator shows of its definition, and of where its figures come from."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from latex2mathml.converter import convert
from markupsafe import Markup

from ecolib.assess.case import Case
from ecolib.assess.result import Result
from ecolib.data.dictionary import unit_name
from ecolib.fingerprint import computing
from ecolib.indicators.catalogue import Indicator, known_items
from ecolib.indicators.cited import cited
from ecolib.indicators.declaring import ITEM
from ecolib.indicators.targets import is_assigned
from ecolib.pages.pieces import Facts, Heading, Listing, Table, Text, told
from ecolib.pages.wording import brief, called, numbered, owners_of, place_name
from ecolib.texts import Amount, Name, Note, Words, amount, show, text, word


def definition(result: Result, entry: Indicator, lang: str, case: Case) -> list[Any]:
    """What is measured, how it is computed and what is asked, for the indicator or each of its parts."""
    found: list[Any] = [Text(entry.words(lang).definition)]
    parts = case.list.parts_of(entry) if result.parts else (entry,)
    names = tuple(word(kind, getattr(entry, kind), lang) for kind in ("kind", "system"))
    facts = [(word("label", "kind", lang), text("said.list", lang, names=names))]
    for part, outcome in zip(parts, result.owner_parts, strict=True):
        target, set_by = brief(outcome.target), _set_by(part, outcome, lang, case)
        formulas = [Text(sign, "formula") for sign in _formulas(part, outcome, case, lang)]
        if result.parts:
            said = text("definition.target", lang, target=target, set_by=set_by)
            heading = Heading(numbered(outcome, lang), f"part-{outcome.number}")
            words = part.words(lang)
            found += [heading, Text(words.definition), Text(words.formula), *formulas, Text(said)]
        else:
            found += [Text(part.words(lang).formula), *formulas]
            facts.append((word("label", "target", lang), target.text(lang)))
            facts.append((text("definition.set_by", lang), set_by))
    if entry.supports:
        facts.append((word("label", "supports", lang), owners_of(entry.supports, case, lang)))
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
    given = case.params.assignment(entry.id, result.year)
    if given is not None:
        said = text("target_by.authority", lang)
        if given.position:
            said = text("said.brackets", lang, name=said, said=given.position)
        return text("said.named", lang, name=said, said=given.document)
    own = text("target_by.list", lang, document=case.list.national.document)
    if entry.kind == "local":
        own = text("target_by.county", lang)
    if not is_assigned(entry.target) or result.verdict.status == "not_applicable":
        return own
    return text("target_by.missing", lang, own=own, year=result.year)


def inputs(result: Result, lang: str, case: Case) -> list[Any]:
    """Figures and documents with their places, remarks, and what the page was made with; all folded."""
    frame = _used(result)
    found: list[Any] = []
    of_year = frame["year"].fillna(result.year) == result.year
    for code, rows in (("inputs.now", frame[of_year]), ("inputs.others", frame[~of_year])):
        if len(rows):
            caption = text(code, lang, year=result.year, count=len(rows))
            found.append(_lineage(rows, caption, lang, case))
    issues = list(dict.fromkeys(n for p in result.owner_parts for n in p.issues))
    issues.sort(key=lambda n: ("error", "warning", "note", "").index(n.severity))
    if issues:
        effects = {w.text(lang): w.args["effect"] for p in result.owner_parts for w in p.warnings}
        said = [_remark(note, effects.get(note.text(lang)), lang) for note in issues]
        found.append(Listing(said, text("inputs.remarks", lang, count=len(issues))))
    for part in result.owner_parts:
        if not math.isnan(part.coverage) and part.coverage < 1:
            share = Amount(100 * part.coverage, "%")
            said = text("inputs.coverage", lang, year=part.year, share=share)
            named = text("said.named", lang, name=numbered(part, lang), said=said)
            found.insert(0, Text(named if result.parts else said))
    return [*found, Listing(_versions(case, lang), summary=word("heading", "provenance", lang))]


def _used(result: Result) -> pd.DataFrame:
    """Every figure and document used, as it stands in its source, with the unit that owes it."""
    known, rows = known_items(), []
    for part in result.owner_parts:
        for row in part.lineage:
            owner = known[row["what"]].owner if row["what"] in known else part.entry.owner[0]
            rows.append({**row, "indicator": part.indicator, "owner": owner})
    frame = pd.DataFrame(rows or {"year": []}).astype({"year": "Int64"})
    return frame.drop_duplicates(ignore_index=True)


def _lineage(rows: pd.DataFrame, caption: str, lang: str, case: Case) -> Table:
    places = rows[["file", "sheet", "cell"]].itertuples(index=False)
    frame = rows[["year", "figure"]].assign(
        item=[_called(row, case, lang) for row in rows.itertuples()],
        year=rows["year"].astype("string").fillna(text("inputs.undated", lang)),
        unit=[unit_name(unit, lang) if unit else "" for unit in rows["unit"]],
        owner=[case.owner(key, lang) for key in rows["owner"]],
        # What was computed from monitoring stands in no other place than its file.
        position=rows["position"].where(rows["position"] != rows["file"], ""),
        note=[
            (*[Note("as_stated", words=Words(own, own))] * bool(own), *more)
            for own, more in zip(rows["note"], rows["notes"], strict=True)
        ],
        origin=[" ".join(filter(None, place)) for place in places],
    )
    return told(frame[["item", *frame.columns.drop("item")]], lang, caption)


def _called(row: Any, case: Case, lang: str) -> str:
    """What a figure or document is called, with its place."""
    name = called(row.what, case.list[row.indicator], lang)
    place = place_name(row.place, lang)
    return text("said.brackets", lang, name=name, said=place) if place else name


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
    settings = {"alpha": show(case.settings.alpha), "years": case.settings.history}
    return [
        text("versions.files", lang, files=files),
        text("versions.base_year", lang, year=case.params.county.base_year),
        text("versions.settings", lang, **settings),
        text("versions.software", lang, software=software),
    ]
