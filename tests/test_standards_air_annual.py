"""A year of air: validity, percentiles, attainment, composite index, good days, falls."""

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecolib.indicators.formulas import decline_since
from ecolib.standards.air.annual import (
    annual_evaluation,
    annual_statistics,
    composite_index,
    judge_statistics,
    same_state,
)
from ecolib.standards.air.index import POLLUTANTS, air_index
from ecolib.standards.air.years import good_days, good_share

SHARED = Path(__file__).parents[1].parent / "shared" / "reference" / "standards"
CLEAN = {"pm25": 20.0, "pm10": 40.0, "so2": 10.0, "no2": 20.0, "co": 0.8, "o3": 90.0}
NAMES = {"PM2.5": "pm25", "PM10": "pm10", "SO2": "so2", "NO2": "no2", "CO": "co", "O3": "o3"}
PERCENTILES = {"so2": 98, "no2": 98, "pm10": 95, "pm25": 95, "co": 95, "o3": 90}


def year(number=2019, **values):
    """A daily table of one year, clean unless `values` say otherwise."""
    days = pd.date_range(f"{number}-01-01", f"{number}-12-31")
    return pd.DataFrame({"date": days, **CLEAN, **values})


def statistic(table, pollutant, kind):
    hit = (table["pollutant"] == pollutant) & (table["statistic"] == kind)
    return table[hit].iloc[0]


class TestValidYear:
    @staticmethod
    def without(number, *days):
        table = year(number)
        table.loc[table["date"].isin(pd.to_datetime(list(days))), "pm25"] = np.nan
        return statistic(annual_statistics(table), "pm25", "mean")

    @pytest.mark.parametrize(
        ("number", "month", "missing", "valid"),
        # 31 - 4 = 27 is enough, 31 - 5 is not; 30 - 3 and - 4; February 28 - 3 = 25, 29 - 4 = 25
        [(2019, 1, 4, True), (2019, 1, 5, False), (2019, 4, 3, True), (2019, 4, 4, False)]
        + [(2019, 2, 3, True), (2019, 2, 4, False), (2020, 2, 4, True), (2020, 2, 5, False)],
    )
    def test_each_month(self, number, month, missing, valid):
        row = self.without(number, *(f"{number}-{month}-{d + 1}" for d in range(missing)))
        assert row["valid"] == valid
        np.testing.assert_equal(row["value"], 20.0 if valid else np.nan)
        if not valid:
            reason = row["reason"]
            assert (reason.code, reason.args["months"][0].args["month"]) == (
                "air_too_few_days.months",
                month,
            )
            assert f"month {month}:" in reason.text("en") and f"{month}月" in reason.text("zh")
        else:
            assert row["reason"] is None

    def test_324_days(self):
        # four days less in January and the seven months of 31, three in those of 30 and February:
        # 7 * 4 + 5 * 3 = 43 leaves 322; giving back two leaves 324
        lost = [
            pd.Timestamp(2019, m, d + 1)
            for m in range(1, 13)
            for d in range(4 if pd.Timestamp(2019, m, 1).days_in_month == 31 else 3)
        ]
        assert len(lost) == 43
        enough, few = self.without(2019, *lost[2:]), self.without(2019, *lost[1:])
        assert (enough["valid_days"], enough["valid"]) == (324, True)
        assert (few["valid_days"], few["valid"], few["calendar_days"]) == (323, False, 365)
        assert "323 valid days in the year, 324 required" in few["reason"].text("en")

    def test_days_without_a_row_are_days_without_a_value(self):
        table = annual_statistics(year()[lambda t: t["date"] >= "2019-02-01"])
        assert not table["valid"].any() and table["value"].isna().all()
        assert table["attains"].isna().all()

    @pytest.mark.parametrize("pollutant", ["co", "o3"])
    def test_percentiles_of_co_and_o3_need_as_many(self, pollutant):
        table = year(**{pollutant: np.nan})
        table.loc[:9, pollutant] = range(1, 11)
        row = statistic(annual_statistics(table), pollutant, "percentile")
        assert np.isnan(row["value"]) and (row["valid_days"], row["valid"]) == (10, False)


