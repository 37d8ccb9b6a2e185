"""Odd input gives an answer with a reason from every test, never an exception or a warning; and
what the names of the package bring with them."""

import math
import subprocess
import sys
import warnings
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecolib import trends
from ecolib.errors import DataError, EcolibError
from ecolib.texts import Note

SINGLE = (
    trends.mann_kendall,
    trends.hamed_rao,
    trends.yue_wang,
    trends.pre_whitening,
    trends.trend_free_pre_whitening,
    trends.wang_swail,
    trends.block_bootstrap,
    trends.spearman,
    trends.cox_stuart,
)
CHANGES = (
    trends.pettitt,
    trends.buishand_range,
    trends.buishand_q,
    trends.buishand_u,
    trends.snht,
)


def odd_series():
    yield [], []
    yield [2010], [1.0]
    yield [2010, 2010], [2.0, 2.0]
    yield [2010] * 7, [1.0, 2, 3, 4, 5, 6, 7]
    yield [2010, 2010, 2011, 2011, 2011], [5.0, 5, 5, 5, 5]
    yield list(range(6)), [math.nan] * 6
    yield list(range(9)), [math.nan, 1, math.nan, 1, 2, 2, 1, math.nan, 1]
    yield list(range(12)), [0.1] * 11 + [0.2]
    yield list(range(8)), [1e100 * k for k in range(8)]
    yield list(range(70)), [7.0] * 70


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
@pytest.mark.parametrize(("years", "values"), list(odd_series()))
def test_every_test_answers(years, values, alternative):
    known = len(values) - int(np.isnan(values).sum())
    marks = [k % 3 == 0 for k in range(len(values))]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        results = [test(years, values, alternative=alternative, better="up") for test in SINGLE]
        results.append(trends.censored_kendall(years, values, below=marks, alternative=alternative))
    for result in results:
        assert (result.n, result.missing) == (known, len(values) - known)
        assert math.isnan(result.p) or 0 <= result.p <= 1
        assert not math.isnan(result.p) or "<" not in repr(result)  # no p is no small one
        assert result.status == "undetermined" or known >= 5
        for lang in ("zh", "en"):
            assert "nan" not in result.explain(lang)
            assert Note.from_json(result.note.to_json()).text(lang) == result.explain(lang)
            assert result.likelihood_note.text(lang)


@pytest.mark.parametrize(("years", "values"), list(odd_series()))
def test_every_change_point_test_answers(years, values):
    for test in CHANGES:
        result = test(years, values)
        assert 0 <= result.p <= 1
        assert not result.significant or result.n >= 5
        assert "nan" not in result.explain("zh") + result.explain("en")
    assert 0 <= trends.pettitt(years, values, p_by="permutation", draws=50).p <= 1


@pytest.mark.parametrize("unit", [2.0**-990, 2.0**-500, 2.0**300])
def test_the_unit_of_the_values_changes_no_answer(unit):
    """A power of 2 changes no digit of a value, so that p may change in none either; 2^-990 is 1e-298."""
    values = np.array([3.1, 4.2, 4.0, 5.5, 5.1, 7.3, 6.9, 8.8, 8.1, 9.7, 9.9, 11.2])
    years = range(2008, 2020)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for test in SINGLE:
            plain, scaled = test(years, values), test(years, values * unit)
            assert (scaled.p, scaled.s, scaled.status) == (plain.p, plain.s, plain.status)
            assert scaled.slope == plain.slope * unit
        for test in CHANGES:
            plain, scaled = test(years, values), test(years, values * unit)
            assert (scaled.p, scaled.k) == (plain.p, plain.k)
        plain, scaled = (trends.least_squares(years, v) for v in (values, values * unit))
        assert (scaled.p, scaled.r2) == (plain.p, plain.r2)
        assert (scaled.slope, scaled.low) == (plain.slope * unit, plain.low * unit)


def test_nothing_can_be_shown_in_a_notebook():
    assert "—–—" in trends.mann_kendall([], [])._repr_html_()
    assert trends.mann_kendall_stack([], []).status.tolist() == "undetermined"
    assert trends.mann_kendall_stack([], [[], []]).n.tolist() == [0, 0]


