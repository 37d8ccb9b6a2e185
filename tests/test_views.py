"""Views say what a result holds, in both languages, and say plainly what is not there."""

from __future__ import annotations

import math
import re

import pandas as pd
import pytest
from counties import LIANSHAN
from series import placed_by_year

from ecolib import views
from ecolib.assess.judge import bound_of
from ecolib.assess.result import STATUSES, Change, Result, Verdict
from ecolib.assess.series import Series
from ecolib.texts import Note, Words, word
from ecolib.views.heading import describe
from ecolib.views.history import draw_history
from ecolib.views.output import VERDICT_MARKS, Pieces, element, facts
from ecolib.views.phrases import badge, spread, value_in_words

LANGS = ("zh", "en")
SEWAGE = [("urban_sewage_rate", y, v, "%") for y, v in ((2017, 93.43), (2018, 92.15), (2019, 95))]


def said(zh: str, en: str) -> Note:
    return Note("as_stated", words=Words(zh, en))


def result_of(name: str, status: str = "met", **given) -> Result:
    entry = LIANSHAN.find(name)
    verdict = Verdict(status, (said("因为这样", "because of this"),))
    given = {"target": said("", "")} | given
    return Result(entry.id, entry.number, "trial", 2019, entry.unit, verdict, **given)


def text_of(shown) -> str:
    """The text a reader sees, without tags; descriptions of pictures count too."""
    parts = shown.pieces if isinstance(shown, Pieces) else [shown]
    return " ".join(
        re.sub(r"<[^>]+>", " ", p.html) if isinstance(p, views.Html) else p.alt for p in parts
    )


def pictures(shown: Pieces) -> list[views.Picture]:
    return [p for p in shown.pieces if isinstance(p, views.Picture)]


class TestHtml:
    def test_text_and_attributes_are_escaped_and_html_is_not(self):
        inner = element("b", "a<b&")
        assert element("p", inner, class_='"x').html == (
            '<p class="&quot;x"><b>a&lt;b&amp;</b></p>'
        )

    def test_missing_cells_are_dashes_and_not_nan(self):
        frame = pd.DataFrame({"a": [1.5, math.nan, None], "b": ["x", None, "<i>"]})
        html = views.table(frame, caption="c").html
        assert html.count("<td>—</td>") == 3
        assert "nan" not in html and "&lt;i&gt;" in html

    def test_pieces_leave_out_what_is_none(self):
        html = views.absent("x")
        assert views.pieces(None, Pieces((html, html)), html).pieces == (html, html, html)

    def test_facts_pair_terms_and_descriptions(self):
        assert facts([("a", "b")]).html == '<dl class="facts"><dt>a</dt><dd>b</dd></dl>'


class TestVerdictCard:
    @pytest.mark.parametrize("status", STATUSES)
    @pytest.mark.parametrize("lang", LANGS)
    def test_a_status_is_a_mark_and_a_word(self, status, lang):
        text = text_of(views.verdict_card(result_of("27", status), lang))
        assert VERDICT_MARKS[status] in text
        assert word("status", status, lang) in text
        assert ("因为这样" if lang == "zh" else "because of this") in text

    def test_marks_differ_so_that_colour_is_not_needed(self):
        assert len({badge(s, "en").text for s in STATUSES}) == len(STATUSES)
        assert len(set(VERDICT_MARKS.values())) == len(STATUSES)

    def test_value_year_basis_and_target_stand_together(self):
        result = result_of("27", value=92.5, basis="computed", target=said("≥ 85 %", "≥ 85 %"))
        text = text_of(views.verdict_card(result, "en"))
        for shown in ("92.5 %", "(2019)", "computed", "≥ 85 %"):
            assert shown in text

    def test_without_a_value_it_says_so(self):
        assert "no value" in text_of(views.verdict_card(result_of("27", "not_evaluable"), "en"))

    def test_requirements_are_counted_out_of_how_many(self):
        wanted = pd.DataFrame({"requirement": list("abc")})
        result = result_of("1", value=2.0, detail={"requirements": wanted})
        assert value_in_words(result, "en") == "2 of 3 requirements proved"
        assert value_in_words(result, "zh") == "3 项要求中 2 项有文件证明"

    def test_each_part_of_a_group_has_a_card(self, tiny):
        text = text_of(views.verdict_card(tiny(2019, items=[]).evaluate("7"), "zh"))
        assert "7a 优良天数比例" in text and "7b PM2.5浓度下降幅度" in text


