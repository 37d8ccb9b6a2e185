"""Lists as dated data: what they may say, what they must, and an evaluation under another edition."""

from __future__ import annotations

import re
import shutil
from html import unescape

import pytest
from counties import LIANSHAN, NATIONAL, ROOT, opened

from ecolib import pages
from ecolib.assess.absence import absences
from ecolib.assess.annual import load_annual
from ecolib.assess.frames import results_table
from ecolib.assess.opening import open_case
from ecolib.assess.result import from_json, to_json
from ecolib.collect import remarks
from ecolib.collect.asking import Round
from ecolib.errors import DataError, ParamsError
from ecolib.fingerprint import county_year
from ecolib.indicators.cited import cited, documents
from ecolib.indicators.declaring import declared
from ecolib.indicators.lists import load_list
from ecolib.indicators.targets import Limit
from ecolib.pages.report import facts
from ecolib.runner.planning import shared_by_all
from ecolib.texts import LANGS

#: What every edition must say of itself.
HEAD = """\
document: 试字〔2023〕1号
short: {zh: 试行版, en: trial list}
valid_from: 2023
source: 虚构
confidence: low
"""
#: An edition as data/README.md shows how to enter one.
EDITION = re.search(
    r"```yaml\n(document:.*?)```", (ROOT / "data/README.md").read_text(encoding="utf-8"), re.DOTALL
)[1]


def written(root, text: str, name: str = "tried-2023"):
    """The list of a file in a project."""
    folder = root / "params/lists"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return load_list(name, root)


class TestTheListsOfThisProject:
    def test_the_national_one_keeps_the_numbers_of_the_document(self):
        # Of 40 numbers, 9, 23, 24, 31, 34 and 36 are asked of cities alone: 34 remain.
        numbers = [int(i.number) for i in NATIONAL.top_level]
        assert numbers == sorted({*range(1, 41)} - {9, 23, 24, 31, 34, 36})
        kinds = [i.kind for i in NATIONAL.top_level]
        assert (kinds.count("binding"), kinds.count("reference")) == (20, 14)

    def test_lianshan_differs_by_its_numbers_and_one_of_its_own(self):
        assert {*LIANSHAN} - {*NATIONAL} == {"organic_certified_area"}
        assert LIANSHAN["organic_certified_area"].kind == "local"
        for name, entry in NATIONAL.items():
            assert (entry.kind, entry.target) == (LIANSHAN[name].kind, LIANSHAN[name].target)

    def test_another_county_sees_neither_its_indicator_nor_its_numbers(self):
        case = opened("demo", 2020)
        assert case.evaluate("25").indicator == "agri_waste_use"
        assert opened("lianshan", 2019).evaluate("25").indicator == "drinking_source_quality"
        with pytest.raises(DataError, match=r"“organic_certified_area” is not on .*\(2019-76\)"):
            case.evaluate("organic_certified_area")
        asked = Round.of(case, "zh").applicable
        assert "organic_certified_area" not in asked

    def test_no_value_of_a_later_edition_is_entered(self):
        assert [s.valid_from for s in NATIONAL.file.successors] == [2021, 2024]
        assert LIANSHAN.file.successors == NATIONAL.file.successors
        rule = NATIONAL.file.pass_rule
        assert (rule.binding, rule.reference, rule.gates, rule.confidence) == (
            "all",
            None,
            [],
            "low",
        )

    def test_a_project_without_lists_has_the_one_carried(self, tmp_path):
        assert [*load_list("2019-76", tmp_path)] == [*NATIONAL]


