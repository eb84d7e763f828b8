"""What a session shows of its registries: `IdentitySet` and the read-only identity map.

In: the objects of `SessionCore`. Out: snapshots that compare by identity (`is`), never by `==`,
and print like SQLAlchemy's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accord.state import IdentityMap


class IdentitySet:
    """A set of objects told apart by identity, in insertion order."""

    __slots__ = ("_members",)

    def __init__(self, objects: Iterable[Any] = ()) -> None:
        self._members = {id(obj): obj for obj in objects}

    def add(self, obj: Any) -> None:
        """Put an object in."""
        self._members[id(obj)] = obj

    def discard(self, obj: Any) -> None:
        """Take an object out if it is there."""
        self._members.pop(id(obj), None)

    def remove(self, obj: Any) -> None:
        """Take an object out; KeyError if it is not there."""
        del self._members[id(obj)]

    def pop(self) -> Any:
        """Take out and return some object; KeyError if there is none."""
        return self._members.popitem()[1]

    def clear(self) -> None:
        """Take all objects out."""
        self._members.clear()

    def update(self, other: Iterable[Any]) -> None:
        """Put several objects in."""
        self._members.update((id(obj), obj) for obj in other)

    def copy(self) -> IdentitySet:
        """Return a set of the same objects."""
        return IdentitySet(self)

    def issubset(self, other: Iterable[Any]) -> bool:
        """Whether every object is in `other` too."""
        return not self.difference(other)

    def issuperset(self, other: Iterable[Any]) -> bool:
        """Whether every object of `other` is here too."""
        return not IdentitySet(other).difference(self)

    def isdisjoint(self, other: Iterable[Any]) -> bool:
        """Whether no object of `other` is here."""
        return not self.intersection(other)

    def symmetric_difference(self, other: Iterable[Any]) -> IdentitySet:
        """Return the objects that are in one of both."""
        others = IdentitySet(other)
        return self.difference(others).union(others.difference(self))

    def union(self, other: Iterable[Any]) -> IdentitySet:
        """Return the objects of both."""
        return IdentitySet([*self, *other])

    def difference(self, other: Iterable[Any]) -> IdentitySet:
        """Return the objects that are not in `other`."""
        gone = {id(obj) for obj in other}
        return IdentitySet(obj for number, obj in self._members.items() if number not in gone)

    def intersection(self, other: Iterable[Any]) -> IdentitySet:
        """Return the objects that are also in `other`."""
        kept = {id(obj) for obj in other}
        return IdentitySet(obj for number, obj in self._members.items() if number in kept)

    def __or__(self, other: Iterable[Any]) -> IdentitySet:
        return self.union(other)

    def __sub__(self, other: Iterable[Any]) -> IdentitySet:
        return self.difference(other)

    def __and__(self, other: Iterable[Any]) -> IdentitySet:
        return self.intersection(other)

    def __contains__(self, obj: object) -> bool:
        return id(obj) in self._members

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self._members.values()))

    def __len__(self) -> int:
        return len(self._members)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, IdentitySet):
            return self._members.keys() == other._members.keys()
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # mutable

    def __repr__(self) -> str:
        return f"IdentitySet({list(self._members.values())!r})"


PublicKey = tuple[type, tuple[Any, ...], Any]


class IdentityMapView(Mapping[PublicKey, Any]):
    """The identity map as users may look at it: (class, key tuple, token) → object."""

    def __init__(self, identity: IdentityMap) -> None:
        self._identity = identity

    def _pairs(self) -> Iterator[tuple[PublicKey, Any]]:
        for key, obj in self._identity.items():
            yield public_key(obj, key), obj

    def __getitem__(self, key: PublicKey) -> Any:
        cls, values, _ = key
        mapper: Any = getattr(cls, "__mapper__", None)
        found = None
        if mapper is not None:
            found = self._identity.get(mapper, values[0] if len(values) == 1 else values)
        if found is None:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        try:
            self[key]  # type: ignore[index]  # any object may be asked for
        except (KeyError, TypeError, ValueError):
            return False
        return True

    def __iter__(self) -> Iterator[PublicKey]:
        return (key for key, _ in self._pairs())

    def __len__(self) -> int:
        return len(self._identity)

    def contains_state(self, obj: object) -> bool:
        """Whether this very object is in the map."""
        return any(found is obj for _, found in self._pairs())

    def __repr__(self) -> str:
        return f"<identity map of {len(self)} objects>"


def public_key(obj: object, key: Any) -> PublicKey:
    """Return the public form of an internal identity."""
    mapper: Any = type(obj).__mapper__  # type: ignore[attr-defined]  # set by mapping
    values = key if len(mapper.pk_keys) > 1 else (key,)
    return (mapper.root.class_, values, None)
