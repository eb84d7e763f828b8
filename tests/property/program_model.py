"""The mapped classes that the random session programs work on."""

from typing import Any, Optional

from orm_api import (
    Column,
    DeclarativeBase,
    ForeignKey,
    Mapped,
    String,
    Table,
    mapped_column,
    relationship,
)


class Base(DeclarativeBase):
    pass


child_tag = Table(
    "child_tag",
    Base.metadata,
    Column("child_id", ForeignKey("child.id"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True),
)


class Parent(Base):
    __tablename__ = "parent"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(20))
    children: Mapped[list["Child"]] = relationship(
        back_populates="parent", cascade="all, delete-orphan"
    )


class Child(Base):
    __tablename__ = "child"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(20))
    value: Mapped[int | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("parent.id"))
    parent: Mapped[Parent | None] = relationship(back_populates="children")
    tags: Mapped[list["Tag"]] = relationship(secondary=child_tag, back_populates="children")


class Tag(Base):
    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(20), unique=True)
    children: Mapped[list[Child]] = relationship(secondary=child_tag, back_populates="tags")


class Node(Base):
    __tablename__ = "node"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(20))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("node.id"))
    parent: Mapped[Optional["Node"]] = relationship(back_populates="children", remote_side=[id])
    children: Mapped[list["Node"]] = relationship(back_populates="parent")


SCALARS: dict[Any, tuple[str, ...]] = {
    Parent: ("name",),
    Child: ("name", "value"),
    Tag: ("label",),
    Node: ("name",),
}
RELATIONS: dict[Any, tuple[str, ...]] = {
    Parent: ("children",),
    Child: ("parent", "tags"),
    Tag: ("children",),
    Node: ("parent", "children"),
}
