"""Evidence for what must be in place; every document is invented and says so in its title."""

from __future__ import annotations

from dataclasses import dataclass

from ecolib.indicators.catalogue import declared
from made_up import YEARS


@dataclass(frozen=True)
class Standing:
    """A document in force from its date on, to the end of `valid_to` where that is stated."""

    indicator: str
    requirement: str
    title: str
    number: str
    date: str
    valid_from: str = ""
    valid_to: str = ""

    def row_of(self, year: int) -> dict[str, str] | None:
        """The row, in the year in which the document was handed in."""
        if year != max(int(self.date[:4]), YEARS[0]):
            return None
        return {
            "holds": "yes",
            "statement": _words(self.indicator, self.requirement),
            "title": f"青屿县{self.title}（虚构）",
            "number": self.number,
            "date": self.date,
            "valid_from": self.valid_from,
            "valid_to": self.valid_to,
        }


@dataclass(frozen=True)
class Yearly:
    """A record made anew every year; `monthday` is that of its date."""

    indicator: str
    requirement: str
    first_year: int
    title: str
    monthday: str
    number: str = ""

    def row_of(self, year: int) -> dict[str, str] | None:
        if year < self.first_year:
            return None
        key = (self.requirement, year)
        row = {
            "year": str(year),
            "holds": "no" if key in DENIED else "yes",
            "statement": DENIED.get(key) or f"{year}年{_words(self.indicator, self.requirement)}",
        }
        if key in ONLY_STATED:
            return row
        return row | {
            "title": f"青屿县{year}年{self.title}（虚构）",
            "number": self.number.format(year=year),
            "date": f"{year}-{self.monthday}",
        }


# Said to hold, but no document shows it.
ONLY_STATED = {("drill", 2010), ("drill", 2011), ("joint_supervision", 2020)}
# Said not to hold.
DENIED = {("drill", 2013): "2013年未组织应急演练"}

EARLIER_PLAN = {"valid_from": "2009", "valid_to": "2015"}
PLAN = {"valid_from": "2016", "valid_to": "2025"}

