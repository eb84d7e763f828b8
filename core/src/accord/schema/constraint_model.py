"""What the unit of work has to know of a table's constraints to order its writes, as plain frozen
values.

Derived once per table (`constraint_model(table)`), again only after a column, constraint or index
was added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from accord.records import dataclass
from accord.schema.column import Column
from accord.schema.constraints import UniqueConstraint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accord.schema.foreignkey import ForeignKeyConstraint
    from accord.schema.table import Table

SlotKind = Literal["primary key", "constraint", "index"]


@dataclass(frozen=True, slots=True)
class UniqueSlot:
    """Columns whose values together belong to one row at a time."""

    kind: SlotKind
    name: str | None
    columns: tuple[Column[Any], ...]
    nullable: bool
    """Whether a NULL can stand in it: such a row occupies nothing."""
    deferrable: bool
    initially_deferred: bool
    """Checked at COMMIT without being asked to: two rows may exchange values in any order."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: rows of `table` need the row they point at in `referred_table`."""

    name: str | None
    table: Table
    columns: tuple[Column[Any], ...]
    referred_table: Table
    referred_columns: tuple[Column[Any], ...]
    nullable: bool
    """Whether the row can be written before the one it points at, NULL in its key."""
    deferrable: bool
    initially_deferred: bool
    ondelete: str | None
    onupdate: str | None

    @property
    def self_referential(self) -> bool:
        return self.table is self.referred_table


@dataclass(frozen=True, slots=True)
class ConstraintModel:
    """The constraints of one table that impose an order on writes."""

    unique: tuple[UniqueSlot, ...]
    references: tuple[Reference, ...]

    @property
    def foreign_keys(self) -> tuple[Reference, ...]:
        return self.references


def constraint_model(table: Table) -> ConstraintModel:
    """The model of `table`; NoReferenced…Error if a foreign key points at nothing."""
    found: ConstraintModel = table.derived("constraint_model", _derive)
    return found


def _derive(table: Table) -> ConstraintModel:
    keys = sorted(table.foreign_key_constraints, key=lambda key: key.creation_order)
    return ConstraintModel(
        unique=tuple(_slots(table)), references=tuple(_reference(key, table) for key in keys)
    )


def _slots(table: Table) -> Iterator[UniqueSlot]:
    if len(table.primary_key):
        yield _slot("primary key", table.primary_key, tuple(table.primary_key))
    for constraint in table.sorted_constraints:
        if isinstance(constraint, UniqueConstraint):
            yield _slot("constraint", constraint, tuple(constraint))
    for index in table.sorted_indexes:
        columns = tuple(index.expressions)
        plain = all(isinstance(column, Column) for column in columns)
        partial = any(option.endswith("_where") for option in index.kwargs)
        if index.unique and plain and not partial:
            yield _slot("index", index, columns)


def _slot(kind: SlotKind, item: Any, columns: tuple[Column[Any], ...]) -> UniqueSlot:
    return UniqueSlot(
        kind=kind,
        name=item.name if isinstance(item.name, str) else None,
        columns=columns,
        nullable=kind != "primary key" and any(column.nullable for column in columns),
        deferrable=bool(getattr(item, "deferrable", False)),
        initially_deferred=_initially_deferred(item),
    )


def _reference(key: ForeignKeyConstraint, table: Table) -> Reference:
    columns = tuple(key.columns)
    return Reference(
        name=key.name if isinstance(key.name, str) else None,
        table=table,
        columns=columns,
        referred_table=key.referred_table,
        referred_columns=tuple(key.referred_columns),
        nullable=any(column.nullable for column in columns),
        deferrable=bool(key.deferrable),
        initially_deferred=_initially_deferred(key),
        ondelete=key.ondelete,
        onupdate=key.onupdate,
    )


def _initially_deferred(item: Any) -> bool:
    initially = getattr(item, "initially", None)
    return isinstance(initially, str) and initially.strip().upper() == "DEFERRED"
