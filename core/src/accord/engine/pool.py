"""The pool classes: where idle connections wait and how many may exist.

QueuePool keeps up to `pool_size` and opens up to `max_overflow` more; NullPool keeps none;
StaticPool has one for everybody; SingletonThreadPool one for each thread. In and out: as `Pool`.
"""

from __future__ import annotations

import threading
from collections import deque
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

from accord.engine.poolbase import Pool
from accord.engine.record import shown_holder
from accord.exc import ArgumentError, TimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable

    from accord.engine.port import Port
    from accord.engine.record import ConnectionRecord


class QueuePool(Pool):
    """Up to `pool_size` connections are kept, up to `max_overflow` more are opened when those are
    out.

    Who finds none waits `timeout` seconds. ``pool_size=0``: no limit on what is kept;
    ``max_overflow=-1``: no limit on how many there are.
    """

    takes: ClassVar[frozenset[str]] = frozenset(
        {"pool_size", "max_overflow", "timeout", "use_lifo"}
    )

    def __init__(
        self,
        creator: Callable[[], Any] | Port,
        pool_size: int = 5,
        max_overflow: int = 10,
        timeout: float | None = 30.0,
        use_lifo: bool = False,
        **common: Any,
    ) -> None:
        if pool_size < 0 or max_overflow < -1 or (timeout is not None and timeout < 0):
            raise ArgumentError(
                "pool_size is 0 (no limit) or more, max_overflow -1 (no limit) or more, and "
                "pool_timeout a number of seconds, or None to wait for ever"
            )
        self._settings = {
            "pool_size": pool_size,
            "max_overflow": max_overflow,
            "timeout": timeout,
            "use_lifo": use_lifo,
            **common,
        }
        self._size = pool_size
        self._overflow_allowed = max_overflow
        self._timeout = inf if timeout is None else timeout
        self._take = deque.pop if use_lifo else deque.popleft
        self._idle: deque[ConnectionRecord] = deque()
        self._lost: deque[ConnectionRecord] = deque()
        self._new_locks()
        self._total = 0
        super().__init__(creator, **common)

    @property
    def _limit(self) -> float:
        if self._size == 0 or self._overflow_allowed == -1:
            return float("inf")
        return self._size + self._overflow_allowed

    def acquire(self) -> ConnectionRecord:
        """An idle one, a new one, or the next that comes back."""
        while self._lost:
            self.checkin(self._lost.popleft(), was_reset=False, lost=True)
        with self._lock:
            if not self._idle and self._total >= self._limit:
                self._wait()
            if self._idle:
                return self._take(self._idle)
            self._total += 1
            epoch = self.epoch
        try:
            return self.open()
        except BaseException:
            with self._lock:
                if self.epoch == epoch:
                    self._total -= 1
                self._wake()
            raise

    def _wake(self) -> None:
        if self._waiting:
            self._freed.notify()

    def _wait(self) -> None:
        self._waiting += 1
        try:
            self._wait_for_room()
        finally:
            self._waiting -= 1

    def _wait_for_room(self) -> None:
        deadline = monotonic() + self._timeout
        while not self._idle and self._total >= self._limit:
            left = deadline - monotonic()
            if left == inf:
                self._freed.wait()
                continue
            if left <= 0 or not self._freed.wait(left):
                if self._idle or self._total < self._limit:
                    return
                raise TimeoutError(self._exhausted())

    def _exhausted(self) -> str:
        holders = self.holders()
        shown = "; ".join(map(shown_holder, holders[:5]))
        more = f"; and {len(holders) - 5} more" if len(holders) > 5 else ""
        whose = f" of {self.label}" if self.label else ""
        limits = f"pool_size={self._size} + max_overflow={self._overflow_allowed}"
        return (
            f"No connection came back to the pool{whose} within pool_timeout={self._timeout:g} s: "
            f"all {self._total} ({limits}) are in use. Held by: {shown or 'nobody known'}{more}. "
            "Close connections and sessions (use with blocks), or raise pool_size or max_overflow "
            "in create_engine()"
        )

    def put_back(self, record: ConnectionRecord) -> None:
        """Keep it if there is room."""
        with self._lock:
            kept = self._size == 0 or len(self._idle) < self._size
            if kept:
                self._idle.append(record)
                if self._waiting:
                    self._freed.notify()
        if not kept:
            record.close()
            self.release(record)

    def release(self, record: ConnectionRecord) -> None:
        """Its place is free, unless it was of an earlier epoch and not counted any more."""
        with self._lock:
            if record.epoch == self.epoch:
                self._total -= 1
                self._wake()

    def reclaim(self, record: ConnectionRecord) -> None:
        """Take back what the garbage collector found; it may have come while the lock is held."""
        if self._lock.acquire(blocking=False):
            self._lock.release()
            self.checkin(record, was_reset=False, lost=True)
        else:
            self._lost.append(record)

    def take_idle(self) -> list[ConnectionRecord]:
        """Empty the queue."""
        with self._lock:
            idle = list(self._idle)
            self._idle.clear()
            self._total = 0
            self._freed.notify_all()
        return idle

    def after_fork(self) -> None:
        """In the child of a fork: locks may have been held by threads that are gone."""
        self._new_locks()
        super().after_fork()

    def _new_locks(self) -> None:
        self._lock = threading.Lock()
        self._freed = threading.Condition(self._lock)
        self._waiting = 0

    def size(self) -> int:
        """How many connections are kept at most."""
        return self._size

    def timeout(self) -> float:
        """How many seconds a checkout waits."""
        return self._timeout

    def checkedin(self) -> int:
        """How many connections are idle."""
        return len(self._idle)

    def checkedout(self) -> int:
        """How many connections are in use."""
        return self._total - len(self._idle)

    def overflow(self) -> int:
        """How many more than `pool_size` there are; negative while the pool is not full."""
        return self._total - self._size

    def status(self) -> str:
        """One line about the counters."""
        return (
            f"Pool size: {self._size}  Connections in pool: {self.checkedin()} "
            f"Current Overflow: {self.overflow()} "
            f"Current Checked out connections: {self.checkedout()}"
        )


