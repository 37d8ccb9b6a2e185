"""The air page: what the pictures say in words, what the tables hold, and no data."""

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from counties import evaluated

from ecolib.assess.result import from_json, to_json
from ecolib.texts import Note
from ecolib.views import air
from ecolib.views.air import calendar_picture, counts_by_level
from ecolib.views.output import Html, Picture

ROOT = Path(__file__).parents[1]
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
    return result.parts[0].detail["air_days"]


@pytest.fixture(scope="module")
def pages(result):
    """The same result in both languages, drawn once."""
    return {lang: air(result, lang) for lang in ("zh", "en")}


def pictures(page):
    return [p for p in page.pieces if isinstance(p, Picture)]


def html(page):
    return "".join(p.html for p in page.pieces if isinstance(p, Html))


def rows_under(page, caption):
    """How many rows the table has whose caption begins so."""
    table = next(
        t for t in re.findall(r"<table>.*?</table>", page, re.S) if f"<caption>{caption}" in t
    )
    return table.count("<tr>") - 1


class TestCalendar:
    def test_the_key_counts_every_day_once(self, days):
        known = days.assign(counted=days["counted"].astype(bool))
        key = counts_by_level(known, "zh")
        assert sum(count for _, _, count in key) == 366
        assert key[-1] == ("无效", None, int((~known["counted"]).sum()))
        # The official colours of HJ 633-2012, Table 2.
        assert [colour for _, colour, _ in key[:3]] == ["#00E400", "#FFFF00", "#FF7E00"]

    def test_words_say_the_same_in_both_languages(self, days):
        zh, en = (calendar_picture(days, 2020, lang).alt for lang in ("zh", "en"))
        for one, other in LEVELS.items():
            count = re.search(rf"{one} (\d+) 天", zh)[1]
            assert f"{other} {count}" in en
        worst = days.loc[days["aqi"].idxmax()]
        assert f"AQI {worst['aqi']:.0f}" in zh and f"{worst['date']:%Y-%m-%d}" in en

    def test_a_year_without_a_valid_day_is_drawn_too(self, days):
        none = days.assign(counted=False)
        assert "无效 366 天" in calendar_picture(none, 2020, "zh").alt


class TestPage:
    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_four_pictures_with_words(self, pages, lang):
        shown = pictures(pages[lang])
        assert len(shown) == 4
        assert all(any(c.isdigit() for c in p.alt) for p in shown)

    def test_classes_of_each_year_are_told(self, pages, result):
        alt = pictures(pages["en"])[1].alt
        classes = result.parts[0].detail["air_classes"]
        first = classes[(classes["year"] == 2015) & (classes["level"] == 1)]["days"].iloc[0]
        assert f"2015 Excellent {first}" in alt

    def test_every_exceeding_and_every_invalid_day_is_listed(self, pages, days):
        page = html(pages["zh"])
        exceeding = (days["counted"] & (days["aqi"] > 100)).sum()
        assert rows_under(page, "2020 年超标的有效日") == exceeding
        assert rows_under(page, "2020 年无效") == (~days["counted"]).sum()

    def test_a_day_names_its_pollutant_and_concentration(self, pages, days):
        row = days[days["counted"] & (days["exceeding"] == "o3")].iloc[0]
        assert f"O3日最大 8 小时 {row['o3']:.0f} μg/m³" in html(pages["zh"])
        assert f"O3 8 h {row['o3']:.0f} μg/m³" in html(pages["en"])

    def test_limits_stand_beside_the_statistics(self, pages):
        # GB 3095-2012, class 2: annual mean of PM2.5 35, of PM10 70; ozone MDA8 160.
        page = html(pages["en"])
        for pollutant, limit in (("PM2.5", "35"), ("PM10", "70"), ("O3", "160")):
            pattern = rf"<td>{pollutant}</td>.*?<td[^>]*>{limit}</td>"
            assert re.search(pattern, page, re.S)

    def test_a_saved_result_shows_the_same(self, pages, result):
        again = air(from_json(to_json(result)), "zh")
        assert html(again) == html(pages["zh"])
        assert [p.svg for p in pictures(again)] == [p.svg for p in pictures(pages["zh"])]

    def test_a_statistic_without_enough_days_says_why(self, result):
        part = result.parts[1]
        table = part.detail["air_statistics"]
        short = table.assign(
            attains=pd.array([pd.NA] * len(table), dtype="boolean"),
            rounded=float("nan"),
            reason=[Note("air_too_few_days.year", found=300, needed=324)] * len(table),
        )
        changed = replace(part, detail=part.detail | {"air_statistics": short})
        page = html(air(replace(result, parts=(result.parts[0], changed)), "en"))
        assert "? 300 valid days in the year, 324 needed" in page


class TestWithoutStations:
    @pytest.mark.parametrize(("lang", "said"), [("zh", "没有交来逐日监测数据"), ("en", "No daily")])
    def test_a_plain_sentence(self, lang, said):
        result = evaluated("lianshan", 2019, "7")
        page = air(result, lang)
        assert pictures(page) == []
        assert said in html(page)

    def test_a_year_without_stations_after_years_with_them(self, result, days):
        part = replace(result.parts[0], detail=result.parts[0].detail | {"air_days": days.head(0)})
        page = html(air(replace(result, parts=(part, result.parts[1])), "zh"))
        assert "没有 2020 年的站点数据" in page
