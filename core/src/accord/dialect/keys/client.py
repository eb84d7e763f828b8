"""Key strategy "client": every key value is in the rows (Python default, UUID, natural key, given
by the user).

Nothing has to be correlated unless server-made values are to be fetched: then by the key the
statement gives back (key echo), where the database's RETURNING is final, else by one SELECT per
batch.
"""

from __future__ import annotations

from accord.dialect.batch import InsertBatch, InsertResult
from accord.dialect.inserts import (
    InsertShape,
    check_inserted,
    rows_per_statement,
)
from accord.dialect.keys.base import KeyNeed, KeyStrategy, Refusal, Suits
from accord.dialect.lookups import fetch_steps, match_rows
from accord.dialect.steps import AnyColumn, Row, Steps, capabilities_of
from accord.exc import InvalidRequestError

__all__ = ["ClientKey"]


class ClientKey(KeyStrategy):
    """The rows bring their keys."""

    name = "client"

    def __init__(self, echo: bool) -> None:
        self.echo = echo

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        """Suits when no key column has to be made by the database."""
        if need.key is not None:
            return Refusal(f"the value of {need.key.name!r} is made by the database")
        dml, keys = need.capabilities.dml, need.capabilities.keys
        echo = bool(dml.returning_insert and dml.returning_final and keys.key_echo)
        return Suits(cls(echo), "the rows bring their keys")

    def insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        """Insert; then fetch what is to be fetched, matched by key value."""
        if not batch.fetch:
            yield from batch.bind.dialect.insert_rows_steps(
                batch.bind, batch.table, batch.columns, batch.rows, batch.expressions
            )
            return InsertResult()
        key_columns = tuple(batch.table.primary_key)
        places = [column.cache_key for column in batch.columns]
        if not key_columns or any(column.cache_key not in places for column in key_columns):
            raise InvalidRequestError(
                f"Values of {batch.table.name!r} are to be fetched after INSERT, and not every "
                "primary key column "
                "is among the columns given"
            )
        indexes = [places.index(column.cache_key) for column in key_columns]
        keys: list[Row] = [tuple([row[index] for index in indexes]) for row in batch.rows]
        if self.echo:
            return (yield from self._with_echo(batch, keys))
        yield from batch.bind.dialect.insert_rows_steps(
            batch.bind, batch.table, batch.columns, batch.rows, batch.expressions
        )
        fetched = yield from fetch_steps(batch.bind, batch.table, key_columns, batch.fetch, keys)
        return InsertResult(fetched=fetched)

    def _with_echo(self, batch: InsertBatch, keys: list[Row]) -> Steps[InsertResult]:
        key_columns = tuple(batch.table.primary_key)
        returned = yield from self.echo_steps(batch, (*key_columns, *batch.fetch))
        return InsertResult(
            fetched=match_rows(batch.bind, batch.table, key_columns, returned, keys)
        )

    def echo_steps(self, batch: InsertBatch, returning: tuple[AnyColumn, ...]) -> Steps[list[Row]]:
        """Insert and bring `returning` back for every row, in any order. The place for a form of
        INSERT that only this database has.
        """
        statement = InsertShape(
            batch.bind, batch.table, batch.columns, batch.expressions, returning
        )
        capabilities = yield from capabilities_of(batch.bind)
        size = rows_per_statement(capabilities, statement.width())
        returned: list[Row] = []
        for start in range(0, len(batch.rows), size):
            chunk = batch.rows[start : start + size]
            reply = yield statement.execute(chunk)
            check_inserted(batch.table, reply, len(reply.rows))
            returned += reply.rows
        return returned
