"""A case as the rules of `ecolib.checks` see it: their `Facts`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from ecolib.assess.case import Case
from ecolib.assess.history import history_of, measured
from ecolib.assess.judge import bound_of, judge, reading_of
from ecolib.assess.lineage import missing_inputs
from ecolib.assess.needs import years_of
from ecolib.checks.context import Figure, Judged, Known, Level
from ecolib.data.params import Params
from ecolib.indicators.catalogue import Indicator
from ecolib.texts import Note
