"""What ported programs stumbled over in `Session.query` and in `select()`."""

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
    bindparam,
    exc,
    func,
    insert,
    mapped_column,
    needs,
    relationship,
    select,
    with_parent,
)


class Base(DeclarativeBase):
    type_annotation_map = {str: String(100)}


membership = Table(
    "membership",
    Base.metadata,
    Column("user_id", ForeignKey("user_account.id"), primary_key=True),
    Column("team_id", ForeignKey("team.id"), primary_key=True),
)


class User(Base):
    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    age: Mapped[int]
    addresses: Mapped[list["Address"]] = relationship(back_populates="user", order_by="Address.id")
    teams: Mapped[list["Team"]] = relationship(secondary=membership, order_by="Team.id")


class Address(Base):
    __tablename__ = "address"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    user: Mapped[User] = relationship(back_populates="addresses")


class Team(Base):
    __tablename__ = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


@pytest.fixture
def session(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    red, blue = Team(name="red"), Team(name="blue")
    with Session(engine) as session:
        for number, name in enumerate(("ed", "mary", "fred")):
            mails = [Address(email=f"{name}{index}") for index in range(number)]
            teams = [red, blue][:number]
            session.add(User(name=name, age=10 * number, addresses=mails, teams=teams))
            session.flush()
        session.commit()
    with Session(engine) as session:
        yield session


def names(found: Any) -> list[str]:
    return [each.name for each in found]


# --- Query


def test_objects_of_a_query_come_once(session: Any) -> None:
    query = session.query(User).join(Address, Address.user_id == User.id).order_by(User.id)
    assert names(query.all()) == ["mary", "fred"]
    assert query.count() == 3
    assert [len(row) for row in session.query(User, User.name).join(User.addresses)] == [2, 2]


def test_columns_of_a_query_come_as_often_as_they_are_found(session: Any) -> None:
    query = session.query(User.name).join(User.addresses).order_by(User.id)
    assert [name for (name,) in query] == ["mary", "fred", "fred"]


def test_what_follows_a_union_is_about_its_rows(session: Any) -> None:
    both = session.query(User).filter(User.age == 10).union(session.query(User).filter_by(age=20))
    assert names(both.order_by(User.name)) == ["fred", "mary"]
    assert names(both.filter(User.age > 10)) == ["fred"]
    assert names(both.filter_by(age=10)) == ["mary"]
    assert names(both.join(User.addresses).filter(Address.email == "fred1")) == ["fred"]
    assert names(both.filter(User.addresses.any(email="mary0"))) == ["mary"]
    assert both.with_entities(func.max(User.age)).scalar() == 20


def test_union_of_columns(session: Any) -> None:
    query = session.query(User.name, User.age).filter(User.age < 20)
    union = query.union(session.query(User.name, User.age).filter(User.name == "fred"))
    assert union.order_by(User.age.desc()).first() == ("fred", 20)


@pytest.mark.parametrize(
    "narrow",
    [
        lambda query: query.limit(1),
        lambda query: query.offset(1),
        lambda query: query.order_by(User.id),
        lambda query: query.distinct(),
        lambda query: query.join(User.addresses),
        lambda query: query.group_by(User.name),
    ],
)
def test_writing_queries_refuse_what_they_would_leave_out(session: Any, narrow: Any) -> None:
    query = narrow(session.query(User))
    with pytest.raises(exc.InvalidRequestError, match=r"Can't call Query\.update\(\)"):
        query.delete()
    with pytest.raises(exc.InvalidRequestError, match=r"Can't call Query\.update\(\)"):
        query.update({"name": "x"})
    assert session.query(User).count() == 3


def test_smaller_methods_of_query(session: Any) -> None:
    query = session.query(User).filter(User.name == "ed")
    assert query.value(User.age) == 0
    assert list(session.query(User).order_by(User.id).values(User.name)) == [
        ("ed",),
        ("mary",),
        ("fred",),
    ]
    assert query.is_single_entity
    assert query.enable_eagerloads(False).one().name == "ed"
    assert query.with_session(session).count() == 1
    described = session.query(User, User.name, func.count().label("n")).column_descriptions
    assert [each["name"] for each in described] == ["User", "name", "n"]
    assert [each["entity"] for each in described] == [User, User, None]
    joined = session.query(User).join(User.teams).reset_joinpoint().filter_by(name="mary")
    assert names(joined) == ["mary"]


# --- with_parent


def test_with_parent_is_the_collection_as_a_condition(session: Any) -> None:
    fred = session.query(User).filter_by(name="fred").one()
    mails = session.scalars(select(Address).where(with_parent(fred, User.addresses))).all()
    assert mails == fred.addresses
    assert session.query(Address).with_parent(fred).all() == fred.addresses
    assert session.query(Team).with_parent(fred, User.teams).order_by(Team.id).all() == fred.teams
    mail = fred.addresses[0]
    assert session.scalars(select(User).where(with_parent(mail, Address.user))).one() is fred


def test_with_parent_of_something_else_is_refused(session: Any) -> None:
    with pytest.raises(exc.ArgumentError):
        with_parent(Address(), "user")
    with pytest.raises(exc.InvalidRequestError):
        session.query(User).with_parent(Team())


# --- select


def test_several_columns_of_a_table_by_their_names() -> None:
    table = Table("t", MetaData(), *[Column(name, Integer) for name in "abc"], Column("d", String))
    assert str(select(table.c["a", "d"])) == "SELECT t.a, t.d \nFROM t"
    assert str(select(table.c["b", "a"], table.c.d)) == "SELECT t.b, t.a, t.d \nFROM t"


def test_descriptions_of_what_is_selected() -> None:
    described = select(User, User.name).column_descriptions
    assert [(each["name"], each["entity"]) for each in described] == [
        ("User", User),
        ("name", User),
    ]
    assert described[0]["type"] is User


# --- insert


@needs("returning_insert")
def test_insert_returning_of_rows_with_different_names(session: Any) -> None:
    rows = [{"name": "a", "age": 1}, {"id": 70, "name": "b", "age": 2}, {"name": "c", "age": 3}]
    users = session.scalars(insert(User).returning(User), rows).all()
    assert sorted(names(users)) == ["a", "b", "c"]
    assert session.get(User, 70) in users


@needs("returning_insert")
def test_insert_of_a_class_with_a_parameter_of_its_own(session: Any) -> None:
    statement = insert(User).values(age=bindparam("years")).returning(User.name, User.age)
    rows = session.execute(statement, [{"name": "x", "years": 5}, {"name": "y", "years": 6}]).all()
    assert sorted(rows) == [("x", 5), ("y", 6)]


# --- messages


@accord_only
def test_a_key_of_the_wrong_type_is_named(session: Any) -> None:
    with pytest.raises(exc.StatementError, match=r"User\.id: expected int, got str"):
        session.get(User, "1")


@accord_only
@pytest.mark.parametrize(
    ("what", "advice"),
    [
        (lambda: User, r"User; write select\(User\)"),
        (lambda: User.name, r"User\.name; write select\(User\.name\)"),
        (lambda: membership, r"membership; write select\(membership\)"),
        (lambda: 5, r"5; strings go through text"),
    ],
)
def test_what_is_no_statement_is_named(session: Any, what: Any, advice: str) -> None:
    with pytest.raises(exc.ObjectNotExecutableError, match=advice):
        session.execute(what())
