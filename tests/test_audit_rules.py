"""Rules that hold a document against itself: parts, places, stocks, goals, and other readings."""

import math
import re
from pathlib import Path

import pytest
from counties import LIANSHAN, opened
from hypothesis import given, settings
from hypothesis import strategies as st

from ecolib.assess.opening import open_case
from ecolib.checks import alternatives
from ecolib.checks.audit import audit, audit_findings
from ecolib.checks.contradictions import contradictions
from ecolib.texts import Amount, Note, words

CHECKS = Path(alternatives.__file__).parent
SHARE = "good_air_days_ratio"


def found(case):
    """Finding and rule of each claim by its wording."""
    return {row.claim: row for row in audit(case).itertuples()}


def count(printed, subject, part_of="", position="page 1", year=2019):
    return (
        "nature_reserves", year, "count", printed, "count", f"{printed} {subject} {position}",
        subject, part_of, position,
    )  # fmt: skip


def goal(indicator, year, printed, claim, subject=""):
    return (indicator, year, "goal", printed, "%", claim, subject)


class TestPartsAndPlaces:
    # 1 + 6 = 7 parks and 1 + 5 + 1 = 7 reserves are listed: 14, where 16 is printed.
    LISTED = [
        count("16", "areas"),
        count("1", "large parks", "parks"),
        count("6", "small parks", "parks"),
        count("1", "first reserves", "reserves"),
        count("5", "second reserves", "reserves"),
        count("1", "third reserves", "reserves"),
    ]
    ELSEWHERE = [
        count("9", "parks", "areas", "page 2"),
        count("7", "reserves", "areas", "page 2"),
    ]

    def test_a_whole_against_the_finest_parts_of_each_place(self, tiny):
        row = found(tiny(2019, claims=[*self.LISTED, *self.ELSEWHERE]))["16 areas page 1"]
        assert (row.finding, row.rule, row.recomputed) == ("contradicts", "sum_of_parts", "14")
        # The other place makes it 9 + 7 = 16 and is told as well.
        assert "16" in row.explanation_en and "page 2" in row.explanation_en

    def test_a_part_against_its_own_parts(self, tiny):
        rows = found(tiny(2019, claims=[*self.LISTED, *self.ELSEWHERE]))
        assert rows["9 parks page 2"].finding == "contradicts"
        assert rows["9 parks page 2"].recomputed == "7"
        assert rows["7 reserves page 2"].finding == "agrees"

    def test_the_same_thing_in_two_places(self, tiny):
        rows = found(tiny(2019, claims=[count("9", "parks"), count("7", "parks", "", "page 2")]))
        assert {r.rule for r in rows.values()} == {"same_thing_twice"}
        assert {r.finding for r in rows.values()} == {"contradicts"}

    def test_said_twice_alike_is_no_proof(self, tiny):
        rows = found(tiny(2019, claims=[count("7", "parks"), count("7", "parks", "", "page 2")]))
        assert {r.finding for r in rows.values()} == {"cannot_check"}

    @pytest.mark.parametrize("other", [count("7", "ponds"), count("7", "parks", year=2018)])
    def test_other_things_and_other_years_are_left_alone(self, tiny, other):
        rows = found(tiny(2019, claims=[count("9", "parks"), other]))
        assert {r.rule for r in rows.values()} == {"no_list"}

    @pytest.mark.parametrize(
        ("done", "whole", "part"),
        [
            ("1", "no_list", "partly_done.open"),
            ("18", "sum_of_parts", "all_done"),
            ("20", "sum_of_parts", "more_than_all_done"),  # of 18 there cannot be 20
        ],
    )
    def test_what_is_done_is_no_list_of_all(self, tiny, done, whole, part):
        of = ("drinking_source_quality", 2019, "done", done, "count", "done", "marked", "zones")
        rows = found(tiny(2019, claims=[count("18", "zones"), (*of, "page 1")]))
        assert rows["18 zones page 1"].rule == whole
        assert rows["done"].rule == part.partition(".")[0]
        assert (rows["done"].finding == "contradicts") == (done == "20")

    @pytest.mark.parametrize(
        ("parts", "rule", "finding"),
        [
            ([("3", "national", "page 2")], "no_list", "cannot_check"),  # "of them 3 national"
            ([("9", "national", "page 2")], "sum_of_parts", "contradicts"),
            # 3 + 5 = 8, a row of a table each; and 3 + 4.
            ([("3", "national", "row 1"), ("5", "local", "row 2")], "sum_of_parts", "agrees"),
            ([("3", "national", "row 1"), ("4", "local", "row 2")], "sum_of_parts", "contradicts"),
            # The table makes it 8; that the text names one of its parts is no other list.
            ([("3", "national", "t"), ("5", "local", "t"), ("3", "national", "text")],
             "sum_of_parts", "agrees"),
        ],
    )  # fmt: skip
    def test_parts_told_in_places_of_their_own(self, tiny, parts, rule, finding):
        claims = [count("8", "parks"), *(count(n, of, "parks", place) for n, of, place in parts)]
        row = found(tiny(2019, claims=claims))["8 parks page 1"]
        assert (row.rule, row.finding) == (rule, finding)

    def test_a_thing_said_to_be_a_part_of_itself_does_not_end_in_a_loop(self, tiny):
        claims = [count("2", "a", "b"), count("3", "b", "a"), count("4", "c", "c")]
        assert len(audit(tiny(2019, claims=claims))) == 3


@pytest.mark.parametrize(
    ("submitted", "printed", "finding"),
    [
        ("85", "≥90", "contradicts"),
        ("92", "90%以上", "agrees"),
        ("85.4", "85.3", "contradicts"),  # 85.35 is printed as one of them
        (">85", "84", "contradicts"),
        (">85", "86", "cannot_check"),
        (">92", "90以上", "agrees"),
        ("<85", "≥90", "contradicts"),
        ("92", "达到90%以上", "agrees"),
        ("90", "均超过90%", "contradicts"),
        ("90", "不足90%", "contradicts"),
        ("88", "约90%", "agrees"),  # to its last digit that is no zero: 80 to 100
        ("71", "约90%", "contradicts"),
        ("88", "88.2左右", "contradicts"),  # 88.1 to 88.3
        ("91.2", "九成以上", "agrees"),
        ("91.2", "超九成五", "contradicts"),  # 95 %
        ("91.2", "九成", "agrees"),  # about 90 %
        ("71", "近九成", "contradicts"),
        ("94.2", "近九成", "contradicts"),  # from 80 up to 90 %, not beyond
        ("88", "about 90%", "agrees"),
        ("91", "nearly 90%", "contradicts"),
        ("52.6", "过半", "agrees"),
        ("48", "超过一半", "contradicts"),
        ("91.2", "百分之九十三点二", "contradicts"),
    ],
)
def test_a_bound_against_a_value_and_a_value_against_a_bound(tiny, submitted, printed, finding):
    claim = ("straw_use_rate", 2019, "value", printed, "%", "rate")
    items = [("straw_use_rate", 2019, submitted, "%")]
    assert found(tiny(2019, items=items, claims=[claim]))["rate"].finding == finding


