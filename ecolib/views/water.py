"""The water pages: how the shares moved, sections, wells, and drinking water sources."""

from __future__ import annotations

import pandas as pd

from ecolib.assess.result import Result
from ecolib.report import Pair, pick
from ecolib.texts import joined, name_of, show, word
from ecolib.views.findings import findings, shares
from ecolib.views.output import Html, Pieces, absent, element, pieces, section, table
from ecolib.views.phrases import (
    detail_of,
    detail_of_year,
    method,
    named,
    number,
    remarks,
    subheading,
)
from ecolib.views.water_sections import chip, class_of, exceeding, surface, unbroken

METHOD = ("water_method", "source_method")
QUARTERS = range(1, 5)
KINDS: dict[str, Pair] = {
    "river": ("河流", "river"),
    "lake": ("湖库", "lake or reservoir"),
    "groundwater": ("地下水", "groundwater"),
}
SOURCES: dict[str, Pair] = {
    "county": ("县级", "county"),
    "town": ("乡镇", "town"),
    "standby": ("备用", "standby"),
}


def water(result: Result, lang: str) -> Pieces:
    """Everything the samples say; without samples, what the counts handed in allow."""
    raw = ("section_years", "well_years", "source_years")
    if not any(len(detail_of(result, name)) for name in raw):
        return findings(result, lang)
    return pieces(
        section(word("heading", "findings", lang), "findings"),
        *_shares(result, lang),
        *surface(result, lang),
        *_wells(result, lang),
        *_drinking_sources(result, lang),
        *remarks(result, lang),
        *method(result, METHOD, lang),
    )


def _shares(result: Result, lang: str) -> list:
    """How the shares behind indicator 8 moved, over all years."""
    parts = [part for part in result.owner_parts if "shares" in part.detail]
    return [shares(part.detail["shares"], part, lang) for part in parts]


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
    return [title, shown, *exceeding(result, "well_items", "well", lang)]


def _drinking_sources(result: Result, lang: str) -> list[Html]:
    """The list of sources of the year, monitored or not; nothing where there is no list."""
    now = detail_of_year(result, "source_years")
    if now.empty:
        return []
    return [
        subheading("各水源地类别与监测覆盖", "Sources: class and coverage", "sources", lang),
        _coverage(now, lang),
        _sources(result, now, lang),
        _exceeding_sources(result, lang),
    ]


def _coverage(now: pd.DataFrame, lang: str) -> Html:
    """How many were seen, and in how many of the quarters."""
    total, judged = len(now), int(now["evaluable"].sum())
    good = int((now["good"] == True).sum())  # noqa: E712 - may be missing
    seen, wanted = int(now["quarters"].sum()), len(QUARTERS) * total
    zh = (
        f"名单内 {total} 个水源地，{judged} 个有可评价的监测结果，其中 {good} 个优良；"
        f"应有 {wanted} 个季度结果，实有 {seen} 个（{100 * seen / wanted:.1f} %）。"
    )
    en = (
        f"{total} sources are listed; {judged} have results that can be judged, {good} of them "
        f"good. {seen} of {wanted} quarterly results are there ({100 * seen / wanted:.1f} %)."
    )
    return element("p", pick((zh, en), lang))


def _sources(result: Result, now: pd.DataFrame, lang: str) -> Html:
    quarters = detail_of(result, "source_quarters")
    own = quarters[quarters["year"] == result.year]
    grid = own.pivot(index="source", columns="quarter", values="class")
    grid = grid.reindex(index=now["source"], columns=list(QUARTERS))
    years = detail_of(result, "source_years")
    before = years[years["year"] == result.year - 1].set_index("source")["class"]
    rows = []
    for row in now.sort_values(["type", "source"]).to_dict("records"):
        name = row["source"]
        rows.append(
            {
                pick(("水源地", "Source"), lang): unbroken(name),
                pick(("级别", "Type"), lang): pick(SOURCES[row["type"]], lang),
                pick(("水源类型", "Kind"), lang): pick(KINDS[row["kind"]], lang),
                **{
                    pick((f"{q} 季度", f"Q{q}"), lang): chip(grid.at[name, q], lang)
                    for q in QUARTERS
                },
                str(result.year - 1): chip(before.get(name), lang),
                str(result.year): _year(row, lang),
                pick(("定类项目", "Decided by"), lang): named("water_item", row["deciding"], lang)
                or "—",
                pick(("优良", "Good"), lang): _good(row, lang),
            }
        )
    caption = pick(
        (
            f"{result.year} 年水源地水质（全年取各次中最差的类别；— 为没有监测结果）",
            f"Drinking water sources in {result.year} (the worst sample gives the class of the "
            "year; — : no result)",
        ),
        lang,
    )
    return table(pd.DataFrame(rows), caption=caption)


def _year(row: dict, lang: str) -> Html | str:
    return (
        joined(row["reasons"], lang) if class_of(row["class"]) is None else chip(row["class"], lang)
    )


def _good(row: dict, lang: str) -> str:
    if row["good"] is None or pd.isna(row["good"]):
        return pick(("未监测，不能算优良", "not monitored, cannot count"), lang)
    if row["good"]:
        return pick(("是", "yes"), lang)
    over = named("water_item", row["over_limit"], lang)
    return pick(("否", "no"), lang) + (f"（{over}）" if over else "")


def _exceeding_sources(result: Result, lang: str) -> Html:
    rows = detail_of(result, "source_items")
    if len(rows):
        rows = rows[pd.to_datetime(rows["date"]).dt.year == result.year]
    if rows.empty:
        text = (
            f"{result.year} 年没有一次结果劣于Ⅲ类，也没有超过表 2、表 3 限值的项目。",
            f"In {result.year} no result was worse than class Ⅲ or above a limit of tables 2 and 3.",
        )
        return absent(pick(text, lang))
    limit = rows["class_limit3"].fillna(rows["limit"])
    multiple = rows["exceedance"].fillna(rows["value"] / rows["limit"] - 1)
    frame = pd.DataFrame(
        {
            pick(("水源地", "Source"), lang): [unbroken(name) for name in rows["source"]],
            pick(("日期", "Date"), lang): pd.to_datetime(rows["date"]).dt.strftime("%Y-%m-%d"),
            pick(("项目", "Item"), lang): [
                name_of("water_item", item, lang) for item in rows["item"]
            ],
            pick(("监测值", "Value"), lang): [f"{v:.3g}" for v in rows["value"]],
            pick(("限值", "Limit"), lang): [show(v) for v in limit],
            pick(("超标倍数", "Multiple over"), lang): [number(v, 2) for v in multiple],
        }
    )
    caption = pick(
        (f"{result.year} 年超标的结果", f"Results above the limit in {result.year}"), lang
    )
    return table(frame, caption=caption, numbers=tuple(frame)[3:])
