"""The state of one object as users see it: `inspect(obj)`, attribute histories.

In: an instance. Out: views built on demand; an object has no state object of its own to return
(DESIGN §3.1). `History` says what happened to an attribute since the last flush, without loading
anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from accord.mapping import members
from accord.state import NOT_LOADED, STATE_KEY, Change, Status, changes_of, key_of, status_of

from .core import mapper_of, object_session
from .identity_view import PublicKey, public_key

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What `loaded_value` and histories show for an attribute that is not in memory.
NO_VALUE = NOT_LOADED


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
        return type(state) is Change and not any(
            name in vars(self._obj) for name in self.mapper.pk_keys
        )

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
    def committed_state(self) -> Mapping[str, Any]:
        """Attribute → value before the changes that were not flushed yet."""
        return dict(changes_of(self._obj) or {})

    @property
    def attrs(self) -> AttributeStates:
        """The attributes with their histories."""
        keys = (*self.mapper.column_attrs.keys(), *self.mapper.relationships.keys())
        return AttributeStates(self._obj, keys)


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


def _collection_history(
    collection: Any, changes: dict[str, Any] | None, key: str, new_object: bool
) -> History:
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


def was_deleted(obj: object) -> bool:
    """Tell whether the row of `obj` was deleted by a session."""
    state = vars(obj).get(STATE_KEY)
    return state is not None and bool(state.deleted)


__all__ = [
    "NO_VALUE",
    "AttributeState",
    "AttributeStates",
    "History",
    "InstanceState",
    "get_history",
    "was_deleted",
]
