"""Many series at once: the same numbers as one by one, with and without numba."""

import math

import numpy as np
import pytest
from scipy.stats import false_discovery_control

from ecolib.errors import DataError, ParamsError
from ecolib.trends import (
    false_discovery,
    mann_kendall,
    mann_kendall_stack,
    pairs,
    pettitt,
    pettitt_stack,
    spearman,
    spearman_stack,
)

FIELDS = (
    "n", "s", "var_s", "z", "p", "tau", "slope", "slope_low", "slope_high", "smallest_p", "status",
)  # fmt: skip


def maps(kind, n):
    rng = np.random.default_rng(n)
    values = rng.normal(size=(n, 4, 5))
    if kind == "ties":
        values = rng.integers(0, 6, (n, 4, 5)).astype(float)
    if kind == "gaps":
        values = values.round(1)
        values[rng.random(values.shape) > 0.6] = math.nan
        values[:, 0, 0], values[:, 0, 1] = math.nan, 3.0
    return np.sort(rng.choice(np.arange(1900, 2060), n, replace=False)), values


@pytest.fixture(params=["numpy", "compiled"])
def _kernel(request, monkeypatch):
    if request.param == "numpy":
        monkeypatch.setattr(pairs, "compiled", lambda: None)
    elif pairs.compiled() is None:
        pytest.skip("numba (extra fast) is not installed")


@pytest.mark.usefixtures("_kernel")
@pytest.mark.parametrize("kind", ["plain", "ties", "gaps"])
@pytest.mark.parametrize("n", [1, 2, 3, 7, 20, 130])
def test_each_cell_is_the_single_series(kind, n):
    years, values = maps(kind, n)
    for alternative in ("two-sided", "less"):
        stack = mann_kendall_stack(years, values, axis=0, better="up", alternative=alternative)
        for cell in np.ndindex(4, 5):
            one = mann_kendall(
                years, values[(slice(None), *cell)], better="up", alternative=alternative
            )
            for name in FIELDS:
                ours, single = getattr(stack, name)[cell], getattr(one, name)
                if name == "status":
                    assert ours == single
                else:
                    assert ours == pytest.approx(single, rel=1e-12, abs=0, nan_ok=True), name
            assert stack.exact[cell] == (one.method == "mann_kendall_exact")


