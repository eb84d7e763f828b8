"""Parameters as SQL text, for drivers that write them into the statement themselves.

Both drivers interpolate on the client's side. So only types accord knows are written, each by one
function found by the value's exact type; lists, tuples, dicts and everything else are refused
before anything is sent. In: driver values. Out: literals.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Refuse = type[Exception]


def number_text(value: int) -> str:
    """A whole number."""
    return int.__repr__(value)


def float_text(error: Refuse) -> Callable[[float], str]:
    """A float by its shortest repr, as a DOUBLE literal; NaN and infinity are no numbers here."""

    def convert(value: float) -> str:
        text = float.__repr__(value)
        if text in ("inf", "-inf", "nan"):
            raise error("MySQL has no NaN and no infinity")
        return text if "e" in text else f"{text}e0"

    return convert


def decimal_text(error: Refuse) -> Callable[[Decimal], str]:
    """All digits of a decimal."""

    def convert(value: Decimal) -> str:
        if not value.is_finite():
            raise error("MySQL has no NaN and no infinity")
        return format(value, "f")

    return convert


def date_text(value: dt.date) -> str:
    """A date."""
    return f"'{value.year:04}-{value.month:02}-{value.day:02}'"


def datetime_text(value: dt.datetime) -> str:
    """A datetime without its zone: the type has brought it to UTC."""
    return f"'{value.year:04}-{value.strftime('%m-%d %H:%M:%S')}.{value.microsecond:06}'"


def time_text(value: dt.time) -> str:
    """A time of day."""
    return f"'{value.strftime('%H:%M:%S')}.{value.microsecond:06}'"


def timedelta_text(value: dt.timedelta) -> str:
    """A length of time as TIME has it."""
    sign, value = ("-", -value) if value < dt.timedelta() else ("", value)
    minutes, seconds = divmod(value.days * 86_400 + value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"'{sign}{hours:02}:{minutes:02}:{seconds:02}.{value.microseconds:06}'"


def plain_texts(error: Refuse) -> dict[type, Callable[[Any], str]]:
    """The literals that need no escaping, by exact type."""
    return {
        type(None): lambda value: "NULL",
        bool: lambda value: "1" if value else "0",
        int: number_text,
        float: float_text(error),
        Decimal: decimal_text(error),
        dt.date: date_text,
        dt.datetime: datetime_text,
        dt.time: time_text,
        dt.timedelta: timedelta_text,
    }


def refused(error: Refuse, value: object) -> Exception:
    """The error for a parameter of a type that is not written into statements."""
    return error(
        f"a parameter of type {type(value).__name__} cannot be sent to MySQL; give the column or "
        "bindparam() its type, or pass str, bytes, numbers, dates"
    )
