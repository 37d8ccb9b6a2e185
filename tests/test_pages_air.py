"""The air page: what its figures say in words, what the tables hold, and what is told without data."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from counties import evaluated, opened
from reading import page_of, read

from ecolib.pages import air, tables
from ecolib.texts import Note

LEVELS = {
    "优": "Excellent",
    "良": "Good",
    "轻度污染": "Light pollution",
    "中度污染": "Moderate pollution",
}


@pytest.fixture(scope="module")
def result():
    return evaluated("demo", 2020, "7")


@pytest.fixture(scope="module")
def days(result):
    return tables.air_days(result)


@pytest.fixture(params=["zh", "en"])
def page(request):
    return page_of("demo", 2020, "7", request.param)


def alt_with(page, *said: str) -> str:
    return next(alt for alt in page.alts if all(s in alt for s in said))


class TestCalendar:
    def test_the_key_counts_every_day_once(self, days):
        key = air.levels(days)
        assert sum(count for _, _, count in key) == 366
        assert key[-1] == (0, None, int((~days["counted"]).sum()))
        # The official colours of HJ 633-2012, Table 2.
        assert [colour for _, colour, _ in key[:3]] == ["#00E400", "#FFFF00", "#FF7E00"]

    def test_words_say_the_same_in_both_languages(self, days):
        alts = [alt_with(page_of("demo", 2020, "7", lang), "AQI", "2020-") for lang in ("zh", "en")]
        for one, other in LEVELS.items():
            count = re.search(rf"{one} 天数 (\d+)", alts[0])[1]
            assert re.search(rf"{other} \w+ {count}\b", alts[1])
        worst = days.loc[days["aqi"].idxmax()]
        assert f"AQI最高{worst['aqi']:.0f}" in alts[0] and f"{worst['date']:%Y-%m-%d}" in alts[1]

    def test_a_year_without_a_valid_day_is_drawn_too(self, result, days):
        # 366 days of 2020, none of them valid.
        none = with_detail(
            result, "air_days", result.parts[0].detail["air_days"].assign(counted=False)
        )
        title = next(t for t in read(none, "zh", opened("demo", 2020)).titles if "无效" in t)
        assert title.endswith("2020年优良0天，超标0天，无效366天")


def with_detail(result, name: str, table: pd.DataFrame, part: int = 0):
    """The result with another table in one of its parts."""
    own = result.parts[part]
    changed = replace(own, detail=dict(own.detail) | {name: table})
    parts = tuple(changed if at == part else p for at, p in enumerate(result.parts))
    return replace(result, parts=parts)


class TestPage:
    def test_classes_of_each_year_are_told(self, result):
        classes = tables.detail(result, "air_classes")
        first = classes[(classes["year"] == 2015) & (classes["level"] == 1)]["days"].iloc[0]
        assert f"2015 Excellent {first}" in alt_with(page_of("demo", 2020, "7", "en"), "2015 Exc")

    def test_every_exceeding_and_every_invalid_day_is_listed(self, days):
        page = page_of("demo", 2020, "7", "zh")
        exceeding = (days["counted"] & (days["aqi"] > 100)).sum()
        assert len(page.table("2020年超标的有效日")) == exceeding > 0
        assert len(page.table("2020年无效")) == (~days["counted"]).sum() > 0

    def test_a_day_names_its_pollutant_and_concentration(self, days):
        row = days[days["counted"] & (days["exceeding"] == "o3")].iloc[0]
        for lang, said in (("zh", "O3日最大8小时 "), ("en", "O3 8 h ")):
            assert f"{said}{row['o3']:.0f} μg/m³" in page_of("demo", 2020, "7", lang).text

    def test_limits_stand_beside_the_statistics(self):
        # GB 3095-2012, class 2: annual mean of PM2.5 35, of PM10 70; ozone MDA8 160.
        rows = page_of("demo", 2020, "7", "en").table("Statistics of 2020")
        limits = {(row[0], row[1]): row[4] for row in rows}
        for pollutant, limit in (("PM2.5", "35"), ("PM10", "70")):
            assert limits[pollutant, "annual mean"] == limit
        assert limits["O3", "percentile 90"] == "160"

    def test_a_statistic_without_enough_days_says_why(self, result):
        table = result.parts[1].detail["air_statistics"]
        short = table.assign(
            attains=pd.array([pd.NA] * len(table), dtype="boolean"),
            rounded=float("nan"),
            reason=[Note("air_too_few_days.year", found=300, needed=324)] * len(table),
        )
        page = read(with_detail(result, "air_statistics", short, 1), "en", opened("demo", 2020))
        assert "? 300 valid days in the year, 324 required" in page.text


class TestWithoutStations:
    @pytest.mark.parametrize(("lang", "said"), [("zh", "未提交逐日监测数据"), ("en", "No daily")])
    def test_a_plain_sentence(self, lang, said):
        assert said in page_of("lianshan", 2019, "7", lang).section("findings")

    def test_a_year_without_stations_after_years_with_them(self, result):
        none = with_detail(result, "air_days", result.parts[0].detail["air_days"].head(0))
        assert "没有2020年的站点数据" in read(none, "zh", opened("demo", 2020)).text
