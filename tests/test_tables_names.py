"""Chinese names in cells: of items, of indicators and of what may be chosen."""

import pytest

from ecolib.data import dictionary
from ecolib.data.dictionary import convert
from ecolib.data.numbers import unit_named
from ecolib.indicators.catalogue import declared, known_items, names


@pytest.mark.parametrize(
    ("written", "kept"),
    [("生态保护红线", "redline"), ("自然保护地", "protected"), ("redline", "redline")],
)
def test_a_choice_is_read_in_either_language(tiny, written, kept):
    case = tiny(2019, areas=[(written, "大风坑", 2019, 12, "ha")])
    assert list(case.table("areas")["kind"]) == [kept]


@pytest.mark.parametrize("unit", ["种", "个", "项", "species"])
def test_species_are_counted_in_their_own_measure_word_and_read_in_others(tiny, unit):
    case = tiny(2019, items=[("protected_species", 2019, "38", unit)])
    assert case.table("items")["value"].tolist() == [38] and not case.issues()
    assert dictionary.units()[known_items()["protected_species"].unit].zh == "种"


def test_a_heading_that_was_ours_is_read_without_a_word():
    documents = dictionary.table("documents")
    assert documents.exactly("文字说明") is documents.exactly("陈述")
    assert documents.column("statement").zh == "文字说明"


def test_a_choice_that_is_none_is_still_refused(tiny):
    case = tiny(2019, areas=[("红线", "大风坑", 2019, 12, "ha")])
    assert case.table("areas").empty
    assert [i.rule for i in case.issues()] == ["allowed"]


def test_a_choice_that_is_none_is_answered_with_the_nearest_in_the_words_of_the_reader(tiny):
    case = tiny(2019, areas=[("red_line", "大风坑", 2019, 12, "ha")])
    (note,) = case.issues()
    assert "是否应为“生态保护红线”？" in note.text("zh")
    assert "did you mean “redline”?" in note.text("en")


def test_items_and_indicators_are_read_by_their_names(tiny):
    case = tiny(
        2019,
        items=[("危险废物产生量", 2019, "1.5", "t"), ("Straw produced", 2019, "2", "t")],
        claims=[("城镇污水处理率", 2019, "verdict", "达标", "", "全部达标")],
    )
    assert list(case.table("items")["item"]) == ["hw_generated", "straw_total"]
    assert list(case.table("claims")["indicator"]) == ["urban_sewage_rate"]


def test_every_name_means_the_thing_that_bears_it():
    known = names()
    for name, code in known.item_titles.items():
        item = known_items()[code]
        assert name in (item.zh, item.en)
    assert set(known.indicator_titles.values()) == set(declared())
    # Two items share their name with the finished value of an indicator; the item is meant.
    assert known.item_titles["自然岸线修复长度"] == "shoreline_restored"


def test_choices_are_named_in_both_languages():
    for name in dictionary.table_names():
        for column in dictionary.table(name).columns:
            assert list(column.choices("zh").values()) == list(column.allowed)
            assert list(column.choices("en").values()) == list(column.allowed)


@pytest.mark.parametrize(
    ("written", "unit"),
    [("平方公里", "km2"), ("千米", "km"), ("KM", "km"), ("Km2", "km2"), ("HA", "ha"),
     ("元", "yuan"), ("万立方米", "10k m3"), ("处", "count"),
     ("毫克／升", "mg/L"), ("hm2", "ha"), ("亿立方米", "100m m3"), ("万户", "10k households"), ("份", "count"),
     ("万吨标煤", "10k tce"), ("无量纲", "index"), ("/", "index")],
)  # fmt: skip
def test_units_go_by_several_names(written, unit):
    assert unit_named(written) == unit


def test_yuan_are_ten_thousandths_of_the_kept_unit():
    # 6 543 210 000 yuan are 654 321 times ten thousand.
    assert convert(6_543_210_000, "yuan", "10k yuan") == pytest.approx(654_321)
