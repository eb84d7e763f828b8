"""Relationships in SQL: ``Order.customer == obj``, ``.any(...)``, ``.has(...)``,
``.contains(obj)``, ``join(User.orders)``.

Called by `attributes` with the attribute (of the class or of an alias) the user wrote. In: a
resolved relationship and criteria. Out: conditions and join steps in terms of the tables at hand.
The far side gets an alias of its own wherever the table is on the near side already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from accord import exc
from accord.sql.coercion import condition as as_condition
from accord.sql.elements import Exists
from accord.sql.nodes import ClauseElement, ColumnElement, JoinTarget, NamedParameter
from accord.sql.operators import AND_, EQ, NE, OR_, Operator
from accord.sql.predicates import joined, negate
from accord.sql.select import Select
from accord.sql.selectable import ColumnClause
from accord.state import key_of

from .adapting import columns_exchanged, rewritten, table_exchanged
from .marks import Marked
from .relationships import MANYTOONE, RelationshipProperty

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from accord.schema import Table
    from accord.sql.selectable import FromClause

    from .aliased import AliasedEntity
    from .attributes import QueryableAttribute
    from .mapper import Mapper

    Attribute: TypeAlias = QueryableAttribute[Any]
    Target: TypeAlias = Mapper | AliasedEntity

Expression = ColumnElement[Any]
_ONE: Final[ColumnClause[Any]] = ColumnClause("1", is_literal=True)


def compare(attribute: Attribute, op: Operator, *others: Any) -> Expression:
    """``relationship <op> other``: only = and != mean something, with one object or None."""
    prop = _relationship(attribute)
    if op not in (EQ, NE):
        raise exc.InvalidRequestError(
            f"{prop} is a relationship and has no {op.sql}; compare a column of it, or use "
            f"{'any' if prop.uselist else 'has'}()"
        )
    other = others[0]
    equal = op is EQ
    if other is None:
        return _is_none(attribute, prop) if equal else negate(_is_none(attribute, prop))
    if prop.uselist:
        raise exc.InvalidRequestError(
            f"{prop} is a collection and cannot be compared with an object; use "
            f"{prop}.contains(obj)"
        )
    refers = _refers_to(attribute, prop, other)
    if equal:
        return refers
    if prop.direction is MANYTOONE:
        near = attribute.parent.selectable
        columns = [near.corresponding_column(column) for column, _ in prop.pairs]
        return joined(OR_, [negate(refers), *[column == None for column in columns]])  # noqa: E711
    return negate(_exists(attribute, prop, _identity_criterion(prop, other)))


def _is_none(attribute: Attribute, prop: RelationshipProperty[Any]) -> Expression:
    if prop.direction is not MANYTOONE:
        return negate(_exists(attribute, prop, None))
    near = attribute.parent.selectable
    return joined(AND_, [near.corresponding_column(column) == None for column, _ in prop.pairs])  # noqa: E711


def contains(attribute: Attribute, other: Any) -> Expression:
    """The collection holds this object."""
    prop = _relationship(attribute)
    if not prop.uselist:
        raise exc.InvalidRequestError(
            f"{prop} holds one object; write {prop} == obj instead of contains()"
        )
    if prop.secondary is not None:
        return _is_linked(attribute, prop, prop.secondary, other)
    return _refers_to(attribute, prop, other)


def any_(attribute: Attribute, criterion: Any, equal: Mapping[str, Any]) -> Expression:
    """EXISTS: some member of the collection meets the criterion."""
    prop = _relationship(attribute, "any")
    if not prop.uselist:
        raise exc.InvalidRequestError(
            f"{prop} holds one object, so write {prop}.has(...) instead of any()"
        )
    return _exists(attribute, prop, criterion, equal)


def has(attribute: Attribute, criterion: Any, equal: Mapping[str, Any]) -> Expression:
    """EXISTS: there is a related object and it meets the criterion."""
    prop = _relationship(attribute, "has")
    if prop.uselist:
        raise exc.InvalidRequestError(
            f"{prop} is a collection, so write {prop}.any(...) instead of has()"
        )
    return _exists(attribute, prop, criterion, equal)


def entity_for(attribute: Attribute, entity: Any) -> Target:
    """Return the mapper or aliased entity that `of_type(entity)` means."""
    prop = _relationship(attribute, "of_type")
    found = getattr(entity, "_accord_entity", None) or getattr(entity, "__mapper__", entity)
    mapper = getattr(found, "mapper", None)
    if mapper is not None and mapper.isa(prop.mapper):
        target: Target = found
        return target
    name = entity.__qualname__ if isinstance(entity, type) else repr(entity)
    raise exc.ArgumentError(
        f"{prop}.of_type() takes {prop.mapper.class_.__name__} or an alias of it, not {name}"
    )


def nothing_called(attribute: Attribute, name: str) -> str:
    """What an AttributeError of a class's attribute says."""
    missing = f"{type(attribute).__name__} {attribute} has no attribute {name!r}"
    prop = attribute.prop
    if name.startswith("_") or not isinstance(prop, RelationshipProperty) or not prop.resolved:
        return missing
    far = prop.mapper.class_.__name__
    if not prop.mapper.has_property(name):
        return missing
    quantifier = "any" if prop.uselist else "has"
    return (
        f"{missing}: it is a relationship; join({attribute}) and write {far}.{name}, or "
        f"{attribute}.{quantifier}({name}=…)"
    )


