"""Set-based UPDATE and DELETE: few statements, the right rows, every type through the join, packets
that fit.
"""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from decimal import Decimal
from typing import Any

import pytest
from servers.databases import Database
from statements import record

from accord import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    Time,
    Uuid,
    func,
    select,
    text,
    update,
)
from accord.dialect import ServerInfo
from accord.dialects.mysql import BIT, LONGTEXT, SET, YEAR, insert
from accord.exc import StaleDataError
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012 - as mapped classes are written

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    stamp: Mapped[int] = mapped_column(server_default="0", onupdate=text("stamp + 1"))
    body: Mapped[str | None] = mapped_column(LONGTEXT)


class Color(enum.Enum):
    red = 1
    green = 2


@pytest.fixture
def items(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    return engine


def fill(engine: Any, count: int) -> None:
    with Session(engine) as session:
        session.add_all([Item(name=f"n{n}") for n in range(count)])
        session.commit()


def test_a_thousand_updates_with_fetched_values_take_five_statements_at_most(
    items: Any, database: Database
) -> None:
    fill(items, 1000)
    with Session(items) as session:
        found = session.scalars(select(Item)).all()
        sent = record(items)
        for n, item in enumerate(found):
            item.name = f"new {n}"
        session.flush()
        assert {item.stamp for item in found} == {1}
        assert len(sent.raw) <= 5
        mine = {item.id: item.name for item in found}
        session.commit()
    assert dict(database.read("SELECT id, name FROM item")) == mine


def test_a_thousand_deletes_take_one_statement(items: Any, database: Database) -> None:
    fill(items, 1000)
    with Session(items) as session:
        found = session.scalars(select(Item)).all()
        sent = record(items)
        for item in found:
            session.delete(item)
        session.commit()
    assert [s.verb for s in sent.raw] == ["DELETE"]
    assert database.read("SELECT count(*) FROM item") == [(0,)]


def test_an_update_that_changes_nothing_counts_as_found(items: Any) -> None:
    fill(items, 3)
    with items.begin() as connection:
        result = connection.execute(update(Item).values(name=Item.name, stamp=Item.stamp))
        assert result.rowcount == 3


def test_a_row_that_is_gone_is_stale(items: Any, database: Database) -> None:
    fill(items, 5)
    with Session(items, expire_on_commit=False) as session:
        found = session.scalars(select(Item)).all()
        session.commit()
        database.write("DELETE FROM item WHERE id = 3")
        for item in found:
            item.name = "changed"
        with pytest.raises(StaleDataError):
            session.flush()


def test_string_keys_are_found_in_their_own_collation(engine: Any) -> None:
    class Own(DeclarativeBase):
        pass

    class Word(Own):
        __tablename__ = "word"

        word: Mapped[str] = mapped_column(
            String(20, collation="utf8mb4_general_ci"), primary_key=True
        )
        part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
        note: Mapped[str] = mapped_column(String(20, collation="utf8mb4_bin"))

    Own.metadata.create_all(engine)
    with Session(engine) as session:
        words = [Word(word=f"w{n}", part=n % 3, note="old") for n in range(50)]
        session.add_all(words)
        session.commit()
        for word in words:
            word.note = f"new {word.word}"
        session.commit()
        session.expire_all()
        assert [word.note for word in words] == [f"new w{n}" for n in range(50)]


VALUES: dict[str, tuple[Any, list[Any]]] = {
    "integer": (Integer(), [1, -2, None]),
    "big": (BigInteger(), [2**63 - 1, -(2**63), None]),
    "text": (Text(), ["a\\'\"%s\0\n😀", "", None]),
    "name": (String(50, collation="utf8mb4_bin"), ["ä", "z", None]),
    "exact": (Numeric(20, 6), [Decimal("12345678901234.123456"), Decimal("-0.000001"), None]),
    "real": (Float(), [0.1 + 0.2, -1e300, None]),
    "truth": (Boolean(), [True, False, None]),
    "day": (Date(), [dt.date(2024, 2, 29), dt.date(1000, 1, 1), None]),
    "moment": (DateTime(), [dt.datetime(2024, 2, 29, 1, 2, 3, 456789), dt.datetime.max, None]),
    "zoned": (
        DateTime(timezone=True),
        [dt.datetime(2024, 2, 29, 1, 2, 3, 456789, tzinfo=dt.UTC), None],
    ),
    "clock": (Time(), [dt.time(23, 59, 59, 999999), dt.time(), None]),
    "bytes": (LargeBinary(), [bytes(range(256)), b"", None]),
    "document": (JSON(), [{"a": [1, None, "ä'\\"]}, [], "x", 1.5, None]),
    "color": (Enum(Color), [Color.red, Color.green, None]),
    "uuid": (Uuid(), [uuid.UUID(int=7), uuid.UUID(int=2**128 - 1), None]),
    "bits": (BIT(5), [0b10101, 0, None]),
    "words": (SET("a", "b", "c"), [{"a", "c"}, set(), None]),
    "year": (YEAR(), [1999, 2155, None]),
}


@pytest.mark.parametrize("kind", VALUES)
def test_every_type_survives_the_join(engine: Any, kind: str) -> None:
    type_, values = VALUES[kind]

    class Own(DeclarativeBase):
        pass

    class Holder(Own):
        __tablename__ = "holder"

        id: Mapped[int] = mapped_column(primary_key=True)
        value = mapped_column(type_)
        other = mapped_column(Integer)

    Own.metadata.create_all(engine)
    with Session(engine) as session:
        holders = [Holder(value=values[0]) for _ in range(len(values) * 2)]
        session.add_all(holders)
        session.commit()
        wanted = [*values, *reversed(values)]
        for holder, value in zip(holders, wanted, strict=True):
            holder.value = value
            holder.other = 1
        session.commit()
        session.expire_all()
        assert [holder.value for holder in holders] == wanted


def with_packet(engine: Any, size: int) -> None:
    """Makes the engine believe that the server takes statements of this size only."""
    with engine.connect():
        server = engine.server
    details = tuple(pair for pair in server.details if pair[0] != "max_allowed_packet")
    engine._server = ServerInfo(
        server.version, server.version_text, (*details, ("max_allowed_packet", str(size)))
    )


def test_statements_are_split_by_what_a_packet_takes(items: Any, database: Database) -> None:
    with_packet(items, 1024 * 1024)
    sent = record(items)
    with Session(items) as session:
        objects = [Item(name=f"n{n}", body="x" * 100_000) for n in range(30)]
        session.add_all(objects)
        session.flush()
        inserts = [s for s in sent.raw if s.verb == "INSERT"]
        assert len(inserts) == 15
        assert all(sum(len(str(v)) for v in s.values) < 1024 * 1024 for s in inserts)
        mine = {item.id: item.name for item in objects}
        for item in objects:
            item.body = "ä" * 100_000
        sent.clear()
        session.commit()
        assert len([s for s in sent.raw if s.verb == "UPDATE"]) == 15
    assert dict(database.read("SELECT id, name FROM item")) == mine


def test_a_batch_larger_than_the_servers_packet_goes_in(items: Any, database: Database) -> None:
    with Session(items) as session:
        session.add_all([Item(name=f"n{n}", body="x" * 60_000) for n in range(700)])
        session.commit()
    assert database.read("SELECT count(*), sum(length(body)) FROM item") == [(700, 42_000_000)]


# -- upsert ---------------------------------------------------------------------------------------


@pytest.fixture
def stock(engine: Any) -> Table:
    metadata = MetaData()
    table = Table(
        "stock",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("code", String(10), unique=True),
        Column("amount", Integer),
        Column("changed", DateTime),
    )
    metadata.create_all(engine)
    return table


def test_upsert_updates_the_row_that_is_there(engine: Any, stock: Table) -> None:
    statement = insert(stock)
    statement = statement.on_duplicate_key_update(
        amount=stock.c.amount + statement.inserted.amount, changed=func.now()
    )
    with engine.begin() as connection:
        connection.execute(statement, {"code": "a", "amount": 5})
        connection.execute(statement, [{"code": "a", "amount": 7}, {"code": "b", "amount": 1}])
        connection.execute(
            statement.values([{"code": "b", "amount": 2}, {"code": "c", "amount": 3}])
        )
        found = connection.execute(select(stock.c.code, stock.c.amount).order_by(stock.c.code))
        assert found.all() == [("a", 12), ("b", 3), ("c", 3)]


def test_upsert_tells_the_key_of_the_row_that_was_there(engine: Any, stock: Table) -> None:
    statement = insert(stock).values(code="a", amount=1)
    statement = statement.on_duplicate_key_update(id=func.last_insert_id(stock.c.id), amount=2)
    with engine.begin() as connection:
        first = connection.execute(statement).inserted_primary_key
        again = connection.execute(statement).inserted_primary_key
        assert first == again


def test_insert_ignore_is_a_prefix(engine: Any, stock: Table) -> None:
    with engine.begin() as connection:
        statement = insert(stock).values(code="a", amount=1).prefix_with("IGNORE")
        assert [connection.execute(statement).rowcount for _ in range(2)] == [1, 0]


def test_upsert_of_a_select(engine: Any, stock: Table) -> None:
    with engine.begin() as connection:
        connection.execute(insert(stock).values(code="a", amount=1))
        source = select(stock.c.code, stock.c.amount)
        statement = insert(stock).from_select(["code", "amount"], source)
        connection.execute(statement.on_duplicate_key_update(amount=9))
        assert connection.scalar(select(stock.c.amount)) == 9
