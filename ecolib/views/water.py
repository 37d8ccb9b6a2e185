"""Water pages: classes by section and month, the county's grade, what exceeded, wells, sources."""

from __future__ import annotations

import pandas as pd

from ecolib.assess.result import Result
from ecolib.report.words import pick
from ecolib.texts import Note, joined, name_of, show, word
from ecolib.views.findings import findings, shares
from ecolib.views.monitoring import detail_of, method, named, number, remarks, subheading
from ecolib.views.output import Html, Pieces, folded, pieces, section, table
from ecolib.views.phrases import comma
from ecolib.views.water_months import month_tables, months_picture
from ecolib.views.water_sources import source_pieces
from ecolib.views.water_words import METHODS, chip, unbroken

METHOD = ("water_method", "source_method")


def water(result: Result, lang: str) -> Pieces:
    """Everything the samples say; without samples, what the counts handed in allow."""
    raw = ("section_years", "well_years", "source_years")
    if not any(len(detail_of(result, name)) for name in raw):
        return findings(result, lang)
    return pieces(
        section(word("heading", "findings", lang), "findings"),
        *_shares(result, lang),
        *_surface(result, lang),
        *_wells(result, lang),
        *source_pieces(result, lang),
        *remarks(result, lang),
        *method(result, METHOD, lang),
    )


def _shares(result: Result, lang: str) -> list:
    """How the shares behind indicator 8 moved, over all years."""
    parts = [part for part in result.owner_parts if "shares" in part.detail]
    return [shares(part.detail["shares"], part, lang) for part in parts]


def _surface(result: Result, lang: str) -> list:
    years = detail_of(result, "section_years")
    if years.empty:
        return []
    return [
        subheading("地表水：全县水质状况", "Surface water of the county", "county-water", lang),
        _county(result, lang),
        subheading("各断面年度类别", "Sections over the year", "sections", lang),
        _sections(result, years, lang),
        *_exceeding(result, "section_items", "section", lang),
        subheading("断面逐月类别", "Sections by month", "months", lang),
        months_picture(result, lang),
        *month_tables(result, lang),
        *_trends(result, lang),
    ]


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
    caption = pick(
        (
            f"{first}—{last} 年逐月均值的季节 Kendall 检验（括号内为每年变化，mg/L）",
            f"Seasonal Kendall test of the monthly means, {first} to {last} "
            "(change a year in brackets, mg/L)",
        ),
        lang,
    )
    title = subheading("断面水质的季节趋势", "Seasonal trend by section", "section-trends", lang)
    return [title, table(frame, caption=caption)]


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
    return f"{name}（{colour}）" if lang == "zh" else f"{name} ({colour})"


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


def _exceeding(result: Result, name: str, place: str, lang: str) -> list[Html]:
    """Yearly means above class III: value, limit and multiple."""
    rows = detail_of(result, name)
    rows = rows[rows["year"] == result.year] if len(rows) else rows
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


def _wells(result: Result, lang: str) -> list[Html]:
    years = detail_of(result, "well_years")
    if years.empty:
        return []
    now = years[years["year"] == result.year]
    before = years[years["year"] == result.year - 1].set_index("well")["class"]
    frame = pd.DataFrame(
        {
            pick(("监测井", "Well"), lang): [unbroken(name) for name in now["well"]],
            str(result.year - 1): [chip(before.get(w), lang) for w in now["well"]],
            str(result.year): [
                chip(c, lang) if ok else joined(why, lang)
                for c, ok, why in zip(now["class"], now["evaluable"], now["reasons"], strict=True)
            ],
            pick(("定类项目", "Decided by"), lang): [
                named("water_item", codes, lang) for codes in now["deciding"]
            ],
            pick(("评价项目数", "Items"), lang): now["items"],
            pick(("监测次数", "Samplings"), lang): now["samples"],
        }
    )
    title = subheading("地下水", "Groundwater", "groundwater", lang)
    caption = pick(
        (
            f"{result.year} 年地下水各井类别（GB/T 14848—2017，年均值）",
            f"Wells in {result.year} (GB/T 14848-2017, yearly means)",
        ),
        lang,
    )
    shown = table(frame, caption=caption, numbers=tuple(frame)[-2:])
    return [title, shown, *_exceeding(result, "well_items", "well", lang)]
