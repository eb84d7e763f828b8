"""relationship() in its shapes: one-to-many, many-to-one, many-to-many, one-to-one, trees."""

from typing import Any, Optional

import pytest
from orm_api import (
    Column,
    DeclarativeBase,
    ForeignKey,
    Integer,
    Mapped,
    Session,
    String,
    Table,
    accord_only,
    backref,
    exc,
    inspect,
    mapped_column,
    module,
    relationship,
    select,
)


class Base(DeclarativeBase):
    pass


class Parent(Base):
    __tablename__ = "parent"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(20))
    children: Mapped[list["Child"]] = relationship(back_populates="parent", order_by="Child.id")
    passport: Mapped[Optional["Passport"]] = relationship(back_populates="owner")


class Child(Base):
    __tablename__ = "child"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(20))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("parent.id"))
    parent: Mapped[Parent | None] = relationship(back_populates="children")
    tags: Mapped[list["Tag"]] = relationship(
        secondary="child_tag", back_populates="children", order_by="Tag.id"
    )


class Passport(Base):
    __tablename__ = "passport"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("parent.id"))
    owner: Mapped[Parent | None] = relationship(back_populates="passport")


class Tag(Base):
    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(20))
    children: Mapped[list[Child]] = relationship(
        secondary="child_tag", back_populates="tags", order_by="Child.id"
    )


child_tag = Table(
    "child_tag",
    Base.metadata,
    Column("child_id", ForeignKey("child.id"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True),
)


class Node(Base):
    __tablename__ = "node"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("node.id"))
    parent: Mapped[Optional["Node"]] = relationship(back_populates="children", remote_side=[id])
    children: Mapped[list["Node"]] = relationship(back_populates="parent", order_by="Node.id")


class Author(Base):
    __tablename__ = "author"

    id = mapped_column(Integer, primary_key=True)
    name = mapped_column(String(20))


class Book(Base):
    __tablename__ = "book"

    id = mapped_column(Integer, primary_key=True)
    author_id = mapped_column(ForeignKey("author.id"))
    author = relationship(Author, backref="books")


class Cover(Base):
    __tablename__ = "cover"

    id = mapped_column(Integer, primary_key=True)
    book_id = mapped_column(ForeignKey("book.id"), unique=True)
    book = relationship(Book, backref=backref("cover", uselist=False))


@pytest.fixture
def session(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session


# --- one-to-many and many-to-one


def test_children_are_inserted_with_their_parents_key(session: Any, rows: Any) -> None:
    parent = Parent(name="p", children=[Child(name="a"), Child(name="b")])
    session.add(parent)
    session.commit()
    assert rows("SELECT name, parent_id FROM child ORDER BY id") == [("a", 1), ("b", 1)]


def test_foreign_key_attribute_is_set_by_the_flush(session: Any) -> None:
    child = Child(parent=Parent())
    session.add(child)
    assert child.parent_id is None
    session.flush()
    assert child.parent_id == child.parent.id == 1


def test_parents_go_before_children(session: Any, statements: Any) -> None:
    session.add(Child(parent=Parent()))
    statements.clear()
    session.flush()
    assert statements.order() == [("INSERT", "parent"), ("INSERT", "child")]


def test_many_parents_and_children_get_the_right_links(session: Any, rows: Any) -> None:
    for number in range(30):
        session.add(
            Parent(name=f"p{number}", children=[Child(name=f"p{number}") for _ in range(4)])
        )
    session.commit()
    linked = rows(
        "SELECT count(*) FROM child JOIN parent ON parent.id = child.parent_id "
        "WHERE parent.name = child.name"
    )
    assert linked == [(120,)]


def test_append_sets_the_other_side_before_any_flush() -> None:
    parent, child = Parent(), Child()
    parent.children.append(child)
    assert child.parent is parent


def test_setting_the_scalar_side_appends_to_the_collection() -> None:
    parent, child = Parent(), Child()
    child.parent = parent
    assert parent.children == [child]


def test_moving_a_child_leaves_the_old_collection() -> None:
    first, second, child = Parent(), Parent(), Child()
    first.children.append(child)
    second.children.append(child)
    assert first.children == []
    assert child.parent is second


def test_remove_clears_the_other_side() -> None:
    child = Child()
    parent = Parent(children=[child])
    parent.children.remove(child)
    assert child.parent is None


def test_setting_none_removes_from_the_collection() -> None:
    child = Child()
    parent = Parent(children=[child])
    child.parent = None
    assert parent.children == []


def test_replacing_a_collection_moves_both_sides() -> None:
    old, kept, new = Child(), Child(), Child()
    parent = Parent(children=[old, kept])
    parent.children = [kept, new]
    assert old.parent is None
    assert (kept.parent, new.parent) == (parent, parent)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(lambda c, x: c.extend(x[2:]), [0, 1, 2, 3], id="extend"),
        pytest.param(lambda c, x: c.insert(0, x[2]), [2, 0, 1], id="insert"),
        pytest.param(lambda c, x: c.pop(), [0], id="pop"),
        pytest.param(lambda c, x: c.__delitem__(0), [1], id="delitem"),
        pytest.param(lambda c, x: c.__delitem__(slice(None)), [], id="delslice"),
        pytest.param(lambda c, x: c.__setitem__(0, x[3]), [3, 1], id="setitem"),
        pytest.param(lambda c, x: c.__setitem__(slice(0, 2), [x[2]]), [2], id="setslice"),
        pytest.param(lambda c, x: c.clear(), [], id="clear"),
        pytest.param(lambda c, x: c.__iadd__([x[2]]), [0, 1, 2], id="iadd"),
        pytest.param(lambda c, x: c.reverse(), [1, 0], id="reverse"),
    ],
)
def test_list_operation_keeps_both_sides_in_step(change: Any, expected: list[int]) -> None:
    children = [Child() for _ in range(4)]
    parent = Parent(children=children[:2])
    change(parent.children, children)
    assert [children.index(child) for child in parent.children] == expected
    for number, child in enumerate(children):
        assert child.parent is (parent if number in expected else None)


