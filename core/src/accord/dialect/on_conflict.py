"""INSERT … ON CONFLICT, for the databases that have it (SQLite, PostgreSQL and those compatible
with it).

A dialect publishes `OnConflictInsert` as its `insert` and lets its renderer inherit
`OnConflictClause`. Databases with other words (ON DUPLICATE KEY, MERGE) have constructs of their
own. In: builder calls. Out: nodes, then text.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Generic, Self, TypeVar, cast

from accord.exc import ArgumentError
from accord.sql import coercion
from accord.sql.assigning import assigned_column
from accord.sql.collection import ColumnCollection
from accord.sql.dml import Insert
from accord.sql.nodes import ClauseElement, ColumnElement
from accord.sql.render import Renderer
from accord.sql.select import Select
from accord.sql.selectable import ColumnClause, FromClause, TableClause

if TYPE_CHECKING:
    from accord.dialect.steps import Expression
    from accord.sql.dmlparts import InsertParts

Row = TypeVar("Row")
Columns = ColumnCollection[ColumnElement[object]]
"""The columns of `excluded`, by name."""


class ExcludedRow(TableClause):
    """The row that could not be inserted."""

    __slots__ = ()


def excluded_row(table: FromClause) -> ExcludedRow:
    """The row that could not be inserted into `table`, with the same columns."""
    columns = [ColumnClause(column.name, column.type, key=column.key) for column in table.c]
    return ExcludedRow("excluded", *columns)


class OnConflict(ClauseElement):
    """The clause: what conflicts (columns or a constraint), and what then (nothing, or
    assignments).
    """

    __slots__ = ("condition", "constraint", "set_columns", "set_values", "targets", "where")

    visit_name = "on_conflict"
    readable_by = "accord.dialect.on_conflict:OnConflictClause"

    def __init__(
        self,
        targets: tuple[Expression, ...],
        condition: Expression | None,
        constraint: str | None,
        assignments: tuple[tuple[Expression, Expression], ...] | None,
        where: Expression | None,
    ) -> None:
        self.targets = targets
        self.condition = condition
        self.constraint = constraint
        self.set_columns = None if assignments is None else tuple([c for c, _ in assignments])
        self.set_values = () if assignments is None else tuple([v for _, v in assignments])
        self.where = where
        self._compose()

    def children(self) -> Iterable[ClauseElement]:
        """In the order they are written."""
        between = () if self.condition is None else (self.condition,)
        after = () if self.where is None else (self.where,)
        return (*self.targets, *between, *self.set_values, *after)

    def shape(self) -> tuple[Hashable, ...]:
        """What decides the text besides the children."""
        columns = self.set_columns
        return (
            len(self.targets),
            self.condition is not None,
            self.constraint,
            None if columns is None else tuple([column.cache_key for column in columns]),
            self.where is not None,
            *[repr(bind.effective_value) for node in self._literal_nodes() for bind in node.binds],
        )

    def resolved(self, inserted: Sequence[Expression]) -> OnConflict:
        """Itself: it says what changes whatever the INSERT gives."""
        return self

    def _literal_nodes(self) -> Iterable[Expression]:
        """What has to be written as the index has it: with values as literals, so the values
        decide the text.
        """
        return self.targets if self.condition is None else (*self.targets, self.condition)


class OnConflictInsert(Insert[Row], Generic[Row]):
    """An INSERT that says what to do when a row with the same unique value is there already."""

    __slots__ = ()

    @property
    def excluded(self) -> Columns:
        """The values that could not be inserted, for `set_` and `where`."""
        return cast("Columns", excluded_row(self.table).c)

    def on_conflict_do_nothing(
        self,
        index_elements: Iterable[object] | None = None,
        index_where: object = None,
        *,
        constraint: object = None,
    ) -> Self:
        """Skip the row."""
        targets, condition, name = self._conflict(index_elements, index_where, constraint)
        return self._then("post_values", OnConflict(targets, condition, name, None, None))

    def on_conflict_do_update(
        self,
        index_elements: Iterable[object] | None = None,
        index_where: object = None,
        set_: object = None,
        where: object = None,
        *,
        constraint: object = None,
    ) -> Self:
        """Update the row that is there: `set_` maps columns or names to values,
        ``stmt.excluded.name`` among them.
        """
        targets, condition, name = self._conflict(index_elements, index_where, constraint)
        assignments = self._assigned(set_)
        criterion = None if where is None else coercion.condition(where)
        return self._then(
            "post_values", OnConflict(targets, condition, name, assignments, criterion)
        )

    def _conflict(
        self, index_elements: Iterable[object] | None, index_where: object, constraint: object
    ) -> tuple[tuple[Expression, ...], Expression | None, str | None]:
        if constraint is not None:
            if index_elements is not None:
                raise ArgumentError("ON CONFLICT takes index_elements or constraint, not both")
            name = constraint if isinstance(constraint, str) else getattr(constraint, "name", None)
            if isinstance(name, str):
                return (), None, name
            index_elements = getattr(constraint, "columns", None)
            if index_elements is None:
                raise ArgumentError(
                    "constraint= takes a name, a constraint or an index of the table"
                )
        if isinstance(index_elements, str):
            index_elements = (index_elements,)
        targets = tuple([self._target(element) for element in index_elements or ()])
        condition = None if index_where is None else coercion.condition(index_where)
        return targets, condition, None

    def _target(self, element: object) -> Expression:
        node = coercion.element_of(element)
        if isinstance(node, ColumnElement) and not isinstance(node, ColumnClause):
            return cast("Expression", coercion.expression(node))
        return assigned_column(self.target, element)

    def _assigned(self, given: object) -> tuple[tuple[Expression, Expression], ...]:
        pairs: Iterable[tuple[object, object]]
        if isinstance(given, ColumnCollection | Mapping):
            pairs = given.items()
        elif isinstance(given, Iterable) and not isinstance(given, str):
            pairs = given
        else:
            raise ArgumentError(
                "on_conflict_do_update() needs set_={column: value}; to leave the row as it is, "
                "use "
                "on_conflict_do_nothing()"
            )
        columns = [(assigned_column(self.target, key), value) for key, value in pairs]
        if not columns:
            raise ArgumentError("on_conflict_do_update() was given an empty set_")
        return tuple([(column, coercion.assigned(value, column)) for column, value in columns])


class OnConflictClause(Renderer):
    """Renders `OnConflict`; a dialect's renderer inherits it in the place of Renderer."""

    def visit_on_conflict(self, node: OnConflict) -> str:
        """``ON CONFLICT (…) WHERE … DO UPDATE SET … WHERE …``."""
        target = self._conflict_target(node)
        if node.set_columns is None:
            return f"ON CONFLICT{target} DO NOTHING"
        pairs = zip(node.set_columns, node.set_values, strict=True)
        sets = ", ".join(
            f"{self.quote(str(column.name))} = {self.wrapped(value)}" for column, value in pairs
        )
        where = "" if node.where is None else f" WHERE {self.condition(node.where)}"
        return f"ON CONFLICT{target} DO UPDATE SET {sets}{where}"

    def _conflict_target(self, node: OnConflict) -> str:
        if node.constraint is not None:
            return f" ON CONSTRAINT {self.quote(node.constraint)}"
        if not node.targets:
            return ""
        saved = (self.qualify_columns, self.literal_binds)
        self.qualify_columns, self.literal_binds = False, True
        try:
            columns = ", ".join([self._conflict_element(target) for target in node.targets])
            where = "" if node.condition is None else f" WHERE {self.condition(node.condition)}"
        finally:
            self.qualify_columns, self.literal_binds = saved
        return f" ({columns}){where}"

    def _conflict_element(self, target: Expression) -> str:
        text = self.process(target)
        return text if isinstance(target, ColumnClause) else f"({text})"

    def insert_query(self, parts: InsertParts) -> tuple[list[Expression], str]:
        """INSERT … SELECT: a WHERE keeps ON CONFLICT from being read as a join's ON."""
        query = parts.query
        if parts.post_values_clauses and isinstance(query, Select) and _ends_in_from(query):
            parts = _with_query(parts, query.where(True))
        return super().insert_query(parts)


def _ends_in_from(query: Select[object]) -> bool:
    return query.parts.whereclause is None and not query.parts.group_by_clauses


def _with_query(parts: InsertParts, query: Select[object]) -> InsertParts:
    new = object.__new__(type(parts))
    vars(new).update(vars(parts))
    new.query = query
    return new
