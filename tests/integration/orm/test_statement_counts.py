"""How many statements a thousand rows take, on each database: exact counts, so they gate.

New objects, changed objects whose changed values the database makes, deleted objects; in a session
that writes the table for the first time (what it asks the catalog counts) and again.
"""

from typing import Any

import pytest
from orm_api import (
    DateTime,
    DeclarativeBase,
    Mapped,
    Session,
    String,
    accord_only,
    func,
    mapped_column,
)
from requirements import BACKEND
from statements import Statements

COUNT = 1000

#: The first time, what is asked of the catalog included; and later.
INSERTS = {"sqlite": (3, 2), "postgresql": (3, 2), "mariadb": (3, 2), "mysql": (3, 2)}
UPDATES = {"sqlite": 4, "postgresql": 1, "mariadb": 1, "mysql": 1}  # SQLite: 250 rows each
FETCHING_UPDATES = {"sqlite": 8, "postgresql": 1, "mariadb": 2, "mysql": 2}
DELETES = {"sqlite": 4, "postgresql": 1, "mariadb": 1, "mysql": 1}

pytestmark = [
    accord_only,
    pytest.mark.skipif(BACKEND.name not in INSERTS, reason="the counts are about real servers"),
]


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "counted_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    quantity: Mapped[int]


class Stamped(Base):
    __tablename__ = "counted_stamped"
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012 (as programs write it)

    id: Mapped[int] = mapped_column(primary_key=True)
    quantity: Mapped[int]
    changed: Mapped[Any] = mapped_column(DateTime, server_default=func.now(), onupdate=func.now())


@pytest.fixture
def session(engine: Any, statements: Statements) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.connection()
        statements.clear()
        yield session
    Base.metadata.drop_all(engine)


def flushed(session: Any, statements: Statements) -> list[str]:
    statements.clear()
    session.flush()
    return [sent.text[:100] for sent in statements.raw]


def items() -> list[Item]:
    return [Item(name=f"n{number}", quantity=number) for number in range(COUNT)]


def test_new_objects(session: Any, statements: Statements) -> None:
    for limit in INSERTS[BACKEND.name]:
        session.add_all(items())
        sent = flushed(session, statements)
        assert len(sent) <= limit, sent


def test_changed_objects(session: Any, statements: Statements) -> None:
    changed = items()
    session.add_all(changed)
    session.flush()
    for item in changed:
        item.quantity += 1
    sent = flushed(session, statements)
    assert len(sent) <= UPDATES[BACKEND.name], sent


def test_changed_objects_whose_values_come_back(session: Any, statements: Statements) -> None:
    changed = [Stamped(quantity=number) for number in range(COUNT)]
    session.add_all(changed)
    session.flush()
    for item in changed:
        item.quantity += 1
    sent = flushed(session, statements)
    assert len(sent) <= FETCHING_UPDATES[BACKEND.name], sent
    statements.clear()
    assert all(item.changed is not None for item in changed)
    assert not statements.raw


def test_deleted_objects(session: Any, statements: Statements) -> None:
    deleted = items()
    session.add_all(deleted)
    session.flush()
    for item in deleted:
        session.delete(item)
    sent = flushed(session, statements)
    assert len(sent) <= DELETES[BACKEND.name], sent
