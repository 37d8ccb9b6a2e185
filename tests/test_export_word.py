"""The Word report read back with python-docx: numbers, templates of others, faults, and how it prints."""

import io
import os
import re
import shutil
import subprocess
import zipfile

import pytest
from counties import everything, opened

from ecolib.checks.audit import audit
from ecolib.errors import RunError
from ecolib.pages import listings, plan_word, word_template
from ecolib.pages.listings import Dossier
from ecolib.texts import LANGS

docx = pytest.importorskip("docx", reason="needs the extra word")
from ecolib.pages import word  # noqa: E402
from ecolib.pages.formula import evaluated, omml  # noqa: E402


@pytest.fixture(scope="module")
def lianshan():
    case = opened("lianshan", 2019)
    return case, tuple(everything("lianshan", 2019)), audit(case)


@pytest.fixture(scope="module")
def reports(lianshan) -> dict[str, bytes]:
    return {lang: word.report(Dossier(*lianshan, lang)) for lang in LANGS}


def document(data: bytes):
    return docx.Document(io.BytesIO(data))


def text_of(data: bytes) -> str:
    """Paragraphs and cells, a line each, in their order."""
    body = document(data).element.body
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    return "\n".join(
        "".join(t.text or "" for t in p.iter(f"{space}t")) for p in body.iter(f"{space}p")
    )


def table_with(data: bytes, *headings: str):
    for table in document(data).tables:
        names = [cell.text for cell in table.rows[0].cells]
        if set(headings) <= set(names):
            return names, [[cell.text for cell in row.cells] for row in table.rows[1:]]
    raise AssertionError(f"no table with {headings}")


