"""The state of each row of a plan on a day, worked by hand."""

import math
from dataclasses import replace
from datetime import date

import pytest
from counties import opened
from planned import rows, tables

from ecolib.workplan.state import STATES, month_due, state

DUTY = {"code": "L", "duty": "report", "every": "monthly", "day": "5", "lead": "县水利局"}
#: Ten kilometres from 1 January to 31 December 2020.
PIPE = {
    "code": "P", "project": "管网", "quantity": "10", "unit": "km", "begin": "2020-01-01",
    "deadline": "2020-12-31", "indicators": "urban_sewage_rate",
}  # fmt: skip
#: 1 July 2020 is day 182 of 365 from the first to the last.
JULY = date(2020, 7, 1)


def report(month, done="", state="under_way", *, code="P", reported=""):
    return {
        "code": code, "month": month, "reported": reported or f"{month}-28", "done": done,
        "state": state, "who": "县水利局",
    }  # fmt: skip


@pytest.fixture
def on(tiny):
    """The standing of one row, "P" unless named, on a day."""

    def ask(day, *reports, code="P", project=PIPE, **more):
        plan = tables(duties=[DUTY], projects=[project], progress=list(reports), **more)
        return state(tiny(2020, **plan), day).by_code[code]

    return ask


class TestStates:
    def test_reported_in_time_and_not_due_is_on_track(self, on):
        # May had to be told of by 5 June; June only by 5 July.
        found = on(JULY, report("2020-05", "6"))
        assert found.state == "on_track" and found.share == 0.6 and found.days == 183
        assert found.elapsed == pytest.approx(182 / 365)

    def test_without_the_month_that_was_due_there_is_no_report(self, on):
        assert on(JULY, report("2020-04", "6")).state == "no_report"
        assert on(date(2020, 7, 5), report("2020-05", "6")).state == "no_report"
        assert on(date(2020, 7, 4), report("2020-05", "6")).state == "on_track"

    def test_what_has_not_begun_need_not_be_reported(self, on):
        later = PIPE | {"begin": "2020-06-01"}
        assert on(JULY, project=later).state == "on_track"
        assert on(JULY, project=later | {"begin": "2020-05-31"}).state == "no_report"

    def test_sixty_days_before_the_end_it_is_due_and_after_it_late(self, on):
        # 31 December less 60 days is 1 November.
        told = [report("2020-09", "6"), report("2020-10", "6"), report("2020-11", "7")]
        assert on(date(2020, 10, 31), *told).state == "on_track"
        assert on(date(2020, 11, 1), *told).state == "due"
        assert on(date(2020, 12, 31), *told).state == "due"
        assert (on(date(2021, 1, 1), *told).state, on(date(2021, 1, 1), *told).days) == ("late", -1)

    def test_late_and_silent_is_late(self, on):
        assert on(date(2021, 1, 1)).state == "late"

    def test_finished_is_done_even_after_the_end(self, on):
        done = report("2020-11", "10", "finished")
        assert on(date(2021, 1, 1), done).state == "done"
        assert on(JULY, report("2020-05", "10")).state == "done"

    def test_of_nothing_there_is_no_share(self, on):
        nothing = PIPE | {"quantity": "0"}
        assert on(JULY, report("2020-05", "5"), project=nothing).state == "on_track"
        assert on(JULY, report("2020-05", "0", "finished"), project=nothing).state == "done"

    def test_more_than_all_of_it_is_no_finish(self, on):
        whole = PIPE | {"quantity": "", "unit": ""}
        assert on(JULY, report("2020-05", "100"), project=whole).state == "done"
        over = on(JULY, report("2020-05", "101"), project=whole)
        assert [n.code for n in over.notes] == ["plan_more_than_whole"]
        assert over.state == "contradicted"

    def test_what_has_not_begun_is_not_done(self, on):
        assert on(JULY, report("2020-05", "0", "not_begun")).state == "on_track"
        found = on(JULY, report("2020-05", "10", "not_begun"))
        assert [n.code for n in found.notes] == ["plan_not_begun_yet_done"]
        assert found.state == "contradicted"

    @pytest.mark.parametrize(
        ("day", "done", "project", "state_"),
        [
            (JULY, "5", PIPE, "stopped"),
            (JULY, "10", PIPE, "done"),  # all of it is there
            (JULY, "5", PIPE | {"deadline": ""}, "stopped"),
            (date(2021, 1, 1), "5", PIPE, "late"),  # who stops is not excused from the date
        ],
    )
    def test_what_was_stopped_is_not_on_track(self, on, day, done, project, state_):
        assert on(day, report("2020-05", done, "stopped"), project=project).state == state_

    def test_a_month_is_not_told_of_before_it_begins(self, on):
        early = report("2021-05", "10", "finished", reported="2020-06-01")
        assert on(JULY, early).state == "no_report"
        assert on(date(2021, 5, 1), early).state == "done"

    def test_done_without_a_paper_says_so(self, on):
        done = report("2020-05", "10", "finished")
        assert [n.code for n in on(JULY, done).notes] == ["plan_unproved"]
        paper = {"code": "P", "title": "验收意见", "date": "2020-06-01"}
        found = on(JULY, done, evidence=[paper])
        assert found.notes == () and found.proof == ("验收意见",)
        assert on(JULY, done, evidence=[paper | {"date": "2020-07-02"}]).proof == ()

    def test_finished_with_less_than_all_is_contradicted(self, on):
        found = on(JULY, report("2020-05", "9.9", "finished"))
        assert found.state == "contradicted"

    def test_an_amount_that_nobody_can_read_finishes_nothing(self, on):
        for written in ("三", "约10", "10km左右"):
            found = on(JULY, report("2020-05", written, "finished"))
            assert (found.state, math.isnan(found.share)) == ("on_track", True)

    def test_of_two_reports_of_one_day_the_first_counts(self, on, tiny):
        both = report("2020-05", "6"), report("2020-05", "10", "finished")
        assert on(JULY, *both).share == 0.6
        case = tiny(2020, **tables(duties=[DUTY], projects=[PIPE], progress=list(both)))
        (note,) = [n for n in case.issues() if n.code == "repeated"]
        said = "同一文件内重复（P、2020-05-01、2020-05-28、县水利局），采用先出现的一行"
        assert note.text("zh") == said

    def test_of_two_units_on_one_day_the_one_that_says_less_counts(self, on):
        both = report("2020-05", "6"), report("2020-05", "10", "finished") | {"who": "县林业局"}
        found = on(JULY, *both)
        assert (found.share, [n.code for n in found.notes]) == (0.6, ["plan_reports_differ"])

    @pytest.mark.parametrize(
        ("month", "said"), [("2020-05", ["plan_before_begin"]), ("2020-06", [])]
    )
    def test_a_report_of_before_it_was_to_begin(self, on, month, said):
        late = PIPE | {"begin": "2020-06-30"}
        assert [n.code for n in on(JULY, report(month, "5"), project=late).notes] == said

    def test_less_than_before_is_told(self, on):
        found = on(JULY, report("2020-04", "6"), report("2020-05", "5"))
        assert found.state == "on_track"
        assert [n.code for n in found.notes] == ["plan_progress_fell"]

    def test_without_a_date_nothing_is_judged(self, on):
        assert on(JULY, project=PIPE | {"deadline": ""}).state == "no_date"

    def test_points_behind_the_time_that_has_passed(self, on):
        # 182 of 365 days are 49.86 %; 40 % done is 9.86 points behind, 39 % 10.86.
        assert on(JULY, report("2020-05", "4")).points_behind == 0
        assert on(JULY, report("2020-05", "3.9")).points_behind == pytest.approx(10.863, abs=1e-3)


