"""Values between Python, Oracle's types and SQLite, which keeps them for the double.

Text that stands for something else begins with U+0001 and a letter: T timestamp, Z timestamp with
zone, I interval, N a number SQLite cannot hold, F a float that is no number. Such texts sort as
their values do. In: bound values and column types. Out: stored values, and back.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

import oracledb
from oracledb import errors

from .failures import dpy, ora

INT64 = 2**63
_WIDE = Context(prec=130, rounding=ROUND_HALF_UP)
_SHIFT = 10**20


# --- Python → stored -----------------------------------------------------------------------------


def encode(value: Any, type_: Any) -> Any:
    """A bound value of a driver type as it is stored."""
    if value is None or value == "" or value == b"":
        return None  # README: '' is NULL
    if type_ in (oracledb.DB_TYPE_BINARY_DOUBLE, oracledb.DB_TYPE_BINARY_FLOAT):
        return encode_float(float(value))
    for kind, convert in _CONVERSIONS:
        if isinstance(value, kind):
            return convert(value, type_)
    dpy(errors.ERR_PYTHON_TYPE_NOT_SUPPORTED, typ=type(value))


def _from_float(value: float, type_: Any) -> Any:
    if value != value or value in (float("inf"), float("-inf")):
        dpy(errors.ERR_INVALID_NUMBER)
    return encode_number(Decimal(repr(value)))


def _from_moment(value: dt.datetime, type_: Any) -> str:
    naive = value.replace(tzinfo=None)  # the driver drops the zone and sends the fields as they are
    return encode_moment(naive.replace(microsecond=0) if is_date(type_) else naive)


def _from_text(value: str, type_: Any) -> str:
    return f"\x01S{value}" if value.startswith("\x01") else value


_CONVERSIONS: tuple[tuple[Any, Callable[[Any, Any], Any]], ...] = (
    (bool, lambda value, type_: int(value)),
    ((int, Decimal), lambda value, type_: encode_number(Decimal(value))),
    (float, _from_float),
    (dt.datetime, _from_moment),
    (dt.date, lambda value, type_: encode_moment(dt.datetime.combine(value, dt.time()))),
    (dt.timedelta, lambda value, type_: encode_interval(value)),
    (str, _from_text),
    ((bytes, bytearray), lambda value, type_: bytes(value)),
)


def is_date(type_: Any) -> bool:
    return type_ is oracledb.DB_TYPE_DATE


def encode_number(number: Decimal) -> Any:
    if not number.is_finite():
        dpy(errors.ERR_INVALID_NUMBER)
    whole = int(number)
    if whole == number:
        return whole if -INT64 <= whole < INT64 else f"\x01N{whole}"
    as_float = float(number)
    if Decimal(repr(as_float)) == number:
        return as_float
    return f"\x01N{number:f}"


def encode_float(number: float) -> Any:
    finite = number - number == 0
    return number if finite else f"\x01F{number!r}"


def encode_moment(moment: dt.datetime) -> str:
    return f"\x01T{moment.isoformat(' ', 'microseconds')}"


def encode_zoned(moment: dt.datetime) -> str:
    """UTC first, so that texts sort as moments; then the offset it was given with."""
    utc = moment.astimezone(dt.UTC).replace(tzinfo=None)
    offset = int(moment.utcoffset().total_seconds()) // 60  # type: ignore[union-attr]
    return f"\x01Z{utc.isoformat(' ', 'microseconds')}|{offset}"


def encode_interval(delta: dt.timedelta) -> str:
    micros = delta // dt.timedelta(microseconds=1)
    return f"\x01I{micros + _SHIFT:021d}"


# --- stored → Python -----------------------------------------------------------------------------


def decode(stored: Any) -> Any:
    """What the driver gets from the wire: numbers as Decimal or float, zones dropped."""
    if not isinstance(stored, str) or not stored.startswith("\x01"):
        return stored
    kind, rest = stored[1], stored[2:]
    if kind == "S":
        return rest
    if kind == "N":
        return Decimal(rest)
    if kind == "F":
        return float(rest)
    if kind == "I":
        return dt.timedelta(microseconds=int(rest) - _SHIFT)
    if kind == "T":
        return dt.datetime.fromisoformat(rest)
    text, _, offset = rest.partition("|")
    return dt.datetime.fromisoformat(text) + dt.timedelta(minutes=int(offset))


def exact_number(stored: Any) -> Any:
    """A stored number as int or Decimal."""
    value = decode(stored)
    return Decimal(repr(value)) if isinstance(value, float) else value


def fetched_type(stored: Any) -> Any:
    """The driver type of a value whose column is not known."""
    if isinstance(stored, bytes):
        return oracledb.DB_TYPE_RAW
    if isinstance(stored, int | float):
        return oracledb.DB_TYPE_NUMBER
    if isinstance(stored, str) and stored.startswith("\x01"):
        return {
            "N": oracledb.DB_TYPE_NUMBER,
            "F": oracledb.DB_TYPE_BINARY_DOUBLE,
            "I": oracledb.DB_TYPE_INTERVAL_DS,
            "T": oracledb.DB_TYPE_TIMESTAMP,
            "Z": oracledb.DB_TYPE_TIMESTAMP_TZ,
        }.get(stored[1], oracledb.DB_TYPE_VARCHAR)
    return oracledb.DB_TYPE_VARCHAR


# --- columns -------------------------------------------------------------------------------------

_DECLARED = re.compile(r"([A-Z_0-9 ]+?)\s*(?:\(\s*([^)]*)\))?\s*\Z")
_WORDS = {
    "INTEGER": ("NUMBER", 38, 0), "INT": ("NUMBER", 38, 0), "SMALLINT": ("NUMBER", 38, 0),
    "FLOAT": ("NUMBER", None, None), "REAL": ("NUMBER", None, None),
    "DOUBLE PRECISION": ("NUMBER", None, None),
}  # fmt: skip


@dataclass(frozen=True)
class Type:
    """A column type: Oracle's word, size in characters or bytes, precision and scale."""

    word: str
    size: int | None = None
    precision: int | None = None
    scale: int | None = None
    zone: bool = False

    @property
    def db_type(self) -> Any:
        if self.word == "TIMESTAMP":
            return oracledb.DB_TYPE_TIMESTAMP_TZ if self.zone else oracledb.DB_TYPE_TIMESTAMP
        return _DB_TYPES[self.word]


