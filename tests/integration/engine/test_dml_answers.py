"""What INSERT, UPDATE and DELETE answer: keys, defaults, counts; rows of different columns."""

from typing import Any

import pytest
from requirements import needs

from accord import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    func,
    insert,
    select,
    update,
)
from accord.exc import CompileError, InvalidRequestError
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column

counted = iter(range(1, 10_000))
metadata = MetaData()
thing = Table(
    "thing",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(40)),
    Column("n", Integer, default=7),
    Column("made", Integer, default=lambda: next(counted)),
    Column("low", String(20), default=func.lower("ABC")),
    Column("kind", String(20), server_default="plain"),
    Column("rest", Integer),
)


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    n: Mapped[int | None]


@pytest.fixture
def connection(engine: Any) -> Any:
    metadata.create_all(engine)
    with engine.begin() as connection:
        yield connection


@pytest.fixture
def session(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Item(name=f"item {n}", n=n) for n in range(5)])
        session.commit()
        yield session


def test_a_list_of_one_is_one_execution(connection: Any) -> None:
    result = connection.execute(insert(thing), [{"name": "a"}])
    (key,) = result.inserted_primary_key
    assert connection.scalar(select(thing.c.name).where(thing.c.id == key)) == "a"
    assert result.inserted_primary_key_rows == [(key,)]


def test_defaults_of_several_rows_are_asked_for_as_rows(connection: Any) -> None:
    result = connection.execute(insert(thing).return_defaults(), [{"name": "a"}, {"name": "b"}])
    with pytest.raises(InvalidRequestError, match="returned_defaults_rows"):
        assert result.returned_defaults


@needs("returning_insert")
def test_return_defaults_is_about_every_column_left_open(connection: Any) -> None:
    result = connection.execute(insert(thing).values(name="a").return_defaults())
    defaults = result.returned_defaults._asdict()
    assert defaults.keys() == {"id", "low", "kind", "rest"}
    assert (defaults["low"], defaults["kind"], defaults["rest"]) == ("abc", "plain", None)


def test_rows_of_values_get_the_defaults_they_lack(connection: Any) -> None:
    connection.execute(
        insert(thing).values(
            [
                {"name": "a", "n": 1},
                {"name": "b", "made": 0, "low": "x"},
                {"made": -1, "name": "c"},
            ]
        )
    )
    rows = connection.execute(
        select(thing.c.name, thing.c.n, thing.c.made, thing.c.low).order_by(thing.c.name)
    ).all()
    assert [(row.name, row.n, row.low) for row in rows] == [
        ("a", 1, "abc"), ("b", 7, "x"), ("c", 7, "abc"),
    ]  # fmt: skip
    assert [row.made > 0 for row in rows] == [True, False, False]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([{"name": "a", "rest": 1}, {"name": "b"}], "row 2 of .* and 'rest' has no default"),
        ([{"name": "a"}, {"name": "b", "rest": 1}], "row 2 of .* and 'rest' has no default"),
    ],
)
def test_a_row_without_a_value_is_named(rows: Any, told: str) -> None:
    with pytest.raises(CompileError, match=told):
        insert(thing).values(rows)


def test_bulk_insert_counts_all_rows(session: Any) -> None:
    result = session.execute(insert(Item), [{"name": "a", "n": 1}, {"name": "b"}, {"name": "c"}])
    assert result.rowcount == 3


@pytest.mark.parametrize("how", ["auto", "evaluate"])
def test_objects_nobody_can_tell_about_are_read_again(session: Any, how: str) -> None:
    items = session.scalars(select(Item).order_by(Item.id)).all()
    session.expire(items[4], ["n"])
    session.execute(
        update(Item).where(Item.n > 2).values(name="z"),
        execution_options={"synchronize_session": how},
    )
    assert "name" not in vars(items[4])
    assert [item.name for item in items] == ["item 0", "item 1", "item 2", "z", "z"]


@pytest.mark.parametrize("how", ["auto", "evaluate"])
def test_the_order_of_texts_is_the_databases(session: Any, how: str) -> None:
    items = session.scalars(select(Item).order_by(Item.id)).all()
    session.execute(
        update(Item).where(Item.name > "item 2").values(n=100),
        execution_options={"synchronize_session": how},
    )
    assert [item.n for item in items] == [0, 1, 2, 100, 100]


def test_changes_not_yet_flushed_stay_where_nobody_can_tell(session: Any) -> None:
    items = session.scalars(select(Item).order_by(Item.id)).all()
    session.expire(items[0], ["n"])
    with session.no_autoflush:
        items[0].name = "mine"
        session.execute(
            update(Item).where(Item.n > 2).values(name="z"),
            execution_options={"synchronize_session": "evaluate"},
        )
    session.commit()
    assert items[0].name == "mine"
