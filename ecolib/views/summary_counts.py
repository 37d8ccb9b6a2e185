"""How many indicators came to which verdict, by kind and by what the value rests on."""

from __future__ import annotations

import pandas as pd

from ecolib.assess.annual import Annual
from ecolib.assess.result import STATUSES
from ecolib.indicators.catalogue import KINDS, top_level
from ecolib.report.words import WORDS, pick, word
from ecolib.views.output import Html, element
from ecolib.views.phrases import badge
from ecolib.views.style import VERDICT_COLOURS

#: Indicators whose notebook left no result are counted too, so that the sums are whole.
NO_RESULT = "no_result"
#: In the order in which people ask: what is met, what is not, what cannot be said.
ORDER = ("met", "not_met", "conflict", "not_evaluable", "declared", "not_applicable", NO_RESULT)
BASES = tuple(WORDS["basis"])
NATIONAL = ("binding", "reference")

assert set(ORDER) == {*STATUSES, NO_RESULT}


def tally(annual: Annual) -> pd.DataFrame:
    """One row an indicator of the list: number, kind, status, basis."""
    results = {result.indicator: result for result in annual.results}
    rows = []
    for entry in top_level():
        result = results.get(entry.id)
        status = result.verdict.status if result else NO_RESULT
        rows.append((entry.number, entry.kind, status, result.basis if result else ""))
    return pd.DataFrame(rows, columns=["number", "kind", "status", "basis"])


def status_badge(status: str, lang: str) -> Html:
    """The verdict as mark and word; also for an indicator without a result."""
    if status != NO_RESULT:
        return badge(status, lang)
    text = pick(("没有结果", "no result"), lang)
    return element("span", f"! {text}", class_="status")


def tone(status: str) -> str:
    """The colour of a verdict as a style attribute; it repeats what mark and word say."""
    return f"--tone:{VERDICT_COLOURS.get(status, '#1f2933')}"


def cards(annual: Annual, lang: str) -> Html:
    """A card a verdict for the national list: how many, and what they rest on."""
    rows = tally(annual)
    national = rows[rows["kind"].isin(NATIONAL)]
    shown = [
        _card(status, national[national["status"] == status], lang)
        for status in _occurring(national)
    ]
    return element("div", *shown, class_="counts")


def _card(status: str, rows: pd.DataFrame, lang: str) -> Html:
    unit = pick((" 项", ""), lang)
    bases = [
        element("li", f"{word('basis', basis, lang)} {count}{unit}")
        for basis in BASES
        if (count := int((rows["basis"] == basis).sum()))
    ]
    number = element("p", element("b", str(len(rows))), unit, class_="count")
    listed = [element("ul", *bases)] if bases else []
    body = [element("p", status_badge(status, lang)), number, *listed]
    return element("div", *body, class_="card", style=tone(status))


def counts_table(annual: Annual, lang: str) -> Html:
    """Counts by kind and basis; every indicator stands in exactly one cell."""
    rows = tally(annual)
    statuses = _occurring(rows)
    head = [pick(("类别", "Kind"), lang), word("label", "basis", lang)]
    head_cells = [element("th", text, scope="col") for text in head]
    head_cells += [
        element("th", status_badge(s, lang), scope="col", class_="number") for s in statuses
    ]
    head_cells.append(element("th", pick(("合计", "All"), lang), scope="col", class_="number"))
    body: list[Html] = []
    for kind in NATIONAL:
        body += _block(pick(KINDS[kind], lang), rows[rows["kind"] == kind], statuses, lang)
    together = pick(("国家指标", "National list"), lang)
    body += _block(together, rows[rows["kind"].isin(NATIONAL)], statuses, lang)
    own = pick(("地方指标（另计）", "Local (counted apart)"), lang)
    body += _block(own, rows[rows["kind"] == "local"], statuses, lang)
    caption = pick(
        (
            f"{annual.case.year} 年各类指标的项数，按结论和依据分列",
            f"Number of indicators in {annual.case.year} by verdict and basis",
        ),
        lang,
    )
    return scrolling(caption, element("thead", element("tr", *head_cells)), *body, style="dense")


def _block(name: str, rows: pd.DataFrame, statuses: list[str], lang: str) -> list[Html]:
    """The rows of one kind, a row a basis that occurs, and their sum."""
    bases = [basis for basis in BASES if (rows["basis"] == basis).any()]
    lines = [(word("basis", b, lang), rows[rows["basis"] == b], "") for b in bases]
    if len(lines) > 1:
        lines.append((pick(("小计", "sum"), lang), rows, "total"))
    shown = []
    for position, (label, part, style) in enumerate(lines):
        first = [element("th", name, scope="rowgroup", rowspan=str(len(lines)))]
        cells = [element("th", label, scope="row")]
        counts = [int((part["status"] == status).sum()) for status in statuses]
        cells += [_count(n) for n in (*counts, len(part))]
        shown.append(element("tr", *(first if position == 0 else []), *cells, class_=style))
    return [element("tbody", *shown)]


def _count(number: int) -> Html:
    return element("td", str(number), class_="number" if number else "number zero")


def scrolling(caption: str, *parts: Html, style: str = "") -> Html:
    """A table of finished parts in a box that scrolls by itself and can be reached by keyboard."""
    body = element("table", element("caption", caption), *parts, class_=style)
    return element("div", body, class_="scroll", tabindex="0", role="region", aria_label=caption)


def _occurring(rows: pd.DataFrame) -> list[str]:
    """The six verdicts always; "no result" only where it occurs."""
    return [s for s in ORDER if s != NO_RESULT or (rows["status"] == s).any()]
