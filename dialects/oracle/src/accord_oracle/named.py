"""Oracle's own column types by their names: NUMBER, VARCHAR2, RAW, BINARY_DOUBLE and the like.

Each is one of accord's types with Oracle's keyword; `types.py` says how its values travel.
"""

from __future__ import annotations

import enum
from typing import Any

from accord.exc import ArgumentError
from accord.sqltypes import (
    JSON as _JSON,
    Boolean,
    DateTime,
    Double,
    Float,
    Interval,
    LargeBinary,
    Numeric,
    String,
    Text,
    TypeEngine,
    Unicode,
    UnicodeText,
)


class NUMBER(Numeric):
    """NUMBER, NUMBER(p) or NUMBER(p, s); whole without a scale, when it has a precision."""

    sql_name = "NUMBER"


class DATE(DateTime):
    """Oracle's DATE: a day and a time of day, to the second."""

    sql_name = "DATE"


class BINARY_DOUBLE(Double):
    """An IEEE double, with NaN and infinities."""

    sql_name = "BINARY_DOUBLE"


class BINARY_FLOAT(Float):
    """An IEEE single."""

    sql_name = "BINARY_FLOAT"


class VARCHAR2(String):
    """VARCHAR2(n CHAR)."""

    sql_name = "VARCHAR2"


class NVARCHAR2(Unicode):
    """NVARCHAR2(n)."""

    sql_name = "NVARCHAR2"


class NCLOB(UnicodeText):
    """Long text in the national character set."""

    sql_name = "NCLOB"


class LONG(Text):
    """The predecessor of CLOB; one a table, and not in conditions."""

    sql_name = "LONG"


class RAW(LargeBinary):
    """RAW(n): up to 2000 bytes."""

    sql_name = "RAW"


class ROWID(String):
    """The address of a row."""

    sql_name = "ROWID"


class INTERVAL(Interval):
    """INTERVAL DAY TO SECOND."""

    sql_name = "INTERVAL"


class DOUBLE_PRECISION(Double):
    """DOUBLE PRECISION: a FLOAT(126) in Oracle, decimal digits inside."""

    sql_name = "DOUBLE PRECISION"


class NVARCHAR(NVARCHAR2):
    """NVARCHAR2 by the name of the standard."""


class BFILE(LargeBinary):
    """The locator of a file outside the database, read as bytes."""

    sql_name = "BFILE"


class BOOLEAN(Boolean):
    """The boolean of version 23; `Boolean` is a NUMBER(1), which every version has."""

    sql_name = "BOOLEAN"


class JSON(_JSON):
    """The type JSON of version 21; accord's own `JSON` is a CLOB, which every version has."""

    sql_name = "JSON"


class VectorStorageFormat(enum.Enum):
    """What the numbers of a VECTOR are."""

    INT8 = "INT8"
    BINARY = "BINARY"
    FLOAT32 = "FLOAT32"
    FLOAT64 = "FLOAT64"


class VectorStorageType(enum.Enum):
    """Whether zeros are left out."""

    SPARSE = "SPARSE"
    DENSE = "DENSE"


CODES = {
    VectorStorageFormat.INT8: "b",
    VectorStorageFormat.BINARY: "B",
    VectorStorageFormat.FLOAT32: "f",
    VectorStorageFormat.FLOAT64: "d",
}
"""The type codes of `array.array`, which the driver takes."""


class VECTOR(TypeEngine[Any]):
    """A vector of version 23: a list of numbers in Python."""

    affinity = "vector"
    sql_name = "VECTOR"
    key_fields = ("dim", "storage_format", "storage_type")
    own_types = frozenset({list, tuple})

    def __init__(
        self,
        dim: int | None = None,
        storage_format: VectorStorageFormat | None = None,
        storage_type: VectorStorageType | None = None,
    ) -> None:
        if dim is not None and dim < 1:
            raise ArgumentError("VECTOR(dim=…) counts numbers: 1 at least")
        self.dim = dim
        self.storage_format = storage_format
        self.storage_type = storage_type

    def ddl(self) -> str:
        """The type with its arguments; what is not said is ``*``."""
        parts = [
            "*" if self.dim is None else str(self.dim),
            "*" if self.storage_format is None else self.storage_format.value,
            "*" if self.storage_type is None else self.storage_type.value,
        ]
        return f"VECTOR({','.join(parts)})"

    @property
    def python_type(self) -> type:
        return list
