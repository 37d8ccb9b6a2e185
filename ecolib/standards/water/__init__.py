"""Water: from laboratory results to classes, grades and the state of lakes and sources."""

from ecolib.standards.water.classes import CLASS_NAMES, classify, item_classes
from ecolib.standards.water.county import (
    assessed_sections,
    class_grade,
    compare_periods,
    compare_sections,
    county_grade,
    grade_change,
    share_grade,
)
from ecolib.standards.water.readings import parse_values
from ecolib.standards.water.sections import (
    section_classes,
    section_means,
    trophic_grade,
    trophic_index,
    trophic_state,
)
from ecolib.standards.water.sources import source_quality

__all__ = [
    "CLASS_NAMES",
    "assessed_sections",
    "class_grade",
    "classify",
    "compare_periods",
    "compare_sections",
    "county_grade",
    "grade_change",
    "item_classes",
    "parse_values",
    "section_classes",
    "section_means",
    "share_grade",
    "source_quality",
    "trophic_grade",
    "trophic_index",
    "trophic_state",
]
