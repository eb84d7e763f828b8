"""relationship(): targets, directions, both sides, backrefs, and every mistake with its message."""

import contextlib
import gc
import warnings
from typing import Any, Optional

import pytest
from mapping_bases import make_base

from accord import event, exc
from accord.mapping import (
    MANYTOMANY,
    MANYTOONE,
    ONETOMANY,
    Mapped,
    Mapper,
    attribute_keyed_dict,
    backref,
    configure as configuration,
    configure_mappers,
    declared_attr,
    foreign,
    guard_with,
    mapped_column,
    relationship,
    remote,
    validates,
)
from accord.schema import Column, ForeignKey, ForeignKeyConstraint, MetaData, Table
from accord.sql import and_, select
from accord.sqltypes import Integer, String


def parent_and_child(
    up: Any = None, down: Any = None, fk: bool = True, base: Any = None
) -> tuple[Any, Any]:
    """Parent.children and Child.parent, with the relationships given (None: none)."""
    Base = base or make_base()
    arguments = [ForeignKey("parent.id")] if fk else []
    parent: dict[str, Any] = {
        "__tablename__": "parent", "id": Column(Integer, primary_key=True), "name": Column(String),
    }  # fmt: skip
    child: dict[str, Any] = {
        "__tablename__": "child", "id": Column(Integer, primary_key=True), "kind": Column(String),
        "parent_id": Column(Integer, *arguments),
    }  # fmt: skip
    if down is not None:
        parent["children"] = down
    if up is not None:
        child["parent"] = up
    kind = type(Base)
    return kind("Parent", (Base,), parent), kind("Child", (Base,), child)


def configure(*classes: Any) -> None:
    classes[0].registry.configure()


# --- the shapes -----------------------------------------------------------------------------------


def test_one_to_many_and_many_to_one() -> None:
    Parent, Child = parent_and_child(
        up=relationship("Parent", back_populates="children"),
        down=relationship("Child", back_populates="parent"),
    )
    configure(Parent)
    down, up = Parent.children.prop, Child.parent.prop
    assert down.direction is ONETOMANY and up.direction is MANYTOONE
    assert down.uselist and not up.uselist
    assert down.mapper.class_ is Child and up.mapper.class_ is Parent
    key, reference = Parent.__table__.c.id, Child.__table__.c.parent_id
    assert down.pairs == ((key, reference),) and up.pairs == ((reference, key),)
    assert down.synchronize_pairs == up.synchronize_pairs == [(key, reference)]
    assert down.remote_side == {reference} and up.remote_side == {key}
    assert down.local_columns == {key} and up.local_columns == {reference}
    assert down.reverse == {up} and up.reverse == {down}
    assert up.use_get and not down.use_get
    assert up.target_identity({"parent_id": 3}) == 3
    assert up.target_identity({"parent_id": None}) is None and up.target_identity({}) is None
    assert down.target_identity({"id": 3}) is None
    assert str(down.primaryjoin) == "parent.id = child.parent_id"


def test_one_to_one() -> None:
    Parent, Child = parent_and_child(
        up=relationship("Parent", back_populates="children"),
        down=relationship("Child", back_populates="parent", uselist=False),
    )
    assert not Parent.children.prop.uselist and Parent.children.prop.direction is ONETOMANY
    assert Child.parent.prop.reverse == {Parent.children.prop}


def many_to_many(Base: Any, secondary: Any = "left_right", **options: Any) -> tuple[Any, Any]:
    Table(
        "left_right", Base.metadata,
        Column("left_id", ForeignKey("left.id"), primary_key=True),
        Column("right_id", ForeignKey("right.id"), primary_key=True),
    )  # fmt: skip

    class Left(Base):
        __tablename__ = "left"
        id: Mapped[int] = mapped_column(primary_key=True)
        rights: Mapped[list["Right"]] = relationship(secondary=secondary, **options)

    class Right(Base):
        __tablename__ = "right"
        id: Mapped[int] = mapped_column(primary_key=True)

    return Left, Right


def test_many_to_many() -> None:
    Base = make_base()
    Left, Right = many_to_many(Base, backref="lefts")
    table = Base.metadata.tables["left_right"]
    configure(Left)
    prop, back = Left.rights.prop, Right.lefts.prop
    assert prop.direction is MANYTOMANY is back.direction
    assert prop.secondary is table is back.secondary and prop.uselist and back.uselist
    assert prop.pairs == ((Left.__table__.c.id, table.c.left_id),)
    assert prop.secondary_pairs == ((Right.__table__.c.id, table.c.right_id),)
    assert back.pairs == ((Right.__table__.c.id, table.c.right_id),)
    assert prop.reverse == {back}
    assert str(prop.primaryjoin) == '"left".id = left_right.left_id'
    assert str(prop.secondaryjoin) == '"right".id = left_right.right_id'


