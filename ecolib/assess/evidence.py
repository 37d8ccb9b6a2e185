"""What documents prove: the state of each requirement of an indicator, year by year.

`documented`: a row with a title and a number or date is in force; `stated`: only a row without;
`denied`: a row says that it does not hold; `absent`: no row at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from ecolib.indicators.targets import Assigned, Both, Either, InPlace, Target, WhereGiven


def requirements_of(target: Target) -> Mapping[str, tuple[str, str]]:
    """The requirements named anywhere in a target, in order."""
    match target:
        case InPlace():
            return target.requirements
        case Both() | Either():
            return {**requirements_of(target.first), **requirements_of(target.second)}
        case WhereGiven():
            return requirements_of(target.target)
        case Assigned(otherwise) if otherwise is not None:
            return requirements_of(otherwise)
        case _:
            return {}


def states(
    documents: pd.DataFrame, requirements: Iterable[str], years: Iterable[int]
) -> pd.DataFrame:
    """States by year (index) and requirement (columns)."""
    table = {
        key: [_state(_in_force(documents, key, year)) for year in years] for key in requirements
    }
    return pd.DataFrame(table, index=pd.Index(years, name="year"), dtype=object)


def _state(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "absent"
    if not rows["holds"].astype(bool).all():
        return "denied"
    proved = rows["title"].notna() & (rows["number"].notna() | rows["date"].notna())
    return "documented" if proved.any() else "stated"


def _in_force(documents: pd.DataFrame, requirement: str, year: int) -> pd.DataFrame:
    """A row with a year speaks for that year alone; one without from its date to its end."""
    rows = documents[documents["requirement"] == requirement]
    dated = pd.to_numeric(rows["date"].astype("string").str[:4], errors="coerce")
    begins = pd.concat([dated, rows["valid_from"].astype(float)], axis=1).max(axis=1)
    begins = begins.fillna(rows["submitted"])
    standing = (begins <= year) & ~(rows["valid_to"].astype(float) < year)
    own_year = rows["year"].astype(float)
    return rows[(own_year == year) | (own_year.isna() & standing)]
