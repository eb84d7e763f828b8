"""Mapper: what flush and loaders read, the options, look-ups; registries and imperative mapping."""

import gc
import pickle
import subprocess
import sys
import weakref
from typing import Any

import pytest
from mapping_bases import make_base

from accord import event, exc
from accord.mapping import (
    Mapped,
    Mapper,
    class_mapper,
    column_property,
    composite,
    declarative_base,
    foreign,
    mapped_column,
    object_mapper,
    reconstructor,
    registry,
    relationship,
    synonym,
    validates,
)
from accord.schema import Column, ForeignKey, MetaData, Table
from accord.sql import func, select
from accord.sql.joins import join
from accord.sqltypes import Integer, String
from accord.state import IdentityMap


def thing(**options: Any) -> Any:
    Base = make_base()
    body = {
        "__tablename__": "thing",
        "id": Column(Integer, primary_key=True),
        "code": Column(String, nullable=False),
        "version": Column(Integer, nullable=False),
        "__mapper_args__": options,
    }
    return type(Base)("Thing", (Base,), body)


# --- what is precomputed --------------------------------------------------------------------------


def test_keys_and_identity() -> None:
    mapper = thing().__mapper__
    assert mapper.pk_keys == ("id",) and mapper.identity_of({"id": 4, "code": "x"}) == 4
    assert mapper.primary_key == (mapper.local_table.c.id,)
    with pytest.raises(KeyError):
        mapper.identity_of({})
    assert mapper.root is mapper and mapper.root_uid == mapper.uid and mapper.inherits is None
    assert thing().__mapper__.uid > mapper.uid
    IdentityMap().references(mapper)


def test_attributes_and_columns() -> None:
    Base = make_base()

    class User(Base):
        __tablename__ = "user"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str] = mapped_column("user_name")
        big: Mapped[str] = mapped_column(deferred=True)
        friends: Mapped[list["User"]] = relationship(viewonly=True)
        friend_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
        title = synonym("name")

    mapper = User.__mapper__
    assert mapper.attribute_keys == {"id", "name", "big", "friend_id", "friends"}
    assert mapper.column_keys == ("id", "name", "big", "friend_id")
    assert mapper.loaded_keys == ("id", "name", "friend_id")
    assert mapper.loaded_columns == tuple(
        User.__table__.c[key] for key in ("id", "user_name", "friend_id")
    )
    assert [key for key, _ in mapper.table_columns] == list(mapper.column_keys)
    assert mapper.c.name is mapper.columns["name"] is User.__table__.c.user_name
    assert mapper.attrs.keys() == ["id", "name", "big", "friend_id", "friends", "title"]
    assert mapper.tables == (User.__table__,) and mapper.selectable is User.__table__
    assert mapper.entity.columns == mapper.loaded_columns and mapper.entity.owner is mapper
    assert str(mapper) == "Mapper[User(user)]" and "User" in repr(mapper)


def test_views_iterate_over_properties() -> None:
    mapper = thing().__mapper__
    assert [prop.key for prop in mapper.column_attrs] == ["id", "code", "version"]
    assert "id" in mapper.column_attrs and "nope" not in mapper.column_attrs
    assert mapper.column_attrs.get("nope") is None and len(mapper.column_attrs) == 3
    assert (
        mapper.column_attrs.code is mapper.column_attrs["code"] is mapper.column_attrs.get("code")
    )
    assert mapper.column_attrs["code"] in mapper.column_attrs
    assert dict(mapper.column_attrs.items()).keys() == {"id", "code", "version"}
    with pytest.raises(
        KeyError, match=r"Thing\.column_attrs has no 'nope'; it has: id, code, version"
    ):
        mapper.column_attrs["nope"]
    with pytest.raises(AttributeError, match="nope"):
        mapper.column_attrs.nope  # noqa: B018
    assert "code" in dir(mapper.column_attrs) and "code" in repr(mapper.column_attrs)