def test_self_referential_many_to_many() -> None:
    Base = make_base()
    edge = Table(
        "edge", Base.metadata,
        Column("from_id", ForeignKey("node.id"), primary_key=True),
        Column("to_id", ForeignKey("node.id"), primary_key=True),
    )  # fmt: skip

    class Node(Base):
        __tablename__ = "node"
        id: Mapped[int] = mapped_column(primary_key=True)
        after: Mapped[list["Node"]] = relationship(
            secondary=edge,
            primaryjoin=lambda: Node.id == edge.c.from_id,
            secondaryjoin="Node.id == edge.c.to_id",
            backref="before",
        )

    configure(Node)
    assert Node.after.prop.pairs == ((Node.__table__.c.id, edge.c.from_id),)
    assert Node.after.prop.secondary_pairs == ((Node.__table__.c.id, edge.c.to_id),)
    assert Node.before.prop.pairs == ((Node.__table__.c.id, edge.c.to_id),)


def test_self_referential_one_to_many() -> None:
    class Node(make_base()):
        __tablename__ = "node"
        id: Mapped[int] = mapped_column(primary_key=True)
        parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("node.id"))  # noqa: UP045
        parent: Mapped[Optional["Node"]] = relationship(  # noqa: UP045
            back_populates="children", remote_side=[id]
        )
        children: Mapped[list["Node"]] = relationship(back_populates="parent")

    configure(Node)
    assert Node.parent.prop.direction is MANYTOONE and Node.children.prop.direction is ONETOMANY
    c = Node.__table__.c
    assert Node.parent.prop.pairs == ((c.parent_id, c.id),)
    assert Node.children.prop.pairs == ((c.id, c.parent_id),)


@pytest.mark.parametrize("given", ["Node.id", "[Node.id]", lambda: Node_id()])
def test_self_referential_backref(given: Any) -> None:
    class Node(make_base()):
        __tablename__ = "node"
        id: Mapped[int] = mapped_column(primary_key=True)
        parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("node.id"))  # noqa: UP045
        children = relationship("Node", backref=backref("parent", remote_side=given))

    global Node_id

    def Node_id() -> Any:
        return Node.id

    configure(Node)
    assert Node.parent.prop.direction is MANYTOONE
    assert Node.parent.prop.reverse == {Node.children.prop}


def test_self_referential_backref_without_remote_side() -> None:
    class Node(make_base()):
        __tablename__ = "node"
        id: Mapped[int] = mapped_column(primary_key=True)
        parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("node.id"))  # noqa: UP045
        children = relationship("Node", backref="parent")

    configure(Node)
    assert Node.children.prop.direction is ONETOMANY and Node.parent.prop.direction is MANYTOONE


def test_composite_key_that_overlaps_itself() -> None:
    class Folder(make_base()):
        __tablename__ = "folder"
        __table_args__ = (
            ForeignKeyConstraint(
                ["account_id", "parent_id"], ["folder.account_id", "folder.folder_id"]
            ),
        )
        account_id: Mapped[int] = mapped_column(primary_key=True)
        folder_id: Mapped[int] = mapped_column(primary_key=True)
        parent_id: Mapped[Optional[int]]  # noqa: UP045
        parent: Mapped[Optional["Folder"]] = relationship(  # noqa: UP045
            back_populates="children", remote_side=[account_id, folder_id]
        )
        children: Mapped[list["Folder"]] = relationship(back_populates="parent")

    Explicit = Folder.__mapper__
    configure(Folder)
    assert Folder.parent.prop.direction is MANYTOONE
    assert Folder.children.prop.direction is ONETOMANY
    c = Folder.__table__.c
    assert (c.parent_id, c.folder_id) in Folder.parent.prop.pairs
    assert Explicit.identity_of({"account_id": 1, "folder_id": 2, "parent_id": 3}) == (1, 2)


def test_remote_and_foreign_in_a_composite_self_reference() -> None:
    class Folder(make_base()):
        __tablename__ = "folder"
        __table_args__ = (
            ForeignKeyConstraint(
                ["account_id", "parent_id"], ["folder.account_id", "folder.folder_id"]
            ),
        )
        account_id: Mapped[int] = mapped_column(primary_key=True)
        folder_id: Mapped[int] = mapped_column(primary_key=True)
        parent_id: Mapped[Optional[int]]  # noqa: UP045
        parent = relationship(
            "Folder",
            primaryjoin="and_(Folder.account_id == remote(Folder.account_id), "
            "Folder.parent_id == remote(Folder.folder_id))",
        )

    configure(Folder)
    prop, c = Folder.parent.prop, Folder.__table__.c
    assert prop.direction is MANYTOONE
    assert set(prop.pairs) == {(c.account_id, c.account_id), (c.parent_id, c.folder_id)}
    assert prop.target_identity({"account_id": 1, "parent_id": 2}) == (1, 2)
    assert prop.target_identity({"account_id": 1, "parent_id": None}) is None


