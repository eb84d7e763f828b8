"""Key strategy "scope_identity": where OUTPUT is not wanted.

In: KeyNeed with TableFacts; batches. Out: Steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.dialect import (
    Execute,
    InsertBatch,
    InsertResult,
    InsertShape,
    KeyNeed,
    KeyStrategy,
    Refusal,
    Row,
    Steps,
    Suits,
    fetch_steps,
)
from accord.dialect.texts import quoted
from accord.exc import FlushError
from accord_mssql.catalog import TableFacts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.dialect import AnyColumn


class ScopeIdentity(KeyStrategy):
    """One INSERT and `SELECT SCOPE_IDENTITY()` in one batch: the key of the last identity column
    written by this batch itself, not by its triggers.
    """

    name = "scope_identity"

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        """Suits counting integer keys of tables that no INSTEAD OF trigger writes."""
        facts = need.facts
        if need.key is None:
            return Refusal("nothing has to come back")
        if not need.autoincrement:
            return Refusal(f"{need.key.name!r} is not a counting integer key")
        if isinstance(facts, TableFacts) and facts.instead_of_insert:
            return Refusal("an INSTEAD OF trigger inserts the rows, in a scope of its own")
        return Suits(cls(), "one row a batch, its key from SCOPE_IDENTITY()")

    def insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        """Insert row by row, then fetch."""
        key = batch.key
        assert key is not None  # `suits` has seen to it
        statement = InsertShape(batch.bind, batch.table, batch.columns, batch.expressions)
        text, sensitive = statement.prepared()
        text += f"; SELECT CAST(SCOPE_IDENTITY() AS BIGINT) AS {quoted(batch.bind, 'accord_key')}"
        keys: list[object] = []
        for row in statement.rows(batch.rows):
            reply = yield Execute(batch.bind, text, row, write=True, sensitive=sensitive)
            value = reply.rows[0][0] if reply.rows else None
            if value is None:
                raise FlushError(
                    f"{batch.table.name}.{key.name} is no IDENTITY in the database; give the "
                    "objects their keys"
                )
            keys.append(value)
        fetched = yield from _fetched(batch, key, keys)
        return InsertResult(keys, fetched)


def _fetched(batch: InsertBatch, key: AnyColumn, keys: Sequence[object]) -> Steps[list[Row] | None]:
    if not batch.fetch:
        return None
    rows: list[Row] = [(value,) for value in keys]
    return (yield from fetch_steps(batch.bind, batch.table, (key,), batch.fetch, rows))
