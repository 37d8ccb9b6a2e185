"""Single-factor classes: limits, bands, results below detection, order of rows."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from water import item_classes, section_classes, section_means

from ecolib.errors import DataError, StandardError
from ecolib.standards import standard
from ecolib.standards.water.classes import classify
from ecolib.standards.water.readings import parse_values
from ecolib.standards.water.results import objection, read_result

CHECK = settings(deadline=None, derandomize=True, max_examples=25)
DAY = "2019-06-05"
TABLES = {
    "surface_water": standard("surface_water", on=DAY),
    "groundwater": standard("groundwater", on=DAY).assign(body="river"),
    "groundwater_1993": standard("groundwater", on="2016-06-05").assign(body="river"),
}

# GB 3838-2002 table 1, typed here a second time: the limits that decide most sections.
HAND = {
    ("do", "river"): [7.5, 6, 5, 3, 2],
    ("cod_mn", "river"): [2, 4, 6, 10, 15],
    ("cod", "river"): [15, 15, 20, 30, 40],
    ("bod5", "lake"): [3, 3, 4, 6, 10],
    ("nh3n", "river"): [0.15, 0.5, 1, 1.5, 2],
    ("tp", "river"): [0.02, 0.1, 0.2, 0.3, 0.4],
    ("tp", "lake"): [0.01, 0.025, 0.05, 0.1, 0.2],
    ("tn", "lake"): [0.2, 0.5, 1, 1.5, 2],
}


def results(*rows, place="section", date=DAY, body="river"):
    """Long samples from (item, value) or (place, date, item, value)."""
    full = [row if len(row) == 4 else ("A", date, *row) for row in rows]
    return pd.DataFrame(full, columns=[place, "date", "item", "value"]).assign(body=body)


def class_of(item, value, *, body="river", name="surface_water"):
    date = "2016-06-05" if name == "groundwater_1993" else DAY
    table = item_classes(results((item, value), body=body, date=date), name.split("_1")[0])
    return table["class"].iloc[0]


def oracle(own, value):
    """The best class whose range holds the value, row by row; 6 when none does."""
    for number, low, high in sorted(own[["class", "low", "high"]].itertuples(index=False)):
        if not value < low and not value > high:  # an open end is NaN: never missed
            return number
    return 6


class TestLimits:
    @pytest.mark.parametrize(("item", "body"), HAND)
    def test_the_table_holds_the_printed_limits(self, item, body):
        table = TABLES["surface_water"]
        own = table[(table["item"] == item) & (table["body"] == body)].sort_values("class")
        assert own["low" if item == "do" else "high"].tolist() == HAND[item, body]

    @pytest.mark.parametrize("name", TABLES)
    def test_just_below_at_and_just_above_every_limit(self, name):
        rows, expected = [], []
        for (item, body), own in TABLES[name].groupby(["item", "body"]):
            edges = np.unique(own[["low", "high"]].to_numpy())
            for edge in edges[~np.isnan(edges)]:
                for value in (edge * (1 - 1e-6), edge, edge * (1 + 1e-6)):
                    rows.append((f"{len(rows):04} {item} {value!r}", body, item, value))
                    expected.append(oracle(own, value))
        data = pd.DataFrame(rows, columns=["section", "body", "item", "value"])
        data["date"] = "2016-06-05" if name == "groundwater_1993" else DAY
        got = item_classes(data, name.split("_1")[0]).set_index("section")["class"]
        assert len(expected) > 200
        assert got.reindex(data["section"]).tolist() == expected

    @pytest.mark.parametrize(
        ("item", "body", "value", "expected"),
        [
            ("do", "river", 7.5, 1), ("do", "river", 7.49, 2), ("do", "river", 2.0, 5),
            ("do", "river", 1.99, 6), ("ph", "river", 6.0, 1), ("ph", "river", 5.99, 6),
            ("ph", "river", 9.0, 1), ("ph", "river", 9.01, 6),
            ("cod", "river", 15, 1),  # class I and II share 15: the better one
            ("cod", "river", 15.1, 3), ("hg", "river", 0.00005, 1), ("zn", "lake", 1.5, 4),
            ("tp", "river", 0.05, 2), ("tp", "lake", 0.05, 3), ("tp", "lake", 0.201, 6),
            ("tn", "lake", 2.01, 6),
        ],
    )  # fmt: skip
    def test_surface_water_by_hand(self, item, body, value, expected):
        assert class_of(item, value, body=body) == expected

    @pytest.mark.parametrize(
        ("item", "value", "expected"),
        [
            ("ph", 6.5, 1), ("ph", 6.49, 4), ("ph", 5.5, 4), ("ph", 5.49, 5), ("ph", 8.51, 4),
            ("ph", 9.0, 4), ("ph", 9.01, 5), ("hardness", 650, 4), ("hardness", 650.1, 5),
            ("odour", "无", 1), ("odour", "有", 5), ("las", "0.05L", 1), ("las", 0.05, 2),
            ("alpha", 0.5, 3), ("alpha", 0.51, 4),  # IV and V are both "> 0.5": the better one
            ("chloroform", 60, 3), ("chloroform", 60.1, 4),
        ],
    )  # fmt: skip
    def test_groundwater_by_hand(self, item, value, expected):
        assert class_of(item, value, name="groundwater") == expected

    def test_bands_touch_and_are_nested(self):
        for table in TABLES.values():
            for _, own in table.groupby(["item", "body"]):
                own = own.sort_values("class")
                assert own["class"].tolist() == [1, 2, 3, 4, 5]
                assert own["high"].fillna(np.inf).is_monotonic_increasing
                assert (-own["low"].fillna(-np.inf)).is_monotonic_increasing

    def test_total_nitrogen_never_judges_a_river_and_never_decides(self):
        river = classify(results(("tn", 9), ("do", 8)), "surface_water").iloc[0]
        lake = classify(results(("tn", 9), ("do", 8), body="lake"), "surface_water").iloc[0]
        assert (river["class"], river["not_judged"]) == (1, "tn")
        assert (lake["class"], lake["not_judged"]) == (1, "")

    def test_coliforms_are_classed_but_do_not_decide(self):
        items = item_classes(results(("coliform", 50000), ("do", 8)), "surface_water")
        assert items.set_index("item").loc["coliform", "class"] == 6
        assert classify(results(("coliform", 50000), ("do", 8)), "surface_water")["class"][0] == 1

    def test_21_items_are_evaluated(self):
        items = standard("surface_water_items", on=DAY)
        assert (items["evaluated"] == "yes").sum() == 21
        assert len(standard("groundwater_items", on=DAY)) == 39


class TestSample:
    def test_the_worst_item_decides_with_multiples_over_class_three(self):
        # (2.3-1)/1 = 1.3, (0.32-0.2)/0.2 = 0.6, (24-20)/20 = 0.2; DO 4.5 is IV without a multiple
        data = results(("nh3n", 2.3), ("tp", 0.32), ("cod", 24), ("do", 4.5), ("ph", 7))
        row = classify(data, "surface_water").iloc[0]
        assert (row["class"], row["deciding"]) == (6, "nh3n")
        over = item_classes(data, "surface_water").set_index("item")["exceedance"].round(9)
        assert over.dropna().to_dict() == {"cod": 0.2, "nh3n": 1.3, "tp": 0.6}
        assert row["items"] == 5

    def test_a_sample_is_judged_by_the_edition_of_its_day(self):
        # ammonia 0.3 mg/L: IV in 1993 (0.2 to 0.5), III in 2017 (0.10 to 0.50)
        rows = [("W", "2018-04-30", "nh3n", 0.3), ("W", "2018-05-01", "nh3n", 0.3)]
        table = classify(results(*rows, place="well"), "groundwater")
        assert table["class"].tolist() == [4, 3]

    def test_before_the_first_edition_there_is_no_class(self):
        with pytest.raises(StandardError, match="2002-06-01"):
            classify(results(("do", 8), date="2001-01-01"), "surface_water")

    @pytest.mark.parametrize("on", ["2012年1月1日", "1/2/2012", "today", "2012", None, pd.NaT])
    def test_what_is_no_day_is_told(self, on):
        with pytest.raises(StandardError, match="2020-05-31"):
            standard("trophic", on=on)

    def test_a_river_that_is_a_lake_elsewhere_is_named(self):
        data = pd.concat([results(("cod_mn", 3)), results(("do", 3), body="lake")])
        with pytest.raises(DataError, match="samples.A"):
            classify(data, "surface_water")
        with pytest.raises(StandardError, match="groundwater"):
            classify(results(("do", 3)), "ground_water")

    def test_nothing_to_judge_is_stated(self):
        row = classify(results(("do", "坏"), ("tp", "--"), ("ec", 300)), "surface_water").iloc[0]
        assert pd.isna(row["class"]) and row["items"] == 0
        assert (row["unreadable"], row["not_judged"]) == ("do", "ec, tp")

    def test_negative_concentrations_are_no_results(self):
        row = classify(results(("do", 8), ("tp", -0.02)), "surface_water").iloc[0]
        assert (row["class"], row["unreadable"]) == (1, "tp")


class TestBelowDetection:
    @pytest.mark.parametrize(
        "text",
        ["<0.01", "＜0.01", "< 0.01", "0.01L", "0.01 L", "0.01（L）", "<0.01L", "0.01l", "0.01L（未检出）",
         "未检出，检出限0.01", "未检出（检出限：0.01）"],
    )  # fmt: skip
    def test_every_way_of_writing_it(self, text):
        row = parse_values(pd.Series([text]), pd.Series(["hg"]), "surface_water").iloc[0]
        assert row["below"] and row["detection_limit"] == 0.01 and np.isnan(row["value"])

    @pytest.mark.parametrize(
        "text", ["<2MPN/100mL", "2L 个/100mL", "未检出(2) 1/100mL", "2CFU/100mL"]
    )
    def test_units_with_numbers_in_them(self, text):
        assert objection(text, "total_coliform") is None
        assert 2 in (read_result(text).value, read_result(text).limit)

    @pytest.mark.parametrize("text", ["<LOD", "＜DL", "不检出", "检出限以下"])
    def test_without_its_limit(self, text):
        assert read_result(text).below and objection(text, "hg") is None

    def test_a_letter_typed_for_a_one_is_no_limit(self):
        assert read_result("l.2").unreadable and read_result("L0.2").limit == 0.2

    def test_words_numbers_and_blanks(self):
        written = pd.Series(["ND", "未检出", "无", "有", "", None, "-", "1e-3", 2, "x"])
        read = parse_values(written, pd.Series(["hg"] * 10), "surface_water")
        assert read["below"].tolist() == [True] * 2 + [False] * 8
        assert read["empty"].tolist() == [False] * 4 + [True] * 3 + [False] * 3
        assert read["unreadable"].tolist() == [False] * 9 + [True]
        assert read["value"].tolist()[2:4] == [0, 1]
        assert read["value"].tolist()[7:9] == [0.001, 2]

    def test_half_the_detection_limit_is_judged(self):
        table = item_classes(results(("phenol", "0.04L")), "surface_water")
        assert table["value"].iloc[0] == 0.02

    def test_a_detection_limit_too_high_to_tell_the_class_is_shown(self):
        # mercury 0.0002L: half of it is 0.0001, class III; at the limit it would be class IV
        row = classify(results(("hg", "0.0002L"), ("do", 8)), "surface_water").iloc[0]
        assert (row["class"], row["coarse"], row["below"]) == (3, "hg", "hg")
        fine = classify(results(("hg", "0.00004L")), "surface_water").iloc[0]
        assert (fine["class"], fine["coarse"]) == (1, "")

    def test_not_detected_without_a_limit_is_left_out_and_listed(self):
        data = results(("hg", "ND"), ("do", 6.5))
        row = classify(data, "surface_water").iloc[0]
        assert (row["class"], row["unreadable"], row["items"]) == (2, "hg", 1)

    def test_presence_words_are_results_of_two_items_only(self):
        row = classify(results(("nh3n", "无"), ("odour", "无"), place="well"), "groundwater").iloc[
            0
        ]
        assert (row["unreadable"], row["items"]) == ("nh3n", 1)


class TestPeriods:
    def test_a_year_is_the_mean_of_its_monthly_means(self):
        # January 1 and 3 -> 2; the seven other months 1: (2 + 7) / 8 = 1.125, not 10/9
        rows = [("A", "2019-01-05", "nh3n", 1), ("A", "2019-01-20", "nh3n", 3)]
        rows += [("A", f"2019-{m:02}-05", "nh3n", 1) for m in range(2, 9)]
        means = section_means(results(*rows), "surface_water").iloc[0]
        assert means["value"] == pytest.approx(1.125) and means["months"] == 8
        assert means["samples"] == 9

    def test_seven_months_are_too_few_and_say_so(self):
        rows = [("A", f"2019-{m:02}-05", "nh3n", 1) for m in range(1, 8)]
        row = section_classes(results(*rows), "surface_water").iloc[0]
        assert pd.isna(row["class"]) and not row["evaluable"]
        (reason,) = row["reasons"]
        assert reason.text("en") == "only 7 months have data and at least 8 are needed"
        assert reason.text("zh") == "仅7个月有监测数据，至少需8个月"

    def test_a_month_needs_one_sampling(self):
        rows = [("A", d, "nh3n", 1) for d in ("2019-01-05", "2019-02-05", "2019-04-05")]
        months = section_classes(results(*rows), "surface_water", by="month")
        assert months["period"].tolist() == ["2019-01", "2019-02", "2019-04"]
        assert months["evaluable"].all()

    def test_the_mean_of_equal_values_keeps_their_class(self):
        # 0.1 + 0.1 + ... is not exact in binary: the mean may lie a bit above the limit 0.1
        rows = [("A", f"2019-{m:02}-05", "tp", 0.1) for m in range(1, 13)]
        assert section_classes(results(*rows), "surface_water")["class"].iloc[0] == 2

    def test_half_the_detection_limit_enters_the_mean(self):
        rows = [("A", f"2019-{m:02}-05", "nh3n", "<0.2" if m < 7 else 0.3) for m in range(1, 13)]
        means = section_means(results(*rows), "surface_water").iloc[0]
        assert means["value"] == pytest.approx(0.2)  # (6 * 0.1 + 6 * 0.3) / 12
        assert means["n_below"] == 6 and not means["below"]
        assert section_classes(results(*rows), "surface_water")["below"].iloc[0] == "nh3n"

    def test_points_of_a_lake_are_averaged_over_time_first(self):
        # point A has 1 in two samples of a month, point B has 4: (1 + 4) / 2, not (1 + 1 + 4) / 3
        rows = [("A", "2019-01-05", "cod_mn", 1), ("A", "2019-01-15", "cod_mn", 1)]
        rows.append(("B", "2019-01-05", "cod_mn", 4))
        data = results(*rows, body="lake").assign(lake="L")
        means = section_means(data, "surface_water", by="month")
        assert means["section"].tolist() == ["L"] and means["value"].tolist() == [2.5]

    def test_the_year_of_a_well_is_its_mean(self):
        rows = [("W", "2019-05-05", "nh3n", 0.05), ("W", "2019-09-05", "nh3n", 0.6)]
        data = results(*rows, place="well")
        assert section_classes(data, "groundwater")["class"].tolist() == [3]  # mean 0.325


def class_pairs(name, pairs):
    """Classes of many (item, body, first, second): two columns, one row each."""
    columns = ["item", "body", "0", "1"]
    wide = pd.DataFrame(pairs, columns=columns).assign(date=DAY)
    wide["section"] = wide["item"] + " " + wide["body"]
    data = wide.melt(["section", "date", "item", "body"], ["0", "1"], "which")
    data["section"] += "|" + data["which"]
    got = item_classes(data, name)
    parts = got["section"].str.split("|", expand=True)
    return got.assign(place=parts[0], which=parts[1]).pivot(
        index="place", columns="which", values="class"
    )


class TestAlways:
    @CHECK
    @given(st.floats(0, 1.2), st.floats(0, 1.2), st.sampled_from(["surface_water", "groundwater"]))
    def test_worse_is_never_better_for_any_item(self, first, second, name):
        low, high = sorted((first, second))
        pairs = []
        for (item, body), own in TABLES[name].groupby(["item", "body"]):
            if item == "ph":  # away from neutral: down for rivers and wells, up for lakes
                side = 6 if body == "lake" else -6
                pairs.append((item, body, 7.5 + side * low, 7.5 + side * high))
            elif item == "do":
                pairs.append((item, body, 9 * high, 9 * low))
            else:
                top = 1.5 * own["high"].max()
                pairs.append((item, body, low * top, high * top))
        classes = class_pairs(name, pairs)
        assert (classes["0"] <= classes["1"]).all()

    @CHECK
    @given(st.lists(st.floats(0, 3), min_size=8, max_size=12), st.integers(0, 7), st.floats(0, 5))
    def test_a_worse_month_never_betters_the_year(self, values, month, more):
        rows = [("old", f"2019-{m:02}-05", "nh3n", v) for m, v in enumerate(values, 1)]
        rows += [
            ("worse", f"2019-{m:02}-05", "nh3n", v + more * (m == month + 1))
            for m, v in enumerate(values, 1)
        ]
        years = section_classes(results(*rows), "surface_water").set_index("section")["class"]
        assert years["worse"] >= years["old"]

    @settings(deadline=None, derandomize=True, max_examples=6)
    @given(st.randoms(use_true_random=False))
    def test_the_order_of_rows_does_not_matter(self, random):
        rows = [
            (place, f"2019-{m:02}-05", item, value * (1 + m / 7))
            for place in "AB"
            for m in range(1, 10)
            for item, value in (("do", 5.1), ("tp", 0.11), ("nh3n", 0.41))
        ]
        rows += [("A", "2019-03-05", "hg", "0.00004L"), ("A", "2019-03-05", "tp", 0.3)]
        data = results(*rows)
        mixed = data.sample(frac=1, random_state=random.randrange(2**31))
        for judge in (classify, section_classes):
            pd.testing.assert_frame_equal(
                judge(data, "surface_water"), judge(mixed, "surface_water")
            )
