"""Sentences about when a target will be reached, in Chinese and English."""

from __future__ import annotations

from math import ceil

from ecolib.trends.words import language_index, time_word

_OUTLOOK = {
    "reached": ("趋势线已达到目标", "the trend line already meets the target"),
    "likely": ("按此趋势可能按期达到", "at this rate it will probably be reached in time"),
    "open": ("能否按期达到难以判断", "whether it will be reached in time is open"),
    "unlikely": (
        "按此趋势不大可能按期达到",
        "at this rate it will probably not be reached in time",
    ),
}


def explain_outlook(outlook, lang: str) -> str:
    """Sentence one: where the line leads. Sentence two: with what confidence."""
    at = language_index(lang)
    if outlook.status == "undetermined":
        return (
            f"有效值只有 {outlook.slope.n} 个，不能外推。这不等于目标“无法达到”。",
            f"There are only {outlook.slope.n} values, too few to look ahead. That does not mean "
            "that the target is out of reach.",
        )[at]
    by, target = time_word(outlook.by_year), f"{outlook.target:.6g}"
    where = (
        f"按 Sen 斜率（每年 {outlook.slope.slope:.4g}）外推，{by} 年约为 {outlook.expected:.4g}，"
        f"目标为 {target}，{_meeting(outlook)[0]}。",
        f"Sen's slope ({outlook.slope.slope:.4g} a year) leads to {outlook.expected:.4g} in {by}, "
        f"the target being {target}; {_meeting(outlook)[1]}. ",
    )[at]
    verdict_zh, verdict_en = _OUTLOOK[outlook.status]
    if outlook.status == "reached":
        return where + (f"{verdict_zh}。", f"{verdict_en[0].upper()}{verdict_en[1:]}.")[at]
    percent = f"{100 * outlook.confidence:.0f} %"
    return (
        where
        + (
            f"趋势陡到足以按期达到的置信度为 {percent}：{verdict_zh}。",
            f"The confidence that the trend is steep enough is {percent}: {verdict_en}.",
        )[at]
    )


def _meeting(outlook) -> tuple[str, str]:
    if outlook.year == float("inf"):
        return "趋势线不会达到目标", "the line does not get there"

    def year(t: float) -> tuple[str, str]:
        if t != t:
            return "不详", "unknown"
        return ("永不", "never") if t == float("inf") else (f"{ceil(t)}", f"{ceil(t)}")

    early, late = year(outlook.earliest), year(outlook.latest)
    level = f"{100 * outlook.slope.level:.3g} %"
    return (
        f"约在 {ceil(outlook.year)} 年达到（{level} 区间：最早 {early[0]}，最晚 {late[0]}）",
        f"it is met about {ceil(outlook.year)} ({level} interval: {early[1]} to {late[1]})",
    )
