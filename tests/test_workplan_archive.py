"""What an archive holds and lacks, and the folders that are built of it."""

import hashlib
import time

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from planned import tables

from ecolib.cli import cli
from ecolib.collect import filing, write_archive
from ecolib.errors import RunError
from ecolib.files import swap_in
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

    @pytest.mark.parametrize("later", [{"year": "2021"}, {"year": "", "date": "2022年1月5日"}])
    def test_a_later_paper_proves_nothing_yet(self, tiny, later):
        case = tiny(2020, **tables(evidence=[PAPER | {"attachment": ""} | later]))
        found = standing(case)["urban_sewage_rate", "requirement", "urban_sewage_rate.sludge"]
        assert found == "missing"

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


class TestFiles:
    """What is said where a file is not what the table says; the paper counts as cited then."""

    def said(self, case, **paper):
        said = [n for n in case(**paper).issues() if n.rule.startswith("paper")]
        return [(n.code, n.severity) for n in said if n.code != "paper_unnamed"]

    def test_files_that_no_row_names_are_told_once_and_by_name(self, case, tmp_path):
        case()
        folder = tmp_path / "data/trial/evidence"
        (folder / "现场照片.jpg").write_bytes(b"x")
        (folder / "Thumbs.db").write_bytes(b"x")
        (note,) = [n for n in case().issues() if n.code == "paper_unnamed"]
        assert (note.args["files"], note.severity) == (("现场照片.jpg",), "note")
        assert note.line("zh").startswith("data/trial/evidence: ")
        # A folder of a later year may name them.
        (tmp_path / "data/trial/raw/2021").mkdir()
        assert not [n for n in case().issues() if n.code == "paper_unnamed"]

    def test_nothing_of_a_file_that_is_there(self, case):
        assert self.said(case) == [] and self.said(case, sha256=SLUDGE) == []

    def test_a_chinese_name_in_a_folder_written_as_windows_does(self, case, tmp_path):
        case()
        folder = tmp_path / "data/trial/evidence/照片"
        folder.mkdir()
        (folder / "污泥 台账.jpg").write_bytes(b"x")
        assert self.said(case, attachment="照片\\污泥 台账.jpg") == []

    def test_a_missing_file_and_the_nearest_name(self, case):
        own = case(attachment="slugde.txt")
        (note,) = [n for n in own.issues() if n.code == "paper_missing"]
        assert note.text("zh") == (
            "“污泥台账”的附件“slugde.txt”不在data/trial/evidence/中，按仅引用计；"
            "请放入文件或改正文件名；是否应为“sludge.txt”？"
        )
        assert str(note.source).endswith("evidence.csv A2")

    def test_thousands_of_missing_files_are_told_soon(self, tiny, tmp_path):
        folder = tmp_path / "data/trial/evidence"
        folder.mkdir(parents=True)
        for n in range(1000):
            (folder / f"扫描件第{n}册.pdf").write_bytes(b"x")
        papers = [PAPER | {"title": f"{n}", "attachment": f"扫描{n}.pdf"} for n in range(600)]
        county = tiny(2020, **tables(evidence=papers))
        started = time.process_time()
        told = [note.text("zh") for note in county.issues() if note.code == "paper_missing"]
        # 600 000 comparisons of names, or looking into the folder 600 times, take a minute.
        assert len(told) == 600 and time.process_time() - started < 20
        assert "扫描件第0册.pdf" in told[0]

    def test_an_empty_file_is_none(self, case, tmp_path):
        case()
        (tmp_path / "data/trial/evidence/empty.pdf").touch()
        assert self.said(case, attachment="empty.pdf") == [("paper_empty", "warning")]
        (paper,) = archive(case(attachment="empty.pdf")).papers["urban_sewage_rate"]
        assert paper.standing == "cited"

    def test_a_path_and_a_link_that_lead_out(self, case, tmp_path):
        assert self.said(case, attachment="../../../secret.txt") == [("paper_outside", "error")]
        assert self.said(case, attachment="/etc/passwd") == [("paper_outside", "error")]
        link = tmp_path / "data/trial/evidence/link.txt"
        link.symlink_to(tmp_path / "secret.txt")
        own = case(attachment="link.txt")
        assert archive(own).papers["urban_sewage_rate"][0].path is None
        assert self.said(case, attachment="link.txt") == [("paper_outside", "error")]
        link.unlink()
        link.symlink_to(link)  # leads to itself
        assert self.said(case, attachment="link.txt") == [("paper_missing", "warning")]

    def test_another_file_than_was_registered(self, case):
        assert self.said(case, sha256="0" * 64) == [("paper_altered", "warning")]

    def test_a_huge_file_is_copied_without_a_hash(self, case, tmp_path):
        case()
        with (tmp_path / "data/trial/evidence/film.mp4").open("wb") as film:
            film.truncate(101_000_000)  # takes no room on the disk
        own = case(attachment="film.mp4", sha256=SLUDGE)
        assert self.said(case, attachment="film.mp4", sha256=SLUDGE) == [
            ("paper_too_large", "note")
        ]
        (paper,) = archive(own).papers["urban_sewage_rate"]
        assert (paper.standing, paper.sha256, paper.altered) == ("on_file", "", False)
        book, _ = write_archive(own, "zh")
        (copy,) = book.parents[1].rglob("*.mp4")
        assert copy.stat().st_size == 101_000_000

    def test_a_paper_for_what_nobody_asks(self, case):
        own = case(requirement="slugde")
        (note,) = [n for n in own.issues() if n.code == "unknown_requirement"]
        assert "sludge" in note.text("en") or "污泥" in note.text("zh")
        for known in ("sewage_discharged", "result"):
            assert "unknown_requirement" not in [n.code for n in case(requirement=known).issues()]


