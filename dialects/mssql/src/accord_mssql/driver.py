"""The driver `pymssql`, with transactions under accord's control.

pymssql begins a transaction of its own again after each commit, asks the server for
SCOPE_IDENTITY() when `lastrowid` is read, and discards the rows of one cursor when another
executes. So its connection works in autocommit mode inside a `Connection` of ours that begins and
ends transactions itself, and its cursors inside a `Cursor` (cursor.py). In: ConnectArgs. Out:
Connections.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn, cast

from accord.exc import ArgumentError

from .cursor import Cursor, sendable

if TYPE_CHECKING:
    from accord.dialect import ConnectArgs, DBAPIConnection, Native, Reply

_FORBIDDEN = {
    "autocommit": "accord begins transactions itself; use create_engine(isolation_level=...)",
    "as_dict": "accord reads rows as tuples",
    "use_datetime2": "accord sends dates and times as text, with all their digits",
    "charset": "accord sends and reads UTF-8",
}
_ROLLED_BACK = (
    "The server has rolled the transaction back after an earlier error; what would follow now "
    "would be outside any transaction. Call rollback() and begin again."
)
_BEGUN_TWICE = (
    "COMMIT did not end the transaction: a BEGIN TRANSACTION was sent as text. Begin transactions "
    "with Connection.begin() or Session.begin(), savepoints with begin_nested()."
)


class Connection:
    """A pymssql connection in autocommit mode; transactions are begun by `BEGIN TRANSACTION`.

    After an error inside a transaction it asks, before the next statement, whether the transaction
    still stands: SQL Server ends it by itself after some errors, and statements would then be
    committed one by one.
    """

    __slots__ = ("_begun", "_count", "_doubt", "_module", "_raw", "reading")

    def __init__(self, module: Any, raw: Any) -> None:
        self._module = module
        self._raw = raw
        self._begun = False
        self._doubt = False
        self._count: int | None = 0
        self.reading: Cursor | None = None

    @property
    def driver_connection(self) -> Any:
        """pymssql's own connection."""
        return self._raw

    def cursor(self) -> Cursor:
        """A new cursor."""
        return Cursor(self, self._raw.cursor())

    def before(self, cursor: Cursor, operation: str) -> None:
        """What has to be done before a statement is sent."""
        if self.reading is not None:
            reading, self.reading = self.reading, None
            if reading is not cursor:
                reading.keep_rest()
        if "\0" in operation:
            raise self._module.ProgrammingError(
                0, b"a statement cannot contain the character U+0000: the driver would cut it there"
            )
        if operation == "BEGIN TRANSACTION":
            self._begun = True
        elif self._doubt and self._begun and not operation.startswith("SET "):
            if self._ask("SELECT XACT_STATE() AS state") == 0:
                raise self._module.OperationalError(0, _ROLLED_BACK.encode())
            self._doubt = False

    def quoted(self, parameters: Any) -> Any:
        """Values as SQL text, quoted by pymssql: a tuple, or a dictionary by name."""
        if not parameters:
            return ()
        written = self._module._mssql.quote_data(sendable(parameters))
        if isinstance(written, dict):
            return {name: value.decode() for name, value in written.items()}
        return tuple([value.decode() for value in written])

    def quietly(self, text: str) -> None:
        """A statement whose failure changes nothing: the connection is gone then."""
        try:
            self._raw.cursor().execute(text)
        except Exception:
            self._doubt = True

    def failed(self, error: Exception) -> NoReturn:
        """After an error: doubt the transaction, raise. Marks and values that do not go together
        are the driver's error, too."""
        self._doubt = self._begun
        wrong_marks = isinstance(error, TypeError | ValueError | KeyError)
        if wrong_marks and not isinstance(error, UnicodeError):
            text = f"{type(error).__name__}: {error}".encode()
            raise self._module.ProgrammingError(0, text) from error
        raise error

    def commit(self) -> None:
        """COMMIT TRANSACTION; an error when there is none any more, or one too many."""
        if not self._begun:
            return
        self._begun = self._doubt = False
        self._count = None
        self._count = self._ask("COMMIT TRANSACTION; SELECT @@TRANCOUNT AS transactions")
        if self._count:
            raise self._module.OperationalError(0, _BEGUN_TWICE.encode())

    def rollback(self) -> None:
        """End whatever transaction there is, also none, and see that none is left."""
        self._begun = self._doubt = False
        self._count = None
        self._count = self._ask(
            "IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION; SELECT @@TRANCOUNT AS transactions"
        )

    @property
    def clean(self) -> bool:
        """Whether the server has said that no transaction is open since the last end of one."""
        return self._count == 0 and not self._begun

    def _ask(self, text: str) -> int:
        self.reading = None
        cursor = self._raw.cursor()
        cursor.execute(text)
        return int(cursor.fetchall()[0][0])

    def close(self) -> None:
        """Close it; the server rolls back what is open."""
        self._raw.close()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._raw, name)


class PyMSSQL:
    """pymssql as a `Driver`."""

    name = "pymssql"
    paramstyle = "pyformat"

    def __init__(self, module: Any = None) -> None:
        self.module: Any = import_module("pymssql") if module is None else module
        self.version = str(self.module.__version__)
        # rollback() and the like let errors of pymssql's lower layer out
        self.errors: tuple[type[Exception], ...] = (
            self.module.Error,
            self.module._mssql.MSSQLException,
            UnicodeEncodeError,
        )

    def connect(self, arguments: ConnectArgs, /) -> Connection:
        """A new connection."""
        options = dict(arguments.kwargs)
        for name, reason in _FORBIDDEN.items():
            if name in options:
                raise ArgumentError(f"connect argument {name!r} is not available: {reason}")
        raw = self.module.connect(*arguments.args, **options, autocommit=True)
        try:
            return self.prepare(raw, arguments)
        except BaseException:
            raw.close()
            raise

    def prepare(self, connection: DBAPIConnection, arguments: ConnectArgs, /) -> Connection:
        """Take a connection of pymssql over; one of ours is taken as it is."""
        ready: Any = connection
        if not isinstance(ready, Connection):
            if not isinstance(ready, self.module.Connection):
                raise self.module.InterfaceError(
                    f"creator must return a pymssql.Connection, not {type(connection).__qualname__}"
                )
            ready.autocommit(True)
            ready = Connection(self.module, ready)
        for statement in arguments.setup:
            ready.cursor().execute(statement)
        return cast("Connection", ready)

    def streaming_cursor(self, connection: DBAPIConnection, /) -> Any:
        """Any cursor: pymssql reads rows from the connection when they are fetched."""
        return connection.cursor()

    def commit(self, connection: DBAPIConnection, /) -> None:
        """COMMIT, which fails where the server has rolled back before."""
        connection.commit()

    def set_autocommit(self, connection: DBAPIConnection, autocommit: bool, /) -> None:
        """Nothing to do: without BEGIN TRANSACTION every statement commits itself."""

    def is_alive(self, connection: DBAPIConnection, /) -> bool:
        try:
            cursor = connection.cursor()
            cursor.execute("SELECT 1 AS alive", ())
            cursor.fetchall()
        except self.errors:
            return False
        return True

    def is_clean(self, connection: DBAPIConnection, /) -> bool:
        return isinstance(connection, Connection) and connection.clean

    def native(self, connection: DBAPIConnection, request: Native, /) -> Reply:
        raise self.module.NotSupportedError(f"pymssql has no call {request.call!r}")
