"""`ecolib check`: the gravest first and by name, cells counted, what repeats folded, lists to send."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from counties import LIANSHAN
from filling import fill
from openpyxl import load_workbook
from workbooks import as_text, as_xlsx

from ecolib.assess.opening import open_case
from ecolib.cli import cli
from ecolib.collect import file_returned, outstanding, remarks, write_checklist, write_reminders
from ecolib.collect.asking import Round
from ecolib.collect.forms import forms
from ecolib.collect.workbook import workbook
from ecolib.data.listing import work_list
from ecolib.indicators.targets import Assigned, forms_of
from ecolib.texts import Note, Source

RED_LINE = ("redline", "大风坑", 2019, "5", "ha")


def check(case, *options: str, lang: str = "zh"):
    done = CliRunner().invoke(cli, ["check", case.county, str(case.year), "--lang", lang, *options])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output.splitlines()


def again(case, year=None):
    """The county read afresh, in the same or another year."""
    return open_case(case.county, year or case.year, root=case.root)


@pytest.fixture(autouse=True)
def _in_the_project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def county(tiny):
    """`tiny` for a county whose parameters lack nothing: neither a target nor the base year."""
    given = [i.id for i in LIANSHAN.values() if Assigned() in forms_of(i.target)]
    spared = "".join(f"  {i}: {{zh: 不涉及, en: none}}\n" for i in given)

    def build(year: int, *, params: str = "", **tables):
        case = tiny(year, params=f"not_applicable:\n{spared}{params}", **tables)
        path = case.root / "params/trial.yml"
        known = path.read_text(encoding="utf-8").replace("base_year: 2015", "base_year: 2019")
        path.write_text(known, encoding="utf-8")
        return again(case)

    return build


@pytest.fixture
def dirty(county):
    """Two errors in two files, a warning and a note, none of them in the order of the list."""
    case = county(
        2019,
        items=[
            ("urban_sewage_rate", 2019, "120", "%"),  # C2: a warning
            ("film_used", 2019, "12", "t"),
            ("film_recovered", 2019, "约8", "t"),  # C4: an error
            ("waste_generated", 2019, "5", "t", "吉田镇"),  # C5: a note, combined from places
        ],
        air_daily=[("东站", "2019-01-01", "30", "", "", "", "", "", "坏了")],  # I2: an error
    )
    return case


class TestTheList:
    def test_errors_come_first_with_file_cell_and_what_the_row_speaks_of(self, dirty):
        code, lines = check(dirty)
        assert code == 1
        starts = [
            "错误  data/trial/raw/2019/air_daily.csv I2 东站: ",
            "错误  data/trial/raw/2019/items.csv C4 农膜回收量: ",
            "警告  data/trial/raw/2019/items.csv C2 城镇污水处理率: ",
            "提示  data/trial/raw/2019/items.csv C5: 城镇生活垃圾产生量由分范围数据合并",
        ]
        assert len(lines) == len(starts) + 3
        for line, start in zip(lines, starts, strict=False):
            assert line.startswith(start)

    def test_rows_and_cells_are_counted_and_the_next_step_is_named(self, dirty):
        _, lines = check(dirty)
        # Items: four rows of 5 cells, one with a place, 21. Air: station, day and two values, 4.
        assert lines[-3:] == [
            "读入5行，采用5行，未采用0行",
            "填写25个单元格，其中无法识别2个",
            "错误2个，警告1个，提示1个；请先改正错误，再运行：ecolib run trial 2019",
        ]

    def test_in_english(self, dirty):
        _, lines = check(dirty, lang="en")
        assert lines[0].startswith("error  ") and lines[2].startswith("warning  ")
        assert "Agricultural film" in lines[1] or "film" in lines[1].casefold()
        assert (
            lines[-1]
            == "error: 2, warning: 1, note: 1; correct the errors, then run: ecolib run trial 2019"
        )

    def test_without_an_error_it_goes_on_to_the_run(self, county):
        case = county(2019, items=[("film_used", 2019, "12", "t")])
        code, lines = check(case)
        assert code == 0
        assert lines[-1] == "没有错误，警告0个，提示0个；下一步：ecolib run trial 2019"

    def test_cells_stand_in_the_order_of_the_sheet(self, county):
        rows = [("film_used", f"零{n}年", f"约{n}1", f"斤{n}斤") for n in range(11)]
        _, lines = check(county(2019, items=rows))
        cells = [line.split()[2] for line in lines[:-3]]
        # Ten rows after the first come after it: C10 is below C9 and not below C1; B before C.
        assert cells == [f"{c}{n}" for n in range(2, 13) for c in "BCD"]

    def test_a_question_names_its_row(self, county):
        case = county(
            2019, survey_answers=[("satisfaction", "很久以前", "甲01", "总体满意度", "满意")]
        )
        (line, *_) = check(case)[1]
        assert "甲01" in line and "总体满意度" in line


class TestFolded:
    @pytest.fixture
    def sent_again(self, county, tmp_path):
        """The housing bureau's workbook, returned twice with three cells changed."""
        case = county(2019, areas=[RED_LINE])
        asking, path = Round.of(case, "zh"), tmp_path / "back/a.xlsx"
        path.parent.mkdir()
        for values in (("100", "90", None), ("101", "91", "7")):
            path.write_bytes(workbook(asking, "housing", forms(asking, "housing")))
            named = ("waste_generated", "waste_harmless", "sewage_discharged")
            rows = [
                {"item": item, "year": "2019", "value": value, "unit": "t"}
                for item, value in zip(named, values, strict=True)
                if value
            ]
            fill(path, path, {"items": rows})
            file_returned(case, path.parent)
        return again(case)

    def test_a_replaced_file_is_one_line_and_each_cell_only_on_request(self, sent_again):
        _, lines = check(sent_again)
        file = "data/trial/raw/2019/housing_02.xlsx"
        assert lines[:-3] == [
            f"提示  {file}: 取代housing.xlsx，3处不同（逐条查看：ecolib check --all）"
        ]
        _, lines = check(sent_again, "--all")
        told = [line for line in lines if "采用本表" in line]
        # In the order of the cells: sewage stands above waste in the template.
        assert [line.partition("housing.xlsx中填为")[2] for line in told] == [
            "“空”，本表填为“7”，采用本表",
            "“90”，本表填为“91”，采用本表",
            "“100”，本表填为“101”，采用本表",
        ]
        assert "城镇生活垃圾产生量" in told[2]

    def test_a_cell_of_several_lines_is_shown_in_one(self, county):
        case = county(2019, items=[("hw_generated", 2019, "85\n86", "t")])
        (line,) = (line for line in check(case)[1] if "items.csv C2" in line)
        assert "“85 86”不是数字" in line

    def test_a_remark_that_names_cells_has_none_on_each_of_them(self, county):
        case = county(2019)
        path = case.root / "data/trial/raw/2019/areas.csv"
        path.write_text("kind,site,year,面积,面积,unit,position\nredline,甲,2019,1,2,ha,p\n")
        code, lines = check(again(case), "--all")
        assert code == 1 and any("D1、E1的列名" in line for line in lines)

    def test_a_later_year_counts_the_warnings_of_earlier_files_in_one_line(self, county):
        old = [
            ("urban_sewage_rate", 2018, "120", "%"),
            ("urban_waste_harmless_rate", 2018, "130", "%"),
        ]
        county(2018, items=old)
        case = county(2019, items=[("urban_sewage_rate", 2019, "110", "%")])
        assert sum("2018" in line for line in check(again(case, 2018))[1][:-3]) == 2
        _, lines = check(case)
        assert [line for line in lines if "2018/" in line] == [
            "警告  data/trial/raw/2018/items.csv: 往年文件，警告2个，与检查上一年时相同（逐条查看：ecolib check --all）"
        ]
        assert any("2019/items.csv C2" in line for line in lines)
        _, whole = check(case, "--all")
        assert sum("2018/items.csv C" in line for line in whole) == 2

    def test_no_error_is_ever_folded(self, county):
        rows = [("film_used", 2018, "约12", "t"), ("film_recovered", 2018, "约8", "t")]
        county(2018, items=rows)
        case = county(2019, items=[("film_used", 2019, "12", "t")])
        code, lines = check(case)
        assert (code, sum(line.startswith("错误") for line in lines[:-1])) == (1, 2)

    def test_what_this_year_made_of_an_earlier_file_is_listed(self, county):
        """A figure of 2018 restated in 2019 is news of 2019, wherever it stands."""
        county(2018, items=[("film_used", 2018, "12", "t")])
        case = county(2019, items=[("film_used", 2018, "13", "t")])
        assert any("12 → 13" in line for line in check(case)[1])


