"""Names of result columns: what each column of a select list is called, and which need an AS.

Two columns of one name become `id` and `id_1`, the same column twice `id` and `id__1`; nameless
expressions are called after their function (`count_1`) or `anon_1`.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, NamedTuple

from .elements import Label, TypeCoerce
from .identifiers import generated_name
from .nodes import ClauseElement, ColumnElement, Entity, EntityColumn
from .operators import DISTINCT
from .selectable import ColumnClause, FromClause

if TYPE_CHECKING:
    from collections.abc import Iterable


class SelectLabelStyle(enum.Enum):
    """How a select list names its columns."""

    LABEL_STYLE_NONE = 0
    LABEL_STYLE_TABLENAME_PLUS_COL = 1
    LABEL_STYLE_DISAMBIGUATE_ONLY = 2
    LABEL_STYLE_DEFAULT = 2


LABEL_STYLE_NONE = SelectLabelStyle.LABEL_STYLE_NONE
LABEL_STYLE_TABLENAME_PLUS_COL = SelectLabelStyle.LABEL_STYLE_TABLENAME_PLUS_COL
LABEL_STYLE_DISAMBIGUATE_ONLY = SelectLabelStyle.LABEL_STYLE_DISAMBIGUATE_ONLY
LABEL_STYLE_DEFAULT = SelectLabelStyle.LABEL_STYLE_DEFAULT


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
            yield from [column for column in node.c if not column.omitted]
        else:
            assert isinstance(node, ColumnElement)
            yield node


def name_columns(
    raw_columns: Iterable[ClauseElement], style: SelectLabelStyle = LABEL_STYLE_DEFAULT
) -> tuple[NamedColumn, ...]:
    """Every column with a name no other column of the list has, unless `style` is NONE."""
    taken: dict[str, Any] = {}
    columns = spelled_out(raw_columns)
    if style is LABEL_STYLE_NONE:
        return tuple([_as_it_is(column, taken) for column in columns])
    if style is LABEL_STYLE_TABLENAME_PLUS_COL:
        return tuple([_named(column, taken, _with_table(column)) for column in columns])
    return tuple([_named(column, taken) for column in columns])


def _as_it_is(column: ColumnElement[Any], taken: dict[str, Any]) -> NamedColumn:
    own = _own_name(column)
    if own is None:
        return _anonymous(column, taken)
    return NamedColumn(own, str(column.key or own), column, not _shows_name(column))


def _with_table(column: ColumnElement[Any]) -> str | None:
    """``table_column``, of columns of tables and aliases."""
    table = getattr(column, "table", None)
    if table is None or not isinstance(column.name, str):
        return None
    name = getattr(table, "name", None) or f"{getattr(table, 'name_hint', 'anon')}_1"
    schema = getattr(table, "schema", None)
    before = f"{schema.replace('.', '_')}_" if schema else ""
    return generated_name(f"{before}{name}_{column.name}")


def _named(
    column: ColumnElement[Any], taken: dict[str, Any], wanted: str | None = None
) -> NamedColumn:
    own = _own_name(column)
    if own is None:
        return _anonymous(column, taken)
    verbatim = (
        isinstance(column, ColumnClause) and column.is_literal
    ) or column.visit_name == "text"
    key = own if verbatim else str(column.key or own)
    if verbatim:
        return NamedColumn(own, key, column, False)
    name = wanted or own
    if wanted is not None:
        key = wanted
    if name in taken:
        same = taken[name] == column.cache_key
        name = key = _free(f"{name}__" if same else f"{name}_", taken)
    taken[name] = column.cache_key
    return NamedColumn(name, key, column, not _shows_name(column) or name != own)


def _own_name(column: ColumnElement[Any]) -> str | None:
    if not column.names_result:
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
    hint = inner.result_hint or _function_name(inner) or "anon"
    name = _free(f"{hint}_", taken)
    taken[name] = column.cache_key
    key = hint if hint != "anon" and hint not in taken else name
    return NamedColumn(name, key, column, True)


def _function_name(column: ColumnElement[Any]) -> str | None:
    return column.name if column.visit_name == "function" else None


def _free(prefix: str, taken: dict[str, Any]) -> str:
    number = 1
    while f"{prefix}{number}" in taken:
        number += 1
    return generated_name(f"{prefix}{number}")


def descriptions(nodes: Iterable[ClauseElement]) -> list[dict[str, Any]]:
    """One description for each entity and column, a table's columns one by one."""
    found: list[dict[str, Any]] = []
    for node in nodes:
        items = node.c if isinstance(node, FromClause) else (node,)
        found += [described(item) for item in items]
    return found


def described(node: Any) -> dict[str, Any]:
    owner = getattr(node, "owner", None)
    entity: Any = getattr(owner, "class_", None)
    is_entity = isinstance(node, Entity)
    return {
        "name": entity.__name__ if is_entity else getattr(node, "name", None),
        "type": entity if is_entity else getattr(node, "type", None),
        "aliased": owner is not None and hasattr(owner, "mapper") and owner.mapper is not owner,
        "expr": entity if is_entity else node,
        "entity": entity,
    }
