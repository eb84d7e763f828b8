"""Constraints of the double, checked when a statement has run: unique, check, foreign keys.

In: a table and the rows that changed. Out: nothing, or Oracle's error with the constraint's name;
`atomic` undoes the statement then.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from .catalog import Constraint, Table
from .failures import ora
from .session import Session


class atomic:
    """A statement that fails leaves nothing behind."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def __enter__(self) -> None:
        self.before = len(self.session.touched)
        self.session.database.execute("SAVEPOINT statement")

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if kind is not None:
            self.session.database.execute("ROLLBACK TO statement")
            while len(self.session.touched) > self.before:
                self.session.touched.popitem()
        self.session.database.execute("RELEASE statement")


def changed(session: Session, table: Table, ids: list[int]) -> None:
    for rowid in ids:
        session.touched[table.stored, rowid] = None
    session.server.lock(session, table.stored, ids)


def integrity(table: Table, error: sqlite3.IntegrityError, verb: str) -> Any:
    message = str(error)
    if message.startswith("UNIQUE constraint failed: "):
        if message.startswith("UNIQUE constraint failed: index "):
            name = message.rpartition("'")[0].rpartition("'")[2].rpartition(".")[2]
            ora(1, f"unique constraint ({table.schema}.{name}) violated")
        failed = {part.strip().rpartition(".")[2] for part in message.partition(": ")[2].split(",")}
        for constraint in table.constraints:
            if constraint.kind in "PU" and set(constraint.columns) == failed:
                ora(1, f"unique constraint ({table.schema}.{constraint.name}) violated")
        for name, (columns, unique) in table.indexes.items():
            if unique and set(columns) == failed:
                ora(1, f"unique constraint ({table.schema}.{name}) violated")
    if message.startswith("CHECK constraint failed: "):
        name = message.partition(": ")[2]
        ora(2290, f"check constraint ({table.schema}.{name}) violated")
    raise error


def check_parents(
    session: Session, table: Table, ids: list[int], columns: tuple[str, ...] | None = None
) -> None:
    for constraint in table.constraints:
        if constraint.kind in "PU" and constraint.deferrable:
            _check_unique(session, table, constraint)
        if constraint.kind != "R" or (
            columns is not None and not set(columns) & set(constraint.columns)
        ):
            continue
        if constraint.deferred:
            session.deferred.append((table, constraint))
            continue
        listed = ", ".join(map(str, ids)) or "NULL"
        if session.orphan(table, constraint, listed):
            ora(
                2291,
                f"integrity constraint ({table.schema}.{constraint.name}) violated - parent key "
                "not found",
            )


def _check_unique(session: Session, table: Table, constraint: Constraint) -> None:
    if constraint.deferred:
        session.deferred.append((table, constraint))
    elif session.repeated(table, constraint):
        ora(1, f"unique constraint ({table.schema}.{constraint.name}) violated")


def check_children(session: Session, table: Table, columns: tuple[str, ...] | None) -> None:
    for child, constraint in session.server.catalog.children(table):
        if columns is not None and not set(columns) & set(constraint.parent_columns):
            continue
        if constraint.deferred:
            session.deferred.append((child, constraint))
        elif session.orphan(child, constraint):
            ora(
                2292,
                f"integrity constraint ({child.schema}.{constraint.name}) violated - child record "
                "found",
            )
