"""Stage 6: what the database answered, back into the objects; at the end, into the session.

In: outcomes, one after the other. `write` puts keys, defaults and fetched values into the
objects at once, because later batches take foreign keys from them. Only when the last batch has
succeeded does `finish` make objects persistent, clean or deleted and empty the session's
registries. If anything fails on the way `undo` takes back what was written: objects and session
are as before the flush.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from accord.records import dataclass
from accord.sqltypes.entry import SqlNull
from accord.state import STATE_KEY, Identity, key_of

from .collect import by_mapper
from .operations import Field, Kind, Operation, identities_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.mapping import Mapper

    from .collect import Work
    from .emit import Outcome
    from .group import Values
    from .links import Relations
    from .protocols import FlushSession


class _Absent:
    """Stands for the value of an attribute that an instance did not have."""


_ABSENT: Final = _Absent()
_EMPTY: Final = frozenset({_Absent, type(None)})


@dataclass(frozen=True, slots=True, eq=False)
class _Written:
    """One attribute of many objects that was written, and what it was before (empty: nothing)."""

    dicts: list[dict[str, object]]
    key: str
    held: Values
    #: No object had a value of its own there.
    was_empty: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Inserted:
    """New rows: their objects, their keys if the database made them, the attributes filled in."""

    operation: Operation
    dicts: list[dict[str, object]]
    keys: Sequence[Identity] | None
    filled: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FlushReport:
    """What a flush did: rows of mapped classes, rows of secondary tables not counted."""

    inserted: int = 0
    updated: int = 0
    deleted: int = 0


class Settlement:
    """What one flush has written into objects so far."""

    def __init__(self) -> None:
        self._inserted: list[_Inserted] = []
        self._updated = 0
        self._written: list[_Written] = []

    def write(self, outcome: Outcome) -> None:
        """Put the values of one outcome into its objects."""
        operation = outcome.operation
        if operation.writes.mapper is None or operation.kind is Kind.DELETE:
            return
        first = len(self._written)
        dicts = operation.dicts or list(map(vars, operation.objs))
        keys: Sequence[Identity] | None = None
        if operation.key is not None and outcome.keys is not None:
            keys = converted(operation.key, outcome.keys)
            self._put(dicts, operation.key.key, keys, was_empty=True)
        for cell, values in zip(operation.cells, outcome.values, strict=False):
            if cell.settles and cell.field.key:
                self._put(dicts, cell.field.key, _without_sql_null(values))
        fetched: dict[Field, None] = {}
        if outcome.fetched is not None:
            fetched = dict.fromkeys(outcome.fetch)
            for field, column in zip(fetched, zip(*outcome.fetched, strict=True), strict=True):
                self._put(dicts, field.key, converted(field, column))
        for field in operation.generated:
            if field.key and field not in fetched:
                self._forget(dicts, field.key)
        if operation.kind is Kind.UPDATE and operation.replaced is None:
            self._updated += 0 if operation.quiet else len(operation.objs)
            return
        filled = [written.key for written in self._written[first:] if written.was_empty]
        self._inserted.append(_Inserted(operation, dicts, keys, tuple(filled)))

    def _put(
        self,
        dicts: list[dict[str, object]],
        key: str,
        values: Sequence[object],
        *,
        was_empty: bool = False,
    ) -> None:
        """Write one attribute of many objects."""
        held: Values = ()
        if not was_empty:
            held = [values.get(key, _ABSENT) for values in dicts]
            was_empty = _EMPTY.issuperset(map(type, held))
        self._written.append(_Written(dicts, key, held, was_empty))
        for target, value in zip(dicts, values, strict=True):
            target[key] = value

    def _forget(self, dicts: list[dict[str, object]], key: str) -> None:
        """Let the next access read an attribute from the database."""
        held = [values.pop(key, _ABSENT) for values in dicts]
        self._written.append(_Written(dicts, key, held, _EMPTY.issuperset(map(type, held))))

    def undo(self) -> None:
        """Give every object back the values it had before the flush."""
        for written in reversed(self._written):
            held = written.held or [_ABSENT] * len(written.dicts)
            for target, value in zip(written.dicts, held, strict=True):
                if value is _ABSENT:
                    target.pop(written.key, None)
                else:
                    target[written.key] = value

    # -- the end ---------------------------------------------------------------------------------

    def report(self, relations: Relations) -> FlushReport:
        """Return how many rows were written."""
        inserted = sum([len(settled.dicts) for settled in self._inserted])
        return FlushReport(inserted, self._updated, len(relations.deleted))

    def finish(self, session: FlushSession, work: Work, relations: Relations) -> None:
        """Every batch succeeded: objects and registries follow.

        Deleted objects go first: a new one may have the key of one of them.
        """
        for mapper, objs in by_mapper(relations.deleted.values()).items():
            session.record_deleted(mapper, identities_of(objs), objs)
        for settled in self._inserted:
            _finish_inserted(session, settled)
        if work.changed or relations.linked:
            _finish_changed(session, work, relations)


def converted(field: Field, values: Sequence[object]) -> Sequence[object]:
    """Return values from the driver as Python values of the column's type."""
    result = field.entry.result
    return values if result is None else list(map(result, values))


