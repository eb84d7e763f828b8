"""What the values of an ORM row are called, and what they can be asked by."""

from typing import Any

import pytest
from orm_api import (
    DeclarativeBase,
    Mapped,
    Session,
    String,
    aliased,
    func,
    mapped_column,
    select,
)


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = "thing"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column("thing_name", String(20))


@pytest.fixture
def session(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Thing(id=1, name="a"), Thing(id=2, name="b")])
        session.commit()
        yield session


def test_values_of_one_name_are_numbered(session: Any) -> None:
    other = aliased(Thing)
    pairs = select(Thing, Thing.id, other.id, other.name).where(Thing.id == 1, other.id == 2)
    row = session.execute(pairs).one()
    assert row._fields == ("Thing", "id", "id_1", "name")
    assert (row.id, row.id_1, row._mapping["id"], row.name) == (1, 2, 1, "b")


def test_a_function_is_called_by_its_name(session: Any) -> None:
    most = func.max(Thing.id)
    row = session.execute(select(func.count(Thing.id), most, func.max(Thing.name))).one()
    assert row._fields == ("count", "max", "max_1")
    assert (row.count, row.max, row.max_1) == (2, 2, "b")


def test_a_value_is_found_by_attribute_and_by_column(session: Any) -> None:
    row = session.execute(select(Thing.id, Thing.name).order_by(Thing.id)).first()
    table = Thing.__table__
    assert row._mapping[Thing.name] == row._mapping[table.c.thing_name] == row.name == "a"
    assert session.execute(select(Thing.name)).scalars(Thing.name).all() == ["a", "b"]