@pytest.mark.parametrize(
    ("printed", "claim", "finding"),
    [
        ("由2015年的80.2%提高到2018年的88%", "rate", "agrees"),
        ("由2015年的75%提高到2018年的88%", "rate", "contradicts"),
        ("从80.2%提升至88.0%", "rate", "agrees"),
        ("从75%提升至88%", "rate", "cannot_check"),  # of which year is not told
        ("rose from 80.2% in 2015 to 88% in 2018", "rate", "agrees"),
        ("rose from 80.2% in 2015 to 90% in 2018", "rate", "contradicts"),
        ("提高到90%", "rate", "contradicts"),
        ("提高7.8个百分点", "较2015年提高7.8个百分点", "agrees"),
        ("提高12个百分点", "较2015年提高12个百分点", "contradicts"),
        ("总体上升", "rate", "agrees"),  # whatever 2017 was
        ("逐年上升", "rate", "contradicts"),
        ("2015—2018年上升", "2015—2018年上升", "agrees"),
        ("保持不变", "rate", "contradicts"),
    ],
)
def test_a_change_in_words_is_held_against_the_figures_it_tells(tiny, printed, claim, finding):
    levels = {2015: "80.2", 2016: "84", 2017: "83.5", 2018: "88"}
    items = [("straw_use_rate", year, level, "%") for year, level in levels.items()]
    claims = [("straw_use_rate", 2018, "change", printed, "", claim)]
    assert found(tiny(2018, items=items, claims=claims))[claim].finding == finding


@pytest.mark.parametrize("value", ["92", "70"])
@pytest.mark.parametrize(("year", "sure"), [(2019, True), (2016, False), (2024, False)])
def test_a_verdict_by_another_list_is_not_held_against_this_one(tiny, value, year, sure):
    """The list holds from 2017 to 2020; what another one asks is not known."""
    claims = [("straw_use_rate", year, "verdict", "达标", "", "达标")]
    rows = found(tiny(year, items=[("straw_use_rate", year, value, "%")], claims=claims))
    wanted = {"92": "agrees", "70": "contradicts"}[value] if sure else "cannot_check"
    assert rows["达标"].finding == wanted


def test_that_nobody_says_how_many_were_asked_hides_no_contradiction(tiny):
    items = [("public_satisfaction", 2019, "87.3", "%")]
    claims = [("public_satisfaction", 2019, "value", v, "%", v) for v in ("88.1", "87.3")]
    rows = (
        found(tiny(2019, items=items, claims=claims[:1])),
        found(tiny(2019, items=items, claims=claims[1:])),
    )
    assert rows[0]["88.1"].finding == "contradicts"
    assert (rows[1]["87.3"].finding, rows[1]["87.3"].rule) == ("cannot_check", "no_sample_size")


@pytest.mark.parametrize(
    ("claim", "finding"),
    [
        ("普及率93.6%，实现全覆盖", "contradicts"),
        ("普及率93.6%，其中中心村全覆盖", "cannot_check"),
        ("普及率93.6%，正在向全覆盖迈进", "cannot_check"),
        ("普及率93.6%，基本实现全覆盖", "cannot_check"),
    ],
)
def test_all_of_a_part_or_nearly_all_is_not_all(tiny, claim, finding):
    items = [("rural_toilet_rate", 2019, "93.6", "%")]
    claims = [("rural_toilet_rate", 2019, "value", "93.6", "%", claim)]
    assert found(tiny(2019, items=items, claims=claims))[claim].finding == finding


@pytest.mark.parametrize(("kind", "printed"), [("value", "85以上"), ("change", "未降低")])
def test_a_share_that_is_one_of_whole_per_cent_is_not_less(tiny, kind, printed):
    # 8.075 of 9.5 and 17 of 20 are 85 %, the first 84.99999999999999 in binary numbers.
    items = [("straw_used", 2018, "17", "t"), ("straw_total", 2018, "20", "t"),
             ("straw_used", 2019, "8.075", "t"), ("straw_total", 2019, "9.5", "t")]  # fmt: skip
    claim = ("straw_use_rate", 2019, kind, printed, "%", "rate")
    row = found(tiny(2019, items=items, claims=[claim]))["rate"]
    assert row.finding == ("agrees" if kind == "value" else "cannot_check")


@pytest.mark.parametrize(("printed", "finding"), [("100", "agrees"), ("75", "contradicts")])
def test_a_share_of_one_item_in_another(tiny, printed, finding):
    items = [(f"surface_sections_{what}", 2019, "4", "count") for what in ("class3", "total")]
    claim = ("water_class3_gain", 2019, "value", printed, "%", "x", "surface_sections_class3")
    assert found(tiny(2019, items=items, claims=[claim]))["x"].finding == finding


@pytest.mark.parametrize(
    ("printed", "text", "finding"),
    [
        ("4.0", "下降4.0%", "cannot_check"),
        ("5", "下降5%", "contradicts"),
        ("4", "上升4%", "contradicts"),
    ],
)
def test_a_fall_against_the_one_submitted_as_such(tiny, printed, text, finding):
    items = [("energy_per_gdp_decline", 2019, "4.0", "%")]
    claim = ("energy_per_gdp", 2019, "change", printed, "%", text)
    assert found(tiny(2019, items=items, claims=[claim]))[text].finding == finding


@pytest.mark.parametrize(
    ("one", "other", "finding"),
    [
        (("value", "91.5", "%", ""), ("value", "92.5", "%", ""), "contradicts"),
        (("value", "91.5", "%", ""), ("value", "91.47", "%", ""), "cannot_check"),
        (("value", "91.5", "%", "玉米秸秆"), ("value", "92.5", "%", "水稻秸秆"), "cannot_check"),
        # 1.2 × 10⁴ may be 11500 to 12500.
        (("count", "1.2", "10k t", "秸秆"), ("count", "12345", "t", "秸秆"), "cannot_check"),
        (("count", "1.2", "10k t", "秸秆"), ("count", "13345", "t", "秸秆"), "contradicts"),
    ],
)
def test_one_thing_printed_in_two_places(tiny, one, other, finding):
    claims = [
        ("straw_use_rate", 2019, kind, printed, unit, place, subject, "", place)
        for place, (kind, printed, unit, subject) in (("here", one), ("there", other))
    ]
    assert found(tiny(2019, claims=claims))["here"].finding == finding


