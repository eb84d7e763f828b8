"""How dates and times travel: six digits after the seconds, as Python has; aware datetimes as UTC.

In: Date, DateTime, Time. Out: their TypeEntry.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from accord.exc import CompileError, InvalidRequestError
from accord.sqltypes import STANDARD, BindError, Date, DateTime, Time, TypeEntry
from accord.sqltypes.convert import temporal
from accord.sqltypes.entry import ONLY_NONE, EntryLookup, ddl_name, expected, or_null


def _fsp(type_: Any) -> int:
    fsp = getattr(type_, "fsp", None)
    return 6 if fsp is None else int(fsp)


def _with_fsp(name: str, type_: Any) -> str:
    fsp = _fsp(type_)
    return f"{name}({fsp})" if fsp else name


def date_entry(type_: Date, table: EntryLookup) -> TypeEntry:
    entry = STANDARD.entry(type_)
    return replace(entry, literal=or_null(lambda v: f"'{temporal.to_date(v).isoformat()}'"))


def datetime_entry(type_: DateTime, table: EntryLookup) -> TypeEntry:
    ddl = _with_fsp(ddl_name(type_, "DATETIME"), type_)
    if type_.timezone:
        return TypeEntry(
            ddl=ddl,
            native=ONLY_NONE,
            bind=_to_utc,
            result=_from_utc,
            literal=or_null(lambda value: _moment(_to_utc(value))),
        )
    entry = STANDARD.entry(type_)
    return replace(
        entry,
        ddl=ddl,
        bind=_to_naive,
        bind_column=temporal.zone_check(dt.datetime, _to_naive),
        literal=or_null(lambda value: _moment(_to_naive(value))),
    )


def _to_naive(value: Any) -> dt.datetime:
    """A datetime without zone; also as CAST(now() AS BINARY) gives it, the default of a TIMESTAMP
    key.
    """
    if isinstance(value, bytes):
        try:
            value = dt.datetime.fromisoformat(value.decode("ascii"))
        except ValueError:
            raise expected("datetime", value) from None
    return temporal.naive_datetime(value)


def _moment(value: dt.datetime) -> str:
    return f"'{value.isoformat(' ', 'microseconds')}'"


def _to_utc(value: Any) -> dt.datetime:
    try:
        return temporal.aware_to_utc(value)
    except OverflowError:
        raise BindError("the datetime lies outside the years 1 to 9999 in UTC") from None


_UTC = dt.UTC


def _from_utc(value: Any) -> Any:
    return None if value is None else value.replace(tzinfo=_UTC)


def time_entry(type_: Time, table: EntryLookup) -> TypeEntry:
    if type_.timezone:
        raise CompileError(
            "MySQL has no TIME with a zone; use Time(), or DateTime(timezone=True), which is "
            "stored as UTC"
        )
    entry = STANDARD.entry(type_)
    return replace(
        entry,
        ddl=_with_fsp("TIME", type_),
        result=_read_time,
        literal=or_null(lambda v: f"'{temporal.naive_time(v).isoformat('microseconds')}'"),
    )


_MIDNIGHT = dt.datetime(2000, 1, 1)
_DAY = dt.timedelta(days=1)
_NOTHING = dt.timedelta()


def _read_time(value: Any) -> Any:
    if value is None or type(value) is dt.time:
        return value
    if not _NOTHING <= value < _DAY:
        raise InvalidRequestError(
            "a TIME column holds a duration that is no time of day (negative, or 24 hours and "
            "more); declare such a column as Interval(), and store it as DATETIME"
        )
    return (_MIDNIGHT + value).time()
