"""What an archive holds and lacks, and the folders that are built of it."""

import hashlib

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from planned import tables

from ecolib.cli import cli
from ecolib.collect import write_archive
from ecolib.workplan.archive import archive

SLUDGE = hashlib.sha256(b"sludge").hexdigest()
#: A requirement of indicator 27 proved on file, one of indicator 4 named only, the other not at all.
DOCUMENTS = [
    ("urban_sewage_rate", "sludge", "2020", "是", "s", "污泥台账", "", "2020-12-31"),
    ("river_chief_system", "plan", "", "是", "s", "河长制工作方案", "办〔2017〕1号", "2017-07-13"),
]
PAPER = {
    "indicator": "urban_sewage_rate", "requirement": "sludge", "year": "2020", "title": "污泥台账",
    "issuer": "县住建局", "date": "2020-12-31", "pages": "3", "attachment": "sludge.txt",
}  # fmt: skip


@pytest.fixture
def case(tiny, tmp_path):
    def build(**paper):
        folder = tmp_path / "data/trial/evidence"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "sludge.txt").write_bytes(b"sludge")
        (tmp_path / "secret.txt").write_bytes(b"secret")
        return tiny(2020, documents=DOCUMENTS, **tables(evidence=[PAPER | paper]))

    return build


def standing(case):
    return {
        (a.indicator.id, a.kind, getattr(a.what, "code", "")): a.standing
        for a in archive(case).asked
    }


class TestStanding:
    def test_on_file_cited_and_missing_are_told_apart(self, case):
        found = standing(case())
        own = {code: s for (_, kind, code), s in found.items() if kind == "requirement"}
        assert own["urban_sewage_rate.sludge"] == "on_file"
        assert own["river_chief_system.plan"] == "cited"
        assert own["river_chief_system.rules"] == "missing"

    def test_without_its_file_a_paper_is_cited(self, case):
        found = archive(case(attachment="nowhere.txt"))
        (paper,) = found.papers["urban_sewage_rate"]
        assert (paper.standing, paper.sha256) == ("cited", "")

    def test_the_hash_is_that_of_the_file(self, case):
        (paper,) = archive(case()).papers["urban_sewage_rate"]
        assert paper.sha256 == SLUDGE and not paper.altered
        (paper,) = archive(case(sha256=SLUDGE.upper())).papers["urban_sewage_rate"]
        assert not paper.altered
        (paper,) = archive(case(sha256="0" * 64)).papers["urban_sewage_rate"]
        assert paper.altered

    def test_no_name_leads_out_of_the_folder(self, case):
        (paper,) = archive(case(attachment="../../../secret.txt")).papers["urban_sewage_rate"]
        assert paper.path is None

    def test_figures_are_asked_of_the_unit_that_has_them(self, case):
        asked = {a.what.code: a.owner for a in archive(case()).asked if a.kind == "figure"}
        assert asked["sewage_discharged"] == "housing" and asked["straw_total"] == "agriculture"

    def test_what_a_higher_authority_sets_asks_for_its_paper_and_its_result(self, case):
        kinds = {a.kind for a in archive(case()).asked if a.indicator.id == "water_per_gdp"}
        assert {"target", "result"} <= kinds

    def test_what_does_not_apply_asks_for_nothing(self, tiny):
        excused = "not_applicable: {urban_sewage_rate: {zh: 无, en: none}}\n"
        case = tiny(2020, params=excused, documents=DOCUMENTS)
        assert "urban_sewage_rate" not in {a.indicator.id for a in archive(case).asked}

    def test_missing_goes_by_unit_with_binding_indicators_first(self, case):
        missing = archive(case()).missing
        order = [(a.owner, a.indicator.kind != "binding") for a in missing]
        assert order == sorted(order)


class TestFolders:
    def test_only_what_was_given_is_copied(self, case):
        book, page = write_archive(case(), "zh")
        top = book.parents[1]
        copied = [p for p in (top / "03_指标类").rglob("*") if p.is_file()]
        assert [p.relative_to(top).as_posix() for p in copied] == [
            "03_指标类/27_城镇污水处理率/2020/STWM-27-2020-01_县住建局_污泥台账_2020-12-31.txt"
        ]
        assert copied[0].read_bytes() == b"sludge"
        assert [p.name for p in sorted(top.iterdir())][:4] == [
            "00_总目录", "01_综合类", "02_基本条件", "03_指标类",
        ]  # fmt: skip
        assert "污泥台账" in page.read_text(encoding="utf-8")

    def test_the_catalogue_lists_asked_missing_and_papers(self, case):
        book, _ = write_archive(case(), "zh")
        sheets = load_workbook(book, read_only=True)
        assert sheets.sheetnames == ["总目录", "指标与佐证材料对照表", "缺件清单", "卷内目录"]
        papers = [row[1:] for row in sheets["卷内目录"].iter_rows(min_row=4, values_only=True)]
        assert ("STWM-27-2020-01", "县住建局", 3) in [(r[0], r[2], r[5]) for r in papers]
        gaps = [row[5] for row in sheets["缺件清单"].iter_rows(min_row=4, values_only=True)]
        assert len(gaps) == len(archive(case()).missing)

    def test_twice_gives_the_same_bytes(self, case):
        first = {p.name: p.read_bytes() for p in write_archive(case(), "en")}
        assert {p.name: p.read_bytes() for p in write_archive(case(), "en")} == first

    def test_a_page_says_why_an_indicator_does_not_apply(self, tiny):
        excused = "not_applicable: {urban_sewage_rate: {zh: 无, en: none}}\n"
        book, _ = write_archive(tiny(2020, params=excused, documents=DOCUMENTS), "zh")
        note = book.parents[1] / "03_指标类/27_城镇污水处理率/不适用.txt"
        assert note.read_text(encoding="utf-8") == "本指标不适用：无。"


def test_the_commands(case, tmp_path, monkeypatch):
    case()
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["archive", "trial", "2020", "--lang", "en"])
    assert done.exit_code == 0 and done.output.splitlines()[0].endswith(
        "catalogue of evidence.xlsx"
    )
    done = CliRunner().invoke(cli, ["progress", "trial", "--month", "2020-05"])
    assert done.exit_code == 0 and "截至2020-06-05" in done.output
    wrong = CliRunner().invoke(cli, ["progress", "trial", "--month", "May"])
    assert wrong.exit_code == 2 and "is not a date" in wrong.output
