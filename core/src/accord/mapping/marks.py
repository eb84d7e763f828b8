"""Marks on the columns of a join condition: which refer, and which are on the far side.

Made by `joins` for every column of a condition, or by users with `foreign()` and `remote()`. In: an
expression. Out: the same expression with `Marked` columns, each occurrence judged by itself; they
are taken off again before anything is rendered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import exc
from accord.schema import Column
from accord.sql.coercion import element_of
from accord.sql.expressions import BinaryExpression, BooleanClauseList
from accord.sql.nodes import ClauseElement, ColumnElement, EntityColumn
from accord.sql.operators import AND_, EQ
from accord.sql.selectable import FromClause

from .adapting import rewritten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Expression = ColumnElement[Any]


class Marked(ColumnElement[Any]):
    """A column in a join condition with its part in it: does it refer (foreign), is it on the far
    side (remote).
    """

    __slots__ = ("column", "foreign", "remote")

    visit_name = "marked"

    def __init__(self, column: Expression, *, foreign: bool = False, remote: bool = False) -> None:
        self.column = column
        self.foreign = foreign
        self.remote = remote
        self.type = column.type
        self._compose()

    def shape(self) -> tuple[bool, bool]:
        return (self.foreign, self.remote)

    @property
    def name(self) -> str | None:  # type: ignore[override]  # set per instance
        return self.column.name

    def children(self) -> Iterable[ClauseElement]:
        return (self.column,)


def _marked(element: Any, *, foreign: bool = False, remote: bool = False) -> Any:
    node = element_of(element)
    if isinstance(node, Marked):
        return Marked(node.column, foreign=foreign or node.foreign, remote=remote or node.remote)
    if isinstance(node, EntityColumn):
        node = node.column
    if not isinstance(node, ColumnElement):
        raise exc.ArgumentError(
            "foreign() and remote() take a column or a column attribute, not a "
            f"{type(node).__name__}"
        )
    return Marked(node, foreign=foreign, remote=remote)


def foreign(column: Any) -> Any:
    """Mark a column in a `primaryjoin` as the one that refers, where no foreign key says so."""
    return _marked(column, foreign=True)


def remote(column: Any) -> Any:
    """Mark a column in a `primaryjoin` as belonging to the target, where it could belong to either
    side.
    """
    return _marked(column, remote=True)


def all_marked(expression: Expression, foreign: frozenset[Column[Any]] = frozenset()) -> Expression:
    def mark(part: ClauseElement) -> ClauseElement | None:
        if isinstance(part, Marked):
            return part
        column = part.column if isinstance(part, EntityColumn) else part
        return Marked(column, foreign=column in foreign) if isinstance(column, Column) else None

    return rewritten(expression, mark)


def remarked(expression: Expression, is_remote: Callable[[Marked], bool]) -> Expression:
    def mark(part: ClauseElement) -> ClauseElement | None:
        if isinstance(part, Marked):
            return Marked(part.column, foreign=part.foreign, remote=bool(is_remote(part)))
        return None

    return rewritten(expression, mark)


def with_mark(side: Expression, *, foreign: bool) -> Expression:
    if isinstance(side, Marked):
        return Marked(side.column, foreign=side.foreign or foreign, remote=side.remote)
    return Marked(unwrapped(side), foreign=foreign)


def unwrapped(side: Any) -> Any:
    while isinstance(side, Marked | EntityColumn):
        side = side.column
    return side


def without_marks(expression: Expression) -> Expression:
    return rewritten(expression, lambda part: part.column if isinstance(part, Marked) else None)


def marks_in(expression: ClauseElement) -> list[Marked]:
    if isinstance(expression, Marked):
        return [expression]
    if isinstance(expression, FromClause):
        return []
    return [mark for child in expression.children() for mark in marks_in(child)]


def equalities(expression: Expression) -> list[tuple[Marked, Marked]]:
    """The comparisons column == column that hold for every joined pair of rows."""
    if isinstance(expression, BooleanClauseList) and expression.operator is AND_:
        return [pair for clause in expression.clauses for pair in equalities(clause)]
    if isinstance(expression, BinaryExpression) and expression.operator is EQ:
        left, right = expression.left, expression.right
        if isinstance(left, Marked) and isinstance(right, Marked):
            return [(left, right)]
    return []


__all__ = [
    "Marked",
    "all_marked",
    "equalities",
    "foreign",
    "marks_in",
    "remarked",
    "remote",
    "with_mark",
    "without_marks",
]
