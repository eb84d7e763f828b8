"""UPDATE and DELETE of many rows: one statement, matched by key value, counted."""

from typing import Any

import pytest
from statements import record

from accord import Integer, String, exc, func, select, text
from accord.orm import DeclarativeBase, Session, mapped_column
from accord_postgresql import ARRAY, JSONB


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"
    id = mapped_column(Integer, primary_key=True)
    name = mapped_column(String)
    size = mapped_column(Integer)
    doubled = mapped_column(Integer, server_default=text("0"), server_onupdate=text("0"))
    tags = mapped_column(ARRAY(String))
    data = mapped_column(JSONB)
    __mapper_args__ = {"eager_defaults": True}


class Pair(Base):
    __tablename__ = "pair"
    a = mapped_column(Integer, primary_key=True)
    b = mapped_column(String(20), primary_key=True)
    value = mapped_column(String)
    version = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}


@pytest.fixture
def session(engine: Any, sql: Any) -> Any:
    Base.metadata.create_all(engine)
    sql(
        "CREATE FUNCTION double() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN NEW.doubled := NEW.size * 2; RETURN NEW; END $$"
    )
    sql("CREATE TRIGGER d BEFORE UPDATE ON item FOR EACH ROW EXECUTE FUNCTION double()")
    with Session(engine) as session:
        yield session


def items(session: Any, count: int) -> list[Any]:
    made = [Item(name=f"n{i}", size=i) for i in range(count)]
    session.add_all(made)
    session.commit()
    return session.scalars(select(Item).order_by(Item.id)).all()  # type: ignore[no-any-return]


def test_a_thousand_updates_with_values_that_come_back(session: Any, engine: Any, sql: Any) -> None:
    found = items(session, 1000)
    statements = record(engine)
    for item in found:
        item.size += 5
    session.flush()
    assert len(statements.raw) <= 3
    assert [item.doubled for item in found] == [item.size * 2 for item in found]
    assert len(statements.raw) <= 3, "nothing had to be loaded"
    session.commit()
    assert sql("SELECT count(*) FROM item WHERE doubled = size * 2") == [(1000,)]


def test_updates_of_nulls_arrays_and_json(session: Any, sql: Any) -> None:
    found = items(session, 6)
    for number, item in enumerate(found):
        item.name = None if number % 2 else 'q"uo\\te'
        item.tags = [f"t{number}", None, "a,b"] if number % 3 else []
        item.data = {"n": number}
    session.commit()
    rows = session.execute(select(Item.name, Item.tags, Item.data).order_by(Item.id)).all()
    assert rows == [
        (
            None if n % 2 else 'q"uo\\te',
            [f"t{n}", None, "a,b"] if n % 3 else [],
            {"n": n},
        )
        for n in range(6)
    ]


def test_expressions_in_updates(session: Any) -> None:
    found = items(session, 5)
    for item in found:
        item.size = Item.size + 100
    session.commit()
    assert [item.size for item in found] == [100 + n for n in range(5)]


def test_deletes_are_one_statement(session: Any, engine: Any, sql: Any) -> None:
    found = items(session, 500)
    statements = record(engine)
    for item in found[:400]:
        session.delete(item)
    session.commit()
    assert [sent.text for sent in statements.raw] == [
        "DELETE FROM item WHERE id = ANY (%s::INTEGER[])"
    ]
    assert sql("SELECT count(*) FROM item") == [(100,)]


def test_composite_keys(session: Any, engine: Any, sql: Any) -> None:
    session.add_all([Pair(a=i, b=f"b{i % 3}", value="x") for i in range(30)])
    session.commit()
    pairs = session.scalars(select(Pair).order_by(Pair.a)).all()
    statements = record(engine)
    for pair in pairs:
        pair.value = f"{pair.a}/{pair.b}"
    session.flush()
    assert len(statements.raw) == 1
    session.commit()
    assert sql("SELECT count(*) FROM pair WHERE value = a || '/' || b AND version = 2") == [(30,)]
    for pair in pairs[:20]:
        session.delete(pair)
    session.commit()
    assert sql("SELECT count(*) FROM pair") == [(10,)]


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_a_row_that_is_gone_is_noticed(session: Any, sql: Any, verb: str) -> None:
    from accord.orm.exc import StaleDataError

    session.add_all([Pair(a=i, b="b", value="x") for i in range(5)])
    session.commit()
    pairs = session.scalars(select(Pair)).all()
    sql(
        "DELETE FROM pair WHERE a = 3"
        if verb == "update"
        else "UPDATE pair SET version = 9 WHERE a = 3"
    )
    for pair in pairs:
        if verb == "update":
            pair.value = "y"
        else:
            session.delete(pair)
    with pytest.raises(StaleDataError):
        session.flush()
    session.rollback()


def test_given_keys_with_values_that_come_back(session: Any, engine: Any) -> None:
    made = [Item(id=1000 - i, name=f"n{i}") for i in range(50)]
    session.add_all(made)
    statements = record(engine)
    session.flush()
    assert len(statements.all) == 1
    assert " FROM unnest(" in statements.all[0].text
    assert all(item.doubled == 0 for item in made)
    assert len(statements.all) == 1


def test_on_conflict(session: Any) -> None:
    from accord.dialects.postgresql import insert

    items(session, 3)
    rows = [{"id": i, "name": f"new{i}", "size": 1} for i in range(1, 6)]
    statement = insert(Item).values(rows)
    done = session.execute(
        statement.on_conflict_do_update(
            index_elements=[Item.id],
            set_={"name": statement.excluded.name, "size": Item.size + statement.excluded.size},
            where=Item.id != 2,
        ).returning(Item.id, Item.name)
    ).all()
    assert sorted(done) == [(1, "new1"), (3, "new3"), (4, "new4"), (5, "new5")]
    skipped = session.execute(
        insert(Item).values(rows).on_conflict_do_nothing().returning(Item.id)
    ).all()
    assert skipped == []
    named = insert(Item).values(rows[0])
    session.execute(named.on_conflict_do_update(constraint="item_pkey", set_={Item.size: 77}))
    session.expire_all()
    assert session.get(Item, 1).size == 77
    session.execute(insert(Item), [{"id": i, "name": "x"} for i in range(100, 140)])
    assert session.scalar(select(func.count()).select_from(Item).where(Item.name == "x")) == 40


def test_a_duplicate_in_a_batch_is_an_integrity_error(session: Any) -> None:
    session.add_all([Pair(a=1, b="b", value=str(i)) for i in range(1)])
    session.commit()
    session.expunge_all()
    session.add_all([Pair(a=i, b="b") for i in range(10)])
    with pytest.raises(exc.IntegrityError) as caught:
        session.flush()
    assert caught.value.constraint_name == "pair_pkey"