def test_composite_foreign_key() -> None:
    Base = make_base()

    class Place(Base):
        __tablename__ = "place"
        country: Mapped[str] = mapped_column(primary_key=True)
        city: Mapped[str] = mapped_column(primary_key=True)

    class Person(Base):
        __tablename__ = "person"
        __table_args__ = (ForeignKeyConstraint(["cy", "ct"], ["place.country", "place.city"]),)
        id: Mapped[int] = mapped_column(primary_key=True)
        ct: Mapped[str]
        cy: Mapped[str]
        place: Mapped[Place] = relationship()

    configure(Person)
    assert Person.place.prop.use_get
    assert Person.place.prop.target_identity({"ct": "Rome", "cy": "IT"}) == ("IT", "Rome")


def test_reference_to_something_other_than_the_primary_key() -> None:
    Base = make_base()

    class Country(Base):
        __tablename__ = "country"
        id: Mapped[int] = mapped_column(primary_key=True)
        code: Mapped[str] = mapped_column(unique=True)

    class City(Base):
        __tablename__ = "city"
        id: Mapped[int] = mapped_column(primary_key=True)
        code: Mapped[str] = mapped_column(ForeignKey("country.code"))
        country: Mapped[Country] = relationship()

    assert not City.country.prop.use_get
    assert City.country.prop.target_identity({"code": "IT"}) is None


# --- conditions -----------------------------------------------------------------------------------


def two_keys(**options: Any) -> tuple[Any, Any]:
    Base = make_base()

    class Place(Base):
        __tablename__ = "place"
        id: Mapped[int] = mapped_column(primary_key=True)

    class Trip(Base):
        __tablename__ = "trip"
        id: Mapped[int] = mapped_column(primary_key=True)
        start_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
        end_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
        columns = (start_id, end_id)
        start: Mapped[Place] = relationship(**_with(options, columns))

    return Place, Trip


def _with(options: dict[str, Any], columns: Any) -> dict[str, Any]:
    return {name: value(*columns) if callable(value) else value for name, value in options.items()}


@pytest.mark.parametrize(
    "options",
    [
        {"foreign_keys": lambda start, end: [start]},
        {"foreign_keys": lambda start, end: start},
        {"foreign_keys": "Trip.start_id"},
        {"foreign_keys": "[Trip.start_id]"},
        {"foreign_keys": ["Trip.start_id"]},
        {"primaryjoin": "Trip.start_id == Place.id"},
        {"primaryjoin": "Place.id == trip.c.start_id"},
        {"primaryjoin": "and_(Place.id == Trip.start_id)"},
    ],
)
def test_choosing_between_two_foreign_keys(options: Any) -> None:
    Place, Trip = two_keys(**options)
    configure(Trip)
    assert Trip.start.prop.pairs == ((Trip.__table__.c.start_id, Place.__table__.c.id),)


def test_ambiguous_foreign_keys() -> None:
    _, Trip = two_keys()
    with pytest.raises(
        exc.AmbiguousForeignKeysError,
        match=r"Trip\.start: table 'trip' and table 'place'.*"
        r"trip\.start_id; trip\.end_id.*foreign_keys=",
    ):
        configure(Trip)


def test_no_foreign_key() -> None:
    Parent, _ = parent_and_child(down=relationship("Child"), fk=False)
    with pytest.raises(
        exc.NoForeignKeysError,
        match=r"Parent\.children: no foreign key connects table 'parent' and table 'child'.*"
        r"ForeignKey\(\.\.\.\).*primaryjoin=",
    ):
        configure(Parent)


def test_no_foreign_key_in_the_secondary_table() -> None:
    Base = make_base()
    Table(
        "left_right", Base.metadata, Column("left_id", ForeignKey("left.id")), Column("x", Integer)
    )

    class Left(Base):
        __tablename__ = "left"
        id: Mapped[int] = mapped_column(primary_key=True)
        rights: Mapped[list["Right"]] = relationship(secondary="left_right")

    class Right(Base):
        __tablename__ = "right"
        id: Mapped[int] = mapped_column(primary_key=True)

    with pytest.raises(
        exc.NoForeignKeysError, match=r"'right' and table 'left_right'.*secondaryjoin="
    ):
        configure(Left)


