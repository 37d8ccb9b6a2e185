"""Open points of method: complete, and told in one place."""

import re

from ecolib.standards import doubtful, names, open_points, sources
from ecolib.texts import LANGS, catalogue

DOUBT = re.compile(
    "凭记忆|未查证|未见原文|未取得|转载|recalled|not verified|text not read|not obtained"
)


def test_every_doubtful_row_belongs_to_a_point():
    doubt = {(name, document) for name in names() for document in doubtful(name)["document"]}
    rows = {pair: int((doubtful(pair[0])["document"] == pair[1]).sum()) for pair in doubt}
    # Groundwater limits alone are hundreds of rows from one copy of GB/T 14848.
    assert rows["groundwater", "gbt14848-2017"] == 195
    assert open_points()["rows"].sum() == sum(rows.values())


def test_what_is_settled_is_no_open_point():
    # Table 1 of GB 3838 has two independent sources, HJ 633-2026 was read.
    assert doubtful("surface_water").empty
    assert set(doubtful("air_iaqi")["document"]) == {"hj633-2012"}


def test_each_point_names_a_document_and_its_effect():
    points = open_points()
    assert set(points["number"]) <= set(sources()["number"])
    for lang in LANGS:
        said = [note.text(lang) for note in points["point"]]
        assert len(set(said)) == len(points) > 20
        assert all(note.text(lang) for note in points["effect"])


def test_a_report_of_a_year_names_no_point_of_a_later_edition():
    # HJ 663-2026 and GB 3095-2026 came into force on 1 March 2026.
    for year, later in ((2019, 0), (2025, 0), (2026, 3)):
        told = [note.text("zh") for note in open_points(year)["point"]]
        assert len(told) == 22 + later
        assert sum(bool(re.search("2026年版|2026年3月起(年均|的)", said)) for said in told) == later


def test_no_other_sentence_tells_them():
    for code, sentence in catalogue().items():
        if not code.startswith("open_"):
            assert not DOUBT.search(str(sentence)), code
