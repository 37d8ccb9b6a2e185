"""Both counties give what they gave: every value, verdict, remark, need and source, without wording."""

import pytest
from counties import everything, opened
from golden import COUNTY_YEARS, differences, facts, load, name_of

SHOWN = 20


@pytest.mark.parametrize(("county", "year"), COUNTY_YEARS, ids=lambda v: str(v))
def test_a_county_gives_what_it_gave(county, year):
    found = facts(opened(county, year), everything(county, year))
    differing = list(differences(name_of(county, year), load(county, year), found))
    told = "\n".join(differing[:SHOWN])
    assert not differing, f"{len(differing)} differences, the first {SHOWN}:\n{told}"


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ({"value": 93.5}, {"value": 93.6}, ["x/value: 93.5 -> 93.6"]),
        ({"value": 0.1 + 0.2}, {"value": 0.3}, []),
        ({"value": 1}, {"value": True}, ["x/value: 1 -> true"]),
        ({"value": None}, {"value": 0.0}, ["x/value: null -> 0.0"]),
        ({"a": [1, 2]}, {"a": [1, 3, 4]}, ["x/a: 2 -> 3 values", "x/a/1: 2 -> 3"]),
        ({"a": 1}, {"b": 1}, ["x/a: gone, was 1", "x/b: new, 1"]),
        ({"a": [{"r": 1}]}, {"a": []}, ['x/a: gone {"r": 1}']),
        (
            {"a": [{"r": 1}, {"r": 2}]},
            {"a": [{"r": 2}, {"r": 1}]},
            ["x/a: the same rows in another order"],
        ),
    ],
)
def test_a_difference_is_told_with_its_place(before, now, told):
    assert list(differences("x", before, now)) == told
