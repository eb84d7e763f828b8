"""Declarative classes: bases, mixins, declared_attr, tables, later additions, refusals."""

import abc
from typing import Any, Optional

import pytest
from mapping_bases import make_base

from accord import exc, sqltypes
from accord.mapping import (
    DeclarativeBase,
    DeclarativeBaseNoMeta,
    Mapped,
    Mapper,
    as_declarative,
    column_property,
    declarative_base,
    declarative_mixin,
    declared_attr,
    deferred,
    has_inherited_table,
    mapped_column,
    registry,
    relationship,
    synonym,
)
from accord.schema import (
    Column,
    ForeignKey,
    Index,
    MetaData,
    Table,
    UniqueConstraint,
)
from accord.sql import func, select
from accord.sqltypes import Integer, String


def columns_of(cls: Any) -> list[str]:
    return [column.name for column in cls.__table__.c]


# --- bases ----------------------------------------------------------------------------------------


def test_base_has_registry_and_metadata() -> None:
    class Base(DeclarativeBase):
        pass

    class Other(DeclarativeBase):
        pass

    assert isinstance(Base.registry, registry) and isinstance(Base.metadata, MetaData)
    assert Base.registry is not Other.registry and Base.metadata is not Other.metadata


def test_base_takes_metadata_and_registry() -> None:
    own = MetaData(schema="s")
    made = registry(metadata=own)

    class Base(DeclarativeBase):
        registry = made

    class Second(DeclarativeBase):
        metadata = own

    assert Base.metadata is own and Second.metadata is own

    class Thing(Base):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)

    assert Thing.__table__.fullname == "s.thing"  # type: ignore[attr-defined]
    assert Thing.__mapper__ in made.mappers


def test_wrong_registry_or_metadata() -> None:
    with pytest.raises(exc.InvalidRequestError, match="metadata must be a MetaData"):
        make_base(metadata={})
    with pytest.raises(exc.InvalidRequestError, match="registry must be a registry"):
        make_base(registry=object())


def test_deriving_a_table_from_declarative_base_itself() -> None:
    with pytest.raises(exc.InvalidRequestError, match=r"class Base\(DeclarativeBase\): pass"):

        class Thing(DeclarativeBase):
            __tablename__ = "thing"
            id: Mapped[int] = mapped_column(primary_key=True)


@pytest.mark.parametrize("root", [DeclarativeBase, DeclarativeBaseNoMeta])
def test_both_kinds_of_base_map(root: Any) -> None:
    class Base(root):  # type: ignore[misc]
        pass

    class Thing(Base):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)

    assert isinstance(Thing.__mapper__, Mapper)
    assert Thing.__mapper__.class_ is Thing
    assert Thing.__mapper__.local_table is Base.metadata.tables["thing"]


def test_declarative_base_function() -> None:
    class Common:
        """What all have."""

        def describe(self) -> str:
            return type(self).__name__.lower()

    metadata = MetaData()
    Base = declarative_base(metadata=metadata, cls=Common, name="Root")

    class Thing(Base):  # type: ignore[misc]
        __tablename__ = "thing"
        id = Column(Integer, primary_key=True)
        name = Column(String(5))

    assert Base.__name__ == "Root" and Base.__doc__ == "What all have."
    assert Base.metadata is metadata and "thing" in metadata.tables
    assert Thing(name="x").describe() == "thing"
    assert columns_of(Thing) == ["id", "name"]


def test_declarative_base_without_metaclass() -> None:
    Base = declarative_base(metaclass=type)
    assert type(Base) is type

    class Thing(Base):  # type: ignore[misc]
        __tablename__ = "thing"
        id = Column(Integer, primary_key=True)

    assert Thing.__mapper__.pk_keys == ("id",)


def test_declarative_base_with_a_metaclass_of_the_users() -> None:
    class Meta(type(DeclarativeBase)):  # type: ignore[misc]
        extra = 1

    Base = declarative_base(metaclass=Meta)
    assert type(Base) is Meta