class TestWhatIsWrong:
    CASES = [
        ("  eco_plann: {number: 1}\n", "eco_plan", "there is no “eco_plann”"),
        ("  eco_plan: {nummber: 1}\n", "number", "not permitted"),
        ("  eco_plan: {kind: bindin}\n", "binding (binding)", "none of the choices"),
        ("  eco_plan: {target: {in_place: [aproved]}}\n", "approved", "there is no “aproved”"),
        (
            "  eco_share_of_appraisal: {target: {at_least: 20, unit: ppp}}\n",
            "pp",
            "there is no “ppp”",
        ),
        ("  eco_share_of_appraisal: {target: {at_leest: 20}}\n", "at_least", "not permitted"),
        ("  eco_share_of_appraisal: {target: {at_least: 2, at_most: 3}}\n", "", "exactly one form"),
        ("  eco_share_of_appraisal: {target: asigned}\n", "", "keys"),
        ("  eco_share_of_appraisal: {target: parts}\n", "", "has a formula"),
        ("  air_quality: {target: {at_least: 1}}\n", "", "only be parts"),
        ("  eco_share_of_appraisal: {target: {at_most: 20}}\n", "at least", "can only be"),
        ("  eco_share_of_appraisal: {target: {both: [parts]}}\n", "≥ 2", "holds too few"),
        ("  eco_share_of_appraisal: {target: {at_least: 2,5}}\n", "2,5", "with a point"),
        ("  eco_plan: {number: 第五}\n", "7a", "must be a number such as 7"),
        ("  eco_plan: {number: 2}\n", "", "has the number 2 as well"),
        ("  eco_plan: {number: 2a}\n", "", "belongs to no group"),
        ("  organic_certified_area: {number: 41}\n", "", "kind, target are needed as well"),
        (
            "  forest_grass_cover: {target: {by_terrain: {mountan: 60}}}\n",
            "",
            "none of the choices",
        ),
    ]

    @pytest.mark.parametrize(("line", "near", "wrong"), CASES)
    def test_it_is_told_with_its_line(self, tmp_path, line, near, wrong):
        with pytest.raises(ParamsError) as caught:
            written(tmp_path, HEAD + "extends: 2019-76\nindicators:\n" + line)
        told = caught.value.text("en")
        assert wrong in told and near in told
        # Head and two more lines stand above: the fault is in line 8.
        assert "line 8" in told and "tried-2023.yml" in told
        assert caught.value.text("zh")

    def test_a_list_that_is_not_there_and_one_that_extends_itself(self, tmp_path):
        with pytest.raises(ParamsError, match="did you mean “2019-76”"):
            written(tmp_path, HEAD + "extends: 2019-67\nindicators: {}\n")
        with pytest.raises(ParamsError, match="extends itself"):
            written(tmp_path, HEAD + "extends: tried-2023\nindicators: {}\n")

    def test_a_list_that_ends_before_it_begins(self, tmp_path):
        with pytest.raises(ParamsError, match="valid_to must not lie before valid_from"):
            written(tmp_path, HEAD + "extends: 2019-76\nvalid_to: 2022\nindicators: {}\n")

    def test_a_share_of_one_for_a_share_of_a_hundred(self, tiny):
        path = tiny(2019).root / "params/lists/tried-2023.yml"
        line = "  urban_sewage_rate: {target: {at_least: 0.95}}\n"
        path.write_text(f"{HEAD}extends: 2019-76\nindicators:\n{line}", encoding="utf-8")
        case = tiny(2023, params="list: tried-2023\n")
        (note,) = (n for n in absences(case) if n.code == "doubtful_target")
        assert "tried-2023.yml: indicators.urban_sewage_rate" in str(note.source)
        assert "enter 95" in note.text("en")

    def test_what_is_left_out_must_be_there(self, tmp_path):
        with pytest.raises(ParamsError, match="“eco_plan”"):
            written(tmp_path, HEAD + "extends: 2019-76\nwithout: [eco_plam]\nindicators: {}\n")

    def test_a_group_without_parts(self, tmp_path):
        left = "[good_air_days_ratio, pm25_decline]"
        with pytest.raises(ParamsError, match="7 is a group without parts"):
            written(tmp_path, HEAD + f"extends: 2019-76\nwithout: {left}\nindicators: {{}}\n")

    def test_a_county_that_asks_for_an_unknown_list(self, tiny):
        with pytest.raises(ParamsError, match=r"trial\.yml: list.*no such list"):
            tiny(2019, params="list: lianshann\n")


class TestTargets:
    def test_every_form_can_be_written(self, tmp_path):
        forms = (
            "{at_most: 5}",
            "{assigned: {otherwise: not_worse}}",
            "{no_loss: {since: 2015}}",
            "{where_given: {at_most: 3}}",
            "{either: [assigned, {not_worse: {tolerance: 2}}, {by_climate: {arid: 1, 其他地区: 2}}]}",
        )
        for form in forms:
            text = (
                HEAD
                + f"indicators:\n  energy_per_gdp: {{number: 1, kind: 约束性, target: {form}}}\n"
            )
            entry = written(tmp_path, text).find("1")
            assert entry.kind == "binding" and entry.target is not None


