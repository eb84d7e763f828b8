"""Stage 4: ordered operations into batches, driver-ready but for values that are still to come.

In: operations in their order, and the old values of rows. Out: `Batch`es: rows of updates and
deletes in key order, versions counted, Python defaults made, values checked and bound column by
column. What cannot be bound is refused here, before anything is sent. Columns that take their
values from parents are bound in stage 5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, cast

from accord import exc
from accord.records import dataclass, replace
from accord.sqltypes.binding import bind_rows
from accord.sqltypes.entry import SqlNull
from accord.state import NOT_LOADED

from .operations import Cell, Field, Kind, Operation, name_of

if TYPE_CHECKING:
    from accord.schema.defaults import ColumnDefault

    from .collect import Previous
    from .protocols import FlushSession

Values = Sequence[object]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """An operation ready to be sent. `bound` holds a list for each cell, then for each match, None
    where the values come from parents.
    """

    operation: Operation
    bound: list[Values | None]


def group(
    session: FlushSession, operations: Sequence[Operation], previous: Previous
) -> list[Batch]:
    """Return `operations` as batches, in the same order."""
    batches: list[Batch] = []
    for operation in operations:
        if operation.kind is not Kind.INSERT:
            operation = _in_key_order(_versioned(operation, previous))
        if any(map(attrgetter("computed"), operation.cells)):
            operation = _with_defaults(session, operation)
        bound = [
            cell.values
            if cell.native
            else None
            if cell.parents
            else bound_values(cell, cell.values)
            for cell in (*operation.cells, *operation.match)
        ]
        batches.append(Batch(operation, bound))
    return batches


def bound_values(cell: Cell, values: Values) -> Values:
    """Return the values of a column as the driver takes them."""
    field = cell.field
    kinds = set(map(type, values))
    if field.entry.native.issuperset(kinds):
        return values
    if field.entry.bind_column is not None and SqlNull not in kinds:
        try:
            return field.entry.bind_column(values, kinds)
        except Exception:
            pass  # said properly below
    rows = [(value,) for value in values]
    bound = bind_rows([field.entry], [field.label], rows)
    return values if bound is rows else [value for (value,) in bound]


def _in_key_order(operation: Operation) -> Operation:
    """Concurrent transactions that lock the same rows should do it in the same order."""
    match = operation.match
    if len(operation.objs) == 1 or match[0].parents is not None:
        return operation
    keys: list[object] = list(match[0].values)
    if len(match) > 1:
        keys = list(zip(*[cell.values for cell in match], strict=True))
    try:
        wanted = sorted(keys)  # type: ignore[type-var]  # keys of one column compare
        if wanted == keys:
            return operation
        rows = sorted(range(len(keys)), key=keys.__getitem__)  # type: ignore[arg-type]  # keys of one column compare
    except TypeError:
        # Keys that do not compare stay as they are.
        return operation
    return operation.take(rows)


def _versioned(operation: Operation, previous: Previous) -> Operation:
    """Match the version rows had when they were loaded, and count it up."""
    version, mapper = operation.writes.version, operation.writes.mapper
    if version is None or mapper is None or operation.quiet:
        return operation
    held = previous.column(operation.holders, version.key)
    for obj, value in zip(operation.holders, held, strict=True):
        if value is NOT_LOADED:
            raise exc.StaleDataError(
                f"The row of {name_of(obj)} is gone, so its version cannot be told; another "
                "transaction deleted it"
            )
    match = (*operation.match, Cell(version, held))
    generator = mapper.version_id_generator
    if operation.kind is Kind.DELETE or not callable(generator):
        return replace(operation, match=match)
    counted = Cell(version, [generator(value) for value in held], settles=True)
    others = [cell for cell in operation.cells if cell.field is not version]
    return replace(operation, match=match, cells=(*others, counted))


# --- Python defaults -----------------------------------------------------------------------------


class DefaultContext:
    """What a default function with an argument gets: the row it makes a value for."""

    def __init__(self, session: FlushSession, operation: Operation, row: int) -> None:
        self._session = session
        self._operation = operation
        self._row = row

    def get_current_parameters(self, isolate_multiinsert_groups: bool = True) -> dict[str, object]:
        """Return column name → value for the row as far as known."""
        row = self._row
        given = [(str(cell.field.column.key), cell.values[row]) for cell in self._operation.cells]
        return {name: value for name, value in given if value is not NOT_LOADED}

    @property
    def current_parameters(self) -> dict[str, object]:
        """`get_current_parameters()` under its older name."""
        return self.get_current_parameters()

    @property
    def connection(self) -> object:
        """The connection of the flush."""
        mapper = self._operation.writes.mapper
        return None if mapper is None else self._session.connection_for(mapper)


def _with_defaults(session: FlushSession, operation: Operation) -> Operation:
    """Let the default functions make the values that are missing."""
    updating = operation.kind is Kind.UPDATE
    for index, cell in enumerate(operation.cells):
        if not cell.computed:
            continue
        values = _computed(session, operation, cell, _default_of(cell.field, updating))
        filled = replace(cell, values=values, computed=False)
        cells = operation.cells
        operation = replace(operation, cells=(*cells[:index], filled, *cells[index + 1 :]))
    return operation


def _default_of(field: Field, updating: bool) -> ColumnDefault:
    return cast("ColumnDefault", field.onupdate if updating else field.default)


def _computed(
    session: FlushSession, operation: Operation, cell: Cell, default: ColumnDefault
) -> list[object]:
    if not default.takes_context:
        function = cast("Callable[[], object]", default.function)
        return [function() if value is NOT_LOADED else value for value in cell.values]
    call = cast("Callable[[DefaultContext], object]", default.arg)
    return [
        call(DefaultContext(session, operation, row)) if value is NOT_LOADED else value
        for row, value in enumerate(cell.values)
    ]
