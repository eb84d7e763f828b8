"""func: SQL functions by name, and the base classes of functions that users define.

``func.lower(x)`` is a `Function`, ``func.schema.name(x)`` one in a schema. What is known about one
(its type, its arguments) is a `GenericFunction` class: those of generic.py, made when first asked
for, and those of users, registered by being defined. The others have NULLTYPE unless `type_=` says
more. A known class can be imported: ``from accord.sql.functions import coalesce``.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from accord.exc import ArgumentError
from accord.sqltypes.base import NULLTYPE, TypeEngine, to_instance

from .coercion import expression
from .expressions import ExpressionList
from .nodes import ClauseElement, ColumnElement, Executable, T_co
from .selectable import ColumnClause

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from .aliases import TableSample
    from .collection import ColumnCollection
    from .elements import FunctionAsBinary
    from .joins import Join
    from .select import Select
    from .typedfunctions import KnownFunctions
    from .values import TableValued
    from .windows import AggregateOrderBy, Over, WithinGroup
else:
    KnownFunctions = object


class FunctionElement(ColumnElement[T_co], Executable):
    """Something that is called: a name and arguments. Also the base class of constructs that users
    render with ``@compiles``; `name` and `type` may be attributes of the class."""

    __slots__ = ("_lookup", "arguments", "execution_options_map")

    visit_name = "function"
    name: str | None = None
    packagenames: tuple[str, ...] = ()
    names_result = False
    without_parentheses: ClassVar[bool] = False  # where there are no arguments
    is_select = True
    returns_rows = True

    def __init__(self, *clauses: Any) -> None:
        self.arguments = tuple([expression(argument) for argument in clauses])
        self._typed()
        self._compose()

    def _typed(self) -> None:
        """Take the type that the class declares: ``type = Integer()`` stays where it is."""
        declared: Any = getattr(type(self), "type", None)
        if not isinstance(declared, TypeEngine):
            self.type = to_instance(declared) if isinstance(declared, type) else NULLTYPE

    def shape(self) -> tuple[Hashable, ...]:
        kind: Any = type(self)
        return (kind, *self.packagenames, self.name, self.type.key)

    def children(self) -> Iterable[ClauseElement]:
        return self.arguments

    @property
    def clauses(self) -> ExpressionList:
        """The arguments as one element, to be rendered or looped over."""
        return ExpressionList(self.arguments)

    def with_arguments(self, arguments: tuple[ColumnElement[Any], ...]) -> Self:
        """This function of other arguments; its type stays."""
        new = copy.copy(self)
        new.arguments = arguments
        new._compose()
        return new

    # --- aggregates and windows -------------------------------------------------------------------

    def over(
        self,
        partition_by: Any = None,
        order_by: Any = None,
        range_: Any = None,
        rows: Any = None,
        groups: Any = None,
        exclude: str | None = None,
    ) -> Over[T_co]:
        """This function over a window; a frame is a pair, ``rows=(-2, 0)``, or a FrameClause."""
        from accord.sql.windows import Over

        return Over(self, partition_by, order_by, range_, rows, groups, exclude)

    def filter(self, *criteria: Any) -> ColumnElement[T_co]:
        """This aggregate over the rows that meet `criteria`."""
        if not criteria:
            return self
        from accord.sql.windows import FunctionFilter

        return FunctionFilter(self, *criteria)

    def within_group(self, *order_by: Any) -> WithinGroup[T_co]:
        """``function(…) WITHIN GROUP (ORDER BY …)``, for ordered-set aggregates."""
        from accord.sql.windows import WithinGroup

        return WithinGroup(self, *order_by)

    def within_group_type(self, within_group: WithinGroup[Any]) -> TypeEngine | None:
        """The type WITHIN GROUP gives this function; None: its own."""
        return None

    def aggregate_order_by(self, *order_by: Any) -> AggregateOrderBy[T_co]:
        """This aggregate over its rows in an order: ``array_agg(x ORDER BY y)``."""
        from accord.sql.windows import AggregateOrderBy

        return AggregateOrderBy(self, *order_by)

    def as_comparison(self, left_index: int, right_index: int) -> FunctionAsBinary:
        """This function as a comparison of two of its arguments (counted from 1), for a
        relationship's `primaryjoin`."""
        from .elements import FunctionAsBinary

        return FunctionAsBinary(self, left_index, right_index)

    # --- FROM -------------------------------------------------------------------------------------

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
        """This function as a FROM element of one column, which goes by the function's name."""
        from .values import TableValued

        return TableValued(self, (), name)

    def column_valued(
        self, name: str | None = None, joins_implicitly: bool = False
    ) -> ColumnClause[Any]:
        """This function as a FROM element whose only column goes by its own name."""
        return self.alias(name).column

    def scalar_table_valued(self, name: str, type_: Any = None) -> ColumnElement[Any]:
        """``(name(…)).column``."""
        from .values import ScalarFunctionColumn

        return ScalarFunctionColumn(self, name, type_)

    def as_from(self) -> TableValued:
        return self.alias()

    @property
    def c(self) -> ColumnCollection[Any]:
        """The one column a call is, by the function's name."""
        from .collection import ColumnCollection

        return ColumnCollection([(str(self.name), self)], owner=f"the function {self.name}")

    columns = exported_columns = c

    def join(
        self, right: Any, onclause: Any = None, isouter: bool = False, full: bool = False
    ) -> Join:
        return self.alias().join(right, onclause, isouter=isouter, full=full)

    def outerjoin(self, right: Any, onclause: Any = None, full: bool = False) -> Join:
        return self.alias().outerjoin(right, onclause, full=full)

    def lateral(self, name: str | None = None) -> TableValued:
        return self.alias().lateral(name)

    def tablesample(self, sampling: Any, name: str | None = None, seed: Any = None) -> TableSample:
        return self.alias().tablesample(sampling, name, seed)


