"""Connection pools: who gets which connection, how many there are, what happens when they come
back.

`Pool.connect()` gives a `PooledConnection`. The subclasses differ only in where idle connections
wait and how many may exist (pool.py). A connection of another process is abandoned, one of an
older generation closed, one whose transaction cannot be proven ended closed. In: a `Port`. Out:
connections.
"""

from __future__ import annotations

import logging
import os
import threading
import weakref
from abc import ABC, abstractmethod
from time import monotonic
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from accord.engine.echo import EchoLog
from accord.engine.policy import PoolPolicy, ResetState, ResetStyle, Verdict
from accord.engine.port import PlainPort, Port, looks_dead
from accord.engine.record import ConnectionRecord, Holder, PooledConnection, holder
from accord.event import Dispatch, DispatchSlot
from accord.exc import ArgumentError, DisconnectionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

POOL_EVENTS: Final = {
    "connect": ("dbapi_connection", "connection_record"),
    "first_connect": ("dbapi_connection", "connection_record"),
    "checkout": ("dbapi_connection", "connection_record", "connection_proxy"),
    "checkin": ("dbapi_connection", "connection_record"),
    "reset": ("dbapi_connection", "connection_record", "reset_state"),
    "invalidate": ("dbapi_connection", "connection_record", "exception"),
    "soft_invalidate": ("dbapi_connection", "connection_record", "exception"),
    "close": ("dbapi_connection", "connection_record"),
    "detach": ("dbapi_connection", "connection_record"),
    "close_detached": ("dbapi_connection",),
}
_CHECKOUT_TRIES: Final = 3
_open_pools: Final[weakref.WeakSet[Pool]] = weakref.WeakSet()


