"""Operators that users spell themselves: ``column.op("&&")(other)``.

In: the operator's text, and what users know of it. Out: a `CustomOperator`, or an error if the text
is no operator: it is written into the statement as it is. Here stands too how tightly every other
operator binds beside one of these, on SQLAlchemy's scale, which is the one their precedence is
given on.
"""

from __future__ import annotations

import re
from operator import index
from typing import TYPE_CHECKING, Any, Final

from accord.exc import ArgumentError
from accord.sqltypes.base import to_instance
from accord.sqltypes.boolean import BOOLEANTYPE

from .expressions import NULL, BinaryExpression
from .nodes import literal_for
from .operators import (
    AND,
    ATOM,
    BIT,
    COLLATION,
    COMPARISON,
    LIST,
    NOT,
    OR,
    PRODUCT,
    SIGN,
    SUM,
    Operator,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from accord.sqltypes.base import TypeEngine

    from .nodes import ColumnElement

_SYMBOLS: Final = r"[-+*/<>=~!@\#%^&|`?:.$]+"
_WORD: Final = r"[^\W\d]\w*"
_QUALIFIED: Final = rf"OPERATOR\(\s*{_WORD}\s*\.\s*{_SYMBOLS}\s*\)"
_OPERATOR: Final = re.compile(rf"(?:{_QUALIFIED}|{_SYMBOLS}|{_WORD})(?:\s+(?:{_SYMBOLS}|{_WORD}))*")
_BESIDE: Final = {
    LIST: -1, OR: 2, AND: 3, NOT: 5, COLLATION: 4, COMPARISON: 5, BIT: 7, SUM: 7, PRODUCT: 8,
    SIGN: 8, ATOM: 15,
}  # fmt: skip
_EXCEPTIONS: Final = {"concat": 5, "distinct": 5, "json_getitem": 15, "json_path_getitem": 15}


class CustomOperator(Operator):
    """An operator of a user. `rank` is the precedence it was given, `eager` whether it stands in
    parentheses inside every other operator."""

    __slots__ = ("eager", "python_impl", "rank")

    rank: int | None
    eager: bool
    python_impl: Callable[[Any, Any], Any] | None

    @property
    def opstring(self) -> str:
        """The text it was made of."""
        return self.sql


def custom_operator(
    opstring: str,
    precedence: int = 0,
    is_comparison: bool = False,
    return_type: TypeEngine | type[TypeEngine] | None = None,
    natural_self_precedent: bool = False,
    eager_grouping: bool = False,
    python_impl: Callable[[Any, Any], Any] | None = None,
) -> CustomOperator:
    """The operator `opstring`; only characters an SQL operator or keyword can have are let
    through.

    Args:
        opstring: symbols (``"&&"``), words (``"AT TIME ZONE"``) or PostgreSQL's
            ``OPERATOR(schema.+)``.
        precedence: how tightly it binds, for the parentheses around it and around its operands:
            ``+`` has 7, comparisons 5, AND 3, OR 2. 0 says nothing: then both it and its operands
            stand in parentheses.
        is_comparison: whether its answer is a truth value.
        return_type: the type of its answer; without it the left side's.
        natural_self_precedent: whether ``a op b op c`` needs no parentheses.
        eager_grouping: whether it stands in parentheses inside every other operator.
        python_impl: the same in Python, for `synchronize_session="evaluate"`.

    Raises:
        ArgumentError: for a text that is no operator, and a precedence that is no number.
    """
    words = " ".join(opstring.split())
    if not _OPERATOR.fullmatch(words):
        raise ArgumentError(
            f"op({opstring!r}) is no SQL operator; use symbols such as '&&' or plain words"
        )
    if "--" in words or "/*" in words or "*/" in words:
        raise ArgumentError(f"op({opstring!r}) would start or end an SQL comment")
    try:
        rank = index(precedence)
    except TypeError:
        raise ArgumentError(
            f"op(precedence=…) takes a whole number, not {type(precedence).__name__}"
        ) from None
    if python_impl is not None and not callable(python_impl):
        raise ArgumentError("op(python_impl=…) takes a function of two values")
    flags = "".join([
        letter
        for letter, given in zip(
            "cne", (is_comparison, natural_self_precedent, eager_grouping), strict=True
        )
        if given
    ])  # fmt: skip
    made = CustomOperator(
        f"op {words} {rank}{flags}",
        f" {words} ",
        COMPARISON if is_comparison else BIT,
        comparison=is_comparison,
        associative=natural_self_precedent,
        result_type=None if return_type is None else to_instance(return_type),
    )
    made.build = _applied
    made.rank = rank
    made.eager = eager_grouping
    made.python_impl = python_impl
    return made


def _applied(left: ColumnElement[Any], op: Operator, other: Any) -> ColumnElement[Any]:
    right = NULL if other is None else literal_for(other, left, op)
    if op.result_type is not None:
        return BinaryExpression(left, op, right, op.result_type, (("returns", op.result_type.key),))
    return BinaryExpression(left, op, right, BOOLEANTYPE if op.is_comparison else left.type)


def stands_in_parentheses(inner: Operator, outer: Operator) -> bool:
    """Whether an operand of `outer`, made with `inner`, is parenthesised; one of them is a user's.

    A precedence of 0 is nobody's: what the database makes of the operands is then unknown, and
    those that are expressions of operators stand in parentheses.
    """
    if isinstance(inner, CustomOperator):
        if inner.eager:
            return True
        if inner.associative and inner.name == outer.name:
            return False
    if outer.rank == 0:
        return True
    return _rank(inner) <= _rank(outer)


def _rank(operator: Operator) -> int:
    if operator.rank is not None:
        return operator.rank
    return _EXCEPTIONS.get(operator.name, _BESIDE[operator.precedence])
