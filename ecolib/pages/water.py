"""The water pages: the county's grade, sections, wells and drinking water sources, by class."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from ecolib.assess.case import Case
from ecolib.assess.result import Result
from ecolib.pages import plots, tables
from ecolib.pages.render import shown
from ecolib.pages.style import svg
from ecolib.pages.wording import (
    Figure,
    Heading,
    Text,
    alt,
    decimals,
    is_missing,
    listed_names,
    method,
    of,
    remarks,
    told,
)
from ecolib.texts import joined, name_of, show, text, word
from ecolib.trends.seasonal import MONTHLY_YEARS

QUARTERS = range(1, 5)


def blocks(result: Result, lang: str, case: Case) -> list[Any]:
    """Everything the samples say; nothing without samples."""
    raw = ("section_years", "well_years", "source_years")
    if not any(len(tables.detail(result, name)) for name in raw):
        return []
    return [
        *_surface(result, lang),
        *_wells(result, lang),
        *_sources(result, lang),
        *remarks(result, lang),
        *method(result, ("water_method", "source_method"), lang),
    ]


def chip(lang: str):
    """How a class is written: as a word on its colour."""

    def written(value: Any) -> Markup | None:
        if is_missing(value):
            return None
        name = plots.class_name(int(value), lang)
        return Markup(f'<span class="water class{int(value)}">{escape(name)}</span>')

    return written


def unbroken(lang: str):
    """How the name of a place is written: on one line, so that a wide table does not squeeze it."""
    return lambda name: Markup('<span class="unbroken">{}</span>').format(shown(name, lang))


# --- sections -------------------------------------------------------------------------------------


def _surface(result: Result, lang: str) -> list[Any]:
    """Everything told of sections: the county's grade, each section by year and by month."""
    years = tables.detail(result, "section_years")
    if years.empty:
        return []
    return [
        Heading(text("heading.county_water", lang), "county-water"),
        _county(result, lang),
        Heading(text("heading.sections", lang), "sections"),
        _sections(result, years, lang),
        *_exceeding(result, "section_items", "section", lang),
        Heading(text("heading.section_months", lang), "months"),
        *_months(result, lang),
        *_trends(result, lang),
    ]


def _county(result: Result, lang: str):
    """One column a year: counts, shares, grade and change by Huanban 2011 no. 22."""
    rows = tables.detail(result, "county_water").to_dict("records")
    changes = tables.detail(result, "county_changes")
    measures = ["control", "evaluated", *(f"n{at}" for at in range(1, 7)), "good_share", "worse_share",
                "method", "grade", "main", "change"]  # fmt: skip
    frame = pd.DataFrame({"measure": [word("county_water", m, lang) for m in measures]})
    for row in rows:
        step = _step(changes, row["period"], str(int(row["year"]) - 1))
        main = tuple(note.text(lang) for note in row["main_pollutants"])
        known = {
            "control": name_of("control_level", row["control"], lang),
            "evaluated": f"{row['evaluated']} / {row['sections']}",
            **{f"n{at}": str(int(row[f"n{at}"])) for at in range(1, 7)},
            "good_share": _percent(row["good_share"]),
            "worse_share": _percent(row["worse_than_v_share"]),
            "method": word("water_method", row["method"], lang),
            "grade": _grade(row["level"], lang),
            "main": text("said.list", lang, names=main) if main else text("said.none", lang),
            "change": name_of("water_change", step, lang) if step else None,
        }
        frame[int(row["year"])] = [known[m] for m in measures]
    return told(frame, lang, text("water.county", lang))


def _percent(value: float) -> str | None:
    return None if is_missing(value) else f"{value:.1f}%"


def _grade(level: Any, lang: str) -> str:
    if pd.isna(level):
        return text("water.no_grade", lang)
    grade, colour = (
        name_of(f"water_{kind}", str(int(level)), lang) for kind in ("grade", "colour")
    )
    return text("said.brackets", lang, name=grade, said=colour)


def _step(changes: pd.DataFrame, period: str, against: str) -> str:
    """How far the class moved between two periods; empty without one of them."""
    if changes.empty:
        return ""
    rows = changes[(changes["period"] == period) & (changes["against"] == against)]
    return str(rows["step"].iloc[0]) if len(rows) else ""


def _sections(result: Result, years: pd.DataFrame, lang: str):
    """Every listed section with its class of last year and this year and what decided it."""
    before = years[years["year"] == result.year - 1].set_index("section")["class"]
    changes = tables.detail(result, "section_changes")
    rows = []
    for row in years[years["year"] == result.year].to_dict("records"):
        own = changes[changes["section"] == row["section"]] if len(changes) else changes
        level = name_of("control_level", row["level"], lang)
        step = _step(own, str(result.year), str(result.year - 1))
        rows.append(
            {
                "section": row["section"],
                "control": level
                if row["assessed"]
                else text("water.not_assessed", lang, level=level),
                "wanted": row["target"],
                result.year - 1: before.get(row["section"]),
                result.year: row["class"] if row["evaluable"] else joined(row["reasons"], lang),
                "on_last_year": name_of("water_change", step, lang) if step else None,
                "deciding": row["deciding"],
                "months": int(row["months"]),
            }
        )
    classes = {name: _class_or_reason(lang) for name in ("wanted", result.year - 1, result.year)}
    forms = {"section": unbroken(lang), "deciding": listed_names("water_item", lang), **classes}
    return told(
        pd.DataFrame(rows), lang, text("water.sections", lang, year=result.year), forms=forms
    )


