"""Tables as bureaus really send them: what is meant is read, and what was not plain is told."""

from __future__ import annotations

import math
import re

import pytest
import xlsxwriter
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.styles.numbers import FORMAT_PERCENTAGE_00
from workbooks import HEADINGS, as_text, as_xls, as_xlsx, checked, plain, rewritten, told

from ecolib.assess.opening import open_case
from ecolib.data import dictionary
from ecolib.data.check import check
from ecolib.data.layout import laid_out
from ecolib.data.readers import read_file
from ecolib.errors import DataError, hint
from ecolib.indicators.catalogue import names

RATE = ("urban_sewage_rate", 2019, 98.5, "%", "年报")
MASS = ("hw_generated", 2019, 12670.95, "t", "年报")


def percent(cell: str, code: str = "0.0%"):
    def look(sheet):
        sheet[cell].number_format = code

    return look


def values(found):
    return found.frame["value"].tolist()


class TestOneFigureManyHands:
    """The same 12670.95 t and the same 98.5 %, each dirty in its own way."""

    @pytest.mark.parametrize(
        "written",
        [12670.95, "12670.95", "12,670.95", "12，670.95", "12 670.95", "１２６７０．９５", " 12670.95 ",
         "12 670.95"],
    )  # fmt: skip
    def test_a_mass(self, tmp_path, written):
        row = (*MASS[:2], written, *MASS[3:])
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, row))
        assert values(found) == [12670.95]
        assert found.issues == ()

    @pytest.mark.parametrize(
        ("written", "look"),
        [(98.5, plain), ("98.5", plain), ("98.5%", plain), ("98.5％", plain), ("９８．５％", plain), ("98.5 %", plain),
         (0.985, percent("C2")), (0.985, percent("C2", FORMAT_PERCENTAGE_00))],
    )  # fmt: skip
    def test_a_share(self, tmp_path, written, look):
        row = (*RATE[:2], written, "％", RATE[4])
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, row, look=look))
        assert values(found) == [98.5]
        assert {i.severity for i in found.issues} <= {"note"}

    @pytest.mark.parametrize("delimiter", [",", "\t", ";"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    def test_text_in_every_encoding_of_excel(self, tmp_path, encoding, delimiter):
        path = as_text(
            tmp_path / "统计项.csv", HEADINGS, RATE, encoding=encoding, delimiter=delimiter
        )
        found = checked(path)
        assert values(found) == [98.5]
        assert found.issues == ()

    def test_unicode_text_of_excel(self, tmp_path):
        path = as_text(tmp_path / "统计项.txt", HEADINGS, MASS, encoding="utf-16", delimiter="\t")
        assert values(checked(path)) == [12670.95]


class TestPercentages:
    def test_what_the_cell_showed_stays_and_a_note_tells_it(self, tmp_path):
        rows = [(*RATE[:1], year, 0.57, "%", "年报") for year in (2018, 2019)]
        path = as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, *rows, look=percent("C3"))
        found = checked(path)
        # 0.57 * 100 is 56.99999999999999 in binary.
        assert values(found) == [0.57, 57.0]
        assert found.frame["printed"].tolist() == ["0.57", "57%"]
        assert told(found) == {("percent", "note", "C3")}

    @pytest.mark.parametrize(
        ("code", "value"), [("0%", 98.5), ('0.0"%"', 0.985), ("0.0\\%", 0.985)]
    )
    def test_only_a_bare_sign_makes_a_percentage(self, tmp_path, code, value):
        # A quoted or escaped sign is only text behind the number.
        row = (*RATE[:2], 0.985, *RATE[3:])
        path = as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, row, look=percent("C2", code))
        assert values(checked(path)) == [value]

    @pytest.mark.parametrize(
        ("table", "heading", "row", "kept"),
        [
            ("items", "数值（万吨）", ("hw_generated", 2019, 3, "t", "p"), None),
            ("items", "数值（吨）", ("hw_generated", 2019, "3", "吨", "p"), 3.0),
            ("items", "数值（kg）", ("hw_generated", 2019, 3, "kg", "p"), 0.003),
            ("areas", "面积（亩）", ("redline", "甲", 2019, 15, "亩", "p"), 1.0),  # 15 mu are 1 ha
            ("areas", "面积（亩）", ("redline", "甲", 2019, 15, "ha", "p"), None),
        ],
    )
    def test_the_unit_of_the_heading_is_held_against_that_of_the_row(
        self, tiny, table, heading, row, kept
    ):
        case = tiny(2019)
        head = (
            "item,year,{},unit,position" if table == "items" else "kind,site,year,{},unit,position"
        )
        path = case.root / f"data/trial/raw/2019/{table}.csv"
        path.write_text(f"{head.format(heading)}\n{','.join(map(str, row))}\n", encoding="utf-8")
        case = open_case("trial", 2019, root=case.root)
        (found,) = case.data.at(2019).rows(table)
        value = found["value" if table == "items" else "area"]
        assert value == (kept and pytest.approx(kept))
        errors = [n.code for n in case.issues() if n.severity == "error"]
        assert errors == ([] if kept else ["number.shown_unit"])

    @pytest.mark.parametrize(("written", "look"), [("98.5%", plain), (0.985, percent("C2"))])
    def test_a_percentage_of_tonnes_is_refused(self, tmp_path, written, look):
        row = (*MASS[:2], written, *MASS[3:])
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, row, look=look))
        assert found.frame["value"].isna().all()
        assert told(found) == {("percent", "error", "C2")}
        assert "“98.5%”" in found.issues[0].text("zh")

    def test_the_half_digit_of_a_percentage(self, tiny):
        # 98.5% has one decimal: half of its last digit is 0.05.
        case = tiny(2019, items=[("urban_sewage_rate", 2019, "98.5%", "%")])
        assert case.series("urban_sewage_rate").at(2019, "rounding") == pytest.approx(0.05)


