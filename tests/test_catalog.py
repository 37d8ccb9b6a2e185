"""The catalogue and the list of Lianshan: numbers, ids, kinds, targets, owners, words, inputs."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest
from counties import LIANSHAN

from ecolib.data import dictionary
from ecolib.data.params import load_params
from ecolib.errors import DataError
from ecolib.indicators.catalogue import catalogue, declared, indicator, known_items
from ecolib.indicators.declaring import _CATALOGUE, CONTEXT, NOTEBOOKS, SHARE, UNBOUNDED
from ecolib.indicators.targets import (
    Assigned,
    Both,
    ByClimate,
    ByTerrain,
    Either,
    Limit,
    NoLoss,
    Parts,
    Target,
    WhereGiven,
    described,
    requirements_of,
)
from ecolib.texts import word, words

#: The list as the plan of Lianshan prints it: number, id, system, kind.
LIST = [
    ("1", "eco_plan", "institutions", "binding"),
    ("2", "party_gov_deployment", "institutions", "binding"),
    ("3", "eco_share_of_appraisal", "institutions", "binding"),
    ("4", "river_chief_system", "institutions", "binding"),
    ("5", "env_info_disclosure_rate", "institutions", "binding"),
    ("6", "plan_eia", "institutions", "reference"),
    ("7", "air_quality", "safety", "binding"),
    ("7a", "good_air_days_ratio", "safety", "binding"),
    ("7b", "pm25_decline", "safety", "binding"),
    ("8", "water_quality", "safety", "binding"),
    ("8a", "water_class3_gain", "safety", "binding"),
    ("8b", "water_class5minus_decline", "safety", "binding"),
    ("8c", "black_odor_elimination", "safety", "binding"),
    ("9", "eco_index_ei", "safety", "binding"),
    ("10", "forest_grass_cover", "safety", "reference"),
    ("11", "biodiversity", "safety", "reference"),
    ("11a", "protected_species_rate", "safety", "reference"),
    ("11b", "invasive_species", "safety", "reference"),
    ("11c", "indicator_aquatic_species", "safety", "reference"),
    ("12", "coast_restoration", "safety", "reference"),
    ("12a", "natural_shoreline_restored", "safety", "reference"),
    ("12b", "coastal_wetland_restored", "safety", "reference"),
    ("13", "hazardous_waste_rate", "safety", "binding"),
    ("14", "land_risk_register", "safety", "reference"),
    ("15", "emergency_mechanism", "safety", "binding"),
    ("16", "natural_eco_space", "space", "binding"),
    ("16a", "ecological_redline", "space", "binding"),
    ("16b", "nature_reserves", "space", "binding"),
    ("17", "natural_coastline_rate", "space", "binding"),
    ("18", "river_bank_protection_rate", "space", "reference"),
    ("19", "energy_per_gdp", "economy", "binding"),
    ("20", "water_per_gdp", "economy", "binding"),
    ("21", "land_per_gdp_decline", "economy", "reference"),
    ("22", "organic_certified_area", "economy", "local"),
    ("23", "agri_waste_use", "economy", "reference"),
    ("23a", "straw_use_rate", "economy", "reference"),
    ("23b", "manure_use_rate", "economy", "reference"),
    ("23c", "mulch_film_recovery", "economy", "reference"),
    ("24", "industrial_solid_waste_use", "economy", "reference"),
    ("25", "drinking_source_quality", "living", "binding"),
    ("26", "village_water_hygiene", "living", "binding"),
    ("27", "urban_sewage_rate", "living", "binding"),
    ("28", "urban_waste_harmless_rate", "living", "binding"),
    ("29", "rural_toilet_rate", "living", "binding"),
    ("30", "green_building_share", "living", "reference"),
    ("31", "household_waste_use", "living", "reference"),
    ("31a", "urban_waste_sorting", "living", "reference"),
    ("31b", "rural_waste_collection", "living", "reference"),
    ("32", "green_procurement", "living", "binding"),
    ("33", "cadre_training_share", "culture", "reference"),
    ("34", "public_satisfaction", "culture", "reference"),
    ("35", "public_participation", "culture", "reference"),
]
LOWER_IS_BETTER = {"energy_per_gdp", "water_per_gdp"}
GROUPS = {"7", "8", "11", "12", "16", "23", "31"}

ENTRIES = list(LIANSHAN.values())
LISTED = [i for i in ENTRIES if i.number in {number for number, *_ in LIST}]
PLAIN = [i for i in ENTRIES if not i.is_group]
every = pytest.mark.parametrize("entry", ENTRIES, ids=lambda i: i.number)
every_listed = pytest.mark.parametrize("entry", LISTED, ids=lambda i: i.number)
every_plain = pytest.mark.parametrize("entry", PLAIN, ids=lambda i: i.number)


class TestTheList:
    def test_numbers_ids_systems_and_kinds_in_this_order(self):
        assert [(i.number, i.id, i.system, i.kind) for i in LISTED] == LIST

    def test_35_indicators_and_17_parts(self):
        listed = [i for i in LISTED if i.group is None]
        assert len(listed) == 35
        assert len(LISTED) - len(listed) == 17
        assert [i.number for i in listed] == [str(n) for n in range(1, 36)]

    def test_what_is_not_on_the_list_is_local_and_follows_it(self):
        assert ENTRIES[: len(LIST)] == LISTED
        assert {i.kind for i in ENTRIES[len(LIST) :]} <= {"local"}
        assert [i.number for i in LIANSHAN.top_level] == [
            str(n + 1) for n in range(len(LIANSHAN.top_level))
        ]

    def test_the_34_national_ones_and_a_local_one(self):
        # Binding: 1-5, 7-9, 13, 15-17, 19, 20, 25-29, 32 = 5+3+1+3+2+5+1 = 20. Local: 22.
        # Reference: 6, 10-12, 14, 18, 21, 23, 24, 30, 31, 33-35 = 1+3+1+1+1+2+2+3 = 14.
        kinds = [i.kind for i in LISTED if i.group is None]
        assert kinds.count("local") == 1
        assert kinds.count("binding") == 20
        assert kinds.count("reference") == 14

    def test_only_energy_and_water_per_gdp_should_fall(self):
        assert {i.id for i in LISTED if i.better == "down"} == LOWER_IS_BETTER

    def test_groups_are_those_with_parts(self):
        assert {i.number for i in LISTED if i.is_group} == GROUPS
        groups = {i.id for i in ENTRIES if i.is_group}
        assert {i.group for i in ENTRIES if i.group} == groups
        for name in groups:
            number, parts = LIANSHAN[name].number, LIANSHAN.parts_of(LIANSHAN[name])
            assert [p.number for p in parts] == [f"{number}{c}" for c in "abc"[: len(parts)]]
        assert LIANSHAN.parts_of(LIANSHAN.find("27")) == ()


def test_a_method_that_counts_requirements_counts_those_of_the_target():
    """Its words say how many there are; 15 named a drill that the target no longer asks for."""
    spelt = {"两": 2, "三": 3, "四": 4, "two": 2, "three": 3, "four": 4}
    counted = 0
    for entry in LIANSHAN.values():
        for lang, pattern in (
            ("zh", "([两三四])(?:项要求|个全覆盖)"),
            ("en", r"of the (\w+) (?:full|req)"),
        ):
            if found := re.search(pattern, entry.words(lang).formula):
                counted += 1
                assert spelt[found[1]] == len(requirements_of(entry.target)), (entry.number, lang)
    # 1, 2, 11b, 14, 15, 31a and 31b, each in two languages.
    assert counted == 14


class TestEachDeclaration:
    @every
    def test_words_are_there_in_both_languages_and_differ(self, entry):
        for zh, en in zip(entry.zh, entry.en, strict=True):
            assert zh.strip() and en.strip()
            assert zh != en
            assert any("一" <= c <= "鿿" for c in zh)
            assert not any("一" <= c <= "鿿" for c in en)

    @every
    def test_the_target_can_be_told_in_both_languages(self, entry):
        told = described(entry.target, entry.id, entry.unit)
        zh, en = told.text("zh"), told.text("en")
        assert zh.strip() and en.strip()
        assert not any("一" <= c <= "鿿" for c in en)

    @every
    def test_every_input_is_an_item_a_table_or_the_county(self, entry):
        known = {*dictionary.items(), *dictionary.table_names(), *CONTEXT}
        assert set(entry.inputs) <= known

    @every
    def test_the_notebook_is_there(self, entry, root):
        assert entry.notebook in NOTEBOOKS
        assert (root / "notebooks" / f"{entry.notebook}.ipynb").is_file()

    @every
    def test_the_formula_says_what_it_does(self, entry):
        assert entry.formula.__doc__ and entry.formula.__doc__.strip()

    @every_plain
    def test_there_is_something_to_take_and_a_formula_to_print(self, entry):
        assert entry.inputs
        # Counting documents needs no formula; everything else has one.
        assert bool(entry.tex.strip()) == (entry.inputs != ("documents",))

    @every_plain
    def test_a_share_that_is_printed_unasked_is_the_first_of_the_second(self, entry):
        if len(entry.inputs) == 2 and entry.tex == SHARE % entry.inputs:
            assert entry.formula(np.array([1.0]), np.array([4.0])).tolist() == [25.0]

    @every
    def test_owners_and_supports_are_different_bureaus(self, entry):
        assert entry.owner
        assert not set(entry.owner) & set(entry.supports)
        assert set(entry.owner + entry.supports) <= set(dictionary.owners())

    @every
    def test_a_share_is_bounded_unless_declared_otherwise(self, entry):
        # A rise, a fall and a ratio to a baseline may leave 0 to 100; other percentages may not.
        free = {"pm25_decline", "land_per_gdp_decline", "indicator_aquatic_species"}
        if entry.unit == "%" and entry not in LISTED:
            assert entry.bounds in ((0, 100), UNBOUNDED)
        elif entry.unit == "%":
            assert entry.bounds == (UNBOUNDED if entry.id in free else (0, 100))
        else:
            assert entry.bounds is None

    def test_every_item_is_used(self):
        used = {name for i in declared().values() for name in (*i.inputs, i.void_when)}
        spare = set(dictionary.items()) - used
        # Handed in beside the levels and flows, to be held against them.
        assert spare == {"energy_per_gdp_decline", "hw_stored"}

    def test_an_indicator_that_is_also_an_item_of_its_own_would_be_ambiguous(self):
        assert not set(declared()) & set(dictionary.items())

    def test_finished_values_may_be_submitted_for_all_but_groups(self):
        finished = set(known_items()) - set(dictionary.items())
        assert finished == set(declared()) - {i.id for i in ENTRIES if i.is_group}


def limits(target: Target) -> set[float]:
    """Every fixed bound named in a target."""
    match target:
        case Limit():
            return {target.bound}
        case ByTerrain() | ByClimate():
            return set(target.bounds.values())
        case Both() | Either():
            return limits(target.first) | limits(target.second)
        case WhereGiven():
            return limits(target.target)
        case Assigned(otherwise) if otherwise is not None:
            return limits(otherwise)
        case _:
            return set()


def has(target: Target, kind: type) -> bool:
    match target:
        case Both() | Either():
            return has(target.first, kind) or has(target.second, kind)
        case _:
            return isinstance(target, kind)


#: Where the declaration means to say something else than the list does, and why.
DIFFERENT_UNIT = {
    # The list gives km2; areas of sites are kept in ha, as those of indicator 16b are.
    "ecological_redline": "ha",
}
DIFFERENT_LIMITS = {
    # The list gives 60 for the county's climate; arid counties have 35.
    "eco_index_ei": {60, 35},
    # The list gives 60 for the county's terrain; the national note names the others.
    "forest_grass_cover": {60, 40, 18, 35, 70},
    # A county need only carry plan assessments out; where it counts them, all must have one.
    "plan_eia": {100},
    # "All of them" is what 全面实施 means for rivers in the register.
    "river_chief_system": {100},
    # Improving or holding is asked; a fall of PM2.5 below 0 would be a rise, likewise for water.
    "pm25_decline": {0},
    "water_class3_gain": {0},
    "water_class5minus_decline": {0},
}
DIFFERENT_OWNER = {
    # The list names nobody because the county has no coast; elsewhere it is natural resources.
    "coast_restoration": ("natural_resources",),
    "natural_shoreline_restored": ("natural_resources",),
    "coastal_wetland_restored": ("natural_resources",),
    "natural_coastline_rate": ("natural_resources",),
}
UNIT_NAMES = {"percentage points": "pp", "% (市) / - (县)": "%"}
SHARED = Path(__file__).parents[1].parent / "shared" / "reference" / "indicators.csv"


@pytest.fixture(scope="module")
def reference() -> dict[str, dict[str, str]]:
    if not SHARED.is_file():
        pytest.skip("the reference list (../shared/reference/indicators.csv) is not here")
    with SHARED.open(encoding="utf-8-sig", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


class TestAgainstTheReferenceList:
    def test_numbers_and_codes(self, reference):
        assert [(r["seed_no"] + r["sub"], r["code"]) for r in reference.values()] == [
            (number, code) for number, code, *_ in LIST
        ]

    @every_listed
    def test_kind(self, entry, reference):
        attribute = reference[entry.id]["attribute"]
        # "参考性 (县) / 约束性 (市)": the county's comes first.
        kind = entry.kind if entry.kind == "local" else word("kind", entry.kind, "zh")
        assert attribute.split(" ")[0] == kind

    @every_listed
    def test_system(self, entry, reference):
        assert entry.system == reference[entry.id]["system"]

    @every_listed
    def test_direction(self, entry, reference):
        falls = reference[entry.id]["direction"] == "lower_better"
        assert (entry.better == "down") == falls

    @every_listed
    def test_unit(self, entry, reference):
        unit = reference[entry.id]["unit"]
        if unit != "-":  # the list gives none for what is in place, for EI and for groups
            assert entry.unit == DIFFERENT_UNIT.get(entry.id, UNIT_NAMES.get(unit, unit))

    @every_listed
    def test_limits(self, entry, reference):
        row = reference[entry.id]
        try:
            listed = {float(row["target_value"])}
        except ValueError:
            listed = set()
        assert limits(entry.target) == DIFFERENT_LIMITS.get(entry.id, listed)

    @every_listed
    def test_what_is_handed_down_is_never_in_code(self, entry, reference):
        row = reference[entry.id]
        rule = row["target_op"] + row["target_value"] + row["target_2019_county"]
        handed_down = any(word in rule for word in ("assigned", "上级规定", "上级管控"))
        assert has(entry.target, Assigned) == (handed_down and not entry.is_group)

    @every_listed
    def test_groups_and_areas(self, entry, reference):
        op = reference[entry.id]["target_op"]
        assert isinstance(entry.target, Parts) == (
            op == "all_sub" or entry.id == "coast_restoration"
        )
        kept = entry.id in ("ecological_redline", "nature_reserves")
        assert has(entry.target, NoLoss) == kept

    @every_listed
    def test_lead_unit(self, entry, reference, root):
        params = load_params("lianshan", root, indicators=LIANSHAN, owners=dictionary.owners())
        if entry.id in DIFFERENT_OWNER:
            assert reference[entry.id]["lead_unit"] == "/"
            assert entry.owner == DIFFERENT_OWNER[entry.id]
            return
        names = [(params.owners.get(key) or dictionary.owners()[key]).zh for key in entry.owner]
        assert "、".join(names) == reference[entry.id]["lead_unit"]


class TestFind:
    @every
    def test_by_id_and_by_number(self, entry):
        assert LIANSHAN.find(entry.id) is entry
        assert LIANSHAN.find(entry.number) is entry
        assert LIANSHAN.find(entry.number.upper()) is entry

    def test_a_number_that_is_no_text(self):
        assert LIANSHAN.find(27).id == "urban_sewage_rate"

    def test_a_misspelt_one_gets_the_nearest(self):
        with pytest.raises(DataError) as caught:
            LIANSHAN.find("urban_sewage_rat")
        assert "did you mean “urban_sewage_rate”?" in caught.value.text("en")
        assert "是否应为“urban_sewage_rate”？" in caught.value.text("zh")

    def test_nothing_near(self):
        with pytest.raises(DataError, match="^there is no indicator “zzzzzzzz”$"):
            LIANSHAN.find("zzzzzzzz")


class TestWrongDeclarations:
    """Mistakes come out on import, and what is wrong never enters the catalogue."""

    RIGHT = {
        "zh": ("名称", "定义", "公式"),
        "en": ("name", "definition", "formula"),
        "unit": "%",
        "better": "up",
        "owner": "housing",
        "notebook": "annual_series",
    }

    @pytest.fixture(autouse=True)
    def _catalogue_stays_as_it_is(self):
        before = dict(_CATALOGUE)
        yield
        assert before == _CATALOGUE

    def declare(self, formula=None, **changed) -> str:
        """Declare as part of a system; the English text of what is wrong with it."""

        def trial_rate(sewage_plant_treated, sewage_discharged):
            """Never called."""

        formula = formula or trial_rate
        formula.__module__ = changed.pop("module", "ecolib.indicators.living")
        with pytest.raises(DataError) as caught:
            indicator(**{**self.RIGHT, **changed})(formula)
        assert all(p.about == formula.__name__ and p.text("zh") for p in caught.value.problems)
        return caught.value.text("en")

    @pytest.mark.parametrize(
        ("changed", "wrong", "near"),
        [
            ({"unit": "t2"}, "unit: there is no “t2”", ""),
            ({"better": "upp"}, "better: there is no “upp”", "up"),
            ({"owner": "houssing"}, "owner houssing: there is no “houssing”", "housing"),
            ({"supports": ("watter",)}, "owner watter: there is no “watter”", "water"),
            ({"notebook": "anual_series"}, "notebook: there is no “anual_series”", "annual_series"),
            ({"module": "ecolib.indicators.liveing"}, "system: there is no “liveing”", "living"),
            (
                {"void_when": "new_buildings_area"},
                "input new_buildings_area: there is no “new_buildings_area”",
                "new_building_area",
            ),
        ],
    )
    def test_a_wrong_word_gets_the_nearest(self, changed, wrong, near):
        text = self.declare(**changed)
        assert wrong in text
        if near:
            assert f"did you mean “{near}”?" in text

    def test_a_misspelt_input(self):
        def trial_rate(sewage_plant_treatd, sewage_discharged):
            """Never called."""

        text = self.declare(trial_rate)
        assert "input sewage_plant_treatd" in text
        assert "did you mean “sewage_plant_treated”?" in text
        assert "sewage_discharged" not in text

    def test_a_table_without_years(self):
        def trial_rate(members):
            """Never called."""

        assert "table “members” has no column year" in self.declare(trial_rate)

    def test_a_misspelt_optional_input(self):
        def trial_rate(sewage_discharged, sewage_other_treatd=None):
            """Never called."""

        assert "did you mean “sewage_other_treated”?" in self.declare(trial_rate)

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_a_missing_language(self, lang):
        assert f"formula in {lang} is empty" in self.declare(**{lang: ("a", "", "c")})

    def test_an_id_that_is_taken(self):
        def urban_sewage_rate(sewage_discharged):
            """Never called."""

        assert "declared twice" in self.declare(urban_sewage_rate)

    def test_everything_wrong_is_told_at_once(self):
        text = self.declare(unit="x", better="x", owner="x", notebook="x")
        assert len(text.splitlines()) == 4


def test_the_catalogue_as_a_table():
    table = catalogue(LIANSHAN)
    assert table["number"].tolist() == [i.number for i in ENTRIES]
    assert table["indicator"].is_unique
    assert not table.map(lambda cell: str(cell).strip() == "").drop(columns="inputs").any().any()
    assert set(table["system"]) == set(words("system"))
    row = table.set_index("number").loc["13"]
    assert row["inputs"] == "hw_used_disposed;hw_generated;hw_prior_used_disposed"
    assert row["target_en"].startswith("≥ 100")
