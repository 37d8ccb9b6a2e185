"""Parameters: every problem at once, near matches, years, names, and what YAML makes of words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from counties import LIANSHAN

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
    def test_keys_by_their_chinese_names_are_told_once_each_with_the_key_and_its_line(self, load):
        text = (
            "责任单位:\n  housing: 住建局\n"  # lines 2 and 3, COUNTY is line 1
            "assigned:\n  energy_per_gdp:\n    2020: {方向: 不低于, 目标值: 3, 文件: 方案, 位置: 附件}\n"
        )
        found = problems_of(load, text)
        meant = {key: said.split("“")[1].split("”")[0] for key, said in found.items()}
        asked = {key.rpartition(".")[2]: name for key, name in meant.items()}
        assert asked == {
            "责任单位": "owners", "方向": "sense", "目标值": "value", "文件": "document",
            "位置": "position",
        }  # fmt: skip
        assert found["责任单位"].startswith("line 2: ")

    def test_all_are_listed_at_once_each_with_its_key(self, load):
        text = (
            f"assigned: {{urban_sewage_rat: {{2019: {BOUND}}}}}\n"
            "not_applicable: {energy_per_gdp: {en: none}, wind: {zh: 无, en: none}}\n"
            "owners: {houses: {zh: 住建局, en: Housing}}\n"
            "settings: {alpha: 2, history: 0, language: fr}\n"
            "extra: 1\n"
        )
        found = problems_of(load, text)
        assert set(found) == {
            "assigned.urban_sewage_rat",
            "not_applicable.energy_per_gdp.zh",
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
        assert f"did you mean “{near}”?" in problems_of(load, text)[key]

    def test_what_was_found_is_shown_in_both_languages(self, load):
        with pytest.raises(ParamsError) as caught:
            load("settings: {alpha: many}\n")
        (problem,) = caught.value.problems
        assert problem.text("zh") == "第2行：填为many，应为数字"
        told = problem.text("en")
        assert told.startswith("line 2: ") and told.endswith("(found many)")

    @pytest.mark.parametrize(
        ("text", "key"),
        [
            ("assigned: {urban_sewage_rate: 85}\n", "assigned.urban_sewage_rate"),
            ("assigned: [urban_sewage_rate]\n", "assigned"),
            ("assigned: {urban_sewage_rate: {2019: 85}}\n", "assigned.urban_sewage_rate.2019"),
            ("owners: 5\n", "owners"),
            ("not_applicable: {energy_per_gdp: [无]}\n", "not_applicable.energy_per_gdp"),
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
            ("county: {en: Test, base_year: 2015}\n", "county.zh"),
            ("county: {zh: '', base_year: 2015}\n", "county.zh"),
            ("county: {zh: 试县, en: Test, base_year: 2015.5}\n", "county.base_year"),
            ("county: {zh: 试县, en: Test, base_year: 15}\n", "county.base_year"),
            ("county: {zh: 试县, en: T, base_year: 2015, climate: wet}\n", "county.climate"),
            ("county: {zh: 试县, en: T, base_year: 2015, area_km2: 0}\n", "county.area_km2"),
            # 3418 km2 in ha: larger than any county
            ("county: {zh: 试县, en: T, base_year: 2015, area_km2: 341800}\n", "county.area_km2"),
            (
                "county: {zh: 试县, en: T, base_year: 2015, terrain: {moor: 5}}\n",
                "county.terrain.moor",
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

    @pytest.mark.parametrize(
        ("bound", "wrong"),
        [
            ("sense: 不高于, value: 85", "“不低于”"),
            ("sense: at_least, value: 85", ""),
            ("sense: at_least, value: none", ""),
        ],
    )
    def test_a_bound_stands_on_the_side_on_which_more_is_better(self, tiny, bound, wrong):
        params = f"assigned: {{rural_toilet_rate: {{2019: {{{bound}, document: d}}}}}}\n"
        if not wrong:
            assert tiny(2019, params=params)
            return
        with pytest.raises(ParamsError) as caught:
            tiny(2019, params=params)
        told = caught.value.text("zh")
        assert wrong in told and "trial.yml: assigned.rural_toilet_rate.2019.sense" in told

    def test_a_decline_is_at_least_and_a_level_of_it_at_most(self, tiny):
        given = "assigned: {{energy_per_gdp: {{2019: {{sense: {}, value: 3{}, document: d}}}}}}\n"
        assert tiny(2019, params=given.format("at_least", ", measure: decline"))
        for wrong in (("at_most", ", measure: decline"), ("at_least", "")):
            with pytest.raises(ParamsError):
                tiny(2019, params=given.format(*wrong))

    def test_a_name_that_two_counties_have_names_none(self, tiny):
        folder = tiny(2019).root / "params"
        (folder / "other.yml").write_bytes((folder / "trial.yml").read_bytes())
        with pytest.raises(ParamsError, match="give the id .*other, trial"):
            check_county("试县", folder.parent)
        assert check_county("other", folder.parent) == "other"

    @pytest.mark.parametrize(
        ("setting", "value"),
        # Beyond 2^31 ms no poll can wait; of memory and years nobody has so many.
        [("timeout", 3_000_000), ("timeout", 0), ("memory_mb", 10**20), ("history", 10**6)],
    )
    def test_a_setting_has_its_bounds(self, load, setting, value):
        assert list(problems_of(load, f"settings: {{{setting}: {value}}}\n")) == [
            f"settings.{setting}"
        ]

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
        with pytest.raises(ParamsError, match="“assigned” is given twice"):
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

    @pytest.mark.parametrize("year", [2000, 2019, 2100, np.int64(2019)])
    def test_years_that_can_be_assessed(self, year):
        assert check_year(year) == year and type(check_year(year)) is int

    @pytest.mark.parametrize("year", [1999, 2101, "2019", 2019.0, True, None])
    def test_others_cannot(self, year):
        with pytest.raises(ParamsError, match="2000"):
            check_year(year)


class TestWordsOfYaml:
    """YAML turns words and digits into something else; nothing of it may slip in as a number."""

    def test_yes_is_not_one(self, load):
        bound = "{sense: at_least, value: yes, document: d}"
        found = problems_of(load, f"assigned: {{urban_sewage_rate: {{2019: {bound}}}}}\n")
        assert "found yes)" in found["assigned.urban_sewage_rate.2019.value"]

    def test_no_is_not_a_name(self, load):
        found = problems_of(load, "not_applicable: {energy_per_gdp: {zh: no, en: none}}\n")
        assert "found no)" in found["not_applicable.energy_per_gdp.zh"]

    def test_010203_is_not_a_year(self, load):
        # YAML 1.1 reads a leading zero as octal: 0o10203 = 4227; told is what was written.
        found = problems_of(load, f"assigned: {{urban_sewage_rate: {{010203: {BOUND}}}}}\n")
        (said,) = found.values()
        assert "line 2: 010203 begins with 0" in said and "4227" not in said

    def test_a_number_is_not_a_document(self, load):
        bound = "{sense: at_least, value: 85, document: 010203}"
        found = problems_of(load, f"assigned: {{urban_sewage_rate: {{2019: {bound}}}}}\n")
        assert list(found) == ["assigned.urban_sewage_rate.2019.document"]

    def test_a_quoted_number_is_text(self, load):
        bound = "{sense: at_least, value: '85', document: d}"
        found = problems_of(load, f"assigned: {{urban_sewage_rate: {{2019: {bound}}}}}\n")
        assert list(found) == ["assigned.urban_sewage_rate.2019.value"]


class TestNames:
    """Everything that has a name in Chinese may go by it; English texts may be left out."""

    TITLES = {
        "城镇污水处理率": "urban_sewage_rate",
        "26": "urban_sewage_rate",
        "县住建局": "housing",
    }

    @pytest.fixture
    def load_named(self, load, tmp_path):
        def build(text: str, county: str = COUNTY) -> Params:
            folder = tmp_path / "params"
            folder.mkdir(exist_ok=True)
            (folder / "defaults.yml").write_text("", encoding="utf-8")
            (folder / "trial.yml").write_text(county + text, encoding="utf-8")
            known = {"indicators": INDICATORS, "owners": OWNERS}
            return load_params("trial", tmp_path, **known, titles=self.TITLES)

        return build

    @pytest.mark.parametrize("name", ["城镇污水处理率", "26", "'26'", "urban_sewage_rate"])
    @pytest.mark.parametrize(
        ("sense", "code"),
        [
            ("不低于", "at_least"),
            ("≥", "at_least"),
            ("不高于", "at_most"),
            ("不超过", "at_most"),
            ("At least", "at_least"),
        ],
    )
    def test_indicators_and_senses(self, load_named, name, sense, code):
        bound = f"{{sense: {sense}, value: 85, document: 文件, measure: 下降率}}"
        params = load_named(f"assigned: {{{name}: {{2019年: {bound}}}}}\n")
        given = params.assignment("urban_sewage_rate", 2019)
        assert (given.sense, given.measure) == (code, "decline")

    def test_owners_and_reasons_in_chinese_alone(self, load_named):
        params = load_named(
            "owners: {县住建局: 试县住建局}\nnot_applicable: {城镇污水处理率: {zh: 无城镇}}\n"
        )
        assert (params.owners["housing"].zh, params.owners["housing"].en) == ("试县住建局",) * 2
        assert params.not_applicable["urban_sewage_rate"].en == "无城镇"

    def test_a_county_without_english(self, load_named):
        county = (
            "county: {zh: 试县, base_year: 2015, terrain: {山区: 80, 丘陵: 20}, climate: 干旱区}\n"
        )
        found = load_named("", county).county
        assert (found.name("en"), found.climate) == ("试县", "arid")
        assert found.terrain == {"mountain": 80, "hill": 20}

    def test_the_same_indicator_by_two_names(self, load_named):
        text = f"assigned:\n  26: {{2019: {BOUND}}}\n  城镇污水处理率: {{2020: {BOUND}}}\n"
        with pytest.raises(ParamsError) as caught:
            load_named(text)
        (problem,) = caught.value.problems
        assert problem.text("zh").startswith("第4行：与另一处重复")

    def test_a_near_name_in_chinese(self, load_named):
        with pytest.raises(ParamsError, match="did you mean “城镇污水处理率”"):
            load_named(f"assigned: {{城镇污水处置率: {{2019: {BOUND}}}}}\n")

    @pytest.mark.parametrize(
        ("text", "key", "told"),
        [
            ("sense: 不小", "sense", "不低于（at_least）、不高于（at_most）"),
            ("measure: 比例", "measure", "水平（level）、下降率（decline）"),
            ("value: '1,000'", "value", "应写作1000"),
            ("value: 85%", "value", "应写作85，不加%"),
            ("value: 85吨", "value", "85吨"),
            ("document: 2017", "document", "请加引号"),
            ("document: ''", "document", "不能为空"),
        ],
    )
    def test_what_would_be_right_is_said_once(self, load, text, key, told):
        given = {"sense": "sense: at_least", "value": "value: 85", "document": "document: 文件"}
        given[key] = text
        bound = "{" + ", ".join(given.values()) + "}"
        with pytest.raises(ParamsError) as caught:
            load(f"assigned:\n  urban_sewage_rate:\n    2019: {bound}\n")
        (problem,) = caught.value.problems
        assert problem.source.file == f"trial.yml: assigned.urban_sewage_rate.2019.{key}"
        assert told in problem.text("zh") and "第4行" in problem.text("zh")

    @pytest.mark.parametrize(
        ("terrain", "right"),
        [
            ("{mountain: 60, hill: 36}", False),  # 96
            ("{mountain: 80, hill: 30}", False),  # 110
            ("{mountain: 33.3, hill: 33.3, plain: 33.3}", True),  # 99.9
            ("{mountain: 33, hill: 33, plain: 33}", True),  # 99, each rounded
            ("{mountain: 100}", True),
        ],
    )
    def test_shares_of_the_terrain_add_up(self, load, terrain, right):
        county = f"county: {{zh: 试县, base_year: 2015, terrain: {terrain}}}\n"
        if right:
            assert load("", county=county).county.terrain
        else:
            assert list(problems_of(load, "", county=county)) == ["county.terrain"]

    def test_the_line_of_a_range_of_years(self, load_named):
        # One message for each of its years, all with the line in which the range stands.
        text = "assigned:\n  26:\n    2018-2019:\n      sense: 更多\n      value: 1\n      document: d\n"
        with pytest.raises(ParamsError) as caught:
            load_named(text)
        places = [p.source.file for p in caught.value.problems]
        key = "trial.yml: assigned.urban_sewage_rate"
        assert places == [f"{key}.2018.sense", f"{key}.2019.sense"]
        assert all("第5行" in p.text("zh") for p in caught.value.problems)

    def test_what_is_missing_is_explained(self, load):
        found = problems_of(load, "", county="county: {zh: 试县}\n")
        assert found == {"county.base_year": "line 1: required but missing: base year of its plan"}

    def test_a_wrong_default_is_told_of_its_own_file(self, load):
        with pytest.raises(ParamsError) as caught:
            load("", defaults="alpha: 5\n")
        assert [p.source.file for p in caught.value.problems] == ["defaults.yml: alpha"]


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
        with pytest.raises(ParamsError, match="no parameter file"):
            check_county(name, tmp_path)

    def test_a_misspelt_county_gets_the_nearest_and_the_list(self, load, tmp_path):
        load()
        with pytest.raises(ParamsError) as caught:
            check_county("trail", tmp_path)
        assert "did you mean “trial”?" in caught.value.text("en")
        assert "现有：trial" in caught.value.text("zh")

    @pytest.mark.parametrize("name", ["试县", " 试县 ", "Test County", "trial"])
    def test_a_county_goes_by_its_names(self, load, tmp_path, name):
        load()
        assert check_county(name, tmp_path) == "trial"

    def test_a_file_whose_name_is_no_id_is_not_offered(self, load, tmp_path):
        load()
        (tmp_path / "params/连山.yml").write_text(
            COUNTY.replace("试县", "连山县"), encoding="utf-8"
        )
        with pytest.raises(ParamsError) as caught:
            check_county("连山", tmp_path)
        said = caught.value.text("zh")
        assert "只能用小写字母、数字和下划线" in said and "现有：trial）" in said
        assert "是否应为“连山”" not in said

    def test_outside_a_project(self, tmp_path):
        with pytest.raises(ParamsError) as caught:
            check_county("trial", tmp_path)
        assert "请先进入项目文件夹" in caught.value.text("zh")

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

    params = load_params(county, root, indicators=LIANSHAN, owners=dictionary.owners())
    assert params.assigned


@pytest.mark.parametrize(
    ("county", "told"),
    [
        ("county: {zh: 试县, base_year: ２０１５}\n", "应写作2015（半角数字"),
        ("county: {zh: 试县, base_year: '2015'}\n", "应写作2015（半角数字，不加引号"),
        ("county: {zh: 试县, base_year: 2015, area_km2: 3330平方公里}\n", "应写作3330"),
        ("county: {zh: 试县, base_year: 2015, area_km2: 0.3万平方公里}\n", "应写作3000"),  # 0.3 × 10⁴
        ("county: {zh: 试县, base_year: 2015, area_km2: 0.3万}\n", "应写作3000（半角数字"),
        ("county: {zh: 试县, base_year: 2015, area_km2: 333000公顷}\n", "“公顷”如不是本项单位，须先换算"),
        ("county: {zh: 试县, base_year: 2015, area_km2: 三千多个村}\n", "“三千多个村”不是数字"),
        ("county: {zh: 试县, base_year: 2015, area_km2: ≥3330}\n", "是界限，不是实际数值"),
        ("county: {zh: 试县, base_year: 2015, area_km2: -5}\n", "应>0"),
        ("county: {zh: 试县, base_year: 2025, goal_year: 2015}\n", "目标年不能早于基准年"),
        ("county: {zh: 试县, base_year: 2015, settings: {alpha: 0.1}}\n", "请检查缩进"),
        ("county: {zh: 试县, base_year: 2015}\nsettings: {alpha: 5%}\n", "第2行：填为5%，应为数字"),
        ("county: {zh: 试县, base_year: 2015, climate: 湿润}\n", "干旱半干旱地区（arid）、其他地区（other）"),
        ("county: 试县\n", "应写作“键: 值”，如county: {zh: 阳山县, base_year: 2015}"),
    ],
)  # fmt: skip
def test_sentences_that_say_what_would_be_right(load, county, told):
    with pytest.raises(ParamsError) as caught:
        load("", county=county)
    (problem,) = caught.value.problems
    assert told in problem.text("zh")


def test_a_county_that_is_made_up_may_say_so_in_chinese(load):
    assert load("", county="county: {zh: 试县, base_year: 2015, fictional: 是}\n").county.fictional


class TestMany:
    """Ten thousands of mistakes end in some sentences, within seconds."""

    @pytest.mark.parametrize(
        "text",
        [
            "assigned:\n" + "".join(f"  name{n}: 1\n" for n in range(10_000)),
            "assigned:\n" + "".join(f"  n{n}: 0{n}\n" for n in range(10_000)),
            "".join(f"key{n}: 1\n" for n in range(10_000)),
            "county2: {" + ", ".join(f"k{n}: " for n in range(10_000)) + "}\n",
            "assigned: {26: {1-99999999: 1}}\n",
            "assigned: {26: {0001-9999: 1}}\n",
        ],
    )
    def test_of_parameters(self, load, text):
        import time

        began = time.monotonic()
        with pytest.raises(ParamsError) as caught:
            load(text)
        assert time.monotonic() - began < 15
        assert len(caught.value.problems) <= 51
        assert len(caught.value.text("zh")) < 20_000


@pytest.mark.parametrize(
    "name", ["生态环境局", "县生态环境局", "环保局", "县环境保护局", "ecology"]
)
def test_a_unit_by_any_of_its_names(tiny, name):
    case = tiny(2019, params=f"owners: {{{name}: 市生态环境局试县分局}}\n")
    assert case.params.owners["ecology"].zh == "市生态环境局试县分局"
