"""The command `ecolib` in a process of its own, which need not import the same libraries every time.

Where the system can fork, one process a session imports what the commands import, reads what the
library has in files of its own, and is forked for each; what says in which language it speaks (`terminal`
and all above) is imported by the fork.
"""

import atexit
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

#: For `Popen`: Ctrl-C is heard, though a shell makes deaf to it what it starts in the background, and
#: all that is started by that.
HEARING: dict[str, Any] = (
    {"preexec_fn": partial(signal.signal, signal.SIGINT, signal.SIG_DFL)}
    if os.name == "posix"
    else {}
)
COLD = [sys.executable, "-c", "from ecolib.cli import main; main()"]
#: What commands import, from the floors below `terminal`.
WARM = (
    "ecolib.assess.opening", "ecolib.checks.audit", "ecolib.collect", "ecolib.data.draft",
    "ecolib.pages.export", "ecolib.runner.batch", "click",
)  # fmt: skip


def ecolib(*arguments, cwd, env=None, text=True, under=()) -> subprocess.CompletedProcess:
    """Run a command to its end, `under` another one if need be; its output as text, or as bytes where
    it may be none."""
    spoken = {"encoding": "utf-8"} if text else {}
    if not hasattr(os, "fork"):
        return subprocess.run(
            [*under, *COLD, *arguments], cwd=cwd, capture_output=True, env=env, **spoken
        )
    with tempfile.TemporaryDirectory() as folder:
        files = [os.path.join(folder, name) for name in ("stdout", "stderr")]
        asked = {"arguments": arguments, "cwd": str(cwd), "files": files}
        server = _server(tuple(under))
        print(json.dumps(asked | {"env": dict(env or os.environ)}), file=server.stdin, flush=True)
        code = int(server.stdout.readline())
        said = [Path(file).read_bytes() for file in files]
    shown = [one.decode() for one in said] if text else said
    return subprocess.CompletedProcess(arguments, code, *shown)


@cache
def _server(under: tuple[str, ...]) -> subprocess.Popen:
    server = subprocess.Popen(
        [*under, sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(server.communicate)
    return server


def _serve() -> None:
    sys.path.remove(os.path.dirname(os.path.abspath(__file__)))
    for name in WARM:
        import_module(name)
    texts, opening = import_module("ecolib.texts"), import_module("ecolib.assess.opening")
    texts.catalogue(), texts.words("status")
    opening.open_case("lianshan", 2019, root=Path(__file__).parents[1]).issues()
    for line in sys.stdin:
        asked = json.loads(line)
        if not (child := os.fork()):
            _become(**asked)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(arguments: list[str], cwd: str, files: list[str], env: dict[str, str]) -> NoReturn:
    """The command itself: its place, surroundings and streams, then its entry point, and its end
    without clearing away all that was imported, which takes longer than most commands."""
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["ecolib", *arguments]
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    for number, file in enumerate(files, start=1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), number)
    sys.stdin, sys.stdout, sys.stderr = (
        io.TextIOWrapper(io.FileIO(number, mode), encoding="utf-8")
        for number, mode in ((0, "r"), (1, "w"), (2, "w"))
    )
    code: object = 1
    try:
        import_module("ecolib.cli").main()
        code = 0
    except SystemExit as ended:
        code = ended.code or 0
    except BaseException:
        traceback.print_exc()
    atexit._run_exitfuncs()
    sys.stdout.flush(), sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _serve()
