"""DDL and attachment events: who may be listened to, and telling the listeners.

A schema item holds a `Dispatch` only once somebody listens to it, and nothing at all before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from accord.event import Dispatch, DispatchSlot

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_DDL: Final = ("target", "connection")
_ATTACH: Final = ("target", "parent")
EVENTS: Final = {
    "before_create": _DDL,
    "after_create": _DDL,
    "before_drop": _DDL,
    "after_drop": _DDL,
    "before_parent_attach": _ATTACH,
    "after_parent_attach": _ATTACH,
    "column_reflect": ("inspector", "table", "column_info"),
}

_CLASSES: Final = DispatchSlot(EVENTS)


class _DispatchAccess:
    """`__accord_dispatch__` of a schema class and of each of its instances."""

    def __get__(self, instance: Any, owner: type) -> Callable[[], Dispatch]:
        if instance is None:
            return lambda: _CLASSES.of_class(owner)

        def of_instance() -> Dispatch:
            if instance.dispatch is None:
                instance.dispatch = Dispatch((_CLASSES.of_class(owner),))
            found: Dispatch = instance.dispatch
            return found

        return of_instance


class EventTarget:
    """Something DDL happens to."""

    __slots__ = ()

    dispatch: Any = None
    early_listeners: Sequence[tuple[str, Callable[..., Any]]] = ()  # given to the constructor
    __accord_dispatch__ = _DispatchAccess()

    def is_heard(self, event: str) -> bool:
        """Whether anybody listens to `event` of this item, or of its class."""
        dispatch: Dispatch = self.dispatch or _CLASSES.of_class(type(self))
        return dispatch.has(event) or any(name == event for name, _ in self.early_listeners)

    def tell(self, event: str, *arguments: Any) -> None:
        """As `notify`, for events whose first argument is not the target."""
        for name, function in self.early_listeners:
            if name == event:
                function(*arguments)
        dispatch = self.dispatch or _CLASSES.of_class(type(self))
        for listener in dispatch.listeners(event):
            listener(*arguments)

    def notify(self, event: str, *arguments: Any, **keywords: Any) -> None:
        """Call the listeners of `event`; costs one look where there are none."""
        for name, function in self.early_listeners:
            if name == event:
                function(self, *arguments, **keywords)
        dispatch = self.dispatch or _CLASSES.of_class(type(self))
        for listener in dispatch.listeners(event):
            listener(self, *arguments, **keywords)
