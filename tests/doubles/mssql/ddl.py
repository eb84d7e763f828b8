"""CREATE, ALTER and DROP.

In: a session and a statement. Out: a Result; catalog tables and sqlite's own tables changed in the
transaction of the session, as SQL Server's DDL is transactional.
"""

from __future__ import annotations

import pickle
import re
import sqlite3

from sqlglot import exp

from . import rules, views
from .catalog import ForeignKey, Table, TableMaker, Unique, nulls_equal, quoted, without_cluster
from .errors import ServerError, syntax
from .session import Result, Session, name_key
from .translate import parse, table_key

_NAME = r"(?:\[[^\]]*\]|[\w#@$.])+"
_SEQUENCE = re.compile(rf"CREATE\s+SEQUENCE\s+(?P<name>{_NAME})\s+(?P<options>.*)$", re.I | re.S)
_DROP = re.compile(
    rf"DROP\s+(?P<kind>TABLE|VIEW|SEQUENCE)\s+(?P<exists>IF\s+EXISTS\s+)?(?P<name>{_NAME})\s*$",
    re.I | re.S,
)
_DROP_INDEX = re.compile(
    rf"DROP\s+INDEX\s+(?P<exists>IF\s+EXISTS\s+)?(?P<name>{_NAME})\s+ON\s+(?P<table>{_NAME})\s*$",
    re.I | re.S,
)
_INDEX = re.compile(
    rf"CREATE\s+(?P<unique>UNIQUE\s+)?INDEX\s+(?P<name>{_NAME})\s+ON\s+(?P<table>{_NAME})\s*"
    r"\((?P<columns>[^()]*)\)(?:\s*INCLUDE\s*\((?P<include>[^()]*)\))?(?:\s*WHERE\s+(?P<where>.*))?$",
    re.I | re.S,
)
_ADD = re.compile(rf"ALTER\s+TABLE\s+(?P<table>{_NAME})\s+ADD\s+(?P<rest>.*)$", re.I | re.S)
_DROP_CONSTRAINT = re.compile(
    rf"ALTER\s+TABLE\s+(?P<table>{_NAME})\s+DROP\s+CONSTRAINT\s+(?P<exists>IF\s+EXISTS\s+)?"
    rf"(?P<name>{_NAME})\s*$",
    re.I | re.S,
)


def run_ddl(session: Session, text: str) -> Result:
    """One statement of DDL."""
    text = without_cluster(text)
    rules.check_types(text)
    for pattern, act in (
        (_SEQUENCE, _create_sequence),
        (_DROP_INDEX, _drop_index),
        (_DROP, _drop),
        (_INDEX, _create_index),
        (_DROP_CONSTRAINT, _drop_constraint),
        (_ADD, _add_constraint),
    ):
        found = pattern.match(text)
        if found is not None:
            act(session, found)
            return Result()
    tree = parse(text)
    if isinstance(tree, exp.Create) and tree.kind == "TABLE" and not tree.args.get("exists"):
        _create_table(session, tree)
        return Result()
    if isinstance(tree, exp.Create) and tree.kind == "VIEW":
        _create_view(session, tree)
        return Result()
    raise syntax(text[:30])


def plain(name: str) -> str:
    return name.strip().strip("[]").replace("]]", "]")


def _describe(session: Session, table: Table) -> None:
    session.data.execute(
        "INSERT OR REPLACE INTO accord_catalog VALUES (?, ?)", (table.key, pickle.dumps(table))
    )
    views.describe(session, table)


def _object(session: Session, key: str, kind: str) -> int:
    full = key if "." in key else f"dbo.{key}"
    schema, _, name = full.rpartition(".")
    known = session.data.execute(
        "SELECT schema_id FROM sys_schemas WHERE name = ?", (schema,)
    ).fetchone()
    if known is None:
        raise ServerError(
            2760,
            f'The specified schema name "{schema}" either does not exist or you do not have '
            "permission to use it.",
        )
    found = session.data.execute(
        "SELECT 1 FROM sys_objects WHERE full_name = ?", (full,)
    ).fetchone()
    if found is not None:
        raise ServerError(2714, f"There is already an object named '{name}' in the database.")
    number = next(session.server.object_ids)
    session.data.execute(
        "INSERT INTO sys_objects (object_id, name, full_name, schema_id, type) "
        "VALUES (?, ?, ?, ?, ?)",
        (number, name, full, known[0], kind),
    )
    return number


