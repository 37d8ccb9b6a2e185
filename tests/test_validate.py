"""Cells as people write them, and every remark placed to file, sheet and cell."""

from __future__ import annotations

import hashlib
import math
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.comments import Comment
from workbooks import as_xlsx

from ecolib.data import dictionary
from ecolib.data.check import check as check_sheet
from ecolib.data.checked import Checked
from ecolib.data.detect import table_of
from ecolib.data.dictionary import Item, Names, convert
from ecolib.data.ids import column_by_id, column_id
from ecolib.data.layout import laid_out
from ecolib.data.readers import read_file
from ecolib.data.sheet import Sheet
from ecolib.texts import Note

ITEMS = {"gdp": "10k yuan", "hw_generated": "t", "organic_area": "mu", "land_area": "km2",
         "energy_per_gdp_decline": "%", "urban_sewage_rate": "%"}  # fmt: skip
#: Every item of these by its unit, and two indicators.
NAMES = Names(
    {code: Item(code, code, code, unit, "", "", "", "") for code, unit in ITEMS.items()},
    ("urban_sewage_rate", "urban_waste_harmless_rate"),
)
#: Whatever the number is, an item that may be negative or large takes it.
ANY = {"item": "energy_per_gdp_decline", "unit": "%"}
HEADER = ("item", "year", "value", "unit", "place", "position")
ROW = {
    "item": "hw_generated",
    "year": "2019",
    "value": "67.517",
    "unit": "t",
    "place": "",
    "position": "指标13",
}


def check(*rows: dict, table: str = "items", header=HEADER, name: str = "住建") -> Checked:
    """Check rows of a table; each row is `ROW` with changes."""
    cells = [(n, tuple({**ROW, **row}[c] for c in header)) for n, row in enumerate(rows, start=2)]
    return check_cells(header, cells, table=table, name=name)


def check_cells(header, cells, *, table: str = "items", name: str = "住建", header_row: int = 1):
    sheet = Sheet("data/x.xlsx", name, tuple(header), tuple(cells), header_row)
    return check_sheet(sheet, dictionary.table(table), NAMES)


def only(checked: Checked) -> Note:
    (issue,) = checked.issues
    assert (issue.source.file, issue.source.sheet) == ("data/x.xlsx", "住建")
    assert issue.text("zh") != issue.text("en")
    return issue


def only_rule(checked: Checked, rule: str) -> Note:
    (issue,) = checked.issues
    assert issue.rule == rule
    return issue


def value_of(checked: Checked) -> float:
    (value,) = checked.frame["value"]
    return value


