"""Air over the years: days by level, days by primary pollutant, PM2.5 by month."""

from __future__ import annotations

import pandas as pd

from ecolib.report.words import pick
from ecolib.standards import standard
from ecolib.standards.air import SYMBOLS
from ecolib.texts import show
from ecolib.views.air_calendar import (
    DARK_FROM,
    INVALID,
    MONTH_NAMES,
    NOT_VALID,
    ON_COLOUR,
    level_name,
)
from ecolib.views.multiples import Panel, draw_stacks
from ecolib.views.output import Picture, picture
from ecolib.views.phrases import comma, in_year, semicolon
from ecolib.views.style import ACCENT, INK, MUTED

#: A band narrower than so many days has no room for its number.
ROOM_FOR_NUMBER = 6


def classes_picture(classes: pd.DataFrame, year: int, lang: str) -> Picture:
    """A bar a year: its days by level in the official colours, then those not valid."""
    from matplotlib import pyplot

    from ecolib.views.style import apply

    apply()
    levels = standard("air_levels", on=f"{year}-12-31").set_index("level")
    table = classes.pivot(index="year", columns="level", values="days").fillna(0)
    order = [c for c in table.columns if c] + [c for c in table.columns if not c]
    figure, axis = pyplot.subplots(figsize=(8, 0.9 + 0.38 * len(table)))
    names = {c: level_name(c, lang) if c else pick(NOT_VALID, lang) for c in order}
    before = pd.Series(0.0, table.index)
    for code in order:
        style = (
            {"facecolor": levels.at[code, "hex"], "edgecolor": MUTED, "linewidth": 0.4}
            if code
            else INVALID
        )
        bars = axis.barh(table.index, table[code], left=before, label=names[code], **style)
        labels = [show(v) if v >= ROOM_FOR_NUMBER else "" for v in table[code]]
        colour = "white" if code >= DARK_FROM else ON_COLOUR
        axis.bar_label(bars, labels, label_type="center", fontsize=8.5, color=colour)
        before += table[code]
    axis.set_yticks(table.index)
    axis.invert_yaxis()
    axis.set_xlim(0, 366)
    axis.set_xlabel(pick(("天", "days"), lang), fontsize=9)
    axis.grid(visible=False, axis="y")
    figure.legend(loc="outside upper left", ncols=6, frameon=False, fontsize=9)
    said = semicolon(lang).join(
        f"{in_year(y, lang)} "
        + comma(lang).join(f"{names[c]} {show(row[c])}" for c in order if row[c])
        for y, row in table.iterrows()
    )
    return picture(figure, pick((f"历年各级别天数：{said}。", f"Days by level: {said}."), lang))


def primary_picture(primary: pd.DataFrame, lang: str) -> Picture:
    """Days by year on which each pollutant was primary (AQI above 50) and on which it exceeded."""
    # One order in both panels, so that a pollutant keeps its shade.
    often = primary.groupby("pollutant")[["primary", "exceeding"]].sum()
    order = often.sort_values("primary", ascending=False).index
    panels = []
    for column, zh, en in (
        (
            "primary",
            "首要污染物（AQI 大于 50 的日子）",
            "Primary pollutant, days with an AQI above 50",
        ),
        ("exceeding", "超过二级标准的污染物", "Pollutant beyond grade II"),
    ):
        table = primary.pivot(index="year", columns="pollutant", values=column)
        named = often.index[often.gt(0).any(axis=1)]
        series = {SYMBOLS[p]: table[p] for p in order if p in named}
        if series:
            panels.append(Panel(pick((zh, en), lang), pick(("天", "days"), lang), series))
    return draw_stacks(panels, lang)


def months_picture(by_month: pd.DataFrame, statistics: pd.DataFrame, lang: str) -> Picture:
    """Monthly means as a line, annual means as steps; a month with too few days is a gap."""
    from matplotlib import pyplot

    from ecolib.views.style import apply

    apply()
    at = by_month["year"] + (by_month["month"] - 0.5) / 12
    value = by_month["value"].astype(float)
    figure, axis = pyplot.subplots(figsize=(8, 3.0))
    label = pick(("月均值", "monthly mean"), lang)
    axis.plot(at, value, color=ACCENT, marker="o", markersize=3, linewidth=1, label=label)
    fine = statistics[(statistics["pollutant"] == "pm25") & (statistics["statistic"] == "mean")]
    yearly = fine.set_index("year")["rounded"].astype(float).dropna()
    label = pick(("年均值", "annual mean"), lang)
    axis.hlines(yearly, yearly.index, yearly.index + 1, color=INK, linewidth=1.6, label=label)
    for year, mean in yearly.items():
        axis.annotate(
            show(mean), (year + 0.5, mean), xytext=(0, 4), textcoords="offset points", ha="center",
            fontsize=9, color=INK,
            bbox={"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none",
                  "alpha": 0.85},
        )  # fmt: skip
    years = sorted(by_month["year"].unique())
    axis.set_xticks([y + 0.5 for y in years], [str(y) for y in years])
    axis.set_xlim(years[0], years[-1] + 1)
    axis.set_ylim(0, value.max() * 1.15)
    axis.set_title("PM2.5（μg/m³）" if lang == "zh" else "PM2.5 (μg/m³)", loc="left", fontsize=10)
    axis.legend(loc="upper right", frameon=False, fontsize=9, ncols=2)
    return picture(figure, _months_in_words(by_month.assign(value=value), yearly, lang))


def _months_in_words(by_month: pd.DataFrame, yearly: pd.Series, lang: str) -> str:
    by_season = by_month.groupby("month")["value"].mean()
    high, low = int(by_season.idxmax()), int(by_season.idxmin())
    means = comma(lang).join(f"{in_year(y, lang)} {show(v)}" for y, v in yearly.items())
    gaps = int(by_month["value"].isna().sum())
    zh = (
        f"PM2.5 逐月均值，{len(by_month)} 个月中 {gaps} 个月有效日不足；多年平均 {high} 月最高"
        f"（{by_season[high]:.0f} μg/m³）、{low} 月最低（{by_season[low]:.0f} μg/m³）；年均值：{means}。"
    )
    en = (
        f"PM2.5 by month, {gaps} of {len(by_month)} months without enough valid days; on average "
        f"highest in {MONTH_NAMES[high - 1]} ({by_season[high]:.0f} μg/m³), lowest in "
        f"{MONTH_NAMES[low - 1]} ({by_season[low]:.0f} μg/m³); annual means: {means}."
    )
    return pick((zh, en), lang)
