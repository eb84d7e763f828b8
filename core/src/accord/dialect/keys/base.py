"""What a key strategy is: one way to insert rows and know which key each of them got.

A strategy is asked once per (table, engine) whether it suits; its answer is itself, ready for use,
or a refusal with the reason. Then it turns batches into requests. It never does I/O and never
matches rows by position. In: KeyNeed, later InsertBatch. Out: Suits or Refusal, later
Steps[InsertResult].
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from accord.exc import InvalidRequestError
from accord.records import dataclass, replace
from accord.schema.defaults import ColumnDefault
from accord.schema.sequence import Sequence

if TYPE_CHECKING:
    from accord.dialect.batch import InsertBatch, InsertResult
    from accord.dialect.capabilities import Capabilities
    from accord.dialect.contract import Dialect
    from accord.dialect.steps import AnyColumn, Expression, Steps
    from accord.schema import Table


class PlanOutdated(InvalidRequestError):
    """A key plan no longer fits the table as the database has it. Raised before anything was
    written.
    """


class KeyFacts:
    """What the database's catalog says about a table's key; each dialect that asks has a subclass.

    `settled` is False when the answer is sure to change (the table does not exist yet): a plan made
    from it is not kept.
    """

    settled: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class KeyNeed:
    """What a table needs from a strategy.

    `key` is the column whose value is not given (None: all key values are in the rows);
    `expression` its default when that is an SQL expression; `server_default` whether DDL gives it
    one; `facts` what the catalog says.
    """

    table: Table
    dialect: Dialect
    capabilities: Capabilities
    key: AnyColumn | None
    autoincrement: bool = False
    expression: Expression | None = None
    sequence: Sequence | None = None
    server_default: bool = False
    facts: KeyFacts | None = None

    @classmethod
    def of(cls, table: Table, dialect: Dialect, capabilities: Capabilities) -> KeyNeed:
        """The need of a table by its definition alone."""
        counting = table.autoincrement_column
        for column in table.primary_key:
            default = column.default
            need = cls(table, dialect, capabilities, column)
            if isinstance(default, Sequence) and dialect.uses_sequence(default):
                return replace(need, sequence=default)
            if column is counting:
                return replace(need, autoincrement=True)
            if isinstance(default, ColumnDefault) and default.is_clause_element:
                return replace(need, expression=default.arg)
            if default is None and column.server_default is not None:
                return replace(need, server_default=True)
        return cls(table, dialect, capabilities, None)

    @property
    def wrapped(self) -> bool:
        """Whether values of the key go through SQL: numbers that the database counts are then not
        what a SELECT shows.
        """
        if self.key is None:
            return False
        entry = self.dialect.target.types.entry(self.key.type)
        return entry.bind_expression is not None or entry.column_expression is not None

    def given(self) -> KeyNeed:
        """The need of those rows of the table that bring their keys."""
        return KeyNeed(self.table, self.dialect, self.capabilities, None, facts=self.facts)

    def with_facts(self, facts: KeyFacts | None) -> KeyNeed:
        """The same need, and what the catalog says."""
        return replace(self, facts=facts)


@dataclass(frozen=True, slots=True)
class Suits:
    """Yes: this strategy object, for this reason."""

    strategy: KeyStrategy
    reason: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """No, for this reason; a sentence for `accord explain`."""

    reason: str


class KeyStrategy(ABC):
    """One way to insert rows and know their keys.

    To write one: give it a `name`; answer `suits` from the need alone (what must be known of the
    catalog comes in `need.facts`, see `Dialect.key_facts_steps`); yield requests in `insert_steps`
    and return keys and fetched values in the order of `batch.rows`, matched by value. Raise when
    the counts do not agree, before returning any key. When the database no longer is what `facts`
    said, raise `PlanOutdated` before the first write.
    """

    name: ClassVar[str]
    counts: ClassVar[bool] = False
    """Whether keys are numbers that are not read from the row itself."""

    @classmethod
    @abstractmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        """Itself, ready for use, or why not."""
        ...

    @abstractmethod
    def insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        """Insert the rows; their keys and fetched values in the order of the rows."""
        ...
