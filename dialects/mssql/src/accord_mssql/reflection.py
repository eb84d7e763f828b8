"""SQL Server's catalog: what its sys views say about schemas, tables, columns and constraints.

One statement a question, all of them by `OBJECT_ID` of the table's quoted name. In: names. Out:
steps with the frozen values of accord.dialect.reflection.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, cast

from accord.dialect import Execute, Row
from accord.dialect.reflection import (
    ReflectedCheck,
    ReflectedColumn,
    ReflectedComputed,
    ReflectedForeignKey,
    ReflectedIdentity,
    ReflectedIndex,
    ReflectedPrimaryKey,
    ReflectedTable,
    ReflectedUnique,
    Reflection,
)
from accord.dialect.texts import quoted

from . import catalogtexts as texts
from .reflectedtypes import reflected_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from accord.dialect import Bind, Steps

_ACTIONS = {"CASCADE": "CASCADE", "SET_NULL": "SET NULL", "SET_DEFAULT": "SET DEFAULT"}


class MSSQLReflection(Reflection):
    """The catalog of SQL Server."""

    __slots__ = ()

    def default_schema_steps(self, bind: Bind) -> Steps[str | None]:
        """The user's: as a rule dbo."""
        reply = yield Execute(bind, "SELECT SCHEMA_NAME() AS name")
        return cast("str | None", reply.rows[0][0])

    def schema_names_steps(self, bind: Bind) -> Steps[list[str]]:
        return (yield from _names(bind, texts.SCHEMAS))

    def table_names_steps(self, bind: Bind, schema: str | None) -> Steps[list[str]]:
        return (yield from _names(bind, texts.OBJECTS, "U", schema))

    def view_names_steps(self, bind: Bind, schema: str | None) -> Steps[list[str]]:
        return (yield from _names(bind, texts.OBJECTS, "V", schema))

    def sequence_names_steps(self, bind: Bind, schema: str | None) -> Steps[list[str]]:
        return (yield from _names(bind, texts.OBJECTS, "SO", schema))

    def view_definition_steps(self, bind: Bind, name: str, schema: str | None) -> Steps[str | None]:
        """The text that made the view."""
        reply = yield Execute(bind, texts.VIEW, (_full(bind, name, schema),))
        return cast("str | None", reply.rows[0][0]) if reply.rows else None

    def table_steps(
        self, bind: Bind, name: str, schema: str | None
    ) -> Steps[ReflectedTable | None]:
        """Everything about one table: six statements, one for a view's columns less."""
        full = (_full(bind, name, schema),)
        table = (yield Execute(bind, texts.TABLE, full)).rows
        if not table:
            return None
        kind, comment = table[0]
        columns = (yield Execute(bind, texts.COLUMNS, full)).rows
        indexes = (yield Execute(bind, texts.INDEXES, full)).rows
        keys = (yield Execute(bind, texts.FOREIGN_KEYS, full)).rows
        checks = (yield Execute(bind, texts.CHECKS, full)).rows
        default = yield from self.default_schema_steps(bind)
        primary, uniques, others = _indexes(indexes)
        return ReflectedTable(
            name=name,
            schema=schema,
            kind="view" if str(kind).strip() == "V" else "table",
            columns=tuple([_column(row) for row in columns]),
            primary_key=primary,
            foreign_keys=tuple(_foreign_keys(keys, schema, default)),
            uniques=uniques,
            indexes=others,
            checks=tuple(
                [
                    ReflectedCheck(name=str(own), sqltext=_bare(str(condition)))
                    for own, condition in checks
                ]
            ),
            comment=cast("str | None", comment),
        )


def _names(bind: Bind, text: str, *parameters: object) -> Steps[list[str]]:
    reply = yield Execute(bind, text, parameters)
    return [str(row[0]) for row in reply.rows]


