"""Reproducible yearly assessment of National Ecological Civilization Demonstration Counties.

The public names are loaded on first use, so that `import ecolib` and `ecolib --help` stay quick.
"""

from importlib import import_module

_HOMES = {
    "ecolib.assess.case": ("Case",),
    "ecolib.assess.exploring": ("results",),
    "ecolib.assess.opening": ("open_case",),
    "ecolib.indicators.catalogue": ("Indicator", "catalogue", "find", "find_item", "indicator"),
    "ecolib.indicators.formulas": ("Measure",),
    "ecolib.assess.result": ("Result", "Verdict"),
    "ecolib.standards": ("standard",),
    "ecolib.standards.air.index": ("air_index",),
    "ecolib.standards.water.classes": ("classify",),
    "ecolib.standards.water.trophic": ("trophic_index",),
    "ecolib.trends": ("mann_kendall", "outlook", "sen_slope"),
    "ecolib.checks.audit": ("audit",),
    "ecolib.collect": ("write_templates",),
    "ecolib.runner.planning": ("plan",),
    "ecolib.runner.running": ("run",),
    "ecolib.pages.style": ("chinese",),
    "ecolib.errors": (
        "DataError", "EcolibError", "ParamsError", "RunError", "StandardError", "speak",
    ),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
_MODULES = {"plots": "ecolib.pages.plots", "pages": "ecolib.pages"}
__all__ = sorted((*_HOME_OF, *_MODULES))


def __getattr__(name: str):
    if name in _MODULES:
        return import_module(_MODULES[name])
    if name not in _HOME_OF:
        raise AttributeError(f"module 'ecolib' has no attribute '{name}'")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return __all__
