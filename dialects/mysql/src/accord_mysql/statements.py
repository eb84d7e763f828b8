"""Set-based UPDATE: ``UPDATE t JOIN (values) v ON t.id = v.id SET t.c = v.c``, and INSERT in
packets that fit.

The values are a UNION ALL behind an empty SELECT of the table itself: so each column has the type
and the collation of the column it is for. RIGHT JOIN makes the values lead, so that exactly their
rows are looked up and locked; values without a row change nothing. In: batches. Out: Steps.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from accord.dialect import (
    Execute,
    InsertShape,
    UpdateResult,
    capabilities_of,
    check_inserted,
    column_name,
    column_names,
    fetch_steps,
    kept,
    quoted,
    rows_per_statement,
    shape,
    statements as common,
    table_name,
)
from accord.dialect.texts import Assigned, constant_columns, fragments, marks_for
from accord.sqltypes import UserDefinedType

from .casts import stored
from .packets import chunks
from .types import BIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.dialect import AnyColumn, Bind, Expression, Row, Steps, UpdateBatch
    from accord.schema import Table

VALUES = "accord_v"


def update_steps(batch: UpdateBatch, row_word: str) -> Steps[UpdateResult]:
    """Update a batch, as many rows a statement as fit, and select what is to be fetched.

    `row_word` is what stands before a row of VALUES ("ROW" on MySQL).
    """
    columns = (*batch.set_columns, *batch.key_columns)
    if len(batch.rows) < 2 or not batch.set_columns or any(map(_untold, columns)):
        return (yield from common.update_steps(batch))
    capabilities = yield from capabilities_of(batch.bind)
    bind = batch.bind
    assigned = fragments(bind, batch.expressions) if batch.expressions else ()
    constants: Row = tuple(chain.from_iterable([fragment.values for _, fragment in assigned]))
    size = rows_per_statement(capabilities, len(columns), len(constants))
    matched = 0
    for chunk in chunks(bind, columns, batch.rows, size):
        text, sensitive = _prepared(batch, assigned, len(chunk), row_word)
        parameters = (*chain.from_iterable(chunk), *constants)
        reply = yield Execute(bind, text, parameters, write=True, sensitive=sensitive)
        matched += reply.rowcount
    if not batch.fetch or matched != len(batch.rows):
        return UpdateResult(matched)
    identity, keys = common.identity_after(batch)
    fetched = yield from fetch_steps(bind, batch.table, identity, batch.fetch, keys)
    return UpdateResult(matched, fetched)


def _untold(column: AnyColumn) -> bool:
    """Whether a value changes on its way through a UNION: BIT does on MariaDB; of types accord does
    not know nobody can say.
    """
    return isinstance(stored(column.type), BIT | UserDefinedType)


def _prepared(
    batch: UpdateBatch, assigned: Assigned, count: int, row_word: str
) -> tuple[str, frozenset[int] | None]:
    key = (
        "update join",
        batch.table.cache_key,
        shape(batch.set_columns),
        shape(batch.key_columns),
        tuple([(column.cache_key, fragment.text) for column, fragment in assigned]),
        count,
    )
    columns = [*batch.set_columns, *batch.key_columns] * count

    def build() -> tuple[str, list[AnyColumn]]:
        return _text(batch, assigned, count, row_word), [*columns, *constant_columns(assigned)]

    return kept(batch.bind, key, build)


def _text(batch: UpdateBatch, assigned: Assigned, count: int, row_word: str) -> str:
    bind, table = batch.bind, table_name(batch.bind, batch.table)
    sets = column_names(bind, batch.set_columns)
    keys = column_names(bind, batch.key_columns)
    own = quoted(bind, batch.table.name)
    width = len(sets) + len(keys)
    head = ", ".join([f"{name} AS c{place}" for place, name in enumerate((*sets, *keys))])
    marks = marks_for(bind, (*batch.set_columns, *batch.key_columns))
    row = f"{row_word}({', '.join(marks.take(width))})"
    rows = ", ".join([row] * count)
    on = " AND ".join(
        [f"{own}.{name} = {VALUES}.c{place}" for place, name in enumerate(keys, len(sets))]
    )
    assignments = [f"{own}.{name} = {VALUES}.c{place}" for place, name in enumerate(sets)]
    assignments += [
        f"{own}.{column_name(bind, column)} = {fragment.text}" for column, fragment in assigned
    ]
    return (
        f"UPDATE {table} RIGHT JOIN "
        f"(SELECT {head} FROM {table} WHERE 1 = 0 UNION ALL VALUES {rows}) AS {VALUES} "
        f"ON {on} SET {', '.join(assignments)}"
    )


def insert_rows_steps(
    bind: Bind,
    table: Table,
    columns: Sequence[AnyColumn],
    rows: list[Row],
    expressions: Sequence[tuple[AnyColumn, Expression]] = (),
) -> Steps[None]:
    """Insert rows that bring their keys, as many a statement as fit a packet."""
    capabilities = yield from capabilities_of(bind)
    statement = InsertShape(bind, table, columns, expressions)
    width = statement.width()
    size = rows_per_statement(capabilities, width) if width else 1
    for chunk in chunks(bind, columns, rows, size):
        check_inserted(table, (yield statement.execute(chunk)), len(chunk))
