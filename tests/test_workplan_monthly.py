"""A month of reports and the ledger, by hand: three units, three months."""

from datetime import date

import pytest
from counties import opened
from openpyxl import load_workbook
from planned import tables

from ecolib.collect import outstanding, write_month, write_reminders
from ecolib.errors import DataError, ParamsError, RunError
from ecolib.workplan.monthly import due_day, ledger, monthly

DUTY = {"code": "L", "duty": "report", "every": "monthly", "day": "5", "lead": "县水利局"}
PROJECT = {"quantity": "10", "unit": "km", "begin": "2020-01-01", "deadline": "2020-12-31"}
PROJECTS = [
    PROJECT | {"code": "A", "project": "a"},
    PROJECT | {"code": "B", "project": "b", "lead": "县住建局", "deadline": "2020-04-30"},
    PROJECT | {"code": "C", "project": "c", "lead": "县林业局"},
]
MAY = date(2020, 5, 1)


def told(code, month, reported, done, state="under_way", who=""):
    return {
        "code": code, "month": month, "reported": reported, "done": done, "state": state, "who": who,
    }  # fmt: skip


REPORTS = [
    told("A", "2020-04", "2020-05-05", "4"),
    told("A", "2020-05", "2020-06-05", "10", "finished"),
    told("B", "2020-04", "2020-05-05", "4"),
    told("B", "2020-05", "2020-06-08", "5"),
    told("C", "2020-04", "2020-05-04", "4"),
]


@pytest.fixture
def case(tiny):
    def build(*more, **others):
        rows = {"duties": [DUTY], "projects": PROJECTS, "progress": [*REPORTS, *more]} | others
        plan = tables(**rows)
        return tiny(2020, **plan)

    return build


def test_a_month_is_due_on_the_fifth_of_the_next(case):
    plan = case().context.plan
    assert due_day(plan, MAY) == date(2020, 6, 5)
    assert due_day(plan, date(2020, 12, 1)) == date(2021, 1, 5)


def test_of_a_month_after_all_that_was_submitted_nobody_knows_who_was_silent():
    with pytest.raises(DataError, match="the data end with December 2020"):
        monthly(opened("demo", 2021), date(2021, 6, 1))


def test_who_told_of_may_by_the_fifth_of_june(case):
    month = monthly(case(), MAY)
    assert [r.unit for r in month.reporting] == ["water", "housing", "forestry"]
    assert [r.unit for r in month.silent] == ["housing", "forestry"]


def test_two_that_lead_together_report_on_one_day(case):
    # A key without who reported kept one of the two rows, and the bulletin named the other unit silent.
    joint = [PROJECT | {"code": "J", "project": "j", "lead": "县水利局、县林业局"}]
    told = {
        "code": "J",
        "month": "2020-05",
        "reported": "2020-06-03",
        "done": "5",
        "state": "under_way",
    }
    both = [told | {"who": unit} for unit in ("县水利局", "县林业局")]
    assert monthly(case(projects=joint, progress=both), MAY).silent == ()


def test_later_it_is_known_who_told_too_late(case):
    month = monthly(case(), MAY, on=date(2020, 6, 10))
    by_unit = {r.unit: r for r in month.reporting}
    assert (by_unit["housing"].when, by_unit["housing"].days_late) == (date(2020, 6, 8), 3)
    assert by_unit["forestry"].when is None
    assert [r.unit for r in month.silent] == ["housing", "forestry"]


def test_what_is_late_and_what_was_finished(case):
    month = monthly(case(), MAY)
    # 30 April to 5 June: 36 days.
    assert [(s.row.code, s.days) for s in month.late] == [("B", -36)]
    assert [s.row.code for s in month.finished] == ["A"]


def test_three_sentences_from_the_numbers(case):
    total, change, who = monthly(case(), MAY).sentences
    assert (total.args["total"], total.args["done"], total.args["no_report"]) == (3, 1, 1)
    # On 5 May b had been late for five days already.
    assert change.args["late"].code == "plan_month.same" and change.args["finished"] == 1
    assert (who.args["asked"], who.args["told"]) == (3, 1)
    assert change.text("zh") == (
        "本月新完成1项；超期事项数与上月持平；超期最长的“b”应于2020年4月30日前完成，已超期36天。"
    )


