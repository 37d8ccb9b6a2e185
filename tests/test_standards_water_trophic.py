"""The trophic state of lakes: the formula by hand, every limit from both sides, items that are missing."""

import math

import pandas as pd
import pytest

from ecolib import trophic_index
from ecolib.standards.water.trophic import trophic_grade
from ecolib.texts import name_of

DAY = "2019-12-31"


def named(grade):
    return name_of("trophic_grade", str(grade), "zh")


def test_the_formula():
    # chla 10: 10 (2.5 + 1.086 ln 10) = 50.0061; tp 0.05: 10 (9.436 + 1.624 ln 0.05) = 45.7093;
    # tn 1: 54.53; sd 1: 51.18; cod_mn 4: 10 (0.109 + 2.661 ln 4) = 37.9793.
    # Weights 1, 0.7056, 0.6724, 0.6889, 0.6889 over their sum 3.7558: 180.3464 / 3.7558
    means = pd.DataFrame([{"chla": 10, "tp": 0.05, "tn": 1, "sd": 1, "cod_mn": 4}])
    row = trophic_index(means, on=DAY).iloc[0]
    assert row["tli_chla"] == pytest.approx(50.0061, abs=1e-3)
    assert row["tli_tp"] == pytest.approx(45.7093, abs=1e-3)
    assert row["tli_cod_mn"] == pytest.approx(37.9793, abs=1e-3)
    assert row["tli"] == pytest.approx(48.018, abs=1e-3)
    assert named(row["grade"]) == "中营养"


@pytest.mark.parametrize(
    ("tli", "zh"),
    [
        # Taihu, Dianchi and East Lake as published
        (63.0, "中度富营养"), (49.8, "中营养"), (54.1, "轻度富营养"), (62.7, "中度富营养"),
        (56.42, "轻度富营养"), (61.43, "中度富营养"),
        # both sides of every limit
        (29.99, "贫营养"), (30, "中营养"), (50, "中营养"), (50.01, "轻度富营养"), (60, "轻度富营养"),
        (60.01, "中度富营养"), (70, "中度富营养"), (70.01, "重度富营养"),
    ],
)  # fmt: skip
def test_grades(tli, zh):
    assert trophic_grade(pd.Series([tli]), on=DAY).map(named).tolist() == [zh]


def test_a_missing_item_leaves_no_index():
    means = pd.DataFrame([{"tp": 0.05, "tn": 1.0, "sd": 0.0, "cod_mn": 4.0}])
    row = trophic_index(means, on=DAY).iloc[0]
    assert pd.isna(row["tli"]) and pd.isna(row["grade"])
    assert row["missing"] == "chla, sd"  # ln 0 is no value either


def test_four_items_where_asked_for():
    # As above without sd: (50.0061 + 0.7056 * 45.7093 + 0.6724 * 54.53 + 0.6889 * 37.9793)
    # / (1 + 0.7056 + 0.6724 + 0.6889) = 145.0889 / 3.0669.
    means = pd.DataFrame(
        [
            {"chla": 10, "tp": 0.05, "tn": 1, "sd": math.nan, "cod_mn": 4},
            {"chla": 10, "tp": 0.05, "tn": 1, "sd": 1, "cod_mn": 4},
            {"chla": 10, "tp": 0.05, "tn": 1},
        ]
    )
    table = trophic_index(means, on=DAY, items_needed=4)
    assert table["tli"][0] == pytest.approx(47.308, abs=1e-3)
    assert table["tli"][1] == pytest.approx(48.018, abs=1e-3)
    assert pd.isna(table["tli"][2])
    assert table["reweighted"].tolist() == [True, False, False]
    assert not trophic_index(means, on=DAY)["reweighted"].any()
