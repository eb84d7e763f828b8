"""psycopg 3 as a `Driver`: connections, cursors that stream, calls no other driver has.

psycopg begins transactions by itself, so that a raw connection behaves as the DB-API says; its
autocommit mode is on only where accord asks for it. In: ConnectArgs, Native requests. Out: psycopg
connections, Replies.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, Self

import psycopg
from psycopg.pq import ExecStatus, PipelineStatus, TransactionStatus

from accord.exc import ArgumentError

from . import adapt, native

if TYPE_CHECKING:
    from types import ModuleType

    from accord.dialect import ConnectArgs, DBAPIConnection, DBAPICursor, Native, Reply

_FORBIDDEN = {
    "autocommit": 'use create_engine(..., isolation_level="AUTOCOMMIT")',
    "row_factory": "accord reads plain tuples",
    "cursor_factory": "accord brings its own cursor",
    "client_encoding": "it is always UTF8",
}
_WANTED = {"standard_conforming_strings": "on", "IntervalStyle": "postgres"}
"""Settings a server or role may have otherwise, and that literals or psycopg rely on."""
_IDLE = TransactionStatus.IDLE


class Connection(psycopg.Connection[Any]):
    """A psycopg connection that keeps its prepared statements when a transaction is rolled back.

    psycopg drops them all then, with a round trip more, for a rollback may take a table back that a
    statement is about. Every session that only read ends with ROLLBACK, and would prepare anew; so
    they are dropped only after a transaction in which something else than rows may have changed,
    and when another connection of this process has changed a definition since.
    """

    definitions: ClassVar[int] = 0
    """How often a connection of this process has changed definitions."""
    seen = 0
    """The value of `definitions` up to which this connection has forgotten its statements."""
    only_rows = True
    """Whether the statements of this transaction read and wrote rows, and nothing else."""

    def rollback(self) -> None:
        """ROLLBACK; psycopg's own way unless everything is in order."""
        session = self.pgconn
        keeps, self.only_rows = self.only_rows, True
        if (
            keeps
            and session.transaction_status == TransactionStatus.INTRANS
            and session.pipeline_status == PipelineStatus.OFF
            and session.exec_(b"ROLLBACK").status == ExecStatus.COMMAND_OK
        ):
            return
        super().rollback()

    def about(self, query: object) -> None:
        """Take note of a statement that is about to be executed."""
        if not isinstance(query, str) or _ABOUT_ROWS(query) is None:
            self.only_rows = False
            if not isinstance(query, str) or _ABOUT_SESSION(query) is None:
                Connection.definitions += 1
        elif self.seen != Connection.definitions and self.pgconn.transaction_status == _IDLE:
            self._forget_statements()

    def _forget_statements(self) -> None:
        """As psycopg does it: by a rollback, of a transaction that has done nothing."""
        self.seen = Connection.definitions
        self.pgconn.exec_(b"BEGIN")
        super().rollback()


_ABOUT_ROWS = re.compile(
    r"\s*\(*(?:SELECT|INSERT|UPDATE|DELETE|WITH|VALUES|MERGE|SAVEPOINT|RELEASE|ROLLBACK TO|SHOW)\b",
    re.IGNORECASE,
).match
_ABOUT_SESSION = re.compile(
    r"\s*(?:BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SET|RESET|LOCK|PREPARE TRANSACTION|DECLARE|FETCH|"
    r"CLOSE|LISTEN|NOTIFY|UNLISTEN|ANALYZE|EXPLAIN)\b",
    re.IGNORECASE,
).match


class Cursor(psycopg.Cursor[Any]):
    """A psycopg cursor that tells its connection what it executes."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        """psycopg's execute()."""
        self.connection.about(query)  # type: ignore[attr-defined]  # a Connection of ours
        return super().execute(query, params, **options)


class Psycopg:
    """psycopg as a `Driver`."""

    name = "psycopg"
    module: ModuleType = psycopg
    paramstyle = "format"
    version = psycopg.__version__
    # Beyond its own errors, psycopg lets one of Python's out when a string is no text.
    errors: tuple[type[Exception], ...] = (psycopg.Error, UnicodeEncodeError)

    def connect(self, arguments: ConnectArgs, /) -> psycopg.Connection[Any]:
        """Connect and prepare."""
        options = dict(arguments.kwargs)
        for name, reason in _FORBIDDEN.items():
            if name in options and not (name == "client_encoding" and options[name] == "UTF8"):
                raise ArgumentError(f"connect argument {name!r} is not available: {reason}")
        connection = _open(options)
        try:
            self.prepare(connection, arguments)
        except BaseException:
            connection.close()
            raise
        return connection

    def prepare(self, connection: DBAPIConnection, arguments: ConnectArgs, /) -> None:
        """accord's adapters, the settings accord relies on; transactions as the DB-API has them."""
        if not isinstance(connection, psycopg.Connection):
            raise psycopg.InterfaceError(
                f"creator must return a psycopg.Connection, not {type(connection).__qualname__}"
            )
        if not connection.autocommit:
            connection.rollback()
            connection.autocommit = True
        adapt.register(connection.adapters)
        if arguments.read_json is not None:
            adapt.read_json_with(arguments.read_json, connection)
        for setting, wanted in _WANTED.items():
            if connection.info.parameter_status(setting) not in (wanted, None):
                connection.execute(f"SET {setting} = {wanted}")
        for statement in arguments.setup:
            connection.execute(statement)
        connection.autocommit = False

    def streaming_cursor(self, connection: DBAPIConnection, /) -> DBAPICursor:
        """A server-side cursor; where the statement cannot have one, a plain one."""
        assert isinstance(connection, psycopg.Connection)
        return native.streaming_cursor(connection)

    def commit(self, connection: DBAPIConnection, /) -> None:
        """COMMIT, believed only when the server says COMMIT: of a failed transaction it answers
        ROLLBACK, without an error."""
        assert isinstance(connection, psycopg.Connection)
        if connection.pgconn.transaction_status == _IDLE:
            return
        cursor = connection.cursor()
        cursor.execute("COMMIT")
        if isinstance(connection, Connection):
            connection.only_rows = True
        if cursor.statusmessage != "COMMIT":
            raise psycopg.errors.InFailedSqlTransaction(
                "COMMIT was answered with ROLLBACK: a statement of the transaction had failed, so "
                "nothing of it was kept"
            )

    def set_autocommit(self, connection: DBAPIConnection, autocommit: bool, /) -> None:
        """Whether psycopg begins a transaction before a statement outside one."""
        assert isinstance(connection, psycopg.Connection)
        connection.autocommit = autocommit

    def is_alive(self, connection: DBAPIConnection, /) -> bool:
        try:
            connection.cursor().execute("SELECT 1", ())
            connection.rollback()
        except psycopg.Error:
            return False
        return True

    def is_clean(self, connection: DBAPIConnection, /) -> bool:
        if not isinstance(connection, psycopg.Connection) or connection.closed:
            return False
        session = connection.pgconn
        return session.transaction_status == _IDLE and session.pipeline_status == PipelineStatus.OFF

    def native(self, connection: DBAPIConnection, request: Native, /) -> Reply:
        assert isinstance(connection, psycopg.Connection)
        return native.perform(connection, request)


def _open(options: dict[str, object]) -> Connection:
    return Connection.connect(autocommit=True, cursor_factory=Cursor, **options)  # type: ignore[arg-type]  # options are the user's
