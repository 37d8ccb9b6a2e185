"""The annual summary: counts that add up, both languages alike, failures shown, nothing unescaped."""

import csv
import json
import re
from html import unescape

import pandas as pd
import pytest
from counties import LIANSHAN

from ecolib import open_case
from ecolib.assess.annual import input_files, load_annual, save_audit, save_tables
from ecolib.assess.needs import needs
from ecolib.checks.audit import COLUMNS
from ecolib.files import FOLDER_VARIABLE
from ecolib.standards import open_points
from ecolib.views import audit as audit_views
from ecolib.views import summary
from ecolib.views.output import Pieces
from ecolib.views.summary_figures import distance
from ecolib.views.summary_table import NO_RESULT, tally

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
"""
HOSTILE = "<script>alert('x')</script>"
CLAIMS = [
    ("hazardous_waste_rate", 2019, "verdict", "达标", "", f"met {HOSTILE}"),
    ("hazardous_waste_rate", 2019, "value", "100", "%", "100 %"),
    ("forest_grass_cover", 2019, "verdict", "met", "", "met"),
]
VIEWS = (
    summary.heading,
    summary.headline,
    summary.matrix,
    summary.indicator_table,
    summary.work,
    summary.unfinished,
    summary.method,
)


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
    (folder / "plan_eia/result.json").write_text('{"indicator": ', encoding="utf-8")
    (folder / "river_chief_system/result.json").unlink()
    return case


def html(shown) -> str:
    """The HTML of whatever a view returns; pictures by their description."""
    if shown is None:
        return ""
    if isinstance(shown, Pieces):
        return "".join(map(html, shown.pieces))
    return getattr(shown, "html", "") or getattr(shown, "alt", "")


def page(annual, lang: str) -> str:
    return "".join(html(view(annual, lang)) for view in VIEWS)


class TestCounts:
    def test_every_indicator_stands_in_one_place(self, case):
        rows = tally(load_annual(case))
        assert rows["number"].tolist() == [i.number for i in LIANSHAN.top_level]
        # Of the national list 20 are binding, 14 for reference; the others are local.
        local = len(LIANSHAN.top_level) - 34
        kinds = {"binding": 20, "reference": 14, "local": local}
        assert rows["kind"].value_counts().to_dict() == kinds
        assert rows.set_index("number").loc["13", ["status", "basis"]].tolist() == [
            "not_met",
            "computed",
        ]
        assert rows.set_index("number").loc["10", ["status", "basis"]].tolist() == [
            "met",
            "reported",
        ]
        assert rows.set_index("number").loc["17", "status"] == "not_applicable"

    def test_missing_results_are_counted_as_such(self, broken):
        rows = tally(load_annual(broken))
        assert len(rows) == len(LIANSHAN.top_level)
        assert list(rows[rows["status"] == NO_RESULT]["number"]) == ["1", "4", "6"]

    def test_the_printed_table_adds_up(self, broken):
        table = html(summary.headline(load_annual(broken), "en"))
        blocks = re.findall(r"<tbody>(.*?)</tbody>", table)
        rows = [[_cells(r) for r in re.findall(r"<tr.*?</tr>", block)] for block in blocks]
        sums = [block[-1] for block in rows]
        assert [row[-1] for row in sums] == [20, 14, 34, len(LIANSHAN.top_level) - 34]
        for block, total in zip(rows, sums, strict=True):
            assert all(sum(row[:-1]) == row[-1] for row in block)
            if len(block) > 1:
                assert [sum(column) for column in zip(*block[:-1], strict=True)] == total
        assert [a + b for a, b in zip(sums[0], sums[1], strict=True)] == sums[2]

    def test_the_headline_counts_the_national_list_alone(self, case):
        annual = load_annual(case)
        rows = tally(annual)
        national = rows[rows["kind"] != "local"]["status"].value_counts()
        text = html(summary.headline(annual, "en"))
        assert f"{national['met']} of the 34 indicators of the national list are met" in text
        assert "22 Certified organic planting area is counted apart: met (reported)" in text

    def test_a_printed_met_is_held_against_the_data(self, case):
        text = html(summary.headline(load_annual(case), "en"))
        assert "prints a verdict on 2 indicators: 1 agree with the data, 1 contradict them" in text


def _cells(row: str) -> list[int]:
    return [int(n) for n in re.findall(r"<td[^>]*>(\d+)</td>", row)]


class TestBothLanguages:
    @pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
    def test_the_same_numbers(self, broken, view):
        annual = load_annual(broken)
        zh, en = (_numbers(html(view(annual, lang))) for lang in ("zh", "en"))
        assert zh == en

    def test_figures_tell_the_same_numbers(self, case):
        annual = load_annual(case)
        zh, en = (_numbers(html(summary.figures(annual, lang))) for lang in ("zh", "en"))
        assert zh == en

    def test_each_in_its_language(self, case):
        annual = load_annual(case)
        chinese = re.compile("[\u4e00-\u9fff]")
        heads = re.findall(r"<h[123].*?</h[123]>|<th scope=\"col\".*?</th>", page(annual, "en"))
        told = [h for h in heads if chinese.search(h)]
        # The tiny county's bureaus have English names, so no heading may hold Chinese.
        assert not told


def _numbers(text: str) -> set[str]:
    """Numbers that a reader sees: no tags, no document numbers, none that is part of a unit."""
    text = unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL))
    # The sentence says so in words in one language and in digits in the other.
    text = text.replace("in 3 years", "").replace("10⁴", "")
    return set(re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text))


class TestFailures:
    def test_shown_with_cell_and_traceback(self, broken):
        annual = load_annual(broken)
        text = html(summary.unfinished(annual, "en"))
        assert "1 Ecological civilization plan · cell 4 · ValueError: &lt;b&gt;boom" in text
        assert "draw(&lt;figure&gt;)" in text
        assert "result.json cannot be read" in text
        assert "Not run yet, without a saved result: 4 River chief system." in text

    def test_damage_costs_one_indicator_alone(self, broken):
        annual = load_annual(broken)
        assert [e.number for e in annual.unsaved] == ["1", "4", "6"]
        assert len(annual.results) == len(LIANSHAN.top_level) - 3

    def test_a_result_saved_before_the_failure_is_kept(self, case):
        path = case.out / "indicators/hazardous_waste_rate/run.json"
        record = {"status": "failed", "cell": 7, "error": "e", "traceback": "t"}
        path.write_text(json.dumps(record), encoding="utf-8")
        annual = load_annual(case)
        assert not annual.unsaved
        assert "cell 7" in html(summary.unfinished(annual, "en"))

    def test_nothing_is_said_when_all_is_well(self, case):
        assert summary.unfinished(load_annual(case), "zh") is None

    def test_nothing_saved_at_all(self, tiny):
        annual = load_annual(tiny(2019))
        assert len(annual.unsaved) == len(LIANSHAN.top_level)
        assert f"{len(LIANSHAN.top_level)} have no saved result" in page(annual, "en")


class TestTheTable:
    def test_a_row_an_indicator_and_part_that_leads_to_its_page(self, case):
        text = html(summary.indicator_table(load_annual(case), "en"))
        links = re.findall(r'href="([^"]*)"', text)
        assert len(links) == len(LIANSHAN)
        assert "indicators/air_quality/analysis.en.html" in links
        assert "indicators/air_quality/analysis.en.html#part-7a" in links

    def test_value_target_and_change_carry_their_units(self, case):
        text = html(summary.indicator_table(load_annual(case), "en"))
        row = next(r for r in re.findall(r"<tr.*?</tr>", text) if "10 Forest" in r)
        # 85.88 - 85.42 = 0.46 points.
        for told in ("85.88 %", "≥ 60 %", "+0.46 pp", "better", "national list"):
            assert told in row
        row = next(r for r in re.findall(r"<tr.*?</tr>", text) if "20 Water" in r)
        assert "100 m³ per 10⁴ yuan" in row
        assert "higher authority: &lt;i&gt;paper&lt;/i&gt; &amp; co" in row

    def test_a_lower_bound_says_so(self, case):
        text = html(summary.indicator_table(load_annual(case), "en"))
        assert "may be 12,670.95 mu or more" in text

    def test_a_tile_for_every_indicator(self, case):
        text = html(summary.matrix(load_annual(case), "zh"))
        assert len(re.findall(r'class="tile"', text)) == len(LIANSHAN.top_level)


class TestNeeds:
    def test_what_is_missing_is_named_once_with_its_owner_and_year(self, case):
        found = needs(load_annual(case).results)
        by_name = {(n.name("en"), n.year): n for n in found}
        register = by_name["Rivers and lakes in the register", 2019]
        # The share is judged only where it is given; half of it is there, and calls for the other.
        assert (register.owner, register.reason) == ("river_chief", "to_recompute")
        # PM2.5 is a fall since the base year, so both years are owed.
        assert {y for name, y in by_name if name == "Annual mean PM2.5"} == {2015, 2019}
        assert by_name["Forest area", 2019].reason == "to_recompute"
        assert by_name["Protection of key wild species", 2019].kind == "dating"
        sections = by_name["Assessed surface water sections", 2019]
        assert set(sections.indicators) == {"water_class3_gain", "water_class5minus_decline"}
        assert len(found) == len({(n.owner, n.kind, n.name("zh"), n.year) for n in found})

    def test_nothing_is_asked_for_where_all_was_submitted(self, case):
        found = needs(load_annual(case).results)
        assert not any("hazardous_waste_rate" in n.indicators for n in found)
        assert not any("natural_coastline_rate" in n.indicators for n in found)


class TestDistance:
    def test_reached_shares(self, case):
        alt = html(distance(load_annual(case), "en"))
        # 93.5087 / 100; the smaller the better: 80 / 100; 85.88 / 60 = 143.13 %.
        assert "13 Hazardous waste used or disposed of 93.5 %" in alt
        assert "20 Water per unit of GDP 80 %" in alt
        assert "10 Forest and grass cover 143.1 %" in alt

    def test_what_cannot_be_drawn_is_named(self, case):
        text = html(distance(load_annual(case), "en"))
        left_out = text[text.index("Not in the figure") :]
        assert "7b Fall of PM2.5" in left_out
        assert "13 Hazardous" not in left_out


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
        assert results.columns[0] == "number" and results.columns[-1] == "fingerprint"
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


class TestSafety:
    def test_hostile_text_is_escaped_everywhere(self, case):
        annual = load_annual(case)
        for lang in ("zh", "en"):
            for text in (
                page(annual, lang),
                html(audit_views.claims(annual.claims, lang, case=case)),
            ):
                assert HOSTILE not in text and "<i>paper" not in text and "<海岸>" not in text
            assert "&lt;script&gt;" in page(annual, lang)

    def test_a_fictional_county_says_so(self, tiny):
        case = tiny(2019)
        path = case.root / "params/trial.yml"
        text = path.read_text(encoding="utf-8").replace("base_year", "fictional: true, base_year")
        path.write_text(text, encoding="utf-8")
        annual = load_annual(open_case("trial", 2019, root=case.root))
        assert "Test County (fictional)" in html(summary.heading(annual, "en"))
        assert "试县（虚构）" in html(summary.heading(annual, "zh"))
        assert "试县（虚构）" in html(audit_views.heading(annual.case, "zh"))


class TestTheAuditPage:
    def test_issues_by_file_and_cell(self, tiny):
        case = tiny(2019, items=[*ITEMS, ("hw_generatd", 2018, "1", "t")])
        text = html(audit_views.issues(case, "en"))
        assert "A12" in text and "hw_generatd" in text and "error" in text
        row = re.search(r'<tr class="total">.*?</tr>', html(audit_views.files(case, "en"))).group()
        assert _cells(row) == [len(ITEMS) + 1, len(ITEMS), 1]

    def test_claims_by_finding(self, case):
        annual = load_annual(case)
        text = html(audit_views.claims(annual.claims, "en", case=case))
        # Two of three claims are about 13, which misses its target; the third agrees.
        assert "≠ contradicted (2)" in text and "✓ agreeing (1)" in text
        assert text.index("contradicted (2)") < text.index("agreeing (1)")

    def test_no_claims_and_no_remarks(self, tiny):
        case = tiny(2019)
        assert "Nothing was found wrong" in html(audit_views.issues(case, "en"))
        assert "No printed claims" in html(
            audit_views.claims(load_annual(case).claims, "en", case=case)
        )


def test_parts_lead_to_the_page_of_their_group():
    from ecolib.views.summary_table import page_of

    assert page_of(LIANSHAN.find("7a"), "zh") == "indicators/air_quality/analysis.html#part-7a"


def test_open_points_of_method_stand_in_the_report_once(case):
    points = open_points()
    for lang, title in (("zh", "方法待核实之处"), ("en", "Open points of method")):
        shown = unescape(page(load_annual(case), lang))
        assert shown.count(f"<caption>{title}") == 1
        for point in points["point"]:
            assert shown.count(point.text(lang)) == 1
        assert all(effect.text(lang) in shown for effect in points["effect"])
