"""What a program sees when its server dies, when answers are lost, when it is interrupted, and when
a connection is used wrongly: a classified error, a clean pool, a next transaction that works.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from requirements import BACKEND, not_on
from servers.faultproxy import FaultProxy
from servers.provide import LocalServer, Provider, Unavailable, Undelivered, with_driver
from servers.table import wanted

from accord import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    exc,
    insert,
    literal,
    make_url,
    select,
    text,
)
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column

pytestmark = not_on("sqlite", "a file has no server that could die")

SLEEP = {
    "postgresql": "SELECT pg_sleep({})",
    "mysql": "SELECT sleep({})",
    "mariadb": "SELECT sleep({})",
}
# How another connection ends a statement of this one, and what tells this one's number.
CANCEL = {
    "postgresql": ("SELECT pg_backend_pid()", "SELECT pg_cancel_backend({})"),
    "mysql": ("SELECT connection_id()", "KILL QUERY {}"),
    "mariadb": ("SELECT connection_id()", "KILL QUERY {}"),
}
ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) "
    "SELECT count(*) FROM n a CROSS JOIN n b CROSS JOIN n c CROSS JOIN n d WHERE a.i + b.i > c.i"
)
# Bytes on the wire are matched: no TLS.
PLAIN = {"postgresql": {"sslmode": "disable"}}.get(BACKEND.name, {"ssl_disabled": True})
metadata = MetaData()
notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("body", String(50), unique=True),
)


class Base(DeclarativeBase):
    pass


class Page(Base):
    __tablename__ = "page"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(50))


@pytest.fixture(scope="module")
def server(provider: Provider) -> Iterator[LocalServer]:
    """A server of our own: it is going to be killed."""
    try:
        server = provider.own(wanted(), f"own{os.getpid()}")
        server.start()
    except (Unavailable, Undelivered) as reason:
        pytest.skip(str(reason))
    yield server
    server.destroy()


Make = Callable[..., Any]


@pytest.fixture
def make(server: LocalServer) -> Iterator[Make]:
    """Engines on the server that is killed; its tables are there and empty."""
    engines = []

    def make(**options: Any) -> Any:
        url = make_url(with_driver(server.start(), wanted()))
        if "port" in options:
            url = url.set(port=options.pop("port"))
            options["connect_args"] = PLAIN
        engines.append(create_engine(url, **options))
        return engines[-1]

    first = make()
    for each in (metadata, Base.metadata):
        each.drop_all(first)
        each.create_all(first)
    first.dispose()
    yield make
    for engine in engines:
        engine.dispose()


def bodies(engine: Any) -> list[str]:
    with engine.connect() as connection:
        return sorted(connection.execute(select(notes.c.body)).scalars())


def works(engine: Any, body: str = "after") -> None:
    """The next transaction does, and the pool lends nothing out."""
    with engine.begin() as connection:
        connection.execute(insert(notes), {"body": body})
        assert connection.scalar(select(literal(4711))) == 4711
    assert body in bodies(engine)
    assert engine.pool.checkedout() == 0


def lost(error: Any) -> None:
    """The error says that the connection is gone, whatever words the driver has for it."""
    assert error.kind == "disconnect"
    assert error.connection_invalidated


def noticed(engine: Any) -> None:
    """A pooled connection is lost: its first use says so, or another one was taken in time."""
    with engine.connect() as connection:
        try:
            connection.execute(select(notes)).all()
        except exc.OperationalError as error:
            lost(error)


# --- the server dies ------------------------------------------------------------------------------


def test_killed_under_a_pool(make: Make, server: LocalServer) -> None:
    engine = make(pool_size=3)
    held = [engine.connect() for _ in range(3)]
    for connection in held:
        connection.execute(select(notes)).all()
        connection.close()
    server.crash()
    server.start()
    noticed(engine)
    works(engine)


def test_killed_under_a_pool_that_asks_first(make: Make, server: LocalServer) -> None:
    engine = make(pool_size=3, pool_pre_ping=True)
    works(engine, "before")
    server.crash()
    server.start()
    works(engine)
    assert bodies(engine) == ["after", "before"]


def test_killed_in_a_transaction(make: Make, server: LocalServer) -> None:
    engine = make()
    works(engine, "kept")
    with pytest.raises(exc.OperationalError) as caught, engine.begin() as connection:
        connection.execute(insert(notes), {"body": "lost"})
        server.crash()
        connection.execute(insert(notes), {"body": "never"})
    lost(caught.value)
    server.start()
    works(engine)
    assert bodies(engine) == ["after", "kept"]


def test_killed_before_commit(make: Make, server: LocalServer) -> None:
    engine = make()
    works(engine, "kept")
    with engine.connect() as connection:
        connection.execute(insert(notes), {"body": "lost"})
        server.crash()
        with pytest.raises(exc.OperationalError) as caught:
            connection.commit()
        lost(caught.value)
    server.start()
    works(engine)
    assert bodies(engine) == ["after", "kept"]


def test_killed_in_the_middle_of_a_statement(make: Make, server: LocalServer) -> None:
    engine = make()
    killer = threading.Timer(0.5, server.crash)
    with engine.connect() as connection:
        connection.execute(insert(notes), {"body": "lost"})
        killer.start()
        with pytest.raises(exc.OperationalError) as caught:
            connection.execute(text(SLEEP[BACKEND.name].format(60)))
    killer.join()
    lost(caught.value)
    server.start()
    works(engine)
    assert bodies(engine) == ["after"]


def test_killed_in_a_flush(make: Make, server: LocalServer) -> None:
    engine = make()
    with Session(engine) as session:
        page = Page(title="one")
        session.add(page)
        session.flush()
        server.crash()
        session.add(Page(title="two"))
        with pytest.raises(exc.OperationalError) as caught:
            session.flush()
        lost(caught.value)
        session.rollback()
        server.start()
        session.add(page)
        session.commit()
        assert session.scalars(select(Page.title)).all() == ["one"]
    assert engine.pool.checkedout() == 0


def test_a_server_that_is_away_is_said_so(make: Make, server: LocalServer) -> None:
    engine = make()
    server.crash()
    with pytest.raises(exc.OperationalError) as caught:
        engine.connect()
    # A killed server may still accept, and then reset, while the system ends its threads.
    assert caught.value.kind in ("cannot_connect", "disconnect")
    assert engine.pool.checkedout() == 0
    server.start()
    works(engine)


# --- the network breaks ---------------------------------------------------------------------------


@pytest.fixture
def proxy(make: Make, server: LocalServer) -> Iterator[FaultProxy]:
    url = make_url(server.start())
    with FaultProxy(str(url.host), int(url.port or 0)) as proxy:
        yield proxy


def test_cut_connections_under_a_pool(make: Make, proxy: FaultProxy) -> None:
    engine = make(port=proxy.port)
    works(engine, "before")
    proxy.cut()
    noticed(engine)
    works(engine)


@pytest.mark.parametrize("arrives", [False, True], ids=["before the server", "before the answer"])
def test_cut_at_commit(make: Make, proxy: FaultProxy, arrives: bool) -> None:
    """One error, whether the row is there or not: an error of COMMIT says that nobody knows."""
    engine = make(port=proxy.port)
    works(engine, "before")
    with engine.connect() as connection:
        connection.execute(insert(notes), {"body": "unknown"})
        (proxy.cut_on_reply_to if arrives else proxy.cut_on)(b"COMMIT")
        with pytest.raises(exc.DBAPIError) as caught:
            connection.commit()
    lost(caught.value)
    works(engine)
    assert ("unknown" in bodies(engine)) == arrives


def test_cut_in_the_middle_of_a_statement(make: Make, proxy: FaultProxy) -> None:
    engine = make(port=proxy.port)
    cutter = threading.Timer(0.4, proxy.cut)
    with engine.connect() as connection:
        connection.execute(select(notes)).all()
        cutter.start()
        with pytest.raises(exc.OperationalError) as caught:
            connection.execute(text(SLEEP[BACKEND.name].format(3)))
    cutter.join()
    lost(caught.value)
    works(engine)


# --- the program is interrupted -------------------------------------------------------------------


def test_cancelled_by_another_connection(make: Make) -> None:
    engine = make()
    ask, cancel = CANCEL[BACKEND.name]
    with engine.connect() as connection:
        number = connection.exec_driver_sql(ask).scalar()

        def end() -> None:
            time.sleep(0.4)
            with engine.connect() as other:
                other.exec_driver_sql(cancel.format(number))

        thread = threading.Thread(target=end)
        thread.start()
        started = time.monotonic()
        connection.execute(insert(notes), {"body": "lost"})
        with pytest.raises(exc.DBAPIError) as caught:
            connection.execute(text(ENDLESS))
        thread.join()
        assert time.monotonic() - started < 30
        assert not caught.value.connection_invalidated
        connection.rollback()
        assert connection.scalar(select(literal(1))) == 1
    works(engine)
    assert bodies(engine) == ["after"]


@pytest.fixture
def listening() -> Iterator[None]:
    """To Control-C; a process in the background begins life deaf to it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupt_after(seconds: float) -> threading.Timer:
    """Control-C, as the terminal sends it."""
    timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    return timer


