"""One flush takes the rows of tables from any valid state to any other, whatever the constraints.

Models linked by foreign keys only, with unique columns of every kind: rows are inserted, deleted,
change their references and hand their unique values on, in one flush with foreign keys enforced.
The final state is valid; the order of writes is for the unit of work to find.
"""

import os
import random
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from orm_api import (
    DeclarativeBase,
    ForeignKey,
    Mapped,
    Session,
    String,
    UniqueConstraint,
    Uuid,
    accord_only,
    create_engine,
    delete,
    enforcing,
    exc,
    insert,
    mapped_column,
    select,
    transactional,
    update,
)
from servers.databases import Database

PROGRAMS = int(os.environ.get("ACCORD_PROGRAMS", "1000"))
pytestmark = accord_only
# Of the rows in both states these are updated, the others deleted and added anew under their key.
UPDATED = 1.0


class Base(DeclarativeBase):
    pass


class Owner(Base):
    __tablename__ = "owner"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20), unique=True)
    favourite_id: Mapped[int | None] = mapped_column(
        ForeignKey("item.id", use_alter=True, name="favourite")
    )


class Item(Base):
    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("owner_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    number: Mapped[int] = mapped_column(unique=True)
    slot: Mapped[int | None] = mapped_column(unique=True)
    token: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"))
    position: Mapped[int]
    buddy_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))


State = dict[str, dict[int, dict[str, Any]]]
CLASSES = {"owner": Owner, "item": Item}


def random_state(chance: random.Random, size: int) -> State:
    """A valid content of both tables, from a small pool of keys and values."""
    owners = chance.sample(range(1, size + 3), chance.randrange(1, size + 1))
    items = chance.sample(range(1, 2 * size), chance.randrange(0, 2 * size - 1))
    names = chance.sample(range(size + 3), len(owners))
    count = len(items)
    codes, numbers, tokens = (chance.sample(range(2 * size + 1), count) for _ in range(3))
    slots: list[int | None] = [*chance.sample(range(2 * size + 1), count)]
    taken: set[tuple[int, int]] = set()
    state: State = {"owner": {}, "item": {}}
    for key, code, number, token, slot in zip(items, codes, numbers, tokens, slots, strict=True):
        place = chance.choice([(o, p) for o in owners for p in range(count) if (o, p) not in taken])
        taken.add(place)
        state["item"][key] = {
            "code": f"c{code}",
            "number": number,
            "slot": slot if chance.random() < 0.7 else None,
            "token": uuid.UUID(int=token),
            "owner_id": place[0],
            "position": place[1],
            "buddy_id": chance.choice([None, *items]),
        }
    for key, name in zip(owners, names, strict=True):
        state["owner"][key] = {
            "name": f"n{name}",
            "favourite_id": chance.choice([None, *items]),
        }
    return state


def store(engine: Any, state: State) -> None:
    """Writes a state without the unit of work: rows first, then what may only refer to rows."""
    owner, item = Owner.__table__, Item.__table__
    with engine.begin() as connection:
        connection.execute(update(owner).values(favourite_id=None))
        connection.execute(update(item).values(buddy_id=None))
        connection.execute(delete(item))
        connection.execute(delete(owner))
        for table, link in ((owner, "favourite_id"), (item, "buddy_id")):
            content = state[table.name]
            if content:
                lines = [{"id": key, **row, link: None} for key, row in content.items()]
                connection.execute(insert(table), lines)
        for table, link in ((owner, "favourite_id"), (item, "buddy_id")):
            for key, row in state[table.name].items():
                if row[link] is not None:
                    connection.execute(
                        update(table).where(table.c.id == key).values({link: row[link]})
                    )


def stored(engine: Any) -> State:
    state: State = {}
    with engine.connect() as connection:
        for name, cls in CLASSES.items():
            found = [dict(row) for row in connection.execute(select(cls.__table__)).mappings()]
            state[name] = {row.pop("id"): row for row in found}
    return state


def change(session: Any, chance: random.Random, before: State, after: State) -> None:
    """Says to the session what has changed, in any order, old values known or not."""
    steps: list[tuple[str, str, int]] = []
    for table in CLASSES:
        old, new = before[table].keys(), after[table].keys()
        for key in old | new:
            both = key in old and key in new
            # A row that is in both states may as well be replaced by another of the same key.
            if both and chance.random() < UPDATED:
                steps.append(("update", table, key))
            else:
                steps += [("delete", table, key)] * (key in old)
                steps += [("insert", table, key)] * (key in new)
    objects = {
        (table, key): session.get(CLASSES[table], key)
        for kind, table, key in steps
        if kind != "insert"
    }
    if chance.random() < 0.4:
        session.expire_all()
    chance.shuffle(steps)
    with session.no_autoflush:
        for kind, table, key in steps:
            if kind == "insert":
                session.add(CLASSES[table](id=key, **after[table][key]))
            elif kind == "delete":
                session.delete(objects[table, key])
            else:
                for name, value in after[table][key].items():
                    setattr(objects[table, key], name, value)


@pytest.fixture(scope="module")
def database(module_database: Database) -> Iterator[tuple[Any, Database]]:
    engine = enforcing(transactional(create_engine(module_database.url)))
    Base.metadata.create_all(engine)
    yield engine, module_database
    engine.dispose()


def run(database: tuple[Any, Database], seed: int) -> bool:
    """Whether the change went through; a circle that cannot be broken is refused, nothing lost."""
    engine, _ = database
    chance = random.Random(seed)
    size = chance.randrange(2, 6)
    before, after = random_state(chance, size), random_state(chance, size)
    store(engine, before)
    with Session(engine) as session:
        change(session, chance, before, after)
        try:
            session.commit()
        except exc.UniqueCycleError:
            session.rollback()
            assert stored(engine) == before
            return False
    assert stored(engine) == after
    return True


@given(seed=st.integers(0, 2**32))
@settings(max_examples=PROGRAMS, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_valid_state_is_reached_in_one_flush(database: tuple[Any, Database], seed: int) -> None:
    run(database, seed)


def test_circles_that_cannot_be_broken_are_rare(database: tuple[Any, Database]) -> None:
    assert sum(run(database, seed) for seed in range(300)) == 300
