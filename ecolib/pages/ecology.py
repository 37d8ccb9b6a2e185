"""EI (HJ 192-2015): its sub-indices by year, which moved it, events, and change of land cover."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ecolib.assess.case import Case
from ecolib.assess.result import Result
from ecolib.pages import plots, tables
from ecolib.pages.pieces import Figure, Table, Text, decimals, figure, heading, remarks, told
from ecolib.texts import name_of, text, word


def blocks(result: Result, lang: str, case: Case) -> list[Any]:
    """What EI is made of, restriction events, land cover, remarks and method."""
    return [
        *_composition(result, lang, case),
        *_events(result, lang),
        *land(result, lang, case),
        *remarks(result, ("ei_method",), lang),
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
    ei = f"{points['ei'].iloc[-1]:.2f}"
    title = text("ei.made_of", lang, year=int(points.index[-1]), ei=ei)
    named, unit = text("ei.composition", lang), word("counted_in", "points", lang)
    axis = plots.bands(adding.round(2), names, title=named, unit=unit, lang=lang)
    drawn = figure(axis, title, _grades(points, result.year, names, lang), lang)
    return [heading("sub_indices", lang), drawn, *_moved(result, points, lang, case)]


def _grades(points: pd.DataFrame, year: int, names: dict[str, str], lang: str) -> Table:
    """Points, EI and grade of every year, and what the change on the year before is called."""
    change, size = [], []
    for at in points.index:
        found = tables.ei_move(points, at - 1, at, on=year) if at - 1 in points.index else None
        change.append(math.nan if found is None else found.change)
        size.append("" if found is None else word(found.kind, str(found.grade), lang))
    grades = [word("ei_grade", str(grade), lang) for grade in points["grade"]]
    frame = points[[*names, "ei"]].assign(grade=grades, on_year_before=change, size=size)
    forms = dict.fromkeys([*names, "ei"], decimals(2, lang))
    forms["on_year_before"] = decimals(2, lang, plus=True)
    frame, heads = frame[::-1].reset_index(names="year"), {**names, "ei": "EI"}
    return told(frame, lang, text("ei.by_year", lang), heads=heads, forms=forms)


def _moved(result: Result, points: pd.DataFrame, lang: str, case: Case) -> list[Figure]:
    """A figure for each year compared with: what moved EI since then, and by how much."""
    found, plus, unit = [], decimals(2, lang, plus=True), word("counted_in", "points", lang)
    for since, rows in tables.ei_moves(result, case, points).groupby("since", sort=False):
        rows = rows.assign(sub_index=[sub_index(name, lang) for name in rows["sub_index"]])
        by_name = rows.set_index("sub_index")["points"]
        parts = by_name.drop("EI")
        most, named = parts.abs().idxmax(), text("ei.moved_since", lang, since=int(since))
        title = text(
            "ei.moved", lang, since=int(since), year=result.year, change=plus(by_name["EI"]),
            name=most, most=plus(parts[most]),
        )  # fmt: skip
        table = told(rows.drop(columns="since"), lang, named, forms={"points": plus})
        axis = plots.moves(parts, title=named, unit=unit, lang=lang)
        found.append(figure(axis, title, table, lang))
    return found


def _events(result: Result, lang: str) -> list[Any]:
    """Which years rest on raw data, and the events that lower a grade; nothing without such data."""
    computed = tables.detail(result, "ei_computed")
    if computed.empty:
        return []
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
    span = {name: int(changes[name].iloc[0]) for name in ("since", "year")}
    two, plus = decimals(2, lang), decimals(2, lang, plus=True)
    frame = changes[["type", "before", "after", "change", "change_pct", "share"]]
    named = [word("land", kind, lang) for kind in frame["type"]]
    frame = frame.assign(type=named, share=100 * frame["share"])
    table = told(
        frame, lang, text("land.areas", lang, **span),
        heads={"before": str(span["since"]), "after": str(span["year"]),
               "share": text("land.share", lang, year=span["year"])},
        forms={"before": two, "after": two, "change": plus, "change_pct": plus,
               "share": decimals(1, lang)},
    )  # fmt: skip
    moved = frame.set_index("type")["change"].round(2)
    most = moved.abs().idxmax()
    title = text("land.changed", lang, name=most, most=plus(moved[most]), **span)
    axis = plots.moves(moved, title=text("land.change", lang, **span), unit="km²", lang=lang)
    found = [heading("land_cover", lang), figure(axis, title, table, lang)]
    return found if matrix.empty else [*found, _matrix(matrix, span, lang)]


def _matrix(matrix: pd.DataFrame, span: dict[str, int], lang: str) -> Table:
    """Rows before, columns after; what stayed stands on the diagonal."""
    names = {kind: word("land", kind, lang) for kind in (*matrix.index, *matrix)}
    named = matrix.rename(index=names, columns=names)
    total, two = text("said.total", lang), decimals(2, lang)
    full = named.assign(**{total: named.sum(axis=1)})
    full.loc[total] = full.sum()
    heads = {name: name for name in full} | {"type": text("land.corner", lang, **span)}
    forms = dict.fromkeys(full, lambda area: two(area) if area else None)
    frame, caption = full.reset_index(names="type"), text("land.matrix", lang, **span)
    return told(frame, lang, caption, heads=heads, forms=forms)
