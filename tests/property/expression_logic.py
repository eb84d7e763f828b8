"""SQL's three values in Python: None is unknown.

In: Python values, None for NULL. Out: True, False or None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

Truth = bool | None


def lifted(function: Callable[..., Any]) -> Callable[..., Any]:
    """NULL in, NULL out."""
    return lambda *values: None if any(value is None for value in values) else function(*values)


def not_(a: Truth) -> Truth:
    return None if a is None else not a


def all_of(values: Iterable[Truth]) -> Truth:
    found = set(values)
    return False if False in found else None if None in found else True


def any_of(values: Iterable[Truth]) -> Truth:
    found = set(values)
    return True if True in found else None if None in found else False


def equal(a: Any, b: Any) -> Truth:
    return None if a is None or b is None else bool(a == b)


def less(a: Any, b: Any) -> Truth:
    return None if a is None or b is None else bool(a < b)


def at_most(a: Any, b: Any) -> Truth:
    return None if a is None or b is None else bool(a <= b)


def member(value: Any, options: Iterable[Any]) -> Truth:
    return any_of([equal(value, option) for option in options])


def between(value: Any, low: Any, high: Any) -> Truth:
    return all_of([at_most(low, value), at_most(value, high)])


def rows_equal(one: Sequence[Any], two: Sequence[Any]) -> Truth:
    return all_of([equal(a, b) for a, b in zip(one, two, strict=True)])


def rows_less(one: Sequence[Any], two: Sequence[Any]) -> Truth:
    """The first pair that is not equal decides; an unknown one leaves it unknown."""
    for a, b in zip(one, two, strict=True):
        same = equal(a, b)
        if same is None:
            return None
        if not same:
            return bool(a < b)
    return False
