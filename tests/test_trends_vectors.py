"""Trend tests against values of R packages and independent evaluations, where these are at hand."""

import json
import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from ecolib.trends import (
    buishand_q,
    buishand_range,
    buishand_u,
    cox_stuart,
    hamed_rao,
    mann_kendall,
    partial_kendall,
    pettitt,
    pre_whitening,
    regional_kendall,
    seasonal_kendall,
    sen_slope,
    snht,
    spearman,
    trend_free_pre_whitening,
    wang_swail,
    yue_wang,
)

FILE = Path(__file__).parents[1].parent / "shared/reference/trend_vectors/vectors.json"
SIDES = ("two-sided", "greater", "less")


@cache
def vectors():
    if not FILE.exists():
        pytest.skip("the shared trend vectors are not here")
    return json.loads(FILE.read_text(encoding="utf-8"))["vectors"]


def cases(kind, group):
    """(name, years, values or the vector itself, expected group) of each vector that has it."""
    for vector in vectors():
        expected = vector["expected"].get(group)
        if vector["kind"] == kind and expected and "undefined" not in expected:
            yield vector, expected


def series(vector):
    return vector["t"], np.array(vector["x"], dtype=float)


def near(value, rel=1e-9):
    return pytest.approx(value, rel=rel, abs=1e-12)


def small(p):
    """p values are compared relatively, however small."""
    return pytest.approx(p, rel=1e-9, abs=0)


def test_mann_kendall_with_the_normal_law():
    for vector, e in cases("univariate", "mk"):
        result = {a: mann_kendall(*series(vector), law="normal", alternative=a) for a in SIDES}
        both = result["two-sided"]
        assert (both.n, both.s) == (vector["expected"]["n_valid"], e["S"])
        assert both.missing == vector["expected"]["n_total"] - both.n
        assert (both.var_s, both.tau_a) == (near(e["varS"]), near(e["tau_a"]))
        if "z" in e:
            assert (both.tau, both.z) == (near(e["tau_b"]), near(e["z"]))
            assert both.p == small(e["p"])
            assert result["greater"].p == small(e["p_greater"])
            assert result["less"].p == small(e["p_less"])
        else:  # the constant series
            assert (both.p, both.status) == (1.0, "no_clear_trend")


def test_mann_kendall_with_the_exact_law():
    for vector, e in cases("univariate", "mk_exact"):
        for side, key in zip(SIDES, ("p", "p_greater", "p_less"), strict=True):
            result = mann_kendall(*series(vector), alternative=side)
            assert result.method == "mann_kendall_exact"
            assert result.p == small(e[key])


@pytest.mark.parametrize("level", [95, 90])
def test_sen_slope_and_limits(level):
    for vector, e in cases("univariate", "sen"):
        result = sen_slope(*series(vector), level=level / 100)
        assert result.slope == near(e["slope"])
        assert [result.low, result.high] == [near(limit) for limit in e[f"ci{level}"]]


def test_both_intercepts():
    for vector, e in cases("univariate", "mk_env"):
        if "intercept" in e:
            assert sen_slope(*series(vector)).intercept == near(e["intercept"])
    for vector, e in cases("univariate", "sen_zyp"):
        assert sen_slope(*series(vector)).intercept_sen == near(e["intercept"])


def test_spearman():
    for vector, e in cases("univariate", "spearman"):
        result = spearman(*series(vector))
        assert result.s == near(e["rho"])
        if result.method == "spearman_t":
            assert result.p == small(e["p_t"])
    for vector, e in cases("univariate", "spearman_exact"):
        for side, key in zip(SIDES, ("p", "p_greater", "p_less"), strict=True):
            assert spearman(*series(vector), alternative=side).p == small(e[key])


def test_cox_stuart():
    for vector, e in cases("univariate", "cox_stuart"):
        result = cox_stuart(*series(vector))
        assert (result.s + result.var_s) / 2 == e["T"]
        assert (result.var_s, result.p) == (e["n"], small(e["p"]))
        assert cox_stuart(*series(vector), alternative="greater").p == small(e["p_increasing"])
        assert cox_stuart(*series(vector), alternative="less").p == small(e["p_decreasing"])


def test_pettitt():
    for vector, e in cases("univariate", "pettitt"):
        result = pettitt(*series(vector), p_by="approximation")
        assert (result.statistic, result.p) == (e["U"], small(e["p"]))
        if "undefined" in e["K"]:
            assert result.k == ()
        else:
            assert list(result.k) == e["K"]
            assert result.before == vector["t"][e["K_original_index"][0] - 1]
    for vector, e in cases("univariate", "pettitt_exact"):
        result = pettitt(*series(vector))
        assert (result.p_by, result.p) == ("exact", small(e["p"]))


