"""Group transactions: commit, rollback, savepoints, isolation, and what errors are taken for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import (
    Column,
    Integer,
    Table,
    insert,
    select,
    update,
)
from accord.exc import AccordError, DBAPIError, IntegrityError
from accord_conformance import check
from accord_conformance.declared import LEVELS
from accord_conformance.model import Absent
from accord_conformance.models import rows_of, things
from accord_conformance.registry import group

if TYPE_CHECKING:
    from accord_conformance.kit import Kit

test = group("transactions")


def names(kit: Kit, table: Table) -> list[Any]:
    """Committed names, as another connection sees them."""
    with kit.second() as connection:
        return sorted(connection.execute(select(table.c.name)).scalars(), key=str)


@test("commit")
def commit(kit: Kit) -> None:
    """What was committed is there."""
    table = things(kit)
    connection = kit.connect()
    connection.execute(insert(table), {"name": "a"})
    connection.commit()
    connection.close()
    check.equal(names(kit, table), ["a"])


@test("rollback")
def rollback(kit: Kit) -> None:
    """What was rolled back is not."""
    table = things(kit)
    connection = kit.connect()
    connection.execute(insert(table), {"name": "a"})
    connection.rollback()
    connection.close()
    check.equal(names(kit, table), [])


@test("close-rolls-back")
def close_rolls_back(kit: Kit) -> None:
    """A connection that is closed without commit has changed nothing."""
    table = things(kit)
    with kit.connect() as connection:
        connection.execute(insert(table), {"name": "a"})
    check.equal(names(kit, table), [])


@test("uncommitted-unseen")
def uncommitted_unseen(kit: Kit) -> None:
    """Nobody else sees what was not committed (or waits for it)."""
    table = things(kit)
    connection = kit.connect()
    connection.execute(insert(table), {"name": "a"})

    def read() -> list[Any]:
        with kit.engine.connect() as other:
            return list(other.execute(select(table.c.name)).scalars())

    with kit.beside(read) as reading:
        waited = reading.waits()
        connection.rollback()
        found = reading.finish()
    check.true(waited or found == [], f"another connection saw {found}")
    check.equal(found, [])


@test("begin-block")
def begin_block(kit: Kit) -> None:
    """engine.begin() commits at the end of the block, and rolls back on an exception."""
    table = things(kit)
    with kit.engine.begin() as connection:
        connection.execute(insert(table), {"name": "a"})
    with check.raises(ZeroDivisionError), kit.engine.begin() as connection:
        connection.execute(insert(table), {"name": "b"})
        _ = 1 / 0
    check.equal(names(kit, table), ["a"])


@test("error-then-rollback")
def error_then_rollback(kit: Kit) -> None:
    """After an error and a rollback nothing of the transaction is left, and a new one works."""
    table = things(kit)
    connection = kit.connect()
    connection.execute(insert(table), {"name": "a"})
    with check.raises(DBAPIError):
        connection.execute(insert(table), {"name": "a"})
    connection.rollback()
    connection.execute(insert(table), {"name": "b"})
    connection.commit()
    connection.close()
    check.equal(names(kit, table), ["b"])


@test("commit-after-error")
def commit_after_error(kit: Kit) -> None:
    """COMMIT after a failed statement keeps what went before or raises; silence loses nothing."""
    table = things(kit)
    connection = kit.connect()
    connection.execute(insert(table), {"name": "a"})
    with check.raises(DBAPIError):
        connection.execute(insert(table), {"name": "a"})
    try:
        connection.commit()
    except AccordError:
        connection.rollback()
        connection.close()
        check.equal(names(kit, table), [])
        return
    connection.close()
    check.equal(names(kit, table), ["a"])


@test("error-commits-nothing")
def error_commits_nothing(kit: Kit) -> None:
    """A statement that fails does not commit what went before it."""
    table = things(kit)
    connection = kit.connect()
    connection.execute(insert(table), {"name": "a"})
    with check.raises(DBAPIError):
        connection.exec_driver_sql("THIS IS NO SQL")
    connection.rollback()
    connection.close()
    check.equal(names(kit, table), [])


@test("two-transactions")
def two_transactions(kit: Kit) -> None:
    """One connection runs transactions one after the other, each with its own end."""
    table = things(kit)
    connection = kit.connect()
    for name, keep in (("a", True), ("b", False), ("c", True)):
        connection.execute(insert(table), {"name": name})
        if keep:
            connection.commit()
        else:
            connection.rollback()
    connection.close()
    check.equal(names(kit, table), ["a", "c"])


@test("update-rolled-back")
def update_rolled_back(kit: Kit) -> None:
    """UPDATE and DELETE are undone, too."""
    table = rows_of(kit, 3)
    connection = kit.connect()
    connection.execute(update(table).values(n=0))
    connection.execute(table.delete().where(table.c.id == 1))
    connection.rollback()
    found = connection.execute(select(table.c.n).order_by(table.c.id)).scalars().all()
    check.equal(found, [10, 20, 30])


# --- savepoints -----------------------------------------------------------------------------------


@test("savepoint-rollback", "transactions.savepoints")
def savepoint_rollback(kit: Kit) -> None:
    """Going back to a savepoint undoes what came after it, and nothing else."""
    table = things(kit)
    with kit.engine.begin() as connection:
        connection.execute(insert(table), {"name": "a"})
        nested = connection.begin_nested()
        connection.execute(insert(table), {"name": "b"})
        nested.rollback()
        connection.execute(insert(table), {"name": "c"})
    check.equal(names(kit, table), ["a", "c"])


@test("savepoint-commit", "transactions.savepoints")
def savepoint_commit(kit: Kit) -> None:
    """A savepoint that was kept is part of the transaction."""
    table = things(kit)
    with kit.engine.begin() as connection:
        with connection.begin_nested():
            connection.execute(insert(table), {"name": "a"})
        connection.execute(insert(table), {"name": "b"})
    check.equal(names(kit, table), ["a", "b"])


@test("savepoint-kept-outer-rolled-back", "transactions.savepoints")
def savepoint_outer(kit: Kit) -> None:
    """A kept savepoint goes with its transaction."""
    table = things(kit)
    connection = kit.connect()
    with connection.begin_nested():
        connection.execute(insert(table), {"name": "a"})
    connection.rollback()
    connection.close()
    check.equal(names(kit, table), [])


@test("savepoint-after-error", "transactions.savepoints")
def savepoint_after_error(kit: Kit) -> None:
    """After an error within a savepoint the transaction goes on from the savepoint."""
    table = things(kit)
    with kit.engine.begin() as connection:
        connection.execute(insert(table), {"name": "a"})
        with check.raises(IntegrityError), connection.begin_nested():
            connection.execute(insert(table), {"name": "a"})
        connection.execute(insert(table), {"name": "b"})
    check.equal(names(kit, table), ["a", "b"])


@test("savepoints-nested", "transactions.savepoints")
def savepoints_nested(kit: Kit) -> None:
    """Savepoints within savepoints, the inner kept and the outer undone."""
    table = things(kit)
    with kit.engine.begin() as connection:
        connection.execute(insert(table), {"name": "a"})
        outer = connection.begin_nested()
        connection.execute(insert(table), {"name": "b"})
        with connection.begin_nested():
            connection.execute(insert(table), {"name": "c"})
        outer.rollback()
        connection.execute(insert(table), {"name": "d"})
    check.equal(names(kit, table), ["a", "d"])


@test("savepoints-in-a-row", "transactions.savepoints")
def savepoints_in_a_row(kit: Kit) -> None:
    """Forty savepoints one after the other, every second undone."""
    table = things(kit)
    with kit.engine.begin() as connection:
        for i in range(40):
            nested = connection.begin_nested()
            connection.execute(insert(table), {"name": f"{i:02}"})
            if i % 2:
                nested.rollback()
            else:
                nested.commit()
    check.equal(names(kit, table), [f"{i:02}" for i in range(0, 40, 2)])


@test("session-savepoint", "transactions.savepoints")
def session_savepoint(kit: Kit) -> None:
    """Session.begin_nested(): objects of an undone savepoint are not stored."""
    from accord_conformance.shop import shop

    s = shop(kit)
    with kit.session() as session:
        session.add(s.Tag(word="a"))
        nested = session.begin_nested()
        session.add(s.Tag(word="b"))
        session.flush()
        nested.rollback()
        session.commit()
        check.equal(session.scalars(select(s.Tag.word)).all(), ["a"])


# --- isolation ------------------------------------------------------------------------------------


@test.each([(f"isolation/{level.lower().replace(' ', '-')}", level) for level in LEVELS])
def isolation(kit: Kit, level: str) -> None:
    """A connection at this level reads and writes, and is back at the default afterwards."""
    if level not in kit.capabilities.transactions.isolation_levels:
        raise Absent(f"transactions.isolation_levels: {level} is not on the dialect's list")
    table = things(kit)
    engine = kit.new_engine(pool_size=1, max_overflow=0)
    with engine.connect().execution_options(isolation_level=level) as connection:
        connection.execute(insert(table), {"name": "a"})
        check.equal(connection.execute(select(table.c.name)).scalars().all(), ["a"])
        connection.commit()
    check.equal(names(kit, table), ["a"])
    with engine.connect() as connection:  # the same raw connection, at its own level again
        connection.execute(insert(table), {"name": "b"})
        connection.rollback()
    check.equal(names(kit, table), ["a"])


@test("isolation-engine-wide")
def isolation_engine(kit: Kit) -> None:
    """create_engine(isolation_level="AUTOCOMMIT"): every statement stays at once."""
    table = things(kit)
    engine = kit.new_engine(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(insert(table), {"name": "a"})
        check.equal(names(kit, table), ["a"])
        connection.rollback()
    check.equal(names(kit, table), ["a"])


@test("repeatable-reads")
def repeatable_reads(kit: Kit) -> None:
    """At SERIALIZABLE (or REPEATABLE READ) a transaction reads the same twice, whoever commits in
    between.
    """
    levels = kit.capabilities.transactions.isolation_levels
    level = next((x for x in ("REPEATABLE READ", "SNAPSHOT", "SERIALIZABLE") if x in levels), None)
    if level is None:
        raise Absent("transactions.isolation_levels: none that repeats its reads")
    table = rows_of(kit, 1)
    reader = kit.connect(kit.new_engine(isolation_level=level))
    check.same(reader.execute(select(table.c.n)).scalar(), 10)

    def write() -> None:
        with kit.engine.begin() as connection:
            connection.execute(update(table).values(n=99))

    with kit.beside(write) as writing:
        writing.waits()
        check.same(reader.execute(select(table.c.n)).scalar(), 10)
        reader.rollback()
        try:
            writing.finish()
        except DBAPIError as error:
            check.true(error.retryable, f"the writer failed for good: {error.kind}")


@test("ddl-undone", "transactions.transactional_ddl")
def ddl_undone(kit: Kit) -> None:
    """A table made in a transaction that is rolled back is not there."""
    metadata = kit.metadata()
    table = Table(kit.name("undone"), metadata, Column("id", Integer, primary_key=True))
    connection = kit.connect()
    metadata.create_all(connection)
    connection.execute(insert(table), {"id": 1})
    connection.rollback()
    connection.close()
    check.same(kit.engine.has_table(table.name), False)
