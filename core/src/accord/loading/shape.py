"""Quick questions about a statement, answered from its steps without working out its clauses.

In: a statement as it comes to `Session.execute`. Out: whether mapped classes are involved, which
mapper comes first, the statement behind `from_statement()`, and its compiled form. These run for
every execution; what takes longer is in `plan` and runs once per shape.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.sql.nodes import ClauseElement, Entity, EntityColumn, walk
from accord.sql.text import is_several

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accord.dialect import Bind
    from accord.mapping import Mapper
    from accord.sql.compiled import Compiled

_COLUMNS = frozenset({"columns", "add_columns", "only_columns"})
_FROMS = frozenset({"select_from", "join", "join_on", "join_steps"})


def mapper_of_select(statement: Any) -> Mapper | None:
    """Return the mapper of the first entity in the select list, else in FROM; None if there is
    none.
    """
    steps: tuple[tuple[str, tuple[Any, ...]], ...] = statement.steps
    first = steps[0][1][0] if steps[0][1] else None
    kind = type(first)
    if kind is Entity or kind is EntityColumn:
        found: Mapper = first.owner.mapper  # type: ignore[union-attr]  # an entity node
        return found
    for wanted in (_COLUMNS, _FROMS):
        for step, arguments in steps:
            if step in wanted:
                for node in _entity_nodes(arguments):
                    return _mapper(node.owner)
    return None


def selects_unknown_columns(statement: Any) -> bool:
    """Whether a SELECT without objects has ``*`` or a text of several columns in its list: only the
    driver knows what they are called, and how many there are."""
    nodes = statement.raw_columns
    unknown = any(is_several(node) for node in nodes)
    return unknown and not any(isinstance(node, Entity) for node in nodes)


def _entity_nodes(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple):
        for item in value:
            yield from _entity_nodes(item)
    elif isinstance(value, ClauseElement):
        for node in walk(value):
            if isinstance(node, Entity | EntityColumn):
                yield node


def _mapper(owner: Any) -> Mapper:
    found: Mapper = owner.mapper
    return found


def statement_behind(statement: Any) -> Any | None:
    """Return what `from_statement()` was given, None for an ordinary SELECT."""
    for step, arguments in statement.steps:
        if step == "from_statement":
            return arguments[0]
    return None


def is_sliced(statement: Any) -> bool:
    """Tell whether joining a collection would change which rows the statement means."""
    parts = statement.parts
    return bool(
        parts.limit_clause is not None
        or parts.offset_clause is not None
        or parts.fetch_clause is not None
        or parts.is_distinct
        or parts.group_by_clauses
    )


def compiled_for(bind: Bind, statement: Any) -> Compiled:
    """Return the statement rendered for an engine, from its cache if it is there."""
    found: Any = bind.compiled.get(statement.key)
    if found is None:
        dialect = bind.dialect
        found = dialect.renderer(dialect.target).compile(statement)
        bind.compiled.put(statement.key, found)
    compiled: Compiled = found
    return compiled
