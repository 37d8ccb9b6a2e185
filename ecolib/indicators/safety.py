"""Ecological safety."""

import numpy as np

from ecolib.indicators.declaring import UNBOUNDED, indicator
from ecolib.indicators.formulas import (
    decline_since,
    documented,
    joint_gain,
    of_calendar_days,
    share,
    share_given,
    total,
)

AIR = {
    "owner": "ecology",
    "supports": ("agriculture", "police", "transport", "housing", "towns"),
    "notebook": "air_quality",
}
WATER = {
    "owner": ("ecology", "water", "housing"),
    "supports": ("natural_resources", "agriculture", "towns"),
    "notebook": "water_classes",
}
SPECIES = {
    "owner": "forestry",
    "supports": ("natural_resources", "agriculture", "housing", "towns"),
}


@indicator(
    zh=("环境空气质量", "优良天数比例和PM2.5浓度下降幅度完成上级考核任务。", "两个分项均达标"),
    en=(
        "Ambient air quality",
        "Share of good-air days and reduction in PM2.5 as assigned by a higher authority.",
        "both parts met",
    ),
    unit="%",
    **AIR,
)
def air_quality():
    """Judged by its parts."""


@indicator(
    zh=(
        "优良天数比例",
        "空气质量达到或优于二级标准（AQI ≤ 100）的天数占全年有效监测天数的比例。",
        "优良天数 ÷ 有效监测天数 × 100%",
    ),
    en=(
        "Share of good-air days",
        "Days of grade Ⅱ or better (AQI of at most 100) as a share of the valid days of the year.",
        "good days / valid days × 100%",
    ),
    unit="%",
    tex=r"\frac{\item{good_air_days}}{\item{valid_air_days}}\times 100\%",
    **AIR,
)
def good_air_days_ratio(good_air_days, years, valid_air_days=None):
    """100 * good / valid days.

    Without valid days the calendar days stand in; as there can be no more valid days than
    calendar days, that is the least the share can be.
    """
    return of_calendar_days(good_air_days, valid_air_days, years)


@indicator(
    zh=(
        "PM2.5浓度下降幅度",
        "评估年PM2.5年均浓度比基准年下降的百分比。",
        "（基准年浓度 − 评估年浓度）÷ 基准年浓度 × 100%",
    ),
    en=(
        "Reduction in PM2.5",
        "Reduction in annual mean PM2.5 on the base year.",
        "(base year − year) / base year × 100%",
    ),
    unit="%",
    tex=r"\frac{C_{0}-C_{t}}{C_{0}}\times 100\%,\quad C=\item{pm25_mean}",
    bounds=UNBOUNDED,
    **AIR,
)
def pm25_decline(pm25_mean, county, years):
    """100 * (1 - c[t] / c[base]); μg/m³. Negative when the air has become worse."""
    return decline_since(pm25_mean, years, county.base_year)


@indicator(
    zh=(
        "水环境质量",
        "优良水体比例、劣Ⅴ类水体比例和黑臭水体消除比例完成上级考核任务。",
        "适用的分项均达标",
    ),
    en=(
        "Water environment quality",
        "Shares of good water, of the worst class, and of black and odorous water bodies eliminated, "
        "as assigned by a higher authority.",
        "every part that applies met",
    ),
    unit="%",
    **WATER,
)
def water_quality():
    """Judged by its parts."""


@indicator(
    zh=(
        "水质达到或优于Ⅲ类比例提高幅度",
        "评估年地表水、地下水达到或优于Ⅲ类的比例比基准年提高的百分点，两者分别计算，取较小者。",
        "评估年优良比例 − 基准年优良比例（地表水、地下水分别计算）",
    ),
    en=(
        "Increase in water of class Ⅲ or better",
        "Increase in the share of class Ⅲ or better since the base year, in percentage points; "
        "surface water and groundwater separately, the smaller one counts.",
        "share of the year − share of the base year (surface water and groundwater separately)",
    ),
    unit="pp",
    tex=r"S_{t}-S_{0},\quad S=\frac{\item{surface_sections_class3}}{\item{surface_sections_total}}\times 100\%",
    **WATER,
)
def water_class3_gain(
    surface_sections_class3,
    surface_sections_total,
    groundwater_points_class3=None,
    groundwater_points_total=None,
    *,
    county,
    years,
):
    """Gain in percentage points of each water; years without groundwater points rest on surface."""
    return joint_gain(
        share(surface_sections_class3, surface_sections_total),
        share_given(groundwater_points_class3, groundwater_points_total),
        points=groundwater_points_total,
        years=years,
        base_year=county.base_year,
        best=100.0,
        inputs=(
            ("surface_sections_class3", "surface_sections_total"),
            ("groundwater_points_class3", "groundwater_points_total"),
        ),
    )


