"""The warm engine against papermill's own: the same outputs, cell by cell."""

import functools
import os
import pickle
import subprocess
import sys
import time

import nbformat
import papermill
import pytest
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_notebook

from ecolib.errors import RunError
from ecolib.fingerprint import county_year
from ecolib.runner.calls import ColdProcess, Order
from ecolib.runner.engine import is_run
from ecolib.runner.processes import Processes

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
    return executing(path, engine)()


def executing(path, engine):
    """The call, as one that can be pickled."""
    options = {"engine_name": engine, "progress_bar": False}
    return functools.partial(papermill.execute_notebook, path, None, **options)


@pytest.fixture(scope="module")
def call(tmp_path_factory):
    """`call(function, *args)` in a fresh process of one warm process for the module -> Answer."""
    county = ROOT, "demo", 2020  # what the notebooks show by default
    folder = tmp_path_factory.mktemp("call")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ECOLIB_TASK_FOLDER", str(folder))  # inherited by every call
        opened = Processes(*county, county_year(*county))
    log = folder / "log"

    def answered(function, *args, timeout=60.0, memory_mb=None):
        log.unlink(missing_ok=True)
        return opened.call(function, *args, timeout=timeout, memory_mb=memory_mb, log=log)

    yield answered
    opened.close()


def in_fresh_process(call, path):
    answer = call(executing(path, "ecolib"))
    assert answer.error is None, answer.error
    return answer.value


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


def assert_same_outputs(stock, warm):
    for theirs, ours in zip(stock.cells, warm.cells, strict=True):
        assert merged(ours.get("outputs", [])) == merged(theirs.get("outputs", [])), ours.source
        assert ours.get("execution_count") == theirs.get("execution_count"), ours.source


def test_it_may_be_the_first_import_of_a_process():
    code = "import ecolib.runner.engine as e; from papermill.engines import papermill_engines as p;"
    order = [sys.executable, "-c", f"{code} assert p.get_engine(e.NAME) is e.WarmEngine"]
    assert subprocess.run(order, capture_output=True, text=True).returncode == 0


def test_outputs_are_those_of_the_stock_engine(call, tmp_path):
    path = str(tmp_path / "n.ipynb")
    nbformat.write(notebook(CELLS), path)
    assert_same_outputs(execute(path, None), in_fresh_process(call, path))


@pytest.mark.parametrize(
    "name",
    [
        "annual_series",
        *(pytest.param(n, marks=pytest.mark.slow) for n in ("air_quality", "data_audit")),
    ],
)
def test_the_projects_notebooks_give_the_same_in_both_engines(call, tmp_path, monkeypatch, name):
    monkeypatch.setenv("ECOLIB_TASK_FOLDER", str(tmp_path))
    path = str(ROOT / f"notebooks/{name}.ipynb")
    stock, warm = execute(path, None), in_fresh_process(call, path)
    # A look at frames that is for people alone waits in a run, so the counts differ.
    for theirs, ours in zip(stock.cells, warm.cells, strict=True):
        shown = [merged(cell.get("outputs", [])) if is_run(cell) else [] for cell in (theirs, ours)]
        for output in (o for outputs in shown for o in outputs):
            output.pop("execution_count", None)
        assert shown[0] == shown[1], ours.source


def test_an_error_ends_the_notebook_as_in_the_stock_engine(call, tmp_path):
    path = str(tmp_path / "n.ipynb")
    nbformat.write(notebook(["y = 1", "y / 0", "y = 3"]), path)
    with pytest.raises(papermill.PapermillExecutionError) as stock:
        execute(path, None)
    assert stock.value.ename == "ZeroDivisionError"
    assert "ZeroDivisionError" in call(executing(path, "ecolib")).error.text("en")


def test_nothing_leaks_from_one_call_to_the_next(call):
    assert call(exec, "import builtins; builtins.leaked = 1").error is None
    assert "NameError" in call(eval, "leaked").error.text("en")
    assert call(os.getpid).value != call(os.getpid).value


def test_a_killed_process_is_told_by_its_signal(call):
    assert "SIGKILL" in call(exec, "import os; os.kill(os.getpid(), 9)").error.text("en")


def test_a_crash_says_where_it_was(call):
    answer = call(exec, "import ctypes; ctypes.string_at(0)")
    assert "SIGSEGV" in answer.error.text("en")
    assert "string_at" in answer.log


def test_an_endless_call_is_ended_and_says_where_it_was(call):
    answer = call(time.sleep, 600, timeout=1.0)
    assert "within 1 s and was stopped" in answer.error.text("en")
    assert "most recent call first" in answer.log


def test_an_answer_of_any_size_comes_through(call):
    assert call(eval, "'x' * 5_000_000").value == "x" * 5_000_000


def test_what_a_call_has_started_ends_with_it(call):
    code = "import subprocess; print(subprocess.Popen(['sleep', '600']).pid, flush=True)"
    assert gone(int(call(exec, code).log))


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_a_call_has_started_in_a_session_of_its_own_ends_with_it(call):
    code = (
        "import subprocess; sleep = ['sleep', '600'];"
        "print(subprocess.Popen(sleep, start_new_session=True).pid, flush=True)"
    )
    assert gone(int(call(exec, code).log))


def gone(pid, seconds=5):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and alive(pid):
        time.sleep(0.02)
    return not alive(pid)


@pytest.fixture
def cold(tmp_path):
    """What Windows does; the interpreter starts anew, and the call is opened there."""

    def answered(function, *args, timeout=60.0, memory_mb=None):
        call = pickle.dumps((function, args, {}))
        return ColdProcess(Order(0, call, timeout, memory_mb, str(tmp_path / "log"))).ended()

    return answered


@pytest.mark.faults
def test_a_cold_process_gives_the_same_answer(cold):
    assert (cold(divmod, 7, 3).value, cold(divmod, 7, 3).error) == ((2, 1), None)
    assert "ZeroDivisionError" in cold(divmod, 7, 0).error.text("en")
    late = cold(time.sleep, 600, timeout=3.0)
    assert "within 3 s" in late.error.text("en") and "most recent call first" in late.log
    assert "SIGKILL" in cold(exec, "import os; os.kill(os.getpid(), 9)").error.text("en")
    assert cold(exec, "import os; os.write(1, b'from C')").log == "from C"
    assert cold(eval, "'x' * 5_000_000").value == "x" * 5_000_000


@pytest.mark.faults
def test_a_cold_process_may_take_no_more_memory_than_it_is_given(cold):
    grow = "a = []\nwhile True: a.append(bytearray(10**7))"
    told = cold(exec, grow, memory_mb=1000)
    assert told.error.text("en").startswith("took more than 1000 MB")
    assert told.memory_mb > 1000


@pytest.mark.faults
def test_what_a_cold_process_has_started_ends_with_it(cold):
    code = "import subprocess; print(subprocess.Popen(['sleep', '600']).pid, flush=True)"
    assert gone(int(cold(exec, code).log))
    assert gone(
        int(cold(exec, code + "; import time; time.sleep(600)", timeout=3.0).log.split()[0])
    )


def test_a_flood_of_words_is_cut(call):
    log = call(exec, "import os\nfor _ in range(50): os.write(1, b'y' * 10**6)").log
    assert log.startswith("[…]yyy") and len(log) < 21_000


def test_another_state_of_code_or_data_is_refused(tmp_path):
    opened = Processes(ROOT, "lianshan", 2019, "the state of a day ago")
    with pytest.raises(RunError, match="run it again"):
        opened.call(abs, -1, timeout=60.0, memory_mb=None, log=tmp_path / "log")
    opened.close()
