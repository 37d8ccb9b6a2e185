"""The water pages: the county's grade, sections, wells and drinking water sources, by class."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup, escape

from ecolib.assess.case import Case
from ecolib.assess.result import Result
from ecolib.pages import drawing, tables
from ecolib.pages.pieces import Table, Text, decimals, heading, percent, remarks, told, yearly
from ecolib.pages.render import shown
from ecolib.pages.style import INK, MUTED
from ecolib.texts import joined, name_of, show, text, word
from ecolib.trends.seasonal import MONTHLY_YEARS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

QUARTERS = range(1, 5)
#: Classes of water after the colours of the assessment method, light enough for dark words.
CLASS_COLOURS = {
    1: ("#cfe6fb", INK),
    2: ("#9fcdf2", INK),
    3: ("#a8dba8", INK),
    4: ("#fbe98a", INK),
    5: ("#f6b26b", INK),
    6: ("#a93226", "#ffffff"),
}


def blocks(result: Result, lang: str, case: Case) -> list[Any]:
    """Everything the samples say; nothing without samples."""
    raw = ("section_years", "well_years", "source_years")
    if not any(len(tables.detail(result, name)) for name in raw):
        return []
    return [
        *_surface(result, lang),
        *_wells(result, lang),
        *_sources(result, lang),
        *remarks(result, ("water_method", "source_method"), lang),
    ]


# --- classes and places ---------------------------------------------------------------------------


def class_name(code: int, lang: str) -> str:
    """Ⅰ to Ⅴ and what is worse than that."""
    return word("water_class", str(code), lang)


def chip(lang: str) -> Callable[[Any], Any]:
    """How a class is written: as a word on its colour; why there is none as it is."""

    def written(value: Any) -> str | None:
        if isinstance(value, str):
            return value
        if pd.isna(value):
            return None
        name = class_name(int(value), lang)
        return Markup(f'<span class="water class{int(value)}">{escape(name)}</span>')

    return written


def _items(codes: str, lang: str) -> str:
    """What is listed by codes, as `cod, tp`."""
    names = tuple(name_of("water_item", code, lang) for code in codes.split(", "))
    return text("said.list", lang, names=names)


def _table(
    frame: pd.DataFrame, lang: str, caption: str, *classes: Any, heads: dict | None = None
) -> Table:
    """A table of places; its columns `classes` hold a class, or why there is none."""

    def place(name: str) -> Markup:
        """On one line, so that a wide table does not squeeze it."""
        return Markup('<span class="unbroken">{}</span>').format(shown(name, lang))

    forms = dict.fromkeys(("section", "well", "source"), place) | dict.fromkeys(classes, chip(lang))
    forms["deciding"] = lambda codes: _items(codes, lang)
    # Three significant digits, as laboratories give.
    forms["value"] = lambda value: show(float(f"{value:.3g}"), lang)
    forms["exceedance"] = decimals(2, lang)
    # A class is a word, not a number.
    words = frame.astype(dict.fromkeys(classes, object))
    return told(words, lang, caption, heads=heads, forms=forms)


def _judged(years: pd.DataFrame, place: str, year: int, lang: str) -> pd.DataFrame:
    """The places of a year, indexed by name, with two columns named after the years: the class of
    the year before, and that of the year or why there is none."""
    now, before = (years[years["year"] == at].set_index(place) for at in (year, year - 1))
    why = [joined(reasons, lang) for reasons in now["reasons"]]
    now[year - 1] = before["class"].astype(object)
    now[year] = now["class"].astype(object).where(now["class"].notna(), why)
    return now.reset_index(names=place).set_index(place, drop=False).rename_axis(None)


def _exceeding(result: Result, place: str, kind: str, lang: str) -> list[Table]:
    """Yearly means above class III: value, limit and multiple."""
    rows = tables.detail(result, f"{place}_items", of_year=True)
    if rows.empty:
        return []
    order = {place: True, "class": False, "exceedance": False}
    rows = rows.sort_values(list(order), ascending=list(order.values()))
    frame = rows[[place, "item", "value", "class_limit3", "exceedance", "class"]]
    frame = frame.assign(item=[name_of(kind, item, lang) for item in rows["item"]])
    return [_table(frame, lang, text("water.exceeding", lang, year=result.year), "class")]


def _steps(result: Result, name: str, by: list[str], lang: str) -> dict[tuple, str]:
    """What the change of class on the year before is called."""
    changes = tables.detail(result, name)
    if changes.empty:
        return {}
    last = changes[changes["period"].astype(int) - changes["against"].astype(int) == 1]
    names = [name_of("water_change", str(step), lang) for step in last["step"]]
    return dict(zip(last[by].itertuples(index=False, name=None), names, strict=True))


# --- sections -------------------------------------------------------------------------------------


def _surface(result: Result, lang: str) -> list[Any]:
    """Everything told of sections: the county's grade, each section by year and by month."""
    years = tables.detail(result, "section_years")
    if years.empty:
        return []
    return [
        heading("county_water", lang),
        _county(result, lang),
        heading("sections", lang),
        _sections(result, years, lang),
        *_exceeding(result, "section", "water_item", lang),
        heading("months", lang),
        *_months(result, years, lang),
        *_trends(result, lang),
    ]


