"""Mapped classes for the tests of the unit of work: one for each thing it has to cope with."""

from __future__ import annotations

import datetime
import itertools
import uuid
from typing import Any

from accord.mapping import DeclarativeBase, Mapped, mapped_column, relationship
from accord.schema import (
    Column,
    FetchedValue,
    ForeignKey,
    ForeignKeyConstraint,
    Table,
    UniqueConstraint,
)
from accord.sql import func
from accord.sqltypes import JSON, Date, Integer, PickleType, String, Uuid


class Base(DeclarativeBase):
    pass


# --- columns ------------------------------------------------------------------------------------


class Item(Base):
    __tablename__ = "item"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    size: Mapped[int | None]


counter = itertools.count(100)


def from_context(context: Any) -> str:
    return f"{context.get_current_parameters()['name']}!"


class Filled(Base):
    """Every way a column gets a value that nobody gave."""

    __tablename__ = "filled"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="nobody")
    number: Mapped[int] = mapped_column(default=lambda: next(counter))
    shout: Mapped[str | None] = mapped_column(default=from_context)
    made: Mapped[str | None] = mapped_column(default=func.now())
    served: Mapped[str | None] = mapped_column(server_default="x")
    touched: Mapped[int | None] = mapped_column(onupdate=lambda: next(counter))
    stamped: Mapped[str | None] = mapped_column(server_onupdate=FetchedValue())
    document: Mapped[Any] = mapped_column(JSON, nullable=True)
    careful: Mapped[str | None] = mapped_column(
        String(10).evaluates_none(), server_default="careful"
    )
    blob: Mapped[Any] = mapped_column(PickleType, nullable=True)


class Eager(Base):
    __tablename__ = "eager"
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    served: Mapped[str | None] = mapped_column(server_default="x")
    touched: Mapped[str | None] = mapped_column(onupdate=func.now())


class Lazy(Base):
    __tablename__ = "lazy"
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    served: Mapped[str | None] = mapped_column(server_default="x")


class Versioned(Base):
    __tablename__ = "versioned"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(30), unique=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class ByHand(Base):
    """A key nobody makes."""

    __tablename__ = "by_hand"

    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    note: Mapped[str | None]


class Pair(Base):
    """A key of two columns."""

    __tablename__ = "pair"

    left: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    right: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    note: Mapped[str | None]


# --- relationships ------------------------------------------------------------------------------


class Parent(Base):
    __tablename__ = "parent"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(50), unique=True)
    children: Mapped[list[Child]] = relationship(back_populates="parent")


class Child(Base):
    __tablename__ = "child"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("parent.id"))
    parent: Mapped[Parent | None] = relationship(back_populates="children")


class Owner(Base):
    """Owns its pets: they go with it. Nothing leads back."""

    __tablename__ = "owner"

    id: Mapped[int] = mapped_column(primary_key=True)
    pets: Mapped[list[Pet]] = relationship(cascade="all, delete-orphan")


class Pet(Base):
    __tablename__ = "pet"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"))
    toys: Mapped[list[Toy]] = relationship(cascade="all, delete-orphan")


class Toy(Base):
    __tablename__ = "toy"

    id: Mapped[int] = mapped_column(primary_key=True)
    pet_id: Mapped[int] = mapped_column(ForeignKey("pet.id"))


tagging = Table(
    "tagging",
    Base.metadata,
    Column("post_id", ForeignKey("post.id"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True),
)


class Post(Base):
    __tablename__ = "post"

    id: Mapped[int] = mapped_column(primary_key=True)
    tags: Mapped[list[Tag]] = relationship(secondary=tagging, back_populates="posts")


class Tag(Base):
    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    posts: Mapped[list[Post]] = relationship(secondary=tagging, back_populates="tags")


class Node(Base):
    """Rows that refer to rows of the same table."""

    __tablename__ = "node"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    up_id: Mapped[int | None] = mapped_column(ForeignKey("node.id"))
    down: Mapped[list[Node]] = relationship(back_populates="up")
    up: Mapped[Node | None] = relationship(back_populates="down", remote_side=[id])


class Country(Base):
    """A natural key that may change, and cities that follow it."""

    __tablename__ = "country"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    cities: Mapped[list[City]] = relationship()


class City(Base):
    __tablename__ = "city"

    id: Mapped[int] = mapped_column(primary_key=True)
    country_code: Mapped[str | None] = mapped_column(ForeignKey("country.code"))


class Person(Base):
    """Person and Ball refer to each other."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    favorite_id: Mapped[int | None] = mapped_column(ForeignKey("ball.id", use_alter=True))
    favorite: Mapped[Ball | None] = relationship(foreign_keys=[favorite_id], post_update=True)
    balls: Mapped[list[Ball]] = relationship(back_populates="person", foreign_keys="Ball.person_id")


class Ball(Base):
    __tablename__ = "ball"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person: Mapped[Person] = relationship(back_populates="balls", foreign_keys=[person_id])


# --- without relationships ----------------------------------------------------------------------


class Author(Base):
    __tablename__ = "author"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class Book(Base):
    """Refers to authors by value only."""

    __tablename__ = "book"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("author.id"))


class Unique(Base):
    """Unique values of every kind a swap has to cope with."""

    __tablename__ = "unique_values"
    __table_args__ = (UniqueConstraint("area", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    nick: Mapped[str | None] = mapped_column(String(20), unique=True)
    email: Mapped[str] = mapped_column(String(40), unique=True)
    number: Mapped[int] = mapped_column(unique=True)
    token: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True)
    day: Mapped[datetime.date] = mapped_column(Date, unique=True)
    area: Mapped[int | None]
    place: Mapped[int] = mapped_column(default=0)


class Maker(Base):
    """Referred to by a unique value that is not its key."""

    __tablename__ = "maker"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)


class Made(Base):
    __tablename__ = "made"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(ForeignKey("maker.code"))
    maker: Mapped[Maker | None] = relationship()


class Rigid(Base):
    """A circle that nothing can break."""

    __tablename__ = "rigid"

    id: Mapped[int] = mapped_column(primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("rigid.id"))
    other: Mapped[Rigid] = relationship(remote_side=[id])


class Shelf(Base):
    """A foreign key of two columns."""

    __tablename__ = "shelf"

    room: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    books: Mapped[list[Shelved]] = relationship(back_populates="shelf")


class Shelved(Base):
    __tablename__ = "shelved"
    __table_args__ = (ForeignKeyConstraint(["room", "row"], ["shelf.room", "shelf.row"]),)

    id: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[int | None] = mapped_column(Integer)
    row: Mapped[int | None] = mapped_column(Integer)
    shelf: Mapped[Shelf | None] = relationship(back_populates="books")


def unique(number: int, /, **values: Any) -> Unique:
    """A `Unique` whose values are all made of one number."""
    given: dict[str, Any] = {
        "id": number,
        "nick": f"nick{number}",
        "email": f"{number}@example.org",
        "number": number,
        "token": uuid.UUID(int=number),
        "day": datetime.date(2026, 1, 1) + datetime.timedelta(days=number),
        "area": 1,
        "place": number,
    }
    return Unique(**{**given, **values})