def _class_or_reason(lang: str):
    chipped = chip(lang)
    return lambda value: value if isinstance(value, str) else chipped(value)


def _exceeding(result: Result, name: str, place: str, lang: str) -> list[Any]:
    """Yearly means above class III: value, limit and multiple."""
    rows = tables.detail(result, name, of_year=True)
    if rows.empty:
        return []
    order = {place: True, "class": False, "exceedance": False}
    rows = rows.sort_values(list(order), ascending=list(order.values()))
    columns = [place, "item", "value", "class_limit3", "exceedance", "class"]
    kind = {"section": "water_item", "well": "groundwater_item"}[place]
    forms = {
        place: unbroken(lang),
        "item": of(kind, lang),
        "value": _digits(lang),
        "exceedance": decimals(2, lang),
        "class": chip(lang),
    }
    caption = text("water.exceeding", lang, year=result.year)
    return [told(rows[columns], lang, caption, forms=forms)]


def _digits(lang: str):
    """Three significant digits, as laboratories give."""
    return lambda value: show(float(f"{value:.3g}"), lang)


def _months(result: Result, lang: str) -> list[Any]:
    """The classes of the months as a figure, and section by month for the year and the one before."""
    found: list[Any] = []
    counted = tables.classes_by_month(result)
    if len(counted):
        now = counted[counted["period"].str[:4] == str(result.year)]
        good, total = now.loc[now["class"] <= 3, "count"].sum(), now["count"].sum()
        title = text("water.months", lang, year=result.year, good=int(good), total=int(total))
        # What is read aloud is the year; the months stand in the tables below.
        by_year = counted.assign(year=counted["period"].str[:4])
        wide = by_year.pivot_table(
            index="year", columns="class", values="count", aggfunc="sum", fill_value=0
        )
        heads = {c: text("water_class", lang, name=plots.class_name(c, lang)) for c in wide}
        table = told(wide.reset_index(), lang, text("water.section_months", lang), heads=heads)
        drawn = svg(plots.stacked_months(counted, lang=lang), alt(title, table, lang))
        found.append(Figure(drawn, title, table))
    months = tables.detail(result, "section_months")
    for year in (result.year, result.year - 1):
        if len(months) and (months["year"] == year).any():
            found.append(_month_table(result, months, year, lang))
    return found


def _month_table(result: Result, months: pd.DataFrame, year: int, lang: str):
    years = tables.detail(result, "section_years")
    listed = years[years["year"] == year]
    grid = months[months["year"] == year].pivot(index="section", columns="period", values="class")
    frame = pd.DataFrame({"section": listed["section"]})
    for at in range(1, 13):
        classes = grid.get(f"{year}-{at:02d}", pd.Series(dtype=object))
        frame[at] = [classes.get(s) for s in listed["section"]]
    frame["whole_year"] = list(listed["class"])
    heads = {at: word("month_name", str(at), lang) for at in range(1, 13)}
    forms = {"section": unbroken(lang), **dict.fromkeys([*heads, "whole_year"], chip(lang))}
    caption = text("water.month_classes", lang, year=year)
    return told(
        frame.astype({c: object for c in [*heads, "whole_year"]}),
        lang,
        caption,
        heads=heads,
        forms=forms,
    )


def _trends(result: Result, lang: str) -> list[Any]:
    """The seasonal trend of every section by item: the word, and the slope a year."""
    rows = tables.detail(result, "section_trends")
    if rows.empty:
        return []
    slopes = rows["slope"].astype(float)
    told_ = [
        text(
            "said.brackets",
            lang,
            name=word("trend", status, lang),
            said=f"{slope:+.2g}".replace("-", "\u2212"),
        )
        for status, slope in zip(rows["status"], slopes, strict=True)
    ]
    wide = rows.assign(told=told_).pivot(index="section", columns="item", values="told")
    wide = wide[list(dict.fromkeys(rows["item"]))]
    heads = {item: name_of("water_item", item, lang) for item in wide}
    short = rows["law"] == "independent"
    kind = "all" if short.all() else "some" if short.any() else "none"
    caption = text(
        "water.trends", lang, first=int(rows["first"].min()), last=int(rows["last"].max()),
        law=text(f"water.law_{kind}", lang, years=MONTHLY_YEARS),
    )  # fmt: skip
    heading = Heading(text("heading.section_trends", lang), "section-trends")
    return [
        heading,
        told(wide.reset_index(), lang, caption, heads=heads, forms={"section": unbroken(lang)}),
    ]


