"""The legacy bulk methods: rows written through the unit of work, nothing attached to the session.

In: objects, or dicts of attribute values. Out: their rows. The flush runs on a registry of its own
(`Unattached`), so order, defaults, key strategies and set-based statements are those of any other
flush; identity map and objects of the session do not take part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import exc
from accord.mapping import bare_instance
from accord.state import NOT_LOADED, STATE_KEY, Change, Identity, IdentityMap, Lease

from .core import describe, mapper_of
from .loader import FlushLoader, mapper_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from accord.dialect import Bind
    from accord.engine import Connection
    from accord.mapping import Mapper
    from accord.unitofwork import FlushReport

    from .session import Session


class Unattached:
    """What the unit of work flushes when objects belong to no session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.new_objects: dict[int, object] = {}
        self.dirty_objects: dict[int, object] = {}
        self.deleted_objects: dict[int, object] = {}
        self.identity = IdentityMap()
        self.lease = Lease(None)

    def route(self, mapper: Mapper) -> Bind:
        """As the session routes."""
        bind: Bind = self._session.route(mapper)
        return bind

    def connection_for(self, mapper: Mapper) -> Connection:
        """As in the session's transaction."""
        return self._session.connection_for(mapper)

    def flushed(self, report: FlushReport) -> None:
        """No listener hears of bulk writes."""

    def record_inserted(
        self,
        mapper: Mapper,
        keys: Sequence[Identity],
        objs: Sequence[object],
        generated: tuple[str, ...],
    ) -> None:
        """The objects stay what they were: transient."""
        for obj in objs:
            vars(obj).pop(STATE_KEY, None)

    def record_updated(self, objs: Sequence[object]) -> None:
        """Nothing to note."""

    def record_deleted(
        self, mapper: Mapper, keys: Sequence[Identity], objs: Sequence[object]
    ) -> None:
        """Bulk methods delete nothing."""

    def record_key_switch(self, mapper: Mapper, obj: object, old: Identity, new: Identity) -> None:
        """Nothing to note."""

    def flush(self) -> None:
        """Write everything."""
        from accord.unitofwork import flush_steps

        if self.new_objects or self.dirty_objects:
            self._session._begun().check_active()
            self._session._run(flush_steps(self, FlushLoader(self._session)))


def save_objects(session: Session, objects: Iterable[object], *, return_defaults: bool) -> None:
    """Insert transient objects, update persistent and detached ones."""
    rows = Unattached(session)
    for obj in objects:
        mapper_of(obj)
        state = vars(obj).get(STATE_KEY)
        if state is None or (state.pending and state.owner is None):
            rows.new_objects[id(obj)] = obj
        elif state.pending:
            raise exc.InvalidRequestError(
                f"{describe(obj)} is pending in a session; flush() that session instead"
            )
        elif type(state) is Change and state.changes:
            rows.dirty_objects[id(obj)] = obj
    inserted = list(rows.new_objects.values())
    before = [] if return_defaults else [set(vars(obj)) for obj in inserted]
    rows.flush()
    for obj, names in zip(inserted, before, strict=False):
        for name in set(vars(obj)) - names:
            del vars(obj)[name]


def insert_mappings(
    session: Session, entity: Any, mappings: Sequence[dict[str, Any]], *, return_defaults: bool
) -> None:
    """Insert rows given as dicts; with `return_defaults` generated values are put into the
    dicts.
    """
    mapper = mapper_for(entity)
    rows = Unattached(session)
    made = []
    for values in mappings:
        obj = bare_instance(mapper.class_)
        vars(obj).update(_checked(mapper, values))
        rows.new_objects[id(obj)] = obj
        made.append(obj)
    rows.flush()
    if return_defaults:
        for obj, values in zip(made, mappings, strict=True):
            values.update(
                {name: value for name, value in vars(obj).items() if name in mapper.column_attrs}
            )


def update_mappings(session: Session, entity: Any, mappings: Sequence[dict[str, Any]]) -> None:
    """Update rows given as dicts that hold the primary key and the new values."""
    mapper = mapper_for(entity)
    rows = Unattached(session)
    for values in mappings:
        missing = [name for name in mapper.pk_keys if name not in values]
        if missing:
            raise exc.InvalidRequestError(
                f"bulk_update_mappings() needs the primary key of {mapper.class_.__name__} in "
                "every dict; missing: "
                f"{', '.join(missing)}"
            )
        obj = bare_instance(mapper.class_)
        vars(obj).update(_checked(mapper, values))
        changes: dict[str, object] = {
            name: NOT_LOADED for name in values if name not in mapper.pk_keys
        }
        vars(obj)[STATE_KEY] = Change(rows.lease, mapper.identity_of(values), changes)
        rows.dirty_objects[id(obj)] = obj
    rows.flush()


def _checked(mapper: Mapper, values: dict[str, Any]) -> dict[str, Any]:
    unknown = [name for name in values if name not in mapper.column_attrs]
    if unknown:
        raise exc.InvalidRequestError(
            f"{mapper.class_.__name__} has no column attribute {unknown[0]!r}; it has: "
            f"{', '.join(mapper.column_attrs.keys())}"
        )
    return values