def test_look_ups() -> None:
    Thing = thing()
    mapper = Thing.__mapper__
    table = mapper.local_table
    assert mapper.get_property("code") is mapper.get_property_by_column(table.c.code)
    assert mapper.has_property("code") and not mapper.has_property("nope")
    assert mapper.attribute("code") is Thing.code
    assert mapper.key_for_column(Thing.code.expression) == "code"
    assert mapper.key_for_column(table.alias().c.code) == "code"
    Thing.method = lambda self: None
    with pytest.raises(exc.InvalidRequestError, match="no mapped attribute 'method'"):
        mapper.attribute("method")
    other = Column("other", Integer)
    Table("elsewhere", MetaData(), other)
    with pytest.raises(exc.UnmappedColumnError, match=r"Thing maps no column elsewhere\.other"):
        mapper.key_for_column(other)
    for look_up in (mapper.get_property, mapper.attribute):
        with pytest.raises(
            exc.InvalidRequestError, match=r"Thing has no mapped attribute 'cod'.*'code'"
        ):
            look_up("cod")
        with pytest.raises(exc.InvalidRequestError, match="it has: id, code, version"):
            look_up("zzz")


def test_names_of_sqlalchemy() -> None:
    Thing = thing()
    mapper = Thing.__mapper__
    assert mapper.all_orm_descriptors.keys() == ["id", "code", "version"]
    assert [prop.key for prop in mapper.iterate_properties] == ["id", "code", "version"]
    assert mapper.column_attrs.code.class_attribute is Thing.code
    assert str(mapper.column_attrs.code) == "Thing.code"
    assert "Thing.code" in repr(mapper.column_attrs.code)
    prop = relationship("Thing", secondary=None, backref="x")
    assert prop.backref == "x" and prop.argument == "Thing" and prop.sync_backref is None


def test_what_is_not_available_says_so() -> None:
    with pytest.raises(exc.ArgumentError, match=r"composite\(\) is not available"):
        composite(object, "a", "b")
    with pytest.raises(exc.ArgumentError, match="no comparator_factory"):
        synonym("a", comparator_factory=object)
    with pytest.raises(exc.ArgumentError, match="takes no query_class"):
        relationship("X", query_class=object)
    with pytest.raises(exc.ArgumentError, match="needs a column"):
        column_property.__globals__["ColumnProperty"]()


def test_identity_keys() -> None:
    Thing = thing()
    mapper = Thing.__mapper__
    assert mapper.primary_key_from_instance(Thing(id=3)) == [3]
    assert mapper.identity_key_from_instance(Thing(id=3)) == (Thing, (3,), None)
    assert mapper.identity_key_from_primary_key([3]) == (Thing, (3,), None)
    assert mapper.isa(mapper) and mapper.common_parent(mapper) and mapper.mapper is mapper
    assert mapper.base_mapper is mapper and mapper.self_and_descendants == (mapper,)


def test_class_and_object_mapper() -> None:
    Thing = thing()
    assert class_mapper(Thing) is Thing.__mapper__ is object_mapper(Thing())
    assert class_mapper(Thing.__mapper__) is Thing.__mapper__
    with pytest.raises(exc.UnmappedClassError, match="int is not mapped"):
        class_mapper(int)
    with pytest.raises(exc.ArgumentError, match="A mapped class is expected"):
        class_mapper("Thing")
    with pytest.raises(exc.UnmappedInstanceError):
        object_mapper(3)


# --- options --------------------------------------------------------------------------------------


def test_defaults_of_options() -> None:
    mapper = thing().__mapper__
    assert mapper.eager_defaults == "auto" and mapper.confirm_deleted_rows and mapper.batch
    assert mapper.version_id_col is None and mapper.version_id_key is None
    assert mapper.version_id_generator(None) == 1 and mapper.version_id_generator(1) == 2


