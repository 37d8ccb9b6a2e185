"""Ecological economy."""

from ecolib.indicators.declaring import UNBOUNDED, indicator
from ecolib.indicators.formulas import decline, non_overlapping, prefer, ratio, share, total

FARM_WASTE = {"unit": "%", "owner": "agriculture", "supports": ("ecology", "towns")}


@indicator(
    zh=(
        "单位地区生产总值能耗",
        "每万元地区生产总值消耗的能源；按上级要求考核水平或年度下降率，并保持稳定或改善。",
        "能源消耗总量 ÷ 地区生产总值（不变价）",
    ),
    en=(
        "Energy consumption per unit of GDP",
        "Energy consumed per 10⁴ yuan of GDP; its level or yearly decline is assessed as the higher "
        "authority requires, and it has to be stable or improving.",
        "energy consumed / GDP at constant prices",
    ),
    unit="tce/10k yuan",
    better="down",
    owner="economy",
    supports=("towns",),
    tex=r"e_{t}=\frac{\item{energy}}{\item{gdp}},\quad \left(1-\frac{e_{t}}{e_{t-1}}\right)\times 100\%",
)
def energy_per_gdp(energy, gdp):
    """Energy in tce / GDP in 10^4 yuan of constant prices."""
    return ratio(energy, gdp)


@indicator(
    zh=(
        "单位地区生产总值用水量",
        "每万元地区生产总值使用的水量；按上级要求考核水平或年度下降率，并保持稳定或改善。",
        "用水总量 ÷ 地区生产总值（不变价）",
    ),
    en=(
        "Water use per unit of GDP",
        "Water used per 10⁴ yuan of GDP; its level or yearly decline is assessed as the higher "
        "authority requires, and it has to be stable or improving.",
        "water used / GDP at constant prices",
    ),
    unit="m3/10k yuan",
    better="down",
    owner="water",
    supports=("agriculture",),
    tex=r"w_{t}=\frac{\item{water_use}}{\item{gdp}},\quad \left(1-\frac{w_{t}}{w_{t-1}}\right)\times 100\%",
)
def water_per_gdp(water_use, gdp):
    """Water in m3 / GDP in 10^4 yuan of constant prices."""
    return ratio(water_use, gdp)


@indicator(
    zh=(
        "单位国内生产总值建设用地使用面积下降率",
        "本年度单位生产总值建设用地面积比上年下降的百分比。",
        "（1 − 本年单位面积 ÷ 上年单位面积）× 100%，单位面积 = 建设用地面积 ÷ 地区生产总值",
    ),
    en=(
        "Decline in construction land per unit of GDP",
        "Decline in construction land per unit of GDP on the previous year.",
        "(1 − this year / last year) × 100%, each being construction land / GDP",
    ),
    unit="%",
    owner="natural_resources",
    supports=("statistics", "economy"),
    tex=r"\left(1-\frac{a_{t}}{a_{t-1}}\right)\times 100\%,\quad a=\frac{\item{built_land}}{\item{gdp}}",
    bounds=UNBOUNDED,
    asks=("built_land", "gdp"),
)
def land_per_gdp_decline(built_land=None, gdp=None, land_per_gdp=None):
    """Yearly decline of land (mu) per 10^4 yuan; from land and GDP, else from finished intensities."""
    computed = None if built_land is None or gdp is None else ratio(built_land, gdp)
    intensity = prefer(computed, land_per_gdp)
    return None if intensity is None else decline(intensity)


@indicator(
    zh=(
        "有机种植认证面积",
        "有机、绿色、无公害农产品的认证种植面积，不重复统计；本县规划自设，不在国家指标之列。",
        "有机 + 绿色 + 无公害认证面积 − 重复认证面积",
    ),
    en=(
        "Certified organic planting area",
        "Planting area certified as organic, green or pollution-free, counted once; set by the "
        "county's own plan, not on the national list.",
        "organic + green + pollution-free − certified more than once",
    ),
    unit="mu",
    owner="agriculture",
    supports=("economy", "natural_resources", "market", "forestry", "towns"),
    tex=r"\item{organic_area}+\item{green_food_area}+\item{pollution_free_area}-\item{certified_overlap}",
)
def organic_certified_area(
    organic_area, green_food_area=None, pollution_free_area=None, certified_overlap=None
):
    """Sum of the certified areas less the overlap, in mu; a lower bound while parts are missing."""
    return non_overlapping(
        organic_area, green_food_area, pollution_free_area, overlap=certified_overlap
    )


@indicator(
    zh=("农业废弃物综合利用率", "秸秆、畜禽粪污、农膜三项综合利用率。", "三个分项均达标"),
    en=(
        "Agricultural waste utilization rate",
        "Utilization rates of straw, livestock manure and agricultural film.",
        "all parts met",
    ),
    **FARM_WASTE,
)
def agri_waste_use():
    """Judged by its parts."""


@indicator(
    zh=(
        "秸秆综合利用率",
        "综合利用的秸秆量占秸秆产生总量的比例。",
        "综合利用的秸秆量 ÷ 秸秆产生总量 × 100%",
    ),
    en=(
        "Straw utilization rate",
        "Straw utilized as a share of all straw produced.",
        "utilized / produced × 100%",
    ),
    **FARM_WASTE,
)
def straw_use_rate(straw_used, straw_total):
    """100 * used / produced; t."""
    return share(straw_used, straw_total)


@indicator(
    zh=(
        "畜禽粪污综合利用率",
        "规模养殖场综合利用的粪污量占粪污产生总量的比例。",
        "综合利用的粪污量 ÷ 粪污产生总量 × 100%",
    ),
    en=(
        "Livestock manure utilization rate",
        "Manure utilized by large-scale farms as a share of all they produce.",
        "utilized / produced × 100%",
    ),
    **FARM_WASTE,
)
def manure_use_rate(manure_used, manure_total):
    """100 * used / produced on scale farms; t."""
    return share(manure_used, manure_total)


@indicator(
    zh=(
        "农膜回收利用率",
        "回收利用的农膜量占农膜使用量的比例（0.01毫米以上加厚农膜）。",
        "农膜回收量 ÷ 农膜使用量 × 100%",
    ),
    en=(
        "Agricultural film recovery rate",
        "Film of 0.01 mm or more recovered as a share of the film used.",
        "recovered / used × 100%",
    ),
    **FARM_WASTE,
)
def mulch_film_recovery(film_recovered, film_used):
    """100 * recovered / used; t. The plan prints no formula; this is what its definition says."""
    return share(film_recovered, film_used)


@indicator(
    zh=(
        "一般工业固体废物综合利用率",
        "一般工业固体废物综合利用量占产生量（含综合利用的往年贮存量）的比例。",
        "综合利用量 ÷（产生量 + 综合利用往年贮存量）× 100%",
    ),
    en=(
        "General industrial solid waste utilization rate",
        "Amount utilized as a share of the amount generated plus earlier stock utilized.",
        "utilized / (generated + earlier stock utilized) × 100%",
    ),
    unit="%",
    owner="ecology",
    supports=("housing", "health", "natural_resources"),
    tex=r"\frac{\item{sw_used}}{\item{sw_generated}+\item{sw_prior_used}}\times 100\%",
)
def industrial_solid_waste_use(sw_used, sw_generated, sw_prior_used):
    """100 * used / (generated + earlier stock used); t."""
    return share(sw_used, total(sw_generated, sw_prior_used))
