"""Rows of an INSERT, UPDATE or DELETE … RETURNING of mapped classes: objects, and values beside
them.

In: the statement, its session. Out: a Result whose rows hold an object for each class named in
`returning()`, a value for each column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.engine import Result
from accord.loading import objects_steps
from accord.loading.plan import Item
from accord.sql.labels import name_columns
from accord.sql.nodes import Entity

from .engines import route_statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .session import Session


def returns_entities(statement: Any) -> bool:
    """Whether a mapped class is among what the statement returns."""
    return any(isinstance(node, Entity) for node in statement.parts.returning_columns)


def objects_returned(
    session: Session,
    statement: Any,
    parameters: Any,
    options: Mapping[str, Any],
    bind_arguments: Mapping[str, Any] | None,
) -> tuple[Result[Any], list[Any]]:
    """Execute; the Result, and the objects of the statement's own class."""
    engine = route_statement(session, statement, bind_arguments)
    connection = session._begun().connection_for(engine)
    rows = connection.execute(statement, parameters)
    names, values = tuple(rows.keys()), [tuple(row) for row in rows]
    columns: list[list[Any]] = []
    items: list[Any] = []
    own: list[Any] = []
    start = 0
    nodes = statement.parts.returning_columns
    for node in nodes:
        end = start + len(name_columns((node,)))
        part = [row[start:end] for row in values]
        if isinstance(node, Entity):
            plan, objs = session._run(
                objects_steps(
                    session,
                    node,
                    names[start:end],
                    part,
                    engine,
                    converted=True,
                    populate_existing=bool(options.get("populate_existing", False)),
                    options=statement.given_options,
                )
            )
            columns.append(objs)
            items += plan.items
            own = objs
        else:
            columns += [[row[place] for row in part] for place in range(end - start)]
            items += [Item(name, (node,)) for name in names[start:end]]
        start = end
    entities = frozenset([place for place, node in enumerate(nodes) if isinstance(node, Entity)])
    if len(nodes) == 1:
        return Result(items, columns[0], scalar=True, entities=frozenset({0})), own
    return Result(items, list(zip(*columns, strict=True)), entities=entities), own
