"""Many-to-many relationships: changed collections into rows of the secondary table.

Used by stage 1 to gather pairs of objects (`Pairs`), each pair once even when both sides of the
relationship changed, and by stage 2 to make operations of them. When an object is deleted all
its rows go by its key alone, in one statement: nobody has to load them first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from accord.state import NOT_LOADED

from .collect import mapper_of
from .operations import Cell, Kind, Missing, Operation, TableWrites, held_value, secondary_writes

if TYPE_CHECKING:
    from accord.dialect.steps import AnyColumn
    from accord.schema import Table
    from accord.schema.defaults import ColumnDefault

    from .links import Relations
    from .protocols import FlushSession, Relationship

Pair = tuple[object, object]
Maker = Callable[[TableWrites, Sequence[object], "AnyColumn", "AnyColumn"], Cell]


class Pairs:
    """The changed rows of one secondary table, as pairs (parent, target) in the sense of
    `relationship`.
    """

    __slots__ = ("added", "parents_gone", "relationship", "removed", "targets_gone")

    def __init__(self, relationship: Relationship) -> None:
        self.relationship = relationship
        self.added: dict[tuple[int, int], Pair] = {}
        self.removed: dict[tuple[int, int], Pair] = {}
        #: Objects that are deleted, with all their rows: parents, and targets.
        self.parents_gone: dict[int, object] = {}
        self.targets_gone: dict[int, object] = {}

    def add(self, rel: Relationship, gained: Sequence[Pair]) -> None:
        """Owners gained items along `rel`, which may be this relationship or its other side."""
        if self._turned(rel):
            gained = [(item, owner) for owner, item in gained]
        self.added.update({(id(pair[0]), id(pair[1])): pair for pair in gained})

    def remove(self, rel: Relationship, owner: object, item: object) -> None:
        """`owner` lost `item` along `rel`."""
        pair = (item, owner) if self._turned(rel) else (owner, item)
        key = (id(pair[0]), id(pair[1]))
        if self.added.pop(key, None) is None:
            self.removed[key] = pair

    def leave(self, rel: Relationship, objs: Sequence[object]) -> None:
        """`objs`, which have the relationship `rel`, are deleted."""
        gone = self.targets_gone if self._turned(rel) else self.parents_gone
        gone.update((id(obj), obj) for obj in objs)

    def _turned(self, rel: Relationship) -> bool:
        return rel is not self.relationship and near_columns(rel) != near_columns(self.relationship)


AllPairs = dict[tuple["Table", frozenset[tuple["AnyColumn", ...]]], Pairs]


def near_columns(rel: Relationship) -> tuple[AnyColumn, ...]:
    """Return the columns of the secondary table that refer to the parent."""
    return tuple([column for _, column in rel.pairs])


def pairs_of(pairs: AllPairs, rel: Relationship) -> Pairs:
    """Return the rows that `rel` and its other side share."""
    assert rel.secondary is not None
    far = tuple([column for _, column in rel.secondary_pairs])
    return pairs.setdefault((rel.secondary, frozenset({near_columns(rel), far})), Pairs(rel))


# --- operations ----------------------------------------------------------------------------------


def secondary_operations(session: FlushSession, relations: Relations) -> list[Operation]:
    """Return the INSERTs, UPDATEs and DELETEs of all secondary tables."""
    found: list[Operation] = []
    for pairs in relations.pairs.values():
        found += _operations(session, pairs, relations.deleted)
    for rel, obj in relations.rekeyed:
        found.append(_rekeyed(session, rel, obj))
    return found


def _operations(session: FlushSession, pairs: Pairs, deleted: dict[int, object]) -> list[Operation]:
    rel = pairs.relationship
    writes = _writes(session, rel)
    added = [
        pair
        for pair in pairs.added.values()
        if id(pair[0]) not in deleted and id(pair[1]) not in deleted
    ]
    removed = [
        pair
        for pair in pairs.removed.values()
        if id(pair[0]) not in pairs.parents_gone and id(pair[1]) not in pairs.targets_gone
    ]
    found: list[Operation] = []
    if added:
        cells = (*_both(_new_cell, writes, rel, added), *_defaults(writes, rel, len(added)))
        key = writes.generated_key
        given = key is None or any(cell.field is key for cell in cells)
        found.append(Operation(Kind.INSERT, writes, list(added), cells, key=None if given else key))
    if removed:
        match = _both(_old_cell, writes, rel, removed)
        found.append(Operation(Kind.DELETE, writes, list(removed), match=match))
    sides = ((pairs.parents_gone, rel.pairs), (pairs.targets_gone, rel.secondary_pairs))
    for gone, columns in sides:
        if gone:
            objs = list(gone.values())
            match = tuple([_old_cell(writes, objs, source, column) for source, column in columns])
            found.append(Operation(Kind.DELETE, writes, objs, match=match, exact=False))
    return found


def _rekeyed(session: FlushSession, rel: Relationship, obj: object) -> Operation:
    """Return the UPDATE that lets the rows of `obj` follow its changed key."""
    writes = _writes(session, rel)
    match = tuple([_old_cell(writes, [obj], source, column) for source, column in rel.pairs])
    cells = tuple([_new_cell(writes, [obj], source, column) for source, column in rel.pairs])
    return Operation(Kind.UPDATE, writes, [obj], cells, match, exact=False, quiet=True)


def _writes(session: FlushSession, rel: Relationship) -> TableWrites:
    assert rel.secondary is not None
    return secondary_writes(session.route(rel.parent), rel.secondary)


def _both(
    make: Maker, writes: TableWrites, rel: Relationship, pairs: list[Pair]
) -> tuple[Cell, ...]:
    parents, targets = [parent for parent, _ in pairs], [target for _, target in pairs]
    near = [make(writes, parents, source, column) for source, column in rel.pairs]
    far = [make(writes, targets, source, column) for source, column in rel.secondary_pairs]
    return (*near, *far)


def _new_cell(
    writes: TableWrites, objs: Sequence[object], source: AnyColumn, column: AnyColumn
) -> Cell:
    """A column that takes its value from `source` of each object once that is known."""
    sources = {cls: mapper_of(cls).key_for_column(source) for cls in set(map(type, objs))}
    return Cell(writes.by_column[column], [None] * len(objs), list(objs), sources)


def _old_cell(
    writes: TableWrites, objs: Sequence[object], source: AnyColumn, column: AnyColumn
) -> Cell:
    """A column that holds what `source` of each object is in the database."""
    values = [held_value(obj, mapper_of(type(obj)).key_for_column(source)) for obj in objs]
    return Cell(writes.by_column[column], values)


def _defaults(writes: TableWrites, rel: Relationship, count: int) -> list[Cell]:
    """Return the Python defaults of a secondary table's further columns."""
    given = {column for _, column in (*rel.pairs, *rel.secondary_pairs)}
    found: list[Cell] = []
    for item in writes.fields:
        if item.missing is Missing.DEFAULT and item.column not in given:
            default = cast("ColumnDefault", item.default)
            value = default.arg if default.is_scalar else NOT_LOADED
            found.append(Cell(item, [value] * count, computed=value is NOT_LOADED))
    return found
