"""What a change of one relationship attribute means for the objects around it.

In: "this member was added / removed / set", from the generated `__setattr__` and from collections.
Out: the change recorded on the owner, the other side of the relationship brought in line
(back_populates, backref), the member taken into the owner's session (save-update cascade), a
pending orphan let go. No I/O, with one exception: replacing a value that is not loaded asks the
session for the old one where the unit of work has to know it (collections, one-to-one).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from accord import exc
from accord.state import NOT_LOADED, STATE_KEY, Owner, Status, owner_of, status_of, track

from .members import holds, members, new_collection, put, take

if TYPE_CHECKING:
    from .relationships import RelationshipProperty


def record_collection(owner: object, key: str, collection: object) -> None:
    """Remember the members of a persistent owner's collection before it changes for the first
    time.
    """
    state = vars(owner).get(STATE_KEY)
    if state is None:
        return
    changes = state.changes
    if changes is None or key not in changes:
        track(owner, key)
        vars(owner)[STATE_KEY].changes[key] = members(collection)


def check_member(prop: RelationshipProperty, item: object) -> None:
    """Refuse objects of another class before anything changes."""
    if not isinstance(item, prop.mapper.class_):
        if item is None:
            raise exc.ArgumentError(f"None cannot be a member of {prop}; remove the member instead")
        if getattr(type(item), "__mapper__", None) is None:
            raise exc.UnmappedInstanceError(item)
        raise exc.ArgumentError(
            f"{prop} holds {prop.mapper.class_.__name__} objects, not {type(item).__name__}"
        )


# --- collections: called before and after each membership change ----------------------------------


def before_add(owner: object, prop: RelationshipProperty, collection: object, item: Any) -> Any:
    """Check and record; returns the member, which a validator or listener may have replaced."""
    target = prop.mapper.class_
    if not isinstance(item, target):
        check_member(prop, item)
    if prop.events is not None:
        item = prop.events.fire_append(owner, item)
        check_member(prop, item)
    if STATE_KEY in owner.__dict__:
        record_collection(owner, prop.key, collection)
    return item


def before_remove(owner: object, prop: RelationshipProperty, collection: object, item: Any) -> None:
    """Record the members before one is taken out."""
    record_collection(owner, prop.key, collection)


def after_add(owner: object, prop: RelationshipProperty, item: Any) -> None:
    """`item` is now a member of `owner`'s collection."""
    for reverse in prop.reverse:
        link(item, reverse, owner)
    if STATE_KEY in owner.__dict__:
        _adopt(owner, prop, item)


def after_remove(owner: object, prop: RelationshipProperty, item: Any) -> None:
    """`item` is no longer a member of `owner`'s collection."""
    if prop.events is not None:
        prop.events.fire_remove(owner, item)
    for reverse in prop.reverse:
        unlink(item, reverse, owner)
    _abandon(owner, prop, item)


# --- scalar relationships and whole collections: called by the generated setter -------------------


def set_related(obj: object, prop: RelationshipProperty, value: Any) -> None:
    """``obj.<prop> = value`` for a relationship that holds one object or None."""
    values = vars(obj)
    key = prop.key
    old = values.get(key, NOT_LOADED)
    if prop.events is not None:
        value = prop.events.fire_set(obj, value, old)
    if value is not None:
        check_member(prop, value)
    if old is value:
        return
    if old is NOT_LOADED:
        old = _old_target(obj, prop)
    if STATE_KEY in values:
        track(obj, key)
        _remember_old(obj, key, old)
    values[key] = value
    _tell_others(obj, prop, None if old is NOT_LOADED else old, value)


def _tell_others(obj: object, prop: RelationshipProperty[Any], old: object, value: object) -> None:
    """A scalar relationship went from `old` to `value`: their sides and the session follow."""
    for reverse in prop.reverse:
        if old is not None:
            unlink(old, reverse, obj)
        if value is not None:
            link(value, reverse, obj)
    if old is not None:
        _abandon(obj, prop, old)
    if value is not None:
        _adopt(obj, prop, value)


def set_collection(obj: object, prop: RelationshipProperty, value: Any) -> None:
    """``obj.<prop> = [...]``: replace the whole collection."""
    values = vars(obj)
    present = values.get(prop.key)
    if present is value and value is not None:
        return
    items = _members_given(prop, value)
    if present is None:
        state = values.get(STATE_KEY)
        present = getattr(obj, prop.key) if state is not None and not state.pending else None
    old = members(present) if present is not None else []
    known = {id(item) for item in old}
    items = _heard(obj, prop, items, known)
    for item in items:
        check_member(prop, item)
    record_collection(obj, prop.key, old)
    values[prop.key] = new_collection(obj, prop, items)
    if present is not None:
        present._owner = None
    kept = {id(item) for item in items}
    for item in old:
        if id(item) not in kept:
            after_remove(obj, prop, item)
    for item in items:
        if id(item) not in known:
            after_add(obj, prop, item)


