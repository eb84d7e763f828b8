"""A driver that gives back the rows of a multi-row DML … RETURNING in another order each time.

No database promises an order. ACCORD_TEST_SHUFFLE=1 puts this between every engine of the tests and
its driver: what then still passes does not count on one. In: a URL. Out: an engine.
"""

import os
import random
import re
from functools import cache
from typing import Any

from accord import create_engine

SHUFFLES = os.environ.get("ACCORD_TEST_SHUFFLE", "0") not in ("", "0")
_DML = re.compile(
    r"\s*(?:WITH\b.*?\)\s*)?(?:INSERT|UPDATE|DELETE|MERGE|REPLACE)\b.*\b(?:RETURNING|OUTPUT)\b",
    re.I | re.S,
)
_chance = random.Random(3)


def shuffling_engine(url: Any, **options: Any) -> Any:
    """`create_engine` with the driver behind a proxy."""
    return create_engine(url, dialect=_shuffling(type(create_engine(url).dialect)), **options)


@cache
def _shuffling(dialect: Any) -> Any:
    class Shuffling(dialect):  # type: ignore[misc]  # whichever it is
        @property
        def driver(self) -> Any:
            if not isinstance(self._driver, ShufflingDriver):
                self._driver = ShufflingDriver(super().driver)
            return self._driver

    Shuffling.__name__ = dialect.__name__
    return Shuffling


class ShufflingDriver:
    """Everything is the driver's, but the cursors."""

    def __init__(self, driver: Any) -> None:
        self._inner = driver

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def connect(self, arguments: Any) -> Any:
        return Connection(self._inner.connect(arguments))

    def prepare(self, connection: Any, arguments: Any) -> Any:
        return Connection(self._inner.prepare(plain(connection), arguments) or plain(connection))

    def streaming_cursor(self, connection: Any) -> Any:
        return self._inner.streaming_cursor(plain(connection))

    def commit(self, connection: Any) -> Any:
        return self._inner.commit(plain(connection))

    def set_autocommit(self, connection: Any, autocommit: bool) -> Any:
        return self._inner.set_autocommit(plain(connection), autocommit)

    def is_alive(self, connection: Any) -> Any:
        return self._inner.is_alive(plain(connection))

    def is_clean(self, connection: Any) -> Any:
        return self._inner.is_clean(plain(connection))

    def native(self, connection: Any, request: Any) -> Any:
        return self._inner.native(plain(connection), request)


class Connection:
    """A connection whose cursors shuffle."""

    def __init__(self, inner: Any) -> None:
        object.__setattr__(self, "_inner", plain(inner))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._inner, name, value)

    def cursor(self, *args: Any, **options: Any) -> Any:
        return Cursor(self._inner.cursor(*args, **options))


class Cursor:
    """A cursor that reads all rows of a DML statement at once, and hands them out in disorder."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._rows: list[Any] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def execute(self, operation: Any, *parameters: Any) -> Any:
        self._rows = None
        answer = self._inner.execute(operation, *parameters)
        self._shuffle(operation)
        return self if answer is self._inner else answer

    def executemany(self, operation: Any, rows: Any, *more: Any) -> Any:
        self._rows = None
        return self._inner.executemany(operation, rows, *more)

    def _shuffle(self, operation: Any) -> None:
        if self._inner.description is None or not _DML.match(str(operation)):
            return
        given = list(self._inner.fetchall())
        rows = _chance.sample(given, len(given))
        if rows == given:
            rows.reverse()
        self._rows = rows

    def fetchone(self) -> Any:
        if self._rows is None:
            return self._inner.fetchone()
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, *size: int) -> Any:
        if self._rows is None:
            return self._inner.fetchmany(*size)
        count = size[0] if size else 1
        taken, self._rows = self._rows[:count], self._rows[count:]
        return taken

    def fetchall(self) -> Any:
        if self._rows is None:
            return self._inner.fetchall()
        taken, self._rows = self._rows, []
        return taken

    def __iter__(self) -> Any:
        return iter(self.fetchall())


def plain(connection: Any) -> Any:
    """The connection of the driver itself."""
    return connection._inner if isinstance(connection, Connection) else connection