class TestRanks:
    @pytest.mark.parametrize(
        ("other", "finding"),
        [
            ("全市第三", "contradicts"), ("3", "contradicts"), ("第1名", "cannot_check"),
            ("全省第三", "cannot_check"), ("前三名", "cannot_check"), ("倒数第三", "cannot_check"),
            ("居全市首位", "cannot_check"), ("全市排名第三", "contradicts"), ("全市并列第十二", "contradicts"),
        ],
    )  # fmt: skip
    def test_two_ranks_of_one_thing(self, tiny, other, finding):
        claims = [
            ("good_air_days_ratio", 2019, "rank", printed, "", text)
            for printed, text in (("全市第一", "rank"), (other, "again"))
        ]
        assert found(tiny(2019, claims=claims))["rank"].finding == finding

    @pytest.mark.parametrize(
        ("one", "other", "finding"),
        [
            ("全市", "全省", "cannot_check"),
            ("全市", "全市", "contradicts"),
            ("全区", "全市", "cannot_check"),
        ],
    )
    def test_the_area_may_stand_in_the_sentence_alone(self, tiny, one, other, finding):
        claims = [
            ("good_air_days_ratio", 2019, "rank", f"第{n}名", "", f"优良率{area}第{n}名")
            for n, area in (("5", one), ("32", other))
        ]
        assert found(tiny(2019, claims=claims))[f"优良率{one}第5名"].finding == finding


class TestStocks:
    ITEMS = [
        ("hw_stored", 2018, "0.175", "t"),
        ("hw_generated", 2019, "67.182", "t"),
        ("hw_used_disposed", 2019, "64.18", "t"),
    ]

    def claim(self, printed):
        return ("hazardous_waste_rate", 2019, "value", printed, "t", "stock", "hw_stored")

    @pytest.mark.parametrize(
        # 0.175 + 67.182 - 64.18 = 3.177; rounding 0.0005 * 2 + 0.005 and half the last digit.
        ("printed", "finding"),
        [("3.177", "agrees"), ("3.18", "agrees"), ("3.193", "contradicts")],
    )
    def test_closing_stock(self, tiny, printed, finding):
        row = found(tiny(2019, items=self.ITEMS, claims=[self.claim(printed)]))["stock"]
        assert (row.finding, row.rule) == (finding, "balance")
        assert float(row.recomputed) == pytest.approx(3.177)

    def test_what_the_opening_stock_would_have_to_be(self, tiny):
        row = found(tiny(2019, items=self.ITEMS, claims=[self.claim("3.193")]))["stock"]
        # 0.175 + (3.193 - 3.177) = 0.191
        assert "0.191 t" in row.explanation_en and "0.191吨" in row.explanation_zh

    def test_only_what_was_left_of_the_year(self, tiny):
        # 67.182 - (64.18 - 0.191) = 3.193: the stock of 0.175 is not in it.
        items = [*self.ITEMS, ("hw_prior_used_disposed", 2019, "0.191", "t")]
        row = found(tiny(2019, items=items, claims=[self.claim("3.193")]))["stock"]
        assert "year's own amount" in row.explanation_en
        row = found(tiny(2019, items=items, claims=[self.claim("3.3")]))["stock"]
        assert "year's own amount" not in row.explanation_en

    def test_without_the_opening_stock_nothing_can_be_said(self, tiny):
        row = found(tiny(2019, items=self.ITEMS[1:], claims=[self.claim("3.193")]))["stock"]
        assert (row.finding, row.rule) == ("cannot_check", "balance")


class TestPartsOfAWhole:
    ITEMS = [("hw_stored", 2018, "0.175", "t"), ("hw_used_disposed", 2019, "64.18", "t")]

    @pytest.mark.parametrize(
        # Taken from a stock of 0.175 (0.0005 of rounding on either side): 0.176 at the most.
        ("printed", "finding", "rule"),
        [
            ("0.191", "contradicts", "part_of_whole"),
            ("0.177", "contradicts", "part_of_whole"),
            ("0.176", "cannot_check", "repeats_input"),
            ("0.1", "cannot_check", "repeats_input"),
        ],
    )
    def test_what_was_taken_from_a_stock(self, tiny, printed, finding, rule):
        claim = ("hazardous_waste_rate", 2019, "value", printed, "t", "x", "hw_prior_used_disposed")
        row = audit(tiny(2019, items=self.ITEMS, claims=[claim])).iloc[0]
        assert (row.finding, row.rule) == (finding, rule)


@pytest.mark.parametrize(
    ("kind", "printed", "unit", "subject", "finding"),
    [
        ("value", "361", "d", "good_air_days", "cannot_check"),  # the figure itself
        ("value", "350", "d", "good_air_days", "contradicts"),
        ("value", "360", "d", "good_air_days", "contradicts"),
        ("count", "350", "d", "空气质量优良天数", "contradicts"),
        ("value", "350", "d", "国控点优良天数", "cannot_check"),  # another thing
    ],
)
def test_a_printed_item_against_the_one_submitted(tiny, kind, printed, unit, subject, finding):
    items = [("good_air_days", 2019, "361", "d")]
    claim = ("good_air_days_ratio", 2019, kind, printed, unit, "days", subject)
    row = found(tiny(2019, items=items, claims=[claim]))["days"]
    assert (row.finding, row.rule == "item_differs") == (finding, finding == "contradicts")


def test_a_claim_of_an_earlier_year_is_held_against_what_was_submitted_with_it(tiny):
    items = [("straw_use_rate", y, v, "%") for y, v in ((2017, "89.5"), (2018, "90.2"))]
    claims = [
        ("straw_use_rate", 2018, "value", "91.2", "%", "value"),
        ("straw_use_rate", 2018, "change", "0.7", "pp", "change"),
        ("straw_use_rate", 2018, "verdict", "达标", "", "verdict"),
    ]
    rows = found(tiny(2019, items=items, claims=claims))
    assert [rows[name].finding for name in ("value", "change", "verdict")] == [
        "contradicts", "agrees", "agrees",
    ]  # fmt: skip


