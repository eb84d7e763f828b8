"""A DB-API in memory that does as it is told, for tests of pool and connection."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest


class FakeError(Exception):
    """The driver's error."""


class FakeCursor:
    def __init__(self, connection: FakeConnection) -> None:
        self.connection = connection
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.closed = False
        self._rows: Iterator[tuple[Any, ...]] = iter(())

    def execute(self, text: str, parameters: Any = ()) -> FakeCursor:
        self.connection.say("execute", text, parameters)
        answer = self.connection.server.answer(text, parameters)
        if isinstance(answer, BaseException):
            raise answer
        names, rows, self.rowcount = answer
        self.description = [(name, None, None, None, None, None, None) for name in names] or None
        self._rows = iter(rows)
        return self

    def executemany(self, text: str, rows: Any) -> None:
        self.connection.say("executemany", text, rows)
        answer = self.connection.server.answer(text, rows)
        if isinstance(answer, BaseException):
            raise answer
        self.rowcount = len(rows)

    def fetchall(self) -> list[tuple[Any, ...]]:
        failure = self.connection.server.fail_fetch
        if failure is not None:
            raise failure
        return list(self._rows)

    def fetchmany(self, size: int = 1) -> list[tuple[Any, ...]]:
        self.connection.say("fetchmany", size)
        return list(itertools.islice(self._rows, size))

    def fetchone(self) -> tuple[Any, ...] | None:
        return next(self._rows, None)

    def close(self) -> None:
        self.closed = True


class FakeConnection:
    def __init__(self, server: FakeServer, number: int) -> None:
        self.server = server
        self.number = number
        self.closed = False
        self.dirty = False
        self.log: list[tuple[Any, ...]] = []

    def say(self, *what: Any) -> None:
        self.log.append(what)
        self.server.log.append((self.number, *what))
        if self.closed:
            raise FakeError("closed")

    def cursor(self) -> FakeCursor:
        return FakeCursor(self)

    def commit(self) -> None:
        self.say("commit")

    def rollback(self) -> None:
        self.say("rollback")
        if self.server.fail_rollback is not None:
            raise self.server.fail_rollback

    def close(self) -> None:
        self.say("close")
        self.closed = True


class FakeServer:
    """Counts what is open and keeps one log; `answer` says what statements return."""

    def __init__(self) -> None:
        self.log: list[tuple[Any, ...]] = []
        self.connections: list[FakeConnection] = []
        self.answers: dict[str, Any] = {}
        self.fail_connect: BaseException | None = None
        self.fail_rollback: BaseException | None = None
        self.fail_fetch: BaseException | None = None

    def connect(self) -> FakeConnection:
        if self.fail_connect is not None:
            raise self.fail_connect
        connection = FakeConnection(self, len(self.connections) + 1)
        self.connections.append(connection)
        self.log.append((connection.number, "open"))
        return connection

    def answer(self, text: str, parameters: Any) -> Any:
        answer = self.answers.get(text, ([], [], 0))
        return answer(parameters) if callable(answer) else answer

    @property
    def open(self) -> list[int]:
        return [one.number for one in self.connections if not one.closed]


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.fixture
def fake_error() -> type[FakeError]:
    return FakeError


Creator = Callable[[], FakeConnection]


class FakeDriver:
    """The driver over a FakeServer."""

    name = "fakedb"
    paramstyle = "qmark"
    version = "1"
    errors = (FakeError,)
    module = None

    def __init__(self, server: FakeServer) -> None:
        self.server = server
        self.clean = True
        self.alive = True
        self.arguments: Any = None

    def connect(self, arguments: Any, /) -> FakeConnection:
        self.arguments = arguments
        connection = self.server.connect()
        self.prepare(connection, arguments)
        return connection

    def prepare(self, connection: Any, arguments: Any, /) -> None:
        self.server.log.append((connection.number, "prepare"))

    def streaming_cursor(self, connection: Any, /) -> Any:
        self.server.log.append((connection.number, "streaming cursor"))
        return connection.cursor()

    def commit(self, connection: Any, /) -> None:
        connection.commit()

    def set_autocommit(self, connection: Any, autocommit: bool, /) -> None:
        self.server.log.append((connection.number, "autocommit", autocommit))

    def is_alive(self, connection: Any, /) -> bool:
        return self.alive

    def is_clean(self, connection: Any, /) -> bool:
        return self.clean

    def native(self, connection: Any, request: Any, /) -> Any:
        from accord.dialect import Reply

        self.server.log.append((connection.number, "native", request.call))
        return Reply([], 7)


def make_dialect(server: FakeServer) -> type:  # noqa: C901  (one method per question)
    from accord.dialect import (
        Capabilities,
        ConnectArgs,
        Dialect,
        ErrorInfo,
        ErrorKind,
        Execute,
        Keys,
        ServerInfo,
        Transactions,
    )
    from accord.dialect.support import YES
    from accord.schema.ddl import DDLRenderer
    from accord.sql.render import Renderer
    from accord.sql.target import RenderTarget
    from accord.sqltypes.table import STANDARD

    class FakeDialect(Dialect):
        name = "fake"
        drivers = {"fakedb": "nowhere:FakeDriver"}
        default_driver = "fakedb"
        renderer = Renderer
        ddl_renderer = DDLRenderer
        types = STANDARD
        key_strategies = ()
        capabilities = Capabilities(
            keys=Keys(lastrowid=YES),
            transactions=Transactions(
                isolation_levels=("AUTOCOMMIT", "READ COMMITTED", "SERIALIZABLE"),
                default_isolation_level="READ COMMITTED",
            ),
        )

        def _import_driver(self) -> Any:
            return FakeDriver(server)

        def render_target(self, paramstyle: str) -> RenderTarget:
            return RenderTarget("fake", paramstyle)

        def connect_args(self, url: Any) -> ConnectArgs:
            return ConnectArgs((), {"host": url.host, "password": url.password})

        def probe(self, bind: Any) -> Any:
            yield Execute(bind, "SELECT version()", ())
            return ServerInfo((1, 2), "Fake 1.2")

        def classify(self, error: BaseException) -> ErrorInfo:
            text = str(error)
            if "unique" in text:
                return ErrorInfo(ErrorKind.UNIQUE, constraint_name="uq_x")
            if "deadlock" in text:
                return ErrorInfo(ErrorKind.DEADLOCK, retryable=True, hint="try again")
            if "gone" in text:
                return ErrorInfo(ErrorKind.DISCONNECT, disconnect=True)
            return ErrorInfo()

        def has_table_steps(self, bind: Any, table_name: str, schema: str | None = None) -> Any:
            reply = yield Execute(bind, "HAS TABLE", (table_name,))
            return bool(reply.rows)

        def begin_statement(self, write: bool) -> str | None:
            return "BEGIN WRITE" if write else "BEGIN"

    return FakeDialect


@pytest.fixture
def fake_engine(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function like create_engine, whose engines talk to `server`."""
    from accord.engine import create_engine
    from accord.hooks import entrypoints

    dialect = make_dialect(server)
    monkeypatch.setattr(entrypoints, "load_dialect", lambda name: dialect)

    def make(url: str = "fake://u:s3cr3t@host/db", **options: Any) -> Any:
        return create_engine(url, **options)

    return make
