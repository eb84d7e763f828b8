"""Reading column values again: expired objects, deferred columns, values the flush has to know.

In: persistent objects of one mapper and the attributes wanted. Out: the values in the instances,
or the plain values. Several objects are read by one statement; an object whose row is gone raises
`ObjectDeletedError`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import exc
from accord.dialect import Execute, Steps
from accord.sql import bindparam, select, tuple_
from accord.state import STATE_KEY, Change, Identity, key_of

from .shape import compiled_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.dialect import Bind
    from accord.mapping import Mapper

    from .protocols import LoadSession

CHUNK = 500


def refresh_steps(
    session: LoadSession,
    mapper: Mapper,
    objs: Sequence[Any],
    names: Sequence[str] | None,
    *,
    overwrite: bool = False,
) -> Steps[None]:
    """Read columns `names` (None: all that are not deferred) of `objs`; present values stay,
    unless `overwrite`.
    """
    if names is None:
        wanted = mapper.loaded_keys
    else:
        wanted = tuple(name for name in mapper.column_keys if name in names)
        if not wanted:
            return
    rows = yield from read_steps(session, mapper, [key_of(obj) for obj in objs], wanted)
    for obj in objs:
        row = rows.get(key_of(obj))
        if row is None:
            raise exc.ObjectDeletedError(
                f"Instance '<{type(obj).__name__} at {id(obj):#x}>' has been deleted, or its row "
                "is otherwise "
                "not present."
            )
        _store(obj, mapper, wanted, row, overwrite)


def _store(
    obj: Any, mapper: Mapper, names: Sequence[str], row: Sequence[object], overwrite: bool
) -> None:
    values = vars(obj)
    state = values[STATE_KEY]
    changes = state.changes
    for name, value in zip(names, row, strict=True):
        if overwrite:
            values[name] = value
            if changes is not None:
                changes.pop(name, None)
        elif name not in values and (changes is None or name not in changes):
            values[name] = value
    if type(state) is not Change or state.deleted:
        return
    if not changes and all(name in values for name in mapper.pk_keys):
        state.changes = None
        values[STATE_KEY] = state.lease


def row_exists_steps(session: LoadSession, mapper: Mapper, obj: Any) -> Steps[bool]:
    """Refresh an expired object; False if its row is gone."""
    lacking = [name for name in mapper.loaded_keys if name not in vars(obj)]
    changes = vars(obj)[STATE_KEY].changes or {}
    if not [name for name in lacking if name not in changes]:
        return True
    try:
        yield from refresh_steps(session, mapper, [obj], None)
    except exc.ObjectDeletedError:
        return False
    return True


def values_steps(
    session: LoadSession, mapper: Mapper, objs: Sequence[Any], names: Sequence[str]
) -> Steps[list[tuple[object, ...] | None]]:
    """Return the database's values of `names` for each object, without touching the objects."""
    rows = yield from read_steps(session, mapper, [key_of(obj) for obj in objs], tuple(names))
    return [rows.get(key_of(obj)) for obj in objs]


def read_steps(
    session: LoadSession, mapper: Mapper, keys: Sequence[Identity | None], names: tuple[str, ...]
) -> Steps[dict[Identity, tuple[object, ...]]]:
    """Return identity → values of `names`, converted, for rows with these keys."""
    bind = session.route(mapper)
    compiled, binds, converts, width = _prepared(mapper, bind, names)
    found: dict[Identity, tuple[object, ...]] = {}
    for start in range(0, len(keys), CHUNK):
        chunk = list(keys[start : start + CHUNK])
        text, parameters = compiled.parameters(binds, {"keys": chunk})
        reply = yield Execute(bind, text, parameters, compiled=compiled)
        for raw in reply.rows:
            row = tuple(
                value if convert is None else convert(value)
                for value, convert in zip(raw, converts, strict=True)
            )
            key = row[0] if width == 1 else row[:width]
            found[key] = row[width:]
    return found


def _prepared(
    mapper: Mapper, bind: Bind, names: tuple[str, ...]
) -> tuple[Any, Any, tuple[Any, ...], int]:
    cache_key = ("read", mapper.uid, names)
    prepared: Any = bind.plans.get(cache_key)
    if prepared is None:
        columns = mapper.primary_key
        target: Any = columns[0] if len(columns) == 1 else tuple_(*columns)
        wanted = [mapper.column_attrs[name].column for name in names]
        statement = select(*columns, *wanted).where(
            target.in_(bindparam("keys", expanding=True, type_=target.type))
        )
        compiled = compiled_for(bind, statement)
        converts = tuple(column.result for column in compiled.columns)
        prepared = (compiled, statement.binds, converts, len(columns))
        bind.plans.put(cache_key, prepared)
    compiled, binds, converts, width = prepared
    return compiled, binds, converts, width
