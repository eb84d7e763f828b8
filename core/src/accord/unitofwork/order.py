"""Stage 3: operations into the order they are sent in.

In: operations, and old values of rows. Out: operations again, some divided. Ordering is between
whole operations as long as that settles it: rows that are referred to come before rows that
refer to them, foreign keys are let go before the rows they refer to are deleted, a unique value
is given up before another row takes it; beyond that updates and inserts come before deletes.
Only operations that would have to come before each other (or before themselves: rows that refer
to their own table) are taken apart into rows, by their actual values; that is in `rows`.
"""

from __future__ import annotations

import heapq
from collections import Counter
from typing import TYPE_CHECKING

from accord.schema.constraint_model import UniqueSlot, constraint_model

from .circles import components
from .constraints import (
    at_statement_end,
    contested,
    gives,
    held_within,
    lets_go,
    provides,
    reaches,
    references_of,
    refers_by,
    unique_conflicts,
)
from .operations import Kind, Operation
from .rows import order_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from accord.dialect.steps import AnyColumn
    from accord.schema import Table

    from .collect import Previous, Unread


# --- the whole -----------------------------------------------------------------------------------


def order(operations: list[Operation], previous: Previous) -> list[Operation]:
    """Return `operations` in an order the database's constraints accept at every step."""
    if len(operations) == 1 and _stands_alone(operations[0]):
        return operations
    conflicts = unique_conflicts(operations, previous)
    after = _edges(operations, previous)
    for conflict in conflicts:
        after[conflict.giver[0]].add(conflict.taker[0])
    found: list[Operation] = []
    for component in _in_order(operations, after):
        first = component[0]
        if len(component) == 1 and first not in after[first]:
            found.append(operations[first])
        else:
            found += order_rows(operations, component, conflicts, previous)
    return found


def _stands_alone(operation: Operation) -> bool:
    """Tell whether no row of an operation can depend on another one of its own."""
    if operation.kind is Kind.UPDATE:
        return len(operation.objs) == 1
    for cell in operation.cells:
        if cell.parents is not None:
            return False
    table = operation.writes.table
    return table not in [key.referred_table for key in constraint_model(table).references]


def _in_order(operations: list[Operation], after: list[set[int]]) -> Iterator[list[int]]:
    """Yield groups of operations that depend on each other, in an order that respects `after`."""
    groups = components(len(operations), lambda index: list(after[index]))
    group_of = {index: number for number, group in enumerate(groups) for index in group}
    waiting = [0] * len(groups)
    follows: list[set[int]] = [set() for _ in groups]
    for index, targets in enumerate(after):
        for target in targets:
            here, there = group_of[index], group_of[target]
            if here != there and there not in follows[here]:
                follows[here].add(there)
                waiting[there] += 1
    tables: dict[Table, int] = {}
    for operation in operations:
        tables.setdefault(operation.writes.table, len(tables))
    rank = [min(_priority(operations[index], tables) for index in group) for group in groups]
    ready = [(rank[number], number) for number in range(len(groups)) if not waiting[number]]
    heapq.heapify(ready)
    while ready:
        _, number = heapq.heappop(ready)
        yield sorted(groups[number])
        for follower in follows[number]:
            waiting[follower] -= 1
            if not waiting[follower]:
                heapq.heappush(ready, (rank[follower], follower))


def _priority(operation: Operation, tables: dict[Table, int]) -> tuple[bool, int, int]:
    return (operation.kind is Kind.DELETE, tables[operation.writes.table], operation.kind)


# --- between operations: foreign keys -----------------------------------------------------------


