"""insert(), update(), delete(): builders for statements that change data.

Like select, a statement is the history of its calls; dmlparts.py says what they amount to. Values
are assigned by column: names are resolved when given, so a misspelt one is an error at once.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, Self

from accord.exc import ArgumentError, CompileError, InvalidRequestError

from . import coercion
from .aliases import CTE
from .collection import ColumnCollection
from .labels import name_columns
from .nodes import (
    BindParameter,
    ClauseElement,
    ColumnElement,
    Entity,
    EntityColumn,
    UpdateBase,
)
from .select import as_text, attribute_of
from .selectable import ColumnClause, FromClause, TableClause
from .selectbase import SelectBase
from .statement import Statement

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    from .dmlparts import DeleteParts, InsertParts, UpdateParts
    from .statement import TypedReturnsRows
    from .typed import DeleteReturningCall, InsertReturningCall, UpdateReturningCall

    Row = TypeVar("Row", default=tuple[()])  # no RETURNING: no rows
else:
    from typing import TypeVar

    Row = TypeVar("Row")

Assignment = tuple[ColumnElement[Any], ColumnElement[Any]]


class RowsBlock(ClauseElement):
    """The rows of a multi-row VALUES: one tuple per row, in the order of `columns`."""

    __slots__ = ("columns", "rows")

    visit_name = "rows_block"

    def __init__(
        self,
        columns: tuple[ColumnElement[Any], ...],
        rows: tuple[tuple[ColumnElement[Any], ...], ...],
    ) -> None:
        self.columns = columns
        self.rows = rows
        self._compose()

    def _compose(self) -> None:
        super()._compose()
        if all(type(cell) is BindParameter for row in self.rows for cell in row):
            # Every cell is a value of its column's type: the shape says it all.
            self.cache_key = (self.visit_name, *self.shape())

    def shape(self) -> tuple[Hashable, ...]:
        return (len(self.rows), *[column.cache_key for column in self.columns])

    def children(self) -> Iterable[ClauseElement]:
        return [cell for row in self.rows for cell in row]


class DML(Statement, UpdateBase):
    """What INSERT, UPDATE and DELETE share: a table, RETURNING, prefixes, CTEs."""

    __slots__ = ()

    is_dml = True

    def __init__(self, table: Any) -> None:
        node = coercion.element_of(table)
        if not isinstance(node, (Entity, FromClause)):
            shown = node.__qualname__ if isinstance(node, type) else type(node).__qualname__
            raise ArgumentError(f"{self.visit_name}() takes a table or a mapped class, not {shown}")
        self._begin("target", (node,))

    @property
    def target(self) -> Entity | FromClause:
        """What was given: the table, or the mapped class as an Entity."""
        node: Entity | FromClause = self.steps[0][1][0]
        return node

    @property
    def table(self) -> Any:
        """The table whose rows change."""
        target = self.target
        return target.from_clause if isinstance(target, Entity) else target

    @property
    def entity(self) -> Entity | None:
        """The mapped class, if one was given."""
        target = self.target
        return target if isinstance(target, Entity) else None

    @property
    def returns_rows(self) -> bool:
        return bool(self.parts.returning_columns)

    if not TYPE_CHECKING:  # typed.py says what type checkers know of it

        def returning(self, *columns: Any, sort_by_parameter_order: bool = False) -> Self:
            """Have the rows that were changed returned, as these columns, tables or entities."""
            if not columns:
                raise ArgumentError("returning() needs at least one column")
            nodes = tuple([coercion.selected(column) for column in columns])
            return self._then("returning", nodes, bool(sort_by_parameter_order))

    @property
    def exported_columns(self) -> ColumnCollection[Any]:
        """What RETURNING gives, by key."""
        return ColumnCollection([(key, column) for _, key, column in self.result_columns()])

    def result_columns(self) -> Sequence[tuple[str, str, ColumnElement[Any]]]:
        named = name_columns(self.parts.returning_columns)
        return [(column.name, column.key, column.element) for column in named]

    def prefix_with(self, *texts: Any, dialect: str = "*") -> Self:
        """SQL between the verb and the table."""
        return self._then("prefix", *[(as_text(text), dialect) for text in texts])

    def with_hint(self, text: str, selectable: Any = None, dialect_name: str = "*") -> Self:
        return self._then("hint", coercion.raw_sql(text, "with_hint()"), dialect_name)

    def add_cte(self, *ctes: CTE, nest_here: bool = False) -> Self:
        return self._then("add_ctes", *ctes)

    def cte(self, name: str | None = None, recursive: bool = False, nesting: bool = False) -> CTE:
        """This statement as an entry of WITH; its rows are what it returns."""
        return CTE(self, name, recursive, nesting)

    def with_dialect_options(self, **options: Any) -> Self:
        """Options ``<dialect>_<name>=value`` a dialect's renderer knows."""
        return self._then("dialect_options", tuple(sorted(options.items())))


