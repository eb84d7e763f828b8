"""What users define on mapped classes: __setattr__, properties, __init__, repr, equality."""

import dataclasses
from typing import Any

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
    exc,
    inspect,
    mapped_column,
    reconstructor,
    registry,
    relationship,
    select,
    synonym,
    validates,
)


def base() -> Any:
    class Base(DeclarativeBase):
        pass

    return Base


def stored(engine: Any, entity: Any, *objects: Any) -> list[Any]:
    entity.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(objects)
        session.commit()
    with Session(engine) as session:
        return list(session.scalars(select(entity).order_by(entity.id)))


def test_own_setattr_is_called_and_changes_are_tracked(engine: Any) -> None:
    calls: list[str] = []

    class Thing(base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str | None] = mapped_column(String(20))

        def __setattr__(self, key: str, value: Any) -> None:
            calls.append(key)
            super().__setattr__(key, value)

    Thing.metadata.create_all(engine)
    with Session(engine) as session:
        thing = Thing(name="a")
        session.add(thing)
        session.commit()
        thing.name = "b"
        assert "name" in calls
        assert thing in session.dirty
        session.commit()
        assert thing.name == "b"


def test_own_setattr_may_change_the_value(engine: Any) -> None:
    class Thing(base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str | None] = mapped_column(String(20))

        def __setattr__(self, key: str, value: Any) -> None:
            super().__setattr__(key, value.upper() if key == "name" else value)

    thing = Thing()
    thing.name = "abc"
    assert thing.name == "ABC"
    assert stored(engine, Thing, thing)[0].name == "ABC"


def test_own_setattr_of_a_mixin(engine: Any) -> None:
    class Loud:
        seen: list[str] = []

        def __setattr__(self, key: str, value: Any) -> None:
            self.seen.append(key)
            super().__setattr__(key, value)

    class Thing(Loud, base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str | None] = mapped_column(String(20))

    thing = Thing()
    thing.name = "x"
    assert "name" in Loud.seen
    assert stored(engine, Thing, thing)[0].name == "x"


@accord_only
def test_setattr_of_a_later_subclass(engine: Any) -> None:
    class Thing(base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str | None] = mapped_column(String(20))

    class Loud(Thing):
        __abstract__ = True  # not mapped by itself

        def __setattr__(self, key: str, value: Any) -> None:
            vars(self).setdefault("heard", []).append(key)
            super().__setattr__(key, value)

    Thing.metadata.create_all(engine)
    with Session(engine) as session:
        loud = Loud(name="a")
        session.add(loud)
        session.commit()
        loud.name = "b"
        assert "name" in loud.heard
        assert loud in session.dirty


def test_properties_work_as_in_any_class(engine: Any) -> None:
    class Person(base()):
        __tablename__ = "person"
        id: Mapped[int] = mapped_column(primary_key=True)
        first: Mapped[str] = mapped_column(String(20))
        last: Mapped[str] = mapped_column(String(20))

        @property
        def full(self) -> str:
            return f"{self.first} {self.last}"

        @full.setter
        def full(self, value: str) -> None:
            self.first, self.last = value.split()

    person = Person(first="Ada", last="King")
    assert person.full == "Ada King"
    person.full = "Ada Lovelace"
    assert person.last == "Lovelace"
    assert stored(engine, Person, person)[0].full == "Ada Lovelace"


def test_setting_a_property_is_accepted_by_the_constructor() -> None:
    class Thing(base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str | None] = mapped_column(String(20))

        @property
        def label(self) -> str | None:
            return self.name

        @label.setter
        def label(self, value: str) -> None:
            self.name = value

    assert Thing(label="x").name == "x"


def test_plain_attributes_are_not_tracked(engine: Any) -> None:
    class Thing(base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)

    Thing.metadata.create_all(engine)
    with Session(engine) as session:
        thing = Thing()
        session.add(thing)
        session.commit()
        thing.scratch = 1
        assert thing not in session.dirty
        session.commit()
        assert thing.scratch == 1