def test_keyboard_interrupt_in_the_middle_of_a_query(make: Make, listening: None) -> None:
    """Whatever was still to come on that connection never answers the next question."""
    engine = make(pool_size=1, max_overflow=0)
    works(engine, "before")
    timer = interrupt_after(0.4)
    with pytest.raises(KeyboardInterrupt), engine.connect() as connection:
        connection.execute(insert(notes), {"body": "lost"})
        connection.execute(text(SLEEP[BACKEND.name].format(3)))
        pytest.fail("it was not interrupted")
    timer.join()
    works(engine)
    assert bodies(engine) == ["after", "before"]


def test_keyboard_interrupt_in_a_flush(make: Make, listening: None) -> None:
    engine = make(pool_size=1, max_overflow=0)
    with pytest.raises(KeyboardInterrupt), Session(engine) as session:
        session.add(Page(title="lost"))
        session.flush()
        timer = interrupt_after(0.4)
        session.execute(text(SLEEP[BACKEND.name].format(3)))
        pytest.fail("it was not interrupted")
    timer.join()
    works(engine)
    with Session(engine) as session:
        assert session.scalars(select(Page)).all() == []


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_fork_in_a_transaction(make: Make) -> None:
    """The child neither uses nor ends what belongs to the parent."""
    engine = make()
    with Session(engine) as session:
        session.add(Page(title="parent"))
        session.flush()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                with Session(engine) as own:
                    own.add(Page(title="child"))
                    own.commit()
                code = 0
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        session.add(Page(title="parent again"))
        session.commit()
        assert sorted(session.scalars(select(Page.title))) == ["child", "parent", "parent again"]
    works(engine)


# --- used by two threads at once ------------------------------------------------------------------


def test_one_connection_in_two_threads(make: Make) -> None:
    """No thread gets the other one's answer; the pool gets no connection back in disorder."""
    engine = make(pool_size=1, max_overflow=0)
    wrong: list[Any] = []
    refused: list[BaseException] = []

    def ask(connection: Any, number: int) -> None:
        for _ in range(200):
            try:
                found = connection.scalar(select(literal(number)))
            except exc.AccordError as error:
                refused.append(error)
            except BaseException as error:
                wrong.append(error)
            else:
                if found != number:
                    wrong.append(found)

    with engine.connect() as connection:
        threads = [threading.Thread(target=ask, args=(connection, n)) for n in (1, 2, 3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        connection.rollback()
    assert wrong == []
    works(engine)
