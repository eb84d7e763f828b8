"""The shop of ``accord demo``: models as a user writes them, over two databases, and its invented
goods.

The catalogue lives in one database, customers and orders in the other. An order line belongs to one
and points at a product of the other; no foreign key can say so, the relationship does.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from accord import ForeignKey, Numeric, String
from accord.orm import DeclarativeBase, Mapped, foreign, mapped_column, relationship


class CatalogueBase(DeclarativeBase):
    """What is for sale: one database."""


class OrdersBase(DeclarativeBase):
    """Who bought it: another database."""


class Category(CatalogueBase):
    __tablename__ = "category"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))

    parent: Mapped["Category | None"] = relationship(back_populates="children", remote_side=[id])
    children: Mapped[list["Category"]] = relationship(back_populates="parent")
    products: Mapped[list["Product"]] = relationship(back_populates="category")


class Product(CatalogueBase):
    __tablename__ = "product"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), index=True)

    category: Mapped[Category] = relationship(back_populates="products")


class Customer(OrdersBase):
    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(120), unique=True)
    since: Mapped[date]

    orders: Mapped[list["Order"]] = relationship(
        back_populates="customer", cascade="all, delete-orphan"
    )


class Order(OrdersBase):
    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    placed: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(10), default="open")

    customer: Mapped[Customer] = relationship(back_populates="orders")
    lines: Mapped[list["OrderLine"]] = relationship(
        back_populates="order", cascade="all, delete-orphan"
    )


class OrderLine(OrdersBase):
    __tablename__ = "order_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    product_id: Mapped[int]
    quantity: Mapped[int]
    unit_price: Mapped[Decimal] = mapped_column(Numeric(10, 2))

    order: Mapped[Order] = relationship(back_populates="lines")
    product: Mapped[Product] = relationship(
        primaryjoin=lambda: foreign(OrderLine.product_id) == Product.id
    )


MODELS = (Category, Product, Customer, Order, OrderLine)

_WARES = ("lamp", "chair", "table", "kettle", "clock", "rug", "vase", "shelf", "mirror", "bowl")
_LOOKS = ("red", "oak", "small", "round", "blue", "plain", "glass", "linen", "tall", "café")
_NAMES = ("Ada", "Björn", "Chloé", "Dmitri", "Emi", "Fatima", "Günter", "Hana", "Iñigo", "Jo")
_OPENED = datetime(2026, 1, 1, 9)


@dataclass(frozen=True, slots=True)
class Shop:
    """The objects of one shop, nothing of it in a database yet."""

    categories: list[Category]
    products: list[Product]
    customers: list[Customer]

    def total(self) -> Decimal:
        """What all orders together are worth."""
        return sum((line.quantity * line.unit_price for line in self.lines()), Decimal(0))

    def orders(self) -> Iterator[Order]:
        """Every order."""
        return (order for customer in self.customers for order in customer.orders)

    def lines(self) -> Iterator[OrderLine]:
        """Every line of every order."""
        return (line for order in self.orders() for line in order.lines)


def build(rows: int, advance: Callable[[int], None] = lambda rows: None) -> Shop:
    """A shop of exactly `rows` objects, always the same one; `advance` is told how many are new."""
    chance = random.Random(20_260)
    categories = _categories(max(3, rows // 1_000))
    products = [_product(number, categories, chance) for number in range(rows // 20)]
    advance(len(categories) + len(products))
    left = rows - len(categories) - len(products)
    customers: list[Customer] = []
    while left:
        customer, count = _customer(len(customers), left, products, chance)
        customers.append(customer)
        left -= count
        advance(count)
    return Shop(categories, products, customers)


def _categories(count: int) -> list[Category]:
    categories = [Category(name="Everything")]
    for number in range(1, count):
        parent = categories[(number - 1) // 4]
        categories.append(Category(name=f"{_WARES[number % 10]}s {number}", parent=parent))
    return categories


def _product(number: int, categories: list[Category], chance: random.Random) -> Product:
    return Product(
        name=f"{_LOOKS[number // 10 % 10]} {_WARES[number % 10]} {number}",
        price=Decimal(chance.randint(100, 99_999)) / 100,
        category=categories[number % len(categories)],
    )


def _customer(
    number: int, limit: int, products: list[Product], chance: random.Random
) -> tuple[Customer, int]:
    """A customer with orders, together at most `limit` objects, and how many they are."""
    name = _NAMES[number % 10]
    customer = Customer(
        name=f"{name} {number}",
        email=f"customer{number}@example.com",
        since=_OPENED.date() - timedelta(days=number % 1_000),
    )
    count = 1
    for _ in range(2):
        if count == limit:
            break
        placed = _OPENED + timedelta(minutes=chance.randrange(500_000))
        order = Order(customer=customer, placed=placed)
        count += 1
        for _ in range(min(chance.randint(2, 6), limit - count)):
            product = chance.choice(products)
            line = OrderLine(
                product=product, quantity=chance.randint(1, 5), unit_price=product.price
            )
            order.lines.append(line)
            count += 1
    return customer, count
