"""Capabilities about transactions: each with its proof and its probe."""

from __future__ import annotations

from typing import Any

from accord import Column, Integer, Table, func, insert, select, update
from accord.exc import AccordError
from accord_conformance import check
from accord_conformance.declared import LEVELS
from accord_conformance.groups import transactions as behaviours, twophase
from accord_conformance.kit import LONG, Kit
from accord_conformance.models import rows_of, things
from accord_conformance.registry import probe, proof, question


@question("transactions.savepoints")
def savepoints(kit: Kit) -> None:
    """What came after a savepoint is undone by going back to it."""
    behaviours.savepoint_rollback(kit)


@proof("transactions.release_savepoint")
def release_savepoint(kit: Kit) -> None:
    """A savepoint is released: going back to it is an error afterwards."""
    dialect = kit.dialect
    release = dialect.release_savepoint("sp_kit")
    check.true(release is not None, "release_savepoint() gives no text")
    connection = kit.connect()
    connection.execute(insert(things(kit)), {"name": "a"})
    connection.exec_driver_sql(dialect.savepoint("sp_kit"))
    connection.exec_driver_sql(str(release))
    with check.raises(AccordError):
        connection.exec_driver_sql(dialect.rollback_to_savepoint("sp_kit"))


@probe("transactions.release_savepoint")
def probe_release(kit: Kit) -> None:
    """RELEASE SAVEPOINT in the standard's words."""
    connection = kit.connect()
    connection.execute(insert(things(kit)), {"name": "a"})
    connection.exec_driver_sql(kit.dialect.savepoint("sp_kit"))
    connection.exec_driver_sql("RELEASE SAVEPOINT sp_kit")


@question("transactions.two_phase")
def two_phase(kit: Kit) -> None:
    """A transaction is prepared, its connection goes, another one commits it."""
    twophase.unseen_until_commit(kit)


@proof("transactions.transactional_ddl")
def transactional_ddl(kit: Kit) -> None:
    """ROLLBACK undoes CREATE TABLE, and what was written before it."""
    table = things(kit)
    metadata = kit.metadata()
    made = Table(kit.name("undone"), metadata, Column("id", Integer, primary_key=True))
    connection = kit.connect()
    connection.execute(insert(table), {"name": "a"})
    metadata.create_all(connection)
    connection.rollback()
    connection.close()
    check.same(kit.engine.has_table(made.name), False)
    with kit.engine.connect() as other:
        check.same(other.execute(select(func.count()).select_from(table)).scalar(), 0)


@probe("transactions.transactional_ddl")
def probe_transactional_ddl(kit: Kit) -> None:
    """The same, asked for explicitly where accord refuses it."""
    table = things(kit)
    metadata = kit.metadata()
    made = Table(kit.name("undone"), metadata, Column("id", Integer, primary_key=True))
    connection = kit.connect().execution_options(ddl_commits=True)
    connection.execute(insert(table), {"name": "a"})
    metadata.create_all(connection)
    connection.rollback()
    connection.close()
    check.same(kit.engine.has_table(made.name), False)


for _level in LEVELS:

    def _level_works(kit: Kit, level: str = _level) -> None:
        """A connection at this level reads and writes."""
        behaviours.isolation(kit, level)

    def _level_probe(kit: Kit, level: str = _level) -> None:
        """The database takes the level in the standard's words, and in the dialect's way of saying
        it.
        """
        if level == "AUTOCOMMIT":
            check.fail("AUTOCOMMIT is accord's own, and the dialect leaves it out")
        kit.connect().exec_driver_sql(f"SET TRANSACTION ISOLATION LEVEL {level}")

    proof(f"transactions.isolation_levels:{_level}")(_level_works)
    probe(f"transactions.isolation_levels:{_level}")(_level_probe)


