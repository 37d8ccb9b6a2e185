"""Station hours and days to good days and yearly PM2.5, by hand and on the demo county."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from counties import opened

from ecolib.standards.air.derive import air, season_trend, station_days
from ecolib.texts import joined, word

CLEAN = {"pm25": 20.0, "pm10": 40.0, "so2": 8.0, "no2": 15.0, "co": 0.5, "o3": 60.0}
NO_HOURS = pd.DataFrame(columns=["station", "time", *CLEAN])
NO_DAYS = pd.DataFrame(columns=["station", "date", *CLEAN, "o3_1h"])
ROOT = Path(__file__).parents[1]
COUNTY = SimpleNamespace(base_year=2020)


def hours(first, last, station="甲", **values):
    """Every hour that ends after 00:00 of `first` and not after 24:00 of `last`."""
    end = pd.Timestamp(last) + pd.Timedelta(days=1)
    time = pd.date_range(pd.Timestamp(first) + pd.Timedelta(hours=1), end, freq="h")
    return pd.DataFrame({"station": station, "time": time, **(CLEAN | values)})


def days(first, last, station="甲", **values):
    dates = pd.date_range(first, last)
    return pd.DataFrame({"station": station, "date": dates, **(CLEAN | {"o3_1h": 70} | values)})


def without(table, column, **cells):
    """The table with `column` missing where all of `cells` (positions or dates) say so."""
    mask = pd.Series(True, table.index)
    for name, wanted in cells.items():
        mask &= table[name].isin(wanted)
    return table.assign(**{column: table[column].mask(mask)})


def air_days(air_hourly, air_daily):
    return air(air_hourly, air_daily, COUNTY)["air_days"]


def yearly_air(air_hourly, air_daily, county):
    return air(air_hourly, air_daily, county)["yearly_air"]


def why(day, lang):
    """Why a day does not count; empty where it does."""
    return joined(day.reason or (), lang)


def day_of(derived, date):
    table = derived.detail["air_days"]
    return table[table["date"] == pd.Timestamp(date)].iloc[0]


class TestOneDay:
    def test_the_county_is_the_mean_of_its_stations(self):
        # PM2.5 (60 + 100) / 2 = 80; IAQI 100 at 75 and 150 at 115: 100 + 50 / 40 * 5 = 106.25,
        # rounded up 107. Everything else is far below 100.
        two = pd.concat(
            [
                hours("2020-05-01", "2020-05-01", "甲", pm25=60.0),
                hours("2020-05-01", "2020-05-01", "乙", pm25=100.0),
            ]
        )
        day = day_of(air_days(two, NO_DAYS), "2020-05-01")
        assert (day.aqi, day.level, day.primary, day.exceeding) == (107, 3, "pm25", "pm25")
        names = [word("air_level", f"{day.level:.0f}", lang) for lang in ("zh", "en")]
        assert (*names, day.counted) == ("轻度污染", "Light pollution", True)

    def test_one_of_two_stations_is_enough(self):
        # 60 lies between 35 (IAQI 50) and 75 (100): 50 + 50 / 40 * 25 = 81.25, rounded up 82.
        second = hours("2020-05-01", "2020-05-01", "乙", pm25=100.0)
        two = pd.concat(
            [
                hours("2020-05-01", "2020-05-01", "甲", pm25=60.0),
                second.assign(pm25=second["pm25"].where(second["time"].dt.hour > 10)),
            ]
        )
        assert day_of(air_days(two, NO_DAYS), "2020-05-01").aqi == 82

    @pytest.mark.parametrize(("valid", "counted"), [(20, True), (19, False)])
    def test_a_daily_mean_needs_20_hours(self, valid, counted):
        day = hours("2020-05-01", "2020-05-01")
        day.loc[valid:, "pm25"] = np.nan
        found = day_of(air_days(day, NO_DAYS), "2020-05-01")
        assert found.counted == counted
        assert why(found, "zh") == ("" if counted else "甲：PM2.5有效小时19个（至少20个）")
        assert why(found, "en") == ("" if counted else "甲: PM2.5: 19 valid hours (20 required)")

    def test_a_polluted_day_counts_though_something_is_missing(self):
        # AQI above 100 already: what is missing could only make it worse.
        day = hours("2020-05-01", "2020-05-01", pm25=90.0, so2=np.nan)
        found = day_of(air_days(day, NO_DAYS), "2020-05-01")
        assert found.counted and found.aqi > 100

    def test_a_silent_day_says_so(self):
        two = pd.concat([hours("2020-05-01", "2020-05-01"), hours("2020-05-03", "2020-05-03")])
        found = day_of(air_days(two, NO_DAYS), "2020-05-02")
        assert not found.counted and np.isnan(found.aqi)
        assert (why(found, "zh"), why(found, "en")) == ("甲：无数据", "甲: no data")

    def test_each_station_says_what_it_lacks(self):
        # Hours 1 to 18 give ozone the windows that end at 08:00 to 20:00: 13 of them.
        one = hours("2020-05-01", "2020-05-01")
        one.loc[19:, ["pm25", "co"]] = np.nan
        one.loc[18:, "o3"] = np.nan
        two = hours("2020-04-30", "2020-05-01", "乙")
        two.loc[24:, list(CLEAN)] = np.nan
        three = days("2020-05-01", "2020-05-01", "丙", pm25=np.nan, no2=np.nan)
        four = days("2020-05-01", "2020-05-01", "丁")
        table = air_days(pd.concat([one, two]), pd.concat([three, four]))
        found = day_of(table, "2020-05-01")
        assert not found.counted
        assert why(found, "zh") == (
            "丁：有效；丙：PM2.5、NO2未填报有效日均值；乙：全天无有效小时；"
            "甲：PM2.5、CO有效小时19个（至少20个），O3有效8小时滑动平均13个（至少14个）"
        )
        assert why(found, "en") == (
            "丁: valid; 丙: PM2.5, NO2: no valid daily mean submitted; 乙: no valid hour; "
            "甲: PM2.5, CO: 19 valid hours (20 required), O3: 13 valid 8 h means (14 required)"
        )

    def test_midnight_closes_the_day_before(self):
        # 1 January is one hour long in this file: its 00:00 belongs to 31 December.
        found = station_days(hours("2019-12-31", "2019-12-31"), NO_DAYS)
        assert found["date"].dt.strftime("%Y-%m-%d").tolist() == ["2019-12-31"]

    def test_a_midnight_at_the_head_of_a_file_opens_no_day(self):
        table = hours("2020-01-01", "2020-01-01")
        head = table.iloc[[0]].assign(time=pd.Timestamp("2020-01-01 00:00"))
        found = station_days(pd.concat([head, table]), NO_DAYS)
        assert found["date"].dt.strftime("%Y-%m-%d").tolist() == ["2020-01-01"]

    def test_half_hours_give_the_reason_and_no_figure(self):
        table = hours("2020-05-01", "2020-05-01")
        table["time"] += pd.Timedelta(minutes=30)
        for found in (air_days(table, NO_DAYS), yearly_air(table, NO_DAYS, COUNTY)):
            assert found.items == {}
            ((year, gap),) = found.gaps
            assert (year, gap.args["said"].code) == (2020, "air_not_a_full_hour")
            assert gap.text("en").startswith("time: times must be full hours; found 2020-05-01")

    def test_hours_go_before_days(self):
        both = station_days(
            hours("2020-05-01", "2020-05-01", pm25=33.0),
            days("2020-05-01", "2020-05-02", pm25=55.0),
        )
        assert both["pm25"].tolist() == [33.0, 55.0]
        assert both["hourly"].tolist() == [True, False]


class TestOneYear:
    def test_every_hour_clean(self):
        # 2020 is a leap year.
        found = air_days(hours("2020-01-01", "2020-12-31"), NO_DAYS)
        assert found.items["good_air_days"].to_dict() == {2020: 366}
        assert found.items["valid_air_days"].to_dict() == {2020: 366}
        assert found.gaps == ()

    def test_half_of_the_hours_missing_is_no_number(self):
        table = hours("2020-01-01", "2020-12-31")
        found = air_days(table[table["time"].dt.hour % 2 == 0], NO_DAYS)
        assert found.items["good_air_days"].isna().all()
        assert (
            yearly_air(table[table["time"].dt.hour % 2 == 0], NO_DAYS, COUNTY)
            .items["pm25_mean"]
            .isna()
            .all()
        )
        ((year, gap),) = found.gaps
        assert (year, gap.args["found"], gap.args["needed"]) == (2020, 0, 324)
        assert "0 valid days in the year, 324 required" in gap.text("en")

    @pytest.mark.parametrize(("lost", "known"), [(4, True), (5, False)])
    def test_a_month_needs_27_days(self, lost, known):
        # March has 31 days: 31 - 4 = 27 suffice, 26 do not, though the year has 361 of 324.
        march = pd.date_range("2020-03-01", periods=lost)
        table = without(days("2020-01-01", "2020-12-31"), "no2", date=march)
        found = air_days(NO_HOURS, table)
        good = found.items["good_air_days"][2020]
        assert good == 366 - lost if known else np.isnan(good)
        assert [gap.text("zh") for _, gap in found.gaps] == (
            [] if known else ["有效日不足的月份：3月26天"]
        )

    def test_days_by_class_add_up_to_the_calendar(self):
        table = days("2019-01-01", "2019-12-31")
        # 10 days at PM2.5 80 (AQI 107), 3 days not valid, the rest 352 at AQI 41 or so.
        table.loc[:9, "pm25"] = 80.0
        table = without(table, "co", date=pd.date_range("2019-06-01", periods=3))
        found = air_days(NO_HOURS, table)
        classes = found.detail["air_classes"].set_index("level")["days"].to_dict()
        assert classes == {0: 3, 1: 352, 3: 10}
        primary = found.detail["air_primary"].set_index("pollutant")
        assert primary["exceeding"].to_dict() == dict.fromkeys(CLEAN, 0) | {"pm25": 10}
        assert found.items["good_air_days"].to_dict() == {2019: 352}
        assert found.items["valid_air_days"].to_dict() == {2019: 362}

    def test_annual_mean_by_hand(self):
        # 365 days at 30 and one at 396: (365 * 30 + 396) / 366 = 11346 / 366 = 31
        table = days("2020-01-01", "2020-12-31", pm25=30.0)
        table.loc[100, "pm25"] = 396.0
        found = yearly_air(NO_HOURS, table, COUNTY)
        assert found.items["pm25_mean"].to_dict() == {2020: 31.0}
        months = found.detail["pm25_months"].set_index("month")["value"]
        # Day 100 of the table is 10 April: 30 days, (29 * 30 + 396) / 30 = 42.2
        assert months[4] == pytest.approx(42.2)
        assert months.drop(4).eq(30).all()

    def test_another_state_of_reference_is_told(self):
        table = pd.concat([days("2017-01-01", "2017-12-31"), days("2019-01-01", "2019-12-31")])
        found = yearly_air(NO_HOURS, table, SimpleNamespace(base_year=2017))
        ((year, note),) = found.notes
        assert (year, note.code) == (2019, "air_other_state") and "2018" in note.text("en")

    def test_the_order_of_rows_does_not_matter(self):
        two = pd.concat(
            [hours("2020-05-01", "2020-05-09", s, pm25=p) for s, p in (("甲", 30.0), ("乙", 50.0))]
        )
        mixed = two.sample(frac=1, random_state=1)
        one, other = (air_days(t, NO_DAYS).detail["air_days"] for t in (two, mixed))
        pd.testing.assert_frame_equal(one, other)


def write_hours(case, table):
    path = case.root / "data/trial/raw" / str(case.year) / "air_hourly.csv"
    text = table.assign(time=table["time"].dt.strftime("%Y-%m-%d %H:%M"))
    text.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


class TestCase:
    TARGET = (
        "assigned:\n  good_air_days_ratio:\n"
        "    2020: {sense: at_least, value: 90, document: 文, position: 表}\n"
    )

    def test_thin_data_are_not_evaluable_with_the_reason(self, tiny):
        case = tiny(2020, params=self.TARGET)
        table = hours("2020-01-01", "2020-12-31")
        write_hours(case, table[table["time"].dt.hour % 2 == 0])
        verdict = case.evaluate("7a").verdict
        assert verdict.status == "not_evaluable"
        assert "全年有效日0天，少于324天" in verdict.reason("zh")
        assert "0 valid days in the year, 324 required" in verdict.reason("en")

    def test_a_figure_that_differs_is_a_conflict(self, tiny):
        figures = [("good_air_days", 2020, 360, "d"), ("valid_air_days", 2020, 366, "d")]
        case = tiny(2020, params=self.TARGET, items=figures)
        write_hours(case, hours("2020-01-01", "2020-12-31"))
        verdict = case.evaluate("7a").verdict
        assert verdict.status == "conflict"
        assert "360" in verdict.reason("zh") and "366" in verdict.reason("zh")

    @pytest.mark.parametrize(
        ("printed", "conflict"), [("20", False), ("20.3", False), ("20.30", False), ("20.4", True)]
    )
    def test_a_mean_with_more_digits_than_the_standard_asks_for(self, tiny, printed, conflict):
        # 110 days of 21 and 255 of 20: 20.301, by HJ 663 printed as 20.
        days = [d.date().isoformat() for d in pd.date_range("2019-01-01", "2019-12-31")]
        daily = [("甲站", day, 20 + (k < 110), 40, 6, 15, 0.5, 90) for k, day in enumerate(days)]
        items = [("pm25_mean", 2015, "30", "ug/m3"), ("pm25_mean", 2019, printed, "ug/m3")]
        result = tiny(2019, air_daily=daily, items=items).evaluate("7b")
        assert (result.verdict.status == "conflict") is conflict

    def test_the_figure_is_traced_to_its_file(self, tiny):
        case = tiny(2020, params=self.TARGET)
        write_hours(case, hours("2020-01-01", "2020-12-31"))
        used = case.evaluate("7a").lineage
        assert {row["what"] for row in used} == {"good_air_days", "valid_air_days"}
        assert {row["file"] for row in used} == {"data/trial/raw/2020/air_hourly.csv"}


#: HJ 633-2012 Table 1, 24 h values (ozone 8 h and 1 h), typed in again for an independent count.
BREAKS = {
    "pm25": [0, 35, 75, 115, 150, 250, 350, 500],
    "pm10": [0, 50, 150, 250, 350, 420, 500, 600],
    "so2": [0, 50, 150, 475, 800, 1600, 2100, 2620],
    "no2": [0, 40, 80, 180, 280, 565, 750, 940],
    "co": [0, 2, 4, 14, 24, 36, 48, 60],
    "o3": [0, 100, 160, 215, 265, 800],
    "o3_1h": [0, 160, 200, 300, 400, 800, 1000, 1200],
}
MARKS = [0, 50, 100, 150, 200, 300, 400, 500]


@pytest.fixture(scope="module")
def case():
    return opened("demo", 2020)


@pytest.fixture(scope="module")
def daily():
    """Daily means and MDA8 of 2020 by plain pandas, mean of the stations."""
    raw = pd.read_parquet(ROOT / "data/demo/raw/2020/air_hourly.parquet")
    raw["date"] = (raw["time"] - pd.Timedelta(hours=1)).dt.normalize()
    by = raw.groupby(["station", "date"])
    means = by[["pm25", "pm10", "so2", "no2", "co"]].mean()
    means = means.where(by[list(means)].count() >= 20)
    highest = by["o3"].max().where(by["o3"].count() >= 20)
    # Windows of one day only: those that end at 08:00 to 24:00.
    ozone = raw.sort_values(["station", "time"]).groupby(["station", "date"])["o3"]
    moving = ozone.rolling(8, min_periods=6).mean().to_frame("mean")
    ends = moving.groupby(["station", "date"]).cumcount() >= 7
    moving = moving[ends].groupby(["station", "date"])["mean"]
    eight = moving.max().where((moving.count() >= 14) | (moving.max().round() > 160))
    stations = means.join(eight.rename("o3")).join(highest.rename("o3_1h"))
    return stations.groupby("date").mean()


class TestDemo:
    def test_good_days_counted_another_way(self, case, daily):
        index = pd.DataFrame(
            {
                p: np.ceil(
                    np.interp(daily[p].round(1 if p == "co" else 0), b, MARKS[: len(b)]).round(9)
                )
                for p, b in BREAKS.items()
            },
            daily.index,
        ).where(daily[list(BREAKS)].notna())
        complete = daily.drop(columns="o3_1h").notna().all(axis=1)
        aqi = index.max(axis=1)
        valid = complete | (aqi > 100)
        derived = case.derived_from("good_air_days").items
        assert derived["valid_air_days"][2020] == valid.sum()
        assert derived["good_air_days"][2020] == (valid & (aqi <= 100)).sum()

    def test_pm25_mean_counted_another_way(self, case, daily):
        assert (
            case.derived_from("pm25_mean").items["pm25_mean"][2020] == daily["pm25"].mean().round()
        )

    def test_years_before_the_stations_rest_on_figures(self, case):
        assert case.derived_from("pm25_mean").items["pm25_mean"].index.tolist() == [
            *range(2015, 2021)
        ]
        reported = case.reported("pm25_mean")
        assert set(range(2010, 2015)) <= set(reported.years[~np.isnan(reported.value)])

    def test_only_the_days_of_the_year_are_shown(self, case):
        shown = case.evaluate("7a").detail["air_days"]
        assert len(shown) == 366 and set(shown["date"].dt.year) == {2020}
        assert not shown["counted"].all()
        assert all((why(day, "zh") == "") == day.counted for day in shown.itertuples())


class TestSeasonTrend:
    @staticmethod
    def months(years, seed):
        """Trendless AR(1) months with r1 = 0.5."""
        rng, value = np.random.default_rng(seed), 0.0
        times = [(2015 + at // 12, at % 12 + 1) for at in range(12 * years)]
        table = pd.DataFrame(times, columns=["year", "month"])
        values = []
        for _ in times:
            value = 0.5 * value + rng.normal()
            values.append(30 + value)
        return table.assign(value=values)

    def test_months_that_resemble_each_other_are_no_trend(self):
        found = [season_trend(self.months(5, seed))["status"].iloc[0] for seed in range(100)]
        # At 5 % some 5 of 100; taken as independent some 20.
        assert sum(status in ("improving", "worsening") for status in found) <= 10

    def test_which_law_is_told(self):
        long, short = (season_trend(self.months(years, 1))["explained"].iloc[0] for years in (5, 4))
        assert "季节间协方差校正" in long.text("zh") and "独立" not in long.text("zh")
        assert "假定各值相互独立" in short.text("zh")