@indicator(
    zh=(
        "劣Ⅴ类水体比例下降幅度",
        "评估年地表水劣Ⅴ类、地下水Ⅴ类（最差一类）的比例比基准年下降的百分点，两者分别计算，取较小者。",
        "基准年劣Ⅴ类比例 − 评估年劣Ⅴ类比例（地表水、地下水分别计算）",
    ),
    en=(
        "Reduction in water worse than class Ⅴ",
        "Reduction in the share worse than class Ⅴ (groundwater: class Ⅴ, the worst) since the "
        "base year, in percentage points; the smaller of surface water and groundwater counts.",
        "share of the base year − share of the year (surface water and groundwater separately)",
    ),
    unit="pp",
    tex=r"W_{0}-W_{t},\quad W=\frac{\item{surface_sections_below5}}{\item{surface_sections_total}}\times 100\%",
    **WATER,
)
def water_class5minus_decline(
    surface_sections_below5,
    surface_sections_total,
    groundwater_points_below5=None,
    groundwater_points_total=None,
    *,
    county,
    years,
):
    """Fall in percentage points of each water; years without groundwater points rest on surface."""
    return joint_gain(
        -share(surface_sections_below5, surface_sections_total),
        share_given(groundwater_points_below5, groundwater_points_total, sign=-1),
        points=groundwater_points_total,
        years=years,
        base_year=county.base_year,
        best=0.0,
        inputs=(
            ("surface_sections_below5", "surface_sections_total"),
            ("groundwater_points_below5", "groundwater_points_total"),
        ),
    )


@indicator(
    zh=(
        "黑臭水体消除比例",
        "已消除的黑臭水体占排查确认总数的比例；没有黑臭水体的不适用。",
        "已消除黑臭水体数 ÷ 黑臭水体总数 × 100%",
    ),
    en=(
        "Black and odorous water bodies eliminated",
        "Black and odorous water bodies eliminated as a share of those confirmed; does not apply "
        "where there is none.",
        "eliminated / confirmed × 100%",
    ),
    unit="%",
    void_when="black_odor_total",
    **WATER,
)
def black_odor_elimination(black_odor_eliminated, black_odor_total):
    """100 * eliminated / confirmed; void when there is none."""
    return share(black_odor_eliminated, black_odor_total)


@indicator(
    zh=(
        "生态环境状况指数（EI）",
        "由生物丰度、植被覆盖、水网密度、土地胁迫、污染负荷和环境限制六个指数综合而成，要求不降低。",
        "0.35×生物丰度 + 0.25×植被覆盖 + 0.15×水网密度 + 0.15×(100−土地胁迫) + "
        "0.10×(100−污染负荷) + 环境限制",
    ),
    en=(
        "Ecological environment status index (EI)",
        "Combines the indices of biological richness, vegetation cover, water network density, land "
        "stress, pollution load and restriction; it must not decrease.",
        "0.35 richness + 0.25 vegetation + 0.15 water + 0.15 (100 − land stress) + "
        "0.10 (100 − pollution load) + restriction",
    ),
    unit="index",
    owner=("natural_resources", "ecology"),
    supports=("agriculture", "forestry", "water", "housing", "towns"),
    notebook="ecological_index",
    tex=r"EI=0.35B+0.25V+0.15W+0.15(100-L)+0.10(100-P)+E",
    asks=("eco_index_ei",),
    asked_of="ecology",  # the provincial centre makes it, and gives it to the county's branch
)
def eco_index_ei(
    ei_biological_richness,
    ei_vegetation_cover,
    ei_water_density,
    ei_land_stress,
    ei_pollution_load,
    ei_restriction,
):
    """Weighted sum of HJ 192-2015; a change below 1 counts as none (same standard)."""
    return (
        0.35 * ei_biological_richness
        + 0.25 * ei_vegetation_cover
        + 0.15 * ei_water_density
        + 0.15 * (100 - ei_land_stress)
        + 0.10 * (100 - ei_pollution_load)
        + ei_restriction
    )


