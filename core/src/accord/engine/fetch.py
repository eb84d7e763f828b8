"""The fetch methods that every kind of result has: all, first, one, fetchmany, unique, iteration …

In: what a subclass says about its items (`_make`, an iterator; `_unique_key`). Out: lists, single
items and iterators of them. One iterator per object is kept, so each call goes on where the last
one stopped.
"""

from __future__ import annotations

from itertools import islice
from operator import index
from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar

from accord.exc import ArgumentError, InvalidRequestError, MultipleResultsFound, NoResultFound

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from accord.engine.result import Result

R = TypeVar("R")

_NOTHING: Final[Any] = object()


class Rows(Generic[R]):
    """Items that can be taken once, in order."""

    __slots__ = ("_chunk", "_out", "_unique")

    _out: Iterator[R] | None
    """The items that are left, as they are given out; made at the first fetch."""
    _unique: Unique | None
    _chunk: int | None
    needs_unique: str | None
    """Why `unique()` has to be called first, if it has to."""

    def _make(self) -> Iterator[R]:
        """The remaining items; raises if the result is closed."""
        raise NotImplementedError

    def _unique_key(self) -> Callable[[Any], Any] | None:
        """What makes two items the same; None: the item itself."""
        raise NotImplementedError

    def _raw_rows(self) -> Iterator[Any]:
        """The rows below; raises if the result is closed."""
        raise NotImplementedError

    def _owner(self) -> Result[Any]:
        raise NotImplementedError

    def _set_chunk(self, size: int) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def _items(self) -> Iterator[R]:
        out = self._out
        if out is not None:
            self._raw_rows()
            return out
        items = self._make()
        if self._unique is not None:
            items = self._unique.filtered(items, self._unique_key())
        else:
            complaint = self.needs_unique
            if complaint is not None:
                raise InvalidRequestError(complaint)
        self._out = items
        return items

    # --- several --------------------------------------------------------------------------------

    def all(self) -> list[R]:
        """All items that are left."""
        return list(self._items())

    def fetchall(self) -> list[R]:
        """All items that are left."""
        return list(self._items())

    def fetchmany(self, size: int | None = None) -> list[R]:
        """The next `size` items (`yield_per()`'s number without it), fewer at the end."""
        return list(islice(self._items(), self._size(size)))

    def _size(self, size: int | None) -> int | None:
        if size is None:
            return self._chunk or self._default_size()
        if index(size) < 0:
            raise ArgumentError(f"The number of rows to fetch cannot be negative: {size}")
        return size

    def _default_size(self) -> int | None:
        return self._owner()._default_size() if self._owner() is not self else None

    def partitions(self, size: int | None = None) -> Iterator[list[R]]:
        """Lists of `size` items each, until none are left."""
        while True:
            part = self.fetchmany(size)
            if not part:
                return
            yield part

    def yield_per(self, num: int) -> Self:
        """Fetch this many rows at a time where rows are streamed; also the size of partitions."""
        if index(num) < 1:
            raise ArgumentError(f"yield_per() takes a number of rows, at least 1, not {num}")
        self._chunk = num
        self._set_chunk(num)
        return self

    def unique(self, strategy: Callable[[Any], Hashable] | None = None) -> Self:
        """Each item once: by `strategy(item)`, or by the item itself (objects by identity)."""
        self._unique = Unique(strategy)
        self._out = None
        return self

    def __iter__(self) -> Iterator[R]:
        return self._items()

    def __next__(self) -> R:
        return next(self._items())

    # --- one ------------------------------------------------------------------------------------

    def fetchone(self) -> R | None:
        """The next item, None after the last."""
        return next(self._items(), None)

    def first(self) -> R | None:
        """The first item, None if there is none; closes the result."""
        item = next(self._items(), None)
        self.close()
        return item

    def one(self) -> R:
        """The only item; NoResultFound, MultipleResultsFound otherwise. Closes the result."""
        item: R = self._only()
        if item is _NOTHING:
            raise NoResultFound("No row was found where exactly one is required")
        return item

    def one_or_none(self) -> R | None:
        """The only item or None; MultipleResultsFound otherwise. Closes the result."""
        item = self._only()
        return None if item is _NOTHING else item

    def _only(self) -> Any:
        items = self._items()
        item = next(items, _NOTHING)
        another = item is not _NOTHING and next(items, _NOTHING) is not _NOTHING
        self.close()
        if another:
            raise MultipleResultsFound("Several rows were found where one at most is allowed")
        return item


class Unique:
    """Lets each item through once; remembers what it has seen across calls."""

    __slots__ = ("_seen", "_strategy")

    def __init__(self, strategy: Callable[[Any], Hashable] | None) -> None:
        self._strategy = strategy
        # The item is kept as well: an `id` is unique only while the object lives.
        self._seen: dict[Hashable, object] = {}

    def filtered(
        self, items: Iterator[R], default: Callable[[Any], Hashable] | None
    ) -> Iterator[R]:
        """The items not seen yet."""
        key = self._strategy or default
        seen = self._seen
        for item in items:
            mark: Any = item if key is None else key(item)
            try:
                new = mark not in seen
            except TypeError:
                raise InvalidRequestError(
                    "unique() needs hashable values, and this result has others (JSON, arrays); "
                    "say what makes rows equal: unique(lambda row: row.id)"
                ) from None
            if new:
                seen[mark] = item
                yield item
