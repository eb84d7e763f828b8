"""Puts the shim of the integration tests on the path."""

import sys
from pathlib import Path

for _folder in (Path(__file__).parent, Path(__file__).parents[1] / "integration"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))
