"""Reflection: what information_schema and SHOW say about tables, as accord's frozen values.

A table costs six small queries. Temporary tables are in no catalog; SHOW knows their columns and
indexes. In: names. Out: `ReflectedTable` and lists of names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, ClassVar

from accord.dialect import Execute, quoted
from accord.dialect.reflection import (
    ReflectedCheck,
    ReflectedColumn,
    ReflectedComputed,
    ReflectedForeignKey,
    ReflectedIndex,
    ReflectedPrimaryKey,
    ReflectedTable,
    ReflectedUnique,
)
from accord.exc import DBAPIError

from .catalog import schema_text
from .equivalence import Equivalence, keeps_directions
from .fourbytes import whole_checks_steps, whole_texts_steps
from .literals import ddl_text
from .reflected_types import reflected_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from accord.dialect import Bind, Row, ServerInfo, Steps

_TABLES = "'BASE TABLE', 'SYSTEM VERSIONED'"
_ESCAPED = re.compile(r"\\(['\\])")
_DEFAULT_RULES = (None, "NO ACTION", "RESTRICT")


class MySQLReflection(Equivalence):
    """The catalog of MySQL."""

    __slots__ = ()

    constraints_are_indexes = True

    repaired: ClassVar[bool] = True
    """Does the catalog's text of expressions hold everything, though in the wrong character set?"""

    functional = "s.expression"
    """The column of information_schema.statistics with an index's expression."""

    def default_schema_steps(self, bind: Bind) -> Steps[str | None]:
        """The database of the connection."""
        reply = yield Execute(bind, "SELECT database()")
        found = reply.rows[0][0]
        return None if found is None else str(found)

    def schema_names_steps(self, bind: Bind) -> Steps[list[str]]:
        """All databases the user sees."""
        reply = yield Execute(
            bind, "SELECT schema_name FROM information_schema.schemata ORDER BY schema_name"
        )
        return _names(reply.rows)

    def table_names_steps(self, bind: Bind, schema: str | None) -> Steps[list[str]]:
        """Base tables, system-versioned ones among them."""
        return self._of_kind(bind, schema, _TABLES)

    def view_names_steps(self, bind: Bind, schema: str | None) -> Steps[list[str]]:
        """Views, those of the server itself, too."""
        return self._of_kind(bind, schema, "'VIEW', 'SYSTEM VIEW'")

    def sequence_names_steps(self, bind: Bind, schema: str | None) -> Steps[list[str]]:
        """Sequences (MariaDB)."""
        return self._of_kind(bind, schema, "'SEQUENCE'")

    def _of_kind(self, bind: Bind, schema: str | None, kinds: str) -> Steps[list[str]]:
        text = (
            "SELECT table_name FROM information_schema.tables "
            f"WHERE table_schema = {schema_text(schema)} AND table_type IN ({kinds}) "
            "ORDER BY table_name"
        )
        reply = yield Execute(bind, text, () if schema is None else (schema,))
        return _names(reply.rows)

    def view_definition_steps(self, bind: Bind, name: str, schema: str | None) -> Steps[str | None]:
        """The SELECT of a view, as the server rewrote it."""
        rows = yield from _ask(
            bind,
            schema,
            name,
            "SELECT view_definition FROM information_schema.views "
            "WHERE table_schema = {schema} AND table_name = %s",
        )
        return str(rows[0][0]) if rows else None

    # --- one table --------------------------------------------------------------------------------

    def table_steps(
        self, bind: Bind, name: str, schema: str | None
    ) -> Steps[ReflectedTable | None]:
        """Everything about a table or view; a temporary table hides one that stays."""
        rows = yield from _ask(
            bind,
            schema,
            name,
            "SELECT table_type, engine, table_collation, create_options, table_comment, row_format "
            "FROM information_schema.tables WHERE table_schema = {schema} AND table_name = %s",
        )
        if not rows or any("TEMPORARY" in str(row[0]) for row in rows):
            return (yield from self._temporary_steps(bind, name, schema))
        kind, engine, collation, options, comment, _ = rows[0]
        if kind == "SEQUENCE":
            return None
        checks, json = yield from self._checks_steps(bind, name, schema)
        found = yield from _ask(bind, schema, name, _COLUMNS)
        if "VIEW" not in str(kind):
            found = yield from whole_texts_steps(bind, found, name, schema, self.default_of)
            if not self.repaired:
                checks = yield from whole_checks_steps(bind, checks, name, schema)
        columns = tuple([self._column(bind, row, json) for row in found])
        if "VIEW" in str(kind):
            return ReflectedTable(name=name, schema=schema, kind="view", columns=columns)
        keys, uniques, indexes = yield from self._indexes_steps(bind, name, schema)
        return ReflectedTable(
            name=name,
            schema=schema,
            columns=columns,
            primary_key=keys,
            foreign_keys=tuple((yield from self._foreign_keys_steps(bind, name, schema))),
            uniques=uniques,
            indexes=indexes,
            checks=checks,
            comment=str(comment) if comment else None,
            options=_table_options(bind.dialect.name, engine, collation, str(options or "")),
        )

    def _temporary_steps(
        self, bind: Bind, name: str, schema: str | None
    ) -> Steps[ReflectedTable | None]:
        table = quoted(bind, name)
        if schema is not None:
            table = f"{quoted(bind, schema)}.{table}"
        try:
            shown = yield Execute(bind, f"SHOW FULL COLUMNS FROM {table}")
        except DBAPIError as error:
            if error.kind == "missing_object":
                return None
            raise
        reply = yield Execute(bind, f"SHOW INDEX FROM {table}")
        columns = tuple(
            [
                self._column(bind, (row[0], row[1], row[2], row[3], row[5], row[6], row[8], ""), ())
                for row in shown.rows
            ]
        )
        # Table, Non_unique, Key_name, Seq_in_index, Column_name, Collation, _, Sub_part, _, _, Type
        parts = [
            (row[2], row[1], row[4], row[5], row[7], row[10], None, row[12]) for row in reply.rows
        ]
        keys, uniques, indexes = _indexes(bind.dialect.name, parts)
        return ReflectedTable(
            name=name,
            schema=schema,
            columns=columns,
            primary_key=keys,
            uniques=uniques,
            indexes=indexes,
        )

    # --- columns ----------------------------------------------------------------------------------

    def _column(self, bind: Bind, row: Row, json: Iterable[str]) -> ReflectedColumn:
        name, declared, collation, nullable, default, extra, comment, expression = row
        words = str(extra or "").lower()
        computed = None
        if "generated" in words and "default_generated" not in words:
            computed = ReflectedComputed(
                sqltext=self.computed_text(str(expression)), persisted="stored" in words
            )
        text = str(declared)
        type_ = reflected_type(
            "json" if str(name) in json else text, None if collation is None else str(collation),
            str(name),
        )  # fmt: skip
        return ReflectedColumn(
            name=str(name),
            type=type_,
            nullable=str(nullable).upper() == "YES",
            default=None if computed else self.default_text(default, text, words),
            autoincrement="auto_increment" in words,
            computed=computed,
            comment=str(comment) if comment else None,
        )

    def default_text(self, default: object, declared: str, extra: str) -> str | None:
        """DEFAULT as it is written; MySQL's catalog has constants without their quotes."""
        if default is None:
            return None
        text = str(default)
        if "default_generated" in extra:
            updates = extra.partition("on update ")[2]
            bare = text if text.upper().startswith("CURRENT_TIMESTAMP") else f"({_unescaped(text)})"
            return f"{bare} ON UPDATE {updates.upper()}" if updates else bare
        if declared.startswith("bit"):
            return text
        return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"

    def default_of(self, value: str) -> str:
        """A constant default as this catalog has it."""
        return value

    def computed_text(self, expression: str) -> str:
        """The expression of a generated column; MySQL's catalog escapes the quotes in it."""
        return _unescaped(expression)

    # --- checks, keys, indexes --------------------------------------------------------------------

    def _checks_steps(
        self, bind: Bind, name: str, schema: str | None
    ) -> Steps[tuple[tuple[ReflectedCheck, ...], frozenset[str]]]:
        """The checks, and the columns that are JSON by a check."""
        rows = yield from _ask(bind, schema, name, _CHECKS)
        checks = [
            ReflectedCheck(name=str(check), sqltext=_inner(_unescaped(str(clause))))
            for check, clause in rows
        ]
        return tuple(sorted(checks, key=lambda check: str(check.name))), frozenset()

    def _indexes_steps(
        self, bind: Bind, name: str, schema: str | None
    ) -> Steps[
        tuple[ReflectedPrimaryKey | None, tuple[ReflectedUnique, ...], tuple[ReflectedIndex, ...]]
    ]:
        rows = yield from _ask(bind, schema, name, _INDEXES.format(expression=self.functional))
        return _indexes(bind.dialect.name, rows)

    def _foreign_keys_steps(
        self, bind: Bind, name: str, schema: str | None
    ) -> Steps[list[ReflectedForeignKey]]:
        rows = yield from _ask(bind, schema, name, _FOREIGN_KEYS)
        keys: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            keys[str(row[0])].append(row)
        return [_foreign_key(key, keys[key]) for key in sorted(keys)]


