"""How figures look: one style, and fonts that carry Chinese on any machine.

A subset of Noto Sans SC travels with the package (fonts/, SIL Open Font License), so figures need
no font of the system. `apply` sets the fonts last, because `seaborn.set_theme` resets them.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files

FONT_FILE = "NotoSansSC-subset.ttf"
FAMILIES = ["Noto Sans SC", "DejaVu Sans"]
#: No date, so that the same figure gives the same bytes.
SVG_METADATA = {"Date": None, "Creator": None}

#: Colours that stay apart for colour-blind readers; a mark and a word always stand beside them.
VERDICT_COLOURS = {
    "met": "#1a7f5a",
    "not_met": "#c0392b",
    "conflict": "#8e44ad",
    "not_evaluable": "#7f6b00",
    "declared": "#2c6fbb",
    "not_applicable": "#6b7280",
}
VERDICT_MARKS = {
    "met": "✓",
    "not_met": "✗",
    "conflict": "≠",
    "not_evaluable": "?",
    "declared": "○",
    "not_applicable": "–",
}
#: Bands of stacked bars: told apart by shade and hatching, not by hue alone.
BANDS = (
    {"facecolor": "#5b8db8"},
    {"facecolor": "#d9a441", "hatch": "//"},
    {"facecolor": "#cfd6dd", "hatch": ".."},
    {"facecolor": "#8fb98b"},
    {"facecolor": "#b79bc4", "hatch": "\\\\"},
    {"facecolor": "#7f8c99"},
)
INK, MUTED, GRID, ACCENT, TARGET = "#1f2933", "#52606d", "#e2e8f0", "#21618c", "#c0392b"


@cache
def _register() -> None:
    from matplotlib import font_manager

    with as_file(files("ecolib.views") / "fonts" / FONT_FILE) as path:
        font_manager.fontManager.addfont(str(path))


def apply() -> None:
    """Set the style for every figure drawn afterwards; safe to call again."""
    import matplotlib
    import seaborn

    _register()
    seaborn.set_theme(
        style="whitegrid",
        rc={
            "axes.edgecolor": GRID,
            "axes.labelcolor": INK,
            "axes.spines.right": False,
            "axes.spines.top": False,
            "grid.color": GRID,
            "text.color": INK,
            "xtick.color": MUTED,
            "ytick.color": MUTED,
        },
    )
    matplotlib.rcParams.update(
        {
            "font.family": FAMILIES,
            "font.size": 10,
            "xtick.labelsize": 9.5,
            "ytick.labelsize": 9.5,
            "axes.unicode_minus": False,
            "figure.figsize": (8, 3.6),
            "figure.constrained_layout.use": True,
            "svg.fonttype": "path",
            "svg.hashsalt": "ecolib",
            # A dollar sign would switch to mathtext, which knows no Chinese.
            "text.parse_math": False,
        }
    )
