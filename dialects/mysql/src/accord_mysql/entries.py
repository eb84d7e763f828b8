"""How types travel: column definitions, values to the driver and back, literals.

Dates and times have six digits after the seconds, as Python's have; aware datetimes are kept as
UTC. In: a type. Out: its TypeEntry.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn

from accord.exc import CompileError, InvalidRequestError
from accord.sqltypes import (
    ARRAY,
    JSON,
    STANDARD,
    BindError,
    Boolean,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    Interval,
    LargeBinary,
    NullType,
    Numeric,
    String,
    Text,
    Time,
    TypeEntry,
    TypeTable,
    Uuid,
)
from accord.sqltypes.convert import composed, numeric, plain, temporal
from accord.sqltypes.convert.text import enum_bind, to_str
from accord.sqltypes.entry import (
    NONE_TYPE,
    ONLY_NONE,
    EntryLookup,
    ddl_name,
    expected,
    or_null,
    with_arguments,
)

from . import types as own
from .literals import text_literal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_finite = Decimal.is_finite
_tzinfo = attrgetter("tzinfo")
_DECIMALS = frozenset({Decimal, NONE_TYPE})
_FLOATS = frozenset({float, NONE_TYPE})


# --- numbers -------------------------------------------------------------------------------------


def _attributes(type_: Any) -> str:
    unsigned = " UNSIGNED" if getattr(type_, "unsigned", False) else ""
    return unsigned + (" ZEROFILL" if getattr(type_, "zerofill", False) else "")


def _integer(type_: Integer, table: EntryLookup) -> TypeEntry:
    entry = STANDARD.entry(type_)
    width = getattr(type_, "display_width", None)
    return replace(entry, ddl=with_arguments(entry.ddl, width) + _attributes(type_))


def _numeric(type_: Numeric, table: EntryLookup) -> TypeEntry:
    entry = STANDARD.entry(type_)
    ddl = entry.ddl
    if type_.precision is None and type_.sql_name is None:
        ddl = "NUMERIC(65, 30)"  # bare NUMERIC would be NUMERIC(10, 0): no digit after the point
    return replace(
        entry,
        ddl=ddl + _attributes(type_),
        native=ONLY_NONE,
        bind=_decimal,
        bind_column=_decimal_column,
    )


def _decimal(value: Any) -> Decimal:
    number = numeric.to_decimal(value)
    if not number.is_finite():
        raise BindError("MySQL has no decimal NaN or infinity")
    return number


def _decimal_column(values: Sequence[Any], kinds: set[type]) -> Sequence[Any]:
    if kinds == {Decimal} and all(map(_finite, values)):
        return values
    return [None if value is None else _decimal(value) for value in values]


def _float(type_: Float, table: EntryLookup) -> TypeEntry:
    entry = STANDARD.entry(type_)
    ddl = entry.ddl
    if type_.sql_name is None or ddl == "DOUBLE PRECISION":
        ddl = "DOUBLE"  # FLOAT has 32 bits here, which no Python float survives
    scale = getattr(type_, "scale", None)
    if scale is not None:
        ddl = with_arguments(type_.sql_name or "DOUBLE", type_.precision, scale)
    return replace(
        entry,
        ddl=ddl + _attributes(type_),
        native=ONLY_NONE,
        bind=_number,
        bind_column=_number_column,
        literal=or_null(_float_literal),
    )


def _number(value: Any) -> float:
    number = value if type(value) is float else numeric.to_float(value)
    if number - number != 0:
        raise BindError("MySQL has no NaN and no infinity; store None")
    return number


def _number_column(values: Sequence[Any], kinds: set[type]) -> Sequence[Any]:
    if kinds <= _FLOATS:
        total = sum(filter(None, values))
        if total - total == 0:
            return values
    return [None if value is None else _number(value) for value in values]


def _float_literal(value: Any) -> str:
    text = repr(_number(value))
    return text if "e" in text else f"{text}e0"


class _Booleans(dict[Any, Any]):
    """0 and 1 to False and True; any other number as Python sees it."""

    def __missing__(self, key: object) -> bool:
        return key not in (b"\0", "0") if isinstance(key, bytes | str) else bool(key)


_booleans = _Booleans({None: None, 0: False, 1: True})


def _boolean(type_: Boolean, table: EntryLookup) -> TypeEntry:
    return TypeEntry(
        ddl="BOOL",
        native=frozenset({bool, NONE_TYPE}),
        bind=plain.to_bool,
        result=_booleans.__getitem__,
        literal=or_null(lambda value: "true" if plain.to_bool(value) else "false"),
    )


def _bit(type_: own.BIT, table: EntryLookup) -> TypeEntry:
    limit = 1 << (type_.length or 1)

    def bind(value: Any) -> int:
        number = numeric.to_int(value)
        if not 0 <= number < limit:
            raise BindError(f"the number does not fit BIT({type_.length or 1})")
        return number

    return TypeEntry(
        ddl=with_arguments("BIT", type_.length),
        native=ONLY_NONE,
        bind=bind,
        result=_bit_result,
        literal=or_null(lambda value: str(bind(value))),
    )


def _bit_result(value: Any) -> Any:
    return int.from_bytes(value, "big") if isinstance(value, bytes) else value


# --- texts ---------------------------------------------------------------------------------------


def _string(type_: String, table: EntryLookup) -> TypeEntry:
    entry = STANDARD.entry(type_ if type_.collation is None else type_.copy(collation=None))
    return replace(entry, ddl=_string_ddl(type_, entry.ddl), literal=or_null(_text_literal))


def _text_literal(value: Any) -> str:
    return text_literal(to_str(value))


def _string_ddl(type_: String, ddl: str) -> str:
    name = type_.sql_name or ("TEXT" if isinstance(type_, Text) else "VARCHAR")
    national = name in ("NVARCHAR", "NCHAR")
    if national:
        name = name[1:]
    if name == "CLOB":
        name = "LONGTEXT"
    text = with_arguments(name, type_.length)
    if national or getattr(type_, "national", False):
        text = f"NATIONAL {text}"
    return text + _charset(type_)


def _charset(type_: Any) -> str:
    charset = getattr(type_, "charset", None)
    text = "" if charset is None else f" CHARACTER SET {charset}"
    if type_.collation is not None:
        text += " COLLATE `{}`".format(str(type_.collation).replace("`", "``"))
    return text


def _enum(type_: Enum, table: EntryLookup) -> TypeEntry:
    entry = STANDARD.entry(type_)
    bind = enum_bind(type_)
    ddl = f"VARCHAR({type_.length})"
    if type_.native_enum or isinstance(type_, own.ENUM):
        ddl = f"ENUM({','.join(map(text_literal, type_.enums))})"
    return replace(
        entry,
        ddl=ddl + _charset(type_),
        literal=or_null(lambda value: text_literal(bind(value))),
    )


def _set(type_: own.SET, table: EntryLookup) -> TypeEntry:
    known = frozenset(type_.values)
    order = type_.values

    def bind(value: Any) -> str:
        if isinstance(value, str) or not hasattr(value, "__iter__"):
            raise expected("a set of str", value)
        words = set(value)
        if not words <= known:
            raise BindError(f"the set holds other words than {', '.join(map(repr, order))}")
        return ",".join([word for word in order if word in words])

    def result(value: Any) -> Any:
        if value is None or isinstance(value, set):
            return value
        return set(value.split(",")) if value else set()

    return TypeEntry(
        ddl=f"SET({','.join(map(text_literal, order))}){_charset(type_)}",
        native=ONLY_NONE,
        bind=bind,
        result=result,
        literal=or_null(lambda value: text_literal(bind(value))),
    )


def _inet(type_: own.INET6, table: EntryLookup) -> TypeEntry:
    return TypeEntry(
        ddl=str(type_.sql_name),
        native=frozenset({str, NONE_TYPE}),
        bind=str,
        result=None,
        literal=or_null(_text_literal),
    )


# --- bytes, UUIDs --------------------------------------------------------------------------------


def _binary(type_: LargeBinary, table: EntryLookup) -> TypeEntry:
    entry = STANDARD.entry(type_)
    length = 255 if type_.sql_name == "VARBINARY" and type_.length is None else type_.length
    return replace(entry, ddl=with_arguments(ddl_name(type_, "BLOB"), length))


def _uuid(type_: Uuid, table: EntryLookup) -> TypeEntry:
    return _uuid_entry(type_, "CHAR(32)")


def uuid_natively(type_: Uuid, table: EntryLookup) -> TypeEntry:
    """The UUID type of MariaDB 10.7; values travel as elsewhere."""
    return _uuid_entry(type_, "UUID")


def _uuid_entry(type_: Uuid, generic: str) -> TypeEntry:
    entry = plain.uuid_(type_, STANDARD)
    return replace(entry, ddl=generic, result=_read_uuid if type_.as_uuid else entry.result)


def _read_uuid(value: Any) -> Any:
    return value if value is None or isinstance(value, uuid.UUID) else uuid.UUID(value)


# --- dates and times -----------------------------------------------------------------------------


def _fsp(type_: Any) -> int:
    fsp = getattr(type_, "fsp", None)
    return 6 if fsp is None else int(fsp)


def _with_fsp(name: str, type_: Any) -> str:
    fsp = _fsp(type_)
    return f"{name}({fsp})" if fsp else name


def _date(type_: Date, table: EntryLookup) -> TypeEntry:
    entry = STANDARD.entry(type_)
    return replace(entry, literal=or_null(lambda v: f"'{temporal.to_date(v).isoformat()}'"))


def _datetime(type_: DateTime, table: EntryLookup) -> TypeEntry:
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


def _time(type_: Time, table: EntryLookup) -> TypeEntry:
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


# --- JSON, arrays, unknown types -----------------------------------------------------------------

_standard_json = composed.json_factory()


def _json(type_: JSON, table: EntryLookup) -> TypeEntry:
    entry = _standard_json(type_, table)
    bind = entry.bind

    def literal(value: Any) -> str:
        text = bind(value)
        return "NULL" if text is None else text_literal(text)

    return replace(entry, literal=literal)


def _array(type_: ARRAY, table: EntryLookup) -> NoReturn:
    raise CompileError(
        f"{table.name} has no arrays; use JSON, or ARRAY(...).with_variant(JSON(), '{table.name}')"
    )


def _unknown(type_: NullType, table: EntryLookup) -> TypeEntry:
    entry = STANDARD.entry(type_)
    native = entry.native - {uuid.UUID}

    def bind(value: Any) -> Any:
        if isinstance(value, uuid.UUID):
            return value.hex
        if isinstance(value, dict | list | tuple | set | frozenset):
            raise BindError(
                f"a {type(value).__name__} is no value of MySQL; give bindparam() a type, such as "
                "JSON"
            )
        return value

    return replace(entry, native=native, bind=bind)


_ENTRIES: dict[Any, Callable[[Any, Any], TypeEntry]] = {
    NullType: _unknown,
    Integer: _integer,
    Numeric: _numeric,
    Float: _float,
    Boolean: _boolean,
    own.BIT: _bit,
    String: _string,
    Enum: _enum,
    own.SET: _set,
    LargeBinary: _binary,
    Uuid: _uuid,
    Date: _date,
    DateTime: _datetime,
    Time: _time,
    Interval: temporal.interval_as_datetime,
    JSON: _json,
    ARRAY: _array,
}
MYSQL_TYPES = TypeTable(_ENTRIES, parent=STANDARD, name="mysql")
MARIADB_TYPES = TypeTable({**_ENTRIES, own.INET6: _inet}, parent=STANDARD, name="mariadb")
"""For MariaDB before 10.7."""


def mariadb_types(name: str, *, uuid_type: bool) -> TypeTable:
    """MariaDB's types under a dialect's name, with or without the type UUID."""
    entries: dict[Any, Callable[[Any, Any], TypeEntry]] = {**_ENTRIES, own.INET6: _inet}
    if uuid_type:
        entries[Uuid] = uuid_natively
    return TypeTable(entries, parent=STANDARD, name=name)
