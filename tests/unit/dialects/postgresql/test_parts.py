"""The parts of the dialect that need no server: errors, ranges, SQL text, the docs page."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import psycopg
import pytest

from accord import Column, Integer, MetaData, String, Table, exc, select
from accord.dialect import ErrorKind
from accord_postgresql import ExcludeConstraint, PostgreSQLDialect, Range
from accord_postgresql.errors import CLASSES, STATES, classify

PAGE = Path(__file__).parents[4] / "docs" / "dialects" / "postgresql.md"


def error(state: str, message: str = "x") -> psycopg.Error:
    return psycopg.errors.lookup(state)(message)


@pytest.mark.parametrize("state", sorted(STATES))
def test_every_state_of_the_table_is_one_psycopg_knows(state: str) -> None:
    try:
        raised = error(state)
    except KeyError:
        pytest.skip(f"this psycopg is older than the SQLSTATE {state}")
    assert classify(raised).kind is STATES[state].kind


@pytest.mark.parametrize(
    ("state", "kind", "retryable", "disconnect"),
    [
        ("40P01", ErrorKind.DEADLOCK, True, False),
        ("40001", ErrorKind.SERIALIZATION, True, False),
        ("55P03", ErrorKind.LOCK_TIMEOUT, True, False),
        ("57014", ErrorKind.STATEMENT_TIMEOUT, False, False),
        ("57P01", ErrorKind.DISCONNECT, True, True),
        ("57P02", ErrorKind.DISCONNECT, True, True),
        ("57P03", ErrorKind.CANNOT_CONNECT, True, False),
        ("53300", ErrorKind.CANNOT_CONNECT, True, False),
        ("08006", ErrorKind.DISCONNECT, True, True),
        ("28P01", ErrorKind.CANNOT_CONNECT, False, False),
        ("22003", ErrorKind.DATA, False, False),
        ("42501", ErrorKind.PERMISSION, False, False),
        ("42P01", ErrorKind.MISSING_OBJECT, False, False),
        ("0A000", ErrorKind.NOT_SUPPORTED, False, False),
        ("23P01", ErrorKind.EXCLUSION, False, False),
    ],
)
def test_what_a_state_means(state: str, kind: ErrorKind, retryable: bool, disconnect: bool) -> None:
    info = classify(error(state))
    assert (info.kind, info.retryable, info.disconnect) == (kind, retryable, disconnect)


def test_a_stale_plan_is_told_from_other_unsupported_things() -> None:
    info = classify(error("0A000", "cached plan must not change result type"))
    assert (info.retryable, info.disconnect) == (True, True)


def test_errors_of_the_client() -> None:
    assert classify(psycopg.OperationalError("the connection is closed")).disconnect
    assert (
        classify(psycopg.OperationalError("connection failed: x")).kind is ErrorKind.CANNOT_CONNECT
    )
    assert classify(psycopg.DataError("NUL")).kind is ErrorKind.DATA
    assert classify(psycopg.InterfaceError("x")).kind is ErrorKind.INTERFACE
    assert classify(ValueError("x")).kind is ErrorKind.OTHER
    assert set(CLASSES) <= {state[:2] for state in psycopg.errors._sqlcodes}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Range(1, 5), Range(1, 4, "[]")),
        (Range(0, 5, "(]"), Range(1, 6)),
        (Range(None, 5), Range(None, 5, "()")),
        (Range(dt.date(2024, 1, 1), dt.date(2024, 1, 31), "[]"),
         Range(dt.date(2024, 1, 1), dt.date(2024, 2, 1))),
    ],
)  # fmt: skip
def test_ranges_that_hold_the_same_are_equal(one: Any, other: Any) -> None:
    assert one == other and hash(one) == hash(other)


def test_ranges() -> None:
    assert 3 in Range(1, 5) and 5 not in Range(1, 5) and 5 in Range(1, 5, "[]")
    assert 1 not in Range(empty=True) and not Range(empty=True)
    assert Range(1.5, 2.5) != Range(1.5, 2.5, "[]")
    assert Range(None, 3).lower_inf and not Range(None, 3).upper_inf
    with pytest.raises(exc.ArgumentError):
        Range(1, 2, "<>")


def test_an_in_list_is_one_parameter() -> None:
    table = Table("t", MetaData(), Column("id", Integer), Column("name", String))
    statement = select(table.c.id).where(table.c.id.in_([1, 2, 3]), table.c.name.not_in(["a"]))
    text = " ".join(str(statement.compile(dialect=PostgreSQLDialect())).split())
    assert text.endswith("WHERE t.id = ANY (%s::INTEGER[]) AND (t.name != ALL (%s::VARCHAR[]))")


def test_an_operator_of_exclude_is_an_operator() -> None:
    with pytest.raises(exc.ArgumentError):
        ExcludeConstraint(("span", "&& ); DROP TABLE t; --"))


def test_the_blocks_of_the_documentation_run() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    assert len(blocks) >= 3
    names: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
    assert names["Cousin"].name == "cousin"
