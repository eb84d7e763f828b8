"""DDL of MySQL and MariaDB: AUTO_INCREMENT, table options, prefix indexes, comments inside CREATE
TABLE.

In: DDL elements of accord.schema. Out: text. Options are ``mysql_…=`` (on MariaDB ``mariadb_…=``
first): see `options.py`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from accord.exc import CompileError
from accord.schema import (
    AlterColumn,
    CheckConstraint,
    Column,
    Constraint,
    CreateIndex,
    DDLRenderer,
    DropColumnComment,
    DropConstraint,
    DropIndex,
    DropTableComment,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Sequence,
    SetColumnComment,
    SetTableComment,
    Table,
    UniqueConstraint,
)
from accord.sqltypes import TIMESTAMP, DateTime

from .casts import stored
from .literals import comment_text
from .options import (
    COLUMN,
    CONSTRAINT,
    INDEX,
    TABLE,
    check_options,
    option,
    option_changes,
    table_options,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from accord.schema.alter import OptionChange

_NOW = re.compile(
    r"(?P<now>(?:CURRENT_TIMESTAMP|NOW|LOCALTIMESTAMP|LOCALTIME)(?:\s*\(\s*\))?)"
    r"(?P<more>\s+ON\s+UPDATE\s+(?:CURRENT_TIMESTAMP|NOW|LOCALTIMESTAMP|LOCALTIME)(?:\s*\(\s*\))?)?\Z",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?:NULL|TRUE|FALSE|\(.*\)|CURRENT_TIMESTAMP\(\d\)(?:\s+ON\s+UPDATE\s+.*)?)\Z",
    re.IGNORECASE | re.DOTALL,
)
_CONSTANT = re.compile(r"(?:[+-]?\d+(?:\.\d+)?|'(?:[^'\\]|'')*')\Z")
_EXPRESSION_TYPES = ("TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT", "TINYBLOB", "BLOB", "MEDIUMBLOB",
                     "LONGBLOB", "JSON")  # fmt: skip


class MySQLDDL(DDLRenderer):
    """The DDL of MySQL."""

    supports_sequences = False
    supports_comments = True
    inline_comments = True
    supports_identity = False
    supports_computed = True
    native_enum = True
    sequences_optional = True
    computed_not_null = True
    temporary_views = False
    materialized_views = False

    # --- tables and columns -----------------------------------------------------------------------

    def table_options(self, table: Table) -> str:
        check_options(table, TABLE, f"table {table.fullname!r}")
        return table_options(table, self.target.dialect_name)

    def column_spec(self, column: Column[Any]) -> str:
        check_options(column, COLUMN, f"column {column.name!r}")
        return super().column_spec(column)

    def column_type(self, column: Column[Any]) -> str:
        text = super().column_type(column)
        if text.startswith(("VARCHAR", "NATIONAL VARCHAR")) and "VARCHAR(" not in text:
            table = getattr(column.table, "fullname", "?")
            raise CompileError(
                f"(in table {table!r}, column {column.name!r}): VARCHAR requires a length on "
                f"dialect {self.target.dialect_name}: String(255), or Text()"
            )
        return text

    def default_text(self, column: Column[Any]) -> str | None:
        text = super().default_text(column)
        if text is None:
            return None
        now = _NOW.match(text)
        if now is not None and isinstance(stored(column.type), DateTime):
            digits = _digits(column)
            more = f" ON UPDATE CURRENT_TIMESTAMP{digits}" if now["more"] else ""
            return f"CURRENT_TIMESTAMP{digits}{more}"
        if _BARE.match(text):
            return text
        if _CONSTANT.match(text) and not self.column_type(column).startswith(_EXPRESSION_TYPES):
            return text
        return f"({text})"

    def default_clause(self, column: Column[Any]) -> str:
        text = super().default_clause(column)
        onupdate: Any = column.server_onupdate
        if onupdate is None or not onupdate.has_argument or column.computed is not None:
            return text
        value = onupdate.arg if isinstance(onupdate.arg, str) else self.sql(onupdate.arg)
        if _NOW.match(value) is None:
            raise CompileError(
                f"column {column.name!r}: ON UPDATE can only be CURRENT_TIMESTAMP; use "
                "server_onupdate=FetchedValue() for what a trigger makes"
            )
        return f"{text} ON UPDATE CURRENT_TIMESTAMP{_digits(column)}".lstrip()

    def nullability(self, column: Column[Any]) -> str:
        if column.computed is not None and not self.computed_not_null:
            return ""
        if column.nullable and isinstance(stored(column.type), TIMESTAMP):
            return "NULL"  # without it some servers make it NOT NULL, filled by themselves
        return super().nullability(column)

    def autoincrement_clause(self, column: Column[Any]) -> str:
        table = column.table
        if not isinstance(table, Table) or table.autoincrement_column is not column:
            return ""
        default = column.default
        if isinstance(default, Sequence) and self.creates_sequence(default):
            return ""
        return "AUTO_INCREMENT"

    def column_comment_clause(self, column: Column[Any]) -> str:
        return "" if column.comment is None else f"COMMENT {comment_text(column.comment)}"

    def visit_alter_column(self, change: AlterColumn) -> str:
        """MODIFY takes the whole definition, so one statement makes every change of a column."""
        column = change.element
        return f"ALTER TABLE {self.table_of(column)} MODIFY {self.column_spec(column)}"

    def option(self, item: Any, name: str) -> Any:
        return option(item, self.target.dialect_name, name)

    def option_changes(self, table: Table, found: Mapping[str, object]) -> Iterable[OptionChange]:
        return option_changes(table, found, self.target.dialect_name, self.table_name(table))

    # --- constraints ------------------------------------------------------------------------------

    def deferrability(self, constraint: Constraint) -> str:
        if constraint.deferrable or constraint.initially:
            raise CompileError(
                f"{self.target.dialect_name} checks every row as it is written; leave deferrable= "
                f"and initially= out of the {type(constraint).__name__}"
            )
        return ""

    def match_clause(self, key: ForeignKeyConstraint) -> str:
        if key.match is not None:
            raise CompileError(
                f"{self.target.dialect_name} ignores MATCH, and ON DELETE with it; leave match= out"
            )
        return ""

    def visit_drop_constraint(self, drop: DropConstraint) -> str:
        element = drop.element
        table = self.table_of(element)
        if isinstance(element, PrimaryKeyConstraint):
            return f"ALTER TABLE {table} DROP PRIMARY KEY"
        name = self.final_name(element)
        if name is None:
            raise CompileError(
                f"a {type(element).__name__} without a name cannot be dropped; give it one"
            )
        word = "CONSTRAINT"
        if isinstance(element, ForeignKeyConstraint):
            word = "FOREIGN KEY"
        elif isinstance(element, UniqueConstraint):
            word = "INDEX"
        elif isinstance(element, CheckConstraint):
            word = self.drop_check
        return f"ALTER TABLE {table} DROP {word} {self.identifier(name)}"

    drop_check = "CHECK"

    # --- indexes ----------------------------------------------------------------------------------

    def visit_create_index(self, create: CreateIndex) -> str:
        index = create.element
        name = self.target.dialect_name
        check_options(index, INDEX, f"index {index.name!r}")
        if create.if_not_exists and not self.index_if_not_exists:
            raise CompileError(f"{name} has no CREATE INDEX IF NOT EXISTS")
        prefix = option(index, name, "prefix")
        kind = f"{self.keyword(str(prefix), _INDEX_PREFIX, 'mysql_prefix=')} " if prefix else ""
        unique = "UNIQUE " if index.unique else ""
        exists = "IF NOT EXISTS " if create.if_not_exists else ""
        keys = ", ".join([self._key_part(index, part) for part in index.expressions])
        text = (
            f"CREATE {unique}{kind}INDEX {exists}{self.index_name(index)} "
            f"ON {self.table_of(index)} ({keys})"
        )
        parser = option(index, name, "with_parser")
        if parser is not None:
            text += f" WITH PARSER {self.identifier(str(parser))}"
        return text + self._using(index)

    def _using(self, item: Any) -> str:
        using = option(item, self.target.dialect_name, "using")
        if using is None:
            return ""
        return f" USING {self.keyword(str(using), _USING, 'mysql_using=').upper()}"

    def primary_key_constraint(self, constraint: PrimaryKeyConstraint) -> str:
        check_options(constraint, CONSTRAINT, "a PrimaryKeyConstraint")
        return super().primary_key_constraint(constraint) + self._using(constraint)

    def unique_constraint(self, constraint: UniqueConstraint) -> str:
        check_options(constraint, CONSTRAINT, "a UniqueConstraint")
        return super().unique_constraint(constraint) + self._using(constraint)

    index_if_not_exists = False
    functional_indexes = True

    def _key_part(self, index: Index, part: Any) -> str:
        text = self.sql(part)
        column = _column_of(part)
        if column is None:
            if not self.functional_indexes:
                raise CompileError(
                    f"{self.target.dialect_name} has no indexes on expressions; index a Computed() "
                    "column"
                )
            return f"({text})"
        length = option(index, self.target.dialect_name, "length")
        if isinstance(length, dict):
            length = length.get(column.name, length.get(column.key))
        if length is None:
            return text
        name = self.sql(column)
        return f"{name}({self.integer(length)}){text.removeprefix(name)}"

    def visit_drop_index(self, drop: DropIndex) -> str:
        index = drop.element
        if drop.if_exists and not self.index_if_not_exists:
            raise CompileError(f"{self.target.dialect_name} has no DROP INDEX IF EXISTS")
        exists = "IF EXISTS " if drop.if_exists else ""
        return f"\nDROP INDEX {exists}{self.index_name(index)} ON {self.table_of(index)}"

    # --- comments ---------------------------------------------------------------------------------

    def visit_set_table_comment(self, comment: SetTableComment) -> str:
        text = comment_text(comment.element.comment or "")
        return f"ALTER TABLE {self.table_name(comment.element)} COMMENT {text}"

    def visit_drop_table_comment(self, comment: DropTableComment) -> str:
        return f"ALTER TABLE {self.table_name(comment.element)} COMMENT ''"

    def visit_set_column_comment(self, comment: SetColumnComment) -> str:
        column = comment.element
        return f"ALTER TABLE {self.table_of(column)} MODIFY {self.column_spec(column)}"

    def visit_drop_column_comment(self, comment: DropColumnComment) -> str:
        column = comment.element
        spec = self.column_spec(column)
        clause = self.column_comment_clause(column)
        return f"ALTER TABLE {self.table_of(column)} MODIFY {spec.removesuffix(clause).rstrip()}"


_INDEX_PREFIX = re.compile(r"(?:FULLTEXT|SPATIAL|UNIQUE)\Z", re.IGNORECASE)
_USING = re.compile(r"(?:BTREE|HASH|RTREE)\Z", re.IGNORECASE)


class MariaDBDDL(MySQLDDL):
    """The DDL of MariaDB, which has sequences."""

    supports_sequences = True
    computed_not_null = False
    drop_check = "CONSTRAINT"
    index_if_not_exists = True
    functional_indexes = False

    def number_options(self, numbers: Any) -> str:
        if numbers.order:
            raise CompileError("mariadb has no ORDER for sequences; leave order= out")
        text = super().number_options(numbers)
        for standard, own in _NUMBER_WORDS:
            text = text.replace(standard, own)
        return text.strip()


_NUMBER_WORDS = (
    ("NO MINVALUE", "NOMINVALUE"),
    ("NO MAXVALUE", "NOMAXVALUE"),
    ("NO CYCLE", "NOCYCLE"),
    (" NO ORDER", ""),
)


def _digits(column: Column[Any]) -> str:
    fsp = getattr(stored(column.type), "fsp", None)
    fsp = 6 if fsp is None else fsp
    return f"({fsp})" if fsp else ""


def _column_of(part: Any) -> Any:
    """The column of a plain or sorted index part; None for an expression."""
    while getattr(part, "postfix", False):
        part = part.element
    return part if part.visit_name == "column" else None
