"""Index: over columns or expressions, unique or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from accord.exc import ArgumentError
from accord.schema.constraints import (
    column_object,
    expression_columns,
    resolve_column,
    when_attached,
)
from accord.schema.items import ConditionalItem, next_order
from accord.schema.naming import conventional_name
from accord.sql.coercion import element_of
from accord.sql.collection import ColumnCollection
from accord.sql.nodes import ClauseElement, ColumnElement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.schema.conditions import CheckFirst
    from accord.schema.table import Table


class Index(ConditionalItem):
    """An index: ``Index("ix_name", table.c.name)``, ``Index("ix_low", func.lower(table.c.name))``.

    Dialects add options (``postgresql_using="gin"``, ``sqlite_where=…``).
    """

    convention_key: ClassVar[str] = "ix"

    table: Table | None = None
    from_column: bool = False  # made for Column(index=True)

    def __init__(
        self,
        name: str | None,
        *expressions: Any,
        unique: bool = False,
        info: dict[Any, Any] | None = None,
        _table: Table | None = None,
        **dialect_kw: Any,
    ) -> None:
        if name is not None and not isinstance(name, str):
            raise ArgumentError(
                "the first argument of Index is its name; Index(None, column) leaves the name to "
                "the "
                "naming convention"
            )
        self._set_dialect_options(dialect_kw)
        self.name: str | None = name
        self.unique = unique
        if info:
            self.info = info
        self.creation_order = next_order()
        self.given = tuple(self._checked(expression) for expression in expressions)
        self.expressions: list[Any] = []
        self.columns: ColumnCollection[Any] = ColumnCollection(owner="Index")
        if _table is not None:
            self.attach(_table)
            return
        columns = [column for given in self.given for column in self._columns_of(given)]
        if columns and all(hasattr(column, "call_when_attached") for column in columns):
            when_attached(columns, self._attach_once)

    @staticmethod
    def _checked(given: Any) -> Any:
        found = column_object(given)
        if isinstance(found, (str, ColumnElement)):
            return found
        element = element_of(given)
        if isinstance(element, ClauseElement):
            return element
        raise ArgumentError(
            "Index takes column names, Column objects and SQL expressions (text('…') for a piece "
            "of SQL), "
            f"not {type(given).__name__}"
        )

    @staticmethod
    def _columns_of(given: Any) -> list[Any]:
        return [] if isinstance(given, str) else expression_columns(given)

    def _attach_once(self, table: Any) -> None:
        if self.table is None:
            self.attach(table)

    def _set_parent(self, parent: Any) -> None:
        if self.table is not None and self.table is not parent:
            raise ArgumentError(
                f"index {self.name!r} belongs to table {self.table.fullname!r} already; make a "
                "copy for "
                f"table {parent.fullname!r}"
            )
        self.table = parent
        self.expressions = [self._expression(given, parent) for given in self.given]
        for expression in self.expressions:
            for column in expression_columns(expression):
                own = parent.c.get(column.key)
                if own is not None and own not in self.columns:
                    self.columns.add(own)
        parent.indexes.add(self)
        self.name = conventional_name(self, parent)
        if self.name is None:
            raise ArgumentError(
                f"an index of table {parent.fullname!r} needs a name: Index('name', ...), or a "
                "naming "
                "convention with the key 'ix'"
            )
        parent.constraints_changed()

    def _expression(self, given: Any, table: Table) -> Any:
        is_column = isinstance(given, str) or hasattr(given, "call_when_attached")
        return resolve_column(given, table, "an Index") if is_column else given

    def naming_columns(self, table: Table) -> Sequence[Any]:
        """The columns a naming convention may use."""
        return list(self.columns)

    def copy(self, target_table: Table | None = None) -> Index:
        """The same index, to be attached to another table."""
        expressions = [
            str(given.key) if hasattr(given, "call_when_attached") else given
            for given in self.given
        ]
        new = type(self)(
            self.name, *expressions, unique=self.unique, info=dict(self.info) or None,
            **self.kwargs,
        )  # fmt: skip
        if self.ddl_condition is not None:
            new.ddl_condition = self.ddl_condition
        if target_table is not None:
            new.attach(target_table)
        return new

    def create(self, bind: Any, checkfirst: bool | CheckFirst = False) -> None:
        """CREATE INDEX; `checkfirst` leaves one alone that exists."""
        from accord.schema.conditions import CheckFirst
        from accord.schema.elements import CreateIndex, execute_on

        if CheckFirst.INDEXES not in CheckFirst.of(checkfirst) or not self._exists(bind):
            execute_on(bind, CreateIndex(self), "create")

    def drop(self, bind: Any, checkfirst: bool | CheckFirst = False) -> None:
        """DROP INDEX; `checkfirst` looks first whether it is there."""
        from accord.schema.conditions import CheckFirst
        from accord.schema.elements import DropIndex, execute_on

        if CheckFirst.INDEXES not in CheckFirst.of(checkfirst) or self._exists(bind):
            execute_on(bind, DropIndex(self), "drop")

    def _exists(self, bind: Any) -> bool:
        table = self.table
        if table is None:
            raise ArgumentError(f"index {self.name!r} belongs to no table; append it to one first")
        found: bool = bind.has_index(table.name, self.name, table.schema)
        return found

    def __repr__(self) -> str:
        shown = [
            str(given if isinstance(given, str) else getattr(given, "key", given))
            for given in self.given
        ]
        unique = ", unique=True" if self.unique else ""
        return f"Index({self.name!r}, {', '.join(map(repr, shown))}{unique})"
