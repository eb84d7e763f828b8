"""The way of one ORM SELECT: plan, execute, rows to objects, related objects.

In: a statement whose select list holds entities or mapped columns. Out: `Loaded`, plain values
that the session wraps in a Result. The plan is looked up by the statement's key; a repeated
statement costs one look-up, one request and one call of generated code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.dialect import Execute, Steps
from accord.sql import select
from accord.sql.nodes import REQUIRED, NamedParameter

from . import eager, joined
from .plan import LoadPlan, make_plan, plan_by_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accord.dialect import Bind
    from accord.dialect.steps import Parameters
    from accord.mapping import Mapper
    from accord.sql.compiled import Compiled
    from accord.sql.nodes import BindParameter
    from accord.state import Identity

    from .protocols import LoadSession


#: What a SELECT gave: its plan, and rows: tuples, or bare values if the plan is `scalar`.
Loaded = tuple["LoadPlan", list[Any]]


def select_steps(
    session: LoadSession,
    statement: Any,
    parameters: Mapping[str, Any] | None,
    bind: Bind,
    plan: LoadPlan | None,
    *,
    populate_existing: bool = False,
) -> Steps[Loaded]:
    """Execute an ORM SELECT and return its objects and values; `plan` is what `known_plan` said."""
    if plan is None:
        plan = new_plan(statement, bind)
    reply = yield request_of(plan, statement, parameters, bind)
    rows = yield from rows_to_objects(session, plan, reply.rows, populate_existing)
    return plan, rows


def new_plan(statement: Any, bind: Bind) -> LoadPlan:
    """Make the plan of a statement, and keep it."""
    plan = make_plan(statement, bind)
    bind.plans.put(statement.key, plan)
    return plan


def known_plan(statement: Any, bind: Bind) -> LoadPlan | None:
    """Return the plan of a statement of this shape, if there is one: it is an ordinary SELECT."""
    found: Any = bind.plans.get(statement.key)
    plan: LoadPlan | None = found
    return plan


def request_of(
    plan: LoadPlan, statement: Any, parameters: Mapping[str, Any] | None, bind: Bind
) -> Execute:
    """Return what has to be sent for a statement of the plan's shape."""
    compiled, text, values = sent_by(plan, statement, parameters)
    return Execute(bind, text, values, write=compiled.is_write, compiled=compiled)


def sent_by(
    plan: LoadPlan, statement: Any, parameters: Mapping[str, Any] | None
) -> tuple[Compiled, str, Parameters]:
    """The compiled statement of the plan, its text and the driver's parameters for `statement`."""
    compiled = plan.compiled
    assert compiled is not None  # only rows that come from elsewhere have none
    binds = statement.binds
    if plan.bind_sources is not None:
        binds = plan.binds_of(binds)
    text, values = compiled.parameters(binds, parameters)
    return compiled, text, values


def plain_objects(
    session: LoadSession, plan: LoadPlan, fetched: Sequence[tuple[Any, ...]], overwrite: bool
) -> list[Any]:
    """Turn fetched rows into objects, for a plan that is `plain`: nothing else has to be read."""
    mapper = plan.entities[0].mapper
    made: list[object] = []
    known = session.identity.references(mapper)
    rows = plan.load(fetched, (known,), (session.lease,), (made,), overwrite)
    if made and session.hears_loads(mapper):
        session.loaded(mapper, made)
    return rows


def rows_to_objects(
    session: LoadSession, plan: LoadPlan, fetched: Sequence[tuple[Any, ...]], overwrite: bool
) -> Steps[list[Any]]:
    """Turn fetched rows into what the statement asked for, related objects included."""
    if plan.plain:
        return plain_objects(session, plan, fetched, overwrite)
    identity = session.identity
    references = [identity.references(entity.mapper) for entity in plan.entities]
    leases = [
        session.lease_with(entity.sticky) if entity.sticky else session.lease
        for entity in plan.entities
    ]
    created: list[list[object]] = [[] for _ in plan.entities]
    rows = plan.load(fetched, references, leases, created, overwrite)
    for entity, made in zip(plan.entities, created, strict=True):
        if made and session.hears_loads(entity.mapper):
            session.loaded(entity.mapper, made)
    if plan.simple:
        return rows
    if plan.visible == 1 and len(plan.entities) == 1:
        yield from eager.load_later(session, plan.entities[0], rows, overwrite)
        return rows
    joined.attach(plan, rows, overwrite)
    for entity in plan.entities:
        if entity.later:
            owners = [row[entity.part] for row in rows]
            yield from eager.load_later(session, entity, owners, overwrite)
    if plan.visible == 1:
        return [row[0] for row in rows]
    return [row[: plan.visible] for row in rows]