def test_foreign_marks_the_column_that_refers() -> None:
    Parent, Child = parent_and_child(fk=False)
    Child.parent = relationship(
        Parent, primaryjoin=foreign(Child.parent_id) == Parent.id, back_populates="children"
    )
    Parent.children = relationship(Child, primaryjoin=lambda: Parent.id == foreign(Child.parent_id))
    configure(Parent)
    assert Child.parent.prop.direction is MANYTOONE
    assert Parent.children.prop.direction is ONETOMANY
    assert str(Child.parent.prop.primaryjoin) == "child.parent_id = parent.id"


def test_foreign_keys_argument_without_a_foreign_key() -> None:
    Parent, Child = parent_and_child(fk=False)
    Child.parent = relationship(
        Parent, primaryjoin=Child.parent_id == Parent.id, foreign_keys=Child.parent_id
    )
    assert Child.parent.prop.direction is MANYTOONE


def test_condition_with_more_than_the_key() -> None:
    Parent, Child = parent_and_child(
        down=relationship(
            "Child",
            primaryjoin="and_(Parent.id == Child.parent_id, Child.kind == 'x')",
            viewonly=True,
        )
    )
    prop = Parent.children.prop
    configure(Parent)
    assert not prop.condition.is_simple
    assert prop.pairs == ((Parent.__table__.c.id, Child.__table__.c.parent_id),)
    assert "child.kind = " in str(prop.primaryjoin)
    # Nodes carry plain columns, so the condition can be rendered and adapted anywhere.
    assert str(select(Parent).join(Parent.children)).count("JOIN child ON") == 1


def test_condition_that_equates_nothing() -> None:
    Parent, Child = parent_and_child()
    Parent.children = relationship(Child, primaryjoin=Parent.id > foreign(Child.parent_id))
    with pytest.raises(
        exc.ArgumentError, match=r"Parent\.children: its primaryjoin equates no.*viewonly"
    ):
        configure(Parent)
    Second, Other = parent_and_child()
    Second.children = relationship(
        Other, primaryjoin=Second.id > foreign(Other.parent_id), viewonly=True
    )
    assert Second.children.prop.direction is ONETOMANY


def test_condition_without_any_reference() -> None:
    Parent, Child = parent_and_child(fk=False)
    Parent.children = relationship(Child, primaryjoin=Parent.id == Child.parent_id)
    with pytest.raises(
        exc.ArgumentError, match=r"no column of the condition refers.*foreign_keys="
    ):
        configure(Parent)


def test_references_on_both_sides() -> None:
    Parent, Child = parent_and_child()
    Parent.children = relationship(
        Child,
        primaryjoin=and_(foreign(Parent.name) == Child.kind, Parent.id == foreign(Child.parent_id)),
    )
    with pytest.raises(exc.ArgumentError, match="cannot tell which side refers.*both sides"):
        configure(Parent)


def test_remote_marks_may_come_from_the_user() -> None:
    Parent, Child = parent_and_child()
    Child.parent = relationship(Parent, primaryjoin=Child.parent_id == remote(Parent.id))
    configure(Parent)
    assert Child.parent.prop.remote_side == {Parent.__table__.c.id}


# --- arguments as strings and callables -----------------------------------------------------------


def test_target_as_class_string_callable_and_table_name() -> None:
    for given in ("Parent", lambda: Parent, lambda: "Parent", "mapping_elsewhere.Parent"):
        Base = make_base()
        Parent, Child = parent_and_child(up=relationship(given), base=Base)
        Parent.__module__ = "app.mapping_elsewhere"
        configure(Child)
        assert Child.parent.prop.mapper.class_ is Parent


