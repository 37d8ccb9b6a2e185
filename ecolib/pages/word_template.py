"""The default template of the Word report: `python -m ecolib.pages.word_template` writes it.

It is an ordinary docxtpl template (`templates/report.<lang>.docx`), kept in the repository so that an
office can copy it, change it in Word or WPS and pass it back with `--template`. Headings and
captions are literal text of the template, in one language; what is filled in stands as
`{{ name }}`, as `data/README.md` lists. What stands where is written in
`templates/word/report.xml.j2`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml

from ecolib.pages.wordml import CM, FOLDER, document
from ecolib.texts import LANGS, text


def template(lang: str) -> bytes:
    """The template in a language as the bytes of a .docx; always the same."""
    tables = yaml.safe_load((FOLDER / "report.yml").read_text(encoding="utf-8"))

    def say(code: str) -> str:
        return text(f"export.word.{code}", lang)

    tables = {name: _table(form, say) for name, form in tables.items()}
    return document("report", "{{ short_title }}", lang, tables=tables, say=say)


def _table(form: dict[str, Any], say: Callable[[str], str]) -> dict[str, Any]:
    """A table of `templates/report.yml`: its columns apart, headings and cells as they are filled in."""
    heads, marks, kinds, widths = zip(*map(str.split, form["columns"]), strict=True)
    return {
        "groups": None,
        "small": False,
        "short": False,
        **form,
        "heads": [f"{{{{ {h} }}}}" if {*".["} & {*h} else say(h) for h in heads],
        "marks": [f"{{{{ {mark if '.' in mark else f'r.{mark}'} }}}}" for mark in marks],
        "kinds": "".join(kinds),
        "widths": [round(float(width) * CM) for width in widths],
    }


if __name__ == "__main__":
    for lang in LANGS:
        (FOLDER / f"report.{lang}.docx").write_bytes(template(lang))
