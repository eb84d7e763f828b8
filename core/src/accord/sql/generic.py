"""Known functions: what is known of their types and arguments, one class each.

`make` answers the class of a name, made the first time it is asked for. Three kinds of knowledge
are base classes that users derive from, too: `ReturnTypeFromArgs`, `AnsiFunction`, `OrderedSetAgg`.
The few functions that differ in more than a type are written out below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from accord.exc import ArgumentError
from accord.sqltypes.array import ARRAY
from accord.sqltypes.base import NULLTYPE, TypeEngine
from accord.sqltypes.numeric import Integer, Numeric
from accord.sqltypes.temporal import Date, DateTime, Time
from accord.sqltypes.text import String

from .coercion import element_of, expression
from .elements import Cast, Extract
from .functions import STAR, GenericFunction
from .nodes import ColumnElement, NamedParameter, T_co

if TYPE_CHECKING:
    from collections.abc import Callable

    from .windows import WithinGroup

Arguments = tuple[ColumnElement[Any], ...]


class ReturnTypeFromArgs(GenericFunction[T_co]):
    """A function whose type is that of its first argument that has one."""

    __slots__ = ()
    _register = False

    def type_of(self, arguments: Arguments) -> TypeEngine | None:
        return next((a.type for a in arguments if a.type is not NULLTYPE), NULLTYPE)


ReturnTypeFromOptionalArgs = ReturnTypeFromArgs


class AnsiFunction(GenericFunction[T_co]):
    """A function the standard calls without parentheses: CURRENT_DATE."""

    __slots__ = ()
    _register = False
    without_parentheses = True


class OrderedSetAgg(GenericFunction[T_co]):
    """An aggregate whose type is that of what WITHIN GROUP orders by.

    With `array_for_multi_clause`, several values asked for at once make it an array of them.
    """

    __slots__ = ()
    _register = False
    array_for_multi_clause: ClassVar[bool] = False

    def within_group_type(self, within_group: WithinGroup[Any]) -> TypeEngine | None:
        ordered = within_group.order_by[0].type
        asked = self.arguments[0].type if self.arguments else None
        several = self.array_for_multi_clause and getattr(asked, "affinity", "") == "array"
        return ARRAY(ordered) if several and ordered is not NULLTYPE else ordered


# --- by type alone --------------------------------------------------------------------------------

_TYPED: Final[tuple[tuple[type[GenericFunction[Any]], TypeEngine | None, str], ...]] = (
    (
        ReturnTypeFromArgs,
        None,
        """sum max min coalesce nullif abs first_value last_value lag lead nth_value ifnull greatest
        least pow""",
    ),
    (OrderedSetAgg, None, "mode"),
    (GenericFunction, None, "random rollup cube"),
    (
        GenericFunction,
        Integer(),
        """length character_length octet_length row_number rank dense_rank ntile grouping""",
    ),
    (GenericFunction, Numeric(), "percent_rank cume_dist"),
    (
        GenericFunction,
        String(),
        "lower upper trim ltrim rtrim substr substring replace concat group_concat string_agg",
    ),
    (GenericFunction, DateTime(), "now"),
    (AnsiFunction, String(), "user current_user session_user"),
    (AnsiFunction, DateTime(), "current_timestamp localtime localtimestamp sysdate"),
    (AnsiFunction, Date(), "current_date"),
    (AnsiFunction, Time(), "current_time"),
)
_TYPED_AS: Final = {name: (base, type_) for base, type_, names in _TYPED for name in names.split()}
_MADE: dict[str, Callable[..., Any]] = {}


def make(name: str) -> Callable[..., Any] | None:
    """What builds the function `name`, its class as a rule; None if nothing is known of it."""
    found = _MADE.get(name)
    if found is None and name in _TYPED_AS:
        base, type_ = _TYPED_AS[name]
        body = {"__slots__": (), "_register": False, "name": name, "returns": type_}
        _MADE[name] = found = _known(type(name, (base,), body))
    return found


def _known(cls: type[GenericFunction[Any]]) -> type[GenericFunction[Any]]:
    """Decorates the classes below: found by their name, pickled as members of functions.py, which
    is where programs find them."""
    _MADE[cls.__name__] = cls
    cls.name = vars(cls).get("name", cls.__name__)
    cls.__module__ = "accord.sql.functions"
    return cls


# --- by more than a type --------------------------------------------------------------------------


@_known
class count(GenericFunction[int]):
    """``count(*)``, or of an expression."""

    __slots__ = ()
    _register = False
    returns = Integer()

    def __init__(self, *args: Any, type_: Any = None) -> None:
        super().__init__(*(args or (STAR,)), type_=type_)


@_known
class char_length(GenericFunction[int]):
    """``char_length(text)``."""

    __slots__ = ()
    _register = False
    returns = Integer()

    def __init__(self, arg: Any, **options: Any) -> None:
        super().__init__(arg, **options)


@_known
class array_agg(GenericFunction[Any]):
    """``array_agg(x)``: an ARRAY of what it collects."""

    __slots__ = ()
    _register = False

    def type_of(self, arguments: Arguments) -> TypeEngine | None:
        item = arguments[0].type if arguments else NULLTYPE
        return item if isinstance(item, ARRAY) else ARRAY(item)


class _Percentile(OrderedSetAgg[T_co]):
    """``percentile_cont(fraction)``, or of a list of fractions: then the answer is an array."""

    __slots__ = ()
    _register = False
    array_for_multi_clause = True

    def __init__(self, *args: Any, **options: Any) -> None:
        if len(args) == 1 and isinstance(args[0], (list, tuple)):
            args = (expression(list(args[0]), ARRAY(Numeric(asdecimal=False))),)
        super().__init__(*args, **options)


@_known
class percentile_cont(_Percentile[T_co]):
    __slots__ = ()
    _register = False


@_known
class percentile_disc(_Percentile[T_co]):
    __slots__ = ()
    _register = False


@_known
class grouping_sets(GenericFunction[Any]):
    """``GROUPING SETS (a, b)``; a set of several columns is a ``tuple_(a, b)``."""

    __slots__ = ()
    _register = False


@_known
class aggregate_strings(GenericFunction[str]):
    """Texts joined by a separator, whatever the database calls it. The separator is part of the
    text: most databases take no parameter there."""

    __slots__ = ()
    _register = False
    returns = String()

    def __init__(self, clause: Any, separator: str, **options: Any) -> None:
        if not isinstance(separator, str):
            raise ArgumentError("aggregate_strings() takes the separator as a string")
        written = NamedParameter[str](
            None, separator, String(), unique=True, literal_execute=True, hint="separator"
        )
        super().__init__(clause, written, **options)


def next_value(sequence: Any) -> Any:
    """The next number of a sequence."""
    node = element_of(sequence)  # a Sequence is its next value as an expression
    if getattr(node, "visit_name", None) != "next_value":
        raise ArgumentError("next_value() takes a Sequence")
    return node


_MADE.update(next_value=next_value, cast=Cast, extract=Extract)


__all__ = [
    "AnsiFunction",
    "GenericFunction",
    "OrderedSetAgg",
    "ReturnTypeFromArgs",
    "ReturnTypeFromOptionalArgs",
    "make",
]
