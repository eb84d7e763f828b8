"""Object states, the identity map, expire and refresh, autoflush, the collections of a Session."""

import gc
from typing import Any, Optional

import pytest
from orm_api import (
    DeclarativeBase,
    ForeignKey,
    Mapped,
    Session,
    String,
    accord_only,
    exc,
    identity_key,
    inspect,
    make_transient,
    make_transient_to_detached,
    mapped_column,
    module,
    object_session,
    orm_exc,
    relationship,
    select,
    sessionmaker,
    text,
    update,
)


class Base(DeclarativeBase):
    type_annotation_map = {str: String(100)}


class Item(Base):
    __tablename__ = "item"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(20))
    size: Mapped[int | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("owner.id"))
    owner: Mapped[Optional["Owner"]] = relationship(back_populates="items")


class Owner(Base):
    __tablename__ = "owner"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(20))
    items: Mapped[list[Item]] = relationship(back_populates="owner", order_by=Item.id)


class Pair(Base):
    __tablename__ = "pair"

    left: Mapped[int] = mapped_column(primary_key=True)
    right: Mapped[str] = mapped_column(String(5), primary_key=True)
    note: Mapped[str | None] = mapped_column(String(20))


@pytest.fixture
def session(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session


@pytest.fixture
def item(session: Any) -> Any:
    item = Item(name="one", size=1)
    session.add(item)
    session.commit()
    return item


STATES = ("transient", "pending", "persistent", "deleted", "detached")


def state_of(obj: Any) -> str:
    state = inspect(obj)
    (name,) = [name for name in STATES if getattr(state, name)]
    return name


# --- states


def test_life_of_an_object(session: Any) -> None:
    item = Item(name="x")
    assert state_of(item) == "transient"
    session.add(item)
    assert state_of(item) == "pending"
    session.flush()
    assert state_of(item) == "persistent"
    session.delete(item)
    assert state_of(item) == "persistent"
    session.flush()
    assert state_of(item) == "deleted"
    session.commit()
    assert state_of(item) == "detached"


def test_expunged_pending_object_is_transient(session: Any) -> None:
    item = Item()
    session.add(item)
    session.expunge(item)
    assert state_of(item) == "transient"
    assert len(session.new) == 0


def test_expunged_persistent_object_is_detached(session: Any, item: Any) -> None:
    session.expunge(item)
    assert state_of(item) == "detached"
    assert item not in session


def test_expunge_all(session: Any, item: Any) -> None:
    pending = Item()
    session.add(pending)
    session.expunge_all()
    assert state_of(item) == "detached"
    assert state_of(pending) == "transient"
    assert list(session) == []


def test_expunge_of_a_foreign_object_is_an_error(session: Any) -> None:
    with pytest.raises(exc.InvalidRequestError):
        session.expunge(Item())


def test_key_and_identity(session: Any, item: Any) -> None:
    assert inspect(item).identity == (item.id,)
    assert inspect(item).identity_key == (Item, (1,), None)
    assert inspect(Item()).identity is None
    assert inspect(Item()).key is None


def test_session_of_an_object(session: Any, item: Any) -> None:
    assert object_session(item) is session
    assert inspect(item).session is session
    assert object_session(Item()) is None
    session.expunge(item)
    assert object_session(item) is None


def test_adding_twice_is_adding_once(session: Any, rows: Any) -> None:
    item = Item()
    session.add(item)
    session.add(item)
    session.commit()
    session.add(item)
    session.commit()
    assert rows("SELECT count(*) FROM item") == [(1,)]


def test_add_after_delete_before_flush_keeps_the_row(session: Any, item: Any, rows: Any) -> None:
    session.delete(item)
    session.add(item)
    assert item not in session.deleted
    session.commit()
    assert rows("SELECT count(*) FROM item") == [(1,)]


def test_add_of_a_deleted_object_is_an_error(session: Any, item: Any) -> None:
    session.delete(item)
    session.flush()
    with pytest.raises(exc.InvalidRequestError):
        session.add(item)


def test_delete_of_a_pending_object_is_an_error(session: Any) -> None:
    item = Item()
    session.add(item)
    with pytest.raises(exc.InvalidRequestError):
        session.delete(item)


def test_delete_of_a_transient_object_is_an_error(session: Any) -> None:
    with pytest.raises(exc.InvalidRequestError):
        session.delete(Item())


def test_delete_of_a_detached_object_attaches_it(session: Any, item: Any, rows: Any) -> None:
    item.name  # noqa: B018
    session.expunge(item)
    session.delete(item)
    session.commit()
    assert rows("SELECT count(*) FROM item") == [(0,)]


def test_make_transient_inserts_anew(session: Any, item: Any, rows: Any) -> None:
    item.name  # noqa: B018
    make_transient(item)
    assert state_of(item) == "transient"
    item.id = None
    session.add(item)
    session.commit()
    assert rows("SELECT id, name FROM item ORDER BY id") == [(1, "one"), (2, "one")]


def test_make_transient_to_detached(session: Any, item: Any, rows: Any) -> None:
    session.expunge_all()
    stand_in = Item(id=1)
    make_transient_to_detached(stand_in)
    assert state_of(stand_in) == "detached"
    session.add(stand_in)
    assert stand_in.name == "one"
    stand_in.name = "two"
    session.commit()
    assert rows("SELECT name FROM item") == [("two",)]


def test_was_deleted(session: Any, item: Any) -> None:
    was_deleted = module("orm").was_deleted
    assert not was_deleted(item)
    session.delete(item)
    session.flush()
    assert was_deleted(item)


def test_an_object_in_two_sessions_is_an_error(engine: Any, session: Any, item: Any) -> None:
    with Session(engine) as other, pytest.raises(exc.InvalidRequestError, match="already attached"):
        other.add(item)


def test_an_object_of_a_session_reached_by_cascade_from_another(
    engine: Any, session: Any, item: Any
) -> None:
    with Session(engine) as other, pytest.raises(exc.InvalidRequestError):
        other.add(Owner(items=[item]))


def test_inspect_lists_unloaded_and_modified(session: Any, item: Any) -> None:
    assert "name" in inspect(item).unloaded
    item.name = "two"
    assert inspect(item).modified
    assert inspect(item).attrs.name.history.added == ["two"]
    assert "size" not in inspect(item).dict or inspect(item).dict["size"] == 1


def test_iteration_and_containment(session: Any, item: Any) -> None:
    pending = Item()
    session.add(pending)
    assert set(map(id, session)) == {id(item), id(pending)}
    assert item in session and pending in session and Item() not in session


# --- identity map


def test_identity_map_lookup(session: Any, item: Any) -> None:
    key = identity_key(Item, 1)
    assert session.identity_map[key] is item
    assert key in session.identity_map
    assert session.identity_map.get(identity_key(Item, 2)) is None


def test_identity_key_forms(item: Any) -> None:
    assert identity_key(Item, 1) == identity_key(Item, (1,)) == (Item, (1,), None)
    assert identity_key(instance=item) == (Item, (1,), None)


def test_composite_key(session: Any) -> None:
    pair = Pair(left=1, right="a", note="n")
    session.add(pair)
    session.commit()
    assert session.get(Pair, (1, "a")) is pair
    assert session.get(Pair, {"left": 1, "right": "a"}) is pair
    assert inspect(pair).identity == (1, "a")
    session.expunge_all()
    assert session.get(Pair, (1, "a")).note == "n"
    assert session.get(Pair, (2, "a")) is None


@pytest.mark.parametrize("ident", [(1, 2), (), {"nope": 1}])
def test_get_with_a_wrong_key_shape_is_an_error(session: Any, ident: Any) -> None:
    with pytest.raises((exc.InvalidRequestError, exc.ArgumentError)):
        session.get(Item, ident)


def test_get_of_an_unmapped_class_is_an_error(session: Any) -> None:
    with pytest.raises(exc.SQLAlchemyError):
        session.get(int, 1)


def test_get_one(session: Any, item: Any) -> None:
    assert session.get_one(Item, 1) is item
    with pytest.raises(exc.NoResultFound):
        session.get_one(Item, 99)


def test_get_populate_existing(session: Any, item: Any) -> None:
    item.name  # noqa: B018
    session.connection().execute(text("UPDATE item SET name = 'other'"))
    assert session.get(Item, 1).name == "one"
    assert session.get(Item, 1, populate_existing=True).name == "other"


def test_get_of_a_deleted_object_after_the_flush_is_none(session: Any, item: Any) -> None:
    session.delete(item)
    session.flush()
    assert session.get(Item, 1) is None


def test_get_of_an_expired_object_whose_row_is_gone_is_none(session: Any, item: Any) -> None:
    session.connection().execute(text("DELETE FROM item"))
    session.expire(item)
    assert session.get(Item, 1) is None


def test_get_does_not_autoflush_for_an_object_at_hand(session: Any, item: Any) -> None:
    item.name  # noqa: B018
    item.name = "changed"
    assert session.get(Item, 1) is item
    assert item in session.dirty


def test_query_keeps_loaded_values(session: Any, item: Any) -> None:
    item.name  # noqa: B018
    session.connection().execute(text("UPDATE item SET name = 'other'"))
    assert session.scalars(select(Item)).one().name == "one"


def test_populate_existing_overwrites(session: Any, item: Any) -> None:
    item.name  # noqa: B018
    session.connection().execute(text("UPDATE item SET name = 'other'"))
    found = session.scalars(select(Item).execution_options(populate_existing=True)).one()
    assert found is item
    assert item.name == "other"


def test_clean_objects_are_held_weakly(session: Any) -> None:
    session.add(Item())
    session.commit()
    assert session.get(Item, 1) is not None
    gc.collect()
    assert len(session.identity_map) == 0


def test_changed_objects_are_held_strongly(session: Any, rows: Any) -> None:
    session.add(Item(name="a"))
    session.commit()
    session.get(Item, 1).name = "kept"
    gc.collect()
    session.commit()
    assert rows("SELECT name FROM item") == [("kept",)]


def test_pending_objects_are_held_strongly(session: Any, rows: Any) -> None:
    session.add(Item(name="a"))
    gc.collect()
    session.commit()
    assert rows("SELECT count(*) FROM item") == [(1,)]


def test_objects_marked_deleted_are_held_strongly(session: Any, rows: Any) -> None:
    session.add(Item(name="a"))
    session.commit()
    session.delete(session.get(Item, 1))
    gc.collect()
    session.commit()
    assert rows("SELECT count(*) FROM item") == [(0,)]


def test_primary_key_change(session: Any, item: Any, rows: Any) -> None:
    item.id = 50
    session.commit()
    assert rows("SELECT id FROM item") == [(50,)]
    assert session.get(Item, 50) is item
    assert session.get(Item, 1) is None


def test_primary_key_change_is_undone_by_rollback(session: Any, item: Any) -> None:
    item.id = 50
    session.flush()
    session.rollback()
    assert session.get(Item, 1) is item
    assert item.id == 1


def test_two_objects_with_one_identity_cannot_both_be_persistent(session: Any, item: Any) -> None:
    item.name  # noqa: B018
    session.add(Item(id=1))
    with pytest.raises((exc.IntegrityError, orm_exc.FlushError)):
        session.flush()


# --- new, dirty, deleted


def test_collections_after_each_step(session: Any, item: Any) -> None:
    other = Item()
    session.add(other)
    assert list(session.new) == [other]
    item.name = "two"
    assert list(session.dirty) == [item]
    session.delete(item)
    assert list(session.deleted) == [item]
    assert item not in session.dirty
    session.flush()
    assert not session.new and not session.dirty and not session.deleted


def test_dirty_is_optimistic_but_is_modified_is_exact(session: Any, item: Any) -> None:
    item.name = item.name
    assert not session.is_modified(item)


def test_set_back_to_the_old_value_sends_nothing(session: Any, item: Any, statements: Any) -> None:
    item.name  # noqa: B018
    item.name = "two"
    item.name = "one"
    statements.clear()
    session.flush()
    assert statements.writes() == []


def test_mutating_the_answer_of_new_changes_nothing(session: Any) -> None:
    session.add(Item())
    seen = session.new
    seen.clear()
    assert len(session.new) == 1


@accord_only
def test_deleting_an_attribute_stores_null(session: Any, item: Any, rows: Any) -> None:
    item.name  # noqa: B018
    del item.name
    session.commit()
    assert item.name is None
    assert rows("SELECT name FROM item") == [(None,)]


def test_set_on_an_expired_attribute_does_not_load(
    session: Any, item: Any, statements: Any, rows: Any
) -> None:
    session.expire(item)
    statements.clear()
    item.name = "blind"
    assert len(statements) == 0
    session.commit()
    assert rows("SELECT name, size FROM item") == [("blind", 1)]


# --- expire and refresh


def test_expire_all_attributes(session: Any, item: Any) -> None:
    item.name  # noqa: B018
    session.expire(item)
    assert set(vars(item)) == {"_sa_instance_state"}
    assert item.name == "one"


def test_expire_one_attribute(session: Any, item: Any, statements: Any) -> None:
    item.name  # noqa: B018
    session.expire(item, ["name"])
    assert "name" not in vars(item)
    assert "size" in vars(item)
    statements.clear()
    assert item.name == "one"
    assert len(statements) == 1


def test_expire_discards_unflushed_changes(session: Any, item: Any, rows: Any) -> None:
    item.name = "lost"
    session.expire(item)
    assert item not in session.dirty
    session.commit()
    assert rows("SELECT name FROM item") == [("one",)]


def test_expire_all(session: Any, item: Any) -> None:
    owner = Owner(name="o")
    session.add(owner)
    session.flush()
    session.expire_all()
    assert set(vars(item)) == set(vars(owner)) == {"_sa_instance_state"}


def test_expire_of_a_transient_object_is_an_error(session: Any) -> None:
    with pytest.raises(exc.InvalidRequestError):
        session.expire(Item())


def test_refresh_loads_at_once(session: Any, item: Any, statements: Any) -> None:
    item.name  # noqa: B018
    session.connection().execute(text("UPDATE item SET name = 'other', size = 9"))
    statements.clear()
    session.refresh(item)
    assert statements.kinds == [("SELECT", "item")]
    assert vars(item)["name"] == "other"
    assert item.size == 9


def test_refresh_of_named_attributes(session: Any, item: Any) -> None:
    item.name  # noqa: B018
    session.connection().execute(text("UPDATE item SET name = 'other', size = 9"))
    session.refresh(item, ["size"])
    assert item.size == 9
    assert item.name == "one"


def test_refresh_of_a_relationship(session: Any) -> None:
    owner = Owner(items=[Item()])
    session.add(owner)
    session.commit()
    assert len(owner.items) == 1
    session.connection().execute(text("INSERT INTO item (owner_id) VALUES (1)"))
    session.refresh(owner, ["items"])
    assert len(owner.items) == 2


def test_refresh_flushes_first_and_overwrites_nothing_of_others(session: Any, item: Any) -> None:
    other = Item(name="new")
    session.add(other)
    session.refresh(item)
    assert state_of(other) == "persistent"


def test_refresh_of_a_gone_row_is_an_error(session: Any, item: Any) -> None:
    item.name  # noqa: B018
    session.connection().execute(text("DELETE FROM item"))
    with pytest.raises(exc.InvalidRequestError):
        session.refresh(item)


def test_access_to_an_expired_object_whose_row_is_gone(session: Any, item: Any) -> None:
    session.connection().execute(text("DELETE FROM item"))
    session.expire(item)
    with pytest.raises(orm_exc.ObjectDeletedError):
        item.name  # noqa: B018


def test_refresh_of_a_detached_object_is_an_error(session: Any, item: Any) -> None:
    session.expunge(item)
    with pytest.raises(exc.InvalidRequestError):
        session.refresh(item)


def test_expired_collection_is_loaded_again(session: Any) -> None:
    owner = Owner(items=[Item(), Item()])
    session.add(owner)
    session.commit()
    session.connection().execute(text("DELETE FROM item WHERE id = 1"))
    assert [item.id for item in owner.items] == [2]


# --- autoflush


def test_autoflush_before_lazy_loading(session: Any, statements: Any) -> None:
    owner = Owner(name="o")
    session.add(owner)
    session.commit()
    session.add(Item(owner_id=owner.id))
    assert len(owner.items) == 1


def test_no_autoflush_block(session: Any, item: Any) -> None:
    item.name = "changed"
    with session.no_autoflush:
        assert session.scalar(select(Item.name)) == "one"
        assert item in session.dirty
    assert session.scalar(select(Item.name)) == "changed"


def test_autoflush_execution_option(session: Any, item: Any) -> None:
    item.name = "changed"
    stmt = select(Item.name).execution_options(autoflush=False)
    assert session.scalar(stmt) == "one"


def test_core_statement_autoflushes_too(session: Any, item: Any) -> None:
    item.name = "changed"
    assert session.execute(select(Item.__table__.c.name)).scalar_one() == "changed"


def test_nothing_to_flush_sends_nothing(session: Any, item: Any, statements: Any) -> None:
    statements.clear()
    session.flush()
    assert len(statements) == 0


def test_flush_of_given_objects_only(session: Any) -> None:
    first, second = Item(name="1"), Item(name="2")
    session.add_all([first, second])
    session.flush()
    assert state_of(first) == state_of(second) == "persistent"


# --- session as a whole


def test_sessionmaker_begin_commits(engine: Any, session: Any, rows: Any) -> None:
    with sessionmaker(engine).begin() as other:
        other.add(Item(name="a"))
    assert rows("SELECT name FROM item") == [("a",)]


def test_sessionmaker_begin_rolls_back_on_error(engine: Any, session: Any, rows: Any) -> None:
    with pytest.raises(KeyError), sessionmaker(engine).begin() as other:
        other.add(Item(name="a"))
        other.flush()
        raise KeyError("x")
    assert rows("SELECT count(*) FROM item") == [(0,)]


def test_session_begin_block(session: Any, rows: Any) -> None:
    with session.begin():
        session.add(Item(name="a"))
    assert rows("SELECT count(*) FROM item") == [(1,)]
    assert not session.in_transaction()


def test_begin_twice_is_an_error(session: Any) -> None:
    session.begin()
    with pytest.raises(exc.InvalidRequestError):
        session.begin()


def test_closed_session_may_be_used_again(session: Any, item: Any) -> None:
    session.close()
    assert session.get(Item, 1).name == "one"


def test_closed_session_with_close_resets_only_false(engine: Any, session: Any) -> None:
    other = Session(engine, close_resets_only=False)
    other.close()
    with pytest.raises(exc.InvalidRequestError, match="closed"):
        other.execute(select(Item))


def test_session_on_a_connection(engine: Any, session: Any, rows: Any) -> None:
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as other:
            other.add(Item(name="a"))
            other.commit()
        outer.rollback()
    assert rows("SELECT count(*) FROM item") == [(0,)]


def test_info_dictionary(engine: Any) -> None:
    assert Session(engine, info={"a": 1}).info == {"a": 1}
    assert Session(engine).info == {}


def test_set_of_a_none_key_is_null(session: Any, rows: Any) -> None:
    session.add(Item(name=None, size=None))
    session.commit()
    assert rows("SELECT name, size FROM item") == [(None, None)]


def test_orm_update_then_attribute(session: Any, item: Any) -> None:
    session.execute(update(Item).where(Item.id == 1).values(size=Item.size + 4))
    assert item.size == 5


def test_session_rejects_unmapped_objects(session: Any) -> None:
    with pytest.raises(orm_exc.UnmappedInstanceError):
        session.add(object())


def test_session_new_after_failed_flush_is_kept(session: Any) -> None:
    session.add(Item(id=1))
    session.flush()
    session.expunge_all()
    broken = Item(id=1)
    session.add(broken)
    with pytest.raises(exc.IntegrityError):
        session.flush()
    session.rollback()
    assert state_of(broken) == "transient"


def test_use_after_a_failed_flush_needs_a_rollback(session: Any, item: Any) -> None:
    item.name  # noqa: B018
    session.expunge_all()
    session.add(Item(id=1))
    with pytest.raises(exc.IntegrityError):
        session.flush()
    session.rollback()
    assert session.scalars(select(Item)).one().name == "one"
