"""The annual report and the data audit: counts that add up, every need on one sheet, links that lead
somewhere, both languages alike, failures shown, nothing unescaped."""

import csv
import json
import re
from html import unescape
from html.parser import HTMLParser
from itertools import combinations
from types import SimpleNamespace

import pandas as pd
import pytest
from counties import LIANSHAN

from ecolib import open_case, pages
from ecolib.assess.annual import Annual, input_files, load_annual, save_audit, save_tables
from ecolib.assess.frames import RESULTS
from ecolib.assess.needs import needs
from ecolib.checks.audit import COLUMNS, audit
from ecolib.files import FOLDER_VARIABLE
from ecolib.pages import export
from ecolib.pages.distance import apart, bars, courses, distances
from ecolib.pages.indicator import indicator
from ecolib.pages.listings import value_of
from ecolib.pages.render import page_of
from ecolib.pages.report import NO_RESULT, version
from ecolib.pages.units import hangs_on, sheets
from ecolib.standards import open_points
from ecolib.texts import LANGS

ITEMS = [
    # 6612 / 70.71 = 93.51 %, below 100 %.
    ("hw_generated", 2019, "67.517", "t"),
    ("hw_used_disposed", 2019, "66.12", "t"),
    ("hw_prior_used_disposed", 2019, "3.193", "t"),
    ("forest_grass_cover", 2018, "85.42", "%"),
    ("forest_grass_cover", 2019, "85.88", "%"),
    ("protected_species_rate", "", "100", "%"),
    ("organic_area", 2018, "11711.4", "mu"),
    ("organic_area", 2019, "12670.95", "mu"),
    ("water_per_gdp", 2019, "100", "m3/10k yuan"),
    ("rivers_with_chief", 2019, "146", "count"),
]
PARAMS = """
assigned:
  water_per_gdp: {2019: {sense: at_most, value: 80, document: "<i>paper</i> & co"}}
not_applicable:
  natural_coastline_rate: {zh: 没有<海岸>, en: no <coast>}
report:
  issuer: {zh: 创建办<甲>, en: Office <A>}
  issued: {2019: 2020-05-20}
"""
HOSTILE = "<script>alert('x')</script>"
CLAIMS = [
    ("hazardous_waste_rate", 2019, "verdict", "达标", "", f"met {HOSTILE}"),
    ("hazardous_waste_rate", 2019, "value", "100", "%", "100 %"),
    ("forest_grass_cover", 2019, "verdict", "met", "", "met"),
]


@pytest.fixture(scope="module")
def evaluated():
    """The results of the county below, evaluated once: they do not depend on its folder."""
    return []


@pytest.fixture
def case(tiny, evaluated):
    """A county with a little of everything; all results saved."""
    built = tiny(2019, items=ITEMS, claims=CLAIMS, params=PARAMS)
    if not evaluated:
        evaluated.extend(built.evaluate_all())
    for result in evaluated:
        built.save(result)
    return built


@pytest.fixture
def broken(case):
    """One notebook failed without a result, one left a damaged file, one never ran."""
    folder = case.out / "indicators"
    (folder / "eco_plan/result.json").unlink()
    record = {"status": "failed", "cell": 4, "error": "ValueError: <b>boom</b>"}
    record["traceback"] = "in <module>\n  draw(<figure>)\nValueError: <b>boom</b>"
    (folder / "eco_plan/run.json").write_text(json.dumps(record), encoding="utf-8")
    (folder / "plan_eia/result.json").write_text('{"indicator": ' + "[" * 100_000, encoding="utf-8")
    (folder / "river_chief_system/result.json").unlink()
    return case


@pytest.fixture(scope="module")
def lianshan():
    """The real county, evaluated once, with its reports and audits in both languages."""
    case = open_case("lianshan", 2019)
    annual = Annual(case, tuple(case.evaluate_all()), (), {})
    found = audit(case)
    return {
        "annual": annual,
        **{("report", lang): pages.report(annual, lang).html for lang in LANGS},
        **{("audit", lang): pages.audit(case, found, lang).html for lang in LANGS},
    }


