"""What times may be, and what of a series is missing: dates, masks, labels, one time for all."""

import datetime as dt
import math
from fractions import Fraction
from itertools import combinations, pairwise
from statistics import median

import numpy as np
import pandas as pd
import pytest

from ecolib.errors import DataError, ParamsError
from ecolib.trends import (
    block_bootstrap,
    buishand_u,
    hamed_rao,
    least_squares,
    mann_kendall,
    mann_kendall_stack,
    pettitt,
    pre_whitening,
    regional_kendall,
    seasonal_kendall,
    sen_slope,
    trend_free_pre_whitening,
    yue_wang,
)
from ecolib.trends.series import variance_of_s

RNG = np.random.default_rng(11)
MONTHS = pd.date_range("2008-01-01", periods=144, freq="MS")
ALIKE = np.repeat(RNG.normal(size=12), 12) + 0.3 * RNG.normal(size=144)


class TestYearsOfGroups:
    """Covariances between seasons are between values of one year, whatever their days."""

    @pytest.mark.parametrize(
        "times",
        [
            MONTHS,
            MONTHS.to_pydatetime(),
            MONTHS.year + (MONTHS.month - 1) / 12,
            MONTHS.to_period("M"),
        ],
    )
    def test_dates_and_decimal_years_belong_to_their_year(self, times):
        by_year = seasonal_kendall(MONTHS.year, ALIKE, seasons=MONTHS.month, law="correlated").trend
        found = seasonal_kendall(times, ALIKE, seasons=MONTHS.month, law="correlated").trend
        # Independent months have 12 * 12 * 11 * 29 / 18 = 2552.
        assert by_year.var_s > 10 * 2552
        assert (found.s, found.var_s, found.p) == (by_year.s, by_year.var_s, by_year.p)

    def test_sites_sampled_on_different_days(self):
        years, sites = np.repeat(np.arange(2005, 2020), 4), np.tile(list("abcd"), 15)
        values = np.repeat(RNG.normal(size=15), 4) + 0.1 * RNG.normal(size=60)
        whole = regional_kendall(years, values, sites=sites, law="correlated").trend
        days = years + np.tile([0.1, 0.3, 0.5, 0.7], 15)
        assert (
            regional_kendall(days, values, sites=sites, law="correlated").trend.var_s == whole.var_s
        )

    def test_two_values_of_one_season_and_year_are_refused(self):
        dates = ["2010-01-05", "2010-01-20", "2011-01-05"]
        with pytest.raises(DataError, match="2010"):
            seasonal_kendall(np.array(dates, "datetime64[D]"), [1, 2, 3], seasons=[1, 1, 1])

    def test_independence_is_told(self):
        for law, told in (("independent", True), ("exact", True), ("correlated", False)):
            trend = seasonal_kendall(MONTHS, ALIKE, seasons=MONTHS.month, law=law).trend
            assert ("independent" in trend.explain("en")) == told


@pytest.mark.parametrize(
    "times",
    [
        [dt.date(2010 + i, 7, 1) for i in range(6)],
        [dt.datetime(2010 + i, 7, 1) for i in range(6)],
        [pd.Timestamp(2010 + i, 7, 1) for i in range(6)],
        pd.Series(pd.to_datetime([f"{2010 + i}-07-01" for i in range(6)])).dt.tz_localize(
            "Asia/Shanghai"
        ),
        pd.PeriodIndex([f"{2010 + i}-07" for i in range(6)], freq="M"),
    ],
)
def test_kinds_of_dates(times):
    found = sen_slope(times, [1, 2, 4, 3, 5, 6])
    expected = sen_slope(
        np.array([f"{2010 + i}-07-01" for i in range(6)], "datetime64[D]"), [1, 2, 4, 3, 5, 6]
    )
    assert found == expected
    assert found.at(2010 + 181 / 365) == pytest.approx(
        expected.intercept_sen + expected.slope * (2010 + 181 / 365)
    )


def test_dates_of_any_kind_have_months():
    """Five years of months, given in every way, are one series (the law is that of `monthly_law`)."""
    months, y = pd.date_range("2015-01-01", periods=60, freq="MS"), RNG.normal(size=60)
    plain = seasonal_kendall(months.year, y, seasons=months.month, law="correlated").trend.p
    kinds = (months, pd.Series(months), months.to_numpy(), list(months.date), months.to_period("M"),
             months.tz_localize("Asia/Shanghai"))  # fmt: skip
    for dates in kinds:
        assert seasonal_kendall(dates, y).trend.p == plain
    with pytest.raises(DataError, match="a year is missing"):
        seasonal_kendall([pd.NaT, *months[1:]], y)


