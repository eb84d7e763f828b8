"""`insert`: an INSERT that says what to do when the row is there already; it becomes a MERGE.

In: a table or a mapped class. Out: a statement builder.
"""

from __future__ import annotations

from typing import Any

from accord.dialect.on_conflict import OnConflictInsert


def insert(table: Any) -> OnConflictInsert[tuple[()]]:
    """``insert(t).values(…).on_conflict_do_update(index_elements=["id"], set_={…})``."""
    return OnConflictInsert(table)