class TestBounds:
    @pytest.mark.parametrize(
        ("written", "unit", "low", "high"),
        [
            ("≥85", "%", 85, math.inf),
            ("不低于85", "%", 85, math.inf),
            (">85%", "%", math.nextafter(85, 86), math.inf),  # 85 itself is none of it
            ("≤0.5", "%", -math.inf, 0.5),
            ("不足90", "%", -math.inf, math.nextafter(90, 0)),
            ("未达到90%", "%", -math.inf, math.nextafter(90, 0)),
            ("逾90", "%", math.nextafter(90, 91), math.inf),
            ("大于等于90", "%", 90, math.inf),
            ("90%（含）以上", "%", 90, math.inf),
            ("at most 90", "%", -math.inf, 90),
        ],
    )
    def test_a_bound_is_a_range_and_never_a_value(self, tiny, written, unit, low, high):
        case = tiny(2019, items=[("urban_sewage_rate", 2019, written, unit)])
        series = case.series("urban_sewage_rate")
        assert (series.at(2019, "low"), series.at(2019, "high")) == (low, high)
        (issue,) = (i for i in case.issues() if i.about == "items.value")
        assert (issue.rule, issue.severity, issue.source.cell) == ("as_bound", "note", "C2")
        assert written in issue.args["first"] and "取值范围" in issue.text("zh")


