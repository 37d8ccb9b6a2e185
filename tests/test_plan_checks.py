"""What cannot be right in a plan of work is told; a plan in order gets no remark."""

from datetime import date

import pytest
from counties import opened
from planned import tables

from ecolib.checks.plan import plan_remarks
from ecolib.workplan.state import state


def codes(case):
    return [note.code for note in plan_remarks(case.context)]


@pytest.fixture
def told(tiny):
    """The codes of what is said of a plan of these rows."""

    def say(milestones=(), projects=(), tasks=(), goals=(), **others):
        plan = {"milestones": milestones, "projects": projects, "tasks": tasks, "goals": goals}
        return codes(tiny(2019, **tables(**plan), **others))

    return say


def phase(code, part_of, begin, end, **more):
    return {"code": code, "part_of": part_of, "step": code, "begin": begin, "deadline": end} | more


STEP = {"step": "s", "begin": "2019-01-01", "deadline": "2019-01-31"}
WHOLE = phase("A", "", "2019-01-01", "2019-12-31")
ONE = phase("A1", "A", "2019-01-01", "2019-06-30")
IN_ONE = STEP | {"code": "A1-1", "part_of": "A1"}


def in_two(begin, end):
    step = {"begin": begin, "deadline": end, "step": "s", "code": "A2-1", "part_of": "A2"}
    return [WHOLE, ONE, phase("A2", "A", begin, end), IN_ONE, step]


class TestPeriods:
    def test_phases_in_order_are_not_remarked_upon(self, told):
        assert told(in_two("2019-07-01", "2019-12-31")) == []

    def test_phases_that_share_days_overlap(self, told):
        assert told(in_two("2019-06-30", "2019-12-31")) == ["plan_overlap"]

    def test_phases_with_days_between_leave_a_gap(self, told):
        assert told(in_two("2019-07-02", "2019-12-31")) == ["plan_gap"]

    def test_phases_that_end_before_their_whole_do_not_fill_it(self, told):
        assert told(in_two("2019-07-01", "2019-11-30")) == ["plan_not_filled"]

    def test_steps_of_one_phase_may_share_days(self, told):
        other = STEP | {"code": "A1-2", "part_of": "A1"}
        assert told([*in_two("2019-07-01", "2019-12-31"), other]) == []

    def test_a_step_beyond_its_phase(self, told):
        beyond = STEP | {"code": "A1-2", "part_of": "A1", "deadline": "2019-07-01"}
        assert told([*in_two("2019-07-01", "2019-12-31"), beyond]) == ["plan_outside"]


class TestConditions:
    NEEDS = {"code": "B", "step": "申请", "deadline": "2019-09-30", "requires": "C"}

    def test_what_is_needed_in_time(self, told):
        assert told([self.NEEDS, {"code": "C", "step": "报告", "deadline": "2019-09-30"}]) == []

    def test_what_is_needed_is_due_a_day_too_late(self, told):
        late = {"code": "C", "step": "报告", "deadline": "2019-10-01"}
        assert told([self.NEEDS, late]) == ["plan_due_too_late"]

    def test_a_whole_year_may_end_in_time(self, told):
        year = {"code": "C", "step": "报告", "begin": "2019-01-01", "deadline": "2019-12-31"}
        assert told([self.NEEDS, year]) == []

    def test_what_waits_for_itself(self, told):
        ring = [self.NEEDS, {"code": "C", "step": "报告", "requires": "D"}]
        last = {"code": "D", "step": "审查", "deadline": "2019-09-30"}
        due = ["plan_due_too_late"]  # C is due after B
        assert told([*ring, last]) == due
        assert told([*ring, last | {"requires": "B"}])[:3] == ["plan_waits_for_itself"] * 3
        assert told([last | {"requires": "D"}]) == ["plan_waits_for_itself"]

    def test_a_unit_named_twice_leads_once(self, tiny):
        case = tiny(
            2019, **tables(tasks=[{"code": "T", "task": "t", "lead": "县水利局、县水利局"}])
        )
        assert case.context.plan.by_code["T"].lead == ("water",)

    def test_a_code_that_no_row_has(self, told):
        assert told([self.NEEDS]) == ["plan_unknown_code"]
        known = [{"code": "C", "step": "报告"}]
        report = [("Z", "2019-05", "2019-06-03", "1", "under_way", "", "", "here")]
        assert told(known, progress=report) == ["plan_unknown_code.told"]

    def test_a_code_of_two_tables(self, told):
        step = {"code": "C", "step": "报告"}
        assert told([step], tasks=[{"code": "C", "task": "t"}]) == ["plan_code_twice"]

    def test_what_is_part_of_itself(self, told, tiny):
        circle = [
            {"code": "C", "step": "c", "part_of": "D"},
            {"code": "D", "step": "d", "part_of": "C"},
        ]
        assert told(circle) == ["plan_circle", "plan_circle"]
        case = tiny(2019, **tables(milestones=circle))
        assert {s.state for s in state(case, date(2019, 5, 1)).rows} == {"no_report"}


