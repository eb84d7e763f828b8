"""The renderer behind `str()`: what cannot be written in standard SQL is shown for what it is.

Texts of it are for people: in logs, in a debugger, in a test that failed. A part that no renderer
but a dialect's knows is written by the class it names (`readable_by`), or shown in angle brackets.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from accord.exc import AccordError
from accord.sqltypes.base import NULLTYPE
from accord.sqltypes.table import STANDARD

from . import Renderer

if TYPE_CHECKING:
    from accord.sql.nodes import ClauseElement
    from accord.sqltypes.base import TypeEngine
    from accord.sqltypes.entry import TypeEntry


class ReadableRenderer(Renderer):
    """Writes everything, somehow."""

    def process(self, node: ClauseElement) -> str:
        """The text of `node`."""
        try:
            return super().process(node)
        except AccordError as error:
            return self._written_by_its_dialect(node) or shown(node, error)

    def _written_by_its_dialect(self, node: ClauseElement) -> str | None:
        if node.readable_by is None:
            return None
        module, _, name = node.readable_by.partition(":")
        writer = getattr(import_module(module), name)
        both: Any = type(name, (ReadableRenderer, writer), {})
        twin = object.__new__(both)
        vars(twin).update(vars(self))  # one rendering: lists and dictionaries are shared
        try:
            text: str = getattr(twin, f"visit_{node.visit_name}")(node)
        except Exception:  # it may count on more than the target of `str()` has
            return None
        return text

    def entry(self, type_: TypeEngine) -> TypeEntry:
        try:
            return super().entry(type_)
        except (AccordError, NotImplementedError):
            return STANDARD.entry(NULLTYPE)

    def cast_type(self, type_: TypeEngine) -> str:
        """A type as CAST writes it."""
        try:
            return super().cast_type(type_)
        except (AccordError, NotImplementedError):
            return repr(type_)

    def quote(self, name: str) -> str:
        """A name as an identifier, impossible ones as Python shows them."""
        try:
            return super().quote(name)
        except AccordError:
            return ascii(name)


def shown(node: ClauseElement, error: Exception) -> str:
    """A part that cannot be written."""
    reason = str(error).partition(";")[0].partition("\n")[0].replace("\0", "")
    return f"<{type(node).__name__}: {reason or type(error).__name__}>"
