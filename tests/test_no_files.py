"""What stands where a file should: pipes, folders, links to nowhere, locked doors; a sentence each.

Every command that opens files is asked, and none may wait: a pipe in the place of a file would be
waited for until somebody writes into it.
"""

from __future__ import annotations

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner
from commands import ecolib
from pyarrow import parquet
from trial import project

from ecolib import fingerprint
from ecolib.cli import cli
from ecolib.data.readers import KINDS, read_file
from ecolib.errors import DataError
from ecolib.files import DATA_KINDS, file_hash, write_bytes

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no such things there")


def folder(path: Path) -> None:
    path.mkdir()


def pipe(path: Path) -> None:
    os.mkfifo(path)


def nowhere(path: Path) -> None:
    path.symlink_to("/nowhere/at/all")


def a_socket(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # the path of a socket may have some hundred characters only
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)
    os.chdir(here)


THINGS = [folder, pipe, nowhere, a_socket]
COMMANDS = [["check"], ["run", "--dry-run"], ["collect"]]


@pytest.fixture
def case(tiny, monkeypatch):
    found = project(tiny)
    monkeypatch.chdir(found.root)
    return found


def said(case, command: list[str]) -> str:
    """What a command says, which must not be a traceback."""
    done = CliRunner().invoke(cli, [command[0], "trial", "2019", *command[1:]])
    if done.exception is None or isinstance(done.exception, SystemExit):
        return done.output
    assert hasattr(done.exception, "problems"), done.exc_info
    return done.exception.text("zh")


class TestAmongTheData:
    @pytest.mark.parametrize("make", THINGS)
    def test_in_the_place_of_a_data_file(self, case, make):
        make(case.root / "data/trial/raw/2019/items-x.csv")
        for command in COMMANDS:
            output = said(case, command)
            if command == ["check"]:
                (line,) = [line for line in output.splitlines() if "items-x.csv" in line]
                assert line.startswith(("error", "错误"))
        assert case.table("items")["item"].nunique() == 4  # the others are read

    @pytest.mark.parametrize("make", THINGS)
    def test_in_the_place_of_the_corrections(self, case, make):
        make(case.root / "data/trial/corrections.yml")
        for command in (["check"], ["run", "--dry-run"]):
            assert "corrections.yml" in said(case, command)

    @pytest.mark.parametrize("make", [pipe, nowhere, a_socket, Path.touch])
    @pytest.mark.parametrize("place", ["raw", "raw/2018"])
    def test_in_the_place_of_a_folder(self, case, place, make):
        path = case.root / "data/trial" / place
        if path.is_dir():
            for file in (path / "2019").iterdir():
                file.unlink()
            (path / "2019").rmdir()
            path.rmdir()
        make(path)
        for command in COMMANDS:
            assert path.name in said(case, command)

    @pytest.mark.parametrize("make", THINGS)
    @pytest.mark.parametrize("name", ["trial.yml", "defaults.yml"])
    def test_in_the_place_of_parameters(self, case, name, make):
        path = case.root / "params" / name
        path.unlink()
        make(path)
        for command in COMMANDS:
            assert said(case, command)

    @pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device")
    def test_a_device_is_not_read_for_ever(self, case):
        (case.root / "data/trial/corrections.yml").symlink_to("/dev/zero")
        assert "corrections.yml" in said(case, ["check"])

    @pytest.mark.parametrize(
        ("locked", "mode"),
        [
            ("raw", 0),
            ("raw", 0o444),
            ("raw/2019", 0),
            ("raw/2019", 0o444),
            ("raw/2019/items.csv", 0),
        ],
    )
    def test_what_may_not_be_read(self, case, locked, mode):
        """As a user without rights over the files of others; root reads everything."""
        path = case.root / "data/trial" / locked
        path.chmod(mode)
        drop = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.getuid() == 0 else []
        try:
            for words in (["check"], ["run", "--dry-run"]):
                asked = (words[0], "trial", "2019", *words[1:])
                done = ecolib(*asked, cwd=case.root, under=drop)
                assert "Traceback" not in done.stderr
                if words == ["check"] or locked != "raw/2019/items.csv":
                    assert path.name in done.stdout + done.stderr and done.returncode
        except FileNotFoundError:
            pytest.skip("no setpriv")
        finally:
            path.chmod(0o755)


class TestNotebooks:
    @pytest.mark.parametrize(
        "content",
        [b"{", b"", b"[]", b"{}", b"null", b'{"cells": 5}', b'{"cells": [{"source": []}]}',
         b'{"cells": [5]}', b"\xff\xfe", b"[" * 100_000],
    )  # fmt: skip
    def test_damaged(self, case, content):
        (case.root / "notebooks/annual_series.ipynb").write_bytes(content)
        assert "annual_series.ipynb" in said(case, ["run", "--dry-run"])

    @pytest.mark.parametrize("make", THINGS)
    def test_no_file(self, case, make):
        path = case.root / "notebooks/annual_series.ipynb"
        path.unlink()
        make(path)
        assert "annual_series.ipynb" in said(case, ["run", "--dry-run"])


@pytest.mark.parametrize("content", [b"[]", b"{}", b"null", b"5", b"[" * 100_000, b"\xff", None])
def test_a_damaged_stamp_means_planning_anew(case, content):
    from ecolib.runner.running import STAMP, unchanged

    case.out.mkdir(parents=True)
    pipe(case.out / STAMP) if content is None else (case.out / STAMP).write_bytes(content)
    assert not unchanged(case.root, "trial", 2019, ["zh"])