class TestNumbers:
    @pytest.mark.parametrize(
        ("written", "value"),
        [
            ("67.517", 67.517),
            (67.517, 67.517),
            (67, 67.0),
            (" 67.517 ", 67.517),
            ("６７．５１７", 67.517),  # full width
            ("12,670.95", 12670.95),
            ("1,234,567", 1234567.0),
            ("１，２３４", 1234.0),
            ("12 670", 12670.0),
            ("-0.5", -0.5),
            ("－0.5", -0.5),  # full-width minus
            ("+3", 3.0),
            ("1.5e3", 1500.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("0", 0.0),
        ],
    )
    def test_ways_to_write_a_number(self, written, value):
        checked = check({"value": written, **ANY})
        assert value_of(checked) == value
        assert checked.issues == ()

    @pytest.mark.parametrize(
        "written",
        ["约67", "67箱", "1,5", "12,34", "2018 2019", "93.5①", "10⁴", "1/2", "0x10", "1_000",
         "inf", "-inf", "1e999", float("inf"), "六十七", "6 7", "1.2.3", "--5", True],
    )  # fmt: skip
    def test_what_is_no_number_is_missing_and_told(self, written):
        checked = check({"value": written})
        assert math.isnan(float(value_of(checked) or math.nan))
        issue = only(checked)
        assert (issue.rule, issue.severity, issue.source.cell, issue.about) == (
            "number",
            "error",
            "C2",
            "items.value",
        )
        assert issue.args["shown"] == str(written)
        assert str(written) in issue.text("zh") and str(written) in issue.text("en")
        assert (checked.read, checked.refused) == (1, 0)  # the row stays, its value does not

    @pytest.mark.parametrize(
        "written",
        [
            "",
            None,
            " ",
            "-",
            "—",
            "——",
            "/",
            "／",
            "无",
            "N/A",
            "　",
            "－",
            float("nan"),
            "缺测",
            "NULL",
            "河干",
            "未监测",
            "停运",
            "断流",
        ],
    )
    def test_ways_to_say_that_nothing_is_there(self, written):
        checked = check({"value": written})
        assert checked.frame["value"].isna().all()
        assert checked.issues == ()

    def test_nan_in_a_text_is_nothing_but_told(self):
        checked = check({"value": "NaN"})
        assert checked.frame["value"].isna().all()
        assert [(i.rule, i.severity, i.source.cell) for i in checked.issues] == [
            ("nan", "note", "C2")
        ]

    def test_zero_is_not_nothing(self):
        assert value_of(check({"value": "0"})) == 0

    @pytest.mark.parametrize(("area", "rule"), [("-0.1", ["range"]), ("0", []), ("0.1", [])])
    def test_an_area_is_not_negative(self, area, rule):
        header = ("kind", "site", "year", "area", "unit", "position")
        cells = [(2, ("redline", "全县", 2019, area, "ha", "p"))]
        checked = check_cells(header, cells, table="areas")
        assert [i.rule for i in checked.issues] == rule
        assert "None" not in "".join(i.text("en") for i in checked.issues)


class TestUnits:
    @pytest.mark.parametrize(
        ("item", "value", "unit", "kept"),
        [
            ("hw_generated", "2.5", "万吨", 25000.0),  # 2.5 * 10^4
            ("hw_generated", "2500", "千克", 2.5),
            ("hw_generated", "2.5", "t", 2.5),
            ("land_area", "15", "亩", 0.01),  # 15 mu = 1 ha = 0.01 km2
            ("land_area", "1", "万亩", 6.6666666666666667),  # 10^4 / 1500
            ("organic_area", "1", "公顷", 15.0),
            ("organic_area", "1", "km²", 1500.0),
            ("gdp", "30", "亿元", 300000.0),
            ("gdp", "30", "100m yuan", 300000.0),
        ],
    )
    def test_figures_are_kept_in_the_unit_of_the_item(self, item, value, unit, kept):
        checked = check({"item": item, "value": value, "unit": unit})
        assert value_of(checked) == pytest.approx(kept, rel=1e-12)
        assert checked.frame["printed"].tolist() == [value]

    def test_a_unit_of_another_kind_is_not_converted(self):
        checked = check({"item": "hw_generated", "value": "5", "unit": "km"})
        assert checked.frame["value"].isna().all()
        issue = only(checked)
        assert (issue.rule, issue.source.cell, issue.args["shown"]) == ("unit", "D2", "km")
        assert "“吨”" in issue.text("zh") and "“t”" in issue.text("en")

    @pytest.mark.parametrize(("unit", "near"), [("吨标准炭", "吨标准煤"), ("10k tt", "10k t")])
    def test_an_unknown_unit_refuses_the_row_with_the_nearest(self, unit, near):
        checked = check({"unit": unit})
        assert checked.frame.empty
        assert checked.refused == 1
        assert near in only(checked).text("en")

    @pytest.mark.parametrize("written", ["％", "%", " % "])
    def test_percent_however_wide(self, written):
        header = ("item", "value", "unit", "position")
        assert check({"unit": written, "value": "5"}, header=header).frame["unit"].tolist() == ["%"]

    @given(st.floats(1e-6, 1e9), st.sampled_from([("t", "10k t"), ("ha", "mu"), ("km2", "10k mu")]))
    @settings(deadline=None, derandomize=True)
    def test_there_and_back_again(self, value, pair):
        there = convert(value, pair[0], pair[1])
        assert convert(there, pair[1], pair[0]) == pytest.approx(value, rel=1e-12)

    def test_only_like_can_become_like(self):
        kinds = dictionary.units()
        for one in kinds.values():
            for other in kinds.values():
                converted = convert(1.0, one.unit, other.unit)
                assert (converted is not None) == (one.dimension == other.dimension)


class TestYearsAndWords:
    @pytest.mark.parametrize(
        "written", ["2019", 2019, 2019.0, "2019年", "2019年度", "2019年末", "２０１９", " 2019 "]
    )
    def test_ways_to_write_a_year(self, written):
        assert check({"year": written}).frame["year"].tolist() == [2019]

    @pytest.mark.parametrize("written", ["19", "2019.5", "20190", "2019-2020", "去年", 2019.5])
    def test_what_is_no_year(self, written):
        checked = check({"year": written})
        assert only(checked).rule == "year"
        assert only(checked).source.cell == "B2"
        assert checked.frame["year"].isna().all()

    def test_a_year_may_be_unknown(self):
        assert check({"year": "—"}).issues == ()

    @pytest.mark.parametrize(
        ("written", "holds"),
        [("是", True), ("否", False), ("Yes", True), ("no", False), (True, True), (False, False),
         (1.0, True), (0, False), ("Ｙ", True), ("不成立", False)],
    )  # fmt: skip
    def test_yes_and_no(self, written, holds):
        header = ("indicator", "holds", "statement", "position")
        cells = [(2, ("urban_sewage_rate", written, "说", "p"))]
        checked = check_cells(header, cells, table="documents")
        assert checked.frame["holds"].tolist() == [holds]

    @pytest.mark.parametrize("written", ["大概", "2", "", "—"])
    def test_neither_yes_nor_no_refuses_the_row(self, written):
        header = ("indicator", "holds", "statement", "position")
        cells = [(2, ("urban_sewage_rate", written, "说", "p"))]
        checked = check_cells(header, cells, table="documents")
        assert checked.refused == 1
        assert only(checked).about == "documents.holds"

    def test_a_document_with_a_title_needs_no_statement_besides(self):
        header = ("indicator", "holds", "statement", "title", "position")
        rows = [
            ("urban_sewage_rate", "是", "", "批复", "p"),
            ("urban_sewage_rate", "是", "", "", "p"),
        ]
        checked = check_cells(header, list(enumerate(rows, 2)), table="documents")
        assert checked.frame["title"].tolist() == ["批复"]
        assert (only(checked).rule, only(checked).source.cell) == ("required", "C3")

    @pytest.mark.parametrize("written", ["无", "—", "/", "", None])
    def test_no_title_is_no_title(self, written):
        # A document called "none" must not prove anything.
        header = ("indicator", "holds", "statement", "title", "number", "position")
        cells = [(2, ("urban_sewage_rate", "是", "说", written, written, "p"))]
        checked = check_cells(header, cells, table="documents")
        assert checked.frame[["title", "number"]].isna().all(axis=None)
        assert checked.refused == 0

    @pytest.mark.parametrize(
        ("column", "written", "used"),
        [
            ("title", "见附件", False),  # a document whose name the row does not say
            ("title", "防治方案（征求意见稿）", False),  # a draft
            ("title", "拟出台《防治方案》", False),
            ("title", "see annex 3", False),
            ("title", "关于《防治方案（草案）》的批复", True),
            ("title", "见义勇为人员奖励办法", True),
            ("number", "阳林〔2020〕  号", False),  # the number of what was not issued
            ("number", "阳林〔2020〕×号", False),
            ("number", "阳林〔2020〕第5号", True),
            ("date", "2020年 月 日", False),
            ("date", "2020年5月", True),
            ("statement", "方案尚未印发", False),
            ("statement", "2020年未发生突发环境事件", True),
            ("note", "该文件已废止", False),
            ("note", "没有印出文号和日期", True),
        ],
    )
    def test_what_a_row_says_against_its_document_holds(self, column, written, used):
        given = {"title": "防治方案", "number": "阳林〔2020〕5号", column: written}
        header = ("indicator", "holds", "position", *given)
        cells = [(2, ("urban_sewage_rate", "是", "p", *given.values()))]
        checked = check_cells(header, cells, table="documents")
        assert [n.code for n in checked.issues] == ["disclaimed.document"] * (not used)
        assert (checked.used, len(checked.unread)) == (int(used), int(not used))

    @pytest.mark.parametrize(
        ("written", "used"),
        [("暂估，待核实", 0), ("单位应为万吨", 0), ("此数为2018年数", 0), ("此数为2019年数", 1)],
    )
    def test_what_a_row_says_against_its_figure_holds(self, written, used):
        header = ("item", "year", "value", "unit", "position", "note")
        checked = check_cells(header, [(2, ("hw_generated", 2019, 5, "t", "p", written))])
        assert [n.code for n in checked.issues] == ["disclaimed.figure"] * (1 - used)
        assert checked.used == used

    @pytest.mark.parametrize(("column", "refused"), [("site", 1), ("note", 0)])
    def test_ditto_names_nothing(self, column, refused):
        # 〃 below the name of a site is no site of that name.
        header = ("kind", "site", "year", "area", "unit", "position", "note")
        row = {"site": "甲", "note": "", column: "〃"}
        cells = [(2, ("redline", row["site"], 2019, 5, "ha", "p", row["note"]))]
        checked = check_cells(header, cells, table="areas")
        assert (checked.refused, [n.code for n in checked.issues]) == (refused, ["ditto"] * refused)

    def test_a_word_outside_the_list_gets_the_nearest(self):
        header = ("kind", "site", "year", "area", "unit", "position")
        cells = [(2, ("red line", "全县", 2019, 5, "ha", "p"))]
        issue = only(check_cells(header, cells, table="areas"))
        assert (issue.rule, issue.source.cell) == ("allowed", "A2")
        assert "did you mean “redline”?" in issue.text("en")

    def test_an_unknown_item_gets_the_nearest(self):
        checked = check({"item": "hw_generate"})
        issue = only(checked)
        assert (issue.rule, issue.source.cell, checked.refused) == ("unknown_item", "A2", 1)
        assert "是否应为“hw_generated”？" in issue.text("zh")

    def test_an_unknown_indicator_gets_the_nearest(self):
        header = ("indicator", "holds", "statement", "position")
        cells = [(2, ("urban_sewage", "是", "说", "p"))]
        issue = only(check_cells(header, cells, table="documents"))
        assert issue.rule == "unknown_indicator"
        assert "did you mean “urban_sewage_rate”?" in issue.text("en")


class TestHeadings:
    @pytest.mark.parametrize(
        "header",
        [
            ("item", "year", "value", "unit", "place", "position"),
            ("统计项", "年份", "数值", "单位", "范围", "出处"),
            ("Item", "Year", "Value", "Unit", "Place", "Position"),
            (" ITEM ", "年份", "value", "单位", "PLACE", "出处 "),
        ],
    )
    def test_either_language_and_any_case(self, header):
        checked = check_cells(header, [(2, tuple(ROW.values()))])
        assert value_of(checked) == 67.517
        assert checked.issues == ()

    def test_columns_in_any_order(self):
        header = ("出处", "单位", "数值", "统计项")
        checked = check_cells(header, [(2, ("p", "t", "5", "hw_generated"))])
        assert value_of(checked) == 5

    @pytest.mark.parametrize("heading", ["2018", "2018年", "2019年3月", "12月", "第一季度"])
    def test_a_column_a_year_or_month_is_to_be_a_row(self, heading):
        checked = check_cells((*HEADER, heading), [(2, (*ROW.values(), "99"))])
        issue = only(checked)
        assert (issue.severity, issue.source.cell) == ("warning", "G1")
        assert issue.code == "unknown_column.period" and f"“{heading}”" in issue.text("en")
        assert value_of(checked) == 67.517

    def test_an_unknown_column_is_told_with_the_nearest_and_not_read(self):
        checked = check_cells((*HEADER, "数值1"), [(2, (*ROW.values(), "99"))])
        issue = only(checked)
        assert (issue.rule, issue.severity, issue.source.cell) == (
            "unknown_column",
            "warning",
            "G1",
        )
        assert "“数值”" in issue.text("zh")
        assert value_of(checked) == 67.517

    def test_the_cell_of_a_heading_below_a_title(self):
        checked = check_cells((*HEADER, "其他"), [(4, (*ROW.values(), ""))], header_row=3)
        assert only(checked).source.cell == "G3"

    def test_the_same_column_twice(self):
        checked = check_cells((*HEADER, "数值"), [(2, (*ROW.values(), "99"))])
        assert value_of(checked) == 67.517  # the first one counts
        assert only(checked).source.cell == "G1"

    def test_a_missing_column(self):
        header = ("item", "year", "value", "position")
        checked = check({}, header=header)
        missing = [i for i in checked.issues if i.rule == "missing_column"]
        assert [(i.about, i.severity) for i in missing] == [("items.unit", "error")]
        assert checked.frame.empty and checked.refused == 1

    def test_a_missing_column_that_is_not_required(self):
        header = ("item", "value", "unit", "position")
        assert check({}, header=header).issues == ()

    @pytest.mark.parametrize("column", ["item", "unit", "position"])
    def test_an_empty_required_cell_refuses_the_row(self, column):
        checked = check({column: ""}, {})
        issue = only(checked)
        assert issue.rule == "required"
        assert issue.source.cell == f"{'ABCDEF'[HEADER.index(column)]}2"
        assert (checked.read, len(checked.frame), checked.refused) == (2, 1, 1)

    def test_a_row_shorter_than_the_heading(self):
        checked = check_cells(HEADER, [(2, ("hw_generated", "2019"))])
        assert checked.refused == 1
        assert {i.rule for i in checked.issues} == {"required"}


class TestRepeats:
    def test_the_second_row_that_says_the_same_is_left_out(self):
        checked = check({"value": "1"}, {"value": "1", "position": "elsewhere"}, {"year": "2018"})
        assert checked.frame["value"].tolist() == [1, 67.517]
        issue = only(checked)
        assert (issue.rule, issue.source.cell) == ("repeated", "A3")
        assert "危险废物产生量" in issue.text("zh")
        assert (checked.read, checked.refused) == (3, 1)

    def test_rows_of_one_figure_that_differ_are_held_against_each_other(self):
        assert check({"value": "1"}, {"value": "2"}).frame["value"].tolist() == [1, 2]

    def test_places_are_part_of_the_key(self):
        assert check({"place": "甲镇"}, {"place": "乙镇"}, {}).issues == ()

    def test_statements_may_be_repeated(self):
        header = ("indicator", "holds", "statement", "position")
        cells = [(n, ("urban_sewage_rate", "是", "说", "p")) for n in (2, 3)]
        assert len(check_cells(header, cells, table="documents").frame) == 2


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**18), 10**18),
    st.floats(),
    st.text(max_size=12),
    st.dates(),
    st.datetimes(),
    st.sampled_from(["hw_generated", "2019", "t", "是", "redline", "urban_sewage_rate", "—", "1,5",
                     "9999-12-31 24:00", "satisfaction"]),
)  # fmt: skip


