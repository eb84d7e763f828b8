"""Group disconnect: lost connections, clean pools, resets, forks, interruptions.

The network is cut by a proxy of the kit's own, so no privilege is needed; an embedded database has
no network, and its tests of that are ABSENT.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

from accord import insert, select, update
from accord.exc import AccordError, DBAPIError
from accord_conformance import check
from accord_conformance.model import Absent, Unproven
from accord_conformance.models import rows_of, things
from accord_conformance.proxy import CutProxy
from accord_conformance.registry import group
from accord_conformance.wire import Wire

if TYPE_CHECKING:
    from accord_conformance.kit import Kit

test = group("disconnect")


def _through_proxy(kit: Kit, **options: Any) -> tuple[Any, CutProxy]:
    url = kit.url
    if not url.host:
        raise Absent("an embedded database has no network to lose")
    port = url.port or kit.probe_port()
    if port is None:
        raise Unproven("the port of the server in the URL, to put a proxy in front of it")
    proxy = CutProxy(url.host, port)
    kit.at_end(proxy.close)
    engine = kit.new_engine(url=url.set(host="127.0.0.1", port=proxy.port), **options)
    return engine, proxy


def _readable(proxy: CutProxy) -> None:
    if proxy.encrypted:
        raise Unproven(
            "a connection without TLS, to find a statement on the wire: say so in the URL, with "
            "the option of the driver"
        )


def _lost(error: Any) -> None:
    check.true(error.connection_invalidated, f"not seen as a disconnect: {error.kind}: {error}")
    check.same(str(error.kind), "disconnect")


@test("cut-idle")
def cut_idle(kit: Kit) -> None:
    """A connection cut while idle: the next statement is a disconnect, the one after a rollback
    works.
    """
    engine, proxy = _through_proxy(kit)
    with engine.connect() as connection:
        connection.execute(kit.select_one())
        proxy.cut()
        with check.raises(DBAPIError) as caught:
            connection.execute(kit.select_one())
        _lost(caught.error)
        connection.rollback()
        check.same(connection.execute(kit.select_one()).scalar(), 1)


@test("cut-in-transaction")
def cut_in_transaction(kit: Kit) -> None:
    """A connection cut within a transaction has changed nothing."""
    table = things(kit)
    engine, proxy = _through_proxy(kit)
    connection = kit.connect(engine)
    connection.execute(insert(table), {"name": "lost"})
    proxy.cut()
    with check.raises(DBAPIError) as caught:
        connection.execute(insert(table), {"name": "lost, too"})
    _lost(caught.error)
    connection.rollback()
    connection.close()
    with kit.second() as other:
        check.equal(other.execute(select(table.c.name)).all(), [])


@test("cut-at-statement")
def cut_at_statement(kit: Kit) -> None:
    """A connection cut as a statement is sent is a disconnect."""
    table = things(kit)
    engine, proxy = _through_proxy(kit)
    connection = kit.connect(engine)
    connection.execute(kit.select_one())
    _readable(proxy)
    proxy.cut_before(table.name.encode())
    with check.raises(DBAPIError) as caught:
        connection.execute(insert(table), {"name": "x"})
    _lost(caught.error)


@test("cut-at-reply")
def cut_at_reply(kit: Kit) -> None:
    """A connection cut before the answer came is a disconnect."""
    table = things(kit)
    engine, proxy = _through_proxy(kit)
    connection = kit.connect(engine)
    connection.execute(kit.select_one())
    _readable(proxy)
    proxy.cut_after(table.name.encode())
    with check.raises(DBAPIError) as caught:
        connection.execute(select(table.c.id))
    _lost(caught.error)


@test("cut-pool-clean")
def cut_pool_clean(kit: Kit) -> None:
    """After a cut all connections of the pool are replaced, none is handed out broken twice."""
    engine, proxy = _through_proxy(kit, pool_size=3)
    connections = [engine.connect() for _ in range(3)]
    for connection in connections:
        connection.execute(kit.select_one())
    for connection in connections:
        connection.close()
    proxy.cut()
    failures = 0
    for _ in range(6):
        try:
            with engine.connect() as connection:
                connection.execute(kit.select_one())
        except DBAPIError as error:
            _lost(error)
            failures += 1
    check.true(failures <= 1, f"{failures} of 6 checkouts got a dead connection")


@test("cut-pre-ping")
def cut_pre_ping(kit: Kit) -> None:
    """With pool_pre_ping a cut between two uses is not noticed at all."""
    engine, proxy = _through_proxy(kit, pool_pre_ping=True)
    with engine.connect() as connection:
        connection.execute(kit.select_one())
    proxy.cut()
    with engine.connect() as connection:
        check.same(connection.execute(kit.select_one()).scalar(), 1)


@test("server-away")
def server_away(kit: Kit) -> None:
    """A server that hangs up while connecting is an error in time, and no secret is in it."""
    engine, proxy = _through_proxy(kit)
    proxy.refusing = True
    with check.raises(DBAPIError) as caught:
        engine.connect()
    password = str(kit.url.password or "")
    check.true(len(password) < 5 or password not in str(caught.error), "the password is shown")
    proxy.refusing = False
    with engine.connect() as connection:
        check.same(connection.execute(kit.select_one()).scalar(), 1)


@test("cut-session")
def cut_session(kit: Kit) -> None:
    """A session whose connection was cut works again after rollback()."""
    from accord_conformance.shop import shop

    s = shop(kit)
    engine, proxy = _through_proxy(kit)
    with kit.session(engine) as session:
        session.add(s.Tag(word="kept"))
        session.commit()
        session.add(s.Tag(word="lost"))
        session.flush()
        proxy.cut()
        with check.raises(DBAPIError):
            session.scalars(select(s.Tag)).all()
        session.rollback()
        check.equal(session.scalars(select(s.Tag.word)).all(), ["kept"])


# --- without a network ----------------------------------------------------------------------------


@test("closed-underneath")
def closed_underneath(kit: Kit) -> None:
    """A raw connection closed behind accord's back: an error, then the engine works again."""
    engine = kit.new_engine(pool_size=1)
    connection = kit.connect(engine)
    connection.execute(kit.select_one())
    raw: Any = connection.connection.dbapi_connection
    raw.close()
    with check.raises(AccordError):
        connection.execute(kit.select_one())
    try:
        connection.rollback()
    except AccordError:
        pass
    connection.close()
    with engine.connect() as again:
        check.same(again.execute(kit.select_one()).scalar(), 1)


