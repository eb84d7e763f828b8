"""Creating and dropping tables: the plan of the schema, executed on a connection.

In: a connection, a MetaData, the tables wanted. Out: DDL executed in the plan's order, its
listeners told, and forgotten what was known about tables that have changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.schema.plan import Notify, create_plan, drop_plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from accord.engine.connection import Connection
    from accord.schema import MetaData, Table
    from accord.schema.plan import Step


def create_tables(
    connection: Connection, metadata: MetaData, tables: list[Table] | None, checkfirst: bool
) -> None:
    """Create the tables, those that exist left out when `checkfirst`."""
    existing = _existing(connection, sequences=False) if checkfirst else None
    renderer = connection.dialect.ddl_renderer
    _execute(connection, create_plan(metadata, tables, existing, renderer, checkfirst=checkfirst))
    _forget(connection, metadata, tables)


def drop_tables(
    connection: Connection, metadata: MetaData, tables: list[Table] | None, checkfirst: bool
) -> None:
    """Drop the tables, only those that exist when `checkfirst`."""
    existing = _existing(connection, sequences=True) if checkfirst else None
    renderer = connection.dialect.ddl_renderer
    _execute(connection, drop_plan(metadata, tables, existing, renderer, checkfirst=checkfirst))
    _forget(connection, metadata, tables)


def _existing(connection: Connection, *, sequences: bool) -> Callable[[Any], bool]:
    """Asks the database; `sequences` is the answer about sequences nobody can look up."""
    engine = connection.bind
    dialect = engine.dialect
    schema_of = dialect.target.schema_of

    def exists(item: Any) -> bool:
        if hasattr(item, "primary_key"):
            return connection.has_table(item.name, schema_of(item.schema))
        schema = schema_of(item.schema)
        known = connection.run(dialect.has_sequence_steps(engine, item.name, schema))
        return sequences if known is None else known

    return exists


def _execute(connection: Connection, plan: list[Step]) -> None:
    for step in plan:
        if isinstance(step, Notify):
            step.fire(connection)
        else:
            connection.execute(step)


def _forget(connection: Connection, metadata: MetaData, tables: list[Table] | None) -> None:
    """Key plans of these tables are made anew: the catalog may answer differently now."""
    engine = connection.engine
    engine.forget_key_plans(metadata.tables.values() if tables is None else tables)
