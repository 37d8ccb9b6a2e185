"""Where the project is: the folder that holds `params/`, `data/`, `notebooks/` and `outputs/`."""

from __future__ import annotations

import os
from pathlib import Path

#: Set by the runner for the time of one task.
ROOT_VARIABLE = "ECOLIB_ROOT"


def project_root(start: Path | None = None) -> Path:
    """The nearest folder upwards that holds `params/defaults.yml`; else the current one."""
    if start is None and ROOT_VARIABLE in os.environ:
        return Path(os.environ[ROOT_VARIABLE])
    here = (start or Path.cwd()).resolve()
    return next((p for p in (here, *here.parents) if (p / "params/defaults.yml").is_file()), here)