def report(case, lang: str) -> str:
    return pages.report(load_annual(case), lang).html


def said(html: str) -> str:
    """What a reader sees, in one line."""
    html = re.sub(r"</?sub>", "", html)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def section(html: str, name: str) -> str:
    """One section of a page, from its heading to the next."""
    begin = html.index(f'<h2 id="{name}"')
    return html[begin : html.find("<h2 ", begin + 1)]


class Document(HTMLParser):
    """Ids, links within the page and out of it, headings, and whether every tag is closed."""

    VOID = {"input", "br", "img", "meta", "circle", "path", "rect"}

    def __init__(self, html: str):
        super().__init__()
        self.ids, self.links, self.levels, self.open, self.wrong = [], [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if "href" in given else []
        self.levels += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        self.wrong += [value for value in given.values() if "<" in (value or "")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")


class TestVerdicts:
    def test_every_indicator_stands_in_one_place(self, case):
        rows = pages.verdicts(load_annual(case)).set_index("number")
        assert rows.index.tolist() == [i.number for i in LIANSHAN.top_level]
        # Of the national list 20 are binding, 14 for reference; the others are the county's own.
        own = len(LIANSHAN.top_level) - 34
        counts = rows["kind"].value_counts().to_dict()
        assert counts == {"binding": 20, "reference": 14, "local": own}
        assert rows.loc["13", ["status", "basis"]].tolist() == ["not_met", "computed"]
        assert rows.loc["10", ["status", "basis"]].tolist() == ["met", "reported"]
        assert rows.loc["17", "status"] == "not_applicable"

    def test_missing_results_are_counted_as_such(self, broken):
        rows = pages.verdicts(load_annual(broken))
        assert list(rows[rows["status"] == NO_RESULT]["number"]) == ["1", "4", "6"]

    def test_a_failed_binding_indicator_decides_and_is_named(self, case):
        status, concluded, why = pages.conclusion(load_annual(case))
        assert (status, concluded.code) == ("not_met", "conclusion.failed")
        assert any("13" in note.text("zh") and "93.51" in note.text("zh") for note in why)
        banner = section(report(case, "zh"), "conclusion")
        assert "危险废物利用处置率" in said(banner)

    @pytest.mark.parametrize("lang", LANGS)
    def test_the_printed_counts_are_those_of_the_results(self, lianshan, lang):
        annual, html = lianshan["annual"], lianshan["report", lang]
        rows = pages.verdicts(annual)
        national = rows[rows["kind"] != "local"]["status"].value_counts()
        legend = re.search(r'<ul class="legend">(.*?)</ul>', html, re.DOTALL)[1]
        told = re.findall(r'class="verdict (\w+)".*?</a>\s*(\d+)', legend)
        assert {status: int(n) for status, n in told if int(n)} == national.to_dict()
        squares = re.search(r'<div class="squares">(.*?)</div>\s*</div>', html, re.DOTALL)[1]
        assert len(re.findall('class="square', squares)) == 34
        cells = re.findall(r'<li class="cell"><span class="square (\w+)"', html)
        assert pd.Series(cells).value_counts().to_dict() == rows["status"].value_counts().to_dict()

    def test_every_verdict_but_met_is_named(self, lianshan):
        annual, html = lianshan["annual"], lianshan["report", "zh"]
        named = re.search(r'<dl class="named">(.*?)</dl>', html, re.DOTALL)[1]
        rows = pages.verdicts(annual)
        left = rows[~rows["status"].isin(["met", "not_applicable"]) & (rows["kind"] != "local")]
        assert len(left) > 20
        for number in left["number"]:
            assert re.search(rf">{number}</(span|b)>", named), number


class TestSheets:
    def test_every_need_stands_on_one_sheet_that_of_its_owner(self, lianshan):
        annual = lianshan["annual"]
        found = pages.sheets(annual, "zh")
        lines = [
            (need.owner, need.kind, need.name("zh"), need.year, sheet.owner)
            for sheet in found
            for line in (*(one for task in sheet.tasks for one in task.lines), *sheet.advised)
            for need in line.needs
        ]
        wanted = [(n.owner, n.kind, n.name("zh"), n.year, n.owner) for n in needs(annual.results)]
        assert sorted(lines) == sorted(wanted) and len(set(lines)) == len(lines) > 50

    def test_every_open_indicator_stands_on_the_sheet_of_its_lead_unit(self, lianshan):
        annual = lianshan["annual"]
        led = {
            (sheet.owner, task.entry.id)
            for sheet in pages.sheets(annual, "zh")
            for task in sheet.led
        }
        parts = [(r, p) for r in annual.results for p in r.owner_parts]
        open_ = {
            (part.entry.owner[0], result.indicator)
            for result, part in parts
            if part.verdict.status not in ("met", "not_applicable")
        }
        assert led == open_

    def test_binding_comes_first_then_the_worst(self, lianshan):
        for sheet in pages.sheets(lianshan["annual"], "zh"):
            kinds = [task.entry.kind for task in sheet.led]
            assert kinds == sorted(kinds, key=["binding", "reference", "local"].index)

    def test_a_unit_has_a_sheet_that_can_be_printed_alone(self, lianshan):
        html = lianshan["report", "zh"]
        for sheet in pages.sheets(lianshan["annual"], "zh"):
            assert f'<section class="sheet" id="unit-{sheet.owner}"' in html
            assert f'href="#unit-{sheet.owner}"' in html

    def test_nothing_is_asked_for_where_all_was_submitted(self, case):
        annual = load_annual(case)
        found = needs(annual.results)
        assert not any("natural_coastline_rate" in need.indicators for need in found)


class TestEachIndicator:
    def test_a_row_leads_to_the_page(self, case):
        links = re.findall(r'href="(indicators/[^"]*)"', section(report(case, "en"), "all"))
        assert set(links) == {page_of(entry, "en") for entry in LIANSHAN.values()}
        assert page_of(LIANSHAN.find("7a"), "zh") == "indicators/air_quality/analysis.html#part-7a"

    def test_value_target_and_change_carry_their_units(self, case):
        rows = re.findall(r"<tr id=.*?</tr>", section(report(case, "en"), "all"))
        forest = said(next(row for row in rows if 'id="row-10"' in row))
        # 85.88 - 85.42 = 0.46 points.
        for told in ("85.88", "60", "+0.46 pp", "improving"):
            assert told in forest
        water = said(next(row for row in rows if 'id="row-20"' in row))
        assert "100 m³ per 10⁴ yuan" in water and "paper" not in water

    def test_a_row_for_every_indicator_and_part_and_a_filter_for_every_choice(self, case):
        html = section(report(case, "zh"), "all")
        assert len(re.findall('<tr id="row-', html)) == len(LIANSHAN)
        css = pages.report(load_annual(case), "zh").css
        for name in re.findall(r'<input type="radio" name="[\w-]+" id="([\w-]+)"', html):
            assert name.endswith("-any") or f"#{name}:checked" in css

    def test_distances(self, case):
        frame = distances(load_annual(case).results, "en").set_index("number")
        # 93.5087 - 100 points; the smaller the better: (80 - 100) / 80 = -25 % of the target.
        assert frame.loc["13", "distance"] == pytest.approx(6612 / 70.71 - 100)
        assert frame.loc["20", "distance"] == pytest.approx(-25)
        assert frame.loc["10", "distance"] == pytest.approx(25.88)
        assert frame["distance"].is_monotonic_increasing

    def test_bars_stay_within_their_drawing(self, lianshan):
        frame = distances(lianshan["annual"].results)
        for bar in bars(frame):
            assert bar.left >= 0 and bar.left + bar.width <= 232
            assert min(bar.low, bar.high) >= 0 and max(bar.low, bar.high) <= 232

    def test_disputed_values_are_not_joined(self, lianshan):
        drawn, _ = courses(lianshan["annual"].results, "zh")
        by_number = {course.part.number: course for course in drawn}
        # 27 and 30 are copies of each other; 13 is known for three years.
        assert by_number["27"].part.verdict.status == "conflict" and not by_number["27"].lines
        assert len(by_number["13"].lines) == 2
        for course in drawn:
            assert all(0 < point.y < 90 for point in course.points)

    @pytest.mark.parametrize("lang", LANGS)
    def test_no_label_of_a_small_drawing_covers_another(self, lianshan, lang):
        def box(middle, foot, said):  # 11 px letters are some 6 px wide and 8 px high
            half = 3 * sum(2 if c > "⺀" else 1 for c in said)
            return middle - half, middle + half, foot - 8, foot

        for course in courses(lianshan["annual"].results, lang)[0]:
            boxes = [box(p.x, p.label_y, p.label) for p in course.points if p.label]
            boxes.append(box(126 + 3 * len(course.target), course.target_y + 4, course.target))
            for a, b in combinations(boxes, 2):
                apart = a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] or b[3] <= a[2]
                assert apart, (course.part.number, a, b)

    def test_a_distance_that_is_not_sure_is_told_from_end_to_end(self, lianshan):
        frame = distances(lianshan["annual"].results).set_index("number")
        told = {row.Index: apart(row, "zh") for row in frame.itertuples()}
        # 11 of 12 sources were watched: 91.67 to 100 %, and 100 % is asked; 98.90 to 100 % of 97 %.
        assert told["25"] == "−8.33～0" and told["7a"] == "+1.90～+3"
        # 12670.95 mu and more of 12000; 93.51 % of 100 %.
        assert told["22"] == "≥+5.59%" and told["13"] == "−6.49"

    def test_the_verdicts_of_earlier_years(self, lianshan):
        annual, html = lianshan["annual"], lianshan["report", "zh"]
        assert list(annual.earlier) == [2016, 2017, 2018]
        strip = section(html, "history")
        row = re.search(r">13 危险废物利用处置率</th>(.*?)</tr>", strip)[1]
        # By its own figures 99.75, 95.26 and 93.51 %, each below 100 %; of 2016 nothing is there.
        assert re.findall(r'class="square (\w+)"', row) == ["not_met"] * 3


class TestBothLanguages:
    @pytest.mark.parametrize("name", ["report", "audit"])
    def test_the_same_numbers(self, lianshan, name):
        zh, en = (_numbers(lianshan[name, lang]) for lang in LANGS)
        assert zh == en

    @pytest.mark.parametrize("name", ["report", "audit"])
    def test_chinese_on_an_english_page_is_marked_as_such(self, lianshan, name):
        html = re.sub(r'<span lang="zh-CN">.*?</span>', "", lianshan[name, "en"])
        assert re.findall(r">[^<]*[\u4e00-\u9fff][^<]*<", html) == []

    def test_titles_differ(self, lianshan):
        titles = {re.search('data-title="([^"]*)"', lianshan[name, lang])[1]
                  for name in ("report", "audit") for lang in LANGS}  # fmt: skip
        assert len(titles) == 4


def _numbers(html: str) -> set[str]:
    """Numbers that a reader sees: no tags, none that is part of a unit or a name."""
    text = unescape(re.sub(r"<svg.*?</svg>|<[^>]*>", " ", html, flags=re.DOTALL))
    text = text.replace("10⁴", "").replace("in 3 years", "")
    # English sentences part thousands by commas, Chinese ones do not.
    return set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d{3})", "", text)))


