"""Circles of writes: the graph they are found in, and the writes that break them.

Used by `order` (between operations) and `rows` (between rows). Out: which nodes of a graph
depend on each other; which column a row can be parked in, and the quiet operations that park a
unique value, empty a foreign key for a while, or patch one that was inserted as NULL. Quiet: no
version is counted, no onupdate made, no event fired.
"""

from __future__ import annotations

import enum
import uuid
from collections import Counter
from typing import TYPE_CHECKING

from accord.records import dataclass, replace
from accord.sqltypes.entry import SQL_NULL

from .operations import Cell, Field, Kind, Operation, TableWrites, identity_cells

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from accord.dialect.steps import AnyColumn
    from accord.schema.constraint_model import Reference, UniqueSlot


class Why(enum.Enum):
    """Why a row comes before another."""

    REFERS = "is referred to by"
    LETS_GO = "lets go of"
    GIVES = "gives its unique value to"
    IS_SAME = "is written before"


@dataclass(slots=True, eq=False)
class Edge:
    """Node `before` precedes node `after`."""

    before: int
    after: int
    why: Why
    rule: Reference | UniqueSlot | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """How to break a circle: which node is to be split, on account of which rule, and what it
    writes otherwise for a while.
    """

    node: int
    why: Why
    rule: Reference | UniqueSlot
    columns: tuple[AnyColumn, ...]
    values: tuple[object, ...]


class Role(enum.IntEnum):
    """What a node of the graph writes of its row."""

    PARK = 0
    ROW = 1
    PATCH = 2


@dataclass(slots=True)
class Node:
    """One write of one row."""

    operation: int
    row: int
    role: Role = Role.ROW
    #: Columns that are written otherwise than the operation says: NULL now and patched later,
    #: or parked.
    columns: tuple[AnyColumn, ...] = ()
    #: What parked columns are set to, which is what later writes find the row by.
    parked: tuple[object, ...] = ()


# --- graphs ---------------------------------------------------------------------------------------


def components(count: int, following: Callable[[int], list[int]]) -> list[list[int]]:
    """Return the strongly connected components of a graph of `count` nodes.

    Tarjan's algorithm; the path stands in for recursion, each entry with the targets left to visit.
    """
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    waiting: list[int] = []
    found: list[list[int]] = []
    done: set[int] = set()
    for root in range(count):
        path = [] if root in number else [_visit(root, following, number, low, waiting)]
        while path:
            here, targets = path[-1]
            target = next(targets, None)
            if target is None:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[here])
                if low[here] == number[here]:
                    found.append(_cut(waiting, here))
                    done.update(found[-1])
            elif target not in number:
                path.append(_visit(target, following, number, low, waiting))
            elif target not in done:
                low[here] = min(low[here], number[target])
    return found


def _visit(
    node: int,
    following: Callable[[int], list[int]],
    number: dict[int, int],
    low: dict[int, int],
    waiting: list[int],
) -> tuple[int, Iterator[int]]:
    number[node] = low[node] = len(number)
    waiting.append(node)
    return node, iter(following(node))


def _cut(waiting: list[int], node: int) -> list[int]:
    """Take `node` and everything above it from the stack."""
    component = [waiting.pop()]
    while component[-1] != node:
        component.append(waiting.pop())
    return component


def longest_path(following: dict[int, list[int]]) -> int:
    """Return the number of steps on the longest path of a graph without circles."""
    waits = Counter(target for targets in following.values() for target in targets)
    depth = dict.fromkeys([node for node in following if not waits[node]], 0)
    ready = list(depth)
    while ready:
        node = ready.pop()
        for target in following.get(node, ()):
            depth[target] = max(depth.get(target, 0), depth[node] + 1)
            waits[target] -= 1
            if not waits[target]:
                ready.append(target)
    return max(depth.values(), default=0)


# --- what can wait ------------------------------------------------------------------------------

#: A text of this length is long enough that a random one is nobody's.
_SHORTEST = 8


def nullable(operation: Operation, reference: Reference) -> list[AnyColumn]:
    """Return the columns of a foreign key that can be NULL for a while."""
    fields = _own(operation, reference.columns)
    return [field.column for field in fields if field.column.nullable and not field.primary_key]


