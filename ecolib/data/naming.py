"""Which table a file or sheet holds: a template's ids say so, else a name that begins with the table's."""

from __future__ import annotations

from pathlib import Path

from ecolib.data.dictionary import table, table_names
from ecolib.data.headings import headings_found
from ecolib.data.ids import table_by_id
from ecolib.data.issues import Issue
from ecolib.data.readers import Sheet
from ecolib.errors import near

#: A workbook can hold several tables, one a sheet; every other file holds one and is named for it.
WORKBOOKS = {".xlsx", ".xlsm", ".xls"}


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
    """The remark on a sheet whose name is that of no table; its headings may tell which is meant."""
    label = sheet.name or Path(sheet.file).stem
    names = table_names()
    fits = {name: headings_found(sheet, table(name)) for name in names}
    fitting = [name for name in names if 0 < fits[name] == max(fits.values())]
    zh, en = near(label, [title for name in names for title in (name, table(name).zh)])
    if len(fitting) == 1:
        zh = f"；列名与“{table(fitting[0]).zh}”相符，如是请以它命名"
        en = f"; its headings are those of '{fitting[0]}': if so, name it that"
    return Issue(
        sheet.file,
        sheet.name,
        "",
        "",
        "unknown_table",
        "error",
        label,
        f"名称“{label}”不对应任何数据表（{'、'.join(table(n).zh for n in names)}），未读取{zh}",
        f"'{label}' is none of the tables ({', '.join(names)}) and was not read{en}",
    )
