"""The marks of parameters: from what a driver takes to what a parser of SQL knows.

In: a text as it is sent. Out: the same statement with `?`, `$1`, `@p1` or `:name`, and its shape:
what all statements have in common that differ in values and counts of rows only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count

_QUOTED = r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`(?:[^`]|``)*`"
_PERCENT = re.compile(r"%%|%[sbt]|%\((?P<name>[^)]*)\)[sbt]")
_NUMBERED = re.compile(rf"{_QUOTED}|(?<![:\w]):(?P<number>\d+)")
_SHOWN = re.compile(
    rf"(?P<quoted>{_QUOTED})|\?|(?<![:\w]):[A-Za-z_]\w*|\$\d+|@p\d+"
    r"|(?P<name>[A-Za-z_]\w*)|\d+(?:\.\d+)?"
)
_SPACE = re.compile(r"\s+")
_ROWS = re.compile(r"(\([^()]*\))(?:, \1)+")
_LISTS = re.compile(r"\?(?:, \?)+")
_DIGITS = re.compile(r"\d+")

#: How a dialect's parser wants to see the n-th parameter of a driver that counts them.
_MARKS: dict[str, Callable[[int], str]] = {
    "postgresql": ":p{}".format,
    "mssql": "@p{}".format,
}


def plain(text: str, dialect: str, paramstyle: str) -> str:
    """`text` with the parameters that a parser knows, without the escapes of the driver."""
    if paramstyle not in ("format", "pyformat"):
        return _NUMBERED.sub(_named, text)
    numbers = count(1)
    names: dict[str, int] = {}
    mark = _MARKS.get(dialect, lambda number: "?")

    def replaced(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        name = found["name"]
        return mark(next(numbers) if name is None else names.setdefault(name, next(numbers)))

    return _PERCENT.sub(replaced, text)


def _named(found: re.Match[str]) -> str:
    return f":p{found['number']}" if found["number"] else found[0]


def shape(text: str) -> str:
    """What statements have in common that differ in values, counts of rows, numbers in names."""
    text = _SHOWN.sub(_alike, text)
    return _LISTS.sub("?, ?", _ROWS.sub(r"\1", _SPACE.sub(" ", text)))


def _alike(found: re.Match[str]) -> str:
    if found["name"]:
        return _DIGITS.sub("0", found[0])
    return found["quoted"] or "?"
