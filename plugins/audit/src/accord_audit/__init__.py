"""Records what every flush wrote, and on whose behalf: the worked example of a hook plugin.

The entry point ``audit = accord_audit:plugin`` of group ``accord.plugins`` makes accord call the hooks of
`plugin` in every flush. Out: one `Entry` a row, to the logger ``accord.audit`` and to the sinks.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from accord import inspect
from accord.hooks import hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Sink = Callable[["Entry"], object]

__all__ = ["Entry", "acting_as", "add_sink", "plugin", "remove_sink"]

log = logging.getLogger("accord.audit")
_actor: ContextVar[str] = ContextVar("accord_audit_actor", default="nobody in particular")
_WORK = "accord_audit"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: who did what to which object, when. Never a value of it."""

    at: datetime
    actor: str
    action: str
    entity: str
    key: tuple[object, ...]

    def __str__(self) -> str:
        key = ", ".join(map(str, self.key))
        return f"{self.actor} {self.action} {self.entity} {key}"


@contextmanager
def acting_as(actor: str) -> Iterator[None]:
    """Flushes in this block, of this thread or task, are made on behalf of `actor`."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


class AuditPlugin:
    """Sees the objects before the flush and records them after it, when they have their keys."""

    def __init__(self) -> None:
        self.sinks: list[Sink] = []

    @hookimpl
    def accord_before_flush(self, session: Any) -> None:
        session.info[_WORK] = [
            ("inserted", list(session.new)),
            ("updated", list(session.dirty)),
            ("deleted", list(session.deleted)),
        ]

    @hookimpl
    def accord_after_flush(self, session: Any) -> None:
        now, actor = datetime.now(UTC), _actor.get()
        for action, objects in session.info.pop(_WORK, ()):
            for instance in objects:
                key = inspect(instance).identity or ()
                entry = Entry(now, actor, action, type(instance).__name__, tuple(key))
                log.info("%s", entry)
                for sink in self.sinks:
                    sink(entry)


plugin = AuditPlugin()


def add_sink(sink: Sink) -> None:
    """Call `sink` with every entry; what it raises makes the flush fail."""
    plugin.sinks.append(sink)


def remove_sink(sink: Sink) -> None:
    """Undo `add_sink`."""
    plugin.sinks.remove(sink)
