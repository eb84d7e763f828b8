"""Tables made from the catalog: `Table(autoload_with=…)`, `MetaData.reflect`.

In: an Inspector, a Table that has a name and maybe columns of its own. Out: the Table with columns,
primary key, foreign keys, uniques, checks and indexes as the database has them. What the program
declares goes before what the database says.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from accord.dialect.reflection import ReflectedCheck, sql_text
from accord.engine import reflected
from accord.exc import AccordWarning, InvalidRequestError, UnreflectableTableError
from accord.schema import (
    BLANK_SCHEMA,
    CheckConstraint,
    Column,
    Computed,
    DefaultClause,
    ForeignKeyConstraint,
    Identity,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from accord.schema.ordering import order
from accord.sql.text import TextClause

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from accord.dialect.reflection import ReflectedIndex, ReflectedTable, ReflectedUnique
    from accord.engine.reflected import Info
    from accord.engine.reflection import Inspector


def reflect_table(
    inspector: Inspector,
    table: Table,
    include: Collection[str] | None,
    exclude: Collection[str],
    *,
    resolve_fks: bool,
    declared: Mapping[str, Column[Any]],
) -> None:
    """Add to `table` what the database has under its name; `declared` columns in their places."""
    found = inspector.reflected(table.name, table.schema)
    columns = reflected.columns(found, with_key=False)
    for info in columns:
        own = declared.get(info["name"])
        if own is not None:
            table.append_column(own)
        elif (include is None or info["name"] in include) and info["name"] not in exclude:
            for target in (table.metadata, table):
                target.tell("column_reflect", inspector, table, info)
            table.append_column(_column(found, info), replace_existing=True)
    table.kind = found.kind
    _Parts(table, found).add()
    for name, value in found.options.items():
        if name not in table.kwargs:
            vars(table)["kwargs"] = {**table.kwargs, name: value}
    if table.comment is None:
        table.comment = found.comment
    if resolve_fks:
        _resolve(inspector, table, found)


def _column(table: ReflectedTable, info: Info) -> Column[Any]:
    name = info["name"]
    key = () if table.primary_key is None else table.primary_key.columns
    items: list[Any] = []
    options: Info = {}
    if "computed" in info:
        items.append(Computed(sql_text(info["computed"]["sqltext"]), **_persisted(info)))
    elif "identity" in info:
        items.append(Identity(**info["identity"]))
    else:
        if info["default"] is not None:
            options["server_default"] = _default(info["default"])
        if name in key:
            options["autoincrement"] = bool(info["autoincrement"])
    for keyword in ("key", "quote", "info"):
        if keyword in info:
            options[keyword] = info[keyword]
    return Column(
        name,
        info["type"],
        *items,
        nullable=info["nullable"],
        primary_key=name in key,
        comment=info["comment"],
        **options,
        **info.get("dialect_options", {}),
    )


def _persisted(info: Info) -> Info:
    return {key: value for key, value in info["computed"].items() if key == "persisted"}


def _default(given: Any) -> Any:
    return DefaultClause(sql_text(given), _reflected=True) if isinstance(given, str) else given


class _Parts:
    """The constraints and indexes of one table, by the keys its columns have in Python."""

    def __init__(self, table: Table, found: ReflectedTable) -> None:
        self.table = table
        self.found = found
        self.by_name = {str(column.name): column for column in table.c}

    def add(self) -> None:
        """Add everything whose columns are there."""
        self._primary_key()
        for key in self.found.foreign_keys:
            columns = self._columns(key.columns)
            if columns is None or self._has_key(columns):
                continue
            schema = key.referred_schema or self.found.schema
            ForeignKeyConstraint(
                [str(column.key) for column in columns],
                [(schema, key.referred_table, name) for name in key.referred_columns],
                name=key.name,
                ondelete=key.ondelete,
                onupdate=key.onupdate,
                deferrable=key.deferrable,
                initially=key.initially,
                match=key.match,
                comment=key.comment,
                link_to_name=True,
                **_options(key),
            ).attach(self.table)
        for unique in self.found.uniques:
            columns = self._columns(unique.columns)
            if columns is not None and unique.duplicates_index is None and not self._has(unique):
                UniqueConstraint(
                    *columns,
                    name=unique.name,
                    comment=unique.comment,
                    _auto_attach=False,
                    **_options(unique),
                ).attach(self.table)
        for check in self.found.checks:
            if not self._has(check):
                sql = sql_text(check.sqltext)
                CheckConstraint(
                    sql, name=check.name, comment=check.comment, **_options(check)
                ).attach(self.table)
        for index in self.found.indexes:
            if not any(index.name == known.name for known in self.table.indexes):
                self._index(index)

    def _has(self, part: ReflectedUnique | ReflectedCheck) -> bool:
        """Whether the table has it from an earlier look, or because the program says so."""
        if part.name is not None:
            return any(part.name == known.name for known in self.table.constraints)
        if isinstance(part, ReflectedCheck):
            checks = [c for c in self.table.constraints if isinstance(c, CheckConstraint)]
            return any(str(check.sqltext) == part.sqltext for check in checks)
        uniques = [c for c in self.table.constraints if isinstance(c, UniqueConstraint)]
        wanted = set(part.columns)
        return any({str(c.name) for c in unique.columns} == wanted for unique in uniques)

    def _columns(self, names: Iterable[str | None]) -> list[Column[Any]] | None:
        columns: list[Column[Any]] = []
        for name in names:
            column = None if name is None else self.by_name.get(name)
            if column is not None:
                columns.append(column)
            elif name is not None:
                return None
        return columns

    def _primary_key(self) -> None:
        key = self.found.primary_key
        if key is None or not self.table.primary_key.implicit:
            return
        columns = [self.by_name[name] for name in key.columns if name in self.by_name]
        if columns and all(column.primary_key for column in columns):
            PrimaryKeyConstraint(
                *columns,
                name=key.name,
                comment=key.comment,
                _auto_attach=False,
                _implicit=True,
                **_options(key),
            ).attach(self.table)

    def _has_key(self, columns: Sequence[Column[Any]]) -> bool:
        """Whether the program has declared a foreign key of these columns itself."""
        wanted = [column.key for column in columns]
        return any(
            [column.key for column in key.columns] == wanted
            for key in self.table.foreign_key_constraints
        )

    def _index(self, index: ReflectedIndex) -> None:
        if index.duplicates_constraint is not None or self._columns(index.columns) is None:
            return
        names: Iterable[str] = index.expressions or [str(name) for name in index.columns]
        parts: list[Any] = []
        for name, column in zip(names, index.columns, strict=True):
            part: Any = sql_text(name) if column is None else self.by_name[column]
            for word in index.sorting.get(name, ()):
                part = getattr(part, word)()
            parts.append(part)
        Index(index.name, *parts, unique=index.unique, _table=self.table, **_options(index))


def _options(part: Any) -> Info:
    """The dialect's options of a constraint or index that say anything."""
    empty: tuple[object, ...] = (False, None, [], {})
    return {
        name: value
        for name, value in part.options.items()
        if isinstance(value, TextClause) or value not in empty
    }


