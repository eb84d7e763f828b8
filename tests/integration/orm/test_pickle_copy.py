"""pickle, copy, deepcopy of instances: pickles are detached, copies transient; vars() is plain."""

import copy
import gc
import pickle
from typing import Any

import pytest
from orm_api import (
    DeclarativeBase,
    ForeignKey,
    Mapped,
    Session,
    String,
    accord_only,
    inspect,
    mapped_column,
    orm_exc,
    relationship,
)


class Base(DeclarativeBase):
    pass


class Owner(Base):
    __tablename__ = "owner"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(20))
    items: Mapped[list["Item"]] = relationship(back_populates="owner", order_by="Item.id")


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
        yield session


@pytest.fixture
def owner(session: Any) -> Any:
    owner = Owner(name="o", items=[Item(name="a"), Item(name="b")])
    session.add(owner)
    session.commit()
    assert [item.name for item in owner.items] == ["a", "b"]
    assert owner.name == "o"
    assert all(item.owner is owner for item in owner.items)
    return owner


def plain(obj: Any) -> dict[str, Any]:
    return {key: value for key, value in vars(obj).items() if key != "_sa_instance_state"}


def test_pickle_of_a_persistent_object_is_detached(owner: Any) -> None:
    travelled = pickle.loads(pickle.dumps(owner))
    assert travelled is not owner
    assert inspect(travelled).detached
    assert (travelled.id, travelled.name) == (1, "o")
    assert inspect(travelled).identity == (1,)


def test_pickle_carries_the_loaded_graph(owner: Any) -> None:
    travelled = pickle.loads(pickle.dumps(owner))
    assert [item.name for item in travelled.items] == ["a", "b"]
    assert travelled.items[0].owner is travelled


def test_pickle_of_a_transient_object_is_transient() -> None:
    travelled = pickle.loads(pickle.dumps(Owner(name="x")))
    assert inspect(travelled).transient
    assert travelled.name == "x"


def test_pickle_leaves_the_original_alone(session: Any, owner: Any) -> None:
    pickle.dumps(owner)
    assert inspect(owner).persistent
    assert owner in session


def test_unpickled_object_is_added_again(engine: Any, session: Any, owner: Any, rows: Any) -> None:
    travelled = pickle.loads(pickle.dumps(owner))
    session.close()
    with Session(engine) as other:
        other.add(travelled)
        assert inspect(travelled).persistent
        travelled.name = "back"
        other.commit()
    assert rows("SELECT name FROM owner") == [("back",)]


def test_pickle_keeps_unflushed_changes(engine: Any, session: Any, owner: Any, rows: Any) -> None:
    owner.name = "changed"
    travelled = pickle.loads(pickle.dumps(owner))
    session.rollback()
    session.close()
    with Session(engine) as other:
        other.add(travelled)
        assert travelled in other.dirty
        other.commit()
    assert rows("SELECT name FROM owner") == [("changed",)]


def test_pickle_of_an_expired_object_refreshes_after_attaching(
    engine: Any, session: Any, owner: Any
) -> None:
    session.expire(owner)
    travelled = pickle.loads(pickle.dumps(owner))
    with pytest.raises(orm_exc.DetachedInstanceError):
        travelled.name  # noqa: B018
    session.close()
    with Session(engine) as other:
        other.add(travelled)
        assert travelled.name == "o"


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickle_protocols(owner: Any, protocol: int) -> None:
    assert pickle.loads(pickle.dumps(owner, protocol)).name == "o"


@accord_only
def test_copy_is_transient(owner: Any) -> None:
    twin = copy.copy(owner)
    assert twin is not owner
    assert inspect(twin).transient
    assert twin.name == "o"


@accord_only
def test_changing_a_copy_leaves_the_original(session: Any, owner: Any) -> None:
    twin = copy.copy(owner)
    twin.name = "twin"
    assert owner.name == "o"
    assert owner not in session.dirty


@accord_only
def test_copy_of_a_new_object_is_a_second_row(session: Any, rows: Any) -> None:
    original = Owner(name="x")
    session.add(original)
    twin = copy.copy(original)
    assert twin not in session
    session.add(twin)
    session.commit()
    assert rows("SELECT name FROM owner") == [("x",), ("x",)]


@accord_only
def test_copied_object_with_a_new_key_is_inserted(session: Any, owner: Any, rows: Any) -> None:
    twin = copy.copy(owner)
    twin.id = None
    twin.items = []
    session.add(twin)
    session.commit()
    assert rows("SELECT id, name FROM owner ORDER BY id") == [(1, "o"), (2, "o")]
    assert rows("SELECT owner_id FROM item") == [(1,), (1,)]


@accord_only
def test_deepcopy_copies_the_loaded_graph(owner: Any) -> None:
    twin = copy.deepcopy(owner)
    assert inspect(twin).transient
    assert [item.name for item in twin.items] == ["a", "b"]
    assert twin.items[0] is not owner.items[0]
    assert twin.items[0].owner is twin
    assert owner.items[0].owner is owner


@accord_only
def test_copy_of_an_expired_object_does_not_load(session: Any, owner: Any, statements: Any) -> None:
    session.expire(owner)
    statements.clear()
    copy.copy(owner)
    assert len(statements) == 0


def test_vars_of_a_transient_object_holds_what_was_set() -> None:
    assert plain(Owner(name="x")) == {"name": "x"}


def test_vars_of_a_loaded_object_holds_the_row(session: Any, owner: Any) -> None:
    session.expunge_all()
    loaded = session.get(Owner, 1)
    assert plain(loaded) == {"id": 1, "name": "o"}


def test_reserved_key_can_be_popped_as_ported_code_does(session: Any, owner: Any) -> None:
    content = dict(owner.__dict__)
    content.pop("_sa_instance_state")
    content.pop("items")
    assert content == {"id": 1, "name": "o"}


def test_state_key_is_there_once_attached(owner: Any) -> None:
    assert "_sa_instance_state" in vars(owner)


@accord_only
def test_no_gc_tracked_object_per_loaded_entity_but_its_dict_and_weak_reference(
    session: Any,
) -> None:
    session.add_all([Owner(name=str(n)) for n in range(500)])
    session.commit()
    session.expunge_all()
    session.query(Owner).all()  # warm
    session.expunge_all()
    gc.collect()
    before = len(gc.get_objects())
    loaded = session.query(Owner).all()
    gc.collect()
    assert len(gc.get_objects()) - before < 3.1 * len(loaded)
