"""Constraint violations: sqlite's messages as SQL Server's errors, with the constraint's name.

In: a table and sqlite's message. Out: a ServerError.
"""

from __future__ import annotations

import re

from .catalog import Column, Table
from .errors import ServerError
from .session import Session


def null_refused(table: Table, column: Column, verb: str) -> ServerError:
    return ServerError(
        515,
        f"Cannot insert the value NULL into column '{column.name}', table "
        f"'accord.{table.shown}'; column does not allow nulls. {verb} fails.",
    )


def violation(session: Session, table: Table, message: str, verb: str) -> ServerError:
    """sqlite's message as SQL Server's, with the constraint's name."""
    found = re.match(
        r"UNIQUE constraint failed: (?:index '(?P<index>[^']+)'|(?P<columns>.*))", message
    )
    if found is not None:
        return _duplicate(table, found["index"], found["columns"])
    found = re.match(r"CHECK constraint failed: (?P<name>.*)", message)
    if found is not None:
        return ServerError(
            547,
            f'The {verb} statement conflicted with the CHECK constraint "{found["name"]}". The '
            f'conflict occurred in database "accord", table "{table.shown}".',
        )
    if "FOREIGN KEY" in message:
        return _unreferenced(session, table, verb)
    return ServerError(50000, message)


def _duplicate(table: Table, index: str | None, columns: str | None) -> ServerError:
    wanted = [part.rpartition(".")[2].lower() for part in (columns or "").split(", ")]
    for unique in table.uniques:
        if unique.name == index or [c.lower() for c in unique.columns] == wanted:
            if unique.kind == "INDEX":
                break
            return ServerError(
                2627,
                f"Violation of {unique.kind} constraint '{unique.name}'. Cannot insert duplicate "
                f"key in object '{table.shown}'. The duplicate key value is (…).",
                14,
            )
    return ServerError(
        2601,
        f"Cannot insert duplicate key row in object '{table.shown}' with unique index "
        f"'{index}'. The duplicate key value is (…).",
        14,
    )


def _unreferenced(session: Session, table: Table, verb: str) -> ServerError:
    if verb == "DELETE":
        for (name,) in session.data.execute("SELECT name FROM accord_catalog").fetchall():
            other = session.table(name)
            for key in other.foreign_keys if other is not None else ():
                if key.parent.lower() == table.key.lower():
                    return ServerError(
                        547,
                        f'The DELETE statement conflicted with the REFERENCE constraint "{key.name}'
                        f'". The conflict occurred in database "accord", table "{table.shown}".',
                    )
    name = table.foreign_keys[0].name if table.foreign_keys else "FK"
    return ServerError(
        547,
        f'The {verb} statement conflicted with the FOREIGN KEY constraint "{name}". The conflict '
        f'occurred in database "accord", table "{table.shown}".',
    )
