"""Constraints of one table: PRIMARY KEY, UNIQUE, CHECK, and what all constraints share.

Columns may be given by name or as Column objects. A constraint made of Column objects alone
attaches itself to their table as soon as all of them have one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from accord.exc import ArgumentError, ConstraintColumnNotFoundError
from accord.schema.items import ConditionalItem, known_names, next_order
from accord.schema.naming import NONE_NAME, NoneName, conventional_name
from accord.sql.coercion import element_of
from accord.sql.collection import ColumnCollection
from accord.sql.nodes import ClauseElement, EntityColumn, walk
from accord.sql.text import TextClause

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from accord.schema.column import Column
    from accord.schema.table import Table


class Constraint(ConditionalItem):
    """A rule rows have to keep."""

    visit_name: ClassVar[str] = "custom"
    convention_key: ClassVar[str | None] = None

    table: Table | None = None
    from_column: bool = False  # made for Column(unique=True)
    type_bound: bool = False  # made by a type (Enum, Boolean), which makes it again when copied
    isolated: bool = False  # a statement of its own adds or drops it, CREATE TABLE leaves it out

    def __init__(
        self,
        name: str | NoneName | None = None,
        deferrable: bool | None = None,
        initially: str | None = None,
        info: dict[Any, Any] | None = None,
        comment: str | None = None,
        **dialect_kw: Any,
    ) -> None:
        self._set_dialect_options(dialect_kw)
        self.name: Any = name
        self.deferrable = deferrable
        self.initially = initially
        self.comment = comment
        if info:
            self.info = info
        self.creation_order = next_order()

    @property
    def parent(self) -> Any:
        """The table (or, for a CHECK given to a column, the column) this belongs to."""
        return self.table

    def _set_parent(self, parent: Any) -> None:
        self.table = parent
        parent.constraints.add(self)
        self.name = conventional_name(self, parent)
        parent.constraints_changed()

    def naming_columns(self, table: Table) -> Sequence[Any]:
        """The columns a naming convention may use."""
        return ()

    def _copied(self, new: Any) -> Any:
        """`new` with what no argument of the constructor carries."""
        if self.ddl_condition is not None:
            new.ddl_condition = self.ddl_condition
        return new

    def _copied_arguments(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "deferrable": self.deferrable,
            "initially": self.initially,
            "comment": self.comment,
            "info": dict(self.info) or None,
            **self.kwargs,
        }

    def __repr__(self) -> str:
        name = "" if self.name in (None, NONE_NAME) else f"name={self.name!r}, "
        table = getattr(self.table, "fullname", None)
        return f"{type(self).__name__}({name}table={table!r})"


# --- columns by name or object -------------------------------------------------------------------


def column_object(given: Any) -> Any:
    """A Column from whatever stands for one (a mapped attribute, for instance); a string as it
    is.
    """
    element = element_of(given)
    return element.column if isinstance(element, EntityColumn) else element


def resolve_columns(given: Iterable[Any], table: Table, what: str) -> list[Column[Any]]:
    """The columns of `table` that names or objects mean."""
    return [resolve_column(item, table, what) for item in given]


def resolve_column(item: Any, table: Table, what: str) -> Column[Any]:
    """One column of `table` by key, or a Column that has to be its."""
    if isinstance(item, str):
        found = table.c.get(item)
        if found is None:
            raise ConstraintColumnNotFoundError(
                f"{what} of table {table.fullname!r} names the column {item!r}, which the table "
                "does not "
                f"have; it has {known_names(table.c.keys())}"
            )
        return found
    if item.table is None:
        return resolve_column(item.key, table, what)
    if item.table is not table:
        raise ArgumentError(
            f"{what} of table {table.fullname!r} was given column {item.name!r} of table "
            f"{item.table.fullname!r}"
        )
    return item  # type: ignore[no-any-return]  # checked above


def when_attached(columns: Sequence[Any], attach: Callable[[Any], None]) -> None:
    """Call `attach(table)` as soon as all of `columns` (Column objects) belong to one table."""
    done: list[bool] = []

    def check(_: Any = None) -> None:
        tables = {id(column.table): column.table for column in columns}
        if done or None in tables.values():
            return
        if len(tables) == 1:
            done.append(True)
            attach(columns[0].table)
            return
        names = known_names(sorted(table.fullname for table in tables.values()))
        raise ArgumentError(
            f"the columns of one constraint or index belong to several tables: {names}"
        )

    for column in columns:
        if column.table is None:
            column.call_when_attached(check)
    check()


class ColumnConstraint(Constraint):
    """A constraint over columns, in an order."""

    def __init__(self, *columns: Any, _auto_attach: bool = True, **options: Any) -> None:
        super().__init__(**options)
        self.given = tuple(column_object(column) for column in columns)
        self.columns: ColumnCollection[Any] = ColumnCollection(owner=type(self).__name__)
        for column in self.given:
            if not isinstance(column, str) and not hasattr(column, "call_when_attached"):
                raise ArgumentError(
                    f"{type(self).__name__} takes column names or Column objects, "
                    f"not {type(column).__name__}"
                )
        if _auto_attach and self.given and not any(isinstance(c, str) for c in self.given):
            when_attached(self.given, self._attach_once)

    def _attach_once(self, table: Any) -> None:
        if self.table is None:
            self.attach(table)

    def _set_parent(self, parent: Any) -> None:
        if not len(self.columns):
            for column in resolve_columns(self.given, parent, f"a {type(self).__name__}"):
                self.columns.add(column)
        super()._set_parent(parent)

    def naming_columns(self, table: Table) -> Sequence[Any]:
        return list(self.columns)

    @property
    def column_keys(self) -> list[str]:
        """The keys of the columns."""
        if len(self.columns):
            return [str(column.key) for column in self.columns]
        return [c if isinstance(c, str) else str(c.key) for c in self.given]

    def copy(self, target_table: Table | None = None) -> Constraint:
        """The same constraint, to be attached to another table."""
        new: Constraint = self._copied(type(self)(*self.column_keys, **self._copied_arguments()))
        return new

    def contains_column(self, column: object) -> bool:
        """Whether this constraint is about that very column."""
        return self.columns.contains_column(column)

    def __contains__(self, column: object) -> bool:
        return column in self.columns

    def __iter__(self) -> Iterator[Column[Any]]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    def __repr__(self) -> str:
        columns = ", ".join(map(repr, self.column_keys))
        name = "" if self.name in (None, NONE_NAME) else f", name={self.name!r}"
        return f"{type(self).__name__}({columns}{name})"


class UniqueConstraint(ColumnConstraint):
    """UNIQUE (columns)."""

    visit_name = "unique"
    convention_key = "uq"


class PrimaryKeyConstraint(ColumnConstraint):
    """PRIMARY KEY (columns). A table always has one, possibly of no columns."""

    visit_name = "primary_key"
    convention_key = "pk"

    def __init__(self, *columns: Any, _implicit: bool = False, **options: Any) -> None:
        self.implicit = _implicit
        super().__init__(*columns, **options)
        self.given_name = self.name

    def _set_parent(self, parent: Any) -> None:
        if parent.primary_key is not self:
            parent.constraints.discard(parent.primary_key)
            parent.primary_key = self
        marked = [column for column in parent.c if column.primary_key]
        columns = resolve_columns(self.given, parent, "the PrimaryKeyConstraint") or marked
        if marked and {id(c) for c in marked} != {id(c) for c in columns}:
            raise ArgumentError(
                f"table {parent.fullname!r} marks {known_names(c.name for c in marked)} with "
                "primary_key=True "
                f"and has a PrimaryKeyConstraint of {known_names(c.name for c in columns)}; say it "
                "once"
            )
        self.columns = ColumnCollection(owner="the primary key")
        for column in columns:
            column.primary_key = True
            if not column.nullable_given:
                column.nullable = False
            self.columns.add(column)
        Constraint._set_parent(self, parent)

    def add_column(self, column: Column[Any], replacing: Column[Any] | None = None) -> None:
        """A column with ``primary_key=True`` was added to the table, maybe in the place of
        another.
        """
        present = [c for c in self.columns if c is not replacing and c.key != column.key]
        self.columns = ColumnCollection(owner="the primary key")
        for member in [*present, column]:
            self.columns.add(member)
        self._columns_changed()

    def remove_column(self, column: Column[Any]) -> None:
        """A column of the key was replaced by one that is no part of it."""
        present = [member for member in self.columns if member is not column]
        self.columns = ColumnCollection(owner="the primary key")
        for member in present:
            self.columns.add(member)
        self._columns_changed()

    def _columns_changed(self) -> None:
        if self.table is not None:
            self.name = self.given_name
            self.name = conventional_name(self, self.table)
            self.table.constraints_changed()


class CheckConstraint(Constraint):
    """CHECK (condition), for a table or as an argument of a Column."""

    visit_name = "check"
    convention_key = "ck"

    column: Column[Any] | None = None

    def __init__(
        self,
        sqltext: Any,
        name: str | NoneName | None = None,
        deferrable: bool | None = None,
        initially: str | None = None,
        table: Table | None = None,
        info: dict[Any, Any] | None = None,
        comment: str | None = None,
        _auto_attach: bool = True,
        **dialect_kw: Any,
    ) -> None:
        super().__init__(name, deferrable, initially, info, comment, **dialect_kw)
        element: Any = element_of(sqltext)
        if isinstance(element, str):
            element = TextClause(element)
        if not isinstance(element, ClauseElement):
            raise ArgumentError(
                "CheckConstraint takes a string of SQL or a condition such as column > 5, "
                f"not {type(sqltext).__name__}"
            )
        self.sqltext: ClauseElement = element
        if table is not None:
            self.attach(table)
        elif _auto_attach:
            columns = expression_columns(element)
            if columns and all(hasattr(column, "call_when_attached") for column in columns):
                when_attached(columns, self._attach_once)

    def _attach_once(self, table: Any) -> None:
        if self.table is None and self.column is None:
            self.attach(table)

    def _set_parent(self, parent: Any) -> None:
        if hasattr(parent, "call_when_attached"):  # a Column: rendered in its definition
            self.column = parent
            parent.constraints.add(self)
            parent.call_when_attached(self._column_attached)
        else:
            super()._set_parent(parent)

    def _column_attached(self, column: Any) -> None:
        self.table = column.table
        self.name = conventional_name(self, column.table)

    @property
    def parent(self) -> Any:
        return self.column if self.column is not None else self.table

    def naming_columns(self, table: Table) -> Sequence[Any]:
        if self.column is not None:
            return [self.column]
        found = (table.c.get(column.key) for column in expression_columns(self.sqltext))
        return [column for column in found if column is not None]

    def copy(self, target_table: Table | None = None) -> CheckConstraint:
        """The same condition for another table; in DDL its columns are bare names."""
        new: CheckConstraint = self._copied(
            type(self)(self.sqltext, _auto_attach=False, **self._copied_arguments())
        )
        return new

    def __repr__(self) -> str:
        name = "" if self.name in (None, NONE_NAME) else f", name={self.name!r}"
        return f"CheckConstraint({str(self.sqltext)!r}{name})"


def expression_columns(element: ClauseElement) -> list[Any]:
    """The columns an expression mentions, each once, in order."""
    found: dict[int, Any] = {}
    for node in walk(element):
        column = column_object(node)
        if hasattr(column, "table") and hasattr(column, "is_literal"):
            found.setdefault(id(column), column)
    return list(found.values())
