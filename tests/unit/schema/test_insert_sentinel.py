"""`insert_sentinel`: a column that only tells rows apart is in the table, not in statements."""

from __future__ import annotations

import uuid

import pytest

from accord import (
    Column,
    Integer,
    MetaData,
    Table,
    Uuid,
    insert,
    insert_sentinel,
    select,
    update,
)
from accord.exc import ArgumentError
from accord.orm import DeclarativeBase, Mapped, mapped_column, orm_insert_sentinel
from accord.schema import CreateTable


def on_one_line(statement: object) -> str:
    return " ".join(str(statement).split())


@pytest.fixture
def table() -> Table:
    return Table("t", MetaData(), Column("a", Integer), insert_sentinel("place"))


def test_it_is_a_nullable_integer_column_of_the_table(table: Table) -> None:
    place = table.c.place
    assert (str(place.type), place.nullable, place.default) == ("INTEGER", True, None)
    assert "place INTEGER" in str(CreateTable(table))
    assert table.c.keys() == ["a", "place"]


def test_statements_leave_it_out_unless_it_is_named(table: Table) -> None:
    assert on_one_line(select(table)) == "SELECT t.a FROM t"
    assert on_one_line(table.select()) == "SELECT t.a FROM t"
    assert on_one_line(select(table.alias("x"))) == "SELECT x.a FROM t AS x"
    inner = select(table).subquery("s")
    assert inner.c.keys() == ["a"]
    assert on_one_line(insert(table)) == "INSERT INTO t (a) VALUES (:a)"
    assert on_one_line(insert(table).returning(table)).endswith("RETURNING t.a")
    assert on_one_line(update(table)) == "UPDATE t SET a=:a"
    assert on_one_line(insert(table).values((5,))) == "INSERT INTO t (a) VALUES (:a)"
    assert on_one_line(select(table.c.place)) == "SELECT t.place FROM t"
    assert on_one_line(insert(table).values(place=3)) == "INSERT INTO t (place) VALUES (:place)"


def test_it_may_be_an_ordinary_column(table: Table) -> None:
    shown = Table("t", MetaData(), insert_sentinel("place", omit_from_statements=False))
    assert on_one_line(select(shown)) == "SELECT t.place FROM t"
    own = Column("key", Uuid, default=uuid.uuid4, insert_sentinel=True)
    assert on_one_line(select(Table("t", MetaData(), own))) == "SELECT t.key FROM t"
    made = insert_sentinel("key", Uuid, default=uuid.uuid4)
    assert made.default is not None
    assert made.default.is_callable


def test_copies_are_sentinels_too(table: Table) -> None:
    copied = table.to_metadata(MetaData())
    assert on_one_line(select(copied)) == "SELECT t.a FROM t"
    assert copied.c.place.insert_sentinel


def test_one_is_enough() -> None:
    with pytest.raises(ArgumentError, match="'t' has the insert_sentinel 'a' already"):
        Table("t", MetaData(), insert_sentinel("a"), insert_sentinel("b"))


def test_mapped_classes_do_not_have_it() -> None:
    class Base(DeclarativeBase):
        pass

    class Event(Base):
        __tablename__ = "event"

        id: Mapped[int] = mapped_column(primary_key=True)
        _place = orm_insert_sentinel()

    class Typed(Base):
        __tablename__ = "typed"

        id: Mapped[int] = mapped_column(primary_key=True)
        place: Mapped[int] = orm_insert_sentinel("place_of_row", default=lambda: 1)

    assert Event.__table__.c.keys() == ["id", "_place"]
    assert "_place" not in Event.__mapper__.attrs
    assert not hasattr(Event, "_place")
    assert on_one_line(select(Event)) == "SELECT event.id FROM event"
    assert Typed.__table__.c.keys() == ["id", "place_of_row"]
    assert on_one_line(select(Typed)) == "SELECT typed.id FROM typed"
