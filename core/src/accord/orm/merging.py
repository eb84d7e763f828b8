"""`Session.merge`: the state of one object copied onto this session's object with the same key.

In: an object of any session or none. Out: the persistent (or new, pending) object of this session,
with the given object's loaded values and, along the merge cascade, its related objects merged. The
given object is not touched and not attached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from accord import exc
from accord.mapping import bare_instance, members, new_collection
from accord.state import STATE_KEY, Change, attach_persistent, key_of

from .core import describe, mapper_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from accord.mapping import Mapper

    from .session import Session

T = TypeVar("T")


def merge(session: Session, obj: T, *, load: bool) -> T:
    """Merge one object."""
    if session.autoflush and load:
        session._autoflush()
    with session.no_autoflush:
        merged: T = _merge(session, obj, {}, load)
        return merged


def merge_all(session: Session, objs: Iterable[T], *, load: bool) -> Sequence[T]:
    """Merge several objects, which may refer to one another."""
    if session.autoflush and load:
        session._autoflush()
    with session.no_autoflush:
        done: dict[int, Any] = {}
        return [_merge(session, obj, done, load) for obj in objs]


def _merge(session: Session, obj: Any, done: dict[int, Any], load: bool) -> Any:
    mapper = mapper_of(obj)
    if id(obj) in done:
        return done[id(obj)]
    if session.contains(obj):
        done[id(obj)] = obj
        _cascade(session, obj, obj, mapper, done, load)
        return obj
    key = _identity(obj, mapper)
    target = _target(session, obj, mapper, key, done, load)
    done[id(obj)] = target
    values = vars(obj)
    for name in mapper.column_keys:
        if name in values:
            _copy(target, name, values[name], load)
    _cascade(session, obj, target, mapper, done, load)
    return target


def _identity(obj: Any, mapper: Mapper) -> Any:
    state = vars(obj).get(STATE_KEY)
    if state is not None and not state.pending:
        return key_of(obj)
    values = vars(obj)
    found = [values.get(name) for name in mapper.pk_keys]
    if any(value is None for value in found):
        return None
    return found[0] if len(found) == 1 else tuple(found)


def _target(
    session: Session, obj: Any, mapper: Mapper, key: Any, done: dict[int, Any], load: bool
) -> Any:
    state = vars(obj).get(STATE_KEY)
    if not load:
        if state is None or state.pending:
            raise exc.InvalidRequestError(
                "merge() with load=False option does not support objects transient (i.e. "
                "unpersisted) objects; "
                "flush all changes on mapped instances before merging with load=False."
            )
        if state.changes:
            raise exc.InvalidRequestError(
                f"merge() with load=False option does not support objects marked as 'dirty', like "
                f"{describe(obj)}; flush its changes first"
            )
    if key is not None:
        found = session.identity.get(mapper, key)
        if found is None and load:
            found = session.get(mapper.class_, key)
        if found is not None:
            return found
        if not load:
            made = bare_instance(mapper.class_)
            vars(made)[STATE_KEY] = Change(session.lease, key)
            session.identity.add(mapper, key, made)
            loaded = {
                name: value for name, value in vars(obj).items() if name in mapper.column_attrs
            }
            vars(made).update(loaded)
            if loaded.keys() >= set(mapper.loaded_keys):
                attach_persistent(made, session.lease)
            return made
    made = bare_instance(mapper.class_)
    session.add(made)
    return made


def _copy(target: Any, name: str, value: Any, load: bool) -> None:
    values = vars(target)
    if not load:
        values[name] = value
        return
    if name in values and type(values[name]) is type(value) and values[name] == value:
        return
    setattr(target, name, value)


def _cascade(
    session: Session, obj: Any, target: Any, mapper: Mapper, done: dict[int, Any], load: bool
) -> None:
    values = vars(obj)
    for prop in mapper.cascading.merge:
        if prop.key not in values or prop.viewonly:
            continue
        value = values[prop.key]
        if prop.uselist:
            merged: Any = [_merge(session, item, done, load) for item in members(value)]
            if obj is target:
                continue
            made = prop.make_collection()
            if isinstance(made, dict):
                merged = {made.keyfunc(item): item for item in merged}  # type: ignore[attr-defined]  # a KeyFuncDict
            elif isinstance(made, set):
                merged = set(merged)
        else:
            merged = None if value is None else _merge(session, value, done, load)
            if obj is target:
                continue
        if load:
            setattr(target, prop.key, merged)
        elif prop.uselist:
            items = merged.values() if isinstance(merged, dict) else merged
            vars(target)[prop.key] = new_collection(target, prop, items)
        else:
            vars(target)[prop.key] = merged