def test_removing_a_child_nulls_its_foreign_key(session: Any, rows: Any, statements: Any) -> None:
    parent = Parent(children=[Child(name="a"), Child(name="b")])
    session.add(parent)
    session.commit()
    removed = parent.children.pop(0)
    statements.clear()
    session.flush()
    assert statements.writes() == [("UPDATE", "child")]
    assert removed.parent_id is None
    session.commit()
    assert rows("SELECT name, parent_id FROM child ORDER BY id") == [("a", None), ("b", 1)]


def test_moving_a_persistent_child_updates_its_foreign_key(session: Any, rows: Any) -> None:
    first, second = Parent(children=[Child(name="a")]), Parent()
    session.add_all([first, second])
    session.commit()
    first.children[0].parent = second
    session.commit()
    assert rows("SELECT parent_id FROM child") == [(2,)]
    assert first.children == []
    assert [child.name for child in second.children] == ["a"]


def test_moving_to_a_new_parent(session: Any, rows: Any) -> None:
    child = Child(name="a", parent=Parent(name="old"))
    session.add(child)
    session.commit()
    child.parent = Parent(name="new")
    session.commit()
    assert rows("SELECT p.name FROM child c JOIN parent p ON p.id = c.parent_id") == [("new",)]


def test_foreign_key_set_by_hand(session: Any) -> None:
    parent = Parent(name="p")
    session.add(parent)
    session.flush()
    child = Child(parent_id=parent.id)
    session.add(child)
    session.commit()
    assert child.parent is parent


def test_relationship_reads_the_new_key_after_a_commit(session: Any) -> None:
    first, second = Parent(name="1"), Parent(name="2")
    child = Child(parent=first)
    session.add_all([first, second, child])
    session.commit()
    child.parent_id = second.id
    session.commit()
    assert child.parent is second


def test_order_by_of_the_relationship(session: Any) -> None:
    parent = Parent()
    session.add(parent)
    session.flush()
    session.add_all(
        [Child(id=30, parent_id=1), Child(id=10, parent_id=1), Child(id=20, parent_id=1)]
    )
    session.commit()
    assert [child.id for child in parent.children] == [10, 20, 30]


def test_deleting_the_parent_nulls_the_children(session: Any, rows: Any) -> None:
    parent = Parent(children=[Child(name="a"), Child(name="b")])
    session.add(parent)
    session.commit()
    session.delete(parent)
    session.commit()
    assert rows("SELECT name, parent_id FROM child ORDER BY id") == [("a", None), ("b", None)]


def test_deleting_parent_and_children_together(session: Any, rows: Any, statements: Any) -> None:
    parent = Parent(children=[Child(name="a"), Child(name="b")])
    session.add(parent)
    session.commit()
    for child in parent.children:
        session.delete(child)
    session.delete(parent)
    statements.clear()
    session.flush()
    assert [kind for kind in statements.order() if kind[0] != "SELECT"][-2:] == [
        ("DELETE", "child"),
        ("DELETE", "parent"),
    ]
    session.commit()
    assert rows("SELECT count(*) FROM child") == [(0,)]