class TestRefusedWithAdvice:
    @pytest.mark.parametrize(
        ("written", "zh", "en"),
        [
            ("约86", "是约数", "approximation"),
            ("85左右", "是约数", "approximation"),
            ("100余", "是约数", "approximation"),
            ("80-85", "是区间", "range"),
            ("80～85", "是区间", "range"),
            ("67吨", "“单位”列", "unit column"),
            ("67 mg/L", "“单位”列", "unit column"),
            ("1,5", "小数点", "decimals"),
            ("10⁴", "“10⁴”不是数字", "“10⁴” is not a number"),
            ("93.5①", "“93.5①”不是数字", "“93.5①” is not a number"),
            ("五十", "不是数字", "not a number"),
        ],
    )
    def test_nothing_is_guessed(self, tmp_path, written, zh, en):
        row = (*RATE[:2], written, *RATE[3:])
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, row))
        assert found.frame["value"].isna().all()
        (issue,) = found.issues
        assert (issue.rule, issue.severity, issue.source.cell) == ("number", "error", "C2")
        assert zh in issue.text("zh") and en in issue.text("en") and written in issue.text("zh")


class TestMerged:
    def test_a_merged_label_applies_to_all_its_rows(self, tmp_path):
        def look(sheet):
            sheet.merge_cells("B2:B4")
            sheet.merge_cells("E2:E4")

        rows = [("hw_generated", 2019, 5, "t", "年报"), ("sw_used", None, 6, "t", None),
                ("hw_used_disposed", None, 7, "t", None)]  # fmt: skip
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, *rows, look=look))
        assert found.frame["year"].tolist() == [2019] * 3
        assert found.frame["position"].tolist() == ["年报"] * 3
        assert found.issues == ()

    def test_the_same_in_an_old_workbook(self, tmp_path):
        rows = [("hw_generated", None, 5, "t", "年报"), ("sw_used", None, 6, "t", "年报")]
        path = as_xls(
            tmp_path / "统计项.xls", HEADINGS, *rows, look=lambda s: s.write_merge(1, 2, 1, 1, 2018)
        )
        assert checked(path).frame["year"].tolist() == [2018, 2018]

    def test_a_merged_figure_belongs_to_no_row(self, tmp_path):
        rows = [("hw_generated", 2019, 5, "t", "年报"), ("sw_used", 2019, None, "t", "年报")]
        look = lambda sheet: sheet.merge_cells("C2:C3")  # noqa: E731
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, *rows, look=look))
        assert found.frame["value"].isna().all()
        assert told(found) == {("merged", "error", "C2"), ("merged", "error", "C3")}

    def test_a_figure_over_two_columns_is_of_neither_unless_their_headings_are_one(self, tmp_path):
        rows = [
            ("统计项", "单位", "2018年", "2019年", "出处"),
            ("危险废物产生量", "吨", 7, None, "年鉴"),
        ]
        for heads, merged, found in (
            (rows[0], "C2:D2", [("merged", "C2")]),
            (("统计项", "单位", "2019年", None, "出处"), "C2:D2", []),
            (rows[0], "A2:B2", []),  # of words each heading is told
        ):
            look = lambda sheet, of=merged: sheet.merge_cells(of)  # noqa: E731
            path = as_xlsx(tmp_path / "统计项.xlsx", heads, *rows[1:], title="统计项", look=look)
            (sheet,) = read_file(path, tmp_path)
            of = dictionary.table("items")
            issues = check(laid_out(sheet, of), of, names()).issues
            assert [(n.code, n.source.cell) for n in issues if n.code == "merged"] == found

    @pytest.mark.slow
    def test_a_merge_below_the_table_makes_no_rows(self, tmp_path):
        look = lambda sheet: sheet.merge_cells("A3:A90000")  # noqa: E731
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, MASS, look=look))
        assert (found.read, found.issues) == (1, ())


