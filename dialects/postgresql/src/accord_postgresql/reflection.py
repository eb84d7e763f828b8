"""Reflection: PostgreSQL's catalog as the frozen values of `accord.dialect.reflection`.

A few queries answer for any number of tables of a schema at once. Without a schema, names mean what
the search_path makes of them. In: names. Out: ReflectedTable and lists of names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.dialect import Execute
from accord.dialect.reflection import (
    ReflectedCheck,
    ReflectedColumn,
    ReflectedComputed,
    ReflectedEnum,
    ReflectedExclude,
    ReflectedForeignKey,
    ReflectedIdentity,
    ReflectedIndex,
    ReflectedPrimaryKey,
    ReflectedTable,
    ReflectedUnique,
    Reflection,
    TableKind,
)
from accord.sqltypes import String

from . import catalog_text as sql
from .equivalence import Equivalence
from .reflected_types import column_type, domain_type, enum_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from accord.dialect import Bind, Row, Steps

_KINDS: dict[object, TableKind] = {"v": "view", "m": "materialized_view"}
_ACTIONS = {"r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
_MATCHES = {"f": "FULL", "p": "PARTIAL"}


class PostgreSQLReflection(Equivalence, Reflection):
    """The catalog of a PostgreSQL database."""

    __slots__ = ()

    constraint_comments = True

    # --- names ------------------------------------------------------------------------------------

    def default_schema_steps(self, bind: Bind) -> Steps[str | None]:
        reply = yield Execute(bind, "SELECT current_schema()::text")
        name = reply.rows[0][0]
        return None if name is None else str(name)

    def schema_names_steps(self, bind: Bind) -> Steps[list[str]]:
        return (yield from _names(bind, sql.SCHEMAS))

    def table_names_steps(self, bind: Bind, schema: str | None) -> Steps[list[str]]:
        return (yield from _relations(bind, schema, "r", "p", "f"))

    def view_names_steps(self, bind: Bind, schema: str | None) -> Steps[list[str]]:
        return (yield from _relations(bind, schema, "v"))

    def materialized_view_names_steps(self, bind: Bind, schema: str | None) -> Steps[list[str]]:
        return (yield from _relations(bind, schema, "m"))

    def temp_table_names_steps(self, bind: Bind) -> Steps[list[str]]:
        return (yield from _names(bind, sql.TEMPORARY, ["r", "p"]))

    def temp_view_names_steps(self, bind: Bind) -> Steps[list[str]]:
        return (yield from _names(bind, sql.TEMPORARY, ["v"]))

    def sequence_names_steps(self, bind: Bind, schema: str | None) -> Steps[list[str]]:
        return (yield from _names(bind, sql.SEQUENCES, schema, schema))

    def view_definition_steps(self, bind: Bind, name: str, schema: str | None) -> Steps[str | None]:
        reply = yield Execute(bind, sql.VIEW, (name, schema, schema))
        return str(reply.rows[0][0]) if reply.rows else None

    def enums_steps(self, bind: Bind, schema: str | None) -> Steps[list[ReflectedEnum]]:
        reply = yield Execute(bind, sql.ENUM_TYPES, (schema, schema, schema))
        rows: Iterable[Any] = reply.rows
        return [
            ReflectedEnum(name=name, schema=place, visible=visible, labels=tuple(labels))
            for name, place, visible, labels in rows
        ]

    # --- tables -----------------------------------------------------------------------------------

    def table_steps(
        self, bind: Bind, name: str, schema: str | None
    ) -> Steps[ReflectedTable | None]:
        found = yield from self.tables_steps(bind, [name], schema)
        return found[0] if found else None

    def tables_steps(
        self, bind: Bind, names: Sequence[str], schema: str | None
    ) -> Steps[list[ReflectedTable]]:
        relations = (yield Execute(bind, sql.TABLES, (list(names), schema, schema))).rows
        oids = [row[0] for row in relations]
        if not oids:
            return []
        columns = _by_table((yield Execute(bind, sql.COLUMNS, (oids,))).rows)
        constraints = _by_table((yield Execute(bind, sql.CONSTRAINTS, (oids,))).rows)
        indexes = _by_table((yield Execute(bind, sql.INDEXES, (oids,))).rows)
        enums = _enums((yield Execute(bind, sql.ENUMS, (oids,))).rows)
        if any(row[12] for rows in columns.values() for row in rows):
            domains = (yield Execute(bind, sql.DOMAINS, (oids,))).rows
            enums.update({row[0]: domain_type(row[1:]) for row in domains})
        tables: dict[object, ReflectedTable] = {}
        for row in relations:
            own = [part.get(row[0], []) for part in (columns, constraints, indexes)]
            tables[row[1]] = _table(row, schema, own[0], own[1], own[2], enums)
        return [tables[name] for name in names if name in tables]


def _names(bind: Bind, text: str, *parameters: object) -> Steps[list[str]]:
    reply = yield Execute(bind, text, parameters)
    return [str(row[0]) for row in reply.rows]


def _relations(bind: Bind, schema: str | None, *kinds: str) -> Steps[list[str]]:
    return _names(bind, sql.RELATIONS, list(kinds), schema, schema)


def _by_table(rows: Iterable[Row]) -> dict[object, list[Row]]:
    found: dict[object, list[Row]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row[1:])
    return found


def _enums(rows: Iterable[Row]) -> dict[object, Any]:
    """Enum types by OID: name, schema (None where the search_path finds it), labels."""
    return {row[0]: enum_type(row[1:]) for row in rows}


def _table(
    relation: Row,
    schema: str | None,
    columns: list[Row],
    constraints: list[Row],
    indexes: list[Row],
    enums: dict[object, Any],
) -> ReflectedTable:
    keys = [row for row in constraints if row[1] == "p"]
    uniques = [row for row in constraints if row[1] == "u"]
    foreign = [row for row in constraints if row[1] == "f"]
    checks = [row for row in constraints if row[1] == "c"]
    return ReflectedTable(
        name=str(relation[1]),
        schema=schema,
        kind=_KINDS.get(relation[2], "table"),
        columns=tuple([_column(row, enums) for row in columns]),
        primary_key=_primary_key(keys[0]) if keys else None,
        foreign_keys=tuple([_foreign_key(row, schema) for row in foreign]),
        uniques=tuple([_unique(row) for row in uniques]),
        indexes=tuple([_index(row) for row in indexes]),
        checks=tuple([_check(row) for row in checks]),
        excludes=tuple(
            [
                ReflectedExclude(sqltext=str(row[15]), name=str(row[0]))
                for row in constraints
                if row[1] == "x"
            ]
        ),
        part_of=_text(relation[6]),
        comment=_text(relation[3]),
        options=_options(relation),
    )


def _options(relation: Row) -> dict[str, object]:
    """What `Table` takes as ``postgresql_…``, without what goes without saying."""
    inherits, partition_by, _, storage, tablespace, method = relation[4:10]
    found: dict[str, object] = {
        "postgresql_inherits": tuple(inherits) if isinstance(inherits, list) else inherits,
        "postgresql_partition_by": partition_by,
        "postgresql_with": dict(str(item).split("=", 1) for item in _list(storage)),
        "postgresql_tablespace": tablespace,
        "postgresql_using": method,
    }
    return {name: value for name, value in found.items() if value}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _column(row: Row, enums: dict[object, Any]) -> ReflectedColumn:
    name, type_text, type_oid, item_oid, dimensions = row[:5]
    not_null, default, identity, generated, comment, options, serial = row[5:12]
    assert isinstance(dimensions, int)
    kind = column_type(
        str(name), str(type_text), enums.get(type_oid), enums.get(item_oid), dimensions
    )
    if row[13] is not None and isinstance(kind, String):
        kind = kind.copy(collation=str(row[13]))
    counted = _identity(str(identity), options)
    computed = None
    if generated:
        computed = ReflectedComputed(sqltext=str(default), persisted=generated == "s")
    return ReflectedColumn(
        name=str(name),
        type=kind,
        nullable=not not_null,
        default=None if generated or counted else _text(default),
        autoincrement=bool(counted or serial),
        identity=counted,
        computed=computed,
        comment=_text(comment),
    )


def _identity(kind: str, options: object) -> ReflectedIdentity | None:
    if not kind or not isinstance(options, list):
        return None
    start, increment, low, high, cycle, cache = options
    return ReflectedIdentity(
        always=kind == "a",
        start=int(start),
        increment=int(increment),
        minvalue=int(low),
        maxvalue=int(high),
        cycle=cycle == "true",
        cache=int(cache),
    )


def _columns(given: object) -> tuple[str, ...]:
    assert isinstance(given, list)
    return tuple(map(str, given))


def _primary_key(row: Row) -> ReflectedPrimaryKey:
    return ReflectedPrimaryKey(
        columns=_columns(row[2]), name=str(row[0]), comment=_text(row[14]), options=_include(row)
    )


def _include(row: Row) -> dict[str, object]:
    return {"postgresql_include": [] if row[12] is None else list(_columns(row[12]))}


def _unique(row: Row) -> ReflectedUnique:
    options = {**_include(row), "postgresql_nulls_not_distinct": bool(row[13])}
    return ReflectedUnique(
        columns=_columns(row[2]), name=str(row[0]), comment=_text(row[14]), options=options
    )


def _check(row: Row) -> ReflectedCheck:
    options: dict[str, object] = {} if row[11] else {"postgresql_not_valid": True}
    return ReflectedCheck(
        sqltext=_inside(str(row[15])), name=str(row[0]), comment=_text(row[14]), options=options
    )


def _inside(text: str) -> str:
    """``a > 0`` of ``((a > 0))``: without the parentheses around the whole."""
    while text.startswith("(") and text.endswith(")") and _closes_at_end(text):
        text = text[1:-1]
    return text


def _closes_at_end(text: str) -> bool:
    depth, quoted = 0, ""
    for place, character in enumerate(text):
        if character in "'\"" and quoted in ("", character):
            quoted = "" if quoted else character
        elif not quoted and character in "()":
            depth += 1 if character == "(" else -1
            if depth == 0 and place < len(text) - 1:
                return False
    return True


def _foreign_key(row: Row, schema: str | None) -> ReflectedForeignKey:
    name, _, columns, target, target_schema, visible, referred = row[:7]
    on_delete, on_update, match, deferrable, validated = *row[7:10], row[10], row[11]
    other: str | None = str(target_schema)
    if other == schema or (schema is None and visible):
        other = None
    initially = None
    if deferrable in ("deferred", "immediate"):
        initially = "DEFERRED" if deferrable == "deferred" else None
    return ReflectedForeignKey(
        columns=_columns(columns),
        referred_table=str(target),
        referred_columns=_columns(referred),
        referred_schema=other,
        name=str(name),
        ondelete=_ACTIONS.get(str(on_delete)),
        onupdate=_ACTIONS.get(str(on_update)),
        deferrable=True if deferrable else None,
        initially=initially,
        match=_MATCHES.get(str(match)),
        comment=_text(row[14]),
        options={} if validated else {"postgresql_not_valid": True},
    )


def _index(row: Row) -> ReflectedIndex:
    name, unique, keys, expressions, included, sorting = row[:6]
    constraint, method, where, storage, distinct_nulls, operators = row[6:12]
    names = tuple([None if key is None else str(key) for key in _list(keys)])
    texts = tuple([str(text) for text in _list(expressions)])
    options: dict[str, object] = {"postgresql_include": [str(column) for column in _list(included)]}
    if method != "btree":
        options["postgresql_using"] = method
    if where is not None:
        options["postgresql_where"] = _inside(str(where))
    if storage:
        options["postgresql_with"] = dict(item.split("=", 1) for item in _list(storage))
    if distinct_nulls:
        options["postgresql_nulls_not_distinct"] = True
    chosen = {
        key: str(operator)
        for key, operator in zip(names, _list(operators), strict=True)
        if key is not None and operator is not None
    }
    if chosen:
        options["postgresql_ops"] = chosen
    return ReflectedIndex(
        name=str(name),
        columns=names,
        unique=bool(unique),
        expressions=texts if None in names else None,
        include=tuple([str(column) for column in _list(included)]),
        sorting=_sorting(names, _list(sorting)),
        duplicates_constraint=_text(constraint),
        options=options,
    )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _sorting(names: Sequence[str | None], flags: list[Any]) -> dict[str, tuple[str, ...]]:
    """By pg_index.indoption: 1 is DESC, 2 is NULLS FIRST; NULLS FIRST goes without saying for
    DESC."""
    found: dict[str, tuple[str, ...]] = {}
    for name, flag in zip(names, flags, strict=False):
        words = []
        if flag & 1:
            words.append("desc")
        if flag & 3 == 2:
            words.append("nulls_first")
        if flag & 3 == 1:
            words.append("nulls_last")
        if name is not None and words:
            found[name] = tuple(words)
    return found
