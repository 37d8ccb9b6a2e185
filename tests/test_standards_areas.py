"""Areas between years: matrices, sites, parts and totals."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecolib.errors import DataError
from ecolib.standards.areas import (
    UNMATCHED,
    change_matrix,
    check_sites,
    compare_totals,
    net_change,
    pair_patches,
    shares,
)

LAND_USE = Path(__file__).parents[1].parent / "shared" / "data" / "real" / "land_use_2county.csv"
BOUNDED = settings(deadline=None, derandomize=True, max_examples=40)
kinds = st.sampled_from(["林地", "草地", "耕地"])
pair_rows = st.lists(st.tuples(kinds, kinds, st.integers(1, 500)), min_size=1, max_size=12)


def table(columns, *values):
    return pd.DataFrame(list(values), columns=columns.split())


def pairs(*values):
    return table("type_before type_after area", *values)


def sites(*values, columns="year site area type"):
    return table(columns, *values)


class TestMatrix:
    def test_by_hand(self):
        found = change_matrix(
            pairs(
                ("林地", "林地", 50.0),
                ("林地", "建设用地", 5.0),
                ("耕地", "林地", 2.0),
                ("耕地", "耕地", 30.0),
                ("林地", "建设用地", 3.0),
            )
        )
        assert found.matrix.loc["林地", "建设用地"] == 8
        # 林地: 58 before, 52 after; 8 lost to construction, 2 gained from cropland
        assert found.summary.loc["林地"].tolist() == [58, 52, -6, 50, 8, 2]
        # Nothing was construction land before, so it has a row of noughts.
        assert found.summary.loc["建设用地"].tolist() == [0, 8, 8, 0, 0, 8]

    def test_refuses_holes_and_negative_areas(self):
        with pytest.raises(DataError, match="1 rows without an area"):
            change_matrix(pairs(("a", "b", np.nan), ("a", "a", 1.0)))
        with pytest.raises(DataError, match="-2"):
            change_matrix(pairs(("a", "b", -2.0)))

    def test_zero_areas(self):
        assert change_matrix(pairs(("a", "b", 0.0))).matrix.to_numpy().sum() == 0

    @given(pair_rows, st.randoms(use_true_random=False))
    @BOUNDED
    def test_totals_hold_and_order_does_not_matter(self, rows, random):
        found = change_matrix(pairs(*rows))
        total = sum(area for *_, area in rows)
        assert found.summary["before"].sum() == found.summary["after"].sum() == total
        assert found.summary["change"].sum() == 0
        assert found.summary["lost"].sum() == found.summary["gained"].sum()
        shuffled = random.sample(rows, len(rows))
        pd.testing.assert_frame_equal(change_matrix(pairs(*shuffled)).matrix, found.matrix)


class TestPatches:
    def test_what_meets_and_what_does_not(self):
        areas = table(
            "year patch type area",
            (2015, 1, "林地", 5.0),
            (2015, 2, "林地", 5.0),
            (2015, 4, "草地", 1.0),
            (2019, 1, "林地", 4.0),
            (2019, 2, "耕地", 5.0),
            (2019, 3, "耕地", 2.0),
        )
        found = change_matrix(pair_patches(areas, 2015, 2019))
        matrix = found.matrix
        assert matrix.loc["林地", "林地"] == 4 and matrix.loc["林地", "耕地"] == 5
        # patch 1 lost 1 of 5, patch 4 is gone, patch 3 is new
        assert matrix.loc["林地", UNMATCHED] == 1 and matrix.loc["草地", UNMATCHED] == 1
        assert matrix.loc[UNMATCHED, "耕地"] == 2
        assert matrix.index[-1] == UNMATCHED
        assert found.summary.loc["林地", "before"] == 10
        assert found.summary.loc["耕地", "after"] == 7

    def test_a_patch_twice_cannot_be_followed(self):
        areas = table("year patch type area", (2015, 1, "林地", 5.0), (2015, 1, "草地", 2.0))
        with pytest.raises(DataError, match="1 2015"):
            pair_patches(areas, 2015, 2019)


class TestSites:
    def test_each_finding(self):
        found = check_sites(
            sites(
                (2017, "kept", 10.0, "保护区"),
                (2019, "kept", 10.0, "保护区"),
                (2017, "grown", 10.0, "保护区"),
                (2019, "grown", 11.0, "保护区"),
                (2017, "shrunk", 10.0, "保护区"),
                (2019, "shrunk", 9.5, "保护区"),
                (2017, "renamed", 10.0, "保护区"),
                (2019, "renamed", 10.0, "风景区"),
                (2017, "gone", 10.0, "保护区"),
                (2019, "new", 10.0, "保护区"),
                (2018, "elsewhen", 10.0, "保护区"),
            ),
            2017,
            2019,
        )
        assert found.sites["finding"].to_dict() == {
            "kept": "kept",
            "grown": "kept",
            "shrunk": "decreased",
            "renamed": "nature_changed",
            "gone": "not_reported",
            "new": "new",
        }
        assert found.no_loss is False
        assert found.losers.index.tolist() == ["shrunk", "renamed"]
        assert found.sites.loc["shrunk", "change"] == -0.5

    def test_both_losses_are_kept(self):
        found = check_sites(sites((2017, "a", 2.0, "x"), (2019, "a", 1.0, "y")), 2017, 2019)
        row = found.sites.loc["a"]
        assert row["finding"] == "decreased" and row["decreased"] and row["nature_changed"]

    def test_declared_changes_count_without_a_type(self):
        declared = "year site area nature_changed function_lowered"
        found = check_sites(
            sites(
                (2017, "a", 2.0, None, None),
                (2019, "a", 2.0, True, None),
                (2017, "b", 2.0, None, None),
                (2019, "b", 2.0, False, True),
                (2017, "c", 2.0, None, None),
                (2019, "c", 2.0, False, None),
                columns=declared,
            ),
            2017,
            2019,
        )
        assert found.sites["finding"].tolist() == ["nature_changed", "function_lowered", "kept"]

    def test_nature_not_stated_is_not_kept(self):
        found = check_sites(
            sites((2017, "a", 2.0), (2019, "a", 2.0), columns="year site area"), 2017, 2019
        )
        assert found.sites["finding"].item() == "nature_unknown" and found.no_loss is None

    def test_no_loss_needs_every_site(self):
        both = sites((2017, "a", 2.0, "x"), (2019, "a", 2.0, "x"))
        assert check_sites(both, 2017, 2019).no_loss is True
        hole = sites(
            (2017, "a", 2.0, "x"),
            (2019, "a", 2.0, "x"),
            (2017, "b", 1.0, "x"),
            (2019, "b", np.nan, "x"),
        )
        assert check_sites(hole, 2017, 2019).no_loss is None
        assert check_sites(both, 2001, 2002).no_loss is None

    @pytest.mark.parametrize(
        ("after", "finding"),
        [(0.31, "kept"), (0.3, "kept"), (0.29, "decreased"), (0.4, "kept")],
    )
    def test_tolerance(self, after, finding):
        # 0.4 - 0.3 is a little more than 0.1 in binary fractions.
        rows = sites((2017, "a", 0.4, "x"), (2019, "a", after, "x"))
        assert check_sites(rows, 2017, 2019, tolerance=0.1).sites["finding"].item() == finding

    def test_refuses_a_site_twice(self):
        with pytest.raises(DataError, match="a 2017"):
            check_sites(sites((2017, "a", 1.0, "x"), (2017, "a", 1.0, "x")), 2017, 2019)

    @given(
        st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=8),
        st.randoms(use_true_random=False),
    )
    @BOUNDED
    def test_no_loss_is_exactly_no_site_smaller(self, areas, random):
        rows = [(2017, i, float(a), "x") for i, (a, _) in enumerate(areas)]
        rows += [(2019, i, float(b), "x") for i, (_, b) in enumerate(areas)]
        found = check_sites(sites(*random.sample(rows, len(rows))), 2017, 2019)
        assert found.no_loss is all(b >= a for a, b in areas)


class TestShares:
    def test_published_yanchi_2017(self):
        """盐池县 2017, ChinaXiv 202108.00013V1: hm2 and per cent."""
        published = {
            "耕地": (169457.57, 20.23),
            "林地": (123698.84, 14.77),
            "草地": (430485.28, 51.39),
            "水域": (12595.88, 1.50),
            "建设用地": (46825.93, 5.59),
            "未利用地": (54665.84, 6.53),
        }
        areas = table("year type area", *((2017, t, a) for t, (a, _) in published.items()))
        found = 100 * shares(areas).loc[2017]
        for kind, (_, percent) in published.items():
            assert found[kind] == pytest.approx(percent, abs=0.005)

    def test_all_published(self):
        if not LAND_USE.exists():
            pytest.skip(f"{LAND_USE} is not there")
        rows = pd.read_csv(LAND_USE).rename(columns={"land": "type"})
        assert len(rows) == 36
        for _, county in rows.groupby("region"):
            published = county.set_index(["year", "type"])["share_pct_published"]
            found = (100 * shares(county)).stack().reindex(published.index)
            # half the last printed digit
            assert (found - published).abs().max() <= 0.005

    def test_missing_and_zero(self):
        areas = table(
            "year type area",
            (2017, "a", 1.0),
            (2017, "b", 3.0),
            (2018, "a", 1.0),
            (2018, "b", np.nan),
            (2019, "a", 0.0),
            (2020, "a", 5.0),
        )
        found = shares(areas)
        assert found.loc[2017].tolist() == [0.25, 0.75]
        assert found.loc[[2018, 2019]].isna().all(axis=None)
        assert found.loc[2020].tolist() == [1.0, 0.0]

    def test_net_change(self):
        areas = table(
            "year type area",
            (2017, "a", 20.0),
            (2017, "b", 60.0),
            (2019, "a", 30.0),
            (2019, "b", 50.0),
            (2019, "c", 20.0),
        )
        found = net_change(areas, 2017, 2019)
        assert found.loc["a"].tolist() == [20, 30, 10, 50, 0.25, 0.3]
        assert found.loc["c", ["before", "change", "change_pct"]].isna().all()


class TestTotals:
    def test_agreement_within_tolerance(self):
        parts = table(
            "year area", (2017, 0.1), (2017, 0.2), (2018, 5.0), (2018, 5.2), (2019, np.nan)
        )
        found = compare_totals(
            parts, pd.Series({2017: 0.3, 2018: 10.0, 2019: 1.0, 2020: 2.0}), tolerance=0.1
        )
        assert found["agrees"].tolist()[:2] == [True, False]
        assert found["agrees"].isna().tolist() == [False, False, True, True]
        assert found.loc[2018, "difference"] == pytest.approx(0.2)

    def test_binary_noise_is_no_difference(self):
        parts = table("year area", (2017, 0.1), (2017, 0.2))
        assert compare_totals(parts, pd.Series({2017: 0.3}), tolerance=0).loc[2017, "agrees"]
