"""`python -m ecolib.tables` rewrites the generated column list in data/README.md."""

from ecolib.project import project_root
from ecolib.tables.columns import renewed

path = project_root() / "data" / "README.md"
path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
