"""Textual SQL: `text("… :name …")` as a statement, a condition or a column, and with result
columns.

The text is split once, at construction, into pieces and parameters; the text itself is never
changed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

from accord.exc import ArgumentError, CompileError
from accord.sqltypes.base import NULLTYPE, TypeEngine, infer, to_instance

from .coercion import selected
from .labels import spelled_out
from .nodes import REQUIRED, BindParameter, ColumnElement, Executable, NamedParameter
from .parts import TextualParts
from .selectable import ColumnClause, FromClause
from .selectbase import SelectBase

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

# `:name`, but neither `::cast` nor `\:name` nor the middle of a word or of `a:b`.
_BIND = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")


class TextClause(ColumnElement[Any], Executable):
    """``text("SELECT … WHERE id = :id")``."""

    __slots__ = ("_lookup", "execution_options_map", "parameters", "pieces", "text")

    visit_name = "text"
    name: str | None = None
    is_text = True
    is_predicate = True
    type: TypeEngine = NULLTYPE

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise ArgumentError(f"text() takes a string, not {type(text).__name__}")
        if "\0" in text:
            raise CompileError("text() cannot contain a NUL character")
        parts = _BIND.split(text)
        names = parts[1::2]
        self.text = text
        self.pieces: tuple[str, ...] = tuple([piece.replace("\\:", ":") for piece in parts[::2]])
        by_name = {
            name: NamedParameter[Any](name, REQUIRED, NULLTYPE, required=True) for name in names
        }
        self.parameters: tuple[BindParameter[Any], ...] = tuple([by_name[name] for name in names])
        self._compose()

    def shape(self) -> tuple[Hashable, ...]:
        return (self.text,)

    def children(self) -> Iterable[BindParameter[Any]]:
        return self.parameters

    @property
    def is_write(self) -> bool:  # type: ignore[override]  # computed, not stored
        """Whether the text looks like one that changes data; decides how a transaction begins."""
        return not reads(self.text)

    def bindparams(self, *binds: BindParameter[Any], **values: Any) -> TextClause:
        """A copy with parameters given types (``bindparam("x", type_=Integer)``) or values."""
        given: dict[str, BindParameter[Any]] = {bind.name or bind.hint: bind for bind in binds}
        known = {bind.name or bind.hint: bind for bind in self.parameters}
        for name, value in values.items():
            present = known.get(name)
            type_ = infer(value) if present is None or present.type is NULLTYPE else present.type
            given[name] = NamedParameter(name, value, type_)
        for name in given:
            if name not in known:
                raise ArgumentError(f"this text() has no parameter named {name!r}")
        new = self._copied()
        new.parameters = tuple([given.get(b.name or b.hint, b) for b in self.parameters])
        new._compose()
        return new

    def _copied(self) -> Self:
        new = object.__new__(type(self))
        new.text, new.pieces = self.text, self.pieces
        new.execution_options_map = self.get_execution_options()
        new.parameters = self.parameters
        new._compose()
        return new

    def execution_options(self, **options: Any) -> Self:
        new = self._copied()
        new.execution_options_map = {**self.get_execution_options(), **options}
        return new

    def as_from(self) -> TextFrom:
        """This text in a FROM clause."""
        return TextFrom(self)

    def columns(self, *columns: Any, **types: Any) -> TextualSelect:
        """This text as a SELECT with these result columns, by position, or types by name."""
        return TextualSelect(self, columns, types)


def is_several(element: Any) -> bool:
    """Whether what is selected may be several columns, which nobody but the driver can count."""
    if isinstance(element, TextClause):
        return "," in element.text or "*" in element.text
    is_literal = isinstance(element, ColumnClause) and element.is_literal
    return is_literal and str(element.name).endswith("*")


_READS = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/|\()*"
    r"(?:(?:select|values|explain|show|describe)\b|pragma\s+\w+\s*;?\s*$"
    r"|with\b(?!.*\b(?:insert|update|delete|merge|replace)\b))",
    re.IGNORECASE | re.DOTALL,
)


def reads(text: str) -> bool:
    """Whether SQL looks like it changes no data."""
    return _READS.match(text) is not None


class TextualSelect(SelectBase):
    """``text(…).columns(…)``: a SELECT whose text is the user's and whose columns are known."""

    __slots__ = ()

    visit_name = "textual_select"

    def __init__(self, element: TextClause, columns: Iterable[Any], types: dict[str, Any]) -> None:
        given = [selected(column) for column in columns]
        named = [ColumnClause[Any](name, to_instance(type_)) for name, type_ in types.items()]
        found = [*spelled_out(given), *named]
        self._begin("text", (element, tuple(found), bool(given) and not named))

    if TYPE_CHECKING:

        @property
        def parts(self) -> TextualParts: ...

    def _new_parts(self) -> TextualParts:
        return TextualParts()

    @property
    def element(self) -> TextClause:
        element: TextClause = self.parts.element
        return element

    def result_columns(self) -> Sequence[tuple[str, str, ColumnElement[Any]]]:
        return [(str(c.name), str(c.key or c.name), c) for c in self.parts.columns]

    def bindparams(self, *binds: BindParameter[Any], **values: Any) -> TextualSelect:
        new = object.__new__(TextualSelect)
        parts = self.parts
        new._begin(
            "text", (parts.element.bindparams(*binds, **values), parts.columns, parts.positional)
        )
        return new


class TextFrom(FromClause):
    """A piece of text in FROM: ``select_from(text("t"))``."""

    __slots__ = ("element",)

    visit_name = "text_from"
    name = None
    schema = None

    def __init__(self, element: TextClause) -> None:
        self.element = element
        self.binds = element.binds
        self.has_anon = False
        self.cache_key: Hashable = ("text_from", element.cache_key)

    @property
    def c(self) -> Any:
        from .selectable import NO_COLUMNS

        return NO_COLUMNS