def _county(result: Result, lang: str) -> Table:
    """One column a year: counts, shares, grade and change by Huanban 2011 no. 22."""
    steps = _steps(result, "county_changes", ["period"], lang)
    by_year = {}
    for row in tables.detail(result, "county_water").to_dict("records"):
        main = tuple(note.text(lang) for note in row["main_pollutants"])
        by_year[int(row["year"])] = {
            "control": name_of("control_level", row["control"], lang),
            "evaluated": f"{row['evaluated']} / {row['sections']}",
            **{f"n{at}": str(int(row[f"n{at}"])) for at in CLASS_COLOURS},
            "good_share": percent(row["good_share"]),
            "worse_share": percent(row["worse_than_v_share"]),
            "method": word("water_method", row["method"], lang),
            "grade": _grade(row["level"], lang),
            "main": text("said.list", lang, names=main) if main else text("said.none", lang),
            "change": steps.get((row["period"],)),
        }
    frame = pd.DataFrame(by_year, dtype=object).rename(lambda m: word("county_water", m, lang))
    return told(frame.reset_index(names="measure"), lang, text("water.county", lang))


def _grade(level: Any, lang: str) -> str:
    if pd.isna(level):
        return text("water.no_grade", lang)
    kinds = ("water_grade", "water_colour")
    grade, colour = (name_of(kind, str(int(level)), lang) for kind in kinds)
    return text("said.brackets", lang, name=grade, said=colour)


def _sections(result: Result, years: pd.DataFrame, lang: str) -> Table:
    """Every listed section with its class of last year and this year and what decided it."""
    year, rows = result.year, _judged(years, "section", result.year, lang)
    steps = _steps(result, "section_changes", ["section", "period"], lang)
    control = [name_of("control_level", level, lang) for level in rows["level"]]
    frame = rows.assign(
        control=[
            level if assessed else text("water.not_assessed", lang, level=level)
            for level, assessed in zip(control, rows["assessed"], strict=True)
        ],
        wanted=rows["target"],
        on_last_year=[steps.get((section, str(year))) for section in rows["section"]],
    )
    classes = ["wanted", year - 1, year]
    columns = ["section", "control", *classes, "on_last_year", "deciding", "months"]
    return _table(frame[columns], lang, text("water.sections", lang, year=year), *classes)


