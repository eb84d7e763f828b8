"""`insert`: an INSERT that knows ON DUPLICATE KEY UPDATE.

The row that could not be inserted is `statement.inserted`: MySQL names it with a row alias, MariaDB
with VALUES(column). In: a table or a mapped class. Out: a statement builder, then text.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar, cast

from accord.dialect.on_conflict import ExcludedRow
from accord.dialect.upsert import UpsertRule, unique_keys
from accord.exc import ArgumentError, CompileError
from accord.sql import coercion
from accord.sql.assigning import assigned_column
from accord.sql.collection import ColumnCollection
from accord.sql.dml import Insert as _Insert
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
    """Renders `OnDuplicateKey` and the rule of `upsert()` with a row alias, as MySQL has it since
    8.0.19.
    """

    def post_values(self, parts: InsertParts) -> str:
        clauses = parts.post_values_clauses
        rules = any(isinstance(clause, OnDuplicateKey | UpsertRule) for clause in clauses)
        # Behind a SELECT there is no place for an alias: VALUES(column), as in older versions.
        saved, self.alias_inserted = self.alias_inserted, parts.query is None
        saved_parts, self.upserted = self.upserted, parts
        try:
            alias = f" AS {INSERTED}" if rules and self.alias_inserted and self.row_alias else ""
            return alias + super().post_values(parts)
        finally:
            self.alias_inserted, self.upserted = saved, saved_parts

    row_alias = True
    """Whether the database knows ``VALUES (…) AS new``."""
    alias_inserted = True
    upserted: InsertParts | None = None

    def visit_column(self, node: ColumnClause[Any]) -> str:
        if not isinstance(node.table, _InsertedRow | ExcludedRow):
            return super().visit_column(node)
        name = self.quote(str(node.name))
        aliased = self.row_alias and self.alias_inserted
        return f"{INSERTED}.{name}" if aliased else f"VALUES({name})"

    def visit_on_duplicate_key(self, node: OnDuplicateKey) -> str:
        """``ON DUPLICATE KEY UPDATE a = …, b = …``."""
        return self._on_duplicate(list(zip(node.columns, node.values, strict=True)))

    def visit_upsert_rule(self, node: UpsertRule) -> str:
        """ON DUPLICATE KEY UPDATE looks at every unique key: where another one than that of the
        rule may be hit, it would change a row that is not meant.
        """
        dialect = self.target.dialect_name
        if node.condition is not None:
            raise CompileError(
                f"upsert() on {dialect} takes no index_where=: an index of {dialect} is over all "
                "rows of its table"
            )
        assert self.upserted is not None
        node.refuse_unknown(dialect)
        refuse_other_keys(dialect, self.upserted.table, node.targets, self.inserted_columns)
        conflict = node.resolved(self.inserted_columns)
        if conflict.set_columns is None:
            target: Any = node.targets[0]
            return self._on_duplicate([(target, target)])
        return self._on_duplicate(list(zip(conflict.set_columns, conflict.set_values, strict=True)))

    def _on_duplicate(self, pairs: Sequence[tuple[Expression, Expression]]) -> str:
        sets = ", ".join(
            f"{self.quote(str(column.name))} = {self.wrapped(value)}" for column, value in pairs
        )
        return f"ON DUPLICATE KEY UPDATE {sets}"


class MariaDBUpsertClause(UpsertClause):
    """Renders them with VALUES(column)."""

    row_alias = False


def refuse_other_keys(
    dialect: str, table: Any, targets: Sequence[Expression], inserted: Sequence[Expression]
) -> None:
    """Refuse an upsert whose rows could meet another unique key than that of `targets`."""
    keys = [key.columns for key in unique_keys(table, dialect) or ()]
    meant = {str(column.name) for column in targets}
    given = {str(column.name) for column in inserted}
    for key in keys:
        if key != meant and key <= given:
            raise CompileError(
                f"upsert() on {dialect} cannot tell which key a row of {table.name} meets, "
                f"{sorted(meant)} or {sorted(key)}, and both get values; leave the columns of one "
                f"out, or take any match with accord.dialects.{dialect}.insert() and "
                "on_duplicate_key_update()"
            )
