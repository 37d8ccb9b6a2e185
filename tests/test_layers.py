"""Imports go down the floors only, and only a few modules write: read from the sources with `ast`.

Held here:

1. A module takes from its own package and from the floors below it (`FLOORS`), never from one above
   or beside it; an import for type checking counts like any other, and so does one in a function.
2. There is no circle among modules, counted the same way.
3. `indicators/<system>` take nothing from the library but `indicators` and `standards`, and nothing
   from outside but the standard library, numpy and pandas.
4. `pages` draw what was computed: they import no formula and no indicator, and of the
   standards only the package itself (rows and sources of documents) and constants such as the
   names of pollutants, not its methods; exceptions are named in `METHODS_IN_PAGES`.
5. `runner` knows nothing of an indicator's meaning: no formulas, targets, standards, systems.
6. `trends` takes nothing from the library but errors and texts, `checks` no county: whoever holds one
   provides their facts.
7. Only `WRITERS` write. A write is any call that makes, changes or removes a file: `open` with a
   mode of w, a, x or +; `write_text`, `write_bytes`, `mkdir`, `touch`, `unlink`, `rmdir`,
   `symlink_to`; the `shutil` and `os` functions that do the same; and the `to_*`, `save*` methods
   of tables, figures and workbooks when they are given a target. What such a method writes into a
   buffer (a name that is `buffer`) stays in memory and is allowed.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from ecolib.texts import words

SOURCE = Path(__file__).parents[1] / "ecolib"
#: From the lowest floor up; what stands in one line shares a floor and knows nothing of the others.
FLOORS = (
    ("texts",),
    ("errors",),
    ("files",),
    ("grouping",),
    ("fingerprint",),
    ("units",),
    ("trends",),
    ("standards",),
    ("data",),
    ("indicators",),
    ("checks",),
    ("assess",),
    ("workplan",),
    ("pages",),
    ("collect", "runner"),
    ("terminal", "new"),
    ("screen",),
    ("cli",),
    ("__main__",),
)
FLOOR_OF = {package: floor for floor, packages in enumerate(FLOORS) for package in packages}
#: Who may write, and what; a package stands for its modules.
WRITERS = {
    "ecolib.files": "what it is given, for results and tables of a run too; locks and folders",
    "ecolib.runner": "notebooks, pages, figures, markers and run.json below outputs/",
    "ecolib.collect": "templates below outputs/, returned workbooks below data/<county>/raw/",
    "ecolib.pages.export": "what an office hands in, where it is asked for",
    "ecolib.pages.word_template": "the templates in the repository, when asked to",
    "ecolib.new": "the parameter file and the folders of a county that is new",
    "ecolib.data.__main__": "the generated column list in data/README.md, when asked to",
}
#: A page that asks a standard's method, and why.
METHODS_IN_PAGES = {
    # What each sub-index moved EI by is a reading of the inputs, and no Result carries it yet.
    "ecolib.pages.tables": {
        "ecolib.standards.ecology.ei_change",
        "ecolib.standards.ecology.ei_from_sub_indices",
    },
}


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {
    module_name(path): path
    for path in sorted(SOURCE.rglob("*.py"))
    if "__pycache__" not in path.parts
}


@cache
def nodes(module: str) -> list[ast.AST]:
    return list(ast.walk(ast.parse(FILES[module].read_text(encoding="utf-8"))))


def imports(module: str) -> set[str]:
    """Modules that a module imports; `from ecolib.data import dictionary` counts as the module."""
    found = set()
    for node in nodes(module):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module} has a relative import; the rules read full names"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole in FILES else node.module)
    return found


def names_taken(module: str) -> set[str]:
    """Full names of what a module takes from others, `ecolib.standards.air.LABELS`."""
    taken = {a.name for n in nodes(module) if isinstance(n, ast.Import) for a in n.names}
    froms = [n for n in nodes(module) if isinstance(n, ast.ImportFrom)]
    return taken | {f"{node.module}.{alias.name}" for node in froms for alias in node.names}


def within(name: str, *packages: str) -> bool:
    return any(name == p or name.startswith(p + ".") for p in packages)


def own(names: set[str]) -> set[str]:
    return {name for name in names if within(name, "ecolib")}


def modules_of(*packages: str) -> list[str]:
    return [name for name in FILES if within(name, *packages)]


def package_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


@pytest.mark.parametrize("module", [m for m in FILES if package_of(m)])
def test_imports_go_down(module):
    package = package_of(module)
    others = {package_of(name) for name in own(imports(module))} - {package, ""}
    assert {p for p in others if FLOOR_OF[p] >= FLOOR_OF[package]} == set()


SYSTEMS = [f"ecolib.indicators.{system}" for system in words("system")]


@pytest.mark.parametrize("module", SYSTEMS)
def test_indicators_import_only_what_a_formula_needs(module):
    allowed = {f"ecolib.{name}" for name in ("indicators", "standards")}
    found = imports(module)
    assert {n for n in own(found) if not within(n, *allowed)} == set()
    outside = {name.partition(".")[0] for name in found - own(found)}
    assert outside <= {"numpy", "pandas"} | set(sys.stdlib_module_names)


@pytest.mark.parametrize("module", modules_of("ecolib.pages"))
def test_pages_compute_nothing(module):
    found = imports(module)
    computed = {n for n in found if within(n, "ecolib.indicators.formulas", *SYSTEMS)}
    methods = {n for n in names_taken(module) if n.startswith("ecolib.standards.")}
    methods = {n for n in methods if not n.rpartition(".")[2].isupper()}
    methods -= {f"ecolib.standards.{public}" for public in ("standard", "sources", "open_points")}
    assert computed | methods == METHODS_IN_PAGES.get(module, set())


@pytest.mark.parametrize("module", modules_of("ecolib.runner"))
def test_the_runner_knows_no_indicator(module):
    meaning = (
        "indicators.formulas",
        "indicators.targets",
        "standards",
        "pages.indicator",
        "trends",
    )
    names = tuple(f"ecolib.{name}" for name in meaning)
    assert {n for n in imports(module) if within(n, *names, *SYSTEMS)} == set()


@pytest.mark.parametrize("module", modules_of("ecolib.trends"))
def test_trends_know_nothing_of_counties(module):
    allowed = ("ecolib.trends", "ecolib.texts", "ecolib.errors")
    assert {n for n in own(imports(module)) if not within(n, *allowed)} == set()


@pytest.mark.parametrize("module", modules_of("ecolib.checks"))
def test_checks_ask_their_context_alone(module):
    assert not within("ecolib.data.county", *imports(module))


def cycle_in(graph: dict[str, set[str]]) -> list[str]:
    """Some cycle, as the path that closes it; empty when there is none."""
    done: set[str] = set()

    def walk(node: str, path: list[str]) -> list[str]:
        if node in path:
            return [*path[path.index(node) :], node]
        if node in done:
            return []
        for following in sorted(graph.get(node, ())):
            if found := walk(following, [*path, node]):
                return found
        done.add(node)
        return []

    return next((found for node in sorted(graph) if (found := walk(node, []))), [])


def test_there_is_no_import_cycle():
    graph = {m: own(imports(m)) - {m} for m in FILES}
    assert cycle_in(graph) == []


def test_a_cycle_would_be_found():
    assert cycle_in({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert cycle_in({"a": {"b", "c"}, "b": {"c"}}) == []


METHODS = {
    "write_text", "write_bytes", "touch", "unlink", "rmdir", "mkdir", "symlink_to", "hardlink_to",
}  # fmt: skip
WITH_TARGET = {
    "to_csv", "to_excel", "to_parquet", "to_json", "to_html", "to_pickle", "savefig", "save",
    "savetxt", "savez", "imsave", "dump", "write_notebook", "execute_notebook", "Workbook",
    "NamedTemporaryFile", "TemporaryDirectory", "mkdtemp", "mkstemp",
}  # fmt: skip
MODULES = {
    "os": {"remove", "unlink", "rename", "replace", "mkdir", "makedirs", "rmdir", "symlink"},
    "shutil": {"rmtree", "copy", "copy2", "copyfile", "copytree", "move", "make_archive"},
    "nbformat": {"write"},
}


def writes(node: ast.AST) -> str | None:
    """What a call writes with, or None."""
    if not isinstance(node, ast.Call):
        return None
    function = node.func
    if isinstance(function, ast.Name):
        opens = function.id == "open" and mode_of(node, position=1) & set("wax+")
        return "open" if opens else None
    if not isinstance(function, ast.Attribute):
        return None
    name, owner = function.attr, function.value
    if isinstance(owner, ast.Name) and owner.id in MODULES:
        return f"{owner.id}.{name}" if name in MODULES[owner.id] else None
    if name == "open":
        return "open" if mode_of(node, position=0) & set("wax+") else None
    if name in METHODS:
        return name
    return name if name in WITH_TARGET and target_of(node) not in (None, "buffer") else None


def mode_of(call: ast.Call, position: int) -> set[str]:
    """Letters of the mode of an `open`; a mode that is computed could be any."""
    named = [k.value for k in call.keywords if k.arg == "mode"]
    mode = (named or call.args[position : position + 1] or [ast.Constant("r")])[0]
    return set(mode.value) if isinstance(mode, ast.Constant) else {"w"}


def target_of(call: ast.Call) -> str | None:
    """The first thing a writing method is given, in source; None when it returns its text."""
    return ast.unparse(call.args[0]) if call.args else None


def written_in(code: Iterable[ast.AST]) -> list[str]:
    found = [(node.lineno, w) for node in code if (w := writes(node))]
    return [f"line {line}: {what}" for line, what in sorted(found)]


@pytest.mark.parametrize("module", [m for m in FILES if not within(m, *WRITERS)])
def test_only_writers_write(module):
    assert written_in(nodes(module)) == []


@pytest.mark.parametrize("module", WRITERS)
def test_every_writer_does_write(module):
    assert any(written_in(nodes(m)) for m in modules_of(module))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("open(p, 'w')", True),
        ("open(p, mode='ab')", True),
        ("open(p, m)", True),
        ("open(p)", False),
        ("p.open('x')", True),
        ("p.open(encoding='utf-8')", False),
        ("p.write_text('')", True),
        ("p.read_text()", False),
        ("frame.to_csv(p)", True),
        ("frame.to_csv(index=False)", False),
        ("figure.savefig(buffer)", False),
        ("figure.savefig(p)", True),
        ("os.replace(a, b)", True),
        ("text.replace(a, b)", False),
        ("series.rename('x')", False),
        ("shutil.rmtree(p)", True),
    ],
)
def test_what_counts_as_writing(source, found):
    assert bool(written_in(ast.walk(ast.parse(source)))) == found
