"""The events of mapped classes, and who hears them.

In: nothing. Out: the names of the events with their arguments, and the `Dispatch` of classes that
are not mapped themselves (a declarative base, a mixin): what is registered there with
``propagate=True`` is heard by every mapped subclass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from accord.event import Dispatch, find_classes_with

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ROW = ("mapper", "connection", "target")
MAPPER_EVENTS: Final[dict[str, tuple[str, ...]]] = {
    "instrument_class": ("mapper", "class_"),
    "attribute_instrument": ("cls", "key", "inst"),
    "mapper_configured": ("mapper", "class_"),
    "before_configured": (),
    "after_configured": (),
    "before_insert": _ROW,
    "after_insert": _ROW,
    "before_update": _ROW,
    "after_update": _ROW,
    "before_delete": _ROW,
    "after_delete": _ROW,
    "init": ("target", "args", "kwargs"),
    "init_failure": ("target", "args", "kwargs"),
    "first_init": ("manager", "cls"),
    "load": ("target", "context"),
    "refresh": ("target", "context", "attrs"),
    "refresh_flush": ("target", "flush_context", "attrs"),
    "expire": ("target", "attrs"),
    "pickle": ("target", "state_dict"),
    "unpickle": ("target", "state_dict"),
}

_OWN: Final = "_accord_class_dispatch"
_HEAP_TYPE: Final = 1 << 9  # made by a class statement, not built in


def dispatch_of_class(cls: type) -> Dispatch:
    """Return the Dispatch of a class: its mapper's, or its own if it is not mapped."""
    mapper = vars(cls).get("__mapper__")
    if mapper is not None:
        found: Dispatch = mapper.dispatch
        return found
    own: Any = vars(cls).get(_OWN)
    if own is None:
        own = Dispatch(names=MAPPER_EVENTS, inherits=class_dispatches(cls.__mro__[1:]))
        type.__setattr__(cls, _OWN, own)
    return own  # type: ignore[no-any-return]  # what was stored above


def class_dispatches(bases: Iterable[type]) -> list[Dispatch]:
    """Return the Dispatches of those unmapped bases that have one, the most general first."""
    found = [vars(base)[_OWN] for base in bases if _OWN in vars(base)]
    return [dispatch for dispatch in reversed(found) if isinstance(dispatch, Dispatch)]


def _of_mixin(cls: type, create: bool) -> Dispatch | None:
    """Return the Dispatch of a class that is only inherited from, so that its mapped subclasses,
    also those there are already, hear what is registered on it.
    """
    own = vars(cls).get(_OWN)
    if own is None and create and cls.__flags__ & _HEAP_TYPE:
        own = dispatch_of_class(cls)
        for mapped in _mapped_below(cls):
            mapped.inherits = (own, *mapped.inherits)
    return own if isinstance(own, Dispatch) else None


def _mapped_below(cls: type) -> Iterator[Dispatch]:
    subclasses: list[type] = type.__subclasses__(cls)
    for subclass in subclasses:
        mapper = vars(subclass).get("__mapper__")
        if mapper is not None:
            yield mapper.dispatch
        yield from _mapped_below(subclass)


find_classes_with(_of_mixin)

__all__ = ["MAPPER_EVENTS", "class_dispatches", "dispatch_of_class"]
