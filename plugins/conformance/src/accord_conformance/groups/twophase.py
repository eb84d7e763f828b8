"""Group twophase: prepared transactions, as `accord.dialect.TwoPhase` promises them.

Every connection here belongs to an engine of the test's own: some databases keep a prepared branch
in the hands of its connection until that is gone. What is left is rolled back after each test.
"""

from __future__ import annotations

import contextlib
import re
import time
from typing import TYPE_CHECKING, Any

from accord import insert, select
from accord.dialect import TwoPhase
from accord.exc import AccordError, DBAPIError
from accord_conformance import check
from accord_conformance.kit import LONG
from accord_conformance.model import Unproven
from accord_conformance.models import things
from accord_conformance.registry import group

if TYPE_CHECKING:
    from accord_conformance.kit import Kit

test = group("twophase")
NEED = "transactions.two_phase"

_SETTING = re.compile(r"max_prepared|disabled|privilege|denied|permission|not allowed", re.I)


def ready(kit: Kit) -> None:
    """UNPROVEN with the server's own words where it refuses to prepare anything at all."""
    kit.when_disconnected(lambda: _clean(kit))
    known = kit.kept.get("twophase")
    if known is None:
        try:
            connection = kit.connect(kit.new_engine())
            transaction = connection.begin_twophase(xid(kit))
            connection.execute(insert(things(kit)), {"name": "try"})
            transaction.prepare()
            transaction.rollback()
            connection.close()
            known = ""
        except DBAPIError as error:
            if not _SETTING.search(str(error)):
                raise
            known = str(error).split("\n[SQL", 1)[0].replace("\n", " ")
        kit.kept["twophase"] = known
    if known:
        raise Unproven(f"a server that prepares transactions; it says: {known}")


def xid(kit: Kit, suffix: str = "") -> str:
    """An identifier of this run."""
    return kit.name("x") + suffix


def lose(raw: Any, connection: Any, engine: Any) -> None:
    """The connection is gone, as if its process had died: nothing was said to the server."""
    raw.close()
    with contextlib.suppress(AccordError):
        connection.close()
    engine.dispose()


def decide(kit: Kit, gid: str, *, commit: bool = True) -> None:
    """Commit or roll back a branch whose connection is gone. Some servers take a moment to notice
    that it is, and leave the branch in its hands until then.
    """
    until = time.monotonic() + LONG
    while True:
        with kit.engine.connect() as connection:
            try:
                if commit:
                    connection.commit_prepared(gid)
                else:
                    connection.rollback_prepared(gid)
                return
            except AccordError:
                if time.monotonic() > until:
                    raise
        time.sleep(0.05)


def _clean(kit: Kit) -> None:
    with kit.engine.connect() as connection:
        left = [x for x in connection.recover_twophase() if str(x).startswith(kit.prefix)]
        connection.rollback()
        for item in left:
            connection.rollback_prepared(item)


def prepared(kit: Kit, name: str, gid: str | None = None) -> str:
    """A prepared insert of one row whose connection is gone."""
    table = things(kit)
    gid = gid or xid(kit)
    engine = kit.new_engine()
    connection = engine.connect()
    raw: Any = connection.connection.dbapi_connection
    transaction = connection.begin_twophase(gid)
    connection.execute(insert(table), {"name": name})
    transaction.prepare()
    lose(raw, connection, engine)
    return gid


def names(kit: Kit) -> list[Any]:
    with kit.engine.connect() as connection:
        return sorted(connection.execute(select(things_table(kit).c.name)).scalars())


def prepared_with(kit: Kit, name: str, gid: str) -> str:
    table = things_table(kit)
    engine = kit.new_engine()
    connection = engine.connect()
    raw: Any = connection.connection.dbapi_connection
    transaction = connection.begin_twophase(gid)
    connection.execute(insert(table), {"name": name})
    transaction.prepare()
    lose(raw, connection, engine)
    return gid


def things_table(kit: Kit) -> Any:
    """The shared table as it is, not emptied."""
    return kit.shared_tables("things")[0]


def listed(kit: Kit) -> list[str]:
    with kit.engine.connect() as connection:
        return [x for x in connection.recover_twophase() if str(x).startswith(kit.prefix)]


@test("class-agrees")
def class_agrees(kit: Kit) -> None:
    """`two_phase` names a class exactly when the capability is declared."""
    declared = bool(kit.capabilities.transactions.two_phase)
    check.same(kit.dialect.two_phase is not None, declared)
    if kit.dialect.two_phase is not None:
        check.true(issubclass(kit.dialect.two_phase, TwoPhase), "it is no TwoPhase")