class TestSpread:
    @pytest.mark.parametrize(
        ("low", "high", "expected"),
        [
            (91.67, 100.0, "91.67 to 100 %"),
            (91.67, math.inf, "91.67 % or more"),
            (100.0, 100.0, ""),
            (math.nan, math.nan, ""),
        ],
    )
    def test_only_what_is_uncertain_has_a_range(self, low, high, expected):
        assert spread(low, high, "%", "en") == expected


class TestHeading:
    def test_a_fictional_county_says_so(self, tiny):
        case = tiny(2019, items=[], params="")
        county = case.params.county.model_copy(update={"fictional": True})
        case.data.params = case.params.model_copy(update={"county": county})
        result = case.evaluate("27")
        assert "Test County (fictional) · 2019" in text_of(views.heading(result, "en", case=case))
        assert "试县（虚构） · 2019 年" in text_of(views.heading(result, "zh", case=case))

    def test_owners_go_by_the_names_of_the_county(self, tiny):
        case = tiny(2019, items=[], params="owners: {housing: {zh: 本县住建, en: Our Housing}}\n")
        assert "Our Housing" in text_of(views.heading(case.evaluate("27"), "en", case=case))

    def test_an_assigned_target_names_its_document_and_a_missing_one_is_told(self, tiny):
        bound = "{sense: at_least, value: 98, document: 文件甲, position: 表3}"
        given = tiny(2019, items=[], params=f"assigned: {{rural_toilet_rate: {{2019: {bound}}}}}\n")
        text = text_of(views.heading(given.evaluate("29"), "en", case=given))
        assert "文件甲" in text and "the higher authority (表3)" in text
        without = tiny(2019, items=[])
        text = text_of(views.heading(without.evaluate("29"), "en", case=without))
        assert "the parameters hold no value for 2019" in text

    def test_the_formula_follows_in_signs(self, tiny):
        case = tiny(2019, items=[])
        html = views.heading(case.evaluate("27"), "zh", case=case).html
        assert html.index("÷") < html.index("<math")
        assert "http" not in html


