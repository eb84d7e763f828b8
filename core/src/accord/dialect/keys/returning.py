"""Key strategy "returning": INSERT … RETURNING, one row a statement.

The row that comes back is the row that was sent, because there is only one. Databases that allow
more (ordinal-sorted inserts, OUTPUT with a position) have strategies of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.dialect.batch import InsertBatch, InsertResult
from accord.dialect.inserts import InsertShape
from accord.dialect.keys.base import KeyNeed, KeyStrategy, Refusal, Suits
from accord.dialect.lookups import fetch_steps
from accord.exc import FlushError

if TYPE_CHECKING:
    from accord.dialect.steps import Row, Steps


class Returning(KeyStrategy):
    """One row, one statement, its key returned.

    `reselect`: the table has triggers whose effect RETURNING does not show; the rows are read
    again by their keys, and a key that is not there any more is an error.
    """

    name = "returning"

    def __init__(self, reselect: bool = False) -> None:
        self.reselect = reselect

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        """Suits wherever INSERT can return columns."""
        if need.key is None:
            return Refusal("nothing has to come back")
        support = need.capabilities.dml.returning_insert
        if not support:
            return Refusal(f"no INSERT … RETURNING: {support.reason}")
        return Suits(cls(), "one row a statement, its key returned")

    def insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        """Insert row by row; read again afterwards where triggers may have had the last word."""
        key = batch.key
        returning = (() if key is None else (key,)) + (() if self.reselect else batch.fetch)
        statement = InsertShape(
            batch.bind, batch.table, batch.columns, batch.expressions, returning
        )
        returned = yield from self.send_steps(statement, batch.rows)
        return (yield from self._result(batch, returned))

    def send_steps(self, statement: InsertShape, rows: list[Row]) -> Steps[list[Row]]:
        """The row each of `rows` returns, in their order. The place for a driver that sends many
        one-row statements at once and keeps their results apart.
        """
        returned: list[Row] = []
        for row in rows:
            reply = yield statement.execute([row])
            if len(reply.rows) != 1:
                raise FlushError(
                    f"INSERT of one row into {statement.table.name!r} returned "
                    f"{len(reply.rows)} rows"
                )
            returned.append(reply.rows[0])
        return returned

    def _result(self, batch: InsertBatch, returned: list[Row]) -> Steps[InsertResult]:
        key = batch.key
        if key is None:
            return InsertResult(fetched=returned if batch.fetch else None)
        keys = [row[0] for row in returned]
        if None in keys:
            raise FlushError(
                f"The database made no value for {batch.table.name}.{key.name}; give the objects "
                "their keys, or declare the column so that the database counts (SQLite: INTEGER "
                "PRIMARY KEY)"
            )
        if self.reselect:
            found = yield from fetch_steps(
                batch.bind, batch.table, (key,), batch.fetch, [(value,) for value in keys]
            )
            return InsertResult(keys, found if batch.fetch else None)
        return InsertResult(keys, [row[1:] for row in returned] if batch.fetch else None)
