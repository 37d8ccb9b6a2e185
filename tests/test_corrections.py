"""Corrections of real files: carried out, told, checked against what stands there, never silent."""

from __future__ import annotations

import math
import os
import shutil

import pytest
from counties import LIANSHAN
from openpyxl import Workbook

from ecolib import open_case, pages
from ecolib.assess.case import Case
from ecolib.checks.audit import audit
from ecolib.errors import DataError
from ecolib.runner.planning import page_fingerprint, shared_by_all
from ecolib.texts import Note

ITEMS = [
    ("hw_generated", 2019, "67.517", "10k t"),
    ("hw_used_disposed", 2019, "66.12", "10k t"),
    ("hw_prior_used_disposed", 2019, "3.193", "10k t"),
    ("waste_generated", 2019, "6315.29", "t"),
]
ABOUT = """
    reason: {zh: 万吨应为吨, en: 10^4 t should be t}
    source: {zh: 县生态环境局来函, en: letter of the ecology bureau}
    date: 2020-07-01
"""


def entry(text: str) -> str:
    return f"  - {text}{ABOUT}"


@pytest.fixture
def corrected(tiny):
    """`corrected("{table: ..., do: ...}")`: the tiny county with these corrections."""

    def build(*entries: str, year: int = 2019, items=ITEMS, **tables) -> Case:
        case = tiny(year, items=items, **tables)
        path = case.root / "data/trial/corrections.yml"
        path.write_text("corrections:\n" + "\n".join(map(entry, entries)), encoding="utf-8")
        return case

    return build


def generated(then: str, expect: str = "67.517", column: str = "value") -> str:
    return (
        "table: items\n    rows: {item: hw_generated, year: 2019}\n"
        f"    column: {column}\n    expect: {expect}\n    {then}"
    )


def value(case: Case, item: str = "hw_generated"):
    series = case.series(item)
    return {name: series.at(2019, name) for name in ("value", "rounding")}


