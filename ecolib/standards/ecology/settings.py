"""What HJ 192-2015 leaves open, or what could not be verified in its text."""

from __future__ import annotations

from dataclasses import dataclass

from ecolib.standards.settings import check_choices, setting


@dataclass(frozen=True)
class EcologySettings:
    """Rules of HJ 192-2015 that are unverified or left open, with the choice made."""

    cap: float = setting(
        100.0,
        zh="分指数超过 {value:g} 的按 {value:g} 计"
        "（标准原文未查证，按分指数取值 0—100 的定义处理）。",
        en="A sub-index above {value:g} counts as {value:g} (not verified in the text; it follows "
        "from sub-indices being defined between 0 and 100).",
    )
    decimals: int = setting(
        2,
        zh="分指数修约至 {value} 位小数后计算 EI；EI 本身不再修约即用于分级（修约位数未查证，"
        "公开公报的两位小数可复算）。",
        en="Sub-indices are rounded to {value} decimals before EI, and EI is graded unrounded (not "
        "verified in the text; a published bulletin with two decimals is reproduced).",
    )
    missing_biodiversity: str = setting(
        "habitat_quality",
        zh={
            "habitat_quality": "从无生物多样性指数（BI）时，生物丰度指数取生境质量指数。",
            "not_evaluable": "从无生物多样性指数（BI）时，生物丰度指数不予计算。",
        },
        en={
            "habitat_quality": "Without any biodiversity index (BI), biological richness is the "
            "habitat quality index.",
            "not_evaluable": "Without any biodiversity index (BI), biological richness is not "
            "computed.",
        },
    )
    wet_years: str = setting(
        "as_measured",
        zh={
            "as_measured": "水资源量按当年实际值计；丰水年折减规则仅有一处来源，"
            "且在 1.4 倍处不连续，未采用。",
            "damped": "水资源量超过多年平均 1.4 倍时取平均值×(2.4−倍数)，"
            "超过 2.4 倍取 0（仅一处来源）。",
        },
        en={
            "as_measured": "Water resources count as measured; a rule that damps wet years rests "
            "on one source, jumps at 1.4 times the mean, and is not used.",
            "damped": "Water resources above 1.4 times the long-term mean count as mean x (2.4 - "
            "ratio), above 2.4 times as zero (one source only).",
        },
    )
    restriction: str = setting(
        "grade",
        zh={
            "grade": "环境限制事件只降低级别，EI 数值不变（标准条文经一处来源转述）。",
            "cap": "环境限制事件使 EI 不高于降级后级别的上限减 0.1（仅一处程序采用，未查证）。",
        },
        en={
            "grade": "A restriction event lowers the grade and leaves the value of EI alone (the "
            "clause is known from one source).",
            "cap": "A restriction event holds EI at 0.1 below the top of the lowered grade (used "
            "by one program only, not verified).",
        },
    )
    area_gap: float = setting(
        0.01,
        zh="各地类面积之和与行政区面积相差不超过 {value:.1%} 视为地类完整，"
        "未填报的地类按 0 计；超过则不计算。",
        en="Land cover within {value:.1%} of the county's area is complete and unlisted subtypes "
        "count as zero; beyond that nothing is computed from it.",
    )
    tonnes: float = setting(
        1.0,
        zh="排放量以 {value:g} 吨为单位（单位由量级推断，未查证）。",
        en="Emissions are in units of {value:g} t (inferred from magnitudes, not verified).",
    )

    def __post_init__(self):
        check_choices(self)
