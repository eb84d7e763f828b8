"""Every object has the key of its own row, however many there are: proven by reading back a payload
that no other row has, past everything under test.
"""

from typing import Any

import pytest
from orm_api import (
    DeclarativeBase,
    ForeignKey,
    Mapped,
    Session,
    String,
    accord_only,
    insert,
    inspect,
    mapped_column,
    relationship,
    select,
)

COUNTS = (1, 2, 1000, 70_000)


class Base(DeclarativeBase):
    pass


class Parcel(Base):
    __tablename__ = "parcel"

    id: Mapped[int] = mapped_column(primary_key=True)
    payload: Mapped[str] = mapped_column(String(40))
    weight: Mapped[int | None]


class Shelf(Base):
    __tablename__ = "shelf"

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(40))
    things: Mapped[list["Thing"]] = relationship(back_populates="shelf")


class Thing(Base):
    __tablename__ = "thing"

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(40))
    shelf_id: Mapped[int] = mapped_column(ForeignKey("shelf.id"))
    shelf: Mapped[Shelf] = relationship(back_populates="things")


@pytest.fixture
def session(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine, expire_on_commit=False) as session:
        yield session


def parcels(count: int, **more: Any) -> list[Any]:
    """In no order of their payload."""
    return [Parcel(payload=f"p{number * 7919 % 1_000_003}", **more) for number in range(count)]


def stored(rows: Any) -> dict[int, str]:
    return dict(rows("SELECT id, payload FROM parcel"))


@pytest.mark.parametrize("count", COUNTS)
def test_generated_keys(session: Any, rows: Any, count: int) -> None:
    made = parcels(count)
    session.add_all(made)
    session.commit()
    assert {parcel.id: parcel.payload for parcel in made} == stored(rows)
    assert all(inspect(parcel).identity == (parcel.id,) for parcel in made[:1000])


@pytest.mark.parametrize("count", COUNTS)
def test_given_keys(session: Any, rows: Any, count: int) -> None:
    made = parcels(count)
    for number, parcel in enumerate(made):
        parcel.id = 5 + number * 3
    session.add_all(made)
    session.commit()
    assert stored(rows) == {5 + number * 3: p.payload for number, p in enumerate(made)}


@pytest.mark.parametrize("count", COUNTS)
def test_given_and_generated_keys_in_one_flush(session: Any, rows: Any, count: int) -> None:
    made = parcels(count)
    for number, parcel in enumerate(made):
        if number % 3 == 0:
            parcel.id = 1_000_000 + number
    session.add_all(made)
    session.commit()
    assert {parcel.id: parcel.payload for parcel in made} == stored(rows)


def test_rows_that_differ_in_what_is_set(session: Any, rows: Any) -> None:
    made = parcels(300)
    for number, parcel in enumerate(made):
        if number % 2:
            parcel.weight = number
    session.add_all(made)
    session.commit()
    found = rows("SELECT id, payload, weight FROM parcel")
    assert set(found) == {(p.id, p.payload, p.weight) for p in made} and len(found) == 300


def test_rows_that_are_alike_get_a_key_each(session: Any, rows: Any) -> None:
    made = [Parcel(payload="same") for _ in range(500)]
    session.add_all(made)
    session.commit()
    assert {parcel.id for parcel in made} == set(stored(rows)) and len(stored(rows)) == 500


@pytest.mark.parametrize("count", (1, 2, 3000))
def test_children_refer_to_their_own_parent(session: Any, rows: Any, count: int) -> None:
    shelves = [
        Shelf(label=f"s{number}", things=[Thing(label=f"s{number}.{n}") for n in range(3)])
        for number in range(count)
    ]
    session.add_all(shelves)
    session.commit()
    found = rows("SELECT s.label, t.label FROM shelf s JOIN thing t ON t.shelf_id = s.id")
    assert len(found) == 3 * count
    assert all(thing.partition(".")[0] == shelf for shelf, thing in found)
    things = {thing.id: thing.label for shelf in shelves for thing in shelf.things}
    assert things == dict(rows("SELECT id, label FROM thing"))


@accord_only
@pytest.mark.parametrize("count", (2, 1000))
def test_keys_of_a_bulk_insert(session: Any, rows: Any, count: int) -> None:
    made = parcels(count)
    session.bulk_save_objects(made, return_defaults=True)
    session.commit()
    assert {parcel.id: parcel.payload for parcel in made} == stored(rows)


def test_keys_after_other_programs_have_inserted(session: Any, engine: Any, rows: Any) -> None:
    first = parcels(100)
    session.add_all(first)
    session.flush()
    session.commit()
    with engine.begin() as connection:
        others = [{"payload": f"other{number}"} for number in range(50)]
        connection.execute(insert(Parcel.__table__), others)
    second = [Parcel(payload=f"second{number}") for number in range(100)]
    session.add_all(second)
    session.commit()
    content = stored(rows)
    assert {p.id: p.payload for p in first + second}.items() <= content.items()
    assert len(content) == 250
    assert len(session.scalars(select(Parcel)).all()) == 250
