"""How a pool talks to its connections: open, reset, ping, close. Nothing else touches the driver.

`Port` is what a pool needs; `PlainPort` serves a pool made by hand around a `creator`; the engine
brings its own (engine/connect.py), which asks the dialect's driver. In: raw DB-API connections.
Out: answers about them; `silence` is what makes a connection of another process harmless.
"""

from __future__ import annotations

import os
import select
from typing import TYPE_CHECKING, Any, Protocol

from accord.engine.policy import ResetStyle

if TYPE_CHECKING:
    from collections.abc import Callable

    from accord.engine.record import ConnectionRecord


class Port(Protocol):
    """What a pool asks about its connections."""

    def open(self, record: ConnectionRecord) -> Any:
        """A new raw connection; errors are accord's already."""
        ...

    def opened(self, record: ConnectionRecord) -> None:
        """After the "connect" listeners: the first requests of the engine itself."""
        ...

    def close(self, raw: Any) -> None:
        """Close; errors are the caller's to swallow."""
        ...

    def reset(self, raw: Any, style: ResetStyle) -> None:
        """End the transaction that may be open."""
        ...

    def is_clean(self, raw: Any) -> bool:
        """Whether it is certain that no transaction is open."""
        ...

    def is_alive(self, raw: Any) -> bool:
        """Whether it answers (a round trip)."""
        ...


class PlainPort:
    """For `QueuePool(creator)` and the like: no driver is known, the DB-API has to do."""

    def __init__(self, creator: Callable[[], Any]) -> None:
        self._creator = creator

    def open(self, record: ConnectionRecord) -> Any:
        """What the creator gives."""
        return self._creator()

    def opened(self, record: ConnectionRecord) -> None:
        """Nothing to ask."""

    def close(self, raw: Any) -> None:
        """Close it."""
        raw.close()

    def reset(self, raw: Any, style: ResetStyle) -> None:
        """Roll back or commit."""
        if style is ResetStyle.ROLLBACK:
            raw.rollback()
        elif style is ResetStyle.COMMIT:
            raw.commit()

    def is_clean(self, raw: Any) -> bool:
        """The DB-API has no way to ask; a rollback without an error has to be enough."""
        return True

    def is_alive(self, raw: Any) -> bool:
        """Whether ``SELECT 1`` works."""
        try:
            cursor = raw.cursor()
            cursor.execute("SELECT 1")
            cursor.fetchall()
            cursor.close()
        except Exception:
            return False
        return True


def looks_dead(raw: Any) -> bool:
    """Whether the socket of an idle connection has something to read: the server closed it, or it
    has said something nobody asked for. Connections without a socket are never dead.
    """
    fileno = getattr(raw, "fileno", None)
    if fileno is None:
        return False
    try:
        if hasattr(select, "poll"):
            poll = select.poll()
            poll.register(fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
            return bool(poll.poll(0))
        return bool(select.select([fileno()], [], [], 0)[0])
    except Exception:  # drivers raise their own errors when the connection is closed
        return True


def silence(raw: Any) -> None:
    """Put /dev/null under the socket of a connection that belongs to another process.

    Whatever this process's copy of it says from now on, at the latest when the interpreter ends,
    does not reach the server; the other process keeps its session.
    """
    fileno = getattr(raw, "fileno", None)
    if fileno is None:
        return
    try:
        descriptor = fileno()
        nothing = os.open(os.devnull, os.O_RDWR)
        try:
            os.dup2(nothing, descriptor)
        finally:
            os.close(nothing)
    except Exception:  # it has no descriptor any more: then it cannot say anything either
        return