class Pool(ABC):
    """Gives out connections and takes them back. Made by `create_engine`, or by hand:
    ``QueuePool(creator, pool_size=5)`` with a function that returns DB-API connections.
    """

    __accord_dispatch__ = DispatchSlot(POOL_EVENTS)
    takes: ClassVar[frozenset[str]] = frozenset()
    """The arguments of create_engine, without the ``pool_``, that this class has besides the common
    ones.
    """

    _settings: Mapping[str, Any] = MappingProxyType({})
    """What `recreate` gives the new pool; set by subclasses."""

    def __init__(
        self,
        creator: Callable[[], Any] | Port,
        recycle: float = -1,
        echo: object = None,
        logging_name: str | None = None,
        reset_on_return: object = True,
        events: Iterable[tuple[Callable[..., Any], str]] = (),
        pre_ping: bool = False,
        *,
        parent: Dispatch | None = None,
        label: str = "",
    ) -> None:
        self.port: Port = PlainPort(creator) if callable(creator) else creator
        self.policy = PoolPolicy(
            None if recycle < 0 else recycle,
            pre_ping,
            _reset_style(reset_on_return),
        )
        self.log = EchoLog("accord.pool", echo, logging_name)
        self.logging_name = logging_name
        self.label = label
        above = type(self).__accord_dispatch__()
        self.dispatch = Dispatch((above,) if parent is None else (above, parent), POOL_EVENTS)
        self.generation = 0
        """Connections of an older generation are closed instead of reused."""
        self.epoch = 0
        """Connections of an older epoch are not counted any more (dispose, fork)."""
        self._first = threading.Lock()
        self._connected_once = False
        self._debug = self.log.shows(logging.DEBUG)
        self._records: set[ConnectionRecord] = set()
        self._buried: list[Any] = []
        for function, name in events:
            from accord.event import listen

            listen(self, name, function)
        _open_pools.add(self)

    # --- what subclasses decide -----------------------------------------------------------------

    @abstractmethod
    def acquire(self) -> ConnectionRecord:
        """An idle record or a new one (`self.open()`); waits or raises when there may be none."""

    @abstractmethod
    def put_back(self, record: ConnectionRecord) -> None:
        """Keep a clean record for the next one, or close it."""

    @abstractmethod
    def release(self, record: ConnectionRecord) -> None:
        """The place of a record whose connection is gone is free again."""

    @abstractmethod
    def take_idle(self) -> list[ConnectionRecord]:
        """Take out everything that waits; the counters start again. Called by dispose and fork."""

    @abstractmethod
    def status(self) -> str:
        """One line about how many connections there are."""

    def recreate(self) -> Self:
        """A new, empty pool with the same settings and listeners."""
        made = type(self)(self.port, **self._settings)
        made.dispatch = self.dispatch
        return made

    # --- checkout -------------------------------------------------------------------------------

    def connect(self) -> PooledConnection:
        """Check a connection out."""
        refused = 0
        while True:
            record = self.acquire()
            # A new one is good, and so is one that is shared with another user right now.
            if record.returned_at and not record.users and not self._is_good(record):
                continue
            proxy = PooledConnection(record)
            record.users += 1
            record.holder = holder()
            record.proxy_ref = weakref.ref(proxy, record.lost)
            listeners = self.dispatch.listeners("checkout")
            if not listeners or self._accepted(listeners, record, proxy):
                if self._debug:
                    self.log.debug("Connection checked out")
                return proxy
            refused += 1
            if refused == _CHECKOUT_TRIES:
                raise DisconnectionError(
                    "The checkout listeners refused every connection of the pool"
                )

    def _accepted(
        self,
        listeners: Iterable[Callable[..., Any]],
        record: ConnectionRecord,
        proxy: PooledConnection,
    ) -> bool:
        """Ask the checkout listeners; DisconnectionError means: take another connection."""
        try:
            for listener in listeners:
                listener(record.dbapi_connection, record, proxy)
        except BaseException as error:
            record.users -= 1
            proxy.invalidate(error)
            if not isinstance(error, DisconnectionError):
                raise
            if error.invalidate_pool:
                self.invalidate_all()
            return False
        return True

    def _is_good(self, record: ConnectionRecord) -> bool:
        """Whether an idle connection may be used; one that may not is gone afterwards."""
        verdict = self.policy.at_checkout(
            record.pid == os.getpid(),
            record.generation == self.generation,
            monotonic() - record.opened_at,
        )
        if verdict is Verdict.LOOK:
            if not looks_dead(record.dbapi_connection):
                return True
            self._found_dead()
        elif verdict is Verdict.PING:
            if self._pinged(record):
                return True
            self._found_dead()
        if verdict is Verdict.ABANDON:
            record.abandon()
        else:
            record.close()
        self.release(record)
        return False

    def _found_dead(self) -> None:
        self.log.info("A pooled connection is dead; older ones are replaced as well")
        self.invalidate_all()

    def _pinged(self, record: ConnectionRecord) -> bool:
        try:
            return self.port.is_alive(record.dbapi_connection)
        except Exception:
            return False

    def open(self) -> ConnectionRecord:
        """Open a raw connection, tell the listeners, count it. Its place was reserved before."""
        record = ConnectionRecord(self)
        raw = record.dbapi_connection = self.port.open(record)
        self._records.add(record)
        try:
            if not self._connected_once:
                self._first_connect(record)
            for listener in self.dispatch.listeners("connect"):
                listener(raw, record)
            self.port.opened(record)
        except BaseException:
            record.close()
            raise
        self.log.info("Connection opened")
        self._debug = self.log.shows(logging.DEBUG)
        return record

    def _first_connect(self, record: ConnectionRecord) -> None:
        with self._first:
            if not self._connected_once:
                for listener in self.dispatch.listeners("first_connect"):
                    listener(record.dbapi_connection, record)
                self._connected_once = True

    # --- checkin ---------------------------------------------------------------------------------

    def checkin(self, record: ConnectionRecord, *, was_reset: bool, lost: bool = False) -> None:
        """Take a connection back: reset it, prove that it is clean, keep it or close it."""
        record.users -= 1
        if record.users > 0:
            return
        record.holder = None
        try:
            verdict = self._reset(record, was_reset, lost)
        except BaseException as error:
            record.close(because=error)
            self.release(record)
            if not isinstance(error, Exception):
                raise
            self.log.info(f"Reset failed ({type(error).__name__}), the connection was closed")
            return
        if verdict is Verdict.USE:
            record.returned_at = monotonic()
            if self._debug:
                self.log.debug("Connection returned")
            self.put_back(record)
            return
        if verdict is Verdict.ABANDON:
            record.abandon()
        else:
            record.close()
        self.release(record)

    def reclaim(self, record: ConnectionRecord) -> None:
        """Take back a connection whose user was garbage collected."""
        self.checkin(record, was_reset=False, lost=True)

    def _reset(self, record: ConnectionRecord, was_reset: bool, lost: bool) -> Verdict:
        raw = record.dbapi_connection
        same_process = record.pid == os.getpid() and record.epoch >= 0
        if not same_process or raw is None:
            return self.policy.at_checkin(same_process, False, False)
        for listener in self.dispatch.listeners("reset"):
            listener(raw, record, ResetState(was_reset, terminate_only=lost))
        style = self.policy.reset
        if style is not ResetStyle.NONE and (record.begun or not was_reset):
            self.port.reset(raw, style)
            record.begun = False
        if record.restore is not None:
            record.restore(raw)
            record.restore = None
        for listener in self.dispatch.listeners("checkin"):
            listener(raw, record)
        return self.policy.at_checkin(
            True,
            record.generation == self.generation and record.epoch == self.epoch,
            style is ResetStyle.NONE or self.port.is_clean(raw),
        )

    # --- all of them -----------------------------------------------------------------------------

    def invalidate_all(self) -> None:
        """Every connection opened until now is closed instead of being used again."""
        self.generation += 1

    def dispose(self, close: bool = True) -> None:
        """Close what waits; what is checked out is closed when it comes back. The pool stays
        usable.

        With ``close=False`` nothing is closed or sent, connections are only forgotten: for the
        child process after a fork (accord notices a fork by itself where the platform tells).
        """
        self.generation += 1
        self.epoch += 1
        for record in self.take_idle():
            if not close or not record.in_this_process:
                record.abandon()
            else:
                record.close()
        self.log.info("Pool disposed")

    def forget(self, record: ConnectionRecord) -> None:
        """The record has no connection any more."""
        self._records.discard(record)

    def bury(self, record: ConnectionRecord, raw: Any) -> None:
        """Keep a connection of another process alive, so that no destructor talks to the server."""
        self._records.discard(record)
        self._buried.append(raw)

    def after_fork(self) -> None:
        """In the child of a fork: every connection belongs to the parent."""
        self.generation += 1
        self.epoch += 1
        self._first = threading.Lock()
        self.take_idle()
        for record in list(self._records):
            proxy = None if record.proxy_ref is None else record.proxy_ref()
            record.epoch = -1
            record.abandon()
            if proxy is not None:
                proxy.dbapi_connection = None
                owner = None if proxy.owner is None else proxy.owner()
                if owner is not None:
                    owner.lost_by_fork()

    # --- for messages ----------------------------------------------------------------------------

    def holders(self) -> list[Holder]:
        """Who has connections, the longest first."""
        held = [record.holder for record in list(self._records) if record.holder is not None]
        return sorted(held, key=lambda holder: holder[2])

    @property
    def echo(self) -> object:
        """Whether the pool logs on its own account."""
        return self.log.echo

    @echo.setter
    def echo(self, value: object) -> None:
        self.log.set_echo(value)
        self._debug = self.log.shows(logging.DEBUG)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.status()}>"


def _reset_style(value: object) -> ResetStyle:
    try:
        return ResetStyle.of(value)
    except ValueError:
        raise ArgumentError(
            f"pool_reset_on_return is 'rollback', 'commit' or None, not {value!r}"
        ) from None


def _after_fork_in_child() -> None:
    for pool in list(_open_pools):
        pool.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
