"""The fictional county: made again byte for byte, complete, and telling the planted stories."""

import runpy
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from counties import NATIONAL, everything, opened
from pyarrow import parquet

from ecolib.assess.documents import states
from ecolib.data import dictionary
from ecolib.data.check import check
from ecolib.data.readers import data_files, read_file
from ecolib.indicators.catalogue import known_items, names
from ecolib.indicators.declaring import CONTEXT
from ecolib.indicators.formulas import Measure
from ecolib.indicators.targets import Assigned, Both, described, requirements_of
from ecolib.workplan.monthly import monthly
from ecolib.workplan.state import state

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "data" / "demo"
RAW = DEMO / "raw"
YEARS = range(2010, 2021)

# Figures that nobody handed in: no survey in 2013, nothing from the water bureau in 2020.
GAPS = {
    ("survey_satisfaction_valid", 2013),
    ("survey_satisfied", 2013),
    ("bank_reserved", 2020),
}


@pytest.fixture(scope="module")
def case():
    return opened("demo", 2020)


@pytest.fixture(scope="module")
def checked():
    """Every committed sheet with its table's name and what came of it."""
    return [
        (path.stem, sheet, check(sheet, dictionary.table(path.stem), names(), submitted=year))
        for year in YEARS
        for path in data_files(RAW / str(year))
        for sheet in read_file(path, ROOT)
    ]


@pytest.fixture(scope="module")
def rows(checked):
    """The used rows by table."""

    def of(name):
        return pd.concat(c.frame for table, _, c in checked if table == name)

    return {name: of(name) for name in ("items", "areas", "documents", "claims")}


@pytest.fixture(scope="module")
def figures(case):
    """Years down, items across, in the units they are kept in: handed in or from raw data."""
    series = {item: case.series(item) for item in known_items()}
    return pd.DataFrame({i: pd.Series(s.value, s.years) for i, s in series.items() if len(s.years)})


@pytest.fixture(scope="module")
def results():
    return {r.number: r for r in everything("demo", 2020)}


def contents(folder):
    return {p.relative_to(folder).as_posix(): content(p) for p in folder.rglob("*.*")}


def content(path):
    # The bytes of a parquet file also name the version of the library that wrote it.
    return parquet.read_table(path) if path.suffix == ".parquet" else path.read_bytes()


class TestGenerator:
    def test_the_same_bytes_as_committed(self, tmp_path, monkeypatch):
        monkeypatch.syspath_prepend(str(DEMO))
        runpy.run_path(str(DEMO / "generate.py"))["write"](tmp_path)
        made, committed = contents(tmp_path), contents(RAW)
        assert sorted(made) == sorted(committed)
        assert [name for name in made if made[name] != committed[name]] == []

    def test_every_year_has_its_tables(self):
        tables_of = {p.name: {f.stem for f in p.iterdir()} for p in RAW.iterdir()}
        assert sorted(tables_of) == [str(y) for y in YEARS]
        assert all({"items", "areas", "documents"} <= names for names in tables_of.values())

    def test_headings_in_both_languages(self, checked):
        first = {s.file: s.header[0] for name, s, _ in checked if name == "items"}
        assert first["data/demo/raw/2010/items.csv"] == "统计项"
        assert first["data/demo/raw/2020/items.csv"] == "Item"


