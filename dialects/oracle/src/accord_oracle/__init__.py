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
        BINARY_DOUBLE,
        BINARY_FLOAT,
        DATE,
        INTERVAL,
        LONG,
        NCLOB,
        NUMBER,
        NVARCHAR2,
        RAW,
        ROWID,
        VARCHAR2,
    )
    from .upsert import Insert, insert

_TYPES = (
    "BLOB", "CHAR", "CLOB", "FLOAT", "INTEGER", "NCHAR", "REAL", "SMALLINT", "TIMESTAMP", "VARCHAR",
)  # fmt: skip
_NAMED = (
    "BINARY_DOUBLE", "BINARY_FLOAT", "DATE", "INTERVAL", "LONG", "NCLOB", "NUMBER", "NVARCHAR2",
    "RAW", "ROWID", "VARCHAR2",
)  # fmt: skip
_HOME = {
    "OracleDialect": "accord_oracle.dialect",
    "Insert": "accord_oracle.upsert",
    "insert": "accord_oracle.upsert",
    **dict.fromkeys(_NAMED, "accord_oracle.named"),
    **dict.fromkeys(_TYPES, "accord.sqltypes"),
}

__all__ = [
    "BINARY_DOUBLE", "BINARY_FLOAT", "BLOB", "CHAR", "CLOB", "DATE", "FLOAT", "INTEGER", "INTERVAL",
    "Insert", "LONG", "NCHAR", "NCLOB", "NUMBER", "NVARCHAR2", "OracleDialect", "RAW", "REAL",
    "ROWID", "SMALLINT", "TIMESTAMP", "VARCHAR", "VARCHAR2", "insert",
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
