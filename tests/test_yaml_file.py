"""YAML as people type it: what it would change is refused as written, and slips are named by line."""

from __future__ import annotations

import datetime
import os
import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ecolib.data.yaml_file import _parsed, read_yaml
from ecolib.errors import ParamsError


@pytest.fixture
def read(tmp_path):
    def build(text: str | bytes):
        path = tmp_path / "trial.yml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_yaml(path)

    return build


def said(read, text: str | bytes, lang: str = "zh") -> str:
    """The one sentence about a file."""
    with pytest.raises(ParamsError) as caught:
        read(text)
    (problem,) = caught.value.problems
    assert problem.source.file.startswith("trial.yml")
    return problem.text(lang)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("85", 85),
        ("0", 0),
        ("-3", -3),
        ("96.50", 96.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("0.05", 0.05),
        ("true", True),
        ("no", False),
        ("~", None),
        ("", None),
        ("2020-07-01", datetime.date(2020, 7, 1)),
        ("2020/7/1", "2020/7/1"),
        ("2020-07-01 08:00", "2020-07-01 08:00"),
        ("'060'", "060"),
        ("'1:30'", "1:30"),
        ("1,000", "1,000"),
        ("85%", "85%"),
        ("附件3：指标1", "附件3：指标1"),
        ("清府办函〔2016〕193号", "清府办函〔2016〕193号"),
        ("3.1.2", "3.1.2"),
        ("1-2", "1-2"),
    ],
)
def test_a_value_is_what_it_says(read, written, value):
    found = read(f"a: {written}\n")["a"]
    assert found == value and type(found) is type(value)


def test_every_line_with_the_slip_that_stopped_the_reading_is_told(read):
    with pytest.raises(ParamsError) as caught:
        read("county：\n  zh：试县\n  base_year: 2019\n  terrain：{山区: 80}\n# 说明：无\n")
    assert [p.args["line"] for p in caught.value.problems] == [1, 2, 4]
    assert {p.code for p in caught.value.problems} == {"yaml.slip.wide_colon"}


@pytest.mark.parametrize(
    "written",
    ["0123", "060", "087", "-010", "012.5", "0o17", "0x1F", "0b1", "1:30", "33:35", "1:30:00",
     "1_000", "1_000.5", ".inf", "-.inf", ".nan", ".NaN", "1e999", "2020-02-30", "9999-99-99",
     "2019-13-01"],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("text", ["x: 1\na: {}\n", "x: 1\na: [{}]\n", "x: 1\n{}: 5\n"])
def test_what_yaml_would_change_is_refused_as_written(read, written, lang, text):
    line = {"zh": "第2行", "en": "line 2"}[lang]
    told = said(read, text.format(written), lang)
    assert line in told and written in told


@pytest.mark.parametrize("digits", ["9" * 5000, "1" * 31, "1." + "3" * 40])
def test_a_number_of_thousands_of_digits(read, digits):
    told = said(read, f"a: {digits}\n")
    assert told.startswith("第1行：数值") and len(told) < 150


def test_all_of_it_is_told_at_once_with_its_keys(read):
    with pytest.raises(ParamsError) as caught:
        read("a: {b: 060}\nc: [1, 0x1F]\n")
    assert [p.source.file for p in caught.value.problems] == ["trial.yml: a.b", "trial.yml: c.1"]


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("\ncounty：\n  zh：试县\n  en：Test\n", 2, "全角冒号"),
        ("county:\n  zh：试县\n  en: Test\n", 2, "全角冒号"),
        ("county:\n  zh: 试县\n  en：Test\n", 3, "全角冒号"),
        ("county: {zh：试县, en: Test}\n", 1, "全角冒号"),
        ("county: {zh: 试县，en: Test}\n", 1, "全角逗号"),
        ("county: ｛zh: 试县, en: Test｝\n", 1, "全角括号"),
        ("county:\n\tzh: 试县\n", 2, "制表符"),
        ("county:\n  zh: 试县\n\ten: Test\n", 3, "制表符"),
        ("county:\n　　zh: 试县\n", 2, "全角空格"),
        ("county:\n  zh:　试县\n  en: Test\n", 2, "全角空格"),
        ("county:\n  zh:试县\n  en: Test\n", 2, "空一格"),
        ("zh:试县\n", 1, "空一格"),
        ("\nzh = 试县\nen = Test\n", 2, "不用“=”"),
        ("a: 1\n---\nb: 2\n", 2, "不能用---"),
        ("county:\n  zh: 试县\n   en: Test\n", 3, "对齐"),
        ("county: {zh: 试县, en: Test\nx: 1\n", 1, "括号不成对"),
        ("county: 'Test\nx: 1\n", 1, "引号不成对"),
        ("county: [a, b\n", 1, "括号不成对"),
        ("county: *base\n", 1, "未定义"),
        ("county: @试县\n", 1, "请加引号"),
        ("county: !!python/name:os.system\n", 1, "标记"),
        ("- a\n- b\n", 1, "键: 值"),
        ("试县\n", 1, "键: 值"),
        ("a: 1\nb: 2\na: 3\n", 3, "重复填写"),
        ("a: {b: 1, b: 2}\n", 1, "重复填写"),
        ("{a: 1}: 2\n", 1, "键应为一个词"),
        ("a: 试\u200b县\n", 1, "□"),
        ('a: 1\nb: "x\\u202e"\n', 2, "□"),
        ('a: "\\ud800"\n', 1, "□"),
        ('a: "\\0"\n', 1, "□"),
        ("a: 1\nb: \x07\n", 2, "□"),
    ],
)
def test_a_slip_is_named_with_its_line(read, text, line, told):
    sentence = said(read, text)
    assert sentence.startswith(f"第{line}行") and told in sentence
    assert f"line {line}" in said(read, text, "en")
    # Nothing of the parser's own words.
    assert not any(word in sentence for word in ("while", "scanning", "mapping", "token", "codec"))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "big5"])