class TestReport:
    def test_the_outline_is_that_of_a_self_assessment(self, reports):
        found = [p.text for p in document(reports["zh"]).paragraphs if p.style.name == "heading 1"
                 or p.style.name == "Heading 1"]  # fmt: skip
        assert found == [
            "总体结论", "指标完成情况总表", "分指标说明", "申报基本条件自查", "存在问题和整改安排",
        ]  # fmt: skip
        sections = [
            p.text
            for p in document(reports["zh"]).paragraphs
            if p.style.name.lower() == "heading 4"
        ]
        each = ["指标解释与考核要求", "计算方法和判定依据", "完成情况与计算过程", "达标判断",
                "数据来源与佐证材料", "存在问题", "下一步工作"]  # fmt: skip
        assert sections == each * 35

    @pytest.mark.parametrize("lang", LANGS)
    def test_the_overview_holds_the_values_of_three_years(self, lianshan, reports, lang):
        names, rows = table_with(reports[lang], *({"zh": ["考核要求"], "en": ["Requirement"]}[lang]),
                                 *({"zh": ["2017年"], "en": ["2017"]}[lang]))  # fmt: skip
        assert len(names) == 12
        shown = {row[0]: row for row in rows}
        for result in lianshan[1]:
            for each in (result, *result.parts):
                for place, year in enumerate((2017, 2018, 2019), 5):
                    expected = listings.shown_value(each, year, lang)
                    assert shown[each.number][place] == expected
        # 100 * 68.87 / (69.025 + 0.02), 64.18 / (67.182 + 0.191), 66.12 / (67.517 + 3.193).
        assert shown["13"][5:8] == ["99.75", "95.26", "93.51"]
        # 349 of 365 days are 95.616 %; of how many valid ones nobody says.
        assert shown["7a"][6] == {"zh": "95.62～100", "en": "95.62 to 100"}[lang]

    def test_a_figure_without_a_year_is_marked_where_it_stands_under_one(self, reports):
        rows = [
            [cell.text for cell in row.cells]
            for table in document(reports["zh"]).tables
            for row in table.rows
        ]
        # The county hands both in without a year; nobody says that they are of 2019.
        for name in ("政府已公开事项数", "政府应公开事项数"):
            assert [row[4] for row in rows if row[0] == name] == ["28（未注明年份）"]

    def test_no_sentence_stands_twice_in_a_section(self, reports):
        said: dict[str, str] = {}
        for p in document(reports["zh"]).paragraphs:
            if p.style.name.lower() in ("heading 1", "heading 2", "heading 3"):
                said = {}
            # A table says where it is from; two parts may have moved alike.
            for sentence in re.findall("[^。]{12,}。", p.text):
                assert sentence not in said or re.match(r"数据来源|\d{4}年比", sentence), sentence
                said[sentence] = p.text

    def test_years_in_a_row_are_told_as_one(self, reports):
        told = text_of(reports["zh"]).splitlines()
        # 23,035 ha in each of the three years; 98.50, 96.60 and 97.60 % of the film.
        assert "2017—2019年自然保护地均为23035公顷。" in told
        # The index is only bounded in both years.
        assert any(
            line.startswith("2017年、2018年生态环境状况指数（EI）均高于85。") for line in told
        )
        assert any(
            line.startswith("2017—2019年农膜回收利用率分别为98.5%、96.6%和97.6%。") for line in told
        )

    def test_one_thing_alone_bears_no_number(self, reports):
        told = text_of(reports["zh"])
        assert "\n自评文件所载内容与数据不一致15处，见附表2。\n" in told
        assert "\n（1）现有数据未达到考核要求。\n" in told and "\n（1）无" not in told

    def test_needs_of_one_kind_are_asked_for_together(self, reports):
        # Both years of three items, which make up the six things owed for indicator 8.
        assert ("由生态环境局连山分局补报2015年、2019年Ⅲ类及以上地下水点位数、地下水考核点位数、"
                "Ⅴ类地下水点位数。") in text_of(reports["zh"])  # fmt: skip

    def test_a_year_that_was_found_is_no_amount(self, reports):
        # Villages with sewage treatment: printed for 2019 in one place, for 2020 in another.
        _, rows = table_with(reports["en"], "Printed claim", "Found")
        assert "2020" in [row[5] for row in rows] and "2,020" not in [row[5] for row in rows]

    def test_a_yearly_decline_is_told_as_one(self):
        case = opened("demo", 2020)
        rows = listings.overview(Dossier(case, tuple(everything("demo", 2020)), audit(case), "zh"))
        target = next(row["target"] for row in rows if row["number"] == "20")
        assert target.startswith("年度下降率≥2.5%")

    def test_evidence_is_of_the_three_years_or_in_force(self):
        case = opened("demo", 2020)
        dossier = Dossier(case, tuple(everything("demo", 2020)), audit(case), "zh")
        titles = [row["title"] for row in listings.evidence(dossier)]
        assert "青屿县2018年规划环境影响评价情况说明（虚构）" in titles
        assert not [title for title in titles if re.match(r"青屿县201[0-7]年", title)]
        assert any("（2016—2025年）" in title for title in titles)

    def test_the_computation_is_worked_out(self, reports):
        math = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
        body = document(reports["zh"]).element.body
        formulas = [
            "".join(t.text or "" for t in f.iter(f"{math}t")) for f in body.iter(f"{math}oMath")
        ]
        assert "661200675170+31930×100%=93.51%" in formulas
        assert "2019年危险废物利用处置量" in text_of(reports["zh"])

    def test_both_languages_say_the_same_verdicts(self, lianshan, reports):
        for lang, sign in (("zh", "——"), ("en", ": ")):
            told = text_of(reports[lang]).splitlines()
            for result in lianshan[1]:
                title = result.entry.words(lang).title
                verdict = Dossier(*lianshan, lang).word("status", result.verdict.status)
                stop = "。" if lang == "zh" else "."
                assert f"{title}{sign}{verdict}{stop}" in told

    def test_no_chinese_sentence_in_english(self, reports):
        told = text_of(reports["en"])
        assert "（" not in re.sub(r"[^\n]*[\u4e00-\u9fff][^\n]*", "", told)
        for wording in ("暂缺", "待填", "数据来源", "考核要求"):
            assert f"\n{wording}" not in told

    def test_it_never_says_that_the_county_may_apply(self, reports):
        # Of what is quoted from the county's document this says nothing.
        told = text_of(reports["zh"])
        chapter = told[told.rindex("评估说明") : told.rindex("指标完成情况总表")]
        assert "未达标1项" in chapter and "全面达标" not in chapter
        assert re.findall(".{4}具备申报条件.{3}", told) == ["不得作出具备申报条件的结论"]

    def test_what_people_fill_in_is_yellow(self, reports):
        runs = [
            r
            for p in document(reports["zh"])._element.body.iter()
            if p.tag.endswith("}r")
            for r in [p]
        ]
        blanks = [
            r
            for r in runs
            if "".join(t.text or "" for t in r if t.tag.endswith("}t")) == "【待填】"
        ]
        assert len(blanks) > 25
        assert all("ToFill" in docx.oxml.xmlchemy.serialize_for_reading(r) for r in blanks)

    def test_every_figure_has_a_text_for_who_cannot_see_it(self, reports):
        body = document(reports["zh"]).element.body
        pictures = [e for e in body.iter() if e.tag.endswith("}docPr")]
        assert len(pictures) > 10
        assert all(re.fullmatch(r"图3-\d+　\d{4}—\d{4}年.+", p.get("descr")) for p in pictures)

    def test_the_same_results_give_the_same_bytes(self, lianshan, reports):
        assert word.report(Dossier(*lianshan, "zh")) == reports["zh"]

    def test_references_name_what_is_there(self, reports):
        told = text_of(reports["zh"])
        titles = set(re.findall(r"^([表图]3-\d+)　", told, flags=re.M))
        named = set(re.findall(r"[表图]3-\d+(?!　)", told))
        assert titles and named <= titles


