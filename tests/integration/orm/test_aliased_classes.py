"""Aliases of mapped classes: what they read from, and what they are asked for."""

from typing import Any

import pytest
from orm_api import (
    DeclarativeBase,
    ForeignKey,
    Mapped,
    Session,
    String,
    aliased,
    mapped_column,
    relationship,
    select,
)

from accord import exc, literal
from accord.orm import join, outerjoin


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"

    LIMIT = 3

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    town: Mapped[str] = mapped_column(String(20))
    mails: Mapped[list["Mail"]] = relationship()

    @classmethod
    def called(cls, name: str) -> Any:
        return cls.name == name


class Mail(Base):
    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


@pytest.fixture
def session(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(
            [
                Person(id=1, name="Ada", town="London", mails=[Mail(id=1, address="a@x")]),
                Person(id=2, name="Bob", town="Oslo", mails=[Mail(id=2, address="b@x")]),
            ]
        )
        session.commit()
    with Session(engine) as session:
        yield session


def test_two_classes_are_read_from_one_subquery_that_shows_a_part_of_them(session: Any) -> None:
    both = select(Person.id, Person.name, Mail.id, Mail.address).join(Person.mails).subquery()
    person, mail = aliased(Person, both, name="person"), aliased(Mail, both, name="mail")
    query = select(person, mail).where(person.name == "Bob")
    row = session.execute(query).one()
    assert (row.person.name, row.mail.address) == ("Bob", "b@x")
    assert "town" not in vars(row.person)
    assert "person_id" not in vars(row.mail)
    assert (row.person.town, row.mail.person_id) == ("Oslo", 2)  # loaded when asked for


def test_columns_of_the_same_names_can_stand_for_those_of_the_class(session: Any) -> None:
    made_up = select(
        literal(14).label("id"), literal("Eve").label("name"), literal("Rome").label("town")
    ).subquery()
    found = session.scalars(select(aliased(Person, made_up, adapt_on_names=True))).one()
    assert (found.id, found.name, found.town) == (14, "Eve", "Rome")
    with pytest.raises(exc.InvalidRequestError, match=r"no column 'id'.*adapt_on_names=True"):
        session.scalars(select(aliased(Person, made_up)))


def test_an_alias_has_what_the_class_has(session: Any) -> None:
    other = aliased(Person)
    assert other.LIMIT == 3
    found = session.scalars(select(other).where(other.called("Ada"))).one()
    assert found.name == "Ada"
    assert not hasattr(other, "nothing")
    with pytest.raises(AttributeError, match="Class Person has no mapped attribute 'nothing'"):
        other.nothing  # noqa: B018 - asking is the test


def test_a_join_of_classes_along_a_relationship(session: Any) -> None:
    mail = aliased(Mail)
    query = select(Person.name, mail.address).select_from(join(Person, mail, Person.mails))
    assert session.execute(query.where(mail.address == "b@x")).all() == [("Bob", "b@x")]
    criterion = Person.mails.and_(Mail.address == "a@x")
    outer = select(Person.name, mail.address).select_from(outerjoin(Person, mail, criterion))
    assert session.execute(outer.order_by(Person.id)).all() == [("Ada", "a@x"), ("Bob", None)]
    table = select(mail.id).select_from(Person.__table__.join(mail, Person.mails))
    assert session.scalars(table.order_by(mail.id)).all() == [1, 2]
    by_key = select(mail.id).select_from(join(Person, mail, Person.id == mail.person_id))
    assert session.scalars(by_key.order_by(mail.id)).all() == [1, 2]
