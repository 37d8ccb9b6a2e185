"""A verdict, and which one decides for a whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ecolib.texts import Note, joined

#: From the one that decides first to the one that decides last; parts that do not apply are left out.
PRECEDENCE = ("not_met", "conflict", "not_evaluable", "declared", "met")
STATUSES = (*PRECEDENCE, "not_applicable")


@dataclass(frozen=True)
class Verdict:
    """One of `STATUSES`, and what it rests on."""

    status: str
    notes: tuple[Note, ...] = ()

    def reason(self, lang: str) -> str:
        return joined(self.notes, lang)

    def because(self, *notes: Note) -> Verdict:
        """The same verdict with further notes."""
        return Verdict(self.status, (*self.notes, *notes))


def worst(verdicts: Iterable[Verdict]) -> Verdict | None:
    """The verdict that decides for a whole with these parts; None when no part applies."""
    judged = [v for v in verdicts if v.status != "not_applicable"]
    return min(judged, key=lambda v: PRECEDENCE.index(v.status)) if judged else None


def best(*verdicts: Verdict) -> Verdict:
    """The outcome that counts where either will do."""
    return max(verdicts, key=lambda v: PRECEDENCE.index(v.status))


def together(verdicts: Iterable[Verdict]) -> Verdict:
    """The deciding verdict of several rules, with the notes of all that decide alike."""
    verdicts = list(verdicts)
    decisive = worst(verdicts).status
    notes = (note for v in verdicts if v.status == decisive for note in v.notes)
    return Verdict(decisive, tuple(_once(notes)))


def _once(notes: Iterable[Note]) -> list[Note]:
    kept: list[Note] = []
    for note in notes:
        if note not in kept:
            kept.append(note)
    return kept
