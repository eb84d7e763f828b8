"""Key strategy "sequence": keys of a `Column(Sequence(…))`.

Several rows: their numbers are drawn first, in one round trip where the database can, and go in
with the rows. One row: the next value stands in the INSERT and is returned, where that is possible.
``Sequence(allocate=n)`` draws one number for n keys (`KeyPool`). In: KeyNeed, batches. Out: Steps.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from accord.dialect.batch import InsertBatch, InsertResult
from accord.dialect.keys.base import KeyNeed, KeyStrategy, Refusal, Suits
from accord.dialect.keys.block import KeyBlock
from accord.dialect.keys.returning import Returning
from accord.exc import CompileError, FlushError
from accord.records import replace

if TYPE_CHECKING:
    from accord.dialect.steps import AnyColumn, Bind, Row, Steps
    from accord.schema.sequence import Sequence


class SequenceKeys(KeyBlock):
    """Numbers of a sequence as keys.

    A dialect that knows tables whose keys must not be sent (triggers that change them) says so in
    `refuse_block`; one that returns the key of a single row in its own way overrides `single`.
    """

    name = "sequence"
    counts = False  # numbers go to the row as any value does

    def __init__(self, sequence: Sequence, single: KeyStrategy | None, *, block: bool) -> None:
        super().__init__(single or _NoSingle())
        self.sequence = sequence
        self.block = block
        self.pool = None if sequence.allocate is None or not block else KeyPool(sequence)
        self.given: KeyStrategy | None = None
        """What inserts rows that bring their keys, and fetches values in the dialect's best way."""
        self.smallest = 2 if single is not None and self.pool is None else 1

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        """Suits a key with a sequence, where the database has sequences."""
        if need.key is None:
            return Refusal("nothing has to come back")
        if need.sequence is None:
            return Refusal(f"{need.key.name!r} has no sequence")
        support = need.capabilities.keys.sequences
        if not support:
            return Refusal(f"no sequences: {support.reason}")
        single = cls.single(need)
        refused = cls.refuse_block(need)
        if refused is not None and single is None:
            return Refusal(f"numbers cannot be drawn first ({refused}), and no key comes back")
        name = need.sequence.fullname
        if refused is not None:
            why = f"one row a statement, {name} in the INSERT: {refused}"
        elif need.sequence.allocate is not None:
            why = f"numbers of {name} go in with the rows, one drawn for {need.sequence.allocate}"
        elif single is not None:
            why = f"numbers of {name} go in with the rows; for one row, in the INSERT"
        else:
            why = f"numbers of {name} are drawn first and go in with the rows"
        strategy = cls(need.sequence, single, block=refused is None)
        strategy.given = _given(need)
        return Suits(strategy, why)

    @classmethod
    def refuse_block(cls, need: KeyNeed) -> str | None:
        """Why numbers must not be drawn before the rows go in; None: they may."""
        return None

    @classmethod
    def single(cls, need: KeyNeed) -> KeyStrategy | None:
        """What inserts one row and returns its key; None where nothing can be returned."""
        return Returning() if need.capabilities.dml.returning_insert else None

    def insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        """Draw and insert; where one row goes in at a time, the next value stands in the INSERT."""
        if self.block and len(batch.rows) >= self.smallest:
            if batch.fetch and self.given is not None and batch.key is not None:
                return self._insert_given_steps(batch, batch.key, self.given)
            return super().insert_steps(batch)
        if batch.key is None:
            return self.fallback.insert_steps(batch)
        drawn = (batch.key, self.sequence.next_value())
        return self.fallback.insert_steps(replace(batch, expressions=(drawn, *batch.expressions)))

    def _insert_given_steps(
        self, batch: InsertBatch, key: AnyColumn, given: KeyStrategy
    ) -> Steps[InsertResult]:
        """Values are fetched as for any rows that bring their keys: with the INSERT, if it can."""
        keys = yield from self.reserve_steps(batch, len(batch.rows))
        rows: list[Row] = [(value, *row) for value, row in zip(keys, batch.rows, strict=True)]
        columns = (key, *batch.columns)
        expressions = tuple([pair for pair in batch.expressions if pair[0] is not key])
        result = yield from given.insert_steps(
            replace(batch, columns=columns, rows=rows, expressions=expressions, key=None)
        )
        return InsertResult(keys, result.fetched)

    def reserve_steps(self, batch: InsertBatch, count: int) -> Steps[list[int]]:
        """The next numbers, from the pool where there is one."""
        bind = batch.bind
        if self.pool is not None:
            return self.pool.take_steps(bind, count)
        return bind.dialect.sequence_values_steps(bind, self.sequence, count)


def _given(need: KeyNeed) -> KeyStrategy | None:
    given = need.given()
    for strategy in need.dialect.key_strategies:
        answer = strategy.suits(given)
        if isinstance(answer, Suits):
            return answer.strategy
    return None


class KeyPool:
    """Keys drawn and not used yet: "pooled-lo".

    The sequence counts by `increment`; each number v drawn stands for the keys v, v+1, …,
    v+allocate-1, which nobody else can get. Keys that are left over serve the next batch; they are
    lost with the engine, and never given out again after a rollback. Threads may share a pool:
    taking and adding are single operations of a deque, and a number drawn belongs to who drew it.
    """

    __slots__ = ("_anchor", "_left", "_size", "_step", "_top", "sequence")

    def __init__(self, sequence: Sequence) -> None:
        assert sequence.allocate is not None and sequence.increment is not None
        self.sequence = sequence
        self._size = sequence.allocate
        self._step = sequence.increment
        self._top = sequence.maxvalue
        self._anchor: int | None = None
        # What concurrent batches leave over beyond this is lost, not kept.
        self._left: deque[int] = deque(maxlen=4 * sequence.allocate)

    def take_steps(self, bind: Bind, count: int) -> Steps[list[int]]:
        """The next `count` keys; asks the database only for what the pool does not hold."""
        keys = self._take(count)
        while len(keys) < count:
            missing = count - len(keys)
            numbers = -(-missing // self._size)
            if self._anchor is None:
                # Two numbers show what the sequence really counts by.
                numbers = max(2, numbers)
            drawn = yield from bind.dialect.sequence_values_steps(bind, self.sequence, numbers)
            fresh = self._keys_of(drawn)
            keys += fresh[:missing]
            self._left.extend(fresh[missing:])
        return keys

    def _take(self, count: int) -> list[int]:
        keys: list[int] = []
        try:
            while len(keys) < count:
                keys.append(self._left.popleft())
        except IndexError:
            pass
        return keys

    def _keys_of(self, drawn: list[int]) -> list[int]:
        anchor = self._anchor
        if anchor is None:
            anchor = self._anchor = drawn[0]
        if any((number - anchor) % self._step for number in drawn) or len(set(drawn)) < len(drawn):
            raise FlushError(
                f"Sequence {self.sequence.fullname!r} does not count by {self._step} in the "
                f"database, so {self._size} keys for each number would be given out twice; create "
                f"it with INCREMENT BY {self._step}, or leave allocate= out"
            )
        top = self._top
        keys = [number + place for number in drawn for place in range(self._size)]
        return keys if top is None else [key for key in keys if key <= top]


class _NoSingle(KeyStrategy):
    """Stands where no key can be returned: everything is drawn first."""

    name = "none"

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        """Never chosen by itself."""
        return Refusal("not a strategy of its own")

    def insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        """Nothing comes here: without it, `smallest` is 1."""
        raise CompileError(f"No key can be returned for a row of {batch.table.name!r}")
        yield
