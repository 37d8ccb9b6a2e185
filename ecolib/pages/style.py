"""How everything looks: fonts, the tones and signs of verdicts, matplotlib and seaborn, figures as SVG.

A subset of Noto Sans SC travels with the package (fonts/, SIL Open Font License), so figures need no
font of the system; characters it lacks are taken from one that the system has. `apply_style` sets
the fonts last, because `seaborn.set_theme` resets them.
"""

from __future__ import annotations

import io
import re
import zlib
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FONT_FILE = "NotoSansSC-subset.ttf"
FAMILIES = ["Noto Sans SC", "DejaVu Sans"]
#: For characters that neither has, such as rare ones in names of places; the first that is there.
SYSTEM_FAMILIES = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "SimSun",
    "WenQuanYi Zen Hei",
)  # fmt: skip
#: No date, so that the same figure gives the same bytes.
SVG_METADATA = {"Date": None, "Creator": None}

#: Verdicts, and an indicator without a saved result; the order in which a report shows them.
MARKS = {
    "not_met": "✗",
    "conflict": "≠",
    "not_evaluable": "?",
    "declared": "○",
    "conditional": "◐",
    "met": "✓",
    "not_applicable": "–",
    "no_result": "!",
}
#: What an audit finds about a claim, and how far a requirement is proved.
FINDING_MARKS = {"contradicts": "≠", "cannot_check": "?", "agrees": "✓"}
EVIDENCE_MARKS = {
    "documented": "●", "named": "◐", "stated": "◐", "lapsed": "○", "absent": "○", "denied": "✗",
}  # fmt: skip
#: States of a row of the plan, the worst first; on a page each has the tone of the verdict it is like.
PLAN_MARKS = {
    "late": "▲",
    "contradicted": "≠",
    "stopped": "■",
    "no_report": "?",
    "due": "△",
    "on_track": "→",
    "done": "✓",
    "no_date": "□",
}
PLAN_TONES = {
    "late": "not_met", "contradicted": "conflict", "stopped": "not_met",
    "no_report": "not_evaluable", "due": "due", "on_track": "conditional", "done": "met", "no_date": "declared",
}  # fmt: skip
#: The colours of `page.css` by their names there, as they are on paper; a dark screen has others.
_SHEET = (files(__package__) / "templates" / "page.css").read_text(encoding="utf-8")
COLOURS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", _SHEET.partition("@media")[0]))
INK, MUTED, GRID, ACCENT = (COLOURS[name] for name in ("ink", "ink2", "line", "accent"))
#: Bands of stacked bars: told apart by shade and hatching, not by hue alone.
BANDS = (
    {"facecolor": "#5b8db8"},
    {"facecolor": "#d9a441", "hatch": "//"},
    {"facecolor": "#cfd6dd", "hatch": ".."},
    {"facecolor": "#8fb98b"},
    {"facecolor": "#b79bc4", "hatch": "\\\\"},
    {"facecolor": "#7f8c99"},
)


@cache
def families() -> list[str]:
    """The fonts of figures in the order in which a character is looked for."""
    from matplotlib import font_manager

    with as_file(files("ecolib.pages") / "fonts" / FONT_FILE) as path:
        font_manager.fontManager.addfont(str(path))
    there = set(font_manager.get_font_names())
    return FAMILIES + [name for name in SYSTEM_FAMILIES if name in there][:1]


#: What stands for a character that no font here has, as printers do; and its code points below.
ABSENT = "〓"


