"""Ecological culture."""

from ecolib.indicators.declaring import indicator
from ecolib.indicators.formulas import share


@indicator(
    zh=(
        "党政领导干部参加生态文明培训的人数比例",
        "副科级以上在职党政领导干部中，参加组织部门认可的生态文明培训的人数比例。",
        "参加生态文明培训的干部人数 ÷ 党政领导干部总人数 × 100%",
    ),
    en=(
        "Leading cadres trained in ecological civilization",
        "Serving cadres of vice-section rank and above who took part in training recognized by the "
        "organization department, as a share of all.",
        "cadres trained / all leading cadres × 100%",
    ),
    unit="%",
    owner="party_organization",
    supports=("leading_group",),
)
def cadre_training_share(cadres_trained, cadres_total):
    """100 * trained / all; persons."""
    return share(cadres_trained, cadres_total)


@indicator(
    zh=(
        "公众对生态文明建设的满意度",
        "由统计部门或独立机构抽样调查得到的公众满意程度，样本应覆盖不同年龄、学历和职业。",
        "表示满意的有效答案数 ÷ 有效答案数 × 100%",
    ),
    en=(
        "Public satisfaction with ecological civilization",
        "Satisfaction of the public in a sample survey by the statistics department or an "
        "independent body; the sample covers different ages, education levels and occupations.",
        "valid answers that express satisfaction / valid answers × 100%",
    ),
    unit="%",
    owner="ecology",
    supports=("leading_group", "broadcasting", "statistics"),
    notebook="survey",
    tex=r"\bar p=\frac{1}{n}\sum_{i=1}^{n}s_i\times 100\%",
)
def public_satisfaction(survey_satisfied, survey_satisfaction_valid):
    """100 * satisfied / valid answers."""
    return share(survey_satisfied, survey_satisfaction_valid)


@indicator(
    zh=(
        "公众对生态文明建设的参与度",
        "由统计部门或独立机构抽样调查得到的公众参与生态环境建设、创建活动和绿色生活的程度。",
        "表示参与的有效答案数 ÷ 有效答案数 × 100%",
    ),
    en=(
        "Public participation in ecological civilization",
        "Participation of the public in environmental work, the campaign and green living, in a "
        "sample survey by the statistics department or an independent body.",
        "valid answers that express participation / valid answers × 100%",
    ),
    unit="%",
    owner="ecology",
    supports=("leading_group", "statistics"),
    notebook="survey",
    tex=r"\bar p=\frac{1}{n}\sum_{i=1}^{n}s_i\times 100\%",
)
def public_participation(survey_participating, survey_participation_valid):
    """100 * participating / valid answers."""
    return share(survey_participating, survey_participation_valid)
