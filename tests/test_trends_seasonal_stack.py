"""Many seasonal Kendall tests at once say what the single ones say."""

import numpy as np
import pytest

from ecolib.errors import DataError, ParamsError
from ecolib.trends import mann_kendall_stack, seasonal_kendall, seasonal_kendall_stack

NUMBERS = ("n", "s", "var_s", "z", "p", "tau", "slope", "slope_low", "slope_high", "smallest_p")


@pytest.mark.parametrize("better", ["up", "down", None])
@pytest.mark.parametrize(
    "years", [[2019], [2019, 2020], [2010, 2013, 2014, 2020], range(2001, 2012)]
)
@pytest.mark.parametrize("missing", [0.0, 0.2, 0.7])
@pytest.mark.parametrize("law", ["independent", "correlated"])
def test_every_number_is_that_of_the_single_test(better, years, missing, law):
    random = np.random.default_rng(len(years))
    shape = 12, len(years), 12
    # Few different values, so that many are tied; the first series rises, the second falls.
    values = random.integers(0, 6, shape) * 0.1
    values[:2] += np.multiply.outer([0.5, -0.5], np.arange(len(years)))[:, :, None]
    values[random.random(shape) < missing] = np.nan
    stack = seasonal_kendall_stack(years, values, better=better, law=law)
    year, month = (part.ravel() for part in np.meshgrid(years, range(12), indexing="ij"))
    for at, own in enumerate(values.reshape(len(values), -1)):
        known = ~np.isnan(own)
        one = seasonal_kendall(
            year[known], own[known], seasons=month[known], better=better, law=law
        ).trend
        assert stack.status[at] == one.status
        for name in NUMBERS:
            assert getattr(stack, name)[at] == pytest.approx(
                getattr(one, name), rel=1e-12, nan_ok=True
            )


def test_nothing_to_test():
    stack = seasonal_kendall_stack([], np.empty((0, 0, 12)), better="up")
    assert stack.status.shape == (0,)
    alone = seasonal_kendall_stack([2019, 2020], np.full((1, 2, 12), np.nan), better="up")
    assert (alone.status.tolist(), alone.n.tolist()) == (["undetermined"], [0])


@pytest.mark.parametrize(
    ("years", "values", "options"),
    [
        ([2019, 2019], np.zeros((1, 2, 4)), {}),
        ([2019.2, 2019.7], np.zeros((1, 2, 4)), {}),
        ([2019, 2020], np.zeros((1, 3, 4)), {}),
        ([2019, 2020], np.zeros((2, 2)), {}),
        ([2019, 2020], np.full((1, 2, 4), np.inf), {}),
        ([2019, 2020], np.zeros((1, 2, 4)), {"alpha": 5}),
        ([2019, 2020], np.zeros((1, 2, 4)), {"better": "higher"}),
    ],
)
def test_what_the_single_test_refuses_is_refused(years, values, options):
    with pytest.raises((DataError, ParamsError)):
        seasonal_kendall_stack(years, values, **options)


@pytest.mark.parametrize("value", ["a", 1e200, np.inf])
def test_a_stack_refuses_the_numbers_that_the_single_test_refuses(value):
    with pytest.raises(DataError):
        mann_kendall_stack([2018, 2019, 2020], np.array([[1.0, 2.0, value]]))
