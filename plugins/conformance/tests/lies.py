"""Dialects that lie, each in one way, made of the SQLite dialect and the kit's own proxy.

Every lie says which groups of the kit have to turn red, and no other group may.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accord.dialect import (
    YES,
    Dialect,
    ErrorInfo,
    ErrorKind,
    InsertBatch,
    InsertResult,
    KeyNeed,
    KeyStrategy,
    Refusal,
    Row,
    Steps,
    Suits,
)
from accord.dialect.inserts import InsertShape
from accord.sqltypes import Numeric, TypeEntry, TypeTable
from accord_conformance import Wire, through
from accord_sqlite import SQLiteDialect
from accord_sqlite.driver import PySQLite

Make = Callable[[], type[Dialect]]


@dataclass(frozen=True)
class Lie:
    """One dialect that lies; `red` are the groups that have to find it."""

    dialect: Make
    red: frozenset[str]


LIES: dict[str, Lie] = {}


def lie(
    name: str, *red: str
) -> Callable[[Callable[[], type[Dialect]]], Callable[[], type[Dialect]]]:
    def register(function: Callable[[], type[Dialect]]) -> Callable[[], type[Dialect]]:
        def made() -> type[Dialect]:
            dialect = function()
            dialect.__module__ = SQLiteDialect.__module__  # where group hygiene looks
            return dialect

        LIES[name] = Lie(made, frozenset(red))
        return function

    return register


# --- keys -----------------------------------------------------------------------------------------


class ByPosition(KeyStrategy):
    """Believes that RETURNING gives rows in the order they were sent."""

    name = "by position"

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        if need.key is None or not need.autoincrement:
            return Refusal("only for counting keys")
        return Suits(cls(), "rows come back as they were sent, surely")

    def insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        key = batch.key
        assert key is not None
        returning = (key, *batch.fetch)
        statement = InsertShape(
            batch.bind, batch.table, batch.columns, batch.expressions, returning
        )
        size = 200 if batch.columns else 1
        found: list[Row] = []
        for start in range(0, len(batch.rows), size):
            found += (yield statement.execute(batch.rows[start : start + size])).rows
        keys = [row[0] for row in found]
        return InsertResult(keys, [row[1:] for row in found] if batch.fetch else None)


@lie("matches RETURNING by position", "keys", "dml")
def by_position() -> type[Dialect]:
    class Positional(SQLiteDialect):
        key_strategies = tuple(
            ByPosition if strategy.name == "key block" else strategy
            for strategy in SQLiteDialect.key_strategies
        )

    return Positional


@lie("wrong lastrowid", "dml", "capabilities")
def wrong_lastrowid() -> type[Dialect]:
    class Lagging(Wire):
        """`cursor.lastrowid` lags one behind."""

        def lastrowid(self, text: str, value: Any) -> Any:
            return value - 1 if isinstance(value, int) else value

    return through(SQLiteDialect, Lagging())


# --- transactions ---------------------------------------------------------------------------------


@lie("commits in silence after an error", "transactions")
def commits_on_error() -> type[Dialect]:
    class Committing(Wire):
        """A statement that is nonsense commits what went before, as some databases' DDL does."""

        def execute(self, cursor: Any, text: str, parameters: Any) -> Any:
            try:
                return cursor.execute(text, parameters)
            except sqlite3.OperationalError as error:
                if "syntax error" in str(error):
                    cursor.connection.commit()
                raise

    return through(SQLiteDialect, Committing())


@lie("claims savepoints it has not", "render", "transactions", "routing", "capabilities")
def no_savepoints() -> type[Dialect]:
    class Pretending(SQLiteDialect):
        """The statements go through and do nothing."""

        def savepoint(self, name: str) -> str:
            return "SELECT 'savepoint'"

        def rollback_to_savepoint(self, name: str) -> str:
            return "SELECT 'rollback'"

        def release_savepoint(self, name: str) -> str | None:
            return "SELECT 'release'"

    return Pretending


