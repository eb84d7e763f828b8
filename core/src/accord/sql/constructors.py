"""The functions users build expressions and statements with: select, and_, case, literal, text …

Each is a thin door to one class; what they accept is decided in coercion.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from accord.exc import ArgumentError
from accord.sqltypes.array import TupleType
from accord.sqltypes.base import NULLTYPE, TypeEngine, infer, to_instance

from . import operators as ops
from .aliases import CTE, Lateral, TableSample
from .coercion import condition, expression, from_element, sort_key
from .dml import Delete, Insert, Update
from .elements import (
    Case,
    Cast,
    Exists,
    Extract,
    Label,
    TryCast,
    TypeCoerce,
)
from .expressions import FALSE, NULL, TRUE, Quantified, Tuple
from .nodes import REQUIRED, BindParameter, ColumnElement, NamedParameter, refuse_as_literal
from .operators import ColumnOperators
from .predicates import joined, negate
from .select import CompoundSelect, Select
from .selectable import ColumnClause, TableClause
from .selectbase import SelectBase
from .text import TextClause
from .values import Values

if TYPE_CHECKING:
    from collections.abc import Callable

    from .expressions import False_, Null, True_
    from .statement import TypedReturnsRows
    from .typed import SelectCall
    from .windows import AggregateOrderBy, FunctionFilter, Over, WithinGroup

Expr = ColumnElement[Any]
T = TypeVar("T")
Row = TypeVar("Row")
AnyType = TypeEngine[T] | type[TypeEngine[T]]


# --- values ---------------------------------------------------------------------------------------


def literal(
    value: T, type_: AnyType[Any] | None = None, literal_execute: bool = False
) -> BindParameter[T]:
    """A Python value as an SQL parameter; `literal_execute` writes it into the text instead."""
    if type_ is None:
        refuse_as_literal(value, infer(value))
    chosen = to_instance(type_) if type_ is not None else infer(value)
    if literal_execute:
        return NamedParameter(None, value, chosen, unique=True, literal_execute=True, hint="param")
    return BindParameter(value, chosen, "param")


def bindparam(
    key: str | None,
    value: Any = REQUIRED,
    type_: AnyType[Any] | None = None,
    unique: bool = False,
    required: bool | None = None,
    callable_: Callable[[], Any] | None = None,
    expanding: bool = False,
    literal_execute: bool = False,
    quote: bool | None = None,
) -> BindParameter[Any]:
    """A parameter by name, given a value at execution; with `value` (or `callable_`) that is its
    default."""
    chosen = to_instance(type_) if type_ is not None else NULLTYPE
    if type_ is None and value is not REQUIRED and value is not None:
        sample = value[0] if expanding and isinstance(value, (list, tuple)) and value else value
        chosen = infer(sample)
    if required is None:
        required = value is REQUIRED and callable_ is None
    hint = key or "param"
    return NamedParameter(
        key, value, chosen, unique=unique, required=required, expanding=expanding,
        literal_execute=literal_execute, callable_=callable_, hint=hint,
    )  # fmt: skip


def literal_column(text: str, type_: AnyType[T] | None = None) -> ColumnClause[T]:
    """A piece of SQL as a column; nothing in it is a parameter."""
    return ColumnClause(text, type_, is_literal=True)


def text(text: str) -> TextClause:
    """SQL as text; ``:name`` in it is a parameter, ``\\:`` a colon."""
    return TextClause(text)


def null() -> Null:
    return NULL


def true() -> True_:
    return TRUE


def false() -> False_:
    return FALSE


# --- logic ----------------------------------------------------------------------------------------


def and_(*clauses: Any) -> ColumnElement[bool]:
    """All of the conditions; without any, true."""
    return joined(ops.AND_, clauses)


def or_(*clauses: Any) -> ColumnElement[bool]:
    """One of the conditions; without any, false."""
    return joined(ops.OR_, clauses)


def not_(clause: Any) -> ColumnElement[bool]:
    """The opposite of a condition."""
    return negate(condition(clause))


def between(
    expr: Any, lower_bound: Any, upper_bound: Any, symmetric: bool = False
) -> ColumnElement[bool]:
    return expression(expr).between(lower_bound, upper_bound, symmetric=symmetric)


def exists(argument: Any = None) -> Exists:
    """``EXISTS (SELECT …)``: of a select, of a column, or built with `where()`."""
    if argument is None:
        return Exists(Select(literal_column("*")))
    if isinstance(argument, SelectBase):
        return Exists(argument)
    element = getattr(argument, "element", None)
    return Exists(element if isinstance(element, SelectBase) else Select(argument))


def any_(expr: Any) -> Quantified[Any]:
    return Quantified(ops.ANY, expression(expr))


def all_(expr: Any) -> Quantified[Any]:
    return Quantified(ops.ALL, expression(expr))


# --- expressions ----------------------------------------------------------------------------------


def case(*whens: Any, value: Any = None, else_: Any = None) -> Case[Any]:
    """``CASE``: (condition, result) pairs, or a dict and `value`."""
    return Case(*whens, value=value, else_=else_)


def cast(expression: Any, type_: AnyType[T]) -> Cast[T]:
    """``CAST(expression AS type)``."""
    return Cast(expression, type_)


def try_cast(expression: Any, type_: AnyType[T]) -> TryCast[T]:
    """``TRY_CAST(expression AS type)``, where the database has it."""
    return TryCast(expression, type_)


def type_coerce(expression: Any, type_: AnyType[T]) -> TypeCoerce[T]:
    """The expression taken for another type in Python; its SQL does not change."""
    return TypeCoerce(expression, type_)


def extract(field: str, expr: Any) -> Extract:
    """``EXTRACT(field FROM expr)``."""
    return Extract(field, expr)


def tuple_(*clauses: Any, types: Any = None) -> Tuple:
    """A row value: ``(a, b)``."""
    if types is not None:
        if len(types) != len(clauses):
            raise ArgumentError(
                f"tuple_() of {len(clauses)} values is given {len(types)} types; give as many"
            )
        parts = [expression(c, to_instance(t)) for c, t in zip(clauses, types, strict=True)]
    else:
        parts = [expression(clause) for clause in clauses]
    return Tuple(parts, TupleType(*[part.type for part in parts]))


def label(name: str, element: ColumnOperators[T], type_: AnyType[Any] | None = None) -> Label[T]:
    return Label(name, element, None if type_ is None else to_instance(type_))


def collate(
    expr: Any, collation: str, collation_schema: str | None = None
) -> ColumnElement[str]:
    return expression(expr).collate(collation, collation_schema)


def distinct(expr: ColumnOperators[T]) -> ColumnElement[T]:
    return expression(expr).distinct()


def bitwise_not(expr: ColumnOperators[T]) -> ColumnElement[T]:
    return expression(expr).bitwise_not()


def over(
    element: ColumnElement[T],
    partition_by: Any = None,
    order_by: Any = None,
    range_: Any = None,
    rows: Any = None,
    groups: Any = None,
    exclude: str | None = None,
) -> Over[T]:
    """An aggregate or window function over a window."""
    from accord.sql.windows import Over

    return Over(expression(element), partition_by, order_by, range_, rows, groups, exclude)


def within_group(element: ColumnElement[T], *order_by: Any) -> WithinGroup[T]:
    """``element WITHIN GROUP (ORDER BY …)``."""
    from accord.sql.windows import WithinGroup

    return WithinGroup(expression(element), *order_by)


def aggregate_order_by(element: ColumnElement[T], *order_by: Any) -> AggregateOrderBy[T]:
    """An aggregate over its rows in an order."""
    from accord.sql.windows import AggregateOrderBy

    return AggregateOrderBy(expression(element), *order_by)


def funcfilter(func: ColumnElement[T], *criterion: Any) -> FunctionFilter[T]:
    """``func FILTER (WHERE …)``."""
    from accord.sql.windows import FunctionFilter

    return FunctionFilter(expression(func), *criterion)


# --- order ----------------------------------------------------------------------------------------


def _key(column: Any) -> Expr:
    return column if isinstance(column, ColumnOperators) else sort_key(column)  # type: ignore[return-value]  # has the methods


def asc(column: ColumnOperators[T] | str) -> ColumnElement[T]:
    return _key(column).asc()


def desc(column: ColumnOperators[T] | str) -> ColumnElement[T]:
    return _key(column).desc()


def nulls_first(column: ColumnOperators[T] | str) -> ColumnElement[T]:
    return _key(column).nulls_first()


def nulls_last(column: ColumnOperators[T] | str) -> ColumnElement[T]:
    return _key(column).nulls_last()


nullsfirst = nulls_first
nullslast = nulls_last


# --- FROM elements --------------------------------------------------------------------------------


def table(name: str, *columns: ColumnClause[Any], schema: str | None = None) -> TableClause:
    """A table named in SQL only; no MetaData knows it."""
    return TableClause(name, *columns, schema=schema)


def column(text: str, type_: AnyType[T] | None = None, is_literal: bool = False) -> ColumnClause[T]:
    """A column by name alone."""
    return ColumnClause(text, type_, is_literal)


def alias(selectable: Any, name: str | None = None, flat: bool = False) -> Any:
    if isinstance(selectable, SelectBase):
        return selectable.alias(name)
    return from_element(selectable).alias(name)


def subquery(alias: str | None, *columns: Any) -> Any:
    return Select(*columns).subquery(alias)


def lateral(selectable: Any, name: str | None = None) -> Lateral:
    made: Lateral = selectable.lateral(name)
    return made


def tablesample(
    selectable: Any, sampling: Any, name: str | None = None, seed: Any = None
) -> TableSample:
    return TableSample(from_element(selectable), sampling, name, seed)


def cte(selectable: Any, name: str | None = None, recursive: bool = False) -> CTE:
    made: CTE = selectable.cte(name, recursive)
    return made


def values(
    *columns: ColumnClause[Any], name: str | None = None, literal_binds: bool = False
) -> Values:
    """``VALUES`` as a FROM element; rows come with ``.data([...])``."""
    return Values(*columns, name=name, literal_binds=literal_binds)


# --- statements -----------------------------------------------------------------------------------


if TYPE_CHECKING:
    select: SelectCall
else:

    def select(*entities: Any) -> Select[Any]:
        """``SELECT`` of columns, expressions, tables and mapped classes.

        >>> print(select(Book.title).where(Book.id > 1).order_by(Book.title))
        SELECT book.title
        FROM book
        WHERE book.id > :id_1 ORDER BY book.title
        """
        if len(entities) == 1 and isinstance(first := entities[0], type):
            node = getattr(first, "__accord_entity__", None)
            if node is not None and node.owner.class_ is first:
                if node._select is None:
                    node._select = Select(node)
                return node._select
        return Select(*entities)


def insert(table: Any) -> Insert:
    return Insert(table)


def update(table: Any) -> Update:
    return Update(table)


def delete(table: Any) -> Delete:
    return Delete(table)


def union(*selects: TypedReturnsRows[Row]) -> CompoundSelect[Row]:
    return CompoundSelect("UNION", *selects)


def union_all(*selects: TypedReturnsRows[Row]) -> CompoundSelect[Row]:
    return CompoundSelect("UNION ALL", *selects)


def intersect(*selects: TypedReturnsRows[Row]) -> CompoundSelect[Row]:
    return CompoundSelect("INTERSECT", *selects)


def intersect_all(*selects: TypedReturnsRows[Row]) -> CompoundSelect[Row]:
    return CompoundSelect("INTERSECT ALL", *selects)


def except_(*selects: TypedReturnsRows[Row]) -> CompoundSelect[Row]:
    return CompoundSelect("EXCEPT", *selects)


def except_all(*selects: TypedReturnsRows[Row]) -> CompoundSelect[Row]:
    return CompoundSelect("EXCEPT ALL", *selects)
