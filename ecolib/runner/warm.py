"""What the warm process holds before it forks, and what a fresh process does with one call."""

from __future__ import annotations

import importlib
import io
import pickle
import pkgutil
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

THIRD_PARTY = (
    "IPython.core.completer",
    "IPython.core.logger",
    "bdb",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "latex2mathml.converter",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "nbconvert.exporters.html",
    "openpyxl",
    "pandas",
    "pandas.core.reshape.reshape",
    "pandas.io.formats.string",
    "papermill",
    "papermill.iorw",
    "pyarrow.parquet",
    "pydantic",
    "python_calamine",
    "scipy.stats",
    "seaborn",
    "yaml",
)
#: Scripts. (Numba, whose threads would not live on after the fork, is imported by its first use.)
NOT_BEFORE_FORK = ("ecolib.cli", "ecolib.runner.server")


def prepare(root: Path, county: str, year: int) -> None:
    """Import everything, read the county-year, and fill the caches that any page fills."""
    with _without_slow_grammar():
        for name in THIRD_PARTY:
            importlib.import_module(name)
    import ecolib

    for module in pkgutil.walk_packages(ecolib.__path__, "ecolib."):
        if module.name not in NOT_BEFORE_FORK and not module.name.endswith(".__main__"):
            with suppress(ImportError):  # an optional library is missing
                importlib.import_module(module.name)
    with suppress(Exception):  # each notebook meets the same error again and reports it
        _read(root, county, year)
    importlib.import_module("ecolib.runner.engine").new_shell()
    _render_nothing()


def answer(call: bytes) -> tuple[bool, object]:
    """What a call gives, or the text of its error; `call` is a pickle of function and arguments."""
    try:
        function, args = pickle.loads(call)
        return True, function(*args)
    except BaseException:
        return False, traceback.format_exc()


def answer_once() -> None:
    """One call from stdin, one answer to stdout: a fresh process where none can be forked."""
    out, sys.stdout = sys.stdout.buffer, sys.stderr
    out.write(pickle.dumps(answer(sys.stdin.buffer.read())))
    out.flush()


@contextmanager
def _without_slow_grammar() -> Iterator[None]:
    """JupyterLab brings a checker of addresses that jsonschema imports when it finds it; compiling
    its grammar takes 1.6 s, and no notebook schema asks for it."""
    name = "rfc3987_syntax"
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None
    try:
        yield
    finally:
        del sys.modules[name]


def _read(root: Path, county: str, year: int) -> None:
    from ecolib.assess.opening import keep_open, open_case
    from ecolib.indicators.catalogue import known_items

    case = open_case(county, year, root=root)
    keep_open(case)
    case.issues()
    for item in known_items():
        case.series(item)


def _render_nothing() -> None:
    """The first page compiles templates, schemas and patterns that all pages share."""
    import nbformat
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    from ecolib.report.render import page_html

    shown = new_output("display_data", {"text/html": '<h2 id="a">a</h2><p>a</p>'})
    notebook = new_notebook(cells=[new_code_cell("a", outputs=[shown])])
    nbformat.validate(notebook)
    nbformat.write(notebook, io.StringIO())
    page_html(notebook, lang="zh", title="")