class TestBounds:
    def values(self, *years: int) -> Series:
        return placed_by_year(dict.fromkeys(years, 1.0))

    def test_a_fixed_limit_holds_every_year(self, tiny):
        bound = bound_of(LIANSHAN.find("27"), tiny(2019, items=[]).params, self.values(2018, 2019))
        assert (list(bound.values), bound.sign, bound.constant) == ([85, 85], "≥", True)

    def test_assigned_values_differ_by_year(self, tiny):
        one = "{sense: at_most, value: 80, document: a}"
        two = "{sense: at_most, value: 70, document: a}"
        params = f"assigned: {{water_per_gdp: {{2017: {one}, 2019: {two}}}}}\n"
        bound = bound_of(
            LIANSHAN.find("20"),
            tiny(2019, items=[], params=params).params,
            self.values(2017, 2018, 2019),
        )
        assert bound.sign == "≤" and not bound.constant
        assert bound.known() == [(2017, 80), (2019, 70)]
        assert math.isnan(bound.at(2018))

    def test_an_assigned_decline_is_no_line_among_levels(self, tiny):
        one = "{sense: at_least, value: 3, measure: decline, document: a}"
        params = f"assigned: {{energy_per_gdp: {{2019: {one}}}}}\n"
        case = tiny(2019, items=[], params=params)
        assert bound_of(LIANSHAN.find("19"), case.params, self.values(2018, 2019)) is None

    def test_terrain_decides_for_forest_cover(self, tiny):
        bound = bound_of(LIANSHAN.find("10"), tiny(2019, items=[]).params, self.values(2019))
        assert list(bound.values) == [60]

    def test_an_unknown_terrain_gives_no_line(self, tiny):
        params = tiny(2019, items=[]).params
        county = params.county.model_copy(update={"terrain": {}})
        unknown = params.model_copy(update={"county": county})
        assert bound_of(LIANSHAN.find("10"), unknown, self.values(2019)) is None

    def test_an_area_is_held_against_its_earliest_year(self, tiny):
        params = tiny(2019, items=[]).params
        grown = placed_by_year({2017: 10.0, 2019: 12.0})
        assert list(bound_of(LIANSHAN.find("16a"), params, grown).values) == [10, 10, 10]
        assert bound_of(LIANSHAN.find("16a"), params, grown.since(2019)) is None
        assert bound_of(LIANSHAN.find("16a"), params, placed_by_year({})) is None

    def test_requirements_are_bounded_by_their_number(self, tiny):
        assert list(bound_of(LIANSHAN.find("15"), tiny(2019).params, self.values(2019)).values) == [
            3
        ]


class TestHistory:
    def test_no_value_gives_a_sentence_and_no_figure(self, tiny):
        case = tiny(2019, items=[])
        for lang, said in (("zh", "截至 2019 年没有任何数值"), ("en", "no value up to 2019")):
            shown = views.history(case.evaluate("27"), lang, case=case)
            assert not pictures(shown)
            assert said in text_of(shown)

    def test_a_group_draws_the_parts_that_have_values_and_names_the_others(self, tiny):
        case = tiny(2019, items=[("good_air_days", 2019, 361, "d")])
        shown = views.history(case.evaluate("7"), "en", case=case)
        assert len(pictures(shown)) == 1
        assert "7b Fall of PM2.5: there is no value up to 2019" in text_of(shown)

    @pytest.mark.parametrize("lang", LANGS)
    def test_the_description_holds_the_numbers(self, tiny, lang):
        case = tiny(2019, items=SEWAGE)
        (figure,) = pictures(views.history(case.evaluate("27"), lang, case=case))
        for number in ("2017", "2019", "93.43 %", "92.15 %", "95 %", "≥ 85 %"):
            assert number in figure.alt

    def test_the_table_tells_year_value_and_basis(self, tiny):
        case = tiny(2019, items=SEWAGE)
        text = text_of(views.history(case.evaluate("27"), "en", case=case).pieces[-1])
        assert re.search(r"2018\s+92.15 %\s+reported", text)

    def test_a_lower_bound_without_an_upper_one_can_be_drawn(self, tiny):
        items = [("organic_area", y, v, "mu") for y, v in ((2018, 11000), (2019, 12500))]
        case = tiny(2019, items=items)
        shown = views.history(case.evaluate("22"), "en", case=case)
        assert "12,500 mu or more" in text_of(shown)
        assert pictures(shown)

    def test_comparing_takes_parts_of_groups_and_plain_indicators(self, tiny):
        case = tiny(2019, items=[*SEWAGE, ("good_air_days", 2019, 361, "d")])
        shown = views.compare([case.evaluate("27"), case.evaluate("7")], "en", case=case)
        (figure,) = pictures(shown)
        assert "27 Urban sewage" in figure.alt and "7a Share of good-air days" in figure.alt


class TestFigures:
    def test_texts_are_outlines_and_nothing_tells_the_time(self, tiny):
        case = tiny(2019, items=SEWAGE)
        svg = draw_history([case.evaluate("27")], "zh", case=case).svg
        assert "<text" not in svg and "<dc:date>" not in svg
        assert "<image" not in svg

    def test_a_dollar_sign_is_an_ordinary_character(self, tiny):
        from ecolib.views.drivers import Panel, draw_lines

        panel = Panel("$x_1$ 县", "$", {"$x_1$ 县": pd.Series([1.0, 2.0], index=[2018, 2019])})
        assert "$x_1$ 县" in draw_lines([panel], "zh").alt


