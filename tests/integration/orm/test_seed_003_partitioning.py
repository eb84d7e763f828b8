"""Seed page 003, "Partitioning Strategies": several engines behind one Session."""

import random
from typing import Any

import pytest
from orm_api import (
    Column,
    DeclarativeBase,
    ForeignKey,
    Integer,
    Mapped,
    MetaData,
    Session,
    String,
    Table,
    accord_only,
    delete,
    enforcing,
    exc,
    insert,
    inspect,
    mapped_column,
    module,
    needs,
    registry,
    relationship,
    select,
    sessionmaker,
    text,
    update,
)
from statements import Statements, record

declarative_base = module("orm").declarative_base
Update, Delete = module("sql").Update, module("sql").Delete


class Both:
    """Two engines with the same tables, and what each was sent."""

    def __init__(self, make_engine: Any, *metadata: Any) -> None:
        self._databases = make_engine.databases
        self.one, self.two = make_engine("one"), make_engine("two")
        for data in metadata:
            for engine in (self.one, self.two):
                data.create_all(engine)
        self.on_one: Statements = record(self.one)
        self.on_two: Statements = record(self.two)

    def clear(self) -> None:
        self.on_one.clear()
        self.on_two.clear()

    def count(self, name: str, table: str) -> int:
        """Committed rows of a table on the engine "one" or "two"."""
        ((number,),) = self._databases[name].read(f'SELECT count(*) FROM "{table}"')
        return int(number)

    @property
    def kinds(self) -> tuple[list[Any], list[Any]]:
        return self.on_one.kinds, self.on_two.kinds


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))


class Account(Base):
    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30))


@pytest.fixture
def both(make_engine: Any) -> Both:
    return Both(make_engine, Base.metadata)


@pytest.fixture
def session(both: Both) -> Any:
    factory = sessionmaker()
    factory.configure(binds={User: both.one, Account: both.two})
    with factory() as session:
        yield session


# --- simple vertical partitioning ----------------------------------------------------------------


def test_block_binds_by_class(both: Both) -> None:
    Session = sessionmaker()
    # bind User operations to engine 1, Account operations to engine 2
    Session.configure(binds={User: both.one, Account: both.two})
    session = Session()
    session.add_all([User(name="u"), Account(number="a")])
    session.commit()
    session.close()
    assert (both.count("one", "user"), both.count("one", "account")) == (1, 0)
    assert (both.count("two", "user"), both.count("two", "account")) == (0, 1)


def test_configure_applies_to_sessions_made_afterwards(both: Both) -> None:
    factory = sessionmaker()
    with pytest.raises(exc.UnboundExecutionError), factory() as unbound:
        unbound.execute(select(User)).all()
    factory.configure(binds={User: both.one})
    with factory() as bound:
        assert bound.scalars(select(User)).all() == []


def test_binds_in_the_session_constructor(both: Both) -> None:
    with Session(binds={User: both.one, Account: both.two}) as session:
        session.add(Account(number="a"))
        session.flush()
        assert both.kinds == ([], [("INSERT", "account")])


def test_flush_uses_both_engines_by_class(session: Any, both: Both) -> None:
    session.add_all([User(name="u"), Account(number="a"), User(name="v")])
    session.flush()
    assert set(both.on_one.kinds) == {("INSERT", "user")}
    assert set(both.on_two.kinds) == {("INSERT", "account")}


def test_reads_go_to_the_engine_of_the_class(session: Any, both: Both) -> None:
    assert session.scalars(select(User)).all() == []
    assert both.kinds == ([("SELECT", "user")], [])
    both.clear()
    assert session.get(Account, 1) is None
    assert both.kinds == ([], [("SELECT", "account")])


def test_query_goes_by_its_first_entity(session: Any, both: Both) -> None:
    assert session.query(Account).all() == []
    assert session.query(User.name).all() == []
    assert both.kinds == ([("SELECT", "user")], [("SELECT", "account")])


@accord_only
def test_query_over_two_engines_is_refused_by_name(session: Any) -> None:
    with pytest.raises(exc.CrossEngineError) as caught:
        session.execute(select(User, Account)).all()
    assert "User" in str(caught.value) and "Account" in str(caught.value)


