"""What one transaction of a session has done to objects, so that a rollback can undo it.

In: notes taken by the flush (rows inserted, deleted, keys changed, objects updated). Out: on
rollback, objects, identity map and the sets of new and deleted objects as they were when the
transaction began, everything else expired; on release of a savepoint, the notes handed to the
enclosing transaction. Notes hold objects weakly, through the identity map, where the session
itself does not have to hold them.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from accord.records import dataclass
from accord.state import (
    STATE_KEY,
    Change,
    Identity,
    IdentityMap,
    Lease,
    expire,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from accord.mapping import Mapper


@dataclass(frozen=True, slots=True)
class Inserted:
    """Rows of one batch; `generated` names the attributes the flush filled in.

    Keys alone would not do: within one transaction a key can belong to one object after another.
    """

    mapper: Mapper
    keys: Sequence[Identity]
    objs: Sequence[weakref.ref[object]]
    generated: tuple[str, ...]

    def undo(self, identity: IdentityMap, lease: Lease) -> None:
        for key, reference in zip(self.keys, self.objs, strict=True):
            obj = reference()
            if obj is None:
                continue
            identity.remove(self.mapper, key, obj)
            values = vars(obj)
            values.pop(STATE_KEY, None)
            for name in self.generated:
                values.pop(name, None)


@dataclass(frozen=True, slots=True)
class Deleted:
    """Rows of one mapper; their objects are held, because nothing else does."""

    mapper: Mapper
    keys: Sequence[Identity]
    objs: Sequence[object]

    def undo(self, identity: IdentityMap, lease: Lease) -> None:
        identity.add_many(self.mapper, self.keys, self.objs)
        for key, obj in zip(self.keys, self.objs, strict=True):
            vars(obj)[STATE_KEY] = Change(lease, key)
            expire(obj)


@dataclass(frozen=True, slots=True)
class KeySwitched:
    """One object whose primary key was changed."""

    mapper: Mapper
    obj: weakref.ref[object]
    old: Identity
    new: Identity

    def undo(self, identity: IdentityMap, lease: Lease) -> None:
        obj = self.obj()
        if obj is None:
            return
        identity.remove(self.mapper, self.new, obj)
        identity.add(self.mapper, self.old, obj)
        vars(obj)[STATE_KEY] = Change(lease, self.old)
        expire(obj)


Note = Inserted | Deleted | KeySwitched


class Journal:
    """The notes of one transaction or savepoint, in the order things happened."""

    __slots__ = ("notes", "updated")

    def __init__(self) -> None:
        self.notes: list[Note] = []
        #: Objects whose changes were flushed; a savepoint expires just these when it is rolled
        #: back.
        self.updated: list[weakref.ref[object]] = []

    def note(self, note: Note) -> None:
        """Remember one thing that was done."""
        self.notes.append(note)

    def note_updates(self, objs: Iterable[object]) -> None:
        """Remember objects whose changes are being flushed."""
        self.updated.extend(map(weakref.ref, objs))

    def absorb(self, inner: Journal) -> None:
        """Take over the notes of a savepoint that was released."""
        self.notes.extend(inner.notes)
        self.updated.extend(inner.updated)

    def undo(self, identity: IdentityMap, lease: Lease) -> None:
        """Undo every note, last one first."""
        for note in reversed(self.notes):
            note.undo(identity, lease)
        self.notes.clear()

    def inserted_objects(self) -> list[Any]:
        """Return the objects whose rows were inserted, as far as they are still there."""
        notes = [note for note in self.notes if isinstance(note, Inserted)]
        found = [reference() for note in notes for reference in note.objs]
        return [obj for obj in found if obj is not None]

    def deleted_objects(self) -> list[Any]:
        """Return the objects whose rows were deleted."""
        return [obj for note in self.notes if isinstance(note, Deleted) for obj in note.objs]


__all__ = ["Deleted", "Inserted", "Journal", "KeySwitched"]
