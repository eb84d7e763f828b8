"""The cascades: save-update, merge, delete, delete-orphan, refresh-expire, expunge."""

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
    select,
)


def model(cascade: str | None = None, **options: Any) -> tuple[Any, Any]:
    """Owner and Item, the cascade given on Owner.items."""

    class Base(DeclarativeBase):
        pass

    if cascade is not None:
        options["cascade"] = cascade

    class Owner(Base):
        __tablename__ = "owner"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str | None] = mapped_column(String(20))
        items: Mapped[list["Item"]] = relationship(
            back_populates="owner", order_by="Item.id", **options
        )

    class Item(Base):
        __tablename__ = "item"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str | None] = mapped_column(String(20))
        owner_id: Mapped[int | None] = mapped_column(
            ForeignKey("owner.id", ondelete="CASCADE" if options.get("passive_deletes") else None)
        )
        owner: Mapped[Owner | None] = relationship(back_populates="items")

    return Owner, Item


@pytest.fixture
def opened(engine: Any) -> Any:
    sessions = []

    def open_(cascade: str | None = None, **options: Any) -> tuple[Any, Any, Any]:
        Owner, Item = model(cascade, **options)
        Owner.metadata.create_all(engine)
        sessions.append(Session(engine))
        return sessions[-1], Owner, Item

    yield open_
    for session in sessions:
        session.close()


# --- save-update


def test_add_cascades_along_collections_and_references(opened: Any) -> None:
    session, Owner, Item = opened()
    owner = Owner(items=[Item(), Item()])
    session.add(owner)
    assert all(item in session for item in owner.items)
    other = Item(owner=Owner())
    session.add(other)
    assert other.owner in session


def test_add_cascades_deeply_from_any_end(opened: Any) -> None:
    session, Owner, Item = opened()
    first, second = Item(), Item()
    Owner(items=[first, second])
    session.add(first)
    assert second in session


def test_appending_to_an_attached_object_adds(opened: Any) -> None:
    session, Owner, Item = opened()
    owner = Owner()
    session.add(owner)
    session.flush()
    item = Item()
    owner.items.append(item)
    assert item in session.new


def test_setting_a_reference_on_an_attached_object_adds(opened: Any) -> None:
    session, Owner, Item = opened()
    item = Item()
    session.add(item)
    item.owner = Owner()
    assert item.owner in session.new


def test_backref_side_does_not_cascade_into_the_session(opened: Any) -> None:
    """2.x: assigning a persistent object to a transient one's attribute does not add the latter."""
    session, Owner, Item = opened()
    owner = Owner()
    session.add(owner)
    session.flush()
    item = Item(owner=owner)
    assert item not in session
    session.add(item)
    session.flush()
    assert item.owner_id == owner.id


def test_without_save_update_nothing_is_added(opened: Any) -> None:
    session, Owner, Item = opened("merge")
    item = Item()
    session.add(Owner(items=[item]))
    assert item not in session


# --- delete


def test_delete_cascades_to_loaded_and_unloaded_children(opened: Any, rows: Any) -> None:
    session, Owner, Item = opened("all")
    session.add(Owner(items=[Item(), Item()]))
    session.commit()
    session.expunge_all()
    owner = session.get(Owner, 1)
    session.delete(owner)
    session.commit()
    assert rows("SELECT count(*) FROM item") == [(0,)]
    assert rows("SELECT count(*) FROM owner") == [(0,)]


def test_delete_cascade_marks_children_deleted(opened: Any) -> None:
    session, Owner, Item = opened("all")
    owner = Owner(items=[Item(), Item()])
    session.add(owner)
    session.commit()
    items = list(owner.items)
    session.delete(owner)
    session.flush()
    assert all(inspect(item).deleted for item in items)


def test_children_are_deleted_before_the_parent(opened: Any, statements: Any) -> None:
    session, Owner, Item = opened("all")
    owner = Owner(items=[Item(), Item()])
    session.add(owner)
    session.commit()
    session.delete(owner)
    statements.clear()
    session.flush()
    assert [k for k in statements.order() if k[0] == "DELETE"] == [
        ("DELETE", "item"),
        ("DELETE", "owner"),
    ]


