"""What a bureau fills into its template is what its own files would have said, for every unit."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from counties import opened
from filling import by_owner, fill, id_row, owner_of, raw_rows

from ecolib.assess.opening import open_case
from ecolib.collect import file_returned, write_templates
from ecolib.collect.asking import Round
from ecolib.collect.forms import forms
from ecolib.collect.workbook import workbook
from ecolib.data import dictionary

ROOT = Path(__file__).parents[1]
RAW = ROOT / "data/demo/raw/2020"
OWNERS = tuple(dictionary.owners())
#: Units whose sheets are of every kind: items with and without places, papers, the plan, own tables.
FEW = ("housing", "natural_resources", "statistics", "leading_group", "ecology")
#: Tables of which each unit has its own rows, whose position is the return itself.
RETURNED = ("items", "documents", "progress", "evidence")
#: Ten thousands of rows: handed in once, in the plain round trip.
LARGE = ("air_hourly", "survey_answers")


def project(folder: Path):
    """A fresh copy of the demo county, before anything of 2020 came in."""
    shutil.copytree(ROOT / "params", folder / "params")
    shutil.copytree(ROOT / "data/demo", folder / "data/demo")
    shutil.rmtree(folder / "data/demo/raw/2020")
    return open_case("demo", 2020, root=folder)


def reordered(sheet, name) -> None:
    """Turn the columns around and call them otherwise, as people do."""
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    width, ids = sheet.max_column, id_row(sheet)
    for row in sheet.iter_rows(max_col=width):
        values, formats = [c.value for c in row], [c.number_format for c in row]
        moved = zip(row, reversed(values), reversed(formats), strict=True)
        for cell, value, shown in moved:
            cell.value, cell.number_format = value, shown  # who moves a column moves its format
            if isinstance(value, str):
                cell.data_type = "s"
        if values[: len(ids)] == ids:
            headings = next(sheet.iter_rows(min_row=row[0].row + 1, max_row=row[0].row + 1))
    for number, cell in enumerate(headings):
        cell.value = f"第{number}栏"
    sheet.title = f"{name[:6]}改名"


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """The templates of every unit, which are the same in every copy of the project."""
    return by_owner(write_templates(project(tmp_path_factory.mktemp("issued"))))


def returned_case(folder: Path, issued, owners, *, leave_out=(), change=None, after=None):
    case = project(folder)
    back = folder / "returned"
    for owner in owners:
        rows = {t: r for t, r in raw_rows(RAW, owner).items() if t not in leave_out}
        if rows:
            fill(issued[owner], back / f"{owner} 填好.xlsx", rows, change)
    if after:
        back = after(back)
    before = {path.name: path.read_bytes() for path in back.iterdir()}
    outcomes = file_returned(case, back)
    assert {o.status for o in outcomes} == {"filed"}, [o.problems for o in outcomes]
    assert {path.name: path.read_bytes() for path in back.iterdir()} == before
    return open_case("demo", 2020, root=folder)


@pytest.fixture(scope="module")
def original():
    return opened("demo", 2020)


@pytest.fixture(scope="module")
def plain(tmp_path_factory, issued):
    return returned_case(tmp_path_factory.mktemp("plain"), issued, OWNERS)


@pytest.fixture(scope="module")
def turned(tmp_path_factory, issued):
    folder = tmp_path_factory.mktemp("turned")
    return returned_case(folder, issued, FEW, leave_out=LARGE, change=reordered)


def rows_of(case, name: str, owner: str) -> pd.DataFrame:
    """The rows of one unit for the year, in an order of their own, without where they stood."""
    table = dictionary.table(name)
    rows = case.table(name)
    rows = rows[rows["submitted"] == 2020]
    if name in RETURNED:
        mine = [owner_of(table, row) == owner for row in rows.to_dict("records")]
        rows = rows[pd.Series(mine, rows.index, dtype=bool)]
    # Elsewhere a bureau may name the source.
    said = [c.name for c in table.columns if c.name != "position" or name not in RETURNED]
    rows = rows[[*said, *(["printed"] if "printed" in rows else [])]].astype(object)
    rows = rows.where(rows.notna(), None)
    order = sorted(range(len(rows)), key=[*map(str, rows.itertuples(index=False))].__getitem__)
    return rows.iloc[order].reset_index(drop=True)


def assert_same(case, original, owner: str, leave_out=()) -> None:
    compared = 0
    for name in dictionary.table_names():
        if name in leave_out or (name not in RETURNED and dictionary.table(name).owner != owner):
            continue
        expected = rows_of(original, name, owner)
        pd.testing.assert_frame_equal(rows_of(case, name, owner), expected, check_dtype=False)
        compared += len(expected)
    submitted = {n: r for n, r in raw_rows(RAW, owner).items() if n not in leave_out}
    assert compared == sum(map(len, submitted.values()))


@pytest.mark.parametrize("owner", OWNERS)
def test_a_filled_in_template_says_what_the_files_said(plain, original, owner):
    assert_same(plain, original, owner)


@pytest.mark.slow
@pytest.mark.parametrize("owner", FEW)
def test_so_it_does_with_columns_moved_and_headings_and_sheets_renamed(turned, original, owner):
    assert_same(turned, original, owner, leave_out=LARGE)


def test_every_row_of_the_year_came_home(plain, original):
    """Row counts by hand: the files of 2020 and nothing else, none refused."""
    for name in dictionary.table_names():
        now, before = plain.table(name), original.table(name)
        assert (now["submitted"] == 2020).sum() == (before["submitted"] == 2020).sum(), name
    assert [i for i in plain.issues() if i.severity == "error"] == []
    assert plain.files()["refused"].sum() == 0


def test_the_figures_are_the_same(plain, original):
    now, before = (case.submitted.figures for case in (plain, original))
    assert set(now) == set(before)
    for item, figures in before.items():
        for said in ("years", "value", "rounding", "undated"):
            expected = getattr(figures, said)
            np.testing.assert_array_equal(getattr(now[item], said), expected, err_msg=item)


def template_of(case, folder: Path, towns=()) -> Path:
    """The workbook of the housing bureau alone."""
    asking, path = Round.of(case, "zh", towns), folder / "issued.xlsx"
    path.write_bytes(workbook(asking, "housing", forms(asking, "housing")))
    return path


class TestTowns:
    """Figures by place, and in whatever unit: the same as the unit's own file would have said."""

    ROWS = (
        ("waste_generated", "0.125", "10k t", "吉田镇"),
        ("waste_generated", "830", "t", "永和镇"),
        ("waste_harmless", "1900", "t", ""),
    )

    @pytest.fixture
    def rows(self):
        return [
            dict(zip(("item", "value", "unit", "place"), row, strict=True), year="2019")
            for row in self.ROWS
        ]

    @pytest.mark.parametrize("towns", [(), ("吉田镇",), ("吉田镇", "永和镇")])
    def test_on_lines_of_their_own_or_on_the_sheet_for_places(self, tiny, tmp_path, rows, towns):
        last = [("waste_generated", 2018, "95", "t"), ("waste_harmless", 2018, "9.1", "10k t")]
        case = tiny(2019, folder=2018, items=last)
        template = template_of(case, tmp_path, towns)
        fill(template, tmp_path / "back/住建.xlsx", {"items": rows})
        (outcome,) = file_returned(case, tmp_path / "back")
        assert outcome.status == "filed", outcome.problems
        case = open_case("trial", 2019, root=tmp_path)
        # 0.125 × 10⁴ t + 830 t = 2080 t; the county's own 1900 t stays as it is.
        assert case.reported("waste_generated").at(2019) == 2080
        assert case.reported("waste_harmless").at(2019) == 1900
        assert [i for i in case.issues() if i.severity == "error"] == []
        found = {
            (r["item"], r["place"]): r["printed"] for r in case.rows("items") if r["year"] == 2019
        }
        assert found == {(item, place or None): value for item, value, _, place in self.ROWS}

    def test_there_may_be_more_of_them_than_lines(self, tiny, tmp_path):
        case, towns = tiny(2019), [f"第{n}镇" for n in range(120)]
        rows = [
            {"item": "waste_generated", "year": "2019", "value": "2", "unit": "t", "place": town}
            for town in towns
        ]
        template = template_of(case, tmp_path)
        fill(template, tmp_path / "back/住建.xlsx", {"items": rows})
        file_returned(case, tmp_path / "back")
        case = open_case("trial", 2019, root=tmp_path)
        assert case.reported("waste_generated").at(2019) == 240
        assert not case.series("waste_generated").is_undated(2019)

    def test_a_town_has_a_line_of_each_item_that_towns_add_up_to(self, tiny):
        case = tiny(2019)
        asked = forms(Round.of(case, "zh", ("吉田镇",)), "housing")
        lines = [line.values for line in asked[0].lines if line.values["place"] == "吉田镇"]
        parted = [i for i in dictionary.items().values() if i.owner == "housing" and i.across]
        assert [line["item"] for line in lines] == [i.item for i in parted]
        assert {line["need"] for line in lines} == {"选填"}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_may_save_it_in_between(tmp_path, original, issued):
    owners = FEW[:4]

    def resaved(folder: Path) -> Path:
        out = folder.with_name("resaved")
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out)]
        subprocess.run([*command, *sorted(map(str, folder.iterdir()))], check=True, timeout=120)
        return out

    case = returned_case(tmp_path, issued, owners, after=resaved)
    for owner in owners:
        assert_same(case, original, owner)
