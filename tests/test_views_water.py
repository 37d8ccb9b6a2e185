"""Water pages: every class is a word, figures are described, silence is stated."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from counties import evaluated

from ecolib import views
from ecolib.assess.result import from_json, to_json
from ecolib.texts import Note
from ecolib.views.output import Picture
from ecolib.views.water_sections import CLASSES, chip

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def water():
    return evaluated("demo", 2020, "8")


@pytest.fixture(scope="module")
def pages(water):
    """The same result in both languages, drawn once."""
    return {lang: views.water(water, lang) for lang in ("zh", "en")}


@pytest.fixture(scope="module")
def drinking():
    return evaluated("demo", 2020, "27")


def text_of(shown) -> str:
    return "\n".join(getattr(piece, "text", "") for piece in shown.pieces)


def html_of(shown) -> str:
    return "\n".join(getattr(piece, "html", "") for piece in shown.pieces)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2 between two colours."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (
            p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


class TestClassWords:
    @pytest.mark.parametrize("number", CLASSES)
    def test_the_word_can_be_read_on_its_colour(self, number):
        _, fill, ink = CLASSES[number]
        assert contrast(fill, ink) >= 4.5

    @pytest.mark.parametrize("value", [None, float("nan"), pd.NA])
    def test_no_class_is_a_dash(self, value):
        assert chip(value, "zh").text == "—"

    def test_worse_than_five_is_said_in_both_languages(self):
        assert (chip(6.0, "zh").text, chip(6, "en").text) == ("劣Ⅴ", ">Ⅴ")


class TestSurfaceWater:
    def test_months_without_a_sample_are_dashes(self, pages):
        table = next(p for p in pages["zh"].pieces if "2020 年各断面逐月" in getattr(p, "text", ""))
        line = next(row for row in table.text.splitlines() if "北港渠" in row)
        # January and February 2020 were not sampled.
        assert re.search(r"北港渠（虚构）\s+—\s+—\s+[ⅠⅡⅢⅣⅤ]", line)

    def test_sections_outside_the_assessment_say_so(self, pages):
        text = text_of(pages["zh"])
        assert text.count("市控（不考核）") == 4
        assert text_of(pages["en"]).count("city (not assessed)") == 4

    def test_the_county_has_its_grade_with_shares(self, pages):
        text = text_of(pages["zh"])
        # 7 of 8 sections at class III or better: 87.5 %, "good" from 75 % to 90 %.
        assert re.search(r"Ⅰ—Ⅲ类比例\s+87.5 %\s+87.5 %", text)
        assert re.search(r"水质状况\s+良好（绿色）\s+良好（绿色）", text)

    @pytest.mark.parametrize(("lang", "said"), [("zh", "Ⅳ类"), ("en", "class Ⅳ")])
    def test_the_figure_is_described_in_numbers(self, pages, lang, said):
        figures = [p for p in pages[lang].pieces if isinstance(p, Picture)]
        months = next(f for f in figures if "95" in f.alt)
        # Eight sections, twelve months, one sample missing in each of the two years: 95 each.
        assert months.alt.count("95") == 2 and said in months.alt

    def test_exceedance_is_a_multiple_over_class_three(self, water, pages):
        rows = water.parts[0].detail["section_items"]
        row = rows[rows["year"] == 2020].iloc[0]
        assert row["exceedance"] == pytest.approx(row["value"] / row["class_limit3"] - 1)
        assert f"{row['exceedance']:.2f}" in text_of(pages["zh"])

    def test_remarks_and_method_are_told(self, pages):
        html = html_of(pages["en"])
        assert "below detection" in html and "half its detection limit" in html
        assert 'id="monitoring-notes"' in html

    def test_groundwater_has_its_own_table(self, pages):
        assert "石屿镇4号井（虚构）" in text_of(pages["en"])

    def test_both_languages_have_the_same_classes_and_no_stray_chinese(self, pages):
        zh, en = (html_of(pages[lang]) for lang in ("zh", "en"))
        assert re.findall(">([ⅠⅡⅢⅣⅤ])<", zh) == re.findall(">([ⅠⅡⅢⅣⅤ])<", en)
        words = re.sub(r"<[^>]*>", " ", en)
        # Names of places are the county's own; all else is English.
        assert re.findall(r"[水质类断面优良污染]{2,}", re.sub(r"\S*（虚构）", "", words)) == []

    def test_a_saved_result_is_drawn_the_same(self, water, pages):
        again = from_json(to_json(water))
        assert html_of(views.water(again, "zh")) == html_of(pages["zh"])

    def test_names_are_escaped(self, water):
        part = water.parts[0]
        years = part.detail["section_years"].assign(section="<script>x</script>")
        months = part.detail["section_months"].iloc[:1]
        detail = {**part.detail, "section_years": years.iloc[[-1]], "section_months": months}
        shown = views.water(replace(water, parts=(replace(part, detail=detail),)), "zh")
        assert "<script>" not in html_of(shown) and "&lt;script&gt;" in html_of(shown)


class TestSources:
    def test_coverage_counts_quarters(self, drinking):
        # Eleven sources, four quarters, one not sampled: 43 of 44 are 97.7 %.
        assert "43 of 44 quarterly results are there (97.7 %)" in text_of(
            views.water(drinking, "en")
        )

    def test_the_silent_quarter_is_a_dash(self, drinking):
        text = text_of(views.water(drinking, "zh"))
        line = next(row for row in text.splitlines() if "新圩镇山塘" in row and "湖库" in row)
        assert "—" in line
        assert "“新圩镇山塘（虚构）”第3季度没有监测结果" in text

    def test_nothing_above_a_limit_is_said(self, drinking):
        assert "2020 年没有一次结果劣于Ⅲ类" in text_of(views.water(drinking, "zh"))

    def test_a_source_that_was_not_monitored_cannot_count(self, drinking):
        years = drinking.detail["source_years"].astype({"good": object, "class": object})
        at = years.index[years["year"] == 2020][0]
        years.loc[at, ["good", "class", "evaluable"]] = [None, None, False]
        years.at[at, "reasons"] = (Note("too_few_samples", had=0, needed=1),)
        thin = replace(drinking, detail={**drinking.detail, "source_years": years})
        text = text_of(views.water(thin, "en"))
        assert "not monitored, cannot count" in text and "only 0 samples" in text


class TestWithoutSamples:
    @pytest.mark.parametrize(
        ("lang", "said"), [("zh", "没有交来逐次监测数据"), ("en", "No sample data")]
    )
    def test_a_plain_sentence(self, tiny, lang, said):
        shown = views.water(tiny(2019, items=[]).evaluate("8"), lang)
        assert said in text_of(shown)
