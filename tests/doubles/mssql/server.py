"""The double's server: what all its connections share.

Data is in an sqlite file of its own in WAL mode, so that several connections see each other's
commits and wait for each other's locks. Counters of identities and sequences are here and not
there: SQL Server does not give numbers back on rollback either. In: tests that prepare it. Out:
sessions.
"""

from __future__ import annotations

import itertools
import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .errors import ServerError

CATALOG = """
CREATE TABLE accord_catalog (name TEXT COLLATE NOCASE PRIMARY KEY, description BLOB);
CREATE TABLE sys_objects (object_id INT, name TEXT COLLATE NOCASE, full_name TEXT COLLATE NOCASE,
    schema_id INT, type TEXT COLLATE RTRIM, is_ms_shipped INT DEFAULT 0);
CREATE TABLE sys_tables (object_id INT, name TEXT, is_memory_optimized INT DEFAULT 0);
CREATE TABLE sys_identity_columns (object_id INT, column_id INT, name TEXT, seed_value INT,
    increment_value INT);
CREATE TABLE sys_triggers (object_id INT, parent_id INT, name TEXT, is_disabled INT DEFAULT 0,
    is_instead_of_trigger INT DEFAULT 0);
CREATE TABLE sys_trigger_events (object_id INT, type INT);
CREATE TABLE sys_indexes (object_id INT, index_id INT, name TEXT COLLATE NOCASE, type INT,
    type_desc TEXT, is_unique INT, is_primary_key INT, is_unique_constraint INT,
    filter_definition TEXT);
CREATE TABLE sys_index_columns (object_id INT, index_id INT, index_column_id INT, column_id INT,
    key_ordinal INT, is_descending_key INT, is_included_column INT);
CREATE TABLE sys_columns (object_id INT, column_id INT, name TEXT COLLATE NOCASE, user_type_id INT,
    system_type_id INT, max_length INT, precision INT, scale INT, is_nullable INT,
    collation_name TEXT, default_object_id INT);
CREATE TABLE sys_types (name TEXT, user_type_id INT, system_type_id INT);
CREATE TABLE sys_default_constraints (object_id INT, definition TEXT, parent_object_id INT);
CREATE TABLE sys_computed_columns (object_id INT, column_id INT, definition TEXT, is_persisted INT);
CREATE TABLE sys_check_constraints (name TEXT, definition TEXT, parent_object_id INT);
CREATE TABLE sys_foreign_keys (object_id INT, name TEXT, parent_object_id INT,
    referenced_object_id INT, delete_referential_action_desc TEXT,
    update_referential_action_desc TEXT);
CREATE TABLE sys_foreign_key_columns (constraint_object_id INT, constraint_column_id INT,
    parent_object_id INT, parent_column_id INT, referenced_object_id INT,
    referenced_column_id INT);
CREATE TABLE sys_sql_modules (object_id INT, definition TEXT);
CREATE TABLE sys_schemas (schema_id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE UNIQUE);
CREATE TABLE sys_sequences (object_id INT, name TEXT COLLATE NOCASE, start INT, step INT,
    low INT, high INT, cycle INT);
CREATE TABLE sys_extended_properties (class INT, name TEXT, major_id INT, minor_id INT, value TEXT);
INSERT INTO sys_schemas (name) VALUES ('dbo'), ('sys'), ('guest');
"""


class Server:
    """One SQL Server with one database.

    `statements` is every statement it received. `fail(number, …)` makes the next matching statement
    fail; `answer(pattern, …)` answers statements with canned rows; `trigger(…)` adds a trigger.
    """

    def __init__(self, version: str = "16.0.4135.4") -> None:
        import sqlite3

        self._folder = tempfile.TemporaryDirectory(prefix="accord-mssql-")
        self.path = str(Path(self._folder.name) / "data.db")
        self.version = version
        self.statements: list[str] = []
        self.counters: dict[str, int] = {}
        self.object_ids = itertools.count(1_000_001)
        self.row_versions = itertools.count(2_001)
        self.triggers: dict[str, list[tuple[str, Callable[[Any, list[int]], None]]]] = {}
        self.snapshot_allowed = True
        self.connections = 0
        self._faults: list[tuple[re.Pattern[str], ServerError]] = []
        self._answers: list[tuple[re.Pattern[str], Sequence[str], list[tuple[Any, ...]]]] = []
        made = sqlite3.connect(self.path)
        made.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;" + CATALOG)
        made.close()

    def close(self) -> None:
        """Remove the data."""
        self._folder.cleanup()

    # -- for tests ---------------------------------------------------------------------------------

    def fail(self, number: int, text: str = "", *, on: str = ".", severity: int = 16) -> None:
        """The next statement that matches `on` fails with this number."""
        error = ServerError(number, text or f"Error {number}", severity)
        self._faults.append((re.compile(on, re.I | re.S), error))

    def answer(self, on: str, names: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
        """Statements that match `on` get these rows."""
        self._answers.append((re.compile(on, re.I | re.S), names, rows))

    def trigger(
        self,
        table: str,
        event: str,
        act: Callable[[Any, list[int]], None] | None = None,
        *,
        instead_of: bool = False,
        disabled: bool = False,
    ) -> None:
        """A trigger of `table` (as committed now) on INSERT, UPDATE or DELETE; `act` gets the
        sqlite3 connection and the rowids of the rows."""
        import sqlite3

        with sqlite3.connect(self.path) as data:
            (parent,) = data.execute(
                "SELECT object_id FROM sys_objects WHERE name = ?", (table,)
            ).fetchone()
            own = next(self.object_ids)
            kind = {"INSERT": 1, "UPDATE": 2, "DELETE": 3}[event]
            data.execute(
                "INSERT INTO sys_triggers VALUES (?, ?, ?, ?, ?)",
                (own, parent, f"tr_{table}_{event}", int(disabled), int(instead_of)),
            )
            data.execute("INSERT INTO sys_trigger_events VALUES (?, ?)", (own, kind))
        data.close()
        if act is not None and not disabled:
            self.triggers.setdefault(table.lower(), []).append((event, act))

    # -- for sessions ------------------------------------------------------------------------------

    def fault(self, statement: str) -> ServerError | None:
        for place, (pattern, error) in enumerate(self._faults):
            if pattern.search(statement):
                del self._faults[place]
                return error
        return None

    def canned(self, statement: str) -> tuple[Sequence[str], list[tuple[Any, ...]]] | None:
        for pattern, names, rows in self._answers:
            if pattern.search(statement):
                return names, rows
        return None
