"""The templates themselves: what is asked of whom, what may be typed, and that nothing runs."""

import io
import shutil
from pathlib import Path

import counties
import pytest
from filling import by_owner, column_style, fill, first_line, id_row
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.comments import Comment

from ecolib.assess.opening import open_case
from ecolib.collect import write_templates
from ecolib.collect.asking import OWN_FORMS, Round
from ecolib.collect.filing import file_stems
from ecolib.collect.forms import forms
from ecolib.collect.workbook import workbook
from ecolib.data import dictionary
from ecolib.data.readers import read_file
from ecolib.data.sheet import COLUMN_ID, MARKS, TEXT_ID
from ecolib.errors import RunError
from ecolib.indicators.catalogue import declared

ROOT = Path(__file__).parents[1]
WASTE = [
    ("waste_generated", 2018, "3.10", "10k t"),
    ("waste_harmless", 2018, "30000", "t"),
    ("waste_harmless", 2018, "900", "t", "吉田镇"),
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The workbooks of the fictional county by unit, opened."""
    root = tmp_path_factory.mktemp("demo")
    shutil.copytree(ROOT / "params", root / "params")
    shutil.copytree(ROOT / "data/demo", root / "data/demo")
    paths = write_templates(open_case("demo", 2020, root=root))
    return {owner: load_workbook(path) for owner, path in by_owner(paths).items()}


def data_sheets(book):
    return [s for s in book.worksheets if s.title != MARKS and TEXT_ID not in id_row(s)]


def columns(sheet) -> dict[str, int]:
    """Where each column stands, by the id without edition: `items.value`, `_.name`."""
    return {i.partition("@")[0]: n for n, i in enumerate(id_row(sheet), start=1) if i}


def lines(sheet) -> list[dict]:
    """The lines as dicts by id."""
    places = columns(sheet)
    rows = sheet.iter_rows(min_row=first_line(sheet), values_only=True)
    return [{name: row[place - 1] for name, place in places.items()} for row in rows]


def opened(case, owner, lang="zh"):
    """The workbook of one unit."""
    asking = Round.of(case, lang)
    return load_workbook(io.BytesIO(workbook(asking, owner, forms(asking, owner))))


def housing(case, lang="zh"):
    """The items asked of the housing bureau."""
    return data_sheets(opened(case, "housing", lang))[0]


class TestWhatIsAsked:
    def test_every_item_is_asked_of_its_owner_alone(self, demo):
        asked = [
            (line["items.item"], owner)
            for owner, book in demo.items()
            for sheet in data_sheets(book)
            if "items.item" in columns(sheet)
            for line in lines(sheet)
            if line["items.item"]
        ]
        assert len(asked) == len(set(asked))
        # The demo county lies on the coast, so that every indicator of the national list applies and
        # every item is needed but those that other lists alone ask for, as Lianshan's own does.
        judged = counties.opened("demo", 2020).list
        known, needed = ({n for i in of.values() for n in i.inputs} for of in (declared(), judged))
        local = known - needed
        own = {(i.item, i.owner) for i in dictionary.items().values() if i.item not in local}
        assert "organic_area" in local and not local & {item for item, _ in asked}
        assert own <= set(asked)

    def test_a_unit_is_asked_for_what_it_leads_in_the_plan_and_owes_to_the_archive(self, demo):
        told = lines(demo["transport"]["工作进展"])
        # Of the demo plan, buses, charging points and the goal of electric buses.
        assert [t["progress.code"] for t in told if t["progress.code"]] == [
            "P2.2-1",
            "P2.2-2",
            "G6",
        ]
        owed = lines(demo["housing"]["佐证归档"])
        assert "sewage_discharged" in [t["evidence.requirement"] for t in owed]

    def test_every_table_is_asked_of_its_owner(self, demo):
        # The rest is divided among the units by its rows.
        for name in set(dictionary.table_names()) - {*OWN_FORMS}:
            titles = [s.title for s in data_sheets(demo[dictionary.table(name).owner])]
            assert dictionary.table(name).zh in titles

    def test_an_inland_county_is_not_asked_for_its_coast(self):
        case = counties.opened("lianshan", 2019)
        asked = {
            line.values.get("item")
            for form in forms(Round.of(case, "zh"), "natural_resources")
            for line in form.lines
        }
        assert "built_land" in asked
        assert not asked & {"shore_total", "shoreline_restored", "natural_coastline_rate"}

    def test_last_years_figures_stand_beside_in_their_own_unit_which_is_not_chosen_again(
        self, tiny
    ):
        sheet = housing(tiny(2019, folder=2018, items=WASTE))
        found = {(line["items.item"], line["items.place"]): line for line in lines(sheet)}
        generated = found["waste_generated", None]
        assert generated["_.last_year"] == "3.10万吨"
        # Whoever does not look at the unit means the usual one.
        assert (generated["items.unit"], generated["items.value"]) == ("吨", None)
        assert found["waste_harmless", None]["_.last_year"] == "30000吨"
        assert found["waste_harmless", "吉田镇"]["_.last_year"] == "900吨"
        # Without a figure last year: the unit of the data dictionary, nothing beside.
        assert found["sewage_discharged", None]["items.unit"] == "吨"
        assert found["sewage_discharged", None]["_.last_year"] is None

    def test_this_years_folder_changes_nothing(self, tiny):
        before = lines(housing(tiny(2019, folder=2018, items=WASTE)))
        case = tiny(2019, items=[("waste_generated", 2019, "7", "t")])
        assert len(case.table("items")) == len(WASTE) + 1
        assert lines(housing(case)) == before

    def test_the_definition_is_a_note_on_the_name(self, tiny):
        sheet = housing(tiny(2019))
        line = first_line(sheet)
        meaning = dictionary.items()[lines(sheet)[0]["items.item"]].definition_zh
        assert meaning in sheet.cell(line, columns(sheet)["_.name"]).comment.text

    def test_documents_name_last_years_and_ask_again_where_it_has_run_out(self, tiny):
        stands = (
            "urban_waste_sorting",
            "classes",
            "",
            "yes",
            "有目录",
            "目录",
            "1号",
            "2017-01-01",
        )
        over = ("urban_sewage_rate", "sludge", 2018, "yes", "已处置", "污泥台账", "", "2018-12-31")
        case = tiny(2019, folder=2018, documents=[stands, over])
        sheet = opened(case, "housing")["佐证材料"]
        found = {}
        for line in lines(sheet):
            found.setdefault(line["documents.requirement"], line)
        assert found["sludge"]["_.need"] == "必填"
        assert found["sludge"]["_.last_year"] == "是，污泥台账，2018-12-31"
        assert found["classes"]["_.need"] == "上年文件仍有效的免填"
        assert found["classes"]["_.last_year"] == "是，目录，1号，2017-01-01（长期有效）"

    def test_english_sheets_speak_english(self, tiny):
        sheet = housing(tiny(2019, folder=2018, items=WASTE), lang="en")
        assert sheet.title == "Items"
        line = next(li for li in lines(sheet) if li["items.item"] == "waste_generated")
        assert line["_.name"] == "Urban household waste generated"
        assert (line["_.last_year"], line["items.unit"]) == ("3.10 × 10⁴ t", "t")
        assert "Items by place" in opened(tiny(2019), "housing", lang="en").sheetnames

    def test_figures_of_places_have_a_sheet_where_they_can_be_put_together(self, demo):
        sheet = demo["housing"]["分范围数据"]
        places = columns(sheet)
        for name in ("items.item", "items.place", "items.value", "items.unit"):
            assert not column_style(sheet, places[name]).hidden
            assert not sheet.cell(first_line(sheet), places[name]).protection.locked
        # The rate itself cannot be added up; of the red lines' owner nothing is asked by place.
        offered = demo["housing"][MARKS]
        titles = {c.value for row in offered.iter_rows() for c in row}
        assert "城镇生活垃圾产生量" in titles
        rule = next(
            r for r in sheet.data_validations.dataValidation
            if sheet.cell(first_line(sheet), places["items.item"]).coordinate in r.sqref
        )  # fmt: skip
        assert "城镇生活垃圾产生量" in rule.formula1 or MARKS in rule.formula1
        told = " ".join(
            str(c.value) for row in demo["housing"]["填报说明"].iter_rows() for c in row
        )
        assert "分范围数据" in told and "每镇一行" in told


class TestWhatMayBeTyped:
    def test_only_what_the_bureau_writes_is_unlocked(self, demo):
        for book in demo.values():
            for sheet in book.worksheets:
                assert sheet.protection.sheet and sheet.protection.password is None
            for sheet in data_sheets(book):
                self._check(sheet)

    def _check(self, sheet):
        ids, first = id_row(sheet), first_line(sheet)
        for row in sheet.iter_rows(max_row=first - 1):
            assert all(cell.protection.locked for cell in row)
        for row in sheet.iter_rows(min_row=first):
            for cell, text in zip(row, ids, strict=True):
                found = COLUMN_ID.fullmatch(text)
                hidden = column_style(sheet, cell.column).hidden
                if found[1] == "_" or hidden:
                    assert cell.protection.locked, (sheet.title, cell.coordinate)
                elif not found[4]:
                    assert not cell.protection.locked, (sheet.title, cell.coordinate)

    def test_the_marks_are_hidden_and_locked(self, demo):
        for book in demo.values():
            assert book[MARKS].sheet_state == "hidden"
            assert all(c.protection.locked for row in book[MARKS].iter_rows() for c in row)
            for sheet in data_sheets(book):
                assert sheet.row_dimensions[first_line(sheet) - 2].hidden
                assert sheet.freeze_panes == f"B{first_line(sheet)}"

    def test_numbers_units_and_choices_are_held_to_what_fits(self, demo):
        rules = self._rules(demo["housing"]["统计项"], "items.value", line=0)
        assert (rules.type, rules.operator, rules.formula1) == (
            "decimal",
            "greaterThanOrEqual",
            "0",
        )
        assert "只填数字" in rules.error and "无数据请留空" in rules.prompt
        units = self._rules(demo["housing"]["统计项"], "items.unit", line=0)
        assert (units.type, units.formula1) == ("list", '"吨,万吨,亿吨,千克"')
        holds = self._rules(demo["housing"]["佐证材料"], "documents.holds", line=0)
        assert holds.formula1 == '"是,否"'
        kind = self._rules(demo["natural_resources"]["面积"], "areas.kind", line=20)
        assert kind.formula1 == '"生态保护红线,自然保护地"'

    def test_a_share_stays_between_0_and_100_and_a_decline_may_be_negative(self, demo):
        sheet = demo["housing"]["统计项"]
        line = [li["items.item"] for li in lines(sheet)].index("urban_sewage_rate")
        rate = self._rules(sheet, "items.value", line)
        assert (rate.operator or "between", rate.formula1, rate.formula2) == ("between", "0", "100")
        sheet = demo["economy"]["统计项"]
        line = [li["items.item"] for li in lines(sheet)].index("energy_per_gdp_decline")
        assert float(self._rules(sheet, "items.value", line).formula1) < -100

    def test_the_long_list_of_indicators_stands_on_the_hidden_sheet(self, demo):
        rule = self._rules(demo["leading_group"]["文中结论"], "claims.indicator", line=0)
        sheet, _, cells = rule.formula1.partition("!")
        assert sheet == MARKS
        listed = [row[0].value for row in demo["leading_group"][MARKS][cells.replace("$", "")]]
        assert "城镇污水处理率" in listed and None not in listed

    def _rules(self, sheet, name, line):
        cell = sheet.cell(first_line(sheet) + line, columns(sheet)[name]).coordinate
        found = [r for r in sheet.data_validations.dataValidation if cell in r.sqref]
        assert len(found) == 1
        return found[0]


class TestNothingRuns:
    HOSTILE = (
        "=1+1",
        "+SUM(A1)",
        "-2+3",
        "@SUM(A1)",
        "=cmd|' /C calc'!A0",
        "http://example.org",
        "\t=1",
    )

    def test_text_that_looks_like_a_formula_or_link_stays_text(self, tiny):
        params = "owners: {natural_resources: {zh: '=HYPERLINK(1)', en: '@x'}}\n"
        areas = [("redline", text, 2018, 1.5, "ha") for text in self.HOSTILE]
        items = [("land_area", 2018, "1", "km2", text) for text in self.HOSTILE]
        case = tiny(2019, folder=2018, params=params, areas=areas, items=items)
        book = opened(case, "natural_resources")
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)
        shown = {line["areas.site"] for line in lines(book["面积"])}
        assert {text.strip() for text in self.HOSTILE} <= shown

    @given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40))
    @settings(
        max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def test_whatever_a_place_is_called_it_is_written_as_text(self, tiny, name):
        case = tiny(2019, folder=2018, items=[("waste_generated", 2018, "1", "t", name)])
        places = {line["items.place"] for line in lines(housing(case))} - {None}
        assert places == set(case.table("items")["place"].dropna())


class TestTheFiles:
    def test_files_are_named_for_the_units(self, tiny):
        paths = write_templates(tiny(2019))
        named = {path.stem: owner for owner, path in by_owner(paths).items()}
        assert named == {f"{dictionary.owners()[owner].zh}_2019": owner for owner in named.values()}
        english = file_stems(tiny(2019), "template.file_name", "en")
        assert english["water"] == "Water Resources Bureau_2019"
        assert {path.parent for path in paths} == {paths[0].parents[3] / "trial/2019/templates"}
        assert not list(paths[0].parent.glob(".*"))

    def test_whatever_a_unit_is_called_there_is_a_file_for_each(self, tiny):
        params = """
owners:
  water: {zh: '../水利/局:*?"', en: ' '}
  housing: {zh: 住建局, en: Housing}
  forestry: {zh: 住建局, en: HOUSING}
"""
        case = tiny(2019, params=params)
        for lang in ("zh", "en"):
            stems = file_stems(case, "template.file_name", lang)
            assert len({stem.casefold() for stem in stems.values()}) == len(dictionary.owners())
            assert not [stem for stem in stems.values() if set(stem) & set('<>:"/\\|?*')]
        paths = write_templates(case)
        assert {path.stem for path in paths} <= set(
            file_stems(case, "template.file_name", "zh").values()
        )
        assert {path.parent.name for path in paths} == {"templates"}

    def test_a_template_that_is_filled_in_is_not_overwritten(self, tiny):
        case = tiny(2019)
        path = by_owner(write_templates(case))["housing"]
        row = {"item": "waste_generated", "year": "2019", "value": "5", "unit": "t"}
        fill(path, path, {"items": [row]})
        kept = path.read_bytes()
        with pytest.raises(RunError, match="县住房和城乡建设局_2019.xlsx.*has entries"):
            write_templates(case)
        assert path.read_bytes() == kept


def test_only_what_the_bureau_wrote_beside_a_template_is_told(tiny):
    """A template explains its items in comments of its own; one beside an answer is the bureau's."""
    case = tiny(2019, items=WASTE, folder=2018)
    path = next(p for p in write_templates(case) if p.stem == "县农业农村局_2019")
    book = load_workbook(path)
    sheet = next(s for s in data_sheets(book) if "items.value" in columns(s))
    assert any(cell.comment for row in sheet.iter_rows() for cell in row)
    assert all(sheet.remarks == () for sheet in read_file(path, case.root))
    cell = sheet.cell(first_line(sheet), columns(sheet)["items.value"])
    cell.comment = Comment("张三:\n未汇总", "张三")
    book.save(path)
    notes = [note for sheet in read_file(path, case.root) for note in sheet.remarks]
    assert [(n.code, n.source.cell, n.args["shown"]) for n in notes] == [
        ("comment", cell.coordinate, "未汇总")
    ]