class TestThePage:
    @pytest.mark.parametrize("lang", LANGS)
    @pytest.mark.parametrize("name", ["report", "audit"])
    def test_links_ids_headings_and_tags(self, lianshan, name, lang):
        found = Document(lianshan[name, lang])
        assert found.open == [] and found.wrong == []
        assert len(set(found.ids)) == len(found.ids)
        inside = {link[1:] for link in found.links if link.startswith("#")}
        assert inside <= set(found.ids)
        assert not [link for link in found.links if re.match("[a-z]+:|//", link)]
        assert found.levels[0] == 1 and found.levels.count(1) == 1
        steps = zip(found.levels, found.levels[1:], strict=False)
        assert all(after - before <= 1 for before, after in steps)

    @pytest.mark.parametrize("name", ["report", "audit"])
    def test_no_script_no_request_and_no_more_than_700_kB(self, lianshan, name):
        for lang in LANGS:
            html = lianshan[name, lang]
            assert not re.search(r"<script|<link|<iframe|\bsrc=|\bon\w+=|url\(http", html)
            assert len(html.encode()) < 700_000

    def test_the_same_bytes_every_time(self, case):
        assert report(case, "zh") == report(case, "zh")
        assert version(load_annual(case)) == version(load_annual(case))

    def test_what_the_parameters_say_stands_at_the_head_and_what_they_do_not(self, case):
        head = said(report(case, "zh").partition("<h2")[0])
        assert "编制单位 创建办<甲>" in head and "编制日期 2020年5月20日" in head
        assert "数据截至 未填" in head
        assert "Date of issue 20 May 2020" in said(report(case, "en").partition("<h2")[0])

    def test_open_points_of_method_stand_in_the_report_once(self, lianshan):
        begun = set(open_points(2019)["point"])
        for lang in LANGS:
            shown = said(lianshan["report", lang])
            for point in open_points()["point"]:
                assert shown.count(" ".join(point.text(lang).split())) == (point in begun)

    def test_says_which_files_an_export_makes(self, lianshan):
        case = lianshan["annual"].case
        for lang in LANGS:
            shown = said(lianshan["report", lang])
            for kind in export.KINDS:
                assert export.target_of(case, kind, lang, None).name in shown

    def test_a_survey_made_after_the_year_shows_its_value(self, lianshan):
        # 90.38 % in April 2020, within twelve months of 2019.
        assert "90.38%（2020年调查）" in said(section(lianshan["report", "zh"], "matrix"))

    def test_the_distance_to_the_target_gives_the_value_of_the_list(self, lianshan):
        # 11 of 12 sources were observed: 91.67 to 100 %; 361 good days of 365.
        shown = said(section(lianshan["report", "zh"], "distance"))
        assert "91.67%～100%" in shown and "98.90%～100%" in shown