def test_empty_collection_of_a_new_object_is_a_list() -> None:
    parent = Parent()
    assert parent.children == []
    assert parent.children is parent.children


def test_scalar_side_of_a_new_object_is_none() -> None:
    assert Child().parent is None


def test_unloaded_collection_is_appended_to_without_losing_rows(session: Any, rows: Any) -> None:
    session.add(Parent(children=[Child(name="a")]))
    session.commit()
    session.expunge_all()
    parent = session.get(Parent, 1)
    parent.children.append(Child(name="b"))
    session.commit()
    assert rows("SELECT name FROM child WHERE parent_id = 1 ORDER BY id") == [("a",), ("b",)]


def test_backref_event_on_an_unloaded_collection_is_kept(session: Any) -> None:
    session.add(Parent(children=[Child(name="a")]))
    session.commit()
    session.expunge_all()
    parent = session.get(Parent, 1)
    new = Child(name="b", parent=parent)
    session.add(new)
    assert "children" not in vars(parent) or new in vars(parent)["children"]
    assert new in parent.children
    assert len(parent.children) == 2


def test_unloaded_collection_shows_unflushed_members_of_the_other_side(session: Any) -> None:
    old, new = Parent(children=[Child(name="a")]), Parent(children=[Child(name="b")])
    session.add_all([old, new])
    session.commit()
    child = old.children[0]
    session.expire(new)
    with session.no_autoflush:
        child.parent = new
        assert child in new.children
        assert len(new.children) == 2
        assert old.children == []


def test_unloaded_many_to_many_shows_unflushed_members_of_the_other_side(session: Any) -> None:
    child, tag = Child(name="a"), Tag(label="t", children=[Child(name="b")])
    session.add_all([child, tag])
    session.commit()
    assert child.tags == []
    with session.no_autoflush:
        child.tags.append(tag)
        assert child in tag.children
        assert len(tag.children) == 2
        tag.children.remove(child)
        assert child.tags == []
    session.commit()
    assert [member.name for member in tag.children] == ["b"]


# --- one-to-one


def test_one_to_one_is_a_scalar_on_both_sides(session: Any, rows: Any) -> None:
    parent = Parent(passport=Passport())
    assert parent.passport.owner is parent
    session.add(parent)
    session.commit()
    assert rows("SELECT owner_id FROM passport") == [(1,)]
    assert parent.passport.owner is parent


def test_replacing_the_one_to_one_partner_nulls_the_old_one(session: Any, rows: Any) -> None:
    old = Passport()
    parent = Parent(passport=old)
    session.add(parent)
    session.commit()
    parent.passport = Passport()
    assert old.owner is None
    session.commit()
    assert rows("SELECT id, owner_id FROM passport ORDER BY id") == [(1, None), (2, 1)]


def test_one_to_one_through_backref(session: Any) -> None:
    book = Book(cover=Cover())
    session.add(book)
    session.commit()
    assert book.cover.book is book
    assert inspect(Book).relationships["cover"].uselist is False


# --- backref


def test_backref_creates_the_other_side() -> None:
    author = Author(name="a")
    book = Book(author=author)
    assert author.books == [book]


def test_backref_is_usable_in_the_constructor(session: Any, rows: Any) -> None:
    session.add(Author(name="a", books=[Book(), Book()]))
    session.commit()
    assert rows("SELECT author_id FROM book") == [(1,), (1,)]


# --- many-to-many


def test_many_to_many_inserts_the_secondary_rows(session: Any, rows: Any) -> None:
    red, blue = Tag(label="red"), Tag(label="blue")
    session.add_all([Child(name="a", tags=[red, blue]), Child(name="b", tags=[blue])])
    session.commit()
    stored = rows(
        "SELECT c.name, t.label FROM child_tag JOIN child c ON c.id = child_id "
        "JOIN tag t ON t.id = tag_id ORDER BY 1, 2"
    )
    assert stored == [("a", "blue"), ("a", "red"), ("b", "blue")]


def test_many_to_many_other_side_follows() -> None:
    tag, child = Tag(label="x"), Child()
    child.tags.append(tag)
    assert tag.children == [child]
    tag.children.remove(child)
    assert child.tags == []


