"""How accord's types travel on Oracle.

Decimals and integers are NUMBERs and exact; strings VARCHAR2 counted in characters, texts CLOB;
aware datetimes go in and out as UTC, because the driver drops time zones; a time of day is an
interval, a boolean 0 or 1, a UUID 32 hex digits, JSON a CLOB. '' is NULL. In: a type. Out: its
TypeEntry.
"""

from __future__ import annotations

import datetime as dt
import json
from array import array
from dataclasses import replace
from decimal import ROUND_HALF_UP, Context, Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any, NoReturn

from accord.exc import CompileError
from accord.sqltypes import (
    ARRAY,
    JSON,
    STANDARD,
    BigInteger,
    BindError,
    Boolean,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    Interval,
    LargeBinary,
    Numeric,
    String,
    Text,
    Time,
    TypeEntry,
    TypeTable,
    Uuid,
)
from accord.sqltypes.convert import composed, numeric, plain, temporal
from accord.sqltypes.convert.text import enum as standard_enum
from accord.sqltypes.entry import (
    ONLY_NONE,
    EntryLookup,
    ddl_name,
    expected,
    or_null,
    with_arguments,
)

from . import named

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from accord.sqltypes.entry import ColumnBind

_WIDE = Context(prec=130, rounding=ROUND_HALF_UP)
DIGITS = 38
"""Digits a NUMBER keeps for certain."""
LARGEST = 10**DIGITS
INT64 = 2**63
SMALL = 2**62
LENGTHLESS = "VARCHAR2"
"""A string without a length, which only an expression may have."""


_INTS = {int}