def test_order_by_in_every_form() -> None:
    for given in (
        "Child.id", "Child.id.desc()", "[Child.kind, Child.id]", "desc(Child.id)", "child.c.id",
        lambda: Child.id, lambda: [Child.kind, Child.id.desc()],
    ):  # fmt: skip
        Parent, Child = parent_and_child(down=relationship("Child", order_by=given))
        configure(Parent)
        texts = [str(item) for item in Parent.children.prop.order_by]
        assert texts and all(text.startswith("child.") for text in texts)
    assert parent_and_child(down=relationship("Child"))[0].children.prop.order_by == ()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("__import__('os')", "not allowed"),
        ("Child.__class__", "not allowed"),
        ("(lambda: 1)()", "Lambda is not allowed"),
        ("[x for x in Child]", "not allowed"),
        ("'{0}'.format(Child)", "constants are not allowed"),
        ("open('x')", "'open' is neither a mapped class nor a table"),
        ("Chidl.id", "did you mean 'Child'"),
        ("Child.idd", "Child has no attribute 'idd'"),
        ("Child.id ==", "cannot be evaluated"),
        ("1 / 0", "cannot be evaluated"),
    ],
)
def test_strings_are_restricted_and_errors_name_the_relationship(source: str, message: str) -> None:
    Parent, _ = parent_and_child(down=relationship("Child", order_by=source))
    with pytest.raises((exc.ArgumentError, exc.InvalidRequestError), match=message) as caught:
        configure(Parent)
    assert "Parent.children" in str(caught.value) and "order_by" in str(caught.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"primaryjoin": lambda: 3}, r"primaryjoin= of Parent\.children must be an SQL condition"),
        ({"order_by": lambda: [3]}, r"order_by= of Parent\.children must be columns"),
        ({"foreign_keys": lambda: [3]}, r"foreign_keys= of Parent\.children must be columns"),
        ({"secondary": "nowhere"}, "'nowhere' is neither a mapped class nor a table"),
        ({"secondary": "Child"}, r"is the class Child; pass its table, Child\.__table__"),
        ({"secondary": lambda: 3}, "must be a Table or the name of one"),
        ({"secondaryjoin": "Child.id == 1"}, "no secondary= table"),
    ],
)
def test_wrong_kinds_of_arguments(options: Any, message: str) -> None:
    Parent, _ = parent_and_child(down=relationship("Child", **options))
    with pytest.raises((exc.ArgumentError, exc.InvalidRequestError), match=message):
        configure(Parent)


def test_schema_qualified_names() -> None:
    Base = make_base(metadata=MetaData(schema="app"))
    Parent, Child = parent_and_child(base=Base, fk=False)
    Child.parent = relationship(
        "Parent", primaryjoin="foreign(app.child.c.parent_id) == app.parent.c.id"
    )
    configure(Child)
    assert Child.parent.prop.pairs == ((Child.__table__.c.parent_id, Parent.__table__.c.id),)


def test_unknown_target() -> None:
    _, Child = parent_and_child(up=relationship("Parnt"))
    with pytest.raises(
        exc.InvalidRequestError, match=r"Child\.parent leads to \"Parnt\".*'Parent'"
    ):
        configure(Child)


def test_target_that_is_not_mapped() -> None:
    for given in (int, lambda: int, lambda: 3):
        _, Child = parent_and_child(up=relationship(given))
        with pytest.raises(exc.ArgumentError, match=r"Child\.parent leads to .*not a mapped class"):
            configure(Child)


def test_no_target_at_all() -> None:
    with pytest.raises(exc.ArgumentError, match=r"Child\.parent does not say where it leads"):
        parent_and_child(up=relationship())


# --- both sides -----------------------------------------------------------------------------------


def test_back_populates_to_nowhere() -> None:
    Parent, Child = parent_and_child(
        up=relationship("Parent", back_populates="kids"), down=relationship("Child")
    )
    with pytest.raises(
        exc.InvalidRequestError,
        match=r"back_populates='kids' of Child\.parent: Parent\.kids does not exist.*children",
    ):
        configure(Parent)


def test_back_populates_to_a_column() -> None:
    _, Child = parent_and_child(up=relationship("Parent", back_populates="name"))
    with pytest.raises(exc.InvalidRequestError, match=r"Parent\.name is no relationship"):
        configure(Child)


def test_back_populates_to_another_class() -> None:
    Base = make_base()
    Parent, Child = parent_and_child(base=Base, up=relationship("Parent", back_populates="other"))

    class Other(Base):
        __tablename__ = "other"
        id: Mapped[int] = mapped_column(primary_key=True)
        parent_id: Mapped[int] = mapped_column(ForeignKey("parent.id"))

    Parent.other = relationship(Other)
    with pytest.raises(exc.ArgumentError, match=r"Parent\.other leads to Other, not to Child"):
        configure(Child)


def test_both_sides_in_the_same_direction() -> None:
    class Node(make_base()):
        __tablename__ = "node"
        id: Mapped[int] = mapped_column(primary_key=True)
        parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("node.id"))  # noqa: UP045
        children = relationship("Node", back_populates="parent")
        parent = relationship("Node", back_populates="children")

    with pytest.raises(exc.ArgumentError, match=r"both one-to-many.*remote_side=\[id\]"):
        configure(Node)


def test_back_populates_as_callable() -> None:
    Parent, Child = parent_and_child(
        down=relationship("Child"),
        up=relationship("Parent", back_populates=lambda: Parent.children),
    )
    configure(Parent)
    assert Child.parent.prop.back_populates == "children"
    assert Child.parent.prop.reverse == {Parent.children.prop}