def join_target(attribute: Attribute, left: FromClause | None) -> JoinTarget:
    """Answer ``select(...).join(User.orders)``: what to join, ON what."""
    prop = _relationship(attribute)
    near = attribute.parent.selectable
    target = attribute.target_entity or prop.mapper
    far = target.selectable
    if far is near:
        name = prop.mapper.class_.__name__
        raise exc.InvalidRequestError(
            f"{prop} joins {name} to itself; give the far side a name: other = aliased({name}), "
            f"then join({prop}.of_type(other))"
        )
    middle = prop.secondary
    if middle is not None and target is not prop.mapper:
        middle = middle.alias()  # the same table may be in the middle of another join
    extra = [as_condition(criterion) for criterion in attribute.extra_criteria]
    if target is not prop.mapper:
        extra = [table_exchanged(criterion, prop.mapper.local_table, far) for criterion in extra]
    steps = _steps(prop, near, middle, far)
    last, on = steps[-1]
    steps[-1] = (last, joined(AND_, [on, *extra]))
    return JoinTarget(left if left is not None else near, tuple(steps), target.entity)


def with_parent(instance: object, prop: Any, from_entity: Any = None) -> Expression:
    """Return the condition that rows of the target are what `instance` refers to by `prop`, as in
    ``select(Address).where(with_parent(user, User.addresses))``.
    """
    if not hasattr(prop, "prop"):
        raise exc.ArgumentError(
            "with_parent(obj, Parent.children) takes a relationship attribute, not "
            f"{type(prop).__name__}"
        )
    attribute: Attribute = prop
    relationship = _relationship(attribute, "with_parent")
    owner = relationship.parent
    if not isinstance(instance, owner.class_):
        raise exc.ArgumentError(
            f"with_parent(): {relationship} belongs to {owner.class_.__name__}, not to "
            f"{type(instance).__name__}"
        )
    target = attribute.target_entity or relationship.mapper
    if from_entity is not None:
        target = entity_for(attribute, from_entity)
    far, middle = target.selectable, relationship.secondary
    if middle is not None:
        middle = middle.alias()
    remote = far if middle is None else middle

    def place(part: ClauseElement) -> ClauseElement | None:
        if not isinstance(part, Marked):
            return None
        if not part.remote:
            return _late_value(owner, part.column, instance)
        found: ClauseElement | None = remote.corresponding_column(part.column)
        return found

    condition = relationship.condition
    refers = rewritten(condition.marked_primaryjoin, place)
    if middle is None or condition.marked_secondaryjoin is None:
        return refers
    linked: Select[Any] = Select(_ONE).select_from(middle)
    linked = linked.where(refers, placed(condition.marked_secondaryjoin, far, middle))
    return Exists(linked.correlate_except(middle))


# --- conditions over the tables at hand -----------------------------------------------------------


def placed(expression: Expression, near: FromClause | None, far: FromClause) -> Expression:
    """Return a marked join condition in terms of these FROM elements; `near` None leaves that side
    as it is.
    """

    def place(part: ClauseElement) -> ClauseElement | None:
        if not isinstance(part, Marked):
            return None
        side = far if part.remote else near
        found = None if side is None else side.corresponding_column(part.column)
        return part.column if found is None else found

    return rewritten(expression, place)


def _steps(
    prop: RelationshipProperty[Any], near: FromClause, middle: FromClause | None, far: FromClause
) -> list[tuple[FromClause, Expression]]:
    condition = prop.condition
    if middle is None or condition.marked_secondaryjoin is None:
        return [(far, placed(condition.marked_primaryjoin, near, far))]
    return [
        (middle, placed(condition.marked_primaryjoin, near, middle)),
        (far, placed(condition.marked_secondaryjoin, far, middle)),
    ]