class TestWhatIsDone:
    def test_a_wrong_unit_is_set_right_and_the_raw_file_stays(self, corrected):
        case = corrected(generated("do: set\n    value: t", "10k t", "unit"))
        raw = case.root / "data/trial/raw/2019/items.csv"
        before = raw.read_bytes()
        # 67.517 t instead of 67.517 * 10^4 t; half a unit of the last digit is 0.0005 t.
        assert value(case)["value"] == pytest.approx(67.517)
        assert value(case)["rounding"] == pytest.approx(0.0005)
        assert raw.read_bytes() == before

    def test_a_value_is_set_in_the_rows_own_unit(self, corrected):
        case = corrected(generated("do: set\n    value: '0.0680'"))
        assert value(case)["value"] == pytest.approx(680)  # 0.0680 * 10^4 t
        assert value(case)["rounding"] == pytest.approx(0.5)  # half of 0.0001 * 10^4 t

    def test_a_scaled_value_keeps_its_known_digits(self, corrected):
        case = corrected(generated("do: scale\n    value: 0.0001"))
        # 67.517 * 10^4 t * 10^-4 = 67.517 t, known to 0.001 t
        assert value(case)["value"] == pytest.approx(67.517)
        assert value(case)["rounding"] == pytest.approx(0.0005)

    def test_a_dropped_row_is_counted_as_refused(self, corrected):
        case = corrected(generated("do: drop"))
        assert math.isnan(value(case)["value"])
        assert case.files()[["read", "used", "refused"]].to_numpy().tolist() == [[4, 3, 1]]

    def test_a_flagged_cell_is_kept_with_a_warning(self, corrected):
        case = corrected(generated("do: flag"))
        assert value(case)["value"] == pytest.approx(675170)
        (issue,) = (i for i in case.issues() if i.rule == "flagged")
        assert (issue.severity, issue.source.cell, issue.args["shown"]) == (
            "warning",
            "C2",
            "67.517",
        )
        assert issue.source.file == "data/trial/raw/2019/items.csv"

    def test_several_entries_act_one_after_the_other(self, corrected):
        case = corrected(
            generated("do: set\n    value: t", "10k t", "unit"),
            generated("do: scale\n    value: 10"),
        )
        assert value(case)["value"] == pytest.approx(675.17)

    def test_any_table_can_be_corrected_by_file_and_row(self, corrected):
        areas = [("redline", "甲", 2019, "51.5", "km2"), ("redline", "乙", 2019, "40", "km2")]
        case = corrected(
            "table: areas\n    rows: {file: 2019/areas.csv, row: 3}\n    column: 面积\n"
            "    expect: 40\n    do: set\n    value: 41",
            areas=areas,
        )
        # Kept in ha: 51.5 km2 = 5150 ha, 41 km2 = 4100 ha
        assert case.table("areas")["area"].tolist() == pytest.approx([5150, 4100])

    def test_a_document_can_be_corrected(self, corrected):
        documents = [("eco_plan", "approved", 2018, "no", "规划获批")]
        case = corrected(
            "table: documents\n    rows: {indicator: eco_plan, requirement: approved}\n"
            "    column: holds\n    expect: 'no'\n    do: set\n    value: true",
            documents=documents,
        )
        assert case.table("documents")["holds"].tolist() == [True]
        assert [i.rule for i in case.evaluate("eco_plan").issues].count("corrected") == 1

    def test_samples_are_found_by_day(self, root, tmp_path):
        text = (
            "table: water_samples\n    rows: {date: 2019-01-09, item: ph, 断面: 青屿溪源头（虚构）}\n"
            "    column: value\n    expect: 7.65\n    do: set\n    value: '<7.7'"
        )
        for folder in ("params", "data/demo/raw/2019"):
            shutil.copytree(root / folder, tmp_path / folder)
        path = tmp_path / "data/demo/corrections.yml"
        path.write_text("corrections:\n" + entry(text), encoding="utf-8")
        case = open_case("demo", 2019, root=tmp_path)
        samples = case.table("water_samples").set_index(["section", "date", "item"])["value"]
        assert samples[("青屿溪源头（虚构）", "2019-01-09", "ph")] == "<7.7"
        (done,) = case.corrections()
        assert done.change().text("zh") == "“ph”由7.65更正为<7.7"
        told = [i.rule for part in case.evaluate("8").parts for i in part.issues]
        assert "corrected" in told

    def test_a_cell_of_a_workbook_by_sheet_and_row(self, corrected):
        text = (
            "table: items\n    rows: {file: 2019/统计局.xlsx, sheet: 统计项, row: 3}\n"
            "    column: 数值\n    expect: 142\n    do: flag"
        )
        case = corrected(text)
        book = Workbook()
        book.active.title = "统计项"
        book.active.append(["出处", "统计项", "年份", "单位", "数值"])
        book.active.append(["表1", "straw_used", 2019, "t", 130])
        book.active.append(["表1", "straw_total", 2019, "t", 142])
        book.save(case.root / "data/trial/raw/2019/统计局.xlsx")
        (done,) = case.corrections()
        assert (done.sheet, done.cell, done.was) == ("统计项", "E3", "142")


def rules(case: Case) -> list[str]:
    return [issue.rule for issue in case.issues()]


