"""EI (HJ 192-2015): its sub-indices by year, which moved it, events, and change of land cover."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ecolib.assess.case import Case
from ecolib.assess.result import Result
from ecolib.pages import plots, tables
from ecolib.pages.style import svg
from ecolib.pages.wording import Figure, Heading, Text, alt, decimals, method, remarks, told
from ecolib.texts import name_of, text, word


def blocks(result: Result, lang: str, case: Case) -> list[Any]:
    """What EI is made of, restriction events, land cover, remarks and method."""
    computed = tables.detail(result, "ei_computed")
    return [
        *_composition(result, lang, case),
        *(_events(result, computed, lang) if len(computed) else []),
        *land(result, lang, case),
        *remarks(result, lang),
        *method(result, ("ei_method",), lang),
    ]


def sub_index(name: str, lang: str) -> str:
    return "EI" if name == "ei" else name_of("item", f"{tables.PREFIX}{name}", lang)


def _composition(result: Result, lang: str, case: Case) -> list[Any]:
    """The points each sub-index adds to EI by year, the grades, and how both changed."""
    points = tables.ei_points(result, case)
    if points.empty:
        return []
    adding = points.drop(columns=["ei", "grade"])
    adding = adding.loc[:, adding.ne(0).any()]
    names = {name: sub_index(name, lang) for name in adding}
    last = int(points.index[-1])
    title = text("ei.made_of", lang, year=last, ei=f"{points['ei'].iloc[-1]:.2f}")
    axis = plots.bands(
        adding.round(2), title=text("ei.composition", lang), unit=word("counted_in", "points", lang),
        names=names, lang=lang,
    )  # fmt: skip
    table = _grades(points, result.year, names, lang)
    return [
        Heading(text("heading.sub_indices", lang), "sub-indices"),
        Figure(svg(axis, alt(title, table, lang)), title, table),
        *_moved(result, points, lang, case),
    ]


def _grades(points: pd.DataFrame, year: int, names: dict[str, str], lang: str):
    """Points, EI and grade of every year, and what the change on the year before is called."""
    change, size = [], []
    for at in points.index:
        found = tables.ei_move(points, at - 1, at, on=year) if at - 1 in points.index else None
        change.append(float("nan") if found is None else found.change)
        size.append("" if found is None else word(found.kind, str(found.grade), lang))
    frame = points[[*names, "ei", "grade"]].assign(on_year_before=change, size=size)
    frame["grade"] = frame["grade"].astype(str)
    two = dict.fromkeys([*names, "ei"], decimals(2, lang))
    forms = {
        **two,
        "grade": lambda g: word("ei_grade", g, lang),
        "on_year_before": decimals(2, lang, plus=True),
    }
    frame = frame[::-1].reset_index(names="year")
    return told(frame, lang, text("ei.by_year", lang), heads={**names, "ei": "EI"}, forms=forms)


def _moved(result: Result, points: pd.DataFrame, lang: str, case: Case) -> list[Figure]:
    """A figure for each year compared with: what moved EI since then, and by how much."""
    moves, found = tables.ei_moves(result, case, points), []
    plus = decimals(2, lang, plus=True)
    for since, rows in moves.groupby("since", sort=False):
        by_name = rows.set_index("sub_index")["points"]
        parts = by_name.drop("ei")
        most = parts.abs().idxmax()
        title = text(
            "ei.moved", lang, since=int(since), year=result.year, change=plus(by_name["ei"]),
            name=sub_index(most, lang), most=plus(parts[most]),
        )  # fmt: skip
        table = told(
            rows.drop(columns="since"), lang, text("ei.moved_since", lang, since=int(since)),
            forms={"sub_index": lambda n: sub_index(n, lang), "points": plus},
        )  # fmt: skip
        axis = plots.moves(
            parts.rename(lambda n: sub_index(n, lang)), title=text("ei.moved_since", lang, since=int(since)),
            unit=word("counted_in", "points", lang), lang=lang,
        )  # fmt: skip
        found.append(Figure(svg(axis, alt(title, table, lang)), title, table))
    return found


def _events(result: Result, computed: pd.DataFrame, lang: str) -> list[Any]:
    """Which years rest on raw data, and the events that lower a grade."""
    known = tuple(int(y) for y in computed.loc[computed["ei"].notna(), "year"])
    found: list[Any] = [Text(text("ei.computed", lang, years=known))]
    events = tables.detail(result, "ei_events")
    own = events[events["year"] <= result.year] if len(events) else events
    if own.empty:
        return [*found, Text(text("ei.no_event", lang))]
    forms = {"year": lambda y: str(int(y)), "event": lambda e: word("ei_event", e, lang)}
    columns = ["year", "event", "statement"]
    return [*found, told(own[columns], lang, text("ei.events", lang), forms=forms)]


def land(result: Result, lang: str, case: Case) -> list[Any]:
    """The last land survey up to the year against the base year's; nothing where there is none."""
    changes, matrix = tables.land(result, case)
    if changes.empty:
        return []
    since, year = int(changes["since"].iloc[0]), int(changes["year"].iloc[0])
    two, plus = decimals(2, lang), decimals(2, lang, plus=True)
    named = changes.set_index(changes["type"].map(lambda t: word("land", t, lang)))["change"].round(
        2
    )
    most = named.abs().idxmax()
    title = text(
        "land.changed",
        lang,
        since=since,
        year=year,
        name=most,
        most=plus(named[most]),
    )
    frame = changes[["type", "before", "after", "change", "change_pct", "share"]]
    frame = frame.assign(share=100 * frame["share"])
    table = told(
        frame, lang, text("land.areas", lang, since=since, year=year),
        heads={"before": str(since), "after": str(year), "share": text("land.share", lang, year=year)},
        forms={"type": lambda t: word("land", t, lang), "before": two, "after": two, "change": plus,
               "change_pct": plus, "share": decimals(1, lang)},
    )  # fmt: skip
    axis = plots.moves(
        named, title=text("land.change", lang, since=since, year=year), unit="km²", lang=lang
    )
    heading = Heading(text("heading.land", lang), "land-cover")
    found = [heading, Figure(svg(axis, alt(title, table, lang)), title, table)]
    return found if matrix.empty else [*found, _matrix(matrix, since, year, lang)]


def _matrix(matrix: pd.DataFrame, since: int, year: int, lang: str):
    """Rows before, columns after; what stayed stands on the diagonal."""
    total = text("said.total", lang)
    named = matrix.rename(
        index=lambda t: word("land", t, lang), columns=lambda t: word("land", t, lang)
    )
    full = named.assign(**{total: named.sum(axis=1)})
    full.loc[total] = full.sum()
    heads = {name: name for name in full} | {
        "type": text("land.corner", lang, since=since, year=year)
    }
    two = decimals(2, lang)
    forms = dict.fromkeys(full, lambda v: two(v) if v else None)
    frame = full.reset_index(names="type")
    return told(
        frame, lang, text("land.matrix", lang, since=since, year=year), heads=heads, forms=forms
    )
