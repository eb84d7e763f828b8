"""A type from what sys.columns says about it.

In: the name of the system type, length, precision, scale, collation. Out: an accord type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.dialect.reflection import unknown_type
from accord.sqltypes import (
    BIGINT,
    BINARY,
    CHAR,
    DATE,
    DATETIME,
    DECIMAL,
    FLOAT,
    INTEGER,
    NCHAR,
    NUMERIC,
    NVARCHAR,
    REAL,
    SMALLINT,
    VARBINARY,
    VARCHAR,
    TypeEngine as Type,
)

from .sqltypes import (
    BIT,
    DATETIME2,
    DATETIMEOFFSET,
    IMAGE,
    MONEY,
    NTEXT,
    ROWVERSION,
    SMALLDATETIME,
    SMALLMONEY,
    SQL_VARIANT,
    TIME,
    TINYINT,
    UNIQUEIDENTIFIER,
    XML,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PLAIN: Mapping[str, Callable[[], Type]] = {
    "bigint": BIGINT,
    "bit": BIT,
    "date": DATE,
    "datetime": DATETIME,
    "image": IMAGE,
    "int": INTEGER,
    "money": MONEY,
    "ntext": NTEXT,
    "real": REAL,
    "rowversion": ROWVERSION,
    "smalldatetime": SMALLDATETIME,
    "smallint": SMALLINT,
    "smallmoney": SMALLMONEY,
    "sql_variant": SQL_VARIANT,
    "timestamp": ROWVERSION,
    "tinyint": TINYINT,
    "uniqueidentifier": UNIQUEIDENTIFIER,
    "xml": XML,
}
_TEXT: Mapping[str, tuple[Callable[..., Type], int]] = {
    "char": (CHAR, 1),
    "nchar": (NCHAR, 2),
    "nvarchar": (NVARCHAR, 2),
    "text": (VARCHAR, 1),
    "varchar": (VARCHAR, 1),
}
"""With the bytes of one character."""
_FRACTIONS: Mapping[str, Callable[[int | None], Type]] = {
    "datetime2": DATETIME2,
    "datetimeoffset": DATETIMEOFFSET,
    "time": TIME,
}
_DIGITS = 7
"""Of a second, where a type names none."""


def reflected_type(
    name: str, length: int, precision: int, scale: int, collation: str | None, column: str
) -> Type:
    """The type of a column; `length` is in bytes, -1 for max."""
    if name in _PLAIN:
        return _PLAIN[name]()
    if name in _TEXT:
        kind, size = _TEXT[name]
        characters = None if length == -1 or name == "text" else length // size
        return kind(characters, collation=collation)
    if name in _FRACTIONS:
        return _FRACTIONS[name](None if scale == _DIGITS else scale)
    if name in ("varbinary", "binary"):
        bytes_: Any = VARBINARY if name == "varbinary" else BINARY
        made: Type = bytes_(None if length == -1 else length)
        return made
    if name in ("numeric", "decimal"):
        return (NUMERIC if name == "numeric" else DECIMAL)(precision, scale)
    if name == "float":
        return FLOAT(None if precision == 53 else precision)
    return unknown_type(name, column)
