"""Beginning and ending what a connection's transaction is on the driver: BEGIN, COMMIT, savepoints.

`Connection` and `Transaction` decide; these functions talk to the raw connection, log and tell the
listeners. In: a connection in a known state. Out: the raw connection in the state asked for, or an
error with the connection invalidated when its state is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from accord.engine.perform import RawExecute, raise_wrapped
from accord.exc import InvalidRequestError

if TYPE_CHECKING:
    from accord.engine.link import Link
    from accord.engine.transaction import NestedTransaction


_COMMIT_NOTHING: Final = (
    "COMMIT using DBAPI connection.commit(), has no effect due to autocommit mode"
)
_ROLLBACK_NOTHING: Final = (
    "ROLLBACK using DBAPI connection.rollback(), has no effect due to autocommit mode"
)


def announce_begin(connection: Link) -> None:
    """Listeners and log; the statement itself goes out with the first request."""
    for listener in connection.engine.dispatch.listeners("begin"):
        listener(connection)
    if connection.engine.watched:
        auto = "; DBAPI should not BEGIN due to autocommit mode" if connection.autocommit else ""
        connection.say(f"BEGIN (implicit{auto})")


def send_begin(connection: Link, *, write: bool) -> None:
    """Begin on the driver; `write` says whether the first request writes."""
    if not connection.autocommit:
        statement = connection.engine.dialect.begin_statement(write)
        if statement is not None:
            _send(connection, statement)
    connection.record.begun = True


def _send(connection: Link, statement: str) -> None:
    try:
        cursor = connection.record.dbapi_connection.cursor()
        cursor.execute(statement, ())
        cursor.close()
    except BaseException as error:
        _give_up(connection, error, statement)


def _give_up(connection: Link, error: BaseException, statement: str | None) -> None:
    if not isinstance(error, Exception):
        connection.invalidate(error)
        raise error
    raise_wrapped(connection.engine, error, connection=connection, statement=statement)


# --- the root ------------------------------------------------------------------------------------


def commit(connection: Link) -> None:
    """COMMIT; if that fails, everything is rolled back before the error is raised."""
    connection.refuse_other_thread()
    for listener in connection.engine.dispatch.listeners("commit"):
        listener(connection)
    if connection.engine.watched:
        connection.say(_COMMIT_NOTHING if connection.autocommit else "COMMIT")
    record = connection.record
    if not record.begun:
        return
    record.begun = False
    if connection.autocommit:
        return
    try:
        connection.engine.dialect.driver.commit(record.dbapi_connection)
    except BaseException as error:
        _commit_failed(connection, error)


def _commit_failed(connection: Link, error: BaseException) -> None:
    if not isinstance(error, Exception):
        connection.invalidate(error)
        raise error
    info = connection.engine.dialect.classify(error)
    extra = None
    if info.disconnect:
        extra = "the connection was lost during COMMIT: whether it took place is not known"
    else:
        if connection.trouble is not None:
            extra = f"a statement of the transaction had failed: {connection.trouble}"
        try:
            connection.raw.rollback()
        except Exception as second:
            connection.invalidate(second)
    raise_wrapped(connection.engine, error, connection=connection, statement="COMMIT", extra=extra)


def rollback(connection: Link) -> None:
    """ROLLBACK. Of a lost connection the server has rolled back already."""
    if connection.invalidated:
        return
    connection.refuse_other_thread()
    for listener in connection.engine.dispatch.listeners("rollback"):
        listener(connection)
    if connection.engine.watched:
        connection.say(_ROLLBACK_NOTHING if connection.autocommit else "ROLLBACK")
    record = connection.record
    if not record.begun:
        return
    record.begun = False
    if not connection.autocommit:
        roll_back_raw(connection)


def roll_back_raw(connection: Link) -> None:
    """ROLLBACK on the driver; a connection on which it fails is closed."""
    try:
        connection.raw.rollback()
    except BaseException as error:
        engine = connection.engine
        # Whatever the reason, nobody can say any more in which state the connection is.
        connection.invalidate(error)
        if not isinstance(error, Exception):
            raise
        if engine.dialect.classify(error).disconnect:
            engine.log.info("ROLLBACK found the connection gone; the server has rolled back")
            engine.pool.invalidate_all()
            return
        raise_wrapped(engine, error, connection=connection, statement="ROLLBACK")


# --- savepoints ----------------------------------------------------------------------------------


def open_savepoint(connection: Link) -> str:
    """Set a savepoint; its name."""
    if connection.autocommit:
        raise InvalidRequestError(
            "A savepoint needs a transaction, and this connection is in AUTOCOMMIT; use a "
            "connection "
            "with another isolation level"
        )
    record = connection.record
    record.savepoints += 1
    name = f"sa_savepoint_{record.savepoints}"
    for listener in connection.engine.dispatch.listeners("savepoint"):
        listener(connection, name)
    _perform_text(connection, connection.engine.dialect.savepoint(name))
    return name


def close_savepoint(connection: Link, nested: NestedTransaction, *, release: bool) -> None:
    """Release a savepoint, or roll back to it."""
    dialect = connection.engine.dialect
    event = "release_savepoint" if release else "rollback_savepoint"
    for listener in connection.engine.dispatch.listeners(event):
        listener(connection, nested.name, None)
    if release:
        text = dialect.release_savepoint(nested.name)
    else:
        connection.trouble = None
        text = dialect.rollback_to_savepoint(nested.name)
    if text is not None:
        _perform_text(connection, text)


def _perform_text(connection: Link, text: str) -> None:
    connection.perform(RawExecute(connection.engine, text, write=False, how="no key 0.00000s"))