def test_backref_takes_over_and_may_have_arguments() -> None:
    Parent, Child = parent_and_child(
        up=relationship(
            "Parent",
            backref=backref(
                "kids", uselist=False, cascade="all, delete-orphan", order_by="Child.id",
                collection_class=set,
            ),
        )
    )  # fmt: skip
    configure(Parent)
    prop = Parent.kids.prop
    assert not prop.uselist and prop.cascade.delete_orphan and prop.reverse == {Child.parent.prop}
    assert Parent.__mapper__.relationships.keys() == ["kids"]
    assert "kids" in Parent.__mapper__.attribute_keys


def test_backref_is_there_before_anything_is_resolved() -> None:
    Parent, Child = parent_and_child(up=relationship("Parent", backref="kids"))
    assert hasattr(Parent, "kids")
    parent = Parent()
    assert parent.kids == []
    child = Child(parent=parent)
    assert parent.kids == [child]


def test_backref_can_be_the_first_thing_set() -> None:
    Parent, Child = parent_and_child(up=relationship("Parent", backref="kids"))
    parent = Parent()
    child = Child()
    parent.kids = [child]
    assert child.parent is parent and "kids" in vars(parent)


def test_backref_announced_on_a_class_defined_later() -> None:
    Base = make_base()

    class Child(Base):
        __tablename__ = "child"
        id: Mapped[int] = mapped_column(primary_key=True)
        parent_id: Mapped[int] = mapped_column(ForeignKey("parent.id"))
        parent = relationship("Parent", backref="kids")

    class Parent(Base):
        __tablename__ = "parent"
        id: Mapped[int] = mapped_column(primary_key=True)

    child = Child(id=1)
    assert Parent(kids=[child]).kids == [child]
    assert child.parent.kids == [child]


def test_backref_to_a_name_that_is_taken() -> None:
    Parent, Child = parent_and_child(up=relationship("Parent", backref="name"))
    with pytest.raises(
        exc.ArgumentError, match=r"backref='name' of Child\.parent: Parent has an attribute"
    ):
        configure(Child)


def test_backref_and_back_populates_exclude_each_other() -> None:
    with pytest.raises(exc.ArgumentError, match="not both"):
        relationship("X", backref="a", back_populates="b")


def test_viewonly_sides_are_not_kept_in_sync() -> None:
    Parent, Child = parent_and_child(
        up=relationship("Parent", back_populates="children"),
        down=relationship("Child", back_populates="parent", viewonly=True),
    )
    configure(Parent)
    assert Parent.children.prop.reverse == frozenset() == Child.parent.prop.reverse
    assert Parent.children.prop.counterparts == {Child.parent.prop}
    assert not Parent.children.prop.cascade.save_update


def test_backref_of_a_viewonly_relationship_is_viewonly() -> None:
    Parent, Child = parent_and_child(up=relationship("Parent", viewonly=True, backref="kids"))
    configure(Child)
    assert Parent.kids.prop.viewonly


def test_sync_backref_false() -> None:
    Parent, Child = parent_and_child(up=relationship("Parent", backref="kids", sync_backref=False))
    configure(Parent)
    assert Child.parent.prop.reverse == frozenset() and Parent.kids.prop.sync_backref is False


# --- rules about single arguments -----------------------------------------------------------------


def test_delete_orphan_needs_single_parent_off_the_one_side() -> None:
    for options in ({}, {"single_parent": True}):
        Parent, Child = parent_and_child(
            up=relationship("Parent", cascade="all, delete-orphan", **options)
        )
        if options:
            configure(Child)
            assert Parent.__mapper__.owned_through == (Child.parent.prop,)
        else:
            with pytest.raises(exc.ArgumentError, match=r"Child\.parent: .*single_parent=True"):
                configure(Child)
    Left, _ = many_to_many(make_base(), cascade="all, delete-orphan")
    with pytest.raises(exc.ArgumentError, match=r"Left\.rights.*single_parent=True"):
        configure(Left)


def test_unknown_cascade_word() -> None:
    with pytest.raises(
        exc.ArgumentError, match=r"'delete_orphan' on Parent\.children.*'delete-orphan'"
    ):
        parent_and_child(down=relationship("Child", cascade="all, delete_orphan"))


def test_delete_orphan_without_delete_is_warned_of() -> None:
    with pytest.warns(exc.AccordWarning, match=r"Parent\.children.*all, delete-orphan"):
        parent_and_child(down=relationship("Child", cascade="save-update, delete-orphan"))


def test_passive_deletes_all_contradicts_delete() -> None:
    with pytest.raises(exc.ArgumentError, match="passive_deletes='all'"):
        parent_and_child(down=relationship("Child", cascade="all", passive_deletes="all"))


