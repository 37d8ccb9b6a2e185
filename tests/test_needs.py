"""What is asked for suffices: whoever submits all of it is given a verdict, and whoever leaves one
thing out is asked for that one and nothing else.

All figures, documents and targets submitted here are made up. They go through the files of a copy
of the county and are read like any other.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
import yaml
from counties import ROOT, everything

from ecolib.assess.opening import open_case
from ecolib.assess.result import Need, Result, from_json, to_json
from ecolib.data import dictionary

#: A share of 75 % at the most, and 50 % in the base year, where nothing else is printed.
FIGURES = {
    "eco_score": 66, "total_score": 100, "firm_items_disclosed": 12, "firm_items_required": 12,
    "plans_with_eia": 3, "plans_requiring_eia": 3, "valid_air_days": 363,
    ("valid_air_days", 2018): 362, "pm25_mean": 22, ("pm25_mean", 2015): 30,
    "groundwater_points_total": 4, "groundwater_points_class3": 3, "groundwater_points_below5": 1,
    ("groundwater_points_class3", 2015): 2, ("groundwater_points_below5", 2015): 2,
    "eco_index_ei": 86.2, ("eco_index_ei", 2018): 86.1,
    # (1000 + 46.39) / 1218.43 = 85.88 %, as printed.
    "forest_area": 1000, "grass_area": 46.39, "land_area": 1218.43, "water_area": 10,
    "protected_species": 30, "listed_species": 30, "aquatic_species": 5,
    "aquatic_species_baseline": 5, "bank_protected": 60, "bank_reserved": 20, "bank_total": 100,
    "energy": 95700, "gdp": 300000, "water_use": 27000000, "built_land": 36000,
    "green_food_area": 0, "pollution_free_area": 0, "certified_overlap": 0,
    "straw_used": 9147, "straw_total": 10000, "manure_used": 787, "manure_total": 1000,
    "film_recovered": 97.6, "film_used": 100, "sw_used": 93, "sw_generated": 100,
    "sw_prior_used": 0, "sources_good": 12, "rural_pop_safe_water": 80000,
    "rural_population": 80000, "sewage_plant_treated": 94.61, "sewage_other_treated": 0,
    "sewage_discharged": 100, "households_harmless_toilet": 9838, "rural_households": 10000,
    "green_building_area": 94.61, "new_building_area": 100, "green_purchase": 50,
    "same_class_purchase": 50, "cadres_trained": 400, "cadres_total": 400,
    "rivers_in_register": 146,
}  # fmt: skip
#: What is handed down, in the unit of the indicator.
TARGETS = {"pm25_decline": 10, "river_bank_protection_rate": 70, "energy_per_gdp": 0.4}
#: The rest of something that was only observed in part: the item that says how much was.
REST = {"drinking_source_quality": ("sources_monitored", 12)}
COUNTIES = (("lianshan", 2019), ("demo", 2020))


def lacking(county: str, year: int) -> list[Result]:
    """Every indicator without parts, and every part, of which anything is asked."""
    results = (part for r in everything(county, year) for part in r.owner_parts)
    return [result for result in results if result.needs]


@cache
def copied(folder: Path, county: str) -> Path:
    """A copy of the project that holds this county alone."""
    root = folder / county
    shutil.copytree(ROOT / "params", root / "params")
    shutil.copytree(ROOT / "data" / county, root / "data" / county)
    return root


class Submission:
    """Puts things on file in a copy of a county, and takes them back again."""

    def __init__(self, root: Path, county: str, year: int):
        self.root, self.county, self.year = root, county, year
        self.kept: dict[Path, bytes] = {}

    def judged(self, given: Iterable[Need], indicator: str) -> Result:
        """The result once these things are on file."""
        for need in given:
            getattr(self, f"_{need.kind}")(need)
        try:
            return open_case(self.county, self.year, root=self.root).evaluate(indicator)
        finally:
            for path, content in self.kept.items():
                path.write_bytes(content)
            self.kept.clear()

    def _file(self, table: str) -> Path:
        path = self.root / "data" / self.county / "raw" / str(self.year) / f"{table}.csv"
        self.kept.setdefault(path, path.read_bytes())
        return path

    def _rows(self, table: str) -> list[dict[str, str]]:
        """The rows of a table by the names of its columns."""
        first, *rest = csv.reader(self._file(table).read_text("utf-8").splitlines())
        named = [dictionary.table(table).column(heading).name for heading in first]
        return [dict(zip(named, cells, strict=True)) for cells in rest]

    def _write(self, table: str, rows: list[dict[str, str]]) -> None:
        columns = [c.name for c in dictionary.table(table).columns]
        with self._file(table).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def _add(self, table: str, **cells: object) -> None:
        row = {"position": "made up", **{name: str(cell) for name, cell in cells.items()}}
        self._write(table, [*self._rows(table), row])

    def _mend(self, item: str, of: str, **cells: str) -> None:
        """Other cells in the rows of an item and year."""
        rows = self._rows("items")
        own = [row for row in rows if (row["item"], row["year"]) == (item, of)]
        assert own
        for row in own:
            row.update(cells)
        self._write("items", rows)

    def _figure(self, need: Need, place: str = "") -> None:
        item = need.what.code
        value = FIGURES.get((item, need.year), FIGURES.get(item, 100))
        self._add("items", item=item, year=need.year, value=value, unit=need.unit, place=place)

    def _dating(self, need: Need) -> None:
        self._mend(need.what.code, "", year=str(need.year))

    def _document(self, need: Need) -> None:
        indicator, _, key = need.what.code.partition(".")
        self._proved(indicator, key, need.year)

    def _result(self, need: Need) -> None:
        self._proved(need.what.code, "result", need.year)

    def _proved(self, indicator: str, key: str, year: int) -> None:
        proof = {
            "statement": "made up",
            "title": "Made up",
            "number": "No. 1",
            "date": "2019-06-01",
        }
        self._add(
            "documents", indicator=indicator, requirement=key, year=year, holds="yes", **proof
        )

    def _earlier_area(self, need: Need) -> None:
        kind = {"ecological_redline": "redline", "nature_reserves": "protected"}[need.what.code]
        self._add("areas", kind=kind, site="合计", year=need.year, area=515, unit="km2")

    def _target(self, need: Need) -> None:
        path = self.root / "params" / f"{self.county}.yml"
        self.kept.setdefault(path, path.read_bytes())
        params = yaml.safe_load(path.read_text("utf-8"))
        sense = "at_most" if need.what.code == "energy_per_gdp" else "at_least"
        target = {"sense": sense, "value": TARGETS[need.what.code], "document": "Made up"}
        params["assigned"].setdefault(need.what.code, {})[need.year] = target
        path.write_text(yaml.safe_dump(params, allow_unicode=True), "utf-8")

    def _rest(self, need: Need) -> None:
        if need.what.kind == "item":
            self._figure(need, place="其余各镇")
        else:
            item, value = REST[need.what.code]
            self._mend(item, str(need.year), value=str(value))

    def _report(self, need: Need) -> None:
        self._mend(need.what.code, str(need.year), title="Report of the survey", date="2020-04-30")


def names_of(needs: Iterable[Need]) -> set[tuple]:
    return {(n.owner, n.kind, n.what.code, n.year) for n in needs}


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    folder = tmp_path_factory.mktemp("copies")
    return {key: Submission(copied(folder, key[0]), *key) for key in COUNTIES}


@pytest.mark.parametrize("county", COUNTIES, ids=lambda county: county[0])
class TestWhatIsAskedFor:
    def test_suffices(self, copies, county):
        undecided = {}
        for before in lacking(*county):
            after = copies[county].judged(before.needs, before.indicator)
            decided = ("met", "not_met", *(["conflict"] * (before.verdict.status == "conflict")))
            void = after.verdict.status == "not_applicable"
            if after.needs or not (void or after.verdict.status in decided):
                undecided[after.number] = (after.verdict, names_of(after.needs))
        assert not undecided

    def test_is_all_needed(self, copies, county):
        wrong = {}
        for before in lacking(*county):
            for left in before.needs:
                given = [need for need in before.needs if need != left]
                after = copies[county].judged(given, before.indicator)
                if names_of(after.needs) != names_of([left]):
                    wrong[after.number, left.what.code, left.year] = names_of(after.needs)
        assert not wrong

    def test_goes_to_nobody_whom_it_does_not_concern(self, county):
        results = everything(*county)
        for part in (part for r in results for part in (r, *r.parts)):
            if part.verdict.status == "not_applicable":
                assert not part.needs
            if part.verdict.status == "conditional":
                assert any(need.decisive for need in part.needs)

    def test_survives_being_saved(self, county):
        for result in everything(*county):
            again = from_json(to_json(result))
            assert again.needs == result.needs
            assert repr(again.latest) == repr(result.latest)  # no value is equal to NaN