class TestFolders:
    def test_only_what_was_given_is_copied(self, case):
        book, page = write_archive(case(), "zh")
        top = book.parents[1]
        copied = [p for p in (top / "03_指标类").rglob("*") if p.is_file()]
        assert [p.relative_to(top).as_posix() for p in copied] == [
            "03_指标类/27_城镇污水处理率/2020/STWM-27-2020-01_县住建局_污泥台账_20201231.txt"
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
        assert ("STWM-27-2020-01", "县住建局", 3, 1) in [(r[0], r[2], *r[6:8]) for r in papers]
        gaps = [row[4] for row in sheets["缺件清单"].iter_rows(min_row=4, values_only=True)]
        assert len(gaps) == len(archive(case()).missing)

    def test_a_paper_is_one_however_much_it_proves(self, tiny, tmp_path):
        # The decision is registered for the indicator as a whole, and a document names it as proof.
        folder = tmp_path / "data/trial/evidence"
        folder.mkdir(parents=True)
        (folder / "决定.pdf").write_bytes(b"%PDF")
        decision = {
            "indicator": "river_chief_system",
            "title": "河长制工作方案",
            "attachment": "决定.pdf",
        }
        case = tiny(2020, documents=DOCUMENTS, **tables(evidence=[decision]))
        book, _ = write_archive(case, "zh")
        copied = [p.name for p in (book.parents[1] / "03_指标类").rglob("*.pdf")]
        # Number and date stand with the document: 2017, the first of its year.
        assert copied == ["STWM-04-2017-01_河长制工作方案_20170713.pdf"]
        sheet = load_workbook(book, read_only=True)["卷内目录"]
        rows = list(sheet.iter_rows(min_row=4, values_only=True))
        (own,) = [row for row in rows if row[4] == "河长制工作方案"]
        assert own[1:3] == ("STWM-04-2017-01", "办〔2017〕1号")

    def test_two_files_of_one_title_are_two_papers(self, tiny, tmp_path):
        folder = tmp_path / "data/trial/evidence"
        folder.mkdir(parents=True)
        papers = [PAPER | {"attachment": name, "year": ""} for name in ("may.txt", "july.txt")]
        for paper in papers:
            (folder / paper["attachment"]).write_text(paper["attachment"])
        book, _ = write_archive(tiny(2020, **tables(evidence=papers)), "zh")
        copied = {p.read_text() for p in (book.parents[1] / "03_指标类").rglob("*.txt")}
        assert copied == {"may.txt", "july.txt"}

    def test_what_serves_no_indicator_is_not_lost(self, tiny, tmp_path):
        folder = tmp_path / "data/trial/evidence"
        folder.mkdir(parents=True)
        (folder / "a.txt").write_bytes(b"a")
        papers = [
            {"code": "P1", "title": "验收单", "attachment": "a.txt", "pages": "2"},
            {"title": "领导小组名单", "attachment": "a.txt"},
        ]
        projects = [{"code": "P1", "project": "文化室"}]
        book, _ = write_archive(tiny(2020, **tables(evidence=papers, projects=projects)), "zh")
        top = book.parents[1]
        copied = {p.relative_to(top).as_posix() for p in top.rglob("*.txt")}
        assert copied == {
            "04_重点工程/P1_文化室/2020/STWM-P1-2020-01_验收单.txt",
            "01_综合类/2020/STWM-2020-01_领导小组名单.txt",
        }

    def test_a_volume_is_whole_only_with_every_paper_on_file(self, case):
        book, _ = write_archive(case(), "zh")
        rows = load_workbook(book, read_only=True)["总目录"].iter_rows(min_row=4, values_only=True)
        states = {row[2]: row[10] for row in rows}
        # Two of three requirements of 4 are missing, the plan is named only.
        assert states["4"].endswith("、仅引用1件") and states["27"].startswith("缺")

    def test_twice_gives_the_same_bytes(self, case):
        first = {p.name: p.read_bytes() for p in write_archive(case(), "en")}
        assert {p.name: p.read_bytes() for p in write_archive(case(), "en")} == first

    def test_what_people_put_there_is_not_lost(self, case):
        book, page = write_archive(case(), "zh")
        write_archive(case(), "en")  # what nobody touched makes room for the new
        book, page = write_archive(case(), "zh")
        paper = book.parents[1] / "收到.pdf"
        paper.write_bytes(b"of a bureau")
        with pytest.raises(RunError, match="1 file not made here.*收到.pdf"):
            write_archive(case(), "zh")
        assert paper.read_bytes() == b"of a bureau" and page.is_file()
        paper.unlink()
        page.write_text("changed by hand", encoding="utf-8")
        with pytest.raises(RunError, match=page.name):
            write_archive(case(), "zh")
        assert page.read_text(encoding="utf-8") == "changed by hand"

    @pytest.mark.parametrize("swapped", [False, True])
    def test_whoever_ends_it_before_its_mark_holds_nothing_back(self, case, monkeypatch, swapped):
        def ended(new, final):
            if swapped:
                swap_in(new, final)
            raise KeyboardInterrupt

        write_archive(case(), "zh")
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(filing, "swap_in", ended)
            write_archive(case(), "en")
        write_archive(case(), "zh")

    def test_a_paper_that_changes_on_the_way_is_told(self, case):
        county = case()
        archive(county)  # reads the hashes that the catalogue tells
        (paper,) = (county.root / "data/trial/evidence").iterdir()
        paper.write_bytes(b"another")
        with pytest.raises(RunError, match="changed during the run"):
            write_archive(county, "zh")
        assert not (county.out / "archive").exists()

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
    none = CliRunner().invoke(cli, ["progress", "trial", "--month", "2020-05"])
    assert none.exit_code != 0 and not (tmp_path / "outputs/trial/2020/progress").exists()
    wrong = CliRunner().invoke(cli, ["progress", "trial", "--month", "May"])
    assert wrong.exit_code == 2 and "is not a date" in wrong.output
