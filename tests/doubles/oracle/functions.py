"""Oracle's functions for SQLite: dates, exact arithmetic, text, sequences, what a column stores.

In: a SQLite connection and the session it belongs to. Out: functions registered on it. An error of
Oracle raised in one of them is kept in `session.raised`, for SQLite replaces it by its own.
"""

from __future__ import annotations

import datetime as dt
import json
import operator
import re
import sqlite3
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .failures import ora
from .storing import (
    decode,
    encode_interval,
    encode_moment,
    encode_number,
    encode_zoned,
    exact_number,
    read_type,
    store,
)

if TYPE_CHECKING:
    from .session import Session

_INTERVAL = re.compile(r"([+-]?)(\d+) (\d+):(\d+):(\d+)(?:\.(\d+))?\Z")
_MOMENT = re.compile(r"(.*?)(?:\s*([+-]\d\d:\d\d))?\Z")


def register(database: sqlite3.Connection, session: Session) -> None:
    """All of them."""
    named: dict[str, tuple[int, Callable[..., Any]]] = {
        "ORA_CONCAT": (2, _concat),
        "ORA_ADD": (2, _arithmetic(operator.add)),
        "ORA_SUB": (2, _arithmetic(operator.sub)),
        "ORA_MUL": (2, _arithmetic(operator.mul)),
        "ORA_DIV": (2, _divided),
        "ORA_MOD": (2, _modulo),
        "ORA_LOWER": (1, lambda text: None if text is None else str(text).lower()),
        "ORA_UPPER": (1, lambda text: None if text is None else str(text).upper()),
        "ORA_REGEXP": (3, _regexp),
        "ORA_TIMESTAMP": (1, _timestamp),
        "ORA_DATE": (1, lambda text: encode_moment(dt.datetime.fromisoformat(text))),
        "ORA_INTERVAL": (1, _interval),
        "ORA_CAST": (
            2,
            lambda value, type_: store(value, read_type(type_), ("", "", "CAST"), session.zone),
        ),
        "ORA_NOW": (1, lambda kind: _now(kind, session)),
        "ORA_NEXTVAL": (1, session.next_value),
        "ORA_CURRVAL": (1, session.current_value),
        "ORA_ROWID": (0, session.new_rowid),
        "ORA_STORE": (4, session.store),
        "ORA_IDENTITY": (4, session.identity),
        "SYS_CONTEXT": (2, session.context),
        "SYS_EXTRACT_UTC": (1, _utc),
        "ORA_MOMENT": (1, lambda stored: _moment(stored, session)),
        "HEXTORAW": (1, lambda text: None if text is None else bytes.fromhex(text)),
        "BITAND": (2, lambda a, b: None if a is None or b is None else a & b),
        "FLOOR": (
            1,
            lambda n: (
                None
                if n is None
                else encode_number(Decimal(exact_number(n)).__floor__() * Decimal(1))
            ),
        ),
        "POWER": (2, lambda a, b: None if a is None or b is None else a**b),
        "TRUNC": (1, _truncated),
        "LENGTHB": (1, lambda text: None if text is None else len(str(text).encode())),
        "TO_CLOB": (1, lambda value: value),
        "JSON_VALUE": (-1, _json_value),
        "JSON_QUERY": (-1, _json_query),
    }
    for name, (count, function) in named.items():
        database.create_function(name, count, _kept(session, function))