class TestDefaultTemplate:
    @pytest.mark.parametrize("lang", LANGS)
    def test_it_is_what_the_script_writes(self, lang):
        # Parts and not bytes: another zlib may pack otherwise.
        def parts(data):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                return {name: archive.read(name) for name in archive.namelist()}

        kept = (word_template.FOLDER / f"report.{lang}.docx").read_bytes()
        assert parts(kept) == parts(word_template.template(lang))

    def test_fonts_are_named_as_offices_have_them(self):
        with zipfile.ZipFile(word_template.FOLDER / "report.zh.docx") as archive:
            styles = archive.read("word/styles.xml").decode()
        fonts = set(re.findall('w:eastAsia="([^"]+)"', styles)) - {"zh-CN"}
        assert fonts == {"仿宋_GB2312", "黑体", "楷体_GB2312", "宋体", "方正小标宋简体"}

    def test_every_placeholder_is_documented(self, root):
        told = set(re.findall(r"`(\w+)`", (root / "data/README.md").read_text(encoding="utf-8")))
        with zipfile.ZipFile(word_template.FOLDER / "report.zh.docx") as archive:
            source = archive.read("word/document.xml").decode()
        marks = re.findall(r"\{\{r? ?(?:\w+\.)?(\w+)", source) + re.findall(
            r" in (?:\w+\.)?(\w+)", source
        )
        assert {m for m in marks if m not in ("index", "p", "f")} <= told | {"conditional", "declared",
            "not_evaluable", "conflict", "not_met", "met"}  # fmt: skip


class TestTemplateOfAnOffice:
    @pytest.fixture()
    def dossier(self, lianshan):
        return Dossier(*lianshan, "zh")

    @pytest.fixture()
    def short(self, lianshan):
        """Of one indicator: what is wrong with a template is wrong for any."""
        case, results, claims = lianshan
        return Dossier(case, results[:1], claims, "zh")

    def made(self, path, *paragraphs):
        made = docx.Document()
        for paragraph in paragraphs:
            made.add_paragraph(paragraph)
        made.save(path)
        return path

    def test_it_is_filled(self, dossier, tmp_path):
        path = self.made(tmp_path / "模板.docx", "{{ county }}（{{ year }}）",
                         "{%p for s in systems %}", "{%p for i in s.indicators %}",
                         "{{ i.number }} {{ i.verdict_sentence }}", "{%p endfor %}", "{%p endfor %}")  # fmt: skip
        lines = text_of(word.report(dossier, path)).splitlines()
        assert lines[0] == "连山壮族瑶族自治县（2019）"
        assert "13 危险废物利用处置率——未达标。" in lines and len(lines) == 1 + 35

    @pytest.mark.parametrize(
        ("mark", "said"),
        [
            ("{{ contry }}", "contry"),
            ("{%p for s in systems %}\n{{ s.nmae }}\n{%p endfor %}", "nmae"),
            ("{%p for s in systems %}", "模板的标记有误"),
            ("{{ county", "模板的标记有误"),
            ("{{ ''.__class__.__mro__ }}", "模板"),
        ],
    )
    def test_what_is_wrong_with_it_is_said(self, short, tmp_path, mark, said):
        path = self.made(tmp_path / "模板.docx", *mark.splitlines())
        with pytest.raises(RunError) as error:
            word.report(short, path)
        told = error.value.text("zh")
        assert said in told and "模板.docx" in told and "\n" not in told

    def test_all_unknown_placeholders_are_named_with_the_near_one(self, short, tmp_path):
        path = self.made(tmp_path / "模板.docx", "{{ contry }} {{ yaer }}")
        with pytest.raises(RunError) as error:
            word.report(short, path)
        assert [(n.args["name"], n.args["hint"].nearest) for n in error.value.problems] == [
            ("contry", "county"), ("yaer", "year"),
        ]  # fmt: skip

    def test_one_that_is_not_there(self, short, tmp_path):
        with pytest.raises(RunError, match="no such file|没有这个文件"):
            word.report(short, tmp_path / "模板.docx")

    def test_blanks_are_yellow_without_our_styles(self, short, tmp_path):
        path = self.made(tmp_path / "模板.docx", "日期：{{ date }}")
        runs = document(word.report(short, path)).paragraphs[0].runs
        assert [(r.text, bool(r.font.highlight_color)) for r in runs] == [
            ("日期：", False), ("【待填】", True),
        ]  # fmt: skip

    def test_one_for_the_tasks_of_a_plan(self, lianshan, tmp_path):
        path = self.made(tmp_path / "模板.docx", "{%p for a in annexes %}", "{%p for g in a.grids %}",
                         "{%p for cells in g.cells %}", "{{ cells[1] }}", "{%p endfor %}",
                         "{%p endfor %}", "{%p endfor %}")  # fmt: skip
        names = text_of(plan_word.task_table(lianshan[0], "zh", path)).splitlines()
        tasks = [row.name for row in lianshan[0].context.plan.rows if row.table == "tasks"]
        assert sorted(names) == sorted(tasks)

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"plain text"])
    def test_what_is_no_word_file(self, short, tmp_path, content):
        path = tmp_path / "模板.docx"
        path.write_bytes(content)
        with pytest.raises(RunError, match="Word template"):
            word.report(short, path)

    def test_a_workbook_is_no_template(self, short, tmp_path):
        import openpyxl

        openpyxl.Workbook().save(tmp_path / "表.docx")
        with pytest.raises(RunError, match="Word template"):
            word.report(short, tmp_path / "表.docx")

    def test_signs_of_xml_in_what_a_county_wrote(self, tiny, tmp_path):
        case = tiny(
            2019,
            documents=[("eco_plan", "approved", 2019, "是", "a < b & c", "《甲<乙>丙》", "1号")],
        )
        empty = audit(case)
        told = text_of(word.report(Dossier(case, tuple(case.evaluate_all()), empty, "zh")))
        assert "《甲<乙>丙》" in told


