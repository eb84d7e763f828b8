"""Constraints in DDL: inside CREATE TABLE, and added to or dropped from a table that exists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from accord.exc import CompileError
from accord.schema.constraints import PrimaryKeyConstraint
from accord.schema.ddlbase import DDLBase
from accord.schema.foreignkey import ForeignKeyConstraint
from accord.schema.typechecks import TypeCheck, stored_type
from accord.sqltypes.enumeration import Enum

if TYPE_CHECKING:
    from accord.schema import elements
    from accord.schema.constraints import CheckConstraint, Constraint, UniqueConstraint

_CASCADE: Final = re.compile(
    r"(?:RESTRICT|CASCADE|SET NULL|NO ACTION|SET DEFAULT)(?:\s*\([\w\s,\"]*\))?\Z", re.IGNORECASE
)
_INITIALLY: Final = re.compile(r"(?:DEFERRED|IMMEDIATE)\Z", re.IGNORECASE)
_MATCH: Final = re.compile(r"(?:FULL|PARTIAL|SIMPLE)\Z", re.IGNORECASE)


class ConstraintDDL(DDLBase):
    """Writes constraints."""

    def constraint_lines(self, create: elements.CreateTable) -> list[str]:
        """The table's constraints: the primary key first, the others as they were made."""
        table, chosen = create.element, create.include_foreign_key_constraints
        key = table.primary_key
        inline = len(key) and not key.isolated and self.wanted(create, key)
        lines = [self.constraint(key)] if inline else []
        for constraint in table.sorted_constraints:
            if isinstance(constraint, PrimaryKeyConstraint) or constraint.isolated:
                continue
            if not self.wanted(create, constraint):
                continue
            if isinstance(constraint, ForeignKeyConstraint) and not self._inline(
                constraint, chosen
            ):
                continue
            lines.append(self.constraint(constraint))
        return [line for line in lines if line]

    def wanted(self, create: elements.DDLElement, constraint: Constraint) -> bool:
        """Whether the constraint is for this database, as its `ddl_if` says."""
        condition = constraint.ddl_condition
        return condition is None or condition.holds(
            create, constraint, None, self.target.dialect_name, dialect=self.dialect, compiler=self
        )

    def _inline(self, key: ForeignKeyConstraint, chosen: Any) -> bool:
        if chosen is not None:
            return any(key is one for one in chosen)
        return not (key.use_alter and self.supports_alter)

    def constraint(self, constraint: Constraint) -> str:
        """One constraint; nothing where the database does not need it."""
        render = getattr(self, f"{constraint.visit_name}_constraint", None)
        if render is None:
            raise CompileError(
                f"{type(self).__name__} cannot render a {type(constraint).__name__}; give it a "
                "method "
                f"{constraint.visit_name}_constraint"
            )
        text: str = render(constraint)
        return text

    def constraint_name(self, constraint: Constraint) -> str:
        """``CONSTRAINT name`` and a blank, if it has a name."""
        name = self.final_name(constraint)
        return "" if name is None else f"CONSTRAINT {self.identifier(name)} "

    def primary_key_constraint(self, constraint: PrimaryKeyConstraint) -> str:
        columns = self.column_names(constraint)
        text = f"{self.constraint_name(constraint)}PRIMARY KEY ({columns})"
        return text + self.deferrability(constraint)

    def unique_constraint(self, constraint: UniqueConstraint) -> str:
        columns = self.column_names(constraint)
        return (
            f"{self.constraint_name(constraint)}UNIQUE ({columns}){self.deferrability(constraint)}"
        )

    def foreign_key_constraint(self, key: ForeignKeyConstraint) -> str:
        text = (
            f"{self.constraint_name(key)}FOREIGN KEY({self.column_names(key.columns)}) "
            f"REFERENCES {self.table_name(key.referred_table)} "
            f"({self.column_names(key.referred_columns)})"
        )
        return text + self.match_clause(key) + self.cascades(key) + self.deferrability(key)

    def match_clause(self, key: ForeignKeyConstraint) -> str:
        return "" if key.match is None else f" MATCH {self.keyword(key.match, _MATCH, 'match=')}"

    def cascades(self, key: ForeignKeyConstraint) -> str:
        """ON DELETE and ON UPDATE."""
        text = ""
        if key.ondelete is not None:
            text += f" ON DELETE {self.keyword(key.ondelete, _CASCADE, 'ondelete=')}"
        if key.onupdate is not None:
            text += f" ON UPDATE {self.keyword(key.onupdate, _CASCADE, 'onupdate=')}"
        return text

    def check_constraint(self, constraint: CheckConstraint) -> str:
        text = f"{self.constraint_name(constraint)}CHECK ({self.sql(constraint.sqltext)})"
        return text + self.deferrability(constraint)

    def type_check_constraint(self, constraint: TypeCheck) -> str:
        """The CHECK of an Enum or Boolean; nothing where the type itself takes care."""
        type_ = stored_type(constraint.bound_column.type)
        if isinstance(type_, Enum):
            if self.native_enum and type_.native_enum:
                return ""
            values = ", ".join(map(self.literal, type_.enums))
        else:
            if self.target.supports_native_boolean:
                return ""
            values = "0, 1"
        name = self.identifier(constraint.bound_column.name)
        return f"{self.constraint_name(constraint)}CHECK ({name} IN ({values}))"

    def deferrability(self, constraint: Constraint) -> str:
        """DEFERRABLE and INITIALLY."""
        text = ""
        if constraint.deferrable is not None:
            text += " DEFERRABLE" if constraint.deferrable else " NOT DEFERRABLE"
        if constraint.initially is not None:
            text += f" INITIALLY {self.keyword(constraint.initially, _INITIALLY, 'initially=')}"
        return text

    def visit_add_constraint(self, add: elements.AddConstraint) -> str:
        return f"ALTER TABLE {self.table_of(add.element)} ADD {self.constraint(add.element)}"

    def visit_drop_constraint(self, drop: elements.DropConstraint) -> str:
        name = self.final_name(drop.element)
        if name is None:
            raise CompileError(
                f"a {type(drop.element).__name__} without a name cannot be dropped; give it one"
            )
        exists = "IF EXISTS " if drop.if_exists else ""
        cascade = " CASCADE" if drop.cascade else ""
        table = self.table_of(drop.element)
        return f"ALTER TABLE {table} DROP CONSTRAINT {exists}{self.identifier(name)}{cascade}"

    def table_of(self, item: Any) -> str:
        """The name of the table an index or constraint belongs to."""
        if item.table is None:
            raise CompileError(
                f"a {type(item).__name__} without a table has no DDL; append it to a Table first"
            )
        return self.table_name(item.table)