class TestFailures:
    def test_shown_with_cell_and_traceback(self, broken):
        text = section(report(broken, "en"), "failures")
        assert "cell 4 ValueError: &lt;b&gt;boom" in text and "draw(&lt;figure&gt;)" in text
        assert "result.json cannot be read" in text
        assert "4 River chief system · not run, without a saved result" in said(text)

    def test_damage_costs_one_indicator_alone(self, broken):
        annual = load_annual(broken)
        assert [e.number for e in annual.unsaved] == ["1", "4", "6"]
        assert len(annual.results) == len(LIANSHAN.top_level) - 3

    def test_a_result_saved_before_the_failure_is_kept(self, case):
        path = case.out / "indicators/hazardous_waste_rate/run.json"
        record = {"status": "failed", "cell": 7, "error": "e", "traceback": "t"}
        path.write_text(json.dumps(record), encoding="utf-8")
        assert not load_annual(case).unsaved
        assert "cell 7" in section(report(case, "en"), "failures")

    def test_nothing_is_said_when_all_is_well(self, case):
        assert 'id="failures"' not in report(case, "zh")

    def test_nothing_saved_at_all(self, tiny):
        html = report(tiny(2019), "en")
        assert html.count("not run, without a saved result") == len(LIANSHAN.top_level)
        assert 'href="indicators/' not in html


