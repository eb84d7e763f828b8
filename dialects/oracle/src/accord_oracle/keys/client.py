"""Key strategy "client" on Oracle: values the server makes come back with the INSERT.

In: batches. Out: Steps.
"""

from __future__ import annotations

from accord.dialect import InsertBatch, InsertResult, Steps
from accord.dialect.keys import ClientKey
from accord_oracle.keys.array import returning_steps


class OracleClientKey(ClientKey):
    """The rows bring their keys; values the server makes come back in out binds."""

    def insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        """Insert; one round trip also when values are to be fetched."""
        if not batch.fetch:
            return (yield from super().insert_steps(batch))
        found = yield from returning_steps(batch, batch.expressions, batch.fetch)
        return InsertResult(fetched=found)
