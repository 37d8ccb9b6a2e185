"""Classes of water as words and colours, and the sections: the county's grade, years, months."""

from __future__ import annotations

import pandas as pd

from ecolib.assess.result import Result
from ecolib.report import Pair, pick
from ecolib.standards.water import CLASS_NAMES
from ecolib.texts import Note, joined, name_of, show, word
from ecolib.trends.seasonal import MONTHLY_YEARS
from ecolib.views.output import (
    INK,
    MUTED,
    Html,
    Picture,
    element,
    folded,
    picture,
    subplots,
    table,
)
from ecolib.views.phrases import (
    MONTH_NAMES,
    bracketed,
    comma,
    detail_of,
    detail_of_year,
    named,
    number,
    semicolon,
    stop,
    subheading,
)

#: After the colours of the assessment method, light enough for dark text; the word is always there.
_COLOURS = {
    1: ("#cfe6fb", "#1f2933"),
    2: ("#9fcdf2", "#1f2933"),
    3: ("#a8dba8", "#1f2933"),
    4: ("#fbe98a", "#1f2933"),
    5: ("#f6b26b", "#1f2933"),
    6: ("#a93226", "#ffffff"),
}
CLASSES: dict[int, tuple[Pair, str, str]] = {
    number: ((name, name.replace("劣", ">")), *_COLOURS[number])
    for number, name in CLASS_NAMES.items()
}
METHODS: dict[str, Pair] = {
    "shares": ("按断面类别比例", "by shares of classes"),
    "means": ("断面少于 5 个，按平均浓度", "fewer than 5 sections: by mean concentrations"),
    "none": ("没有可评价的断面", "no section could be judged"),
}
MONTHS: tuple[Pair, ...] = tuple((f"{at}月", name) for at, name in enumerate(MONTH_NAMES, 1))


def class_of(value: object) -> int | None:
    """A class from a table, which may hold it as a float or not at all."""
    return None if value is None or pd.isna(value) else int(value)


def chip(value: object, lang: str) -> Html:
    """A class as a word on its colour."""
    known = class_of(value)
    if known is None:
        return Html("—", "—")
    (words, fill, ink) = CLASSES[known]
    style = (
        f"display:inline-block;min-width:2.4em;padding:.05em .3em;border-radius:3px;"
        f"text-align:center;background:{fill};color:{ink}"
    )
    return element("span", pick(words, lang), style=style)


def unbroken(name: str) -> Html:
    """The name of a place on one line, so that a wide table does not squeeze it."""
    return element("span", name, style="white-space:nowrap")


def surface(result: Result, lang: str) -> list[Html | Picture]:
    """Everything told of sections: the county's grade, each section by year and by month."""
    years = detail_of(result, "section_years")
    if years.empty:
        return []
    return [
        subheading("地表水：全县水质状况", "Surface water of the county", "county-water", lang),
        _county(result, lang),
        subheading("各断面年度类别", "Sections over the year", "sections", lang),
        _sections(result, years, lang),
        *exceeding(result, "section_items", "section", lang),
        subheading("断面逐月类别", "Sections by month", "months", lang),
        _months_picture(result, lang),
        *_month_tables(result, lang),
        *_trends(result, lang),
    ]


def _county(result: Result, lang: str) -> Html:
    """One column a year: counts, shares, grade and change by Huanban 2011 no. 22."""
    grades = detail_of(result, "county_water")
    names = _county_names(lang)
    changes = detail_of(result, "county_changes")
    columns = {pick(("项目", "Measure"), lang): list(names.values())}
    for row in grades.to_dict("records"):
        known = {
            "control": name_of("control_level", row["control"], lang),
            "evaluated": f"{row['evaluated']} / {row['sections']}",
            **{f"n{at}": int(row[f"n{at}"]) for at in range(1, 7)},
            "good_share": _percent(row["good_share"]),
            "worse_than_v_share": _percent(row["worse_than_v_share"]),
            "method": pick(METHODS[row["method"]], lang),
            "grade": _grade(row, lang),
            "main": _main(row["main_pollutants"], lang),
            "change": _change(changes, row["period"], str(int(row["year"]) - 1), lang),
        }
        columns[str(row["year"])] = [known[name] for name in names]
    caption = pick(
        (
            "考核断面水质状况（环办〔2011〕22号）",
            "Grade of the assessed sections (Huanban 2011 no. 22)",
        ),
        lang,
    )
    return table(pd.DataFrame(columns), caption=caption)


