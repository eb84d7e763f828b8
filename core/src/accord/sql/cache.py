"""Bounded caches: least recently used entries go first, hits and misses are counted.

`CompiledCache` holds compiled statements by structural key. Several threads may use one cache: a
lost update costs a recompilation, never a wrong answer. `forget_all` is for whoever changes how a
class of nodes is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from weakref import WeakSet

from .compiled import Compiled
from .keys import Unrepeatable

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

V = TypeVar("V")


class BoundedCache(Generic[V]):
    """A dict of at most `size` entries.

    Order of use is kept roughly, at the price of one dict look-up per hit: an entry is moved to the
    young end only when it is found among the old ones.
    """

    __slots__ = ("__weakref__", "_old", "_young", "hits", "misses", "size")

    def __init__(self, size: int = 500) -> None:
        _ALL.add(self)
        self.size = max(2, size)
        self._young: dict[Hashable, V] = {}
        self._old: dict[Hashable, V] = {}
        self.hits = 0
        self.misses = 0

    def get(self, key: Hashable) -> V | None:
        found = self._young.get(key)
        if found is not None:
            self.hits += 1
            return found
        found = self._old.pop(key, None)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._insert(key, found)
        return found

    def put(self, key: Hashable, value: V) -> None:
        """Keep `value`, unless nobody can ask for it again."""
        if is_repeatable(key):
            self._old.pop(key, None)
            self._insert(key, value)

    def __setitem__(self, key: Hashable, value: V) -> None:
        self.put(key, value)

    def get_or(self, key: Hashable, make: Callable[[], V]) -> V:
        found = self.get(key)
        if found is None:
            found = make()
            self.put(key, found)
        return found

    def _insert(self, key: Hashable, value: V) -> None:
        young = self._young
        young[key] = value
        # Half of the size is young; when it is full, what was old goes and young becomes old.
        if len(young) * 2 > self.size:
            self._old, self._young = young, {}

    def pop(self, key: Hashable) -> V | None:
        young = self._young.pop(key, None)
        old = self._old.pop(key, None)
        return old if young is None else young

    def clear(self) -> None:
        self._young, self._old = {}, {}

    def __contains__(self, key: Hashable) -> bool:
        return key in self._young or key in self._old

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def __iter__(self) -> Iterator[Hashable]:
        return iter([*self._old, *self._young])

    def __repr__(self) -> str:
        counts = f"{self.hits} hits, {self.misses} misses"
        return f"<{type(self).__name__} {len(self)} of {self.size}, {counts}>"


_ALL: Final[WeakSet[BoundedCache[Any]]] = WeakSet()


def is_repeatable(key: Any) -> bool:
    """Whether another statement can have this key."""
    return all(map(is_repeatable, key)) if type(key) is tuple else type(key) is not Unrepeatable


def forget_all() -> None:
    """Empty every cache."""
    for cache in list(_ALL):
        cache.clear()


class CompiledCache(BoundedCache[Compiled]):
    """Compiled statements of one engine, by structural key."""

    __slots__ = ()


class CachePart(BoundedCache[V]):
    """The entries of `whole` whose keys begin with `prefix`; size and bound are those of the
    whole.
    """

    __slots__ = ("_prefix", "_whole")

    def __init__(self, whole: BoundedCache[V], prefix: Hashable) -> None:
        super().__init__(whole.size)
        self._whole = whole
        self._prefix = prefix

    def get(self, key: Hashable) -> V | None:
        return self._whole.get((self._prefix, key))

    def put(self, key: Hashable, value: V) -> None:
        self._whole.put((self._prefix, key), value)

    def pop(self, key: Hashable) -> V | None:
        return self._whole.pop((self._prefix, key))

    def clear(self) -> None:
        self._whole.clear()

    def __contains__(self, key: Hashable) -> bool:
        return (self._prefix, key) in self._whole

    def __len__(self) -> int:
        return len(self._whole)

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self._whole)
