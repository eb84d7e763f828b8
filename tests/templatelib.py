"""Stand-ins for the template strings of Python 3.14, by the protocol of PEP 750.

In: texts and `Interpolation`s, in the order of the template. Out: what ``t"…"`` makes.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Interpolation(NamedTuple):
    """What stood in braces."""

    value: Any
    expression: str = "value"
    conversion: str | None = None
    format_spec: str = ""


class Template:
    """``template("a ", Interpolation(1), " b")`` is ``t"a {1} b"``."""

    def __init__(self, *parts: str | Interpolation) -> None:
        strings = [""]
        interpolations = []
        for part in parts:
            if isinstance(part, str):
                strings[-1] += part
            else:
                interpolations.append(part)
                strings.append("")
        self.strings = tuple(strings)
        self.interpolations = tuple(interpolations)


def template(*parts: Any) -> Template:
    """A template of texts at even places, values at odd ones."""
    return Template(
        *[Interpolation(part) if place % 2 else part for place, part in enumerate(parts)]
    )