def test_column_query_goes_to_the_engine_of_its_entity(session: Any, both: Both) -> None:
    session.execute(select(Account.number)).all()
    assert both.kinds == ([], [("SELECT", "account")])


def test_update_and_delete_of_objects_go_to_their_engine(session: Any, both: Both) -> None:
    user, account = User(name="u"), Account(number="a")
    session.add_all([user, account])
    session.commit()
    both.clear()
    user.name = "w"
    session.delete(account)
    session.flush()
    assert both.on_one.writes() == [("UPDATE", "user")]
    assert both.on_two.writes() == [("DELETE", "account")]


def test_orm_update_and_delete_go_to_the_engine_of_the_class(session: Any, both: Both) -> None:
    session.execute(update(User).values(name="x"))
    session.execute(delete(Account))
    session.execute(insert(Account), [{"number": "n"}])
    assert both.on_one.writes() == [("UPDATE", "user")]
    assert both.on_two.writes() == [("DELETE", "account"), ("INSERT", "account")]


def test_refresh_goes_to_the_engine_of_the_class(session: Any, both: Both) -> None:
    account = Account(number="a")
    session.add(account)
    session.commit()
    both.clear()
    assert account.number == "a"
    assert both.kinds == ([], [("SELECT", "account")])


def test_one_transaction_per_engine_commits_both(session: Any, both: Both) -> None:
    session.add_all([User(name="u"), Account(number="a")])
    session.flush()
    assert (both.count("one", "user"), both.count("two", "account")) == (0, 0)
    session.commit()
    assert (both.count("one", "user"), both.count("two", "account")) == (1, 1)


def test_rollback_undoes_both(session: Any, both: Both) -> None:
    user = User(name="u")
    session.add_all([user, Account(number="a")])
    session.flush()
    session.rollback()
    assert (both.count("one", "user"), both.count("two", "account")) == (0, 0)
    assert inspect(user).transient


def test_a_failed_flush_on_one_engine_rolls_back_the_other(session: Any, both: Both) -> None:
    session.add(Account(id=1, number="a"))
    session.commit()
    session.add_all([User(name="u"), Account(id=1, number="b")])
    with pytest.raises(exc.IntegrityError):
        session.flush()
    session.rollback()
    assert both.count("one", "user") == 0


# --- what may be a key or a target of binds ------------------------------------------------------


class Priced:
    """A mixin that is mapped nowhere itself."""


class Abstract(Base):
    __abstract__ = True


class Article(Priced, Base):
    __tablename__ = "article"
    id: Mapped[int] = mapped_column(primary_key=True)


class Shelf(Abstract):
    __tablename__ = "shelf"
    id: Mapped[int] = mapped_column(primary_key=True)


@pytest.mark.parametrize(
    ("key", "entity"),
    [
        pytest.param(lambda: Priced, Article, id="mixin"),
        pytest.param(lambda: Abstract, Shelf, id="abstract base"),
        pytest.param(lambda: Base, Article, id="declarative base"),
        pytest.param(lambda: Article.__table__, Article, id="table"),
        pytest.param(lambda: inspect(Article), Article, id="mapper"),
        pytest.param(lambda: Article, Article, id="class"),
    ],
)
def test_binds_key(key: Any, entity: Any, both: Both) -> None:
    with Session(binds={key(): both.two}) as session:
        session.add(entity())
        session.flush()
        assert session.scalars(select(entity)).one() is not None
    assert both.on_one.kinds == []
    assert both.on_two.kinds == [("INSERT", entity.__tablename__), ("SELECT", entity.__tablename__)]


def test_binds_target_may_be_a_connection(both: Both) -> None:
    with both.two.connect() as connection:
        with Session(binds={User: connection}) as session:
            session.add(User(name="u"))
            session.flush()
        connection.rollback()
    assert both.count("two", "user") == 0


def test_binds_refuses_a_key_that_is_no_class_table_or_mapper(both: Both) -> None:
    with pytest.raises(exc.ArgumentError):
        Session(binds={"User": both.one})


def test_bind_is_the_fallback_of_binds(both: Both) -> None:
    with Session(both.one, binds={Account: both.two}) as session:
        session.add_all([User(name="u"), Account(number="a")])
        session.flush()
        assert both.kinds == ([("INSERT", "user")], [("INSERT", "account")])