class TestTitlesAbove:
    TITLES = (["连山县生态文明建设统计表"], ["填报单位：生态环境局", None, "2019 年"], [None])

    @pytest.mark.parametrize("count", [1, 2, 3])
    def test_the_headings_are_found_below(self, tmp_path, count):
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", *self.TITLES[:count], HEADINGS, MASS))
        assert values(found) == [12670.95]
        assert found.read == 1
        assert [(i.rule, i.severity, i.args["shown"]) for i in found.issues] == [
            ("titles", "note", "1" if count == 1 else "1-2")  # the third is empty
        ]

    def test_a_merged_title(self, tmp_path):
        look = lambda sheet: sheet.merge_cells("A1:E1")  # noqa: E731
        found = checked(
            as_xlsx(tmp_path / "统计项.xlsx", self.TITLES[0], HEADINGS, MASS, look=look)
        )
        assert values(found) == [12670.95]

    def test_the_cells_keep_their_places(self, tmp_path):
        row = (*MASS[:2], "约5", *MASS[3:])
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", *self.TITLES[:2], HEADINGS, row))
        assert told(found) == {("number", "error", "C4"), ("titles", "note", "")}

    def test_blanks_and_line_breaks_in_a_heading(self, tmp_path):
        headings = ("统 计 项", "年　份", "数\n值", "单位", "出处")
        assert values(checked(as_xlsx(tmp_path / "统计项.xlsx", headings, MASS))) == [12670.95]

    def test_not_below_the_first_twenty_rows(self, tmp_path):
        path = as_xlsx(tmp_path / "统计项.xlsx", *[["说明"]] * 20, HEADINGS, MASS)
        found = checked(path)
        assert found.frame.empty and found.read == found.refused == 21
        assert "missing_column" in {i.rule for i in found.issues}

    def test_missing_columns_are_told_once_and_not_for_each_row(self, tmp_path):
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS[:3], *[MASS[:3]] * 50))
        assert [i.rule for i in found.issues] == ["missing_column"] * 2  # 单位, 出处


class TestWhatExcelDidNotCompute:
    @pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#REF!", "#VALUE!"])
    def test_an_error_value_names_its_cell(self, tmp_path, error):
        row = (*MASS[:2], error, *MASS[3:])
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, row))
        assert told(found) == {("error_value", "error", "C2")}
        assert found.issues[0].args["shown"] == error

    def test_an_error_value_of_an_old_workbook_and_of_text(self, tmp_path):
        def look(sheet):
            sheet.row(1).set_cell_error(2, "#DIV/0!")

        row = (*MASS[:2], None, *MASS[3:])
        old = checked(as_xls(tmp_path / "统计项.xls", HEADINGS, row, look=look))
        row = (*MASS[:2], "#DIV/0!", *MASS[3:])
        text = checked(as_text(tmp_path / "统计项.csv", HEADINGS, row))
        assert told(old) == told(text) == {("error_value", "error", "C2")}

    def test_an_error_value_in_a_text_column_refuses_the_row(self, tmp_path):
        row = (*MASS[:4], "#N/A")
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, row))
        assert told(found) == {("error_value", "error", "E2")}
        assert found.refused == 1

    def test_a_formula_saved_without_its_value(self, tmp_path):
        # openpyxl, like many programs that fill in workbooks, stores formulas without values.
        row = (*MASS[:2], "=SUM(A1:A9)*2", *MASS[3:])
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, row))
        assert told(found) == {("formula", "error", "C2")}
        assert "=SUM(A1:A9)*2" in found.issues[0].text("zh")
        assert "重新保存" in found.issues[0].text("zh")

    def test_a_formula_with_its_value_is_a_figure(self, tmp_path):
        def with_its_value(xml):
            # Where lxml is installed, openpyxl writes an empty element with it.
            return re.sub("<v ?/>|<v></v>", "<v>2</v>", xml)

        row = (*MASS[:2], "=1+1", *MASS[3:])
        path = as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, row)
        rewritten(path, "xl/worksheets/sheet1.xml", with_its_value)
        assert values(checked(path)) == [2]

    def test_a_formula_that_gives_an_empty_text_is_empty(self, tmp_path):
        row = (*MASS[:2], '=IF(A1="","","")', *MASS[3:])
        path = as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, row)
        rewritten(
            path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace('r="C2"', 'r="C2" t="str"')
        )
        found = checked(path)
        assert found.frame["value"].isna().all() and found.issues == ()


