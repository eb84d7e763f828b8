"""Group unitofwork: sessions, mapped classes and their relationships, end to end."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from accord import (
    func,
    select,
)
from accord.exc import NoResultFound
from accord.orm import joinedload, selectinload
from accord_conformance import check
from accord_conformance.registry import group
from accord_conformance.shop import saved as _saved, shop

if TYPE_CHECKING:
    from accord_conformance.kit import Kit

test = group("unitofwork")


def _count(kit: Kit, cls: Any) -> int:
    with kit.connect() as connection:
        statement = select(func.count()).select_from(cls.__table__)
        return int(connection.execute(statement).scalar() or 0)


@test("save-and-load")
def save_and_load(kit: Kit) -> None:
    """An object that was committed is loaded by another session."""
    s = shop(kit)
    with kit.session() as session:
        customer = s.Customer(name="Ada")
        session.add(customer)
        session.commit()
        key = customer.id
    with kit.session() as session:
        check.same(session.get(s.Customer, key).name, "Ada")


@test("get-missing")
def get_missing(kit: Kit) -> None:
    """A key that is not there gives None."""
    s = shop(kit)
    with kit.session() as session:
        check.same(session.get(s.Customer, 12345), None)


@test("identity")
def identity(kit: Kit) -> None:
    """One row is one object within a session, however it is loaded."""
    s = shop(kit)
    _saved(kit, s)
    with kit.session() as session:
        first = session.scalars(select(s.Customer).where(s.Customer.name == "Ada")).one()
        check.true(session.get(s.Customer, first.id) is first, "get() gives another object")
        check.true(first.orders[0].customer is first, "the order's customer is another object")


@test("graph")
def graph(kit: Kit) -> None:
    """A graph is written parents first, and read back whole."""
    s = shop(kit)
    _saved(kit, s)
    with kit.session() as session:
        ada = session.scalars(select(s.Customer).where(s.Customer.name == "Ada")).one()
        check.same_set([order.note for order in ada.orders], ["Ada 0", "Ada 1", "Ada 2"])
        check.same_set(
            [order.total for order in ada.orders], [Decimal(f"{k}.00") for k in range(3)]
        )


@test("update-changed-only")
def update_changed_only(kit: Kit) -> None:
    """A flush writes what changed, and nothing when nothing did."""
    s = shop(kit)
    _saved(kit, s)
    engine, record = kit.recorded()
    with kit.session(engine) as session:
        order = session.scalars(select(s.Order).where(s.Order.note == "Ada 1")).one()
        before = len(record.sent)
        session.flush()
        order.note = "Ada 1"
        session.flush()
        check.same(len(record.sent), before, "statements sent for nothing")
        order.note = "changed"
        session.flush()
        check.same(len(record.writes("update")), 1)
        session.rollback()


@test("update-many")
def update_many(kit: Kit) -> None:
    """Three hundred objects changed, each to its own value, are each changed to that."""
    s = shop(kit)
    with kit.session() as session:
        session.add_all([s.Customer(name=f"c{i}") for i in range(300)])
        session.commit()
    with kit.session() as session:
        for customer in session.scalars(select(s.Customer)).all():
            customer.name = f"{customer.name} of {customer.id}"
        session.commit()
    with kit.session() as session:
        for customer in session.scalars(select(s.Customer)).all():
            check.same(customer.name.rpartition(" of ")[2], str(customer.id))


@test("update-to-null")
def update_to_null(kit: Kit) -> None:
    """Values are changed to NULL and from NULL among others in one flush."""
    s = shop(kit)
    _saved(kit, s)
    with kit.session() as session:
        orders = session.scalars(select(s.Order).order_by(s.Order.id)).all()
        for i, order in enumerate(orders):
            order.note = None if i % 2 else f"note {i}"
        session.commit()
        notes = session.scalars(select(s.Order.note).order_by(s.Order.id)).all()
    check.equal(notes, ["note 0", None, "note 2", None, "note 4", None])


@test("delete")
def delete(kit: Kit) -> None:
    """A deleted object's row is gone, others stay."""
    s = shop(kit)
    with kit.session() as session:
        session.add_all([s.Tag(word=word) for word in "abc"])
        session.commit()
        session.delete(session.scalars(select(s.Tag).where(s.Tag.word == "b")).one())
        session.commit()
        check.equal(session.scalars(select(s.Tag.word).order_by(s.Tag.word)).all(), ["a", "c"])


