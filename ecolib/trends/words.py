"""Sentences about trends in Chinese and English."""

from __future__ import annotations

from ecolib.errors import ParamsError, Problem

METHODS = {
    "mann_kendall_exact": ("Mann-Kendall 检验（精确分布）", "Mann-Kendall test, exact law"),
    "mann_kendall_normal": (
        "Mann-Kendall 检验（正态近似，方差经同值校正）",
        "Mann-Kendall test, normal approximation corrected for ties",
    ),
    "hamed_rao": ("Hamed-Rao 方差校正检验", "Mann-Kendall test corrected by Hamed & Rao"),
    "yue_wang": ("Yue-Wang 方差校正检验", "Mann-Kendall test corrected by Yue & Wang for AR(1)"),
    "pre_whitening": ("预置白检验", "Mann-Kendall test after pre-whitening"),
    "trend_free_pre_whitening": (
        "去趋势预置白检验",
        "Mann-Kendall test after trend-free pre-whitening",
    ),
    "wang_swail": (
        "Wang-Swail 迭代预置白检验",
        "Mann-Kendall test after iterated pre-whitening (Wang & Swail)",
    ),
    "seasonal_kendall": ("季节 Kendall 检验", "seasonal Kendall test"),
    "seasonal_kendall_exact": ("季节 Kendall 检验（精确分布）", "seasonal Kendall test, exact law"),
    "seasonal_kendall_correlated": (
        "季节 Kendall 检验（季节间协方差校正）",
        "seasonal Kendall test corrected for correlated seasons",
    ),
    "regional_kendall": ("区域 Kendall 检验", "regional Kendall test"),
    "regional_kendall_exact": ("区域 Kendall 检验（精确分布）", "regional Kendall test, exact law"),
    "regional_kendall_correlated": (
        "区域 Kendall 检验（站点间协方差校正）",
        "regional Kendall test corrected for correlated sites",
    ),
    "partial_kendall": ("偏 Mann-Kendall 检验", "partial Mann-Kendall test"),
    "spearman_exact": ("Spearman 秩相关检验（精确分布）", "Spearman rank test, exact law"),
    "spearman_t": ("Spearman 秩相关检验（t 近似）", "Spearman rank test, t approximation"),
    "spearman_table": (
        "Spearman 秩相关检验（HJ 663 附录 B 临界值）",
        "Spearman rank test with the critical values of HJ 663, Annex B",
    ),
    "cox_stuart": ("Cox-Stuart 符号检验", "Cox-Stuart sign test"),
    "censored_kendall": (
        "含未检出值的 Kendall 检验（ATS 斜率）",
        "Kendall test with values below detection, Akritas-Theil-Sen slope",
    ),
    "block_bootstrap": ("分块自助法检验", "Mann-Kendall test with a block bootstrap"),
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
    "uneven_times": (
        "时间间隔不等或有缺失，自相关校正不适用",
        "the times are uneven or values are missing, so that no serial correction applies",
    ),
    "nothing_detected": (
        "未检出值过多，没有次序可以确定的数值对",
        "no two values have a certain order, too many lie below detection",
    ),
    "no_critical_value": (
        "临界值表中没有这一样本数的可用临界值",
        "the table has no usable critical value for this number of values",
    ),
    "variance_not_positive": (
        "校正后的方差不为正，统计量不存在",
        "the corrected variance is not positive, so that there is no test statistic",
    ),
    "constant": ("所有数值相同", "all values are equal"),
    "better_unknown": (
        "有显著变化，但未说明上升好还是下降好",
        "there is a significant change, but nobody said which direction is better",
    ),
}

CANNOT_SAY = (
    "too_few_values",
    "alpha_unreachable",
    "uneven_times",
    "variance_not_positive",
    "no_critical_value",
    "nothing_detected",
)

NOTES = {
    "liberal_level": (
        "该方法在强自相关或短序列下误报率高于所设水平",
        "with strong serial correlation or short series this method finds trends too often",
    ),
    "table_is_one_sided": (
        "表中临界值为单侧值而用于两个方向，实际误报率约为所设水平的两倍",
        "the table is one-sided but used for both directions, so that false alarms are about twice "
        "as frequent as the level says",
    ),
    "no_slope_limits": ("斜率无置信区间", "the slope has no confidence limits"),
}

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
    at = language_index(lang)
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
    at = language_index(lang)
    meaning = _meaning(result)[at]
    for note in result.notes:
        meaning = meaning[:-1] + (f"；{NOTES[note][0]}。", f"; {NOTES[note][1]}.")[at]
    return _seen(result)[at] + ("", " ")[at] + meaning


def reason_text(code: str, lang: str) -> str:
    """The clause for a reason code; empty for the empty code."""
    return REASONS[code][language_index(lang)] if code else ""


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
        zh += f"（{level} % 区间 {r.slope_low + 0.0:.4g} 至 {r.slope_high + 0.0:.4g}）"
        en += f" ({level} % interval of the slope {r.slope_low + 0.0:.4g} to {r.slope_high + 0.0:.4g})"
    return f"{zh}。", f"{en}."


def _meaning(r) -> tuple[str, str]:
    if r.reason == "too_few_values":
        best = (
            f"（{r.n} 个值时 p 最小也有 {p_word(r.smallest_p)}）"
            if r.n > 1 and r.smallest_p == r.smallest_p
            else ""
        )
        best_en = (
            f" (with {r.n} values p is never below {p_word(r.smallest_p)})"
            if r.n > 1 and r.smallest_p == r.smallest_p
            else ""
        )
        return (
            f"数值太少，不能判断趋势{best}；这不等于“没有变化”。",
            f"That is too few to judge a trend{best_en}; it does not mean that nothing changed.",
        )
    if r.reason == "alpha_unreachable":
        return (
            f"这些数值无论怎样排列，p 都不会小于 {p_word(r.smallest_p)}，达不到 {r.alpha:g} 的水平，"
            "因此不能判断趋势；这不等于“没有变化”。",
            f"In no order could these values give p below {p_word(r.smallest_p)}, so that the level "
            f"{r.alpha:g} cannot be reached and no trend can be judged; it does not mean that "
            "nothing changed.",
        )
    if r.reason in CANNOT_SAY:
        zh, en = REASONS[r.reason]
        return f"{zh}，因此不能判断趋势。", f"No trend can be judged: {en}."
    if r.reason == "constant":
        return "没有趋势（p = 1）。", "There is no trend (p = 1)."
    return _significance(r)


def _significance(r) -> tuple[str, str]:
    zh_name, en_name = METHODS[r.method]
    test_zh, test_en = f"p = {p_word(r.p)}，{zh_name}", f"p = {p_word(r.p)}, {en_name}"
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
    first, last = time_word(r.first), time_word(r.last)
    return first if first == last else f"{first}–{last}"


def time_word(t: float) -> str:
    return f"{t:.0f}" if t == round(t) else f"{t:.2f}"


def p_word(p: float) -> str:
    if p != p:
        return "—"
    return f"{p:.2g}" if p < 0.1 else f"{p:.2f}"


def language_index(lang: str) -> int:
    if lang not in ("zh", "en"):
        raise ParamsError(
            Problem("lang", f"应为 zh 或 en，实际为 {lang}", f"must be zh or en, found {lang}")
        )
    return ("zh", "en").index(lang)
