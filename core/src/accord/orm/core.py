"""What a session holds, without any I/O: objects, their states, the identity map, the journal.

Below the sync and async shells. In: objects to add, delete, expire, expunge; batches settled by
the flush. Out: objects moved between their states, and the registries (`new_objects`,
`dirty_objects`, `deleted_objects`) that the unit of work collects from. It is the `Owner` behind
every lease and the `FlushSession` the unit of work sees.
"""

from __future__ import annotations

import itertools
import weakref
from typing import TYPE_CHECKING, Any, Final

from accord import exc
from accord.state import (
    DETACHED,
    STATE_KEY,
    Change,
    Identity,
    IdentityMap,
    Lease,
    PendingLease,
    attach_pending,
    attach_persistent,
    detach,
    expire,
    key_of,
    mark_deleted,
)

from . import cascades
from .journal import Deleted, Inserted, Journal, KeySwitched

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from accord.mapping import Mapper

_session_numbers: Final = itertools.count(1)

#: Open sessions by number, for `object_session` and `close_all_sessions`.
_sessions: Final[weakref.WeakValueDictionary[int, SessionCore]] = weakref.WeakValueDictionary()


def mapper_of(obj: object) -> Mapper:
    """Return the configured mapper of an instance, or raise `UnmappedInstanceError`."""
    mapper: Mapper | None = getattr(type(obj), "__mapper__", None)
    if mapper is None:
        raise exc.UnmappedInstanceError(obj)
    if not mapper.configured:
        mapper.configure()
    return mapper


