"""Mapped attributes: what ``User.name`` is, and what ``user.name`` does when nothing is loaded.

On the class an attribute is an SQL expression (it passes every operator on to its column, or to the
relationship's comparator). On an instance it is a *non-data* descriptor: a value in ``vars(obj)``
is found by Python without any call, and only a missing one comes to `__get__`. Classes with a
`__setattr__` of their own get `DataAttribute` instead, which tracks by itself (DESIGN §3.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, overload

from accord import exc
from accord.sql.comparator import Comparator
from accord.sql.expressions import BinaryExpression
from accord.sql.nodes import BindParameter
from accord.sql.operators import EQ, GE, GT, LE, LT, NE, ColumnOperators, Operator
from accord.sqltypes.base import NULLTYPE, T_co
from accord.sqltypes.boolean import BOOLEANTYPE

from . import comparators
from .access import load_missing
from .relationships import RelationshipProperty

if TYPE_CHECKING:
    from accord.event import Dispatch
    from accord.sql.elements import Label
    from accord.sql.nodes import ClauseElement
    from accord.sql.selectable import FromClause

    from .aliased import AliasedEntity
    from .mapper import Mapper
    from .properties import ColumnProperty


_new: Final = object.__new__


class QueryableAttribute(ColumnOperators[T_co]):
    """A mapped attribute as an SQL expression, of a class or of an alias of it."""

    def __init__(
        self, parent: Mapper | AliasedEntity, prop: ColumnProperty | RelationshipProperty
    ) -> None:
        self.parent = parent
        self.prop = prop
        self.key: str = prop.key
        #: The column's node once it is known: the SQL layer takes it without a call.
        self.__accord_column__: Any = None
        #: Of a column without parameters or aliases: its node, and what a value beside it becomes:
        #: the Python types that need no closer look, the type, the hint and the key.
        self._beside: tuple[Any, frozenset[type], Any, str, Any] | None = None
        self._is_relationship = isinstance(prop, RelationshipProperty)

    @property
    def class_(self) -> type:
        """The mapped class."""
        return self.parent.class_

    @property
    def expression(self) -> Any:
        """The SQL expression: the column of a column attribute, the ON clause of a relationship."""
        found = self.__accord_column__
        if found is None:
            prop = self.prop
            if isinstance(prop, RelationshipProperty):
                prop.resolve()
                return prop.primaryjoin
            found = self.parent.expression_of(prop)
            if found.type.comparator_factory is Comparator:
                self.__accord_column__ = found
                if not (found.binds or found.has_anon or found.type is NULLTYPE):
                    type_ = found.type
                    own = type_.own_types - {bool}
                    self._beside = (found, own, type_, found.key or "param", type_.key)
        return found

    def __clause_element__(self) -> ClauseElement:
        found: ClauseElement = self.expression
        return found

    def operate(self, op: Operator, *others: Any, **options: Any) -> Any:
        if self._is_relationship:
            self.prop.resolve()  # type: ignore[union-attr]  # a relationship
            return comparators.compare(self, op, *others)
        # What the column's own `operate` does, without asking it: this runs for every comparison.
        found = self.__accord_column__
        if found is None:
            found = self.expression
            if self.__accord_column__ is None:  # its type has operators of its own
                return found.operate(op, *others, **options)
        if others and type(others[0]) is InstrumentedAttribute:
            others = (others[0].expression, *others[1:])
        return op.build(found, op, *others, **options)

    def reverse_operate(self, op: Operator, other: Any, **options: Any) -> Any:
        return self.expression.reverse_operate(op, other, **options)

    if TYPE_CHECKING:  # at run time the column's, by way of `__getattr__`

        def label(self, name: str | None) -> Label[T_co]: ...

    # -- relationships only ------------------------------------------------------------------------

    def any(self, criterion: Any = None, **equal: Any) -> Any:
        """EXISTS: at least one member of the collection meets the criterion. Of an array:
        one item equals it.
        """
        of_type: Any = None if self._is_relationship else self.expression.comparator
        if hasattr(of_type, "any"):
            return of_type.any(criterion, **equal)
        return comparators.any_(self, criterion, equal)

    def has(self, criterion: Any = None, **equal: Any) -> Any:
        """EXISTS: there is a related object and it meets the criterion."""
        return comparators.has(self, criterion, equal)

    def contains(self, other: Any, escape: str | None = None, autoescape: bool = False) -> Any:
        """For a collection: it holds this object. For a column: it holds this substring."""
        if isinstance(self.prop, RelationshipProperty):
            return comparators.contains(self, other)
        return super().contains(other, escape, autoescape)

    def of_type(self, entity: Any) -> QueryableAttribute[Any]:
        """The same relationship, its target seen as `entity` (an alias of the target class)."""
        narrowed = self._copy()
        narrowed.target_entity = comparators.entity_for(self, entity)
        return narrowed

    def and_(self, *criteria: Any) -> QueryableAttribute[Any]:
        """The same relationship with more criteria in its ON clause, for joins and loader
        options.
        """
        narrowed = self._copy()
        narrowed.extra_criteria = (*self.extra_criteria, *criteria)
        return narrowed

    #: Set by `of_type` and `and_` on copies.
    target_entity: Any = None
    extra_criteria: tuple[Any, ...] = ()

    def _copy(self) -> QueryableAttribute[Any]:
        if not isinstance(self.prop, RelationshipProperty):
            raise exc.ArgumentError(
                f"{self} is a column attribute; of_type() and and_() belong to relationships"
            )
        duplicate: QueryableAttribute[Any] = QueryableAttribute(self.parent, self.prop)
        duplicate.target_entity = self.target_entity
        duplicate.extra_criteria = self.extra_criteria
        return duplicate

    def __join_target__(self, left: FromClause | None) -> Any:
        """Answer `Select.join(User.addresses)`: what to join, and ON what."""
        if not isinstance(self.prop, RelationshipProperty):
            raise exc.ArgumentError(
                f"Cannot join to {self}: it is a column; join to a relationship or a class"
            )
        return comparators.join_target(self, left)

    # -- the rest ----------------------------------------------------------------------------------

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or isinstance(self.prop, RelationshipProperty):
            raise AttributeError(comparators.nothing_called(self, name), name=name, obj=self)
        return getattr(self.expression, name)

    def __hash__(self) -> int:
        return id(self)

    def __str__(self) -> str:
        return f"{self.class_.__name__}.{self.key}"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"

    def __accord_dispatch__(self) -> Dispatch:
        from .instrument import events_of

        return events_of(self.parent.mapper, self.prop).dispatch

    @property  # last: from here on the name means the attribute of that name
    def property(self) -> ColumnProperty[Any] | RelationshipProperty[Any]:
        """The column or relationship property behind the attribute."""
        return self.prop


def _comparison(op: Operator) -> Any:
    """Return a comparison that is `operate` without its detours: queries are made of these."""

    name = op.name

    def compare(self: QueryableAttribute[Any], other: Any) -> Any:
        known = self._beside
        if known is None:
            return self.operate(op, other)
        column, own_types, type_, hint, key = known
        kind = type(other)
        right: Any
        if kind in own_types:
            right = _new(BindParameter)  # as in sql.predicates.compare
            right.value = other
            right.type = type_
            right.hint = hint
            right.cache_key = key
            binds: tuple[Any, ...] = (right,)
        elif kind is InstrumentedAttribute and other._beside is not None:
            right = other._beside[0]
            binds = ()
        else:
            return op.build(column, op, other)
        node: BinaryExpression[Any] = _new(BinaryExpression)
        node.left = column
        node.operator = op
        node.right = right
        node.type = BOOLEANTYPE
        node.modifiers = ()
        node.cache_key = (name, column.cache_key, right.cache_key)
        node.binds = binds
        node.has_anon = False
        return node

    return compare


for _name, _op in (("eq", EQ), ("ne", NE), ("lt", LT), ("le", LE), ("gt", GT), ("ge", GE)):
    setattr(QueryableAttribute, f"__{_name}__", _comparison(_op))


class InstrumentedAttribute(QueryableAttribute[T_co]):
    """A mapped attribute on its class."""

    @overload
    def __get__(self, obj: None, cls: Any) -> InstrumentedAttribute[T_co]: ...

    @overload
    def __get__(self, obj: object, cls: Any) -> T_co: ...

    def __get__(self, obj: object | None, cls: Any) -> Any:
        if obj is None:
            return self
        return load_missing(obj, self)


class DataAttribute(InstrumentedAttribute[T_co]):
    """A mapped attribute that also intercepts writes and reads, for classes with their own
    `__setattr__`.
    """

    def __get__(self, obj: object | None, cls: Any) -> Any:
        if obj is None:
            return self
        values = vars(obj)
        if self.key in values:
            return values[self.key]
        return load_missing(obj, self)

    def __set__(self, obj: Any, value: Any) -> None:
        self.parent.mapper.code.set(obj, self.key, value)

    def __delete__(self, obj: Any) -> None:
        self.parent.mapper.code.deleters[self.key](obj)
