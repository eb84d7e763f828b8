"""The driver `pymysql`: PyMySQL, pure Python.

In: ConnectArgs. Out: PyMySQL connections that count found rows, speak utf8mb4, run in strict mode
and write only parameters of known types. The server's status flags prove that no transaction is
open.
"""

from __future__ import annotations

from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, ClassVar

import pymysql
from pymysql import cursors
from pymysql.constants import CLIENT, SERVER_STATUS

from accord.dialect import Reply

from .parameters import plain_texts, refused
from .session import CHARSET
from .twophase import FAILED
from .watch import Watch, lost_message

if TYPE_CHECKING:
    from types import ModuleType

    from accord.dialect import ConnectArgs, Native

_IN_TRANSACTION = SERVER_STATUS.SERVER_STATUS_IN_TRANS
_connection: Any = pymysql.connections.Connection
_PLAIN = plain_texts(pymysql.err.ProgrammingError)


class _Watched:
    """Writes parameters into a statement and tells the connection's watch what was sent; mixed
    into both cursor classes.
    """

    connection: Any

    def execute(self, query: Any, args: Any = None) -> Any:
        try:
            result = super().execute(query, args)  # type: ignore[misc]  # the Cursor beside it
        except pymysql.err.Error as error:
            if self.connection is not None:
                self.connection.watch.failure(error)
            raise
        self.connection.watch.sent(query)
        return result

    def _mogrify(self, query: str, args: Any) -> str:
        try:
            text: str = query % self._escape_args(args, self.connection)
            return text
        except (TypeError, KeyError) as error:
            raise pymysql.err.ProgrammingError(str(error)) from None

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


class Cursor(_Watched, cursors.Cursor):
    """A cursor that keeps the whole result."""


class StreamingCursor(_Watched, cursors.SSCursor):
    """A cursor whose rows stay on the server until they are fetched."""


class Connection(_connection):  # type: ignore[misc]  # its stubs are generic, the class is not
    """A connection whose transaction is watched. It has no __init__: a frame of ours would hold the
    password.
    """

    _unverified: ClassVar[Any] = None

    @cached_property
    def watch(self) -> Watch:
        """What became of the transaction."""
        return Watch()

    def _create_ssl_ctx(self, sslp: Any) -> Any:
        """Where nothing is asked of TLS, nothing is verified: all connections share one context,
        and only the first reads the system's authorities, which takes longer than connecting.
        """
        if sslp:
            return super()._create_ssl_ctx(sslp)
        if Connection._unverified is None:
            Connection._unverified = super()._create_ssl_ctx(sslp)
        return Connection._unverified

    def commit(self) -> None:
        lost = self.watch.rolled_back
        if lost is not None:
            self.rollback()
            raise pymysql.err.OperationalError(*lost_message(lost))
        super().commit()
        self.watch.reset()

    def rollback(self) -> None:
        super().rollback()
        self.watch.reset()


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
        connection = Connection(**_options(arguments))
        try:
            self.prepare(connection, arguments)
        except BaseException:
            connection.close()
            raise
        return connection

    def prepare(self, connection: Any, arguments: ConnectArgs, /) -> None:
        """The setup statements; a connection made by the user becomes one of accord's class."""
        if type(connection) is _connection:
            connection.__class__ = Connection  # the same object, with a watch
        if not isinstance(connection, Connection):
            raise pymysql.err.InterfaceError(
                "creator must return what pymysql.connect() or accord_mysql.pymysql_driver."
                f"Connection() returns, not {type(connection).__qualname__}"
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
        """COMMIT; an error where the server had rolled everything back before."""
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

    def native(self, connection: Any, request: Native, /) -> Reply:
        """Whether a statement of the open branch has failed."""
        if request.call == FAILED:
            return Reply([(connection.watch.failed,)], 1)
        raise pymysql.err.NotSupportedError(f"PyMySQL has no call {request.call!r}")


def _options(arguments: ConnectArgs) -> dict[str, Any]:
    """Arguments of `pymysql.connect`; they hold the password and are never a variable of a frame
    that a traceback shows.
    """
    options: dict[str, Any] = {"charset": CHARSET, **arguments.kwargs}
    options["client_flag"] = options.get("client_flag", 0) | CLIENT.FOUND_ROWS
    options["cursorclass"] = Cursor
    options.setdefault("binary_prefix", True)  # before 1.2 bytes were written like text
    return options