class _Filtered(DML):
    """WHERE: UPDATE and DELETE."""

    __slots__ = ()

    def where(self, *criteria: Any) -> Self:
        """Add conditions, joined by AND."""
        return self._then("where", *[coercion.condition(criterion) for criterion in criteria])

    filter = where

    def filter_by(self, **values: Any) -> Self:
        target = self.target
        return self.where(*[attribute_of(target, name) == value for name, value in values.items()])

    @property
    def whereclause(self) -> ColumnElement[Any] | None:
        clause: ColumnElement[Any] | None = self.parts.whereclause
        return clause


class _Valued(DML):
    """VALUES: INSERT and UPDATE."""

    __slots__ = ()

    def _assignments(self, values: Mapping[Any, Any]) -> tuple[Assignment, ...]:
        target = self.target
        pairs = [(assigned_column(target, key), value) for key, value in values.items()]
        return tuple([(column, coercion.assigned(value, column)) for column, value in pairs])

    def return_defaults(self, *columns: Any, supplemental_cols: Any = None) -> Self:
        """Ask for values the database generates, where they can come with the statement."""
        return self._then("return_defaults", *[coercion.expression(column) for column in columns])

    def inline(self) -> Self:
        """Do not fetch generated values."""
        return self._then("inline")


class Insert(_Valued, Generic[Row]):
    """``INSERT INTO …``"""

    __slots__ = ()

    visit_name = "insert"
    is_insert = True

    if TYPE_CHECKING:

        returning: InsertReturningCall

        @property
        def parts(self) -> InsertParts: ...

    def _new_parts(self) -> InsertParts:
        from .dmlparts import InsertParts

        return InsertParts()

    def values(self, *rows: Any, **values: Any) -> Self:
        """The values of one row (a dict, keywords, a tuple in table order), or of several (a
        list)."""
        if rows and values:
            raise ArgumentError("values() takes either positional values or keywords")
        if not rows:
            return self._then("values", self._assignments(values))
        given = rows[0] if len(rows) == 1 else rows
        if isinstance(given, Mapping):
            return self._then("values", self._assignments(given))
        if isinstance(given, (list, tuple)):
            if given and isinstance(given[0], (Mapping, list, tuple)):
                return self._many(list(given))
            if not given:
                raise ArgumentError("values() was given an empty list of rows")
            return self._then("values", self._assignments(self._by_position(given)))
        raise ArgumentError(
            f"values() takes a dict, a tuple or a list of them, not {type(given).__name__}"
        )

    def _by_position(self, row: Sequence[Any]) -> dict[Any, Any]:
        columns = list(self.table.c)
        if len(row) > len(columns):
            raise ArgumentError(
                f"{len(row)} values are given for the {len(columns)} columns of the table"
            )
        return dict(zip(columns, row, strict=False))

    def _many(self, rows: list[Any]) -> Self:
        dicts = [row if isinstance(row, Mapping) else self._by_position(row) for row in rows]
        target = self.target
        columns = tuple([assigned_column(target, key) for key in dicts[0]])
        keys = list(dicts[0])
        made = []
        for number, row in enumerate(dicts, 1):
            if len(row) != len(keys):
                raise CompileError(f"row {number} of values() has other columns than the first")
            try:
                cells = [coercion.assigned(row[k], c) for k, c in zip(keys, columns, strict=True)]
            except KeyError as missing:
                raise CompileError(f"row {number} of values() has no value for {missing}") from None
            made.append(tuple(cells))
        return self._then("many", RowsBlock(columns, tuple(made)))

    def from_select(self, names: Iterable[Any], select: Any, include_defaults: bool = True) -> Self:
        """Insert the rows of a query into the columns `names`."""
        target = self.target
        columns = tuple([assigned_column(target, name) for name in names])
        query = coercion.element_of(select)
        if not isinstance(query, SelectBase):
            raise ArgumentError("from_select() takes a select() as its second argument")
        return self._then("from_select", columns, query, bool(include_defaults))