class TestWhatCouldNotBeRead:
    """Cells that the checks refuse are mended before they are checked."""

    def in_row(self, number: int, column: str, expect: str, value: str) -> str:
        return (
            f"table: items\n    rows: {{file: 2019/items.csv, row: {number}}}\n"
            f"    column: {column}\n    expect: {expect}\n    do: set\n    value: {value}"
        )

    def test_a_figure_that_is_none(self, corrected):
        items = [("hw_generated", 2019, "约67.5", "10k t")]
        case = corrected(generated("do: set\n    value: '67.517'", "约67.5"), items=items)
        assert value(case)["value"] == pytest.approx(675170)
        assert value(case)["rounding"] == pytest.approx(5)  # half of 0.001 * 10^4 t
        assert "number" not in rules(case)
        (done,) = case.corrections()
        assert done.change().text("zh") == "“危险废物产生量”由约67.5万吨更正为67.517万吨"

    def test_a_misspelt_item_whose_row_was_refused(self, corrected):
        items = [("污水处里量", 2019, "50", "10k t")]
        refused = corrected(items=items)
        assert rules(refused) == ["unknown_item"] and refused.files()["refused"].tolist() == [1]
        case = corrected(self.in_row(2, "item", "污水处里量", "sewage_plant_treated"), items=items)
        assert value(case, "sewage_plant_treated")["value"] == pytest.approx(500000)
        assert case.files()[["read", "used", "refused"]].to_numpy().tolist() == [[1, 1, 0]]
        (done,) = case.corrections()
        assert done.subjects == ("污水处里量", "sewage_plant_treated")
        assert done.issue().rule == "corrected" and "unknown_item" not in rules(case)

    def test_the_wrong_one_of_two_rows_for_one_figure(self, corrected):
        items = [
            ("hw_generated", 2019, "6.7517", "10k t"),
            ("hw_generated", 2019, "67.517", "10k t"),
        ]
        assert "restated" in rules(corrected(items=items))
        first = (
            "table: items\n    rows: {item: hw_generated, value: 6.7517}\n"
            "    column: value\n    expect: 6.7517\n    do: drop"
        )
        case = corrected(first, items=items)
        assert value(case)["value"] == pytest.approx(675170)
        assert case.files()[["read", "used", "refused"]].to_numpy().tolist() == [[2, 1, 1]]
        assert "restated" not in rules(case)

    def book(self, case: Case, *rows: list, merged: str = "") -> None:
        book = Workbook()
        book.active.title = "统计项"
        book.active.append(["出处", "统计项", "单位", "数值"])
        for row in rows:
            book.active.append(row)
        if merged:
            book.active.merge_cells(merged)
        book.save(case.root / "data/trial/raw/2019/统计局.xlsx")

    def in_book(self, row: int, column: str, expect: str, value: str) -> str:
        place = f"{{file: 统计局.xlsx, sheet: 统计项, row: {row}}}"
        return (
            f"table: items\n    rows: {place}\n    column: {column}\n    expect: {expect}\n"
            f"    do: set\n    value: {value}"
        )

    def test_figures_in_a_cell_merged_over_two_rows(self, corrected):
        case = corrected(
            self.in_book(2, "数值", "130", "130"), self.in_book(3, "数值", "130", "142")
        )
        rows = ["表1", "straw_used", "t", 130], ["表1", "straw_total", "t", None]
        self.book(case, *rows, merged="D2:D3")
        read = [value(case, item)["value"] for item in ("straw_used", "straw_total")]
        assert read == [130, 142]
        assert "merged" not in rules(case)

    def test_a_formula_without_its_result(self, corrected):
        case = corrected(self.in_book(2, "value", "=B9*2", "131"))
        self.book(case, ["表1", "straw_used", "t", "=B9*2"])
        assert value(case, "straw_used")["value"] == 131

    def test_a_year_that_the_sheet_has_no_column_for(self, corrected):
        case = corrected(self.in_book(2, "year", "null", "2018"))
        self.book(case, ["表1", "straw_used", "t", 130], ["表1", "straw_total", "t", 142])
        assert dict(case.series("straw_used").known()) == {2018: 130}
        assert case.series("straw_total").is_undated(2019)

    @pytest.mark.slow
    def test_every_row_of_a_large_sheet(self, corrected):
        case = corrected(
            "table: water_samples\n    rows: {item: ph}\n    column: item\n    expect: ph\n"
            "    do: set\n    value: do"
        )
        samples = [f"甲,2019-01-09,ph,{n},表1" for n in range(20_000)]
        path = case.root / "data/trial/raw/2019/water_samples.csv"
        text = "\n".join(["section,date,item,value,position", *samples])
        path.write_text(text, encoding="utf-8")
        assert len(case.corrections("water_samples")) == 20_000


class TestToldEverywhere:
    def test_was_is_why_who_and_when(self, corrected):
        case = corrected(generated("do: set\n    value: 0.0675"))
        (done,) = case.corrections()
        assert (done.was, done.now, done.unit, done.row) == ("67.517", "0.0675", "10k t", 2)
        said = done.issue()
        assert said.text("zh") == (
            "“危险废物产生量”由67.517万吨更正为0.0675万吨。"
            "原因：万吨应为吨（依据：县生态环境局来函，2020-07-01）"
        )
        assert "letter of the ecology bureau, 2020-07-01" in said.text("en")

    @pytest.mark.parametrize(("lang", "why"), [("zh", "万吨应为吨"), ("en", "10^4 t should be t")])
    def test_in_a_table_for_report_and_audit(self, corrected, lang, why):
        case = corrected(generated("do: set\n    value: 0.0675"))
        page = pages.audit(case, audit(case), lang).html
        for shown in (pages.corrections(case, lang).to_string(), page):
            for said in ("67.517", "0.0675", why, "2020-07-01", "data/trial/raw/2019/items.csv"):
                assert said in shown

    def test_no_correction_is_said_too(self, tiny):
        case = tiny(2019, items=ITEMS)
        assert "没有作任何更正" in pages.audit(case, audit(case), "zh").html

    def test_beside_the_figure_that_is_used(self, corrected):
        used = corrected(generated("do: set\n    value: 0.0675")).evaluate("13").lineage
        (row,) = (row for row in used if row["what"] == "hw_generated")
        assert row["figure"] == "0.0675"
        assert row["notes"] == (Note("corrected_from", was="67.517"),)

    def test_on_the_indicators_it_touches_and_no_other(self, corrected):
        case = corrected(generated("do: drop"))
        told = [i.rule for i in case.evaluate("hazardous_waste_rate").issues]
        assert "corrected" in told
        other = case.evaluate("urban_waste_harmless_rate").issues
        assert "corrected" not in [i.rule for i in other]

    def test_only_indicators_it_touches_run_again(self, corrected, root):
        case = corrected(generated("do: flag"))
        path = case.root / "data/trial/corrections.yml"
        before = {n: fingerprint(case, n, root) for n in ("13", "28")}
        path.write_text(path.read_text("utf-8").replace("来函", "来电"), encoding="utf-8")
        again = open_case(case.county, case.year, root=case.root)
        after = {n: fingerprint(again, n, root) for n in ("13", "28")}
        assert before["13"] != after["13"]
        assert before["28"] == after["28"]