@test("delete-many")
def delete_many(kit: Kit) -> None:
    """Five hundred deletions in one flush take those rows and no others."""
    s = shop(kit)
    with kit.session() as session:
        tags = [s.Tag(word=f"w{i}") for i in range(700)]
        session.add_all(tags)
        session.commit()
        for tag in tags[:500]:
            session.delete(tag)
        session.commit()
    check.same(_count(kit, s.Tag), 200)


@test("delete-cascade", "schema.foreign_keys_exact")
def delete_cascade(kit: Kit) -> None:
    """Deleting a parent deletes its children first."""
    s = shop(kit)
    _saved(kit, s)
    with kit.session() as session:
        session.delete(session.scalars(select(s.Customer).where(s.Customer.name == "Ada")).one())
        session.commit()
    check.same(_count(kit, s.Customer), 1)
    check.same(_count(kit, s.Order), 3)


@test("delete-orphan")
def delete_orphan(kit: Kit) -> None:
    """A child taken out of its collection is deleted."""
    s = shop(kit)
    _saved(kit, s)
    with kit.session() as session:
        ada = session.scalars(select(s.Customer).where(s.Customer.name == "Ada")).one()
        del ada.orders[0]
        session.commit()
    check.same(_count(kit, s.Order), 5)


@test("move-child")
def move_child(kit: Kit) -> None:
    """A child moved to another parent gets that one's key."""
    s = shop(kit)
    _saved(kit, s)
    with kit.session() as session:
        ada = session.scalars(select(s.Customer).where(s.Customer.name == "Ada")).one()
        bob = session.scalars(select(s.Customer).where(s.Customer.name == "Bob")).one()
        moved = ada.orders[0]
        moved.customer = bob
        session.commit()
        check.same(moved.customer_id, bob.id)
        check.equal((len(ada.orders), len(bob.orders)), (2, 4))


@test("many-to-many")
def many_to_many(kit: Kit) -> None:
    """Rows of the secondary table come and go with the collection."""
    s = shop(kit)
    with kit.session() as session:
        tags = [s.Tag(word=word) for word in ("red", "blue", "green")]
        order = s.Order(note="x", customer=s.Customer(name="Ada"), tags=tags[:2])
        session.add(order)
        session.add(tags[2])
        session.commit()
        order.tags.remove(tags[0])
        order.tags.append(tags[2])
        session.commit()
        key = order.id
    with kit.session() as session:
        check.same_set([t.word for t in session.get(s.Order, key).tags], ["blue", "green"])


@test("joinedload")
def joined_load(kit: Kit) -> None:
    """joinedload fills collections in one statement."""
    s = shop(kit)
    _saved(kit, s)
    engine, record = kit.recorded()
    with kit.session(engine) as session:
        statement = select(s.Customer).options(joinedload(s.Customer.orders))
        customers = session.scalars(statement.order_by(s.Customer.name)).unique().all()
        sent = len(record.sent)
        check.equal([len(c.orders) for c in customers], [3, 3])
        check.same(len(record.sent), sent, "more statements were sent")


@test("selectinload")
def selectin_load(kit: Kit) -> None:
    """selectinload fills the collections of all objects with one further statement."""
    s = shop(kit)
    _saved(kit, s)
    engine, record = kit.recorded()
    with kit.session(engine) as session:
        statement = select(s.Customer).options(selectinload(s.Customer.orders))
        customers = session.scalars(statement.order_by(s.Customer.name)).all()
        sent = len(record.sent)
        check.equal([c.orders[0].note[:3] for c in customers], ["Ada", "Bob"])
        check.same(len(record.sent), sent, "more statements were sent")


@test("lazy-load")
def lazy_load(kit: Kit) -> None:
    """A collection is loaded when it is first read, its own rows only."""
    s = shop(kit)
    _saved(kit, s)
    with kit.session() as session:
        bob = session.scalars(select(s.Customer).where(s.Customer.name == "Bob")).one()
        check.same_set([order.note for order in bob.orders], ["Bob 0", "Bob 1", "Bob 2"])


@test("query-join")
def query_join(kit: Kit) -> None:
    """Objects are found through their relationships."""
    s = shop(kit)
    _saved(kit, s)
    with kit.session() as session:
        statement = select(s.Customer).join(s.Customer.orders).where(s.Order.note == "Bob 1")
        check.same(session.scalars(statement).one().name, "Bob")


