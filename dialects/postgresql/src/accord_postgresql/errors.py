"""What psycopg's exceptions mean: SQLSTATEs, and constraint names from the diagnostics.

In: an exception of psycopg. Out: ErrorInfo. The table goes by whole states first, then by classes
(the first two characters); a failure without a state comes from the client.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg

from accord.dialect import ErrorInfo, ErrorKind

if TYPE_CHECKING:
    from collections.abc import Mapping

_GONE = ErrorInfo(ErrorKind.DISCONNECT, disconnect=True)
_GONE_FOR_NOW = ErrorInfo(ErrorKind.DISCONNECT, retryable=True, disconnect=True)
_REFUSED = ErrorInfo(ErrorKind.CANNOT_CONNECT)
_REFUSED_FOR_NOW = ErrorInfo(ErrorKind.CANNOT_CONNECT, retryable=True)
_MISSING = ErrorInfo(ErrorKind.MISSING_OBJECT)
_FULL = ErrorInfo(ErrorKind.DISK, hint="the server's disk is full, or it cannot be written to")

STATES: Mapping[str, ErrorInfo] = {
    # constraints
    "23505": ErrorInfo(ErrorKind.UNIQUE),
    "23503": ErrorInfo(ErrorKind.FOREIGN_KEY),
    "23001": ErrorInfo(ErrorKind.FOREIGN_KEY),
    "23502": ErrorInfo(ErrorKind.NOT_NULL),
    "23514": ErrorInfo(ErrorKind.CHECK),
    "23P01": ErrorInfo(ErrorKind.EXCLUSION),
    "44000": ErrorInfo(ErrorKind.CHECK),
    # transactions
    "40001": ErrorInfo(ErrorKind.SERIALIZATION, retryable=True),
    "40P01": ErrorInfo(ErrorKind.DEADLOCK, retryable=True),
    "40003": ErrorInfo(ErrorKind.OTHER, disconnect=True),
    "55P03": ErrorInfo(ErrorKind.LOCK_TIMEOUT, retryable=True),
    "57014": ErrorInfo(ErrorKind.STATEMENT_TIMEOUT),
    "25006": ErrorInfo(ErrorKind.READ_ONLY),
    "25P02": ErrorInfo(
        ErrorKind.OTHER,
        hint="an earlier statement of this transaction failed; call rollback(), or run what may "
        "fail inside begin_nested()",
    ),
    "25P03": _GONE_FOR_NOW,
    "25P04": _GONE_FOR_NOW,
    # the connection
    "57P01": _GONE_FOR_NOW,
    "57P02": _GONE_FOR_NOW,
    "57P03": _REFUSED_FOR_NOW,
    "57P04": _GONE,
    "57P05": _GONE_FOR_NOW,
    "53300": ErrorInfo(
        ErrorKind.CANNOT_CONNECT,
        retryable=True,
        hint="the server allows no more connections; a smaller pool (pool_size, max_overflow), or "
        "a larger max_connections",
    ),
    "3D000": ErrorInfo(ErrorKind.CANNOT_CONNECT, hint="there is no such database"),
    # resources
    "53100": _FULL,
    "58030": _FULL,
    "53200": ErrorInfo(
        ErrorKind.OTHER,
        hint="the server is out of memory, locks (max_locks_per_transaction) or prepared "
        "transactions (max_prepared_transactions)",
    ),
    "XX001": ErrorInfo(ErrorKind.DISK),
    "XX002": ErrorInfo(ErrorKind.DISK),
    # names and permissions
    "42501": ErrorInfo(ErrorKind.PERMISSION),
    "42P01": _MISSING,
    "42703": _MISSING,
    "42704": _MISSING,
    "42883": ErrorInfo(
        ErrorKind.MISSING_OBJECT,
        hint="there is no such function or operator for these types; a cast may be missing",
    ),
    "3F000": _MISSING,
    "26000": ErrorInfo(ErrorKind.MISSING_OBJECT, retryable=True, disconnect=True),
    "42P18": ErrorInfo(
        ErrorKind.SYNTAX,
        hint="the type of a parameter cannot be told from the statement; give it one with "
        "cast() or bindparam(type_=...)",
    ),
    "428C9": ErrorInfo(
        ErrorKind.DATA,
        hint="the column is GENERATED ALWAYS; leave it out",
    ),
    "0A000": ErrorInfo(ErrorKind.NOT_SUPPORTED),
    "55000": ErrorInfo(ErrorKind.OTHER),
}

CLASSES: Mapping[str, ErrorInfo] = {
    "08": _GONE_FOR_NOW,
    "0A": ErrorInfo(ErrorKind.NOT_SUPPORTED),
    "21": ErrorInfo(ErrorKind.DATA),
    "22": ErrorInfo(ErrorKind.DATA),
    "23": ErrorInfo(ErrorKind.CONSTRAINT),
    "28": _REFUSED,
    "42": ErrorInfo(ErrorKind.SYNTAX),
    "XX": ErrorInfo(ErrorKind.OTHER),
}

STALE_PLAN = ErrorInfo(
    ErrorKind.SERIALIZATION,
    retryable=True,
    disconnect=True,
    hint="a table was changed while this connection held a prepared statement on it; the "
    "connection is replaced, run the transaction again",
)
_STALE = {"0A000": "cached plan must not change result type", "XX000": "cache lookup failed for"}
_CLOSED = ("the connection is closed", "the connection is lost", "consuming input failed")


def classify(error: BaseException, states: Mapping[str, ErrorInfo] = STATES) -> ErrorInfo:
    """What the error means; OTHER for what is not psycopg's."""
    if isinstance(error, UnicodeEncodeError):
        return ErrorInfo(
            ErrorKind.DATA, hint="a string with lone surrogates is no text; store bytes"
        )
    if not isinstance(error, psycopg.Error):
        return ErrorInfo()
    state = error.sqlstate
    if state is None:
        return _of_client(error)
    stale = _STALE.get(state)
    if stale is not None and stale in str(error):
        return STALE_PLAN
    info = states.get(state) or CLASSES.get(state[:2]) or ErrorInfo()
    if state[:2] == "23" or state == "44000":
        info = _constraint(error, info)
    message = _without_values(error)
    return info if message is None else replace(info, message=message)


