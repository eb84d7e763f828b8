"""A session of the double: one connection's statements and transaction.

In: statements with bound values. Out: rows, counts, returned values, Oracle's errors. Executing is
in `executing.py`, DDL in `defining.py`, branches in `branching.py`; here is the transaction.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from typing import TYPE_CHECKING, Any

from .failures import dpy, ora
from .functions import register
from .naming import quoted
from .server import Branch, Change, Server, apply, stored_columns
from .storing import encode, store
from .translating import Translator

if TYPE_CHECKING:
    from .catalog import Constraint, Table

from oracledb import errors


class Session:
    """What the server keeps for a connection."""

    def __init__(self, server: Server, schema: str) -> None:
        self.server = server
        self.schema = schema
        self.zone: dt.tzinfo = server.client_zone
        self.serializable = False
        self.dead = False
        self.raised: Exception | None = None
        self.database = sqlite3.connect(
            ":memory:", isolation_level=None, check_same_thread=False, cached_statements=256
        )
        register(self.database, self)
        self.database.execute("PRAGMA case_sensitive_like = ON")
        with server.mutex:
            server.base.backup(self.database)
            self.position = len(server.log)
            server.sessions.append(self)
        self.in_sqlite = False
        self.touched: dict[tuple[str, int], None] = {}
        """Rows changed in this transaction, in order."""
        self.locking = False
        self.savepoints: list[tuple[str, int, dict[tuple[str, int], None]]] = []
        self.deferred: list[tuple[Table, Constraint]] = []
        self.branch: Branch | None = None
        self.prepared: Branch | None = None
        self.drawn: dict[str, int] = {}
        self.made: list[int] = []

    # --- state ------------------------------------------------------------------------------------

    @property
    def in_progress(self) -> bool:
        """Whether a transaction is open: something was changed or locked."""
        return bool(self.touched) or self.locking or self.branch is not None

    def refuse_dead(self) -> None:
        if self.dead or self.server.down:
            self.dead = True
            dpy(errors.ERR_CONNECTION_CLOSED)

    def translator(self) -> Translator:
        return Translator(self.server.catalog, self.schema, self.system_view)

    def begin(self) -> None:
        """Before a statement: be up to date, in a transaction of SQLite."""
        if not self.in_sqlite:
            self.take_over()
            self.database.execute("BEGIN")
            self.in_sqlite = True
            self.before = self.position
        elif not self.serializable:
            self.take_over()

    def take_over(self) -> None:
        """What others have committed since."""
        with self.server.mutex:
            for entry in self.server.log[self.position :]:
                if isinstance(entry, str):
                    self.database.execute(entry)
                else:
                    apply(self.database, entry)
            self.position = len(self.server.log)

    # --- the end ----------------------------------------------------------------------------------

    def commit(self) -> None:
        if self.branch is not None:
            ora(2089, "COMMIT is not allowed in a subordinate session")
        self.check_deferred()
        with self.server.mutex:
            changes = self.changes()
            self._leave()
            self._conflicts(changes)
            self.server.publish(changes)
        self.server.release(self)

    def _conflicts(self, changes: list[Change]) -> None:
        """Two sessions inserted the same unique value: Oracle makes the second wait and fail at
        the INSERT; here it fails at COMMIT."""
        self.server.base.execute("SAVEPOINT trial")
        try:
            apply(self.server.base, changes, strict=True)
        except sqlite3.IntegrityError:
            self.server.release(self)
            ora(1, "unique constraint (found at COMMIT by the double) violated")
        finally:
            self.server.base.execute("ROLLBACK TO trial")
            self.server.base.execute("RELEASE trial")

    def rollback(self) -> None:
        branch, self.branch = self.branch, None
        if branch is not None:
            self.server.branches.pop(branch.key, None)
        self._leave()
        self.server.release(self)

    def abandon(self) -> None:
        """The connection is gone: nothing is kept but what was prepared."""
        self.rollback()
        if self in self.server.sessions:
            self.server.sessions.remove(self)

    def changes(self) -> list[Change]:
        """The rows this transaction has changed, as they are now."""
        found: list[Change] = []
        texts: dict[str, str] = {}
        for table, rowid in self.touched:
            text = texts.get(table)
            if text is None:
                names = ", ".join(map(quoted, stored_columns(self.database, table)))
                text = f"SELECT {names} FROM {quoted(table)} WHERE rowid = ?"
                texts[table] = "" if self.is_temporary(table) else text
                text = texts[table]
            if text:
                row = self.database.execute(text, (rowid,)).fetchone()
                found.append((table, rowid, row))
        return found

    def is_temporary(self, stored: str) -> bool:
        table = self.server.catalog.tables.get(stored)
        return table is not None and bool(table.temporary)

    def _leave(self) -> None:
        if self.in_sqlite:
            self.database.execute("ROLLBACK")
            self.in_sqlite = False
            self.position = self.before
        self.touched = {}
        self.savepoints = []
        self.deferred = []
        self.locking = False

    # --- savepoints -------------------------------------------------------------------------------

    def savepoint(self, name: str) -> None:
        self.begin()
        self.database.execute(f"SAVEPOINT {quoted(name)}")
        self.savepoints.append((name, self.position, dict(self.touched)))

    def rollback_to(self, name: str) -> None:
        for number in range(len(self.savepoints) - 1, -1, -1):
            if self.savepoints[number][0] == name:
                _, self.position, self.touched = self.savepoints[number]
                self.touched = dict(self.touched)
                del self.savepoints[number + 1 :]
                self.database.execute(f"ROLLBACK TO {quoted(name)}")
                return
        ora(1086, f"savepoint '{name}' never established in this session or is invalid")

    # --- deferred foreign keys --------------------------------------------------------------------

    def check_deferred(self) -> None:
        for table, constraint in self.deferred:
            if constraint.kind in "PU":
                if self.repeated(table, constraint):
                    self.rollback()
                    name = f"{table.schema}.{constraint.name}"
                    ora(
                        2091,
                        "transaction rolled back",
                        f"ORA-00001: unique constraint ({name}) violated",
                    )
            elif self.orphan(table, constraint):
                self.rollback()
                ora(
                    2091,
                    "transaction rolled back",
                    f"ORA-02291: integrity constraint ({table.schema}.{constraint.name}) violated "
                    "- parent key not found",
                )

    def orphan(self, table: Table, constraint: Constraint, rows: str = "") -> bool:
        """Whether a child row (among `rows`, an SQL list of rowids) has no parent."""
        pairs = list(zip(constraint.columns, constraint.parent_columns, strict=True))
        present = " AND ".join(f"c.{quoted(own)} IS NOT NULL" for own, _ in pairs)
        same = " AND ".join(f"p.{quoted(other)} = c.{quoted(own)}" for own, other in pairs)
        within = f"c.rowid IN ({rows}) AND " if rows else ""
        text = (
            f"SELECT 1 FROM {quoted(table.stored)} AS c WHERE {within}{present} AND NOT EXISTS "
            f"(SELECT 1 FROM {quoted(constraint.parent)} AS p WHERE {same}) LIMIT 1"
        )
        return self.database.execute(text).fetchone() is not None

    def repeated(self, table: Table, constraint: Constraint) -> bool:
        """Whether two rows have the same values of a deferrable unique constraint."""
        names = ", ".join(map(quoted, constraint.columns))
        present = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in constraint.columns)
        text = (
            f"SELECT 1 FROM {quoted(table.stored)} WHERE {present} GROUP BY {names} "
            "HAVING COUNT(*) > 1 LIMIT 1"
        )
        return self.database.execute(text).fetchone() is not None

    # --- functions SQLite calls -------------------------------------------------------------------

    def new_rowid(self) -> int:
        rowid = self.server.next_rowid()
        self.made.append(rowid)
        return rowid

    def next_value(self, stored: str) -> int:
        with self.server.mutex:
            number = self.server.catalog.sequences[stored].draw()
        self.drawn[stored] = number
        return number

    def current_value(self, stored: str) -> int:
        if stored not in self.drawn:
            ora(8002, f"sequence {stored}.CURRVAL is not yet defined in this session")
        return self.drawn[stored]

    def identity(self, value: Any, table: str, column: str, given: int) -> Any:
        found = self.server.catalog.tables[table].columns[column]
        assert found.identity is not None
        if given and found.always:
            ora(32795, "cannot insert into a generated always identity column")
        if value is not None or (given and not found.on_null):
            return value
        with self.server.mutex:
            return found.identity.draw()

    def store(self, value: Any, table: str, column: str, verb: str) -> Any:
        defined = self.server.catalog.tables[table]
        found = defined.columns[column]
        path = defined.path(column)
        kept = store(value, found.type, path, self.zone)
        if kept is None and not found.nullable:
            shown = ".".join(f'"{part}"' for part in path)
            if verb == "U":
                ora(1407, f"cannot update ({shown}) to NULL")
            ora(1400, f"cannot insert NULL into ({shown})")
        return kept

    def context(self, space: str, name: str) -> str | None:
        if (space.upper(), name.upper()) in (
            ("USERENV", "CURRENT_SCHEMA"),
            ("USERENV", "SESSION_USER"),
        ):
            return self.schema
        return None

    # --- catalog views ----------------------------------------------------------------------------

    def system_view(self, name: str) -> str | None:
        """A temporary table with the rows of a catalog view; None: no such view."""
        if name == "DUAL":
            return "SYS.DUAL"
        canned = self.server.views.get(name)
        columns, rows = canned if canned is not None else self._view(name)
        if not columns:
            return None
        stored = f"temp.{quoted(f'SYS.{name}')}"
        self.database.execute(f"DROP TABLE IF EXISTS {stored}")
        listed = ", ".join(map(quoted, columns))
        self.database.execute(f"CREATE TEMP TABLE {quoted(f'SYS.{name}')} ({listed})")
        marks = ", ".join("?" * len(columns))
        self.database.executemany(
            f"INSERT INTO {stored} VALUES ({marks})",
            [tuple(encode(value, None) for value in row) for row in rows],
        )
        return f"SYS.{name}"

    def _view(self, name: str) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        catalog, server = self.server.catalog, self.server
        if name == "PRODUCT_COMPONENT_VERSION":
            row = ("Oracle Database 19c Enterprise Edition", server.version, server.version)
            return ("PRODUCT", "VERSION", "VERSION_FULL"), [row]
        if name in ("ALL_OBJECTS", "USER_OBJECTS"):
            objects = [
                (table.schema, table.name, "VIEW" if table.view else "TABLE")
                for table in catalog.tables.values()
            ]
            objects += [(*key.split(".", 1), "SEQUENCE") for key in catalog.sequences]
            return ("OWNER", "OBJECT_NAME", "OBJECT_TYPE"), objects
        if name in ("ALL_SEQUENCES", "USER_SEQUENCES"):
            return ("SEQUENCE_OWNER", "SEQUENCE_NAME"), [
                tuple(key.split(".", 1)) for key in catalog.sequences
            ]
        if name == "DBA_PENDING_TRANSACTIONS" and name in server.privileges:
            return ("FORMATID", "GLOBALID", "BRANCHID"), [
                branch.key for branch in server.branches.values() if branch.state == "prepared"
            ]
        return (), []
