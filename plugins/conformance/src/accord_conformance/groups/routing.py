"""Group routing: this database beside SQLite in one Session, and beside itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import Column, Integer, MetaData, String, Table, create_engine, func, select
from accord.exc import AccordError, CrossEngineError, IntegrityError, NoSuchModuleError
from accord.orm import registry, relationship
from accord_conformance import check
from accord_conformance.model import Unproven
from accord_conformance.registry import group

if TYPE_CHECKING:
    from accord_conformance.kit import Kit

test = group("routing")


class Two:
    """Class Here on the database under test, class There on SQLite in memory."""

    def __init__(self, kit: Kit) -> None:
        try:
            self.sqlite = create_engine("sqlite://")
        except NoSuchModuleError:
            raise Unproven("the distribution accord-sqlite beside this one") from None
        kit.at_end(self.sqlite.dispose)
        self.engine = kit.engine
        self.here = kit.table(
            "here",
            Column("id", Integer, primary_key=True),
            Column("name", String(40), unique=True),
            Column("there_id", Integer),
        )
        self.there = Table(
            kit.name("there"),
            MetaData(),
            Column("id", Integer, primary_key=True),
            Column("name", String(40), unique=True),
        )
        self.there.create(self.sqlite)
        mapping = registry()
        self.There: Any = type("There", (), {})
        self.Here: Any = type("Here", (), {})
        mapping.map_imperatively(self.There, self.there)
        mapping.map_imperatively(
            self.Here,
            self.here,
            properties={
                "there": relationship(
                    self.There,
                    primaryjoin=self.here.c.there_id == self.there.c.id,
                    foreign_keys=self.here.c.there_id,
                )
            },
        )
        self.session: Any = kit.session(
            None, binds={self.Here: kit.engine, self.There: self.sqlite}
        )

    def make(self, cls: Any, **values: Any) -> Any:
        """An object."""
        made = cls()
        for name, value in values.items():
            setattr(made, name, value)
        return made

    def counts(self) -> tuple[int, int]:
        """Rows here and there."""
        with self.engine.connect() as connection:
            here = connection.execute(select(func.count()).select_from(self.here)).scalar()
        with self.sqlite.connect() as connection:
            there = connection.execute(select(func.count()).select_from(self.there)).scalar()
        return int(here or 0), int(there or 0)


@test("mixed-flush")
def mixed_flush(kit: Kit) -> None:
    """One flush writes objects of both databases, keys across included."""
    two = Two(kit)
    for i in range(20):
        there = two.make(two.There, name=f"there {i}")
        two.session.add(two.make(two.Here, name=f"here {i}", there=there))
    two.session.commit()
    check.equal(two.counts(), (20, 20))
    two.session.expire_all()
    for obj in two.session.scalars(select(two.Here)).all():
        check.same(obj.there.name.split()[1], obj.name.split()[1])


@test("rollback-both")
def rollback_both(kit: Kit) -> None:
    """A rollback undoes both."""
    two = Two(kit)
    two.session.add_all([two.make(two.Here, name="a"), two.make(two.There, name="b")])
    two.session.flush()
    two.session.rollback()
    check.equal(two.counts(), (0, 0))


@test("failure-undoes-both")
def failure_undoes_both(kit: Kit) -> None:
    """A refusal by one database leaves nothing in the other."""
    two = Two(kit)
    two.session.add(two.make(two.Here, name="same"))
    two.session.commit()
    two.session.add_all([two.make(two.There, name="b"), two.make(two.Here, name="same")])
    with check.raises(IntegrityError):
        two.session.commit()
    two.session.rollback()
    check.equal(two.counts(), (1, 0))


@test("failure-there-undoes-here")
def failure_there(kit: Kit) -> None:
    """The other way round: SQLite refuses, and nothing is left here."""
    two = Two(kit)
    two.session.add(two.make(two.There, name="same"))
    two.session.commit()
    two.session.add_all([two.make(two.Here, name="a"), two.make(two.There, name="same")])
    with check.raises(IntegrityError):
        two.session.commit()
    two.session.rollback()
    check.equal(two.counts(), (0, 1))


@test("get-from-each")
def get_from_each(kit: Kit) -> None:
    """get() asks the database of the class."""
    two = Two(kit)
    here, there = two.make(two.Here, name="h"), two.make(two.There, name="t")
    two.session.add_all([here, there])
    two.session.commit()
    keys = here.id, there.id
    two.session.expunge_all()
    check.same(two.session.get(two.Here, keys[0]).name, "h")
    check.same(two.session.get(two.There, keys[1]).name, "t")


@test("join-refused")
def join_refused(kit: Kit) -> None:
    """A statement over tables of both is refused, naming both."""
    two = Two(kit)
    statement = select(two.Here, two.There).where(two.here.c.there_id == two.there.c.id)
    with check.raises((CrossEngineError, AccordError)):
        two.session.execute(statement).all()


@test("update-and-delete")
def update_and_delete(kit: Kit) -> None:
    """Changes and deletions go to the database of each object."""
    two = Two(kit)
    heres = [two.make(two.Here, name=f"h{i}") for i in range(6)]
    theres = [two.make(two.There, name=f"t{i}") for i in range(6)]
    two.session.add_all(heres + theres)
    two.session.commit()
    for obj in (*heres[:3], *theres[:3]):
        obj.name += "!"
    for obj in (*heres[3:], *theres[4:]):
        two.session.delete(obj)
    two.session.commit()
    check.equal(two.counts(), (3, 4))
    names = two.session.scalars(select(two.There.name)).all()
    check.same_set(names, ["t0!", "t1!", "t2!", "t3"])


@test("savepoint-both", "transactions.savepoints")
def savepoint_both(kit: Kit) -> None:
    """A savepoint of the session is one in each database."""
    two = Two(kit)
    two.session.add_all([two.make(two.Here, name="a"), two.make(two.There, name="a")])
    two.session.flush()
    nested = two.session.begin_nested()
    two.session.add_all([two.make(two.Here, name="b"), two.make(two.There, name="b")])
    two.session.flush()
    nested.rollback()
    two.session.commit()
    check.equal(two.counts(), (1, 1))


@test("same-class-two-sessions")
def same_class(kit: Kit) -> None:
    """One class, written to this database and to SQLite by two sessions."""
    two = Two(kit)
    two.here.metadata.create_all(two.sqlite)
    for engine in (kit.engine, two.sqlite):
        with kit.session(engine) as session:
            session.add_all([two.make(two.Here, name=f"n{i}") for i in range(5)])
            session.commit()
            check.same(len(session.scalars(select(two.Here)).all()), 5)


@test("two-engines-of-this")
def two_engines(kit: Kit) -> None:
    """Two engines of this database in one session, one after the other."""
    other = kit.new_engine()
    two = Two(kit)
    second = kit.table(
        "second", Column("id", Integer, primary_key=True), Column("name", String(20))
    )
    cls: Any = type("Second", (), {})
    registry().map_imperatively(cls, second)
    with kit.session(None, binds={two.Here: kit.engine, cls: other}) as session:
        session.add(two.make(two.Here, name="a"))
        session.commit()
        session.add(two.make(cls, name="b"))
        session.commit()
        check.equal(session.scalars(select(cls.name)).all(), ["b"])
        check.equal(session.scalars(select(two.Here.name)).all(), ["a"])


@test("bind-by-argument")
def bind_by_argument(kit: Kit) -> None:
    """bind_arguments= of a statement names the engine."""
    two = Two(kit)
    session = kit.session(two.sqlite)
    found = session.execute(kit.select_one(), bind_arguments={"bind": kit.engine}).scalar()
    check.same(found, 1)


@test("connection-as-bind")
def connection_as_bind(kit: Kit) -> None:
    """A session bound to a connection leaves its transaction to whoever began it."""
    two = Two(kit)
    connection = kit.connect()
    transaction = connection.begin()
    with kit.session(connection) as session:  # type: ignore[arg-type]  # a connection is a bind
        session.add(two.make(two.Here, name="a"))
        session.commit()
    transaction.rollback()
    check.equal(two.counts()[0], 0)
