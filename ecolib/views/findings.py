"""The intermediate tables of a result: each is drawn by the function registered for its name."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from ecolib.assess.result import Result
from ecolib.data.dictionary import unit_name
from ecolib.report import Pair, pick
from ecolib.texts import Note, joined, show, word
from ecolib.views.drivers import Panel, draw_lines
from ecolib.views.output import (
    Html,
    Picture,
    Pieces,
    absent,
    element,
    folded,
    pieces,
    section,
    table,
)
from ecolib.views.phrases import colon, numbered, sentences_of, signed

Piece = Html | Picture | Pieces
Draw = Callable[[pd.DataFrame, Result, str], Piece | None]

#: Tables of raw monitoring that a kind of notebook would show, and what cannot be told without.
NO_RAW: dict[str, Pair] = {
    "air_quality": (
        "没有交来逐日监测数据，只能按全年的天数和年均值核算；哪一天超标、首要污染物是什么，本页说不出来。",
        "No daily monitoring data were handed in, so only yearly counts and means can be used; "
        "which days were polluted, and by what, cannot be told.",
    ),
    "water_classes": (
        "没有交来逐次监测数据，只能按填报的断面（水源地）个数核算；哪个断面、哪项指标超标，本页说不出来。",
        "No sample data were handed in, so only the reported numbers of sections or sources can be "
        "used; which section exceeded which limit cannot be told.",
    ),
    "survey": (
        "没有交来逐份答卷，只能按答案总数核算；抽样误差和各类人群的差别，本页说不出来。",
        "No single answers were handed in, so only totals can be used; the sampling error and the "
        "differences between groups of people cannot be told.",
    ),
    "ecological_index": (
        "没有交来土地利用等原始数据，分指数按填报的成品值采用。",
        "No land cover or other raw data were handed in; the sub-indices are used as reported.",
    ),
}
#: Tables that come from yearly figures and documents; `requirements` has a section of its own.
FROM_YEARLY = ("shares", "sites", "requirements")
#: Tables that only the pages draw that know what they are for.
DRAWN_ELSEWHERE = ("land_changes", "land_transitions")


def findings(result: Result, lang: str) -> Pieces:
    """What decided: every intermediate table, or a plain sentence where raw data are missing."""
    kind = result.entry.notebook
    tables = _tables(result)
    shown = [
        drawn
        for name, (part, detail) in tables.items()
        if (drawn := _drawn(name.split()[0], detail, part, lang)) is not None
    ]
    if kind in NO_RAW and not {name.split()[0] for name in tables} - set(FROM_YEARLY):
        shown.append(absent(pick(NO_RAW[kind], lang)))
    if not shown:
        return Pieces(())
    return pieces(section(word("heading", "findings", lang), "findings"), *shown)


def _tables(result: Result) -> dict[str, tuple[Result, pd.DataFrame]]:
    """Tables by name; of raw monitoring each once, though several parts may rest on it."""
    found = {}
    for part in result.owner_parts:
        for name, detail in part.detail.items():
            key = f"{name} {part.number}" if name in FROM_YEARLY else name
            if name != "requirements" and len(detail):
                found.setdefault(key, (part, detail))
    return found


def _drawn(name: str, detail: pd.DataFrame, part: Result, lang: str) -> Piece | None:
    if name in DRAWN_ELSEWHERE:
        return None
    if name in DRAWN:
        return DRAWN[name](detail, part, lang)
    if holds_notes(detail):
        return sentences(detail, lang)
    return plain(detail, part, lang)


def holds_notes(detail: pd.DataFrame) -> bool:
    return "note" in detail and all(isinstance(note, Note) for note in detail["note"])


def sentences(detail: pd.DataFrame, lang: str) -> Html:
    """Remarks and rules, told as they are, behind their number."""
    years = [f"{year}: " for year in detail["year"]] if "year" in detail else [""] * len(detail)
    texts = sentences_of(detail, lang)
    said = [element("li", y + text) for y, text in zip(years, texts, strict=True)]
    zh, en = f"说明（{len(said)} 条）", f"Remarks ({len(said)})"
    listed = element("ul", *said, class_="remarks")
    return element("details", element("summary", pick((zh, en), lang)), listed)


def plain(detail: pd.DataFrame, result: Result, lang: str) -> Html:
    """Any table as it is; a long one is folded, never cut."""
    title = numbered(result.entry, lang)
    body = table(_readable(detail, lang), caption=title, numbers=_numeric(detail))
    summary = pick((f"{title}（{len(detail)} 行）", f"{title} ({len(detail)} rows)"), lang)
    return folded(body, summary, len(detail))


def shares(detail: pd.DataFrame, result: Result, lang: str) -> Picture | None:
    """Shares of surface water and groundwater by year."""
    names = {
        "surface": ("地表水比例", "share of surface water"),
        "ground": ("地下水比例", "share of groundwater"),
    }
    by_year = detail.set_index("year")
    panels = []
    for column in by_year:
        series = by_year[column].astype(float).abs().dropna()
        if len(series):
            # The number alone: two panels stand side by side.
            title = f"{result.number} {pick(names.get(column, (column, column)), lang)}"
            panels.append(Panel(title, "%", {title: series}))
    return draw_lines(panels, lang) if panels else None


def sites(detail: pd.DataFrame, result: Result, lang: str) -> Pieces:
    """Area of every site by year, with the difference between the first and last year known."""
    years = [c for c in detail.columns if str(c).isdigit()]
    unit = unit_name(result.unit, lang)
    areas = detail[years].astype(float)
    frame = pd.DataFrame({word("label", "site", lang): detail["site"]})
    for year in years[:1] + years[1:][-4:]:
        frame[str(year)] = [show(v) for v in areas[year]]
    if len(years) > 1:
        heading = pick((f"{years[0]} 年以来", f"since {years[0]}"), lang)
        frame[heading] = [_difference(v, lang) for v in areas[years[-1]] - areas[years[0]]]
    said = pick((f"逐处面积（{unit}）", f"area of each site ({unit})"), lang)
    caption = f"{numbered(result.entry, lang)}{colon(lang)}{said}"
    return pieces(table(frame, caption=caption, numbers=tuple(frame.columns[1:])))


def _difference(value: float, lang: str) -> str:
    if value != value:
        return pick(("无法比较", "cannot compare"), lang)
    return signed(value)


#: To draw a further table, write its function and name it here.
DRAWN: dict[str, Draw] = {"shares": shares, "sites": sites}


def _numeric(detail: pd.DataFrame) -> tuple[str, ...]:
    return tuple(c for c in detail if pd.api.types.is_float_dtype(detail[c]))


def _readable(detail: pd.DataFrame, lang: str) -> pd.DataFrame:
    numbers = {c: [show(v) for v in detail[c]] for c in _numeric(detail)}
    notes = {
        c: [_worded(v, lang) for v in detail[c]]
        for c in detail
        if any(isinstance(v, Note | tuple) for v in detail[c])
    }
    return detail.assign(**numbers, **notes)


def _worded(reason: Note | tuple[Note, ...] | None, lang: str) -> str:
    notes = (reason,) if isinstance(reason, Note) else reason or ()
    return joined(notes, lang)
