"""What applying an operator builds. Installs the `build` function of every `Operator` at import.

In: the left expression, the operator, Python values or expressions. Out: a node with its type
settled: `== None` becomes IS NULL, `+` of strings becomes `||`, lists after IN become one expanding
parameter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from accord.exc import ArgumentError
from accord.sqltypes.base import NULLTYPE, Concatenable, TypeEngine, to_instance
from accord.sqltypes.boolean import BOOLEANTYPE
from accord.sqltypes.text import String

from . import operators as ops
from .coercion import condition, element_of, expression
from .expressions import (
    FALSE,
    NULL,
    TRUE,
    Between,
    BinaryExpression,
    BooleanClauseList,
    ExpressionList,
    False_,
    Null,
    Quantified,
    True_,
    Tuple,
    UnaryExpression,
)
from .nodes import BindParameter, ClauseElement, ColumnElement, expanding_values, literal_for

if TYPE_CHECKING:
    from .operators import Operator

_STRING = String()
_DIALECT_OPTION: Final = re.compile(r"[a-z]+_[a-z]\w*")
Expr = ColumnElement[Any]


# --- comparison -----------------------------------------------------------------------------------

_new: Final = object.__new__


def compare(left: Expr, op: Operator, other: Any) -> Expr:
    """= != < <= > >="""
    kind = type(other)
    type_ = left.type
    if kind not in type_.own_types or kind is bool:
        if isinstance(other, ColumnElement) and other.type is not NULLTYPE:
            return BinaryExpression(left, op, other, BOOLEANTYPE)
        return _compare_other(left, op, other)
    # A value of the column's own type: the two constructors inlined, for every filter passes here.
    right: BindParameter[Any] = _new(BindParameter)
    right.value = other
    right.type = type_
    right.hint = left.key or "param"
    key = right.cache_key = type_.key
    node: BinaryExpression[Any] = _new(BinaryExpression)
    node.left = left
    node.operator = op
    node.right = right
    node.type = BOOLEANTYPE
    node.modifiers = ()
    node.cache_key = (op.name, left.cache_key, key)
    node.binds = left.binds + (right,)  # noqa: RUF005 - twice as fast as unpacking
    node.has_anon = left.has_anon
    return node


def _compare_other(left: Expr, op: Operator, other: Any) -> Expr:
    special = _compare_constant(left, op, other)
    if special is not None:
        return special
    if isinstance(left, Tuple) and isinstance(other, (tuple, list)):
        return BinaryExpression(left, op, _row_value(left, other), BOOLEANTYPE)
    return BinaryExpression(left, op, literal_for(other, left, op), BOOLEANTYPE)


def _compare_constant(left: Expr, op: Operator, other: Any) -> Expr | None:
    constants = left.type.coerce_to_is_types
    if isinstance(other, Null) or (other is None and type(None) in constants):
        if op is ops.EQ:
            return BinaryExpression(left, ops.IS, NULL, BOOLEANTYPE)
        if op is ops.NE:
            return BinaryExpression(left, ops.IS_NOT, NULL, BOOLEANTYPE)
        raise ArgumentError(f"NULL compares with == and != only, not with {op.sql}")
    if type(other) is bool and bool in constants and op in (ops.EQ, ops.NE):
        return compare_is(left, ops.IS if op is ops.EQ else ops.IS_NOT, other)
    truth = _truth_constant(left.type, other)
    return None if truth is None else BinaryExpression(left, op, truth, BOOLEANTYPE)


def _row_value(left: Tuple, values: tuple[Any, ...] | list[Any]) -> Tuple:
    """Plain values, or expressions, as a row beside the row `left`."""
    if len(values) != len(left.clauses):
        raise ArgumentError(
            f"a row of {len(left.clauses)} values is compared with {len(values)}; give as many"
        )
    pairs = zip(values, left.clauses, strict=True)
    return Tuple([_bound(value, column, ops.EQ) for value, column in pairs], left.type)


def _truth_constant(type_: TypeEngine, value: Any) -> Expr | None:
    if type(value) is bool and type_.affinity in ("boolean", "null"):
        return TRUE if value else FALSE
    return None


def compare_is(left: Expr, op: Operator, other: Any) -> Expr:
    """IS, IS NOT, IS [NOT] DISTINCT FROM."""
    if other is None:
        return BinaryExpression(left, op, NULL, BOOLEANTYPE)
    if type(other) is bool:
        return BinaryExpression(left, op, TRUE if other else FALSE, BOOLEANTYPE)
    return BinaryExpression(left, op, literal_for(other, left, op), BOOLEANTYPE)


def between(left: Expr, op: Operator, lower: Any, upper: Any, symmetric: bool = False) -> Expr:
    return Between(left, _bound(lower, left, op), _bound(upper, left, op), op, symmetric)


def _bound(value: Any, left: Expr, op: Operator) -> Expr:
    return NULL if value is None else literal_for(value, left, op)


# --- IN -------------------------------------------------------------------------------------------


def in_list(left: Expr, op: Operator, other: Any) -> Expr:
    """IN and NOT IN; a list of plain values is one parameter, whatever its length."""
    right: Expr
    if type(other) is list:
        return BinaryExpression(left, op, _in_values(left, op, other[:]), BOOLEANTYPE)
    other = element_of(other)
    if isinstance(other, BindParameter):
        right = _expanding(other, left)
    elif isinstance(other, ClauseElement):
        right = _in_query(other)
    elif isinstance(other, (str, bytes)) or not isinstance(other, Iterable):
        raise ArgumentError(
            "in_() takes a list of values, a select() or an expanding bindparam(), not "
            f"{type(other).__name__}"
        )
    else:
        right = _in_values(left, op, list(other))
    return BinaryExpression(left, op, right, BOOLEANTYPE)


def _expanding(bind: BindParameter[Any], left: Expr) -> Expr:
    type_ = left.type if bind.type is NULLTYPE else bind.type
    return bind if bind.expanding and type_ is bind.type else bind.with_type(type_, expanding=True)


def _in_query(other: ClauseElement) -> Expr:
    if isinstance(other, (ExpressionList, Quantified)):
        return other
    as_query = getattr(other, "as_in_operand", None)
    if as_query is not None:
        made: Expr = as_query()
        return made
    if isinstance(other, ColumnElement) and not _is_column(other):
        return other
    select = getattr(other, "select", None)
    if select is not None:
        subquery: Expr = select().scalar_subquery()
        return subquery
    raise ArgumentError(f"in_() takes a list of values or a select(), not {type(other).__name__}")


def _is_column(node: Expr) -> bool:
    """Whether it is a column, which is no list; text that says it is one may be anything."""
    is_column = node.visit_name in ("column", "entity_column")
    return is_column and not getattr(node, "is_literal", False)


def _in_values(left: Expr, op: Operator, values: list[Any]) -> Expr:
    kinds = set(map(type, values))
    kinds.discard(type(None))
    type_ = left.type
    if isinstance(left, Tuple):
        if any(map(_has_expressions, values)):
            rows = [v if isinstance(v, ColumnElement) else _row_value(left, v) for v in values]
            return ExpressionList(rows, type_)
    elif not kinds <= type_.own_types:
        if any(issubclass(k, ClauseElement) or hasattr(k, "__clause_element__") for k in kinds):
            return ExpressionList([_bound(value, left, ops.IN) for value in values], left.type)
        sample = next(value for value in values if value is not None)
        type_ = type_.coerce_compared_value(op, sample)
        if isinstance(sample, (list, tuple)) and type_ is NULLTYPE:
            raise ArgumentError(
                "in_() of tuples needs a tuple on its left: tuple_(a, b).in_([(1, 2)])"
            )
    return expanding_values(values, type_, left.key or "param")


def _has_expressions(row: Any) -> bool:
    parts = row if isinstance(row, (tuple, list)) else (row,)
    return any(hasattr(part, "__clause_element__") for part in parts)


# --- strings --------------------------------------------------------------------------------------


def like(left: Expr, op: Operator, other: Any, escape: str | None = None) -> Expr:
    return BinaryExpression(left, op, _text_operand(left, op, other), BOOLEANTYPE, _escape(escape))


def like_part(
    left: Expr, op: Operator, other: Any, escape: str | None = None, autoescape: bool = False
) -> Expr:
    """startswith, endswith, contains and their case-insensitive forms."""
    if autoescape:
        if not isinstance(other, str):
            raise ArgumentError("autoescape=True needs a plain string to escape")
        escape = "/" if escape is None else escape
        other = escaped_pattern(other, escape)
    if escape in ("%", "_"):
        raise ArgumentError(f"{op.name}(escape={escape!r}): this is a wildcard; take another one")
    return BinaryExpression(left, op, _text_operand(left, op, other), BOOLEANTYPE, _escape(escape))


def escaped_pattern(text: str, escape: str) -> str:
    """`text` with everything LIKE would interpret escaped."""
    special = {ord(character): escape + character for character in ("%", "_", escape)}
    return text.translate(special)


def _escape(escape: str | None) -> tuple[tuple[str, Any], ...]:
    if escape is None:
        return ()
    if len(escape) != 1 or escape < " ":
        raise ArgumentError("escape= takes one printable character")
    return (("escape", escape),)


def _text_operand(left: Expr, op: Operator, other: Any) -> Expr:
    if other is None:
        return NULL
    if isinstance(other, str):
        type_ = left.type
        if type_.affinity == "string":
            type_ = to_instance(type_.coerce_compared_value(op, other))
        else:
            type_ = _STRING
        return BindParameter(other, type_, left.key or "param")
    return literal_for(other, left, op)


def regexp(left: Expr, op: Operator, other: Any, flags: str | None = None) -> Expr:
    return BinaryExpression(left, op, _text_operand(left, op, other), BOOLEANTYPE, _flags(flags))


def regexp_replace(
    left: Expr, op: Operator, pattern: Any, replacement: Any, flags: str | None = None
) -> Expr:
    parts = ExpressionList([_text_operand(left, op, pattern), _text_operand(left, op, replacement)])
    return BinaryExpression(left, op, parts, _STRING, _flags(flags))


def _flags(flags: str | None) -> tuple[tuple[str, Any], ...]:
    if flags is None:
        return ()
    if not flags.isalpha() or not flags.isascii():
        raise ArgumentError("flags= takes letters only")
    return (("flags", flags),)


def match(left: Expr, op: Operator, other: Any, **options: Any) -> Expr:
    for name, value in options.items():
        if not _DIALECT_OPTION.fullmatch(name):
            raise ArgumentError(f"match() has no option {name!r}; a dialect's begin with its name")
        if not isinstance(value, (str, bool, int)) or (
            isinstance(value, str) and not value.isidentifier()
        ):
            raise ArgumentError(f"match({name}=…) takes a plain word or a flag")
    return BinaryExpression(
        left, op, _text_operand(left, op, other), BOOLEANTYPE, tuple(sorted(options.items()))
    )


# --- arithmetic -----------------------------------------------------------------------------------


def arithmetic(left: Expr, op: Operator, other: Any) -> Expr:
    right = NULL if other is None else literal_for(other, left, op)
    if op is ops.ADD and _are_joined(left.type, right.type):
        op = ops.CONCAT
    return BinaryExpression(left, op, right, left.type.result_of(op.sql, right.type))


def _are_joined(left: TypeEngine, right: TypeEngine) -> bool:
    if left.affinity == "string" or (left is NULLTYPE and right.affinity == "string"):
        return True
    return isinstance(left, Concatenable) and isinstance(right, Concatenable)


def concat(left: Expr, op: Operator, other: Any) -> Expr:
    right = _text_operand(left, op, other)
    result = right.type if left.type is NULLTYPE else left.type.result_of(op.sql, right.type)
    return BinaryExpression(left, op, right, result)


def sign(left: Expr, op: Operator) -> Expr:
    return UnaryExpression(op, left, left.type)


def collate(left: Expr, op: Operator, collation: str, schema: str | None = None) -> Expr:
    from .elements import CollationName

    return BinaryExpression(left, op, CollationName(collation, schema), left.type)


def getitem(left: Expr, op: Operator, index: Any) -> Expr:
    """``expression[index]``; the types that have members overrode it in their comparators."""
    raise NotImplementedError(
        f"Operator 'getitem' is not supported on this expression: {left.type!r} has no members"
    )


# --- logic ----------------------------------------------------------------------------------------


def negate(left: Expr, op: Operator = ops.INVERT) -> Expr:
    """NOT, pushed into the comparison where it has an opposite."""
    if isinstance(left, True_):
        return FALSE
    if isinstance(left, False_):
        return TRUE
    if isinstance(left, UnaryExpression) and left.operator is ops.INVERT:
        return left.element
    negated = getattr(left, "negated", None) if left.is_predicate else None
    if negated is not None:
        opposite: Expr | None = negated()
        if opposite is not None:
            return opposite
    return UnaryExpression(ops.INVERT, left, BOOLEANTYPE)


def conjunction(left: Expr, op: Operator, *others: Any) -> Expr:
    """AND / OR, with constants folded and nested lists of the same operator flattened."""
    return joined(op, (left, *others))


def joined(op: Operator, clauses: Iterable[Any]) -> Expr:
    neutral, absorbing = (True_, False_) if op is ops.AND_ else (False_, True_)
    parts: list[Expr] = []
    for clause in clauses:
        clause = condition(clause)
        if isinstance(clause, neutral):
            continue
        if isinstance(clause, absorbing):
            return clause
        if isinstance(clause, BooleanClauseList) and clause.operator is op:
            parts.extend(clause.clauses)
        else:
            parts.append(clause)
    if not parts:
        return TRUE if op is ops.AND_ else FALSE
    return parts[0] if len(parts) == 1 else BooleanClauseList(op, tuple(parts))


# --- order and quantifiers ------------------------------------------------------------------------


def modifier(left: Expr, op: Operator) -> Expr:
    """ASC, DESC, NULLS FIRST, NULLS LAST."""
    node: UnaryExpression[Any] = _new(UnaryExpression)
    node.operator = op
    node.element = left
    node.type = left.type
    node.postfix = True
    node.cache_key = (op.name, left.cache_key)
    node.binds = left.binds
    node.has_anon = left.has_anon
    return node


def distinct(left: Expr, op: Operator) -> Expr:
    return UnaryExpression(op, left, left.type)


def quantify(left: Expr, op: Operator) -> Expr:
    return Quantified(op, expression(left))


_BUILDERS: dict[Callable[..., Expr], tuple[Operator, ...]] = {
    compare: (ops.EQ, ops.NE, ops.LT, ops.LE, ops.GT, ops.GE),
    compare_is: (ops.IS, ops.IS_NOT, ops.IS_DISTINCT, ops.IS_NOT_DISTINCT),
    between: (ops.BETWEEN, ops.NOT_BETWEEN),
    in_list: (ops.IN, ops.NOT_IN),
    like: (ops.LIKE, ops.NOT_LIKE, ops.ILIKE, ops.NOT_ILIKE),
    like_part: (
        ops.STARTSWITH, ops.ENDSWITH, ops.CONTAINS, ops.ISTARTSWITH, ops.IENDSWITH, ops.ICONTAINS,
    ),
    regexp: (ops.REGEXP, ops.NOT_REGEXP),
    regexp_replace: (ops.REGEXP_REPLACE,),
    match: (ops.MATCH, ops.NOT_MATCH),
    arithmetic: (
        ops.ADD, ops.SUB, ops.MUL, ops.TRUEDIV, ops.FLOORDIV, ops.MOD, ops.BIT_AND, ops.BIT_OR,
        ops.BIT_XOR, ops.LSHIFT, ops.RSHIFT, ops.MATMUL,
    ),
    concat: (ops.CONCAT,),
    sign: (ops.NEG, ops.BIT_NOT),
    collate: (ops.COLLATE,),
    getitem: (ops.GETITEM,),
    negate: (ops.INVERT,),
    conjunction: (ops.AND_, ops.OR_),
    modifier: (ops.ASC, ops.DESC, ops.NULLS_FIRST, ops.NULLS_LAST),
    distinct: (ops.DISTINCT,),
    quantify: (ops.ANY, ops.ALL),
}  # fmt: skip
for _build, _operators in _BUILDERS.items():
    for _operator in _operators:
        _operator.build = _build
