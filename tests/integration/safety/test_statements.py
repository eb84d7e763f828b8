"""Safety rules about SQL text: names, literals, limits and keywords are exactly what was meant, or
refused."""

from __future__ import annotations

from typing import Any

import pytest

from accord import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    exc,
    func,
    insert,
    literal,
    literal_column,
    select,
    text,
    update,
)

HOSTILE = (
    "plain",
    "Mixed Case",
    "select",
    'quo"te',
    "back`tick",
    "brack]et",
    "a--b",
    "a/*b*/",
    "a;drop",
    "per%cent",
    "per%%s",
    "%(name)s",
    ":colon",
    "a\\b",
    "$1",
    "naïve",
    "it's",
)
VALUES = (
    "x' OR '1'='1",
    'x" OR "1"="1',
    "\\' OR 1=1 --",
    "%s %(x)s :x ?",
    "a;b",
    "/* */ --",
    "{0} {x}",
    "\\",
    "'",
    "''",
    "line\nbreak\ttab",
    "\N{RIGHT-TO-LEFT OVERRIDE}abc",
)


@pytest.fixture
def things(engine: Any) -> Any:
    metadata = MetaData()
    table = Table(
        "safety_thing",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("name", String(200)),
        Column("size", Integer),
    )
    metadata.create_all(engine)
    yield table
    metadata.drop_all(engine)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_column_of_any_name_is_written_and_read(engine: Any, name: str) -> None:
    metadata = MetaData()
    table = Table(
        "safety_named",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column(name, String(50)),
    )
    metadata.create_all(engine)
    try:
        with engine.begin() as connection:
            connection.execute(insert(table), [{"id": 1, name: "one"}, {"id": 2, name: "two"}])
            connection.execute(update(table).where(table.c[name] == "two").values({name: "2"}))
            found = connection.execute(select(table).order_by(table.c[name])).mappings().all()
        assert [row[name] for row in found] == ["2", "one"]
    finally:
        metadata.drop_all(engine)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_label_of_any_name_comes_back_as_it_is(engine: Any, name: str) -> None:
    with engine.connect() as connection:
        result = connection.execute(select(literal(5, Integer).label(name)))
        assert list(result.keys()) == [name]


@pytest.mark.parametrize("name", ["a\0b", "a\x1bb", "a\x85b", "a\ud800b", "x" * 10_000])
def test_a_name_no_database_keeps_is_refused(engine: Any, name: str) -> None:
    with engine.connect() as connection, pytest.raises(exc.IdentifierError):
        connection.execute(select(literal(5, Integer).label(name)))


@pytest.mark.parametrize("value", VALUES)
def test_a_hostile_value_is_a_value(engine: Any, things: Any, value: str) -> None:
    with engine.begin() as connection:
        connection.execute(insert(things), {"id": 1, "name": value})
        connection.execute(insert(things), {"id": 2, "name": "other"})
        found = connection.execute(select(things.c.name).where(things.c.name == value)).scalars()
        assert found.all() == [value]


@pytest.mark.parametrize("value", VALUES)
def test_a_hostile_value_written_as_a_literal_is_a_value(
    engine: Any, things: Any, value: str
) -> None:
    with engine.begin() as connection:
        connection.execute(insert(things), [{"id": 1, "name": value}, {"id": 2, "name": "other"}])
        statement = select(things.c.id).where(things.c.name == value)
        written = statement.compile(dialect=engine.dialect, compile_kwargs={"literal_binds": True})
        assert connection.exec_driver_sql(str(written)).scalars().all() == [1]


def test_a_negative_literal_never_makes_a_comment(engine: Any) -> None:
    expression = -literal(-5, Integer) - literal(-7, Integer)
    statement = select(expression.label("x"))
    written = str(statement.compile(dialect=engine.dialect, compile_kwargs={"literal_binds": True}))
    assert "--" not in written
    with engine.connect() as connection:
        assert connection.exec_driver_sql(written).scalar() == 12
        assert connection.execute(statement).scalar() == 12


def test_a_value_that_looks_like_a_parameter_mark_stays_text(engine: Any, things: Any) -> None:
    with engine.begin() as connection:
        connection.execute(insert(things), {"id": 1, "name": "%(size)s", "size": 3})
        connection.execute(
            update(things).where(things.c.name == "%(size)s").values(name=":size", size=4)
        )
        row = connection.execute(
            text("SELECT name, size FROM safety_thing WHERE name = :name"), {"name": ":size"}
        ).one()
    assert tuple(row) == (":size", 4)


@pytest.mark.parametrize("limit", ["1; DROP TABLE safety_thing", 1.5, "2"])
def test_limit_takes_whole_numbers_only(limit: Any) -> None:
    with pytest.raises((TypeError, exc.ArgumentError)):
        select(literal_column("1")).limit(limit)
    with pytest.raises((TypeError, exc.ArgumentError)):
        select(literal_column("1")).offset(limit)


@pytest.mark.parametrize("wanted", ["name; DROP TABLE safety_thing", "1=1) --", "nobody"])
def test_order_by_a_string_is_a_name_that_exists(engine: Any, things: Any, wanted: str) -> None:
    with engine.connect() as connection, pytest.raises(exc.CompileError):
        connection.execute(select(things).order_by(wanted))


def test_unknown_keywords_do_not_reach_the_statement(things: Any) -> None:
    smuggled: dict[str, Any] = {"_connector": "OR 1=1"}
    with pytest.raises((TypeError, exc.InvalidRequestError)):
        select(things).filter_by(**smuggled)
    with pytest.raises((TypeError, exc.CompileError)):
        str(insert(things).values(**smuggled))
    with pytest.raises(TypeError):
        func.lower("x", **smuggled)


@pytest.mark.parametrize("pattern", ["100%", "a_c", "\\", "[a]", "'", "%' OR 1=1 --"])
def test_a_like_pattern_made_of_a_value_matches_only_the_value(
    engine: Any, things: Any, pattern: str
) -> None:
    with engine.begin() as connection:
        rows = [{"id": 1, "name": f"<{pattern}>"}, {"id": 2, "name": "<100 abc>"}]
        connection.execute(insert(things), rows)
        condition = things.c.name.contains(pattern, autoescape=True)
        assert connection.execute(select(things.c.id).where(condition)).scalars().all() == [1]
