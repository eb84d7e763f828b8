"""Key strategy "lastrowid": one INSERT per row, its key from the driver's `cursor.lastrowid`.

For databases without RETURNING. Values to fetch come by one SELECT per batch afterwards, matched
by key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.dialect.batch import InsertBatch, InsertResult
from accord.dialect.inserts import InsertShape, check_inserted
from accord.dialect.keys.base import KeyNeed, KeyStrategy, Refusal, Suits
from accord.dialect.lookups import fetch_steps
from accord.exc import FlushError

if TYPE_CHECKING:
    from accord.dialect.steps import Steps


class LastRowId(KeyStrategy):
    """One row, one statement, its key asked of the driver."""

    name = "lastrowid"
    counts = True

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        """Suits counting integer keys, where the driver knows the last one."""
        support = need.capabilities.keys.lastrowid
        if need.key is None:
            return Refusal("nothing has to come back")
        if not need.autoincrement:
            return Refusal(f"{need.key.name!r} is not a counting integer key")
        if not support:
            return Refusal(f"no lastrowid: {support.reason}")
        return Suits(cls(), "one row a statement, its key from the driver")

    def insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        """Insert row by row, then fetch."""
        statement = InsertShape(batch.bind, batch.table, batch.columns, batch.expressions)
        keys: list[object] = []
        for row in batch.rows:
            reply = yield statement.execute([row])
            check_inserted(batch.table, reply, 1)
            if not reply.lastrowid:
                raise FlushError(
                    f"The driver reported no key for a row of {batch.table.name!r}; give the "
                    "objects their keys"
                )
            keys.append(reply.lastrowid)
        if not batch.fetch or batch.key is None:
            return InsertResult(keys)
        fetched = yield from fetch_steps(
            batch.bind, batch.table, (batch.key,), batch.fetch, [(value,) for value in keys]
        )
        return InsertResult(keys, fetched)