_DB_TYPES = {
    "NUMBER": oracledb.DB_TYPE_NUMBER, "VARCHAR2": oracledb.DB_TYPE_VARCHAR,
    "NVARCHAR2": oracledb.DB_TYPE_NVARCHAR, "CHAR": oracledb.DB_TYPE_CHAR,
    "NCHAR": oracledb.DB_TYPE_NCHAR, "CLOB": oracledb.DB_TYPE_CLOB,
    "NCLOB": oracledb.DB_TYPE_NCLOB, "BLOB": oracledb.DB_TYPE_BLOB, "RAW": oracledb.DB_TYPE_RAW,
    "DATE": oracledb.DB_TYPE_DATE, "INTERVAL": oracledb.DB_TYPE_INTERVAL_DS,
    "BINARY_DOUBLE": oracledb.DB_TYPE_BINARY_DOUBLE,
    "BINARY_FLOAT": oracledb.DB_TYPE_BINARY_FLOAT, "LONG": oracledb.DB_TYPE_LONG,
}  # fmt: skip


def read_type(text: str) -> Type:
    """A type as DDL writes it; ORA-00902 for a word Oracle does not know."""
    text = " ".join(text.upper().split())
    found = _DECLARED.match(text)
    word = found[1].strip() if found else text
    arguments = (found[2] or "").split(",") if found else []
    numbers = [part.split()[0] for part in arguments if part.strip()]
    if text.startswith("TIMESTAMP"):
        return Type("TIMESTAMP", zone="WITH" in text and "TIME ZONE" in text)
    if text.startswith("INTERVAL DAY"):
        return Type("INTERVAL")
    if word in ("NUMBER", "NUMERIC", "DECIMAL", "DEC"):
        return _number_type(word, numbers)
    if word in _WORDS:
        name, precision, scale = _WORDS[word]
        return Type(name, None, precision, scale)
    if word in ("VARCHAR2", "VARCHAR", "NVARCHAR2"):
        return _varying(word, numbers)
    if word in ("CHAR", "NCHAR", "RAW"):
        return Type(word, int(numbers[0]) if numbers else 1)
    if word in _DB_TYPES:
        return Type(word)
    ora(902, "invalid datatype")


def _number_type(word: str, numbers: list[str]) -> Type:
    if not numbers:
        return Type("NUMBER") if word == "NUMBER" else Type("NUMBER", None, 38, 0)
    scale = int(numbers[1]) if len(numbers) > 1 else 0
    return Type("NUMBER", None, 38 if numbers[0] == "*" else int(numbers[0]), scale)


