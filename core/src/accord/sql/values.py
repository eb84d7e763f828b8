"""FROM elements that are no tables: VALUES lists and functions that return rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import ArgumentError
from accord.sqltypes.base import NULLTYPE, TypeEngine, to_instance

from .aliases import CTE, AliasedFrom, DerivedColumn
from .coercion import element_of, expression
from .nodes import ClauseElement, ColumnElement
from .selectable import ColumnClause, FromClause

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence


class Values(AliasedFrom):
    """``(VALUES (…), (…)) AS name (column, …)``."""

    __slots__ = ("column_args", "is_lateral", "literal_binds", "rows")

    visit_name = "values"

    def __init__(
        self, *columns: ColumnClause[Any], name: str | None = None, literal_binds: bool = False
    ) -> None:
        if not columns:
            raise ArgumentError(
                "values() needs its columns: values(column('id', Integer), name='v')"
            )
        self.column_args = columns
        self.rows: tuple[tuple[ColumnElement[Any], ...], ...] = ()
        self.literal_binds = literal_binds
        self.is_lateral = False
        self.element = self
        self.name = name
        self._compose()

    def _with(self, **changes: Any) -> Values:
        new = object.__new__(Values)
        for slot in ("column_args", "rows", "literal_binds", "is_lateral", "name"):
            setattr(new, slot, changes.get(slot, getattr(self, slot)))
        new.element = new
        new._compose()
        return new

    def data(self, rows: Sequence[Sequence[Any]]) -> Values:
        """A copy with more rows; each has one value per column."""
        width = len(self.column_args)
        made = []
        for row in rows:
            if len(row) != width:
                raise ArgumentError(
                    f"a row of values() has {len(row)} elements for {width} columns"
                )
            cells = zip(row, self.column_args, strict=True)
            made.append(
                tuple([expression(value, _bind_type(column.type)) for value, column in cells])
            )
        return self._with(rows=(*self.rows, *made))

    def alias(self, name: str | None = None, flat: bool = False) -> Values:
        return self._with(name=name)

    def lateral(self, name: str | None = None) -> Values:
        return self._with(name=name or self.name, is_lateral=True)

    def scalar_values(self) -> ColumnElement[Any]:
        """The list as a value: ``(VALUES (1), (2))``."""
        return ScalarValues(self)

    def cte(self, name: str | None = None, recursive: bool = False, nesting: bool = False) -> CTE:
        return CTE(self, name or self.name, recursive, nesting)

    def as_in_operand(self) -> ColumnElement[Any]:
        return ScalarValues(self)

    @property
    def returns_rows(self) -> bool:
        return True

    def result_columns(self) -> Sequence[tuple[str, str, ColumnElement[Any]]]:
        return [(str(c.name), str(c.key), c) for c in self.column_args]

    @property
    def name_hint(self) -> str:
        return "anon"

    def children(self) -> Iterable[ClauseElement]:
        return [cell for row in self.rows for cell in row]

    def shape(self) -> tuple[Hashable, ...]:
        columns = tuple([column.cache_key for column in self.column_args])
        return (columns, len(self.rows), self.literal_binds, self.is_lateral)


def _bind_type(type_: TypeEngine) -> TypeEngine | None:
    return None if type_ is NULLTYPE else type_


class ScalarValues(ColumnElement[Any]):
    """A VALUES list inside an expression."""

    __slots__ = ("element",)

    visit_name = "scalar_values"
    name: str | None = None

    def __init__(self, element: Values) -> None:
        self.element = element
        self.type = element.column_args[0].type
        self._compose()

    def children(self) -> Iterable[ClauseElement]:
        return (self.element,)


class TableValued(AliasedFrom):
    """``function(…) AS name (column, …)``."""

    __slots__ = ("column_args", "is_lateral", "ordinality", "shows_columns", "shows_types")

    visit_name = "table_valued"

    def __init__(
        self,
        element: Any,
        columns: Sequence[Any],
        name: str | None = None,
        *,
        with_ordinality: str | None = None,
        is_lateral: bool = False,
        shows_columns: bool = False,
        shows_types: bool = False,
    ) -> None:
        named = [ColumnClause[Any](c) if isinstance(c, str) else element_of(c) for c in columns]
        if with_ordinality is not None:
            named.append(ColumnClause[Any](with_ordinality))
        self.column_args: tuple[ColumnClause[Any], ...] = tuple(named)
        self.ordinality = with_ordinality is not None
        self.is_lateral = is_lateral
        self.shows_columns = shows_columns
        self.shows_types = shows_types
        super().__init__(element, name)

    def result_columns(self) -> Sequence[tuple[str, str, ColumnElement[Any]]]:
        return [(str(c.name), str(c.key), c) for c in self.column_args]

    def _derive(self) -> Iterable[tuple[str, ColumnElement[Any]]]:
        if not self.column_args:
            yield self.name or self.name_hint, self.column
        for name, key, column in self.result_columns():
            yield key, DerivedColumn(name, key, column, self)

    @property
    def name_hint(self) -> str:
        return "anon" if self.column_args else str(getattr(self.element, "name", None) or "anon")

    def shape(self) -> tuple[Hashable, ...]:
        columns = tuple([column.cache_key for column in self.column_args])
        return (columns, self.ordinality, self.is_lateral, self.shows_columns, self.shows_types)

    def _again(self, **changes: Any) -> TableValued:
        new = object.__new__(TableValued)
        for slot in ("element", "name", *TableValued.__slots__):
            setattr(new, slot, changes.get(slot, getattr(self, slot)))
        new._compose()
        return new

    def alias(self, name: str | None = None, flat: bool = False) -> TableValued:
        return self._again(name=name)

    def lateral(self, name: str | None = None) -> TableValued:
        return self._again(name=name or self.name, is_lateral=True)

    def render_derived(self, name: str | None = None, with_types: bool = False) -> TableValued:
        """Show the column list after the name: ``AS name(a, b)``, with types where the function
        leaves them open."""
        return self._again(name=name or self.name, shows_columns=True, shows_types=with_types)

    @property
    def column(self) -> ColumnClause[Any]:
        """The whole row, or the only column, by the alias's own name."""
        return AliasColumn(self)


class AliasColumn(ColumnClause[Any]):
    """A FROM element's name used as a column."""

    __slots__ = ("_binds", "has_anon")

    visit_name = "alias_column"

    def __init__(self, table: FromClause) -> None:
        self.name = table.name
        self.key = table.name
        element = getattr(table, "element", None)
        self.type = element.type if isinstance(element, ColumnElement) else NULLTYPE
        self.is_literal = False
        self.table: FromClause = table
        self._compose()

    def _compose(self) -> None:
        self.cache_key = ("alias_column", self.table.cache_key)
        self._binds = self.table.binds
        self.has_anon = self.table.has_anon

    @property
    def binds(self) -> Any:  # type: ignore[override]  # computed, not stored
        return self._binds

    @property
    def result_hint(self) -> str | None:  # type: ignore[override]  # computed, not stored
        return getattr(self.table, "name_hint", None)


class ScalarFunctionColumn(ColumnElement[Any]):
    """``(function(…)).column``."""

    __slots__ = ("element", "name")

    visit_name = "scalar_function_column"
    name: str

    def __init__(self, element: ColumnElement[Any], name: str, type_: Any = None) -> None:
        self.element = element
        self.name = name
        self.type = to_instance(type_)
        self._compose()

    def shape(self) -> tuple[Hashable, ...]:
        return (self.name,)

    def children(self) -> Iterable[ClauseElement]:
        return (self.element,)
