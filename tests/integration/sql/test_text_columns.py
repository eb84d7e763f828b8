"""Columns that only the driver knows: text and ``*`` in a select list, and text with fewer columns.
"""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from accord import (
    Column,
    Date,
    Enum,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    column,
    insert,
    literal_column,
    select,
    text,
    union_all,
)
from accord.orm import Session, declarative_base

metadata = MetaData()
thing = Table(
    "thing",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("word", String(10)),
    Column("day", Date),
)
DAY = datetime.date(2024, 2, 29)


@pytest.fixture
def connection(engine: Any) -> Any:
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(thing).values(id=1, word="one", day=DAY))
        yield connection


@pytest.mark.parametrize(
    ("statement", "names", "row"),
    [
        (select(text("id, word")).select_from(thing), ["id", "word"], (1, "one")),
        (select(text("id AS n")).select_from(thing), ["n"], (1,)),
        (
            select(text("id AS n"), thing.c.day, text("word AS w")).select_from(thing),
            ["n", "day", "w"],
            (1, DAY, "one"),
        ),
        (
            select(thing.c.day.label("that"), text("thing.id")).select_from(thing),
            ["that", "id"],
            (DAY, 1),
        ),
        (
            text("SELECT id, word FROM thing").columns(word=String, id=Integer),
            ["id", "word"],
            (1, "one"),
        ),
        (
            text("SELECT day, id FROM thing").columns(column("d", Date)),
            ["day", "id"],
            (DAY, 1),
        ),
        (text("SELECT id, day FROM thing").columns(day=Date), ["id", "day"], (1, DAY)),
        (
            union_all(
                select(text("id AS n")).select_from(thing),
                select(text("id AS n")).select_from(thing).where(thing.c.id > 5),
            ),
            ["n"],
            (1,),
        ),
    ],
)
def test_names_are_the_drivers_and_types_the_statements(
    connection: Any, statement: Any, names: list[str], row: tuple[Any, ...]
) -> None:
    result = connection.execute(statement)
    assert [name.lower() for name in result.keys()] == names
    assert result.one() == row


@pytest.mark.parametrize("everything", ["*", text("*"), literal_column("*"), text("thing.*")])
def test_everything(connection: Any, everything: Any) -> None:
    row = connection.execute(select(everything).select_from(thing)).one()
    assert (row.id, row.word) == (1, "one")


def test_everything_beside_a_column_of_a_type(connection: Any) -> None:
    row = connection.execute(select(thing.c.day, text("thing.id"), text("thing.word"))).one()
    assert row == (DAY, 1, "one")
    assert row._mapping[thing.c.day] == DAY


def test_columns_of_text_are_found_by_the_column_object(connection: Any) -> None:
    statement = text("SELECT word AS w, id AS n FROM thing").columns(thing.c.word, thing.c.id)
    row = connection.execute(statement).one()
    assert (row._mapping[thing.c.id], row.n, row.w) == (1, 1, "one")


def test_streamed_rows_have_the_same_names(connection: Any) -> None:
    result = connection.execution_options(yield_per=1).execute(
        text("SELECT id, word FROM thing").columns(word=String, id=Integer)
    )
    assert [row.id for row in result] == [1]


def test_a_session_selects_everything_of_a_class(engine: Any) -> None:
    base: Any = declarative_base()

    class Owner(base):
        __tablename__ = "owner"
        id = Column(Integer, primary_key=True)
        name = Column(String(10))

    class Pet(base):
        __tablename__ = "pet"
        id = Column(Integer, primary_key=True)
        owner_id = Column(ForeignKey("owner.id"))

    base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Owner(id=1, name="Ann"), Pet(id=7, owner_id=1)])
        row = session.execute(select(text("*")).select_from(Owner).where(Owner.id == 1)).one()
        assert (row.id, row.name) == (1, "Ann")
        both = select(text("pet.id AS p, name")).select_from(Pet).join(Owner)
        assert session.execute(both).one()._mapping == {"p": 7, "name": "Ann"}


def test_members_of_an_enum_are_put_together_as_texts(engine: Any) -> None:
    table = Table("chosen", MetaData(), Column("member", Enum("one", "two", native_enum=False)))
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(insert(table).values(member="one"))
        for made, expected in (
            ("x" + table.c.member, "xone"),
            (table.c.member + "x", "onex"),
            (table.c.member.concat("x"), "onex"),
        ):
            assert connection.scalar(select(made)) == expected
