"""Ecological institutions."""

from ecolib.indicators.declaring import indicator
from ecolib.indicators.formulas import documented, share, total


@indicator(
    zh=(
        "生态文明建设规划",
        "编制本地生态文明建设规划，通过评审，经同级人大（或其常委会）或政府审议，颁布实施并在有效期内。",
        "评审、审议、颁布、有效期四项要求中有文件证明的项数",
    ),
    en=(
        "Ecological civilization plan",
        "The county has its own plan, reviewed, adopted by the people's congress (or its standing "
        "committee) or the government, promulgated and in force.",
        "number of the four requirements (reviewed, adopted, promulgated, in force) supported by "
        "documents",
    ),
    unit="requirements",
    requirements={
        # Rules of procedure, article 6: the province's department has county plans reviewed.
        "reviewed": ("规划已通过评审", "plan reviewed"),
        "approved": (
            "规划经同级人大或政府审议通过",
            "plan adopted by the people's congress or the government",
        ),
        "promulgated": ("规划已颁布实施", "plan promulgated"),
        "in_force": ("规划在有效期内", "plan within its period"),
    },
    kept_by={"reviewed": "ecology"},
    owner="government_office",
    supports=("leading_group",),
    notebook="evidence",
)
def eco_plan(documents):
    """Requirements proved by documents; a document counts from its date to the end of its period."""
    return documented(documents)


@indicator(
    zh=(
        "党委政府对生态文明建设重大目标任务部署情况",
        "党委政府学习贯彻生态文明思想，研究部署国家和省的决策，整改督察问题和本地突出问题。",
        "学习、部署、整改三项要求中有文件证明的项数",
    ),
    en=(
        "Major goals and tasks deployed by the Party committee and government",
        "The Party committee and government study the policy, implement national and provincial "
        "decisions, and rectify findings of inspections and prominent local problems.",
        "number of the three requirements (study, implementation, rectification) supported by "
        "documents",
    ),
    unit="requirements",
    requirements={
        "study": ("学习贯彻有记录", "study sessions documented"),
        "deployment": ("决策部署得到落实", "decisions implemented"),
        "rectification": ("督察问题和突出问题得到整改", "inspection findings rectified"),
    },
    owner="party_office",
    supports=("leading_group",),
    notebook="evidence",
)
def party_gov_deployment(documents):
    """Requirements proved by documents."""
    return documented(documents)


@indicator(
    zh=(
        "生态文明建设工作占党政实绩考核的比例",
        "对乡镇党政干部的实绩考核中，生态文明有关内容的分值占总分的比例；分类考核的取最低一类。",
        "生态文明相关考核分值 ÷ 考核总分 × 100%",
    ),
    en=(
        "Weight of ecological civilization in performance appraisal",
        "Points for ecological civilization as a share of all points in the appraisal of town "
        "leaders; where towns are appraised by class, the lowest class counts.",
        "ecological points / total points × 100%",
    ),
    unit="%",
    owner="party_organization",
    supports=("leading_group",),
)
def eco_share_of_appraisal(eco_score, total_score):
    """100 * ecological points / total points."""
    return share(eco_score, total_score)


@indicator(
    zh=(
        "河长制",
        "各级党政主要负责人担任河长，名录内河湖全部设立河长，方案和考核制度健全。",
        "已设河长的河湖数 ÷ 名录河湖总数 × 100%，并须有方案和制度文件",
    ),
    en=(
        "River chief system",
        "Party and government leaders serve as river chiefs, every river and lake in the register "
        "has one, and the plan and the appraisal rules are in force.",
        "rivers and lakes with a chief / all in the register × 100%, with plan and rules in force",
    ),
    unit="%",
    requirements={
        "plan": ("全面推行河长制工作方案已印发", "work plan issued"),
        "rules": ("考核等配套制度已建立", "appraisal and supporting rules established"),
    },
    owner="river_chief",
    supports=(
        "water",
        "housing",
        "natural_resources",
        "ecology",
        "agriculture",
        "towns",
        "river_chief_members",
    ),
    notebook="evidence",
)
def river_chief_system(rivers_with_chief, rivers_in_register):
    """100 * rivers with a chief / rivers in the register."""
    return share(rivers_with_chief, rivers_in_register)


@indicator(
    zh=(
        "生态环境信息公开率",
        "政府应主动公开和企业强制性公开的生态环境信息中，已公开事项所占比例。",
        "（政府已公开事项 + 企业已公开事项）÷（政府应公开事项 + 企业应公开事项）× 100%",
    ),
    en=(
        "Environmental information disclosure rate",
        "Items disclosed as a share of those that government and enterprises have to disclose.",
        "(government + enterprise items disclosed) / (government + enterprise items required) "
        "× 100%",
    ),
    unit="%",
    owner="ecology",
    supports=("agriculture", "water", "housing", "towns"),
    tex=r"\frac{\item{gov_items_disclosed}+\item{firm_items_disclosed}}"
    r"{\item{gov_items_required}+\item{firm_items_required}}"
    r"\times 100\%",
)
def env_info_disclosure_rate(
    gov_items_disclosed, gov_items_required, firm_items_disclosed, firm_items_required
):
    """100 * disclosed / required over government and enterprise items together.

    The plan prints no formula; both groups are named in its definition, so both are needed.
    """
    disclosed = total(gov_items_disclosed, firm_items_disclosed)
    return share(disclosed, total(gov_items_required, firm_items_required))


@indicator(
    zh=(
        "依法开展规划环境影响评价",
        "对依法应开展环境影响评价的综合规划和专项规划开展规划环评；填报规划数时按比例核对。",
        "已开展环评的规划数 ÷ 应开展环评的规划数 × 100%（县级只要求开展）",
    ),
    en=(
        "EIA of plans",
        "Plans that by law require an environmental impact assessment (EIA) have one; where "
        "numbers are submitted, the share is checked.",
        "plans with an EIA / plans that require one × 100% (counties: carried out)",
    ),
    unit="%",
    requirements={"carried_out": ("规划环评已开展", "EIA of plans carried out")},
    owner="ecology",
    supports=(
        "agriculture",
        "natural_resources",
        "water",
        "housing",
        "transport",
        "forestry",
        "culture",
    ),
    notebook="evidence",
    void_when="plans_requiring_eia",
)
def plan_eia(plans_with_eia, plans_requiring_eia):
    """100 * plans assessed / plans that need it; void when no plan needs one."""
    return share(plans_with_eia, plans_requiring_eia)
