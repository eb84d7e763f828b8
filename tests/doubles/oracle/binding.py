"""Bind values as the driver checks them, before the server sees anything; `Var`.

In: a statement as read, parameters of execute() or executemany(), what setinputsizes() said, the
inputtypehandler. Out: for each occurrence of a placeholder the column of stored values; out binds.
"""

from __future__ import annotations

import datetime as dt
import decimal
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import oracledb
from oracledb import errors

from .failures import dpy
from .statement import Statement
from .storing import encode

_OF_PYTHON: dict[Any, Any] = {
    int: oracledb.DB_TYPE_NUMBER,
    float: oracledb.DB_TYPE_NUMBER,
    decimal.Decimal: oracledb.DB_TYPE_NUMBER,
    bool: oracledb.DB_TYPE_BOOLEAN,
    str: oracledb.DB_TYPE_VARCHAR,
    bytes: oracledb.DB_TYPE_RAW,
    # The contract does not say whether a datetime goes as DATE or TIMESTAMP: the double takes what
    # keeps less.
    dt.datetime: oracledb.DB_TYPE_DATE,
    dt.date: oracledb.DB_TYPE_DATE,
    dt.timedelta: oracledb.DB_TYPE_INTERVAL_DS,
}
_TEXT = (oracledb.DB_TYPE_VARCHAR, oracledb.DB_TYPE_NVARCHAR, oracledb.DB_TYPE_CHAR,
         oracledb.DB_TYPE_NCHAR, oracledb.DB_TYPE_CLOB, oracledb.DB_TYPE_NCLOB,
         oracledb.DB_TYPE_LONG, oracledb.DB_TYPE_LONG_NVARCHAR)  # fmt: skip
_BYTES = (oracledb.DB_TYPE_RAW, oracledb.DB_TYPE_BLOB, oracledb.DB_TYPE_LONG_RAW)
_NUMBERS = (oracledb.DB_TYPE_NUMBER, oracledb.DB_TYPE_BINARY_DOUBLE, oracledb.DB_TYPE_BINARY_FLOAT,
            oracledb.DB_TYPE_BINARY_INTEGER)  # fmt: skip
_MOMENTS = (oracledb.DB_TYPE_DATE, oracledb.DB_TYPE_TIMESTAMP, oracledb.DB_TYPE_TIMESTAMP_TZ,
            oracledb.DB_TYPE_TIMESTAMP_LTZ)  # fmt: skip


def type_of(given: Any) -> Any:
    """The driver's type for what var() and setinputsizes() take; DPY-2007 for anything else."""
    if isinstance(given, oracledb.DbType):
        return given
    if isinstance(given, oracledb.ApiType):
        return given.dbtype if hasattr(given, "dbtype") else given
    found = _OF_PYTHON.get(given)
    if found is None:
        dpy(errors.ERR_EXPECTING_TYPE)
    return found


class Var:
    """A bind variable."""

    def __init__(
        self,
        typ: Any,
        size: int = 0,
        arraysize: int = 1,
        inconverter: Callable[[Any], Any] | None = None,
        outconverter: Callable[[Any], Any] | None = None,
        convert_nulls: bool = False,
    ) -> None:
        self.type = type_of(typ)
        self.as_decimal = typ is decimal.Decimal
        self.size = size
        self.num_elements = arraysize
        self.inconverter = inconverter
        self.outconverter = outconverter
        self.convert_nulls = convert_nulls
        self.values: list[Any] = [None] * arraysize

    @property
    def actual_elements(self) -> int:
        return self.num_elements

    def getvalue(self, pos: int = 0) -> Any:
        if pos >= self.num_elements:
            raise IndexError("position out of range")
        return self.values[pos]

    def setvalue(self, pos: int, value: Any) -> None:
        self.values[pos] = value

    def encoded(self, value: Any) -> Any:
        """A value put into this variable, as it is stored; refused when the types differ."""
        if self.inconverter is not None and value is not None:
            value = self.inconverter(value)
        if value is not None and not fits(value, self.type):
            dpy(
                errors.ERR_UNSUPPORTED_PYTHON_TYPE_FOR_DB_TYPE,
                py_type_name=type(value).__name__,
                db_type_name=self.type.name,
            )
        return encode(value, self.type)

    def __repr__(self) -> str:
        return f"<double Var of {self.type.name}>"


