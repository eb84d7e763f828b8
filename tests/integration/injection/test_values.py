"""Hostile values: bound, as literals, as patterns, in templates. They come back as they are."""

from __future__ import annotations

from typing import Any

import pytest
from hostile import TEXTS, few, values
from hypothesis import given, strategies as st
from orm_api import exc

from accord import Enum, Integer, String, bindparam, cast, func, literal, select, text

PATTERNS = ["/", "\\", "!", "^", "'", "~"]


def as_literal(engine: Any, statement: Any) -> str:
    options = {"literal_binds": True}
    return str(statement.compile(dialect=engine.dialect, compile_kwargs=options))


@pytest.mark.parametrize("value", TEXTS)
def test_a_literal_is_its_value_cve_2019_14900_cve_2020_25638(engine: Any, value: str) -> None:
    """Hibernate wrote literals in SELECT, GROUP BY and comments without their quotes doubled."""
    shown = literal(value, String)
    with engine.connect() as connection:
        statement = select(shown).where(shown == shown).order_by(func.lower(shown))
        assert connection.exec_driver_sql(as_literal(engine, select(shown))).scalar() == value
        assert connection.exec_driver_sql(as_literal(engine, statement)).scalar() == value
        inline = select(bindparam("x", value, String, literal_execute=True))
        assert connection.execute(inline).scalar() == value


@few
@given(value=values, other=values)
def test_any_text_is_a_value_in_every_form(engine: Any, value: str, other: str) -> None:
    one, two = literal(value, String), literal(other, String)
    statement = select(one.label("a"), two.label("b"), cast(one, String(200)).label("c"))
    with engine.connect() as connection:
        expected = (value, other, value)
        if engine.dialect.name == "oracle" and "" in expected:
            return  # '' is NULL there
        assert tuple(connection.execute(statement).one()) == expected
        written = as_literal(engine, statement)
        assert tuple(connection.exec_driver_sql(written).one()) == expected


@pytest.mark.parametrize("value", TEXTS)
def test_nothing_is_replaced_inside_of_values_cve_2023_25813_cve_2023_22578_cve_2023_22579(
    engine: Any, victim: Any, value: str
) -> None:
    """Sequelize replaced :name in text that already held values."""
    with engine.begin() as connection:
        rows = connection.execute(
            text(f"SELECT id FROM victim WHERE name = :name AND secret <> {quoted(engine, value)}"),
            {"name": "ann", "x": "no", "1": "no"},
        )
        assert rows.scalars().all() == [1]
        update = victim.update().where(victim.c.name == "ann").values(name=value, secret=":name")
        connection.execute(update)
        row = connection.execute(select(victim.c.name, victim.c.secret).where(victim.c.id == 1))
        assert tuple(row.one()) == (value, ":name")


def quoted(engine: Any, value: str) -> str:
    """A literal inside of text(), its colons escaped as text() wants it."""
    written = as_literal(engine, literal(value, String))
    return written.replace("\\", "\\\\").replace(":", "\\:")


@pytest.mark.parametrize("number", [-1, -5.5, -(10**9)])
def test_a_negative_literal_makes_no_comment_cve_2024_1597_cve_2024_27289(
    engine: Any, victim: Any, number: float
) -> None:
    """pgjdbc and pgx wrote -? with -1 as --1, and what followed on the line was gone."""
    value = literal(number, Integer if isinstance(number, int) else None)
    wanted = (victim.c.id > -value + value) & (victim.c.name == "bob")
    for statement in (
        select(victim.c.id).where(wanted),
        select(victim.c.id).where(-value > 0, wanted),
    ):
        written = as_literal(engine, statement)
        assert "--" not in written
        with engine.connect() as connection:
            assert connection.exec_driver_sql(written).scalars().all() == [2]
            assert connection.execute(statement).scalars().all() == [2]


@pytest.mark.parametrize("escape", PATTERNS)
@pytest.mark.parametrize("value", TEXTS)
def test_a_pattern_made_of_a_value_cve_2020_11010(
    engine: Any, victim: Any, value: str, escape: str
) -> None:
    """Tortoise wrote the values of LIKE into the statement, MySQL's backslashes as they came."""
    with engine.begin() as connection:
        connection.execute(victim.update().where(victim.c.id == 1).values(name=f"<{value}>"))
        for wanted in (
            victim.c.name.contains(value, autoescape=True, escape=escape),
            victim.c.name.startswith(f"<{value}", autoescape=True, escape=escape),
            victim.c.name.endswith(f"{value}>", autoescape=True, escape=escape),
        ):
            statement = select(victim.c.id).where(wanted, victim.c.id == 1)
            others = select(func.count()).where(wanted, victim.c.id == 2)
            assert connection.execute(statement).scalars().all() == [1]
            assert connection.exec_driver_sql(as_literal(engine, statement)).scalars().all() == [1]
            assert connection.execute(others).scalar() == 0


@pytest.mark.parametrize("value", [text for text in TEXTS if text])
def test_a_member_of_an_enum_is_a_value(engine: Any, value: str) -> None:
    kind = Enum(value, "other", native_enum=False, length=80)
    with engine.connect() as connection:
        assert connection.execute(select(literal(value, kind))).scalar() == value
        written = as_literal(engine, select(literal(value, kind)))
        assert connection.exec_driver_sql(written).scalar() == value
    with pytest.raises((exc.StatementError, exc.CompileError, LookupError)):
        with engine.connect() as connection:
            connection.execute(select(literal("' OR 1=1 --", kind)))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_float_that_is_no_number_is_no_bare_word(engine: Any, number: float) -> None:
    """SQLAlchemy writes nan and inf, which are names of columns."""
    try:
        written = as_literal(engine, select(literal(number)))
    except exc.CompileError:
        return
    assert "'" in written or "." in written or "e" in written.lower()


@few
@given(value=st.text(alphabet="\0\x01\x1b\x7f\x85\ud800\udfff a'", min_size=1, max_size=6))
def test_control_characters_come_back_or_are_refused(engine: Any, value: str) -> None:
    with engine.connect() as connection:
        try:
            found = connection.execute(select(cast(literal(value, String), String(50)))).scalar()
        except (exc.StatementError, exc.DBAPIError, UnicodeError):
            return
        assert found == value