def test_options_arrive() -> None:
    mapper = thing(
        eager_defaults=False, confirm_deleted_rows=False, batch=False, version_id_col="version",
        version_id_generator=False, always_refresh=True,
    ).__mapper__  # fmt: skip
    assert mapper.eager_defaults is False and not mapper.confirm_deleted_rows and not mapper.batch
    assert mapper.version_id_col is mapper.local_table.c.version
    assert mapper.version_id_key == "version" and mapper.version_id_generator is False
    assert mapper.always_refresh


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"eager_default": True}, r"knows no 'eager_default' \(did you mean 'eager_defaults'\?\)"),
        ({"eager_defaults": "yes"}, "eager_defaults is True, False or 'auto'"),
        ({"version_id_generator": lambda v: v}, "needs version_id_col="),
        (
            {"version_id_col": "version", "version_id_generator": True},
            "a function from the old version",
        ),
        (
            {"version_id_col": "nope"},
            "version_id_col in __mapper_args__ must name columns of its own table",
        ),
        (
            {"primary_key": ["nope"]},
            "primary_key in __mapper_args__ must name columns of its own table",
        ),
        ({"primary_key": [Column("x", Integer)]}, "must name columns of its own table"),
        ({"exclude_properties": ["id"]}, "without its primary key column 'id'"),
        ({"include_properties": ["code"]}, "without its primary key column 'id'"),
        ({"include_properties": [3]}, "include_properties takes attribute names"),
        ({"concrete": True}, "concrete.*not available in this version"),
    ],
)
def test_wrong_options_name_class_and_option(options: Any, message: str) -> None:
    with pytest.raises(exc.ArgumentError, match=message) as caught:
        thing(**options)
    assert "Class Thing" in str(caught.value)


def test_options_of_inheritance_may_be_given_as_nothing() -> None:
    assert thing(inherits=None, concrete=False).__mapper__.inherits is None


def test_primary_key_argument() -> None:
    for given in ("code", ["code"], lambda c: [c.code]):
        table = Table("thing", MetaData(), Column("id", Integer), Column("code", String))

        class Thing:
            pass

        key = given(table.c) if callable(given) else given
        mapper = registry().map_imperatively(Thing, table, primary_key=key)
        assert mapper.pk_keys == ("code",) and mapper.identity_of({"code": "x"}) == "x"


def test_include_and_exclude_properties() -> None:
    Thing = thing(exclude_properties=["code"])
    assert Thing.__mapper__.column_attrs.keys() == ["id", "version"]
    assert "code" in Thing.__table__.c and not hasattr(Thing, "code")
    assert thing(include_properties=["id", "code"]).__mapper__.column_keys == ("id", "code")


# --- imperative mapping ---------------------------------------------------------------------------


def test_imperative_mapping() -> None:
    metadata = MetaData()
    users = Table("user", metadata, Column("id", Integer, primary_key=True), Column("name", String))
    notes = Table(
        "note", metadata, Column("id", Integer, primary_key=True),
        Column("user_id", ForeignKey("user.id")), Column("text", String),
    )  # fmt: skip
    made = registry(metadata=metadata)

    class User:
        pass

    class Note:
        pass

    mapper = made.map_imperatively(
        User,
        users,
        properties={
            "label": users.c.name,
            "upper": column_property(func.upper(users.c.name)),
            "notes": relationship("Note", backref="user", order_by=notes.c.id),
        },
    )
    made.map_imperatively(Note, notes, column_prefix="_", properties={"text": notes.c.text})
    assert isinstance(mapper, Mapper) and mapper.column_attrs.keys() == ["id", "label", "upper"]
    note = Note(text="t")  # type: ignore[call-arg]
    user = User(label="x", notes=[note])  # type: ignore[call-arg]
    assert note.user is user  # type: ignore[attr-defined]
    assert Note.__mapper__.pk_keys == ("_id",)  # type: ignore[attr-defined]
    assert repr(user) == "User(id=None, label='x', upper=None)"


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"name": relationship("User")}, "column 'name' and the RelationshipProperty 'name'"),
        ({"x": 3}, r"User\.x: a int cannot be mapped"),
        ({"x": Column("free", Integer)}, "belongs to no table"),
        ({"x": synonym("name", map_column=True)}, r"needs a column 'x'"),
    ],
)
def test_wrong_properties(properties: Any, message: str) -> None:
    table = Table(
        "user", MetaData(), Column("id", Integer, primary_key=True), Column("name", String)
    )
    User = type("User", (), {})
    with pytest.raises(exc.ArgumentError, match=message):
        registry().map_imperatively(User, table, properties=properties)
    assert not hasattr(User, "__mapper__")


