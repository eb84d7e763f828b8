"""The unit of work: what a session holds, into statements, and what comes back, into its objects.

`flush_steps` is the whole of it, one module for each line: `collect`, `relate`, `decompose`,
`order`, `group`, `emit`, `settle`. Stages take and return plain values; only reading (what has
to be known and is not loaded) and `emit` yield requests, so everything between them is tested
without a database. Nothing is sent before every row is known to be writable, and no registry of
the session changes before every batch has succeeded.
"""

from __future__ import annotations

from types import GeneratorType
from typing import TYPE_CHECKING, cast

from .cascade import delete_cascade_steps
from .collect import Previous, Work, collect, flat
from .decompose import decompose
from .emit import emit_steps
from .group import group
from .operations import Kind, Operation
from .order import order, unread
from .plan import FlushPlan, FlushStep, SilentLoader, finished, plan_of
from .protocols import FlushSession, Loader
from .relate import relate_steps
from .settle import FlushReport, Settlement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accord.dialect.steps import Steps
    from accord.mapping import Mapper

    from .relate import Relations


def flush_steps(session: FlushSession, loader: Loader) -> Steps[FlushReport]:
    """Write everything that is new, changed or deleted in `session`."""
    work = collect(session)
    if (yield from before_steps(session, work)):
        work = collect(session)
    relations, operations, previous = yield from prepare_steps(session, loader, work)
    settlement = Settlement()
    try:
        for batch in group(session, operations, previous):
            outcome = yield from emit_steps(batch, previous)
            settlement.write(outcome)
            yield from after_steps(session, batch.operation)
        if work.changed:
            yield from unwritten_steps(session, work, operations)
        report = settlement.report(relations)
        session.flushed(report)
    except BaseException:
        settlement.undo()
        raise
    settlement.finish(session, work, relations)
    return report


def prepare_steps(
    session: FlushSession, loader: Loader, work: Work
) -> Steps[tuple[Relations, list[Operation], Previous]]:
    """Stages 1 to 3: what has to be written, in order. Reads, and writes nothing."""
    previous = Previous()
    relations = yield from relate_steps(session, loader, work, previous)
    operations = decompose(session, work, relations)
    wanted = unread(operations, previous)
    if wanted:
        yield from previous.read_steps(loader, wanted)
    return relations, order(operations, previous), previous


def plan_flush(session: FlushSession, loader: Loader | None = None) -> FlushPlan:
    """Return what a flush would do now, sending nothing.

    What a flush would first have to read is listed and taken as empty; `loader` is not asked.
    Listeners and default functions are not called.
    """
    silent = SilentLoader()
    _, operations, _ = finished(prepare_steps(session, silent, collect(session)))
    return plan_of(silent.reads, operations)


# --- mapper events -------------------------------------------------------------------------------


def before_steps(session: FlushSession, work: Work) -> Steps[bool]:
    """Call before_insert, before_update, before_delete, while what they change still counts.

    Returns whether there was anybody to call.
    """
    called = False
    changed = {
        mapper: flat(groups)
        for mapper, groups in work.changed.items()
        if mapper.dispatch.has("before_update")
    }
    named = (
        ("before_insert", work.new),
        ("before_update", changed),
        ("before_delete", work.deleted),
    )
    for name, groups in named:
        for mapper, objs in groups.items():
            if mapper.dispatch.has(name):
                called = True
                yield from call_steps(session, mapper, name, objs)
    return called


def after_steps(session: FlushSession, operation: Operation) -> Steps[None]:
    """Call after_insert, after_update and after_delete for the rows of a batch."""
    mapper = operation.writes.mapper
    if mapper is None or operation.quiet:
        return
    name = "after_insert" if operation.replaced else _AFTER[operation.kind]
    if mapper.dispatch.has(name):
        yield from call_steps(session, mapper, name, operation.objs)


def unwritten_steps(session: FlushSession, work: Work, operations: list[Operation]) -> Steps[None]:
    """Call after_update for objects that were changed, but had no column to update."""
    for mapper, groups in work.changed.items():
        if not mapper.dispatch.has("after_update"):
            continue
        written = {
            id(obj)
            for operation in operations
            if operation.writes.mapper is mapper and not operation.quiet
            for obj in operation.objs
        }
        left = [obj for obj in flat(groups) if id(obj) not in written]
        yield from call_steps(session, mapper, "after_update", left)


def call_steps(
    session: FlushSession, mapper: Mapper, name: str, objs: Iterable[object]
) -> Steps[None]:
    """Call the listeners of one event for each object; an asynchronous session's may answer
    with steps.
    """
    listeners = mapper.dispatch.listeners(name)
    connection = session.connection_for(mapper)
    for obj in objs:
        for listener in listeners:
            answer: object = listener(mapper, connection, obj)
            if isinstance(answer, GeneratorType):
                yield from cast("Steps[None]", answer)


_AFTER = {Kind.INSERT: "after_insert", Kind.UPDATE: "after_update", Kind.DELETE: "after_delete"}

__all__ = [
    "FlushPlan",
    "FlushReport",
    "FlushSession",
    "FlushStep",
    "Loader",
    "delete_cascade_steps",
    "flush_steps",
    "plan_flush",
]
