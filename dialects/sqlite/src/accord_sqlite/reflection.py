"""Reflection of SQLite: PRAGMA functions for what they tell, the CREATE text for the rest.

In: names. Out: the frozen values of `accord.dialect.reflection`. Column types are read by the names
accord and others write, and else by SQLite's own rules of affinity.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from accord.dialect import (
    Bind,
    Execute,
    ReflectedCheck,
    ReflectedColumn,
    ReflectedComputed,
    ReflectedForeignKey,
    ReflectedIndex,
    ReflectedPrimaryKey,
    ReflectedTable,
    ReflectedUnique,
    Reflection,
    Row,
    Steps,
    sql_text,
)
from accord.dialect.equivalence import PLAIN, words
from accord.dialect.texts import quoted
from accord.exc import OperationalError
from accord.sqltypes import (
    BIGINT,
    BLOB,
    BOOLEAN,
    CHAR,
    DATE,
    DATETIME,
    DECIMAL,
    DOUBLE,
    DOUBLE_PRECISION,
    FLOAT,
    INTEGER,
    JSON,
    NCHAR,
    NUMERIC,
    NVARCHAR,
    REAL,
    SMALLINT,
    TEXT,
    TIME,
    TIMESTAMP,
    VARCHAR,
    NullType,
    String,
    TypeEngine,
)

from .catalog import MAIN
from .definition import KeyDefinition, TableDefinition, index_expressions, table_definition

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_TYPES: dict[str, type[TypeEngine]] = {
    "BIGINT": BIGINT,
    "BLOB": BLOB,
    "BOOL": BOOLEAN,
    "BOOLEAN": BOOLEAN,
    "CHAR": CHAR,
    "DATE": DATE,
    "DATETIME": DATETIME,
    "DECIMAL": DECIMAL,
    "DOUBLE": DOUBLE,
    "DOUBLE PRECISION": DOUBLE_PRECISION,
    "FLOAT": FLOAT,
    "INT": INTEGER,
    "INTEGER": INTEGER,
    "JSON": JSON,
    "JSON TEXT": JSON,
    "NCHAR": NCHAR,
    "NUMERIC": NUMERIC,
    "NVARCHAR": NVARCHAR,
    "REAL": REAL,
    "SMALLINT": SMALLINT,
    "TEXT": TEXT,
    "TIME": TIME,
    "TIMESTAMP": TIMESTAMP,
    "VARCHAR": VARCHAR,
}
_SIZED = (CHAR, NCHAR, VARCHAR, NVARCHAR, NUMERIC, DECIMAL, FLOAT)
_AFFINITY: tuple[tuple[str, type[TypeEngine]], ...] = (
    ("INT", INTEGER),
    ("CHAR", TEXT),
    ("CLOB", TEXT),
    ("TEXT", TEXT),
    ("BLOB", NullType),
    ("REAL", REAL),
    ("FLOA", REAL),
    ("DOUB", REAL),
)
_DECLARED = re.compile(r"\s*([^()]*?)\s*(?:\(([^()]*)\))?\s*\Z")

_INDEXES = (
    'SELECT l.name, l."unique", l.origin, x.cid, x.name, x."desc", m.sql '
    "FROM pragma_index_list(?, ?) AS l JOIN pragma_index_xinfo(l.name, ?) AS x "
    "LEFT JOIN {schema}.sqlite_master AS m ON m.type = 'index' AND m.name = l.name "
    "WHERE x.key = 1 ORDER BY l.name, x.seqno"
)
_TRIGGERS = (
    "SELECT sql FROM {}.sqlite_master WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE "
    "ORDER BY name"
)
_FOREIGN_KEYS = (
    'SELECT id, "table", "from", "to", on_update, on_delete, "match" '
    "FROM pragma_foreign_key_list(?, ?) ORDER BY id, seq"
)


class SQLiteReflection(Reflection):
    """The catalog of one SQLite database and those attached to it."""

    column_has_primary_key = True
    restricts = True

    def canonical_type(self, text: str) -> str:
        """By what the type is read as."""
        kind = _type(text, None)
        return super().canonical_type(repr(kind))

    def same_query_steps(
        self, bind: Bind, declared: str, found: str, create: str
    ) -> Steps[bool | None]:
        """SQLite keeps the statement as it was written."""
        return _query(create) == _query(found)
        yield

    def default_schema_steps(self, bind: Bind) -> Steps[str | None]:
        """The file itself."""
        return MAIN
        yield

    def schema_names_steps(self, bind: Bind) -> Steps[list[str]]:
        """main, and what is attached."""
        reply = yield Execute(bind, "SELECT name FROM pragma_database_list WHERE name <> 'temp'")
        return [str(row[0]) for row in reply.rows]

    def table_names_steps(self, bind: Bind, schema: str | None) -> Steps[list[str]]:
        """SQLite's own tables are left out."""
        return _names_steps(bind, schema or MAIN, "table")

    def view_names_steps(self, bind: Bind, schema: str | None) -> Steps[list[str]]:
        """By name."""
        return _names_steps(bind, schema or MAIN, "view")

    def temp_table_names_steps(self, bind: Bind) -> Steps[list[str]]:
        """Those of the connection that is asked."""
        return _names_steps(bind, "temp", "table")

    def temp_view_names_steps(self, bind: Bind) -> Steps[list[str]]:
        """Those of the connection that is asked."""
        return _names_steps(bind, "temp", "view")

    def sequence_names_steps(self, bind: Bind, schema: str | None) -> Steps[list[str]]:
        """There are none."""
        return []
        yield

    def view_definition_steps(self, bind: Bind, name: str, schema: str | None) -> Steps[str | None]:
        """The whole CREATE VIEW, as SQLite keeps it."""
        found = yield from _relation_steps(bind, name, schema)
        return found.sql if found is not None and found.kind == "view" else None

    def table_steps(
        self, bind: Bind, name: str, schema: str | None
    ) -> Steps[ReflectedTable | None]:
        """Four statements: the definition, columns, foreign keys, indexes."""
        found = yield from _relation_steps(bind, name, schema)
        if found is None:
            return None
        place = (found.name, found.schema)
        columns = yield from _columns_steps(bind, found, place)
        keys = (yield Execute(bind, _FOREIGN_KEYS, place)).rows
        text = _INDEXES.format(schema=quoted(bind, found.schema))
        indexes = (yield Execute(bind, text, (*place, found.schema))).rows
        triggers = (yield Execute(bind, _TRIGGERS.format(quoted(bind, found.schema)), (name,))).rows
        definition = table_definition(found.sql if found.kind == "table" else "")
        referred = yield from _referred_keys_steps(bind, keys, found.schema)
        shape = _Shape(definition, columns, indexes)
        return ReflectedTable(
            name=name,
            schema=schema,
            kind="view" if found.kind == "view" else "table",
            columns=shape.columns(),
            primary_key=shape.primary_key(),
            foreign_keys=_foreign_keys(definition, keys, referred),
            uniques=shape.uniques(),
            indexes=shape.indexes(),
            checks=tuple(
                [
                    ReflectedCheck(name=name, sqltext=text)
                    for name, text in sorted(definition.checks, key=_named_first)
                ]
            ),
            triggers=tuple([str(row[0]) for row in triggers]),
            options=shape.options(),
        )


