"""What SQLite's catalog says about a table's key, in one query; and the query that reserves a
block of keys.

SQLite has no lock on a sequence: keys are reserved by reading the largest one inside the writing
transaction that then inserts. That read carries a fingerprint of the table's definition and
triggers, so that a plan made earlier is never used on a table that has changed. In: KeyNeed, or a
table. Out: KeyFacts, statement text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from accord.dialect import Bind, Execute, KeyFacts, KeyNeed, Row, Steps
from accord.dialect.texts import Fragment, column_name, quoted, schema_name, table_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.schema import Column, Table

MAIN = "main"
_QUOTED = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | `(?:[^`]|``)*` | \[[^\]]*\] | --[^\n]* | /\*.*?\*/""",
    re.DOTALL | re.VERBOSE,
)
_EVENT = re.compile(
    r"""\bTRIGGER \s+ (?:IF \s+ NOT \s+ EXISTS \s+)? \S+ (?:\s*\.\s*\S+)? \s+
        (?:(?:BEFORE|AFTER|INSTEAD\s+OF) \s+)? (?P<event>INSERT|UPDATE|DELETE)\b""",
    re.IGNORECASE | re.VERBOSE,
)


_FINGERPRINT = (
    "(SELECT group_concat(sql, char(10)) FROM ("
    "SELECT sql FROM {schema}.sqlite_master WHERE tbl_name = ? COLLATE NOCASE AND type <> 'index' "
    "UNION ALL "
    "SELECT sql FROM temp.sqlite_master WHERE tbl_name = ? COLLATE NOCASE AND type <> 'index'))"
)


@dataclass(frozen=True, slots=True)
class TableFacts(KeyFacts):
    """A table as SQLite has it.

    `kind` is table, view, virtual, or missing; `temporary`: the name means a temporary object;
    `key` the single primary key column as declared, `declared` its type; `rowid_alias`: the key is
    the rowid itself; `counter`: sqlite_sequence counts it (AUTOINCREMENT); `insert_triggers` are
    names of triggers that may run on INSERT, temporary ones included.
    """

    kind: str
    temporary: bool = False
    key: str | None = None
    declared: str = ""
    rowid_alias: bool = False
    counter: bool = False
    insert_triggers: tuple[str, ...] = ()
    fingerprint: object = None
    settled: bool = True


def facts_steps(bind: Bind, need: KeyNeed, *, write: bool) -> Steps[TableFacts]:
    """The catalog's answer for the table of `need`: one query."""
    table = need.table
    own = schema_name(bind, table)
    schema = quoted(bind, own or MAIN)
    name = table.name
    described = "?, ?" if own else "?"
    where = [name] if own is None else [name, own]
    text = (
        f"SELECT 'object', type, name, sql, rootpage FROM {schema}.sqlite_master "
        "WHERE tbl_name = ? COLLATE NOCASE AND type <> 'index' "
        "UNION ALL SELECT 'temp', type, name, sql, rootpage FROM temp.sqlite_master "
        "WHERE tbl_name = ? COLLATE NOCASE AND type <> 'index' "
        f"UNION ALL SELECT 'key', name, type, NULL, pk FROM pragma_table_info({described}) WHERE "
        "pk > 0 "
        f"UNION ALL SELECT 'index', name, '', NULL, 0 FROM pragma_index_list({described}) WHERE "
        "origin = 'pk' "
        f"UNION ALL SELECT 'counter', name, '', NULL, 0 FROM {schema}.sqlite_master "
        "WHERE name = 'sqlite_sequence' "
        f"UNION ALL SELECT 'print', '', '', {_FINGERPRINT.format(schema=schema)}, 0"
    )
    parameters = (name, name, *where, *where, name, name)
    reply = yield Execute(bind, text, parameters, write=write)
    return _read(reply.rows, own_schema=own is not None)


def fingerprint(bind: Bind, table: Table) -> Fragment:
    """The definitions of everything that bears the table's name, as one text."""
    schema = quoted(bind, schema_name(bind, table) or MAIN)
    return Fragment(_FINGERPRINT.format(schema=schema), (table.name, table.name))


def _read(rows: Sequence[Row], *, own_schema: bool) -> TableFacts:
    by_kind: dict[object, list[Row]] = {}
    for row in rows:
        by_kind.setdefault(row[0], []).append(row[1:])
    temporary = [row for row in by_kind.get("temp", ()) if row[0] in ("table", "view")]
    shadowed = bool(temporary) and not own_schema
    objects = temporary if shadowed else by_kind.get("object", [])
    relation = next((row for row in objects if row[0] in ("table", "view")), None)
    keys = by_kind.get("key", [])
    triggers = [
        row for kind in ("object", "temp") for row in by_kind.get(kind, ()) if row[0] == "trigger"
    ]
    single = keys[0] if len(keys) == 1 else None
    integer = single is not None and str(single[1]).upper() == "INTEGER"
    sql = str(relation[2]) if relation is not None else ""
    return TableFacts(
        kind=_kind(relation),
        temporary=shadowed,
        key=str(single[0]) if single is not None else None,
        declared=str(single[1]) if single is not None else "",
        rowid_alias=integer and not by_kind.get("index"),
        counter=bool(by_kind.get("counter")) and "AUTOINCREMENT" in sql.upper(),
        insert_triggers=tuple(str(row[1]) for row in triggers if _runs_on_insert(str(row[2]))),
        fingerprint=by_kind["print"][0][2],
        settled=relation is not None or bool(keys),
    )


def _kind(relation: Row | None) -> str:
    if relation is None:
        return "missing"
    if relation[0] == "table" and not relation[3]:
        return "virtual"
    return str(relation[0])


def _runs_on_insert(sql: str) -> bool:
    """Whether a trigger may run on INSERT; what cannot be read counts as yes."""
    event = _EVENT.search(_QUOTED.sub(_bare, sql))
    return event is None or event["event"].upper() == "INSERT"


def _bare(quoted: re.Match[str]) -> str:
    return " " if quoted[0].startswith(("--", "/*")) else "name"


def reserve_text(bind: Bind, table: Table, key: Column, *, counter: bool) -> tuple[str, Row]:
    """The SELECT for (largest key, counter, fingerprint), and its parameters."""
    schema = quoted(bind, schema_name(bind, table) or MAIN)
    largest = f"(SELECT max({column_name(bind, key)}) FROM {table_name(bind, table)})"
    seq = f"(SELECT seq FROM {schema}.sqlite_sequence WHERE name = ? COLLATE NOCASE)"
    guard = fingerprint(bind, table)
    text = f"SELECT {largest}, {seq if counter else 'NULL'}, {guard.text}"
    return text, ((table.name,) if counter else ()) + guard.values
