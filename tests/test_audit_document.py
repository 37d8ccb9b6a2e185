"""A document held against itself, and a consistent county of which nothing is contradicted."""

import random

import pytest
from counties import opened
from hypothesis import given, settings
from hypothesis import strategies as st

from ecolib.checks.audit import audit, by_cause
from ecolib.checks.claims import Claim, span_of
from ecolib.data.dictionary import issuers
from ecolib.indicators.catalogue import find

PLAN, AIR = "eco_plan", "good_air_days_ratio"


def claim(kind, printed, *, about=PLAN, year=2019, unit="", text="", **told):
    """A row of the claims table; what is not told stays empty."""
    named = ("subject", "part_of", "position", "scope", "date", "requires")
    told = {"position": "page 1", **told}
    text = text or f"{kind} {printed} {told.get('subject', '')} {told['position']}"
    return (about, year, kind, printed, unit, text, *(told.get(name, "") for name in named))


def period(subject, date, part_of="plan", **told):
    return claim("period", date, subject=subject, date=date, part_of=part_of, **told)


def act(actor, subject="passing", date="", **told):
    return claim("act", actor, subject=subject, date=date, **told)


def rules(case):
    """Finding and rule of every row."""
    return [(row.finding, row.rule) for row in audit(case).itertuples()]


def contradicted(case):
    table = audit(case)
    return table[table["finding"] == "contradicts"]


class TestTimes:
    @pytest.mark.parametrize(
        ("text", "days"),
        [
            ("2018", ("2018-01-01", "2018-12-31")),
            ("2020-02", ("2020-02-01", "2020-02-29")),
            ("2018-10-31", ("2018-10-31", "2018-10-31")),
            ("2019-01/2020-12", ("2019-01-01", "2020-12-31")),
            ("/2018-12", ("0001-01-01", "2018-12-31")),
            ("2018年4月1日", ("2018-04-01", "2018-04-01")),
            ("2018年10月至2019年3月", ("2018-10-01", "2019-03-31")),
            ("2018-04/", ("2018-04-01", "9999-12-31")),
        ],
    )
    def test_what_is_a_time(self, text, days):
        assert tuple(day.isoformat() for day in span_of(text)) == days

    @pytest.mark.parametrize(
        "text", ["", "/", "soon", "2018-13", "2019-02-29", "2020/2019", "2018/x"]
    )
    def test_what_is_none(self, text):
        assert span_of(text) is None

    def test_one_that_cannot_be_read_is_told(self, tiny):
        assert rules(tiny(2019, claims=[period("one", "soon")])) == [("cannot_check", "not_a_date")]

    def test_stages_that_overlap_and_leave_gaps_have_one_cause(self, tiny):
        # April to December 2020 lie in both stages; April to December 2020 in no part of the first.
        claims = [
            period("stage 1", "2019-01/2020-12"),
            period("stage 2", "2020-04/2020-12"),
            period("first half", "2019-01/2019-12", "stage 1"),
            period("second half", "2020-01/2020-03", "stage 1"),
        ]
        wrong = contradicted(tiny(2019, claims=claims))
        assert list(wrong["rule"]) == ["periods_overlap"]
        assert "31 March 2020" in wrong["explanation_en"].iloc[0]

    @pytest.mark.parametrize(
        ("second", "rule"),
        [
            ("2019-04/2019-12", []),
            ("2019-03/2019-12", ["periods_overlap"]),
            ("2019-05/2019-12", ["periods_gap"]),
        ],
    )
    def test_one_after_the_other(self, tiny, second, rule):
        case = tiny(2019, claims=[period("one", "2019-01/2019-03"), period("two", second)])
        assert list(contradicted(case)["rule"]) == rule

    @pytest.mark.parametrize(("end", "finding"), [("12", "agrees"), ("11", "contradicts")])
    def test_parts_fill_the_whole(self, tiny, end, finding):
        claims = [period("year", "2019", ""), period("all", f"2019-01/2019-{end}", "year")]
        row = audit(tiny(2019, claims=claims)).iloc[0]
        assert row.finding == finding

    @pytest.mark.parametrize(("due", "late"), [("2020-12", True), ("2020-05", False)])
    def test_a_deadline_after_the_step_that_needs_it(self, tiny, due, late):
        goal = claim("goal", "100", unit="%", subject="plants", date=due, about="urban_sewage_rate")
        step = period("all targets met", "2020-04/2020-05", requires="rivers; plants")
        wrong = contradicted(tiny(2019, claims=[step, goal]))
        assert list(wrong["rule"]) == ["due_too_late"] * late