class SessionCore:
    """The objects of one session and what is to be done with them."""

    def __init__(self) -> None:
        self.hash_key = next(_session_numbers)
        self.identity = IdentityMap()
        self.lease = Lease(self)
        self.pending_lease = PendingLease(self)
        self._leases: dict[Any, Lease] = {}
        self.new_objects: dict[int, object] = {}
        self.dirty_objects: dict[int, object] = {}
        self.deleted_objects: dict[int, object] = {}
        self.journal = Journal()
        _sessions[self.hash_key] = self

    # -- taking objects in -------------------------------------------------------------------------

    def adopt(self, obj: object) -> None:
        """Take `obj` and everything it cascades to into the session."""
        self.adopt_all((obj,))

    def adopt_all(self, objs: Iterable[object]) -> None:
        """Take objects and everything they cascade to into the session."""
        quiet = not self._tells_of_attaching()
        new, pending = self.new_objects, self.pending_lease
        known = (pending, self.lease)
        cls: type | None = None
        queue = list(objs)
        queue.reverse()
        walked: set[int] = set()
        while queue:
            obj = queue.pop()
            if type(obj) is not cls:
                cls = type(obj)
                mapper = mapper_of(obj)
                along = mapper.cascading.save_update
            values = vars(obj)
            if quiet and STATE_KEY not in values:
                values[STATE_KEY] = pending
                new[id(obj)] = obj
            else:
                self._take_in(obj, mapper)
            if along:
                # What a clean object refers to was taken in when it was: the walk need not go on
                # there.
                found = cascades.neighbours(values, along, known, walked)
                if found:
                    found.reverse()
                    queue += found

    def _take_in(self, obj: object, mapper: Mapper) -> None:
        state = vars(obj).get(STATE_KEY)
        if state is None:
            attach_pending(obj, self.pending_lease)
            self.new_objects[id(obj)] = obj
            self._attached(obj, "transient_to_pending")
            return
        owner = state.owner() if state.owner is not None else None
        if owner is self:
            if state.deleted:
                raise exc.InvalidRequestError(
                    f"Instance {describe(obj)} has been deleted. Use make_transient() to send it "
                    "back to "
                    "the transient state"
                )
            self.deleted_objects.pop(id(obj), None)
            return
        if owner is not None:
            raise exc.InvalidRequestError(
                f"Object {describe(obj)} is already attached to session {owner.hash_key} (this is "
                f"{self.hash_key}); expunge() it there first, or merge() it here"
            )
        if state.pending:
            attach_pending(obj, self.pending_lease)
            self.new_objects[id(obj)] = obj
            self._attached(obj, "transient_to_pending")
            return
        self._reattach(obj, mapper, state)

    def _reattach(self, obj: object, mapper: Mapper, state: Lease | Change) -> None:
        if state.deleted:
            raise exc.InvalidRequestError(
                f"Instance {describe(obj)} has been deleted. Use make_transient() to send it back "
                "to the "
                "transient state"
            )
        key = key_of(obj)
        present = self.identity.get(mapper, key)
        if present is not None and present is not obj:
            raise exc.InvalidRequestError(
                f"Can't attach instance {describe(obj)}; another instance with key {key!r} is "
                "already "
                "present in this session; merge() it instead"
            )
        attach_persistent(obj, self.lease)
        self.identity.add(mapper, key, obj)
        if type(state) is Change and state.changes:
            self.dirty_objects[id(obj)] = obj
        self._attached(obj, "detached_to_persistent")

    def abandon(self, obj: object) -> None:
        """A pending object lost its parent (delete-orphan): it will not be inserted."""
        if id(obj) in self.new_objects and cascades.is_orphan(obj):
            self.expunge(obj)

    def find(self, mapper: Any, key: Identity) -> object | None:
        """Return the object of `key` from the identity map, without any SQL."""
        return self.identity.get(mapper, key)

    def load_attribute(self, obj: object, attribute: object) -> object:
        """Load an attribute on access. A core without a shell has nobody to run the steps."""
        raise exc.LazyLoadError(
            f"{attribute} is not loaded and this session cannot load it on access"
        )

    # -- letting objects go ------------------------------------------------------------------------

    def expunge(self, obj: object) -> None:
        """Remove `obj` and what it cascades to from the session, unflushed changes included."""
        mapper_of(obj)
        if not self.contains(obj):
            raise exc.InvalidRequestError(
                f"Instance {describe(obj)} is not present in this Session"
            )
        for one in [obj, *cascades.reachable(obj, "expunge")]:
            if self.contains(one):
                self._let_go(one)

    def _let_go(self, obj: object) -> None:
        was_new = self.new_objects.pop(id(obj), None) is not None
        self.dirty_objects.pop(id(obj), None)
        self.deleted_objects.pop(id(obj), None)
        if not was_new:
            key = key_of(obj)
            self.identity.remove(mapper_of(obj), key, obj)
        detach(obj)
        self._attached(obj, "pending_to_transient" if was_new else "persistent_to_detached")

    def expunge_all(self) -> None:
        """Remove every object from the session."""
        new, persistent = list(self.new_objects.values()), []
        if self._hears("persistent_to_detached"):
            persistent = self.identity.objects()
        self.lease.release()
        self.pending_lease.release()
        for lease in self._leases.values():
            lease.release()
        self._leases = {}
        self.lease = Lease(self)
        self.pending_lease = PendingLease(self)
        self.identity = IdentityMap()
        self.new_objects = {}
        self.dirty_objects = {}
        self.deleted_objects = {}
        for obj in new:
            self._attached(obj, "pending_to_transient")
        for obj in persistent:
            self._attached(obj, "persistent_to_detached")

    def contains(self, obj: object) -> bool:
        """Tell whether `obj` is pending or persistent here (a flushed delete is neither)."""
        state = vars(obj).get(STATE_KEY)
        if state is None or state.deleted:
            return False
        return state.owner is not None and state.owner() is self

    def _require(self, instance: object, doing: str) -> None:
        mapper_of(instance)
        if not self.contains(instance) or id(instance) in self.new_objects:
            raise exc.InvalidRequestError(
                f"Instance {describe(instance)} is not persistent within this Session: cannot "
                f"{doing} it"
            )

    def contains_deleted(self, obj: object) -> bool:
        """Tell whether the row of `obj` was deleted in the transaction in progress."""
        state = vars(obj).get(STATE_KEY)
        if state is None or not state.deleted:
            return False
        return state.owner is not None and state.owner() is self

    def lease_with(self, options: Any) -> Lease:
        """Return the lease for objects whose later lazy loads have to respect `options`."""
        found = self._leases.get(options)
        if found is None:
            found = self._leases[options] = Lease(self, options)
        return found

    # -- marking -----------------------------------------------------------------------------------

    def mark_for_deletion(self, obj: object) -> None:
        """Note that the row of `obj` is to be deleted at the next flush."""
        self.deleted_objects[id(obj)] = obj

    def expire_object(self, obj: object, names: Iterable[str] | None = None) -> None:
        """Forget loaded values of a persistent object, so that the next access reads them again."""
        expire(obj, names)
        state = vars(obj)[STATE_KEY]
        if state.changes is None:
            self.dirty_objects.pop(id(obj), None)

    def expire_everything(self) -> None:
        """Forget all loaded values and unflushed changes of all persistent objects."""
        lease = self.lease
        for references in self.identity.maps.values():
            mapped: frozenset[str] | None = None
            listeners: tuple[Any, ...] = ()
            for key, reference in references.items():
                obj = reference()
                if obj is None:
                    continue
                if mapped is None:
                    mapper = mapper_of(obj)
                    mapped = mapper.attribute_keys | {STATE_KEY}
                    listeners = mapper.dispatch.listeners("expire")
                values = obj.__dict__
                if mapped.issuperset(values):
                    values.clear()
                else:
                    for name in mapper_of(obj).attribute_keys.intersection(values):
                        del values[name]
                values[STATE_KEY] = Change(lease, key)
                if listeners:
                    for listener in listeners:
                        listener(obj, None)
        self.dirty_objects.clear()

    # -- what the flush reports --------------------------------------------------------------------

    def record_inserted(
        self,
        mapper: Mapper,
        keys: Sequence[Identity],
        objs: Sequence[object],
        generated: tuple[str, ...],
    ) -> None:
        """Rows of `objs` were inserted: they are persistent from now on."""
        self.journal.note(Inserted(mapper, keys, list(map(weakref.ref, objs)), generated))
        if self._heard:
            for obj in objs:
                self._attached(obj, "pending_to_persistent")

    def record_updated(self, objs: Sequence[object]) -> None:
        """The changes of these persistent objects were written."""
        self.journal.note_updates(objs)

    def record_deleted(
        self, mapper: Mapper, keys: Sequence[Identity], objs: Sequence[object]
    ) -> None:
        """The rows of `objs` were deleted."""
        self.journal.note(Deleted(mapper, keys, objs))
        self.identity.remove_many(mapper, keys, objs)
        mark_deleted(objs, self.lease, keys)
        forget(self.dirty_objects, objs)
        forget(self.deleted_objects, objs)
        if self._tells_of_attaching():
            for obj in objs:
                self._attached(obj, "persistent_to_deleted")

    def record_key_switch(self, mapper: Mapper, obj: object, old: Identity, new: Identity) -> None:
        """The primary key of `obj` was changed by an UPDATE."""
        self.journal.note(KeySwitched(mapper, weakref.ref(obj), old, new))
        self.identity.remove(mapper, old, obj)
        self.identity.add(mapper, new, obj)

    # -- the end of a transaction ------------------------------------------------------------------

    def undo(self, journal: Journal, *, whole: bool) -> None:
        """Roll objects back: pending ones become transient, deleted ones persistent, changed ones
        expired.

        With `whole` every persistent object is expired; else (a savepoint) those written since it
        began.
        """
        for obj in list(self.new_objects.values()):
            vars(obj).pop(STATE_KEY, None)
            self._attached(obj, "pending_to_transient")
        self.new_objects.clear()
        self.deleted_objects.clear()
        touched = [*self.dirty_objects.values(), *(reference() for reference in journal.updated)]
        inserted, deleted = journal.inserted_objects(), journal.deleted_objects()
        journal.undo(self.identity, self.lease)
        if whole:
            self.expire_everything()
        else:
            self.dirty_objects.clear()
            for obj in touched:
                if obj is not None and self.contains(obj):
                    expire(obj)
        self._tell_of_undoing(inserted, deleted)

    def _tell_of_undoing(self, inserted: list[object], deleted: list[object]) -> None:
        for obj in inserted:
            if STATE_KEY not in vars(obj):
                self._attached(obj, "persistent_to_transient")
        for obj in deleted:
            if self.contains(obj):
                self._attached(obj, "deleted_to_persistent")

    def settle_commit(self, journal: Journal, *, expire_all: bool) -> None:
        """Make objects whose rows were deleted detached; expire the others if asked for."""
        told = self._tells_of_attaching()
        for obj in journal.deleted_objects():
            state = vars(obj).get(STATE_KEY)
            if type(state) is Change and state.deleted and state.lease is self.lease:
                state.lease = DETACHED
                if told:
                    self._attached(obj, "deleted_to_detached")
        if expire_all:
            self.expire_everything()

    def _tells_of_attaching(self) -> bool:
        """Whether anybody wants to hear of objects that come in."""
        return False

    # -- events; the shells override these ---------------------------------------------------------

    def _attached(self, obj: object, event: str) -> None:
        """An object changed its state; `event` is the session event of that name."""

    #: Whether anybody listens during the flush in progress.
    _heard: bool = False

    def _hears(self, name: str) -> bool:
        return False


def forget(registry: dict[int, object], objs: Sequence[object]) -> None:
    """Take objects out of a registry that is kept by `id`."""
    for obj in objs if registry else ():
        registry.pop(id(obj), None)


def describe(obj: object) -> str:
    """``<User at 0x7f…>``: names an object in messages without showing its values."""
    return f"<{type(obj).__name__} at {id(obj):#x}>"


def object_session(obj: object) -> Any:
    """Return the session `obj` belongs to, or None."""
    mapper_of(obj)
    state = vars(obj).get(STATE_KEY)
    return None if state is None or state.owner is None else state.owner()


def open_sessions() -> list[SessionCore]:
    """Return all sessions that are alive."""
    return list(_sessions.values())


__all__ = ["SessionCore", "describe", "mapper_of", "object_session", "open_sessions"]