def test_as_declarative() -> None:
    @as_declarative()
    class Base:
        @declared_attr.directive
        def __tablename__(cls) -> str:
            return cls.__name__.lower()  # type: ignore[attr-defined, no-any-return]

        id = Column(Integer, primary_key=True)

    class Thing(Base):
        pass

    assert Thing.__table__.name == "thing"  # type: ignore[attr-defined]


def test_shared_class_registry() -> None:
    names: dict[str, Any] = {}
    A = declarative_base(class_registry=names)
    B = declarative_base(class_registry=names, metadata=A.metadata)

    class One(A):  # type: ignore[misc]
        __tablename__ = "one"
        id = Column(Integer, primary_key=True)
        twos = relationship("Two")

    class Two(B):  # type: ignore[misc]
        __tablename__ = "two"
        id = Column(Integer, primary_key=True)
        one_id = Column(ForeignKey("one.id"))

    assert One.twos.prop.mapper.class_ is Two
    assert names["One"] is One


def test_own_constructor_and_none() -> None:
    def build(self: Any, **values: Any) -> None:
        vars(self)["built"] = values

    Base = declarative_base(constructor=build)

    class Thing(Base):  # type: ignore[misc]
        __tablename__ = "thing"
        id = Column(Integer, primary_key=True)

    assert vars(Thing(id=3))["built"] == {"id": 3}
    Bare = declarative_base(constructor=None)

    class Other(Bare):  # type: ignore[misc]
        __tablename__ = "other"
        id = Column(Integer, primary_key=True)

    Other()
    with pytest.raises(TypeError):
        Other(id=3)


def test_abstract_classes_are_not_mapped() -> None:
    Base = make_base()

    class Middle(Base):
        __abstract__ = True
        metadata = MetaData()
        note: Mapped[Optional[str]]  # noqa: UP045

    class Thing(Middle):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)

    assert not hasattr(Middle, "__mapper__")
    assert columns_of(Thing) == ["id", "note"]
    assert "thing" in Middle.metadata.tables and "thing" not in Base.metadata.tables


def test_has_inherited_table() -> None:
    class Thing(make_base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)

    class Plain:
        pass

    assert not has_inherited_table(Thing) and not has_inherited_table(Plain)
    assert has_inherited_table(type("Sub", (Thing,), {"__abstract__": True}))


def test_users_init_subclass_sees_the_mapping() -> None:
    seen = []

    class Base(DeclarativeBase):
        def __init_subclass__(cls, tag: str = "", **options: Any) -> None:
            super().__init_subclass__(**options)
            seen.append((cls.__name__, tag, hasattr(cls, "__mapper__")))

    class Thing(Base, tag="t"):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)

    assert seen == [("Thing", "t", True)]


def test_abstract_base_class_metaclass() -> None:
    class Meta(type(DeclarativeBase), abc.ABCMeta):  # type: ignore[misc]
        pass

    class Base(DeclarativeBase, metaclass=Meta):
        pass

    class Thing(Base):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)

    assert Thing(id=1).id == 1


# --- columns --------------------------------------------------------------------------------------


