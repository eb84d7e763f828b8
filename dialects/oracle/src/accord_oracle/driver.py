"""The driver `oracledb`: python-oracledb in thin mode.

Every connection keeps its session in UTC, because the driver drops the zone of a datetime. In:
ConnectArgs, Native requests (array statements with out binds, two-phase calls). Out: connections,
replies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import oracledb

from accord.dialect import Reply

from .cursor import OracleConnection, OracleCursor, input_type, output_type
from .outbinds import OutBind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

    from accord.dialect import ConnectArgs, DBAPIConnection, Native, Row


SESSION = ("ALTER SESSION SET TIME_ZONE = '+00:00'",)
XA_FORMAT = 0x41434352
STREAM = 1_000


class OracleDB:
    """python-oracledb as a `Driver`."""

    name = "oracledb"
    module: ModuleType = oracledb
    paramstyle = "named"
    version = oracledb.__version__
    # A string with lone surrogates cannot be encoded; the driver lets that error out.
    errors: tuple[type[Exception], ...] = (oracledb.Error, UnicodeEncodeError)

    def connect(self, arguments: ConnectArgs, /) -> OracleConnection:
        """Connect and prepare."""
        raw = oracledb.connect(*arguments.args, **arguments.kwargs)
        try:
            return self.prepare(raw, arguments)
        except BaseException:
            raw.close()
            raise

    def prepare(self, connection: Any, arguments: ConnectArgs, /) -> OracleConnection:
        """Handlers for exact values, a session in UTC, the setup statements."""
        prepared = (
            connection if isinstance(connection, OracleConnection) else OracleConnection(connection)
        )
        raw = prepared.driver_connection
        raw.autocommit = False
        raw.inputtypehandler = input_type
        raw.outputtypehandler = output_type
        cursor = raw.cursor()
        for statement in (*SESSION, *arguments.setup):
            cursor.execute(statement)
        cursor.close()
        return prepared

    def streaming_cursor(self, connection: DBAPIConnection, /) -> OracleCursor:
        """Every cursor of Oracle is read in pieces; this one in large ones."""
        return OracleCursor(_raw(connection).cursor(), STREAM)

    def commit(self, connection: DBAPIConnection, /) -> None:
        """Oracle's COMMIT keeps the transaction or fails (a deferred constraint, ORA-02091)."""
        connection.commit()

    def set_autocommit(self, connection: DBAPIConnection, autocommit: bool, /) -> None:
        """The driver commits after each statement, or not."""
        _raw(connection).autocommit = autocommit

    def is_alive(self, connection: DBAPIConnection, /) -> bool:
        """One round trip."""
        try:
            _raw(connection).ping()
        except oracledb.Error:
            return False
        return True

    def is_clean(self, connection: DBAPIConnection, /) -> bool:
        """The server's answers carry whether a transaction is open."""
        return _raw(connection).transaction_in_progress is False

    def native(self, connection: DBAPIConnection, request: Native, /) -> Reply:
        """Array statements and two-phase calls."""
        call = _CALLS.get(request.call)
        if call is None:
            raise oracledb.NotSupportedError(f"oracledb has no call {request.call!r}")
        return call(cast("OracleConnection", connection), request)


def _raw(connection: Any) -> Any:
    return getattr(connection, "driver_connection", connection)


# --- array statements ----------------------------------------------------------------------------


def _returning(connection: OracleConnection, request: Native) -> Reply:
    """A statement for each row; (place of the row sent, values returned) for each row matched."""
    cursor = connection.cursor()
    outs = cast("Sequence[OutBind]", request.arguments)
    found = cursor.execute_array(request.text, request.rows, outs)
    rows: list[Row] = [(place, *values) for place, each in enumerate(found) for values in each]
    reply = Reply(rows, cursor.rowcount)
    cursor.close()
    return reply


def _each(connection: OracleConnection, request: Native) -> Reply:
    """A statement for each set of named values, among which are its out binds; the rows of all."""
    first = cast("dict[str, object]", request.rows[0])
    outs = {name: value for name, value in first.items() if isinstance(value, OutBind)}
    rows = [
        {name: value for name, value in cast("dict[str, object]", row).items() if name not in outs}
        for row in request.rows
    ]
    cursor = connection.cursor()
    found = cursor.execute_each(request.text, rows, outs)
    reply = Reply([row for each in found for row in each], cursor.rowcount)
    cursor.close()
    return reply


def _counted(connection: OracleConnection, request: Native) -> Reply:
    """A statement for each row; how many rows each has changed."""
    cursor = connection.cursor()
    raw = cursor.cursor
    cursor._set_input_sizes(request.rows, ())
    raw.executemany(request.text, request.rows, arraydmlrowcounts=True)
    counts: list[Row] = [(count,) for count in raw.getarraydmlrowcounts()]
    reply = Reply(counts, raw.rowcount)
    cursor.close()
    return reply


# --- two-phase -----------------------------------------------------------------------------------


def _xid(connection: OracleConnection, request: Native) -> Any:
    gtrid, bqual = request.arguments
    return connection.driver_connection.xid(XA_FORMAT, gtrid, bqual)


def _begin(connection: OracleConnection, request: Native) -> Reply:
    connection.driver_connection.tpc_begin(_xid(connection, request))
    return Reply([])


def _prepare(connection: OracleConnection, request: Native) -> Reply:
    """Let go of the branch, then prepare it; whether there is anything to commit."""
    raw, xid = connection.driver_connection, _xid(connection, request)
    raw.tpc_end(xid)
    return Reply([(bool(raw.tpc_prepare(xid)),)])


def _commit(connection: OracleConnection, request: Native) -> Reply:
    connection.driver_connection.tpc_commit(_xid(connection, request))
    return Reply([])


def _rollback(connection: OracleConnection, request: Native) -> Reply:
    connection.driver_connection.tpc_rollback(_xid(connection, request))
    return Reply([])


def _forget(connection: OracleConnection, request: Native) -> Reply:
    connection.driver_connection.tpc_forget(_xid(connection, request))
    return Reply([])


def _recover(connection: OracleConnection, request: Native) -> Reply:
    found = connection.driver_connection.tpc_recover()
    return Reply([tuple(xid) for xid in found])


_CALLS: dict[str, Callable[[OracleConnection, Native], Reply]] = {
    "returning": _returning,
    "each": _each,
    "counted": _counted,
    "tpc_begin": _begin,
    "tpc_prepare": _prepare,
    "tpc_commit": _commit,
    "tpc_rollback": _rollback,
    "tpc_forget": _forget,
    "tpc_recover": _recover,
}
