"""Oracle's DDL: identity columns, sequences with all their options, comments as statements.

What Oracle has not is refused with the way around it: ON UPDATE, IF EXISTS before version 23,
schemas apart from users. In: DDL elements of accord.schema. Out: text. Options:
``oracle_on_commit``, ``oracle_compress``, ``oracle_tablespace`` on tables; ``oracle_bitmap``,
``oracle_compress``, ``oracle_tablespace`` on indexes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from accord.exc import ArgumentError, CompileError
from accord.schema import (
    Column,
    CreateIndex,
    CreateSchema,
    CreateTable,
    DDLRenderer,
    DropConstraint,
    DropSchema,
    DropTable,
    ForeignKeyConstraint,
    Index,
    Table,
)
from accord.sqltypes import Boolean, TypeDecorator, TypeEngine

from .types import LENGTHLESS

if TYPE_CHECKING:
    from accord.schema import (
        AddColumn,
        CreateSequence,
        CreateTableAs,
        DropIndex,
        DropSequence,
        Identity,
        Sequence,
    )

_ON_COMMIT = re.compile(r"(?:PRESERVE ROWS|DELETE ROWS|DROP DEFINITION|PRESERVE DEFINITION)\Z")
_ON_DELETE = re.compile(r"(?:CASCADE|SET NULL)\Z")
_TABLE_OPTIONS = frozenset({"on_commit", "compress", "tablespace"})
_INDEX_OPTIONS = frozenset({"bitmap", "compress", "tablespace"})


class OracleDDL(DDLRenderer):
    """The DDL of Oracle."""

    supports_comments = True
    inline_comments = False
    supports_sequences = True
    supports_identity = True
    supports_computed = True
    temporary_views = False
    table_as_if_not_exists = False

    # --- tables -----------------------------------------------------------------------------------

    def visit_create_table(self, create: CreateTable) -> str:
        _refuse_if(create.if_not_exists, "CREATE TABLE IF NOT EXISTS")
        _check_options(create.element, _TABLE_OPTIONS, f"table {create.element.fullname!r}")
        return super().visit_create_table(create).strip()

    def visit_drop_table(self, drop: DropTable) -> str:
        _refuse_if(drop.if_exists, "DROP TABLE IF EXISTS")
        return f"DROP TABLE {self.table_name(drop.element)}"

    def visit_add_column(self, add: AddColumn) -> str:
        column = add.element
        return f"ALTER TABLE {self.table_of(column)} ADD ({self.column_line(column)})"

    def alter_type(self, column: Column[Any]) -> str:
        return f"MODIFY ({self.identifier(column.name)} {self.plain_type(column)})"

    def alter_nullability(self, column: Column[Any]) -> str:
        words = "NULL" if column.nullable else "NOT NULL"
        return f"MODIFY ({self.identifier(column.name)} {words})"

    def alter_default(self, column: Column[Any]) -> str:
        text = self.default_text(column)
        return f"MODIFY ({self.identifier(column.name)} DEFAULT {text or 'NULL'})"

    def alter_no_default(self, column: Column[Any]) -> str:
        return f"MODIFY ({self.identifier(column.name)} DEFAULT NULL)"

    def alter_numbering(self, column: Column[Any]) -> str:
        raise CompileError(
            f"Oracle cannot make column {column.name!r} an identity, or no longer one: make a new "
            "column and copy the values"
        )

    def makes_check(self, sqltext: str, table: Table) -> bool:
        """The CHECK that a Boolean column comes with."""
        words = sqltext.replace('"', "").replace(" ", "").lower()
        return any(words == f"{str(column.name).lower()}in(0,1)" for column in table.c)

    def visit_create_table_as(self, create: CreateTableAs) -> str:
        if create.temporary:
            raise CompileError(
                f"table {create.table.fullname!r}: Oracle makes temporary tables by CREATE GLOBAL "
                "TEMPORARY TABLE; declare it with prefixes=['GLOBAL TEMPORARY'] and insert into it"
            )
        return super().visit_create_table_as(create)

    def table_options(self, table: Table) -> str:
        text = ""
        on_commit = table.dialect_option("oracle", "on_commit")
        if on_commit is not None:
            words = self.keyword(str(on_commit).replace("_", " ").upper(), _ON_COMMIT,
                                 "oracle_on_commit=")  # fmt: skip
            text += f" ON COMMIT {words}"
        if table.dialect_option("oracle", "compress", False):
            text += " COMPRESS"
        return text + self._tablespace(table)

    def _tablespace(self, item: Any) -> str:
        name = item.dialect_option("oracle", "tablespace")
        return "" if name is None else f" TABLESPACE {self.identifier(name)}"

    def column_spec(self, column: Column[Any]) -> str:
        text = super().column_spec(column)
        type_ = _stored(column.type.variants.get("oracle", column.type))
        if isinstance(type_, Boolean) and not type_.create_constraint:
            text += f" CHECK ({self.identifier(column.name)} IN (0, 1))"
        return text

    def column_type(self, column: Column[Any]) -> str:
        text = super().column_type(column)
        if text == LENGTHLESS:
            table = getattr(column.table, "fullname", "?")
            raise CompileError(
                f"(in table {table!r}, column {column.name!r}): Oracle's VARCHAR2 needs a length; "
                "write String(50), or Text() for a CLOB"
            )
        return text

    def generated_clause(self, column: Column[Any]) -> str:
        text = super().generated_clause(column)
        table = column.table
        counts = isinstance(table, Table) and table.autoincrement_column is column
        if text or not counts or column.default is not None or column.server_default is not None:
            return text
        return "GENERATED BY DEFAULT ON NULL AS IDENTITY"

    def identity_clause(self, identity: Identity) -> str:
        if identity.always and identity.on_null:
            raise CompileError("ON NULL belongs to GENERATED BY DEFAULT, not to ALWAYS")
        return super().identity_clause(identity)

    def computed_clause(self, column: Column[Any]) -> str:
        assert column.computed is not None
        if column.computed.persisted:
            raise CompileError(
                f"column {column.name!r}: Oracle's computed columns are virtual; leave out "
                "persisted=True"
            )
        return f"GENERATED ALWAYS AS ({self.sql(column.computed.sqltext)}) VIRTUAL"

    # --- constraints ------------------------------------------------------------------------------

    def cascades(self, key: ForeignKeyConstraint) -> str:
        if key.onupdate is not None and key.onupdate.upper() != "NO ACTION":
            raise CompileError(
                f"Oracle has no ON UPDATE {key.onupdate} for foreign keys; declare the key "
                "deferrable and change parent and child in one transaction"
            )
        if key.ondelete is None or key.ondelete.upper() == "NO ACTION":
            return ""
        return f" ON DELETE {self.keyword(key.ondelete.upper(), _ON_DELETE, 'ondelete= on Oracle')}"

    def match_clause(self, key: ForeignKeyConstraint) -> str:
        if key.match is not None and key.match.upper() != "SIMPLE":
            raise CompileError("Oracle has no MATCH in foreign keys; leave out match=")
        return ""

    def visit_drop_constraint(self, drop: DropConstraint) -> str:
        _refuse_if(drop.if_exists, "DROP CONSTRAINT IF EXISTS")
        return super().visit_drop_constraint(drop)

    # --- indexes ----------------------------------------------------------------------------------

    def visit_create_index(self, create: CreateIndex) -> str:
        _refuse_if(create.if_not_exists, "CREATE INDEX IF NOT EXISTS")
        index = create.element
        _check_options(index, _INDEX_OPTIONS, f"index {index.name!r}")
        text = super().visit_create_index(create)
        if index.dialect_option("oracle", "bitmap", False):
            if index.unique:
                raise CompileError(f"index {index.name!r}: a bitmap index cannot be unique")
            text = f"CREATE BITMAP{text.removeprefix('CREATE')}"
        return text

    def index_name(self, index: Index, *, with_schema: bool = False) -> str:
        """An index of a table with a schema belongs to that schema."""
        return super().index_name(index, with_schema=True)

    def index_options(self, index: Index) -> str:
        compress = index.dialect_option("oracle", "compress", False)
        text = ""
        if compress:
            text = " COMPRESS" if compress is True else f" COMPRESS {self.integer(compress)}"
        return text + self._tablespace(index)

    def visit_drop_index(self, drop: DropIndex) -> str:
        _refuse_if(drop.if_exists, "DROP INDEX IF EXISTS")
        return super().visit_drop_index(drop).strip()

    # --- sequences, schemas, comments -------------------------------------------------------------

    def visit_create_sequence(self, create: CreateSequence) -> str:
        sequence = create.element
        options = self.number_options(sequence)
        text = f"CREATE SEQUENCE {self.qualified(sequence.name, sequence.schema)}"
        return f"{text} {options}" if options else text

    def visit_drop_sequence(self, drop: DropSequence) -> str:
        sequence = drop.element
        return f"DROP SEQUENCE {self.qualified(sequence.name, sequence.schema)}"

    def number_options(self, numbers: Sequence | Identity) -> str:
        """START WITH, INCREMENT BY …; negations are one word, and CACHE takes at least 2."""
        parts = [
            f"{words} {self.integer(value)}"
            for words, value in (
                ("START WITH", numbers.start),
                ("INCREMENT BY", numbers.increment),
                ("MINVALUE", numbers.minvalue),
                ("MAXVALUE", numbers.maxvalue),
            )
            if value is not None
        ]
        switches = (
            ("NOMINVALUE", numbers.nominvalue or None),
            ("NOMAXVALUE", numbers.nomaxvalue or None),
            ("ORDER", numbers.order),
            ("CYCLE", numbers.cycle),
        )
        parts += [word if on else f"NO{word}" for word, on in switches if on is not None]
        if numbers.cache is not None:
            parts.append(f"CACHE {self.integer(numbers.cache)}" if numbers.cache > 1 else "NOCACHE")
        return " ".join(parts)

    def visit_create_schema(self, create: CreateSchema) -> str:
        raise CompileError("Oracle's schemas are users: CREATE USER, by an administrator")

    def visit_drop_schema(self, drop: DropSchema) -> str:
        raise CompileError("Oracle's schemas are users: DROP USER ... CASCADE, by an administrator")

    def visit_drop_table_comment(self, comment: Any) -> str:
        """'' removes a comment; NULL is a syntax error."""
        return f"COMMENT ON TABLE {self.table_name(comment.element)} IS ''"

    def visit_drop_column_comment(self, comment: Any) -> str:
        column = comment.element
        return f"COMMENT ON COLUMN {self.table_of(column)}.{self.identifier(column.name)} IS ''"


def _stored(type_: TypeEngine) -> TypeEngine:
    while isinstance(type_, TypeDecorator):
        type_ = type_.impl_instance
    return type_


def _refuse_if(asked: bool, what: str) -> None:
    if asked:
        raise CompileError(
            f"Oracle has no {what} before version 23; accord's checkfirst=True looks before it "
            "creates or drops"
        )


def _check_options(item: Any, known: frozenset[str], what: str) -> None:
    for option in item.dialect_options.get("oracle", ()):
        if option not in known:
            shown = ", ".join(f"oracle_{name}" for name in sorted(known))
            raise ArgumentError(f"{what} has no option oracle_{option}; there is {shown}")
