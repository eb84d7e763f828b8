"""Operators of PostgreSQL's types: containment, keys, overlap, members, casts of JSON members.

A type names its comparator in `comparator_factory`; expressions of that type have its methods. In:
an expression and Python values. Out: expressions.
"""

from __future__ import annotations

from typing import Any

from accord.sql import arrays, json
from accord.sql.arrays import typed
from accord.sql.comparator import Comparator
from accord.sql.elements import Cast
from accord.sql.expressions import BinaryExpression
from accord.sql.functions import Function
from accord.sql.nodes import BindParameter, ColumnElement
from accord.sql.operators import BIT, JSON_GETITEM, JSON_PATH_GETITEM, Operator
from accord.sqltypes import Boolean, Text, TypeEngine, to_instance
from accord.sqltypes.json import JSONPathType

Expr = ColumnElement[Any]

_BOOLEAN, _TEXT = Boolean(), Text()


def _operator(name: str, symbol: str) -> Operator:
    return Operator(name, f" {symbol} ", BIT)


GET_KEY = _operator("pg_get_key", "->")
CONTAINS = _operator("pg_contains", "@>")
CONTAINED_BY = _operator("pg_contained_by", "<@")
OVERLAP = _operator("pg_overlap", "&&")
HAS_KEY = _operator("pg_has_key", "?")
HAS_ANY = _operator("pg_has_any", "?|")
HAS_ALL = _operator("pg_has_all", "?&")
AS_TEXT = _operator("pg_astext", "->>")
PATH_AS_TEXT = _operator("pg_path_astext", "#>>")
DELETE_PATH = _operator("pg_delete_path", "#-")
PATH_EXISTS = _operator("pg_path_exists", "@?")
PATH_MATCH = _operator("pg_path_match", "@@")
STRICTLY_LEFT = _operator("pg_strictly_left", "<<")
STRICTLY_RIGHT = _operator("pg_strictly_right", ">>")
NOT_RIGHT_OF = _operator("pg_not_right_of", "&<")
NOT_LEFT_OF = _operator("pg_not_left_of", "&>")
ADJACENT = _operator("pg_adjacent", "-|-")


def apply(left: Expr, operator: Operator, right: Expr, type_: TypeEngine = _BOOLEAN) -> Expr:
    return BinaryExpression(left, operator, right, type_)


# --- arrays --------------------------------------------------------------------------------------


class ArrayComparator(arrays.ArrayComparator):
    """ARRAY."""

    def contains(self, other: Any, *_: Any, **kwargs: Any) -> Expr:
        """``@>``: every one of `other` is among the items."""
        return apply(self.expr, CONTAINS, typed(other, self.type))

    def contained_by(self, other: Any) -> Expr:
        """``<@``: every item is among `other`."""
        return apply(self.expr, CONTAINED_BY, typed(other, self.type))

    def overlap(self, other: Any) -> Expr:
        """``&&``: they have an item in common."""
        return apply(self.expr, OVERLAP, typed(other, self.type))


# --- JSON ----------------------------------------------------------------------------------------


class JSONComparator(json.JSONComparator):
    """JSON: members as text and as values of other types."""

    @property
    def astext(self) -> Expr:
        """The member as text (``->>``) instead of JSON."""
        expr = self.expr
        kind = getattr(expr.type, "astext_type", None) or _TEXT
        if isinstance(expr, BinaryExpression):
            if expr.operator is JSON_GETITEM:
                return apply(expr.left, AS_TEXT, expr.right, kind)
            if expr.operator is JSON_PATH_GETITEM:
                return apply(expr.left, PATH_AS_TEXT, expr.right, kind)
        return apply(expr, PATH_AS_TEXT, BindParameter((), JSONPathType(), "json_path"), kind)

    def member_as(self, type_: TypeEngine) -> Expr:
        expr = self.expr
        if isinstance(expr, BinaryExpression) and expr.operator in json.MEMBERS:
            return super().member_as(type_)
        return Cast(self.astext, type_)  # the document itself

    def as_json(self) -> Expr:
        return self.expr


class JSONBComparator(JSONComparator):
    """JSONB: keys, containment, paths."""

    def has_key(self, other: Any) -> Expr:
        """``?``: there is such a key (or such a string in an array)."""
        return apply(self.expr, HAS_KEY, typed(other, _TEXT))

    def has_all(self, other: Any) -> Expr:
        """``?&``: all of these keys are there."""
        return apply(self.expr, HAS_ALL, typed(other, _texts()))

    def has_any(self, other: Any) -> Expr:
        """``?|``: one of these keys is there."""
        return apply(self.expr, HAS_ANY, typed(other, _texts()))

    def contains(self, other: Any, *_: Any, **kwargs: Any) -> Expr:
        """``@>``: `other` is a part of it."""
        return apply(self.expr, CONTAINS, typed(other, self.type))

    def contained_by(self, other: Any) -> Expr:
        """``<@``: it is a part of `other`."""
        return apply(self.expr, CONTAINED_BY, typed(other, self.type))

    def delete_path(self, array: Any) -> Expr:
        """``#-``: without what is at this path."""
        return apply(self.expr, DELETE_PATH, typed(array, _texts()), self.type)

    def path_exists(self, other: Any) -> Expr:
        """``@?``: a JSON path finds something."""
        return apply(self.expr, PATH_EXISTS, typed(other, _json_path()))

    def path_match(self, other: Any) -> Expr:
        """``@@``: a JSON path predicate is true."""
        return apply(self.expr, PATH_MATCH, typed(other, _json_path()))


