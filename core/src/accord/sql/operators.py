"""Operators: their names, how tightly they bind, and the mixin that gives them to expressions.

First module of the SQL layer; it knows no nodes. An `Operator` is a constant such as ``EQ``;
calling it applies it (``EQ(a, b)`` is ``a == b``), as comparators of users do. What that builds is
decided by `Operator.build`, installed by predicates.py and expressions.py. `ColumnOperators` turns
every Python operator and method into one call of `operate` / `reverse_operate`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NoReturn

from accord.sqltypes.base import T_co

if TYPE_CHECKING:
    from collections.abc import Callable

    from accord.sqltypes.base import TypeEngine

    from .nodes import ColumnElement

# How tightly an operator binds. An operand that binds no tighter than it is parenthesised.
LIST, OR, AND, NOT, COLLATION, COMPARISON, BIT, SUM, PRODUCT, SIGN, ATOM = range(-1, 10)


class Operator:
    """One SQL operator.

    `name` identifies it in structural keys and selects `visit_<name>_op` of a renderer if there is
    one; `symbol` is its standard spelling; `sql` is what types are asked with
    (`TypeEngine.result_of`).
    """

    __slots__ = (
        "associative", "build", "is_comparison", "name", "negation", "precedence", "result_type",
        "sql", "symbol",
    )  # fmt: skip

    rank: int | None = None
    """How tightly an operator of a user binds, on SQLAlchemy's scale."""

    def __init__(
        self,
        name: str,
        symbol: str,
        precedence: int,
        *,
        comparison: bool = False,
        associative: bool = False,
        result_type: TypeEngine | None = None,
    ) -> None:
        self.name = name
        self.symbol = symbol
        self.sql = symbol.strip()
        self.precedence = precedence
        self.is_comparison = comparison
        self.associative = associative
        self.result_type = result_type
        self.negation: Operator | None = None
        self.build: Callable[..., ColumnElement[Any]] = _not_built

    def __call__(self, left: Any, *right: Any, **options: Any) -> Any:
        return left.operate(self, *right, **options)

    def __repr__(self) -> str:
        return f"<operator {self.name}>"

    @property
    def __name__(self) -> str:
        return self.name


def _not_built(*_: object) -> NoReturn:
    raise NotImplementedError(
        "operators are built by accord.sql; import the package, not the module file"
    )


def _arithmetic(name: str, symbol: str, precedence: int, *, associative: bool = False) -> Operator:
    return Operator(name, symbol, precedence, associative=associative)


def _comparison(
    name: str, symbol: str, negated_name: str, negated_symbol: str
) -> tuple[Operator, Operator]:
    plain = Operator(name, symbol, COMPARISON, comparison=True)
    negated = Operator(negated_name, negated_symbol, COMPARISON, comparison=True)
    plain.negation, negated.negation = negated, plain
    return plain, negated


EQ, NE = _comparison("eq", " = ", "ne", " != ")
LT, GE = _comparison("lt", " < ", "ge", " >= ")
GT, LE = _comparison("gt", " > ", "le", " <= ")
IS, IS_NOT = _comparison("is", " IS ", "is_not", " IS NOT ")
IS_DISTINCT, IS_NOT_DISTINCT = _comparison(
    "is_distinct_from", " IS DISTINCT FROM ", "is_not_distinct_from", " IS NOT DISTINCT FROM "
)
IN, NOT_IN = _comparison("in", " IN ", "not_in", " NOT IN ")
LIKE, NOT_LIKE = _comparison("like", " LIKE ", "not_like", " NOT LIKE ")
ILIKE, NOT_ILIKE = _comparison("ilike", " ILIKE ", "not_ilike", " NOT ILIKE ")
BETWEEN, NOT_BETWEEN = _comparison("between", " BETWEEN ", "not_between", " NOT BETWEEN ")
REGEXP, NOT_REGEXP = _comparison("regexp_match", " <regexp> ", "not_regexp_match", " <not regexp> ")
MATCH, NOT_MATCH = _comparison("match", " MATCH ", "not_match", " NOT MATCH ")
STARTSWITH, NOT_STARTSWITH = _comparison("startswith", " LIKE ", "not_startswith", " NOT LIKE ")
ENDSWITH, NOT_ENDSWITH = _comparison("endswith", " LIKE ", "not_endswith", " NOT LIKE ")
CONTAINS, NOT_CONTAINS = _comparison("contains", " LIKE ", "not_contains", " NOT LIKE ")
ISTARTSWITH, NOT_ISTARTSWITH = _comparison("istartswith", " LIKE ", "not_istartswith", " NOT LIKE ")
IENDSWITH, NOT_IENDSWITH = _comparison("iendswith", " LIKE ", "not_iendswith", " NOT LIKE ")
ICONTAINS, NOT_ICONTAINS = _comparison("icontains", " LIKE ", "not_icontains", " NOT LIKE ")

