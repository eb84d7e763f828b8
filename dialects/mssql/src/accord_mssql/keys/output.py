"""Key strategy "output": OUTPUT, by MERGE with a position column where several rows go in at once.

In: KeyNeed with TableFacts; batches. Out: Steps.
"""

from __future__ import annotations

from accord.dialect import (
    InsertBatch,
    InsertResult,
    KeyNeed,
    KeyStrategy,
    PlanOutdated,
    Refusal,
    Row,
    Steps,
    Suits,
    capabilities_of,
    fetch_steps,
    rows_per_statement,
)
from accord.exc import DBAPIError, FlushError
from accord_mssql.catalog import TableFacts
from accord_mssql.errors import number_of
from accord_mssql.identity import giving_identity_steps
from accord_mssql.keys.writing import Writing

OUTPUT_REFUSED = 334
"""The table has triggers by now, and OUTPUT needs INTO."""


class OutputKeys(KeyStrategy):
    """INSERT … OUTPUT for one row, MERGE … OUTPUT with positions for more.

    `into`: through a table variable, because the table has triggers; what is fetched is then read
    again after they ran. `row_by_row`: never MERGE. `identity`: the column the server counts, which
    an SQL expression may be given for.
    """

    name = "output"

    def __init__(
        self, into: bool = False, row_by_row: bool = False, identity: str | None = None
    ) -> None:
        self.into = into
        self.row_by_row = row_by_row
        self.identity = identity

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        """Suits every table whose rows the INSERT itself makes."""
        facts = need.facts
        if need.key is None:
            return Refusal("nothing has to come back")
        if not need.table.dialect_option("mssql", "output", True):
            return Refusal("the table says mssql_output=False")
        if isinstance(facts, TableFacts):
            if facts.instead_of_insert:
                return Refusal("an INSTEAD OF trigger inserts the rows, and OUTPUT shows no key")
            if facts.triggers:
                why = "the table has triggers: OUTPUT INTO a table variable, read again afterwards"
                return Suits(cls(True, facts.in_memory, facts.identity), why)
            if facts.in_memory:
                why = "memory-optimized: one row a statement"
                return Suits(cls(False, True, facts.identity), why)
        identity = facts.identity if isinstance(facts, TableFacts) else None
        why = "OUTPUT, several rows by MERGE with a position column"
        return Suits(cls(identity=identity), why)

    def insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        """Insert; keys by position, which comes back with each of them."""
        given = [column.name for column, _ in batch.expressions]
        if self.identity is not None and self.identity in given:
            steps = self._insert_steps(batch)
            return (yield from giving_identity_steps(batch.bind, batch.table, steps))
        return (yield from self._insert_steps(batch))

    def _insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        writing = Writing(batch, into=self.into)
        capabilities = yield from capabilities_of(batch.bind)
        size = 1
        if not self.row_by_row and not writing.draws_numbers:
            size = rows_per_statement(capabilities, writing.width)
        found: list[Row] = []
        for start in range(0, len(batch.rows), size):
            chunk = batch.rows[start : start + size]
            request = writing.one(chunk[0]) if len(chunk) == 1 else writing.many(chunk)
            try:
                reply = yield request
            except DBAPIError as error:
                if start == 0 and number_of(error.orig or error) == OUTPUT_REFUSED:
                    raise PlanOutdated(
                        f"The table {batch.table.name!r} has triggers that it had not before"
                    ) from error
                raise
            found += writing.in_order(reply.rows, len(chunk))
        return (yield from self._result(batch, found))

    def _result(self, batch: InsertBatch, found: list[Row]) -> Steps[InsertResult]:
        key = batch.key
        assert key is not None  # `suits` has seen to it
        keys = [row[0] for row in found]
        if None in keys:
            raise FlushError(
                f"The database made no value for {batch.table.name}.{key.name}; give the objects "
                "their keys, or make the column an IDENTITY"
            )
        if not self.into:
            return InsertResult(keys, [row[1:] for row in found] if batch.fetch else None)
        fetched = yield from fetch_steps(
            batch.bind, batch.table, (key,), batch.fetch, [(value,) for value in keys]
        )
        return InsertResult(keys, fetched if batch.fetch else None)