# --- wells and sources ----------------------------------------------------------------------------


def _wells(result: Result, lang: str) -> list[Any]:
    years = tables.detail(result, "well_years")
    if years.empty:
        return []
    now = years[years["year"] == result.year]
    before = years[years["year"] == result.year - 1].set_index("well")["class"]
    frame = pd.DataFrame(
        {
            "well": now["well"],
            result.year - 1: [before.get(well) for well in now["well"]],
            result.year: [
                c if ok else joined(why, lang)
                for c, ok, why in zip(now["class"], now["evaluable"], now["reasons"], strict=True)
            ],
            "deciding": now["deciding"],
            "items": now["items"].astype(int),
            "samples": now["samples"].astype(int),
        }
    ).astype({result.year - 1: object, result.year: object})
    classes = dict.fromkeys((result.year - 1, result.year), _class_or_reason(lang))
    forms = {"well": unbroken(lang), "deciding": listed_names("water_item", lang), **classes}
    heading = Heading(text("heading.groundwater", lang), "groundwater")
    table = told(frame, lang, text("water.wells", lang, year=result.year), forms=forms)
    return [heading, table, *_exceeding(result, "well_items", "well", lang)]


def _sources(result: Result, lang: str) -> list[Any]:
    """The list of sources of the year, monitored or not; nothing where there is no list."""
    now = tables.detail(result, "source_years", of_year=True)
    if now.empty:
        return []
    return [
        Heading(text("heading.sources", lang), "sources"),
        Text(_coverage(now, lang)),
        _source_table(result, now, lang),
        *_exceeding_sources(result, lang),
    ]


def _coverage(now: pd.DataFrame, lang: str) -> str:
    """How many were seen, and in how many of the quarters."""
    seen, wanted = int(now["quarters"].sum()), len(QUARTERS) * len(now)
    good = sum(value is not None and not pd.isna(value) and bool(value) for value in now["good"])
    return text(
        "water.coverage", lang, total=len(now), judged=int(now["evaluable"].sum()), good=good,
        wanted=wanted, seen=seen, share=f"{100 * seen / wanted:.1f}",
    )  # fmt: skip


def _source_table(result: Result, now: pd.DataFrame, lang: str):
    quarters = tables.detail(result, "source_quarters", of_year=True)
    grid = quarters.pivot(index="source", columns="quarter", values="class")
    grid = grid.reindex(index=now["source"], columns=list(QUARTERS))
    years = tables.detail(result, "source_years")
    before = years[years["year"] == result.year - 1].set_index("source")["class"]
    rows = []
    for row in now.sort_values(["type", "source"]).to_dict("records"):
        name = row["source"]
        rows.append(
            {
                "source": name,
                "type": word("source_type", row["type"], lang),
                "kind": word("source_kind", row["kind"], lang),
                **{f"q{q}": grid.at[name, q] for q in QUARTERS},
                result.year - 1: before.get(name),
                result.year: joined(row["reasons"], lang)
                if is_missing(row["class"])
                else row["class"],
                "deciding": row["deciding"],
                "good": _good(row, lang),
            }
        )
    columns = [f"q{q}" for q in QUARTERS] + [result.year - 1, result.year]
    forms = {
        "source": unbroken(lang), "deciding": listed_names("water_item", lang),
        **dict.fromkeys(columns, _class_or_reason(lang)),
    }  # fmt: skip
    frame = pd.DataFrame(rows).astype(dict.fromkeys(columns, object))
    return told(frame, lang, text("water.sources", lang, year=result.year), forms=forms)


def _good(row: dict, lang: str) -> str:
    if is_missing(row["good"]):
        return text("water.unseen", lang)
    if row["good"]:
        return word("yes_no", "yes", lang)
    said = word("yes_no", "no", lang)
    if not row["over_limit"]:
        return said
    return text(
        "said.brackets", lang, name=said, said=listed_names("water_item", lang)(row["over_limit"])
    )


def _exceeding_sources(result: Result, lang: str) -> Iterable[Any]:
    rows = tables.detail(result, "source_items")
    if len(rows):
        rows = rows.assign(date=pd.to_datetime(rows["date"]))
        rows = rows[rows["date"].dt.year == result.year]
    if rows.empty:
        return [Text(text("water.none_above", lang, year=result.year))]
    frame = rows[["source", "date", "item", "value"]].assign(
        limit=rows["class_limit3"].fillna(rows["limit"]),
        exceedance=rows["exceedance"].fillna(rows["value"] / rows["limit"] - 1),
    )
    forms = {
        "source": unbroken(lang), "date": lambda day: f"{day:%Y-%m-%d}", "item": of("water_item", lang),
        "value": _digits(lang), "exceedance": decimals(2, lang),
    }  # fmt: skip
    return [told(frame, lang, text("water.above", lang, year=result.year), forms=forms)]
