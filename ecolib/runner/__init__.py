"""Plan a county-year as tasks and run them with papermill.

The runner knows notebooks, folders and processes; what an indicator means it does not know. The
public names are loaded on first use: the quick look whether anything changed needs no pandas.
"""

from importlib import import_module

_HOMES = {
    "Outcome": "ecolib.runner.notebook",
    "Task": "ecolib.runner.notebook",
    "plan": "ecolib.runner.planning",
    "run": "ecolib.runner.running",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module 'ecolib.runner' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)
