"""Expression nodes: comparisons, arithmetic, boolean lists, NULL/TRUE/FALSE, tuples, ANY/ALL,
BETWEEN.

Built by the functions of predicates.py; rendered by render/expressions.py. None of them knows about
parentheses: the renderer compares `precedence`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.sqltypes.base import NULLTYPE, TypeEngine
from accord.sqltypes.boolean import BOOLEANTYPE

from .nodes import BindParameter, ClauseElement, ColumnElement, T_co, literal_for
from .operators import ALL, ANY, BETWEEN, DISTINCT, EQ, GE, GT, LE, LT, NE, Operator

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

Modifiers = tuple[tuple[str, Any], ...]


class BinaryExpression(ColumnElement[T_co]):
    """``left op right``; `modifiers` are what the operator takes besides (an escape character,
    flags)."""

    __slots__ = ("left", "modifiers", "operator", "right")

    visit_name = "binary"
    name: str | None = None

    def __init__(
        self,
        left: ColumnElement[Any],
        operator: Operator,
        right: ColumnElement[Any],
        type_: TypeEngine,
        modifiers: Modifiers = (),
    ) -> None:
        self.left = left
        self.operator = operator
        self.right = right
        self.type = type_
        self.modifiers = modifiers
        if modifiers:
            self.cache_key = (operator.name, left.cache_key, right.cache_key, *modifiers)
        else:
            self.cache_key = (operator.name, left.cache_key, right.cache_key)
        self.binds = left.binds + right.binds
        self.has_anon = left.has_anon or right.has_anon

    def _compose(self) -> None:
        self.cache_key = (
            self.operator.name, self.left.cache_key, self.right.cache_key, *self.modifiers,
        )  # fmt: skip
        self.binds = self.left.binds + self.right.binds
        self.has_anon = self.left.has_anon or self.right.has_anon

    @property
    def is_predicate(self) -> bool:  # type: ignore[override]  # computed, not stored
        return self.operator.is_comparison

    def children(self) -> Iterable[ClauseElement]:
        return (self.left, self.right)

    def negated(self) -> BinaryExpression[Any] | None:
        """The same comparison with the opposite operator, if that is its negation: of ANY and ALL
        it is not."""
        opposite = self.operator.negation
        if opposite is None or isinstance(self.right, Quantified):
            return None
        return BinaryExpression(self.left, opposite, self.right, self.type, self.modifiers)

    def __bool__(self) -> bool:
        # `==` on expressions has to work where Python compares members of a list, as identity does.
        if self.operator is EQ:
            return self.left is self.right
        if self.operator is NE:
            return self.left is not self.right
        return super().__bool__()


class UnaryExpression(ColumnElement[T_co]):
    """``op element`` (a sign, NOT, DISTINCT) or, with `postfix`, ``element op`` (DESC, NULLS
    LAST)."""

    __slots__ = ("element", "operator", "postfix")

    visit_name = "unary"

    def __init__(
        self,
        operator: Operator,
        element: ColumnElement[Any],
        type_: TypeEngine,
        *,
        postfix: bool = False,
    ) -> None:
        self.operator = operator
        self.element = element
        self.type = type_
        self.postfix = postfix
        self._compose()

    def _compose(self) -> None:
        element = self.element
        self.cache_key = (self.operator.name, element.cache_key)
        self.binds = element.binds
        self.has_anon = element.has_anon

    @property
    def name(self) -> str | None:  # type: ignore[override]  # computed, not stored
        return self.element.name if self.postfix or self.operator is DISTINCT else None

    @property
    def is_predicate(self) -> bool:  # type: ignore[override]  # computed, not stored
        return self.operator.is_comparison or self.operator.name == "not"

    def children(self) -> Iterable[ClauseElement]:
        return (self.element,)


class BooleanClauseList(ColumnElement[bool]):
    """Conditions joined by AND, or by OR; at least two, none of them a list of the same
    operator."""

    __slots__ = ("clauses", "operator")

    visit_name = "boolean_list"
    name: str | None = None
    is_predicate = True

    def __init__(self, operator: Operator, clauses: tuple[ColumnElement[Any], ...]) -> None:
        self.operator = operator
        self.clauses = clauses
        self.type = BOOLEANTYPE
        self._compose()

    def shape(self) -> tuple[Hashable, ...]:
        return (self.operator.name,)

    def children(self) -> Iterable[ClauseElement]:
        return self.clauses


class Between(ColumnElement[bool]):
    """``element BETWEEN lower AND upper``."""

    __slots__ = ("element", "lower", "operator", "symmetric", "upper")

    visit_name = "between"
    name: str | None = None
    is_predicate = True

    def __init__(
        self,
        element: ColumnElement[Any],
        lower: ColumnElement[Any],
        upper: ColumnElement[Any],
        operator: Operator = BETWEEN,
        symmetric: bool = False,
    ) -> None:
        self.element = element
        self.lower = lower
        self.upper = upper
        self.operator = operator
        self.symmetric = symmetric
        self.type = BOOLEANTYPE
        self._compose()

    def shape(self) -> tuple[Hashable, ...]:
        return (self.operator.name, self.symmetric)

    def children(self) -> Iterable[ClauseElement]:
        return (self.element, self.lower, self.upper)

    def negated(self) -> Between:
        assert self.operator.negation is not None
        return Between(self.element, self.lower, self.upper, self.operator.negation, self.symmetric)


class _Constant(ColumnElement[T_co]):
    __slots__ = ()

    binds: tuple[BindParameter[Any], ...] = ()
    has_anon: bool = False
    cache_key: Hashable
    name: str | None = None

    def _compose(self) -> None:
        """Nothing to do: a constant is its key."""


class Null(_Constant[None]):
    """NULL."""

    __slots__ = ()
    visit_name = "null"
    cache_key = "null"
    type: TypeEngine = NULLTYPE


class True_(_Constant[bool]):
    """TRUE, or what stands for it."""

    __slots__ = ()
    visit_name = "true"
    cache_key = "true"
    type: TypeEngine = BOOLEANTYPE
    is_predicate = True


class False_(_Constant[bool]):
    """FALSE, or what stands for it."""

    __slots__ = ()
    visit_name = "false"
    cache_key = "false"
    type: TypeEngine = BOOLEANTYPE
    is_predicate = True


class DefaultKeyword(_Constant[Any]):
    """DEFAULT, as a value of INSERT and UPDATE."""

    __slots__ = ()
    visit_name = "default_keyword"
    cache_key = "default"
    type: TypeEngine = NULLTYPE


NULL, TRUE, FALSE, DEFAULT = Null(), True_(), False_(), DefaultKeyword()


class ExpressionList(ColumnElement[Any]):
    """``a, b, c``: the elements of a tuple, an IN list, the arguments of a function."""

    __slots__ = ("clauses",)

    visit_name = "expression_list"
    name: str | None = None

    def __init__(self, clauses: Iterable[ColumnElement[Any]], type_: TypeEngine = NULLTYPE) -> None:
        self.clauses = tuple(clauses)
        self.type = type_
        self._compose()

    def children(self) -> Iterable[ClauseElement]:
        return self.clauses

    def __iter__(self) -> Iterator[ColumnElement[Any]]:  # type: ignore[override]  # a list after all
        return iter(self.clauses)

    def __len__(self) -> int:
        return len(self.clauses)


class Tuple(ExpressionList):
    """``(a, b, c)`` as a row value."""

    __slots__ = ()

    visit_name = "tuple"


class Quantified(ColumnElement[T_co]):
    """``ANY (…)`` or ``ALL (…)``, the right side of a comparison."""

    __slots__ = ("element", "operator")

    visit_name = "quantified"
    name: str | None = None

    def __init__(self, operator: Operator, element: ColumnElement[Any]) -> None:
        assert operator in (ANY, ALL)
        self.operator = operator
        self.element = element
        self.type = getattr(element.type, "item_type", element.type)
        self._compose()

    def shape(self) -> tuple[Hashable, ...]:
        return (self.operator.name,)

    def children(self) -> Iterable[ClauseElement]:
        return (self.element,)

    def _flipped(self, op: Operator, other: Any) -> ColumnElement[bool]:
        # SQL has ANY and ALL on the right of a comparison only.
        return op.build(literal_for(other, self, op), op, self)

    def __eq__(self, other: Any) -> ColumnElement[bool]:  # type: ignore[override]  # SQL's ==
        return self._flipped(EQ, other)

    def __ne__(self, other: Any) -> ColumnElement[bool]:  # type: ignore[override]  # SQL's !=
        return self._flipped(NE, other)

    def __lt__(self, other: Any) -> ColumnElement[bool]:
        return self._flipped(GT, other)

    def __le__(self, other: Any) -> ColumnElement[bool]:
        return self._flipped(GE, other)

    def __gt__(self, other: Any) -> ColumnElement[bool]:
        return self._flipped(LT, other)

    def __ge__(self, other: Any) -> ColumnElement[bool]:
        return self._flipped(LE, other)

    __hash__ = object.__hash__
