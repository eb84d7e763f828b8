"""What pymssql's exceptions mean: SQL Server's message numbers, and constraint names read from its
messages.

The class of an exception says little: pymssql raises IntegrityError from execute() only, and
OperationalError for the same number while rows are fetched; rollback() lets errors of the layer
below out. So everything goes by number. In: an exception. Out: ErrorInfo.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from accord.dialect import ErrorInfo, ErrorKind

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBER_IN_TEXT = re.compile(r"\((\d+), b?['\"]")
_LOST = ErrorInfo(ErrorKind.DISCONNECT, disconnect=True)
_DEADLOCK = ErrorInfo(ErrorKind.DEADLOCK, retryable=True)
_CONFLICT = ErrorInfo(ErrorKind.SERIALIZATION, retryable=True)
_DATA = ErrorInfo(ErrorKind.DATA)
_MISSING = ErrorInfo(ErrorKind.MISSING_OBJECT)
_SYNTAX = ErrorInfo(ErrorKind.SYNTAX)
_PERMISSION = ErrorInfo(ErrorKind.PERMISSION)
_REFUSED = ErrorInfo(ErrorKind.CANNOT_CONNECT)
_UNSUPPORTED = ErrorInfo(ErrorKind.NOT_SUPPORTED)
_DISK = ErrorInfo(ErrorKind.DISK, hint="the disk, the log or the database is full or damaged")

_BY_NUMBER: Mapping[int, ErrorInfo] = {
    515: ErrorInfo(ErrorKind.NOT_NULL),
    1205: _DEADLOCK,
    1222: ErrorInfo(
        ErrorKind.LOCK_TIMEOUT, retryable=True, hint="the limit is SET LOCK_TIMEOUT, or a NOWAIT"
    ),
    3960: _CONFLICT,
    3961: _CONFLICT,
    3935: _CONFLICT,
    41302: _CONFLICT,
    41305: _CONFLICT,
    41325: _CONFLICT,
    41301: _CONFLICT,
    3951: ErrorInfo(
        ErrorKind.NOT_SUPPORTED,
        hint="SNAPSHOT needs ALTER DATABASE … SET ALLOW_SNAPSHOT_ISOLATION ON",
    ),
    3952: ErrorInfo(
        ErrorKind.NOT_SUPPORTED,
        hint="SNAPSHOT needs ALTER DATABASE … SET ALLOW_SNAPSHOT_ISOLATION ON",
    ),
    334: ErrorInfo(
        ErrorKind.NOT_SUPPORTED,
        hint="the table has triggers, so that OUTPUT cannot return rows: leave returning() out and "
        "select the rows afterwards",
    ),
    544: ErrorInfo(
        ErrorKind.NOT_SUPPORTED,
        hint="an identity column takes values only with SET IDENTITY_INSERT ON",
    ),
    8102: ErrorInfo(
        ErrorKind.NOT_SUPPORTED,
        hint="a key that the server counts cannot change; use Identity only for keys that stay",
    ),
    8101: ErrorInfo(ErrorKind.NOT_SUPPORTED),
    8106: ErrorInfo(ErrorKind.NOT_SUPPORTED, hint="the table has no identity column"),
    8107: ErrorInfo(ErrorKind.NOT_SUPPORTED, hint="one table of a session at a time"),
    1785: ErrorInfo(
        ErrorKind.NOT_SUPPORTED,
        hint="two cascading paths lead to one table: leave ON DELETE or ON UPDATE out of one of "
        "the foreign keys, or use NO ACTION",
    ),
    **dict.fromkeys((220, 232, 235, 241, 242, 244, 245, 248, 257, 295, 517, 529, 1007), _DATA),
    **dict.fromkeys((2628, 6401, 8114, 8115, 8134, 8152, 8169, 9420, 13609, 206), _DATA),
    **dict.fromkeys((207, 208, 2812, 3701, 4104, 15151, 2706, 4902, 1088), _MISSING),
    **dict.fromkeys((102, 105, 156, 170, 319, 1033, 8120, 8155, 10738, 8003), _SYNTAX),
    **dict.fromkeys((229, 230, 262, 297, 300, 916), _PERMISSION),
    **dict.fromkeys((4060, 18452, 18456, 18487, 18488, 20002, 20009, 20012, 20014), _REFUSED),
    **dict.fromkeys((823, 824, 825, 1101, 1105, 9002), _DISK),
    3906: ErrorInfo(ErrorKind.READ_ONLY),
    **dict.fromkeys(
        (20003, 20004, 20006, 20019, 20047, 233, 596, 6005, 10053, 10054, 10060), _LOST
    ),
    **dict.fromkeys((64, 121, 10928, 10929, 40197, 40501, 40613), _LOST),
}
_UNIQUE = re.compile(
    r"Violation of (?P<kind>PRIMARY KEY|UNIQUE KEY) constraint '(?P<name>[^']+)'|"
    r"with unique index '(?P<index>[^']+)'"
)
_CONFLICTING = re.compile(
    r"conflicted with the (?P<kind>FOREIGN KEY|CHECK|REFERENCE|SAME TABLE REFERENCE|"
    r"FOREIGN KEY SAME TABLE|COLUMN FOREIGN KEY|COLUMN REFERENCE|COLUMN CHECK|TABLE CHECK) "
    r'constraint [\'"](?P<name>[^\'"]+)[\'"]'
)
_NULL_COLUMN = re.compile(
    r"NULL into column '(?P<column>[^']+)', table '(?:[^']*\.)?(?P<table>[^'.]+)'"
)
_GONE = (
    "Not connected to any MS SQL server",
    "Connection is closed",
    "DBPROCESS is dead",
    "Connection to the database failed",
)


def number_of(error: BaseException) -> int | None:
    """SQL Server's (or DB-Library's) message number, wherever pymssql has put it."""
    own = getattr(error, "number", None)
    if isinstance(own, int) and own:
        return own
    first = error.args[0] if error.args else None
    if isinstance(first, tuple) and first:  # connect() wraps the pair once more
        first = first[0]
    if isinstance(first, int):
        return first
    found = _NUMBER_IN_TEXT.search(first) if isinstance(first, str) else None
    return None if found is None else int(found.group(1))


def message_of(error: BaseException) -> str:
    """The text of the message."""
    args = error.args
    if args and isinstance(args[0], tuple):
        args = args[0]
    text = args[1] if len(args) > 1 else (args[0] if args else "")
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)


def classify(error: BaseException) -> ErrorInfo:
    """What the error means; OTHER for what is neither pymssql's nor known."""
    if isinstance(error, UnicodeEncodeError):
        return ErrorInfo(
            ErrorKind.DATA, hint="a string with lone surrogates is no text; store bytes"
        )
    if not _is_drivers(error):
        return ErrorInfo()
    number, message = number_of(error), message_of(error)
    if number in (2627, 2601):
        return _unique(number, message)
    if number == 547:
        return _conflicting(message)
    if number == 515:
        return _not_null(message)
    known = None if number is None else _BY_NUMBER.get(number)
    if known is not None:
        return known
    if any(text in message for text in _GONE):
        return _LOST
    return _by_class(error)