@pytest.mark.parametrize(
    ("given", "expected"),
    [(True, "select"), (False, "joined"), (None, "noload"), ("selectin", "selectin")],
)
def test_lazy(given: Any, expected: str) -> None:
    Parent, _ = parent_and_child(down=relationship("Child", lazy=given))
    assert Parent.children.prop.lazy == expected


@pytest.mark.parametrize(
    ("given", "message"), [("nope", "no way to load"), ("dynamic", "not available")]
)
def test_wrong_lazy(given: str, message: str) -> None:
    with pytest.raises(exc.ArgumentError, match=rf"Parent\.children: lazy='{given}' is {message}"):
        parent_and_child(down=relationship("Child", lazy=given))


def test_viewonly_rules() -> None:
    with pytest.raises(exc.ArgumentError, match="contradicts itself"):
        relationship("X", viewonly=True, sync_backref=True)
    with pytest.warns(exc.AccordWarning, match="passive_deletes= has no effect"):
        relationship("X", viewonly=True, passive_deletes=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        relationship("X", viewonly=True, sync_backref=False)


def test_a_collection_on_the_side_of_the_foreign_key() -> None:
    _, Child = parent_and_child(up=relationship("Parent", uselist=True))
    with pytest.raises(
        exc.ArgumentError, match=r"Child\.parent is declared as a collection.*Parent"
    ):
        configure(Child)


def test_collection_class() -> None:
    Parent, Child = parent_and_child(
        down=relationship("Child", collection_class=attribute_keyed_dict("kind"))
    )
    child = Child(kind="k")
    assert Parent(children={"k": child}).children["k"] is child


def test_unmapped_relationship_cannot_be_used() -> None:
    prop = relationship("X")
    assert "unmapped" in str(prop)
    with pytest.raises(AttributeError):
        prop.direction  # noqa: B018
    with pytest.raises(exc.InvalidRequestError):
        prop.resolve()


def test_one_object_in_two_classes() -> None:
    shared = relationship("Parent")
    parent_and_child(up=shared)
    with pytest.raises(exc.ArgumentError, match=r"already mapped.*@declared_attr"):
        parent_and_child(up=shared)


# --- warnings of conflicts ------------------------------------------------------------------------


def test_two_relationships_that_write_one_column() -> None:
    Parent, Child = parent_and_child(up=relationship("Parent"), down=relationship("Child"))
    with pytest.warns(
        exc.AccordWarning, match=r"'Child\.parent'.*'Parent\.children'.*back_populates.*viewonly"
    ):
        configure(Parent)


@pytest.mark.parametrize(
    ("up", "down"),
    [
        ({"back_populates": "children"}, {"back_populates": "parent"}),
        ({"viewonly": True}, {}),
        ({"overlaps": "children"}, {}),
        ({}, {"overlaps": "parent"}),
        ({"back_populates": "children"}, {}),
    ],
)
def test_no_warning_where_they_know_of_each_other(up: Any, down: Any) -> None:
    gc.collect()
    Parent, _ = parent_and_child(
        up=relationship("Parent", **up), down=relationship("Child", **down)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        configure(Parent)


def test_conflict_with_a_class_defined_later() -> None:
    Base = make_base()
    Parent, Child = parent_and_child(down=relationship("Child"), base=Base)
    configure(Parent)
    Child.parent = relationship("Parent")
    with pytest.warns(exc.AccordWarning, match="conflicts"):
        configure(Parent)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        configure(Parent)


def test_two_many_to_many_over_one_table() -> None:
    Base = make_base()
    Left, Right = many_to_many(Base)
    Right.lefts = relationship(Left, secondary=Base.metadata.tables["left_right"])
    with pytest.warns(exc.AccordWarning, match="left_right"):
        configure(Left)


# --- configuring ----------------------------------------------------------------------------------


def test_a_failure_is_reported_again_and_can_be_repaired() -> None:
    Base = make_base()
    _, Child = parent_and_child(up=relationship("Grandparent", backref="kids"), base=Base)
    for _ in range(2):
        with pytest.raises(exc.InvalidRequestError, match="Grandparent"):
            Child(parent=None)

    class Grandparent(Base):
        __tablename__ = "grandparent"
        id: Mapped[int] = mapped_column(primary_key=True)

    Child.grand_id = Column(ForeignKey("grandparent.id"))
    Child(parent=Grandparent())
    assert Child.parent.prop.resolved


def test_relationships_between_two_registries() -> None:
    one, two = make_base(), make_base()

    class User(one):
        __tablename__ = "user"
        id: Mapped[int] = mapped_column(primary_key=True)

    class Note(two):
        __tablename__ = "note"
        id: Mapped[int] = mapped_column(primary_key=True)
        user_id: Mapped[int]
        user = relationship(
            User, primaryjoin=lambda: foreign(Note.user_id) == User.id, backref="notes"
        )

    two.registry.configure()
    assert User.notes.prop.mapper.class_ is Note
    assert User.__mapper__.configured and Note.__mapper__.configured


def test_condition_that_uses_another_relationship() -> None:
    Base = make_base()
    Parent, Child = parent_and_child(base=Base)
    Child.parent = relationship(Parent, back_populates="named")
    Parent.named = relationship(
        Child,
        primaryjoin=lambda: and_(Parent.id == foreign(Child.parent_id), Child.parent.has()),
        back_populates="parent",
    )
    configure(Parent)
    assert "EXISTS" in str(Parent.named.prop.primaryjoin)


def test_configure_mappers_reports_broken_classes_anywhere() -> None:
    Parent, _ = parent_and_child(down=relationship("Nowhere"))
    with pytest.raises(exc.InvalidRequestError, match="Nowhere"):
        configure_mappers()
    Parent.registry.dispose()


def test_cascades_per_class() -> None:
    Parent, Child = parent_and_child(
        down=relationship("Child", cascade="all, delete-orphan", back_populates="parent"),
        up=relationship("Parent", cascade="expunge", back_populates="children"),
    )
    configure(Parent)
    mapper = Parent.__mapper__
    assert mapper.cascading.delete == (Parent.children.prop,) == mapper.cascading.save_update
    assert Child.__mapper__.cascading.save_update == ()
    assert Child.__mapper__.cascading.expunge == (Child.parent.prop,)
    assert Child.__mapper__.owned_through == (Parent.children.prop,)
    assert mapper.owned_through == ()


def test_relationships_from_declared_attr_are_apart() -> None:
    Base = make_base()

    class Target(Base):
        __tablename__ = "target"
        id: Mapped[int] = mapped_column(primary_key=True)

    class Refers:
        id: Mapped[int] = mapped_column(primary_key=True)
        target_id: Mapped[int] = mapped_column(ForeignKey("target.id"))

        @declared_attr
        def target(cls) -> Mapped[Target]:
            return relationship(backref=f"of_{cls.__name__}")  # type: ignore[attr-defined]

    class A(Refers, Base):
        __tablename__ = "a"

    class B(Refers, Base):
        __tablename__ = "b"

    configure(A)
    assert Target.__mapper__.relationships.keys() == ["of_A", "of_B"]
    assert A.target.prop is not B.target.prop


def test_validator_of_a_backref_is_not_reported_as_unused() -> None:
    Base = make_base()

    class Parent(Base):
        __tablename__ = "parent"
        id: Mapped[int] = mapped_column(primary_key=True)

        @validates("kids")
        def check(self, key: str, value: Any) -> Any:
            seen.append(key)
            return value

        @validates("nothing")
        def unused(self, key: str, value: Any) -> Any:
            return value

    class Child(Base):
        __tablename__ = "child"
        id: Mapped[int] = mapped_column(primary_key=True)
        parent_id: Mapped[int] = mapped_column(ForeignKey("parent.id"))
        parent = relationship(Parent, backref="kids")

    seen: list[str] = []
    with pytest.warns(exc.AccordWarning, match=r"@validates\('nothing'\) on Parent") as caught:
        parent = Parent()
        parent.kids.append(Child())
    assert len(caught) == 1 and seen == ["kids"]


def test_configuration_holds_the_lock_it_is_given() -> None:
    entered: list[str] = []

    @contextlib.contextmanager
    def lock() -> Any:
        entered.append("in")
        yield
        entered.append("out")

    class Recorder:
        def __enter__(self) -> None:
            self.inner = lock()
            self.inner.__enter__()

        def __exit__(self, *error: Any) -> None:
            self.inner.__exit__(*error)

    Parent, _ = parent_and_child(down=relationship("Child"))
    before = configuration._Progress.lock
    guard_with(Recorder())
    try:
        configure(Parent)
    finally:
        guard_with(before)
    assert entered == ["in", "out"] and Parent.children.prop.resolved


def test_events_around_configuration() -> None:
    Parent, _ = parent_and_child(down=relationship("Child"))
    heard: list[str] = []
    listeners = {
        name: (lambda name=name: heard.append(name))
        for name in ("before_configured", "after_configured")
    }
    for name, listener in listeners.items():
        event.listen(Mapper, name, listener)
    try:
        configure(Parent)
        configure(Parent)
    finally:
        for name, listener in listeners.items():
            event.remove(Mapper, name, listener)
    assert heard == ["before_configured", "after_configured"]
