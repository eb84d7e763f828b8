"""Messages several modules of the mapping have in common.

In: what was looked for and what there is. Out: exceptions to raise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord import exc

if TYPE_CHECKING:
    from collections.abc import Iterable


def unknown_attribute(cls: type, name: str, known: Iterable[str]) -> exc.InvalidRequestError:
    """Return the error for a mapped attribute that does not exist."""
    names = list(known)
    import difflib  # only for messages

    close = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"it has: {', '.join(names)}"
    return exc.InvalidRequestError(f"Class {cls.__name__} has no mapped attribute {name!r}; {hint}")


__all__ = ["unknown_attribute"]