def test_what_of_the_plan_was_not_read_is_counted(case):
    assert monthly(case(), MAY).sentences[0].args["unread"] == ""
    lost = [*PROJECTS, PROJECT | {"code": "D", "project": "d", "deadline": "2020年10月前"}]
    found = monthly(case(projects=lost), MAY).sentences[0]
    assert found.args["total"] == 3
    assert found.text("zh").endswith("；方案和进展另有1处无法识别，未计入。")


def test_nobody_told_is_one_sentence_and_names_nobody_twice(case):
    who = monthly(case(), date(2020, 7, 1)).sentences[2]
    # A was done in May; B and C are open.
    assert who.text("zh") == "应报进展的2个单位均未于2020年8月5日前报送。"


def test_before_the_day_due_nobody_is_late(case):
    month = monthly(case(), MAY, on=date(2020, 6, 4))
    assert month.silent == () and month.sentences[2].code == "plan_month.not_due"
    with pytest.raises(DataError, match="2020"):
        monthly(case(), MAY, on=date(2020, 4, 30))


def test_a_month_before_any_plan_was_submitted(case):
    with pytest.raises(DataError, match="2020"):
        monthly(case().in_year(2019), date(2019, 5, 1))


def test_the_office_and_those_who_stand_for_others_are_not_asked(case):
    leads = "创建办、各责任单位、华南所专家、县农业农村局、各镇人民政府"
    more = [*PROJECTS, PROJECT | {"code": "D", "project": "d", "lead": leads}]
    month = monthly(case(projects=more), MAY)
    asked = [r.unit for r in month.reporting]
    assert asked == ["water", "housing", "forestry", "agriculture", "towns"]


def test_a_reminder_has_what_its_unit_leads_and_must_attend_to(case):
    # On 31 December B has been late since April (245 days), C not reported since April; A is done.
    own = case()
    paths = write_reminders(own, outstanding(own), (), "zh")
    sheets = {path.name[:4]: load_workbook(path, read_only=True) for path in paths}
    (late,) = sheets["县住房和"]["方案任务"].iter_rows(min_row=4, values_only=True)
    assert late[1:7] == (
        "超期", "b", "10千米", "2020-04-30", "50%", "应于2020年4月30日前完成，已超期245天，累计完成50%",
    )  # fmt: skip
    (silent,) = sheets["县林业局"]["方案任务"].iter_rows(min_row=4, values_only=True)
    assert silent[1:3] == ("未报进展", "c")
    assert "方案任务" not in sheets["县水利局"].sheetnames


def test_a_ledger_that_was_filled_in_is_not_written_over(case):
    county = case()
    month = monthly(county, MAY)
    *_, path = write_month(county, month, "zh")
    assert write_month(county, month, "zh")[-1] == path  # as it was made
    book = load_workbook(path)
    book.active["R4"] = "已验收"
    book.save(path)
    with pytest.raises(RunError, match=path.name):
        write_month(county, month, "zh")
    assert load_workbook(path).active["R4"].value == "已验收"
    june = monthly(county, date(2020, 6, 1))
    write_month(county, june, "zh")  # another month is not held up
    with pytest.raises(RunError, match=path.name):
        write_month(county, month, "zh")


def test_a_day_in_no_year_that_anything_is_known_of(case):
    with pytest.raises(ParamsError, match="9999"):
        monthly(case(), MAY, date(9999, 12, 31))


class TestLedger:
    def test_what_was_late_stays_until_a_paper_proves_it_done(self, case):
        done = told("B", "2020-06", "2020-07-04", "10", "finished")
        july = date(2020, 7, 6)
        found = {(e.standing.row.code, e.kind): e for e in ledger(case(done), july)}
        assert found["B", "late"].found == date(2020, 5, 5) and found["B", "late"].closed is None
        paper = {"code": "B", "title": "验收意见", "date": "2020-07-03"}
        found = {
            (e.standing.row.code, e.kind): e for e in ledger(case(done, evidence=[paper]), july)
        }
        assert found["B", "late"].closed == date(2020, 7, 5)

    def test_who_tells_again_closes_what_was_not_told(self, case):
        again = told("C", "2020-06", "2020-07-03", "6")
        found = {(e.standing.row.code, e.kind): e for e in ledger(case(again), date(2020, 7, 6))}
        silence = found["C", "no_report"]
        assert (silence.found, silence.closed) == (date(2020, 6, 5), date(2020, 7, 5))

    def test_the_past_is_the_same_whatever_was_told_later(self, case):
        again = told("C", "2020-06", "2020-07-03", "6")
        then = date(2020, 6, 10)
        assert ledger(case(), then) == ledger(case(again), then)
