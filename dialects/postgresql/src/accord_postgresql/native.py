"""What only psycopg does: COPY, many statements in one pipeline, cursors that live in the server.

In: a psycopg connection and a `Native` request. Out: the Reply, its count taken from the server's
command tag.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

import psycopg

from accord.dialect import DBAPICursor, Native, Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.dialect import Parameters, Row

COPY = "copy"
"""COPY … FROM STDIN in binary format; the arguments are the OIDs of the types values are sent
as."""
COMMAND = "command"
"""A statement without parameters; the reply's one row holds the server's command tag."""
RETURNING_EACH = "returning each"
"""A statement that returns rows, once for each row of parameters; the reply's rows are those of
all of them, and there is exactly one for each or the call fails."""

EACH = "each"
"""The same, however many rows each of them returns."""

_COMMENTS = r"\s*(?:/\*.*?\*/\s*|--[^\n]*\n\s*)*[(\s]*"
_READS = re.compile(_COMMENTS + r"(?:SELECT|VALUES|TABLE|WITH)\b", re.I | re.S)
_WRITES = re.compile(r"\b(?:INSERT|UPDATE|DELETE|MERGE|INTO)\b", re.I)
"""Words of a WITH that may write (or only look so: then it is read at once)."""
_names = itertools.count(1)


def perform(connection: psycopg.Connection[Any], request: Native) -> Reply:
    """The request's call."""
    if request.call in (RETURNING_EACH, EACH):
        return _returning_each(connection, request)
    if request.call == COPY:
        return _copy(connection, request)
    if request.call == COMMAND:
        cursor = connection.cursor()
        cursor.execute(request.text)
        return Reply([(cursor.statusmessage,)])
    raise psycopg.NotSupportedError(f"psycopg has no call {request.call!r}")


def _copy(connection: psycopg.Connection[Any], request: Native) -> Reply:
    """The server's command tag says how many rows went in."""
    cursor = connection.cursor()
    with cursor.copy(request.text.encode()) as copy:
        copy.set_types(request.arguments)  # type: ignore[arg-type]  # OIDs
        write = copy.write_row
        for row in request.rows:
            write(row)
    return Reply([], cursor.rowcount)


def _returning_each(connection: psycopg.Connection[Any], request: Native) -> Reply:
    """One pipeline, one result for each row of parameters: what comes back belongs to the row it
    was sent with."""
    cursor = connection.cursor()
    cursor.executemany(request.text, request.rows, returning=True)
    rows: list[Row] = []
    for _ in request.rows:
        found = cursor.fetchall()
        if len(found) != 1 and request.call == RETURNING_EACH:
            raise psycopg.DataError(f"a statement for one row returned {len(found)}")
        rows += found
        cursor.nextset()
    cursor.close()
    return Reply(rows, len(rows))


class StreamingCursor:
    """A cursor in the server for statements that read; a plain one for all others."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._cursor: psycopg.Cursor[Any] | psycopg.ServerCursor[Any] | None = None

    @property
    def description(self) -> Sequence[Sequence[object]] | None:
        return None if self._cursor is None else self._cursor.description

    @property
    def rowcount(self) -> int:
        return -1 if self._cursor is None else self._cursor.rowcount

    def execute(self, operation: str, parameters: Parameters, /) -> object:
        connection = self._connection
        reads = _READS.match(operation)
        if reads is not None and not _WRITES.search(operation):
            # outside a transaction only a cursor that outlives it can be read
            hold = connection.pgconn.transaction_status == psycopg.pq.TransactionStatus.IDLE
            name = f"accord_{next(_names)}"
            self._cursor = connection.cursor(name, withhold=hold, scrollable=False)
        else:
            self._cursor = connection.cursor()
        return self._cursor.execute(operation, parameters)

    def executemany(self, operation: str, rows: list[Row], /) -> object:
        raise psycopg.NotSupportedError("a streaming cursor reads one statement")

    def fetchone(self) -> object:
        return self._open().fetchone()

    def fetchmany(self, size: int, /) -> Sequence[object]:
        return self._open().fetchmany(size)

    def fetchall(self) -> Sequence[object]:
        return self._open().fetchall()

    def close(self) -> object:
        cursor, self._cursor = self._cursor, None
        if cursor is not None:
            cursor.close()
        return None

    def _open(self) -> psycopg.Cursor[Any] | psycopg.ServerCursor[Any]:
        if self._cursor is None:
            raise psycopg.InterfaceError("the cursor is closed")
        return self._cursor


def streaming_cursor(connection: psycopg.Connection[Any]) -> DBAPICursor:
    """A cursor whose rows stay in the server until they are fetched."""
    return StreamingCursor(connection)
