"""One statement for many sets of parameters: the driver's executemany, or few statements of many
rows where rows come back.

In: a connection, a statement, the sets. Out: one result. Returned rows are in no order unless
`sort_by_parameter_order` asks for one: then each row takes a statement of its own.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from accord.dialect.inserts import rows_per_statement
from accord.dialect.steps import Execute
from accord.engine.compiling import compile_cached
from accord.engine.cursor import CursorResult
from accord.engine.inserted import Written, defaults_for
from accord.engine.perform import CompiledMany
from accord.engine.row import shape_of
from accord.exc import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accord.engine.connection import Connection
    from accord.engine.engine import Engine
    from accord.sql.compiled import Compiled

    Given = Mapping[str, Any]


def execute_many(
    connection: Connection, statement: Any, many: Sequence[Given], options: Mapping[str, Any]
) -> CursorResult[Any]:
    """One statement for many sets of parameters: the driver's executemany, or one by one where rows
    come back.
    """
    engine = connection.bind
    keys = tuple(sorted(many[0])) if statement.is_dml and not statement.is_delete else None
    _refuse_other_keys(many)
    compiled = compile_cached(engine, statement, keys, options)
    if compiled.prefetch:
        many = [defaults_for(connection, compiled, statement, given) for given in many]
    written = Written(statement, compiled, many, many=True)
    if compiled.returns_rows:
        size = int(min(_rows_at_once(engine, statement), _page_size(options)))
        if size > 1:
            return _in_batches(connection, statement, many, size, options)
        return _one_by_one(connection, statement, compiled, many, written)
    text, rows = compiled.many(statement.binds, many)
    reply = connection.perform(CompiledMany(engine, text, rows, compiled.is_write, compiled))
    return CursorResult(shape_of(()), (), reply.rowcount, returns_rows=False, written=written)


def _page_size(options: Mapping[str, Any]) -> float:
    size: float | None = options.get("insertmanyvalues_page_size")
    return inf if size is None else size


def _rows_at_once(engine: Engine, statement: Any) -> int:
    """How many rows one INSERT … VALUES … RETURNING may carry; 1 where each needs its own."""
    capabilities, parts = engine.capabilities, statement.parts
    if not statement.is_insert or capabilities is None or not capabilities.dml.multi_values:
        return 1
    if parts.assignments or parts.rows is not None or parts.query is not None:
        return 1
    if parts.sorted_by_parameters:
        return 1
    return rows_per_statement(capabilities, len(parts.table.c))


def _in_batches(
    connection: Connection,
    statement: Any,
    many: Sequence[Given],
    size: int,
    options: Mapping[str, Any],
) -> CursorResult[Any]:
    """Many rows in few statements; what comes back is in no order, as no database promises one."""
    engine = connection.bind
    table = statement.parts.table
    columns = [(table.c[name], name) for name in many[0]]
    rows: list[Any] = []
    count = 0
    for start in range(0, len(many), size):
        chunk = [
            {column: given[name] for column, name in columns}
            for given in many[start : start + size]
        ]
        several = statement.values(chunk)
        compiled = compile_cached(engine, several, (), options)
        given = defaults_for(connection, compiled, several, {}) if compiled.prefetch else None
        text, values = compiled.parameters(several.binds, given)
        request = Execute(engine, text, values, write=True, compiled=compiled)
        reply = connection.perform(request)
        rows += reply.rows
        count += max(reply.rowcount, len(reply.rows))
    written = Written(statement, compiled, many, many=True)
    shape = shape_of(compiled.columns)
    convert = shape.converter
    return CursorResult(shape, rows if convert is None else convert(rows), count, written=written)


def _one_by_one(
    connection: Connection,
    statement: Any,
    compiled: Compiled,
    many: Sequence[Given],
    written: Written,
) -> CursorResult[Any]:
    if not statement.is_dml:
        raise InvalidRequestError(
            "A statement that returns rows takes one dict of parameters; execute it once for "
            "each, or "
            "use in_() with a list"
        )
    rows: list[Any] = []
    count = 0
    for given in many:
        text, values = compiled.parameters(statement.binds, given)
        request = Execute(connection.bind, text, values, write=compiled.is_write, compiled=compiled)
        reply = connection.perform(request)
        rows += reply.rows
        count += max(reply.rowcount, len(reply.rows))
    shape = shape_of(compiled.columns)
    convert = shape.converter
    return CursorResult(shape, rows if convert is None else convert(rows), count, written=written)


def _refuse_other_keys(many: Sequence[Given]) -> None:
    first = many[0].keys()
    for place, given in enumerate(many):
        if given.keys() < first or (given.keys() != first and not given.keys() >= first):
            missing = sorted(first - given.keys())
            raise InvalidRequestError(
                f"Parameter set {place} lacks {', '.join(map(repr, missing))}, which the first "
                "one has; "
                "every set needs the same names"
            )