class TestPastDays:
    def test_what_was_reported_later_is_not_known(self, on):
        told = report("2020-05", "6"), report("2020-06", "10", "finished", reported="2020-07-20")
        assert on(date(2020, 7, 19), *told).share == 0.6
        assert on(date(2020, 7, 20), *told).state == "done"

    def test_a_paper_without_a_day_proves_nothing_before_the_end_of_its_year(self, on):
        done = report("2020-05", "10", "finished")
        for written in ("", "2020-06"):
            paper = {"code": "P", "title": "验收意见", "date": written}
            assert on(JULY, done, evidence=[paper]).proof == ()
            assert on(date(2020, 12, 31), done, evidence=[paper]).proof == ("验收意见",)

    @pytest.mark.parametrize("written", ["2020-06-30", "2020年6月30日", "2020.6.30"])
    def test_the_day_of_a_paper_as_documents_print_it(self, on, written):
        paper = {"code": "P", "title": "验收意见", "date": written}
        done = report("2020-05", "10", "finished")
        assert on(date(2020, 6, 29), done, evidence=[paper]).proof == ()
        assert on(date(2020, 6, 30), done, evidence=[paper]).proof == ("验收意见",)

    def test_a_year_that_has_not_ended_is_not_known(self, tiny):
        goal = {"code": "G", "goal": "秸秆", "measure": "straw_use_rate", "target": "90", "unit": "%",
                "deadline": "2020-12-31"}  # fmt: skip
        figures = [("straw_use_rate", 2019, "80", "%"), ("straw_use_rate", 2020, "95", "%")]
        case = tiny(2020, items=figures, **tables(goals=[goal]))
        assert state(case, date(2020, 12, 30)).by_code["G"].state == "due"
        assert state(case, date(2020, 12, 31)).by_code["G"].state == "done"