def test_wrong_arguments_of_map_imperatively() -> None:
    table = Table("user", MetaData(), Column("id", Integer, primary_key=True))
    other = Table(
        "note", table.metadata, Column("id", Integer, ForeignKey("user.id"), primary_key=True)
    )

    class User:
        pass

    made = registry()
    with pytest.raises(exc.ArgumentError, match="takes a class and its table"):
        made.map_imperatively("User", table)  # type: ignore[arg-type]
    with pytest.raises(exc.ArgumentError, match="needs the table"):
        made.map_imperatively(User)
    with pytest.raises(exc.ArgumentError, match="must be mapped to a Table"):
        made.map_imperatively(User, "user")  # type: ignore[arg-type]
    with pytest.raises(exc.ArgumentError, match="cannot be mapped to a join"):
        made.map_imperatively(User, join(table, other))
    made.map_imperatively(User, table)
    with pytest.raises(exc.ArgumentError, match="Class User is mapped already"):
        made.map_imperatively(User, other)


# --- registries -----------------------------------------------------------------------------------


def test_mapped_decorator_and_map_declaratively() -> None:
    made = registry()

    @made.mapped
    class User:
        __tablename__ = "user"
        id: Mapped[int] = mapped_column(primary_key=True)

    class Note:
        __tablename__ = "note"
        id: Mapped[int] = mapped_column(primary_key=True)

    mapper = made.map_declaratively(Note)
    assert made.mappers == {User.__mapper__, mapper}  # type: ignore[attr-defined]
    assert set(made.metadata.tables) == {"user", "note"}


def test_generate_base() -> None:
    made = registry()
    Base = made.generate_base(name="Root")

    @made.as_declarative_base()
    class Other:
        pass

    assert Base.registry is made is Other.registry and Base.__name__ == "Root"


def test_class_names() -> None:
    Base = make_base()

    def define(module: str, table: str) -> Any:
        body = {
            "__tablename__": table,
            "id": Column(Integer, primary_key=True),
            "__module__": module,
        }
        return type(Base)("Item", (Base,), body)

    shop, stock = define("app.shop.models", "a"), define("app.stock.models", "b")
    names = Base.registry.class_names
    assert names.find("shop.models.Item") is shop and names.find("app.stock.models.Item") is stock
    assert names.find("nowhere.Item") is None and names.find("Nothing") is None
    with pytest.raises(exc.InvalidRequestError, match=r'"app\.shop\.models\.Item" or "app\.stock'):
        names.find("Item")
    with pytest.raises(exc.InvalidRequestError, match="Several"):
        names.find("models.Item")

    class Box(Base):
        __tablename__ = "box"
        id: Mapped[int] = mapped_column(primary_key=True)
        item_id: Mapped[int] = mapped_column(ForeignKey("b.id"))
        wrong = relationship("Item")

    with pytest.raises(exc.InvalidRequestError, match=r"Box\.wrong: Several mapped classes"):
        Base.registry.configure()
    Base.registry.dispose()


def test_expressions_with_dotted_paths() -> None:
    Base = make_base()
    body = {
        "__tablename__": "item",
        "id": Column(Integer, primary_key=True),
        "__module__": "app.shop.models",
    }
    Item = type(Base)("Item", (Base,), body)

    class Box(Base):
        __tablename__ = "box"
        id: Mapped[int] = mapped_column(primary_key=True)
        item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
        item = relationship(
            "shop.models.Item", primaryjoin="Box.item_id == app.shop.models.Item.id"
        )

    assert Box.item.prop.mapper.class_ is Item


def test_redefined_class_is_warned_of_and_replaces_the_old_one() -> None:
    Base = make_base()
    first = type(Base)(
        "Item", (Base,), {"__tablename__": "a", "id": Column(Integer, primary_key=True)}
    )
    with pytest.warns(exc.AccordWarning, match=r"There is a mapped class .*Item already"):
        second = type(Base)(
            "Item", (Base,), {"__tablename__": "b", "id": Column(Integer, primary_key=True)}
        )
    assert Base.registry.class_names.find("Item") is second is not first


def test_dispose_makes_plain_classes() -> None:
    Base = declarative_base()

    class User(Base):  # type: ignore[misc]
        __tablename__ = "user"
        id = Column(Integer, primary_key=True)
        title = synonym("id")
        notes = relationship("Note", backref="user")

    class Note(Base):  # type: ignore[misc]
        __tablename__ = "note"
        id = Column(Integer, primary_key=True)
        user_id = Column(ForeignKey("user.id"))

    Base.registry.configure()
    Base.registry.dispose()
    assert not Base.registry.mappers
    for cls in (User, Note):
        assert not hasattr(cls, "__mapper__") and not hasattr(cls, "id")
        assert not hasattr(cls, "__clause_element__")
    assert not hasattr(Note, "user")
    plain = User()
    plain.anything = 3
    assert vars(plain) == {"anything": 3}


