"""The page of an indicator: what stands on it, where, and in both languages; what is not there is told."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest
from counties import EACH_KIND, evaluated, everything, opened
from reading import Html, page_of, read, unwritten, words

from ecolib.assess.result import STATUSES, Change, Result, Verdict, from_json, to_json
from ecolib.errors import ParamsError
from ecolib.pages import indicator, tables
from ecolib.pages.listings import value_of
from ecolib.pages.style import MARKS
from ecolib.pages.wording import moved, spread
from ecolib.texts import Note, Words, word

LANGS = ("zh", "en")
SEWAGE = [("urban_sewage_rate", y, v, "%") for y, v in ((2017, 93.43), (2018, 92.15), (2019, 95))]
#: Pages of every kind, with values and without.
PAGES = [
    ("demo", 2020, "7"), ("demo", 2020, "8"), ("demo", 2020, "10"), ("demo", 2020, "17"),
    ("demo", 2020, "27"), ("demo", 2020, "29"), ("demo", 2020, "39"), ("lianshan", 2019, "7"),
    ("lianshan", 2019, "9"), ("lianshan", 2019, "12"), ("lianshan", 2019, "13"),
    ("lianshan", 2019, "16"), ("lianshan", 2019, "22"), ("lianshan", 2019, "25"),
    ("lianshan", 2019, "27"), ("lianshan", 2019, "35"),
]  # fmt: skip


def said(zh: str, en: str) -> Note:
    return Note("as_stated", words=Words(zh, en))


@pytest.fixture(
    params=[(*p, lang) for p in PAGES for lang in LANGS], ids=lambda p: "-".join(map(str, p))
)
def page(request):
    return page_of(*request.param)


class TestEveryPage:
    def test_well_formed_and_asks_nothing_of_the_network(self, page):
        html = Html(page.html)
        assert html.open == []
        assert not html.all("script", "link", "iframe", "object", "embed", "form", "base", "img")
        addresses = [v for _, a in html.tags for k, v in a.items() if k in ("src", "href")]
        assert addresses and all(re.match(r"#|[\w./-]+(#[\w-]+)?$", a) for a in addresses)
        assert not [k for _, a in html.tags for k in a if k.startswith("on")]

    def test_chinese_on_an_english_page_is_marked(self, page):
        if 'lang="en"' in page.html.partition(">")[0]:
            unmarked = re.sub('<span lang="zh-CN">[^<]*</span>', "", page.html)
            assert re.findall("[\u4e00-\u9fff]+", re.sub("<[^>]*>", " ", unmarked)) == []

    def test_one_h1_headings_in_order_and_ids_once(self, page):
        html = Html(page.html)
        assert html.headings[0] == 1 and html.headings.count(1) == 1
        steps = [b - a for a, b in zip(html.headings, html.headings[1:], strict=False)]
        assert max(steps) == 1
        ids = [a["id"] for _, a in html.tags if "id" in a]
        assert max(Counter(ids).values()) == 1
        inner = {a["href"][1:] for a in html.all("a") if a["href"].startswith("#")}
        assert inner and inner <= set(ids)

    def test_the_verdict_comes_first(self, page):
        html = page.html
        assert html.index('class="card"') < html.index("<section id=")
        assert html.index('class="trust"') < html.index("<section id=")

    def test_every_figure_is_numbered_described_and_has_its_data(self, page):
        titles, alts = page.titles, page.alts
        assert len(titles) == len(alts) == len(page.files)
        for place, (title, alt) in enumerate(zip(titles, alts, strict=True), 1):
            assert re.match(rf"(图|Figure )\d+-{place}", title)
            assert len(re.findall(r"\d+", alt)) >= 3
        for name, content in page.files.items():
            assert f'href="{name}"' in page.html
            rows = content.removeprefix("\ufeff").splitlines()
            assert len(rows) > 1 and len({row.count(",") for row in rows if '"' not in row}) == 1

    def test_nothing_empty_or_unfinished_is_printed(self, page):
        for wrong in ("（）", r"\(\)", r"\bnan\b", "None", "<span", "<label", r"\[\]", "NaT"):
            assert not re.search(wrong, page.text), wrong


def numbers(cells) -> Counter:
    # 10⁴ t and 万吨 are the same unit; Q3 and 第3季度, Jan and 1月 the same thing. Only English parts
    # thousands by commas.
    joined = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", " | ".join(cells).replace("10⁴", ""))
    return Counter(re.findall(r"\d+(?:\.\d+)?", joined))


MONTHS = re.compile(r"^\d+月$|^[A-Z][a-z]{2}$")


@pytest.mark.parametrize(("county", "year", "number"), PAGES)
def test_both_languages_show_the_same_numbers(county, year, number):
    zh, en = (page_of(county, year, number, lang) for lang in LANGS)
    cells = [[c for c in Html(p.html).cells if not MONTHS.match(c.strip())] for p in (zh, en)]
    assert numbers(cells[0]) == numbers(cells[1])
    data = [
        [cell for row in list(csv.reader(io.StringIO(f)))[1:] for cell in row]
        for p in (zh, en)
        for f in p.files.values()
    ]
    half = len(data) // 2
    assert [numbers(f) for f in data[:half]] == [numbers(f) for f in data[half:]]


def result_of(name: str, status: str = "met", **given) -> Result:
    from counties import LIANSHAN

    entry = LIANSHAN.find(name)
    verdict = Verdict(status, (said("因为这样", "because of this"),))
    given = {"target": said("", ""), "kind": entry.kind} | given
    return Result(entry.id, entry.number, "trial", 2019, entry.unit, verdict, **given)


class TestCard:
    @pytest.mark.parametrize("status", STATUSES)
    @pytest.mark.parametrize("lang", LANGS)
    def test_a_status_is_a_mark_and_a_word(self, tiny, status, lang):
        text = read(result_of("27", status), lang, tiny(2019, items=[])).text
        assert f"{MARKS[status]}{word('status', status, lang)}" in text
        assert ("因为这样" if lang == "zh" else "Because of this") in text

    def test_value_year_basis_target_and_owner_stand_together(self, tiny):
        case = tiny(2019, items=SEWAGE)
        html = read(case.evaluate("27"), "en", case).html
        card = html[html.index('class="card"') : html.index("<section id=")]
        for shown in ("95", "2019", word("basis", "reported", "en"), "≥ 85", "Housing and Urban"):
            assert shown in card

    def test_without_a_value_it_says_so(self, tiny):
        case = tiny(2019, items=[])
        html = read(case.evaluate("27"), "en", case).html
        assert ">missing<" in html[html.index('class="big"') :][:80]

    def test_requirements_are_counted_out_of_how_many(self):
        states = ["documented", "documented", "stated"]
        wanted = pd.DataFrame({"requirement": list("abc"), "state": states})
        result = result_of("1", value=2.0, detail={"requirements": wanted})
        assert value_of(result, "en") == "2/3 documented"
        assert value_of(result, "zh") == "2/3项有文件"

    def test_each_part_of_a_group_has_its_verdict(self, tiny):
        case = tiny(2019, items=[])
        rows = read(case.evaluate("7"), "zh", case).table("各分项")
        assert [row[0] for row in rows] == ["7a 优良天数比例", "7b PM2.5浓度下降幅度"]

    def test_earlier_verdicts_are_those_of_their_years(self):
        # As evaluated for those years alone.
        statuses = [opened("lianshan", y).evaluate("13").verdict.status for y in (2017, 2018)]
        text = page_of("lianshan", 2019, "13", "zh").text
        for year, status in zip((2017, 2018), statuses, strict=True):
            assert f"{year}年{MARKS[status]}{word('status', status, 'zh')}" in text


class TestSpread:
    @pytest.mark.parametrize(
        ("low", "high", "expected"),
        [(91.67, 100.0, r"91.67\s?% to 100\s?%"), (91.67, float("inf"), r"≥ 91.67\s?%"),
         (100.0, 100.0, ""), (float("nan"), float("nan"), "")],
    )  # fmt: skip
    def test_only_what_is_uncertain_has_a_range(self, low, high, expected):
        assert re.fullmatch(expected, spread(low, high, "%", "en"))


class TestHead:
    def test_a_fictional_county_says_so(self, tiny):
        case = tiny(2019, items=[])
        county = case.params.county.model_copy(update={"fictional": True})
        case.data.params = case.params.model_copy(update={"county": county})
        assert "Test County (fictional) · 2019" in read(case.evaluate("27"), "en", case).text
        assert "试县（虚构） · 2019年" in read(case.evaluate("27"), "zh", case).text

    def test_owners_go_by_the_names_of_the_county(self, tiny):
        case = tiny(2019, items=[], params="owners: {housing: {zh: 本县住建, en: Our Housing}}\n")
        assert "Our Housing" in read(case.evaluate("27"), "en", case).text

    def test_an_assigned_target_names_its_document_and_a_missing_one_is_told(self, tiny):
        bound = "{sense: at_least, value: 98, document: 文件甲, position: 表3}"
        given = tiny(2019, items=[], params=f"assigned: {{rural_toilet_rate: {{2019: {bound}}}}}\n")
        text = read(given.evaluate("29"), "en", given).text
        assert "文件甲" in text and "a higher authority (表3)" in text
        without = tiny(2019, items=[])
        assert "no target for 2019 received" in read(without.evaluate("29"), "en", without).text

    def test_the_formula_follows_in_signs_and_with_the_figures_of_the_year(self, tiny):
        items = [("hw_generated", 2019, "67.5", "t"), ("hw_used_disposed", 2019, "66", "t"),
                 ("hw_prior_used_disposed", 2019, "3", "t")]  # fmt: skip
        case = tiny(2019, items=items)
        html = read(case.evaluate("13"), "zh", case).html
        first, second = re.findall(r"<math.*?</math>", html, re.S)
        assert "危险废物产生量" in first and "http" not in first
        # 100 * 66 / (67.5 + 3) = 93.617 %
        for shown in (">66<", ">67.5<", ">3<", "93.62"):
            assert shown in second

    def test_neighbours_and_the_row_in_the_report(self):
        html = page_of("lianshan", 2019, "13", "zh").html
        assert 'href="../../report.zh.html#row-13"' in html
        before, after = (evaluated("lianshan", 2019, n).indicator for n in ("12", "14"))
        for neighbour in (before, after):
            assert f'href="../{neighbour}/analysis.html"' in html
        assert "analysis.en.html" in page_of("lianshan", 2019, "13", "en").html

    def test_a_part_has_the_neighbours_of_its_group(self):
        part, group = (page_of("demo", 2020, number, "zh").html for number in ("7a", "7"))
        ways = re.compile(r'href="(\.\./[^"]+)"')
        assert ways.findall(part) == ways.findall(group) != []

    def test_the_first_has_none_before_it(self):
        html = page_of("demo", 2020, "1", "zh").html
        assert html.count('href="../') == 4  # the report twice, the next one twice


class TestHistory:
    def test_no_value_gives_a_sentence_and_no_figure(self, tiny):
        case = tiny(2019, items=[])
        found = read(case.evaluate("27"), "zh", case)
        assert not found.titles and "历年完成情况" in found.text[found.text.index("从略") :]

    def test_one_value_is_told_and_not_drawn(self, tiny):
        case = tiny(2019, items=SEWAGE[-1:])
        found = read(case.evaluate("27"), "en", case)
        assert not found.titles
        assert re.search(
            r"95\s?% in 2019 .*no other year has an exact value", found.section("history")
        )

    def test_a_group_draws_the_parts_that_have_values_and_names_the_others(self, tiny):
        items = [("good_air_days", y, d, "d") for y, d in ((2018, 355), (2019, 361))]
        case = tiny(2019, items=items)
        found = read(case.evaluate("7"), "en", case)
        assert "7b" in found.section("history") and "no value up to 2019" in found.section(
            "history"
        )

    @pytest.mark.parametrize("lang", LANGS)
    def test_the_description_holds_the_numbers(self, tiny, lang):
        case = tiny(2019, items=SEWAGE)
        alt = read(case.evaluate("27"), lang, case).alts[0]
        for number in ("2017", "2019", "93.43", "92.15", "95", r"≥\s?85"):
            assert re.search(number, alt)

    def test_the_title_states_the_finding(self, tiny):
        case = tiny(2019, items=SEWAGE)
        # 95 - 85 = 10 points above the target; 92.15 < 93.43, so it did not rise every year.
        title = read(case.evaluate("27"), "en", case).titles[0]
        assert re.search(r"95\s?% in 2019, 10 percentage points above the target of 85\s?%$", title)

    def test_a_course_is_named_from_three_years_on(self, tiny):
        items = [("urban_sewage_rate", y, v, "%") for y, v in ((2017, 81), (2018, 80), (2019, 79))]
        case = tiny(2019, items=items)
        title = read(case.evaluate("27"), "en", case).titles[0]
        assert "6 percentage points below the target" in title
        assert title.endswith("falling every year from 2017 to 2019")

    def test_a_disputed_value_is_said_to_be(self):
        assert "所报数据相互矛盾" in page_of("lianshan", 2019, "27", "zh").titles[0]

    def test_the_table_tells_year_value_and_basis(self, tiny):
        case = tiny(2019, items=SEWAGE)
        rows = read(case.evaluate("27"), "en", case).table("Values by year")
        assert rows[1][:3] == ["2018", "92.15", word("basis", "reported", "en")]

    def test_a_lower_bound_without_an_upper_one(self, tiny):
        items = [("organic_area", y, v, "mu") for y, v in ((2018, 11000), (2019, 12500))]
        case = tiny(2019, items=items)
        found = read(case.evaluate("22"), "en", case)
        assert "≥ 12,500 mu" in found.text and found.titles

    def test_the_data_are_in_full(self, tiny):
        items = [("waste_harmless", y, 50 + y - 2018, "t") for y in (2018, 2019)]
        items += [("waste_generated", y, 70, "t") for y in (2018, 2019)]
        case = tiny(2019, items=items)
        files = read(case.evaluate("28"), "en", case).files
        # 100 * 51 / 70 = 72.857142857...
        assert "72.85714286" in files["figures/28-1.en.csv"]


class TestChange:
    def test_percentages_move_by_points(self):
        change = Change(2018, 95.62, 3.29, "improving")
        assert (
            moved(change, "%", "en")
            == f"up 3.29 percentage points: {word('direction', 'improving', 'en')}"
        )
        assert re.fullmatch(r"上升3.29\s?个百分点，改善", moved(change, "%", "zh"))

    def test_points_have_two_decimals_unless_they_are_smaller(self):
        for difference, told in ((0.5691, "0.57"), (0.0004, "0.0004")):
            change = Change(2018, 97.0, difference, "improving")
            assert moved(change, "%", "en").startswith(f"up {told} percent")

    def test_other_units_keep_theirs_and_less_can_be_better(self):
        change = Change(2018, 80.0, -2.5, "improving")
        assert moved(change, "m3/10k yuan", "zh") == "下降2.5立方米/万元，改善"

    @pytest.mark.parametrize("lang", LANGS)
    def test_without_a_direction_no_word_of_better_or_worse(self, lang):
        told = moved(Change(2018, 80.0, -2.5, ""), "%", lang)
        assert not any(word("direction", d, lang) in told for d in ("improving", "worsening"))
        far = moved(Change(2018, 80.0, -2.5, "not_comparable"), "%", lang)
        assert "2.5" not in far

    def test_what_cannot_be_compared_is_told_with_its_year(self, tiny):
        case = tiny(2019, items=SEWAGE[-1:])
        text = read(case.evaluate("27"), "en", case).section("change")
        assert "No comparable value for 2015, 2018" in text

    def test_no_value_no_section(self, tiny):
        case = tiny(2019, items=[])
        assert read(case.evaluate("27"), "en", case).section("change") == ""

    def test_too_short_a_series_says_why(self, tiny):
        case = tiny(2019, items=SEWAGE)
        text = read(case.evaluate("27"), "en", case).section("change")
        assert word("trend", "undetermined", "en") in text and "too few" in text


class TestDrivers:
    def test_inputs_are_shown_each_in_its_unit_and_constants_in_words(self, tiny):
        items = [("waste_harmless", y, 90 + y - 2018, "t") for y in (2018, 2019)]
        items += [("waste_generated", y, 100, "t") for y in (2018, 2019)]
        case = tiny(2019, items=items)
        found = read(case.evaluate("28"), "en", case)
        assert "2018 Urban household waste safely treated (t) 90" in found.alts[1]
        assert "100 t in 2018, 2019" in found.section("drivers")
        assert "rose from 90 t in 2018 to 91 t in 2019" in found.titles[1]

    def test_only_finished_values(self, tiny):
        case = tiny(2019, items=SEWAGE)
        found = read(case.evaluate("27"), "en", case)
        assert found.section("drivers") == "" and "What moved the value" in found.text


class TestInputs:
    def test_figures_as_printed_with_unit_owner_and_place(self, tiny):
        case = tiny(2019, items=[("waste_harmless", 2019, "1,234.50", "t")])
        text = read(case.evaluate("28"), "en", case).section("inputs")
        for shown in ("1,234.50", " t ", "Housing and Urban-Rural Development Bureau", "here"):
            assert shown in text
        assert "data/trial/raw/2019/items.csv" in text and "A2" in text
        assert str(case.root) not in text

    def test_years_stay_whole_beside_a_missing_one(self, tiny):
        rows = [("waste_harmless", 2019, "65", "t"), ("waste_generated", "", "70", "t")]
        case = tiny(2019, items=rows)
        text = read(case.evaluate("28"), "en", case).section("inputs")
        assert " 2019 65 " in text and " none 70 " in text
        assert "2019.0" not in text and "years other than" not in text

    def test_a_figure_of_a_later_year_is_not_called_earlier(self, tiny):
        case = tiny(2019, items=[("public_satisfaction", 2020, "90.38", "%")])
        text = read(case.evaluate("34"), "en", case).section("inputs")
        assert "Submitted for years other than 2019 (1)" in text and " 2020 90.38 " in text
        assert "arlier" not in text

    def test_nothing_submitted(self, tiny):
        case = tiny(2019, items=[])
        text = read(case.evaluate("27"), "en", case).section("inputs")
        assert "Submitted" not in text and "Remarks" not in text

    def test_remarks_carry_their_severity(self, tiny):
        rows = [("straw_use_rate", 2019, "90", "%", place) for place in ("甲", "乙")]
        case = tiny(2019, items=rows)
        text = read(case.evaluate("23"), "en", case).section("inputs")
        assert "note: " in text and "figures by place" in text


class TestNeeds:
    def test_what_is_missing_is_listed_with_who_owes_it(self, tiny):
        case = tiny(2019, items=[("waste_harmless", 2019, "1", "t")])
        rows = read(case.evaluate("28"), "en", case).table("What is to be done or submitted")
        assert any("Housing and Urban-Rural Development Bureau" in row for row in rows)
        assert not any("waste safely treated" in row[0] for row in rows)

    def test_what_is_to_be_done_stands_there_too(self):
        # 13 is not met and lacks nothing; 19 contradicts itself.
        (row,) = page_of("lianshan", 2019, "13", "zh").table("需办理和补报")
        assert row[0].startswith("核实基础数据") and row[1] == "生态环境局连山分局"
        rows = page_of("lianshan", 2019, "19", "zh").table("需办理和补报")
        assert "书面更正错误的一处" in rows[0][0] and rows[0][1] == "县经济发展促进局"

    def test_zero_is_an_answer_and_remarks_stand_beside_the_rest(self):
        # The definition of the points says “没有的填0”; that of the standby source stands in a remark.
        needs = page_of("lianshan", 2019, "8", "zh").section("needs")
        assert (
            "2019年地下水考核点位数（个），没有的填0" in needs
            and "点位数（个），没有的填0，" not in needs
        )
        assert "含备用水源地1处（旭水）" in page_of("lianshan", 2019, "25", "zh").section("needs")

    @pytest.mark.parametrize("county", [("demo", 2020), ("lianshan", 2019)])
    def test_nothing_is_asked_where_it_does_not_apply(self, county):
        for result in everything(*county):
            if result.verdict.status == "not_applicable":
                assert page_of(*county, result.number, "zh").section("needs") == ""

    def test_parts_that_do_not_apply_have_no_column_of_values(self):
        """The county lies inland: neither shore nor coastal wetland has a value to show."""
        parts = page_of("lianshan", 2019, "12", "zh").section("parts")
        assert "分项 目标" in parts
        # One of three does not apply; the other two have their values.
        assert "分项 数值 目标" in page_of("lianshan", 2019, "8", "zh").section("parts")


class TestRequirements:
    PLAN = (
        "emergency_mechanism",
        "plan",
        2019,
        "是",
        "预案已备案",
        "应急预案",
        "1号",
        "2019-03-01",
    )

    def test_states_and_documents(self, tiny):
        screening = ("emergency_mechanism", "screening", 2019, "是", "排查了风险隐患")
        case = tiny(2019, documents=[self.PLAN, screening])
        text = read(case.evaluate("15"), "en", case).section("requirements")
        states = {s: word("evidence", s, "en") for s in ("documented", "stated", "absent")}
        assert f"{MARKS['met']}{states['documented']}emergency plan issued and filed" in text
        assert f"{MARKS['declared']}{states['stated']}risks screened" in text
        assert (
            f"{MARKS['not_evaluable']}{states['absent']}no incident of the larger grade or above"
            in text
        )
        assert "应急预案, 1号, 2019-03-01" in text and "no document named" in text

    def test_nothing_is_shown_where_no_document_is_asked_for(self, tiny):
        case = tiny(2019, items=[])
        assert read(case.evaluate("13"), "zh", case).section("requirements") == ""


HOSTILE = """<script>alert("1")</script> & '$x_1$'"""


@pytest.fixture
def hostile(tiny):
    name = json.dumps(HOSTILE)
    params = f"owners: {{housing: {{zh: {name}, en: {name}}}}}\n"
    items = [("urban_sewage_rate", y, v, "%", HOSTILE) for y, v in ((2018, 91), (2019, 92))]
    documents = [("urban_sewage_rate", "sludge", 2019, "是", HOSTILE, HOSTILE, "1")]
    areas = [("redline", HOSTILE, y, 10, "ha") for y in (2018, 2019)]
    return tiny(2019, params=params, items=items, documents=documents, areas=areas)


@pytest.mark.parametrize("number", ["27", "16"])
def test_hostile_names_and_notes_do_no_harm(hostile, number):
    found = read(hostile.evaluate(number), "zh", hostile)
    assert not Html(found.html).all("script")
    assert found.text.count(HOSTILE) >= 3


def test_an_unknown_language_is_refused(hostile):
    with pytest.raises(ParamsError, match="must be one of zh, en"):
        indicator(hostile.evaluate("27"), "fr", case=hostile)


@pytest.mark.parametrize("number", ["7", "8", "10", "17", "29", "39"])
def test_a_saved_result_gives_the_same_page_byte_by_byte(number):
    result, case = evaluated("demo", 2020, number), opened("demo", 2020)
    again = read(from_json(to_json(result)), "zh", case)
    assert again == page_of("demo", 2020, number, "zh")


def emptied(result: Result, *names: str) -> Result:
    """The result with all rows taken out of its tables of these names."""
    parts = tuple(emptied(part, *names) for part in result.parts)
    detail = {n: t.iloc[:0] if n in names else t for n, t in result.detail.items()}
    return replace(result, parts=parts, detail=detail)


def tables_of(result: Result) -> set[str]:
    return set(result.detail).union(*map(tables_of, result.parts))


CASES = [
    pytest.param(
        county, year, entry.id, id=f"{county}-{entry.id}",
        marks=() if county == "demo" and entry.number in EACH_KIND else pytest.mark.slow,
    )
    for county, year in (("demo", 2020), ("lianshan", 2019))
    for entry in opened(county, year).list.top_level
]  # fmt: skip


@pytest.mark.parametrize(
    "alone", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["all", "each"]
)
@pytest.mark.parametrize(("county", "year", "name"), CASES)
def test_any_table_without_rows(county, year, name, alone, monkeypatch):
    case, result = opened(county, year), evaluated(county, year, name)
    unwritten(monkeypatch)
    names = tables_of(result)
    for chosen in ([n] for n in names) if alone else [names]:
        read(from_json(to_json(emptied(result, *chosen))), "zh", case)


def test_a_survey_in_which_every_answer_is_valid(tiny):
    answers = [
        ("participation", 2019, i, "是否参与", "是", "", 30, "大学", "工人") for i in range(40)
    ]
    case = tiny(2019, survey_answers=answers)
    result = case.evaluate("35")
    assert result.detail["survey_invalid"].empty
    for lang in LANGS:
        assert read(from_json(to_json(result)), lang, case).titles


def test_an_empty_table_keeps_its_columns_as_json():
    result = evaluated("demo", 2020, "40")
    bare = replace(result, detail={"a": pd.DataFrame({"year": [], "note": []})})
    assert list(from_json(to_json(bare)).detail["a"].columns) == ["year", "note"]


class TestRanges:
    """Values of which only the ends are known."""

    AREA = [("organic_area", y, v, "mu") for y, v in ((2017, 10000), (2018, 11000), (2019, 12500))]

    def test_a_lower_bound_is_not_told_as_the_value(self, tiny):
        case = tiny(2019, items=self.AREA)
        found = read(case.evaluate("22"), "en", case)
        # 12,500 or more is above 12,000 in any case; that it rose cannot be told: 2017 may be more.
        assert found.titles[0].endswith("At least 12,500 mu in 2019, above the target of 12,000 mu")
        assert "cannot be told" in found.section("change")

    def test_ranges_that_overlap_have_no_course(self):
        # 92.88 to 100 %, 95.62 to 100 %, 98.90 to 100 %: the least of them rises, the value may fall.
        title = page_of("lianshan", 2019, "7", "zh").titles[0]
        assert "98.90%～100%" in title and "高于目标97%" in title and "逐年" not in title

    def test_a_year_that_is_only_bounded_is_told(self):
        text = page_of("lianshan", 2019, "9", "zh").section("history")
        assert "2016—2018年高于85" in text  # as submitted: >85

    @pytest.mark.parametrize(
        ("low", "high", "where"),
        [(81, 99, "wholly_above"), (80, 99, "not_below"), (70, 99, "astride"),
         (70, 80, "not_above"), (70, 79, "wholly_below")],
    )  # fmt: skip
    def test_where_a_range_lies_against_a_limit(self, low, high, where):
        assert sys.modules["ecolib.pages.by_year"]._within(low, high, 80) == where


class TestScope:
    def test_nothing_is_compared_or_joined_across_a_change_of_scope(self):
        case = opened("lianshan", 2019)
        frame = tables.history(evaluated("lianshan", 2019, "3"), case=case)
        # 29 and 35 are those of one kind of town, 66 that of the county.
        assert dict(zip(frame["year"], frame["broken"], strict=True))[2019]
        assert not frame[frame["year"] == 2018]["broken"].any()
        found = page_of("lianshan", 2019, "3", "zh")
        assert "逐年" not in found.titles[0] and "口径不同，不作比较" in found.section("change")

    def test_a_break_parts_its_year_from_the_one_before(self):
        result = evaluated("lianshan", 2019, "13")
        frame = tables.history(replace(result, breaks=(2018,)))
        assert list(frame["year"][frame["broken"]]) == [2018]


class TestUndated:
    def test_a_figure_without_a_year_is_never_told_as_that_of_the_year(self):
        found = page_of("lianshan", 2019, "5", "zh")
        assert "填报值为100%（文字说明），未注明年份" in found.section("history")
        assert "政府应公开事项数：填报值为28个，未注明年份" in found.section("drivers")
        assert "2019年为" not in found.text


class TestDoubts:
    def test_each_remark_says_what_it_does_to_the_verdict(self):
        # The series of 27 and 30 are the same; the verdict hangs on which is right.
        found = page_of("lianshan", 2019, "27", "zh")
        assert "⚠ 1条，其中1条影响结论" in found.text and "警告（影响结论）" in found.text
        # A unit wrong by ten thousand leaves a ratio as it is.
        found = page_of("lianshan", 2019, "13", "zh")
        assert "⚠ 5条，均不影响结论" in found.text
        assert found.section("inputs").count("警告（不影响结论）") == 5


class TestSaidOnce:
    @pytest.mark.parametrize("lang", LANGS)
    @pytest.mark.parametrize("number", ["4", "5", "7", "14", "25", "35"])
    def test_what_is_outstanding_stands_in_its_list_alone(self, number, lang):
        found, result = page_of("lianshan", 2019, number, lang), evaluated("lianshan", 2019, number)
        (heading,) = {"zh": ("待补报后认定：",), "en": ("subject to submission of",)}[lang]
        assert heading not in found.text
        for need in {n for part in result.owner_parts for n in part.needs if n.decisive}:
            # The formatter sets the inner marks of what is quoted.
            name = need.name(lang).translate(str.maketrans("“”", "‘’"))
            assert name.lower() in found.section("needs").lower()  # within a sentence or not

    def test_requirements_are_counted_above_and_named_below(self):
        found = page_of("lianshan", 2019, "1", "zh")
        card = words(found.html[found.html.index('class="card"') :].partition("<section id=")[0])
        assert "4项要求有文件佐证" in card and "规划已通过评审" not in card
        assert found.section("requirements").count("规划已通过评审") == 1

    def test_an_item_that_is_the_value_itself_is_not_drawn_again(self):
        # The area of 22 is that of its only input.
        found = page_of("lianshan", 2019, "22", "zh")
        assert len(found.titles) == 1 and found.section("drivers") == ""

    def test_boxes_are_boxes(self):
        html = Html(page_of("lianshan", 2019, "7", "zh").html)
        # Valid days of two years, PM2.5 of two years, the target of 7b: one box a thing, as on the
        # sheets of the units.
        assert len([a for a in html.all("input") if a.get("type") == "checkbox"]) == 3


class TestCounts:
    def bands(self, case, number: str) -> dict[tuple[int, str], float]:
        frame = tables.counts(case.evaluate(number), case)
        return {(r.year, r.band): r.value for r in frame.itertuples()}

    def test_days_add_up_to_the_calendar(self, tiny):
        items = [("good_air_days", 2019, 300, "d"), ("valid_air_days", 2019, 350, "d")]
        case = tiny(2019, items=items)
        # 350 - 300 = 50 valid and not good; 365 - 350 = 15 without valid data.
        assert self.bands(case, "7") == {
            (2019, "good_days"): 300, (2019, "other_valid_days"): 50, (2019, "invalid_days"): 15,
        }  # fmt: skip
        alt = next(a for a in read(case.evaluate("7"), "en", case).alts if "Days of the year" in a)
        assert "(days), 2019: good: 300; beyond grade II: 50; without valid data: 15." in alt

    def test_a_leap_year_without_valid_days(self, tiny):
        case = tiny(2020, items=[("good_air_days", 2020, 300, "d")])
        # 366 - 300 = 66, of which nobody said whether they were valid.
        assert self.bands(case, "7") == {(2020, "good_days"): 300, (2020, "other_days"): 66}
        alt = next(a for a in read(case.evaluate("7"), "en", case).alts if "Days of the year" in a)
        assert "beyond grade II or not valid" in alt and "without valid data" not in alt

    def test_what_was_monitored_is_not_called_the_rest_of_what_is_unknown(self, tiny):
        items = [("sources_monitored", 2019, 11, "count"), ("sources_total", 2019, 12, "count")]
        case = tiny(2019, items=items)
        assert self.bands(case, "25") == {
            (2019, "sources_monitored"): 11,
            (2019, "unseen_sources"): 1,
        }

    def test_nothing_to_take_apart(self, tiny):
        case = tiny(2019, items=[("public_satisfaction", 2019, 90, "%")])
        assert tables.counts(case.evaluate("34"), case).empty


def test_a_dollar_sign_is_an_ordinary_character(tiny):
    case = tiny(2019, items=SEWAGE, params="owners: {housing: {zh: $x_1$ 县, en: $x_1$}}\n")
    assert "$x_1$ 县" in read(case.evaluate("27"), "zh", case).text
