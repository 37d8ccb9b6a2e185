"""Ecological space."""

from ecolib.indicators.declaring import indicator
from ecolib.indicators.formulas import area_of, share, total


def _kept(zh: str, en: str) -> dict[str, tuple[str, str]]:
    """What has to be proved of an area beside its size; of two areas these are two proofs."""
    return {
        "nature": (f"{zh}性质未改变", f"designation unchanged ({en})"),
        "function": (f"{zh}主导生态功能未降低", f"dominant ecological functions maintained ({en})"),
    }


AREAS = {
    "owner": ("natural_resources", "forestry"),
    "supports": ("leading_group",),
    "notebook": "area_change",
}


@indicator(
    zh=(
        "自然生态空间",
        "生态保护红线和自然保护地面积不减少、性质不改变、功能不降低。",
        "两个分项均达标",
    ),
    en=(
        "Natural ecological space",
        "Red line and protected areas are not reduced, and their designation and functions are "
        "maintained.",
        "both parts met",
    ),
    unit="requirements",
    **AREAS,
)
def natural_eco_space():
    """Judged by its parts."""


@indicator(
    zh=(
        "生态保护红线",
        "具有特殊重要生态功能、必须严格保护的区域；面积不减少，性质不改变，主导功能不降低。",
        "评估年红线面积 ≥ 此前最早年份的红线面积",
    ),
    en=(
        "Ecological protection red line",
        "Areas of special ecological importance under strict protection; area, designation and "
        "dominant functions are maintained.",
        "red line area of the year ≥ that of the earliest year on record",
    ),
    unit="ha",
    requirements=_kept("红线", "red line"),
    **AREAS,
    tex=r"A_{t}\geq A_{0}",
)
def ecological_redline(areas, years):
    """Sum of the red line areas by year, in ha."""
    return area_of(areas, "redline", years)


@indicator(
    zh=(
        "自然保护地",
        "依法划定的自然保护区和各类自然公园；面积不减少，性质不改变，功能不降低。",
        "评估年自然保护地面积 ≥ 此前最早年份的面积",
    ),
    en=(
        "Protected areas",
        "Nature reserves and nature parks designated by law; area, designation and functions are "
        "maintained.",
        "protected area of the year ≥ that of the earliest year on record",
    ),
    unit="ha",
    requirements=_kept("保护地", "protected areas"),
    **AREAS,
    tex=r"A_{t}\geq A_{0}",
)
def nature_reserves(areas, years):
    """Sum of the protected areas by year, in ha."""
    return area_of(areas, "protected", years)


@indicator(
    zh=(
        "自然岸线保有率",
        "沿海地区严格保护和保留的自然岸线占大陆海岸线总长度的比例。",
        "（严格保护的自然岸线 + 其他岸段保留的自然岸线）÷ 大陆海岸线总长度 × 100%",
    ),
    en=(
        "Natural coastline retention rate",
        "Natural shoreline strictly protected or retained, as a share of the mainland coastline.",
        "(strictly protected + retained elsewhere) / mainland coastline × 100%",
    ),
    unit="%",
    owner="natural_resources",
    tex=r"\frac{\item{shore_strict}+\item{shore_retained}}{\item{shore_total}}\times 100\%",
)
def natural_coastline_rate(shore_strict, shore_retained, shore_total):
    """100 * (strict + retained) / total; all in km."""
    return share(total(shore_strict, shore_retained), shore_total)


@indicator(
    zh=(
        "河湖岸线保护率",
        "划入岸线保护区和岸线保留区的岸段长度占河湖岸线总长度的比例。",
        "（岸线保护区长度 + 岸线保留区长度）÷ 河湖岸线总长度 × 100%",
    ),
    en=(
        "River and lake bank protection rate",
        "Banks within protection or reserve zones as a share of all river and lake banks.",
        "(protection zones + reserve zones) / all banks × 100%",
    ),
    unit="%",
    owner="water",
    supports=("natural_resources",),
    notebook="area_change",
    tex=r"\frac{\item{bank_protected}+\item{bank_reserved}}{\item{bank_total}}\times 100\%",
)
def river_bank_protection_rate(bank_protected, bank_reserved, bank_total):
    """100 * (protection + reserve zones) / all banks; all in km."""
    return share(total(bank_protected, bank_reserved), bank_total)