ADD = _arithmetic("add", " + ", SUM, associative=True)
SUB = _arithmetic("sub", " - ", SUM)
MUL = _arithmetic("mul", " * ", PRODUCT, associative=True)
TRUEDIV = _arithmetic("truediv", " / ", PRODUCT)
FLOORDIV = _arithmetic("floordiv", " // ", PRODUCT)
MOD = _arithmetic("mod", " % ", PRODUCT)
CONCAT = _arithmetic("concat", " || ", BIT, associative=True)
BIT_AND = _arithmetic("bitwise_and", " & ", BIT, associative=True)
BIT_OR = _arithmetic("bitwise_or", " | ", BIT, associative=True)
BIT_XOR = _arithmetic("bitwise_xor", " ^ ", BIT)
LSHIFT = _arithmetic("bitwise_lshift", " << ", BIT)
RSHIFT = _arithmetic("bitwise_rshift", " >> ", BIT)
MATMUL = _arithmetic("matmul", " @ ", BIT)
GETITEM = Operator("getitem", "", ATOM)
JSON_GETITEM = Operator("json_getitem", " -> ", BIT)
JSON_PATH_GETITEM = Operator("json_path_getitem", " #> ", BIT)
REGEXP_REPLACE = Operator("regexp_replace", " <replace> ", ATOM)
COLLATE = Operator("collate", " COLLATE ", COLLATION)

NEG = Operator("neg", "-", SIGN)
BIT_NOT = Operator("bitwise_not", "~", SIGN)
INVERT = Operator("not", "NOT ", NOT)
AND_ = Operator("and", " AND ", AND, associative=True)
OR_ = Operator("or", " OR ", OR, associative=True)
EXISTS = Operator("exists", "EXISTS ", ATOM, comparison=True)
NOT_EXISTS = Operator("not_exists", "NOT EXISTS ", NOT, comparison=True)
EXISTS.negation, NOT_EXISTS.negation = NOT_EXISTS, EXISTS
ANY = Operator("any", "ANY ", ATOM)
ALL = Operator("all", "ALL ", ATOM)
DISTINCT = Operator("distinct", "DISTINCT ", COLLATION)
ASC = Operator("asc", " ASC", LIST)
DESC = Operator("desc", " DESC", LIST)
NULLS_FIRST = Operator("nulls_first", " NULLS FIRST", LIST)
NULLS_LAST = Operator("nulls_last", " NULLS LAST", LIST)
LABEL = Operator("label", " AS ", LIST)


