"""A papermill engine that runs a notebook inside this process, in the kernel's own shell.

Nearly all the time of a notebook goes into starting a kernel and importing pandas, matplotlib and
scipy again. Here the shell class of the kernel (ipykernel's `ZMQInteractiveShell`) runs in the
worker process itself, and the messages it would send over a channel are kept in a list and turned
into outputs exactly as a client would. A forked kernel behind a channel was the other way; it
costs two event loops and a handshake for each notebook and was slower by half.

A process runs one notebook and ends (see `ecolib.runner.processes`), so nothing leaks from one to
the next. The stock engine stays the reference: a test compares the outputs of both cell by cell. It
runs what needs a kernel with a browser behind it (widgets).
"""

from __future__ import annotations

import io
import os
import sys
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from nbformat import NotebookNode
from nbformat.v4 import output_from_msg
from papermill.engines import Engine, papermill_engines
from traitlets.config import Config

from ecolib.pages.notebook import NOTEBOOK_ONLY

#: What papermill knows it by, once this module is there: an entry point would import it half made.
NAME = "ecolib"
#: A notebook that prints without end fails instead of filling memory and disk.
LARGEST_OUTPUT = 20_000_000
#: Calls of an endless recursion that are told.
MOST_FRAMES = 20
INLINE = "module://matplotlib_inline.backend_inline"


def is_run(cell: NotebookNode) -> bool:
    """Whether a run executes a cell: all code that reaches the page. What is for people alone, a
    look at the frames and a plot of their own, waits for who opens the notebook."""
    code = cell.cell_type == "code" and cell.source.strip()
    return bool(code) and NOTEBOOK_ONLY not in cell.metadata.get("tags", ())


class WarmEngine(Engine):
    """`papermill.execute_notebook(..., engine_name=NAME)`; one notebook a process."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, **options):
        """Run the cells in order; stop at the first error, as papermill's own engine does."""
        recorder = Recorder()
        shell = new_shell()
        for publisher in (shell.displayhook, shell.display_pub):
            publisher.session = recorder
        streams = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = (Stream(recorder, name) for name in ("stdout", "stderr"))
        try:
            for index, cell in enumerate(nb_man.nb.cells):
                if not is_run(cell):
                    continue
                nb_man.cell_start(cell, index)
                failed = _run(shell, cell, recorder)
                if failed:
                    nb_man.cell_exception(cell, index)
                nb_man.cell_complete(cell, index)
                if failed:
                    break
        finally:
            sys.stdout, sys.stderr = streams
        nb_man.nb.metadata["language_info"] = dict(IPythonKernel.language_info)


papermill_engines.register(NAME, WarmEngine)


class Recorder(Session):
    """Stands where the kernel's session would send: keeps what was sent."""

    def __init__(self):
        super().__init__(key=b"")
        self.sent: list[dict[str, Any]] = []
        self.characters = 0

    def send(self, stream, msg_or_type, content=None, parent=None, ident=None, **more):
        message = msg_or_type
        if not isinstance(message, dict):
            message = {"header": {"msg_type": msg_or_type}, "content": content}
        self.sent.append(message)
        return message

    def stream(self, name: str, text: str) -> None:
        """Text written to stdout or stderr; what follows without a break is one output."""
        self.characters += len(text)
        if self.characters > LARGEST_OUTPUT:
            self.characters = 0  # the message about it must still get through
            raise RuntimeError(f"more than {LARGEST_OUTPUT} characters of output")
        last = self.sent[-1] if self.sent else None
        if last and last["header"]["msg_type"] == "stream" and last["content"]["name"] == name:
            last["content"]["text"].append(text)
        else:
            content = {"name": name, "text": [text]}
            self.sent.append({"header": {"msg_type": "stream"}, "content": content})


class Stream(io.TextIOBase):
    """stdout or stderr of the notebook."""

    encoding = "utf-8"

    def __init__(self, recorder: Recorder, name: str):
        self._recorder, self.name = recorder, name

    def write(self, text: str) -> int:
        if text:
            self._recorder.stream(self.name, text)
        return len(text)

    def writable(self) -> bool:
        return True


class Shell(ZMQInteractiveShell):
    """The kernel's shell without a kernel around it, and without a profile: what a user has set for
    himself changes no page, and a home that is full or read-only cannot hold one."""

    def init_ipython_dir(self, ipython_dir) -> None:
        self.ipython_dir = ""

    def init_profile_dir(self, profile_dir) -> None:
        self.profile_dir = None

    def showtraceback(self, exc_tuple=None, *args, **options):
        """Of an endless recursion the first calls are enough; to word them all takes minutes."""
        kind, error, _ = exc_tuple or sys.exc_info()
        if isinstance(error, RecursionError):
            frame = error.__traceback__
            for _ in range(MOST_FRAMES):
                frame = frame and frame.tb_next
            if frame is not None:
                frame.tb_next = None
            exc_tuple = kind, error, error.__traceback__
        return super().showtraceback(exc_tuple, *args, **options)

    def enable_gui(self, gui=None) -> None:
        """No window can open here, so `%matplotlib inline` has no event loop to change."""
        self.active_eventloop = gui


def new_shell() -> Shell:
    """The shell of this process, not yet used; the warm process makes it before it forks."""
    os.environ["MPLBACKEND"] = INLINE
    # What it says where its cache cannot be written is no part of a notebook.
    import matplotlib.font_manager  # noqa: F401

    config = Config()
    config.HistoryManager.hist_file = ":memory:"
    shell = Shell.instance(config=config)
    shell.displayhook.topic = b"execute_result"
    return shell


warm_up = new_shell


def _run(shell, cell, recorder: Recorder) -> bool:
    """Run one cell, put its outputs into it, and say whether it failed."""
    recorder.sent.clear()
    cell.execution_count = shell.execution_count
    outcome = shell.run_cell(cell.source, store_history=True)
    cell.outputs = _outputs(recorder.sent)
    return not outcome.success


def _outputs(sent: list[dict[str, Any]]) -> list:
    outputs: list = []
    waiting_to_clear = False
    for message in sent:
        kind = message["header"]["msg_type"]
        if kind == "clear_output":
            waiting_to_clear = message["content"].get("wait", False)
            if not waiting_to_clear:
                outputs.clear()
        elif kind in ("stream", "display_data", "execute_result", "error"):
            if waiting_to_clear:
                outputs.clear()
                waiting_to_clear = False
            if kind == "stream":
                message["content"]["text"] = "".join(message["content"]["text"])
            outputs.append(output_from_msg(message))
    return outputs
