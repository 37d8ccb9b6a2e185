"""Many series at once: the same numbers as one by one, with and without numba."""

import math

import numpy as np
import pytest

from ecolib.errors import DataError, ParamsError
from ecolib.trends import mann_kendall, mann_kendall_stack, pairs

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
