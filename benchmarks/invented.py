"""An invented province: counties, years, gaps, dirt and planted faults with a key; never committed.

    uv run python benchmarks/invented.py FOLDER [--counties 122] [--years 2010-2020] [--seed 20200764]

Figures move together as real ones do: a county's state is half its city's and half its own and drifts
from year to year, and a shock of the year hits all counties alike. What a bureau hands in has its
habits: other units, thousands separators, full-width digits, blank lines, GB 18030, workbooks. Some
figures and documents are missing, some are wrong. `key.json` says which:

=============  ==================================================================================
missing        a figure that was not handed in                                      -> a need
unit           a figure in 10⁴ units under the name of the unit, or the reverse     -> a check
beyond         a part larger than its whole                                         -> a check
repeated       a figure of five digits copied from the year before                  -> a check
balance        a stock that does not follow from the flows                          -> a check
reported       a finished value other than its inputs give                          -> a contradiction
bounds         a share above 100 %                                                  -> a contradiction
claim          a printed value other than the figures give                          -> a contradicted claim
between        the same digits in two counties                                      -> the province page
=============  ==================================================================================
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import shutil
from pathlib import Path
from typing import NamedTuple

import numpy as np
import xlsxwriter

ROOT = Path(__file__).parents[1]
SEED = 20200764
CITIES = "甲乙丙丁戊己庚辛壬癸子丑寅卯"


class Whole(NamedTuple):
    """An amount that grows with something: `per` unit of it, by `growth` % a year."""

    grows_with: str
    per: float
    unit: str
    decimals: int
    growth: float = 1.0


class Share(NamedTuple):
    """A part of an amount: a share in % in the middle, its spread over counties, its drift a year."""

    whole: str
    middle: float
    spread: float
    drift: float


WHOLES = {
    "total_score": Whole("", 100, "points", 0, 0),
    "rivers_in_register": Whole("area", 0.03, "count", 0, 0),
    "gov_items_required": Whole("", 60, "count", 0),
    "firm_items_required": Whole("people", 2.5, "count", 0),
    "plans_requiring_eia": Whole("", 4, "count", 0, 0),
    "surface_sections_total": Whole("area", 0.006, "count", 0, 0),
    "groundwater_points_total": Whole("area", 0.004, "count", 0, 0),
    "black_odor_total": Whole("people", 0.12, "count", 0, 0),
    "land_area": Whole("area", 1.0, "km2", 1, 0),
    "listed_species": Whole("area", 0.025, "count", 0, 0),
    "aquatic_species_baseline": Whole("", 14, "count", 0, 0),
    "hw_generated": Whole("output", 3.1, "t", 2, 4),
    "bank_total": Whole("area", 0.31, "km", 1, 0),
    "energy": Whole("output", 0.52, "10k tce", 2, 1),
    "water_use": Whole("people", 291.0, "10k m3", 1, -0.5),
    "gdp": Whole("output", 1.0, "100m yuan", 2, 6),
    "built_land": Whole("people", 2210.0, "mu", 0, 1.5),
    "straw_total": Whole("area", 93.0, "t", 0),
    "manure_total": Whole("area", 160.0, "t", 0),
    "film_used": Whole("area", 0.31, "t", 1),
    "sw_generated": Whole("output", 371.0, "t", 0, 3),
    "sources_total": Whole("area", 0.004, "count", 0, 0),
    "rural_population": Whole("people", 5200.0, "persons", 0, -1.5),
    "sewage_discharged": Whole("people", 36.1, "10k t", 1, 2.5),
    "waste_generated": Whole("people", 2180.0, "t", 0, 2),
    "rural_households": Whole("people", 1590.0, "households", 0, -1),
    "new_building_area": Whole("people", 1.21, "10k m2", 2, 2),
    "same_class_purchase": Whole("output", 31.0, "10k yuan", 1, 3),
    "cadres_total": Whole("people", 21.0, "persons", 0, 0.5),
    "survey_satisfaction_valid": Whole("", 400, "count", 0, 0),
    "survey_participation_valid": Whole("", 400, "count", 0, 0),
    "valid_air_days": Whole("", 362, "d", 0, 0),
}
SHARES = {
    "eco_score": Share("total_score", 22, 3, 0.3),
    "rivers_with_chief": Share("rivers_in_register", 100, 0, 0),
    "gov_items_disclosed": Share("gov_items_required", 100, 0, 0),
    "firm_items_disclosed": Share("firm_items_required", 100, 0, 0),
    "plans_with_eia": Share("plans_requiring_eia", 100, 0, 0),
    "surface_sections_class3": Share("surface_sections_total", 88, 9, 0.6),
    "groundwater_points_class3": Share("groundwater_points_total", 92, 8, 0.1),
    "black_odor_eliminated": Share("black_odor_total", 84, 10, 3),
    "forest_area": Share("land_area", 52, 9, 0.2),
    "grass_area": Share("land_area", 3.1, 0.6, 0),
    "water_area": Share("land_area", 6.2, 1.1, 0),
    "protected_species": Share("listed_species", 97, 3, 0.1),
    "aquatic_species": Share("aquatic_species_baseline", 99, 3, 0),
    "hw_used_disposed": Share("hw_generated", 100.6, 0.8, 0.1),
    "bank_protected": Share("bank_total", 42, 6, 0.4),
    "bank_reserved": Share("bank_total", 12, 2, 0.1),
    "straw_used": Share("straw_total", 89, 4, 0.7),
    "manure_used": Share("manure_total", 78, 5, 0.9),
    "film_recovered": Share("film_used", 81, 4, 0.6),
    "sw_used": Share("sw_generated", 83, 6, 0.3),
    "sources_monitored": Share("sources_total", 100, 0, 0),
    "sources_good": Share("sources_total", 100, 0, 0),
    "rural_pop_safe_water": Share("rural_population", 100.5, 1, 0.3),
    "sewage_plant_treated": Share("sewage_discharged", 80, 5, 1.1),
    "sewage_other_treated": Share("sewage_discharged", 6, 1.5, 0),
    "waste_harmless": Share("waste_generated", 96, 3, 0.4),
    "households_harmless_toilet": Share("rural_households", 90, 5, 1.2),
    "green_building_area": Share("new_building_area", 54, 8, 1.5),
    "green_purchase": Share("same_class_purchase", 84, 5, 0.5),
    "cadres_trained": Share("cadres_total", 99.5, 1, 0),
    "survey_satisfied": Share("survey_satisfaction_valid", 86, 5, 0.7),
    "survey_participating": Share("survey_participation_valid", 82, 5, 0.7),
    "good_air_days": Share("valid_air_days", 91, 4, 0.5),
}
#: Figures that are levels: middle, spread, drift a year, unit, decimals.
LEVELS = {
    "pm25_mean": (33.0, 5.0, -1.3, "ug/m3", 1),
    "ei_biological_richness": (66.0, 8.0, 0.1, "index", 2),
    "ei_vegetation_cover": (84.0, 6.0, 0.1, "index", 2),
    "ei_water_density": (48.0, 9.0, 0.0, "index", 2),
    "ei_land_stress": (11.0, 3.0, -0.1, "index", 2),
    "ei_pollution_load": (9.0, 2.0, -0.3, "index", 2),
}
CONSTANTS = {
    "plans_with_eia": 0, "surface_sections_below5": 0, "groundwater_points_below5": 0,
    "ei_restriction": 0, "hw_prior_used_disposed": 0, "sw_prior_used": 0,
}  # fmt: skip
#: A share of a finished value that a bureau likes to print beside its inputs.
FINISHED = {
    "straw_use_rate": ("straw_used", "straw_total"),
    "green_procurement": ("green_purchase", "same_class_purchase"),
    "rural_toilet_rate": ("households_harmless_toilet", "rural_households"),
    "urban_waste_harmless_rate": ("waste_harmless", "waste_generated"),
    "manure_use_rate": ("manure_used", "manure_total"),
}
#: The same amount in another unit: name, and by what to multiply.
OTHER_UNITS = {"t": ("万吨", 1e-4, 4), "persons": ("万人", 1e-4, 4), "10k t": ("t", 1e4, 0)}
#: How likely a figure of an item is missing, wrong or dirty in a year.
MISSING, FAULT, DIRT = 0.02, 0.006, 0.15
#: In so many counties a bureau hands in nothing at all of one item, year after year.
NEVER = 0.15


class Province:
    """Everything that is drawn, in one order, so that a seed gives the same files."""

    def __init__(self, counties: int, years: range, seed: int):
        self.years, self.chance = years, np.random.default_rng(seed)
        self.key: list[dict] = []
        draw = self.chance.normal
        city = draw(size=len(CITIES))
        self.of_city = np.arange(counties) % len(CITIES)
        own = draw(size=counties)
        self.state = (city[self.of_city] + own) / np.sqrt(2)
        self.shock = np.cumsum(draw(scale=0.15, size=len(years)))
        self.size = {
            "": np.ones(counties),
            "area": np.exp(draw(7.4, 0.4, counties)),
            "people": np.exp(draw(3.7, 0.5, counties)),  # 10⁴
            "output": np.exp(draw(5.1, 0.7, counties)),  # 10⁸ yuan
        }

    def name(self, county: int) -> str:
        return f"c{county + 1:03}"

    def figures(self, county: int) -> list[dict[str, tuple[float, str, int]]]:
        """True figures of each year: value, unit, decimals."""
        draw, state = self.chance.normal, self.state[county]
        level = {n: draw(0, 0.6) for n in (*SHARES, *LEVELS)}
        wobble = {n: 1 + draw(0, 0.15) for n in WHOLES}
        found = []
        for at in range(len(self.years)):
            year: dict[str, tuple[float, str, int]] = {}
            for name, whole in WHOLES.items():
                grown = (1 + whole.growth / 100) ** at
                noise = 1 + draw(0, 0.015) if whole.growth else 1.0
                base = self.size[whole.grows_with][county] * wobble[name] if whole.grows_with else 1
                value = max(base * whole.per * grown * noise, 1.0)
                year[name] = (round(value, whole.decimals), whole.unit, whole.decimals)
            for name, part in SHARES.items():
                moved = part.spread * (0.7 * state + level[name] + self.shock[at] + draw(0, 0.12))
                share = min(max(part.middle + moved + part.drift * (at - 5), 0.5), 100.0)
                total, unit, decimals = year[part.whole]
                value = min(round(total * share / 100, decimals), total)
                year[name] = (value, unit, decimals)
            for name, (middle, spread, drift, unit, decimals) in LEVELS.items():
                sign = 1 if drift >= 0 else -1
                moved = sign * spread * (0.7 * state + level[name] + self.shock[at] + draw(0, 0.1))
                year[name] = (round(max(middle + moved + drift * at, 1), decimals), unit, decimals)
            for name, value in CONSTANTS.items():
                unit = WHOLES["hw_generated"].unit if name.startswith(("hw", "sw")) else "count"
                year[name] = (float(value), "index" if name.startswith("ei") else unit, 0)
            year["plans_with_eia"] = year["plans_requiring_eia"]
            year["hw_stored"] = (25.0, "t", 2)
            found.append(self._bounded(year))
        for at, year in enumerate(found):
            if at:
                made, used = year["hw_generated"][0], year["hw_used_disposed"][0]
                stored = found[at - 1]["hw_stored"][0] + made - used
                year["hw_stored"] = (round(stored, 2), "t", 2)
        return found

    @staticmethod
    def _bounded(year: dict) -> dict:
        """Two parts of one whole are together no larger than it."""
        pairs = (("sewage_plant_treated", "sewage_other_treated", "sewage_discharged"),
                 ("surface_sections_class3", "surface_sections_below5", "surface_sections_total"))  # fmt: skip
        for one, other, whole in pairs:
            (value, unit, decimals), (total, *_) = year[one], year[whole]
            year[one] = (round(min(value, total - year[other][0]), decimals), unit, decimals)
        return year

    # --- what is handed in

    def write(self, folder: Path) -> None:
        """The project of the province below a folder."""
        for name in ("params/lists", "notebooks"):
            shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True)
        shutil.copy(ROOT / "params/defaults.yml", folder / "params/defaults.yml")
        counties = [self.figures(c) for c in range(len(self.state))]
        for county, years in enumerate(counties):
            self._write_params(folder, county)
            never = [n for n in (*SHARES, *LEVELS) if self.chance.random() < NEVER / 20]
            before: dict[str, str] = {}
            for at, figures in enumerate(years):
                printed = self._printed(county, at, figures, never, before)
                self._write_year(folder, county, at, figures, printed)
                before = {row[0]: row[2] for row in printed}
        self._between(folder)
        key = {"years": [*self.years], "counties": len(self.state), "planted": self.key}
        (folder / "key.json").write_text(json.dumps(key, ensure_ascii=False, indent=0))

    def _plant(self, kind: str, county: int, at: int, subject: str, **more) -> None:
        planted = {"kind": kind, "county": self.name(county), "year": self.years[at]}
        self.key.append({**planted, "subject": subject, **more})

    def _printed(self, county, at, figures, never, before) -> list[list[str]]:
        """The rows of the items table of a year, with what is missing, wrong or dirty."""
        chance, rows = self.chance.random, []
        spoilt: set[str] = set()
        for name, (value, unit, decimals) in figures.items():
            if name in never or chance() < MISSING:
                self._plant("missing", county, at, name)
                spoilt.add(name)
                continue
            text = f"{value:.{decimals}f}"
            whole = SHARES[name].whole if name in SHARES else ""
            fault = chance() < FAULT
            if fault and at > 1 and unit == "t" and value > 100:
                self._plant("unit", county, at, name)
                text, spoilt = f"{value / 1e4:.6f}", spoilt | {name}
            elif (
                fault
                and whole
                and value > 20
                and whole not in spoilt
                and name != "hw_used_disposed"
            ):
                self._plant("beyond", county, at, name)
                text = f"{figures[whole][0] * 1.07 + 1:.{decimals}f}"
                spoilt.add(name)
            elif (
                fault and at and len(text.replace(".", "")) >= 6 and before.get(name, "").isdigit()
            ):
                if WHOLES.get(name, Whole("", 0, "", 0, 0)).growth:
                    self._plant("repeated", county, at, name)
                    text, unit = before[name], unit
                    spoilt.add(name)
            elif name == "hw_stored" and at and chance() < 5 * FAULT:
                self._plant("balance", county, at, name)
                text = f"{value + 7.35:.2f}"
            elif chance() < DIRT:
                text, unit = self._dirty(value, unit, decimals)
            rows.append([name, str(self.years[at]), text, unit])
        for name, (part, whole) in FINISHED.items():
            if {part, whole} & spoilt or chance() < 0.5:
                continue
            rate = 100 * figures[part][0] / figures[whole][0]
            if chance() < 2 * FAULT:
                beyond = chance() < 0.5
                self._plant("bounds" if beyond else "reported", county, at, name)
                rate = 103.4 if beyond else rate - 6.5
            rows.append([name, str(self.years[at]), f"{rate:.2f}", "%"])
        self.spoilt = spoilt
        return rows

    def _dirty(self, value: float, unit: str, decimals: int) -> tuple[str, str]:
        """The same figure in another dress."""
        way = self.chance.integers(3)
        if way == 0 and unit in OTHER_UNITS and value:
            other, factor, more = OTHER_UNITS[unit]
            return f"{value * factor:.{decimals + more if more else 0}f}", other
        text = f"{value:.{decimals}f}"
        if way == 1:
            return f"{value:,.{decimals}f}", unit
        return text.translate(str.maketrans("0123456789.", "０１２３４５６７８９．")), unit

    def _write_year(self, folder: Path, county: int, at: int, figures, rows) -> None:
        name, year = self.name(county), self.years[at]
        raw = folder / f"data/{name}/raw/{year}"
        raw.mkdir(parents=True)
        rows = [[*row, f"报送表 第{n}行"] for n, row in enumerate(rows, 2)]
        heads = ("统计项", "年份", "数值", "单位", "出处")
        way = (county + at) % 4
        if way == 0:
            self._workbook(raw / "items.xlsx", heads, rows)
        else:
            if way == 1:
                rows = [
                    line
                    for row in rows
                    for line in ((row, [""] * 5) if row[2][0] == "1" else (row,))
                ]
            encoding = "gb18030" if way == 2 else "utf-8-sig"
            self._csv(raw / "items.csv", heads, rows, encoding)
        self._csv(raw / "areas.csv", ("Kind", "Site", "Year", "Area", "Unit", "Position"), [
            [kind, f"{site}号区", year, f"{share * self.size['area'][county] * 100:.1f}", "ha", "台账"]
            for kind, site, share in (("redline", 1, 0.11), ("redline", 2, 0.07), ("protected", 3, 0.05))
        ])  # fmt: skip
        self._documents(raw / "documents.csv", county, at)
        self._claims(raw / "claims.csv", county, at, figures)

    def _documents(self, path: Path, county: int, at: int) -> None:
        from ecolib.indicators.lists import load_list
        from ecolib.indicators.targets import requirements_of

        if not hasattr(self, "papers"):
            listed = load_list("2019-76", ROOT)
            self.papers = [(i.id, r) for i in listed.values() for r in requirements_of(i.target)]
        year, rows = self.years[at], []
        for indicator, requirement in self.papers:
            if self.chance.random() < 0.05:
                self._plant("missing", county, at, f"{indicator}.{requirement}")
                continue
            title, number = (
                f"{year}年{indicator}{requirement}情况报告",
                f"县府〔{year}〕{len(rows) + 1}号",
            )
            rows.append([indicator, requirement, year, "yes", "有材料", title, number, "档案"])
        heads = (
            "Indicator",
            "Requirement",
            "Year",
            "Holds",
            "Statement",
            "Title",
            "Number",
            "Position",
        )
        self._csv(path, heads, rows)

    def _claims(self, path: Path, county: int, at: int, figures) -> None:
        """What the county's own report prints: finished values, most as the figures give them."""
        year, rows = self.years[at], []
        printed = {
            "eco_share_of_appraisal": ("eco_score", "total_score"),
            "hazardous_waste_rate": ("hw_used_disposed", "hw_generated"),
            "mulch_film_recovery": ("film_recovered", "film_used"),
            "green_building_share": ("green_building_area", "new_building_area"),
            "village_water_hygiene": ("rural_pop_safe_water", "rural_population"),
            **FINISHED,
        }
        for indicator, (part, whole) in printed.items():
            if {part, whole} & self.spoilt:
                continue
            value = 100 * figures[part][0] / figures[whole][0]
            if self.chance.random() < 0.02:
                value -= 4.2
                self._plant("claim", county, at, indicator)
            text = f"{value:.2f}"
            rows.append([indicator, year, "value", text, "%", f"{year}年为{text}%", "自评报告"])
        heads = ("Indicator", "Year", "Kind", "Printed", "Unit", "Claim", "Position")
        self._csv(path, heads, rows)

    def _between(self, folder: Path) -> None:
        """One county hands in what another has handed in, to the last digit."""
        last = len(self.years) - 1
        for pair in range(max(1, len(self.state) // 25)):
            one, other = 2 * pair, 2 * pair + 1
            for name in ("straw_total", "manure_total", "sw_generated"):
                row = next((r for r in self._rows(folder, one, last) if r[0] == name), None)
                if row is None:
                    continue
                path = folder / f"data/{self.name(other)}/raw/{self.years[last]}/items2.csv"
                lines = [[*row[:4], "补报"]]
                if path.exists():
                    lines = [*csv.reader(path.open(encoding="utf-8-sig")), *lines][1:]
                self._csv(path, ("统计项", "年份", "数值", "单位", "出处"), lines)
                self._plant("between", other, last, name, twin=self.name(one))

    def _rows(self, folder: Path, county: int, at: int) -> list[list[str]]:
        """The rows that a county has handed in."""
        from ecolib.data.readers import read_file

        raw = folder / f"data/{self.name(county)}/raw/{self.years[at]}"
        path = next(raw.glob("items.*"))
        return [[str(c) for c in cells] for _, cells in read_file(path, folder)[0].rows]

    def _write_params(self, folder: Path, county: int) -> None:
        city = int(self.of_city[county])
        base = self.years[0]
        air = 80 + 0.4 * float(self.state[county] > 0)
        lines = [
            "county:",
            f"  zh: {CITIES[city]}市{CITIES[city]}{county // len(CITIES) + 1:02}县",
            f"  en: County {county + 1:03}",
            f"  base_year: {base}",
            "  goal_year: 2025",
            f"  area_km2: {self.size['area'][county]:.1f}",
            "  terrain: {hill: 100}",
            f'  code: "44{city + 1:02}{county // len(CITIES) + 1:02}"',
            "assigned:",
        ]
        given = {"good_air_days_ratio": ("at_least", air), "pm25_decline": ("at_least", 5),
                 "energy_per_gdp": ("at_most", 1.2), "water_per_gdp": ("at_most", 900),
                 "rural_toilet_rate": ("at_least", 75), "river_bank_protection_rate": ("at_least", 40)}  # fmt: skip
        for name, (sense, value) in given.items():
            span = f"{base}-{self.years[-1]}"
            lines.append(
                f"  {name}: {{{span}: {{sense: {sense}, value: {value}, document: 目标责任书}}}}"
            )
        lines.append("not_applicable:")
        for name in ("coast_restoration", "natural_coastline_rate"):
            lines.append(f"  {name}: {{zh: 内陆县, en: inland county}}")
        (folder / f"params/{self.name(county)}.yml").write_text(
            "\n".join(lines) + "\n", encoding="utf-8"
        )

    @staticmethod
    def _csv(path: Path, heads, rows, encoding: str = "utf-8-sig") -> None:
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\n").writerows([heads, *rows])
        path.write_text(buffer.getvalue(), encoding=encoding, newline="")

    @staticmethod
    def _workbook(path: Path, heads, rows) -> None:
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("报送表")
            for at, row in enumerate([heads, *rows]):
                for column, cell in enumerate(row):
                    number = column == 2 and at and cell.isascii() and "," not in cell
                    (sheet.write_number if number else sheet.write_string)(
                        at, column, float(cell) if number else cell
                    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--counties", type=int, default=122)
    parser.add_argument("--years", default="2010-2020")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    first, last = map(int, given.years.split("-"))
    Province(given.counties, range(first, last + 1), given.seed).write(given.folder)


if __name__ == "__main__":
    main()