def _heard(obj: object, prop: RelationshipProperty, items: list[Any], known: set[int]) -> list[Any]:
    """Return the members of a new collection after listeners and validators had their say."""
    events = prop.events
    if events is None:
        return items
    items = events.fire_bulk_replace(obj, items)
    return [item if id(item) in known else events.fire_append(obj, item) for item in items]


def _members_given(prop: RelationshipProperty, value: Any) -> list[Any]:
    made = prop.make_collection()
    kind = next(base for base in (list, set, dict) if isinstance(made, base))
    if value is None or isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise TypeError(
            f"Incompatible collection type: {type(value).__name__} is not {kind.__name__}-like; "
            f"{prop} takes a {kind.__name__}"
        )
    if isinstance(value, dict):
        if kind is not dict:
            raise TypeError(
                f"Incompatible collection type: dict is not {kind.__name__}-like; {prop} takes a "
                f"{kind.__name__}"
            )
        return list(value.values())
    if kind is dict:
        raise TypeError(
            f"Incompatible collection type: {type(value).__name__} is not dict-like; {prop} takes "
            "a dict"
        )
    if kind is set and isinstance(value, list):
        raise TypeError(f"Incompatible collection type: list is not set-like; {prop} takes a set")
    if kind is list and isinstance(value, set | frozenset):
        raise TypeError(f"Incompatible collection type: set is not list-like; {prop} takes a list")
    return list(value)


def _old_target(obj: object, prop: RelationshipProperty) -> object:
    """Return the value a scalar relationship has although it is not loaded, if that is to be
    known.
    """
    state = vars(obj).get(STATE_KEY)
    if state is None or state.pending:
        return NOT_LOADED
    owner = owner_of(obj)
    if owner is None:
        return NOT_LOADED
    if prop.is_many_to_one:
        # The identity map is asked, not the database: an old parent nobody holds needs no update.
        key = prop.target_identity(vars(obj))
        found = owner.find(prop.mapper, key) if key is not None else None
        return NOT_LOADED if found is None else found
    return getattr(obj, prop.key)


def _remember_old(obj: object, key: str, old: object) -> None:
    changes = vars(obj)[STATE_KEY].changes
    if changes.get(key) is NOT_LOADED and old is not NOT_LOADED:
        changes[key] = old


# --- the other side -------------------------------------------------------------------------------


def link(obj: object, prop: RelationshipProperty, related: object) -> None:
    """Bring `obj.<prop>` in line with `related`, which now refers to `obj`."""
    if prop.uselist:
        _link_member(obj, prop, related)
        return
    values = vars(obj)
    key = prop.key
    old = values.get(key, NOT_LOADED)
    if old is related:
        return
    if prop.events is not None:
        related = prop.events.fire_set(obj, related, old, backref=True)
    if STATE_KEY in values:
        if old is NOT_LOADED:
            old = _old_target(obj, prop)
        track(obj, key)
        _remember_old(obj, key, old)
    values[key] = related
    if old is not None and old is not NOT_LOADED:
        for reverse in prop.reverse:
            unlink(old, reverse, obj)
        _abandon(obj, prop, old)


def _link_member(obj: object, prop: RelationshipProperty, related: object) -> None:
    values = vars(obj)
    key = prop.key
    collection: Any = values.get(key)
    if collection is not None and holds(collection, related):
        return
    if prop.events is not None:
        related = prop.events.fire_append(obj, related, backref=True)
    if collection is None:
        if status_of(obj) not in (Status.TRANSIENT, Status.PENDING):
            return  # not loaded: a later load finds `related` by its own side
        collection = values[key] = new_collection(obj, prop)
    record_collection(obj, key, collection)
    put(collection, related)


def unlink(obj: object, prop: RelationshipProperty, related: object) -> None:
    """Bring `obj.<prop>` in line with `related`, which no longer refers to `obj`."""
    values = vars(obj)
    key = prop.key
    present = values.get(key)
    if present is None:
        return
    if prop.uselist:
        if holds(present, related):
            record_collection(obj, key, present)
            take(present, related)
            if prop.events is not None:
                prop.events.fire_remove(obj, related, backref=True)
    elif present is related:
        left = None
        if prop.events is not None:
            left = prop.events.fire_set(obj, None, related, backref=True)
        if STATE_KEY in values:
            track(obj, key)
        values[key] = left


def _adopt(owner: object, prop: RelationshipProperty, item: object) -> None:
    if prop.cascade.save_update:
        session: Owner | None = owner_of(owner)
        if session is not None:
            session.adopt(item)


def _abandon(owner: object, prop: RelationshipProperty, item: object) -> None:
    if prop.cascade.delete_orphan:
        session: Owner | None = owner_of(item)
        if session is not None:
            session.abandon(item)
