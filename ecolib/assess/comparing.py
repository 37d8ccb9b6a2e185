"""What turned between two years of a county, and why.

Four things may differ between the two: what the data say, the targets handed down, the list, and
corrections of the data. Each is held back in turn, with all else as in the later year: where the
verdict then stays as it was, this is a cause. Where several would each have turned it, none of them
held back helps; then each is put in place alone, with all else as in the earlier year. Nothing is
guessed from the figures.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from ecolib.assess.case import Case
from ecolib.assess.lineage import corrections_of
from ecolib.assess.needs import needs, told
from ecolib.assess.result import Need, Result
from ecolib.errors import check_lang
from ecolib.indicators.catalogue import Indicator
from ecolib.texts import Amount, Name, Note, listed, name_of, small_table, text, word

TURNED = (
    "number", "indicator", "name", "before", "after", "before_word", "after_word", "value_before",
    "value", "unit", "causes", "why",
)  # fmt: skip
NEEDED = ("state", "state_word", "owner", "what", "unit", "year", "numbers")


@dataclass(frozen=True)
class Turn:
    """An indicator whose verdict is another one; a result is None where its list has it not.

    `causes` are "data", "target", "list" and "correction", told in this order; none where only several
    of them together turned it. `each` says that there are several, each of which would have done so
    alone.
    """

    entry: Indicator
    before: Result | None
    after: Result | None
    causes: tuple[str, ...]
    each: bool = False

    @property
    def note(self) -> Note:
        """What turned and why, as a sentence."""
        return Note(
            "turn",
            name=Name("indicator", self.entry.id),
            before=_status(self.before),
            after=_status(self.after),
            why=self.why,
        )

    @property
    def why(self) -> Note:
        return self._because(self._cause)

    @property
    def short(self) -> Note:
        """The same with the two values in place of the reasons of the later verdict."""
        return self._because(lambda of: self._values() if of == "data" else self._cause(of))

    def _values(self) -> Note:
        before, after = self.before.value, self.after.value
        if before == after or (math.isnan(before) and math.isnan(after)):
            return Note("turn.material")
        amounts = (
            Note("turn.no_value") if math.isnan(r.value) else Amount(r.value, r.unit)
            for r in (self.before, self.after)
        )
        return Note("turn.values", **dict(zip(("before", "after"), amounts, strict=True)))

    def _because(self, cause_of: Callable[[str], Note]) -> Note:
        causes = tuple(map(cause_of, self.causes or ("together",)))
        return Note("turn.each" if self.each else "turn.why", causes=causes)

    def _cause(self, cause: str) -> Note:
        before, after = self.before, self.after
        match cause:
            case "list" if before is None or after is None:
                return Note("turn.listed" if before is None else "turn.unlisted")
            case "list":
                lists = before.case.list, after.case.list
                return Note("turn.list", before=lists[0].document, after=lists[1].document)
            case "target":
                return Note("turn.target", before=before.target, after=after.target)
            case "correction":
                made = [d for r in (after, before) for d in corrections_of(self.entry, r.case)]
                changes = dict.fromkeys(done.change() for done in made)
                return Note("turn.correction", changes=tuple(changes))
            case "data":
                return Note("turn.data", reason=Note("reasons", reasons=after.verdict.notes))
        return Note("turn.together")


def _status(result: Result | None) -> Name | Note:
    return Note("turn.absent") if result is None else Name("status", result.verdict.status)


@dataclass(frozen=True)
class Comparison:
    """The verdicts and needs of a county in two years, the earlier and the later.

    Attributes
    ----------
    turns
        Every indicator and part whose verdict is another one, in the order of the later list.
    met, new, open
        The needs of the earlier year that are there no more, those that came, those that stayed.
    """

    earlier: Case
    later: Case
    lang: str
    turns: tuple[Turn, ...]
    met: tuple[Need, ...]
    new: tuple[Need, ...]
    open: tuple[Need, ...]

    @cached_property
    def turned(self) -> pd.DataFrame:
        """One row an indicator or part whose verdict turned, with the columns `TURNED`."""
        rows = []
        for turn in self.turns:
            there = turn.after or turn.before
            values = [math.nan if r is None else r.value for r in (turn.before, turn.after)]
            codes = ["" if r is None else r.verdict.status for r in (turn.before, turn.after)]
            words = [_status(r).text(self.lang) for r in (turn.before, turn.after)]
            title = there.entry.words(self.lang).title
            rows.append((
                there.number, there.indicator, title, *codes, *words, *values,
                name_of("unit", there.unit, self.lang), ";".join(turn.causes),
                turn.why.text(self.lang),
            ))  # fmt: skip
        frame = pd.DataFrame(rows, columns=list(TURNED))
        return frame.astype({"value_before": float, "value": float})

    @cached_property
    def needs(self) -> pd.DataFrame:
        """One row a thing that is owed or no longer owed, with the columns `NEEDED`."""
        rows = [
            (
                state,
                word("need_state", state, self.lang),
                case.owner(need.owner, self.lang),
                told([need], need.year).text(self.lang),
                name_of("unit", need.unit, self.lang),
                need.year,
                listed((case.list[i].number for i in need.indicators if i in case.list), self.lang),
            )
            for state, case in (("met", self.earlier), ("new", self.later), ("open", self.later))
            for need in getattr(self, state)
        ]
        return pd.DataFrame(rows, columns=list(NEEDED))

    @property
    def told(self) -> list[Turn]:
        """The turns without those of groups whose parts tell it."""
        groups = {turn.entry.group for turn in self.turns}
        return [turn for turn in self.turns if turn.entry.id not in groups]

    @property
    def head(self) -> str:
        """How many verdicts turned, in a sentence; that a case was compared with itself."""
        if self.earlier is self.later:
            return text("compared.same", self.lang, year=self.later.year)
        years = {"earlier": self.earlier.year, "later": self.later.year}
        whole = [turn for turn in self.turns if turn.entry.group is None]
        return text("compared", self.lang, turns=len(whole), **years)

    @property
    def tail(self) -> str:
        """How many needs came in, came up and stayed, in a sentence; none of a case and itself."""
        if self.earlier is self.later:
            return ""
        counts = {state: len(getattr(self, state)) for state in ("met", "new", "open")}
        return text("compared.needs", self.lang, **counts)

    def sentences(self) -> list[str]:
        """All of it in words: how much, each turn, and the needs."""
        turns = (f"{number} {sentence}" for number, sentence in self._turns_told().items())
        return [self.head, *turns, *filter(None, [self.tail])]

    def _turns_told(self) -> dict[str, str]:
        """The sentence of each turn by the number of its indicator."""
        return {turn.entry.number: turn.note.text(self.lang) for turn in self.told}

    def __repr__(self) -> str:
        return "\n".join(self.sentences())

    def _repr_html_(self) -> str:
        return small_table(self.head, {**self._turns_told(), "": self.tail})


def compare(one: Case, other: Case, lang: str = "zh") -> Comparison:
    """What turned between two cases of one county, in the order of their years."""
    earlier, later = sorted((one, other), key=lambda case: case.year)
    turns = tuple(_turns(earlier, later))
    before, after = (_owed(case) for case in (earlier, later))
    return Comparison(
        earlier,
        later,
        check_lang(lang),
        turns,
        met=tuple(need for key, need in before.items() if key not in after),
        new=tuple(need for key, need in after.items() if key not in before),
        open=tuple(need for key, need in after.items() if key in before),
    )


def _turns(earlier: Case, later: Case) -> Iterator[Turn]:
    held, put = _Held(earlier, later), _Held(later, earlier)
    gone = [entry for entry in earlier.list.values() if entry.id not in later.list]
    for entry in (*later.list.values(), *gone):
        before, after = (
            case.evaluate(entry.id) if entry.id in case.list else None for case in (earlier, later)
        )
        if before is None or after is None:
            yield Turn(entry, before, after, ("list",))
        elif before.verdict.status != after.verdict.status:
            causes = held.causes(entry, before.verdict.status)
            alone = () if causes else put.causes(entry, after.verdict.status)
            yield Turn(entry, before, after, causes or alone, each=len(alone) > 1)


def _owed(case: Case) -> dict[tuple, Need]:
    """What a verdict of the case hangs on, by what it is of whom, whatever the year."""
    owed = (n for n in needs(case.evaluate_all()) if n.decisive)
    # An area is the same thing to ask for, whether of the year or of one before it.
    kinds = {"earlier_area": "figure"}
    return {(n.owner, kinds.get(n.kind, n.kind), n.what): n for n in owed}


@dataclass(frozen=True)
class _Held:
    """A year, the `later`, with one thing as in another one, the `earlier`."""

    earlier: Case
    later: Case

    def causes(self, entry: Indicator, before: str) -> tuple[str, ...]:
        """What alone, as in the other year, gives the verdict that an indicator has there."""
        found = []
        for cause in ("data", "target", "list"):
            case: Case = getattr(self, cause)
            if entry.id in case.list and _status_in(case, entry) == before:
                found.append(cause)
        if any(corrections_of(entry, case) for case in (self.earlier, self.later)):
            bare = {_status_in(case, entry) for case in self.uncorrected}
            if len(bare) == 1:
                # As submitted the years do not differ: that the data do is the correction.
                found = [*(cause for cause in found if cause != "data"), "correction"]
        return tuple(found)

    @cached_property
    def data(self) -> Case:
        """The data of the other year, judged as this one is."""
        return _with_targets(_under(self.earlier, self.later), self.later.year)

    @cached_property
    def target(self) -> Case:
        """This year with the targets handed down for the other one."""
        return _with_targets(self.later, self.earlier.year)

    @cached_property
    def list(self) -> Case:
        """This year under the list of the other one."""
        return _under(self.later, self.earlier)

    @cached_property
    def uncorrected(self) -> tuple[Case, Case]:
        """Both years with the data as they were submitted."""
        county = self.later.data.uncorrected()
        return tuple(replace(case, data=county, kept={}) for case in (self.earlier, self.later))


def _status_in(case: Case, entry: Indicator) -> str:
    return case.evaluate(entry.id).verdict.status


def _under(case: Case, other: Case) -> Case:
    """A case judged by the list of another year."""
    lists = {**case.lists, case.params.list_in(case.year): other.list}
    return replace(case, lists=lists, kept=_of_data(case))


def _with_targets(case: Case, year: int) -> Case:
    """A case with the targets that were handed down for another year."""
    assigned = {
        name: {y: bound for y, bound in by_year.items() if y != case.year}
        | ({case.year: by_year[year]} if year in by_year else {})
        for name, by_year in case.params.assigned.items()
    }
    county = copy.copy(case.data)  # what was read is shared
    county.params = case.params.model_copy(update={"assigned": assigned})
    return replace(case, data=county, kept=_of_data(case))


def _of_data(case: Case) -> dict:
    """What was worked out of raw data, which no target and no list changes."""
    return {"derived": case.kept.setdefault("derived", {})}
