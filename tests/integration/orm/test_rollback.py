"""Rollback restores objects, identity map, pending and deleted sets, savepoints included."""

from typing import Any

import pytest
from orm_api import (
    DeclarativeBase,
    ForeignKey,
    Mapped,
    Session,
    String,
    UniqueConstraint,
    accord_only,
    enforcing,
    exc,
    inspect,
    mapped_column,
    needs,
    relationship,
    select,
    text,
)


class Base(DeclarativeBase):
    pass


class Owner(Base):
    __tablename__ = "owner"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(20))
    items: Mapped[list["Item"]] = relationship(
        back_populates="owner", order_by="Item.id", cascade="all, delete-orphan"
    )


class Item(Base):
    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(20))
    code: Mapped[str | None] = mapped_column(String(20))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("owner.id"))
    owner: Mapped[Owner | None] = relationship(back_populates="items")


@pytest.fixture
def session(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Owner(name="o", items=[Item(name="a"), Item(name="b")]))
        session.commit()
        yield session


@pytest.fixture
def owner(session: Any) -> Any:
    return session.get(Owner, 1)


def test_changed_attribute_is_restored(session: Any, owner: Any) -> None:
    owner.name = "x"
    session.rollback()
    assert owner.name == "o"
    assert owner not in session.dirty


def test_changed_attribute_is_restored_though_nothing_was_sent(engine: Any) -> None:
    """A change begins the transaction, as a statement does: rollback undoes it."""
    Base.metadata.create_all(engine)
    with Session(engine, expire_on_commit=False) as session:
        owner = Owner(name="o")
        session.add(owner)
        session.commit()
        owner.name = "x"
        session.rollback()
        assert owner.name == "o"
        assert owner not in session.dirty


def test_pending_object_is_transient_though_nothing_was_sent(engine: Any) -> None:
    with Session(engine) as session:
        owner = Owner(name="o")
        session.add(owner)
        session.rollback()
        assert inspect(owner).transient


def test_object_marked_deleted_is_unmarked_though_nothing_was_sent(engine: Any) -> None:
    Base.metadata.create_all(engine)
    with Session(engine, expire_on_commit=False) as session:
        item = Item(name="i")
        session.add(item)
        session.commit()
        session.delete(item)
        session.rollback()
        assert item not in session.deleted
        assert item in session


def test_flushed_change_is_restored(session: Any, owner: Any) -> None:
    owner.name = "x"
    session.flush()
    session.rollback()
    assert owner.name == "o"


def test_new_object_becomes_transient_and_keeps_its_values(session: Any) -> None:
    item = Item(name="new")
    session.add(item)
    session.flush()
    assert item.id == 3
    session.rollback()
    assert inspect(item).transient
    assert item.name == "new"
    assert item not in session


def test_generated_key_is_taken_back(session: Any) -> None:
    item = Item(name="new")
    session.add(item)
    session.flush()
    session.rollback()
    session.add(item)
    session.commit()
    assert item.id not in (None, 1, 2)
    assert inspect(item).persistent


def test_given_key_is_kept(session: Any) -> None:
    item = Item(id=77, name="new")
    session.add(item)
    session.flush()
    session.rollback()
    assert item.id == 77


def test_object_never_flushed_becomes_transient(session: Any) -> None:
    item = Item(name="new")
    session.add(item)
    session.rollback()
    assert inspect(item).transient
    assert len(session.new) == 0


def test_deleted_object_is_persistent_again(session: Any, owner: Any) -> None:
    item = owner.items[0]
    session.delete(item)
    session.flush()
    session.rollback()
    assert inspect(item).persistent
    assert owner.items[0] is item


def test_object_marked_deleted_is_unmarked(session: Any, owner: Any) -> None:
    session.delete(owner)
    session.rollback()
    assert owner not in session.deleted
    assert owner in session


def test_added_and_deleted_within_the_transaction(session: Any) -> None:
    item = Item(name="x")
    session.add(item)
    session.flush()
    session.delete(item)
    session.flush()
    session.rollback()
    assert item not in session
    assert session.scalars(select(Item).where(Item.name == "x")).all() == []


def test_collection_is_restored(session: Any, owner: Any) -> None:
    kept = list(owner.items)
    owner.items.append(Item(name="c"))
    del owner.items[0]
    session.flush()
    session.rollback()
    assert owner.items == kept