class TestAuthorities:
    @pytest.mark.parametrize(
        ("actor", "date", "gone"),
        [
            ("国家环保部", "2020-10/2020-12", True),
            ("国家环保部", "2018-03", False),  # the month of the decision of 17 March
            ("国家环保部", "2018-04", True),
            ("市环保局", "2018-10", False),
            ("市环保局", "2019-04", True),
            ("原清远市环境保护局", "2020", False),  # called former by the document itself
            ("市生态环境局", "2020", False),
            ("新区生态环境保护局", "2020", False),
            ("市环保局", "", False),
        ],
    )
    def test_an_issuer_that_did_not_exist_on_the_date(self, tiny, actor, date, gone):
        wrong = contradicted(tiny(2019, claims=[act(actor, date=date)]))
        assert list(wrong["rule"]) == ["issuer_gone"] * gone

    def test_one_authority_named_often_is_one_cause(self, tiny):
        claims = [act("市环保局", f"deed {n}", "2020") for n in range(3)]
        assert contradicted(tiny(2019, claims=claims))["cause"].nunique() == 1

    def test_the_register_says_how_sure_it_is(self):
        assert {i.confidence for i in issuers()} <= {"high", "medium", "low"}
        assert all(i.source and i.successor for i in issuers())
        # The decision of the National People's Congress is of 17 March 2018.
        dates = {i.name: i.until.isoformat() for i in issuers()}
        assert dates["环境保护部"] == "2018-03-17"

    def test_one_deed_done_by_two(self, tiny):
        claims = [act("county government"), act("people's congress", position="page 2")]
        wrong = contradicted(tiny(2019, claims=claims))
        assert list(wrong["rule"]) == ["two_actors"] * 2 and wrong["cause"].nunique() == 1
        same = [act("people's congress"), act("people's congress", position="page 2")]
        assert contradicted(tiny(2019, claims=same)).empty

    @pytest.mark.parametrize(
        ("source", "expected"),
        # 19 is led by the economy bureau and supported by the towns.
        [
            ("economy bureau", ("agrees", "source_has_role")),
            ("statistics bureau", ("contradicts", "source_without_role")),
            ("a survey firm", ("cannot_check", "source_unknown")),
        ],
    )
    def test_a_source_of_data(self, tiny, source, expected):
        params = (
            "owners: {economy: {zh: 经促局, en: economy bureau},"
            " statistics: {zh: 统计局, en: statistics bureau}}\n"
        )
        claims = [claim("source", source, about="energy_per_gdp")]
        assert rules(tiny(2019, claims=claims, params=params)) == [expected]

    @pytest.mark.parametrize(
        ("source", "members", "finding"),
        [
            (
                "县统计局",
                ["statistics"],
                "contradicts",
            ),  # by its usual name; 20 is for economy and ecology
            ("县经促局", [], "agrees"),
        ],
    )
    def test_a_source_by_its_usual_name(self, tiny, source, members, finding):
        posts = [("member", "head", unit, "page 1", "") for unit in members]
        claims = [claim("source", source, about="energy_per_gdp")]
        assert rules(tiny(2019, claims=claims, members=posts))[0][0] == finding

    @pytest.mark.parametrize(
        ("members", "expected"),
        [
            ([], ("cannot_check", "source_of_group")),
            (["statistics", "police"], ("agrees", "source_has_role")),
            (["police"], ("contradicts", "source_without_role")),
        ],
    )
    def test_a_source_of_what_the_leading_group_supports(self, tiny, members, expected):
        posts = [("member", "head", unit, "page 1", "") for unit in members]
        claims = [claim("source", "县统计局", about=PLAN)]
        assert rules(tiny(2019, claims=claims, members=posts)) == [expected]


