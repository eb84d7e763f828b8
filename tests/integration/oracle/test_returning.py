"""RETURNING … INTO: what comes back for which row, on the double."""

from __future__ import annotations

from typing import Any

import pytest
from doubles.oracle import Server

from accord import (
    Column,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    text,
    update,
)
from accord.exc import FlushError, StaleDataError
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column

T = Table(
    "t",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("n", String(20)),
    Column("x", Numeric(10, 2), server_default=text("1.50")),
    Column("long", Text),
)


class Base(DeclarativeBase):
    pass


class Versioned(Base):
    __tablename__ = "versioned"
    __mapper_args__ = {"eager_defaults": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[str | None] = mapped_column(String(20))
    stamp: Mapped[str] = mapped_column(String(40), server_default="new", onupdate=text("n || '!'"))


@pytest.fixture
def engine(oracle_engine: Any) -> Any:
    T.metadata.create_all(oracle_engine)
    Base.metadata.create_all(oracle_engine)
    return oracle_engine


def test_insert_returns_its_row(engine: Any) -> None:
    with engine.begin() as connection:
        row = connection.execute(
            insert(T).values(n="a", long="l" * 9000).returning(T.c.id, T.c.x, T.c.long)
        ).one()
    assert (row.id, str(row.x), len(row.long)) == (1, "1.50", 9000)


def test_insert_of_several_sets_returns_a_row_for_each(engine: Any) -> None:
    with engine.begin() as connection:
        rows = connection.execute(
            insert(T).returning(T.c.id, T.c.n), [{"n": "a"}, {"n": "b"}]
        ).all()
    assert rows == [(1, "a"), (2, "b")]


def test_inserted_primary_key(engine: Any) -> None:
    with engine.begin() as connection:
        assert connection.execute(insert(T).values(n="a")).inserted_primary_key == (1,)
        assert connection.execute(insert(T).values(id=77, n="a")).inserted_primary_key == (77,)


def test_update_and_delete_return_the_rows_they_matched(engine: Any) -> None:
    with engine.begin() as connection:
        connection.execute(insert(T), [{"n": "a"}, {"n": "b"}, {"n": "c"}])
        changed = connection.execute(
            update(T).where(T.c.n > "a").values(n=T.c.n + "!").returning(T.c.n)
        ).scalars()
        assert sorted(changed) == ["b!", "c!"]
        gone = connection.execute(delete(T).where(T.c.n == "a").returning(T.c.id)).scalars()
        assert list(gone) == [1]
        none = connection.execute(delete(T).where(T.c.n == "a").returning(T.c.id))
        assert none.all() == []


def test_a_result_is_read_like_any_other(engine: Any) -> None:
    with engine.begin() as connection:
        connection.execute(insert(T), [{"n": str(i)} for i in range(3)])
        result = connection.execute(update(T).values(n="x").returning(T.c.id))
        assert result.fetchone() is not None
        assert len(result.fetchmany(5)) == 2


def test_changed_values_come_back_with_the_update(engine: Any, oracle_double: Server) -> None:
    with Session(engine) as session:
        objects = [Versioned(n=str(i)) for i in range(3)]
        session.add_all(objects)
        session.commit()
        for obj in objects:
            assert obj.stamp == "new"
            obj.n = f"{obj.n}-changed"
        oracle_double.statements.clear()
        session.flush()
        assert [obj.stamp for obj in objects] == ["0!", "1!", "2!"]
    assert [text_.split()[0] for text_ in oracle_double.statements] == ["UPDATE"]
    assert "RETURNING stamp INTO :ret_0" in oracle_double.statements[0]


def test_an_updated_row_that_is_gone_is_noticed(engine: Any) -> None:
    with Session(engine, expire_on_commit=False) as session:
        objects = [Versioned(n=str(i)) for i in range(3)]
        session.add_all(objects)
        session.commit()
        gone = objects[1].id
        for obj in objects:
            obj.n = f"{obj.n}-changed"
        table = Versioned.__table__
        session.connection().execute(delete(table).where(table.c.id == gone))
        with pytest.raises(StaleDataError, match="2 were matched"):
            session.flush()


def test_given_keys_fetch_their_defaults_in_the_same_statement(
    engine: Any, oracle_double: Server
) -> None:
    with Session(engine) as session:
        objects = [Versioned(id=i, n="x") for i in (5, 3, 4)]
        session.add_all(objects)
        oracle_double.statements.clear()
        session.flush()
        assert [obj.stamp for obj in objects] == ["new"] * 3
        assert len(oracle_double.statements) == 1
        session.commit()


def test_a_row_that_returns_nothing_is_an_error(engine: Any, monkeypatch: Any) -> None:
    """A view or trigger that swallows a row: nothing may be matched by guessing."""
    from doubles.oracle import executing

    honest = executing._insert

    def swallowing(session: Any, plan: Any, values: Any) -> Any:
        answer = honest(session, plan, values)
        if "swallowed" in values.values():
            answer.returned = []
        return answer

    monkeypatch.setattr(executing, "_insert", swallowing)
    with Session(engine) as session:
        session.add_all([Versioned(n="kept"), Versioned(n="swallowed"), Versioned(n="kept too")])
        with pytest.raises(FlushError, match="returned 2"):
            session.flush()


def test_more_rows_than_one_statement_carries(
    engine: Any, oracle_double: Server, monkeypatch: Any
) -> None:
    monkeypatch.setattr("accord_oracle.keys.array.ROWS", 400)
    with Session(engine) as session:
        objects = [Versioned(n=str(i)) for i in range(1000)]
        session.add_all(objects)
        oracle_double.statements.clear()
        session.flush()
        keys = {obj.n: obj.id for obj in objects}
        session.commit()
        stored = dict(session.execute(select(Versioned.n, Versioned.id)).all())
    assert keys == stored
    assert len([text_ for text_ in oracle_double.statements if text_.startswith("INSERT")]) == 3
