"""Key strategy "lastrowid range": many rows in one statement, their keys counted from the first.

InnoDB gives the rows of an INSERT whose number of rows is known consecutive numbers, in the order
of VALUES, `auto_increment_increment` apart, and reports the first. That holds for plain InnoDB
tables whose keys nothing but the INSERT decides; every doubt is a refusal, or makes one SELECT
compare the batch's rows with what was sent before any identity is given. In: KeyNeed with
TableFacts; batches. Out: Steps.
"""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

from accord.dialect import (
    Execute,
    InsertResult,
    InsertShape,
    KeyNeed,
    KeyStrategy,
    Refusal,
    Suits,
    capabilities_of,
    check_inserted,
    fetch_steps,
    rows_per_statement,
)
from accord.exc import FlushError
from accord.sqltypes import Boolean, Enum
from accord_mysql.catalog import TableFacts
from accord_mysql.packets import chunks

from .lastrowid import MySQLLastRowId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.dialect import AnyColumn, InsertBatch, Row, Steps


class LastRowIdRange(KeyStrategy):
    """Multi-row INSERT, keys counted; `verified`: compared with the rows before they are believed.

    `single` takes batches of one row, and those that have nothing to be compared by.
    """

    name = "lastrowid range"
    counts = True

    def __init__(self, single: KeyStrategy, verified: str | None) -> None:
        self.single = single
        self.verified = verified

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
        doubt = facts.doubt
        why = "many rows a statement, keys counted from the first one reported"
        if doubt is not None:
            why += f", and compared with the rows before they are believed: {doubt}"
        return Suits(cls(cls.one(need), doubt), why)

    @classmethod
    def one(cls, need: KeyNeed) -> KeyStrategy:
        """What inserts a single row."""
        answer = MySQLLastRowId.suits(need)
        return answer.strategy if isinstance(answer, Suits) else MySQLLastRowId(verified=True)

    def insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        """Insert, count, compare where there is doubt, fetch."""
        witness = None if self.verified is None else witness_of(batch)
        statement = InsertShape(batch.bind, batch.table, batch.columns, batch.expressions)
        if len(batch.rows) < 2 or not statement.width() or (self.verified and witness is None):
            return (yield from self.single.insert_steps(batch))
        assert batch.key is not None  # a strategy for keys the database makes
        increment = yield from increment_steps(batch)
        capabilities = yield from capabilities_of(batch.bind)
        size = rows_per_statement(capabilities, statement.width())
        keys: list[int] = []
        for chunk in chunks(batch.bind, batch.columns, batch.rows, size):
            reply = yield statement.execute(chunk)
            check_inserted(batch.table, reply, len(chunk))
            first = reply.lastrowid
            if not first:
                raise FlushError(
                    f"The server reported no key for {len(chunk)} rows of {batch.table.name!r}; "
                    "give the objects their keys"
                )
            keys += range(first, first + len(chunk) * increment, increment)
        fetched: list[Row] | None = None
        if witness is not None:
            fetched = yield from compare_steps(batch, keys, witness)
        elif batch.fetch:
            fetched = yield from fetch_steps(
                batch.bind, batch.table, (batch.key,), batch.fetch, [(key,) for key in keys]
            )
        return InsertResult(keys, fetched if batch.fetch else None)


def refuse_counting(need: KeyNeed) -> Refusal | None:
    """Why the keys of many rows cannot be counted; None: they can."""
    facts, table = need.facts, need.table
    key = "" if need.key is None else str(need.key.name)
    if not need.autoincrement:
        return Refusal(f"{key!r} is not a counting integer key")
    if any("TEMPORARY" in prefix.upper() for prefix in table.prefixes):
        return Refusal("a temporary table, which is in no catalog")
    if not isinstance(facts, TableFacts) or facts.kind == "missing":
        return Refusal("the table is not in the catalog: temporary, or not created yet")
    if facts.kind != "BASE TABLE":
        return Refusal(f"not a plain table but a {facts.kind.lower()}")
    if facts.engine.lower() != "innodb":
        return Refusal(f"engine {facts.engine}: only InnoDB numbers a statement's rows in turn")
    if facts.counter is None or facts.counter.lower() != key.lower():
        return Refusal(f"{key!r} is not the AUTO_INCREMENT column in the database")
    if facts.triggers:
        return Refusal(f"INSERT triggers: {', '.join(facts.triggers)}")
    return None


def increment_steps(batch: InsertBatch) -> Steps[int]:
    """How far apart the numbers of this connection are, now."""
    reply = yield Execute(batch.bind, "SELECT @@SESSION.auto_increment_increment", write=True)
    return int(str(reply.rows[0][0]))


# --- comparing -----------------------------------------------------------------------------------

_UNFIT = (Boolean, Enum)
_COMPARABLE = frozenset({"integer", "string"})


def witness_of(batch: InsertBatch) -> int | None:
    """The place of the column whose values tell the rows of a batch apart best; None: none does.

    Whole numbers and texts come back as they were sent; other types may be rounded.
    """
    best, most = None, 1
    for place, column in enumerate(batch.columns):
        type_ = column.type
        entry = batch.bind.dialect.types.entry(type_)
        if type_.affinity not in _COMPARABLE or isinstance(type_, _UNFIT) or entry.result:
            continue
        distinct = len({row[place] for row in batch.rows})
        if distinct > most:
            best, most = place, distinct
    return best


def compare_steps(batch: InsertBatch, keys: Sequence[object], witness: int) -> Steps[list[Row]]:
    """One SELECT of the rows by the keys counted: each must hold what its row was sent with.

    The values to fetch come with it.
    """
    assert batch.key is not None  # a strategy for keys the database makes
    column: AnyColumn = batch.columns[witness]
    found = yield from fetch_steps(
        batch.bind,
        batch.table,
        (batch.key,),
        (column, *batch.fetch),
        list(zip(keys, strict=False)),
    )
    if any(map(_differs, found, batch.rows, repeat(witness))):
        raise FlushError(
            f"Rows of {batch.table.name!r} do not have the keys counted for them: "
            f"{column.name!r} came back with another value than it was sent with, so a trigger "
            "decides about keys or values; give the objects their keys"
        )
    return [row[1:] for row in found]


def _differs(found: Row, sent: Row, witness: int) -> bool:
    return found[0] != sent[witness]