def _own(operation: Operation, columns: Sequence[AnyColumn]) -> list[Field]:
    """Return those of `columns` that may hold something else for a while: a later write of the row
    sets them, or deletes the row.
    """
    by_column = operation.writes.by_column
    fields = [by_column[column] for column in columns if column in by_column]
    if operation.kind is Kind.DELETE:
        return [field for field in fields if field.key]
    written = {cell.field.column for cell in operation.cells}
    return [field for field in fields if field.key and field.column in written]


def parkable(
    operation: Operation, slot: UniqueSlot, referred: Collection[AnyColumn] = ()
) -> Field | None:
    """Return the column of a unique key in which a row can wait for its value; None if there is
    none. Columns that rows refer to cannot change for a while.
    """
    if operation.writes.mapper is None or operation.kind is Kind.INSERT:
        return None
    usable = [field for field in _own(operation, slot.columns) if field.column not in referred]
    for field in usable:
        if field.column.nullable and not field.primary_key:
            return field
    for field in usable:
        if not field.column.foreign_keys and _reserving(field) is not None:
            return field
    return None


def _reserving(field: Field) -> Callable[[], object] | None:
    """Return what makes values for a column that nobody else uses."""
    affinity = field.column.type.affinity
    length = getattr(field.column.type, "length", None)
    if affinity == "string" and not hasattr(field.column.type, "enums"):
        if length is not None and length < _SHORTEST:
            return None
        return lambda: f"~{uuid.uuid4().hex}"[: length or 33]
    if affinity == "integer":
        bits = 15 if "small" in type(field.column.type).__name__.lower() else 31
        import secrets  # a rare need

        return lambda: -(1 << bits) + secrets.randbelow(1 << (bits - 1))
    if affinity == "uuid":
        as_uuid = getattr(field.column.type, "as_uuid", True)
        return uuid.uuid4 if as_uuid else lambda: uuid.uuid4().hex
    return None


def reserved(field: Field) -> object:
    if field.column.nullable and not field.primary_key:
        return None
    make = _reserving(field)
    assert make is not None
    return make()


def parking(
    writes: TableWrites,
    objs: list[object],
    columns: Sequence[AnyColumn],
    parked: Sequence[Sequence[object]],
) -> Operation:
    """Return the UPDATE that parks rows, each at its own values."""
    cells = [
        _null_or(Cell(writes.by_column[column], [values[index] for values in parked]))
        for index, column in enumerate(columns)
    ]
    return Operation(
        Kind.UPDATE, writes, objs, tuple(cells), identity_cells(writes, objs), quiet=True
    )


def _null_or(cell: Cell) -> Cell:
    if not cell.field.evaluates_none:
        return cell
    return replace(cell, values=[SQL_NULL if value is None else value for value in cell.values])


def patching(operation: Operation, columns: Sequence[AnyColumn]) -> Operation:
    """Return the UPDATE that sets foreign keys inserted as NULL."""
    writes = operation.writes
    patched = set(columns)
    cells = tuple([cell for cell in operation.cells if cell.field.column in patched])
    match = []
    for field in writes.identity:
        sources = dict.fromkeys(set(map(type, operation.objs)), field.key)
        match.append(Cell(field, [None] * len(operation.objs), list(operation.objs), sources))
    return Operation(Kind.UPDATE, writes, operation.objs, cells, tuple(match), quiet=True)


def emptied(cell: Cell, columns: Sequence[AnyColumn]) -> Cell:
    """Return a cell of an INSERT with NULL in place of foreign keys that are patched later."""
    if cell.field.column not in set(columns):
        return cell
    values: list[object] = [None] * len(cell.values)
    return _null_or(replace(cell, values=values, parents=None, native=False))


def cell_at(cell: Cell, columns: Sequence[AnyColumn], parked: Sequence[object]) -> Cell:
    """Return what a row is found by after it was parked."""
    for column, value in zip(columns, parked, strict=True):
        if cell.field.column is column:
            return replace(cell, values=[value] * len(cell.values))
    return cell
