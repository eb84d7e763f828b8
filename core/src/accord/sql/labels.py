"""Names of result columns: what each column of a select list is called, and which need an AS.

Two columns of one name become `id` and `id_1`, the same column twice `id` and `id__1`; nameless
expressions are called after their function (`count_1`) or `anon_1`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .elements import Label, TypeCoerce
from .nodes import BindParameter, ClauseElement, ColumnElement, Entity, EntityColumn
from .operators import DISTINCT
from .selectable import ColumnClause, FromClause

if TYPE_CHECKING:
    from collections.abc import Iterable


class NamedColumn(NamedTuple):
    """One column of a select list."""

    name: str  # in the result set
    key: str  # in `.c` of a subquery, and on rows
    element: ColumnElement[Any]
    needs_label: bool  # rendered with AS


def spelled_out(raw_columns: Iterable[ClauseElement]) -> Iterable[ColumnElement[Any]]:
    """Entities and tables replaced by their columns."""
    for node in raw_columns:
        if isinstance(node, Entity):
            yield from node.columns
        elif isinstance(node, FromClause):
            yield from node.c
        else:
            assert isinstance(node, ColumnElement)
            yield node


def name_columns(raw_columns: Iterable[ClauseElement]) -> tuple[NamedColumn, ...]:
    """Every column with a name no other column of the list has."""
    taken: dict[str, Any] = {}
    return tuple([_named(column, taken) for column in spelled_out(raw_columns)])


def _named(column: ColumnElement[Any], taken: dict[str, Any]) -> NamedColumn:
    own = _own_name(column)
    if own is None:
        return _anonymous(column, taken)
    verbatim = (
        isinstance(column, ColumnClause) and column.is_literal
    ) or column.visit_name == "text"
    key = own if verbatim else str(column.key or own)
    if verbatim:
        return NamedColumn(own, key, column, False)
    name = own
    if name in taken:
        same = taken[name] == column.cache_key
        name = _free(f"{own}__" if same else f"{own}_", taken)
        key = name
    taken[name] = column.cache_key
    return NamedColumn(name, key, column, not _shows_name(column) or name != own)


def _own_name(column: ColumnElement[Any]) -> str | None:
    if isinstance(column, BindParameter):
        return None
    if column.visit_name == "text":
        return str(getattr(column, "text", "")).strip()
    return column.name if isinstance(column.name, str) and column.name else None


def _shows_name(column: ColumnElement[Any]) -> bool:
    """Whether the database itself will call the result column by its name."""
    if isinstance(column, EntityColumn):
        return _shows_name(column.column)
    if isinstance(column, ColumnClause):
        return True
    return getattr(column, "operator", None) is DISTINCT


def _anonymous(column: ColumnElement[Any], taken: dict[str, Any]) -> NamedColumn:
    inner = column.element if isinstance(column, (Label, TypeCoerce)) else column
    hint = inner.result_hint or getattr(inner, "function_name", None) or "anon"
    name = _free(f"{hint}_", taken)
    taken[name] = column.cache_key
    key = hint if hint != "anon" and hint not in taken else name
    return NamedColumn(name, key, column, True)


def _free(prefix: str, taken: dict[str, Any]) -> str:
    number = 1
    while f"{prefix}{number}" in taken:
        number += 1
    return f"{prefix}{number}"
