"""Indexes compared: by name, keys with their direction, uniqueness, condition and method."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from accord.schema import Index, UniqueConstraint
from accord.schemadiff.records import Difference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from accord.dialect.reflection import ReflectedIndex, ReflectedTable
    from accord.schema import Table
    from accord.schemadiff.records import Terms

OPTIONS = ("using", "nulls_not_distinct", "length", "prefix", "clustered", "bitmap")
_USUAL = re.compile(r"[a-z0-9]+_ops\Z")
_DIRECTIONS = {"DESC": "desc", "NULLS FIRST": "nulls_first", "NULLS LAST": "nulls_last"}
_UNSAID = {frozenset({"desc", "nulls_first"}): {"desc"}, frozenset({"nulls_last"}): set[str]()}


def index_differences(
    table: Table, found: ReflectedTable, scratch: Table, terms: Terms
) -> Iterator[Difference]:
    """Those of one table."""
    there = {
        str(index.name): index for index in found.indexes if index.duplicates_constraint is None
    }
    declared = {str(terms.renderer.final_name(index)): index for index in _wanted(table, terms)}
    for name, old in there.items():
        new = declared.get(name)
        if new is not None and _same(new, old, terms):
            continue
        if new is None and _belongs_to_another(old, table, terms):
            continue
        columns = [column or "?" for column in old.columns]
        item = Index(name, *[c for c in old.columns if c in scratch.c])
        item.table = scratch
        yield Difference(
            action="remove", what="index", name=name, table=table, item=item,
            found=f"({', '.join(columns)})",
        )  # fmt: skip
    for name, index in declared.items():
        old_one = there.get(name)
        if old_one is None or not _same(index, old_one, terms):
            keys = ", ".join(terms.renderer.index_expression(e) for e in index.expressions)
            yield Difference(
                action="add", what="index", name=name, table=table, item=index,
                declared=f"{'UNIQUE ' if index.unique else ''}({keys})",
                notes=("fails if rows break it",) if index.unique else (),
            )  # fmt: skip


def _wanted(table: Table, terms: Terms) -> list[Index]:
    return [
        index
        for index in table.sorted_indexes
        if index.ddl_condition is None
        or index.ddl_condition.holds(
            None, index, None, terms.dialect, dialect=terms.renderer.dialect
        )
    ]


def _belongs_to_another(old: ReflectedIndex, table: Table, terms: Terms) -> bool:
    """Where UNIQUE constraints and foreign keys are indexes, theirs are no indexes of their own."""
    if not terms.reflection.constraints_are_indexes:
        return False
    columns = old.columns
    if old.unique:
        return any(
            tuple(c.name for c in constraint) == columns
            for constraint in table.constraints
            if isinstance(constraint, UniqueConstraint)
        )
    return any(
        tuple(c.name for c in key.columns) == columns for key in table.foreign_key_constraints
    )


def _same(new: Index, old: ReflectedIndex, terms: Terms) -> bool:
    keys = [_key(expression, terms) for expression in new.expressions]
    if len(keys) != len(old.columns) or bool(new.unique) != old.unique:
        return False
    for (column, text, directions), place in zip(keys, range(len(keys)), strict=True):
        if column is None:
            shown = (old.expressions or ())[place : place + 1]
            if not shown or not terms.reflection.same_sql(shown[0], text):
                return False
        elif column != old.columns[place] or (
            terms.directions and _differ(directions, old.sorting.get(column, ()))
        ):
            return False
    return _same_options(new, old, terms)


def _differ(declared: set[str], found: Iterable[str]) -> bool:
    return _said(declared) != _said(set(found))


def _said(directions: set[str]) -> set[str]:
    """Without what goes without saying: DESC puts NULLs first, ASC last."""
    return _UNSAID.get(frozenset(directions), directions)


def _key(expression: Any, terms: Terms) -> tuple[str | None, str, set[str]]:
    """Column name or None, text, directions."""
    directions: set[str] = set()
    inner = expression
    while getattr(inner, "postfix", False):
        word = _DIRECTIONS.get(inner.operator.symbol.strip().upper())
        if word is not None:
            directions.add(word)
        inner = inner.element
    name = str(inner.name) if inner.visit_name == "column" and not inner.is_literal else None
    return name, terms.renderer.sql(inner), directions


def _same_options(new: Index, old: ReflectedIndex, terms: Terms) -> bool:
    def option(name: str) -> Any:
        return terms.renderer.option(new, name)

    def found(name: str) -> Any:
        return old.options.get(f"{terms.dialect}_{name}")

    include = tuple([getattr(c, "name", c) for c in option("include") or ()])
    if include != old.include:
        return False
    if not terms.reflection.same_sql(_text(option("where"), terms), _text(found("where"), terms)):
        return False
    if option("with") is not None and any(
        str(value).lower() != str((found("with") or {}).get(name)).lower()
        for name, value in option("with").items()
    ):
        return False
    if _operators(option("ops")) != _operators(found("ops")):
        return False
    return all(_plain(option(name), new) == _plain(found(name), new) for name in OPTIONS)


def _operators(given: Any) -> dict[str, str]:
    """Operator classes by column, without those named after a type, which are the usual ones."""
    return {
        str(column): str(name) for column, name in (given or {}).items()
        if _USUAL.match(str(name)) is None
    }  # fmt: skip


def _text(condition: Any, terms: Terms) -> str:
    if condition is None or isinstance(condition, str):
        return condition or ""
    return terms.renderer.sql(condition)


def _plain(value: Any, index: Index) -> Any:
    if isinstance(value, str):
        return None if value.lower() == "btree" else value.lower()
    if isinstance(value, int) and not isinstance(value, bool):
        return {str(column.name): value for column in index.columns}  # mysql_length=10
    return value or None
