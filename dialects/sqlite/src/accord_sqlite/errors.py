"""What sqlite3's exceptions mean: SQLite's result codes, and constraint names read from its
messages.

In: an exception of sqlite3. Out: ErrorInfo.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from accord.dialect import ErrorInfo, ErrorKind

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONSTRAINTS: Mapping[int, ErrorKind] = {
    sqlite3.SQLITE_CONSTRAINT_UNIQUE: ErrorKind.UNIQUE,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: ErrorKind.PRIMARY_KEY,
    sqlite3.SQLITE_CONSTRAINT_ROWID: ErrorKind.PRIMARY_KEY,
    sqlite3.SQLITE_CONSTRAINT_NOTNULL: ErrorKind.NOT_NULL,
    sqlite3.SQLITE_CONSTRAINT_CHECK: ErrorKind.CHECK,
    sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: ErrorKind.FOREIGN_KEY,
}
_STRICT_TYPE = 3091  # SQLITE_CONSTRAINT_DATATYPE: a value of the wrong type for a STRICT table
_CONSTRAINT_WORDS: Mapping[str, ErrorKind] = {
    "UNIQUE constraint failed": ErrorKind.UNIQUE,
    "PRIMARY KEY must be unique": ErrorKind.PRIMARY_KEY,
    "NOT NULL constraint failed": ErrorKind.NOT_NULL,
    "CHECK constraint failed": ErrorKind.CHECK,
    "FOREIGN KEY constraint failed": ErrorKind.FOREIGN_KEY,
}
"""For errors without a code (raised by a driver that wraps sqlite3)."""

_DISK = "the disk is full, or the file is damaged or cannot be read"
_PRIMARY: Mapping[int, ErrorInfo] = {
    sqlite3.SQLITE_BUSY: ErrorInfo(
        ErrorKind.LOCK_TIMEOUT,
        retryable=True,
        hint="another connection is writing; a longer wait is ?timeout=SECONDS in the URL",
    ),
    sqlite3.SQLITE_LOCKED: ErrorInfo(ErrorKind.LOCK_TIMEOUT, retryable=True),
    sqlite3.SQLITE_SCHEMA: ErrorInfo(ErrorKind.SERIALIZATION, retryable=True),
    sqlite3.SQLITE_READONLY: ErrorInfo(
        ErrorKind.READ_ONLY,
        hint="the file or its folder is not writable, or it was opened read-only",
    ),
    sqlite3.SQLITE_CANTOPEN: ErrorInfo(ErrorKind.CANNOT_CONNECT),
    sqlite3.SQLITE_NOTADB: ErrorInfo(ErrorKind.DISK, hint="the file is not an SQLite database"),
    sqlite3.SQLITE_IOERR: ErrorInfo(ErrorKind.DISK, hint=_DISK),
    sqlite3.SQLITE_FULL: ErrorInfo(ErrorKind.DISK, hint=_DISK),
    sqlite3.SQLITE_CORRUPT: ErrorInfo(ErrorKind.DISK, hint=_DISK),
    sqlite3.SQLITE_PERM: ErrorInfo(ErrorKind.PERMISSION),
    sqlite3.SQLITE_AUTH: ErrorInfo(ErrorKind.PERMISSION),
    sqlite3.SQLITE_INTERRUPT: ErrorInfo(ErrorKind.STATEMENT_TIMEOUT),
    sqlite3.SQLITE_TOOBIG: ErrorInfo(ErrorKind.DATA),
    sqlite3.SQLITE_MISMATCH: ErrorInfo(ErrorKind.DATA),
    sqlite3.SQLITE_RANGE: ErrorInfo(ErrorKind.INTERFACE),
    sqlite3.SQLITE_MISUSE: ErrorInfo(ErrorKind.INTERFACE),
}
_EXTENDED: Mapping[int, ErrorInfo] = {
    sqlite3.SQLITE_BUSY_SNAPSHOT: ErrorInfo(
        ErrorKind.SERIALIZATION,
        retryable=True,
        hint="the transaction began by reading and another one wrote since; run it again",
    ),
    sqlite3.SQLITE_READONLY_DBMOVED: ErrorInfo(ErrorKind.READ_ONLY, disconnect=True),
}


def classify(error: BaseException) -> ErrorInfo:
    """What the error means; OTHER for what is not sqlite3's."""
    if isinstance(error, OverflowError):
        return ErrorInfo(ErrorKind.DATA, hint="SQLite integers have 64 bits")
    if isinstance(error, UnicodeEncodeError):
        return ErrorInfo(
            ErrorKind.DATA, hint="a string with lone surrogates is no text; store bytes"
        )
    if not isinstance(error, sqlite3.Error):
        return ErrorInfo()
    message = str(error)
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return _by_message(error, message)
    if code & 0xFF == sqlite3.SQLITE_CONSTRAINT:
        return _constraint(code, message)
    known = _EXTENDED.get(code) or _PRIMARY.get(code & 0xFF)
    return known if known is not None else _by_message(error, message)


def _constraint(code: int, message: str) -> ErrorInfo:
    if code == _STRICT_TYPE:
        return ErrorInfo(ErrorKind.DATA)
    kind = _CONSTRAINTS.get(code)
    if kind is None:
        kind = _kind_by_words(message) or ErrorKind.CONSTRAINT
    return ErrorInfo(kind, constraint_name=_constraint_name(message))


def _constraint_name(message: str) -> str | None:
    """`UNIQUE constraint failed: t.a, t.b` → "t.a, t.b"; `... failed: index 'i'` → "i"."""
    words, separator, name = message.partition(" constraint failed: ")
    if not separator or not words:
        return None
    if name.startswith("index '") and name.endswith("'"):
        return name[len("index '") : -1]
    return name or None


def _kind_by_words(message: str) -> ErrorKind | None:
    for words, kind in _CONSTRAINT_WORDS.items():
        if message.startswith(words):
            return kind
    return None


def _by_message(error: sqlite3.Error, message: str) -> ErrorInfo:
    kind = _kind_by_words(message)
    if kind is not None:
        return ErrorInfo(kind, constraint_name=_constraint_name(message))
    if message.startswith(("database is locked", "database table is locked")):
        return _PRIMARY[sqlite3.SQLITE_BUSY]
    if "closed database" in message:
        return ErrorInfo(ErrorKind.DISCONNECT, disconnect=True)
    if message.startswith(("no such", "unknown database")) or "has no column named" in message:
        return ErrorInfo(ErrorKind.MISSING_OBJECT)
    if "syntax error" in message or message.startswith("incomplete input"):
        return ErrorInfo(ErrorKind.SYNTAX)
    if isinstance(error, sqlite3.InterfaceError | sqlite3.ProgrammingError):
        return ErrorInfo(ErrorKind.INTERFACE)
    if isinstance(error, sqlite3.DataError):
        return ErrorInfo(ErrorKind.DATA)
    return ErrorInfo()
