"""The county's data as entered: it reads cleanly, says where it stands, and misses no figure."""

import csv
import math
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from counties import LIANSHAN, opened

from ecolib.assess.documents import states
from ecolib.data.check import check
from ecolib.data.dictionary import owners, table, units
from ecolib.data.params import load_params
from ecolib.data.readers import read_file
from ecolib.indicators.targets import requirements_of

ROOT = Path(__file__).parents[1]
RAW = ROOT / "data" / "lianshan" / "raw"
FILES = sorted(RAW.glob("*/*.csv"))
REPORTED = ROOT.parent / "shared" / "reference" / "lianshan_reported.csv"
YEARS = ("2016", "2017", "2018", "2019")
#: The column of each table that holds the figure as printed.
FIGURE = {"items": "数值", "areas": "面积", "claims": "原文数值"}
#: Claims that are told in words: a verdict, a change, a time, who does or submits something.
IN_WORDS = ("verdict", "change", "period", "act", "source")
#: The tables of the plan whose rows have codes.
CODED = ("programmes", "projects", "tasks", "goals", "milestones", "duties")
#: Undated figures came with the plan of 2019.
SUBMITTED = "2019"


def checked(path: Path):
    (sheet,) = read_file(path, ROOT)
    return check(
        sheet,
        table(path.stem),
        opened("lianshan", 2019).data.own_names,
    )


def raw(name: str) -> list[dict[str, str]]:
    """The cells of one table over all years, with the folder as `folder`."""
    rows = []
    for path in sorted(RAW.glob(f"*/{name}.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows += [row | {"folder": path.parent.name} for row in csv.DictReader(file)]
    return rows


def verdicts() -> list[dict[str, str]]:
    return [row for row in raw("claims") if row["种类"] == "verdict"]


class TestFiles:
    def test_there_is_a_folder_for_each_year(self):
        assert tuple(sorted({f.parent.name for f in FILES})) == YEARS

    @pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}-{p.stem}")
    def test_reads_without_a_remark(self, path):
        result = checked(path)
        # The EI of 2016 to 2018 is printed as a bound, and read as one.
        assert {issue.code for issue in result.issues} <= {"as_bound"}
        assert result.refused == 0 and result.read > 0

    @pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}-{p.stem}")
    def test_is_plain_utf8(self, path):
        assert not path.read_bytes().startswith(b"\xef\xbb\xbf")

    @pytest.mark.parametrize("name", ("items", "areas", "documents", "claims", "evidence", *CODED))
    def test_every_row_says_where_it_stands(self, name):
        position = re.compile(r"附件2 第\d+项|附件3 指标\d+( 工作任务| 首段)?|正文[一二三四五六].*")
        assert [r for r in raw(name) if not position.fullmatch(r["出处"])] == []

    @pytest.mark.parametrize("name", ("items", "areas", "documents", "claims"))
    def test_a_row_lies_in_the_folder_of_its_year(self, name):
        # The survey of April 2020 came with the plan of 2019; a standing document has only a date.
        for row in raw(name):
            speaks_of = row["年份"] or row.get("日期", "")[:4] or SUBMITTED
            assert row["folder"] == {"2020": SUBMITTED}.get(speaks_of, speaks_of), row


class TestFigures:
    @pytest.mark.parametrize(
        ("item", "year", "place", "value", "unit"),
        [
            ("good_air_days_ratio", "2016", "", "98.0", "%"),
            ("good_air_days", "2017", "", "339", "d"),
            ("eco_share_of_appraisal", "2018", "生态保育镇", "40", "%"),
            ("rivers_with_chief", "2019", "", "146", "count"),
            ("gov_items_required", "", "", "28", "count"),
            ("hw_generated", "2017", "", "69.025", "10k t"),
            ("hw_used_disposed", "2019", "", "66.12", "10k t"),
            ("hw_prior_used_disposed", "2018", "", "0.191", "10k t"),
            ("energy_per_gdp", "2019", "", "0.319", "tce/10k yuan"),
            ("energy_per_gdp_decline", "2017", "", "33.98", "%"),
            ("water_per_gdp", "2017", "", "228.1", "m3/10k yuan"),
            ("land_per_gdp", "2018", "", "0.1280", "mu/10k yuan"),
            ("organic_area", "2019", "", "12670.95", "mu"),
            ("sources_total", "2019", "乡镇级", "8", "count"),
            ("waste_generated", "2018", "县城（吉田镇）建成区", "6824.86", "t"),
            ("rural_toilet_rate", "2019", "", "98.38", "%"),
            ("public_satisfaction", "2020", "", "90.38", "%"),
        ],
    )
    def test_stands_as_printed(self, item, year, place, value, unit):
        found = [
            (r["数值"], r["单位"])
            for r in raw("items")
            if (r["统计项"], r["年份"], r["范围"]) == (item, year, place)
        ]
        assert found == [(value, unit)]

    def test_a_share_of_water_samples_is_no_share_of_people(self):
        assert "village_water_hygiene" not in {r["统计项"] for r in raw("items")}

    def test_protected_area_is_the_same_in_all_three_years(self):
        areas = pd.concat([checked(f).frame for f in FILES if f.stem == "areas"])
        by_kind = areas.groupby(["kind", "year"])["area"].sum()
        assert by_kind["protected"].to_dict() == {2017: 23035, 2018: 23035, 2019: 23035}
        # 515.50 km2 = 51550 ha
        assert by_kind["redline"].to_dict() == {2019: pytest.approx(51550)}