class TestHidden:
    @pytest.mark.parametrize("kind", ["xlsx", "xls"])
    def test_hidden_rows_and_columns_are_read_and_told(self, tmp_path, kind):
        def look(sheet):
            if kind == "xls":
                sheet.row(2).hidden = sheet.row(3).hidden = sheet.col(1).hidden = True
                return
            sheet.row_dimensions[3].hidden = sheet.row_dimensions[4].hidden = True
            sheet.column_dimensions["B"].hidden = True

        rows = [(item, 2019, 5, "t", "年报") for item in
                ("hw_generated", "hw_used_disposed", "sw_used")]  # fmt: skip
        write = as_xls if kind == "xls" else as_xlsx
        found = checked(write(tmp_path / f"统计项.{kind}", HEADINGS, *rows, look=look))
        assert len(found.frame) == 3
        assert {(i.rule, i.severity, i.args["shown"]) for i in found.issues} == {
            ("hidden", "note", "3-4"),
            ("hidden", "note", "B"),
        }

    def test_a_hidden_sheet_is_read_and_told(self, tmp_path):
        def look(sheet):
            sheet.parent.create_sheet("封面")
            sheet.sheet_state = "hidden"

        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, MASS, look=look))
        assert told(found) == {("hidden", "note", "")}


class TestTextStaysText:
    def test_codes_keep_their_zeros_and_numbers_lose_none(self, tmp_path):
        headings = ("站点", "日期", "PM2.5")
        rows = [("0101", "2019-05-01", 35), (12.0, "2019-05-02", 35), (12.5, "2019-05-03", 35)]
        path = as_xlsx(tmp_path / "空气日均值.xlsx", headings, *rows, title="空气日均值")
        assert checked(path).frame["station"].tolist() == ["0101", "12", "12.5"]

    def test_a_percentage_is_kept_as_it_shows(self, tmp_path):
        headings = ("指标", "年份", "种类", "原文数值", "原文", "出处")
        row = ("urban_sewage_rate", 2019, "value", 0.985, "达到 98.5%", "第3页")
        path = as_xlsx(
            tmp_path / "文中结论.xlsx", headings, row, title="文中结论", look=percent("D2")
        )
        assert checked(path).frame["printed"].tolist() == ["98.5%"]

    @pytest.mark.parametrize(
        ("written", "codes"),
        [("1. 危险废物产生量", set()), ("（一）危险废物产生量", set()), ("①危险废物产生量", set()),
         ("1.2其中：危险废物 产生量", set()), ("2019年危险废物产生量", {"unknown_item"}),
         ("（2）综合利用量", {"unknown_item"}), ("其中：工业源", {"unknown_item"})],
    )  # fmt: skip
    def test_a_name_in_a_numbered_table(self, tmp_path, written, codes):
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, (written, *MASS[1:])))
        assert {issue.code for issue in found.issues} == codes
        assert found.frame["item"].tolist() == ([] if codes else ["hw_generated"])