class TestWhateverIsInTheCells:
    @given(st.sampled_from(dictionary.table_names()), st.data())
    @settings(deadline=None, derandomize=True, max_examples=120)
    def test_checking_never_fails_and_every_row_is_accounted_for(self, name, data):
        header = [c.name for c in dictionary.table(name).columns]
        width = data.draw(st.integers(0, len(header) + 1))
        rows = data.draw(st.lists(st.tuples(*[CELLS] * width), max_size=4))
        checked = check_cells(header, list(enumerate(rows, start=2)), table=name)
        assert checked.read == len(rows)
        assert len(checked.frame) + checked.refused == checked.read
        lines = [
            int("".join(filter(str.isdigit, i.source.cell)))
            for i in checked.issues
            if i.source.cell
        ]
        # A row is refused only with a remark on it.
        refused = set(range(2, 2 + len(rows))) - set(checked.frame["row"])
        assert refused <= set(lines) or any(i.rule == "missing_column" for i in checked.issues)
        assert all(i.text("zh") and i.text("en") for i in checked.issues)

    @given(st.floats(allow_nan=False, allow_infinity=False))
    @settings(deadline=None, derandomize=True, max_examples=50)
    def test_a_number_comes_through_unchanged_as_a_number_or_as_text(self, number):
        assert value_of(check({"value": number, **ANY})) == number
        assert value_of(check({"value": repr(number), **ANY})) == number


