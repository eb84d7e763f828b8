"""IdentifierPreparer: names of schema objects as SQL, for programs that put statements together.

The face that SQLAlchemy's users know of the one quoting function (identifiers.py). In: names,
tables, columns and what else has a name. Out: text that can stand in a statement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .identifiers import quote_identifier, quoted_name, requires_quotes

if TYPE_CHECKING:
    from .target import RenderTarget


class IdentifierPreparer:
    """Writes names for one database, in the schemas that `target` has for them."""

    def __init__(self, target: RenderTarget) -> None:
        self.target = target

    @property
    def initial_quote(self) -> str:
        """What opens a quoted name."""
        return self.target.quote_open

    @property
    def final_quote(self) -> str:
        """What closes one."""
        return self.target.quote_close

    @property
    def reserved_words(self) -> frozenset[str]:
        """Words that are names only in quotes."""
        return self.target.reserved_words

    def requires_quotes(self, name: str) -> bool:
        """Whether a name has to be quoted."""
        return requires_quotes(name, self.target)

    def quote(self, name: str) -> str:
        """A name, quoted if it has to be (or as `quoted_name` says)."""
        return quote_identifier(name, self.target)

    def quote_identifier(self, name: str) -> str:
        """A name in quotes, whether it needs them or not."""
        return quote_identifier(quoted_name(str(name), True), self.target)

    quote_schema = format_schema = format_savepoint = format_collation = quote

    def format_table(self, table: Any, use_schema: bool = True, name: str | None = None) -> str:
        """A table's name, after its schema."""
        return self._qualified(table, name or table.name, use_schema)

    def format_sequence(self, sequence: Any, use_schema: bool = True) -> str:
        """A sequence's name, after its schema."""
        return self._qualified(sequence, sequence.name, use_schema)

    def _qualified(self, item: Any, name: str, use_schema: bool) -> str:
        schema = self.target.schema_of(item.schema)
        if not use_schema or schema is None:
            return self.quote(name)
        return f"{self.quote(schema)}.{self.quote(name)}"

    def format_column(
        self,
        column: Any,
        use_table: bool = False,
        name: str | None = None,
        table_name: str | None = None,
        use_schema: bool = False,
    ) -> str:
        """A column's name; with `use_table`, after its table's."""
        name = name or column.name
        if getattr(column, "is_literal", False):
            return str(name)
        if not use_table or column.table is None:
            return self.quote(str(name))
        owner = self.format_table(column.table, use_schema, table_name)
        return f"{owner}.{self.quote(str(name))}"

    def format_label(self, label: Any, name: str | None = None) -> str:
        """The name of a label."""
        return self.quote(name or label.name)

    def format_alias(self, alias: Any, name: str | None = None) -> str:
        """The name of an alias."""
        return self.quote(name or alias.name)

    def format_constraint(self, constraint: Any) -> str | None:
        """The name of a constraint, if it has one."""
        return None if constraint.name is None else self.quote(constraint.name)

    def format_index(self, index: Any) -> str | None:
        """The name of an index, if it has one."""
        return self.format_constraint(index)