class MariaDBReflection(MySQLReflection):
    """The catalog of MariaDB, which has sequences, JSON as a checked text, and no indexes on
    expressions.
    """

    __slots__ = ()

    explain = "EXPLAIN EXTENDED"
    repaired = False

    def keeps_directions(self, server: ServerInfo | None) -> bool:
        return keeps_directions(server)

    functional = "NULL"

    def default_text(self, default: object, declared: str, extra: str) -> str | None:
        """DEFAULT as it is written: MariaDB's catalog has SQL text."""
        if default is None or default == "NULL":
            return None
        updates = extra.partition("on update ")[2]
        return f"{default} ON UPDATE {updates}" if updates else str(default)

    def default_of(self, value: str) -> str:
        return ddl_text(value)

    def computed_text(self, expression: str) -> str:
        return expression

    def _checks_steps(
        self, bind: Bind, name: str, schema: str | None
    ) -> Steps[tuple[tuple[ReflectedCheck, ...], frozenset[str]]]:
        """The checks; one that says json_valid(column) alone is the type JSON."""
        rows = yield from _ask(
            bind,
            schema,
            name,
            "SELECT constraint_name, check_clause FROM information_schema.check_constraints "
            "WHERE constraint_schema = {schema} AND table_name = %s",
        )
        json = frozenset(
            [str(check) for check, clause in rows if clause == f"json_valid({_name(str(check))})"]
        )
        checks = [
            ReflectedCheck(name=str(check), sqltext=str(clause))
            for check, clause in rows
            if str(check) not in json
        ]
        return tuple(sorted(checks, key=lambda check: str(check.name))), json


