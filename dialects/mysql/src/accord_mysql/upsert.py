"""`insert`: an INSERT that knows ON DUPLICATE KEY UPDATE.

The row that could not be inserted is `statement.inserted`: MySQL names it with a row alias, MariaDB
with VALUES(column). In: a table or a mapped class. Out: a statement builder, then text.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar, cast

from accord.exc import ArgumentError
from accord.sql import coercion
from accord.sql.collection import ColumnCollection
from accord.sql.dml import Insert as _Insert, assigned_column
from accord.sql.nodes import ClauseElement, ColumnElement
from accord.sql.render import Renderer
from accord.sql.selectable import ColumnClause, TableClause

if TYPE_CHECKING:
    from accord.sql.dmlparts import InsertParts

Row = TypeVar("Row")
Expression = ColumnElement[Any]
Columns = ColumnCollection[ColumnElement[object]]

INSERTED: Final = "new"
"""The name of the row that could not be inserted."""


class _InsertedRow(TableClause):
    """The columns of `Insert.inserted`."""

    __slots__ = ()
    has_identity = True


class OnDuplicateKey(ClauseElement):
    """The clause: what the row that is there is changed to."""

    __slots__ = ("columns", "values")

    visit_name = "on_duplicate_key"
    readable_by = "accord_mysql.render:MySQLRenderer"

    def __init__(self, assignments: tuple[tuple[Expression, Expression], ...]) -> None:
        self.columns = tuple([column for column, _ in assignments])
        self.values = tuple([value for _, value in assignments])
        self._compose()

    def children(self) -> Iterable[ClauseElement]:
        """In the order they are written."""
        return self.values

    def shape(self) -> tuple[Hashable, ...]:
        """What decides the text besides the children."""
        return tuple([column.cache_key for column in self.columns])


class Insert(_Insert[Row], Generic[Row]):
    """An INSERT that says what to do when a row with the same unique value is there already."""

    __slots__ = ()

    @property
    def inserted(self) -> Columns:
        """The values that could not be inserted, for `on_duplicate_key_update`."""
        columns = [
            ColumnClause(column.name, column.type, key=column.key) for column in self.table.c
        ]
        return cast("Columns", _InsertedRow(INSERTED, *columns).c)

    def on_duplicate_key_update(self, *args: Any, **kw: Any) -> Self:
        """Update the row that is there: a mapping, pairs in an order that counts (MySQL assigns
        from left to right), or keywords.
        """
        if args and kw:
            raise ArgumentError(
                "on_duplicate_key_update() takes a mapping, a list of pairs or keywords, not both"
            )
        if len(args) > 1:
            raise ArgumentError("on_duplicate_key_update() takes one mapping, or one list of pairs")
        given: Any = args[0] if args else kw
        if isinstance(given, ColumnCollection | Mapping):
            given = given.items()
        elif not isinstance(given, Iterable) or isinstance(given, str):
            raise ArgumentError(
                "on_duplicate_key_update() takes {column: value}, or a list of such pairs"
            )
        pairs = [(assigned_column(self.target, column), value) for column, value in given]
        if not pairs:
            raise ArgumentError("on_duplicate_key_update() was given no column to update")
        assignments = tuple([(column, coercion.assigned(value, column)) for column, value in pairs])
        return self._then("post_values", OnDuplicateKey(assignments))


def insert(table: Any) -> Insert[tuple[()]]:
    """``insert(t).values(…).on_duplicate_key_update(name="x")``."""
    return Insert(table)


class UpsertClause(Renderer):
    """Renders `OnDuplicateKey` with a row alias, as MySQL has it since 8.0.19."""

    def post_values(self, parts: InsertParts) -> str:
        duplicate = any(isinstance(clause, OnDuplicateKey) for clause in parts.post_values_clauses)
        alias = self.row_alias(parts) if duplicate else ""
        return alias + super().post_values(parts)

    def row_alias(self, parts: InsertParts) -> str:
        """``AS new`` behind the VALUES."""
        return "" if parts.query is not None else f" AS {INSERTED}"

    def visit_on_duplicate_key(self, node: OnDuplicateKey) -> str:
        """``ON DUPLICATE KEY UPDATE a = …, b = …``."""
        pairs = zip(node.columns, node.values, strict=True)
        sets = ", ".join(
            f"{self.quote(str(column.name))} = {self.wrapped(value)}" for column, value in pairs
        )
        return f"ON DUPLICATE KEY UPDATE {sets}"


class MariaDBUpsertClause(UpsertClause):
    """Renders `OnDuplicateKey` with VALUES(column)."""

    def row_alias(self, parts: InsertParts) -> str:
        return ""

    def visit_column(self, node: ColumnClause[Any]) -> str:
        if isinstance(node.table, _InsertedRow):
            return f"VALUES({self.quote(str(node.name))})"
        return super().visit_column(node)
