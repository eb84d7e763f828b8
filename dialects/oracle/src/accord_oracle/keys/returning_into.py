"""Key strategy "returning into": array DML whose out binds hold the key of each row.

In: KeyNeed, batches. Out: Steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from accord.dialect import InsertBatch, InsertResult, KeyNeed, KeyStrategy, Refusal, Steps, Suits
from accord.exc import FlushError
from accord_oracle.keys.array import returning_steps

if TYPE_CHECKING:
    from accord.dialect import Expression
    from accord.schema import Sequence


class ReturningInto(KeyStrategy):
    """One array statement; the key of each row in its own out bind.

    `sequence`: the column's Sequence, drawn from inside the INSERT.
    """

    name = "returning into"

    def __init__(self, sequence: Sequence | None = None) -> None:
        self.sequence = sequence

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        """Suits every key the database makes: identity, sequence, expression, trigger."""
        if need.key is None:
            return Refusal("nothing has to come back")
        if need.sequence is not None:
            why = f"nextval of {need.sequence.name!r} in the INSERT, the key in an out bind"
            return Suits(cls(need.sequence), why)
        return Suits(cls(), "one array statement, the key of each row in its own out bind")

    def insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        """Insert all rows; keys and fetched values as each row returned them."""
        key = batch.key
        expressions = batch.expressions
        if key is None:
            return InsertResult(fetched=(yield from returning_steps(batch, expressions, ())))
        if self.sequence is not None and all(column is not key for column, _ in expressions):
            drawn = cast("Expression", self.sequence.next_value())
            expressions = ((key, drawn), *expressions)
        found = yield from returning_steps(batch, expressions, (key, *batch.fetch))
        keys = [row[0] for row in found]
        if None in keys:
            raise FlushError(
                f"The database made no value for {batch.table.name}.{key.name}; give the objects "
                "their keys, or declare the column so that the database counts: "
                "Column(Integer, Sequence('name'), primary_key=True), or Identity()"
            )
        return InsertResult(keys, [row[1:] for row in found] if batch.fetch else None)
