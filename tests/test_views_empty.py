"""Tables without rows keep their columns and every page their room: a clean survey has no invalid answers."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from conftest import ROOT
from counties import LIANSHAN, evaluated, opened

from ecolib import views
from ecolib.assess.result import Result, from_json, to_json
from ecolib.views.phrases import detail_of, detail_of_year

COUNTIES = [("demo", 2020), ("lianshan", 2019)]


#: The views that show tables of details; the others would be drawn again and again for nothing.
DETAILED = re.compile(r"views\.(air|water|survey|ecology|areas|findings|counts|requirements)\(")


def drawn(result: Result, lang: str, case) -> None:
    """Every cell of the indicator's notebook that shows details of the result."""
    name = next(entry.notebook for entry in LIANSHAN.top_level if entry.id == result.indicator)
    notebook = json.loads((ROOT / f"notebooks/{name}.ipynb").read_text(encoding="utf-8"))
    given = {"views": views, "result": result, "lang": lang, "case": case}
    for source in ("".join(cell["source"]) for cell in notebook["cells"]):
        if source.startswith("views.") and DETAILED.search(source):
            exec(source, dict(given))
    plt.close("all")


def emptied(result: Result, *names: str) -> Result:
    """The result with all rows taken out of its tables of these names."""
    parts = tuple(emptied(part, *names) for part in result.parts)
    detail = {n: t.iloc[:0] if n in names else t for n, t in result.detail.items()}
    return replace(result, parts=parts, detail=detail)


def tables(result: Result) -> set[str]:
    return set(result.detail).union(*map(tables, result.parts))


CASES = [
    pytest.param(county, year, entry.id, id=f"{county}-{entry.id}")
    for county, year in COUNTIES
    for entry in opened(county, year).list.top_level
]


@pytest.mark.parametrize(("county", "year", "indicator"), CASES)
def test_any_table_without_rows(county, year, indicator):
    case, result = opened(county, year), evaluated(county, year, indicator)
    names = sorted(tables(result))
    for chosen in filter(None, [*([name] for name in names if len(names) > 1), names]):
        clean = emptied(result, *chosen)
        if chosen == names:
            clean = from_json(to_json(clean))
        for name in chosen:
            assert list(detail_of(clean, name).columns), name
            assert list(detail_of_year(clean, name).columns), name
        drawn(clean, "zh", case)


def test_a_survey_in_which_every_answer_is_valid(tiny):
    answers = [
        ("participation", 2019, i, "是否参与", "是", "", 30, "大学", "工人") for i in range(40)
    ]
    case = tiny(2019, survey_answers=answers)
    result = case.evaluate("35")
    assert result.detail["survey_invalid"].empty
    for lang in ("zh", "en"):
        drawn(from_json(to_json(result)), lang, case)


def test_an_empty_table_keeps_its_columns_as_json():
    result = evaluated("demo", 2020, "40")
    bare = replace(result, detail={"a": pd.DataFrame({"year": [], "note": []})})
    assert list(from_json(to_json(bare)).detail["a"].columns) == ["year", "note"]