def _months(result: Result, years: pd.DataFrame, lang: str) -> list[Any]:
    """The classes of the months as a figure, and section by month for the year and the one before."""
    found: list[Any] = []
    counted = tables.classes_by_month(result)
    if len(counted):
        by_year = counted.assign(year=counted["period"].str[:4])
        now = by_year[by_year["year"] == str(result.year)]
        good, total = now.loc[now["class"] <= 3, "count"].sum(), now["count"].sum()
        title = text("water.months", lang, year=result.year, good=int(good), total=int(total))
        # What is read aloud is the year; the months stand in the tables below.
        wide = by_year.pivot_table(
            index="year", columns="class", values="count", aggfunc="sum", fill_value=0
        )
        heads = {code: _class_words(code, lang) for code in wide}
        axes, caption = stacked_months(counted, lang=lang), text("water.section_months", lang)
        found.append(yearly(axes, title, wide, caption, heads, lang))
    months = tables.detail(result, "section_months")
    for year in (result.year, result.year - 1):
        if len(months) and (months["year"] == year).any():
            found.append(_month_table(years[years["year"] == year], months, year, lang))
    return found


def _class_words(code: int, lang: str) -> str:
    return text("water_class", lang, name=class_name(code, lang))


def stacked_months(frame: pd.DataFrame, ax: Axes | None = None, *, lang: str = "zh") -> Axes:
    """Sections by class and month (`tables.classes_by_month`)."""
    wide = frame.pivot(index="period", columns="class", values="count").fillna(0)
    wide, axis = wide[sorted(wide)], drawing.axes_of(ax, 3.0)
    below = wide.cumsum(axis=1).shift(axis=1, fill_value=0)
    for code in wide:
        fill, ink = CLASS_COLOURS[code]
        bars = axis.bar(
            range(len(wide)), wide[code], bottom=below[code], width=0.86, color=fill,
            edgecolor="#ffffff", label=_class_words(code, lang),
        )  # fmt: skip
        names = [class_name(code, lang) if count else "" for count in wide[code]]
        axis.bar_label(bars, names, label_type="center", fontsize=7.5, color=ink)
    axis.set_xticks(range(len(wide)), [str(int(p[5:])) for p in wide.index], fontsize=8.5)
    starts = {period[:4]: place for place, period in reversed(list(enumerate(wide.index)))}
    for year, place in starts.items():
        style = {"ha": "left", "va": "baseline", "color": MUTED, "annotation_clip": False}
        drawing.label(axis, text("said.year", lang, year=year), (place - 0.4, 0), (0, -27), **style)
    axis.set_xlabel(" ")
    axis.set_xlim(-0.7, len(wide) - 0.3)
    axis.grid(visible=False, axis="x")
    drawing.number_ticks(axis.yaxis, lang, whole=True)
    drawing.set_title(axis, text("drawn.sections", lang), word("counted_in", "count", lang), lang)
    drawing.legend(axis.figure, axis.containers)
    return axis


def _month_table(listed: pd.DataFrame, months: pd.DataFrame, year: int, lang: str) -> Table:
    grid = months[months["year"] == year].pivot(index="section", columns="period", values="class")
    grid = grid.reindex(listed["section"], columns=[f"{year}-{at:02d}" for at in range(1, 13)])
    frame = grid.set_axis(range(1, 13), axis=1).assign(whole_year=list(listed["class"]))
    heads = {at: word("month_name", str(at), lang) for at in range(1, 13)}
    caption = text("water.month_classes", lang, year=year)
    return _table(frame.reset_index(), lang, caption, *frame, heads=heads)


def _trends(result: Result, lang: str) -> list[Any]:
    """The seasonal trend of every section by item: the word, and the slope a year."""
    rows = tables.detail(result, "section_trends")
    if rows.empty:
        return []
    slopes = (f"{slope:+.2g}".replace("-", "\u2212") for slope in rows["slope"].astype(float))
    found = [
        text("said.brackets", lang, name=word("trend", status, lang), said=slope)
        for status, slope in zip(rows["status"], slopes, strict=True)
    ]
    wide = rows.assign(told=found).pivot(index="section", columns="item", values="told")
    wide = wide[list(dict.fromkeys(rows["item"]))]
    heads = {item: name_of("water_item", item, lang) for item in wide}
    short = rows["law"] == "independent"
    kind = "all" if short.all() else "some" if short.any() else "none"
    caption = text(
        "water.trends", lang, first=int(rows["first"].min()), last=int(rows["last"].max()),
        law=text(f"water.law_{kind}", lang, years=MONTHLY_YEARS),
    )  # fmt: skip
    table = _table(wide.reset_index(), lang, caption, heads=heads)
    return [heading("section_trends", lang), table]


