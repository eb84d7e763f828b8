"""What types have to say in SQL: casts, members of arrays, and the expressions a type puts around
its parameters and its selected columns.

Below expressions.py, above base.py. In: nodes and types. Out: text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import CompileError
from accord.sql.nodes import BindParameter, ColumnElement

from .base import RendererBase

if TYPE_CHECKING:
    from collections.abc import Hashable

    from accord.sql.elements import Cast, TypeCoerce
    from accord.sqltypes.base import TypeEngine


class Rendered(ColumnElement[Any]):
    """A piece of text that is rendered already, inside the expression a type puts around it."""

    __slots__ = ("text",)

    visit_name = "rendered"
    name: str | None = None

    def __init__(self, text: str, type_: TypeEngine) -> None:
        self.text = text
        self.type = type_
        self._compose()

    def shape(self) -> tuple[Hashable, ...]:
        return (self.text,)


class TypeRenderer(RendererBase):
    """Types inside expressions."""

    def visit_bindparam(self, bind: BindParameter[Any]) -> str:
        return self.sent(self.bind_text(bind), bind.type)

    def bind_text(self, bind: BindParameter[Any]) -> str:
        """A parameter, or its value, by itself."""
        return self.literal_bind(bind) if self.literal_binds else self.parameter(bind)

    def sent(self, text: str, type_: TypeEngine) -> str:
        """A parameter inside the `bind_expression` of its type, if that has one."""
        wrap = self.entry(type_).bind_expression
        return text if wrap is None else self.process(wrap(Rendered(text, type_)))

    def sent_around(self, type_: TypeEngine) -> tuple[str, str]:
        """What `sent` puts before and behind each value of an IN list; parameters of its own are
        literals there, because it is repeated.
        """
        saved, self.literal_binds = self.literal_binds, True
        try:
            before, _, behind = self.sent("\x01", type_).partition("\x01")
        finally:
            self.literal_binds = saved
        if "\0" in before + behind or "\x01" in behind:
            raise CompileError(
                f"in_() cannot repeat the bind_expression() of {type(type_).__name__}, which has "
                "its value more than once; combine comparisons with or_()"
            )
        return before, behind

    def fetched(self, element: ColumnElement[Any]) -> ColumnElement[Any] | None:
        """The `column_expression` around a column the driver fetches; None: the column alone."""
        wrap = self.entry(element.type).column_expression if self.fetching else None
        return None if wrap is None else wrap(element)

    def visit_rendered(self, node: Rendered) -> str:
        return node.text

    # --- casts ------------------------------------------------------------------------------------

    def cast_type(self, type_: TypeEngine) -> str:
        """A type as CAST writes it."""
        return self.target.types.ddl(type_)

    def visit_cast(self, node: Cast[Any]) -> str:
        return f"CAST({self.process(node.element)} AS {self.cast_type(node.type)})"

    def visit_try_cast(self, node: Cast[Any]) -> str:
        return f"TRY_CAST({self.process(node.element)} AS {self.cast_type(node.type)})"

    def visit_type_coerce(self, node: TypeCoerce[Any]) -> str:
        return self.process(node.element)

    # --- arrays -----------------------------------------------------------------------------------

    def visit_slice(self, node: Any) -> str:
        start, stop = (
            "" if part is None else self.process(part) for part in (node.start, node.stop)
        )
        return f"{start}:{stop}"
