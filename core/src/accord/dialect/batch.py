"""What the unit of work hands to the dialect: batches of rows of one table, and what it gets back.

A batch is rows of one shape for one table of one engine. Values are driver-ready: the caller has
bound them by the type table. Results come in the order of `batch.rows`, as raw driver values; the
caller applies `TypeEntry.result`. In: values of the unit of work. Out: frozen values for key
strategies and `statements`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.dialect.steps import AnyColumn, Bind, Expression, Row
    from accord.schema import Table


@dataclass(frozen=True, slots=True, eq=False)
class InsertBatch:
    """Rows to insert. `rows[i]` holds the values of `columns`, in that order.

    `key` is the primary key column whose value the database makes (autoincrement, sequence, server
    default, or an SQL expression, which then also stands in `expressions`); it is not in
    `columns`. None: every key value is in the rows. `expressions` are columns set by an SQL
    expression, the same for every row. `fetch` are columns to bring back.
    """

    bind: Bind
    table: Table
    columns: tuple[AnyColumn, ...]
    rows: list[Row] = field(repr=False)
    expressions: tuple[tuple[AnyColumn, Expression], ...] = ()
    fetch: tuple[AnyColumn, ...] = ()
    key: AnyColumn | None = None


@dataclass(frozen=True, slots=True, eq=False)
class InsertResult:
    """`keys[i]` is the raw value of `batch.key` for row i (None if the batch has no key to make);
    `fetched[i]` the raw values of `batch.fetch` (None if nothing was to be fetched).
    """

    keys: Sequence[object] | None = field(default=None, repr=False)
    fetched: list[Row] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class UpdateBatch:
    """Rows to update. `rows[i]` holds the new values of `set_columns`, then the values of
    `key_columns`.

    `key_columns` is whatever must match for the row to count: the primary key, and the version
    column where there is one (it may also be among `set_columns`). No key value is None.
    """

    bind: Bind
    table: Table
    key_columns: tuple[AnyColumn, ...]
    set_columns: tuple[AnyColumn, ...]
    rows: list[Row] = field(repr=False)
    expressions: tuple[tuple[AnyColumn, Expression], ...] = ()
    fetch: tuple[AnyColumn, ...] = ()

    def key_rows(self) -> list[Row]:
        """The values of `key_columns` alone."""
        width = len(self.set_columns)
        return [row[width:] for row in self.rows]


@dataclass(frozen=True, slots=True, eq=False)
class UpdateResult:
    """`matched` counts the rows found (also those whose values did not change). `fetched` is None
    if nothing was to be fetched, and also when `matched` is not the number of rows: then the
    caller has stale rows to report.
    """

    matched: int
    fetched: list[Row] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class DeleteBatch:
    """Rows to delete; `rows[i]` holds the values of `key_columns`."""

    bind: Bind
    table: Table
    key_columns: tuple[AnyColumn, ...]
    rows: list[Row] = field(repr=False)