class TestSumsAndScopes:
    DAYS = [
        ("good_air_days", year, days, "d")
        for year, days in ((2017, "292"), (2018, "301"), (2019, "310"))
    ]

    @pytest.mark.parametrize(
        ("printed", "text", "expected"),
        [
            # 292 + 301 + 310 = 903.
            ("903", "2017年至2019年累计优良天数903天", ("agrees", "sum_of_years")),
            ("912", "2017—2019年优良天数合计912天", ("contradicts", "sum_of_years")),
            (
                "912",
                "a total of 912 days in the years 2017 to 2019",
                ("contradicts", "sum_of_years"),
            ),
            (
                "1195",
                "2016—2019年累计1195天",
                ("cannot_check", "another_quantity"),
            ),  # 2016 is unknown
            ("301", "2017—2019年平均301天", ("cannot_check", "another_quantity")),
        ],
    )
    def test_a_sum_over_years(self, tiny, printed, text, expected):
        claims = [claim("value", printed, unit="d", subject="good_air_days", text=text, about=AIR)]
        assert rules(tiny(2019, items=self.DAYS, claims=claims)) == [expected]

    def test_a_stock_is_no_sum_of_those_of_the_years(self, tiny):
        items = [("hw_stored", year, "4", "t") for year in (2018, 2019)]
        text = "2018—2019年累计贮存4吨"
        claims = [
            claim(
                "value", "4", unit="t", subject="hw_stored", text=text, about="hazardous_waste_rate"
            )
        ]
        assert rules(tiny(2019, items=items, claims=claims))[0][0] == "cannot_check"

    @pytest.mark.parametrize(
        ("scope", "finding"),
        [
            ("", "contradicts"),
            ("全县", "contradicts"),
            ("城镇", "contradicts"),
            ("中心城区", "cannot_check"),
        ],
    )
    @pytest.mark.parametrize("kind", ["value", "change", "goal"])
    def test_a_figure_of_a_part_of_the_county(self, tiny, scope, finding, kind):
        # 90 % and 92 % for the county: neither 98 %, nor a rise of 98 points, nor 98 % reached.
        items = [("urban_sewage_rate", year, v, "%") for year, v in ((2018, "90"), (2019, "92"))]
        told = {
            "about": "urban_sewage_rate",
            "unit": "pp" if kind == "change" else "%",
            "scope": scope,
        }
        claims = [claim(kind, "98", **told)]
        assert rules(tiny(2019, items=items, claims=claims))[0][0] == finding


class TestWordsAndScopes:
    @pytest.mark.parametrize(
        ("text", "wrong"),
        [
            ("全面覆盖全县，覆盖率90%", True),
            ("全部建成，覆盖率90%", True),
            ("full coverage: 90 %", True),
            ("全部农户的90%", False),
            ("由100%降为90%", False),
            ("逐步实现全覆盖，达到90%", False),
            ("尚未全部完成，为90%", False),
            ("全县覆盖率90%", False),
            ("整治无一遗漏，完成率90%", True),
            ("一户不落，覆盖率90%", True),
            ("2018年达到90%；2020年达到100%", False),  # another clause
        ],
    )
    def test_all_of_it_yet_less(self, tiny, text, wrong):
        goal = claim("goal", "90", unit="%", subject="villages", text=text, about="straw_use_rate")
        assert list(contradicted(tiny(2019, claims=[goal]))["rule"]) == ["all_yet_less"] * wrong

    @pytest.mark.parametrize("other", ["9", "146"])
    def test_two_scopes_of_one_thing_prove_nothing_of_each_other(self, tiny, other):
        claims = [
            claim("count", "146", unit="count", subject="rivers", scope="with a chief"),
            claim("count", other, unit="count", subject="rivers", scope="dredged", position="p 2"),
        ]
        table = audit(tiny(2019, claims=claims))
        assert set(table["rule"]) == {"two_scopes"} and set(table["finding"]) == {"cannot_check"}
        assert table["cause"].nunique() == 1

    @pytest.mark.parametrize(("k", "wrong"), [("1", 2), ("18", 0)])
    def test_k_of_n_beside_met(self, tiny, k, wrong):
        about = "river_bank_protection_rate"
        claims = [
            claim("count", "18", unit="count", subject="rivers", about=about),
            claim("done", k, unit="count", part_of="rivers", about=about),
            claim("verdict", "达标", about=about),
        ]
        found = contradicted(tiny(2019, claims=claims))
        assert len(found) == wrong and found["cause"].nunique() == (1 if wrong else 0)


