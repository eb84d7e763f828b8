"""MySQL and MariaDB for accord: the dialects, and what these databases have beyond others.

`insert` makes an INSERT with `on_duplicate_key_update()`; the types under their SQL names know
UNSIGNED, CHARACTER SET and fractional seconds. Names are imported at first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accord.sqltypes import (
        BINARY,
        BLOB,
        BOOLEAN,
        DATE,
        JSON,
        VARBINARY,
    )

    from .dialect import MariaDBDialect, MySQLDialect
    from .dmllimit import limit
    from .fulltext import match
    from .types import (
        BIGINT,
        BIT,
        CHAR,
        DATETIME,
        DECIMAL,
        DOUBLE,
        ENUM,
        FLOAT,
        INET4,
        INET6,
        INTEGER,
        LONGBLOB,
        LONGTEXT,
        MEDIUMBLOB,
        MEDIUMINT,
        MEDIUMTEXT,
        NCHAR,
        NUMERIC,
        NVARCHAR,
        REAL,
        SET,
        SMALLINT,
        TEXT,
        TIME,
        TIMESTAMP,
        TINYBLOB,
        TINYINT,
        TINYTEXT,
        VARCHAR,
        YEAR,
    )
    from .upsert import Insert, insert

_COMMON = ("BINARY", "BLOB", "BOOLEAN", "DATE", "JSON", "VARBINARY")
_OWN = (
    "BIGINT", "BIT", "CHAR", "DATETIME", "DECIMAL", "DOUBLE", "ENUM", "FLOAT", "INET4", "INET6",
    "INTEGER", "LONGBLOB", "LONGTEXT", "MEDIUMBLOB", "MEDIUMINT", "MEDIUMTEXT", "NCHAR", "NUMERIC",
    "NVARCHAR", "REAL", "SET", "SMALLINT", "TEXT", "TIME", "TIMESTAMP", "TINYBLOB", "TINYINT",
    "TINYTEXT", "VARCHAR", "YEAR",
)  # fmt: skip
_HOME = {
    **dict.fromkeys(_COMMON, "accord.sqltypes"),
    **dict.fromkeys(_OWN, "accord_mysql.types"),
    "match": "accord_mysql.fulltext",
    **dict.fromkeys(("Insert", "insert"), "accord_mysql.upsert"),
    "limit": "accord_mysql.dmllimit",
    **dict.fromkeys(("MariaDBDialect", "MySQLDialect"), "accord_mysql.dialect"),
}

__all__ = [
    "BIGINT", "BINARY", "BIT", "BLOB", "BOOLEAN", "CHAR", "DATE", "DATETIME", "DECIMAL", "DOUBLE",
    "ENUM", "FLOAT", "INET4", "INET6", "INTEGER", "Insert", "JSON", "LONGBLOB", "LONGTEXT",
    "MEDIUMBLOB",
    "MEDIUMINT", "MEDIUMTEXT", "MariaDBDialect", "MySQLDialect", "NCHAR", "NUMERIC", "NVARCHAR",
    "REAL", "SET", "SMALLINT", "TEXT", "TIME", "TIMESTAMP", "TINYBLOB", "TINYINT", "TINYTEXT",
    "VARBINARY", "VARCHAR", "YEAR", "insert", "limit", "match",
]  # fmt: skip


def __getattr__(name: str) -> object:
    module = _HOME.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
