"""Excel: what a cell shows is what counts; where that is not what it stores, it is told."""

from __future__ import annotations

import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter
import xlwt
from openpyxl.comments import Comment
from workbooks import HEADINGS, as_text, as_xls, as_xlsx, checked, rewritten, told

from ecolib.data.figures import half_digit
from ecolib.data.formats import format_of
from ecolib.data.sheet import Shown, Unclear
from ecolib.data.xlsx import unsigned

#: 6 543 210 000 yuan are 654 321 万元 and 65.4321 亿元.
YUAN = 6543210000


def shows(code: str, value):
    """What a value looks like in a format, itself where the format changes nothing."""
    show = format_of(code)
    return value if show is None else show(value)


class TestFormats:
    @pytest.mark.parametrize(
        ("code", "stored", "shown"),
        [
            ("0.0%", 0.98532, "98.532%"),  # the decimals left out are kept
            ("#,##0,", YUAN, "6543210"),
            ("0.0,,", YUAN, "6543.21"),
            ("#,##0,.00", 1234567, "1234.567"),
            # A point that is only text: the digits before it are one fewer than they look.
            ('0!.0,"万元"', YUAN, "654321万元"),
            ('0\\.0,"万元"', YUAN, "654321万元"),
            ('0"."0,', YUAN, "654321"),
            ('0!.0000"万"', 123456, "12.3456万"),
            ('0!.00,,"亿元"', YUAN, "65.4321亿元"),
            # Two thousands and a percentage whose sign is in the next line: ten thousands.
            ("0.00,,\n%", YUAN, "654321"),
            ('0.00,,"\n"%', YUAN, "654321"),
            ("0.00,,%", YUAN, "654321%"),
            ('0.00"亿元"', 1.5, "1.5亿元"),
            ('General"万元"', 5.25, "5.25万元"),
            ('G/通用格式"万元"', 5.25, "5.25万元"),
            ('0.0"吨";[Red]-0.0"吨"', -3.25, "-3.25吨"),
            ('[>=100000000]0!.00,,"亿元";[>=10000]0!.0,"万元";0"元"', YUAN, "65.4321亿元"),
            ('[>=100000000]0!.00,,"亿元";[>=10000]0!.0,"万元";0"元"', 123456, "12.3456万元"),
            ('[>=100000000]0!.00,,"亿元";[>=10000]0!.0,"万元";0"元"', 12, "12元"),
            ('"约"0', 86, "约86"),
            ('"合格";;"不合格"', 1, "合格"),
            ('"合格";;"不合格"', 0, "不合格"),
            ("0000", 101, "0101"),
            # Digits among words.
            ("0000-00-00", 20190305, "2019-03-05"),
            ('0000"年"00"月"', 201903, "2019年03月"),
            ('0"万"0000', 123456, "12万3456"),
        ],
    )
    def test_shown_otherwise(self, code, stored, shown):
        found = shows(code, stored)
        assert isinstance(found, Shown) and (found, found.stored) == (shown, stored)

    @pytest.mark.parametrize(
        "code",
        ["General", "0", "0.00", "#,##0.00", "0.00E+00", "# ?/?", "# ??/100", "@", ".00",
         "[Red]0.0", "#,##0_);[Red](#,##0)", "0;▲0", "[$¥-804]#,##0.00", "0.0_ ;-0.0 ",
         '_ ¥* #,##0.00_ ;_ ¥* \\-#,##0.00_ ;_ ¥* "-"??_ ;_ @_ '],
    )  # fmt: skip
    @pytest.mark.parametrize("value", [5.25, -5.25, 0])
    def test_shown_as_stored(self, code, value):
        # Rounded, coloured or in brackets, but the same number; a dash is how accounts show zero.
        assert shows(code, value) == value

    @pytest.mark.parametrize(("code", "value"), [('0"万"0000', 12.5), (";;;", 5), ("0-00,", 9e6)])
    def test_nobody_knows(self, code, value):
        found = shows(code, value)
        assert isinstance(found, Unclear) and found.format == code

    @pytest.mark.parametrize(
        ("code", "shown"),
        [
            ('yyyy"年"m"月"', "2019年3月"),
            ("[$-804]yyyy-mm", "2019年3月"),
            ("mmm-yy", "2019年3月"),
            ('yyyy"年"', "2019年"),
            ("yyyy-mm-dd", date(2019, 3, 15)),
            ('m"月"d"日"', date(2019, 3, 15)),
            ("h:mm", date(2019, 3, 15)),
        ],
    )
    def test_days_of_which_less_is_shown(self, code, shown):
        assert shows(code, date(2019, 3, 15)) == shown


