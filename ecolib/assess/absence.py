"""What a county-year has nothing of: data, a folder of the year, targets handed down, a base year.

And targets that can hardly be meant: 0.9 for a share in %.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecolib.assess.case import Case
from ecolib.files import without_data
from ecolib.indicators.targets import Assigned, Limit, forms_of
from ecolib.texts import Name, Note


def absences(case: Case) -> Iterator[Note]:
    """A remark for each, the gravest first; `Case.issues` say what is wrong with what is there."""
    nothing = without_data(case.root, case.county, case.year)
    if nothing is not None:
        yield nothing
    yield from _without_target(case)
    yield from _as_fraction(case)
    base_year = case.params.county.base_year
    known = (figures.years for figures in case.submitted.figures.values())
    if base_year < case.year and not any(base_year in years for years in known):
        source = f"params/{case.county}.yml: county.base_year"
        yield Note("absent.base_year", severity="warning", source=source, year=base_year)


def _without_target(case: Case) -> Iterator[Note]:
    """A remark for each indicator that can be judged only by a target that is not in the parameters."""
    params = case.params
    for entry in case.list.values():
        alone = any(form == Assigned() for form in forms_of(entry.target))
        stated = params.assignment(entry.id, case.year) or params.none_assigned(entry.id, case.year)
        spared = {entry.id, entry.group} & params.not_applicable.keys()
        if alone and not spared and not stated:
            yield Note(
                "absent.target",
                severity="warning",
                about=entry.id,
                source=f"params/{case.county}.yml: assigned.{entry.id}.{case.year}",
                number=entry.number,
                indicator=Name("indicator", entry.id),
                year=case.year,
                sense=Name("sense", entry.sense),
            )


def _as_fraction(case: Case) -> Iterator[Note]:
    """A remark for each share of the year whose target looks like 0.9 for 90 %."""
    for entry in (e for e in case.list.values() if e.bounds == (0, 100)):
        given = case.params.assignment(entry.id, case.year)
        where = f"lists/{case.list.name}.yml: indicators.{entry.id}"
        limits = (f for f in forms_of(entry.target) if isinstance(f, Limit))
        bounds = [(where, limit.bound) for limit in limits if limit.unit in (None, "%")]
        if given is not None and given.measure == "level":
            bounds.insert(0, (f"{case.county}.yml: assigned.{entry.id}.{case.year}", given.value))
        for source, value in bounds:
            if 0 < value <= 1:
                yield Note(
                    "doubtful_target",
                    severity="warning",
                    about=entry.id,
                    source=f"params/{source}",
                    indicator=Name("indicator", entry.id),
                    year=case.year,
                    value=value,
                    percent=100 * value,
                )