class TestShares:
    @given(st.integers(1, 400), st.data(), st.integers(0, 3))
    @settings(deadline=None, derandomize=True)
    def test_any_k_of_n_comes_out(self, n, data, decimals):
        k = data.draw(st.integers(0, n))
        assert share(f"{100 * k / n:.{decimals}f}").comes_out(n)

    @given(st.integers(1, 99), st.data())
    @settings(deadline=None, derandomize=True)
    def test_between_two_neighbours_nothing_comes_out(self, n, data):
        # Neighbours lie 100/n > 1 points apart: their middle is 50/n points from either, more than
        # the half hundredth that two decimals leave.
        k = data.draw(st.integers(0, n - 1))
        assert not share(f"{100 * (k + 0.5) / n:.2f}").comes_out(n)

    @pytest.mark.parametrize(
        ("printed", "n", "possible"),
        # 358/366 = 97.81 and 359/366 = 98.09; 358/365 = 98.08; 1/8 = 12.5 rounds either way.
        [("98.0", 366, False), ("98.1", 366, True), ("98.1", 365, True), ("12", 8, True),
         ("13", 8, True), ("100", 1, True), ("92.9", 14, True), ("92.9", 13, False)],
    )  # fmt: skip
    def test_by_hand(self, printed, n, possible):
        assert share(printed).comes_out(n) is possible

    @pytest.mark.parametrize(
        ("days", "expected"),
        [
            ("", ("cannot_check", "impossible_value")),
            ("366", ("contradicts", "impossible_value")),
            ("350", ("cannot_check", "no_figure")),  # 343 of 350 are 98 %
        ],
    )
    def test_a_share_of_days(self, tiny, days, expected):
        items = [("valid_air_days", 2016, days, "d")] if days else []
        claims = [claim("value", "98.0", unit="%", about=AIR, year=2016)]
        assert rules(tiny(2016, items=items, claims=claims)) == [expected]

    def test_a_share_of_things_counted_in_the_document(self, tiny):
        # 38 of 48 are 79.2 %, 39 are 81.3 %.
        told = {"about": "straw_use_rate", "year": 2019}
        claims = [
            claim("count", "48", unit="count", subject="villages", **told),
            claim("value", "80", unit="%", part_of="villages", **told),
        ]
        assert "impossible_value" in set(contradicted(tiny(2019, claims=claims))["rule"])
        claims[1] = claim("value", "80", unit="%", subject="reached", part_of="villages", **told)
        assert "impossible_value" in set(contradicted(tiny(2019, claims=claims))["rule"])

    def test_a_share_of_nothing(self, tiny):
        items = [("black_odor_total", 2019, "0", "count")]
        claims = [
            claim("value", "100", unit="%", about="black_odor_elimination"),
            claim("verdict", "达标", about="water_quality"),
        ]
        table = audit(tiny(2019, items=items, claims=claims)).set_index("number")
        told = table[table["rule"] == "whole_is_zero"]
        assert set(told["finding"]) == {"contradicts", "cannot_check"}

    @pytest.mark.parametrize("size", [True, False])
    def test_a_survey_without_a_sample_size(self, tiny, size):
        about = "public_satisfaction"
        items = [(about, 2019, "90.38", "%")]
        claims = [claim("value", "90.38", unit="%", about=about)]
        claims += [claim("count", "800", unit="persons", subject="asked", about=about)] * size
        found = {rule for _, rule in rules(tiny(2019, items=items, claims=claims))}
        assert ("no_sample_size" in found) is not size


