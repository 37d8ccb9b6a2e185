"""Filing what came back: what is ours is kept byte for byte, what is not is refused with a reason."""

import math
import os
import re
import shutil
import zipfile

import pytest
from commands import ecolib
from filling import fill, first_line, id_row
from openpyxl import Workbook, load_workbook

from ecolib.assess.opening import open_case
from ecolib.collect import file_returned, filing, outstanding
from ecolib.collect.asking import Round
from ecolib.collect.filing import raw_folder
from ecolib.collect.forms import forms
from ecolib.collect.workbook import workbook
from ecolib.data.sheet import MARKS
from ecolib.errors import DataError, RunError
from ecolib.texts import Name


def item(code, value, unit="t", **more):
    return {"item": code, "year": "2019", "value": value, "unit": unit, **more}


FIRST = [item("waste_generated", "100"), item("waste_harmless", "90")]
LAST_YEAR = [("waste_generated", 2018, "95", "t")]


@pytest.fixture
def case(tiny):
    return tiny(2019, folder=2018, items=LAST_YEAR)


@pytest.fixture
def issued(case, tmp_path):
    """The template of the housing bureau."""
    asking, path = Round.of(case, "zh"), tmp_path / "issued.xlsx"
    path.write_bytes(workbook(asking, "housing", forms(asking, "housing")))
    return path


@pytest.fixture
def back(tmp_path):
    folder = tmp_path / "returned"
    folder.mkdir()
    return folder


def again(case):
    """The case, read afresh."""
    return open_case(case.county, case.year, root=case.root)


def raw(case):
    folder = case.root / "data/trial/raw/2019"
    return {p.name: p.read_bytes() for p in folder.iterdir()} if folder.is_dir() else {}


def returned(template, path, rows, **tables):
    fill(template, path, {"items": rows, **tables})
    return path


