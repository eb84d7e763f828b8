"""Key strategy "client": rows that bring their keys go in as arrays.

What the server made of them comes back by the key each row is returned with. In: batches. Out:
Steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.dialect import ClientKey, InsertBatch, Row, Steps

from .bulk import ArrayInsert

if TYPE_CHECKING:
    from accord.dialect import AnyColumn


class PostgreSQLClientKey(ClientKey):
    """The rows bring their keys."""

    def echo_steps(self, batch: InsertBatch, returning: tuple[AnyColumn, ...]) -> Steps[list[Row]]:
        """INSERT … SELECT FROM unnest() … RETURNING, where all columns can be arrays."""
        if len(batch.rows) > 1:
            insert = ArrayInsert(
                batch.bind, batch.table, batch.columns, batch.expressions, returning
            )
            if insert.usable:
                return (yield from insert.steps(batch.rows))
        return (yield from super().echo_steps(batch, returning))