class TestRows:
    @staticmethod
    def issues(case):
        return [(n.code, n.source.cell) for n in case.issues() if n.severity == "error"]

    @pytest.mark.parametrize(("end", "said"), [("2019-03-01", []), ("2019-02-28", ["F2"])])
    def test_an_end_before_the_beginning(self, tiny, end, said):
        step = {"code": "C", "step": "c", "begin": "2019-03-01", "deadline": end}
        found = self.issues(tiny(2019, **tables(milestones=[step])))
        assert [cell for code, cell in found if code == "ends_first"] == said

    @pytest.mark.parametrize(
        ("day", "said"),
        [
            ("2019-05-01", []),
            ("2019-04-30", ["told_too_early"]),
            ("2020-05-01", []),  # 366 days
            ("2020-05-02", ["told_long_after"]),
        ],
    )
    def test_a_report_before_its_month_or_long_after(self, tiny, day, said):
        report = [("C", "2019-05", day, "1", "under_way", "", "", "here")]
        case = tiny(2019, **tables(milestones=[{"code": "C", "step": "c"}]), progress=report)
        told = [code for code, cell in self.issues(case) if cell == "C2"]
        assert told == said

    @pytest.mark.parametrize(
        ("written", "end", "begin"),
        [
            ("2020年", "12-31", "01-01"),
            ("2020年年底前", "12-31", None),
            ("二〇二〇年末", "12-31", None),
            ("2020年2月", "02-29", "02-01"),
            ("2020-9", "09-30", "09-01"),
            ("2020年下半年", "12-31", "07-01"),
            ("2020年第三季度", "09-30", "07-01"),
            ("2019—2020年", "12-31", None),
            ("2020年4月—5月", "05-31", None),
            ("2020年6月30日前", "06-30", "06-30"),
            ("2020年年内", "12-31", None),
            ("2020年6月底前完成", "06-30", None),
            ("持续推进至2020年底", "12-31", ""),
            ("长期坚持", "", ""),
            ("2020年10月前", None, None),  # the end of September, or of October
            ("2020年13月", None, None),
            ("2020年12—1月", None, None),
            ("二〇二〇年十二月", "12-31", "12-01"),
            ("9月底前", None, None),
        ],
    )
    def test_a_term_in_words(self, tiny, written, end, begin):
        """None where the cell is refused, "" where nothing is left of it."""
        for column, day in (("deadline", end), ("begin", begin)):
            task = {"code": "T", "task": "t", "deadline": "", "term": "", column: written}
            case = tiny(2020, **tables(tasks=[task]))
            found = [row[column] for row in case.rows("tasks")]
            assert [d and f"{d:%m-%d}" for d in found] == ([] if day is None else [day or None])

    def test_the_words_of_a_term_are_kept(self, tiny):
        task = {"code": "T", "task": "t", "deadline": "2020年底前", "term": ""}
        assert tiny(2020, **tables(tasks=[task])).context.plan.by_code["T"].term == "2020年底前"

    @pytest.mark.parametrize(
        ("lead", "units"),
        [
            ("县水利局，县林业局", ("water", "forestry")),
            ("县水利局和望潮镇人民政府", ("water", "望潮镇人民政府")),
            ("县林业局及县住房和城乡建设局，县水利局", ("forestry", "housing", "water")),
            (
                "望潮镇、白鹭镇政府、江口街道",
                ("望潮镇人民政府", "白鹭镇人民政府", "江口街道办事处"),
            ),
            ("太和镇人民政府", ("太和镇人民政府",)),  # 和 is of its name
            ("县水利局（牵头）、县林业局(负责)", ("water", "forestry")),
            ("县水利局（牵头）、县林业局（配合）", None),  # who supports does not lead
            ("牵头：望潮镇人民政府", None),
            ("某局与望潮镇人民政府", None),
            ("有关乡镇", None),  # nobody knows which
            ("镇政府", None),
        ],
    )
    def test_units_with_a_comma_between_are_several(self, tiny, lead, units):
        plan = tiny(2020, **tables(tasks=[{"code": "T", "task": "t", "lead": lead}])).context.plan
        assert [row.lead for row in plan.rows] == ([units] if units else [])

    @pytest.mark.parametrize(
        ("target", "unit", "read"),
        [("92%", "%", 92), ("3座", "座", 3), ("92%", "座", None), ("3座", "项", None)],
    )
    def test_a_quantity_with_the_unit_of_its_row(self, tiny, target, unit, read):
        goal = {"code": "G", "goal": "g", "target": target, "unit": unit}
        case = tiny(2019, **tables(goals=[goal]))
        assert case.rows("goals")[0]["target"] == read
        assert bool(self.issues(case)) == (read is None)


