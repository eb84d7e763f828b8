"""Isolation levels: brought to a raw connection outside a transaction, and back before it is
pooled.

In: a raw connection, a level's name. Out: the connection at that level. AUTOCOMMIT is accord not
beginning transactions, plus whatever the driver has to do about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from accord.dialect.contract import Dialect
    from accord.engine.record import ConnectionRecord

AUTOCOMMIT: Final = "AUTOCOMMIT"


class IsolationLevels:
    """What an engine does about isolation levels; `standard` is what its connections start with."""

    __slots__ = ("_dialect", "standard")

    def __init__(self, dialect: Dialect, standard: str | None = None) -> None:
        self._dialect = dialect
        self.standard: str | None = None if standard is None else dialect.isolation_level(standard)

    @property
    def default(self) -> str:
        """The level of a fresh connection."""
        return self.standard or self._dialect.capabilities.transactions.default_isolation_level

    def known(self, level: str) -> str:
        """The level as the database calls it; an error naming the levels there are."""
        return self._dialect.isolation_level(level)

    def start(self, raw: Any) -> None:
        """For a new raw connection of an engine with an isolation level of its own."""
        if self.standard is not None:
            self._bring(raw, self.standard)

    def change(self, record: ConnectionRecord, level: str) -> None:
        """Bring a connection to a level; it goes back before it is pooled."""
        self._bring(record.dbapi_connection, level)
        default = self.default
        record.restore = None if level == default else lambda raw: self._bring(raw, default)

    def _bring(self, raw: Any, level: str) -> None:
        autocommit = level == AUTOCOMMIT
        self._dialect.driver.set_autocommit(raw, autocommit)
        if autocommit:
            return
        cursor = raw.cursor()
        for statement in self._dialect.isolation_statements(level):
            cursor.execute(statement, ())
        cursor.close()
