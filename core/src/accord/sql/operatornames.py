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


def named(name: str) -> Operator | None:
    """The operator SQLAlchemy calls `name`."""
    found = _OTHERS.get(name)
    if found is None and name in _SAME.split():
        found = _BY_NAME.get(name.rstrip("_"))
    if found is None and name.endswith("_op") and name[:-3] in _WITH_OP.split():
        found = _BY_NAME.get(name[:-3])
    return found
