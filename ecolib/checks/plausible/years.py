"""Years that can hardly be meant; a year after that of the folder is told where rows are checked."""

from __future__ import annotations

from collections.abc import Iterator

from ecolib.checks.plausible.figures import Figures, remark
from ecolib.data import Issue
from ecolib.data.params import County

#: A history may begin before the base year, but hardly by more years than this.
BEFORE_BASE_YEAR = 15


def long_before(figures: Figures, county: County) -> Iterator[Issue]:
    """Figures of a year long before the base year of the county."""
    first = county.base_year - BEFORE_BASE_YEAR
    for by_year in figures.by_item.values():
        for figure in by_year.values():
            if figure.year < first:
                yield remark(
                    figure,
                    "year_suspected",
                    "warning",
                    f"{figures.said(figure, 'zh')}，年份写作 {figure.year}，比基准年 "
                    f"{county.base_year} 早 {county.base_year - figure.year} 年，请核实年份",
                    f"{figures.said(figure, 'en')} is of {figure.year}, "
                    f"{county.base_year - figure.year} years before the base year "
                    f"{county.base_year}; check the year",
                )
