"""INSERT, UPDATE and DELETE of mapped classes through `Session.execute`.

In: a statement addressed to a class. Out: its Result, and the session's objects in line with what
it did (`synchronize`). INSERT and UPDATE with a list of dicts take attribute names; an UPDATE then
finds its rows by primary key. Rows of RETURNING become objects (`returned`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from accord import exc
from accord.engine import CursorResult, Result
from accord.engine.row import shape_of
from accord.records import dataclass
from accord.sql import coercion
from accord.sql.nodes import BindParameter, EntityColumn

from . import bulk, synchronize
from .engines import route_statement
from .returned import objects_returned, returns_entities

if TYPE_CHECKING:
    from accord.mapping import Mapper

    from .session import Session


@dataclass(frozen=True, slots=True)
class BulkWrite:
    """What "after_bulk_update" and "after_bulk_delete" listeners get."""

    session: Session
    statement: Any
    mapper: Mapper
    result: Result[Any]
    matched_objects: Sequence[Any]

    @property
    def rowcount(self) -> int:
        """How many rows were matched; -1 where nobody counts."""
        return getattr(self.result, "rowcount", -1)


@dataclass(frozen=True, slots=True)
class Call:
    """One execution of a statement, as the caller wants it."""

    session: Session
    statement: Any
    mapper: Mapper
    parameters: Any
    options: Mapping[str, Any]
    bind_arguments: Mapping[str, Any] | None

    def send(self, statement: Any = None, parameters: Any = None) -> Result[Any]:
        """Execute past the ORM."""
        return self.session._execute_core(
            self.statement if statement is None else statement,
            self.parameters if parameters is None else parameters,
            self.options,
            self.bind_arguments,
        )

    def objects(self, parameters: Any, *, overwrite: bool) -> tuple[Result[Any], list[Any]]:
        """Execute; rows of mapped classes are objects."""
        options = {**self.options, "populate_existing": True} if overwrite else self.options
        return objects_returned(
            self.session, self.statement, parameters, options, self.bind_arguments
        )


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
    call = Call(session, statement, mapper, parameters, merged, bind_arguments)
    if statement.is_insert:
        return _insert(call)
    how = synchronize.checked(merged.get("synchronize_session", "auto"))
    if isinstance(parameters, Sequence) and parameters and statement.is_update:
        return _update_by_key(call, how)
    if how is False:
        if returns_entities(statement):
            return call.objects(parameters, overwrite=False)[0]
        return call.send()
    return _synchronized(call, how)


# --- UPDATE and DELETE ----------------------------------------------------------------------------


def _synchronized(call: Call, how: str) -> Result[Any]:
    session, statement, mapper = call.session, call.statement, call.mapper
    matched = synchronize.evaluated(session, statement, mapper, how)
    if returns_entities(statement):
        # The rows that come back say which objects are concerned, and all that there is to know.
        result, objs = call.objects(call.parameters, overwrite=bool(statement.is_update))
        if statement.is_delete:
            synchronize.deleted(session, mapper, objs)
        return _told(call, result, objs)
    if matched is None:
        engine = route_statement(session, statement, call.bind_arguments)
        if synchronize.returns_keys(statement, mapper, engine):
            result, matched = _with_keys(call)
        else:
            matched = synchronize.selected(
                session, statement, mapper, call.parameters, call.bind_arguments
            )
            result = call.send()
    else:
        result = call.send()
    if statement.is_update:
        written = result.last_updated_params() if isinstance(result, CursorResult) else {}
        synchronize.updated(session, statement, mapper, matched, written)
    else:
        synchronize.deleted(session, mapper, matched)
    return _told(call, result, matched)


def _told(call: Call, result: Result[Any], objs: Sequence[Any]) -> Result[Any]:
    event = "after_bulk_update" if call.statement.is_update else "after_bulk_delete"
    call.session._fire(event, BulkWrite(call.session, call.statement, call.mapper, result, objs))
    return result


def _with_keys(call: Call) -> tuple[Result[Any], list[Any]]:
    """Execute with the keys of the rows among what is returned; the caller gets what it asked
    for.
    """
    asked = call.statement.parts.returning_columns
    keys = tuple(call.mapper.primary_key)
    returning = call.statement._then("returning", keys, False)
    result: Any = call.send(returning)
    width = len(keys)
    rows = [tuple(row) for row in result.all()]
    objs = synchronize.by_keys(call.session, call.mapper, [row[-width:] for row in rows])
    if asked:
        return result.narrowed([row[:-width] for row in rows]), objs
    return result.narrowed(None), objs


# --- INSERT ---------------------------------------------------------------------------------------


def _insert(call: Call) -> Result[Any]:
    own = {bind.name for bind in call.statement.binds}
    parameters = call.parameters
    if isinstance(parameters, Mapping):
        parameters = _row(call, parameters, own)
    elif parameters:
        groups = _same_names([_row(call, row, own) for row in parameters])
        first, *others = results = [_inserted(call, group) for group in groups]
        if not others:
            return first
        if call.statement.parts.returning_columns:
            return first.merge(*others)
        counts = [int(getattr(result, "rowcount", -1)) for result in results]
        return CursorResult(
            shape_of(()), (), -1 if -1 in counts else sum(counts), returns_rows=False
        )
    return _inserted(call, parameters)


def _inserted(call: Call, parameters: Any) -> Result[Any]:
    if returns_entities(call.statement):
        return call.objects(parameters, overwrite=False)[0]
    return call.session._execute_core(call.statement, parameters, call.options, call.bind_arguments)


def _row(call: Call, values: Mapping[str, Any], own: Collection[str | None]) -> dict[str, Any]:
    """The values of a new row by column key. None in a column that has a default means that there
    is no value, as in a new object; `render_nulls` says that it is one.
    """
    row = _column_names(call.mapper, values, own)
    if call.options.get("render_nulls", False):
        return row
    columns = call.statement.table.c
    return {
        name: value
        for name, value in row.items()
        if value is not None or not _has_default(columns.get(name))
    }


def _has_default(column: Any) -> bool:
    return column is not None and (column.default is not None or column.server_default is not None)


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
        if prop is not None:
            named[str(prop.expression.key)] = value
        elif name in own:
            named[name] = value
        else:
            named[_other_name(mapper, name)] = value
    return named


def _other_name(mapper: Mapper, name: str) -> str:
    """The column key of an attribute that is none of a column's own: a synonym."""
    if name in mapper.synonyms:
        node = coercion.element_of(mapper.attribute(name))
        if isinstance(node, EntityColumn):
            return str(node.column.key)
    hint = ""
    if name in mapper.relationships:
        hint = " (a relationship is written through its foreign key column)"
    raise exc.InvalidRequestError(
        f"{mapper.class_.__name__} has no column attribute {name!r}{hint}; it has: "
        f"{', '.join(mapper.column_attrs.keys())}"
    )