@indicator(
    zh=(
        "林草覆盖率",
        "森林与草地面积之和占土地总面积的比例；水域占土地总面积5%以上时，土地总面积扣除水域。",
        "（森林面积 + 草地面积）÷ 土地总面积（水域≥5%时扣除水域）× 100%",
    ),
    en=(
        "Forest and grass coverage",
        "Forest and grassland as a share of the land area; water is left out of it where it "
        "makes up 5% or more of it.",
        "(forest + grassland) / land (less water where that is 5% or more) × 100%",
    ),
    unit="%",
    owner="forestry",
    supports=("agriculture", "natural_resources"),
    notebook="area_change",
    tex=r"\frac{\item{forest_area}+\item{grass_area}}{\item{land_area}-\item{water_area}}"
    r"\times 100\%",
)
def forest_grass_cover(forest_area, grass_area, land_area, water_area=None):
    """100 * (forest + grass) / land, in km2; water leaves the land from 5 % of it ("以上").

    In a year without a water area the whole land counts, which can only lower the share.
    """
    water = 0 * land_area if water_area is None else water_area
    base = land_area - np.where(share(water, land_area) >= 5, water, 0)
    return share(total(forest_area, grass_area), base)


@indicator(
    zh=(
        "生物多样性保护",
        "重点保护物种得到保护，外来入侵不明显，特有或指示性水生物种不减少。",
        "适用的分项均达标",
    ),
    en=(
        "Biodiversity protection",
        "Key species protected, no marked biological invasion, endemic or indicator aquatic species "
        "not reduced.",
        "every part that applies met",
    ),
    unit="%",
    notebook="evidence",
    **SPECIES,
)
def biodiversity():
    """Judged by its parts."""


@indicator(
    zh=(
        "国家重点保护野生动植物保护率",
        "得到保护的国家一、二级野生动植物物种数占本地应保护物种数的比例。",
        "受保护的物种数 ÷ 应保护的物种数 × 100%",
    ),
    en=(
        "Protection rate of key wild species",
        "State-protected species (grades Ⅰ and Ⅱ) under protection as a share of those that occur "
        "in the county.",
        "species protected / species to be protected × 100%",
    ),
    unit="%",
    void_when="listed_species",
    **SPECIES,
)
def protected_species_rate(protected_species, listed_species):
    """100 * protected / listed; species of grades I and II, animals and plants."""
    return share(protected_species, listed_species)


@indicator(
    zh=(
        "外来物种入侵",
        "没有外来物种入侵，或范围小、无实质危害且已防治；须有实地调查和防治方案。",
        "调查、危害、方案三项要求中有文件证明的项数",
    ),
    en=(
        "Invasive alien species",
        "No invasion, or a minor one without real harm that is under control; a field survey and a "
        "control plan exist.",
        "number of the three requirements (survey, harm, plan) supported by documents",
    ),
    unit="requirements",
    requirements={
        "survey": ("已开展实地调查", "field survey carried out"),
        "no_harm": ("入侵不明显且无实质性危害", "no marked invasion or real harm"),
        "control_plan": ("有防治计划和预警方案", "control plan and early warning scheme in place"),
    },
    notebook="evidence",
    **SPECIES,
)
def invasive_species(documents):
    """Requirements proved by documents."""
    return documented(documents)


@indicator(
    zh=(
        "特有性或指示性水生物种保持率",
        "现存特有性、指示性水生物种数与历史基准之比；历史上没有的不适用。",
        "现存物种数 ÷ 历史基准物种数 × 100%",
    ),
    en=(
        "Retention of endemic or indicator aquatic species",
        "Species found as a share of the historical baseline; does not apply where there were none.",
        "species found / species of the baseline × 100%",
    ),
    unit="%",
    bounds=UNBOUNDED,
    void_when="aquatic_species_baseline",
    **SPECIES,
)
def indicator_aquatic_species(aquatic_species, aquatic_species_baseline):
    """100 * found / baseline; above 100 when species were added. Void without a baseline."""
    return share(aquatic_species, aquatic_species_baseline)


@indicator(
    zh=(
        "海岸生态修复",
        "沿海地区完成上级下达的自然岸线和滨海湿地修复任务；内陆不适用。",
        "两个分项均达标",
    ),
    en=(
        "Coastal restoration",
        "Coastal counties restore shoreline and wetland as assigned; does not apply to inland counties.",
        "both parts met",
    ),
    unit="km",
    owner="natural_resources",
)
def coast_restoration():
    """Judged by its parts."""