class TestNames:
    @pytest.mark.parametrize(
        ("file", "sheet", "table"),
        [
            ("raw/2019/items.csv", "", "items"),
            ("raw/2019/items-housing.csv", "", "items"),
            ("raw/2019/统计项_住建.csv", "", "items"),
            ("raw/2019/统计项（住建局）.csv", "", "items"),
            ("raw/2019/住建局.xlsx", "统计项", "items"),
            ("raw/2019/住建局.xlsx", "佐证材料", "documents"),
            ("raw/2019/items.xlsx", "Sheet1", "items"),
            ("raw/2019/items.xlsx", "areas", "areas"),  # the sheet goes before the file
            ("raw/2019/itemsheet.csv", "", None),
            ("raw/2019/住建局.xlsx", "Sheet1", None),
        ],
    )
    def test_a_name_tells_the_table(self, file, sheet, table):
        assert table_of(Sheet(file, sheet, (), ())) == table

    def test_every_table_is_found_by_both_its_names(self):
        for name in dictionary.table_names():
            for title in (name, dictionary.table(name).zh):
                assert table_of(Sheet(f"raw/{title}.csv", "", (), ())) == name


class TestTemplates:
    """A template comes home by the ids in its hidden row, whatever people did to it."""

    IDS = ("items.item@1!", "_.name@1", "_.last_year@1", "items.value@1", "items.unit@1!",
           "items.position@1", "items.note@1")  # fmt: skip
    HEADINGS = ("统计项", "名称", "去年", "数值", "单位", "出处", "备注")
    FILLED = ("hw_generated", "危险废物产生量", 66.1, 67.517, "t", "年报", None)
    EMPTY = ("hw_used_disposed", "处置量", 60.2, None, "t", None, None)

    def sheet(self, tmp_path, *rows, ids=IDS, name="统计项"):
        book = Workbook()
        book.active.title = name
        for row in rows:
            book.active.append(row)
        book.active.insert_rows(1)
        book.active.append([])
        for column, text in enumerate(ids, start=1):
            book.active.cell(1, column, text)
        book.active.row_dimensions[1].hidden = True
        book.save(tmp_path / "住建局.xlsx")
        return read_file(tmp_path / "住建局.xlsx", tmp_path)

    def checked(self, sheet):
        prior = Item("hw_used_disposed", "", "", "t", "", "", "", "")
        names = Names({**NAMES.items, prior.item: prior}, ())
        return check_sheet(sheet, dictionary.table(table_of(sheet)), names)

    def test_the_ids_are_read_and_the_headings_stand_below(self, tmp_path):
        (sheet,) = self.sheet(tmp_path, self.HEADINGS, self.FILLED)
        assert sheet.ids == self.IDS
        assert (sheet.header, sheet.header_row) == (self.HEADINGS, 2)

    def test_rows_nobody_filled_in_are_not_read_and_are_no_issue(self, tmp_path):
        (sheet,) = self.sheet(tmp_path, self.HEADINGS, self.FILLED, self.EMPTY, self.EMPTY)
        checked = self.checked(sheet)
        assert (checked.read, len(checked.frame), checked.refused) == (1, 1, 0)
        assert checked.issues == ()
        assert value_of(checked) == 67.517

    def test_a_row_with_only_a_remark_is_read(self, tmp_path):
        (sheet,) = self.sheet(tmp_path, self.HEADINGS, (*self.EMPTY[:-2], "年报", "无此项"))
        assert self.checked(sheet).frame["value"].isna().tolist() == [True]

    def test_a_renamed_sheet_with_renamed_columns_comes_home(self, tmp_path):
        renamed = ("指标名", "叫法", "上年", "今年", "计量", "来源", "说明")
        (sheet,) = self.sheet(tmp_path, renamed, self.FILLED, name="Sheet1")
        assert table_of(sheet) == "items"
        checked = self.checked(sheet)
        assert checked.issues == ()
        assert value_of(checked) == 67.517

    def test_a_moved_column_comes_home(self, tmp_path):
        order = (3, 0, 4, 5)
        grid = [[row[i] for i in order] for row in (self.HEADINGS, self.FILLED)]
        (sheet,) = self.sheet(tmp_path, *grid, ids=[self.IDS[i] for i in order])
        assert value_of(self.checked(sheet)) == 67.517

    def test_the_id_goes_before_the_heading(self, tmp_path):
        # Someone put the heading 数值 above last year's figures.
        headings = ("统计项", "名称", "数值", "今年", "单位", "出处", "备注")
        (sheet,) = self.sheet(tmp_path, headings, self.FILLED)
        assert value_of(self.checked(sheet)) == 67.517

    def test_a_column_added_by_hand_is_matched_by_its_heading(self, tmp_path):
        (sheet,) = self.sheet(
            tmp_path, (*self.HEADINGS, "年份", "填表人"), (*self.FILLED, 2018, "甲")
        )
        checked = self.checked(sheet)
        assert checked.frame["year"].tolist() == [2018]
        issue = only_rule(checked, "unknown_column")
        assert (issue.source.cell, issue.args["shown"]) == ("I2", "填表人")

    def test_a_row_under_the_name_of_another_item_is_of_neither(self, tmp_path):
        titles = {"危险废物产生量": "hw_generated", "危险废物利用处置量": "hw_used_disposed"}
        for name, used in (("危险废物产生量", 1), ("危险废物利用处置量", 0), ("产废量", 1)):
            row = (self.FILLED[0], name, *self.FILLED[2:])
            (sheet,) = self.sheet(tmp_path, self.HEADINGS, row)
            names = Names(NAMES.items, (), item_titles=titles)
            checked = check_sheet(sheet, dictionary.table("items"), names)
            assert len(checked.frame) == used, name
            assert [i.rule for i in checked.issues] == ["other_name"] * (1 - used)

    @pytest.mark.parametrize(
        ("heading", "beside", "value", "rules"),
        [
            ("数值", None, 67.517, []),
            ("数值（吨）", None, 67.517, []),
            ("数值（万吨）", None, None, ["number.shown_unit"]),
            ("数值", 5, 67.517, ["no_heading"]),
        ],
    )
    def test_what_people_wrote_into_it_besides_is_told(
        self, tmp_path, heading, beside, value, rules
    ):
        headings = (*self.HEADINGS[:3], heading, *self.HEADINGS[4:])
        (sheet,) = self.sheet(tmp_path, headings, (*self.FILLED, beside))
        checked = self.checked(laid_out(sheet, dictionary.table("items")))
        assert [None if v is None or math.isnan(v) else v for v in checked.frame["value"]] == [
            value
        ]
        assert [i.code for i in checked.issues] == rules

    def test_another_figure_in_a_column_added_by_hand_waits(self, tmp_path):
        rows = (*self.HEADINGS, "修正数值"), (*self.FILLED, 70)
        checked = self.checked(*self.sheet(tmp_path, *rows))
        assert only_rule(checked, "unknown_column").severity == "error"
        assert [u.subjects for u in checked.unread] == [("hw_generated",)]

    @pytest.mark.parametrize(("said", "used"), [("应为70", 0), ("已与统计局核对", 1)])
    def test_a_comment_against_a_figure_holds(self, tmp_path, said, used):
        as_xlsx(
            tmp_path / "items.xlsx",
            ("item", "year", "value", "unit", "position"),
            ("hw_generated", 2019, 5, "t", "p"),
            look=lambda sheet: setattr(sheet["C2"], "comment", Comment(said, "张三")),
        )
        (sheet,) = read_file(tmp_path / "items.xlsx", tmp_path)
        checked = check_sheet(sheet, dictionary.table("items"), NAMES)
        assert (checked.used, len(checked.unread)) == (used, 1 - used)
        told = [n.source.cell for n in checked.issues if n.code == "disclaimed.figure"]
        assert told == ["C2"] * (1 - used)

    def test_a_figure_of_another_year_than_it_asks_for_is_told(self, tmp_path):
        rows = (*self.HEADINGS, "年份"), (*self.FILLED, 2018)
        (sheet,) = self.sheet(tmp_path, *rows, ids=(*self.IDS, "items.year@1!"))
        checked = check_sheet(sheet, dictionary.table("items"), NAMES, submitted=2019)
        assert (only_rule(checked, "outside_year").source.cell, len(checked.frame)) == ("H3", 1)

    def test_a_newer_template_is_told_and_not_read(self, tmp_path):
        ids = [text.replace("@1", "@2") for text in self.IDS]
        (sheet,) = self.sheet(tmp_path, self.HEADINGS, self.FILLED, ids=ids)
        checked = self.checked(sheet)
        issue = only_rule(checked, "template_version")
        assert "第2版" in issue.text("zh") and "version 2" in issue.text("en")
        assert (checked.read, len(checked.frame), checked.refused) == (1, 0, 1)

    def test_sheets_for_people_and_for_the_program_hold_no_data(self, tmp_path):
        assert self.sheet(tmp_path, ("填表说明",), ("请逐行填写",), ids=["_.text@1"]) == []
        assert (
            self.sheet(tmp_path, ("key", "value"), ("edition", "1"), ids=[], name="_ecolib") == []
        )

    @pytest.mark.parametrize("name", dictionary.table_names())
    def test_every_column_has_an_id_by_which_it_comes_home(self, name):
        table = dictionary.table(name)
        ids = tuple(column_id(table, column) for column in table.columns)
        sheet = Sheet("a.xlsx", "Sheet1", ("",) * len(ids), (), ids=ids)
        assert table_of(sheet) == name
        assert [column_by_id(sheet, i, table) for i in range(len(ids))] == list(table.columns)

    def test_ids_of_no_known_table_are_an_unknown_table(self, tmp_path):
        ids = [text.replace("items", "wages") for text in self.IDS]
        (sheet,) = self.sheet(tmp_path, self.HEADINGS, self.FILLED, ids=ids)
        assert table_of(sheet) is None


