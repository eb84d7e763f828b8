"""Byte strings: LargeBinary and its upper-case SQL names."""

from __future__ import annotations

from typing import Any, ClassVar

from accord.sqltypes.base import TypeEngine, generic, literal_type


class LargeBinary(TypeEngine[bytes]):
    """Bytes."""

    affinity = "binary"
    key_fields: ClassVar[tuple[str, ...]] = ("length",)
    own_types = frozenset({bytes, bytearray, memoryview})

    def __init__(self, length: int | None = None) -> None:
        self.length = length

    @property
    def python_type(self) -> type[bytes]:
        return bytes

    def coerce_compared_value(self, op: Any, value: object) -> TypeEngine:
        # Text is no bytes: refused by name when it is bound, not by the database.
        return self if isinstance(value, str) else super().coerce_compared_value(op, value)


class BLOB(LargeBinary):
    """SQL BLOB."""

    sql_name = "BLOB"


class BINARY(LargeBinary):
    """SQL BINARY."""

    sql_name = "BINARY"


class VARBINARY(LargeBinary):
    """SQL VARBINARY."""

    sql_name = "VARBINARY"


_BYTES = LargeBinary()
for _python_type in (bytes, bytearray, memoryview):
    literal_type(_python_type, _BYTES)
del _python_type
generic(LargeBinary)
