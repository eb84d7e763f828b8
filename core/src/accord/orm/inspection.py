"""`inspect()` of mapped things, and the small functions on objects: identity keys, states, histories.

In: an instance, class, alias or attribute. Out: a view built on demand (`InstanceState`), the mapper, or the
attribute. Nothing here is kept: an object has no state object of its own to return (DESIGN §3.1).
"""

from __future__ import annotations

from typing import Any, NamedTuple

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


class History(NamedTuple):
    """What happened to an attribute since the last flush: members added, unchanged, deleted."""

    added: Any
    unchanged: Any
    deleted: Any

    def has_changes(self) -> bool:
        """Whether anything was added or deleted."""
        return bool(self.added or self.deleted)

    def empty(self) -> bool:
        """Whether there is nothing at all."""
        return not (self.added or self.unchanged or self.deleted)

    def sum(self) -> list[Any]:
        """Added, unchanged and deleted together."""
        return [*self.added, *self.unchanged, *self.deleted]

    def non_deleted(self) -> list[Any]:
        """Added and unchanged."""
        return [*self.added, *self.unchanged]


class AttributeState:
    """One attribute of one object, as `inspect(obj).attrs.name`."""

    def __init__(self, obj: object, key: str) -> None:
        self.obj = obj
        self.key = key

    @property
    def loaded_value(self) -> Any:
        """The value in memory, or NO_VALUE."""
        return vars(self.obj).get(self.key, NO_VALUE)

    @property
    def value(self) -> Any:
        """The value, loaded if it has to be."""
        return getattr(self.obj, self.key)

    @property
    def history(self) -> History:
        """What changed since the last flush, without loading anything."""
        return get_history(self.obj, self.key)


class AttributeStates:
    """All attributes of one object, by name."""

    def __init__(self, obj: object, keys: tuple[str, ...]) -> None:
        self._obj = obj
        self._keys = keys

    def __getattr__(self, name: str) -> AttributeState:
        if name.startswith("_") or name not in self._keys:
            raise AttributeError(name)
        return AttributeState(self._obj, name)

    def __getitem__(self, name: str) -> AttributeState:
        if name not in self._keys:
            raise KeyError(name)
        return AttributeState(self._obj, name)

    def __iter__(self) -> Any:
        return (AttributeState(self._obj, key) for key in self._keys)

    def __contains__(self, name: object) -> bool:
        return name in self._keys

    def keys(self) -> tuple[str, ...]:
        """The names."""
        return self._keys


class InstanceState:
    """A view of what accord knows about one object."""

    def __init__(self, obj: object) -> None:
        self._obj = obj
        self.mapper = mapper_of(obj)

    @property
    def object(self) -> Any:
        """The object itself."""
        return self._obj

    def obj(self) -> Any:
        """The object itself."""
        return self._obj

    @property
    def class_(self) -> type:
        """Its class."""
        return type(self._obj)

    @property
    def dict(self) -> dict[str, Any]:
        """Its instance dictionary."""
        return vars(self._obj)

    @property
    def session(self) -> Any:
        """The session it belongs to, or None."""
        return object_session(self._obj)

    @property
    def session_id(self) -> int | None:
        """The number of that session."""
        session = self.session
        return None if session is None else session.hash_key

    @property
    def transient(self) -> bool:
        """Not in a session, never saved."""
        return status_of(self._obj) is Status.TRANSIENT

    @property
    def pending(self) -> bool:
        """In a session, not inserted yet."""
        return status_of(self._obj) is Status.PENDING

    @property
    def persistent(self) -> bool:
        """In a session, with a row."""
        return status_of(self._obj) is Status.PERSISTENT

    @property
    def deleted(self) -> bool:
        """Its row was deleted in the transaction in progress."""
        return status_of(self._obj) is Status.DELETED

    @property
    def detached(self) -> bool:
        """It has a row and no session."""
        return status_of(self._obj) is Status.DETACHED

    @property
    def was_deleted(self) -> bool:
        """Its row was deleted, in this or an earlier transaction."""
        return was_deleted(self._obj)

    @property
    def has_identity(self) -> bool:
        """Whether it has a key in the database."""
        return key_of(self._obj) is not None

    @property
    def key(self) -> PublicKey | None:
        """Its key in `Session.identity_map`, or None."""
        found = key_of(self._obj)
        return None if found is None else public_key(self._obj, found)

    identity_key = key

    @property
    def identity(self) -> tuple[Any, ...] | None:
        """Its primary key values."""
        key = self.key
        return None if key is None else key[1]

    @property
    def identity_token(self) -> Any:
        """The shard it came from, if any."""
        return None

    @property
    def modified(self) -> bool:
        """Whether attributes were written since the last flush."""
        return bool(changes_of(self._obj))

    @property
    def expired(self) -> bool:
        """Whether it was expired as a whole."""
        state = vars(self._obj).get(STATE_KEY)
        return type(state) is Change and not any(name in vars(self._obj) for name in self.mapper.pk_keys)

    @property
    def expired_attributes(self) -> set[str]:
        """Column attributes that will be read again when accessed."""
        if self.transient or self.pending:
            return set()
        return {name for name in self.mapper.loaded_keys if name not in vars(self._obj)}

    @property
    def unloaded(self) -> set[str]:
        """Attributes that are not in memory."""
        return {name for name in self.mapper.attribute_keys if name not in vars(self._obj)}

    @property
    def unmodified(self) -> set[str]:
        """Attributes without recorded changes."""
        return set(self.mapper.attribute_keys) - set(changes_of(self._obj) or ())

    @property
    def committed_state(self) -> dict[str, Any]:
        """Attribute → value before the changes that were not flushed yet."""
        return dict(changes_of(self._obj) or {})

    @property
    def attrs(self) -> AttributeStates:
        """The attributes with their histories."""
        keys = (*self.mapper.column_attrs.keys(), *self.mapper.relationships.keys())
        return AttributeStates(self._obj, keys)