def test_names_attributes_and_keys() -> None:
    class Thing(make_base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column("thing_id", primary_key=True)
        title = Column("TITLE", String(9), key="title_key")

    mapper = Thing.__mapper__
    assert columns_of(Thing) == ["thing_id", "TITLE"]
    assert list(Thing.__table__.c.keys()) == ["thing_id", "title_key"]
    assert mapper.column_attrs.keys() == ["id", "title"]
    assert mapper.key_for_column(Thing.__table__.c.title_key) == "title"
    assert mapper.pk_keys == ("id",)


def test_order_of_columns() -> None:
    class Mixin:
        created: Mapped[int]
        first: Mapped[int] = mapped_column(sort_order=-1)
        last: Mapped[int] = mapped_column(sort_order=99)

    class Thing(Mixin, make_base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        a: Mapped[int]
        b = mapped_column(Integer)

    assert columns_of(Thing) == ["first", "id", "a", "b", "created", "last"]
    assert Thing.__mapper__.column_attrs.keys() == columns_of(Thing)


def test_all_arguments_arrive_at_the_column() -> None:
    class Thing(make_base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="key")
        code: Mapped[str] = mapped_column(
            String(5), unique=True, index=True, default="x", onupdate="y", server_default="z",
            info={"a": 1}, doc="the code", sensitive=True, quote=True,
        )  # fmt: skip
        other: Mapped[str] = mapped_column(insert_default="ins")

    code = Thing.__table__.c.code
    assert Thing.__table__.c.id.autoincrement is False and Thing.__table__.c.id.comment == "key"
    assert code.unique and code.index and code.sensitive and code.quote and code.doc == "the code"
    assert code.default.arg == "x" and code.onupdate.arg == "y" and code.info == {"a": 1}
    assert code.server_default is not None
    assert Thing.__table__.c.other.default.arg == "ins"
    assert Thing.__mapper__.column_attrs["code"].doc == "the code"


def test_name_and_type_twice() -> None:
    with pytest.raises(exc.ArgumentError, match="name twice"):
        mapped_column("a", name="b")
    with pytest.raises(exc.ArgumentError, match="type_ twice"):
        mapped_column(Integer, type_=String)
    with pytest.raises(exc.ArgumentError, match="default= or default_factory="):
        mapped_column(default=1, default_factory=int)


def test_loading_options() -> None:
    class Thing(make_base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True, deferred=True)
        big: Mapped[str] = mapped_column(deferred=True)
        grouped: Mapped[str] = mapped_column(deferred_group="g")
        strict: Mapped[str] = mapped_column(deferred_raiseload=True)
        old: Mapped[str] = mapped_column(active_history=True)
        imperative = deferred(Column("imp", String), group="g")

    props = Thing.__mapper__.column_attrs
    assert [key for key, prop in props.items() if prop.deferred] == [
        "id", "big", "grouped", "strict", "imperative",
    ]  # fmt: skip
    assert props["grouped"].group == "g" == props["imperative"].group
    assert props["strict"].raiseload and not props["big"].raiseload
    assert props["old"].active_history
    # A key is loaded whatever it says.
    assert Thing.__mapper__.loaded_keys == ("id", "old")
    assert columns_of(Thing)[-1] == "imp"


def test_sql_expressions_as_attributes() -> None:
    Base = make_base()

    class Person(Base):
        __tablename__ = "person"
        id: Mapped[int] = mapped_column(primary_key=True)
        first: Mapped[str] = mapped_column(String(9))
        last: Mapped[str] = mapped_column(String(9))
        full: Mapped[str] = column_property(first + " " + last)

    Person.count = column_property(select(func.count(Person.id)).scalar_subquery())
    mapper = Person.__mapper__
    assert columns_of(Person) == ["id", "first", "last"]
    assert mapper.column_attrs["full"].is_expression
    assert mapper.column_attrs.keys() == ["id", "first", "last", "full", "count"]
    assert [key for key, _ in mapper.table_columns] == ["id", "first", "last"]
    assert mapper.column_attrs["full"].column.name == "full"
    text = str(select(Person))
    assert '|| person.last AS "full"' in text and "count(person.id)" in text
    assert "person.last = :" in str(select(Person.id).where(Person.full == "a b"))


def test_synonyms() -> None:
    class Thing(make_base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]
        title = synonym("name")

    thing = Thing(title="x")
    assert thing.name == "x" == thing.title
    thing.title = "y"
    assert vars(thing)["name"] == "y" and "title" not in vars(thing)
    del thing.title
    assert thing.name is None
    assert str(Thing.title == 1) == str(Thing.name == 1)
    assert Thing.__mapper__.synonyms.keys() == ["title"]
    assert Thing.__mapper__.attribute("title") is Thing.name


def test_synonym_with_descriptor_and_map_column() -> None:
    table = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("mail", String))

    class Thing:
        @property
        def _shouted(self) -> Any:
            return self._mail.upper()  # type: ignore[attr-defined]

    registry().map_imperatively(
        Thing,
        table,
        properties={"mail": synonym("_mail", map_column=True, descriptor=Thing._shouted)},
    )
    thing = Thing()
    thing._mail = "x"  # type: ignore[attr-defined]
    assert thing.mail == "X"  # type: ignore[attr-defined]


# --- mixins ---------------------------------------------------------------------------------------


def test_mixin_columns_are_copied() -> None:
    @declarative_mixin
    class Stamped:
        id: Mapped[int] = mapped_column(primary_key=True)
        owner_id = Column(ForeignKey("owner.id"))
        note: Mapped[Optional[str]]  # noqa: UP045

    Base = make_base()

    class Owner(Base):
        __tablename__ = "owner"
        id: Mapped[int] = mapped_column(primary_key=True)

    class A(Stamped, Base):
        __tablename__ = "a"

    class B(Stamped, Base):
        __tablename__ = "b"
        note: Mapped[str] = mapped_column(String(3))

    assert A.__table__.c.id is not B.__table__.c.id
    assert [fk.column for fk in A.__table__.c.owner_id.foreign_keys] == [Owner.__table__.c.id]
    assert A.__table__.c.note.nullable and not B.__table__.c.note.nullable
    assert columns_of(B) == ["note", "id", "owner_id"]


def test_declared_attr() -> None:
    calls: list[str] = []

    class Owned:
        @declared_attr
        def owner_id(cls) -> Mapped[int]:
            calls.append(cls.__name__)  # type: ignore[attr-defined]
            return mapped_column(ForeignKey("owner.id"))

        @declared_attr
        def owner(cls) -> Mapped["Owner"]:  # type: ignore[name-defined]  # noqa: F821
            return relationship("Owner", foreign_keys=[cls.owner_id])

        @declared_attr.directive
        def __tablename__(cls) -> str:
            return f"t_{cls.__name__.lower()}"  # type: ignore[attr-defined]

        @declared_attr.directive
        def __table_args__(cls) -> Any:
            return (Index(None, "owner_id"), {"info": {"name": cls.__name__}})  # type: ignore[attr-defined]

        @declared_attr.directive
        def __mapper_args__(cls) -> dict[str, Any]:
            return {"eager_defaults": True}

        @declared_attr
        def plain(cls) -> str:
            return cls.__name__  # type: ignore[attr-defined, no-any-return]

    Base = make_base()

    class Owner(Base):
        __tablename__ = "owner"
        id: Mapped[int] = mapped_column(primary_key=True)

    class A(Owned, Base):
        id: Mapped[int] = mapped_column(primary_key=True)

    class B(Owned, Base):
        id: Mapped[int] = mapped_column(primary_key=True)

    assert calls == ["A", "B"]
    assert A.__table__.name == "t_a" and A.__table__.info == {"name": "A"}
    assert len(A.__table__.indexes) == 1 and A.__mapper__.eager_defaults is True
    assert A.owner.prop.mapper.class_ is Owner is B.owner.prop.mapper.class_
    assert A.owner.prop.pairs == ((A.__table__.c.owner_id, Owner.__table__.c.id),)
    assert A.plain == "A" and B(id=1).plain == "B"


def test_declared_attr_uses_columns_of_the_class_and_of_mixins() -> None:
    class Tree:
        id: Mapped[int] = mapped_column(primary_key=True)

        @declared_attr
        def parent_id(cls) -> Mapped[Optional[int]]:  # noqa: UP045
            return mapped_column(ForeignKey(f"{cls.__tablename__}.id"))  # type: ignore[attr-defined]

        @declared_attr
        def parent(cls) -> Mapped[Optional["Folder"]]:  # noqa: UP045
            return relationship(cls.__name__, remote_side=[cls.id])  # type: ignore[attr-defined]

    class Folder(Tree, make_base()):
        __tablename__ = "folder"

    assert Folder.parent.prop.direction.name == "MANYTOONE"


def test_mixin_table_args_and_mapper_args_as_plain_values() -> None:
    class Versioned:
        id: Mapped[int] = mapped_column(primary_key=True)
        version = mapped_column(Integer, nullable=False)
        __mapper_args__ = {"version_id_col": version}
        __table_args__ = (UniqueConstraint("id", "version"), {"comment": "c"})

    Base = make_base()

    class A(Versioned, Base):
        __tablename__ = "a"

    class B(Versioned, Base):
        __tablename__ = "b"

    assert A.__mapper__.version_id_col is A.__table__.c.version
    assert B.__mapper__.version_id_col is B.__table__.c.version
    assert A.__table__.comment == "c"
    for cls in (A, B):
        kinds = [type(constraint).__name__ for constraint in cls.__table__.constraints]
        assert kinds.count("UniqueConstraint") == 1


def test_relationship_on_a_mixin_needs_declared_attr() -> None:
    class Owned:
        id: Mapped[int] = mapped_column(primary_key=True)
        owner = relationship("Owner")

    with pytest.raises(exc.InvalidRequestError, match=r"@declared_attr above def owner\(cls\)"):

        class A(Owned, make_base()):
            __tablename__ = "a"


def test_none_in_the_class_hides_a_mixins_column() -> None:
    class Mixin:
        extra: Mapped[int]

    class Thing(Mixin, make_base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        extra = None  # type: ignore[assignment]

    assert columns_of(Thing) == ["id"]


# --- tables ---------------------------------------------------------------------------------------


def test_table_args() -> None:
    class Thing(make_base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        a: Mapped[int]
        b: Mapped[int] = mapped_column()
        __table_args__ = (UniqueConstraint("a", "b"), Index("ix_b", b), {"schema": "other"})

    class Second(make_base()):
        __tablename__ = "second"
        __table_args__ = {"schema": "other"}
        id: Mapped[int] = mapped_column(primary_key=True)

    assert Thing.__table__.schema == "other" == Second.__table__.schema
    assert [index.name for index in Thing.__table__.indexes] == ["ix_b"]
    assert any(isinstance(c, UniqueConstraint) for c in Thing.__table__.constraints)


def test_given_table() -> None:
    Base = make_base()

    class Thing(Base):
        __table__ = Table(
            "thing", Base.metadata, Column("id", Integer, primary_key=True), Column("n", String)
        )
        id: Mapped[int]
        number = __table__.c.n

    assert Thing.__mapper__.column_attrs.keys() == ["id", "number"]


def test_given_table_takes_no_new_columns() -> None:
    Base = make_base()
    table = Table("thing", Base.metadata, Column("id", Integer, primary_key=True))
    with pytest.raises(exc.ArgumentError, match="'extra' is declared.*finished table"):
        type("Thing", (Base,), {"__table__": table, "extra": Column(Integer)})
    with pytest.raises(exc.ArgumentError, match="__table__ must be a Table"):
        type("Thing", (Base,), {"__table__": "thing"})


def test_class_mapped_to_a_subquery() -> None:
    Base = make_base()

    class Thing(Base):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        kind: Mapped[str]

    class Special(Base):
        __table__ = select(Thing).where(Thing.kind == "s").subquery("special")
        __mapper_args__ = {"primary_key": [__table__.c.id]}

    assert Special.__mapper__.pk_keys == ("id",)
    assert "special.id" in str(select(Special))


REFUSED: list[tuple[dict[str, Any], Any, str]] = [
    ({}, exc.InvalidRequestError, r'__tablename__ = "thing"'),
    ({"__tablename__": 3}, exc.ArgumentError, "must be a string"),
    ({"__tablename__": "t", "id": Column(Integer)}, exc.ArgumentError, "primary_key=True"),
    ({"__tablename__": "t", "id": None}, exc.ArgumentError, "no primary key"),
    (
        {"__tablename__": "t", "__table_args__": UniqueConstraint("id")},
        exc.ArgumentError,
        r"a comma: __table_args__ = \(UniqueConstraint",
    ),
    ({"__tablename__": "t", "__mapper_args__": 3}, exc.ArgumentError, "must be a dict"),
    (
        {"__tablename__": "t", "metadata": Column(Integer)},
        exc.InvalidRequestError,
        "'metadata' is reserved",
    ),
    (
        {"__tablename__": "t", "id": mapped_column(Integer, primary_key=True, init=False)},
        exc.ArgumentError,
        r"id has dataclass arguments \(init=\)",
    ),
]


@pytest.mark.parametrize(("body", "error", "message"), REFUSED)
def test_refused_class_bodies_name_the_class(body: Any, error: Any, message: str) -> None:
    Base = make_base()
    with pytest.raises(error, match=message) as caught:
        type(Base)("Thing", (Base,), {"id": Column(Integer, primary_key=True), **body})
    assert "Thing" in str(caught.value)
    assert not Base.metadata.tables, "a refused class leaves no table behind"


def test_duplicate_table() -> None:
    Base = make_base()

    class First(Base):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)

    with pytest.raises(exc.DuplicateTableError, match=r"Class Second.*'thing'.*extend_existing"):

        class Second(Base):
            __tablename__ = "thing"
            id: Mapped[int] = mapped_column(primary_key=True)

    assert Base.metadata.tables["thing"] is First.__table__

    class Third(Base):
        __tablename__ = "thing"
        __table_args__ = {"extend_existing": True}
        more: Mapped[int]

    assert Third.__table__ is First.__table__ and "more" in First.__table__.c


def test_a_stray_comma_is_warned_of() -> None:
    with pytest.warns(exc.AccordWarning, match=r"Thing\.name is a tuple.*comma"):

        class Thing(make_base()):
            __tablename__ = "thing"
            id: Mapped[int] = mapped_column(primary_key=True)
            name = (mapped_column(String),)

    assert columns_of(Thing) == ["id"]


def test_inheritance_is_refused_with_one_clear_error() -> None:
    Base = make_base()

    class Employee(Base):
        __tablename__ = "employee"
        id: Mapped[int] = mapped_column(primary_key=True)

    with pytest.raises(exc.ArgumentError, match=r"Class Manager.*Employee.*not available.*mixin"):

        class Manager(Employee):
            __tablename__ = "manager"
            id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)

    with pytest.raises(exc.ArgumentError, match="not available"):

        class Engineer(Employee):
            pass

    with pytest.raises(exc.ArgumentError, match=r"polymorphic_on.*not available"):

        class Other(Base):
            __tablename__ = "other"
            id: Mapped[int] = mapped_column(primary_key=True)
            __mapper_args__ = {"polymorphic_on": "id"}

    assert set(Base.metadata.tables) == {"employee"}


def test_slots_and_frozen_dataclasses_are_refused() -> None:
    import dataclasses

    table = Table("t", MetaData(), Column("id", Integer, primary_key=True))

    class Slotted:
        __slots__ = ("id",)

    @dataclasses.dataclass(frozen=True)
    class Frozen:
        id: int

    for cls in (Slotted, Frozen):
        with pytest.raises(exc.ArgumentError, match=cls.__name__):
            registry().map_imperatively(cls, table)
        assert not hasattr(cls, "__mapper__")


# --- later additions ------------------------------------------------------------------------------


def test_attributes_assigned_later() -> None:
    Base = make_base()

    class User(Base):
        __tablename__ = "user"
        id: Mapped[int] = mapped_column(primary_key=True)

    class Address(Base):
        __tablename__ = "address"
        id: Mapped[int] = mapped_column(primary_key=True)
        user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))

    User.name = Column(String(5))
    User.age = mapped_column("years", Integer)
    User.upper = column_property(func.upper(User.name))
    User.title = synonym("name")
    User.addresses = relationship(Address, backref="user")
    User.plain = 3
    mapper = User.__mapper__
    assert columns_of(User) == ["id", "name", "years"]
    assert mapper.column_attrs.keys() == ["id", "name", "age", "upper"]
    assert User.plain == 3
    user = User(name="x", age=2, addresses=[Address(id=1)])
    assert user.title == "x" and user.addresses[0].user is user
    assert str(select(User)).startswith(
        'SELECT "user".id, "user".name, "user".years, upper("user".name) AS upper'
    )
    assert User.name.type is User.__table__.c.name.type


def test_mapped_attributes_cannot_be_removed() -> None:
    class User(make_base()):
        __tablename__ = "user"
        id: Mapped[int] = mapped_column(primary_key=True)
        extra = 3

    with pytest.raises(exc.InvalidRequestError, match=r"User\.id is mapped"):
        del User.id
    del User.extra
    assert not hasattr(User, "extra")


def test_types_are_settled() -> None:
    class Thing(make_base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        first: Mapped[str] = mapped_column()
        # Used before its annotation was read: the column gets its type afterwards.
        doubled = column_property(first + "x")

    assert isinstance(Thing.__table__.c.first.type, sqltypes.String)
