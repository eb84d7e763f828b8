"""Creating and dropping tables: the plan of the schema, executed on a connection.

In: a connection, a MetaData, the tables wanted. Out: DDL executed in the plan's order, its
listeners told, and forgotten what was known about tables that have changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.schema import Table
from accord.schema.conditions import CheckFirst
from accord.schema.plan import Notify, create_plan, drop_plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from accord.engine.connection import Connection
    from accord.schema import MetaData
    from accord.schema.plan import Step


def create_tables(
    connection: Connection,
    metadata: MetaData,
    tables: list[Table] | None,
    checkfirst: bool | CheckFirst,
) -> None:
    """Create the tables, those that exist left out when `checkfirst`."""
    existing = _existing(connection, CheckFirst.of(checkfirst), creating=True)
    renderer = connection.dialect.ddl_renderer
    _execute(connection, create_plan(metadata, tables, existing, renderer, checkfirst=checkfirst))
    _forget(connection, metadata, tables)


def drop_tables(
    connection: Connection,
    metadata: MetaData,
    tables: list[Table] | None,
    checkfirst: bool | CheckFirst,
) -> None:
    """Drop the tables, only those that exist when `checkfirst`."""
    existing = _existing(connection, CheckFirst.of(checkfirst), creating=False)
    renderer = connection.dialect.ddl_renderer
    _execute(connection, drop_plan(metadata, tables, existing, renderer, checkfirst=checkfirst))
    _forget(connection, metadata, tables)


def _existing(
    connection: Connection, checkfirst: CheckFirst, *, creating: bool
) -> Callable[[Any], bool]:
    """Asks the database about what `checkfirst` names. Of the rest, and of sequences nobody can
    look up, it is supposed that there is something to do.
    """
    engine = connection.bind
    dialect = engine.dialect
    schema_of = dialect.target.schema_of

    def exists(item: Any) -> bool:
        schema = schema_of(item.schema)
        if isinstance(item, Table):
            if (CheckFirst.VIEWS if item.is_view else CheckFirst.TABLES) not in checkfirst:
                return not creating
            return connection.has_table(item.name, schema)
        if CheckFirst.SEQUENCES not in checkfirst:
            return not creating
        known = connection.run(dialect.has_sequence_steps(engine, item.name, schema))
        return not creating if known is None else known

    return exists


def _execute(connection: Connection, plan: list[Step]) -> None:
    for step in plan:
        if isinstance(step, Notify):
            step.fire(connection)
        elif step.applies(connection):
            connection.execute(step)


def _forget(connection: Connection, metadata: MetaData, tables: list[Table] | None) -> None:
    """Key plans of these tables are made anew: the catalog may answer differently now."""
    engine = connection.engine
    engine.forget_key_plans(metadata.tables.values() if tables is None else tables)