def fingerprint(case: Case, number: str, root) -> str:
    entry = LIANSHAN.find(number)
    notebook = root / "notebooks" / f"{entry.notebook}.ipynb"
    return page_fingerprint(shared_by_all(case), entry, case, notebook)


def problems(case: Case) -> list[str]:
    with pytest.raises(DataError) as caught:
        case.issues()
    return caught.value.text("en").splitlines()


class TestAsPeopleWriteThem:
    """Chinese names throughout, a Chinese reason alone, days as they are written."""

    WRITTEN = (
        "corrections:\n- table: 统计项\n  rows: {统计项: 危险废物产生量, 年份: 2019, 文件: items.csv}\n"
        "  column: 单位\n  expect: 10k t\n  do: 改为\n  value: t\n"
        "  reason: 应为吨\n  source: 县生态环境局复函\n  date: %s\n"
    )

    @pytest.mark.parametrize(
        "day", ["2020-07-01", "2020/7/1", "2020年7月1日", "2020.7.1", "'2020-07-01'"]
    )
    def test_it_is_carried_out(self, tiny, day):
        case = tiny(2019, items=ITEMS)
        path = case.root / "data/trial/corrections.yml"
        path.write_text(self.WRITTEN % day, encoding="utf-8")
        assert value(case)["value"] == pytest.approx(67.517)
        (done,) = case.corrections("items")
        assert "应为吨" in done.issue().text("en") and "2020-07-01" in done.issue().text("zh")

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ("2020-07-01", "去年", "应为日期"),
            ("2020-07-01", "2020/2/30", "应为日期"),
            ("2020-07-01", "2020-02-30", "没有2020-02-30这一日期"),
            (
                "统计项\n",
                "统计表\n",
                "没有“统计表”表；是否应为“统计项”？（现有：空气日均值（air_daily）",
            ),
            ("改为", "改成", "更正为（set）"),
            ("value: t", "value: yes", "如为文字，请加引号"),
            ("value: t", "value: [t]", "应为单元格可填的值"),
            ("expect: 10k t", "expect: 0100", "0100以0开头"),
            ("expect: 10k t", "expect: 1:30", "六十进制"),
            ("  expect: 10k t\n", "", "照原样填写"),
            ("corrections:\n-", "corrections:\n ", "应为列表"),
        ],
    )
    def test_a_mistake_is_told_once(self, tiny, old, new, told):
        case = tiny(2019, items=ITEMS)
        path = case.root / "data/trial/corrections.yml"
        path.write_text((self.WRITTEN % "2020-07-01").replace(old, new), encoding="utf-8")
        with pytest.raises(DataError) as caught:
            case.table("items")
        (problem,) = caught.value.problems
        assert told in problem.text("zh")

    @pytest.mark.parametrize("kind", ["folder", "pipe", "dangling", "gbk"])
    def test_a_file_that_cannot_be_read_is_never_none(self, tiny, kind):
        case = tiny(2019, items=ITEMS)
        path = case.root / "data/trial/corrections.yml"
        match kind:
            case "folder":
                path.mkdir()
            case "pipe":
                os.mkfifo(path)
            case "dangling":
                path.symlink_to("nowhere")
            case _:
                path.write_bytes((self.WRITTEN % "2020-07-01").encode("gb18030"))
        with pytest.raises(DataError, match=r"corrections\.yml"):
            case.table("items")


