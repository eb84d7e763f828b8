"""SQLAlchemy's names of the operators, for programs that ask ``op is operators.in_op``.

In: a name of its module ``sql.operators``. Out: the `Operator` that means the same. Loaded by the
first name operators.py does not have.
"""

from __future__ import annotations

from typing import Final

from . import operators as ops
from .operators import Operator

_SAME: Final = """eq ne lt le gt ge add sub mul truediv floordiv mod neg and_ or_ getitem is_ is_not
    is_distinct_from is_not_distinct_from matmul collate exists lshift rshift"""
_WITH_OP: Final = """in not_in like not_like ilike not_ilike between not_between match not_match
    regexp_match not_regexp_match regexp_replace startswith not_startswith endswith not_endswith
    contains not_contains istartswith not_istartswith iendswith not_iendswith icontains
    not_icontains concat asc desc nulls_first nulls_last distinct any all bitwise_and bitwise_or
    bitwise_xor bitwise_not bitwise_lshift bitwise_rshift json_getitem json_path_getitem"""
_BY_NAME: Final[dict[str, Operator]] = {
    found.name: found for found in vars(ops).values() if isinstance(found, Operator)
}
_OTHERS: Final[dict[str, Operator]] = {
    "inv": ops.INVERT,
    "invert": ops.INVERT,
    "isnot": ops.IS_NOT,
    "isnot_distinct_from": ops.IS_NOT_DISTINCT,
    "notin_op": ops.NOT_IN,
    "notlike_op": ops.NOT_LIKE,
    "notilike_op": ops.NOT_ILIKE,
    "notbetween_op": ops.NOT_BETWEEN,
    "notmatch_op": ops.NOT_MATCH,
    "notstartswith_op": ops.NOT_STARTSWITH,
    "notendswith_op": ops.NOT_ENDSWITH,
    "notcontains_op": ops.NOT_CONTAINS,
    "nullsfirst_op": ops.NULLS_FIRST,
    "nullslast_op": ops.NULLS_LAST,
    "lshift": ops.LSHIFT,
    "rshift": ops.RSHIFT,
}


_COMMUTATIVE: Final = frozenset({"eq", "ne", "add", "mul"})
_MIRRORED: Final = {ops.LT: ops.GT, ops.GT: ops.LT, ops.LE: ops.GE, ops.GE: ops.LE}
_SORTING: Final = frozenset({"asc", "desc", "nulls_first", "nulls_last"})


def is_comparison(op: Operator) -> bool:
    """Whether an operator compares."""
    return op.is_comparison


def is_boolean(op: Operator) -> bool:
    """Whether an operator answers with a truth value."""
    return op.is_comparison or op in (ops.AND_, ops.OR_, ops.INVERT)


def is_commutative(op: Operator) -> bool:
    """Whether the sides of an operator may be exchanged."""
    return op.name in _COMMUTATIVE


def is_associative(op: Operator) -> bool:
    """Whether ``a op b op c`` needs no parentheses."""
    return op.associative


def is_ordering_modifier(op: Operator) -> bool:
    """Whether an operator belongs to ORDER BY."""
    return op.name in _SORTING


def is_precedent(operator: Operator, against: Operator) -> bool:
    """Whether an operand made with `operator` stands in parentheses inside `against`."""
    from .customoperators import stands_in_parentheses

    if operator is against and operator.associative:
        return False
    return stands_in_parentheses(operator, against)


def mirror(op: Operator) -> Operator:
    """The operator that means the same with the sides exchanged."""
    return _MIRRORED.get(op, op)


is_order_by_modifier = is_ordering_modifier
is_natural_self_precedent = is_associative
QUESTIONS: Final = frozenset(
    {
        "is_associative", "is_boolean", "is_commutative", "is_comparison",
        "is_natural_self_precedent", "is_order_by_modifier", "is_ordering_modifier",
        "is_precedent", "mirror",
    }
)  # fmt: skip


def named(name: str) -> Operator | None:
    """The operator SQLAlchemy calls `name`."""
    found = _OTHERS.get(name)
    if found is None and name in _SAME.split():
        found = _BY_NAME.get(name.rstrip("_"))
    if found is None and name.endswith("_op") and name[:-3] in _WITH_OP.split():
        found = _BY_NAME.get(name[:-3])
    return found
