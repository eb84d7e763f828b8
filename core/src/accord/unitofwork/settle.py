"""Stage 6: what the database answered, back into the objects; at the end, into the session.

In: outcomes, one after the other. `write` puts keys, defaults and fetched values into the objects at once, because
later batches take foreign keys from them. Only when the last batch has succeeded does `finish` make objects
persistent, clean or deleted and empty the session's registries. If anything fails on the way `undo` takes back what
was written: objects and session are as before the flush.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from accord.sqltypes.entry import SqlNull
from accord.state import STATE_KEY, Change, Identity, key_of

from .operations import Field, Kind, Operation

if TYPE_CHECKING:
    from accord.mapping import Mapper

    from .collect import Work
    from .emit import Outcome
    from .group import Values
    from .protocols import FlushSession
    from .relate import Relations


class _Absent:
    """Stands for the value of an attribute that an instance did not have."""


_ABSENT: Final = _Absent()
_EMPTY: Final = frozenset({_Absent, type(None)})


@dataclass(frozen=True, slots=True)
class FlushReport:
    """What a flush did: rows of mapped classes, rows of secondary tables not counted."""

    inserted: int = 0
    updated: int = 0
    deleted: int = 0


class Settlement:
    """What one flush has written into objects so far."""

    def __init__(self) -> None:
        #: Outcomes for objects, each with the attributes the flush filled in for all of them.
        self._outcomes: list[tuple[Operation, tuple[str, ...]]] = []
        self._updated = 0
        #: (instance dicts, attribute, the values they had): to be put back if the flush fails.
        self._written: list[tuple[list[dict[str, object]], str, Values]] = []

    def write(self, outcome: Outcome) -> None:
        """Put the values of one outcome into its objects."""
        operation = outcome.operation
        if operation.writes.mapper is None or operation.kind is Kind.DELETE:
            return
        first = len(self._written)
        dicts = list(map(vars, operation.objs))
        if operation.key is not None and outcome.keys is not None:
            self._put(dicts, operation.key, converted(operation.key, outcome.keys))
        for cell, values in zip(operation.cells, outcome.values, strict=False):
            if cell.settles and cell.field.key:
                self._put(dicts, cell.field, _without_sql_null(values))
        fetched = dict.fromkeys(outcome.fetch) if outcome.fetched is not None else {}
        if outcome.fetched is not None:
            for field, column in zip(fetched, zip(*outcome.fetched, strict=True), strict=True):
                self._put(dicts, field, converted(field, column))
        for field in operation.generated:
            if field.key and field not in fetched:
                self._forget(dicts, field.key)
        if operation.kind is Kind.UPDATE:
            self._updated += 0 if operation.quiet else len(operation.objs)
        else:
            filled = [
                key for _, key, held in self._written[first:] if _EMPTY.issuperset(map(type, held))
            ]
            self._outcomes.append((operation, tuple(filled)))

    def _put(self, dicts: list[dict[str, object]], field: Field, values: Sequence[object]) -> None:
        key = field.key
        self._written.append((dicts, key, [values.get(key, _ABSENT) for values in dicts]))
        for target, value in zip(dicts, values, strict=True):
            target[key] = value

    def _forget(self, dicts: list[dict[str, object]], key: str) -> None:
        self._written.append((dicts, key, [values.pop(key, _ABSENT) for values in dicts]))

    def undo(self) -> None:
        """Give every object back the values it had before the flush."""
        for dicts, key, values in reversed(self._written):
            for target, value in zip(dicts, values, strict=True):
                if value is _ABSENT:
                    target.pop(key, None)
                else:
                    target[key] = value

    # -- the end ---------------------------------------------------------------------------------------

    def finish(self, session: FlushSession, work: Work, relations: Relations) -> FlushReport:
        """Every batch succeeded: objects and registries follow."""
        inserted = 0
        for operation, filled in self._outcomes:
            inserted += len(operation.objs)
            _finish_inserted(session, operation, filled)
        _finish_changed(session, work, relations)
        for obj in relations.deleted.values():
            mapper: Mapper = type(obj).__mapper__  # type: ignore[attr-defined]
            session.record_deleted(mapper, key_of(obj), obj)
        return FlushReport(inserted, self._updated, len(relations.deleted))


def converted(field: Field, values: Sequence[object]) -> Sequence[object]:
    """Return values from the driver as Python values of the column's type."""
    result = field.entry.result
    return values if result is None else list(map(result, values))


def _without_sql_null(values: Values) -> Values:
    if SqlNull in set(map(type, values)):
        return [None if type(value) is SqlNull else value for value in values]
    return values


def _finish_inserted(session: FlushSession, operation: Operation, filled: tuple[str, ...]) -> None:
    mapper, objs = operation.writes.mapper, operation.objs
    assert mapper is not None
    dicts = list(map(vars, objs))
    lease = session.lease
    for values in dicts:
        values[STATE_KEY] = lease
    keys = _identities(operation, dicts)
    session.identity.add_many(mapper, keys, objs)
    new = session.new_objects
    if len(new) == len(objs):
        new.clear()
    else:
        for number in map(id, objs):
            del new[number]
    session.record_inserted(mapper, keys, objs, filled)


def _identities(operation: Operation, dicts: list[dict[str, object]]) -> list[Identity]:
    fields = operation.writes.identity
    if len(fields) == 1:
        key = fields[0].key
        return [values[key] for values in dicts]
    columns = [[values[field.key] for values in dicts] for field in fields]
    return list(zip(*columns, strict=True))


def _finish_changed(session: FlushSession, work: Work, relations: Relations) -> None:
    """Make what was changed clean."""
    deleted = relations.deleted
    for mapper, objs in work.changed.items():
        kept = [obj for obj in objs if id(obj) not in deleted]
        for obj in kept:
            _clean(session, mapper, obj)
        if kept:
            session.record_updated(kept)
    changed = {id(obj) for objs in work.changed.values() for obj in objs}
    linked = [
        obj for key, obj in relations.linked.items() if key not in changed and key not in deleted
    ]
    if linked:
        session.record_updated(linked)


def _clean(session: FlushSession, mapper: Mapper, obj: object) -> None:
    values = vars(obj)
    session.dirty_objects.pop(id(obj), None)
    state = values[STATE_KEY]
    if type(state) is not Change:
        return
    state.changes = None
    for key in mapper.pk_keys:
        if key not in values:
            return  # expired: the record still has to know the identity
    new = mapper.identity_of(values)
    if new != state.key:
        session.record_key_switch(mapper, obj, state.key, new)
    values[STATE_KEY] = state.lease
