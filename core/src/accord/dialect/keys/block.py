"""Key strategy "key block": reserve n keys first, then insert rows that bring them.

Abstract: how keys are reserved is the database's own (a sequence, or the largest key under a write
lock). The keys are known before the rows go in, so nothing has to be matched and children can be
written with their parents.
"""

from __future__ import annotations

from abc import abstractmethod
from operator import add
from typing import TYPE_CHECKING

from accord.dialect.batch import InsertBatch, InsertResult
from accord.dialect.keys.base import KeyStrategy
from accord.dialect.lookups import fetch_steps
from accord.exc import FlushError, InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.dialect.steps import Row, Steps


class KeyBlock(KeyStrategy):
    """Keys first, rows second.

    A subclass answers `suits` and reserves; `fallback` takes batches smaller than `smallest`, and
    those for which no keys can be reserved.
    """

    name = "key block"
    counts = True
    smallest: int = 2
    chunk: int | None = None
    """Rows that go in at a time; None: all at once. A driver that takes rows one by one gains from
    chunks that stay in the cache."""

    def __init__(self, fallback: KeyStrategy) -> None:
        self.fallback = fallback

    @abstractmethod
    def reserve_steps(self, batch: InsertBatch, count: int) -> Steps[Sequence[object] | None]:
        """`count` keys nobody else can get; None when there are not that many; `PlanOutdated` when
        the table is not what the plan was made for.
        """

    def insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        """Reserve, insert, fetch what is to be fetched by the keys."""
        count = len(batch.rows)
        if count < self.smallest:
            return (yield from self.fallback.insert_steps(batch))
        key = batch.key
        if key is None:
            raise InvalidRequestError(f"The batch for {batch.table.name!r} names no key to reserve")
        keys = yield from self.reserve_steps(batch, count)
        if keys is None:
            return (yield from self.fallback.insert_steps(batch))
        if len(keys) != count:
            raise FlushError(
                f"{len(keys)} keys were reserved for {count} rows of {batch.table.name!r}"
            )
        expressions = batch.expressions
        if expressions:
            expressions = tuple([pair for pair in expressions if pair[0] is not key])
        columns = (key, *batch.columns)
        size = self.chunk or count
        for start in range(0, count, size):
            end = start + size
            # (key,) + row for every row, without a step of Python per row
            rows: list[Row] = list(map(add, zip(keys[start:end]), batch.rows[start:end]))
            yield from batch.bind.dialect.insert_rows_steps(
                batch.bind, batch.table, columns, rows, expressions
            )
        if not batch.fetch:
            return InsertResult(keys)
        return InsertResult(keys, (yield from self.fetch_steps(batch, keys)))

    def fetch_steps(self, batch: InsertBatch, keys: Sequence[object]) -> Steps[list[Row]]:
        """The values to fetch, matched by key."""
        key_columns = () if batch.key is None else (batch.key,)
        rows: list[Row] = [(value,) for value in keys]
        return fetch_steps(batch.bind, batch.table, key_columns, batch.fetch, rows)
