"""The choices behind an air assessment that no standard's text settles beyond doubt.

Each field of `AirSettings` carries the sentence that a report prints in its method section, so a
choice is never hidden: `method_notes(settings, lang)`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Literal

from ecolib.errors import ParamsError, Problem, near

POLLUTANTS = ("pm25", "pm10", "so2", "no2", "co", "o3")
LABELS = {
    "zh": {
        "pm25": "细颗粒物（PM₂.₅）",
        "pm10": "可吸入颗粒物（PM₁₀）",
        "so2": "二氧化硫（SO₂）",
        "no2": "二氧化氮（NO₂）",
        "co": "一氧化碳（CO）",
        "o3": "臭氧（O₃）",
        "o3_1h": "臭氧日最大 1 小时（O₃）",
    },
    "en": {
        "pm25": "PM2.5",
        "pm10": "PM10",
        "so2": "SO2",
        "no2": "NO2",
        "co": "CO",
        "o3": "O3",
        "o3_1h": "O3 daily maximum 1 h",
    },
}


def _choice(default: str, /, **said: tuple[str, str]) -> Any:
    return field(default=default, metadata={"choices": said})


def _value(default: Any, zh: str, en: str) -> Any:
    return field(default=default, metadata={"said": (zh, en)})


@dataclass(frozen=True)
class AirSettings:
    """Named choices of an air assessment; the defaults are the documented ones."""

    hour_label: Literal["closes", "opens"] = _choice(
        "closes",
        closes=(
            "小时标签为该小时的结束时刻，00:00 属前一日。",
            "An hour's label is the moment it ends; 00:00 belongs to the day before.",
        ),
        opens=(
            "小时标签为该小时的开始时刻。",
            "An hour's label is the moment it begins.",
        ),
    )
    concentration_rounding_2012: Literal["half_even", "none"] = _choice(
        "half_even",
        half_even=(
            "HJ 633-2012 未规定浓度修约；按惯例先将浓度修约为整数（CO 一位小数，四舍六入五成双）。",
            "HJ 633-2012 does not say how to round concentrations; by practice they are first "
            "rounded half-even to integers (CO to one decimal).",
        ),
        none=(
            "HJ 633-2012 未规定浓度修约；浓度不修约，直接计算 IAQI。",
            "HJ 633-2012 does not say how to round concentrations; IAQI uses them unrounded.",
        ),
    )
    above_top: Literal["cap", "not_evaluable"] = _choice(
        "cap",
        cap=(
            "浓度超过分级表最高点时，按惯例 IAQI 计为 500。",
            "Above the last break point IAQI is 500, as published practice has it.",
        ),
        not_evaluable=(
            "浓度超过分级表最高点时，不计算 AQI。",
            "Above the last break point no AQI is given.",
        ),
    )
    o3_1h: Literal["counted", "only_above_800"] = _choice(
        "counted",
        counted=(
            "HJ 633-2012 的日报含臭氧日最大 1 小时（5.1.2）；有该值时参与 AQI 计算。",
            "The daily report of HJ 633-2012 has the daily maximum 1 h ozone (5.1.2); "
            "it counts where given.",
        ),
        only_above_800=(
            "臭氧日最大 1 小时仅在 8 小时值超过 800 µg/m³ 时使用。",
            "The daily maximum 1 h ozone is used only where the 8 h value is above 800 ug/m3.",
        ),
    )
    o3_1h_min_hours: int = _value(
        20,
        "标准未给出臭氧日最大 1 小时所需的小时数；取 {value} 小时，不足时仅在超过二级限值时有效。",
        "No standard gives the hours needed for the daily maximum 1 h ozone; {value} are asked "
        "for, and with fewer it counts only above the class 2 limit.",
    )
    min_station_share: float = _value(
        0.75,
        "全县日均值为各有效站点日均值（臭氧为各站 MDA8）的算术平均，"
        "有效站点比例不低于 {value:.0%}（该条款凭记忆录入）。",
        "The county's daily value is the mean of its valid stations' daily values (for ozone of "
        "their MDA8), at least {value:.0%} of them valid (clause recalled, not read).",
    )
    min_station_share_few: float = _value(
        0.5,
        "站点少于 4 个时，有效站点比例不低于 {value:.0%}（该条款凭记忆录入）。",
        "With fewer than 4 stations at least {value:.0%} must be valid (clause recalled).",
    )
    valid_day: Literal["complete_or_exceeding", "complete", "any"] = _choice(
        "complete_or_exceeding",
        complete_or_exceeding=(
            "有效日：各项污染物均有效，或 AQI 已大于 100（同 HJ 633-2026 的 5.3.1）。",
            "A valid day has every pollutant, or an AQI above 100 already (as HJ 633-2026, 5.3.1).",
        ),
        complete=("有效日：各项污染物均有效。", "A valid day has every pollutant."),
        any=("有效日：有 AQI 即为有效。", "A valid day is any day with an AQI."),
    )
    not_monitored: tuple[str, ...] = _value(
        (),
        "不在监测方案内、缺测不影响 AQI 的污染物（HJ 633-2026 的 5.3.2）：{names}。",
        "Outside the monitoring plan, so that the AQI stands without them "
        "(HJ 633-2026, 5.3.2): {names}.",
    )
    co_o3_days: Literal["as_annual_mean", "any"] = _choice(
        "as_annual_mean",
        as_annual_mean=(
            "CO 和 O₃ 的年百分位数所需有效日数同年均值：全年 324 日、每月 27 日（二月 25 日）。",
            "Annual percentiles of CO and O3 need as many valid days as an annual mean: 324 a "
            "year, 27 a month (25 in February).",
        ),
        any=(
            "CO 和 O₃ 的年百分位数不要求最少有效日数。",
            "Annual percentiles of CO and O3 need no minimum of valid days.",
        ),
    )
    year_limits: Literal["last_day", "first_day"] = _choice(
        "last_day",
        last_day=(
            "年评价采用该年最后一日有效的限值和修约规则。",
            "A year is judged by the limits and rounding in force on its last day.",
        ),
        first_day=(
            "年评价采用该年第一日有效的限值和修约规则。",
            "A year is judged by the limits and rounding in force on its first day.",
        ),
    )
    composite_rounding: Literal["each_2", "each_2_half_up", "each_3", "sum"] = _choice(
        "each_2",
        each_2=(
            "综合指数：各单项指数先修约为两位小数（五成双）再求和。此为由公布数值归纳的经验规则。",
            "Composite index: each single index is rounded half-even to two decimals, then summed; "
            "an empirical rule found from published values.",
        ),
        each_2_half_up=(
            "综合指数：各单项指数四舍五入为两位小数再求和（经验规则）。",
            "Composite index: each single index rounded half-up to two decimals, then summed "
            "(empirical).",
        ),
        each_3=(
            "综合指数：各单项指数先修约为三位小数再求和，结果取两位（经验规则）。",
            "Composite index: single indices at three decimals, summed, then two (empirical).",
        ),
        sum=(
            "综合指数：单项指数不修约，求和后修约为两位小数（经验规则）。",
            "Composite index: the sum of unrounded single indices at two decimals (empirical).",
        ),
    )
    good_share_needs: Literal["valid_year", "any"] = _choice(
        "valid_year",
        valid_year=(
            "优良天数比例以有效日为分母；有效日须满足全年 324 日、每月 27 日（二月 25 日），"
            "否则无法评估。标准未对该比例规定此条件。",
            "The good-day share is taken over valid days, of which a year needs 324 and a month "
            "27 (February 25), else it is not evaluable; no standard states this for the share.",
        ),
        any=(
            "优良天数比例以有效日为分母，不要求最少有效日数。",
            "The good-day share is taken over valid days, however few.",
        ),
    )
    fall_from: Literal["rounded", "unrounded"] = _choice(
        "rounded",
        rounded=(
            "PM₂.₅ 降幅由按 HJ 663 修约后的年均值计算；修约可使结果相差一个百分点以上。",
            "The PM2.5 fall is taken from annual means rounded by HJ 663; this alone can move it "
            "by more than a point.",
        ),
        unrounded=(
            "PM₂.₅ 降幅由未修约的年均值计算。",
            "The PM2.5 fall is taken from unrounded annual means.",
        ),
    )

    def __post_init__(self) -> None:
        problems = [p for f in fields(self) for p in _problems(f, getattr(self, f.name))]
        if problems:
            raise ParamsError(problems)


_ALWAYS = (
    (
        "HJ 633-2012 与 GB 3095-2012 自发布日（2012-02-29）起采用：各城市分期实施，"
        "2016-01-01 起全国实施。",
        "HJ 633-2012 and GB 3095-2012 are used from their issue on 2012-02-29: cities adopted "
        "them in stages, and they bind everywhere since 2016-01-01.",
    ),
    (
        "HJ 663-2026 的文本未取得；2026-03-01 以后的百分位数、有效性和综合指数沿用 2013 年版。",
        "The text of HJ 663-2026 was not obtained; percentiles, validity and the composite index "
        "follow the 2013 edition after 2026-03-01 too.",
    ),
)


def method_notes(settings: AirSettings, lang: str = "zh") -> list[str]:
    """The sentences of a method section in `lang` ("zh" or "en"), one for each choice."""
    column = 0 if lang == "zh" else 1
    said = [_sentence(f, getattr(settings, f.name), column) for f in fields(settings)]
    return [s for s in said if s] + [pair[column] for pair in _ALWAYS]


def _sentence(setting: Any, value: Any, column: int) -> str:
    if "choices" in setting.metadata:
        return setting.metadata["choices"][value][column]
    if value == ():
        return ""
    lang = ("zh", "en")[column]
    listed = value if isinstance(value, tuple) else ()
    names = ("、", ", ")[column].join(LABELS[lang][p] for p in listed)
    return setting.metadata["said"][column].format(value=value, names=names)


def _problems(setting: Any, value: Any) -> list[Problem]:
    if isinstance(value, tuple):
        known, given = POLLUTANTS, value
    elif "choices" in setting.metadata:
        known, given = tuple(setting.metadata["choices"]), (value,)
    else:
        return []
    found = []
    for one in given:
        if one not in known:
            zh, en = near(one, known)
            allowed = ", ".join(known)
            found.append(
                Problem(
                    f"AirSettings.{setting.name}",
                    f"“{one}”不可用，应为 {allowed} 之一{zh}",
                    f"'{one}' is not one of {allowed}{en}",
                )
            )
    return found


DEFAULT = AirSettings()
