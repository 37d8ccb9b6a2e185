"""Text files as programs write them: separators, encodings, and characters that nobody sees."""

from __future__ import annotations

import unicodedata

import pytest
from workbooks import HEADINGS, as_text, as_xlsx, checked, told

from ecolib.data.readers import read_file
from ecolib.data.sheet import NO_ROOM
from ecolib.errors import DataError
from ecolib.texts import INVISIBLE, visible

ROWS = [(item, 2019, 5, "t", "年报") for item in ("hw_generated", "hw_used_disposed", "sw_used")]


def lines(path, *texts, encoding="utf-8"):
    path.write_bytes("\r\n".join([*texts, ""]).encode(encoding))
    return path


def table(mark: str) -> list[str]:
    return [mark.join(map(str, row)) for row in (HEADINGS, *ROWS)]


class TestSeparators:
    @pytest.mark.parametrize("mark", [",", "\t", ";", "|", "，", "；"])
    def test_each_is_found(self, tmp_path, mark):
        found = checked(lines(tmp_path / "items.csv", *table(mark)))
        assert (len(found.frame), found.issues) == (3, ())

    @pytest.mark.parametrize(
        "title",
        [
            "说明：单位为吨,按年填报",
            "说明；填表人：张三；李四；王五",
            "甲|乙|丙|丁|戊|己|庚|辛",
            "一，二，三",
        ],
    )
    @pytest.mark.parametrize("mark", [",", "\t", "|"])
    def test_a_title_above_has_marks_of_its_own(self, tmp_path, mark, title):
        found = checked(lines(tmp_path / "items.csv", title, *table(mark)))
        assert len(found.frame) == 3
        assert {i.rule for i in found.issues} == {"titles"}

    @pytest.mark.parametrize("note", ["年报，第3页", "a,b,c,d,e,f", "甲|乙；丙"])
    def test_notes_in_the_rows_have_marks_of_their_own(self, tmp_path, note):
        rows = [(*row[:4], note) for row in ROWS]
        found = checked(as_text(tmp_path / "items.csv", HEADINGS, *rows, delimiter="\t"))
        assert found.frame["position"].tolist() == [note] * 3

    def test_rows_of_different_length(self, tmp_path):
        rows = [(*HEADINGS, "备注"), (*ROWS[0], "一，二"), ROWS[1], (*ROWS[2], "一，二")]
        assert len(checked(as_text(tmp_path / "items.csv", *rows)).frame) == 3

    @pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;"])
    def test_the_line_that_tells_excel(self, tmp_path, first):
        # Two columns are split by more commas than semicolons; and Excel shows no such line.
        found = lines(tmp_path / "a.csv", first, "甲,乙,丙;丁", "1,2,3;4")
        (sheet,) = read_file(found, tmp_path)
        assert (sheet.header, sheet.rows) == (("甲,乙,丙", "丁"), ((2, ("1,2,3", "4")),))

    def test_the_end_of_a_file_of_dos(self, tmp_path):
        found = checked(lines(tmp_path / "items.csv", *table(","), "\x1a"))
        assert (found.read, found.issues) == (3, ())

    def test_one_column_only(self, tmp_path):
        (sheet,) = read_file(lines(tmp_path / "a.csv", "名称", "甲"), tmp_path)
        assert (sheet.header, sheet.rows) == (("名称",), ((2, ("甲",)),))


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
    def test_the_line_in_another_one_is_named(self, tmp_path, encoding):
        other = {"utf-8": "gb18030", "gb18030": "utf-8"}[encoding]
        path = as_text(tmp_path / "items.csv", HEADINGS, *ROWS, encoding=encoding)
        path.write_bytes(path.read_bytes() + "sw_used,2018,5,t,年报第三页\r\n".encode(other))
        with pytest.raises(DataError) as caught:
            read_file(path, tmp_path)
        assert "第5行" in caught.value.text("zh") and "line 5" in caught.value.text("en")
        assert "UTF-8" in caught.value.text("zh")

    def test_the_line_that_is_no_text_is_named(self, tmp_path):
        path = as_text(tmp_path / "items.csv", HEADINGS, *ROWS)
        path.write_bytes(path.read_bytes() + b"\xff\xff\xff\r\n")
        with pytest.raises(DataError, match=r"line 5"):
            read_file(path, tmp_path)

    def test_short_words_of_gbk_that_look_like_utf_8(self, tmp_path):
        # 毛 is C3 AB in GBK, which UTF-8 takes for a Latin letter.
        text = "站点,日期\r\n毛,2019-05-01\r\n连山,2019-05-02\r\n"
        (tmp_path / "a.csv").write_bytes(text.encode("gbk"))
        (sheet,) = read_file(tmp_path / "a.csv", tmp_path)
        assert [cells[0] for _, cells in sheet.rows] == ["毛", "连山"]

    def test_gb18030_with_its_own_mark(self, tmp_path):
        path = as_text(tmp_path / "items.csv", HEADINGS, *ROWS, encoding="gb18030")
        path.write_bytes(b"\x84\x31\x95\x33" + path.read_bytes())
        assert checked(path).issues == ()


