"""Notebooks stay thin: they ask and show, they hold no code of their own and no stored output."""

import ast
import json

import pytest

from ecolib.indicators.declaring import NOTEBOOKS

WITH_OUTPUTS = {"00_start_here"}
REPORTS = {"annual_summary", "data_audit", "work_plan"}
FREE = {"00_start_here", "explore"}
#: Of many counties, so without one.
PROVINCE = "province_summary"
EVERY = sorted({*NOTEBOOKS, *REPORTS, *FREE, PROVINCE})


def load(root, name):
    return json.loads((root / f"notebooks/{name}.ipynb").read_text(encoding="utf-8"))


def code_cells(notebook):
    return [c for c in notebook["cells"] if c["cell_type"] == "code"]


def test_there_are_these_and_no_others(root):
    assert sorted(p.stem for p in (root / "notebooks").glob("*.ipynb")) == EVERY


@pytest.mark.parametrize("name", EVERY)
class TestEach:
    def test_no_stored_output(self, root, name):
        if name in WITH_OUTPUTS:
            return
        for cell in code_cells(load(root, name)):
            assert cell["outputs"] == [] and cell["execution_count"] is None

    def test_no_code_of_its_own(self, root, name):
        forbidden = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Lambda, ast.With)
        for cell in code_cells(load(root, name)):
            source = "".join(cell["source"])
            found = [
                type(n).__name__ for n in ast.walk(ast.parse(source)) if isinstance(n, forbidden)
            ]
            assert not found, source

    def test_short_cells(self, root, name):
        for cell in code_cells(load(root, name)):
            lines = [line for line in "".join(cell["source"]).splitlines() if line.strip()]
            assert len(lines) <= 6, "".join(cell["source"])

    def test_first_cell_tells_how_to_read(self, root, name):
        first = load(root, name)["cells"][0]
        assert first["cell_type"] == "markdown"
        assert any("\u4e00" <= c <= "\u9fff" for c in "".join(first["source"]))


@pytest.mark.parametrize("name", sorted({*NOTEBOOKS, *REPORTS}))
class TestArchetypes:
    def test_one_parameter_cell_with_the_demo_county(self, root, name):
        tagged = [
            c for c in code_cells(load(root, name)) if "parameters" in c["metadata"].get("tags", [])
        ]
        assert len(tagged) == 1
        values: dict = {}
        exec("".join(tagged[0]["source"]), values)  # assignments of constants only
        expected = {"county", "year", "lang"} | ({"indicator"} if name in NOTEBOOKS else set())
        assert expected == {k for k in values if not k.startswith("__")}
        assert (values["county"], values["year"]) == ("demo", 2020)

    def test_about_nine_cells(self, root, name):
        assert len(code_cells(load(root, name))) <= 13

    def test_numbers_and_paths_stay_out(self, root, name):
        for cell in code_cells(load(root, name)):
            if "parameters" in cell["metadata"].get("tags", []):
                continue
            for node in ast.walk(ast.parse("".join(cell["source"]))):
                if isinstance(node, ast.Constant):
                    assert not isinstance(node.value, int | float) or isinstance(node.value, bool)
                    assert "/" not in str(node.value)


def test_the_summary_of_a_province_asks_for_a_year_alone(root):
    (cell,) = (
        c for c in code_cells(load(root, PROVINCE)) if "parameters" in c["metadata"].get("tags", [])
    )
    assert "".join(cell["source"]).splitlines() == ["year = 2020", 'lang = "zh"']


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_results_are_saved_before_anything_is_drawn(root, name):
    sources = ["".join(c["source"]) for c in code_cells(load(root, name))]
    saved = next(i for i, s in enumerate(sources) if "case.save(" in s)
    drawn = next(i for i, s in enumerate(sources) if "pages." in s)
    assert saved < drawn or (
        saved == drawn and sources[saved].index("save(") < sources[saved].index("pages.")
    )
