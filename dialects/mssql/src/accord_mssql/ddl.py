"""SQL Server's DDL: IDENTITY, computed columns, clustered keys, filtered indexes, comments as
extended properties.

In: DDL elements of accord.schema. Out: text. Options: ``mssql_clustered`` on primary keys, unique
constraints and indexes; ``mssql_include``, ``mssql_where`` on indexes; ``mssql_isjson`` on columns;
``mssql_output`` on tables (read by the key strategies).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from accord.exc import ArgumentError, CompileError
from accord.schema import (
    CheckConstraint,
    Column,
    Constraint,
    CreateIndex,
    CreateSchema,
    CreateSequence,
    CreateTable,
    DDLRenderer,
    DropIndex,
    DropSchema,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Sequence,
    Table,
    UniqueConstraint,
)
from accord.sqltypes import DateTime, String, Text, TypeDecorator, TypeEngine

from .comments import CommentDDL
from .identity import identity_column
from .types import national

if TYPE_CHECKING:
    from accord.schema import AddColumn, CreateTableAs, Identity

KEY_LENGTH = 450
"""Characters of a String in a key or index that names no length: an index holds 900 bytes."""
_TABLE_OPTIONS = frozenset({"output"})
_COLUMN_OPTIONS = frozenset({"isjson"})
_KEY_OPTIONS = frozenset({"clustered"})
_INDEX_OPTIONS = frozenset({"clustered", "include", "where"})


class MSSQLDDL(CommentDDL, DDLRenderer):
    """The DDL of SQL Server."""

    supports_alter = True
    supports_sequences = True
    sequences_optional = True
    supports_comments = True
    inline_comments = False
    supports_identity = True
    supports_computed = True
    replaces_views = "OR ALTER"
    table_as_if_not_exists = False
    temporary_views = False
    materialized_views = False

    # --- tables -----------------------------------------------------------------------------------

    def visit_create_table(self, create: CreateTable) -> str:
        table = create.element
        _check_options(table, _TABLE_OPTIONS, f"table {table.fullname!r}")
        if table.prefixes:
            raise CompileError(
                f"table {table.fullname!r}: SQL Server has no table prefixes; the name of a "
                "temporary table begins with #"
            )
        exists, create.if_not_exists = create.if_not_exists, False
        try:
            text = super().visit_create_table(create)
        finally:
            create.if_not_exists = exists
        if not exists:
            return text
        return f"IF OBJECT_ID({national(self.table_name(table))}) IS NULL {text.lstrip()}"

    def column_spec(self, column: Column[Any]) -> str:
        _check_options(column, _COLUMN_OPTIONS, f"column {column.name!r}")
        if column.computed is not None:
            return f"{self.identifier(column.name)} {self.computed_clause(column)}"
        return super().column_spec(column)

    def column_type(self, column: Column[Any]) -> str:
        type_ = _stored(column.type, self.target.types.name)
        default = column.server_default
        made = default is not None and not default.has_argument
        if made and type_.sql_name == "TIMESTAMP" and isinstance(type_, DateTime):
            return "ROWVERSION"  # a TIMESTAMP that the server makes is that, here
        if isinstance(type_, String) and not isinstance(type_, Text) and type_.length is None:
            text = super().column_type(column)
            return text.replace("(max)", f"({KEY_LENGTH})") if _is_indexed(column) else text
        return super().column_type(column)

    def computed_clause(self, column: Column[Any]) -> str:
        assert column.computed is not None
        text = f"AS ({self.sql(column.computed.sqltext)})"
        return f"{text} PERSISTED" if column.computed.persisted else text

    def generated_clause(self, column: Column[Any]) -> str:
        table = column.table
        if isinstance(table, Table) and identity_column(table) is column:
            return self._identity(column.identity)
        return "" if column.identity is None else self._identity(column.identity)

    def _identity(self, identity: Identity | None) -> str:
        start = 1 if identity is None or identity.start is None else identity.start
        step = 1 if identity is None or identity.increment is None else identity.increment
        return f"IDENTITY({self.integer(start)},{self.integer(step)})"

    def nullability(self, column: Column[Any]) -> str:
        return "NULL" if column.nullable else "NOT NULL"

    def default_text(self, column: Column[Any]) -> str | None:
        text = super().default_text(column)
        return None if text is None else f"({text})"

    def column_line(self, column: Column[Any]) -> str:
        text = super().column_line(column)
        if not column.dialect_option("mssql", "isjson", False):
            return text
        return f"{text} CHECK (ISJSON({self.identifier(column.name)}) = 1)"

    # --- constraints ------------------------------------------------------------------------------

    def constraint(self, constraint: Constraint) -> str:
        allowed: frozenset[str] = frozenset()
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint):
            allowed = _KEY_OPTIONS
        _check_options(constraint, allowed, f"a {type(constraint).__name__}")
        if constraint.deferrable or constraint.initially is not None:
            raise CompileError(
                f"SQL Server checks a {type(constraint).__name__} with every statement; leave "
                "deferrable= and initially= out"
            )
        return super().constraint(constraint)

    def deferrability(self, constraint: Constraint) -> str:
        return ""

    def primary_key_constraint(self, constraint: PrimaryKeyConstraint) -> str:
        text = super().primary_key_constraint(constraint)
        return text.replace("PRIMARY KEY (", f"PRIMARY KEY {self._clustered(constraint)}(", 1)

    def unique_constraint(self, constraint: UniqueConstraint) -> str:
        text = super().unique_constraint(constraint)
        return text.replace("UNIQUE (", f"UNIQUE {self._clustered(constraint)}(", 1)

    def _clustered(self, item: Any) -> str:
        clustered = item.dialect_option("mssql", "clustered")
        return "" if clustered is None else ("CLUSTERED " if clustered else "NONCLUSTERED ")

    def check_constraint(self, constraint: CheckConstraint) -> str:
        condition = self._condition(constraint.sqltext)
        return f"{self.constraint_name(constraint)}CHECK ({condition})"

    def type_check_constraint(self, constraint: Any) -> str:
        from accord.sqltypes import Boolean

        if isinstance(_stored(constraint.bound_column.type, self.target.types.name), Boolean):
            return ""  # a BIT holds nothing else
        return super().type_check_constraint(constraint)

    def match_clause(self, key: ForeignKeyConstraint) -> str:
        if key.match is not None:
            raise CompileError("SQL Server has no MATCH; leave match= out of the foreign key")
        return ""

    def cascades(self, key: ForeignKeyConstraint) -> str:
        text = super().cascades(key)
        return re.sub(r"\bRESTRICT\b", "NO ACTION", text, flags=re.IGNORECASE)

    def visit_drop_constraint(self, drop: Any) -> str:
        if drop.cascade:
            raise CompileError(
                "SQL Server has no DROP CONSTRAINT … CASCADE; drop what refers to it"
            )
        return super().visit_drop_constraint(drop)

    def _condition(self, expression: Any) -> str:
        """An expression where DDL wants a truth value."""
        from .renderdml import MSSQLRenderer

        renderer = MSSQLRenderer(self.target)
        renderer.literal_binds = True
        renderer.qualify_columns = False
        return renderer.condition(expression)

    # --- indexes ----------------------------------------------------------------------------------

    def visit_create_index(self, create: CreateIndex) -> str:
        index = create.element
        _check_options(index, _INDEX_OPTIONS, f"index {index.name!r}")
        table = self.table_of(index)
        keys = ", ".join(self.index_expression(expression) for expression in index.expressions)
        unique = "UNIQUE " if index.unique else ""
        name = self.index_name(index)
        text = (
            f"CREATE {unique}{self._clustered(index)}INDEX {name} ON {table} "
            f"({keys}){self.index_options(index)}"
        )
        if not create.if_not_exists:
            return text
        return (
            f"IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = {national(str(index.name))} "
            f"AND object_id = OBJECT_ID({national(table)})) {text}"
        )

    def index_expression(self, expression: Any) -> str:
        inner = getattr(expression, "element", expression)
        if not isinstance(inner, Column):
            raise CompileError(
                "SQL Server has no index on an expression; make it a Computed column and index that"
            )
        return super().index_expression(expression)

    def index_options(self, index: Index) -> str:
        text = ""
        include = index.dialect_option("mssql", "include")
        if include:
            names = [getattr(column, "name", column) for column in include]
            text += f" INCLUDE ({', '.join([self.identifier(name) for name in names])})"
        where = index.dialect_option("mssql", "where")
        if where is not None:
            from accord.sql import coercion, text as sql_text

            condition = sql_text(where) if isinstance(where, str) else coercion.condition(where)
            text += f" WHERE {self._condition(condition)}"
        return text

    def visit_drop_index(self, drop: DropIndex) -> str:
        exists = "IF EXISTS " if drop.if_exists else ""
        index = drop.element
        return f"\nDROP INDEX {exists}{self.index_name(index)} ON {self.table_of(index)}"

    # --- columns of tables that exist -------------------------------------------------------------

    def visit_add_column(self, add: AddColumn) -> str:
        column = add.element
        return f"ALTER TABLE {self.table_of(column)} ADD {self.column_line(column)}"

    def alter_type(self, column: Column[Any]) -> str:
        """Type and nullability are one thing here: NULL is what is not said otherwise."""
        words = "NULL" if column.nullable else "NOT NULL"
        return f"ALTER COLUMN {self.identifier(column.name)} {self.plain_type(column)} {words}"

    alter_nullability = alter_type

    def alter_default(self, column: Column[Any]) -> str:
        raise CompileError(
            f"SQL Server keeps the default of column {column.name!r} as a constraint with a name "
            "of its own: DROP CONSTRAINT that one, then ADD DEFAULT … FOR the column"
        )

    alter_no_default = alter_default

    def alter_numbering(self, column: Column[Any]) -> str:
        raise CompileError(
            f"SQL Server cannot make column {column.name!r} an IDENTITY, or no longer one: make a "
            "new column or table and copy the rows"
        )

    # --- tables made of queries -------------------------------------------------------------------

    def visit_create_table_as(self, create: CreateTableAs) -> str:
        """SELECT … INTO, the one spelling SQL Server has, over the query as a derived table."""
        if create.temporary or create.if_not_exists:
            raise CompileError(
                f"table {create.table.fullname!r}: SQL Server has neither temporary= (the name of "
                "such a table begins with #) nor if_not_exists= for a table made of a query"
            )
        names = self.column_names(create.table.c)
        query = self.query(create.selectable)
        return f"SELECT * INTO {self.table_name(create.table)} FROM ({query}) AS made ({names})"

    # --- sequences and schemas --------------------------------------------------------------------

    def visit_create_sequence(self, create: CreateSequence) -> str:
        sequence = create.element
        name = self.qualified(sequence.name, sequence.schema)
        kind = "BIGINT"
        if sequence.data_type is not None:
            kind = self.target.types.ddl(sequence.data_type)
        text = f"CREATE SEQUENCE {name} AS {kind} {self.number_options(sequence)}"
        if not create.if_not_exists:
            return text
        return f"IF OBJECT_ID({national(name)}) IS NULL {text}"

    def number_options(self, numbers: Sequence | Identity) -> str:
        """A sequence begins at its smallest value unless told where: at 1, as everywhere else."""
        start = numbers.start
        if start is None:
            lowest = numbers.minvalue
            start = 1 if lowest is None or (numbers.increment or 1) < 0 else lowest
            if (numbers.increment or 1) < 0:
                start = -1 if numbers.maxvalue is None else numbers.maxvalue
        parts = [f"START WITH {self.integer(start)}"]
        parts.append(f"INCREMENT BY {self.integer(numbers.increment or 1)}")
        for words, value, none in (
            ("MINVALUE", numbers.minvalue, numbers.nominvalue),
            ("MAXVALUE", numbers.maxvalue, numbers.nomaxvalue),
        ):
            if value is not None:
                parts.append(f"{words} {self.integer(value)}")
            elif none:
                parts.append(f"NO {words}")
        if numbers.cycle is not None:
            parts.append("CYCLE" if numbers.cycle else "NO CYCLE")
        if numbers.cache is not None:
            parts.append(f"CACHE {self.integer(numbers.cache)}" if numbers.cache else "NO CACHE")
        return " ".join(parts)

    def visit_create_schema(self, create: CreateSchema) -> str:
        text = f"CREATE SCHEMA {self.identifier(create.element)}"
        if not create.if_not_exists:
            return text
        # CREATE SCHEMA has to be a batch of its own
        return f"IF SCHEMA_ID({national(create.element)}) IS NULL EXEC({national(text)})"

    def visit_drop_schema(self, drop: DropSchema) -> str:
        if drop.cascade:
            raise CompileError("SQL Server has no DROP SCHEMA … CASCADE; drop what is in it first")
        return super().visit_drop_schema(drop)


def _stored(type_: TypeEngine, dialect_name: str) -> TypeEngine:
    type_ = type_.variants.get(dialect_name, type_)
    while isinstance(type_, TypeDecorator):
        type_ = type_.impl_instance
    return type_


def _is_indexed(column: Column[Any]) -> bool:
    table = column.table
    if column.primary_key or column.foreign_keys:
        return True
    if not isinstance(table, Table):
        return bool(column.unique or column.index)
    groups: list[Any] = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
    keys = [c.cache_key for group in groups for c in group]
    for index in table.indexes:
        keys += [getattr(part, "cache_key", None) for part in index.expressions]
    return column.cache_key in keys


def _check_options(item: Any, known: frozenset[str], what: str) -> None:
    for option in item.dialect_options.get("mssql", ()):
        if option not in known:
            shown = ", ".join(f"mssql_{name}" for name in sorted(known)) or "none for SQL Server"
            raise ArgumentError(f"{what} has no option mssql_{option}; there is {shown}")