class TestClaims:
    def test_thirty_three_verdicts_one_an_indicator_off_the_coast(self):
        coast = {"coast_restoration", "natural_coastline_rate"}
        judged = [row["指标"] for row in verdicts() if row["年份"] == "2019"]
        assert len(judged) == 33
        # The plan knows the official list, 1 to 35.
        assert set(judged) == {i.id for i in LIANSHAN.top_level if int(i.number) <= 35} - coast

    def test_every_verdict_says_met(self):
        assert {r["原文数值"] for r in verdicts()} == {"达标"}

    def test_earlier_years_are_judged_where_the_text_prints_figures_of_them(self):
        earlier = {(r["指标"], r["年份"]) for r in verdicts() if r["年份"] < "2019"}
        assert {("air_quality", "2018"), ("water_per_gdp", "2017")} <= earlier
        # Of these the plan speaks only as they stand in 2019.
        for name in ("eco_plan", "river_chief_system", "rural_toilet_rate", "public_satisfaction"):
            assert name not in {indicator for indicator, _ in earlier}

    def test_every_other_claim_is_a_number_in_a_known_unit(self):
        for row in raw("claims"):
            # A change may be told in words, which then are those of the sentence.
            in_words = row["种类"] == "change" and row["原文数值"] in row["原文"]
            if row["种类"] not in {*IN_WORDS} - {"change"} and not in_words:
                assert math.isfinite(float(row["原文数值"])), row
                assert row["单位"] in units() or row["种类"] == "rank", row

    def test_finished_values_are_claimed_and_submitted(self):
        submitted = {(r["统计项"], r["年份"] or SUBMITTED, r["数值"]) for r in raw("items")}
        claimed_only = {
            r["指标"]
            for r in raw("claims")
            if r["种类"] == "value" and (r["指标"], r["年份"], r["原文数值"]) not in submitted
        }
        assert claimed_only == {
            # The plan works these out from tonnages or areas that it prints beside them.
            "hazardous_waste_rate",
            "urban_waste_harmless_rate",
            "nature_reserves",
            "ecological_redline",
            # Handed in as the item organic_area.
            "organic_certified_area",
            # Another quantity than the indicator's: sections, water samples, waste treated.
            "water_quality",
            "village_water_hygiene",
            "rural_waste_collection",
            # The size of a river basin, not a share of banks.
            "river_bank_protection_rate",
            # How far the soil survey has come, not the register.
            "land_risk_register",
        }


