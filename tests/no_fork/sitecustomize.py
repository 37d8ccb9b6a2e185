"""Python without `os.fork`, as on Windows, for every interpreter that finds this on its path."""

import os

if hasattr(os, "fork"):
    del os.fork
