"""Checks that say what they saw. Plain `assert` would vanish under ``python -O``, and a kit that
checks nothing proves everything.

In: what a test found and what it expected. Out: nothing, or a Mismatch that names both.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

E = TypeVar("E", bound=BaseException)

SHOWN = 400
"""How many characters of a value a message shows."""


class Mismatch(AssertionError):
    """What was found is not what has to be."""


class Caught:
    """What `raises` caught; `error` is there after the block."""

    error: Any = None


def shown(value: object) -> str:
    """A value for a message."""
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"


def fail(why: str) -> NoReturn:
    """This must not happen."""
    raise Mismatch(why)


def true(condition: object, why: str) -> None:
    """`condition` holds; `why` says what it means when it does not."""
    if not condition:
        raise Mismatch(why)


def same(found: object, expected: object, what: str = "") -> None:
    """Equal, and of the same type (True is not 1, 1.0 is not Decimal(1))."""
    if found != expected or type(found) is not type(expected):
        about = f"{what}: " if what else ""
        raise Mismatch(f"{about}found {shown(found)}, expected {shown(expected)}")


def equal(found: object, expected: object, what: str = "") -> None:
    """Equal."""
    if found != expected:
        about = f"{what}: " if what else ""
        raise Mismatch(f"{about}found {shown(found)}, expected {shown(expected)}")


def same_set(found: Iterable[Any], expected: Iterable[Any], what: str = "") -> None:
    """The same elements, as often, in any order."""
    equal(sorted(found, key=repr), sorted(expected, key=repr), what)


@contextmanager
def raises(kind: type[E] | tuple[type[E], ...], match: str = "") -> Iterator[Caught]:
    """The block raises this; `match` is searched for in the message."""
    caught = Caught()
    try:
        yield caught
    except kind as error:
        caught.error = error
        if match and not re.search(match, str(error)):
            raise Mismatch(
                f"{type(error).__name__} says {shown(str(error))}, and not {match!r}"
            ) from error
    else:
        kinds = kind if isinstance(kind, tuple) else (kind,)
        raise Mismatch(f"no {' or '.join(k.__name__ for k in kinds)} was raised")