class TestCompleteness:
    def test_nothing_is_refused_or_remarked_on(self, checked):
        assert [issue for _, _, c in checked for issue in c.issues] == []
        assert all(c.refused == 0 < c.read for _, _, c in checked)

    def test_every_figure_has_a_unit_that_fits(self, rows):
        # A figure whose unit cannot be turned into the kept one becomes missing.
        assert rows["items"]["value"].notna().all()
        assert rows["areas"]["area"].notna().all()

    def test_every_input_is_there_but_for_the_planted_gaps(self, figures):
        not_items = {*CONTEXT, *dictionary.table_names()}
        wanted = {n for i in NATIONAL.values() for n in i.inputs if n not in not_items}
        assert wanted <= set(figures)
        missing = figures.reindex(YEARS)[sorted(wanted)].isna().unstack()
        assert set(missing[missing].index) == GAPS

    def test_figures_in_another_unit_are_converted(self, figures):
        # 85.30 亿元 = 853 000 万元; some 6 100 公顷 of grass = 61 km2
        assert figures.at[2010, "gdp"] == pytest.approx(853_000)
        assert figures.at[2010, "grass_area"] == pytest.approx(61, abs=1)

    def test_no_part_exceeds_its_whole(self, figures):
        given = {"years": figures.index.to_numpy()} | {n: figures[n].to_numpy() for n in figures}
        for entry in NATIONAL.values():
            if entry.bounds != (0, 100) or entry.is_group:
                continue
            answer = entry.formula(**{name: given[name] for name in entry.inputs})
            value = answer.value if isinstance(answer, Measure) else answer
            assert ((value >= 0) & (value <= 100 + 1e-9) | np.isnan(value)).all(), entry.id

    def test_water_classes_do_not_overlap(self, figures):
        for kind in ("surface_sections", "groundwater_points"):
            sorted_out = figures[f"{kind}_class3"] + figures[f"{kind}_below5"]
            assert (sorted_out <= figures[f"{kind}_total"]).all()

    def test_every_requirement_is_documented_in_2020_but_for_the_planted_one(self, case):
        state = {}
        for entry in NATIONAL.values():
            own = [row for row in case.rows("documents") if row["indicator"] == entry.id]
            found = states(own, requirements_of(entry.target), np.array([2020]))
            state |= {(entry.id, key): of_year[0] for key, of_year in found.items()}
        assert state.pop(("land_risk_register", "joint_supervision")) == "stated"
        assert set(state.values()) == {"documented"}

    def test_no_row_names_a_requirement_that_is_not_asked(self, rows):
        asked = {(i.id, key) for i in NATIONAL.values() for key in i.requirements}
        given = rows["documents"][["indicator", "requirement"]].itertuples(index=False)
        assert set(map(tuple, given)) == asked

    def test_every_document_says_that_it_is_fictional(self, rows):
        assert rows["documents"]["title"].dropna().str.endswith("（虚构）").all()

    def test_no_site_shrinks_and_one_grows(self, rows):
        areas = rows["areas"].astype({"year": int})
        change = areas.pivot(index="year", columns="site", values="area").diff()
        assert not (change < 0).any(axis=None)
        assert list(change.columns[(change > 0).any()]) == ["白鹭湾湿地公园（虚构）"]
        assert set(areas["kind"]) == {"redline", "protected"}


def uses_assigned(target):
    if isinstance(target, Both):
        return uses_assigned(target.first) or uses_assigned(target.second)
    return isinstance(target, Assigned)


class TestParameters:
    def test_the_county_says_that_it_is_fictional(self, case):
        county = case.params.county
        assert county.name("zh") == "青屿县（虚构）"
        assert county.name("en") == "Qingyu County (fictional)"
        assert sum(county.terrain.values()) == 100

    def test_the_forest_target_is_weighted_by_terrain(self, case):
        # 0.35 * 60 + 0.35 * 40 + 0.30 * 18 = 21 + 14 + 5.4
        asked = described(
            NATIONAL["forest_grass_cover"].target,
            "forest_grass_cover",
            "",
            county=case.params.county,
        )
        assert asked.text("en") == "≥ 40.4"

    def test_targets_are_assigned_for_2015_to_2020_wherever_one_is_asked(self, case):
        asked = {i.id for i in NATIONAL.values() if uses_assigned(i.target)}
        assert asked == set(case.params.assigned)
        for by_year in case.params.assigned.values():
            assert sorted(by_year) == list(range(2015, 2021))
            assert all("虚构" in a.document for a in by_year.values())

    def test_only_energy_is_judged_by_its_decline(self, case):
        measures = {n: {a.measure for a in y.values()} for n, y in case.params.assigned.items()}
        assert {n for n, m in measures.items() if m == {"decline"}} == {"energy_per_gdp"}
        assert measures.pop("energy_per_gdp") and set.union(*measures.values()) == {"level"}