class TestAnotherEdition:
    """Renumbered, one target changed, one indicator new by a formula of this library, one dropped."""

    @pytest.fixture
    def case(self, tiny, tmp_path):
        written(tmp_path, EDITION)
        return tiny(
            2023,
            params="list: {2023: tried-2023}\n",
            items=[
                ("sewage_plant_treated", 2023, 90, "t"),
                ("sewage_other_treated", 2023, 0, "t"),
                ("sewage_discharged", 2023, 100, "t"),
                ("organic_area", 2023, 20000, "mu"),
                ("green_purchase", 2023, 90, "10k yuan"),
            ],
            documents=[
                (
                    "urban_sewage_rate",
                    "sludge",
                    2023,
                    "是",
                    "已处置",
                    "污泥台账",
                    "1号",
                    "2023-05-01",
                ),
            ],
        )

    def test_a_whole_evaluation(self, case):
        results = {r.number: r for r in case.evaluate_all()}
        assert results["1"].indicator == "party_gov_deployment"
        assert results["2"].indicator == "eco_plan"
        # 90 / 100 = 90 %: enough for 85, not for the 95 of this edition.
        assert results["29"].verdict.status == "not_met"
        # 20 000 mu of 10 000; in the list of Lianshan it is local and asks for 12 000.
        new = results["41"]
        assert (new.indicator, new.kind) == ("organic_certified_area", "reference")
        assert new.verdict.status == "met" and "10,000" in new.target.text("en").replace(
            "10000", "10,000"
        )
        assert "37" not in results  # green procurement
        assert len(results) == 34 - 1 + 1
        assert {r.list_status for r in results.values()} == {"in_force"}
        table = results_table(results.values(), case)
        assert set(table["list"]) == {"tried-2023"} and set(table["list_status"]) == {"in_force"}
        assert "green_procurement" not in set(table["indicator"])

    def test_results_come_back_as_they_were_saved(self, case):
        result = case.evaluate("41")
        again = from_json(to_json(result))
        assert to_json(again) == to_json(result)
        assert (again.entry.number, again.entry.kind) == ("41", "reference")

    def test_pages_follow_it(self, case):
        page = pages.indicator(case.evaluate("29"), "zh", case=case).html
        assert '<span class="number">29</span>' in page and "≥95%" in page
        assert "试字〔2023〕1号" in page and "76号" not in page
        told = dict(facts(load_annual(case), "en"))["Indicator list"]
        assert "试字〔2023〕1号, 34 indicators" in told

    def test_another_year_has_another_list(self, case):
        assert case.in_year(2022).list.name == "lianshan"
        # 13 is another indicator in each of the two: as a number in a file it would be a guess.
        assert "14" not in case.data.names.numbers
        assert case.data.names.numbers["3"] == "eco_share_of_appraisal"

    def test_pages_are_made_anew_when_it_changes(self, case):
        before = county_year(case.root, "trial", 2023), shared_by_all(case)
        written(case.root, EDITION.replace("at_least: 95", "at_least: 90"))
        again = open_case("trial", 2023, root=case.root)
        assert county_year(case.root, "trial", 2023) != before[0]
        assert shared_by_all(again) != before[1]
        verdict = again.evaluate("29").verdict
        assert verdict.status == "met", verdict.reason("en")


class TestOutsideItsValidity:
    def test_within_it_nothing_is_said(self):
        assert NATIONAL.warning(2019) is None and LIANSHAN.warning(2017) is None
        assert NATIONAL.status(2020) == "in_force"

    @pytest.mark.parametrize("lang", LANGS)
    def test_a_banner_on_every_page_a_line_in_check_and_a_column(self, tiny, lang):
        case = tiny(2022, items=[("organic_area", 2022, 13000, "mu")])
        told = case.list.warning(2022).text(lang)
        assert ("2021" in told and "2024" not in told) and "2019" in told
        claims = load_annual(case).claims
        own = pages.indicator(case.evaluate("22"), lang, case=case)
        for page in (own, pages.audit(case, claims, lang), pages.report(load_annual(case), lang)):
            notice = re.search(r'<p class="notice" role="note">(.*?)</p>', page.html)[1]
            assert told in unescape(re.sub("<[^>]*>", "", notice))
        assert told in [note.text(lang) for note in remarks(case)]
        assert case.evaluate("22").list_status == "after"
        assert 'class="notice"' not in pages.audit(case.in_year(2019), claims, lang).html

    def test_a_year_before_it(self):
        assert NATIONAL.status(2018) == "before"
        assert "2019" in NATIONAL.warning(2018).text("en")

    def test_of_later_editions_only_those_of_the_year_are_named(self):
        assert "2024" in NATIONAL.warning(2025).text("en")


