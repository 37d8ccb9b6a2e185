"""Ecological living."""

from ecolib.indicators.declaring import indicator
from ecolib.indicators.formulas import documented, good_of_all, share, total

SORTING = {
    "unit": "requirements",
    "owner": "housing",
    "supports": ("ecology", "agriculture"),
    "notebook": "evidence",
}


@indicator(
    zh=(
        "集中式饮用水水源地水质优良比例",
        "水质达到或优于Ⅲ类的集中式饮用水水源地个数占水源地总个数的比例；未监测的不能算优良。",
        "水质达Ⅲ类及以上的水源地数 ÷ 水源地总数 × 100%",
    ),
    en=(
        "Drinking water sources of good quality",
        "Centralized drinking water sources of class Ⅲ or better as a share of all; a source not "
        "monitored does not count as good.",
        "sources of class Ⅲ or better / all sources × 100%",
    ),
    unit="%",
    owner="ecology",
    supports=("water",),
    notebook="water_classes",
    tex=r"\frac{\item{sources_good}}{\item{sources_total}}\times 100\%",
    asks=("sources_total", "sources_monitored", "sources_good"),
)
def drinking_source_quality(sources_total, sources_monitored, sources_good=None):
    """100 * good / all sources; the range allows for those not monitored."""
    return good_of_all(sources_good, sources_monitored, sources_total)


@indicator(
    zh=(
        "村镇饮用水卫生合格率",
        "取得合格饮用水的农村人口占农村常住人口的比例，且连续三年未发生饮用水污染事故。",
        "取得合格饮用水的农村人口 ÷ 农村常住人口 × 100%",
    ),
    en=(
        "Drinking water safety rate in villages and towns",
        "Rural people with safe drinking water as a share of rural residents, with no drinking "
        "water pollution accident in three years.",
        "rural people with safe water / rural residents × 100%",
    ),
    unit="%",
    requirements={
        "no_accident": (
            "连续三年无饮用水污染事故",
            "no drinking water pollution accident in three consecutive years",
        )
    },
    owner="water",
    supports=("housing", "health", "ecology", "towns"),
)
def village_water_hygiene(rural_pop_safe_water, rural_population):
    """100 * people with safe water / residents. A share of water samples is another thing."""
    return share(rural_pop_safe_water, rural_population)


@indicator(
    zh=(
        "城镇污水处理率",
        "城镇建成区内处理后达标排放的污水量占污水排放总量的比例，且污泥得到安全处置。",
        "（污水厂达标排放量 + 其他设施达标排放量）÷ 污水排放总量 × 100%",
    ),
    en=(
        "Urban sewage treatment rate",
        "Sewage treated to standard in the built-up areas as a share of all sewage discharged; the "
        "sludge has to be disposed of safely.",
        "(plants + other facilities, to standard) / all sewage discharged × 100%",
    ),
    unit="%",
    requirements={"sludge": ("污泥得到安全处置", "sludge disposed of safely")},
    owner="housing",
    supports=("water", "ecology", "towns"),
    tex=r"\frac{\item{sewage_plant_treated}+\item{sewage_other_treated}}{\item{sewage_discharged}}\times 100\%",
)
def urban_sewage_rate(sewage_plant_treated, sewage_other_treated, sewage_discharged):
    """100 * treated to standard / discharged; all in t per year."""
    return share(total(sewage_plant_treated, sewage_other_treated), sewage_discharged)


@indicator(
    zh=(
        "城镇生活垃圾无害化处理率",
        "城镇建成区生活垃圾无害化处理量占产生量的比例，产生量可用清运量代替。",
        "无害化处理量 ÷ 产生量 × 100%",
    ),
    en=(
        "Urban household waste safe treatment rate",
        "Household waste of the built-up areas safely treated as a share of the amount generated, "
        "which the amount collected may replace.",
        "safely treated / generated × 100%",
    ),
    unit="%",
    owner="housing",
    supports=("water", "health", "agriculture", "ecology", "towns"),
)
def urban_waste_harmless_rate(waste_harmless, waste_generated):
    """100 * treated harmlessly / generated; t."""
    return share(waste_harmless, waste_generated)