def _query(create: str) -> list[tuple[str, str]]:
    """The words of a CREATE VIEW behind AS."""
    found = words(create, PLAIN)
    return found[found.index(("word", "as")) + 1 :] if ("word", "as") in found else found


def _named_first(check: tuple[str | None, str]) -> tuple[bool, str]:
    return check[0] is None, check[0] or ""


class _Relation:
    """A table or view: where it is, how its name is really written, its CREATE text."""

    def __init__(self, schema: str, row: Row) -> None:
        self.schema = schema
        self.kind, self.name, self.sql = str(row[0]), str(row[1]), str(row[2] or "")


def _names_steps(bind: Bind, schema: str, kind: str) -> Steps[list[str]]:
    reply = yield Execute(
        bind,
        f"SELECT name FROM {quoted(bind, schema)}.sqlite_master WHERE type = ? "
        "AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name",
        (kind,),
    )
    return [str(row[0]) for row in reply.rows]


def _relation_steps(bind: Bind, name: str, schema: str | None) -> Steps[_Relation | None]:
    for place in (schema,) if schema else ("temp", MAIN):
        reply = yield Execute(
            bind,
            f"SELECT type, name, sql FROM {quoted(bind, place)}.sqlite_master "
            "WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE",
            (name,),
        )
        if reply.rows:
            return _Relation(place, reply.rows[0])
    return None


