"""Results that are read while the cursor is open: a chunk of rows at a time.

In: an executed cursor. Out: raw rows, fetched when they are asked for; the cursor is closed after
the last one, or with the result. `streaming_cursor` is the one place that decides which statements
get the driver's cursor for large results.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Any, cast

from accord.engine.perform import announced, done_by_listener, execute_on, executed, failed
from accord.exc import ArgumentError, ResourceClosedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from accord.dialect.steps import Execute, Request
    from accord.engine.connection import Connection
    from accord.engine.link import Link

FIRST_CHUNK = 32
LARGEST_CHUNK = 1000


class Stream:
    """The rows of an open cursor; chunks grow from `FIRST_CHUNK` unless a size is asked for."""

    __slots__ = (
        "__weakref__",
        "_connection",
        "_cursor",
        "_fixed",
        "_request",
        "_size",
        "closed",
        "names",
        "rowcount",
    )

    def __init__(self, connection: Link, request: Execute, cursor: Any, size: int | None) -> None:
        self._connection = connection
        self.names = tuple([column[0] for column in cursor.description])
        self.rowcount: int = cursor.rowcount
        self._request = request
        self._cursor = cursor
        self._fixed = size is not None
        self._size = size or FIRST_CHUNK
        self.closed = False
        connection.add_stream(self)

    def set_chunk(self, size: int) -> None:
        """Fetch this many rows at a time from now on."""
        self._size, self._fixed = size, True

    def rows(self, convert: Callable[[list[Any]], list[Any]] | None) -> Iterator[Any]:
        """The rows, one by one, converted a chunk at a time."""
        chunks = iter(self._chunk, [])
        return chain.from_iterable(chunks if convert is None else map(convert, chunks))

    def _chunk(self) -> list[Any]:
        if self.closed:
            if self._cursor is None:
                return []
            raise ResourceClosedError(
                "The transaction of this streamed result has ended; read it before commit(), "
                "rollback() or close()"
            )
        try:
            rows = self._cursor.fetchmany(self._size)
        except BaseException as error:
            failed(self._connection, self._request, self._cursor, error)
        if not rows:
            self._end()
            return []
        if not self._fixed:
            self._size = min(self._size * 2, LARGEST_CHUNK)
        return rows if type(rows) is list else list(rows)

    def _end(self) -> None:
        cursor, self._cursor = self._cursor, None
        self.closed = True
        if cursor is not None:
            cursor.close()

    def close(self) -> None:
        """Close the cursor; what was not read is lost."""
        if self.closed:
            return
        cursor = self._cursor
        self.closed = True
        try:
            cursor.close()
        except Exception as error:
            self._connection.engine.log.debug(f"Closing a cursor failed: {type(error).__name__}")


class Fetched:
    """Rows that are all here already, given out in chunks like those of a `Stream`: for whoever has
    to send other statements in between, where the database allows none beside an open result.
    """

    __slots__ = ("_rows", "_size")

    def __init__(self, rows: Iterable[Any], size: int | None) -> None:
        self._rows = iter(rows)
        self._size = size or LARGEST_CHUNK

    def set_chunk(self, size: int) -> None:
        """Give out this many rows at a time from now on."""
        self._size = size

    def rows(self, convert: Callable[[list[Any]], list[Any]]) -> Iterator[Any]:
        """The rows, one by one, converted a chunk at a time."""
        return chain.from_iterable(map(convert, iter(self._chunk, [])))

    def _chunk(self) -> list[Any]:
        return list(islice(self._rows, self._size))

    def close(self) -> None:
        """Forget the rows that were not read."""
        self._rows = iter(())


def open_stream(connection: Connection, request: Execute, size: int | None) -> Stream | None:
    """Execute and leave the cursor open; None where the statement gave no rows to read."""
    cursor = connection.open_cursor(request)
    try:
        if connection.engine.watched:
            request = _watched(connection, request, cursor)
        else:
            execute_on(cursor, request)
        described = cursor.description is not None
    except BaseException as error:
        failed(connection, request, cursor, error)
    return Stream(connection, request, cursor, size) if described else None


def _watched(connection: Connection, request: Execute, cursor: Any) -> Execute:
    """Execute with logging and the cursor listeners; what they made of the request."""
    context = announced(connection, request, cursor)
    sent = cast("Execute", context.request)
    if not done_by_listener(context):
        execute_on(cursor, sent)
    executed(context)
    return sent


def streaming_cursor(connection: Link, request: Request) -> Any:
    """The driver's cursor for large results; an ordinary one for a statement that does more than
    read (INSERT … RETURNING), or that databases declare no cursor for (SHOW, EXPLAIN).
    """
    word = request.text.lstrip(" \t\r\n(")[:6].lower()
    reads = word in ("select", "values") or (word.startswith("with") and not request.write)
    try:
        if reads:
            return connection.engine.dialect.driver.streaming_cursor(connection.raw)
        return connection.raw.cursor()
    except BaseException as error:
        failed(connection, request, None, error)


def chunk_size(options: Any) -> tuple[bool, int | None]:
    """Whether to stream, and how many rows at a time, from execution options."""
    size = options.get("yield_per")
    if size is not None:
        if not isinstance(size, int) or isinstance(size, bool) or size < 1:
            raise ArgumentError("yield_per is a number of rows, at least 1")
        return True, size
    return bool(options.get("stream_results")), options.get("max_row_buffer")