#: What `loaded_value` and histories show for an attribute that is not in memory.
NO_VALUE = NOT_LOADED


def inspect(subject: Any) -> Any:
    """Answer `inspect()` for mapped classes, instances, aliases, attributes and sessions; None for others."""
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


def was_deleted(obj: object) -> bool:
    """Tell whether the row of `obj` was deleted by a session."""
    state = vars(obj).get(STATE_KEY)
    return state is not None and bool(state.deleted)


def identity_key(
    class_: Any = None, ident: Any = None, *, instance: Any = None, row: Any = None, identity_token: Any = None
) -> PublicKey:
    """Return the key used by `Session.identity_map`, for (class, ident), an instance, or (class, row)."""
    if instance is not None:
        mapper = mapper_of(instance)
        found = key_of(instance)
        if found is None:
            found = mapper.identity_of(vars(instance))
        return public_key(instance, found)
    if class_ is None:
        raise exc.ArgumentError("identity_key() takes (class, ident), instance=..., or (class, row=...)")
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
    """Make a transient object with primary key values detached, as if it had been loaded and expired."""
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


# --- accord.orm.attributes ------------------------------------------------------------------------------------


def get_history(obj: object, key: str, passive: Any = None) -> History:
    """Return what changed in an attribute since the last flush, without loading anything."""
    mapper = mapper_of(obj)
    values = vars(obj)
    prop = mapper.relationships.get(key)
    changes = changes_of(obj)
    new_object = status_of(obj) in (Status.TRANSIENT, Status.PENDING)
    if prop is not None and prop.uselist:
        return _collection_history(values.get(key), changes, key, new_object)
    if key not in values:
        if changes is not None and key in changes and changes[key] is not NOT_LOADED:
            return History((), (), [changes[key]])
        return History((), (), ())
    present = values[key]
    if new_object:
        return History([present], (), ())
    if changes is None or key not in changes:
        return History((), [present], ())
    old = changes[key]
    if old is present or (old is not NOT_LOADED and type(old) is type(present) and old == present):
        return History((), [present], ())
    deleted = () if old is NOT_LOADED or (prop is not None and old is None) else [old]
    return History([present], (), deleted)


def _collection_history(collection: Any, changes: dict[str, Any] | None, key: str, new_object: bool) -> History:
    if collection is None:
        return History((), (), ())
    present = members(collection)
    if new_object:
        return History(present, [], [])
    if changes is None or key not in changes:
        return History([], present, [])
    before = changes[key] if isinstance(changes[key], list) else []
    had = {id(item) for item in before}
    has = {id(item) for item in present}
    return History(
        [item for item in present if id(item) not in had],
        [item for item in present if id(item) in had],
        [item for item in before if id(item) not in has],
    )


def flag_modified(obj: object, key: str) -> None:
    """Mark an attribute as changed although it was not assigned (a mutable value was changed in place)."""
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
    "NO_VALUE",
    "History",
    "InstanceState",
    "flag_dirty",
    "flag_modified",
    "get_history",
    "identity_key",
    "inspect",
    "instance_state",
    "make_transient",
    "make_transient_to_detached",
    "set_committed_value",
    "was_deleted",
]
