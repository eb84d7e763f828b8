"""The constructs of the SQL layer, one record each, for two tests.

`tests/unit/sql/test_constructs.py` renders each on every first-party dialect;
`tests/integration/sql/test_constructs.py` runs it on the backend of the run. A record says what
both must find. The modules beside this one hold the records by topic; `world` holds the tables and
rows that the answers speak of.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from constructs.marks import written

DIALECTS = ("sqlite", "postgresql", "mysql", "mariadb", "oracle", "mssql")
_NOT_TOPICS = {"world", "texts", "marks"}


@dataclass(frozen=True)
class Construct:
    """What a statement becomes on each dialect, and what a database makes of it."""

    name: str
    build: Callable[[], Any]
    sql: Mapping[str, str]
    """Dialect → its text on one line, parameters as `:name` (`marks.written`). `"*"` stands for
    every dialect that is not named, here or in `refused`."""
    refused: Mapping[str, str]
    """Dialect → words of the CompileError. What a dialect lacks is refused, not skipped."""
    rows: Sequence[tuple[Any, ...]] | None
    """What the database answers; of a DML statement with `after`, what that finds. In this order
    if the answering statement has an ORDER BY, in any order otherwise. None: rendered only (say why
    in the builder)."""
    after: Callable[[], Any] | None
    """A SELECT that is run after the statement."""
    parameters: Any
    """Values given at execution."""
    absent: Mapping[str, str]
    """Backend of a run → why its servers cannot run what its dialect renders."""

    def expected(self, dialect: str) -> str | None:
        """The text on a dialect with its driver's marks, None where it is refused."""
        if dialect in self.refused:
            return None
        return written(self.sql.get(dialect) or self.sql["*"], dialect)

    def answer(self, connection: Any) -> list[tuple[Any, ...]]:
        """What the statement gives on a connection."""
        statement = self.build()
        result = connection.execute(statement, self.parameters)
        if self.after is not None:
            statement = self.after()
            result = connection.execute(statement)
        return [tuple(row) for row in result.all()]


CONSTRUCTS: dict[str, Construct] = {}


def construct(
    *,
    sql: Mapping[str, str],
    rows: Sequence[tuple[Any, ...]] | None = None,
    refused: Mapping[str, str] | None = None,
    after: Callable[[], Any] | None = None,
    parameters: Any = None,
    absent: Mapping[str, str] | None = None,
) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Registers the decorated function, which builds the statement, under its name."""

    def register(build: Callable[[], Any]) -> Callable[[], Any]:
        name = f"{build.__module__.rpartition('.')[2]}.{build.__name__}"
        if name in CONSTRUCTS:
            raise LookupError(f"two constructs are called {name}")
        unknown = ({*sql} | {*(refused or ())} | {*(absent or ())}) - {*DIALECTS, "*"}
        if unknown:
            raise LookupError(f"{name}: no such dialect: {', '.join(sorted(unknown))}")
        CONSTRUCTS[name] = Construct(
            name, build, sql, refused or {}, rows, after, parameters, absent or {}
        )
        return build

    return register


def collect() -> dict[str, Construct]:
    """All constructs, by topic and name."""
    for module in pkgutil.iter_modules(__path__):
        if module.name not in _NOT_TOPICS:
            importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(CONSTRUCTS.items()))
