"""Figures: texts that do not touch, axes that promise no more than there is, marks that mean one thing."""

from __future__ import annotations

from itertools import combinations

import pandas as pd
import pytest
from counties import EACH_KIND, evaluated, opened
from matplotlib import pyplot
from matplotlib.axis import Tick
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.text import Text
from reading import unwritten

from ecolib import pages
from ecolib.pages import plots, tables
from ecolib.pages.style import ACCENT, COLOURS, INK, MARKS, MUTED
from ecolib.texts import word

#: By default a page of each kind of the county with most to draw, in the language with the longer texts;
#: the rest waits.
ENTRIES = [
    pytest.param(
        county, year, entry.number, lang, id=f"{county}-{entry.id}-{lang}",
        marks=() if (county, lang) == ("demo", "en") and entry.number in EACH_KIND else pytest.mark.slow,
    )
    for county, year in (("demo", 2020), ("lianshan", 2019))
    for lang in ("en", "zh")
    for entry in opened(county, year).list.top_level
]  # fmt: skip


@pytest.fixture(autouse=True)
def _closed():
    yield
    pyplot.close("all")


@pytest.fixture
def figures_of(monkeypatch):
    """`figures_of(county, year, number, lang)` -> the figures of a page, drawn."""

    def drawn(county, year, number, lang):
        found = unwritten(monkeypatch)
        pages.indicator(evaluated(county, year, number), lang, case=opened(county, year))
        for figure in found:
            FigureCanvasAgg(figure).draw()
        return found

    return drawn


def texts(figure) -> list[tuple[str, object]]:
    """Every text that is seen, with its box."""
    hidden = {
        text
        for tick in figure.findobj(Tick)
        for text in (tick.label1, tick.label2)
        if not within(tick)
    }
    seen = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    return [(t.get_text(), t.get_window_extent()) for t in seen if t not in hidden]


def within(tick: Tick) -> bool:
    low, high = sorted(tick.axes.get_xlim() if "X" in type(tick).__name__ else tick.axes.get_ylim())
    return low <= tick.get_loc() <= high


def touching(figure) -> list[tuple[str, str]]:
    return [
        (one, other)
        for (one, box), (other, beside) in combinations(texts(figure), 2)
        if min(box.x1, beside.x1) - max(box.x0, beside.x0) > 1
        and min(box.y1, beside.y1) - max(box.y0, beside.y0) > 1
    ]


@pytest.mark.parametrize(("county", "year", "number", "lang"), ENTRIES)
def test_no_two_texts_touch_and_none_leaves_the_figure(figures_of, county, year, number, lang):
    for figure in figures_of(county, year, number, lang):
        assert touching(figure) == []
        for said, box in texts(figure):
            assert box.x0 >= -1 and box.x1 <= figure.bbox.x1 + 1, said


def frame(**given) -> pd.DataFrame:
    rows = {
        "part": "27", "indicator": "urban_sewage_rate", "unit": "%", "year": [2017, 2018, 2019],
        "value": [93.0, 96.0, 99.0], "low": float("nan"), "high": float("nan"), "basis": "computed",
        "target": 85.0, "sign": "≥", "status": "met", "broken": False, "undated": False,
    }  # fmt: skip
    return pd.DataFrame(rows | given)


def lines(axis):
    return [
        line for line in axis.lines if line.get_linestyle() == "-" and line.get_color() == ACCENT
    ]