@test("refused-by-name")
def refused_by_name(kit: Kit) -> None:
    """Where there is none, begin_twophase() says why before anything is sent."""
    if kit.declares(NEED):
        return
    engine, record = kit.recorded()
    with engine.connect() as connection:
        connection.execute(kit.select_one())
        connection.rollback()
        sent = len(record.sent)
        with check.raises(AccordError) as caught:
            connection.begin_twophase()
    reason = kit.capabilities.transactions.two_phase.reason
    check.true(reason in str(caught.error), f"the reason is missing: {caught.error}")
    check.same(len(record.sent), sent)


@test("prepare-and-commit", NEED)
def prepare_and_commit(kit: Kit) -> None:
    """A prepared transaction is committed by its own connection."""
    ready(kit)
    table = things(kit)
    connection = kit.connect(kit.new_engine())
    transaction = connection.begin_twophase(xid(kit))
    connection.execute(insert(table), {"name": "a"})
    transaction.prepare()
    transaction.commit()
    check.equal(names(kit), ["a"])


@test("prepare-and-rollback", NEED)
def prepare_and_rollback(kit: Kit) -> None:
    """A prepared transaction is rolled back by its own connection."""
    ready(kit)
    table = things(kit)
    connection = kit.connect(kit.new_engine())
    transaction = connection.begin_twophase(xid(kit))
    connection.execute(insert(table), {"name": "a"})
    transaction.prepare()
    transaction.rollback()
    check.equal(names(kit), [])


@test("commit-without-prepare", NEED)
def commit_without_prepare(kit: Kit) -> None:
    """commit() prepares by itself."""
    ready(kit)
    table = things(kit)
    connection = kit.connect(kit.new_engine())
    transaction = connection.begin_twophase(xid(kit))
    connection.execute(insert(table), {"name": "a"})
    transaction.commit()
    check.equal(names(kit), ["a"])
    check.equal(listed(kit), [])


@test("rollback-without-prepare", NEED)
def rollback_without_prepare(kit: Kit) -> None:
    """A branch that was never prepared is rolled back and forgotten."""
    ready(kit)
    table = things(kit)
    connection = kit.connect(kit.new_engine())
    transaction = connection.begin_twophase(xid(kit))
    connection.execute(insert(table), {"name": "a"})
    transaction.rollback()
    check.equal(names(kit), [])
    check.equal(listed(kit), [])


@test("connection-goes-on", NEED)
def connection_goes_on(kit: Kit) -> None:
    """After the end of a branch its connection works as before, with and without two phases."""
    ready(kit)
    table = things(kit)
    connection = kit.connect(kit.new_engine())
    for name in ("a", "b"):
        transaction = connection.begin_twophase(xid(kit))
        connection.execute(insert(table), {"name": name})
        transaction.commit()
    connection.execute(insert(table), {"name": "c"})
    connection.commit()
    check.equal(names(kit), ["a", "b", "c"])


@test("unseen-until-commit", NEED)
def unseen_until_commit(kit: Kit) -> None:
    """Prepared is not committed: nobody sees it."""
    ready(kit)
    gid = prepared(kit, "a")
    check.equal(names(kit), [])
    decide(kit, gid)
    check.equal(names(kit), ["a"])


@test("rollback-by-another", NEED)
def rollback_by_another(kit: Kit) -> None:
    """A branch whose connection is gone is rolled back by another one."""
    ready(kit)
    gid = prepared(kit, "a")
    decide(kit, gid, commit=False)
    check.equal(names(kit), [])
    check.equal(listed(kit), [])


@test("survives-disconnect", NEED)
def survives_disconnect(kit: Kit) -> None:
    """A prepared branch is there after its connection is gone, and listed."""
    ready(kit)
    gid = prepared(kit, "a")
    check.equal(listed(kit), [gid])


@test("unprepared-dies-with-connection", NEED)
def unprepared_dies(kit: Kit) -> None:
    """A branch that was not prepared goes with its connection."""
    ready(kit)
    table = things(kit)
    engine = kit.new_engine()
    connection = engine.connect()
    raw: Any = connection.connection.dbapi_connection
    connection.begin_twophase(xid(kit))
    connection.execute(insert(table), {"name": "a"})
    lose(raw, connection, engine)
    check.equal(listed(kit), [])
    check.equal(names(kit), [])


@test("commit-twice", NEED)
def commit_twice(kit: Kit) -> None:
    """Committing what is committed already is no error."""
    ready(kit)
    gid = prepared(kit, "a")
    decide(kit, gid)
    with kit.engine.connect() as connection:
        connection.commit_prepared(gid)
    check.equal(names(kit), ["a"])


@test("rollback-twice", NEED)
def rollback_twice(kit: Kit) -> None:
    """Rolling back what is gone already is no error."""
    ready(kit)
    gid = prepared(kit, "a")
    decide(kit, gid, commit=False)
    with kit.engine.connect() as connection:
        connection.rollback_prepared(gid)
    check.equal(names(kit), [])
