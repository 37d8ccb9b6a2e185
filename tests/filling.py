"""A bureau at work: fills the cells of a template that it may fill, as Excel would let it."""

import csv
from datetime import datetime
from functools import cache
from pathlib import Path

from counties import LIANSHAN
from openpyxl import load_workbook
from pyarrow import parquet

from ecolib.data import dictionary
from ecolib.data.sheet import COLUMN_ID, MARKS, TEXT_ID
from ecolib.indicators.catalogue import known_items

YES = {"yes": "是", "no": "否"}


def by_owner(paths) -> dict[str, Path]:
    """Templates by the unit that their hidden sheet names; people name the files as they like."""
    return {_owner(path): path for path in paths}


def _owner(path: Path) -> str:
    marks = load_workbook(path, read_only=True)[MARKS].iter_rows(max_col=2, values_only=True)
    return dict(row for row in marks if row[0] != "column")["owner"]


def raw_rows(folder: Path, owner: str) -> dict[str, list[dict]]:
    """By table, the rows in a raw folder that are this unit's to hand in, as text or typed values."""
    found = {}
    for path in sorted(folder.iterdir()):
        table = dictionary.table(path.stem)
        if table.name in ("items", "documents", "progress", "evidence"):
            own = [row for row in _rows(path) if owner_of(table, row) == owner]
        else:
            own = _rows(path) if table.owner == owner else []
        if own:
            found[table.name] = own
    return found


@cache
def _rows(path: Path) -> list[dict]:
    if path.suffix == ".parquet":
        return parquet.read_table(path).to_pylist()
    first, *rest = csv.reader(path.read_text(encoding="utf-8").splitlines())
    named = [dictionary.table(path.stem).column(heading).name for heading in first]
    return [dict(zip(named, cells, strict=True)) for cells in rest]


def owner_of(table, row) -> str:
    """Who hands a row in: the unit of its item, the first unit of its indicator, that of the table."""
    if table.name == "items":
        return known_items()[row["item"]].owner
    if table.name == "progress":
        return row["who"]
    if table.name == "documents":
        return LIANSHAN.find(row["indicator"]).keeper_of(row["requirement"])
    return LIANSHAN.find(row["indicator"]).owner[0] if table.name == "evidence" else table.owner


def fill(template: Path, returned: Path, rows: dict[str, list[dict]], change=None) -> None:
    """Fill in the rows by table; `change` may do something to each sheet before it is saved."""
    book = load_workbook(template)
    left = dict(rows)
    for sheet in book.worksheets:
        ids = id_row(sheet)
        if sheet.title == MARKS or TEXT_ID in ids:
            continue
        name = next(COLUMN_ID.fullmatch(i)[1] for i in ids if not i.startswith("_."))
        # Items have a second sheet, for the figures of places that have no line on the first.
        left[name] = _fill_sheet(sheet, dictionary.table(name), ids, left.get(name, []))
        if change:
            change(sheet, name)
    assert not any(left.values()), f"no line for {left}"
    returned.parent.mkdir(parents=True, exist_ok=True)
    book.save(returned)


def id_row(sheet) -> list[str]:
    """The texts of the hidden row of ids."""
    for row in sheet.iter_rows(max_row=20, values_only=True):
        texts = [str(cell or "") for cell in row]
        if sum(bool(COLUMN_ID.fullmatch(t)) for t in texts) > 1:
            return texts
    return []


def first_line(sheet) -> int:
    """The number of the first row below the headings."""
    ids = id_row(sheet)
    rows = enumerate(sheet.iter_rows(max_row=20, values_only=True), start=1)
    return 2 + next(n for n, row in rows if [str(c or "") for c in row] == ids)


def _fill_sheet(sheet, table, ids, rows) -> list[dict]:
    """Fill in the rows, and return those for which there is no line."""
    places = {
        found[2]: place
        for place, text in enumerate(ids, start=1)
        if (found := COLUMN_ID.fullmatch(text)) and found[1] == table.name
    }
    below, no_line = sheet.max_row, []
    unused = list(range(first_line(sheet), below + 1))
    # Only a sheet of samples goes on below its lines: its columns are open throughout.
    locked = _column_locked(sheet, places)
    for row in rows:
        values = {c.name: _typed(c, row.get(c.name)) for c in table.columns}
        line = next((n for n in unused if _fits(sheet, n, places, values)), None)
        if line is None:
            if locked:
                no_line.append(row)
                continue
            line = below = below + 1
        else:
            unused.remove(line)
        for name, place in places.items():
            cell = sheet.cell(line, place)
            if values[name] is not None and not (cell.protection.locked and cell.has_style):
                # Where an item is chosen from a list, that holds its title.
                chosen = table.by_name[name].type == "item"
                cell.value = known_items()[row[name]].zh if chosen else values[name]
                if isinstance(cell.value, str):
                    cell.data_type = "s"
    return no_line


def _fits(sheet, line, places, values) -> bool:
    """Whether what is given in a line, and cannot be changed, is what the row is about."""
    for name, place in places.items():
        cell = sheet.cell(line, place)
        if cell.protection.locked and name != "position" and cell.value != values[name]:
            return False
    return True


def _column_locked(sheet, places) -> bool:
    return any(column_style(sheet, place).protection.locked for place in places.values())


def column_style(sheet, place: int):
    """The style of a whole column; neighbours that look alike share one."""
    return next(d for d in sheet.column_dimensions.values() if d.min <= place <= d.max)


def _typed(column, raw):
    """What people would type, or choose, for a raw cell."""
    if raw is None or raw == "":
        return None
    if column.type == "number":
        return float(raw) if f"{float(raw):.15g}" == str(raw) or isinstance(raw, float) else raw
    if column.type == "year":
        return int(raw)
    if column.type in ("date", "time") and column.month != "meant":
        return raw if isinstance(raw, datetime) else datetime.fromisoformat(raw)
    if column.type == "yesno":
        return YES[raw]
    labels = {code: label for label, code in column.choices("zh").items()}
    return labels.get(raw, raw)
