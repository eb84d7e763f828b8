"""Link: a checked-out raw connection and the state of what is sent over it; `perform` is here.

`perform` is the only place of accord that sends a statement. In: requests. Out: replies, or the
error to raise, the connection invalidated when nobody knows its state. `Connection` adds what users
call: statements, transactions, options.
"""

from __future__ import annotations

import logging
import weakref
from threading import get_ident
from typing import TYPE_CHECKING, Any, Final, cast

from accord.dialect.steps import Execute
from accord.engine import ending
from accord.engine.perform import DriverReply, failed, on_cursor, watched
from accord.engine.stream import streaming_cursor
from accord.engine.transaction import RootTransaction
from accord.exc import (
    ConcurrentUseError,
    InvalidRequestError,
    PendingRollbackError,
    ResourceClosedError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from accord.dialect.steps import Parameters, Reply, Request
    from accord.engine.connection import Connection
    from accord.engine.engine import Engine
    from accord.engine.record import ConnectionRecord, PooledConnection
    from accord.engine.stream import Stream
    from accord.engine.transaction import NestedTransaction, Transaction
    from accord.sql.compiled import Compiled


_new: Final = object.__new__

#: A cursor that has fetched more rows is not used again.
_FEW: Final = 500


class Link:
    """One raw connection on loan from the pool, and how far its transaction has got."""

    __slots__ = (
        "__weakref__",
        "_gone",
        "_nested",
        "_new_cursor",
        "_proxy",
        "_reader",
        "_ready",
        "_root",
        "_streams",
        "_thread",
        "autocommit",
        "bind",
        "engine",
        "invalidated",
        "managed",
        "record",
        "token",
        "trouble",
        "wrote",
    )

    record: ConnectionRecord
    """The pool's record of the raw connection."""

    def __init__(self, engine: Engine, proxy: PooledConnection) -> None:
        self.engine = engine
        self.bind = engine
        """What statements are made for: the engine, or its view for a schema_translate_map."""
        self._root: RootTransaction | None = None
        self._nested: NestedTransaction | None = None
        self.managed: Transaction | None = None
        """The transaction whose `with` block is the innermost one open."""
        self._streams: list[Stream] = []
        self._gone: str | None = None
        """Why this connection cannot be used any more, once it cannot."""
        self._ready = False
        """Whether a request may be sent at once: open, in a transaction that is active."""
        self._thread = 0
        """The thread whose request is with the driver now; 0: none is."""
        self.autocommit = False
        self.wrote = False
        """Whether a request of the transaction in progress may have changed something."""
        self.trouble: str | None = None
        """What the last statement that failed in the transaction in progress said."""
        self.invalidated = False
        """Whether the raw connection was lost; the next transaction gets another one."""
        self.token = ""
        """What log lines of this connection begin with."""
        self._attach(proxy)

    def _attach(self, proxy: PooledConnection) -> None:
        self._proxy: PooledConnection | None = proxy
        self.record = proxy.record
        self._new_cursor: Callable[[], Any] = proxy.dbapi_connection.cursor
        self._reader: Any = None
        proxy.owner = weakref.ref(self)

    def replace_lost(self) -> None:
        """Take another raw connection in the place of one that was lost."""
        self._attach(self.engine.pool.connect())
        self.invalidated = False
        self._reattached()

    def _reattached(self) -> None:
        """Another raw connection took the place of one that was lost."""

    # --- the driver ------------------------------------------------------------------------------

    def perform(self, request: Request) -> Reply:
        """Send one request to the driver and fetch everything; begin a transaction if need be."""
        before, thread = self._thread, get_ident()
        if before and before != thread:
            self.refuse_other_thread()
        self._thread = thread
        try:
            if not self._ready or not self.record.begun:
                self._prepare(request)
            if request.write:
                self.wrote = True
            elif type(request) is Execute and request.compiled is not None:
                columns = request.compiled.columns
                if columns and not self.engine.watched:
                    rows = self._rows(request.compiled, request.text, request.parameters)
                    return DriverReply(rows, len(rows), None, columns)
            cursor = None
            try:
                cursor = self._new_cursor()  # a driver that lost its connection may say so here
                if type(request) is not Execute or self.engine.watched:
                    if self.engine.watched:
                        return watched(self, request, cursor)
                    return on_cursor(self, request, cursor)
                cursor.execute(request.text, request.parameters)
                reply = _new(DriverReply)  # the constructor inlined: every statement comes here
                reply._description = description = cursor.description
                if description is None:
                    reply.rows = []
                    reply.lastrowid = getattr(cursor, "lastrowid", None)
                else:
                    rows = cursor.fetchall()
                    reply.rows = rows if type(rows) is list else list(rows)
                    reply.lastrowid = None
                reply.rowcount = cursor.rowcount  # last: some drivers count while rows are fetched
                return reply
            except BaseException as error:
                failed(self, request, cursor, error)
        finally:
            self._thread = before

    def refuse_other_thread(self) -> None:
        """Raise if another thread waits for the driver on this connection now: drivers would mix up
        the answers, or stop each other.
        """
        if self._thread and self._thread != get_ident():
            raise ConcurrentUseError(
                "This connection, or the Session it belongs to, is in use by another thread at "
                "this moment; give each thread a connection or Session of its own"
            )

    def fetch(self, compiled: Compiled, text: str, parameters: Parameters) -> list[Any]:
        """The rows of a compiled SELECT: `perform` without a request and a reply around it, for
        that is what programs do most. Whatever is out of the ordinary goes through `perform`.
        """
        ordinary = compiled.only_reads and self._ready and not self._thread
        if not ordinary or not self.record.begun or self.engine.watched:
            return self.perform(self._request(compiled, text, parameters)).rows
        self._thread = get_ident()
        cursor, self._reader = self._reader, None  # as in `_rows`
        try:
            if cursor is None:
                cursor = self._new_cursor()
            cursor.execute(text, parameters)
            rows = cursor.fetchall()
        except BaseException as error:
            failed(self, self._request(compiled, text, parameters), cursor, error)
        finally:
            self._thread = 0
        if len(rows) <= _FEW:
            self._reader = cursor
        return rows if type(rows) is list else list(rows)

    def _rows(self, compiled: Compiled, text: str, parameters: Parameters) -> list[Any]:
        """Execute a SELECT whose columns are known, on a cursor that is kept for the next one.

        Some drivers prepare a lot in a new cursor, and in its description. One that had many rows
        is let go, for it may hold on to them.
        """
        cursor, self._reader = self._reader, None  # nobody else's meanwhile, nor after an error
        try:
            if cursor is None:
                cursor = self._new_cursor()
            cursor.execute(text, parameters)
            rows = cursor.fetchall()
        except BaseException as error:
            failed(self, self._request(compiled, text, parameters), cursor, error)
        if len(rows) <= _FEW:
            self._reader = cursor
        return rows if type(rows) is list else list(rows)

    def _request(self, compiled: Compiled, text: str, parameters: Parameters) -> Execute:
        write = compiled.is_write
        return Execute(self.engine, text, parameters, write=write, compiled=compiled)

    def open_cursor(self, request: Request) -> Any:
        """A cursor for a request whose rows are fetched later, in a transaction that has begun."""
        self.refuse_other_thread()
        if not self._ready or not self.record.begun:
            self._prepare(request)
        if request.write:
            self.wrote = True
        return streaming_cursor(self, request)

    def perform_outside(self, request: Request) -> Reply:
        """Send a request that must not be part of a transaction."""
        cursor = None
        try:
            cursor = self._new_cursor()
            return watched(self, request, cursor)
        except BaseException as error:
            failed(self, request, cursor, error)

    def _prepare(self, request: Request) -> None:
        """Be in an active transaction that has begun on the driver, or say why that cannot be."""
        self._be_in_transaction()
        if self._streams:
            self._refuse_beside_stream()
        if self.record.begun:
            self._ready = True
        elif not self.engine.runs_outside(request.text):
            ending.send_begin(self, write=request.write)
            self._ready = True

    def _be_in_transaction(self) -> None:
        self.refuse_unusable()
        if self._root is None:
            self._begin_root(RootTransaction(cast("Connection", self)))
        elif self.invalidated:
            raise PendingRollbackError(
                "The connection was lost and its transaction with it; call rollback() before "
                "anything else"
            )
        elif self._root.vote is not None:
            raise InvalidRequestError(
                f"The {self._root.kind} of this connection is prepared; only commit() or "
                "rollback() are left"
            )

    def ended_by_server(self) -> None:
        """The database has committed by itself: the next request begins again on the driver."""
        self._ready = False
        self.wrote = False
        self.record.begun = False

    def refuse_unusable(self) -> None:
        """Raise if this connection was closed, or is inside the block of an ended transaction."""
        if self._gone is not None:
            raise ResourceClosedError(self._gone)
        managed = self.managed
        if managed is not None and not managed.is_active:
            raise InvalidRequestError(
                f"The {managed.kind} of this with block has ended already; leave the block before "
                "the next statement"
            )

    def _begin_root(self, transaction: RootTransaction) -> None:
        if self.invalidated:
            self.replace_lost()
        self.wrote = False
        self.trouble = None
        self._root = transaction
        ending.announce_begin(self)

    @property
    def raw(self) -> Any:
        """The raw DB-API connection; accord's own code only."""
        return self.record.dbapi_connection

    @property
    def closed(self) -> bool:
        """Whether `close()` was called."""
        return self._gone is not None

    def say(self, message: str, level: int = logging.INFO) -> None:
        """Log a line of this connection."""
        if self.engine.watched:
            self.engine.log.say(level, f"{self.token}{message}")

    # --- the end ---------------------------------------------------------------------------------

    def invalidate(self, exception: BaseException | None = None) -> None:
        """Close the raw connection for good; a transaction there is has to be rolled back then."""
        if self._gone is not None:
            raise ResourceClosedError(self._gone)
        if self.invalidated:
            return
        proxy, self._proxy = self._proxy, None
        self._ready = False
        self.invalidated = True
        self.autocommit = False
        self.close_streams()
        if proxy is not None:
            proxy.invalidate(exception)

    def close(self) -> None:
        """Roll back what is not committed and give the connection back. Twice is no error."""
        if self._gone is not None:
            return
        if self._streams:
            self.close_streams()
        try:
            if self._root is not None:
                self._root.rollback()
        finally:
            self._gone = "This Connection is closed; take a new one: engine.connect()"
            self._ready = False
            proxy, self._proxy = self._proxy, None
            if proxy is not None:
                proxy.give_back(was_reset=True)

    def lost_by_fork(self) -> None:
        """In the child process of a fork: the raw connection is the parent's."""
        self._gone = (
            "This Connection was opened by the parent process of a fork and belongs to it; take a "
            "new one in this process: engine.connect()"
        )
        self._proxy = None
        self._root = self._nested = None
        self._ready = False

    def add_stream(self, stream: Any) -> None:
        """Remember a result that is still being read."""
        self._streams = [known for known in self._streams if not known.closed]
        self._streams.append(stream)
        if self.streams_alone:
            self._ready = False  # the next request takes the way on which it is refused

    @property
    def streams_alone(self) -> bool:
        """Whether the database can execute nothing beside an open streamed result."""
        capabilities = self.engine.capabilities
        return capabilities is not None and not capabilities.transactions.statements_beside_stream

    def _refuse_beside_stream(self) -> None:
        """The driver would throw the rest of an open result away, in silence."""
        if self.streams_alone and not all(stream.closed for stream in self._streams):
            raise InvalidRequestError(
                "A streamed result of this connection is still open, and "
                f"{self.engine.dialect.name} can execute nothing else beside it; read it to the "
                "end, call close() on it, or use another connection"
            )

    def close_streams(self) -> None:
        """End the results that are still being read."""
        streams, self._streams = self._streams, []
        for stream in streams:
            stream.close()
