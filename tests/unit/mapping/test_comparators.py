"""Relationships in SQL: ==, any, has, contains, join; over classes and aliases."""

from typing import Any, Optional

import pytest
from mapping_bases import make_base

from accord import exc
from accord.mapping import Mapped, aliased, mapped_column, relationship
from accord.schema import Column, ForeignKey, Table
from accord.sql import select
from accord.state import DETACHED, STATE_KEY, Change

Base = make_base()
child_tag = Table(
    "child_tag", Base.metadata,
    Column("child_id", ForeignKey("child.id"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True),
)  # fmt: skip


class Parent(Base):
    __tablename__ = "parent"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    children: Mapped[list["Child"]] = relationship(back_populates="parent")
    passport: Mapped[Optional["Passport"]] = relationship(back_populates="owner")  # noqa: UP045


class Child(Base):
    __tablename__ = "child"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("parent.id"))  # noqa: UP045
    parent: Mapped[Optional[Parent]] = relationship(back_populates="children")  # noqa: UP045
    tags: Mapped[list["Tag"]] = relationship(secondary=child_tag, back_populates="children")


class Passport(Base):
    __tablename__ = "passport"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[Optional[int]] = mapped_column(ForeignKey("parent.id"))  # noqa: UP045
    owner: Mapped[Optional[Parent]] = relationship(back_populates="passport")  # noqa: UP045


class Tag(Base):
    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]
    children: Mapped[list[Child]] = relationship(secondary=child_tag, back_populates="tags")


class Node(Base):
    __tablename__ = "node"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("node.id"))  # noqa: UP045
    parent: Mapped[Optional["Node"]] = relationship(  # noqa: UP045
        back_populates="children", remote_side=[id]
    )
    children: Mapped[list["Node"]] = relationship(back_populates="parent")


def where(condition: Any) -> str:
    """The condition as SQL in one line, in a statement over its own class."""
    return " ".join(str(condition).split())


def sql(statement: Any) -> str:
    return " ".join(str(statement).split())


def values(condition: Any) -> list[Any]:
    return [bind.effective_value for bind in condition.binds]


# --- = and != -------------------------------------------------------------------------------------


def test_many_to_one_compared_with_an_object() -> None:
    parent = Parent(id=7)
    assert where(Child.parent == parent) == ":id_1 = child.parent_id"
    assert where(Child.parent != parent) == ":id_1 != child.parent_id OR child.parent_id IS NULL"
    assert values(Child.parent == parent) == [7]


def test_many_to_one_compared_with_none() -> None:
    assert where(Child.parent == None) == "child.parent_id IS NULL"  # noqa: E711
    assert where(Child.parent != None) == "child.parent_id IS NOT NULL"  # noqa: E711


def test_one_to_one_compared() -> None:
    passport = Passport(id=3, owner_id=9)
    assert where(Parent.passport == passport) == "parent.id = :owner_id_1"
    assert values(Parent.passport == passport) == [9]
    negated = sql(select(Parent.id).where(Parent.passport != passport))
    assert (
        "NOT EXISTS (SELECT 1 FROM passport WHERE parent.id = passport.owner_id AND passport.id = "
        in negated
    )
    missing = sql(select(Parent.id).where(Parent.passport == None))  # noqa: E711
    assert missing.endswith(
        "NOT EXISTS (SELECT 1 FROM passport WHERE parent.id = passport.owner_id)"
    )


def test_the_value_is_taken_when_the_statement_runs() -> None:
    parent = Parent()
    condition = Child.parent == parent
    parent.id = 5
    assert values(condition) == [5]


def test_an_expired_object_is_known_by_its_identity() -> None:
    parent = Parent()
    vars(parent)[STATE_KEY] = Change(DETACHED, 12)
    assert values(Child.parent == parent) == [12]


def test_order_by_over_an_alias() -> None:
    ordered = relationship(Child, viewonly=True, order_by=lambda: (Child.name, Child.id.desc()))
    Parent.ordered = ordered
    other = aliased(Child)
    assert [str(item) for item in ordered.order_by_on(Child.__mapper__)] == [
        "child.name", "child.id DESC",
    ]  # fmt: skip
    assert [str(item) for item in ordered.order_by_on(other._accord_entity)] == [
        "child_1.name", "child_1.id DESC",
    ]  # fmt: skip


