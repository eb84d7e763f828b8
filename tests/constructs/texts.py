"""Statements as a dialect renders them without a server, and what sqlglot reads there."""

from __future__ import annotations

import itertools
import re
from functools import cache
from typing import Any

from accord import create_engine

GRAMMARS = {
    "sqlite": "sqlite",
    "postgresql": "postgres",
    "mysql": "mysql",
    "mariadb": "mysql",
    "oracle": "oracle",
    "mssql": "tsql",
}
"""Our dialects and sqlglot's."""
_FORMATTED = {"postgresql", "mysql", "mariadb", "mssql"}  # their drivers' paramstyles use %


@cache
def engine(dialect: str) -> Any:
    """An engine that never connects: rendering needs no server."""
    return create_engine("sqlite://" if dialect == "sqlite" else f"{dialect}://nobody@nowhere/none")


def rendered(statement: Any, dialect: str) -> str:
    """The text with the driver's placeholders, on one line."""
    return " ".join(str(statement.compile(engine(dialect))).split())


def parsed(text: str, dialect: str) -> Any:
    """The tree of a rendered statement, by sqlglot's grammar of the dialect."""
    import sqlglot

    if dialect in _FORMATTED:
        text = re.sub(r"%\((\w+)\)s", r":\1", text)
        number = itertools.count(1)
        mark = (lambda _: f"${next(number)}") if dialect == "postgresql" else "?"
        text = re.sub(r"(?<!%)%s", mark, text).replace("%%", "%")
    return sqlglot.parse_one(text, read=GRAMMARS[dialect])
