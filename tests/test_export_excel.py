"""The workbook read back with openpyxl: its numbers are the results, its texts are no formulas."""

import csv
import io
import re

import openpyxl
import pandas as pd
import pytest
from counties import everything, opened

from ecolib.checks.audit import COLUMNS, audit
from ecolib.pages import excel, listings, pieces
from ecolib.pages.listings import Dossier
from ecolib.texts import LANGS

SHEETS = {
    "zh": ["总表", "评估结果", "需补报资料", "自评结论核对", "所用数据", "佐证材料", "数据更正", "字段和用语"],
    "en": ["Overview", "Results", "Outstanding", "Claims", "Inputs", "Evidence", "Corrections", "Dictionary"],
}  # fmt: skip
#: Below title and remark stand the headings.
HEAD = 3


@pytest.fixture(scope="module")
def lianshan():
    case = opened("lianshan", 2019)
    return case, tuple(everything("lianshan", 2019)), audit(case)


def read(data: bytes):
    return openpyxl.load_workbook(io.BytesIO(data))


def rows_of(sheet, head=HEAD) -> list[dict]:
    names = [cell.value for cell in sheet[head]]
    return [dict(zip(names, row, strict=True))
            for row in sheet.iter_rows(min_row=head + 1, values_only=True)]  # fmt: skip


class TestWorkbook:
    @pytest.mark.parametrize("lang", LANGS)
    def test_sheets_are_framed_for_reading(self, lianshan, lang):
        book = read(excel.workbook(Dossier(*lianshan, lang)))
        assert book.sheetnames == SHEETS[lang]
        for sheet in book:
            if sheet.max_row > HEAD:
                assert sheet.freeze_panes and sheet.auto_filter.ref and sheet.print_title_rows
        widths = [d.width for sheet in book for d in sheet.column_dimensions.values()]
        assert max(widths) < 75

    @pytest.mark.parametrize("lang", LANGS)
    def test_the_numbers_are_those_of_the_results(self, lianshan, lang):
        case, results, claims = lianshan
        sheet = read(excel.workbook(Dossier(case, results, claims, lang)))[SHEETS[lang][1]]
        number, full, low, high, rounding, change = {
            "zh": ("序号", "数值（未修约）", "可能下限", "可能上限", "修约误差", "比上年"),
            "en": ("No.", "Value (unrounded)", "Low", "High", "Rounding", "Change on last year"),
        }[lang]
        rows = {row[number]: row for row in rows_of(sheet)}
        every = [each for result in results for each in (result, *result.parts)]
        assert list(rows) == [each.number for each in every]
        for each in every:
            found = rows[each.number][full]
            assert (found in (None, "")) == (each.value != each.value)
            assert found in (None, "") or found == pytest.approx(each.value, rel=1e-12)
        # 66.12 of 67.517 + 3.193 (in 10⁴ t).
        assert rows["13"][full] == pytest.approx(100 * 66.12 / 70.71, rel=1e-9)
        # 11 of 12 sources were monitored: 100 % of those, so at least 11/12 of all.
        assert rows["25"][low] == pytest.approx(100 * 11 / 12) and rows["25"][high] == 100
        # 29, 35 and 66 % of cadres' appraisal: whole numbers, half a unit either way.
        assert rows["3"][rounding] == 0.5
        # 85.42 % of forest became 85.88 %; 3 speaks of something else than the year before.
        assert rows["10"][change] == pytest.approx(0.46) and rows["3"][change] in (None, "")

    def test_the_years_of_the_overview_are_numbers_as_they_are_shown(self, lianshan):
        sheet = read(excel.workbook(Dossier(*lianshan, "en")))["Overview"]
        head = next(r for r in range(1, 20) if sheet.cell(r, 7).value == "2017")
        shown = {row[0].value: [(c.value, c.number_format) for c in row[6:9]]
                 for row in sheet.iter_rows(min_row=head + 1)}  # fmt: skip
        # 68.87 of 69.025 + 0.02, 64.18 of 67.182 + 0.191, 66.12 of 67.517 + 3.193.
        assert shown["13"] == [(99.75, "0.00"), (95.26, "0.00"), (93.51, "0.00")]
        # What is only bounded has its bound, as in Word and on the pages: 100 alone would be too much.
        assert shown["22"][1][0] == "≥ 11,711.4"
        assert shown["25"][2][0] == "91.67 to 100"
        assert shown["1"][0][0] == "missing" and shown["1"][1][0] == "4/4"
        # Of April 2020, for 2019: what the pages show.
        assert shown["34"][2][0] == "90.38 (2020 survey)"
        (head,) = {c for row in sheet["A1:L8"] for c in row if c.value == "declared only"}
        lines = 1 + (len(head.value) > sheet.column_dimensions[head.column_letter].width)
        assert sheet.row_dimensions[head.row].height > lines * 14  # nothing of it is cut

    def test_an_empty_sheet_has_no_headings(self, lianshan):
        sheet = read(excel.workbook(Dossier(*lianshan, "zh")))["数据更正"]
        assert sheet["A2"].value == "没有内容" and sheet.max_row == 2

    def test_values_are_numbers_with_a_format(self, lianshan):
        sheet = read(excel.workbook(Dossier(*lianshan, "zh")))["评估结果"]
        names = [cell.value for cell in sheet[HEAD]]
        row = next(r for r in sheet.iter_rows(min_row=HEAD + 1) if r[0].value == "13")
        cells = dict(zip(names, row, strict=True))
        assert cells["数值"].value == 93.51 and cells["数值"].number_format == "0.00##"
        assert cells["年份"].value == 2019 and cells["年份"].number_format == "0"

    def test_the_counts_add_up(self, lianshan):
        sheet = read(excel.workbook(Dossier(*lianshan, "zh")))["总表"]
        rows = {r["属性"]: r for r in rows_of(sheet) if r["属性"]}
        whole = rows["国家指标合计"]
        verdicts = ["达标", "附条件达标", "仅申报", "无法评估", "数据矛盾", "未达标"]
        assert sum(whole[v] for v in verdicts) == whole["适用"]
        # Lianshan has no coast: 12 and 17 do not apply. 22 is its own, so 34 are national.
        assert (whole["总数"], whole["适用"], whole["不适用"]) == (34, 32, 2)

    def test_every_column_is_explained(self, lianshan):
        book = read(excel.workbook(Dossier(*lianshan, "zh")))
        told = {row["名称"] for row in rows_of(book["字段和用语"]) if row["类别"] == "列"}
        for name in ("评估结果", "需补报资料", "自评结论核对", "所用数据", "佐证材料"):
            assert {c.value for c in book[name][HEAD]} <= told

    def test_the_same_results_give_the_same_bytes(self, lianshan):
        first, second = (excel.workbook(Dossier(*lianshan, "zh")) for _ in range(2))
        assert first == second


