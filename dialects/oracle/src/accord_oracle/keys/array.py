"""Array DML with RETURNING … INTO, exact for each row sent.

The driver executes one statement for all rows in one round trip, and out binds hold what each
execution returned: nothing has to be matched, no order is relied on. In: a batch. Out: Steps with
the values of each row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.dialect import InsertBatch, InsertShape, Native, Row, Steps
from accord.exc import FlushError
from accord_oracle.answers import ROWS
from accord_oracle.outbinds import returned

if TYPE_CHECKING:
    from collections.abc import Sequence as Many

    from accord.dialect import AnyColumn, Expression
    from accord.schema import Table

    Expressions = tuple[tuple[AnyColumn, Expression], ...]


def returning_steps(
    batch: InsertBatch, expressions: Expressions, columns: tuple[AnyColumn, ...]
) -> Steps[list[Row]]:
    """Insert the rows of a batch; the values of `columns` for each of them, in their order."""
    bind, table = batch.bind, batch.table
    shape = InsertShape(bind, table, batch.columns, expressions)
    text, sensitive = shape.prepared()
    clause, outs = returned(bind, columns)
    rows = shape.rows(batch.rows)
    found: list[Row] = []
    for start in range(0, len(rows), ROWS):
        chunk = rows[start : start + ROWS]
        request = Native(
            bind, "returning", text + clause, chunk, arguments=outs, sensitive=sensitive
        )
        reply = yield request
        found += one_each(table, reply.rows, len(chunk))
    return found


def one_each(table: Table, rows: Many[Row], count: int) -> list[Row]:
    """The values returned for each of `count` rows sent, when every one returned exactly one."""
    places = [row[0] for row in rows]
    if places != list(range(count)):
        raise FlushError(
            f"INSERT into {table.name!r} of {count} rows returned {len(rows)}: a trigger or view "
            "changed what was inserted, and rows cannot be matched with objects"
        )
    return [row[1:] for row in rows]
