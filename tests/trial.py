"""A tiny project of its own: one county, small notebooks of every name, real kernels."""

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from ecolib.indicators.declaring import NOTEBOOKS
from ecolib.runner.notebook import REPORTS

HAZARDOUS = [
    ("hw_generated", 2019, "67.517", "t"),
    ("hw_used_disposed", 2019, "66.12", "t"),
    ("hw_prior_used_disposed", 2019, "3.193", "t"),
]
STRAW = ("straw_use_rate", 2019, "91.47", "%")
PARAMETERS = 'county = "demo"\nyear = 2020\nindicator = "eco_plan"\nlang = "zh"'
GOOD = [
    "from ecolib import open_case\ncase = open_case(county, year)",
    "result = case.evaluate(indicator)\ncase.save(result)",
    "print(result.number)",
]


def write_notebook(path, cells, parameters=PARAMETERS):
    """A notebook of these cells behind a parameter cell."""
    first = new_code_cell(parameters, metadata={"tags": ["parameters"]}, id="parameters")
    rest = [new_code_cell(source, id=f"cell-{i}") for i, source in enumerate(cells)]
    notebook = new_notebook(cells=[first, *rest])
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.metadata["kernelspec"] = kernel
    path.parent.mkdir(exist_ok=True)
    nbformat.write(notebook, path)


def project(tiny):
    """The case of a trial county for 2019, with notebooks beside it."""
    case = tiny(2019, items=[*HAZARDOUS, STRAW])
    for name in NOTEBOOKS:
        write_notebook(case.root / f"notebooks/{name}.ipynb", GOOD)
    for name in REPORTS:
        write_notebook(case.root / f"notebooks/{name}.ipynb", ["print(county, year)"])
    return case
