"""Questions and transitions on the state of one object.

In: a mapped object (its ``vars()`` and the class's mapper). Out: its status, identity, recorded
changes; or the object moved from one state to the next. Every transition is a few dictionary
operations, because flush and load run them for each object. Nothing here reads the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, cast

from .lease import (
    DETACHED,
    NOT_LOADED,
    STATE_KEY,
    Change,
    Identity,
    Lease,
    Owner,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


_new: Final = object.__new__


class Keyed(Protocol):
    """What state needs of a mapper: which attributes are mapped, and the identity held in a
    dict.
    """

    pk_keys: tuple[str, ...]
    attribute_keys: frozenset[str]

    def identity_of(self, values: dict[str, object]) -> Identity: ...


def _mapper(obj: object) -> Keyed:
    return cast("Keyed", type(obj).__mapper__)  # type: ignore[attr-defined]  # set by mapping


def status_of(obj: object) -> Status:
    """Return where `obj` stands: transient, pending, persistent, deleted or detached."""
    state = vars(obj).get(STATE_KEY)
    if state is None:
        return Status.TRANSIENT
    alive = state.owner is not None and state.owner() is not None
    if state.pending:
        return Status.PENDING if alive else Status.TRANSIENT
    if not alive:
        return Status.DETACHED
    return Status.DELETED if state.deleted else Status.PERSISTENT


def owner_of(obj: object) -> Owner | None:
    """Return the session `obj` belongs to, or None."""
    state = vars(obj).get(STATE_KEY)
    if state is None or state.owner is None:
        return None
    return cast("Owner | None", state.owner())


def lease_of(obj: object) -> Lease | None:
    """Return the lease behind the state of `obj`; None for a transient object."""
    state = vars(obj).get(STATE_KEY)
    return None if state is None else cast("Lease", state.lease)


def key_of(obj: object) -> Identity | None:
    """Return the identity of a persistent, deleted or detached object; None if it has none yet."""
    values = vars(obj)
    state = values.get(STATE_KEY)
    if state is None or state.pending:
        return None
    if type(state) is Change:
        return state.key
    return _mapper(obj).identity_of(values)


def changes_of(obj: object) -> dict[str, object] | None:
    """Return attribute name → first old value of a changed persistent object, None if there is
    none.
    """
    state = vars(obj).get(STATE_KEY)
    return state.changes if type(state) is Change else None


def is_expired(obj: object) -> bool:
    """Tell whether key attributes of `obj` are missing, i.e. it was expired as a whole."""
    values = vars(obj)
    return type(values.get(STATE_KEY)) is Change and any(
        name not in values for name in _mapper(obj).pk_keys
    )


def record_of(obj: object) -> Change:
    """Return the change record of a persistent or detached object, made if there is none."""
    values = vars(obj)
    state = values[STATE_KEY]
    if type(state) is Change:
        return state
    record = Change(state, _mapper(obj).identity_of(values))
    values[STATE_KEY] = record
    return record


def track(obj: object, name: str) -> None:
    """Record the present value of `name` as its old value, if it is the first write since the last
    flush.

    Called by generated code and by collections before they change anything, for objects that carry
    a state. New objects record nothing.
    """
    values = vars(obj)
    state = values[STATE_KEY]
    changes = state.changes
    if changes is None:
        if type(state) is not Change:  # `record_of` inlined: this runs for every changed object
            key = type(obj).__mapper__.identity_of(values)  # type: ignore[attr-defined]  # set by mapping
            state = values[STATE_KEY] = Change(state, key)
        state.changes = {name: values.get(name, NOT_LOADED)}
        link = state.lease.owner
        owner = None if link is None else link()
        if owner is not None and not state.deleted:
            owner.dirty_objects[id(obj)] = obj
    elif name not in changes:
        changes[name] = values.get(name, NOT_LOADED)


def attach_pending(obj: object, lease: Lease) -> None:
    """Transient → pending."""
    vars(obj)[STATE_KEY] = lease


def attach_persistent(obj: object, lease: Lease) -> None:
    """Detached → persistent, keeping what was recorded while it was detached."""
    values = vars(obj)
    state = values.get(STATE_KEY)
    if type(state) is Change:
        state.lease = lease
        state.deleted = False
    else:
        values[STATE_KEY] = lease


def mark_clean(obj: object, lease: Lease) -> None:
    """After a flush or a full refresh: nothing is recorded any more."""
    vars(obj)[STATE_KEY] = lease


def mark_deleted(objs: Iterable[object], lease: Lease, keys: Iterable[Identity]) -> None:
    """After the DELETE was sent: the objects are neither in the identity map nor to be written
    again. `objs` and `keys` are parallel.
    """
    for obj, key in zip(objs, keys, strict=True):
        record = _new(Change)  # the constructor inlined: this runs for every row
        record.lease = lease
        record.key = key
        record.changes = None
        record.deleted = True
        vars(obj)[STATE_KEY] = record


def detach(obj: object) -> None:
    """Persistent or deleted → detached; pending → transient."""
    values = vars(obj)
    state = values.get(STATE_KEY)
    if state is None:
        return
    if state.pending:
        del values[STATE_KEY]
    elif type(state) is Change:
        state.lease = DETACHED
    else:
        values[STATE_KEY] = DETACHED


def expire(obj: object, names: Iterable[str] | None = None) -> None:
    """Forget loaded values, so that the next access reads them from the database.

    With `names` None every mapped attribute is forgotten and so are unflushed changes; attributes
    that are not mapped stay. The identity survives in the record.
    """
    values = vars(obj)
    mapper = _mapper(obj)
    record = record_of(obj)
    if names is None:
        for name in mapper.attribute_keys.intersection(values):
            del values[name]
        record.changes = None
        return
    for name in names:
        values.pop(name, None)
        if record.changes is not None:
            record.changes.pop(name, None)
    if not record.changes:
        record.changes = None