DOCUMENTS = (
    Standing(
        "eco_plan", "reviewed", "生态县建设规划评审意见", "", "2009-06-18", **EARLIER_PLAN,
    ),
    Standing(
        "eco_plan", "approved", "人大常委会关于批准生态县建设规划的决定",
        "青人常〔2009〕虚构6号", "2009-08-27", **EARLIER_PLAN,
    ),
    Standing(
        "eco_plan", "promulgated", "人民政府关于印发生态县建设规划的通知",
        "青政发〔2009〕虚构21号", "2009-10-15", **EARLIER_PLAN,
    ),
    Standing(
        "eco_plan", "in_force", "生态县建设规划（2009—2015年）",
        "青政发〔2009〕虚构21号", "2009-10-15", **EARLIER_PLAN,
    ),
    Standing(
        "eco_plan", "reviewed", "生态文明建设规划评审意见", "", "2016-01-20", **PLAN,
    ),
    Standing(
        "eco_plan", "approved", "人大常委会关于批准生态文明建设规划的决定",
        "青人常〔2016〕虚构4号", "2016-03-24", **PLAN,
    ),
    Standing(
        "eco_plan", "promulgated", "人民政府关于印发生态文明建设规划的通知",
        "青政发〔2016〕虚构12号", "2016-04-18", **PLAN,
    ),
    Standing(
        "eco_plan", "in_force", "生态文明建设规划（2016—2025年）",
        "青政发〔2016〕虚构12号", "2016-04-18", **PLAN,
    ),
    Yearly("party_gov_deployment", "study", 2010, "县委理论学习中心组生态文明专题学习纪要", "06-05"),
    Yearly(
        "party_gov_deployment", "deployment", 2010, "生态文明建设工作要点", "03-12",
        "青委发〔{year}〕虚构9号",
    ),
    Yearly(
        "party_gov_deployment", "rectification", 2012, "生态环境突出问题整改情况报告", "11-28",
        "青政〔{year}〕虚构46号",
    ),
    Standing(
        "river_chief_system", "plan", "全面推行河长制工作方案",
        "青委办〔2017〕虚构18号", "2017-05-31",
    ),
    Standing(
        "river_chief_system", "rules", "河长制考核问责和激励办法",
        "青河长办〔2017〕虚构7号", "2017-11-20",
    ),
    Yearly("plan_eia", "carried_out", 2010, "规划环境影响评价情况说明", "12-18"),
    Yearly("invasive_species", "survey", 2012, "外来入侵物种实地调查报告", "10-30"),
    Yearly("invasive_species", "no_harm", 2012, "外来入侵物种危害评估意见", "11-15"),
    Standing(
        "invasive_species", "control_plan", "外来入侵物种防治计划和预警方案",
        "青林〔2012〕虚构33号", "2012-12-06",
    ),
    Standing(
        "land_risk_register", "register", "建设用地土壤污染风险管控和修复名录管理办法",
        "青环〔2018〕虚构52号", "2018-12-27",
    ),
    Yearly("land_risk_register", "joint_supervision", 2017, "污染地块联合监管会议纪要", "09-20"),
    Yearly("land_risk_register", "no_event", 2014, "建设用地土壤环境事件核查说明", "12-22"),
    Standing(
        "emergency_mechanism", "plan", "突发环境事件应急预案",
        "青政办〔2010〕虚构40号", "2010-07-08", valid_to="2016",
    ),
    Standing(
        "emergency_mechanism", "plan", "突发环境事件应急预案（2017年修订）",
        "青政办〔2017〕虚构28号", "2017-06-19",
    ),
    Yearly("emergency_mechanism", "screening", 2011, "环境风险隐患排查报告", "08-25"),
    Yearly("emergency_mechanism", "drill", 2010, "突发环境事件应急演练记录", "09-26"),
    Yearly("emergency_mechanism", "no_major_event", 2010, "突发环境事件情况核查说明", "12-25"),
    Yearly("ecological_redline", "nature", 2010, "生态保护红线性质核查意见", "11-06"),
    Yearly("ecological_redline", "function", 2010, "生态保护红线功能评估报告", "11-06"),
    Yearly("nature_reserves", "nature", 2010, "自然保护地性质核查意见", "11-08"),
    Yearly("nature_reserves", "function", 2010, "自然保护地功能评估报告", "11-08"),
    Yearly("village_water_hygiene", "no_accident", 2010, "饮用水污染事故核查说明", "12-20"),
    Yearly("urban_sewage_rate", "sludge", 2011, "污水处理厂污泥处置台账", "12-31"),
    Standing(
        "urban_waste_sorting", "responsibility", "城镇生活垃圾分类管理责任人制度",
        "青建〔2018〕虚构61号", "2018-09-03",
    ),
    Standing(
        "urban_waste_sorting", "classes", "城镇生活垃圾分类目录",
        "青建〔2018〕虚构62号", "2018-09-03",
    ),
    Standing(
        "urban_waste_sorting", "chain", "城镇生活垃圾分类收运处理体系建设方案",
        "青建〔2019〕虚构17号", "2019-04-22",
    ),
    Standing(
        "rural_waste_collection", "network", "农村生活垃圾收运处理体系实施方案",
        "青政办〔2014〕虚构35号", "2014-05-16",
    ),
    Standing(
        "rural_waste_collection", "supervision", "农村生活垃圾收运监督管理办法",
        "青政办〔2015〕虚构11号", "2015-02-27",
    ),
)  # fmt: skip


def rows(year: int) -> list[dict[str, str]]:
    """Records of the year, and the standing documents handed in with them."""
    handed_in = [(d, row) for d in DOCUMENTS if (row := d.row_of(year)) is not None]
    return [
        {
            "indicator": document.indicator,
            "requirement": document.requirement,
            **row,
            "position": f"虚构佐证目录 第{line}行",
        }
        for line, (document, row) in enumerate(handed_in, start=2)
    ]


def _words(indicator: str, requirement: str) -> str:
    return declared()[indicator].requirements[requirement][0]
