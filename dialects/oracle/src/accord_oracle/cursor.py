"""The connection and cursor accord works with: python-oracledb's, with three things taken care of.

Out binds of RETURNING … INTO become fetched rows; names of result columns are written as programs
write them; a column of an array statement that begins with NULL gets its type from the first value
there is. Everything else is handed on. In: statements and parameters. Out: rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import oracledb

from .outbinds import OutBind, OutPlace, whole_number
from .target import unfolded

if TYPE_CHECKING:
    from accord.dialect import Parameters, Row

FETCH = 500
"""Rows fetched in one round trip; the first come with the answer to the execution."""
LONG_TEXT = 8_191
"""Characters that fit a VARCHAR2 bind whatever their encoding; longer text goes as a CLOB."""
LONG_BYTES = 32_767

_VARIABLES: dict[str, Any] = {
    "number": Decimal,
    "text": oracledb.DB_TYPE_VARCHAR,
    "national": oracledb.DB_TYPE_NVARCHAR,
    "clob": oracledb.DB_TYPE_CLOB,
    "nclob": oracledb.DB_TYPE_NCLOB,
    "blob": oracledb.DB_TYPE_BLOB,
    "raw": oracledb.DB_TYPE_RAW,
    "date": oracledb.DB_TYPE_DATE,
    "timestamp": oracledb.DB_TYPE_TIMESTAMP,
    "interval": oracledb.DB_TYPE_INTERVAL_DS,
    "double": oracledb.DB_TYPE_BINARY_DOUBLE,
}


class Columns(Sequence[tuple[Any, ...]]):
    """A cursor's description with the names programs know; built only when looked at."""

    __slots__ = ("_raw",)

    def __init__(self, raw: Sequence[Any]) -> None:
        self._raw = raw

    def __len__(self) -> int:
        return len(self._raw)

    def __getitem__(self, place: Any) -> Any:
        column = self._raw[place]
        return (unfolded(column[0]), *tuple(column)[1:])


class OracleCursor:
    """A cursor of python-oracledb."""

    __slots__ = ("_returned", "cursor", "fetchall", "fetchmany", "fetchone")

    fetchall: Callable[[], list[Any]]
    fetchmany: Callable[[int], list[Any]]
    fetchone: Callable[[], Any]

    def __init__(self, cursor: Any, fetch: int = FETCH) -> None:
        self.cursor = cursor
        cursor.arraysize = fetch
        cursor.prefetchrows = fetch + 1
        self._returned: list[tuple[str]] | None = None
        self._read_from_cursor()

    def _read_from_cursor(self) -> None:
        self.fetchall = self.cursor.fetchall
        self.fetchmany = self.cursor.fetchmany
        self.fetchone = self.cursor.fetchone

    @property
    def description(self) -> Sequence[Sequence[object]] | None:
        if self._returned is not None:
            return self._returned
        raw = self.cursor.description
        return None if raw is None else Columns(raw)

    @property
    def rowcount(self) -> int:
        count: int = self.cursor.rowcount
        return count

    def execute(self, operation: str, parameters: Parameters = (), /) -> object:
        if self._returned is not None:
            self._returned = None
            self._read_from_cursor()
        if parameters:
            last = (
                next(reversed(parameters.values()))
                if isinstance(parameters, dict)
                else parameters[-1]
            )
            if type(last) is OutBind:
                self._execute_returning(operation, parameters)
                return None
        return self.cursor.execute(operation, parameters)

    def executemany(self, operation: str, rows: list[Row], /) -> object:
        self._set_input_sizes(rows, ())
        return self.cursor.executemany(operation, rows)

    def close(self) -> None:
        self.cursor.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.cursor, name)

    # --- RETURNING … INTO ------------------------------------------------------------------------

    def _execute_returning(self, operation: str, parameters: Parameters) -> None:
        named = parameters if isinstance(parameters, dict) else dict(enumerate(parameters))
        outs: list[tuple[OutBind, Any]] = []
        sent: dict[Any, object] = {}
        for name, value in named.items():
            if type(value) is OutBind:
                outs.append((value, self._variable(value, 1)))
                sent[name] = outs[-1][1]
            else:
                sent[name] = value
        self.cursor.execute(operation, sent if named is parameters else list(sent.values()))
        rows = list(zip(*[_values(variable, 0) for _, variable in outs], strict=True))
        self._returned = [(out.name,) for out, _ in outs]
        left = iter(rows)
        self.fetchall = lambda: list(left)
        self.fetchmany = lambda size: [row for _, row in zip(range(size), left, strict=False)]
        self.fetchone = lambda: next(left, None)

    def execute_array(
        self, operation: str, rows: list[Row], outs: Sequence[OutBind]
    ) -> list[list[Row]]:
        """One statement for many rows; for each of them, the rows it returned."""
        variables = [self._variable(out, len(rows)) for out in outs]
        if rows[0]:
            self._set_input_sizes(rows, variables)
            self.cursor.executemany(operation, rows)
        else:
            self.cursor.setinputsizes(*variables)
            self.cursor.executemany(operation, len(rows))
        found: list[list[Row]] = []
        for place in range(len(rows)):
            columns = [_values(variable, place) for variable in variables]
            found.append(list(zip(*columns, strict=True)))
        return found

    def execute_each(
        self, operation: str, rows: list[dict[str, object]], outs: Mapping[str, OutBind]
    ) -> list[list[Row]]:
        """The same with values and out binds by name."""
        variables = {name: self._variable(out, len(rows)) for name, out in outs.items()}
        self.cursor.setinputsizes(**{**_named_sizes(rows), **variables})
        self.cursor.executemany(operation, rows if rows[0] else len(rows))
        found: list[list[Row]] = []
        for place in range(len(rows)):
            columns = [_values(variable, place) for variable in variables.values()]
            found.append(list(zip(*columns, strict=True)))
        return found

    def _variable(self, out: OutBind, count: int) -> Any:
        # A size of 0 is the type's own.
        return self.cursor.var(_VARIABLES[out.kind], size=out.size, arraysize=count)

    # --- types of NULLs --------------------------------------------------------------------------

    def _set_input_sizes(self, rows: list[Row], variables: Sequence[Any]) -> None:
        first = rows[0]
        if isinstance(first, dict):
            if named := _named_sizes(cast("list[dict[str, object]]", rows)):
                self.cursor.setinputsizes(**named)
            return
        sizes: list[Any] = [
            _size(row[place] for row in rows) if value is None else None
            for place, value in enumerate(first)
        ]
        if variables or any(size is not None for size in sizes):
            self.cursor.setinputsizes(*sizes, *variables)


