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
    tables: Iterable[Table],
    skip_fn: KeyFilter | None = None,
    extra_dependencies: Iterable[tuple[Table, Table]] | None = None,
    *,
    warn: bool = True,
) -> list[Table]:
    """The tables in dependency order; foreign keys with use_alter, or for which `skip_fn` answers
    True, do not count; `extra_dependencies` are pairs (before, after) that no foreign key says.
    """
    ordered, late = order(tables, skip_fn, tuple(extra_dependencies or ()))
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
    tables: Iterable[Table],
    skip: KeyFilter | None = None,
    extra: Collection[tuple[Table, Table]] = (),
) -> tuple[list[Table], list[ForeignKeyConstraint]]:
    """The tables in dependency order, and the foreign keys that point at a later table because of a
    circle.

    A circle is opened at nullable keys if that suffices, otherwise at whatever keys close it.
    `extra` are pairs (before, after) that no foreign key says.
    """
    by_name = sorted(tables, key=lambda table: str(table.key))
    keys = {table: _counting_keys(table, by_name, skip) for table in by_name}
    ordered: list[Table] = []
    for component in _components(by_name, keys, extra):
        ordered += _inside(component, keys, extra) if len(component) > 1 else component
    position = {table: index for index, table in enumerate(ordered)}
    late = [
        key
        for table in ordered
        for key in keys[table]
        if position[key.referred_table] > position[table]
    ]
    return ordered, late


def sort_tables_and_constraints(
    tables: Iterable[Table],
    filter_fn: Callable[[ForeignKeyConstraint], bool | None] | None = None,
    extra_dependencies: Iterable[tuple[Table, Table]] | None = None,
) -> list[tuple[Table | None, list[ForeignKeyConstraint]]]:
    """The tables in dependency order, each with the foreign keys it can be created with; last,
    under None, the keys to add when all tables are there.

    `filter_fn` puts a key there if it answers True, never if it answers False; `extra_dependencies`
    are pairs (before, after).
    """
    wanted = list(tables)
    forced: set[ForeignKeyConstraint] = set()
    for table in wanted:
        for key in table.foreign_key_constraints:
            answer = None if filter_fn is None else filter_fn(key)
            if answer or (answer is None and key.use_alter):
                forced.add(key)
    ordered, late = order(wanted, forced.__contains__, tuple(extra_dependencies or ()))
    last = [*late, *sorted(forced, key=lambda key: key.creation_order)]
    found: list[tuple[Table | None, list[ForeignKeyConstraint]]] = [
        (
            table,
            [
                key
                for key in sorted(table.foreign_key_constraints, key=lambda key: key.creation_order)
                if key not in last
            ],
        )
        for table in ordered
    ]
    return [*found, (None, list(dict.fromkeys(last)))]


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


def _inside(
    component: list[Table],
    keys: dict[Table, list[ForeignKeyConstraint]],
    extra: Collection[tuple[Table, Table]],
) -> list[Table]:
    members = set(component)
    firm = {
        table: [
            key
            for key in keys[table]
            if key.referred_table in members and not all(column.nullable for column in key.columns)
        ]
        for table in component
    }
    return [table for group in _components(component, firm, extra) for table in group]


def _components(
    tables: Sequence[Table],
    keys: dict[Table, list[ForeignKeyConstraint]],
    extra: Collection[tuple[Table, Table]],
) -> list[list[Table]]:
    """Strongly connected components, those referred to first (Tarjan, without recursion)."""
    index: dict[Table, int] = {}
    low: dict[Table, int] = {}
    stack: list[Table] = []
    on_stack: set[Table] = set()
    found: list[list[Table]] = []

    def referred(table: Table) -> list[Table]:
        others = {key.referred_table for key in keys[table]} | table.dependencies
        others |= {before for before, after in extra if after is table}
        return sorted((others & members) - {table}, key=lambda other: str(other.key))

    members = set(tables)
    for root in tables:
        if root in index:
            continue
        work: list[tuple[Table, list[Table]]] = [(root, referred(root))]
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
                    work.append((target, referred(target)))
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
