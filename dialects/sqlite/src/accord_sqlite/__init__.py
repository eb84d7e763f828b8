"""SQLite for accord: the dialect, and what SQLite has beyond other databases.

`insert` makes an INSERT with `on_conflict_do_nothing()` and `on_conflict_do_update()`. Names are
imported at first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accord.dialect.on_conflict import OnConflictInsert as Insert
    from accord.sqltypes import (
        BLOB,
        BOOLEAN,
        CHAR,
        DECIMAL,
        FLOAT,
        INTEGER,
        JSON,
        NUMERIC,
        REAL,
        SMALLINT,
        TEXT,
        TIMESTAMP,
        VARCHAR,
    )

    from .dialect import SQLiteDialect
    from .named import DATE, DATETIME, JSONB, TIME
    from .upsert import insert

_HOME = {
    "accord.dialect.on_conflict": {"Insert": "OnConflictInsert"},
    "accord_sqlite.dialect": {"SQLiteDialect": "SQLiteDialect"},
    "accord_sqlite.named": {name: name for name in ("DATE", "DATETIME", "JSONB", "TIME")},
    "accord_sqlite.upsert": {"insert": "insert"},
}
_TYPES = (
    "BLOB", "BOOLEAN", "CHAR", "DECIMAL", "FLOAT", "INTEGER", "JSON", "NUMERIC", "REAL", "SMALLINT",
    "TEXT", "TIMESTAMP", "VARCHAR",
)  # fmt: skip

__all__ = [
    "BLOB", "BOOLEAN", "CHAR", "DATE", "DATETIME", "DECIMAL", "FLOAT", "INTEGER", "JSON",
    "JSONB", "NUMERIC", "REAL", "SMALLINT", "TEXT", "TIME", "TIMESTAMP", "VARCHAR", "Insert",
    "SQLiteDialect", "insert",
]  # fmt: skip


def __getattr__(name: str) -> object:
    for module, names in (*_HOME.items(), ("accord.sqltypes", {name: name for name in _TYPES})):
        if name in names:
            value = getattr(import_module(module), names[name])
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
