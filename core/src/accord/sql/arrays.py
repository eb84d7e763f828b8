"""Operators of arrays: members and slices, and comparisons with any or all of the items.

In: an expression of type ARRAY (or of a decorator around one) and Python values. Out: expressions.
What one database has beyond them (containment, overlap) its dialect's ARRAY adds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import ArgumentError
from accord.sqltypes.array import ARRAY
from accord.sqltypes.numeric import Integer

from .coercion import element_of, expression
from .comparator import Comparator
from .expressions import BinaryExpression, Quantified
from .nodes import BindParameter, ClauseElement, ColumnElement
from .operators import ALL, ANY, EQ, GETITEM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from accord.sqltypes.base import TypeEngine

Expr = ColumnElement[Any]

_INTEGER = Integer()


class Slice(Expr):
    """``2:3``, inside the brackets; either end may be missing."""

    __slots__ = ("start", "stop")

    visit_name = "slice"
    name: str | None = None

    def __init__(self, start: Expr | None, stop: Expr | None) -> None:
        self.start = start
        self.stop = stop
        self.type = _INTEGER
        self._compose()

    def children(self) -> Iterable[ClauseElement]:
        return tuple([part for part in (self.start, self.stop) if part is not None])

    def shape(self) -> tuple[bool, bool]:
        return self.start is not None, self.stop is not None


def typed(value: Any, type_: TypeEngine) -> Expr:
    """`value` as an expression: nodes as they are, Python values as parameters of `type_`."""
    node = element_of(value)
    if isinstance(node, ClauseElement):
        return expression(node)
    return BindParameter(value, type_, "param")


class ArrayComparator(Comparator):
    """ARRAY."""

    def __getitem__(self, index: Any) -> Expr:
        """One item, or a slice, which is an array again. SQL counts from 1; with `zero_indexes`
        the program counts from 0."""
        array = self._array()
        if isinstance(index, slice):
            if index.step is not None:
                raise ArgumentError("a slice of an ARRAY has no step")
            part = Slice(_place(array, index.start), _place(array, index.stop))
            return BinaryExpression(self.expr, GETITEM, part, self.type)
        place = _place(array, index)
        assert place is not None
        depth = array.dimensions
        inner = array.item_type if depth in (None, 1) else array.copy(dimensions=(depth or 2) - 1)
        return BinaryExpression(self.expr, GETITEM, place, inner, (("of", inner.key),))

    def any(self, other: Any, operator: Callable[[Any, Any], Any] = EQ) -> Expr:
        """``other = ANY (items)``; `operator` is one of `accord.sql.operators` or of Python's
        `operator`."""
        return self._compared(other, operator, Quantified(ANY, self.expr))

    def all(self, other: Any, operator: Callable[[Any, Any], Any] = EQ) -> Expr:
        """``other = ALL (items)``."""
        return self._compared(other, operator, Quantified(ALL, self.expr))

    def contains(self, other: Any, *_: Any, **kwargs: Any) -> Expr:
        raise NotImplementedError(
            "ARRAY.contains() is an operator of the database: declare the column with the "
            "dialect's own type, such as accord.dialects.postgresql.ARRAY"
        )

    def _array(self) -> ARRAY:
        type_ = self.type
        while not isinstance(type_, ARRAY):  # a decorator around one
            type_ = type_.impl_instance
        return type_

    def _compared(self, other: Any, operator: Callable[[Any, Any], Any], items: Expr) -> Expr:
        made: Expr = operator(typed(other, self._array().item_type), items)
        return made


def _place(type_: ARRAY, index: Any) -> Expr | None:
    if index is None:
        return None
    shift = 1 if type_.zero_indexes else 0
    if isinstance(index, int) and not isinstance(index, bool):
        return BindParameter(index + shift, _INTEGER, "index")
    if not isinstance(element_of(index), ClauseElement):
        raise ArgumentError(f"an ARRAY is indexed by integers, not by {type(index).__name__}")
    place = typed(index, _INTEGER)
    return place + 1 if shift else place