def test_unflushed_collection_change_is_restored(session: Any, owner: Any) -> None:
    kept = list(owner.items)
    owner.items.clear()
    session.rollback()
    assert owner.items == kept


def test_reference_is_restored(session: Any, owner: Any) -> None:
    item = owner.items[0]
    item.owner = Owner(name="other")
    session.flush()
    session.rollback()
    assert item.owner is owner


def test_expunged_object_is_not_touched(session: Any, owner: Any) -> None:
    owner.name  # noqa: B018
    session.expunge(owner)
    owner.name = "x"
    session.rollback()
    assert owner.name == "x"


@accord_only
def test_key_reused_within_a_transaction_is_taken_back_from_both(session: Any) -> None:
    """The row deleted and the row inserted in its place, under one key, both vanish."""
    first = Item(id=50, code="same")
    session.add(first)
    session.flush()
    session.delete(first)
    session.flush()
    second = Item(id=50, code="same")
    session.add(second)
    session.flush()
    session.rollback()
    assert inspect(first).transient
    assert inspect(second).transient
    assert session.scalars(select(Item).where(Item.code == "same")).all() == []


@accord_only
def test_key_of_a_deleted_row_reused_is_given_back(session: Any, owner: Any) -> None:
    old = owner.items[1]
    key = old.id
    session.delete(old)
    new = Item(id=key, name="new")
    session.add(new)
    session.flush()
    assert session.get(Item, key) is new
    session.rollback()
    assert session.get(Item, key) is old
    assert inspect(new).transient


def test_identity_map_after_a_rollback(session: Any, owner: Any) -> None:
    item = Item(name="new")
    session.add(item)
    session.flush()
    key = inspect(item).key
    session.rollback()
    assert key not in session.identity_map
    assert session.get(Owner, 1) is owner


def test_values_set_after_rollback_are_written(session: Any, owner: Any, rows: Any) -> None:
    owner.name = "x"
    session.flush()
    session.rollback()
    owner.name = "y"
    session.commit()
    assert rows("SELECT name FROM owner") == [("y",)]


def test_failed_flush_rolls_back_and_loses_nothing(session: Any, owner: Any) -> None:
    owner.items[0].code = "same"
    owner.items[1].code = "same"
    with pytest.raises(exc.IntegrityError):
        session.flush()
    session.rollback()
    assert [item.code for item in owner.items] == [None, None]
    assert inspect(owner).persistent


def test_use_of_a_failed_transaction_says_to_roll_back(session: Any, owner: Any) -> None:
    # A flush that fails rolls the transaction back; what was begun around it has to be ended.
    with pytest.raises(exc.IntegrityError):
        session.add(Item(code="same"))
        session.add(Item(code="same"))
        session.flush()
    with pytest.raises(exc.PendingRollbackError):
        session.execute(text("SELECT 1"))
    session.rollback()
    assert session.execute(text("SELECT 1")).scalar() == 1


def test_new_objects_of_a_failed_flush_are_transient_again(session: Any) -> None:
    first, second = Item(code="same"), Item(code="same")
    session.add_all([first, second])
    with pytest.raises(exc.IntegrityError):
        session.flush()
    session.rollback()
    assert inspect(first).transient and inspect(second).transient
    assert (first.code, second.code) == ("same", "same")
    second.code = "other"
    session.add_all([first, second])
    session.commit()
    assert {first.id, second.id} <= set(session.scalars(select(Item.id)))
    assert len({first.id, second.id}) == 2


# --- savepoints


def test_savepoint_released_keeps_its_changes(session: Any, owner: Any, rows: Any) -> None:
    with session.begin_nested():
        owner.name = "x"
    session.commit()
    assert rows("SELECT name FROM owner") == [("x",)]


def test_savepoint_rolled_back_undoes_only_its_changes(session: Any, owner: Any, rows: Any) -> None:
    owner.name = "before"
    nested = session.begin_nested()
    owner.name = "within"
    session.add(Item(name="within"))
    session.flush()
    nested.rollback()
    assert owner.name == "before"
    session.commit()
    assert rows("SELECT name FROM owner") == [("before",)]
    assert rows("SELECT count(*) FROM item") == [(2,)]


def test_begin_nested_flushes_first(session: Any, owner: Any, statements: Any) -> None:
    owner.name = "before"
    statements.clear()
    session.begin_nested()
    assert statements.writes() == [("UPDATE", "owner")]
    assert owner not in session.dirty


