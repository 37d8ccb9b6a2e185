"""What the results of many counties say together: answers worked by hand on a few counties."""

import re
import zipfile
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from test_batch import finish, provincial
from trial import HAZARDOUS, STRAW

from ecolib.assess import dataset
from ecolib.assess import province as counted
from ecolib.assess.province import Province, open_province
from ecolib.errors import DataError
from ecolib.pages.province import province as page_of
from ecolib.pages.province import province_book
from ecolib.pages.units import KINDS
from ecolib.texts import LANGS, name_of, text

YEAR = 2020
#: Two binding indicators and a reference one.
BINDING = ("hazardous_waste_rate", "green_procurement")
REFERENCE = "straw_use_rate"


def frame(table, rows):
    """Rows of a table of the data set; what is not given is empty."""
    schema = dataset.TABLES[table]
    columns = ["county", "year", *(n for n in schema.names if n != "county")]
    found = pd.DataFrame(rows).reindex(columns=columns)
    for field in schema:
        if pd.api.types.is_object_dtype(found[field.name]) or str(field.type) == "string":
            found[field.name] = found[field.name].astype(object).fillna("")
    return found


def results(verdicts, year=YEAR, values=None):
    """Rows by county of the verdicts of the two binding indicators and of the reference one."""
    values = values or {}
    return [
        {
            "county": county, "year": year, "county_zh": f"{county}县", "county_en": county.title(),
            "indicator": name, "number": str(n), "group": "", "verdict": verdict, "unit": "%",
            "kind": "binding" if name in BINDING else "reference", "sign": "≥", "bound": 80.0,
            "value": values.get((county, name), np.nan),
        }
        for county, given in verdicts.items()
        for n, (name, verdict) in enumerate(zip((*BINDING, REFERENCE), given, strict=True), 1)
    ]  # fmt: skip


def province(rows, needs=(), notes=(), inputs=()):
    tables = (
        frame(n, list(r)) for n, r in (("needs", needs), ("notes", notes), ("inputs", inputs))
    )
    about = {"library": "0" * 64, "versions": {"python": "3"}, "failed": {}, "states": {}}
    return Province(YEAR, frame("results", rows), *tables, about)


VERDICTS = {
    "anshan": ("met", "met", "not_met"),
    "beihe": ("met", "conditional", "met"),
    "changhu": ("conflict", "conditional", "met"),
    "dongling": ("not_met", "met", "met"),
    "enping": ("not_met", "not_evaluable", "met"),
    "fushan": ("not_applicable", "met", "met"),
    "gaoan": ("not_applicable", "not_applicable", "not_applicable"),
}


def test_a_county_without_data_of_the_year_is_named():
    nothing = {"county": "enping", "year": YEAR, "code": "absent.year", "rule": "absent"}
    other = {"county": "beihe", "year": YEAR, "code": "absent.target", "rule": "absent"}
    found = province(results(VERDICTS), notes=[nothing, other])
    assert "2020年未提交数据</dt><dd>1县：enping县</dd>" in page_of(found, "zh").html
    assert "未提交数据" not in page_of(province(results(VERDICTS)), "zh").html


class TestOutcomes:
    def test_binding_indicators_decide_and_the_worst_first(self):
        found = counted.outcomes(province(results(VERDICTS)).whole).set_index("county")
        assert found["outcome"].to_dict() == {
            "anshan": "passes",  # a reference indicator is only counted
            "fushan": "passes",  # what does not apply is not asked
            "beihe": "conditions",
            "gaoan": "open",  # nothing that binds applies: that is no pass
            "changhu": "open",
            "dongling": "fails",
            "enping": "fails",
        }
        order = ["anshan", "fushan", "beihe", "gaoan", "changhu", "dongling", "enping"]
        assert list(found.index) == order
        assert found.loc["fushan", ["applied", "met"]].tolist() == [1, 1]
        assert found.loc["enping", ["applied", "undecided", "not_met"]].tolist() == [2, 1, 1]

    def test_obstacles_are_counted_and_the_only_one_is_named(self):
        found = counted.obstacles(province(results(VERDICTS))).set_index("indicator")
        waste, purchase = (found.loc[name] for name in BINDING)
        assert (waste["not_met"], waste["conflict"], waste["counties"]) == (2, 1, 3)
        # Changhu and Enping lack the other one as well.
        assert waste["alone"] == ["dongling"] and purchase["alone"] == ["beihe"]
        assert list(found.index) == list(BINDING)

    def test_changes_are_told_against_the_year_before(self):
        before = VERDICTS | {"anshan": ("not_met", "met", "met"), "dongling": ("met", "met", "met")}
        both = province([*results(before, YEAR - 1), *results(VERDICTS)])
        table = counted.changes(both)
        assert table.loc["fails", "passes"] == 1 and table.loc["passes", "fails"] == 1
        assert table.to_numpy().sum() == len(VERDICTS)
        moved = counted.turned(both).set_index("county")
        assert moved.loc["anshan", ["before", "now"]].tolist() == ["not_met", "met"]
        assert set(moved.index) == {"anshan", "dongling"}
        assert counted.changes(province(results(VERDICTS))).empty


