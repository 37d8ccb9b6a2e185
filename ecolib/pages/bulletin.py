"""The monthly bulletin as a page and as a Word file: one content, written by the numbers of the month."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ecolib.pages import planned
from ecolib.pages.document import STATES, Grid, Part, Told, docx, numbered
from ecolib.pages.render import Page, page
from ecolib.pages.wording import owners_of
from ecolib.texts import Name, Note, minus, spelt_date, text, word
from ecolib.workplan.monthly import LEDGER, Month, due_day, ledger, problem
from ecolib.workplan.state import DUE_DAYS, Standing, month_after

if TYPE_CHECKING:
    from ecolib.assess.case import Case

#: Of each kind of problem so many are told in the text; the annex has them all.
TOLD = 5
#: The annexes, in their order, each with its columns and their shares of the width.
ANNEXES = {
    "reporting": {
        "no": 1, "unit": 5, **dict.fromkeys(STATES, 1.6), "asked": 1.6, "told": 1.6, "when": 2.4, "how": 2.2,
    },
    "rows": {
        "no": 1, "numbers": 1.6, "what": 6, "goal": 2.4, "unit": 4, "deadline": 2.4, "share": 1.7,
        "scheduled": 1.7, "gap": 1.7, "problem": 6,
    },
    "ledger": {
        "no": 1, "kind": 2, "found": 2.4, "numbers": 1.6, "what": 6, "problem": 6, "unit": 4,
        "deadline": 2.4, "closed": 2.4, "proof": 4,
    },
}  # fmt: skip
#: Who is sent a copy of each bulletin.
COPIED = ("party_office", "government_office", "inspection")


class Bulletin(Told):
    """What the bulletin of a month says, in one language."""

    shown = {"numbers": "serves", "what": "name", "goal": "quantity", "problem": "fact"}

    def __init__(self, case: Case, month: Month, lang: str):
        super().__init__(case, lang)
        self.month = month

    def say(self, code: str, **args: Any) -> str:
        return text(f"bulletin.{code}", self.lang, **args)

    # --- head and foot

    @property
    def title(self) -> str:
        return self.say("title", period=self.month.month)

    @property
    def head(self) -> tuple[str, str, str]:
        """For whom it is, what it is, and its number within the year."""
        number = self.say("issue", n=self.month.month.month, blank=Note("export.blank"))
        return self.say("of", county=self.county), self.say("name"), number

    @property
    def signed(self) -> tuple[str, str]:
        day = spelt_date(self.month.now.on.isoformat(), self.lang)
        return self.say("office", county=self.county), day

    @property
    def copied(self) -> str:
        """Who is sent a copy: the line below a letter (GB/T 9704-2012, 7.4.2)."""
        return self.say("copied", units=owners_of(COPIED, self.case, self.lang))

    # --- the text

    @property
    def parts(self) -> list[Part]:
        whole, changed, told = self.month.sentences
        return [
            Part("", [self.say("to"), self.say("lead", told=told)]),
            Part(self.say("whole"), [whole.text(self.lang), changed.text(self.lang)]),
            Part(self.say("good"), list(self._good())),
            Part(self.say("problems"), list(self._problems())),
            Part(self.say("next"), list(self._next())),
            Part("", [self.say("enclosed", **{f"of_{n}": self.say(n) for n in ANNEXES})]),
        ]

    def _good(self) -> Iterator[str]:
        for standing in self.month.finished:
            yield self._told("finished", standing)
        if not self.month.finished:
            yield self.say("none_finished")

    def _problems(self) -> Iterator[str]:
        found = {
            "late": self.month.late,
            "contradicted": self.month.now.of("contradicted"),
            "stopped": self.month.now.of("stopped"),
            "behind": self.month.now.behind,
        }
        for kind, rows in found.items():
            if rows:
                told = tuple(self._told("row", s) for s in rows[:TOLD])
                more = Note("bulletin.more", n=len(rows) - TOLD) if len(rows) > TOLD else ""
                yield self.say(kind, n=len(rows), rows=told, more=more)
        silent = [r for r in self.month.silent if r.when is None]
        if silent:
            names = tuple(Note("bulletin.unit", unit=r.name, n=r.rows) for r in silent)
            yield self.say("silent", n=len(silent), units=names)
        if late := [r for r in self.month.silent if r.when is not None]:
            names = tuple(Note("bulletin.days", unit=r.name, days=r.days_late) for r in late)
            yield self.say("told_late", n=len(late), units=names)
        if not silent and not late and not any(found.values()):
            yield self.say("no_problem")

    def _next(self) -> Iterator[str]:
        orders = []
        if self.month.silent:
            orders.append(self.say("order.silent", n=len(self.month.silent)))
        if self.month.now.of("late", "contradicted", "stopped"):
            orders.append(self.say("order.late"))
        if due := self.month.now.within():
            orders.append(self.say("order.due", days=DUE_DAYS, **planned.named(due, TOLD)))
        following = month_after(self.month.month)
        by = due_day(self.month.now.plan, following)
        orders.append(self.say("order.next", by=by, period=following))
        for n, order in enumerate(orders, 1):
            yield self.say("order", n=n, said=order)

    def _told(self, code: str, standing: Standing) -> str:
        """A row with its units and its fact."""
        units = self.cell("lead", standing)
        lead = self.say("led", units=units) if units else ""
        said = {"what": planned.plain(standing), "fact": planned.fact(standing)}
        return self.say(code, lead=lead, unled="" if lead else self.say("unled"), **said)

    # --- the annexes

    @property
    def annexes(self) -> list[Part]:
        rows = (self._reporting(), self._rows(), self._ledger())
        grids = (
            Grid(self.say(of), self.heads(columns), numbered(own), self.say(f"{of}_note"))
            for (of, columns), own in zip(ANNEXES.items(), rows, strict=True)
        )
        return [Part(self.say("annex", n=n), grids=[grid]) for n, grid in enumerate(grids, 1)]

    def _reporting(self) -> Iterator[Sequence[str]]:
        """Who reported, who did not by the day due; those in time first."""
        counts = self.month.now.counts("lead")
        for each in sorted(
            self.month.reporting, key=lambda r: (r.when is None, r.days_late, -r.told)
        ):
            own = counts.get(each.unit, {})
            how = "silent" if each.when is None else "late" if each.days_late else "in_time"
            yield (
                self.case.owner(each.unit, self.lang),
                *(str(own.get(of, 0)) for of in STATES),
                str(each.rows),
                str(each.told),
                each.when.isoformat() if each.when else "",
                self.say(f"how.{how}", days=each.days_late),
            )

    def _rows(self) -> Iterator[Sequence[str] | str]:
        now = self.month.now
        behind = {s.row.code for s in now.behind}
        found: dict[str, Sequence[Standing]] = {
            of: [s for s in now.of(of) if s.row.code not in behind] for of in LEDGER
        }
        found |= {"late": self.month.late, "behind": now.behind}
        for kind, standings in found.items():
            if standings:
                name = Name("plan_state", kind) if kind != "behind" else Note("bulletin.is_behind")
                silent = kind == "behind" and sum(s.state == "no_report" for s in standings)
                among = Note("bulletin.among", n=silent) if silent else ""
                yield self.say("band", name=name, n=len(standings), among=among)
            yield from (self._row("rows", s, **_progress(s, self.lang)) for s in standings)

    def _ledger(self) -> Iterator[Sequence[str]]:
        for entry in ledger(self.case, self.month.now.on):
            yield self._row(
                "ledger",
                entry.standing,
                kind=word("plan_state", entry.kind, self.lang),
                found=entry.found.isoformat(),
                problem=problem(entry.kind, entry.standing).text(self.lang),
                closed=entry.closed.isoformat() if entry.closed else "",
            )

    def _row(self, annex: str, standing: Standing, **own: str) -> list[str]:
        """A row of an annex, before it is numbered."""
        unit = self.cell("lead", standing) or self.say("no_lead")
        return self.row([*ANNEXES[annex]][1:], standing, unit=unit, **own)


def _progress(standing: Standing, lang: str) -> dict[str, str]:
    """The share of the time, and by how many points what is done is apart from it."""
    gap = 100 * (standing.share - standing.elapsed)
    return {
        "scheduled": planned.share_cell(standing.elapsed, lang),
        "gap": "" if math.isnan(gap) else minus(f"{gap:+.1f}"),
    }


def bulletin(case: Case, month: Month, lang: str) -> Page:
    """The bulletin of a month as a page."""
    found = Bulletin(case, month, lang)
    return page(
        "bulletin",
        lang,
        title=found.title,
        place=text("plan.place", lang, county=found.county, on=month.now.on),
        said=[note.text(lang) for note in month.sentences],
        styles=["report", "bulletin"],
        bulletin=found,
    )


def bulletin_docx(case: Case, month: Month, lang: str) -> bytes:
    """The same as the bytes of a .docx."""
    found = Bulletin(case, month, lang)
    of, name, issue = found.head
    return docx(
        lang,
        header=found.title,
        title=[
            ("CoverOffice", of),
            ("CoverTitle", name),
            ("CoverDate", issue),
            ("ContentsTitle", found.title),
        ],
        parts=found.parts,
        signed=[*found.signed],
        copied=found.copied,
        annexes=found.annexes,
    )
