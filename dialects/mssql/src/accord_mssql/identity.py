"""Which column of a table is its IDENTITY by the definition in Python, and how it is given values.

In: a Table. Out: the column that DDL makes an identity, or None; Steps between SET IDENTITY_INSERT
ON and OFF.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from accord.dialect import Execute
from accord.dialect.texts import table_name

if TYPE_CHECKING:
    from accord.dialect import Bind, Steps
    from accord.schema import Column, Table

T = TypeVar("T")


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


def giving_identity_steps(bind: Bind, table: Table, steps: Steps[T]) -> Steps[T]:
    """`steps` between ON and OFF; OFF also when they fail, because the setting outlives the
    transaction.
    """
    setting = f"SET IDENTITY_INSERT {table_name(bind, table)}"
    yield Execute(bind, f"{setting} ON", write=True)
    try:
        result = yield from steps
    except Exception:
        try:
            yield Execute(bind, f"{setting} OFF", write=True)
        except Exception:  # the connection is gone, and the setting with it
            pass
        raise
    yield Execute(bind, f"{setting} OFF", write=True)
    return result
