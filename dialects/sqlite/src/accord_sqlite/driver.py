"""The driver `pysqlite`: Python's own sqlite3 module, with transactions left to accord.

sqlite3's implicit BEGIN is off (`isolation_level=None`): the engine begins transactions with the
statement the dialect names. In: ConnectArgs. Out: sqlite3 connections.
"""

from __future__ import annotations

import os
import re
import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

    from accord.dialect import ConnectArgs, DBAPIConnection, DBAPICursor, Native, Reply
from accord.exc import ArgumentError

_FORBIDDEN = {
    "isolation_level": "accord begins transactions itself; use create_engine(isolation_level=...)",
    "autocommit": "accord begins transactions itself; use create_engine(isolation_level=...)",
    "detect_types": "accord's column types convert values; sqlite3's converters would do it twice",
}


class PySQLite:
    """sqlite3 as a `Driver`."""

    name = "pysqlite"
    module: ModuleType = sqlite3
    paramstyle = "qmark"
    version = sqlite3.sqlite_version
    # Beyond its own errors, sqlite3 lets two of Python's out when a value cannot be bound.
    errors: tuple[type[Exception], ...] = (sqlite3.Error, OverflowError, UnicodeEncodeError)

    def connect(self, arguments: ConnectArgs, /) -> sqlite3.Connection:
        """Open the database; a file that cannot be opened is an error that names it."""
        options = dict(arguments.kwargs)
        for name, reason in _FORBIDDEN.items():
            if name in options:
                raise ArgumentError(f"connect argument {name!r} is not available: {reason}")
        database = (
            str(arguments.args[0]) if arguments.args else str(options.pop("database", ":memory:"))
        )
        try:
            connection = _open(database, options)
            try:
                self.prepare(connection, arguments)
            except BaseException:
                connection.close()
                raise
        except sqlite3.Error as error:
            explained = _explain_open(error, database, uri=bool(options.get("uri")))
            if explained is None:
                raise
            raise explained from error
        return connection

    def prepare(self, connection: DBAPIConnection, arguments: ConnectArgs, /) -> None:
        """No implicit transactions, Python's regular expressions, the setup
        statements."""
        if not isinstance(connection, sqlite3.Connection):
            raise sqlite3.InterfaceError(
                f"creator must return a sqlite3.Connection, not {type(connection).__qualname__}"
            )
        connection.isolation_level = None
        connection.create_function("regexp", 2, _regexp, deterministic=True)
        connection.create_function("regexp_replace", 3, _regexp_replace, deterministic=True)
        for statement in arguments.setup:
            connection.execute(statement)

    def streaming_cursor(self, connection: DBAPIConnection, /) -> DBAPICursor:
        """Every cursor of sqlite3 steps through its rows as they are asked for."""
        return connection.cursor()

    def commit(self, connection: DBAPIConnection, /) -> None:
        connection.commit()

    def set_autocommit(self, connection: DBAPIConnection, autocommit: bool, /) -> None:
        """Nothing to do: without BEGIN every statement commits itself."""

    def is_alive(self, connection: DBAPIConnection, /) -> bool:
        try:
            connection.cursor().execute("SELECT 1", ())
        except sqlite3.Error:
            return False
        return True

    def is_clean(self, connection: DBAPIConnection, /) -> bool:
        return isinstance(connection, sqlite3.Connection) and not connection.in_transaction

    def native(self, connection: DBAPIConnection, request: Native, /) -> Reply:
        raise sqlite3.NotSupportedError(f"pysqlite has no call {request.call!r}")


def _open(database: str, options: dict[str, object]) -> sqlite3.Connection:
    return sqlite3.connect(database, isolation_level=None, **options)  # type: ignore[call-overload,no-any-return]  # options are the user's


def _regexp(pattern: str, value: object) -> bool | None:
    return None if value is None else re.search(pattern, str(value)) is not None


def _regexp_replace(value: object, pattern: str, replacement: str) -> str | None:
    """Every match replaced, as the databases do that have the function."""
    return None if value is None else re.sub(pattern, replacement, str(value))


def _explain_open(error: sqlite3.Error, database: str, *, uri: bool) -> sqlite3.Error | None:
    """The same error with the path and the reason, when the file could not be opened."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None or code & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOTADB):
        return None
    explained = type(error)(f"{error}: {_why_not(database, code, uri)}")
    explained.sqlite_errorcode = code
    explained.sqlite_errorname = error.sqlite_errorname
    return explained


def _why_not(database: str, code: int, uri: bool) -> str:
    if code & 0xFF == sqlite3.SQLITE_NOTADB:
        return f"{database!r} is not an SQLite database"
    if uri:
        return f"{database!r} cannot be opened with these options"
    path = os.path.abspath(database)
    folder = os.path.dirname(path)
    if os.path.isdir(path):
        return f"{path!r} is a folder"
    if not os.path.isdir(folder):
        return f"the folder of {path!r} does not exist; create {folder!r} first"
    if os.path.exists(path):
        return f"no permission to open {path!r}"
    return f"no permission to create {path!r}"
