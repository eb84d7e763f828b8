"""What the drivers' exceptions mean: the server's error numbers, and constraint names read from its
messages.

Both drivers put the number first: ``error.args == (1062, "Duplicate entry …")``. In: an exception.
Out: ErrorInfo.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from accord.dialect import ErrorInfo, ErrorKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_GONE = ErrorInfo(ErrorKind.DISCONNECT, disconnect=True)
_DATA = ErrorInfo(ErrorKind.DATA)
_MISSING = ErrorInfo(ErrorKind.MISSING_OBJECT)
_PERMISSION = ErrorInfo(ErrorKind.PERMISSION)
_SYNTAX = ErrorInfo(ErrorKind.SYNTAX)
_READ_ONLY = ErrorInfo(ErrorKind.READ_ONLY)
_CONNECT = ErrorInfo(ErrorKind.CANNOT_CONNECT)
_TIMEOUT = ErrorInfo(ErrorKind.STATEMENT_TIMEOUT)
_UNSUPPORTED = ErrorInfo(ErrorKind.NOT_SUPPORTED)
_DEADLOCK = ErrorInfo(ErrorKind.DEADLOCK, retryable=True)
_LOCKED: Final = ErrorInfo(
    ErrorKind.LOCK_TIMEOUT,
    retryable=True,
    hint="only the statement was rolled back, the transaction is still open: roll it back, then "
    "run all of it again",
)
_LOCKED_NOW = ErrorInfo(ErrorKind.LOCK_TIMEOUT, retryable=True)


def _each(info: ErrorInfo, numbers: Iterable[int]) -> dict[int, ErrorInfo]:
    return dict.fromkeys(numbers, info)


_KNOWN: Mapping[int, ErrorInfo] = {
    # CR_SERVER_GONE_ERROR, CR_SERVER_LOST, commands out of sync, server lost extended, idle
    # time-out, shutdown, killed, network errors
    **_each(_GONE, (2006, 2013, 2014, 2027, 2055, 4031, 1053, 1079, 1927, 3169, 1080, 1152, 1184)),
    **_each(_GONE, (1158, 1159, 1160, 1161, 1043)),
    **_each(_CONNECT, (2001, 2002, 2003, 2004, 2005, 2012, 2026, 1040, 1129, 1130, 1203, 1226)),
    **_each(_PERMISSION, (1044, 1045, 1142, 1143, 1227, 1370, 1410, 1419, 1698, 3118, 3955)),
    **_each(_MISSING, (1049, 1051, 1054, 1072, 1091, 1109, 1146, 1176, 1305, 1356, 1008, 4091)),
    **_each(_SYNTAX, (1064, 1065, 1149, 1247, 1055, 1140)),
    **_each(_READ_ONLY, (1290, 1792, 1836)),
    **_each(_DATA, (1264, 1265, 1292, 1366, 1406, 1365, 1367, 1411, 1441, 1690, 1153)),
    **_each(_DATA, (3140, 3141, 3143, 3156, 4038, 1416, 1300, 3854, 4161, 1977)),
    **_each(ErrorInfo(ErrorKind.DISK), (1021, 1114, 1030, 1034, 1194, 1195, 3, 1026)),
    **_each(_TIMEOUT, (1317, 1969, 3024, 1028, 4030)),
    **_each(_UNSUPPORTED, (1235, 1286, 1295, 1178, 3106)),
    **_each(_DEADLOCK, (1213, 1614)),
    1205: _LOCKED,
    1613: _LOCKED,
    3572: _LOCKED_NOW,
    1401: ErrorInfo(hint="on MySQL, XA RECOVER needs the privilege XA_RECOVER_ADMIN"),
    1020: ErrorInfo(ErrorKind.SERIALIZATION, retryable=True),
}
_INTEGRITY: Mapping[int, ErrorKind] = {
    1062: ErrorKind.UNIQUE,
    1557: ErrorKind.UNIQUE,
    1586: ErrorKind.UNIQUE,
    1169: ErrorKind.UNIQUE,
    1859: ErrorKind.UNIQUE,
    1216: ErrorKind.FOREIGN_KEY,
    1217: ErrorKind.FOREIGN_KEY,
    1451: ErrorKind.FOREIGN_KEY,
    1452: ErrorKind.FOREIGN_KEY,
    1048: ErrorKind.NOT_NULL,
    1364: ErrorKind.NOT_NULL,
    1263: ErrorKind.NOT_NULL,
    3819: ErrorKind.CHECK,
    4025: ErrorKind.CHECK,
}
_KEY = re.compile(r"for key '(?P<name>.*)'\Z", re.DOTALL)
_FOREIGN = re.compile(r"CONSTRAINT `(?P<name>(?:[^`]|``)+)` FOREIGN KEY")
_COLUMN = re.compile(r"\A(?:Column|Field) '(?P<name>[^']+)'")
_CHECK = re.compile(r"(?:Check constraint '|CONSTRAINT `)(?P<name>[^'`]+)['`]")
_PATTERNS: Mapping[ErrorKind, re.Pattern[str]] = {
    ErrorKind.UNIQUE: _KEY,
    ErrorKind.FOREIGN_KEY: _FOREIGN,
    ErrorKind.NOT_NULL: _COLUMN,
    ErrorKind.CHECK: _CHECK,
}


def classify(error: BaseException, *, key_has_table: bool) -> ErrorInfo:
    """What the error means. `key_has_table`: this server says "for key 'table.key'"."""
    if isinstance(error, UnicodeEncodeError):
        return ErrorInfo(
            ErrorKind.DATA, hint="a string with lone surrogates is no text; store bytes"
        )
    number = error.args[0] if error.args else None
    if not isinstance(number, int):
        return _without_number(error)
    kind = _INTEGRITY.get(number)
    if kind is not None:
        message = str(error.args[1]) if len(error.args) > 1 else ""
        return _integrity(kind, message, key_has_table)
    if number == 0:  # both drivers, on a connection that is closed already
        return _GONE
    return _KNOWN.get(number) or _without_number(error)


def _integrity(kind: ErrorKind, message: str, key_has_table: bool) -> ErrorInfo:
    found = _PATTERNS[kind].search(message)
    if found is None:
        return ErrorInfo(kind)
    name = found["name"]
    if kind is ErrorKind.UNIQUE:
        if key_has_table:
            name = name.rpartition(".")[2]
        if name == "PRIMARY":
            kind = ErrorKind.PRIMARY_KEY
    return ErrorInfo(kind, constraint_name=name.replace("``", "`"))


def _without_number(error: BaseException) -> ErrorInfo:
    message = str(error)
    if "closed" in message.lower():
        return _GONE
    name = type(error).__name__
    if name == "DataError":
        return _DATA
    if name in ("InterfaceError", "ProgrammingError"):
        return ErrorInfo(ErrorKind.INTERFACE)
    if name == "NotSupportedError":
        return _UNSUPPORTED
    return ErrorInfo()