@test("any-of-collection")
def any_of(kit: Kit) -> None:
    """any() asks for the existence of a child."""
    s = shop(kit)
    _saved(kit, s)
    with kit.session() as session:
        statement = select(s.Customer.name).where(s.Customer.orders.any(s.Order.note == "Ada 2"))
        check.equal(session.scalars(statement).all(), ["Ada"])


@test("aggregate")
def aggregate(kit: Kit) -> None:
    """A sum by parent comes as a Decimal."""
    s = shop(kit)
    _saved(kit, s)
    with kit.session() as session:
        statement = (
            select(s.Customer.name, func.sum(s.Order.total))
            .join(s.Customer.orders)
            .group_by(s.Customer.name)
            .order_by(s.Customer.name)
        )
        rows = [tuple(row) for row in session.execute(statement)]
    check.equal(rows, [("Ada", Decimal("3.00")), ("Bob", Decimal("3.00"))])


@test("autoflush")
def autoflush(kit: Kit) -> None:
    """A query sees what was added before."""
    s = shop(kit)
    with kit.session() as session:
        session.add(s.Tag(word="seen"))
        check.equal(session.scalars(select(s.Tag.word)).all(), ["seen"])
        session.rollback()
    check.same(_count(kit, s.Tag), 0)


@test("rollback-forgets")
def rollback_forgets(kit: Kit) -> None:
    """After a rollback changed objects show what the database has."""
    s = shop(kit)
    with kit.session() as session:
        tag = s.Tag(word="before")
        session.add(tag)
        session.commit()
        tag.word = "after"
        session.flush()
        session.rollback()
        check.same(tag.word, "before")


@test("refresh")
def refresh(kit: Kit) -> None:
    """refresh() reads what another transaction committed."""
    s = shop(kit)
    with kit.session() as session:
        tag = s.Tag(word="mine")
        session.add(tag)
        session.commit()
        with kit.engine.begin() as connection:
            connection.execute(s.Tag.__table__.update().values(word="theirs"))
        session.refresh(tag)
        check.same(tag.word, "theirs")


@test("merge")
def merge(kit: Kit) -> None:
    """merge() writes a detached object's values over the row's."""
    s = shop(kit)
    with kit.session() as session:
        session.add(s.Slot(id=1, place=1, text="old"))
        session.commit()
    with kit.session() as session:
        session.merge(s.Slot(id=1, place=1, text="new"))
        session.merge(s.Slot(id=2, place=2, text="added"))
        session.commit()
        check.equal(
            session.scalars(select(s.Slot.text).order_by(s.Slot.id)).all(), ["new", "added"]
        )


@test("orm-update")
def orm_update(kit: Kit) -> None:
    """update() of a class changes rows and the objects that are loaded."""
    from accord import update

    s = shop(kit)
    with kit.session() as session:
        tags = [s.Tag(word=word) for word in "ab"]
        session.add_all(tags)
        session.flush()
        session.execute(update(s.Tag).where(s.Tag.word == "a").values(word="z"))
        check.same_set([tag.word for tag in tags], ["z", "b"])


@test("orm-delete")
def orm_delete(kit: Kit) -> None:
    """delete() of a class takes rows, and the objects leave the session."""
    from accord import delete as delete_

    s = shop(kit)
    with kit.session() as session:
        session.add_all([s.Tag(word=word) for word in "abc"])
        session.flush()
        session.execute(delete_(s.Tag).where(s.Tag.word != "b"))
        check.equal(session.scalars(select(s.Tag.word)).all(), ["b"])


@test("bulk-insert-mappings")
def bulk_mappings(kit: Kit) -> None:
    """Rows go in as dictionaries."""
    s = shop(kit)
    with kit.session() as session:
        session.bulk_insert_mappings(s.Tag, [{"word": f"w{i}"} for i in range(50)])
        session.commit()
    check.same(_count(kit, s.Tag), 50)


@test("one-raises")
def one_raises(kit: Kit) -> None:
    """one() of nothing is NoResultFound."""
    s = shop(kit)
    with kit.session() as session, check.raises(NoResultFound):
        session.scalars(select(s.Tag)).one()


@test("statement-count-of-a-flush")
def statement_count(kit: Kit) -> None:
    """A flush of 200 objects of a class that bring their keys takes a few statements, not 200."""
    s = shop(kit)
    engine, record = kit.recorded()
    with kit.session(engine) as session:
        session.add_all([s.Slot(id=i, place=i) for i in range(200)])
        session.flush()
        sent = len(record.writes("insert"))
        check.true(sent <= 10, f"{sent} INSERT statements for 200 rows")
        session.commit()