def owes(county, what, indicator="green_procurement"):
    return {"county": county, "year": YEAR, "indicator": indicator, "owner": "finance", "kind": "figure",
            "of": "item", "what": what, "needed_year": YEAR, "reason": "to_judge"}  # fmt: skip


class TestConditions:
    def test_what_turns_most_counties_comes_first(self):
        one, two = "green_purchase", "same_class_purchase"
        rows = results({c: ("met", "conditional", "met") for c in ("a", "b", "c", "d")})
        needs = [owes("a", one), owes("b", one), owes("c", one), owes("c", two), owes("d", two)]
        found = counted.conditions(province(rows, needs))
        # `one` alone turns a and b, `two` alone only d; then c, which had both.
        assert [need.what.code for need in found["need"]] == [one, two]
        assert found["owing"].tolist() == [3, 2]
        assert found["turned"].tolist() == [["a", "b"], ["c", "d"]]

    def test_what_another_county_or_verdict_owes_is_left_out(self):
        needs = [owes("beihe", "green_purchase"), owes("changhu", "green_purchase"),
                 owes("beihe", "straw_used", REFERENCE)]  # fmt: skip
        found = counted.conditions(province(results(VERDICTS), needs))
        assert found["turned"].tolist() == [["beihe"]] and len(found) == 1

    def test_what_is_asked_of_two_years_is_two_things(self):
        """A county that still owes the year before is not turned by the figure of this year."""
        now = owes("beihe", "green_purchase")
        found = counted.conditions(province(results(VERDICTS), [now, now | {"needed_year": 2019}]))
        assert [need.year for need in found["need"]] == [2019, 2020]
        assert found["turned"].tolist() == [[], ["beihe"]]


def test_completeness_counts_what_each_bureau_owes():
    rows = results({"anshan": ("met", "not_evaluable", "not_applicable")})
    there = [given("anshan", "same_class_purchase", 50)]
    found = counted.completeness(province(rows, [owes("anshan", "green_purchase")], inputs=there))
    table = found.set_index("owner")[["asked", "missing"]]
    # Waste: three figures of the ecology bureau; purchases: two of finance; straw does not apply.
    assert table.loc["ecology"].tolist() == [3, 0] and table.loc["finance"].tolist() == [2, 1]
    assert "agriculture" not in table.index
    # Where nothing is there, what the list leaves open (the drill, the registers) is not there either.
    silent = results({"anshan": ("not_evaluable",) * 3})
    found = counted.completeness(province(silent, [owes("anshan", "green_purchase")]))
    assert (found["missing"] == found["asked"]).all()


def given(county, item, value, printed=None, unit="t"):
    return {"county": county, "year": YEAR, "item": item, "of_year": YEAR, "value": value,
            "printed": printed or f"{value:g}", "printed_unit": unit}  # fmt: skip


COUNTIES = [f"c{n:02}" for n in range(12)]


