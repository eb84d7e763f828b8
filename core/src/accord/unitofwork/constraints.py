"""What an operation means for the constraints of its table and of others.

Used by stage 3. In: an operation and a rule of the schema (`accord.schema.constraint_model`): a
foreign key, a unique slot. Out: whether rows come to refer, cease to refer, can be referred to;
which unique values they hold, give up and take. Answers for whole operations come from their
columns alone, answers for rows from actual values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from accord.records import dataclass
from accord.schema.constraint_model import Reference, UniqueSlot, constraint_model
from accord.state import NOT_LOADED, key_of

from .collect import Previous, mapper_of
from .operations import NONE_TYPE, UNLINKED, Cell, Kind, Operation, held_value

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from accord.dialect.steps import AnyColumn, Bind
    from accord.schema import Table


# --- foreign keys ---------------------------------------------------------------------------------


def references_of(operation: Operation) -> list[Reference]:
    """Return the foreign keys of an operation's table, and links that are none in the schema."""
    table = operation.writes.table
    found = [
        key
        for key in constraint_model(table).references
        if not _ignored(key.initially_deferred, operation, "foreign_keys")
    ]
    known = {
        (column, key.referred_table)
        for key in constraint_model(table).references
        for column in key.columns
    }
    for cell in operation.cells:
        for cls, source in (cell.sources or {}).items() if cell.parents else ():
            column = cast("AnyColumn", mapper_of(cls).column_attrs[source].expression)
            if (cell.field.column, column.table) not in known:
                found.append(_link(table, cell.field.column, column))
    return found


def _link(table: Table, column: AnyColumn, referred: AnyColumn) -> Reference:
    """Return a relationship that has no foreign key in the schema as if it had one."""
    return Reference(
        name=None,
        table=table,
        columns=(column,),
        referred_table=cast("Table", referred.table),
        referred_columns=(referred,),
        nullable=column.nullable,
        deferrable=False,
        initially_deferred=False,
        ondelete=None,
        onupdate=None,
    )


def _ignored(deferred: bool, operation: Operation, kind: str) -> bool:
    """Tell whether the constraint is checked at COMMIT only: then order does not matter to it."""
    return deferred and _deferrable(operation.writes.bind, kind)


def _deferrable(bind: Bind, kind: str) -> bool:
    if bind.capabilities is None:
        return False
    schema = bind.capabilities.schema
    return bool(schema.deferrable_unique if kind == "unique" else schema.deferrable_foreign_keys)


def refers_by(operation: Operation, reference: Reference) -> bool:
    """Tell whether rows come to refer to something."""
    if operation.kind is Kind.DELETE:
        return False
    columns = set(reference.columns)
    cells = [cell for cell in operation.cells if cell.field.column in columns]
    return any(c.parents is not None or set(map(type, c.values)) != {NONE_TYPE} for c in cells)


def lets_go(operation: Operation, reference: Reference) -> bool:
    """Tell whether rows cease to refer to what they do."""
    if operation.kind is Kind.UPDATE:
        return writes_any(operation, reference.columns)
    return operation.kind is Kind.DELETE


def provides(operation: Operation, reference: Reference) -> bool:
    """Tell whether rows come to be referable."""
    if operation.kind is Kind.UPDATE:
        return writes_any(operation, reference.referred_columns)
    return operation.kind is Kind.INSERT


def writes_any(operation: Operation, columns: Sequence[AnyColumn]) -> bool:
    """Tell whether an operation sets one of `columns`."""
    written = {cell.field.column for cell in operation.cells}
    written.update(field.column for field, _ in operation.expressions)
    return not written.isdisjoint(columns)


def reaches(child: Operation, parent: Operation, reference: Reference) -> bool:
    """Tell whether rows of `child` refer to rows of `parent`; certain only within one table."""
    if child.writes.table is not parent.writes.table:
        return True
    ids = set(map(id, parent.objs))
    for column, referred in zip(reference.columns, reference.referred_columns, strict=True):
        cell, key = child.cell(column), parent.cell(referred)
        if cell is None:
            continue
        if cell.parents is not None and not ids.isdisjoint(map(id, cell.parents)):
            return True
        if key is not None and _overlap(cell.values, key.values):
            return True
    return False


def at_statement_end(operation: Operation) -> bool:
    """Tell whether foreign keys are checked when a statement is complete, not row by row."""
    capabilities = operation.writes.bind.capabilities
    return capabilities is None or bool(capabilities.schema.foreign_keys_at_statement_end)


def held_within(operation: Operation, reference: Reference, previous: Previous) -> bool:
    """Tell whether rows to be deleted refer to each other, or to themselves where that matters."""
    mapper = operation.writes.mapper
    if mapper is None or (len(operation.objs) == 1 and at_statement_end(operation)):
        return False
    for column, referred in zip(reference.columns, reference.referred_columns, strict=True):
        held = old_values(operation, column, previous)
        keys = old_values(operation, referred, previous)
        if not _overlap(held, keys):
            return False
    return True


def _overlap(some: list[object], others: list[object]) -> bool:
    try:
        common = set(some) & set(others)
    except TypeError:
        return True
    return not common <= {None}


