"""INSERT: its text for one row or many, with or without RETURNING, and rows that go in with keys
given.

In: bind, table, columns, rows. Out: texts and Steps.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from accord.dialect.capabilities import Capabilities, InsertForm
from accord.dialect.steps import (
    AnyColumn,
    Bind,
    Execute,
    ExecuteMany,
    Expression,
    Reply,
    Row,
    Steps,
    capabilities_of,
)
from accord.dialect.texts import (
    Assigned,
    KeptText,
    column_names,
    constant_columns,
    fetched_columns,
    fragments,
    kept,
    marks_for,
    table_name,
)
from accord.exc import FlushError

if TYPE_CHECKING:
    from accord.schema import Table

Columns = Sequence[AnyColumn]


class InsertShape:
    """What one INSERT text is made of: a table, columns, expressions, columns to return."""

    __slots__ = ("_key", "assigned", "bind", "columns", "constants", "returning", "table")

    def __init__(
        self,
        bind: Bind,
        table: Table,
        columns: Columns,
        expressions: Sequence[tuple[AnyColumn, Expression]] = (),
        returning: Columns = (),
    ) -> None:
        self.bind = bind
        self.table = table
        self.columns = columns
        self.returning = returning
        self.assigned: Assigned = ()
        self.constants: Row = ()
        self._key: tuple[Hashable, ...] = (
            "insert",
            table.cache_key,
            len(columns),
            *[column.cache_key for column in (*columns, *returning)],
        )
        if expressions:
            self._assign(fragments(bind, expressions))

    def _assign(self, assigned: Assigned) -> None:
        self.assigned = assigned
        self.constants = tuple(chain.from_iterable([fragment.values for _, fragment in assigned]))
        texts = [(column.cache_key, fragment.text) for column, fragment in assigned]
        self._key = (*self._key, tuple(texts))

    def prepared(self, count: int = 1) -> KeptText:
        """The statement for `count` rows; parameters are, per row, its values, then the
        expressions' own.
        """
        return kept(self.bind, (count, *self._key), partial(self._build, count))

    def rows(self, rows: list[Row]) -> list[Row]:
        """The rows with the expressions' own values added."""
        if not self.constants:
            return rows
        constants = self.constants
        return [(*row, *constants) for row in rows]

    def execute(self, rows: list[Row]) -> Execute:
        """One statement that inserts all these rows."""
        parameters = self.rows(rows)
        values = parameters[0] if len(rows) == 1 else tuple(chain.from_iterable(parameters))
        prepared = self.prepared(len(rows))
        if returned := prepared.returned:
            values = (*returned, *values) if self._output_first else (*values, *returned)
        text, sensitive = prepared
        return Execute(self.bind, text, values, write=True, sensitive=sensitive)

    def execute_many(self, rows: list[Row]) -> ExecuteMany:
        """The one-row statement for each of these rows."""
        text, sensitive = self.prepared()
        return ExecuteMany(self.bind, text, self.rows(rows), sensitive=sensitive)

    def width(self) -> int:
        """Parameters of one row."""
        return len(self.columns) + len(self.constants)

    @property
    def _output_first(self) -> bool:
        """Whether what comes back stands before the values."""
        return bool(self.bind.dialect.returned_from)

    def _build(self, count: int) -> tuple[str, list[AnyColumn], Row]:
        names = column_names(self.bind, self.columns)
        names += column_names(self.bind, [column for column, _ in self.assigned])
        if names:
            source: str | None = self._values(count)
        elif count == 1:
            source = None
        else:
            raise FlushError(f"Rows of defaults only go into {self.table.name!r} one by one")
        fetched = fetched_columns(self.bind, self.returning, self.bind.dialect.returned_from)
        returned, values, owners = fetched
        table = table_name(self.bind, self.table)
        text = self.bind.dialect.insert_text(self.table, table, names, source, returned)
        columns = [*self.columns, *constant_columns(self.assigned)] * count
        hidden = [*owners, *columns] if self._output_first else [*columns, *owners]
        return text, hidden, values

    def _values(self, count: int) -> str:
        marks = marks_for(self.bind, self.columns)
        width = len(self.columns)
        if not self.assigned:
            return f"VALUES {marks.rows(width, count)}"
        tail = [fragment.text for _, fragment in self.assigned]
        rows = [f"({', '.join([*marks.take(width), *tail])})" for _ in range(count)]
        return f"VALUES {', '.join(rows)}"


def rows_per_statement(capabilities: Capabilities, width: int, fixed: int = 0) -> int:
    """How many rows of `width` parameters one statement may carry."""
    limits = capabilities.limits
    return max(1, min(limits.rows, (limits.parameters - fixed) // max(1, width)))


def insert_rows_steps(
    bind: Bind,
    table: Table,
    columns: Columns,
    rows: list[Row],
    expressions: Sequence[tuple[AnyColumn, Expression]] = (),
) -> Steps[None]:
    """Insert rows that bring their keys; nothing has to come back but the count, which is
    checked.
    """
    capabilities = yield from capabilities_of(bind)
    statement = InsertShape(bind, table, columns, expressions)
    if len(rows) == 1:
        check_inserted(table, (yield statement.execute(rows)), 1)
    elif insert_form(capabilities) is InsertForm.MULTI_VALUES and statement.width():
        size = rows_per_statement(capabilities, statement.width())
        for start in range(0, len(rows), size):
            chunk = rows[start : start + size]
            check_inserted(table, (yield statement.execute(chunk)), len(chunk))
    else:
        reply = yield statement.execute_many(rows)
        if capabilities.dml.rowcount_executemany:
            check_inserted(table, reply, len(rows))


def insert_form(capabilities: Capabilities) -> InsertForm:
    """The best of the two forms every dialect has; the others belong to a dialect's own
    strategies.
    """
    for form, support in capabilities.dml.insert_forms:
        if form in (InsertForm.EXECUTEMANY, InsertForm.MULTI_VALUES) and support:
            return form
    return InsertForm.EXECUTEMANY


def check_inserted(table: Table, reply: Reply, count: int) -> None:
    """A count other than the rows sent is an error (-1: the driver does not know)."""
    if reply.rowcount not in (-1, count):
        raise FlushError(
            f"INSERT into {table.name!r} of {count} rows reported {reply.rowcount}: a trigger or "
            "rule changed what "
            "was inserted, and rows cannot be matched with objects"
        )
