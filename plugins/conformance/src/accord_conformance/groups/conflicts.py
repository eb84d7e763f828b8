"""Group unitofwork, second part: versions, unique values that change hands, refusals, circles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import (
    Column,
    ForeignKey,
    Integer,
    Table,
    UniqueConstraint,
    select,
)
from accord.exc import IntegrityError, MissingValueError, StaleDataError
from accord.orm import registry, relationship
from accord_conformance import check
from accord_conformance.registry import group
from accord_conformance.shop import shop

if TYPE_CHECKING:
    from accord_conformance.kit import Kit

test = group("unitofwork")


@test("version-counts")
def version_counts(kit: Kit) -> None:
    """The version goes up with every change."""
    s = shop(kit)
    with kit.session() as session:
        thing = s.Versioned(text="a")
        session.add(thing)
        session.commit()
        check.same(thing.version, 1)
        thing.text = "b"
        session.commit()
        check.same(thing.version, 2)


@test("version-conflict")
def version_conflict(kit: Kit) -> None:
    """An object that somebody else changed since is not overwritten."""
    s = shop(kit)
    with kit.session() as session:
        thing = s.Versioned(text="a")
        session.add(thing)
        session.commit()
        key = thing.id
    _conflict(kit, s, key)


def _conflict(kit: Kit, s: Any, key: int) -> None:
    table = s.Versioned.__table__
    session = kit.session(expire_on_commit=False)
    thing = session.get(s.Versioned, key)
    session.commit()
    with kit.engine.begin() as connection:
        changed = table.update().where(table.c.id == key)
        connection.execute(changed.values(version=table.c.version + 1, text="theirs again"))
    thing.text = "mine"
    with check.raises(StaleDataError):
        session.flush()
    session.rollback()
    with kit.connect() as connection:
        check.same(connection.execute(select(table.c.text)).scalar(), "theirs again")


@test("stale-update")
def stale_update(kit: Kit) -> None:
    """An update of a row that is gone is an error, not silence."""
    s = shop(kit)
    session = kit.session(expire_on_commit=False)
    tags = [s.Tag(word=word) for word in "abcde"]
    session.add_all(tags)
    session.commit()
    with kit.engine.begin() as connection:
        table = s.Tag.__table__
        connection.execute(table.delete().where(table.c.id == tags[2].id))
    for tag in tags:
        tag.word = f"{tag.word} changed"
    with check.raises(StaleDataError):
        session.flush()
    session.rollback()
    with kit.connect() as connection:
        words = connection.execute(select(s.Tag.__table__.c.word)).scalars().all()
    check.same_set(words, ["a", "b", "d", "e"])


@test("unique-swap")
def unique_swap(kit: Kit) -> None:
    """Two rows exchange a unique value in one flush."""
    s = shop(kit)
    with kit.session() as session:
        one, two = s.Slot(id=1, place=1, text="one"), s.Slot(id=2, place=2, text="two")
        session.add_all([one, two])
        session.commit()
        one.place, two.place = 3, 1
        session.commit()
        check.equal((one.place, two.place), (3, 1))


@test("unique-taken-over")
def unique_taken_over(kit: Kit) -> None:
    """A new row takes the unique value of one that is deleted in the same flush."""
    s = shop(kit)
    with kit.session() as session:
        old = s.Slot(id=1, place=1)
        session.add(old)
        session.commit()
        session.delete(old)
        session.add(s.Slot(id=2, place=1, text="new"))
        session.commit()
        check.equal(session.scalars(select(s.Slot.text)).all(), ["new"])


@test("row-switch")
def row_switch(kit: Kit) -> None:
    """A new object with the key of a deleted one takes its row."""
    s = shop(kit)
    with kit.session() as session:
        old = s.Slot(id=1, place=1, text="old")
        session.add(old)
        session.commit()
        session.delete(old)
        session.add(s.Slot(id=1, place=2, text="new"))
        session.commit()
        found = session.execute(select(s.Slot.place, s.Slot.text)).one()
        check.equal(tuple(found), (2, "new"))


@test("failed-flush-restores")
def failed_flush(kit: Kit) -> None:
    """After a refused flush and a rollback the session goes on, and nothing was stored."""
    s = shop(kit)
    with kit.session() as session:
        session.add(s.Customer(name="Ada"))
        session.commit()
        session.add_all([s.Customer(name="Bob"), s.Customer(name="Ada")])
        with check.raises(IntegrityError) as caught:
            session.flush()
        check.true(str(caught.error.kind) in ("unique", "constraint"), str(caught.error.kind))
        session.rollback()
        session.add(s.Customer(name="Cyd"))
        session.commit()
        names = session.scalars(select(s.Customer.name).order_by(s.Customer.name)).all()
    check.equal(names, ["Ada", "Cyd"])


@test("missing-value")
def missing_value(kit: Kit) -> None:
    """A NOT NULL column without a value is refused by name before anything is sent."""
    s = shop(kit)
    engine, record = kit.recorded()
    with kit.session(engine) as session:
        session.add(s.Customer())
        with check.raises(MissingValueError, "name"):
            session.flush()
        session.rollback()
    check.equal(record.writes("insert"), [])


@test("circular-references", "schema.circular_references")
def circular(kit: Kit) -> None:
    """Two tables that refer to each other: one reference is written afterwards."""
    metadata = kit.metadata()
    left, right = kit.name("left"), kit.name("right")
    lefts = Table(
        left,
        metadata,
        Column("id", Integer, primary_key=True),
        Column("right_id", ForeignKey(f"{right}.id", use_alter=True, name=f"{left}_fk")),
    )
    rights = Table(
        right,
        metadata,
        Column("id", Integer, primary_key=True),
        Column("left_id", ForeignKey(f"{left}.id")),
        UniqueConstraint("left_id", name=f"{right}_uq"),
    )
    kit.create(metadata)
    mapping = registry()
    left_class: Any = type("Left", (), {})
    right_class: Any = type("Right", (), {})
    mapping.map_imperatively(
        left_class,
        lefts,
        properties={
            "right": relationship(right_class, foreign_keys=lefts.c.right_id, post_update=True)
        },
    )
    mapping.map_imperatively(
        right_class,
        rights,
        properties={"left": relationship(left_class, foreign_keys=rights.c.left_id)},
    )
    with kit.session() as session:
        one, other = left_class(), right_class()
        one.right, other.left = other, one
        session.add(one)
        session.commit()
        check.equal((one.right_id, other.left_id), (other.id, one.id))
        one.right = None
        session.flush()
        session.delete(other)
        session.delete(one)
        session.commit()
