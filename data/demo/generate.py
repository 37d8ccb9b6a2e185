"""Make the raw tables of the fictional demo county: `uv run python data/demo/generate.py`.

The same files come out byte for byte every time. What is made up stands in `made_up/`, one module
a table; to add a table, write its module and name it in `TABLES`.
"""

from __future__ import annotations

import csv
import io
from functools import partial
from pathlib import Path

import pandas as pd
import pyarrow as pa
from made_up import YEARS, air, areas, claims, documents, ei, items, land, survey, water, workplan
from made_up import water_sources as sources
from pyarrow import parquet

from ecolib.data import dictionary

TABLES = {
    "items": items.rows,
    "areas": areas.rows,
    "documents": documents.rows,
    "claims": claims.rows,
    "water_sections": water.sections,
    "water_samples": water.samples,
    "groundwater_points": water.wells,
    "groundwater_samples": water.well_samples,
    "drinking_sources": sources.sources,
    "drinking_source_samples": sources.samples,
    "land_cover": land.rows,
    "ei_yearly": ei.rows,
    "air_daily": air.daily,
    "survey_answers": survey.answers,
    "survey_population": survey.population,
    **{name: partial(workplan.rows, name) for name in (*dictionary.PLAN, "evidence")},
}
LAST_CHINESE_YEAR = 2015
YES_NO = {"zh": {"yes": "是", "no": "否"}, "en": {"yes": "yes", "no": "no"}}


def write(folder: Path) -> None:
    """Write `<folder>/<year>/<table>.csv`, the hours of air as parquet; no rows make no file."""
    for year in YEARS:
        for name, rows_of in TABLES.items():
            if rows := rows_of(year):
                path = folder / str(year) / f"{name}.csv"
                path.parent.mkdir(parents=True, exist_ok=True)
                # Both kinds of heading must be accepted, so the demo hands in both.
                lang = "zh" if year <= LAST_CHINESE_YEAR else "en"
                path.write_text(_as_csv(name, rows, lang), encoding="utf-8", newline="\n")
        if (hours := air.hourly(year)) is not None:
            # Too many rows for people: these are handed in as a data logger writes them.
            _write_parquet(hours, folder / str(year) / "air_hourly.parquet")


def _write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Parquet without the notes that pandas leaves in a file, so that only the data count."""
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()
    parquet.write_table(table, path, compression="zstd", compression_level=9, store_schema=False)


def _as_csv(name: str, rows: list[dict[str, str]], lang: str) -> str:
    # What an answer counts as is filled in by mappings of questionnaires from outside.
    columns = [c for c in dictionary.table(name).columns if c.name != "counts"]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(getattr(c, lang) for c in columns)
    writer.writerows([_shown(c, row.get(c.name, ""), lang) for c in columns] for row in rows)
    return text.getvalue()


def _shown(column: dictionary.Column, code: str, lang: str) -> str:
    """A cell as people write it in that language."""
    if column.type == "yesno":
        return YES_NO[lang][code]
    if column.type == "unit" and lang == "zh":
        # An index has no unit that people write; its code stands in.
        return dictionary.units()[code].zh or code
    return code


def write_papers(folder: Path) -> None:
    """Write the papers that are on file."""
    folder.mkdir(exist_ok=True)
    for name, text in workplan.papers().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(Path(__file__).parent / "raw")
    write_papers(Path(__file__).parent / "evidence")
