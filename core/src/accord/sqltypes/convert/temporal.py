"""Dates and times. Naive and aware values never mix: the wrong kind is refused, not shifted."""

from __future__ import annotations

import datetime as dt
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from accord.sqltypes.entry import (
    NONE_TYPE,
    ONLY_NONE,
    BindError,
    EntryLookup,
    TypeEntry,
    ddl_name,
    expected,
    or_null,
)
from accord.sqltypes.temporal import Date, DateTime, Interval, Time

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from accord.sqltypes.entry import ColumnBind

EPOCH = dt.datetime(1970, 1, 1)  # intervals stored as dates count from here
_NATIVE_DATE: frozenset[type] = frozenset({dt.date, NONE_TYPE})
_NATIVE_INTERVAL: frozenset[type] = frozenset({dt.timedelta, NONE_TYPE})
_tzinfo = attrgetter("tzinfo")


# --- checks and conversions of one value ---------------------------------------------------------


def to_date(value: Any) -> dt.date:
    """A date that is not a datetime: cutting the time off would lose it."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.date(value.year, value.month, value.day)
    if isinstance(value, dt.datetime):
        raise BindError("expected date, got datetime.datetime; write value.date()")
    raise expected("date", value)


def naive_datetime(value: Any) -> dt.datetime:
    """A datetime without zone."""
    moment = _datetime(value)
    if moment.tzinfo is not None:
        raise BindError(
            "expected a datetime without time zone, got one with; declare the column as "
            "DateTime(timezone=True), or write value.replace(tzinfo=None)"
        )
    return moment


def aware_datetime(value: Any) -> dt.datetime:
    """A datetime with a zone."""
    moment = _datetime(value)
    if moment.utcoffset() is None:
        raise BindError(
            "expected a datetime with time zone (the column is DateTime(timezone=True)), got one "
            "without; write datetime.now(timezone.utc), or value.replace(tzinfo=...)"
        )
    return moment


def _datetime(value: Any) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        raise BindError(
            "expected datetime, got datetime.date; write datetime.combine(value, time())"
        )
    raise expected("datetime", value)


def naive_time(value: Any) -> dt.time:
    """A time of day without zone."""
    if not isinstance(value, dt.time):
        raise expected("time", value)
    if value.tzinfo is not None:
        raise BindError(
            "expected a time without time zone, got one with; declare the column as "
            "Time(timezone=True), or write value.replace(tzinfo=None)"
        )
    return value


def aware_time(value: Any) -> dt.time:
    """A time of day with a fixed offset."""
    if not isinstance(value, dt.time):
        raise expected("time", value)
    if value.utcoffset() is None:
        raise BindError(
            "expected a time with a fixed offset (the column is Time(timezone=True)), got one "
            "without; write value.replace(tzinfo=timezone.utc)"
        )
    return value


def to_timedelta(value: Any) -> dt.timedelta:
    """A timedelta, also of a subclass."""
    if isinstance(value, dt.timedelta):
        return dt.timedelta(value.days, value.seconds, value.microseconds)
    raise expected("timedelta", value)


# --- building blocks for backends without zones or without intervals ------------------------------


def aware_to_utc(value: Any) -> dt.datetime:
    """Aware → naive UTC, for a backend that keeps no zones."""
    return aware_datetime(value).astimezone(dt.UTC).replace(tzinfo=None)


def utc_to_aware(value: Any) -> Any:
    """Naive UTC as stored → aware."""
    return None if value is None else value.replace(tzinfo=dt.UTC)


def interval_to_datetime(value: Any) -> dt.datetime:
    """timedelta → 1970-01-01 plus it, for a backend without intervals."""
    try:
        return EPOCH + to_timedelta(value)
    except OverflowError:
        raise BindError(
            "the interval is out of range: stored as a date relative to 1970-01-01 it has to stay "
            "between the years 1 and 9999"
        ) from None


def datetime_to_interval(value: Any) -> Any:
    """The reverse of `interval_to_datetime`."""
    return None if value is None else value - EPOCH


def zone_check(kind: type, check: Callable[[Any], Any]) -> ColumnBind:
    """A column of naive values of exactly `kind` is passed on after one look at their zones."""
    plain = frozenset({kind, NONE_TYPE})

    def bind_column(values: Sequence[Any], kinds: set[type]) -> Sequence[Any]:
        if kinds <= plain:
            present = [v for v in values if v is not None] if NONE_TYPE in kinds else values
            if set(map(_tzinfo, present)) <= ONLY_NO_ZONE:
                return values
        return [None if v is None else check(v) for v in values]

    return bind_column


ONLY_NO_ZONE = frozenset({None})


# --- literals ------------------------------------------------------------------------------------


def interval_literal(value: Any) -> str:
    delta = to_timedelta(value)
    sign, delta = ("-", -delta) if delta < dt.timedelta() else ("", delta)
    hours, rest = divmod(delta.seconds, 3600)
    clock = f"{hours:02}:{rest // 60:02}:{rest % 60:02}.{delta.microseconds:06}"
    return f"INTERVAL '{sign}{delta.days} {clock}' DAY TO SECOND"


# --- factories -----------------------------------------------------------------------------------


def date(type_: Date, table: EntryLookup) -> TypeEntry:
    return TypeEntry(
        ddl=ddl_name(type_, "DATE"),
        native=_NATIVE_DATE,
        bind=to_date,
        result=None,
        literal=or_null(lambda value: f"DATE '{to_date(value).isoformat()}'"),
    )


def datetime(type_: DateTime, table: EntryLookup) -> TypeEntry:
    check = aware_datetime if type_.timezone else naive_datetime
    return TypeEntry(
        ddl=ddl_name(type_, "TIMESTAMP") + (" WITH TIME ZONE" if type_.timezone else ""),
        native=ONLY_NONE,
        bind=check,
        result=None,
        literal=or_null(lambda value: f"TIMESTAMP '{check(value).isoformat(' ')}'"),
        bind_column=None if type_.timezone else zone_check(dt.datetime, check),
    )


def time(type_: Time, table: EntryLookup) -> TypeEntry:
    check = aware_time if type_.timezone else naive_time
    return TypeEntry(
        ddl=ddl_name(type_, "TIME") + (" WITH TIME ZONE" if type_.timezone else ""),
        native=ONLY_NONE,
        bind=check,
        result=None,
        literal=or_null(lambda value: f"TIME '{check(value).isoformat()}'"),
        bind_column=None if type_.timezone else zone_check(dt.time, check),
    )


def interval(type_: Interval, table: EntryLookup) -> TypeEntry:
    if not type_.native:
        return interval_as_datetime(type_, table)
    days = "DAY" if type_.day_precision is None else f"DAY({type_.day_precision})"
    digits = "" if type_.second_precision is None else f"({type_.second_precision})"
    return TypeEntry(
        ddl=f"INTERVAL {days} TO SECOND{digits}",
        native=_NATIVE_INTERVAL,
        bind=to_timedelta,
        result=None,
        literal=or_null(interval_literal),
    )


def interval_as_datetime(type_: Interval, table: EntryLookup) -> TypeEntry:
    """Intervals as dates relative to 1970-01-01, with whatever `table` does with a DateTime."""
    inner = table.entry(DateTime())
    inner_bind, inner_result = inner.bind, inner.result

    def bind(value: Any) -> Any:
        return inner_bind(interval_to_datetime(value))

    def result(value: Any) -> Any:
        return datetime_to_interval(inner_result(value) if inner_result else value)

    return TypeEntry(
        ddl=inner.ddl,
        native=ONLY_NONE,
        bind=bind,
        result=result,
        literal=or_null(lambda value: inner.literal(interval_to_datetime(value))),
    )