class TestDocuments:
    def rows(self) -> list[dict]:
        return opened("lianshan", 2019).rows("documents")

    def test_requirements_are_those_of_the_indicator(self):
        for row in self.rows():
            named = (None, *requirements_of(LIANSHAN.find(row["indicator"]).target))
            assert row["requirement"] in named, row

    @pytest.mark.parametrize(
        ("indicator", "expected"),
        [
            # Title and dates of passing and promulgation are printed.
            ("eco_plan", "documented documented documented documented"),
            ("party_gov_deployment", "stated stated stated"),
            # Title and date of the work plan are printed, of the rules neither.
            ("river_chief_system", "documented stated"),
            ("plan_eia", "named"),
            ("invasive_species", "stated stated stated"),
            # The action plan for soil is not the register.
            ("land_risk_register", "stated stated stated"),
            # Two plans by title alone; a drill is only a task for later, and not in the definition.
            ("emergency_mechanism", "named stated stated"),
            ("ecological_redline", "absent absent"),
            ("nature_reserves", "stated stated"),
            ("village_water_hygiene", "stated"),
            ("urban_sewage_rate", "absent"),
            # A sorting plan proves none of the three full coverages.
            ("urban_waste_sorting", "stated stated stated"),
            ("rural_waste_collection", "stated stated"),
        ],
    )
    def test_what_they_prove_in_2019(self, indicator, expected):
        keys = requirements_of(LIANSHAN.find(indicator).target)
        found = states(
            opened("lianshan", 2019).documents(LIANSHAN.find(indicator)), keys, np.array([2019])
        )
        assert " ".join(found[key][0] for key in keys) == expected

    def test_the_plan_is_in_force_from_2018_to_2025(self):
        own = [row for row in self.rows() if row["indicator"] == "eco_plan"]
        in_force = states(own, ["in_force"], np.array([2017, 2018, 2026]))
        assert in_force["in_force"].tolist() == ["lapsed", "documented", "lapsed"]


class TestParams:
    def params(self):
        return load_params("lianshan", ROOT, indicators=LIANSHAN, owners=owners())

    def test_profile(self):
        county = self.params().county
        assert (county.base_year, county.area_km2, county.fictional) == (2015, 1218.43, False)
        assert county.terrain == {"mountain": 100}

    def test_assigned_are_the_bounds_the_city_set(self):
        found = {
            (name, year): (bound.sense, bound.value)
            for name, by_year in self.params().assigned.items()
            for year, bound in by_year.items()
            if bound.value is not None
        }
        assert self.params().none_assigned("river_bank_protection_rate", 2019).document
        assert found == {
            ("good_air_days_ratio", 2017): ("at_least", 98.0),
            ("good_air_days_ratio", 2018): ("at_least", 97),
            ("good_air_days_ratio", 2019): ("at_least", 97),
            ("water_per_gdp", 2017): ("at_most", 227.3),
            ("water_per_gdp", 2018): ("at_most", 210.4),
            ("water_per_gdp", 2019): ("at_most", 92.5),
            ("rural_toilet_rate", 2019): ("at_least", 98),
        }

    def test_only_the_coast_does_not_apply(self):
        numbers = {LIANSHAN.find(name).number for name in self.params().not_applicable}
        assert numbers == {"12", "12a", "12b", "17"}


#: Printed figures that are not entered as a number, and why.
NOT_ENTERED = {
    ("eco_plan", "plan_valid_from"): "a period; stands in documents",
    ("eco_plan", "plan_valid_to"): "a period; stands in documents",
    ("plan_eia", "plans_named_with_eia_content"): "counted by the reader, not printed",
    ("water_quality", "national_control_sections"): "printed in words; stands in the note",
    ("water_class3_gain", "provincial_section_class"): "class II: entered as a good section",
    ("protected_species_rate", "vascular_plant_families"): "inventory, not about protection",
    ("protected_species_rate", "vascular_plant_genera"): "inventory, not about protection",
    ("protected_species_rate", "vascular_plant_species"): "inventory, not about protection",
    ("protected_species_rate", "terrestrial_vertebrate_species"): "inventory",
    ("protected_species_rate", "insect_species"): "inventory, not about protection",
    ("indicator_aquatic_species", "aquatic_species_now"): "printed in words; in documents",
    ("land_risk_register", "key_enterprises_surveyed"): "about a soil survey, not the register",
    ("land_risk_register", "closed_tailings_ponds_added"): "about a soil survey",
    ("land_risk_register", "tailings_ponds_under_construction"): "about a soil survey",
    ("land_risk_register", "toxic_land_events"): "printed in words; stands in documents",
    ("emergency_mechanism", "major_events"): "printed in words; stands in documents",
    ("river_bank_protection_rate", "city_rivers_over_threshold"): "the city's, not the county's",
    ("river_bank_protection_rate", "rivers_demarcated_first_batch"): "a name, no number",
    ("drinking_source_quality", "standby_sources"): "part of the four; stands in the note",
    ("village_water_hygiene", "water_accidents_3y"): "printed in words; stands in documents",
    ("urban_sewage_rate", "ppp_towns"): "scope of a project",
    ("urban_waste_harmless_rate", "simple_landfills_in_county"): "printed as a Chinese numeral",
    ("rural_toilet_rate", "public_toilets_built"): "what a project plan sets, public toilets",
    ("urban_waste_sorting", "sorting_plan_from"): "a period; proves no full coverage",
    ("urban_waste_sorting", "sorting_plan_to"): "a period; proves no full coverage",
    ("rural_waste_collection", "harmless_landfills"): "printed in words",
    ("rural_waste_collection", "county_waste_trucks"): "equipment, proves no requirement",
    ("rural_waste_collection", "town_waste_trucks_each"): "equipment, and printed ambiguously",
    ("cadre_training_share", "training_sessions"): "at least two; a lower bound",
}
#: Claims that stand for what is printed in words or in a title.
CLAIMS_FROM_WORDS = {
    # "届时…可达到创建要求" stands for the national 85 %, "6个镇…正式商业运行" for all towns.
    ("urban_sewage_rate", "goal", "2020"),
    # "总体完成了土壤详查" beside "2020年年底前，完成…"; "100%村庄" at the same place.
    ("land_risk_register", "value", "2019"),
    ("land_risk_register", "goal", "2020"),
    # "分三年推进" beside "（2020-2020）"; the threshold of a river's basin.
    ("rural_toilet_rate", "count", "2019"),
    # "四个简易填埋场", all of which are to be out of use; "完成…清理整治"; "无…物种".
    ("urban_waste_harmless_rate", "count", "2019"),
    ("urban_waste_harmless_rate", "goal", "2019"),
    ("urban_waste_harmless_rate", "goal", "2020"),
    ("drinking_source_quality", "goal", "2019"),
    ("indicator_aquatic_species", "count", "2019"),
    # The first batch is one river, told by its name.
    ("river_bank_protection_rate", "done", "2019"),
    ("river_bank_protection_rate", "value", "2019"),
}
#: Items that stand for what is printed in words: the one section met class II in 2016 to 2019.
FROM_WORDS = {"surface_sections_total", "surface_sections_class3"}


