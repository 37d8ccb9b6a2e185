"""What a template of the report is filled with: sentences, tables and figures of one county and year.

Every sentence comes from `texts/export.yml`.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ecolib.assess.result import PRECEDENCE, Need, Result
from ecolib.data.dictionary import unit_name
from ecolib.indicators.catalogue import known_items
from ecolib.indicators.declaring import ITEM
from ecolib.pages import listings, plots, tables
from ecolib.pages.formula import evaluated, omml
from ecolib.pages.listings import COUNTED, Dossier, plain, shown_value
from ecolib.pages.style import subplots
from ecolib.texts import Amount, Name, text, words

if TYPE_CHECKING:
    from docxtpl import DocxTemplate

#: The verdicts that leave something to be done, the gravest first.
OPEN = tuple(status for status in PRECEDENCE if status != "met")
#: Characters of a reason that fit into a column of the overview.
LONGEST_REMARK = {"zh": 48, "en": 110}
#: Width of a figure on the page, in mm, and its dots per inch.
FIGURE_MM, DPI = 150, 200


class Content:
    """The context of a template, as `data/README.md` lists it."""

    def __init__(self, dossier: Dossier, filled: DocxTemplate):
        self.dossier, self.filled = dossier, filled
        self.case, self.lang, self.say = dossier.case, dossier.lang, dossier.say
        self.tables = self.pictures = self.numbers = 0

    @cached_property
    def context(self) -> dict[str, Any]:
        d, say = self.dossier, self.say
        rows = list(listings.overview(d))
        blank = say("export.blank")
        title = say("export.title")
        return {
            "draft": True,
            "county": d.county,
            "year": self.case.year,
            "title_lines": [d.county, say("export.honour"), title],
            "short_title": say("export.short_title", county=d.county, year=self.case.year),
            "office": say("export.office", county=d.county),
            "date": blank,
            "sign_rows": [{"label": label, "text": blank} for label in self._signers()],
            "years": [self._year(year) for year in d.years],
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
            "overview_intro": say("export.overview_intro", years=self._period(d.years)),
            "overview": list(self._overview(rows)),
            "overview_foot": list(self._counted_kinds()),
            "overview_notes": [say("export.overview_note")],
            "systems": list(self._systems()),
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

    def _signers(self) -> Iterator[str]:
        return (self.say(f"export.sign.{who}") for who in ("compiled", "checked", "issued", "date"))

    def _year(self, year: int) -> str:
        return self.say("export.year", year=year)

    def _period(self, years: Sequence[int]) -> str:
        return self.say("export.period", first=min(years), last=max(years))

    def _all(self, listed: Sequence[str]) -> str:
        """甲、乙和丙; a, b and c."""
        if len(listed) < 2:
            return "".join(listed)
        first = self.say("export.comma").join(listed[:-1])
        return self.say("export.and", first=first, last=listed[-1])

    def _amount(self, value: float, unit: str) -> str:
        return text("export.amount", self.lang, amount=Amount(value, unit))

    def _titles(self, results: Iterable[Result]) -> str:
        return self.dossier.titles(r.indicator for r in results)

    def _counted(self, results: Sequence[Result]) -> str:
        """达标5项、未达标1项: the verdicts there are, in the order in which they are counted."""
        found = {s: sum(r.verdict.status == s for r in results) for s in COUNTED}
        return self.say("export.list_joint").join(
            self.say("export.count_of", verdict=Name("status", status), n=n)
            for status, n in found.items()
            if n
        )

    def _of_kind(self, kind: str) -> list[Result]:
        return [r for r in self.dossier.results if r.kind == kind]

    def _with(self, *statuses: str) -> list[Result]:
        return [r for r in self.dossier.results if r.verdict.status in statuses]

    # --- chapters 1 and 2

    def _scope(self) -> list[str]:
        d, listed = self.dossier, self.case.list
        found = [
            self.say("export.scope.list", county=d.county, list=listed.document.text(self.lang)),
            self.say("export.scope.years", year=self.case.year, years=self._period(d.years),
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
        yield listings.SENTENCES[self.lang].join(self._counted_kinds())
        for status in OPEN:
            if found := self._with(status):
                yield self.say("export.named", verdict=Name("status", status), n=len(found),
                               indicators=self._titles(found))  # fmt: skip
        yield self.say("export.not_yet" if self._with(*OPEN) else "export.all_met")

    def _first_steps(self) -> Iterator[str]:
        for status in OPEN:
            if found := self._with(status):
                yield self.say(f"export.step.{status}", indicators=self._titles(found))
        yield self.say("export.step.gates")

    def _overview(self, rows: list[dict]) -> Iterator[dict]:
        """Bands of the national list by system, then the county's own indicators."""
        d = self.dossier
        found = dict(zip(d.parts, rows, strict=True))
        bands = {
            (system, False): [
                r for r in d.results if r.entry.system == system and r.kind != "local"
            ]
            for system in words("system")
        }
        for (system, _), results in bands.items():
            if results:
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
        """The first reason of a verdict that leaves something open; the section has them all."""
        if result.parts:
            return self.say("export.see_parts")
        if result.verdict.status == "met" or not result.verdict.notes:
            return "—"
        said = result.verdict.notes[0].text(self.lang).rstrip("。.")
        return said if len(said) <= LONGEST_REMARK[self.lang] else self.say("export.see_section")

    # --- chapter 3

    def _systems(self) -> Iterator[dict]:
        for system in words("system"):
            results = [r for r in self.dossier.results if r.entry.system == system]
            if results:
                yield {
                    "name": self.dossier.word("system", system),
                    "summary": self.say("export.summary", system=Name("system", system),
                                        n=len(results), counts=self._counted(results)),
                    "indicators": [self._indicator(r) for r in results],
                }  # fmt: skip

    def _indicator(self, result: Result) -> dict:
        entry, parts = result.entry, result.owner_parts
        applicable = [p for p in parts if p.verdict.status != "not_applicable"]
        tables = [t for part in applicable if (t := self._table(part)) is not None]
        figures = [f for part in applicable if (f := self._figure(part)) is not None]
        return {
            "number": result.number,
            "name": entry.words(self.lang).title,
            "definition": list(self._definition(result)),
            "method": list(self._method(result)),
            "formulas": [f for part in applicable if (f := self._formula(part)) is not None],
            "status": list(self._status(result, tables, figures)),
            "worked": [w for part in applicable if (w := self._worked(part)) is not None],
            "tables": tables,
            "figures": figures,
            "judgement": list(self._judgement(result)),
            "verdict_sentence": self._verdict(result),
            "sources": list(self._sources(result)),
            "problems": list(self._problems(result)),
            "next_steps": list(self._next_steps(result)),
            "duties": self._duties(result),
        }

    def _verdict(self, result: Result) -> str:
        verdict = Name("status", result.verdict.status)
        name = result.entry.words(self.lang).title
        return self.say("export.verdict_sentence", indicator=name, verdict=verdict)

    def _lead(self, part: Result, result: Result) -> str:
        """The number and name of a part before what is said of it; nothing for a whole."""
        if part is result:
            return ""
        return self.say("export.of_part", part=listings.numbered(part.entry, self.lang))

    def _definition(self, result: Result) -> Iterator[str]:
        said = result.entry.words(self.lang)
        yield said.definition
        for part in result.parts:
            yield self._lead(part, result) + part.entry.words(self.lang).definition
        for part in result.owner_parts:
            target = part.target.text(self.lang).rstrip("。.")
            lead = self._lead(part, result)
            yield lead + self.say("export.target", target=target, kind=Name("kind", result.kind))

    def _method(self, result: Result) -> Iterator[str]:
        for part in result.owner_parts:
            said = part.entry.words(self.lang).formula.rstrip("。.")
            yield self._lead(part, result) + self.say("export.method", formula=said)

    def _number(self) -> int:
        self.numbers += 1
        return self.numbers

    def _formula(self, part: Result) -> dict | None:
        if not part.entry.tex:
            return None
        return {"number": self._number(), "omml": omml(part.entry.formula_tex(self.lang))}

    def _worked(self, part: Result) -> dict | None:
        """The formula with the figures of the year, where it is plain arithmetic and comes out."""
        values = {
            code: self.case.series(code).at(part.year) for code in ITEM.findall(part.entry.tex)
        }
        shown = {code: show_exact(value) for code, value in values.items()}
        tex = ITEM.sub(lambda found: shown[found[1]], part.entry.tex)
        result = None if any(map(math.isnan, values.values())) else evaluated(tex)
        if part.basis != "computed" or result is None or not math.isclose(result, part.value):
            return None
        told = plain(part.value) + r"\%" * (part.unit == "%")
        units = self.say("export.list_joint").join(
            self.say("export.figure_of", item=Name("item", code), amount=Amount(value, known_items()[code].unit))
            for code, value in values.items()
        )  # fmt: skip
        lead = self.say("export.worked", year=part.year, figures=units)
        return {"lead": lead, "number": self._number(), "omml": omml(f"{tex}={told}")}

    def _status(self, result: Result, tables: list, figures: list) -> Iterator[str]:
        if result.verdict.status == "not_applicable":
            yield self.say("export.not_applicable")
            return
        for part in result.owner_parts:
            if part.verdict.status != "not_applicable":
                yield self._lead(part, result) + self._values(part)
        if tables:
            numbers = [self.say("export.ref.table", n=t["number"]) for t in tables]
            numbers += [self.say("export.ref.figure", n=f["number"]) for f in figures]
            yield self.say("export.see", places=self._all(numbers))

    def _values(self, part: Result) -> str:
        """The values of three years in one sentence, which are missing, and the last change."""
        years, wanted = self.dossier.years, part.detail.get("requirements")
        if part.unit == "requirements" and wanted is not None:
            proved = 0 if math.isnan(part.value) else int(part.value)
            return self.say("export.proved", n=proved, m=len(wanted))
        values = {year: listings.value_of(part, year) for year in years}
        undated = [y for y in years if part.series is not None and part.series.is_undated(y)]
        known = [y for y in years if not math.isnan(values[y]) and y not in undated]
        told = [
            self.say("export.undated", indicator=part.entry.words(self.lang).title,
                     value=self._amount(values[year], part.unit))
            for year in undated
        ]  # fmt: skip
        if known:
            told.append(self.say(
                "export.values" if len(known) > 1 else "export.value",
                years=self._all([self._year(y) for y in known]),
                indicator=part.entry.words(self.lang).title,
                values=self._all([self._amount(values[y], part.unit) for y in known]),
            ))  # fmt: skip
        if absent := [self._year(y) for y in years if y not in known]:
            told.append(self.say("export.absent", years=self._all(absent)))
        told += self._change(part)
        return listings.SENTENCES[self.lang].join(told)

    def _change(self, part: Result) -> Iterator[str]:
        change = part.change.get("last_year")
        if (
            change is None
            or change.direction not in ("improving", "worsening")
            or not change.difference
        ):
            return
        unit = "pp" if part.unit == "%" else part.unit
        moved = "up" if change.difference > 0 else "down"
        yield self.say(f"export.moved.{moved}", year=part.year, before=change.year,
                       difference=Amount(abs(change.difference), unit))  # fmt: skip

    def _table(self, part: Result) -> dict | None:
        """The inputs and values of three years, or what proves each requirement."""
        wanted = part.detail.get("requirements")
        name = part.entry.words(self.lang).title
        note = self.say("export.source_note", owners=self.dossier.owners(part.entry.owner))
        rows = list(self._rows(part))
        if part.unit == "requirements" and wanted is not None:
            kind, code = "proof", "export.table.proof"
            rows = [self._proof(part, row) for row in wanted.itertuples()]
        elif rows:
            kind, code = "series", "export.table.series"
        else:
            return None
        self.tables += 1
        title = self.say(code, indicator=name, years=self._period(self.dossier.years))
        years = [self._year(y) for y in self.dossier.years]
        return {"number": self.tables, "kind": kind, "title": title, "years": years,
                "rows": rows, "note": note}  # fmt: skip

    def _rows(self, part: Result) -> Iterator[dict]:
        years, lang = self.dossier.years, self.lang
        for code in part.entry.inputs:
            item = known_items().get(code)
            if item is None:
                continue
            values = [self.case.series(code).at(year) for year in years]
            if all(map(math.isnan, values)):
                continue
            shown = [self.say("export.missing") if math.isnan(v) else show_exact(v) for v in values]
            derived = (
                self.case.derived_from(code) is not None
                and code in self.case.derived_from(code).items
            )
            basis = "monitored" if derived else "reported"
            yield {"name": getattr(item, lang), "unit": unit_name(item.unit, lang) or "—",
                   **self._cells(shown), "basis": self.say(f"export.figure.{basis}")}  # fmt: skip
        if part.series is not None and len(part.series.years):
            shown = [shown_value(part, year, lang) for year in years]
            yield {"name": part.entry.words(lang).title, "unit": listings.unit_of(part, lang),
                   **self._cells(shown), "basis": self.dossier.word("basis", part.basis)}  # fmt: skip

    @staticmethod
    def _cells(shown: Sequence[str]) -> dict[str, str]:
        return {f"v{n}": cell for n, cell in enumerate(shown)}

    def _proof(self, part: Result, wanted: Any) -> dict:
        rows = [r for r in self.case.documents(self.case.list[part.indicator])
                if r["requirement"] in (wanted.requirement, None)]  # fmt: skip
        titled = [r for r in rows if r["title"]] or rows
        last = titled[-1] if titled else None
        proof = last and (last["title"] or last["statement"])
        name = Name("requirement", f"{part.indicator}.{wanted.requirement}")
        return {
            "name": self.say("export.named_thing", thing=name),
            "proof": proof or self.say("export.missing"),
            "date": (last and last["date"]) or "—",
            "state": self.dossier.word("evidence", wanted.state),
        }

    def _figure(self, part: Result) -> dict | None:
        known = [y for y in self.dossier.years if not math.isnan(listings.value_of(part, y))]
        if part.unit == "requirements" or len(known) < 2:
            return None
        from docx.shared import Mm
        from docxtpl import InlineImage

        self.pictures += 1
        title = self.say("export.figure_title", indicator=part.entry.words(self.lang).title,
                         years=self._period(part.series.years.tolist()))  # fmt: skip
        data = io.BytesIO(png(part, self.lang))
        image = InlineImage(self.filled, data, width=Mm(FIGURE_MM))
        return {"number": self.pictures, "title": title, "image": image}

    def _judgement(self, result: Result) -> Iterator[str]:
        for part in result.owner_parts:
            reason = part.verdict.reason(self.lang)
            stop = self.say("export.stop")
            lead = self._lead(part, result)
            verdict = "" if part is result else self._verdict(part)
            reason = reason if lead else reason[:1].upper() + reason[1:]
            told = (reason.rstrip(stop) + stop if reason else "", verdict)
            yield lead + listings.SENTENCES[self.lang].join(filter(None, told))
        if result.verdict.status == "conditional":
            yield self.say("export.on_conditions")

    def _sources(self, result: Result) -> Iterator[str]:
        owners = dict.fromkeys(o for part in result.owner_parts for o in part.entry.owner)
        yield self.say("export.sources", owners=self.dossier.owners(owners))
        recent = {
            place.rpartition("/")[2]: None  # of monitoring data the file, without its folders
            for part in result.owner_parts
            for row in part.lineage
            if (row["year"] or result.year) in self.dossier.years
            for place in filter(None, row["position"].split("; "))
        }
        if recent:
            yield self.say("export.positions", positions=tuple(recent))
        for basis in dict.fromkeys(part.basis for part in result.owner_parts if part.basis):
            yield self.say(f"export.basis.{basis}")

    def _problems(self, result: Result) -> Iterator[str]:
        told: dict[str, None] = {}
        for part in result.owner_parts:
            for note in part.issues:
                if note.severity in ("error", "warning"):
                    told[note.text(self.lang)] = None
        found = self.dossier.claims
        own = {part.indicator for part in (result, *result.parts)}
        wrong = found[found["indicator"].isin(own) & (found["finding"] == "contradicts")]
        if len(wrong):
            told[self.say("export.problem.claims", n=len(wrong))] = None
        if owed := self._owed(result):
            told[self.say("export.problem.needs", n=len(owed))] = None
        if result.verdict.status in ("not_met", "conflict"):
            yield self.say(f"export.problem.{result.verdict.status}")
        stop = self.say("export.stop")
        yield from (sentence.rstrip(stop) + stop for sentence in told)

    def _owed(self, result: Result) -> list[Need]:
        own = {part.indicator for part in (result, *result.parts)}
        return [n for n in self.dossier.needs if n.decisive and own & {*n.indicators}]

    def _next_steps(self, result: Result) -> Iterator[str]:
        status, owners = result.verdict.status, self.dossier.owners(result.entry.owner)
        if status in ("not_met", "conflict"):
            yield self.say(f"export.next.{status}", owners=owners)
        by_owner: dict[str, dict[str, None]] = {}
        for need in self._owed(result):
            thing = self.say(f"export.need.{need.kind}", what=need.name(self.lang))
            dated = self.say("export.of_year", year=need.year, what=thing)
            by_owner.setdefault(need.owner, {})[dated] = None
        for owner, things in by_owner.items():
            name = self.case.owner(owner, self.lang)
            joint = self.say("export.list_joint")
            yield self.say("export.next.needs", owner=name, things=joint.join(things))
        if (
            status in ("met", "not_applicable")
            or not by_owner
            and status not in ("not_met", "conflict")
        ):
            yield self.say(f"export.next.{'not_applicable' if status == 'not_applicable' else 'met'}",
                           owners=owners)  # fmt: skip

    def _duties(self, result: Result) -> str:
        lead, support = result.entry.owner, result.entry.supports
        code = "export.duties" if support else "export.duty"
        helped = {"support": self.dossier.owners(support)} if support else {}
        return self.say(code, lead=self.dossier.owners(lead), **helped)

    # --- chapter 5

    def _problem_groups(self) -> Iterator[dict]:
        for status in OPEN:
            if found := self._with(status):
                title = self.say("export.group", verdict=Name("status", status), n=len(found))
                stop = self.say("export.stop")
                told = [
                    self.say("export.problem_of", indicator=listings.numbered(r.entry, self.lang),
                             reason=r.verdict.reason(self.lang).rstrip(stop))
                    for r in found
                ]  # fmt: skip
                yield {"title": title, "paragraphs": told}

    def _actions(self) -> Iterator[dict]:
        for status in OPEN:
            for result in self._with(status):
                yield {
                    "number": result.number,
                    "what": self.say(f"export.action.{status}",
                                     indicator=result.entry.words(self.lang).title),
                    "done": self.say(f"export.done.{status}"),
                    "owner": self.dossier.owners(result.entry.owner),
                    "due": self.say("export.blank"),
                }  # fmt: skip


def show_exact(value: float) -> str:
    """A figure as it was submitted, without the noise of a change of unit."""
    return f"{value:.10g}".replace("-", "−") if abs(value) < 1e10 else plain(value)


def png(part: Result, lang: str) -> bytes:
    """The figure of the years of an indicator; the bytes depend on nothing else."""
    from matplotlib import pyplot

    figure, axis = subplots(figsize=(7, 2.9))
    plots.history(tables.history(part), axis, lang=lang)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    pyplot.close(figure)
    return buffer.getvalue()
