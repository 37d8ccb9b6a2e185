"""What a document proves, in which years."""

from __future__ import annotations

import numpy as np
import pytest

from ecolib.assess.documents import states
from ecolib.indicators.targets import (
    Assigned,
    Both,
    Either,
    InPlace,
    Limit,
    NoLoss,
    Parts,
    WhereGiven,
    requirements_of,
)

PLAN = ("规划", "plan")
DRILL = ("演练", "drill")


def documents(*given: dict) -> list[dict]:
    """Rows of the documents table: a dated plan of 2018 unless stated otherwise."""
    plan = {
        "requirement": "plan", "year": None, "holds": True, "title": "规划",
        "number": "〔2018〕9号", "date": "2018-09-13", "valid_from": None, "valid_to": None,
        "submitted": 2019,
    }  # fmt: skip
    return [plan | row for row in given]


def state(year: int, *given: dict) -> str:
    return states(documents(*given), ["plan"], np.array([year]))["plan"][0]


class TestWhatProves:
    @pytest.mark.parametrize(
        ("row", "found"),
        [
            ({}, "documented"),
            ({"number": None}, "documented"),  # a date is enough
            ({"date": None}, "documented"),  # a number is enough
            ({"number": None, "date": None}, "named"),  # a title alone cannot be looked up
            ({"title": None}, "stated"),
            ({"holds": False}, "denied"),
            ({"holds": False, "title": None}, "denied"),
            ({"requirement": "drill"}, "absent"),
            ({"requirement": None}, "stated"),  # material for the indicator as a whole
            ({"requirement": None, "title": None}, "absent"),
        ],
    )
    def test_one_row(self, row, found):
        assert state(2019, row) == found

    def test_no_rows_at_all(self):
        assert state(2019) == "absent"

    def test_one_document_proves_beside_any_number_of_statements(self):
        assert state(2019, {"title": None}, {}, {"title": None}) == "documented"

    @pytest.mark.parametrize(
        ("row", "proved"),
        [
            ({"number": None, "date": "2019-02-30"}, False),  # there is no such day
            ({"number": None, "date": "九月"}, False),
            ({"number": "待补", "date": None}, False),
            ({"number": None, "date": "二〇一八年九月十三日"}, True),
            ({"number": None, "date": "二〇一八年十一月三十日"}, True),
            ({"number": None, "date": "2018.9.13"}, True),
            ({"number": "第十六期", "date": None}, True),
            ({"number": "国务院令第711号", "date": None}, True),
            ({"number": "二〇二〇年三号", "date": None}, True),
            ({"number": "天政办发[2020]15", "date": None}, True),
            ({"number": "QX/T 1-2020", "date": None}, True),
            ({"number": "No. 12", "date": None}, True),
            ({"number": "13893812345", "date": None}, False),
            ({"number": "电话：0938-7151234", "date": None}, False),
            ({"number": "Tel 0938", "date": None}, False),
            ({"number": "3份", "date": None}, False),
            ({"number": "共12页", "date": None}, False),
            ({"number": "第一季度", "date": None}, False),
            ({"number": "待统一编号", "date": None}, False),
        ],
    )
    def test_only_a_number_or_a_day_proves(self, row, proved):
        assert state(2019, row) == ("documented" if proved else "named")

    def test_one_row_that_says_no_outweighs_every_document(self):
        assert state(2019, {}, {"holds": False, "title": None}, {}) == "denied"


class TestStatements:
    def test_a_statement_ages_and_a_denial_does_not(self):
        assert [state(y, {"title": None, "date": None}) for y in (2018, 2019, 2020)] == [
            "absent", "stated", "absent",
        ]  # fmt: skip
        assert state(2022, {"title": None, "date": None, "holds": False}) == "denied"


class TestWhen:
    @pytest.mark.parametrize(
        ("row", "years"),
        [
            ({}, {2018, 2019, 2020, 2021}),  # from its date on
            ({"valid_to": 2019}, {2018, 2019}),
            ({"valid_from": 2017, "valid_to": 2020}, {2018, 2019, 2020}),  # not before its date
            ({"valid_from": 2019}, {2019, 2020, 2021}),
            ({"date": None, "valid_from": 2017, "valid_to": 2018}, {2017, 2018}),
            ({"date": None}, {2019, 2020, 2021}),  # from the folder it came in
            ({"date": "去年"}, {2019, 2020, 2021}),  # a date nobody can read is none
            ({"year": 2017}, {2017}),  # a year of its own is that year alone
            ({"year": 2020, "valid_to": 2018}, set()),  # it had ended by then
        ],
    )
    def test_years_in_which_it_counts(self, row, years):
        axis = np.arange(2016, 2022)
        plan = states(documents(row), ["plan"], axis)["plan"]
        assert set(axis[plan == "documented"].tolist()) == years
        assert set(plan) <= {"documented", "lapsed"}  # it was submitted, for whatever year

    def test_a_denial_of_one_year_leaves_the_others(self):
        rows = documents({}, {"year": 2019, "holds": False})
        found = states(rows, ["plan"], np.array([2018, 2019, 2020]))
        assert found["plan"].tolist() == ["documented", "denied", "documented"]

    def test_years_as_a_file_gives_them(self):
        # A column with empty cells is read as floats.
        rows = documents({"valid_from": 2017.0, "valid_to": 2018.0})
        found = states(rows, ["plan"], np.array([2018, 2019]))
        assert found["plan"].tolist() == ["documented", "lapsed"]


