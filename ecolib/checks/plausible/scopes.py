"""Years of one item that do not speak of the same: here figures by place, there one for all."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ecolib.checks.plausible.figures import Figure, Figures, remark
from ecolib.data import Issue


def scopes_changed(figures: Figures) -> Iterator[Issue]:
    """A remark at each figure whose scope is not that of the figure before it."""
    for by_year in figures.by_item.values():
        for before, figure in pairwise(by_year[year] for year in sorted(by_year)):
            if bool(before.printed) != bool(figure.printed):
                yield _changed(figures, before, figure)


def _changed(figures: Figures, before: Figure, figure: Figure) -> Issue:
    item = figures.items[figure.item]
    then_zh, then_en = _scope(before)
    now_zh, now_en = _scope(figure)
    return remark(
        figure,
        "scope_changed",
        "warning",
        f"“{item.zh}”{before.year} 年{then_zh}，{figure.year} 年{now_zh}，口径不同，变化不可直接比较",
        f"'{item.en}' is {then_en} for {before.year} and {now_en} for {figure.year}; the change "
        "between them does not compare like with like",
    )


def _scope(figure: Figure) -> tuple[str, str]:
    if figure.printed:
        return "只有一个总数", "one figure for all"
    return "由分范围的数合并", "combined from figures by place"