class TestSafety:
    def test_hostile_text_is_escaped_everywhere(self, case):
        for lang in LANGS:
            shown = report(case, lang)
            for html in (shown, pages.audit(case, load_annual(case).claims, lang).html):
                assert HOSTILE not in html and "<i>paper" not in html and "<海岸>" not in html
                assert "<甲>" not in html
            assert "&lt;script&gt;" in shown

    def test_a_fictional_county_says_so(self, tiny):
        case = tiny(2019)
        path = case.root / "params/trial.yml"
        text = path.read_text(encoding="utf-8").replace("base_year", "fictional: true, base_year")
        path.write_text(text, encoding="utf-8")
        case = open_case("trial", 2019, root=case.root)
        assert "Test County (fictional)" in said(report(case, "en").partition("<h2")[0])
        assert "试县（虚构）" in report(case, "zh")
        assert "试县（虚构）" in pages.audit(case, load_annual(case).claims, "zh").html


class TestTheAuditPage:
    def test_issues_by_file_and_cell(self, tiny):
        case = tiny(2019, items=[*ITEMS, ("hw_generatd", 2018, "1", "t")])
        html = pages.audit(case, load_annual(case).claims, "en").html
        issues = section(html, "issues")
        assert "A12" in issues and "hw_generatd" in issues and "error" in issues
        total = re.search(r'<tr class="total">.*?</tr>', section(html, "rows"))[0]
        counts = [int(n) for n in re.findall(r"<td[^>]*>(\d+)</td>", total)]
        assert counts == [len(ITEMS) + 1, len(ITEMS), 1]

    def test_claims_by_finding(self, case):
        text = said(section(pages.audit(case, load_annual(case).claims, "en").html, "claims"))
        # Two of three claims are about 13, which misses its target; the third agrees.
        assert "≠ contradicted (2)" in text and "✓ agrees (1)" in text
        assert text.index("contradicted (2)") < text.index("agrees (1)")

    def test_every_claim_is_counted_in_one_cause(self, lianshan):
        annual = lianshan["annual"]
        for finding, n in annual.claims["finding"].value_counts().items():
            touched = pages.causes(annual.claims, annual.case, "zh", finding=finding)
            assert sum(each.n for each in touched) == n

    def test_no_claims_and_no_remarks(self, tiny):
        case = tiny(2019)
        text = said(pages.audit(case, load_annual(case).claims, "en").html)
        assert "Nothing was found wrong, as no data were submitted" in text
        assert "No printed claims" in text