def _create_table(session: Session, tree: exp.Create) -> None:
    session.translator.check(tree)
    key = table_key(tree.this)
    number = _object(session, key, "U ")
    maker = TableMaker(tree, number, session.translator)
    table = maker.table
    for foreign in table.foreign_keys:
        parent = table if foreign.parent.lower() == key.lower() else session.table(foreign.parent)
        if parent is None:
            raise ServerError(
                1767,
                f"Foreign key '{foreign.name}' references invalid table '{foreign.parent}'.",
            )
    for statement in maker.statements:
        session.data.execute(statement)
    session.data.execute("INSERT INTO sys_tables (object_id, name) VALUES (?, ?)", (number, key))
    _describe(session, table)


def _create_view(session: Session, tree: exp.Create) -> None:
    key = table_key(tree.this)
    number = _object(session, key, "V ")
    session.data.execute(
        "INSERT INTO sys_sql_modules VALUES (?, ?)", (number, f"{tree.sql('tsql')}")
    )
    session.data.execute(
        f"CREATE VIEW {quoted(key)} AS {session.translator.text(tree.args['expression'])}"
    )


def _create_sequence(session: Session, found: re.Match[str]) -> None:
    options = " ".join(found["options"].upper().split())
    numbers = {
        word: int(value)
        for word, value in re.findall(
            r"(START WITH|INCREMENT BY|(?<!NO )MINVALUE|(?<!NO )MAXVALUE) (-?\d+)", options
        )
    }
    step = numbers.get("INCREMENT BY", 1)
    low = numbers.get("MINVALUE", -(2**63))
    high = numbers.get("MAXVALUE", 2**63 - 1)
    # docs: CREATE SEQUENCE: without START WITH it begins at the minimum of its type
    start = numbers.get("START WITH", low if step > 0 else high)
    key = name_key(found["name"])
    number = _object(session, key, "SO")
    full = key if "." in key else f"dbo.{key}"
    cycle = int("CYCLE" in options and "NO CYCLE" not in options)
    session.data.execute(
        "INSERT INTO sys_sequences VALUES (?, ?, ?, ?, ?, ?, ?)",
        (number, full, start, step, low, high, cycle),
    )
    session.server.counters.pop(f"sequence {full.lower()}", None)


def _drop(session: Session, found: re.Match[str]) -> None:
    key = name_key(found["name"])
    full = key if "." in key else f"dbo.{key}"
    kind = found["kind"].upper()
    row = session.data.execute(
        "SELECT object_id FROM sys_objects WHERE full_name = ? AND type LIKE ?",
        (full, {"TABLE": "U%", "VIEW": "V%", "SEQUENCE": "SO%"}[kind]),
    ).fetchone()
    if row is None:
        if found["exists"]:
            return
        raise ServerError(
            3701,
            f"Cannot drop the {kind.lower()} '{key}', because it does not exist or you do not have "
            "permission.",
        )
    if kind == "TABLE":
        _refuse_referenced(session, key)
        session.data.execute("PRAGMA defer_foreign_keys = ON")
        session.data.execute(f"DROP TABLE {quoted(key)}")
        session.data.execute("DELETE FROM accord_catalog WHERE name = ?", (key,))
        session.data.execute("DELETE FROM sys_tables WHERE object_id = ?", row)
        views.forget(session, row[0])
        session.data.execute("DELETE FROM sys_triggers WHERE parent_id = ?", row)
    elif kind == "VIEW":
        session.data.execute(f"DROP VIEW {quoted(key)}")
    else:
        session.data.execute("DELETE FROM sys_sequences WHERE name = ?", (full,))
    session.data.execute("DELETE FROM sys_objects WHERE object_id = ?", row)


