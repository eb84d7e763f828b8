"""Rows of an INSERT of many rows, in the order of its parameters: `sort_by_parameter_order`.

No database promises an order of RETURNING, so rows are matched by key: by the key strategies that
the unit of work inserts with, in as few statements as those need; or by the table's
`insert_sentinel`. In: a statement and its sets of values, defaults made. Out: raw rows in the order
of the sets; None where the INSERT says more than a batch of rows can (ON CONFLICT, prefixes, SQL
with parameters of its own): `echoed` looks at these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from accord.dialect.batch import InsertBatch
from accord.dialect.inserts import InsertShape, check_inserted, rows_per_statement
from accord.dialect.keys.base import KeyNeed
from accord.dialect.lookups import fetch_steps, match_rows
from accord.dialect.plan import insert_steps
from accord.dialect.steps import capabilities_of
from accord.engine.run import run
from accord.exc import InvalidRequestError
from accord.schema import Table
from accord.schema.defaults import ColumnDefault
from accord.sql.clauses import walk
from accord.sql.elements import Label
from accord.sql.labels import name_columns
from accord.sql.nodes import BindParameter, EntityColumn
from accord.sql.selectable import ColumnClause
from accord.sql.selectbase import SelectBase
from accord.sql.text import TextClause
from accord.sqltypes.binding import bind_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accord.dialect.steps import Steps
    from accord.engine.connection import Connection
    from accord.sql.compiled import Compiled

    Given = Mapping[str, Any]


def ordered_rows(
    connection: Connection, statement: Any, compiled: Compiled, many: Sequence[Given]
) -> list[Any] | None:
    """Insert, and return what RETURNING asks for, row by row in the order of `many`."""
    if not _is_plain(statement):
        return None
    returned = _returned_columns(statement)
    sentinel = next((column for column in statement.table.c if column.insert_sentinel), None)
    if sentinel is not None and returned is not None:
        found = _by_sentinel(connection, statement, many, returned, sentinel)
        if found is not None:
            return found
    if returned is None:
        return _selected_afterwards(connection, statement, many)
    batch = _batch(connection, statement, many, returned)
    if batch is None:
        return None
    result = run(insert_steps(batch), connection.perform)
    fetched: Sequence[Any] = result.fetched or [()] * len(many)
    if batch.key is None or result.keys is None:
        places = [batch.fetch.index(column) for column in returned]
        return [tuple([row[place] for place in places]) for row in fetched]
    known = (batch.key, *batch.fetch)
    places = [known.index(column) for column in returned]
    rows = [(key, *row) for key, row in zip(result.keys, fetched, strict=True)]
    return [tuple([row[place] for place in places]) for row in rows]


def _is_plain(statement: Any) -> bool:
    """Whether the statement says nothing besides columns and values."""
    parts = statement.parts
    return (
        statement.is_insert
        and isinstance(parts.table, Table)
        and parts.rows is None
        and parts.query is None
        and not (parts.post_values_clauses or parts.prefixes or parts.hints)
        and not (parts.added_ctes or parts.nested_ctes)
    )


def _returned_columns(statement: Any) -> list[Any] | None:
    """The columns of the table that come back; None if anything else does."""
    own = {column.cache_key: column for column in statement.table.c}
    found = []
    for named in name_columns(statement.parts.returning_columns):
        element: Any = named.element
        if isinstance(element, EntityColumn):
            element = element.column
        column = own.get(element.cache_key)
        if column is None:
            return None
        found.append(column)
    return found


def _selected_afterwards(
    connection: Connection, statement: Any, many: Sequence[Given]
) -> list[Any] | None:
    """SQL made of the columns of a row: rows go in as a batch, and one SELECT by their keys has the
    rest. None where it could find other rows than went in, or SQL speaks of more than its row.
    """
    named = name_columns(statement.parts.returning_columns)
    elements = [_bare(column.element) for column in named]
    own = {column.cache_key for column in statement.table.c}
    if connection.autocommit or not all(_is_of_row(element, own) for element in elements):
        return None
    batch = _batch(connection, statement, many, ())
    if batch is None:
        return None
    result = run(insert_steps(batch), connection.perform)
    primary = tuple(statement.table.primary_key)
    parts = [
        result.keys
        if column is batch.key
        else [row[batch.columns.index(column)] for row in batch.rows]
        for column in primary
    ]
    keys = list(zip(*cast("list[Sequence[Any]]", parts), strict=True))
    steps = fetch_steps(batch.bind, statement.table, primary, elements, keys)
    return run(steps, connection.perform)


def _bare(element: Any) -> Any:
    """An element of RETURNING without its label; a column as the table has it."""
    while isinstance(element, Label):
        element = element.element
    return element.column if isinstance(element, EntityColumn) else element


def _is_of_row(element: Any, own: set[Any]) -> bool:
    """Whether SQL is about one row of the table, with nothing that a SELECT could see otherwise."""
    for node in walk(element):
        if isinstance(node, SelectBase | TextClause) or getattr(node, "is_literal", False):
            return False
        if isinstance(node, ColumnClause) and node.cache_key not in own:
            return False
    return True


def _batch(
    connection: Connection, statement: Any, many: Sequence[Given], returned: Sequence[Any]
) -> InsertBatch | None:
    """The rows as the key strategies take them; None if some key cannot be told."""
    engine, table = connection.bind, statement.table
    assert engine.capabilities is not None  # the first connection asked for them
    given = [column for column in table.c if str(column.key) in many[0]]
    assigned = _assigned(statement, many[0])
    if assigned is None or len(given) != len(many[0]):
        return None  # parameters of the statement's own
    constants, expressions = _with_defaults(table, *assigned, {c.cache_key for c in given})
    present = {column.cache_key for column in (*given, *constants)}
    need = KeyNeed.of(table, engine.dialect, engine.capabilities)
    key: Any = None
    if need.key is not None and need.key.cache_key not in present:
        key = need.key
    others = [column for column in table.primary_key if column is not key]
    if not (others or key is not None) or not _are_given(others, present, many):
        return None
    columns = (*given, *constants)
    tail = tuple(constants.values())
    raw = [(*[row[str(c.key)] for c in given], *tail) for row in many]
    rows = _bound(engine, table, columns, raw)
    fetch = tuple([column for column in dict.fromkeys(returned) if column is not key])
    return InsertBatch(engine, table, columns, rows, tuple(expressions.items()), fetch, key)


def _by_sentinel(
    connection: Connection, statement: Any, many: Sequence[Given], returned: Sequence[Any], by: Any
) -> list[Any] | None:
    """The rows by a column that tells them apart: its values are given, or numbers made here. None
    if it tells nothing.
    """
    engine, table = connection.bind, statement.table
    capabilities = engine.capabilities
    assert capabilities is not None  # the first connection asked for them
    given = [column for column in table.c if str(column.key) in many[0]]
    assigned = _assigned(statement, many[0])
    if assigned is None or len(given) != len(many[0]):
        return None  # parameters of the statement's own
    makes_numbers = by not in given
    if makes_numbers and by.insert_sentinel != "counted":
        _refuse_without_values(by)
        return None
    if not (capabilities.dml.returning_insert and capabilities.dml.multi_values):
        return None
    constants, expressions = _with_defaults(table, *assigned, {c.cache_key for c in given})
    columns = (*given, *constants)
    tail = tuple(constants.values())
    raw = [(*[row[str(c.key)] for c in given], *tail) for row in many]
    if makes_numbers:
        columns, raw = (*columns, by), [(*row, number) for number, row in enumerate(raw)]
    rows = _bound(engine, table, columns, raw)
    shape = InsertShape(engine, table, columns, tuple(expressions.items()), (by, *returned))
    place = columns.index(by)
    sent = [(row[place],) for row in rows]
    return run(_sentinel_steps(shape, rows, sent, (by,)), connection.perform)


def _sentinel_steps(
    shape: InsertShape, rows: list[Any], sent: list[Any], by: tuple[Any]
) -> Steps[list[Any]]:
    capabilities = yield from capabilities_of(shape.bind)
    size = rows_per_statement(capabilities, shape.width())
    back: list[Any] = []
    for start in range(0, len(rows), size):
        chunk = rows[start : start + size]
        reply = yield shape.execute(chunk)
        check_inserted(shape.table, reply, len(chunk))
        back += reply.rows
    return match_rows(shape.bind, shape.table, by, back, sent)


def _refuse_without_values(by: Any) -> None:
    """A column that was said to tell rows apart, and has no value in them."""
    if not by.primary_key and by.server_default is None:
        raise InvalidRequestError(
            f"column {by.table.name}.{by.name} is the insert_sentinel, and rows bring no value for "
            "it; give it a default= that makes them, or declare it with insert_sentinel()"
        )


def _assigned(statement: Any, first: Given) -> tuple[dict[Any, Any], dict[Any, Any]] | None:
    """What values() says of columns that are not given row by row: (values, SQL)."""
    constants: dict[Any, Any] = {}
    expressions: dict[Any, Any] = {}
    for column, node in statement.parts.assignments.values():
        if str(column.key) in first:
            continue
        if isinstance(node, BindParameter) and node.name is None:
            constants[column] = node.effective_value
        elif any(bind.name is not None for bind in node.binds):
            return None
        else:
            expressions[column] = node
    return constants, expressions


def _with_defaults(
    table: Any, constants: dict[Any, Any], expressions: dict[Any, Any], given: set[Any]
) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """What the statement assigns, and the SQL that columns have as their default."""
    present = given | {column.cache_key for column in constants}
    for column in table.c:
        default = column.default
        if column.cache_key not in present and column not in expressions and _is_sql(default):
            expressions[column] = default.arg
    return constants, expressions


def _bound(engine: Any, table: Any, columns: Sequence[Any], raw: list[Any]) -> list[Any]:
    """Rows as the driver takes them."""
    entries = [engine.dialect.types.entry(column.type) for column in columns]
    return bind_rows(entries, [f"{table.name}.{column.name}" for column in columns], raw)


def _is_sql(default: Any) -> bool:
    return isinstance(default, ColumnDefault) and bool(default.is_clause_element)


def _are_given(keys: Sequence[Any], present: set[Any], many: Sequence[Given]) -> bool:
    names = [str(column.key) for column in keys]
    return all(column.cache_key in present for column in keys) and not any(
        row.get(name, "") is None for row in many for name in names
    )
