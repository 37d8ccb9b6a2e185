"""What each bureau owes, and the lists that remind it: its part of the one list of needs
(`ecolib.assess.needs`) with what it has to mend, and what it has to attend to by the plan of work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ecolib.assess.case import Case
from ecolib.assess.needs import needs, told
from ecolib.assess.result import Need
from ecolib.collect.asking import OWN_FORMS, Round, is_required
from ecolib.collect.filing import asked_of_all, file_stems, filed, new_in_place
from ecolib.collect.returning import Listed, Row, by_owner, list_book, list_of, to_mend
from ecolib.data import dictionary
from ecolib.data.dictionary import unit_name
from ecolib.data.ids import FOR_PEOPLE, table_by_id
from ecolib.data.listing import counts
from ecolib.data.readers import read_file
from ecolib.data.sheet import Sheet
from ecolib.data.versions import NEVER_ABOUT, filled_rows, is_template
from ecolib.files import write_bytes
from ecolib.grouping import grouped
from ecolib.pages import planned
from ecolib.pages.wording import sentence
from ecolib.texts import Note, listed, name_of, text, word
from ecolib.workplan.state import Standing, plan_day, plan_state

#: Of what a unit owes, this many things are named on the screen.
NAMED = 8
#: Table and column of the id under which a template says what must be filled in.
NEED = (FOR_PEOPLE, "need")
#: What stands of a row of the plan (`planned.cell`) under a heading of its list.
SHOWN = {
    "problem_kind": "state", "matter": "name", "quantity": "quantity", "term": "deadline",
    "share": "share", "problem": "fact", "number": "serves", "position": "position",
}  # fmt: skip


@dataclass(frozen=True)
class Outstanding:
    """What a unit owes: whether its workbook came back, its part of the one list of needs, the rows
    of last year's tables that it has not given again, and those of the plan that it leads and that
    need its attention.
    """

    owner: str
    returned: bool
    owed: tuple[Need, ...]
    rows: tuple[str, ...] = ()
    planned: tuple[Standing, ...] = ()

    @property
    def to_judge(self) -> tuple[Need, ...]:
        """Those needs that a verdict hangs on."""
        return tuple(need for need in self.owed if need.decisive)

    def text(self, case: Case, lang: str) -> str:
        """What the command says of it: who, whether it came back, what is owed, the first by name."""
        names = [*self.rows, *(told([need], case.year) for need in self.to_judge)]
        code = "outstanding.returned" if self.returned else "outstanding.nothing"
        more = len(self.owed) - len(self.to_judge)
        parts = [
            _counted("outstanding.owed", names) if names else Note("outstanding.no_need"),
            *([Note("outstanding.useful", count=more)] if more else ()),
            *([Note("outstanding.planned", count=len(self.planned))] if self.planned else ()),
        ]
        return text(code, lang, owner=case.owner_words(self.owner), owed=tuple(parts))


def _counted(code: str, names: Sequence[str | Note]) -> Note:
    more = Note("outstanding.more") if len(names) > NAMED else ""
    return Note(code, count=len(names), names=tuple(names[:NAMED]), more=more)


def outstanding(case: Case) -> list[Outstanding]:
    """Every unit that is asked for something or owes anything, with what it owes.

    The case must be opened after the last workbook was filed.
    """
    asked, back, states = dict(asked_of_all(Round.of(case, "zh"))), filed(case), []
    owed = grouped((need.owner, need) for need in needs(case.evaluate_all()))
    due = planned.attention(plan_state(case))
    for owner in dictionary.owners():
        ours = [path for path in back.get(owner, ()) if is_template(path)]
        rows = not_given_again(read_file(ours[-1], case.root)) if ours else ()
        if ours or owner in asked or owner in owed or owner in due:
            own = tuple(owed.get(owner, ())), rows, tuple(due.get(owner, ()))
            states.append(Outstanding(owner, bool(ours), *own))
    return states


def not_given_again(sheets: Sequence[Sheet]) -> tuple[str, ...]:
    """The sites and the like of the year before that must be filled in and nobody has begun.

    Items and documents are left to the list of needs, which knows whether anything rests on them.
    """
    found = []
    for sheet in sheets:
        name = table_by_id(sheet)
        if name is None or name in OWN_FORMS:
            continue
        begun = {number for number, _ in filled_rows(sheet)}
        found += [_called(sheet, cells) for n, cells in _required(sheet) if n not in begun]
    return tuple(found)


def _required(sheet: Sheet) -> list[tuple[int, tuple]]:
    place = next((i for i, p in enumerate(sheet.id_parts) if p and p.group(1, 2) == NEED), None)
    if place is None:
        return []
    return [row for row in sheet.rows if place < len(row[1]) and is_required(row[1][place])]


def _called(sheet: Sheet, cells: Sequence) -> str:
    """What a row is called: what is given in it, and neither its year nor its unit."""
    given = [
        str(cell)
        for i, cell in enumerate(cells[: len(sheet.ids)])
        if cell and (p := sheet.id_parts[i]) and p[1] != FOR_PEOPLE and p[4]
        and p[2] not in NEVER_ABOUT
    ]  # fmt: skip
    return f"{sheet.name} {' '.join(given)}"


# --- as lists to send -----------------------------------------------------------------------------


def write_reminders(
    case: Case, states: Sequence[Outstanding], notes: Sequence[Note], lang: str
) -> list[Path]:
    """Write what each unit owes and has to mend below `outputs/<county>/<year>/reminders`.

    The folder is put in the place of the one before as a whole: a workbook for each unit that has
    anything to do, and an overview of all of them.

    Returns
    -------
    list of Path
        The files, the overview first.
    """
    # A target that was not handed in is among what is owed.
    mend = by_owner(case, (note for note in notes if note.code != "absent.target"))
    stems = file_stems(case, "listing.reminder_name", lang)
    books: dict[str, bytes] = {}
    rows = []
    for state in states:
        own = mend.get(state.owner, [])
        anything = (
            state.owed or state.rows or state.planned or any(n.severity != "note" for n in own)
        )
        file = f"{stems[state.owner]}.xlsx" if anything else ""
        rows.append(_overview(case, state, own, lang) | {"list": file})
        if file:
            name = text("listing.to_mend", lang)
            sheets = [_owed(case, state, lang), to_mend(case, state.owner, own, lang, name)]
            sheets += [_planned(case, state, lang)] if state.planned else []
            books[file] = list_book(case, sheets, lang)
    first = f"{text('listing.overview_name', lang, year=case.year)}.xlsx"
    overview = list_of(case, "listing.overview", rows, lang)
    books = {first: list_book(case, [overview], lang), **books}
    with new_in_place(case, "reminders") as made:
        for name, data in books.items():
            write_bytes(made / name, data)
    return [case.out / "reminders" / name for name in books]


def _overview(case: Case, state: Outstanding, notes: Sequence[Note], lang: str) -> Row:
    owed = Counter(need.reason for need in state.owed)
    return {
        "owner": case.owner(state.owner, lang),
        "returned": name_of("yes_no", "yes" if state.returned else "no", lang),
        "to_judge": owed["to_judge"] + len(state.rows),
        "to_recompute": owed["to_recompute"],
        **counts(notes),
        "planned": len(state.planned),
    }


def _owed(case: Case, state: Outstanding, lang: str) -> Listed:
    rows = [*(_need(need, lang) for need in state.owed)]
    rows += [_row(row, case, lang) for row in state.rows]
    about, owner = "" if rows else text("listing.owed.nothing", lang), case.owner(state.owner, lang)
    return list_of(case, "listing.owed", rows, lang, owner=owner, about=about)


def _need(need: Need, lang: str) -> Row:
    return {
        "owed": sentence(told([need], need.year).text(lang)),
        "unit": unit_name(need.unit, lang),
        "year": need.year,
        "indicators": listed((name_of("indicator", i, lang) for i in need.indicators), lang),
        "reason": word("need_reason", need.reason, lang),
    }


def _planned(case: Case, state: Outstanding, lang: str) -> Listed:
    rows = (
        {name: planned.cell(of, standing, case, lang) for name, of in SHOWN.items()}
        for standing in state.planned
    )
    about, owner = text("listing.planned.about", lang, on=plan_day(case)), state.owner
    return list_of(case, "listing.planned", rows, lang, owner=case.owner(owner, lang), about=about)


def _row(row: str, case: Case, lang: str) -> Row:
    owed = text("listing.owed.row", lang, row=row)
    return {"owed": owed, "year": case.year, "reason": word("need_reason", "to_judge", lang)}
