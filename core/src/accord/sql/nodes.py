"""Expressions and parameters, and what the ORM adds: entities and their columns.

A `ColumnElement` is anything with a value; a `BindParameter` a value that travels beside the text.
`Column.key` and `Table.key` are the names SQLAlchemy gives them; structure is `cache_key`, and a
statement is looked up by `Executable.key`. A class's `visit_name` picks the method of a renderer.
The names of clauses.py can be imported from here.
"""

from __future__ import annotations

from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, Protocol

from accord.exc import ArgumentError
from accord.sqltypes.base import NULLTYPE, T_co, TypeEngine, infer, to_instance

from .clauses import (
    NO_OPTIONS,
    Anon,
    ClauseElement,
    Executable,
    Uncached,
    UpdateBase,
    any_anon,
    joined_binds,
    next_uid,
    walk,
)
from .comparator import Comparator
from .operators import AND, EQ, GE, GT, LE, LT, NE, ColumnOperators, Operator

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from .elements import Cast, Label
    from .selectable import FromClause

AnyType = TypeEngine | type[TypeEngine]


class ColumnElement(ClauseElement, ColumnOperators[T_co]):
    """An expression with a value: a column, a literal, a function call, a comparison …

    `name` is what its result column is called if it has a name of its own; of a parameter and a
    function it is only theirs.
    """

    __slots__ = ("type",)

    type: TypeEngine
    name: str | None = None
    result_hint: ClassVar[str | None] = None  # "count" → an unnamed result column is called count_1
    names_result: ClassVar[bool] = True  # whether `name` is what its result column is called
    omitted: bool = False  # whether a table shows it only where it is named (insert_sentinel)
    is_predicate: ClassVar[bool] = False  # renders as a condition by itself, never needs "= 1"

    __hash__ = object.__hash__

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        own: Any = cls
        if "__slots__" not in vars(cls) and isinstance(own.type, MemberDescriptorType):
            own.type = NULLTYPE  # a user's construct that does not say

    @property
    def key(self) -> str | None:
        """The name this expression goes by in a column collection."""
        return self.name

    @property
    def origin(self) -> ColumnElement[Any] | None:
        """The table column this expression is another view of, if it is one."""
        return None

    @property
    def comparator(self) -> Any:
        """The operators of this expression's type, and the methods the type adds."""
        return self.type.comparator_factory(self)

    def operate(self, op: Operator, *others: Any, **options: Any) -> ColumnElement[Any]:
        factory = self.type.comparator_factory
        if factory is Comparator:
            return op.build(self, op, *others, **options)
        made: ColumnElement[Any] = factory(self).apply(op, others, options)
        return made

    # The comparisons of every WHERE, without the detour.

    def __eq__(self, other: Any) -> ColumnElement[bool]:  # type: ignore[override]  # SQL's ==
        if self.type.comparator_factory is Comparator:
            return EQ.build(self, EQ, other)
        return self.operate(EQ, other)

    def __ne__(self, other: Any) -> ColumnElement[bool]:  # type: ignore[override]  # SQL's !=
        if self.type.comparator_factory is Comparator:
            return NE.build(self, NE, other)
        return self.operate(NE, other)

    def __lt__(self, other: Any) -> ColumnElement[bool]:
        if self.type.comparator_factory is Comparator:
            return LT.build(self, LT, other)
        return self.operate(LT, other)

    def __le__(self, other: Any) -> ColumnElement[bool]:
        if self.type.comparator_factory is Comparator:
            return LE.build(self, LE, other)
        return self.operate(LE, other)

    def __gt__(self, other: Any) -> ColumnElement[bool]:
        if self.type.comparator_factory is Comparator:
            return GT.build(self, GT, other)
        return self.operate(GT, other)

    def __ge__(self, other: Any) -> ColumnElement[bool]:
        if self.type.comparator_factory is Comparator:
            return GE.build(self, GE, other)
        return self.operate(GE, other)

    def reverse_operate(self, op: Operator, other: Any, **options: Any) -> ColumnElement[Any]:
        factory = self.type.comparator_factory
        if factory is Comparator:
            return self.built_reversed(op, other, **options)
        made: ColumnElement[Any] = factory(self).apply_reversed(op, other, options)
        return made

    def built_reversed(self, op: Operator, other: Any, **options: Any) -> ColumnElement[Any]:
        """What `op` builds with `other` on the left, whatever the type's comparator says."""
        if op.precedence <= AND:  # AND, OR: their operands are conditions, not values
            return op.build(other, op, self)
        return op.build(literal_for(other, self, op), op, self, **options)

    def __getattr__(self, name: str) -> Any:
        # Only reached for names this class does not have: methods of the type (JSON.as_string,
        # ARRAY.any).
        if not name.startswith("_") and name not in _NODE_SLOTS:
            factory = self.type.comparator_factory
            if factory is not Comparator and hasattr(factory, name):
                return getattr(factory(self), name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def label(self, name: str | None) -> Label[T_co]:
        """This expression under another name in a select list."""
        from .elements import Label

        return Label(name, self)

    def cast(self, type_: AnyType) -> Cast[Any]:
        """``CAST(self AS type)``."""
        from .elements import Cast

        return Cast(self, type_)

    def self_group(self, against: Operator | None = None) -> ColumnElement[T_co]:
        """Itself: parentheses are the renderer's business."""
        return self


# Names that may be asked for before they are set; looking them up on the type would loop.
_NODE_SLOTS = frozenset({"type", "binds", "cache_key", "has_anon", "name", "table", "comparator"})


# --- parameters ----------------------------------------------------------------------------------


class Missing:
    """Instead of a value: it is given at execution, or computed by a callable."""

    __slots__ = ("reason",)

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __repr__(self) -> str:
        return f"<{self.reason}>"


REQUIRED: Final = Missing("required")
CALLED: Final = Missing("called")


class BindParameter(ColumnElement[T_co]):
    """A value that travels beside the SQL text.

    A literal in an expression becomes a nameless one (`unique`), known by its position only; `hint`
    is what it is called where a name has to be shown. Its key is its type: the value is not part of
    it.
    """

    __slots__ = ("hint", "value")

    visit_name = "bindparam"
    names_result = False
    name: str | None = None
    unique: bool = True
    required: bool = False
    expanding: bool = False
    literal_execute: bool = False
    isoutparam: bool = False
    callable_: Callable[[], Any] | None = None
    has_anon: bool = False

    def __init__(self, value: Any, type_: TypeEngine, hint: str = "param") -> None:
        self.value = value
        self.type = type_
        self.hint = hint
        self.cache_key = type_.key

    def _compose(self) -> None:
        self.cache_key = self.type.key

    @property
    def binds(self) -> tuple[BindParameter[Any], ...]:  # type: ignore[override]  # computed, not stored
        # Computed, not stored: a stored tuple would be a reference cycle in every literal.
        return (self,)

    @property
    def effective_value(self) -> Any:
        """The value, asking `callable_` if there is one."""
        return self.callable_() if self.callable_ is not None else self.value

    def with_value(self, value: Any) -> BindParameter[Any]:
        """The same parameter holding another value."""
        if type(self) is BindParameter:
            return BindParameter(value, self.type, self.hint)
        return NamedParameter(
            self.name, value, self.type, unique=self.unique, expanding=self.expanding,
            literal_execute=self.literal_execute, hint=self.hint,
        )  # fmt: skip

    def with_type(self, type_: TypeEngine, *, expanding: bool | None = None) -> BindParameter[Any]:
        """The same parameter, sent as another type."""
        if type(self) is BindParameter and not expanding:
            return BindParameter(self.value, type_, self.hint)
        return NamedParameter(
            self.name, self.value, type_, unique=self.unique, required=self.required,
            expanding=self.expanding if expanding is None else expanding,
            literal_execute=self.literal_execute, callable_=self.callable_, hint=self.hint,
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name or self.hint!r}, type_={self.type!r})"


