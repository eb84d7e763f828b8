"""Key strategy "natural key": insert, then find the rows again by a unique key of the table that
the rows bring.

The last resort, for databases that neither return nor tell the key they made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.dialect.batch import InsertBatch, InsertResult
from accord.dialect.keys.base import KeyNeed, KeyStrategy, Refusal, Suits
from accord.dialect.lookups import fetch_steps
from accord.exc import FlushError
from accord.schema.constraints import UniqueConstraint

if TYPE_CHECKING:
    from accord.dialect.steps import AnyColumn, Row, Steps
    from accord.schema import Table


class NaturalKey(KeyStrategy):
    """Rows found again by unique columns. `candidates` are sets of NOT NULL columns that are
    unique together.
    """

    name = "natural key"

    def __init__(self, candidates: tuple[tuple[AnyColumn, ...], ...]) -> None:
        self.candidates = candidates

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        """Suits a table with a unique key of NOT NULL columns besides the primary key."""
        if need.key is None:
            return Refusal("nothing has to come back")
        candidates = tuple(unique_columns(need.table))
        if not candidates:
            return Refusal("the table has no unique key of NOT NULL columns to find a row by")
        names = " or ".join(", ".join(str(c.name) for c in columns) for columns in candidates)
        return Suits(cls(candidates), f"rows are found again by {names}")

    def insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        """Insert, then select keys and values by the unique columns the rows bring."""
        given = [column.cache_key for column in batch.columns]
        for columns in self.candidates:
            if all(column.cache_key in given for column in columns):
                break
        else:
            raise FlushError(
                f"Rows of {batch.table.name!r} cannot be found again after INSERT: they bring none "
                "of its unique keys"
            )
        yield from batch.bind.dialect.insert_rows_steps(
            batch.bind, batch.table, batch.columns, batch.rows, batch.expressions
        )
        indexes = [given.index(column.cache_key) for column in columns]
        natural: list[Row] = [tuple([row[index] for index in indexes]) for row in batch.rows]
        wanted = batch.fetch if batch.key is None else (batch.key, *batch.fetch)
        found = yield from fetch_steps(batch.bind, batch.table, columns, wanted, natural)
        if batch.key is None:
            return InsertResult(fetched=found)
        fetched = [row[1:] for row in found] if batch.fetch else None
        return InsertResult([row[0] for row in found], fetched)


def unique_columns(table: Table) -> list[tuple[AnyColumn, ...]]:
    """Sets of NOT NULL columns that are unique together, the primary key not among them."""
    primary = {column.cache_key for column in table.primary_key}
    found: list[tuple[AnyColumn, ...]] = [(column,) for column in table.columns if column.unique]
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            found.append(tuple(constraint.columns))
    return [
        columns
        for columns in found
        if columns
        and all(not column.nullable and column.cache_key not in primary for column in columns)
    ]