class TestTargets:
    @pytest.mark.parametrize(
        ("printed", "before", "rule"),
        [
            ("97", 98, "weaker_target"),
            ("97", 97, "as_assigned"),
            ("97", 96, "as_assigned"),
            ("96", 97, "as_assigned"),  # which differs from the parameters
        ],
    )
    def test_weaker_than_the_year_before(self, tiny, printed, before, rule):
        bound = "{sense: at_least, value: %s, document: paper}"
        params = f"assigned: {{{AIR}: {{2018: {bound % before}, 2019: {bound % 97}}}}}"
        claims = [claim("assigned", printed, unit="%", about=AIR)]
        ((finding, found),) = rules(tiny(2019, claims=claims, params=params))
        assert found == rule
        assert (finding == "agrees") is (printed == "97" and before <= 97)

    @pytest.mark.parametrize(("printed", "finding"), [("3.5", "agrees"), ("2.5", "contradicts")])
    def test_a_yearly_fall_handed_down(self, tiny, printed, finding):
        fall = "{sense: at_least, value: 3.5, measure: decline, document: paper}"
        params = f"assigned: {{energy_per_gdp: {{2019: {fall}}}}}"
        claims = [claim("assigned", printed, unit="%", about="energy_per_gdp")]
        assert rules(tiny(2019, claims=claims, params=params)) == [(finding, "as_assigned")]


class TestVerdicts:
    @pytest.mark.parametrize(
        ("printed", "finding"),
        [("完成", "contradicts"), ("达到考核要求", "contradicts"), ("尚未完成", "agrees"),
         ("基本达标", "cannot_check")],
    )  # fmt: skip
    def test_in_other_words(self, tiny, printed, finding):
        items = [("straw_use_rate", 2019, "85", "%")]  # of 90
        claims = [claim("verdict", printed, about="straw_use_rate")]
        assert [f for f, _ in rules(tiny(2019, items=items, claims=claims))] == [finding]

    def test_of_several_years_is_held_against_each(self, tiny):
        # 13 asks for all of it: 90 of 100 t are not, in either year.
        items = [
            (name, year, value, "t")
            for year in (2018, 2019)
            for name, value in (
                ("hw_generated", "100"),
                ("hw_used_disposed", "90"),
                ("hw_prior_used_disposed", "0"),
            )
        ]
        told = claim("verdict", "达标", about="hazardous_waste_rate", date="2018/2019")
        tiny(2018, items=[row for row in items if row[1] == 2018])
        table = audit(tiny(2019, items=items, claims=[told]))
        assert list(table["year"]) == [2018, 2019]
        assert list(table["finding"]) == ["contradicts"] * 2

    def test_a_year_with_a_verdict_of_its_own_keeps_it(self, tiny):
        told = {"about": "hazardous_waste_rate"}
        claims = [
            claim("verdict", "达标", date="2018/2019", **told),
            claim("verdict", "未达标", year=2018, **told),
        ]
        table = audit(tiny(2019, claims=claims))
        assert list(table["printed"]) == ["未达标", "达标"]

    def test_of_a_group_says_nothing_of_a_part_without_any_figure(self, tiny):
        claims = [claim("verdict", "达标", about="air_quality")]
        table = audit(tiny(2019, items=[("good_air_days", 2019, "361", "d")], claims=claims))
        parts = table[table["rule"] == "part_without_figure"]
        assert list(parts["number"]) == ["7b"] and set(parts["finding"]) == {"cannot_check"}

    @pytest.mark.parametrize(
        ("last", "finding"), [("94.61", "cannot_check"), ("44.61", "contradicts")]
    )
    def test_copied_figures_that_pass_either_way_are_no_contradiction(self, tiny, last, finding):
        # 32 asks for 80 %, 30 for 50 %: 94.61 passes both, 44.61 neither.
        items = [
            (name, year, value, "%")
            for name in ("green_procurement", "green_building_share")
            for year, value in ((2018, "92.15"), (2019, last))
        ]
        claims = [claim("verdict", "达标", about="green_procurement")]
        row = audit(tiny(2019, items=items, claims=claims)).iloc[0]
        assert (row.finding, row.recomputed) == (finding, "conflict")


