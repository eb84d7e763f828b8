"""Group twophase, second part: votes, branches, identifiers, locks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import insert, select, update
from accord.dialect import Outcome
from accord.exc import AccordError, ArgumentError, DBAPIError
from accord_conformance import check
from accord_conformance.groups.twophase import (
    NEED,
    decide,
    listed,
    lose,
    names,
    prepared,
    prepared_with,
    ready,
    xid,
)
from accord_conformance.models import rows_of, things
from accord_conformance.registry import group

if TYPE_CHECKING:
    from accord_conformance.kit import Kit

test = group("twophase")


@test("failed-votes-no", NEED)
def failed_votes_no(kit: Kit) -> None:
    """A transaction in which a statement failed is prepared whole or not at all; never half."""
    ready(kit)
    table = things(kit)
    connection = kit.connect(kit.new_engine())
    gid = xid(kit)
    transaction = connection.begin_twophase(gid)
    connection.execute(insert(table), {"name": "a"})
    with check.raises(DBAPIError):
        connection.execute(insert(table), {"name": "a"})
    try:
        transaction.prepare()
    except AccordError:
        transaction.rollback()
        connection.close()
        check.equal(listed(kit), [])
        check.equal(names(kit), [])
        return
    check.true(gid in listed(kit), "the vote was yes, and nothing is prepared")
    transaction.commit()
    check.equal(names(kit), ["a"])


@test("failed-then-usable", NEED)
def failed_then_usable(kit: Kit) -> None:
    """After a branch that failed its engine hands out working connections."""
    ready(kit)
    table = things(kit)
    engine = kit.new_engine(pool_size=1, max_overflow=0)
    connection = engine.connect()
    transaction = connection.begin_twophase(xid(kit))
    with check.raises(DBAPIError):
        connection.exec_driver_sql("THIS IS NO SQL")
    transaction.rollback()
    connection.close()
    with engine.begin() as again:
        again.execute(insert(table), {"name": "a"})
    check.equal(names(kit), ["a"])


@test("two-branches", NEED)
def two_branches(kit: Kit) -> None:
    """Two branches of one transaction, each with an end of its own."""
    ready(kit)
    things(kit)
    gid = xid(kit)
    # Names no test has used: InnoDB locks the gap beside a unique value that was deleted lately.
    first = prepared_with(kit, "branch one", f"{gid}/b1")
    second = prepared_with(kit, "branch two", f"{gid}/b2")
    check.same_set(listed(kit), [first, second])
    decide(kit, second)
    decide(kit, first, commit=False)
    check.equal(names(kit), ["branch two"])


@test("long-identifier", NEED)
def long_identifier(kit: Kit) -> None:
    """56 characters of transaction and 20 of branch, as accord's coordinator makes them."""
    ready(kit)
    gid = (xid(kit) + "." + "v" * 60)[:56] + "/" + ("b01." + "q" * 20)[:20]
    check.equal(prepared(kit, "a", gid), gid)
    check.equal(listed(kit), [gid])
    decide(kit, gid)
    check.equal(names(kit), ["a"])


@test.each(
    [
        ("identifier/quote", "a'b"),
        ("identifier/semicolon", "a;b"),
        ("identifier/blank", "a b"),
        ("identifier/percent", "a%b"),
        ("identifier/backslash", "a\\b"),
        ("identifier/nul", "a\x00b"),
        ("identifier/accent", "é"),
        ("identifier/two-slashes", "a/b/c"),
        ("identifier/too-long", "x" * 300),
    ],
    NEED,
)
def identifiers_refused(kit: Kit, gid: str) -> None:
    """A strange identifier is an ArgumentError before anything is sent with it."""
    engine, record = kit.recorded()
    connection = kit.connect(engine)
    with check.raises(ArgumentError):
        connection.begin_twophase(gid)
    check.true(not [sent for sent in record.sent if gid in sent.text], "it was sent")


