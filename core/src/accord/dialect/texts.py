"""Pieces of statement text: quoted names, parameter marks, expressions as fragments, whole texts kept.

Names go through the one quoting function of `accord.sql`, expressions through the dialect's renderer, marks are
written in the driver's style. In: tables, columns and expressions of a batch. Out: text.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, cast

from accord.dialect.steps import Bind, Row
from accord.exc import CompileError

if TYPE_CHECKING:
    from accord.schema import Column, Table
    from accord.sql.nodes import ColumnElement


class Marks:
    """Parameter marks of one statement, in order: `?`, `%s`, or numbered where the driver numbers them."""

    __slots__ = ("_count", "_mark", "_numbered")

    _STYLES = {
        "qmark": ("?", False),
        "format": ("%s", False),
        "pyformat": ("%s", False),
        "numeric": (":", True),
        "named": (":", True),
        "numeric_dollar": ("$", True),
    }

    def __init__(self, paramstyle: str) -> None:
        try:
            self._mark, self._numbered = self._STYLES[paramstyle]
        except KeyError:
            raise CompileError(
                f"Unknown paramstyle {paramstyle!r}; a driver has one of {', '.join(self._STYLES)}"
            ) from None
        self._count = 0

    def next(self) -> str:
        self._count += 1
        return f"{self._mark}{self._count}" if self._numbered else self._mark

    def take(self, count: int) -> list[str]:
        if not self._numbered:
            self._count += count
            return [self._mark] * count
        return [self.next() for _ in range(count)]

    def rows(self, width: int, count: int) -> str:
        """`count` parenthesised rows of `width` marks each: ``(?, ?), (?, ?)``."""
        if not self._numbered:
            self._count += width * count
            return ", ".join([f"({', '.join([self._mark] * width)})"] * count)
        return ", ".join(f"({', '.join(self.take(width))})" for _ in range(count))


# -- names --------------------------------------------------------------------------------------------


def quoted(bind: Bind, name: str) -> str:
    """A name as it stands in a statement; where marks are written with `%`, a `%` in a name is doubled."""
    target = bind.dialect.target
    text = quote_identifier(name, target)
    return text.replace("%", "%%") if "format" in target.paramstyle else text


def table_name(bind: Bind, table: Table) -> str:
    """The table's name, with its schema where it has one."""
    name = quoted(bind, table.name)
    return name if table.schema is None else f"{quoted(bind, table.schema)}.{name}"


def column_name(bind: Bind, column: Column) -> str:
    return quoted(bind, str(column.name))


def column_names(bind: Bind, columns: Iterable[Column]) -> list[str]:
    return [quoted(bind, str(column.name)) for column in columns]


def shape(columns: Iterable[Column]) -> tuple[Hashable, ...]:
    """Columns as a part of a key: their structural keys (comparing columns would make SQL)."""
    return tuple([column.cache_key for column in columns])


# -- expressions --------------------------------------------------------------------------------------


class Fragment:
    """An SQL expression as text, and the driver-ready values of its marks. Equal `key`, equal text."""

    __slots__ = ("key", "text", "values")

    def __init__(self, text: str, values: Row, key: Hashable) -> None:
        self.text = text
        self.values = values
        self.key = key


def render_fragment(bind: Bind, element: ColumnElement) -> Fragment:
    """An expression as part of a statement that is put together here."""
    raise NotImplementedError


def render_select(bind: Bind, element: ColumnElement) -> Fragment:
    """A SELECT of one expression."""
    raise NotImplementedError


Assigned = tuple[tuple["Column", Fragment], ...]


def fragments(bind: Bind, expressions: Sequence[tuple[Column, ColumnElement]]) -> Assigned:
    """The expressions of a batch, rendered."""
    return tuple([(column, render_fragment(bind, element)) for column, element in expressions])


# -- whole texts --------------------------------------------------------------------------------------


def kept(bind: Bind, key: Hashable, build: Callable[[], str]) -> str:
    """A statement text, built once and kept in the bind's bounded cache."""
    found = bind.plans.get(key)
    if found is None:
        found = build()
        bind.plans.put(key, found)
    return cast("str", found)