class TestGoals:
    GOAL = {"code": "G", "goal": "秸秆", "measure": "straw_use_rate", "target": "90", "unit": "%",
            "deadline": "2020-12-31"}  # fmt: skip

    @pytest.fixture
    def goal(self, tiny):
        def ask(day, value, *reports, **more):
            plan = tables(goals=[self.GOAL | more], duties=[DUTY], progress=list(reports))
            items = [("straw_use_rate", 2019, value, "%")] if value else []
            return state(tiny(2020, items=items, **plan), day).by_code["G"]

        return ask

    def test_the_series_decides(self, goal):
        assert goal(JULY, "90").state == "done"
        assert goal(JULY, "89.9").state == "on_track"
        assert goal(date(2021, 1, 1), "89.9").state == "late"
        assert goal(JULY, "89.9", sense="at_most").state == "done"

    @pytest.mark.parametrize(
        ("measure", "words", "unit", "value", "state_"),
        [
            ("energy_per_gdp", "能耗降低", "tce/10k yuan", "0.43", "done"),  # less is better
            ("energy_per_gdp", "能耗降低", "tce/10k yuan", "0.45", "on_track"),
            ("pm25_mean", "年均浓度控制在0.44以下", "ug/m3", "0.43", "done"),
            ("pm25_mean", "年均浓度控制在0.44以下", "ug/m3", "0.45", "on_track"),
        ],
    )
    def test_where_no_cell_says_on_which_side(self, tiny, measure, words, unit, value, state_):
        row = {"code": "G", "goal": words, "measure": measure, "target": "0.44", "unit": unit,
               "deadline": "2020-12-31"}  # fmt: skip
        case = tiny(2020, items=[(measure, 2019, value, unit)], **tables(goals=[row]))
        assert state(case, JULY).by_code["G"].state == state_

    @pytest.mark.parametrize(
        ("target", "unit", "state_"),
        [
            ("0.009", "万吨", "done"),  # 90 of 100 t
            ("0.011", "万吨", "on_track"),  # 110 t
            ("90", "", "done"),
            ("90", "%", "no_report"),  # no share is judged by a mass
        ],
    )
    def test_a_goal_in_another_unit_than_what_judges_it(self, tiny, target, unit, state_):
        row = {"code": "G", "goal": "秸秆", "measure": "straw_total", "target": target, "unit": unit,
               "deadline": "2020-12-31"}  # fmt: skip
        case = tiny(2020, items=[("straw_total", 2019, "100", "t")], **tables(goals=[row]))
        assert state(case, JULY).by_code["G"].state == state_
        assert ("plan_goal_unit" in [n.code for n in case.issues()]) == (state_ == "no_report")

    def test_a_goal_in_another_unit_than_the_indicator(self, tiny):
        # Of three areas one is known: 12,500 mu and more are 1.25 × 10⁴ mu, short of 2 × 10⁴ mu.
        row = {"code": "G", "goal": "有机", "measure": "organic_certified_area", "target": "2",
               "unit": "万亩", "deadline": "2020-12-31"}  # fmt: skip
        items = [("organic_area", 2019, "12500", "mu")]
        case = tiny(2020, items=items, **tables(goals=[row]))
        assert state(case, JULY).by_code["G"].state == "on_track"

    @pytest.mark.parametrize("measure", ["straw_total", "waste_generated"])
    def test_a_figure_without_a_year_reaches_no_goal(self, tiny, measure):
        row = {"code": "G", "goal": "总量", "measure": measure, "target": "90", "unit": "t",
               "deadline": "2020-12-31"}  # fmt: skip
        case = tiny(2020, items=[(measure, "", "100", "t")], **tables(goals=[row]))
        assert state(case, date(2021, 1, 1)).by_code["G"].state != "done"

    def test_without_a_figure_it_is_asked_for(self, goal):
        assert goal(JULY, "").state == "no_report"

    @pytest.mark.parametrize(
        ("target", "done", "sense", "state_"),
        [
            ("95", "85", "at_least", "contradicted"),
            ("95", "95", "at_least", "done"),
            ("50", "60", "at_most", "contradicted"),
            ("0", "5", "at_most", "contradicted"),
            ("0", "0", "at_most", "done"),
            ("", "85", "at_least", "done"),  # no number is printed
        ],
    )
    def test_a_goal_that_its_own_report_does_not_reach(self, goal, target, done, sense, state_):
        told = report("2020-05", done, "finished", code="G")
        assert goal(JULY, "", told, measure="", target=target, sense=sense).state == state_

    def test_a_report_that_the_series_denies(self, goal):
        found = goal(JULY, "89.9", report("2020-05", "95", "finished", code="G"))
        assert found.state == "contradicted"
        assert [n.code for n in found.notes] == ["plan_goal_denied"]