def test_a_dictionary_by_year():
    by_year = {2015: 3.0, 2016: 4.0, 2017: 6.0, 2018: 7.5, 2019: 9.0, 2020: math.nan}
    found = mann_kendall(by_year.keys(), by_year.values())
    assert (found.n, found.s, found.missing) == (5, 10, 1)


def test_a_missing_date_is_refused():
    for times in (
        [dt.date(2010, 1, 1), None],
        [dt.date(2010, 1, 1), pd.NaT],
        [dt.date(2010, 1, 1), 5],
    ):
        with pytest.raises(DataError, match="missing"):
            mann_kendall(times, [1, 2])
    with pytest.raises(DataError, match="missing"):
        mann_kendall(np.ma.masked_equal([2010, 2011], 2011), [1, 2])


class TestMasks:
    def test_one_series(self):
        masked = np.ma.masked_values([1.0, 2, -9999, 4, 5, 6, 7, 8], -9999)
        found = mann_kendall(range(8), masked)
        # 7 rising values: S = 21 and p = 2 / 7!.
        assert (found.n, found.missing, found.s, found.p) == (7, 1, 21, pytest.approx(2 / 5040))

    @pytest.mark.parametrize("kind", [int, np.float32, float])
    def test_stacks(self, kind):
        masked = np.ma.masked_equal(np.array([[1, 2, 3, 4, 5, 6, 7, -9999]], dtype=kind), -9999)
        assert mann_kendall_stack(range(8), masked).s.tolist() == [21]


class TestLabels:
    @pytest.mark.parametrize("gone", [np.nan, None, pd.NA])
    def test_a_value_without_a_label_is_missing(self, gone):
        found = seasonal_kendall(
            range(1, 7), range(6), seasons=np.array([1, 1, 1, gone, gone, gone], dtype=object)
        )
        assert (found.trend.n, found.trend.missing, found.groups) == (3, 3, (1,))
        sites = pd.Series(["a", "a", "a", gone, gone, gone], dtype=object)
        found = regional_kendall([1, 2, 3, 1, 2, 3], [1, 2, 3, 3, 2, 1], sites=sites)
        assert (found.trend.s, found.trend.missing, found.groups) == (3, 3, ("a",))

    def test_no_label_at_all(self):
        assert seasonal_kendall([1, 2], [1, 2], seasons=[np.nan, np.nan]).trend.missing == 2


class TestOneTime:
    def test_nothing_is_said_of_a_trend(self):
        for found in (
            mann_kendall([2020] * 6, [1, 2, 3, 4, 5, 6]),
            seasonal_kendall([2020] * 6, [1, 2, 3, 4, 5, 6], seasons=range(6)).trend,
            seasonal_kendall(range(6), [1, 2, 3, 4, 5, 6], seasons=range(6)).trend,
        ):
            assert (found.status, found.reason) == ("undetermined", "no_pairs")
            assert "equal" not in found.explain("en")

    def test_equal_values_are_no_trend(self):
        assert mann_kendall(range(6), [2] * 6).reason == "constant"

    def test_hours_are_times(self):
        hours = pd.date_range("2020-01-01", periods=48, freq="h")
        # 48 rising values: 48 * 47 / 2 pairs; the last at (47 / 24) / 366 = 0.0054 of the year.
        found = mann_kendall(hours, range(48))
        assert found.s == 1128
        assert found.explain("en").startswith("2020–2020.0054: 48 values")


@pytest.mark.parametrize(
    "times",
    [
        pd.date_range("2010-01-01", periods=60, freq="MS"),
        pd.date_range("2010-01-31", periods=60, freq="ME"),
        pd.date_range("2019-12-01", periods=60, freq="D"),
        pd.date_range("2019-12-30", periods=60, freq="h"),
        pd.date_range("1990-07-01", periods=60, freq="YS-JUL"),
    ],
)
def test_steps_of_the_calendar_are_even(times):
    values = np.cumsum(np.random.default_rng(2).normal(size=60))
    for test in (hamed_rao, yue_wang, pre_whitening, trend_free_pre_whitening, block_bootstrap):
        dated, plain = test(times, values), test(range(60), values)
        assert dated.reason != "uneven_times"
        if test in (pre_whitening, block_bootstrap):  # what detrends follows the real days
            assert dated.p == plain.p
        assert test(times.delete(30), np.delete(values, 30)).reason == "uneven_times"