# --- UPDATE by primary key ------------------------------------------------------------------------


def _update_by_key(call: Call, how: Any) -> Result[Any]:
    """``session.execute(update(User), [{"id": 1, "name": …}, …])``."""
    session, statement, mapper = call.session, call.statement, call.mapper
    rows: Sequence[Mapping[str, Any]] = call.parameters
    if statement.parts.whereclause is not None:
        raise exc.InvalidRequestError(
            "bulk ORM UPDATE does not support additional WHERE criteria when a list of rows is "
            "given; use session.connection().execute(update(...).where(...), rows)"
        )
    if statement.parts.returning_columns:
        raise exc.InvalidRequestError(
            "bulk ORM UPDATE by primary key returns no rows; select them after it"
        )
    if how == "fetch":
        raise exc.InvalidRequestError(
            "The 'fetch' synchronization strategy is not available when a list of rows is given: "
            "the rows say what is written; use 'auto', 'evaluate' or False"
        )
    common = {
        mapper.key_for_column(column): (
            value.effective_value if isinstance(value, BindParameter) else value
        )
        for column, value in statement.parts.assignments.values()
    }
    bulk.update_mappings(session, mapper, [{**common, **row} for row in rows])
    if how is not False:
        for row in rows:
            obj = session.identity.get(mapper, mapper.identity_of(row))
            if obj is not None:
                _take(session, mapper, obj, {**common, **row})
    return CursorResult(shape_of(()), (), len(rows), returns_rows=False)


def _take(session: Session, mapper: Mapper, obj: Any, row: Mapping[str, Any]) -> None:
    """Put the values of a row into its object; those that the database made expire."""
    values = vars(obj)
    made = [
        key
        for key, column in mapper.table_columns
        if key not in row and (column.onupdate is not None or column.server_onupdate is not None)
    ]
    known = {
        key: value
        for key, value in row.items()
        if key not in mapper.pk_keys and not hasattr(value, "__clause_element__")
    }
    stale = [key for key in (*made, *(set(row) - set(known))) if key not in mapper.pk_keys]
    values.update({key: value for key, value in known.items() if key in values})
    if stale:
        session.expire_object(obj, stale)


__all__ = ["BulkWrite", "execute"]