GDP = ("gdp", 2019, YUAN, "万元", "年报")
KINDS = ("xlsx", "xls")


def of_format(folder, kind, code, row):
    """The checked sheet of one row whose figure is in this format, in a new or an old workbook."""

    def look(sheet):
        if kind == "xls":
            sheet.write(1, 2, row[2], xlwt.easyxf(num_format_str=code))
        else:
            sheet["C2"].number_format = code

    write, cells = (as_xls, (*row[:2], None, *row[3:])) if kind == "xls" else (as_xlsx, row)
    return checked(write(folder / f"统计项.{kind}", HEADINGS, cells, look=look))


def read(found):
    return found.frame["value"].tolist()


@pytest.mark.parametrize("kind", KINDS)
class TestFigures:
    @pytest.mark.parametrize("code", ['0!.0,"万元"', "0!.0,", "0.00,,\n%"])
    def test_what_is_shown_is_read_and_told_with_what_is_stored(self, tmp_path, kind, code):
        found = of_format(tmp_path, kind, code, GDP)
        assert read(found) == [654321]
        (note,) = found.issues
        assert (note.rule, note.severity, note.source.cell) == ("as_shown", "note", "C2")
        for lang in ("zh", "en"):
            assert "6543210000" in note.text(lang) and "654321" in note.text(lang)

    def test_a_unit_in_the_format_against_the_unit_column(self, tmp_path, kind):
        # Stored 1.5, shown 1.5亿元, and the row says 万元: one of them is wrong.
        found = of_format(tmp_path, kind, '0.00"亿元"', (*GDP[:2], 1.5, *GDP[3:]))
        assert found.frame["value"].isna().all()
        assert told(found) == {("number", "error", "C2")}
        for word in ("1.5亿元", "万元"):
            assert word in found.issues[0].text("zh")

    def test_the_same_unit_in_both(self, tmp_path, kind):
        found = of_format(tmp_path, kind, '0.00"亿元"', (*GDP[:2], 1.5, "亿元", "年报"))
        assert read(found) == [15000] and found.issues == ()  # kept in 万元
        assert found.frame["printed"].tolist() == ["1.5"]

    def test_a_format_that_nobody_understands(self, tmp_path, kind):
        found = of_format(tmp_path, kind, '0"万"0000', (*GDP[:2], 123456.5, *GDP[3:]))
        assert found.frame["value"].isna().all()
        assert told(found) == {("format", "error", "C2")}
        assert "123456.5" in found.issues[0].text("zh")
        assert '0"万"0000' in found.issues[0].text("zh")

    def test_a_figure_with_words_inside_is_no_number(self, tmp_path, kind):
        found = of_format(tmp_path, kind, '0"万"0000', (*GDP[:2], 123456, *GDP[3:]))
        assert found.frame["value"].isna().all()
        assert "12万3456" in found.issues[0].text("zh")

    def test_a_sign_of_percent_with_thousands_is_no_percentage(self, tmp_path, kind):
        found = of_format(tmp_path, kind, "0.00,,%", GDP)
        assert found.frame["value"].isna().all()
        assert told(found) == {("percent", "error", "C2")}

    def test_a_bound_in_the_format_stays_a_bound(self, tmp_path, kind):
        found = of_format(tmp_path, kind, '"≥"0.0', (*GDP[:2], 85, *GDP[3:]))
        assert found.frame["value"].isna().all()
        assert [i.code for i in found.issues] == ["number.bound"]

    def test_a_year_with_its_word(self, tmp_path, kind):
        def look(sheet):
            if kind == "xls":
                sheet.write(1, 1, 2019, xlwt.easyxf(num_format_str='0"年"'))
            else:
                sheet["B2"].number_format = '0"年"'

        row = (GDP[0], None if kind == "xls" else 2019, 5, *GDP[3:])
        write = as_xls if kind == "xls" else as_xlsx
        found = checked(write(tmp_path / f"统计项.{kind}", HEADINGS, row, look=look))
        assert found.frame["year"].tolist() == [2019] and found.issues == ()


