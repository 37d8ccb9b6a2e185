"""What pages and Word files say of the plan of work, by hand: three projects, two months, one goal."""

import io
import re
import zipfile
from datetime import date
from html import unescape
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from counties import opened
from planned import tables
from reading import Html

from ecolib import pages
from ecolib.assess.annual import Annual
from ecolib.cli import cli
from ecolib.pages import plan_word, planned
from ecolib.pages.bulletin import bulletin, bulletin_docx
from ecolib.pages.document import Grid, Part, docx
from ecolib.pages.units import sheets
from ecolib.runner.notebook import _links
from ecolib.runner.planning import plan as tasks_of
from ecolib.workplan.monthly import monthly
from ecolib.workplan.state import plan_day, plan_state, state

DUTY = {"code": "L", "duty": "report", "every": "monthly", "day": "5", "lead": "县水利局"}
PROJECT = {"quantity": "10", "unit": "km", "begin": "2020-01-01", "deadline": "2020-12-31"}
PROJECTS = [
    PROJECT | {"code": "A", "project": "甲渠", "part_of": "W", "indicators": "water_quality"},
    PROJECT | {"code": "B", "project": "“乙”管", "part_of": "W", "lead": "县住建局",
               "deadline": "2020-04-30", "indicators": "urban_sewage_rate", "money": "300"},
    PROJECT | {"code": "C", "project": "丙林", "lead": "县林业局", "quantity": "20", "money": "45.5"},
]  # fmt: skip
GOAL = {"code": "G", "goal": "污水处理率", "measure": "urban_sewage_rate", "target": "90", "unit": "%",
        "indicators": "urban_sewage_rate", "deadline": "2020-12-31", "term": "2020年"}  # fmt: skip
PHASES = [
    {"code": "S1", "step": "攻坚", "begin": "2020-01-01", "deadline": "2020-06-30", "lead": ""},
    {"code": "S2", "step": "自查", "part_of": "S1", "deadline": "2020-05-31", "lead": ""},
]
JUNE = date(2020, 6, 5)
SEWAGE = [("urban_sewage_rate", 2019, "91.5", "%")]


def told(code, month, reported, done, state="under_way"):
    return {
        "code": code,
        "month": month,
        "reported": reported,
        "done": done,
        "state": state,
        "who": "",
    }


REPORTS = [
    told("A", "2020-04", "2020-05-05", "4"),
    told("A", "2020-05", "2020-06-05", "10", "finished"),
    told("B", "2020-05", "2020-06-04", "6"),
    told("C", "2020-04", "2020-05-04", "4"),
]


@pytest.fixture
def case(tiny):
    def build(year=2020, *, items=SEWAGE, params="", **more):
        plan = {"duties": [DUTY], "projects": PROJECTS, "progress": REPORTS, "goals": [GOAL],
                "programmes": [{"code": "W", "programme": "水工程"}], "milestones": PHASES}  # fmt: skip
        return tiny(year, items=items, params=params, **tables(**plan | more))

    return build


def words_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


