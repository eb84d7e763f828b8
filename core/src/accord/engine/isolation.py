"""Isolation levels: brought to a raw connection outside a transaction, and back before it is
pooled.

In: a pool's record, a level's name. Out: the raw connection at that level. What it had before is
asked of the database once, for a server or a "connect" listener may have set another than the usual
one. AUTOCOMMIT is accord not beginning transactions, plus whatever the driver has to do about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from accord.exc import ArgumentError

if TYPE_CHECKING:
    from accord.dialect.contract import Dialect
    from accord.engine.record import ConnectionRecord

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