def test_one_note_for_a_column(tmp_path):
    def look(sheet):
        for number in range(2, 7):
            sheet[f"C{number}"].number_format = '0!.0,"万元"'

    rows = [("gdp", 2015 + i, YUAN + i, "万元", "年报") for i in range(5)]
    found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, *rows, look=look))
    assert [(i.rule, i.source.cell, i.args["count"]) for i in found.issues] == [
        ("as_shown", "C2", 5)
    ]


def test_codes_keep_the_zeros_that_are_shown(tmp_path):
    def look(sheet):
        sheet["A2"].number_format = "0000"

    headings, row = ("站点", "日期", "PM2.5"), (101, "2019-05-01", 35)
    path = as_xlsx(tmp_path / "空气日均值.xlsx", headings, row, title="空气日均值", look=look)
    assert checked(path).frame["station"].tolist() == ["0101"]


class TestOwnUnits:
    """A unit behind the number, as people write it in spite of the column beside it."""

    @pytest.mark.parametrize(
        ("written", "unit", "tonnes", "printed"),
        [
            ("812吨", "吨", 812, "812"),
            ("812 t", "吨", 812, "812"),
            ("３．５吨", "吨", 3.5, "３．５"),
            ("1,820.5吨", "吨", 1820.5, "1,820.5"),
            ("1.2万吨", "吨", 12000, "1.2"),
            ("1.2万", "吨", 12000, "1.2"),
            ("1.2万", "万吨", 12000, "1.2"),
            ("12000千克", "t", 12, "12000"),
            ("1.2亿吨", "吨", 1.2e8, "1.2"),
            ("1.2亿", "吨", 1.2e8, "1.2"),
        ],
    )
    def test_it_is_read_where_it_converts(self, tmp_path, written, unit, tonnes, printed):
        row = ("hw_generated", 2019, written, unit, "年报")
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, row))
        assert read(found) == [tonnes]
        assert found.frame["printed"].tolist() == [printed]
        assert {i.severity for i in found.issues} <= {"note"}

    def test_another_unit_of_its_kind_is_told(self, tmp_path):
        row = ("hw_generated", 2019, "1.2万吨", "吨", "年报")
        found = checked(as_text(tmp_path / "统计项.csv", HEADINGS, row))
        assert told(found) == {("own_unit", "note", "C2")}
        assert "1.2万吨" in found.issues[0].text("zh")

    def test_half_of_its_last_digit(self, tiny):
        # 1.2 万吨 is known to 0.05 万吨, which is 500 t; 2.4×10⁴ to 0.05×10⁴.
        case = tiny(2019, items=[("hw_generated", 2019, "1.2万吨", "t")])
        assert case.series("hw_generated").at(2019, "rounding") == pytest.approx(500)
        assert half_digit("2.4×10⁴") == half_digit("2.4万") == 500

    @pytest.mark.parametrize("written", ["67 mg/L", "22分", "812亩"])
    def test_another_kind_of_unit_is_refused_with_both(self, tmp_path, written):
        row = ("hw_generated", 2019, written, "吨", "年报")
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, row))
        assert found.frame["value"].isna().all()
        assert [i.code for i in found.issues] == ["number.other_unit"]
        assert written in found.issues[0].text("zh") and "吨" in found.issues[0].text("zh")

    @pytest.mark.parametrize(
        ("written", "value"), [("35μg/m³", 35), ("0.035mg/m3", 35), ("35 ug/m3", 35)]
    )
    def test_in_a_column_with_one_unit(self, tmp_path, written, value):
        headings, row = ("站点", "日期", "PM2.5"), ("甲", "2019-05-01", written)
        found = checked(as_text(tmp_path / "air_daily.csv", headings, row))
        assert found.frame["pm25"].tolist() == pytest.approx([value])

    def test_the_range_of_a_column_holds_after_converting(self, tmp_path):
        headings, row = ("站点", "日期", "PM2.5"), ("甲", "2019-05-01", "-1mg/m3")
        found = checked(as_text(tmp_path / "air_daily.csv", headings, row))
        assert found.frame["pm25"].isna().all() and told(found) == {("range", "error", "C2")}