@indicator(
    zh=("自然岸线修复长度", "由人工岸线恢复为自然岸线的长度，年末累计。", "累计修复长度"),
    en=(
        "Natural shoreline restored",
        "Artificial shoreline restored to natural shoreline, total at the end of the year.",
        "total length restored",
    ),
    unit="km",
    tex=r"\item{shoreline_restored}",
    owner="natural_resources",
)
def natural_shoreline_restored(shoreline_restored):
    """Length restored by the end of the year, in km."""
    return shoreline_restored


@indicator(
    zh=("滨海湿地修复面积", "已修复的受损滨海湿地面积，年末累计。", "累计修复面积"),
    en=(
        "Coastal wetland restored",
        "Damaged coastal wetland restored, total at the end of the year.",
        "total area restored",
    ),
    unit="ha",
    tex=r"\item{coastal_wetland_restored_area}",
    owner="natural_resources",
)
def coastal_wetland_restored(coastal_wetland_restored_area):
    """Area restored by the end of the year, in ha."""
    return coastal_wetland_restored_area


@indicator(
    zh=(
        "危险废物利用处置率",
        "危险废物实际利用处置量占应利用处置量的比例；往年贮存的利用处置量同时计入分子和分母。",
        "利用处置量 ÷（产生量 + 利用处置的往年贮存量）× 100%",
    ),
    en=(
        "Hazardous waste utilization and disposal rate",
        "Amount utilized and disposed of as a share of what should be; earlier stock utilized or "
        "disposed of counts in numerator and denominator.",
        "utilized and disposed of / (generated + earlier stock utilized and disposed of) × 100%",
    ),
    unit="%",
    owner="ecology",
    supports=("housing", "health", "water", "emergency", "economy", "towns"),
    tex=r"\frac{\item{hw_used_disposed}}{\item{hw_generated}+\item{hw_prior_used_disposed}}"
    r"\times 100\%",
)
def hazardous_waste_rate(hw_used_disposed, hw_generated, hw_prior_used_disposed):
    """100 * used and disposed / (generated + earlier stock used and disposed); all in t."""
    return share(hw_used_disposed, total(hw_generated, hw_prior_used_disposed))


@indicator(
    zh=(
        "建设用地土壤污染风险管控和修复名录制度",
        "建立建设用地土壤污染风险管控和修复名录制度，部门联合监管，没有“毒地”事件。",
        "名录制度、联合监管、无事件三项要求中有文件证明的项数",
    ),
    en=(
        "Register of contaminated construction land",
        "A register for risk control and remediation is established, departments supervise jointly, "
        "and no contaminated-land incident has occurred.",
        "number of the three requirements (register, joint supervision, no incident) supported by "
        "documents",
    ),
    unit="requirements",
    requirements={
        "register": ("名录制度已建立", "register system established"),
        "joint_supervision": ("部门联合监管", "joint supervision by departments"),
        "no_event": ("没有“毒地”事件", "no contaminated-land incident"),
    },
    owner="ecology",
    supports=("housing", "natural_resources"),
    notebook="evidence",
)
def land_risk_register(documents):
    """Requirements proved by documents."""
    return documented(documents)


@indicator(
    zh=(
        "突发生态环境事件应急管理机制",
        "建立涵盖风险控制、应急准备、应急处置和事后恢复的应急管理机制。",
        "预案、排查、无较大及以上事件三项要求中有文件证明的项数",
    ),
    en=(
        "Emergency management of environmental incidents",
        "A mechanism for risk control, preparedness, response and recovery is in place.",
        "number of the three requirements (plan, screening, no larger incident) supported by "
        "documents",
    ),
    unit="requirements",
    requirements={
        "plan": ("应急预案已印发备案", "emergency plan issued and filed"),
        "screening": ("开展风险隐患排查", "risks screened"),
        "drill": ("开展应急演练", "emergency drill held"),
        "no_major_event": ("未发生较大及以上事件", "no incident of the larger grade or above"),
    },
    owner="ecology",
    supports=("emergency",),
    notebook="evidence",
)
def emergency_mechanism(documents):
    """Requirements proved by documents."""
    return documented(documents)
