"""What becomes of the values of a column whose type changes: kept, converted, or perhaps lost.

In: the type there and the declared one. Out: what a person has to know, nothing if every value
fits.
"""

from __future__ import annotations

from typing import Any, Final

from accord.schema.typechecks import stored_type
from accord.sqltypes import Enum, Float, Integer, Numeric, String

LOSS: Final = "DATA LOSS POSSIBLE: values that do not fit make it fail or are cut"
CONVERTED: Final = "values are converted; ones that do not fit make it fail or are cut"
_DIGITS: Final = {"TINYINT": 2, "SMALLINT": 4, "MEDIUMINT": 6, "INTEGER": 9, "INT": 9, "BIGINT": 18}
"""How many digits every value of a type of whole numbers has room for."""


def notes(old: Any, new: Any, old_text: str, new_text: str) -> tuple[str, ...]:
    """The notes for a change of type; the texts are the types as DDL."""
    old, new = stored_type(old), stored_type(new)
    if isinstance(old, Enum) and isinstance(new, Enum):
        return (LOSS,) if set(old.enums) - set(new.enums) else ()
    if isinstance(old, String) and isinstance(new, String):
        return (LOSS,) if _smaller(old.length, new.length) else ()
    before, after = _room(old, old_text), _room(new, new_text)
    if before is not None and after is not None:
        smaller = after[0] < before[0] or after[1] < before[1]
        return (LOSS,) if smaller or _unsigned(new) > _unsigned(old) else ()
    if type(old) is type(new) and _smaller(_fraction(old), _fraction(new)):
        return (LOSS,)
    return (CONVERTED,)


def _smaller(old: int | None, new: int | None) -> bool:
    return new is not None and (old is None or new < old)


def _room(type_: Any, text: str) -> tuple[float, float] | None:
    """Digits before and after the point; None for what is no exact number."""
    if isinstance(type_, Integer):
        words = text.upper().replace("(", " ").split()
        return float(_DIGITS.get(words[0] if words else "", 9)), 0.0
    if isinstance(type_, Numeric) and not isinstance(type_, Float):
        if type_.precision is None:
            return float("inf"), float("inf")
        scale = type_.scale or 0
        return float(type_.precision - scale), float(scale)
    return None


def _unsigned(type_: Any) -> bool:
    return bool(getattr(type_, "unsigned", False))


def _fraction(type_: Any) -> int | None:
    """Digits of a second."""
    for name in ("fsp", "precision"):
        found = getattr(type_, name, None)
        if isinstance(found, int):
            return found
    return None