def _without_values(error: psycopg.Error) -> str | None:
    """The message without what DETAIL and CONTEXT quote of rows; None: they quote nothing."""
    diagnostics = error.diag
    text = str(error)
    shown = text
    detail, context = diagnostics.message_detail, diagnostics.context
    if detail is not None and (error.sqlstate or "")[:2] in _SHOWS_ROWS:
        values = _KEY if "=(" in detail else _ROW
        shown = shown.replace(detail, values.sub(r"\1(…)", detail))
    if context is not None and _COPIED.search(context):
        shown = shown.replace(context, _COPIED.sub(r"\1", context))
    return None if shown == text else shown


_SHOWS_ROWS = frozenset({"23", "44"})
_KEY = re.compile(r"(=)\(.*\)", re.S)
"""``Key (a)=(…) already exists``, in any language."""
_ROW = re.compile(r"(\A[^(]*)\(.*\)", re.S)
"""``Failing row contains (…)``, in any language."""
_COPIED = re.compile(r"(\ACOPY [^\n]*?, line \d+(?:, column [^:]+)?):.*", re.S)


def _constraint(error: psycopg.Error, info: ErrorInfo) -> ErrorInfo:
    """With the constraint's name, or for NOT NULL, which has none, "table.column"."""
    diagnostics = error.diag
    name = diagnostics.constraint_name
    if name is None and diagnostics.column_name is not None:
        table = diagnostics.table_name
        name = f"{table}.{diagnostics.column_name}" if table else diagnostics.column_name
    return replace(info, constraint_name=name)


def _of_client(error: psycopg.Error) -> ErrorInfo:
    """Errors that no server has sent."""
    if isinstance(error, psycopg.errors.ConnectionTimeout):
        return _REFUSED_FOR_NOW
    if isinstance(error, psycopg.DataError):
        return ErrorInfo(ErrorKind.DATA)
    if isinstance(error, psycopg.InterfaceError | psycopg.ProgrammingError):
        return ErrorInfo(ErrorKind.INTERFACE)
    if isinstance(error, psycopg.NotSupportedError):
        return ErrorInfo(ErrorKind.NOT_SUPPORTED)
    if isinstance(error, psycopg.OperationalError):
        return _operational(error)
    return ErrorInfo()


def _operational(error: psycopg.OperationalError) -> ErrorInfo:
    if getattr(error, "pgconn", None) is not None or _never_connected(error):
        # psycopg gives the connection attempt along: there never was a connection
        return _REFUSED_FOR_NOW
    return _GONE_FOR_NOW


def _never_connected(error: psycopg.OperationalError) -> bool:
    text = str(error)
    return text.startswith(("connection failed", "connection is bad", "connection timeout"))
