"""Which column of a table is its IDENTITY, by the definition in Python.

In: a Table. Out: the column that DDL makes an identity, or None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accord.schema import Column, Table


def identity_column(table: Table) -> Column[Any] | None:
    """The column the server counts: one with `Identity`, else the single integer key that counts by
    itself and has no sequence for it.
    """
    columns: list[Column[Any]] = list(table.c)
    for column in columns:
        if column.identity is not None:
            return column
    counting: Column[Any] | None = table.autoincrement_column
    if counting is None:
        return None
    default: Any = counting.default
    if getattr(default, "is_sequence", False) and not default.optional:
        return None
    return None if counting.server_default is not None else counting
