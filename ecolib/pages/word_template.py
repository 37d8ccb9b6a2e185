"""The default template of the Word report, written part by part: `python -m ecolib.pages.word_template`.

What it writes is an ordinary docxtpl template (`templates/report.<lang>.docx`), kept in the
repository so that an office can copy it, change it in Word or WPS and pass it back with
`--template`. Headings and captions are literal text of the template, in one language; what is filled
in stands as `{{ name }}`, as `data/README.md` lists.
"""

from __future__ import annotations

from collections.abc import Callable

import yaml

from ecolib.pages.wordml import (
    FOLDER,
    HEAD,
    SPACES,
    Table,
    cell,
    document,
    each,
    field,
    page_numbers,
    para,
    row,
    run,
    section,
    section_end,
    tag,
)
from ecolib.texts import LANGS, text


class _Report:
    """The body in one language."""

    def __init__(self, lang: str):
        self.say: Callable[[str], str] = lambda code: text(f"export.word.{code}", lang)
        self.tables = yaml.safe_load((FOLDER / "report.yml").read_text(encoding="utf-8"))

    def title(self, kind: str, chapter: str, number: str, words: str) -> str:
        """`表3-1　…`: the chapter as text, the running number a field of its own for each chapter."""
        style = {"table": "TableTitle", "figure": "FigureTitle"}[kind]
        label = f"{self.say(kind)}{chapter}-"
        count = field(f"SEQ {kind}{chapter} \\* ARABIC", number)
        return para(style, label, count, run(f"　{words}"))

    def formula(self) -> str:
        """A formula with its number in a table without lines: a tab would shrink the fraction."""
        number = field("SEQ formula \\* ARABIC", "{{ f.number }}")
        table = Table([0.2, 14.1, 1.4], bare=True)
        cells = (para("Formula", ""), para("Formula", "{{r f.omml }}"),
                 para("Formula", "(", number, ")"))  # fmt: skip
        table.rows.append(row(*(cell(w, c) for w, c in zip(table.widths, cells, strict=True))))
        return table.xml()

    def table(self, name: str) -> Table:
        """A table of `templates/report.yml`."""
        form = self.tables[name]
        heads, marks, kinds, widths = zip(*map(str.split, form["columns"]), strict=True)
        table = Table(
            [*map(float, widths)], small=bool(form.get("small")), short=bool(form.get("short"))
        )
        table.head(*(f"{{{{ {h} }}}}" if {*".["} & {*h} else self.say(h) for h in heads))
        if groups := form.get("groups"):
            table.tag(f"for g in {groups}").tag(f"if g.{form['name']}")
            table.band(f"{{{{ g.{form['name']} }}}}").tag("endif")
        table.tag(f"for r in {'g.rows' if groups else form['rows']}")
        marks = (mark if "." in mark else f"r.{mark}" for mark in marks)
        table.line(*(f"{{{{ {mark} }}}}" for mark in marks), kinds="".join(kinds)).tag("endfor")
        return table.tag("endfor") if groups else table

    def titled(self, name: str, chapter: str, number: str) -> str:
        """A table below its title, and the space after it."""
        title = self.title("table", chapter, number, self.say(f"title.{name}"))
        return title + self.table(name).xml() + para("TableNote", "")

    def paragraphs(self, of: str, style: str = "Normal", before: str = "") -> str:
        return each(f"for p in {of}", para(style, f"{before}{{{{ p }}}}"))

    def body(self) -> str:
        parts = (self.cover, self.conclusion, self.overview, self.indicators, self.gates)
        parts += (self.problems, self.annexes)
        body = "".join(part() for part in parts)
        return (
            f"{HEAD}<w:document {SPACES}><w:body>{body}{section(across=True)}</w:body></w:document>"
        )

    def cover(self) -> str:
        contents = ('<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
                    '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-3" \\h \\z \\t '
                    '"Annex title,1" </w:instrText></w:r>'
                    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>')  # fmt: skip
        sign = Table([3.6, 12.1]).tag("for s in sign_rows")
        sign.line("{{ s.label }}", "{{ s.text }}", kinds="ss").tag("endfor")
        return "".join((
            each("if draft", para("CoverMark", self.say("draft"))),
            para("CoverSpace", ""),
            self.paragraphs("title_lines", "CoverTitle"),
            para("CoverYear", self.say("cover_year")),
            para("CoverOffice", "{{ office }}"),
            para("CoverDate", "{{ date }}"),
            para("SignTitle", self.say("sign")),
            sign.xml(),
            section_end(bare=True),
            para("ContentsTitle", self.say("contents")),
            para("TOC1", contents, run(self.say("renew")),
                  '<w:r><w:fldChar w:fldCharType="end"/></w:r>'),
            section_end(numbers=page_numbers("upperRoman")),
        ))  # fmt: skip

    def conclusion(self) -> str:
        return "".join((
            para("Heading1", self.say("chapter.conclusion")),
            para("Heading2", self.say("scope")),
            self.paragraphs("scope"),
            self.titled("verdicts", "1", "1"),
            para("Heading2", self.say("results")),
            self.paragraphs("conclusion"),
            self.titled("counts", "1", "2"),
            para("Heading2", self.say("first_steps")),
            self.paragraphs("first_steps", before=self.say("listed")),
            section_end(numbers=page_numbers("decimal")),
        ))  # fmt: skip

    def overview(self) -> str:
        table = self.table("overview")
        table.tag("for f in overview_foot").band("{{ f }}").tag("endfor")
        return "".join((
            para("Heading1", self.say("chapter.overview")),
            para("Normal", "{{ overview_intro }}"),
            self.title("table", "2", "1", self.say("title.overview")),
            table.xml(),
            section_end(across=True),
        ))  # fmt: skip

    def indicators(self) -> str:
        return "".join((
            para("Heading1", self.say("chapter.indicators")),
            each("for s in systems",
                  para("Heading2", "{{ s.name }}"),
                  para("Normal", "{{ s.summary }}"),
                  each("for i in s.indicators", self.indicator())),
        ))  # fmt: skip

    def indicator(self) -> str:
        listed = self.say("listed")
        return "".join((
            para("Heading3", self.say("section")),
            para("Heading4", self.say("definition")),
            self.paragraphs("i.definition"),
            para("Heading4", self.say("method")),
            each("for f in i.method",
                 para("Normal", "{{ f.lead }}"), each("if f.omml", self.formula())),
            para("Heading4", self.say("status")),
            self.paragraphs("i.status"),
            each("for f in i.worked", para("Normal", "{{ f.lead }}"), self.formula()),
            each("for t in i.tables",
                  self.title("table", "3", "{{ t.number }}", "{{ t.title }}"),
                  tag("if t.kind == 'series'"), self.table("series").xml(),
                  tag("else"), self.table("proof").xml(), tag("endif"),
                  para("TableNote", "{{ t.note }}")),
            each("for g in i.figures",
                  para("Figure", "{{ g.image }}"),
                  self.title("figure", "3", "{{ g.number }}", "{{ g.title }}")),
            para("Heading4", self.say("judgement")),
            self.paragraphs("i.judgement"),
            para("Conclusion", "{{ i.verdict_sentence }}"),
            para("Heading4", self.say("sources")),
            self.paragraphs("i.sources"),
            para("Heading4", self.say("problems")),
            tag("if i.problems"),
            self.paragraphs("i.problems", before=listed),
            tag("else"),
            para("Normal", self.say("no_problem")),
            tag("endif"),
            para("Heading4", self.say("next_steps")),
            self.paragraphs("i.next_steps", before=listed),
            para("Normal", "{{ i.duties }}"),
        ))  # fmt: skip

    def gates(self) -> str:
        return "".join((
            para("Heading1", self.say("chapter.gates")),
            self.paragraphs("gates_intro"),
            self.titled("gates", "4", "1"),
        ))  # fmt: skip

    def problems(self) -> str:
        return "".join((
            para("Heading1", self.say("chapter.problems")),
            each("for g in problem_groups", para("Heading2", "{{ g.title }}"),
                 self.paragraphs("g.paragraphs")),
            each("if actions",
                 para("Heading2", self.say("actions")),
                 para("Normal", self.say("actions_intro")),
                 self.titled("actions", "5", "1")),
            section_end(),
        ))  # fmt: skip

    def annexes(self) -> str:
        return "".join(
            each(f"if {name}", para("AnnexTitle", self.say(f"annex.{name}")),
                 para("TableNote", self.say(f"annex_note.{name}"), extra="<w:keepNext/>"),
                 self.table(name).xml(), para("TableNote", ""))
            for name in ("needs", "conflicts", "evidence")
        )  # fmt: skip


def template(lang: str) -> bytes:
    """The template in a language as the bytes of a .docx; always the same."""
    return document(_Report(lang).body(), "{{ short_title }}", lang)


if __name__ == "__main__":
    for lang in LANGS:
        (FOLDER / f"report.{lang}.docx").write_bytes(template(lang))
