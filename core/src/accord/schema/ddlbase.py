"""The base of the DDL renderer: what a database can, dispatch, names, literals, expressions.

Every name goes through `quote_identifier`, every keyword a user may choose (ON DELETE …, INITIALLY
…) through a pattern of those allowed, every expression through the dialect's SQL renderer with its
values as literals.
"""

from __future__ import annotations

import operator
from copy import copy
from typing import TYPE_CHECKING, Any, ClassVar, Self

from accord.exc import ArgumentError, CompileError
from accord.schema.naming import conv, conventional_name
from accord.sql.identifiers import clipped, name_length, quote_identifier
from accord.sqltypes.text import String

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Mapping

    from accord.schema import elements
    from accord.schema.sequence import Sequence
    from accord.schema.table import Table
    from accord.sql.render import Renderer
    from accord.sql.target import RenderTarget

_STRING = String()


class DDLBase:
    """What all parts of a DDL renderer use.

    `sql_renderer` renders the expressions inside DDL (defaults, CHECK, index expressions);
    `dialect` is what functions given to `ddl_if` are told.
    """

    supports_alter: ClassVar[bool] = True
    """Can constraints be added to and dropped from an existing table?"""
    supports_sequences: ClassVar[bool] = True
    sequences_optional: ClassVar[bool] = False
    """Are there better ways to number rows, so that Sequence(optional=True) is not needed?"""
    supports_comments: ClassVar[bool] = False
    inline_comments: ClassVar[bool] = False
    """Are comments part of CREATE TABLE? Else they are statements of their own."""
    supports_identity: ClassVar[bool] = True
    supports_computed: ClassVar[bool] = True
    native_enum: ClassVar[bool] = False
    """Does the database have enum types, so that no CHECK is needed?"""
    constraint_comments: ClassVar[bool] = False
    """Can a constraint have a comment?"""
    replaces_views: ClassVar[str | None] = "OR REPLACE"
    """What CREATE OR REPLACE VIEW is called, None if there is no such thing."""
    temporary_views: ClassVar[bool] = True
    materialized_views: ClassVar[bool] = True
    table_as_if_not_exists: ClassVar[bool] = True

    def __init__(
        self,
        target: RenderTarget,
        *,
        sql_renderer: type[Renderer] | None = None,
        dialect: Any = None,
    ) -> None:
        self.target = target
        self.dialect = dialect
        self.keywords: Mapping[str, Any] = {}  # for constructs of users
        self._sql_renderer = sql_renderer
        self._renamed: Table | None = None
        self._new_name = ""

    @classmethod
    def before_create(cls, tables: list[Table]) -> Iterable[elements.DDLElement]:
        """Statements a plan has to begin with: types, for instance."""
        return ()

    @classmethod
    def after_drop(cls, tables: list[Table]) -> Iterable[elements.DDLElement]:
        """Statements a drop plan has to end with."""
        return ()

    @classmethod
    def creates_sequence(cls, sequence: Sequence) -> bool:
        """Whether the database is to have this sequence."""
        return cls.supports_sequences and not (sequence.optional and cls.sequences_optional)

    def render(self, element: elements.DDLElement) -> str:
        """The text of one DDL statement."""
        custom = type(element).custom_render
        return self.plainly(element) if custom is None else custom(element, self)

    def plainly(self, element: elements.DDLElement) -> str:
        """The text of a statement as this renderer writes it, whatever `@compiles` says."""
        visit = getattr(self, f"visit_{element.visit_name}", None)
        if visit is None:
            raise CompileError(
                f"{type(self).__name__} cannot render {type(element).__name__}; give it a method "
                f"visit_{element.visit_name}, or the element a function with @compiles"
            )
        text: str = visit(element)
        return text

    # --- names -----------------------------------------------------------------------------------

    def identifier(self, name: str | None) -> str:
        """A name, quoted if it has to be."""
        if name is None:
            raise CompileError("a column without a name has no DDL; give it one")
        return quote_identifier(name, self.target)

    def qualified(self, name: str, schema: str | None) -> str:
        """A name with its schema, translated."""
        schema = self.target.schema_of(schema)
        return self.identifier(name) if schema is None else (
            f"{self.identifier(schema)}.{self.identifier(name)}"
        )  # fmt: skip

    def table_name(self, table: Table) -> str:
        name = self._new_name if table is self._renamed else table.name
        return self.qualified(name, table.schema)

    def renaming(self, table: Table, name: str) -> Self:
        """A renderer that writes `table` under another name: for a table that is made anew beside
        the one that is there.
        """
        other = copy(self)
        other._renamed, other._new_name = table, name
        return other

    def final_name(self, item: Any) -> str | None:
        """The name of a constraint or index; one made by a convention is shortened if it is too
        long.
        """
        name = item.name
        if name is None and item.table is not None:
            name = conventional_name(item, item.table)
        if not isinstance(name, str):
            return None
        limit = self.target.max_identifier_length
        if isinstance(name, conv) and name_length(name, self.target) > limit:
            import hashlib

            digest = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
            return f"{clipped(name, limit - 8, self.target)}_{digest[-4:]}"
        return name

    def column_names(self, columns: Iterable[Any]) -> str:
        return ", ".join(self.identifier(column.name) for column in columns)

    # --- expressions and values ------------------------------------------------------------------

    def sql(self, expression: Any) -> str:
        """An expression inside DDL: columns without their table, values as literals."""
        renderer = self.sql_renderer()
        renderer.literal_binds = True
        renderer.qualify_columns = False
        return renderer.process(expression)

    def query(self, selectable: Any) -> str:
        """A whole SELECT inside DDL, values as literals."""
        renderer = self.sql_renderer()
        renderer.literal_binds = True
        renderer.root = selectable
        return renderer.statement_text(selectable)

    def sql_renderer(self) -> Renderer:
        """What writes statements and expressions for the same database."""
        from accord.sql.render import Renderer

        return (self._sql_renderer or Renderer)(self.target)

    def literal(self, text: str) -> str:
        """A string literal."""
        return self.target.types.entry(_STRING).literal(text)

    def integer(self, value: int) -> str:
        """A number given as an option (START WITH …)."""
        try:
            return str(operator.index(value))
        except TypeError:
            raise ArgumentError(
                f"sequence and identity options are integers, not {type(value).__name__}"
            ) from None

    @staticmethod
    def keyword(value: str, allowed: re.Pattern[str], what: str) -> str:
        """A keyword given as a string, if it is one of those allowed."""
        if allowed.match(value.strip()) is None:
            raise CompileError(f"{what} cannot be {value!r}")
        return value.strip()