class TestFiled:
    def test_it_is_filed_under_the_unit_byte_for_byte(self, case, issued, back):
        path = returned(issued, back / "住建局（最终版）.xlsx", FIRST)
        (outcome,) = file_returned(case, back)
        assert (outcome.status, outcome.owner, outcome.filed_as) == (
            "filed", "housing", "housing.xlsx",
        )  # fmt: skip
        assert raw(case) == {"housing.xlsx": path.read_bytes()}
        assert list(again(case).reported("waste_generated").value) == [95, 100]

    def test_the_same_bytes_again_change_nothing(self, case, issued, back):
        path = returned(issued, back / "a.xlsx", FIRST)
        file_returned(case, back)
        shutil.copy(path, back / "b.xlsx")
        assert [o.status for o in file_returned(case, back)] == ["again", "again"]
        assert list(raw(case)) == ["housing.xlsx"]

    def test_one_that_is_saved_between_looking_at_it_and_filing_waits(self, case, issued, back):
        path = returned(issued, back / "a.xlsx", FIRST)
        seen = filing.recognise(path, case)
        path.write_bytes(b"anything else")
        outcome = filing._file(case, seen)
        assert (outcome.status, outcome.problems[0].code) == ("refused", "returned.changed")
        assert raw(case) == {}

    def test_a_second_version_stands_beside_the_first_and_counts(self, case, issued, back):
        path = returned(issued, back / "a.xlsx", FIRST)
        file_returned(case, back)
        first = path.read_bytes()
        # One figure corrected, one taken back, one added.
        second = [item("waste_generated", "101"), item("sewage_discharged", "7")]
        returned(issued, path, second)
        (outcome,) = file_returned(case, back)
        assert outcome.filed_as == "housing_02.xlsx"
        assert raw(case) == {"housing.xlsx": first, "housing_02.xlsx": path.read_bytes()}
        values = {
            (d.row, d.column.name): (d.was, d.now)
            for d in outcome.differences
            if d.column.name == "value"
        }
        assert values == {
            ("城镇生活垃圾产生量", "value"): ("100", "101"),
            ("城镇生活垃圾无害化处理量", "value"): ("90", ""),
            ("城镇污水排放总量", "value"): ("", "7"),
        }
        now = again(case)
        assert now.reported("waste_generated").at(2019) == 101
        assert not list(now.reported("waste_harmless").known())

    def test_the_reader_tells_of_a_replaced_version_once_and_knows_each_cell(
        self, case, issued, back
    ):
        path = returned(issued, back / "a.xlsx", FIRST)
        file_returned(case, back)
        returned(issued, path, [item("waste_generated", "101"), FIRST[1]])
        file_returned(case, back)
        (note,) = (i for i in again(case).issues() if i.rule == "restated")
        place = (note.source.file, note.severity, note.args["shown"])
        assert place == ("data/trial/raw/2019/housing_02.xlsx", "note", "1")
        assert note.text("zh").startswith("取代housing.xlsx，1处不同")
        found = note.args["cells"]
        assert [(i.source.file, i.severity, i.args["shown"]) for i in found] == [
            ("data/trial/raw/2019/housing_02.xlsx", "note", "101")
        ]
        assert "housing.xlsx中填为“100”，本表填为“101”，采用本表" in found[0].text("zh")
        sheet = load_workbook(path)[found[0].source.sheet]
        assert sheet[found[0].source.cell].value == 101

    def test_versions_that_read_the_same_do_not_differ(self, case, issued, back):
        """By hand: each pair is one number or one day, written as people write it."""
        same = {
            "value": [("1,820.5", 1820.5), ("２３１０", 2310), ("  7 ", 7.0)],
            "date": [("2020年5月12日", "2020-05-12"), ("2020/5/2", "2020-05-02"), (None, "—")],
        }
        path = returned(issued, back / "a.xlsx", FIRST)
        for now in (0, 1):
            book = load_workbook(path)
            sheet = book["统计项"]
            for name, pairs in same.items():
                place = 1 + id_row(sheet).index(f"items.{name}@1")
                for n, pair in enumerate(pairs):
                    sheet.cell(first_line(sheet) + n, place).value = pair[now]
            book.save(path)
            (outcome,) = file_returned(case, back)
        assert (outcome.filed_as, outcome.differences) == ("housing_02.xlsx", ())
        (note,) = (i for i in again(case).issues() if i.rule == "restated")
        assert note.text("zh") == "取代housing.xlsx，填报内容相同"

    def test_a_document_that_is_corrected_no_longer_speaks_twice(self, case, issued, back):
        row = {
            "indicator": "urban_sewage_rate", "requirement": "sludge", "year": "2019",
            "statement": "已处置", "title": "台账",
        }  # fmt: skip
        path = returned(issued, back / "a.xlsx", [], documents=[row | {"holds": "no"}])
        file_returned(case, back)
        returned(issued, path, [], documents=[row | {"holds": "yes"}])
        (outcome,) = file_returned(case, back)
        assert [d.text("zh").partition(" ")[2] for d in outcome.differences][0].endswith(
            "是否成立：原报否，现报是"
        )
        assert list(again(case).table("documents")["holds"]) == [True]

    def test_of_two_in_one_folder_the_one_saved_later_counts(self, case, issued, back):
        for name, value, day in (("a.xlsx", "102", 2), ("b.xlsx", "101", 1)):
            path = returned(issued, back / name, [item("waste_generated", value)])
            _stamp(path, f"2020-03-0{day}T00:00:00Z")
        outcomes = file_returned(case, back)
        assert [(o.file, o.filed_as) for o in outcomes] == [
            ("b.xlsx", "housing.xlsx"),
            ("a.xlsx", "housing_02.xlsx"),
        ]
        assert again(case).reported("waste_generated").at(2019) == 102

    def test_a_unit_s_own_file_of_that_name_is_neither_overwritten_nor_replaced(
        self, tiny, issued, back
    ):
        case = tiny(2019, items=[("waste_harmless", 2019, "88", "t")])
        own = case.root / "data/trial/raw/2019/housing.xlsx"
        book = Workbook()
        book.active.title = "items"
        for line in (
            ["item", "year", "value", "unit", "position"],
            ["straw_used", 2019, 3, "t", "x"],
        ):
            book.active.append(line)
        book.save(own)
        kept = own.read_bytes()
        returned(issued, back / "a.xlsx", FIRST)
        (outcome,) = file_returned(case, back)
        assert outcome.filed_as == "housing_02.xlsx"
        assert own.read_bytes() == kept
        assert again(case).reported("straw_used").at(2019) == 3

    def test_folders_of_single_mails_are_looked_into(self, case, issued, back):
        returned(issued, back / "住建局 3月2日/附件.xlsx", FIRST)
        assert [o.filed_as for o in file_returned(case, back)] == ["housing.xlsx"]

    def test_what_cannot_be_written_is_said_and_leaves_nothing(self, case, issued, back):
        returned(issued, back / "a.xlsx", FIRST)
        blocked = case.root / "data/trial/raw/2019/housing.xlsx"
        blocked.mkdir(parents=True)
        with pytest.raises(RunError, match="cannot be written"):
            file_returned(case, back)
        assert [p.name for p in blocked.parent.iterdir()] == [blocked.name]

    def test_the_document_that_proves_a_figure_is_its_source(self, case, issued, back):
        proof = {"title": "垃圾处理台账", "number": "3号", "date": "2019-12"}
        returned(issued, back / "a.xlsx", [FIRST[0] | proof, FIRST[1]])
        file_returned(case, back)
        rows = again(case).evaluate("urban_waste_harmless_rate").lineage
        sources = {row["what"]: row["position"] for row in rows}
        assert sources["waste_generated"].startswith(
            "垃圾处理台账 3号 2019-12 · 县住房和城乡建设局2019年"
        )
        assert sources["waste_harmless"] == "县住房和城乡建设局2019年填报"


