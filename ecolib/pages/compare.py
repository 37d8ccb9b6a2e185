"""Since last year: which verdicts turned and why, what came in and what is newly missing."""

from __future__ import annotations

from markupsafe import Markup

from ecolib.assess.annual import Annual
from ecolib.assess.case import Case
from ecolib.assess.result import Need
from ecolib.pages.render import environment
from ecolib.pages.units import need_said
from ecolib.texts import text


def section(annual: Annual, lang: str) -> Markup:
    """The section of the annual report; nothing where nothing was submitted for the year before."""
    case = annual.case
    if case.year - 1 not in case.data.years:
        return Markup()
    found = case.compare(case.year - 1, lang)
    template = environment(lang).get_template("compare.html.j2")
    return Markup(template.render(found=found, need=lambda need, at: _need(need, at, lang)))


def _need(need: Need, case: Case, lang: str) -> str:
    """What was or is asked for, of whom and for which indicators."""
    numbers = tuple(case.list[i].number for i in need.indicators if i in case.list)
    what = need_said([need], lang)
    return text("since.need", lang, what=what, owner=case.owner(need.owner, lang), numbers=numbers)
