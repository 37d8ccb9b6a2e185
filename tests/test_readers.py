"""Real files of every kind: the same rows out of each, with their cells, and nothing written."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from ecolib.data.readers import data_files, read_file
from ecolib.data.sheet import Sheet
from ecolib.errors import DataError

CHINESE = ["统计项", "年份", "数值", "单位", "出处"]
ENGLISH = ["Item", "Year", "Value", "Unit", "Position"]
ROWS = [["hw_generated", 2019, 67.517, "t", "指标13"], ["sw_used", 2019, 93, "t", "指标24"]]


def as_csv(path: Path, grid: list[list], encoding: str) -> Path:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(grid)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def as_xlsx(path: Path, **sheets: list[list]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, grid in sheets.items():
        sheet = book.create_sheet(name)
        for row in grid:
            sheet.append(row)
    book.save(path)
    return path


def as_parquet(path: Path, grid: list[list]) -> Path:
    pd.DataFrame(grid[1:], columns=grid[0]).to_parquet(path)
    return path


def texts(sheet: Sheet) -> list[list[str]]:
    """Cells as text; a whole number is the same however the file types it."""
    return [
        [f"{c:.15g}" if isinstance(c, int | float) else str(c) for c in cells]
        for _, cells in sheet.rows
    ]


WRITERS = {
    "items.csv": lambda path, grid: as_csv(path, grid, "utf-8"),
    "items_bom.csv": lambda path, grid: as_csv(path, grid, "utf-8-sig"),
    "items_gb.csv": lambda path, grid: as_csv(path, grid, "gb18030"),
    "items.xlsx": lambda path, grid: as_xlsx(path, items=grid),
    "items.parquet": as_parquet,
}


class TestKinds:
    @pytest.mark.parametrize("heading", [CHINESE, ENGLISH], ids=["zh", "en"])
    @pytest.mark.parametrize("name", WRITERS)
    def test_every_kind_gives_the_same_rows(self, tmp_path, name, heading):
        path = WRITERS[name](tmp_path / name, [heading, *ROWS])
        (sheet,) = read_file(path, tmp_path)
        assert sheet.file == name
        assert list(sheet.header) == heading
        assert texts(sheet) == [
            ["hw_generated", "2019", "67.517", "t", "指标13"],
            ["sw_used", "2019", "93", "t", "指标24"],
        ]
        assert [number for number, _ in sheet.rows] == [2, 3]

    @pytest.mark.parametrize("name", WRITERS)
    def test_reading_changes_no_byte(self, tmp_path, name):
        path = WRITERS[name](tmp_path / name, [CHINESE, *ROWS])
        before = hashlib.sha256(path.read_bytes()).hexdigest()
        read_file(path, tmp_path)
        assert hashlib.sha256(path.read_bytes()).hexdigest() == before
        assert [p.name for p in tmp_path.iterdir()] == [name]

    def test_characters_beyond_gbk(self, tmp_path):
        # 㸃 is in GB18030 but not in GBK's two bytes for all systems; 𠮷 needs four bytes.
        path = as_csv(tmp_path / "items.csv", [["名称"], ["𠮷田镇㸃"]], "gb18030")
        assert read_file(path, tmp_path)[0].rows == ((2, ("𠮷田镇㸃",)),)

    def test_a_quoted_cell_may_hold_commas_quotes_and_lines(self, tmp_path):
        cell = '第一行，"引号"\n第二行,逗号'
        path = as_csv(tmp_path / "items.csv", [["说明", "数"], [cell, "1"]], "utf-8")
        assert read_file(path, tmp_path)[0].rows == ((2, (cell, "1")),)

    def test_text_stays_text_in_csv(self, tmp_path):
        # Leading zeros, trailing zeros and signs are part of what was handed in.
        cells = [["a"], ["010203"], ["98.50"], ["-"], ['="012"'], ["=1+1"]]
        path = as_csv(tmp_path / "items.csv", cells, "utf-8")
        read = [c for _, (c,) in read_file(path, tmp_path)[0].rows]
        assert read == ["010203", "98.50", "-", "012", "=1+1"]  # ="012" keeps Excel from counting

    def test_types_of_excel_and_parquet_stay(self, tmp_path):
        path = as_parquet(tmp_path / "a.parquet", [["n", "d"], [1.5, date(2019, 5, 1)]])
        assert read_file(path, tmp_path)[0].rows == ((2, (1.5, date(2019, 5, 1))),)
        path = as_xlsx(tmp_path / "a.xlsx", s=[["n", "b"], [1.5, True]])
        assert read_file(path, tmp_path)[0].rows == ((2, (1.5, True)),)


class TestSheets:
    def test_every_sheet_of_a_workbook_with_its_name(self, tmp_path):
        path = as_xlsx(
            tmp_path / "住建.xlsx", 统计项=[CHINESE, *ROWS], 空=[], 面积=[["类型"], ["redline"]]
        )
        assert [(s.name, len(s.rows)) for s in read_file(path, tmp_path)] == [
            ("统计项", 2),
            ("面积", 1),
        ]

    def test_empty_rows_keep_the_numbers_of_the_others(self, tmp_path):
        grid = [[], [], CHINESE, [], ROWS[0], [None] * 5, ROWS[1]]
        (sheet,) = read_file(as_xlsx(tmp_path / "items.xlsx", items=grid), tmp_path)
        assert sheet.header_row == 3
        assert [number for number, _ in sheet.rows] == [5, 7]

    def test_empty_columns_keep_the_letters_of_the_others(self, tmp_path):
        grid = [[None, "统计项", None, "数值"], [None, "gdp", None, 5]]
        (sheet,) = read_file(as_xlsx(tmp_path / "items.xlsx", items=grid), tmp_path)
        assert sheet.header == ("", "统计项", "", "数值")
        assert sheet.cell(2, sheet.header.index("数值")) == "D2"

    def test_a_file_with_nothing_in_it(self, tmp_path):
        path = tmp_path / "items.csv"
        path.write_bytes(b"")
        assert read_file(path, tmp_path) == []

    @given(st.integers(0, 16383), st.integers(1, 10**6))
    @settings(deadline=None, derandomize=True)
    def test_cells_are_named_as_a_spreadsheet_names_them(self, column, row):
        sheet = Sheet("f", "", (), ())
        assert sheet.cell(row, column) == f"{get_column_letter(column + 1)}{row}"


class TestFolders:
    def test_files_in_the_order_of_their_names_whatever_their_kind(self, tmp_path):
        folder = tmp_path / "raw" / "2019"
        folder.mkdir(parents=True)
        for name in ("items_b.csv", "items_a.csv", "items_c.XLSX", "~$items_c.xlsx", ".items.csv"):
            (folder / name).write_bytes(b"")
        (folder / "letter.docx").write_bytes(b"")
        assert [p.name for p in data_files(folder)] == [
            "items_a.csv",
            "items_b.csv",
            "items_c.XLSX",
        ]

    def test_the_path_is_told_from_the_project_with_forward_slashes(self, tmp_path):
        folder = tmp_path / "data" / "trial"
        folder.mkdir(parents=True)
        as_csv(folder / "items.csv", [CHINESE, *ROWS], "utf-8")
        assert [read_file(p, tmp_path)[0].file for p in data_files(folder)] == [
            "data/trial/items.csv"
        ]


class TestDamage:
    @pytest.mark.parametrize("name", ["items.xlsx", "items.xls", "items.parquet"])
    def test_a_damaged_file_is_named(self, tmp_path, name):
        (tmp_path / name).write_bytes(b"PK\x03\x04 this is not what it says")
        with pytest.raises(DataError) as caught:
            read_file(tmp_path / name, tmp_path)
        (problem,) = caught.value.problems
        assert problem.source.file == name
        assert "损坏" in problem.text("zh") and "damaged" in problem.text("en")

    def test_a_workbook_cut_in_half(self, tmp_path):
        path = as_xlsx(tmp_path / "items.xlsx", items=[CHINESE, *ROWS * 50])
        path.write_bytes(path.read_bytes()[:1500])
        with pytest.raises(DataError, match=r"items\.xlsx"):
            read_file(path, tmp_path)

    def test_a_csv_in_no_known_encoding(self, tmp_path):
        (tmp_path / "items.csv").write_bytes(b"\xff\xff\xff")
        with pytest.raises(DataError, match=r"items\.csv.*UTF-8"):
            read_file(tmp_path / "items.csv", tmp_path)

    def test_another_kind_of_file_says_which_kinds_there_are(self, tmp_path):
        (tmp_path / "items.docx").write_bytes(b"")
        with pytest.raises(DataError) as caught:
            read_file(tmp_path / "items.docx", tmp_path)
        for kind in (".csv", ".xlsx", ".parquet"):
            assert kind in caught.value.text("zh") and kind in caught.value.text("en")
