"""How the verdicts come about, by which standards, from which files, with which software."""

from __future__ import annotations

import pandas as pd

from ecolib.assess.annual import Annual, input_files, parameter_files
from ecolib.fingerprint import computing
from ecolib.report import pick
from ecolib.standards import open_points, sources
from ecolib.texts import show, word
from ecolib.views.audit import corrections_table
from ecolib.views.output import Html, element, facts, folded, joined, section, table
from ecolib.views.phrases import comma


def rules(annual: Annual, lang: str) -> Html:
    """The rules in plain words, and the editions of the standards."""
    told = [
        (pick(("指标", "List"), lang), _list(annual, lang)),
        (pick(("整体结论", "The list as a whole"), lang), _pass_rule(annual, lang)),
        *((pick(name, lang), pick(text, lang)) for name, text in _RULES),
    ]
    told.append((pick(("趋势", "Trend"), lang), _trend_rule(annual, lang)))
    documents = sources()
    frame = pd.DataFrame(
        {
            pick(("编号", "Number"), lang): documents["number"],
            pick(("名称", "Title"), lang): documents[f"title_{lang}"],
        }
    )
    caption = pick(
        (
            "技术标准及版本（样品按采样当日有效的版本评价）",
            "Technical standards and their editions (a sample is judged by the edition in force on "
            "its day)",
        ),
        lang,
    )
    return joined(
        section(pick(("方法", "Method"), lang), "method"),
        facts(told),
        table(frame, caption=caption),
        _open_points(lang),
    )


def _open_points(lang: str) -> Html:
    """What of the method no primary text settles: told here and on no other page."""
    points = open_points()
    frame = pd.DataFrame(
        {
            pick(("标准", "Standard"), lang): points["number"],
            pick(("待核实之处", "Open point"), lang): [note.text(lang) for note in points["point"]],
            pick(("对数值的影响", "Effect on the value"), lang): [
                note.text(lang) for note in points["effect"]
            ],
        }
    )
    caption = pick(("方法待核实之处", "Open points of method"), lang)
    summary = pick((f"{caption}：{len(frame)} 项", f"{caption}: {len(frame)}"), lang)
    return folded(table(frame, caption=caption), summary, len(frame))


_RULES = (
    (
        ("依据", "Basis"),
        (
            "由基础数计算：按公式由填报的基础数算出；采用填报成品值：只报了成品值，无法复算；"
            "仅有陈述：没有数、没有可核对的文件，或数没有年份。文中印出的“达标”从不作为依据。",
            "Computed: by the formula from the inputs handed in. Reported: only the finished value "
            "was handed in, so it cannot be recomputed. Declared: no number, no document that can "
            "be checked, or a figure without a year. A printed 'met' is never a basis.",
        ),
    ),
    (
        ("结论", "Verdicts"),
        (
            "达标、未达标：数值与目标比较的结果；数据矛盾：填报的数不可能同时成立；无法评估：缺数据，"
            "或已知部分不足以判定；仅申报：只有陈述；不适用：本县没有评价对象，理由写在参数文件或数据里。",
            "Met, not met: the value against its target. Conflicting data: figures that cannot all "
            "be true. Not evaluable: data are missing, or what is known does not decide. Met on "
            "conditions: what could be read meets the target even at the worst that the cells left "
            "unread can hold; they are named. Declared "
            "only: a statement and no more. Not applicable: there is nothing to judge in the "
            "county, with the reason in the parameters or the data.",
        ),
    ),
    (
        ("分项指标", "Groups"),
        (
            "有分项的指标，按最不利的分项定结论：未达标 > 数据矛盾 > 无法评估 > 仅申报 > 附条件达标 > 达标；"
            "不适用的分项不计；依据取各分项中最弱的一种。",
            "An indicator with parts takes the verdict of its worst part: not met, then conflicting "
            "data, not evaluable, declared, met on conditions, met; parts that do not apply are left out. Its basis is "
            "the weakest of the parts.",
        ),
    ),
    (
        ("比较", "Comparison"),
        (
            "按全数值比较法（GB/T 8170-2008 第 4.3.2 条），不先修约；恰在限值上按达到计。",
            "By the full value (GB/T 8170-2008, clause 4.3.2), without rounding first; a value at "
            "its limit meets it.",
        ),
    ),
)