# --- wells and sources ----------------------------------------------------------------------------


def _wells(result: Result, lang: str) -> list[Any]:
    years, year = tables.detail(result, "well_years"), result.year
    if years.empty:
        return []
    columns = ["well", year - 1, year, "deciding", "items", "samples"]
    frame = _judged(years, "well", year, lang)[columns]
    table = _table(frame, lang, text("water.wells", lang, year=year), year - 1, year)
    exceeding = _exceeding(result, "well", "groundwater_item", lang)
    return [heading("groundwater", lang), table, *exceeding]


def _sources(result: Result, lang: str) -> list[Any]:
    """The list of sources of the year, monitored or not; nothing where there is no list."""
    now = tables.detail(result, "source_years", of_year=True)
    if now.empty:
        return []
    return [
        heading("sources", lang),
        Text(_coverage(now, lang)),
        _source_table(result, lang),
        _above_limits(result, lang),
    ]


def _coverage(now: pd.DataFrame, lang: str) -> str:
    """How many were seen, and in how many of the quarters."""
    seen, wanted = int(now["quarters"].sum()), len(QUARTERS) * len(now)
    good = sum(not pd.isna(value) and bool(value) for value in now["good"])
    return text(
        "water.coverage", lang, total=len(now), judged=int(now["evaluable"].sum()), good=good,
        wanted=wanted, seen=seen, share=f"{100 * seen / wanted:.1f}",
    )  # fmt: skip


def _source_table(result: Result, lang: str) -> Table:
    quarters, year = tables.detail(result, "source_quarters", of_year=True), result.year
    rows = _judged(tables.detail(result, "source_years"), "source", year, lang)
    rows = rows.sort_values(["type", "source"])
    grid = quarters.pivot(index="source", columns="quarter", values="class")
    grid = grid.reindex(rows.index, columns=list(QUARTERS)).add_prefix("q")
    frame = rows.join(grid).assign(
        type=[word("source_type", code, lang) for code in rows["type"]],
        kind=[word("source_kind", code, lang) for code in rows["kind"]],
        good=[_good(row, lang) for row in rows.to_dict("records")],
    )
    classes = [*grid, year - 1, year]
    columns = ["source", "type", "kind", *classes, "deciding", "good"]
    return _table(frame[columns], lang, text("water.sources", lang, year=year), *classes)


def _good(row: dict, lang: str) -> str:
    if pd.isna(row["good"]):
        return text("water.unseen", lang)
    if row["good"]:
        return word("yes_no", "yes", lang)
    no = word("yes_no", "no", lang)
    if not row["over_limit"]:
        return no
    return text("said.brackets", lang, name=no, said=_items(row["over_limit"], lang))


def _above_limits(result: Result, lang: str) -> Table | Text:
    """Every result of the year above its limit, or that there is none."""
    rows = tables.detail(result, "source_items")
    if len(rows):
        rows = rows[pd.to_datetime(rows["date"]).dt.year == result.year]
    if rows.empty:
        return Text(text("water.none_above", lang, year=result.year))
    frame = rows[["source", "date", "item", "value"]].assign(
        date=pd.to_datetime(rows["date"]).dt.strftime("%Y-%m-%d"),
        item=[name_of("water_item", item, lang) for item in rows["item"]],
        limit=rows["class_limit3"].fillna(rows["limit"]),
        exceedance=rows["exceedance"].fillna(rows["value"] / rows["limit"] - 1),
    )
    return _table(frame, lang, text("water.above", lang, year=result.year))