class TestStruckThrough:
    """What is struck through counts no more, or is a slip: either way it is not used unasked."""

    @pytest.mark.parametrize("value", [98.5, "98.5"])
    def test_a_figure(self, tmp_path, value):
        def look(sheet):
            sheet["C2"].font = sheet["E2"].font = Font(strike=True)
            sheet["D2"].font = Font(bold=True)

        row = (*RATE[:2], value, *RATE[3:])
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, row, MASS, look=look))
        assert values(found)[1] == 12670.95 and math.isnan(values(found)[0])
        # A remark on where a figure comes from, E2, is not looked at by any verdict.
        assert told(found) == {("struck", "error", "C2")}
        (note,) = found.issues
        assert note.args["value"] == "98.5" and len(found.unread) == 1

    @pytest.mark.parametrize("kind", ["shared", "inline", "xls"])
    def test_the_old_figure_struck_through_before_the_new_one(self, tmp_path, kind):
        """100 struck through and 120 behind it, in one cell, are not 100120."""
        path = tmp_path / ("统计项.xls" if kind == "xls" else "统计项.xlsx")
        if kind == "shared":
            with xlsxwriter.Workbook(path) as book:
                sheet, lined = (
                    book.add_worksheet("统计项"),
                    book.add_format({"font_strikeout": True}),
                )
                for i, row in enumerate((HEADINGS, MASS, (RATE[0], 2019, "98.5", "%", "年报"))):
                    sheet.write_row(i, 0, row)
                sheet.write_rich_string("C2", lined, "100", "120")
        elif kind == "inline":
            new = CellRichText(TextBlock(InlineFont(strike=True), "100"), "120")
            look = lambda sheet: sheet.__setitem__("C2", new)  # noqa: E731
            as_xlsx(path, HEADINGS, MASS, RATE, look=look)
        else:
            runs = (("100", xlwt.easyfont("struck_out on")), "120")
            as_xls(
                path, HEADINGS, (*MASS[:2], None, *MASS[3:]), RATE,
                look=lambda sheet: sheet.write_rich_text(1, 2, runs),
            )  # fmt: skip
        found = checked(path)
        assert told(found) == {("struck", "error", "C2")}
        assert found.frame["value"].tolist()[1] == 98.5

    @pytest.mark.parametrize(
        ("lined", "years", "codes"),
        [("C2", ["2019"], ["struck"]), ("E2", ["2018", "2019"], []), ("A1", ["2018", "2019"], [])],
    )
    def test_a_heading_heads_nothing_and_a_title_says_nothing(self, tmp_path, lined, years, codes):
        def look(sheet):
            sheet[lined].font = Font(strike=True)

        rows = [
            ("单位：万吨",),
            ("统计项", "单位", "2018年", "2019年", "序号"),
            (MASS[0], "吨", 7, 8, 1),
        ]
        path = as_xlsx(tmp_path / "统计项.xlsx", *rows, look=look)
        (sheet,) = read_file(path, tmp_path)
        found = laid_out(sheet, dictionary.table("items"))
        assert [str(row[1][found.header.index("年份")]) for row in found.rows] == years
        assert [n.code for n in found.remarks if n.severity == "error"] == codes
        # Below a title of 万吨 7 would be shown as 7 of them, against the 吨 of its row.
        value = found.rows[-1][1][found.header.index("数值")]
        assert (value == 8) == (lined == "A1")

    def test_in_an_old_workbook(self, tmp_path):
        def look(sheet):
            sheet.write(1, 0, RATE[0], xlwt.easyxf("font: struck_out on"))

        path = as_xls(tmp_path / "统计项.xls", HEADINGS, (None, *RATE[1:]), MASS, look=look)
        found = checked(path)
        assert values(found) == [12670.95]
        assert told(found) == {("struck", "error", "A2")}


class TestRaised:
    """A raised figure is the number of a note or a power, and no further digit."""

    @pytest.mark.parametrize("kind", ["shared", "inline", "xls"])
    def test_a_footnote_a_power_and_a_unit(self, tmp_path, kind):
        path = tmp_path / ("统计项.xls" if kind == "xls" else "统计项.xlsx")
        noted, power = (*MASS[:2], None, *MASS[3:]), ("sw_used", 2019, None, "t", "年报")
        area = ("land_area", 2019, 1000, None, "年报")
        texts = {"C2": ("12.5", "1"), "C3": ("2.4×10", "2"), "D4": ("km", "2")}
        if kind == "shared":
            with xlsxwriter.Workbook(path) as book:
                sheet, up = book.add_worksheet("统计项"), book.add_format({"font_script": 1})
                for i, row in enumerate((HEADINGS, noted, power, area)):
                    sheet.write_row(i, 0, row)
                for cell, (plain_, high) in texts.items():
                    sheet.write_rich_string(cell, plain_, up, high)
        elif kind == "inline":

            def look(sheet):
                for cell, (plain_, high) in texts.items():
                    up = TextBlock(InlineFont(vertAlign="superscript"), high)
                    sheet[cell] = CellRichText(plain_, up)

            as_xlsx(path, HEADINGS, noted, power, area, look=look)
        else:

            def look(sheet):
                up = xlwt.easyfont("escapement superscript")
                for cell, (plain_, high) in texts.items():
                    place = int(cell[1]) - 1, "ABCDE".index(cell[0])
                    sheet.write_rich_text(*place, (plain_, (high, up)))

            as_xls(path, HEADINGS, noted, power, area, look=look)
        found = checked(path)
        assert told(found) == {("number", "error", "C2")}
        assert values(found)[1:] == [240, 1000]


