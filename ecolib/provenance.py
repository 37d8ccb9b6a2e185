"""What a result depends on, as one hash: same fingerprint, same result, nothing to do again."""

from __future__ import annotations

import hashlib
import json
import platform
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from ecolib.assess import lineage
from ecolib.checks.contradictions import twins
from ecolib.data.detect import may_hold
from ecolib.indicators.catalogue import Indicator, find, parts_of

if TYPE_CHECKING:
    from ecolib.assess.case import Case

LIBRARIES = ("numpy", "pandas", "scipy", "matplotlib")


@cache
def versions() -> dict[str, str]:
    """The versions that can change a result."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}


def library_hash() -> str:
    """Hash over every file of the package: code, standards, dictionary, templates."""
    root = Path(str(files("ecolib")))
    paths = (p for p in root.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return _digest(
        *(
            part
            for p in sorted(paths, key=lambda p: p.relative_to(root).as_posix())
            for part in (p.relative_to(root).as_posix(), p.read_bytes())
        )
    )


def file_hash(path: Path) -> str:
    """sha256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def base(case: Case) -> str:
    """What every result of a case depends on: library, parameters, versions."""
    return _digest(
        library_hash(), case.params.model_dump_json(), json.dumps(versions(), sort_keys=True)
    )


def indicator_fingerprint(base: str, entry: Indicator, case: Case, notebook: Path) -> str:
    """Everything the page of one indicator depends on; `base` is what they all depend on."""
    return _digest(base, stripped(notebook), entry.id, str(case.year), *_data(entry, case))


def summary_fingerprint(base: str, case: Case, notebook: Path, below: list[str]) -> str:
    """The summary and the audit depend on all data and on every result `below` them."""
    inputs = [path.name + file_hash(path) for _, path in case.raw_files]
    inputs += map(repr, case.corrections())
    return _digest(base, stripped(notebook), str(case.year), *inputs, *below)


def stripped(notebook: Path) -> str:
    """The sources of a notebook's cells, without outputs and metadata."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return json.dumps(
        [[c["cell_type"], "".join(c["source"]), c["metadata"].get("tags", [])] for c in cells]
    )


def _data(entry: Indicator, case: Case):
    """The rows an indicator reads, and which others have the same finished values."""
    family = (entry, *parts_of(entry))
    names = {name for i in family for name in lineage.items_of(i)}
    names |= {i.void_when for i in family if i.void_when}
    yield json.dumps([[twin.id for twin in twins(case.context.of(i))] for i in family])
    items = case.table("items")
    yield _rows(items[items["item"].isin(names)])
    documents = case.table("documents")
    yield _rows(documents[documents["indicator"].isin([i.id for i in family])])
    for told in (lineage.item_remarks, lineage.corrections_of):
        yield from (repr(one) for member in family for one in told(member, case))
    for table in sorted(set().union(*map(lineage.tables_of, family))):
        yield from (file_hash(path) for _, path in case.raw_files if may_hold(path, table))


def _rows(table) -> str:
    return table.to_csv(index=False, lineterminator="\n")


def _digest(*parts: str | bytes) -> str:
    found = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        # The length keeps ("ab", "c") apart from ("a", "bc").
        found.update(len(data).to_bytes(8, "big"))
        found.update(data)
    return found.hexdigest()


def notebook_of(name: str, case: Case) -> Path:
    """The notebook an indicator or the summary is shown by."""
    entry_notebook = name if name in _REPORTS else find(name).notebook
    return case.root / "notebooks" / f"{entry_notebook}.ipynb"


_REPORTS = ("data_audit", "annual_summary")
