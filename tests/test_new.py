"""`ecolib new`: what it writes loads, can be filled in as it stands, and never overwrites anything."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import commands
import pytest

from ecolib import new
from ecolib.assess.opening import open_case
from ecolib.data.params import County
from ecolib.data.yaml_file import read_yaml
from ecolib.errors import ParamsError, RunError
from ecolib.new import new_county, value_of

PROFILE = {
    "zh": "阳山县",
    "base_year": 2018,
    "area_km2": 3330.2,
    "terrain": {"山区": 80, "hill": 20},
}
COMMAND = [sys.executable, "-c", "from ecolib.cli import main; main()"]


@pytest.fixture
def project(tmp_path):
    (tmp_path / "params").mkdir()
    (tmp_path / "params/defaults.yml").write_text("alpha: 0.05\n", encoding="utf-8")
    return tmp_path


def files(project) -> dict[str, bytes]:
    return {
        str(p.relative_to(project)): p.read_bytes() if p.is_file() else b"folder"
        for p in project.rglob("*")
    }


def uncommented(text: str, begin: str, end: str) -> str:
    """The part of a file between two headings, its comments taken for what they show."""
    part = text[text.index(f"# {begin}:") : text.index(end) if end else None]
    return re.sub(r"(?m)^# ", "", part)


def test_what_it_writes_can_be_opened(project):
    made = new_county("yangshan", PROFILE, [2018, 2020], project)
    assert all(path.exists() for path in made)
    case = open_case("阳山县", 2020, root=project)
    county = case.params.county
    assert (county.zh, county.en, county.base_year) == ("阳山县", "阳山县", 2018)
    assert (county.area_km2, county.terrain) == (3330.2, {"mountain": 80, "hill": 20})
    assert case.data.years == (2018, 2020)
    assert case.issues() == () and case.corrections() == ()


@pytest.mark.parametrize(
    "zh", ["yes", "060", "阳山: 县", "#阳山", "甲'\"县", "{阳山}", "阳山县（试点）"]
)
def test_any_name_is_written_so_that_it_comes_back(project, zh):
    new_county("yangshan", {"zh": zh, "base_year": 2018}, [2018], project)
    assert open_case("yangshan", 2018, root=project).params.county.zh == zh


def test_every_comment_is_right_as_it_stands(project):
    new_county("yangshan", PROFILE, [2020], project)
    path = project / "params/yangshan.yml"
    text = path.read_text(encoding="utf-8")
    head = re.sub(r"(?m)^  # ", "  ", text[: text.index("# owners:")])
    shown = [uncommented(text, "owners", "\n# 上级下达"), uncommented(text, "not_applicable", "\n# 年度评估报告"),
             uncommented(text, "report", "\n# 本县的"), uncommented(text, "settings", "")]  # fmt: skip
    path.write_text(head + "\n".join(shown), encoding="utf-8")
    params = open_case("yangshan", 2020, root=project).params
    assert params.owners["ecology"].zh == "县生态环境局" and len(params.owners) > 20
    assert set(params.not_applicable) == {"coast_restoration", "natural_coastline_rate"}
    assert params.report.issuer and params.report.issued[2020].isoformat() == "2021-05-20"
    assert set(read_yaml(path)["county"]) == set(County.model_fields)


def test_a_target_must_be_filled_in_before_it_counts(project):
    new_county("yangshan", PROFILE, [2020], project)
    path = project / "params/yangshan.yml"
    text = path.read_text(encoding="utf-8")
    head = text[: text.index("# owners:")]
    targets = uncommented(text, "assigned", "\n# 不适用")
    path.write_text(head + targets, encoding="utf-8")
    with pytest.raises(ParamsError):
        open_case("yangshan", 2020, root=project)
    filled = targets.replace("value: ,", "value: 5,").replace("document: ,", "document: 文件,")
    path.write_text(head + filled, encoding="utf-8")
    params = open_case("yangshan", 2020, root=project).params
    assert params.assignment("energy_per_gdp", 2020).sense == "at_most"
    assert params.assignment("good_air_days_ratio", 2020).sense == "at_least"


def test_the_example_of_a_correction_is_right(project):
    new_county("yangshan", PROFILE, [2019], project)
    path = project / "data/yangshan/corrections.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(uncommented(text, "corrections", ""), encoding="utf-8")
    raw = project / "data/yangshan/raw/2019/items.csv"
    raw.write_text("统计项,年份,数值,单位,出处\n危险废物产生量,2019,675,吨,表1\n", encoding="utf-8")
    (done,) = open_case("yangshan", 2019, root=project).corrections()
    assert (done.was, done.now) == ("675", "67.5")


class TestNothingIsOverwritten:
    def test_a_county_that_is_there(self, project):
        new_county("yangshan", PROFILE, [2020], project)
        before = files(project)
        with pytest.raises(RunError):
            new_county("yangshan", {"zh": "别县", "base_year": 2015}, [2021], project)
        assert files(project) == before

    def test_data_that_were_there_before(self, project):
        raw = project / "data/yangshan/raw/2020"
        raw.mkdir(parents=True)
        (raw / "items.csv").write_text("x", encoding="utf-8")
        (project / "data/yangshan/corrections.yml").write_text(
            "corrections: []\n", encoding="utf-8"
        )
        before = files(project)
        new_county("yangshan", PROFILE, [2018, 2020], project)
        after = files(project)
        assert {name: after[name] for name in before} == before
        assert {"data/yangshan/raw/2018", "data/yangshan/mappings.yml"} <= set(after)

    @pytest.mark.parametrize(
        ("county", "profile"),
        [
            ("阳山", PROFILE),
            ("defaults", PROFILE),
            ("../x", PROFILE),
            ("yangshan", {"zh": "阳山县"}),
            ("yangshan", {**PROFILE, "terrain": {"山区": 50}}),
            ("yangshan", {**PROFILE, "climate": "湿润"}),
        ],
    )
    def test_what_is_wrong_writes_nothing(self, project, county, profile):
        before = files(project)
        with pytest.raises(ParamsError):
            new_county(county, profile, [2020], project)
        assert files(project) == before

    def test_a_disk_that_fails_leaves_nothing(self, project, monkeypatch):
        before = files(project)

        def full(path, text):
            if path.name == "yangshan.yml":
                raise OSError(28, "No space left on device")
            path.write_text(text, encoding="utf-8")

        monkeypatch.setattr(new, "write_text", full)
        with pytest.raises(RunError):
            new_county("yangshan", PROFILE, [2020], project)
        left = {name for name in files(project) if not name.startswith("data")}
        assert left == set(before) and not list(project.glob("data/yangshan/*"))


@pytest.mark.parametrize(
    ("given", "shares"),
    [
        ("mountain=80,hill=20", {"mountain": 80, "hill": 20}),
        ("山区80%、丘陵 20%", {"山区": 80, "丘陵": 20}),
        ("山区：79.5，平原：20.5", {"山区": 79.5, "平原": 20.5}),
    ],
)
def test_terrain_as_people_write_it(given, shares):
    assert value_of("terrain", given) == shares


@pytest.mark.parametrize(
    ("key", "given", "value"),
    [
        ("base_year", "2018年", 2018),
        ("goal_year", "２０２５", 2025),
        ("area_km2", "3,330.5", 3330.5),
        ("zh", " 阳山县 ", "阳山县"),
    ],
)
def test_values_as_people_type_them(key, given, value):
    assert value_of(key, given) == value


@pytest.mark.parametrize(
    ("key", "given", "told"),
    [
        ("terrain", "山区", "山区80%、丘陵20%"),
        ("terrain", "山区50", "合计应为100"),
        ("terrain", "沙漠100", "山区（mountain）"),
        ("base_year", "一五年", "不是数字"),
        ("base_year", "15", "应≥1990"),
        ("area_km2", "约3000", "约数"),
        ("climate", "湿润", "其他地区（other）"),
        ("goal_year", "2017", "不能早于基准年"),
    ],
)
def test_what_cannot_be_a_value(key, given, told):
    with pytest.raises(ParamsError) as caught:
        value_of(key, given, {"base_year": 2018})
    assert told in caught.value.text("zh")


def test_from_new_to_check_and_collect(project):
    def ecolib(*arguments):
        return commands.ecolib(*arguments, cwd=project, env={**os.environ, "LANGUAGE": "zh"})

    begun = ecolib("new", "yangshan", "--zh", "阳山县", "--base-year", "2018年", "--area", "3,330",
                   "--terrain", "山区=100", "--year", "2020")  # fmt: skip
    assert begun.returncode == 0, begun.stderr
    assert "ecolib check yangshan 2020" in begun.stdout
    checked = ecolib("check", "阳山县", "2020")
    assert "没有数据文件" in checked.stdout and "Traceback" not in checked.stderr
    collected = ecolib("collect", "yangshan", "2020")
    assert collected.returncode == 0, collected.stderr
    assert list(project.rglob("outputs/**/*.xlsx"))
    assert ecolib("new", "yangshan", "--zh", "阳山县", "--base-year", "2018").returncode == 2


@pytest.mark.skipif(os.name != "posix", reason="asks at a terminal")
def test_it_asks_at_a_terminal(project):
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "new", "yangshan", "--en", "Yangshan County"], cwd=project, stdin=theirs,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
        env={**os.environ, "LANGUAGE": "zh", "PYTHONUTF8": "1"},
    )  # fmt: skip
    # Name, base year (the second time right), goal year, area, climate, terrain, year.
    os.write(ours, "阳山县\n一八年\n2018\n\n3330\narid\n\n2020\n".encode())
    told, _ = process.communicate(timeout=60)
    os.close(ours), os.close(theirs)
    assert process.returncode == 0, told
    assert "县的全称" in told and "“一八”不是数字" in told
    county = open_case("yangshan", 2020, root=project).params.county
    assert (county.zh, county.en, county.climate) == ("阳山县", "Yangshan County", "arid")
    assert county.goal_year is None and county.area_km2 == 3330
