"""Key strategy "key block": n numbers of the key's sequence first, then rows that bring them.

Only where the catalog says that nothing but the INSERT itself decides the key. The numbers are
whatever nextval() gives, one for each row, however the sequence counts. Rows go in by COPY when
nothing has to come back, else by INSERT … SELECT FROM unnest() … RETURNING, matched by key. In:
KeyNeed with TableFacts, batches. Out: Steps.
"""

from __future__ import annotations

from operator import add
from typing import TYPE_CHECKING

from accord.dialect import (
    Bind,
    Execute,
    InsertBatch,
    InsertResult,
    KeyBlock,
    KeyNeed,
    PlanOutdated,
    Refusal,
    Row,
    SequenceKeys,
    Steps,
    Suits,
    check_inserted,
    match_rows,
)
from accord.exc import FlushError

from .bulk import ArrayInsert
from .copy import copy_request
from .facts import PRINT, TableFacts, regclass_text
from .returning import PostgreSQLReturning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.dialect import AnyColumn, KeyStrategy
    from accord.schema import Table

_DRAW = (
    "SELECT pg_catalog.array_agg(pg_catalog.nextval({sequence})) "
    f"FROM pg_catalog.generate_series(1, %s) WHERE ({PRINT}) = %s"
)
_DRAW_BY_OID = _DRAW.format(sequence="%s::bigint::oid::regclass")
_DRAW_BY_NAME = _DRAW.format(sequence="%s::regclass")


def draw_steps(
    bind: Bind, table: Table, key: AnyColumn, facts: TableFacts, count: int, sequence: int | str
) -> Steps[list[object]]:
    """`count` numbers of a sequence, drawn only if the table still is what `facts` say."""
    by_oid = isinstance(sequence, int)
    text = _DRAW_BY_OID if by_oid else _DRAW_BY_NAME
    print_of = (facts.sequence, str(key.name), regclass_text(bind, table))
    parameters = (sequence, count, *print_of, facts.fingerprint)
    reply = yield Execute(bind, text, parameters, write=True)
    drawn = reply.rows[0][0]
    if not isinstance(drawn, list):
        raise PlanOutdated(
            f"The definition of {table.name!r} has changed; its key plan is made anew"
        )
    return drawn


def insert_block_steps(
    strategy: KeyBlock, facts: TableFacts, batch: InsertBatch
) -> Steps[InsertResult]:
    """Reserve keys, insert rows with them, bring back what is to be fetched."""
    key = batch.key
    assert key is not None  # a batch whose keys are given goes elsewhere
    expressions = tuple([pair for pair in batch.expressions if pair[0] is not key])
    columns = (key, *batch.columns)
    returns = bool(batch.fetch) and not facts.after_triggers
    insert = ArrayInsert(
        batch.bind,
        batch.table,
        columns,
        expressions,
        (key, *batch.fetch) if returns else (),
        overriding=facts.identity == "a",
    )
    if not insert.usable:
        return (yield from strategy.fallback.insert_steps(batch))
    keys = yield from strategy.reserve_steps(batch, len(batch.rows))
    if keys is None or len(keys) != len(batch.rows):
        raise FlushError(
            f"The sequence gave other than {len(batch.rows)} numbers for as many rows of "
            f"{batch.table.name!r}"
        )
    rows: list[Row] = list(map(add, zip(keys), batch.rows))
    if not batch.fetch and not expressions:
        request = copy_request(batch.bind, batch.table, columns, rows, facts)
        if request is not None:
            check_inserted(batch.table, (yield request), len(rows))
            return InsertResult(keys)
    returned = yield from insert.steps(rows)
    if not batch.fetch:
        return InsertResult(keys)
    if not returns:
        return InsertResult(keys, (yield from strategy.fetch_steps(batch, keys)))
    sent: list[Row] = [(value,) for value in keys]
    return InsertResult(keys, match_rows(batch.bind, batch.table, (key,), returned, sent))


