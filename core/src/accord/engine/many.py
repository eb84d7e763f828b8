"""One statement for many sets of parameters: the driver's executemany, or few statements of many
rows where rows come back.

In: a connection, a statement, the sets. Out: one result. Returned rows are in no order unless
`sort_by_parameter_order` asks for one (`ordered`). A VALUES of more rows than one statement can
carry is sent in several.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from accord.dialect.inserts import rows_per_statement
from accord.dialect.steps import Execute, Native
from accord.engine.compiling import compile_cached
from accord.engine.cursor import CursorResult
from accord.engine.inserted import Written, columns_to_fetch, defaults_for, returning_beside
from accord.engine.perform import CompiledMany
from accord.engine.row import shape_of
from accord.exc import InvalidRequestError, StatementError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accord.engine.connection import Connection
    from accord.engine.engine import Engine
    from accord.sql.compiled import Compiled

    Given = Mapping[str, Any]


_EACH = 1_000
"""Sets of one round trip: what they return waits in memory."""


def execute_many(
    connection: Connection, statement: Any, many: Sequence[Given], options: Mapping[str, Any]
) -> CursorResult[Any]:
    """One statement for many sets of parameters: the driver's executemany, or few statements of
    many rows where rows come back.
    """
    engine = connection.bind
    keys = tuple(sorted(many[0])) if statement.is_dml and not statement.is_delete else None
    compiled = compile_cached(engine, statement, keys, options)
    _refuse_missing(compiled, many)
    asked, fetching = statement, False
    if statement.is_insert and statement.parts.returned_defaults is not None:
        columns = columns_to_fetch(engine, statement, compiled, keys)
        if columns:
            fetching = True
            statement = returning_beside(statement, columns)
            compiled = compile_cached(engine, statement, keys, options)
    if compiled.prefetch:
        many = [defaults_for(connection, compiled, statement, given) for given in many]
    if not compiled.returns_rows:
        text, rows = compiled.many(statement.binds, many)
        reply = connection.perform(CompiledMany(engine, text, rows, compiled.is_write, compiled))
        return _without_rows(asked, compiled, many, reply.rowcount, None)
    if not statement.is_dml:
        raise InvalidRequestError(
            "A statement that returns rows takes one dict of parameters; execute it once for "
            "each, or use in_() with a list"
        )
    if fetching or statement.parts.sorted_by_parameters:
        rows, count = _in_order(connection, statement, compiled, many, options)
    else:
        rows, count = _in_any_order(connection, statement, compiled, many, options)
    if fetching:
        return _without_rows(asked, compiled, many, count, rows)
    written = Written(asked, compiled, many, many=True, count=count)
    shape = shape_of(compiled.columns)
    convert = shape.converter
    return CursorResult(shape, rows if convert is None else convert(rows), count, written=written)


def _without_rows(
    statement: Any,
    compiled: Compiled,
    many: Sequence[Given],
    count: int,
    fetched: list[Any] | None,
) -> CursorResult[Any]:
    written = Written(statement, compiled, many, many=True, count=count, fetched=fetched)
    return CursorResult(shape_of(()), (), count, returns_rows=False, written=written)


def _in_order(
    connection: Connection,
    statement: Any,
    compiled: Compiled,
    many: Sequence[Given],
    options: Mapping[str, Any],
) -> tuple[list[Any], int]:
    """The raw rows that come back, in the order of the sets, and how many were written."""
    from accord.engine.ordered import ordered_rows

    rows = ordered_rows(connection, statement, compiled, many)
    if rows is None and statement.is_insert and connection.engine.dialect.each_call is None:
        from accord.engine.echoed import echoed_rows

        size = int(min(_rows_at_once(connection.bind, statement, many), _page_size(options)))
        rows = echoed_rows(connection, statement, many, size, options)
    if rows is None:
        return _one_by_one(connection, statement, compiled, many)
    return rows, len(rows)


def _in_any_order(
    connection: Connection,
    statement: Any,
    compiled: Compiled,
    many: Sequence[Given],
    options: Mapping[str, Any],
) -> tuple[list[Any], int]:
    """The raw rows that come back, and how many were written."""
    size = int(min(_rows_at_once(connection.bind, statement, many), _page_size(options)))
    if size > 1:
        return _in_batches(connection, statement, many, size, options)
    return _one_by_one(connection, statement, compiled, many)


def _page_size(options: Mapping[str, Any]) -> float:
    size: float | None = options.get("insertmanyvalues_page_size")
    return inf if size is None else size


def _rows_at_once(engine: Engine, statement: Any, many: Sequence[Given]) -> int:
    """How many rows one INSERT … VALUES … RETURNING may carry; 1 where each needs its own."""
    capabilities, parts = engine.capabilities, statement.parts
    if not statement.is_insert or capabilities is None or not capabilities.dml.multi_values:
        return 1
    if parts.assignments or parts.rows is not None or parts.query is not None:
        return 1
    if not many[0] and not engine.dialect.target.supports_default_keyword:
        return 1
    return rows_per_statement(capabilities, len(parts.table.c))


def _in_batches(
    connection: Connection,
    statement: Any,
    many: Sequence[Given],
    size: int,
    options: Mapping[str, Any],
) -> tuple[list[Any], int]:
    """Many rows in few statements; what comes back is in no order, as no database promises one."""
    table = statement.parts.table
    columns = [(table.c[name], name) for name in many[0]]
    rows: list[Any] = []
    count = 0
    for start in range(0, len(many), size):
        chunk = [
            {column: given[name] for column, name in columns}
            for given in many[start : start + size]
        ]
        several = statement.with_rows(chunk)
        compiled = compile_cached(connection.bind, several, (), options)
        given = defaults_for(connection, compiled, several, {}) if compiled.prefetch else None
        rows, count = _perform(connection, several, compiled, given, rows, count)
    return rows, count


def _one_by_one(
    connection: Connection, statement: Any, compiled: Compiled, many: Sequence[Given]
) -> tuple[list[Any], int]:
    call = connection.engine.dialect.each_call
    if connection.autocommit:
        call = None  # of executions sent together, a failed one may take back those before it
    if call is not None and not any(s.inline or s.expanding for s in compiled.parameter_slots):
        return _each(connection, statement, compiled, many, call)
    rows: list[Any] = []
    count = 0
    for given in many:
        rows, count = _perform(connection, statement, compiled, given, rows, count)
    return rows, count


def _each(
    connection: Connection, statement: Any, compiled: Compiled, many: Sequence[Given], call: str
) -> tuple[list[Any], int]:
    """A statement for each set, in few round trips: what comes back belongs to the set that it was
    sent with.
    """
    text, sets = compiled.many(statement.binds, many)
    hidden: Any = compiled.sensitive_positions
    if hidden and isinstance(sets[0], dict):
        hidden = frozenset([slot.name for slot in compiled.parameter_slots if slot.sensitive])
    rows: list[Any] = []
    for start in range(0, len(sets), _EACH):
        chunk = sets[start : start + _EACH]
        write = compiled.is_write
        request = Native(connection.bind, call, text, chunk, write=write, sensitive=hidden or None)
        rows += connection.perform(request).rows
    return rows, len(rows)


def _perform(
    connection: Connection,
    statement: Any,
    compiled: Compiled,
    given: Given | None,
    rows: list[Any],
    count: int,
) -> tuple[list[Any], int]:
    text, values = compiled.parameters(statement.binds, given)
    request = Execute(connection.bind, text, values, write=compiled.is_write, compiled=compiled)
    reply = connection.perform(request)
    return rows + reply.rows, count + max(reply.rowcount, len(reply.rows))


def _refuse_missing(compiled: Compiled, many: Sequence[Given]) -> None:
    """The first set says which values there are; the others need the same."""
    first = many[0].keys()
    for place, given in enumerate(many):
        if given.keys() >= first:
            continue
        missing = sorted(first - given.keys())
        raise StatementError(
            f"A value is required for bind parameter {missing[0]!r}, in parameter group {place}; "
            "every set needs the names that the first one has",
            compiled.text,
        )


# --- more rows than one statement can carry ------------------------------------------------------


def blocks_of(connection: Connection, statement: Any) -> Sequence[Any]:
    """The INSERTs that together are one of too many rows; just it, when it fits."""
    capabilities, block = connection.engine.capabilities, statement.parts.rows
    if block is None or capabilities is None:
        return (statement,)
    limit = capabilities.limits.parameters
    if len(statement.binds) <= limit:
        return (statement,)
    if not block.plain or len(statement.binds) != len(block.binds) or connection.autocommit:
        raise InvalidRequestError(
            f"{len(statement.binds)} values in one INSERT, and {connection.engine.dialect.name} "
            f"takes {limit}; execute insert() with a list of dicts, in a transaction"
        )
    width = max(1, len(statement.table.c))
    blocks: Sequence[Any] = statement.in_blocks(max(1, limit // width))
    return blocks


def execute_blocks(
    connection: Connection, blocks: Sequence[Any], given: Given | None, options: Mapping[str, Any]
) -> CursorResult[Any]:
    """Several INSERTs that were one; one result."""
    engine, rows, count = connection.bind, list[Any](), 0
    for block in blocks:
        compiled = compile_cached(engine, block, (), options)
        values = defaults_for(connection, compiled, block, given or {})
        rows, count = _perform(connection, block, compiled, values, rows, count)
    written = Written(blocks[0], compiled, [given or {}], many=False, count=count)
    if not compiled.returns_rows:
        return CursorResult(shape_of(()), (), count, returns_rows=False, written=written)
    shape = shape_of(compiled.columns)
    converted = rows if shape.converter is None else shape.converter(rows)
    return CursorResult(shape, converted, count, written=written)
