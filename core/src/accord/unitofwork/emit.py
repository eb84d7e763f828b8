"""Stage 5: batches to the database. The only stage that writes.

In: a batch. Out: an `Outcome`: keys and fetched values, in the order of its rows. Values that
come from parents are looked up now: the batches of the parents have been settled. How rows get
in, and how many statements that takes, is for the dialect and its key strategies; the numbers
of rows they report are checked here, before anything is believed.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from accord import exc
from accord.dialect.batch import DeleteBatch, InsertBatch, InsertResult, UpdateBatch, UpdateResult
from accord.dialect.plan import insert_steps
from accord.dialect.steps import capabilities_of
from accord.records import dataclass
from accord.state import NOT_LOADED

from .group import Batch, Values, bound_values
from .operations import UNLINKED, Cell, Field, Kind, Operation, held_value, name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.dialect.steps import Row, Steps

    from .collect import Previous

_SHOWN = 10


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What became of one batch. `values` holds what each cell came to, late ones included."""

    operation: Operation
    values: list[Values]
    keys: Sequence[object] | None = None
    fetch: tuple[Field, ...] = ()
    fetched: list[Row] | None = None


def emit_steps(batch: Batch, previous: Previous) -> Steps[Outcome]:
    """Send one batch."""
    operation = batch.operation
    cells = (*operation.cells, *operation.match)
    values: list[Values] = [cell.values for cell in cells]
    columns: list[Values] = []
    for index, bound in enumerate(batch.bound):
        if bound is None:
            cell = cells[index]
            values[index] = parent_values(cell, operation, previous)
            bound = bound_values(cell, values[index])
        columns.append(bound)
    rows: list[Row] = list(zip(*columns, strict=True)) if columns else [()] * len(operation.objs)
    if operation.kind is Kind.INSERT:
        return (yield from _insert_steps(operation, values, rows))
    if operation.kind is Kind.UPDATE:
        return (yield from _update_steps(operation, values, rows))
    yield from _delete_steps(operation, rows)
    return Outcome(operation, values)


def parent_values(cell: Cell, operation: Operation, previous: Previous) -> Values:
    """Return the values of a column that takes them from parents."""
    parents, sources = cell.parents, cell.sources
    assert parents is not None and sources is not None
    kinds = set(map(type, parents))
    if len(kinds) == 1 and type(UNLINKED) not in kinds:
        source = sources[kinds.pop()]
        found: list[object] = [vars(parent).get(source, NOT_LOADED) for parent in parents]
    else:
        found = [
            own if parent is UNLINKED else vars(parent).get(sources[type(parent)], NOT_LOADED)
            for own, parent in zip(cell.values, parents, strict=True)
        ]
    kinds = set(map(type, found))
    if type(NOT_LOADED) in kinds:
        for row, value in enumerate(found):
            if value is NOT_LOADED:
                parent = parents[row]
                key = sources[type(parent)]
                held = held_value(parent, key)
                found[row] = previous.of(parent, key) if held is NOT_LOADED else held
    if cell.field.not_null and type(None) in kinds:
        row = next(row for row, value in enumerate(found) if value is None)
        raise exc.MissingValueError(
            f"{cell.field.label} of {name_of(operation.objs[row])} has no value: the object it "
            f"takes it from, {name_of(parents[row])}, has none"
        )
    return found


def _insert_steps(operation: Operation, values: list[Values], rows: list[Row]) -> Steps[Outcome]:
    writes = operation.writes
    fetch = () if not operation.generated else (yield from _fetched_on_insert_steps(operation))
    batch = InsertBatch(
        writes.bind,
        writes.table,
        tuple([cell.field.column for cell in operation.cells]),
        rows,
        tuple([(field.column, sql) for field, sql in operation.expressions]),
        tuple([field.column for field in fetch]),
        None if operation.key is None else operation.key.column,
    )
    result: InsertResult = yield from insert_steps(batch)
    if operation.key is not None and len(result.keys or ()) != len(rows):
        raise exc.FlushError(
            f"{len(rows)} rows were inserted into {writes.table.name!r} and "
            f"{len(result.keys or ())} keys came back"
        )
    return Outcome(operation, values, result.keys, fetch, result.fetched)


def _fetched_on_insert_steps(operation: Operation) -> Steps[tuple[Field, ...]]:
    """Return which generated columns are to come back: what `eager_defaults` says, keys always."""
    writes = operation.writes
    if writes.mapper is None:
        return ()
    eager = writes.mapper.eager_defaults
    if eager == "auto":
        capabilities = yield from capabilities_of(writes.bind)
        eager = bool(capabilities.dml.returning_insert)
    return tuple(
        [field for field in operation.generated if field.key and (eager or field.primary_key)]
    )


def _update_steps(operation: Operation, values: list[Values], rows: list[Row]) -> Steps[Outcome]:
    writes, mapper = operation.writes, operation.writes.mapper
    eager = mapper is not None and mapper.eager_defaults is True
    fetch = tuple([field for field in operation.generated if eager and field.key])
    batch = UpdateBatch(
        writes.bind,
        writes.table,
        tuple([cell.field.column for cell in operation.match]),
        tuple([cell.field.column for cell in operation.cells]),
        rows,
        tuple([(field.column, sql) for field, sql in operation.expressions]),
        tuple([field.column for field in fetch]),
    )
    result: UpdateResult = yield from writes.bind.dialect.update_steps(batch)
    if operation.exact and result.matched != len(rows):
        raise exc.StaleDataError(_mismatch(operation, "update", result.matched))
    return Outcome(operation, values, None, fetch, result.fetched)


def _delete_steps(operation: Operation, rows: list[Row]) -> Steps[None]:
    writes, mapper = operation.writes, operation.writes.mapper
    columns = tuple([cell.field.column for cell in operation.match])
    matched = yield from writes.bind.dialect.delete_steps(
        DeleteBatch(writes.bind, writes.table, columns, rows)
    )
    if not operation.exact or matched == len(rows):
        return
    if mapper is None or writes.version is not None:
        raise exc.StaleDataError(_mismatch(operation, "delete", matched))
    if mapper.confirm_deleted_rows:
        warnings.warn(
            f"{_mismatch(operation, 'delete', matched)} Please set confirm_deleted_rows=False "
            "within the mapper configuration to prevent this warning.",
            exc.SAWarning,
            stacklevel=2,
        )


def _mismatch(operation: Operation, verb: str, matched: int) -> str:
    """Say how many rows were not found, and among which."""
    count = len(operation.objs)
    keys = list(zip(*[cell.values for cell in operation.match], strict=True))
    shown = ", ".join([_identity(operation, key) for key in keys[:_SHOWN]])
    more = f" and {count - _SHOWN} more" if count > _SHOWN else ""
    return (
        f"{verb.upper()} statement on table {operation.writes.table.name!r} expected to {verb} "
        f"{count} row(s); {matched} were matched. The rows: {shown}{more}."
    )


def _identity(operation: Operation, key: tuple[object, ...]) -> str:
    named = [
        f"{cell.field.key}={value!r}" for cell, value in zip(operation.match, key, strict=True)
    ]
    return f"{operation.writes.name}({', '.join(named)})"