@lie("takes a unique violation for a deadlock", "transactions", "unitofwork")
def misclassifies() -> type[Dialect]:
    class Misclassifying(SQLiteDialect):
        def classify(self, error: BaseException) -> ErrorInfo:
            info = super().classify(error)
            if info.kind is ErrorKind.UNIQUE:
                return ErrorInfo(ErrorKind.DEADLOCK, retryable=True)
            return info

    return Misclassifying


# --- connections ----------------------------------------------------------------------------------


class Sticking(Wire):
    """AUTOCOMMIT, once asked for, stays with the connection: every later BEGIN is swallowed."""

    def __init__(self) -> None:
        self.stuck: set[int] = set()

    def execute(self, cursor: Any, text: str, parameters: Any) -> Any:
        if text.startswith("BEGIN") and id(cursor.connection) in self.stuck:
            return cursor
        return cursor.execute(text, parameters)


@lie("leaks a session's state into the pool", "transactions", "disconnect", "capabilities")
def leaks() -> type[Dialect]:
    wire = Sticking()

    class Driver(PySQLite):
        def set_autocommit(self, connection: Any, autocommit: bool, /) -> None:
            if autocommit:
                wire.stuck.add(id(connection))

    class Leaking(SQLiteDialect):
        def _import_driver(self) -> Any:
            return Driver() if self.driver_name == "pysqlite" else super()._import_driver()

    return through(Leaking, wire)


# --- text -----------------------------------------------------------------------------------------


@lie("quotes names badly", "quoting")
def quotes_badly() -> type[Dialect]:
    class Careless(SQLiteDialect):
        """Brackets, whose closing one SQLite does not read as two."""

        def render_target(self, paramstyle: str) -> Any:
            from dataclasses import replace

            return replace(super().render_target(paramstyle), quote_open="[", quote_close="]")

    return Careless


# --- values ---------------------------------------------------------------------------------------


@lie("loses digits of decimals", "types")
def loses_digits() -> type[Dialect]:
    def lossy(type_: Numeric, table: Any) -> TypeEntry:
        from dataclasses import replace

        entry = SQLiteDialect.types.entry(type_)
        return replace(entry, bind=lambda value: round(float(value), 4))

    class Lossy(SQLiteDialect):
        types = TypeTable({Numeric: lossy}, parent=SQLiteDialect.types, name="sqlite")

    return Lossy


# --- counts ---------------------------------------------------------------------------------------


@lie("counts changed rows instead of matched ones", "dml", "capabilities")
def counts_changed() -> type[Dialect]:
    class Counting(Wire):
        """An UPDATE that sets n to 20 is said to have changed one row less."""

        def rowcount(self, text: str, count: int) -> int:
            if text.startswith("UPDATE") and count > 0 and "things" in text and "SET n" in text:
                return count - 1
            return count

        def execute(self, cursor: Any, text: str, parameters: Any) -> Any:
            return cursor.execute(text, parameters)

    return through(SQLiteDialect, Counting())


# --- declarations ---------------------------------------------------------------------------------


@lie("declares what the database has not", "types", "capabilities")
def declares_too_much() -> type[Dialect]:
    class Boasting(SQLiteDialect):
        capabilities = SQLiteDialect.capabilities.replace(
            values={"nan": YES}, schema={"deferrable_unique": YES}
        )

    return Boasting


@lie("renames the contract's parameters", "hygiene")
def renames() -> type[Dialect]:
    class Renaming(SQLiteDialect):
        """Called by position it works, by name it does not."""

        def begin_statement(self, write: bool, hint: str = "") -> str:  # type: ignore[override]  # the lie
            return super().begin_statement(write)

        def savepoint(self, savepoint_name: str) -> str:  # type: ignore[override]  # the lie
            return super().savepoint(savepoint_name)

    return Renaming


__all__ = ["LIES", "Lie"]