def test_clear_mappers() -> None:
    # In a process of its own: it would unmap the classes of every other test module.
    source = (
        "from accord.mapping import *\n"
        "class Base(DeclarativeBase): pass\n"
        "class Thing(Base):\n"
        "    __tablename__ = 'thing'\n"
        "    id: Mapped[int] = mapped_column(primary_key=True)\n"
        "clear_mappers()\n"
        "try: class_mapper(Thing)\n"
        "except Exception as error: print(type(error).__name__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "UnmappedClassError"


def test_classes_are_not_kept_alive() -> None:
    Base = make_base()
    made = type(Base)(
        "Gone", (Base,), {"__tablename__": "gone", "id": Column(Integer, primary_key=True)}
    )
    reference = weakref.ref(made)
    configured = Base.registry
    configured.configure()
    del made
    gc.collect()
    assert reference() is None and not configured.mappers
    assert configured.class_names.find("Gone") is None


# --- events and marked methods --------------------------------------------------------------------


def test_validators_and_reconstructors_are_found_in_mixins() -> None:
    class Checked:
        @validates("code")
        def check(self, key: str, value: Any) -> Any:
            return value.strip()

        @reconstructor
        def revive(self) -> None:
            loaded.append(self)

    loaded: list[Any] = []
    Base = make_base()

    class Thing(Checked, Base):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        code: Mapped[str]

    assert list(Thing.__mapper__.validators) == ["code"] and Thing(code=" x ").code == "x"
    one = Thing()
    for listener in Thing.__mapper__.dispatch.listeners("load"):
        listener(one, None)
    assert loaded == [one]


def test_two_validators_for_one_attribute() -> None:
    with pytest.raises(exc.InvalidRequestError, match="two validators for 'code'"):

        class Thing(make_base()):
            __tablename__ = "thing"
            id: Mapped[int] = mapped_column(primary_key=True)
            code: Mapped[str]

            @validates("code")
            def one(self, key: str, value: Any) -> Any: ...

            @validates("code")
            def two(self, key: str, value: Any) -> Any: ...


def test_validates_takes_names() -> None:
    with pytest.raises(exc.ArgumentError, match="takes names of attributes"):
        validates()
    with pytest.raises(exc.ArgumentError, match="takes names of attributes"):
        validates(lambda self: None)  # type: ignore[arg-type]


def test_events_of_a_class_its_bases_and_all_mappers() -> None:
    heard: list[str] = []
    Base = make_base()

    @event.listens_for(Base, "before_insert", propagate=True)
    def on_base(*_: Any) -> None:
        heard.append("base")

    class Thing(Base):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)

    @event.listens_for(Base, "before_insert")
    def not_propagated(*_: Any) -> None:
        heard.append("never")

    @event.listens_for(Base, "before_insert", propagate=True)
    def later(*_: Any) -> None:
        heard.append("later")

    @event.listens_for(Thing, "before_insert")
    def on_class(*_: Any) -> None:
        heard.append("class")

    def on_all(*_: Any) -> None:
        heard.append("mapper")

    event.listen(Mapper, "before_insert", on_all)
    try:
        for listener in Thing.__mapper__.dispatch.listeners("before_insert"):
            listener(None, None, None)
    finally:
        event.remove(Mapper, "before_insert", on_all)
    assert heard == ["mapper", "base", "later", "class"]
    with pytest.raises(exc.InvalidRequestError, match="No such event"):
        event.listen(Thing, "before_isnert", on_all)


def test_mapper_configured_event() -> None:
    Thing = thing()
    heard: list[Any] = []
    event.listen(Thing, "mapper_configured", lambda mapper, cls: heard.append((mapper, cls)))
    Thing.__mapper__.configure()
    Thing.__mapper__.configure()
    assert heard == [(Thing.__mapper__, Thing)]