class TestFormulas:
    @pytest.mark.parametrize(
        ("latex", "value"),
        [
            (r"\frac{66.12}{67.517+3.193}\times 100\%", 100 * 66.12 / 70.71),
            (r"\frac{3-1}{4}\times 100\%", None),
            (r"\frac{1}{0}\times 100\%", None),
            (r"\frac{3+1}{8−4}\times 100\%", 100.0),
            (r"A_{t}\geq A_{0}", None),
        ],
    )
    def test_shares_of_sums_are_worked_out_and_nothing_else(self, latex, value):
        assert evaluated(latex) == (None if value is None else pytest.approx(value))

    def test_every_formula_becomes_one_of_office(self):
        from ecolib.indicators.catalogue import declared

        for entry in declared().values():
            if entry.tex:
                made = omml(entry.formula_tex("zh"))
                names = re.findall(r"\\item\{(\w+)\}", entry.tex)
                assert made.count("<m:f>") == entry.tex.count(r"\frac")
                assert len(
                    re.findall("[\u4e00-\u9fff]+", re.sub('w:eastAsia="[^"]+"', "", made))
                ) >= len(names)

    def test_a_fraction_that_is_too_long_is_set_smaller(self):
        # 60 letters fit at 12 points (24 half points); of 75 only 24 * 60 / 75 = 19.2 would.
        sizes = [set(re.findall(r'w:sz w:val="(\d+)"', omml(rf"\frac{{\text{{{'a' * n}}}}}{{2}}")))
                 for n in (60, 75, 300)]  # fmt: skip
        assert sizes == [{"24"}, {"19"}, {"18"}]


def writer() -> str | None:
    """LibreOffice, where it has Writer: some machines have its spreadsheet only."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        return None
    home = os.path.dirname(os.path.realpath(found))
    return found if any(n.startswith("libswlo") for n in os.listdir(home)) else None


@pytest.mark.slow
@pytest.mark.skipif(writer() is None, reason="needs LibreOffice Writer")
def test_libreoffice_prints_it(reports, tmp_path):
    path = tmp_path / "报告.docx"
    path.write_bytes(reports["zh"])
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    order = [
        writer(),
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(path),
    ]
    subprocess.run(order, check=True, capture_output=True, timeout=300)
    data = (tmp_path / "报告.pdf").read_bytes()
    pages = len(re.findall(rb"/Type\s*/Page\b", data))
    # A page or two an indicator, cover, contents, overview and annexes.
    assert 60 < pages < 140
