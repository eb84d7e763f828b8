"""Relationships of every kind into rows: what is not shown by whole flushes already."""

from typing import Any, Optional

import pytest
from flow_doubles import Answers, FlowLoader, FlowSession
from flow_models import Child, Node, Owner, Parent, Pet, Post, Tag

from accord import exc
from accord.mapping import (
    DeclarativeBase,
    Mapped,
    attribute_keyed_dict,
    mapped_column,
    relationship,
)
from accord.schema import Column, ForeignKey, MetaData, Table
from accord.state import NOT_LOADED, STATE_KEY, Change, Status, detach, status_of


@pytest.fixture
def session() -> FlowSession:
    return FlowSession()


@pytest.fixture
def db() -> Answers:
    return Answers()


class Own(DeclarativeBase):
    metadata = MetaData()


class Spare(Own):
    """Owned by one car; taken from it, it goes."""

    __tablename__ = "spare"
    id: Mapped[int] = mapped_column(primary_key=True)


class Car(Own):
    __tablename__ = "car"
    id: Mapped[int] = mapped_column(primary_key=True)
    spare_id: Mapped[int | None] = mapped_column(ForeignKey("spare.id"))
    spare: Mapped[Spare | None] = relationship(cascade="all, delete-orphan", single_parent=True)
    doors: Mapped[list["Door"]] = relationship(passive_deletes="all")
    seats: Mapped[set["Seat"]] = relationship(back_populates="car")
    radios: Mapped[dict[str, "Radio"]] = relationship(
        collection_class=attribute_keyed_dict("name"), cascade="all, delete-orphan"
    )
    plate: Mapped[Optional["Plate"]] = relationship(back_populates="car")


class Door(Own):
    __tablename__ = "door"
    id: Mapped[int] = mapped_column(primary_key=True)
    car_id: Mapped[int] = mapped_column(ForeignKey("car.id", ondelete="CASCADE"))


class Seat(Own):
    __tablename__ = "seat"
    id: Mapped[int] = mapped_column(primary_key=True)
    car_id: Mapped[int | None] = mapped_column(ForeignKey("car.id"))
    car: Mapped[Car | None] = relationship(back_populates="seats")


class Radio(Own):
    __tablename__ = "radio"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    car_id: Mapped[int] = mapped_column(ForeignKey("car.id"))


class Plate(Own):
    """One to one."""

    __tablename__ = "plate"
    id: Mapped[int] = mapped_column(primary_key=True)
    car_id: Mapped[int | None] = mapped_column(ForeignKey("car.id"), unique=True)
    car: Mapped[Car | None] = relationship(back_populates="plate")


linking = Table(
    "linking",
    Own.metadata,
    Column("word_code", ForeignKey("word.code"), primary_key=True),
    Column("page_id", ForeignKey("page.id"), primary_key=True),
)


class Word(Own):
    __tablename__ = "word"
    code: Mapped[str] = mapped_column(primary_key=True)
    pages: Mapped[list["Page"]] = relationship(secondary=linking, passive_updates=False)


class Page(Own):
    __tablename__ = "page"
    id: Mapped[int] = mapped_column(primary_key=True)


class Mark(Own):
    """Refers to a word, nothing leads back."""

    __tablename__ = "mark"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(ForeignKey("word.code"))
    word: Mapped[Word | None] = relationship()


def car(**values: Any) -> Car:
    given = {"doors": [], "seats": set(), "radios": {}, **values}
    return Car(id=1, **given)


def test_replaced_many_to_one_orphan_is_deleted(session: FlowSession, db: Answers) -> None:
    old, new = Spare(id=1), Spare(id=2)
    obj = car(spare=old, spare_id=1)
    session.stored(obj, old, new)
    obj.spare = new
    session.flush(db)
    assert db.verbs == ["UPDATE car", "DELETE spare"]
    assert db.of("DELETE spare").rows == [(1,)]


def test_old_orphan_that_is_not_loaded_is_read(session: FlowSession, db: Answers) -> None:
    old = Spare(id=1)
    obj = car(spare_id=1)
    session.stored(obj)
    obj.spare = None
    session.stored(old)
    session.flush(db, FlowLoader(members={(obj, "spare"): [old]}))
    assert db.verbs == ["UPDATE car", "DELETE spare"]


def test_passive_deletes_all_touches_nothing(session: FlowSession, db: Answers) -> None:
    door = Door(id=1, car_id=1)
    obj = car(doors=[door], plate=None)
    session.stored(obj, door)
    session.delete(obj)
    session.flush(db)
    assert db.verbs == ["DELETE car"]


def test_set_and_dict_collections(session: FlowSession, db: Answers) -> None:
    obj = Car(seats={Seat(), Seat()}, radios={"a": Radio(name="a")})
    session.add(obj)
    session.flush(db)
    assert sorted(db.verbs) == ["INSERT car", "INSERT radio", "INSERT seat"]
    assert [seat.car_id for seat in obj.seats] == [1, 1]
    radio = obj.radios.pop("a")
    session.flush(db)
    assert db.verbs[-1] == "DELETE radio"
    assert status_of(radio) is Status.DELETED