class TestSuspicious:
    def test_a_figure_powers_of_ten_away_is_an_outlier(self):
        sound = [given(c, "straw_total", 90_000 + 1000 * n) for n, c in enumerate(COUNTIES)]
        odd = given("c05", "straw_total", 9.5, "9.5")
        rows = results({c: ("met", "met", "met") for c in COUNTIES})
        found = counted.outliers(province(rows, inputs=[*sound[:5], odd, *sound[6:]]))
        assert found["county"].tolist() == ["c05"] and found["printed"].tolist() == ["9.5"]
        assert counted.outliers(province(rows, inputs=sound)).empty

    def test_where_counties_differ_by_powers_of_ten_none_does(self):
        wide = [given(c, "straw_total", 10.0 ** (n % 6)) for n, c in enumerate(COUNTIES)]
        rows = results({c: ("met", "met", "met") for c in COUNTIES})
        assert counted.outliers(province(rows, inputs=wide)).empty

    def test_the_same_digits_in_two_counties(self):
        rows = results({c: ("met", "met", "met") for c in COUNTIES})
        inputs = [
            given("c00", "straw_total", 123457), given("c01", "straw_total", 123457),
            given("c00", "manure_total", 54321), given("c01", "manure_total", 54321),
            # One figure of six digits alone is chance, and so are two with few.
            given("c02", "sw_generated", 765432), given("c03", "sw_generated", 765432),
            given("c04", "sw_used", 5000), given("c05", "sw_used", 5000),
            given("c04", "film_used", 100.0), given("c05", "film_used", 100.0),
            # Nor is one figure two, where all that was generated was used.
            given("c08", "hw_generated", 1160.54), given("c09", "hw_generated", 1160.54),
            given("c08", "hw_used_disposed", 1160.54), given("c09", "hw_used_disposed", 1160.54),
            # Neither the sign nor a power of ten is a digit.
            given("c10", "straw_total", 5e12), given("c11", "straw_total", 5e12),
            given("c10", "sw_used", -1234), given("c11", "sw_used", -1234),
            # One of seven is not.
            given("c06", "water_use", 12345670.5, unit="m3"),
            given("c07", "water_use", 12345670.5, unit="m3"),
        ]  # fmt: skip
        found = counted.duplicates(province(rows, inputs=inputs))
        pairs = set(found[["county", "other", "item"]].itertuples(index=False, name=None))
        assert pairs == {
            ("c00", "c01", "straw_total"), ("c00", "c01", "manure_total"), ("c06", "c07", "water_use"),
        }  # fmt: skip

    def test_contradictions_are_counted_once_by_county_and_kind(self):
        note = {"county": "anshan", "year": YEAR, "role": "data", "rule": "balance", "about": "hw_stored",
                "cell": "C3"}  # fmt: skip
        notes = [note, note | {"role": "doubt"}, note | {"cell": "C4"},
                 note | {"role": "claim", "rule": "value_of_inputs"}, note | {"rule": "optional_missing"}]  # fmt: skip
        found = counted.contradictions(province(results(VERDICTS), notes=notes))
        assert found.loc["anshan"].to_dict() == {"balance": 2, "claim": 1}
        assert found.loc["beihe"].sum() == 0


class TestTrends:
    @staticmethod
    def rows(years, slope):
        chance = np.random.default_rng(7)
        weather = {y: chance.normal(0, 0.5) for y in years}
        return [
            row
            for y in years
            for row in results(
                {c: ("met", "met", "met") for c in COUNTIES},
                y,
                {(c, n): 80 + s * (y - years[0]) + weather[y] + 0.1 * k
                 for k, c in enumerate(COUNTIES) for n, s in slope.items()},
            )
        ]  # fmt: skip

    def test_under_five_years_there_is_no_word(self):
        rows = self.rows(range(2017, 2021), {"straw_use_rate": 2.0})
        assert counted.trends(province(rows)).empty

    def test_they_come_in_the_order_of_the_list(self):
        rows = self.rows(range(2012, 2021), {"straw_use_rate": 2.0, "green_procurement": 1.0})
        for row in rows:  # the second indicator has no value in the first year
            if row["year"] == 2012 and row["indicator"] == "green_procurement":
                row["value"] = np.nan
        found = counted.trends(province(rows))
        assert found["indicator"].tolist() == ["green_procurement", "straw_use_rate"]

    def test_a_year_that_one_county_alone_knows_shuts_no_other_out(self):
        rows = self.rows(range(2011, 2021), {"straw_use_rate": 2.0})
        for row in rows:
            if row["year"] == 2011 and row["county"] != COUNTIES[0]:
                row["value"] = np.nan
        found = counted.trends(province(rows)).set_index("indicator")
        assert found.loc["straw_use_rate", ["n", "trend"]].tolist() == [len(COUNTIES), "improving"]

    def test_a_common_rise_is_told_and_the_weather_of_a_year_is_not(self):
        rows = self.rows(range(2008, 2021), {"straw_use_rate": 2.0, "green_procurement": 0.0})
        found = counted.trends(province(rows)).set_index("indicator")
        assert found.loc["straw_use_rate", "trend"] == "improving"
        # 1.9 to 2.1 a year: what was put in.
        assert found.loc["straw_use_rate", "slope"] == pytest.approx(2.0, abs=0.1)
        assert found.loc["green_procurement", "trend"] == "no_clear_trend"
        assert (found["q"] >= found["p"]).all() and (found["n"] == len(COUNTIES)).all()


