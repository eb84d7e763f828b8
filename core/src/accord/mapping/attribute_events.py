"""Listeners and validators of one mapped attribute.

Made by `instrument` when the first listener of an attribute registers (or a validator is mapped);
from then on writes of that attribute go through it. In: the value somebody assigns, appends or
removes. Out: the value to use instead. An attribute without listeners never comes here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.event import Dispatch
from accord.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

#: Event name → names of its arguments (used by ``named=True``).
ATTRIBUTE_EVENTS: dict[str, tuple[str, ...]] = {
    "append": ("target", "value", "initiator"),
    "remove": ("target", "value", "initiator"),
    "bulk_replace": ("target", "values", "initiator"),
    "set": ("target", "value", "oldvalue", "initiator"),
    "modified": ("target", "initiator"),
    "init_scalar": ("target", "value", "dict_"),
}


@dataclass(frozen=True, slots=True)
class Validator:
    """A method marked with `@validates`: called with (name, value), returns the value to use."""

    function: Callable[..., Any]
    include_removes: bool = False
    include_backrefs: bool = True


class AttributeEvents:
    """What is called when `key` of an object is set, or a member appended or removed."""

    __slots__ = ("dispatch", "initiator", "key", "validator")

    def __init__(self, key: str, initiator: object, validator: Validator | None = None) -> None:
        self.key = key
        self.initiator = initiator
        self.validator = validator
        self.dispatch = Dispatch(names=ATTRIBUTE_EVENTS)

    # `backref` says that the other side of a relationship was written, and this one follows.

    def fire_set(self, target: object, value: Any, old: object, *, backref: bool = False) -> Any:
        """Return the value to store; listeners registered with ``retval=True`` may replace it."""
        value = self._validated(target, value, backref)
        for listener in self.dispatch.registrations("set"):
            answer = listener.call(target, value, old, self.initiator)
            if listener.retval:
                value = answer
        self._modified(target)
        return value

    def fire_append(self, target: object, value: Any, *, backref: bool = False) -> Any:
        """Return the member to add."""
        value = self._validated(target, value, backref)
        for listener in self.dispatch.registrations("append"):
            answer = listener.call(target, value, self.initiator)
            if listener.retval:
                value = answer
        self._modified(target)
        return value

    def fire_bulk_replace(self, target: object, values: list[Any]) -> list[Any]:
        """A whole collection is replaced; listeners may change the list of its members."""
        for listener in self.dispatch.registrations("bulk_replace"):
            listener.call(target, values, self.initiator)
        return values

    def fire_init_scalar(self, target: object, values: dict[str, object]) -> Any:
        """An attribute that nobody set is read; return what it is, None unless a listener says."""
        value = None
        for listener in self.dispatch.registrations("init_scalar"):
            answer = listener.call(target, value, values)
            if listener.retval:
                value = answer
        return value

    def fire_remove(self, target: object, value: Any, *, backref: bool = False) -> None:
        """Tell that a member was removed."""
        validator = self._validator_of(backref)
        if validator is not None and validator.include_removes:
            validator.function(target, self.key, value, True)
        for listener in self.dispatch.registrations("remove"):
            listener.call(target, value, self.initiator)
        self._modified(target)

    def _validator_of(self, backref: bool) -> Validator | None:
        validator = self.validator
        return (
            None if validator is None or (backref and not validator.include_backrefs) else validator
        )

    def _validated(self, target: object, value: Any, backref: bool) -> Any:
        validator = self._validator_of(backref)
        if validator is None:
            return value
        if validator.include_removes:
            return validator.function(target, self.key, value, False)
        return validator.function(target, self.key, value)

    def _modified(self, target: object) -> None:
        for listener in self.dispatch.registrations("modified"):
            listener.call(target, self.initiator)


__all__ = ["ATTRIBUTE_EVENTS", "AttributeEvents", "Validator"]