class TestStories:
    """What a report for 2020 must show; every indicator that is not named is met."""

    TOLD = {
        "6": "not_applicable",  # no plan of 2020 needed an assessment
        "15": "conditional",  # joint supervision is only stated, beside two documents
        "19": "not_evaluable",  # the reserve zones were not handed in
        "22": "not_met",  # a reference indicator
        "28": "not_met",  # a binding indicator
        "37": "conflict",  # two figures for one thing
    }

    def test_verdicts(self, results):
        told = {n: r.verdict.status for n, r in results.items() if r.verdict.status != "met"}
        assert told == self.TOLD
        assert len(results) == len(NATIONAL.top_level)

    def test_the_kinds_of_those_not_met(self):
        assert (NATIONAL.find("22").kind, NATIONAL.find("28").kind) == ("reference", "binding")

    def test_trends(self, results):
        assert results["26"].trend.status == results["18"].trend.status == "worsening"
        assert results["10"].trend.status == results["39"].trend.status == "no_clear_trend"
        assert results["32"].trend.status == results["21"].trend.status == "improving"
        # Ten of eleven years: the survey of 2013 was not held.
        assert results["39"].trend.n == 10

    def test_one_finished_value_agrees_and_one_does_not(self, figures):
        now = figures.loc[2020]
        sewage = now["sewage_plant_treated"] + now["sewage_other_treated"]
        assert 100 * sewage / now["sewage_discharged"] == pytest.approx(92.3, abs=0.05)
        assert now["urban_sewage_rate"] == 92.3
        assert 100 * now["green_purchase"] / now["same_class_purchase"] < 85
        assert now["green_procurement"] == 91.2

    def test_there_are_black_waters_and_all_are_gone(self, figures):
        assert figures.at[2020, "black_odor_total"] == figures.at[2020, "black_odor_eliminated"] > 0

    def test_the_declared_requirement_had_documents_before(self, rows):
        joint = rows["documents"].query("requirement == 'joint_supervision'").set_index("year")
        assert joint["title"].notna().to_dict() == {2017: True, 2018: True, 2019: True, 2020: False}

    def test_every_indicator_is_claimed_to_be_met(self, rows):
        verdicts = rows["claims"].query("kind == 'verdict'")
        assert sorted(verdicts["indicator"]) == sorted(i.id for i in NATIONAL.top_level)
        assert set(verdicts["printed"]) == {"达标"}
        dated = rows["claims"].query("kind != 'goal'")
        assert set(dated["year"]) == {2020}

    def test_claimed_values_contradict_the_figures_where_planted(self, case, rows):
        values = rows["claims"].query("kind == 'value'").set_index("indicator")["printed"]
        wrong, unknown = set(), set()
        for indicator, printed in values.items():
            half = 0.5 * 10.0 ** -len(printed.partition(".")[2])
            value = case.evaluate(indicator).value
            if pd.isna(value):
                unknown.add(indicator)
            elif abs(value - float(printed)) > half + 1e-9:
                wrong.add(indicator)
        assert wrong == {"land_per_gdp_decline", "village_water_hygiene"}
        assert unknown == {"river_bank_protection_rate"}


class TestPlanOfWork:
    """What is planted in the plan and in the reports of 2020 is found."""

    def test_the_plan_contradicts_itself_where_that_is_planted(self, case):
        found = {note.code for note in case.issues() if note.code.startswith("plan_")}
        planted = {"overlap", "due_too_late", "goal_low", "two_terms", "not_in_group", "group_idle"}
        planted |= {"assigned", "twice", "without_date", "without_lead"}
        assert found == {f"plan_{code}" for code in planted}

    def test_twelve_months_end_in_every_state_that_is_planted(self, case):
        after = state(case, date(2021, 1, 5))
        states_of = {s.row.code: s.state for s in after.rows}
        # Charging points finished with 118 of 120; a rate said to be 95 % that the data put at 92.3 %.
        assert (states_of["P2.2-2"], states_of["G1"]) == ("contradicted", "contradicted")
        assert (states_of["P2.1-1"], states_of["P1-2"]) == ("done", "late")
        fell = [s.row.code for s in after.rows if "plan_progress_fell" in {n.code for n in s.notes}]
        assert fell == ["P2.1-3b"]

    def test_who_was_silent_and_who_was_late_in_march(self, case):
        march = monthly(case, date(2020, 3, 1), on=date(2020, 4, 20))
        silent = {r.unit: r.days_late for r in march.silent}
        # The office and the bureaus of finance and economy told nothing at all.
        assert silent.keys() == {"finance", "economy"}

    def test_the_papers_on_file_are_those_of_the_generator(self, tmp_path, monkeypatch):
        monkeypatch.syspath_prepend(str(DEMO))
        runpy.run_path(str(DEMO / "generate.py"))["write_papers"](tmp_path)
        made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        assert made == {p.name: p.read_bytes() for p in (DEMO / "evidence").iterdir()}
