"""The air page: the days of the year as a calendar, what polluted them, the years, PM2.5."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from ecolib.assess.case import Case
from ecolib.assess.result import Result
from ecolib.pages import drawing, plots, tables
from ecolib.pages.pieces import (
    Figure,
    Table,
    Text,
    decimals,
    figure,
    heading,
    remarks,
    told,
    yearly,
)
from ecolib.pages.style import ACCENT, BANDS, INK, MUTED
from ecolib.pages.wording import measured
from ecolib.standards import standard
from ecolib.standards.air.index import SYMBOLS
from ecolib.texts import Note, show, text, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Decimals of concentrations as they are printed: one for CO, none for the others.
DECIMALS = {"co": 1}
MONTHS, LONGEST = range(1, 13), 31
#: How a level of AQI looks beside its colour, and a day that is not valid.
EDGE = {"edgecolor": MUTED, "linewidth": 0.4}
NOT_VALID = {"facecolor": "#eef1f4", "edgecolor": "#9aa5b1", "hatch": "////", "linewidth": 0.4}


def blocks(result: Result, lang: str, case: Case) -> list[Any]:
    """Everything station data say; nothing without them."""
    if not any(len(tables.detail(result, name)) for name in ("air_years", "air_statistics")):
        return []
    return [
        *_days(result, lang),
        *_years(result, lang),
        *_fine(result, lang),
        *_statistics(result, lang),
        *remarks(result, ("air_method",), lang),
    ]


# --- the days of the year -------------------------------------------------------------------------


def levels(days: pd.DataFrame) -> list[tuple[int, str | None, int]]:
    """Level, colour and number of days of each level that occurs; 0 is what is not valid, last."""
    valid = days[days["counted"]]
    found = [(int(level), own["hex"].iloc[0], len(own)) for level, own in valid.groupby("level")]
    left = len(days) - len(valid)
    return found + ([(0, None, left)] if left else [])


def level_name(level: int, lang: str) -> str:
    """What HJ 633 calls a level of AQI, 1 to 6; 0 is a day that is not valid."""
    return word("air_level", str(level), lang) if level else text("air.not_valid", lang)


def level_style(colour: str | None) -> dict[str, Any]:
    return {"facecolor": colour, **EDGE} if colour else NOT_VALID


def _days(result: Result, lang: str) -> list[Any]:
    """The days of the year of assessment."""
    head, days, year = heading("air_days", lang), tables.air_days(result), result.year
    if days.empty:
        return [head, Text(text("air.no_days", lang, year=year), "absent")]
    counts = {level: count for level, _, count in levels(days)}
    named = [(level_name(level, lang), count) for level, count in counts.items()]
    frame = pd.DataFrame(named, columns=["level", "days"])
    table = told(frame, lang, text("air.levels", lang, year=year))
    good, left = counts.get(1, 0) + counts.get(2, 0), counts.get(0, 0)
    bad = len(days) - good - left
    title = said = text("air.calendar", lang, year=year, good=good, bad=bad, left=left)
    valid = days[days["counted"]]
    if len(valid):
        worst = valid.loc[valid["aqi"].idxmax()]
        said += text("air.worst", lang, aqi=int(worst["aqi"]), day=f"{worst['date']:%Y-%m-%d}")
    drawn = figure(calendar(days, lang=lang), title, table, lang, said=said, wide=True)
    return [head, drawn, _exceeding(days, year, lang), _invalid(days, year, lang)]


def calendar(days: pd.DataFrame, ax: Axes | None = None, *, lang: str = "zh") -> Axes:
    """The days of a year by level of AQI (`tables.air_days`): months down, days across."""
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Patch, Rectangle

    axis = drawing.axes_of(ax, 4.4, 9.2)
    for counted, own in days.groupby("counted"):
        boxes = [Rectangle((d.day - 0.46, d.month - 0.44), 0.92, 0.88) for d in own["date"]]
        style = {"facecolor": list(own["hex"]), "edgecolor": "none"} if counted else NOT_VALID
        axis.add_collection(PatchCollection(boxes, **style), autolim=False)
    for day in days.itertuples():
        axis.text(
            day.date.day, day.date.month, f"{day.aqi:.0f}" if day.counted else "×", ha="center",
            va="center", fontsize=7.4, color=plots.ink_on(day.hex) if day.counted else INK,
        ).set_in_layout(False)  # fmt: skip
    axis.set_xlim(0.5, LONGEST + 0.5)
    axis.set_ylim(len(MONTHS) + 0.5, 0.5)
    axis.set_xticks(range(1, LONGEST + 1))
    axis.set_yticks(MONTHS, [word("month_name", str(month), lang) for month in MONTHS])
    axis.tick_params(length=0, labelsize=8, labeltop=True, labelbottom=False)
    axis.grid(visible=False)
    axis.spines[:].set_visible(False)
    handles = []
    for level, colour, count in levels(days):
        said = text("drawn.days", lang, name=level_name(level, lang), days=count)
        handles.append(Patch(label=said, **level_style(colour)))
    drawing.legend(axis.figure, handles)
    return axis


def _exceeding(days: pd.DataFrame, year: int, lang: str) -> Table | Text:
    """Days beyond grade II, and the pollutants that made them so."""
    bad = days[days["counted"] & (days["aqi"] > 100)]
    if bad.empty:
        return Text(text("air.none_beyond", lang, year=year))
    rows = [
        {
            "date": f"{row['date']:%Y-%m-%d}",
            "aqi": int(row["aqi"]),
            "level": level_name(int(row["level"]), lang),
            "exceeding": tuple(concentration(row, p, lang) for p in row["exceeding"].split(",")),
            "primary": tuple(SYMBOLS[p] for p in row["primary"].split(",") if p),
        }
        for row in bad.to_dict("records")
    ]
    return told(pd.DataFrame(rows), lang, text("air.beyond", lang, year=year, count=len(rows)))


def _invalid(days: pd.DataFrame, year: int, lang: str) -> Table | Text:
    left = days[~days["counted"]]
    if left.empty:
        return Text(text("air.all_valid", lang, year=year))
    frame = left[["date", "reason"]].assign(date=left["date"].dt.strftime("%Y-%m-%d"))
    caption = text("air.invalid", lang, year=year, count=len(left))
    heads = {"reason": text("air.lacks", lang)}
    return told(frame, lang, caption, heads=heads)


def concentration(row: Any, pollutant: str, lang: str) -> str:
    """`O3日最大8小时 171 μg/m³`: the daily figure of a pollutant."""
    average = text("air.eight_hours", lang) if pollutant == "o3" else " "
    value = f"{row[pollutant]:.{DECIMALS.get(pollutant, 0)}f}"
    return f"{SYMBOLS[pollutant]}{average}{value} {_unit(pollutant)}"


def _unit(pollutant: str) -> str:
    return "mg/m³" if pollutant == "co" else "μg/m³"


# --- the years ------------------------------------------------------------------------------------


def _years(result: Result, lang: str) -> list[Any]:
    """Classes and pollutants over the years with station data."""
    classes = tables.detail(result, "air_classes")
    if classes.empty:
        return []
    colours = standard("air_levels", on=f"{result.year}-12-31").set_index("level")["hex"]
    wide = classes.pivot(index="year", columns="level", values="days").fillna(0).astype(int)
    wide = wide[sorted(wide, key=lambda level: (level == 0, level))]
    good = wide[[level for level in wide if level in (1, 2)]].sum(axis=1)
    title = text(
        "air.years", lang, first=int(good.index[0]), last=int(good.index[-1]),
        before=int(good.iloc[0]), now=int(good.iloc[-1]),
    )  # fmt: skip
    names = {level: level_name(level, lang) for level in wide}
    styles = {level: level_style(colours[level] if level else None) for level in wide}
    drawn = _by_year(wide, title, text("air.days_by_level", lang), names, styles, lang)
    primary = _primary(tables.detail(result, "air_primary"), lang)
    return [heading("air_classes", lang), drawn, *primary]


def _by_year(
    wide: pd.DataFrame, title: str, named: str, names: dict, styles: dict, lang: str
) -> Figure:
    """Days by year in bands, with their table."""
    unit = word("counted_in", "days", lang)
    axis = plots.bands(wide, names, title=named, unit=unit, styles=styles, lang=lang)
    return yearly(axis, title, wide, named, names, lang)


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
        if wide.empty:
            continue
        last = wide.iloc[-1]
        title = text(
            f"air.most_{column}", lang, year=int(last.name), pollutant=SYMBOLS[last.idxmax()],
            days=int(last.max()),
        )  # fmt: skip
        names, named = {p: SYMBOLS[p] for p in wide}, text(f"air.by_{column}", lang)
        found.append(_by_year(wide, title, named, names, shades, lang))
    return found


# --- PM2.5 and the evaluation ---------------------------------------------------------------------


def _fine(result: Result, lang: str) -> list[Any]:
    """PM2.5 by month, with the seasonal trend in words."""
    frame = tables.pm25_months(result)
    if frame.empty:
        return []
    found: list[Any] = [heading("pm25_months", lang)]
    if frame["value"].notna().any():
        by_season = frame.groupby("month")["value"].mean()
        heads = {month: word("month_name", str(month), lang) for month in MONTHS}
        high, low = by_season.idxmax(), by_season.idxmin()
        title = text(
            "air.months", lang, high=heads[high], low=heads[low], most=f"{by_season[high]:.0f}",
            least=f"{by_season[low]:.0f}",
        )  # fmt: skip
        wide = frame.pivot(index="year", columns="month", values="value")
        wide = wide.assign(mean=frame.groupby("year")["mean"].first()).reset_index()
        whole = dict.fromkeys(MONTHS, decimals(0, lang))
        table = told(wide, lang, text("air.pm25_by_month", lang), heads=heads, forms=whole)
        found.append(figure(months(frame, lang=lang), title, table, lang))
    trend = tables.detail(result, "pm25_trend")
    if len(trend):
        said = measured(trend["explained"].iloc[0], "ug/m3")
        found.append(Text(text("air.seasonal", lang, trend=said)))
    return found


def months(frame: pd.DataFrame, ax: Axes | None = None, *, lang: str = "zh") -> Axes:
    """Monthly means as a line, annual means as steps (`tables.pm25_months`); a gap where too few
    days are valid."""
    axis, at = drawing.axes_of(ax), frame["year"] + (frame["month"] - 0.5) / 12
    said = text("drawn.monthly", lang)
    axis.plot(at, frame["value"], color=ACCENT, marker="o", markersize=3, linewidth=1, label=said)
    mean, said = frame.groupby("year")["mean"].first().dropna(), text("drawn.yearly", lang)
    axis.hlines(mean, mean.index, mean.index + 1, color=INK, linewidth=1.8, label=said)
    for year, value in mean.items():
        style = {"va": "baseline", "bbox": drawing.WHITE_BOX}
        drawing.label(axis, show(value, lang), (year + 0.5, value), (0, 4), **style)
    years = sorted(frame["year"].unique())
    axis.set_xticks([year + 0.5 for year in years], [str(year) for year in years])
    axis.set_xlim(years[0], years[-1] + 1)
    axis.set_ylim(0, 1.1 * max(frame["value"].max(), mean.max() if len(mean) else 0))
    drawing.number_ticks(axis.yaxis, lang)
    drawing.set_title(axis, "PM2.5", "μg/m³", lang)
    drawing.legend(axis.figure, axis.get_legend_handles_labels()[0])
    return axis


def _statistics(result: Result, lang: str) -> list[Any]:
    """The evaluation of the year by HJ 663: each statistic against its limit."""
    rows = tables.detail(result, "air_statistics", of_year=True)
    if rows.empty:
        return []
    cells = [
        {
            "pollutant": SYMBOLS[row.pollutant],
            "statistic": text(
                f"air.statistic_{row.statistic}", lang, percentile=f"{row.percentile:.0f}"
            ),
            "value": float(row.rounded),
            "unit": _unit(row.pollutant),
            "limit": float(row.limit_2),
            "evaluation": _attained(row.attains, row.reason, lang),
            "valid_days": int(row.valid_days),
        }
        for row in rows.itertuples()
    ]
    table = told(pd.DataFrame(cells), lang, text("air.statistics", lang, year=result.year))
    return [heading("air_year", lang), table, *_composite(result, lang)]


def _attained(attains: bool, why: Note, lang: str) -> str:
    if pd.isna(attains):
        return f"? {why.text(lang)}"
    return text("air.attained" if attains else "air.exceeded", lang)


def _composite(result: Result, lang: str) -> list[Text]:
    rows = tables.detail(result, "air_evaluation", of_year=True)
    value = float(rows["composite"].iloc[0]) if len(rows) else math.nan
    if math.isnan(value):
        return []
    return [Text(text("air.composite", lang, value=f"{value:.2f}"))]