def test_no_bind_at_all_is_one_clear_error(both: Both) -> None:
    with Session(binds={Account: both.two}) as session:
        session.add(User(name="u"))
        with pytest.raises(exc.UnboundExecutionError, match=r"User|user"):
            session.flush()


def test_class_binds_before_its_table(both: Both) -> None:
    with Session(binds={User.__table__: both.one, User: both.two}) as session:
        assert session.get_bind(User) is both.two


def test_bind_mapper_and_bind_table_add_a_bind_later(both: Both) -> None:
    with Session() as session:
        session.bind_mapper(User, both.one)
        session.bind_table(Account.__table__, both.two)
        assert session.get_bind(User) is both.one
        assert session.get_bind(Account) is both.two


# --- two declarative bases -----------------------------------------------------------------------

BaseA = declarative_base()
BaseB = declarative_base()


class UserA(BaseA):
    __tablename__ = "user_a"
    id = Column(Integer, primary_key=True)
    name = Column(String(20))
    addresses = relationship("AddressA", back_populates="user")


class AddressA(BaseA):
    __tablename__ = "address_a"
    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("user_a.id"))
    user = relationship("UserA", back_populates="addresses")


class GameInfo(BaseB):
    __tablename__ = "game_info"
    id = Column(Integer, primary_key=True)
    title = Column(String(20))


class GameStats(BaseB):
    __tablename__ = "game_stats"
    id = Column(Integer, primary_key=True)
    points = Column(Integer)


def test_block_binds_by_declarative_base(make_engine: Any) -> None:
    both = Both(make_engine, BaseA.metadata, BaseB.metadata)
    Session = sessionmaker()
    # all User/Address operations will be on engine 1, all Game operations will be on engine 2
    Session.configure(binds={BaseA: both.one, BaseB: both.two})
    with Session() as session:
        session.add(UserA(name="u", addresses=[AddressA(), AddressA()]))
        session.add_all([GameInfo(title="chess"), GameStats(points=1)])
        session.flush()
        assert {table for _, table in both.on_one.writes()} == {"user_a", "address_a"}
        assert {table for _, table in both.on_two.writes()} == {"game_info", "game_stats"}
        both.clear()
        session.expire_all()
        user = session.scalars(select(UserA)).one()
        assert len(user.addresses) == 2
        assert session.scalars(select(GameInfo.title)).one() == "chess"
        assert {table for _, table in both.on_one.kinds} == {"user_a", "address_a"}
        assert {table for _, table in both.on_two.kinds} == {"game_info"}


def test_the_nearest_bound_class_of_the_mro_decides(both: Both) -> None:
    class Near(Base):
        __abstract__ = True

    class Thing(Near):
        __tablename__ = "near_thing"
        id: Mapped[int] = mapped_column(primary_key=True)

    with Session(binds={Base: both.one, Near: both.two}) as session:
        assert session.get_bind(Thing) is both.two
        assert session.get_bind(User) is both.one


def test_class_with_two_bound_superclasses_takes_the_first_in_its_mro(both: Both) -> None:
    class MixinA:
        pass

    class MixinB:
        pass

    class Mixed(MixinB, MixinA, Base):
        __tablename__ = "mixed"
        id: Mapped[int] = mapped_column(primary_key=True)

    with Session(binds={MixinA: both.one, MixinB: both.two}) as session:
        assert session.get_bind(Mixed) is both.two


# --- using SQL expressions with sessions bound to several engines --------------------------------


def test_block_bind_arguments_choose_the_engine_of_a_text(session: Any, both: Both) -> None:
    session.execute(
        text("select * from account where id=:id"),
        {"id": 7},
        bind_arguments={"mapper": Account},
    ).all()
    assert both.kinds == ([], [("SELECT", "account")])


def test_block_bind_arguments_choose_the_engine_of_a_table_select(session: Any, both: Both) -> None:
    table = Table("user", MetaData(), Column("id", Integer, primary_key=True))
    session.execute(select(table).where(table.c.id == 7), bind_arguments={"mapper": User}).all()
    assert both.kinds == ([("SELECT", "user")], [])


