"""Session.merge: state of a foreign object is copied onto the one with the same identity."""

import pickle
from typing import Any

import pytest
from orm_api import (
    DeclarativeBase,
    ForeignKey,
    Mapped,
    Session,
    String,
    exc,
    inspect,
    mapped_column,
    relationship,
)


class Base(DeclarativeBase):
    pass


class Owner(Base):
    __tablename__ = "owner"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(String(20))
    items: Mapped[list["Item"]] = relationship(
        back_populates="owner", order_by="Item.id", cascade="all, delete-orphan"
    )


class Item(Base):
    __tablename__ = "item"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(20))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("owner.id"))
    owner: Mapped[Owner | None] = relationship(back_populates="items")


@pytest.fixture
def session(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Owner(name="o", note="n", items=[Item(name="a"), Item(name="b")]))
        session.commit()
        yield session


def test_merge_of_a_transient_object_without_key_is_a_new_one(session: Any) -> None:
    given = Owner(name="new")
    merged = session.merge(given)
    assert merged is not given
    assert merged in session.new
    assert given not in session
    session.flush()
    assert merged.id == 2
    assert given.id is None


def test_merge_onto_an_existing_row(session: Any, rows: Any) -> None:
    merged = session.merge(Owner(id=1, name="x"))
    assert merged.name == "x"
    assert merged.note == "n"
    session.commit()
    assert rows("SELECT name, note FROM owner") == [("x", "n")]


def test_merge_onto_the_object_in_the_session(session: Any) -> None:
    owner = session.get(Owner, 1)
    assert session.merge(Owner(id=1, name="x")) is owner
    assert owner.name == "x"
    assert owner in session.dirty


def test_merge_with_a_key_that_does_not_exist_inserts(session: Any, rows: Any) -> None:
    merged = session.merge(Owner(id=9, name="x"))
    assert inspect(merged).pending
    session.commit()
    assert rows("SELECT id, name FROM owner ORDER BY id") == [(1, "o"), (9, "x")]


def test_merge_of_an_object_in_the_session_is_itself(session: Any) -> None:
    owner = session.get(Owner, 1)
    assert session.merge(owner) is owner


def test_merge_of_a_detached_object(engine: Any, session: Any, rows: Any) -> None:
    owner = session.get(Owner, 1)
    session.expunge(owner)
    session.rollback()
    owner.name = "offline"
    with Session(engine) as other:
        merged = other.merge(owner)
        assert merged is not owner
        other.commit()
    assert rows("SELECT name FROM owner") == [("offline",)]
    assert inspect(owner).detached


def test_merge_with_none_sets_null(session: Any, rows: Any) -> None:
    session.merge(Owner(id=1, name=None))
    session.commit()
    assert rows("SELECT name, note FROM owner") == [(None, "n")]


def test_merge_without_changes_is_not_modified(session: Any, statements: Any) -> None:
    session.get(Owner, 1)
    session.merge(Owner(id=1, name="o"))
    statements.clear()
    session.flush()
    assert statements.writes() == []


def test_merge_of_a_collection_replaces_members_by_identity(session: Any, rows: Any) -> None:
    first = session.get(Item, 1)
    merged = session.merge(Owner(id=1, name="o", items=[Item(id=1, name="A"), Item(name="new")]))
    assert merged.items[0] is first
    assert first.name == "A"
    session.commit()
    assert rows("SELECT name FROM item ORDER BY id") == [("A",), ("new",)]


def test_merge_of_an_unset_collection_leaves_it(session: Any) -> None:
    merged = session.merge(Owner(id=1, name="x"))
    assert len(merged.items) == 2


def test_merge_of_a_reference(session: Any) -> None:
    merged = session.merge(Item(id=1, name="a", owner=Owner(id=5, name="five")))
    assert merged.owner.id == 5
    session.flush()
    assert merged.owner_id == 5


def test_merge_of_the_same_identity_twice_in_a_graph(session: Any) -> None:
    one, same = Item(id=40, name="x"), Item(id=40, name="x")
    merged = session.merge(Owner(id=7, items=[one]))
    again = session.merge(same)
    assert merged.items == [again]


def test_merge_load_false(engine: Any, session: Any, statements: Any) -> None:
    owner = session.get(Owner, 1)
    owner.name  # noqa: B018
    session.expunge(owner)
    with Session(engine) as other:
        statements.clear()
        merged = other.merge(owner, load=False)
        assert merged.name == "o"
        assert len(statements) == 0
        assert merged not in other.dirty


def test_merge_load_false_refuses_transient_objects(session: Any) -> None:
    with pytest.raises(exc.InvalidRequestError):
        session.merge(Owner(id=1), load=False)


def test_merge_of_an_unpickled_object(session: Any, rows: Any) -> None:
    owner = session.get(Owner, 1)
    owner.name  # noqa: B018
    travelled = pickle.loads(pickle.dumps(owner))
    travelled.name = "travelled"
    session.merge(travelled)
    session.commit()
    assert rows("SELECT name FROM owner") == [("travelled",)]


def test_merge_all(session: Any) -> None:
    merged = [session.merge(Owner(id=n, name=str(n))) for n in (1, 2)]
    assert merged[0] is session.get(Owner, 1)
    session.flush()
    assert session.get(Owner, 2) is merged[1]
