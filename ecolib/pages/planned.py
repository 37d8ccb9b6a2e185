"""The plan of work on a day as tables and figures: what every page says of it and shows of it.

A frame goes to a plot (`timeline`, `shares`) or, put into a language, to a page (`listing`). What a
page, a Word file and a workbook say of a row is said once (`cell`). Names of projects, tasks and
steps are those of the plan itself and are never translated.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from markupsafe import Markup

from ecolib.checks.planned import Planned
from ecolib.errors import check_lang
from ecolib.grouping import grouped
from ecolib.pages.pieces import Table, told, toned
from ecolib.pages.style import ACCENT, COLOURS, INK, MUTED, PLAN_MARKS, PLAN_TONES, subplots
from ecolib.texts import Amount, Name, Note, Words, amount, listed, name_of, text, word
from ecolib.workplan.monthly import LEDGER, problem
from ecolib.workplan.state import OPEN, PlanState, Standing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ecolib.assess.case import Case

#: Of what a unit has to attend to, so many rows of each state are named.
NAMED = 2
#: Inches that a line of the timeline is high, and that it is wide.
LINE, WIDTH = 0.31, 10.5


def worst_first(standings: Iterable[Standing]) -> list[Standing]:
    """By state, then by deadline."""
    order = list(PLAN_MARKS).index
    return sorted(standings, key=lambda s: (order(s.state), s.row.deadline or date.max))


# --- what is said of a row ------------------------------------------------------------------------


def cell(column: str, standing: Standing, case: Case, lang: str) -> str:
    """What stands of a row in a column; "" where the plan or the reports say nothing.

    Parameters
    ----------
    column
        "state", "kind" of row, "name", "goal" (its name), "task" (its name and place), "place", "quantity", "deadline"
        (its day), "term" (as printed), "share" done, "fact" (`fact`), "why" it is critical, "serves"
        (numbers of indicators), "lead", "support", "proof", "position"; of a goal also "value" (the last known)
        and what it is "judged" by.
    """
    row = standing.row
    match column:
        case "state":
            return word("plan_state", standing.state, lang)
        case "kind":
            return name_of("table", row.table, lang)
        case "task" if row.place:
            return text("plan.at_place", lang, name=row.name, place=row.place)
        case "task" | "goal":
            return row.name
        case "quantity" if math.isnan(row.quantity):
            return ""
        case "quantity":  # of a goal with the side on which it must be
            sign = {"at_least": "≥", "at_most": "≤"}.get(row.sense, "")
            return f"{sign}{amount(row.quantity, row.unit, lang)}"
        case "deadline":
            return row.deadline.isoformat() if row.deadline else ""
        case "term":
            return row.term or word("plan_state", "no_date", lang)
        case "share":
            return share_cell(standing.share, lang)
        case "fact":
            return fact(standing).text(lang)
        case "why":
            return listed((word("plan_reason", why, lang) for why in standing.critical), lang)
        case "serves":
            return listed((case.list[i].number for i in row.indicators if i in case.list), lang)
        case "lead" | "support":
            return listed((case.owner(unit, lang) for unit in getattr(row, column)), lang)
        case "proof":
            return text("report.sentences", lang, sentences=standing.proof)
        case "value":
            year, value = standing.value
            known = amount(value, row.unit, lang)
            return "" if math.isnan(value) else text("plan.value_of", lang, year=year, value=known)
        case "judged":
            kind = "indicator" if row.measure in case.list else "item"
            return name_of(kind, row.measure, lang)
    return getattr(row, column)


def fact(standing: Standing) -> Note | Words:
    """Why a row is in its state, in one sentence with its numbers."""
    row, share = standing.row, percent(standing.share)
    if standing.state in LEDGER:
        said = problem(standing.state, standing)
        known = share and standing.state != "contradicted"
        return Note("plan_fact.so_far", fact=said, share=share) if known else said
    match standing.state:
        case "done" if standing.proof:
            return Note("plan_fact.proved", papers=standing.proof)
        case "done" if row.measure:
            return Note("plan_fact.reached", goal=Amount(row.quantity, row.unit))
        case "done":
            return standing.notes[-1] if standing.report else Note("plan_unproved.parts")
        case "no_date" if share:
            return Note("plan_fact.so_far_undated", share=share)
        case "no_date":
            return Note("plan_fact.undated")
    if unsure := [note for note in standing.notes if note.code == "plan_goal_unsure"]:
        return unsure[0]
    left = Note("plan_fact.left", deadline=row.deadline, days=standing.days)
    if standing.days == 0:
        left = Note("plan_fact.today")
    if standing.points_behind and share:
        gap = Amount(round(standing.points_behind, 1), "pp")
        return Note("plan_fact.behind", left=left, share=share, gap=gap)
    return Note("plan_fact.so_far", fact=left, share=share) if share else left


def percent(share: float) -> Amount | None:
    return None if math.isnan(share) else Amount(round(100 * share, 1), "%")


def share_cell(share: float, lang: str) -> str:
    """A share in a cell, empty where none is known."""
    known = percent(share)
    return amount(known.value, known.unit, lang) if known else ""


def plain(standing: Standing) -> str:
    """The name of a row for between quotation marks: those within it become single ones."""
    return standing.row.name.translate(str.maketrans("“”", "‘’"))


def named(standings: Sequence[Standing], most: int) -> dict[str, Any]:
    """How many rows there are, the first of them by name, and whether these are all: what
    sentences on several rows ask for."""
    names = tuple(Note("plan.quoted", name=plain(standing)) for standing in standings[:most])
    more = Note("plan.others") if len(standings) > most else ""
    return {"n": len(standings), "names": names, "more": more}


# --- rows as a table of a page --------------------------------------------------------------------


def listing(
    standings: Iterable[Standing], case: Case, lang: str, caption: str, columns: Sequence[str]
) -> Table:
    """Rows of the plan as a table of a page; its columns are those of `cell`."""
    rows = [[_shown(name, s, case, lang) for name in columns] for s in standings]
    # As objects: text columns of pandas would make plain text of finished HTML.
    frame = pd.DataFrame(rows, columns=list(columns), dtype=object)
    return told(frame, lang, caption, heads=heads(columns, lang))


def heads(columns: Iterable[str], lang: str) -> dict[str, str]:
    return {name: word("plan_column", name, lang) for name in columns}


def _shown(column: str, standing: Standing, case: Case, lang: str) -> str | Markup:
    """What stands of a row in a column, with marks where the page shows more than words."""
    match column:
        case "state":
            behind = Markup(' <span class="tag">{}</span>').format(text("plan.behind", lang))
            return badge(standing.state, lang) + behind * bool(standing.points_behind)
        case "share":
            return bar(standing, lang)
        case "deadline" if standing.days is not None:
            said = _days_left(standing, lang)
            return Markup('<span class="unbroken">{}</span>').format(said)
        case "deadline":
            return standing.row.term
    return cell(column, standing, case, lang)


def badge(state: str, lang: str) -> Markup:
    """A state as sign and word on its tone."""
    return toned(PLAN_TONES[state], PLAN_MARKS[state], word("plan_state", state, lang))


def bar(standing: Standing, lang: str) -> Markup | str:
    """The share done as a number on a bar, with a tick at the share of its time that has passed."""
    share = percent(standing.share)
    if share is None:
        return ""
    code = "plan.share_behind" if standing.points_behind else "plan.share"
    elapsed = "" if math.isnan(standing.elapsed) else f"; --due: {100 * standing.elapsed:.0f}%"
    done = f"--done: {100 * min(standing.share, 1):.0f}%{elapsed}"
    return Markup('<span class="progress{2}" style="{0}">{1}</span>').format(
        done, text(code, lang, share=share), " timed" if elapsed else ""
    )


def _days_left(standing: Standing, lang: str) -> str:
    day = standing.row.deadline.isoformat()
    if standing.state == "done":
        return day
    if standing.days == 0:
        return text("plan.today", lang, day=day)
    way = "over" if standing.days < 0 else "left"
    return text(f"plan.{way}", lang, day=day, days=abs(standing.days))


# --- what a unit has to do ------------------------------------------------------------------------


class Owed(NamedTuple):
    """What a unit has to attend to by the plan: how many rows in which state, and the same in a
    sentence that names the first of each."""

    short: str
    said: str


def attention(plan: PlanState) -> dict[str, list[Standing]]:
    """By unit that leads, what needs its attention, the worst first."""
    return grouped((unit, s) for s in worst_first(plan.of(*OPEN)) for unit in s.row.lead)


def owed(plan: PlanState, lang: str) -> dict[str, Owed]:
    """What each unit that leads has to attend to."""
    return {
        unit: Owed(
            text("plan.owed", lang, states=state_counts(Counter(s.state for s in own))),
            text("plan.owed_by_name", lang, states=tuple(_by_name(own, lang))),
        )
        for unit, own in attention(plan).items()
    }


def _by_name(standings: Iterable[Standing], lang: str) -> Iterator[Note]:
    for state, own in groupby(standings, key=lambda s: s.state):
        said = word("plan_state", state, lang)
        yield Note("plan.owed_state", state=said, **named(list(own), NAMED))


def state_counts(counts: Mapping[str, int]) -> tuple[Note, ...]:
    """`超期2项`, the worst first; only the states that occur."""
    return tuple(
        Note("plan.state_count", state=Name("plan_state", state), n=counts[state])
        for state in PLAN_MARKS
        if counts.get(state)
    )


# --- when -----------------------------------------------------------------------------------------


def timeline(plan: PlanState) -> pd.DataFrame:
    """Periods and what is due when: a row a phase or programme, and one for each day on which
    something of it is due.

    Columns: `group` (its code, "" for what is part of no programme), `name`, `depth`, `kind` ("phase",
    "programme", "due"), `begin`, `end`, `rows`, of them `open` (not done) and `undated`.
    """
    of = plan.plan
    found: list[tuple] = []
    for row in of.of("milestones"):
        if of.is_period(row) and row.deadline:
            own = [plan.by_code[p.code] for p in of.parts[row.code] if p.code in plan.by_code]
            depth = sum(above.deadline is not None for above in of.above(row))
            found += _group("phase", row, depth, own)
    for row in of.of("programmes"):
        if of.programme(row) is row:
            own = [s for s in plan.rows if of.programme(s.row) is row]
            found += _group("programme", row, 0, own)
    rest = [s for s in plan.rows if of.programme(s.row) is None and s.row.table != "milestones"]
    found += _group("programme", None, 0, rest) if rest else []
    columns = ["group", "name", "depth", "kind", "begin", "end", "rows", "open", "undated"]
    return pd.DataFrame(found, columns=columns)


def _group(kind: str, row: Planned | None, depth: int, own: list[Standing]) -> list[tuple]:
    """The row of a phase or programme, then those of the days on which something of it is due."""
    dated = sorted((s for s in own if s.row.deadline), key=lambda s: s.row.deadline)
    begins = [s.row.begin for s in own if s.row.begin]
    ends = [s.row.deadline for s in dated]
    begin = (row and row.begin) or min((*begins, *ends), default=None)
    end = (row and row.deadline) or max(ends, default=None)

    def line(kind: str, begin: date | None, end: date | None, own: list[Standing]) -> tuple:
        name = (row.code, row.name) if row else ("", "")
        undated = sum(s.state == "no_date" for s in own)
        not_done = sum(s.state != "done" for s in own)
        return (*name, depth, kind, begin, end, len(own), not_done, undated)

    days = groupby(dated, key=lambda s: s.row.deadline)
    return [line(kind, begin, end, own), *(line("due", d, d, list(due)) for d, due in days)]


def plot_timeline(
    frame: pd.DataFrame, on: date, ax: Axes | None = None, *, lang: str = "zh"
) -> Axes:
    """Phases and programmes as bars, what is due on a day as circles whose area grows with the
    number of rows, filled where something is not done and the day has passed; a line for `on`."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

    check_lang(lang)
    groups = frame[frame["kind"] != "due"].reset_index(drop=True)
    if ax is None:
        ax = subplots(figsize=(WIDTH, 1.1 + LINE * len(groups)))[1]
    place = {(row.group, row.name): at for at, row in enumerate(groups.itertuples())}
    for at, row in enumerate(groups.itertuples()):
        if row.begin and row.end:
            phase = row.kind == "phase"
            style = {"color": ACCENT if row.depth == 0 else COLOURS["line2"], "height": 0.5}
            if not phase:
                style = {"color": COLOURS["line"], "height": 0.16}
            ax.barh(at, (row.end - row.begin).days + 1, left=date2num(row.begin), zorder=2, **style)
        code = "plan.drawn.undated" if row.undated else "plan.drawn.rows"
        said = text(code, lang, n=row.rows, undated=row.undated) if row.rows else ""
        ax.annotate(
            said, (1, at), xytext=(6, 0), xycoords=("axes fraction", "data"), va="center",
            textcoords="offset points", fontsize=9, color=MUTED,
        )  # fmt: skip
    due = frame[frame["kind"] == "due"]
    for row in due.itertuples():
        past = row.end < on and row.open > 0
        ax.scatter(
            date2num(row.end), place[row.group, row.name], s=22 + 5 * row.rows, zorder=3, linewidth=1.3,
            color=COLOURS["not_met"] if past else "#ffffff",
            edgecolor=COLOURS["not_met"] if past else COLOURS["met"] if not row.open else INK,
        )  # fmt: skip
    ax.axvline(date2num(on), color=COLOURS["conflict"], linewidth=2, zorder=4)
    ax.annotate(
        text("plan.drawn.today", lang, day=on), (date2num(on), 1), xytext=(0, 3),
        xycoords=("data", "axes fraction"), textcoords="offset points", ha="center", fontsize=9,
    )  # fmt: skip
    names = [row.name or text("plan.no_programme", lang) for row in groups.itertuples()]
    ax.set_yticks(range(len(groups)), names)
    ax.set_ylim(len(groups) - 0.4, -0.6)
    locator = AutoDateLocator(minticks=4, maxticks=12)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator, formats=["%Y", "%Y-%m", "%m-%d"] * 2,
                                                      zero_formats=["", "%Y", "%Y-%m"] * 2,
                                                      show_offset=False))  # fmt: skip
    ax.grid(visible=False, axis="y")
    return ax