def test_states_have_a_value_a_year_for_each_requirement():
    found = states(documents({}), ["plan", "drill"], np.arange(2018, 2020))
    assert list(found) == ["plan", "drill"]
    assert found["drill"].tolist() == ["absent", "absent"]


class TestRequirementsOfATarget:
    @pytest.mark.parametrize(
        "target",
        [
            InPlace({"plan": PLAN, "drill": DRILL}),
            Both(Limit("at_least", 100), InPlace({"plan": PLAN, "drill": DRILL})),
            Both(InPlace({"plan": PLAN}), InPlace({"drill": DRILL})),
            Either(InPlace({"plan": PLAN}), InPlace({"drill": DRILL})),
            WhereGiven(InPlace({"plan": PLAN, "drill": DRILL})),
            Assigned(otherwise=InPlace({"plan": PLAN, "drill": DRILL})),
        ],
        ids=["plain", "with a limit", "both", "either", "where given", "otherwise"],
    )
    def test_wherever_they_are_named(self, target):
        assert dict(requirements_of(target)) == {"plan": PLAN, "drill": DRILL}
        assert list(requirements_of(target)) == ["plan", "drill"]

    @pytest.mark.parametrize("target", [Limit("at_least", 1), Assigned(), NoLoss(), Parts()])
    def test_none_where_none_are_named(self, target):
        assert dict(requirements_of(target)) == {}


class TestResultOfTheAuthority:
    """29 asks for the share handed down: 98 % here."""

    PARAMS = "assigned: {29: {2019: {sense: 不低于, value: 98, document: 文件}}}\n"

    def verdict(
        self, tiny, share=None, *, holds="是", number="清环〔2020〕5号", title="考核结果通报"
    ):
        row = ("rural_toilet_rate", "考核结果", 2019, holds, "考核结果", title, number)
        items = [] if share is None else [("rural_toilet_rate", 2019, share, "%")]
        case = tiny(2019, items=items, documents=[(*row, "", "", "", "通报")], params=self.PARAMS)
        self.basis = (result := case.evaluate("29")).basis
        return result.verdict

    def test_it_decides_where_no_figure_does(self, tiny):
        assert self.verdict(tiny).status == "met"
        assert self.verdict(tiny).reason("zh").startswith("上级认定2019年考核结果为完成")

    def test_a_mere_statement_of_it_lowers_nothing(self, tiny):
        # "≥99" meets 98 on the condition of its exact value.
        assert self.verdict(tiny, "≥99", number="", title="").status == "conditional"

    def test_not_fulfilled(self, tiny):
        assert self.verdict(tiny, holds="否").status == "not_met"

    @pytest.mark.parametrize(
        ("share", "holds", "status"),
        [
            ("97", "是", "conflict"),
            ("99", "否", "conflict"),
            ("99", "是", "met"),
            ("97", "否", "not_met"),
        ],
    )
    def test_it_stands_beside_the_computation_and_contradicts_it_openly(
        self, tiny, share, holds, status
    ):
        assert self.verdict(tiny, share, holds=holds).status == status

    def test_a_result_without_a_document_is_a_statement(self, tiny):
        assert self.verdict(tiny, title="", number="").status == self.basis == "declared"
        assert self.verdict(tiny, number="").status == "conditional"


def test_a_requirement_that_the_indicator_has_not_is_told_and_lowers(tiny):
    plan = ("eco_plan", "approved", 2019, "是", "审议通过", "规划", "1号", "", "", "", "文")
    every = ("reviewed", "approved", "promulgated", "in_force")
    rows = [(plan[0], key, *plan[2:]) for key in every]
    assert tiny(2019, documents=rows).evaluate("1").verdict.status == "met"
    case = tiny(2019, documents=[*rows, (plan[0], "aproved", 2019, "否", *plan[4:])])
    assert case.evaluate("1").verdict.status == "not_evaluable"
    assert "unknown_requirement" in {n.code for n in case.issues()}
    # By the name that our own pages give it, too; one that is nearly so is answered with that name.
    named = [(plan[0], "规划已颁布实施", *plan[2:]) if r[1] == "promulgated" else r for r in rows]
    assert tiny(2019, documents=named).evaluate("1").verdict.status == "met"
    case = tiny(2019, documents=[(plan[0], "规划已颁布", *plan[2:])])
    (note,) = (n for n in case.issues() if n.code == "unknown_requirement")
    assert "规划已颁布实施" in note.text("zh")


@pytest.mark.parametrize(
    ("mark", "so"), [("√", "documented"), ("✔", "documented"), ("×", "denied"), ("？", "absent")]
)
def test_a_tick_is_a_yes_and_a_cross_a_no(tiny, mark, so):
    row = ("urban_sewage_rate", "sludge", 2019, mark, "安全处置", "处置合同", "〔2019〕1号")
    case = tiny(2019, documents=[row])
    states = case.states(case.list.find("urban_sewage_rate"))
    assert states["sludge"][-1] == so