class TestWhole:
    @pytest.fixture
    def whole(self, tiny):
        projects = [
            PIPE,
            PIPE | {"code": "Q", "lead": "县水利局、县住建局", "place": "甲镇", "deadline": "2020-06-30",
                    "part_of": "W1", "quantity": "4"},
            {"code": "R", "project": "牌", "deadline": "", "part_of": "W1", "lead": ""},
        ]  # fmt: skip
        programmes = [
            {"code": "W", "programme": "水"},
            {"code": "W1", "programme": "管", "part_of": "W"},
        ]
        steps = [{"code": "S", "step": "自查", "deadline": "2020-08-31", "requires": "Q"}]
        told = [report("2020-05", "6"), report("2020-05", "3", code="Q")]
        plan = tables(projects=projects, programmes=programmes, milestones=steps, progress=told)
        return state(tiny(2020, **plan, duties=rows("duties", DUTY)), JULY)

    def test_counts_by_whatever_is_asked(self, whole):
        assert whole.counts() == {"": {"on_track": 1, "late": 1, "no_date": 1, "no_report": 1}}
        assert whole.counts("programme")["W"] == {"late": 1, "no_date": 1}
        assert whole.counts("lead")["housing"] == {"late": 1}
        assert whole.counts("lead")["water"] == {"on_track": 1, "late": 1, "no_report": 1}
        assert whole.counts("place")["甲镇"] == {"late": 1}
        assert whole.counts("indicator")["urban_sewage_rate"] == {"on_track": 1, "late": 1}

    def test_shares_are_means_over_what_has_a_quantity(self, whole):
        # 6 of 10 and 3 of 4: (0.6 + 0.75) / 2.
        assert whole.shares() == {"": pytest.approx(0.675)}
        assert whole.shares("programme")["W"] == 0.75

    def test_critical_is_what_is_open_and_matters(self, whole):
        # Q is late, serves a binding indicator, and the step of August requires it.
        assert [(s.row.code, s.critical) for s in whole.critical] == [("Q", ("binding", "needed"))]

    def test_what_comes_within_sixty_days(self, whole):
        # 31 August is 61 days after 1 July.
        assert [s.row.code for s in whole.within(60)] == []
        assert [s.row.code for s in whole.within(61)] == ["S"]

    def test_the_frame_has_a_line_a_row(self, whole):
        frame = whole.frame()
        assert list(frame["code"]) == ["P", "Q", "R", "S"] and set(frame["state"]) <= set(STATES)
        assert list(replace(whole, rows=()).frame()) == list(frame)


