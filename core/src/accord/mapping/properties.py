"""The properties of a mapped class other than relationships: columns, SQL expressions, synonyms.

In: what stands in the class body or in `properties=` of an imperative mapping. Out:
`ColumnProperty` and `SynonymProperty` objects that `mapper` collects by attribute name. `validates`
and `reconstructor` mark methods; the mapper finds them by their mark.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

from accord import exc
from accord.sql.coercion import expression as as_expression
from accord.sql.operators import ColumnOperators, Operator
from accord.sql.selectable import ColumnClause

from .mapped import NOT_GIVEN, Mapped, MappedColumn, T, given

if TYPE_CHECKING:
    from accord.event import Dispatch
    from accord.sql.nodes import ColumnElement

    from .attribute_events import AttributeEvents
    from .mapper import Mapper

F = TypeVar("F", bound=Callable[..., Any])

VALIDATES_MARK: Final = "__accord_validates__"
RECONSTRUCTOR_MARK: Final = "__accord_reconstructor__"


class MapperProperty:
    """Something mapped under an attribute name. `key` and `parent` are set when the mapper takes
    it.
    """

    key: str = ""
    parent: Mapper
    doc: str | None = None
    info: dict[Any, Any]
    is_property = True

    def attach(self, parent: Mapper, key: str) -> None:
        """Become the property `key` of `parent`."""
        if self.key and (self.parent is not parent or self.key != key):
            raise exc.ArgumentError(
                f"{self} is already mapped; {parent.class_.__name__}.{key} needs an object of "
                "its own (in a mixin, write it in a @declared_attr method)"
            )
        self.parent = parent
        self.key = key

    @property
    def class_attribute(self) -> Any:
        """The attribute of the class that this property is behind."""
        return getattr(self.parent.class_, self.key)

    def __accord_dispatch__(self) -> Dispatch:
        found: Dispatch = self.class_attribute.__accord_dispatch__()
        return found

    def __str__(self) -> str:
        return (
            f"{self.parent.class_.__name__}.{self.key}"
            if self.key
            else f"an unmapped {type(self).__name__}"
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"


class ColumnProperty(MapperProperty, Mapped[T], ColumnOperators):
    """An attribute that holds a column of the table, or the value of an SQL expression.

    `column` is what is selected for it. An expression (`is_expression`) is read, never written.
    """

    #: Listeners and validator of the attribute, None as long as there are none.
    events: AttributeEvents | None = None

    def __init__(
        self,
        *columns: Any,
        deferred: bool = False,
        group: str | None = None,
        raiseload: bool = False,
        active_history: bool = False,
        expire_on_flush: bool = True,
        comparator_factory: Any = None,
        info: dict[Any, Any] | None = None,
        doc: str | None = None,
        dataclass: dict[str, Any] | None = None,
    ) -> None:
        if not columns:
            raise exc.ArgumentError("column_property() needs a column or an SQL expression")
        self.given = columns
        self.deferred = deferred
        self.group = group
        self.raiseload = raiseload
        self.active_history = active_history
        self.expire_on_flush = expire_on_flush
        self.comparator_factory = comparator_factory
        self.info = info if info is not None else {}
        self.doc = doc
        self.dataclass = dataclass or {}

    @cached_property
    def columns(self) -> tuple[ColumnElement[Any], ...]:
        """The columns that hold the same value; the first is the one read."""
        return tuple(as_expression(_column_of(item)) for item in self.given)

    @cached_property
    def expression(self) -> ColumnElement[Any]:
        """The column or SQL expression."""
        return self.columns[0]

    @cached_property
    def column(self) -> Any:
        """The column; for an SQL expression what stands in the select list."""
        return self.expression.label(self.key or None) if self.is_expression else self.expression

    @cached_property
    def is_expression(self) -> bool:
        """Whether this is an SQL expression instead of a column of a table."""
        found = self.expression
        return not isinstance(found, ColumnClause) or found.table is None

    def __clause_element__(self) -> ColumnElement[Any]:
        return self.expression

    def operate(self, op: Operator, *others: Any, **options: Any) -> Any:
        return self.expression.operate(op, *others, **options)

    def reverse_operate(self, op: Operator, other: Any, **options: Any) -> Any:
        return self.expression.reverse_operate(op, other, **options)

    __hash__ = object.__hash__


def _column_of(item: Any) -> Any:
    return item.column if isinstance(item, MappedColumn) else item


class SynonymProperty(MapperProperty, Mapped[T]):
    """A second name for another attribute of the class."""

    def __init__(
        self,
        name: str,
        *,
        map_column: bool | None = None,
        descriptor: Any = None,
        info: dict[Any, Any] | None = None,
        doc: str | None = None,
        dataclass: dict[str, Any] | None = None,
    ) -> None:
        self.name = name
        self.map_column = bool(map_column)
        self.descriptor = descriptor
        self.info = info if info is not None else {}
        self.doc = doc
        self.dataclass = dataclass or {}


class SynonymAttribute:
    """What a synonym is on the class: everything goes to the attribute it stands for."""

    def __init__(self, prop: SynonymProperty[Any]) -> None:
        self.prop = prop
        self.__doc__ = prop.doc

    def __get__(self, obj: object | None, cls: type) -> Any:
        if obj is None:
            return getattr(cls, self.prop.name)
        descriptor = self.prop.descriptor
        if descriptor is not None:
            return descriptor.__get__(obj, cls)
        return getattr(obj, self.prop.name)

    def __set__(self, obj: object, value: Any) -> None:
        descriptor = self.prop.descriptor
        if descriptor is not None:
            descriptor.__set__(obj, value)
        else:
            setattr(obj, self.prop.name, value)

    def __delete__(self, obj: object) -> None:
        delattr(obj, self.prop.name)


# --- what users write -----------------------------------------------------------------------------


def column_property(
    column: Any,
    *additional_columns: Any,
    group: str | None = None,
    deferred: bool = False,
    raiseload: bool = False,
    comparator_factory: Any = None,
    init: Any = NOT_GIVEN,
    repr: Any = NOT_GIVEN,
    default: Any = NOT_GIVEN,
    default_factory: Any = NOT_GIVEN,
    compare: Any = NOT_GIVEN,
    kw_only: Any = NOT_GIVEN,
    hash: Any = NOT_GIVEN,
    active_history: bool = False,
    expire_on_flush: bool = True,
    info: dict[Any, Any] | None = None,
    doc: str | None = None,
    dataclass_metadata: Any = NOT_GIVEN,
) -> ColumnProperty[Any]:
    """Map a column with loading options, or the value of an SQL expression."""
    dataclass = given(
        init=init, repr=repr, default=default, default_factory=default_factory, compare=compare,
        kw_only=kw_only, hash=hash, dataclass_metadata=dataclass_metadata,
    )  # fmt: skip
    return ColumnProperty(
        column, *additional_columns, deferred=deferred, group=group, raiseload=raiseload,
        active_history=active_history, expire_on_flush=expire_on_flush, info=info, doc=doc,
        comparator_factory=comparator_factory, dataclass=dataclass,
    )  # fmt: skip


def deferred(
    column: Any,
    *additional_columns: Any,
    group: str | None = None,
    raiseload: bool = False,
    **options: Any,
) -> ColumnProperty[Any]:
    """Map a column that is loaded when it is first read, or together with its `group`."""
    return column_property(
        column,
        *additional_columns,
        group=group,
        raiseload=raiseload,
        **{**options, "deferred": True},
    )


def synonym(
    name: str,
    *,
    map_column: bool | None = None,
    descriptor: Any = None,
    comparator_factory: Any = None,
    info: dict[Any, Any] | None = None,
    doc: str | None = None,
    **dataclass: Any,
) -> SynonymProperty[Any]:
    """Map a second name for the attribute `name`."""
    if comparator_factory is not None:
        raise exc.ArgumentError(
            f"synonym({name!r}) takes no comparator_factory in this version; write a "
            "hybrid_property with the comparator instead"
        )
    return SynonymProperty(
        name, map_column=map_column, descriptor=descriptor, info=info, doc=doc, dataclass=dataclass
    )


def composite(*args: Any, **options: Any) -> Any:
    """Refuse: composites are not part of this version."""
    raise exc.ArgumentError(
        "composite() is not available in this version; map the columns by themselves and write a "
        "property that builds the value from them"
    )


def validates(
    *names: str, include_removes: bool = False, include_backrefs: bool = True
) -> Callable[[F], F]:
    """Make the method the validator of the attributes `names`: it is called with (name, value) on
    each write and returns the value to store.
    """
    if not names or not all(isinstance(name, str) for name in names):
        raise exc.ArgumentError(
            'validates() takes names of attributes: @validates("email", "name")'
        )

    def mark(function: F) -> F:
        setattr(function, VALIDATES_MARK, (names, include_removes, include_backrefs))
        return function

    return mark


def reconstructor(function: F) -> F:
    """Make the method be called on each object that was loaded from the database."""
    setattr(function, RECONSTRUCTOR_MARK, True)
    return function


__all__ = [
    "ColumnProperty",
    "MapperProperty",
    "SynonymProperty",
    "column_property",
    "composite",
    "deferred",
    "reconstructor",
    "synonym",
    "validates",
]
