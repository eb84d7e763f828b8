"""The driver's cursors: values written into statements, rows that survive the next statement.

pymssql writes values into the text by a search for %s that knows no %% and no names, and copies
the whole text for each of them; here the values are quoted by pymssql and put in by Python's own
formatting, which all other drivers of this style use. In: statements with marks. Out: rows.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .driver import Connection

IDENTITY_INSERT = "SET IDENTITY_INSERT "
_CHANGED = frozenset({bytes, dt.datetime})
"""Types that pymssql writes as something else: bytes as text, datetimes without microseconds."""


class Cursor:
    """A cursor of pymssql.

    It has no `lastrowid` (that would be another statement), and its rows survive the next statement
    of the connection.
    """

    __slots__ = ("_connection", "_count", "_raw", "_rest")

    def __init__(self, connection: Connection, raw: Any) -> None:
        self._connection = connection
        self._raw = raw
        self._rest: list[Any] | None = None
        self._count: int | None = None

    @property
    def description(self) -> Any:
        return self._raw.description

    @property
    def rowcount(self) -> int:
        return int(self._raw.rowcount) if self._count is None else self._count

    def execute(self, operation: str, parameters: Any = ()) -> None:
        """Run one statement."""
        connection = self._connection
        connection.before(self, operation)
        self._rest = self._count = None
        try:
            text = operation % connection.quoted(parameters)
            between = _between(text)
            if between is None:
                self._raw.execute(text)
            else:
                self._execute_between(*between)
        except Exception as error:
            connection.failed(error)
        if self._raw.description is not None and self._rest is None:
            connection.reading = self

    def _execute_between(self, setting: str, statement: str) -> None:
        """A statement between ON and OFF, one after the other: the count is that of the statement,
        and OFF comes also when it fails.
        """
        self._raw.execute(f"{setting} ON")
        try:
            self._raw.execute(statement)
            if self._raw.description is not None:
                self._rest = self._raw.fetchall()
            self._count = int(self._raw.rowcount)
        finally:
            self._connection.quietly(f"{setting} OFF")

    def executemany(self, operation: str, rows: Sequence[Any]) -> None:
        """Run one statement for every row."""
        count = 0
        for row in rows:
            self.execute(operation, row)
            count += max(0, self.rowcount)
        self._count = count

    def keep_rest(self) -> None:
        """Fetch what is left, because another statement is about to discard it."""
        self._rest = self._read("fetchall")

    def fetchone(self) -> Any:
        if self._rest is not None:
            return self._rest.pop(0) if self._rest else None
        return self._read("fetchone")

    def fetchmany(self, size: int = 1) -> list[Any]:
        if self._rest is not None:
            rows, self._rest = self._rest[:size], self._rest[size:]
            return rows
        return cast("list[Any]", self._read("fetchmany", size))

    def fetchall(self) -> list[Any]:
        if self._rest is not None:
            rows, self._rest = self._rest, []
            return rows
        rows = cast("list[Any]", self._read("fetchall"))
        if self._connection.reading is self:
            self._connection.reading = None
        return rows

    def _read(self, method: str, *arguments: Any) -> Any:
        try:
            return getattr(self._raw, method)(*arguments)
        except Exception as error:  # errors of a statement may come with its rows
            self._connection.failed(error)

    def close(self) -> None:
        if self._connection.reading is self:
            self._connection.reading = None
        self._raw.close()

    def __iter__(self) -> Cursor:
        return self

    def __next__(self) -> Any:
        row = self.fetchone()
        if row is None:
            raise StopIteration
        return row

    def __getattr__(self, name: str) -> Any:
        if name == "lastrowid" or name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._raw, name)


def _between(text: str) -> tuple[str, str] | None:
    """``SET IDENTITY_INSERT t ON; statement; SET IDENTITY_INSERT t OFF`` as the renderer writes it:
    the setting, and the statement with its semicolon.
    """
    if not text.startswith(IDENTITY_INSERT):
        return None
    setting, on, rest = text.partition(" ON; ")
    end = f" {setting} OFF"
    if not on or not rest.endswith(f";{end}"):
        return None
    return setting, rest[: -len(end)]


def sendable(parameters: Any) -> Any:
    """Values as pymssql writes them right."""
    if isinstance(parameters, dict):
        if _CHANGED.isdisjoint(map(type, parameters.values())):
            return parameters
        return {name: _value(value) for name, value in parameters.items()}
    if _CHANGED.isdisjoint(map(type, parameters)):
        return tuple(parameters)
    return tuple([_value(value) for value in parameters])


def _value(value: Any) -> Any:
    if type(value) is bytes:
        return bytearray(value)
    return value.isoformat("T", "microseconds") if type(value) is dt.datetime else value