class TestLoudFailures:
    def test_a_source_that_was_repaired(self, corrected):
        (said,) = problems(corrected(generated("do: drop", "67.5")))
        assert said == (
            "corrections.yml #1: data/trial/raw/2019/items.csv C2: “Value” is expected to be "
            "67.5 but is 67.517; if the file has been repaired, delete this correction"
        )

    def test_an_entry_that_fits_no_row(self, corrected):
        case = corrected(generated("do: drop").replace("hw_generated", "straw_used"))
        (said,) = problems(case)
        assert "table “Items” has no row matching “item: straw_used, year: 2019”" in said

    def test_one_for_a_later_year_waits_for_that_year(self, corrected, tiny):
        case = corrected(generated("do: drop"), year=2019, items=ITEMS)
        earlier = open_case(case.county, 2018, root=case.root)
        assert earlier.corrections() == ()
        assert len(case.corrections()) == 1

    def test_all_problems_of_the_data_at_once_over_tables(self, corrected):
        areas = "table: areas\n    rows: {site: 甲}\n    column: area\n    expect: 1\n    do: drop"
        said = problems(corrected(generated("do: drop", "1"), areas))
        assert [line.partition(":")[0] for line in said] == [
            "corrections.yml #1",
            "corrections.yml #2",
        ]

    def test_a_value_that_cannot_be(self, corrected):
        (said,) = problems(corrected(generated("do: set\n    value: -1")))
        assert said.startswith("corrections.yml #1: data/trial/raw/2019/items.csv C2: ")
        assert "an amount cannot be below 0" in said

    def test_a_unit_that_does_not_fit(self, corrected):
        case = corrected(generated("do: set\n    value: km", "10k t", "unit"))
        assert "“km” cannot be converted to “t”" in problems(case)[0]

    @pytest.mark.parametrize(
        ("text", "key", "hint"),
        [
            (generated("do: drop").replace("items", "itmes"), "table", "did you mean “items”?"),
            (generated("do: drop", column="valeu"), "column", "did you mean “value”?"),
            (generated("do: drop").replace("year:", "yaer:"), "rows.yaer", "mean “year”?"),
            (generated("do: drop").replace("hw_generated", "hw_genrated"), "rows.item", "hw_gen"),
            (generated("do: remove"), "do", "drop"),
            (generated("do: scale"), "value", "a positive number"),
            (generated("do: scale\n    value: -1"), "value", "a positive number"),
            (generated("do: scale\n    value: 2", "10k t", "unit"), "column", "not a number"),
            (generated("do: set"), "value", "needs a value"),
            (generated("do: drop\n    value: 1"), "value", "takes no value"),
            (generated("do: set\n    value: many"), "value", "“many” is not a number"),
            (generated("do: drop\n    resaon: x"), "resaon", "did you mean “reason”?"),
            (generated("do: drop").replace("    expect: 67.517\n", ""), "expect", "required"),
        ],
    )
    def test_each_mistake_names_entry_and_key(self, corrected, text, key, hint):
        said = problems(corrected(text))[0]
        assert said.startswith(f"corrections.yml #1: {key}: ")
        assert hint in said

    def test_the_example_in_the_instructions_is_right(self, tiny, root):
        guide = (root / "data/README.md").read_text(encoding="utf-8")
        example = guide.partition("```yaml\n")[2].partition("```")[0]
        case = tiny(2019, items=ITEMS)
        (case.root / "data/trial/corrections.yml").write_text(example, encoding="utf-8")
        assert value(case)["value"] == pytest.approx(67.517)

    def test_all_mistakes_of_the_file_at_once_in_both_languages(self, corrected):
        case = corrected(generated("do: remove"), generated("do: drop", column="valeu"))
        with pytest.raises(DataError) as caught:
            case.issues()
        assert [str(p.source) for p in caught.value.problems] == [
            "corrections.yml #1: do",
            "corrections.yml #2: column",
        ]
        assert "没有“valeu”；是否应为“value”？" in caught.value.text("zh")


def test_a_value_with_its_unit_is_told_with_it_once(corrected):
    case = corrected(generated("do: set\n    value: 67.5吨"))
    (note,) = (n for n in case.issues() if n.code == "corrected")
    assert "更正为67.5吨。" in note.text("zh")