class Update(_Filtered, _Valued, Generic[Row]):
    """``UPDATE …``"""

    __slots__ = ()

    visit_name = "update"
    is_update = True

    if TYPE_CHECKING:

        returning: UpdateReturningCall

        @property
        def parts(self) -> UpdateParts: ...

    def _new_parts(self) -> UpdateParts:
        from .dmlparts import UpdateParts

        return UpdateParts()

    def values(self, *mappings: Any, **values: Any) -> Self:
        """New values by column: a dict, or keywords."""
        given: dict[Any, Any] = {}
        for mapping in mappings:
            if not isinstance(mapping, Mapping):
                raise ArgumentError(
                    f"values() takes a dict or keywords, not {type(mapping).__name__}"
                )
            given.update(mapping)
        given.update(values)
        return self._then("values", self._assignments(given))

    def ordered_values(self, *pairs: tuple[Any, Any]) -> Self:
        """New values, set in this order (it matters on some databases)."""
        if any(len(pair) != 2 for pair in pairs):
            raise ArgumentError("ordered_values() takes (column, value) pairs")
        target = self.target
        columns = [(assigned_column(target, key), value) for key, value in pairs]
        assignments = tuple(
            [(column, coercion.assigned(value, column)) for column, value in columns]
        )
        return self._then("ordered_values", assignments)


class Delete(_Filtered, Generic[Row]):
    """``DELETE FROM …``"""

    __slots__ = ()

    visit_name = "delete"
    is_delete = True

    if TYPE_CHECKING:

        returning: DeleteReturningCall

        @property
        def parts(self) -> DeleteParts: ...

    def _new_parts(self) -> DeleteParts:
        from .dmlparts import DeleteParts

        return DeleteParts()


# What `returning()` makes of a statement is another class only to type checkers.
if TYPE_CHECKING:

    class ReturningInsert(Insert[Row], TypedReturnsRows[Row]):
        """`Insert` with RETURNING."""

    class ReturningUpdate(Update[Row], TypedReturnsRows[Row]):
        """`Update` with RETURNING."""

    class ReturningDelete(Delete[Row], TypedReturnsRows[Row]):
        """`Delete` with RETURNING."""
else:
    ReturningInsert, ReturningUpdate, ReturningDelete = Insert, Update, Delete


def assigned_column(target: Entity | FromClause, key: Any) -> ColumnElement[Any]:
    """The column `key` means: an attribute name, a column name, a column or a mapped attribute."""
    if not isinstance(key, str):
        node = coercion.element_of(key)
        if isinstance(node, EntityColumn):
            node = node.column
        if not isinstance(node, ColumnElement):
            raise ArgumentError(f"values are assigned to columns; {type(key).__name__} is none")
        return node
    if isinstance(target, Entity):
        return assigned_column(target.from_clause, target.owner.attribute(key))
    found = target.c.get(key)
    if found is None:
        found = next((column for column in target.c if column.name == key), None)
    if found is None:
        if type(target) is TableClause:
            return ColumnClause(key, table=target)
        known = ", ".join(target.c.keys())
        raise CompileError(
            f"Unconsumed column names: {key}; {target.name or 'the table'} has {known}"
        )
    column: ColumnElement[Any] = found
    return column


def refuse_mixed(kinds: Sequence[str]) -> None:
    """One INSERT takes its rows from one place."""
    if len(kinds) > 1:
        raise InvalidRequestError(
            f"an INSERT takes its rows from one of {', '.join(kinds)}, not from several"
        )
