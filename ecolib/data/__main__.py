"""`python -m ecolib.data` rewrites the generated column list in data/README.md."""

from ecolib.data.columns import renewed
from ecolib.files import project_root

path = project_root() / "data" / "README.md"
path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
