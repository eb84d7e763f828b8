"""One connection of a pool, and the proxy its user holds.

`ConnectionRecord` owns a raw DB-API connection from open to close and knows its process, generation
and state (transaction begun, isolation level changed). `PooledConnection` is what a checkout gives:
it delegates to the raw connection, goes back to the pool with `close()`, and is noticed when it is
dropped without. In: a pool and its port. Out: raw connections, handed out one user at a time.
"""

from __future__ import annotations

import logging
import os
import sys
from time import monotonic
from types import CodeType
from typing import TYPE_CHECKING, Any, TypeAlias

from accord.engine.port import silence
from accord.exc import ResourceClosedError

if TYPE_CHECKING:
    import weakref
    from collections.abc import Callable

    from accord.engine.poolbase import Pool


Holder: TypeAlias = tuple[CodeType, int, float]
"""Who has a connection: code, line, since when. For the message when there is none left."""


def holder() -> Holder:
    """The first caller outside accord."""
    frame = sys._getframe(2)
    while frame.f_back is not None and str(frame.f_globals.get("__name__"))[:7] == "accord.":
        frame = frame.f_back
    return frame.f_code, frame.f_lineno, monotonic()


def shown_holder(held: Holder) -> str:
    """``app.py:12 in handler for 3.1 s``."""
    code, line, since = held
    where = f"{os.path.basename(code.co_filename)}:{line} in {code.co_name}"
    return f"{where} for {monotonic() - since:.1f} s"


class ConnectionRecord:
    """A raw connection and what the pool has to know about it."""

    __slots__ = (
        "__weakref__",
        "begun",
        "dbapi_connection",
        "epoch",
        "generation",
        "holder",
        "info",
        "isolation",
        "opened_at",
        "pid",
        "pool",
        "proxy_ref",
        "record_info",
        "restore",
        "returned_at",
        "savepoints",
        "users",
    )

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.pid = os.getpid()
        self.generation = pool.generation
        self.epoch = pool.epoch
        self.opened_at = monotonic()
        self.returned_at = 0.0
        """When it came back last; 0 while it is new."""
        self.info: dict[Any, Any] = {}
        self.record_info: dict[Any, Any] = {}
        self.begun = False
        """Whether a transaction was begun on the raw connection and has not ended."""
        self.savepoints = 0
        self.restore: Callable[[Any], None] | None = None
        """Undoes a changed isolation level before the connection is pooled."""
        self.isolation: str | None = None
        """The isolation level it had at first, once somebody has asked."""
        self.users = 0
        self.holder: Holder | None = None
        self.proxy_ref: weakref.ref[PooledConnection] | None = None
        self.dbapi_connection: Any = None

    @property
    def driver_connection(self) -> Any:
        """The driver's own connection object."""
        return self.dbapi_connection

    @property
    def in_use(self) -> bool:
        """Whether somebody has it."""
        return self.users > 0

    @property
    def in_this_process(self) -> bool:
        """Whether this process opened it."""
        return self.pid == os.getpid()

    def close(self, *, because: BaseException | None = None) -> None:
        """Close the raw connection; what goes wrong while closing is logged, not raised."""
        raw = self.dbapi_connection
        if raw is None:
            return
        self.dbapi_connection = None
        self.pool.forget(self)
        for listener in self.pool.dispatch.listeners("close"):
            listener(raw, self)
        try:
            self.pool.port.close(raw)
        except Exception as error:
            self.pool.log.debug(f"Closing a connection failed: {type(error).__name__}")
        self.pool.log.info(
            "Connection closed"
            if because is None
            else f"Connection closed: {type(because).__name__}"
        )

    def invalidate(self, e: BaseException | None = None, soft: bool = False) -> None:
        """Never use the raw connection again; `soft`: only after its present user is done."""
        if self.dbapi_connection is None:
            return
        event = "soft_invalidate" if soft else "invalidate"
        for listener in self.pool.dispatch.listeners(event):
            listener(self.dbapi_connection, self, e)
        self.generation = -1
        if not soft:
            self.close(because=e)

    def abandon(self) -> None:
        """Forget the raw connection of another process without a word to the server."""
        raw = self.dbapi_connection
        if raw is None:
            return
        self.dbapi_connection = None
        silence(raw)
        self.pool.bury(self, raw)

    def lost(self, _: object) -> None:
        """Its proxy was garbage collected without having been closed."""
        self.proxy_ref = None
        if self.dbapi_connection is None:
            return
        taken = "" if self.holder is None else f" (taken at {shown_holder(self.holder)})"
        self.pool.log.say(
            logging.ERROR,
            "A connection was garbage collected without having been closed; close connections, or "
            f"use them in a with block{taken}",
        )
        self.pool.reclaim(self)