# --- who ------------------------------------------------------------------------------------------


def shares(plan: PlanState, case: Case, lang: str) -> pd.DataFrame:
    """The share done by unit that leads: of the rows with a printed quantity, the mean of their
    shares, nothing reported counting as nothing done.

    Columns: `unit`, `rows`, `share` and `elapsed` (the share of their time that has passed) in %.
    """
    found = plan.shares("lead")
    rows = []
    for unit, share in found.items():
        own = [s for s in plan.rows if unit in (s.row.lead or ("",)) and s.row.table != "goals"]
        own = [s for s in own if not math.isnan(s.row.quantity)]
        elapsed = [s.elapsed for s in own if not math.isnan(s.elapsed)]
        mean = 100 * sum(elapsed) / len(elapsed) if elapsed else math.nan
        name = case.owner(unit, lang) if unit else text("plan.no_lead", lang)
        rows.append((name, len(own), round(100 * share, 1), round(mean, 1)))
    frame = pd.DataFrame(rows, columns=["unit", "rows", "share", "elapsed"])
    return frame.sort_values(["share", "rows"], ascending=[True, False], ignore_index=True)


def plot_shares(frame: pd.DataFrame, ax: Axes | None = None, *, lang: str = "zh") -> Axes:
    """`shares` as bars, with a stroke at the share of time that has passed."""
    import seaborn

    if ax is None:
        ax = subplots(figsize=(WIDTH * 0.8, 0.7 + LINE * len(frame)))[1]
    seaborn.barplot(frame, x="share", y="unit", color=ACCENT, width=0.55, ax=ax)
    ax.plot(frame["elapsed"], range(len(frame)), linestyle="", marker="|", markersize=13,
            markeredgewidth=2, color=COLOURS["conflict"])  # fmt: skip
    for at, row in enumerate(frame.itertuples()):
        ax.annotate(amount(row.share, "%", lang), (102, at), va="center", fontsize=9, color=INK)
    ax.set(xlim=(0, 110), ylabel="")
    ax.set_xlabel(text("plan.drawn.share", lang), fontsize=9, color=MUTED)
    ax.set_xticks(range(0, 101, 20))
    return ax