def _or_none(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else convert(value)


# --- numbers -------------------------------------------------------------------------------------


def _integer(type_: Integer, table: EntryLookup) -> TypeEntry:
    entry = STANDARD.entry(type_)
    if isinstance(type_, BigInteger):
        ddl, bind = "NUMBER(19)", _within(INT64, "64 bits; declare the column as Numeric(38, 0)")
    else:
        ddl, bind = (
            type_.sql_name or entry.ddl,
            _within(LARGEST, "38 digits, which no NUMBER keeps"),
        )
    return replace(entry, ddl=ddl, native=ONLY_NONE, bind=bind, bind_column=_whole_column(bind))


def _within(limit: int, what: str) -> Callable[[Any], int]:
    def bind(value: Any) -> int:
        number = numeric.to_int(value)
        if not -limit <= number < limit:
            raise BindError(f"the integer has more than {what}")
        return number

    return bind


def _whole_column(bind: Callable[[Any], int]) -> ColumnBind:
    """A column of small integers is passed on after one look at its largest and smallest."""

    def bind_column(values: Sequence[Any], kinds: set[type]) -> Sequence[Any]:
        if kinds == _INTS and min(values) > -SMALL and max(values) < SMALL:
            return values
        return [None if value is None else bind(value) for value in values]

    return bind_column


def _numeric(type_: Numeric, table: EntryLookup) -> TypeEntry:
    # NUMERIC and DECIMAL without precision are whole numbers in Oracle; NUMBER is not.
    name = "NUMBER" if type_.precision is None else ddl_name(type_, "NUMBER")
    if not type_.asdecimal:
        result: Callable[[Any], Any] = numeric.float_result
    elif type_.scale is None:
        result = numeric.decimal_result(None)
    else:
        result = _or_none(_scaled(type_.scale))
    return replace(
        STANDARD.entry(type_),
        ddl=with_arguments(name, type_.precision, type_.scale),
        native=ONLY_NONE,
        bind=_decimal,
        result=result,
    )


def _scaled(scale: int) -> Callable[[Any], Decimal]:
    """Oracle drops zeros at the end; the column's scale says how many there were."""
    step = Decimal(1).scaleb(-scale)

    def result(value: Any) -> Decimal:
        number = value if type(value) is Decimal else Decimal(str(value))
        return number.quantize(step, context=_WIDE)

    return result


def _decimal(value: Any) -> Decimal:
    number = numeric.to_decimal(value)
    if not number.is_finite():
        raise BindError("a NUMBER has no NaN or infinity; declare the column as Double")
    digits = number.as_tuple().digits
    if len(digits) > DIGITS and any(digits[DIGITS:]):
        raise BindError("the decimal has more than 38 digits, which Oracle would round off")
    return number


_NUMBERS_BEGIN, _NUMBERS_END = 1e-130, 1e126


def _float(type_: Float, table: EntryLookup) -> TypeEntry:
    ddl = type_.sql_name or "BINARY_DOUBLE"
    if ddl == "FLOAT":
        ddl = with_arguments(ddl, type_.precision)
    return replace(
        STANDARD.entry(type_),
        ddl="DOUBLE PRECISION" if ddl == "DOUBLE" else ddl,
        result=numeric.decimal_result(type_.effective_decimal_return_scale)
        if type_.asdecimal
        else numeric.float_result,
        literal=or_null(_float_literal),
    )


def _float_literal(value: Any) -> str:
    number = numeric.to_float(value)
    if not isfinite(number):
        raise BindError("NaN and infinity have no SQL literal; use a bind parameter")
    if number and _NUMBERS_BEGIN <= abs(number) < _NUMBERS_END:
        return f"CAST({number!r} AS BINARY_DOUBLE)"
    return f"{number!r}d"  # what a NUMBER in between would lose: extremes, the sign of a zero


# --- text and bytes ------------------------------------------------------------------------------


def _string(type_: String, table: EntryLookup) -> TypeEntry:
    return replace(STANDARD.entry(type_.copy(collation=None)), ddl=_string_ddl(type_))


def _string_ddl(type_: String) -> str:
    name = type_.sql_name
    national = name in ("NVARCHAR", "NVARCHAR2", "NCHAR")
    if isinstance(type_, Text):
        ddl = name if name in ("LONG", "NCLOB") else "CLOB"
    elif name == "ROWID":
        ddl = name
    elif name in ("CHAR", "NCHAR"):
        unit = "" if national else " CHAR"
        ddl = f"{name}({type_.length or 1}{unit})"
    elif type_.length is None:
        ddl = LENGTHLESS
    else:
        ddl = f"NVARCHAR2({type_.length})" if national else f"VARCHAR2({type_.length} CHAR)"
    return ddl if type_.collation is None else f"{ddl} COLLATE {type_.collation}"


def _enum(type_: Enum, table: EntryLookup) -> TypeEntry:
    return replace(standard_enum(type_, table), ddl=f"VARCHAR2({type_.length} CHAR)")


def _binary(type_: LargeBinary, table: EntryLookup) -> TypeEntry:
    raw = type_.sql_name in ("BINARY", "VARBINARY", "RAW")
    locator = "BFILE" if type_.sql_name == "BFILE" else "BLOB"
    return replace(
        STANDARD.entry(type_),
        ddl=f"RAW({type_.length or 2000})" if raw else locator,
        result=plain.bytes_result,
        literal=or_null(lambda value: f"HEXTORAW('{plain.to_bytes(value).hex().upper()}')"),
    )


def _uuid(type_: Uuid, table: EntryLookup) -> TypeEntry:
    return replace(plain.uuid_(type_, table), ddl="CHAR(32)")


def _json(type_: JSON, table: EntryLookup) -> TypeEntry:
    return replace(_standard_json(type_, table), ddl="CLOB")


def _native_json(type_: JSON, table: EntryLookup) -> TypeEntry:
    return replace(_standard_json(type_, table), ddl="JSON")


def _native_boolean(type_: Boolean, table: EntryLookup) -> TypeEntry:
    return replace(STANDARD.entry(type_), ddl="BOOLEAN")


def _vector(type_: named.VECTOR, table: EntryLookup) -> TypeEntry:
    def bind(value: Any) -> Any:
        if not isinstance(value, array | list | tuple):
            raise expected("a list of numbers", value)
        code = named.CODES[type_.storage_format or named.VectorStorageFormat.FLOAT64]
        made = value if isinstance(value, array) else array(code, value)
        if type_.dim is not None and len(made) != type_.dim:
            raise BindError(f"the vector has {len(made)} numbers, the column holds {type_.dim}")
        return made

    return TypeEntry(
        ddl=type_.ddl(),
        native=ONLY_NONE,
        bind=bind,
        result=_or_none(list),
        literal=or_null(lambda value: f"TO_VECTOR('{list(bind(value))}')"),
    )


def _loads(value: Any) -> Any:
    """A JSON column of version 21 comes as the object itself."""
    return json.loads(value) if isinstance(value, str | bytes) else value


_standard_json = composed.json_factory(
    lambda value: json.dumps(value, ensure_ascii=False, allow_nan=False), _loads
)


def _boolean(type_: Boolean, table: EntryLookup) -> TypeEntry:
    return TypeEntry(
        ddl="NUMBER(1)",
        native=ONLY_NONE,
        bind=lambda value: int(plain.to_bool(value)),
        result=plain.bool_result,
        literal=or_null(lambda value: str(int(plain.to_bool(value)))),
    )


# --- dates and times -----------------------------------------------------------------------------


def _date(type_: Date, table: EntryLookup) -> TypeEntry:
    # A DATE of Oracle has a time of day and comes back as a datetime.
    return replace(STANDARD.entry(type_), result=_only_date)


def _only_date(value: Any) -> Any:
    return value.date() if isinstance(value, dt.datetime) else value


def _datetime(type_: DateTime, table: EntryLookup) -> TypeEntry:
    if type_.timezone:
        return TypeEntry(
            ddl="TIMESTAMP WITH TIME ZONE",
            native=ONLY_NONE,
            bind=_utc,
            result=temporal.utc_to_aware,
            literal=or_null(lambda value: f"TIMESTAMP '{_utc(value).isoformat(' ')} +00:00'"),
        )
    if type_.sql_name == "DATE":
        return replace(STANDARD.entry(type_), ddl="DATE", bind=_to_the_second, bind_column=None)
    return replace(STANDARD.entry(type_), ddl="TIMESTAMP")


def _to_the_second(value: Any) -> dt.datetime:
    moment = temporal.naive_datetime(value)
    if moment.microsecond:
        raise BindError(
            "Oracle's DATE has no fraction of a second; declare the column as DateTime(), or "
            "write value.replace(microsecond=0)"
        )
    return moment


def _utc(value: Any) -> dt.datetime:
    try:
        return temporal.aware_to_utc(value)
    except OverflowError:
        raise BindError("the datetime lies outside the years 1 to 9999 in UTC") from None


def _time(type_: Time, table: EntryLookup) -> TypeEntry:
    if type_.timezone:
        raise CompileError(
            "Oracle has no time of day with a time zone; use DateTime(timezone=True), or Time()"
        )
    return TypeEntry(
        ddl="INTERVAL DAY(0) TO SECOND(6)",
        native=ONLY_NONE,
        bind=_since_midnight,
        result=_or_none(_time_of_day),
        literal=or_null(lambda value: temporal.interval_literal(_since_midnight(value))),
    )


def _since_midnight(value: Any) -> dt.timedelta:
    time = temporal.naive_time(value)
    return dt.timedelta(
        hours=time.hour, minutes=time.minute, seconds=time.second, microseconds=time.microsecond
    )


def _time_of_day(value: dt.timedelta) -> dt.time:
    return (temporal.EPOCH + value).time()


def _interval(type_: Interval, table: EntryLookup) -> TypeEntry:
    if not type_.native:
        return temporal.interval_as_datetime(type_, table)
    days = 9 if type_.day_precision is None else type_.day_precision
    digits = 6 if type_.second_precision is None else type_.second_precision
    return replace(
        STANDARD.entry(type_),
        ddl=f"INTERVAL DAY({days}) TO SECOND({digits})",
        literal=or_null(_interval_literal),
    )


def _interval_literal(value: Any) -> str:
    return temporal.interval_literal(value).replace("DAY TO SECOND", "DAY(9) TO SECOND(6)")


def _array(type_: ARRAY, table: EntryLookup) -> NoReturn:
    raise CompileError(
        "Oracle has no array columns; use JSON, or ARRAY(...).with_variant(JSON(), 'oracle')"
    )


KEYWORDS = frozenset(
    {
        "BFILE", "BINARY_DOUBLE", "BINARY_FLOAT", "BLOB", "BOOLEAN", "CHAR", "CLOB", "DATE",
        "DECIMAL", "DOUBLE PRECISION", "FLOAT", "INT", "INTEGER", "INTERVAL", "JSON", "LONG",
        "NCHAR", "NCLOB", "NUMBER", "NUMERIC", "NVARCHAR2", "RAW", "REAL", "ROWID", "SMALLINT",
        "TIMESTAMP", "VARCHAR", "VARCHAR2", "VECTOR",
    }
)  # fmt: skip
"""The names of types the database has; whatever else is written in capitals is refused."""

TYPES = TypeTable(
    {
        Integer: _integer,
        Numeric: _numeric,
        Float: _float,
        String: _string,
        Enum: _enum,
        LargeBinary: _binary,
        Uuid: _uuid,
        JSON: _json,
        Boolean: _boolean,
        named.JSON: _native_json,
        named.BOOLEAN: _native_boolean,
        named.VECTOR: _vector,
        Date: _date,
        DateTime: _datetime,
        Time: _time,
        Interval: _interval,
        ARRAY: _array,
    },
    parent=STANDARD,
    name="oracle",
    keywords=KEYWORDS,
)

__all__ = ["TYPES"]
