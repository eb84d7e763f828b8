"""Makes the doubles of tests/flow importable by name."""

import sys
from pathlib import Path

FLOW = Path(__file__).parents[2] / "flow"
for folder in (FLOW, Path(__file__).parent):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
