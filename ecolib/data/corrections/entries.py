"""The entries of a `corrections.yml`, checked as a whole before any of them is applied."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError

from ecolib.data import Column, Table, dictionary
from ecolib.data.cells import parser_of
from ecolib.data.params import Named, problems_of, read_yaml
from ecolib.errors import DataError, ParamsError, Problem, near

#: Conditions that place a row in its file rather than speak of what it says.
PLACES = ("file", "sheet", "row")
Cell = bool | int | float | str | datetime.date


class Correction(BaseModel):
    """One entry: in the rows of `table` that fit `rows`, `column` must say `expect`; then `do`.

    What could not be read is expected as it stands there, "约86".
    `drop` leaves the rows out; `set` puts `value` in the cell, in the row's own unit; `scale`
    multiplies the number by `value`; `flag` keeps the cell and adds a warning.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str
    rows: dict[str, Cell | None]
    column: str
    do: Literal["drop", "set", "scale", "flag"]
    value: Cell | None = None
    expect: Cell | None
    reason: Named
    source: Named
    date: datetime.date


def load_corrections(
    path: Path, known: Mapping[str, Collection[str]]
) -> dict[str, tuple[tuple[str, Correction], ...]]:
    """The entries of a file by table, each with the name it goes by in messages; {} without a file.

    Parameters
    ----------
    known
        For the column types "item" and "indicator", the names that exist.

    Raises
    ------
    DataError
        With every problem: entry, key, what was found, what would be right.
    """
    if not path.is_file():
        return {}
    try:
        data = read_yaml(path)
    except ParamsError as error:
        raise DataError(error.problems) from None
    problems = [
        Problem(
            f"{path.name}: {key}", "只能有 corrections 一项", "only 'corrections' may stand here"
        )
        for key in data
        if key != "corrections"
    ]
    given = data.get("corrections") or []
    if not isinstance(given, list):
        problems.append(Problem(path.name, "corrections 应为列表", "corrections must be a list"))
        given = []
    by_table: dict[str, tuple[tuple[str, Correction], ...]] = {}
    for number, entry in enumerate(given, start=1):
        name = f"{path.name} #{number}"
        try:
            correction = Correction.model_validate(entry)
        except ValidationError as error:
            problems += problems_of(f"{name}: ", error, list(Correction.model_fields))
            continue
        problems += _problems(name, correction, known)
        by_table[correction.table] = (*by_table.get(correction.table, ()), (name, correction))
    if problems:
        raise DataError(problems)
    return by_table


def no_such_row(entry: tuple[str, Correction]) -> Problem:
    """What to say of an entry that fits no row of any year."""
    name, correction = entry
    said = ", ".join(f"{key}: {value}" for key, value in correction.rows.items())
    return Problem(
        f"{name}: rows",
        f"表“{dictionary.table(correction.table).zh}”里没有 {said} 的行",
        f"no row of table '{dictionary.table(correction.table).en}' has {said}",
    )


def _problems(name: str, entry: Correction, known) -> list[Problem]:
    """What cannot be right about an entry whatever the data say."""
    if entry.table not in dictionary.table_names():
        return [_unknown(f"{name}: table", entry.table, dictionary.table_names())]
    table = dictionary.table(entry.table)
    if not entry.rows:
        return [Problem(f"{name}: rows", "没有说是哪些行", "does not say which rows")]
    headings = [n for c in table.columns for n in c.names()]
    problems = [
        _unknown(f"{name}: rows.{key}", key, [*headings, *PLACES])
        for key in entry.rows
        if key not in PLACES and table.column(key) is None
    ]
    cells = {f"rows.{key}": (table.column(key), v) for key, v in entry.rows.items()}
    column = table.column(entry.column)
    if column is None:
        problems.append(_unknown(f"{name}: column", entry.column, headings))
    else:
        if entry.do == "scale":
            cells["expect"] = (column, entry.expect)
        if entry.do == "set":
            cells["value"] = (column, entry.value)
        problems += _value_problems(name, entry, column)
    for key, (of, cell) in cells.items():
        if of is not None and (problem := _unreadable(f"{name}: {key}", of, cell, known)):
            problems.append(problem)
    return problems


def _value_problems(name: str, entry: Correction, column: Column) -> list[Problem]:
    where = f"{name}: value"
    if entry.do in ("drop", "flag") and entry.value is not None:
        return [Problem(where, f"{entry.do} 不用 value", f"'{entry.do}' takes no value")]
    if entry.do == "set" and entry.value is None:
        zh, en = (
            "set 要写 value；要去掉这一行用 drop",
            "'set' needs a value; 'drop' leaves a row out",
        )
        return [Problem(where, zh, en)]
    if entry.do != "scale":
        return []
    if column.type != "number":
        zh, en = f"“{column.zh}”不是数字，不能 scale", f"'{column.en}' is no number to scale"
        return [Problem(f"{name}: column", zh, en)]
    value = entry.value
    if entry.expect is None:
        zh, en = "scale 的 expect 应为数字", "'scale' must expect a number"
        return [Problem(f"{name}: expect", zh, en)]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e18:
        zh, en = (
            f"scale 的 value 应为正数，不是 {value!r}",
            f"needs a positive number, not {value!r}",
        )
        return [Problem(where, zh, en)]
    return []


def _unreadable(where: str, column: Column, value, known) -> Problem | None:
    try:
        typed(column, value, known)
    except ValidationError as error:
        said = error.errors()[0]
        context = said.get("ctx", {})
        return Problem(where, context.get("zh", said["msg"]), context.get("en", said["msg"]))
    return None


def typed(column: Column, value: object, known: Mapping[str, Collection[str]]) -> Any:
    """A value of an entry as its column's cells are read."""
    return _reader(column).validate_python(value, context=known)


@cache
def _reader(column: Column) -> TypeAdapter:
    return TypeAdapter(Annotated[Any, BeforeValidator(parser_of(column))])


def _unknown(where: str, name: str, names: Collection[str]) -> Problem:
    zh, en = near(name, names)
    return Problem(where, f"没有“{name}”{zh}", f"there is no '{name}'{en}")


def figure_column(table: Table) -> Column | None:
    """The number that a table keeps in a unit of its own, if it has a unit column."""
    if not any(c.type == "unit" for c in table.columns):
        return None
    return next((c for c in table.columns if c.type == "number"), None)