def fits(value: Any, type_: Any) -> bool:
    """Whether the driver binds such a value as such a type."""
    if isinstance(value, bool | int | float | decimal.Decimal):
        return type_ in _NUMBERS or type_ is oracledb.DB_TYPE_BOOLEAN
    if isinstance(value, str):
        return type_ in _TEXT
    if isinstance(value, bytes | bytearray):
        return type_ in _BYTES
    if isinstance(value, dt.date):
        return type_ in _MOMENTS
    return type_ is oracledb.DB_TYPE_INTERVAL_DS and isinstance(value, dt.timedelta)


class Binder:
    """The binds of one statement on one cursor."""

    def __init__(
        self,
        cursor: Any,
        statement: Statement,
        sizes: tuple[Sequence[Any], Mapping[str, Any]],
        handler: Callable[[Any, Any, int], Any] | None,
        version: int,
    ) -> None:
        self.cursor = cursor
        self.statement = statement
        self.sizes = sizes
        self.handler = handler
        self.version = version
        self.variables: dict[str, Var] = {}
        """Of a PL/SQL block, by name."""

    def columns(self, rows: Sequence[Any]) -> tuple[list[dict[str, Any]], list[Var]]:
        """(stored values by occurrence for each row, out binds in order)."""
        count = len(rows)
        positional = isinstance(rows[0], list | tuple)
        for row in rows:
            if isinstance(row, list | tuple) != positional:
                dpy(errors.ERR_MIXED_POSITIONAL_AND_NAMED_BINDS)
        names = self._positional(rows) if positional else self._named(rows)
        bound: list[dict[str, Any]] = [{} for _ in range(count)]
        outs: dict[str, Var] = {}
        cells: dict[Any, list[Any]] = {}
        for number, bind in enumerate(self.statement.binds, 1):
            source = names[number - 1]
            column = cells.get(source)
            if column is None:
                column = cells[source] = self._column(source, rows, count, outs, bind.out)
                if self._last is not None:
                    self.variables[bind.name] = self._last
            if not bind.out:
                for row, value in zip(bound, column, strict=True):
                    row[f"B{number}"] = value
        return bound, list(outs.values())

    def _positional(self, rows: Sequence[Any]) -> list[Any]:
        places = self.statement.positions
        given = {len(row) for row in rows}
        wanted = len(places)
        outs = [i for i, bind in enumerate(places) if bind.out]
        vars_given = len(self.sizes[0])
        short = wanted - len(outs)
        for length in given:
            if length == wanted or (length == short and vars_given >= wanted):
                continue
            dpy(
                errors.ERR_WRONG_NUMBER_OF_POSITIONAL_BINDS,
                expected_num=wanted,
                actual_num=length,
            )
        if not self.statement.is_plsql:
            return list(range(wanted))
        order = {bind.name: place for place, bind in enumerate(places)}
        return [order[bind.name] for bind in self.statement.binds]

    def _named(self, rows: Sequence[Any]) -> list[Any]:
        folded = [_folded(row) for row in rows]
        known = set(self.statement.names)
        for row in folded:
            for name in row:
                if name not in known:
                    dpy(errors.ERR_INVALID_BIND_NAME, name=name)
        for name in self.statement.names:
            if any(name not in row for row in folded) and name not in self._sized():
                dpy(errors.ERR_MISSING_BIND_VALUE, name=name)
        self._rows = folded
        return [bind.name for bind in self.statement.binds]

    def _sized(self) -> dict[str, Any]:
        return _folded(self.sizes[1])

    def _column(
        self, source: Any, rows: Sequence[Any], count: int, outs: dict[str, Var], out: bool
    ) -> list[Any]:
        if isinstance(source, int):
            given = [row[source] if source < len(row) else None for row in rows]
            sized = self.sizes[0][source] if source < len(self.sizes[0]) else None
        else:
            given = [row.get(source) for row in self._rows]
            sized = self._sized().get(source)
        if out:
            outs[str(source)] = self._out(given, sized, count)
            return given
        return self._in(given, sized, count)

    def _out(self, given: list[Any], sized: Any, count: int) -> Var:
        variable = sized if isinstance(sized, Var) else next(
            (value for value in given if isinstance(value, Var)), None
        )  # fmt: skip
        if variable is None:
            dpy(errors.ERR_EXPECTING_VAR)
        if variable.num_elements < count:
            dpy(
                errors.ERR_INCORRECT_VAR_ARRAYSIZE,
                var_arraysize=variable.num_elements,
                required_arraysize=count,
            )
        return variable

    _last: Var | None = None

    def _in(self, given: list[Any], sized: Any, count: int) -> list[Any]:
        variable = sized if isinstance(sized, Var) else None
        if variable is None and sized is not None:
            variable = (
                Var(oracledb.DB_TYPE_VARCHAR, sized)
                if isinstance(sized, int) and not isinstance(sized, bool)
                else Var(sized)
            )
        stored: list[Any] = []
        last: Var | None = None
        for value in given:
            if isinstance(value, Var):
                last = value
                stored.append(value.encoded(value.getvalue()))
                continue
            if variable is None:
                variable = self._variable(value, count)
            stored.append(variable.encoded(value))
        self._last = variable or last
        return stored

    def _variable(self, value: Any, count: int) -> Var:
        """By the first value: None makes a string of length 1, which no number fits later."""
        if value is None:
            return Var(oracledb.DB_TYPE_VARCHAR, 1, count)
        if self.handler is not None:
            made = self.handler(self.cursor, value, count)
            if made is not None and not isinstance(made, Var):
                dpy(errors.ERR_EXPECTING_VAR)
            if made is not None:
                return made
        kind = type(value)
        if kind not in _OF_PYTHON:
            dpy(errors.ERR_PYTHON_VALUE_NOT_SUPPORTED, type_name=kind.__name__)
        if kind is bool and self.version < 23:
            # README: no boolean before 23ai.
            dpy(errors.ERR_DB_TYPE_NOT_SUPPORTED, name="DB_TYPE_BOOLEAN")
        return Var(kind, 0, count)


def _folded(row: Mapping[str, Any]) -> dict[str, Any]:
    """Names as placeholders have them: unquoted ones in upper case."""
    return {
        name[1:-1] if name.startswith('"') and name.endswith('"') else name.upper(): value
        for name, value in row.items()
    }


def checked_parameters(parameters: Any, keywords: Mapping[str, Any]) -> Any:
    """What execute() takes."""
    if keywords:
        if parameters:
            dpy(errors.ERR_ARGS_AND_KEYWORD_ARGS)
        return dict(keywords)
    if parameters is None:
        return ()
    if not isinstance(parameters, list | tuple | dict):
        dpy(errors.ERR_WRONG_EXECUTE_PARAMETERS_TYPE)
    return parameters


def checked_rows(parameters: Any) -> tuple[Iterable[Any], int]:
    """What executemany() takes: rows, and how many."""
    if isinstance(parameters, int) and not isinstance(parameters, bool):
        return [() for _ in range(parameters)], parameters
    if not isinstance(parameters, list) or any(
        not isinstance(row, list | tuple | dict) for row in parameters
    ):
        dpy(errors.ERR_WRONG_EXECUTEMANY_PARAMETERS_TYPE)
    return parameters, len(parameters)
