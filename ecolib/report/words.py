"""The closed sets of words in Chinese and English, so that every page says the same.

Each entry is a pair (Chinese, English); sentences that only one view says live in that view.
"""

from __future__ import annotations

from ecolib.errors import ParamsError, Problem, near

Pair = tuple[str, str]

LANGS = ("zh", "en")
#: How a page names its language in `<html lang>`.
HTML_LANGS = {"zh": "zh-CN", "en": "en"}

#: What an audit finds about a claim, in the order in which a reader should look; with its mark.
FINDINGS: dict[str, tuple[str, Pair]] = {
    "contradicts": ("≠", ("与数据不符", "contradicted")),
    "cannot_check": ("?", ("无法核对", "cannot be checked")),
    "agrees": ("✓", ("与数据相符", "agreeing")),
}

#: How the sentences of an explanation begin that say more than the finding itself.
OTHER_READING: Pair = ("要使印出的成立，须：", "It would hold only if ")
ENTRY_NOTE: Pair = ("登记说明：", "Note on the entry: ")

WORDS: dict[str, dict[str, Pair]] = {
    "status": {
        "met": ("达标", "met"),
        "not_met": ("未达标", "not met"),
        "conflict": ("数据矛盾", "conflicting data"),
        "not_evaluable": ("无法评估", "not evaluable"),
        "declared": ("仅申报", "declared only"),
        "not_applicable": ("不适用", "not applicable"),
    },
    "basis": {
        "computed": ("由基础数计算", "computed"),
        "reported": ("采用填报成品值", "reported"),
        "declared": ("仅有陈述", "declared"),
        "": ("没有数值", "no value"),
    },
    "trend": {
        "improving": ("改善", "improving"),
        "worsening": ("变差", "worsening"),
        "no_clear_trend": ("无明显趋势", "no clear trend"),
        "undetermined": ("无法判断", "undetermined"),
    },
    "direction": {
        "improving": ("改善", "better"),
        "worsening": ("变差", "worse"),
        "stable": ("持平", "unchanged"),
    },
    "evidence": {
        "documented": ("有文件", "documented"),
        "stated": ("仅有陈述", "stated only"),
        "absent": ("没有材料", "nothing handed in"),
        "denied": ("不成立", "does not hold"),
    },
    "severity": {
        "error": ("错误", "error"),
        "warning": ("警告", "warning"),
        "note": ("说明", "note"),
    },
    "area_kind": {
        "redline": ("生态保护红线", "ecological red line"),
        "protected": ("自然保护地", "protected area"),
    },
    "heading": {
        "verdict": ("结论", "Verdict"),
        "history": ("历年数值", "History"),
        "change": ("变化与趋势", "Change and trend"),
        "findings": ("由什么决定", "What decided it"),
        "requirements": ("各项要求与佐证", "Requirements and evidence"),
        "inputs": ("所用数据", "Figures used"),
        "issues": ("数据提示", "Remarks on the data"),
        "provenance": ("来源与版本", "Sources and versions"),
    },
    # In the order in which a reader should look.
    "rule": {
        "verdict": ("结论与本系统判定", "verdict against ours"),
        "verdict_reported": (
            "结论与所填的成品值一致（未经核实）",
            "verdict in line with the reported value, which is unverified",
        ),
        "verdict_implied": ("由印出的变化推出", "implied by a printed change"),
        "balance": ("年末存量与收支平衡", "closing stock against its account"),
        "part_of_whole": ("部分大于整体", "a part against its whole"),
        "share_of_county": ("占全县的比例", "share of the county"),
        "value_of_inputs": ("由基础数复算", "recomputed from the inputs"),
        "reported_value": ("与填报的成品值", "against the finished value"),
        "identical_series": ("与另一指标逐位相同", "the same figures as another indicator"),
        "change_of_levels": ("由两年的数复算的变化", "change from the levels of two years"),
        "direction_of_levels": ("变化的方向", "direction of change"),
        "sum_of_parts": ("合计与分项", "a whole against its parts"),
        "same_thing_twice": ("同一件事印了两次", "one thing printed twice"),
        "two_terms": ("同一目标两个期限", "one goal with two terms"),
        "impossible_share": ("不可能出现的比例", "a share that cannot come out"),
        "goal_exceeded": ("目标低于已报出的现状", "goal below what is reported"),
        "goal_missed": ("到期未达到的目标", "goal missed at its term"),
        "goal_reached": ("已达到的目标", "goal reached"),
        "goal_open": ("尚未达到的目标", "goal not reached yet"),
        "no_level": ("没有现状数的目标", "goal without a present level"),
        "repeats_reported": ("只给出结果数，无法复算", "only the finished value is given"),
        "repeats_input": ("只是重复填报的基础数", "repeats a figure handed in"),
        "partly_observed": ("填报不全，可真可假", "not everything was handed in"),
        "part_observed": ("只观测了一部分", "only a part was observed"),
        "another_quantity": ("说的是别的量", "another quantity"),
        "no_figure": ("没有数", "no figure"),
        "no_levels": ("没有两年的数", "no two levels"),
        "no_list": ("没有清单可清点", "no list to count from"),
        "no_others": ("没有其他地区的数", "no figures of others"),
        "not_a_number": ("不是可核对的数", "not a number"),
    },
    "label": {
        "indicator": ("指标", "Indicator"),
        "item": ("统计项", "Item"),
        "site": ("名称", "Site"),
        "year": ("年份", "Year"),
        "value": ("数值", "Value"),
        "unit": ("单位", "Unit"),
        "basis": ("依据", "Basis"),
        "target": ("目标", "Target"),
        "kind": ("类别", "Kind"),
        "owner": ("责任单位", "Owner"),
        "supports": ("配合单位", "Supported by"),
        "standards": ("依据的标准和文件", "Standards cited"),
        "verdict": ("结论", "Verdict"),
        "reason": ("理由", "Reason"),
        "trend": ("趋势", "Trend"),
        "file": ("文件", "File"),
        "sheet": ("工作表", "Sheet"),
        "cell": ("单元格", "Cell"),
        "position": ("出处", "Place in the source"),
        "note": ("备注", "Note"),
        "requirement": ("要求", "Requirement"),
        "state": ("状态", "State"),
        "document": ("文件或陈述", "Document or statement"),
        "coverage": ("覆盖率", "Coverage"),
    },
    "page": {
        "skip": ("跳到正文", "Skip to the content"),
        "contents": ("目录", "Contents"),
        "code": ("生成本页的代码", "The code that made this page"),
        "other_language": ("English", "中文"),
        "product": (
            "国家生态文明建设示范县 年度评估",
            "National Ecological Civilization Demonstration County: yearly assessment",
        ),
        "footer": (
            "本页自成一体，不需要联网；数值、结论与同一文件夹中的结果文件一致。",
            "This page is self-contained and needs no network; its numbers and verdicts are those "
            "of the result files beside it.",
        ),
        "error": ("这一步没有完成", "This step did not finish"),
        "message": ("程序消息", "Program message"),
        "picture": ("图", "Figure"),
    },
}


def word(kind: str, name: str, lang: str) -> str:
    """One word of a closed set, as `word("status", "met", "zh")` gives 达标.

    Raises
    ------
    ParamsError
        For a language or a word that is not known, with the nearest one.
    """
    return pick(WORDS[kind][_known(name, WORDS[kind])], lang)


def check_lang(lang: str) -> str:
    """The language itself, when pages exist in it."""
    return _known(lang, LANGS)


def pick(pair: Pair, lang: str) -> str:
    """The Chinese or the English text of a pair."""
    return pair[LANGS.index(check_lang(lang))]


def _known(name: str, allowed) -> str:
    if name in allowed:
        return name
    zh, en = near(name, allowed)
    listed = ", ".join(allowed)
    raise ParamsError(
        Problem(str(name), f"不在可选值之内（{listed}）{zh}", f"must be one of {listed}{en}")
    )
