"""What a county and year has to show, as tables for people: headings and words in one language.

Workbook, Word report and the CSV files are made of these and of nothing else. A column has a code;
its heading stands in `texts/export.yml` under `export.column.<code>`, what it means under
`export.about.<code>`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from ecolib.assess.annual import Annual, write_table
from ecolib.assess.documents import proves
from ecolib.assess.needs import needs, told
from ecolib.assess.result import PRECEDENCE, Need, Result
from ecolib.data.dictionary import unit_name
from ecolib.grouping import grouped
from ecolib.indicators.catalogue import known_items
from ecolib.indicators.targets import requirements_of
from ecolib.pages.wording import brief, called, numbered, place_name, sentence, spread
from ecolib.texts import amount, show, text, word

if TYPE_CHECKING:
    from ecolib.assess.case import Case
    from ecolib.assess.series import Series

#: The verdicts in the order in which they are counted.
COUNTED = (*reversed(PRECEDENCE), "not_applicable")
#: The kinds of indicator; those of the national list are summed up after the first two.
NATIONAL = ("binding", "reference")
#: Where the verdict hangs on a thing that is missing, or where it would only confirm a value.
GRADES = {True: "required", False: "recommended"}
#: How many years an office is asked for.
YEARS = 3
#: Reasons that give the value of a survey made soon after the year.
SURVEYED_LATER = ("survey_after_year", "survey_reported")


@dataclass(frozen=True)
class Dossier:
    """One county and year with its results and audited claims, to be put into one language."""

    case: Case
    results: tuple[Result, ...]
    claims: pd.DataFrame
    lang: str

    def say(self, code: str, **args: Any) -> str:
        return text(code, self.lang, **args)

    def word(self, kind: str, name: str) -> str:
        return word(kind, name, self.lang)

    def basis(self, result: Result) -> str:
        return self.word("basis", result.basis) if result.basis else "—"

    def owners(self, keys: Iterable[str]) -> str:
        joint = self.say("export.list_joint")
        return joint.join(self.case.owner(key, self.lang) for key in keys)

    @property
    def county(self) -> str:
        return self.case.params.county.name(self.lang)

    @property
    def years(self) -> tuple[int, ...]:
        """The years looked at side by side, the year of assessment last."""
        return tuple(range(self.case.year - YEARS + 1, self.case.year + 1))

    @cached_property
    def needs(self) -> list[Need]:
        return needs(self.results)

    @cached_property
    def parts(self) -> dict[str, Result]:
        """Results and parts by indicator."""
        return with_parts(self.results)

    def titles(self, results: Iterable[Result]) -> str:
        return self.say("export.list_joint").join(numbered(r, self.lang) for r in results)

    def paragraph(self, sentences: Iterable[str]) -> str:
        return {"zh": "", "en": " "}[self.lang].join(filter(None, sentences))


def with_parts(results: Iterable[Result]) -> dict[str, Result]:
    """Results and parts by indicator."""
    return {each.indicator: each for result in results for each in (result, *result.parts)}


def two_digits(number: str) -> str:
    """The number of an indicator as archives sort it: 09, 10, 30a."""
    return number.zfill(2 + number[-1].isalpha())


def figure_of(result: Result, year: int) -> float:
    return math.nan if result.series is None else result.series.at(year)


def documents_of(result: Result) -> tuple[int, int] | None:
    """How many requirements documents prove, of how many, where no figure is asked for beside them."""
    asked = result.detail.get("requirements")
    if result.verdict.status == "not_applicable":
        return None
    figures = any(need.decisive and need.kind != "document" for need in result.needs)
    of_figure = result.unit != "requirements" and (figures or not math.isnan(result.value))
    return None if asked is None or of_figure else (sum(asked["state"] == "documented"), len(asked))


def surveyed(result: Result, lang: str, *, bare: bool = False) -> str:
    """The value of a survey made soon after the year, with the year it was made in, where it stands
    for the year; `bare` without its unit. Empty where there is none."""
    for note in result.verdict.notes:
        if note.rule in SURVEYED_LATER:
            value, later = note.args["value"], note.args["later"]
            shown = show(value.value, lang) if bare else value
            return text("report.surveyed", lang, value=shown, later=later)
    return ""


def shown_value(result: Result, year: int, lang: str) -> str:
    """The value of a year for a table: what is asked for and not there is said to be missing; where
    the value is not sure its range in its place."""
    value = figure_of(result, year)
    if result.parts or result.verdict.status == "not_applicable":
        return "—"
    ends = (math.nan, math.nan) if result.series is None else result.series.range_of(year)
    if between := spread(*ends, "", lang):
        return between
    documents = documents_of(result)
    if documents and (year == result.year or result.unit == "requirements" and value == value):
        return f"{documents[0] if year == result.year else show(value)}/{documents[1]}"
    if math.isnan(value):
        later = surveyed(result, lang, bare=True) if year == result.year else ""
        return later or text("export.missing", lang)
    return shown_in(result.series, year, lang)


def shown_in(series: Series, year: int, lang: str, written: Callable = show) -> str:
    """A figure under its year: its range where it is not certain, and that it came without a year;
    empty where there is none."""
    if between := spread(*series.range_of(year), "", lang):
        return between
    value = series.at(year)
    said = "" if math.isnan(value) else written(value, lang)
    return text("export.undated_value", lang, value=said) if series.is_undated(year) else said


def value_of(result: Result, lang: str) -> str:
    """The value of the year in a few characters: with unit and range, or how many parts are met."""
    if result.verdict.status == "not_applicable":
        return "—"
    if result.parts:
        applicable = [p for p in result.parts if p.verdict.status != "not_applicable"]
        met = sum(part.verdict.status == "met" for part in applicable)
        return text("report.parts_met", lang, n=met, m=len(applicable))
    if documents := documents_of(result):
        return text("report.documents", lang, n=documents[0], m=documents[1])
    low, high = result.ends
    if math.isnan(low) and math.isnan(result.value):
        return surveyed(result, lang) or text("export.missing", lang)
    said = spread(low, high, result.unit, lang) or amount(result.value, result.unit, lang)
    undated = result.series is not None and result.series.is_undated(result.year)
    return text("export.undated_value", lang, value=said) if undated else said


def unit_of(result: Result, lang: str) -> str:
    return "—" if result.parts or documents_of(result) else unit(result.unit, lang)


def unit(code: str, lang: str) -> str:
    """The name of a unit for a column; a dash where a figure has none."""
    return (unit_name(code, lang) if code else "") or "—"


# --- the tables: rows of codes to what stands in the cell -----------------------------------------


def counts(dossier: Dossier) -> pd.DataFrame:
    """How many indicators of each kind came to which verdict, the national ones summed up."""
    by_kind = {
        kind: [r for r in dossier.results if r.kind == kind] for kind in (*NATIONAL, "local")
    }
    groups = {kind: by_kind[kind] for kind in NATIONAL}
    groups["national"] = [r for kind in NATIONAL for r in by_kind[kind]]
    groups |= {"local": by_kind["local"]} if by_kind["local"] else {}
    rows = []
    for name, results in groups.items():
        found = {status: sum(r.verdict.status == status for r in results) for status in COUNTED}
        label = dossier.say("export.national") if name == "national" else dossier.word("kind", name)
        applicable = len(results) - found["not_applicable"]
        rows.append({"kind": label, "total": len(results), "applicable": applicable, **found})
    return pd.DataFrame(rows)


def overview(dossier: Dossier) -> Iterator[dict[str, Any]]:
    """Every indicator and part with three years, the verdict and what it rests on."""
    lang = dossier.lang
    for result in dossier.parts.values():
        entry = result.entry
        yield {
            "number": result.number,
            "indicator": entry.words(lang).title,
            "system": dossier.word("system", entry.system),
            "kind": dossier.word("kind", result.kind),
            "unit": unit_of(result, lang),
            "target": brief(result.target).text(lang),
            **{str(y): shown_value(result, y, lang) for y in dossier.years},
            "verdict": dossier.word("status", result.verdict.status),
            "basis": dossier.basis(result),
            "owner": dossier.owners(entry.owner),
            "reason": result.verdict.reason(lang),
        }


def results(dossier: Dossier) -> Iterator[dict[str, Any]]:
    """Every indicator and part with its value, in full and as shown, its range and its changes."""
    lang, year = dossier.lang, dossier.case.year
    for result in dossier.parts.values():
        entry, series, trend = result.entry, result.series, result.trend
        low, high = result.ends
        changes: dict[str, float | None] = dict.fromkeys(("change_last_year", "change_base_year"))
        # As everywhere, no number where nothing may be said of the change.
        told = {f"change_{since}": c.difference for since, c in result.change.items() if c.is_told}
        yield {
            "number": result.number,
            "code": result.indicator,
            "indicator": entry.words(lang).title,
            "system": dossier.word("system", entry.system),
            "kind": dossier.word("kind", result.kind),
            "year": year,
            "unit": unit_of(result, lang),
            "value": rounded(result.value),
            "value_full": known(result.value),
            "low": known(low),
            "high": known(high),
            "rounding": known(math.nan if series is None else series.at(year, "rounding")),
            "basis": dossier.basis(result),
            "target": result.target.text(lang),
            "verdict": dossier.word("status", result.verdict.status),
            "reason": result.verdict.reason(lang),
            **changes | told,
            "trend": dossier.word("trend", trend.status if trend else "undetermined"),
            "coverage": known(result.coverage),
            "owner": dossier.owners(entry.owner),
            "list": result.list,
        }


def known(value: float) -> float | None:
    """A number; none where there is none or no end."""
    return None if math.isnan(value) or math.isinf(value) else float(value)


def rounded(value: float) -> float | None:
    """The number as it is shown: in few decimals, so that both can be told apart in a column."""
    return None if known(value) is None else float(show(value, "zh").replace("−", "-"))


def owed(dossier: Dossier) -> Iterator[dict[str, Any]]:
    """What is missing, by the unit that owes it, what a verdict hangs on first."""
    lang, binding = dossier.lang, {r.indicator for r in dossier.results if r.kind == "binding"}

    def urgency(need: Need) -> tuple:
        whole = {dossier.case.list[name].group or name for name in need.indicators}
        return (not need.decisive, not whole & binding)

    by_owner = grouped((need.owner, need) for need in dossier.needs)
    joint = dossier.say("export.list_joint")
    for owner in sorted(by_owner, key=lambda owner: min(map(urgency, by_owner[owner]))):
        for need in sorted(by_owner[owner], key=urgency):
            serves = [dossier.case.list[name] for name in need.indicators]
            yield {
                "owner": dossier.case.owner(owner, lang),
                "grade": dossier.say(f"export.grade.{GRADES[need.decisive]}"),
                "number": joint.join(entry.number for entry in serves),
                "indicator": joint.join(entry.words(lang).title for entry in serves),
                "what": sentence(told([need], need.year).text(lang)),
                "unit": unit(need.unit, lang),
                "year": need.year,
            }


def claims(dossier: Dossier) -> Iterator[dict[str, Any]]:
    """What the county's document prints, and what the data say of it; contradicted ones first."""
    order = {"contradicts": 0, "cannot_check": 1, "agrees": 2}
    found = dossier.claims
    for row in found.iloc[found["finding"].map(order).argsort(kind="stable")].itertuples():
        yield {
            "number": row.number,
            "indicator": dossier.case.list[row.indicator].words(dossier.lang).title,
            "year": int(row.year),
            "claim": row.claim,
            "printed": row.printed,
            "recomputed": _found(row.recomputed, dossier.lang),
            "finding": dossier.word("finding", row.finding),
            "rule": dossier.word("rule", row.rule),
            "explanation": getattr(row, f"explanation_{dossier.lang}"),
            "position": row.position,
            "cause": int(row.cause),
        }