def test_one_to_one_that_is_replaced(session: FlowSession, db: Answers) -> None:
    old = Plate(id=1, car_id=1)
    obj = car(plate=old)
    session.stored(obj, old)
    new = Plate()
    obj.plate = new
    session.add(new)
    session.flush(db)
    assert db.verbs == ["UPDATE plate", "INSERT plate"]
    assert db.sent[0].rows == [(None, 1)]
    assert db.sent[1].dicts == [{"car_id": 1}]


def test_secondary_rows_follow_a_switched_key(session: FlowSession, db: Answers) -> None:
    word = Word(code="a", pages=[])
    session.stored(word)
    word.code = "b"
    session.flush(db)
    assert db.verbs == ["UPDATE word", "UPDATE linking"]
    assert db.sent[1].columns == ("word_code", "word_code")
    assert db.sent[1].rows == [("b", "a")]


def test_objects_that_only_refer_to_a_switched_key_follow(
    session: FlowSession, db: Answers
) -> None:
    word = Word(code="a", pages=[])
    mark, other = Mark(id=1, code="a", word=word), Mark(id=2, code=None, word=None)
    session.stored(word, mark, other)
    word.code = "b"
    session.flush(db)
    assert db.of("UPDATE mark").rows == [("b", 1)]
    assert mark.code == "b"


def test_child_added_to_one_parent_and_taken_from_another(
    session: FlowSession, db: Answers
) -> None:
    pet = Pet(id=1, owner_id=1, toys=[])
    one, two = Owner(id=1, pets=[pet]), Owner(id=2, pets=[])
    session.stored(one, two, pet)
    two.pets.append(pet)
    one.pets.remove(pet)
    session.flush(db)
    assert db.verbs == ["UPDATE pet"]
    assert pet.owner_id == 2


def test_assigned_collection_that_was_not_loaded_is_compared_with_the_rows(
    session: FlowSession, db: Answers
) -> None:
    kept, lost, new = Child(id=1, parent_id=9), Child(id=2, parent_id=9), Child(id=3)
    parent = Parent(id=9)
    session.stored(kept, lost, new, parent)
    vars(parent)["children"] = [kept, new]
    vars(parent)[STATE_KEY] = Change(session.lease, 9, {"children": NOT_LOADED})
    session.dirty_objects[id(parent)] = parent
    session.flush(db, FlowLoader(members={(parent, "children"): [kept, lost]}))
    assert db.of("UPDATE child").rows == [(None, 2), (9, 3)]


def test_member_outside_of_the_session_is_warned_about(session: FlowSession, db: Answers) -> None:
    post = Post(id=1, tags=[])
    session.stored(post)
    vars(post)["tags"].append(Tag(id=2))
    tag = post.tags[0]
    session.new_objects.pop(id(tag), None)
    detach(tag)
    with pytest.warns(exc.SAWarning, match="<Tag> not in session, add operation"):
        session.flush(db)
    assert db.sent == []


def test_member_that_was_deleted_earlier_is_passed_over(
    session: FlowSession, db: Answers, recwarn: pytest.WarningsRecorder
) -> None:
    tag = Tag(id=2, posts=[])
    post = Post(id=1, tags=[tag])
    session.stored(post, tag)
    session.delete(tag)
    session.flush(db)
    db.sent.clear()
    post.tags = []
    session.flush(db)
    assert db.sent == []
    assert not recwarn.list


def test_child_of_a_stale_collection_is_asked_whose_it_is(
    session: FlowSession, db: Answers
) -> None:
    mine, moved = Child(id=1, parent_id=9), Child(id=2, parent_id=9)
    parent = Parent(id=9, children=[mine, moved])
    session.stored(mine, moved, parent)
    session.expire(mine, moved)
    session.delete(parent)
    loader = FlowLoader(values={mine: {"parent_id": 9}, moved: {"parent_id": 4}})
    session.flush(db, loader)
    assert loader.asked == [("values", "Child", "parent_id")]
    assert db.of("UPDATE child").rows == [(None, 1)]


def test_explicit_foreign_key_keeps_a_child_from_being_let_go(
    session: FlowSession, db: Answers
) -> None:
    child = Child(id=1, parent_id=9)
    parent = Parent(id=9, children=[child])
    session.stored(child, parent)
    child.parent_id = 4
    session.delete(parent)
    session.flush(db)
    assert db.of("UPDATE child").rows == [(4, 1)]


def test_subtree_moves_under_a_new_parent(session: FlowSession, db: Answers) -> None:
    leaf = Node(id=2, up_id=1, name="leaf", down=[])
    root = Node(id=1, name="root", up_id=None, down=[leaf])
    session.stored(root, leaf)
    new = Node(name="new")
    leaf.up = new
    session.add(new)
    session.delete(root)
    session.flush(db)
    assert db.verbs == ["INSERT node", "UPDATE node", "DELETE node"]
    assert leaf.up_id == new.id