class TestChange:
    def test_percentages_move_by_points(self):
        change = Change(2018, 95.62, 3.29, "improving")
        result = result_of("7a", value=98.91)
        assert describe(change, result, "en") == (
            "3.29 percentage points up on 2018 (95.62 %): better."
        )
        assert describe(change, result, "zh") == "比 2018 年（95.62 %）上升 3.29 个百分点，改善。"

    def test_points_have_two_decimals_unless_they_are_smaller(self):
        for difference, told in ((0.5691, "0.57"), (0.0004, "0.0004")):
            change = Change(2018, 97.0, difference, "improving")
            assert describe(change, result_of("27", value=98), "en").startswith(f"{told} percent")

    def test_other_units_keep_theirs_and_less_can_be_better(self):
        change = Change(2018, 80.0, -2.5, "improving")
        assert describe(change, result_of("20", value=77.5), "zh") == (
            "比 2018 年（80 m³/万元）下降 2.5 m³/万元，改善。"
        )

    def test_what_cannot_be_compared_is_told_with_its_year(self, tiny):
        case = tiny(2019, items=[("urban_sewage_rate", 2019, 92, "%")])
        text = text_of(views.change_and_trend(case.evaluate("27"), "en", case=case))
        assert "No value for 2018 to compare with." in text
        assert "No value for 2015 to compare with." in text

    def test_no_value_no_trend(self, tiny):
        case = tiny(2019, items=[])
        text = text_of(views.change_and_trend(case.evaluate("27"), "en", case=case))
        assert "No value for 2019 to compare." in text
        assert "no trend to speak of" in text

    def test_too_short_a_series_says_why(self, tiny):
        case = tiny(2019, items=SEWAGE)
        text = text_of(views.change_and_trend(case.evaluate("27"), "en", case=case))
        assert "undetermined" in text and "too few" in text


class TestCounts:
    def bands(self, case, number: str, lang: str = "en") -> str:
        (figure,) = pictures(views.counts(case.evaluate(number), lang, case=case))
        return figure.alt

    def test_days_add_up_to_the_calendar(self, tiny):
        items = [("good_air_days", 2019, 300, "d"), ("valid_air_days", 2019, 350, "d")]
        alt = self.bands(tiny(2019, items=items), "7")
        # 350 - 300 = 50 valid and not good; 365 - 350 = 15 without valid data.
        assert "good 2019 300 days" in alt
        assert "valid, beyond grade II 2019 50 days" in alt
        assert "others: not good, or not valid 2019 15 days" in alt

    def test_a_leap_year_without_valid_days(self, tiny):
        alt = self.bands(tiny(2020, items=[("good_air_days", 2020, 300, "d")]), "7")
        # 366 - 300 = 66, of which nobody said whether they were valid.
        assert "others: not good, or not valid 2020 66 days" in alt

    def test_what_was_monitored_is_not_called_the_rest_of_what_is_unknown(self, tiny):
        items = [("sources_monitored", 2019, 11, "count"), ("sources_total", 2019, 12, "count")]
        alt = self.bands(tiny(2019, items=items), "25")
        assert "Sources monitored 2019 11" in alt and "not monitored 2019 1" in alt
        assert "monitored, others" not in alt

    def test_nothing_to_take_apart(self, tiny):
        case = tiny(2019, items=[("public_satisfaction", 2019, 90, "%")])
        shown = views.counts(case.evaluate("34"), "en", case=case)
        assert not pictures(shown) and "no figure of them" in text_of(shown)


