"""One Session with classes on PostgreSQL, MariaDB and SQLite: a mixed graph goes out in one flush
and comes back.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from orm_api import (
    DeclarativeBase,
    Mapped,
    Session,
    String,
    accord_only,
    create_engine,
    exc,
    mapped_column,
    only,
    relationship,
    select,
    selectinload,
)
from servers.databases import Database, Databases
from servers.provide import Provider, Unavailable
from servers.table import wanted

pytestmark = [accord_only, only("postgresql", "three backends at once, from this one's run")]


class Base(DeclarativeBase):
    pass


class Customer(Base):
    """On PostgreSQL."""

    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    orders: Mapped[list["Order"]] = relationship(
        back_populates="customer",
        primaryjoin="Customer.id == foreign(Order.customer_id)",
        order_by="Order.id",
    )


class Order(Base):
    """On MariaDB."""

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int]
    article: Mapped[str] = mapped_column(String(40))
    customer: Mapped[Customer] = relationship(
        back_populates="orders", primaryjoin="Customer.id == foreign(Order.customer_id)"
    )
    entries: Mapped[list["Entry"]] = relationship(
        back_populates="order",
        primaryjoin="Order.id == foreign(Entry.order_id)",
        order_by="Entry.id",
    )


class Entry(Base):
    """In a SQLite file."""

    __tablename__ = "entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int]
    text: Mapped[str] = mapped_column(String(40))
    order: Mapped[Order] = relationship(
        back_populates="entries", primaryjoin="Order.id == foreign(Entry.order_id)"
    )


PLACES = {"postgresql": Customer, "mariadb": Order, "sqlite": Entry}


@pytest.fixture
def places(provider: Provider, tmp_path: Path) -> Iterator[dict[str, Database]]:
    """A database of each kind."""
    racks = {name: Databases(wanted(name), provider) for name in PLACES}
    try:
        found = {name: rack.take("mixed", tmp_path) for name, rack in racks.items()}
    except Unavailable as reason:
        pytest.skip(str(reason))
    yield found
    for rack in racks.values():
        rack.close()


@pytest.fixture
def binds(places: dict[str, Database]) -> Iterator[dict[Any, Any]]:
    made = {}
    for name, cls in PLACES.items():
        made[cls] = create_engine(places[name].url)
        cls.__table__.create(made[cls])
    yield made
    for engine in made.values():
        engine.dispose()


def graph(count: int) -> list[Customer]:
    return [
        Customer(
            name=f"c{n}",
            orders=[
                Order(article=f"c{n}-{i}", entries=[Entry(text=f"c{n}-{i}-{k}") for k in range(2)])
                for i in range(3)
            ],
        )
        for n in range(count)
    ]


def names(customers: Any) -> list[Any]:
    return [
        (c.name, [(o.article, [e.text for e in o.entries]) for o in c.orders]) for c in customers
    ]


def test_a_mixed_graph_goes_out_and_comes_back(binds: Any, places: dict[str, Database]) -> None:
    with Session(binds=binds) as session:
        session.add_all(graph(50))
        session.commit()
    expected = [
        (f"c{n}", [(f"c{n}-{i}", [f"c{n}-{i}-{k}" for k in range(2)]) for i in range(3)])
        for n in range(50)
    ]
    assert places["postgresql"].read("SELECT count(*) FROM customer") == [(50,)]
    assert places["mariadb"].read("SELECT count(*) FROM orders") == [(150,)]
    assert places["sqlite"].read("SELECT count(*) FROM entry") == [(300,)]
    with Session(binds=binds) as session:
        loaded = session.scalars(select(Customer).order_by(Customer.id)).all()
        assert names(loaded) == expected
    with Session(binds=binds) as session:
        eager = select(Customer).order_by(Customer.id)
        eager = eager.options(selectinload(Customer.orders).selectinload(Order.entries))
        assert names(session.scalars(eager).all()) == expected


def test_keys_of_one_backend_are_references_on_another(
    binds: Any, places: dict[str, Database]
) -> None:
    with Session(binds=binds) as session:
        session.add_all(graph(5))
        session.commit()
    customers = dict(places["postgresql"].read("SELECT id, name FROM customer"))
    orders = places["mariadb"].read("SELECT id, customer_id, article FROM orders")
    assert all(article.startswith(f"{customers[owner]}-") for _, owner, article in orders)
    articles = {key: article for key, _, article in orders}
    entries = places["sqlite"].read("SELECT order_id, text FROM entry")
    assert all(text.startswith(f"{articles[owner]}-") for owner, text in entries)


def test_changes_on_all_three_in_one_flush(binds: Any, places: dict[str, Database]) -> None:
    with Session(binds=binds) as session:
        session.add_all(graph(3))
        session.commit()
        first, second, third = session.scalars(select(Customer).order_by(Customer.id)).all()
        first.name = "renamed"
        second.orders[0].entries[0].text = "rewritten"
        third.orders.append(Order(article="late", entries=[Entry(text="late entry")]))
        gone = first.orders[2]
        for entry in list(gone.entries):
            session.delete(entry)
        session.delete(gone)
        session.commit()
    assert ("renamed",) in places["postgresql"].read("SELECT name FROM customer")
    assert places["mariadb"].read("SELECT count(*) FROM orders WHERE article = ?", "late") == [(1,)]
    assert places["mariadb"].read("SELECT count(*) FROM orders") == [(9,)]
    texts = {text for (text,) in places["sqlite"].read("SELECT text FROM entry")}
    assert {"rewritten", "late entry"} <= texts and len(texts) == 17


def test_a_failure_on_one_leaves_nothing_on_the_others(
    binds: Any, places: dict[str, Database]
) -> None:
    with Session(binds=binds) as session:
        session.add(Customer(name="same"))
        session.commit()
        session.add(Customer(name="new", orders=[Order(article="a", entries=[Entry(text="e")])]))
        session.add(Customer(name="same"))
        with pytest.raises(exc.IntegrityError):
            session.flush()
        session.rollback()
    assert places["postgresql"].read("SELECT count(*) FROM customer") == [(1,)]
    assert places["mariadb"].read("SELECT count(*) FROM orders") == [(0,)]
    assert places["sqlite"].read("SELECT count(*) FROM entry") == [(0,)]
