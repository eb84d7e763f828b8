"""The double's server: what all sessions share. Committed rows, the catalog, locks, branches.

Every session has a SQLite database of its own: what was committed, and its own changes. A commit
sends changed rows to the server's log; other sessions take them over before their next statement
(READ COMMITTED) or transaction (SERIALIZABLE). Rows are locked by whoever changes them. In: log
entries, lock requests. Out: what a session has to take over, Oracle's lock errors.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .catalog import Catalog
from .failures import ora, ora_error
from .naming import quoted

if TYPE_CHECKING:
    from .session import Session

Change = tuple[str, int, tuple[Any, ...] | None]
"""Table in SQLite, rowid, the row (None: deleted)."""
Key = tuple[int, bytes, bytes]


@dataclass(eq=False)
class Branch:
    """A branch of a global transaction."""

    key: Key
    state: str = "active"
    session: Session | None = None
    changes: list[Change] = field(default_factory=list)


class Server:
    """One database."""

    def __init__(self, version: str = "19.3.0.0.0", user: str = "SCOTT") -> None:
        self.version = version
        self.user = user
        self.password = "tiger"
        self.service = "FREEPDB1"
        self.zone: dt.tzinfo = dt.timezone(dt.timedelta(hours=2))
        """The zone of the machine (SYSDATE, SYSTIMESTAMP)."""
        self.client_zone: dt.tzinfo = dt.timezone(dt.timedelta(hours=5, minutes=30))
        """What a session's time zone is until it is set."""
        self.catalog = Catalog()
        self.log: list[str | list[Change]] = []
        """What was committed: DDL for SQLite, or changed rows."""
        self.base = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self.base.execute("CREATE TABLE `SYS.DUAL` (DUMMY)")
        self.base.execute("INSERT INTO `SYS.DUAL` VALUES ('X')")
        self.rowid = 0
        self.mutex = threading.RLock()
        self.released = threading.Condition(self.mutex)
        self.locks: dict[tuple[str, int], object] = {}
        """Locked rows, and the session or branch that holds each."""
        self.waiting: dict[object, object] = {}
        self.branches: dict[Key, Branch] = {}
        self.sessions: list[Session] = []
        self.privileges = {"DBA_PENDING_TRANSACTIONS"}
        self.views: dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]] = {}
        """Further catalog views by name, with canned rows: columns, rows."""
        self.failures: list[tuple[Callable[[str], bool], Exception]] = []
        self.down = False
        self.patience = 3.0
        """Seconds after which a wait for a lock is given up (ORA-02049); Oracle waits for ever."""
        self.statements: list[str] = []
        """Every text executed, in order."""

    @property
    def major(self) -> int:
        return int(self.version.split(".", maxsplit=1)[0])

    def clock(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    # --- what tests arrange -----------------------------------------------------------------------

    def fail_next(self, code: int, message: str = "arranged by the test", on: str = "") -> None:
        """The next statement that contains `on` fails with this error of the server."""
        self.failures.append((lambda text: on in text, ora_error(code, message)))

    def kill(self, session: Session) -> None:
        """The server process of a session is gone; what it has not prepared is rolled back."""
        session.dead = True
        session.abandon()

    def stop(self) -> None:
        """SHUTDOWN ABORT: all sessions are gone, nobody can connect."""
        self.down = True
        for session in list(self.sessions):
            self.kill(session)

    def start(self) -> None:
        self.down = False

    # --- rows -------------------------------------------------------------------------------------

    def next_rowid(self) -> int:
        with self.mutex:
            self.rowid += 1
            return self.rowid

    def publish(self, changes: list[Change]) -> None:
        """Committed rows, for everybody."""
        if changes:
            apply(self.base, changes)
            self.log.append(changes)

    def publish_ddl(self, text: str) -> None:
        self.base.execute(text)
        self.log.append(text)

    # --- locks ------------------------------------------------------------------------------------

    def lock(
        self, owner: object, table: str, rowids: list[int], *, wait: float | None = None
    ) -> bool:
        """Lock rows; True if that took waiting, so that they have to be read again.

        `wait` is None for Oracle's "for ever", 0 for NOWAIT, else seconds.
        """
        waited = False
        with self.released:
            while True:
                held = self._held(owner, table, rowids)
                if held is None:
                    break
                if wait == 0:
                    ora(54, "resource busy and acquire with NOWAIT specified or timeout expired")
                waited = True
                self._wait(owner, held, wait)
            for rowid in rowids:
                self.locks[table, rowid] = owner
        return waited

    def _held(self, owner: object, table: str, rowids: list[int]) -> object | None:
        if not self.locks:
            return None
        holders = (self.locks.get((table, rowid)) for rowid in rowids)
        return next((held for held in holders if held not in (None, owner)), None)

    def _wait(self, owner: object, held: object, wait: float | None) -> None:
        following: object | None = held
        while following is not None:
            if following is owner:
                ora(60, "deadlock detected while waiting for resource")
            following = self.waiting.get(following)
        self.waiting[owner] = held
        start = time.monotonic()
        patience = self.patience if wait is None else wait
        try:
            while held in self.locks.values():
                left = patience - (time.monotonic() - start)
                if left <= 0 or not self.released.wait(left):
                    if wait is not None:
                        ora(30006, "resource busy; acquire with WAIT timeout expired")
                    ora(2049, "timeout: distributed transaction waiting for lock")
        finally:
            self.waiting.pop(owner, None)

    def is_locked(self, owner: object, table: str, rowid: int) -> bool:
        return self.locks.get((table, rowid)) not in (None, owner)

    def release(self, owner: object) -> None:
        with self.released:
            for key in [key for key, held in self.locks.items() if held is owner]:
                del self.locks[key]
            self.released.notify_all()

    def hand_over(self, owner: object, heir: object) -> None:
        """Locks of a session that belong to a branch from now on, or back."""
        with self.released:
            for key in [key for key, held in self.locks.items() if held is owner]:
                self.locks[key] = heir


def apply(database: sqlite3.Connection, changes: list[Change], *, strict: bool = False) -> None:
    """Rows as they are after a commit. `strict`: a second row with the same unique value is an
    error.
    """
    for table, rows in _by_table(changes).items():
        name = quoted(table)
        if strict or any(row is None for row in rows.values()):
            gone = [(rowid,) for rowid, row in rows.items() if strict or row is None]
            database.executemany(f"DELETE FROM {name} WHERE rowid = ?", gone)
        columns = stored_columns(database, table)
        names = ", ".join(["rowid", *map(quoted, columns)])
        marks = ", ".join("?" * (len(columns) + 1))
        verb = "INSERT" if strict else "INSERT OR REPLACE"
        database.executemany(
            f"{verb} INTO {name} ({names}) VALUES ({marks})",
            [(rowid, *row) for rowid, row in rows.items() if row is not None],
        )


def _by_table(changes: list[Change]) -> dict[str, dict[int, tuple[Any, ...] | None]]:
    found: dict[str, dict[int, tuple[Any, ...] | None]] = {}
    for table, rowid, row in changes:
        found.setdefault(table, {})[rowid] = row
    return found


def stored_columns(database: sqlite3.Connection, table: str) -> list[str]:
    """The columns of a table that hold values (not the computed ones)."""
    rows = database.execute(f"PRAGMA table_xinfo({quoted(table)})").fetchall()
    return [row[1] for row in rows if row[6] == 0]
