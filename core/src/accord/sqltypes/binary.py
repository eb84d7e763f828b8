"""Byte strings: LargeBinary and its upper-case SQL names."""

from __future__ import annotations

from typing import ClassVar

from accord.sqltypes.base import TypeEngine, literal_type


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
