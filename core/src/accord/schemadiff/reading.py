"""A database and a MetaData compared: the catalog is read, nothing is written.

In: a connection, a MetaData or several, which schemas and tables count. Out: a `SchemaDiff`.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from accord.engine.reflection import Inspector
from accord.records import dataclass
from accord.schemadiff.compare import differences
from accord.schemadiff.constants import without_equal_constants
from accord.schemadiff.records import Catalog, Standing, Terms
from accord.schemadiff.statements import statements
from accord.schemadiff.views import existing_views, with_views

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from accord.engine import Connection
    from accord.schema import MetaData
    from accord.schemadiff.records import Difference, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaDiff:
    """What differs, and the DDL that takes the database to the models."""

    differences: tuple[Difference, ...]
    statements: tuple[Statement, ...]
    uncompared: tuple[str, ...] = ()
    """What could not be compared, and why; nothing is known about it."""

    def __bool__(self) -> bool:
        return bool(self.differences)

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.statements))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which tables are compared: of these schemas (None: all that the models name), of these
    names, without these. `drops` false: what only the database has stays.
    """

    schemas: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    drops: bool = True

    def covers(self, name: str) -> bool:
        """Whether a table of this name counts; patterns as in a shell: ``audit_*``."""
        if self.tables and not any(fnmatchcase(name, pattern) for pattern in self.tables):
            return False
        return not any(fnmatchcase(name, pattern) for pattern in self.exclude)


def diff(
    connection: Connection, metadatas: Sequence[MetaData], scope: Scope | None = None
) -> SchemaDiff:
    """Compare the database of `connection` with the tables of `metadatas`."""
    scope = scope or Scope()
    inspector = Inspector(connection)
    terms = terms_of(connection, inspector)
    chosen = {terms.schema(name) for name in scope.schemas}
    tables = [
        table
        for metadata in metadatas
        for table in metadata.tables.values()
        if scope.covers(table.name) and (not chosen or terms.schema(table.schema) in chosen)
    ]
    schemas = {terms.schema(table.schema) for table in tables} | chosen
    if not schemas:
        schemas.add(None)
    sequences = [] if scope.tables else [
        sequence for metadata in metadatas for sequence in metadata.sequences.values()
        if not chosen or terms.schema(sequence.schema) in chosen
    ]  # fmt: skip
    catalog = read(inspector, schemas, scope, terms)
    views = [table for table in tables if table.creator is not None and table.is_view]
    catalog = with_views(connection, catalog, views, terms)
    found = differences(tables, sequences, catalog, terms)
    found = without_equal_constants(connection, found, terms)
    kept = [] if scope.drops else [one for one in found if _only_there(one, found)]
    found = [one for one in found if one not in kept]
    there = {table: catalog.tables.get(terms.key(table)) for table in tables}
    standing = Standing(
        views=existing_views(catalog, views, terms),
        triggers={table: one.triggers for table, one in there.items() if one is not None},
    )
    return SchemaDiff(
        differences=tuple(found),
        statements=tuple(statements(found, terms, kept, standing)),
        uncompared=tuple(
            [f"the text of view {key[1]}: {why}" for key, why in catalog.unsure.items()]
        ),
    )


def _only_there(one: Difference, every: list[Difference]) -> bool:
    """Whether it is to go for good, and not to make room for what replaces it."""
    if one.action != "remove":
        return False
    return not any(
        other.action == "add" and other.table is one.table and other.what == one.what
        and (other.name == one.name or one.what == "primary key")
        for other in every
    )  # fmt: skip


def terms_of(connection: Connection, inspector: Inspector) -> Terms:
    """How the database of a connection speaks."""
    dialect: Any = connection.dialect
    renderer = dialect.ddl_renderer(dialect.target, sql_renderer=dialect.renderer, dialect=dialect)
    reflection = dialect.reflection()
    return Terms(
        dialect=dialect.name, renderer=renderer, reflection=reflection,
        directions=reflection.keeps_directions(connection.engine.server),
        default_schema=inspector.default_schema_name,
    )  # fmt: skip


def read(
    inspector: Inspector, schemas: Collection[str | None], scope: Scope, terms: Terms
) -> Catalog:
    """The part of the catalog that counts."""
    tables: dict[Any, Any] = {}
    views: set[Any] = set()
    materialized: set[Any] = set()
    sequences: set[Any] = set()
    named = [schema for schema in schemas if schema is not None]
    there = set(inspector.get_schema_names()) if named else set()
    missing = sorted(schema for schema in named if schema not in there)
    for schema in schemas:
        if schema in missing:
            continue
        names = [name for name in inspector.get_table_names(schema) if scope.covers(name)]
        inspector.load(names, schema)
        for name in names:
            tables[schema, name] = inspector.reflected(name, schema)
        views |= _all(schema, inspector.get_view_names(schema))
        materialized |= _all(schema, inspector.get_materialized_view_names(schema))
        if terms.renderer.supports_sequences and not scope.tables:
            sequences |= _all(schema, inspector.get_sequence_names(schema))
    return Catalog(
        tables=tables, views=frozenset(views | materialized), sequences=frozenset(sequences),
        materialized=frozenset(materialized), missing_schemas=tuple(missing),
    )  # fmt: skip


def _all(schema: str | None, names: Iterable[str]) -> set[tuple[str | None, str]]:
    return {(schema, name) for name in names}
