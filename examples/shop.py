"""A shop over two databases: what `accord demo` does, as a short program to copy.

The catalogue is in one SQLite file, orders in another; one session writes both. Run it with
`python examples/shop.py` where accord and accord-sqlite are installed.
"""

import tempfile
from decimal import Decimal
from pathlib import Path

from accord import ForeignKey, Numeric, String, create_engine, func, select
from accord.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    foreign,
    mapped_column,
    relationship,
    selectinload,
)


class CatalogueBase(DeclarativeBase):
    """What is for sale: one database."""


class OrdersBase(DeclarativeBase):
    """Who bought it: another database."""


class Category(CatalogueBase):
    __tablename__ = "category"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    products: Mapped[list["Product"]] = relationship(back_populates="category")


class Product(CatalogueBase):
    __tablename__ = "product"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    category: Mapped[Category] = relationship(back_populates="products")


class Customer(OrdersBase):
    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    orders: Mapped[list["Order"]] = relationship(
        back_populates="customer", cascade="all, delete-orphan"
    )


class Order(OrdersBase):
    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    status: Mapped[str] = mapped_column(String(10), default="open")
    customer: Mapped[Customer] = relationship(back_populates="orders")
    lines: Mapped[list["OrderLine"]] = relationship(
        back_populates="order", cascade="all, delete-orphan"
    )


class OrderLine(OrdersBase):
    __tablename__ = "order_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    product_id: Mapped[int]
    quantity: Mapped[int]
    order: Mapped[Order] = relationship(back_populates="lines")
    # The product is in the other database, where no foreign key can point.
    product: Mapped[Product] = relationship(
        primaryjoin=lambda: foreign(OrderLine.product_id) == Product.id
    )


def main(folder: Path) -> None:
    """Write, query, update, delete and roll back."""
    catalogue = create_engine(f"sqlite:///{folder / 'catalogue.sqlite'}")
    orders = create_engine(f"sqlite:///{folder / 'orders.sqlite'}")
    CatalogueBase.metadata.create_all(catalogue)
    OrdersBase.metadata.create_all(orders)
    binds = {CatalogueBase: catalogue, OrdersBase: orders}

    with Session(binds=binds) as session:
        lamps = Category(name="lamps")
        wares = [
            Product(name=f"lamp {number}", price=Decimal(number), category=lamps)
            for number in range(1, 101)
        ]
        for number in range(1_000):
            customer = Customer(name=f"customer {number}")
            order = Order(customer=customer)
            order.lines.append(OrderLine(product=wares[number % 100], quantity=2))
            session.add(customer)
        session.commit()  # one flush; the keys come from the two databases
        print("written:", session.scalar(select(func.count()).select_from(OrderLine)), "lines")

    with Session(binds=binds) as session:
        query = select(Customer).options(selectinload(Customer.orders)).limit(5)
        for customer in session.scalars(query):
            print(customer.name, "ordered", len(customer.orders), "times")
            customer.orders[0].status = "shipped"
        session.commit()
        shipped = select(func.count()).select_from(Order).where(Order.status == "shipped")
        print("shipped:", session.scalar(shipped))

        session.delete(session.get_one(Customer, 1))  # with orders and lines
        session.commit()
        print("customers left:", session.scalar(select(func.count()).select_from(Customer)))

        product = session.get_one(Product, 1)
        product.name = "a lamp that nobody will see"
        session.flush()
        session.rollback()
        print("after the rollback:", product.name)

    catalogue.dispose()
    orders.dispose()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        main(Path(temporary))