def _full(bind: Bind, name: str, schema: str | None) -> str:
    own = quoted(bind, name)
    if name.startswith("#"):
        return f"tempdb..{own}"
    return own if schema is None else f"{quoted(bind, schema)}.{own}"


def _column(row: Row) -> ReflectedColumn:
    name, kind, length, precision, scale, nullable, collation = cast("Any", row[:7])
    default, seed, step, computed, persisted, comment = cast("Any", row[7:])
    identity = None
    if seed is not None:
        identity = ReflectedIdentity(start=int(seed), increment=int(step))
    made = None
    if computed is not None:
        made = ReflectedComputed(sqltext=_bare(computed), persisted=bool(persisted))
    return ReflectedColumn(
        name=name,
        type=reflected_type(kind, length, precision, scale, collation, name),
        nullable=bool(nullable),
        default=None if default is None else _bare(default),
        autoincrement=identity is not None,
        identity=identity,
        computed=made,
        comment=comment,
    )


Indexes = tuple[
    "ReflectedPrimaryKey | None", "tuple[ReflectedUnique, ...]", "tuple[ReflectedIndex, ...]"
]


def _indexes(rows: Iterable[Row]) -> Indexes:
    primary = None
    uniques: list[ReflectedUnique] = []
    others: list[ReflectedIndex] = []
    for (name, is_key, unique, constraint, kind, where), own in _by(rows, 6):
        keys = tuple([str(column) for column, included, _ in own if not included])
        clustered = {"mssql_clustered": kind == "CLUSTERED"}
        if is_key:
            options = {} if kind == "CLUSTERED" else clustered
            primary = ReflectedPrimaryKey(columns=keys, name=name, options=options)
        elif constraint:
            options = clustered if kind == "CLUSTERED" else {}
            uniques.append(ReflectedUnique(columns=keys, name=name, options=options))
        else:
            others.append(
                ReflectedIndex(
                    name=name,
                    columns=keys,
                    unique=bool(unique),
                    include=tuple([str(column) for column, included, _ in own if included]),
                    sorting={str(column): ("desc",) for column, _, desc in own if desc},
                    options=_index_options(kind, where),
                )
            )
    uniques.sort(key=lambda unique: str(unique.name))
    others.sort(key=lambda index: str(index.name))
    return primary, tuple(uniques), tuple(others)


def _index_options(kind: object, where: object) -> dict[str, object]:
    options: dict[str, object] = {}
    if kind == "CLUSTERED":
        options["mssql_clustered"] = True
    if where is not None:
        options["mssql_where"] = _bare(str(where))
    return options


def _foreign_keys(
    rows: Iterable[Row], schema: str | None, default: str | None
) -> Iterator[ReflectedForeignKey]:
    for (name, parent_schema, parent, on_delete, on_update), own in _by(rows, 5):
        same = parent_schema == (default if schema is None else schema)
        yield ReflectedForeignKey(
            name=name,
            columns=tuple([column for column, _ in own]),
            referred_table=parent,
            referred_columns=tuple([column for _, column in own]),
            referred_schema=schema if same else parent_schema,
            ondelete=_ACTIONS.get(on_delete),
            onupdate=_ACTIONS.get(on_update),
        )


def _by(rows: Iterable[Row], width: int) -> Iterator[tuple[Any, list[Any]]]:
    """Rows that begin alike, together: what they begin with, and how each goes on."""
    for head, own in groupby(rows, key=lambda row: row[:width]):
        yield head, [row[width:] for row in own]


def _bare(text: str) -> str:
    """Without the parentheses that the server puts around an expression."""
    while text.startswith("(") and text.endswith(")") and _closes_at_the_end(text):
        text = text[1:-1]
    return text


def _closes_at_the_end(text: str) -> bool:
    depth = 0
    quoting = ""
    for place, character in enumerate(text):
        if quoting:
            quoting = "" if character == quoting else quoting
        elif character in "'[":
            quoting = "]" if character == "[" else "'"
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                return place == len(text) - 1
    return False