def _resolve(inspector: Inspector, table: Table, found: ReflectedTable) -> None:
    """Make the tables that foreign keys point at, where the MetaData has none of that name."""
    for key in found.foreign_keys:
        schema = key.referred_schema or found.schema
        name = key.referred_table if schema is None else f"{schema}.{key.referred_table}"
        if name not in table.metadata.tables:
            Table(
                key.referred_table,
                table.metadata,
                schema=BLANK_SCHEMA if schema is None else schema,
                autoload_with=inspector,
            )


# --- MetaData ------------------------------------------------------------------------------------


def reflect_metadata(
    inspector: Inspector,
    metadata: MetaData,
    schema: str | None,
    views: bool,
    only: Iterable[str] | Callable[[str, MetaData], bool] | None,
    options: Info,
) -> None:
    """Make the tables (with `views`, the views as well) of a schema."""
    schema = metadata.schema if schema is None else schema
    available = inspector.get_table_names(schema)
    if views:
        available += inspector.get_view_names(schema)
        available += inspector.get_materialized_view_names(schema)
    names = _wanted(metadata, available, only, inspector)
    prefix = "" if schema is None else f"{schema}."
    extend = bool(options.get("extend_existing"))
    if not extend:
        names = [name for name in names if f"{prefix}{name}" not in metadata.tables]
    inspector.load(names, schema)
    for name in names:
        if not extend and f"{prefix}{name}" in metadata.tables:
            continue  # a foreign key of another table has brought it
        try:
            Table(
                name,
                metadata,
                schema=BLANK_SCHEMA if schema is None else schema,
                autoload_with=inspector,
                **options,
            )
        except UnreflectableTableError as error:
            warnings.warn(f"{error}; it is left out", AccordWarning, stacklevel=4)


def _wanted(
    metadata: MetaData,
    available: list[str],
    only: Iterable[str] | Callable[[str, MetaData], bool] | None,
    inspector: Inspector,
) -> list[str]:
    if only is None:
        return available
    if callable(only):
        return [name for name in available if only(name, metadata)]
    asked = list(only)
    missing = [name for name in asked if name not in available]
    if missing:
        raise InvalidRequestError(
            f"Could not reflect: requested table(s) not available in {inspector.engine!r}: "
            f"({', '.join(missing)})"
        )
    return asked


Place = tuple[str | None, str]


def in_order(
    inspector: Inspector, schemas: Iterable[str | None]
) -> list[tuple[Place | None, list[tuple[Place, str | None]]]]:
    """The tables of some schemas, each after those its foreign keys point at, with these keys;
    last, under None, the keys that close circles.
    """
    metadata = MetaData()
    for schema in schemas:
        names = inspector.get_table_names(schema)
        reflect_metadata(inspector, metadata, schema, False, names, {"resolve_fks": False})
    known = metadata.tables
    ordered, late = order(known.values(), lambda key: key.elements[0].target_table_key not in known)
    found: list[tuple[Place | None, list[tuple[Place, str | None]]]] = [
        (
            (table.schema, table.name),
            [
                ((table.schema, table.name), key.name)
                for key in sorted(table.foreign_key_constraints, key=lambda k: k.creation_order)
                if key not in late
            ],
        )
        for table in ordered
    ]
    closing = [
        ((key.table.schema, key.table.name), key.name) for key in late if key.table is not None
    ]
    return [*found, (None, closing)]
