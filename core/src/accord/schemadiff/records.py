"""The values of a schema comparison: what the catalog says, what differs, what to execute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from accord.exc import IdentifierError
from accord.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accord.dialect.reflection import ReflectedTable, Reflection
    from accord.schema import DDLElement, DDLRenderer, Table

Action = Literal["add", "remove", "change"]
Key = tuple[str | None, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """What the database has: its tables by (schema, name), its views, and its sequences.

    `materialized` are the views that hold rows. Of the declared ones, `other_views` are made of
    another query; `unsure` says of others why the database cannot tell.
    """

    tables: Mapping[Key, ReflectedTable] = field(default_factory=dict)
    views: frozenset[Key] = frozenset()
    materialized: frozenset[Key] = frozenset()
    other_views: frozenset[Key] = frozenset()
    unsure: Mapping[Key, str] = field(default_factory=dict)
    sequences: frozenset[Key] = frozenset()
    missing_schemas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the database has that its tables carry along: the views of the models, each with what
    drops it, and by table the triggers that a rebuild has to make anew.
    """

    views: Mapping[Table, DDLElement] = field(default_factory=dict)
    triggers: Mapping[Table, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How one database speaks: the comparison asks its renderer for texts, and its reflection which
    texts mean the same.
    """

    dialect: str
    renderer: DDLRenderer
    reflection: Reflection
    directions: bool = True
    """Does an index of this server know DESC?"""
    default_schema: str | None = None

    def schema(self, name: str | None) -> str | None:
        """A schema's name, None for the one that need not be named."""
        return None if name == self.default_schema else name

    def key(self, item: Any) -> Key:
        """Schema and name of a table or sequence."""
        return self.schema(item.schema), item.name

    def quoted(self, name: str) -> str | None:
        """A name as it stands in SQL; None for one from the catalog that cannot."""
        try:
            return self.renderer.identifier(name)
        except IdentifierError:
            return None

    def default(self, column: Any) -> str | None:
        """The text after DEFAULT that the models ask for."""
        return self.renderer.default_text(column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that the database has and the models have not, or the other way, or otherwise.

    `item` is the schema item the DDL is about (declared, or made from the catalog for what is to
    go), `table` the table it belongs to, `old` the column as the catalog has it.
    """

    action: Action
    what: str
    name: str | None
    found: str | None = None
    declared: str | None = None
    table: Table | None = field(default=None, repr=False)
    item: Any = field(default=None, repr=False)
    old: Any = field(default=None, repr=False)
    notes: tuple[str, ...] = ()

    @property
    def dangerous(self) -> bool:
        """Whether data goes, or may go, with what is executed for it."""
        return any(note.startswith("DATA LOSS") for note in self.notes)

    @property
    def table_name(self) -> str | None:
        """The table's name, with its schema."""
        return None if self.table is None else self.table.fullname

    def __str__(self) -> str:
        own = self.what in ("table", "view", "sequence", "enum", "schema")
        where = "" if self.table is None or own else f" of table {self.table.fullname}"
        name = "" if self.name is None else f" {self.name}"
        what = self.found or self.declared
        if what is not None and self.action != "change" and self.what != "column":
            name += f" {what}"
        text = f"{self.action} {self.what}{name}{where}"
        if self.action == "change":
            text += f": {self.found or 'none'} → {self.declared or 'none'}"
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A piece of DDL with what to know before it is executed; `sql` None: a person decides."""

    sql: str | None
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [f"-- {line}" for note in self.notes for line in note.splitlines()]
        if self.sql is not None:
            lines.append(f"{self.sql.strip()};")
        return "\n".join(lines)
