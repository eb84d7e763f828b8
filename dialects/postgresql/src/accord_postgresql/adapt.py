"""How Python values reach the server: psycopg dumpers for integers and for whole columns.

psycopg picks int2 for small numbers, so that ``SELECT %s + %s`` overflows at 32767; integers go out
as PostgreSQL reads them in a statement: int4, int8 or numeric. In: a psycopg adapters map. Out: the
same, with accord's dumpers.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.adapt import AdaptersMap, Buffer, Dumper, PyFormat
from psycopg.pq import Format
from psycopg.types import json, numeric

from .parameters import ArrayParameter
from .texts import array_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg.abc import DumperKey


def _dumper(kind: type, format: PyFormat) -> Any:
    return psycopg.adapters.get_dumper(kind, format)(kind)


_INT4 = _dumper(numeric.Int4, PyFormat.BINARY)
_INT8 = _dumper(numeric.Int8, PyFormat.BINARY)
_NUMERIC = _dumper(numeric.IntNumeric, PyFormat.TEXT)  # has no binary form


class IntegerDumper(Dumper):
    """int4, int8 or numeric: whatever the number fits into."""

    format = Format.BINARY

    def get_key(self, obj: Any, format: PyFormat) -> DumperKey:
        if -2147483648 <= obj <= 2147483647:
            return numeric.Int4
        if -9223372036854775808 <= obj <= 9223372036854775807:
            return numeric.Int8
        return numeric.IntNumeric

    def upgrade(self, obj: Any, format: PyFormat) -> Dumper:
        key = self.get_key(obj, format)
        dumper = _INT4 if key is numeric.Int4 else _INT8 if key is numeric.Int8 else _NUMERIC
        return dumper  # type: ignore[no-any-return]  # one of psycopg's

    def dump(self, obj: Any) -> Buffer | None:
        return _NUMERIC.dump(obj)  # type: ignore[no-any-return]  # one of psycopg's


class ArrayDumper(Dumper):
    """A column as an array literal; the statement says of which type."""

    format = Format.TEXT
    oid = 0

    def dump(self, obj: Any) -> Buffer | None:
        text = array_text(obj.form, obj)
        if "\0" in text:
            raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
        return text.encode()


def register(adapters: AdaptersMap) -> None:
    """accord's dumpers, on the adapters of one connection."""
    adapters.register_dumper(int, IntegerDumper)
    adapters.register_dumper(Decimal, numeric.DecimalDumper)  # in binary, 0.00 would become 0
    adapters.register_dumper(ArrayParameter, ArrayDumper)


def read_json_with(read: Callable[[str], object], connection: psycopg.Connection[Any]) -> None:
    """JSON values of one connection go through a function of the program, also those in arrays."""

    def loads(data: str | bytes) -> object:
        return read(data if isinstance(data, str) else data.decode())

    json.set_json_loads(loads, connection)