@pytest.mark.skipif(not REPORTED.exists(), reason="../shared with the printed figures is absent")
class TestAgainstTheListOfPrintedFigures:
    def numbers(self) -> list[dict[str, str]]:
        with REPORTED.open(encoding="utf-8", newline="") as file:
            return [r for r in csv.DictReader(file) if re.fullmatch(r"-?[\d.]+", r["value"])]

    def printed(self) -> list[dict[str, str]]:
        return [
            row
            for row in self.numbers()
            if row["reported_or_target"] in ("reported", "base")
            and row["indicator_code"] != "county_profile"
        ]

    def test_none_is_missing(self):
        entered = [
            Counter(
                _key(r["出处"].removeprefix("附件3 "), r["年份"], r[column], r["单位"])
                for r in raw(name)
                if re.fullmatch(r">?[\d.]+", r[column])
            )
            for name, column in FIGURE.items()
        ]
        asked = Counter(
            _key(r["seed_quote_position"], r["year"], r["value"], r["unit"])
            for r in self.printed()
            if (r["indicator_code"], r["variable"]) not in NOT_ENTERED
        )
        missing = {k: n for k, n in asked.items() if n > max(found[k] for found in entered)}
        assert missing == {}
        assert asked.total() > 100

    def test_none_is_invented(self):
        printed = {
            _key(r["seed_quote_position"], r["year"], r["value"], r["unit"]) for r in self.numbers()
        }
        for name, column in FIGURE.items():
            for r in raw(name):
                if r.get("统计项") in FROM_WORDS or r.get("种类") in IN_WORDS:
                    continue
                if (r.get("指标"), r.get("种类"), r["年份"]) in CLAIMS_FROM_WORDS:
                    continue
                position = r["出处"].removeprefix("附件3 ").removesuffix(" 首段")
                key = _key(position, r["年份"], r[column], r["单位"])
                # A count bears no year of its own: the list files it under that of its project.
                counted = r.get("种类") == "count" and key[::2] in {k[::2] for k in printed}
                assert key in printed or counted, r

    def test_every_printed_change_in_numbers_is_a_printed_figure(self):
        printed = {r["value"] for r in self.numbers()}
        changes = [r["原文数值"] for r in raw("claims") if r["种类"] == "change"]
        assert {c for c in changes if re.fullmatch(r"[\d.]+", c)} <= printed

    def test_exceptions_are_real(self):
        assert set(NOT_ENTERED) <= {(r["indicator_code"], r["variable"]) for r in self.printed()}


