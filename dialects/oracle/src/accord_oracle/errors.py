"""What python-oracledb's exceptions mean: Oracle's error numbers (ORA-) and the driver's (DPY-).

Constraint names are read from the messages and written as programs write them: lower case where
Oracle has folded them. In: an exception of the driver. Out: ErrorInfo.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from accord.dialect import ErrorInfo, ErrorKind

from .target import unfolded

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONSTRAINTS: Mapping[int, ErrorKind] = {
    1: ErrorKind.UNIQUE,
    1400: ErrorKind.NOT_NULL,
    1407: ErrorKind.NOT_NULL,
    2290: ErrorKind.CHECK,
    2291: ErrorKind.FOREIGN_KEY,
    2292: ErrorKind.FOREIGN_KEY,
    2449: ErrorKind.FOREIGN_KEY,
    2266: ErrorKind.FOREIGN_KEY,
}
_ROLLED_BACK = 2091
"""Transaction rolled back: a deferred constraint failed at COMMIT; the reason follows."""

_LOCK = ErrorInfo(ErrorKind.LOCK_TIMEOUT, retryable=True)
_GONE = ErrorInfo(ErrorKind.DISCONNECT, disconnect=True)
_NO_CONNECTION = ErrorInfo(ErrorKind.CANNOT_CONNECT)
_UNCOUNTED = (
    "Oracle does not count this column; create it as IDENTITY, or declare "
    "Column(Integer, Sequence('name'), primary_key=True)"
)


def _each(info: ErrorInfo, *codes: int) -> dict[int, ErrorInfo]:
    return dict.fromkeys(codes, info)


_BY_CODE: Mapping[int, ErrorInfo] = {
    **_each(ErrorInfo(ErrorKind.DEADLOCK, retryable=True), 60, 104),
    **_each(ErrorInfo(ErrorKind.SERIALIZATION, retryable=True), 8177, 8176, 4068),
    **_each(_LOCK, 54, 1591, 2049, 4021, 30006),
    **_each(ErrorInfo(ErrorKind.STATEMENT_TIMEOUT), 1013, 40, 3136),
    **_each(
        _GONE,
        22, 28, 31, 45, 600, 602, 603, 609, 1012, 1041, 1043, 1089, 1092, 2396, 3113, 3114, 3122,
        3135, 12153, 12170, 12537, 12547, 12570, 12571, 12583, 27146, 28511,
    ),
    **_each(
        _NO_CONNECTION,
        12154, 12203, 12500, 12505, 12514, 12516, 12519, 12520, 12541, 12543, 12545, 12757, 1033,
        1034, 1090,
    ),
    **_each(ErrorInfo(ErrorKind.PERMISSION), 1031, 1017, 1045, 28000, 28001, 1950, 24777),
    **_each(ErrorInfo(ErrorKind.READ_ONLY), 1456, 16000, 1552),
    **_each(ErrorInfo(ErrorKind.DISK), 1536, 1653, 1654, 1652, 1658, 1688, 1691, 257, 1578, 376),
    **_each(
        ErrorInfo(ErrorKind.DATA),
        1401, 1426, 1438, 1439, 1461, 1476, 1481, 1489, 1722, 1830, 1839, 1840, 1841, 1843, 1847,
        1850, 1858, 1861, 1873, 1877, 12899, 6502, 22835, 24816, 40441,
    ),
    **_each(ErrorInfo(ErrorKind.MISSING_OBJECT), 942, 904, 2289, 1418, 2443, 4043, 4080, 6550),
    **_each(
        ErrorInfo(ErrorKind.SYNTAX),
        900, 902, 903, 905, 906, 907, 908, 909, 911, 913, 917, 918, 919, 920, 921, 922, 923, 924,
        925, 926, 927, 928, 932, 933, 936, 937, 938, 947, 960, 972, 979, 1008, 1036, 1745,
        1756, 1789, 1790, 1795, 2014, 2287,
    ),
    **_each(ErrorInfo(ErrorKind.NOT_SUPPORTED), 22816, 2046),
}  # fmt: skip
_DRIVER: Mapping[int, ErrorInfo] = {
    **_each(_GONE, 1001, 4011, 4033, 5010),
    **_each(ErrorInfo(ErrorKind.STATEMENT_TIMEOUT), 4024),
    **_each(_NO_CONNECTION, 4000, 6000, 6001, 6003, 6005),
    **_each(ErrorInfo(ErrorKind.DATA), 4002, 4003, 4004, 8000, 8001),
}
_NAMED = re.compile(r"\(([^()]*)\)")
_CODE = re.compile(r"ORA-(\d{5})")


def code_of(error: BaseException) -> int:
    """Oracle's number of an error, 0 when it is the driver's own or none."""
    code = getattr(error.args[0], "code", 0) if error.args else 0
    return code if isinstance(code, int) else 0


def classify(error: BaseException) -> ErrorInfo:
    """What the error means; OTHER for what is not the driver's."""
    if isinstance(error, UnicodeEncodeError):
        return ErrorInfo(
            ErrorKind.DATA, hint="a string with lone surrogates is no text; store bytes"
        )
    detail = error.args[0] if error.args else None
    full_code = getattr(detail, "full_code", None)
    if not isinstance(full_code, str):
        return ErrorInfo()
    code, message = code_of(error), str(error)
    if code == _ROLLED_BACK:
        reasons = [int(number) for number in _CODE.findall(message)][1:]
        code = reasons[0] if reasons else code
        message = message.partition("\n")[2] or message
    if code in _CONSTRAINTS:
        return _constraint(code, message)
    if code in _BY_CODE:
        return _BY_CODE[code]
    if full_code.startswith("DPY-"):
        return _of_driver(int(full_code[4:]))
    return ErrorInfo()


def _of_driver(number: int) -> ErrorInfo:
    found = _DRIVER.get(number)
    if found is not None:
        return found
    if number < 3000 or 4006 <= number <= 4010:
        return ErrorInfo(ErrorKind.INTERFACE)
    return ErrorInfo(ErrorKind.NOT_SUPPORTED) if number < 4000 else ErrorInfo()


def _constraint(code: int, message: str) -> ErrorInfo:
    kind = _CONSTRAINTS[code]
    found = _NAMED.search(message)
    if found is None:
        return ErrorInfo(kind)
    parts = [unfolded(part.strip().strip('"')) for part in found[1].split(".")]
    if kind is ErrorKind.NOT_NULL:
        return ErrorInfo(kind, ".".join(parts[-2:]), hint=_UNCOUNTED if _is_id(parts) else None)
    return ErrorInfo(kind, parts[-1])


def _is_id(parts: list[str]) -> bool:
    return parts[-1] == "id"
