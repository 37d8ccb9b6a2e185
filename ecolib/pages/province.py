"""The summary of many counties: one page that needs no script, and the same tables as a workbook.

Everything is counted by `ecolib.assess.province`; here it is worded and drawn. Rows of the matrix are
filtered and put in another order by style rules alone (`templates/province_filter.css.j2`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from markupsafe import Markup, escape

from ecolib.assess import province as counted
from ecolib.assess.dataset import FOLDER
from ecolib.assess.province import OUTCOMES, Province
from ecolib.assess.result import Need
from ecolib.errors import check_lang
from ecolib.files import project_root, task_folder, write_bytes
from ecolib.indicators.catalogue import declared
from ecolib.pages.excel import LONGEST_CELL, WIDEST, new_book
from ecolib.pages.render import Page, page, verdict
from ecolib.pages.style import MARKS
from ecolib.pages.units import need_said
from ecolib.pages.wording import width
from ecolib.texts import Name, amount, listed, name_of, text, word

#: The tone of each outcome is that of the verdict which decides it.
TONES = dict(zip(OUTCOMES, ("met", "conditional", "not_evaluable", "not_met"), strict=True))
#: Counties and rows that are shown before the rest is folded away.
FIRST, NAMED = 12, 3
#: What is said of a county of which there is nothing of the year.
NOTHING = ("absent.data", "absent.year", "absent.files")
#: Width and height of a strip, and the room at its ends.
WIDE, HIGH, EDGE = 560, 26, 8


class Tile(NamedTuple):
    """The counties of one outcome, and how many more they are than the year before (None: unknown)."""

    outcome: str
    counties: Sequence[str]
    more: int | None


class Strip(NamedTuple):
    """The values of an indicator, a dot a county."""

    title: str
    ends: str
    svg: Markup


def province(found: Province, lang: str = "zh") -> Page:
    """The page.

    Parameters
    ----------
    found
        What `ecolib.assess.province.open_province` gives.
    """
    view = _View(found, check_lang(lang))
    told = view.counts
    title = text("province.title", lang, year=found.year)
    return page(
        "province",
        lang,
        title=title,
        place=text("province.place", lang, n=told["n"], year=found.year),
        said=[text("province.said", lang, **{k: told[k] for k in ("n", "passes", "fails")})],
        styles=("province", "province_filter.css.j2"),
        view=view,
        found=found,
        verdicts=[status for status in MARKS if status != "no_result"],
        TONES=TONES,
    )


class _View:
    """What the template asks for, each in the language."""

    def __init__(self, found: Province, lang: str):
        self.found, self.lang = found, lang
        self.names = found.names(lang)
        self.indicators = found.indicators
        # Lists number them otherwise: all bear the number that the list of most counties gives.
        listed, now = found.results[["indicator", "number"]], found.results["year"] == found.year
        lists = Counter(
            tuple(of.itertuples(index=False, name=None))
            for _, of in listed[now].groupby(found.results["county"])
        )
        self.number = dict(listed.to_numpy()) | dict(lists.most_common(1)[0][0])
        self.kind = dict(zip(found.whole["indicator"], found.whole["kind"], strict=True))
        self.outcome = counted.outcomes(found.whole)
        self.matrix = counted.matrix(found).fillna("")  # not on the list of a county
        self.obstacles = counted.obstacles(found)
        self.short = [v for v in MARKS if self.obstacles.get(v, pd.Series(dtype=int)).any()]
        self.conditions = counted.conditions(found)
        self.turned = counted.turned(found)
        self.trends = counted.trends(found)
        self.contradictions = counted.contradictions(found)
        self.completeness = counted.completeness(found)
        self.outliers = counted.outliers(found)
        self.duplicates = counted.duplicates(found)

    # --- words

    def title(self, indicator: str) -> str:
        return declared()[indicator].words(self.lang).title

    def listed(self, counties: Iterable[str]) -> str:
        return listed((self.names[county] for county in counties), self.lang)

    @property
    def first(self) -> Name:
        """The indicator that most counties do not meet."""
        return Name("indicator", self.obstacles.at[0, "indicator"])

    def needed(self, need: Need) -> str:
        return need_said([need], self.lang)

    # --- the head

    @cached_property
    def counts(self) -> dict[str, int]:
        counts = self.outcome["outcome"].value_counts()
        return {"n": len(self.outcome), **{name: int(counts.get(name, 0)) for name in OUTCOMES}}

    @cached_property
    def failed(self) -> list[str]:
        return sorted(self.found.provenance["failed"].get(self.found.year, ()))

    @cached_property
    def silent(self) -> list[str]:
        """The counties of which nothing was submitted for the year."""
        notes = self.found.notes
        return sorted(set(notes.loc[notes["code"].isin(NOTHING), "county"]), key=self.names.get)

    def tiles(self) -> list[Tile]:
        before = self.found.of_year(self.found.year - 1)
        then = None if before.empty else counted.outcomes(before)["outcome"].value_counts()
        tiles = []
        for outcome in OUTCOMES:
            counties = list(self.outcome.loc[self.outcome["outcome"] == outcome, "county"])
            more = None if then is None else len(counties) - int(then.get(outcome, 0))
            tiles.append(Tile(outcome, counties, more))
        return tiles

    # --- the matrix

    @cached_property
    def _cells(self) -> Mapping[tuple[str, str], str]:
        """What each value is, and its place among the counties."""
        values = counted.values(self.found)
        return {
            (row.county, row.indicator): text(
                "province.matrix.value",
                self.lang,
                value=amount(row.value, row.unit, self.lang),
                place=row.place,
                of=row.of,
            )
            for row in values.itertuples()
        }

    def rows(self) -> Iterable[dict[str, Any]]:
        """A row a county, in the order of the outcomes, with its places in the other orders."""
        asked = self.completeness.groupby("county")[["asked", "missing"]].sum()
        # Of a county of which nothing applies, nothing is asked.
        share = (1 - asked["missing"] / asked["asked"]).reindex(self.outcome["county"])
        clashes = self.contradictions.sum(axis=1)
        by_name = {c: n for n, c in enumerate(sorted(self.names, key=self.names.get))}
        by_share = share.rank(method="first", na_option="bottom").astype(int)
        by_clash = clashes.rank(method="first", ascending=False).astype(int)
        for row in self.outcome.itertuples():
            county = row.county
            yield {
                "county": county,
                "name": self.names[county],
                "outcome": row.outcome,
                "report": self._report(county),
                "order": (by_name[county], by_share[county], by_clash[county]),
                "cells": [
                    (status, self._cell(county, indicator, status))
                    for indicator, status in self.matrix.loc[county].items()
                ],
                "binding": f"{row.met}/{row.applied}",
                "share": "—" if math.isnan(share[county]) else f"{100 * share[county]:.0f}%",
                "clashes": int(clashes[county]),
            }

    def _cell(self, county: str, indicator: str, status: str) -> str:
        if not status:
            return text("province.matrix.not_listed", self.lang, name=self.title(indicator))
        said = {"name": self.title(indicator), "verdict": verdict(status, self.lang)}
        value = self._cells.get((county, indicator), "")
        return text("province.matrix.cell", self.lang, value=value, **said)

    def _report(self, county: str) -> str:
        """The report of a county as seen from the page, where there is one."""
        path = f"{county}/{self.found.year}/report.{self.lang}.html"
        return f"../{path}" if (project_root() / "outputs" / path).is_file() else ""

    # --- bureaus, values, trends

    def bureaus(self) -> list[dict[str, Any]]:
        """By bureau: asked, missing, share, and where most is missing; the lowest share first."""
        rows = []
        for owner, of in self.completeness.groupby("owner"):
            worst = of[of["missing"] > 0].sort_values(
                ["missing", "county"], ascending=[False, True]
            )
            asked, missing = int(of["asked"].sum()), int(of["missing"].sum())
            rows.append(
                {
                    "owner": name_of("owner", owner, self.lang),
                    "asked": asked,
                    "missing": missing,
                    "share": 1 - missing / asked,
                    "worst": self.listed(worst["county"][:NAMED]) if len(worst) else "—",
                }
            )
        return sorted(rows, key=lambda row: (row["share"], row["owner"]))

    def strips(self) -> list[Strip]:
        values = counted.values(self.found)
        return [
            self._strip(indicator, of)
            for indicator, of in self.found.by_indicator(values)
            if of["value"].nunique() > 1
        ]

    def _strip(self, indicator: str, of: pd.DataFrame) -> Strip:
        of = of.sort_values(["value", "county"])
        first, last, name = of.iloc[0], of.iloc[-1], self.title(indicator)
        values = {"low": first["value"], "median": of["value"].median(), "high": last["value"]}
        said = {end: amount(float(v), first["unit"], self.lang) for end, v in values.items()}
        counties = {"low_name": first["county"], "high_name": last["county"]}
        names = {end: self.names[county] for end, county in counties.items()}
        unit = name_of("unit", first["unit"], self.lang)
        code = "province.values.title" if unit else "province.values.bare"
        title = text(code, self.lang, number=self.number[indicator], name=name, unit=unit)
        alt = text("province.values.alt", self.lang, name=name, n=len(of), **said)
        ends = text("province.values.ends", self.lang, **said, **names)
        return Strip(title, ends, _drawn(of, alt))

    def trends_told(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The trends there are, and the indicators without a clear one."""
        none = self.trends["trend"] == "no_clear_trend"
        return self.trends[~none], self.trends[none]

    def times(self, times: float) -> str:
        """How many times the median a figure is, as a fraction where it is less."""
        return f"1/{1 / times:,.0f}" if times < 1 else f"{times:,.0f}"

    def changes(self) -> list[tuple[str, list[int]]]:
        """By outcome last year, how many counties have which outcome now."""
        table = counted.changes(self.found)
        return [(of, list(map(int, row))) for of, *row in table.itertuples()]

    def clashes(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Contradictions of the counties that have most, and of the others that have any."""
        table = self.contradictions.assign(total=self.contradictions.sum(axis=1))
        table = table[table["total"] > 0].sort_values("total", ascending=False, kind="stable")
        return table.head(FIRST), table.iloc[FIRST:]


def _drawn(of: pd.DataFrame, alt: str) -> Markup:
    """One path of dots; the side that does not meet a bound that all share is grey."""
    bound = of["bound"].iloc[0] if of["bound"].nunique(dropna=False) == 1 else float("nan")
    ends = [of["value"].iloc[0], of["value"].iloc[-1], *([bound] if bound == bound else [])]
    low, high = min(ends), max(ends)

    def x(value: float) -> float:
        return round(EDGE + (value - low) / (high - low) * (WIDE - 2 * EDGE), 1)

    grey = ""
    if bound == bound:
        at = x(bound)
        left, width = (0, at) if of["sign"].iloc[0] == "≥" else (at, WIDE - at)
        grey = f'<rect class="short" x="{left}" width="{width:.1f}" height="{HIGH}"/>'
        grey += f'<path class="bound" d="M{at} 0V{HIGH}"/>'
    dots = "".join(f"M{x(value)} {HIGH / 2:g}h0" for value in of["value"])
    median = f'<path class="median" d="M{x(of["value"].median())} 4V{HIGH - 4}"/>'
    return Markup(
        f'<svg class="strip" viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{escape(alt)}">'
        f'{grey}<path class="dots" d="{dots}"/>{median}</svg>'
    )


# --- the workbook ---------------------------------------------------------------------------------

#: How the codes of a column are worded.
CODES = {
    "indicator": "indicator", "verdict": "status", "before": "status", "now": "status",
    "outcome": "county_outcome", "owner": "owner", "item": "item", "unit": "unit",
    "printed_unit": "unit", "trend": "trend",
}  # fmt: skip


def save_province(found: Province, lang: str = "zh") -> Path:
    """Write the workbook of every table beside the page of the summary."""
    path = (task_folder() or project_root() / FOLDER.parent) / f"summary.{lang}.xlsx"
    write_bytes(path, province_book(found, lang))
    return path


def province_book(found: Province, lang: str = "zh") -> bytes:
    """Every table as a sheet; the same data set gives the same bytes."""
    with new_book(datetime(found.year, 12, 31)) as (book, buffer):
        head, names = book.add_format({"bold": True, "bottom": 1}), found.names(check_lang(lang))
        for name, table in counted.every_table(found).items():
            sheet = book.add_worksheet(text(f"province.sheet.{name}", lang))
            if name == "conditions":
                needs = table.pop("need")
                table.insert(0, "owner", [need.owner for need in needs])
                table.insert(1, "what", [need_said([need], lang) for need in needs])
            for place, column in enumerate(table.columns):
                heading = _heading(str(column), lang)
                sheet.write_string(0, place, heading, head)
                widest = width(heading) + 3  # with the arrow of the filter
                for at, cell in enumerate(table[column].tolist(), 1):
                    worded = _worded(str(column), cell, names, lang)
                    if isinstance(worded, str):
                        widest = max(widest, width(worded))
                        sheet.write_string(at, place, worded[:LONGEST_CELL])
                    elif worded == worded:
                        sheet.write_number(at, place, worded)
                sheet.set_column(place, place, min(widest, 2 * WIDEST) + 1)
            sheet.freeze_panes(1, 1)
            if len(table):
                sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
    return buffer.getvalue()


def _heading(column: str, lang: str) -> str:
    """What a column is called: a name of its own, or what it is a code of."""
    for kind in ("status", "contradiction_kind", "indicator"):
        try:
            return name_of(kind, column, lang)
        except (KeyError, LookupError):
            continue
    return word("province_column", column, lang)


def _worded(column: str, cell: Any, names: Mapping[str, str], lang: str) -> str | float:
    if isinstance(cell, list):
        return listed((names[county] for county in cell), lang)
    if column in ("county", "other"):
        return names[cell]
    if column in CODES and isinstance(cell, str) and cell:
        return name_of(CODES[column], cell, lang)
    if column in declared():
        return word("status", cell, lang) if isinstance(cell, str) else ""
    if isinstance(cell, str):
        return cell
    return float(cell)
