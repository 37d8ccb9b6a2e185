"""Files that are damaged, absurd or meant to harm: a sentence each, no crash, nothing changed."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import time
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from commands import ecolib
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from workbooks import HEADINGS, as_text, as_xls, as_xlsx, checked, rewritten, told

from ecolib.assess.opening import open_case
from ecolib.data.params import read_yaml
from ecolib.data.readers import read_file
from ecolib.data.sheet import MAX_CELLS
from ecolib.errors import DataError, ParamsError

ROW = ("hw_generated", 2019, 67.517, "t", "年报")
SHEET = "xl/worksheets/sheet1.xml"
COMMAND = [sys.executable, "-c", "from ecolib.cli import main; main()"]


def refused(path: Path) -> str:
    """The English sentence with which a file is refused; its bytes stay as they are."""
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(DataError) as caught:
        read_file(path, path.parent)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    (problem,) = caught.value.problems
    assert problem.source.file == path.name and problem.text("zh")
    return problem.text("en")


def book(tmp_path: Path, change=None, part: str = SHEET) -> Path:
    path = as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, ROW)
    return path if change is None else rewritten(path, part, change)


WRITERS = {
    "统计项.xlsx": lambda path: as_xlsx(path, HEADINGS, *[ROW] * 30),
    "统计项.xls": lambda path: as_xls(path, HEADINGS, *[ROW] * 30),
    "统计项.csv": lambda path: as_text(path, HEADINGS, *[ROW] * 30, encoding="gb18030"),
    "统计项.parquet": lambda path: pd.DataFrame([ROW] * 30, columns=HEADINGS).to_parquet(path),
}


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    folder = tmp_path_factory.mktemp("good")
    for name, write in WRITERS.items():
        write(folder / name)
    return {name: (folder / name).read_bytes() for name in WRITERS}


class TestDamage:
    """Any bytes in place of a good file: it is read or refused, and nothing else happens."""

    @pytest.mark.parametrize("name", WRITERS)
    @given(data=st.data())
    @settings(deadline=None, derandomize=True, max_examples=60)
    def test_cut_off_or_with_wrong_bytes(self, originals, tmp_path_factory, name, data):
        good = originals[name]
        end = data.draw(st.integers(0, len(good)))
        bad = bytearray(good[:end])
        for _ in range(data.draw(st.integers(0, 5)) if bad else 0):
            bad[data.draw(st.integers(0, len(bad) - 1))] = data.draw(st.integers(0, 255))
        path = tmp_path_factory.getbasetemp() / name
        path.write_bytes(bad)
        try:
            for sheet in read_file(path, path.parent):
                assert all(isinstance(number, int) for number, _ in sheet.rows)
        except DataError as error:
            assert error.problems[0].source.file == name
        assert path.read_bytes() == bytes(bad)

    @pytest.mark.parametrize("name", WRITERS)
    @given(bad=st.binary(max_size=300))
    @settings(deadline=None, derandomize=True, max_examples=40)
    def test_any_bytes_at_all(self, tmp_path_factory, name, bad):
        path = tmp_path_factory.getbasetemp() / name
        path.write_bytes(bad)
        try:
            read_file(path, path.parent)
        except DataError as error:
            assert error.problems[0].text("zh")


def test_what_lies_in_the_folder_of_no_year_is_told(tiny):
    case = tiny(2019, items=[ROW])
    raw = case.root / "data/trial/raw"
    for name in ("2019年", "19", "２０２０", "2018"):
        shutil.copytree(raw / "2019", raw / name)
    shutil.copy(raw / "2019/items.csv", raw)
    (raw / "empty").mkdir()
    (raw / "notes.md").write_text("x")
    (raw / ".hidden").mkdir()
    notes = [n for n in open_case("trial", 2019, root=case.root).issues() if n.severity == "error"]
    assert {n.code for n in notes} == {"unreadable.no_year"}
    names = [Path(n.source.file).name for n in notes]
    assert names == ["19", "2019年", "items.csv", "２０２０"]


class TestTooMuch:
    @pytest.mark.slow
    def test_a_zip_bomb_is_not_unpacked(self, tmp_path):
        path = book(tmp_path)
        with (
            zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package,
            package.open("xl/media/picture.bin", "w") as part,
        ):
            for _ in range(500):
                part.write(bytes(1_000_000))
        assert path.stat().st_size < 1_000_000
        assert "500 MB, above the limit of 400 MB" in refused(path)

    @pytest.mark.parametrize(
        "cell",
        ['<c r="XFD1048576"><v>1</v></c>', '<c r="XFD1048576" t="e"/>',
         '<c r="XFD1048576"><f>1+1</f></c>'],
    )  # fmt: skip
    def test_two_cells_in_far_corners(self, tmp_path, cell):
        # calamine would lay out 17 thousand million cells, and the process would end.
        cell += "</row></sheetData>"
        path = book(tmp_path, lambda xml: xml.replace("</row></sheetData>", cell))
        assert "1048576 × 16384 cells" in refused(path)

    @pytest.mark.parametrize(
        ("before", "more"),
        [
            # Each would be 10⁹ operations, or copies of 10¹⁰ characters, if told again and again.
            (
                "<sheetData>",
                "<cols>" + '<col min="1" max="16384" hidden="1"/>' * 100_000 + "</cols>",
            ),
            ("</row></sheetData>", f'<c r="J1" t="e"><v>{"x" * 20_000_000}</v></c>'),
            ("</row></sheetData>", f'<c r="J1"><f>{"x" * 20_000_000}</f></c>'),
        ],
        ids=["columns", "error", "formula"],
    )
    def test_a_small_file_does_not_take_minutes(self, tmp_path, before, more):
        path = book(tmp_path, lambda xml: xml.replace(before, more + before))
        assert path.stat().st_size < 100_000
        began = time.process_time()
        try:
            read_file(path, path.parent)
        except DataError as error:  # which does not quote all of it
            assert len(error.problems[0].text("en")) < 400
        assert time.process_time() - began < 8

    def test_a_number_format_of_megabytes_is_refused(self, tmp_path):
        fonts, code = "<fonts", "[h]0.0;" * 1_000_000
        more = f'<numFmts><numFmt numFmtId="200" formatCode="{code}"/></numFmts>'
        path = book(tmp_path, lambda xml: xml.replace(fonts, more + fonts), "xl/styles.xml")
        assert "7000000 characters" in refused(path)

    def test_a_sheet_formatted_to_the_last_column_is_read(self, tmp_path):
        # Cells with a look and no content take no room.
        cells = "".join(f'<c r="{name}1048576" s="0"/>' for name in ("A", "XFD"))
        more = f'<row r="1048576">{cells}</row></sheetData>'
        path = book(tmp_path, lambda xml: xml.replace("</sheetData>", more))
        assert checked(path).frame["value"].tolist() == [67.517]

    @pytest.mark.slow
    def test_a_million_rows_end_in_a_limit_and_soon(self, tmp_path):
        path = book(tmp_path)
        row = "<row>" + "<c><v>1</v></c>" * 5 + "</row>"
        with zipfile.ZipFile(path) as old:
            parts = {name: old.read(name) for name in old.namelist()}
        parts[SHEET] = parts[SHEET].replace(
            b"</sheetData>", (row * 1_000_000).encode() + b"</sheetData>"
        )
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as new:
            for name, content in parts.items():
                new.writestr(name, content)
        start = time.perf_counter()
        assert f"the limit of {MAX_CELLS}" in refused(path)
        assert time.perf_counter() - start < 30

    def test_sixteen_thousand_columns(self, tmp_path):
        path = as_xlsx(tmp_path / "统计项.xlsx", [*HEADINGS, *[f"x{i}" for i in range(16379)]], ROW)
        found = checked(path)
        assert found.frame["value"].tolist() == [67.517]
        assert len(found.issues) == 21  # twenty by name, the rest in one
        assert found.issues[-1].args["shown"] == "16359"

    def test_a_very_long_cell(self, tmp_path):
        path = as_text(tmp_path / "统计项.csv", HEADINGS, (*ROW[:4], "长" * 40_000))
        assert "longer than 32767 characters" in refused(path)
        long = "长" * 32_000
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, (*ROW[:4], long)))
        assert found.frame["position"].tolist() == [long]

    def test_a_very_long_cell_is_shown_in_part(self, tmp_path):
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, ("长" * 32_000, *ROW[1:])))
        (issue,) = found.issues
        assert (issue.rule, len(issue.args["shown"])) == ("unknown_item", 201)
        assert len(issue.text("zh")) < 300

    @pytest.mark.slow
    def test_a_long_text_in_millions_of_cells(self, tmp_path):
        # 30 000 characters stored once and referred to 100 000 times are 3 * 10^9 characters.
        path = book(tmp_path)
        table = "<sst xmlns='x'><si><t>" + "长" * 30_000 + "</t></si></sst>"
        cells = ("<row>" + '<c t="s"><v>0</v></c>' * 10 + "</row>") * 10_000
        with zipfile.ZipFile(path, "a") as package:
            package.writestr("xl/sharedStrings.xml", table)
        rewritten(path, SHEET, lambda xml: xml.replace("</sheetData>", cells + "</sheetData>"))
        assert "3000 MB, above the limit of 1000 MB" in refused(path)

    def test_a_line_of_nothing_but_commas(self, tmp_path):
        path = tmp_path / "统计项.csv"
        path.write_bytes(b"," * (MAX_CELLS + 5))
        assert f"the limit of {MAX_CELLS}" in refused(path)

    @pytest.mark.slow
    def test_a_text_of_a_hundred_megabytes(self, tmp_path):
        path = tmp_path / "统计项.csv"
        with path.open("wb") as file:
            file.truncate(101_000_000)
        assert "101 MB, above the limit of 100 MB" in refused(path)


class TestXml:
    @pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml"])
    def test_entities_are_not_resolved(self, tmp_path, part):
        secret = tmp_path / "secret.txt"
        secret.write_text("swordfish", encoding="utf-8")
        doctype = f'<!DOCTYPE x [<!ENTITY secret SYSTEM "{secret.as_uri()}">]>'

        def change(xml: str) -> str:
            body = xml.partition("?>")[2] if xml.startswith("<?xml") else xml
            return doctype + body.replace(">年报<", ">&secret;<")

        said = refused(book(tmp_path, change, part))
        assert "document type" in said and "swordfish" not in said

    def test_laughs_by_the_billion(self, tmp_path):
        names = "abcdefghij"
        entities = "".join(
            f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip(names, names[1:], strict=False)
        )
        doctype = f'<!DOCTYPE x [<!ENTITY a "ha">{entities}]>'
        path = book(tmp_path, lambda xml: doctype + xml.replace(">年报<", ">&j;<"))
        assert "document type" in refused(path)

    def test_elements_nested_without_end(self, tmp_path):
        deep = "<x>" * 200_000 + "</x>" * 200_000
        path = book(tmp_path, lambda xml: xml.replace("</worksheet>", deep + "</worksheet>"))
        try:
            assert checked(path).frame["value"].tolist() == [67.517]
        except DataError as error:
            assert error.problems[0].source.file == path.name

    @pytest.mark.parametrize("reference", ["A0", "1A", "", "ZZZZ9", "A99999999999999999999", "a1"])
    def test_cells_that_cannot_be(self, tmp_path, reference):
        path = book(tmp_path, lambda xml: xml.replace('r="C2"', f'r="{reference}"'))
        try:
            read_file(path, tmp_path)
        except DataError as error:
            assert error.problems[0].source.file == path.name


class TestCells:
    @pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
    def test_numbers_that_are_none(self, tmp_path, number):
        path = tmp_path / "统计项.parquet"
        pd.DataFrame([(*ROW[:2], number, *ROW[3:])], columns=HEADINGS).to_parquet(path)
        found = checked(path)
        assert found.frame["value"].isna().all()
        assert {i.rule for i in found.issues} == (set() if number != number else {"number"})

    @pytest.mark.parametrize("text", ["NaN", "INF", "1e999"])
    def test_numbers_of_a_workbook_that_are_none(self, tmp_path, text):
        path = book(tmp_path, lambda xml: xml.replace("<v>67.517</v>", f"<v>{text}</v>"))
        try:
            assert checked(path).frame["value"].isna().all()
        except DataError as error:
            assert error.problems[0].source.file == path.name

    @pytest.mark.parametrize("text", ["年\x00报", "\x1b[31m年报", "年\x07报"])
    def test_control_characters(self, tmp_path, text):
        path = tmp_path / "统计项.parquet"
        pd.DataFrame([(*ROW[:4], text)], columns=HEADINGS).to_parquet(path)
        found = checked(path)
        assert told(found) == {("control", "error", "E2")}
        assert text not in found.issues[0].text("zh")

    def test_nul_bytes_in_a_text(self, tmp_path):
        path = as_text(tmp_path / "统计项.csv", HEADINGS, (*ROW[:4], "年\0报"))
        assert "encoding" in refused(path)

    def test_a_formula_is_text_to_us(self, tmp_path):
        # Nothing read is ever evaluated.
        shell = "=cmd|' /C calc'!A0"
        found = checked(as_text(tmp_path / "统计项.csv", HEADINGS, (*ROW[:4], shell)))
        assert found.frame["position"].tolist() == [shell]

    def test_every_row_twice(self, tmp_path):
        found = checked(as_xlsx(tmp_path / "统计项.xlsx", HEADINGS, *[ROW] * 100))
        assert (found.read, len(found.frame), found.refused) == (100, 1, 99)
        assert [i.rule for i in found.issues] == ["repeated"] * 99


class TestParameters:
    def laughs(self, depth: int) -> str:
        lines = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, depth)]
        return "\n".join(["a0: &a0 [ha, ha]", *lines])

    @pytest.mark.parametrize(
        "text",
        [
            "a: " + "[" * 20_000 + "]" * 20_000,
            "a: &a [*a]",
            "a: " + "x" * 1_100_000,
            "a: !!python/object/apply:os.system ['touch /tmp/harm']",
            "a: [1, 2",
            "\x00",
        ],
        ids=["deep", "endless", "huge", "code", "unfinished", "nul"],
    )
    def test_what_no_parameter_file_is(self, tmp_path, text):
        (tmp_path / "trial.yml").write_text(text, encoding="utf-8")
        with pytest.raises(ParamsError) as caught:
            read_yaml(tmp_path / "trial.yml")
        assert caught.value.problems[0].source.file == "trial.yml"

    def test_laughs_by_the_billion(self, tmp_path):
        # 2 * 10^8 entries from some 500 bytes.
        (tmp_path / "trial.yml").write_text(self.laughs(9), encoding="utf-8")
        with pytest.raises(ParamsError, match="anchors"):
            read_yaml(tmp_path / "trial.yml")

    def test_a_few_anchors_are_fine(self, tmp_path):
        (tmp_path / "trial.yml").write_text(self.laughs(3), encoding="utf-8")
        assert len(read_yaml(tmp_path / "trial.yml")["a2"]) == 10

    @pytest.mark.parametrize(
        "name",
        ["../lianshan", "..", "/etc/passwd", "a\0b", "连山", "", "a/b", "CON", "aux", "x" * 300],
    )
    def test_county_names_that_lead_elsewhere(self, tiny, name):
        root = tiny(2019).root
        with pytest.raises(ParamsError, match="no parameter file"):
            open_case(name, 2019, root=root)

    def test_owner_names_that_lead_elsewhere(self, tiny):
        owners = "owners:\n  ../../ecology: {zh: 甲, en: A}\n"
        with pytest.raises(ParamsError, match=r"owners\.\.\./\.\./ecology"):
            tiny(2019, params=owners)


HARM = "<script>alert(1)</script>"


class Tags(HTMLParser):
    def __init__(self, text: str):
        super().__init__()
        self.found: set[str] = set()
        self.handlers: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.add(tag)
        self.handlers |= {name for name, _ in attributes if name.startswith("on")}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A real run of real notebooks over a county whose every name is a script."""
    root = tmp_path_factory.mktemp("hostile")
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    (root / "params").mkdir()
    (root / "params/defaults.yml").write_text("alpha: 0.05\n", encoding="utf-8")
    name = f'"{HARM}"'
    (root / "params/trial.yml").write_text(
        f"county: {{zh: {name}, en: {name}, base_year: 2015}}\n"
        f"owners: {{ecology: {{zh: {name}, en: {name}}}}}\n",
        encoding="utf-8",
    )
    raw = root / "data/trial/raw/2019"
    raw.mkdir(parents=True)
    headings = (*HEADINGS, "范围", "备注", "文件名", HARM)
    rows = [(item, 2019, value, "t", HARM, HARM, HARM, HARM, HARM) for item, value in
            (("hw_generated", 67.5), ("hw_used_disposed", HARM), (HARM, 3))]  # fmt: skip
    as_xlsx(raw / "统计项.xlsx", headings, *rows)
    if os.name != "nt":  # where no file can be called so
        (raw / "<b onload=x>.docx").write_bytes(b"")
    done = ecolib("run", "trial", "2019", "--only", "13", cwd=root)
    assert done.returncode == 0, done.stderr
    return [p.read_text(encoding="utf-8") for p in (root / "outputs").rglob("*.html")]


