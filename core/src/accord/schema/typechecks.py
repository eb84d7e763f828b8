"""CHECK constraints that types ask for: ``Enum(…, create_constraint=True)`` and the same of
Boolean.

Each is attached to the table as a constraint that is `type_bound`; the DDL renderer leaves it out
where the backend has a native type for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.schema.constraints import CheckConstraint, Constraint
from accord.schema.naming import NONE_NAME, NoneName
from accord.sqltypes.boolean import Boolean
from accord.sqltypes.custom import TypeDecorator
from accord.sqltypes.enumeration import Enum
from accord.sqltypes.numeric import Integer
from accord.sqltypes.text import String

if TYPE_CHECKING:
    from accord.sql.nodes import ColumnElement
    from accord.sqltypes.base import TypeEngine


def attach_type_checks(column: Any, table: Any) -> None:
    """Add the CHECK the column's type asks for, if it does."""
    type_ = stored_type(column.type)
    if not isinstance(type_, (Enum, Boolean)) or not type_.create_constraint:
        return
    name = type_.name if type_.name is not None else NONE_NAME
    TypeCheck(column, name).attach(table)


def placed_type(type_: TypeEngine, table: Any) -> TypeEngine:
    """The type as a column of `table` has it: an Enum in the schema of its MetaData, or
    (``inherit_schema=True``) of the table.
    """
    if not isinstance(type_, Enum):
        return type_
    schema = type_.schema
    if type_.inherit_schema:
        schema = table.schema
    elif schema is None and type_.metadata is not None:
        schema = type_.metadata.schema
    return type_ if schema == type_.schema else type_.copy(schema=schema)


def stored_type(type_: TypeEngine) -> TypeEngine:
    """The type below any TypeDecorators."""
    while isinstance(type_, TypeDecorator):
        type_ = type_.impl_instance
    return type_


class TypeCheck(CheckConstraint):
    """A CHECK that belongs to the type of `bound_column`."""

    visit_name = "type_check"
    type_bound = True

    def __init__(self, column: Any, name: str | NoneName) -> None:
        Constraint.__init__(self, name)
        self.bound_column = column

    @property
    def sqltext(self) -> ColumnElement[Any]:  # type: ignore[override]  # made from the column
        return _condition(self.bound_column, stored_type(self.bound_column.type))

    def naming_columns(self, table: Any) -> list[Any]:
        return [self.bound_column]


def _condition(column: Any, type_: TypeEngine) -> ColumnElement[Any]:
    from accord.sql.elements import TypeCoerce

    if isinstance(type_, Enum):
        # compared as strings: inside an Enum the names would be converted once more
        plain: Any = TypeCoerce(column, String())
        return plain.in_(type_.enums)  # type: ignore[no-any-return]  # an expression
    plain = TypeCoerce(column, Integer())
    return plain.in_([0, 1])  # type: ignore[no-any-return]  # an expression