class ColumnOperators(Generic[T_co]):
    """Every operator an SQL expression understands, written once.

    Subclasses answer `operate(op, *others)` and `reverse_operate(op, other)`; an expression builds
    a node, an ORM attribute may build something of its own first.
    """

    __slots__ = ()

    def operate(self, op: Operator, *others: Any, **options: Any) -> ColumnElement[Any]:
        raise NotImplementedError(f"{type(self).__name__} has no SQL operators")

    def reverse_operate(self, op: Operator, other: Any, **options: Any) -> ColumnElement[Any]:
        raise NotImplementedError(f"{type(self).__name__} has no SQL operators")

    __hash__ = object.__hash__

    # --- comparison -------------------------------------------------------------------------------

    def __eq__(self, other: Any) -> ColumnElement[bool]:  # type: ignore[override]  # SQL's ==
        return self.operate(EQ, other)

    def __ne__(self, other: Any) -> ColumnElement[bool]:  # type: ignore[override]  # SQL's !=
        return self.operate(NE, other)

    def __lt__(self, other: Any) -> ColumnElement[bool]:
        return self.operate(LT, other)

    def __le__(self, other: Any) -> ColumnElement[bool]:
        return self.operate(LE, other)

    def __gt__(self, other: Any) -> ColumnElement[bool]:
        return self.operate(GT, other)

    def __ge__(self, other: Any) -> ColumnElement[bool]:
        return self.operate(GE, other)

    def is_(self, other: Any) -> ColumnElement[bool]:
        return self.operate(IS, other)

    def is_not(self, other: Any) -> ColumnElement[bool]:
        return self.operate(IS_NOT, other)

    isnot = is_not

    def is_distinct_from(self, other: Any) -> ColumnElement[bool]:
        return self.operate(IS_DISTINCT, other)

    def is_not_distinct_from(self, other: Any) -> ColumnElement[bool]:
        return self.operate(IS_NOT_DISTINCT, other)

    isnot_distinct_from = is_not_distinct_from

    def in_(self, other: Any) -> ColumnElement[bool]:
        return self.operate(IN, other)

    def not_in(self, other: Any) -> ColumnElement[bool]:
        return self.operate(NOT_IN, other)

    notin_ = not_in

    def between(self, cleft: Any, cright: Any, symmetric: bool = False) -> ColumnElement[bool]:
        return self.operate(BETWEEN, cleft, cright, symmetric=symmetric)

    # --- strings ----------------------------------------------------------------------------------

    def like(self, other: Any, escape: str | None = None) -> ColumnElement[bool]:
        return self.operate(LIKE, other, escape=escape)

    def not_like(self, other: Any, escape: str | None = None) -> ColumnElement[bool]:
        return self.operate(NOT_LIKE, other, escape=escape)

    notlike = not_like

    def ilike(self, other: Any, escape: str | None = None) -> ColumnElement[bool]:
        return self.operate(ILIKE, other, escape=escape)

    def not_ilike(self, other: Any, escape: str | None = None) -> ColumnElement[bool]:
        return self.operate(NOT_ILIKE, other, escape=escape)

    notilike = not_ilike

    def startswith(
        self, other: Any, escape: str | None = None, autoescape: bool = False
    ) -> ColumnElement[bool]:
        return self.operate(STARTSWITH, other, escape=escape, autoescape=autoescape)

    def endswith(
        self, other: Any, escape: str | None = None, autoescape: bool = False
    ) -> ColumnElement[bool]:
        return self.operate(ENDSWITH, other, escape=escape, autoescape=autoescape)

    def contains(
        self, other: Any, escape: str | None = None, autoescape: bool = False
    ) -> ColumnElement[bool]:
        return self.operate(CONTAINS, other, escape=escape, autoescape=autoescape)

    def istartswith(
        self, other: Any, escape: str | None = None, autoescape: bool = False
    ) -> ColumnElement[bool]:
        return self.operate(ISTARTSWITH, other, escape=escape, autoescape=autoescape)

    def iendswith(
        self, other: Any, escape: str | None = None, autoescape: bool = False
    ) -> ColumnElement[bool]:
        return self.operate(IENDSWITH, other, escape=escape, autoescape=autoescape)

    def icontains(
        self, other: Any, escape: str | None = None, autoescape: bool = False
    ) -> ColumnElement[bool]:
        return self.operate(ICONTAINS, other, escape=escape, autoescape=autoescape)

    def match(self, other: Any, **options: Any) -> ColumnElement[bool]:
        return self.operate(MATCH, other, **options)

    def regexp_match(self, pattern: Any, flags: str | None = None) -> ColumnElement[bool]:
        return self.operate(REGEXP, pattern, flags=flags)

    def regexp_replace(
        self, pattern: Any, replacement: Any, flags: str | None = None
    ) -> ColumnElement[str]:
        return self.operate(REGEXP_REPLACE, pattern, replacement, flags=flags)

    def concat(self, other: Any) -> ColumnElement[Any]:
        return self.operate(CONCAT, other)

    def collate(self, collation: str, collation_schema: str | None = None) -> ColumnElement[str]:
        options = {} if collation_schema is None else {"schema": collation_schema}
        return self.operate(COLLATE, collation, **options)

    # --- arithmetic and bits ----------------------------------------------------------------------

    def __add__(self, other: Any) -> ColumnElement[Any]:
        return self.operate(ADD, other)

    def __radd__(self, other: Any) -> ColumnElement[Any]:
        return self.reverse_operate(ADD, other)

    def __sub__(self, other: Any) -> ColumnElement[Any]:
        return self.operate(SUB, other)

    def __rsub__(self, other: Any) -> ColumnElement[Any]:
        return self.reverse_operate(SUB, other)

    def __mul__(self, other: Any) -> ColumnElement[Any]:
        return self.operate(MUL, other)

    def __rmul__(self, other: Any) -> ColumnElement[Any]:
        return self.reverse_operate(MUL, other)

    def __truediv__(self, other: Any) -> ColumnElement[Any]:
        return self.operate(TRUEDIV, other)

    def __rtruediv__(self, other: Any) -> ColumnElement[Any]:
        return self.reverse_operate(TRUEDIV, other)

    def __floordiv__(self, other: Any) -> ColumnElement[Any]:
        return self.operate(FLOORDIV, other)

    def __rfloordiv__(self, other: Any) -> ColumnElement[Any]:
        return self.reverse_operate(FLOORDIV, other)

    def __mod__(self, other: Any) -> ColumnElement[Any]:
        return self.operate(MOD, other)

    def __rmod__(self, other: Any) -> ColumnElement[Any]:
        return self.reverse_operate(MOD, other)

    def __lshift__(self, other: Any) -> ColumnElement[Any]:
        return self.operate(LSHIFT, other)

    def __rshift__(self, other: Any) -> ColumnElement[Any]:
        return self.operate(RSHIFT, other)

    def __rlshift__(self, other: Any) -> ColumnElement[Any]:
        return self.reverse_operate(LSHIFT, other)

    def __rrshift__(self, other: Any) -> ColumnElement[Any]:
        return self.reverse_operate(RSHIFT, other)

    def __matmul__(self, other: Any) -> ColumnElement[Any]:
        return self.operate(MATMUL, other)

    def __rmatmul__(self, other: Any) -> ColumnElement[Any]:
        return self.reverse_operate(MATMUL, other)

    def __neg__(self) -> ColumnElement[T_co]:
        return self.operate(NEG)

    def bitwise_and(self, other: Any) -> ColumnElement[Any]:
        return self.operate(BIT_AND, other)

    def bitwise_or(self, other: Any) -> ColumnElement[Any]:
        return self.operate(BIT_OR, other)

    def bitwise_xor(self, other: Any) -> ColumnElement[Any]:
        return self.operate(BIT_XOR, other)

    def bitwise_lshift(self, other: Any) -> ColumnElement[Any]:
        return self.operate(LSHIFT, other)

    def bitwise_rshift(self, other: Any) -> ColumnElement[Any]:
        return self.operate(RSHIFT, other)

    def bitwise_not(self) -> ColumnElement[T_co]:
        return self.operate(BIT_NOT)

    def __getitem__(self, index: Any) -> ColumnElement[Any]:
        return self.operate(GETITEM, index)

    # Without these two, `x in column` would loop over __getitem__ and never end.
    def __contains__(self, other: Any) -> NoReturn:
        raise TypeError(
            "`x in expression` has no SQL meaning; write expression.contains(x) or .in_(...)"
        )

    __iter__ = None

    # --- logic ------------------------------------------------------------------------------------

    def __and__(self, other: Any) -> ColumnElement[bool]:
        return self.operate(AND_, other)

    def __rand__(self, other: Any) -> ColumnElement[bool]:
        return self.reverse_operate(AND_, other)

    def __or__(self, other: Any) -> ColumnElement[bool]:
        return self.operate(OR_, other)

    def __ror__(self, other: Any) -> ColumnElement[bool]:
        return self.reverse_operate(OR_, other)

    def __invert__(self) -> ColumnElement[bool]:
        return self.operate(INVERT)

    # --- order, quantifiers, user-defined ---------------------------------------------------------

    def asc(self) -> ColumnElement[T_co]:
        return self.operate(ASC)

    def desc(self) -> ColumnElement[T_co]:
        return self.operate(DESC)

    def nulls_first(self) -> ColumnElement[T_co]:
        return self.operate(NULLS_FIRST)

    nullsfirst = nulls_first

    def nulls_last(self) -> ColumnElement[T_co]:
        return self.operate(NULLS_LAST)

    nullslast = nulls_last

    def distinct(self) -> ColumnElement[T_co]:
        return self.operate(DISTINCT)

    def any_(self) -> ColumnElement[Any]:
        return self.operate(ANY)

    def all_(self) -> ColumnElement[Any]:
        return self.operate(ALL)

    def op(
        self,
        opstring: str,
        precedence: int = 0,
        is_comparison: bool = False,
        return_type: TypeEngine | type[TypeEngine] | None = None,
        python_impl: Callable[..., Any] | None = None,
    ) -> Callable[[Any], ColumnElement[Any]]:
        """A user-defined operator: ``column.op("&&")(other)``; `customoperators.custom_operator`
        says what the arguments mean, and which texts are refused (ArgumentError)."""
        from .customoperators import custom_operator as custom

        made = custom(opstring, precedence, is_comparison, return_type, python_impl=python_impl)
        return lambda other: self.operate(made, other)

    def bool_op(
        self, opstring: str, precedence: int = 0, python_impl: Callable[..., Any] | None = None
    ) -> Callable[[Any], ColumnElement[bool]]:
        """`op` with a truth value as its answer."""
        from accord.sqltypes.boolean import BOOLEANTYPE

        return self.op(opstring, precedence, True, BOOLEANTYPE, python_impl)


def __getattr__(name: str) -> Any:
    """``operators.in_op`` and the like."""
    if name.startswith("__"):  # asked for by the import system
        raise AttributeError(name)
    if name == "custom_op":
        from .customoperators import custom_operator

        return custom_operator
    from . import operatornames

    if name in operatornames.QUESTIONS:
        return getattr(operatornames, name)
    found = operatornames.named(name)
    if found is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return found