def test_without_delete_cascade_children_lose_their_reference(opened: Any, rows: Any) -> None:
    session, Owner, Item = opened()
    owner = Owner(items=[Item()])
    session.add(owner)
    session.commit()
    session.delete(owner)
    session.commit()
    assert rows("SELECT owner_id FROM item") == [(None,)]


def test_passive_deletes_leaves_unloaded_children_to_the_database(
    opened: Any, statements: Any
) -> None:
    session, Owner, Item = opened("all", passive_deletes=True)
    session.add(Owner(items=[Item()]))
    session.commit()
    session.expunge_all()
    owner = session.get(Owner, 1)
    session.delete(owner)
    statements.clear()
    session.flush()
    assert statements.kinds == [("DELETE", "owner")]


def test_delete_of_a_child_does_not_delete_its_parent(opened: Any, rows: Any) -> None:
    session, Owner, Item = opened("all, delete-orphan")
    item = Item(owner=Owner())
    session.add(item)
    session.commit()
    session.delete(item)
    session.commit()
    assert rows("SELECT count(*) FROM owner") == [(1,)]


# --- delete-orphan


def test_removed_child_is_deleted(opened: Any, rows: Any) -> None:
    session, Owner, Item = opened("all, delete-orphan")
    owner = Owner(items=[Item(name="a"), Item(name="b")])
    session.add(owner)
    session.commit()
    removed = owner.items.pop(0)
    session.flush()
    assert removed not in session
    session.commit()
    assert rows("SELECT name FROM item") == [("b",)]


def test_child_replaced_by_a_new_collection_is_deleted(opened: Any, rows: Any) -> None:
    session, Owner, Item = opened("all, delete-orphan")
    owner = Owner(items=[Item(name="a"), Item(name="b")])
    session.add(owner)
    session.commit()
    owner.items = [owner.items[1], Item(name="c")]
    session.commit()
    assert rows("SELECT name FROM item ORDER BY name") == [("b",), ("c",)]


def test_child_moved_to_another_owner_is_kept(opened: Any, rows: Any) -> None:
    session, Owner, Item = opened("all, delete-orphan")
    first, second = Owner(items=[Item(name="a")]), Owner()
    session.add_all([first, second])
    session.commit()
    second.items.append(first.items.pop())
    session.commit()
    assert rows("SELECT name, owner_id FROM item") == [("a", 2)]


def test_pending_child_removed_before_the_flush_is_never_inserted(opened: Any, rows: Any) -> None:
    session, Owner, Item = opened("all, delete-orphan")
    owner = Owner()
    session.add(owner)
    item = Item(name="a")
    owner.items.append(item)
    assert item in session
    owner.items.remove(item)
    session.flush()
    assert item not in session
    session.commit()
    assert rows("SELECT count(*) FROM item") == [(0,)]


def test_orphan_by_the_scalar_side(opened: Any, rows: Any) -> None:
    session, Owner, Item = opened("all, delete-orphan")
    owner = Owner(items=[Item(name="a")])
    session.add(owner)
    session.commit()
    owner.items[0].owner = None
    session.commit()
    assert rows("SELECT count(*) FROM item") == [(0,)]


def test_deleting_the_owner_deletes_the_orphans_to_be(opened: Any, rows: Any) -> None:
    session, Owner, Item = opened("all, delete-orphan")
    owner = Owner(items=[Item(), Item(), Item()])
    session.add(owner)
    session.commit()
    owner.items.pop()
    session.delete(owner)
    session.commit()
    assert rows("SELECT count(*) FROM item") == [(0,)]


def test_rollback_restores_a_deleted_orphan(opened: Any) -> None:
    session, Owner, Item = opened("all, delete-orphan")
    owner = Owner(items=[Item(name="a")])
    session.add(owner)
    session.commit()
    item = owner.items.pop()
    session.flush()
    assert item not in session
    session.rollback()
    assert owner.items == [item]
    assert item in session