@pytest.mark.parametrize("n", [2, 9, 20, 21])
def test_compiled_slopes_are_identical(n):
    if pairs.compiled() is None:
        pytest.skip("numba (extra fast) is not installed")
    years, values = maps("gaps", n)
    layers = np.ascontiguousarray(values.reshape(n, -1))
    ours = np.empty((layers.shape[1], n * (n - 1) // 2))
    pairs.compiled()(years.astype(float), np.ascontiguousarray(layers.T), ours)
    plain = (layers[None] - layers[:, None])[np.triu_indices(n, 1)] / np.subtract.outer(
        years, years
    ).T[np.triu_indices(n, 1)].reshape(-1, 1)
    assert np.array_equal(np.sort(ours, axis=1), np.sort(plain.T, axis=1), equal_nan=True)


def test_any_axis_any_order_of_years_any_number_type():
    years, values = maps("ties", 12)
    first = mann_kendall_stack(years, values, axis=0)
    last = mann_kendall_stack(years, np.moveaxis(values, 0, -1))
    middle = mann_kendall_stack(years, np.moveaxis(values, 0, 1), axis=1)
    mixed = np.random.default_rng(0).permutation(12)
    shuffled = mann_kendall_stack(years[mixed], values[mixed], axis=0)
    integers = mann_kendall_stack(years, values.astype(np.int16), axis=0)
    for other in (last, middle, shuffled, integers):
        for name in FIELDS:
            assert np.array_equal(getattr(first, name), getattr(other, name)), name
    assert first.p.shape == (4, 5)


def test_more_cells_than_one_chunk():
    values = np.random.default_rng(1).integers(0, 30, (6, 40_000)).astype(float)
    stack = mann_kendall_stack(range(6), values, axis=0)
    for cell in (0, 16383, 16384, 32768, 39999):
        assert stack.p[cell] == mann_kendall(range(6), values[:, cell]).p


def test_missing_pixels_are_undetermined():
    stack = mann_kendall_stack(range(8), np.full((8, 3), math.nan), axis=0, better="up")
    assert stack.status.tolist() == ["undetermined"] * 3
    assert np.isnan(stack.slope).all() and (stack.n == 0).all()


def test_bad_input():
    with pytest.raises(DataError, match="one year of its own|needs one year"):
        mann_kendall_stack(range(3), np.zeros((4, 2)), axis=0)
    with pytest.raises(DataError, match="needs one year"):
        mann_kendall_stack((1, 1), np.zeros((2, 2)), axis=0)
    with pytest.raises(DataError, match="infinite"):
        mann_kendall_stack((1, 2), np.array([[1, math.inf], [0, 0]]), axis=0)
    with pytest.raises(ParamsError):
        mann_kendall_stack((1, 2), np.zeros((2, 2)), axis=0, alpha=2)


@pytest.mark.parametrize("kind", ["plain", "ties", "gaps"])
@pytest.mark.parametrize("n", [2, 5, 8, 20])
def test_rank_stacks_are_the_single_tests(kind, n):
    years, values = maps(kind, n)
    change = pettitt_stack(years, values, axis=0)
    for alternative in ("two-sided", "greater"):
        stack = spearman_stack(years, values, axis=0, alternative=alternative)
        for cell in np.ndindex(4, 5):
            series = values[(slice(None), *cell)]
            one = spearman(years, series, alternative=alternative)
            assert stack.p[cell] == pytest.approx(one.p, rel=1e-12, abs=0)
            assert stack.n[cell] == one.n
            if not np.isnan(stack.statistic[cell]):
                assert stack.statistic[cell] == pytest.approx(one.s, rel=1e-12, abs=1e-15)
            single = pettitt(years, series, p_by="approximation")
            assert change.statistic[cell] == single.statistic
            assert change.p[cell] == pytest.approx(single.p, rel=1e-12)
            for name in ("before", "after"):
                found, expected = getattr(change, name)[cell], getattr(single, name)
                assert found == pytest.approx(expected, nan_ok=True)


class TestManyTests:
    P = np.array([[0.001, 0.008, 0.039, 0.041], [0.042, 0.06, np.nan, 0.205]])

    @pytest.mark.parametrize(("law", "theirs"), [("independent", "bh"), ("any", "by")])
    def test_scipys_control(self, law, theirs):
        known = ~np.isnan(self.P)
        ours = false_discovery(self.P, law)
        assert np.isnan(ours[1, 2])
        assert ours[known] == pytest.approx(false_discovery_control(self.P[known], method=theirs))

    def test_by_hand(self):
        # 3 tests: 0.01 * 3 / 1 = 0.03, 0.04 * 3 / 2 = 0.06, 0.05 * 3 / 3 = 0.05, which is smaller.
        assert false_discovery([0.04, 0.01, 0.05]) == pytest.approx([0.05, 0.03, 0.05])
        assert false_discovery([0.04, 0.04]) == pytest.approx([0.04, 0.04])
        assert false_discovery([]).size == 0

    def test_few_of_the_trends_of_a_map_are_false(self):
        values = np.random.default_rng(0).normal(size=(15, 60, 60))
        values[:, :4, :50] += np.arange(15)[:, None, None]  # 200 cells of 3600
        values[3:, 5, 0] = math.nan  # three values: cannot be judged, and is not counted
        stack = mann_kendall_stack(range(15), values, axis=0, better="up")
        one_by_one, controlled = (
            np.isin(s.status, ("improving", "worsening")) for s in (stack, stack.controlled())
        )
        assert controlled[:4, :50].all()
        # At 5 % one by one more than 100 of the 3400 others; of the controlled about 5 % are false.
        assert one_by_one.sum() > 300 and controlled.sum() < 200 / 0.9
        assert stack.controlled().status[5, 0] == "undetermined"
