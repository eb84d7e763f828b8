"""A strict double of python-oracledb and the Oracle server behind it, for tests without a server.

It refuses what the driver and the server refuse (each refusal names its line of the contract in the
servers' README and has a test that it refuses), and executes enough of the rest, on SQLite in
memory, for connections, rendering, keys, transactions and two-phase commit. What it cannot execute
is `NotExecuted`, never a wrong answer.

How to use it:

- `Server()` is one database; `server.connect(user="scott", password="tiger")` a connection.
- ``create_engine(URL, creator=server.creator)`` is an engine on it, the dialect unchanged.
- ``with installed() as server:`` replaces `oracledb.connect`, so that
  ``create_engine("oracle+oracledb://scott:tiger@double:1521/?service_name=FREEPDB1")``, which is
  `URL`, and every other program works on the double.
- the pytest fixture `oracle_double` (tests/integration/oracle/conftest.py) is that server,
  installed.

`server.fail_next(code)`, `server.kill(session)`, `server.stop()` and `server.privileges` arrange
faults; `server.statements` holds every text that was executed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import oracledb

from .api import Connection, Cursor, connect
from .binding import Var
from .failures import NotExecuted
from .parsing import parse
from .server import Server as _Server

URL = "oracle+oracledb://scott:tiger@double:1521/?service_name=FREEPDB1"


class Server(_Server):
    """One database of the double."""

    def connect(self, **options: Any) -> Connection:
        """A connection, as oracledb.connect makes them."""
        return connect(self, **options)

    def creator(self) -> Connection:
        """For ``create_engine(creator=…)``."""
        return connect(self, user=self.user, password=self.password)


@contextmanager
def installed(server: Server | None = None) -> Iterator[Server]:
    """`oracledb.connect` connects to the double in this block."""
    made = server or Server()
    real = oracledb.connect
    oracledb.connect = lambda dsn=None, **options: connect(made, dsn, **options)  # type: ignore[assignment]
    try:
        yield made
    finally:
        oracledb.connect = real


__all__ = ["URL", "Connection", "Cursor", "NotExecuted", "Server", "Var", "installed", "parse"]