class TestPages:
    def test_no_script_comes_through(self, pages):
        assert len(pages) >= 4  # two languages of the report and of one indicator
        for page in pages:
            tags = Tags(page)
            assert "script" not in tags.found and not tags.handlers
            assert "&lt;script&gt;alert(1)" in page


class TestCommandLine:
    """Every hostile file in one folder: sentences, exit code 1, and the files as they were."""

    def test_check_ends_in_sentences(self, tiny, tmp_path):
        case = tiny(2019, items=[("hw_generated", 2019, "5", "t")])
        raw = case.root / "data/trial/raw/2019"
        path = book(tmp_path)
        far = '<c r="XFD1048576"><v>1</v></c></row></sheetData>'
        rewritten(path, SHEET, lambda xml: xml.replace("</row></sheetData>", far))
        shutil.move(path, raw / "统计项-远.xlsx")
        (raw / "统计项-断.xlsx").write_bytes(book(tmp_path).read_bytes()[:700])
        (raw / "统计项-空.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
        (raw / "统计项-乱.csv").write_bytes(bytes(range(256)) * 5)
        (raw / "统计项-乱.parquet").write_bytes(b"PAR1" + bytes(100))
        (raw / "规划.pdf").write_bytes(b"%PDF")
        before = {p: p.read_bytes() for p in raw.iterdir()}
        done = ecolib("check", "trial", "2019", "--lang", "zh", cwd=case.root)
        assert done.returncode == 1
        assert "Traceback" not in done.stdout + done.stderr and "panicked" not in done.stderr
        for name in ("远.xlsx", "断.xlsx", "空.xls", "乱.csv", "乱.parquet", "规划.pdf"):
            assert any(name in line for line in done.stdout.splitlines()), name
        assert "读入1行，采用1行，未采用0行" in done.stdout
        assert {p: p.read_bytes() for p in raw.iterdir()} == before

    @pytest.mark.skipif(os.name == "nt", reason="no such names there")
    def test_file_names_that_are_no_text(self, tiny):
        case = tiny(2019, items=[("hw_generated", 2019, "5", "t")])
        raw = os.fsencode(case.root / "data/trial/raw/2019")
        with open(os.path.join(raw, b"items-\xff\xfe\n\x1b[31m.csv"), "wb") as file:
            file.write(b"")
        done = ecolib("check", "trial", "2019", "--lang", "zh", cwd=case.root, text=False)
        assert done.returncode in (0, 1) and b"Traceback" not in done.stderr
        assert b"\x1b[31m" not in done.stdout