SUB_INDICES = {
    "ei_biological_richness": (80, 80),
    "ei_vegetation_cover": (70, 60),
    "ei_water_density": (50, 50),
    "ei_land_stress": (20, 20),
    "ei_pollution_load": (10, 30),
    "ei_restriction": (0, 0),
}


class TestSubIndices:
    def test_points_and_what_moved(self, tiny):
        items = [
            (n, y, v, "index")
            for n, vs in SUB_INDICES.items()
            for y, v in zip((2018, 2019), vs, strict=True)
        ]
        case = tiny(2019, items=items)
        shown = views.sub_indices(case.evaluate("9"), "en", case=case)
        figure, moved = pictures(shown)
        # 0.35 * 80 = 28; 0.25 * 70 = 17.5 and 0.25 * 60 = 15; 0.10 * 90 = 9 and 0.10 * 70 = 7.
        for said in ("2018 28 points, 2019 28 points", "2018 17.5 points, 2019 15 points",
                     "2018 9 points, 2019 7 points"):  # fmt: skip
            assert said in figure.alt
        # 15 - 17.5 = -2.5 and 7 - 9 = -2 make -4.5 in all.
        assert "since 2018: EI -4.50 points: " in moved.alt
        assert "Vegetation cover index -2.50" in moved.alt
        table = text_of(shown.pieces[-1])
        assert re.search(r"Vegetation cover index\s+-2.5", table)
        assert re.search(r"EI\s+-4.5", table)

    def test_five_of_six_are_not_enough(self, tiny):
        items = [(n, 2019, v[0], "index") for n, v in list(SUB_INDICES.items())[:-2]]
        case = tiny(2019, items=items)
        shown = views.sub_indices(case.evaluate("9"), "en", case=case)
        assert not pictures(shown) and "not all handed in" in text_of(shown)


class TestDrivers:
    def test_inputs_are_drawn_each_in_its_unit(self, tiny):
        items = [("waste_harmless", y, 90 + y - 2018, "t") for y in (2018, 2019)]
        case = tiny(2019, items=[*items, ("waste_generated", 2019, 100, "t")])
        (figure,) = pictures(views.drivers(case.evaluate("28"), "en", case=case))
        assert "2018 90 t, 2019 91 t" in figure.alt and "2019 100 t" in figure.alt

    def test_only_finished_values(self, tiny):
        case = tiny(2019, items=SEWAGE)
        assert "No figures to compute from" in text_of(
            views.drivers(case.evaluate("27"), "en", case=case)
        )

    def test_indicators_without_yearly_items_show_nothing(self, tiny):
        case = tiny(2019, items=[])
        assert views.drivers(case.evaluate("1"), "zh", case=case).pieces == ()


class TestInputs:
    def test_figures_as_printed_with_unit_owner_and_place(self, tiny):
        case = tiny(2019, items=[("waste_harmless", 2019, "1,234.50", "t")])
        text = text_of(views.inputs(case.evaluate("28"), "en", case=case))
        for said in ("1,234.50", " t ", "Housing and Urban-Rural Development Bureau", "here"):
            assert said in text

    def test_what_is_missing_is_listed_with_who_owes_it(self, tiny):
        case = tiny(2019, items=[("waste_harmless", 2019, "1", "t")])
        text = text_of(views.inputs(case.evaluate("28"), "en", case=case))
        missing = text[text.index("Items the formula asks for") :]
        assert "generated: Housing and Urban-Rural Development Bureau" in missing
        assert "Waste treated harmlessly" not in missing

    def test_years_stay_whole_beside_a_missing_one(self, tiny):
        rows = [("waste_harmless", 2019, "65", "t"), ("waste_generated", "", "70", "t")]
        case = tiny(2019, items=rows)
        text = text_of(views.inputs(case.evaluate("28"), "en", case=case))
        assert re.search(r"\s2019\s+65\s", text) and re.search(r"\snone\s+70\s", text)
        assert "2019.0" not in text and "Other years" not in text

    def test_a_figure_of_a_later_year_is_not_called_earlier(self, tiny):
        case = tiny(2019, items=[("public_satisfaction", 2020, "90.38", "%")])
        text = text_of(views.inputs(case.evaluate("34"), "en", case=case))
        assert re.search(r"Other years \(rows: 1\).*\s2020\s+90\.38\s", text, re.DOTALL)
        assert "arlier year" not in text

    def test_a_figure_without_a_year_says_none(self, tiny):
        case = tiny(2019, items=[("straw_use_rate", "", "91.47", "%")])
        text = text_of(views.inputs(case.evaluate("23"), "en", case=case))
        assert re.search(r"Straw put to use\s+none\s+91.47", text)

    def test_nothing_handed_in(self, tiny):
        case = tiny(2019, items=[])
        text = text_of(views.inputs(case.evaluate("27"), "en", case=case))
        assert "No figure or document was handed in." in text
        assert "Nothing to remark" in text

    def test_remarks_carry_their_severity(self, tiny):
        rows = [("straw_use_rate", 2019, "90", "%", place) for place in ("甲", "乙")]
        case = tiny(2019, items=rows)
        text = text_of(views.inputs(case.evaluate("23"), "en", case=case))
        assert "note" in text and "figures by place" in text