def old_values(operation: Operation, column: AnyColumn, previous: Previous) -> list[object]:
    """Return what the rows of an UPDATE or DELETE hold in `column`."""
    field = operation.writes.by_column.get(column)
    if field is None or operation.writes.mapper is None:
        for cell in operation.match:
            if cell.field.column is column:
                return cell.values
        return [NOT_LOADED] * len(operation.objs)
    held = [held_value(obj, field.key) for obj in operation.holders]
    if type(NOT_LOADED) in set(map(type, held)):
        return previous.column(operation.holders, field.key)
    return held


# --- unique values ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Conflict:
    """Row `giver` of one operation gives up a unique value that row `taker` of another (or the
    same) takes.
    """

    slot: UniqueSlot
    giver: tuple[int, int]
    taker: tuple[int, int]


def unique_conflicts(operations: list[Operation], previous: Previous) -> list[Conflict]:
    """Return every unique value that one row gives up and another takes."""
    found: list[Conflict] = []
    for indexes, slot in contested(operations):
        given: dict[Hashable, tuple[int, int]] = {}
        unknown: list[tuple[int, int]] = []
        for index in indexes:
            if gives(operations[index], slot):
                values = slot_values(operations[index], slot, previous, old=True)
                given.update(
                    (value, (index, row))
                    for row, value in enumerate(values)
                    if value is not None and value is not NOT_LOADED
                )
                unknown += [(index, row) for row, v in enumerate(values) if v is NOT_LOADED]
        for index in indexes:
            if takes(operations[index], slot):
                values = slot_values(operations[index], slot, previous, old=False)
                found += _takers(slot, index, values, given, unknown)
    return found


def _takers(
    slot: UniqueSlot,
    index: int,
    values: list[Hashable],
    given: dict[Hashable, tuple[int, int]],
    unknown: list[tuple[int, int]],
) -> Iterator[Conflict]:
    """Yield the conflicts of one operation that takes values of a unique key."""
    for row, value in enumerate(values):
        if value is None or value is NOT_LOADED:
            continue
        giver = given.get(value)
        if giver is not None and giver != (index, row):
            yield Conflict(slot, giver, (index, row))
        for other in unknown:
            if other[0] != index:
                yield Conflict(slot, other, (index, row))


def contested(operations: list[Operation]) -> list[tuple[list[int], UniqueSlot]]:
    """Return the unique keys that some operation may give up and another take, with the
    operations of the table.
    """
    found: list[tuple[list[int], UniqueSlot]] = []
    if len(operations) == 1 and len(operations[0].objs) == 1:
        return found
    of_table: dict[Table, list[int]] = {}
    for index, operation in enumerate(operations):
        of_table.setdefault(operation.writes.table, []).append(index)
    for table, indexes in of_table.items():
        here = [operations[index] for index in indexes]
        if {operation.kind for operation in here} == {Kind.INSERT}:
            continue
        for slot in constraint_model(table).unique:
            if _ignored(slot.initially_deferred, here[0], "unique"):
                continue
            giving = [operation for operation in here if gives(operation, slot)]
            taking = [operation for operation in here if takes(operation, slot)]
            alone = giving == taking and len(giving) == 1 and len(giving[0].objs) == 1
            if giving and taking and not alone:
                found.append((indexes, slot))
    return found


def gives(operation: Operation, slot: UniqueSlot) -> bool:
    """Tell whether rows give up their value of a unique key."""
    if operation.kind is Kind.UPDATE:
        return writes_any(operation, slot.columns)
    return operation.kind is Kind.DELETE and operation.exact


def takes(operation: Operation, slot: UniqueSlot) -> bool:
    """Tell whether rows take a value of a unique key that is known to us."""
    written = [operation.cell(column) is not None for column in slot.columns]
    if operation.kind is Kind.UPDATE:
        return True in written
    return operation.kind is Kind.INSERT and False not in written


def slot_values(
    operation: Operation, slot: UniqueSlot, previous: Previous, *, old: bool
) -> list[Hashable]:
    """Return each row's value of a unique key: None if it occupies none, `NOT_LOADED` if nobody
    knows.
    """
    columns = []
    for column in slot.columns:
        cell = None if old else operation.cell(column)
        columns.append(
            old_values(operation, column, previous) if cell is None else new_values(cell)
        )
    return [_slot_value(values) for values in zip(*columns, strict=True)]


def new_values(cell: Cell) -> list[object]:
    """Return the new values of a column; a parent without a key stands for the value it will
    have.
    """
    if cell.parents is None:
        return cell.values
    assert cell.sources is not None
    found: list[object] = []
    for own, parent in zip(cell.values, cell.parents, strict=True):
        if parent is UNLINKED or parent is None:
            found.append(own if parent is UNLINKED else None)
        elif key_of(parent) is None:
            value = vars(parent).get(cell.sources[type(parent)])
            found.append(("object", id(parent)) if value is None else value)
        else:
            found.append(vars(parent).get(cell.sources[type(parent)], NOT_LOADED))
    return found


def _slot_value(values: tuple[object, ...]) -> Hashable:
    folded: list[object] = []
    for value in values:
        if value is None or value is NOT_LOADED:
            return value
        # A collation may take 'a' and 'A ' for the same: an edge too many does no harm.
        folded.append(value.casefold().rstrip() if isinstance(value, str) else value)
    key = tuple(folded)
    try:
        hash(key)
    except TypeError:
        return None
    return key
