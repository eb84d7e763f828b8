"""Dates and times: Date, DateTime, Time, Interval and their upper-case SQL names."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from accord.sqltypes.base import TypeEngine, generic, literal_rule, literal_type
from accord.sqltypes.numeric import Integer


class Date(TypeEngine[dt.date]):
    """A day."""

    affinity = "date"
    own_types = frozenset({dt.date})

    @property
    def python_type(self) -> type[dt.date]:
        return dt.date

    def result_of(self, op: str, other: TypeEngine) -> TypeEngine:
        if other.affinity == "interval" and op in "+-":
            return _DATETIME
        if op == "-" and other.affinity == "date":
            return _DAYS
        if op == "-" and other.affinity == "datetime":
            return _INTERVAL
        if op == "+" and other.affinity == "time":
            return _DATETIME
        return self


class DateTime(TypeEngine[dt.datetime]):
    """A point in time: with ``timezone=True`` on the time line (aware), else on a wall clock
    (naive).

    A value of the other kind is refused on every backend instead of being shifted or cut silently.
    """

    affinity = "datetime"
    key_fields: ClassVar[tuple[str, ...]] = ("timezone",)
    own_types = frozenset({dt.datetime})
    timezone: bool = False

    def __init__(self, timezone: bool = False) -> None:
        self.timezone = timezone

    @property
    def python_type(self) -> type[dt.datetime]:
        return dt.datetime

    def result_of(self, op: str, other: TypeEngine) -> TypeEngine:
        return _INTERVAL if op == "-" and other.affinity in ("datetime", "date") else self


class Time(TypeEngine[dt.time]):
    """A time of day."""

    affinity = "time"
    key_fields: ClassVar[tuple[str, ...]] = ("timezone",)
    own_types = frozenset({dt.time})
    timezone: bool = False

    def __init__(self, timezone: bool = False) -> None:
        self.timezone = timezone

    @property
    def python_type(self) -> type[dt.time]:
        return dt.time

    def result_of(self, op: str, other: TypeEngine) -> TypeEngine:
        if op == "-" and other.affinity == "time":
            return _INTERVAL
        if op == "+" and other.affinity == "date":
            return _DATETIME
        return self


class Interval(TypeEngine[dt.timedelta]):
    """A length of time, `datetime.timedelta` in Python.

    ``native=False`` asks for the portable form (a date relative to 1970-01-01) also where the
    backend has an interval type.
    """

    affinity = "interval"
    key_fields: ClassVar[tuple[str, ...]] = ("native", "second_precision", "day_precision")
    own_types = frozenset({dt.timedelta})
    native: bool = True

    def __init__(
        self,
        native: bool = True,
        second_precision: int | None = None,
        day_precision: int | None = None,
    ) -> None:
        self.native = native
        self.second_precision = second_precision
        self.day_precision = day_precision

    @property
    def python_type(self) -> type[dt.timedelta]:
        return dt.timedelta

    def result_of(self, op: str, other: TypeEngine) -> TypeEngine:
        if op == "+" and other.affinity in ("date", "datetime"):
            return other if other.affinity == "datetime" else _DATETIME
        if op == "+" and other.affinity == "time":
            return other
        return self


class DATE(Date):
    """SQL DATE."""

    sql_name = "DATE"


class DATETIME(DateTime):
    """DATETIME, as MySQL and others write it."""

    sql_name = "DATETIME"


class TIMESTAMP(DateTime):
    """SQL TIMESTAMP."""

    sql_name = "TIMESTAMP"


class TIME(Time):
    """SQL TIME."""

    sql_name = "TIME"


_DAYS = Integer()
_DATETIME = DateTime()
_AWARE_DATETIME = DateTime(timezone=True)
_INTERVAL = Interval()
_TIME = Time()
_AWARE_TIME = Time(timezone=True)
literal_type(dt.date, Date())
literal_rule(dt.datetime, lambda value: _DATETIME if value.tzinfo is None else _AWARE_DATETIME)
literal_rule(dt.time, lambda value: _TIME if value.tzinfo is None else _AWARE_TIME)
literal_type(dt.timedelta, _INTERVAL)
generic(Date, DateTime, Time, Interval)
