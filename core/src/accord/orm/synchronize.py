"""Objects in line with what an UPDATE or DELETE did: `synchronize_session`.

In: the statement, which objects of the session it concerns, what was written. Out: objects that
hold the new values, are expired, or are gone. "evaluate" runs the condition in Python over the
objects in memory; "fetch" asks the database which rows match: by RETURNING where there is one, else
by a SELECT before the rows change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import exc
from accord.sql import select
from accord.sql.froms import froms_of, unique
from accord.sql.nodes import ColumnElement
from accord.state import STATE_KEY, Change, Identity, key_of

from .evaluator import Evaluate, NotLoaded, Undecided, Unevaluable, evaluator

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from accord.dialect import Bind
    from accord.mapping import Mapper

    from .session import Session

CHOICES = ("auto", "evaluate", "fetch", False, None)

_NOTHING: Any = object()


def checked(how: Any) -> Any:
    """`synchronize_session=` as it was given; None and False are the same."""
    if how not in CHOICES:
        raise exc.ArgumentError(
            "Valid strategies for session synchronization are 'auto', 'evaluate', 'fetch', False; "
            f"not {how!r}"
        )
    return how or False


# --- which objects are concerned ------------------------------------------------------------------


def evaluated(session: Session, statement: Any, mapper: Mapper, how: str) -> list[Any] | None:
    """The objects in memory that match; None where that is for the database to say."""
    clause = statement.parts.whereclause
    if how == "fetch":
        return None
    if statement.is_delete and statement.parts.named_tables:
        return None
    try:
        condition = None if clause is None else evaluator(mapper, clause)
    except Unevaluable as error:
        if how == "auto":
            return None
        raise exc.InvalidRequestError(
            f"Could not evaluate current criteria in Python: {error}. Specify 'fetch' or False for "
            "the synchronize_session execution option."
        ) from error
    objs = [
        obj
        for _, obj in session.identity.items_of(mapper.root_uid)
        if isinstance(obj, mapper.class_)
    ]
    if condition is None:
        return objs
    try:
        return [obj for obj in objs if condition(vars(obj))]
    except Undecided:
        if how == "auto":
            return None
    except NotLoaded:
        pass
    return _decided(session, statement, mapper, objs, condition)


def _decided(
    session: Session, statement: Any, mapper: Mapper, objs: Sequence[Any], condition: Evaluate
) -> list[Any]:
    """The objects that match for certain. Of the others, whose condition speaks of expired
    attributes, what an UPDATE writes expires too; their next access reads the row.
    """
    written: list[str] | None = None
    if statement.is_update:
        own = {column.cache_key for column in statement.table.c}
        assigned = statement.parts.assignments.values()
        written = [mapper.key_for_column(c) for c, _ in assigned if c.cache_key in own]
    matched: list[Any] = []
    open_: list[Any] = []
    for obj in objs:
        try:
            if condition(vars(obj)):
                matched.append(obj)
        except NotLoaded:
            open_.append(obj)
    for obj in open_:
        values = vars(obj)
        state = values[STATE_KEY]
        pending = (state.changes if type(state) is Change else None) or ()
        keys = mapper.loaded_keys if written is None else written
        stale = [key for key in keys if key in values and key not in pending]
        if stale and (written is not None or not pending):
            session.expire_object(obj, stale)
    return matched


def returns_keys(statement: Any, mapper: Mapper, bind: Bind) -> bool:
    """Whether the statement itself can return the keys of the rows it concerns."""
    capabilities = bind.capabilities
    if capabilities is None or not getattr(capabilities.dml, f"returning_{statement.visit_name}"):
        return False
    parts = statement.parts
    values = [value for _, value in getattr(parts, "assignments", {}).values()]
    named = list(getattr(parts, "named_tables", ()))
    froms = unique([f for node in (*values, *parts.where_clauses) for f in froms_of(node)])
    return not named and all(f.cache_key == statement.table.cache_key for f in froms)


def selected(
    session: Session,
    statement: Any,
    mapper: Mapper,
    parameters: Any,
    bind_arguments: Mapping[str, Any] | None,
) -> list[Any]:
    """The objects whose rows match, by a SELECT before they change."""
    keys = select(*mapper.primary_key)
    clause = statement.parts.whereclause
    if clause is not None:
        keys = keys.where(clause)
    for table in getattr(statement.parts, "named_tables", ()):
        keys = keys.select_from(table)
    arguments = bind_arguments or {"mapper": mapper}
    rows = session.execute(keys, parameters, bind_arguments=arguments).all()
    return by_keys(session, mapper, rows)


def by_keys(session: Session, mapper: Mapper, rows: Iterable[Sequence[Any]]) -> list[Any]:
    """The objects of the session with these keys."""
    found = {}
    for row in rows:
        key: Identity = row[0] if len(row) == 1 else tuple(row)
        obj = session.identity.get(mapper, key)
        if obj is not None:
            found[id(obj)] = obj
    return list(found.values())


# --- bringing them in line ------------------------------------------------------------------------


def updated(
    session: Session,
    statement: Any,
    mapper: Mapper,
    objs: Sequence[Any],
    written: Mapping[str, Any],
) -> None:
    """Put what was written into the objects; what only the database knows expires.

    `written` holds the values sent, by column key: those of the statement, given at execution, and
    made by Python-side defaults.
    """
    setters: dict[str, Evaluate | None] = {}
    for column, value in statement.parts.assignments.values():
        if column.cache_key not in {own.cache_key for own in statement.table.c}:
            continue  # of another table, on databases that write several
        try:
            setters[mapper.key_for_column(column)] = evaluator(mapper, value)
        except Unevaluable:
            setters[mapper.key_for_column(column)] = None
    for key, column in mapper.table_columns:
        if str(column.key) in written:
            setters[key] = _constant(written[str(column.key)])
        elif key not in setters and (
            column.onupdate is not None or column.server_onupdate is not None
        ):
            setters[key] = None
    for obj in objs:
        _apply(session, obj, setters)


def _constant(value: Any) -> Evaluate:
    return lambda values: value


def _apply(session: Session, obj: Any, setters: Mapping[str, Evaluate | None]) -> None:
    values = vars(obj)
    before = dict(values)
    stale = []
    for key, evaluate in setters.items():
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


def deleted(session: Session, mapper: Mapper, objs: Sequence[Any]) -> None:
    """The rows of these objects are gone."""
    session.record_deleted(mapper, list(map(key_of, objs)), list(objs))
