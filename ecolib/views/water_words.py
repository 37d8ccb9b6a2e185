"""Classes of water as words and colours, and the other words of the water pages."""

from __future__ import annotations

import pandas as pd

from ecolib.report.words import Pair, pick
from ecolib.standards.water import CLASS_NAMES
from ecolib.views.output import Html, element

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
METHODS: dict[str, Pair] = {
    "shares": ("按断面类别比例", "by shares of classes"),
    "means": ("断面少于 5 个，按平均浓度", "fewer than 5 sections: by mean concentrations"),
    "none": ("没有可评价的断面", "no section could be judged"),
}
MONTHS: tuple[Pair, ...] = tuple(
    (f"{at}月", name)
    for at, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
)


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