def _exists(
    attribute: Attribute,
    prop: RelationshipProperty[Any],
    criterion: Any,
    equal: Mapping[str, Any] | None = None,
) -> Expression:
    near = attribute.parent.selectable
    target = attribute.target_entity or prop.mapper
    far = target.selectable
    criteria = [
        as_condition(item) for item in (criterion, *attribute.extra_criteria) if item is not None
    ]
    criteria += [target.attribute(name) == value for name, value in (equal or {}).items()]
    if far is near or far is prop.parent.local_table:
        far = prop.mapper.local_table.alias()
        criteria = [table_exchanged(item, prop.mapper.local_table, far) for item in criteria]
    middle = prop.secondary
    if middle is not None:
        middle = middle.alias()
    steps = _steps(prop, near, middle, far)
    inside = [element for element, _ in steps]
    conditions = [on for _, on in steps]
    query: Select[Any] = Select(_ONE)
    query = query.select_from(*inside).where(*conditions, *criteria).correlate_except(*inside)
    return Exists(query)


def _refers_to(attribute: Attribute, prop: RelationshipProperty[Any], other: Any) -> Expression:
    """The join condition with the values of `other` on its far side."""
    _require_target(prop, other)
    near = attribute.parent.selectable
    values = {column: _late_value(prop.mapper, column, other) for _, column in prop.pairs}

    def place(part: ClauseElement) -> ClauseElement | None:
        if not isinstance(part, Marked):
            return None
        if part.remote:
            return (
                values[part.column]
                if part.column in values
                else _late_value(prop.mapper, part.column, other)
            )
        found = near.corresponding_column(part.column)
        return part.column if found is None else found

    return rewritten(prop.condition.marked_primaryjoin, place)


def _is_linked(
    attribute: Attribute, prop: RelationshipProperty[Any], secondary: Table, other: Any
) -> Expression:
    """EXISTS a row of the secondary table between the object at hand and `other`."""
    _require_target(prop, other)
    middle = secondary.alias()
    (_, near_on), (_, far_on) = _steps(
        prop, attribute.parent.selectable, middle, prop.mapper.local_table
    )
    values = {column: _late_value(prop.mapper, column, other) for column, _ in prop.secondary_pairs}
    query: Select[Any] = Select(_ONE).select_from(middle)
    query = query.where(near_on, columns_exchanged(far_on, values)).correlate_except(middle)
    return Exists(query)


def _identity_criterion(prop: RelationshipProperty[Any], other: Any) -> Expression:
    _require_target(prop, other)
    mapper = prop.mapper
    return joined(
        AND_, [column == _late_value(mapper, column, other) for column in mapper.primary_key]
    )


def _require_target(prop: RelationshipProperty[Any], other: Any) -> None:
    if not isinstance(other, prop.mapper.class_):
        kind = other.__qualname__ if isinstance(other, type) else type(other).__qualname__
        raise exc.ArgumentError(
            f"{prop} refers to {prop.mapper.class_.__name__} objects and cannot be compared with "
            f"{kind}"
        )


def _late_value(mapper: Mapper, column: Any, obj: object) -> NamedParameter[Any]:
    """A parameter that takes its value from `obj` when the statement is executed, after any
    autoflush.
    """
    key = mapper.key_for_column(column)
    return NamedParameter(
        None,
        None,
        column.type,
        unique=True,
        callable_=_value_reader(mapper, key, obj),
        hint=column.name,
    )


def _value_reader(mapper: Mapper, key: str, obj: object) -> Callable[[], Any]:
    def read() -> Any:
        values = vars(obj)
        if key in values:
            return values[key]
        identity = key_of(obj)
        if identity is not None and key in mapper.pk_keys:
            # Expired: its identity is still known, so nothing has to be loaded.
            parts = identity if len(mapper.pk_keys) > 1 else (identity,)
            return parts[mapper.pk_keys.index(key)]  # type: ignore[index]  # a tuple of several
        return getattr(obj, key)

    return read


def _relationship(attribute: Attribute, method: str = "") -> RelationshipProperty[Any]:
    prop = attribute.prop
    if not isinstance(prop, RelationshipProperty):
        raise exc.InvalidRequestError(
            f"{attribute} is a column attribute; {method or 'this'}() belongs to relationships"
        )
    prop.resolve()
    return prop


__all__ = [
    "any_",
    "compare",
    "contains",
    "entity_for",
    "has",
    "join_target",
    "placed",
    "with_parent",
]
