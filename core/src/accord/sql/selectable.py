"""What can stand in a FROM clause: tables, aliases, subqueries, CTEs; and the columns they offer.

`schema.Table` and `schema.Column` are subclasses of `TableClause` and `ColumnClause`. Everything
derived (an alias, a subquery) gets its columns on first use, as `DerivedColumn`s that know which
table column they are a view of. Joins are in joins.py, VALUES and table-valued functions in
values.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from accord.exc import ArgumentError
from accord.sqltypes.base import TypeEngine, to_instance

from .collection import ColumnCollection
from .nodes import BindParameter, ClauseElement, ColumnElement, T_co, next_uid

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from .aliases import TableSample
    from .joins import Join
    from .select import Select
    from .typed import FromWithColumns

C = TypeVar("C")
Columns = ColumnCollection[Any]
NO_COLUMNS: ColumnCollection[Any] = ColumnCollection()


class FromClause(ClauseElement):
    """Something rows come from."""

    __slots__ = ()

    name: str | None
    schema: str | None

    @property
    def c(self) -> Columns:
        """The columns, by name."""
        raise NotImplementedError

    @property
    def columns(self) -> Columns:
        return self.c

    exported_columns = columns

    @property
    def primary_key(self) -> Any:
        """The columns that identify a row, where that is known; empty otherwise."""
        return ColumnCollection((str(c.key), c) for c in self.c if getattr(c, "primary_key", False))

    @property
    def foreign_keys(self) -> Any:
        """The foreign keys of the columns."""
        return {key for column in self.c for key in getattr(column, "foreign_keys", ())}

    @property
    def hidden(self) -> tuple[FromClause, ...]:
        """The FROM elements that are part of this one and need no listing of their own."""
        return (self,)

    @property
    def entity_namespace(self) -> Columns:
        return self.c

    def corresponding_column(
        self, column: ColumnElement[Any], require_embedded: bool = False
    ) -> Any:
        """This element's view of `column`, or None."""
        return self.c.corresponding(column)

    def is_derived_from(self, other: FromClause | None) -> bool:
        """Whether rows of this element are rows of `other`."""
        return other is not None and any(part is other for part in self.hidden)

    def select(self) -> Select[Any]:
        """``SELECT`` of all its columns."""
        from .select import Select

        return Select(self)

    def table_valued(self) -> ColumnClause[Any]:
        """A row of this element as one value: ``func.row_to_json(table.table_valued())``."""
        from .values import AliasColumn

        return AliasColumn(self)

    @property
    def named_with_column(self) -> bool:
        """Whether columns are addressed by this element's name."""
        return self.name is not None

    @property
    def description(self) -> str:
        """What messages call it."""
        return self.name or f"the {type(self).__name__.lower()}"

    def with_cols(self, type_: type[C]) -> FromWithColumns[C]:
        """Itself: what its columns are, a TypedColumns class tells type checkers."""
        return self  # type: ignore[return-value]  # which class it is, type checkers need not know

    def alias(self, name: str | None = None, flat: bool = False) -> Any:
        from .aliases import Alias

        return Alias(self, name)

    def lateral(self, name: str | None = None) -> Any:
        from .aliases import Lateral

        return Lateral(self, name)

    def tablesample(self, sampling: Any, name: str | None = None, seed: Any = None) -> TableSample:
        from .aliases import TableSample

        return TableSample(self, sampling, name, seed)

    def join(
        self, right: Any, onclause: Any = None, isouter: bool = False, full: bool = False
    ) -> Join:
        from .joins import join

        return join(self, right, onclause, isouter=isouter, full=full)

    def outerjoin(self, right: Any, onclause: Any = None, full: bool = False) -> Join:
        from .joins import join

        return join(self, right, onclause, isouter=True, full=full)


# --- tables and columns ---------------------------------------------------------------------------


