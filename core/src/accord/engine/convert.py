"""Driver values become Python's: whole columns at a time, and only those whose type asks for it.

In: the shape of a result (its columns know their converters). Out: a function from raw rows to
rows, or None where nothing has to be done. It works on chunks, so that nothing runs in Python per
row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Convert = Callable[[list[Any]], list[Any]]

_CHUNK = 1000


def make_converter(functions: list[Callable[[Any], Any] | None]) -> Convert | None:
    """A function that applies `functions[i]` to column i of a list of rows."""
    busy = [(place, function) for place, function in enumerate(functions) if function is not None]
    if not busy:
        return None

    def convert(rows: list[Any]) -> list[Any]:
        if len(rows) <= _CHUNK:
            return _converted(rows, busy)
        done: list[Any] = []
        for start in range(0, len(rows), _CHUNK):
            done += _converted(rows[start : start + _CHUNK], busy)
        return done

    return convert


def _converted(rows: list[Any], busy: list[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    if not rows:
        return rows
    columns: list[Any] = list(zip(*rows, strict=True))
    for place, function in busy:
        columns[place] = map(function, columns[place])
    return list(zip(*columns, strict=True))