def _columns_steps(bind: Bind, found: _Relation, place: tuple[str, str]) -> Steps[list[Row]]:
    try:
        reply = yield Execute(bind, _columns_text(bind), place)
    except OperationalError:
        if found.kind != "view":
            raise
        return []  # what it selects from is gone
    return reply.rows


def _columns_text(bind: Bind) -> str:
    columns = 'name, type, "notnull", dflt_value, pk'
    if bind.server is not None and bind.server.version < (3, 26):
        return f"SELECT {columns}, 0 FROM pragma_table_info(?, ?) ORDER BY cid"
    return f"SELECT {columns}, hidden FROM pragma_table_xinfo(?, ?) WHERE hidden <> 1 ORDER BY cid"


def _referred_keys_steps(
    bind: Bind, keys: Sequence[Row], schema: str
) -> Steps[dict[str, tuple[str, ...]]]:
    """The primary keys of tables that a foreign key names without columns."""
    found: dict[str, tuple[str, ...]] = {}
    for table in dict.fromkeys(str(row[1]) for row in keys if row[3] is None):
        reply = yield Execute(
            bind,
            "SELECT name FROM pragma_table_info(?, ?) WHERE pk > 0 ORDER BY pk",
            (table, schema),
        )
        found[table] = tuple([str(row[0]) for row in reply.rows])
    return found


# --- columns, keys, indexes ----------------------------------------------------------------------


class _Shape:
    """One table: its definition, the rows of its columns and of its indexes."""

    def __init__(
        self, definition: TableDefinition, columns: Sequence[Row], indexes: Sequence[Row]
    ) -> None:
        self._definition = definition
        self._columns = columns
        self._indexes: dict[str, list[Row]] = {}
        for row in indexes:
            self._indexes.setdefault(str(row[0]), []).append(row)
        self._key = [str(row[0]) for row in sorted(columns, key=_place) if row[4]]
        self._counts = self._is_rowid()

    def _is_rowid(self) -> bool:
        """Whether the single key column is the rowid itself, and counts."""
        if len(self._key) != 1 or self._definition.without_rowid:
            return False
        declared = next(str(row[1]) for row in self._columns if row[4])
        of_key = any(rows[0][2] == "pk" for rows in self._indexes.values())
        return declared.upper() == "INTEGER" and not of_key

    def columns(self) -> tuple[ReflectedColumn, ...]:
        """In the order of the table."""
        return tuple([self._column(row) for row in self._columns])

    def _column(self, row: Row) -> ReflectedColumn:
        name, declared, not_null, default, key, hidden = row
        expression = self._definition.generated.get(str(name).lower())
        computed = None
        if hidden in (2, 3) and expression is not None:
            computed = ReflectedComputed(sqltext=expression, persisted=hidden == 3)
        counts = bool(key) and self._counts
        return ReflectedColumn(
            name=str(name),
            type=_type(str(declared), self._definition.collations.get(str(name).lower())),
            nullable=not not_null and not counts,
            default=None if default is None or computed else str(default),
            autoincrement=counts,
            computed=computed,
        )

    def primary_key(self) -> ReflectedPrimaryKey | None:
        """None for views."""
        if not self._key:
            return None
        named = self._definition.primary_key
        return ReflectedPrimaryKey(
            columns=tuple(self._key), name=None if named is None else named.name
        )

    def uniques(self) -> tuple[ReflectedUnique, ...]:
        """The UNIQUE constraints; SQLite has made an index for each."""
        found = []
        for rows in self._indexes.values():
            if rows[0][2] == "u":
                columns = tuple([str(row[4]) for row in rows])
                known = _named(self._definition.uniques, columns)
                found.append(ReflectedUnique(columns=columns, name=known.name))
        return tuple(sorted(found, key=lambda one: (one.name is None, one.name or "", one.columns)))

    def indexes(self) -> tuple[ReflectedIndex, ...]:
        """What CREATE INDEX made."""
        found = [_index(rows) for rows in self._indexes.values() if rows[0][2] == "c"]
        return tuple(sorted(found, key=lambda one: str(one.name)))

    def options(self) -> dict[str, object]:
        """What accord_sqlite's `Table` options can say."""
        definition = self._definition
        options: dict[str, object] = {}
        if definition.autoincrement:
            options["sqlite_autoincrement"] = True
        if definition.without_rowid:
            options["sqlite_with_rowid"] = False
        if definition.strict:
            options["sqlite_strict"] = True
        return options


