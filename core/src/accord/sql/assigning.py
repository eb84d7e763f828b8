"""What INSERT and UPDATE assign: columns by whatever name is given, values as the column's type,
blocks of rows.

In: keys and values as a program writes them. Out: nodes. A name that means no column of the table
is refused here, with the names that do.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, NoReturn

from accord.exc import ArgumentError, CompileError, InvalidRequestError

from . import coercion
from .clauses import any_anon
from .nodes import BindParameter, ClauseElement, ColumnElement, Entity, EntityColumn
from .selectable import ColumnClause, FromClause, TableClause

Assignment = tuple[ColumnElement[Any], ColumnElement[Any]]
Target = Entity | FromClause


class RowsBlock(ClauseElement):
    """The rows of a multi-row VALUES: one tuple per row, in the order of `columns`."""

    __slots__ = ("columns", "plain", "rows")

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
        # A block may have tens of thousands of cells, most often nothing but values.
        cells = [cell for row in self.rows for cell in row]
        self.plain = all(type(cell) is BindParameter for cell in cells)
        shape = (self.visit_name, *self.shape())
        if self.plain:  # every cell is a value of its column's type: the shape says it all
            self.cache_key = shape
            self.binds = tuple(cells)  # type: ignore[arg-type]  # just looked at
            self.has_anon = False
        else:
            self.cache_key = (*shape, *[cell.cache_key for cell in cells])
            self.binds = tuple([bind for cell in cells for bind in cell.binds])
            self.has_anon = any_anon(cells)

    def shape(self) -> tuple[Hashable, ...]:
        return (len(self.rows), *[column.cache_key for column in self.columns])

    def children(self) -> Iterable[ClauseElement]:
        return [cell for row in self.rows for cell in row]


class _OfColumn(ColumnElement[Any]):
    """An element that speaks of one column of the statement's table, and has its type."""

    __slots__ = ("column",)

    name: str | None = None

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column
        self.type = column.type
        self._compose()

    def shape(self) -> tuple[Hashable, ...]:
        return (self.column.cache_key,)


class DMLTargetCopy(_OfColumn):
    """The value a column gets in the same INSERT or UPDATE; see `from_dml_column`."""

    __slots__ = ()

    visit_name = "dml_target_copy"


class DefaultCell(_OfColumn):
    """The place of a column that one row of a multi-row VALUES leaves to the column's default."""

    __slots__ = ()

    visit_name = "default_cell"


def from_dml_column(column: Any) -> DMLTargetCopy:
    """The value that another column of the same INSERT or UPDATE gets; in an UPDATE that does not
    set the column, the column itself.

        insert(t).values(name="Ann", size=func.length(from_dml_column(t.c.name)))
    """
    node = coercion.expression(column)
    if isinstance(node, EntityColumn):
        node = node.column
    if not isinstance(node, ColumnClause):
        raise ArgumentError("from_dml_column() takes a column of the table that is written")
    return DMLTargetCopy(node)


# --- columns -------------------------------------------------------------------------------------


def assigned_column(target: Target, key: Any) -> ColumnElement[Any]:
    """The column `key` means: an attribute name, a column name, a column or a mapped attribute."""
    if not isinstance(key, str):
        node = coercion.element_of(key)
        if isinstance(node, EntityColumn):
            node = node.column
        if not isinstance(node, ColumnElement) or getattr(node, "name", None) is None:
            raise ArgumentError(f"values are assigned to columns; {type(key).__name__} is none")
        return node
    if isinstance(target, Entity):
        return _attribute_column(target, key)
    found = _named(target, key)
    if found is None:
        if type(target) is TableClause and not len(target.c):
            return ColumnClause(key, table=target)  # a table that says nothing of its columns
        refuse_names([key], target)
    return found


def _attribute_column(target: Entity, key: str) -> ColumnElement[Any]:
    """The column of an attribute; a name that is no attribute may be a column's own."""
    try:
        attribute = target.owner.attribute(key)
    except InvalidRequestError:
        found = _named(target.from_clause, key)
        if found is None:
            raise
        return found
    node = coercion.element_of(attribute)
    if not isinstance(node, EntityColumn):
        raise ArgumentError(
            f"{key!r} is no column attribute and cannot be assigned; of a relationship, assign the "
            "foreign key column"
        )
    return node.column


def _named(table: Any, name: str) -> ColumnElement[Any] | None:
    found: ColumnElement[Any] | None = table.c.get(name)
    if found is None:
        found = next((column for column in table.c if column.name == name), None)
    return found


def refuse_names(names: Sequence[str], table: Any) -> NoReturn:
    """Names of values that no column of the table has."""
    known = ", ".join(table.c.keys())
    raise CompileError(
        f"Unconsumed column names: {', '.join(names)}; {table.name or 'the table'} has {known}"
    )


# --- values --------------------------------------------------------------------------------------


def assignments(target: Target, pairs: Iterable[tuple[Any, Any]]) -> tuple[Assignment, ...]:
    """(column, value) nodes from what a program assigns."""
    found = [(assigned_column(target, key), value) for key, value in pairs]
    return tuple([(column, coercion.assigned(value, column)) for column, value in found])


def by_position(table: Any, row: Sequence[Any]) -> dict[Any, Any]:
    """A row given as a tuple, in the order of the table's columns."""
    columns = [column for column in table.c if not column.omitted]
    if len(row) > len(columns):
        raise ArgumentError(
            f"{len(row)} values are given for the {len(columns)} columns of the table"
        )
    return dict(zip(columns, row, strict=False))


def _first_with(key: Hashable, rows: Sequence[Mapping[Any, Any]]) -> int:
    return next(number for number, row in enumerate(rows, 1) if key in row)


def rows_block(target: Target, table: Any, rows: Sequence[Any]) -> RowsBlock:
    """The rows of ``values([...])``: dicts, or tuples in table order; a column that one of them
    leaves out has a default."""
    dicts = [row if isinstance(row, Mapping) else by_position(table, row) for row in rows]
    keys = list(dicts[0])
    if any(row.keys() != dicts[0].keys() for row in dicts):
        return _uneven_block(target, dicts)
    columns = tuple([assigned_column(target, key) for key in keys])
    cells = [
        tuple([coercion.assigned(row[k], c) for k, c in zip(keys, columns, strict=True)])
        for row in dicts
    ]
    return RowsBlock(columns, tuple(cells))


def _uneven_block(target: Target, rows: Sequence[Mapping[Any, Any]]) -> RowsBlock:
    """Rows of which some leave columns out, or call them by another name."""
    columns: dict[Hashable, ColumnElement[Any]] = {}
    found = []
    for row in rows:
        named = [(assigned_column(target, key), value) for key, value in row.items()]
        columns.update((column.cache_key, column) for column, _ in named)
        found.append({column.cache_key: value for column, value in named})
    made = []
    for number, values in enumerate(found, 1):
        cells: list[ColumnElement[Any]] = []
        for key, column in columns.items():
            if key in values:
                cells.append(coercion.assigned(values[key], column))
            elif getattr(column, "default", None) is not None:
                cells.append(DefaultCell(column))
            else:
                differing = number if number > 1 else _first_with(key, found)
                raise CompileError(
                    f"row {differing} of values() has other columns than the first, and "
                    f"{column.key!r} has no default"
                )
        made.append(tuple(cells))
    return RowsBlock(tuple(columns.values()), tuple(made))