def test_many_to_many_link_once_when_set_on_both_sides(session: Any, rows: Any) -> None:
    tag, child = Tag(label="x"), Child()
    child.tags.append(tag)
    assert child in tag.children
    session.add_all([tag, child])
    session.commit()
    assert rows("SELECT count(*) FROM child_tag") == [(1,)]


def test_many_to_many_removal_deletes_the_secondary_row_only(
    session: Any, rows: Any, statements: Any
) -> None:
    tag = Tag(label="x")
    child = Child(tags=[tag, Tag(label="y")])
    session.add(child)
    session.commit()
    child.tags.remove(tag)
    statements.clear()
    session.flush()
    assert statements.writes() == [("DELETE", "child_tag")]
    session.commit()
    assert rows("SELECT tag_id FROM child_tag") == [(2,)]
    assert rows("SELECT count(*) FROM tag") == [(2,)]


def test_deleting_one_side_deletes_its_secondary_rows(session: Any, rows: Any) -> None:
    child = Child(tags=[Tag(label="x"), Tag(label="y")])
    session.add(child)
    session.commit()
    session.delete(child)
    session.commit()
    assert rows("SELECT count(*) FROM child_tag") == [(0,)]
    assert rows("SELECT count(*) FROM tag") == [(2,)]


def test_secondary_rows_go_after_both_sides(session: Any, statements: Any) -> None:
    session.add(Child(tags=[Tag(label="x")]))
    statements.clear()
    session.flush()
    assert statements.kinds[-1] == ("INSERT", "child_tag")


# --- self-referential


def test_tree_is_inserted_parent_before_child(session: Any, rows: Any) -> None:
    leaf = Node(name="leaf")
    root = Node(name="root", children=[Node(name="middle", children=[leaf])])
    session.add(leaf)
    session.commit()
    assert leaf.parent.parent is root
    stored = rows("SELECT c.name, p.name FROM node c LEFT JOIN node p ON p.id = c.parent_id")
    assert sorted(stored, key=str) == [
        ("leaf", "middle"),
        ("middle", "root"),
        ("root", None),
    ]


def test_tree_is_deleted_child_before_parent(session: Any, rows: Any) -> None:
    root = Node(name="root", children=[Node(name="middle", children=[Node(name="leaf")])])
    session.add(root)
    session.commit()
    for node in session.scalars(select(Node)).all():
        session.delete(node)
    session.commit()
    assert rows("SELECT count(*) FROM node") == [(0,)]


def test_self_referential_both_sides() -> None:
    root, child = Node(name="r"), Node(name="c")
    child.parent = root
    assert root.children == [child]


def test_a_node_may_be_its_own_parent_by_key(session: Any) -> None:
    node = Node(id=1, name="n", parent_id=1)
    session.add(node)
    session.commit()
    assert node.parent is node


# --- configuration


def test_relationship_properties_are_on_the_mapper() -> None:
    relationships = inspect(Parent).relationships
    assert set(relationships.keys()) == {"children", "passport"}
    prop = relationships["children"]
    assert prop.key == "children"
    assert prop.mapper.class_ is Child
    assert prop.uselist is True
    assert prop.direction.name == "ONETOMANY"
    assert inspect(Child).relationships["parent"].direction.name == "MANYTOONE"
    assert inspect(Child).relationships["tags"].direction.name == "MANYTOMANY"


def test_uselist_follows_the_annotation() -> None:
    assert inspect(Parent).relationships["passport"].uselist is False


def test_collection_class_set(engine: Any) -> None:
    class Local(DeclarativeBase):
        pass

    class Owner(Local):
        __tablename__ = "owner"
        id: Mapped[int] = mapped_column(primary_key=True)
        things: Mapped[set["Thing"]] = relationship(back_populates="owner")

    class Thing(Local):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        owner_id: Mapped[int | None] = mapped_column(ForeignKey("owner.id"))
        owner: Mapped[Owner | None] = relationship(back_populates="things")

    Local.metadata.create_all(engine)
    with Session(engine) as session:
        thing = Thing()
        owner = Owner(things={thing, Thing()})
        assert thing.owner is owner
        session.add(owner)
        session.commit()
        assert len(owner.things) == 2
        owner.things.discard(thing)
        assert thing.owner is None
        session.commit()
        assert thing not in owner.things