def test_bind_arguments_may_name_the_mapper_or_the_engine(session: Any, both: Both) -> None:
    session.execute(text("select 1"), bind_arguments={"mapper": inspect(Account)}).all()
    assert len(both.on_two) == 1
    session.execute(text("select 1"), bind_arguments={"bind": both.one}).all()
    assert len(both.on_one) == 1


@accord_only
def test_block_connection_of_a_class(session: Any, both: Both) -> None:
    connection = session.connection(Account)
    assert connection.engine is both.two
    assert session.connection(User).engine is both.one


def test_connection_by_bind_arguments(session: Any, both: Both) -> None:
    assert session.connection(bind_arguments={"mapper": Account}).engine is both.two


@accord_only
def test_old_mapper_argument_of_execute_still_works(session: Any, both: Both) -> None:
    session.execute("select * from account where id=:id", {"id": 7}, mapper=Account).all()
    assert both.kinds == ([], [("SELECT", "account")])


def test_text_without_bind_arguments_is_refused_without_a_default(session: Any) -> None:
    with pytest.raises(exc.UnboundExecutionError):
        session.execute(text("select 1"))


# --- coordination of transactions ----------------------------------------------------------------


class Deferring(DeclarativeBase):
    pass


class Target(Deferring):
    __tablename__ = "target"
    id: Mapped[int] = mapped_column(primary_key=True)


class Row(Deferring):
    __tablename__ = "deferred_row"
    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(
        ForeignKey("target.id", deferrable=True, initially="DEFERRED")
    )


@accord_only
@needs("deferrable_foreign_keys")
def test_commit_that_fails_on_one_engine_says_what_was_committed(make_engine: Any) -> None:
    both = Both(make_engine)
    enforcing(both.two)
    Base.metadata.create_all(both.one)
    Deferring.metadata.create_all(both.two)
    with Session(binds={Account: both.one, Row: both.two}) as session:
        session.add_all([Account(number="a"), Row(target_id=99)])
        session.flush()
        with pytest.raises((exc.IntegrityError, exc.PartialCommitError)) as caught:
            session.commit()
        session.rollback()
    assert both.count("two", "deferred_row") == 0
    committed = both.count("one", "account")
    assert committed == (1 if isinstance(caught.value, exc.PartialCommitError) else 0)


def test_use_twophase_can_be_set(both: Both) -> None:
    with sessionmaker(binds={User: both.one}, twophase=False)() as session:
        assert session.scalars(select(User)).all() == []


# --- custom vertical partitioning ----------------------------------------------------------------


class MyOtherClass(Base):
    __tablename__ = "other"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))


engines: dict[str, Any] = {}


class RoutingSession(Session):
    def get_bind(self, mapper: Any = None, clause: Any = None) -> Any:
        if mapper and issubclass(mapper.class_, MyOtherClass):
            return engines["other"]
        elif self._flushing or isinstance(clause, (Update, Delete)):
            return engines["leader"]
        else:
            return engines[random.choice(["follower1", "follower2"])]


@pytest.fixture
def traffic(make_engine: Any) -> dict[str, Statements]:
    engines.clear()
    recorded = {}
    for name in ("leader", "other", "follower1", "follower2"):
        engines[name] = make_engine(name)
        Base.metadata.create_all(engines[name])
        recorded[name] = record(engines[name])
    return recorded


@pytest.fixture
def routed(traffic: dict[str, Statements]) -> Any:
    Session = sessionmaker(class_=RoutingSession)
    with Session() as session:
        yield session


def followers(traffic: dict[str, Statements]) -> list[tuple[str, str]]:
    return traffic["follower1"].kinds + traffic["follower2"].kinds


def test_block_routing_session_plugs_into_sessionmaker(traffic: dict[str, Statements]) -> None:
    session = sessionmaker(class_=RoutingSession)()
    assert isinstance(session, RoutingSession)
    session.close()


def test_flush_goes_to_the_leader(routed: Any, traffic: dict[str, Statements]) -> None:
    routed.add(User(name="u"))
    routed.flush()
    assert traffic["leader"].writes() == [("INSERT", "user")]
    assert followers(traffic) == []


def test_bulk_update_and_delete_go_to_the_leader(
    routed: Any, traffic: dict[str, Statements]
) -> None:
    for statement in (update(User).values(name="x"), delete(Account)):
        routed.execute(statement, execution_options={"synchronize_session": False})
    assert traffic["leader"].writes() == [("UPDATE", "user"), ("DELETE", "account")]


