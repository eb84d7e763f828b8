"""SQL as a template string of Python 3.14: ``tstring(t"SELECT {t.c.a} FROM {t}")``.

In: a template. Out: a `TString`, a text whose marks are nodes: SQL that is put in stays SQL, every
other value becomes a parameter. The text between them is written as it is.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from accord.exc import ArgumentError, CompileError

from .coercion import element_of
from .elements import Label
from .expressions import NULL
from .nodes import BindParameter, ClauseElement, ColumnElement, Entity, NamedParameter, literal_of
from .selectable import FromClause
from .selectbase import SelectBase
from .text import TextClause

if TYPE_CHECKING:
    from collections.abc import Hashable


class TString(TextClause):
    """``tstring(t"…")``: what `text()` is, with values and expressions in their places."""

    __slots__ = ()

    def __init__(self, template: Any) -> None:
        strings = getattr(template, "strings", None)
        interpolations = getattr(template, "interpolations", None)
        if not isinstance(strings, tuple) or not isinstance(interpolations, tuple):
            raise ArgumentError(_no_template(template))
        if any("\0" in piece for piece in strings):
            raise CompileError("tstring() cannot contain a NUL character")
        self.text = "{}".join(strings)
        self.pieces = strings
        self.parameters = tuple([_interpolated(given) for given in interpolations])
        self._compose()

    def shape(self) -> tuple[Hashable, ...]:
        return ("tstring", *self.pieces)

    def bindparams(self, *binds: BindParameter[Any], **values: Any) -> TString:
        """A copy with other values for the ``bindparam()`` in it.

        Args:
            binds: parameters that take the places of those with their names.
            values: values by name.

        Returns:
            The copy.

        Raises:
            ArgumentError: for a name that is not in it.
        """
        given: dict[str, Any] = {str(bind.name): bind for bind in binds}
        known = {bind.name: bind for bind in self.parameters if isinstance(bind, NamedParameter)}
        for name, value in values.items():
            present = known.get(name)
            given[name] = present if present is None else present.with_value(value)
        for name in given:
            if name not in known:
                raise ArgumentError(f"this tstring() has no bindparam() named {name!r}")
        new = self._copied()
        new.parameters = tuple([given.get(str(node.name), node) for node in self.parameters])
        new._compose()
        return new


def tstring(template: Any) -> TString:
    """SQL from a template string of Python 3.14, ``t"…"``.

    Columns, tables, mapped classes, queries and other SQL in braces are written as SQL, every other
    value becomes a parameter. Nothing is looked for in the text between them: a colon is a colon.

    Args:
        template: the template string.

    Returns:
        A statement, or a piece of one, as `text()` makes them.

    Raises:
        ArgumentError: for a plain string, and for braces with a conversion or a format, which would
            make text of a value.
    """
    return TString(template)


def _no_template(given: object) -> str:
    kind = type(given).__name__
    if sys.version_info >= (3, 14):
        return f"tstring() takes a template string, t'…', not {kind}"
    version = ".".join(map(str, sys.version_info[:2]))
    return (
        f"tstring() takes a template string, t'…', not {kind}; Python {version} has none (they "
        "come with 3.14), so write text('… :name') and give values by name"
    )


def _interpolated(given: Any) -> Any:
    if given.conversion or given.format_spec:
        raise ArgumentError(
            f"{{{given.expression}}} in a tstring() has a conversion or a format, and values are "
            "parameters, not text; put the finished value in the braces"
        )
    node = element_of(given.value)
    if hasattr(node, "strings") and hasattr(node, "interpolations"):
        return TString(node)
    if isinstance(node, Label):
        raise ArgumentError(
            f"{{{given.expression}}} in a tstring() is a label; put the expression in the braces "
            "and write AS and the name, or the name alone"
        )
    if node is None:
        return NULL
    if isinstance(node, Entity):
        return node.from_clause
    if isinstance(node, SelectBase):
        return node.scalar_subquery()
    if isinstance(node, ColumnElement | FromClause):
        return node
    if isinstance(node, ClauseElement):
        raise ArgumentError(
            f"{{{given.expression}}} in a tstring() is a statement of its own "
            f"({type(node).__name__}); a query, a table, a column or a value can be put in"
        )
    return literal_of(node)
