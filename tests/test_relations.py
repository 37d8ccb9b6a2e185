"""Relations between items: only items that exist, amounts that can be compared, true of the demo."""

from __future__ import annotations

import pytest

from ecolib.data import dictionary
from ecolib.data.dictionary import AtMost, Balance, relations

RELATIONS = [*relations().at_most, *relations().balances]


def names(relation: AtMost | Balance) -> list[str]:
    if isinstance(relation, Balance):
        return [relation.stock, *relation.inflow, *relation.outflow]
    return [*relation.parts, *relation.whole]


@pytest.mark.parametrize("relation", RELATIONS, ids=lambda r: "-".join(names(r)))
def test_compares_known_items_of_one_dimension_in_both_languages(relation):
    dimensions = {dictionary.units()[dictionary.items()[n].unit].dimension for n in names(relation)}
    assert len(dimensions) == 1
    assert relation.zh and relation.en and relation.zh != relation.en


def test_no_relation_is_written_twice():
    said = [(frozenset(names(r)), getattr(r, "lag", 0)) for r in RELATIONS]
    assert len(said) == len(set(said))


def test_hazardous_waste_used_may_exceed_what_the_year_generated():
    # Earlier stock counts as used, so used <= generated would be wrong; see items.csv.
    pairs = {(r.parts, r.whole) for r in relations().at_most}
    assert (("hw_used_disposed",), ("hw_generated",)) not in pairs
    assert (("hw_used_disposed",), ("hw_generated", "hw_prior_used_disposed")) in pairs


def test_stock_used_is_held_against_the_stock_of_the_year_before():
    (lagged,) = (r for r in relations().at_most if r.lag)
    assert (lagged.parts, lagged.whole, lagged.lag) == (
        ("hw_prior_used_disposed",),
        ("hw_stored",),
        1,
    )


def test_the_stock_of_hazardous_waste_balances():
    (balance,) = relations().balances
    assert (balance.stock, balance.inflow, balance.outflow) == (
        "hw_stored",
        ("hw_generated",),
        ("hw_used_disposed",),
    )