@test("uncommitted-not-inherited")
def not_inherited(kit: Kit) -> None:
    """What one user of a pooled connection left uncommitted, the next one does not see."""
    table = things(kit)
    engine = kit.new_engine(pool_size=1, max_overflow=0)
    with engine.connect() as connection:
        connection.execute(insert(table), {"name": "left behind"})
    with engine.connect() as connection:
        check.equal(connection.execute(select(table.c.name)).all(), [])


@test("isolation-not-inherited")
def isolation_not_inherited(kit: Kit) -> None:
    """AUTOCOMMIT of one user of a pooled connection ends with him."""
    table = things(kit)
    engine = kit.new_engine(pool_size=1, max_overflow=0)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(kit.select_one())
    with engine.connect() as connection:
        connection.execute(insert(table), {"name": "a"})
        connection.rollback()
    with engine.connect() as connection:
        check.equal(connection.execute(select(table.c.name)).all(), [])


@test("locks-not-inherited")
def locks_not_inherited(kit: Kit) -> None:
    """A connection given back without an end holds no lock."""
    table = rows_of(kit, 1)
    engine = kit.new_engine(pool_size=1, max_overflow=0)
    with engine.connect() as connection:
        connection.execute(update(table).values(n=1))

    def write() -> None:
        with kit.engine.begin() as other:
            other.execute(update(table).values(n=2))

    with kit.beside(write) as writing:
        check.true(not writing.waits(3), "the row is still locked")
        writing.finish()


@test("failed-transaction-not-inherited")
def failed_not_inherited(kit: Kit) -> None:
    """A transaction that failed does not trouble the next user of the connection."""
    engine = kit.new_engine(pool_size=1, max_overflow=0)
    with engine.connect() as connection, check.raises(DBAPIError):
        connection.exec_driver_sql("THIS IS NO SQL")
    with engine.connect() as connection:
        check.same(connection.execute(kit.select_one()).scalar(), 1)


class _Interrupt(Wire):
    """Raises KeyboardInterrupt once, in the middle of a statement."""

    def __init__(self, word: str) -> None:
        self.word: str | None = word

    def execute(self, cursor: Any, text: str, parameters: Any) -> Any:
        """Interrupted after the driver did its work: nobody knows what became of it."""
        result = cursor.execute(text, parameters)
        if self.word and self.word in text:
            self.word = None
            raise KeyboardInterrupt
        return result


@test("interrupted")
def interrupted(kit: Kit) -> None:
    """Ctrl-C within a statement: the transaction is undone, the engine works on."""
    table = things(kit)
    engine = kit.wired(_Interrupt(table.name), pool_size=1, max_overflow=0)
    with check.raises(KeyboardInterrupt), engine.connect() as connection:
        connection.execute(insert(table).values(name="x"))
    with engine.connect() as connection:
        check.equal(connection.execute(select(table.c.name)).all(), [])


@test("fork")
def fork(kit: Kit) -> None:
    """A forked child does not use its parent's connections, and the parent's go on working."""
    if not hasattr(os, "fork"):
        raise Unproven("os.fork, which this platform has not got")
    if threading.active_count() > 1 and "PYTEST_XDIST_WORKER" in os.environ:
        raise Unproven("a process without threads of a test runner; run without -n")
    engine = kit.new_engine()
    with engine.connect() as connection:
        connection.execute(kit.select_one())
        child = os.fork()
        if child == 0:
            os._exit(_child(kit, engine))
        _, status = os.waitpid(child, 0)
        check.same(os.waitstatus_to_exitcode(status), 0, "exit code of the child")
        check.same(connection.execute(kit.select_one()).scalar(), 1)


def _child(kit: Kit, engine: Any) -> int:
    try:
        with engine.connect() as connection:
            return 0 if connection.execute(kit.select_one()).scalar() == 1 else 3
    except BaseException:
        return 4


@test("many-checkouts")
def many_checkouts(kit: Kit) -> None:
    """Two hundred checkouts with errors among them leave the pool as large as it was."""
    engine = kit.new_engine(pool_size=2, max_overflow=0, pool_timeout=5)
    for i in range(200):
        with engine.connect() as connection:
            if i % 10 == 3:
                with check.raises(DBAPIError):
                    connection.exec_driver_sql("THIS IS NO SQL")
            else:
                connection.execute(kit.select_one())
    held = [engine.connect(), engine.connect()]
    for connection in held:
        connection.close()