class TestGoals:
    @pytest.mark.parametrize(
        ("year", "printed", "claim", "finding"),
        [
            (2019, "30", "PM2.5年均浓度控制在30微克/立方米以下", "agrees"),
            (2019, "25", "PM2.5年均浓度降到25微克/立方米", "contradicts"),
            (2020, "25", "PM2.5年均浓度不超过25微克/立方米", "cannot_check"),  # 26, not due yet
        ],
    )
    def test_a_bound_from_above_of_an_item(self, tiny, year, printed, claim, finding):
        items = [("pm25_mean", 2019, "26", "ug/m3")]
        row = ("pm25_decline", year, "goal", printed, "ug/m3", claim, "PM2.5年均浓度")
        assert found(tiny(2019, items=items, claims=[row]))[claim].finding == finding

    @pytest.mark.parametrize(
        ("items", "finding"),
        [
            ([("energy_per_gdp_decline", 2019, "4.0", "%")], "agrees"),
            ([("energy_per_gdp_decline", 2019, "3.0", "%")], "contradicts"),
            # 100 * (1 - 0.48 / 0.50) = 4 %
            ([("energy_per_gdp", y, v, "tce/10k yuan") for y, v in ((2018, "0.50"), (2019, "0.48"))],
             "agrees"),
        ],
    )  # fmt: skip
    def test_a_yearly_fall(self, tiny, items, finding):
        row = goal("energy_per_gdp", 2019, "3.5", "能耗下降3.5%")
        assert found(tiny(2019, items=items, claims=[row]))[row[5]].finding == finding

    @pytest.mark.parametrize(
        ("printed", "unit", "claim", "subject", "finding"),
        [
            # 90 to 96 % is 6 points, 0.50 to 0.40 is 20 % less, 30 to 24 is 20 % less.
            ("6", "pp", "比2015年提高6个百分点以上", "straw_use_rate", "agrees"),
            ("8", "pp", "比2015年提高8个百分点以上", "straw_use_rate", "contradicts"),
            ("20", "%", "能耗比2015年下降20%", "energy_per_gdp", "agrees"),
            ("25", "%", "能耗比2015年下降25%", "energy_per_gdp", "contradicts"),
            ("20", "%", "PM2.5比2015年下降20%", "pm25_mean", "agrees"),
            ("25", "%", "PM2.5比2015年下降25%", "pm25_mean", "contradicts"),
        ],
    )
    def test_a_rise_or_fall_since_a_year(self, tiny, printed, unit, claim, subject, finding):
        items = [
            (item, year, value, kept)
            for item, kept, *values in (
                ("straw_use_rate", "%", "90", "96"),
                ("energy_per_gdp", "tce/10k yuan", "0.50", "0.40"),
                ("pm25_mean", "ug/m3", "30", "24"),
            )
            for year, value in zip((2015, 2019), values, strict=True)
        ]
        indicator, item = ("pm25_decline", subject) if subject == "pm25_mean" else (subject, "")
        row = (indicator, 2019, "goal", printed, unit, claim, item)
        assert found(tiny(2019, items=items, claims=[row]))[claim].finding == finding

    def test_a_number_of_things_is_no_share_of_them(self, tiny):
        items = [("surface_sections_class3", 2019, "4", "count"),
                 ("surface_sections_total", 2019, "5", "count")]  # fmt: skip
        row = ("water_class3_gain", 2019, "goal", "5", "count", "five", "surface_sections_class3")
        assert found(tiny(2019, items=items, claims=[row]))["five"].finding == "contradicts"

    STRAW = [
        ("straw_use_rate", 2018, "91.0", "%"),
        ("straw_use_rate", 2019, "91.5", "%"),
    ]

    @pytest.mark.parametrize(
        ("year", "printed", "claim", "finding", "rule"),
        [
            (2019, "91", "91 % by 2019", "agrees", "goal_reached"),
            (2019, "95", "95 % by 2019", "contradicts", "goal_missed"),
            (2021, "95", "95 % by 2021", "cannot_check", "goal_open"),
            ("", "95", "at least 95 %", "cannot_check", "goal_open"),
            ("", "90", "at least 90 %", "agrees", "goal_reached"),
            (2021, "90", "at least 90 % by 2021", "agrees", "goal_reached"),
            # What is striven for by 2021 cannot have been exceeded in 2018.
            (2021, "90", "strive for 90 % by 2021", "contradicts", "goal_exceeded"),
            (2021, "90", "到2021年力争达到90%", "contradicts", "goal_exceeded"),
        ],
    )
    def test_against_the_reported_levels(self, tiny, year, printed, claim, finding, rule):
        claims = [goal("straw_use_rate", year, printed, claim)]
        row = found(tiny(2019, items=self.STRAW, claims=claims))[claim]
        assert (row.finding, row.rule) == (finding, rule)

    def test_a_goal_reached_before_its_term_is_remarked(self, tiny):
        claims = [goal("straw_use_rate", 2021, "90", "at least 90 % by 2021")]
        row = audit(tiny(2019, items=self.STRAW, claims=claims)).iloc[0]
        assert "already reported for 2018" in row.explanation_en

    def test_all_of_it_before_its_term(self, tiny):
        claims = [
            goal("straw_use_rate", 2020, "100", "surveyed by 2020", "survey"),
            ("straw_use_rate", 2019, "value", "100", "%", "the survey is complete", "survey"),
        ]
        row = found(tiny(2019, claims=claims))["surveyed by 2020"]
        assert row.finding == "cannot_check"
        assert "due only in 2020 and was reported as reached for 2019" in row.explanation_en

    @pytest.mark.parametrize(
        ("claim", "finding"),
        [
            ("2021年达标率达100%以上", "contradicts"),
            ("more than 100 % by 2021", "contradicts"),
            ("100 % by 2021", "cannot_check"),
        ],
    )
    def test_more_than_all(self, tiny, claim, finding):
        claims = [goal("public_participation", 2021, "100", claim, "offices")]
        assert found(tiny(2019, claims=claims))[claim].finding == finding

    def test_a_term_that_is_over_without_a_result(self, tiny):
        claims = [
            goal("air_quality", 2018, "40", "buses", "electric buses"),
            ("straw_use_rate", 2019, "value", "91", "%", "later"),
        ]
        assert "it fell due in 2018" in found(tiny(2019, claims=claims))["buses"].explanation_en

    def test_a_level_only_printed_proves_nothing(self, tiny):
        claims = [
            goal("straw_use_rate", 2019, "90", "goal", "samples"),
            ("straw_use_rate", 2019, "value", "100", "%", "value", "samples"),
        ]
        row = found(tiny(2019, claims=claims))["goal"]
        assert (row.finding, row.rule) == ("cannot_check", "goal_reached")

    def test_no_level(self, tiny):
        row = audit(tiny(2019, claims=[goal("straw_use_rate", 2019, "91", "x")])).iloc[0]
        assert (row.finding, row.rule) == ("cannot_check", "no_level")

    def test_one_goal_with_two_terms(self, tiny):
        claims = [
            goal("straw_use_rate", 2019, "100", "by 2019", "plants in all towns"),
            goal("straw_use_rate", 2020, "100", "by 2020", "plants in all towns"),
        ]
        rows = found(tiny(2019, claims=claims))
        assert {r.rule for r in rows.values()} == {"two_terms"}

    @pytest.mark.parametrize(
        ("n", "printed", "finding"),
        # Of one section 0 or 100 %; of 14, 13 are 92.857 %; of 28, 26 are.
        [(1, "92.9", "contradicts"), (14, "92.9", "agrees"), (28, "92.9", "agrees"),
         (13, "92.9", "contradicts"), (1, "100", "agrees")],
    )  # fmt: skip
    def test_a_share_that_cannot_come_out(self, tiny, n, printed, finding):
        items = [
            ("surface_sections_total", 2019, n, "count"),
            ("surface_sections_class3", 2019, n, "count"),
        ]
        claims = [goal("water_class3_gain", 2019, printed, "x", "surface_sections_class3")]
        row = audit(tiny(2019, items=items, claims=claims)).iloc[0]
        assert row.finding == finding
        assert (row.rule == "impossible_share") == (finding == "contradicts")


