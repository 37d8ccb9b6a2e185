"""Sentences about change points in Chinese and English."""

from __future__ import annotations

from ecolib.trends.words import language_index, p_word, time_word

CHANGES = {
    "pettitt": ("Pettitt 检验", "Pettitt test"),
    "buishand_range": ("Buishand 极差检验", "Buishand range test"),
    "buishand_q": ("Buishand Q 检验", "Buishand Q test"),
    "buishand_u": ("Buishand U 检验", "Buishand U test"),
    "snht": ("SNHT 均一性检验", "standard normal homogeneity test"),
}

_P_BY = {
    "exact": ("精确", "exact"),
    "approximation": ("近似", "approximation"),
    "permutation": ("置换", "permutations"),
    "normal": ("正态模拟", "normal samples"),
}


def explain_change(change, lang: str) -> str:
    """Sentence one: where the series divides. Sentence two: what it means."""
    at = language_index(lang)
    if not change.k:
        return ("数值没有变化，不存在突变点。", "Nothing varies; there is no change point.")[at]
    before, after = time_word(change.before), time_word(change.after)
    means = f"{change.mean_before:.4g}", f"{change.mean_after:.4g}"
    seen = (
        f"最可能的变化点在 {before} 与 {after} 年之间，均值由 {means[0]} 变为 {means[1]}"
        f"（{change.n} 个值，缺失 {change.missing} 个）。",
        f"The series divides most clearly between {before} and {after}, where the mean goes from "
        f"{means[0]} to {means[1]} ({change.n} values, {change.missing} missing). ",
    )[at]
    zh, en = CHANGES[change.method]
    test = (
        f"{zh}，p = {p_word(change.p)}（{_P_BY[change.p_by][0]}）",
        f"{en}, p = {p_word(change.p)} ({_P_BY[change.p_by][1]})",
    )[at]
    if change.n < 5:
        return seen + ("值太少，不能判断。", "That is too few values to judge.")[at]
    if change.significant:
        return seen + (f"这很难用偶然解释：{test}。", f"Chance hardly explains that: {test}.")[at]
    return seen + (f"偶然足以解释：{test}。", f"Chance explains that well enough: {test}.")[at]