class TestGoals:
    ITEMS = [("straw_use_rate", 2018, "91.5", "%")]
    GOAL = {"code": "G", "goal": "秸秆", "measure": "straw_use_rate", "unit": "%"}

    @pytest.mark.parametrize(("target", "said"), [("91.4", ["plan_goal_low"]), ("91.6", [])])
    def test_a_goal_below_what_is_reported(self, told, target, said):
        assert told(goals=[self.GOAL | {"target": target}], items=self.ITEMS) == said

    def test_one_goal_with_two_terms(self, told):
        first = {"code": "G", "goal": "覆盖率", "target": "80", "unit": "%"}
        other = first | {"code": "H", "deadline": "2020-12-31"}
        assert told(goals=[first, other]) == ["plan_two_terms"]
        assert told(goals=[first, other | {"target": "90"}]) == []

    def test_one_goal_of_two_sizes(self, told):
        first = {"code": "G", "goal": "覆盖率", "target": "80", "unit": "%", "sense": "不低于"}
        other = first | {"code": "H", "target": "81"}
        assert told(goals=[first, other]) == ["plan_two_sizes"]
        assert told(goals=[first, other | {"target": "80"}]) == []
        assert told(goals=[first, other | {"sense": "不高于"}]) == []

    @pytest.mark.parametrize(
        ("name", "target", "said"),
        [
            ("垃圾收运体系全覆盖", "90", ["plan_all_yet_less"]),
            ("垃圾收运体系全覆盖", "100", []),
            ("垃圾收运体系基本实现全覆盖", "90", []),
            ("垃圾收运体系覆盖率", "90", []),
        ],
    )
    def test_all_of_it_with_a_size_that_is_less(self, told, name, target, said):
        goal = {"code": "G", "goal": name, "target": target, "unit": "%", "sense": "不低于"}
        assert told(goals=[goal]) == said


class TestOwners:
    def test_rows_without_a_date_or_a_unit_are_counted(self, told):
        bare = {"code": "T", "task": "t", "lead": "", "deadline": "", "term": ""}
        assert told(tasks=[bare]) == ["plan_without_date", "plan_without_lead"]

    def test_a_phase_is_no_step_that_lacks_a_unit(self, told):
        bare = {"lead": "", "deadline": "", "term": "", "begin": ""}
        whole = {"code": "A", "step": "a"} | bare
        assert told([whole, STEP | {"code": "A1", "part_of": "A"}]) == []

    def test_units_with_work_outside_the_group_and_members_without_work(self, told):
        task = {"code": "T", "task": "t"}
        assert told(tasks=[task], members=[("成员", "局长", "县水利局", "x")]) == []
        other = [("成员", "局长", "县教育局", "x")]
        assert told(tasks=[task], members=other) == ["plan_not_in_group", "plan_group_idle"]

    def test_an_old_name_is_the_same_unit(self, told):
        task = {"code": "T", "task": "t", "lead": "县卫生和计划生育局"}
        assert told(tasks=[task], members=[("成员", "局长", "县卫生和健康局", "x")]) == []

    def test_two_places_that_assign_differently(self, told):
        first = {"code": "T", "task": "t", "indicator": "straw_use_rate", "position": "附件2"}
        other = first | {"code": "U", "position": "附件3", "support": "县农业农村局"}
        assert told(tasks=[first, other]) == ["plan_assigned"]
        assert told(tasks=[first, other | {"support": ""}]) == []


class TestCountedTwice:
    ONE = {
        "code": "P", "project": "新建设施", "quantity": "6", "unit": "个",
        "indicators": "urban_sewage_rate",
    }  # fmt: skip
    OTHER = ONE | {"code": "Q", "part_of": "T", "project": "镇区设施", "unit": "个镇"}
    TASK = [{"code": "T", "task": "t"}]

    def test_one_quantity_under_two_heads(self, told):
        assert told(projects=[self.ONE, self.OTHER], tasks=self.TASK) == ["plan_twice"]

    @pytest.mark.parametrize("but", [{"quantity": "7"}, {"unit": "座"}, {"indicators": ""}])
    def test_not_where_anything_differs(self, told, but):
        assert told(projects=[self.ONE, self.OTHER | but], tasks=self.TASK) == []

    def test_not_at_two_places(self, told):
        here, there = self.ONE | {"place": "甲镇"}, self.OTHER | {"place": "乙镇"}
        assert told(projects=[here, there], tasks=self.TASK) == []


def test_what_the_plan_of_lianshan_contradicts_itself_in():
    found = codes(opened("lianshan", 2019))
    # Phase two reaches to December 2020 and phase three begins in April; its parts end in March.
    assert found.count("plan_overlap") == 1 and found.count("plan_not_filled") == 1
    # Sewage works, rivers, a reservoir and seven rules of December before the indicators of May.
    assert found.count("plan_due_too_late") == 4
    # Annexes 2 and 3 name other units for 31, 34 and 35.
    assert found.count("plan_assigned") == 3
    assert found.count("plan_two_terms") == 1 and found.count("plan_twice") == 1
    assert "plan_gap" not in found and "plan_unknown_code" not in found