def objects_steps(
    session: LoadSession,
    entity: Any,
    names: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    bind: Bind,
    *,
    converted: bool,
    populate_existing: bool,
    options: Sequence[Any] = (),
) -> Steps[Loaded]:
    """Make objects of rows that another statement gave; columns are found by their names.

    `converted` says that the values are Python values already, not the driver's. `options` are
    loader options: what they would join is loaded by a further statement.
    """
    plan = named_plan(entity, names, bind, converted=converted, options=options)
    objs = yield from rows_to_objects(session, plan, rows, populate_existing)
    return plan, objs


def named_plan(
    entity: Any,
    names: tuple[str, ...],
    bind: Bind,
    *,
    converted: bool,
    options: Sequence[Any] = (),
) -> LoadPlan:
    """Return the plan of `objects_steps`."""
    chosen = tuple([option.key for option in options])
    key = ("from_statement", entity.cache_key, names, converted, chosen)
    plan: Any = bind.plans.get(key)
    if plan is None:
        plan = plan_by_name(entity, names, bind, converted=converted, options=options)
        bind.plans.put(key, plan)
    return plan  # type: ignore[no-any-return]  # what was put under this key


def get_statement(mapper: Mapper, options: Sequence[Any] = ()) -> Any:
    """Return the SELECT of one object by its key; parameters are ``pk_0``, ``pk_1`` …"""
    statement = select(mapper)
    for position, (column, key) in enumerate(zip(mapper.primary_key, mapper.pk_keys, strict=True)):
        called = f"{mapper.class_.__name__}.{key}"  # in messages
        value: NamedParameter[Any] = NamedParameter(
            f"pk_{position}", REQUIRED, column.type, required=True, hint=called
        )
        statement = statement.where(column == value)
    return statement.options(*options) if options else statement


def get_steps(
    session: LoadSession,
    mapper: Mapper,
    key: Identity,
    bind: Bind,
    *,
    options: Sequence[Any] = (),
    populate_existing: bool = False,
    with_for_update: Any = None,
) -> Steps[object | None]:
    """Read one object by its primary key."""
    plan, binds = key_plan(mapper, bind, tuple(options), with_for_update)
    compiled, text, values = sent_by_key(plan, binds, mapper, key)
    reply = yield Execute(bind, text, values, compiled=compiled)
    rows = yield from rows_to_objects(session, plan, reply.rows, populate_existing)
    return rows[0] if rows else None


def key_plan(
    mapper: Mapper, bind: Bind, options: tuple[Any, ...] = (), with_for_update: Any = None
) -> tuple[LoadPlan, tuple[BindParameter[Any], ...]]:
    """Return the plan of reading one object by its key, and the parameters of its statement."""
    cache_key = ("get", mapper.uid, tuple([option.key for option in options]), with_for_update)
    prepared: Any = bind.plans.get(cache_key)
    if prepared is None:
        statement = get_statement(mapper, options)
        if with_for_update is not None and with_for_update is not False:
            arguments = with_for_update if isinstance(with_for_update, dict) else {}
            statement = statement.with_for_update(**arguments)
        prepared = (make_plan(statement, bind), statement.binds)
        bind.plans.put(cache_key, prepared)
    return prepared  # type: ignore[no-any-return]  # what was put under this key


def sent_by_key(
    plan: LoadPlan, binds: tuple[BindParameter[Any], ...], mapper: Mapper, key: Identity
) -> tuple[Compiled, str, Parameters]:
    """As `sent_by`, for reading the object of a key."""
    compiled = plan.compiled
    assert compiled is not None  # only rows that come from elsewhere have none
    values: Any = key if len(mapper.pk_keys) > 1 else (key,)
    ready = compiled.at_once(values) if plan.bind_sources is None else None
    if ready is None:
        given = {f"pk_{position}": value for position, value in enumerate(values)}
        ready = compiled.parameters(plan.binds_of(binds), given)
    return compiled, ready[0], ready[1]


__all__ = [
    "Loaded",
    "get_statement",
    "get_steps",
    "key_plan",
    "named_plan",
    "objects_steps",
    "plain_objects",
    "request_of",
    "sent_by",
    "sent_by_key",
    "rows_to_objects",
    "select_steps",
]