class TestWhatBureausWrite:
    @pytest.fixture()
    def hostile(self, tiny):
        case = tiny(2019, items=[
            ("hw_used_disposed", 2019, "66.12", "10k t"), ("hw_generated", 2019, "67.517", "10k t"),
        ], documents=[
            ("eco_plan", "approved", 2019, "是", "+1", '=HYPERLINK("http://example.org","x")', "@SUM(1)"),
        ])  # fmt: skip
        empty = pd.DataFrame(columns=list(COLUMNS))
        return Dossier(case, tuple(case.evaluate_all()), empty, "zh")

    def test_no_text_becomes_a_formula_or_a_link(self, hostile):
        book = read(excel.workbook(hostile))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        assert not any(cell.hyperlink for cell in cells)

    def test_an_empty_sheet_says_so(self, hostile):
        assert read(excel.workbook(hostile))["自评结论核对"]["A2"].value == "没有内容"


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "@SUM(A1)", "＝1+1", "\n=1", "-2+3"])
def test_no_text_of_the_data_of_a_figure_is_a_formula(text):
    frame = pd.DataFrame({"断面": [text, "甲"], text: [-1.5, 2.0]})
    head, row, *_ = csv.reader(pieces.Table(frame, "", (), frame).csv()[1:].splitlines(True))
    assert (head, row) == (["断面", f"'{text}"], [f"'{text}", "-1.5"])


class TestTablesBesideTheReport:
    @pytest.mark.parametrize("lang", LANGS)
    def test_both_languages_hold_the_same_numbers(self, lianshan, lang):
        table = listings.table(Dossier(*lianshan, lang), "results")
        other = listings.table(Dossier(*lianshan, "en" if lang == "zh" else "zh"), "results")
        assert len(table) == len(other) and not set(table.columns) & set(other.columns)
        for place in range(7, 12):  # value, unrounded, low, high, rounding
            assert table.iloc[:, place].tolist() == other.iloc[:, place].tolist()

    def test_no_code_is_left_in_words(self, lianshan):
        table = listings.table(Dossier(*lianshan, "zh"), "needs")
        words = table[["责任单位", "类别", "内容"]].to_numpy().ravel()
        assert len(table) > 50
        assert [w for w in words if re.fullmatch(r"[a-z0-9_.]+", str(w))] == []
