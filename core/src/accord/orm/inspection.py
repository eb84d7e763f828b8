"""`inspect()` of mapped things, and the small functions on single objects.

In: an instance, class, alias or attribute. Out: its state view, mapper or itself; identity keys;
objects made transient or detached, attributes marked as changed.
"""

from __future__ import annotations

from typing import Any

from accord import exc
from accord.mapping import QueryableAttribute, members, new_collection
from accord.state import (
    DETACHED,
    NOT_LOADED,
    STATE_KEY,
    Change,
    Status,
    changes_of,
    key_of,
    status_of,
    track,
)

from .core import mapper_of, object_session
from .identity_view import PublicKey, public_key
from .loader import mapper_for
from .state import InstanceState


def inspect(subject: Any) -> Any:
    """Answer `inspect()` for mapped classes, instances, aliases, attributes and sessions; None for
    others.
    """
    if isinstance(subject, QueryableAttribute):
        return subject
    entity = getattr(subject, "_accord_entity", None)
    if entity is not None:
        return entity
    if isinstance(subject, type):
        mapper = getattr(subject, "__mapper__", None)
        return None if mapper is None else mapper_for(subject)
    if getattr(type(subject), "__mapper__", None) is not None:
        return InstanceState(subject)
    return subject if hasattr(subject, "local_table") and hasattr(subject, "class_") else None


def instance_state(obj: object) -> InstanceState:
    """Return the state view of an instance."""
    return InstanceState(obj)


def identity_key(
    class_: Any = None,
    ident: Any = None,
    *,
    instance: Any = None,
    row: Any = None,
    identity_token: Any = None,
) -> PublicKey:
    """Return the key used by `Session.identity_map`, for (class, ident), an instance, or (class,
    row).
    """
    if instance is not None:
        mapper = mapper_of(instance)
        found = key_of(instance)
        if found is None:
            found = mapper.identity_of(vars(instance))
        return public_key(instance, found)
    if class_ is None:
        raise exc.ArgumentError(
            "identity_key() takes (class, ident), instance=..., or (class, row=...)"
        )
    mapper = mapper_for(class_)
    if row is not None:
        ident = tuple(row._mapping[column] for column in mapper.primary_key)
    values = tuple(ident) if isinstance(ident, tuple | list) else (ident,)
    return (mapper.root.class_, values, identity_token)


def make_transient(obj: object) -> None:
    """Take an object out of its session and forget that it has a row."""
    session = object_session(obj)
    if session is not None and session.contains(obj):
        session._let_go(obj)
    vars(obj).pop(STATE_KEY, None)


def make_transient_to_detached(obj: object) -> None:
    """Make a transient object with primary key values detached, as if it had been loaded and
    expired.
    """
    mapper = mapper_of(obj)
    if status_of(obj) is not Status.TRANSIENT:
        raise exc.InvalidRequestError("Given object must be transient")
    values = vars(obj)
    try:
        key = mapper.identity_of(values)
    except KeyError:
        raise exc.InvalidRequestError(
            f"The {type(obj).__name__} has no primary key; set {', '.join(mapper.pk_keys)} first"
        ) from None
    for name in mapper.attribute_keys.intersection(values):
        if name not in mapper.pk_keys:
            del values[name]
    values[STATE_KEY] = Change(DETACHED, key)


# --- accord.orm.attributes ------------------------------------------------------------------------


def flag_modified(obj: object, key: str) -> None:
    """Mark an attribute as changed although it was not assigned (a mutable value was changed in
    place).
    """
    values = vars(obj)
    if key not in values:
        raise exc.InvalidRequestError(
            f"Can't flag attribute '{key}' modified; it's not present in the object state"
        )
    state = values.get(STATE_KEY)
    if state is None or state.pending:
        return
    track(obj, key)
    values[STATE_KEY].changes[key] = NOT_LOADED


def flag_dirty(obj: object) -> None:
    """Put an object among `Session.dirty` without any change, so that listeners see it."""
    session = object_session(obj)
    if session is not None and session.contains(obj) and id(obj) not in session.new_objects:
        session.dirty_objects[id(obj)] = obj


def set_committed_value(obj: object, key: str, value: Any) -> None:
    """Set an attribute as if it had been loaded: no history, no events."""
    mapper = mapper_of(obj)
    prop = mapper.relationships.get(key)
    if prop is not None and prop.uselist:
        value = new_collection(obj, prop, members(value))
    vars(obj)[key] = value
    changes = changes_of(obj)
    if changes is not None:
        changes.pop(key, None)


def set_attribute(obj: object, key: str, value: Any, initiator: Any = None) -> None:
    """``obj.key = value``."""
    setattr(obj, key, value)


def get_attribute(obj: object, key: str) -> Any:
    """``obj.key``."""
    return getattr(obj, key)


def del_attribute(obj: object, key: str) -> None:
    """``del obj.key``."""
    delattr(obj, key)


__all__ = [
    "flag_dirty",
    "flag_modified",
    "identity_key",
    "inspect",
    "instance_state",
    "make_transient",
    "make_transient_to_detached",
    "set_committed_value",
]