def _place(row: Row) -> int:
    assert isinstance(row[4], int)
    return row[4]


def _index(rows: list[Row]) -> ReflectedIndex:
    name, unique, _, _, _, _, sql = rows[0]
    keys, where = index_expressions(str(sql))
    columns = tuple([None if row[4] is None else str(row[4]) for row in rows])
    expressions = None
    if None in columns:
        pairs = zip(columns, keys, strict=True)
        expressions = tuple([key if column is None else column for column, key in pairs])
    descending = {
        column or key: ("desc",)
        for row, column, key in zip(rows, columns, keys, strict=True)
        if row[5]
    }
    return ReflectedIndex(
        name=str(name),
        columns=columns,
        unique=bool(unique),
        expressions=expressions,
        sorting=descending,
        options={} if where is None else {"sqlite_where": sql_text(where)},
    )


def _foreign_keys(
    definition: TableDefinition, rows: Sequence[Row], referred: dict[str, tuple[str, ...]]
) -> tuple[ReflectedForeignKey, ...]:
    by_id: dict[Any, list[Row]] = {}
    for row in rows:
        by_id.setdefault(row[0], []).append(row)
    found = []
    for members in by_id.values():
        _, table, _, to, on_update, on_delete, _ = members[0]
        columns = tuple([str(row[2]) for row in members])
        targets = tuple([str(row[3]) for row in members]) if to is not None else ()
        known = _named(
            [key for key in definition.foreign_keys if key.referred == str(table).lower()], columns
        )
        found.append(
            ReflectedForeignKey(
                columns=columns,
                referred_table=str(table),
                referred_columns=targets or referred.get(str(table), ()),
                name=known.name,
                onupdate=_action(on_update),
                ondelete=_action(on_delete),
                deferrable=known.deferrable,
                initially=known.initially,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.name is None, one.name or "", one.columns)))


def _action(given: object) -> str | None:
    return None if given == "NO ACTION" else str(given)


def _named(keys: Iterable[KeyDefinition], columns: tuple[str, ...]) -> KeyDefinition:
    """The definition of these columns; one that says nothing if there is none."""
    wanted = tuple([column.lower() for column in columns])
    return next((key for key in keys if key.columns == wanted), KeyDefinition(wanted))


def _type(declared: str, collation: str | None) -> TypeEngine:
    """A column's type by what was declared."""
    match = _DECLARED.match(declared)
    words, arguments = ("", None) if match is None else (match[1].upper(), match[2])
    kind: Any = _TYPES.get(" ".join(words.split()))
    if kind is None:
        kind = next((kind for word, kind in _AFFINITY if word in words), None)
        kind = (NullType if not words else NUMERIC) if kind is None else kind
    numbers = [int(number) for number in re.findall(r"\d+", arguments or "")]
    type_: TypeEngine = kind(*numbers) if numbers and issubclass(kind, _SIZED) else kind()
    if collation is not None and isinstance(type_, String):
        return type_.copy(collation=collation)
    return type_