@pytest.mark.parametrize(
    ("number", "wanted"),
    # rank 1 + 364 p: 0.9 -> 328.6, 0.95 -> 346.8, 0.98 -> 357.72; 1 + 365 p: 329.5, 347.75, 358.7
    [(2019, {"o3": 328.6, "co": 346.8, "so2": 357.72})]
    + [(2020, {"o3": 329.5, "co": 347.75, "so2": 358.7})],
)
def test_percentiles_by_rank(number, wanted):
    ranks = np.random.default_rng(3).permutation(366 if number == 2020 else 365) + 1.0
    table = annual_statistics(year(number, **dict.fromkeys(POLLUTANTS, ranks)))
    for pollutant, value in wanted.items():
        row = statistic(table, pollutant, "percentile")
        assert row["value"] == pytest.approx(value, abs=1e-9)
        assert row["percentile"] == PERCENTILES[pollutant]


def judged(number, pollutant, kind, value):
    table = pd.DataFrame(
        {"year": [number], "pollutant": [pollutant], "statistic": [kind], "value": [value]}
    )
    return judge_statistics(table).iloc[0]


# GB 3095 class 1 and class 2 limits, typed again: 2012, the 2026 transition, from 2031
LIMITS = [
    *((2019, "so2", "mean", 20, 60), (2019, "no2", "mean", 40, 40), (2019, "pm10", "mean", 40, 70)),
    *((2019, "pm25", "mean", 15, 35), (2019, "so2", "percentile", 50, 150)),
    *((2019, "no2", "percentile", 80, 80), (2019, "pm10", "percentile", 50, 150)),
    *((2019, "pm25", "percentile", 35, 75), (2019, "o3", "percentile", 100, 160)),
    *((2026, "pm10", "mean", 40, 60), (2026, "pm25", "mean", 15, 30)),
    *((2026, "pm10", "percentile", 50, 120), (2026, "pm25", "percentile", 35, 60)),
    *(
        (2031, "pm10", "mean", 20, 50),
        (2031, "pm25", "mean", 10, 25),
        (2031, "no2", "mean", 30, 30),
    ),
    *((2031, "so2", "mean", 20, 20), (2031, "pm25", "percentile", 25, 50)),
]


@pytest.mark.parametrize(("number", "pollutant", "kind", "first", "second"), LIMITS)
def test_just_below_at_and_just_above_every_limit(number, pollutant, kind, first, second):
    assert judged(number, pollutant, kind, first - 1)["class_met"] == 1
    assert judged(number, pollutant, kind, first)["class_met"] == 1
    assert judged(number, pollutant, kind, first + 1)["class_met"] == (2 if second > first else 3)
    assert judged(number, pollutant, kind, second)["attains"]
    assert judged(number, pollutant, kind, second + 0.4)["attains"]  # rounds to the limit
    above = judged(number, pollutant, kind, second + 0.6)
    assert not above["attains"] and above["class_met"] == 3 and above["multiple"] > 0


def test_co_is_judged_at_one_decimal():
    assert judged(2019, "co", "percentile", 4.05)["attains"]  # half-even: 4.0
    above = judged(2019, "co", "percentile", 4.06)
    assert not above["attains"] and above["multiple"] == 0.02  # 0.1 / 4 = 0.025 -> 0.02


def test_the_multiple_is_what_exceeds_over_the_limit():
    assert judged(2019, "pm25", "mean", 42)["multiple"] == 0.2  # 7 / 35
    assert judged(2019, "pm25", "mean", 30)["multiple"] == 0
    assert np.isnan(judged(2019, "pm25", "mean", np.nan)["multiple"])


def test_the_2026_statistics_keep_a_decimal_more_than_the_decision():
    row = judged(2026, "pm25", "mean", 30.44)
    assert (row["rounded"], row["decided"], row["attains"]) == (30.4, 30, True)


def test_the_year_that_sees_two_editions_is_judged_by_a_named_day():
    # 35 on its first day, 30 on its last, which decides
    assert statistic(annual_statistics(year(2026, pm25=33.0)), "pm25", "mean")["limit_2"] == 30