class TestOldWorkbooks:
    def test_types_dates_and_percentages(self, tmp_path):
        def look(sheet):
            sheet.write(1, 2, 0.985, xlwt.easyxf(num_format_str="0.0%"))

        row = (*RATE[:2], None, *RATE[3:])
        found = checked(as_xls(tmp_path / "统计项.xls", HEADINGS, row, look=look))
        assert values(found) == [98.5]
        assert found.frame["year"].tolist() == [2019]
        assert told(found) == {("percent", "note", "C2")}

    def test_an_old_name_on_a_new_workbook(self, tmp_path):
        path = as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, MASS)
        assert values(checked(path.rename(tmp_path / "统计项.xls"))) == [12670.95]

    def test_a_web_page_called_xls(self, tmp_path):
        path = tmp_path / "统计项.xls"
        path.write_text("<html><table><tr><td>统计项</td></tr></table></html>", encoding="utf-8")
        with pytest.raises(DataError, match=r"统计项\.xls.*save it as \.xlsx"):
            read_file(path, tmp_path)

    def test_a_workbook_with_a_password(self, tmp_path):
        # What Excel writes then: a compound file with a stream of this name.
        path = tmp_path / "统计项.xlsx"
        name = "EncryptedPackage".encode("utf-16-le")
        path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000) + name)
        with pytest.raises(DataError, match="password"):
            read_file(path, tmp_path)

    def test_an_old_workbook_with_a_password(self, tmp_path):
        path = as_xls(tmp_path / "统计项.xls", HEADINGS, MASS)
        # The record FILEPASS (2F 00) in the place of the first one behind the beginning (E1 00).
        first = bytes.fromhex("E1000200B004")
        assert path.read_bytes().count(first) == 1
        path.write_bytes(path.read_bytes().replace(first, bytes.fromhex("2F000200B004")))
        with pytest.raises(DataError, match="password"):
            read_file(path, tmp_path)


class TestText:
    def test_quotes_that_do_not_pair_lose_no_rows_in_silence(self, tmp_path):
        rows = [HEADINGS, MASS, (*MASS[:4], '"年报'), *[MASS] * 5]
        with pytest.raises(DataError, match=r"quotation marks are unbalanced from row 3"):
            read_file(as_text(tmp_path / "统计项.csv", *rows), tmp_path)

    def test_utf_16_without_its_mark_is_refused(self, tmp_path):
        path = as_text(tmp_path / "items.csv", ("item", "value"), encoding="utf-16-le")
        with pytest.raises(DataError, match="UTF-8"):
            read_file(path, tmp_path)

    def test_commas_in_a_note_of_a_tab_separated_text(self, tmp_path):
        row = (*MASS[:4], "年报,第3页,表2,甲,乙,丙")
        path = as_text(tmp_path / "统计项.csv", HEADINGS, row, delimiter="\t")
        assert checked(path).frame["position"].tolist() == ["年报,第3页,表2,甲,乙,丙"]


