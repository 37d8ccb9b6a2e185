"""The calendar of a year: a cell a day in the official colour of its level, with its AQI."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ecolib.report.words import pick
from ecolib.texts import word
from ecolib.views.output import Picture, picture
from ecolib.views.phrases import comma
from ecolib.views.style import INK, MUTED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MONTHS, LONGEST = 12, 31
#: Not from the locale of the machine.
MONTH_NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
#: Levels whose official colour is too dark for black figures; only pure black reads well on red.
DARK_FROM = 5
ON_COLOUR = "#000000"
INVALID = {"facecolor": "#eef1f4", "edgecolor": "#9aa5b1", "hatch": "////", "linewidth": 0.4}
NOT_VALID = "无效", "not valid"


def calendar_picture(days: pd.DataFrame, year: int, lang: str) -> Picture:
    """Months down, days across; the key names each level with its number of days."""
    from matplotlib import pyplot

    from ecolib.views.style import apply

    apply()
    days = days.assign(
        date=pd.to_datetime(days["date"]),
        counted=days["counted"].astype(bool),
        aqi=days["aqi"].astype(float),
    )
    figure, axis = pyplot.subplots(figsize=(9.2, 4.6))
    for day in days.itertuples():
        _draw_day(axis, day)
    axis.set_xlim(0.5, LONGEST + 0.5)
    axis.set_ylim(MONTHS + 0.5, 0.5)
    axis.set_xticks(range(1, LONGEST + 1))
    names = [pick((f"{m} 月", MONTH_NAMES[m - 1]), lang) for m in range(1, 13)]
    axis.set_yticks(range(1, MONTHS + 1), names)
    axis.tick_params(length=0, labelsize=8)
    axis.tick_params(axis="x", labeltop=True, labelbottom=False)
    axis.grid(visible=False)
    for side in axis.spines.values():
        side.set_visible(False)
    _draw_key(axis, days, lang)
    return picture(figure, _in_words(days, year, lang))


def _draw_day(axis: Axes, day) -> None:
    from matplotlib.patches import Rectangle

    place = (day.date.day - 0.46, day.date.month - 0.44)
    if not day.counted:
        axis.add_patch(Rectangle(place, 0.92, 0.88, **INVALID))
        text, colour = "×", INK
    else:
        axis.add_patch(Rectangle(place, 0.92, 0.88, facecolor=day.hex, edgecolor="none"))
        text, colour = f"{day.aqi:.0f}", "white" if day.level >= DARK_FROM else ON_COLOUR
    axis.text(
        day.date.day, day.date.month, text, ha="center", va="center", fontsize=7.4, color=colour,
    )  # fmt: skip


def level_name(level: float, lang: str) -> str:
    """What HJ 633 calls a level of AQI, 1 to 6."""
    return word("air_level", f"{level:.0f}", lang)


def counts_by_level(days: pd.DataFrame, lang: str) -> list[tuple[str, str | None, int]]:
    """Name, colour and number of days of each level that occurs; what is not valid comes last."""
    valid = days[days["counted"]].sort_values("level")
    found = [
        (level_name(level, lang), group["hex"].iloc[0], len(group))
        for level, group in valid.groupby("level")
    ]
    left = int((~days["counted"]).sum())
    return [*found, *([(pick(NOT_VALID, lang), None, left)] if left else [])]


def _draw_key(axis: Axes, days: pd.DataFrame, lang: str) -> None:
    from matplotlib.patches import Patch

    handles = [
        Patch(
            label=pick((f"{name} {count} 天", f"{name}: {count}"), lang),
            **(INVALID if colour is None else {"facecolor": colour, "edgecolor": MUTED,
                                               "linewidth": 0.4}),
        )
        for name, colour, count in counts_by_level(days, lang)
    ]  # fmt: skip
    axis.figure.legend(
        handles=handles, loc="outside lower left", ncols=6, frameon=False, fontsize=9
    )


def _in_words(days: pd.DataFrame, year: int, lang: str) -> str:
    counts = comma(lang).join(
        pick((f"{name} {count} 天", f"{name} {count}"), lang)
        for name, _, count in counts_by_level(days, lang)
    )
    valid = days[days["counted"]]
    said = (
        f"{year} 年逐日 AQI 日历：{counts}。",
        f"Calendar of the daily AQI of {year}, days: {counts}.",
    )
    if valid.empty:
        return pick(said, lang)
    worst = valid.loc[valid["aqi"].idxmax()]
    highest = (
        f"最高 AQI {worst.aqi:.0f}，在 {worst.date.month} 月 {worst.date.day} 日。",
        f" The highest AQI is {worst.aqi:.0f}, on {worst.date:%Y-%m-%d}.",
    )
    return pick(said, lang) + pick(highest, lang)
