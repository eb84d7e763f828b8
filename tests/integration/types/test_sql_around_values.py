"""`bind_expression` and `column_expression`: SQL that a type puts around what is sent and fetched,
the same through Core and through the unit of work, on every backend.
"""

from typing import Any

import pytest

from accord import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    func,
    insert,
    select,
    text,
    union_all,
    update,
)
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column
from accord.types import TypeDecorator


class Shouted(TypeDecorator[str]):
    """Stored in lower case, fetched in upper case."""

    impl = String(40)
    cache_ok = True

    def bind_expression(self, bindvalue: Any) -> Any:
        return func.lower(bindvalue, type_=self)

    def column_expression(self, column: Any) -> Any:
        return func.upper(column, type_=self)


metadata = MetaData()
words = Table("words", metadata, Column("id", Integer, primary_key=True), Column("word", Shouted()))


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str | None] = mapped_column(Shouted())


def stored(connection: Any, table: str, column: str) -> list[Any]:
    return list(connection.scalars(text(f"SELECT {column} FROM {table} ORDER BY id")))


@pytest.fixture
def connection(engine: Any) -> Any:
    metadata.create_all(engine)
    Base.metadata.create_all(engine)
    with engine.connect() as connection:
        yield connection


def test_values_of_every_kind_of_insert_go_through_it(connection: Any) -> None:
    connection.execute(insert(words).values(id=1, word="One"))
    connection.execute(insert(words), {"id": 2, "word": "Two"})
    connection.execute(insert(words), [{"id": i, "word": f"Word{i}"} for i in range(3, 9)])
    assert stored(connection, "words", "word")[:4] == ["one", "two", "word3", "word4"]
    connection.execute(update(words).where(words.c.id == 1).values(word="Changed"))
    assert stored(connection, "words", "word")[0] == "changed"


def test_comparisons_go_through_it(connection: Any) -> None:
    connection.execute(insert(words), [{"id": 1, "word": "One"}, {"id": 2, "word": "Two"}])
    find = select(words.c.id).order_by(words.c.id)
    assert connection.scalars(find.where(words.c.word == "ONE")).all() == [1]
    assert connection.scalars(find.where(words.c.word.in_(["ONE", "tWO"]))).all() == [1, 2]


def test_what_is_fetched_comes_through_it_once(connection: Any) -> None:
    connection.execute(insert(words).values(id=1, word="One"))
    inner = select(words).subquery()
    assert connection.execute(select(words)).all() == [(1, "ONE")]
    assert connection.execute(select(inner.c.word.label("w"))).all() == [("ONE",)]
    both = union_all(select(words.c.word), select(words.c.word))
    assert connection.scalars(both).all() == ["ONE", "ONE"]
    # inside the query it is what is stored
    kept = select(words.c.id).where(func.lower(inner.c.word) == inner.c.word)
    assert connection.scalars(kept).all() == [1]


def test_the_unit_of_work_sends_and_fetches_through_it(engine: Any, connection: Any) -> None:
    with Session(engine) as session:
        session.add_all([Note(title=f"Title {i}") for i in range(5)])
        session.add(Note(title=None))
        session.commit()
        assert stored(session, "notes", "title")[0] == "title 0"
        note = session.scalars(select(Note).where(Note.title == "TITLE 3")).one()
        assert note.title == "TITLE 3"
        note.title = "Other"
        session.commit()
        assert "other" in stored(session, "notes", "title")
        assert note.title == "OTHER"
        assert session.scalars(select(Note).where(Note.title.is_(None))).one().title is None
