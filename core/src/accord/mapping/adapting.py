"""Rewriting a condition: the same about an alias, with plain columns, with values for columns.

In: a finished SQL expression and what to exchange in it. Out: a new expression that shares
everything unchanged (see `accord.sql.adapt`). FROM elements stay as they are: what a subquery in
FROM selects from is its own affair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from accord.sql.adapt import replaced
from accord.sql.nodes import ClauseElement, ColumnElement, Entity, EntityColumn
from accord.sql.selectable import ColumnClause, FromClause

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

E = TypeVar("E", bound=ClauseElement)


def rewritten(node: E, replace: Callable[[ClauseElement], ClauseElement | None]) -> E:
    """Return `node` with every part exchanged for which `replace` answers another node."""

    def answer(part: ClauseElement) -> ClauseElement | None:
        found = replace(part)
        if found is None and isinstance(part, ColumnClause | FromClause | Entity):
            return part
        return found

    return replaced(node, answer)


def columns_exchanged(node: E, exchange: Mapping[Any, ColumnElement[Any]]) -> E:
    """Return `node` with columns exchanged, also those reached through a mapped attribute."""

    def replace(part: ClauseElement) -> ClauseElement | None:
        column = part.column if isinstance(part, EntityColumn) else part
        return exchange.get(column) if isinstance(column, ColumnElement) else None

    return rewritten(node, replace)


def table_exchanged(node: E, table: FromClause, other: FromClause) -> E:
    """Return `node` speaking about `other` (an alias) where it spoke about `table`."""
    return columns_exchanged(
        node, {column: other.corresponding_column(column) for column in table.c}
    )


def without_attributes(node: E) -> E:
    """Return `node` with plain columns where it was written with mapped attributes."""
    return rewritten(node, lambda part: part.column if isinstance(part, EntityColumn) else None)


def columns_of(node: ClauseElement) -> Iterable[ColumnClause[Any]]:
    """Return every column that occurs in an expression."""
    if isinstance(node, ColumnClause):
        yield node
    elif not isinstance(node, FromClause):
        for child in node.children():
            yield from columns_of(child)


__all__ = ["columns_exchanged", "columns_of", "rewritten", "table_exchanged", "without_attributes"]