@indicator(
    zh=(
        "农村无害化卫生厕所普及率",
        "使用无害化卫生厕所的农户数占同期农户总数的比例。",
        "使用无害化卫生厕所的农户数 ÷ 农户总数 × 100%",
    ),
    en=(
        "Rural sanitary toilet coverage",
        "Rural households using a sanitary toilet as a share of all rural households.",
        "households using a sanitary toilet / all rural households × 100%",
    ),
    unit="%",
    owner="agriculture",
    supports=("health", "housing"),
)
def rural_toilet_rate(households_harmless_toilet, rural_households):
    """100 * households with a harmless toilet / all rural households."""
    return share(households_harmless_toilet, rural_households)


@indicator(
    zh=(
        "城镇新建绿色建筑比例",
        "城镇建成区达到绿色建筑标准的新建建筑面积占新建建筑总面积的比例。",
        "新建绿色建筑面积 ÷ 新建建筑总面积 × 100%",
    ),
    en=(
        "Share of green buildings in new urban buildings",
        "New floor area in the built-up areas that meets the green building standard, as a share "
        "of all new floor area.",
        "new green floor area / all new floor area × 100%",
    ),
    unit="%",
    owner="housing",
    supports=("statistics",),
    void_when="new_building_area",
)
def green_building_share(green_building_area, new_building_area):
    """100 * green / all new floor area; 10^4 m2. Void in a year without new buildings."""
    return share(green_building_area, new_building_area)


@indicator(
    zh=("生活废弃物综合利用", "实施城镇垃圾分类减量和农村垃圾集中收集储运。", "两个分项均达标"),
    en=(
        "Household waste utilization",
        "Urban waste is sorted and reduced, rural waste centrally collected and transported.",
        "both parts met",
    ),
    **SORTING,
)
def household_waste_use():
    """Judged by its parts."""


@indicator(
    zh=(
        "城镇生活垃圾分类减量化行动",
        "垃圾分类做到管理主体责任、分类类别、收运处理系统三个全覆盖。",
        "三个全覆盖中有文件证明的项数",
    ),
    en=(
        "Urban waste sorting and reduction",
        "Sorting covers every responsible body, every class of waste, and the whole chain from "
        "disposal by residents to treatment.",
        "number of the three full coverages supported by documents",
    ),
    requirements={
        "responsibility": ("管理主体责任全覆盖", "all responsible bodies covered"),
        "classes": ("分类类别全覆盖", "all classes of waste covered"),
        "chain": ("投放收集运输处理系统全覆盖", "whole chain from disposal to treatment covered"),
    },
    **SORTING,
)
def urban_waste_sorting(documents):
    """Requirements proved by documents."""
    return documented(documents)


@indicator(
    zh=(
        "农村生活垃圾集中收集储运",
        "建立“村收集、镇转运、县处理”的收运网络和监管制度。",
        "收运网络、监管制度两项要求中有文件证明的项数",
    ),
    en=(
        "Rural waste collection and transport",
        "A network of village collection, town transfer and county treatment is in place, with "
        "supervision.",
        "number of the two requirements (network, supervision) supported by documents",
    ),
    requirements={
        "network": ("收运网络已建立", "collection and transport network established"),
        "supervision": ("监管制度已建立", "supervision system established"),
    },
    **SORTING,
)
def rural_waste_collection(documents):
    """Requirements proved by documents."""
    return documented(documents)


@indicator(
    zh=(
        "政府绿色采购比例",
        "政府采购绿色产品的规模占同类产品政府采购规模的比例。",
        "政府绿色采购规模 ÷ 同类产品政府采购规模 × 100%",
    ),
    en=(
        "Green government procurement",
        "Government purchases of green products as a share of all purchases of the same kinds.",
        "green purchases / purchases of the same kinds × 100%",
    ),
    unit="%",
    owner="finance",
    supports=("leading_group",),
)
def green_procurement(green_purchase, same_class_purchase):
    """100 * green / same products; 10^4 yuan."""
    return share(green_purchase, same_class_purchase)