def _county_names(lang: str) -> dict[str, str]:
    said = {
        "control": ("考核断面级别", "control level assessed"),
        "evaluated": ("可评价 / 名单（个）", "judged / listed sections"),
        **{f"n{at}": (f"{name}类（个）", f"class {name}") for at, name in enumerate("ⅠⅡⅢⅣⅤ", 1)},
        "n6": ("劣Ⅴ类（个）", "worse than class Ⅴ"),
        "good_share": ("Ⅰ—Ⅲ类比例", "share of classes Ⅰ to Ⅲ"),
        "worse_than_v_share": ("劣Ⅴ类比例", "share worse than class Ⅴ"),
        "method": ("评价方法", "judged"),
        "grade": ("水质状况", "grade"),
        "main": ("主要污染指标", "main pollutants"),
        "change": ("比上年", "on last year"),
    }
    return {name: pick(pair, lang) for name, pair in said.items()}


def _grade(row: dict, lang: str) -> str:
    if pd.isna(row["level"]):
        return pick(("无法评价", "cannot be judged"), lang)
    grade = str(int(row["level"]))
    name, colour = (name_of(f"water_{kind}", grade, lang) for kind in ("grade", "colour"))
    return name + bracketed(colour, lang)


def _main(pollutants: tuple[Note, ...], lang: str) -> str:
    if not pollutants:
        return pick(("无", "none"), lang)
    return comma(lang).join(note.text(lang) for note in pollutants)


def _percent(value: object) -> str:
    known = number(value, 1)
    return f"{known} %" if known else "—"


def _change(changes: pd.DataFrame, period: str, against: str, lang: str) -> str:
    """The words for the change between two periods; a dash without one of them."""
    if changes.empty:
        return "—"
    rows = changes[(changes["period"] == period) & (changes["against"] == against)]
    return name_of("water_change", str(rows["step"].iloc[0]), lang) if len(rows) else "—"


def _sections(result: Result, years: pd.DataFrame, lang: str) -> Html:
    """Every listed section with its class of last year and this year and what decided it."""
    now = years[years["year"] == result.year]
    before = years[years["year"] == result.year - 1].set_index("section")["class"]
    changes = detail_of(result, "section_changes")
    rows = []
    for row in now.to_dict("records"):
        if len(changes):
            own = _change(
                changes[changes["section"] == row["section"]],
                str(result.year),
                str(result.year - 1),
                lang,
            )
        else:
            own = "—"
        rows.append(
            {
                pick(("断面", "Section"), lang): unbroken(row["section"]),
                pick(("控制级别", "Level"), lang): _level(row, lang),
                pick(("目标", "Target"), lang): chip(row["target"], lang),
                str(result.year - 1): chip(before.get(row["section"]), lang),
                str(result.year): chip(row["class"], lang)
                if row["evaluable"]
                else joined(row["reasons"], lang),
                pick(("比上年", "On last year"), lang): own,
                pick(("定类项目", "Decided by"), lang): named("water_item", row["deciding"], lang)
                or "—",
                pick(("监测月数", "Months"), lang): row["months"],
            }
        )
    caption = pick(
        (f"{result.year} 年各断面水质类别（年均值）", f"Classes of {result.year} (yearly means)"),
        lang,
    )
    months = pick(("监测月数", "Months"), lang)
    return table(pd.DataFrame(rows), caption=caption, numbers=(months,))


def _level(row: dict, lang: str) -> str:
    """The control level, and whether the section is assessed at all."""
    name = name_of("control_level", row["level"], lang)
    if row["assessed"]:
        return name
    return pick((f"{name}（不考核）", f"{name} (not assessed)"), lang)


def exceeding(result: Result, name: str, place: str, lang: str) -> list[Html]:
    """Yearly means above class III: value, limit and multiple."""
    rows = detail_of_year(result, name)
    if rows.empty:
        return []
    order = {place: True, "class": False, "exceedance": False}
    rows = rows.sort_values(list(order), ascending=list(order.values()))
    places = {"section": ("断面", "Section"), "well": ("监测井", "Well")}
    kind = {"section": "water_item", "well": "groundwater_item"}[place]
    frame = pd.DataFrame(
        {
            pick(places[place], lang): [unbroken(name) for name in rows[place]],
            pick(("项目", "Item"), lang): [name_of(kind, item, lang) for item in rows["item"]],
            pick(("年均值", "Mean"), lang): [f"{v:.3g}" for v in rows["value"]],
            pick(("Ⅲ类限值", "Limit of Ⅲ"), lang): [show(v) for v in rows["class_limit3"]],
            pick(("超标倍数", "Multiple over"), lang): [number(v, 2) for v in rows["exceedance"]],
            pick(("单项类别", "Class"), lang): [chip(v, lang) for v in rows["class"]],
        }
    )
    caption = pick(
        (
            f"{result.year} 年劣于Ⅲ类的年均值（单位同标准，一般为 mg/L；超标倍数 = 均值 ÷ Ⅲ类限值 − 1）",
            f"Yearly means of {result.year} worse than class Ⅲ (units of the standard, mg/L as a "
            "rule; multiple = mean / limit − 1)",
        ),
        lang,
    )
    summary = pick((f"{caption}：{len(frame)} 项", f"{caption}: {len(frame)}"), lang)
    return [folded(table(frame, caption=caption, numbers=tuple(frame)[2:5]), summary, len(frame))]


