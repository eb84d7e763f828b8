"""DDLRenderer: DDL elements in, SQL text out.

Standard SQL here; a dialect subclasses it and overrides the flags (ddlbase.py) and the few methods
that differ: here those for columns, tables, indexes, sequences; those for constraints are in
ddlconstraints.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from accord.exc import CompileError
from accord.schema.ddlalter import AlterDDL
from accord.schema.ddlviews import ViewDDL

if TYPE_CHECKING:
    from accord.schema import elements
    from accord.schema.column import Column
    from accord.schema.constraints import Constraint
    from accord.schema.defaults import Identity
    from accord.schema.index import Index
    from accord.schema.sequence import Sequence
    from accord.schema.table import Table

_PREFIX: Final = re.compile(r"[A-Za-z_]+(?: [A-Za-z_]+)*\Z")
_PARENTHESISED: Final = frozenset({"binary", "boolean_list", "between", "case", "cast"})


class DDLRenderer(AlterDDL, ViewDDL):
    """Writes DDL for one database."""

    # --- tables ----------------------------------------------------------------------------------

    def visit_create_table(self, create: elements.CreateTable) -> str:
        table = create.element
        parts = [self.column_line(column) for column in table.c if not column.system]
        parts += self.constraint_lines(create)
        prefixes = "".join(
            f"{self.keyword(prefix, _PREFIX, 'a table prefix')} " for prefix in table.prefixes
        )
        exists = "IF NOT EXISTS " if create.if_not_exists else ""
        body = ", \n\t".join(parts)
        body = f"\n\t{body}" if body else ""
        head = f"\nCREATE {prefixes}TABLE {exists}{self.table_name(table)} ("
        return f"{head}{body}\n){self.table_options(table)}\n\n"

    def table_options(self, table: Table) -> str:
        """What follows the closing parenthesis, with a leading blank."""
        return ""

    def visit_create_column(self, create: elements.CreateColumn) -> str:
        return self.column_line(create.element)

    def column_line(self, column: Column[Any]) -> str:
        """One column with the CHECK constraints given to it."""
        checks = sorted(column.constraints, key=lambda constraint: constraint.creation_order)
        texts = [self.column_spec(column), *[self.constraint(check) for check in checks]]
        return " ".join(text for text in texts if text)

    def column_spec(self, column: Column[Any]) -> str:
        """Name, type, default, NOT NULL."""
        parts = [
            self.identifier(column.name),
            self.column_type(column),
            self.default_clause(column),
            self.generated_clause(column),
            self.nullability(column),
            self.autoincrement_clause(column),
            self.column_comment_clause(column),
        ]
        return " ".join(part for part in parts if part)

    def column_type(self, column: Column[Any]) -> str:
        """The type of a column."""
        try:
            return self.target.types.ddl(column.type)
        except CompileError as error:
            table = getattr(column.table, "fullname", "?")
            raise CompileError(f"(in table {table!r}, column {column.name!r}): {error}") from error

    def default_clause(self, column: Column[Any]) -> str:
        """DEFAULT …, if the column has one the server makes."""
        text = self.default_text(column)
        return "" if text is None else f"DEFAULT {text}"

    def default_text(self, column: Column[Any]) -> str | None:
        """The expression of DEFAULT."""
        default: Any = column.server_default
        if default is None or not default.has_argument or column.computed or column.identity:
            return None
        if isinstance(default.arg, str):
            return self.literal(default.arg)
        return self.sql(default.arg)

    def generated_clause(self, column: Column[Any]) -> str:
        """GENERATED …: computed columns and identities."""
        if column.computed is not None:
            if not self.supports_computed:
                raise CompileError(
                    f"{self.target.dialect_name} has no computed columns (column {column.name!r})"
                )
            return self.computed_clause(column)
        if column.identity is not None and self.supports_identity:
            return self.identity_clause(column.identity)
        return ""

    def computed_clause(self, column: Column[Any]) -> str:
        assert column.computed is not None
        text = f"GENERATED ALWAYS AS ({self.sql(column.computed.sqltext)})"
        if column.computed.persisted is None:
            return text
        return f"{text} {'STORED' if column.computed.persisted else 'VIRTUAL'}"

    def identity_clause(self, identity: Identity) -> str:
        kind = "ALWAYS" if identity.always else "BY DEFAULT"
        on_null = " ON NULL" if identity.on_null else ""
        options = self.number_options(identity)
        return f"GENERATED {kind}{on_null} AS IDENTITY" + (f" ({options})" if options else "")

    def nullability(self, column: Column[Any]) -> str:
        """NOT NULL, where it has to be said: an identity column implies it."""
        implied = column.identity is not None and self.supports_identity
        return "" if column.nullable or implied else "NOT NULL"

    def autoincrement_clause(self, column: Column[Any]) -> str:
        """What makes the database number the rows (`Table.autoincrement_column`)."""
        return ""

    def column_comment_clause(self, column: Column[Any]) -> str:
        """The comment of a column where it is part of CREATE TABLE."""
        return ""

    def visit_drop_table(self, drop: elements.DropTable) -> str:
        exists = "IF EXISTS " if drop.if_exists else ""
        return f"\nDROP TABLE {exists}{self.table_name(drop.element)}"

    # --- indexes ---------------------------------------------------------------------------------

    def visit_create_index(self, create: elements.CreateIndex) -> str:
        index = create.element
        unique = "UNIQUE " if index.unique else ""
        exists = "IF NOT EXISTS " if create.if_not_exists else ""
        table = self.table_of(index)
        keys = ", ".join(self.index_expression(expression) for expression in index.expressions)
        name = self.index_name(index)
        return f"CREATE {unique}INDEX {exists}{name} ON {table} ({keys}){self.index_options(index)}"

    def index_name(self, index: Index, *, with_schema: bool = False) -> str:
        name = self.final_name(index)
        if name is None:
            raise CompileError("an index without a name has no DDL; give it one")
        if not with_schema or index.table is None:
            return self.identifier(name)
        return self.qualified(name, index.table.schema)

    def index_expression(self, expression: Any) -> str:
        """One column or expression of an index."""
        text = self.sql(expression)
        return f"({text})" if expression.visit_name in _PARENTHESISED else text

    def index_options(self, index: Index) -> str:
        """What follows the columns, with a leading blank."""
        return ""

    def visit_drop_index(self, drop: elements.DropIndex) -> str:
        exists = "IF EXISTS " if drop.if_exists else ""
        return f"\nDROP INDEX {exists}{self.index_name(drop.element, with_schema=True)}"

    # --- sequences, schemas, comments ------------------------------------------------------------

    def visit_create_sequence(self, create: elements.CreateSequence) -> str:
        sequence = create.element
        self._need_sequences(sequence)
        exists = "IF NOT EXISTS " if create.if_not_exists else ""
        text = f"CREATE SEQUENCE {exists}{self.qualified(sequence.name, sequence.schema)}"
        if sequence.data_type is not None:
            text += f" AS {self.target.types.ddl(sequence.data_type)}"
        options = self.number_options(sequence)
        return f"{text} {options}" if options else text

    def visit_drop_sequence(self, drop: elements.DropSequence) -> str:
        exists = "IF EXISTS " if drop.if_exists else ""
        sequence = drop.element
        self._need_sequences(sequence)
        return f"DROP SEQUENCE {exists}{self.qualified(sequence.name, sequence.schema)}"

    def _need_sequences(self, sequence: Sequence) -> None:
        if not self.supports_sequences:
            raise CompileError(
                f"{self.target.dialect_name} has no sequences (sequence {sequence.fullname!r}); "
                "with optional=True it is left out here"
            )

    def number_options(self, numbers: Sequence | Identity) -> str:
        """INCREMENT BY, START WITH … of a sequence or an identity."""
        parts = [
            f"{words} {self.integer(value)}"
            for words, value in (
                ("INCREMENT BY", numbers.increment),
                ("START WITH", numbers.start),
                ("MINVALUE", numbers.minvalue),
                ("MAXVALUE", numbers.maxvalue),
            )
            if value is not None
        ]
        if numbers.nominvalue:
            parts.append("NO MINVALUE")
        if numbers.nomaxvalue:
            parts.append("NO MAXVALUE")
        if numbers.cache is not None:
            parts.append(f"CACHE {self.integer(numbers.cache)}")
        if numbers.order is not None:
            parts.append("ORDER" if numbers.order else "NO ORDER")
        if numbers.cycle is not None:
            parts.append("CYCLE" if numbers.cycle else "NO CYCLE")
        return " ".join(parts)

    def visit_create_schema(self, create: elements.CreateSchema) -> str:
        exists = "IF NOT EXISTS " if create.if_not_exists else ""
        return f"CREATE SCHEMA {exists}{self.identifier(create.element)}"

    def visit_drop_schema(self, drop: elements.DropSchema) -> str:
        exists = "IF EXISTS " if drop.if_exists else ""
        cascade = " CASCADE" if drop.cascade else ""
        return f"DROP SCHEMA {exists}{self.identifier(drop.element)}{cascade}"

    def visit_set_table_comment(self, comment: elements.SetTableComment) -> str:
        text = self.literal(comment.element.comment or "")
        return f"COMMENT ON TABLE {self.table_name(comment.element)} IS {text}"

    def visit_drop_table_comment(self, comment: elements.DropTableComment) -> str:
        return f"COMMENT ON TABLE {self.table_name(comment.element)} IS NULL"

    def visit_set_column_comment(self, comment: elements.SetColumnComment) -> str:
        text = self.literal(comment.element.comment or "")
        return f"COMMENT ON COLUMN {self._column_path(comment.element)} IS {text}"

    def visit_drop_column_comment(self, comment: elements.DropColumnComment) -> str:
        return f"COMMENT ON COLUMN {self._column_path(comment.element)} IS NULL"

    def visit_set_constraint_comment(self, comment: elements.SetConstraintComment) -> str:
        constraint = comment.element
        return self._constraint_comment(constraint, self.literal(constraint.comment or ""))

    def visit_drop_constraint_comment(self, comment: elements.DropConstraintComment) -> str:
        return self._constraint_comment(comment.element, "NULL")

    def _constraint_comment(self, constraint: Constraint, text: str) -> str:
        name = self.final_name(constraint)
        if not self.constraint_comments:
            raise CompileError(
                f"{self.target.dialect_name} has no comments on constraints (constraint {name!r})"
            )
        if name is None:
            raise CompileError(
                f"a {type(constraint).__name__} without a name can have no comment; give it one"
            )
        table = self.table_of(constraint)
        return f"COMMENT ON CONSTRAINT {self.identifier(name)} ON {table} IS {text}"

    def _column_path(self, column: Column[Any]) -> str:
        return f"{self.table_of(column)}.{self.identifier(column.name)}"

    # --- text of the user ------------------------------------------------------------------------

    def visit_ddl(self, ddl: elements.DDL) -> str:
        context: dict[str, Any] = dict(ddl.context)
        target = ddl.target
        if target is not None and hasattr(target, "fullname"):
            schema = self.target.schema_of(target.schema)
            context.setdefault("table", self.identifier(target.name))
            context.setdefault("schema", "" if schema is None else self.identifier(schema))
            context.setdefault("fullname", self.table_name(target))
        try:
            return ddl.statement % context
        except (KeyError, TypeError, ValueError) as error:
            raise CompileError(
                "DDL() takes a %-template: write %% for a percent sign, and pass names other than "
                f"%(table)s, %(schema)s and %(fullname)s as context= ({type(error).__name__}: "
                f"{error})"
            ) from error