def exact_hamed_rao_variance(values):
    """var S of Hamed & Rao with detrended values and their ranks in rational numbers."""
    n, y = len(values), [Fraction(v) for v in values]
    slope = median((y[j] - y[i]) / (j - i) for i, j in combinations(range(n), 2))
    rest = [v - slope * t for t, v in enumerate(y)]
    ranks = np.array([sum(a < b for a in rest) + (rest.count(b) + 1) / 2 for b in rest])
    d = ranks - ranks.mean()
    total = 0.0
    for k in range(1, n):
        r = float(d[k:] @ d[:-k]) / float(d @ d)
        total += (n - k) * (n - k - 1) * (n - k - 2) * r * (abs(r) > 1.959963984540054 / n**0.5)
    ties = np.unique(values, return_counts=True)[1]
    plain = (n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    return plain * (1 + 2 * total / (n * (n - 1) * (n - 2)))


class TestTiesOfDetrendedValues:
    X = (3, 3, 5, 0, 5, 3, 6, 7, 1, 4, 3, 5, 2, 3, 3, 9, 7, 8, 6, 5, 3, 9, 6, 7, 6)

    @pytest.mark.parametrize("unit", [1, 3, 1000])
    def test_no_unit_changes_p(self, unit):
        found = hamed_rao(range(25), [unit * v for v in self.X])
        assert found.var_s == pytest.approx(exact_hamed_rao_variance(self.X), rel=1e-12)
        assert found.p == pytest.approx(0.0197, abs=5e-5)

    def test_whole_numbers_against_rational_ones(self):
        random = np.random.default_rng(4)
        for _ in range(60):
            values = random.integers(0, 9, random.integers(10, 30)).tolist()
            expected = exact_hamed_rao_variance(values)
            if expected > 0:
                found = hamed_rao(range(len(values)), values).var_s
                assert found == pytest.approx(expected, rel=1e-9)


def test_whitened_whole_numbers_against_rational_ones():
    def lag_one(values):
        d = [v - sum(values) / len(values) for v in values]
        return sum(a * b for a, b in pairwise(d)) / sum(a * a for a in d)

    random = np.random.default_rng(5)
    for _ in range(60):
        whole = random.integers(0, 9, random.integers(8, 26)).tolist()
        n, y = len(whole), [Fraction(v) for v in whole]
        slope = median((y[j] - y[i]) / (j - i) for i, j in combinations(range(n), 2))
        rest = [v - slope * t for t, v in enumerate(y)]
        r1 = lag_one(rest)
        white = [b - r1 * a + slope * t for t, (a, b) in enumerate(pairwise(rest), start=1)]
        expected = sum((b > a) - (b < a) for a, b in combinations(white, 2))
        assert trend_free_pre_whitening(range(n), whole).s == expected


@pytest.mark.parametrize(
    "call",
    [
        lambda x, y: pettitt(x, y, p_by="permutation", draws=-5),
        lambda x, y: pettitt(x, y, p_by="permutation", draws=0),
        lambda x, y: buishand_u(x, y, draws=0),
        lambda x, y: hamed_rao(x, y, lags=-1),
        lambda x, y: hamed_rao(x, y, lags=2.5),
        lambda x, y: least_squares(x, y, lags=100),
        lambda x, y: least_squares(x, y, lags=-1),
        lambda x, y: block_bootstrap(x, y, block=100),
        lambda x, y: block_bootstrap(x, y, block=0),
        lambda x, y: block_bootstrap(x, y, draws=0),
        lambda x, y: pettitt(range(19), range(19), p_by="exact"),
    ],
)
def test_numbers_of_draws_lags_and_steps_are_checked(call):
    with pytest.raises(ParamsError, match=r"whole number|at most 18"):
        call(range(20), np.arange(20.0) ** 2)


def test_no_lags_correct_nothing():
    values = np.cumsum(np.random.default_rng(1).normal(size=30))
    assert hamed_rao(range(30), values, lags=0).p == mann_kendall(range(30), values, law="normal").p


def test_a_very_large_group_of_ties_has_no_variance():
    # 3 million equal values leave no order: the cube of their number does not fit 64 bits.
    assert variance_of_s(3_000_000, np.array([3_000_000]), np.ones(3_000_000, dtype=int)) == 0


def test_a_level_series_has_no_negative_zero():
    assert str(sen_slope(range(700), [-1.0] * 700).slope) == "0.0"


@pytest.mark.parametrize("scale", [1e-320, 1e-300, 1e149])
def test_extreme_units_give_no_errors(scale):
    values = [scale * k for k in (1, 2, 4, 3, 5, 7, 6, 8)]
    assert mann_kendall(range(8), values).s == 24
    with np.errstate(all="raise", under="ignore"):
        pre_whitening(range(8), values)
        least_squares(range(8), values)


def test_values_too_large_to_square_are_refused():
    with pytest.raises(DataError, match="1e150"):
        mann_kendall(range(3), [1, 2, 1e308])
