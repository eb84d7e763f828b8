"""Members of arrays and hstores: ``column[1]``, ``column[2:3]``, ``column["key"]``.

In: an expression and an index. Out: an expression; render.py writes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import ArgumentError
from accord.sql.coercion import element_of
from accord.sql.expressions import BinaryExpression
from accord.sql.nodes import BindParameter, ClauseElement, ColumnElement
from accord.sql.operators import GETITEM
from accord.sqltypes import Integer, Text

from .comparators import GET_KEY, typed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accord.sqltypes import ARRAY

Expr = ColumnElement[Any]

_INTEGER, _TEXT = Integer(), Text()


class Slice(Expr):
    """``2:3``, inside the brackets; either end may be missing."""

    __slots__ = ("start", "stop")

    visit_name = "pg_slice"
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


def array_member(type_: ARRAY, left: Expr, index: Any) -> Expr:
    """One item, or a slice, which is an array again. PostgreSQL counts from 1; with `zero_indexes`
    the program counts from 0."""
    if isinstance(index, slice):
        if index.step is not None:
            raise ArgumentError("a slice of an ARRAY has no step")
        part = Slice(_place(type_, index.start), _place(type_, index.stop))
        return BinaryExpression(left, GETITEM, part, type_)
    place = _place(type_, index)
    assert place is not None
    depth = type_.dimensions
    inner = type_.item_type if depth in (None, 1) else type_.copy(dimensions=(depth or 2) - 1)
    return BinaryExpression(left, GETITEM, place, inner)


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


def hstore_member(left: Expr, key: Any) -> Expr:
    """The value of a key, as text."""
    return BinaryExpression(left, GET_KEY, typed(key, _TEXT), _TEXT)