class TestFromFileToCase:
    """The whole way: an Excel file of a bureau, as it is handed in."""

    @pytest.fixture
    def case(self, tiny):
        empty = tiny(2019)
        raw = empty.root / "data/trial/raw/2019"
        book = Workbook()
        sheet = book.active
        sheet.title = "统计项"
        sheet.append(["统计项", "年份", "数值", "单位", "出处", "填表人"])
        sheet.append(["hw_generated", 2019, 67.517, "吨", "年报", "甲"])
        sheet.append(["hw_used_disposed", 2019, "６６．１２", "吨", "年报", "甲"])
        sheet.append(["hw_prior_used_dispose", 2019, 3.193, "吨", "年报", "甲"])
        sheet.append(["sw_used", 2019, "约93", "吨", "年报", "甲"])
        book.create_sheet("说明").append(["本表由生态环境局填报"])
        book.save(raw / "生态环境局.xlsx")
        return empty

    def test_what_is_wrong_is_placed_to_the_cell(self, case):
        assert {(i.source.sheet, i.source.cell, i.rule) for i in case.issues()} == {
            ("统计项", "F1", "unknown_column"),  # 填表人
            ("统计项", "A4", "unknown_item"),  # hw_prior_used_dispose
            ("统计项", "C5", "number"),  # 约93
            ("说明", "", "unknown_table"),
        }
        assert {i.source.file for i in case.issues()} == {"data/trial/raw/2019/生态环境局.xlsx"}

    def test_a_sheet_of_instructions_is_no_fault(self, case):
        (note,) = (i for i in case.issues() if i.rule == "unknown_table")
        assert note.severity == "note"

    def test_what_is_right_is_used(self, case):
        # Two of the three inputs of indicator 13 arrive, the third was misspelt.
        inputs = case.inputs("13")
        assert {name: values.tolist() for name, values in inputs.items()} == {
            "years": [2019],
            "hw_generated": [67.517],
            "hw_used_disposed": [66.12],
        }

    def test_files_are_not_touched(self, case):
        (path,) = (case.root / "data").rglob("*.xlsx")
        before = hashlib.sha256(path.read_bytes()).hexdigest()
        case.issues()
        case.evaluate_all()
        assert hashlib.sha256(path.read_bytes()).hexdigest() == before

    def test_rows_read_are_rows_used_and_refused(self, case):
        (counts,) = case.files().itertuples()
        assert (counts.sheet, counts.read, counts.used, counts.refused) == ("统计项", 4, 3, 1)


@pytest.mark.parametrize("when", [date(2019, 5, 1), datetime(2019, 5, 1)])
def test_a_date_of_excel_in_a_text_column_is_kept_as_text(when):
    header = ("indicator", "holds", "statement", "title", "date", "position")
    cells = [(2, ("urban_sewage_rate", "是", "说", "文件", when, "p"))]
    (kept,) = check_cells(header, cells, table="documents").frame["date"]
    assert kept.startswith("2019-05-01")
