"""Oracle's key strategy: array DML with RETURNING … INTO, exact for each row sent.

The driver executes one statement for all rows in one round trip, and out binds hold what each
execution returned: nothing has to be matched, no order is relied on. In: KeyNeed, batches. Out:
Steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from accord.dialect import (
    Bind,
    InsertBatch,
    InsertResult,
    InsertShape,
    KeyNeed,
    KeyStrategy,
    Native,
    Refusal,
    Row,
    Steps,
    Suits,
)
from accord.dialect.keys import ClientKey, SequenceKeys
from accord.exc import FlushError

from .answers import ROWS
from .outbinds import returned

if TYPE_CHECKING:
    from collections.abc import Sequence as Many

    from accord.dialect import AnyColumn, Expression
    from accord.schema import Sequence, Table

    Expressions = tuple[tuple[AnyColumn, Expression], ...]


class OracleClientKey(ClientKey):
    """The rows bring their keys; values the server makes come back in out binds."""

    def insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        """Insert; one round trip also when values are to be fetched."""
        if not batch.fetch:
            return (yield from super().insert_steps(batch))
        found = yield from returning_steps(batch, batch.expressions, batch.fetch)
        return InsertResult(fetched=found)


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


class AllocatedKeys(SequenceKeys):
    """``Sequence(allocate=n)``: one number drawn for n keys, which go in with the rows."""

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        """Suits only those that ask for it: otherwise nextval in the INSERT costs nothing."""
        if need.sequence is not None and need.sequence.allocate is None:
            return Refusal("the sequence does not allocate= blocks: nextval in the INSERT")
        return super().suits(need)

    @classmethod
    def single(cls, need: KeyNeed) -> KeyStrategy | None:
        """The same without a block."""
        return ReturningInto(need.sequence)


def returning_steps(
    batch: InsertBatch, expressions: Expressions, columns: tuple[AnyColumn, ...]
) -> Steps[list[Row]]:
    """Insert the rows of a batch; the values of `columns` for each of them, in their order."""
    bind, table = batch.bind, batch.table
    shape = InsertShape(bind, table, batch.columns, expressions)
    text, sensitive = shape.prepared()
    clause, outs = returned(bind, columns)
    rows = shape.rows(batch.rows)
    found: list[Row] = []
    for start in range(0, len(rows), ROWS):
        chunk = rows[start : start + ROWS]
        request = Native(
            bind, "returning", text + clause, chunk, arguments=outs, sensitive=sensitive
        )
        reply = yield request
        found += one_each(table, reply.rows, len(chunk))
    return found


def one_each(table: Table, rows: Many[Row], count: int) -> list[Row]:
    """The values returned for each of `count` rows sent, when every one returned exactly one."""
    places = [row[0] for row in rows]
    if places != list(range(count)):
        raise FlushError(
            f"INSERT into {table.name!r} of {count} rows returned {len(rows)}: a trigger or view "
            "changed what was inserted, and rows cannot be matched with objects"
        )
    return [row[1:] for row in rows]


def sequence_values(bind: Bind, name: str, count: int) -> Steps[list[int]]:
    """`count` values of a sequence in one query."""
    from accord.dialect import Execute

    text = f"SELECT {name}.nextval FROM dual CONNECT BY LEVEL <= :1"
    reply = yield Execute(bind, text, (count,), write=True)
    values = [cast("int", row[0]) for row in reply.rows]
    if len(values) != count:
        raise FlushError(f"{len(values)} values of sequence {name} came back for {count}")
    return values
