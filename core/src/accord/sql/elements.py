"""Expression nodes with a syntax of their own: labels, CASE, CAST, EXTRACT, OVER, EXISTS, scalar
subqueries.

Each is one immutable class; the functions users call (`case`, `cast`, `exists` …) are in
constructors.py.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from accord.exc import ArgumentError
from accord.sqltypes.base import NULLTYPE, TypeEngine, to_instance
from accord.sqltypes.boolean import BOOLEANTYPE
from accord.sqltypes.numeric import Integer

from .coercion import condition, expression
from .expressions import BinaryExpression
from .nodes import BindParameter, ClauseElement, ColumnElement, T_co
from .operators import COMPARISON, EXISTS, Operator

if TYPE_CHECKING:
    from .functions import FunctionElement
    from .select import Select
    from .selectbase import SelectBase

_INTEGER = Integer()
Expr = ColumnElement[Any]


class Label(ColumnElement[T_co]):
    """``element AS name``; without a name, rendering chooses one."""

    __slots__ = ("element", "name")

    visit_name = "label"
    name: str | None

    def __init__(self, name: str | None, element: Any, type_: TypeEngine | None = None) -> None:
        inner = expression(element)
        self.element: ColumnElement[T_co] = inner.element if isinstance(inner, Label) else inner
        self.name = name
        self.type = type_ or self.element.type
        self._compose()

    def shape(self) -> tuple[Hashable, ...]:
        return (self.name,)

    @property
    def origin(self) -> Expr | None:
        return self.element.origin

    @property
    def is_predicate(self) -> bool:  # type: ignore[override]  # computed, not stored
        return self.element.is_predicate

    @property
    def primary_key(self) -> bool:
        return bool(getattr(self.element, "primary_key", False))

    @property
    def foreign_keys(self) -> Any:
        return getattr(self.element, "foreign_keys", frozenset())

    def children(self) -> Iterable[ClauseElement]:
        return (self.element,)


class NameReference(ColumnElement[Any]):
    """A string in ORDER BY or GROUP BY: the name of a selected column, resolved when rendered."""

    __slots__ = ("name",)

    visit_name = "name_reference"
    type: TypeEngine = NULLTYPE
    name: str

    def __init__(self, name: str) -> None:
        self.name = name
        self._compose()

    def shape(self) -> tuple[Hashable, ...]:
        return (self.name,)


class CollationName(ColumnElement[Any]):
    """The name after COLLATE."""

    __slots__ = ("name", "schema")

    visit_name = "collation"
    type: TypeEngine = NULLTYPE
    name: str

    def __init__(self, name: str, schema: str | None = None) -> None:
        self.name = name
        self.schema = schema
        self._compose()

    def shape(self) -> tuple[Hashable, ...]:
        return (self.name, self.schema)


def _are_pairs(values: list[Any]) -> bool:
    return all(isinstance(value, (tuple, list)) for value in values)


class Case(ColumnElement[T_co]):
    """``CASE [value] WHEN … THEN … ELSE … END``."""

    __slots__ = ("else_", "value", "whens")

    visit_name = "case"
    name: str | None = None

    def __init__(self, *whens: Any, value: Any = None, else_: Any = None) -> None:
        if len(whens) == 1 and isinstance(whens[0], Mapping):
            whens = tuple(whens[0].items())
        elif len(whens) == 1 and isinstance(whens[0], list) and _are_pairs(whens[0]):
            raise ArgumentError(
                "case() takes its (condition, result) pairs one by one, not as a list"
            )
        if not whens:
            raise ArgumentError("case() needs at least one (condition, result) pair")
        self.value = None if value is None else expression(value)
        pairs = [self._pair(when) for when in whens]
        self.whens: tuple[tuple[Expr, Expr], ...] = tuple(pairs)
        self.else_ = None if else_ is None else self._result(else_)
        results = [result for _, result in reversed(pairs)]
        results += [] if self.else_ is None else [self.else_]
        self.type = next((r.type for r in results if r.type is not NULLTYPE), NULLTYPE)
        self._compose()

    def shape(self) -> tuple[Hashable, ...]:
        return (self.value is not None, self.else_ is not None)

    def _pair(self, when: Any) -> tuple[Expr, Expr]:
        if not isinstance(when, (tuple, list)) or len(when) != 2:
            raise ArgumentError("case() takes (condition, result) pairs")
        test, result = when
        if self.value is None:
            return condition(test), self._result(result)
        return expression(
            test, self.value.type if type(test) in self.value.type.own_types else None
        ), (self._result(result))

    @staticmethod
    def _result(value: Any) -> Expr:
        return expression(value)

    def children(self) -> Iterable[ClauseElement]:
        if self.value is not None:
            yield self.value
        for test, result in self.whens:
            yield test
            yield result
        if self.else_ is not None:
            yield self.else_


class Cast(ColumnElement[T_co]):
    """``CAST(element AS type)``."""

    __slots__ = ("element",)

    visit_name = "cast"

    def __init__(self, element: Any, type_: TypeEngine | type[TypeEngine]) -> None:
        self.type = to_instance(type_)
        self.element: Expr = expression(element, _literal_type(element, self.type))
        self._compose()

    def shape(self) -> tuple[Hashable, ...]:
        return (self.type.key,)

    @property
    def name(self) -> str | None:  # type: ignore[override]  # computed, not stored
        is_text = getattr(self.element, "is_literal", False)  # of a literal_column
        return None if is_text else self.element.name

    def children(self) -> Iterable[ClauseElement]:
        return (self.element,)


def _literal_type(value: Any, type_: TypeEngine) -> TypeEngine | None:
    """A literal travels as the type it is cast to if that type takes it, else as what it is."""
    return type_ if type(value) in type_.own_types or not type_.own_types else None


class TryCast(Cast[T_co]):
    """``TRY_CAST(element AS type)``: NULL where the cast fails."""

    __slots__ = ()

    visit_name = "try_cast"


class TypeCoerce(ColumnElement[T_co]):
    """`element` taken for another type on the Python side; the SQL stays as it is."""

    __slots__ = ("element",)

    visit_name = "type_coerce"

    def __init__(self, element: Any, type_: TypeEngine | type[TypeEngine]) -> None:
        self.type = to_instance(type_)
        inner: Expr = expression(element, self.type)
        if isinstance(inner, BindParameter) and inner.type.key != self.type.key:
            inner = inner.with_type(self.type)
        self.element = inner
        self._compose()

    def shape(self) -> tuple[Hashable, ...]:
        return (self.type.key,)

    @property
    def name(self) -> str | None:  # type: ignore[override]  # computed, not stored
        return self.element.name

    @property
    def origin(self) -> Expr | None:
        return self.element.origin

    @property
    def is_predicate(self) -> bool:  # type: ignore[override]  # computed, not stored
        return self.element.is_predicate

    def children(self) -> Iterable[ClauseElement]:
        return (self.element,)


class Extract(ColumnElement[int]):
    """``EXTRACT(field FROM element)``."""

    __slots__ = ("element", "field")

    visit_name = "extract"
    name: str | None = None
    result_hint = "anon"

    def __init__(self, field: str, element: Any) -> None:
        if not field.isidentifier() or not field.isascii():
            raise ArgumentError(f"extract() takes a field name such as 'year', not {field!r}")
        self.field = field
        self.element: Expr = expression(element)
        self.type = _INTEGER
        self._compose()

    def shape(self) -> tuple[Hashable, ...]:
        return (self.field,)

    def children(self) -> Iterable[ClauseElement]:
        return (self.element,)


# --- subqueries as values -------------------------------------------------------------------------


class ScalarSelect(ColumnElement[T_co]):
    """``(SELECT …)`` used as a value: its first column."""

    __slots__ = ("element",)

    visit_name = "scalar_select"
    name: str | None = None

    def __init__(self, element: SelectBase) -> None:
        self.element = element
        self.type = element.scalar_type()
        self._compose()

    def children(self) -> Iterable[ClauseElement]:
        return (self.element,)

    def where(self, *criteria: Any) -> ScalarSelect[T_co]:
        return ScalarSelect(self.element.where(*criteria))

    def correlate(self, *froms: Any) -> ScalarSelect[T_co]:
        return ScalarSelect(self.element.correlate(*froms))

    def correlate_except(self, *froms: Any) -> ScalarSelect[T_co]:
        return ScalarSelect(self.element.correlate_except(*froms))

    def select_from(self, *froms: Any) -> ScalarSelect[T_co]:
        return ScalarSelect(self.element.select_from(*froms))


class Exists(ColumnElement[bool]):
    """``EXISTS (SELECT …)``, extended like a select: `where`, `select_from`, `correlate`."""

    __slots__ = ("element", "operator")

    visit_name = "exists"
    name: str | None = None
    is_predicate = True

    def __init__(self, element: SelectBase, operator: Operator = EXISTS) -> None:
        self.element = element
        self.operator = operator
        self.type = BOOLEANTYPE
        self._compose()

    def shape(self) -> tuple[Hashable, ...]:
        return (self.operator.name,)

    def children(self) -> Iterable[ClauseElement]:
        return (self.element,)

    def negated(self) -> Exists:
        assert self.operator.negation is not None
        return Exists(self.element, self.operator.negation)

    def where(self, *criteria: Any) -> Exists:
        return Exists(self.element.where(*criteria), self.operator)

    def correlate(self, *froms: Any) -> Exists:
        return Exists(self.element.correlate(*froms), self.operator)

    def correlate_except(self, *froms: Any) -> Exists:
        return Exists(self.element.correlate_except(*froms), self.operator)

    def select_from(self, *froms: Any) -> Exists:
        return Exists(self.element.select_from(*froms), self.operator)

    def with_hint(self, selectable: Any, text: str, dialect_name: str = "*") -> Exists:
        return Exists(self.element.with_hint(selectable, text, dialect_name), self.operator)

    def with_statement_hint(self, text: str, dialect_name: str = "*") -> Exists:
        return Exists(self.element.with_statement_hint(text, dialect_name), self.operator)

    def select(self) -> Select[Any]:
        from .select import Select

        return Select(self)


# --- functions as comparisons ---------------------------------------------------------------------

_AS_COMPARISON = Operator("as_comparison", " = ", COMPARISON, comparison=True)


class FunctionAsBinary(BinaryExpression[bool]):
    """A function that compares two of its arguments: `left` and `right`, as a relationship reads
    them; its text is the call."""

    __slots__ = ("sql_function",)

    visit_name = "function_as_binary"

    def __init__(self, function: FunctionElement[Any], left_index: int, right_index: int) -> None:
        arguments = function.arguments
        for index in (left_index, right_index):
            if not 1 <= index <= len(arguments):
                raise ArgumentError(
                    f"as_comparison() counts the arguments of {function.name}() from 1 to "
                    f"{len(arguments)}; there is no {index}"
                )
        self.sql_function = function
        left, right = arguments[left_index - 1], arguments[right_index - 1]
        super().__init__(left, _AS_COMPARISON, right, BOOLEANTYPE)
        self._compose()

    def _compose(self) -> None:
        function = self.sql_function
        self.cache_key = (self.visit_name, function.cache_key)
        self.binds, self.has_anon = function.binds, function.has_anon

    def children(self) -> Iterable[ClauseElement]:
        return (self.sql_function,)

    def negated(self) -> None:
        return None


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Names that SQLAlchemy has in this module and accord in another one."""
        if name.startswith("__"):
            raise AttributeError(name)
        from . import expression

        try:
            return getattr(expression, name)
        except AttributeError:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
