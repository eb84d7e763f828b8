"""SQLite's DDL: INTEGER PRIMARY KEY, AUTOINCREMENT, WITHOUT ROWID, STRICT, everything inside
CREATE TABLE.

In: DDL elements of accord.schema. Out: text. Options: ``sqlite_autoincrement``,
``sqlite_with_rowid``, ``sqlite_strict`` on tables; ``sqlite_on_conflict…`` on columns and
constraints; ``sqlite_where`` on indexes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from accord.exc import ArgumentError, CompileError
from accord.schema import (
    AddColumn,
    AddConstraint,
    AlterColumn,
    CheckConstraint,
    Column,
    Constraint,
    CreateIndex,
    CreateSchema,
    CreateTable,
    DDLElement,
    DDLRenderer,
    DropConstraint,
    DropSchema,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from accord.schema.alter import OptionChange
from accord.sqltypes import TypeDecorator, TypeEngine

from .types import STRICT_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_BARE_DEFAULT = re.compile(
    r"(?:CURRENT_(?:TIMESTAMP|DATE|TIME)|NULL|TRUE|FALSE|[+-]?\d+(?:\.\d+)?|'(?:[^']|'')*'|\(.*\))\Z",
    re.IGNORECASE | re.DOTALL,
)
_ON_CONFLICT = re.compile(r"(?:ROLLBACK|ABORT|FAIL|IGNORE|REPLACE)\Z", re.IGNORECASE)
_TABLE_OPTIONS = frozenset({"autoincrement", "with_rowid", "strict"})
_COLUMN_OPTIONS = frozenset(
    {"on_conflict_primary_key", "on_conflict_not_null", "on_conflict_unique"}
)
_CONSTRAINT_OPTIONS = frozenset({"on_conflict"})
_INDEX_OPTIONS = frozenset({"where"})


class SQLiteDDL(DDLRenderer):
    """The DDL of SQLite."""

    supports_alter = False
    alters_columns = False
    supports_sequences = False
    supports_identity = False
    supports_computed = True
    replaces_views = None
    materialized_views = False

    # --- tables -----------------------------------------------------------------------------------

    def visit_create_table(self, create: CreateTable) -> str:
        _check_options(create.element, _TABLE_OPTIONS, f"table {create.element.fullname!r}")
        return super().visit_create_table(create)

    def table_options(self, table: Table) -> str:
        options = []
        if table.dialect_option("sqlite", "with_rowid", True) is False:
            options.append("WITHOUT ROWID")
        if table.dialect_option("sqlite", "strict", False):
            options.append("STRICT")
        return f" {', '.join(options)}" if options else ""

    def column_type(self, column: Column[Any]) -> str:
        table = column.table
        generic = _stored(column.type).sql_name is None
        if isinstance(table, Table):
            if table.autoincrement_column is column and generic:
                return "INTEGER"  # only a column of exactly this type counts by itself
            if table.dialect_option("sqlite", "strict", False):
                return self._strict_type(column)
        return super().column_type(column)

    def _strict_type(self, column: Column[Any]) -> str:
        type_ = _stored(self._variant(column.type))
        for kind, name in STRICT_TYPES:
            if isinstance(type_, kind):
                return name
        return super().column_type(column)

    def _variant(self, type_: TypeEngine) -> TypeEngine:
        return type_.variants.get("sqlite", type_)

    def column_spec(self, column: Column[Any]) -> str:
        _check_options(column, _COLUMN_OPTIONS, f"column {column.name!r}")
        text = super().column_spec(column)
        table = column.table
        if isinstance(table, Table) and column.primary_key and self._inline_key(table):
            text += f" PRIMARY KEY{self._key_conflict(table)} AUTOINCREMENT"
        return text

    def nullability(self, column: Column[Any]) -> str:
        text = super().nullability(column)
        return text and text + self._conflict(column, "on_conflict_not_null")

    def default_text(self, column: Column[Any]) -> str | None:
        text = super().default_text(column)
        if text is None or _BARE_DEFAULT.match(text):
            return text
        return f"({text})"

    # --- constraints ------------------------------------------------------------------------------

    def constraint(self, constraint: Constraint) -> str:
        _check_options(constraint, _CONSTRAINT_OPTIONS, f"a {type(constraint).__name__}")
        if not isinstance(constraint, ForeignKeyConstraint) and self.deferrability(constraint):
            raise CompileError(
                f"SQLite can only defer foreign keys; leave deferrable= and initially= out of the "
                f"{type(constraint).__name__}"
            )
        return super().constraint(constraint)

    def primary_key_constraint(self, constraint: PrimaryKeyConstraint) -> str:
        table = constraint.table
        if table is not None and self._inline_key(table):
            return ""  # written with its column
        conflict = "" if table is None else self._key_conflict(table)
        return super().primary_key_constraint(constraint) + conflict

    def unique_constraint(self, constraint: UniqueConstraint) -> str:
        conflict = self._conflict(constraint, "on_conflict")
        columns = list(constraint)
        if not conflict and len(columns) == 1:
            conflict = self._conflict(columns[0], "on_conflict_unique")
        return super().unique_constraint(constraint) + conflict

    def check_constraint(self, constraint: CheckConstraint) -> str:
        return super().check_constraint(constraint) + self._conflict(constraint, "on_conflict")

    def foreign_key_constraint(self, key: ForeignKeyConstraint) -> str:
        """A foreign key never leaves its own schema, and names its table without it."""
        schema_of = self.target.schema_of
        if key.table is not None and (
            schema_of(key.table.schema) != schema_of(key.referred_table.schema)
        ):
            return ""
        text = (
            f"{self.constraint_name(key)}FOREIGN KEY({self.column_names(key.columns)}) "
            f"REFERENCES {self.identifier(key.referred_table.name)} "
            f"({self.column_names(key.referred_columns)})"
        )
        return text + self.match_clause(key) + self.cascades(key) + self.deferrability(key)

    def _inline_key(self, table: Table) -> bool:
        """Whether the primary key is written with its column, for AUTOINCREMENT."""
        if not table.dialect_option("sqlite", "autoincrement", False):
            return False
        if table.autoincrement_column is None or len(table.primary_key) != 1:
            raise CompileError(
                f"sqlite_autoincrement of table {table.fullname!r} needs a primary key of one "
                "integer column"
            )
        if table.dialect_option("sqlite", "with_rowid", True) is False:
            raise CompileError(
                f"table {table.fullname!r}: sqlite_autoincrement counts rowids, "
                "sqlite_with_rowid=False has none"
            )
        return True

    def _key_conflict(self, table: Table) -> str:
        conflict = self._conflict(table.primary_key, "on_conflict")
        columns = list(table.primary_key)
        if not conflict and len(columns) == 1:
            conflict = self._conflict(columns[0], "on_conflict_primary_key")
        return conflict

    def _conflict(self, item: Any, option: str) -> str:
        value = item.dialect_option("sqlite", option)
        if value is None:
            return ""
        return f" ON CONFLICT {self.keyword(value, _ON_CONFLICT, f'sqlite_{option}=').upper()}"

    # --- what SQLite has not ----------------------------------------------------------------------

    def visit_add_constraint(self, add: AddConstraint) -> str:
        raise _rebuild(add.element.table, "add a constraint to")

    def visit_drop_constraint(self, drop: DropConstraint) -> str:
        raise _rebuild(drop.element.table, "drop a constraint of")

    def visit_alter_column(self, change: AlterColumn) -> str:
        raise _rebuild(change.element.table, f"alter column {change.element.name!r} of")

    def visit_set_table_comment(self, comment: DDLElement) -> str:
        raise CompileError("SQLite keeps no comments on tables and columns")

    visit_drop_table_comment = visit_set_column_comment = visit_set_table_comment
    visit_drop_column_comment = visit_set_table_comment

    # --- columns of tables that exist -------------------------------------------------------------

    def visit_add_column(self, add: AddColumn) -> str:
        """A foreign key of the new column can only be made with it."""
        keys = [key for key in self._keys_of(add.element) if self.comes_with_column(key, [])]
        return super().visit_add_column(add) + "".join(map(self._inline_reference, keys))

    def _keys_of(self, column: Column[Any]) -> list[ForeignKeyConstraint]:
        table = column.table
        keys = table.foreign_key_constraints if isinstance(table, Table) else set()
        return sorted(
            [key for key in keys if [c.name for c in key.columns] == [column.name]],
            key=lambda key: key.creation_order,
        )

    def _inline_reference(self, key: ForeignKeyConstraint) -> str:
        text = self.foreign_key_constraint(key)
        name = self.constraint_name(key)
        return f" {name}REFERENCES{text.partition(' REFERENCES')[2]}"

    def can_add_column(self, column: Column[Any]) -> bool:
        """No key, nothing stored that is computed; a constant default if it may not be NULL."""
        if column.primary_key or column.identity is not None:
            return False
        if column.computed is not None:
            return not column.computed.persisted
        default = self.default_text(column)
        changes = default is not None and default.upper().startswith(("CURRENT_", "("))
        return not changes and (column.nullable or default is not None)

    def numbers_rows(self, column: Column[Any]) -> bool:
        """What counts is the rowid."""
        table = column.table
        counts = not isinstance(table, Table) or table.dialect_option("sqlite", "with_rowid", True)
        return bool(counts) and super().numbers_rows(column)

    def option_changes(self, table: Table, found: Mapping[str, object]) -> Iterable[OptionChange]:
        """All of them: a table without an option has it not."""
        for name in sorted(_TABLE_OPTIONS):
            usual = name == "with_rowid"
            wanted = bool(table.dialect_option("sqlite", name, usual))
            there = bool(found.get(f"sqlite_{name}", usual))
            if wanted != there:
                yield OptionChange(name=f"sqlite_{name}", found=str(there), declared=str(wanted))

    def comes_with_column(self, key: ForeignKeyConstraint, added: list[Column[Any]]) -> bool:
        columns = list(key.columns)
        return len(columns) == 1 and self.default_text(columns[0]) is None and (
            not added or columns[0] in added
        )

    # --- indexes, schemas -------------------------------------------------------------------------

    def visit_create_index(self, create: CreateIndex) -> str:
        """The schema stands before the index, not before the table."""
        index = create.element
        _check_options(index, _INDEX_OPTIONS, f"index {index.name!r}")
        if index.table is None:
            return super().visit_create_index(create)
        unique = "UNIQUE " if index.unique else ""
        exists = "IF NOT EXISTS " if create.if_not_exists else ""
        keys = ", ".join(self.index_expression(expression) for expression in index.expressions)
        return (
            f"CREATE {unique}INDEX {exists}{self.index_name(index, with_schema=True)} "
            f"ON {self.identifier(index.table.name)} ({keys}){self.index_options(index)}"
        )

    def index_options(self, index: Index) -> str:
        where = index.dialect_option("sqlite", "where")
        return "" if where is None else f" WHERE {self.sql(where)}"

    def visit_create_schema(self, create: CreateSchema) -> str:
        raise CompileError("SQLite has no CREATE SCHEMA; a schema is a file: ATTACH DATABASE")

    def visit_drop_schema(self, drop: DropSchema) -> str:
        raise CompileError("SQLite has no DROP SCHEMA; a schema is a file: DETACH DATABASE")


def _rebuild(table: Any, words: str) -> CompileError:
    name = getattr(table, "fullname", "?")
    return CompileError(
        f"SQLite cannot {words} table {name!r}, which exists; make the table anew and copy its "
        "rows: accord schema diff prints how"
    )


def _stored(type_: TypeEngine) -> TypeEngine:
    while isinstance(type_, TypeDecorator):
        type_ = type_.impl_instance
    return type_


def _check_options(item: Any, known: frozenset[str], what: str) -> None:
    for option in item.dialect_options.get("sqlite", ()):
        if option not in known:
            shown = ", ".join(f"sqlite_{name}" for name in sorted(known))
            raise ArgumentError(f"{what} has no option sqlite_{option}; there is {shown}")