def words_in(data: bytes) -> str:
    """The text of a .docx; every part of it is well formed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist()}
    return "".join(parts["word/document.xml"].itertext())


class TestDay:
    def test_it_is_that_of_the_parameters_else_the_last_of_the_year(self, case):
        assert plan_day(case()) == date(2020, 12, 31)
        params = "report: {data_until: {2020: 2020-06-05}}\n"
        assert plan_day(case(params=params)) == JUNE

    def test_what_is_marked_behind_is_counted(self):
        # On 31 December 35 of 100 %, 11 of 12.6 km, 3 of 4 and 18 of 24 were known to be done.
        own = opened("demo", 2020)
        html = words_of(pages.work_plan(own, "zh", date(2020, 12, 31)).html)
        assert "低于序时进度4项" in html
        behind = [s.row.code for s in state(own, date(2020, 12, 31)).behind]
        assert behind == ["P1-2", "P5-2", "P6-2", "P2.1-3b"]

    def test_each_count_of_the_bulletin_is_found_in_its_annex(self):
        # Of nine behind in May one has reported nothing since February: five without a report in all.
        said = words_of(
            bulletin(own := opened("demo", 2020), monthly(own, date(2020, 5, 1)), "zh").html
        )
        assert "未报进展5项" in said and "未报进展（4项）" in said
        assert "低于序时进度（9项，含未报进展1项）" in said

    def test_a_row_that_nobody_leads_is_told_so(self, case):
        # The step of May belongs to no unit and is late on 5 June.
        said = words_of(bulletin(case(), monthly(case(), date(2020, 5, 1)), "zh").html)
        assert "“自查”（未明确牵头单位）应于2020年5月31日前完成，已超期5天" in said

    def test_the_page_of_a_past_day_does_not_know_what_came_later(self, case):
        # On 4 May nothing at all had been reported of B, and A was under way.
        html = words_of(pages.work_plan(case(), "zh", date(2020, 5, 4)).html)
        assert "2020年5月4日" in html
        # B was due on 30 April; the step on 31 May, and nobody had reported on it.
        assert "5项中超期1项，60日内到期1项（未报进展1项）" in html


class TestFacts:
    @pytest.fixture
    def said(self, case):
        found = state(case(), JUNE)
        return lambda code: planned.fact(found.by_code[code]).text("zh")

    def test_late_by_so_many_days_with_what_is_done(self, said):
        # 30 April to 5 June: 36 days; 6 of 10.
        assert said("B") == "应于2020年4月30日前完成，已超期36天，累计完成60%"

    def test_done_without_a_paper_awaits_acceptance(self, said):
        assert said("A") == "填报已完成，尚未附佐证材料，待验收"

    def test_what_was_not_reported_since(self, said):
        assert said("C") == "2020年4月后未再报送进展，累计完成20%"

    def test_a_goal_that_the_data_reach(self, said):
        assert said("G") == "数据已达到目标（90%）"

    def test_behind_the_share_of_time(self, case):
        # 5 June is day 156 of 365: 42.7 %; 6 of 20 are 30 %, 12.7 points below.
        more = [*REPORTS, told("C", "2020-05", "2020-06-01", "6")]
        found = state(case(progress=more), JUNE).by_code["C"]
        said = planned.fact(found).text("zh")
        assert said == "应于2020年12月31日前完成，尚余209天，累计完成30%，低于序时进度12.7个百分点"
        assert "↓" in planned.bar(found, "zh")


class TestFrames:
    def test_what_is_due_when(self, case):
        frame = planned.timeline(state(case(), JUNE))
        phase = frame[frame["kind"] == "phase"].iloc[0]
        assert (phase["name"], phase["begin"], phase["end"]) == (
            "攻坚",
            date(2020, 1, 1),
            date(2020, 6, 30),
        )
        due = frame[(frame["kind"] == "due") & (frame["group"] == "W")]
        assert list(zip(due["end"], due["rows"], due["open"], strict=True)) == [
            (date(2020, 4, 30), 1, 1), (date(2020, 12, 31), 1, 0),
        ]  # fmt: skip
        # C and the goal are part of no programme.
        rest = frame[(frame["kind"] == "programme") & (frame["group"] == "")].iloc[0]
        assert (rest["rows"], rest["open"]) == (2, 1)

    def test_the_share_done_by_unit_is_by_quantity(self, case):
        plan, opened_ = state(case(), JUNE), case()
        frame = planned.shares(plan, opened_, "zh").set_index("unit")["share"]
        # 4 of 20, 6 of 10, 10 of 10.
        assert sorted(frame) == [20.0, 60.0, 100.0]

    def test_both_are_drawn_with_a_line_for_the_day(self, case):
        plan = state(case(), JUNE)
        ax = planned.plot_timeline(planned.timeline(plan), plan.on, lang="zh")
        assert "截至2020年6月5日" in [t.get_text() for t in ax.texts]
        assert len(planned.plot_shares(planned.shares(plan, case(), "en"), lang="en").patches) == 3


class TestPage:
    @pytest.fixture
    def text(self, case):
        return words_of(pages.work_plan(case(), "zh", JUNE).html)

    def test_it_counts_every_row_once(self, case, text):
        # A and G done, B and the step S2 late, C silent; the phase has no state of its own.
        assert "5项中超期2项，60日内到期0项" in text
        assert "与数据不一致0项，未报进展1项" in text

    def test_both_languages_and_every_section(self, case):
        for lang in ("zh", "en"):
            html = pages.work_plan(case(), lang, JUNE).html
            for name in ("timeline", "counts", "due", "critical", "units", "goals", "findings",
                         "evidence", "rules"):  # fmt: skip
                assert f'<h2 id="{name}">' in html, name
            assert "&lt;span" not in html and "nan" not in words_of(html).split()

    def test_a_unit_known_by_its_name_alone_can_be_jumped_to(self, case):
        own = case(projects=[PROJECTS[0] | {"lead": "禾洞镇人民政府"}])
        page = Html(pages.work_plan(own, "en", JUNE).html)
        ids = {attrs.get("id") for _, attrs in page.tags}
        links = {a["href"] for a in page.all("a") if a["href"].startswith("#unit-")}
        assert "#unit-禾洞镇人民政府" in links and {link[1:] for link in links} <= ids
        assert page.open == []

    def test_what_serves_a_binding_indicator_is_critical(self, text):
        assert "涉及约束性指标" in text

    def test_a_county_without_a_plan_is_told_so(self, tiny):
        bare = tiny(2020, items=SEWAGE)
        assert "未提交实施方案各表" in pages.work_plan(bare, "zh").html

    def test_what_is_doubtful_in_the_reports_is_told(self, case):
        less = [*REPORTS, told("C", "2020-05", "2020-06-04", "3")]
        text = words_of(pages.work_plan(case(progress=less), "zh", JUNE).html)
        assert "丙林：2020年5月填报累计完成3千米，少于此前填报的4千米，请核实" in text

    def test_what_was_stopped_is_named_everywhere(self, case):
        halted = [*REPORTS, told("C", "2020-05", "2020-06-04", "5", "stopped")]
        own = case(progress=halted)
        assert "丙林：2020年5月填报已停止，累计完成25%" in words_of(
            pages.work_plan(own, "zh", JUNE).html
        )
        text = words_of(bulletin(own, monthly(own, date(2020, 5, 1)), "zh").html)
        assert "，已停止1项" in text and "填报停止事项1项：" in text

    def test_a_name_with_markup_stays_text(self, case):
        evil = [PROJECTS[0] | {"project": "<script>x</script>"}]
        html = pages.work_plan(case(projects=evil), "zh", JUNE).html
        assert "<script" not in html and "&lt;script&gt;" in html


class TestTasks:
    def test_a_run_makes_the_page_where_there_is_a_plan(self):
        names = [task.name for task in tasks_of(opened("demo", 2020))]
        assert names[-3:] == ["data_audit", "work_plan", "annual_summary"]
        last, page = tasks_of(opened("demo", 2020))[-1], tasks_of(opened("demo", 2020))[-2]
        assert (page.stage, last.stage) == (0, 1)
        assert "work_plan.zh.html" in _links(last, "zh").values()

    def test_no_page_leads_to_one_that_is_not_made(self):
        tasks = tasks_of(opened("demo", 2018))  # the plan was submitted in 2019
        assert "work_plan" not in {task.name for task in tasks}
        assert "../../work_plan.zh.html" not in _links(tasks[0], "zh").values()


class TestIndicator:
    def page(self, case, number):
        return pages.indicator(case.evaluate(number), "zh", case=case)

    def test_its_rows_and_their_states(self, case):
        params = "report: {data_until: {2020: 2020-06-05}}\n"
        text = words_of(self.page(case(params=params), "27").html)
        assert "截至2020年6月5日，方案中服务本指标的事项2项：超期1项、已完成1项" in text
        assert "“乙”管" in text and "甲渠" not in text

    def test_goals_stand_beside_the_history(self, case):
        text = words_of(self.page(case(), "27").html)
        assert "规划目标与现有数据" in text and "91.5%（2019年）" in text

    def test_without_goals_it_is_said_that_the_table_is_not_there(self, case):
        text = words_of(self.page(case(goals=[]), "27").html)
        assert "规划文本的分阶段指标表不在数据中" in text

    def test_a_county_without_a_plan_has_no_such_section(self, tiny):
        html = self.page(tiny(2020, items=SEWAGE), "27").html
        assert 'id="plan"' not in html and "规划文本" not in html

    def test_a_disputed_figure_reaches_no_goal(self):
        found = plan_state(opened("lianshan", 2019)).by_code["G3-27-2"]
        # 94.61 % is what is reported of indicator 30 too, so the data of indicator 27 conflict.
        assert found.state == "contradicted"
        assert "94.61%" in planned.fact(found).text("zh")

    @pytest.mark.parametrize(
        ("shown", "year", "target", "reached"),
        [
            ("91.5", 2019, "90", True),
            ("91.5", "", "90", False),  # bears no year
            (">80", 2019, "75", None),  # no exact value: nothing is told of the goal
        ],
    )
    def test_a_goal_is_reached_by_what_is_sure_alone(self, case, shown, year, target, reached):
        items = [("urban_sewage_rate", year, shown, "%")]
        own = case(2019, items=items, goals=[GOAL | {"target": target}])
        found = plan_state(own).by_code["G"]
        assert (found.state == "done") == bool(reached)
        assert ("plan_goal_unsure" in [n.code for n in found.notes]) == (reached is False)

    def test_a_part_that_was_monitored_reaches_no_goal_for_the_whole(self, case):
        # 100 % of 11 sources of 12: at least 91.67 % of all.
        items = [("sources_total", 2019, "12", "count"), ("sources_monitored", 2019, "11", "count"),
                 ("drinking_source_quality", 2019, "100", "%")]  # fmt: skip
        goal = GOAL | dict.fromkeys(("measure", "indicators"), "drinking_source_quality")
        plans = (case(2019, items=items, goals=[goal | {"target": t}]) for t in ("91", "95"))
        assert [plan_state(p).by_code["G"].state == "done" for p in plans] == [True, False]

    def test_cited_and_on_file_are_told_apart(self):
        # One of the four papers of the demo county's plan lies in its archive.
        text = words_of(self.page(opened("demo", 2020), "1").html)
        assert "已归档1件，仅引用3件" in text
        assert text.count("仅引用，文件未归入档案") == 3


class TestReport:
    def test_a_chapter_and_what_each_unit_owes(self, case):
        # On 5 June B of the housing bureau is late, C of the forestry bureau silent.
        params = "report: {data_until: {2020: 2020-06-05}}\n"
        own = case(params=params)
        annual = Annual(own, tuple(own.evaluate_all()), (), {})
        text = words_of(pages.report(annual, "zh").html)
        assert "截至2020年6月5日，5项中超期2项" in text
        assert "housing" in {sheet.owner for sheet in sheets(annual, "zh")}
        assert "方案任务：超期1项（“‘乙’管”）。" in text

    def test_without_a_plan_neither(self, tiny):
        bare = tiny(2020, items=SEWAGE)
        text = pages.report(Annual(bare, tuple(bare.evaluate_all()), (), {}), "zh").html
        assert 'id="plan"' not in text and "方案任务" not in text


class TestBulletin:
    @pytest.fixture
    def both(self, case):
        own = case()
        month = monthly(own, date(2020, 5, 1))
        return words_of(bulletin(own, month, "zh").html), words_in(bulletin_docx(own, month, "zh"))

    def test_page_and_file_say_the_same_three_sentences(self, case, both):
        for note in monthly(case(), date(2020, 5, 1)).sentences:
            assert all(note.text("zh") in text for text in both)

    def test_who_was_silent_what_is_late_and_what_was_finished(self, both):
        for text in both:
            assert "关于2020年5月创建工作进展情况的通报" in text
            assert "“‘乙’管”应于2020年4月30日前完成，已超期36天，累计完成60%" in text
            assert "“甲渠”：填报已完成" in text
            assert (
                "未报送进展的单位1个：" in text
                and "各责任单位应于2020年7月5日前报送2020年6月进展" in text
            )

    def test_the_contents_name_the_annexes_and_shares_are_written_alike(self):
        own = opened("demo", 2020)
        html = bulletin(own, monthly(own, date(2020, 5, 1)), "zh").html
        contents = words_of(html.partition('class="toc"')[2].partition("</nav>")[0])
        assert "附件1　各单位报送情况表" in contents and "附件3　整改台账" in contents
        # The landfills: the time is over, two of three are done, and no cell writes 100.0%.
        assert [">" + cell + "<" in html for cell in ("66.7%", "100%", "−33.3", "100.0%")] == [
            True, True, True, False,
        ]  # fmt: skip

    def test_the_same_month_gives_the_same_bytes(self, case):
        own = case()
        month = monthly(own, date(2020, 5, 1))
        assert bulletin_docx(own, month, "en") == bulletin_docx(own, month, "en")

    def test_the_demo_county_in_may(self):
        own = opened("demo", 2020)
        text = words_of(bulletin(own, monthly(own, date(2020, 5, 1)), "zh").html)
        # Two of three landfills, due on 31 December 2019: 157 days before 5 June 2020.
        assert "“简易填埋场封场”应于2019年12月31日前完成，已超期157天，累计完成66.7%" in text
        assert "应报进展的16个单位中13个于2020年6月5日前报送" in text


class TestWord:
    def test_the_report_has_eight_chapters_and_what_people_must_write(self, case):
        text = words_in(plan_word.plan_report(case(), "zh"))
        assert [c in text for c in "一二三四五六七八"] == [True] * 8
        assert "【待填】" in text
        # 300 and 45.5.
        assert "载明投资的工程2项，计划投资合计345.5万元" in text

    def test_a_plan_that_prints_no_money_is_said_to_print_none(self, case):
        bare = [{**project, "money": ""} for project in PROJECTS]
        text = words_in(plan_word.plan_report(case(projects=bare), "zh"))
        assert "规划文本未提供投资额" in text and "计划投资合计" not in text

    def test_money_of_a_part_is_in_that_of_its_whole(self, case):
        part = {"code": "B1", "project": "乙一", "part_of": "B", "money": "120"}
        text = words_in(plan_word.plan_report(case(projects=[*PROJECTS, part]), "zh"))
        assert "载明投资的工程2项，计划投资合计345.5万元" in text

    def test_what_there_is_none_of_is_said_so(self, case):
        text = words_in(plan_word.plan_report(case(goals=[]), "zh"))
        assert "数据中没有“规划目标”表的内容" in text and "：。" not in text
        assert "数据中没有“领导小组成员”表的内容" in text

    def test_money_of_the_demo_county(self):
        # 5200 + 3900 + 1680 + 4800 + 600 + 315 + 740 + 90 + 900 + 780 + 30 = 19035.
        text = words_in(plan_word.plan_report(opened("demo", 2020), "zh"))
        assert "载明投资的工程11项，计划投资合计19035万元" in text

    def test_a_row_without_a_lead_says_so_and_findings_begin_as_sentences(self):
        zh, en = (
            words_in(plan_word.plan_report(opened("demo", 2020), lang)) for lang in ("zh", "en")
        )
        assert "（—）" not in zh and "“通过考核验收”（未明确牵头单位）" in zh
        assert "(—)" not in en and not re.findall(r"\(\d\) [a-z].{20}", en)

    def test_the_table_has_every_task_once(self):
        own = opened("lianshan", 2019)
        text = words_in(plan_word.task_table(own, "zh"))
        tasks = own.context.plan.of("tasks")
        assert len(tasks) == 276
        assert all(row.name in text for row in tasks)

    def test_what_somebody_wrote_stays_text(self):
        grid = Grid("t", {"a": 1}, [("<w:p/> & co",), "band <b>"])
        data = docx("zh", header="h", title=[], parts=[Part("x", ["<i>"], [grid])])
        assert "<w:p/> & co" in words_in(data) and "band <b>" in words_in(data)


class TestCommands:
    @pytest.fixture
    def run(self, case, tmp_path, monkeypatch):
        case()
        monkeypatch.chdir(tmp_path)
        return lambda *command: CliRunner().invoke(cli, list(command))

    def test_a_month_gives_page_file_and_ledger(self, run, tmp_path):
        done = run("progress", "trial", "--month", "2020-05")
        assert done.exit_code == 0, done.output
        made = sorted(p.name for p in (tmp_path / "outputs/trial/2020/progress").iterdir())
        assert made == ["工作通报_2020-05.docx", "工作通报_2020-05.html", "整改台账_2020-05.xlsx"]
        page = tmp_path / "outputs/trial/2020/progress/工作通报_2020-05.html"
        assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")

    @pytest.mark.parametrize("what", ["plan", "tasks"])
    def test_word_files_on_the_plan(self, run, tmp_path, what):
        done = run("export", "trial", "2020", "--to", "docx", "--what", what, "--out", "x.docx")
        assert done.exit_code == 0 and words_in((tmp_path / "x.docx").read_bytes())

    def test_they_are_word_files_only(self, run):
        done = run("export", "trial", "2020", "--to", "xlsx", "--what", "plan")
        assert done.exit_code == 2 and "--what" in done.output


def test_without_a_plan_there_is_nothing_to_export(tiny, tmp_path, monkeypatch):
    tiny(2020, items=SEWAGE)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["export", "trial", "2020", "--to", "docx", "--what", "plan"])
    assert done.exit_code != 0
