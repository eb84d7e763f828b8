"""`Properties`: the properties of a mapper by name, as users iterate over them.

What ``inspect(User).column_attrs``, ``.relationships``, ``.attrs`` and ``.synonyms`` are. Iteration
gives the properties, as in SQLAlchemy (``{p.key: getattr(obj, p.key) for p in
inspect(User).column_attrs}``); `items()`, `keys()`, `values()`, ``[name]``, `get` and ``name in``
work as on a dict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Iterator

P = TypeVar("P")
D = TypeVar("D")


class Properties(Generic[P]):
    """Properties by attribute name, in the order they were mapped."""

    __slots__ = ("_by_key", "_owner")

    def __init__(self, by_key: dict[str, P], owner: str) -> None:
        self._by_key = by_key
        self._owner = owner

    def keys(self) -> list[str]:
        return list(self._by_key)

    def values(self) -> list[P]:
        return list(self._by_key.values())

    def items(self) -> list[tuple[str, P]]:
        return list(self._by_key.items())

    @overload
    def get(self, key: str) -> P | None: ...

    @overload
    def get(self, key: str, default: D) -> P | D: ...

    def get(self, key: str, default: Any = None) -> Any:
        return self._by_key.get(key, default)

    def __getitem__(self, key: str) -> P:
        try:
            return self._by_key[key]
        except KeyError:
            raise KeyError(self._unknown(key)) from None

    def __getattr__(self, key: str) -> P:
        if key.startswith("__"):
            raise AttributeError(key)
        try:
            return self._by_key[key]
        except KeyError:
            raise AttributeError(self._unknown(key)) from None

    def _unknown(self, key: str) -> str:
        return f"{self._owner} has no {key!r}; it has: {', '.join(self._by_key) or 'none'}"

    def __contains__(self, key: object) -> bool:
        return key in self._by_key if isinstance(key, str) else any(key is p for p in self)

    def __iter__(self) -> Iterator[P]:
        return iter(self.values())

    def __len__(self) -> int:
        return len(self._by_key)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._by_key]

    def __repr__(self) -> str:
        return f"<{self._owner}: {', '.join(self._by_key)}>"


__all__ = ["Properties"]
