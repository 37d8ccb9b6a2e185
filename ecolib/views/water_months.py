"""Sections month by month: how many in which class as a figure, and the class of each."""

from __future__ import annotations

import pandas as pd

from ecolib.assess.result import Result
from ecolib.report.words import pick
from ecolib.views.monitoring import detail_of
from ecolib.views.output import Html, Picture, element, picture, table
from ecolib.views.phrases import comma
from ecolib.views.style import INK, MUTED
from ecolib.views.water_words import CLASSES, MONTHS, chip, unbroken


def month_tables(result: Result, lang: str) -> list[Html]:
    """Section by month: the year of assessment open, the year before folded."""
    months = detail_of(result, "section_months")
    shown = [_month_table(result, months, result.year, lang)]
    if (months["year"] == result.year - 1).any():
        before = _month_table(result, months, result.year - 1, lang)
        name = pick(
            (f"{result.year - 1} 年逐月类别", f"Classes by month in {result.year - 1}"), lang
        )
        shown.append(element("details", element("summary", name), before))
    return shown


def _month_table(result: Result, months: pd.DataFrame, year: int, lang: str) -> Html:
    years = detail_of(result, "section_years")
    listed = years[years["year"] == year]
    grid = months[months["year"] == year].pivot(index="section", columns="period", values="class")
    columns = {pick(("断面", "Section"), lang): [unbroken(s) for s in listed["section"]]}
    for at, name in enumerate(MONTHS, start=1):
        classes = grid.get(f"{year}-{at:02d}", pd.Series(dtype=object))
        columns[pick(name, lang)] = [chip(classes.get(s), lang) for s in listed["section"]]
    columns[pick(("全年", "Year"), lang)] = [chip(c, lang) for c in listed["class"]]
    caption = pick(
        (
            f"{year} 年各断面逐月水质类别（— 为没有监测结果）",
            f"Class of each section by month in {year} (— : no result)",
        ),
        lang,
    )
    return table(pd.DataFrame(columns), caption=caption)


def months_picture(result: Result, lang: str) -> Picture:
    """Assessed sections by class in every month with samples, up to two years."""
    counts = _counts(result)
    figure = _draw(counts, lang)
    return picture(figure, _in_words(counts, lang))


def _counts(result: Result) -> pd.DataFrame:
    """Months down, classes across: the number of assessed sections."""
    years = detail_of(result, "section_years")
    assessed = years[years["assessed"]][["section", "year"]]
    months = detail_of(result, "section_months").merge(assessed, on=["section", "year"])
    months = months[months["class"].notna() & (months["year"] > result.year - 2)]
    counts = months.groupby(["period", "class"]).size().unstack(fill_value=0)
    return counts.reindex(columns=list(CLASSES), fill_value=0)


def _draw(counts: pd.DataFrame, lang: str):
    from matplotlib import pyplot

    from ecolib.views.style import apply

    apply()
    figure, axis = pyplot.subplots(figsize=(8, 3.2))
    below = pd.Series(0, index=counts.index)
    places = range(len(counts))
    for number, (words, fill, ink) in CLASSES.items():
        height = counts[number]
        if not height.any():
            continue
        name = pick(words, lang)
        bars = axis.bar(
            places, height, bottom=below, width=0.86, color=fill, edgecolor="white",
            label=pick((f"{name}类", f"class {name}"), lang),
        )  # fmt: skip
        shown = [name if v else "" for v in height]
        axis.bar_label(bars, shown, label_type="center", fontsize=8, color=ink)
        below = below + height
    axis.set_xticks(list(places), [str(int(p[5:])) for p in counts.index])
    for year, at in _first_months(counts).items():
        axis.annotate(
            year, (at - 0.4, 0), xytext=(0, -33), xycoords="data", textcoords="offset points",
            color=MUTED, fontsize=9.5, annotation_clip=False,
        )  # fmt: skip
    title = pick(("考核断面逐月类别（个）", "Assessed sections by month and class (number)"), lang)
    axis.set_title(title, loc="left", fontsize=10.5, color=INK)
    axis.grid(visible=False, axis="x")
    axis.set_xlim(-0.7, len(counts) - 0.3)
    axis.yaxis.get_major_locator().set_params(integer=True)
    axis.set_xlabel(" \n")
    handles, labels = axis.get_legend_handles_labels()
    axis.legend(
        handles[::-1], labels[::-1], loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False,
        fontsize=9,
    )  # fmt: skip
    return figure


def _first_months(counts: pd.DataFrame) -> dict[str, int]:
    """Where each year begins on the axis."""
    found: dict[str, int] = {}
    for at, period in enumerate(counts.index):
        found.setdefault(period[:4], at)
    return found


def _in_words(counts: pd.DataFrame, lang: str) -> str:
    said = []
    for year, own in counts.groupby(counts.index.str[:4]):
        total = own.sum()
        each = [
            pick((f"{name}类 {n} 次", f"class {name} {n}"), lang)
            for number, (words, *_) in CLASSES.items()
            if (n := int(total[number]))
            for name in [pick(words, lang)]
        ]
        head = pick((f"{year} 年 {len(own)} 个月共 {int(total.sum())} 个断面月：",
                     f"{year}, {len(own)} months, {int(total.sum())} section-months: "), lang)  # fmt: skip
        said.append(head + comma(lang).join(each))
    title = pick(("考核断面逐月类别。", "Assessed sections by month and class. "), lang)
    return title + pick(("；", "; "), lang).join(said) + pick(("。", "."), lang)
