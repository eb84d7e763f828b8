"""What attribute access loads: one relationship of one object, or members of several for the flush.

In: a persistent object and a relationship that is not in its instance. Out: the value, stored
there. A many-to-one whose target is in the identity map costs no statement. Objects that are
pending, or whose changes are not flushed, are brought in line with what was read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import exc
from accord.dialect import Execute, Steps
from accord.mapping import Direction, RelationshipProperty, holds, members, new_collection
from accord.mapping.relations import record_collection
from accord.sql import bindparam, select, tuple_
from accord.state import NOT_LOADED, STATE_KEY, Identity

from . import eager, query, refresh
from .options import Directive, Load
from .plan import Later, make_plan
from .sources import source_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.mapping import ColumnProperty, Mapper

    from .protocols import LoadSession


def is_null(key: Any) -> bool:
    """Tell whether a key can match no row, because (part of) it is None."""
    return key is None or (type(key) is tuple and None in key)


def target_identity(prop: RelationshipProperty, obj: object) -> Identity | None:
    """Return the identity a many-to-one of `obj` refers to, from its foreign key attributes."""
    found: Identity | None = prop.target_identity(vars(obj))
    return found


def lazy_steps(
    session: LoadSession, obj: Any, prop: RelationshipProperty, option: Load | None = None
) -> Steps[Any]:
    """Load relationship `prop` of `obj`, store it and return it."""
    _refuse_if_asked(obj, prop)
    yield from session.autoflush_steps()
    values = vars(obj)
    if prop.key in values:
        return values[prop.key]
    yield from complete_steps(session, prop.parent, [obj], source_of(prop).owner_keys)
    directives = option.directives if option is not None else ()
    if prop.use_get:
        value = yield from _target_steps(session, prop, values, directives)
        values[prop.key] = value
        return value
    _refuse_sql(obj, prop)
    yield from eager.selectin_steps(session, _lazily(prop, directives), [obj])
    _add_unflushed(session, obj, prop)
    return values.get(prop.key)


def _lazily(prop: RelationshipProperty, directives: tuple[Directive, ...] = ()) -> Later:
    return Later(prop, "selectin", directives, (), (prop.parent.uid,))


def _target_steps(
    session: LoadSession,
    prop: RelationshipProperty,
    values: dict[str, Any],
    directives: tuple[Directive, ...],
) -> Steps[Any]:
    key = prop.target_identity(values)
    if key is None:
        return None
    found = session.find(prop.mapper, key)
    if found is not None:
        return found
    options = (Load(_directives=directives),) if directives else ()
    bind = session.route(prop.mapper)
    return (yield from query.get_steps(session, prop.mapper, key, bind, options=options))


def _refuse_if_asked(obj: Any, prop: RelationshipProperty) -> None:
    strategy = _sticky(obj, prop) or prop.lazy
    if strategy == "raise":
        raise _refusal(obj, prop)


def _refuse_sql(obj: Any, prop: RelationshipProperty) -> None:
    strategy = _sticky(obj, prop) or prop.lazy
    if strategy == "raise_on_sql":
        raise _refusal(obj, prop)


def _refusal(obj: Any, prop: RelationshipProperty) -> exc.InvalidRequestError:
    name = f"{type(obj).__name__}.{prop.key}"
    return exc.InvalidRequestError(
        f"'{name}' is not available due to lazy='raise'; load it with the query: "
        f".options(selectinload({name}))"
    )


def refuse_column(obj: Any, prop: ColumnProperty[Any]) -> None:
    """Raise if the mapping or the query that loaded `obj` wants no SQL for this column."""
    options = vars(obj)[STATE_KEY].lease.options or ()
    asked = any(
        d.strategy == "raise_column"
        and (d.name == prop.key or (d.name == "*" and prop.key not in (d.detail or ())))
        for d in options
    )
    if asked or prop.raiseload:
        name = f"{type(obj).__name__}.{prop.key}"
        raise exc.InvalidRequestError(
            f"'{name}' is not available due to raiseload=True; load it with the query: "
            f".options(undefer({name}))"
        )


def _sticky(obj: Any, prop: RelationshipProperty) -> str | None:
    options = vars(obj)[STATE_KEY].lease.options
    if not options:
        return None
    found = None
    for directive in options:
        if directive.strategy != "raise_column" and directive.name in (prop.key, "*"):
            found = directive.strategy
    return found


def _add_unflushed(session: LoadSession, obj: Any, prop: RelationshipProperty[Any]) -> None:
    """Bring a collection just read in line with objects whose own side has changed and was not
    flushed.
    """
    reverse = next((r for r in prop.reverse if r.direction is not Direction.ONETOMANY), None)
    if reverse is None or not prop.uselist:
        return
    values = vars(obj)
    read = members(values[prop.key])
    present = list(read)
    for other in [*session.new_objects.values(), *session.dirty_objects.values()]:
        if not isinstance(other, prop.mapper.class_):
            continue
        refers = _refers(other, reverse, obj)
        if refers is None or refers is holds(present, other):
            continue
        present = [*present, other] if refers else [item for item in present if item is not other]
    if len(present) != len(read) or any(a is not b for a, b in zip(present, read, strict=True)):
        record_collection(
            obj, prop.key, read
        )  # the database's members are what a flush compares with
        values[prop.key] = new_collection(obj, prop, present)


def _refers(other: Any, reverse: RelationshipProperty[Any], obj: Any) -> bool | None:
    """Tell whether `other` refers to `obj` by its own side; None if that side is not loaded."""
    theirs = vars(other).get(reverse.key, NOT_LOADED)
    if theirs is NOT_LOADED:
        return None
    return holds(theirs, obj) if reverse.uselist else theirs is obj


def complete_steps(
    session: LoadSession, mapper: Mapper, objs: Sequence[Any], keys: Sequence[str]
) -> Steps[None]:
    """Make sure that column attributes `keys` of the objects are loaded."""
    lacking = [obj for obj in objs if any(key not in vars(obj) for key in keys)]
    if lacking:
        yield from refresh.refresh_steps(session, mapper, lacking, None)


def by_identity_steps(
    session: LoadSession,
    mapper: Mapper,
    keys: Sequence[Identity],
    directives: tuple[Directive, ...] = (),
    *,
    overwrite: bool = False,
    trail: tuple[int, ...] = (),
) -> Steps[dict[Identity, Any]]:
    """Read objects by their keys, in one statement; keys without a row are not in the answer."""
    bind = session.route(mapper)
    cache_key = ("by identity", mapper.uid, tuple(d.key for d in directives), trail)
    prepared: Any = bind.plans.get(cache_key)
    if prepared is None:
        columns = mapper.primary_key
        target: Any = columns[0] if len(columns) == 1 else tuple_(*columns)
        statement = select(mapper).where(
            target.in_(bindparam("keys", expanding=True, type_=target.type))
        )
        if directives:
            statement = statement.options(Load(_directives=directives))
        prepared = (make_plan(statement, bind, trail), statement.binds)
        bind.plans.put(cache_key, prepared)
    plan, binds = prepared
    text, parameters = plan.compiled.parameters(plan.binds_of(binds), {"keys": list(keys)})
    reply = yield Execute(bind, text, parameters, compiled=plan.compiled)
    rows = yield from query.rows_to_objects(session, plan, reply.rows, overwrite)
    return {mapper.identity_of(vars(obj)): obj for obj in rows}


def members_steps(
    session: LoadSession, objs: Sequence[Any], prop: RelationshipProperty
) -> Steps[list[list[Any]]]:
    """Return what `prop` holds for each of `objs`: as loaded, else as the database has it."""
    lacking = [obj for obj in objs if prop.key not in vars(obj)]
    if lacking:
        yield from eager.selectin_steps(session, _lazily(prop), lacking)
    answer: list[list[Any]] = []
    for obj in objs:
        value = vars(obj).get(prop.key)
        if value is None:
            answer.append([])
        else:
            answer.append(members(value) if prop.uselist else [value])
    return answer
