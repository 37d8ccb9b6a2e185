"""The air page: a calendar of the year, what polluted the days, what does not count, PM2.5."""

from __future__ import annotations

import pandas as pd

from ecolib.assess.result import Result
from ecolib.report.words import pick
from ecolib.standards.air import SYMBOLS
from ecolib.texts import Note, joined, show, word
from ecolib.views.air_calendar import calendar_picture, level_name
from ecolib.views.air_charts import classes_picture, months_picture, primary_picture
from ecolib.views.findings import findings
from ecolib.views.monitoring import detail_of, method, number, remarks, subheading
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
from ecolib.views.phrases import comma

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
            pick(("级别", "Level"), lang): [level_name(level, lang) for level in bad["level"]],
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
    unit = "mg/m³" if pollutant == "co" else "μg/m³"
    name = SYMBOLS[pollutant]
    average = pick(("日最大 8 小时 ", " 8 h "), lang) if pollutant == "o3" else " "
    return f"{name}{average}{number(row[pollutant], DECIMALS.get(pollutant, 0))} {unit}"


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


def _years(result: Result, lang: str) -> list[Html | Picture]:
    """Classes and pollutants over the years with station data."""
    classes = detail_of(result, "air_classes")
    if classes.empty:
        return []
    title = subheading("历年天数", "Days by year", "air-classes", lang)
    return [
        title,
        classes_picture(classes, result.year, lang),
        primary_picture(detail_of(result, "air_primary"), lang),
    ]


def _fine(result: Result, lang: str) -> list[Html | Picture]:
    """PM2.5 by month, with the seasonal trend in words."""
    by_month = detail_of(result, "pm25_months")
    if by_month.empty:
        return []
    title = subheading("PM2.5 逐月浓度", "PM2.5 by month", "pm25-months", lang)
    trend = detail_of(result, "pm25_trend")
    unit = pick(("月均值的季节趋势（μg/m³，每年）：", "Seasonal trend (μg/m³ a year): "), lang)
    said = [element("p", unit + trend[f"explain_{lang}"].iloc[0])] if len(trend) else []
    shown = by_month["value"].astype(float).notna().any()
    picture = months_picture(by_month, detail_of(result, "air_statistics"), lang) if shown else None
    return [title, *([picture] if picture else []), *said]


def _statistics(result: Result, lang: str) -> list[Html]:
    """The evaluation of the year by HJ 663: each statistic against its limit."""
    rows = detail_of(result, "air_statistics")
    rows = rows[rows["year"] == result.year] if len(rows) else rows
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
                f"{show(float(v))} {'mg/m³' if p == 'co' else 'μg/m³'}" if v == v else None
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
    rows = detail_of(result, "air_evaluation")
    rows = rows[rows["year"] == result.year]
    value = number(rows["composite"].iloc[0], 2) if len(rows) else None
    if value is None:
        return []
    said = (
        f"环境空气质量综合指数 {value}（越小越好）。",
        f"Composite index {value} (less is better).",
    )
    return [element("p", pick(said, lang))]