class TestImpliedByAChange:
    # 349 of at most 365 days: 95.6 to 100 %. 3.3 points more a year later, which cannot exceed
    # 100 %, leave at most 100 - 3.25 = 96.75 %.
    DAYS = [(f"{SHARE}", 2017, "90", "%"), ("good_air_days", 2018, "349", "d")]
    CHANGE = (SHARE, 2019, "change", "3.3", "pp", "3.3 points more")
    MET = (SHARE, 2018, "verdict", "达标", "", "met in 2018")

    def case(self, tiny, bound):
        params = (
            f"assigned: {{{SHARE}: {{2018: {{sense: at_least, value: {bound}, document: paper}}}}}}"
        )
        tiny(2018, items=self.DAYS, params=params)
        items = [("good_air_days", 2019, "361", "d")]
        return tiny(2019, items=items, claims=[self.CHANGE, self.MET], params=params)

    @pytest.mark.parametrize(
        ("bound", "finding"), [(97, "contradicts"), (96.8, "contradicts"), (96.7, "cannot_check")]
    )
    def test_a_printed_change_bounds_the_year_before(self, tiny, bound, finding):
        assert found(self.case(tiny, bound))["met in 2018"].finding == finding

    def test_a_change_since_another_year_bounds_nothing(self, tiny, monkeypatch):
        change = (SHARE, 2019, "change", "3.3", "pp", "3.3 points more than in 2015")
        monkeypatch.setattr(type(self), "CHANGE", change)
        assert found(self.case(tiny, 97))["met in 2018"].finding == "cannot_check"

    def test_what_the_missing_input_would_have_to_be(self, tiny):
        row = found(self.case(tiny, 96.7))["met in 2018"]
        # 349 / 0.967 = 360.91: 360 whole days.
        assert "at most 360 d" in row.explanation_en


