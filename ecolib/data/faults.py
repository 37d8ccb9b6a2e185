"""What every parser of cells shares: when nothing is there, and how a fault is told."""

from __future__ import annotations

import math
from typing import NoReturn

from pydantic_core import PydanticCustomError

from ecolib.data.readers.sheet import Formula

MISSING_MARKS = {"", "-", "--", "—", "——", "－", "/", "／", "无", "n/a", "na", "nan"}
#: What Excel shows where a formula has no result.
ERROR_VALUES = {
    "#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!",
    "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!",
}  # fmt: skip
#: Full-width characters to plain ones. Not NFKC, which turns the footnote in "93.5①" into a digit.
NARROW = {0x3000: " "} | {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}


def fail(code: str, zh: str, en: str) -> NoReturn:
    """Refuse a cell with a stable code and a sentence in both languages."""
    raise PydanticCustomError(code, "{en}", {"zh": zh, "en": en})


def clean(value: object) -> str | None:
    """Text to parse, width-normalised; None for the ways of writing that nothing is there."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    text = str(value).translate(NARROW).strip()
    return None if text.casefold() in MISSING_MARKS else text


def refuse_without_value(value: object) -> None:
    """Refuse what stands where Excel could not compute, or did not store, a value."""
    if not isinstance(value, str):
        return
    if isinstance(value, Formula):
        fail(
            "formula",
            f"公式“{value}”没有保存计算结果，数值不明；请用 Excel 打开后重新保存，或直接填数值",
            f"the formula '{value}' was saved without its result; "
            "open the file in Excel and save it again, or type in the value",
        )
    if value.strip() in ERROR_VALUES:
        fail(
            "error_value",
            f"“{value}”是 Excel 的错误值，没有数值；请改正公式或填写数值",
            f"'{value}' is an error value of Excel; mend the formula or type in the value",
        )