def _stamp(path, moment):
    """Set when a workbook says that it was saved."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    core = parts["docProps/core.xml"].decode()
    parts["docProps/core.xml"] = re.sub(
        r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{moment}", core
    ).encode()
    with zipfile.ZipFile(path, "w") as book:
        for name, data in parts.items():
            book.writestr(name, data)


def _mark(path, key, value):
    """Change what the hidden sheet says."""
    book = load_workbook(path)
    for row in book[MARKS].iter_rows():
        if row[0].value == key:
            row[1].value = value
    book.save(path)


class TestRefused:
    @pytest.mark.parametrize(
        ("key", "value", "told"),
        [
            ("county", "demo", "是“demo”的填报表，本次收取“trial”"),
            ("year", 2018, "是2018年的填报表，本次收取2019年"),
            ("owner", "../../x", "填报单位“../../x”不存在"),
            ("ecolib template", 2, "第2版，程序支持至第1版"),
        ],
    )
    def test_what_is_marked_for_something_else(self, case, issued, back, key, value, told):
        path = returned(issued, back / "a.xlsx", FIRST)
        _mark(path, key, value)
        self._refused(case, back, told)

    @pytest.mark.parametrize("name", ["填报表.zip", "填报表.RAR", "a.7z"])
    def test_a_packed_file_has_to_be_unpacked(self, case, back, name):
        (back / name).write_bytes(b"PK")
        self._refused(case, back, "请先解压")

    def test_what_is_none_of_ours(self, case, back):
        Workbook().save(back / "自己的表.xlsx")
        (back / "说明.docx").write_bytes(b"PK")
        (back / "数据.csv").write_text("item,year\n", encoding="utf-8")
        outcomes = file_returned(case, back)
        assert [o.file for o in outcomes] == ["数据.csv", "自己的表.xlsx", "说明.docx"]
        for outcome in outcomes:
            assert "不是本系统的填报表" in outcome.problems[0].text("zh")
            assert "data/trial/raw/2019/" in outcome.problems[0].text("en")

    @pytest.mark.skipif(os.name == "nt", reason="no such things there")
    def test_what_cannot_be_read_is_told_one_by_one(self, case, back):
        os.mkfifo(back / "pipe.xlsx")
        (back / "gone.xlsx").symlink_to("/nowhere")
        (back / "round").symlink_to(back)
        outcomes = file_returned(case, back)
        assert {o.file: o.status for o in outcomes} == dict.fromkeys(
            ("gone.xlsx", "pipe.xlsx", "round"), "refused"
        )

    @pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="read by whoever may")
    def test_a_folder_that_cannot_be_looked_into_is_told(self, case, back):
        (back / "县水利局").mkdir(mode=0)
        with pytest.raises(DataError, match="县水利局"):
            file_returned(case, back)

    def test_one_that_was_saved_in_the_format_of_old(self, case, issued, back):
        shutil.copy(issued, back / "住建局.xls")
        self._refused(case, back, "另存为.xlsx")

    def test_a_damaged_one(self, case, issued, back):
        path = returned(issued, back / "a.xlsx", FIRST)
        path.write_bytes(path.read_bytes()[:3000])
        self._refused(case, back, "可能已损坏")

    def test_one_that_lost_a_column(self, case, issued, back):
        path = returned(issued, back / "a.xlsx", FIRST)
        book = load_workbook(path)
        sheet = book["统计项"]
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        sheet.delete_cols(4)  # the figures
        book.save(path)
        self._refused(case, back, "“数值”列或隐藏的标识行已被删除")

    @pytest.mark.parametrize("renamed", [False, True])
    def test_one_that_lost_a_column_of_which_another_sheet_has_its_own(
        self, case, issued, back, renamed
    ):
        path = returned(issued, back / "a.xlsx", FIRST)
        book = load_workbook(path)
        sheet = book["分范围数据"]
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        sheet.delete_cols(3)  # the figures of places
        sheet.title = "各镇" if renamed else sheet.title
        book.save(path)
        self._refused(case, back, "“数值”列或隐藏的标识行已被删除")

    def test_one_that_nobody_filled_in_takes_nothing_back(self, case, issued, back):
        path = returned(issued, back / "a.xlsx", FIRST)
        file_returned(case, back)
        shutil.copy(issued, path)
        assert [o.status for o in file_returned(case, back)] == ["refused"]
        assert again(case).reported("waste_generated").at(2019) == 100

    def _refused(self, case, back, told):
        (outcome,) = file_returned(case, back)
        assert outcome.status == "refused"
        assert any(told in problem.text("zh") for problem in outcome.problems), outcome.problems
        assert raw(case) == {}

    def test_a_folder_that_is_not_there(self, case, tmp_path):
        with pytest.raises(DataError, match="no such folder"):
            file_returned(case, tmp_path / "nowhere")


class TestOutstanding:
    def test_who_still_owes_what(self, case, issued, back):
        before = {state.owner: state for state in outstanding(case)}
        # By hand from items.csv: treated by plants and elsewhere, discharged; waste treated and
        # generated; green and all new buildings; one requirement, sludge, and five of 31a and 31b.
        assert (before["housing"].returned, len(before["housing"].to_judge)) == (False, 7 + 1 + 5)
        returned(issued, back / "a.xlsx", FIRST)
        file_returned(case, back)
        after = {state.owner: state for state in outstanding(again(case))}
        assert (after["housing"].returned, len(after["housing"].to_judge)) == (True, 11)
        gone = {n.what for n in before["housing"].owed} - {n.what for n in after["housing"].owed}
        assert gone == {Name("item", "waste_generated"), Name("item", "waste_harmless")}
        assert not after["statistics"].returned
        # The fall of land per GDP is one against the year before, so both years are owed.
        assert after["statistics"].text(case, "zh") == (
            "… 县统计局：未报送，必须补报2项：地区生产总值（不变价）、2018年地区生产总值（不变价）"
        )

    def test_what_came_in_a_file_of_its_own_is_not_owed(self, case, tiny):
        tiny(
            2019, items=[("waste_generated", 2019, "100", "t"), ("waste_harmless", 2019, "90", "t")]
        )
        (state,) = (s for s in outstanding(again(case)) if s.owner == "housing")
        assert (state.returned, len(state.to_judge)) == (False, 11)

    def test_a_unit_with_nothing_compulsory_owes_nothing(self, case):
        (state,) = (s for s in outstanding(case) if s.owner == "leading_group")
        assert (state.owed, state.rows) == ((), ())
        assert "无必须补报事项" in state.text(case, "zh")

    def test_a_site_of_last_year_that_is_not_given_again_is_named(self, tiny, tmp_path, back):
        areas = [("redline", site, 2018, "5", "ha") for site in ("大风坑", "笔架山")]
        case = tiny(2019, folder=2018, areas=areas)
        asking, path = Round.of(case, "zh"), back / "a.xlsx"
        path.write_bytes(workbook(asking, "natural_resources", forms(asking, "natural_resources")))
        row = {"kind": "redline", "site": "大风坑", "year": "2019", "area": "5", "unit": "ha"}
        fill(path, path, {"areas": [row]})
        file_returned(case, back)
        (state,) = (s for s in outstanding(again(case)) if s.owner == "natural_resources")
        assert state.rows == ("面积 生态保护红线 笔架山",)
        assert "笔架山" in state.text(case, "zh")

    def test_a_file_begun_by_a_crash_is_not_data(self, case, issued, back):
        returned(issued, back / "a.xlsx", FIRST)
        file_returned(case, back)
        folder = case.root / "data/trial/raw/2019"
        (folder / ".task-housing_02.xlsx").write_bytes(b"PK")
        assert [i for i in again(case).issues() if i.severity == "error"] == []


class TestCommand:
    def test_it_writes_files_and_refuses_with_its_exit_codes(self, case, back):
        done = ecolib("collect", "trial", "2019", cwd=case.root)
        assert done.returncode == 0, done.stderr
        assert "县住房和城乡建设局_2019.xlsx" in done.stdout
        template = case.out / "templates/县住房和城乡建设局_2019.xlsx"
        returned(template, back / "a.xlsx", FIRST)
        done = ecolib("collect", "trial", "2019", "--merge", str(back), cwd=case.root)
        assert done.returncode == 0, done.stderr
        assert "✓ a.xlsx：县住房和城乡建设局，已归档为housing.xlsx" in done.stdout
        assert "县统计局：未报送，必须补报2项：地区生产总值（不变价）、" in done.stdout
        assert (case.out / "reminders/县统计局_2019_催报清单.xlsx").is_file()
        assert "ecolib check trial 2019" in done.stdout
        (back / "b.xlsx").write_bytes(b"none")
        done = ecolib(
            "collect", "trial", "2019", "--merge", str(back), "--lang", "en", cwd=case.root
        )
        assert done.returncode == 1
        assert "✗ b.xlsx" in done.stderr and "Traceback" not in done.stderr
        assert "already filed" in done.stdout
        done = ecolib("collect", "trial", "2019", "--merge", "nowhere", cwd=case.root)
        assert done.returncode == 2
        assert "no such folder" in done.stderr


def test_a_source_that_was_emptied_refuses_no_row(tiny, back):
    case = tiny(2019)
    asking, path = Round.of(case, "zh"), back / "a.xlsx"
    path.write_bytes(workbook(asking, "natural_resources", forms(asking, "natural_resources")))
    area = {"kind": "redline", "site": "大风坑", "year": "2019", "area": "12", "unit": "ha"}
    fill(path, path, {"areas": [area]})
    book = load_workbook(path)
    sheet = book["面积"]
    line = first_line(sheet)
    sheet.cell(line, 1 + id_row(sheet).index("areas.position@1!")).value = None
    book.save(path)
    assert [o.status for o in file_returned(case, back)] == ["filed"]
    (row,) = again(case).table("areas").to_dict("records")
    assert (row["site"], row["area"], row["position"]) == ("大风坑", 12, f"面积 {line}")


@pytest.mark.parametrize(
    ("column", "written", "figure", "years"),
    [
        ("_.last_year", "100吨", None, [2019]),  # written into the wrong column, the figure is lost
        ("_.last_year", "96 吨", 100, [2018]),  # last year's figure is said to be another one
        ("_.last_year", "—", 100, []),
        ("_.name", "生活垃圾产生量（万吨）", 100, [2019]),
        ("items.unit@1!", "100吨", None, [2019]),
        ("items.unit@1!", "万吨", None, []),  # a unit alone says nothing
    ],
)
def test_what_was_written_over_is_told_and_waits(
    case, issued, back, column, written, figure, years
):
    book = load_workbook(issued)
    sheet = next(s for s in book.worksheets if any("items.item" in t for t in id_row(s)))
    ids = id_row(sheet)
    at = {name: next(i for i, t in enumerate(ids, 1) if t.startswith(name)) for name in
          ("items.item", "items.value", column)}  # fmt: skip
    line = next(
        n for n in range(1, 99) if sheet.cell(n, at["items.item"]).value == FIRST[0]["item"]
    )
    sheet.cell(line, at[column]).value = written
    sheet.cell(line, at["items.value"]).value = figure
    sheet.cell(line + 1, at["items.value"]).value = 7  # so that the template is not empty
    book.save(back / "a.xlsx")
    assert [o.status for o in file_returned(case, back)] == ["filed"]
    county = again(case)
    found = [n for n in county.issues() if n.code in ("written_over", "unknown_unit")]
    assert [n.source.cell for n in found] == [sheet.cell(line, at[column]).coordinate] * len(years)
    left = [u for u in county.submitted.unread("items") if FIRST[0]["item"] in u.subjects]
    assert [u.year for u in left] == years


def test_the_template_of_another_county_in_the_folder_is_not_read(case, issued, back):
    """Whoever puts it there by hand; its figures are not those of this county."""
    path = returned(issued, back / "a.xlsx", FIRST)
    raw_folder(case).mkdir(parents=True)
    shutil.copy(path, raw_folder(case) / "住建局.xlsx")
    assert again(case).reported("waste_generated").at(2019) == 100
    book = load_workbook(path)
    row = next(row for row in book[MARKS].iter_rows() if row[0].value == "county")
    row[1].value = "elsewhere"
    book.save(raw_folder(case) / "住建局.xlsx")
    found = again(case)
    assert [n.args["county"] for n in found.issues() if n.severity == "error"] == ["elsewhere"]
    assert math.isnan(found.reported("waste_generated").at(2019))


@pytest.mark.parametrize(
    ("written", "status"), [("本次数据为暂估数", "not_evaluable"), ("张三", "met"), ("", "met")]
)
def test_what_the_cover_says_against_the_figures_waits(case, issued, back, written, status):
    rows = [item("waste_generated", "100"), item("waste_harmless", "99")]
    path = returned(issued, back / "a.xlsx", rows)
    book = load_workbook(path)
    book.worksheets[0]["B4"] = written  # who filled it in
    book.save(path)
    file_returned(case, back)
    found = again(case)
    told = [n.source.sheet for n in found.issues() if n.code == "disclaimed.sheet"]
    assert set(told) == ({book.worksheets[0].title} if status != "met" else set())
    assert found.evaluate("urban_waste_harmless_rate").verdict.status == status