class Function(FunctionElement[T_co]):
    """``name(argument, …)``: what ``func.name`` builds for a name nobody knows."""

    __slots__ = ("name", "packagenames")

    name: str
    packagenames: tuple[str, ...]

    def __init__(
        self,
        name: str,
        *clauses: Any,
        type_: TypeEngine | type[TypeEngine] | None = None,
        packagenames: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.packagenames = packagenames
        self.arguments = tuple([expression(argument) for argument in clauses])
        self.type = NULLTYPE if type_ is None else to_instance(type_)
        self._compose()


class GenericFunction(Function[T_co]):
    """A function that ``func`` knows: subclasses say its `type`, and are found by being defined.

    `name` is what SQL calls it (else the name of the class), `package` and `identifier` how it is
    reached: ``func.package.identifier(…)``.
    """

    __slots__ = ()

    name: str = ""
    packagenames: tuple[str, ...] = ()
    package: ClassVar[str] = ""
    returns: ClassVar[TypeEngine | None] = None
    inherit_cache: ClassVar[bool | None] = True
    _register: ClassVar[bool] = False  # true of every subclass that does not say otherwise

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        own = vars(cls)
        if own.get("_register", True):
            if "name" not in own:
                cls.name = cls.__name__
            register_function(str(own.get("identifier", cls.name)), cls, cls.package)

    def __init__(self, *args: Any, type_: TypeEngine | type[TypeEngine] | None = None) -> None:
        self.arguments = tuple([expression(argument) for argument in args])
        chosen = self.type_of(self.arguments) if type_ is None else to_instance(type_)
        if chosen is None:
            self._typed()
        else:
            self.type = chosen
        self._compose()

    def type_of(self, arguments: tuple[ColumnElement[Any], ...]) -> TypeEngine | None:
        """The type a call with these arguments has; None: the one declared."""
        return self.returns


# --- registry -------------------------------------------------------------------------------------

_REGISTRY: dict[str, dict[str, Callable[..., Any]]] = {}


def register_function(name: str, build: Callable[..., Any], package: str = "") -> None:
    """Let ``func.<package>.<name>`` build something of its own; the last registration wins."""
    _REGISTRY.setdefault(package if package != "_default" else "", {})[name.lower()] = build


def known_function(name: str, package: str = "") -> Callable[..., Any] | None:
    """What builds ``func.<package>.<name>``, if anything but `Function` does."""
    registered = _REGISTRY.get(package)
    found = None if registered is None else registered.get(name.lower())
    if found is None and not package:
        found = _make(name.lower())
        if found is not None:
            register_function(name, found)
    return found


def _make(name: str) -> Callable[..., Any] | None:
    """What generic.py knows; it takes this function's place once it is loaded."""
    from . import generic

    globals()["_make"] = generic.make
    return generic.make(name)


class _Functions(KnownFunctions):
    """``func``, or ``func.package``: attribute access names the function, a call builds it."""

    __slots__ = ("_names",)

    def __init__(self, names: tuple[str, ...] = ()) -> None:
        self._names = names

    def __getattr__(self, name: str) -> _Functions:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Functions((*self._names, name.rstrip("_") if name.endswith("_") else name))

    def __call__(self, *arguments: Any, type_: Any = None) -> Any:
        if not self._names:
            raise ArgumentError("func is called by function name: func.lower(x)")
        *packages, name = self._names
        known = known_function(name, ".".join(packages))
        if known is None:
            return Function(name, *arguments, type_=type_, packagenames=tuple(packages))
        return known(*arguments) if type_ is None else known(*arguments, type_=type_)


STAR: Final = ColumnClause[Any]("*", is_literal=True)
func: Final = _Functions()


def __getattr__(name: str) -> Any:
    """The class of a known function, or a base class of generic.py."""
    if name.startswith("_"):  # asked for by the import system
        raise AttributeError(name)
    from . import elements, generic, values

    found = generic.make(name) or vars(generic).get(name)
    if name in ("FunctionAsBinary", "ScalarFunctionColumn"):
        found = getattr(elements, name, None) or getattr(values, name)
    if found is None:
        raise AttributeError(f"module 'accord.sql.functions' has no attribute {name!r}")
    return found
