"""SQL Server's own types, under the names it gives them.

In: arguments as in DDL. Out: types that only this dialect's type table knows how to write.
"""

from __future__ import annotations

from typing import Any, ClassVar

from accord.exc import ArgumentError
from accord.sqltypes import (
    DATE,
    DATETIME,
    Boolean,
    DateTime,
    LargeBinary,
    Numeric,
    SmallInteger,
    Text,
    Time,
    TypeEngine,
    UnicodeText,
    Uuid,
)


def _digits(precision: int | None, name: str) -> int | None:
    if precision is not None and not 0 <= precision <= 7:
        raise ArgumentError(f"{name} keeps 0 to 7 digits of a second, not {precision}")
    return precision


class BIT(Boolean):
    """0 or 1: what `Boolean` is stored as."""

    sql_name = "BIT"


class TINYINT(SmallInteger):
    """0 to 255."""

    sql_name = "TINYINT"


class MONEY(Numeric):
    """Four digits after the point, 64 bits."""

    sql_name = "MONEY"

    def __init__(self) -> None:
        super().__init__(19, 4)


class SMALLMONEY(Numeric):
    """Four digits after the point, 32 bits."""

    sql_name = "SMALLMONEY"

    def __init__(self) -> None:
        super().__init__(10, 4)


class DATETIME2(DateTime):
    """A date and time without zone, `precision` digits of a second (7 unless given)."""

    sql_name = "DATETIME2"
    key_fields: ClassVar[tuple[str, ...]] = ("timezone", "precision")

    def __init__(self, precision: int | None = None) -> None:
        super().__init__(False)
        self.precision = _digits(precision, "DATETIME2")


class DATETIMEOFFSET(DateTime):
    """A date and time with its offset from UTC."""

    sql_name = "DATETIMEOFFSET"
    key_fields: ClassVar[tuple[str, ...]] = ("timezone", "precision")

    def __init__(self, precision: int | None = None) -> None:
        super().__init__(True)
        self.precision = _digits(precision, "DATETIMEOFFSET")


class SMALLDATETIME(DateTime):
    """A date and time, to the minute."""

    sql_name = "SMALLDATETIME"


class TIME(Time):
    """A time of day, `precision` digits of a second (7 unless given)."""

    sql_name = "TIME"
    key_fields: ClassVar[tuple[str, ...]] = ("timezone", "precision")

    def __init__(self, precision: int | None = None) -> None:
        super().__init__(False)
        self.precision = _digits(precision, "TIME")


class UNIQUEIDENTIFIER(Uuid):
    """A UUID."""

    sql_name = "UNIQUEIDENTIFIER"


class IMAGE(LargeBinary):
    """Bytes in the old way; use VARBINARY(max)."""

    sql_name = "IMAGE"


class NTEXT(UnicodeText):
    """Text in the old way; use NVARCHAR(max)."""

    sql_name = "NTEXT"


class XML(Text):
    """An XML document or fragment, as text in Python."""

    sql_name = "XML"


class ROWVERSION(LargeBinary):
    """Eight bytes that the server makes anew with every change of the row. Never written: give the
    column ``server_default=FetchedValue()``.
    """

    sql_name = "ROWVERSION"

    def __init__(self) -> None:
        super().__init__(8)


class TIMESTAMP(ROWVERSION):
    """The old name of ROWVERSION; nothing to do with time."""

    sql_name = "TIMESTAMP"


class SQL_VARIANT(TypeEngine[Any]):
    """A value of any simple type; the driver decides what comes back."""

    sql_name = "SQL_VARIANT"
    affinity = "mssql.sql_variant"

    @property
    def python_type(self) -> type:
        return object


__all__ = [
    "BIT", "DATE", "DATETIME", "DATETIME2", "DATETIMEOFFSET", "IMAGE", "MONEY", "NTEXT",
    "ROWVERSION", "SMALLDATETIME", "SMALLMONEY", "SQL_VARIANT", "TIME", "TIMESTAMP",
    "TINYINT", "UNIQUEIDENTIFIER", "XML",
]  # fmt: skip
