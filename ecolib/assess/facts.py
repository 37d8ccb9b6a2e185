"""A case as the rules of `ecolib.checks` see it: their `Facts`."""

from __future__ import annotations