class TestOtherReadings:
    ENERGY = [
        ("energy_per_gdp", 2017, "0.374", "tce/10k yuan"),
        ("energy_per_gdp", 2018, "0.236", "tce/10k yuan"),
        ("energy_per_gdp", 2019, "0.319", "tce/10k yuan"),
    ]

    def test_another_base_year_and_the_level_that_would_be_needed(self, tiny):
        claim = ("energy_per_gdp", 2019, "change", "14.7", "%", "下降率为14.7%")
        row = found(tiny(2019, items=self.ENERGY, claims=[claim]))["下降率为14.7%"]
        # Against 2017: 1 - 0.319 / 0.374 = 14.71 %. Needed in 2018: 0.319 / (1 - 0.147) = 0.374.
        assert row.finding == "contradicts"
        assert "2017 were the base" in row.explanation_en
        assert "以2017年为基数" in row.explanation_zh
        assert "0.374" in row.explanation_en

    @pytest.mark.parametrize(
        ("kind", "printed", "unit", "finding"),
        [
            # 1 - 0.319 / 0.236 = -35.2 %; 0.319 - 0.236 = 0.083 tce.
            ("value", "35.2", "%", "contradicts"),
            ("change", "0.083", "tce/10k yuan", "contradicts"),
        ],
    )
    def test_a_fall_in_any_unit_and_under_any_name_is_held_against_the_levels(
        self, tiny, kind, printed, unit, finding
    ):
        for text, says in (("比上年下降", finding), ("比上年上升", "agrees")):
            claim = ("energy_per_gdp", 2019, kind, printed, unit, text)
            assert found(tiny(2019, items=self.ENERGY, claims=[claim]))[text].finding == says

    def test_a_fraction_for_a_share_and_no_part_of_a_day(self, tiny):
        items = [("good_air_days", 2019, "361", "d"), ("valid_air_days", 2019, "365", "d")]
        claims = [
            ("good_air_days_ratio", 2019, "value", printed, "%", printed)
            for printed in ("0.989", "98.0", "98.1")
        ]
        rows = found(tiny(2019, items=items, claims=claims))
        # 361 of 365 are 98.9 %; 98.0 % of 365 are 357.7 days, which nobody counts: 358 are 98.1 %.
        assert "a fraction instead of %" in rows["0.989"].explanation_en
        assert "357" not in rows["98.0"].explanation_en
        assert "358 days" in rows["98.1"].explanation_en

    def test_another_unit(self, tiny):
        items = [("organic_area", 2019, "12670.95", "mu"), ("green_food_area", 2019, "0", "mu")]
        claim = ("organic_certified_area", 2019, "value", "1.27", "mu", "area")
        row = found(tiny(2019, items=items[:1], claims=[claim]))["area"]
        # 1.27 x 10^4 mu round to what was handed in.
        assert row.finding == "contradicts"
        assert "10⁴ mu" in row.explanation_en

    def test_the_figure_that_would_be_needed(self, tiny):
        items = [("waste_generated", 2019, "200", "t"), ("waste_harmless", 2019, "150", "t")]
        claim = ("urban_waste_harmless_rate", 2019, "value", "80", "%", "rate")
        row = found(tiny(2019, items=items, claims=[claim]))["rate"]
        # 160 / 200 and 150 / 187.5 are 80 %.
        assert "160 t" in row.explanation_en and "187.5 t" in row.explanation_en

    def test_a_part_left_out_that_the_document_counts_out(self, tiny):
        items = [
            ("sources_total", 2019, "12", "count"),
            ("sources_monitored", 2019, "11", "count"),
            ("drinking_source_quality", 2019, "100", "%"),
        ]
        claims = [
            ("drinking_source_quality", 2019, "value", "100", "%", "all good"),
            ("drinking_source_quality", 2019, "count", "1", "count", "one", "standby", "sources"),
        ]
        row = found(tiny(2019, items=items, claims=claims))["all good"]
        assert (row.finding, row.rule) == ("cannot_check", "part_observed")
        assert "standby" in row.explanation_en

    def test_all_of_it_by_rounding_alone(self, tiny):
        items = [("waste_generated", 2019, "1000.0", "t"), ("waste_harmless", 2019, "997.0", "t")]
        claim = ("urban_waste_harmless_rate", 2019, "value", "100", "%", "rate")
        row = found(tiny(2019, items=items, claims=[claim]))["rate"]
        assert row.finding == "agrees"
        assert "0.3 percentage points are missing" in row.explanation_en

    def test_all_of_it_beside_a_printed_rest(self, tiny):
        # 68.87 / (69.025 + 0.02) = 99.75 %, which rounds to 100; 0.175 in store is not nothing.
        items = [
            ("hw_generated", 2019, "69.025", "t"),
            ("hw_used_disposed", 2019, "68.87", "t"),
            ("hw_prior_used_disposed", 2019, "0.02", "t"),
        ]
        rate = ("hazardous_waste_rate", 2019, "value", "100", "%", "rate")
        rest = ("hazardous_waste_rate", 2019, "value", "0.175", "t", "rest", "hw_stored")
        assert found(tiny(2019, items=items, claims=[rate]))["rate"].finding == "agrees"
        row = found(tiny(2019, items=items, claims=[rate, rest]))["rate"]
        assert row.finding == "contradicts" and "“rest”" in row.explanation_en

    def test_the_figures_of_one_place_are_not_those_of_all(self, tiny):
        items = [
            ("waste_generated", 2019, "200", "t", "county town"),
            ("waste_harmless", 2019, "160", "t", "county town"),
        ]
        claims = [
            ("urban_waste_harmless_rate", 2019, "value", "80", "%", "rate"),
            ("urban_waste_harmless_rate", 2019, "verdict", "达标", "", "met"),
        ]
        rows = found(tiny(2019, items=items, claims=claims))
        assert (rows["rate"].finding, rows["rate"].rule) == ("cannot_check", "part_observed")
        assert "county town" in rows["met"].explanation_en

    def test_a_value_that_repeats_last_year_or_the_target(self, tiny):
        params = "assigned: {water_per_gdp: {2019: {sense: at_most, value: 210.4, document: x}}}"
        items = [("water_per_gdp", y, "210.4", "m3/10k yuan") for y in (2018, 2019)]
        claims = [
            ("water_per_gdp", 2019, "value", "210.4", "m3/10k yuan", "value"),
            ("water_per_gdp", 2019, "verdict", "达标", "", "met"),
        ]
        rows = found(tiny(2019, items=items, claims=claims, params=params))
        assert "the same digit for digit as in 2018" in rows["value"].explanation_en
        assert rows["met"].rule == "verdict_reported"
        assert "equals the assigned target" in rows["met"].explanation_en

    def test_two_inputs_that_are_the_same_figure_every_year(self, tiny):
        items = [
            (name, year, value, "t")
            for name in ("waste_generated", "waste_harmless")
            for year, value in ((2018, "6824.86"), (2019, "6315.29"))
        ]
        claim = ("urban_waste_harmless_rate", 2019, "value", "100", "%", "rate")
        row = found(tiny(2019, items=items, claims=[claim]))["rate"]
        assert row.finding == "agrees" and "shows nothing" in row.explanation_en

    def test_the_same_series_printed_for_two_indicators(self, tiny):
        claims = [
            (name, year, "value", printed, "%", f"{name} {year}")
            for name in ("urban_sewage_rate", "green_building_share")
            for year, printed in ((2018, "92.15"), (2019, "94.61"))
        ]
        assert set(audit(tiny(2019, claims=claims))["rule"]) == {"identical_series"}
        # That the figures are copied does not excuse them from the one submitted.
        items = [
            ("urban_sewage_rate", 2019, "90.61", "%"),
            ("green_building_share", 2019, "94.61", "%"),
        ]
        rows = found(tiny(2019, items=items, claims=claims))
        assert rows["urban_sewage_rate 2019"].rule == "reported_value"
        assert rows["urban_sewage_rate 2019"].finding == "contradicts"
        assert rows["green_building_share 2019"].rule == "identical_series"

    def test_round_figures_are_no_copy(self, tiny):
        claims = [
            (name, year, "value", "100", "%", f"{name} {year}")
            for name in ("urban_sewage_rate", "green_building_share")
            for year in (2018, 2019)
        ]
        assert set(audit(tiny(2019, claims=claims))["rule"]) == {"no_figure"}


