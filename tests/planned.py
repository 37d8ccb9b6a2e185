"""Rows of the plan of work for a tiny county: what a test does not name is filled in."""

from ecolib.data import dictionary

FILLED = {"lead": "县水利局", "position": "here", "deadline": "2019-12-31", "term": "2019年"}


def rows(table: str, *given: dict[str, str]) -> list[tuple[str, ...]]:
    """Rows of a table as `tiny` takes them."""
    columns = [c.name for c in dictionary.table(table).columns if c.name != "note"]
    return [tuple((FILLED | row).get(c, "") for c in columns) for row in given]


def tables(**given: list[dict[str, str]]) -> dict[str, list[tuple[str, ...]]]:
    """Several tables; those without rows are left out."""
    return {name: rows(name, *these) for name, these in given.items() if these}
