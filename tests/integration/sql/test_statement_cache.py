"""The cache of compiled statements: what shares an entry, what never does, and what it holds."""

from __future__ import annotations

import gc
import sys
import types as python_types
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from accord import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    column,
    func,
    insert,
    literal,
    literal_column,
    select,
    table,
    text,
    tuple_,
    type_coerce,
    update,
)
from accord.exc import ArgumentError
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = "cached_thing"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str | None] = mapped_column(String(60))


things = Thing.__table__


@pytest.fixture
def connection(engine: Any) -> Iterator[Any]:
    Base.metadata.create_all(engine)
    with engine.connect() as connection:
        connection.execute(insert(things), [{"id": n, "name": f"n{n}"} for n in range(40)])
        engine.clear_compiled_cache()
        yield connection
        connection.rollback()
    Base.metadata.drop_all(engine)


def entries(connection: Any) -> int:
    return len(connection.engine.compiled)


# --- one entry -----------------------------------------------------------------------------------


def test_lists_of_every_length_share_one(connection: Any) -> None:
    for length in range(40):
        wanted = list(range(length))
        statement = select(things.c.id).where(things.c.id.in_(wanted)).order_by(things.c.id)
        assert connection.scalars(statement).all() == wanted
    assert entries(connection) == 1


def test_lists_of_tuples_share_one(connection: Any) -> None:
    pair = tuple_(things.c.id, things.c.name)
    if connection.engine.dialect.name == "mssql":
        pytest.skip("SQL Server has no row values")
    for length in range(1, 9):
        wanted = [(n, f"n{n}") for n in range(length)]
        statement = select(func.count()).select_from(things).where(pair.in_(wanted))
        assert connection.scalar(statement) == length
    assert entries(connection) == 1


def test_limits_and_offsets_share_one(connection: Any) -> None:
    for number in range(1, 6):
        statement = select(things.c.id).order_by(things.c.id).limit(number).offset(number)
        assert connection.scalars(statement).all() == list(range(number, 2 * number))
    assert entries(connection) == 1


def test_aliases_made_anew_share_one(connection: Any) -> None:
    for number in range(4):
        alias = things.alias()
        inner = select(alias.c.id).where(alias.c.id > number).subquery()
        assert connection.scalar(select(func.min(inner.c.id))) == number + 1
    assert entries(connection) == 1


# --- never one -----------------------------------------------------------------------------------


def test_texts_columns_and_functions_of_one_name_are_three(connection: Any) -> None:
    names = [
        select(literal_column("1").label("x")),
        select(literal(1).label("x")),
        select(text("1 AS x")),
        select(func.abs(1).label("x")),
        select(literal_column("1", String).label("x")),
        select(type_coerce(literal(1), String).label("x")),
    ]
    assert len({statement.key for statement in names}) == len(names)


def test_types_are_part_of_the_key() -> None:
    one = select(column("x", Integer)).where(column("y", String(5)) == bindparam("y", "a"))
    two = select(column("x", String)).where(column("y", String(5)) == bindparam("y", "a"))
    assert one.key != two.key


def test_a_table_made_again_under_its_name_is_another(connection: Any) -> None:
    first = Table("cached_thing", MetaData(), Column("id", Integer), Column("name", String(60)))
    second = Table("cached_thing", MetaData(), Column("id", String(9)), Column("name", String(60)))
    assert select(first).key != select(second).key
    assert connection.scalar(select(first.c.id).where(first.c.id == 3)) == 3
    assert entries(connection) == 1
    connection.scalar(select(second.c.name).where(second.c.name == "n3"))
    assert entries(connection) == 2


def test_tables_that_are_gone_are_not_kept_alive(connection: Any) -> None:
    import weakref

    made = Table("cached_thing", MetaData(), Column("id", Integer), Column("name", String(60)))
    connection.scalar(select(made.c.id).where(made.c.id == 3))
    gone = weakref.ref(made)
    connection.engine.clear_compiled_cache()
    del made
    gc.collect()
    assert gone() is None