class TestFingerprint:
    def state(self, case) -> str:
        return fingerprint.county_year(case.root, "trial", 2019)

    def test_large_files_that_are_not_read_cost_nothing(self, case, monkeypatch):
        with (case.root / "data/trial/raw/2019/map.tif").open("wb") as file:
            file.truncate(50_000_000_000)
        opened = []
        monkeypatch.setattr(fingerprint, "file_hash", lambda path: opened.append(path.name) or "")
        self.state(case)
        assert "items.csv" in opened and "map.tif" not in opened

    def test_what_is_read_counts_and_the_names_of_all(self, case):
        states, raw = [self.state(case)], case.root / "data/trial/raw/2019"
        (raw / "items.csv").write_bytes((raw / "items.csv").read_bytes() + b"\r\n")
        states.append(self.state(case))
        (raw / "map.tif").write_bytes(b"1")
        states.append(self.state(case))
        (raw / "map.tif").write_bytes(b"2")
        assert self.state(case) == states[-1]
        (case.root / "data/trial/mappings.yml").write_bytes(b"a: 1")
        states.append(self.state(case))
        assert len(set(states)) == 4

    def test_the_kinds_that_are_read(self):
        assert tuple(KINDS) == DATA_KINDS

    def test_a_name_too_long_is_told_by_the_name_that_was_asked_for(self, tmp_path):
        path = tmp_path / ("长" * 90)  # 270 bytes; 255 are allowed
        with pytest.raises(OSError) as caught:
            write_bytes(path, b"")
        assert caught.value.filename == str(path)

    def test_the_hash_is_that_of_the_bytes(self, tmp_path):
        import hashlib

        (tmp_path / "a").write_bytes(b"x" * 3_000_000)
        assert file_hash(tmp_path / "a") == hashlib.sha256(b"x" * 3_000_000).hexdigest()
        assert file_hash(tmp_path) == file_hash(tmp_path / "b") == ""


class TestTextsStoredOnce:
    """A small Parquet file may hold one long text in every row."""

    def write(self, path: Path, rows: int, *texts: str) -> Path:
        codes = pa.array([i % len(texts) for i in range(rows)], pa.int32())
        column = pa.DictionaryArray.from_arrays(codes, list(texts))
        parquet.write_table(pa.table({"统计项": column, "数值": pa.array(range(rows))}), path)
        return path

    @pytest.mark.parametrize("wide", [False, True])
    def test_too_much_is_refused(self, tmp_path, monkeypatch, wide):
        # 40 000 rows of 30 000 characters are 1.2 * 10^9, 400 of them 1.2 * 10^7.
        rows, limit = (400, 10) if wide else (40_000, 1000)
        path = self.write(tmp_path / "items.parquet", rows, "x" * 30_000)
        if wide:  # the same as plain text, as most programs write it
            monkeypatch.setattr("ecolib.data.readers.MAX_TEXTS_MB", limit)
            table = parquet.read_table(path)
            table = table.set_column(0, "统计项", table.column(0).cast(pa.string()))
            parquet.write_table(table, path, use_dictionary=True)
        assert path.stat().st_size < 2_000_000
        with pytest.raises(DataError) as caught:
            read_file(path, tmp_path)
        assert f"{limit} MB" in caught.value.text("en")

    def test_what_is_not_too_much_is_read(self, tmp_path):
        path = self.write(tmp_path / "items.parquet", 25_000, "gdp", "甲" * 100)
        (sheet,) = read_file(path, tmp_path)
        assert sheet.rows[0] == (2, ("gdp", 0)) and sheet.rows[24_999][1] == ("甲" * 100, 24_999)

    def test_several_row_groups_and_nothing(self, tmp_path):
        table = pa.table({"a": ["x", None, "y", "x"], "b": [1.5, None, 2.5, 3.5]})
        parquet.write_table(table, tmp_path / "a.parquet", row_group_size=1)
        (sheet,) = read_file(tmp_path / "a.parquet", tmp_path)
        assert sheet.rows == ((2, ("x", 1.5)), (4, ("y", 2.5)), (5, ("x", 3.5)))


class TestManyNames:
    def test_ten_thousands_of_unknown_items(self, tmp_path):
        from workbooks import HEADINGS, as_text, checked

        from ecolib.errors import _nearest

        rows = [(f"未知的统计项{i}号", 2019, 5, "t", "p") for i in range(20_000)]
        before = _nearest.cache_info().misses
        found = checked(as_text(tmp_path / "items.csv", HEADINGS, *rows))
        assert (found.read, found.refused, len(found.issues)) == (20_000, 20_000, 1001)
        assert _nearest.cache_info().misses == before  # nearest names are looked for when worded
        assert "未知的统计项0号" in found.issues[0].text("zh")

    def test_two_hundred_thousand_headings(self, tmp_path):
        from workbooks import HEADINGS, as_text, checked

        found = checked(as_text(tmp_path / "items.csv", [*HEADINGS, *(f"未知{i}" for i in range(200_000))],
                                ("hw_generated", 2019, 5, "t", "p")))  # fmt: skip
        assert len(found.frame) == 1 and len(found.issues) == 21


def test_two_who_write_one_file_leave_one_of_both(tmp_path):
    target, either = tmp_path / "results.xlsx", [b"a" * 100_000, b"b" * 100_000]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write_bytes, [target] * 40, either * 20))  # and none of them fails
    assert target.read_bytes() in either and os.listdir(tmp_path) == [target.name]
