"""SQL Server's functions for sqlite3: `accord_…`, as translate.py writes them.

In: a session. Out: its sqlite3 connection with the functions and the collation registered.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from .errors import ServerError
from .values import SQLType

if TYPE_CHECKING:
    from .session import Session

_PARTS = {
    "year": "year", "month": "month", "day": "day", "hour": "hour", "minute": "minute",
    "second": "second", "microsecond": "microsecond",
}  # fmt: skip


def register(session: Session) -> None:
    data = session.data
    raised: list[ServerError] = []
    session.raised = raised  # type: ignore[attr-defined]  # errors inside functions, for rows.py

    def make(name: str, count: int, function: Any) -> None:
        def guarded(*arguments: Any) -> Any:
            try:
                return function(*arguments)
            except ServerError as error:
                raised.append(error)
                raise

        data.create_function(name, count, guarded)

    make("accord_add", 2, _add)
    make("accord_cast", 2, _cast)
    make("accord_datepart", 2, _datepart)
    make("accord_now", 0, lambda: dt.datetime.now().isoformat(" ", "milliseconds"))
    make("accord_next", 1, lambda name: next_value(session, name))
    make("accord_object_id", 1, session.object_id)
    make("accord_object_id", 2, session.object_id)
    make("accord_schema_id", 1, lambda name: _schema_id(session, name))
    make("accord_serverproperty", 1, lambda name: _property(session, name))
    make("accord_columnproperty", 3, lambda owner, name, what: _column(session, owner, name))
    make("accord_isjson", 1, _isjson)
    make("STRING_ESCAPE", 2, _string_escape)
    make("accord_databasepropertyex", 2, lambda name, what: "SQL_Latin1_General_CP1_CI_AS")
    make("accord_db_name", 0, lambda: "accord")
    data.create_collation("accord_ci", _compare)


def _compare(one: str, other: str) -> int:
    left, right = one.rstrip(" ").casefold(), other.rstrip(" ").casefold()
    return (left > right) - (left < right)


def _add(one: Any, other: Any) -> Any:
    """docs: + (string concatenation): NULL makes NULL; a number beside text makes a number."""
    if one is None or other is None:
        return None
    if isinstance(one, str) and isinstance(other, str):
        return one + other
    if isinstance(one, bytes) and isinstance(other, bytes):
        return one + other
    try:
        return _number(one) + _number(other)
    except ValueError:
        raise ServerError(
            245, "Conversion failed when converting the nvarchar value to data type int."
        ) from None


def _number(value: Any) -> Any:
    return value if isinstance(value, int | float) else int(value)


def _cast(value: Any, kind: str) -> Any:
    """docs: CAST: text and bytes that are too long are cut, silently."""
    type_ = SQLType(kind)
    if value is None:
        return None
    if type_.name in ("NVARCHAR", "VARCHAR", "NCHAR", "CHAR"):
        limit = 30 if type_.arguments == [""] else type_.length
        text = value.decode("utf-16-le") if isinstance(value, bytes) else str(value)
        return text if limit is None else text[:limit]
    if type_.name in ("VARBINARY", "BINARY"):
        raw = value.encode("utf-16-le") if isinstance(value, str) else value
        return raw if type_.length is None else raw[: type_.length]
    stored = type_.store(value)
    return float(stored) if type_.name == "DECIMAL" else stored


def _datepart(part: str, value: Any) -> Any:
    if value is None:
        return None
    moment = dt.datetime.fromisoformat(str(value))
    if part in _PARTS:
        return getattr(moment, _PARTS[part])
    if part == "quarter":
        return (moment.month + 2) // 3
    if part == "dayofyear":
        return moment.timetuple().tm_yday
    if part == "iso_week":
        return moment.isocalendar().week
    if part == "weekday":
        return moment.isoweekday() % 7 + 1
    raise ServerError(155, f"'{part}' is not a recognized datepart option.", 15)


def next_value(session: Session, name: str) -> int:
    """contract: NEXT VALUE FOR; numbers are not given back on rollback."""
    key = name if "." in name else f"dbo.{name}"
    found = session.data.execute(
        "SELECT start, step, low, high, cycle FROM sys_sequences WHERE name = ?", (key,)
    ).fetchone()
    if found is None:
        raise ServerError(208, f"Invalid object name '{name}'.")
    start, step, low, high, cycle = found
    counter = f"sequence {key.lower()}"
    last = session.server.counters.get(counter)
    number = start if last is None else last + step
    if not low <= number <= high:
        if not cycle:
            raise ServerError(
                11728, f"The sequence object '{name}' has reached its minimum or maximum value."
            )
        number = low if step > 0 else high
    session.server.counters[counter] = number
    return int(number)


def _schema_id(session: Session, name: str) -> int | None:
    found = session.data.execute(
        "SELECT schema_id FROM sys_schemas WHERE name = ?", (name,)
    ).fetchone()
    return None if found is None else int(found[0])


def _property(session: Session, name: str) -> Any:
    return {"PRODUCTVERSION": session.server.version, "ENGINEEDITION": 3}.get(name.upper())


def _column(session: Session, owner: Any, name: str) -> int | None:
    found = session.data.execute(
        "SELECT full_name FROM sys_objects WHERE object_id = ?", (owner,)
    ).fetchone()
    table = None if found is None else session.table(str(found[0]).removeprefix("dbo."))
    if table is None:
        return None
    names = [column.name.lower() for column in table.columns]
    return names.index(name.lower()) + 1 if name.lower() in names else None


def _string_escape(value: Any, kind: str) -> Any:
    import json

    return None if value is None else json.dumps(value, ensure_ascii=False)[1:-1]


def _isjson(value: Any) -> int | None:
    import json

    if value is None:
        return None
    try:
        return int(isinstance(json.loads(value), dict | list))
    except ValueError:
        return 0