def test_light_tables_that_look_the_same_are_the_same(connection: Any) -> None:
    for number in range(3):
        light = table("cached_thing", column("id", Integer), column("name", String))
        assert connection.scalar(select(light.c.name).where(light.c.id == number)) == f"n{number}"
    assert entries(connection) == 1


# --- the option compiled_cache -------------------------------------------------------------------


def test_a_dictionary_of_ones_own(connection: Any) -> None:
    mine: dict[Any, Any] = {}
    for number in range(3):
        statement = select(things.c.name).where(things.c.id == number)
        found = connection.scalar(statement, execution_options={"compiled_cache": mine})
        assert found == f"n{number}"
    assert len(mine) == 1
    assert entries(connection) == 0


def test_none_compiles_each_time(connection: Any) -> None:
    statement = select(things.c.name).where(things.c.id == 1)
    assert connection.scalar(statement) == "n1"
    hits = connection.engine.compiled.hits
    for _ in range(3):
        assert connection.scalar(statement, execution_options={"compiled_cache": None}) == "n1"
    assert connection.engine.compiled.hits == hits
    assert entries(connection) == 1


def test_anything_else_is_refused(connection: Any) -> None:
    with pytest.raises(ArgumentError, match="compiled_cache is a dict"):
        connection.scalar(select(things.c.id), execution_options={"compiled_cache": 5})


# --- what it holds -------------------------------------------------------------------------------


class Canary(str):
    """A value that can be told from every other."""


def canaries_below(roots: list[Any]) -> list[str]:
    found: list[str] = []
    seen: set[int] = set()
    todo = list(roots)
    while todo:
        item = todo.pop()
        if id(item) in seen or isinstance(item, python_types.ModuleType | python_types.FrameType):
            continue
        seen.add(id(item))
        if isinstance(item, Canary):
            found.append(str(item))
        todo.extend(gc.get_referents(item))
    return found


def test_no_value_outlives_its_execution(connection: Any) -> None:
    numbers = iter(range(100))

    def canary() -> Canary:
        return Canary(f"canary {next(numbers)}")

    connection.execute(select(things.c.id).where(things.c.name == canary()))
    connection.execute(select(things.c.id).where(things.c.name.in_([canary(), canary()])))
    connection.execute(select(things.c.id).where(things.c.name.like(canary(), escape="/")))
    connection.execute(insert(things).values(id=100, name=canary()))
    connection.execute(insert(things), [{"id": 101, "name": canary()}])
    connection.execute(update(things).where(things.c.name == canary()).values(name=canary()))
    connection.execute(text("SELECT id FROM cached_thing WHERE name = :n"), {"n": canary()})
    inner = (
        select(things.c.id)
        .where(things.c.name == canary())
        .union(select(things.c.id).where(things.c.name == canary()))
    )
    connection.execute(inner)
    session = Session(connection)
    session.scalars(select(Thing).where(Thing.name == canary())).all()
    session.add(Thing(id=102, name=canary()))
    session.flush()
    session.execute(update(Thing).where(Thing.name == canary()).values(name=canary()))
    session.close()
    gc.collect()
    engine = connection.engine
    assert entries(connection) >= 5
    assert canaries_below([engine.compiled, engine.plans]) == []
    sample = select(things).where(things.c.name == Canary("seen"))
    assert canaries_below([sample]) == ["seen"]  # it would be found


def test_many_threads_share_one(engine: Any, connection: Any) -> None:
    connection.commit()
    engine.compiled.size = engine.plans.size = 4

    def work(seed: int) -> bool:
        with engine.connect() as mine, Session(mine) as session:
            for turn in range(60):
                number = (seed * 7 + turn) % 30
                width = turn % 9
                labels = [things.c.name.label(f"c{n}") for n in range(width + 1)]
                row = mine.execute(select(*labels).where(things.c.id == number)).one()
                if tuple(row) != (f"n{number}",) * (width + 1):
                    return False
                if session.scalars(select(Thing).where(Thing.id == number)).one().id != number:
                    return False
                session.expunge_all()
        return True

    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(4) as pool:
            assert all(pool.map(work, range(4)))
    finally:
        sys.setswitchinterval(switch)
    assert len(engine.compiled) <= 8
    with engine.begin() as other:
        other.execute(things.delete())
