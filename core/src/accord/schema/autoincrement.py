"""Which column of a primary key the database numbers by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import ArgumentError
from accord.schema.sequence import Sequence

if TYPE_CHECKING:
    from accord.schema.column import Column
    from accord.schema.table import Table


def autoincrement_column(table: Table) -> Column[Any] | None:
    """The one that says autoincrement=True, else the only integer column of the key that has
    neither a default nor a foreign key.
    """
    key = list(table.primary_key)
    asked = [column for column in key if column.autoincrement not in ("auto", False)]
    explicit = [column for column in asked if column.autoincrement is True]
    if len(explicit) > 1:
        names = ", ".join(str(column.name) for column in explicit)
        raise ArgumentError(
            f"table {table.fullname!r} has several columns with autoincrement=True ({names}); only "
            "one can be"
        )
    if explicit:
        _check(explicit[0], table)
        return explicit[0]
    candidates = key if len(key) == 1 else [c for c in asked if c.autoincrement == "ignore_fk"]
    if len(candidates) == 1 and candidates[0].autoincrement and _numbers_itself(candidates[0]):
        return candidates[0]
    return None


def _check(column: Column[Any], table: Table) -> None:
    if column.type.affinity not in ("integer", "numeric"):
        raise ArgumentError(
            f"column {table.fullname}.{column.name} has autoincrement=True and the type "
            f"{column.type!r}; "
            "only a column of an integer type can number its rows"
        )


def _numbers_itself(column: Column[Any]) -> bool:
    if column.type.affinity != "integer":
        return False
    if column.default is not None and not isinstance(column.default, Sequence):
        return False
    if column.server_default is not None and not column.server_default.is_identity:
        return False
    return not column.foreign_keys or column.autoincrement == "ignore_fk"
