"""Out parameters: what a block of PL/SQL gives back, by name, as the type reads it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from accord import (
    DateTime,
    Float,
    Integer,
    Numeric,
    String,
    Text,
    TypeDecorator,
    bindparam,
    outparam,
    text,
)
from accord.exc import CompileError, StatementError


class Shouted(TypeDecorator[str]):
    impl = String(20)
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else f"{value}!"


def test_a_block_gives_values_back(oracle_engine: Any) -> None:
    statement = text("BEGIN :sum := :a + 1; :word := 'x'; END;").bindparams(
        outparam("sum", Integer), outparam("word", String(10)), bindparam("a", type_=Integer)
    )
    with oracle_engine.connect() as connection:
        result = connection.execute(statement, {"a": 4})
        assert result.out_parameters == {"sum": 5, "word": "x"}
        assert not result.returns_rows
        again = connection.execute(statement, {"a": 7})
        assert again.out_parameters["sum"] == 8
        assert result.out_parameters["sum"] == 5


def test_values_are_read_as_their_type(oracle_engine: Any) -> None:
    given = {
        "n": (Numeric(10, 2), "12.5", Decimal("12.5")),
        "f": (Float(), "0.25", 0.25),
        "s": (Shouted(), "'a'", "a!"),
        "t": (Text(), "'long'", "long"),
        "d": (DateTime(), "TIMESTAMP '2020-01-02 03:04:05'", dt.datetime(2020, 1, 2, 3, 4, 5)),
        "nothing": (Integer(), "NULL", None),
    }
    body = " ".join(f":{name} := {sql};" for name, (_, sql, _) in given.items())
    statement = text(f"BEGIN {body} END;").bindparams(
        *[outparam(name, kind) for name, (kind, _, _) in given.items()]
    )
    with oracle_engine.connect() as connection:
        found = connection.execute(statement).out_parameters
    assert found == {name: value for name, (_, _, value) in given.items()}
    assert isinstance(found["f"], float)


def test_a_statement_without_any_has_none(oracle_engine: Any) -> None:
    with oracle_engine.connect() as connection:
        assert connection.execute(text("SELECT 1 FROM dual")).out_parameters == {}


def test_the_driver_has_to_know_the_type(oracle_engine: Any) -> None:
    statement = text("BEGIN :x := 5; END;").bindparams(outparam("x"))
    with (
        oracle_engine.connect() as connection,
        pytest.raises((CompileError, StatementError), match="has no type"),
    ):
        connection.execute(statement)
