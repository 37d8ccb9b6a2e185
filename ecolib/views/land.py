"""Land cover between two surveys: areas by type, what changed, and what became of what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ecolib.assess.result import Result
from ecolib.report.words import pick
from ecolib.texts import show, word, words
from ecolib.views.monitoring import subheading
from ecolib.views.output import Html, Picture, Pieces, picture, pieces, table
from ecolib.views.phrases import semicolon
from ecolib.views.style import ACCENT, INK, MUTED

if TYPE_CHECKING:
    from ecolib.assess.case import Case


def land(result: Result, lang: str, *, case: Case) -> Pieces:
    """The last survey up to the year against the base year's, or the earliest one there is."""
    derived = case.derived_from("ei_biological_richness")
    changes = pd.DataFrame() if derived is None else derived.detail["land_changes"]
    changes = changes[changes["year"] <= result.year] if len(changes) else changes
    if changes.empty:
        return Pieces(())
    change = changes[changes["year"] == changes["year"].max()]
    before, after = (int(change[year].iloc[0]) for year in ("since", "year"))
    names = {kind: word("land", kind, lang) for kind in words("land")}
    change = change.set_index("type")
    change = change.reindex([kind for kind in names if kind in change.index]).rename(names)
    overlaid = derived.detail["land_transitions"]
    overlaid = overlaid[(overlaid["since"] == before) & (overlaid["year"] == after)]
    return pieces(
        subheading("土地覆盖变化", "Change of land cover", "land-cover", lang),
        _picture(change, before, after, lang),
        _changes(change, before, after, lang),
        None if overlaid.empty else _matrix(overlaid, names, before, after, lang),
    )


def _changes(change: pd.DataFrame, before: int, after: int, lang: str) -> Html:
    percent = pick(("变化率（%）", "Change (%)"), lang)
    frame = pd.DataFrame(
        {
            pick(("地类", "Type"), lang): change.index,
            f"{before}": [f"{v:,.2f}" for v in change["before"]],
            f"{after}": [f"{v:,.2f}" for v in change["after"]],
            pick(("变化", "Change"), lang): [f"{v + 0.0:+,.2f}" for v in change["change"].round(2)],
            percent: [f"{v + 0.0:+.2f}" for v in change["change_pct"].round(2)],
            pick((f"{after} 年占比（%）", f"Share in {after} (%)"), lang): [
                f"{100 * v:.1f}" for v in change["share"]
            ],
        }
    )
    caption = pick(
        (
            f"{before} 年与 {after} 年地类面积（km²）",
            f"Area by land type in {before} and {after} (km²)",
        ),
        lang,
    )
    return table(frame, caption=caption, numbers=tuple(frame)[1:])


def _matrix(
    overlaid: pd.DataFrame, names: dict[str, str], before: int, after: int, lang: str
) -> Html:
    """Rows before, columns after; what stayed stands on the diagonal."""
    matrix = overlaid.pivot(index="type_before", columns="type_after", values="area_km2")
    order = [kind for kind in names if kind in matrix.index or kind in matrix.columns]
    matrix = matrix.reindex(index=order, columns=order).fillna(0.0)
    total = pick(("合计", "Total"), lang)
    full = matrix.assign(**{total: matrix.sum(axis=1)})
    full.loc[total] = full.sum()
    corner = pick((f"{before} 年 ↓  {after} 年 →", f"{before} ↓  {after} →"), lang)
    columns = {corner: [names.get(kind, kind) for kind in full.index]}
    for kind in full:
        columns[names.get(kind, kind)] = [f"{v:,.2f}" if v else "—" for v in full[kind]]
    caption = pick(
        (
            f"{before}—{after} 年土地覆盖转移矩阵（km²）：每行是 {before} 年的地类变成了什么",
            f"Change matrix {before} to {after} (km²): each row tells what a type of {before} "
            "became",
        ),
        lang,
    )
    return table(pd.DataFrame(columns), caption=caption, numbers=tuple(columns)[1:])


def _picture(change: pd.DataFrame, before: int, after: int, lang: str) -> Picture:
    """Gains to the right, losses to the left."""
    from matplotlib import pyplot

    from ecolib.views.style import apply

    apply()
    change = change.assign(change=change["change"].round(2) + 0.0)
    ordered = change.sort_values("change")
    figure, axis = pyplot.subplots(figsize=(8, 0.8 + 0.38 * len(ordered)))
    gains = ordered["change"].fillna(0)
    axis.barh(ordered.index, gains, color=[ACCENT if v >= 0 else MUTED for v in gains], height=0.55)
    for name, value in ordered["change"].items():
        side = 1 if not value < 0 else -1
        axis.annotate(
            "—" if value != value else f"{value:+.2f}", (0 if value != value else value, name),
            xytext=(5 * side, 0), textcoords="offset points", va="center",
            ha="left" if side > 0 else "right", fontsize=9, color=INK,
        )  # fmt: skip
    axis.axvline(0, color=INK, linewidth=0.8)
    axis.margins(x=0.18)
    axis.grid(visible=False, axis="y")
    title = pick((f"各地类面积变化，{before}—{after} 年（km²）",
                  f"Change of area by land type, {before} to {after} (km²)"), lang)  # fmt: skip
    axis.set_title(title, loc="left", fontsize=10.5, color=INK)
    each = semicolon(lang).join(
        f"{name} {show(row['before'])} → {show(row['after'])} ({row['change']:+.2f})"
        for name, row in change.iterrows()
    )
    return picture(figure, f"{title}{'：' if lang == 'zh' else ': '}{each}")