def _varying(word: str, numbers: list[str]) -> Type:
    if not numbers:
        ora(906, "missing left parenthesis")
    if int(numbers[0]) > 32_767:
        ora(910, "specified length too long for its datatype")
    return Type("NVARCHAR2" if word == "NVARCHAR2" else "VARCHAR2", int(numbers[0]))


def store(stored: Any, type_: Type, path: tuple[str, str, str], zone: dt.tzinfo) -> Any:
    """A value as a column of the type keeps it, or Oracle's refusal."""
    if stored is None:
        return None
    if type_.word == "NUMBER":
        return _number(stored, type_)
    if type_.word in ("BINARY_DOUBLE", "BINARY_FLOAT"):
        return stored if _is_float(stored) else encode_float(float(_as_number(stored)))
    if type_.word in ("VARCHAR2", "NVARCHAR2", "CHAR", "NCHAR", "CLOB", "NCLOB", "LONG"):
        return _text(stored, type_, path)
    if type_.word in ("BLOB", "RAW"):
        return _bytes(stored, type_, path)
    if type_.word == "INTERVAL":
        return stored if _tag(stored) == "I" else _inconsistent("INTERVAL DAY TO SECOND", stored)
    return _moment(stored, type_, zone)


def _tag(stored: Any) -> str:
    return stored[1] if isinstance(stored, str) and stored.startswith("\x01") else ""


def _is_float(stored: Any) -> bool:
    return isinstance(stored, float) or _tag(stored) == "F"


def _as_number(stored: Any) -> Decimal:
    if isinstance(stored, bytes) or _tag(stored) in ("T", "Z", "I"):
        _inconsistent("NUMBER", stored)
    try:
        return Decimal(str(exact_number(stored)))
    except InvalidOperation:
        ora(1722, "invalid number")


def _number(stored: Any, type_: Type) -> Any:
    if _tag(stored) == "F":
        ora(1426, "numeric overflow")
    number = _as_number(stored)
    if type_.scale is not None:
        number = number.quantize(Decimal(1).scaleb(-type_.scale), context=_WIDE)
    if type_.precision is not None and number.copy_abs() >= Decimal(10) ** (
        type_.precision - (type_.scale or 0)
    ):
        ora(1438, "value larger than specified precision allowed for this column")
    return encode_number(number)


def _text(stored: Any, type_: Type, path: tuple[str, str, str]) -> str:
    if _tag(stored) in ("T", "Z", "I"):
        _inconsistent("CHAR", stored)
    text = stored.hex().upper() if isinstance(stored, bytes) else str(decode(stored))
    if type_.size is not None and len(text) > type_.size:
        _too_large(path, len(text), type_.size)
    if type_.word in ("CHAR", "NCHAR"):
        text = text.ljust(type_.size or 1)
    return f"\x01S{text}" if text.startswith("\x01") else text


def _bytes(stored: Any, type_: Type, path: tuple[str, str, str]) -> bytes:
    if not isinstance(stored, bytes):
        try:
            stored = bytes.fromhex(str(stored))
        except ValueError:
            ora(1465, "invalid hex number")
    if type_.size is not None and len(stored) > type_.size:
        _too_large(path, len(stored), type_.size)
    made: bytes = stored
    return made


def _moment(stored: Any, type_: Type, zone: dt.tzinfo) -> str:
    tag = _tag(stored)
    if tag not in ("T", "Z"):
        if isinstance(stored, str) and not tag:
            ora(1861, "literal does not match format string")
        _inconsistent(type_.word, stored)
    if type_.word == "DATE":
        return encode_moment(decode(stored).replace(microsecond=0))
    if type_.zone:
        text: str = stored
        # A moment without zone is taken in the session's.
        return text if tag == "Z" else encode_zoned(decode(stored).replace(tzinfo=zone))
    return encode_moment(decode(stored))


def _inconsistent(expected: str, stored: Any) -> Any:
    got = fetched_type(stored).name.removeprefix("DB_TYPE_")
    ora(932, f"inconsistent datatypes: expected {expected} got {got}")


def _too_large(path: tuple[str, str, str], actual: int, maximum: int) -> Any:
    shown = ".".join(f'"{part}"' for part in path)
    ora(12899, f"value too large for column {shown} (actual: {actual}, maximum: {maximum})")
