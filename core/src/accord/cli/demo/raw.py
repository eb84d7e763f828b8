"""The raw driver's part of ``accord demo``: the same rows, written and read without accord.

In: an engine, for a connection of its driver as accord sets it up, and rows as the driver returned
them. Each function is what somebody in a hurry writes by hand: `executemany` in one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from accord import Engine

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class RawDatabase:
    """One database file, through the driver's own connection."""

    connection: Any

    @classmethod
    def of(cls, engine: Engine) -> RawDatabase:
        """On a connection of the engine's driver."""
        return cls(engine.raw_connection())

    def insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows with all their columns."""
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self._many(f"INSERT INTO {table} VALUES ({marks})", rows)

    def select(self, text: str, *parameters: object) -> Rows:
        """All rows of a query."""
        cursor = self.connection.cursor()
        try:
            return list(cursor.execute(text, parameters).fetchall())
        finally:
            cursor.close()

    def update(self, table: str, column: str, rows: Iterable[tuple[Any, Any]]) -> None:
        """Set one column by key: rows of (value, id)."""
        self._many(f"UPDATE {table} SET {column} = ? WHERE id = ?", rows)

    def delete(self, table: str, column: str, values: Iterable[tuple[Any]]) -> None:
        """Delete by the value of one column."""
        self._many(f"DELETE FROM {table} WHERE {column} = ?", values)

    def begin(self) -> None:
        """Begin a transaction that writes."""
        cursor = self.connection.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        cursor.close()

    def commit(self) -> None:
        """Make it durable."""
        self.connection.commit()

    def close(self) -> None:
        """Give the connection back."""
        self.connection.close()

    def _many(self, text: str, rows: Iterable[tuple[Any, ...]]) -> None:
        cursor = self.connection.cursor()
        try:
            cursor.executemany(text, rows)
        finally:
            cursor.close()
