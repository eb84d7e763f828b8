"""Installing a mapping on its class.

Called by `mapper` when a class is mapped and by `configure` when its relationships are resolved.
In: the mapper. Out: the class with its attributes (`InstrumentedAttribute`), its generated methods
(`codegen`) and the tables that say how each attribute is written. A listener or validator
registered later moves its attribute from the plain ones to the listened ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from accord import exc
from accord.state import NOT_LOADED, STATE_KEY, track

from .attribute_events import AttributeEvents, Validator
from .attributes import DataAttribute, InstrumentedAttribute
from .codegen import ClassCode, is_users_own
from .collections import collection_type
from .relations import set_collection, set_related
from .relationships import RelationshipProperty

if TYPE_CHECKING:
    from .mapper import Mapper
    from .properties import ColumnProperty

Setter = Callable[[Any, Any], None]


def instrument_class(mapper: Mapper) -> None:
    """Give the class of `mapper` its attributes and generated methods."""
    cls = mapper.class_
    _refuse_slots(cls)
    mapper.code = ClassCode(cls)
    # A user's own `__setattr__` has to see every write and decide: then the attributes themselves
    # track.
    mapper.tracked_by_class = not is_users_own(cls, "__setattr__")
    for prop in mapper.column_attrs.values():
        add_attribute(mapper, prop)
    for relationship in mapper.relationships.values():
        add_attribute(mapper, relationship)
    mapper.code.install(tracked_by_class=mapper.tracked_by_class)


def add_attribute(mapper: Mapper, prop: ColumnProperty | RelationshipProperty) -> None:
    """Install one attribute, at mapping or later (a backref, ``User.extra =
    column_property(...)``).
    """
    kind = InstrumentedAttribute if mapper.tracked_by_class else DataAttribute
    attribute: InstrumentedAttribute[Any] = kind(mapper, prop)
    type.__setattr__(mapper.class_, prop.key, attribute)
    code = mapper.code
    if isinstance(prop, RelationshipProperty):
        code.setters[prop.key] = _relationship_setter(prop)
        code.deleters[prop.key] = _relationship_deleter(prop)
    else:
        code.deleters[prop.key] = _column_deleter(prop.key)
        code.plain = code.plain | {prop.key}
    validator = mapper.validators.get(prop.key)
    loads_first = prop.active_history and not isinstance(prop, RelationshipProperty)
    if validator is not None or loads_first:
        listen_to(mapper, prop, validator)
    for listener in mapper.dispatch.listeners("attribute_instrument"):
        listener(mapper.class_, prop.key, attribute)


def relationships_resolved(mapper: Mapper) -> None:
    """The targets of `mapper`'s relationships are known: fix what each of them stores."""
    for prop in mapper.relationships.values():
        if prop.uselist:
            prop.make_collection = collection_type(prop)


def events_of(mapper: Mapper, prop: ColumnProperty | RelationshipProperty) -> AttributeEvents:
    """Return the listeners of an attribute, made now if there are none yet."""
    if prop.events is None:
        listen_to(mapper, prop, None)
    events = prop.events
    assert events is not None
    return events


def listen_to(
    mapper: Mapper, prop: ColumnProperty | RelationshipProperty, validator: Validator | None
) -> None:
    """From now on writes of `prop` go through its listeners."""
    prop.events = AttributeEvents(prop.key, prop, validator)
    if not isinstance(prop, RelationshipProperty):
        mapper.code.plain = mapper.code.plain - {prop.key}
        mapper.code.setters[prop.key] = _listened_setter(prop, prop.events)


def subclass_created(cls: type) -> None:
    """An unmapped subclass of a mapped class appeared: honor a `__setattr__` of its own."""
    mapper = cls.__mapper__  # type: ignore[attr-defined]  # set by mapping
    if not mapper.tracked_by_class or not is_users_own(cls, "__setattr__"):
        return
    for prop in (*mapper.column_attrs.values(), *mapper.relationships.values()):
        type.__setattr__(cls, prop.key, DataAttribute(mapper, prop))


def _relationship_setter(prop: RelationshipProperty) -> Setter:
    def set_relationship(obj: Any, value: Any) -> None:
        prop.resolve()
        if prop.uselist:
            set_collection(obj, prop, value)
        else:
            set_related(obj, prop, value)

    return set_relationship


def _relationship_deleter(prop: RelationshipProperty) -> Callable[[Any], None]:
    def delete_relationship(obj: Any) -> None:
        prop.resolve()
        if prop.key not in vars(obj):
            raise AttributeError(f"{type(obj).__name__}.{prop.key} is not set or not loaded")
        if prop.uselist:
            set_collection(obj, prop, prop.make_collection())
        else:
            set_related(obj, prop, None)

    return delete_relationship


def _column_deleter(key: str) -> Callable[[Any], None]:
    def delete_column(obj: Any) -> None:
        values = vars(obj)
        if key not in values:
            raise AttributeError(f"{type(obj).__name__}.{key} is not set or not loaded")
        if STATE_KEY in values:
            track(obj, key)
        del values[key]

    return delete_column


def _listened_setter(prop: ColumnProperty, events: AttributeEvents) -> Setter:
    key = prop.key

    def set_listened(obj: Any, value: Any) -> None:
        values = vars(obj)
        if prop.active_history and key not in values:
            _load_old(obj, values.get(STATE_KEY), key)
        value = events.fire_set(obj, value, values.get(key, NOT_LOADED))
        if STATE_KEY in values:
            track(obj, key)
        values[key] = value

    return set_listened


def _load_old(obj: object, state: Any, key: str) -> None:
    """Read the value that is about to be replaced, if there is one in the database."""
    if state is not None and not state.pending and state.owner is not None and state.owner():
        getattr(obj, key)


def _refuse_slots(cls: type) -> None:
    instance_has_dict = cls.__dictoffset__ != 0
    weakly_referable = cls.__weakrefoffset__ != 0
    if not instance_has_dict or not weakly_referable:
        raise exc.ArgumentError(
            f"Class {cls.__qualname__} cannot be mapped: its __slots__ leave no __dict__ or "
            "__weakref__; "
            "map it without slots"
        )
    parameters = getattr(cls, "__dataclass_params__", None)
    if parameters is not None and parameters.frozen:
        raise exc.ArgumentError(
            f"Class {cls.__qualname__} cannot be mapped: it is a frozen dataclass, and loading "
            "sets its "
            "attributes; write @dataclass without frozen=True"
        )


__all__ = [
    "add_attribute",
    "events_of",
    "instrument_class",
    "listen_to",
    "relationships_resolved",
    "subclass_created",
]
