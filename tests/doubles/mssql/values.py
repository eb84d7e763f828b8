"""Values of the double: what a column of a declared type makes of what is stored into it, and what
the driver gives back.

In: a type's text and a value as sqlite3 has it. Out: the stored form (numbers, text, bytes), and
the Python value pymssql would give. What the server refuses is a ServerError with its number.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from .errors import ServerError

_TYPE = re.compile(
    r"\s*\[?(?P<name>[A-Za-z_0-9]+(?: PRECISION)?)\]?\s*(?:\((?P<arguments>[^)]*)\))?", re.I
)
_ALIASES = {
    "INTEGER": "INT", "DEC": "DECIMAL", "NUMERIC": "DECIMAL", "DOUBLE PRECISION": "FLOAT",
    "TIMESTAMP": "ROWVERSION", "SYSNAME": "NVARCHAR", "CHARACTER": "CHAR", "TEXT": "VARCHAR",
    "NTEXT": "NVARCHAR", "IMAGE": "VARBINARY", "UNIQUEIDENTIFIER": "UNIQUEIDENTIFIER",
}  # fmt: skip
_RANGES = {
    "TINYINT": (0, 255), "SMALLINT": (-(2**15), 2**15 - 1), "INT": (-(2**31), 2**31 - 1),
    "BIGINT": (-(2**63), 2**63 - 1),
}  # fmt: skip
TEXT = frozenset({"NVARCHAR", "VARCHAR", "NCHAR", "CHAR", "XML"})
BYTES = frozenset({"VARBINARY", "BINARY", "ROWVERSION"})
_FRACTION = re.compile(r"(\.\d{6})\d+")


class SQLType:
    """A declared type."""

    def __init__(self, text: str) -> None:
        found = _TYPE.match(text)
        assert found is not None, text
        name = found["name"].upper()
        self.shown = name
        self.name = _ALIASES.get(name, name)
        self.arguments = [part.strip().lower() for part in (found["arguments"] or "").split(",")]
        if name == "SYSNAME":
            self.arguments = ["128"]
        elif name in ("TEXT", "NTEXT", "IMAGE"):
            self.arguments = ["max"]

    @property
    def length(self) -> int | None:
        """Characters or bytes; None for max. Without a number a column has 1."""
        shown = self.arguments[0]
        if self.name == "XML" or shown == "max":
            return None
        return int(shown) if shown else 1

    def store(self, value: Any, column: str = "") -> Any:
        """The stored form; the refusals of SQL Server."""
        if value is None:
            return None
        if self.name in TEXT:
            return self._text(value, column)
        if self.name in BYTES:
            return self._bytes(value)
        if self.name in _RANGES:
            return self._integer(value)
        method = getattr(self, f"_{self.name.lower()}", None)
        return value if method is None else method(value)

    def _text(self, value: Any, column: str) -> str:
        if isinstance(value, bytes):
            raise clash("varbinary", self.name.lower())
        text = value if isinstance(value, str) else str(value)
        if self.length is not None and len(text) > self.length:
            raise ServerError(
                2628,
                f"String or binary data would be truncated in table 'dbo.t', column '{column}'. "
                f"Truncated value: '{text[: self.length]}'.",
            )
        return text

    def _bytes(self, value: Any) -> bytes:
        if isinstance(value, str):
            raise ServerError(
                257,
                f"Implicit conversion from data type varchar to {self.name.lower()} is not "
                "allowed. "
                "Use the CONVERT function to run this query.",
            )
        data = value if isinstance(value, bytes) else int(value).to_bytes(4, "big")
        if self.length is not None and self.name != "ROWVERSION" and len(data) > self.length:
            raise ServerError(2628, "String or binary data would be truncated.")
        return data

    def _integer(self, value: Any) -> int:
        try:
            number = int(value)
            if isinstance(value, float) and abs(value) >= 2.0**63:
                number = 2**64  # sqlite has made a float of it
        except (ValueError, TypeError):
            raise ServerError(
                245,
                f"Conversion failed when converting the nvarchar value '{value}' to data type "
                f"{self.name.lower()}.",
            ) from None
        low, high = _RANGES[self.name]
        if not low <= number <= high:
            raise ServerError(
                8115, f"Arithmetic overflow error converting expression to data type {self.name}."
            )
        return number

    def _bit(self, value: Any) -> int:
        if isinstance(value, str):
            if value.lower() not in ("0", "1", "true", "false"):
                raise ServerError(245, "Conversion failed when converting to data type bit.")
            return int(value.lower() in ("1", "true"))
        return int(bool(value))

    def _decimal(self, value: Any) -> Any:
        precision = int(self.arguments[0] or 18)
        scale = int(self.arguments[1]) if len(self.arguments) > 1 else 0
        try:
            number = Decimal(str(value)).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
        except InvalidOperation:
            raise ServerError(8114, "Error converting data type nvarchar to numeric.") from None
        if len(number.as_tuple().digits) > precision:
            raise ServerError(8115, "Arithmetic overflow error converting to data type numeric.")
        return float(number) if scale else int(number)

    def _money(self, value: Any) -> Any:
        return float(Decimal(str(value)).quantize(Decimal("0.0001"), ROUND_HALF_UP))

    _smallmoney = _money

    def _float(self, value: Any) -> float:
        try:
            return float(value)
        except ValueError:
            raise ServerError(8114, "Error converting data type nvarchar to float.") from None

    _real = _float

    def _date(self, value: Any) -> str:
        return _moment(value, self.name).date().isoformat()

    def _datetime2(self, value: Any) -> str:
        return _moment(value, self.name).replace(tzinfo=None).isoformat(" ", "microseconds")

    def _datetime(self, value: Any) -> str:
        if isinstance(value, str) and re.search(r"\.\d{4,}", value):
            raise _unreadable()
        moment = _moment(value, self.name).replace(tzinfo=None)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000).isoformat(
            " ", "microseconds"
        )

    def _smalldatetime(self, value: Any) -> str:
        return _moment(value, self.name).replace(second=0, microsecond=0).isoformat(" ")

    def _datetimeoffset(self, value: Any) -> str:
        moment = _moment(value, self.name)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=dt.UTC)
        at = moment.astimezone(dt.UTC).isoformat(" ", "microseconds")
        return f"{at} {moment.strftime('%z')}"  # sorts by the moment

    def _time(self, value: Any) -> str:
        if isinstance(value, int | float | bytes):
            raise clash("int", self.name.lower())
        try:
            return dt.time.fromisoformat(_FRACTION.sub(r"\1", str(value))).isoformat("microseconds")
        except ValueError:
            raise _unreadable() from None

    def _uniqueidentifier(self, value: Any) -> str:
        if isinstance(value, int | float):
            raise clash("int", "uniqueidentifier")
        try:
            return str(uuid.UUID(str(value))).upper()
        except ValueError:
            raise ServerError(
                8169,
                "Conversion failed when converting from a character string to uniqueidentifier.",
            ) from None

    def load(self, value: Any) -> Any:
        """What pymssql gives (`_mssql.pyx`, convert_db_value)."""
        if value is None:
            return None
        if self.name in _RANGES:
            return int(value)
        if self.name in ("DECIMAL", "MONEY", "SMALLMONEY"):
            scale = 4 if self.name != "DECIMAL" else int((self.arguments + ["0"])[1] or 0)
            return Decimal(str(value)).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
        load = _LOADS.get(self.name)
        return value if load is None else load(value)


def _with_offset(value: Any) -> dt.datetime:
    at, _, offset = str(value).rpartition(" ")
    return dt.datetime.fromisoformat(at).astimezone(dt.datetime.strptime(offset, "%z").tzinfo)


_LOADS: dict[str, Callable[[Any], Any]] = {
    "BIT": bool,
    "FLOAT": float,
    "REAL": float,
    "DATE": lambda value: dt.date.fromisoformat(str(value)[:10]),
    "DATETIMEOFFSET": _with_offset,
    "DATETIME2": lambda value: dt.datetime.fromisoformat(str(value)),
    "DATETIME": lambda value: dt.datetime.fromisoformat(str(value)),
    "SMALLDATETIME": lambda value: dt.datetime.fromisoformat(str(value)),
    "TIME": lambda value: dt.time.fromisoformat(str(value)),
    "UNIQUEIDENTIFIER": lambda value: uuid.UUID(str(value)),
}


def _moment(value: Any, name: str) -> dt.datetime:
    if isinstance(value, int | float | bytes):
        raise clash("int", name.lower())
    text = _FRACTION.sub(r"\1", str(value)).replace(" +", "+")
    stored = re.fullmatch(r"(.*\+00:00) ?([+-]\d{4})", str(value))
    if stored is not None:  # a DATETIMEOFFSET
        text = stored.group(1)
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        raise _unreadable() from None


def _unreadable() -> ServerError:
    return ServerError(
        241, "Conversion failed when converting date and/or time from character string."
    )


def clash(one: str, other: str) -> ServerError:
    return ServerError(206, f"Operand type clash: {one} is incompatible with {other}")