class TestStandards:
    def test_a_law_without_a_number_stands_in_book_title_marks(self):
        """GB/T 15834-2011, 4.15: titles stand within 《》; numbers of documents and standards do not."""
        bare = [d.document for d in documents() if not re.search(r"\d|^《.+》$", d.document)]
        assert not bare

    def test_only_those_in_force_are_cited(self):
        water = {year: cited("village_water_hygiene", year) for year in (2019, 2022, 2023, 2024)}
        assert "GB 5749-2006" in water[2022] and "GB 5749-2022" not in water[2022]
        assert {"GB 5749-2006", "GB 5749-2022"} <= {*water[2023]}  # replaced on 1 April 2023
        assert "GB 5749-2006" not in water[2024] and "GB 5749-2022" in water[2024]
        # The rules on disclosure by enterprises in force from 2022-02-08 replace those of 2015.
        assert "环境保护部令第31号" not in cited("env_info_disclosure_rate", 2023)
        assert "生态环境部令第24号" in cited("env_info_disclosure_rate", 2023)

    def test_each_row_is_dated_and_speaks_of_known_indicators(self):
        for row in documents():
            assert {*row.indicators.split(";")} <= {*declared()}
            assert row.valid_from and row.source and row.confidence in ("high", "medium", "low")
            assert not row.valid_to or row.valid_from <= row.valid_to

    def test_a_page_shows_them(self, tiny):
        texts = {
            y: pages.indicator(tiny(y).evaluate("26"), "zh", case=tiny(y)).html
            for y in (2019, 2024)
        }
        assert "GB 5749-2006" in texts[2019] and "GB 5749-2006" not in texts[2024]
        assert "GB 5749-2022" in texts[2024]


class TestPassRule:
    def conclusion(self, case, lang="en"):
        _, concluded, why = pages.conclusion(load_annual(case))
        return " ".join(note.text(lang) for note in (concluded, *why))

    @pytest.fixture
    def saved(self, tiny):
        """A county whose results are saved, by the statuses that are asked for."""

        def build(**statuses):
            case = tiny(2019)
            for entry in case.list.top_level:
                result = case.evaluate(entry.id)
                status = statuses.get(entry.id, statuses.get(entry.kind, "met"))
                case.save(_with(result, status))
            return case

        return build

    def test_a_binding_one_not_met_decides_and_is_named(self, saved):
        text = self.conclusion(saved(hazardous_waste_rate="not_met", reference="not_evaluable"))
        assert "the requirements of the list are not met" in text and "(13)" in text

    def test_a_reference_one_not_met_does_not(self, saved):
        text = self.conclusion(saved(forest_grass_cover="not_met"))
        assert "No reliable source says" in text and "apply: 14; met: 13" in text

    def test_an_undecided_binding_one_leaves_it_open(self, saved):
        text = self.conclusion(saved(hazardous_waste_rate="conflict"))
        assert "not yet decided" in text and "not yet decided: 1." in text

    def test_all_met(self, saved):
        assert "are met: all 34." in self.conclusion(saved())

    def test_where_nothing_applies_nothing_is_concluded(self, saved):
        none = dict.fromkeys(("binding", "reference"), "not_applicable")
        assert "nothing can be concluded" in self.conclusion(saved(**none))

    @pytest.mark.parametrize(
        ("reference", "said"),
        # 80 % of 14 is 11.2: 12 are enough and 11 are not.
        [((12, "not_met"), "list are met"), ((11, "not_met"), "list are not met"),
         ((11, "not_evaluable"), "not yet decided")],
    )  # fmt: skip
    def test_a_share_where_the_list_gives_one(self, saved, reference, said):
        names = [i.id for i in LIANSHAN.top_level if i.kind == "reference"]
        met, other = reference
        case = saved(**dict.fromkeys(names[met:], other))
        path = case.root / "params/lists/lianshan.yml"
        rule = "pass_rule: {binding: all, reference: 80, source: 虚构, confidence: low}\n"
        path.write_text(path.read_text(encoding="utf-8") + rule, encoding="utf-8")
        assert said in self.conclusion(open_case("trial", 2019, root=case.root))

    def test_what_no_source_says_is_said_to_be_absent(self, tiny):
        text = pages.report(load_annual(tiny(2019)), "en").html
        assert "no source says what share" in text
        assert "No source says which basic conditions" in text


def _with(result, status):
    from dataclasses import replace

    from ecolib.assess.result import Verdict

    return replace(result, verdict=Verdict(status), parts=())


def test_the_carried_list_is_that_of_the_project(tmp_path):
    shutil.copytree(ROOT / "params/lists", tmp_path / "params/lists")
    assert load_list("2019-76", tmp_path).file == NATIONAL.file
    assert isinstance(NATIONAL["urban_waste_harmless_rate"].target, Limit)