def test_objects_added_before_a_savepoint_survive_its_rollback(session: Any) -> None:
    outer = Item(name="outer")
    session.add(outer)
    nested = session.begin_nested()
    inner = Item(name="inner")
    session.add(inner)
    session.flush()
    nested.rollback()
    assert inspect(outer).persistent
    assert inspect(inner).transient
    session.commit()
    assert session.scalars(select(Item.name).order_by(Item.id)).all() == ["a", "b", "outer"]


def test_deletion_within_a_savepoint_is_undone(session: Any, owner: Any) -> None:
    item = owner.items[0]
    nested = session.begin_nested()
    session.delete(item)
    session.flush()
    assert item not in session
    nested.rollback()
    assert item in session
    assert item.name == "a"


def test_nested_savepoints(session: Any, owner: Any, rows: Any) -> None:
    with session.begin_nested():
        owner.name = "one"
        inner = session.begin_nested()
        owner.name = "two"
        session.flush()
        inner.rollback()
        assert owner.name == "one"
    session.commit()
    assert rows("SELECT name FROM owner") == [("one",)]


def test_exception_in_a_savepoint_block_rolls_it_back(session: Any, owner: Any) -> None:
    with pytest.raises(exc.IntegrityError), session.begin_nested():
        session.add_all([Item(code="same"), Item(code="same")])
        session.flush()
    assert session.in_transaction()
    assert session.scalars(select(Item.name)).all() == ["a", "b"]


def test_rollback_of_the_whole_session_from_within_a_savepoint(session: Any, owner: Any) -> None:
    owner.name = "x"
    nested = session.begin_nested()
    owner.name = "y"
    nested.rollback()
    session.rollback()
    assert not session.in_transaction()
    assert owner.name == "o"


def test_in_nested_transaction(session: Any) -> None:
    assert not session.in_nested_transaction()
    with session.begin_nested():
        assert session.in_nested_transaction()
    assert not session.in_nested_transaction()


def test_savepoint_object_released_then_outer_rolled_back(session: Any, owner: Any) -> None:
    item = Item(name="x")
    with session.begin_nested():
        session.add(item)
    assert inspect(item).persistent
    session.rollback()
    assert inspect(item).transient


def test_untouched_objects_keep_their_values_over_a_savepoint_rollback(
    session: Any, owner: Any, statements: Any
) -> None:
    owner.name  # noqa: B018
    items = list(owner.items)
    nested = session.begin_nested()
    items[0].name = "x"
    session.flush()
    nested.rollback()
    statements.clear()
    assert owner.name == "o"
    assert len(statements) == 0
    assert items[0].name == "a"


def test_close_rolls_everything_back(session: Any, owner: Any, rows: Any) -> None:
    owner.name = "x"
    session.flush()
    session.close()
    assert rows("SELECT name FROM owner") == [("o",)]
    assert owner not in session


@accord_only
def test_failed_flush_names_the_object_not_the_value(session: Any) -> None:
    session.add_all([Item(code="a-secret"), Item(code="a-secret")])
    with pytest.raises(exc.IntegrityError) as caught:
        session.flush()
    assert "a-secret" not in str(caught.value)
    assert "item" in str(caught.value)


@needs("deferrable_foreign_keys")
def test_commit_time_constraint_rolls_back_like_a_failed_flush(make_engine: Any) -> None:
    class Local(DeclarativeBase):
        pass

    class Target(Local):
        __tablename__ = "target"
        id: Mapped[int] = mapped_column(primary_key=True)

    class Late(Local):
        __tablename__ = "late"
        id: Mapped[int] = mapped_column(primary_key=True)
        target_id: Mapped[int | None] = mapped_column(
            ForeignKey("target.id", deferrable=True, initially="DEFERRED")
        )

    engine = make_engine("late")
    enforcing(engine)
    Local.metadata.create_all(engine)
    with Session(engine) as session:
        late = Late(target_id=9)
        session.add(late)
        session.flush()
        with pytest.raises(exc.IntegrityError):
            session.commit()
        session.rollback()
        assert inspect(late).transient
        assert session.scalars(select(Late)).all() == []
        late.target_id = None
        session.add(late)
        session.commit()
        assert session.scalars(select(Late)).one() is late