def test_two_objects_share_one_cached_statement() -> None:
    one, two = (select(Child).where(Child.parent == Parent(id=n)) for n in (1, 2))
    assert one.key == two.key and values(one) != values(two)


def test_collections_cannot_be_compared() -> None:
    with pytest.raises(exc.InvalidRequestError, match=r"use Parent\.children\.contains\(obj\)"):
        Parent.children == Child()  # noqa: B015
    with pytest.raises(exc.InvalidRequestError, match=r"has no <; .*has\(\)"):
        Child.parent < 3  # noqa: B015
    with pytest.raises(exc.InvalidRequestError, match=r"use any\(\)"):
        Parent.children.in_([1])
    for wrong in ("x", 3, Parent):
        with pytest.raises(exc.ArgumentError, match=r"Child\.parent refers to Parent objects"):
            Child.parent == wrong  # noqa: B015


# --- any, has, contains ---------------------------------------------------------------------------


def test_any_and_has() -> None:
    found = sql(select(Parent.id).where(Parent.children.any(Child.name == "a")))
    assert found == (
        "SELECT parent.id FROM parent WHERE EXISTS (SELECT 1 FROM child "
        "WHERE parent.id = child.parent_id AND child.name = :name_1)"
    )
    by_name = select(Parent.id).where(Parent.children.any(name="a"))
    assert sql(by_name) == found and values(by_name) == ["a"]
    assert sql(select(Child.id).where(~Child.parent.has(name="p"))) == (
        "SELECT child.id FROM child WHERE NOT EXISTS (SELECT 1 FROM parent "
        "WHERE parent.id = child.parent_id AND parent.name = :name_1)"
    )
    assert "AND" not in sql(select(Parent.id).where(Parent.children.any()))


def test_any_over_a_secondary_table() -> None:
    assert sql(select(Child.id).where(Child.tags.any(Tag.label == "x"))) == (
        "SELECT child.id FROM child WHERE EXISTS (SELECT 1 FROM child_tag AS child_tag_1, tag "
        "WHERE child.id = child_tag_1.child_id AND tag.id = child_tag_1.tag_id "
        "AND tag.label = :label_1)"
    )


def test_contains() -> None:
    assert where(Parent.children.contains(Child(parent_id=4))) == "parent.id = :parent_id_1"
    tag = Tag(id=6)
    statement = select(Child.id).where(Child.tags.contains(tag))
    assert sql(statement) == (
        "SELECT child.id FROM child WHERE EXISTS (SELECT 1 FROM child_tag AS child_tag_1 "
        "WHERE child.id = child_tag_1.child_id AND :id_1 = child_tag_1.tag_id)"
    )
    assert values(statement) == [6]
    assert "NOT EXISTS" in sql(select(Child.id).where(~Child.tags.contains(tag)))


def test_self_referential_exists_uses_an_alias() -> None:
    assert sql(select(Node.id).where(Node.children.any(Node.name == "a"))) == (
        "SELECT node.id FROM node WHERE EXISTS (SELECT 1 FROM node AS node_1 "
        "WHERE node.id = node_1.parent_id AND node_1.name = :name_1)"
    )
    nested = sql(select(Node.id).where(Node.children.any(Node.parent.has(Node.name == "q"))))
    assert "WHERE node_2.id = node_1.parent_id AND node_2.name = :name_1" in nested


def test_exists_nests_over_classes() -> None:
    nested = sql(select(Child.id).where(Child.parent.has(Parent.passport.has(id=1))))
    assert (
        "(SELECT 1 FROM passport WHERE parent.id = passport.owner_id AND passport.id = " in nested
    )


