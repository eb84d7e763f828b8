"""SQLite's own types by name: dates and times in a text form of one's choice, and JSONB.

Each is one of accord's types that brings its conversions along. In: arguments. Out: types.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from accord import sqltypes
from accord.exc import ArgumentError
from accord.sql.functions import Function
from accord.sqltypes.convert import temporal
from accord.sqltypes.entry import or_null, quoted

if TYPE_CHECKING:
    from collections.abc import Callable


class _InText:
    """`storage_format` is a ``%`` format with the names of the parts, `regexp` reads it back: its
    named groups are arguments of the constructor, else all its groups in their order."""

    key_fields: tuple[str, ...] = ("storage_format", "pattern")
    usual: str
    kind: type
    check: Callable[[Any], Any]

    def __init__(
        self, storage_format: str | None = None, regexp: Any = None, **options: Any
    ) -> None:
        super().__init__(**options)
        self.storage_format = storage_format or self.usual
        pattern = regexp.pattern if isinstance(regexp, re.Pattern) else regexp
        self.pattern: str | None = pattern
        try:
            self._text(self.kind.min)  # type: ignore[attr-defined]  # dates and times have one
        except (KeyError, ValueError, TypeError) as error:
            raise ArgumentError(
                f"storage_format={storage_format!r} is no % format over "
                "year, month, day, hour, minute, second, microsecond"
            ) from error

    def _text(self, value: Any) -> str:
        parts = ("year", "month", "day", "hour", "minute", "second", "microsecond")
        return self.storage_format % {p: getattr(value, p) for p in parts if hasattr(value, p)}

    def _value(self, text: str) -> Any:
        if self.pattern is None:
            return self.kind.fromisoformat(text)  # type: ignore[attr-defined]  # they all have it
        match = re.match(self.pattern, text)
        if match is None:
            raise ValueError(
                f"a stored {self.kind.__name__} does not match the regexp of its column"
            )
        named = match.groupdict()
        if named:
            return self.kind(**{name: int(value or 0) for name, value in named.items()})
        return self.kind(*[int(value or 0) for value in match.groups()])

    def bind_processor(self, dialect: Any) -> Callable[[Any], Any]:
        check = type(self).check
        return lambda value: None if value is None else self._text(check(value))

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], Any]:
        return lambda value: None if value is None else self._value(value)

    def literal_processor(self, dialect: Any) -> Callable[[Any], str]:
        check = type(self).check
        return or_null(lambda value: quoted(self._text(check(value))))


class DATE(_InText, sqltypes.DATE):
    """A date in a text form of one's choice; ``2011-03-15`` unless said otherwise."""

    usual = "%(year)04d-%(month)02d-%(day)02d"
    kind = dt.date
    check = staticmethod(temporal.to_date)


class TIME(_InText, sqltypes.TIME):
    """A time of day; ``12:05:57.105580`` unless said otherwise."""

    usual = "%(hour)02d:%(minute)02d:%(second)02d.%(microsecond)06d"
    kind = dt.time
    check = staticmethod(temporal.naive_time)

    def __init__(self, *, truncate_microseconds: bool = False, **options: Any) -> None:
        if truncate_microseconds:
            options["storage_format"] = "%(hour)02d:%(minute)02d:%(second)02d"
        super().__init__(**options)


class DATETIME(_InText, sqltypes.DATETIME):
    """A datetime; ``2011-03-15 12:05:57.105580`` unless said otherwise."""

    usual = f"{DATE.usual} {TIME.usual}"
    kind = dt.datetime
    check = staticmethod(temporal.naive_datetime)

    def __init__(self, *, truncate_microseconds: bool = False, **options: Any) -> None:
        if truncate_microseconds:
            options["storage_format"] = f"{DATE.usual} %(hour)02d:%(minute)02d:%(second)02d"
        super().__init__(**options)


class JSONB(sqltypes.JSON):
    """JSON in SQLite's binary form (3.45): smaller, and read without parsing."""

    sql_name = "JSONB"

    def bind_expression(self, bindvalue: Any) -> Any:
        return Function("jsonb", bindvalue, type_=self)

    def column_expression(self, column: Any) -> Any:
        return Function("json", column, type_=sqltypes.JSON())


__all__ = ["DATE", "DATETIME", "JSONB", "TIME"]