class PooledConnection:
    """A checked-out connection: the raw DB-API connection plus `close()` that gives it back."""

    __slots__ = ("__weakref__", "_detached", "_record", "dbapi_connection", "owner")

    def __init__(self, record: ConnectionRecord) -> None:
        self._record: ConnectionRecord | None = record
        self.dbapi_connection: Any = record.dbapi_connection
        self._detached: ConnectionRecord | None = None
        self.owner: weakref.ref[Any] | None = None
        """Who is told when a fork makes the connection unusable."""

    # --- state ----------------------------------------------------------------------------------

    @property
    def driver_connection(self) -> Any:
        """The driver's own connection object."""
        return self.dbapi_connection

    @property
    def connection(self) -> Any:
        """The raw connection (the name of older versions)."""
        return self.dbapi_connection

    @property
    def is_valid(self) -> bool:
        """Whether it can be used."""
        return self.dbapi_connection is not None

    @property
    def is_detached(self) -> bool:
        """Whether the pool has let go of it."""
        return self._detached is not None

    @property
    def record(self) -> ConnectionRecord:
        """The pool's record; an error after close."""
        record = self._record or self._detached
        if record is None:
            raise ResourceClosedError("This pooled connection is closed; take a new one")
        return record

    @property
    def info(self) -> dict[Any, Any]:
        """The user's notes; they live as long as the raw connection."""
        return self.record.info

    @property
    def record_info(self) -> dict[Any, Any] | None:
        """The user's notes at the pool's record, None after `detach()`."""
        return None if self._detached is not None else self.record.record_info

    # --- DB-API ---------------------------------------------------------------------------------

    def _raw(self) -> Any:
        raw = self.dbapi_connection
        if raw is None:
            raise ResourceClosedError(
                "This pooled connection was closed or invalidated; take a new one from the pool"
            )
        return raw

    def cursor(self, *args: Any, **kwargs: Any) -> Any:
        """A DB-API cursor."""
        return self._raw().cursor(*args, **kwargs)

    def commit(self) -> None:
        """Commit on the raw connection."""
        self._raw().commit()

    def rollback(self) -> None:
        """Roll back on the raw connection."""
        self._raw().rollback()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._raw(), name)

    # --- the way back ---------------------------------------------------------------------------

    def close(self) -> None:
        """Give the connection back; its transaction is rolled back. Twice is no error."""
        self.give_back(was_reset=False)

    def give_back(self, *, was_reset: bool) -> None:
        """Give it back; `was_reset`: its transaction has ended already."""
        record, self._record = self._record, None
        raw, self.dbapi_connection = self.dbapi_connection, None
        if record is not None:
            if record.proxy_ref is not None and record.proxy_ref() in (self, None):
                record.proxy_ref = None  # a shared connection may know another proxy by now
            if record.dbapi_connection is raw and raw is not None:
                record.pool.checkin(record, was_reset=was_reset)
        elif self._detached is not None and raw is not None:
            detached = self._detached
            for listener in detached.pool.dispatch.listeners("close_detached"):
                listener(raw)
            detached.dbapi_connection = None
            detached.pool.forget(detached)
            detached.pool.port.close(raw)

    def invalidate(self, e: BaseException | None = None, soft: bool = False) -> None:
        """Close the raw connection for good and free its place; `soft`: only when given back."""
        record = self._record
        if record is None:
            return
        if soft:
            record.invalidate(e, soft=True)
            return
        self._record = None
        self.dbapi_connection = None
        record.proxy_ref = None
        record.invalidate(e)
        record.pool.release(record)

    def detach(self) -> None:
        """Take the connection out of the pool; `close()` then really closes it."""
        record = self.record
        if self._record is None:
            return
        raw = self.dbapi_connection
        for listener in record.pool.dispatch.listeners("detach"):
            listener(raw, record)
        record.proxy_ref = None
        self._record, self._detached = None, record
        record.pool.release(record)

    def __enter__(self) -> PooledConnection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "closed" if self.dbapi_connection is None else type(self.dbapi_connection).__name__
        return f"<PooledConnection {state}>"
