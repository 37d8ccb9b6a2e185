"""Sentences about trends in Chinese and English."""

from __future__ import annotations

from ecolib.errors import ParamsError, Problem

METHODS = {
    "mann_kendall_exact": ("Mann-Kendall 检验（精确分布）", "Mann-Kendall test, exact law"),
    "mann_kendall_normal": (
        "Mann-Kendall 检验（正态近似，方差经同值校正）",
        "Mann-Kendall test, normal approximation corrected for ties",
    ),
}

REASONS = {
    "too_few_values": (
        "少于 5 个有效值，任何检验都无法判断趋势",
        "fewer than 5 values: no test can tell a trend",
    ),
    "alpha_unreachable": (
        "即使次序最整齐，p 值也达不到所要求的显著性水平",
        "even the most orderly sequence of these values could not reach the required level",
    ),
    "constant": ("所有数值相同", "all values are equal"),
    "better_unknown": (
        "有显著变化，但未说明上升好还是下降好",
        "there is a significant change, but nobody said which direction is better",
    ),
}

CANNOT_SAY = ("too_few_values", "alpha_unreachable")

# IPCC AR5/AR6 guidance note on the treatment of uncertainties; the lower bound belongs to the term.
_LIKELIHOOD = (
    (0.99, "几乎确定", "virtually certain"),
    (0.95, "极有可能", "extremely likely"),
    (0.90, "很可能", "very likely"),
    (2 / 3, "可能", "likely"),
    (0.0, "或升或降，难分可能", "about as likely as not"),
)

_DIRECTION = {
    "up": ("上升", "rising"),
    "down": ("下降", "falling"),
    "none": ("不升不降", "neither rising nor falling"),
}


def likelihood(result, lang: str) -> str:
    """Wording for `result.confidence`; says so if nothing can be said."""
    at = _language(lang)
    if result.reason in CANNOT_SAY or result.p != result.p:
        return ("无法判断", "cannot be determined")[at]
    if result.direction == "none":
        return ("没有升降趋向", "no tendency up or down")[at]
    term = next(row for row in _LIKELIHOOD if result.confidence >= row[0])
    if term[0] == 0:
        return (
            f"上升与下降的可能性相当（略偏{_DIRECTION[result.direction][0]}）",
            f"about as likely rising as falling (slightly {_DIRECTION[result.direction][1]})",
        )[at]
    return (
        f"{term[1]}在{_DIRECTION[result.direction][0]}",
        f"{term[2]} {_DIRECTION[result.direction][1]}",
    )[at]


def explain(result, lang: str) -> str:
    """Sentence one: what was seen. Sentence two: what it means."""
    at = _language(lang)
    return _seen(result)[at] + ("", " ")[at] + _meaning(result)[at]


def describe_reason(code: str, lang: str) -> str:
    return REASONS[code][_language(lang)]


def _seen(r) -> tuple[str, str]:
    if r.n == 0:
        return "没有有效数值。", "There is not a single value."
    span = _span(r)
    gaps_zh = f"，另有 {r.missing} 个缺失" if r.missing else ""
    gaps_en = f", {r.missing} more missing" if r.missing else ""
    zh, en = f"{span}年有 {r.n} 个数值{gaps_zh}", f"{span}: {r.n} values{gaps_en}"
    if r.reason == "constant":
        return f"{zh}，全部相同。", f"{en}, all equal."
    if r.slope != r.slope:
        return f"{zh}。", f"{en}."
    verb = "上升" if r.slope > 0 else "下降"
    verb_en = "rise" if r.slope > 0 else "fall"
    if r.slope == 0:
        zh, en = f"{zh}，中位变化率为 0", f"{en}; the median change is 0 a year"
    else:
        zh = f"{zh}，按中位数每年{verb} {abs(r.slope):.4g}"
        en = f"{en}; the median {verb_en} is {abs(r.slope):.4g} a year"
    if r.slope_low == r.slope_low:
        level = f"{100 * (1 - r.alpha):.3g}"
        zh += f"（{level} % 区间 {r.slope_low:.4g} 至 {r.slope_high:.4g}）"
        en += f" ({level} % interval of the slope {r.slope_low:.4g} to {r.slope_high:.4g})"
    return f"{zh}。", f"{en}."


def _meaning(r) -> tuple[str, str]:
    if r.reason == "too_few_values":
        best = f"（{r.n} 个值时 p 最小也有 {_p(r.smallest_p)}）" if r.n > 1 else ""
        best_en = f" (with {r.n} values p is never below {_p(r.smallest_p)})" if r.n > 1 else ""
        return (
            f"数值太少，不能判断趋势{best}；这不等于“没有变化”。",
            f"That is too few to judge a trend{best_en}; it does not mean that nothing changed.",
        )
    if r.reason == "alpha_unreachable":
        return (
            f"这些数值无论怎样排列，p 都不会小于 {_p(r.smallest_p)}，达不到 {r.alpha:g} 的水平，"
            "因此不能判断趋势；这不等于“没有变化”。",
            f"In no order could these values give p below {_p(r.smallest_p)}, so that the level "
            f"{r.alpha:g} cannot be reached and no trend can be judged; it does not mean that "
            "nothing changed.",
        )
    if r.reason == "constant":
        return "没有趋势（p = 1）。", "There is no trend (p = 1)."
    return _significance(r)


def _significance(r) -> tuple[str, str]:
    zh_name, en_name = METHODS[r.method]
    test_zh, test_en = f"p = {_p(r.p)}，{zh_name}", f"p = {_p(r.p)}, {en_name}"
    if not r.significant:
        return (
            f"偶然性足以解释这种变化（{test_zh}），没有明确的趋势。",
            f"Chance alone explains such a series well enough ({test_en}): no clear trend.",
        )
    kind_zh = {"improving": "，即改善", "worsening": "，即恶化"}.get(
        r.status, "，好坏取决于指标方向"
    )
    kind_en = {"improving": ", an improvement", "worsening": ", a worsening"}.get(
        r.status, "; whether that is good depends on the indicator"
    )
    return (
        f"这种变化很难用偶然解释（{test_zh}）：{likelihood(r, 'zh')}{kind_zh}。",
        f"Chance alone hardly explains such a series ({test_en}): it is "
        f"{likelihood(r, 'en')}{kind_en}.",
    )


def _span(r) -> str:
    first, last = (f"{t:.0f}" if t == round(t) else f"{t:.2f}" for t in (r.first, r.last))
    return first if first == last else f"{first}–{last}"


def _p(p: float) -> str:
    if p != p:
        return "—"
    return f"{p:.2g}" if p < 0.1 else f"{p:.2f}"


def _language(lang: str) -> int:
    if lang not in ("zh", "en"):
        raise ParamsError(
            Problem("lang", f"应为 zh 或 en，实际为 {lang}", f"must be zh or en, found {lang}")
        )
    return ("zh", "en").index(lang)
