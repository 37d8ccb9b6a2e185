"""The air page: the days of the year as a calendar, what polluted them, the years, PM2.5."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ecolib.assess.result import Result
from ecolib.report import pick
from ecolib.standards import standard
from ecolib.standards.air import SYMBOLS
from ecolib.texts import Note, joined, show, word
from ecolib.views.drivers import Panel, draw_stacks
from ecolib.views.findings import findings
from ecolib.views.output import (
    ACCENT,
    INK,
    MUTED,
    Html,
    Picture,
    Pieces,
    absent,
    element,
    folded,
    picture,
    pieces,
    section,
    subplots,
    table,
)
from ecolib.views.phrases import (
    MONTH_NAMES,
    bracketed,
    comma,
    detail_of,
    detail_of_year,
    in_year,
    method,
    number,
    remarks,
    semicolon,
    subheading,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


#: One decimal for CO, none for the others, as concentrations are printed.
DECIMALS = {"co": 1}
STATISTICS = {"mean": ("年均值", "annual mean"), "percentile": ("第 {} 百分位", "percentile {}")}


def air(result: Result, lang: str) -> Pieces:
    """Everything station data say; without them, what the yearly figures allow."""
    if not any(len(detail_of(result, name)) for name in ("air_years", "air_statistics")):
        return findings(result, lang)
    return pieces(
        section(word("heading", "findings", lang), "findings"),
        *_days(result, lang),
        *_years(result, lang),
        *_fine(result, lang),
        *_statistics(result, lang),
        *remarks(result, lang),
        *method(result, ("air_method",), lang),
    )


def _days(result: Result, lang: str) -> list[Html | Picture]:
    """The days of the year of assessment."""
    title = subheading("逐日空气质量", "Air quality day by day", "air-days", lang)
    days = detail_of(result, "air_days")
    if days.empty:
        said = (
            f"没有 {result.year} 年的站点数据，画不出逐日图。",
            f"There are no station data for {result.year}, so its days cannot be shown.",
        )
        return [title, absent(pick(said, lang))]
    return [
        title,
        calendar_picture(days, result.year, lang),
        _exceeding_days(days, result.year, lang),
        _invalid_days(days, result.year, lang),
    ]


def _exceeding_days(days: pd.DataFrame, year: int, lang: str) -> Html:
    """Days beyond grade II, and the pollutants that made them so."""
    bad = days[days["counted"].astype(bool) & (days["aqi"].astype(float) > 100)]
    if bad.empty:
        said = f"{year} 年没有超标的有效日。", f"No valid day of {year} was beyond grade II."
        return element("p", pick(said, lang))
    frame = pd.DataFrame(
        {
            pick(("日期", "Date"), lang): _dates(bad),
            "AQI": [show(v) for v in bad["aqi"].astype(float)],
            pick(("级别", "Level"), lang): [_level_name(level, lang) for level in bad["level"]],
            pick(("超标污染物及浓度", "Pollutants beyond grade II"), lang): [
                comma(lang).join(_amount(row, p, lang) for p in row["exceeding"].split(","))
                for row in bad.to_dict("records")
            ],
            pick(("首要污染物", "Primary"), lang): [_names(p, lang) for p in bad["primary"]],
        }
    )
    caption = pick((f"{year} 年超标的有效日", f"Valid days of {year} beyond grade II"), lang)
    return _counted(frame, caption, lang)


def _amount(row: dict, pollutant: str, lang: str) -> str:
    name = SYMBOLS[pollutant]
    average = pick(("日最大 8 小时 ", " 8 h "), lang) if pollutant == "o3" else " "
    return f"{name}{average}{number(row[pollutant], DECIMALS.get(pollutant, 0))} {_unit(pollutant)}"


def _unit(pollutant: str) -> str:
    return "mg/m³" if pollutant == "co" else "μg/m³"


def _invalid_days(days: pd.DataFrame, year: int, lang: str) -> Html:
    left = days[~days["counted"].astype(bool)]
    if left.empty:
        return element(
            "p", pick((f"{year} 年每天都有效。", f"Every day of {year} is valid."), lang)
        )
    columns = {
        pick(("日期", "Date"), lang): _dates(left),
        pick(("各站缺什么", "What each station lacks"), lang): [
            joined(reason, lang) for reason in left["reason"]
        ],
    }
    caption = pick(
        (f"{year} 年无效、不计入比例的日子", f"Days of {year} that are not valid and do not count"),
        lang,
    )
    return _counted(pd.DataFrame(columns), caption, lang)


def _dates(days: pd.DataFrame) -> list[str]:
    return [f"{d:%Y-%m-%d}" for d in pd.to_datetime(days["date"])]


def _counted(frame: pd.DataFrame, caption: str, lang: str) -> Html:
    """A table of days with their number in the caption; dates are kept on one line."""
    count = pick((f"{caption}（{len(frame)} 天）", f"{caption} ({len(frame)})"), lang)
    numbers = tuple(c for c in frame if c in ("AQI", frame.columns[0]))
    return folded(table(frame, caption=count, numbers=numbers), count, len(frame))


def _names(listed: str, lang: str) -> str:
    return comma(lang).join(SYMBOLS[p] for p in listed.split(",") if p) or "—"


def _years(result: Result, lang: str) -> list[Html | Picture | None]:
    """Classes and pollutants over the years with station data."""
    classes = detail_of(result, "air_classes")
    if classes.empty:
        return []
    title = subheading("历年天数", "Days by year", "air-classes", lang)
    return [
        title,
        _classes_picture(classes, result.year, lang),
        _primary_picture(detail_of(result, "air_primary"), lang),
    ]


def _fine(result: Result, lang: str) -> list[Html | Picture]:
    """PM2.5 by month, with the seasonal trend in words."""
    by_month = detail_of(result, "pm25_months")
    if by_month.empty:
        return []
    title = subheading("PM2.5 逐月浓度", "PM2.5 by month", "pm25-months", lang)
    trend = detail_of(result, "pm25_trend")
    unit = pick(("月均值的季节趋势（μg/m³，每年）：", "Seasonal trend (μg/m³ a year): "), lang)
    said = [element("p", unit + trend["explained"].iloc[0].text(lang))] if len(trend) else []
    shown = by_month["value"].astype(float).notna().any()
    drawn = [_months_picture(by_month, detail_of(result, "air_statistics"), lang)] if shown else []
    return [title, *drawn, *said]


def _statistics(result: Result, lang: str) -> list[Html]:
    """The evaluation of the year by HJ 663: each statistic against its limit."""
    rows = detail_of_year(result, "air_statistics")
    if rows.empty:
        return []
    title = subheading("年度评价", "Evaluation of the year", "air-year", lang)
    frame = pd.DataFrame(
        {
            pick(("污染物", "Pollutant"), lang): [SYMBOLS[p] for p in rows["pollutant"]],
            pick(("统计量", "Statistic"), lang): [
                pick(STATISTICS[r["statistic"]], lang).format(show(float(r["percentile"] or 0)))
                for r in rows.to_dict("records")
            ],
            pick(("数值", "Value"), lang): [
                f"{show(float(v))} {_unit(p)}" if v == v else None
                for v, p in zip(rows["rounded"].astype(float), rows["pollutant"], strict=True)
            ],
            pick(("二级限值", "Grade II limit"), lang): [show(float(v)) for v in rows["limit_2"]],
            pick(("评价", "Evaluation"), lang): [
                _attains(a, why, lang)
                for a, why in zip(rows["attains"], rows["reason"], strict=True)
            ],
            pick(("有效日", "Valid days"), lang): rows["valid_days"],
        }
    )
    caption = pick(
        (f"{result.year} 年统计量（HJ 663—2013）", f"Statistics of {result.year} (HJ 663-2013)"),
        lang,
    )
    numbers = tuple(frame)[2:4] + tuple(frame)[5:]
    return [title, table(frame, caption=caption, numbers=numbers), *_composite(result, lang)]


def _attains(attains: object, reason: Note, lang: str) -> str:
    if pd.isna(attains):
        return f"? {reason.text(lang)}"
    return pick(("✓ 达标", "✓ attained") if attains else ("✗ 超标", "✗ exceeded"), lang)


def _composite(result: Result, lang: str) -> list[Html]:
    rows = detail_of_year(result, "air_evaluation")
    value = number(rows["composite"].iloc[0], 2) if len(rows) else None
    if value is None:
        return []
    said = (
        f"环境空气质量综合指数 {value}（越小越好）。",
        f"Composite index {value} (less is better).",
    )
    return [element("p", pick(said, lang))]


MONTHS, LONGEST = 12, 31
#: Levels whose official colour is too dark for black figures; only pure black reads well on red.
DARK_FROM = 5
ON_COLOUR = "#000000"
INVALID = {"facecolor": "#eef1f4", "edgecolor": "#9aa5b1", "hatch": "////", "linewidth": 0.4}
NOT_VALID = "无效", "not valid"


def calendar_picture(days: pd.DataFrame, year: int, lang: str) -> Picture:
    """Months down, days across; the key names each level with its number of days."""
    days = days.assign(
        date=pd.to_datetime(days["date"]),
        counted=days["counted"].astype(bool),
        aqi=days["aqi"].astype(float),
    )
    figure, axis = subplots(figsize=(9.2, 4.6))
    for day in days.itertuples():
        _draw_day(axis, day)
    axis.set_xlim(0.5, LONGEST + 0.5)
    axis.set_ylim(MONTHS + 0.5, 0.5)
    axis.set_xticks(range(1, LONGEST + 1))
    names = [pick((f"{m} 月", MONTH_NAMES[m - 1]), lang) for m in range(1, 13)]
    axis.set_yticks(range(1, MONTHS + 1), names)
    axis.tick_params(length=0, labelsize=8)
    axis.tick_params(axis="x", labeltop=True, labelbottom=False)
    axis.grid(visible=False)
    for side in axis.spines.values():
        side.set_visible(False)
    _draw_key(axis, days, lang)
    return picture(figure, _calendar_in_words(days, year, lang))


def _draw_day(axis: Axes, day) -> None:
    from matplotlib.patches import Rectangle

    place = (day.date.day - 0.46, day.date.month - 0.44)
    if not day.counted:
        axis.add_patch(Rectangle(place, 0.92, 0.88, **INVALID))
        text, colour = "×", INK
    else:
        axis.add_patch(Rectangle(place, 0.92, 0.88, facecolor=day.hex, edgecolor="none"))
        text, colour = f"{day.aqi:.0f}", "white" if day.level >= DARK_FROM else ON_COLOUR
    axis.text(
        day.date.day, day.date.month, text, ha="center", va="center", fontsize=7.4, color=colour,
    )  # fmt: skip


def _level_name(level: float, lang: str) -> str:
    """What HJ 633 calls a level of AQI, 1 to 6."""
    return word("air_level", f"{level:.0f}", lang)


def counts_by_level(days: pd.DataFrame, lang: str) -> list[tuple[str, str | None, int]]:
    """Name, colour and number of days of each level that occurs; what is not valid comes last."""
    valid = days[days["counted"]].sort_values("level")
    found = [
        (_level_name(level, lang), group["hex"].iloc[0], len(group))
        for level, group in valid.groupby("level")
    ]
    left = int((~days["counted"]).sum())
    return [*found, *([(pick(NOT_VALID, lang), None, left)] if left else [])]


def _draw_key(axis: Axes, days: pd.DataFrame, lang: str) -> None:
    from matplotlib.patches import Patch

    handles = [
        Patch(
            label=pick((f"{name} {count} 天", f"{name}: {count}"), lang),
            **(INVALID if colour is None else {"facecolor": colour, "edgecolor": MUTED,
                                               "linewidth": 0.4}),
        )
        for name, colour, count in counts_by_level(days, lang)
    ]  # fmt: skip
    axis.figure.legend(
        handles=handles, loc="outside lower left", ncols=6, frameon=False, fontsize=9
    )


def _calendar_in_words(days: pd.DataFrame, year: int, lang: str) -> str:
    counts = comma(lang).join(
        pick((f"{name} {count} 天", f"{name} {count}"), lang)
        for name, _, count in counts_by_level(days, lang)
    )
    valid = days[days["counted"]]
    said = (
        f"{year} 年逐日 AQI 日历：{counts}。",
        f"Calendar of the daily AQI of {year}, days: {counts}.",
    )
    if valid.empty:
        return pick(said, lang)
    worst = valid.loc[valid["aqi"].idxmax()]
    highest = (
        f"最高 AQI {worst.aqi:.0f}，在 {worst.date.month} 月 {worst.date.day} 日。",
        f" The highest AQI is {worst.aqi:.0f}, on {worst.date:%Y-%m-%d}.",
    )
    return pick(said, lang) + pick(highest, lang)


#: A band narrower than so many days has no room for its number.
ROOM_FOR_NUMBER = 6


def _classes_picture(classes: pd.DataFrame, year: int, lang: str) -> Picture:
    """A bar a year: its days by level in the official colours, then those not valid."""
    levels = standard("air_levels", on=f"{year}-12-31").set_index("level")
    wide = classes.pivot(index="year", columns="level", values="days").fillna(0)
    order = [c for c in wide.columns if c] + [c for c in wide.columns if not c]
    figure, axis = subplots(figsize=(8, 0.9 + 0.38 * len(wide)))
    names = {c: _level_name(c, lang) if c else pick(NOT_VALID, lang) for c in order}
    before = pd.Series(0.0, wide.index)
    for code in order:
        style = (
            {"facecolor": levels.at[code, "hex"], "edgecolor": MUTED, "linewidth": 0.4}
            if code
            else INVALID
        )
        bars = axis.barh(wide.index, wide[code], left=before, label=names[code], **style)
        labels = [show(v) if v >= ROOM_FOR_NUMBER else "" for v in wide[code]]
        colour = "white" if code >= DARK_FROM else ON_COLOUR
        axis.bar_label(bars, labels, label_type="center", fontsize=8.5, color=colour)
        before += wide[code]
    axis.set_yticks(wide.index)
    axis.invert_yaxis()
    axis.set_xlim(0, 366)
    axis.set_xlabel(pick(("天", "days"), lang), fontsize=9)
    axis.grid(visible=False, axis="y")
    figure.legend(loc="outside upper left", ncols=6, frameon=False, fontsize=9)
    said = semicolon(lang).join(
        f"{in_year(y, lang)} "
        + comma(lang).join(f"{names[c]} {show(row[c])}" for c in order if row[c])
        for y, row in wide.iterrows()
    )
    return picture(figure, pick((f"历年各级别天数：{said}。", f"Days by level: {said}."), lang))


def _primary_picture(primary: pd.DataFrame, lang: str) -> Picture | None:
    """Days by year on which each pollutant was primary (AQI above 50) and on which it exceeded.

    None where all days of all years were excellent.
    """
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
        wide = primary.pivot(index="year", columns="pollutant", values=column)
        named = often.index[often.gt(0).any(axis=1)]
        series = {SYMBOLS[p]: wide[p] for p in order if p in named}
        if series:
            panels.append(Panel(pick((zh, en), lang), pick(("天", "days"), lang), series))
    return draw_stacks(panels, lang) if panels else None


def _months_picture(by_month: pd.DataFrame, statistics: pd.DataFrame, lang: str) -> Picture:
    """Monthly means as a line, annual means as steps; a month with too few days is a gap."""
    at = by_month["year"] + (by_month["month"] - 0.5) / 12
    value = by_month["value"].astype(float)
    figure, axis = subplots(figsize=(8, 3.0))
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
    axis.set_title("PM2.5" + bracketed("μg/m³", lang), loc="left", fontsize=10)
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