def _refuse_referenced(session: Session, key: str) -> None:
    for (name,) in session.data.execute("SELECT name FROM accord_catalog").fetchall():
        other = session.table(name)
        if other is None or other.key.lower() == key.lower():
            continue
        if any(foreign.parent.lower() == key.lower() for foreign in other.foreign_keys):
            raise ServerError(
                3726,
                f"Could not drop object '{key}' because it is referenced by a FOREIGN KEY "
                "constraint.",
            )


def _table(session: Session, text: str) -> Table:
    table = session.table(name_key(text))
    if table is None:
        raise ServerError(1088, f'Cannot find the object "{plain(text)}".')
    return table


def _create_index(session: Session, found: re.Match[str]) -> None:
    table = _table(session, found["table"])
    name = plain(found["name"])
    columns, descending = [], []
    for part in found["columns"].split(","):
        column, _, direction = part.strip().rpartition(" ")
        column = column if direction.upper() in ("ASC", "DESC") else part
        columns.append(plain(column))
        if direction.upper() == "DESC":
            descending.append(plain(column))
    for column in columns:
        if table.column(column) is None:
            raise ServerError(1911, f"Column name '{column}' does not exist in the target table.")
    where = ""
    if found["where"]:
        tree = parse(f"SELECT 1 AS x WHERE {found['where']}")
        session.translator.check(tree)
        where = f" WHERE {session.translator.text(tree.args['where'].this)}"
    if found["unique"]:
        session.data.execute(nulls_equal(name, table.key, columns, where))
    else:
        listed = ", ".join(map(quoted, columns))
        session.data.execute(
            f"CREATE INDEX {quoted(name)} ON {quoted(table.key)} ({listed}){where}"
        )
    index = Unique(name, columns, "INDEX", bool(found["unique"]), descending)
    index.include = [plain(part) for part in (found["include"] or "").split(",") if part]
    index.where = f"({found['where'].strip()})" if found["where"] else None
    table.uniques.append(index)
    _describe(session, table)


def _drop_index(session: Session, found: re.Match[str]) -> None:
    name = plain(found["name"])
    try:
        session.data.execute(f"DROP INDEX {quoted(name)}")
    except sqlite3.OperationalError:
        if not found["exists"]:
            raise ServerError(
                3701, f"Cannot drop the index '{name}', because it does not exist."
            ) from None
    table = _table(session, found["table"])
    table.uniques = [unique for unique in table.uniques if unique.name != name]
    _describe(session, table)


def _add_constraint(session: Session, found: re.Match[str]) -> None:
    """sqlite cannot add constraints: unique ones become an index, the others are remembered only.

    A foreign key added this way is known by name and not enforced."""
    table = _table(session, found["table"])
    tree = parse(f"CREATE TABLE accord_added (x INT, {found['rest']})")
    assert isinstance(tree, exp.Create)
    maker = TableMaker(tree, 0, session.translator)
    for unique in maker.table.uniques:
        session.data.execute(nulls_equal(unique.name, table.key, unique.columns))
        table.uniques.append(unique)
    added: list[ForeignKey] = maker.table.foreign_keys
    for foreign in added:
        if session.table(foreign.parent) is None:
            raise ServerError(
                1767,
                f"Foreign key '{foreign.name}' references invalid table '{foreign.parent}'.",
            )
        table.foreign_keys.append(foreign)
    table.checks += maker.table.checks
    _describe(session, table)


def _drop_constraint(session: Session, found: re.Match[str]) -> None:
    table = _table(session, found["table"])
    name = plain(found["name"])
    kept_uniques = [unique for unique in table.uniques if unique.name != name]
    kept_keys = [key for key in table.foreign_keys if key.name != name]
    if len(kept_uniques) + len(kept_keys) == len(table.uniques) + len(table.foreign_keys):
        if found["exists"]:
            return
        raise ServerError(3728, f"'{name}' is not a constraint.")
    table.uniques, table.foreign_keys = kept_uniques, kept_keys
    _describe(session, table)