def test_collection_class_keyed_dict(engine: Any) -> None:
    attribute_keyed_dict = module("orm").attribute_keyed_dict

    class Local(DeclarativeBase):
        pass

    class Owner(Local):
        __tablename__ = "owner"
        id: Mapped[int] = mapped_column(primary_key=True)
        notes: Mapped[dict[str, "Note"]] = relationship(
            collection_class=attribute_keyed_dict("key"), cascade="all, delete-orphan"
        )

    class Note(Local):
        __tablename__ = "note"
        id: Mapped[int] = mapped_column(primary_key=True)
        key: Mapped[str] = mapped_column(String(10))
        owner_id: Mapped[int | None] = mapped_column(ForeignKey("owner.id"))

    Local.metadata.create_all(engine)
    with Session(engine) as session:
        owner = Owner()
        owner.notes["a"] = Note(key="a")
        owner.notes["b"] = Note(key="b")
        session.add(owner)
        session.commit()
        assert set(owner.notes) == {"a", "b"}
        del owner.notes["a"]
        session.commit()
        assert set(owner.notes) == {"b"}
        assert len(session.scalars(select(Note)).all()) == 1


def test_primaryjoin_and_foreign_keys_choose_between_two_keys(engine: Any) -> None:
    class Local(DeclarativeBase):
        pass

    class Place(Local):
        __tablename__ = "place"
        id: Mapped[int] = mapped_column(primary_key=True)

    class Trip(Local):
        __tablename__ = "trip"
        id: Mapped[int] = mapped_column(primary_key=True)
        start_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
        end_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
        start: Mapped[Place | None] = relationship(foreign_keys=[start_id])
        end: Mapped[Place | None] = relationship(primaryjoin="Trip.end_id == Place.id")

    Local.metadata.create_all(engine)
    with Session(engine) as session:
        here, there = Place(), Place()
        trip = Trip(start=here, end=there)
        session.add(trip)
        session.commit()
        assert trip.start is here and trip.end is there
        assert trip.start_id != trip.end_id


def test_viewonly_relationship_writes_nothing(engine: Any, statements: Any) -> None:
    class Local(DeclarativeBase):
        pass

    class Owner(Local):
        __tablename__ = "owner"
        id: Mapped[int] = mapped_column(primary_key=True)
        things: Mapped[list["Thing"]] = relationship(viewonly=True)

    class Thing(Local):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        owner_id: Mapped[int | None] = mapped_column(ForeignKey("owner.id", ondelete="SET NULL"))

    Local.metadata.create_all(engine)
    with Session(engine) as session:
        owner = Owner()
        session.add(owner)
        session.flush()
        session.add_all([Thing(owner_id=owner.id), Thing()])
        session.commit()
        assert len(owner.things) == 1
        statements.clear()
        session.delete(owner)
        session.flush()
        assert statements.writes() == [("DELETE", "owner")]


def test_has_and_any_and_contains(session: Any) -> None:
    red = Tag(label="red")
    child = Child(name="a", parent=Parent(name="p"), tags=[red])
    session.add_all([child, Child(name="b")])
    session.flush()
    assert session.scalars(select(Parent).where(Parent.children.any(Child.name == "a"))).one()
    assert session.scalars(select(Child).where(Child.parent.has(name="p"))).one() is child
    assert session.scalars(select(Child).where(Child.tags.contains(red))).one() is child
    assert session.scalars(select(Child).where(Child.parent == None)).one().name == "b"  # noqa: E711
    assert session.scalars(select(Child).where(Child.parent == child.parent)).one() is child


def test_join_along_a_relationship(session: Any) -> None:
    session.add_all([Parent(name="p", children=[Child(name="a")]), Parent(name="q")])
    session.flush()
    found = session.scalars(select(Parent).join(Parent.children).where(Child.name == "a")).one()
    assert found.name == "p"
    names = session.execute(
        select(Parent.name, Child.name).outerjoin(Parent.children).order_by(Parent.name)
    ).all()
    assert names == [("p", "a"), ("q", None)]


def test_join_along_many_to_many(session: Any) -> None:
    session.add(Child(name="a", tags=[Tag(label="red")]))
    session.flush()
    assert session.scalars(select(Child.name).join(Child.tags).where(Tag.label == "red")).all() == [
        "a"
    ]


@accord_only
def test_wrong_class_in_a_collection_is_an_error(session: Any) -> None:
    with pytest.raises((TypeError, exc.SQLAlchemyError), match=r"Tag"):
        session.add(Parent(children=[Tag(label="x")]))
        session.flush()


def test_non_object_in_a_collection_is_an_error() -> None:
    with pytest.raises((TypeError, AttributeError, exc.InvalidRequestError)):
        Parent().children.append("child")
