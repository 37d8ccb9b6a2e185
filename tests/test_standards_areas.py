"""Areas between years: land that changed its type, sites that must not shrink, shares."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecolib.standards.land import (
    CHECKED,
    UNMATCHED,
    Site,
    checked_sites,
    land_changes,
    land_transitions,
    shares,
)

LAND_USE = Path(__file__).parents[1].parent / "shared" / "data" / "real" / "land_use_2county.csv"
BOUNDED = settings(deadline=None, derandomize=True, max_examples=40)
KINDS = ["林地", "草地", "耕地", "建设用地"]
kinds = st.sampled_from(KINDS)
pair_rows = st.lists(st.tuples(kinds, kinds, st.integers(1, 500)), min_size=1, max_size=12)


def table(columns, *values):
    return pd.DataFrame(list(values), columns=columns.split())


def overlaid(*values):
    """Land cover of 2015 and 2019: (type before, type after, km2), each its own only subtype."""
    before = [(2015, kind, kind, 1.0, None, None) for kind in KINDS]
    after = [(2019, new, new, area, 2015, old) for old, new, area in values]
    columns = "year type subtype area_km2 earlier_year earlier_subtype"
    return table(columns, *before, *after)


def matrix(*values):
    found = land_transitions(overlaid(*values))
    return found.pivot(index="type_before", columns="type_after", values="area_km2")


def sites(*values, columns="year site area nature"):
    return table(columns, *values)


def check_sites(areas, before, after):
    """What is found about each site between two years, as a table."""
    known = [column for column in ("area", "nature") if column in areas]
    old, new = (
        {row["site"]: Site(*(row[c] for c in known)) for row in own.to_dict("records")}
        for own in (areas[areas["year"] == year] for year in (before, after))
    )
    found = pd.DataFrame.from_dict(checked_sites(old, new), orient="index", columns=[*CHECKED])
    return found.rename_axis("site")


class TestTransitions:
    def test_by_hand(self):
        found = matrix(
            ("林地", "林地", 50.0),
            ("林地", "建设用地", 5.0),
            ("耕地", "林地", 2.0),
            ("耕地", "耕地", 30.0),
            ("林地", "建设用地", 3.0),
        )
        assert found.loc["林地", "建设用地"] == 8
        # 林地: 58 before, 52 after
        assert found.loc["林地"].sum() == 58 and found["林地"].sum() == 52
        # Nothing was construction land before.
        assert "建设用地" not in found.index

    def test_a_hole_leaves_no_matrix(self):
        assert land_transitions(overlaid(("林地", "耕地", np.nan), ("林地", "林地", 1.0))).empty

    def test_zero_areas(self):
        assert matrix(("林地", "耕地", 0.0)).to_numpy().sum() == 0

    def test_an_earlier_subtype_nobody_knows_keeps_its_area(self):
        found = matrix(("林地", "耕地", 5.0), ("荒地", "耕地", 2.0))
        assert found.loc[UNMATCHED, "耕地"] == 2 and found["耕地"].sum() == 7

    @given(pair_rows, st.randoms(use_true_random=False))
    @BOUNDED
    def test_totals_hold_and_order_does_not_matter(self, rows, random):
        found = matrix(*rows)
        assert found.sum(axis=None) == sum(area for *_, area in rows)
        pd.testing.assert_frame_equal(matrix(*random.sample(rows, len(rows))), found)


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
        assert found["finding"].to_dict() == {
            "kept": "kept",
            "grown": "kept",
            "shrunk": "decreased",
            "renamed": "nature_changed",
            "gone": "not_reported",
            "new": "new",
        }
        assert found.index[found["decreased"]].tolist() == ["shrunk"]
        assert found.index[found["nature_changed"]].tolist() == ["renamed"]
        assert found.loc["shrunk", "change"] == -0.5

    def test_both_losses_are_kept(self):
        found = check_sites(sites((2017, "a", 2.0, "x"), (2019, "a", 1.0, "y")), 2017, 2019)
        row = found.loc["a"]
        assert row["finding"] == "decreased" and row["decreased"] and row["nature_changed"]

    def test_nature_not_stated_is_not_kept(self):
        found = check_sites(
            sites((2017, "a", 2.0), (2019, "a", 2.0), columns="year site area"), 2017, 2019
        )
        assert found["finding"].item() == "nature_unknown"

    def test_an_area_that_is_missing_cannot_be_checked(self):
        both = sites((2017, "a", 2.0, "x"), (2019, "a", 2.0, "x"))
        assert check_sites(both, 2017, 2019)["finding"].tolist() == ["kept"]
        hole = sites(
            (2017, "a", 2.0, "x"),
            (2019, "a", 2.0, "x"),
            (2017, "b", 1.0, "x"),
            (2019, "b", np.nan, "x"),
        )
        assert check_sites(hole, 2017, 2019)["finding"].tolist() == ["kept", "not_reported"]
        assert check_sites(both, 2001, 2002).empty

    @pytest.mark.parametrize(
        ("after", "finding"),
        [(0.1 + 0.2, "kept"), (0.3, "kept"), (0.29, "decreased"), (0.4, "kept")],
    )
    def test_binary_noise_is_no_decrease(self, after, finding):
        # 0.1 + 0.2 is a little more than 0.3 in binary fractions.
        rows = sites((2017, "a", 0.1 + 0.2, "x"), (2019, "a", after, "x"))
        assert check_sites(rows, 2017, 2019)["finding"].item() == finding

    @given(
        st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=8),
        st.randoms(use_true_random=False),
    )
    @BOUNDED
    def test_a_loss_is_exactly_a_site_smaller(self, areas, random):
        rows = [(2017, i, float(a), "x") for i, (a, _) in enumerate(areas)]
        rows += [(2019, i, float(b), "x") for i, (_, b) in enumerate(areas)]
        found = check_sites(sites(*random.sample(rows, len(rows))), 2017, 2019)
        smaller = {i: b < a for i, (a, b) in enumerate(areas)}
        assert found["decreased"].to_dict() == smaller
        assert (found["finding"] == "kept").to_dict() == {i: not s for i, s in smaller.items()}


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
        areas = table("year type area_km2", *((2017, t, a) for t, (a, _) in published.items()))
        found = 100 * shares(areas).loc[2017]
        for kind, (_, percent) in published.items():
            assert found[kind] == pytest.approx(percent, abs=0.005)

    def test_all_published(self):
        if not LAND_USE.exists():
            pytest.skip(f"{LAND_USE} is not there")
        rows = pd.read_csv(LAND_USE).rename(columns={"land": "type", "area": "area_km2"})
        assert len(rows) == 36
        for _, county in rows.groupby("region"):
            published = county.set_index(["year", "type"])["share_pct_published"]
            found = (100 * shares(county)).stack().reindex(published.index)
            # half the last printed digit
            assert (found - published).abs().max() <= 0.005

    def test_missing_and_zero(self):
        areas = table(
            "year type area_km2",
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

    def test_change_since_the_base_year(self):
        cover = table(
            "year type area_km2",
            (2017, "a", 20.0),
            (2017, "b", 60.0),
            (2019, "a", 30.0),
            (2019, "b", 50.0),
            (2019, "c", 20.0),
        )
        found = land_changes(cover, 2017).set_index("type")
        columns = ["since", "year", "before", "after", "change", "change_pct", "share"]
        assert found.loc["a", columns].tolist() == [2017, 2019, 20, 30, 10, 50, 0.3]
        assert found.loc["c", ["before", "change", "change_pct"]].isna().all()

    def test_a_type_that_is_not_in_a_survey_has_no_share_of_it(self):
        cover = table("year type area_km2", (2017, "a", 20.0), (2017, "b", 5.0), (2019, "a", 30.0))
        found = land_changes(cover, 2017).set_index("type")
        # "b" may be gone or was not submitted: no area, and so no share of 0 % either.
        assert found.loc["b", ["after", "share"]].isna().all() and found.loc["a", "share"] == 1.0

    @pytest.mark.parametrize(("base", "since"), [(2015, [2010, 2015]), (2014, [2010, 2010])])
    def test_against_the_base_year_or_the_first_survey(self, base, since):
        cover = table("year type area_km2", (2010, "a", 1.0), (2015, "a", 2.0), (2019, "a", 4.0))
        found = land_changes(cover, base)
        assert found["year"].tolist() == [2015, 2019] and found["since"].tolist() == since
