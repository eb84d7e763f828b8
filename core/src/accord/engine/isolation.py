"""Isolation levels: brought to a raw connection outside a transaction, and back before it is
pooled.

In: a pool's record, a level's name. Out: the raw connection at that level. What it had before is
asked of the database once, for a server or a "connect" listener may have set another than the usual
one. AUTOCOMMIT is accord not beginning transactions, plus whatever the driver has to do about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from accord.engine.perform import raise_wrapped
from accord.exc import ArgumentError, InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from accord.dialect.contract import Dialect
    from accord.engine.connection import Connection
    from accord.engine.record import ConnectionRecord

T = TypeVar("T")

AUTOCOMMIT: Final = "AUTOCOMMIT"


class IsolationLevels:
    """What an engine does about isolation levels; `standard` is what its connections start with,
    where the program has said so.
    """

    __slots__ = ("dialect", "standard")

    def __init__(self, dialect: Dialect, standard: str | None = None) -> None:
        self.dialect = dialect
        self.standard: str | None = None if standard is None else dialect.isolation_level(standard)

    def known(self, level: str) -> str:
        """The level as the database calls it; an error naming the levels there are."""
        return self.dialect.isolation_level(level)

    def start(self, raw: Any) -> None:
        """For a new raw connection of an engine with an isolation level of its own."""
        if self.standard is not None:
            self._bring(raw, self.standard)

    def standing(self, record: ConnectionRecord) -> str:
        """The level a connection has as long as nobody changes it."""
        if self.standard is not None:
            return self.standard
        if record.isolation is None:
            record.isolation = self.asked(record)
        return record.isolation

    def change(self, record: ConnectionRecord, level: str) -> None:
        """Bring a connection to a level; it goes back before it is pooled."""
        before = self.standing(record)
        self._bring(record.dbapi_connection, level)
        record.restore = None if level == before else lambda raw: self._bring(raw, before)

    def asked(self, record: ConnectionRecord) -> str:
        """The level as the database tells it; the usual one where it cannot tell."""
        usual = self.dialect.capabilities.transactions.default_isolation_level
        text = self.dialect.isolation_query
        if text is None:
            return usual
        raw = record.dbapi_connection
        cursor = raw.cursor()
        cursor.execute(text, ())
        answer = str(cursor.fetchone()[0])
        cursor.close()
        if not record.begun:
            raw.rollback()  # of what the driver may have begun
        try:
            return self.known(answer.replace("-", " "))
        except ArgumentError:
            return usual  # a combination of settings that has no name

    def _bring(self, raw: Any, level: str) -> None:
        autocommit = level == AUTOCOMMIT
        self.dialect.driver.set_autocommit(raw, autocommit)
        if autocommit:
            return
        cursor = raw.cursor()
        for statement in self.dialect.isolation_statements(level):
            cursor.execute(statement, ())
        cursor.close()


# --- what a Connection does about it --------------------------------------------------------------


def apply(connection: Connection, level: object, *, within: bool) -> None:
    """Bring a connection to the level of its options, None: to that of its engine. `within`: it is
    in a transaction.
    """
    levels = connection.engine.isolation
    if level is None:
        connection.autocommit = connection.autocommit or levels.standard == AUTOCOMMIT
        return
    if not isinstance(level, str):
        raise ArgumentError("isolation_level is the name of a level, such as 'SERIALIZABLE'")
    if within:
        raise InvalidRequestError(
            "The isolation level cannot change inside a transaction; call commit() or rollback() "
            "first, or set it before the first statement"
        )
    known = levels.known(level)
    _on_driver(connection, lambda: levels.change(connection.record, known))
    connection.autocommit = known == AUTOCOMMIT


def in_effect(connection: Connection, given: str | None) -> str:
    """AUTOCOMMIT, or what the database says; where it cannot, what was `given`."""
    if connection.autocommit:
        return AUTOCOMMIT
    levels = connection.engine.isolation
    if given is not None and levels.dialect.isolation_query is None:
        return levels.known(given)
    return _on_driver(connection, lambda: levels.asked(connection.record))


def at_first(connection: Connection) -> str:
    """The level before anybody changed it."""
    return _on_driver(connection, lambda: connection.engine.isolation.standing(connection.record))


def _on_driver(connection: Connection, call: Callable[[], T]) -> T:
    connection.refuse_other_thread()
    try:
        return call()
    except Exception as error:
        raise_wrapped(connection.engine, error, connection=connection)
