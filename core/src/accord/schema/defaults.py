"""Where a column's value comes from when none is given: Python, an SQL expression, or the server.

`Column.default` and `Column.onupdate` are a `ColumnDefault` (or a `Sequence`), which answers
`is_scalar`, `is_callable`, `is_clause_element`, `is_sequence`; `Column.server_default` and
`server_onupdate` are a `FetchedValue`, of which DefaultClause, Computed and Identity have DDL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import ArgumentError
from accord.schema.items import SchemaItem
from accord.sql.coercion import element_of, expression
from accord.sql.nodes import ClauseElement
from accord.sql.text import TextClause

if TYPE_CHECKING:
    from collections.abc import Callable

    from accord.schema.column import Column


class DefaultGenerator(SchemaItem):
    """A value made when a row is written: by Python, or by an SQL expression in the statement."""

    is_scalar = False
    is_callable = False
    is_clause_element = False
    is_sequence = False
    is_identity = False
    is_server_default = False
    for_update: bool = False
    column: Column | None = None

    def _set_parent(self, parent: Any) -> None:
        self.column = parent
        if self.for_update:
            parent.onupdate = self
        else:
            parent.default = self


class ColumnDefault(DefaultGenerator):
    """A constant, a function, or an SQL expression as a column's default or onupdate.

    `arg` is the constant, the expression, or a function of one argument (the execution context; a
    function the user wrote without it is wrapped, `function` is the user's own).
    """

    function: Callable[..., Any] | None = None
    takes_context: bool = False

    def __init__(self, arg: Any, for_update: bool = False) -> None:
        if isinstance(arg, FetchedValue):
            raise ArgumentError(
                f"{type(arg).__name__} is made by the server; pass it as "
                f"{'server_onupdate' if for_update else 'server_default'}="
            )
        self.for_update = for_update
        element = element_of(arg)
        if isinstance(element, ClauseElement):
            self.is_clause_element = True
            self.arg: Any = expression(element)  # a query as one value
        elif callable(arg):
            self.is_callable = True
            self.function = arg
            self.takes_context = _takes_context(arg)
            self.arg = arg if self.takes_context else _without_context(arg)
        else:
            self.is_scalar = True
            self.arg = arg

    def copy(self) -> ColumnDefault:
        """The same default for another column."""
        arg = self.function if self.is_callable else self.arg
        new = type(self)(arg, self.for_update)
        return new

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        if self.is_callable:
            del state["arg"]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if self.function is not None:
            self.arg = self.function if self.takes_context else _without_context(self.function)

    def __repr__(self) -> str:
        if self.is_callable:
            return f"CallableColumnDefault({getattr(self.function, '__name__', 'function')})"
        kind = (
            "ColumnElementColumnDefault" if self.is_clause_element else "ScalarElementColumnDefault"
        )
        return f"{kind}({type(self.arg).__name__})"


def _takes_context(function: Callable[..., Any]) -> bool:
    import inspect

    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False  # built-ins without a signature take no context
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    required = [
        p for p in parameters if p.kind in positional and p.default is inspect.Parameter.empty
    ]
    if len(required) > 1:
        raise ArgumentError(
            "a column default function takes no argument, or one: the execution context"
        )
    return len(required) == 1


def _without_context(function: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda context: function()


class FetchedValue(SchemaItem):
    """The server makes the value (a trigger, a type that fills itself): it has to be fetched
    back.
    """

    is_server_default = True
    has_argument = False
    is_clause_element = False
    is_identity = False
    reflected = False
    for_update: bool
    column: Column | None = None

    def __init__(self, for_update: bool = False) -> None:
        self.for_update = for_update

    def _as_for_update(self, for_update: bool) -> FetchedValue:
        """Itself, or its twin for the other occasion: one object may be given for both."""
        if self.for_update == for_update:
            return self
        new: FetchedValue = object.__new__(type(self))
        vars(new).update(vars(self))
        new.for_update = for_update
        return new

    def _set_parent(self, parent: Any) -> None:
        self.column = parent
        if self.for_update:
            parent.server_onupdate = self
        else:
            parent.server_default = self

    def copy(self) -> FetchedValue:
        """The same for another column."""
        new: FetchedValue = object.__new__(type(self))
        vars(new).update(vars(self))
        vars(new).pop("column", None)
        return new

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class DefaultClause(FetchedValue):
    """DEFAULT in DDL: a string (written as a literal), or an SQL expression (text('…'),
    func.now()).
    """

    has_argument = True

    def __init__(
        self, arg: str | ClauseElement, for_update: bool = False, _reflected: bool = False
    ) -> None:
        super().__init__(for_update)
        element: Any = element_of(arg)
        if not isinstance(element, (str, ClauseElement)):
            raise ArgumentError(
                "server_default takes a string, text('…') or an SQL expression such as func.now(), "
                f"not {type(arg).__name__}; a value made by Python goes into default="
            )
        self.arg = element
        self.is_clause_element = not isinstance(element, str)
        self.reflected = _reflected

    def __repr__(self) -> str:
        return f"DefaultClause({str(self.arg)!r}, for_update={self.for_update})"


class Computed(FetchedValue):
    """GENERATED ALWAYS AS (expression): the column is computed by the database."""

    has_argument = True
    is_clause_element = True

    def __init__(self, sqltext: str | ClauseElement, persisted: bool | None = None) -> None:
        super().__init__()
        element: Any = element_of(sqltext)
        self.sqltext: ClauseElement = TextClause(element) if isinstance(element, str) else element
        self.persisted = persisted

    @property
    def arg(self) -> ClauseElement:
        return self.sqltext

    def _set_parent(self, parent: Any) -> None:
        for given in (parent.server_default, parent.server_onupdate):
            if given is not None and not isinstance(given, Computed):
                raise ArgumentError(
                    f"column {parent.name!r} is Computed and cannot have a server_default or "
                    "server_onupdate besides"
                )
        self.column = parent
        parent.computed = self
        parent.server_default = self
        parent.server_onupdate = self


class Identity(FetchedValue):
    """GENERATED … AS IDENTITY: the database numbers the rows."""

    is_identity = True
    has_argument = True

    def __init__(
        self,
        always: bool | None = False,
        on_null: bool | None = None,
        start: int | None = None,
        increment: int | None = None,
        minvalue: int | None = None,
        maxvalue: int | None = None,
        nominvalue: bool | None = None,
        nomaxvalue: bool | None = None,
        cycle: bool | None = None,
        cache: int | None = None,
        order: bool | None = None,
        **dialect_kw: Any,
    ) -> None:
        super().__init__()
        self._set_dialect_options(dialect_kw)
        self.always = always
        self.on_null = on_null
        self.start = start
        self.increment = increment
        self.minvalue = minvalue
        self.maxvalue = maxvalue
        self.nominvalue = nominvalue
        self.nomaxvalue = nomaxvalue
        self.cycle = cycle
        self.cache = cache
        self.order = order

    def _set_parent(self, parent: Any) -> None:
        if parent.server_default is not None and not isinstance(parent.server_default, Identity):
            raise ArgumentError(
                f"column {parent.name!r} has an Identity and cannot have a server_default besides"
            )
        if parent.autoincrement is False:
            raise ArgumentError(
                f"column {parent.name!r} has an Identity and cannot have autoincrement=False"
            )
        self.column = parent
        parent.identity = self
        if not parent.nullable_given:
            parent.nullable = False
        parent.server_default = self
