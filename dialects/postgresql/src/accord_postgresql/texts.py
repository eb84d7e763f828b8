"""Columns of values as PostgreSQL's array literals, whole columns at a time.

A set-based statement carries one array per column; making it must cost nothing in Python per value
where that can be helped. So a `TextForm` converts a list (`str(list)` writes the numbers of an
integer column in one call of C), and quoting is decided once per column. In: values as bound by the
type table. Out: text.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accord.dialect import BindError

Texts = Callable[[Sequence[Any]], list[str]]
"""The text of each value of a list without None."""

_NONE = type(None)


@dataclass(frozen=True, slots=True)
class TextForm:
    """How values of a type are written as text.

    `bare`: the text never holds anything that has to be quoted in an array.
    `whole` writes a complete list of values without None as the inside of an array, where there is
    a faster way than one by one.
    """

    texts: Texts
    bare: bool = False
    whole: Callable[[Sequence[Any]], str] | None = None


def array_text(form: TextForm, values: Sequence[Any], kinds: set[type] | None = None) -> str:
    """The array literal of a column: ``{1,2,NULL}``."""
    if _NONE in (set(map(type, values)) if kinds is None else kinds):
        present = iter(_items(form, [value for value in values if value is not None]))
        return f"{{{','.join(['NULL' if value is None else next(present) for value in values])}}}"
    if form.whole is not None:
        return f"{{{form.whole(values)}}}"
    if not form.bare:
        return _quoted_array(form.texts(values))
    return f"{{{','.join(form.texts(values))}}}"


def _quoted_array(texts: list[str]) -> str:
    """All items in quotes; looked at one by one only if one of them has to be escaped."""
    if not texts:
        return "{}"
    inside = '","'.join(texts)
    if "\\" in inside or inside.count('"') != 2 * (len(texts) - 1):
        inside = '","'.join([_escaped(text) for text in texts])
    return f'{{"{inside}"}}'


def _items(form: TextForm, values: Sequence[Any]) -> list[str]:
    texts = form.texts(values)
    return texts if form.bare else [f'"{_escaped(text)}"' for text in texts]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def nested_text(form: TextForm, value: Any) -> str:
    """The array literal of one value of an array type, of any number of dimensions."""
    if value and isinstance(value[0], list | tuple):
        return f"{{{','.join([nested_text(form, part) for part in value])}}}"
    return array_text(form, value)


# --- the forms -----------------------------------------------------------------------------------


def _strings(values: Sequence[Any]) -> list[str]:
    return list(values)


def _numbers(values: Sequence[Any]) -> list[str]:
    return list(map(str, values))


def _inside_of_list(values: Sequence[Any]) -> str:
    return str(values if type(values) is list else list(values))[1:-1]


def _floats(values: Sequence[Any]) -> list[str]:
    return list(map(repr, values))


def _truths(values: Sequence[Any]) -> list[str]:
    return ["t" if value else "f" for value in values]


def _byte_texts(values: Sequence[Any]) -> list[str]:
    return [f"\\x{value.hex()}" for value in values]


def _uuids(values: Sequence[Any]) -> list[str]:
    return [f"{value.int:032x}" for value in values]


def _moments(values: Sequence[Any]) -> list[str]:
    return [value.isoformat() for value in values]


def interval_text(value: dt.timedelta) -> str:
    """Days and seconds with a sign each: the same value again when it is read."""
    return f"{value.days} days {value.seconds}.{value.microseconds:06} seconds"


def _intervals(values: Sequence[Any]) -> list[str]:
    return list(map(interval_text, values))


STRINGS = TextForm(_strings)
BARE_STRINGS = TextForm(_strings, bare=True)
INTEGERS = TextForm(_numbers, bare=True, whole=_inside_of_list)
DECIMALS = TextForm(_numbers, bare=True)
FLOATS = TextForm(_floats, bare=True, whole=_inside_of_list)
BOOLEANS = TextForm(_truths, bare=True)
BYTES = TextForm(_byte_texts)
UUIDS = TextForm(_uuids, bare=True)
MOMENTS = TextForm(_moments, bare=True)
INTERVALS = TextForm(_intervals, bare=True)


def _any(values: Sequence[Any]) -> list[str]:
    return list(map(any_text, values))


_BY_KIND: dict[type, Callable[[Any], str]] = {
    str: str.__str__,
    int: str,
    float: repr,
    bool: lambda value: "t" if value else "f",
    bytes: lambda value: f"\\x{value.hex()}",
    Decimal: str,
    uuid.UUID: str,
    dt.date: dt.date.isoformat,
    dt.datetime: dt.datetime.isoformat,
    dt.time: dt.time.isoformat,
    dt.timedelta: interval_text,
}


def any_text(value: Any) -> str:
    """The text of a value whose type says nothing about it."""
    convert = _BY_KIND.get(type(value))
    if convert is None:
        for kind in type(value).__mro__:
            convert = _BY_KIND.get(kind)
            if convert is not None:
                break
        else:
            raise BindError(
                f"a value of type {type(value).__name__} has no text PostgreSQL reads; give the "
                "column a type that converts it"
            )
    return convert(value)


ANYTHING = TextForm(_any)
