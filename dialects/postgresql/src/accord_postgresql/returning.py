"""Key strategy "returning", many rows at once: one INSERT … RETURNING a row, all in one pipeline.

Each row is a statement of its own, so what it returns belongs to it, whatever triggers, rules or
partitions do; the pipeline saves the round trips. In: batches. Out: Steps.
"""

from __future__ import annotations

from accord.dialect import InsertShape, KeyNeed, Native, Refusal, Returning, Row, Steps, Suits

from .facts import TableFacts
from .native import RETURNING_EACH

CHUNK = 1_000
"""Rows of one pipeline: their results wait in memory."""


class PostgreSQLReturning(Returning):
    """RETURNING; a table with AFTER triggers is read again, for they may change the row once
    more."""

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        """Suits wherever a key has to come back."""
        answer = super().suits(need)
        facts = need.facts
        after = isinstance(facts, TableFacts) and bool(facts.after_triggers)
        if isinstance(answer, Refusal) or not after:
            return answer
        return Suits(
            cls(reselect=True), "one row a statement, values read again after its triggers ran"
        )

    def send_steps(self, statement: InsertShape, rows: list[Row]) -> Steps[list[Row]]:
        """One statement, or one pipeline of them."""
        if len(rows) == 1:
            return (yield from super().send_steps(statement, rows))
        prepared = statement.prepared()
        text, sensitive = prepared
        parameters = statement.rows(rows)
        if prepared.returned:
            parameters = [(*row, *prepared.returned) for row in parameters]
        returned: list[Row] = []
        for start in range(0, len(parameters), CHUNK):
            chunk = parameters[start : start + CHUNK]
            reply = yield Native(statement.bind, RETURNING_EACH, text, chunk, sensitive=sensitive)
            returned += reply.rows
        return returned
