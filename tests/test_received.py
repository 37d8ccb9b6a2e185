"""What lies in the folders: every file is read, or a remark says why not and what to do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from workbooks import HEADINGS, as_text, as_xls, as_xlsx

from ecolib.cli import cli

ROW = ("hw_generated", 2019, 5, "t", "年报")


@pytest.fixture
def county(tiny):
    """A county of one good file, and its folder of the year."""
    case = tiny(2019, items=[("sw_used", 2019, "93", "t")])
    return case, case.root / "data/trial/raw/2019"


def remarks(case) -> list[tuple[str, str, str]]:
    return [(Path(i.source.file).name, i.rule, i.severity) for i in case.issues()]


@pytest.mark.parametrize(
    ("name", "severity", "advice"),
    [
        ("来函.docx", "note", ".csv"),
        ("规划.pdf", "note", ".xlsx"),
        ("扫描.jpg", "note", ".xlsx"),
        ("统计项.wps", "error", ".xlsx"),
        ("统计项.ods", "error", ".xlsx"),
        ("统计项.et", "error", ".xlsx"),  # these bytes are no workbook
        ("统计项.zip", "error", "extract the files"),
        ("统计项.dat", "error", ".parquet"),
        ("统计项", "error", ".parquet"),
    ],
)
def test_files_that_are_not_read_are_named(county, name, severity, advice):
    case, folder = county
    (folder / name).write_bytes(b"whatever")
    assert remarks(case) == [(name, "unreadable", severity)]
    (issue,) = case.issues()
    assert advice in issue.text("en") and issue.text("zh") != issue.text("en")


def test_a_workbook_of_wps_is_read(county):
    case, folder = county
    as_xlsx(folder / "统计项.xlsx", HEADINGS, ROW).rename(folder / "统计项-甲.et")
    as_xls(folder / "统计项.xls", HEADINGS, ("sw_used", 2018, *ROW[2:])).rename(
        folder / "统计项-乙.et"
    )
    assert {"hw_generated", "sw_used"} <= set(case.table("items")["item"])
    assert [i for i in case.issues() if i.severity == "error"] == []


@pytest.mark.parametrize(
    "name", ["~$统计项.xlsx", ".DS_Store", ".~lock.items.csv#", "Thumbs.db", "desktop.ini"]
)
def test_what_programs_leave_behind_is_passed_over(county, name):
    case, folder = county
    (folder / name).write_bytes(b"")
    assert remarks(case) == []


def test_a_damaged_file_is_told_and_does_not_hide_the_others(county):
    case, folder = county
    for name in ("统计项-甲.xlsx", "统计项-乙.xlsx"):
        (folder / name).write_bytes(b"PK\x03\x04 cut off" + name.encode())
    assert remarks(case) == [
        ("统计项-乙.xlsx", "unreadable", "error"),
        ("统计项-甲.xlsx", "unreadable", "error"),
    ]
    assert case.table("items")["item"].tolist() == ["sw_used"]


@pytest.mark.parametrize("name", ["统计项-空.csv", "统计项-空.xlsx"])
def test_a_file_with_nothing_in_it_is_told(county, name):
    case, folder = county
    (folder / name).write_bytes(b"") if name.endswith("csv") else as_xlsx(folder / name)
    assert remarks(case) == [(name, "empty_file", "warning")]


def test_headings_without_a_row_are_no_data(county):
    case, folder = county
    as_text(folder / "统计项-空.csv", HEADINGS)
    assert remarks(case) == [("统计项-空.csv", "empty_file", "warning")]


def test_the_same_file_twice_is_told(county):
    case, folder = county
    as_text(folder / "统计项-住建.csv", HEADINGS, ROW)
    as_text(folder / "统计项-住建（新）.csv", HEADINGS, ROW)
    as_text(folder / "统计项-别的.csv", HEADINGS, (*ROW[:2], 6, *ROW[3:]))  # of the same length
    copies = [i for i in case.issues() if i.rule == "copy"]
    assert [Path(i.source.file).name for i in copies] == ["统计项-住建（新）.csv"]
    assert "统计项-住建.csv" in copies[0].text("zh")


def test_a_folder_within_the_year_is_told(county):
    case, folder = county
    (folder / "住建局").mkdir()
    as_text(folder / "住建局/items.csv", HEADINGS, ROW)
    assert remarks(case) == [("住建局", "unreadable", "error")]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_that_lead_out_are_not_followed(county, tmp_path_factory):
    case, folder = county
    outside = as_text(tmp_path_factory.mktemp("elsewhere") / "items.csv", HEADINGS, ROW)
    (folder / "items-secret.csv").symlink_to(outside)
    (folder / "items-loop.csv").symlink_to(folder / "items-loop.csv")
    assert case.table("items")["item"].tolist() == ["sw_used"]
    assert {name for name, _, _ in remarks(case)} == {"items-secret.csv", "items-loop.csv"}


def test_a_sheet_of_no_name_is_read_as_the_table_of_its_headings_and_told(county):
    case, folder = county
    as_xlsx(folder / "生态环境局.xlsx", HEADINGS, ROW, title="Sheet1")
    (issue,) = case.issues()
    assert (issue.rule, issue.severity, issue.args["shown"]) == ("guessed_table", "note", "Sheet1")
    assert "“统计项”" in issue.text("zh") and "“Items”" in issue.text("en")
    assert "hw_generated" in case.table("items")["item"].tolist()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_check_says_it_all_in_sentences_and_fails(county, lang, monkeypatch):
    case, folder = county
    (folder / "统计项.xlsx").write_bytes(b"PK\x03\x04 cut off")
    (folder / "来函.docx").write_bytes(b"")
    monkeypatch.chdir(case.root)
    done = CliRunner().invoke(cli, ["check", "trial", "2019", "--lang", lang])
    assert done.exit_code == 1
    assert "统计项.xlsx" in done.output and "来函.docx" in done.output
    assert "Traceback" not in done.output
