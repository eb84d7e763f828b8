"""What type checkers know of ``func.<name>(…)``: the value types of functions everybody uses.

For type checkers alone; nothing imports it at run time. In: the functions of `generic.py`.
Out: a `Function` of the type that a row then holds. Every other name is a `Function[Any]`.
Aggregates over no rows answer NULL; as in SQLAlchemy, ``func.max(User.id)`` is an int all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar, overload

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    from .functions import Function
    from .operators import ColumnOperators

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Always(Protocol[T_co]):
    """A function of one type, whatever it is given."""

    def __call__(self, *arguments: Any, type_: Any = ...) -> Function[T_co]: ...


class OfFirst(Protocol):
    """A function of the type of its first argument."""

    @overload
    def __call__(
        self, first: ColumnOperators[T], /, *others: Any, type_: Any = ...
    ) -> Function[T]: ...
    @overload
    def __call__(self, *arguments: Any, type_: Any = ...) -> Function[Any]: ...


class NotNone(Protocol):
    """The type of the first argument without its None, which the others stand in for."""

    @overload
    def __call__(
        self, first: ColumnOperators[T | None], /, *others: Any, type_: Any = ...
    ) -> Function[T]: ...
    @overload
    def __call__(self, *arguments: Any, type_: Any = ...) -> Function[Any]: ...


class OrNone(Protocol):
    """The type of the first argument, or None."""

    @overload
    def __call__(
        self, first: ColumnOperators[T], /, *others: Any, type_: Any = ...
    ) -> Function[T | None]: ...
    @overload
    def __call__(self, *arguments: Any, type_: Any = ...) -> Function[Any]: ...


class KnownFunctions:
    """Base of ``func`` for type checkers."""

    count: Always[int]
    length: Always[int]
    char_length: Always[int]
    character_length: Always[int]
    octet_length: Always[int]
    row_number: Always[int]
    rank: Always[int]
    dense_rank: Always[int]
    ntile: Always[int]
    grouping: Always[int]
    percent_rank: Always[Decimal]
    cume_dist: Always[Decimal]
    lower: Always[str]
    upper: Always[str]
    trim: Always[str]
    ltrim: Always[str]
    rtrim: Always[str]
    substr: Always[str]
    substring: Always[str]
    replace: Always[str]
    concat: Always[str]
    user: Always[str]
    current_user: Always[str]
    session_user: Always[str]
    group_concat: Always[str]
    string_agg: Always[str]
    aggregate_strings: Always[str]
    now: Always[dt.datetime]
    current_timestamp: Always[dt.datetime]
    localtimestamp: Always[dt.datetime]
    sysdate: Always[dt.datetime]
    current_date: Always[dt.date]
    current_time: Always[dt.time]
    localtime: Always[dt.datetime]
    sum: OfFirst
    max: OfFirst
    min: OfFirst
    abs: OfFirst
    first_value: OfFirst
    last_value: OfFirst
    lag: OfFirst
    lead: OfFirst
    nth_value: OfFirst
    greatest: OfFirst
    pow: OfFirst
    least: OfFirst
    coalesce: NotNone
    ifnull: NotNone
    nullif: OrNone