def test_slots_descriptors_and_class_attributes_stay(engine: Any) -> None:
    class Upper:
        def __set_name__(self, owner: Any, name: str) -> None:
            self.key = f"_{name}"

        def __get__(self, obj: Any, owner: Any) -> Any:
            return self if obj is None else obj.__dict__.get(self.key)

        def __set__(self, obj: Any, value: str) -> None:
            obj.__dict__[self.key] = value.upper()

    class Thing(base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        kind = "constant"
        shout = Upper()

    thing = Thing()
    thing.shout = "hey"
    assert thing.shout == "HEY"
    assert thing.kind == "constant"
    assert stored(engine, Thing, thing)[0].kind == "constant"


def test_own_init_is_used_and_not_called_on_load(engine: Any) -> None:
    class Thing(base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str] = mapped_column(String(20))
        made = 0

        def __init__(self, first: str, second: str) -> None:
            self.name = first + second
            type(self).made += 1

    loaded = stored(engine, Thing, Thing("a", "b"))
    assert loaded[0].name == "ab"
    assert Thing.made == 1


def test_reconstructor_runs_on_load(engine: Any) -> None:
    class Thing(base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)

        @reconstructor
        def on_load(self) -> None:
            self.loaded = True

    loaded = stored(engine, Thing, Thing())
    assert loaded[0].loaded is True


def test_own_repr_wins() -> None:
    class Thing(base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)

        def __repr__(self) -> str:
            return "mine"

    assert repr(Thing()) == "mine"


@accord_only
def test_generated_repr_shows_columns_never_loads_and_cuts(engine: Any) -> None:
    class Thing(base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str | None] = mapped_column(String(2000))
        others: Mapped[list["Other"]] = relationship()

    class Other(Thing.__bases__[0]):
        __tablename__ = "other"
        id: Mapped[int] = mapped_column(primary_key=True)
        thing_id: Mapped[int | None] = mapped_column(ForeignKey("thing.id"))

    Thing.metadata.create_all(engine)
    with Session(engine) as session:
        thing = Thing(name="x")
        session.add(thing)
        session.commit()
        shown = repr(thing)
        assert shown.startswith("Thing(id=")
        assert set(vars(thing)) == {"_sa_instance_state"}, "the repr must not load"
        assert "'x'" not in shown
        thing.name = "y" * 2000
        assert len(repr(thing)) < 400
        session.close()
        assert repr(thing).startswith("Thing(")


@accord_only
def test_generated_repr_never_shows_a_sensitive_column() -> None:
    class Account(base()):
        __tablename__ = "account"
        id: Mapped[int] = mapped_column(primary_key=True)
        password: Mapped[str] = mapped_column(String(20), sensitive=True)

    assert "hunter2" not in repr(Account(password="hunter2"))


def test_own_equality_and_hash_do_not_confuse_the_session(engine: Any, rows: Any) -> None:
    class Point(base()):
        __tablename__ = "point"
        id: Mapped[int] = mapped_column(primary_key=True)
        x: Mapped[int]

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Point) and other.x == self.x

        def __hash__(self) -> int:
            return 1

    stored(engine, Point, Point(x=1), Point(x=1), Point(x=1))
    assert rows("SELECT count(*) FROM point") == [(3,)]


def test_unhashable_objects(engine: Any, rows: Any) -> None:
    class Point(base()):
        __tablename__ = "point"
        id: Mapped[int] = mapped_column(primary_key=True)
        x: Mapped[int]

        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]

    Point.metadata.create_all(engine)
    with Session(engine) as session:
        points = [Point(x=1), Point(x=2)]
        session.add_all(points)
        session.commit()
        points[0].x = 5
        session.delete(points[1])
        session.commit()
    assert rows("SELECT x FROM point") == [(5,)]


