"""The events of a session: what they are called, who listens, firing them.

In: names and arguments from `session` and `transaction`. Out: listeners registered on the session,
its class, a sessionmaker or `Session` itself called in order. Nothing is looked up when nobody
listens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from accord import hooks
from accord.event import Dispatch, DispatchSlot

if TYPE_CHECKING:
    from accord.unitofwork import FlushPlan, FlushReport

    from .transaction import SessionTransaction

SESSION_EVENTS: Final[dict[str, tuple[str, ...]]] = {
    "before_flush": ("session", "flush_context", "instances"),
    "after_flush": ("session", "flush_context"),
    "after_flush_postexec": ("session", "flush_context"),
    "before_commit": ("session",),
    "after_commit": ("session",),
    "after_rollback": ("session",),
    "after_soft_rollback": ("session", "previous_transaction"),
    "after_begin": ("session", "transaction", "connection"),
    "after_transaction_create": ("session", "transaction"),
    "after_transaction_end": ("session", "transaction"),
    "before_attach": ("session", "instance"),
    "after_attach": ("session", "instance"),
    "do_orm_execute": ("orm_execute_state",),
    "after_bulk_update": ("update_context",),
    "after_bulk_delete": ("delete_context",),
    "transient_to_pending": ("session", "instance"),
    "pending_to_transient": ("session", "instance"),
    "pending_to_persistent": ("session", "instance"),
    "persistent_to_transient": ("session", "instance"),
    "persistent_to_deleted": ("session", "instance"),
    "deleted_to_persistent": ("session", "instance"),
    "deleted_to_detached": ("session", "instance"),
    "persistent_to_detached": ("session", "instance"),
    "detached_to_persistent": ("session", "instance"),
    "loaded_as_persistent": ("session", "instance"),
    "session_created": ("session",),
}

_ATTACHING: Final = frozenset({"transient_to_pending", "detached_to_persistent"})


class SessionDispatch:
    """The part of a Session that fires events."""

    __accord_dispatch__ = DispatchSlot(SESSION_EVENTS)

    #: The listeners of this session, its class's included; set by the constructor.
    dispatch: Dispatch

    def explain_flush(self) -> FlushPlan:
        """Return what a flush would do; see `transactional`."""
        raise NotImplementedError

    #: Whether anybody listened to anything when the flush in progress began.
    _heard: bool = False

    def _hears(self, name: str) -> bool:
        return self.dispatch.has(name)

    def _fire(self, name: str, *arguments: Any) -> None:
        for listener in self.dispatch.listeners(name):
            listener(*arguments)

    def _fire_class_event(self, name: str) -> None:
        for listener in type(self).__accord_dispatch__().listeners(name):
            listener(self)

    def _tells_of_attaching(self) -> bool:
        return self.dispatch.hears_any()

    def _attached(self, obj: object, event: str) -> None:
        if not self.dispatch.hears_any():
            return
        if event in _ATTACHING:
            self._fire("before_attach", self, obj)
            self._fire("after_attach", self, obj)
        self._fire(event, self, obj)

    def _after_begin(self, transaction: SessionTransaction, connection: Any) -> None:
        self._fire("after_begin", self, transaction, connection)

    def _before_flush(self) -> None:
        self._heard = self.dispatch.hears_any()
        if self._heard:
            self._fire("before_flush", self, None, None)
        self._tell_plugins("accord_before_flush")
        if hooks.has_implementations("accord_flush_plan"):
            self._tell_plugins("accord_flush_plan", plan=self.explain_flush())

    def flushed(self, report: FlushReport) -> None:
        """All rows are written; `new`, `dirty` and `deleted` still say what was flushed."""
        if self._heard:
            self._fire("after_flush", self, report)
        self._tell_plugins("accord_after_flush", report=report)

    def _tell_plugins(self, hook: str, **arguments: Any) -> None:
        if hooks.has_implementations(hook):
            hooks.call(hook, session=self, **arguments)
