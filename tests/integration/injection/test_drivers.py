"""What drivers are given: types that accord knows, in a fixed encoding, of a size that fits."""

from __future__ import annotations

from typing import Any

import pytest
from orm_api import exc, only

from accord import Integer, LargeBinary, String, func, insert, literal, select, text, update


class Forged(str):
    """A string whose other texts are SQL."""

    def __str__(self) -> str:
        return "' OR 1=1 --"

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return str(self)

    def encode(self, *how: Any) -> bytes:
        return b"' OR 1=1 --"

    def replace(self, *what: Any) -> str:  # type: ignore[override]  # hostile
        return "' OR 1=1 --"

    def translate(self, table: Any) -> str:
        return "' OR 1=1 --"


@pytest.mark.parametrize(
    "value",
    [{"a": 1}, {"x' OR 1=1 --": 1}, ["a", "b"], {"a"}, object(), [{"b": 1}], {"name": ["x"]}],
)
def test_a_container_is_no_value_cve_2024_36039(engine: Any, victim: Any, value: Any) -> None:
    """PyMySQL wrote the keys of a dictionary into the statement without escaping them."""
    refused = (exc.StatementError, exc.ArgumentError, exc.CompileError)
    if isinstance(value, list) and engine.dialect.name == "postgresql":
        return  # an array
    builds = [
        lambda: select(victim.c.id).where(victim.c.name == value),
        lambda: insert(victim).values(id=3, name=value),
        lambda: update(victim).values(name=value),
    ]
    for build in builds:
        with pytest.raises(refused), engine.begin() as connection:
            connection.execute(build())
    with pytest.raises(refused), engine.begin() as connection:
        connection.execute(text("SELECT id FROM victim WHERE name = :name"), {"name": value})
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(victim)) == 2


def test_a_string_with_methods_of_its_own_is_its_characters(engine: Any, victim: Any) -> None:
    value = Forged("ann")
    statement = select(victim.c.id).where(victim.c.name == value)
    written = statement.compile(dialect=engine.dialect, compile_kwargs={"literal_binds": True})
    with engine.connect() as connection:
        for found in (connection.execute(statement), connection.exec_driver_sql(str(written))):
            assert found.scalars().all() in ([1], [])


@pytest.mark.parametrize(
    "raw",
    [
        b"\xbf' OR 1=1 --",
        b"\xbf\\' OR 1=1 --",
        b"\x95\\' OR 1=1 --",
        b"\x83\\",
        b"\xc0'",
        b"\xe5'",
        b"\xf0\x9f'",
        b"\xff\xfe'\0",
    ],
)
def test_bytes_of_other_encodings_open_no_quote_cve_2025_1094(
    engine: Any, victim: Any, raw: bytes
) -> None:
    """PostgreSQL's quoting let half of a character swallow the quote; GBK and SJIS did on MySQL."""
    for encoding in ("gbk", "shift_jis", "latin-1", "utf-8"):
        value = raw.decode(encoding, "surrogateescape")
        statement = select(victim.c.id).where(victim.c.name == value)
        with engine.connect() as connection:
            try:
                assert connection.execute(statement).scalars().all() == []
            except (exc.StatementError, UnicodeError):
                continue
            try:
                options = {"literal_binds": True}
                written = str(statement.compile(dialect=engine.dialect, compile_kwargs=options))
                assert connection.exec_driver_sql(written).scalars().all() == []
            except (exc.CompileError, exc.StatementError, UnicodeError):
                continue


def test_bytes_come_back_as_bytes(engine: Any) -> None:
    raw = bytes(range(256)) + b"'\\\0\xbf'"
    with engine.connect() as connection:
        assert bytes(connection.scalar(select(literal(raw, LargeBinary)))) == raw


@only("mysql", "mariadb", "their connections have an encoding")
def test_the_encoding_of_a_connection_is_fixed(engine: Any) -> None:
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT @@character_set_client").scalar()
        assert found == "utf8mb4"
        value = "縗\\'"
        connection.exec_driver_sql("SET SESSION sql_mode = ''")
        assert connection.scalar(select(literal(value, String))) == value


@only("mysql", "mariadb", "backslashes are escapes there, or not")
@pytest.mark.parametrize("mode", ["", "NO_BACKSLASH_ESCAPES", "ANSI_QUOTES"])
def test_a_literal_is_its_value_in_every_mode_of_the_server(engine: Any, mode: str) -> None:
    """SQLAlchemy doubled backslashes where they were no escapes."""
    with engine.connect() as connection:
        connection.exec_driver_sql(f"SET SESSION sql_mode = '{mode}'")
        for value in ("a\\b", "\\", "\\'", "'", '"', "a\\' OR 1=1 -- "):
            statement = select(literal(value, String))
            options = {"literal_binds": True}
            written = str(statement.compile(dialect=engine.dialect, compile_kwargs=options))
            assert connection.exec_driver_sql(written).scalar() == value
            assert connection.execute(statement).scalar() == value


@pytest.mark.parametrize("number", [2**63, 2**64, -(2**63) - 1, 10**40])
def test_a_number_that_is_too_large_is_refused_cve_2024_27304_cve_2024_32655(
    engine: Any, victim: Any, number: int
) -> None:
    """pgx and Npgsql let a length overflow, and read values as messages."""
    for value in (number, literal(number, Integer)):
        with engine.connect() as connection:
            try:
                found = connection.execute(select(victim.c.id).where(victim.c.id == value))
            except (exc.StatementError, OverflowError):
                continue
            assert found.scalars().all() == []


def test_a_large_value_is_a_value_cve_2024_27304(engine: Any) -> None:
    value = "x' OR 1=1 --" * 100_000
    with engine.connect() as connection:
        assert connection.scalar(select(func.length(literal(value, String)))) == len(value)
