"""The monthly bulletin as a page and as a Word file: one content, written by the numbers of the month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from ecolib.pages import planned
from ecolib.pages.document import Grid, Part, docx
from ecolib.pages.render import Page, check_lang, page
from ecolib.texts import Note, spelt_date, text, word
from ecolib.workplan.monthly import Entry, Month, due_day, ledger
from ecolib.workplan.state import DUE_DAYS, Standing

if TYPE_CHECKING:
    from ecolib.assess.case import Case

#: Of each kind of problem so many are told in the text; the annex has them all.
TOLD = 5
#: The annexes, in their order.
ANNEXES = ("reporting", "rows", "ledger")
#: What the second annex lists, in this order; then what is only behind.
LISTED = ("late", "contradicted", "no_report")


class Bulletin:
    """What the bulletin of a month says, in one language."""

    def __init__(self, case: Case, month: Month, lang: str):
        self.case, self.month, self.lang = case, month, check_lang(lang)
        self.county = case.params.county.name(lang)

    def say(self, code: str, **args) -> str:
        return text(f"bulletin.{code}", self.lang, **args)

    # --- head and foot

    @property
    def title(self) -> str:
        return self.say("title", period=self.month.month)

    @property
    def head(self) -> tuple[str, str, str]:
        """For whom it is, what it is, and its number within the year."""
        name = self.say("name")
        return (
            self.say("of", county=self.county),
            name,
            self.say("issue", n=self.month.month.month, blank=Note("export.blank")),
        )

    @property
    def signed(self) -> tuple[str, str]:
        return self.say("office", county=self.county), spelt_date(
            self.month.now.on.isoformat(), self.lang
        )

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
        if self.month.late or self.month.now.of("contradicted"):
            orders.append(self.say("order.late"))
        if due := self.month.now.within():
            named = tuple(map(planned.quoted, due[:TOLD]))
            more = Note("plan.others") if len(due) > TOLD else ""
            orders.append(self.say("order.due", days=DUE_DAYS, n=len(due), names=named, more=more))
        following = (self.month.month.replace(day=28) + timedelta(4)).replace(day=1)
        by = due_day(self.month.now.plan, following)
        orders.append(self.say("order.next", by=by, period=following))
        for n, order in enumerate(orders, 1):
            yield self.say("order", n=n, said=order)

    def _told(self, code: str, standing: Standing) -> str:
        """A row with its units and its fact."""
        lead = self.say("led", units=self._units(standing)) if standing.row.lead else ""
        unled = "" if lead else self.say("unled")
        said = {"what": planned.plain(standing), "fact": planned.fact(standing)}
        return self.say(code, lead=lead, unled=unled, **said)

    def _units(self, standing: Standing) -> str:
        return planned.units(standing.row.lead, self.case, self.lang) or self.say("no_lead")

    def _numbers(self, standing: Standing) -> str:
        items = planned.numbers(standing.row, self.case)
        return text("report.listed", self.lang, items=items) if items else "—"

    # --- the annexes

    @property
    def annexes(self) -> list[Part]:
        grids = (self._reporting(), self._rows(), self._ledger())
        return [Part(self.say("annex", n=n), grids=[grid]) for n, grid in enumerate(grids, 1)]

    def _columns(self, shares: Mapping[str, float]) -> dict[str, float]:
        return {self.say(f"column.{name}"): share for name, share in shares.items()}

    def _reporting(self) -> Grid:
        """Who reported, who did not by the day due; those in time first."""
        counts = self.month.now.counts("lead")
        states = ("done", "on_track", "due", "late", "no_report", "contradicted", "no_date")
        columns = self._columns({"no": 1, "unit": 5}) | {
            word("plan_state", of, self.lang): 1.6 for of in states
        }
        columns |= self._columns({"asked": 1.6, "told": 1.6, "when": 2.4, "how": 2.2})
        order = sorted(self.month.reporting, key=lambda r: (r.when is None, r.days_late, -r.told))
        rows = []
        for n, each in enumerate(order, 1):
            own = counts.get(each.unit, {})
            how = "silent" if each.when is None else "late" if each.days_late else "in_time"
            cells = [str(own.get(of, 0)) for of in states]
            rows.append((str(n), self.case.owner(each.unit, self.lang), *cells, str(each.rows),
                         str(each.told), each.when.isoformat() if each.when else "—",
                         self.say(f"how.{how}", days=each.days_late)))  # fmt: skip
        return Grid(self.say("reporting"), columns, rows, self.say("reporting_note"))

    def _rows(self) -> Grid:
        columns = self._columns({
            "no": 1, "numbers": 1.6, "what": 6, "goal": 2.4, "unit": 4, "due": 2.4,
            "share": 1.7, "scheduled": 1.7, "gap": 1.7, "problem": 6,
        })  # fmt: skip
        found = {of: self.month.now.of(of) for of in LISTED} | {"behind": self.month.now.behind}
        found["late"] = self.month.late
        behind = {s.row.code for s in self.month.now.behind}
        rows: list[Sequence[str] | str] = []
        n = 0
        for kind, standings in found.items():
            own = [s for s in standings if kind in ("behind", "late") or s.row.code not in behind]
            if own:
                name = (
                    self.say("is_behind")
                    if kind == "behind"
                    else word("plan_state", kind, self.lang)
                )
                rows.append(self.say("band", name=name, n=len(own)))
            for standing in own:
                n += 1
                rows.append((str(n), *self._row(standing)))
        return Grid(self.say("rows"), columns, rows, self.say("rows_note"))

    def _row(self, standing: Standing) -> tuple[str, ...]:
        row = standing.row
        done, elapsed = standing.share, standing.elapsed
        gap = 100 * (elapsed - done)
        return (
            self._numbers(standing),
            row.name,
            planned.quantity(row, self.lang) or "—",
            self._units(standing),
            row.deadline.isoformat() if row.deadline else "—",
            f"{100 * done:.0f}%" if done == done else "—",
            f"{100 * elapsed:.0f}%" if elapsed == elapsed else "—",
            f"{-gap:+.0f}".replace("-", "\u2212") if gap == gap else "—",
            planned.fact(standing).text(self.lang),
        )

    def _ledger(self) -> Grid:
        columns = self._columns({
            "no": 1, "kind": 2, "found": 2.4, "numbers": 1.6, "what": 6, "problem": 6,
            "unit": 4, "due": 2.4, "closed": 2.4, "proof": 4,
        })  # fmt: skip
        entries = ledger(self.case, self.month.now.on)
        rows = [(str(n), *self._entry(entry)) for n, entry in enumerate(entries, 1)]
        return Grid(self.say("ledger"), columns, rows, self.say("ledger_note"))

    def _entry(self, entry: Entry) -> tuple[str, ...]:
        row = entry.standing.row
        return (
            word("plan_state", entry.kind, self.lang),
            entry.found.isoformat(),
            self._numbers(entry.standing),
            row.name,
            entry.problem.text(self.lang),
            self._units(entry.standing),
            row.deadline.isoformat() if row.deadline else "—",
            entry.closed.isoformat() if entry.closed else "—",
            text("report.sentences", self.lang, sentences=entry.standing.proof) or "—",
        )


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
        annexes=found.annexes,
    )
