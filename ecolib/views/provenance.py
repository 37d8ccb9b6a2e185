"""Where every figure stands, and what else went into the result: parameters and versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ecolib.assess.result import Result
from ecolib.fingerprint import computing
from ecolib.indicators.catalogue import find
from ecolib.report.words import pick
from ecolib.texts import show, word
from ecolib.views.output import Html, absent, facts, folded, joined, section, table
from ecolib.views.phrases import comma, input_name

if TYPE_CHECKING:
    from ecolib.assess.case import Case


def provenance(result: Result, lang: str, *, case: Case) -> Html:
    """Files and cells of every figure, the parameters of the county, versions of the software."""
    rows = pd.concat([_rows(part, lang) for part in result.owner_parts], ignore_index=True)
    return joined(
        section(word("heading", "provenance", lang), "provenance"),
        *_places(rows.drop_duplicates(), lang),
        facts(_parameters(result, lang, case)),
    )


def _rows(result: Result, lang: str) -> pd.DataFrame:
    entry = find(result.indicator)
    columns = ("file", "sheet", "cell")
    rows = [
        {name: row[name] for name in columns} | {"item": input_name(row["what"], entry, lang)}
        for row in result.lineage
    ]
    return pd.DataFrame(rows, columns=[*columns, "item"])


def _places(rows: pd.DataFrame, lang: str) -> list[Html]:
    """One row a file and item; the cells are listed, not only counted."""
    if rows.empty:
        return [absent(pick(("没有用到任何文件。", "No file was used."), lang))]
    by_place = rows.groupby(["file", "sheet", "item"], sort=False)["cell"]
    frame = by_place.agg(lambda cells: comma(lang).join(dict.fromkeys(cells))).reset_index()
    frame["sheet"] = frame["sheet"].where(frame["sheet"] != "", None)
    frame = frame.dropna(axis="columns", how="all")
    names = {name: word("label", name, lang) for name in frame.columns}
    names["cell"] = pick(("行首单元格", "First cell of the row"), lang)
    caption = pick(("每个数所在的文件和单元格", "File and cell of every figure"), lang)
    body = table(frame.rename(columns=names), caption=caption)
    count = len(rows["file"].unique())
    summary = pick((f"{count} 个文件，{len(rows)} 行", f"{count} files, {len(rows)} rows"), lang)
    return [folded(body, summary, len(frame))]


def _parameters(result: Result, lang: str, case: Case) -> list[tuple[str, str]]:
    county, settings = case.params.county, case.settings
    used = f"params/{case.county}.yml{comma(lang)}params/defaults.yml"
    kept = (
        f"显著性水平 {show(settings.alpha)}；历年最多看 {settings.history} 年",
        f"significance level {show(settings.alpha)}; at most {settings.history} years of history",
    )
    return [
        (pick(("参数文件", "Parameter files"), lang), used),
        (pick(("基准年", "Base year"), lang), str(county.base_year)),
        (pick(("设置", "Settings"), lang), pick(kept, lang)),
        (pick(("结果文件", "Result file"), lang), "result.json"),
        (pick(("软件版本", "Software"), lang), comma(lang).join(_software())),
    ]


def _software() -> list[str]:
    told = computing()
    python = told.pop("python")
    return [f"Python {python}", *(f"{name} {version}" for name, version in told.items())]