def test_own_bool_and_len(engine: Any, rows: Any) -> None:
    class Bag(base()):
        __tablename__ = "bag"
        id: Mapped[int] = mapped_column(primary_key=True)

        def __bool__(self) -> bool:
            return False

        def __len__(self) -> int:
            return 0

    stored(engine, Bag, Bag(), Bag())
    assert rows("SELECT count(*) FROM bag") == [(2,)]


def test_validates_runs_on_set_and_in_the_constructor() -> None:
    class Thing(base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        email: Mapped[str | None] = mapped_column(String(50))

        @validates("email")
        def check(self, key: str, value: str) -> str:
            if "@" not in value:
                raise ValueError(f"{key} needs an @")
            return value.lower()

    assert Thing(email="A@B").email == "a@b"
    thing = Thing()
    with pytest.raises(ValueError, match="email needs an @"):
        thing.email = "nope"
    assert thing.email is None


def test_synonym(engine: Any) -> None:
    class Thing(base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str] = mapped_column(String(20))
        title = synonym("name")

    thing = Thing(title="x")
    assert thing.name == "x"
    Thing.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(thing)
        session.commit()
        assert session.scalars(select(Thing).where(Thing.title == "x")).one() is thing


def test_attribute_name_differs_from_column_name(engine: Any, rows: Any) -> None:
    class Thing(base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column("thing_id", primary_key=True)
        name: Mapped[str] = mapped_column("thing_name", String(20))

    thing = Thing(name="x")
    stored(engine, Thing, thing)
    assert rows("SELECT thing_id, thing_name FROM thing") == [(1, "x")]


def test_mixin_and_abstract_columns(engine: Any) -> None:
    Base = base()

    class Stamped:
        note: Mapped[str | None] = mapped_column(String(20), default="noted")

    class Keyed(Base):
        __abstract__ = True
        id: Mapped[int] = mapped_column(primary_key=True)

    class One(Stamped, Keyed):
        __tablename__ = "one"

    class Two(Stamped, Keyed):
        __tablename__ = "two"

    assert One.__table__.c.note is not Two.__table__.c.note
    assert stored(engine, One, One())[0].note == "noted"
    assert stored(engine, Two, Two(note="x"))[0].note == "x"


def test_imperative_mapping(engine: Any) -> None:
    reg = registry()
    table = Table(
        "thing",
        reg.metadata,
        Column("id", Integer, primary_key=True),
        Column("name", String(20)),
    )

    class Thing:
        def __init__(self, name: str) -> None:
            self.name = name

    reg.map_imperatively(Thing, table)
    reg.metadata.create_all(engine)
    with Session(engine) as session:
        thing = Thing("x")
        session.add(thing)
        session.commit()
        thing.name = "y"
        session.commit()
        assert session.scalars(select(Thing).where(Thing.name == "y")).one() is thing


@accord_only
@pytest.mark.parametrize("options", [{"frozen": True}, {"slots": True}])
def test_frozen_and_slotted_dataclasses_get_one_clear_error(options: dict[str, bool]) -> None:
    reg = registry()
    table = Table("thing", reg.metadata, Column("id", Integer, primary_key=True))

    @dataclasses.dataclass(**options)
    class Thing:
        id: int

    with pytest.raises(exc.SQLAlchemyError, match=r"Thing") as caught:
        reg.map_imperatively(Thing, table)
    assert next(iter(options)) in str(caught.value)


def test_class_access_is_an_expression() -> None:
    class Thing(base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str] = mapped_column(String(20))

    assert str(Thing.name == "x") == "thing.name = :name_1"
    assert Thing.name.key == "name"
    assert inspect(Thing).column_attrs.keys() == ["id", "name"] or set(
        inspect(Thing).column_attrs.keys()
    ) == {"id", "name"}


def test_hasattr_getattr_and_dir(engine: Any) -> None:
    class Thing(base()):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str | None] = mapped_column(String(20))

    thing = Thing()
    assert hasattr(thing, "name")
    assert not hasattr(thing, "nope")
    assert getattr(thing, "name", "default") is None
    with pytest.raises(AttributeError):
        thing.nope  # noqa: B018
    assert "name" in dir(thing)