def _texts() -> TypeEngine:
    from .types import ARRAY

    return ARRAY(Text())


def _json_path() -> TypeEngine:
    from .types import JSONPATH

    return JSONPATH()


# --- hstore --------------------------------------------------------------------------------------


class HstoreComparator(Comparator):
    """HSTORE."""

    def __getitem__(self, index: Any) -> Expr:
        """The value of a key, as text."""
        return BinaryExpression(self.expr, GET_KEY, typed(index, _TEXT), _TEXT)

    def has_key(self, other: Any) -> Expr:
        return apply(self.expr, HAS_KEY, typed(other, _TEXT))

    def has_all(self, other: Any) -> Expr:
        return apply(self.expr, HAS_ALL, typed(other, _texts()))

    def has_any(self, other: Any) -> Expr:
        return apply(self.expr, HAS_ANY, typed(other, _texts()))

    def contains(self, other: Any, *_: Any, **kwargs: Any) -> Expr:
        return apply(self.expr, CONTAINS, typed(other, self.type))

    def contained_by(self, other: Any) -> Expr:
        return apply(self.expr, CONTAINED_BY, typed(other, self.type))

    def defined(self, key: Any) -> Expr:
        """The key is there and its value is not NULL."""
        return Function("defined", self.expr, typed(key, _TEXT), type_=Boolean)

    def delete(self, key: Any) -> Expr:
        """Without this key, these keys, or these pairs."""
        kind = self.type if isinstance(key, dict) else _TEXT if isinstance(key, str) else _texts()
        return Function("delete", self.expr, typed(key, kind), type_=self.type)

    def slice(self, array: Any) -> Expr:
        """Only these keys."""
        return Function("slice", self.expr, typed(array, _texts()), type_=self.type)

    def keys(self) -> Expr:
        return Function("akeys", self.expr, type_=_texts())

    def vals(self) -> Expr:
        return Function("avals", self.expr, type_=_texts())

    def array(self) -> Expr:
        """Keys and values in turn."""
        return Function("hstore_to_array", self.expr, type_=_texts())

    def matrix(self) -> Expr:
        """Pairs."""
        return Function("hstore_to_matrix", self.expr, type_=_texts())


# --- ranges --------------------------------------------------------------------------------------


class RangeComparator(Comparator):
    """Ranges and multiranges: containment, position, overlap."""

    def _other(self, other: Any) -> Expr:
        from .ranges import MultiRange, Range

        kind: TypeEngine = self.type
        if isinstance(other, Range):
            kind = self.type.single()
        elif isinstance(other, MultiRange):
            kind = self.type.multi()
        elif not isinstance(other, str | list | tuple):
            kind = self.type.bound_type
        return typed(other, kind)

    def contains(self, other: Any, *_: Any, **kwargs: Any) -> Expr:
        """``@>``: an element or another range lies in it."""
        return apply(self.expr, CONTAINS, self._other(other))

    def contained_by(self, other: Any) -> Expr:
        return apply(self.expr, CONTAINED_BY, self._other(other))

    def overlaps(self, other: Any) -> Expr:
        return apply(self.expr, OVERLAP, self._other(other))

    def strictly_left_of(self, other: Any) -> Expr:
        return apply(self.expr, STRICTLY_LEFT, self._other(other))

    def strictly_right_of(self, other: Any) -> Expr:
        return apply(self.expr, STRICTLY_RIGHT, self._other(other))

    def not_extend_right_of(self, other: Any) -> Expr:
        return apply(self.expr, NOT_RIGHT_OF, self._other(other))

    def not_extend_left_of(self, other: Any) -> Expr:
        return apply(self.expr, NOT_LEFT_OF, self._other(other))

    def adjacent_to(self, other: Any) -> Expr:
        return apply(self.expr, ADJACENT, self._other(other))

    def union(self, other: Any) -> Expr:
        return self.expr + self._other(other)

    def difference(self, other: Any) -> Expr:
        return self.expr - self._other(other)

    def intersection(self, other: Any) -> Expr:
        return self.expr * self._other(other)


__all__ = [
    "ArrayComparator", "HstoreComparator", "JSONBComparator", "JSONComparator", "RangeComparator",
    "apply", "to_instance", "typed",
]  # fmt: skip