def _found(recomputed: str, lang: str) -> str:
    """A verdict by its word, a number in as many decimals as others are shown in."""
    if recomputed in COUNTED:
        return word("status", recomputed, lang)
    try:
        return show(float(recomputed), "zh")  # a year has no thousands
    except ValueError:
        return recomputed


def inputs(dossier: Dossier) -> Iterator[dict[str, Any]]:
    """Every figure and document that a result used or could have used, as submitted."""
    lang = dossier.lang
    for result in dossier.parts.values():
        if result.parts:
            continue
        entry, items = result.entry, known_items()
        for row in result.lineage:
            owner = items[row["what"]].owner if row["what"] in items else entry.owner[0]
            told = [row["note"], *(note.text(lang) for note in row["notes"])]
            yield {
                "number": result.number,
                "indicator": entry.words(lang).title,
                "what": called(row["what"], entry, lang),
                "year": row["year"],
                "figure": row["figure"],
                "unit": unit(row["unit"], lang),
                "place": place_name(row["place"], lang),
                "owner": dossier.case.owner(owner, lang),
                "position": row["position"],
                "file": row["file"],
                "sheet": row["sheet"],
                "cell": row["cell"],
                "note": dossier.paragraph(told),
            }


def corrections(dossier: Dossier) -> Iterator[dict[str, Any]]:
    """Known errors in what was submitted, and what was used instead."""
    for done in dossier.case.corrections():
        entry = done.correction
        yield {
            "file": done.file,
            "sheet": done.sheet,
            "cell": done.cell,
            "what": done.what.text(dossier.lang),
            "was": done.was,
            "now": done.now,
            "unit": unit(done.unit, dossier.lang),
            "done": dossier.word("correction", entry.do),
            "reason": getattr(entry.reason, dossier.lang),
            "said_by": getattr(entry.source, dossier.lang),
            "date": entry.date.isoformat(),
        }