@pytest.mark.parametrize(
    ("test", "group", "key"),
    [
        (snht, "snht", "T"),
        (buishand_range, "buishand_range", "R_over_sqrtn"),
        (buishand_u, "buishand_u", "U"),
        (buishand_q, "buishand_q", "Q_over_sqrtn"),
    ],
)
def test_homogeneity(test, group, key):
    draws = 20_000
    for vector, e in cases("univariate", group):
        result = test(*series(vector), p_by="normal", draws=draws)
        assert result.statistic == near(e[key])
        assert list(result.k) == e["K"]
        # Both p are simulated: five standard errors of their difference, and one hit at least.
        spread = math.sqrt(e["p_mc"] * (1 - e["p_mc"]) * (1 / draws + 1 / e["m"]))
        assert abs(result.p - e["p_mc"]) < 5 * spread + 2 / draws


def test_corrected_variances():
    for test, group, options in (
        (hamed_rao, "hamed_rao", {}),
        (hamed_rao, "hamed_rao_lag3", {"lags": 3}),
        (yue_wang, "yue_wang_ar1", {}),
    ):
        for vector, e in cases("univariate", group):
            result = test(*series(vector), **options)
            if "z" in e:
                assert (result.var_s, result.z) == (near(e["varS_new"]), near(e["z"]))
                assert result.p == small(e["p"])
            else:  # the corrected variance is negative
                assert (result.status, result.reason) == ("undetermined", "variance_not_positive")
                assert math.isnan(result.p)


@pytest.mark.parametrize(
    ("test", "group"), [(pre_whitening, "prewhiten"), (trend_free_pre_whitening, "tfpw")]
)
def test_whitened(test, group):
    for vector, e in cases("univariate", group):
        result = test(*series(vector), law="normal")
        assert (result.s, result.var_s, result.z) == (e["S"], near(e["varS"]), near(e["z"]))
        assert (result.p, result.slope) == (small(e["p"]), near(e["slope_pw"], 1e-8))


def test_wang_swail():
    for vector, e in cases("univariate", "zyp_zhang"):
        result = wang_swail(*series(vector), law="normal")
        assert result.slope == near(e["slope"], 1e-8)
        assert result.tau == pytest.approx(e["tau"], rel=1e-6)  # single precision there
        if e["p"] > 1e-5:
            assert result.p == pytest.approx(e["p"], rel=1e-4)


def grouped(vector):
    """A function that tests the vector, with the law asked for."""
    if vector["kind"] == "seasonal":
        values = np.array(vector["x"], dtype=float)
        place = np.arange(len(values)) + vector["start_season"] - 1
        period = vector["period"]
        return lambda law: seasonal_kendall(
            place // period, values, seasons=place % period, law=law
        )
    rows = np.array(vector["rows"], dtype=float)
    times, sites = (axis.ravel() for axis in np.indices(rows.shape))
    return lambda law: regional_kendall(times, rows.ravel(), sites=sites, law=law)


@pytest.mark.parametrize("kind", ["seasonal", "regional"])
def test_grouped(kind):
    for vector, e in cases(kind, "reference"):
        test = grouped(vector)
        result = test("independent")
        trend = result.trend
        assert (trend.s, trend.var_s, trend.z) == (e["S"], near(e["varS"]), near(e["z"]))
        assert (trend.p, trend.slope) == (small(e["p"]), near(e["slope"]))
        assert trend.tau_a == near(e["tau_a"])
        assert result.s.tolist() == e["S_each"]
        assert result.var_s.tolist() == [near(v) for v in e["varS_each"]]
        assert (result.chi2, result.df) == (near(e["chi2_het"]), e["df_het"])
        correlated = test("correlated").trend
        assert (correlated.var_s, correlated.z) == (near(e["varS_corr"]), near(e["z_corr"]))
        assert correlated.p == small(e["p_corr"])
    for vector, e in cases(kind, "env"):
        assert grouped(vector)("independent").p_heterogeneity == small(e["p_het"])


def test_partial():
    for vector, e in cases("partial", "reference"):
        result = partial_kendall(range(e["n"]), vector["x"], covariate=vector["cv"])
        assert (result.s, result.var_s, result.z) == (near(e["S"]), near(e["varS"]), near(e["z"]))
        assert result.p == small(e["p"])
