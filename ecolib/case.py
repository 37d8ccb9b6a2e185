"""One county, one year: the data handed in up to that year, the parameters, and where results go."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from ecolib import tables
from ecolib.assess import assess
from ecolib.catalog import Indicator, find, indicators, known_items, top_level
from ecolib.errors import near
from ecolib.figures import combine, series_of
from ecolib.history import inputs_of
from ecolib.params import Params, check_year, load_params
from ecolib.readers import Sheet, read_folder
from ecolib.results import Result, to_json
from ecolib.tables import Issue

#: Set by the runner for the time of one task: the project, and a folder that is put in the place
#: of the task's own when it is finished.
ROOT_VARIABLE, FOLDER_VARIABLE = "ECOLIB_ROOT", "ECOLIB_TASK_FOLDER"


@dataclass(frozen=True)
class Case:
    """Open it with `open_case`. Nothing is read before it is asked for."""

    county: str
    year: int
    root: Path
    params: Params

    @property
    def settings(self):
        return self.params.settings

    @property
    def out(self) -> Path:
        """Where results of this county and year go; may be deleted at any time."""
        return self.root / "outputs" / self.county / str(self.year)

    @cached_property
    def sheets(self) -> tuple[tuple[int, Sheet], ...]:
        """Every sheet handed in for this year or an earlier one, with the year of its folder."""
        raw = self.root / "data" / self.county / "raw"
        folders = sorted(p for p in raw.glob("[0-9][0-9][0-9][0-9]") if int(p.name) <= self.year)
        return tuple((int(f.name), s) for f in folders for s in read_folder(f, self.root))

    @cached_property
    def _checked(self) -> tuple[dict[str, pd.DataFrame], tuple[Issue, ...], pd.DataFrame]:
        known = {"item": known_items(), "indicator": indicators()}
        unit_of = {code: item.unit for code, item in known["item"].items()}
        frames: dict[str, list[pd.DataFrame]] = {}
        issues: list[Issue] = []
        counts = []
        for handed_in, sheet in self.sheets:
            name = _table_of(sheet)
            if name is None:
                issues.append(_no_table(sheet))
                continue
            checked = tables.validate(sheet, tables.table(name), known=known, unit_of=unit_of)
            frames.setdefault(name, []).append(checked.rows.assign(handed_in=handed_in))
            issues.extend(checked.issues)
            counts.append(
                (sheet.file, sheet.name, name, checked.read, len(checked.rows), checked.refused)
            )
        joined = {name: pd.concat(parts, ignore_index=True) for name, parts in frames.items()}
        columns = ["file", "sheet", "table", "read", "used", "refused"]
        return joined, tuple(issues), pd.DataFrame(counts, columns=columns)

    def table(self, name: str) -> pd.DataFrame:
        """The checked rows of one table, over all folders up to the year."""
        empty = [c.name for c in tables.table(name).columns]
        columns = [*empty, "printed", "file", "sheet", "row", "handed_in"]
        return self._checked[0].get(name, pd.DataFrame(columns=columns))

    def issues(self) -> tuple[Issue, ...]:
        """Every remark on the data of this case."""
        return self._checked[1] + self.figures_and_issues[1]

    def files(self) -> pd.DataFrame:
        """Rows read, used and refused by file and sheet."""
        return self._checked[2]

    @cached_property
    def figures_and_issues(self) -> tuple[pd.DataFrame, tuple[Issue, ...]]:
        """One figure an item and year; see `ecolib.figures`."""
        return combine(self.table("items"), known_items())

    def series(self, item: str) -> pd.DataFrame:
        """The history of one item by year: value, half (of the last printed digit), undated."""
        return series_of(self.figures_and_issues[0], item)

    def inputs(self, indicator: str) -> dict[str, object]:
        """What the formula of an indicator would be given; absent inputs are left out."""
        return inputs_of(find(indicator), self)

    def evaluate(self, indicator: str) -> Result:
        """Compute, judge and explain one indicator (id or number)."""
        return assess(find(indicator), self)

    def evaluate_all(self) -> list[Result]:
        """All 35, in the order of the list; groups carry their parts."""
        return [self.evaluate(entry.id) for entry in top_level()]

    def owner(self, key: str, lang: str) -> str:
        """The name of a responsible unit in this county."""
        return getattr(self.params.owners.get(key) or tables.owners()[key], lang)

    def folder(self, entry: Indicator) -> Path:
        """Where the results of one indicator go."""
        return self._task_folder or self.out / "indicators" / entry.id

    @property
    def report_folder(self) -> Path:
        """Where the tables of the annual report go."""
        return self._task_folder or self.out

    @property
    def _task_folder(self) -> Path | None:
        own = os.environ.get(FOLDER_VARIABLE)
        return Path(own) if own else None

    def save(self, result: Result) -> Path:
        """Write `result.json`, before anything is drawn; returns its path."""
        path = self.folder(find(result.indicator)) / "result.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(to_json(result), encoding="utf-8", newline="\n")
        return path


def open_case(county: str, year: int, *, root: Path | str | None = None) -> Case:
    """Open a county and year.

    Parameters
    ----------
    root
        The project folder; by default the nearest folder upwards that holds `params/`.

    Raises
    ------
    ParamsError
        When the county, the year or the parameter files are not right.
    """
    base = project_root() if root is None else Path(root).resolve()
    year = check_year(year)
    params = load_params(county, base, indicators=indicators(), owners=tables.owners())
    return Case(county, year, base, params)


def project_root(start: Path | None = None) -> Path:
    """The nearest folder upwards that holds `params/defaults.yml`; else the current one."""
    if start is None and ROOT_VARIABLE in os.environ:
        return Path(os.environ[ROOT_VARIABLE])
    here = (start or Path.cwd()).resolve()
    return next((p for p in (here, *here.parents) if (p / "params/defaults.yml").is_file()), here)


def _table_of(sheet: Sheet) -> str | None:
    """The table a file or sheet holds, by its name: `items`, `items-housing`, `统计项_住建`."""
    for label in filter(None, (sheet.name, Path(sheet.file).stem)):
        for name in tables.table_names():
            for title in (name, tables.table(name).zh):
                rest = label.removeprefix(title)
                if rest != label and (not rest or rest[0] in "-_ （("):
                    return name
    return None


def _no_table(sheet: Sheet) -> Issue:
    label = sheet.name or Path(sheet.file).stem
    names = tables.table_names()
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