#: What is assumed of the months of the series: all, some or none of them have too few years.
_LAW_OF_MONTHS = {
    "none": ("计入月份之间的相关", "allowing for months that resemble each other"),
    "all": (
        f"不足 {MONTHLY_YEARS} 年，假定各月相互独立，误报率可能高于 5 %",
        f"under {MONTHLY_YEARS} years: months are assumed independent, which may find trends too often",
    ),
    "some": (
        f"计入月份之间的相关；不足 {MONTHLY_YEARS} 年的断面假定各月相互独立，误报率可能高于 5 %",
        f"allowing for months that resemble each other; with under {MONTHLY_YEARS} years they are "
        "assumed independent, which may find trends too often",
    ),
}


def _trends(result: Result, lang: str) -> list[Html]:
    """The seasonal trend of every section by item: the word, and the slope a year."""
    rows = detail_of(result, "section_trends")
    if rows.empty:
        return []
    names = {item: name_of("water_item", item, lang) for item in rows["item"].unique()}
    cells = rows.assign(
        told=[
            f"{word('trend', status, lang)} ({slope:+.2g})"
            for status, slope in zip(rows["status"], rows["slope"].astype(float), strict=True)
        ]
    )
    wide = cells.pivot(index="section", columns="item", values="told")[list(names)]
    frame = wide.rename(columns=names).reset_index(names=pick(("断面", "Section"), lang))
    first, last = int(rows["first"].min()), int(rows["last"].max())
    short = rows["law"] == "independent"
    kind = "all" if short.all() else "some" if short.any() else "none"
    law = pick(_LAW_OF_MONTHS[kind], lang)
    caption = pick(
        (
            f"{first}—{last} 年逐月均值的季节 Kendall 检验（括号内为每年变化，mg/L；{law}）",
            f"Seasonal Kendall test of the monthly means, {first} to {last} "
            f"(change a year in brackets, mg/L; {law})",
        ),
        lang,
    )
    title = subheading("断面水质的季节趋势", "Seasonal trend by section", "section-trends", lang)
    return [title, table(frame, caption=caption)]


def _month_tables(result: Result, lang: str) -> list[Html]:
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


def _months_picture(result: Result, lang: str) -> Picture:
    """Assessed sections by class in every month with samples, up to two years."""
    counts = _classes_by_month(result)
    figure = _draw_months(counts, lang)
    return picture(figure, _months_in_words(counts, lang))


def _classes_by_month(result: Result) -> pd.DataFrame:
    """Months down, classes across: the number of assessed sections."""
    years = detail_of(result, "section_years")
    assessed = years[years["assessed"]][["section", "year"]]
    months = detail_of(result, "section_months").merge(assessed, on=["section", "year"])
    months = months[months["class"].notna() & (months["year"] > result.year - 2)]
    counts = months.groupby(["period", "class"]).size().unstack(fill_value=0)
    return counts.reindex(columns=list(CLASSES), fill_value=0)


def _draw_months(counts: pd.DataFrame, lang: str):
    figure, axis = subplots(figsize=(8, 3.2))
    below = pd.Series(0, index=counts.index)
    places = range(len(counts))
    for code, (words, fill, ink) in CLASSES.items():
        height = counts[code]
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


def _months_in_words(counts: pd.DataFrame, lang: str) -> str:
    said = []
    for year, own in counts.groupby(counts.index.str[:4]):
        total = own.sum()
        each = [
            pick((f"{name}类 {n} 次", f"class {name} {n}"), lang)
            for code, (words, *_) in CLASSES.items()
            if (n := int(total[code]))
            for name in [pick(words, lang)]
        ]
        head = pick((f"{year} 年 {len(own)} 个月共 {int(total.sum())} 个断面月：",
                     f"{year}, {len(own)} months, {int(total.sum())} section-months: "), lang)  # fmt: skip
        said.append(head + comma(lang).join(each))
    title = pick(("考核断面逐月类别。", "Assessed sections by month and class. "), lang)
    return title + semicolon(lang).join(said) + stop(lang)
