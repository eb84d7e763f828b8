"""Structural keys made comparable: alias tokens become ordinals, repeated parameters are told
apart.

In: the key a statement carries. Out: the key compiled SQL is stored under. A statement without
aliases and without repeated parameters is looked up by the very tuple it carries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .nodes import Anon, Uncached

if TYPE_CHECKING:
    from collections.abc import Hashable


class Unrepeatable:
    """The key of a statement that is compiled at each execution: no other is equal to it."""

    __slots__ = ()


def lookup_key(statement: Any) -> Any:
    """The cache key of `statement`: equal for statements whose text and parameter order are
    equal."""
    key: Any = statement.cache_key
    if statement.has_anon:
        key = normalized(key)
        if type(key) is Unrepeatable:
            return key
    binds = statement.binds
    if len(binds) > 1 and len(set(binds)) != len(binds):
        # One parameter object used twice is rendered as one; two equal ones are not.
        return ("shared", key, sharing(binds))
    return key


def normalized(key: Hashable) -> Hashable:
    """`key` with every alias token replaced: by its structure where it first appears, then by a
    number."""
    seen: dict[Anon, int] = {}
    replaced: Hashable = _replaced(key, seen)
    for token in seen:
        if type(token) is Uncached:
            return Unrepeatable()
    return replaced


def _replaced(part: Any, seen: dict[Anon, int]) -> Any:
    kind = type(part)
    if kind is tuple:
        return tuple([_replaced(item, seen) if type(item) in _NESTED else item for item in part])
    if kind is Anon or kind is Uncached:
        ordinal = seen.get(part)
        if ordinal is not None:
            return ("alias", ordinal)
        ordinal = seen[part] = len(seen)
        return ("alias", ordinal, _replaced(part.structure, seen))
    return part


_NESTED = (tuple, Anon, Uncached)


def is_same(one: Any, other: Any) -> bool:
    """Whether two nodes are equal in structure and in the values of their parameters."""
    if lookup_key(one) != lookup_key(other):
        return False
    pairs = zip(one.binds, other.binds, strict=True)
    return all(a.value == b.value and a.callable_ is b.callable_ for a, b in pairs)


def sharing(binds: tuple[Any, ...]) -> tuple[int, ...]:
    """For each parameter, the position where the same object appears first."""
    first: dict[int, int] = {}
    return tuple([first.setdefault(id(bind), position) for position, bind in enumerate(binds)])