def _edges(operations: list[Operation], previous: Previous) -> list[set[int]]:
    """Return for each operation those that have to come after it on account of foreign keys."""
    after: list[set[int]] = [set() for _ in operations]
    of_table: dict[Table, list[int]] = {}
    for index, operation in enumerate(operations):
        of_table.setdefault(operation.writes.table, []).append(index)
    for index, operation in enumerate(operations):
        if not operation.exact and operation.kind is Kind.DELETE:
            # Every row of a deleted object: rows that are new must not be among them.
            same = of_table[operation.writes.table]
            after[index].update([i for i in same if operations[i].kind is Kind.INSERT])
        for reference in references_of(operation):
            refers, releases = refers_by(operation, reference), lets_go(operation, reference)
            for other in of_table.get(reference.referred_table, ()):
                parent = operations[other]
                if refers and provides(parent, reference) and reaches(operation, parent, reference):
                    after[other].add(index)
                if not releases or parent.kind is not Kind.DELETE:
                    continue
                if other != index or held_within(operation, reference, previous):
                    after[index].add(other)
    return after


# --- what has to be read first ------------------------------------------------------------------


Wanted = dict[int, dict[str, None]]


def unread(operations: list[Operation], previous: Previous) -> list[Unread | None]:
    """Return the old values that order and versions have to know and nobody loaded."""
    if {operation.kind for operation in operations} <= {Kind.INSERT}:
        return []
    wanted: Wanted = {}
    for index, operation in enumerate(operations):
        version = operation.writes.version
        if version is not None and operation.kind is not Kind.INSERT and not operation.quiet:
            wanted.setdefault(index, {})[version.key] = None
    fought = contested(operations)
    for indexes, slot in fought:
        if _matter(operations, indexes, slot):
            for index in indexes:
                if gives(operations[index], slot):
                    _want(wanted, index, operations[index], slot.columns)
    if len(operations) > 1 or len(operations[0].objs) > 1 or not at_statement_end(operations[0]):
        _want_references(wanted, operations, {operations[i].writes.table for (i, *_), _ in fought})
    return [
        previous.unread(operation.writes.mapper, operation.holders, tuple(wanted[index]))
        for index, operation in enumerate(operations)
        if index in wanted and operation.writes.mapper is not None
    ]


def _matter(operations: list[Operation], indexes: list[int], slot: UniqueSlot) -> bool:
    """Updates precede inserts anyway: old unique values matter for deletes, and where several
    rows change theirs.
    """
    changed = 0
    for index in indexes:
        operation = operations[index]
        if operation.kind is Kind.DELETE and operation.exact:
            return True
        if operation.kind is Kind.UPDATE and gives(operation, slot):
            changed += len(operation.objs)
    return changed > 1


def _want_references(wanted: Wanted, operations: list[Operation], fought: set[Table]) -> None:
    """Old foreign keys matter where deletes depend on each other, or inserts on deletes."""
    emptied: Counter[Table] = Counter()
    for operation in operations:
        if operation.kind is Kind.DELETE:
            emptied[operation.writes.table] += len(operation.objs)
    circular = sum([count for table, count in emptied.items() if _circular(table, emptied)])
    alone = circular == 1 and all(map(at_statement_end, operations))
    if fought.isdisjoint(emptied) and (circular == 0 or alone):
        return
    for index, operation in enumerate(operations):
        for reference in constraint_model(operation.writes.table).references:
            if reference.referred_table in emptied and lets_go(operation, reference):
                _want(wanted, index, operation, reference.columns)
            if reference.referred_table is operation.writes.table:
                _want(wanted, index, operation, reference.referred_columns)


def _circular(table: Table, among: Collection[Table]) -> bool:
    """Tell whether foreign keys lead from a table back to it."""
    reached: set[Table] = set()
    ways = [table]
    while ways:
        for reference in constraint_model(ways.pop()).references:
            target = reference.referred_table
            if target is table:
                return True
            if target in among and target not in reached:
                reached.add(target)
                ways.append(target)
    return False


def _want(wanted: Wanted, index: int, operation: Operation, columns: Sequence[AnyColumn]) -> None:
    mapper = operation.writes.mapper
    if mapper is None or operation.kind is Kind.INSERT:
        return
    for column in columns:
        field = operation.writes.by_column.get(column)
        if field is not None and field.key and field.key not in mapper.pk_keys:
            wanted.setdefault(index, {})[field.key] = None