# --- queries -------------------------------------------------------------------------------------

_COLUMNS = """SELECT column_name, column_type, collation_name, is_nullable, column_default, extra,
column_comment, generation_expression FROM information_schema.columns
WHERE table_schema = {schema} AND table_name = %s ORDER BY ordinal_position"""
_CHECKS = """SELECT c.constraint_name, c.check_clause FROM information_schema.check_constraints c
JOIN information_schema.table_constraints t ON t.constraint_schema = c.constraint_schema
AND t.constraint_name = c.constraint_name
WHERE t.table_schema = {schema} AND t.table_name = %s AND t.constraint_type = 'CHECK'"""
_INDEXES = """SELECT s.index_name, s.non_unique, s.column_name, s.collation, s.sub_part,
s.index_type, {expression}, NULL FROM information_schema.statistics s
WHERE s.table_schema = {{schema}} AND s.table_name = %s ORDER BY s.index_name, s.seq_in_index"""
_FOREIGN_KEYS = """SELECT k.constraint_name, k.column_name,
CASE WHEN k.referenced_table_schema = k.table_schema THEN NULL ELSE k.referenced_table_schema END,
k.referenced_table_name, k.referenced_column_name, r.update_rule, r.delete_rule, k.table_schema
FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r
ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name
AND r.table_name = k.table_name
WHERE k.table_schema = {schema} AND k.table_name = %s AND k.referenced_table_name IS NOT NULL
ORDER BY k.constraint_name, k.ordinal_position"""


def _ask(bind: Bind, schema: str | None, name: str, text: str) -> Steps[list[Row]]:
    parameters: Row = (name,) if schema is None else (schema, name)
    reply = yield Execute(bind, text.format(schema=schema_text(schema)), parameters)
    return reply.rows