class PostgreSQLKeyBlock(KeyBlock):
    """Numbers of the sequence behind a SERIAL or IDENTITY column."""

    def __init__(self, fallback: KeyStrategy, facts: TableFacts) -> None:
        super().__init__(fallback)
        self.facts = facts

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        """Suits plain tables whose key is identity or exactly nextval() of a sequence we may
        use."""
        facts = need.facts
        if need.key is None:
            return Refusal("nothing has to come back")
        if need.sequence is not None:
            return Refusal(f"{need.key.name!r} has a sequence of its own")
        if not isinstance(facts, TableFacts):
            return Refusal("nothing is known about the table")
        refused = refuse_given_keys(facts) or _refuse_default(str(need.key.name), facts)
        if refused is not None:
            return Refusal(refused)
        kind = "identity" if facts.identity else "nextval() of its sequence"
        return Suits(
            cls(PostgreSQLReturning(reselect=bool(facts.after_triggers)), facts),
            f"a plain table, its key is {kind}: numbers drawn in one query, rows by COPY or unnest",
        )

    def insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        """One row: RETURNING; more: a block."""
        if len(batch.rows) < self.smallest:
            return self.fallback.insert_steps(batch)
        return insert_block_steps(self, self.facts, batch)

    def reserve_steps(self, batch: InsertBatch, count: int) -> Steps[Sequence[object] | None]:
        """The next numbers of the sequence."""
        key, sequence = batch.key, self.facts.sequence
        assert key is not None and sequence is not None
        return draw_steps(batch.bind, batch.table, key, self.facts, count, sequence)


class PostgreSQLSequenceKeys(SequenceKeys):
    """Numbers of a sequence that the program names."""

    facts: TableFacts | None = None

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        """Suits a key with a sequence."""
        answer = super().suits(need)
        if isinstance(answer, Suits) and isinstance(answer.strategy, PostgreSQLSequenceKeys):
            facts = need.facts
            answer.strategy.facts = facts if isinstance(facts, TableFacts) else None
        return answer

    @classmethod
    def refuse_block(cls, need: KeyNeed) -> str | None:
        """Why numbers must not be drawn before the rows go in."""
        if not isinstance(need.facts, TableFacts):
            return "nothing is known about the table"
        return refuse_given_keys(need.facts)

    @classmethod
    def single(cls, need: KeyNeed) -> KeyStrategy | None:
        """One row a statement, its key returned."""
        facts = need.facts
        after = isinstance(facts, TableFacts) and bool(facts.after_triggers)
        return PostgreSQLReturning(reselect=after)

    def insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        """A block where there are several rows, else as everywhere."""
        facts = self.facts
        if facts is None or not self.block or len(batch.rows) < self.smallest:
            return super().insert_steps(batch)
        if batch.key is None:
            return super().insert_steps(batch)
        return insert_block_steps(self, facts, batch)

    def reserve_steps(self, batch: InsertBatch, count: int) -> Steps[list[int]]:
        """The next numbers, from the pool where there is one."""
        if self.pool is not None or self.facts is None or batch.key is None:
            return super().reserve_steps(batch, count)
        return self._draw_steps(batch, batch.key, self.facts, count)

    def _draw_steps(
        self, batch: InsertBatch, key: AnyColumn, facts: TableFacts, count: int
    ) -> Steps[list[int]]:
        name = regclass_text(batch.bind, self.sequence)
        drawn = yield from draw_steps(batch.bind, batch.table, key, facts, count, name)
        return [number for number in drawn if isinstance(number, int)]


def refuse_given_keys(facts: TableFacts) -> str | None:
    """Why rows must not be sent with keys that the program has drawn; None: they may."""
    if not facts.kind:
        return "the table, or its key column, does not exist yet"
    if facts.kind != "r":
        kinds = {"v": "a view", "p": "a partitioned table", "f": "a foreign table"}
        return f"{kinds.get(facts.kind, 'not a table')}, not a plain table"
    if facts.rules:
        return "rules may rewrite the INSERT"
    if facts.secured:
        return "row security is active"
    if facts.before_triggers:
        return f"BEFORE INSERT triggers: {', '.join(facts.before_triggers)}"
    if not facts.may_insert:
        return "no privilege to give the key a value (GRANT INSERT on the column)"
    return None


def _refuse_default(key: str, facts: TableFacts) -> str | None:
    if facts.sequence is None:
        return f"the default of {key!r} draws from no sequence"
    if not facts.identity and not facts.exact:
        return f"the default of {key!r} is not just nextval() of a sequence"
    if not facts.usage:
        return "no privilege to draw from the sequence (GRANT USAGE)"
    return None
