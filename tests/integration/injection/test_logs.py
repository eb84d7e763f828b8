"""Log lines: no value, name or token writes a line of its own, or speaks to a terminal."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hostile import TEXTS
from orm_api import create_engine, exc
from statements import echoed

from accord import String, literal, select

FORGED = [
    "x\n2024-01-01 INFO accord.engine.Engine COMMIT",
    "x\r\nINFO forged",
    "x\x1b[2J\x1b[31mred",
    "x\x9b31m",
    "x\x00y",
    "x\x07",
    "x\x7f",
    "x\u2028y",
    "x\u202eyz",
    "x\ud800",
]
CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


@pytest.mark.parametrize("value", FORGED)
def test_a_value_makes_no_line_of_the_log(database: Any, value: str) -> None:
    engine = create_engine(database.url, echo=True)
    with echoed() as lines, engine.connect() as connection:
        try:
            connection.execute(select(literal(value, String)))
        except (exc.StatementError, UnicodeError):
            pass
    engine.dispose()
    assert not [line for line in lines if "forged" in line.partition("\n")[2]]
    assert not [line for line in lines if CONTROL.search(line)]
    assert not [line for line in lines if line.startswith("2024")]


@pytest.mark.parametrize("token", FORGED)
def test_a_token_makes_no_line_of_the_log(database: Any, token: str) -> None:
    engine = create_engine(database.url, echo=True)
    with echoed() as lines, engine.connect() as connection:
        connection.execution_options(logging_token=token).execute(select(1))
    engine.dispose()
    assert lines
    assert not [line for line in lines if CONTROL.search(line)]
    assert not [line for line in lines if "\n" in line.partition("SELECT")[0]]


@pytest.mark.parametrize("value", [v for v in FORGED if "\0" not in v and "\ud800" not in v])
def test_sql_text_shows_its_control_characters(database: Any, value: str) -> None:
    """A literal in the text keeps its lines, as SQL has lines; nothing else moves the cursor."""
    engine = create_engine(database.url, echo=True)
    with echoed() as lines, engine.connect() as connection:
        connection.exec_driver_sql(f"SELECT '{value}'".replace("%", "%%"))
    engine.dispose()
    assert not [line for line in lines if CONTROL.search(line)]


@pytest.mark.parametrize("value", [*TEXTS, *FORGED])
def test_a_message_of_an_error_shows_no_value(database: Any, value: str) -> None:
    engine = create_engine(database.url)
    marked = f"{value}PII-4711"
    with engine.connect() as connection, pytest.raises(Exception) as caught:
        connection.exec_driver_sql("SELECT nothing_like_it FROM nowhere_at_all", (marked,))
    engine.dispose()
    assert "PII-4711" not in str(caught.value)