class TestCauses:
    def test_a_verdict_is_silent_beside_the_figures_it_rests_on(self, tiny):
        items = [
            ("hw_generated", 2019, "100", "t"),
            ("hw_used_disposed", 2019, "90", "t"),
            ("hw_prior_used_disposed", 2019, "0", "t"),
        ]
        about = "hazardous_waste_rate"
        claims = [
            claim("value", "100", unit="%", about=about),
            claim("verdict", "达标", about=about),
        ]
        ((rows, told),) = by_cause(audit(tiny(2019, items=items, claims=claims)), "en")
        assert len(rows) == 2 and len(told) == 1 and "90%" in told[0]

    def test_what_two_claims_say_of_each_other_is_told_once(self, tiny):
        claims = [act("county government"), act("people's congress", position="page 2")]
        ((rows, told),) = by_cause(audit(tiny(2019, claims=claims)), "en")
        assert len(rows) == 2 and len(told) == 1
        assert "county government" in told[0] and "people's congress (page 2)" in told[0]

    def test_what_cannot_be_checked_is_told_once_for_all_years(self, tiny):
        items = [("straw_use_rate", year, "91", "%") for year in (2018, 2019)]
        claims = [
            claim("value", "91", unit="%", about="straw_use_rate", year=y) for y in (2018, 2019)
        ]
        tiny(2018, items=items[:1])
        ((rows, told),) = by_cause(audit(tiny(2019, items=items, claims=claims)), "en")
        assert len(rows) == 2 and len(told) == 1 and "2019" in told[0]


# --- no false alarm -------------------------------------------------------------------------------


def consistent(seed):
    """Figures and claims of a county of which every sentence is true, by a seed.

    Everything printed is worked out here from the figures: shares by their definition, rounded as
    printed, stocks by their account, periods one after the other.
    """
    draw = random.Random(seed)
    items, claims, stock = [], [], draw.randint(0, 40)
    items.append(("hw_stored", 2017, stock, "t"))
    shares = {}
    for year in (2018, 2019):
        total, days = draw.randint(10_000, 90_000), draw.randint(350, 365)
        used, good = round(total * draw.uniform(0.91, 0.99)), round(days * draw.uniform(0.95, 1))
        made = draw.randint(100, 900)
        items += [
            ("straw_total", year, total, "t"),
            ("straw_used", year, used, "t"),
            ("valid_air_days", year, days, "d"),
            ("good_air_days", year, good, "d"),
            # All that was made and all that was stored is disposed of: nothing is left.
            ("hw_generated", year, made, "t"),
            ("hw_used_disposed", year, made + stock, "t"),
            ("hw_prior_used_disposed", year, stock, "t"),
            ("hw_stored", year, 0, "t"),
        ]
        stock = 0
        digits = draw.randint(0, 2)
        shares[year] = 100 * used / total
        claims += [
            claim("value", f"{shares[year]:.{digits}f}", unit="%", about="straw_use_rate", year=year),
            claim("value", f"{100 * good / days:.{digits}f}", unit="%", about=AIR, year=year),
            claim("value", "100", unit="%", about="hazardous_waste_rate", year=year),
            claim("value", "0", unit="t", about="hazardous_waste_rate", year=year,
                  subject="hw_stored"),
            claim("verdict", "达标", about="straw_use_rate", year=year),
            claim("assigned", "90", unit="%", about=AIR, year=year),
        ]  # fmt: skip
    moved = shares[2019] - shares[2018]
    way = "下降" if moved < 0 else "提高"
    text = f"比上年{way}{abs(moved):.2f}个百分点"
    claims.append(
        claim("change", f"{abs(moved):.2f}", unit="pp", about="straw_use_rate", text=text)
    )
    claims.append(claim("verdict", "达标", about="hazardous_waste_rate", date="2018/2019"))
    parks, reserves = draw.randint(1, 9), draw.randint(1, 9)
    told = {"unit": "count", "about": "nature_reserves"}
    claims += [
        claim("count", str(parks + reserves), subject="areas", **told),
        claim("count", str(parks), subject="parks", part_of="areas", **told),
        claim("count", str(reserves), subject="reserves", part_of="areas", **told),
        claim("done", str(parks), part_of="parks", **told),
    ]
    months = sorted(draw.sample(range(2, 12), 2))
    cuts = [1, *months, 13]
    claims.append(period("plan", "2019", ""))
    claims += [
        period(f"stage {n}", f"2019-{a:02}/2019-{b - 1:02}", requires=f"stage {n - 1}")
        for n, (a, b) in enumerate(zip(cuts, cuts[1:], strict=False))
    ]
    claims += [act("县人大常委会", date="2018-08"), act("县人大常委会", position="page 2")]
    claims += [act("市生态环境局", "review", "2019-06"), act("市环境保护局", "start", "2017")]
    claims.append(claim("goal", f"{shares[2019] - 1:.0f}", unit="%", about="straw_use_rate"))
    draw.shuffle(claims)
    bound = "{sense: at_least, value: 90, document: paper}"
    return items, claims, f"assigned: {{{AIR}: {{2018: {bound}, 2019: {bound}}}}}"


