"""func: SQL functions by name, with the result types of the well-known ones.

``func.lower(x)`` is a `Function`; ``func.schema.name(x)`` one in a schema. Functions of known type
are in `RESULT_TYPES`; the others answer with NULLTYPE unless `type_=` says more.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING, Any, Final

from accord.exc import ArgumentError
from accord.sqltypes.base import NULLTYPE, TypeEngine, to_instance
from accord.sqltypes.numeric import Integer
from accord.sqltypes.temporal import Date, DateTime, Time
from accord.sqltypes.text import String

from .coercion import element_of, expression
from .elements import FunctionFilter, Over, WithinGroup
from .nodes import ClauseElement, ColumnElement, Executable, T_co
from .selectable import ColumnClause

if TYPE_CHECKING:
    from .select import Select
    from .typedfunctions import KnownFunctions
    from .values import TableValued
else:
    KnownFunctions = object

_INTEGER, _STRING = Integer(), String()

TypeRule = Callable[[tuple[ColumnElement[Any], ...]], TypeEngine]


def _of_first(arguments: tuple[ColumnElement[Any], ...]) -> TypeEngine:
    """The type of the first argument that has one."""
    return next((a.type for a in arguments if a.type is not NULLTYPE), NULLTYPE)


def _always(type_: TypeEngine) -> TypeRule:
    return lambda arguments: type_


_TYPED_AS: Final[tuple[tuple[TypeRule, str], ...]] = (
    (
        _always(_INTEGER),
        """count length char_length character_length octet_length row_number rank dense_rank ntile
        grouping""",
    ),
    (
        _of_first,
        """sum max min coalesce nullif abs first_value last_value lag lead nth_value ifnull greatest
        least mode""",
    ),
    (
        _always(_STRING),
        """lower upper trim ltrim rtrim substr substring replace concat char user current_user
        session_user group_concat string_agg aggregate_strings""",
    ),
    (_always(DateTime()), "now current_timestamp localtimestamp sysdate"),
    (_always(Date()), "current_date"),
    (_always(Time()), "current_time localtime"),
)
RESULT_TYPES: Final[dict[str, TypeRule]] = {
    name: rule for rule, names in _TYPED_AS for name in names.split()
}

# Functions the standard calls without parentheses.
BARE: Final = frozenset({
    "current_timestamp", "current_date", "current_time", "localtime", "localtimestamp",
    "current_user",
    "session_user", "user", "sysdate",
})  # fmt: skip

_FROM_ORDER: Final = frozenset({"percentile_cont", "percentile_disc", "mode"})


class Function(ColumnElement[T_co], Executable):
    """``name(argument, …)``."""

    __slots__ = ("_lookup", "clauses", "execution_options_map", "function_name", "packages")

    visit_name = "function"
    name: str | None = None
    is_select = True
    returns_rows = True

    def __init__(
        self,
        function_name: str,
        *arguments: Any,
        type_: TypeEngine | type[TypeEngine] | None = None,
        packages: tuple[str, ...] = (),
    ) -> None:
        self.function_name = function_name
        self.packages = packages
        self.clauses = tuple([expression(argument) for argument in arguments])
        if type_ is not None:
            self.type = to_instance(type_)
        else:
            rule = RESULT_TYPES.get(function_name.lower()) if not packages else None
            self.type = NULLTYPE if rule is None else rule(self.clauses)
        self._compose()

    def shape(self) -> tuple[Hashable, ...]:
        return (*self.packages, self.function_name, self.type.key)

    def children(self) -> Iterable[ClauseElement]:
        return self.clauses

    @property
    def type_from_order(self) -> bool:
        """Whether WITHIN GROUP decides the type."""
        return self.function_name.lower() in _FROM_ORDER

    def over(
        self,
        partition_by: Any = None,
        order_by: Any = None,
        range_: Any = None,
        rows: Any = None,
        groups: Any = None,
    ) -> Over[T_co]:
        """This function over a window."""
        return Over(self, partition_by, order_by, range_, rows, groups)

    def filter(self, *criteria: Any) -> ColumnElement[T_co]:
        """This aggregate over the rows that meet `criteria`."""
        return FunctionFilter(self, *criteria) if criteria else self

    def within_group(self, *order_by: Any) -> WithinGroup[T_co]:
        return WithinGroup(self, *order_by)

    def select(self) -> Select[Any]:
        """``SELECT name(…)``."""
        from .select import Select

        return Select(self)

    def table_valued(
        self,
        *columns: Any,
        name: str | None = None,
        with_ordinality: str | None = None,
        joins_implicitly: bool = False,
    ) -> TableValued:
        """This function as a FROM element with these columns."""
        from .values import TableValued

        return TableValued(self, columns, name, with_ordinality=with_ordinality)

    def alias(self, name: str | None = None, joins_implicitly: bool = False) -> TableValued:
        from .values import TableValued

        return TableValued(self, (), name)

    def column_valued(
        self, name: str | None = None, joins_implicitly: bool = False
    ) -> ColumnClause[Any]:
        """This function as a FROM element whose only column goes by its own name."""
        from .values import TableValued

        return TableValued(self, (), name).column

    def scalar_table_valued(self, name: str, type_: Any = None) -> ColumnElement[Any]:
        """``(name(…)).column``."""
        from .values import ScalarFunctionColumn

        return ScalarFunctionColumn(self, name, type_)

    def as_from(self) -> TableValued:
        return self.alias()


class _Functions(KnownFunctions):
    """``func``, or ``func.package``: attribute access names the function, a call builds it."""

    __slots__ = ("_names",)

    def __init__(self, names: tuple[str, ...] = ()) -> None:
        self._names = names

    def __getattr__(self, name: str) -> _Functions:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Functions((*self._names, name.rstrip("_") if name.endswith("_") else name))

    def __call__(self, *arguments: Any, type_: Any = None) -> Function[Any]:
        if not self._names:
            raise ArgumentError("func is called by function name: func.lower(x)")
        *packages, name = self._names
        if not packages and name == "count" and not arguments:
            arguments = (STAR,)
        if not packages and type_ is None:
            made = _GENERIC.get(name.lower())
            if made is not None:
                return made(*[element_of(argument) for argument in arguments])
        return Function(name, *arguments, type_=type_, packages=tuple(packages))


_GENERIC: dict[str, Callable[..., Function[Any]]] = {}


def register_function(name: str, build: Callable[..., Function[Any]]) -> None:
    """Let ``func.<name>`` build something of its own; the last registration wins."""
    _GENERIC[name.lower()] = build


STAR: Final = ColumnClause[Any]("*", is_literal=True)
func: Final = _Functions()
