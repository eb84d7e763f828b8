"""What the Inspector answers: dictionaries in SQLAlchemy's shapes, from a dialect's frozen values.

In: parts of a `ReflectedTable`. Out: new dictionaries, which the caller may change. Keys that do
not apply are left out, as SQLAlchemy leaves them out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.records import fields

if TYPE_CHECKING:
    from accord.dialect.reflection import (
        ReflectedCheck,
        ReflectedColumn,
        ReflectedForeignKey,
        ReflectedIndex,
        ReflectedTable,
        ReflectedUnique,
    )

Info = dict[str, Any]


def columns(table: ReflectedTable, *, with_key: bool) -> list[Info]:
    """`Inspector.get_columns`."""
    places = {} if table.primary_key is None else _places(table.primary_key.columns)
    found = [_column(column) for column in table.columns]
    if with_key:
        for info in found:
            info["primary_key"] = places.get(info["name"], 0)
    return found


def _places(names: tuple[str, ...]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names, 1)}


def _column(column: ReflectedColumn) -> Info:
    info: Info = {
        "name": column.name,
        "type": column.type,
        "nullable": column.nullable,
        "default": column.default,
        "autoincrement": column.autoincrement,
        "comment": column.comment,
    }
    if column.computed is not None:
        info["computed"] = {"sqltext": column.computed.sqltext}
        if column.computed.persisted is not None:
            info["computed"]["persisted"] = column.computed.persisted
    if column.identity is not None:
        known = {item.name: getattr(column.identity, item.name) for item in fields(column.identity)}
        info["identity"] = {name: value for name, value in known.items() if value is not None}
    if column.options:
        info["dialect_options"] = dict(column.options)
    return info


def primary_key(table: ReflectedTable, *, comments: bool) -> Info:
    """`Inspector.get_pk_constraint`; `comments`: constraints can have some."""
    key = table.primary_key
    if key is None:
        info: Info = {"constrained_columns": [], "name": None}
        return {**info, "comment": None} if comments else info
    info = {"constrained_columns": list(key.columns), "name": key.name}
    return _with_rest(info, key.comment, key.options, comments=comments)


def foreign_key(key: ReflectedForeignKey, asked: str | None, *, comments: bool) -> Info:
    """One of `Inspector.get_foreign_keys`; `asked` is the schema of the question."""
    options = {
        name: getattr(key, name)
        for name in ("onupdate", "ondelete", "deferrable", "initially", "match")
        if getattr(key, name) is not None
    }
    info: Info = {
        "name": key.name,
        "constrained_columns": list(key.columns),
        "referred_schema": key.referred_schema or asked,
        "referred_table": key.referred_table,
        "referred_columns": list(key.referred_columns),
        "options": {**options, **key.options},
    }
    return _with_rest(info, key.comment, {}, comments=comments)


def unique(constraint: ReflectedUnique, *, comments: bool) -> Info:
    """One of `Inspector.get_unique_constraints`."""
    info: Info = {"name": constraint.name, "column_names": list(constraint.columns)}
    if constraint.duplicates_index is not None:
        info["duplicates_index"] = constraint.duplicates_index
    return _with_rest(info, constraint.comment, constraint.options, comments=comments)


def index(one: ReflectedIndex) -> Info:
    """One of `Inspector.get_indexes`."""
    info: Info = {"name": one.name, "column_names": list(one.columns), "unique": one.unique}
    if one.expressions is not None:
        info["expressions"] = list(one.expressions)
    if one.include:
        info["include_columns"] = list(one.include)
    if one.sorting:
        info["column_sorting"] = dict(one.sorting)
    if one.duplicates_constraint is not None:
        info["duplicates_constraint"] = one.duplicates_constraint
    info["dialect_options"] = dict(one.options)
    return info


def check(constraint: ReflectedCheck, *, comments: bool) -> Info:
    """One of `Inspector.get_check_constraints`."""
    info: Info = {"name": constraint.name, "sqltext": constraint.sqltext}
    return _with_rest(info, constraint.comment, constraint.options, comments=comments)


def _with_rest(info: Info, comment: str | None, options: Any, *, comments: bool) -> Info:
    if comment is not None or comments:
        info["comment"] = comment
    if options:
        info["dialect_options"] = dict(options)
    return info
