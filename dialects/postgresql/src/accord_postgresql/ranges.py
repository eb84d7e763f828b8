"""Range and MultiRange: the Python values of PostgreSQL's range types, and the types.

A `Range` is a pair of bounds, either of which may be None for infinity, with `bounds` saying which
of them belong to it. In: bounds, or the literal the server wrote. Out: the literal it reads.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from accord.exc import ArgumentError
from accord.sqltypes import BigInteger, Date, DateTime, Integer, Numeric, TypeEngine
from accord.sqltypes.base import NULLTYPE, literal_rule

from .comparators import RangeComparator
from .types import PGType

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

BOUNDS = ("[)", "(]", "[]", "()")


@dataclass(frozen=True, slots=True, eq=False)
class Range(Generic[T]):
    """A range of values from `lower` to `upper`; None is infinity. `Range(empty=True)` holds none.

    `bounds` has one bracket per end: ``[`` and ``]`` include the bound, ``(`` and ``)`` do not. Two
    ranges are equal when they hold the same values: ``Range(1, 4, "[]") == Range(1, 5)``.
    """

    lower: T | None = None
    upper: T | None = None
    bounds: str = "[)"
    empty: bool = False

    def __post_init__(self) -> None:
        if self.bounds not in BOUNDS:
            raise ArgumentError(f"the bounds of a Range are one of {', '.join(BOUNDS)}")

    @property
    def isempty(self) -> bool:
        return self.empty

    @property
    def is_empty(self) -> bool:
        return self.empty

    @property
    def lower_inc(self) -> bool:
        return not self.empty and self.bounds[0] == "["

    @property
    def upper_inc(self) -> bool:
        return not self.empty and self.bounds[1] == "]"

    @property
    def lower_inf(self) -> bool:
        return not self.empty and self.lower is None

    @property
    def upper_inf(self) -> bool:
        return not self.empty and self.upper is None

    def __bool__(self) -> bool:
        return not self.empty

    def _normal(self) -> tuple[Any, ...]:
        """The same for all spellings of a range."""
        if self.empty:
            return ()
        low: Any = self.lower
        high: Any = self.upper
        includes_low, includes_high = low is not None and self.lower_inc, self.upper_inc
        if low is not None and not includes_low:
            low, includes_low = _next(low, includes_low)
        if high is not None and includes_high:
            high, includes_high = _next(high, includes_high)
        return low, includes_low, high, includes_high and high is not None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Range) and self._normal() == other._normal()

    def __hash__(self) -> int:
        return hash(self._normal())

    def __contains__(self, value: Any) -> bool:
        if self.empty:
            return False
        low: Any = self.lower
        if low is not None and not (value > low or (value == low and self.lower_inc)):
            return False
        high: Any = self.upper
        return high is None or value < high or (value == high and self.upper_inc)

    def __str__(self) -> str:
        return range_text(self, str)


def _next(bound: Any, included: bool) -> tuple[Any, bool]:
    """The next value of a type that has one, with the other bracket."""
    if isinstance(bound, int):
        return bound + 1, not included
    if type(bound) is dt.date:
        return bound + dt.timedelta(days=1), not included
    return bound, included


class MultiRange(list[Range[T]]):
    """Several ranges, as multirange types hold them."""

    def __repr__(self) -> str:
        return f"MultiRange({super().__repr__()})"


# --- literals ------------------------------------------------------------------------------------


def range_text(value: Range[Any], text_of: Callable[[Any], str]) -> str:
    """The literal of a range: ``["2024-01-01",)``."""
    if value.empty:
        return "empty"
    low, high = ("" if bound is None else _quoted(text_of(bound))
                 for bound in (value.lower, value.upper))  # fmt: skip
    return f"{value.bounds[0]}{low},{high}{value.bounds[1]}"


def multirange_text(value: Any, text_of: Callable[[Any], str]) -> str:
    """The literal of several ranges."""
    return f"{{{','.join([range_text(part, text_of) for part in value])}}}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


# --- types ---------------------------------------------------------------------------------------


class AbstractRange(PGType):
    """What range types share: the type of their bounds."""

    affinity = "range"
    bound_type: ClassVar[TypeEngine]
    comparator_factory: Any = RangeComparator
    Comparator: ClassVar[Any] = RangeComparator

    def single(self) -> TypeEngine:
        """The range type of these bounds."""
        return self

    def multi(self) -> TypeEngine:
        """The multirange type of these bounds."""
        return MULTIRANGES[type(self)]()

    @property
    def python_type(self) -> type:
        return Range


class AbstractSingleRange(AbstractRange):
    """The range types."""


class AbstractMultiRange(AbstractRange):
    """What multirange types share (PostgreSQL 14 and later)."""

    affinity = "multirange"

    def single(self) -> TypeEngine:
        return next(one() for one, many in MULTIRANGES.items() if many is type(self))

    def multi(self) -> TypeEngine:
        return self

    @property
    def python_type(self) -> type:
        return MultiRange


class INT4RANGE(AbstractSingleRange):
    """A range of integers."""

    sql_name = "INT4RANGE"
    bound_type = Integer()


class INT8RANGE(AbstractSingleRange):
    """A range of big integers."""

    sql_name = "INT8RANGE"
    bound_type = BigInteger()


class NUMRANGE(AbstractSingleRange):
    """A range of decimals."""

    sql_name = "NUMRANGE"
    bound_type = Numeric()


class DATERANGE(AbstractSingleRange):
    """A range of days."""

    sql_name = "DATERANGE"
    bound_type = Date()


class TSRANGE(AbstractSingleRange):
    """A range of moments without zone."""

    sql_name = "TSRANGE"
    bound_type = DateTime()


class TSTZRANGE(AbstractSingleRange):
    """A range of moments with zone."""

    sql_name = "TSTZRANGE"
    bound_type = DateTime(timezone=True)


class INT4MULTIRANGE(AbstractMultiRange):
    """Ranges of integers."""

    sql_name = "INT4MULTIRANGE"
    bound_type = Integer()


class INT8MULTIRANGE(AbstractMultiRange):
    """Ranges of big integers."""

    sql_name = "INT8MULTIRANGE"
    bound_type = BigInteger()


class NUMMULTIRANGE(AbstractMultiRange):
    """Ranges of decimals."""

    sql_name = "NUMMULTIRANGE"
    bound_type = Numeric()


class DATEMULTIRANGE(AbstractMultiRange):
    """Ranges of days."""

    sql_name = "DATEMULTIRANGE"
    bound_type = Date()


class TSMULTIRANGE(AbstractMultiRange):
    """Ranges of moments without zone."""

    sql_name = "TSMULTIRANGE"
    bound_type = DateTime()


class TSTZMULTIRANGE(AbstractMultiRange):
    """Ranges of moments with zone."""

    sql_name = "TSTZMULTIRANGE"
    bound_type = DateTime(timezone=True)


MULTIRANGES: dict[type[AbstractRange], type[AbstractMultiRange]] = {
    INT4RANGE: INT4MULTIRANGE,
    INT8RANGE: INT8MULTIRANGE,
    NUMRANGE: NUMMULTIRANGE,
    DATERANGE: DATEMULTIRANGE,
    TSRANGE: TSMULTIRANGE,
    TSTZRANGE: TSTZMULTIRANGE,
}


def _of_bounds(value: Range[Any] | None) -> type[AbstractRange] | None:
    """The type of a range given where none is said: its bounds tell."""
    bounds = [] if value is None else [b for b in (value.lower, value.upper) if b is not None]
    match bounds[0] if bounds else None:
        case bool() | None:
            return None
        case int():
            small = all(-(2**31) <= bound < 2**31 for bound in bounds)
            return INT4RANGE if small else INT8RANGE
        case Decimal() | float():
            return NUMRANGE
        case dt.datetime() as moment:
            return TSRANGE if moment.tzinfo is None else TSTZRANGE
        case dt.date():
            return DATERANGE
        case _:
            return None


def _of_range(value: Range[Any]) -> TypeEngine:
    found = _of_bounds(value)
    return NULLTYPE if found is None else found()


def _of_multirange(value: MultiRange[Any]) -> TypeEngine:
    kinds = [kind for each in value if (kind := _of_bounds(each)) is not None]
    widest = INT8RANGE if INT8RANGE in kinds else next(iter(kinds), None)
    return NULLTYPE if widest is None else MULTIRANGES[widest]()


literal_rule(Range, _of_range)
literal_rule(MultiRange, _of_multirange)