class TestForPrograms:
    def test_one_json_document_says_it_all(self, dirty):
        code, lines = check(dirty, "--json")
        said = json.loads("\n".join(lines))
        assert (code, said["county"], said["year"]) == (1, "trial", 2019)
        # By hand, as above.
        assert said["counts"] == {
            "read": 5, "used": 5, "refused": 0, "cells": 25, "unread": 2,
            "error": 2, "warning": 1, "note": 1,
        }  # fmt: skip
        second = said["issues"][1]
        assert (second["severity"], second["rule"], second["cell"]) == ("error", "number", "C4")
        assert (second["table"], second["column"]) == ("items", "value")
        assert (second["of"], second["of_zh"]) == (["film_recovered"], "农膜回收量")
        assert (second["owner"], second["found"]) == ("agriculture", "约8")
        assert second["message_zh"].startswith("“约8”") and "约8" in second["message_en"]


def rows_of(path: Path) -> dict[str, list[tuple]]:
    return {s.title: list(s.iter_rows(values_only=True)) for s in load_workbook(path)}


class TestToSendBack:
    def test_each_bureau_has_a_sheet_with_its_own(self, dirty, tmp_path):
        code, lines = check(dirty, "--out", "checks.xlsx")
        assert (code, lines[-4]) == (1, "checks.xlsx")
        sheets = rows_of(tmp_path / "checks.xlsx")
        # By owners.csv and items.csv: air is the ecology bureau's, film the agriculture bureau's.
        assert list(sheets) == ["县生态环境局", "县住房和城乡建设局", "县农业农村局"]
        head, row = sheets["县农业农村局"][2:]
        assert head == (
            "序号",
            "文件",
            "工作表",
            "单元格",
            "内容",
            "原填",
            "问题",
            "处理要求",
            "级别",
        )
        assert row[:6] == (1, "2019/items.csv", None, "C4", "农膜回收量", "约8")
        assert "约数" in row[6] and row[7] and row[8] == "错误"
        assert [r[8] for r in sheets["县住房和城乡建设局"][3:]] == ["警告", "提示"]

    def test_what_is_one_line_on_the_screen_names_each_cell_in_it(self, county, tmp_path):
        rows = [("urban_sewage_rate", "sludge", 2019, "大概", "", f"批复{n}") for n in range(5)]
        _, lines = check(county(2019, documents=rows), "--out", "checks.xlsx")
        assert sum("大概" in line for line in lines) == 1
        told = [
            row
            for row in rows_of(tmp_path / "checks.xlsx")["县住房和城乡建设局"]
            if row[5] == "大概"
        ]
        assert [row[3] for row in told] == ["D2", "D3", "D4", "D5", "D6"]
        assert not any("--all" in row[6] for row in told)

    def test_it_prints_as_a_letter_does(self, dirty, tmp_path):
        check(dirty, "--out", "checks.xlsx")
        for sheet in load_workbook(tmp_path / "checks.xlsx"):
            assert sheet.freeze_panes == "A4" and sheet.auto_filter.ref.startswith("A3:I")
            assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert sheet.print_title_rows == "$3:$3"

    @pytest.mark.parametrize(
        "text", ["=1+1", "@SUM(A1)", "+SUM(A1)", "=HYPERLINK(1)", "http://x.org"]
    )
    def test_nothing_that_was_submitted_runs_in_it(self, county, tmp_path, text):
        params = "owners: {natural_resources: {zh: '=[局]:1', en: '=x'}}\n"
        case = county(2019, params=params, areas=[("redline", text, 2019, text, "ha")])
        check(case, "--out", "checks.xlsx")
        (sheet,) = load_workbook(tmp_path / "checks.xlsx")
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)
        assert text in {cell.value for cell in cells}

    def test_the_same_data_give_the_same_bytes(self, dirty, tmp_path):
        made = []
        for name in ("a.xlsx", "b.xlsx"):
            case = again(dirty)
            write_checklist(case, remarks(case), tmp_path / name, "zh")
            made.append((tmp_path / name).read_bytes())
        assert made[0] == made[1]

    def test_it_appears_whole_or_not_at_all(self, dirty, tmp_path):
        before = sorted(tmp_path.iterdir())
        command = ["check", "trial", "2019", "--out", "nowhere/checks.xlsx"]
        done = CliRunner().invoke(cli, command)
        assert "nowhere" in str(done.exception)
        assert sorted(tmp_path.iterdir()) == before

    def test_nothing_is_written_over_what_was_submitted(self, dirty, tmp_path):
        place = tmp_path / "data/trial/raw/2019"
        (tmp_path / "link").symlink_to(place)
        before = {path: path.read_bytes() for path in place.iterdir()}
        for out in ("data/trial/raw/2019/checks.xlsx", "link/checks.xlsx"):
            done = CliRunner().invoke(cli, ["check", "trial", "2019", "--out", out])
            assert [p.code for p in done.exception.problems] == ["folder.of_data"]
        assert {path: path.read_bytes() for path in place.iterdir()} == before

    def test_a_full_disk_names_the_file_and_leaves_none(self, dirty, tmp_path, monkeypatch):
        def full(_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("ecolib.files.os.fsync", full)
        done = CliRunner().invoke(cli, ["check", "trial", "2019", "--out", "checks.xlsx"])
        assert "checks.xlsx: " in str(done.exception) and ".task" not in str(done.exception)
        assert not list(tmp_path.glob("*checks*"))

    def test_two_units_of_one_name_keep_their_sheets(self, county, tmp_path):
        params = (
            "owners: {housing: {zh: 住建农业局, en: a}, agriculture: {zh: 住建农业局, en: b}}\n"
        )
        items = [("film_used", 2019, "约1", "t"), ("waste_generated", 2019, "约1", "t")]
        check(county(2019, params=params, items=items), "--out", "checks.xlsx")
        assert list(rows_of(tmp_path / "checks.xlsx")) == ["住建农业局", "住建农业局_02"]

    def test_nothing_to_mend_is_said(self, county, tmp_path):
        check(county(2019, areas=[RED_LINE]), "--out", "checks.xlsx")
        (rows,) = rows_of(tmp_path / "checks.xlsx").values()
        assert rows[1][0] == "没有需要修改的内容。"

    def test_a_sheet_of_no_table_goes_to_the_unit_its_file_is_named_for(self, county, tmp_path):
        case = county(2019, areas=[RED_LINE])
        folder = tmp_path / "data/trial/raw/2019"
        as_xlsx(folder / "水利局交来.xlsx", ("甲", "乙"), (1, 2), title="Sheet1")
        as_text(folder / "不知何表.csv", ("甲", "乙"), (1, 2))
        check(case, "--out", "checks.xlsx")
        assert list(rows_of(tmp_path / "checks.xlsx")) == ["县水利局", "未能确定单位"]


class TestReminders:
    def test_a_file_for_each_unit_that_has_something_to_do(self, dirty, tmp_path):
        case = again(dirty)
        paths = write_reminders(case, outstanding(case), remarks(case), "zh")
        assert paths[0].name == "催报总表_2019.xlsx"
        folder = tmp_path / "outputs/trial/2019/reminders"
        assert {p.name for p in folder.iterdir()} == {p.name for p in paths}
        (overview,) = rows_of(paths[0]).values()
        by_unit = {row[1]: row[2:] for row in overview[3:]}
        # By items.csv: green purchases and all purchases of the same kind, one indicator.
        assert by_unit["县财政局"] == ("否", 2, 0, 0, 0, 0, 0, "县财政局_2019_催报清单.xlsx")
        nobody = "县创建国家生态文明建设工作领导小组成员单位"
        assert by_unit[nobody] == ("否", 0, 0, 0, 0, 0, 0, None)
        sheets = rows_of(folder / "县农业农村局_2019_催报清单.xlsx")
        assert list(sheets) == ["催报清单", "退回修改清单"]
        owed = {row[1]: row[2:] for row in sheets["催报清单"][3:]}
        assert owed["农膜回收量"] == ("吨", 2019, "农膜回收利用率", "必须补报（影响结论）")
        assert [row[4] for row in sheets["退回修改清单"][3:]] == ["农膜回收量"]

    def test_what_is_no_longer_owed_has_no_file_left(self, county, tmp_path):
        folder = tmp_path / "outputs/trial/2019/reminders"
        green, every = "green_purchase", "same_class_purchase"
        both = [(green, 2019, "90", "10k yuan"), (every, 2019, "100", "10k yuan")]
        left = []
        for items in (both[:1], both):
            case = county(2019, items=items)
            write_reminders(case, outstanding(case), remarks(case), "zh")
            left.append((folder / "县财政局_2019_催报清单.xlsx").is_file())
        assert left == [True, False]

    def test_the_same_data_give_the_same_bytes(self, dirty):
        made = []
        for _ in range(2):
            case = again(dirty)
            paths = write_reminders(case, outstanding(case), remarks(case), "en")
            made.append({path.name: path.read_bytes() for path in paths})
        assert made[0] == made[1] and "Finance Bureau_2019_reminder.xlsx" in made[0]


def test_of_two_errors_the_new_one_comes_first():
    old, new = (
        Note("merged", severity="error", source=Source(f"data/t/raw/{year}/items.csv"))
        for year in (2019, 2020)
    )
    assert work_list([old, new], [old]) == [new, old] and work_list([old, new], []) == [old, new]
