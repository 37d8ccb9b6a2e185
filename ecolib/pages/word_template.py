"""The default template of the Word report, written part by part: `python -m ecolib.pages.word_template`.

What it writes is an ordinary docxtpl template (`templates/report.<lang>.docx`), kept in the
repository so that an office can copy it, change it in Word or WPS and pass it back with
`--template`. Headings and captions are literal text of the template, in one language; what is filled
in stands as `{{ name }}`, as `data/README.md` lists.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ecolib.pages.wordml import (
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

FOLDER = Path(__file__).parent / "templates"


class _Report:
    """The body in one language."""

    def __init__(self, lang: str):
        self.say: Callable[[str], str] = lambda code: text(f"export.word.{code}", lang)

    def names(self, *codes: str) -> list[str]:
        return [self.say(code) for code in codes]

    def title(self, kind: str, chapter: str, number: str, words: str) -> str:
        """`表3-1　…`: the chapter as text, the running number a field of its own for each chapter."""
        style = {"table": "TableTitle", "figure": "FigureTitle"}[kind]
        label = f"{self.say(kind)}{chapter}-"
        count = field(f"SEQ {kind}{chapter} \\* ARABIC", number)
        return para(style, label, count, run(f"　{words}"))

    def formula(self) -> str:
        """A formula with its number in a table without lines: a tab would shrink the fraction."""
        number = field("SEQ formula \\* ARABIC", "{{ f.number }}")
        table = Table([1.4, 12.7, 1.6], bare=True)
        cells = (para("Formula", ""), para("Formula", "{{r f.omml }}"),
                 para("Formula", "(", number, ")"))  # fmt: skip
        table.rows.append(row(*(cell(w, c) for w, c in zip(table.widths, cells, strict=True))))
        return table.xml()

    @staticmethod
    def grouped(table: Table, columns: tuple[str, ...], kinds: str) -> None:
        """Rows by part, each under its name where there are several."""
        table.tag("for g in t.groups").tag("if g.band").band("{{ g.band }}").tag("endif")
        table.tag("for r in g.rows").line(*(f"{{{{ r.{name} }}}}" for name in columns), kinds=kinds)
        table.tag("endfor").tag("endfor")

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
        sign = (
            Table([3.6, 12.1])
            .tag("for s in sign_rows")
            .line("{{ s.label }}", "{{ s.text }}", kinds="ss")
        )
        return "".join((
            each("if draft", para("CoverMark", self.say("draft"))),
            para("CoverSpace", ""),
            self.paragraphs("title_lines", "CoverTitle"),
            para("CoverYear", self.say("cover_year")),
            para("CoverOffice", "{{ office }}"),
            para("CoverDate", "{{ date }}"),
            para("SignTitle", self.say("sign")),
            sign.tag("endfor").xml(),
            section_end(bare=True),
            para("ContentsTitle", self.say("contents")),
            para("TOC1", contents, run(self.say("renew")),
                  '<w:r><w:fldChar w:fldCharType="end"/></w:r>'),
            section_end(numbers=page_numbers("upperRoman")),
        ))  # fmt: skip

    def conclusion(self) -> str:
        words = Table([3.4, 12.3], short=True).head(*self.names("verdict", "meaning"))
        words.tag("for v in verdict_words").line("{{ v.word }}", "{{ v.meaning }}", kinds="nt").tag(
            "endfor"
        )
        columns = ("total", "na", "applicable", "met", "conditional", "declared", "not_evaluable",
                   "conflict", "not_met")  # fmt: skip
        counts = Table([2.3, 1.0, 1.6, 1.6, 0.9, 2.1, 1.5, 1.7, 1.7, 1.3], small=True, short=True)
        counts.head("{{ names.kind }}", *(f"{{{{ names.{c} }}}}" for c in columns)).tag(
            "for c in counts"
        )
        counts.line(
            "{{ c.kind }}", *(f"{{{{ c.{name} }}}}" for name in columns), kinds="t" + "n" * 9
        )
        return "".join((
            para("Heading1", self.say("chapter.conclusion")),
            para("Heading2", self.say("scope")),
            self.paragraphs("scope"),
            self.title("table", "1", "1", self.say("title.verdicts")),
            words.xml(),
            para("TableNote", ""),
            para("Heading2", self.say("results")),
            self.paragraphs("conclusion"),
            self.title("table", "1", "2", self.say("title.counts")),
            counts.tag("endfor").xml(),
            para("TableNote", ""),
            para("Heading2", self.say("first_steps")),
            self.paragraphs("first_steps", before=self.say("listed")),
            section_end(numbers=page_numbers("decimal")),
        ))  # fmt: skip

    def overview(self) -> str:
        table = Table([1.0, 3.4, 1.7, 3.6, 1.5, 1.5, 1.5, 1.5, 1.9, 1.8, 2.9, 3.4], small=True)
        years = [f"{{{{ years[{at}] }}}}" for at in range(3)]
        table.head(*self.names("number", "indicator", "unit", "target", "kind"), *years,
                   *self.names("verdict", "basis", "owner", "remark"))  # fmt: skip
        table.tag("for s in overview").band("{{ s.band }}").tag("for r in s.rows")
        columns = ("number", "name", "unit", "target", "kind", "y0", "y1", "y2", "verdict", "basis",
                   "owner", "remark")  # fmt: skip
        table.line(*(f"{{{{ r.{name} }}}}" for name in columns), kinds="ntntnnnnnntt")
        table.tag("endfor").tag("endfor").tag("for f in overview_foot").band("{{ f }}").tag(
            "endfor"
        )
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
        years = [f"{{{{ t.years[{at}] }}}}" for at in range(3)]
        series = Table([4.4, 2.1, 2.0, 2.0, 2.0, 3.2], short=True)
        series.head(*self.names("item", "unit"), *years, self.say("basis"))
        columns = ("name", "unit", "v0", "v1", "v2", "basis")
        self.grouped(series, columns, "tnnnnn")
        proof = Table([4.3, 6.3, 2.4, 2.7], short=True).head(
            *self.names("requirement", "proof", "date", "state")
        )
        self.grouped(proof, ("name", "proof", "date", "state"), "ttnn")
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
                  tag("if t.kind == 'series'"), series.xml(),
                  tag("else"), proof.xml(), tag("endif"),
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
        table = Table([1.1, 5.2, 3.4, 3.2, 2.8])
        table.head(*self.names("order", "gate", "occurred", "certified", "remark"))
        table.tag("for g in gates").line(
            "{{ loop.index }}", "{{ g.text }}", "{{ g.answer }}", "{{ g.proof }}", "{{ g.note }}",
            kinds="ntntt",
        ).tag("endfor")  # fmt: skip
        return "".join((
            para("Heading1", self.say("chapter.gates")),
            self.paragraphs("gates_intro"),
            self.title("table", "4", "1", self.say("title.gates")),
            table.xml(),
            para("TableNote", ""),
        ))  # fmt: skip

    def problems(self) -> str:
        table = Table([1.1, 1.7, 4.3, 3.4, 3.4, 1.8])
        table.head(*self.names("order", "of_indicator", "action", "done", "owner", "due"))
        table.tag("for r in actions").line(
            "{{ loop.index }}", "{{ r.number }}", "{{ r.what }}", "{{ r.done }}", "{{ r.owner }}",
            "{{ r.due }}", kinds="nntttn",
        ).tag("endfor")  # fmt: skip
        return "".join((
            para("Heading1", self.say("chapter.problems")),
            each("for g in problem_groups", para("Heading2", "{{ g.title }}"),
                  self.paragraphs("g.paragraphs")),
            each("if actions",
                  para("Heading2", self.say("actions")),
                  para("Normal", self.say("actions_intro")),
                  self.title("table", "5", "1", self.say("title.actions")),
                  table.xml(),
                  para("TableNote", "")),
            section_end(),
        ))  # fmt: skip

    def annexes(self) -> str:
        needs = Table([1.9, 6.1, 11.4, 2.3, 1.5, 2.5], small=True)
        needs.head(*self.names("of_indicator", "indicator", "what", "unit", "year", "grade"))
        needs.tag("for n in needs").band("{{ n.owner }}").tag("for r in n.rows").line(
            "{{ r.number }}", "{{ r.indicator }}", "{{ r.what }}", "{{ r.unit }}", "{{ r.year }}",
            "{{ r.grade }}", kinds="nttnnn",
        ).tag("endfor").tag("endfor")  # fmt: skip
        conflicts = Table([1.0, 1.7, 1.3, 6.0, 2.8, 2.4, 10.5], small=True)
        conflicts.head(
            *self.names("order", "of_indicator", "year", "claim", "printed", "recomputed", "why")
        )
        conflicts.tag("for r in conflicts").line(
            "{{ loop.index }}", "{{ r.number }}", "{{ r.year }}", "{{ r.claim }}", "{{ r.printed }}",
            "{{ r.recomputed }}", "{{ r.explanation }}", kinds="nnntttt",
        ).tag("endfor")  # fmt: skip
        evidence = Table([1.6, 8.6, 4.0, 2.2, 6.0, 3.3], small=True)
        evidence.head(
            *self.names("archive", "document", "document_number", "date", "proves", "state")
        )
        evidence.tag("for r in evidence").line(
            "{{ r.archive }}", "{{ r.title }}", "{{ r.document_number }}", "{{ r.date }}",
            "{{ r.proves }}", "{{ r.state }}", kinds="nttntn",
        ).tag("endfor")  # fmt: skip
        return "".join(
            each(f"if {name}", para("AnnexTitle", self.say(f"annex.{name}")),
                 para("TableNote", self.say(f"annex_note.{name}"), extra="<w:keepNext/>"),
                 table.xml(), para("TableNote", ""))
            for name, table in {"needs": needs, "conflicts": conflicts, "evidence": evidence}.items()
        )  # fmt: skip


def template(lang: str) -> bytes:
    """The template in a language as the bytes of a .docx; always the same."""
    return document(_Report(lang).body(), "{{ short_title }}", lang)


if __name__ == "__main__":
    for lang in LANGS:
        (FOLDER / f"report.{lang}.docx").write_bytes(template(lang))
