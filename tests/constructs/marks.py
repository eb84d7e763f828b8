"""How a driver wants parameters to be written: the one place that knows, for texts of constructs.

In: a text with its parameters as `:name` and its percent signs single. Out: what the renderer has
to write for a dialect. Any other text is taken as it stands.
"""

from __future__ import annotations

import re

STYLES = {
    "sqlite": "qmark",
    "postgresql": "format",
    "mysql": "format",
    "mariadb": "format",
    "oracle": "named",
    "mssql": "pyformat",
}
"""The paramstyle of each dialect's driver; `tests/unit/sql/test_constructs.py` asks the drivers."""
_MARKS = {"qmark": "?", "format": "%s", "pyformat": "%({})s", "named": ":{}"}
_PIECE = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|::|:([A-Za-z_]\w*)|%")


def written(text: str, dialect: str) -> str:
    """`text` as `dialect` has to write it."""
    style = STYLES[dialect]
    percent = "%%" if "format" in style else "%"
    marks = 0

    def replace(found: re.Match[str]) -> str:
        nonlocal marks
        if found[1] is None:
            return found[0].replace("%", percent)
        marks += 1
        return _MARKS[style].format(found[1])

    replaced = _PIECE.sub(replace, text)
    return replaced if marks else text
