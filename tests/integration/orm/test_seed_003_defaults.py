"""Seed page 003, SQL expressions in a flush, forced NULLs, server-generated values, on SQLite."""

import datetime
from typing import Any

import pytest
from orm_api import (
    DDL,
    Column,
    DateTime,
    FetchedValue,
    Integer,
    Session,
    String,
    accord_only,
    event,
    func,
    inspect,
    module,
    null,
    select,
    text,
)

declarative_base = module("orm").declarative_base
Base = declarative_base()


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


class Stamped(Base):
    __tablename__ = "stamped"

    timestamp = Column(
        DateTime,
        default=func.datetime("now", "localtime", type_=DateTime),
        primary_key=True,
    )


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


for _table in ("eager", "lazy"):
    event.listen(
        Base.metadata.tables[_table],
        "after_create",
        DDL(
            f"CREATE TRIGGER {_table}_trigger AFTER INSERT ON {_table} BEGIN "
            f"UPDATE {_table} SET special_identifier = 'by trigger' WHERE id = new.id; END"
        ),
    )


@pytest.fixture
def session(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session


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


@accord_only
def test_block_sqlite_datetime_primary_key_is_pre_executed(session: Any, statements: Any) -> None:
    obj = Stamped()
    session.add(obj)
    statements.clear()
    session.flush()
    assert isinstance(obj.timestamp, datetime.datetime)
    assert [kind[0] for kind in statements.kinds] == ["SELECT", "INSERT"]
    assert session.get(Stamped, obj.timestamp) is obj


def test_pre_executed_key_is_the_value_a_later_select_returns(session: Any) -> None:
    obj = Stamped()
    session.add(obj)
    session.commit()
    stored = session.scalars(select(Stamped.timestamp)).one()
    assert inspect(obj).identity == (stored,)
    assert session.scalars(select(Stamped)).one() is obj


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