class OracleConnection:
    """A connection of python-oracledb whose cursors are `OracleCursor`s."""

    __slots__ = ("__weakref__", "driver_connection")

    def __init__(self, connection: Any) -> None:
        self.driver_connection = connection

    def cursor(self) -> OracleCursor:
        return OracleCursor(self.driver_connection.cursor())

    def commit(self) -> None:
        self.driver_connection.commit()

    def rollback(self) -> None:
        self.driver_connection.rollback()

    def close(self) -> None:
        self.driver_connection.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.driver_connection, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "driver_connection":
            object.__setattr__(self, name, value)
        else:
            setattr(self.driver_connection, name, value)


def _values(variable: Any, place: int) -> list[Any]:
    """What an out bind holds for one row that was sent: a list, one value for each row matched."""
    return [
        value.read() if hasattr(value, "read") else whole_number(value)
        for value in variable.getvalue(place) or ()
    ]


def _named_sizes(rows: list[dict[str, object]]) -> dict[str, Any]:
    """The types of values whose first is NULL."""
    return {
        name: found
        for name, value in rows[0].items()
        if value is None and (found := _size(row.get(name) for row in rows)) is not None
    }


def _size(values: Any) -> Any:
    """The type of a column whose first value is NULL; None when all are."""
    present = [value for value in values if value is not None]
    return None if not present else _size_of(present)


def _size_of(values: list[Any]) -> Any:
    first = values[0]
    if isinstance(first, str):
        longest = max(map(len, values))
        return oracledb.DB_TYPE_CLOB if longest > LONG_TEXT else longest
    if isinstance(first, bytes):
        return oracledb.DB_TYPE_BLOB if max(map(len, values)) > LONG_BYTES else (
            oracledb.DB_TYPE_RAW
        )  # fmt: skip
    for kind, type_ in _BY_CLASS:
        if isinstance(first, kind):
            return type_
    return None


_BY_CLASS: tuple[tuple[Any, Any], ...] = (
    ((int, Decimal), oracledb.DB_TYPE_NUMBER),
    (float, oracledb.DB_TYPE_BINARY_DOUBLE),
    (dt.datetime, oracledb.DB_TYPE_TIMESTAMP),
    (dt.date, oracledb.DB_TYPE_DATE),
    (dt.timedelta, oracledb.DB_TYPE_INTERVAL_DS),
)


# --- handlers of the connection ------------------------------------------------------------------


def input_type(cursor: Any, value: Any, arraysize: int) -> Any:
    """How values travel that the driver would send as less than they are.

    A datetime goes as TIMESTAMP (a DATE has no fraction of a second), a float as BINARY_DOUBLE (a
    NUMBER has no NaN), a bool as a number, long text and bytes as LOBs.
    """
    kind = type(value)
    if kind is OutPlace:
        value.variable = cursor.var(
            _VARIABLES[value.kind], size=value.size, arraysize=arraysize, inconverter=_nothing
        )
        return value.variable
    if kind is dt.datetime:
        return cursor.var(oracledb.DB_TYPE_TIMESTAMP, arraysize=arraysize)
    if kind is float:
        return cursor.var(oracledb.DB_TYPE_BINARY_DOUBLE, arraysize=arraysize)
    if kind is bool:
        return cursor.var(oracledb.DB_TYPE_NUMBER, arraysize=arraysize, inconverter=int)
    if kind is str and len(value) > LONG_TEXT:
        return cursor.var(oracledb.DB_TYPE_CLOB, arraysize=arraysize)
    if kind is bytes and len(value) > LONG_BYTES:
        return cursor.var(oracledb.DB_TYPE_BLOB, arraysize=arraysize)
    return None


def _nothing(value: Any) -> None:
    """What goes into a place before a procedure is called."""


def output_type(cursor: Any, metadata: Any) -> Any:
    """How values come back: LOBs as str and bytes, NUMBERs exact."""
    kind = metadata.type_code
    if kind is oracledb.DB_TYPE_CLOB:
        return cursor.var(oracledb.DB_TYPE_LONG, arraysize=cursor.arraysize)
    if kind is oracledb.DB_TYPE_NCLOB:
        return cursor.var(oracledb.DB_TYPE_LONG_NVARCHAR, arraysize=cursor.arraysize)
    if kind is oracledb.DB_TYPE_BLOB:
        return cursor.var(oracledb.DB_TYPE_LONG_RAW, arraysize=cursor.arraysize)
    if kind is oracledb.DB_TYPE_NUMBER:
        if metadata.precision and metadata.scale == 0:
            return None  # declared whole: the driver gives int
        return cursor.var(Decimal, arraysize=cursor.arraysize, outconverter=whole_number)
    return None
