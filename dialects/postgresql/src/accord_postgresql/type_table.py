"""PostgreSQL's type table: how each type travels through psycopg.

Most values are the driver's own; arrays, ranges and hstore go out as the literals PostgreSQL reads,
which take the type of whatever they are assigned to or compared with. In: types. Out: PGEntry.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from accord.exc import CompileError
from accord.sqltypes import (
    ARRAY,
    CHAR,
    JSON,
    NCHAR,
    REAL,
    STANDARD,
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
    TypeTable,
    UserDefinedType,
    Uuid,
)
from accord.sqltypes.convert import custom, numeric, plain, temporal, text
from accord.sqltypes.entry import NONE_TYPE, EntryLookup, TypeEntry, expected, or_null

from . import composed, texts, types
from .bits import bits_result
from .domains import DOMAIN
from .entry import PGEntry, pg_entry, quoted_name
from .literals import quoted
from .ranges import AbstractMultiRange, AbstractRange

if TYPE_CHECKING:
    from collections.abc import Callable

_TEXT_OR_NONE: frozenset[type] = frozenset({str, NONE_TYPE})
_OTHER_NAMES = {
    "BLOB": "BYTEA",
    "BINARY": "BYTEA",
    "VARBINARY": "BYTEA",
    "CLOB": "TEXT",
    "DATETIME": "TIMESTAMP",
    "DOUBLE": "DOUBLE PRECISION",
    "NCHAR": "CHAR",
    "NVARCHAR": "VARCHAR",
}
"""Names of other databases, as PostgreSQL has them."""


def _keyword(type_: Any, generic: str) -> str:
    name = type_.sql_name or generic
    return _OTHER_NAMES.get(name, name)


def _cast_literal(render: Callable[[Any], str], cast: str) -> Callable[[Any], str]:
    """A literal that says its type."""
    return or_null(lambda value: f"{quoted(render(value))}::{cast}")


# --- numbers -------------------------------------------------------------------------------------


def _integer(type_: Integer, table: EntryLookup) -> PGEntry:
    entry = STANDARD.entry(type_)
    return pg_entry(entry, entry.ddl, texts.INTEGERS)


def _numeric(type_: Numeric, table: EntryLookup) -> PGEntry:
    entry = STANDARD.entry(type_)
    return pg_entry(entry, "NUMERIC", texts.DECIMALS)


def _float(type_: Float, table: EntryLookup) -> PGEntry:
    entry = STANDARD.entry(type_)
    single = isinstance(type_, REAL) or (type_.precision is not None and type_.precision <= 24)
    ddl = _keyword(type_, "FLOAT")
    if ddl == "FLOAT" and type_.precision is not None:
        ddl = f"FLOAT({type_.precision})"
    elif entry.ddl == "DOUBLE PRECISION":
        ddl = entry.ddl
    cast = "REAL" if single else "DOUBLE PRECISION"
    literal = or_null(lambda value: _float_literal(value, cast))
    return pg_entry(
        entry, cast, texts.FLOATS, driver_lists=True, strict=single, ddl=ddl, literal=literal
    )


def _float_literal(value: Any, cast: str) -> str:
    """With its type: a bare 0.1 would be a numeric. NaN and infinities are words."""
    number = numeric.to_float(value)
    shown = repr(number)
    return f"{quoted(shown) if number - number != 0 or number < 0 else shown}::{cast}"


def _boolean(type_: Boolean, table: EntryLookup) -> PGEntry:
    return pg_entry(STANDARD.entry(type_), "BOOLEAN", texts.BOOLEANS, driver_lists=True)


# --- text and bytes ------------------------------------------------------------------------------


def _string(type_: String, table: EntryLookup) -> PGEntry:
    name = _keyword(type_, "TEXT" if isinstance(type_, Text) else "VARCHAR")
    ddl = name if type_.length is None or name == "TEXT" else f"{name}({type_.length})"
    cast = "BPCHAR" if isinstance(type_, CHAR | NCHAR) else name
    entry = STANDARD.entry(String(type_.length))
    literal = or_null(lambda value: quoted(text.to_str(value)))
    return pg_entry(entry, cast, texts.STRINGS, ddl=_collated(ddl, type_), literal=literal)


def _collated(ddl: str, type_: String) -> str:
    return ddl if type_.collation is None else f"{ddl} COLLATE {quoted_name(type_.collation)}"


def types_in(types: TypeTable, schema_of: Callable[[str | None], str | None]) -> TypeTable:
    """The types of a database whose enum types are in other schemas than declared."""

    def enum(type_: Enum, table: EntryLookup) -> PGEntry:
        return _enum_in(type_, schema_of(type_.schema))

    return TypeTable({Enum: enum}, parent=types, name=types.name, dialect=types.dialect)


def _domain(type_: DOMAIN, table: EntryLookup) -> TypeEntry:
    """As the type it is made of, under its own name in DDL."""
    return replace(table.entry(type_.data_type), ddl=quoted_name(type_.name, type_.schema))


def _enum(type_: Enum, table: EntryLookup) -> PGEntry:
    return _enum_in(type_, type_.schema)


def _enum_in(type_: Enum, schema: str | None) -> PGEntry:
    bind = text.enum_bind(type_)
    entry = STANDARD.entry(type_)
    if not type_.native_enum or type_.name is None:
        plainly = or_null(lambda value: quoted(bind(value)))
        return pg_entry(entry, "VARCHAR", texts.STRINGS, literal=plainly)
    name = quoted_name(type_.name, schema)
    literal = _cast_literal(bind, name)
    return pg_entry(entry, name, texts.STRINGS, ddl=name, literal=literal)


def _binary(type_: LargeBinary, table: EntryLookup) -> PGEntry:
    return pg_entry(
        STANDARD.entry(type_),
        "BYTEA",
        texts.BYTES,
        driver_lists=True,
        ddl="BYTEA",
        literal=_cast_literal(lambda value: f"\\x{plain.to_bytes(value).hex()}", "BYTEA"),
    )


def _uuid(type_: Uuid, table: EntryLookup) -> PGEntry:
    if not type_.native_uuid:
        return pg_entry(STANDARD.entry(type_), "BPCHAR", texts.STRINGS)
    check = plain.to_uuid if type_.as_uuid else plain.text_to_uuid
    native = frozenset({uuid.UUID, NONE_TYPE}) if type_.as_uuid else frozenset({NONE_TYPE})
    return pg_entry(
        STANDARD.entry(type_),
        "UUID",
        texts.UUIDS,
        driver_lists=True,
        ddl="UUID",
        native=native,
        bind=check,
        result=None if type_.as_uuid else plain.uuid_text_result,
        literal=_cast_literal(lambda value: str(check(value)), "UUID"),
    )


# --- times ---------------------------------------------------------------------------------------


def _precision(type_: Any) -> str:
    digits = getattr(type_, "precision", None)
    return "" if digits is None else f"({digits})"


def _zone(type_: DateTime | Time) -> str:
    return " WITH TIME ZONE" if type_.timezone else " WITHOUT TIME ZONE"


def _date(type_: Date, table: EntryLookup) -> PGEntry:
    return pg_entry(STANDARD.entry(type_), "DATE", texts.MOMENTS, driver_lists=True)


def _datetime(type_: DateTime, table: EntryLookup) -> PGEntry:
    check = temporal.aware_datetime if type_.timezone else temporal.naive_datetime
    cast = f"TIMESTAMP{_zone(type_)}"
    return pg_entry(
        STANDARD.entry(type_),
        cast,
        texts.MOMENTS,
        driver_lists=True,
        ddl=f"TIMESTAMP{_precision(type_)}{_zone(type_)}",
        literal=_cast_literal(lambda value: check(value).isoformat(" "), cast),
    )


def _time(type_: Time, table: EntryLookup) -> PGEntry:
    check = temporal.aware_time if type_.timezone else temporal.naive_time
    cast = f"TIME{_zone(type_)}"
    return pg_entry(
        STANDARD.entry(type_),
        cast,
        texts.MOMENTS,
        driver_lists=True,
        ddl=f"TIME{_precision(type_)}{_zone(type_)}",
        literal=_cast_literal(lambda value: check(value).isoformat(), cast),
    )


def _interval(type_: Interval, table: EntryLookup) -> PGEntry:
    if not type_.native:
        stored = temporal.interval_as_datetime(type_, table)
        return pg_entry(stored, "TIMESTAMP WITHOUT TIME ZONE", texts.MOMENTS, driver_lists=True)
    fields = getattr(type_, "fields", None)
    digits = "" if type_.second_precision is None else f"({type_.second_precision})"
    return pg_entry(
        STANDARD.entry(type_),
        "INTERVAL",
        texts.INTERVALS,
        driver_lists=True,
        ddl=f"INTERVAL{'' if fields is None else f' {_fields(fields)}'}{digits}",
        literal=_cast_literal(
            lambda value: texts.interval_text(temporal.to_timedelta(value)), "INTERVAL"
        ),
    )


_FIELDS = frozenset(
    {
        "YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "YEAR TO MONTH", "DAY TO HOUR",
        "DAY TO MINUTE", "DAY TO SECOND", "HOUR TO MINUTE", "HOUR TO SECOND", "MINUTE TO SECOND",
    }
)  # fmt: skip


def _fields(given: str) -> str:
    wanted = given.upper()
    if wanted not in _FIELDS:
        raise CompileError(f"INTERVAL has the fields {', '.join(sorted(_FIELDS))}")
    return wanted


# --- PostgreSQL's own ----------------------------------------------------------------------------


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return str.__str__(value)
    raise expected("str", value)


def _textual(type_: types.PGType, table: EntryLookup) -> PGEntry:
    name = str(type_.sql_name)
    entry = _text_entry(name, name, _as_text)
    # beside a column of these, a bare parameter is read as an oid or an amount in another form
    return replace(entry, strict=type_.affinity in ("regclass", "regconfig"))


def _text_entry(ddl: str, cast: str, bind: Callable[[Any], str], result: Any = None) -> PGEntry:
    entry = TypeEntry(
        ddl=ddl,
        native=_TEXT_OR_NONE,
        bind=bind,
        result=result,
        literal=_cast_literal(bind, cast),
    )
    return pg_entry(entry, cast, texts.STRINGS)


def _bit(type_: types.BIT, table: EntryLookup) -> PGEntry:
    name = "BIT VARYING" if type_.varying else "BIT"
    ddl = name if type_.length is None else f"{name}({type_.length})"
    return _text_entry(ddl, "BIT VARYING", _as_text, bits_result)


def _network(type_: types.PGType, table: EntryLookup) -> PGEntry:
    name = str(type_.sql_name)
    return _text_entry(name, name, composed.network_text)


def _hstore(type_: types.HSTORE, table: EntryLookup) -> PGEntry:
    entry = _text_entry("HSTORE", "HSTORE", composed.hstore_text, composed.hstore_value)
    return replace(entry, native=frozenset({NONE_TYPE}))


def _user_defined(type_: UserDefinedType, table: EntryLookup) -> PGEntry:
    entry = custom.user_defined(type_, table)
    return pg_entry(entry, entry.ddl, texts.ANYTHING, has_arrays=False)


def _unknown(type_: NullType, table: EntryLookup) -> PGEntry:
    return pg_entry(STANDARD.entry(type_), "", texts.ANYTHING)


KEYWORDS = frozenset(
    {
        "BIGINT", "BIT", "BOOLEAN", "BYTEA", "CHAR", "CIDR", "CITEXT", "DATE", "DATEMULTIRANGE",
        "DATERANGE", "DECIMAL", "DOUBLE PRECISION", "FLOAT", "HSTORE", "INET", "INT4MULTIRANGE",
        "INT4RANGE", "INT8MULTIRANGE", "INT8RANGE", "INTEGER", "INTERVAL", "JSON", "JSONB",
        "JSONPATH", "MACADDR", "MACADDR8", "MONEY", "NUMERIC", "NUMMULTIRANGE", "NUMRANGE",
        "OID", "REAL", "REGCLASS", "REGCONFIG", "SMALLINT", "TEXT", "TIME", "TIMESTAMP",
        "TSMULTIRANGE", "TSQUERY", "TSRANGE", "TSTZMULTIRANGE", "TSTZRANGE", "TSVECTOR", "UUID",
        "VARCHAR",
    }
)  # fmt: skip
"""The names of types the database has; whatever else is written in capitals is refused."""

TYPES = TypeTable(
    {
        NullType: _unknown,
        Integer: _integer,
        Numeric: _numeric,
        Float: _float,
        Boolean: _boolean,
        String: _string,
        Enum: _enum,
        DOMAIN: _domain,
        LargeBinary: _binary,
        Uuid: _uuid,
        Date: _date,
        DateTime: _datetime,
        Time: _time,
        Interval: _interval,
        JSON: composed.json_entry,
        ARRAY: composed.array_entry,
        UserDefinedType: _user_defined,
        types.PGType: _textual,
        types.BIT: _bit,
        types.INET: _network,
        types.CIDR: _network,
        types.HSTORE: _hstore,
        AbstractRange: composed.range_entry,
        AbstractMultiRange: composed.multirange_entry,
    },
    parent=STANDARD,
    name="postgresql",
    keywords=KEYWORDS,
)
