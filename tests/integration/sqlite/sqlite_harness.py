"""Drives Steps against a real sqlite3 connection: the smallest runner there can be, and a Bind to
go with it."""

import sqlite3
from typing import Any

from accord.dialect import ConnectArgs, Execute, ExecuteMany, Reply
from accord_sqlite import SQLiteDialect
from accord_sqlite.driver import PySQLite


class Cache(dict):
    def put(self, key: Any, value: Any) -> None:
        self[key] = value


class Bind:
    """What strategies know of an engine. `version` makes SQLite older than it is."""

    def __init__(self, version: tuple[int, ...] = sqlite3.sqlite_version_info) -> None:
        self.name = "test"
        self.dialect = SQLiteDialect()
        self.server = None
        self.capabilities = self.dialect.capabilities.at(version)
        self.compiled = Cache()
        self.plans = Cache()
        self.key_plans: dict[Any, Any] = {}


class Database:
    """One connection and a bind; `sent` are the requests since it was cleared."""

    def __init__(self, path: str = ":memory:", **options: Any) -> None:
        self.bind = Bind(**options)
        self.connection = PySQLite().connect(ConnectArgs((path,)))
        self.sent: list[Any] = []

    def script(self, sql: str) -> None:
        self.connection.executescript(sql)

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, parameters).fetchall()

    def run(self, steps: Any) -> Any:
        reply = None
        while True:
            try:
                request = steps.send(reply)
            except StopIteration as done:
                return done.value
            self.sent.append(request)
            reply = self.perform(request)

    def perform(self, request: Execute | ExecuteMany) -> Reply:
        if isinstance(request, Execute):
            cursor = self.connection.execute(request.text, request.parameters)
            rows = cursor.fetchall() if cursor.description else []
            return Reply(rows, cursor.rowcount, cursor.lastrowid)
        cursor = self.connection.executemany(request.text, request.rows)
        return Reply([], cursor.rowcount)

    @property
    def texts(self) -> list[str]:
        return [request.text for request in self.sent]

    @property
    def kinds(self) -> list[str]:
        """The first words of what was sent, executemany marked with a star."""
        return [
            request.text.split()[0] + ("*" if isinstance(request, ExecuteMany) else "")
            for request in self.sent
        ]

    # -- statements of accord.sql -----------------------------------------------------------------

    def compile(self, statement: Any) -> tuple[str, Any]:
        dialect = self.bind.dialect
        return dialect.renderer(dialect.target).compile(statement).parameters(statement.binds)

    def execute(self, statement: Any) -> list[tuple[Any, ...]]:
        """Rows as a user gets them: values through the types of the columns."""
        dialect = self.bind.dialect
        compiled = dialect.renderer(dialect.target).compile(statement)
        cursor = self.connection.execute(*compiled.parameters(statement.binds))
        results = [column.result for column in compiled.columns]
        return [
            tuple(
                convert(value) if convert else value
                for convert, value in zip(results, row, strict=True)
            )
            for row in cursor.fetchall()
        ]

    def value(self, expression: Any) -> Any:
        from accord.sql.select import Select

        return self.execute(Select(expression))[0][0]

    def create(self, metadata: Any) -> list[str]:
        """create_all(); the statements."""
        from accord.schema import create_plan

        dialect = self.bind.dialect
        renderer = dialect.ddl_renderer(dialect.target, sql_renderer=dialect.renderer)
        texts = []
        for step in create_plan(metadata, renderer=type(renderer)):
            if not hasattr(step, "fire"):
                texts.append(renderer.render(step))
                self.connection.execute(texts[-1])
        return texts
