"""INSERT, UPDATE and DELETE of mapped classes through `Session.execute`.

In: a statement addressed to a class. Out: its Result, and the session's objects in line with what
it did. `synchronize_session` says how: "evaluate" runs the condition in Python over the objects in
memory, "fetch" asks the database which rows match before they change, "auto" evaluates where that
is possible, False leaves objects alone. INSERT with a list of dicts takes attribute names.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from accord import exc
from accord.engine import Result
from accord.records import dataclass
from accord.sql import select
from accord.sql.nodes import ColumnElement, Entity
from accord.state import STATE_KEY, Change, Identity, key_of

from . import bulk
from .evaluator import Evaluate, NotLoaded, Unevaluable, evaluator

if TYPE_CHECKING:
    from accord.mapping import Mapper

    from .session import Session

_CHOICES = ("auto", "evaluate", "fetch", False)


@dataclass(frozen=True, slots=True)
class Matched:
    """Objects of the session that an UPDATE or DELETE concerns."""

    objs: list[Any]


def execute(
    session: Session,
    statement: Any,
    mapper: Mapper,
    parameters: Any,
    options: Mapping[str, Any],
    bind_arguments: Mapping[str, Any] | None,
) -> Result[Any]:
    """Execute DML of a mapped class."""
    merged = {**statement.execution_options_map, **options}
    if merged.get("autoflush", True):
        session._autoflush()
    if statement.is_insert:
        return _insert(session, statement, mapper, parameters, merged, bind_arguments)
    how = merged.get("synchronize_session", "auto")
    if how not in _CHOICES:
        raise exc.ArgumentError(
            "Valid strategies for session synchronization are 'auto', 'evaluate', 'fetch', False; "
            f"not {how!r}"
        )
    if isinstance(parameters, Sequence) and statement.is_update:
        return _update_by_key(session, statement, mapper, parameters)
    matched = _matching(session, statement, mapper, parameters, how, bind_arguments)
    result = _send(session, statement, parameters, merged, bind_arguments)
    if how is False:
        return result
    if statement.is_update:
        _updated(session, statement, mapper, matched)
        session._fire("after_bulk_update", result)
    else:
        _deleted(session, mapper, matched)
        session._fire("after_bulk_delete", result)
    return result


def _send(
    session: Session,
    statement: Any,
    parameters: Any,
    options: Mapping[str, Any],
    bind_arguments: Mapping[str, Any] | None,
) -> Result[Any]:
    if _returns_entities(statement):
        return _returning(session, statement, parameters, options, bind_arguments)
    return session._execute_core(statement, parameters, options, bind_arguments)


def _returns_entities(statement: Any) -> bool:
    return any(isinstance(node, Entity) for node in statement.parts.returning_columns)


def _returning(
    session: Session,
    statement: Any,
    parameters: Any,
    options: Mapping[str, Any],
    bind_arguments: Mapping[str, Any] | None,
) -> Result[Any]:
    """DML with RETURNING of a mapped class: its rows are objects."""
    nodes = statement.parts.returning_columns
    if len(nodes) != 1:
        raise exc.ArgumentError(
            "returning() of a mapped class takes that class alone; return columns, or the class "
            "and read its attributes"
        )
    overwriting = {**options, "populate_existing": True}
    return session._objects_of(nodes[0], statement, parameters, overwriting, bind_arguments)


# --- which objects are concerned ------------------------------------------------------------------


def _matching(
    session: Session,
    statement: Any,
    mapper: Mapper,
    parameters: Any,
    how: Any,
    bind_arguments: Mapping[str, Any] | None,
) -> Matched:
    if how is False:
        return Matched([])
    clause = statement.parts.whereclause
    if how != "fetch":
        try:
            condition = None if clause is None else evaluator(mapper, clause)
        except Unevaluable as error:
            if how == "evaluate":
                raise exc.InvalidRequestError(
                    f"Could not evaluate current criteria in Python: {error}. Specify 'fetch' or "
                    "False for the "
                    "synchronize_session execution option."
                ) from error
        else:
            return Matched(_evaluated(session, mapper, condition))
    return Matched(_fetched(session, mapper, clause, parameters, bind_arguments))


def _objects_of(session: Session, mapper: Mapper) -> list[Any]:
    return [
        obj
        for _, obj in session.identity.items_of(mapper.root_uid)
        if isinstance(obj, mapper.class_)
    ]


def _evaluated(session: Session, mapper: Mapper, condition: Evaluate | None) -> list[Any]:
    objs = _objects_of(session, mapper)
    if condition is None:
        return objs
    found = []
    for obj in objs:
        try:
            matches = condition(vars(obj))
        except NotLoaded:
            # Expired: whether it matches is not known, its next access reads the row anyway.
            continue
        if matches:
            found.append(obj)
    return found


def _fetched(
    session: Session,
    mapper: Mapper,
    clause: Any,
    parameters: Any,
    bind_arguments: Mapping[str, Any] | None,
) -> list[Any]:
    keys = select(*mapper.primary_key)
    if clause is not None:
        keys = keys.where(clause)
    arguments = bind_arguments or {"mapper": mapper}
    rows = session.execute(keys, parameters, bind_arguments=arguments).all()
    found = []
    for row in rows:
        key: Identity = row[0] if len(row) == 1 else tuple(row)
        obj = session.identity.get(mapper, key)
        if obj is not None:
            found.append(obj)
    return found


# --- bringing them in line ------------------------------------------------------------------------


def _updated(session: Session, statement: Any, mapper: Mapper, matched: Matched) -> None:
    setters: list[tuple[str, Evaluate | None]] = []
    for column, value in statement.parts.assignments.values():
        key = mapper.key_for_column(column)
        try:
            setters.append((key, evaluator(mapper, value)))
        except Unevaluable:
            setters.append((key, None))
    written = {key for key, _ in setters}
    generated = [
        key
        for key, column in mapper.table_columns
        if key not in written
        and (column.onupdate is not None or column.server_onupdate is not None)
    ]
    for obj in matched.objs:
        _apply(session, obj, setters, generated)


def _apply(
    session: Session, obj: Any, setters: list[tuple[str, Evaluate | None]], generated: list[str]
) -> None:
    values = vars(obj)
    before = dict(values)
    stale = [key for key in generated if key in values]
    for key, evaluate in setters:
        if key not in before:
            continue
        try:
            value = _NOTHING if evaluate is None else evaluate(before)
        except NotLoaded:
            value = _NOTHING
        if value is _NOTHING or isinstance(value, ColumnElement):
            stale.append(key)
            continue
        values[key] = value
        state = values[STATE_KEY]
        if type(state) is Change and state.changes is not None:
            state.changes.pop(key, None)
    if stale:
        session.expire_object(obj, stale)


_NOTHING: Any = object()


def _deleted(session: Session, mapper: Mapper, matched: Matched) -> None:
    session.record_deleted(mapper, list(map(key_of, matched.objs)), matched.objs)


# --- INSERT, and UPDATE by primary key ------------------------------------------------------------


def _insert(
    session: Session,
    statement: Any,
    mapper: Mapper,
    parameters: Any,
    options: Mapping[str, Any],
    bind_arguments: Mapping[str, Any] | None,
) -> Result[Any]:
    own = {bind.name for bind in statement.binds}
    if isinstance(parameters, Mapping):
        parameters = _column_names(mapper, parameters, own)
    elif parameters:
        groups = _same_names([_column_names(mapper, row, own) for row in parameters])
        first, *others = [
            _send(session, statement, group, options, bind_arguments) for group in groups
        ]
        returns = bool(statement.parts.returning_columns)
        return first.merge(*others) if others and returns else (others or [first])[-1]
    return _send(session, statement, parameters, options, bind_arguments)


def _same_names(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return runs of rows with the same names, in order: one executemany each."""
    groups: list[list[dict[str, Any]]] = []
    for row in rows:
        if groups and groups[-1][0].keys() == row.keys():
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _column_names(
    mapper: Mapper, values: Mapping[str, Any], own: Collection[str | None]
) -> dict[str, Any]:
    """Return values by column key, from values by attribute name; `own` parameters of the statement
    keep their names.
    """
    named: dict[str, Any] = {}
    for name, value in values.items():
        prop = mapper.column_attrs.get(name)
        if prop is None and name in own:
            named[name] = value
            continue
        if prop is None:
            raise exc.InvalidRequestError(
                f"{mapper.class_.__name__} has no column attribute {name!r}; it has: "
                f"{', '.join(mapper.column_attrs.keys())}"
            )
        named[str(prop.expression.key)] = value
    return named


def _update_by_key(
    session: Session, statement: Any, mapper: Mapper, rows: Sequence[Mapping[str, Any]]
) -> Result[Any]:
    """``session.execute(update(User), [{"id": 1, "name": …}, …])``."""
    if statement.parts.whereclause is not None:
        raise exc.InvalidRequestError(
            "bulk ORM UPDATE does not support additional WHERE criteria when a list of rows is "
            "given; use "
            "session.connection().execute(update(...).where(...), rows)"
        )
    bulk.update_mappings(session, mapper, [dict(row) for row in rows])
    for row in rows:
        key = mapper.identity_of(row)
        obj = session.identity.get(mapper, key)
        if obj is not None:
            session.expire_object(obj, [name for name in row if name not in mapper.pk_keys])
    return Result((), ())


__all__ = ["execute"]
