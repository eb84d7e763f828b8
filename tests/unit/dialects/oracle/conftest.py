"""The corpus of statements of the SQL layer is used here, too."""

import sys
from pathlib import Path

_SQL = str(Path(__file__).parents[2] / "sql")
if _SQL not in sys.path:
    sys.path.insert(0, _SQL)