class NullPool(Pool):
    """Every checkout opens a connection, every return closes it."""

    def __init__(self, creator: Callable[[], Any] | Port, **common: Any) -> None:
        self._settings = common
        super().__init__(creator, **common)

    def acquire(self) -> ConnectionRecord:
        """A new one."""
        return self.open()

    def put_back(self, record: ConnectionRecord) -> None:
        """Close it."""
        record.close()

    def release(self, record: ConnectionRecord) -> None:
        """Nothing is counted."""

    def take_idle(self) -> list[ConnectionRecord]:
        """Nothing waits."""
        return []

    def status(self) -> str:
        """Nothing to tell."""
        return "NullPool"


class StaticPool(Pool):
    """One connection for everybody at once; all its users share one transaction."""

    def __init__(self, creator: Callable[[], Any] | Port, **common: Any) -> None:
        self._settings = common
        self._record: ConnectionRecord | None = None
        self._opening = threading.RLock()
        super().__init__(creator, **common)

    def acquire(self) -> ConnectionRecord:
        """The one."""
        with self._opening:
            record = self._record
            if record is None or record.dbapi_connection is None or record.generation < 0:
                record = self._record = self.open()
            return record

    def put_back(self, record: ConnectionRecord) -> None:
        """It stays."""

    def release(self, record: ConnectionRecord) -> None:
        """The next checkout opens another."""
        if self._record is record:
            self._record = None

    def take_idle(self) -> list[ConnectionRecord]:
        """The one, unless it is in use."""
        record, self._record = self._record, None
        return [] if record is None or record.in_use else [record]

    def after_fork(self) -> None:
        """In the child of a fork."""
        self._opening = threading.RLock()
        super().after_fork()

    def status(self) -> str:
        """Whether it is open."""
        return f"StaticPool, {'open' if self._record is not None else 'not connected'}"


class SingletonThreadPool(Pool):
    """One connection for each thread, shared by all its users in that thread.

    More than `pool_size` threads with an idle connection: the longest idle one is closed.
    """

    takes: ClassVar[frozenset[str]] = frozenset({"pool_size"})

    def __init__(
        self, creator: Callable[[], Any] | Port, pool_size: int = 5, **common: Any
    ) -> None:
        self._settings = {"pool_size": pool_size, **common}
        self.size = pool_size
        self._mine = threading.local()
        super().__init__(creator, **common)

    def acquire(self) -> ConnectionRecord:
        """This thread's."""
        record: ConnectionRecord | None = getattr(self._mine, "record", None)
        if record is None or record.dbapi_connection is None or record.epoch != self.epoch:
            self._close_surplus()
            record = self._mine.record = self.open()
        return record

    def _close_surplus(self) -> None:
        idle = [record for record in list(self._records) if not record.in_use]
        idle.sort(key=lambda record: record.returned_at)
        for record in idle[: max(0, len(self._records) - self.size + 1)]:
            record.close()

    def put_back(self, record: ConnectionRecord) -> None:
        """It stays with its thread."""

    def release(self, record: ConnectionRecord) -> None:
        """The thread's next checkout opens another."""

    def take_idle(self) -> list[ConnectionRecord]:
        """Those of all threads that are not in use."""
        self._mine = threading.local()
        return [record for record in list(self._records) if not record.in_use]

    def status(self) -> str:
        """How many threads have one."""
        return f"SingletonThreadPool size: {len(self._records)}"


class AssertionPool(Pool):
    """One connection, for one user at a time: a second checkout is an error that says who has it.
    For tests that look for connections somebody forgot to give back.
    """

    def __init__(self, creator: Callable[[], Any] | Port, **common: Any) -> None:
        self._settings = common
        self._record: ConnectionRecord | None = None
        self._lock = threading.Lock()
        self._out = False
        super().__init__(creator, **common)

    def acquire(self) -> ConnectionRecord:
        """The one, if it is here."""
        with self._lock:
            if self._out:
                held = "; ".join(map(shown_holder, self.holders()))
                raise AssertionError(f"The connection is checked out already: {held}")
            self._out = True
            record, self._record = self._record, None
        try:
            return self.open() if record is None else record
        except BaseException:
            self._out = False
            raise

    def put_back(self, record: ConnectionRecord) -> None:
        """It waits for the next."""
        self._record, self._out = record, False

    def release(self, record: ConnectionRecord) -> None:
        """The next checkout opens another."""
        self._out = False

    def take_idle(self) -> list[ConnectionRecord]:
        """The one, if it is here."""
        record, self._record = self._record, None
        return [] if record is None else [record]

    def after_fork(self) -> None:
        """In the child of a fork."""
        self._lock, self._out = threading.Lock(), False
        super().after_fork()

    def status(self) -> str:
        """Whether somebody has it."""
        return f"AssertionPool, {'checked out' if self._out else 'checked in'}"


__all__ = ["AssertionPool", "NullPool", "Pool", "QueuePool", "SingletonThreadPool", "StaticPool"]