def _kept(session: Session, function: Callable[..., Any]) -> Callable[..., Any]:
    def called(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except Exception as error:
            session.raised = session.raised or error
            raise

    return called


def _concat(left: Any, right: Any) -> Any:
    """NULL is '' here: the other operand stays."""
    parts = [str(decode(part)) for part in (left, right) if part is not None]
    return "".join(parts) or None


def _arithmetic(apply: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def computed(left: Any, right: Any) -> Any:
        if left is None or right is None:
            return None
        a, b = exact_number(left), exact_number(right)
        if isinstance(a, dt.datetime) and isinstance(b, int | Decimal):
            return encode_moment(apply(a, dt.timedelta(days=float(b))))
        if isinstance(a, str) or isinstance(b, str):
            try:
                a, b = Decimal(str(a)), Decimal(str(b))
            except ArithmeticError:
                ora(1722, "invalid number")
        result = apply(a, b)
        if isinstance(result, dt.datetime):
            return encode_moment(result)
        if isinstance(result, dt.timedelta):
            return encode_interval(result)
        return encode_number(Decimal(result))

    return computed


def _divided(left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    divisor = Decimal(exact_number(right))
    if divisor == 0:
        ora(1476, "divisor is equal to zero")
    return encode_number(Decimal(exact_number(left)) / divisor)


def _modulo(left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    a, b = Decimal(exact_number(left)), Decimal(exact_number(right))
    return encode_number(a if b == 0 else a % b)


def _regexp(text: Any, pattern: Any, flags: Any) -> Any:
    if text is None or pattern is None:
        return None
    ignore = re.IGNORECASE if "i" in (flags or "") else re.NOFLAG
    return int(re.search(pattern, str(text), ignore) is not None)


def _timestamp(text: str) -> str:
    found = _MOMENT.match(text.strip())
    assert found is not None
    moment = dt.datetime.fromisoformat(found[1])
    if found[2] is None:
        return encode_moment(moment)
    return encode_zoned(dt.datetime.fromisoformat(f"{moment.isoformat()}{found[2]}"))


def _interval(text: str) -> str:
    found = _INTERVAL.match(text.strip())
    if found is None:
        ora(1867, "the interval is invalid")
    sign, days, hours, minutes, seconds, fraction = found.groups()
    delta = dt.timedelta(
        days=int(days), hours=int(hours), minutes=int(minutes), seconds=int(seconds),
        microseconds=int((fraction or "0").ljust(6, "0")[:6]),
    )  # fmt: skip
    return encode_interval(-delta if sign == "-" else delta)


def _now(kind: str, session: Session) -> str:
    now = session.server.clock()
    if kind in ("SYSDATE", "SYSTIMESTAMP"):
        local = now.astimezone(session.server.zone)
        return encode_zoned(local) if kind == "SYSTIMESTAMP" else (
            encode_moment(local.replace(tzinfo=None, microsecond=0))
        )  # fmt: skip
    own = now.astimezone(session.zone)
    if kind == "CURRENT_TIMESTAMP":
        return encode_zoned(own)
    naive = own.replace(tzinfo=None)
    return encode_moment(naive.replace(microsecond=0) if kind == "CURRENT_DATE" else naive)


def _utc(stored: Any) -> Any:
    if stored is None:
        return None
    if not str(stored).startswith("\x01Z"):
        ora(30175, "invalid type given for an argument")
    return "\x01T" + stored[2:].partition("|")[0]


def _moment(stored: Any, session: Session) -> Any:
    """For comparing: in UTC; a moment without zone is one of the session's."""
    if not isinstance(stored, str) or stored[:2] not in ("\x01T", "\x01Z"):
        return stored
    if stored[1] == "T":
        stored = encode_zoned(decode(stored).replace(tzinfo=session.zone))
    return _utc(stored)


def _truncated(stored: Any) -> Any:
    if stored is None:
        return None
    value = exact_number(stored)
    if isinstance(value, dt.datetime):
        return encode_moment(value.replace(hour=0, minute=0, second=0, microsecond=0))
    return encode_number(Decimal(int(value)))


def _json_member(document: Any, path: str) -> Any:
    value = json.loads(document)
    for index, name in re.findall(r'\[(\d+)\]|\."?([^".\[]+)"?', path):
        try:
            value = value[int(index)] if index else value[name]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _json_value(document: Any, path: str, *_: Any) -> Any:
    value = None if document is None else _json_member(document, path)
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if isinstance(value, dict | list) else value


def _json_query(document: Any, path: str, *_: Any) -> Any:
    """With a wrapper, which is how the dialect asks for it."""
    value = None if document is None else _json_member(document, path)
    return None if value is None else json.dumps([value])
