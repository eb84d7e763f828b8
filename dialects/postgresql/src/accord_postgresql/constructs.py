"""SQL constructs of PostgreSQL: array[…], array_agg, an aggregate's ORDER BY, ANY and ALL.

In: Python values and expressions. Out: expressions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any as AnyValue

from accord.sql.arrays import typed
from accord.sql.coercion import expression
from accord.sql.functions import Function
from accord.sql.nodes import ClauseElement, ColumnElement, literal_of
from accord.sql.operators import EQ, Operator
from accord.sqltypes import NULLTYPE, Text, TypeEngine, to_instance

from .comparators import ArrayComparator
from .types import ARRAY, HSTORE

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

Expr = ColumnElement[AnyValue]


class array(Expr):  # the name SQLAlchemy's users know
    """``ARRAY[1, 2, column]``."""

    __slots__ = ("clauses",)

    visit_name = "pg_array"
    readable_by = "accord_postgresql.render:PostgreSQLRenderer"
    name: str | None = None

    def __init__(
        self,
        clauses: Iterable[AnyValue],
        *,
        type_: TypeEngine[AnyValue] | type[TypeEngine[AnyValue]] | None = None,
    ) -> None:
        items = list(clauses)
        known = None if type_ is None else to_instance(type_)
        nested = [isinstance(item, list | tuple) for item in items]
        self.clauses = tuple(
            [array(item, type_=known) if inner else _item(item, known)
             for item, inner in zip(items, nested, strict=True)]
        )  # fmt: skip
        self.type = _array_type(self.clauses, known)
        self._compose()

    def children(self) -> Iterable[ClauseElement]:
        return self.clauses

    def shape(self) -> tuple[Hashable, ...]:
        return (len(self.clauses), self.type.key)


def _item(value: AnyValue, known: TypeEngine[AnyValue] | None) -> Expr:
    if isinstance(value, ClauseElement) or hasattr(value, "__clause_element__"):
        return expression(value)
    return literal_of(value, known)


def _array_type(clauses: tuple[Expr, ...], known: TypeEngine[AnyValue] | None) -> ARRAY:
    first: TypeEngine[AnyValue] = known or (clauses[0].type if clauses else NULLTYPE)
    if known is not None and not (clauses and isinstance(clauses[0], array)):
        return known if isinstance(known, ARRAY) else ARRAY(known)
    if isinstance(first, ARRAY):
        return ARRAY(first.item_type, dimensions=(first.dimensions or 1) + 1)
    inner = clauses[0].type if clauses else first
    if isinstance(inner, ARRAY):
        return ARRAY(inner.item_type, dimensions=(inner.dimensions or 1) + 1)
    return ARRAY(first)


def array_agg(*arguments: AnyValue, type_: AnyValue = None) -> Function[AnyValue]:
    """``array_agg(column)``, of an ARRAY type: of the column's values, or `type_`."""
    nodes = [expression(argument) for argument in arguments]
    inner = nodes[0].type
    kind = inner if isinstance(inner, ARRAY) else ARRAY(inner)
    return Function("array_agg", *nodes, type_=kind if type_ is None else type_)


class hstore(Function[AnyValue]):  # the name SQLAlchemy's users know
    """``hstore(keys, values)``, or ``hstore(array)``, of type HSTORE."""

    __slots__ = ()

    def __init__(self, *arguments: AnyValue, **options: AnyValue) -> None:
        texts = ARRAY(Text())
        given = [typed(a, texts) if isinstance(a, list | tuple) else a for a in arguments]
        super().__init__("hstore", *given, type_=HSTORE(), **options)


class aggregate_order_by(Expr):  # the name SQLAlchemy's users know
    """``string_agg(a, ',' ORDER BY b)``: the last argument of an aggregate and its order."""

    __slots__ = ("keys", "target")

    visit_name = "pg_aggregate_order_by"
    name: str | None = None

    def __init__(self, target: AnyValue, *order_by: AnyValue) -> None:
        self.target = expression(target)
        self.keys = tuple([expression(key) for key in order_by])
        self.type = self.target.type
        self._compose()

    def children(self) -> Iterable[ClauseElement]:
        return (self.target, *self.keys)


def Any(other: AnyValue, arrexpr: AnyValue, operator: Operator = EQ) -> Expr:
    """``other = ANY (arrexpr)``."""
    return ArrayComparator(expression(arrexpr)).any(other, operator)


def All(other: AnyValue, arrexpr: AnyValue, operator: Operator = EQ) -> Expr:
    """``other = ALL (arrexpr)``."""
    return ArrayComparator(expression(arrexpr)).all(other, operator)
