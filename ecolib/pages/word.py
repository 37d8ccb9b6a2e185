"""考核指标完成情况自评估报告: the report on all indicators that a county hands in, as a Word file.

A docxtpl template (`word_template`, or an office's own) is filled from the results; every sentence
comes from `texts/export.yml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecolib.assess.result import PRECEDENCE, Result
from ecolib.pages import listings
from ecolib.pages.listings import COUNTED, Dossier
from ecolib.pages.word_fill import Properties, fill
from ecolib.pages.word_sections import Sections, ended
from ecolib.pages.wording import numbered
from ecolib.pages.wordml import FOLDER
from ecolib.texts import Name, joined, words

if TYPE_CHECKING:
    from docxtpl import DocxTemplate

#: The verdicts that leave something to be done, the gravest first.
OPEN = tuple(status for status in PRECEDENCE if status != "met")
#: Characters of a reason that fit into a column of the overview.
LONGEST_REMARK = {"zh": 48, "en": 110}


def report(dossier: Dossier, template: Path | None = None) -> bytes:
    """The filled report as the bytes of a .docx.

    Parameters
    ----------
    template
        An office's own; the default of the language where there is none.

    Raises
    ------
    RunError
        When docxtpl is not installed, or the template cannot be read, or names what is not there.
    """
    told = _Content(dossier)
    source = template or FOLDER / f"report.{dossier.lang}.docx"
    about = Properties(told.short_title, dossier.lang, told.office, dossier.case.year)
    return fill(source, told.content, about)


class _Content:
    """What a template of the report is filled with, as `data/README.md` lists it."""

    def __init__(self, dossier: Dossier):
        self.dossier, self.case = dossier, dossier.case
        self.lang, self.say = dossier.lang, dossier.say
        self.office = self.say("export.office", county=dossier.county)
        self.short_title = self.say(
            "export.short_title", county=dossier.county, year=self.case.year
        )

    def content(self, filled: DocxTemplate) -> dict[str, Any]:
        """What stands for each placeholder of a template."""
        d, say = self.dossier, self.say
        rows = list(listings.overview(d))
        blank = say("export.blank")
        sections = Sections(d, filled)
        signers = ("compiled", "checked", "issued", "date")
        return {
            "draft": True,
            "county": d.county,
            "year": self.case.year,
            "title_lines": [d.county, say("export.honour"), say("export.title")],
            "short_title": self.short_title,
            "office": self.office,
            "date": blank,
            "sign_rows": [{"label": say(f"export.sign.{who}"), "text": blank} for who in signers],
            "years": [say("export.year", year=year) for year in d.years],
            "names": {code: d.word("status", code) for code in words("status")}
            | {code: say(f"export.column.{code}") for code in ("kind", "total", "applicable")}
            | {"na": d.word("status", "not_applicable")},
            "scope": self._scope(),
            "verdict_words": [
                {"word": d.word("status", status), "meaning": say(f"export.verdict.{status}")}
                for status in words("status")
            ],
            "counts": [
                {**row, "na": row["not_applicable"]}
                for row in listings.counts(d).to_dict("records")
            ],
            "conclusion": list(self._conclusion()),
            "first_steps": list(self._first_steps()),
            "overview_intro": say("export.overview_intro", years=d.years),
            "overview": list(self._overview(rows)),
            "overview_foot": list(self._counted_kinds()),
            "systems": list(self._systems(sections)),
            "gates_intro": [say("export.gates_intro"), say("export.gates_open")],
            "gates": [dict.fromkeys(("text", "answer", "proof", "note"), blank)] * 5,
            "problem_groups": list(self._problem_groups()),
            "actions": list(self._actions()),
            "needs": [
                {"owner": owner, "rows": list(rows)}
                for owner, rows in groupby(listings.owed(d), key=lambda row: row["owner"])
            ],
            "conflicts": [row for row in listings.claims(d)
                          if row["finding"] == d.word("finding", "contradicts")],
            "evidence": list(listings.evidence(d)),
        }  # fmt: skip

    # --- small phrases

    def _counted(self, results: Sequence[Result]) -> str:
        """达标5项、未达标1项: the verdicts there are, in the order in which they are counted."""
        found = {s: sum(r.verdict.status == s for r in results) for s in COUNTED}
        return self.say("export.comma").join(
            self.say("export.count_of", verdict=Name("status", status), n=n)
            for status, n in found.items()
            if n
        )

    def _of_kind(self, kind: str) -> list[Result]:
        return [r for r in self.dossier.results if r.kind == kind]

    @property
    def _open(self) -> dict[str, list[Result]]:
        """What leaves something to be done, by verdict."""
        found = {status: [] for status in OPEN}
        for result in self.dossier.results:
            found.get(result.verdict.status, []).append(result)
        return {status: results for status, results in found.items() if results}

    # --- chapters 1 and 2

    def _scope(self) -> list[str]:
        d, listed = self.dossier, self.case.list
        of_list = [self.say("export.scope.list", county=d.county, list=listed.document)]
        if listed.national is not listed:
            of_list.append(self.say("export.scope.national", list=listed.national.document))
        found = [
            d.paragraph(of_list),
            self.say("export.scope.years", year=self.case.year, years=d.years,
                     base=self.case.params.county.base_year),
            self.say("export.scope.basis"),
        ]  # fmt: skip
        warning = listed.warning(self.case.year)
        return found if warning is None else [*found, warning.text(self.lang)]

    def _counted_kinds(self) -> Iterator[str]:
        for kind in (*listings.NATIONAL, "local"):
            if own := self._of_kind(kind):
                applicable = sum(r.verdict.status != "not_applicable" for r in own)
                yield self.say("export.of_kind", kind=Name("kind", kind), n=len(own),
                               m=applicable, counts=self._counted(own))  # fmt: skip

    def _conclusion(self) -> Iterator[str]:
        results = self.dossier.results
        yield self.say("export.total", n=len(results), counts=self._counted(results))
        yield self.dossier.paragraph(self._counted_kinds())
        for status, found in self._open.items():
            titles = self.dossier.titles(found)
            of = Name("status", status)
            yield self.say("export.named", verdict=of, n=len(found), indicators=titles)
        applicable = any(r.verdict.status != "not_applicable" for r in results)
        closed = "export.all_met" if applicable else "conclusion.nothing"
        yield self.say("export.not_yet" if self._open else closed)

    def _first_steps(self) -> Iterator[str]:
        for status, found in self._open.items():
            yield self.say(f"export.step.{status}", indicators=self.dossier.titles(found))
        yield self.say("export.step.gates")

    def _overview(self, rows: list[dict]) -> Iterator[dict]:
        """Bands of the national list by system, then the county's own indicators."""
        d = self.dossier
        found = dict(zip(d.parts, rows, strict=True))
        for system in words("system"):
            own = (r for r in d.results if r.entry.system == system)
            if results := [r for r in own if r.kind != "local"]:
                band = self.say("export.band", system=Name("system", system), n=len(results),
                                counts=self._counted(results))  # fmt: skip
                yield {"band": band, "rows": list(self._lines(results, found))}
        if local := self._of_kind("local"):
            band = self.say("export.band_local")
            yield {"band": band, "rows": list(self._lines(local, found))}

    def _lines(self, results: Iterable[Result], rows: dict[str, dict]) -> Iterator[dict]:
        for result in results:
            for at, each in enumerate((result, *result.parts)):
                row = rows[each.indicator]
                years = {f"y{n}": row[str(y)] for n, y in enumerate(self.dossier.years)}
                name = row["indicator"]
                if at:
                    name = self.say("export.part", n=at, name=name)
                yield {**row, **years, "name": name, "remark": self._remark(each)}

    def _remark(self, result: Result) -> str:
        """Why a verdict leaves something open, or what it hangs on; the section has all of it."""
        if result.parts:
            return self.say("export.see_parts")
        if result.verdict.status == "met" or not result.verdict.notes:
            return "—"
        notes = result.verdict.notes
        first = notes[-1 if result.verdict.status == "conditional" else 0]
        told = (joined(of, self.lang).rstrip("。.") for of in (notes, (first,)))
        fits = (said for said in told if len(said) <= LONGEST_REMARK[self.lang])
        return next(fits, self.say("export.see_section"))

    # --- chapter 3

    def _systems(self, sections: Sections) -> Iterator[dict]:
        for system in words("system"):
            results = [r for r in self.dossier.results if r.entry.system == system]
            if results:
                yield {
                    "name": self.dossier.word("system", system),
                    "summary": self.say("export.summary", system=Name("system", system),
                                        n=len(results), counts=self._counted(results)),
                    "indicators": [sections.of(r) for r in results],
                }  # fmt: skip

    # --- chapter 5

    def _problem_groups(self) -> Iterator[dict]:
        for status, found in self._open.items():
            title = self.say("export.group", verdict=Name("status", status), n=len(found))
            told = [
                self.say("export.problem_of", indicator=numbered(r, self.lang),
                         reason=ended(self.lang, r.verdict.reason(self.lang)))
                for r in found
            ]  # fmt: skip
            yield {"title": title, "paragraphs": told}

    def _actions(self) -> Iterator[dict]:
        for result in chain.from_iterable(self._open.values()):
            status, title = result.verdict.status, result.entry.words(self.lang).title
            yield {
                "number": result.number,
                "what": self.say(f"export.action.{status}", indicator=title),
                "done": self.say(f"export.done.{status}"),
                "owner": self.dossier.owners(result.entry.owner),
                "due": self.say("export.blank"),
            }
