"""What is not there is told: data of the year, targets handed down, the base year."""

from __future__ import annotations

import pytest

from ecolib.assess.absence import absences
from ecolib.assess.opening import open_case
from ecolib.errors import DataError

HAZARDOUS = [("hw_generated", 2019, "67.517", "t")]
BASE = ("hw_generated", 2015, "60.0", "t")


def told(case) -> dict[str, str]:
    """Place -> Chinese sentence."""
    return {str(n.source) or n.about: n.text("zh") for n in absences(case)}


def test_no_data_at_all(tiny):
    case = tiny(2019)
    (case.root / "data/trial/raw/2019").rmdir()
    found = told(case)
    assert "尚无任何数据" in found["data/trial/raw"] and "2019" in found["data/trial/raw"]
    # A file in the place of the folder is another mistake.
    (case.root / "data/trial/raw").rmdir()
    (case.root / "data/trial/raw").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match="a folder is expected here"):
        told(open_case("trial", 2019, root=case.root))


def test_a_year_without_a_folder_and_which_there_are(tiny):
    tiny(2018, items=HAZARDOUS)
    case = tiny(2019, items=HAZARDOUS).in_year(2021)
    assert "没有2021文件夹" in told(case)["data/trial/raw/2021"]
    assert "（现有数据的年份：2018年、2019年）" in told(case)["data/trial/raw/2021"]
    assert next(absences(case)).severity == "error"


def test_a_folder_without_files(tiny):
    assert "没有数据文件" in told(tiny(2019))["data/trial/raw/2019"]


@pytest.mark.parametrize(("items", "absent"), [(HAZARDOUS, True), ([*HAZARDOUS, BASE], False)])
def test_the_base_year(tiny, items, absent):
    assert ("params/trial.yml: county.base_year" in told(tiny(2019, items=items))) == absent


KEY = "params/trial.yml: assigned.rural_toilet_rate.2019"
BOUND = "{sense: 不低于, value: 98, document: 文件}"


@pytest.mark.parametrize(
    ("params", "absent"),
    [
        ("", True),
        (f"assigned: {{29: {{2018: {BOUND}}}}}\n", True),  # another year's
        (f"assigned: {{29: {{2018-2020: {BOUND}}}}}\n", False),
        ("not_applicable: {农村无害化卫生厕所普及率: 没有农村}\n", False),
    ],
)
def test_a_target_that_only_the_parameters_can_give(tiny, params, absent):
    assert (KEY in told(tiny(2019, params=params, items=HAZARDOUS))) == absent


def test_what_to_add_can_be_copied(tiny):
    """The words of the note, with a value and a document filled in, are what was missing."""
    sentence = told(tiny(2019, items=HAZARDOUS))[KEY]
    line = sentence.partition("写作")[2].partition("；不适用")[0].replace("目标值", "98")
    params = f"assigned:\n  {line}\n"
    assert KEY not in told(tiny(2019, params=params, items=HAZARDOUS))


def test_a_group_that_does_not_apply_spares_its_parts(tiny):
    keys = [f"params/trial.yml: assigned.{part}.2019"
            for part in ("natural_shoreline_restored", "coastal_wetland_restored")]  # fmt: skip
    assert set(keys) <= told(tiny(2019, items=HAZARDOUS)).keys()
    params = "not_applicable: {海岸生态修复: 本县不临海}\n"
    assert not set(keys) & told(tiny(2019, params=params, items=HAZARDOUS)).keys()


def test_targets_with_a_bound_of_their_own_are_not_asked_for(tiny):
    # 8b: as assigned, else not below 0.
    assert not any("water_class5minus" in place for place in told(tiny(2019, items=HAZARDOUS)))


@pytest.mark.parametrize(
    ("value", "doubtful"), [("0.9", True), ("1", True), ("0", False), ("1.5", False), ("90", False)]
)
def test_a_share_written_as_a_fraction(tiny, value, doubtful):
    # 0.9 for a share in % is 0.9 %, where 90 % was hardly meant to be so low.
    params = f"assigned: {{27: {{2019: {{sense: 不低于, value: {value}, document: 文件}}}}}}\n"
    found = told(tiny(2019, params=params, items=HAZARDOUS))
    assert ("params/trial.yml: assigned.urban_sewage_rate.2019" in found) == doubtful
    if value == "0.9":
        assert any("如应为90%，请改填90" in sentence for sentence in found.values())
