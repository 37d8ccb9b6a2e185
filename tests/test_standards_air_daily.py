"""Hourly to daily values, and stations to the county."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecolib.errors import DataError
from ecolib.standards.air.annual import annual_statistics
from ecolib.standards.air.daily import county_daily, daily_air, invalid_days
from ecolib.standards.air.index import air_index

quick = settings(deadline=None, derandomize=True, max_examples=60)


def hours(day="2019-06-01", station="S1", **values):
    """The 24 hours that close at 01:00 ... 24:00 of `day`; a value is a number or 24 numbers."""
    time = pd.date_range(f"{day} 01:00", periods=24, freq="h")
    return pd.DataFrame({"station": station, "time": time, **values})


def with_hours(count, value=50.0):
    return [value] * count + [np.nan] * (24 - count)


class TestMeans:
    def test_twenty_hours_are_enough_and_nineteen_are_not(self):
        day = daily_air(hours(pm25=with_hours(20), so2=with_hours(19))).iloc[0]
        assert (day["pm25"], day["pm25_hours"]) == (50, 20)
        assert np.isnan(day["so2"]) and day["so2_hours"] == 19

    def test_the_mean_is_of_the_valid_hours(self):
        # (1 + ... + 22) / 22 = 11.5
        assert daily_air(hours(no2=[*range(1, 23), np.nan, np.nan]))["no2"].iloc[0] == 11.5

    @pytest.mark.parametrize("bad", [np.nan, -3.0, np.inf])
    def test_what_is_no_concentration_is_no_hour(self, bad):
        day = daily_air(hours(pm10=[bad] * 4 + [60.0] * 20)).iloc[0]
        assert (day["pm10"], day["pm10_hours"]) == (60, 20)

    def test_zero_is_a_value(self):
        day = daily_air(hours(co=0.0)).iloc[0]
        assert day["co"] == 0

    def test_an_absent_column_is_no_hours(self):
        day = daily_air(hours(pm25=1.0)).iloc[0]
        assert day["co_hours"] == 0 and np.isnan(day["co"])

    def test_midnight_closes_the_day_before(self):
        closing = daily_air(hours(pm25=30.0))
        assert closing["date"].tolist() == [pd.Timestamp("2019-06-01")]
        opening = hours(pm25=30.0)
        opening["time"] -= pd.Timedelta(hours=1)
        assert daily_air(opening)["pm25_hours"].tolist() == [1, 23]

    def test_invalid_days_say_what_was_found_and_needed(self):
        why = invalid_days(daily_air(hours(pm25=with_hours(12), o3=40.0)))
        row = why[why["pollutant"] == "pm25"].iloc[0]
        assert (row["reason"], row["found"], row["needed"]) == ("few_hours", 12, 20)
        assert "o3" not in set(why["pollutant"])


class TestOzone:
    def test_the_largest_of_the_windows_that_end_at_8_to_24(self):
        # closing hours 13..20 hold 100, the rest 0: that window's mean is 100
        day = daily_air(hours(o3=[100.0 if 13 <= h <= 20 else 0.0 for h in range(1, 25)])).iloc[0]
        assert (day["o3"], day["o3_windows"], day["o3_1h"]) == (100, 17, 100)

    def test_no_window_reaches_into_the_day_before(self):
        # 8 hours of 100 over midnight: closing 21..24 and 1..4; each day sees half of them
        first = hours("2019-06-01", o3=[0.0] * 20 + [100.0] * 4)
        second = hours("2019-06-02", o3=[100.0] * 4 + [0.0] * 20)
        assert daily_air(pd.concat([first, second]))["o3"].tolist() == [50, 50]

    def test_six_of_eight_hours_make_a_window(self):
        # hours 1..6 only: windows ending at 8 (6 hours), 9 (5), ...: one valid window
        assert daily_air(hours(o3=with_hours(6, 40.0)))["o3_windows"].iloc[0] == 1
        assert daily_air(hours(o3=with_hours(5, 40.0)))["o3_windows"].iloc[0] == 0

    def test_fourteen_windows_are_enough_and_thirteen_are_not(self):
        # hours 1..n: the window that ends at h holds six of them while h <= n + 2,
        # so the windows are 8 ... n + 2: 14 of them for n = 19, 13 for n = 18
        enough = daily_air(hours(o3=with_hours(19, 90.0))).iloc[0]
        assert (enough["o3"], enough["o3_windows"]) == (90, 14)
        few = daily_air(hours(o3=with_hours(18, 90.0))).iloc[0]
        assert np.isnan(few["o3"])
        assert few["o3_windows"] == 13

    @pytest.mark.parametrize(("level", "valid"), [(160.0, False), (160.5, False), (161.0, True)])
    def test_fewer_count_only_above_the_limit(self, level, valid):
        # 160.5 rounds half-even to 160, which is not above the class 2 limit of 160
        assert daily_air(hours(o3=with_hours(18, level)))["o3"].notna().iloc[0] == valid


def test_half_of_the_hours_missing_gives_no_number():
    every_other = [50.0 if h % 2 else np.nan for h in range(24)]
    items = ("pm25", "pm10", "so2", "no2", "co", "o3")
    daily = daily_air(hours(**dict.fromkeys(items, every_other)))
    assert daily[[*items, "o3_1h"]].isna().all(axis=None)
    index = air_index(daily).iloc[0]
    assert np.isnan(index["aqi"]) and np.isnan(index["level"])


def slow_day(values, kind):
    """The rules once more, hour by hour."""
    known = [v for v in values if v is not None]
    if kind == "mean":
        return sum(known) / len(known) if len(known) >= 20 else None
    means = []
    for end in range(8, 25):
        window = [v for v in values[end - 8 : end] if v is not None]
        if len(window) >= 6:
            means.append(sum(window) / len(window))
    if means and (len(means) >= 14 or round(max(means)) > 160):
        return max(means)
    return None


gappy = st.lists(
    st.one_of(st.integers(0, 300), st.sampled_from([None, 150])), min_size=24, max_size=24
)


@quick
@given(st.lists(gappy, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_any_gaps_and_any_order_agree_with_the_slow_rules(days, random):
    parts = [
        hours(f"2019-06-0{n + 1}", pm25=np.array(v, float), o3=np.array(v, float))
        for n, v in enumerate(days)
    ]
    table = pd.concat(parts, ignore_index=True)
    order = list(range(len(table)))
    random.shuffle(order)
    daily = daily_air(table.iloc[order])
    pd.testing.assert_frame_equal(daily, daily_air(table))
    for item, kind in (("pm25", "mean"), ("o3", "mda8")):
        wanted = [slow_day(v, kind) for v in days]
        np.testing.assert_allclose(
            daily[item], [np.nan if w is None else w for w in wanted], rtol=1e-12
        )


class TestRefusals:
    def test_two_rows_for_one_hour(self):
        with pytest.raises(DataError, match="S1 2019-06-01 01:00:00: two rows"):
            daily_air(pd.concat([hours(pm25=1.0), hours(pm25=2.0).head(1)]))

    def test_half_hours(self):
        table = hours(pm25=1.0)
        table["time"] += pd.Timedelta(minutes=30)
        with pytest.raises(DataError, match="full hours"):
            daily_air(table)

    def test_a_row_without_a_station_belongs_to_none(self):
        table = pd.concat([hours(pm25=1.0).iloc[1:], hours(pm25=90.0).head(1).assign(station=None)])
        with pytest.raises(DataError, match="station: left empty in 1 row"):
            daily_air(table)

    def test_a_day_of_a_station_counts_once(self):
        with pytest.raises(DataError, match="S0 2019-06-01: two rows"):
            county_daily(pd.concat([stations(1.0, 2.0), stations(3.0)]))
        with pytest.raises(DataError, match="2019-06-01: two rows"):  # of two stations
            annual_statistics(stations(1.0, 2.0))


def test_times_as_texts_or_with_a_zone_and_columns_by_symbol():
    table = hours(pm25=50.0)
    plain = daily_air(table)
    for time in (table["time"].astype(str), table["time"].dt.tz_localize("Asia/Shanghai")):
        assert daily_air(table.assign(time=time)).equals(plain)
    assert daily_air(table.rename(columns={"pm25": "PM2.5"})).equals(plain)
    assert daily_air(table.head(0)).empty
    month_days = pd.DataFrame({"date": pd.period_range("2019-06-01", periods=1), "PM2.5": [75.0]})
    assert air_index(month_days)["aqi"].tolist() == [100]  # HJ 633-2012, Table 1
    with pytest.raises(DataError, match=r"pm25: more than one column \(pm25, PM2.5\)"):
        air_index(month_days.assign(pm25=60.0)[["date", "pm25", "PM2.5"]])


def stations(*values, day="2019-06-01", item="pm25"):
    return pd.DataFrame(
        {
            "station": [f"S{n}" for n in range(len(values))],
            "date": pd.Timestamp(day),
            item: values,
        }
    )


class TestCounty:
    def test_concentrations_are_averaged_before_the_index(self):
        county = county_daily(stations(35.0, 75.0))
        assert county["pm25"].iloc[0] == 55
        # 50 + 50 * 20 / 40 = 75, and so is the mean of the indices, (50 + 100) / 2
        assert air_index(county)["aqi"].iloc[0] == 75
        # across a bend they differ: 15 and 135 average to 75 -> 100, not (22 + 179) / 2 = 101
        assert air_index(county_daily(stations(15.0, 135.0)))["aqi"].iloc[0] == 100

    @pytest.mark.parametrize(
        ("values", "mean"),
        [
            ((10.0,), 10),
            ((10.0, np.nan), 10),  # 1 of 2 is 50 %
            ((10.0, np.nan, np.nan), np.nan),  # 1 of 3
            ((10.0, 20.0, np.nan), 15),  # 2 of 3
            ((10.0, 20.0, 30.0, np.nan), 20),  # 3 of 4 is 75 %
            ((10.0, 20.0, np.nan, np.nan), np.nan),  # 2 of 4
            ((np.nan, np.nan), np.nan),
        ],
    )
    def test_enough_stations_must_be_valid(self, values, mean):
        county = county_daily(stations(*values)).iloc[0]
        np.testing.assert_equal(county["pm25"], mean)
        assert county["stations"] == len(values)
        assert county["pm25_stations"] == np.isfinite(values).sum()

    def test_a_station_without_a_row_that_day_is_not_valid(self):
        two_days = pd.concat([stations(10.0, 20.0, 30.0), stations(12.0, day="2019-06-02")])
        assert county_daily(two_days)["pm25"].isna().tolist() == [False, True]

    def test_a_station_that_opens_later_does_not_spoil_the_years_before(self):
        years = pd.concat([stations(10.0, day="2018-06-01"), stations(10.0, 20.0, 30.0, 40.0)])
        assert county_daily(years)["pm25"].tolist() == [10, 25]
