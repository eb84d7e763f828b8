"""`limit()`: UPDATE and DELETE of so many rows at most, as only MySQL and MariaDB have it.

In: a number, and what the rows are sorted by. Out: an extension for ``update(t).ext(limit(5))``,
then text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import ArgumentError
from accord.sql import coercion
from accord.sql.nodes import ClauseElement, literal_of
from accord.sqltypes import Integer

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable


class DMLLimit(ClauseElement):
    """``ORDER BY … LIMIT n`` behind the WHERE of an UPDATE or DELETE."""

    __slots__ = ("count", "order")

    visit_name = "dml_limit"

    def __init__(self, count: Any, order: tuple[Any, ...]) -> None:
        self.count = count
        self.order = order
        self._compose()

    def children(self) -> Iterable[ClauseElement]:
        """In the order they are written."""
        return (*self.order, self.count)

    def shape(self) -> tuple[Hashable, ...]:
        """What decides the text besides the children."""
        return (len(self.order),)


def limit(limit: Any, *, order_by: Any = ()) -> DMLLimit:
    """``delete(t).ext(limit(10, order_by=t.c.id))``: so many rows at most, the first in this
    order.
    """
    if isinstance(limit, bool) or (isinstance(limit, int) and limit < 0):
        raise ArgumentError("limit() takes a number of rows")
    count = literal_of(limit, Integer()) if isinstance(limit, int) else coercion.expression(limit)
    given = order_by if isinstance(order_by, list | tuple) else (order_by,)
    return DMLLimit(count, tuple([coercion.sort_key(key) for key in given]))
