"""Make the font of the figures: a subset of Noto Sans SC with what figures can print.

    uv run python tools/font_subset.py NotoSansSC-Regular.ttf

The font itself (SIL Open Font License) is had from https://github.com/notofonts/noto-cjk; fonttools
comes with matplotlib. Kept are all characters of GB/T 2312, those of the catalogue of sentences,
the data dictionary and the parameters, and signs of numbers and units. Other characters are drawn
in a font of the system, or marked (`ecolib.pages.style.mark_absent`).
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, save_font

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "ecolib/pages/fonts/NotoSansSC-subset.ttf"
#: Where what figures print is written.
SOURCES = ("ecolib/texts/*.yml", "ecolib/**/*.csv", "ecolib/data/tables/*.yml", "params/**/*.yml")
SIGNS = "≥≤≠±×÷−–—～·°′″²³⁴₂₃₅μΩ‰§●◐○✓✗△⚠〓ⅠⅡⅢⅣⅤⅥ"


def gb2312() -> set[str]:
    """Every character of GB/T 2312: two bytes, each from A1 to FE."""
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return set("".join(pair.decode("gb2312", errors="ignore") for pair in pairs))


def wanted() -> set[str]:
    """The characters of the subset."""
    files = (path for pattern in SOURCES for path in sorted(ROOT.glob(pattern)))
    written = set().union(*(path.read_text(encoding="utf-8-sig") for path in files))
    return {c for c in gb2312() | written | set(SIGNS) | set(map(chr, range(32, 127))) if c > " "}


def main(source: str) -> None:
    options = Options(
        layout_features=[], hinting=False, notdef_outline=True, recalc_timestamp=False
    )
    font = load_font(source, options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=map(ord, wanted()))
    subsetter.subset(font)
    save_font(font, str(TARGET), options)


if __name__ == "__main__":
    main(*sys.argv[1:])
