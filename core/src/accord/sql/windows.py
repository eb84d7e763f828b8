"""What an aggregate or window function can carry: OVER, FILTER, WITHIN GROUP, an ORDER BY.

In: a function and the conditions, keys and frames given for it. Out: immutable nodes wrapped around
the function. Loaded when the first of them is built; what a database lacks, its renderer says.
"""

from __future__ import annotations

import enum
import operator
from typing import TYPE_CHECKING, Any, NamedTuple

from accord.exc import ArgumentError

from .coercion import expression, sort_key
from .nodes import ClauseElement, ColumnElement, T_co
from .operators import AND_
from .predicates import joined

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

Expr = ColumnElement[Any]


def sort_keys(value: Any) -> tuple[Expr, ...]:
    if value is None:
        return ()
    if isinstance(value, (list, tuple)):
        return tuple([sort_key(item) for item in value])
    return (sort_key(value),)


# --- frames ---------------------------------------------------------------------------------------


class FrameClauseType(enum.Enum):
    """Where a bound of a window frame lies."""

    UNBOUNDED = 0
    CURRENT = 1
    PRECEDING = 2
    FOLLOWING = 3


class Bound(NamedTuple):
    """One end of a frame: a number of rows is written into the text, any other value is an
    expression."""

    kind: FrameClauseType
    distance: int | Expr | None

    @property
    def place(self) -> int | None:
        """Rows from the current one, negative before it; None where only the database knows."""
        if self.kind is FrameClauseType.CURRENT:
            return 0
        if not isinstance(self.distance, int):
            return None
        return -self.distance if self.kind is FrameClauseType.PRECEDING else self.distance


class FrameClause(ClauseElement):
    """``BETWEEN start AND end`` of a window: its bounds, with values of any type.

    >>> from datetime import timedelta
    >>> frame = FrameClause(
    ...     timedelta(days=7), None, FrameClauseType.PRECEDING, FrameClauseType.CURRENT
    ... )
    >>> frame.start.kind
    <FrameClauseType.PRECEDING: 2>
    """

    __slots__ = ("end", "start")

    visit_name = "frame"

    def __init__(
        self,
        start: Any,
        end: Any,
        start_frame_type: FrameClauseType,
        end_frame_type: FrameClauseType,
    ) -> None:
        self.start = _bound(start, start_frame_type, "start")
        self.end = _bound(end, end_frame_type, "end")
        first, last = self.start.place, self.end.place
        if first is not None and last is not None and first > last:
            raise ArgumentError("a window frame starts before it ends; exchange its two bounds")
        self._compose()

    def shape(self) -> tuple[Hashable, ...]:
        return tuple(
            (bound.kind.name, bound.distance if isinstance(bound.distance, int) else None)
            for bound in (self.start, self.end)
        )

    def children(self) -> Iterable[ClauseElement]:
        for bound in (self.start, self.end):
            if isinstance(bound.distance, ClauseElement):
                yield bound.distance


def _bound(value: Any, kind: FrameClauseType, which: str) -> Bound:
    if kind in (FrameClauseType.UNBOUNDED, FrameClauseType.CURRENT):
        if value is not None:
            raise ArgumentError(f"the {which} of a frame that is {kind.name} takes None as value")
        return Bound(kind, None)
    if value is None:
        raise ArgumentError(f"the {which} of a frame that is {kind.name} needs a value")
    if isinstance(value, int) and not isinstance(value, bool):
        if value < 0:
            raise ArgumentError(
                f"the {which} of a frame counts rows: {value} is said with the other frame type"
            )
        return Bound(kind, value)
    return Bound(kind, expression(value))


def as_frame(value: Any) -> FrameClause:
    """What `over()` takes: (-2, 0) is two rows before to the current one, None unbounded."""
    if isinstance(value, FrameClause):
        return value
    if not isinstance(value, tuple) or len(value) != 2:
        raise ArgumentError(
            "a window frame is a pair such as (None, 0) or (-1, 1), or a FrameClause"
        )
    try:
        lower, upper = (None if bound is None else operator.index(bound) for bound in value)
    except TypeError:
        raise ArgumentError(
            "a pair counts rows in whole numbers; FrameClause takes intervals and the like"
        ) from None
    (start, start_kind), (end, end_kind) = _placed(lower), _placed(upper)
    return FrameClause(start, end, start_kind, end_kind)


def _placed(place: int | None) -> tuple[int | None, FrameClauseType]:
    if place is None:
        return None, FrameClauseType.UNBOUNDED
    if place == 0:
        return None, FrameClauseType.CURRENT
    kind = FrameClauseType.PRECEDING if place < 0 else FrameClauseType.FOLLOWING
    return abs(place), kind


def _only(frames: dict[str, Any]) -> tuple[str, FrameClause]:
    given = [(unit, as_frame(frame)) for unit, frame in frames.items() if frame is not None]
    if len(given) > 1:
        raise ArgumentError("over() takes one of range_=, rows= and groups=")
    return given[0]


_EXCLUSIONS = ("CURRENT ROW", "GROUP", "TIES", "NO OTHERS")


