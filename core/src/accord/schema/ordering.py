"""The order tables are created in: each after those it refers to, circles broken at the right
keys.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from accord.schema.foreignkey import ForeignKeyConstraint
    from accord.schema.table import Table

    KeyFilter = Callable[[ForeignKeyConstraint], bool]


def sort_tables(
    tables: Iterable[Table], skip: KeyFilter | None = None, *, warn: bool = True
) -> list[Table]:
    """The tables in dependency order; foreign keys with use_alter, or that `skip` says, do not
    count.
    """
    ordered, late = order(tables, skip)
    if late and warn:
        names = ", ".join(sorted({key.table.fullname for key in late if key.table is not None}))
        warnings.warn(
            "the foreign keys between these tables form a circle, so no order suits all of them: "
            f"{names}; "
            "mark one key with use_alter=True",
            stacklevel=3,
        )
    return ordered


def order(
    tables: Iterable[Table], skip: KeyFilter | None = None
) -> tuple[list[Table], list[ForeignKeyConstraint]]:
    """The tables in dependency order, and the foreign keys that point at a later table because of a
    circle.

    A circle is opened at nullable keys if that suffices, otherwise at whatever keys close it.
    """
    by_name = sorted(tables, key=lambda table: str(table.key))
    keys = {table: _counting_keys(table, by_name, skip) for table in by_name}
    ordered: list[Table] = []
    for component in _components(by_name, keys):
        ordered += _inside(component, keys) if len(component) > 1 else component
    position = {table: index for index, table in enumerate(ordered)}
    late = [
        key
        for table in ordered
        for key in keys[table]
        if position[key.referred_table] > position[table]
    ]
    return ordered, late


def _counting_keys(
    table: Table, among: Collection[Table], skip: KeyFilter | None
) -> list[ForeignKeyConstraint]:
    members = set(among)
    return [
        key
        for key in sorted(table.foreign_key_constraints, key=lambda key: key.creation_order)
        if not key.use_alter
        and (skip is None or not skip(key))
        and key.referred_table is not table
        and key.referred_table in members
    ]


def _inside(component: list[Table], keys: dict[Table, list[ForeignKeyConstraint]]) -> list[Table]:
    members = set(component)
    firm = {
        table: [
            key
            for key in keys[table]
            if key.referred_table in members and not all(column.nullable for column in key.columns)
        ]
        for table in component
    }
    return [table for group in _components(component, firm) for table in group]


def _components(
    tables: Sequence[Table], keys: dict[Table, list[ForeignKeyConstraint]]
) -> list[list[Table]]:
    """Strongly connected components, those referred to first (Tarjan, without recursion)."""
    index: dict[Table, int] = {}
    low: dict[Table, int] = {}
    stack: list[Table] = []
    on_stack: set[Table] = set()
    found: list[list[Table]] = []
    for root in tables:
        if root in index:
            continue
        work: list[tuple[Table, list[Table]]] = [(root, _referred(root, keys, tables))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            table, pending = work[-1]
            if pending:
                target = pending.pop(0)
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, _referred(target, keys, tables)))
                elif target in on_stack:
                    low[table] = min(low[table], index[target])
                continue
            work.pop()
            if work:
                parent = work[-1][0]
                low[parent] = min(low[parent], low[table])
            if low[table] == index[table]:
                found.append(_pop_component(stack, on_stack, table))
    return found


def _pop_component(stack: list[Table], on_stack: set[Table], root: Table) -> list[Table]:
    component: list[Table] = []
    while True:
        table = stack.pop()
        on_stack.discard(table)
        component.append(table)
        if table is root:
            return sorted(component, key=lambda member: str(member.key))


def _referred(
    table: Table, keys: dict[Table, list[ForeignKeyConstraint]], among: Collection[Table]
) -> list[Table]:
    referred = {key.referred_table for key in keys[table]}
    referred |= {other for other in table.dependencies if other in among and other is not table}
    return sorted(referred, key=lambda other: str(other.key))