def _names(rows: Sequence[Row]) -> list[str]:
    return [str(row[0]) for row in rows]


# --- from rows to values -------------------------------------------------------------------------


def _indexes(
    dialect: str, rows: Sequence[Row]
) -> tuple[ReflectedPrimaryKey | None, tuple[ReflectedUnique, ...], tuple[ReflectedIndex, ...]]:
    """(name, non_unique, column, collation, sub_part, type, expression, _) → keys and indexes."""
    by_name: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_name[str(row[0])].append(row)
    key: ReflectedPrimaryKey | None = None
    uniques: list[ReflectedUnique] = []
    indexes: list[ReflectedIndex] = []
    for name in sorted(by_name):
        parts = by_name[name]
        if name == "PRIMARY":
            key = ReflectedPrimaryKey(columns=tuple([str(part[2]) for part in parts]))
            continue
        index = _index(dialect, name, parts)
        indexes.append(index)
        if index.unique and index.expressions is None:
            columns = tuple([str(column) for column in index.columns])
            uniques.append(ReflectedUnique(columns=columns, name=name, duplicates_index=name))
    return key, tuple(uniques), tuple(indexes)


def _index(dialect: str, name: str, parts: list[Row]) -> ReflectedIndex:
    columns = tuple([None if part[2] is None else str(part[2]) for part in parts])
    expressions = None
    if None in columns:
        expressions = tuple(
            [_unescaped(str(part[6])) if part[2] is None else str(part[2]) for part in parts]
        )  # fmt: skip
    options: dict[str, object] = {}
    lengths = {str(part[2]): int(str(part[4])) for part in parts if part[4] is not None}
    kind = str(parts[0][5]).upper()
    if lengths and kind not in ("FULLTEXT", "SPATIAL"):
        options[f"{dialect}_length"] = lengths
    if kind in ("FULLTEXT", "SPATIAL"):
        options[f"{dialect}_prefix"] = kind
    elif kind == "HASH":
        options[f"{dialect}_using"] = kind
    return ReflectedIndex(
        name=name,
        columns=columns,
        unique=not int(str(parts[0][1])),
        expressions=expressions,
        sorting={str(part[2]): ("desc",) for part in parts if part[3] == "D" and part[2]},
        options=options,
    )


def _foreign_key(name: str, rows: list[Row]) -> ReflectedForeignKey:
    _, _, schema, table, _, update, delete, _ = rows[0]
    return ReflectedForeignKey(
        name=name,
        columns=tuple([str(row[1]) for row in rows]),
        referred_schema=None if schema is None else str(schema),
        referred_table=str(table),
        referred_columns=tuple([str(row[4]) for row in rows]),
        ondelete=_rule(delete),
        onupdate=_rule(update),
    )


def _rule(rule: object) -> str | None:
    """RESTRICT is what both servers do when nothing is said."""
    return None if rule in _DEFAULT_RULES else str(rule)


def _table_options(
    dialect: str, engine: object, collation: object, created: str
) -> dict[str, object]:
    options: dict[str, object] = {}
    if engine:
        options[f"{dialect}_engine"] = str(engine)
    if collation:
        options[f"{dialect}_default_charset"] = str(collation).partition("_")[0]
        options[f"{dialect}_collate"] = str(collation)
    for word in created.split():
        name, equals, value = word.partition("=")
        if equals and name.lower() in ("row_format", "key_block_size"):
            options[f"{dialect}_{name.lower()}"] = value.strip('"')
    return options


def _unescaped(text: str) -> str:
    """An expression as it was: MySQL's catalog writes a backslash before each quote and backslash
    in it, and takes its UTF-8 for latin-1.
    """
    try:
        text = text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        pass  # a server without the mistake, or nothing but ASCII
    return _ESCAPED.sub(r"\1", text)


def _name(name: str) -> str:
    return f"`{name.replace('`', '``')}`"


def _inner(text: str) -> str:
    """Without the parentheses around all of it."""
    while text.startswith("(") and text.endswith(")") and _closes_last(text):
        text = text[1:-1]
    return text


def _closes_last(text: str) -> bool:
    depth = 0
    for place, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return place == len(text) - 1
    return False