class TestFiles:
    def test_written_for_excel_and_the_same_every_time(self, case):
        def written():
            save_audit(case)
            return {p.name: p.read_bytes() for p in save_tables(load_annual(case)).glob("*.csv")}

        first = written()
        assert set(first) == {"results.csv", "issues.csv", "audit.csv"}
        for content in first.values():
            assert content.startswith(b"\xef\xbb\xbf") and b"\r" not in content
        assert written() == first

    def test_the_summary_reads_the_audit_as_it_was_saved(self, case):
        computed = load_annual(case).claims
        saved = save_audit(case)
        pd.testing.assert_frame_equal(load_annual(case).claims, computed)
        path = case.out / "audit.json"
        path.write_text(path.read_text("utf-8").replace("agrees", "edited"), "utf-8")
        assert (load_annual(case).claims["finding"] == "edited").sum() == (
            saved["finding"] == "agrees"
        ).sum()
        for damaged in (b"\xff\xfe", b"", b"[[1, 2]]"):
            path.write_bytes(damaged)
            pd.testing.assert_frame_equal(load_annual(case).claims, computed)

    @pytest.mark.parametrize("begin", list("=+-@"))
    def test_what_excel_would_run_is_written_as_text_and_read_back_as_it_was(self, tiny, begin):
        words = f'{begin}HYPERLINK("x")'
        claims = [("straw_use_rate", 2019, "value", "91.47", "%", words)]
        case = tiny(2019, items=[("straw_use_rate", 2019, words, "%")], claims=claims)
        computed = load_annual(case).claims
        save_audit(case)
        folder = save_tables(load_annual(case))
        for name in ("audit", "issues"):
            with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
                cells = [cell for row in csv.reader(file) for cell in row]
            assert f"'{words}" in cells
            assert not [c for c in cells if c.startswith(begin) and c != "-"]
        assert list(load_annual(case).claims["claim"]) == list(computed["claim"]) == [words]

    def test_a_negative_number_stays_a_number(self, tiny):
        levels = [("energy_per_gdp", 2018, "0.2", "tce/10k yuan"),
                  ("energy_per_gdp", 2019, "0.3", "tce/10k yuan")]  # fmt: skip
        claims = [("energy_per_gdp", 2019, "change", "5", "%", "下降率为5%")]
        case = tiny(2019, items=levels, claims=claims)
        save_audit(case)
        table = pd.read_csv(case.out / "audit.csv", encoding="utf-8-sig")
        # 1 - 0.3 / 0.2 = -50 %
        assert table["recomputed"].iloc[0] == pytest.approx(-50)

    def test_rows_and_columns(self, case):
        save_audit(case)
        folder = save_tables(load_annual(case))
        results = pd.read_csv(folder / "results.csv", encoding="utf-8-sig")
        assert list(results["indicator"]) == list(LIANSHAN)
        assert list(results.columns) == [*RESULTS, "fingerprint"]
        row = results.set_index("indicator").loc["hazardous_waste_rate"]
        assert row["value"] == pytest.approx(6612 / 70.71)
        claims = pd.read_csv(folder / "audit.csv", encoding="utf-8-sig")
        assert tuple(claims.columns) == COLUMNS and len(claims) == len(CLAIMS)
        issues = pd.read_csv(folder / "issues.csv", encoding="utf-8-sig")
        assert list(issues.columns)[:5] == ["file", "sheet", "cell", "column", "rule"]

    def test_fingerprints_come_from_the_run(self, case):
        path = case.out / "indicators/air_quality/run.json"
        path.write_text('{"status": "ok", "fingerprint": "abc"}', encoding="utf-8")
        table = load_annual(case).table.set_index("indicator")["fingerprint"]
        assert (table["air_quality"], table["good_air_days_ratio"]) == ("abc", "abc")
        assert table["eco_plan"] == ""

    def test_a_run_may_redirect_them(self, case, tmp_path, monkeypatch):
        monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "task"))
        assert save_tables(load_annual(case)) == tmp_path / "task"

    def test_rows_read_are_used_or_refused(self, case):
        files = input_files(case)
        assert list(files["read"]) == [len(CLAIMS), len(ITEMS)]
        assert (files["read"] == files["used"] + files["refused"]).all()
        assert files["sha256"].str.fullmatch("[0-9a-f]{64}").all()


