"""How types travel: column definitions, values to the driver and back, literals.

Dates and times have six digits after the seconds, as Python's have; aware datetimes are kept as
UTC. In: a type. Out: its TypeEntry.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn

from accord.exc import CompileError
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
from accord.sqltypes.json import JSONPathType, JSONStrIndexType, path_text

from . import moments, types as own
from .literals import bare_text, text_literal

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
        ddl = f"ENUM({','.join(map(bare_text, type_.enums))})"
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
        ddl=f"SET({','.join(map(bare_text, order))}){_charset(type_)}",
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


# --- JSON, arrays, unknown types -----------------------------------------------------------------

def _letters(value: Any) -> str:
    """JSON with letters as they are: MariaDB keeps the text, and finds a key only that way."""
    import json  # for programs that have such a column

    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # lone surrogates travel as escapes
        return json.dumps(value, allow_nan=False)
    return text


_standard_json = composed.json_factory()
_json_in_letters = composed.json_factory(_letters)


def _json(type_: JSON, table: EntryLookup) -> TypeEntry:
    return _with_literal(_standard_json(type_, table))


def _mariadb_json(type_: JSON, table: EntryLookup) -> TypeEntry:
    return _with_literal(_json_in_letters(type_, table))


def _with_literal(entry: TypeEntry) -> TypeEntry:
    bind = entry.bind

    def literal(value: Any) -> str:
        text = bind(value)
        return "NULL" if text is None else text_literal(text)

    return replace(entry, literal=literal)


def _mariadb_key(type_: JSONStrIndexType, table: EntryLookup) -> TypeEntry:
    literal = or_null(lambda key: text_literal(_findable(key)))
    return replace(_string(type_, table), native=ONLY_NONE, bind=_findable, literal=literal)


def _mariadb_path(type_: JSONPathType, table: EntryLookup) -> TypeEntry:
    def bind(path: Any) -> str:
        for step in path:
            if isinstance(step, str):
                _findable(step)
        return path_text(path)

    literal = or_null(lambda path: text_literal(bind(path)))
    return replace(STANDARD.entry(type_), bind=bind, literal=literal)


_UNFINDABLE = re.compile("^-|[\\x00-\\x07\\x0b\\x0e-\\x1f]")


def _findable(key: Any) -> str:
    if _UNFINDABLE.search(to_str(key)) is not None:
        raise BindError(
            "MariaDB's JSON paths do not find a key that begins with '-' or has control "
            "characters; read the whole document"
        )
    return str(key)


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
    Date: moments.date_entry,
    DateTime: moments.datetime_entry,
    Time: moments.time_entry,
    Interval: temporal.interval_as_datetime,
    JSON: _json,
    ARRAY: _array,
}
KEYWORDS = frozenset(
    {
        "BIGINT", "BINARY", "BIT", "BLOB", "BOOL", "BOOLEAN", "CHAR", "DATE", "DATETIME",
        "DECIMAL", "DOUBLE", "DOUBLE PRECISION", "ENUM", "FLOAT", "INTEGER", "JSON", "LONGBLOB",
        "LONGTEXT", "MEDIUMBLOB", "MEDIUMINT", "MEDIUMTEXT", "NCHAR", "NUMERIC", "NVARCHAR",
        "REAL", "SET", "SMALLINT", "TEXT", "TIME", "TIMESTAMP", "TINYBLOB", "TINYINT",
        "TINYTEXT", "VARBINARY", "VARCHAR", "YEAR",
    }
)  # fmt: skip
"""The names of types both databases have; whatever else is written in capitals is refused."""

MYSQL_TYPES = TypeTable(_ENTRIES, parent=STANDARD, name="mysql", keywords=KEYWORDS)
_MARIADB_ENTRIES: dict[Any, Callable[[Any, Any], TypeEntry]] = {
    **_ENTRIES,
    own.INET6: _inet,
    JSON: _mariadb_json,
    JSONStrIndexType: _mariadb_key,
    JSONPathType: _mariadb_path,
}
MARIADB_TYPES = TypeTable(
    _MARIADB_ENTRIES,
    parent=STANDARD,
    name="mariadb",
    keywords=KEYWORDS | {"INET4", "INET6", "UUID"},
)
"""For MariaDB before 10.7."""


def mariadb_types(name: str, *, uuid_type: bool) -> TypeTable:
    """MariaDB's types under a dialect's name, with or without the type UUID."""
    entries = dict(_MARIADB_ENTRIES)
    if uuid_type:
        entries[Uuid] = uuid_natively
    return TypeTable(entries, parent=STANDARD, name=name, keywords=MARIADB_TYPES.keywords)