class NamedParameter(BindParameter[T_co]):
    """A parameter with a name of its own, or with any other property a plain literal lacks."""

    __slots__ = ("callable_", "expanding", "literal_execute", "name", "required", "unique")

    name: str | None
    unique: bool
    required: bool
    expanding: bool
    literal_execute: bool
    callable_: Callable[[], Any] | None

    def __init__(
        self,
        name: str | None,
        value: Any,
        type_: TypeEngine,
        *,
        unique: bool = False,
        required: bool = False,
        expanding: bool = False,
        literal_execute: bool = False,
        callable_: Callable[[], Any] | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(CALLED if callable_ is not None else value, type_, hint or name or "param")
        self.name = None if unique else name
        self.unique = unique or name is None
        self.required = required
        self.expanding = expanding
        self.literal_execute = literal_execute
        self.callable_ = callable_
        self._compose()

    def _compose(self) -> None:
        flags = (self.expanding, self.literal_execute)
        self.cache_key = ("bind", self.name, self.type.key, *flags)


def expanding_values(values: list[Any], type_: TypeEngine, hint: str) -> BindParameter[Any]:
    """A list of values as one parameter, for IN."""
    return NamedParameter(None, values, type_, unique=True, expanding=True, hint=hint)


def literal_for(value: Any, beside: ColumnElement[Any], op: Operator) -> ColumnElement[Any]:
    """`value` as an expression beside `beside`: nodes as they are, everything else a parameter."""
    if isinstance(value, ColumnElement):
        if value.type is NULLTYPE and isinstance(value, BindParameter):
            return value.with_type(beside.type)
        return value
    element = getattr(value, "__clause_element__", None)
    if element is not None:
        from .coercion import expression

        return expression(value)
    type_ = beside.type
    if type(value) not in type_.own_types:
        refuse_as_literal(value, type_)
        type_ = to_instance(type_.coerce_compared_value(op, value))
    return BindParameter(value, type_, beside.key or "param")


def literal_of(
    value: Any, type_: TypeEngine | None = None, hint: str = "param"
) -> BindParameter[Any]:
    """`value` as a parameter of `type_`, or of the type Python's value suggests."""
    if type_ is None:
        type_ = infer(value)
        refuse_as_literal(value, type_)
    return BindParameter(value, type_, hint)


_CONTAINERS = (dict, list, tuple, set, frozenset)


def refuse_as_literal(value: Any, type_: TypeEngine) -> None:
    """Containers are no SQL values unless the type says how they travel (JSON, ARRAY,
    PickleType)."""
    if isinstance(value, type) and hasattr(value, "__mapper__"):
        raise ArgumentError(
            f"the class {value.__qualname__} is no value; compare with one of its attributes"
        )
    if isinstance(value, _CONTAINERS) and type_ is NULLTYPE:
        raise ArgumentError(
            f"a {type(value).__name__} cannot be one SQL value here; use in_() for a list of "
            "values, or give the parameter a type: literal(value, JSON), or ARRAY(Integer)"
        )


# --- what the ORM adds ----------------------------------------------------------------------------


class EntityOwner(Protocol):
    """What an Entity knows of its mapper or aliased class; `attribute` finds one by name."""

    uid: int

    def attribute(self, name: str) -> Any: ...


class Entity(ClauseElement):
    """A mapped class (or an alias of one) inside a statement; renders as its columns.

    `owner` is opaque to the SQL layer except for `uid`, `attribute(name)` and
    `__find_join__(left)`.
    """

    __slots__ = ("_select", "columns", "from_clause", "owner")

    visit_name = "entity"

    _select: Any
    """The SELECT of this entity and nothing else, shared by all who write it; None at first."""

    def __init__(
        self, owner: EntityOwner, from_clause: FromClause, columns: Iterable[ColumnElement[Any]]
    ) -> None:
        self.owner = owner
        self.from_clause = from_clause
        self.columns = tuple(columns)
        self._compose()

    def _compose(self) -> None:
        self._select = None
        owner, from_clause = self.owner, self.from_clause
        self.binds = from_clause.binds
        self.has_anon = from_clause.has_anon
        key = ("entity", owner.uid, len(self.columns))
        self.cache_key = (*key, from_clause.cache_key) if self.has_anon else key

    def children(self) -> Iterable[ClauseElement]:
        return (self.from_clause,)


class EntityColumn(ColumnElement[T_co]):
    """A column reached through a mapped attribute: renders as the column, remembers the
    attribute."""

    __slots__ = ("attribute_key", "column", "key", "owner")

    visit_name = "entity_column"
    key: str

    def __init__(self, column: ColumnElement[T_co], owner: EntityOwner, attribute_key: str) -> None:
        self.column = column
        self.owner = owner
        self.attribute_key = self.key = attribute_key
        self.type = column.type
        self._compose()

    def shape(self) -> tuple[Hashable, ...]:
        return (self.owner.uid, self.attribute_key)

    @property
    def name(self) -> str | None:  # type: ignore[override]  # computed, not stored
        return self.column.name

    @property
    def table(self) -> FromClause | None:
        return getattr(self.column, "table", None)

    @property
    def origin(self) -> ColumnElement[Any] | None:
        return self.column.origin

    def children(self) -> Iterable[ClauseElement]:
        return (self.column,)


class JoinTarget(NamedTuple):
    """How to reach a joined entity: from `left`, one (FROM, ON) step or, over a secondary table,
    two."""

    left: FromClause
    steps: tuple[tuple[FromClause, ColumnElement[Any]], ...]
    entity: Entity | None = None  # the last step's, if `filter_by()` is to see attribute names


__all__ = [
    "CALLED",
    "NO_OPTIONS",
    "REQUIRED",
    "Anon",
    "AnyType",
    "BindParameter",
    "ClauseElement",
    "ColumnElement",
    "Entity",
    "EntityColumn",
    "EntityOwner",
    "Executable",
    "JoinTarget",
    "Missing",
    "NamedParameter",
    "T_co",
    "Uncached",
    "UpdateBase",
    "any_anon",
    "expanding_values",
    "joined_binds",
    "literal_for",
    "literal_of",
    "next_uid",
    "refuse_as_literal",
    "walk",
]  # fmt: skip
