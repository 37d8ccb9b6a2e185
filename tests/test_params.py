"""Parameters: every problem at once, near matches, years, names, and what YAML makes of words."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecolib.data.params import Params, check_county, check_year, county_names, load_params
from ecolib.errors import ParamsError

INDICATORS = ("urban_sewage_rate", "urban_waste_harmless_rate", "energy_per_gdp")
OWNERS = ("housing", "ecology")
COUNTY = "county: {zh: 试县, en: Test County, base_year: 2015}\n"
BOUND = "{sense: at_least, value: 85, document: 文件}"


@pytest.fixture
def load(tmp_path: Path):
    """`load("assigned: ...")` -> Params of a county with these parameters."""

    def build(text: str = "", *, county: str = COUNTY, defaults: str = "alpha: 0.05\n") -> Params:
        folder = tmp_path / "params"
        folder.mkdir(exist_ok=True)
        (folder / "defaults.yml").write_text(defaults, encoding="utf-8")
        (folder / "trial.yml").write_text(county + text, encoding="utf-8")
        return load_params("trial", tmp_path, indicators=INDICATORS, owners=OWNERS)

    return build


def problems_of(load, text: str, **more) -> dict[str, str]:
    """Key -> English sentence of every problem; the file is named before each key."""
    with pytest.raises(ParamsError) as caught:
        load(text, **more)
    places = [p.source.file.split(": ", 1) for p in caught.value.problems]
    assert {file for file, _ in places} == {"trial.yml"}
    assert all(p.text("zh") != p.text("en") for p in caught.value.problems)
    return {key: p.text("en") for (_, key), p in zip(places, caught.value.problems, strict=True)}


class TestProblems:
    def test_all_are_listed_at_once_each_with_its_key(self, load):
        text = (
            f"assigned: {{urban_sewage_rat: {{2019: {BOUND}}}}}\n"
            "not_applicable: {energy_per_gdp: {zh: 无}, wind: {zh: 无, en: none}}\n"
            "owners: {houses: {zh: 住建局, en: Housing}}\n"
            "settings: {alpha: 2, history: 0, language: fr}\n"
            "extra: 1\n"
        )
        found = problems_of(load, text)
        assert set(found) == {
            "assigned.urban_sewage_rat",
            "not_applicable.energy_per_gdp.en",
            "not_applicable.wind",
            "owners.houses",
            "settings.alpha",
            "settings.history",
            "settings.language",
            "extra",
        }

    @pytest.mark.parametrize(
        ("text", "key", "near"),
        [
            (
                f"assigned: {{urban_sewage_rat: {{2019: {BOUND}}}}}\n",
                "assigned.urban_sewage_rat",
                "urban_sewage_rate",
            ),
            (
                "not_applicable: {energy_pr_gdp: {zh: 无, en: none}}\n",
                "not_applicable.energy_pr_gdp",
                "energy_per_gdp",
            ),
            ("owners: {houssing: {zh: 住建局, en: Housing}}\n", "owners.houssing", "housing"),
            ("asigned: {}\n", "asigned", "assigned"),
            ("settings: {alfa: 0.1}\n", "settings.alfa", "alpha"),
        ],
    )
    def test_a_misspelt_name_gets_the_nearest(self, load, text, key, near):
        assert f"did you mean '{near}'?" in problems_of(load, text)[key]

    def test_what_was_found_is_shown_in_both_languages(self, load):
        with pytest.raises(ParamsError) as caught:
            load("settings: {alpha: many}\n")
        (problem,) = caught.value.problems
        assert "应为数字（给出的是 'many'）" in problem.text("zh")
        assert "(found 'many')" in problem.text("en")

    @pytest.mark.parametrize(
        ("text", "key"),
        [
            ("assigned: {urban_sewage_rate: 85}\n", "assigned.urban_sewage_rate"),
            ("assigned: [urban_sewage_rate]\n", "assigned"),
            ("assigned: {urban_sewage_rate: {2019: 85}}\n", "assigned.urban_sewage_rate.2019"),
            ("owners: 5\n", "owners"),
            ("not_applicable: {energy_per_gdp: 无}\n", "not_applicable.energy_per_gdp"),
            ("settings: [alpha]\n", "settings"),
        ],
    )
    def test_a_wrong_shape_is_a_problem_and_not_a_crash(self, load, text, key):
        assert list(problems_of(load, text)) == [key]

    @pytest.mark.parametrize(
        ("county", "key"),
        [
            ("", "county"),
            ("county: {zh: 试县, en: Test}\n", "county.base_year"),
            ("county: {zh: 试县, base_year: 2015}\n", "county.en"),
            ("county: {zh: 试县, en: Test, base_year: 2015.5}\n", "county.base_year"),
            ("county: {zh: 试县, en: Test, base_year: 15}\n", "county.base_year"),
            ("county: {zh: 试县, en: T, base_year: 2015, climate: wet}\n", "county.climate"),
            ("county: {zh: 试县, en: T, base_year: 2015, area_km2: 0}\n", "county.area_km2"),
            (
                "county: {zh: 试县, en: T, base_year: 2015, terrain: {moor: 5}}\n",
                "county.terrain.moor.[key]",
            ),
            (
                "county: {zh: 试县, en: T, base_year: 2015, terrain: {hill: 870}}\n",
                "county.terrain.hill",
            ),
        ],
    )
    def test_the_county(self, load, county, key):
        assert list(problems_of(load, "", county=county)) == [key]

    @pytest.mark.parametrize(
        ("bound", "key"),
        [
            ("{value: 85, document: d}", "sense"),
            ("{sense: at_least, document: d}", "value"),
            ("{sense: at_least, value: 85}", "document"),
            ("{sense: more, value: 85, document: d}", "sense"),
            ("{sense: at_least, value: .nan, document: d}", "value"),
            ("{sense: at_least, value: .inf, document: d}", "value"),
            ("{sense: at_least, value: 85, document: d, measure: rise}", "measure"),
        ],
    )
    def test_an_assigned_target_must_be_whole(self, load, bound, key):
        found = problems_of(load, f"assigned: {{urban_sewage_rate: {{2019: {bound}}}}}\n")
        assert list(found) == [f"assigned.urban_sewage_rate.2019.{key}"]

    def test_a_file_that_is_no_mapping(self, load):
        with pytest.raises(ParamsError, match="mapping"):
            load("", county="- a\n- b\n")

    def test_a_file_that_is_no_yaml_is_named(self, load):
        with pytest.raises(ParamsError, match=r"trial\.yml"):
            load("owners: {\n")

    def test_a_key_that_stands_twice(self, load):
        # YAML itself would keep the second and lose the first without a word.
        first = f"assigned: {{urban_sewage_rate: {{2018: {BOUND}}}}}\n"
        second = f"assigned: {{energy_per_gdp: {{2019: {BOUND}}}}}\n"
        with pytest.raises(ParamsError, match="'assigned' stands twice"):
            load(first + second)


class TestYears:
    def test_a_range_holds_for_each_of_its_years(self, load):
        params = load(f"assigned: {{urban_sewage_rate: {{2018-2020: {BOUND}, 2022: {BOUND}}}}}\n")
        years = [y for y in range(2010, 2030) if params.assignment("urban_sewage_rate", y)]
        assert years == [2018, 2019, 2020, 2022]
        assert params.assignment("urban_sewage_rate", 2019).value == 85
        assert params.assignment("energy_per_gdp", 2019) is None

    @pytest.mark.parametrize(
        "years", ["2020-2018", "2018-", "-2018", "18", "2018-19", "201", "year", "no", "~"]
    )
    def test_what_is_no_year_is_refused(self, load, years):
        found = problems_of(load, f"assigned: {{urban_sewage_rate: {{{years}: {BOUND}}}}}\n")
        assert list(found) == ["assigned.urban_sewage_rate"]

    def test_a_year_in_two_ranges(self, load):
        text = f"assigned: {{urban_sewage_rate: {{2018-2020: {BOUND}, 2020-2021: {BOUND}}}}}\n"
        assert "two targets" in problems_of(load, text)["assigned.urban_sewage_rate"]

    @pytest.mark.parametrize("year", [2000, 2019, 2100])
    def test_years_that_can_be_assessed(self, year):
        assert check_year(year) == year

    @pytest.mark.parametrize("year", [1999, 2101, "2019", 2019.0, True, None])
    def test_others_cannot(self, year):
        with pytest.raises(ParamsError, match="2000"):
            check_year(year)


class TestWordsOfYaml:
    """YAML turns words and digits into something else; nothing of it may slip in as a number."""

    def test_yes_is_not_one(self, load):
        bound = "{sense: at_least, value: yes, document: d}"
        found = problems_of(load, f"assigned: {{urban_sewage_rate: {{2019: {bound}}}}}\n")
        assert "(found True)" in found["assigned.urban_sewage_rate.2019.value"]

    def test_no_is_not_a_name(self, load):
        found = problems_of(load, "not_applicable: {energy_per_gdp: {zh: no, en: none}}\n")
        assert "(found False)" in found["not_applicable.energy_per_gdp.zh"]

    def test_010203_is_not_a_year(self, load):
        # YAML 1.1 reads a leading zero as octal: 0o10203 = 4227.
        found = problems_of(load, f"assigned: {{urban_sewage_rate: {{010203: {BOUND}}}}}\n")
        assert all("4227" in key for key in found)

    def test_a_number_is_not_a_document(self, load):
        bound = "{sense: at_least, value: 85, document: 010203}"
        found = problems_of(load, f"assigned: {{urban_sewage_rate: {{2019: {bound}}}}}\n")
        assert list(found) == ["assigned.urban_sewage_rate.2019.document"]

    def test_a_quoted_number_is_text(self, load):
        bound = "{sense: at_least, value: '85', document: d}"
        found = problems_of(load, f"assigned: {{urban_sewage_rate: {{2019: {bound}}}}}\n")
        assert list(found) == ["assigned.urban_sewage_rate.2019.value"]


class TestSettings:
    def test_a_county_goes_before_the_defaults(self, load):
        params = load("settings: {alpha: 0.1}\n", defaults="alpha: 0.01\nhistory: 12\n")
        assert (params.settings.alpha, params.settings.history) == (0.1, 12)

    def test_empty_defaults_and_no_settings(self, load):
        assert load("", defaults="").settings.alpha == 0.05

    @pytest.mark.parametrize("alpha", ["0", "0.5", "-0.1", "yes", "5%"])
    def test_alpha_lies_between_0_and_a_half(self, load, alpha):
        assert list(problems_of(load, f"settings: {{alpha: {alpha}}}\n")) == ["settings.alpha"]


class TestCountyNames:
    @pytest.mark.parametrize(
        "name",
        [
            "../trial",
            "..",
            "",
            "trial/..",
            "trial.yml",
            "Trial",
            "trial ",
            "trial\n",
            "连山",
            "defaults",
            "/etc/passwd",
            "a" * 41,
            None,
            7,
            False,
        ],
    )
    def test_refused_whatever_files_there_are(self, load, tmp_path, name):
        load()
        (tmp_path / "trial.yml").write_text(COUNTY, encoding="utf-8")  # what ../trial would reach
        with pytest.raises(ParamsError, match="no county"):
            check_county(name, tmp_path)

    def test_a_misspelt_county_gets_the_nearest_and_the_list(self, load, tmp_path):
        load()
        with pytest.raises(ParamsError) as caught:
            check_county("trail", tmp_path)
        assert "did you mean 'trial'?" in caught.value.text("en")
        assert "有：trial" in caught.value.text("zh")

    def test_the_defaults_are_no_county(self, load, tmp_path):
        load()
        assert county_names(tmp_path) == ["trial"]

    def test_a_fictional_county_says_so_in_every_name(self, load):
        county = load("", county=COUNTY.replace("2015", "2015, fictional: true")).county
        assert county.name("zh") == "试县（虚构）"
        assert county.name("en") == "Test County (fictional)"
        assert load().county.name("en") == "Test County"


@pytest.mark.parametrize("county", ["lianshan", "demo"])
def test_the_parameters_of_the_project_are_right(root, county):
    from ecolib.data import dictionary
    from ecolib.indicators.catalogue import indicators

    params = load_params(county, root, indicators=indicators(), owners=dictionary.owners())
    assert params.assigned
