"""UPDATE of many rows: array statements whose counts and returned values are known row by row.

In: UpdateBatch. Out: Steps that end with how many of the rows were found, and with the values to
bring back. DELETE needs nothing of this: its array form is the core's.
"""

from __future__ import annotations

from itertools import chain

from accord.dialect import (
    Native,
    Row,
    Steps,
    UpdateBatch,
    UpdateResult,
    column_name,
    column_names,
    kept,
    shape,
    table_name,
)
from accord.dialect.statements import update_steps as update_by_keys_steps
from accord.dialect.texts import Assigned, KeptText, constant_columns, fragments, marks_for

from .answers import ROWS
from .outbinds import returned


def update_steps(batch: UpdateBatch) -> Steps[UpdateResult]:
    """One array UPDATE for all rows; RETURNING … INTO brings back what is to be fetched."""
    if not batch.set_columns and not batch.fetch:
        return (yield from update_by_keys_steps(batch))
    assigned = fragments(batch.bind, batch.expressions) if batch.expressions else ()
    text, sensitive = _update_text(batch, assigned)
    constants: Row = tuple(chain.from_iterable([fragment.values for _, fragment in assigned]))
    rows = [(*constants, *row) for row in batch.rows] if constants else batch.rows
    if not batch.fetch:
        return UpdateResult((yield from _counted_steps(batch, KeptText(text, sensitive), rows)))
    clause, outs = returned(batch.bind, batch.fetch)
    matched: set[int] = set()
    fetched: list[Row] = []
    for start in range(0, len(rows), ROWS):
        request = Native(
            batch.bind, "returning", text + clause, rows[start : start + ROWS],
            arguments=outs, sensitive=sensitive,
        )  # fmt: skip
        for place, *values in (yield request).rows:
            assert isinstance(place, int), "the driver numbers the rows it sent"
            if start + place not in matched:
                matched.add(start + place)
                fetched.append(tuple(values))
    complete = len(matched) == len(batch.rows)
    return UpdateResult(len(matched), fetched if complete else None)


def _counted_steps(batch: UpdateBatch, prepared: KeptText, rows: list[Row]) -> Steps[int]:
    """How many of the rows sent have found a row: each is counted for itself."""
    found = 0
    text, sensitive = prepared
    for start in range(0, len(rows), ROWS):
        chunk = rows[start : start + ROWS]
        reply = yield Native(batch.bind, "counted", text, chunk, sensitive=sensitive)
        found += sum([row[0] != 0 for row in reply.rows])
    return found


def _update_text(batch: UpdateBatch, assigned: Assigned) -> KeptText:
    bind = batch.bind

    def build() -> tuple[str, list[object]]:
        marks = marks_for(bind, (*batch.set_columns, *batch.key_columns))
        sets = [f"{column_name(bind, column)} = {part.text}" for column, part in assigned]
        sets += [f"{name} = {marks.next()}" for name in column_names(bind, batch.set_columns)]
        where = [f"{name} = {marks.next()}" for name in column_names(bind, batch.key_columns)]
        name = table_name(bind, batch.table)
        text = f"UPDATE {name} SET {', '.join(sets)} WHERE {' AND '.join(where)}"
        return text, [*constant_columns(assigned), *batch.set_columns, *batch.key_columns]

    key = (
        "oracle update",
        batch.table.cache_key,
        shape(batch.set_columns),
        shape(batch.key_columns),
        tuple([(column.cache_key, part.text) for column, part in assigned]),
    )
    return kept(bind, key, build)  # type: ignore[arg-type]  # the columns of the table
