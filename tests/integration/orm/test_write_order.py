"""Writes go in the order the schema needs: foreign keys and unique values, not relationships alone.

Foreign keys are enforced on these connections, so a wrong order is refused by the database itself.
"""

import uuid
from typing import Any, Optional

import pytest
from orm_api import (
    CheckConstraint,
    DeclarativeBase,
    ForeignKey,
    ForeignKeyConstraint,
    Mapped,
    Session,
    String,
    UniqueConstraint,
    Uuid,
    accord_only,
    enforcing,
    event,
    exc,
    mapped_column,
    orm_exc,
    relationship,
    select,
)


class Base(DeclarativeBase):
    type_annotation_map = {str: String(100)}


class Country(Base):
    """Linked to City by a foreign key only: no relationship."""

    __tablename__ = "country"
    code: Mapped[str] = mapped_column(String(2), primary_key=True)


class City(Base):
    __tablename__ = "city"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    country_code: Mapped[str] = mapped_column(ForeignKey("country.code"))


class Street(Base):
    __tablename__ = "street"
    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("city.id"))


class Account(Base):
    """Unique values of every kind a swap has to cope with."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("nick"),
        UniqueConstraint("email"),
        UniqueConstraint("number"),
        UniqueConstraint("token"),
        UniqueConstraint("area", "place"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    nick: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    token: Mapped[uuid.UUID] = mapped_column(Uuid)
    area: Mapped[int | None]
    place: Mapped[int | None]


def account(which: int, **values: Any) -> Account:
    defaults = {
        "email": f"{which}@example.org",
        "number": which,
        "token": uuid.UUID(int=which),
    }
    return Account(**{**defaults, **values})


class Node(Base):
    """Self-referential by key only."""

    __tablename__ = "node"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("node.id"))


class Tree(Base):
    __tablename__ = "tree"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("tree.id"))
    parent: Mapped[Optional["Tree"]] = relationship(remote_side=[id], back_populates="children")
    children: Mapped[list["Tree"]] = relationship(back_populates="parent")


class Hen(Base):
    """Hen and Egg point at each other through nullable keys."""

    __tablename__ = "hen"
    id: Mapped[int] = mapped_column(primary_key=True)
    egg_id: Mapped[int | None] = mapped_column(ForeignKey("egg.id", use_alter=True, name="fk_egg"))
    egg: Mapped[Optional["Egg"]] = relationship(foreign_keys=[egg_id])


class Egg(Base):
    __tablename__ = "egg"
    id: Mapped[int] = mapped_column(primary_key=True)
    hen_id: Mapped[int | None] = mapped_column(ForeignKey("hen.id"))
    hen: Mapped[Hen | None] = relationship(foreign_keys=[hen_id])


class Folder(Base):
    __tablename__ = "folder"
    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(String(40), unique=True)
    files: Mapped[list["File"]] = relationship(back_populates="folder", order_by="File.id")


class File(Base):
    __tablename__ = "file"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    folder_id: Mapped[int] = mapped_column(ForeignKey("folder.id"))
    folder: Mapped[Folder] = relationship(back_populates="files")


class Seat(Base):
    __tablename__ = "seat"
    __table_args__ = (CheckConstraint("place >= 0 AND place < 10"), UniqueConstraint("place"))
    id: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int]


class Versioned(Base):
    __tablename__ = "versioned"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    changes: Mapped[int] = mapped_column(default=0, onupdate=1)
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


@pytest.fixture
def session(engine: Any) -> Any:
    enforcing(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session


def saved(session: Any, *objects: Any) -> None:
    session.add_all(objects)
    session.commit()


# --- foreign keys without relationships


@accord_only
def test_insert_order_by_foreign_key_only(session: Any, rows: Any) -> None:
    session.add(Street(id=1, city_id=5))
    session.add(City(id=5, name="Bern", country_code="CH"))
    session.add(Country(code="CH"))
    session.commit()
    assert rows("SELECT count(*) FROM street JOIN city ON city.id = city_id") == [(1,)]


@accord_only
def test_delete_order_by_foreign_key_only(session: Any, rows: Any) -> None:
    country, city, street = Country(code="CH"), City(id=5, name="B", country_code="CH"), None
    saved(session, country, city)
    street = Street(id=1, city_id=5)
    saved(session, street)
    for obj in (country, city, street):
        session.delete(obj)
    session.commit()
    assert rows("SELECT count(*) FROM country") == [(0,)]


@accord_only
def test_update_to_a_parent_inserted_in_the_same_flush(session: Any, rows: Any) -> None:
    city = City(id=5, name="Basel", country_code="CH")
    saved(session, Country(code="CH"), city)
    city.country_code = "DE"
    session.add(Country(code="DE"))
    session.commit()
    assert rows("SELECT country_code FROM city") == [("DE",)]


@accord_only
def test_update_away_from_a_parent_deleted_in_the_same_flush(session: Any, rows: Any) -> None:
    country, city = Country(code="CH"), City(id=5, name="Basel", country_code="CH")
    saved(session, country, Country(code="DE"), city)
    session.delete(country)
    city.country_code = "DE"
    session.commit()
    assert rows("SELECT code FROM country") == [("DE",)]


@accord_only
def test_composite_foreign_key_only(engine: Any) -> None:
    class Local(DeclarativeBase):
        pass

    class Room(Local):
        __tablename__ = "room"
        house: Mapped[int] = mapped_column(primary_key=True)
        number: Mapped[int] = mapped_column(primary_key=True)

    class Bed(Local):
        __tablename__ = "bed"
        id: Mapped[int] = mapped_column(primary_key=True)
        house: Mapped[int]
        number: Mapped[int]
        __table_args__ = (ForeignKeyConstraint(["house", "number"], ["room.house", "room.number"]),)

    enforcing(engine)
    Local.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Bed(house=1, number=2))
        session.add(Room(house=1, number=2))
        session.commit()
        bed, room = session.scalars(select(Bed)).one(), session.scalars(select(Room)).one()
        session.delete(room)
        session.delete(bed)
        session.commit()


# --- the same unique value deleted and inserted, or handed on


@accord_only
def test_delete_and_insert_of_the_same_unique_value(session: Any, rows: Any) -> None:
    old = account(1, email="same@example.org")
    saved(session, old)
    session.delete(old)
    session.add(account(2, email="same@example.org"))
    session.commit()
    assert rows("SELECT number, email FROM account") == [(2, "same@example.org")]


@accord_only
def test_delete_and_insert_of_the_same_primary_key(session: Any, rows: Any) -> None:
    saved(session, Country(code="CH"))
    old = session.get(Country, "CH")
    session.delete(old)
    new = Country(code="CH")
    session.add(new)
    session.commit()
    assert session.get(Country, "CH") is new
    assert rows("SELECT count(*) FROM country") == [(1,)]


def test_row_replaced_under_its_key_while_others_refer_to_it(session: Any, rows: Any) -> None:
    """Delete and add of one key is an update of its row: nobody who refers to it is in the way."""
    saved(session, Folder(id=1, path="/home", files=[File(name="a")]))
    old = session.get(Folder, 1)
    files = list(old.files)
    new = Folder(id=1, path="/work")
    session.add(new)
    for file in files:
        file.folder = new
    session.delete(old)
    session.commit()
    assert session.get(Folder, 1) is new
    assert rows("SELECT path, folder_id FROM folder JOIN file ON folder.id = folder_id") == [
        ("/work", 1)
    ]


@accord_only
def test_insert_takes_a_value_an_update_gives_up(session: Any, rows: Any) -> None:
    first = account(1, email="good@example.org")
    saved(session, first)
    first.email = "other@example.org"
    session.add(account(2, email="good@example.org"))
    session.commit()
    assert rows("SELECT number FROM account WHERE email = 'good@example.org'") == [(2,)]


@accord_only
def test_update_takes_a_value_a_delete_gives_up(session: Any, rows: Any) -> None:
    first, second = account(1), account(2)
    saved(session, first, second)
    session.delete(first)
    second.email = "1@example.org"
    session.commit()
    assert rows("SELECT number, email FROM account") == [(2, "1@example.org")]


@accord_only
def test_chain_of_updates(session: Any, rows: Any) -> None:
    accounts = [account(n) for n in range(1, 7)]
    saved(session, *accounts)
    assert [obj.number for obj in accounts] == [1, 2, 3, 4, 5, 6]  # reading one later would flush
    for obj in accounts:
        obj.number += 1
    session.commit()
    assert rows("SELECT id, number FROM account ORDER BY id") == [(n, n + 1) for n in range(1, 7)]


@accord_only
def test_chain_of_updates_downwards(session: Any, rows: Any) -> None:
    accounts = [account(n) for n in range(1, 7)]
    saved(session, *accounts)
    assert [obj.number for obj in accounts] == [1, 2, 3, 4, 5, 6]
    for obj in reversed(accounts):
        obj.number -= 1
    session.commit()
    assert rows("SELECT id, number FROM account ORDER BY id") == [(n, n - 1) for n in range(1, 7)]


@accord_only
def test_old_values_not_loaded_are_fetched_in_one_select(
    session: Any, rows: Any, statements: Any
) -> None:
    accounts = [account(n) for n in range(1, 5)]
    saved(session, *accounts)
    statements.clear()
    for number, obj in enumerate(accounts, 1):  # expired by the commit: old values unknown
        obj.email = f"{number % 4 + 1}@example.org"
    session.commit()
    assert len(statements.of("SELECT")) <= 1
    assert rows("SELECT id, email FROM account ORDER BY id") == [
        (1, "2@example.org"),
        (2, "3@example.org"),
        (3, "4@example.org"),
        (4, "1@example.org"),
    ]


# --- swaps

SWAPS = {
    "nullable": ("nick", "a", "b"),
    "text": ("email", "a@example.org", "b@example.org"),
    "integer": ("number", 100, 200),
    "uuid": ("token", uuid.UUID(int=100), uuid.UUID(int=200)),
}


@accord_only
@pytest.mark.parametrize("kind", SWAPS)
def test_swap_of_two_unique_values(session: Any, kind: str) -> None:
    key, first, second = SWAPS[kind]
    one, two = account(1, **{key: first}), account(2, **{key: second})
    saved(session, one, two)
    assert getattr(one, key) == first and getattr(two, key) == second
    setattr(one, key, second)
    setattr(two, key, first)
    session.commit()
    session.expunge_all()
    stored = session.scalars(select(Account).order_by(Account.id)).all()
    assert [getattr(obj, key) for obj in stored] == [second, first]


@accord_only
@pytest.mark.parametrize("kind", SWAPS)
def test_rotation_of_three_unique_values(session: Any, kind: str) -> None:
    key, first, second = SWAPS[kind]
    third = account(3)
    one, two = account(1, **{key: first}), account(2, **{key: second})
    setattr(third, key, {"nick": "c", "email": "c@example.org"}.get(key, getattr(third, key)))
    saved(session, one, two, third)
    values = [getattr(obj, key) for obj in (one, two, third)]
    for obj, value in zip((one, two, third), values[1:] + values[:1], strict=True):
        setattr(obj, key, value)
    session.commit()
    session.expunge_all()
    stored = session.scalars(select(Account).order_by(Account.id)).all()
    assert [getattr(obj, key) for obj in stored] == values[1:] + values[:1]


@accord_only
def test_swap_of_a_composite_unique_value(session: Any, rows: Any) -> None:
    one, two = account(1, area=1, place=1), account(2, area=1, place=2)
    saved(session, one, two)
    assert (one.place, two.place) == (1, 2)
    one.place, two.place = two.place, one.place
    session.commit()
    assert rows("SELECT area, place FROM account ORDER BY id") == [(1, 2), (1, 1)]


@accord_only
def test_two_swaps_in_one_flush(session: Any, rows: Any) -> None:
    accounts = [account(n) for n in range(1, 5)]
    saved(session, *accounts)
    numbers = [obj.number for obj in accounts]
    for obj, number in zip(accounts, [numbers[1], numbers[0], numbers[3], numbers[2]], strict=True):
        obj.number = number
    session.commit()
    assert rows("SELECT number FROM account ORDER BY id") == [(2,), (1,), (4,), (3,)]


@accord_only
def test_swap_with_an_outsider_inserted(session: Any, rows: Any) -> None:
    one, two = account(1), account(2)
    saved(session, one, two)
    one.number, two.number = 2, 3
    session.add(account(9, number=1))
    session.commit()
    assert rows("SELECT id, number FROM account ORDER BY id") == [(1, 2), (2, 3), (3, 1)]


@accord_only
def test_swap_that_cannot_be_parked_names_the_rows(session: Any) -> None:
    one, two = Seat(place=1), Seat(place=2)
    saved(session, one, two)
    assert (one.place, two.place) == (1, 2)
    one.place, two.place = 2, 1
    with pytest.raises((exc.UniqueCycleError, exc.IntegrityError)) as caught:
        session.flush()
    assert "seat" in str(caught.value).lower()
    session.rollback()
    assert (one.place, two.place) == (1, 2)


@accord_only
def test_parking_is_no_second_version_bump_onupdate_or_event(session: Any, rows: Any) -> None:
    one, two = Versioned(code="a"), Versioned(code="b")
    saved(session, one, two)
    assert (one.code, two.code) == ("a", "b")
    calls: list[Any] = []

    def updated(mapper: Any, connection: Any, target: Any) -> None:
        calls.append(target)

    event.listen(Versioned, "after_update", updated)
    try:
        one.code, two.code = two.code, one.code
        session.commit()
    finally:
        event.remove(Versioned, "after_update", updated)
    assert sorted(map(id, calls)) == sorted(map(id, (one, two)))
    assert rows("SELECT code, version, changes FROM versioned ORDER BY id") == [
        ("b", 2, 1),
        ("a", 2, 1),
    ]


@accord_only
def test_a_real_conflict_is_still_an_integrity_error(session: Any) -> None:
    saved(session, account(1))
    session.add(account(2, email="1@example.org"))
    with pytest.raises(exc.IntegrityError):
        session.flush()
    session.rollback()


# --- parent replaced while its children move


@accord_only
def test_parent_replaced_under_the_same_unique_value_while_children_move(
    session: Any, rows: Any
) -> None:
    old = Folder(path="/home", files=[File(name="a"), File(name="b")])
    saved(session, old)
    files = list(old.files)  # loaded first: afterwards this would flush half of the change
    new = Folder(path="/home")
    session.add(new)
    for file in files:
        file.folder = new
    session.delete(old)
    session.commit()
    assert rows("SELECT path FROM folder") == [("/home",)]
    assert rows(
        "SELECT file.name FROM file JOIN folder ON folder.id = folder_id ORDER BY file.id"
    ) == [("a",), ("b",)]


@accord_only
def test_two_parents_exchange_names_and_children(session: Any, rows: Any) -> None:
    left = Folder(path="/left", files=[File(name="l")])
    right = Folder(path="/right", files=[File(name="r")])
    saved(session, left, right)
    assert (left.path, right.path) == ("/left", "/right")
    left.path, right.path = right.path, left.path
    left.files, right.files = list(right.files), list(left.files)
    session.commit()
    assert rows(
        "SELECT path, file.name FROM file JOIN folder ON folder.id = folder_id ORDER BY path"
    ) == [("/left", "l"), ("/right", "r")]


# --- self-referential rows


def test_self_referential_rows_by_relationship_in_row_order(session: Any, rows: Any) -> None:
    nodes = [Tree(name=str(n)) for n in range(8)]
    for child, parent in zip(nodes, nodes[1:], strict=False):
        child.parent = parent
    session.add_all(nodes)
    session.commit()
    assert rows("SELECT count(*) FROM tree WHERE parent_id IS NULL") == [(1,)]


@accord_only
def test_self_referential_rows_by_key_only(session: Any, rows: Any) -> None:
    session.add_all([Node(id=1, parent_id=2), Node(id=2, parent_id=3), Node(id=3)])
    session.commit()
    assert rows("SELECT id, parent_id FROM node ORDER BY id") == [(1, 2), (2, 3), (3, None)]
    for node in session.scalars(select(Node).order_by(Node.id.desc())).all():
        session.delete(node)
    session.commit()
    assert rows("SELECT count(*) FROM node") == [(0,)]


def test_self_referential_deletes_in_row_order(session: Any, rows: Any) -> None:
    nodes = [Tree(name=str(n)) for n in range(8)]
    for child, parent in zip(nodes, nodes[1:], strict=False):
        child.parent = parent
    saved(session, *nodes)
    for node in nodes:
        session.delete(node)
    session.commit()
    assert rows("SELECT count(*) FROM tree") == [(0,)]


def test_row_that_is_its_own_parent(session: Any, rows: Any) -> None:
    node = Tree(id=1, name="x", parent_id=1)
    saved(session, node)
    assert node.parent is node
    assert rows("SELECT parent_id FROM tree") == [(1,)]


@accord_only
def test_row_that_is_its_own_parent_is_deleted(session: Any, rows: Any) -> None:
    node = Tree(id=1, name="x", parent_id=1)
    saved(session, node)
    session.delete(node)
    session.commit()
    assert rows("SELECT count(*) FROM tree") == [(0,)]


@accord_only
def test_self_referential_cycle_of_new_rows(session: Any, rows: Any) -> None:
    one, two = Tree(name="1"), Tree(name="2")
    one.parent, two.parent = two, one
    session.add_all([one, two])
    session.commit()
    assert rows("SELECT id, parent_id FROM tree ORDER BY id") == [(1, 2), (2, 1)]


@accord_only
def test_self_referential_cycle_is_deleted(session: Any, rows: Any) -> None:
    one, two = Tree(name="1"), Tree(name="2")
    one.parent, two.parent = two, one
    saved(session, one, two)
    session.delete(one)
    session.delete(two)
    session.commit()
    assert rows("SELECT count(*) FROM tree") == [(0,)]


# --- cycles of tables through nullable keys


@accord_only
def test_cycle_through_nullable_keys_is_patched(session: Any, rows: Any, statements: Any) -> None:
    hen = Hen()
    hen.egg = Egg(hen=hen)
    session.add(hen)
    statements.clear()
    session.commit()
    assert rows("SELECT hen.egg_id, egg.hen_id FROM hen JOIN egg ON egg.id = egg_id") == [(1, 1)]
    assert len(statements.of("UPDATE")) == 1


@accord_only
def test_many_cycles_are_patched_set_wise(session: Any, rows: Any, statements: Any) -> None:
    for _ in range(50):
        hen = Hen()
        hen.egg = Egg(hen=hen)
        session.add(hen)
    statements.clear()
    session.commit()
    assert rows("SELECT count(*) FROM hen JOIN egg ON egg.id = egg_id AND hen.id = hen_id") == [
        (50,)
    ]
    assert len(statements) <= 6


@accord_only
def test_cycle_through_nullable_keys_is_deleted(session: Any, rows: Any) -> None:
    hen = Hen()
    hen.egg = Egg(hen=hen)
    saved(session, hen)
    egg = hen.egg
    session.delete(hen)
    session.delete(egg)
    session.commit()
    assert rows("SELECT (SELECT count(*) FROM hen) + (SELECT count(*) FROM egg)") == [(0,)]


@accord_only
def test_cycle_through_keys_set_by_hand(session: Any, rows: Any) -> None:
    session.add_all([Hen(id=1, egg_id=1), Egg(id=1, hen_id=1)])
    session.commit()
    assert rows("SELECT hen.egg_id, egg.hen_id FROM hen JOIN egg ON egg.id = egg_id") == [(1, 1)]


# --- rows of a batch


def test_rows_are_inserted_in_the_order_they_were_added(session: Any) -> None:
    trees = [Tree(name=str(n)) for n in range(40)]
    session.add_all(trees)
    session.flush()
    assert [tree.id for tree in trees] == sorted(tree.id for tree in trees)


@accord_only
def test_updates_of_a_batch_go_in_key_order(session: Any, statements: Any) -> None:
    trees = [Tree(name=str(n)) for n in range(10)]
    saved(session, *trees)
    for tree in reversed(trees):
        tree.name = "same"
    statements.clear()
    session.flush()
    ids = [value for sent in statements.of("UPDATE") for value in sent.values if value != "same"]
    assert ids == sorted(ids)


@accord_only
def test_updates_of_many_objects_are_set_wise(session: Any, statements: Any) -> None:
    trees = [Tree(name=str(n)) for n in range(300)]
    saved(session, *trees)
    for number, tree in enumerate(trees):
        tree.name = f"new{number}"
    statements.clear()
    session.flush()
    assert len(statements.of("UPDATE")) <= 3
    session.expire_all()
    assert [tree.name for tree in trees] == [f"new{n}" for n in range(300)]


@accord_only
def test_deletes_of_many_objects_are_set_wise(session: Any, statements: Any) -> None:
    nodes = [Node(id=n) for n in range(1, 301)]
    saved(session, *nodes)
    for node in session.scalars(select(Node)).all():
        session.delete(node)
    statements.clear()
    session.flush()
    assert len(statements.of("DELETE")) <= 3


def test_stale_update_is_an_error_that_names_the_object(session: Any) -> None:
    tree = Tree(name="x")
    saved(session, tree)
    assert tree.name == "x"
    session.connection().exec_driver_sql("DELETE FROM tree")
    tree.name = "z"
    with pytest.raises(orm_exc.StaleDataError, match="tree"):
        session.flush()
    session.rollback()
    assert tree.name == "x"


def test_stale_delete_with_confirmation(session: Any) -> None:
    versioned = Versioned(code="a")
    saved(session, versioned)
    assert versioned.code == "a"
    session.connection().exec_driver_sql("UPDATE versioned SET version = 7")
    session.delete(versioned)
    with pytest.raises(orm_exc.StaleDataError):
        session.flush()
    session.rollback()
    assert versioned in session


def test_version_is_bumped_and_checked(session: Any) -> None:
    versioned = Versioned(code="a")
    saved(session, versioned)
    versioned.code = "b"
    session.commit()
    assert versioned.version == 2
    session.connection().exec_driver_sql("UPDATE versioned SET version = 7")
    versioned.code = "c"
    with pytest.raises(orm_exc.StaleDataError):
        session.flush()
    session.rollback()
