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
from ecolib.pages import tables
from ecolib.pages.wording import (
    Facts,
    Heading,
    Listing,
    Table,
    Text,
    brief,
    numbered,
    owners_of,
    told,
)
from ecolib.texts import Amount, Name, Note, Words, amount, name_of, show, text, word


def definition(result: Result, entry: Indicator, lang: str, case: Case) -> list[Any]:
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


def inputs(result: Result, lang: str, case: Case) -> list[Any]:
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