UNSEEN = [
    "\u200b",
    "\u200c",
    "\u200e",
    "\ufeff",
    "\u202c",
    "\u202e",
    "\u2060",
    "\xad",
    "\u3164",
    "\u200b \u200b",
]


class TestInvisible:
    @pytest.mark.parametrize("mark", UNSEEN)
    def test_dropped_at_the_ends_and_told_once(self, tmp_path, mark):
        row = (f"{mark}hw_generated", 2019, f"104{mark}", f"t {mark}", "年报")
        headings = (f"统计项{mark}", *HEADINGS[1:])
        for write, name in ((as_text, "items.csv"), (as_xlsx, "items.xlsx")):
            found = checked(write(tmp_path / name, headings, row))
            assert found.frame[["item", "value", "unit"]].values.tolist() == [
                ["hw_generated", 104, "t"]
            ]
            (note,) = found.issues
            assert (note.rule, note.severity, note.source.cell) == ("invisible", "note", "A1")
            assert note.args["shown"] == "4"

    def test_in_the_names_of_files_and_sheets(self, tmp_path):
        path = as_xlsx(tmp_path / "a.xlsx", HEADINGS, ROWS[0], title="统计项\u200b")
        assert read_file(path, tmp_path)[0].name == "统计项" and len(checked(path).frame) == 1
        path = as_text(tmp_path / "统计项\u200b.csv", HEADINGS, ROWS[0])
        assert len(checked(path).frame) == 1

    def test_two_names_that_look_alike_are_one(self, tmp_path):
        rows = [("甲站", "2019-05-01", 35), ("甲站\u200b", "2019-05-02", 35)]
        found = checked(as_text(tmp_path / "air_daily.csv", ("站点", "日期", "PM2.5"), *rows))
        assert set(found.frame["station"]) == {"甲站"}

    @pytest.mark.parametrize("mark", ["\u200b", "\u202e", "\ufeff", "\u2066"])
    def test_shown_and_refused_inside_a_text(self, tmp_path, mark):
        row = (*ROWS[0][:4], f"年{mark}报")
        found = checked(as_xlsx(tmp_path / "items.xlsx", HEADINGS, row))
        assert told(found) == {("control", "error", "E2")} and found.refused == 1
        assert "年□报" in found.issues[0].text("zh")

    @pytest.mark.parametrize("column", [0, 1, 2, 3])
    def test_no_remark_shows_them_raw(self, tmp_path, column):
        row = [*ROWS[0]]
        row[column] = "x\u202ey"
        for note in checked(as_xlsx(tmp_path / "items.xlsx", HEADINGS, row)).issues:
            for lang in ("zh", "en"):
                assert "\u202e" not in note.line(lang)
                assert "□" in note.line(lang) or note.rule == "required"

    def test_every_character_of_the_class_is_known(self):
        formats = [c for c in map(chr, range(0x110000)) if unicodedata.category(c) == "Cf"]
        assert [c for c in formats if not NO_ROOM.match(c)] == []
        assert all(INVISIBLE.match(c) for c in formats)

    @pytest.mark.parametrize(
        "text", ["连山县 100%", "a\tb\nc", "𠮷田镇㸃", "“引号”—…μg/m³", "㎡①Ⅱ"]
    )
    def test_what_people_see_stays(self, text):
        assert visible(text) == text
