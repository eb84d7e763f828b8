"""Mapped classes for the unit of work: a shop, on tables of this run.

Annotations are evaluated here (no ``from __future__``): the classes are made inside a function. In:
a kit. Out: classes whose tables exist and are empty.
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from accord import Column, ForeignKey, MetaData, Numeric, String, Table
from accord.orm import DeclarativeBase, Mapped, mapped_column, relationship

if TYPE_CHECKING:
    from accord_conformance.kit import Kit


class Shop:
    """Mapped classes on tables of this run: Customer has Orders, Orders have Items and Tags."""

    def __init__(self, prefix: str) -> None:
        class Base(DeclarativeBase):
            pass

        tagged = Table(
            f"{prefix}tagged",
            Base.metadata,
            Column("order_id", ForeignKey(f"{prefix}orders.id"), primary_key=True),
            Column("tag_id", ForeignKey(f"{prefix}tags.id"), primary_key=True),
        )

        class Customer(Base):
            __tablename__ = f"{prefix}customers"
            id: Mapped[int] = mapped_column(primary_key=True)
            name: Mapped[str] = mapped_column(String(50), unique=True)
            orders: Mapped[list[Any]] = relationship(
                "Order", back_populates="customer", cascade="all, delete-orphan"
            )

        class Order(Base):
            __tablename__ = f"{prefix}orders"
            id: Mapped[int] = mapped_column(primary_key=True)
            customer_id: Mapped[int] = mapped_column(ForeignKey(f"{prefix}customers.id"))
            note: Mapped[str | None] = mapped_column(String(50))
            total: Mapped[Decimal] = mapped_column(Numeric(10, 2), default=Decimal("0.00"))
            customer: Mapped[Any] = relationship("Customer", back_populates="orders")
            tags: Mapped[list[Any]] = relationship("Tag", secondary=tagged)

        class Tag(Base):
            __tablename__ = f"{prefix}tags"
            id: Mapped[int] = mapped_column(primary_key=True)
            word: Mapped[str] = mapped_column(String(30))

        class Versioned(Base):
            __tablename__ = f"{prefix}versioned"
            id: Mapped[int] = mapped_column(primary_key=True)
            version: Mapped[int] = mapped_column()
            text: Mapped[str] = mapped_column(String(30))
            __mapper_args__ = {"version_id_col": version}

        class Slot(Base):
            __tablename__ = f"{prefix}slots"
            id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
            place: Mapped[int] = mapped_column(unique=True)
            text: Mapped[str | None] = mapped_column(String(30))

        self.metadata: MetaData = Base.metadata
        self.Base, self.Customer, self.Order, self.Tag = Base, Customer, Order, Tag
        self.Versioned, self.Slot = Versioned, Slot


def shop(kit: "Kit") -> Any:
    """The classes, made once per run; their tables are empty."""
    found: Any = kit.kept.get("shop")
    if found is None:
        found = kit.kept["shop"] = Shop(kit.name("shop"))
        kit.share_metadata(found.metadata)
    else:
        kit.empty(*found.metadata.sorted_tables)
    return found


def saved(kit: "Kit", shop_: Any) -> None:
    """Customers Ada and Bob with three orders each."""
    with kit.session() as session:
        for name in ("Ada", "Bob"):
            orders = [shop_.Order(note=f"{name} {k}", total=Decimal(k)) for k in range(3)]
            session.add(shop_.Customer(name=name, orders=orders))
        session.commit()
