"""What the texts on water leave open, as named choices that a report can print."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ecolib.standards.settings import check_choices, setting

# Items outside the single-factor class of a drinking source (a provincial report's list).
SOURCE_REFERENCE_ITEMS = ("water_temp", "tn", "coliform", "cod")
# "Cyanide and heavy metals" of the assessment method; arsenic is counted with the metals.
TOXIC_ITEMS = ("cn", "hg", "cd", "cr6", "pb", "as", "cu", "zn")


@dataclass(frozen=True)
class WaterSettings:
    """Choices of the water methods that are not settled by a text that was read in full.

    Raises
    ------
    ParamsError
        When a choice is none of those offered.
    """

    below_detection: str = setting(
        "half",
        zh={
            "half": "低于检出限的结果按检出限的一半参加均值和类别判定"
            "（环办监测函〔2020〕82号第七条，仅见转载）。",
            "limit": "低于检出限的结果按检出限参加均值和类别判定。",
            "zero": "低于检出限的结果按零参加均值和类别判定。",
        },
        en={
            "half": "A result below detection enters means and classes as half its detection limit "
            "(Huanban Jiance 2020 no. 82, point 7, seen as a copy only).",
            "limit": "A result below detection enters means and classes as its detection limit.",
            "zero": "A result below detection enters means and classes as zero.",
        },
    )
    nd_without_limit: str = setting(
        "missing",
        zh={
            "missing": "只写“未检出”而未注明检出限的结果不参加评价，并逐项列出。",
            "zero": "只写“未检出”而未注明检出限的结果按零参加评价。",
        },
        en={
            "missing": "A result that only says 'not detected', without a detection limit, is left "
            "out of the assessment and listed.",
            "zero": "A result that only says 'not detected', without a detection limit, enters as "
            "zero.",
        },
    )
    edition_on: dt.date | None = setting(
        None,
        zh="按采样当日（时段均值按时段末日）现行的标准版本评价；统一指定的日期：{value}。",
        en="The edition in force on the day of the sample (or on the last day of an averaged "
        "period) is applied; one day fixed for all: {value}.",
    )
    lake_tn_decides: bool = setting(
        False,
        zh={
            False: "湖库总氮单独给出类别，不参与单因子类别（环办〔2011〕22号）。",
            True: "湖库总氮参与单因子类别。",
        },
        en={
            False: "Total nitrogen of lakes is classed apart and does not enter the single-factor "
            "class (Huanban 2011 no. 22).",
            True: "Total nitrogen of lakes enters the single-factor class.",
        },
    )
    months_in_year: int = setting(
        8,
        zh="年度评价至少需要 {value} 个月有监测数据（通常 12 个月），以各月值的算术平均评价。",
        en="A year needs data in at least {value} months (normally 12) and is judged by the "
        "arithmetic mean of the monthly values.",
    )
    samples_in_quarter: int = setting(
        2,
        zh="季度评价至少需要 {value} 次监测。",
        en="A quarter needs at least {value} samplings.",
    )
    well_year: str = setting(
        "mean",
        zh={
            "mean": "监测井的年度类别按年均值判定。",
            "worst": "监测井的年度类别取各次监测中最差的类别。",
        },
        en={
            "mean": "The class of a well in a year is that of the yearly means.",
            "worst": "The class of a well in a year is the worst class of its samples.",
        },
    )
    samples_in_well_year: int = setting(
        1,
        zh="地下水年度评价每口井至少需要 {value} 次监测。",
        en="A well needs at least {value} sampling(s) in a year.",
    )
    source_year: str = setting(
        "worst",
        zh={
            "mean": "水源地的年度类别按年均值判定。",
            "worst": "水源地的年度类别取各次监测中最差的类别（全年各次均达标才算优良）。",
        },
        en={
            "mean": "The class of a drinking source in a year is that of the yearly means.",
            "worst": "The class of a drinking source in a year is the worst of its samples: it is "
            "good only when every sample is.",
        },
    )
    samples_in_source_year: int = setting(
        1,
        zh="水源地年度评价至少需要 {value} 次监测。",
        en="A drinking source needs at least {value} sampling(s) in a year.",
    )
    source_reference_items: tuple[str, ...] = setting(
        SOURCE_REFERENCE_ITEMS,
        zh="地表水水源地评价中仅作参考、不参与类别的项目：{value}。",
        en="Items of surface drinking sources that are for reference and do not decide: {value}.",
    )
    few_sections: int = setting(
        5,
        zh="可评价断面少于 {value} 个时按各断面平均浓度评价，不计算类别比例。",
        en="With fewer than {value} evaluable sections the mean concentrations over the sections "
        "are judged and no shares are used.",
    )
    sixty_forty: str = setting(
        "heavy",
        zh={
            "heavy": "优良比例恰为 60% 且劣Ⅴ类恰为 40% 时（条文未覆盖）判为重度污染。",
            "moderate": "优良比例恰为 60% 且劣Ⅴ类恰为 40% 时（条文未覆盖）判为中度污染。",
        },
        en={
            "heavy": "Exactly 60 % of class I-III with exactly 40 % worse than V, which the text "
            "leaves open, is heavy pollution.",
            "moderate": "Exactly 60 % of class I-III with exactly 40 % worse than V, which the "
            "text leaves open, is moderate pollution.",
        },
    )
    some_change: float = setting(
        10.0,
        zh="定性等级不变时，|ΔG-ΔD| 不超过 {value} 个百分点为无明显变化（未见原文）。",
        en="With the same grade, |dG - dD| up to {value} percentage points is no marked change "
        "(text not read).",
    )
    marked_change: float = setting(
        20.0,
        zh="定性等级不变时，|ΔG-ΔD| 超过 {value} 个百分点为明显变化（未见原文）。",
        en="With the same grade, |dG - dD| above {value} percentage points is a marked change "
        "(text not read).",
    )
    pollutants_named: int = setting(
        3,
        zh="主要污染指标最多列出 {value} 项。",
        en="At most {value} main pollutants are named.",
    )
    toxic_first: tuple[str, ...] = setting(
        TOXIC_ITEMS,
        zh="超标时优先列为断面主要污染指标的项目（氰化物和重金属）：{value}。",
        en="Items named first among a section's main pollutants when they exceed (cyanide and "
        "heavy metals): {value}.",
    )

    def __post_init__(self) -> None:
        check_choices(self)
