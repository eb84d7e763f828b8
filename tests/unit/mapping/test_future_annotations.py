"""Annotations as strings: ``from __future__ import annotations``, names for type checkers only."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated, Optional

import pytest
from mapping_bases import make_base

from accord import exc, orm, sqltypes
from accord.mapping import Mapped, declared_attr, mapped_column, relationship
from accord.schema import ForeignKey

if TYPE_CHECKING:
    from elsewhere import Address  # type: ignore[import-not-found]

intpk = Annotated[int, mapped_column(primary_key=True)]


def test_columns() -> None:
    class Event(make_base()):
        __tablename__ = "event"
        id: Mapped[intpk]
        name: Mapped[Optional[str]]  # noqa: UP045
        at: orm.Mapped[datetime.datetime | None]
        # The attribute hides the type of the same name within the class body.
        date: Mapped[datetime.date] = mapped_column()
        size: Mapped[Annotated[int, mapped_column(default=lambda: len("abc"))]]

    columns = Event.__table__.c
    assert [c.name for c in columns] == ["id", "name", "at", "date", "size"]
    assert columns.name.nullable and columns.at.nullable and not columns.date.nullable
    assert isinstance(columns.date.type, sqltypes.Date)
    assert columns.size.default.arg(None) == 3


def test_relationships_to_names_that_only_type_checkers_see() -> None:
    Base = make_base()

    class User(Base):
        __tablename__ = "user"
        id: Mapped[int] = mapped_column(primary_key=True)
        addresses: Mapped[list[Address]] = relationship(back_populates="user")
        newest: Mapped[Address | None] = relationship(viewonly=True)
        quoted: Mapped["list[Address]"] = relationship(viewonly=True)  # noqa: UP037

    class Address(Base):  # noqa: F811
        __tablename__ = "address"
        id: Mapped[int] = mapped_column(primary_key=True)
        user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
        user: Mapped[User] = relationship(back_populates="addresses")

    found = User.__mapper__.relationships
    assert [prop.uselist for prop in found] == [True, False, True]
    assert all(prop.mapper.class_ is Address for prop in found)
    assert Address.user.prop.mapper.class_ is User


def test_self_reference() -> None:
    class Node(make_base()):
        __tablename__ = "node"
        id: Mapped[int] = mapped_column(primary_key=True)
        parent_id: Mapped[int | None] = mapped_column(ForeignKey("node.id"))
        children: Mapped[list[Node]] = relationship()

    assert Node.children.prop.mapper.class_ is Node


def test_declared_attr_return_annotation() -> None:
    class Named:
        @declared_attr
        def name(cls) -> Mapped[str | None]:
            return mapped_column(sqltypes.String(5))

        @declared_attr
        def label(cls) -> Mapped[str]:
            return mapped_column()

    class Thing(Named, make_base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)

    columns = Thing.__table__.c
    assert columns.name.nullable and columns.name.type.length == 5
    assert isinstance(columns.label.type, sqltypes.String) and not columns.label.nullable


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(exc.ArgumentError, match=r"Thing\.value.*Nowhere is not defined.*import it"):

        class Thing(make_base()):
            __tablename__ = "thing"
            id: Mapped[int] = mapped_column(primary_key=True)
            value: Mapped[Nowhere]  # type: ignore[name-defined]  # noqa: F821


def test_an_annotation_that_cannot_be_read() -> None:
    with pytest.raises(exc.ArgumentError, match=r"Cannot read the annotation of Thing\.value"):

        class Thing(make_base()):
            __tablename__ = "thing"
            id: Mapped[int] = mapped_column(primary_key=True)
            value: Mapped[1 / 0]  # type: ignore[valid-type]
