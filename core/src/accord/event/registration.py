"""Registering listeners: `listen`, `listens_for`, `remove`, `contains`.

The user's side of `Dispatch`. In: a target, an event name, a function and options. A target is
whatever answers `__accord_dispatch__()`, or a mapped class. Errors name the target, the event and
what exists.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any, TypeVar

from accord.event.dispatch import Dispatch, Listener
from accord.exc import ArgumentError, InvalidRequestError

if TYPE_CHECKING:
    from typing import TypeAlias

    from accord.event.dispatch import ListenerFunction

F = TypeVar("F", bound=Callable[..., Any])


#: Arguments that listeners of SQLAlchemy 1.x take besides those there are now.
_FORMER_ARGUMENTS = {"engine_connect": (2, (False,))}

#: Asked about classes that answer no `__accord_dispatch__`: (class, whether to make one).
ClassFinder: TypeAlias = "Callable[[type, bool], Dispatch | None]"
_class_finders: list[ClassFinder] = []


def find_classes_with(finder: ClassFinder) -> None:
    """Let `finder` say which Dispatch a class has that knows nothing of events (a mixin)."""
    _class_finders.append(finder)


def dispatch_of(target: object, *, propagate: bool = False) -> Dispatch:
    """The Dispatch that `target` owns; with `propagate` a class that only bequeaths may get one."""
    finder = getattr(target, "__accord_dispatch__", None)
    if isinstance(finder, FunctionType) and finder.__name__ == "__accord_dispatch__":
        finder = None  # an unbound method: the objects of the class can be listened to, not it
    if finder is not None:
        found = finder()
    else:
        found = getattr(getattr(target, "__mapper__", None), "dispatch", None)
        if found is None and isinstance(target, type):
            answers = (find(target, propagate) for find in _class_finders)
            found = next((answer for answer in answers if answer is not None), None)
    if not isinstance(found, Dispatch):
        raise InvalidRequestError(
            f"Nothing can listen to {_name_of(target)}; listen to engines, pools, mapped "
            "classes and their attributes, sessions, session factories, or the classes of these; "
            "to a mixin of mapped classes with propagate=True"
        )
    return found


def listen(
    target: object,
    name: str,
    fn: Callable[..., Any],
    *,
    propagate: bool = False,
    once: bool = False,
    named: bool = False,
    retval: bool = False,
    raw: bool = False,
    insert: bool = False,
    active_history: bool = False,
    restore_load_context: bool = False,
    bake_ok: bool = False,
) -> None:
    """Call `fn` whenever event `name` happens to `target`.

    `propagate`: also for subclasses of a mapped class. `once`: only the first time. `named`:
    arguments by name. `retval`: what `fn` returns replaces the value (where the event says so).
    `raw`: the state view instead of the object. `insert`: before the listeners that are there
    already. `active_history`: the old value of an attribute is loaded, if it is not there, before
    it is replaced. `restore_load_context` and `bake_ok`: accepted, nothing has to be done for them.
    """
    propagate = propagate or name == "attribute_instrument"  # what a base or mixin has it for
    dispatch = dispatch_of(target, propagate=propagate)
    dispatch.check(name)
    if not callable(fn):
        raise ArgumentError(f"The listener of event {name!r} must be callable, got {_name_of(fn)}")
    call = _by_name(fn, dispatch.argument_names(name)) if named else _as_now(name, fn)
    if active_history:
        property_ = getattr(target, "prop", None)
        if property_ is None:
            raise ArgumentError(f"active_history is for attributes, not for {_name_of(target)}")
        property_.active_history = True
    if once:
        call = _one_time(dispatch, name, fn, call)
    listener = Listener(
        fn, call, propagate=propagate, once=once, named=named, retval=retval, raw=raw, insert=insert
    )
    dispatch.add(name, listener)


def listens_for(target: object, name: str, **options: bool) -> Callable[[F], F]:
    """Decorator form of `listen`; the function stays as it was."""

    def register(fn: F) -> F:
        listen(target, name, fn, **options)
        return fn

    return register


def remove(target: object, name: str, fn: Callable[..., Any]) -> None:
    """Undo ``listen(target, name, fn)``."""
    if not dispatch_of(target).remove(name, fn):
        raise InvalidRequestError(
            f"{_name_of(fn)} does not listen to event {name!r} of {_name_of(target)}; "
            "pass the target and the function that were given to listen()"
        )


def contains(target: object, name: str, fn: Callable[..., Any]) -> bool:
    """Whether ``listen(target, name, fn)`` is in effect."""
    return dispatch_of(target).contains(name, fn)


def _by_name(fn: ListenerFunction, names: tuple[str, ...]) -> ListenerFunction:
    def call_by_name(*values: object, **keywords: object) -> object:
        return fn(**dict(zip(names, values, strict=False)), **keywords)

    return call_by_name


def _one_time(
    dispatch: Dispatch, name: str, fn: ListenerFunction, call: ListenerFunction
) -> ListenerFunction:
    remaining = [call]

    def call_once(*values: object, **keywords: object) -> object:
        try:
            first = remaining.pop()  # atomic: of two threads one gets it
        except IndexError:
            return None
        dispatch.remove(name, fn)
        return first(*values, **keywords)

    return call_once


def _as_now(name: str, fn: Callable[..., Any]) -> Callable[..., Any]:
    """`fn`, given what else it expects if it was written for an older form of the event."""
    count, more = _FORMER_ARGUMENTS.get(name, (0, ()))
    code = getattr(fn, "__code__", None)
    if not count or code is None or code.co_argcount - hasattr(fn, "__self__") != count:
        return fn

    def call(*arguments: Any) -> Any:
        return fn(*arguments, *more)

    return call


def _name_of(thing: object) -> str:
    if isinstance(thing, type):
        return f"class {thing.__qualname__}"
    named = getattr(thing, "__qualname__", None)
    return str(named) if named else f"an object of type {type(thing).__qualname__}"