class TestRequirements:
    PLAN = (
        "emergency_mechanism",
        "plan",
        2019,
        "是",
        "预案已备案",
        "应急预案",
        "1号",
        "2019-03-01",
    )

    def test_states_and_documents(self, tiny):
        screening = ("emergency_mechanism", "screening", 2019, "是", "排查了风险隐患")
        case = tiny(2019, documents=[self.PLAN, screening])
        text = text_of(views.requirements(case.evaluate("15"), "en", case=case))
        assert re.search(r"emergency plan issued and filed\s+✓ documented", text)
        assert re.search(r"risks screened\s+○ stated only", text)
        assert re.search(r"no larger incident\s+\? nothing handed in", text)
        assert "应急预案, 1号, 2019-03-01" in text and "no document named" in text

    def test_nothing_is_shown_where_no_document_is_asked_for(self, tiny):
        case = tiny(2019, items=[])
        assert views.requirements(case.evaluate("13"), "zh", case=case).pieces == ()


class TestFindings:
    @pytest.mark.parametrize(("number", "said"), [("7", "No daily monitoring"), ("34", "sampling")])
    def test_without_raw_data_it_says_what_cannot_be_told(self, tiny, number, said):
        assert said in text_of(views.findings(tiny(2019, items=[]).evaluate(number), "en"))

    def test_an_unknown_table_is_shown_as_it_is(self):
        table = pd.DataFrame({"day": ["2019-01-01"], "aqi": [101.0]})
        text = text_of(views.findings(result_of("7a", detail={"new": table}), "en"))
        assert "2019-01-01" in text and "101" in text

    def test_sites_show_their_change_and_gaps(self, tiny):
        rows = [("redline", "甲", 2018, 10, "ha"), ("redline", "甲", 2019, 9.5, "ha"),
                ("redline", "乙", 2019, 3, "ha")]  # fmt: skip
        text = text_of(views.findings(tiny(2019, areas=rows).evaluate("16"), "en"))
        assert re.search(r"甲\s+10\s+9.5\s+-0.5", text)
        assert re.search(r"乙\s+—\s+3\s+cannot compare", text)


class TestProvenance:
    def test_every_figure_leads_to_its_file_and_cell(self, tiny):
        case = tiny(2019, items=SEWAGE)
        text = text_of(views.provenance(case.evaluate("27"), "en", case=case))
        assert "data/trial/raw/2019/items.csv" in text
        assert "A2, A3, A4" in text
        assert str(case.root) not in text

    def test_no_file_used(self, tiny):
        case = tiny(2019, items=[])
        assert "No file was used." in text_of(
            views.provenance(case.evaluate("27"), "en", case=case)
        )
