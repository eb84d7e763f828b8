"""Oracle Database for accord, through python-oracledb: the dialect and Oracle's column types.

Names are imported at first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accord.sqltypes import (
        BLOB,
        CHAR,
        CLOB,
        FLOAT,
        INTEGER,
        NCHAR,
        REAL,
        SMALLINT,
        TIMESTAMP,
        VARCHAR,
    )

    from .dialect import OracleDialect
    from .named import (
        BFILE,
        BINARY_DOUBLE,
        BINARY_FLOAT,
        BOOLEAN,
        DATE,
        DOUBLE_PRECISION,
        INTERVAL,
        JSON,
        LONG,
        NCLOB,
        NUMBER,
        NVARCHAR,
        NVARCHAR2,
        RAW,
        ROWID,
        VARCHAR2,
        VECTOR,
        VectorStorageFormat,
        VectorStorageType,
    )
    from .upsert import Insert, insert

_TYPES = (
    "BLOB", "CHAR", "CLOB", "FLOAT", "INTEGER", "NCHAR", "REAL", "SMALLINT", "TIMESTAMP", "VARCHAR",
)  # fmt: skip
_NAMED = (
    "BFILE", "BINARY_DOUBLE", "BINARY_FLOAT", "BOOLEAN", "DATE", "DOUBLE_PRECISION", "INTERVAL",
    "JSON", "LONG", "NCLOB", "NUMBER", "NVARCHAR", "NVARCHAR2", "RAW", "ROWID", "VARCHAR2",
    "VECTOR", "VectorStorageFormat", "VectorStorageType",
)  # fmt: skip
_HOME = {
    "OracleDialect": "accord_oracle.dialect",
    "Insert": "accord_oracle.upsert",
    "insert": "accord_oracle.upsert",
    **dict.fromkeys(_NAMED, "accord_oracle.named"),
    **dict.fromkeys(_TYPES, "accord.sqltypes"),
}

__all__ = [
    "BFILE", "BINARY_DOUBLE", "BINARY_FLOAT", "BLOB", "BOOLEAN", "CHAR", "CLOB", "DATE",
    "DOUBLE_PRECISION", "FLOAT", "INTEGER", "INTERVAL", "Insert", "JSON", "LONG", "NCHAR",
    "NCLOB", "NUMBER", "NVARCHAR", "NVARCHAR2", "OracleDialect", "RAW", "REAL", "ROWID",
    "SMALLINT", "TIMESTAMP", "VARCHAR", "VARCHAR2", "VECTOR", "VectorStorageFormat",
    "VectorStorageType", "insert",
]  # fmt: skip


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
