"""What a flush would do, as a value to look at: `Session.explain_flush()`.

In: operations in their order, and what would have to be read for them. Out: a frozen
`FlushPlan` that prints as a table. Statement texts are those of one row, as the dialect writes
them; how many statements a batch takes depends on its limits and on the key strategy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from accord import exc
from accord.dialect.batch import DeleteBatch, UpdateBatch
from accord.dialect.inserts import InsertShape
from accord.records import dataclass

from .operations import Kind, Operation

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from accord.dialect.steps import Reply, Request, Steps
    from accord.mapping import Mapper

    from .protocols import Relationship

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FlushStep:
    """One batch, or one look-up before them."""

    action: str
    target: str
    rows: int
    #: Why, or how: columns read, the key strategy, an auxiliary write.
    note: str = ""
    engine: str = ""
    statement: str = ""


@dataclass(frozen=True, slots=True)
class FlushPlan:
    """What would be read, then written, in this order."""

    reads: tuple[FlushStep, ...] = ()
    batches: tuple[FlushStep, ...] = ()

    @property
    def steps(self) -> tuple[FlushStep, ...]:
        """Everything in the order it happens."""
        return (*self.reads, *self.batches)

    @property
    def statements(self) -> tuple[str, ...]:
        """The statement texts that are known."""
        return tuple([step.statement for step in self.steps if step.statement])

    def __bool__(self) -> bool:
        return bool(self.batches)

    def __str__(self) -> str:
        if not self.steps:
            return "nothing to flush"
        heads = ("", "action", "table", "rows", "engine", "note")
        lines = [
            (str(number), step.action, step.target, str(step.rows), step.engine, step.note)
            for number, step in enumerate(self.steps, 1)
        ]
        widths = [max(map(len, column)) for column in zip(heads, *lines, strict=True)]
        shown = [_row(heads, widths), _row(["-" * width for width in widths], widths)]
        for line, step in zip(lines, self.steps, strict=True):
            shown.append(_row(line, widths))
            if step.statement:
                shown.append(f"{' ' * widths[0]}  {step.statement}")
        return "\n".join(shown)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(
        [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
    ).rstrip()


class SilentLoader:
    """A loader that notes what it is asked for and finds nothing."""

    def __init__(self) -> None:
        self.reads: list[FlushStep] = []

    def members_steps(
        self, objs: Sequence[object], relationship: Relationship
    ) -> Steps[list[list[object]]]:
        """Note the look-up of related objects."""
        table = str(relationship.mapper.local_table.name)
        self.reads.append(FlushStep("SELECT", table, len(objs), f"members of {relationship}"))
        return [[] for _ in objs]
        yield  # a generator that yields nothing

    def values_steps(
        self, mapper: Mapper, objs: Sequence[object], attribute_keys: Sequence[str]
    ) -> Steps[list[tuple[object, ...] | None]]:
        """Note the look-up of column values."""
        note = f"values of {', '.join(attribute_keys)}"
        self.reads.append(FlushStep("SELECT", str(mapper.local_table.name), len(objs), note))
        return [(None,) * len(attribute_keys) for _ in objs]
        yield  # a generator that yields nothing


def finished(steps: Generator[Request, Reply, T]) -> T:
    """Return the result of steps that ask for nothing."""
    try:
        next(steps)
    except StopIteration as stop:
        result: T = stop.value
        return result
    steps.close()
    raise exc.InvalidRequestError("A flush plan is made without asking the database")


def plan_of(reads: Sequence[FlushStep], operations: Sequence[Operation]) -> FlushPlan:
    """Return the plan of operations in their order."""
    return FlushPlan(tuple(reads), tuple([_step(operation) for operation in operations]))


def _step(operation: Operation) -> FlushStep:
    writes = operation.writes
    return FlushStep(
        operation.kind.name,
        str(writes.table.name),
        len(operation.objs),
        _note(operation),
        writes.bind.name,
        _statement(operation),
    )


def _note(operation: Operation) -> str:
    if operation.quiet:
        return "breaks a circle" if operation.exact else "follows a key"
    if operation.replaced is not None:
        return "new objects with the keys of deleted ones"
    if operation.kind is not Kind.INSERT:
        return "" if operation.exact else "every row of the deleted object"
    if operation.key is None:
        return "keys given"
    plan = operation.writes.bind.key_plans.get(operation.writes.table)
    return f"key {operation.key.key}: {'by the database' if plan is None else plan.strategy.name}"


def _statement(operation: Operation) -> str:
    """Return the text for one row; empty if only the server could tell."""
    writes = operation.writes
    bind, table = writes.bind, writes.table
    columns = tuple([cell.field.column for cell in operation.cells])
    keys = tuple([cell.field.column for cell in operation.match])
    expressions = tuple([(field.column, sql) for field, sql in operation.expressions])
    if operation.kind is Kind.INSERT:
        return InsertShape(bind, table, columns, expressions).execute([(None,) * len(columns)]).text
    row: list[tuple[object, ...]] = [(None,) * (len(columns) + len(keys))]
    steps: Steps[object]
    if operation.kind is Kind.UPDATE:
        steps = bind.dialect.update_steps(UpdateBatch(bind, table, keys, columns, row, expressions))
    else:
        steps = bind.dialect.delete_steps(DeleteBatch(bind, table, keys, row))
    try:
        request = next(steps)
    except StopIteration:
        return ""
    steps.close()
    return request.text if request.write else ""
