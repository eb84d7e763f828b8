"""Seed page 003: SQL expressions in a flush, forced NULLs, values the server generates."""

import datetime
from typing import Any

import pytest
from orm_api import (
    BACKEND,
    DDL,
    TIMESTAMP,
    Binary,
    Column,
    DateTime,
    FetchedValue,
    Integer,
    Sequence,
    Session,
    String,
    accord_only,
    cast,
    delete,
    event,
    func,
    inspect,
    module,
    needs,
    null,
    only,
    select,
    text,
    update,
)
from tutorial import Address, User, populate

declarative_base = module("orm").declarative_base
Base = declarative_base()
SQLiteBase = declarative_base()
MySQLBase = declarative_base()


class SomeClass(Base):
    __tablename__ = "some_table"

    id = Column(Integer, primary_key=True)
    value = Column(Integer)


class Foo(Base):
    __tablename__ = "foo"

    pk = Column(Integer, primary_key=True)
    bar = Column(Integer)


class Plain(Base):
    __tablename__ = "plain"

    id = Column(Integer, primary_key=True)
    data = Column(String(50), nullable=True)


class Defaulted(Base):
    __tablename__ = "defaulted"

    id = Column(Integer, primary_key=True)
    data = Column(String(50), nullable=True, server_default="default")


class ClientDefaulted(Base):
    __tablename__ = "client_defaulted"

    id = Column(Integer, primary_key=True)
    data = Column(String(50), nullable=True, default="client")


class EvaluatesNone(Base):
    __tablename__ = "evaluates_none"

    id = Column(Integer, primary_key=True)
    data = Column(String(50).evaluates_none(), nullable=True, server_default="default")


class Eager(Base):
    __tablename__ = "eager"

    id = Column(Integer, primary_key=True)
    timestamp = Column(DateTime(), server_default=func.now())
    special_identifier = Column(String(50), server_default=FetchedValue())
    note = Column(String(5))

    __mapper_args__ = {"eager_defaults": True}


class Lazy(Base):
    __tablename__ = "lazy"

    id = Column(Integer, primary_key=True)
    timestamp = Column(DateTime(), server_default=func.now())
    special_identifier = Column(String(50), server_default=FetchedValue())

    __mapper_args__ = {"eager_defaults": False}


class Numbered(Base):
    __tablename__ = "numbered"

    id = Column(Integer, Sequence("my_sequence"), primary_key=True)
    data = Column(String(50))


# Keys that are dates: each page's recipe is one database's, the last one is everybody's.
class Stamped(Base):
    __tablename__ = "stamped"

    timestamp = Column(DateTime(), default=func.now(), primary_key=True)


class SQLiteStamped(SQLiteBase):
    __tablename__ = "stamped_sqlite"

    timestamp = Column(
        DateTime,
        default=func.datetime("now", "localtime", type_=DateTime),
        primary_key=True,
    )


class MySQLStamped(MySQLBase):
    __tablename__ = "stamped_mysql"

    timestamp = Column(TIMESTAMP(), default=cast(func.now(), Binary), primary_key=True)


class Touched(Base):
    __tablename__ = "touched"

    id = Column(Integer, primary_key=True)
    note = Column(String(10))
    created = Column(DateTime(), default=func.now(), server_default=FetchedValue())
    updated = Column(
        DateTime(),
        onupdate=func.now(),
        server_default=FetchedValue(),
        server_onupdate=FetchedValue(),
    )

    __mapper_args__ = {"eager_defaults": True}


