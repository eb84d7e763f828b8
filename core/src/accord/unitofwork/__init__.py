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
from .collect import ByMapper, Previous, Work, by_mapper, collect, flat
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

    from .links import Relations


def flush_steps(session: FlushSession, loader: Loader) -> Steps[FlushReport]:
    """Write everything that is new, changed or deleted in `session`."""
    work = collect(session)
    if (yield from before_steps(session, announced(work))):
        work = collect(session)
    previous = Previous()
    relations = yield from relate_steps(session, loader, work, previous)
    more = brought_in(session, relations) if relations.linked or relations.deleted else []
    if more and (yield from before_steps(session, more)):
        work = collect(session)
    operations = yield from arrange_steps(session, loader, work, relations, previous)
    settlement = Settlement()
    try:
        for batch in group(session, operations, previous):
            outcome = yield from emit_steps(batch, previous)
            settlement.write(outcome)
            yield from after_steps(session, batch.operation)
        if work.changed:
            yield from unwritten_steps(session, work, relations, operations)
        report = settlement.report(relations)
        session.flushed(report)
    except BaseException:
        settlement.undo()
        raise
    settlement.finish(session, work, relations)
    return report


def arrange_steps(
    session: FlushSession, loader: Loader, work: Work, relations: Relations, previous: Previous
) -> Steps[list[Operation]]:
    """Stages 2 and 3: what has to be written, in order. Reads old values that order depends on."""
    operations = decompose(session, work, relations)
    wanted = unread(operations, previous)
    if wanted:
        yield from previous.read_steps(loader, wanted)
    return order(operations, previous)


def plan_flush(session: FlushSession, loader: Loader | None = None) -> FlushPlan:
    """Return what a flush would do now, sending nothing.

    What a flush would first have to read is listed and taken as empty; `loader` is not asked.
    Listeners and default functions are not called.
    """
    work, previous, silent = collect(session), Previous(), SilentLoader()
    relations = finished(relate_steps(session, silent, work, previous))
    operations = finished(arrange_steps(session, silent, work, relations, previous))
    return plan_of(silent.reads, operations)


# --- mapper events -------------------------------------------------------------------------------

Announced = list[tuple[str, ByMapper]]


def announced(work: Work) -> Announced:
    """Return the events due before anything else, with their objects."""
    found: Announced = []
    if work.new:
        found.append(("before_insert", work.new))
    if work.changed:
        changed = {mapper: flat(groups) for mapper, groups in work.changed.items()}
        found.append(("before_update", changed))
    if work.deleted:
        found.append(("before_delete", work.deleted))
    return found


def brought_in(session: FlushSession, relations: Relations) -> Announced:
    """Return the events due for objects that only relationships made part of the flush."""
    deleted, dirty = relations.deleted, session.dirty_objects
    found: Announced = []
    linked = [
        obj for key, obj in relations.linked.items() if key not in deleted and key not in dirty
    ]
    if linked:
        found.append(("before_update", by_mapper(linked)))
    orphans = [obj for key, obj in deleted.items() if key not in session.deleted_objects]
    if orphans:
        found.append(("before_delete", by_mapper(orphans)))
    return found


def before_steps(session: FlushSession, due: Announced) -> Steps[bool]:
    """Call before_insert, before_update, before_delete, while what they change still counts.

    Returns whether there was anybody to call.
    """
    called = False
    for name, groups in due:
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


def unwritten_steps(
    session: FlushSession, work: Work, relations: Relations, operations: list[Operation]
) -> Steps[None]:
    """Call after_update for objects that were changed, but had no column to update."""
    for mapper, groups in work.changed.items():
        if not mapper.dispatch.has("after_update"):
            continue
        written = set(relations.deleted)
        for operation in operations:
            if operation.writes.mapper is mapper and not operation.quiet:
                written.update(map(id, operation.objs))
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
