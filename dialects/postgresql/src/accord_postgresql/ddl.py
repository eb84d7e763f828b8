"""PostgreSQL's DDL: SERIAL and IDENTITY, enum types, indexes with methods, EXCLUDE, partitions.

In: DDL elements of accord.schema. Out: text. Options: ``postgresql_…`` on tables, indexes and
constraints, listed below; what a user writes there is checked, quoted, or refused.
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
    CreateTable,
    DDLElement,
    DDLRenderer,
    DropIndex,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Sequence,
    Table,
    UniqueConstraint,
)
from accord.schema.typechecks import TypeCheck, stored_type
from accord.sqltypes import BigInteger, Enum, SmallInteger, TypeEngine

from .ddl_types import (
    AddEnumValue,
    CreateEnumType,
    DropEnumType,
    create_statement,
    drop_statement,
    named_types,
)
from .domains import CreateDomainType, DropDomainType
from .entry import quoted_name
from .literals import quoted
from .option_changes import option_changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from accord.schema.alter import OptionChange

    from .constraints import ExcludeConstraint

_TABLE_OPTIONS = frozenset(
    {"partition_by", "inherits", "using", "with", "on_commit", "tablespace", "with_oids"}
)
_INDEX_OPTIONS = frozenset(
    {"using", "where", "ops", "with", "tablespace", "concurrently", "include",
     "nulls_not_distinct"}
)  # fmt: skip
_UNIQUE_OPTIONS = frozenset({"include", "nulls_not_distinct"})
_CHECK_OPTIONS = frozenset({"not_valid"})
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*\Z")
_ON_COMMIT = re.compile(r"(?:PRESERVE ROWS|DELETE ROWS|DROP)\Z", re.IGNORECASE)
_STORAGE = re.compile(r"[A-Za-z0-9_.+\- ]+\Z")
_PARTITION = re.compile(r"(?:RANGE|LIST|HASH)\s*\(.*\)\Z", re.IGNORECASE | re.DOTALL)


class PostgreSQLDDL(DDLRenderer):
    """The DDL of PostgreSQL."""

    supports_alter = True
    supports_sequences = True
    sequences_optional = True
    supports_comments = True
    supports_identity = True
    supports_computed = True
    native_enum = True
    constraint_comments = True
    named_enums = True
    views_hold = True

    # --- types ------------------------------------------------------------------------------------

    @classmethod
    def before_create(cls, tables: list[Table]) -> Iterable[DDLElement]:
        return [create_statement(type_) for type_ in named_types(tables)]

    @classmethod
    def after_drop(cls, tables: list[Table]) -> Iterable[DDLElement]:
        return [drop_statement(type_) for type_ in reversed(named_types(tables))]

    def is_type_element(self, element: DDLElement) -> bool:
        return isinstance(element, (CreateEnumType, CreateDomainType))

    def type_changes(
        self, found: TypeEngine[Any], declared: TypeEngine[Any]
    ) -> Iterable[DDLElement]:
        """New labels, each after the one before it."""
        if not isinstance(found, Enum) or not isinstance(declared, Enum):
            return
        before: str | None = None
        for label in declared.enums:
            if label not in found.enums:
                yield AddEnumValue(declared, label, before, first=found.enums[0])
            before = label

    def visit_add_enum_value(self, add: AddEnumValue) -> str:
        place = f"BEFORE {quoted(add.first)}" if add.after is None else f"AFTER {quoted(add.after)}"
        return f"ALTER TYPE {self._enum_name(add.element)} ADD VALUE {quoted(add.label)} {place}"

    def visit_create_enum_type(self, create: CreateEnumType) -> str:
        type_: Enum = create.element
        labels = ", ".join(quoted(label) for label in type_.enums)
        statement = f"CREATE TYPE {self._enum_name(type_)} AS ENUM ({labels})"
        if not create.if_not_exists:
            return statement
        return _block(statement, "duplicate_object OR unique_violation")

    def visit_drop_enum_type(self, drop: DropEnumType) -> str:
        name = self._enum_name(drop.element)
        if not drop.if_exists:
            return f"DROP TYPE {name}"
        return _block(f"DROP TYPE IF EXISTS {name}", "dependent_objects_still_exist")

    def visit_create_domain_type(self, create: CreateDomainType) -> str:
        domain = create.element
        text = f"CREATE DOMAIN {self.qualified(domain.name, domain.schema)}"
        text += f" AS {self.target.types.ddl(domain.data_type)}"
        if domain.collation is not None:
            text += f" COLLATE {self.identifier(domain.collation)}"
        if domain.default is not None:
            given = domain.default
            text += f" DEFAULT {self.literal(given) if isinstance(given, str) else self.sql(given)}"
        if domain.constraint_name is not None:
            text += f" CONSTRAINT {self.identifier(domain.constraint_name)}"
        text += " NOT NULL" if domain.not_null else ""
        if domain.check is not None:
            check = domain.check
            text += f" CHECK ({check if isinstance(check, str) else self.sql(check)})"
        return _block(text, "duplicate_object") if create.if_not_exists else text

    def visit_drop_domain_type(self, drop: DropDomainType) -> str:
        name = self.qualified(drop.element.name, drop.element.schema)
        if not drop.if_exists:
            return f"DROP DOMAIN {name}"
        return _block(f"DROP DOMAIN IF EXISTS {name}", "dependent_objects_still_exist")

    def _enum_name(self, type_: Enum) -> str:
        return self.qualified(str(type_.name), type_.schema)

    # --- tables -----------------------------------------------------------------------------------

    def visit_create_table(self, create: CreateTable) -> str:
        _check_options(create.element, _TABLE_OPTIONS, f"table {create.element.fullname!r}")
        return super().visit_create_table(create)

    def table_options(self, table: Table) -> str:
        parts: list[str] = []

        def option(name: str) -> Any:
            return table.dialect_option("postgresql", name)

        if (inherits := option("inherits")) is not None:
            parents = (inherits,) if isinstance(inherits, str) else tuple(inherits)
            parts.append(f"INHERITS ({', '.join(map(_path, parents))})")
        if (partition := option("partition_by")) is not None:
            parts.append(f"PARTITION BY {self.keyword(partition, _PARTITION, 'partition_by')}")
        if (method := option("using")) is not None:
            parts.append(f"USING {self.keyword(method, _WORD, 'postgresql_using=')}")
        if (storage := option("with")) is not None:
            parts.append(f"WITH ({storage_words(storage)})")
        if (on_commit := option("on_commit")) is not None:
            words = str(on_commit).replace("_", " ")
            parts.append(
                f"ON COMMIT {self.keyword(words, _ON_COMMIT, 'postgresql_on_commit=').upper()}"
            )
        if (tablespace := option("tablespace")) is not None:
            parts.append(f"TABLESPACE {self.identifier(tablespace)}")
        return "".join(f"\n {part}" for part in parts)

    def column_type(self, column: Column[Any]) -> str:
        table = column.table
        if isinstance(table, Table) and self.is_serial(table, column):
            return self._serial(column.type)
        return super().column_type(column)

    def plain_type(self, column: Column[Any]) -> str:
        return super().column_type(column)

    def alter_type(self, column: Column[Any]) -> str:
        kind, name = self.plain_type(column), self.identifier(column.name)
        return f"ALTER COLUMN {name} TYPE {kind} USING {name}::{kind}"

    def counter_statement(self, column: Column[Any]) -> str | None:
        table, name = self.table_of(column), self.identifier(column.name)
        start = getattr(column.identity, "start", None)
        return (
            f"SELECT setval(pg_get_serial_sequence({self.literal(table)}, "
            f"{self.literal(str(column.name))}), max({name})) FROM {table} "
            f"HAVING max({name}) >= {self.integer(1 if start is None else start)}"
        )

    def option_changes(self, table: Table, found: Mapping[str, object]) -> Iterable[OptionChange]:
        return option_changes(self, table, found)

    def numbers_rows(self, column: Column[Any]) -> bool:
        table = column.table
        return isinstance(table, Table) and self.is_serial(table, column)

    def is_serial(self, table: Table, column: Column[Any]) -> bool:
        """Whether the database numbers this column by a sequence of its own."""
        if table.autoincrement_column is not column:
            return False
        default = column.default
        if isinstance(default, Sequence) and not default.optional:
            return False
        made = column.server_default
        # a reflected SERIAL has its own nextval() as default
        return column.identity is None and (made is None or bool(getattr(made, "reflected", False)))

    def default_text(self, column: Column[Any]) -> str | None:
        table = column.table
        if isinstance(table, Table) and self.is_serial(table, column):
            return None
        return super().default_text(column)

    def _serial(self, type_: TypeEngine[Any]) -> str:
        stored = stored_type(type_.variants.get(self.target.dialect_name, type_))
        if isinstance(stored, BigInteger):
            return "BIGSERIAL"
        return "SMALLSERIAL" if isinstance(stored, SmallInteger) else "SERIAL"

    def computed_clause(self, column: Column[Any]) -> str:
        assert column.computed is not None
        kind = "VIRTUAL" if column.computed.persisted is False else "STORED"
        return f"GENERATED ALWAYS AS ({self.sql(column.computed.sqltext)}) {kind}"

    # --- constraints ------------------------------------------------------------------------------

    def primary_key_constraint(self, constraint: PrimaryKeyConstraint) -> str:
        return self._with_include(super().primary_key_constraint(constraint), constraint)

    def unique_constraint(self, constraint: UniqueConstraint) -> str:
        _check_options(constraint, _UNIQUE_OPTIONS, "a UniqueConstraint")
        text = super().unique_constraint(constraint)
        if constraint.dialect_option("postgresql", "nulls_not_distinct"):
            text = text.replace("UNIQUE (", "UNIQUE NULLS NOT DISTINCT (", 1)
        return self._with_include(text, constraint)

    def _with_include(self, text: str, constraint: Constraint) -> str:
        include = constraint.dialect_option("postgresql", "include")
        if not include:
            return text
        deferrable = self.deferrability(constraint)
        names = ", ".join(self.identifier(_name_of(column)) for column in include)
        return f"{text.removesuffix(deferrable)} INCLUDE ({names}){deferrable}"

    def foreign_key_constraint(self, key: ForeignKeyConstraint) -> str:
        _check_options(key, _CHECK_OPTIONS, "a ForeignKeyConstraint")
        return super().foreign_key_constraint(key) + self._not_valid(key)

    def check_constraint(self, constraint: CheckConstraint) -> str:
        _check_options(constraint, _CHECK_OPTIONS, "a CheckConstraint")
        return super().check_constraint(constraint) + self._not_valid(constraint)

    def _not_valid(self, constraint: Constraint) -> str:
        return " NOT VALID" if constraint.dialect_option("postgresql", "not_valid") else ""

    def type_check_constraint(self, constraint: TypeCheck) -> str:
        type_ = stored_type(constraint.bound_column.type)
        if isinstance(type_, Enum) and type_.name is None:
            names = ", ".join(map(self.literal, type_.enums))
            column = self.identifier(constraint.bound_column.name)
            return f"{self.constraint_name(constraint)}CHECK ({column} IN ({names}))"
        return super().type_check_constraint(constraint)

    def exclude_constraint(self, constraint: ExcludeConstraint) -> str:
        """EXCLUDE USING method (column WITH operator, …) WHERE (…)."""
        method = self.keyword(constraint.using, _WORD, "ExcludeConstraint(using=)")
        parts = []
        for element, operator in constraint.rendered_elements():
            key = self.identifier(element) if isinstance(element, str) else self.index_expression(
                element
            )  # fmt: skip
            ops = constraint.ops.get(_key_of(element))
            parts.append(f"{key}{'' if ops is None else f' {_path(ops)}'} WITH {operator}")
        text = f"{self.constraint_name(constraint)}EXCLUDE USING {method} ({', '.join(parts)})"
        if constraint.where is not None:
            text += f" WHERE ({self.sql(constraint.where)})"
        return text + self.deferrability(constraint)

    # --- indexes ----------------------------------------------------------------------------------

    def visit_create_index(self, create: CreateIndex) -> str:
        index = create.element
        _check_options(index, _INDEX_OPTIONS, f"index {index.name!r}")

        def option(name: str, default: Any = None) -> Any:
            return index.dialect_option("postgresql", name, default)

        words = "UNIQUE INDEX " if index.unique else "INDEX "
        words += "CONCURRENTLY " if option("concurrently") else ""
        words += "IF NOT EXISTS " if create.if_not_exists else ""
        method = option("using")
        using = "" if method is None else (
            f"USING {self.keyword(method, _WORD, 'postgresql_using=')} "
        )  # fmt: skip
        operators = option("ops", {})
        keys = ", ".join(self._index_key(key, operators) for key in index.expressions)
        text = f"CREATE {words}{self.index_name(index)} ON {self.table_of(index)} {using}({keys})"
        return text + self.index_options(index)

    def _index_key(self, expression: Any, operators: dict[str, str]) -> str:
        inner, tail = _without_direction(expression)
        chosen = operators.get(_key_of(inner))
        return self._bare_key(inner) + ("" if chosen is None else f" {_path(chosen)}") + tail

    def index_expression(self, expression: Any) -> str:
        inner, tail = _without_direction(expression)
        return self._bare_key(inner) + tail

    def _bare_key(self, expression: Any) -> str:
        """PostgreSQL wants parentheses around everything but columns and function calls."""
        text = self.sql(expression)
        return text if expression.visit_name in ("column", "function") else f"({text})"

    def number_options(self, numbers: Any) -> str:
        """PostgreSQL's numbers have no order between sessions: ORDER is Oracle's word."""
        text = super().number_options(numbers)
        words = {True: "ORDER", False: "NO ORDER", None: ""}[numbers.order]
        return " ".join(text.replace(f" {words}", "", 1).split()) if words else text

    def index_options(self, index: Index) -> str:
        def option(name: str) -> Any:
            return index.dialect_option("postgresql", name)

        text = ""
        if include := option("include"):
            names = ", ".join(self.identifier(_name_of(column)) for column in include)
            text += f" INCLUDE ({names})"
        if (distinct := option("nulls_not_distinct")) is not None:
            text += " NULLS NOT DISTINCT" if distinct else " NULLS DISTINCT"
        if (storage := option("with")) is not None:
            text += f" WITH ({storage_words(storage)})"
        if (tablespace := option("tablespace")) is not None:
            text += f" TABLESPACE {self.identifier(tablespace)}"
        if (where := option("where")) is not None:
            text += f" WHERE {where if isinstance(where, str) else self.sql(where)}"
        return text

    def visit_drop_index(self, drop: DropIndex) -> str:
        index = drop.element
        words = "CONCURRENTLY " if index.dialect_option("postgresql", "concurrently") else ""
        words += "IF EXISTS " if drop.if_exists else ""
        return f"\nDROP INDEX {words}{self.index_name(index, with_schema=True)}"


def _without_direction(expression: Any) -> tuple[Any, str]:
    """An index key and the DESC, NULLS FIRST … after it: an operator class stands between them."""
    tail = ""
    while getattr(expression, "postfix", False):
        tail = expression.operator.symbol + tail
        expression = expression.element
    return expression, tail


def _block(statement: str, condition: str) -> str:
    """The statement, an expected error of it swallowed."""
    body = f"BEGIN {statement}; EXCEPTION WHEN {condition} THEN NULL; END"
    mark = "$accord$"
    while mark in body:
        mark = f"{mark[:-1]}_$"
    return f"DO {mark} {body} {mark}"


def storage_words(given: Any) -> str:
    """``fillfactor = 70, …`` from a mapping."""
    pairs = []
    for name, value in given.items():
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        if _WORD.match(str(name)) is None or _STORAGE.match(shown) is None:
            raise CompileError(f"postgresql_with= cannot hold {name!r}")
        pairs.append(str(name) if value is None else f"{name} = {shown}")
    return ", ".join(pairs)


def _path(name: str) -> str:
    """A name, perhaps with its schema before a dot."""
    return ".".join(quoted_name(part) for part in str(name).split("."))


def _name_of(column: Any) -> str:
    return column if isinstance(column, str) else str(column.name)


def _key_of(expression: Any) -> str:
    if isinstance(expression, str):
        return expression
    return str(getattr(expression, "key", None) or getattr(expression, "name", None) or "")


def _check_options(item: Any, known: frozenset[str], what: str) -> None:
    for option in item.dialect_options.get("postgresql", ()):
        if option not in known:
            shown = ", ".join(f"postgresql_{name}" for name in sorted(known))
            raise ArgumentError(f"{what} has no option postgresql_{option}; there is {shown}")
