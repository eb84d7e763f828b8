"""The identity map: one object per row within a session.

In: mappers, identities, objects. Out: the one object for an identity. One dict per inheritance
root with the bare key value of a one-column key (a tuple of several), values plain weak
references: filling it for a batch is a single `dict.update`. Dead references are swept when a dict
has doubled since the last sweep, so it never grows with objects that are gone. Changed objects are
held strongly by the session.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Protocol

from .lease import Identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_FIRST_SWEEP = 1024


class Rooted(Protocol):
    """What the identity map needs of a mapper: the uid of its inheritance root."""

    @property
    def root_uid(self) -> int: ...


References = dict[Identity, "weakref.ref[object]"]


class IdentityMap:
    """identity → object, per inheritance root. Not thread-safe, like the session that owns it."""

    __slots__ = ("_sweep_at", "maps")

    def __init__(self) -> None:
        self.maps: dict[int, References] = {}
        self._sweep_at: dict[int, int] = {}

    def references(self, mapper: Rooted) -> References:
        """Return the dict of `mapper`'s root, for loaders that look up and fill it row by row."""
        uid = mapper.root_uid
        found = self.maps.get(uid)
        if found is None:
            found = self.maps[uid] = {}
            self._sweep_at[uid] = _FIRST_SWEEP
        elif len(found) >= self._sweep_at[uid]:
            self._sweep(uid)
        return found

    def get(self, mapper: Rooted, key: Identity) -> object | None:
        """Return the live object for `key`, or None."""
        found = self.maps.get(mapper.root_uid)
        if found is None:
            return None
        reference = found.get(key)
        return None if reference is None else reference()

    def add(self, mapper: Rooted, key: Identity, obj: object) -> None:
        """Make `obj` the object of `key`."""
        self.references(mapper)[key] = weakref.ref(obj)

    def add_many(self, mapper: Rooted, keys: Sequence[Identity], objs: Sequence[object]) -> None:
        """Register a whole batch; `keys` and `objs` are parallel."""
        self.references(mapper).update(zip(keys, map(weakref.ref, objs), strict=True))

    def remove(self, mapper: Rooted, key: Identity, obj: object | None = None) -> None:
        """Forget `key`; with `obj`, only if it is the object registered."""
        found = self.maps.get(mapper.root_uid)
        if found is None:
            return
        reference = found.get(key)
        if reference is None:
            return
        present = reference()
        if obj is None or present is None or present is obj:
            del found[key]

    def remove_many(self, mapper: Rooted, keys: Sequence[Identity], objs: Sequence[object]) -> None:
        """Forget a whole batch; where another object is registered for a key, it stays."""
        found = self.maps.get(mapper.root_uid)
        if found is None:
            return
        for key, obj in zip(keys, objs, strict=True):
            reference = found.get(key)
            if reference is not None:
                present = reference()
                if present is None or present is obj:
                    del found[key]

    def clear(self) -> None:
        """Forget everything."""
        self.maps.clear()
        self._sweep_at.clear()

    def objects(self) -> list[object]:
        """Return all live objects."""
        found = [
            reference() for references in self.maps.values() for reference in references.values()
        ]
        return [obj for obj in found if obj is not None]

    def items_of(self, root_uid: int) -> Iterator[tuple[Identity, object]]:
        """Iterate over (identity, live object) of one inheritance root."""
        for key, reference in list(self.maps.get(root_uid, {}).items()):
            obj = reference()
            if obj is not None:
                yield key, obj

    def items(self) -> Iterator[tuple[Identity, object]]:
        """Iterate over (identity, live object) of every root."""
        for root_uid in list(self.maps):
            yield from self.items_of(root_uid)

    def __len__(self) -> int:
        return len(self.objects())

    def _sweep(self, uid: int) -> None:
        # In place: loaders hold on to the dict while they fill it.
        references = self.maps[uid]
        dead = [key for key, reference in references.items() if reference() is None]
        for key in dead:
            del references[key]
        self._sweep_at[uid] = max(_FIRST_SWEEP, 2 * len(references))

    def sweep(self, roots: Iterable[int] | None = None) -> None:
        """Drop dead references now (tests, and before a size is reported)."""
        for uid in list(self.maps if roots is None else roots):
            self._sweep(uid)
