"""UPDATE and DELETE of many rows, each known by its key, in one statement a chunk.

``UPDATE t SET c = v.c FROM unnest(…) AS v WHERE t.id = v.id RETURNING …`` and ``DELETE FROM t WHERE
id = ANY (…)``. Rows that come back are matched by key value. In: UpdateBatch, DeleteBatch. Out:
Steps that end with the matched count.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from accord.dialect import (
    DeleteBatch,
    Execute,
    Row,
    Steps,
    UpdateBatch,
    UpdateResult,
    column_name,
    column_names,
    kept,
    match_rows,
    quoted,
    shape,
    table_name,
)
from accord.dialect.statements import identity_after
from accord.dialect.texts import constant_columns, fetched_columns, fragments

from .bulk import CHUNK, ArrayColumns, array_columns

if TYPE_CHECKING:
    from accord.dialect import AnyColumn
    from accord.dialect.texts import Assigned, KeptText


def update_steps(batch: UpdateBatch, arrays: ArrayColumns) -> Steps[UpdateResult]:
    """Update a batch whose columns all can be arrays."""
    update = _Update(batch, arrays)
    text, sensitive = update.prepared()
    returned: list[Row] = []
    matched = 0
    for start in range(0, len(batch.rows), CHUNK):
        chunk = batch.rows[start : start + CHUNK]
        parameters = (*update.constants, *arrays.parameters(chunk), *update.returned.values)
        reply = yield Execute(batch.bind, text, parameters, write=True, sensitive=sensitive)
        matched += len(reply.rows) if batch.fetch else reply.rowcount
        returned += reply.rows
    if not batch.fetch or matched != len(batch.rows):
        return UpdateResult(matched)
    identity, keys = identity_after(batch)
    return UpdateResult(matched, match_rows(batch.bind, batch.table, identity, returned, keys))


class _Update:
    """The text of one update batch."""

    def __init__(self, batch: UpdateBatch, arrays: ArrayColumns) -> None:
        bind = batch.bind
        self.batch = batch
        self.arrays = arrays
        self.assigned: Assigned = fragments(bind, batch.expressions) if batch.expressions else ()
        self.constants: Row = tuple(chain.from_iterable([f.values for _, f in self.assigned]))
        self.returning: tuple[AnyColumn, ...] = ()
        if batch.fetch:
            self.returning = (*identity_after(batch)[0], *batch.fetch)
        self.returned = fetched_columns(bind, self.returning, f"{quoted(bind, batch.table.name)}.")

    def prepared(self) -> KeptText:
        batch = self.batch
        key = (
            "pg update", batch.table.cache_key, shape(batch.set_columns), shape(batch.key_columns),
            tuple([(column.cache_key, f.text) for column, f in self.assigned]),
            shape(self.returning),
        )  # fmt: skip
        columns = [*constant_columns(self.assigned), *batch.set_columns, *batch.key_columns]
        return kept(batch.bind, key, lambda: (self._text(), columns))

    def _text(self) -> str:
        batch, bind = self.batch, self.batch.bind
        own = quoted(bind, batch.table.name)
        sets = [f"{column_name(bind, column)} = {f.text}" for column, f in self.assigned]
        names = column_names(bind, batch.set_columns)
        values = self.arrays.values
        sets += [f"{name} = {value}" for name, value in zip(names, values, strict=False)]
        key_values = values[len(names) :]
        where = [
            f"{own}.{name} = {value}"
            for name, value in zip(column_names(bind, batch.key_columns), key_values, strict=True)
        ]
        text = (
            f"UPDATE {table_name(bind, batch.table)} SET {', '.join(sets)} "
            f"FROM {self.arrays.source} WHERE {' AND '.join(where)}"
        )
        if not self.returning:
            return text
        return f"{text} RETURNING {', '.join(self.returned.texts)}"


def delete_steps(batch: DeleteBatch, arrays: ArrayColumns) -> Steps[int]:
    """Delete a batch whose key columns all can be arrays; the number of rows there were."""
    columns = batch.key_columns
    text, sensitive = kept(
        batch.bind,
        ("pg delete", batch.table.cache_key, shape(columns)),
        lambda: (_delete_text(batch, arrays), columns),
    )
    deleted = 0
    for start in range(0, len(batch.rows), CHUNK):
        parameters = arrays.parameters(batch.rows[start : start + CHUNK])
        reply = yield Execute(batch.bind, text, parameters, write=True, sensitive=sensitive)
        deleted += reply.rowcount
    return deleted


def _delete_text(batch: DeleteBatch, arrays: ArrayColumns) -> str:
    bind = batch.bind
    names = column_names(bind, batch.key_columns)
    table = table_name(bind, batch.table)
    if len(names) == 1 and arrays.values == arrays.names:
        return f"DELETE FROM {table} WHERE {names[0]} = ANY ({arrays.marks[0]})"
    own = quoted(bind, batch.table.name)
    where = [f"{own}.{name} = {value}" for name, value in zip(names, arrays.values, strict=True)]
    return f"DELETE FROM {table} USING {arrays.source} WHERE {' AND '.join(where)}"


def update_arrays(batch: UpdateBatch) -> ArrayColumns | None:
    """The batch's columns as arrays; None where one row, or an unknown type, wants another form."""
    if len(batch.rows) < 2:
        return None
    arrays = array_columns(batch.bind, (*batch.set_columns, *batch.key_columns))
    return arrays if arrays.usable else None


def delete_arrays(batch: DeleteBatch) -> ArrayColumns | None:
    """The same for a DELETE."""
    if len(batch.rows) < 2:
        return None
    arrays = array_columns(batch.bind, batch.key_columns)
    return arrays if arrays.usable else None