def _list(annual: Annual, lang: str) -> str:
    """Which list, for which years, how sure it is, and which later ones are known."""
    parts = []
    own = annual.case.list
    for listed in (own,) if own.national is own else (own, own.national):
        file, document = listed.file, listed.document.text(lang)
        until = file.valid_to or pick(("今", "now"), lang)
        sure, source = word("confidence", file.confidence, lang), getattr(file.source, lang)
        zh = f"{document}，适用 {file.valid_from}—{until} 年；来源：{source}（{sure}）。"
        en = f"{document}, for {file.valid_from} to {until}; from: {source} (confidence {sure})."
        parts.append(pick((zh, en), lang))
    successors = own.file.successors
    if successors:
        names = comma(lang).join(getattr(s.document, lang) for s in successors)
        zh = f"已知的后续版本：{names}；未见原文，内容没有录入。"
        en = f"Later editions known of: {names}; their texts were not seen and nothing is entered."
        parts.append(pick((zh, en), lang))
    return pick(("", " "), lang).join(parts)


def _pass_rule(annual: Annual, lang: str) -> str:
    """The pass rule of the list with its source; what no source says is said to be absent."""
    rule = annual.case.list.file.pass_rule
    if rule is None:
        return pick(("这份指标没有写明规则。", "The list states no rule."), lang)
    sure, source = word("confidence", rule.confidence, lang), getattr(rule.source, lang)
    if rule.reference is None:
        share = ("参考性指标须达标多少没有出处", "no source says what share of reference ones")
    else:
        least = show(rule.reference)
        share = (f"参考性指标须有 {least}% 达标", f"and at least {least} % of the reference ones")
    gates = comma(lang).join(getattr(gate, lang) for gate in rule.gates)
    told = (f"前提条件：{gates}，本系统不判断", f"conditions not judged here: {gates}")
    none = ("前提条件没有出处", "no source says which conditions come before")
    beside = told if gates else none
    zh = f"约束性指标须全部达标；{share[0]}；{beside[0]}。来源：{source}（{sure}）。"
    en = (
        f"Every binding indicator has to be met; {share[1]}; {beside[1]}. "
        f"From: {source} (confidence {sure})."
    )
    return pick((zh, en), lang)


def _trend_rule(annual: Annual, lang: str) -> str:
    alpha = show(annual.case.settings.alpha)
    zh = (
        f"对历年数值做 Mann-Kendall 检验，时间按实际年份，显著性水平 {alpha}；年份太少、"
        "不可能达到显著时为“无法判断”。因此另列与上年、与基准年的变化。"
    )
    en = (
        f"Mann-Kendall test on the yearly values by their real years at a significance level of "
        f"{alpha}; undetermined where too few years could ever reach it. The change on last year "
        "and on the base year is therefore always told as well."
    )
    return pick((zh, en), lang)


def provenance(annual: Annual, lang: str) -> Html:
    """Input files and parameters with their sha256, rows read, used and refused, what was
    corrected, versions."""
    case = annual.case
    names = {
        "file": word("label", "file", lang),
        "read": pick(("读入行", "Rows read"), lang),
        "used": pick(("采用行", "Used"), lang),
        "refused": pick(("拒收行", "Refused"), lang),
        "sha256": "sha256",
    }
    files = _with_code(input_files(case)).rename(columns=names)
    parameters = _with_code(parameter_files(case)).rename(columns=names)
    versions = comma(lang).join(f"{name} {number}" for name, number in computing().items())
    counted = (names["read"], names["used"], names["refused"])
    return joined(
        section(pick(("数据来源与版本", "Inputs and versions"), lang), "provenance"),
        corrections_table(case.corrections(), lang),
        table(files, caption=pick(("读入的数据文件", "Data files read"), lang), numbers=counted),
        table(parameters, caption=pick(("参数文件", "Parameter files"), lang)),
        facts([(pick(("软件版本", "Software"), lang), versions)]),
    )


def _with_code(frame: pd.DataFrame) -> pd.DataFrame:
    codes = [element("code", value, class_="hash") for value in frame["sha256"]]
    return frame.assign(sha256=pd.Series(codes, dtype=object))
