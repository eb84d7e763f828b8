"""The errors of the double: SQL Server's numbers and texts, raised the way pymssql raises them.

Contract: pymssql's `_pymssql.pyx` (classes by number in `Cursor.execute`, OperationalError while
fetching) and `_mssql.pyx` (`MSSQLDatabaseException`); texts from SQL Server's list of system
messages.
"""

from __future__ import annotations

from typing import Any

from pymssql import _mssql, exceptions

PROGRAMMING = frozenset({102, 207, 208, 2812, 4104})  # _pymssql.pyx: prog_errors
INTEGRITY = frozenset({515, 547, 2601, 2627})  # _pymssql.pyx: integrity_errors
TAIL = (
    "DB-Lib error message 20018, severity {severity}:\n"
    "General SQL Server error: Check messages from the SQL Server\n"
)
ENDS_TRANSACTION = frozenset({1205, 3960, 245, 241, 8114, 8169})
"""Errors after which the server has rolled the transaction back (deadlock victim, snapshot
conflict) or that abort the batch with it (failed conversions)."""


class ServerError(Exception):
    """An error of the server, before the driver has made an exception of it."""

    def __init__(self, number: int, text: str, severity: int = 16) -> None:
        super().__init__(number, text)
        self.number = number
        self.text = text
        self.severity = severity

    @property
    def pair(self) -> tuple[int, bytes]:
        """What pymssql puts into its exceptions."""
        return self.number, (self.text + TAIL.format(severity=self.severity)).encode()


def of_execute(error: ServerError) -> Exception:
    """_pymssql.pyx, Cursor.execute: the class goes by number."""
    kind: Any = exceptions.OperationalError
    if error.number in PROGRAMMING:
        kind = exceptions.ProgrammingError
    elif error.number in INTEGRITY:
        kind = exceptions.IntegrityError
    made: Exception = kind(*error.pair)
    return made


def of_fetch(error: ServerError) -> Exception:
    """_pymssql.pyx, Cursor.fetchall: always OperationalError."""
    return exceptions.OperationalError(*error.pair)


def of_connection(error: ServerError) -> Exception:
    """_pymssql.pyx, Connection.rollback: what the lower layer raises passes through."""
    made: Exception = _mssql.MSSQLDatabaseException(error.pair)
    return made


def syntax(near: str) -> ServerError:
    return ServerError(102, f"Incorrect syntax near '{near}'.", 15)
