"""The main job of ``accord demo``, step by step, each timed beside the raw driver doing the same.

In: two engines with empty tables, two more for the raw driver, and a shop. Out: a `Step` for each
step. A step that does not find in the database what the objects say raises DemoFailed.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from time import perf_counter
from typing import TYPE_CHECKING

from accord import func, select
from accord.cli.demo.raw import RawDatabase
from accord.cli.demo.shop import (
    MODELS,
    CatalogueBase,
    Category,
    Customer,
    Order,
    OrderLine,
    OrdersBase,
    Product,
    Shop,
)
from accord.exc import AccordError
from accord.orm import Session, selectinload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from accord import Engine
    from accord.cli.demo.raw import Rows


class DemoFailed(AccordError):
    """The database does not hold what was written: a defect of accord."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the report; `raw_seconds` is None where the driver has no such thing."""

    name: str
    rows: int
    seconds: float
    raw_seconds: float | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Databases:
    """The engines of the two databases, and of their twins for the raw driver."""

    catalogue: Engine
    orders: Engine
    raw_catalogue: Engine
    raw_orders: Engine

    def session(self) -> Session:
        """A session that sends each class to its database."""
        return Session(binds={CatalogueBase: self.catalogue, OrdersBase: self.orders})

    def create(self) -> None:
        """The tables, in all four files."""
        for engine in (self.catalogue, self.raw_catalogue):
            CatalogueBase.metadata.create_all(engine)
        for engine in (self.orders, self.raw_orders):
            OrdersBase.metadata.create_all(engine)

    @contextmanager
    def raw(self) -> Iterator[tuple[RawDatabase, RawDatabase]]:
        """The raw driver on catalogue and orders."""
        catalogue, orders = RawDatabase.of(self.raw_catalogue), RawDatabase.of(self.raw_orders)
        try:
            yield catalogue, orders
        finally:
            catalogue.close()
            orders.close()

    def stored(self) -> dict[str, Rows]:
        """Every table as the driver reads it from the files that accord wrote."""
        return {
            table.name: self.read(engine, f"SELECT * FROM {table.name} ORDER BY id")
            for engine, base in ((self.catalogue, CatalogueBase), (self.orders, OrdersBase))
            for table in base.metadata.sorted_tables
        }

    @staticmethod
    def read(engine: Engine, text: str) -> Rows:
        """Rows as the driver returns them, without accord's types."""
        database = RawDatabase.of(engine)
        try:
            return database.select(text)
        finally:
            database.close()

    def dispose(self) -> None:
        """Close everything."""
        for engine in (self.catalogue, self.orders, self.raw_catalogue, self.raw_orders):
            engine.dispose()


def write(databases: Databases, shop: Shop) -> Step:
    """Everything in one unit of work: one flush, two databases, keys made by them."""
    session = databases.session()
    started = perf_counter()
    session.add_all(shop.categories)
    session.add_all(shop.customers)
    session.commit()
    seconds = perf_counter() - started
    session.close()
    stored = databases.stored()
    with databases.raw() as (catalogue, orders):
        started = perf_counter()
        for database, base in ((catalogue, CatalogueBase), (orders, OrdersBase)):
            database.begin()
            for table in base.metadata.sorted_tables:
                database.insert(table.name, stored[table.name])
            database.commit()
        raw_seconds = perf_counter() - started
    count = sum(map(len, stored.values()))
    outcome = f"{len(MODELS)} classes, 2 databases, their keys"
    return Step("write in one unit of work", count, seconds, raw_seconds, outcome)


def load(databases: Databases, total: Decimal) -> Step:
    """All order lines as objects."""
    with databases.session() as session:
        started = perf_counter()
        lines = session.scalars(select(OrderLine)).all()
        seconds = perf_counter() - started
        found = sum((line.quantity * line.unit_price for line in lines), Decimal(0))
    _expect("the value of all orders", found, total)
    with databases.raw() as (_, orders):
        started = perf_counter()
        orders.select("SELECT id, order_id, product_id, quantity, unit_price FROM order_line")
        raw_seconds = perf_counter() - started
    return Step("load order lines", len(lines), seconds, raw_seconds, f"worth {found:,}")


def load_graph(databases: Databases) -> Step:
    """All customers with their orders and lines, three statements."""
    query = select(Customer).options(selectinload(Customer.orders).selectinload(Order.lines))
    with databases.session() as session:
        started = perf_counter()
        customers = session.scalars(query).all()
        count = sum(1 + len(order.lines) for customer in customers for order in customer.orders)
        seconds = perf_counter() - started
    with databases.raw() as (_, orders):
        started = perf_counter()
        rows = [
            orders.select(f"SELECT * FROM {name}") for name in ("customer", "orders", "order_line")
        ]
        raw_seconds = perf_counter() - started
    count += len(customers)
    _expect("the number of loaded rows", count, sum(map(len, rows)))
    return Step("load customers, orders, lines", count, seconds, raw_seconds, "by selectinload")


