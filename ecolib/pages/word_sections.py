"""Chapter 3 of the Word report: what is said of one indicator, and its tables and figures.

Every sentence comes from `texts/export.yml`.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ecolib.assess.needs import alike, needs, told
from ecolib.assess.result import Need, Result
from ecolib.indicators.catalogue import known_items
from ecolib.indicators.declaring import ITEM
from ecolib.pages import listings, plots, tables
from ecolib.pages.formula import evaluated, omml
from ecolib.pages.listings import Dossier, shown_value
from ecolib.pages.style import subplots
from ecolib.pages.wording import in_prose, moved, numbered, sentence, spread
from ecolib.texts import Amount, Name, amount, minus, show, text

if TYPE_CHECKING:
    import pandas as pd
    from docxtpl import DocxTemplate

#: What a value rests on, other than papers.
FIGURES = ("computed", "reported")
#: Remarks on files and folders are for those who mend them (`ecolib check`), not for a report.
OF_FILES = ("outside_year",)
#: Width of a figure on the page, in mm, and its dots per inch.
FIGURE_MM, DPI = 150, 200


class Sections:
    """The sections of the indicators; tables, figures and formulas are numbered as they come."""

    def __init__(self, dossier: Dossier, filled: DocxTemplate):
        self.dossier, self.filled = dossier, filled
        self.case, self.lang, self.say = dossier.case, dossier.lang, dossier.say
        self.tables = self.pictures = self.numbers = 0

    def of(self, result: Result) -> dict:
        """What a template says of one indicator, as `data/README.md` lists it."""
        applicable = [p for p in result.owner_parts if p.verdict.status != "not_applicable"]
        tables = list(self._tables(result, applicable))
        figures = [f for part in applicable if (f := self._figure(part)) is not None]
        name, verdict = result.entry.words(self.lang).title, Name("status", result.verdict.status)
        return {
            "number": result.number,
            "name": name,
            "definition": list(self._definition(result)),
            "method": list(self._method(result)),
            "status": list(self._status(result, applicable, tables, figures)),
            "worked": [w for part in applicable if (w := self._worked(part)) is not None],
            "tables": tables,
            "figures": figures,
            "judgement": list(self._judgement(result)),
            "verdict_sentence": self.say(
                "export.verdict_sentence", indicator=name, verdict=verdict
            ),
            "sources": list(self._sources(result)),
            "problems": list(self._problems(result)),
            "next_steps": list(self._next_steps(result)),
            "duties": self._duties(result),
        }

    def _all(self, listed: Sequence[str]) -> str:
        """甲、乙和丙; a, b and c."""
        if len(listed) < 2:
            return "".join(listed)
        first = self.say("export.comma").join(listed[:-1])
        return self.say("export.and", first=first, last=listed[-1])

    def _lead(self, part: Result, result: Result) -> str:
        """The number and name of a part before what is said of it; nothing for a whole."""
        if part is result:
            return ""
        return self.say("export.of_part", part=numbered(part, self.lang))

    def _definition(self, result: Result) -> Iterator[str]:
        yield result.entry.words(self.lang).definition
        for part in result.parts:
            yield self._lead(part, result) + part.entry.words(self.lang).definition
        *asked, last = (self._target(part, result) for part in result.owner_parts)
        yield from asked
        kind = self.say("export.kind", kind=Name("kind", result.kind))
        yield self.dossier.paragraph((last, kind))

    def _target(self, part: Result, result: Result) -> str:
        code = "export.target" if part is result else "export.target_of_part"
        target = in_prose(part.target).text(self.lang).rstrip("。.")
        return self.say(code, target=target, part=numbered(part, self.lang))

    def _method(self, result: Result) -> Iterator[dict]:
        """How each part is computed, in words, and the formula where it is a share of items."""
        for part in result.owner_parts:
            lead, tex = self._lead(part, result), part.entry.tex
            said = self.say(
                "export.method", formula=part.entry.words(self.lang).formula.rstrip("。.")
            )
            shown = part.verdict.status != "not_applicable" and r"\frac" in tex and ITEM.search(tex)
            formula = self._formula(part.entry.formula_tex(self.lang)) if shown else {"omml": ""}
            yield {"lead": lead + said if lead else sentence(said), **formula}

    def _formula(self, tex: str) -> dict:
        self.numbers += 1
        return {"number": self.numbers, "omml": omml(tex)}

    def _worked(self, part: Result) -> dict | None:
        """The formula with the figures of the year, where it is plain arithmetic and comes out."""
        values = {
            code: self.case.series(code).at(part.year) for code in ITEM.findall(part.entry.tex)
        }
        tex = ITEM.sub(lambda found: exact(values[found[1]], "zh"), part.entry.tex)
        result = None if any(map(math.isnan, values.values())) else evaluated(tex)
        if part.basis != "computed" or result is None or not math.isclose(result, part.value):
            return None
        told = show(part.value, "zh") + r"\%" * (part.unit == "%")
        figures = self.say("export.list_joint").join(
            self.say("export.figure_of", item=Name("item", code), amount=Amount(value, known_items()[code].unit))
            for code, value in values.items()
        )  # fmt: skip
        lead = self.say("export.worked", year=part.year, figures=figures)
        return {"lead": lead, **self._formula(f"{tex}={told}")}

    def _status(
        self, result: Result, applicable: list[Result], tables: list, figures: list
    ) -> Iterator[str]:
        if not applicable:
            yield self.say("export.not_applicable")
        for part in applicable:
            yield self._values(part, result)
        if tables:
            numbers = [self.say("export.ref.table", n=t["number"]) for t in tables]
            numbers += [self.say("export.ref.figure", n=f["number"]) for f in figures]
            yield self.say("export.see", places=self._all(numbers))

    def _values(self, part: Result, result: Result) -> str:
        """The values of three years in one sentence, which are missing, and the last change."""
        years, name = self.dossier.years, part.entry.words(self.lang).title
        if documents := listings.documents_of(part):
            proved, wanted = documents
            return self._lead(part, result) + self.say("export.proved", n=proved, m=wanted)
        values = {year: listings.figure_of(part, year) for year in years}
        undated = {y for y in years if part.series is not None and part.series.is_undated(y)}
        ends = {y: part.series.range_of(y) if part.series else (v, v) for y, v in values.items()}
        # In a list of values only what has no end needs a word.
        endless = {y for y in years if any(map(math.isinf, ends[y]))}
        between = {y: spread(*ends[y], part.unit, self.lang, signs=y not in endless) for y in years}
        known = {
            y: between[y] or amount(v, part.unit, self.lang)
            for y, v in values.items()
            if y not in undated and not math.isnan(ends[y][0])
        }
        if later := listings.surveyed(part, self.lang):
            known[part.year] = later
        told = [
            self.say("export.undated", indicator=name, value=Amount(values[year], part.unit))
            for year in sorted(undated)
        ]
        if known:
            shown = [*known.values()]
            code = "one" if len(shown) == 1 else "many"
            if code == "many" and len({*shown}) == 1:
                code, shown = "same", shown[:1]
            if endless.issuperset(known):
                code += "_bound"
            told.append(self.say(f"export.values.{code}", years=tuple(known), indicator=name,
                                 values=self._all(shown)))  # fmt: skip
        if absent := tuple(y for y in years if y not in known and y not in undated):
            code, of = ("export.absent", {}) if told else ("export.absent_of", {"indicator": name})
            told.append(self.say(code, years=absent, **of))
        change = part.change.get("last_year")
        if change is not None and change.direction in ("improving", "worsening"):
            told.append(self.say("export.moved", year=part.year, before=change.year,
                                 moved=moved(change, part.unit, self.lang)))  # fmt: skip
        return self.dossier.paragraph(told)

    @staticmethod
    def _requirements(part: Result) -> pd.DataFrame | None:
        return part.detail.get("requirements")

    def _tables(self, result: Result, parts: Sequence[Result]) -> Iterator[dict]:
        """What proves each requirement, and the inputs and values of three years, by part."""
        years, name = self.dossier.years, result.entry.words(self.lang).title
        for kind, rows_of in {"proof": self._proofs, "series": self._rows}.items():
            found = [(part, rows) for part in parts if (rows := list(rows_of(part)))]
            if not found:
                continue
            self.tables += 1
            # A part whose only row bears its own name needs no heading.
            banded = kind == "proof" or any(len(rows) > 1 for _, rows in found)
            groups = [
                {"band": "" if part is result or not banded else numbered(part, self.lang),
                 "rows": rows}
                for part, rows in found
            ]  # fmt: skip
            owners = dict.fromkeys(owner for part, _ in found for owner in part.entry.owner)
            yield {
                "number": self.tables,
                "kind": kind,
                "title": self.say(f"export.table.{kind}", indicator=name, years=years),
                "years": [self.say("export.year", year=year) for year in years],
                "groups": groups,
                "note": self.say("export.source_note", owners=self.dossier.owners(owners)),
            }

    def _rows(self, part: Result) -> Iterator[dict]:
        """The inputs and the value of an indicator, three years side by side."""
        years, lang = self.dossier.years, self.lang
        name = part.entry.words(lang).title
        for code in part.entry.inputs:
            item = known_items().get(code)
            # An indicator that is its only input stands once.
            if item is None or item.zh == part.entry.words("zh").title:
                continue
            derived = self.case.derived_from(code)
            basis = "monitored" if derived is not None and code in derived.items else "reported"
            written = show if basis == "monitored" else exact
            series = self.case.series(code)
            shown = [listings.shown_in(series, year, lang, written) for year in years]
            if any(shown):
                shown = [said or self.say("export.missing") for said in shown]
                said = self.say(f"export.figure.{basis}")
                yield self._row(getattr(item, lang), listings.unit(item.unit, lang), shown, said)
        if part.unit != "requirements" and part.series is not None and len(part.series.years):
            shown = (shown_value(part, year, lang) for year in years)
            basis = self.dossier.basis(part)
            yield self._row(name, listings.unit_of(part, lang), shown, basis)

    def _row(self, name: str, unit: str, values: Iterable[str], basis: str) -> dict[str, str]:
        of_years = {f"v{n}": value for n, value in enumerate(values)}
        return {"name": name, "unit": unit, **of_years, "basis": basis}

    def _proofs(self, part: Result) -> Iterator[dict]:
        wanted = self._requirements(part)
        if wanted is None:
            return
        rows = self.case.documents(self.case.list[part.indicator])
        for asked in wanted.itertuples():
            own = [r for r in rows if r["requirement"] == asked.requirement]
            cited = asked.state != "stated" or not own
            own = own or [r for r in rows if r["requirement"] is None]
            if asked.state == "absent":  # what was submitted speaks of other years
                own = []
            # What only states a requirement is told by its statement, whatever it is called.
            last = next((r for r in reversed(own) if r["title"] or not cited), None)
            told = last and (last["title"] if cited else last["statement"] or last["title"])
            name = Name("requirement", f"{part.indicator}.{asked.requirement}")
            yield {
                "name": self.say("export.named_thing", thing=name),
                "proof": told or self.say("export.missing"),
                "date": (last and last["date"]) or "—",
                "state": self.dossier.word("evidence", asked.state),
            }

    def _figure(self, part: Result) -> dict | None:
        known = [y for y in self.dossier.years if not math.isnan(listings.figure_of(part, y))]
        if part.unit == "requirements" or len(known) < 2:
            return None
        from docx.shared import Mm
        from docxtpl import InlineImage

        self.pictures += 1
        drawn = part.series.years.tolist()
        title = self.say("export.figure_title", indicator=part.entry.words(self.lang).title,
                         years=self.say("export.period", first=drawn[0], last=drawn[-1]))  # fmt: skip
        data = io.BytesIO(png(part, self.lang))
        image = InlineImage(self.filled, data, width=Mm(FIGURE_MM))
        return {"number": self.pictures, "title": title, "image": image}

    def _judgement(self, result: Result) -> Iterator[str]:
        for part in result.owner_parts:
            lead, reason = self._lead(part, result), part.verdict.reason(self.lang)
            told = [ended(self.lang, reason if lead else sentence(reason))] if reason else []
            if lead:
                verdict = Name("status", part.verdict.status)
                told.append(self.say("export.verdict_of_part", verdict=verdict))
            yield lead + self.dossier.paragraph(told)
        if result.verdict.status == "conditional":
            yield self.say("export.on_conditions")

    def _sources(self, result: Result) -> Iterator[str]:
        parts, first = result.owner_parts, self.dossier.years[0]
        owners = dict.fromkeys(o for part in parts for o in part.entry.owner)
        yield self.say("export.sources", owners=self.dossier.owners(owners))
        places = (
            place.rpartition("/")[2]  # of monitoring data the file, without its folders
            for part in parts
            for row in part.lineage
            if (row["year"] or result.year) >= first
            for place in filter(None, row["position"].split("; "))
        )
        if positions := self._together(places):
            yield self.say("export.positions", positions=positions)
        elif result.verdict.status != "not_applicable":
            yield self.say("export.no_source")
        # Where requirements are asked for, their table says what each rests on.
        figures = (p.basis for p in parts if self._requirements(p) is None or p.basis in FIGURES)
        for basis in dict.fromkeys(filter(None, figures)):
            yield self.say(f"export.basis.{basis}")

    def _together(self, places: Iterable[str]) -> tuple[str, ...]:
        """Places of one document behind its name, in order: 报表 第2行、第5行."""
        heads: dict[str, set[str]] = {}
        for place in places:
            head, _, rest = place.partition(" ")
            heads.setdefault(head, set()).add(rest)
        comma = self.say("export.comma")
        return tuple(f"{head} {comma.join(sorted(rests, key=_order))}".strip()
                     for head, rests in heads.items())  # fmt: skip

    def _problems(self, result: Result) -> Iterator[str]:
        status = result.verdict.status
        if status in ("not_met", "conflict"):
            yield self.say(f"export.problem.{status}")
        # What the judgement has said already is not said again.
        judged = [part.verdict.reason(self.lang) for part in result.owner_parts]
        doubts = (
            note.text(self.lang)
            for part in result.owner_parts
            for note in part.issues
            if note.severity in ("error", "warning") and note.rule not in OF_FILES
        )
        for doubt in dict.fromkeys(doubts):
            if not any(doubt in reason for reason in judged):
                yield sentence(ended(self.lang, doubt))
        found = self.dossier.claims
        own = {part.indicator for part in (result, *result.parts)}
        wrong = found[found["indicator"].isin(own) & (found["finding"] == "contradicts")]
        if len(wrong):
            yield self.say("export.problem.claims", n=len(wrong))
        if owed := self._owed(result):
            yield self.say("export.problem.needs", n=len(owed))

    def _owed(self, result: Result) -> list[Need]:
        return [need for need in needs([result]) if need.decisive]

    def _next_steps(self, result: Result) -> Iterator[str]:
        status, owners = result.verdict.status, self.dossier.owners(result.entry.owner)
        owed = self._owed(result)
        if status in ("not_met", "conflict", "not_applicable"):
            yield self.say(f"export.next.{status}", owners=owners)
        elif not owed:
            yield self.say("export.next.met", owners=owners)
        for owner in dict.fromkeys(need.owner for need in owed):
            own = [need for need in owed if need.owner == owner]
            name = self.case.owner(owner, self.lang)
            things = tuple(map(told, alike(own)))
            yield self.say("export.next.needs", owner=name, things=things)

    def _duties(self, result: Result) -> str:
        lead, support = result.entry.owner, result.entry.supports
        code = "export.duties" if support else "export.duty"
        helped = {"support": self.dossier.owners(support)} if support else {}
        return self.say(code, lead=self.dossier.owners(lead), **helped)


def ended(lang: str, said: str) -> str:
    """A sentence with its full stop, once."""
    stop = text("export.stop", lang)
    return said.rstrip(stop) + stop


def _order(place: str) -> tuple:
    """The tenth row after the second."""
    return [int(n) for n in re.findall(r"\d+", place)], place


def exact(value: float, lang: str) -> str:
    """A figure as it was submitted, without the noise of a change of unit."""
    if abs(value) >= 1e10:
        return show(value, lang)
    return minus(f"{value:{',' if lang == 'en' else ''}.10g}")


def png(part: Result, lang: str) -> bytes:
    """The figure of the years of an indicator; the bytes depend on nothing else."""
    from matplotlib import pyplot

    figure, axis = subplots(figsize=(7, 2.9))
    plots.history(tables.history(part), axis, lang=lang)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
    pyplot.close(figure)
    return buffer.getvalue()
