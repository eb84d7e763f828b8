"""How accord's types travel on SQL Server.

pymssql writes every value into the statement as a literal, so what a value becomes here decides the
type the server sees: text is N'…', floats carry an exponent (else they would be decimals), dates
and times are ISO 8601 text, which no language setting reads differently. In: a type. Out: its
TypeEntry.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Any, NoReturn

from accord.exc import CompileError
from accord.sqltypes import (
    ARRAY,
    JSON,
    NULLTYPE,
    STANDARD,
    BigInteger,
    BindError,
    Boolean,
    Date,
    DateTime,
    Double,
    Enum,
    Float,
    Integer,
    Interval,
    LargeBinary,
    Numeric,
    SmallInteger,
    String,
    Text,
    Time,
    TypeEntry,
    TypeTable,
    Uuid,
)
from accord.sqltypes.convert import composed, numeric, plain, temporal, text
from accord.sqltypes.entry import NONE_TYPE, ONLY_NONE, EntryLookup, or_null, with_arguments

from .sqltypes import SQL_VARIANT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MOST_DIGITS = 38
SCALE = 10
"""Digits after the point of a Numeric() that names none."""
_WIDE = Context(prec=100, rounding=ROUND_HALF_UP)
_FRACTION = re.compile(r"(\.\d{6})\d+")


# --- text ----------------------------------------------------------------------------------------


def national(value: str) -> str:
    """A Unicode literal."""
    if "\0" in value:
        raise BindError("a string with a NUL character cannot be written as an SQL literal")
    return "N'" + value.replace("'", "''") + "'"


def _to_text(value: Any) -> str:
    found = value if type(value) is str else text.to_str(value)
    if "\0" in found:
        raise BindError(
            "text with the character U+0000 cannot be sent to SQL Server; store it as LargeBinary"
        )
    return found


def _text_column(values: Sequence[Any], kinds: set[type]) -> Sequence[Any]:
    if kinds <= _STRINGS and not any("\0" in value for value in values if value):
        return values
    return [None if value is None else _to_text(value) for value in values]


_STRINGS = frozenset({str, NONE_TYPE})


def _string(type_: String, table: EntryLookup) -> TypeEntry:
    return TypeEntry(
        ddl=_string_ddl(type_),
        native=ONLY_NONE,
        bind=_to_text,
        result=None,
        literal=or_null(lambda value: national(_to_text(value))),
        bind_column=_text_column,
    )


def _string_ddl(type_: String) -> str:
    name = type_.sql_name or ("TEXT" if isinstance(type_, Text) else "NVARCHAR")
    if name in ("XML", "NTEXT"):
        return name
    if name in ("TEXT", "CLOB"):  # SQL Server's TEXT holds no Unicode and cannot be compared
        name, length = "NVARCHAR", None
    else:
        length = type_.length
    most = 4_000 if name.startswith("N") else 8_000
    if name in ("CHAR", "NCHAR"):
        ddl = with_arguments(name, length)
    else:
        ddl = f"{name}({'max' if length is None or length > most else length})"
    return ddl if type_.collation is None else f"{ddl} COLLATE {_collation(type_.collation)}"


def _collation(name: str) -> str:
    if re.fullmatch(r"\w+", name) is None:
        raise CompileError(f"{name!r} is no name of a collation of SQL Server")
    return name


def _enum(type_: Enum, table: EntryLookup) -> TypeEntry:
    bind = text.enum_bind(type_)
    return replace(
        STANDARD.entry(type_),
        ddl=f"NVARCHAR({type_.length})",
        literal=or_null(lambda value: national(bind(value))),
    )


_standard_json = composed.json_factory(
    lambda value: json.dumps(value, ensure_ascii=True, allow_nan=False), json.loads
)


def _json(type_: JSON, table: EntryLookup) -> TypeEntry:
    entry = _standard_json(type_, table)

    def literal(value: Any) -> str:
        shown = entry.bind(value)
        return "NULL" if shown is None else national(shown)

    return replace(entry, ddl="NVARCHAR(max)", literal=literal)


# --- numbers -------------------------------------------------------------------------------------


def _integer(type_: Integer, table: EntryLookup) -> TypeEntry:
    generic = "INTEGER"
    if isinstance(type_, SmallInteger | BigInteger):
        generic = "SMALLINT" if isinstance(type_, SmallInteger) else "BIGINT"
    return replace(STANDARD.entry(type_), ddl=type_.sql_name or generic)


def _numeric(type_: Numeric, table: EntryLookup) -> TypeEntry:
    name = type_.sql_name or "NUMERIC"
    if name in ("MONEY", "SMALLMONEY"):
        ddl = name
    elif type_.precision is None:
        ddl = f"{name}({MOST_DIGITS}, {SCALE})"  # NUMERIC alone would keep no fraction at all
    else:
        ddl = with_arguments(name, type_.precision, type_.scale)
    scale = type_.scale if type_.precision is None or type_.scale is not None else 0
    bind = _decimal_bind(scale)
    return replace(
        STANDARD.entry(type_),
        ddl=ddl,
        native=ONLY_NONE,
        bind=bind,
        literal=or_null(lambda value: format(bind(value), "f")),
        bind_column=None,
    )


class _Fixed(Decimal):
    """A decimal whose text never has an exponent, which would make the server read a FLOAT."""

    __slots__ = ()

    def __str__(self) -> str:
        return format(self, "f")


def _decimal_bind(scale: int | None) -> Callable[[Any], Decimal]:
    """Rows of one VALUES share a type: no value may ask for more digits than the column has."""
    step = None if scale is None else Decimal(1).scaleb(-scale)

    def bind(value: Any) -> Decimal:
        number = value if type(value) is Decimal else numeric.to_decimal(value)
        if not number.is_finite():
            raise BindError("SQL Server has no decimal NaN or infinity")
        _, digits, exponent = number.as_tuple()
        assert isinstance(exponent, int)  # finite
        if step is not None and scale is not None and -exponent > scale:
            number = number.quantize(step, context=_WIDE)
            _, digits, exponent = number.as_tuple()
            assert isinstance(exponent, int)
        if max(len(digits) + max(exponent, 0), -exponent) > MOST_DIGITS:
            raise BindError("the decimal has more than the 38 digits SQL Server keeps")
        return _Fixed(number)

    return bind


class _Exponential(float):
    """A float whose text always has an exponent, so that the server reads a FLOAT."""

    __slots__ = ()

    def __repr__(self) -> str:
        shown = float.__repr__(self)
        return shown if "e" in shown else f"{shown}e0"


def _to_float(value: Any) -> float:
    number = numeric.to_float(value)
    if number - number != 0:
        raise BindError("SQL Server's FLOAT has no NaN and no infinity; store None")
    return _Exponential(number)


def _float(type_: Float, table: EntryLookup) -> TypeEntry:
    entry = STANDARD.entry(type_)
    name = type_.sql_name or ("DOUBLE PRECISION" if isinstance(type_, Double) else "FLOAT")
    name = "DOUBLE PRECISION" if name == "DOUBLE" else name
    return replace(
        entry,
        ddl=with_arguments(name, type_.precision) if name == "FLOAT" else name,
        native=ONLY_NONE,
        bind=_to_float,
        literal=or_null(lambda value: repr(_to_float(value))),
        bind_column=None,
    )


def _boolean(type_: Boolean, table: EntryLookup) -> TypeEntry:
    return TypeEntry(
        ddl="BIT",
        native=frozenset({bool, NONE_TYPE}),
        bind=plain.to_bool,
        result=plain.bool_result,
        literal=or_null(lambda value: str(int(plain.to_bool(value)))),
    )


# --- dates and times -----------------------------------------------------------------------------


def _cast(ddl: str, shown: Callable[[Any], str]) -> Callable[[Any], str]:
    return or_null(lambda value: f"CAST(N'{shown(value)}' AS {ddl})")


def _date(type_: Date, table: EntryLookup) -> TypeEntry:
    return TypeEntry(
        ddl="DATE",
        native=ONLY_NONE,
        bind=_date_text,
        result=_date_result,
        literal=_cast("DATE", _date_text),
    )


def _date_text(value: Any) -> str:
    return temporal.to_date(value).isoformat()


def _date_result(value: Any) -> Any:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def _datetime(type_: DateTime, table: EntryLookup) -> TypeEntry:
    name = type_.sql_name
    if name in (None, "TIMESTAMP", "DATETIME2", "DATETIMEOFFSET"):
        name = "DATETIMEOFFSET" if type_.timezone else "DATETIME2"
    elif type_.timezone:
        raise CompileError(f"SQL Server's {name} keeps no time zone; use DateTime(timezone=True)")
    precision: int | None = getattr(type_, "precision", None)
    ddl = with_arguments(name or "", precision)
    digits = "milliseconds" if name in ("DATETIME", "SMALLDATETIME") else "microseconds"

    def bind(value: Any) -> str:
        if type_.timezone:
            return _offset_text(value)
        return temporal.naive_datetime(value).isoformat("T", digits)

    return TypeEntry(
        ddl=ddl, native=ONLY_NONE, bind=bind, result=_datetime_result, literal=_cast(ddl, bind)
    )


def _offset_text(value: Any) -> str:
    moment = temporal.aware_datetime(value)
    offset = moment.utcoffset()
    if offset is None or offset % dt.timedelta(minutes=1) or abs(offset) > dt.timedelta(hours=14):
        moment = moment.astimezone(dt.UTC)  # DATETIMEOFFSET keeps whole minutes, up to 14 hours
    return moment.isoformat("T", "microseconds")


def _datetime_result(value: Any) -> Any:
    if isinstance(value, str):
        return dt.datetime.fromisoformat(_FRACTION.sub(r"\1", value).replace(" +", "+"))
    return value


def _time(type_: Time, table: EntryLookup) -> TypeEntry:
    check = temporal.aware_time if type_.timezone else temporal.naive_time

    def bind(value: Any) -> str:
        return check(value).isoformat("microseconds")

    def result(value: Any) -> Any:
        return dt.time.fromisoformat(_FRACTION.sub(r"\1", value)) if type(value) is str else value

    if type_.timezone:  # SQL Server's TIME has no zone
        return TypeEntry(
            "NVARCHAR(32)", ONLY_NONE, bind, result, or_null(lambda v: national(bind(v)))
        )
    ddl = with_arguments("TIME", getattr(type_, "precision", None))
    return TypeEntry(ddl, ONLY_NONE, bind, result, _cast(ddl, bind))


def _interval(type_: Interval, table: EntryLookup) -> TypeEntry:
    return temporal.interval_as_datetime(type_, table)


# --- the others ----------------------------------------------------------------------------------


def _binary(type_: LargeBinary, table: EntryLookup) -> TypeEntry:
    name = type_.sql_name or "VARBINARY"
    name = "VARBINARY" if name == "BLOB" else name
    length = type_.length
    if name == "VARBINARY":
        ddl = f"VARBINARY({'max' if length is None or length > 8_000 else length})"
    else:
        ddl = name if name in ("IMAGE", "ROWVERSION", "TIMESTAMP") else with_arguments(name, length)
    return replace(
        STANDARD.entry(type_),
        ddl=ddl,
        literal=or_null(lambda value: f"0x{plain.to_bytes(value).hex().upper()}"),
    )


def _uuid(type_: Uuid, table: EntryLookup) -> TypeEntry:
    check = plain.to_uuid if type_.as_uuid else plain.text_to_uuid
    if not type_.native_uuid:
        return replace(plain.uuid_(type_, table), ddl="CHAR(32)")
    return TypeEntry(
        ddl="UNIQUEIDENTIFIER",
        native=ONLY_NONE,
        bind=lambda value: str(check(value)),
        result=plain.uuid_result if type_.as_uuid else plain.uuid_text_result,
        literal=_cast("UNIQUEIDENTIFIER", lambda value: str(check(value))),
    )


def _variant(type_: SQL_VARIANT, table: EntryLookup) -> TypeEntry:
    return replace(STANDARD.entry(NULLTYPE), ddl="SQL_VARIANT")


def _array(type_: ARRAY, table: EntryLookup) -> NoReturn:
    raise CompileError(
        "SQL Server has no arrays; use JSON, or ARRAY(...).with_variant(JSON(), 'mssql')"
    )


KEYWORDS = frozenset(
    {
        "BIGINT", "BINARY", "BIT", "CHAR", "DATE", "DATETIME", "DATETIME2", "DATETIMEOFFSET",
        "DECIMAL", "DOUBLE PRECISION", "FLOAT", "IMAGE", "INTEGER", "JSON", "MONEY", "NCHAR",
        "NTEXT", "NUMERIC", "NVARCHAR", "REAL", "ROWVERSION", "SMALLDATETIME", "SMALLINT",
        "SMALLMONEY", "SQL_VARIANT", "TEXT", "TIME", "TIMESTAMP", "TINYINT", "UNIQUEIDENTIFIER",
        "VARBINARY", "VARCHAR", "XML",
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
        Boolean: _boolean,
        Uuid: _uuid,
        Date: _date,
        DateTime: _datetime,
        Time: _time,
        Interval: _interval,
        JSON: _json,
        LargeBinary: _binary,
        SQL_VARIANT: _variant,
        ARRAY: _array,
    },
    parent=STANDARD,
    name="mssql",
    keywords=KEYWORDS,
)
