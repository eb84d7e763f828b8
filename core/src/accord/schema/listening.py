"""DDL and attachment events: who may be listened to, and telling the listeners.

`accord.event` lies above this layer; a schema item only holds the `Dispatch` that module made for
it, and nothing at all as long as nobody listens.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

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

_CLASS_DISPATCH: Final = "_accord_class_dispatch"


class _DispatchAccess:
    """`__accord_dispatch__` of a schema class and of each of its instances.

    Only `accord.event` calls it, so that module is loaded by then: it is taken from `sys.modules`
    because this layer must not import what lies above it.
    """

    def __get__(self, instance: Any, owner: type) -> Callable[[], Any]:
        dispatch = sys.modules["accord.event.dispatch"]
        of_class = dispatch.DispatchSlot(EVENTS).of_class
        if instance is None:
            return lambda: of_class(owner)

        def of_instance() -> Any:
            if instance.dispatch is None:
                instance.dispatch = dispatch.Dispatch((of_class(owner),))
            return instance.dispatch

        return of_instance


class EventTarget:
    """Something DDL happens to."""

    __slots__ = ()

    dispatch: Any = None
    early_listeners: Sequence[tuple[str, Callable[..., Any]]] = ()  # given to the constructor
    __accord_dispatch__ = _DispatchAccess()

    def notify(self, event: str, *arguments: Any, **keywords: Any) -> None:
        """Call the listeners of `event`; costs one look where there are none."""
        for name, function in self.early_listeners:
            if name == event:
                function(self, *arguments, **keywords)
        dispatch = self.dispatch or getattr(type(self), _CLASS_DISPATCH, None)
        if dispatch is not None:
            for listener in dispatch.listeners(event):
                listener(self, *arguments, **keywords)
