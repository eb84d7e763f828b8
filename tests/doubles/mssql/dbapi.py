"""pymssql's DB-API as its sources describe it (`_pymssql.pyx`, `_mssql.pyx` of 2.4.6), over the
double's server.

Values are written into the statement by pymssql's own function, so that what the server of the
double gets is what a real one would. Results belong to the connection: what one cursor has not
fetched is gone when another executes. In: calls of the driver. Out: rows and pymssql's exceptions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pymssql import _mssql, exceptions

from . import rules
from .errors import ServerError, of_connection, of_execute, of_fetch
from .server import Server
from .session import Result, Session

NoParams = _mssql.NoParams
LOST = (20047, b"DB-Lib error message 20047, severity 9:\nDBPROCESS is dead or not enabled\n")


class Connection:
    """`_pymssql.pyx`, class Connection."""

    def __init__(self, server: Server, autocommit: bool, use_datetime2: bool) -> None:
        self._server = server
        self._session: Session | None = Session(server)
        self._autocommit = autocommit
        self._use_datetime2 = use_datetime2
        self._result: Result | None = None
        self._owner: Cursor | None = None
        self._place = 0
        self._dead = False
        server.connections += 1
        if not autocommit:
            self._run("BEGIN TRAN")

    # -- what pymssql has --------------------------------------------------------------------------

    @property
    def autocommit_state(self) -> bool:
        return self._autocommit

    @property
    def _conn(self) -> Session:
        if self._session is None:
            raise exceptions.InterfaceError("Connection is closed.")
        return self._session

    def autocommit(self, status: bool) -> None:
        if status == self._autocommit:
            return
        self._run("ROLLBACK TRAN" if status else "BEGIN TRAN")
        self._autocommit = status

    def cursor(self, as_dict: bool | None = None, arraysize: int | None = None) -> Cursor:
        return Cursor(self)

    def commit(self) -> None:
        if self._autocommit:
            return
        try:
            self._run("COMMIT TRAN")
            self._run("BEGIN TRAN")
        except Exception as error:
            raise exceptions.OperationalError(
                f"Cannot commit transaction: {error.args[0]}"
            ) from error

    def rollback(self) -> None:
        if self._autocommit:
            return
        try:
            self._run("ROLLBACK TRAN")
        except _mssql.MSSQLException as error:
            if "no corresponding BEGIN TRANSACTION" not in str(error):
                raise
        self._run("BEGIN TRAN")

    def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            self._server.connections -= 1
            session.close()

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- for tests ---------------------------------------------------------------------------------

    def kill(self) -> None:
        """The server ends the session: KILL, or a restart."""
        self._dead = True
        if self._session is not None:
            self._session.close()

    # -- inside ------------------------------------------------------------------------------------

    def _run(self, text: str) -> None:
        try:
            self._conn.batch(text)
        except ServerError as error:
            raise of_connection(error) from error

    def _execute(self, cursor: Cursor, text: bytes) -> Result:
        self._result, self._owner, self._place = None, None, 0
        session = self._conn
        if self._dead:
            raise exceptions.OperationalError(*LOST)
        shown = text.partition(b"\0")[0].decode("utf-8")  # dbcmd() takes a C string
        try:
            results = session.batch(shown)
        except ServerError as error:
            if error.severity >= 20:
                self.kill()
            raise of_execute(error) from error
        with_rows = [result for result in results if result.names is not None]
        result = with_rows[0] if with_rows else (results[-1] if results else Result())
        self._result, self._owner = result, cursor
        return result

    def _rows(self, count: int | None) -> list[tuple[Any, ...]]:
        """What the connection has to give, to whichever cursor asks."""
        result = self._result
        if result is None:
            return []
        end = len(result.rows) if count is None else self._place + count
        rows = result.rows[self._place : end]
        self._place += len(rows)
        if result.error is not None and self._place >= len(result.rows):
            error, result.error = result.error, None
            raise of_fetch(error)
        return rows


class Cursor:
    """`_pymssql.pyx`, class Cursor."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._source: Connection | None = connection
        self.description: tuple[tuple[Any, ...], ...] | None = None
        self.rowcount = 0

    @property
    def connection(self) -> Connection:
        if self._source is None:
            raise exceptions.InterfaceError("Cursor is closed.")
        return self._source

    @property
    def lastrowid(self) -> Any:
        """Another statement: SELECT SCOPE_IDENTITY()."""
        result = self.connection._execute(self, b"SELECT SCOPE_IDENTITY() AS x")
        return result.rows[0][0]

    def execute(self, operation: Any, params: Any = NoParams) -> None:
        self.description = None
        self.rowcount = 0
        connection = self.connection
        if params is not NoParams:
            count = len(params) if isinstance(params, list | tuple | dict) else 1
            try:
                rules.check_parameters(count)
            except ServerError as error:
                raise of_execute(error) from error
            text = _mssql.substitute_params(operation, params, connection._use_datetime2)
        else:
            text = operation.encode() if isinstance(operation, str) else operation
        result = connection._execute(self, text)
        if result.names is not None:
            self.description = tuple([(name, 1, *[None] * 5) for name in result.names])
            self.rowcount = -1  # known when all rows were read
        else:
            self.rowcount = result.count

    def executemany(self, operation: Any, seq_of_parameters: Sequence[Any], **_: Any) -> None:
        count = 0
        for params in seq_of_parameters:
            self.execute(operation, params)
            count += self.rowcount
        self.rowcount = count

    def _fetch(self, count: int | None) -> list[tuple[Any, ...]]:
        if self.description is None:
            raise exceptions.OperationalError(
                "Statement not executed or executed statement has no resultset"
            )
        rows = self.connection._rows(count)
        result = self.connection._result
        if result is not None and (count is None or len(rows) < count):
            self.rowcount = result.count
        return rows

    def fetchone(self) -> tuple[Any, ...] | None:
        rows = self._fetch(1)
        return rows[0] if rows else None

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        return self._fetch(self.arraysize if size is None else size)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self._fetch(None)

    def nextset(self) -> None:
        return None

    def close(self) -> None:
        self._source = None
        self.description = None

    def __iter__(self) -> Cursor:
        return self

    def __next__(self) -> tuple[Any, ...]:
        row = self.fetchone()
        if row is None:
            raise StopIteration
        return row
