"""Records what every flush wrote, and on whose behalf: the worked example of a hook plugin.

The entry point ``audit = accord_audit:plugin`` of group ``accord.plugins`` makes accord call the
hooks of `plugin` in every flush. Out: one `Entry` a row, to the logger ``accord.audit`` and to the
sinks.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from accord.hooks import hookimpl
from accord.orm import identity_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from accord.orm import Session

    Sink = Callable[["Entry"], object]

__all__ = ["Entry", "acting_as", "add_sink", "plugin", "remove_sink"]

log = logging.getLogger("accord.audit")
_actor: ContextVar[str] = ContextVar("accord_audit_actor", default="nobody in particular")


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
    """Asks the session after each flush what it wrote: the objects have their keys by then."""

    def __init__(self) -> None:
        self.sinks: list[Sink] = []

    @hookimpl
    def accord_after_flush(self, session: Session) -> None:
        if not (self.sinks or log.isEnabledFor(logging.INFO)):
            return
        changed = [instance for instance in session.dirty if session.is_modified(instance)]
        written: dict[str, Iterable[object]] = {
            "inserted": session.new,
            "updated": changed,
            "deleted": session.deleted,
        }
        now, actor = datetime.now(UTC), _actor.get()
        for action, instances in written.items():
            for instance in instances:
                key = identity_key(instance=instance)[1]
                self.record(Entry(now, actor, action, type(instance).__name__, key))

    def record(self, entry: Entry) -> None:
        """Pass one entry on."""
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