@pytest.mark.parametrize(("years", "values"), list(odd_series()))
def test_outlook_and_groups_answer(years, values):
    found = trends.outlook(years, values, 3, by_year=2030, better="up")
    assert math.isnan(found.confidence) or 0 <= found.confidence <= 1
    assert found.explain("zh") and found.explain("en")
    places = list(range(len(values)))
    for law in ("independent", "correlated", "exact"):
        groups = trends.seasonal_kendall(places, values, seasons=[k % 2 for k in places], law=law)
        assert 0 <= groups.trend.p <= 1


@pytest.mark.parametrize("labels", [[1, "1"], [date(2020, 1, 1), "x"], [1, None]])
def test_labels_of_different_kinds_are_told(labels):
    given = np.array(labels * 3, dtype=object)
    calls = [(trends.seasonal_kendall, "seasons"), (trends.regional_kendall, "sites")]
    for test, name in calls:
        if None in labels:  # no label at all is no kind
            assert test([1, 1, 2, 2, 3, 3], range(6), **{name: given}).trend.missing == 3
            continue
        with pytest.raises(DataError, match="different kinds"):
            test([1, 1, 2, 2, 3, 3], range(6), **{name: given})


@pytest.mark.parametrize(
    ("test", "args", "options"),
    [
        (trends.mann_kendall, (None, range(5)), {}),
        (trends.mann_kendall, (range(5), 1j * np.arange(5)), {}),
        (trends.mann_kendall, (range(5), np.arange(5).astype("timedelta64[D]")), {}),
        (trends.mann_kendall, (range(5), range(5)), {"alpha": "0.05"}),
        (trends.mann_kendall, (range(5), range(5)), {"better": np.array(["up", "up"])}),
        (trends.block_bootstrap, (range(9), range(9)), {"seed": -1}),
        (trends.snht, (range(9), range(9)), {"seed": "x"}),
        (trends.mann_kendall_stack, (range(5), 3.0), {}),
        (trends.mann_kendall_stack, (range(5), np.ones((2, 5))), {"axis": 2}),
        (trends.outlook, (range(9), range(9), math.inf), {"by_year": 20, "better": "up"}),
        (trends.outlook, (range(9), range(9), 10**400), {"by_year": 20, "better": "up"}),
        (trends.outlook, (range(9), range(9), 1e200), {"by_year": 20, "better": "up"}),
        (trends.mann_kendall_stack, (range(5), 10**400), {}),
        (trends.block_bootstrap, (range(9), range(9)), {"draws": 0}),
        (trends.outlook, (range(9), range(9), None), {"by_year": 20, "better": "up"}),
        (trends.outlook, (range(9), range(9), 5), {"by_year": [20, 21], "better": "up"}),
        (trends.mann_kendall, ([[2019, 2020], [2021]], range(2)), {}),
        (trends.mann_kendall_stack, (range(2), [[1, 2], [3]]), {}),
        (trends.seasonal_kendall, (range(2), range(2)), {"seasons": [[1, 2], [3]]}),
        (trends.seasonal_kendall, (range(2), range(2)), {"seasons": [1, 2], "law": ""}),
        (trends.mann_kendall, (range(5), range(5)), {"better": pd.NA}),
        (trends.mann_kendall, (pd.Series(range(5)),), {}),
    ],
)
def test_what_cannot_be_meant_is_told(test, args, options):
    with pytest.raises(EcolibError):
        test(*args, **options)


def test_no_variance_is_exactly_none():
    # One year and one value only: S is 0 in every order, and its variance is 0, not -1e-15.
    for n in range(2, 40):
        result = trends.mann_kendall([1] * n, [2.5] * n)
        assert (result.var_s, result.p) == (0.0, 1.0)


def loaded_by(statement):
    code = f"import sys; {statement}; print(*sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(found.stdout.split())


def test_one_test_does_not_bring_the_others():
    loaded = loaded_by("from ecolib.trends import mann_kendall, outlook; mann_kendall([1], [1])")
    assert "ecolib.trends.mann_kendall_test" in loaded
    others = ("autocorrelation", "change_points", "monotone", "seasonal", "stacks")
    assert not loaded & {f"ecolib.trends.{name}" for name in others}
    assert not loaded & {"scipy", "pandas", "numba"}


def test_no_module_takes_the_place_of_a_name():
    modules = {p.stem for p in Path(trends.__file__).parent.glob("*.py")}
    assert not modules & set(trends.__all__)
    for name in trends.__all__:
        assert callable(getattr(trends, name))
    with pytest.raises(AttributeError, match="no attribute 'mann_kendal'"):
        trends.mann_kendal  # noqa: B018