def _is_drivers(error: BaseException) -> bool:
    """By name: this module imports no driver."""
    return any(
        cls.__module__.partition(".")[0] == "pymssql" or cls.__name__ == "MSSQLException"
        for cls in type(error).__mro__
    )


def _by_class(error: BaseException) -> ErrorInfo:
    names = {cls.__name__ for cls in type(error).__mro__}
    for name, kind in (
        ("InterfaceError", ErrorKind.INTERFACE),
        ("DataError", ErrorKind.DATA),
        ("NotSupportedError", ErrorKind.NOT_SUPPORTED),
        ("IntegrityError", ErrorKind.CONSTRAINT),
    ):
        if name in names:
            return ErrorInfo(kind)
    return ErrorInfo()


def _unique(number: int, message: str) -> ErrorInfo:
    found = _UNIQUE.search(message)
    if found is None:
        return ErrorInfo(ErrorKind.UNIQUE)
    kind = ErrorKind.PRIMARY_KEY if found["kind"] == "PRIMARY KEY" else ErrorKind.UNIQUE
    return ErrorInfo(kind, constraint_name=found["name"] or found["index"])


def _conflicting(message: str) -> ErrorInfo:
    found = _CONFLICTING.search(message)
    if found is None:
        return ErrorInfo(ErrorKind.CONSTRAINT)
    kind = ErrorKind.CHECK if found["kind"].endswith("CHECK") else ErrorKind.FOREIGN_KEY
    return ErrorInfo(kind, constraint_name=found["name"])


def _not_null(message: str) -> ErrorInfo:
    found = _NULL_COLUMN.search(message)
    name = None if found is None else f"{found['table']}.{found['column']}"
    return ErrorInfo(ErrorKind.NOT_NULL, constraint_name=name)
