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
