"""Which table a file or sheet holds: a template's ids say so, else a name that begins with the table's."""

from __future__ import annotations

from pathlib import Path

from ecolib.errors import near
from ecolib.readers import Sheet
from ecolib.tables.dictionary import table, table_names
from ecolib.tables.ids import table_by_id
from ecolib.tables.validate import Issue

#: A workbook can hold several tables, one a sheet; every other file holds one and is named for it.
WORKBOOKS = {".xlsx", ".xls"}


def table_of(sheet: Sheet) -> str | None:
    """The table of a sheet, by its ids, its name or its file's: `items-housing`, `统计项_住建`."""
    if sheet.ids:
        return table_by_id(sheet)
    labels = filter(None, (sheet.name, Path(sheet.file).stem))
    return next((name for label in labels if (name := _named(label))), None)


def may_hold(path: Path, name: str) -> bool:
    """Whether a file can hold the table, told from its name without opening it."""
    return path.suffix.lower() in WORKBOOKS or _named(path.stem) == name


def _named(label: str) -> str | None:
    for name in table_names():
        for title in (name, table(name).zh):
            rest = label.removeprefix(title)
            if rest != label and (not rest or rest[0] in "-_ （("):
                return name
    return None


def unknown_table(sheet: Sheet) -> Issue:
    """The remark on a sheet whose name is that of no table."""
    label = sheet.name or Path(sheet.file).stem
    names = table_names()
    zh, en = near(label, names)
    return Issue(
        sheet.file,
        sheet.name,
        "",
        "",
        "unknown_table",
        "error",
        label,
        f"名称“{label}”不对应任何数据表（{'、'.join(names)}），未读取{zh}",
        f"'{label}' is none of the tables ({', '.join(names)}) and was not read{en}",
    )
