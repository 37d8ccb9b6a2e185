"""Whatever cannot be understood only lowers a verdict: for every cell of a county, and by example."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import permutations

import pytest
from counties import LIANSHAN, ROOT, opened
from hypothesis import given, settings
from hypothesis import strategies as st

from ecolib.assess import lineage
from ecolib.assess.case import Case
from ecolib.assess.opening import open_case
from ecolib.assess.result import Result
from ecolib.data import dictionary
from ecolib.data.dictionary import relations
from ecolib.data.sheet import ColumnRows, Sheet, is_blank, listed
from ecolib.errors import StandardError
from ecolib.standards import standard
from ecolib.standards.derived import derivation_of
from ecolib.standards.estimates import age_group

#: No table takes this for anything: not a number, a name, a date, an answer.
GARBAGE = "？约〇〇"
YEAR = 2020
RAW_AND_FIGURES = (
    "items", "documents", "areas", "survey_answers", "survey_population", "water_samples",
    "water_sections", "groundwater_samples", "groundwater_points", "drinking_source_samples",
    "drinking_sources", "air_daily", "air_hourly", "land_cover", "ei_yearly", "ei_events",
)  # fmt: skip


@cache
def sheets() -> dict[str, list[tuple]]:
    """By table, the files and sheets of the demo county that hold it."""
    case = opened("demo", YEAR)
    found: dict[str, list[tuple]] = {}
    for _, path in case.raw_files:
        for number, (sheet, table) in enumerate(case.data.file(path).sheets):
            if table in RAW_AND_FIGURES:
                found.setdefault(table, []).append((path, number, sheet))
    return found


def leaves(case: Case) -> dict[str, Result]:
    return {p.indicator: p for r in case.evaluate_all() for p in r.owner_parts}


@cache
def before() -> dict[str, Result]:
    return leaves(opened("demo", YEAR))


def with_garbage(path, number: int, row: int, column: int) -> Case:
    """The demo county with one cell that nobody can read; nothing else is read again."""
    case = opened("demo", YEAR)
    county = type(case.data)("demo", ROOT, case.data.names)
    county.__dict__["entries"] = {}  # the corrections of the demo are of other cells
    old = case.data.file(path)
    pairs = list(old.sheets)
    sheet, table = pairs[number]
    pairs[number] = replace(sheet, rows=_changed(sheet, row, column)), table
    county._files = {**case.data._files, path: replace(old, sheets=tuple(pairs))}
    county._parts = {key: parts for key, parts in case.data._parts.items() if key[1] != path}
    return replace(case, data=county, kept={})


def _changed(sheet: Sheet, row: int, column: int):
    if isinstance(sheet.rows, ColumnRows):  # a column that holds anything but numbers is a list
        columns, first = list(sheet.rows.columns), sheet.rows.numbers.start
        columns[column] = listed(columns[column])
        columns[column][row] = GARBAGE
        return ColumnRows(columns, first)
    rows = list(sheet.rows)
    at, cells = rows[row]
    rows[row] = at, (*cells[:column], GARBAGE, *cells[column + 1 :])
    return tuple(rows)


@st.composite
def cells(draw, tables=RAW_AND_FIGURES):
    """A filled cell of the demo county; of a year that the verdicts look at more often."""
    table = draw(st.sampled_from([t for t in tables if t in sheets()]))
    near = [s for s in sheets()[table] if str(YEAR) in str(s[0])] or sheets()[table]
    path, number, sheet = draw(st.sampled_from(near))
    row = draw(st.integers(0, len(sheet.rows) - 1))
    filled = [i for i, cell in enumerate(sheet.rows[row][1]) if not is_blank(cell)]
    column = draw(st.sampled_from(filled))
    return table, path, number, row, column


def held(cell) -> None:
    """What must hold whatever cell it is."""
    table, path, number, row, column = cell
    case = with_garbage(path, number, row, column)
    sheet = case.data.file(path).sheets[number][0]
    where, heading = sheet.cell(sheet.rows[row][0], column), sheet.header[column]
    of_table = dictionary.table(table).column(heading)
    after, resting = leaves(case), rests_on(table, sheet, row, of_table)
    for name, result in after.items():
        was, now = before()[name].verdict.status, result.verdict.status
        assert now != "met" or was == "met", (name, table, heading, where, was)
        if name in resting:
            assert now != "met", (name, table, heading, where)
        # A figure under an unknown name may be one of several that are missing.
        elif table == "items" and of_table.name != "item" and name not in touched(sheet, row):
            assert now == was, (name, table, heading, where, was, now)
    if of_table is None or of_table.type == "text" and not of_table.allowed:
        return  # any text is a note, a position or a name
    told = [n for n in case.issues() if (n.source.file, n.source.cell) == (sheet.file, where)]
    assert told, (table, heading, where)


def said_in(table: str, sheet: Sheet, row: int) -> dict[str, str]:
    """What a row says, by the names of the columns; an item and a survey by their codes."""
    own = dictionary.table(table)
    columns = [own.exactly(text) or own.column(text) for text in sheet.header]
    cells = zip(columns, sheet.rows[row][1], strict=False)
    said = {column.name: str(cell) for column, cell in cells if column is not None}
    if table == "items":
        codes = opened("demo", YEAR).data.names.of("item")[1]
        said["item"] = codes.get(said["item"], said["item"])
    return said


def rests_on(table: str, sheet: Sheet, row: int, column) -> set[str]:
    """Indicators that cannot do without a cell, read off their declarations."""
    said = said_in(table, sheet, row)
    if said.get("year") != str(YEAR):
        return set()
    if table == "items" and column.name in ("item", "year", "value", "unit"):
        entries = map(LIANSHAN.find, before())
        return {
            e.id for e in entries if said["item"] in e.needs and derivation_of(said["item"]) is None
        }
    if table == "ei_yearly" and column.type == "number":
        return {"eco_index_ei"}
    if table == "survey_answers" and column.name == "answer":
        return {f"public_{said['survey']}"}
    return set()


def touched(sheet: Sheet, row: int) -> set[str]:
    """Indicators that look at an item at all, themselves or through what it is held against."""
    item = said_in("items", sheet, row)["item"]
    near = {item}
    for relation in relations().at_most:
        near |= (
            {*relation.parts, *relation.whole}
            if item in (*relation.parts, *relation.whole)
            else set()
        )
    return {
        e.id for e in map(LIANSHAN.find, before()) if near & {*lineage.items_of(e), e.void_when}
    }


@settings(deadline=None, max_examples=8, derandomize=True)
@given(cells())
def test_one_unreadable_cell_never_helps(cell):
    held(cell)


@pytest.mark.slow
@settings(deadline=None, max_examples=250, derandomize=True)
@given(cells())
def test_no_unreadable_cell_ever_helps(cell):
    held(cell)


# --- by example -----------------------------------------------------------------------------------

SOURCE = [(2019, "甲水源", "river", "town", "名录")]
CLEAN = [("ph", "7.4"), ("do", "7.0"), ("cod_mn", "1.5"), ("nh3n", "0.2"), ("as", "0.004")]


def samples(**changed) -> list[tuple]:
    """Four quarterly samples of one source, with some results written otherwise."""
    return [
        ("甲水源", f"2019-{month:02}-05", item, changed.get(item, value))
        for month in (2, 5, 8, 11)
        for item, value in CLEAN
    ]


class TestLaboratory:
    @pytest.mark.parametrize(
        ("arsenic", "status"),
        [
            ("0.004", "met"),
            ("0.5", "not_met"),  # ten times the limit of class III, 0.05 mg/L
            ("0.5mg/L", "not_met"),
            ("500 μg/L", "not_met"),
            ("4ug/L", "met"),
            ("＞0.1", "not_met"),
            ("＞0.01", "not_evaluable"),
            ("约0.5", "not_evaluable"),
            ("0.5(H)", "not_evaluable"),
            ("7.5～8.1", "not_evaluable"),
            ("-1", "not_evaluable"),
            ("0.5 kg", "not_evaluable"),
            ("0.5毫克/升", "not_met"),
            ("0.00①", "not_evaluable"),  # the number of a note is no digit
            ("0.0²", "not_evaluable"),
            ("未检出（检出限0.004）", "met"),
            ("未检出(4) μg/L", "met"),
            ("4微克／升", "met"),
            ("0.5（mg/L）", "not_met"),
            ("9999", "not_evaluable"),  # no result, but how an instrument says that it has none
            ("L0.004", "met"),
            ("<0.004 mg/L", "met"),
            ("＞0.1mg/L", "not_met"),
            ("0.2L", "not_evaluable"),  # nothing found, with a method that could not see the limit
        ],
    )
    def test_a_result_nobody_can_read_is_never_good(self, tiny, arsenic, status):
        case = tiny(
            2019, drinking_sources=SOURCE, drinking_source_samples=samples(**{"as": arsenic})
        )
        assert case.evaluate("25").verdict.status == status

    @pytest.mark.parametrize(
        ("written", "code"),
        [("0,06", "number.comma"), ("0.04~0.06", "result.unreadable"), ("0.06;", "result.unreadable"),
         ("0.05以下", "result.unreadable"), ("0.06ppm", "result.unit"), ("0.04 0.05", "result.unreadable")],
    )  # fmt: skip
    def test_what_is_said_of_it_is_what_is_wrong(self, tiny, written, code):
        case = tiny(
            2019, drinking_sources=SOURCE, drinking_source_samples=samples(**{"as": written})
        )
        assert {n.code for n in case.issues() if n.severity == "error"} == {code}

    @pytest.mark.parametrize("name", ["砷（As）", "砷 (mg/L)", "总砷"])
    def test_an_item_is_known_by_two_names_and_with_its_unit(self, tiny, name):
        rows = [(*row[:2], name if row[2] == "as" else row[2], row[3]) for row in samples()]
        case = tiny(2019, drinking_sources=SOURCE, drinking_source_samples=rows)
        assert case.evaluate("25").verdict.status == "met"
        rows = [(*row[:3], "0.5" if row[2] == name else row[3]) for row in rows]
        case = tiny(2019, drinking_sources=SOURCE, drinking_source_samples=rows)
        assert case.evaluate("25").verdict.status == "not_met"

    def test_check_lists_the_cells(self, tiny):
        case = tiny(
            2019, drinking_sources=SOURCE, drinking_source_samples=samples(**{"as": "约0.5"})
        )
        cells = [n.source.cell for n in case.issues() if n.code == "result.unreadable"]
        assert cells == ["D6", "D11", "D16", "D21"]  # the fifth row of each quarter

    @pytest.mark.parametrize("arsenic", ["＞0.01", "0.2L"])
    def test_check_tells_of_what_can_be_read_and_decides_nothing(self, tiny, arsenic):
        case = tiny(
            2019, drinking_sources=SOURCE, drinking_source_samples=samples(**{"as": arsenic})
        )
        assert "place_not_judged" in {n.code for n in case.issues() if n.severity == "warning"}

    def test_an_unknown_item_and_a_place_off_the_register(self, tiny):
        odd = [
            *samples(),
            ("甲水源", "2019-02-05", "未知物", "1"),
            ("乙水源", "2019-02-05", "ph", "7"),
        ]
        case = tiny(2019, drinking_sources=SOURCE, drinking_source_samples=odd)
        assert case.evaluate("25").verdict.status == "not_evaluable"
        assert {"unknown_substance", "not_on_register"} <= {n.code for n in case.issues()}


def answers(**counts) -> list[tuple]:
    said = [word for word, count in counts.items() for _ in range(count)]
    return [
        ("satisfaction", 2019, f"R{i:03}", "总体", word, "", "", "", "")
        for i, word in enumerate(said)
    ]


class TestSurvey:
    def verdict(self, tiny, **counts):
        return tiny(2019, survey_answers=answers(**counts)).evaluate("34").verdict

    def test_an_answer_in_no_list_stops_the_share(self, tiny):
        # 20 of 22 would be 90.9 %, but nobody said what 基本满意 counts as.
        verdict = self.verdict(tiny, 满意=20, 基本满意=18, 不满意=2)
        assert verdict.status == "not_evaluable"
        assert "“基本满意”18份" in verdict.reason("zh")

    @pytest.mark.parametrize(
        "written",
        [
            "A.满意",
            "a、满意",
            "①满意",
            "5（满意）",
            "（1）满意",
            " 满 意 。",
            "满意\u200b",
            "Ａ．满意",
        ],
    )
    def test_one_answer_is_written_in_many_ways(self, tiny, written):
        # 36 of 40 are 90 %.
        assert self.verdict(tiny, **{written: 36, "不满意": 4}).status == "met"

    def test_refusals_are_in_no_denominator(self, tiny):
        # 9 of 10 who answered.
        result = tiny(2019, survey_answers=answers(满意=9, 不满意=1, 拒答=5, 不清楚=5)).evaluate(
            "34"
        )
        assert result.value == pytest.approx(90)

    @pytest.mark.parametrize("number", ["5", "1", "很好"])
    def test_numbers_and_other_words_are_not_guessed(self, tiny, number):
        assert self.verdict(tiny, **{number: 40}).status == "not_evaluable"


class TestTwoFiles:
    def test_two_files_of_a_year_that_number_people_alike_are_not_put_together(self, tiny):
        case = tiny(2019, survey_answers=answers(满意=9, 不满意=1))
        folder = case.root / "data/trial/raw/2019"
        text = (folder / "survey_answers.csv").read_text(encoding="utf-8")
        (folder / "survey_answers-2.csv").write_text(
            text.replace(",满意", ",不满意"), encoding="utf-8"
        )
        again = open_case("trial", 2019, root=case.root)
        assert again.evaluate("34").verdict.status == "not_evaluable"


class TestPopulation:
    def test_groups_as_the_statistics_office_writes_them(self, tiny):
        # 20 people of 25, of 45 and of 65 years each; satisfied 20, 10 and 0 of them: weighted by
        # 3000, 5000 and 2000 people the share is (3000 + 2500) / 10000 = 55 %.
        people = [
            (
                "satisfaction",
                2019,
                f"R{age}{i}",
                "总体",
                "满意" if i < good else "不满意",
                "",
                age,
                "",
                "",
            )
            for age, good in ((25, 20), (45, 10), (65, 0))
            for i in range(20)
        ]
        groups = [("18—34岁", 3000), ("35至59周岁", 5000), ("60岁及以上", 2000)]
        population = [(2019, "age", group, number, "统计公报") for group, number in groups]
        case = tiny(2019, survey_answers=people, survey_population=population)
        assert case.evaluate("34").value == pytest.approx(55)

    @pytest.mark.parametrize(
        ("written", "group"),
        [
            ("18—34岁", "18-34"), ("18～34", "18-34"), ("18~34（岁）", "18-34"), ("18至34周岁", "18-34"),
            ("60岁及以上", "60+"),
            ("≥60岁", "60+"), ("60岁以上", "60+"), ("未满18岁", "<18"), ("18岁以下", "<18"),
            ("中年", "中年"), ("A.18—34岁", "18-34"), ("3、60岁（含）以上", "60+"), ("青年（18—34岁）", "18-34"),
        ],
    )  # fmt: skip
    def test_every_way_of_writing_a_group(self, written, group):
        assert age_group(written) == group


class TestAir:
    def days(self, **odd):
        from datetime import date, timedelta

        return [
            ("甲站", (date(2019, 1, 1) + timedelta(days=i)).isoformat(),
             odd.get(f"d{i}", "20"), 40, 6, 15, 0.5, 90, "")
            for i in range(365)
        ]  # fmt: skip

    def test_one_hour_alone_is_no_day(self, tiny):
        rows = [("甲站", "2019-01-01 00:00", 35, 60, 8, 20, 0.6, 80)]
        assert tiny(2019, air_hourly=rows).evaluate("7a").verdict.status == "not_evaluable"

    @pytest.mark.parametrize("mark", ["9999", "-99", "-1", "99999.9"])
    def test_marks_of_an_instrument_are_no_concentrations(self, tiny, mark):
        # Read as a value, 9999 would make every one of these days a bad one.
        odd = {f"d{i}": mark for i in range(365)}
        assert self.verdict(tiny, **odd).status == "not_evaluable"

    def test_999_is_a_mark_when_it_comes_again(self, tiny):
        case = tiny(2019, air_daily=self.days(d30="999", d60="999"))
        assert [n.source.cell for n in case.issues() if n.code == "range.mark"] == ["C32", "C62"]
        assert case.table("air_daily")["pm25"].count() == 363

    def test_nothing_measured_all_day_is_no_measurement(self, tiny):
        case = tiny(2019, air_daily=self.days(d30="0", d60="0.0"))
        assert [n.source.cell for n in case.issues() if n.severity == "error"] == ["C32", "C62"]
        assert case.table("air_daily")["pm25"].count() == 363

    @pytest.mark.parametrize(("count", "kept"), [(182, 365), (183, 0)])
    def test_fine_particles_mostly_above_all_particles_are_neither(self, tiny, count, kept):
        # 40 µg/m³ of PM10 on every day: PM2.5 above it on half of the days, and on one more.
        case = tiny(2019, air_daily=self.days(**{f"d{i}": "55" for i in range(count)}))
        for column in ("pm25", "pm10"):
            assert case.table("air_daily")[column].count() == kept
        told = {n.code for n in case.issues() if n.severity == "error"}
        assert told == (set() if kept else {"range.exchanged"})
        assert case.evaluate("7a").verdict.status == "not_evaluable"

    @pytest.mark.parametrize("small", ["0.02", "0"])
    def test_numbers_of_mg_in_a_column_of_ug_are_no_good_days(self, tiny, small):
        # Read as µg/m³ they would make every day a good one.
        odd = {f"d{i}": small for i in range(365)}
        case = tiny(2019, air_daily=self.days(**odd), params=ASSIGNED)
        assert case.evaluate("7a").verdict.status == "not_evaluable"
        assert {n.about for n in case.issues() if n.code == "range.too_small"} == {"air_daily.pm25"}

    def test_carbon_monoxide_in_the_wrong_unit(self, tiny):
        # 600 as µg/m³ is 0.6 mg/m³; nobody has measured 600 mg/m³.
        rows = [(*row[:6], 600, *row[7:]) for row in self.days()]
        case = tiny(2019, air_daily=rows, params=ASSIGNED)
        assert case.evaluate("7a").verdict.status == "not_evaluable"
        told = [n for n in case.issues() if n.about == "air_daily.co"]
        assert told[0].source.cell == "G2" and "μg/m³" in told[0].text("zh")

    def verdict(self, tiny, **odd):
        earlier = [("good_air_days_ratio", year, "90", "%") for year in (2015, 2018)]
        case = tiny(2019, air_daily=self.days(**odd), items=earlier, params=ASSIGNED)
        return case.evaluate("7a").verdict

    def test_a_day_left_unread_can_cost_no_more_than_a_day(self, tiny):
        # 363 of 364 good days are more than 80 %, and than the 90 % of earlier years.
        assert self.verdict(tiny).status == "met"
        verdict = self.verdict(tiny, d40="2O")
        assert verdict.status == "conditional"
        assert "C42" in verdict.reason("zh")

    def test_too_many_of_them_can_cost_the_target(self, tiny):
        # 100 days left unread: 165 of 265 would be 62 %.
        odd = {f"d{i}": "缺?" for i in range(30, 130)}
        assert self.verdict(tiny, **odd).status == "not_evaluable"


ASSIGNED = "assigned: {good_air_days_ratio: {2019: {sense: at_least, value: 80, document: 文件}}}\n"


class TestFigures:
    def test_a_figure_restated_unreadably_is_not_replaced_by_the_earlier_one(self, tiny):
        tiny(2018, items=[("straw_use_rate", 2019, "95", "%")])
        case = tiny(2019, items=[("straw_use_rate", 2019, "约88", "%")])
        assert case.evaluate("23a").verdict.status == "not_evaluable"

    @pytest.mark.parametrize(("bound", "status"), [("", "conditional"), ("value: 80", "met")])
    def test_a_year_before_counts_where_no_bound_was_assigned(self, tiny, bound, status):
        # Without a bound the share must not get worse than in 2018, of which a figure is unread: it is
        # owed as if it were missing.
        total = [("black_odor_total", year, "10", "count") for year in (2015, 2018, 2019)]
        gone = [("black_odor_eliminated", y, n, "count") for y, n in ((2015, 9), (2019, 9))]
        unread = [("black_odor_eliminated", 2018, "约9", "count")]
        given = f"{{2019: {{sense: at_least, {bound}, document: 文件}}}}"
        params = f"assigned: {{black_odor_elimination: {given}}}\n" if bound else ""
        case = tiny(2019, items=[*total, *gone, *unread], params=params)
        assert case.evaluate("8c").verdict.status == status

    def test_what_is_missing_elsewhere_does_not_excuse_what_cannot_be_read(self, tiny):
        # From 2 of 4 in 2015 to 3 of 4: 2018 is owed. But another total of 2019 cannot be read, and
        # 3 of 7 would be worse than the half.
        items = [("black_odor_total", year, "4", "count") for year in (2015, 2019)]
        items += [("black_odor_eliminated", y, n, "count") for y, n in ((2015, "2"), (2019, "3"))]
        assert tiny(2019, items=items).evaluate("8c").verdict.status == "conditional"
        items.append(("black_odor_total", 2019, "约7", "count"))
        assert tiny(2019, items=items).evaluate("8c").verdict.status == "not_evaluable"

    def test_two_rows_of_one_figure_that_differ(self, tiny):
        rows = [("straw_use_rate", 2019, "95", "%"), ("straw_use_rate", 2019, "85", "%")]
        assert tiny(2019, items=rows).evaluate("23a").verdict.status == "not_evaluable"
        assert tiny(2019, items=rows[:1] * 2).evaluate("23a").verdict.status == "met"

    @pytest.mark.parametrize("year", ["2019", ""])
    @pytest.mark.parametrize("values", [*permutations(["88", "90.5", "89"])])
    def test_the_order_of_rows_decides_nothing(self, tiny, values, year):
        years = ("2019", year, "2019")  # of at least 90 %
        rows = [("straw_use_rate", y, v, "%") for y, v in zip(years, values, strict=True)]
        verdict = tiny(2019, items=rows).evaluate("23a").verdict
        assert verdict.status == "not_evaluable" and verdict.notes[-1].code == "left_unread"

    def test_what_misses_the_target_whichever_holds_is_missed(self, tiny):
        rows = [("straw_use_rate", 2019, v, "%") for v in ("79", "81")]
        assert tiny(2019, items=rows).evaluate("23a").verdict.status == "not_met"
        # 80 of 100 or of 90, where all of it has to be disposed of; 90 of 90 would be.
        for used, status in (("80", "not_met"), ("90", "not_evaluable")):
            rows = [("hw_generated", 2019, v, "t") for v in ("90", "100")]
            rows += [
                ("hw_used_disposed", 2019, used, "t"),
                ("hw_prior_used_disposed", 2019, "0", "t"),
            ]
            assert tiny(2019, items=rows).evaluate("13").verdict.status == status

    def test_bounds_of_one_folder_leave_open_all_that_any_does(self, tiny):
        for bounds in permutations([">=95", ">=85"]):
            rows = [("straw_use_rate", 2019, v, "%") for v in bounds]
            assert tiny(2019, items=rows).evaluate("23a").verdict.status == "not_evaluable"

    def test_two_files_of_one_year_that_differ(self, tiny):
        case = tiny(2019, items=[("straw_use_rate", 2019, "85", "%")])
        other = case.root / "data/trial/raw/2019/items_b.csv"
        other.write_text("item,year,value,unit,position\nstraw_use_rate,2019,99,%,x\n")
        result = open_case("trial", 2019, root=case.root).evaluate("23a")
        assert (result.value, result.verdict.status) == (99, "not_evaluable")
        both = [("straw_use_rate", 2019, v, "%") for v in ("93", "99")]  # 90 % are asked
        met = tiny(2019, items=both).evaluate("23a")
        assert met.verdict.status == "conditional" and [n.kind for n in met.needs][:1] == ["unread"]
        places = (("", "67"), ("甲镇", "40"), ("乙镇", "40"))  # 40 + 40 > 67
        rows = [("hw_generated", 2019, value, "t", place) for place, value in places]
        rows += [("hw_used_disposed", 2019, "67", "t"), ("hw_prior_used_disposed", 2019, "0", "t")]
        assert tiny(2019, items=rows).evaluate("13").verdict.status == "not_evaluable"

    def test_what_a_paper_denies_no_other_paper_undoes(self, tiny):
        rows = [
            ("party_gov_deployment", "rectification", 2019, "否", "整改未完成"),
            ("party_gov_deployment", "deployment", 2019, "是", "", "工作要点（征求意见稿）"),
        ]
        assert tiny(2019, documents=rows).evaluate("2").verdict.status == "not_met"

    def test_a_figure_without_a_year_against_one_of_the_same_folder(self, tiny):
        rows = [("straw_use_rate", 2019, "95", "%"), ("straw_use_rate", "", "80", "%")]
        assert tiny(2019, items=rows).evaluate("23a").verdict.status == "not_evaluable"

    def test_a_year_that_cannot_be_read_is_not_no_year(self, tiny):
        case = tiny(2019, items=[("straw_use_rate", "2O19", "95", "%")])
        assert math.isnan(case.evaluate("23a").value)


class TestDocuments:
    def papers(self, **last) -> list[tuple]:
        keys = ("reviewed", "approved", "promulgated", "in_force")
        row = {"title": "规划", "day": "2017-01-01", "from": "2017", "to": "2025"} | last
        return [
            ("eco_plan", key, 2019, "是", "说", row["title"], "1号", row["day"], row["from"], row["to"])
            for key in keys
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("last", "status"),
        [
            ({}, "met"),
            ({"to": "2018"}, "not_evaluable"),  # ended before the year that it is to prove
            ({"from": "2020", "to": "2018"}, "not_evaluable"),
            ({"from": "2020", "to": "2025"}, "met"),  # reviewed before it is in force
            ({"day": "2020-12-31"}, "met"),  # what tells of a year is often written in the next
            ({"day": "2021-01-01"}, "not_evaluable"),
            ({"title": "待补"}, "declared"),
            ({"title": "暂缺"}, "declared"),
        ],
    )
    def test_what_was_over_or_is_to_come_proves_nothing(self, tiny, last, status):
        case = tiny(2019, documents=self.papers(**last))
        assert case.evaluate("eco_plan").verdict.status == status
        codes = ("expired", "of_later_year")
        told = {n.source.cell[0] for n in case.issues() if n.code in codes}
        where = "H" if "day" in last else "J"
        assert told == ({where} if status == "not_evaluable" else set())

    def test_an_indicator_by_its_number_is_answered_with_its_name(self, tiny):
        case = tiny(2019, documents=[("1", *self.papers()[0][1:])])
        (note,) = (n for n in case.issues() if n.severity == "error")
        assert (note.code, note.args["near"].nearest) == ("unknown_indicator", "eco_plan")


class TestSums:
    @pytest.mark.parametrize("name", ["合计", "小计", "全县"])
    def test_the_sum_of_areas_hides_no_loss(self, tiny, name):
        # 22 before; 10 + 8 = 18 after, and with the row of their sum 36.
        tiny(2018, areas=[("redline", s, 2018, a, "km2") for s, a in (("甲", 10), ("乙", 12))])
        now = (("甲", 10), ("乙", 8), (name, 18))
        case = tiny(2019, areas=[("redline", s, 2019, a, "km2") for s, a in now])
        result = case.evaluate("ecological_redline")
        assert (result.value, result.verdict.status) == (1800.0, "not_met")
        (note,) = (n for n in case.issues() if n.code == "sum_row")
        assert (note.severity, note.source.cell) == ("warning", "B4")

    def test_the_sum_of_land_is_no_type_of_it(self, tiny):
        rows = [(2019, "林地", "有林地", 600), (2019, "林地", "小计", 600), (2019, "合计", "", 600)]
        case = tiny(2019, land_cover=rows)
        assert [r["subtype"] for r in case.rows("land_cover")] == ["有林地"]
        sums = [(n.source.cell, n.severity) for n in case.issues() if n.code == "sum_row"]
        assert sums == [("C3", "warning"), ("B4", "warning")]
        assert case.submitted.unread("land_cover") == ()

    def test_a_total_that_is_not_the_sum_of_its_sites(self, tiny):
        # By the sites 15 ha are kept, by the total there were 16.
        before = (("甲", 10), ("乙", 5), ("合计", 16))
        tiny(2018, areas=[("redline", s, 2018, a, "ha") for s, a in before])
        papers = [("ecological_redline", key, 2019, "是", "x", "文件", "〔2019〕1号", "2019-03-01")
                  for key in ("nature", "function")]  # fmt: skip
        now = [("redline", s, 2019, a, "ha") for s, a in (("甲", 10), ("乙", 5))]
        result = tiny(2019, areas=now, documents=papers).evaluate("ecological_redline")
        assert result.verdict.status == "not_evaluable"
        assert "合计” is 16 ha, but its parts add up to 15" in result.verdict.reason("en")

    def test_a_sum_alone_stands_for_all_of_it(self, tiny):
        case = tiny(
            2019, areas=[("redline", "全县", 2019, 18, "km2"), ("protected", "甲", 2019, 5, "km2")]
        )
        assert case.evaluate("ecological_redline").value == 1800.0
        assert not [n for n in case.issues() if n.code == "sum_row"]

    @pytest.mark.parametrize("name", ["平均", "城市均值", "全县平均值", "试县"])
    def test_the_mean_of_stations_is_no_station(self, tiny, name):
        day = ("2019-05-01", 20, 40, 5, 10, 0.5, 90, "")
        case = tiny(2019, air_daily=[("甲", *day), ("乙", *day), (name, *day)])
        assert [r["station"] for r in case.rows("air_daily")] == ["甲", "乙"]
        assert [n.source.cell for n in case.issues() if n.code == "sum_row"] == ["A4"]

    @pytest.mark.parametrize(
        ("place", "value", "code"),
        [
            ("丙镇", 20.0, ""),
            ("合计", 10.0, ""),  # that of the whole county goes before those of its places
            ("全县", 10.0, ""),
            ("合　计", 10.0, ""),
            ("试县", 10.0, ""),  # the county by its own name
            ("试县合计", 10.0, ""),
            ("全市", 10.0, ""),
            ("小计", 10.0, "sum_row"),  # 5 + 5
            ("各镇合计", 10.0, "sum_row"),
            ("县本级", 20.0, ""),
        ],
    )
    def test_a_sum_is_not_added_to_its_parts(self, tiny, place, value, code):
        towns = [("甲镇", "5"), ("乙镇", "5"), (place, "10")]
        case = tiny(2019, items=[("hw_generated", 2019, v, "t", name) for name, v in towns])
        assert case.series("hw_generated").at(2019) == value
        assert {n.code for n in case.issues() if n.severity == "error"} == ({code} - {""})


class TestDates:
    """One date that is a slip of the pen costs its row, not the county."""

    @pytest.mark.parametrize("slip", ["2009-08-05", "0201-08-05", "9999-12-31", "1019-08-05"])
    def test_a_day_of_air_long_ago(self, tiny, slip):
        rows = [("甲站", day, 20, 40, 6, 15, 0.5, 90, "") for day in ("2019-08-04", slip)]
        case = tiny(2019, air_daily=rows)
        assert [n.source.cell for n in case.issues() if n.severity == "error"] == ["B3"]
        assert case.table("air_daily")["pm25"].tolist() == [20]
        assert case.evaluate("7a").verdict.status == "not_evaluable"

    @pytest.mark.parametrize(("hour", "used"), [("2012-02-29 00:00", 0), ("2012-02-29 01:00", 1)])
    def test_the_first_hour_of_a_standard(self, tiny, hour, used):
        # HJ 633-2012 came into force on 2012-02-29; the hour that ends at midnight is of the 28th.
        case = tiny(2012, air_hourly=[("甲站", hour, 35, 60, 8, 20, 0.6, 80)])
        assert len(case.table("air_hourly")) == used

    def test_a_bad_sample_of_1985_may_be_one_of_this_year(self, tiny):
        rows = [*samples(), ("甲水源", "1985-03-05", "as", "0.9")]
        case = tiny(2019, drinking_sources=SOURCE, drinking_source_samples=rows)
        assert case.evaluate("25").verdict.status == "not_evaluable"
        (note,) = (n for n in case.issues() if n.severity == "error")
        assert (note.code, note.source.cell) == ("before_standard", "B22")

    @pytest.mark.parametrize(
        ("table", "column", "standards"),
        [
            ("air_daily", "date", ("air_iaqi", "air_validity")),
            ("air_hourly", "time", ("air_iaqi", "air_validity")),
            ("water_samples", "date", ("surface_water",)),
            ("water_sections", "year", ("surface_water",)),
            ("drinking_source_samples", "date", ("surface_water",)),
            ("groundwater_samples", "date", ("groundwater",)),
            ("groundwater_points", "year", ("groundwater",)),
        ],
    )
    def test_it_is_the_day_from_which_there_is_a_standard(self, table, column, standards):
        since = dictionary.table(table).by_name[column].since
        for name in standards:
            assert standard(name, on=since) is not None
            with pytest.raises(StandardError):
                standard(name, on=since - timedelta(days=1))


class TestSheets:
    """A sheet whose headings are not understood may say anything of what it names, and of no more."""

    ROWS = [("straw_use_rate", 2019, "95", "%"), ("mulch_film_recovery", 2019, "95", "%")]

    def beside(self, tiny, name: str, content: bytes | str) -> Case:
        case = tiny(2019, items=self.ROWS)
        path = case.root / "data/trial/raw/2019" / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return open_case("trial", 2019, root=case.root)

    @pytest.mark.parametrize(
        "headings",
        ["item,year,value,position", "item,2019年,unit,position", "item,year,数额值,unit,position"],
    )
    def test_another_figure_of_it_lowers_the_verdict_on_what_it_names(self, tiny, headings):
        case = self.beside(tiny, "items-b.csv", f"{headings}\nstraw_use_rate,2019,50,%\n")
        assert case.evaluate("23a").verdict.status == "not_evaluable"
        assert case.evaluate("23c").verdict.status == "met"
        assert "error" in {n.severity for n in case.issues() if "items-b" in n.source.file}

    def test_a_sheet_of_no_table_lowers_the_verdict_on_what_it_names(self, tiny):
        case = self.beside(tiny, "补充数据.csv", "事项,数额\n秸秆综合利用率,50\n")
        assert case.evaluate("23a").verdict.status == "not_evaluable"
        assert case.evaluate("23c").verdict.status == "met"

    def test_a_target_where_a_figure_is_given_is_not_met_without_the_figure(self, tiny):
        # 2 of 4 plans with an EIA is half of the 100 % that is asked where there is a figure.
        proof = ("plan_eia", "carried_out", 2019, "是", "开展", "文件", "1号", "2019-01-01")
        rows = "plans_requiring_eia,2019,4,count,p\nplans_with_eia,2019,2,count,p\n"
        for head, status in (("unit", "not_met"), ("单元", "not_evaluable")):
            case = tiny(2019, documents=[proof])
            path = case.root / "data/trial/raw/2019/items.csv"
            path.write_text(f"item,year,value,{head},position\n{rows}", encoding="utf-8")
            case = open_case("trial", 2019, root=case.root)
            assert case.evaluate("plan_eia").verdict.status == status

    def test_a_workbook_that_cannot_be_opened(self, tiny):
        case = self.beside(tiny, "items-b.xlsx", b"PK\x03\x04")
        assert case.evaluate("23a").verdict.status == "not_evaluable"

    def test_a_heading_that_is_nearly_one_of_ours(self, tiny):
        """The nature of a site stands below 用地性质; that it changed is not known to have not."""
        site = [("redline", "甲", year, "5", "ha", "林地") for year in (2018, 2019)]
        proof = [
            ("ecological_redline", key, 2019, "是", "说", "文件", "1号", "2019-01-01")
            for key in ("nature", "function")
        ]
        case = tiny(2019, areas=site, documents=proof)
        assert case.evaluate("ecological_redline").verdict.status == "met"
        path = case.root / "data/trial/raw/2019/areas.csv"
        path.write_text(
            path.read_text()
            .replace("position", "position,用地性质", 1)
            .replace("here", "here,农地")
        )
        case = open_case("trial", 2019, root=case.root)
        assert case.evaluate("ecological_redline").verdict.status == "not_evaluable"
        (note,) = (n for n in case.issues() if n.code == "unknown_column")
        assert note.severity == "error" and "是否应为“性质”？" in note.text("zh")

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("水质", "点位,采样日期,项目,结果\n甲水源,2019-03-05,pH,3\n"),
            ("水质", "检测项目,单位,甲水源,乙水源\n砷,mg/L,9,9\n汞,mg/L,9,9\n总磷,mg/L,9,9\n"),
            ("砷", "点位名称,项目,1月,2月\n甲水源,砷,9,9\n"),
            ("水源地监测_b", "水源地,采样日期,砷,总砷\n甲水源,2019-03-05,0.001,9\n"),
            ("水源地监测_b", "水源地,采样日期,汞,砷（%）\n甲水源,2019-03-05,0.00001,9\n"),
        ],
    )
    def test_a_sheet_or_column_that_is_not_understood_may_be_of_each(self, tiny, name, text):
        case = tiny(2019, drinking_sources=SOURCE, drinking_source_samples=samples())
        assert case.evaluate("25").verdict.status == "met"
        path = case.root / f"data/trial/raw/2019/{name}.csv"
        path.write_text(text, encoding="utf-8")
        again = open_case("trial", 2019, root=case.root)
        assert again.evaluate("25").verdict.status == "not_evaluable"

    def test_results_without_a_register_beside_figures(self, tiny):
        counts = ("sources_total", "sources_monitored", "sources_good")
        rows = [(item, 2019, "1", "count") for item in counts]
        assert tiny(2019, items=rows).evaluate("25").verdict.status == "met"
        case = tiny(2019, items=rows, drinking_source_samples=samples(**{"as": "9"}))
        assert case.evaluate("25").verdict.status == "not_evaluable"

    @pytest.mark.parametrize(
        ("column", "cell", "status"),
        [("权重", "0.1", "not_evaluable"), ("权重", "1.0", "met"), ("是否有效", "无效", "not_evaluable"),
         ("是否有效", "有效", "met"), ("您不满意的原因", "没有", "met"),
         ("您对哪些方面不满意？[多选题]", "空气┋水", "met")],
    )  # fmt: skip
    def test_columns_that_decide_whether_a_row_counts(self, tiny, column, cell, status):
        case = tiny(2019)
        path = case.root / "data/trial/raw/2019/满意度问卷.csv"
        rows = (f"{k},2019-11-01,满意,{cell}\n" for k in range(40))
        head = f"答卷编号,提交时间,您对本县生态环境是否满意,{column}\n"
        path.write_text(head + "".join(rows), encoding="utf-8")
        again = open_case("trial", 2019, root=case.root)
        assert again.evaluate("34").verdict.status == status

    def test_a_part_of_a_site_is_not_added_to_it(self, tiny):
        rows = [("redline", site, 2019, a, "ha") for site, a in (("甲", 10), ("其中：核心区", 4))]
        case = tiny(2019, areas=rows)
        assert [row["area"] for row in case.rows("areas")] == [10]
        assert "part_row" in {n.code for n in case.issues() if n.severity == "error"}

    def test_a_figure_of_a_town_is_none_of_the_county(self, tiny):
        case = tiny(2019)
        path = case.root / "data/trial/raw/2019/items.csv"
        path.write_text("统计项,年份,数值,单位,乡镇,出处\n危险废物产生量,2019,5,t,甲镇,p\n")
        case = open_case("trial", 2019, root=case.root)
        assert case.table("items")["place"].tolist() == ["甲镇"]


class TestRows:
    def test_a_row_longer_than_the_headings_is_not_read_as_if_it_fitted(self, tiny):
        case = tiny(2019, items=[("straw_use_rate", 2019, "95", "%")])
        path = case.root / "data/trial/raw/2019/items.csv"
        # A comma within the figure: 95,5 % would be 95 in a unit that does not matter.
        path.write_text("item,year,value,unit,position\nstraw_use_rate,2019,95,%,p.5,p.6\n")
        again = open_case("trial", 2019, root=case.root)
        assert again.evaluate("23a").verdict.status == "not_evaluable"
        assert [n.source.cell for n in again.issues() if n.code == "longer_row"] == ["F2"]

    def test_a_flood_of_any_kind_ends_in_a_sentence(self, tiny):
        # 1200 answers that are in no list: 1000 are told one by one.
        case = tiny(2019, survey_answers=answers(还行=1200))
        (more,) = [n for n in case.issues() if n.code == "more"]
        assert "200" in more.text("zh") and "还行" in more.text("en")