def _without_sql_null(values: Values) -> Values:
    if SqlNull in set(map(type, values)):
        return [None if type(value) is SqlNull else value for value in values]
    return values


def _finish_inserted(session: FlushSession, settled: _Inserted) -> None:
    """Make new objects persistent."""
    operation = settled.operation
    mapper, objs = operation.writes.mapper, operation.objs
    assert mapper is not None
    lease = session.lease
    for values in settled.dicts:
        values[STATE_KEY] = lease
    keys = settled.keys
    if keys is None or len(operation.writes.identity) > 1:
        keys = list(map(mapper.identity_of, settled.dicts))
    session.identity.add_many(mapper, keys, objs)
    new = session.new_objects
    if len(new) == len(objs):
        new.clear()
    else:
        for number in map(id, objs):
            new.pop(number, None)
    session.record_inserted(mapper, keys, objs, settled.filled)


def _finish_changed(session: FlushSession, work: Work, relations: Relations) -> None:
    """Make what was changed clean."""
    deleted = relations.deleted
    changed: set[int] = set()
    for mapper, groups in work.changed.items():
        for names, objs in groups.items():
            kept = [obj for obj in objs if id(obj) not in deleted] if deleted else objs
            changed.update(map(id, kept))
            if not set(mapper.pk_keys).isdisjoint(names):
                _switch_keys(session, mapper, kept)
            _clean(session, mapper, kept)
            session.record_updated(kept)
    linked = [
        obj for key, obj in relations.linked.items() if key not in changed and key not in deleted
    ]
    if linked:
        session.record_updated(linked)


def _switch_keys(session: FlushSession, mapper: Mapper, objs: list[object]) -> None:
    """Tell the session of objects whose primary key is another one now."""
    for obj in objs:
        values = vars(obj)
        old = key_of(obj)
        new = mapper.identity_of(values)
        if new != old:
            session.record_key_switch(mapper, obj, old, new)
            values[STATE_KEY].key = new


def _clean(session: FlushSession, mapper: Mapper, objs: list[object]) -> None:
    """Let go of the records of changed objects, except where one still has to know the identity."""
    dicts = list(map(vars, objs))
    try:
        list(map(mapper.identity_of, dicts))
    except KeyError:
        # Some are expired.
        for values in dicts:
            values[STATE_KEY].changes = None
            if values.keys() >= set(mapper.pk_keys):
                values[STATE_KEY] = values[STATE_KEY].lease
    else:
        for values in dicts:
            values[STATE_KEY] = values[STATE_KEY].lease
    dirty = session.dirty_objects
    for number in map(id, objs):
        dirty.pop(number, None)
