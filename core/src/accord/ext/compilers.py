"""What functions under `@compiles` get as `compiler`: the renderer's work under the names that
recipes use.

`process()` writes any part, `visit_…()` a construct as accord writes it, `preparer` names,
`render_literal_value()` values. Keyword arguments go down to constructs of users below; accord's
own renderers know `literal_binds` only. In: a renderer, or a type table. Out: text.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from accord import sqltypes
from accord.exc import CompileError
from accord.schema.ddlbase import DDLBase
from accord.sql import coercion
from accord.sql.preparer import IdentifierPreparer
from accord.sql.render.base import RendererBase
from accord.sqltypes.base import TypeEngine, to_instance
from accord.sqltypes.table import TypeTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from accord.sql.target import RenderTarget


class DialectNames:
    """`compiler.dialect`: the database that is written for."""

    def __init__(self, target: RenderTarget, preparer: IdentifierPreparer) -> None:
        self.name = target.dialect_name
        self.paramstyle = target.paramstyle
        self.max_identifier_length = target.max_identifier_length
        self.identifier_preparer = preparer
        self.type_compiler = self.type_compiler_instance = TypeCompiler(target.types)


class Compiler:
    """What the compilers of statements and of DDL share."""

    keywords: Mapping[str, Any]

    def __init__(self, element: Any, renderer: Any) -> None:
        self._element = element
        self._renderer = renderer
        target: RenderTarget = renderer.target
        self.preparer = IdentifierPreparer(target)
        self.dialect = DialectNames(target, self.preparer)
        self.type_compiler = self.type_compiler_instance = self.dialect.type_compiler
        self.keywords = renderer.keywords

    def __getattr__(self, name: str) -> Any:
        """``visit_select``, ``visit_create_table`` …: a construct as accord writes it."""
        visit = getattr(self._renderer, name, None) if name.startswith("visit_") else None
        if visit is None:
            raise AttributeError(
                f"this compiler has no {name!r}; it has process(), render_literal_value(), "
                "preparer, dialect and visit_… for every construct of accord"
            )

        def visited(element: Any, **keywords: Any) -> str:
            self._stand_in(element)
            with self._given(keywords):
                text: str = visit(element)
                return text

        return visited

    def plainly(self, element: Any) -> str:
        """The element as accord writes it."""
        text: str = self._renderer.plainly(element)
        return text

    def _stand_in(self, element: Any) -> None:
        """`element` is written in the place of the one this compiler was made for."""

    @contextmanager
    def _given(self, keywords: Mapping[str, Any]) -> Iterator[None]:
        renderer = self._renderer
        saved = renderer.keywords
        renderer.keywords = keywords
        try:
            yield
        finally:
            renderer.keywords = saved


class SQLCompiler(Compiler):
    """For constructs of statements and expressions."""

    _renderer: RendererBase

    @property
    def statement(self) -> Any:
        """The statement that is compiled."""
        return self._renderer.root

    current_executable = statement

    def process(self, element: Any, **keywords: Any) -> str:
        """The text of a part: a construct, the arguments of a function, a type."""
        if isinstance(element, TypeEngine):
            return self.type_compiler.process(element)
        if isinstance(element, tuple | list):
            return ", ".join([self.process(part, **keywords) for part in element])
        node = coercion.element_of(element)
        with self._given(keywords):
            return self._renderer.process(getattr(node, "from_clause", node))

    @contextmanager
    def _given(self, keywords: Mapping[str, Any]) -> Iterator[None]:
        renderer = self._renderer
        saved = renderer.literal_binds
        renderer.literal_binds = bool(keywords.get("literal_binds", saved))
        try:
            with super()._given(keywords):
                yield
        finally:
            renderer.literal_binds = saved

    def _stand_in(self, element: Any) -> None:
        if self._element is self._renderer.root:
            self._renderer.root = element

    def function_argspec(self, function: Any, **keywords: Any) -> str:
        """The arguments of a function, in parentheses."""
        return f"({self.process(function.clauses, **keywords)})"

    def render_literal_value(self, value: Any, type_: Any) -> str:
        """A value as SQL text."""
        return self._renderer.literal(value, to_instance(type_))


class DDLCompiler(Compiler):
    """For DDL."""

    _renderer: DDLBase

    @property
    def statement(self) -> Any:
        """The DDL that is compiled."""
        return self._element

    @property
    def sql_compiler(self) -> SQLCompiler:
        """What writes statements and expressions; values in them are literals, for DDL takes no
        parameters.
        """
        renderer = self._renderer.sql_renderer()
        renderer.literal_binds = True
        return SQLCompiler(None, renderer)

    def process(self, element: Any, **keywords: Any) -> str:
        """The text of other DDL."""
        with self._given(keywords):
            return self._renderer.render(element)

    def get_column_specification(self, column: Any, **keywords: Any) -> str:
        """A column as CREATE TABLE has it: name, type, default, NOT NULL."""
        spec: str = self._renderer.column_spec(column)  # type: ignore[attr-defined]  # every DDLRenderer
        return spec

    def get_column_default_string(self, column: Any) -> str | None:
        """The expression after DEFAULT."""
        text: str | None = self._renderer.default_text(column)  # type: ignore[attr-defined]  # as above
        return text

    def render_literal_value(self, value: Any, type_: Any) -> str:
        """A value as SQL text."""
        return self.sql_compiler.render_literal_value(value, type_)


class TypeCompiler:
    """For types."""

    keywords: Mapping[str, Any] = {}

    def __init__(self, types: TypeTable) -> None:
        self._types = types

    @property
    def dialect(self) -> Any:
        """The database that is written for."""
        return self._types

    def process(self, type_: Any, **keywords: Any) -> str:
        """The text of another type."""
        return self._types.ddl(to_instance(type_))

    def plainly(self, type_: TypeEngine) -> str:
        """A type as accord writes it."""
        return self._types.plain_ddl(type_)

    def __getattr__(self, name: str) -> Any:
        """``visit_VARCHAR``: a type under that SQL name; ``visit_string``: as it is."""
        word = name.removeprefix("visit_")
        if word == name:
            raise AttributeError(f"the compiler of types has no {name!r}")
        if not word.isupper():
            return lambda type_, **keywords: self.plainly(type_)
        kind = getattr(sqltypes, word, None)
        if not (isinstance(kind, type) and issubclass(kind, TypeEngine)):
            raise AttributeError(f"there is no type {word} in accord.types")
        return lambda type_, **keywords: self._types.plain_ddl(_as(kind, type_))


def _as(kind: type[TypeEngine], type_: TypeEngine) -> TypeEngine:
    """The type of this class that has the attributes of `type_`."""
    made: TypeEngine = object.__new__(kind)
    vars(made).update({name: value for name, value in vars(type_).items() if name != "key"})
    return made


def compiler_for(element: Any, renderer: Any) -> Any:
    """The compiler that a function for `element` gets from this renderer."""
    if isinstance(renderer, TypeTable):
        return TypeCompiler(renderer)
    if isinstance(renderer, DDLBase):
        return DDLCompiler(element, renderer)
    if isinstance(renderer, RendererBase):
        return SQLCompiler(element, renderer)
    raise CompileError(f"{type(renderer).__name__} writes no constructs of users")
