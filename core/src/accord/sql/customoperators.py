"""Operators that users spell themselves: ``column.op("&&")(other)``.

In: the operator's text. Out: an `Operator`, or an error if the text is no operator: it is written
into the statement as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.exc import ArgumentError
from accord.sqltypes.base import to_instance

from .operators import ADD, BIT, COMPARISON, Operator

if TYPE_CHECKING:
    from accord.sqltypes.base import TypeEngine


def custom_operator(
    opstring: str,
    *,
    is_comparison: bool = False,
    return_type: TypeEngine | type[TypeEngine] | None = None,
) -> Operator:
    """The operator `opstring`; only characters an SQL operator or keyword can have are let
    through."""
    words = opstring.strip()
    symbolic = bool(words) and all(char in "+-*/<>=~!@#%^&|`?:.$" for char in words)
    if not (symbolic or (all(part.isidentifier() for part in words.split()) and words)):
        raise ArgumentError(
            f"op({opstring!r}) is no SQL operator; use symbols such as '&&' or plain words"
        )
    if "--" in words or "/*" in words or "*/" in words:
        raise ArgumentError(f"op({opstring!r}) would start or end an SQL comment")
    made = Operator(
        f"op {words}",
        f" {words} ",
        COMPARISON if is_comparison else BIT,
        comparison=is_comparison,
        result_type=None if return_type is None else to_instance(return_type),
    )
    made.build = ADD.build  # built like arithmetic
    return made