@test("locks-held", NEED)
def locks_held(kit: Kit) -> None:
    """A prepared branch keeps its rows locked until it is decided."""
    ready(kit)
    table = rows_of(kit, 1)
    engine = kit.new_engine()
    connection = engine.connect()
    raw: Any = connection.connection.dbapi_connection
    gid = xid(kit)
    transaction = connection.begin_twophase(gid)
    connection.execute(update(table).values(n=1))
    transaction.prepare()
    lose(raw, connection, engine)

    def write() -> None:
        with kit.engine.begin() as other:
            other.execute(update(table).values(n=2))

    with kit.beside(write) as writing:
        waited = writing.waits()
        decide(kit, gid)
        writing.finish()
    check.true(waited, "the row was not locked")
    with kit.engine.connect() as reader:
        check.same(reader.execute(select(table.c.n)).scalar(), 2)


@test("read-only-branch", NEED)
def read_only_branch(kit: Kit) -> None:
    """A branch that only read is prepared or has nothing to commit; commit() is no error."""
    ready(kit)
    table = things(kit)
    connection = kit.connect(kit.new_engine())
    transaction = connection.begin_twophase(xid(kit))
    connection.execute(select(table.c.id)).all()
    transaction.prepare()
    transaction.commit()
    check.equal(listed(kit), [])


@test("empty-branch", NEED)
def empty_branch(kit: Kit) -> None:
    """A branch without any statement ends without an error."""
    ready(kit)
    connection = kit.connect(kit.new_engine())
    transaction = connection.begin_twophase(xid(kit))
    transaction.commit()
    check.equal(listed(kit), [])


@test("votes", NEED)
def votes(kit: Kit) -> None:
    """`prepare` of the dialect answers with a Vote, YES for a branch that wrote."""
    ready(kit)
    table = things(kit)
    connection = kit.connect(kit.new_engine())
    transaction = connection.begin_twophase(xid(kit))
    connection.execute(insert(table), {"name": "a"})
    transaction.prepare()
    check.same(transaction.is_prepared, True)
    transaction.rollback()


@test("listed-by-prefix", NEED)
def listed_by_prefix(kit: Kit) -> None:
    """`list_prepared` gives those that start with the prefix, and no others."""
    ready(kit)
    gid = prepared(kit, "a")
    two_phase = kit.dialect.two_phase
    check.true(two_phase is not None, "there is no class")
    with kit.engine.connect() as connection:
        steps = two_phase().list_prepared(kit.engine, gid)  # type: ignore[misc]  # checked
        check.equal([item.xid for item in connection.run(steps)], [gid])
        other = two_phase().list_prepared(kit.engine, "no_such_prefix_")  # type: ignore[misc]  # checked
        check.equal(list(connection.run(other)), [])


@test("outcome-honest", NEED)
def outcome_honest(kit: Kit) -> None:
    """`outcome` of a token nobody knows is UNKNOWN or ABORTED, never COMMITTED."""
    ready(kit)
    two_phase = kit.dialect.two_phase
    with kit.engine.connect() as connection:
        try:
            steps = two_phase().outcome(kit.engine, xid(kit))  # type: ignore[misc]  # declared
            found = connection.run(steps)
        except AccordError:
            return
    check.true(found in (Outcome.UNKNOWN, Outcome.ABORTED), f"it says {found}")


@test("savepoint-inside", NEED, "transactions.savepoints")
def savepoint_inside(kit: Kit) -> None:
    """Savepoints work within a branch."""
    ready(kit)
    table = things(kit)
    connection = kit.connect(kit.new_engine())
    transaction = connection.begin_twophase(xid(kit))
    connection.execute(insert(table), {"name": "a"})
    nested = connection.begin_nested()
    connection.execute(insert(table), {"name": "b"})
    nested.rollback()
    transaction.prepare()
    transaction.commit()
    check.equal(names(kit), ["a"])