def _key(position: str, year: str, value: str, unit: str) -> tuple[str, str, str]:
    """Position, year and figure in the base unit, so that 3.5 万亩 equals 35000 亩.

    The list holds the number of a bound; what we enter as `>85` is held against 85.
    """
    number = value.removeprefix(">")
    known = units().get(unit.split(" (")[0])
    return position, year or SUBMITTED, f"{float(number) * (known.factor if known else 1):.9g}"


class TestPlanOfWork:
    """Parts 二 to 六 and the annexes of the plan as tables; numbers by hand from the print."""

    def test_codes_are_unique_and_every_code_named_is_there(self):
        rows = [row for name in CODED for row in raw(name)]
        codes = Counter(row["编号"] for row in rows)
        assert [code for code, count in codes.items() if count > 1] == []
        named = [row.get("所属编号", "") for row in rows]
        named += [code for row in rows for code in row.get("前提", "").split(";")]
        assert set(named) - {""} <= set(codes)

    def test_the_leading_group_is_that_of_annex_1(self):
        # 1 leader, 1 executive deputy, 11 deputies, 29 members, of which 7 are of towns; the office
        # that part 六 （一） sets up is a task, and no post of annex 1.
        roles = Counter(row["组内职务"] for row in raw("members"))
        assert roles == {"组长": 1, "常务副组长": 1, "副组长": 11, "成员": 29}
        assert sum("镇长" in row["职务"] for row in raw("members")) == 7

    def test_annex_2_divides_each_indicator_but_the_two_of_the_coast(self):
        numbers = {m[1] for r in raw("tasks") if (m := re.match(r"附件2 第(\d+)项", r["出处"]))}
        assert numbers == {str(n) for n in range(1, 36)} - {"12", "17"}

    def test_quantities_stand_as_printed(self):
        # By section, in the order of the print: "新建镇级生活污水处理设施6个，管网合计14.5千米" and so on.
        printed = {
            "正文四（二）1（1）": ["6 个", "14.5 千米"],
            "正文四（二）1（3）": ["9 条", "206.8 km", "7.6 km", "41 km", "117.6 km", "128.7 km", "5 公里"],
            "正文四（二）2": ["1 套", "1 台", "1 台"],
            "正文四（二）3": ["7 座", "38 个", "36 台", "4 个"],
            "正文四（四）1": ["1000 亩", "300 亩", "400 亩", "2000 亩", "300 亩", "500 亩", "3000 亩", "2000 亩"],
            "正文四（四）2": ["0.25 万亩", "25 座", "25 个", "170.9 km", "300.6 km", "48 宗", "34.5 公里", "14.5 公里"],
            "正文四（五）": ["24 个"],
            "正文四（六）2": ["43 间", "37 间"],
        }  # fmt: skip
        found: dict[str, list[str]] = {}
        for row in raw("projects"):
            if row["数量"] and row["出处"].startswith("正文"):
                found.setdefault(row["出处"], []).append(f"{row['数量']} {row['计量单位']}")
        assert found == printed

    def test_a_deadline_stands_only_where_a_term_is_printed(self):
        rows = [row for name in CODED if name != "duties" for row in raw(name)]
        assert [row["编号"] for row in rows if row["期限"] and not row["原文期限"]] == []

    def test_a_paper_that_a_requirement_names_is_in_the_archive(self):
        filed = {(r["指标"], r["题名"], r["文号"]) for r in raw("evidence")}
        named = {(r["指标"], r["文件名"], r["文号"]) for r in raw("documents") if r["文件名"]}
        assert len(named) == 8 and named <= filed

    def test_work_of_part_four_is_a_project_and_tasks_are_those_of_the_annexes_and_measures(self):
        assert {r["出处"][:3] for r in raw("tasks")} == {"附件2", "附件3", "正文六"}

    def test_units_written_in_several_ways_are_one(self):
        # 县卫生健康局 (13, 28), 县卫生和健康局 (24, 29), 县健康和卫生局 (26), 县卫生和计划生育局 (四（五）).
        written = {"县卫生健康局", "县卫生和健康局", "县健康和卫生局", "县卫生和计划生育局"}
        cells = [
            row[c]
            for name in CODED
            for row in raw(name)
            for c in ("牵头单位", "配合单位")
            if c in row
        ]
        assert written <= {name for cell in cells for name in cell.split("、")}
        kept = [r for n in CODED[:5] for r in opened("lianshan", 2019).rows(n)]
        names = {c for r in kept for k in ("lead", "support") for c in (r[k] or "").split(";")}
        assert "health" in names and not written & names