def test_what_a_verdict_does_not_hang_on_is_not_asked_for_it(tiny):
    """GDP is missing for the land per GDP; for energy per GDP it would only recompute the value."""
    unit = "tce/10k yuan"
    given = "assigned: {energy_per_gdp: {2019: {sense: at_most, value: 1, document: 文件}}}"
    items = [("energy_per_gdp", "", "0.50", unit), ("energy_per_gdp", 2018, "0.51", unit)]
    case = tiny(2019, params=given, items=items)
    annual = SimpleNamespace(case=case, results=case.evaluate_all())
    assert len(hangs_on(case.evaluate("19"), "zh")) == 1  # its year
    (statistics,) = (s for s in sheets(annual, "zh") if s.owner == "statistics")
    assert "energy_per_gdp" not in {task.entry.id for task in statistics.tasks}


def test_a_figure_without_a_year_and_a_bound_are_shown_as_what_they_are(tiny):
    items = [("village_water_hygiene", "", "100", "%"), ("green_procurement", 2019, "≥79", "%"),
             ("forest_grass_cover", 2019, "≤75", "%")]  # fmt: skip
    case = tiny(2019, items=items)
    assert value_of(case.evaluate("10"), "zh") == "≤75%"
    undated, bounded = case.evaluate("26"), case.evaluate("32")
    assert (value_of(undated, "zh"), value_of(bounded, "zh")) == ("100%（未注明年份）", "≥79%")
    for result, shown, hidden in (
        (undated, "未注明年份", "2019年，"),
        (bounded, "≥79%", "无数据"),
    ):
        html = indicator(result, "zh", case=case).html
        big = html.partition('<p class="big">')[2].partition("</p>")[0]
        assert shown in big and hidden not in big