class TestQuantities:
    def test_amounts_are_not_negative(self, tmp_path):
        row = (*MASS[:2], -1, *MASS[3:])
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, row))
        assert told(found) == {("range", "error", "C2")}
        assert found.frame["value"].isna().all()

    @pytest.mark.parametrize("value", [-0.1, 100.1])
    def test_a_share_beyond_its_range_is_kept_and_told(self, tmp_path, value):
        row = (*RATE[:2], value, *RATE[3:])
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, row))
        assert values(found) == [value]
        assert told(found) == {("share", "warning", "C2")}

    @pytest.mark.parametrize(
        ("item", "value", "unit"),
        [("pm25_decline", -12, "%"), ("water_class3_gain", -3, "pp"), ("eco_index_ei", -5, "index"),
         ("urban_sewage_rate", 0, "%"), ("urban_sewage_rate", 100, "%")],
    )  # fmt: skip
    def test_changes_may_be_negative(self, tmp_path, item, value, unit):
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, (item, 2019, value, unit, "p")))
        assert found.issues == ()


class TestYearOfTheFolder:
    def test_a_figure_of_a_later_year(self, tmp_path):
        rows = [MASS, (MASS[0], 2021, *MASS[2:]), (MASS[0], 2015, *MASS[2:])]
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, *rows), submitted=2019)
        assert told(found) == {("outside_year", "warning", "B3")}
        assert "2021" in found.issues[0].text("zh") and len(found.frame) == 3

    def test_days_of_another_year(self, tmp_path):
        rows = [("甲", day, 35) for day in ("2018-12-31", "2019-01-01", "2020-01-01")]
        path = as_text(tmp_path / "air_daily.csv", ("站点", "日期", "PM2.5"), *rows)
        found = checked(path, submitted=2019)
        assert told(found) == {("outside_year", "warning", "B2")}
        assert "2 (the first is 2018-12-31)" in found.issues[0].text("en")

    def test_the_last_hour_of_the_year_ends_in_the_next(self, tmp_path):
        rows = [("甲", "2019-12-31 24:00", 35), ("甲", "2020-01-01 01:00", 35)]
        path = as_text(tmp_path / "air_hourly.csv", ("站点", "时间", "PM2.5"), *rows)
        found = checked(path, submitted=2019)
        assert told(found) == {("outside_year", "warning", "B3")}


class TestAllAtOnce:
    def test_every_fault_of_a_row_is_told(self, tmp_path):
        row = ("hw_generate", "去年", "约5", None, None)
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, row))
        assert told(found) == {
            ("unknown_item", "error", "A2"),
            ("year", "error", "B2"),
            ("number", "error", "C2"),
            ("required", "error", "D2"),
            ("required", "error", "E2"),
        }
        assert (found.read, found.refused) == (1, 1)

    def test_a_flood_of_one_kind_is_counted(self, tmp_path):
        rows = [(*MASS[:2], "约5", *MASS[3:4], f"第{i}页") for i in range(1500)]
        found = checked(as_text(tmp_path / "统计项.csv", HEADINGS, *rows))
        # 1500 figures that are none, and 1499 rows of the key of the first: a thousand of each listed.
        assert [i.rule for i in found.issues].count("number") == 1000
        last = next(
            i for i in found.issues if i.rule == "more" and i.args["first"].rule == "number"
        )
        assert (last.source.cell, last.args["shown"]) == ("C1002", "500")
        assert (found.read, found.refused) == (1500, 1499)


@pytest.mark.parametrize(
    ("name", "found"),
    [("站電", "站点"), ("单立", "单位"), ("ITEMS", "items"), ("污水", ""), ("水", "")],
)
def test_near_matches_of_short_words(name, found):
    clause = hint(name, ["站点", "单位", "数值", "items"])
    assert bool(clause) == bool(found)
    if found:
        assert clause.text("zh") == f"；是否应为“{found}”？"
        assert clause.text("en") == f"; did you mean “{found}”?"