def test_wrong_method_for_the_relationship() -> None:
    for call, message in (
        (lambda: Child.parent.any(), r"write Child\.parent\.has"),
        (lambda: Parent.children.has(), r"write Parent\.children\.any"),
        (lambda: Child.parent.contains(Parent()), r"Child\.parent == obj"),
        (lambda: Parent.name.any(), r"Parent\.name is a column attribute"),
        (lambda: Parent.children.any(nmae="x"), r"Child has no mapped attribute 'nmae'.*'name'"),
        (lambda: Parent.children.of_type(Tag), r"takes Child or an alias of it, not Tag"),
        (lambda: Parent.children.of_type(3), r"takes Child or an alias of it"),
    ):
        with pytest.raises((exc.InvalidRequestError, exc.ArgumentError), match=message):
            call()


# --- joins ----------------------------------------------------------------------------------------


def test_join_along_relationships() -> None:
    assert sql(select(Parent.id).join(Parent.children)).endswith(
        "FROM parent JOIN child ON parent.id = child.parent_id"
    )
    assert sql(select(Child.id).join(Child.parent, isouter=True)).endswith(
        "FROM child LEFT OUTER JOIN parent ON parent.id = child.parent_id"
    )
    assert sql(select(Child.id).join(Child.tags)).endswith(
        "FROM child JOIN child_tag ON child.id = child_tag.child_id "
        "JOIN tag ON tag.id = child_tag.tag_id"
    )


def test_join_with_more_criteria() -> None:
    assert sql(select(Parent.id).join(Parent.children.and_(Child.name == "a"))).endswith(
        "JOIN child ON parent.id = child.parent_id AND child.name = :name_1"
    )
    other = aliased(Child)
    assert sql(
        select(Parent.id).join(Parent.children.of_type(other).and_(Child.name == "a"))
    ).endswith("JOIN child AS child_1 ON parent.id = child_1.parent_id AND child_1.name = :name_1")


def test_filter_by_after_a_join_speaks_about_the_target() -> None:
    found = sql(select(Parent.id).join(Parent.children).filter_by(name="a"))
    assert found.endswith("WHERE child.name = :name_1")


def test_join_to_and_from_aliases() -> None:
    other = aliased(Node)
    assert sql(select(Node.id).join(Node.children.of_type(other))).endswith(
        "FROM node JOIN node AS node_1 ON node.id = node_1.parent_id"
    )
    assert sql(select(Node.id).join(other, Node.parent)).endswith(
        "FROM node JOIN node AS node_1 ON node_1.id = node.parent_id"
    )
    assert sql(select(other.id).join(other.parent)).endswith(
        "FROM node AS node_1 JOIN node ON node.id = node_1.parent_id"
    )


def test_the_secondary_table_of_an_alias_gets_a_name_of_its_own() -> None:
    other = aliased(Tag)
    found = sql(select(Child.id).join(Child.tags).join(Child.tags.of_type(other)))
    assert "JOIN child_tag AS child_tag_1 ON child.id = child_tag_1.child_id" in found
    assert "JOIN tag AS tag_1 ON tag_1.id = child_tag_1.tag_id" in found


def test_exists_from_an_alias() -> None:
    other = aliased(Node)
    assert sql(select(other.id).where(other.children.any(Node.name == "x"))) == (
        "SELECT node_1.id FROM node AS node_1 WHERE EXISTS (SELECT 1 FROM node AS node_2 "
        "WHERE node_1.id = node_2.parent_id AND node_2.name = :name_1)"
    )
    assert where(other.parent == Node(id=1)) == ":id_1 = node_1.parent_id"


def test_self_join_without_an_alias() -> None:
    with pytest.raises(exc.InvalidRequestError, match=r"other = aliased\(Node\).*of_type\(other\)"):
        select(Node).join(Node.children)


def test_join_by_class_uses_the_foreign_key() -> None:
    assert sql(select(Parent.id).join(Child)).endswith("JOIN child ON parent.id = child.parent_id")


def test_columns_remember_their_entity() -> None:
    statement = select(Parent, Child.name).join(Parent.children)
    entity, column = statement.raw_columns
    assert entity.owner is Parent.__mapper__ is Parent.__clause_element__().owner
    assert column.owner is Child.__mapper__ and column.attribute_key == "name"
    with pytest.raises(AttributeError):
        Parent().__clause_element__()