def test_what_a_listener_adds_to_a_configured_class_is_no_news() -> None:
    class Tracked:
        pass

    heard: list[Any] = []

    @event.listens_for(Tracked, "mapper_configured", propagate=True)
    def relate(mapper: Any, cls: Any) -> None:
        heard.append(cls)
        cls.parent = relationship(cls, remote_side=cls.id, primaryjoin=foreign(cls.up) == cls.id)

    class Node(Tracked, make_base()):
        __tablename__ = "node"
        id: Mapped[int] = mapped_column(primary_key=True)
        up: Mapped[int | None]

    root = Node(id=1)  # the first object configures the class
    assert Node(id=2, parent=root).parent is root
    Node.__mapper__.configure()
    assert heard == [Node]


def test_attributes_are_announced_as_the_class_gets_them() -> None:
    Base = make_base()
    heard: list[str] = []
    changes: list[Any] = []

    @event.listens_for(Base, "attribute_instrument")
    def watch(cls: type, key: str, inst: Any) -> None:
        heard.append(f"{cls.__name__}.{key}")
        assert getattr(cls, key) is inst
        event.listen(inst, "set", lambda target, value, old, initiator: changes.append(value))
        event.listen(inst, "append", lambda target, value, initiator: changes.append(value))

    class Parent(Base):
        __tablename__ = "parent"
        id: Mapped[int] = mapped_column(primary_key=True)

    class Child(Base):
        __tablename__ = "child"
        id: Mapped[int] = mapped_column(primary_key=True)
        parent_id: Mapped[int] = mapped_column(ForeignKey("parent.id"))
        parent: Mapped[Parent] = relationship(backref="children")

    child, parent = Child(id=1), Parent(id=2)
    child.parent = parent
    assert heard == ["Parent.id", "Child.id", "Child.parent_id", "Child.parent", "Parent.children"]
    assert changes[:2] == [1, 2]
    assert {id(value) for value in changes[2:]} == {id(parent), id(child)}


def test_hooks_of_a_class_around_its_configuration() -> None:
    calls: list[str] = []

    class Hooked:
        @classmethod
        def __declare_first__(cls) -> None:
            calls.append(f"first {cls.__name__}")

        @classmethod
        def __declare_last__(cls) -> None:
            calls.append(f"last {cls.__name__}")
            cls.doubled = column_property(cls.__table__.c.id * 2)

    class Thing(Hooked, make_base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)

    assert calls == []
    Thing(id=1)
    Thing.__mapper__.configure()
    assert calls == ["first Thing", "last Thing"]
    assert str(select(Thing.doubled)).startswith("SELECT thing.id * ")


def test_a_keyword_that_configuration_brings() -> None:
    Base = make_base()

    class Parent(Base):
        __tablename__ = "parent"
        id: Mapped[int] = mapped_column(primary_key=True)

    class Child(Base):
        __tablename__ = "child"
        id: Mapped[int] = mapped_column(primary_key=True)
        parent_id: Mapped[int] = mapped_column(ForeignKey("parent.id"))
        parent: Mapped[Parent] = relationship(backref="children")

    assert Parent(children=[Child(id=1)]).children[0].id == 1
    with pytest.raises(TypeError, match="'childs' is an invalid keyword argument for Parent"):
        Parent(childs=[])


def test_a_listener_gives_unset_attributes_their_value() -> None:
    Thing = thing()

    @event.listens_for(Thing.__mapper__.column_attrs["code"], "init_scalar", retval=True)
    def default(target: Any, value: Any, dict_: Any) -> Any:
        dict_["code"] = "new"
        return "new"

    one = Thing()
    assert one.code == "new"
    assert vars(one)["code"] == "new"
    assert one.version is None


# --- the classes remain classes -------------------------------------------------------------------


Base = make_base()


class Kept(Base):
    __tablename__ = "kept"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


def test_objects_can_be_pickled() -> None:
    again = pickle.loads(pickle.dumps(Kept(id=1, name="x")))
    assert (again.id, again.name) == (1, "x")


def test_a_subclass_without_a_mapping_of_its_own_is_not_selected_as_the_class_above() -> None:
    class Parent(make_base()):
        __tablename__ = "parent"
        id: Mapped[int] = mapped_column(primary_key=True)

    class Unmapped(Parent):
        __abstract__ = True

    with pytest.raises(exc.ArgumentError, match="Unmapped is not mapped"):
        select(Unmapped)
