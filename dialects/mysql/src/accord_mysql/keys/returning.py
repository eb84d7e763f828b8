"""Key strategies "returning" of MariaDB: one row a statement, or many with their keys in order.

RETURNING gives rows in no order anybody promises. So for many rows the keys that came back are
sorted: InnoDB numbers the rows of one INSERT in the order of VALUES, one step apart; a count or a
step that is off is an error before any object gets a key. In: KeyNeed with TableFacts; batches.
Out: Steps.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, cast

from accord.dialect import (
    InsertResult,
    InsertShape,
    KeyNeed,
    KeyStrategy,
    Refusal,
    Returning,
    Suits,
    capabilities_of,
    rows_per_statement,
)
from accord.exc import FlushError
from accord_mysql.catalog import TableFacts
from accord_mysql.packets import chunks

from .range import LastRowIdRange, refuse_counting, witness_of

if TYPE_CHECKING:
    from accord.dialect import AnyColumn, InsertBatch, Row, Steps


class MariaDBReturning(Returning):
    """One row, one statement, its key returned, as the table holds it after its triggers."""

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        """Suits tables whose keys the server makes."""
        facts = need.facts
        if isinstance(facts, TableFacts) and need.autoincrement and facts.counter_missing:
            return Refusal(
                f"{need.table.name!r} has no AUTO_INCREMENT column and no default for its key in "
                "the database"
            )
        return super().suits(need)


class ReturningRange(LastRowIdRange):
    """Many rows in one INSERT: keys counted where nothing else has to come back, else returned
    with the values to fetch, and sorted.
    """

    name = "returning range"

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        """Suits plain InnoDB tables whose AUTO_INCREMENT column is the key."""
        if need.key is None:
            return Refusal("nothing has to come back")
        refusal = refuse_counting(need)
        if refusal is not None:
            return refusal
        facts = need.facts
        assert isinstance(facts, TableFacts)  # refuse_counting has seen to it
        why = "many rows a statement, keys counted from the first, or returned and sorted"
        if facts.doubt is not None:
            why += f"; returned with a value that was sent, and compared: {facts.doubt}"
        return Suits(cls(cls.one(need), facts.doubt), why)

    @classmethod
    def one(cls, need: KeyNeed) -> KeyStrategy:
        """What inserts a single row."""
        return MariaDBReturning()

    def insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        """The keys of one statement at a time."""
        if not batch.fetch and self.verified is None:
            return (yield from super().insert_steps(batch))
        witness = None if self.verified is None else witness_of(batch)
        assert batch.key is not None  # a strategy for keys the database makes
        compared: tuple[AnyColumn, ...] = () if witness is None else (batch.columns[witness],)
        returning = (batch.key, *compared, *batch.fetch)
        statement = InsertShape(
            batch.bind, batch.table, batch.columns, batch.expressions, returning
        )
        if len(batch.rows) < 2 or not statement.width() or (self.verified and witness is None):
            return (yield from self.single.insert_steps(batch))
        capabilities = yield from capabilities_of(batch.bind)
        size = rows_per_statement(capabilities, statement.width())
        keys: list[object] = []
        fetched: list[Row] = []
        for chunk in chunks(batch.bind, batch.columns, batch.rows, size):
            reply = yield statement.execute(chunk)
            rows = _in_order(batch, reply.rows, len(chunk))
            if witness is not None:
                _compare(batch, rows, chunk, witness)
            keys += [row[0] for row in rows]
            if batch.fetch:
                places = slice(1 + len(compared), None)
                fetched += [row[places] for row in rows]
        return InsertResult(keys, fetched if batch.fetch else None)


def _in_order(batch: InsertBatch, returned: list[Row], count: int) -> list[Row]:
    """The rows of one INSERT by their keys, which must be one step apart."""
    rows = sorted(returned, key=cast("itemgetter[int]", itemgetter(0)))
    keys = cast("list[int]", [row[0] for row in rows])
    step = keys[1] - keys[0] if len(keys) > 1 else 1
    if len(keys) != count or step < 1 or keys != list(range(keys[0], keys[0] + step * count, step)):
        raise FlushError(
            f"INSERT of {count} rows into {batch.table.name!r} returned {len(keys)} keys that are "
            "not numbers in turn: a trigger decides about keys; give the objects their keys"
        )
    return rows


def _compare(batch: InsertBatch, rows: list[Row], sent: list[Row], witness: int) -> None:
    if [row[1] for row in rows] != [row[witness] for row in sent]:
        raise FlushError(
            f"Rows of {batch.table.name!r} came back in another order than their keys: "
            f"{batch.columns[witness].name!r} holds another value than it was sent with; give the "
            "objects their keys"
        )
