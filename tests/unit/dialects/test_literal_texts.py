"""Literals as each dialect writes them; that they are what they say is shown on real databases
(tests/integration/sql/test_literals.py), except for Oracle and SQL Server.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest

from accord import exc, literal, select, types

MOMENT = dt.datetime(2020, 1, 2, 3, 4, 5)
NUMBER = UUID(int=5)

TEXTS: dict[str, list[tuple[Any, Any, str]]] = {
    "postgresql": [
        ("it's", types.String(), "'it''s'"),
        ("a\\'b", types.String(), r"E'a\\''b'"),
        ({"a": "\\"}, types.JSON(), r"""E'{"a": "\\\\"}'::JSON"""),
        (MOMENT, types.DateTime(), "'2020-01-02 03:04:05'::TIMESTAMP WITHOUT TIME ZONE"),
        (-1.5, types.Double(), "'-1.5'::DOUBLE PRECISION"),
        (float("nan"), types.Double(), "'nan'::DOUBLE PRECISION"),
        (b"\0'", types.LargeBinary(), r"E'\\x0027'::BYTEA"),
        (NUMBER, types.Uuid(), f"'{NUMBER}'::UUID"),
    ],
    "mysql": [
        ("it's", types.String(), "'it''s'"),
        ("a\\'b", types.String(), "_utf8mb4 X'615C2762'"),
        ("\0", types.String(), "_utf8mb4 X'00'"),
        (MOMENT, types.DateTime(), "'2020-01-02 03:04:05.000000'"),
        (0.5, types.Double(), "0.5e0"),
        (b"\0'", types.LargeBinary(), "X'0027'"),
        (True, types.Boolean(), "true"),
    ],
    "sqlite": [
        ("a\\'b", types.String(), r"'a\''b'"),
        (0.1, types.Double(), "0.1"),
        (0.1 + 0.2, types.Double(), "(5404319552844596.0 / 18014398509481984.0)"),
        (-1e300, types.Double(), "(-6724873095247260.0 * " + "4611686018427387904.0 * " * 15),
        (Decimal("-1.50"), types.Numeric(9, 2), "(-1.5)"),
        (float("inf"), types.Double(), "9e999"),
        (True, types.Boolean(), "1"),
    ],
    "oracle": [
        ("it's", types.String(), "'it''s'"),
        (MOMENT, types.DateTime(), "TIMESTAMP '2020-01-02 03:04:05'"),
        (1.5, types.Double(), "CAST(1.5 AS BINARY_DOUBLE)"),
        (1e-300, types.Double(), "1e-300d"),
        (-0.0, types.Double(), "(-0.0d)"),
        (b"\0'", types.LargeBinary(), "HEXTORAW('0027')"),
    ],
    "mssql": [
        ("it's", types.String(), "N'it''s'"),
        (MOMENT, types.DateTime(), "CAST(N'2020-01-02T03:04:05.000000' AS DATETIME2)"),
        (-5, types.Integer(), "(-5)"),
        (b"\0'", types.LargeBinary(), "0x0027"),
        (NUMBER, types.Uuid(), f"CAST(N'{NUMBER}' AS UNIQUEIDENTIFIER)"),
    ],
}
CASES = [(name, *case) for name, cases in TEXTS.items() for case in cases]


def written(name: str, value: Any, type_: Any) -> str:
    dialect = import_module(f"accord.dialects.{name}").dialect(paramstyle="named")
    statement = select(literal(value, type_).label("x"))
    text = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    return text.removeprefix("SELECT ").partition(" AS x")[0]


@pytest.mark.parametrize(("name", "value", "type_", "text"), CASES)
def test_a_literal_of_each_dialect(name: str, value: Any, type_: Any, text: str) -> None:
    assert written(name, value, type_).startswith(text)


@pytest.mark.parametrize("name", TEXTS)
def test_none_is_null_whatever_the_type(name: str) -> None:
    for type_ in (types.String(), types.Integer(), types.DateTime(), types.LargeBinary()):
        assert written(name, None, type_) == "NULL"


@pytest.mark.parametrize("name", ["postgresql", "sqlite", "oracle", "mssql"])
def test_nul_is_refused_where_no_literal_can_hold_it(name: str) -> None:
    with pytest.raises(exc.CompileError, match=r"NUL|U\+0000"):
        written(name, "a\0b", types.String())


@pytest.mark.parametrize("name", TEXTS)
def test_what_a_type_refuses_as_a_parameter_it_refuses_as_a_literal(name: str) -> None:
    for value, type_ in (("x", types.Integer()), (MOMENT, types.Date()), (5, types.String())):
        with pytest.raises(exc.CompileError):
            written(name, value, type_)
