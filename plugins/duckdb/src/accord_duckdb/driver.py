"""The driver: duckdb's connections as the DB-API means them.

DuckDB's `cursor()` is a second connection, every write answers with a row that counts, and COMMIT
of a failed transaction says nothing: hence two classes. In: ConnectArgs. Out: connections.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import duckdb

if TYPE_CHECKING:
    from accord.dialect import ConnectArgs, DBAPIConnection, DBAPICursor, Native, Reply


class Cursor:
    """One statement after the other; rows are fetched from the connection's one result."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execute(self, operation: str, parameters: Any = (), call: str = "execute") -> None:
        self._connection.idle, raw = False, self._connection.raw
        try:
            getattr(raw, call)(operation, parameters or None)
        except duckdb.Error:
            self._connection.failed = True
            raise
        # A write answers with its count, unless it has RETURNING: then there is no count.
        self.rowcount = raw.rowcount
        self.description: Any = raw.description if raw.rowcount < 0 else None

    def executemany(self, operation: str, rows: list[Any]) -> None:
        self.execute(operation, rows, "executemany")

    def __getattr__(self, name: str) -> Any:  # fetchone, fetchmany, fetchall
        return getattr(self._connection.raw, name)

    def close(self) -> None: ...  # the connection goes on


class Connection:
    """One DuckDB connection. `idle`: surely no transaction is open; `failed`: it may be lost."""

    def __init__(self, raw: duckdb.DuckDBPyConnection) -> None:
        self.raw, self.close, self.idle, self.failed = raw, raw.close, True, False

    def cursor(self) -> Cursor:
        return Cursor(self)

    def commit(self) -> None:
        if self.failed:  # COMMIT would roll back in silence; any other statement is refused
            self.raw.execute("SELECT 1")
        self._end("COMMIT")

    def rollback(self) -> None:
        self._end("ROLLBACK")

    def _end(self, statement: str) -> None:
        try:
            self.raw.execute(statement)
        except duckdb.TransactionException as error:
            if "no transaction is active" not in str(error):
                raise
        self.idle, self.failed = True, False


class DuckDB:
    """The module duckdb as a `Driver`."""

    name = "duckdb"
    module = duckdb
    paramstyle = "qmark"
    version = str(duckdb.__version__)
    errors: tuple[type[Exception], ...] = (duckdb.Error, UnicodeEncodeError)

    def connect(self, arguments: ConnectArgs, /) -> DBAPIConnection:
        return self.prepare(duckdb.connect(**cast("Any", arguments.kwargs)), arguments)

    def prepare(self, connection: Any, arguments: ConnectArgs, /) -> DBAPIConnection:
        for statement in arguments.setup:
            connection.execute(statement)
        return cast("DBAPIConnection", Connection(connection))

    def commit(self, connection: DBAPIConnection, /) -> None:
        connection.commit()

    def set_autocommit(self, connection: DBAPIConnection, autocommit: bool, /) -> None:
        """Nothing to do: without BEGIN every statement commits itself."""

    def is_alive(self, connection: DBAPIConnection, /) -> bool:
        try:
            return bool(cast("Connection", connection).raw.execute("SELECT 1"))
        except duckdb.Error:
            return False

    def is_clean(self, connection: DBAPIConnection, /) -> bool:
        return cast("Connection", connection).idle

    def streaming_cursor(self, connection: DBAPIConnection, /) -> DBAPICursor:
        return connection.cursor()

    def native(self, connection: DBAPIConnection, request: Native, /) -> Reply:
        raise duckdb.NotSupportedError(f"duckdb has no call {request.call!r}")
