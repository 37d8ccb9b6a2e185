"""Figures that may well be wrong: looked at beside each other, beside other years, beside reason.

Nothing here changes a value or a verdict: what cannot be true together is a matter for
`ecolib.checks.contradictions`. Each remark is placed to the cell it speaks of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from ecolib.checks.plausible.ceilings import beyond_reason
from ecolib.checks.plausible.copies import equal_to_target, repeated_years, same_as_another
from ecolib.checks.plausible.figures import Figures
from ecolib.checks.plausible.jumps import jumps_and_units
from ecolib.checks.plausible.relations import off_balance, parts_beyond_wholes
from ecolib.checks.plausible.scopes import scopes_changed
from ecolib.checks.plausible.years import long_before
from ecolib.data import Issue, Item
from ecolib.data.params import Params


def plausibility(
    figures: pd.DataFrame, items: Mapping[str, Item], params: Params
) -> tuple[Issue, ...]:
    """Every remark on the figures of `ecolib.data.figures.combine`, item by item."""
    return tuple(_all(Figures.of(figures, items), params))


def _all(figures: Figures, params: Params) -> Iterator[Issue]:
    checks: Iterable[Iterator[Issue]] = (
        beyond_reason(figures, params.county),
        parts_beyond_wholes(figures),
        off_balance(figures),
        scopes_changed(figures),
        jumps_and_units(figures),
        long_before(figures, params.county),
        repeated_years(figures),
        same_as_another(figures),
        equal_to_target(figures, params),
    )
    for check in checks:
        yield from check