@pytest.mark.parametrize("seed", range(12))
def test_of_a_consistent_county_nothing_is_contradicted(tiny, seed):
    items, claims, params = consistent(seed)
    tiny(2018, items=[row for row in items if row[1] < 2019], params=params)
    table = audit(tiny(2019, items=items, claims=claims, params=params))
    wrong = table[table["finding"] == "contradicts"]
    assert wrong.empty, wrong[["claim", "explanation_en"]].to_dict("records")
    # It is held against figures, not passed over.
    assert (table["finding"] == "agrees").sum() >= 15


def test_one_wrong_figure_in_it_is_found(tiny):
    items, claims, params = consistent(0)
    items = [(n, y, v - 1000 if n == "straw_used" else v, u) for n, y, v, u in items]
    tiny(2018, items=[row for row in items if row[1] < 2019], params=params)
    assert not contradicted(tiny(2019, items=items, claims=claims, params=params)).empty


def test_of_the_demo_county_only_what_was_planted_is_contradicted():
    assert contradicted(opened("demo", 2018)).empty and contradicted(opened("demo", 2019)).empty
    wrong = contradicted(opened("demo", 2020))
    # A count that is not its parts, two wrong values, a goal below what is reported, a conflict.
    assert set(wrong["indicator"]) == {
        "nature_reserves", "land_per_gdp_decline", "village_water_hygiene", "urban_sewage_rate",
        "green_procurement",
    }  # fmt: skip


def test_what_the_plan_of_the_first_county_says_against_itself():
    wrong = contradicted(opened("lianshan", 2019))
    found = {(row.rule, row.number, row.year) for row in wrong.itertuples()}
    assert found >= {
        # 2019-01 to 2020-12 with parts to 2020-03, and the next stage from 2020-04.
        ("periods_overlap", "1", 2020),
        # All targets met by May 2020, with the plants of six towns to open on 2020-12-01.
        ("due_too_late", "1", 2020),
        ("issuer_gone", "1", 2020),
        ("issuer_gone", "29", 2020),
        ("two_actors", "1", 2018),
        ("two_actors", "34", 2020),
        ("source_without_role", "18", 2019),
        ("source_without_role", "19", 2019),
        # 1 of 18 rivers; 98.0 % for 2017 and 97 % for 2018; "覆盖全县" beside 90 %.
        ("partly_done", "18", 2019),
        ("verdict_undone", "18", 2019),
        ("weaker_target", "7a", 2018),
        ("all_yet_less", "26", 2018),
        # Four landfills to be given up by 2019, and by 2020.
        ("two_terms", "28", 2019),
    }
    # 94.61 % passes 85 % and 50 %, whosever it is.
    assert not {("verdict", "27", year) for year in (2017, 2018, 2019)} & found
    assert not {("verdict", "30", year) for year in (2017, 2018, 2019)} & found
    # Value and verdict of 13 in 2018, its stock and what was taken from it are one cause.
    assert wrong[(wrong["number"] == "13") & (wrong["year"] == 2018)]["cause"].nunique() == 1


def share(printed):
    return Claim(find("straw_use_rate"), 2019, "value", printed, "%", "", "")
