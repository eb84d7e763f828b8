"""Batches of every size: keys and generated values belong to the rows they came with, counts are
checked, and statements are split by the limits of the database."""

from typing import Any

import pytest
from orm_api import DeclarativeBase, Integer, Mapped, Session, String, func, mapped_column, select
from requirements import BACKEND

from accord import event
from accord.exc import StaleDataError

COUNTS = (1, 2, 1000, 70_000)


class Base(DeclarativeBase):
    pass


class Counted(Base):
    __tablename__ = "counted"

    id: Mapped[int] = mapped_column(primary_key=True)
    payload: Mapped[str] = mapped_column(String(20))


class Given(Base):
    __tablename__ = "given"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    payload: Mapped[str] = mapped_column(String(20))


class Paired(Base):
    __tablename__ = "paired"

    a: Mapped[int] = mapped_column(primary_key=True)
    b: Mapped[str] = mapped_column(String(10), primary_key=True)
    payload: Mapped[int]


class Changing(Base):
    __tablename__ = "changing"
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    n: Mapped[int]
    twice: Mapped[int] = mapped_column(Integer, default=0)


@pytest.fixture
def session(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine, expire_on_commit=False) as session:
        yield session


def payloads(session: Any, cls: Any, *columns: Any) -> dict[Any, Any]:
    rows = session.execute(select(*columns, cls.payload)).all()
    return {tuple(row[:-1]) if len(columns) > 1 else row[0]: row[-1] for row in rows}


@pytest.mark.parametrize("count", COUNTS)
def test_keys_the_database_makes(session: Any, count: int) -> None:
    objects = [Counted(payload=f"p{n}") for n in range(count)]
    session.add_all(objects)
    session.commit()
    found = payloads(session, Counted, Counted.id)
    assert len(found) == count
    assert all(found[obj.id] == obj.payload for obj in objects)


@pytest.mark.parametrize("count", COUNTS)
def test_keys_that_are_given(session: Any, count: int) -> None:
    session.add_all([Given(id=7 * n, payload=f"p{n}") for n in range(count)])
    session.commit()
    assert payloads(session, Given, Given.id) == {7 * n: f"p{n}" for n in range(count)}


@pytest.mark.parametrize("count", [2, 3000])
def test_composite_keys(session: Any, count: int) -> None:
    objects = [Paired(a=n % 10, b=f"b{n}", payload=n) for n in range(count)]
    session.add_all(objects)
    session.commit()
    for obj in objects:
        obj.payload = -obj.payload
    session.commit()
    found = payloads(session, Paired, Paired.a, Paired.b)
    assert found == {(n % 10, f"b{n}"): -n for n in range(count)}
    for obj in objects[::2]:
        session.delete(obj)
    session.commit()
    assert session.scalar(select(func.count()).select_from(Paired)) == count // 2


@pytest.mark.parametrize("count", COUNTS)
def test_updates_and_deletes(session: Any, count: int) -> None:
    objects = [Given(id=n, payload=f"p{n}") for n in range(count)]
    session.add_all(objects)
    session.commit()
    for obj in objects:
        obj.payload = f"q{obj.id}"
    session.commit()
    assert payloads(session, Given, Given.id) == {n: f"q{n}" for n in range(count)}
    for obj in objects:
        session.delete(obj)
    session.commit()
    assert session.scalar(select(func.count()).select_from(Given)) == 0


def test_a_thousand_updates_with_fetched_values_take_few_statements(session: Any) -> None:
    objects = [Changing(id=n, n=n) for n in range(1000)]
    session.add_all(objects)
    session.commit()
    for obj in objects:
        obj.n += 1
        obj.twice = Changing.n + Changing.n
    sent: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *a: sent.append(a[2]))
    session.flush()
    most = {"postgresql": 3, "mysql": 5, "mariadb": 5}.get(BACKEND.name)
    assert most is None or len(sent) <= most
    assert all("twice" in vars(obj) and obj.twice == 2 * obj.id for obj in objects)


@pytest.mark.parametrize("count", [1, 2, 3000])
def test_a_row_that_is_gone_is_noticed_in_a_batch_of_any_size(session: Any, count: int) -> None:
    objects = [Given(id=n, payload=f"p{n}") for n in range(count)]
    session.add_all(objects)
    session.commit()
    session.execute(Given.__table__.delete().where(Given.id == count - 1))
    for obj in objects:
        obj.payload = "changed"
    with pytest.raises(StaleDataError, match=f"expected to update {count} row"):
        session.flush()
    session.rollback()
