"""The closed sets of words in Chinese and English, so that every page says the same.

Each entry is a pair (Chinese, English); sentences that only one view says live in that view.
"""

from __future__ import annotations

from ecolib.errors import ParamsError, Problem, near

Pair = tuple[str, str]

LANGS = ("zh", "en")
#: How a page names its language in `<html lang>`.
HTML_LANGS = {"zh": "zh-CN", "en": "en"}

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
