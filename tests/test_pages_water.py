"""Water pages: every class is a word, figures are described, silence is stated."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from counties import evaluated, opened
from reading import page_of, read

from ecolib.pages import tables
from ecolib.pages.water import CLASS_COLOURS, chip
from ecolib.texts import Note


@pytest.fixture(scope="module")
def water():
    return evaluated("demo", 2020, "8")


@pytest.fixture(scope="module")
def drinking():
    return evaluated("demo", 2020, "27")


def page(lang, number="8"):
    return page_of("demo", 2020, number, lang)


def row_of(rows: list[list[str]], name: str) -> list[str]:
    return next(row for row in rows if row[0].startswith(name))


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
    @pytest.mark.parametrize("number", CLASS_COLOURS)
    def test_the_word_can_be_read_on_its_colour(self, number):
        fill, ink = CLASS_COLOURS[number]
        assert contrast(fill, ink) >= 4.5

    @pytest.mark.parametrize("value", [None, float("nan"), pd.NA])
    def test_no_class_is_no_word(self, value):
        assert chip("zh")(value) is None

    @pytest.mark.parametrize("number", ["8", "27"])
    def test_a_class_is_a_word_and_never_stands_like_a_number(self, number):
        cells = re.findall(r'<td([^>]*)>\s*<span class="water class', page("zh", number).html)
        assert cells and not any('class="n"' in cell for cell in cells)

    def test_worse_than_five_is_said_in_both_languages(self):
        assert ">劣Ⅴ<" in chip("zh")(6.0) and ">&gt;Ⅴ<" in chip("en")(6)


class TestSurfaceWater:
    def test_months_without_a_sample_are_dashes(self):
        # January and February 2020 were not sampled.
        row = row_of(page("zh").table("2020年各断面逐月"), "北港渠（虚构）")
        assert row[1:3] == ["—", "—"] and re.fullmatch("[ⅠⅡⅢⅣⅤ]", row[3])

    @pytest.mark.parametrize(
        ("lang", "said"), [("zh", "市控（不考核）"), ("en", "city (not assessed)")]
    )
    def test_sections_outside_the_assessment_say_so(self, lang, said):
        caption = {"zh": "2020年各断面水质类别", "en": "Classes of 2020"}[lang]
        assert [row[1] for row in page(lang).table(caption)].count(said) == 4

    def test_the_county_has_its_grade_with_shares(self):
        rows = {row[0]: row[1:] for row in page("zh").table("考核断面水质状况")}
        # 7 of 8 sections at class III or better: 87.5 %, "good" from 75 % to 90 %.
        assert rows["Ⅰ—Ⅲ类比例"][-2:] == ["87.5%", "87.5%"]
        assert rows["水质状况"][-2:] == ["良好（绿色）", "良好（绿色）"]

    @pytest.mark.parametrize(("lang", "said"), [("zh", "Ⅳ类"), ("en", "class Ⅳ")])
    def test_the_figure_is_described_in_numbers(self, water, lang, said):
        # Eight sections, twelve months, one sample missing in each of the two years: 95 each.
        counted = tables.classes_by_month(water)
        years = counted.groupby(counted["period"].str[:4])["count"].sum()
        assert years.to_dict() == {"2019": 95, "2020": 95}
        months = next(alt for alt in page(lang).alts if "95" in alt and said in alt)
        numbers = re.findall(rf"(?:{said}|类|class \S+) (\d+)", months)
        assert sum(map(int, numbers)) == 190

    def test_exceedance_is_a_multiple_over_class_three(self, water):
        rows = tables.detail(water, "section_items", of_year=True)
        row = rows.iloc[0]
        assert row["exceedance"] == pytest.approx(row["value"] / row["class_limit3"] - 1)
        assert f"{row['exceedance']:.2f}" in page("zh").text

    def test_remarks_and_method_are_told(self):
        text = page("en").section("findings")
        assert (
            "below the detection limit" in text and "half of it (Huanban Jiance 2020 no. 82" in text
        )
        assert "Remarks on the monitoring data" in text and "Method and choices made" in text

    def test_groundwater_has_its_own_table(self):
        assert row_of(page("en").table("Wells in 2020"), "石屿镇4号井（虚构）")

    def test_both_languages_have_the_same_classes_and_no_stray_chinese(self):
        zh, en = (page(lang).html for lang in ("zh", "en"))
        assert re.findall(">([ⅠⅡⅢⅣⅤ])<", zh) == re.findall(">([ⅠⅡⅢⅣⅤ])<", en)
        # Names of places are the county's own; all else is English.
        text = re.sub(r"\S*（虚构）", "", page("en").section("findings"))
        assert re.findall(r"[水质类断面优良污染]{2,}", text) == []

    def test_names_are_escaped(self, water):
        part = water.parts[0]
        years = part.detail["section_years"].assign(section="<script>x</script>")
        months = part.detail["section_months"].iloc[:1]
        detail = {**part.detail, "section_years": years.iloc[[-1]], "section_months": months}
        other = replace(water, parts=(replace(part, detail=detail), *water.parts[1:]))
        html = read(other, "zh", opened("demo", 2020)).html
        assert "<script>" not in html and "&lt;script&gt;" in html


class TestSources:
    def test_coverage_counts_quarters(self):
        # Eleven sources, four quarters, one not sampled: 43 of 44 are 97.7 %.
        assert "43 of 44 quarterly results are there (97.7%)" in page("en", "27").text

    def test_the_silent_quarter_is_a_dash(self):
        row = row_of(page("zh", "27").table("2020年水源地水质"), "新圩镇山塘")
        assert "—" in row
        assert re.search("新圩镇山塘（虚构）”?.?第3季度", page("zh", "27").text)

    def test_nothing_above_a_limit_is_said(self):
        assert "2020年没有一次结果劣于Ⅲ类" in page("zh", "27").text

    def test_a_source_that_was_not_monitored_cannot_count(self, drinking):
        years = drinking.detail["source_years"].astype({"good": object, "class": object})
        at = years.index[years["year"] == 2020][0]
        years.loc[at, ["good", "class", "evaluable"]] = [None, None, False]
        years.at[at, "reasons"] = (Note("too_few_samples", had=0, needed=1),)
        thin = replace(drinking, detail={**drinking.detail, "source_years": years})
        text = read(thin, "en", opened("demo", 2020)).text
        assert "not monitored, cannot count" in text and "0 samples" in text


class TestWithoutSamples:
    @pytest.mark.parametrize(
        ("lang", "said"), [("zh", "未提交逐次监测数据"), ("en", "No sample data")]
    )
    def test_a_plain_sentence(self, tiny, lang, said):
        case = tiny(2019, items=[])
        assert said in read(case.evaluate("8"), lang, case).section("findings")
