"""The warm engine against papermill's own: the same outputs, cell by cell."""

import os
import time

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from ecolib.errors import RunError
from ecolib.runner.workers import FreshProcesses

CELLS = [
    "x = 1",
    "x + 1",
    "print('中文', x)\nprint('two')",
    "import sys\nprint('out')\nprint('err', file=sys.stderr)",
    "from IPython.display import HTML, display\ndisplay(HTML('<b>a</b>'))\nHTML('<i>b</i>')",
    "import pandas as pd\npd.DataFrame({'a': [1, 2]})",
    "class Shown:\n    def _repr_mimebundle_(self, **more):\n"
    "        return {'image/svg+xml': '<svg/>', 'text/plain': 'alt'}\nShown()",
    "%matplotlib inline\nimport matplotlib.pyplot as plt\n_ = plt.plot([1, 2])",
    "from IPython.display import clear_output\nprint('gone')\nclear_output()\nprint('kept')",
    "import asyncio\nawait asyncio.sleep(0)\n'awaited'",
    "__name__, 'x' in globals()",
    "",
    "x = 2;",
]


def notebook(cells):
    made = new_notebook(cells=[new_code_cell(c, id=f"c{i}") for i, c in enumerate(cells)])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "P", "language": "python"}
    return made


def execute(path, engine):
    return papermill.execute_notebook(path, None, engine_name=engine, progress_bar=False)


def in_fresh_process(path):
    with FreshProcesses(1) as pool:
        return pool.submit(execute, path, "ecolib").result()


def merged(outputs):
    """Streams joined as they follow: a channel may deliver one print in several messages."""
    found = []
    for output in outputs:
        last = found[-1] if found else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            last["text"] += output.text
        else:
            found.append(nbformat.from_dict(dict(output)))
    for output in found:
        # A picture is compared by kind: its bytes hold the time of day.
        if "image/png" in output.get("data", {}):
            output.data["image/png"] = "png"
    return found


def test_outputs_are_those_of_the_stock_engine(tmp_path):
    path = str(tmp_path / "n.ipynb")
    nbformat.write(notebook(CELLS), path)
    stock, warm = execute(path, None), in_fresh_process(path)
    for theirs, ours in zip(stock.cells, warm.cells, strict=True):
        assert merged(ours.outputs) == merged(theirs.outputs), ours.source
        assert ours.execution_count == theirs.execution_count, ours.source


def test_an_error_ends_the_notebook_as_in_the_stock_engine(tmp_path):
    path = str(tmp_path / "n.ipynb")
    nbformat.write(notebook(["y = 1", "y / 0", "y = 3"]), path)
    with pytest.raises(papermill.PapermillExecutionError) as stock:
        execute(path, None)
    with pytest.raises(RunError, match="ZeroDivisionError"):
        in_fresh_process(path)
    assert stock.value.ename == "ZeroDivisionError"


def test_nothing_leaks_from_one_call_to_the_next():
    with FreshProcesses(1) as pool:
        first = pool.submit(exec, "import builtins; builtins.leaked = 1")
        first.result()
        with pytest.raises(RunError, match="NameError"):
            pool.submit(eval, "leaked").result()
        assert pool.submit(os.getpid).result() != pool.submit(os.getpid).result()


def test_a_killed_process_is_told_by_its_signal():
    with FreshProcesses(1) as pool, pytest.raises(RunError, match="SIGKILL"):
        pool.submit(exec, "import os; os.kill(os.getpid(), 9)").result()


def test_an_endless_call_is_ended():
    with FreshProcesses(2, timeout=1.0) as pool:
        endless = pool.submit(time.sleep, 600)
        quick = pool.submit(abs, -1)
        assert quick.result() == 1
        with pytest.raises(RunError, match="1 second"):
            endless.result()
