"""The driver `mysqldb`: mysqlclient, the C library's binding.

In: ConnectArgs. Out: connections that count found rows, speak utf8mb4, run in strict mode, take one
statement at a time and write only parameters of known types. mysqlclient does not show the server's
status flags; that no transaction is open is proven by the server's answer to COMMIT or ROLLBACK
with nothing sent since.
"""

from __future__ import annotations

from functools import cached_property
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from accord.dialect import Reply

from .parameters import plain_texts, refused
from .session import CHARSET
from .twophase import FAILED
from .watch import Watch, lost_message

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from accord.dialect import ConnectArgs, Native

MySQLdb: Any = import_module("MySQLdb")  # it has no types
_connections: Any = import_module("MySQLdb.connections")
_cursors: Any = import_module("MySQLdb.cursors")
_FOUND_ROWS: int = import_module("MySQLdb.constants.CLIENT").FOUND_ROWS
_ENDS = (b"XA COMMIT ", b"XA ROLLBACK")
_PLAIN = plain_texts(MySQLdb.ProgrammingError)


class Connection(_connections.Connection):  # type: ignore[misc]  # mysqlclient has no types
    """A connection that knows whether anything was sent since the last COMMIT or ROLLBACK. It has
    no __init__: a frame of ours would hold the password.
    """

    idle = False

    @cached_property
    def watch(self) -> Watch:
        """What became of the transaction."""
        return Watch()

    @cached_property
    def texts(self) -> dict[type, Callable[[Any], bytes]]:
        """How parameters are written, by exact type."""
        quote = self.string_literal
        texts: dict[type, Callable[[Any], bytes]] = {
            kind: _encoded(convert) for kind, convert in _PLAIN.items()
        }
        texts[int] = lambda value: b"%d" % value
        texts[str] = lambda value: quote(value.encode())
        texts[bytes] = lambda value: b"_binary" + quote(value)
        return texts

    def query(self, query: Any) -> None:
        self.idle = False
        super().query(query)
        if bytes(query[:11]).startswith(_ENDS):
            self.idle = True

    def commit(self) -> None:
        lost = self.watch.rolled_back
        if lost is not None:
            self.rollback()
            raise MySQLdb.OperationalError(*lost_message(lost))
        super().commit()
        self.watch.reset()
        self.idle = True

    def rollback(self) -> None:
        super().rollback()
        self.watch.reset()
        self.idle = True


def _encoded(convert: Callable[[Any], str]) -> Callable[[Any], bytes]:
    return lambda value: convert(value).encode("ascii")


class _Watched:
    """Writes parameters into a statement and tells the connection's watch what was sent; mixed
    into both cursor classes.
    """

    connection: Any

    def execute(self, query: Any, args: Any = None) -> Any:
        try:
            result = super().execute(query, args)  # type: ignore[misc]  # the Cursor beside it
        except MySQLdb.Error as error:
            if self.connection is not None:
                self.connection.watch.failure(error)
            raise
        self.connection.watch.sent(query)
        return result

    def _mogrify(self, query: Any, args: Any = None) -> bytes:
        text: bytes = query.encode() if isinstance(query, str) else query
        if args is None:
            return text
        texts = self.connection.texts
        try:
            if isinstance(args, dict):
                return text % {
                    name.encode(): texts[type(value)](value) for name, value in args.items()
                }
            return text % tuple([texts[type(value)](value) for value in args])
        except KeyError:
            raise self._why_not(texts, args) from None
        except TypeError as error:
            raise MySQLdb.ProgrammingError(str(error)) from None

    def _why_not(self, texts: dict[type, Any], args: Any) -> Exception:
        for value in args.values() if isinstance(args, dict) else args:
            if type(value) not in texts:
                return refused(MySQLdb.ProgrammingError, value)
        missing: Exception = MySQLdb.ProgrammingError("a parameter of the statement has no value")
        return missing


class Cursor(_Watched, _cursors.Cursor):  # type: ignore[misc]  # mysqlclient has no types
    """A cursor that keeps the whole result."""


class StreamingCursor(_Watched, _cursors.SSCursor):  # type: ignore[misc]  # mysqlclient has no types
    """A cursor whose rows stay on the server until they are fetched."""


class MySQLClient:
    """mysqlclient as a `Driver`."""

    name = "mysqldb"
    module: ModuleType = MySQLdb
    paramstyle = "format"
    errors: tuple[type[Exception], ...] = (MySQLdb.Error, UnicodeEncodeError)

    @property
    def version(self) -> str:
        """The distribution's."""
        return version("mysqlclient")

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
        if type(connection) is _connections.Connection:
            connection.__class__ = Connection  # the same object, with a watch
        if not isinstance(connection, Connection):
            raise MySQLdb.InterfaceError(
                "creator must return what MySQLdb.connect() or accord_mysql.mysqldb_driver."
                f"Connection() returns, not {type(connection).__qualname__}"
            )
        if not connection.client_flag & _FOUND_ROWS:
            raise MySQLdb.InterfaceError(
                "creator must connect with client_flag=CLIENT.FOUND_ROWS: accord counts the rows "
                "an UPDATE finds, not those it changes"
            )
        connection.cursorclass = Cursor
        cursor = connection.cursor()
        for statement in arguments.setup:
            cursor.execute(statement)
        cursor.close()
        connection.idle = True  # they begin no transaction

    def commit(self, connection: Any, /) -> None:
        """COMMIT; an error where the server had rolled everything back before."""
        connection.commit()

    def set_autocommit(self, connection: Any, autocommit: bool, /) -> None:
        before = connection.get_autocommit()
        connection.autocommit(autocommit)
        if before and not autocommit:
            connection.rollback()  # statements in autocommit may have begun one by name

    def is_alive(self, connection: Any, /) -> bool:
        try:
            connection.ping()
        except MySQLdb.Error:
            return False
        return True

    def is_clean(self, connection: Any, /) -> bool:
        """Nothing was sent since the server confirmed the end of a transaction."""
        return bool(connection.open) and bool(connection.idle)

    def streaming_cursor(self, connection: Any, /) -> Any:
        """A cursor that fetches from the server as it goes."""
        return connection.cursor(StreamingCursor)

    def native(self, connection: Any, request: Native, /) -> Reply:
        """Whether a statement of the open branch has failed."""
        if request.call == FAILED:
            return Reply([(connection.watch.failed,)], 1)
        raise MySQLdb.NotSupportedError(f"mysqlclient has no call {request.call!r}")


def _options(arguments: ConnectArgs) -> dict[str, Any]:
    """Arguments of `MySQLdb.connect`; they hold the password and are never a variable of a frame
    that a traceback shows.
    """
    options: dict[str, Any] = {"charset": CHARSET, "multi_statements": False}
    options |= arguments.kwargs
    options["client_flag"] = options.get("client_flag", 0) | _FOUND_ROWS
    options["cursorclass"] = Cursor
    return options