class TestPage:
    @staticmethod
    def found(**more):
        values = {
            (c, n): 70.0 + 3 * i for i, c in enumerate(VERDICTS) for n in (*BINDING, REFERENCE)
        }
        rows = [*results(VERDICTS, YEAR - 1), *results(VERDICTS, values=values)]
        return province(rows, [owes("beihe", "green_purchase")], **more)

    @pytest.mark.parametrize("lang", LANGS)
    def test_it_stands_alone_and_names_every_county(self, lang):
        shown = page_of(self.found(), lang)
        assert "<script" not in shown.html and not re.search(
            r'(src|href)="(https?:)?//', shown.html
        )
        for county in VERDICTS:
            assert f'id="county-{county}"' in shown.html
            assert (f"{county}县" if lang == "zh" else county.title()) in shown.html
        assert set(re.findall(r'href="#([\w-]+)"', shown.html)) <= set(
            re.findall(r'\bid="([\w-]+)"', shown.html)
        )

    def test_both_languages_show_the_same_numbers(self):
        cells = [
            re.findall(r'<td class="(?:n|sum)[^>]*>([^<]*)</td>', page_of(self.found(), lang).html)
            for lang in LANGS
        ]
        assert cells[0] == cells[1] and len(cells[0]) > 40

    def test_what_contradicts_itself_has_no_place_among_the_others(self):
        values = {(c, n): 90.0 for c in VERDICTS for n in BINDING} | {
            ("changhu", BINDING[0]): 255.2
        }
        found = counted.values(province(results(VERDICTS, values=values))).set_index("indicator")
        # Changhu contradicts itself, to Fushan it does not apply: four of six are left.
        assert found.loc[BINDING[0], "of"].tolist() == [4] * 4
        assert 255.2 not in found["value"].tolist()

    @pytest.mark.parametrize("odd", ["anshan", "gaoan"])
    def test_an_indicator_has_one_number_on_the_page_whatever_the_lists_of_the_counties(self, odd):
        values = {(c, n): 70.0 + 3 * i for i, c in enumerate(VERDICTS) for n in BINDING}
        rows = results(VERDICTS, values=values)
        own = [r | {"number": f"4{r['number']}"} if r["county"] == odd else r for r in rows]
        assert re.findall(r">(4\d) ", page_of(province(own), "en").html) == []

    def test_numbers_are_those_of_one_list_where_each_county_has_its_own(self):
        """Indicator 1 of the one list beside 12 of the other would be numbers of no list at all."""
        rows = results({"anshan": ("not_met",) * 3, "beihe": ("not_met",) * 3})
        own = [r | {"number": f"1{r['number']}"} if r["county"] == "beihe" else r for r in rows]
        for one in (own, own[::-1]):
            told = re.findall(r'<th scope="row">(\d+) ', page_of(province(one), "en").html)
            assert sorted(told) in (["1", "2"], ["11", "12"])

    def test_each_choice_has_its_rule(self):
        css = page_of(self.found()).css
        assert "#outcome-fails:checked) .matrix tbody tr:not(.is-fails)" in css
        # Indicator 2 is the third column, after the county's name.
        assert (
            '#by-indicator option[value="2"]:checked):has(#by-verdict option[value="conflict"]:checked)'
            " .matrix tbody tr:not(:has(td:nth-child(3).conflict))" in css
        )

    def test_a_cell_tells_value_and_place(self):
        html = page_of(self.found(), "en").html
        # Of six counties Fushan has the highest value, 70 + 3 × 5 = 85 %.
        assert re.search(r'title="[^"]*: met, 85%, place 1 of 6"', html)

    def test_a_figure_far_from_the_others_is_told_as_a_fraction_of_their_median(self):
        inputs = [given(c, "straw_total", 95000.0) for c in COUNTIES]
        inputs[5] = given("c05", "straw_total", 9.5)
        rows = results({c: ("met", "met", "met") for c in COUNTIES})
        # 9.5 of 95 000 is one in 10 000.
        assert '<td class="n">1/10,000</td>' in page_of(province(rows, inputs=inputs), "en").html

    @pytest.mark.parametrize("lang", LANGS)
    def test_an_indicator_of_one_county_alone_is_an_empty_field_of_the_others(self, lang):
        rows = results({"anshan": ("met", "met", "met"), "beihe": ("met", "met", "met")})
        rows = [row for row in rows if (row["county"], row["indicator"]) != ("beihe", REFERENCE)]
        found = province(rows)
        row = page_of(found, lang).html.partition('id="county-beihe"')[2].partition("</tr>")[0]
        assert re.findall(r'<td class="(\w*) of-', row) == ["met", "met", ""]
        assert {"zh": "不在该县采用的指标之内", "en": "not on the list of this county"}[lang] in row
        assert province_book(found, lang)

    def test_a_name_is_no_html(self):
        rows = results({"anshan": ("met", "met", "met")})
        for row in rows:
            row["county_zh"] = "<b>安&山</b>"
        html = page_of(province(rows)).html
        assert "<b>安&山" not in html and "&lt;b&gt;安&amp;山" in html

    @pytest.mark.parametrize("lang", LANGS)
    def test_the_workbook_holds_every_table_and_no_formula(self, lang):
        found = self.found(inputs=[given("anshan", "straw_total", 5.0, "=1+1")])
        book = province_book(found, lang)
        assert book == province_book(found, lang)
        with zipfile.ZipFile(BytesIO(book)) as parts:
            sheets = [n for n in parts.namelist() if n.startswith("xl/worksheets/sheet")]
            assert len(sheets) == len(counted.every_table(found))
            assert not any(b"<f>" in parts.read(name) for name in sheets)

    @pytest.mark.parametrize("lang", LANGS)
    def test_the_workbook_names_what_a_verdict_hangs_on(self, lang):
        sheet = load_workbook(BytesIO(province_book(self.found(), lang)))[
            text("province.sheet.conditions", lang)
        ]
        owner, thing, owing, turned = (cell.value for cell in sheet[2])
        assert owner == name_of("owner", "finance", lang) and owing == 1
        assert thing.lower().count(name_of("item", "green_purchase", lang).lower()) == 1
        assert turned == {"zh": "beihe县", "en": "Beihe"}[lang]

    @pytest.mark.parametrize("lang", LANGS)
    def test_what_is_missing_is_told_in_words_and_not_by_a_name_alone(self, lang):
        """A figure, its year and the rest of it are three things to submit."""
        asked = [owes("beihe", "green_purchase") | {"kind": kind} for kind in KINDS]
        rows = results({"beihe": ("met", "conditional", "met")})
        html = page_of(province(rows, asked), lang).html
        told = re.findall(r'<th scope="row">([^<]*)</th><td>[^<]*</td><td class="n">1</td>', html)
        assert len(set(told)) == len(KINDS)
        assert all(str(YEAR) in one for one in told if "“" not in one)


