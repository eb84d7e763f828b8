"""ALTER TABLE for columns, as statements: AddColumn, DropColumn, AlterColumn.

What accord's schema comparison prints; a connection executes them like other DDL. Their text comes
from the dialect's DDLRenderer (ddlalter.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from accord.records import dataclass
from accord.schema.elements import DDLElement

if TYPE_CHECKING:
    from accord.schema.column import Column

Aspect = Literal["type", "nullability", "default", "no_default", "numbering", "identity"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionChange:
    """An option of a table that the database has otherwise: `sql` changes it, None if nothing but a
    new table does.
    """

    name: str
    found: str | None
    declared: str
    sql: str | None = None
    notes: tuple[str, ...] = ()


class AddColumn(DDLElement):
    """ALTER TABLE … ADD COLUMN, with what stands in the column's line of CREATE TABLE."""

    visit_name = "add_column"
    element: Column[Any]


class DropColumn(DDLElement):
    """ALTER TABLE … DROP COLUMN."""

    visit_name = "drop_column"
    element: Column[Any]


class AlterColumn(DDLElement):
    """ALTER TABLE … ALTER COLUMN: give a column the type, nullability, default or numbering that
    `element` declares. Databases that only know the whole definition write all of it.
    """

    visit_name = "alter_column"
    element: Column[Any]

    def __init__(self, element: Column[Any], aspect: Aspect) -> None:
        super().__init__(element)
        self.aspect = aspect