class TestHistory:
    def test_no_tick_beyond_all_and_whole_years(self):
        axis = plots.history(frame(value=[97.0, 99.0, 100.0]))
        assert max(axis.get_yticks()) <= 100
        assert list(axis.get_xticks()) == [2017, 2018, 2019]

    def test_given_axes_are_drawn_on(self):
        own = pyplot.subplots()[1]
        assert plots.history(frame(), own) is own

    def test_the_line_stops_at_a_change_of_scope_and_leaves_out_what_is_disputed(self):
        (line,) = lines(plots.history(frame(broken=[False, False, True])))
        assert [y for y in line.get_ydata() if y == y] == [93, 96, 99]
        assert any(y != y for y in line.get_ydata())
        (line,) = lines(plots.history(frame(status=["met", "met", "conflict"])))
        assert [y for y in line.get_ydata() if y == y] == [93, 96]

    def test_a_disputed_value_is_hollow_and_marked(self):
        axis = plots.history(frame(status=["met", "met", "conflict"]))
        points = [p for p in axis.lines if p.get_marker() == "o" and p.get_linestyle() == "None"]
        faces = {tuple(p.get_xdata()): to_hex(p.get_markerfacecolor()) for p in points}
        assert faces[(2019,)] == "#ffffff" and faces[(2017, 2018)] == ACCENT
        assert any(t.get_text() == f"99 {MARKS['conflict']}" for t in axis.texts)

    def test_a_range_is_a_whisker_and_an_open_end_an_arrow(self):
        low, high = [90.0, float("nan"), 95.0], [95.0, float("nan"), float("inf")]
        axis = plots.history(frame(low=low, high=high))
        (whisker,) = [c for c in axis.collections if to_hex(c.get_color()[0]) == MUTED
                      and len(c.get_segments()) == 1 and c.get_segments()[0][0][0] == 2017]  # fmt: skip
        assert whisker.get_segments()[0].tolist() == [[2017, 90], [2017, 95]]
        assert sum(t.arrow_patch is not None for t in axis.texts) == 1

    def test_the_target_is_labelled(self):
        said = [t.get_text() for t in plots.history(frame(), lang="en").texts]
        assert "target ≥ 85" in said

    def test_several_parts_have_axes_of_their_own(self):
        two = pd.concat([frame(), frame(part="30", indicator="urban_waste_harmless_rate")])
        assert len(plots.history(two)) == 2


class TestNumbers:
    @pytest.mark.parametrize(("lang", "shown"), [("en", "−12,670.95"), ("zh", "−12670.95")])
    def test_thousands_as_the_language_has_them_and_a_true_minus_sign(self, lang, shown):
        axis = plots.history(frame(value=[-12000.0, -12500.0, -12670.95], target=-1.0), lang=lang)
        assert shown in [t.get_text() for t in axis.texts]

    def test_what_rounds_to_nothing_has_no_sign_and_no_bar(self):
        axis = plots.moves(pd.Series({"a": -0.001, "b": -0.0045, "c": 0.03}), lang="en")
        assert {t.get_text() for t in axis.texts} == {"0.00", "+0.03"}
        assert [bar.get_width() for bar in axis.patches] == [0.03, 0, 0]  # from the foot up

    @pytest.mark.parametrize(
        ("unit", "values"), [("%", [0.0, 14.3, 100.0]), ("km2", [0.0, 1.0, 8.0])]
    )
    def test_no_tick_is_below_nothing_where_no_value_is(self, unit, values):
        axis = plots.history(frame(value=values, target=values[-1]).assign(unit=unit), lang="zh")
        assert min(axis.get_yticks()) == 0 and max(axis.get_yticks()) >= values[-1]
        below = plots.history(frame(value=[-20.0, 0.0, 12.5], target=10.0), lang="zh")
        assert min(below.get_yticks()) < 0

    @pytest.mark.parametrize(("colour", "ink"), [("#FFFF00", "#000000"), ("#7a1220", "#ffffff")])
    def test_numbers_can_be_read_on_their_band(self, colour, ink):
        assert plots.ink_on(colour) == ink

    def test_numbers_on_paper_within_a_band_have_the_ink_of_the_page(self):
        # A dark screen changes both, or neither could be read.
        style = {"a": {"facecolor": "#d9a441", "hatch": "//"}}
        axis = plots.bands(pd.DataFrame({"a": [5]}, index=[2019]), {"a": "A"}, styles=style)
        (said,) = (t for t in axis.texts if t.get_text() == "5")
        paper = to_hex(said.get_bbox_patch().get_facecolor())
        assert (to_hex(said.get_color()), paper) == (INK, "#ffffff")


class TestOneColourOneMeaning:
    def test_good_and_bad_have_their_tone_wherever_they_stand(self):
        assert plots.MEANINGS["good"]["facecolor"] == COLOURS["met"]
        assert plots.MEANINGS["bad"]["facecolor"] == COLOURS["not_met"]
        for _, bands in tables.NESTED.values():
            for name, (band, meaning) in bands.items():
                assert (meaning == "good") == (band in GOOD), name

    def test_a_share_is_never_titled_in_days(self, figures_of):
        drawn = [axis for figure in figures_of("demo", 2020, "7", "zh") for axis in figure.axes]
        titles = [axis.get_title(loc="left") for axis in drawn if GOOD_DAYS in keys(axis)]
        assert titles and all("天" in title and "比例" not in title for title in titles)


def keys(axis) -> list[str]:
    return [text.get_text() for key in axis.figure.legends for text in key.get_texts()]


GOOD_DAYS = word("band", "good_days", "zh")
GOOD = {"good_days", "class3_sections", "eliminated", "good_sources", "satisfied", "participating"}