class TestPowersOfTen:
    @pytest.mark.parametrize(
        ("written", "value"),
        [("2.4×10⁴", 24000), ("1.3×10^4", 13000), ("1.3 x 10^4", 13000), ("1.3E4", 13000),
         ("5×10⁻²", 0.05), ("\u22120.5", -0.5), ("2.4×10⁴吨", 24000)],
    )  # fmt: skip
    def test_read(self, tmp_path, written, value):
        row = (
            "pm25_decline" if value < 0 else "hw_generated",
            2019,
            written,
            "%" if value < 0 else "t",
            "p",
        )
        assert read(checked(as_text(tmp_path / "items.csv", HEADINGS, row))) == [value]

    def test_an_exponent_that_was_lost_is_not_guessed(self, tmp_path):
        row = ("hw_generated", 2019, "1.3×104", "t", "p")
        found = checked(as_text(tmp_path / "items.csv", HEADINGS, row))
        assert found.frame["value"].isna().all() and "1.3×104" in found.issues[0].text("zh")

    def test_what_was_written_is_quoted(self, tmp_path):
        row = ("hw_generated", 2019, "约2.4×10⁴", "t", "p")
        (issue,) = checked(as_text(tmp_path / "items.csv", HEADINGS, row)).issues
        assert "约2.4×10⁴" in issue.text("zh") and issue.args["shown"] == "约2.4×10⁴"


SAMPLE = ("断面", "采样日期", "项目", "监测值")


def test_a_number_shown_as_a_day(tmp_path):
    path, code = tmp_path / "地表水监测.xlsx", "0000-00-00"
    look = lambda sheet: setattr(sheet["B2"], "number_format", code)  # noqa: E731
    as_xlsx(path, SAMPLE, ("甲", 20190305, "nh3n", "0.5"), title="地表水监测", look=look)
    assert checked(path).frame["date"].tolist() == [datetime(2019, 3, 5)]


class TestMonths:
    @pytest.mark.parametrize(
        "written", ["2019年3月", "2019-03", "2019/3", "2019.3", 201903, 2019.3]
    )
    def test_enough_for_samples_and_told(self, tmp_path, written):
        rows = [("甲", written, "nh3n", "0.5"), ("乙", written, "nh3n", "0.5")]
        found = checked(as_xlsx(tmp_path / "w.xlsx", SAMPLE, *rows, title="地表水监测"))
        assert found.frame["date"].tolist() == [datetime(2019, 3, 1)] * 2
        (note,) = found.issues
        assert (note.rule, note.severity, note.args["count"]) == ("month_only", "note", 2)
        assert "1日" in note.text("zh")

    @pytest.mark.parametrize("number", [17, 27, 36, 50, 52, 57])
    def test_a_day_shown_as_a_month(self, tmp_path, number):
        with xlsxwriter.Workbook(tmp_path / "地表水监测.xlsx") as book:
            sheet = book.add_worksheet("地表水监测")
            sheet.write_row(0, 0, SAMPLE)
            sheet.write_row(1, 0, ("甲", "", "nh3n", "0.5"))
            # 43539 is 15 March 2019.
            sheet.write_number(1, 1, 43539, book.add_format({"num_format": number}))
        found = checked(tmp_path / "地表水监测.xlsx")
        assert found.frame["date"].tolist() == [datetime(2019, 3, 1)]
        assert told(found) == {("month_only", "note", "B2")}

    @pytest.mark.parametrize(
        ("code", "day", "rules"),
        [
            ('yyyy"年"m"月"', 1, {"month_only"}),
            ("mmm-yy", 1, {"month_only"}),
            ("yyyy-mm-dd", 15, set()),
        ],
    )
    def test_in_an_old_workbook(self, tmp_path, code, day, rules):
        style = xlwt.easyxf(num_format_str=code)
        path = as_xls(
            tmp_path / "地表水监测.xls", SAMPLE, ("甲", None, "nh3n", "0.5"), title="地表水监测",
            look=lambda sheet: sheet.write(1, 1, datetime(2019, 3, 15), style),
        )  # fmt: skip
        found = checked(path)
        assert found.frame["date"].tolist() == [datetime(2019, 3, day)]
        assert {i.rule for i in found.issues} == rules

    @pytest.mark.parametrize("number", [14, 22, 28, 29, 30, 31, 51, 53, 54, 58])
    def test_the_other_formats_of_days(self, tmp_path, number):
        with xlsxwriter.Workbook(tmp_path / "地表水监测.xlsx") as book:
            sheet = book.add_worksheet("地表水监测")
            sheet.write_row(0, 0, SAMPLE)
            sheet.write_row(1, 0, ("甲", "", "nh3n", "0.5"))
            sheet.write_number(1, 1, 43539, book.add_format({"num_format": number}))
        found = checked(tmp_path / "地表水监测.xlsx")
        assert found.frame["date"].tolist() == [datetime(2019, 3, 15)] and found.issues == ()

    @pytest.mark.parametrize("written", ["2019年3月", 2019.1, "2019-13", "2019"])
    def test_refused_elsewhere_and_where_it_is_not_clear(self, tmp_path, written):
        # The number 2019.1 may be what is left of 2019.10; a mean of a day needs its day.
        headings, row = (SAMPLE, ("甲", written, "nh3n", "0.5"))
        title = "地表水监测"
        if written == "2019年3月":
            headings, row, title = ("站点", "日期", "PM2.5"), ("甲", written, 35), "空气日均值"
        found = checked(as_xlsx(tmp_path / "w.xlsx", headings, row, title=title))
        assert told(found) == {("moment", "error", "B2")} and found.refused == 1


