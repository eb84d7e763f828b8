"""What a driver's exception means: the answer of `Dialect.classify`.

The engine raises the matching `accord.exc.DBAPIError` subclass and copies kind, constraint name
and retryability onto it; the pool drops the connection when `disconnect` is set. In: an exception
of the driver. Out: `ErrorInfo`.
"""

from __future__ import annotations

from enum import StrEnum

from accord.records import dataclass


class ErrorKind(StrEnum):
    """What went wrong, in words that hold for every database."""

    UNIQUE = "unique"
    PRIMARY_KEY = "primary_key"
    FOREIGN_KEY = "foreign_key"
    NOT_NULL = "not_null"
    CHECK = "check"
    EXCLUSION = "exclusion"
    CONSTRAINT = "constraint"
    """Some constraint; the database does not say which kind."""
    DATA = "data"
    """A value does not fit: too long, out of range, wrong type."""
    SERIALIZATION = "serialization"
    DEADLOCK = "deadlock"
    LOCK_TIMEOUT = "lock_timeout"
    """A lock was not granted in time (SQLite: the database is locked)."""
    STATEMENT_TIMEOUT = "statement_timeout"
    DISCONNECT = "disconnect"
    CANNOT_CONNECT = "cannot_connect"
    READ_ONLY = "read_only"
    PERMISSION = "permission"
    DISK = "disk"
    """No space, I/O error, damaged file."""
    MISSING_OBJECT = "missing_object"
    """No such table, column, function …"""
    SYNTAX = "syntax"
    NOT_SUPPORTED = "not_supported"
    INTERFACE = "interface"
    """The driver was used wrongly: closed cursor, wrong number of parameters."""
    OTHER = "other"


INTEGRITY_KINDS = frozenset(
    {
        ErrorKind.UNIQUE,
        ErrorKind.PRIMARY_KEY,
        ErrorKind.FOREIGN_KEY,
        ErrorKind.NOT_NULL,
        ErrorKind.CHECK,
        ErrorKind.EXCLUSION,
        ErrorKind.CONSTRAINT,
    }
)


@dataclass(frozen=True, slots=True)
class ErrorInfo:
    """The classification of one error.

    `constraint_name` is the constraint's name, or where the database knows only columns,
    "table.column, table.column". `retryable`: running the whole transaction again, unchanged, may
    succeed. `disconnect`: the connection is gone or in a state nobody can vouch for; it must not
    be used again. `hint` is a line the error message ends with. `message` is the driver's message
    where it shows values of rows (PostgreSQL's DETAIL), without them; it is used unless parameters
    may be shown.
    """

    kind: ErrorKind = ErrorKind.OTHER
    constraint_name: str | None = None
    retryable: bool = False
    disconnect: bool = False
    hint: str | None = None
    message: str | None = None