def evidence(dossier: Dossier) -> Iterator[dict[str, Any]]:
    """The documents submitted or cited that speak of the three years or are in force in them,
    numbered within their indicator."""
    lang, case, first = dossier.lang, dossier.case, dossier.years[0]
    for result in dossier.parts.values():
        entry, own = result.entry, () if result.parts else case.documents(result.entry)
        told = (row for row in own if (row["year"] or row["valid_to"] or first) >= first)
        # One document may serve several requirements and years.
        rows = grouped(((r["title"] or r["statement"], r["number"], r["date"]), r) for r in told)
        wanted = requirements_of(case.list[entry.id].target) | dict(entry.requirements)
        for at, ((cited, number, date), same) in enumerate(rows.items(), 1):
            proved = {wanted[r["requirement"]][lang == "en"]: None for r in same
                      if r["requirement"] in wanted}  # fmt: skip
            yield {
                "archive": f"{two_digits(result.number)}-{at:02}",
                "title": cited,
                "document_number": number or "—",
                "date": date or "—",
                "proves": dossier.say("export.list_joint").join(proved) or entry.words(lang).title,
                "state": dossier.say(f"export.evidence.{_state(same[0])}"),
                "file": same[0]["file"],
                "position": same[0]["position"] or "—",
            }


def _state(row: Mapping) -> str:
    """Whether a document can be looked up by number or date, only by its title, or not at all."""
    if row["title"] is None:
        return "stated"
    return "cited" if proves(row) else "named"


# --- all of them ----------------------------------------------------------------------------------

#: The sheets of the workbook, in its order; what a column is follows from its code.
TABLES = {
    "overview": overview,
    "results": results,
    "needs": owed,
    "claims": claims,
    "inputs": inputs,
    "evidence": evidence,
    "corrections": corrections,
}


def table(dossier: Dossier, name: str) -> pd.DataFrame:
    """One of `TABLES` with the headings in the language."""
    rows = pd.DataFrame(TABLES[name](dossier), dtype=object)
    return rows.rename(columns=lambda code: heading(dossier, code))


def save_listings(annual: Annual, lang: str) -> None:
    """Write `results.<lang>.csv` and `needs.<lang>.csv` beside the annual report."""
    dossier = Dossier(annual.case, annual.results, annual.claims, lang)
    for name in ("results", "needs"):
        write_table(table(dossier, name), annual.case.report_folder / f"{name}.{lang}.csv")


def heading(dossier: Dossier, code: str) -> str:
    if code in COUNTED:
        return dossier.word("status", code)
    return code if code.isdigit() else dossier.say(f"export.column.{code}")
