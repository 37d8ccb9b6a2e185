"""Will a target be reached in time?"""

import math

import numpy as np
import pytest

from ecolib.errors import ParamsError
from ecolib.trends import mann_kendall, outlook

YEARS = range(2010, 2019)


def test_straight_line_by_hand():
    # 80 in 2010, one more each year: 88 in 2018, 95 in 2025.
    values = [80 + k for k in range(9)]
    late = outlook(YEARS, values, 95, by_year=2023, better="up")
    assert (late.year, late.expected, late.status) == (2025, 93, "unlikely")
    # From the middle (2014, 84) 11 more in 9 years.
    assert late.needed == pytest.approx(11 / 9)
    early = outlook(YEARS, values, 95, by_year=2026, better="up")
    assert (early.year, early.status) == (2025, "likely")
    # Needed is 11/12; all 36 residual pairs rise: 1 - P(S >= 36) / 2 with P = 1/9!.
    assert early.confidence == pytest.approx(1 - 0.5 / math.factorial(9), abs=1e-15)
    assert late.confidence == pytest.approx(0.5 / math.factorial(9), rel=1e-9)


def test_exactly_in_time_is_even():
    values = [80 + k for k in range(9)]
    assert outlook(YEARS, values, 95, by_year=2025, better="up").confidence == 0.5


def test_falling_is_the_mirror_image():
    values = np.array([80, 82, 81, 84, 83, 86, 88, 87, 90.0])
    up = outlook(YEARS, values, 95, by_year=2022, better="up")
    down = outlook(YEARS, -values, -95, by_year=2022, better="down")
    assert (up.status, up.confidence, up.year) == (down.status, down.confidence, down.year)
    assert (up.earliest, up.latest) == (down.earliest, down.latest)
    assert up.earliest <= up.year <= up.latest


def test_confidence_is_that_of_the_trend_test():
    # A target at today's level needs slope 0: half of P(S = s) aside, 1 - p of the one-sided test.
    values = [5, 7, 6, 9, 8, 11, 10, 12, 14.0]
    flat = outlook(YEARS, values, float(np.median(values)), by_year=2020, better="up")
    p = {a: mann_kendall(YEARS, values, alternative=a).p for a in ("greater", "less")}
    assert flat.needed == 0
    assert flat.confidence == pytest.approx((1 - p["greater"] + p["less"]) / 2, rel=1e-12)


def test_wrong_way_never_gets_there():
    result = outlook(YEARS, [90 - k for k in range(9)], 95, by_year=2025, better="up")
    assert (result.year, result.status) == (math.inf, "unlikely")
    assert "does not get there" in result.explain("en")
    assert "不会达到" in result.explain("zh")


def test_reached():
    result = outlook(YEARS, [90 + k for k in range(9)], 95, by_year=2025, better="up")
    assert (result.status, result.year) == ("reached", 2015)


def test_few_values_allow_no_outlook():
    result = outlook((2017, 2018, 2019), (1, 2, 3), 5, by_year=2025, better="up")
    assert result.status == "undetermined"
    assert "3个" in result.explain("zh") and "only 3 values" in result.explain("en")
    assert outlook((), (), 5, by_year=2025, better="up").status == "undetermined"


def test_limits_that_five_values_do_not_give():
    # 99 % is out of reach: the slope has no limits, and the interval of years none either.
    found = outlook(range(5), (1, 2, 3, 4, 6), 9, by_year=20, better="up", level=0.99)
    line = found.note.args["where"]
    assert (found.note.code, line.code) == ("outlook.ahead", "outlook_line.meets")
    assert "unknown to unknown" in line.text("en") and "最早不详" in line.text("zh")


def test_calibration():
    # The true slope is just the needed one: confidences above 90 % come up in about one of ten.
    rng = np.random.default_rng(2)
    trials, hits = 1000, 0
    for _ in range(trials):
        noise = rng.normal(size=10)
        values = np.arange(10) * 0.3 + noise
        middle = float(np.median(values))
        target = middle + 0.3 * (15 - 4.5)
        hits += outlook(range(10), values, target, by_year=15, better="up").confidence > 0.9
    assert abs(hits - 100) < 4 * math.sqrt(90)


def test_bad_input():
    with pytest.raises(ParamsError, match="last observation"):
        outlook(YEARS, range(9), 5, by_year=2012, better="up")
    with pytest.raises(ParamsError, match="up, down"):
        outlook(YEARS, range(9), 5, by_year=2022, better="upward")
