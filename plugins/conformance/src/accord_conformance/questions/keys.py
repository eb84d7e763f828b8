"""Capabilities about keys the database makes: each with its proof and its probe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import Column, Identity, Integer, MetaData, Sequence, String, Table, insert, select
from accord.dialect import LastInserted
from accord_conformance import check
from accord_conformance.models import things
from accord_conformance.questions.dml import quoted
from accord_conformance.registry import probe, proof, question

if TYPE_CHECKING:
    from accord_conformance.kit import Kit


@question("keys.lastrowid")
def lastrowid(kit: Kit) -> None:
    """`cursor.lastrowid` is the key of the one row just inserted."""
    table = things(kit)
    with kit.connect() as connection:
        for name in ("a", "b", "c"):
            text = (
                f"INSERT INTO {quoted(kit, table.name)} ({quoted(kit, 'name')}) VALUES ('{name}')"
            )
            told = connection.exec_driver_sql(text).lastrowid
            key = connection.execute(select(table.c.id).where(table.c.name == name)).scalar()
            check.same(told, key)


def _after_many(kit: Kit) -> tuple[Any, list[int]]:
    table = things(kit)
    with kit.connect() as connection:
        connection.execute(insert(table), {"name": "before"})
        text = (
            f"INSERT INTO {quoted(kit, table.name)} ({quoted(kit, 'name')}) "
            "VALUES ('x'), ('y'), ('z')"
        )
        told = connection.exec_driver_sql(text).lastrowid
        keys = select(table.c.id).where(table.c.name != "before").order_by(table.c.id)
        return told, list(connection.execute(keys).scalars())


@proof("keys.lastrowid_many")
def lastrowid_many(kit: Kit) -> None:
    """After a multi-row INSERT it is what the dialect says."""
    says = kit.capabilities.keys.lastrowid_many
    if says is LastInserted.UNDEFINED:
        return
    told, keys = _after_many(kit)
    check.same(told, keys[0] if says is LastInserted.FIRST else keys[-1])


@probe("keys.lastrowid_many")
def lastrowid_many_beyond(kit: Kit) -> None:
    """It is said to be undefined, and is the first or last key."""
    if kit.capabilities.keys.lastrowid_many is not LastInserted.UNDEFINED:
        check.fail("it is defined")
    told, keys = _after_many(kit)
    check.true(told in (keys[0], keys[-1]), f"it is {told!r}")


@question("keys.key_echo")
def key_echo(kit: Kit) -> None:
    """A key that was sent comes back by RETURNING as it was sent, of every type keys have."""
    import datetime as dt
    import uuid
    from decimal import Decimal

    from accord import BigInteger, DateTime, Numeric, Uuid

    keys: list[tuple[Any, Any]] = [
        (Integer(), 7),
        (BigInteger(), 2**40),
        (String(40), "Key with Blanks"),
        (Uuid(), uuid.UUID(int=5)),
        (DateTime(), dt.datetime(2024, 1, 2, 3, 4, 5)),
        (Numeric(8, 2), Decimal("12.50")),
    ]
    for type_, value in keys:
        table = kit.table("echo", Column("id", type_, primary_key=True), Column("n", Integer))
        with kit.connect() as connection:
            statement = insert(table).values(id=value, n=1).returning(table.c.id)
            check.same(connection.execute(statement).scalar(), value)


@question("keys.sequences")
def sequences(kit: Kit) -> None:
    """A sequence is created, gives its numbers in order, and is dropped."""
    metadata = kit.metadata()
    numbers = Sequence(kit.name("numbers"), start=3, increment=2, metadata=metadata)
    kit.create(metadata)
    with kit.connect() as connection:
        found = [connection.execute(select(numbers.next_value())).scalar() for _ in range(3)]
    check.equal(found, [3, 5, 7])


@question("keys.identity")
def identity(kit: Kit) -> None:
    """An identity column counts from its start by its increment."""
    table = kit.table(
        "identity",
        Column("id", Integer, Identity(start=20, increment=5), primary_key=True),
        Column("n", Integer),
    )
    with kit.engine.begin() as connection:
        for n in range(3):
            connection.execute(insert(table), {"n": n})
        found = connection.execute(select(table.c.id).order_by(table.c.n)).scalars().all()
    check.equal(found, [20, 25, 30])


@question("keys.autoincrement")
def autoincrement(kit: Kit) -> None:
    """A single integer primary key counts by itself, at the database."""
    table = things(kit)
    with kit.connect() as connection:
        text = f"INSERT INTO {quoted(kit, table.name)} ({quoted(kit, 'name')}) VALUES "
        for name in ("'a'", "'b'"):
            connection.exec_driver_sql(f"{text}({name})")
        keys = connection.execute(select(table.c.id)).scalars().all()
        check.true(len(set(keys)) == 2 and None not in keys, f"keys {keys}")


@question("keys.autoincrement_explicit")
def autoincrement_explicit(kit: Kit) -> None:
    """A value may be given for such a column, in a hand-written INSERT without further ado."""
    metadata = MetaData()
    table = Table(
        kit.name("explicit"),
        metadata,
        Column("id", Integer, primary_key=True),
        Column("n", Integer),
    )
    kit.create(metadata)
    with kit.connect() as connection:
        names = f"{quoted(kit, 'id')}, {quoted(kit, 'n')}"
        connection.exec_driver_sql(
            f"INSERT INTO {quoted(kit, table.name)} ({names}) VALUES (500, 1)"
        )
        check.same(connection.execute(select(table.c.id)).scalar(), 500)