def _exclusion(value: str, frame: FrameClause | None) -> str:
    words = " ".join(str(value).upper().split())
    if words not in _EXCLUSIONS:
        raise ArgumentError(f"over(exclude=…) takes one of {', '.join(map(repr, _EXCLUSIONS))}")
    if frame is None:
        raise ArgumentError("over(exclude=…) needs a frame: rows=, range_= or groups=")
    return words


# --- windows and aggregates -----------------------------------------------------------------------


class Over(ColumnElement[T_co]):
    """``element OVER (PARTITION BY … ORDER BY … frame)``."""

    __slots__ = ("element", "exclude", "frame", "frame_unit", "order_by", "partition_by")

    visit_name = "over"
    name: str | None = None
    frame: FrameClause | None

    def __init__(
        self,
        element: ColumnElement[T_co],
        partition_by: Any = None,
        order_by: Any = None,
        range_: Any = None,
        rows: Any = None,
        groups: Any = None,
        exclude: str | None = None,
    ) -> None:
        self.element = element
        self.partition_by = sort_keys(partition_by)
        self.order_by = sort_keys(order_by)
        self.frame_unit, self.frame, self.exclude = "", None, exclude
        if range_ is not None or rows is not None or groups is not None:
            self.frame_unit, self.frame = _only({"RANGE": range_, "ROWS": rows, "GROUPS": groups})
        if exclude is not None:
            self.exclude = _exclusion(exclude, self.frame)
        self.type = element.type
        self._compose()

    def shape(self) -> tuple[Hashable, ...]:
        return (len(self.partition_by), len(self.order_by), self.frame_unit, self.exclude)

    def children(self) -> Iterable[ClauseElement]:
        framed = () if self.frame is None else (self.frame,)
        return (self.element, *self.partition_by, *self.order_by, *framed)


class _Aggregate(ColumnElement[T_co]):
    """What an aggregate becomes with more behind it; a window or a filter can follow."""

    __slots__ = ("element",)

    name: str | None = None
    element: ColumnElement[T_co]

    def over(
        self,
        partition_by: Any = None,
        order_by: Any = None,
        range_: Any = None,
        rows: Any = None,
        groups: Any = None,
        exclude: str | None = None,
    ) -> Over[T_co]:
        return Over(self, partition_by, order_by, range_, rows, groups, exclude)

    def filter(self, *criteria: Any) -> ColumnElement[T_co]:
        """This aggregate over the rows that meet `criteria`."""
        return FunctionFilter(self, *criteria) if criteria else self


class FunctionFilter(_Aggregate[T_co]):
    """``element FILTER (WHERE criterion)``."""

    __slots__ = ("criterion",)

    visit_name = "function_filter"

    def __init__(self, element: ColumnElement[T_co], *criteria: Any) -> None:
        if not criteria:
            raise ArgumentError("filter() needs at least one condition")
        self.element = element
        self.criterion: Expr = joined(AND_, criteria)
        self.type = element.type
        self._compose()

    def filter(self, *criteria: Any) -> ColumnElement[T_co]:
        return FunctionFilter(self.element, self.criterion, *criteria) if criteria else self

    def within_group(self, *order_by: Any) -> FunctionFilter[T_co]:
        """The same filter over the aggregate with WITHIN GROUP, which stands first in SQL."""
        return FunctionFilter(WithinGroup(self.element, *order_by), self.criterion)

    def children(self) -> Iterable[ClauseElement]:
        return (self.element, self.criterion)


class WithinGroup(_Aggregate[T_co]):
    """``element WITHIN GROUP (ORDER BY …)``."""

    __slots__ = ("order_by",)

    visit_name = "within_group"

    def __init__(self, element: ColumnElement[T_co], *order_by: Any) -> None:
        if not order_by:
            raise ArgumentError("within_group() needs what to order by")
        self.element = element
        self.order_by = sort_keys(order_by)
        type_ = getattr(element, "within_group_type", None)
        self.type = element.type if type_ is None else type_(self) or element.type
        self._compose()

    @property
    def result_hint(self) -> str | None:  # type: ignore[override]  # computed, not stored
        return self.element.name

    def children(self) -> Iterable[ClauseElement]:
        return (self.element, *self.order_by)


class AggregateOrderBy(_Aggregate[T_co]):
    """``function(arguments ORDER BY …)``, in whatever place the database has for the order."""

    __slots__ = ("order_by",)

    visit_name = "aggregate_order_by"

    def __init__(self, element: ColumnElement[T_co], *order_by: Any) -> None:
        if not order_by:
            raise ArgumentError("aggregate_order_by() needs what to order by")
        self.element = element
        self.order_by = sort_keys(order_by)
        self.type = element.type
        self._compose()

    @property
    def result_hint(self) -> str | None:  # type: ignore[override]  # computed, not stored
        return self.element.name

    def children(self) -> Iterable[ClauseElement]:
        return (self.element, *self.order_by)


__all__ = [
    "AggregateOrderBy",
    "Bound",
    "FrameClause",
    "FrameClauseType",
    "FunctionFilter",
    "Over",
    "WithinGroup",
    "as_frame",
    "sort_keys",
]