def report(databases: Databases) -> Step:
    """A query that the database answers: the best customers."""
    worth = func.sum(OrderLine.quantity * OrderLine.unit_price)
    query = (
        select(Customer.name, worth.label("worth"))
        .join(Customer.orders)
        .join(Order.lines)
        .group_by(Customer.id)
        .order_by(worth.desc(), Customer.id)
        .limit(3)
    )
    with databases.session() as session:
        started = perf_counter()
        best = session.execute(query).all()
        seconds = perf_counter() - started
    with databases.raw() as (_, orders):
        started = perf_counter()
        orders.select(
            "SELECT c.name, sum(l.quantity * l.unit_price) AS worth FROM customer c "
            "JOIN orders o ON o.customer_id = c.id JOIN order_line l ON l.order_id = o.id "
            "GROUP BY c.id ORDER BY worth DESC, c.id LIMIT 3"
        )
        raw_seconds = perf_counter() - started
    outcome = ", ".join(row.name for row in best)
    return Step("ask for the best customers", len(best), seconds, raw_seconds, outcome)


def change(databases: Databases) -> Step:
    """Prices up in one database, orders shipped in the other, one commit."""
    with databases.session() as session:
        products = session.scalars(select(Product)).all()
        orders = session.scalars(select(Order)).all()
        started = perf_counter()
        for product in products:
            product.price += 1
        for order in orders:
            order.status = "shipped"
        session.commit()
        seconds = perf_counter() - started
        shipped = select(func.count()).select_from(Order).where(Order.status == "shipped")
        _expect("the number of shipped orders", session.scalar(shipped), len(orders))
    prices = databases.read(databases.catalogue, "SELECT price, id FROM product")
    states = databases.read(databases.orders, "SELECT status, id FROM orders")
    with databases.raw() as (raw_catalogue, raw_orders):
        started = perf_counter()
        for database, table, column, rows in (
            (raw_catalogue, "product", "price", prices),
            (raw_orders, "orders", "status", states),
        ):
            database.begin()
            database.update(table, column, rows)
            database.commit()
        raw_seconds = perf_counter() - started
    outcome = f"{len(products):,} prices, {len(orders):,} orders"
    return Step(
        "update in both databases", len(products) + len(orders), seconds, raw_seconds, outcome
    )


def remove(databases: Databases) -> Step:
    """Every tenth customer goes, with orders and lines."""
    query = (
        select(Customer)
        .where(Customer.id % 10 == 0)
        .options(selectinload(Customer.orders).selectinload(Order.lines))
    )
    with databases.session() as session:
        leaving = session.scalars(query).all()
        order_keys = [(order.id,) for customer in leaving for order in customer.orders]
        customer_keys = [(customer.id,) for customer in leaving]
        count = len(leaving) + sum(
            1 + len(order.lines) for customer in leaving for order in customer.orders
        )
        started = perf_counter()
        for customer in leaving:
            session.delete(customer)
        session.commit()
        seconds = perf_counter() - started
        left = session.scalar(
            select(func.count()).select_from(Customer).where(Customer.id % 10 == 0)
        )
        _expect("the number of customers that stayed", left, 0)
    with databases.raw() as (_, orders):
        started = perf_counter()
        orders.begin()
        orders.delete("order_line", "order_id", order_keys)
        orders.delete("orders", "id", order_keys)
        orders.delete("customer", "id", customer_keys)
        orders.commit()
        raw_seconds = perf_counter() - started
    outcome = f"{len(leaving):,} customers and their orders"
    return Step("delete with what belongs to it", count, seconds, raw_seconds, outcome)


def roll_back(databases: Databases) -> Step:
    """A change in both databases, flushed and taken back; the objects are as before."""
    with databases.session() as session:
        category = session.scalars(select(Category).where(Category.name == "Everything")).one()
        customers = session.scalars(select(Customer).limit(1_000)).all()
        names = [customer.name for customer in customers]
        started = perf_counter()
        category.name = "Nothing"
        for customer in customers:
            customer.name = "nobody"
        session.add(Product(name="unsold", price=Decimal(1), category=category))
        session.flush()
        session.rollback()
        seconds = perf_counter() - started
        _expect("the category's name", category.name, "Everything")
        _expect("the customers' names", [customer.name for customer in customers], names)
        unsold = select(func.count()).select_from(Product).where(Product.name == "unsold")
        _expect("the number of unsold products", session.scalar(unsold), 0)
    outcome = "database and objects are as before"
    return Step("roll back", len(customers) + 2, seconds, None, outcome)


def steps(databases: Databases, shop: Shop) -> Iterator[tuple[str, Callable[[], Step]]]:
    """The steps in order, each with the line to show while it runs."""
    total = shop.total()
    yield "one unit of work", lambda: write(databases, shop)
    yield "loading", lambda: load(databases, total)
    yield "loading a graph", lambda: load_graph(databases)
    yield "asking", lambda: report(databases)
    yield "updating", lambda: change(databases)
    yield "deleting", lambda: remove(databases)
    yield "rolling back", lambda: roll_back(databases)


def _expect(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise DemoFailed(f"The demo found something else than it wrote: {what} is not what it was")