ON_MYSQL = (
    "CREATE TRIGGER {0}_trigger BEFORE INSERT ON {0} FOR EACH ROW "
    "SET NEW.special_identifier = 'by trigger'",
)
# In the order in which they are made; the first that is not understood ends the test.
TRIGGERS = {
    "sqlite": (
        "CREATE TRIGGER {0}_trigger AFTER INSERT ON {0} BEGIN "
        "UPDATE {0} SET special_identifier = 'by trigger' WHERE id = new.id; END",
    ),
    "postgresql": (
        "CREATE FUNCTION {0}_function() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN NEW.special_identifier := ''by trigger''; RETURN NEW; END'",
        "CREATE TRIGGER {0}_trigger BEFORE INSERT ON {0} "
        "FOR EACH ROW EXECUTE FUNCTION {0}_function()",
    ),
    "mariadb": ON_MYSQL,
    "mysql": ON_MYSQL,
}
for _table in ("eager", "lazy"):
    for _text in TRIGGERS.get(BACKEND.name, ()):
        event.listen(Base.metadata.tables[_table], "after_create", DDL(_text.format(_table)))


@pytest.fixture
def session(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session


def stamp(session: Any, cls: Any) -> Any:
    """A committed object of a class whose table is made here."""
    cls.metadata.create_all(session.get_bind())
    obj = cls()
    session.add(obj)
    session.commit()
    return obj


# --- SQL expressions assigned to attributes ------------------------------------------------------


def test_block_expression_in_an_update(session: Any, statements: Any) -> None:
    session.add(SomeClass(id=5, value=10))
    session.commit()
    someobject = session.query(SomeClass).get(5)
    someobject.value = SomeClass.value + 1
    statements.clear()
    session.commit()
    (sent,) = statements.of("UPDATE")
    assert "value" in sent.text and "+" in sent.text
    assert someobject.value == 11


def test_expression_value_is_expired_after_the_flush(session: Any, statements: Any) -> None:
    someobject = SomeClass(id=5, value=10)
    session.add(someobject)
    session.commit()
    someobject.value = SomeClass.value + 1
    session.flush()
    statements.clear()
    assert "value" not in vars(someobject) or vars(someobject)["value"] == 11
    assert someobject.value == 11


def test_expression_in_an_insert(session: Any) -> None:
    someobject = SomeClass(id=5, value=func.abs(-3))
    session.add(someobject)
    session.commit()
    assert someobject.value == 3


@needs("returning_insert")
@pytest.mark.skipif(
    str(BACKEND) == "mariadb 10.5", reason="its INSERT cannot read the table it writes to"
)
def test_block_expression_as_primary_key(session: Any) -> None:
    session.add(Foo(pk=40, bar=1))
    session.flush()
    foo = Foo(pk=select(func.coalesce(func.max(Foo.pk) + 1, 1)).scalar_subquery(), bar=2)
    session.add(foo)
    session.commit()
    assert foo.pk == 41
    assert session.get(Foo, 41) is foo


# --- strings and expressions through the session -------------------------------------------------


@accord_only
def test_block_string_statement_with_parameters(session: Any) -> None:
    session.add(SomeClass(id=7, value=1))
    session.flush()
    result = session.execute("select * from some_table where id=:id", {"id": 7})
    assert result.all() == [(7, 1)]


def test_block_expression_statement(session: Any) -> None:
    session.add(SomeClass(id=7, value=1))
    session.flush()
    mytable = SomeClass.__table__
    assert session.execute(select(mytable).where(mytable.c.id == 7)).all() == [(7, 1)]


def test_block_connection_of_the_session(session: Any, engine: Any) -> None:
    connection = session.connection()
    assert connection.engine is engine
    session.add(SomeClass(id=7, value=1))
    session.flush()
    assert connection.execute(text("select value from some_table")).scalar() == 1


# --- forcing NULL --------------------------------------------------------------------------------


def test_block_unset_attribute_is_null_without_a_default(session: Any, statements: Any) -> None:
    obj = Plain(id=1)
    session.add(obj)
    statements.clear()
    session.commit()
    assert obj.data is None


def test_block_unset_attribute_takes_the_server_default(session: Any, statements: Any) -> None:
    obj = Defaulted(id=1)
    session.add(obj)
    statements.clear()
    session.commit()
    assert "data" not in statements.of("INSERT")[0].text.split("VALUES")[0]
    assert obj.data == "default"


def test_unset_attribute_takes_the_client_default(session: Any) -> None:
    obj = ClientDefaulted(id=1)
    session.add(obj)
    session.flush()
    assert obj.data == "client"


def test_block_none_is_treated_as_unset(session: Any) -> None:
    obj = Defaulted(id=1, data=None)
    session.add(obj)
    session.commit()
    assert obj.data == "default"


def test_block_null_construct_bypasses_the_server_default(session: Any) -> None:
    obj = Defaulted(id=1, data=null())
    session.add(obj)
    session.commit()
    assert obj.data is None


def test_null_construct_bypasses_the_client_default(session: Any) -> None:
    obj = ClientDefaulted(id=1, data=null())
    session.add(obj)
    session.commit()
    assert obj.data is None


def test_block_evaluates_none_persists_null(session: Any) -> None:
    obj = EvaluatesNone(id=1, data=None)
    session.add(obj)
    session.commit()
    assert obj.data is None


def test_evaluates_none_left_unset_takes_the_default(session: Any) -> None:
    obj = EvaluatesNone(id=1)
    session.add(obj)
    session.commit()
    assert obj.data == "default"


def test_rows_with_and_without_a_value_in_one_flush(session: Any) -> None:
    objects = [
        Defaulted(id=number, **({"data": f"d{number}"} if number % 2 else {}))
        for number in range(1, 7)
    ]
    session.add_all(objects)
    session.commit()
    assert [obj.data for obj in objects] == ["d1", "default", "d3", "default", "d5", "default"]


# --- server-generated defaults -------------------------------------------------------------------


def test_block_eager_defaults_are_there_after_the_flush(session: Any, statements: Any) -> None:
    obj = Eager()
    session.add(obj)
    session.flush()
    statements.clear()
    assert isinstance(obj.timestamp, datetime.datetime)
    assert len(statements) == 0


def test_block_without_eager_defaults_they_are_fetched_on_access(
    session: Any, statements: Any
) -> None:
    obj = Lazy()
    session.add(obj)
    session.flush()
    assert "timestamp" not in vars(obj)
    assert "special_identifier" not in vars(obj)
    statements.clear()
    assert obj.special_identifier == "by trigger"
    assert isinstance(obj.timestamp, datetime.datetime)
    assert statements.kinds == [("SELECT", "lazy")]


def test_block_key_from_a_sequence(session: Any) -> None:
    objects = [Numbered(data=f"d{number}") for number in range(3)]
    session.add_all(objects)
    session.commit()
    assert len({obj.id for obj in objects}) == 3
    assert dict(session.execute(select(Numbered.id, Numbered.data)).all()) == {
        obj.id: obj.data for obj in objects
    }


@accord_only
@needs("sequences")
def test_key_from_a_sequence_takes_its_next_value(session: Any) -> None:
    first = session.scalar(Sequence("my_sequence"))
    obj = Numbered()
    session.add(obj)
    session.flush()
    assert obj.id > first


@accord_only
@only("sqlite", "the words are SQLite's")
def test_block_sqlite_datetime_primary_key_is_pre_executed(session: Any, statements: Any) -> None:
    SQLiteBase.metadata.create_all(session.get_bind())
    obj = SQLiteStamped()
    session.add(obj)
    statements.clear()
    session.flush()
    assert isinstance(obj.timestamp, datetime.datetime)
    assert [kind[0] for kind in statements.kinds] == ["SELECT", "INSERT"]
    assert session.get(SQLiteStamped, obj.timestamp) is obj


@accord_only
@only("mysql", "nothing can be returned by its INSERT")
def test_block_mysql_datetime_primary_key_is_pre_executed(session: Any, statements: Any) -> None:
    obj = Stamped()
    session.add(obj)
    statements.clear()
    session.flush()
    assert isinstance(obj.timestamp, datetime.datetime)
    assert [sent.verb for sent in statements.all] == ["SELECT", "INSERT"]
    assert session.get(Stamped, obj.timestamp) is obj


@accord_only
@only("mysql", "mariadb", "the words are theirs")
def test_block_mysql_timestamp_primary_key_passes_through_binary(session: Any) -> None:
    obj = stamp(session, MySQLStamped)
    stored = session.scalars(select(MySQLStamped.timestamp)).one()
    assert isinstance(stored, datetime.datetime)
    assert inspect(obj).identity == (stored,)
    assert session.get(MySQLStamped, stored) is obj


@accord_only
@pytest.mark.parametrize(
    "cls",
    [
        Stamped,
        pytest.param(SQLiteStamped, marks=only("sqlite", "the words are SQLite's")),
        pytest.param(MySQLStamped, marks=only("mysql", "mariadb", "the words are theirs")),
    ],
)
def test_pre_executed_key_is_the_value_a_later_select_returns(session: Any, cls: Any) -> None:
    obj = stamp(session, cls)
    stored = session.scalars(select(cls.timestamp)).one()
    assert inspect(obj).identity == (stored,)
    assert session.scalars(select(cls)).one() is obj


def test_block_client_invoked_expressions_are_fetched_with_eager_defaults(
    session: Any, statements: Any
) -> None:
    obj = Touched(note="a")
    session.add(obj)
    session.flush()
    statements.clear()
    assert isinstance(obj.created, datetime.datetime)
    assert obj.updated is None
    assert len(statements) == 0
    obj.note = "b"
    session.flush()
    statements.clear()
    assert isinstance(obj.updated, datetime.datetime)
    assert len(statements) == 0


# --- INSERT, UPDATE and ON CONFLICT that return objects ------------------------------------------


@pytest.fixture
def users(engine: Any) -> Any:
    populate(engine)
    with Session(engine) as session:
        yield session


@needs("returning_update")
def test_block_update_returning_a_column(users: Any) -> None:
    stmt = update(User).where(User.name == "sandy").values(name="spongebob2").returning(User.id)
    assert [row.id for row in users.execute(stmt)] == [2]


@needs("returning_update")
def test_block_update_returning_objects_through_from_statement(users: Any) -> None:
    loaded = users.get(User, 2)
    stmt = update(User).where(User.name == "sandy").values(fullname="Sandy!").returning(User)
    orm_stmt = select(User).from_statement(stmt).execution_options(populate_existing=True)
    assert users.execute(orm_stmt).scalars().all() == [loaded]
    assert loaded.fullname == "Sandy!"


@needs("returning_delete")
def test_delete_returning_a_column(users: Any) -> None:
    users.execute(delete(Address))
    stmt = delete(User).where(User.id.in_([1, 2])).returning(User.name)
    assert sorted(users.execute(stmt).scalars()) == ["sandy", "spongebob"]


@only("postgresql", "sqlite", "the words are theirs")
def test_block_upsert_returning_objects(users: Any) -> None:
    insert = module(f"dialects.{BACKEND.name}").insert
    users.execute(text("CREATE UNIQUE INDEX by_name ON user_account (name)"))
    loaded = users.get(User, 2)
    stmt = insert(User).values(
        [
            {"name": "sandy", "fullname": "Sandy C."},
            {"name": "squidward", "fullname": "Squidward Tentacles"},
            {"name": "ehkrabs", "fullname": "Eugene H. Krabs"},
        ]
    )
    stmt = stmt.on_conflict_do_update(
        index_elements=[User.name], set_={"fullname": stmt.excluded.fullname}
    ).returning(User)
    orm_stmt = select(User).from_statement(stmt).execution_options(populate_existing=True)
    found = {user.name: user for user in users.execute(orm_stmt).scalars()}
    assert set(found) == {"sandy", "squidward", "ehkrabs"}
    assert found["sandy"] is loaded and loaded.fullname == "Sandy C."
    assert users.get(User, found["squidward"].id) is found["squidward"]
