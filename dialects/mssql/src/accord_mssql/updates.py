"""UPDATE of many rows, each to its own values: ``UPDATE … FROM (VALUES …)``, new values by OUTPUT.

On a table with triggers, OUTPUT may not return rows: then one SELECT brings the values. In:
UpdateBatch. Out: Steps that end with the matched count.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from accord.dialect import (
    Execute,
    Row,
    Steps,
    UpdateBatch,
    UpdateResult,
    capabilities_of,
    fetch_steps,
    keys_condition,
    match_rows,
    rows_per_statement,
)
from accord.dialect.lookups import keys_per_statement
from accord.dialect.statements import identity_after
from accord.dialect.texts import (
    column_name,
    column_names,
    constant_columns,
    fetched_columns,
    fragments,
    kept,
    marks_for,
    shape,
    table_name,
)
from accord.exc import DBAPIError

from .catalog import facts_steps
from .errors import number_of
from .keys import OUTPUT_REFUSED, SOURCE
from .typedrows import typed_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from accord.dialect import AnyColumn, Capabilities
    from accord.dialect.texts import Assigned


def update_steps(batch: UpdateBatch) -> Steps[UpdateResult]:
    """Update a batch and bring back what is to be fetched."""
    capabilities = yield from capabilities_of(batch.bind)
    output = False
    if batch.fetch:
        facts = yield from facts_steps(batch.bind, batch.table)
        output = not facts.triggers
    try:
        return (yield from _update_steps(batch, capabilities, output))
    except DBAPIError as error:
        if not output or number_of(error.orig or error) != OUTPUT_REFUSED:
            raise
    yield from facts_steps(batch.bind, batch.table, fresh=True)
    return (yield from _update_steps(batch, capabilities, False))


def _update_steps(
    batch: UpdateBatch, capabilities: Capabilities, output: bool
) -> Steps[UpdateResult]:
    writing = _Writing(batch, capabilities, output)
    returned: list[Row] = []
    matched = 0
    for request in writing.requests():
        reply = yield request
        matched += len(reply.rows) if output else reply.rowcount
        returned += reply.rows
    if not batch.fetch or matched != len(batch.rows):
        return UpdateResult(matched)
    identity, keys = identity_after(batch)
    if output:
        return UpdateResult(matched, match_rows(batch.bind, batch.table, identity, returned, keys))
    fetched = yield from fetch_steps(batch.bind, batch.table, identity, batch.fetch, keys)
    return UpdateResult(matched, fetched)


class _Writing:
    """The texts of one batch, and its requests."""

    def __init__(self, batch: UpdateBatch, capabilities: Capabilities, output: bool) -> None:
        self.batch = batch
        self.capabilities = capabilities
        self.assigned: Assigned = (
            fragments(batch.bind, batch.expressions) if batch.expressions else ()
        )
        self.constants: Row = tuple(chain.from_iterable([f.values for _, f in self.assigned]))
        self.returning: tuple[AnyColumn, ...] = ()
        if output:
            self.returning = (*identity_after(batch)[0], *batch.fetch)
        self.returned = fetched_columns(batch.bind, self.returning, "inserted.")

    def requests(self) -> list[Execute]:
        """As many rows a statement as fit."""
        batch, fixed = self.batch, len(self.constants)
        if batch.set_columns:
            width = len(batch.set_columns) + len(batch.key_columns)
            size = rows_per_statement(self.capabilities, width, fixed)
            build: Callable[[int], str] = self._values_text
        else:
            size = keys_per_statement(self.capabilities, len(batch.key_columns), fixed)
            build = self._keys_text
        return [
            self._execute(batch.rows[start : start + size], build)
            for start in range(0, len(batch.rows), size)
        ]

    def _execute(self, chunk: list[Row], build: Callable[[int], str]) -> Execute:
        batch, count = self.batch, len(chunk)
        if count == 1 and batch.set_columns:
            build = self._one_text
        key = (
            "mssql update",
            batch.table.cache_key,
            shape(batch.set_columns),
            shape(batch.key_columns),
            tuple([(column.cache_key, fragment.text) for column, fragment in self.assigned]),
            shape(self.returning),
            count,
        )
        columns = [*batch.set_columns, *batch.key_columns] * count
        text, sensitive = kept(
            batch.bind,
            key,
            lambda: (
                build(count),
                [*constant_columns(self.assigned), *self.returned.columns, *columns],
            ),
        )
        parameters = (*self.constants, *self.returned.values, *chain.from_iterable(chunk))
        return Execute(batch.bind, text, parameters, write=True, sensitive=sensitive)

    def _head(self, sets: list[str]) -> str:
        bind = self.batch.bind
        assigned = [f"{column_name(bind, column)} = {part.text}" for column, part in self.assigned]
        text = f"UPDATE {table_name(bind, self.batch.table)} SET {', '.join([*assigned, *sets])}"
        if not self.returning:
            return text
        return f"{text} OUTPUT {', '.join(self.returned.texts)}"

    def _one_text(self, count: int) -> str:
        batch, bind = self.batch, self.batch.bind
        marks = marks_for(bind, (*batch.set_columns, *batch.key_columns))
        sets = [f"{name} = {marks.next()}" for name in column_names(bind, batch.set_columns)]
        where = [f"{name} = {marks.next()}" for name in column_names(bind, batch.key_columns)]
        return f"{self._head(sets)} WHERE {' AND '.join(where)}"

    def _values_text(self, count: int) -> str:
        batch, bind = self.batch, self.batch.bind
        columns = (*batch.set_columns, *batch.key_columns)
        sources = [f"{SOURCE}.c{i}" for i in range(1, len(columns) + 1)]
        names = column_names(bind, columns)
        split = len(batch.set_columns)
        sets = [f"{n} = {s}" for n, s in zip(names[:split], sources[:split], strict=True)]
        own = table_name(bind, batch.table)
        where = [f"{own}.{n} = {s}" for n, s in zip(names[split:], sources[split:], strict=True)]
        listed = ", ".join([f"c{i}" for i in range(1, len(columns) + 1)])
        rows = typed_rows(bind, columns, count)
        return (
            f"{self._head(sets)} FROM {own}, (VALUES {rows}) AS {SOURCE} ({listed}) "
            f"WHERE {' AND '.join(where)}"
        )

    def _keys_text(self, count: int) -> str:
        batch, bind = self.batch, self.batch.bind
        marks = marks_for(bind, batch.key_columns)
        names = column_names(bind, batch.key_columns)
        condition = keys_condition(names, count, marks, self.capabilities)
        return f"{self._head([])} WHERE {condition}"