@cache
def characters() -> frozenset[str]:
    """Every character that the fonts of figures have."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    fonts = (get_font(findfont(FontProperties(family=name))) for name in families())
    return frozenset(chr(code) for font in fonts for code in font.get_charmap())


def mark_absent(figure: Figure) -> None:
    """Put `ABSENT` in the place of each character that cannot be drawn, and say which they are."""
    from matplotlib.text import Text

    absent: dict[str, None] = {}
    for drawn in figure.findobj(Text):
        said = drawn.get_text()
        if not said.isascii() and (lacking := set(said) - characters() - {"\n"}):
            absent |= dict.fromkeys(sorted(lacking))
            drawn.set_text("".join(ABSENT if c in lacking else c for c in said))
    if absent:
        codes = ", ".join(f"U+{ord(character):04X}" for character in absent)
        figure.supxlabel(f"{ABSENT}: {codes}", x=0.01, ha="left", fontsize=8, color=MUTED)


def apply_style() -> None:
    """Set the style for every figure drawn afterwards; safe to call again."""
    import seaborn

    looks = {
        "axes.edgecolor": COLOURS["line2"],
        "axes.labelcolor": MUTED,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.unicode_minus": True,
        "figure.constrained_layout.use": True,
        "figure.figsize": (8, 3.6),
        "font.size": 10,
        "grid.color": GRID,
        "svg.hashsalt": "ecolib",
        "text.color": INK,
        "xtick.color": MUTED,
        "xtick.labelsize": 9.5,
        "ytick.color": MUTED,
        "ytick.labelsize": 9.5,
    }
    shades = [ACCENT, *(band["facecolor"] for band in BANDS[1:])]
    seaborn.set_theme(style="whitegrid", palette=shades, rc=looks)
    chinese()


def chinese() -> None:
    """Fonts with Chinese characters for every figure drawn afterwards, and nothing else.

    They travel with the package. `seaborn.set_theme` resets the fonts: call it first.
    """
    import matplotlib

    # A dollar sign would switch to mathtext, which knows no Chinese.
    fonts = {"font.family": families(), "text.parse_math": False, "svg.fonttype": "path"}
    matplotlib.rcParams.update(fonts)


def subplots(*args: Any, **options: Any) -> tuple[Figure, Any]:
    """`pyplot.subplots` in the style of the pages; `svg` closes the figure again."""
    from matplotlib import pyplot

    apply_style()
    return pyplot.subplots(*args, **options)


#: A number with more digits than the eye sees; what scales a whole outline stays as it is.
NUMBER = re.compile(r"scale\([^)]*\)|\d+\.\d{3,}")
IDS = re.compile(r'(\bid="|url\(#|href="#)(?!glyph-)([^")]+)')
GLYPH = re.compile(r'(\bid="|href="#)(?=[A-Z][\w-]*-[0-9a-f]+")')


def svg(drawn: Figure | Axes, alt: str) -> Markup:
    """A matplotlib figure as SVG within a page; the figure is closed.

    Text is drawn as outlines and needs no font. Outlines have the same id in every figure, so that a
    page keeps each once (`render.share_glyphs`); all other ids are this figure's own. Colours of
    `COLOURS` become those of the page, which a dark screen changes.

    Parameters
    ----------
    alt
        What the figure says, with its numbers, for who does not see it.
    """
    from matplotlib import pyplot
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    figure = drawn.get_figure()
    mark_absent(figure)
    buffer = io.StringIO()
    # `savefig` would draw twice: once for the layout alone, which drawing does by itself.
    FigureCanvasSVG(figure).print_svg(buffer, metadata=SVG_METADATA)
    pyplot.close(figure)
    _, begin, body = buffer.getvalue().partition("<svg ")
    head, _, body = body.partition(">")
    box = re.search(r'viewBox="[^"]*"', head)[0]
    body = re.sub(r"\s*<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = NUMBER.sub(_rounded, body)
    body = GLYPH.sub(r"\g<1>glyph-", body).replace("xlink:href", "href")
    own = f"{zlib.crc32(f'{alt}{body}'.encode()):08x}"
    body = IDS.sub(rf"\g<1>{own}-\g<2>", body)
    for name, colour in COLOURS.items():
        body = body.replace(colour, f"var(--{name})")
    # The paper of the figure is that of the page.
    body = re.sub("(fill|stroke): #ffffff", r"\1: var(--bg)", body)
    return Markup(f'<svg {box} role="img" aria-label="{escape(alt)}">{body}')


def _rounded(found: re.Match) -> str:
    number = found[0]
    return number if number[0] == "s" else f"{float(number):.2f}".rstrip("0").rstrip(".")


def warm_up() -> None:
    """The first figure opens fonts and backend, which all figures share."""
    from matplotlib import rc_context

    with rc_context():
        figure, axis = subplots()
        axis.plot([0, 1], label="指标 Indicator")
        axis.legend()
        svg(figure, "")
