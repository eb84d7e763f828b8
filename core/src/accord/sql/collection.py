"""ColumnCollection: the `c` of tables, aliases and subqueries.

Names lead to columns: by attribute, by key, by position. Tables add to theirs while they are built;
the collections of aliases are filled once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, overload

from accord.exc import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from typing_extensions import TypeVar

    from .nodes import ColumnElement

    C = TypeVar("C", bound="ColumnElement[Any]", default="ColumnElement[Any]")
else:
    from typing import TypeVar

    C = TypeVar("C")


_OWN = frozenset({"_by_key", "_columns", "_owner", "__setstate__", "__getstate__"})


class ColumnCollection(Generic[C]):
    """Columns in order, by the key they go by (their name unless the column was given another)."""

    __slots__ = ("_by_key", "_columns", "_owner")

    def __init__(self, columns: Iterable[tuple[str, C]] = (), *, owner: str = "") -> None:
        self._by_key: dict[str, C] = {}
        self._columns: list[C] = []
        self._owner = owner
        for key, column in columns:
            self.add(column, key)

    def add(self, column: C, key: str | None = None) -> None:
        """Append; a column of the same key keeps its place in order but gives up the key."""
        if key is None:
            key = column.key
        if key is None:
            raise ArgumentError("a column needs a name before it can be part of a table")
        self._by_key[key] = column
        self._columns.append(column)

    def replace(self, column: C, key: str) -> None:
        """Put `column` where the one of that key is, or at the end."""
        old = self._by_key.get(key)
        self._by_key[key] = column
        for position, present in enumerate(self._columns):
            if present is old:
                self._columns[position] = column
                return
        self._columns.append(column)

    def supplant(self, old: C, column: C | None, key: str) -> None:
        """Put `column` in the place of `old`, under its own key; None: only take `old` away."""
        known, columns = self._by_key, self._columns
        if column is None:
            self._by_key = {name: each for name, each in known.items() if each is not old}
            self._columns = [each for each in columns if each is not old]
            return
        self._by_key = {
            (key if each is old else name): (column if each is old else each)
            for name, each in known.items()
        }
        self._columns = [column if each is old else each for each in columns]

    def keys(self) -> list[str]:
        return list(self._by_key)

    def values(self) -> list[C]:
        return list(self._columns)

    def items(self) -> list[tuple[str, C]]:
        return list(self._by_key.items())

    def get(self, key: str, default: C | None = None) -> C | None:
        return self._by_key.get(key, default)

    @overload
    def __getitem__(self, key: str | int) -> C: ...
    @overload
    def __getitem__(self, key: tuple[str | int, ...] | slice) -> ColumnCollection[C]: ...
    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            try:
                return self._by_key[key]
            except KeyError:
                raise KeyError(self._unknown(key)) from None
        if isinstance(key, tuple):
            return ColumnCollection([(k, self[k]) for k in key], owner=self._owner)
        if isinstance(key, slice):
            return ColumnCollection(
                [(str(c.key), c) for c in self._columns[key]], owner=self._owner
            )
        return self._columns[key]

    def __getattr__(self, name: str) -> C:
        if name in _OWN:  # not set yet: while a pickle is read
            raise AttributeError(name)
        try:
            return self._by_key[name]
        except KeyError:
            raise AttributeError(self._unknown(name), name=name, obj=self) from None

    def _unknown(self, key: str) -> str:
        place = f"{self._owner} has no column {key!r}" if self._owner else f"no column {key!r}"
        return f"{place}; it has {', '.join(self._by_key) or 'none'}"

    def __contains__(self, column: object) -> bool:
        if isinstance(column, str):
            return column in self._by_key
        return any(present is column for present in self._columns)

    def contains_column(self, column: object) -> bool:
        """Whether this very column (not one of the same name) is here."""
        return any(present is column for present in self._columns)

    def corresponding(self, column: ColumnElement[Any]) -> C | None:
        """The column here that is `column` or another view of the same table column."""
        origin = column.origin
        views = []
        for present in self._columns:
            if present is column or getattr(present, "element", None) is column:
                return present
            if origin is not None and present.origin is origin:
                views.append(present)
        return views[0] if views else None

    def corresponding_column(
        self, column: ColumnElement[Any], require_embedded: bool = False
    ) -> C | None:
        """The column here that shows `column`, or None."""
        return self.corresponding(column)

    def __iter__(self) -> Iterator[C]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __bool__(self) -> bool:
        return bool(self._columns)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._by_key]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ColumnCollection):
            return NotImplemented
        mine, others = self._columns, other._columns
        return len(mine) == len(others) and all(a is b for a, b in zip(mine, others, strict=True))

    __hash__ = object.__hash__

    def __getstate__(self) -> tuple[Any, ...]:
        return (self._by_key, self._columns, self._owner)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self._by_key, self._columns, self._owner = state

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self._by_key)})"
