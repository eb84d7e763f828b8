"""Dispatch: which functions one target calls for which event.

Owned by the target (an engine, a mapper, a session, or their classes). In: listeners with the
options they were registered with. Out: per event name one tuple of callables, parents' first,
collected once and kept until any listener anywhere is added or removed. It never calls a listener
itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from accord.exc import InvalidRequestError
from accord.records import dataclass

if TYPE_CHECKING:
    from typing import TypeAlias

ListenerFunction: TypeAlias = "Callable[..., Any]"

_CLASS_DISPATCH: Final = "_accord_class_dispatch"

#: Under this name `Dispatch` keeps whether there is any listener at all.
_ANY: Final = "*"


@dataclass(frozen=True, slots=True, eq=False)
class Listener:
    """One registered function: `function` is the user's, `call` what the owner of the event calls.

    `retval` (the return value replaces the argument) and `raw` (wants the state view, not the
    object) are for the owner to honor; `once` and `named` are already built into `call`.
    """

    function: ListenerFunction
    call: ListenerFunction
    propagate: bool = False
    once: bool = False
    named: bool = False
    retval: bool = False
    raw: bool = False
    insert: bool = False

    def is_for(self, function: ListenerFunction) -> bool:
        """Whether this was registered with `function`; bound methods are the same when self and
        code are.
        """
        mine = self.function
        if mine is function:
            return True
        bound_to = getattr(mine, "__self__", None)
        return (
            bound_to is not None
            and bound_to is getattr(function, "__self__", None)
            and getattr(mine, "__func__", mine) is getattr(function, "__func__", None)
        )


class Clock:
    """Counts changes to any Dispatch, so that what was collected knows when it is out of date."""

    __slots__ = ("_ticks", "now")

    def __init__(self) -> None:
        self._ticks = count(1)
        self.now = 0

    def tick(self) -> None:
        self.now = next(self._ticks)


clock: Final = Clock()


class Dispatch:
    """The listeners of one target.

    `names` are the events the target fires: a set, or a mapping from event name to the names of its
    arguments (needed for ``named=True``); without it those of the first parent. Every listener of
    `parents` is heard here as well (the Engine class and one engine); of `inherits` only those
    registered with ``propagate=True`` (a mapper and the mapper of its superclass).
    """

    __slots__ = (
        "__weakref__",
        "_collected",
        "_collected_at",
        "_own",
        "inherits",
        "names",
        "parents",
    )

    def __init__(
        self,
        parents: Iterable[Dispatch] = (),
        names: Collection[str] | Mapping[str, Collection[str]] | None = None,
        *,
        inherits: Iterable[Dispatch] = (),
    ) -> None:
        self.parents: tuple[Dispatch, ...] = tuple(parents)
        self.inherits: tuple[Dispatch, ...] = tuple(inherits)
        if names is None:
            names = self.parents[0].names if self.parents else frozenset()
        self.names: Collection[str] | Mapping[str, Collection[str]] = names
        self._own: dict[str, tuple[Listener, ...]] = {}
        self._collected: dict[str, tuple[ListenerFunction, ...]] = {}
        self._collected_at = clock.now

    def listeners(self, name: str) -> tuple[ListenerFunction, ...]:
        """What to call for event `name`, in order; empty for most targets."""
        if self._collected_at == clock.now:
            try:
                return self._collected[name]
            except KeyError:
                pass
        return self._collect(name)

    def has(self, name: str) -> bool:
        """Whether anybody listens to `name`."""
        if self._collected_at == clock.now:
            try:
                return bool(self._collected[name])
            except KeyError:
                pass
        return bool(self._collect(name))

    def hears_any(self) -> bool:
        """Whether anybody listens to anything; for whoever fires several events per object."""
        if self._collected_at == clock.now:
            try:
                return bool(self._collected[_ANY])
            except KeyError:
                pass
        found = [listener for name in self.names for listener in self.listeners(name)]
        self._collected[_ANY] = tuple(found)
        return bool(found)

    def registrations(self, name: str) -> tuple[Listener, ...]:
        """The listeners of event `name` with their options, in the order they are called."""
        self.check(name)
        return tuple(self._heard(name))

    def add(self, name: str, listener: Listener) -> None:
        """Register; a function already registered for this event is not registered again."""
        self.check(name)
        own = self._own.get(name, ())
        if any(known.is_for(listener.function) for known in own):
            return
        self._own[name] = (listener, *own) if listener.insert else (*own, listener)
        clock.tick()

    def remove(self, name: str, function: ListenerFunction) -> bool:
        """Forget `function` for this event; whether it was registered here."""
        self.check(name)
        own = self._own.get(name, ())
        kept = tuple(known for known in own if not known.is_for(function))
        if len(kept) == len(own):
            return False
        self._own[name] = kept
        clock.tick()
        return True

    def contains(self, name: str, function: ListenerFunction) -> bool:
        """Whether `function` was registered here, on this very target, for event `name`."""
        self.check(name)
        return any(known.is_for(function) for known in self._own.get(name, ()))

    def argument_names(self, name: str) -> tuple[str, ...]:
        """The names of the arguments of event `name`, for ``named=True``."""
        self.check(name)
        if not isinstance(self.names, Mapping):
            raise InvalidRequestError(
                f"Event {name!r} does not name its arguments; listen without named=True"
            )
        return tuple(self.names[name])

    def check(self, name: str) -> None:
        """Refuse an event the target never fires."""
        if name not in self.names:
            known = ", ".join(sorted(self.names)) or "none"
            raise InvalidRequestError(f"No such event: {name!r}; this target has: {known}")

    def _collect(self, name: str) -> tuple[ListenerFunction, ...]:
        self.check(name)
        if self._collected_at != clock.now:
            self._collected = {}
            self._collected_at = clock.now
        found = self._collected[name] = tuple(listener.call for listener in self._heard(name))
        return found

    def _heard(self, name: str) -> Iterator[Listener]:
        """Own and inherited listeners, each function once, the most general first."""
        seen: list[Listener] = []
        for listener in self._chain(name, propagated_only=False):
            if not any(known is listener for known in seen):
                seen.append(listener)
                yield listener

    def _chain(self, name: str, *, propagated_only: bool) -> Iterator[Listener]:
        for parent in self.parents:
            yield from parent._chain(name, propagated_only=propagated_only)
        for ancestor in self.inherits:
            yield from ancestor._chain(name, propagated_only=True)
        for listener in self._own.get(name, ()):
            if listener.propagate or not propagated_only:
                yield listener


class DispatchSlot:
    """Class attribute that makes a class and each of its instances a target of events.

    ``__accord_dispatch__ = DispatchSlot(names)`` answers with the instance's `dispatch` attribute
    on an instance and with a Dispatch of the class (created at first use, the superclass's as its
    parent) on the class. An instance builds its own with
    ``Dispatch((type(self).__accord_dispatch__(),))``.
    """

    __slots__ = ("names",)

    def __init__(self, names: Collection[str] | Mapping[str, Collection[str]]) -> None:
        self.names = names

    def __get__(self, instance: Any, owner: type) -> Callable[[], Dispatch]:
        if instance is not None:
            return lambda: instance.dispatch
        return lambda: self.of_class(owner)

    def of_class(self, owner: type) -> Dispatch:
        """The Dispatch of `owner` itself; its parents are those of its bases."""
        found = vars(owner).get(_CLASS_DISPATCH)
        if isinstance(found, Dispatch):
            return found
        bases = [base for base in owner.__bases__ if hasattr(base, "__accord_dispatch__")]
        dispatch = Dispatch([self.of_class(base) for base in bases], self.names)
        setattr(owner, _CLASS_DISPATCH, dispatch)
        return dispatch
