"""Objects written and read back through the Session, on the double."""

from __future__ import annotations

from typing import Any

import pytest
from doubles.oracle import Server

from accord import ForeignKey, Identity, Integer, Sequence, String, func, select
from accord.exc import IntegrityError, StaleDataError
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Parent(Base):
    __tablename__ = "parent"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30), unique=True)
    made: Mapped[str] = mapped_column(String(10), server_default="server")
    children: Mapped[list[Child]] = relationship(
        back_populates="parent", cascade="all, delete-orphan"
    )


class Child(Base):
    __tablename__ = "child"

    id: Mapped[int] = mapped_column(Integer, Sequence("child_seq", start=100), primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("parent.id"))
    data: Mapped[str | None] = mapped_column(String(30))
    parent: Mapped[Parent] = relationship(back_populates="children")


class Numbered(Base):
    __tablename__ = "numbered"

    id: Mapped[int] = mapped_column(Identity(start=7, increment=3), primary_key=True)
    payload: Mapped[int] = mapped_column()


@pytest.fixture
def engine(oracle_engine: Any) -> Any:
    Base.metadata.create_all(oracle_engine)
    return oracle_engine


def test_parents_and_children_come_back_as_they_were_written(engine: Any) -> None:
    with Session(engine) as session:
        session.add_all(
            [
                Parent(name=f"p{i}", children=[Child(data=f"c{i}{j}") for j in range(2)])
                for i in range(3)
            ]
        )
        session.commit()
    with Session(engine) as session:
        found = {
            parent.name: sorted(str(child.data) for child in parent.children)
            for parent in session.scalars(select(Parent))
        }
    assert found == {f"p{i}": [f"c{i}0", f"c{i}1"] for i in range(3)}


@pytest.mark.parametrize("count", [1, 2, 1000])
def test_each_object_gets_the_key_of_its_own_row(engine: Any, count: int) -> None:
    with Session(engine) as session:
        objects = [Numbered(payload=payload) for payload in range(count)]
        session.add_all(objects)
        session.flush()
        keys = {obj.payload: obj.id for obj in objects}
        session.commit()
        stored = dict(session.execute(select(Numbered.payload, Numbered.id)).all())
    assert keys == stored
    assert min(keys.values()) == 7


def test_a_thousand_new_rows_are_one_statement(engine: Any, oracle_double: Server) -> None:
    with Session(engine) as session:
        session.add_all([Numbered(payload=payload) for payload in range(1000)])
        oracle_double.statements.clear()
        session.commit()
    assert oracle_double.statements == [
        "INSERT INTO numbered (payload) VALUES (:1) RETURNING id INTO :ret_0"
    ]


def test_the_sequence_is_drawn_inside_the_insert(engine: Any, oracle_double: Server) -> None:
    with Session(engine) as session:
        parent = Parent(name="p", children=[Child(data=None)])
        session.add(parent)
        session.flush()
        assert parent.children[0].id == 100
        session.commit()
    assert any("child_seq.nextval" in text for text in oracle_double.statements)


def test_a_server_default_is_fetched_with_the_key(engine: Any, oracle_double: Server) -> None:
    with Session(engine) as session:
        parent = Parent(name="p")
        session.add(parent)
        session.flush()
        oracle_double.statements.clear()
        assert parent.made == "server"
        assert oracle_double.statements == []


def test_updates_and_deletes_are_array_statements(engine: Any, oracle_double: Server) -> None:
    with Session(engine) as session:
        objects = [Numbered(payload=payload) for payload in range(5)]
        session.add_all(objects)
        session.commit()
        for obj in objects:
            obj.payload += 10
        oracle_double.statements.clear()
        session.flush()
        session.delete(objects[0])
        session.delete(objects[1])
        session.commit()
        assert [text.split()[0] for text in oracle_double.statements][-1] == "DELETE"
        assert sum(text.startswith("UPDATE") for text in oracle_double.statements) == 1
        assert sum(text.startswith("DELETE") for text in oracle_double.statements) == 1
        assert session.scalar(select(func.sum(Numbered.payload))) == 12 + 13 + 14


def test_a_row_that_is_gone_is_named(engine: Any) -> None:
    with Session(engine) as first, Session(engine) as second:
        obj = Numbered(payload=1)
        first.add(obj)
        first.commit()
        key = obj.id
        second.delete(second.get_one(Numbered, key))
        second.commit()
        first.expunge(obj)
        kept = Numbered(id=key, payload=1)
        from accord.orm import make_transient_to_detached

        make_transient_to_detached(kept)
        first.add(kept)
        kept.payload = 5
        with pytest.raises(StaleDataError):
            first.flush()


def test_a_unique_value_twice_names_the_constraint(engine: Any) -> None:
    with Session(engine) as session:
        session.add_all([Parent(name="same"), Parent(name="same")])
        with pytest.raises(IntegrityError) as caught:
            session.flush()
    assert caught.value.kind == "unique"
    assert caught.value.constraint_name is not None
    assert not caught.value.retryable


def test_rollback_leaves_nothing(engine: Any) -> None:
    with Session(engine) as session:
        session.add(Numbered(payload=1))
        session.flush()
        session.rollback()
        assert session.scalar(select(func.count()).select_from(Numbered)) == 0


def test_a_savepoint_that_is_rolled_back_keeps_what_was_before(engine: Any) -> None:
    with Session(engine) as session:
        session.add(Numbered(payload=1))
        session.flush()
        try:
            with session.begin_nested():
                session.add(Numbered(payload=2))
                session.flush()
                raise RuntimeError
        except RuntimeError:
            pass
        session.commit()
        assert session.scalars(select(Numbered.payload)).all() == [1]
