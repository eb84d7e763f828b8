"""Key strategy "lastrowid": one row a statement, its AUTO_INCREMENT from the server's answer.

Where triggers run on INSERT, or may run unseen, the rows are looked up again by the keys reported,
before any object gets one. In: KeyNeed with TableFacts; batches. Out: Steps.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from accord.dialect import KeyNeed, LastRowId, Refusal, Suits, fetch_steps
from accord_mysql.catalog import TableFacts

if TYPE_CHECKING:
    from accord.dialect import InsertBatch, InsertResult, Steps


class MySQLLastRowId(LastRowId):
    """`cursor.lastrowid`, verified where something else might decide about keys."""

    def __init__(self, verified: bool = False) -> None:
        self.verified = verified

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        """Suits a column that the server counts."""
        answer = super().suits(need)
        facts = need.facts
        if isinstance(answer, Refusal) or not isinstance(facts, TableFacts):
            return answer
        if facts.kind == "BASE TABLE" and facts.counter is None:
            return Refusal(f"{need.table.name!r} has no AUTO_INCREMENT column in the database")
        if facts.triggers or not facts.triggers_visible:
            return Suits(cls(verified=True), "one row a statement, looked up again: triggers")
        return Suits(cls(), "one row a statement, its key from the server's answer")

    def insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        """Insert row by row, then fetch, or at least look the keys up."""
        if not self.verified or batch.key is None:
            return (yield from super().insert_steps(batch))
        result = yield from super().insert_steps(replace(batch, fetch=()))
        keys = result.keys or ()
        fetched = yield from fetch_steps(
            batch.bind, batch.table, (batch.key,), batch.fetch, [(key,) for key in keys]
        )
        return replace(result, fetched=fetched if batch.fetch else None)