class TestDirections:
    @pytest.mark.parametrize(
        ("values", "printed", "finding"),
        [
            (("91", "92"), "逐年提高", "agrees"),
            (("92", "91"), "rising", "contradicts"),
            (("92", "92"), "rising", "contradicts"),
            (("92", "92"), "未减少", "cannot_check"),  # one figure handed in twice
            (("91", "92", "92"), "未减少", "agrees"),
            (("91", "91", "92"), "提高", "agrees"),
            (("91", "91", "92"), "逐年提高", "contradicts"),
            (("92", "91"), "未减少", "contradicts"),
            (("91", "92"), "improving", "agrees"),
            (("92",), "improving", "cannot_check"),
            (("91", "92", "92"), "并无降低", "agrees"),
            (("91", "92", "92"), "保持稳定或持续改善", "agrees"),
            (("92", "91"), "保持稳定或持续改善", "contradicts"),
            (("91", "93", "92"), "比上年有所下降", "agrees"),  # whatever was before
            (("93", "91", "92"), "比2018年提高", "agrees"),
            (("91", "93", "92"), "自2017年以来提高", "contradicts"),
            (("91", "93", "92"), "比2017年提高", "agrees"),  # whatever was between
            (("91", "93", "92"), "2017—2019年持续提高", "contradicts"),
            (("91", "92", "93"), "连续三年提高", "agrees"),
            (("91", "92", "92"), "连续三年提高", "contradicts"),
            (("91", "93", "92"), "比2016年提高", "cannot_check"),
            (("91", "92", "92"), "与2018年持平", "cannot_check"),
            (("91", "92", "93"), "与2018年持平", "contradicts"),
        ],
    )
    def test_a_change_told_in_words(self, tiny, values, printed, finding):
        years = range(2020 - len(values), 2020)
        items = [("straw_use_rate", y, v, "%") for y, v in zip(years, values, strict=True)]
        claim = ("straw_use_rate", 2019, "change", printed, "", printed)
        assert found(tiny(2019, items=items, claims=[claim]))[printed].finding == finding

    @pytest.mark.parametrize(
        ("printed", "claim", "finding"),
        [
            ("1.8", "2019年为89.9%，比2016年提高1.8个百分点", "agrees"),
            ("0.3", "2019年为89.9%，比2016年提高1.8个百分点，比2018年下降0.3个百分点", "agrees"),
            ("1.8", "比2018年下降0.3个百分点，比2016年提高1.8个百分点", "agrees"),
            ("1.8", "在2016年基础上提高1.8个百分点", "agrees"),
            ("1.8", "比上年提高1.8个百分点", "contradicts"),
            ("0.7", "2018年以前多有提高，自2016年提高0.7个百分点", "contradicts"),
            ("1.8", "以2016年为基数提高1.8个百分点", "agrees"),
            ("1.8", "“十三五”以来提高1.8个百分点", "cannot_check"),  # of 2015 there is nothing
            ("1.8", "累计提高1.8个百分点", "cannot_check"),
            ("1.8", "up 1.8 points compared with 2016", "agrees"),
            # 1.8 points in three years
            ("0.6", "2016—2019年年均提高0.6个百分点", "agrees"),
            ("0.7", "2016年以来年均提高0.7个百分点", "contradicts"),
            ("1.5以上", "比2016年提高1.5个百分点以上", "agrees"),
            ("2以上", "比2016年提高2个百分点以上", "contradicts"),
            ("1.8", "比基准年（2016年）提高1.8个百分点", "agrees"),
            ("1.8", "三年来提高1.8个百分点", "cannot_check"),
            ("0.3", "比上年回落0.3", "agrees"),
            ("0.3", "比上年回升0.3", "contradicts"),
            ("−0.3", "比上年：−0.3", "agrees"),
            ("0.3", "比上年：−0.3", "agrees"),
            ("0．3", "同比降0．3", "agrees"),
            ("1-2", "比2016年提高1-2个百分点", "agrees"),
        ],
    )
    def test_a_change_since_the_year_that_its_sentence_names(self, tiny, printed, claim, finding):
        rates = ((2016, "88.1"), (2018, "90.2"), (2019, "89.9"))
        items = [("straw_use_rate", y, v, "%") for y, v in rates]
        claims = [("straw_use_rate", 2019, "change", printed, "pp", claim)]
        assert found(tiny(2019, items=items, claims=claims))[claim].finding == finding


@pytest.mark.parametrize(
    ("printed", "unit", "claim", "finding"),
    [
        # 131000 / 122000 = 1.0738; 131000 / 65500 = 2; 2^(1/4) = 1.1892 in four years
        ("7.4", "%", "地区生产总值增长7.4%", "agrees"),
        ("8.4", "%", "地区生产总值增长8.4%", "contradicts"),
        ("18.9", "%", "2015年以来地区生产总值年均增长18.9%", "agrees"),
        ("6.55", "100m yuan", "比2015年增加6.55亿元", "agrees"),
        ("5.66", "100m yuan", "比2015年增加5.66亿元", "contradicts"),
        ("翻番", "", "比2015年翻番", "agrees"),
        ("翻两番", "", "比2015年翻两番", "contradicts"),
        ("1", "倍", "比2015年增长1倍", "agrees"),
        ("1", "倍", "是2015年的1倍", "contradicts"),
        ("2倍", "", "是2015年的2倍", "agrees"),
        ("逐年上升", "", "地区生产总值逐年上升", "cannot_check"),  # 2016 and 2017 are not known
        ("逐年下降", "", "地区生产总值逐年下降", "contradicts"),
    ],
)
def test_a_change_of_an_item_is_held_against_that_item(tiny, printed, unit, claim, finding):
    items = [("gdp", y, v, "10k yuan") for y, v in ((2015, 65500), (2018, 122000), (2019, 131000))]
    # The indicator itself falls.
    items += [("water_per_gdp", y, v, "m3/10k yuan") for y, v in ((2018, "162.3"), (2019, "148.9"))]
    claims = [("water_per_gdp", 2019, "change", printed, unit, claim, "gdp")]
    assert found(tiny(2019, items=items, claims=claims))[claim].finding == finding


@pytest.mark.parametrize("kind", ["value", "change"])
@pytest.mark.parametrize(
    ("printed", "claim", "finding"),
    [
        # 32 to 27 to 26: 18.75 % since 2015, the base year, and 3.7 % since 2018.
        ("18.8", "PM2.5下降18.8%", "agrees"),
        ("18.8", "PM2.5比2015年下降18.8%", "agrees"),
        ("3.7", "PM2.5比上年下降3.7%", "agrees"),
        ("5.7", "PM2.5比上年下降5.7%", "contradicts"),
        ("18.8", "PM2.5比2017年下降18.8%", "cannot_check"),
    ],
)
def test_a_decline_since_another_year_than_the_base_year(tiny, kind, printed, claim, finding):
    pm25 = ((2015, "32.0"), (2018, "27.0"), (2019, "26.0"))
    items = [("pm25_mean", y, v, "ug/m3") for y, v in pm25]
    claims = [("pm25_decline", 2019, kind, printed, "%", claim)]
    assert found(tiny(2019, items=items, claims=claims))[claim].finding == finding


@pytest.mark.parametrize(
    ("indicator", "kind", "printed", "unit", "subject", "finding"),
    [
        ("straw_use_rate", "value", "92．5", "％", "", "contradicts"),
        ("straw_use_rate", "change", "1.5", "百分点", "", "agrees"),
        ("straw_use_rate", "goal", "≥90%", "", "", "agrees"),
        ("straw_use_rate", "goal", "95%以上", "", "", "contradicts"),
        ("straw_use_rate", "goal", "≤90%", "", "", "contradicts"),
        ("pm25_decline", "count", "26", "", "pm25_mean", "contradicts"),
        ("pm25_decline", "value", "25", "", "pm25_mean", "cannot_check"),
        # 30 to 25 is 16.7 % less since the base year, and 25 / 24 is 4.2 % more than last year.
        ("pm25_decline", "change", "4.2", "%", "pm25_mean", "agrees"),
        ("pm25_decline", "change", "16.7", "%", "", "agrees"),
    ],
)
def test_numbers_and_units_however_they_are_printed(
    tiny, indicator, kind, printed, unit, subject, finding
):
    pm25 = ((2015, "30.0"), (2018, "24.0"), (2019, "25.0"))
    items = [("pm25_mean", y, v, "ug/m3") for y, v in pm25]
    items += [("straw_use_rate", y, v, "%") for y, v in ((2018, "90.0"), (2019, "91.5"))]
    claims = [(indicator, 2019, kind, printed, unit, printed, subject)]
    assert found(tiny(2019, items=items, claims=claims))[printed].finding == finding