def test_delete_orphan_on_many_to_one_needs_single_parent(engine: Any) -> None:
    class Base(DeclarativeBase):
        pass

    class Target(Base):
        __tablename__ = "target"
        id: Mapped[int] = mapped_column(primary_key=True)

    class Source(Base):
        __tablename__ = "source"
        id: Mapped[int] = mapped_column(primary_key=True)
        target_id: Mapped[int | None] = mapped_column(ForeignKey("target.id"))
        target: Mapped[Target | None] = relationship(cascade="all, delete-orphan")

    with pytest.raises(exc.ArgumentError, match="single_parent"):
        Source(target=Target())


def test_unknown_cascade_word_is_an_error() -> None:
    with pytest.raises(exc.ArgumentError, match="delete_orphans"):
        model("all, delete_orphans")


# --- merge


def test_merge_cascades_to_children(opened: Any) -> None:
    session, Owner, Item = opened()
    merged = session.merge(Owner(id=1, name="o", items=[Item(id=7, name="i")]))
    assert merged.items[0].id == 7
    assert merged.items[0] in session


def test_without_merge_cascade_children_are_left(opened: Any) -> None:
    session, Owner, Item = opened("save-update")
    merged = session.merge(Owner(id=1, name="o", items=[Item(id=7, name="i")]))
    assert merged.items == []


# --- refresh-expire


def test_expire_cascades_with_refresh_expire(opened: Any) -> None:
    session, Owner, Item = opened("all")
    owner = Owner(items=[Item(name="a")])
    session.add(owner)
    session.commit()
    item = owner.items[0]
    assert item.name == "a"
    session.expire(owner)
    assert "name" not in vars(item)


def test_expire_does_not_cascade_by_default(opened: Any) -> None:
    session, Owner, Item = opened()
    owner = Owner(items=[Item(name="a")])
    session.add(owner)
    session.commit()
    item = owner.items[0]
    assert item.name == "a"
    session.expire(owner)
    assert vars(item)["name"] == "a"


# --- expunge


def test_expunge_cascades_with_expunge(opened: Any) -> None:
    session, Owner, Item = opened("all")
    owner = Owner(items=[Item()])
    session.add(owner)
    session.commit()
    item = owner.items[0]
    session.expunge(owner)
    assert item not in session


def test_expunge_does_not_cascade_by_default(opened: Any) -> None:
    session, Owner, Item = opened()
    owner = Owner(items=[Item()])
    session.add(owner)
    session.commit()
    item = owner.items[0]
    session.expunge(owner)
    assert item in session


# --- reading them back


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (None, {"save-update", "merge"}),
        ("", set()),
        (
            "all",
            {"save-update", "merge", "delete", "refresh-expire", "expunge"},
        ),
        (
            "all, delete-orphan",
            {"save-update", "merge", "delete", "delete-orphan", "refresh-expire", "expunge"},
        ),
        ("save-update, expunge", {"save-update", "expunge"}),
    ],
)
def test_cascade_of_the_property(words: str | None, expected: set[str]) -> None:
    Owner, _ = model(words)
    cascade = inspect(Owner).relationships["items"].cascade
    chosen = {
        name
        for name in ("save-update", "merge", "delete", "delete-orphan", "refresh-expire", "expunge")
        if getattr(cascade, name.replace("-", "_"))
    }
    assert chosen == expected


def test_orphan_and_cascade_in_one_flush_with_many_rows(opened: Any, rows: Any) -> None:
    session, Owner, Item = opened("all, delete-orphan")
    owners = [Owner(items=[Item() for _ in range(5)]) for _ in range(20)]
    session.add_all(owners)
    session.commit()
    for number, owner in enumerate(owners):
        if number % 2:
            session.delete(owner)
        else:
            del owner.items[::2]
    session.commit()
    assert rows("SELECT count(*) FROM owner") == [(10,)]
    assert rows("SELECT count(*) FROM item") == [(20,)]
    assert len(session.scalars(select(Item)).all()) == 20