@proof("transactions.default_isolation_level")
def default_level(kit: Kit) -> None:
    """A fresh connection is at the level that is said to be the default, as far as reading the same
    row twice can tell.
    """
    level = kit.capabilities.transactions.default_isolation_level
    with kit.connect() as connection:
        check.same(connection.get_isolation_level(), level)
    table = rows_of(kit, 1)
    reader = kit.second()
    check.same(reader.execute(select(table.c.n)).scalar(), 10)

    def write() -> None:
        with kit.engine.begin() as connection:
            connection.execute(update(table).values(n=99))

    with kit.beside(write) as writing:
        blocked = writing.waits()
        again = reader.execute(select(table.c.n)).scalar()
        reader.rollback()
        try:
            writing.finish()
        except AccordError:
            blocked = True
    repeats = blocked or again == 10
    strong = level in ("REPEATABLE READ", "SNAPSHOT", "SERIALIZABLE")
    check.same(repeats, strong, f"{level}: reads the same twice")


@probe("transactions.default_isolation_level")
def other_default(kit: Kit) -> None:
    """Another level is the default as well."""
    check.fail("there is one default")


# --- locks ----------------------------------------------------------------------------------------


@question("transactions.for_update")
def for_update(kit: Kit) -> None:
    """SELECT … FOR UPDATE keeps others from changing the row, and no other row."""
    table = rows_of(kit, 2)
    holder = kit.connect()
    holder.execute(select(table).where(table.c.id == 1).with_for_update()).all()

    def write(key: int) -> None:
        with kit.engine.begin() as connection:
            connection.execute(update(table).where(table.c.id == key).values(n=5))

    with kit.beside(lambda: write(2)) as other:
        if other.waits(1):
            holder.rollback()
            check.fail("another row is locked, too")
    with kit.beside(lambda: write(1)) as writing:
        waited = writing.waits()
        holder.rollback()
        writing.finish()
    check.true(waited, "the row was changed by another transaction")


@question("transactions.skip_locked")
def skip_locked(kit: Kit) -> None:
    """FOR UPDATE SKIP LOCKED leaves out rows that others have locked, without waiting."""
    table = rows_of(kit, 3)
    holder = kit.connect()
    holder.execute(select(table).where(table.c.id == 2).with_for_update()).all()

    def read() -> list[Any]:
        with kit.engine.connect() as connection:
            statement = select(table.c.id).order_by(table.c.id).with_for_update(skip_locked=True)
            return list(connection.execute(statement).scalars())

    with kit.beside(read) as reading:
        waited = reading.waits(LONG / 4)
        holder.rollback()
        found = reading.finish()
    check.true(not waited, "it waited")
    check.equal(found, [1, 3])


@question("transactions.server_side_cursors")
def server_side_cursors(kit: Kit) -> None:
    """A large result is read in pieces while it is open, and may be left half read."""
    table = rows_of(kit, 1000)
    cursor = getattr(kit.dialect.driver, "streaming_cursor", None)
    check.true(cursor is not None, "the driver has no streaming_cursor()")
    with kit.connect() as connection:
        streaming = connection.execution_options(stream_results=True, max_row_buffer=50)
        result = streaming.execute(select(table.c.id).order_by(table.c.id))
        check.equal([row[0] for row in result.fetchmany(120)], list(range(1, 121)))
        result.close()
        result = streaming.execute(select(table.c.id).order_by(table.c.id))
        check.same(sum(1 for _ in result), 1000)
        connection.rollback()
        count = select(func.count()).select_from(table)
        check.same(connection.execute(count).scalar(), 1000)


@question("transactions.statements_beside_stream")
def statements_beside_stream(kit: Kit) -> None:
    """Other statements run while a result is read in pieces, and it loses no row by that."""
    table = rows_of(kit, 1000)
    count = select(func.count()).select_from(table)
    with kit.connect() as connection:
        statement = select(table.c.id).order_by(table.c.id)
        options = {"stream_results": True, "max_row_buffer": 50}
        result = connection.execute(statement, execution_options=options)
        first = result.fetchmany(60)
        check.same(connection.execute(count).scalar(), 1000)
        check.same(len(first) + sum(1 for _ in result), 1000)
