"""Sentences about when a target will be reached, in Chinese and English."""

from __future__ import annotations

from math import ceil

from ecolib.trends.words import language_index, time_word

_OUTLOOK = {
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
    where = _where(outlook)[at]
    if outlook.status == "reached":
        return where + _kept(outlook)[at]
    verdict_zh, verdict_en = _OUTLOOK[outlook.status]
    percent = f"{100 * outlook.confidence:.0f} %"
    return (
        where
        + (
            f"趋势陡到足以按期达到的置信度为 {percent}：{verdict_zh}。",
            f"The confidence that the trend is steep enough is {percent}: {verdict_en}.",
        )[at]
    )


def _where(outlook) -> tuple[str, str]:
    """Where the line leads; a level beyond the target is not told, as it may not even exist."""
    # Adding zero turns a negative zero into zero.
    slope, target = f"{outlook.slope.slope + 0.0:.4g}", f"{outlook.target:.6g}"
    by = time_word(outlook.by_year)
    if outlook.status == "reached":
        return (
            f"按 Sen 斜率（每年 {slope}），趋势线已达到目标 {target}。",
            f"By Sen's slope ({slope} a year) the line already meets the target of {target}. ",
        )
    if outlook.year <= outlook.by_year:
        zh, en = _meeting(outlook)
        return (
            f"按 Sen 斜率（每年 {slope}）外推，{zh}目标 {target}。",
            f"By Sen's slope ({slope} a year) the target of {target} {en}. ",
        )
    later = ("，趋势线不会达到目标", ", and the line does not get there")
    if outlook.year != float("inf"):
        year = ceil(outlook.year)
        later = (f"，约在 {year} 年才达到", f", which is met about {year} only")
    return (
        f"按 Sen 斜率（每年 {slope}）外推，{by} 年约为 {outlook.expected:.4g}，达不到目标 "
        f"{target}{later[0]}。",
        f"Sen's slope ({slope} a year) leads to {outlook.expected:.4g} in {by}, short of the "
        f"target of {target}{later[1]}. ",
    )


def _kept(outlook) -> tuple[str, str]:
    """Whether a line that meets the target today still does when it should."""
    by = time_word(outlook.by_year)
    sign = 1 if outlook.better == "up" else -1
    if sign * (outlook.expected - outlook.target) >= 0:
        return (
            f"按此趋势，{by} 年仍能达到。",
            f"At this rate it will still be met in {by}.",
        )
    return (
        f"但趋势在变差，按此趋势 {by} 年将不再达到。",
        f"But it is worsening, and at this rate it will no longer be met in {by}.",
    )


def _meeting(outlook) -> tuple[str, str]:
    def year(t: float) -> tuple[str, str]:
        if t != t:
            return "不详", "unknown"
        return ("永不", "never") if t == float("inf") else (f"{ceil(t)}", f"{ceil(t)}")

    early, late = year(outlook.earliest), year(outlook.latest)
    level = f"{100 * outlook.slope.level:.3g} %"
    return (
        f"约在 {ceil(outlook.year)} 年（{level} 区间：最早 {early[0]}，最晚 {late[0]}）达到",
        f"is met about {ceil(outlook.year)} ({level} interval: {early[1]} to {late[1]})",
    )
