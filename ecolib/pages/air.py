"""The air page: the days of the year as a calendar, what polluted them, the years, PM2.5."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ecolib.assess.case import Case
from ecolib.assess.result import Result
from ecolib.pages import plots, tables
from ecolib.pages.style import BANDS, MUTED, svg
from ecolib.pages.wording import (
    Figure,
    Heading,
    Text,
    alt,
    decimals,
    measured,
    method,
    remarks,
    told,
)
from ecolib.standards import standard
from ecolib.standards.air.index import SYMBOLS
from ecolib.texts import joined, text, word

#: Decimals of concentrations as they are printed: one for CO, none for the others.
DECIMALS = {"co": 1}


def blocks(result: Result, lang: str, case: Case) -> list[Any]:
    """Everything station data say; nothing without them."""
    if not any(len(tables.detail(result, name)) for name in ("air_years", "air_statistics")):
        return []
    return [
        *_days(result, lang),
        *_years(result, lang),
        *_fine(result, lang),
        *_statistics(result, lang),
        *remarks(result, lang),
        *method(result, ("air_method",), lang),
    ]


def _days(result: Result, lang: str) -> list[Any]:
    """The days of the year of assessment."""
    heading = Heading(text("heading.air_days", lang), "air-days")
    days = tables.air_days(result)
    if days.empty:
        return [heading, Text(text("air.no_days", lang, year=result.year), "absent")]
    found = plots.levels(days)
    counted = pd.DataFrame({"level": [at for at, *_ in found], "days": [n for *_, n in found]})
    forms = {"level": lambda level: plots.level_name(int(level), lang)}
    table = told(
        counted.astype({"level": str}),
        lang,
        text("air.levels", lang, year=result.year),
        forms=forms,
    )
    good = sum(n for level, _, n in found if level in (1, 2))
    left = sum(n for level, _, n in found if level == 0)
    title = text(
        "air.calendar", lang, year=result.year, good=good, bad=len(days) - good - left, left=left
    )
    valid = days[days["counted"]]
    said = title
    if len(valid):
        worst = valid.loc[valid["aqi"].idxmax()]
        said += text("air.worst", lang, aqi=int(worst["aqi"]), day=f"{worst['date']:%Y-%m-%d}")
    drawn = svg(plots.calendar(days, lang=lang), alt(said, table, lang))
    return [
        heading,
        Figure(drawn, title, table, wide=True),
        *_exceeding(days, result.year, lang),
        *_invalid(days, result.year, lang),
    ]


def _exceeding(days: pd.DataFrame, year: int, lang: str) -> list[Any]:
    """Days beyond grade II, and the pollutants that made them so."""
    bad = days[days["counted"] & (days["aqi"] > 100)]
    if bad.empty:
        return [Text(text("air.none_beyond", lang, year=year))]
    over = [
        tuple(concentration(row, p, lang) for p in row["exceeding"].split(","))
        for row in bad.to_dict("records")
    ]
    frame = bad[["date", "aqi", "level"]].assign(
        aqi=bad["aqi"].astype(int), level=bad["level"].astype(int).astype(str),
        exceeding=over, primary=[_symbols(p) for p in bad["primary"]],
    )  # fmt: skip
    caption = text("air.beyond", lang, year=year, count=len(frame))
    forms = {"date": _day, "level": lambda level: word("air_level", level, lang)}
    return [told(frame, lang, caption, forms=forms)]


def _invalid(days: pd.DataFrame, year: int, lang: str) -> list[Any]:
    left = days[~days["counted"]]
    if left.empty:
        return [Text(text("air.all_valid", lang, year=year))]
    caption = text("air.invalid", lang, year=year, count=len(left))
    forms = {"date": _day, "reason": lambda notes: joined(notes, lang)}
    return [
        told(
            left[["date", "reason"]],
            lang,
            caption,
            forms=forms,
            heads={"reason": text("air.lacks", lang)},
        )
    ]


def concentration(row: Any, pollutant: str, lang: str) -> str:
    """`O3日最大8小时 171 μg/m³`: the daily figure of a pollutant."""
    average = text("air.eight_hours", lang) if pollutant == "o3" else " "
    value = f"{row[pollutant]:.{DECIMALS.get(pollutant, 0)}f}"
    return f"{SYMBOLS[pollutant]}{average}{value} {_unit(pollutant)}"


def _unit(pollutant: str) -> str:
    return "mg/m³" if pollutant == "co" else "μg/m³"


def _day(value: pd.Timestamp) -> str:
    return f"{value:%Y-%m-%d}"


def _symbols(listed: str) -> tuple[str, ...]:
    return tuple(SYMBOLS[p] for p in listed.split(",") if p)


def _years(result: Result, lang: str) -> list[Any]:
    """Classes and pollutants over the years with station data."""
    classes = tables.detail(result, "air_classes")
    if classes.empty:
        return []
    colours = standard("air_levels", on=f"{result.year}-12-31").set_index("level")["hex"]
    wide = classes.pivot(index="year", columns="level", values="days").fillna(0).astype(int)
    wide = wide[[c for c in wide if c] + [c for c in wide if not c]]
    names = {level: plots.level_name(level, lang) for level in wide}
    edge = {"edgecolor": MUTED, "linewidth": 0.4}
    styles = {c: {"facecolor": colours[c], **edge} if c else plots.NOT_VALID for c in wide}
    good = wide[[c for c in wide if c in (1, 2)]].sum(axis=1)
    title = text(
        "air.years", lang, first=int(good.index[0]), last=int(good.index[-1]),
        before=int(good.iloc[0]), now=int(good.iloc[-1]),
    )  # fmt: skip
    unit = word("counted_in", "days", lang)
    axis = plots.bands(
        wide,
        title=text("air.days_by_level", lang),
        unit=unit,
        styles=styles,
        names=names,
        lang=lang,
    )
    table = told(wide.reset_index(), lang, text("air.days_by_level", lang), heads=names)
    return [
        Heading(text("heading.air_years", lang), "air-classes"),
        Figure(svg(axis, alt(title, table, lang)), title, table),
        *_primary(tables.detail(result, "air_primary"), lang),
    ]


def _primary(primary: pd.DataFrame, lang: str) -> list[Figure]:
    """Days by year on which each pollutant was primary (AQI above 50), and on which it exceeded."""
    if primary.empty:
        return []
    # One order in both figures, so that a pollutant keeps its shade.
    often = primary.groupby("pollutant")[["primary", "exceeding"]].sum()
    order = often.sort_values("primary", ascending=False).index
    shades = dict(zip(order, BANDS, strict=False))
    found = []
    for column in ("primary", "exceeding"):
        wide = primary.pivot(index="year", columns="pollutant", values=column).fillna(0).astype(int)
        wide = wide[[p for p in order if often.at[p, column]]]
        if wide.empty or wide.shape[1] == 0:
            continue
        names = {p: SYMBOLS[p] for p in wide}
        most, last = wide.iloc[-1].idxmax(), int(wide.index[-1])
        days = int(wide.iloc[-1].max())
        title = text(f"air.most_{column}", lang, year=last, pollutant=SYMBOLS[most], days=days)
        named = text(f"air.by_{column}", lang)
        axis = plots.bands(
            wide,
            title=named,
            unit=word("counted_in", "days", lang),
            styles=shades,
            names=names,
            lang=lang,
        )
        table = told(wide.reset_index(), lang, named, heads=names)
        found.append(Figure(svg(axis, alt(title, table, lang)), title, table))
    return found


def _fine(result: Result, lang: str) -> list[Any]:
    """PM2.5 by month, with the seasonal trend in words."""
    months = tables.pm25_months(result)
    if months.empty:
        return []
    heading = Heading(text("heading.pm25", lang), "pm25-months")
    trend = tables.detail(result, "pm25_trend")
    said = (
        [Text(text("air.seasonal", lang, trend=measured(trend["explained"].iloc[0], "ug/m3")))]
        if len(trend)
        else []
    )
    if not months["value"].notna().any():
        return [heading, *said]
    by_season = months.groupby("month")["value"].mean()
    high, low = by_season.idxmax(), by_season.idxmin()
    title = text(
        "air.months", lang, high=word("month_name", str(high), lang), low=word("month_name", str(low), lang),
        most=f"{by_season[high]:.0f}", least=f"{by_season[low]:.0f}",
    )  # fmt: skip
    wide = months.pivot(index="year", columns="month", values="value")
    wide = wide.assign(mean=months.groupby("year")["mean"].first()).reset_index()
    heads = {m: word("month_name", str(m), lang) for m in range(1, 13)}
    table = told(
        wide,
        lang,
        text("air.pm25_by_month", lang),
        heads=heads,
        forms={m: decimals(0, lang) for m in heads},
    )
    drawn = svg(plots.months(months, lang=lang), alt(title, table, lang))
    return [heading, Figure(drawn, title, table), *said]


def _statistics(result: Result, lang: str) -> list[Any]:
    """The evaluation of the year by HJ 663: each statistic against its limit."""
    rows = tables.detail(result, "air_statistics", of_year=True)
    if rows.empty:
        return []
    frame = pd.DataFrame(
        {
            "pollutant": [SYMBOLS[p] for p in rows["pollutant"]],
            "statistic": [
                text(f"air.statistic_{kind}", lang, percentile=0 if is_nan(at) else int(at))
                for kind, at in zip(
                    rows["statistic"], rows["percentile"].astype(float), strict=True
                )
            ],
            "value": rows["rounded"].astype(float),
            "unit": [_unit(p) for p in rows["pollutant"]],
            "limit": rows["limit_2"].astype(float),
            "evaluation": [
                f"? {why.text(lang)}"
                if pd.isna(a)
                else text("air.attained" if a else "air.exceeded", lang)
                for a, why in zip(rows["attains"], rows["reason"], strict=True)
            ],
            "valid_days": rows["valid_days"].astype(int),
        }
    )
    caption = text("air.statistics", lang, year=result.year)
    heading = Heading(text("heading.air_year", lang), "air-year")
    return [heading, told(frame, lang, caption), *_composite(result, lang)]


def is_nan(value: float) -> bool:
    return value != value


def _composite(result: Result, lang: str) -> list[Text]:
    rows = tables.detail(result, "air_evaluation", of_year=True)
    value = float(rows["composite"].iloc[0]) if len(rows) else float("nan")
    return [] if is_nan(value) else [Text(text("air.composite", lang, value=f"{value:.2f}"))]
