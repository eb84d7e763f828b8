"""The driver `pymysql`: PyMySQL, pure Python.

In: ConnectArgs. Out: PyMySQL connections that count found rows, speak utf8mb4, run in strict mode
and write only parameters of known types. The server's status flags prove that no transaction is
open.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pymysql
from pymysql import cursors
from pymysql.constants import CLIENT, SERVER_STATUS

from .parameters import plain_texts, refused
from .session import CHARSET

if TYPE_CHECKING:
    from types import ModuleType

    from accord.dialect import ConnectArgs, DBAPIConnection, Native, Reply

_IN_TRANSACTION = SERVER_STATUS.SERVER_STATUS_IN_TRANS
_PLAIN = plain_texts(pymysql.err.ProgrammingError)


class _Literals:
    """Writes parameters into a statement; mixed into both cursor classes."""

    def _escape_args(self, args: Any, conn: Any) -> Any:
        if isinstance(args, dict):
            return {name: _literal(value, conn) for name, value in args.items()}
        return tuple([_literal(value, conn) for value in args])


def _literal(value: Any, connection: Any) -> str:
    kind = type(value)
    plain = _PLAIN.get(kind)
    if plain is not None:
        return plain(value)
    if kind is bytes or isinstance(value, str):
        text: str = connection.escape(value)
        return text
    raise refused(pymysql.err.ProgrammingError, value)


class Cursor(_Literals, cursors.Cursor):
    """A cursor that keeps the whole result."""


class StreamingCursor(_Literals, cursors.SSCursor):
    """A cursor whose rows stay on the server until they are fetched."""


class PyMySQL:
    """PyMySQL as a `Driver`."""

    name = "pymysql"
    module: ModuleType = pymysql
    paramstyle = "format"
    errors: tuple[type[Exception], ...] = (pymysql.err.Error, UnicodeEncodeError)

    @property
    def version(self) -> str:
        """The distribution's; the module claims another one."""
        return version("PyMySQL")

    def connect(self, arguments: ConnectArgs, /) -> Any:
        """Connect; matched rows are counted, not changed ones."""
        connection = pymysql.connect(**_options(arguments))
        try:
            self.prepare(connection, arguments)
        except BaseException:
            connection.close()
            raise
        return connection

    def prepare(self, connection: Any, arguments: ConnectArgs, /) -> None:
        """The setup statements; a connection made by the user gets accord's cursors, too."""
        if not isinstance(connection, pymysql.connections.Connection):
            raise pymysql.err.InterfaceError(
                f"creator must return a pymysql Connection, not {type(connection).__qualname__}"
            )
        if not connection.client_flag & CLIENT.FOUND_ROWS:
            raise pymysql.err.InterfaceError(
                "creator must connect with client_flag=CLIENT.FOUND_ROWS: accord counts the rows "
                "an UPDATE finds, not those it changes"
            )
        connection.cursorclass = Cursor
        with connection.cursor() as cursor:
            for statement in arguments.setup:
                cursor.execute(statement)

    def commit(self, connection: Any, /) -> None:
        connection.commit()

    def set_autocommit(self, connection: Any, autocommit: bool, /) -> None:
        connection.autocommit(autocommit)

    def is_alive(self, connection: Any, /) -> bool:
        try:
            connection.ping(reconnect=False)
        except (pymysql.err.Error, OSError):
            return False
        return True

    def is_clean(self, connection: Any, /) -> bool:
        """The server said with its last answer whether a transaction is open."""
        return bool(connection.open) and not connection.server_status & _IN_TRANSACTION

    def streaming_cursor(self, connection: Any, /) -> Any:
        """A cursor that fetches from the server as it goes."""
        return connection.cursor(StreamingCursor)

    def native(self, connection: DBAPIConnection, request: Native, /) -> Reply:
        raise pymysql.err.NotSupportedError(f"PyMySQL has no call {request.call!r}")


def _options(arguments: ConnectArgs) -> dict[str, Any]:
    """Arguments of `pymysql.connect`; they hold the password and are never a variable of a frame
    that a traceback shows.
    """
    options: dict[str, Any] = {"charset": CHARSET, **arguments.kwargs}
    options["client_flag"] = options.get("client_flag", 0) | CLIENT.FOUND_ROWS
    options["cursorclass"] = Cursor
    return options