def test_no_monthly_duty_means_no_month_is_due(tiny):
    assert month_due(tiny(2020, **tables(projects=[PIPE])).context.plan, JULY) is None


#: Of the demo county: its state, days left and share done on 6 April, 5 June and 5 December 2020, from
#: the plan (quantity, dates) and what had been reported by then.
DEMO = {
    # 86.5 km to 31 December; of March nothing came before 9 April: 44, 57 and 82 km.
    "P2.1-2": [("no_report", 269, 44 / 86.5), ("on_track", 209, 57 / 86.5), ("due", 26, 82 / 86.5)],
    "P1-2": [("on_track", 269, 0.15), ("on_track", 209, 0.20), ("due", 26, 0.35)],
    # Three tips by the end of 2019, the third one reported on 4 July.
    "P2.3-2": [("late", -97, 2 / 3), ("late", -157, 2 / 3), ("done", -340, 1)],
    "P2.2-3": [("due", 55, 19 / 26), ("done", -5, 1), ("done", -188, 1)],
    # Silent from March to May; of November it told on 3 December.
    "P6-2": [("no_report", 269, 10 / 24), ("no_report", 209, 10 / 24), ("due", 26, 18 / 24)],
    # 120 posts, finished with 118.
    "P2.2-2": [("on_track", 238, 0.6), ("on_track", 178, 0.7), ("contradicted", -5, 118 / 120)],
    "P3-1": [("on_track", 208, 0.25), ("on_track", 148, 0.5), ("late", -35, 0.5)],
    # Reported as reached on 4 December; the last year that had ended, 2019, has 90.63 % of 95 %.
    "G1": [("on_track", 269, None), ("on_track", 209, None), ("contradicted", 26, None)],
    # Begins in July, so that nothing is to be told of it in June.
    "M2-2-2": [("on_track", 147, None), ("on_track", 87, None), ("late", -96, None)],
    "G7": [("no_report", 85, None), ("no_report", 25, None), ("late", -158, None)],
    # The mean of its three parts: 8 of 18.4, 5 of 12.6 and 15 of 35 in March.
    "P2.1-3": [
        ("on_track", 269, (8 / 18.4 + 5 / 12.6 + 15 / 35) / 3),
        ("on_track", 209, (10 / 18.4 + 6.2 / 12.6 + 24 / 35) / 3),
        ("due", 26, (17 / 18.4 + 11 / 12.6 + 34 / 35) / 3),
    ],
}


@pytest.mark.parametrize("at", [0, 1, 2], ids=["April", "June", "December"])
def test_eleven_rows_of_the_demo_county_on_three_days(at):
    day = [date(2020, 4, 6), date(2020, 6, 5), date(2020, 12, 5)][at]
    found = state(opened("demo", 2020), day)
    for code, days in DEMO.items():
        own, (name, left, share) = found.by_code[code], days[at]
        assert (code, own.state, own.days) == (code, name, left)
        assert math.isnan(own.share) if share is None else own.share == pytest.approx(share), code
    # 461, 521 and 704 of 730 days had passed of the balance sheet: 48.2, 51.4 and 61.4 points.
    behind = 100 * [461 / 730 - 0.15, 521 / 730 - 0.2, 704 / 730 - 0.35][at]
    assert found.by_code["P1-2"].points_behind == pytest.approx(behind)


def test_lianshan_on_the_last_day_of_may_2020():
    found = state(opened("lianshan", 2019), date(2020, 5, 31))
    # 90 % asked for by 2020, 94.61 % reported for 2019, which are the figures of indicator 30 too.
    assert found.by_code["G3-27-2"].state == "contradicted"
    assert [n.code for n in found.by_code["G3-27-2"].notes] == ["plan_goal_disputed"]
    # Due on 30 November 2019: 183 days ago.
    assert (found.by_code["G3-25-2"].state, found.by_code["G3-25-2"].days) == ("late", -183)
    assert found.by_code["P4.1-7"].state == "no_date"
    assert math.isnan(found.by_code["P4.1-7"].share)
