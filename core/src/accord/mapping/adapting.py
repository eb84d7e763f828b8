"""Rewriting an expression: the same condition about an alias, without its annotations, with values
for columns.

In: a finished SQL expression and a function that answers a replacement for some of its nodes. Out:
a new expression that shares everything unchanged. Nodes are immutable and their structural key is
made of the keys of their parts, so a rewritten node is a copy whose changed parts are exchanged in
its slots and in its key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, TypeVar

from accord.sql.nodes import (
    BindParameter,
    ClauseElement,
    ColumnElement,
    Entity,
    EntityColumn,
    joined_binds,
)
from accord.sql.selectable import ColumnClause, FromClause

E = TypeVar("E", bound=ClauseElement)
Replacement = Callable[[ClauseElement], "ClauseElement | None"]

_LEAVES: Final = (ColumnClause, FromClause, BindParameter, Entity)
#: Composed from the parts, or found out on first use: never copied as they are.
_COMPOSED: Final = frozenset({"binds", "cache_key", "has_anon", "_lookup", "_parts", "__weakref__"})


def rewritten(node: E, replace: Replacement) -> E:
    """Return `node` with every part exchanged for which `replace` answers another node."""
    found = replace(node)
    if found is not None:
        return found  # type: ignore[return-value]  # what replaces a node can stand in its place
    if isinstance(node, _LEAVES):
        return node
    changed: dict[str, Any] = {}
    parts: dict[int, ClauseElement] = {}
    kind: Any = type(node)
    for slot in _slots(kind):
        value = getattr(node, slot, None)
        new = _rewritten_value(value, replace, parts)
        if new is not value:
            changed[slot] = new
    return node if not changed else _copied(node, changed, parts)


def _rewritten_value(value: Any, replace: Replacement, parts: dict[int, ClauseElement]) -> Any:
    if isinstance(value, ClauseElement):
        new = rewritten(value, replace)
        if new is not value:
            parts[id(value.cache_key)] = new
        return new
    if isinstance(value, tuple):
        items = [_rewritten_value(item, replace, parts) for item in value]
        if any(new is not old for new, old in zip(items, value, strict=True)):
            return tuple(items)
    return value


def _copied(node: E, changed: dict[str, Any], parts: dict[int, ClauseElement]) -> E:
    kind: Any = type(node)
    new: E = kind.__new__(kind)
    for slot in _slots(kind):
        if slot in changed:
            setattr(new, slot, changed[slot])
        elif hasattr(node, slot):
            setattr(new, slot, getattr(node, slot))
    children = list(new.children())
    new.cache_key = _exchanged(node.cache_key, parts)
    new.binds = joined_binds(children)
    new.has_anon = any(child.has_anon for child in children)
    return new


def _exchanged(key: Any, parts: dict[int, ClauseElement]) -> Any:
    found = parts.get(id(key))
    if found is not None:
        return found.cache_key
    if type(key) is tuple:
        return tuple([_exchanged(item, parts) for item in key])
    return key


@lru_cache(maxsize=256)
def _slots(cls: Any) -> tuple[str, ...]:
    names: list[str] = []
    for base in cls.__mro__:
        declared = base.__dict__.get("__slots__", ())
        names.extend([declared] if isinstance(declared, str) else declared)
    return tuple(name for name in dict.fromkeys(names) if name not in _COMPOSED)


# --- what is exchanged ----------------------------------------------------------------------------


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
