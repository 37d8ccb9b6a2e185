"""Remarks on the data, and what is left of a table once it has been checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import pandas as pd

from ecolib.data.dictionary import Table


@dataclass(frozen=True)
class Issue:
    """One remark on the data, placed to the cell; `severity` is error, warning or note."""

    file: str
    sheet: str
    cell: str
    column: str
    rule: str
    severity: str
    value: str
    message_zh: str
    message_en: str

    @property
    def args(self):
        return {"shown": self.value}

    @property
    def about(self):
        return self.column

    @property
    def source(self):
        from ecolib.texts import Source

        return Source(self.file, self.sheet, self.cell)

    def text(self, lang: str) -> str:
        return self.message_zh if lang == "zh" else self.message_en

    def asdict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class Checked:
    """The rows that fit, the remarks, and per sheet the rows read = used + refused."""

    rows: pd.DataFrame
    issues: tuple[Issue, ...]
    counts: pd.DataFrame

    @property
    def read(self) -> int:
        return int(self.counts["read"].sum())

    @property
    def refused(self) -> int:
        return int(self.counts["refused"].sum())

    def leaving_out(self, dropped: int) -> Checked:
        """The same rows, with those counted as read and refused that were left out before."""
        counts = self.counts.copy()
        counts[["read", "refused"]] += dropped
        return replace(self, counts=counts)


#: Of remarks of one kind on one column of a sheet, only this many are listed one by one.
LISTED = 1000


def folded(issues: Sequence[Issue]) -> list[Issue]:
    """The remarks of a sheet, a flood of one kind ended by a remark on how many more there are."""
    kept: list[Issue] = []
    floods: dict[tuple[str, str], list[Issue]] = {}
    for issue in issues:
        flood = floods.setdefault((issue.rule, issue.column), [])
        flood.append(issue)
        if len(flood) <= LISTED:
            kept.append(issue)
    return kept + [_rest(flood[LISTED:]) for flood in floods.values() if len(flood) > LISTED]


def _rest(rest: Sequence[Issue]) -> Issue:
    first, count = rest[0], len(rest)
    return replace(
        first,
        value=str(count),
        message_zh=f"自 {first.cell} 起另有 {count} 处同样的问题，首处：{first.message_zh}",
        message_en=f"{count} more like this from {first.cell} on, the first: {first.message_en}",
    )


COUNTS = ["file", "sheet", "table", "read", "used", "refused"]


def gather(table: Table, checked: Sequence[Checked]) -> Checked:
    """Several sheets of one table as one; what a later folder restates is used as restated."""
    columns = [*columns_of(table), "file", "sheet", "row", "handed_in"]
    frames = [c.rows for c in checked if len(c.rows)]
    rows = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
    issues = [issue for c in checked for issue in c.issues]
    # Items are left alone: a figure without a year is of its folder's year, see `figures`.
    if table.key and table.name != "items":
        rows = _latest(rows, table, issues)
    counts = [c.counts for c in checked]
    joined = pd.concat(counts, ignore_index=True) if counts else pd.DataFrame(columns=COUNTS)
    return Checked(rows, tuple(issues), joined)


def _latest(rows: pd.DataFrame, table: Table, issues: list[Issue]) -> pd.DataFrame:
    """One row a key, the one handed in last; a row that says something else is listed."""
    key = list(table.key)
    rows = rows.sort_values("handed_in", kind="stable")
    kept = rows.drop_duplicates(key, keep="last")
    earlier = rows.drop(kept.index)
    said = [c.name for c in table.columns if c.name not in (*key, "unit", "position", "note")]
    pairs = earlier.merge(kept, on=key, suffixes=("_before", ""))
    same = pd.Series(True, index=pairs.index)
    for name in said:
        old, new = pairs[f"{name}_before"], pairs[name]
        same &= (old == new) | (old.isna() & new.isna())
    for pair in pairs[~same].itertuples():
        shown = "、".join(str(getattr(pair, k)) for k in key)
        issues.append(
            Issue(
                pair.file,
                pair.sheet,
                f"A{pair.row}",
                "",
                "restated",
                "warning",
                shown,
                f"{shown} 已在 {pair.file_before} 中填报，内容不同，采用后填报的一行",
                f"{shown} was handed in otherwise in {pair.file_before}; the later row is used",
            )
        )
    return kept.sort_index()


def columns_of(table: Table) -> list[str]:
    """The columns of a checked table; `printed` beside a `value` is the figure as it was written."""
    names = [c.name for c in table.columns]
    return [*names, "printed"] if "value" in names else names