@pytest.mark.parametrize(
    ("kind", "printed", "unit", "claim", "finding"),
    [
        # 100 and 150 mu are known, and what else was certified can only add.
        ("change", "逐年下降", "", "逐年下降", "cannot_check"),
        ("change", "50", "%", "增长50%", "agrees"),
        ("change", "70", "%", "增长70%", "cannot_check"),
        ("goal", "140", "mu", "140亩以上", "agrees"),
        ("goal", "170", "mu", "170亩以上", "cannot_check"),
        ("goal", "140", "mu", "不超过140亩", "contradicts"),
        ("value", "250", "mu", "2018—2019年累计认证250亩", "cannot_check"),
    ],
)
def test_what_can_only_add_decides_nothing(tiny, kind, printed, unit, claim, finding):
    items = [("organic_area", y, v, "mu") for y, v in ((2018, "100"), (2019, "150"))]
    claims = [("organic_certified_area", 2019, kind, printed, unit, claim)]
    assert found(tiny(2019, items=items, claims=claims))[claim].finding == finding


class TestNotes:
    """What a finding says, by the codes of its notes and of those within them."""

    def codes(self, case):
        return [{code for note in f.notes for code in codes_in(note)} for f in audit_findings(case)]

    def test_a_group_has_no_value_of_its_own(self, tiny):
        case = tiny(2019, claims=[("air_quality", 2019, "value", "5", "%", "x")])
        assert self.codes(case) == [{"another_quantity.group"}]

    def test_areas_that_were_left_out_can_only_add(self, tiny):
        # Organic and green areas are known, 150 mu in all: the pollution-free ones would come on top.
        items = [("organic_area", 2019, "100", "mu"), ("green_food_area", 2019, "50", "mu")]
        claims = [("organic_certified_area", 2019, "value", "170", "mu", "x")]
        (codes,) = self.codes(tiny(2019, items=items, claims=claims))
        assert {"partly_observed", "range_from"} <= codes

    def test_points_meant_as_per_cent(self, tiny):
        # 80 to 84 % are 4 points, and 5 %.
        items = [("straw_use_rate", y, v, "%") for y, v in ((2018, "80.0"), (2019, "84.0"))]
        claims = [("straw_use_rate", 2019, "change", "5", "pp", "5 points more")]
        (codes,) = self.codes(tiny(2019, items=items, claims=claims))
        assert {"printed.differs", "meant_in", "in_points", "a_rise"} <= codes

    def test_an_input_that_would_have_to_be_larger(self, tiny, monkeypatch):
        # 349 days of at most 365 are 95.6 % and more; at most 97 % asks for 360 valid days or more.
        # No bound on that side is taken of this indicator: the rule itself knows both.
        monkeypatch.setattr("ecolib.assess.opening._directions", lambda *_: ())
        params = f"assigned: {{{SHARE}: {{2019: {{sense: at_most, value: 97, document: paper}}}}}}"
        items = [("good_air_days", 2019, "349", "d")]
        claims = [(SHARE, 2019, "verdict", "达标", "", "met")]
        (found,) = audit_findings(tiny(2019, items=items, claims=claims, params=params))
        needed = found.notes[1].args["readings"]
        assert needed.code == "input_at_least"
        assert needed.args["needed"] == Amount(360.0, "d")

    def test_a_formula_of_areas_alone(self, tiny):
        areas = [("protected", "all", 2019, "23035", "ha")]
        claims = [("nature_reserves", 2019, "value", "23035", "ha", "x")]
        (codes,) = self.codes(tiny(2019, areas=areas, claims=claims))
        assert codes == {"printed.agrees", "worked.alone"}

    def test_a_fall_that_is_smaller_than_reported(self, tiny):
        # 0.236 to 0.219 is a fall of 7.2 %, known to about 0.4 points.
        items = [
            ("energy_per_gdp", 2018, "0.236", "tce/10k yuan"),
            ("energy_per_gdp", 2019, "0.219", "tce/10k yuan"),
            ("energy_per_gdp_decline", 2019, "14.72", "%"),
        ]
        context = tiny(2019, items=items).context.of(LIANSHAN.find("energy_per_gdp"))
        (note,) = contradictions(context)
        assert (note.code, note.args["last_year"]) == ("decline_differs.fall", 2018)
        assert "7.20%" in note.text("en")


def codes_in(note):
    """The codes of a note and of every note among its arguments."""
    yield note.code
    for value in note.args.values():
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Note):
                yield from codes_in(one)


def test_only_the_claims_of_the_year(tiny):
    claims = [("straw_use_rate", y, "value", "91", "%", str(y)) for y in (2018, 2019, 2020)]
    case = tiny(2019, claims=claims)
    assert list(audit(case, all_years=False)["year"]) == [2019]
    assert list(audit(case)["year"]) == [2018, 2019, 2020]


def test_the_note_of_an_entry_is_told(tiny):
    case = tiny(2019)
    path = case.root / "data/trial/raw/2019/claims.csv"
    head = "indicator,year,kind,printed,unit,claim,position,note\n"
    path.write_text(f"{head}straw_use_rate,2019,value,91,%,x,p,by hand\n", encoding="utf-8")
    row = audit(open_case("trial", 2019, root=case.root)).iloc[0]
    assert "by hand" in row.explanation_en and "by hand" in row.explanation_zh


@given(st.floats(0.2, 5.0))
@settings(deadline=None, derandomize=True)
def test_a_root_is_a_root(x):
    assert alternatives.root(lambda y: y**3 - x**3, 0.1, 10) == pytest.approx(x)


def test_no_root_is_not_a_number():
    assert math.isnan(alternatives.root(lambda y: y + 1, 0.1, 10))


def test_every_rule_has_a_name_for_people():
    """Each rule that a finding can carry, read from the sources, stands among the words."""
    modules = ("values", "accounts", "changes", "verdicts", "audit", "goals", "document")
    source = "".join((CHECKS / f"{m}.py").read_text(encoding="utf-8") for m in modules)
    named = set(re.findall(r'rule="(\w+)"', source))
    assert len(named) >= 5
    assert named <= set(words("rule"))
    for rule in words("rule"):
        # What decides is named by the rule itself, or by the first note of what it finds.
        assert re.search(rf'"{rule}[".]', source), rule


def test_every_finding_on_the_counties_is_by_a_rule_with_a_name():
    for county, year in (("lianshan", 2019), ("demo", 2020)):
        for each in audit_findings(opened(county, year)):
            assert each.rule in words("rule")
            assert each.notes and all(n.text("zh") and n.text("en") for n in each.notes)
