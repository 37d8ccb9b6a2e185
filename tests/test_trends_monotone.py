"""What `mann_kendall` says: status, missing values, words, invariances, false-positive rate."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecolib.errors import DataError, ParamsError
from ecolib.texts import Note, catalogue
from ecolib.trends import mann_kendall
from ecolib.trends.result import CANNOT_SAY
from ecolib.trends.series import as_years

bounded = settings(deadline=None, derandomize=True, max_examples=60)
series = st.lists(st.integers(-1000, 1000), min_size=1, max_size=40)


class TestStatus:
    years = range(2010, 2017)
    rising = (1.0, 2.0, 4.0, 3.0, 5.0, 6.0, 8.0)  # one pair of 21 reversed: S = 19

    def test_direction_that_is_better(self):
        # 7 values: P(S >= 19) = (1 + 6) / 7!, two-sided 14 / 5040.
        result = mann_kendall(self.years, self.rising, better="up")
        assert (result.s, result.status, result.direction) == (19, "improving", "up")
        assert result.p == pytest.approx(14 / 5040, rel=1e-15)
        assert result.reason == ""
        assert mann_kendall(self.years, self.rising, better="down").status == "worsening"

    def test_without_a_better_direction_no_verdict_but_a_direction(self):
        result = mann_kendall(self.years, self.rising)
        assert (result.status, result.reason) == ("undetermined", "better_unknown")
        assert (result.direction, result.significant) == ("up", True)

    @pytest.mark.parametrize(("n", "smallest"), [(3, 1 / 3), (4, 1 / 12)])
    def test_three_and_four_values_cannot_be_judged(self, n, smallest):
        result = mann_kendall(range(n), range(n), better="up", alpha=0.4)
        assert (result.status, result.reason) == ("undetermined", "too_few_values")
        assert result.smallest_p == result.p == smallest
        assert not result.significant

    def test_level_that_ties_make_unreachable(self):
        # One value differs from four equal ones: 5 places for it, 2 of them at an end: p = 2/5.
        result = mann_kendall(range(5), (1, 1, 1, 1, 2), better="up")
        assert (result.status, result.reason) == ("undetermined", "alpha_unreachable")
        assert result.smallest_p == 0.4
        reason = Note(f"trend_reason.{result.reason}")
        assert "level required" in reason.text("en") and "显著性" in reason.text("zh")

    def test_level_that_n_makes_unreachable(self):
        # 5 values: 2 / 5! = 1/60 is above 1 %.
        result = mann_kendall(range(5), range(5), better="up", alpha=0.01)
        assert (result.status, result.reason) == ("undetermined", "alpha_unreachable")

    @pytest.mark.parametrize("n", [5, 61, 300])
    @pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
    def test_constant_series(self, n, alternative):
        result = mann_kendall(range(n), [3.3] * n, better="up", alternative=alternative)
        assert (result.p, result.s, result.slope) == (1.0, 0, 0.0)
        assert (result.status, result.reason) == ("no_clear_trend", "constant")

    def test_nothing_comes_of_nothing(self):
        for values in ([], [math.nan] * 9):
            result = mann_kendall(range(len(values)), values, better="up")
            assert (result.status, result.n) == ("undetermined", 0)
            assert math.isnan(result.slope)
            assert result.missing == len(values)


class TestMissing:
    def test_counted_and_mentioned(self):
        result = mann_kendall(range(2010, 2018), (1, 2, None, 4, 5, math.nan, 7, 8), better="up")
        assert (result.n, result.missing, result.status) == (6, 2, "improving")
        assert result.slope == 1.0  # per year, not per row
        assert "缺2个" in result.explain("zh")
        assert "2 missing" in result.explain("en")

    def test_missing_of_pandas(self):
        values = pd.Series([1, 2, None, 4, 5, 7], dtype="Float64")
        assert mann_kendall(range(6), values).missing == 1

    def test_never_no_trend_out_of_nan(self):
        values = [1.0, 2.0, 3.0] + [math.nan] * 20
        assert mann_kendall(range(23), values, better="up").status == "undetermined"


class TestBadInput:
    def test_names_what_is_wrong_in_both_languages(self):
        with pytest.raises(ParamsError, match="did you mean “up”") as caught:
            mann_kendall(range(5), range(5), better="upp")
        assert "up" in caught.value.text("zh")

    @pytest.mark.parametrize("alpha", [0, 1, -0.1, math.nan])
    def test_alpha(self, alpha):
        with pytest.raises(ParamsError):
            mann_kendall(range(5), range(5), alpha=alpha)

    def test_lengths_infinities_and_missing_years(self):
        with pytest.raises(DataError, match="equal length"):
            mann_kendall(range(5), range(6))
        with pytest.raises(DataError, match="infinite"):
            mann_kendall(range(3), (1, math.inf, 2))
        with pytest.raises(DataError, match="year is missing"):
            mann_kendall((2010, math.nan), (1, 2))

    def test_text_is_no_number(self):
        with pytest.raises(DataError, match="not all are numbers"):
            mann_kendall(range(2), ("12", "<5"))

    def test_language(self):
        with pytest.raises(ParamsError):
            mann_kendall(range(5), range(5)).explain("de")


class TestTime:
    def test_dates_become_decimal_years(self):
        # 2020 has 366 days; 1 July is day 182 counted from 0.
        dates = pd.to_datetime(["2020-01-01", "2020-07-01", "2021-01-01"])
        assert as_years(dates).tolist() == [2020.0, 2020 + 182 / 366, 2021.0]

    def test_monthly_series_has_a_slope_per_year(self):
        dates = pd.date_range("2015-01-01", periods=48, freq="MS")
        result = mann_kendall(dates, as_years(dates) * 2.5)
        assert result.slope == pytest.approx(2.5, rel=1e-9)

    def test_a_day_missing_among_dates_is_an_error(self):
        with pytest.raises(DataError):
            as_years(pd.to_datetime(["2020-01-01", None]))


class TestWords:
    def test_two_sentences_with_the_numbers(self):
        result = mann_kendall(range(2010, 2017), TestStatus.rising, better="up")
        en, zh = result.explain("en"), result.explain("zh")
        # Median of the 21 slopes is 1 by hand; p = 14/5040 = 0.0028; 1 - p/2 = 0.9986.
        for part in ("2010–2016", "7 values", "up 1 a year", "p = 0.0028", "exact"):
            assert part in en
        for part in ("2010—2016年", "有效数值7个", "每年上升1", "p=0.0028", "精确"):
            assert part in zh
        assert "virtually certain to be rising: improving" in en
        assert zh.count("。") == 2

    @pytest.mark.parametrize(
        ("values", "term"),
        [
            # 6 values: 1 - p/2 from the law of S for n = 6, 720 orders:
            # S >= 15: 1, 13: 6, 11: 20, 9: 49, 7: 98, 5: 169, 3: 259, 1: 360 orders.
            ((1, 2, 3, 4, 5, 6), "virtually certain"),  # 719/720
            ((2, 1, 3, 4, 6, 5), "extremely likely"),  # S = 11: 700/720
            ((2, 1, 4, 3, 6, 5), "very likely"),  # S = 9: 671/720
            ((3, 2, 1, 4, 6, 5), "likely"),  # S = 7: 622/720
        ],
    )
    def test_likelihood(self, values, term):
        assert mann_kendall(range(6), values).likelihood_note.text("en") == f"{term} to be rising"

    def test_likelihood_about_even(self):
        # S = 3: 1 - 259/720 is below 2/3.
        result = mann_kendall(range(6), (3, 2, 1, 6, 5, 4))
        assert result.likelihood_note.text("en").startswith("about as likely rising as falling")

    def test_undetermined_is_not_no_change(self):
        result = mann_kendall(range(3), (1, 2, 3))
        assert "undetermined" in result.likelihood_note.text("en")
        assert "0.33" in result.explain("en")
        assert "does not mean that nothing changed" in result.explain("en")
        assert "不等于没有变化" in result.explain("zh")

    def test_every_reason_and_method_has_both_languages(self):
        rules = ("trend_test", "trend_reason", "trend_caveat", "change_test")
        sentences = [both for code, both in catalogue().items() if code.startswith(rules)]
        assert len(sentences) > 30
        for both in sentences:
            zh, en = both["zh"], both["en"]
            assert zh and en and not en.isupper() and any("一" <= c <= "鿿" for c in zh)
        assert {f"trend_reason.{code}" for code in CANNOT_SAY} <= set(catalogue())

    def test_a_note_carries_what_the_sentences_say(self):
        note = mann_kendall(range(2010, 2017), TestStatus.rising, better="up").note
        seen, meaning = note.args["seen"], note.args["meaning"]
        assert (seen.code, seen.args["n"], seen.args["slope"]) == ("trend_seen.rise", 7, 1.0)
        assert (meaning.code, meaning.args["p"].args) == (
            "trend_meaning.improving",
            {"p": "0.0028"},
        )
        assert meaning.args["test"].code == "trend_test.mann_kendall_exact"


def test_tiny_p_is_a_number():
    # S = 20000 * 19999 / 2, z near 212: p is far below the smallest double only for z > 38.
    assert mann_kendall(range(300), range(300)).p > 0
    assert 0 < mann_kendall(range(300), range(300)).p < 1e-100
    # 60 values in order: exactly 2 / 60!.
    assert mann_kendall(range(60), range(60)).p == 2 / math.factorial(60)


class TestInvariance:
    @bounded
    @given(series)
    def test_monotone_transform_keeps_s_and_p(self, values):
        cubed = [v**3 + v for v in values]
        a, b = (mann_kendall(range(len(values)), v) for v in (values, cubed))
        assert (a.s, a.var_s, a.p) == (b.s, b.var_s, b.p)

    @bounded
    @given(series)
    def test_reversed_time_flips_signs(self, values):
        a = mann_kendall(range(len(values)), values)
        b = mann_kendall(range(len(values)), values[::-1])
        assert (a.s, a.p, a.z) == (-b.s, b.p, -b.z)
        assert a.slope == -b.slope or math.isnan(a.slope)
        assert (a.slope_low, a.slope_high) == (-b.slope_high, -b.slope_low) or math.isnan(
            a.slope_low
        )

    @bounded
    @given(series, st.sampled_from([2.0, 0.5, 1024.0]))
    def test_change_of_unit_scales_the_slope(self, values, factor):
        a = mann_kendall(range(len(values)), values)
        b = mann_kendall(range(len(values)), [v * factor for v in values])
        assert a.p == b.p
        assert b.slope == a.slope * factor or math.isnan(a.slope)

    @bounded
    @given(st.lists(st.tuples(st.integers(1990, 2030), st.integers(-9, 9)), max_size=30),
           st.randoms(use_true_random=False))  # fmt: skip
    def test_order_of_the_rows_does_not_matter(self, rows, random):
        shuffled = list(rows)
        random.shuffle(shuffled)
        a, b = (mann_kendall(*(zip(*r, strict=True) if r else ((), ()))) for r in (rows, shuffled))
        assert repr(a) == repr(b)

    @bounded
    @given(st.lists(st.integers(-5, 5), min_size=2, max_size=40))
    def test_both_sides_cover_everything(self, values):
        p = {a: mann_kendall(range(len(values)), values, alternative=a).p
             for a in ("two-sided", "greater", "less")}  # fmt: skip
        # P(S >= s) + P(S <= s) = 1 + P(S = s), and the smaller tail doubled is the two-sided p.
        assert p["greater"] + p["less"] >= 1 - 1e-12
        assert p["two-sided"] == pytest.approx(min(1, 2 * min(p["greater"], p["less"])), rel=1e-12)


@pytest.mark.parametrize("n", [10, 25, 80])
@pytest.mark.parametrize("decimals", [0, 8])
def test_false_positives_among_white_noise(n, decimals):
    trials = 1500
    values = np.random.default_rng(n).normal(size=(trials, n)).round(decimals)
    hits = sum(mann_kendall(range(n), row).p <= 0.05 for row in values)
    # An exact test of a discrete statistic stays at or below its level; 4 standard errors.
    upper = 0.05 * trials + 4 * math.sqrt(0.05 * 0.95 * trials)
    assert hits < upper
    if n >= 25 and decimals:
        assert hits > 0.05 * trials - 4.5 * math.sqrt(0.05 * 0.95 * trials)
