"""MariaDB's names: all of MySQL's, and the types only MariaDB has.

This is `accord.dialects.mariadb`.
"""

from __future__ import annotations

from accord.sqltypes import BINARY, BLOB, BOOLEAN, DATE, JSON, UUID, VARBINARY

from .dialect import MariaDBDialect
from .dmllimit import limit
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

__all__ = [
    "BIGINT", "BINARY", "BIT", "BLOB", "BOOLEAN", "CHAR", "DATE", "DATETIME", "DECIMAL", "DOUBLE",
    "ENUM", "FLOAT", "INET4", "INET6", "INTEGER", "Insert", "JSON", "LONGBLOB", "LONGTEXT",
    "MEDIUMBLOB", "MEDIUMINT", "MEDIUMTEXT", "MariaDBDialect", "NCHAR", "NUMERIC", "NVARCHAR",
    "REAL", "SET", "SMALLINT", "TEXT", "TIME", "TIMESTAMP", "TINYBLOB", "TINYINT", "TINYTEXT",
    "UUID", "VARBINARY", "VARCHAR", "YEAR", "insert", "limit",
]  # fmt: skip