class ColumnClause(ColumnElement[T_co]):
    """A column by name. With `is_literal` the name is SQL text (`literal_column`).

    A subclass (`schema.Column`) has an identity of its own; plain ones are equal when they look
    equal.
    """

    __slots__ = ("is_literal", "key", "name", "table")

    visit_name = "column"
    binds: tuple[BindParameter[Any], ...] = ()
    has_anon: bool = False
    name: str | None
    key: str | None
    table: FromClause | None
    primary_key: bool = False
    foreign_keys: Any = frozenset()

    def __init__(
        self,
        name: str | None,
        type_: TypeEngine | type[TypeEngine] | None = None,
        is_literal: bool = False,
        *,
        table: FromClause | None = None,
        key: str | None = None,
    ) -> None:
        self.name = name
        self.key = key or name
        self.type = to_instance(type_)
        self.is_literal = is_literal
        self.table = table
        self._compose()

    def _compose(self) -> None:
        if self.has_identity:
            self.cache_key: Hashable = ("c", next_uid())
        else:
            place = None if self.table is None else self.table.cache_key
            self.cache_key = (
                "column", self.name, self.type.key, self.is_literal, place,
            )  # fmt: skip

    def __reduce_ex__(self, protocol: Any) -> Any:
        if type(self) is ColumnClause and type(self.table) is TableClause:
            return (_column_again, (self.table, self.key))
        return super().__reduce_ex__(protocol)

    @property
    def origin(self) -> ColumnElement[Any] | None:
        return self

    @property
    def description(self) -> str | None:
        return self.name

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r}>"


class TableClause(FromClause):
    """A table by name, with whatever columns it was given: ``table("user", column("id"))``."""

    __slots__ = ("c", "name", "schema")

    visit_name = "table"
    binds: tuple[BindParameter[Any], ...] = ()
    has_anon: bool = False
    c: Columns
    name: str
    schema: str | None
    primary_key: Any = NO_COLUMNS
    foreign_keys: Any = frozenset()

    def __init__(self, name: str, *columns: ColumnClause[Any], schema: str | None = None) -> None:
        self.name = name
        self.schema = schema
        self.c = ColumnCollection(owner=f"table {self.fullname}")
        self._compose_with(columns)  # before they are its own: their keys hold the table's
        for column in columns:
            self.append_column(column)

    def _compose(self) -> None:
        self._compose_with(self.c)

    def _compose_with(self, columns: Iterable[ColumnClause[Any]]) -> None:
        if self.has_identity:
            self.cache_key: Hashable = ("t", next_uid())
        else:
            kinds = tuple([(column.name, column.type.key) for column in columns])
            # A row that only a dialect's INSERT knows is no table of the same name.
            kind = "table" if type(self) is TableClause else type(self)
            self.cache_key = (kind, self.name, self.schema, kinds)

    def __reduce_ex__(self, protocol: Any) -> Any:
        if type(self) is TableClause:
            columns = [(column.name, column.type, column.key) for column in self.c]
            return (_table_again, (self.name, self.schema, columns))
        return super().__reduce_ex__(protocol)

    @property
    def fullname(self) -> str:
        return self.name if self.schema is None else f"{self.schema}.{self.name}"

    @property
    def key(self) -> str:
        return self.fullname

    def append_column(self, column: ColumnClause[Any]) -> None:
        """Give the table its own view of a lightweight `column`."""
        if column.table is not None:
            raise ArgumentError(f"column {column.name!r} already belongs to {column.table}")
        self.c.add(
            ColumnClause(column.name, column.type, column.is_literal, table=self, key=column.key)
        )

    def insert(self) -> Any:
        from .dml import Insert

        return Insert(self)

    def update(self) -> Any:
        from .dml import Update

        return Update(self)

    def delete(self) -> Any:
        from .dml import Delete

        return Delete(self)

    @property
    def description(self) -> str:
        return self.name


def _column_again(table: TableClause, key: str) -> ColumnClause[Any]:
    column: ColumnClause[Any] = table.c[key]
    return column


def _table_again(name: str, schema: str | None, columns: list[Any]) -> TableClause:
    made = [ColumnClause[Any](name, type_, key=key) for name, type_, key in columns]
    return TableClause(name, *made, schema=schema)


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Names that SQLAlchemy has in this module and accord in another one."""
        if name.startswith("__"):
            raise AttributeError(name)
        from . import expression

        try:
            return getattr(expression, name)
        except AttributeError:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