class TestComments:
    def test_of_a_new_workbook(self, tmp_path):
        def look(sheet):
            sheet["C2"].comment = Comment("张三:\n此数含两镇", "张三")
            sheet["E1"].comment = Comment("出处填页码", "李四")

        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, GDP, look=look))
        assert [(i.rule, i.severity, i.source.cell, i.args["shown"]) for i in found.issues] == [
            ("comment", "note", "E1", "出处填页码"),
            ("comment", "note", "C2", "此数含两镇"),
        ]
        assert "两镇" in found.issues[1].text("zh") and "张三" not in found.issues[1].text("zh")

    def test_a_thread_in_the_place_of_its_stand_in(self, tmp_path):
        look = lambda sheet: setattr(sheet["C2"], "comment", Comment("[Threaded comment] …", "a"))  # noqa: E731
        path = as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, GDP, look=look)
        thread = '<x:threadedComment ref="C2" id="{1}"><x:text>%s</x:text></x:threadedComment>'
        with zipfile.ZipFile(path, "a") as book:
            said = "".join(thread % text for text in ("是否为万元？", "是"))
            book.writestr("xl/threadedComments/t1.xml", f'<x:t xmlns:x="x">{said}</x:t>')
        relation = (
            '<Relationship Id="t" Type="x/threadedComment" Target="../threadedComments/t1.xml"/>'
        )
        rewritten(path, "xl/worksheets/_rels/sheet1.xml.rels",
                  lambda xml: xml.replace("</Relationships>", relation + "</Relationships>"))  # fmt: skip
        assert [i.args["shown"] for i in checked(path).issues] == ["是否为万元？\n是"]

    def test_of_an_old_workbook(self):
        # No program at hand writes such comments: what xlrd would hand over.
        assert unsigned("张三:\n此数待核", ("张三",)) == "此数待核"
        assert unsigned("注:待核", ("张三",)) == "注:待核"

    def test_no_more_than_fifty_and_not_all_of_a_long_one(self, tmp_path):
        def look(sheet):
            for number in range(1, 61):
                sheet[f"H{number}"].comment = Comment("长" * 500, "甲")

        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, GDP, look=look))
        codes = [i.code for i in found.issues]
        assert (codes.count("comment"), codes.count("comment.more")) == (50, 1)
        assert len(found.issues[0].args["shown"]) == 201
        assert found.issues[-1].args["count"] == 10