def test_another_encoding(read, encoding):
    assert "另存为UTF-8" in said(read, "county:\n  zh: 試縣\n".encode(encoding))


def test_a_mark_of_utf8_and_windows_lines(read):
    assert read("\ufeffa: 1\r\nb: 2\r\n") == {"a": 1, "b": 2}


def test_merged_keys_are_overridden_and_keep_their_lines(read):
    found = read("a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\n")
    assert found["d"] == {"b": 1, "c": 3}
    assert found.at(("d", "c")) == (2, "3") and found.at(("a", "b", "deeper")) == (1, "1")


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 3000 + "]" * 3000,
        "a: &a [*a]\n",
        "a0: &a0 [x, x]\n"
        + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)),
        "a: " + "x" * 1_100_000,
    ],
)
def test_what_is_meant_to_do_harm_ends_at_once(read, text):
    began = time.monotonic()
    assert said(read, text).startswith("无法读取")
    assert time.monotonic() - began < 20


def test_what_is_no_file(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    names = ["folder", "dangling", "absent"]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        names.append("pipe")
    for name in names:
        with pytest.raises(ParamsError) as caught:
            read_yaml(tmp_path / name)
        assert caught.value.text("zh").startswith(f"{name}: 无法读取：")


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("target: {at_least: 5,5}", "5,5"),
        ("county: {area_km2: 1,218.43, base_year: 2015}", "1,218.43"),
        ("a: {value: -0,5}", "-0,5"),
    ],
)
def test_a_comma_within_a_figure_is_no_separator(read, text, figure):
    told = said(read, text)
    assert figure in told and "小数点请用“.”" in told


def test_a_comma_with_a_blank_behind_it_is_one(read):
    assert read("a: {x: 5, 6: y, z: [1,2]}") == {"a": {"x": 5, 6: "y", "z": [1, 2]}}


WHOLE = """# 连山
name: {zh: 连山县, en: "Lian\\x73han"}
goals: &kept
- at_least: 60   # of all
  note: '引''号'
- [1, 2.5, -3]
text: |2-
   two
  lines
long: >+
  folded
  lines

again: *kept
<<: {a: 1}
? key
: 2019-01-01
"""


@given(
    st.lists(
        st.tuples(
            st.integers(0, len(WHOLE)),
            st.integers(0, 1),
            st.text(":,-'\"[]{}#&*!|>%@`?~<=+ \n\t0129abn.\\：，　\u2028\x85\ufeff年", max_size=2),
        ),
        max_size=4,
    )
)
def test_the_quick_parser_reads_as_the_exact_one_does(changes):
    text = WHOLE
    for at, removed, put in changes:
        text = text[:at] + put + text[at + removed :]
    found = []
    for quick in (yaml.__with_libyaml__, False):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(yaml, "__with_libyaml__", quick)
            try:
                found.append(_parsed.__wrapped__(text, "a.yml"))
            except (ParamsError, yaml.YAMLError) as error:
                found.append(str(error))
    assert found[0] == found[-1]
