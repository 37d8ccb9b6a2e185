"""One figure an item and year: places, restatements, undated figures, printed decimals."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecolib.data.dictionary import Item
from ecolib.data.figures import combined, dated


def item(code: str, unit: str, across: str) -> Item:
    return Item(
        item=code, zh="项", en="Item", unit=unit, owner="ecology", across=across,
        definition_zh="义", definition_en="meaning",
    )  # fmt: skip


ITEMS = {
    "waste": item("waste", "t", "sum"),
    "rate": item("rate", "%", "mean"),
    "share": item("share", "%", "min"),
    "load": item("load", "%", "max"),
    "days": item("days", "d", ""),
}


def rows(*given: dict) -> list[dict]:
    """Rows of the items table; the value is what is printed unless stated."""
    filled = []
    for number, row in enumerate(given, start=2):
        whole = {
            "item": "waste", "year": 2019, "unit": "t", "place": None, "printed": "5",
            "submitted": 2019, "file": "f.csv", "sheet": "", "row": number,
            "cell": f"C{number}", **row,
        }  # fmt: skip
        filled.append({"value": whole.get("value", 0) or float(whole["printed"])} | whole)
    return filled


def combine(rows: list[dict]) -> tuple[list[dict], tuple]:
    """Every figure that comes of these rows, and the remarks."""
    figures, issues = combined(dated(rows, ITEMS), ITEMS)
    return [row for found in figures.values() for row in found.rows], issues


def one(*given: dict) -> tuple[dict, tuple]:
    """The only figure that comes of these rows, and the remarks."""
    (figure,), issues = combine(rows(*given))
    return figure, issues


class TestPlaces:
    TOWNS = [("甲镇", "3"), ("乙镇", "5"), ("丙镇", "10")]

    @pytest.mark.parametrize(
        ("code", "unit", "value"),
        [
            ("waste", "t", 18),  # 3 + 5 + 10
            ("rate", "%", 6),  # 18 / 3
            ("share", "%", 3),
            ("load", "%", 10),
        ],
    )
    def test_combined_as_the_dictionary_says(self, code, unit, value):
        figure, (issue,) = one(
            *({"item": code, "unit": unit, "place": p, "printed": v} for p, v in self.TOWNS)
        )
        assert figure["value"] == value
        assert (issue.rule, issue.severity, issue.args["shown"]) == (
            "places",
            "note",
            ("甲镇", "乙镇", "丙镇"),
        )

    def test_what_cannot_be_combined_gives_no_figure_and_says_so(self):
        figures, (issue,) = combine(
            rows(*({"item": "days", "unit": "d", "place": p, "printed": v} for p, v in self.TOWNS))
        )
        assert figures == []
        assert (issue.rule, issue.severity) == ("places", "error")

    def test_a_figure_for_the_whole_county_goes_before_its_parts(self):
        figure, issues = one(
            *({"place": p, "printed": v} for p, v in self.TOWNS), {"printed": "20"}
        )
        assert figure["value"] == 20
        assert issues == ()

    @pytest.mark.parametrize(("town", "codes"), [("4", []), ("6.1", []), ("9", ["places.exceed"])])
    def test_parts_of_more_than_the_whole_contradict_it(self, town, codes):
        # 4 + 4 of 10 may be some of the towns; 4 + 6.1 is 10 as rounded; 4 + 9 is more than 10 ± 0.5.
        figure, issues = one({"printed": "10"}, {"place": "甲镇", "printed": "4"},
                             {"place": "乙镇", "printed": town})  # fmt: skip
        assert (figure["value"], [i.code for i in issues]) == (10, codes)

    @pytest.mark.parametrize(
        ("called", "total", "codes"),
        # 7.3 + 8.2 = 15.5, and 15.6 within three halves of a last digit; a county has other towns.
        [("合计", "15.6", []), ("合计", "80.0", ["places.total_differs"]), ("全县", "80.0", []),
         ("全县合计", "12.0", ["places.total_differs", "places.exceed"]),
         ("合计", "约80", ["number.approximate"])],
    )  # fmt: skip
    def test_a_total_is_the_sum_of_the_places_beside_it(self, tiny, called, total, codes):
        rows = [(p, v) for p, v in (("甲镇", "7.3"), ("乙镇", "8.2"), (called, total))]
        case = tiny(2019, items=[("hw_generated", 2019, v, "t", p) for p, v in rows])
        assert [n.code for n in case.issues() if n.severity == "error"] == codes
        if total != "约80":
            assert case.series("hw_generated").at(2019) == float(total)

    @pytest.mark.parametrize(
        ("item", "value", "unit", "kept"),
        # 35‰ are 3.5%; 0.2 × 10⁸ t; 1.5 × 10⁴ ha are 150 km²; an index has no unit.
        [("urban_sewage_rate", "35", "‰", 3.5), ("hw_generated", "0.2", "亿吨", 2e7),
         ("forest_area", "1.5", "万公顷", 150), ("ei_land_stress", "12", "", 12)],
    )  # fmt: skip
    def test_units_of_yearbooks_and_none_of_an_index(self, tiny, item, value, unit, kept):
        case = tiny(2019, items=[(item, 2019, value, unit)])
        assert case.series(item).at(2019) == pytest.approx(kept)

    def test_the_rounding_of_a_sum_adds_up(self):
        # Half a unit of the last digit each: 0.05 + 0.05 + 0.5 = 0.6
        figure, _ = one(
            {"place": "甲镇", "printed": "3.0"},
            {"place": "乙镇", "printed": "5.0"},
            {"place": "丙镇", "printed": "10"},
        )
        assert figure["rounding"] == pytest.approx(0.6)


class TestRestatements:
    def test_the_later_folder_counts_and_both_are_told(self):
        figure, (issue,) = one(
            {"printed": "6", "submitted": 2020, "file": "2020/f.csv"},
            {"printed": "5", "submitted": 2019, "file": "2019/f.csv"},
        )
        assert figure["value"] == 6
        assert (issue.rule, issue.severity, issue.args["shown"]) == ("restated", "warning", "5 → 6")
        assert (issue.source.file, issue.source.cell) == ("2020/f.csv", "C2")

    @pytest.mark.parametrize(
        ("other", "severity"),
        [("6", "error"), ("5.1", "error"), ("4.9", "error"), ("5.04", "warning")],
    )
    def test_two_files_of_one_year_settle_nothing_unless_they_agree(self, other, severity):
        # 5.0 lies between 4.95 and 5.05, and so does 5.04; 5.05 is printed as 5.0 or as 5.1.
        first = {"printed": "5.0", "file": "2019/a.csv"}
        _, (issue,) = one(first, {"printed": other, "file": "2019/b.csv"})
        assert (issue.rule, issue.severity) == ("restated", severity)

    @pytest.mark.parametrize("files", ["ab", "ba"])
    def test_of_two_files_that_agree_the_finer_figure_counts(self, files):
        pair = zip(("89.6", "90"), files, strict=True)
        figure, _ = one(*({"printed": p, "file": f"2019/{f}.csv"} for p, f in pair))
        assert figure["value"] == 89.6

    def test_the_same_figure_again_is_no_remark(self):
        assert one({"printed": "5"}, {"printed": "5.0", "submitted": 2020})[1] == ()

    def test_the_same_amount_in_another_unit_is_no_remark(self):
        # 1.1 * 10^4 t is 11000.000000000002 t in binary.
        same = {"printed": "1.1", "unit": "10k t", "value": 1.1 * 10000, "submitted": 2020}
        assert one({"printed": "11000"}, same)[1] == ()

    def test_each_place_is_restated_by_itself(self):
        figure, issues = one(
            {"place": "甲镇", "printed": "3"},
            {"place": "乙镇", "printed": "5"},
            {"place": "甲镇", "printed": "4", "submitted": 2020},
        )
        assert figure["value"] == 9  # 4 + 5
        assert [i.rule for i in issues] == ["restated", "places"]


class TestUndated:
    def test_a_figure_without_a_year_is_taken_for_its_folder_and_marked(self):
        figure, _ = one({"year": None, "submitted": 2018})
        assert (figure["year"], figure["undated"]) == (2018, True)

    @pytest.mark.parametrize("undated_first", [True, False])
    def test_it_never_displaces_one_that_bears_the_year(self, undated_first):
        pair = [{"year": None, "printed": "80"}, {"printed": "91"}]
        figure, (issue,) = one(*(pair if undated_first else pair[::-1]))
        assert (figure["value"], figure["undated"]) == (91, False)
        assert issue.args["shown"] == "80 → 91"

    def test_nor_does_one_of_a_later_folder(self):
        figures, issues = combine(
            rows({"printed": "91"}, {"year": None, "printed": "80", "submitted": 2020})
        )
        assert {f["year"]: f["value"] for f in figures} == {2019: 91, 2020: 80}
        assert issues == ()


class TestPrintedDecimals:
    @pytest.mark.parametrize(
        ("printed", "unit", "half"),
        [
            ("93", "t", 0.5),
            ("93.5", "t", 0.05),
            ("93.50", "t", 0.005),  # a printed zero is a known digit
            ("67.517", "t", 0.0005),
            ("1,234.5", "t", 0.05),
            ("67.5", "10k t", 500),  # half of 0.1 * 10^4 t
            ("６７．５１７", "t", 0.0005),
            (" 93.5 ", "t", 0.05),
            ("6.5e3", "t", 50),  # half of 0.1 * 10^3
        ],
    )
    def test_half_a_unit_of_the_last_digit(self, printed, unit, half):
        figure, _ = one({"printed": printed, "unit": unit, "value": 1.0})
        assert figure["rounding"] == pytest.approx(half)

    @given(st.decimals(0, 10**6, places=3))
    @settings(deadline=None, derandomize=True, max_examples=40)
    def test_what_prints_alike_lies_within_it(self, exact):
        printed = f"{exact:.1f}"
        figure, _ = one({"printed": printed})
        assert abs(float(exact) - figure["value"]) <= figure["rounding"] * (1 + 1e-9)


class TestSeries:
    def test_of_one_item_by_year(self):
        given = rows(
            {"year": 2019, "printed": "5"},
            {"year": 2018, "printed": "4"},
            {"item": "rate", "unit": "%", "printed": "99"},
        )
        figures, _ = combined(dated(given, ITEMS), ITEMS)
        waste = figures["waste"]
        assert (waste.years.tolist(), waste.value.tolist()) == ([2018, 2019], [4, 5])
        assert (waste.rounding.tolist(), waste.undated.tolist()) == ([0.5, 0.5], [False, False])
        assert [row["cell"] for row in waste.rows] == ["C3", "C2"]
        assert "load" not in figures

    def test_nobody_changes_a_figure_for_others(self):
        figures, _ = combined(dated(rows({}), ITEMS), ITEMS)
        with pytest.raises(ValueError, match="read-only"):
            figures["waste"].value[0] = 6

    def test_a_cell_without_a_value_gives_no_figure(self):
        assert combine(rows({"value": None})) == ([], ())