class TestEvaluation:
    def test_a_clean_year(self):
        row = annual_evaluation(annual_statistics(year())).iloc[0]
        assert row["attains"] and row["class_met"] == 2 and row["failing"] == ""
        # 20/35 = .571 .57; 40/70 .571 .57; 10/60 .167 .17; 20/40 .50; .8/4 .20; 90/160 .5625 .56
        assert row["composite"] == pytest.approx(2.57)

    def test_either_statistic_can_fail_a_pollutant(self):
        # mean (330 * 20 + 35 * 80) / 365 = 25.8 attains, the 95th percentile of 80 does not
        peaks = [80.0] * 35 + [20.0] * 330
        row = annual_evaluation(annual_statistics(year(pm25=peaks))).iloc[0]
        assert not row["attains"] and row["failing"] == "pm25"

    def test_one_pollutant_without_a_value_leaves_it_open(self):
        row = annual_evaluation(annual_statistics(year(no2=np.nan))).iloc[0]
        assert pd.isna(row["attains"]) and np.isnan(row["class_met"]) and np.isnan(row["composite"])
        assert row["not_evaluable"] == "no2"

    def test_a_failure_settles_it_all_the_same(self):
        row = annual_evaluation(annual_statistics(year(no2=np.nan, pm25=90.0))).iloc[0]
        assert not row["attains"]
        assert (row["failing"], row["not_evaluable"]) == ("pm25", "no2")

    def test_years_stay_apart_and_order_does_not_matter(self):
        both = pd.concat([year(2018, pm25=90.0), year()])
        one = annual_evaluation(annual_statistics(both))
        assert one.set_index("year")["failing"].to_dict() == {2018: "pm25", 2019: ""}
        mixed = both.sample(frac=1, random_state=1)
        pd.testing.assert_frame_equal(annual_evaluation(annual_statistics(mixed)), one)


@settings(deadline=None, derandomize=True, max_examples=15)
@given(st.sampled_from(POLLUTANTS), st.integers(0, 300), st.floats(0, 500))
def test_worse_air_never_gives_a_better_class(pollutant, first_day, worse):
    table = year()
    before = annual_evaluation(annual_statistics(table)).iloc[0]
    table.loc[first_day:, pollutant] += worse
    after = annual_evaluation(annual_statistics(table)).iloc[0]
    assert after["class_met"] >= before["class_met"]
    assert after["composite"] >= before["composite"]


# published by Heyuan's and Naiman's bulletins: SO2, NO2, PM10, PM2.5, CO p95, O3 p90 -> index
BULLETINS = [
    ("东源县 2023-10", 10, 11, 25, 14, 0.7, 112, 2.09),
    ("和平县 2023-10", 7, 19, 37, 24, 1.0, 118, 2.81),
    ("连平县 2023-10", 8, 11, 25, 18, 0.8, 102, 2.12),
    ("河源市 2023-10", 6, 13, 33, 22, 0.8, 108, 2.40),
    ("龙川县 2023-01", 6, 13, 42, 29, 0.9, 94, 2.66),
    ("紫金县 2023-01", 7, 7, 39, 28, 1.2, 86, 2.50),
    ("河源市 2024-03", 6, 14, 40, 23, 1.0, 110, 2.62),
    ("龙川县 2024-03", 7, 13, 34, 15, 1.0, 82, 2.12),
    ("紫金县 2024-03", 6, 9, 29, 17, 1.0, 96, 2.07),
    ("东源县 2024-09", 5, 9, 28, 9, 0.6, 106, 1.77),
    ("河源市 2021-01", 10, 33, 63, 36, 1.1, 128, 4.00),
    ("奈曼旗, a first quarter", 9, 14, 77, 23, 1.1, 96, 3.14),
]
ORDER = ["so2", "no2", "pm10", "pm25", "co", "o3"]


class TestComposite:
    @staticmethod
    def of(*values):
        period = pd.DataFrame([values], columns=ORDER).assign(date=pd.Timestamp("2023-10-01"))
        return composite_index(period)["composite"].iloc[0]

    @pytest.mark.parametrize("bulletin", BULLETINS, ids=[b[0] for b in BULLETINS])
    def test_published_bulletins(self, bulletin):
        assert self.of(*bulletin[1:-1]) == bulletin[-1]

    def test_a_press_value_that_fits_the_unrounded_sum_only(self):
        assert self.of(9, 15, 39, 21, 0.7, 192) == 3.07  # printed as 3.06

    def test_single_indices_are_rounded_half_even(self):
        assert self.of(0, 9, 0, 0, 0, 0) == 0.22  # NO2 9/40 = .225

    def test_without_one_pollutant_there_is_none(self):
        assert np.isnan(self.of(10, 11, 25, 14, np.nan, 112))


