"""SQL Server for accord: the dialect, its own types, and `insert` with on_conflict_… (a MERGE).

Names are imported at first use; pymssql is imported when an engine is made.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accord.dialect.on_conflict import OnConflictInsert as Insert
    from accord.sql import try_cast
    from accord.sqltypes import (
        BIGINT,
        BINARY,
        CHAR,
        DATE,
        DATETIME,
        DECIMAL,
        DOUBLE_PRECISION,
        FLOAT,
        INTEGER,
        JSON,
        NCHAR,
        NUMERIC,
        NVARCHAR,
        REAL,
        SMALLINT,
        TEXT,
        VARBINARY,
        VARCHAR,
    )

    from .dialect import MSSQLDialect
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
        TIMESTAMP,
        TINYINT,
        UNIQUEIDENTIFIER,
        XML,
    )
    from .upsert import insert

_OWN_TYPES = (
    "BIT", "DATETIME2", "DATETIMEOFFSET", "IMAGE", "MONEY", "NTEXT", "ROWVERSION", "SMALLDATETIME",
    "SMALLMONEY", "SQL_VARIANT", "TIME", "TIMESTAMP", "TINYINT", "UNIQUEIDENTIFIER", "XML",
)  # fmt: skip
_TYPES = (
    "BIGINT", "BINARY", "CHAR", "DATE", "DATETIME", "DECIMAL", "DOUBLE_PRECISION", "FLOAT",
    "INTEGER", "JSON", "NCHAR", "NUMERIC", "NVARCHAR", "REAL", "SMALLINT", "TEXT", "VARBINARY",
    "VARCHAR",
)  # fmt: skip
_HOME = {
    "Insert": ("accord.dialect.on_conflict", "OnConflictInsert"),
    "MSSQLDialect": ("accord_mssql.dialect", "MSSQLDialect"),
    "insert": ("accord_mssql.upsert", "insert"),
    "try_cast": ("accord.sql", "try_cast"),
    **{name: ("accord_mssql.sqltypes", name) for name in _OWN_TYPES},
    **{name: ("accord.sqltypes", name) for name in _TYPES},
}

__all__ = [
    "BIGINT", "BINARY", "BIT", "CHAR", "DATE", "DATETIME", "DATETIME2", "DATETIMEOFFSET", "DECIMAL",
    "DOUBLE_PRECISION", "FLOAT", "IMAGE", "INTEGER", "Insert", "JSON", "MONEY", "MSSQLDialect",
    "NCHAR", "NTEXT", "NUMERIC", "NVARCHAR", "REAL", "ROWVERSION", "SMALLDATETIME", "SMALLINT",
    "SMALLMONEY", "SQL_VARIANT", "TEXT", "TIME", "TIMESTAMP", "TINYINT", "UNIQUEIDENTIFIER",
    "VARBINARY", "VARCHAR", "XML", "insert", "try_cast",
]  # fmt: skip


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOME[name]
    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