def test_query_update_and_delete_go_to_the_leader(
    routed: Any, traffic: dict[str, Statements]
) -> None:
    routed.query(User).update({"name": "x"}, synchronize_session=False)
    routed.query(Account).delete(synchronize_session=False)
    assert traffic["leader"].writes() == [("UPDATE", "user"), ("DELETE", "account")]


def test_reads_go_to_a_follower(routed: Any, traffic: dict[str, Statements]) -> None:
    routed.scalars(select(User)).all()
    assert followers(traffic) == [("SELECT", "user")]
    assert traffic["leader"].kinds == traffic["other"].kinds == []


def test_reads_use_both_followers(traffic: dict[str, Statements]) -> None:
    random.seed(7)
    for _ in range(20):
        with sessionmaker(class_=RoutingSession)() as session:
            session.scalars(select(User)).all()
    assert traffic["follower1"].kinds and traffic["follower2"].kinds
    assert len(followers(traffic)) == 20


def test_the_other_class_lives_on_the_other_engine(
    routed: Any, traffic: dict[str, Statements]
) -> None:
    thing = MyOtherClass(name="a")
    routed.add(thing)
    routed.flush()
    routed.scalars(select(MyOtherClass)).all()
    routed.execute(update(MyOtherClass).values(name="b"))
    thing.name = "c"
    routed.flush()
    routed.delete(thing)
    routed.flush()
    assert {table for _, table in traffic["other"].kinds} == {"other"}
    assert {verb for verb, _ in traffic["other"].kinds} == {
        "INSERT",
        "SELECT",
        "UPDATE",
        "DELETE",
    }
    assert traffic["leader"].kinds == followers(traffic) == []


def test_subclass_of_the_other_class_too(routed: Any, traffic: dict[str, Statements]) -> None:
    assert routed.get_bind(mapper=inspect(MyOtherClass)) is engines["other"]


def test_flushing_is_true_only_within_a_flush(traffic: dict[str, Statements]) -> None:
    seen = []

    class Watching(RoutingSession):
        def get_bind(self, mapper: Any = None, clause: Any = None) -> Any:
            seen.append(self._flushing)
            return engines["leader"]

    with Watching() as session:
        session.add(User(name="u"))
        session.flush()
        session.scalars(select(User)).all()
        assert session._flushing is False
    assert seen[0] is True
    assert seen[-1] is False


@accord_only
def test_get_bind_is_asked_once_per_statement(traffic: dict[str, Statements]) -> None:
    calls = []

    class Counting(Session):
        def get_bind(self, mapper: Any = None, clause: Any = None) -> Any:
            calls.append(clause)
            return engines["leader"]

    with Counting() as session:
        session.scalars(select(User)).all()
        assert len(calls) == 1


def test_get_bind_may_take_keywords(traffic: dict[str, Statements]) -> None:
    class Keywords(Session):
        def get_bind(self, mapper: Any = None, *, clause: Any = None, **kw: Any) -> Any:
            return engines["other"]

    with Keywords() as session:
        session.add(User(name="u"))
        session.commit()
    assert traffic["other"].writes() == [("INSERT", "user")]


def test_combined_with_several_metadata_through_abstract_bases(make_engine: Any) -> None:
    mapper_registry = registry()

    class Root(DeclarativeBase):
        registry = mapper_registry

    class LeaderBase(Root):
        __abstract__ = True
        metadata = MetaData()

    class OtherBase(Root):
        __abstract__ = True
        metadata = MetaData()

    class Left(LeaderBase):
        __tablename__ = "side"
        id: Mapped[int] = mapped_column(primary_key=True)

    class Right(OtherBase):
        __tablename__ = "side"
        id: Mapped[int] = mapped_column(primary_key=True)
        note: Mapped[str] = mapped_column(String(5))

    one, two = make_engine("one"), make_engine("two")
    LeaderBase.metadata.create_all(one)
    OtherBase.metadata.create_all(two)
    with Session(binds={LeaderBase: one, OtherBase: two}) as session:
        session.add_all([Left(), Right(note="r")])
        session.commit()
        assert session.scalars(select(Right.note)).all() == ["r"]
        assert session.scalars(select(Left.id)).all() == [1]