class TestGoodDays:
    def test_a_published_share(self):  # Heyuan 2023-01: 30 good of 31 valid days
        assert good_share(30, 31) == 96.8

    def test_no_valid_day_is_no_share(self):
        assert np.isnan(good_share(0, 0))

    def test_an_aqi_of_100_is_good_and_of_101_is_not(self):
        table = year()
        # PM10 150 -> 100; 151 -> 100.5 -> 101
        table.loc[0:2, "pm10"] = [149.0, 150.0, 151.0]
        row = good_days(air_index(table)).iloc[0]
        assert (row["good_days"], row["valid_days"]) == (364, 365)

    def test_over_valid_days_not_calendar_days(self):
        table = year()
        table.loc[0:1, "pm25"] = np.nan  # two invalid days
        table.loc[100:136, "pm25"] = 80.0  # 37 polluted ones: AQI 107
        row = good_days(air_index(table)).iloc[0]
        assert (row["good_days"], row["valid_days"], row["calendar_days"]) == (326, 363, 365)
        assert row["share"] == 89.8  # 326 / 363 = 89.807

    def test_an_incomplete_day_counts_only_when_polluted_already(self):
        table = year()
        table.loc[0, ["pm25", "pm10"]] = [np.nan, 200.0]  # PM10 200 -> AQI 125
        table.loc[1, "pm25"] = np.nan
        assert good_days(air_index(table))["valid_days"].iloc[0] == 364

    def test_a_year_that_is_not_valid_has_no_share(self):
        row = good_days(air_index(year()[lambda t: t["date"] < "2019-12-01"])).iloc[0]
        assert row["good_days"] == 334 and not row["valid"] and np.isnan(row["share"])
        assert row["reason"].text("zh") == "有效日不足的月份：12月0天"

    def test_half_of_the_values_missing_is_not_evaluable(self):
        table = year()
        table.loc[::2, list(POLLUTANTS)] = np.nan
        assert np.isnan(good_days(air_index(table))["share"].iloc[0])
        evaluation = annual_evaluation(annual_statistics(table)).iloc[0]
        assert pd.isna(evaluation["attains"]) and np.isnan(evaluation["composite"])
        assert evaluation["not_evaluable"] == ",".join(POLLUTANTS)


@pytest.mark.parametrize(
    ("years", "same"), [((2016, 2017), True), ((2017, 2018), False), ((2017, 2019), False)]
)
def test_years_whose_particles_refer_to_one_state(years, same):
    # 273.15 K up to 2018-08-31, actual conditions from then on.
    assert same_state(*years) == same


def test_lianyungang_2020():  # its bulletin: PM2.5 and O3 exceed
    values = {"so2": 10, "no2": 28, "pm10": 55, "pm25": 37, "co": 1.3, "o3": 163}
    table = pd.DataFrame({"pollutant": list(values), "value": list(values.values())}).assign(
        year=2020, statistic=["mean"] * 4 + ["percentile"] * 2
    )
    row = annual_evaluation(judge_statistics(table)).iloc[0]
    assert row["failing"] == "pm25,o3" and not row["attains"]


def worked(*categories):
    path = SHARED / "worked_examples.csv"
    if not path.exists():
        pytest.skip("../shared is not here")
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["category"] in categories and row["recomputed"] == "yes":
                yield row, json.loads(row["inputs_json"]), json.loads(row["expected_json"])


class TestWorkedExamples:
    def test_composite_index(self):
        for row, given_, expected in worked("composite_index"):
            values = [given_[k] for k in ("SO2", "NO2", "PM10", "PM2.5", "CO_p95", "O3_mda8_p90")]
            assert TestComposite.of(*values) == expected["composite_index"], row["id"]

    def test_changes(self):
        for row, given_, expected in worked("yoy_change"):
            values = np.array([given_["before"], given_["after"]])
            fall = decline_since(values, np.array([2020, 2021]), 2020)[1]
            assert -fall == pytest.approx(expected["change_pct"], abs=float(row["abs_tolerance"]))

    def test_good_day_rate(self):
        for _, given_, expected in worked("good_day_rate"):
            assert good_share(given_["good_days"], given_["valid_days"]) == expected["rate_pct"]

    def test_annual_compliance(self):
        for row, given_, expected in worked("annual_compliance"):
            table = pd.DataFrame(
                {
                    "year": 2020,
                    "pollutant": [NAMES[k.split("_")[0]] for k in given_],
                    "statistic": ["mean" if k.endswith("_mean") else "percentile" for k in given_],
                    "value": list(given_.values()),
                }
            )
            failing = annual_evaluation(judge_statistics(table))["failing"].iloc[0]
            assert failing == ",".join(NAMES[p] for p in expected["exceeding"]), row["id"]