def test_a_year_that_is_not_there_is_told_with_those_that_are(tiny):
    root = provincial(tiny(2019, items=[*HAZARDOUS, STRAW]))
    finish(root)
    with pytest.raises(DataError, match="2018, 2019"):
        open_province(2020, root / dataset.FOLDER)


@pytest.mark.slow
def test_the_command_writes_page_and_workbook(tiny, root):
    here = provincial(tiny(2019, items=[*HAZARDOUS, STRAW]))
    (here / "notebooks").mkdir()
    name = "notebooks/province_summary.ipynb"
    (here / name).write_bytes((root / name).read_bytes())
    told = finish(here, "--summary")
    assert "summary.en.html" in told
    out = here / "outputs/_province"
    first = {p.name: p.read_bytes() for p in out.glob("summary.*")}
    assert set(first) == {
        f"summary.{lang}.{kind}" for lang in LANGS for kind in ("html", "ipynb", "xlsx")
    }
    page = first["summary.en.html"].decode()
    assert page.startswith("<!DOCTYPE html>") and 'href="summary.zh.html"' in page
    assert "report.en.html" not in page, "no report was made, so none is linked"
    assert "<script" not in page and page.count('id="county-') == 3
    finish(here, "--summary")
    assert {p.name: p.read_bytes() for p in out.glob("summary.*")} == first
    refused = finish(here, asked=("--all", "--years", "2019", "--summary"), code=2)
    assert "--summary goes with --results-only" in refused
