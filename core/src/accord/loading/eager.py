"""Related objects by further statements: selectin, immediate, noload.

Called after the rows of a statement are objects. In: owners of one mapper and what to load for
them. Out: their relationship attributes filled. `selectin` sends one SELECT with IN per 500
owners; many-to-one targets that the identity map already holds are not read again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.dialect import Execute, Steps
from accord.mapping import RelationshipProperty, new_collection
from accord.sql import bindparam, select
from accord.state import STATE_KEY

from . import lazy, query
from .options import Load
from .plan import make_plan
from .sources import source_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .plan import EntityPlan, Later
    from .protocols import LoadSession

CHUNK = 500


def load_later(
    session: LoadSession, plan: EntityPlan, objs: Sequence[Any], overwrite: bool
) -> Steps[None]:
    """Fill the relationships that `plan` leaves to further statements."""
    owners = list({id(obj): obj for obj in objs if obj is not None}.values())
    for later in plan.later:
        prop, strategy = later.prop, later.strategy
        lacking = [obj for obj in owners if overwrite or prop.key not in vars(obj)]
        if not lacking:
            continue
        if strategy == "noload":
            for obj in lacking:
                vars(obj)[prop.key] = new_collection(obj, prop) if prop.uselist else None
        elif strategy == "immediate":
            for obj in lacking:
                vars(obj).pop(prop.key, None)
                yield from lazy.lazy_steps(session, obj, prop, Load(_directives=later.directives))
        else:
            yield from selectin_steps(session, later, lacking, overwrite=overwrite)


def selectin_steps(
    session: LoadSession, later: Later, owners: Sequence[Any], *, overwrite: bool = False
) -> Steps[None]:
    """Fill a relationship of all `owners` with one statement per 500 of them."""
    prop = later.prop
    source = source_of(prop)
    expired = [obj for obj in owners if any(key not in vars(obj) for key in source.owner_keys)]
    if expired:
        yield from lazy.complete_steps(session, prop.parent, expired, source.owner_keys)
    if prop.use_get and not later.criteria:
        yield from _many_to_one_steps(session, later, owners)
        return
    by_key: dict[Any, list[Any]] = {}
    for obj in owners:
        by_key.setdefault(source.key_of(vars(obj)), []).append(obj)
    members: dict[Any, list[Any]] = {key: [] for key in by_key}
    keys = [key for key in by_key if not lazy.is_null(key)]
    for chunk in _chunks(keys):
        rows = yield from _related_rows(session, later, chunk, overwrite)
        for *owner_key, item in rows:
            key = owner_key[0] if len(owner_key) == 1 else tuple(owner_key)
            found = members.get(key)
            if found is not None and item is not None:
                found.append(item)
    for key, sharing in by_key.items():
        for obj in sharing:
            _store(obj, prop, members[key])


def _store(obj: Any, prop: RelationshipProperty[Any], items: list[Any]) -> None:
    values = vars(obj)
    changes = values[STATE_KEY].changes
    if changes is not None and prop.key in changes:
        return
    if prop.uselist:
        values[prop.key] = new_collection(obj, prop, items)
    else:
        values[prop.key] = items[0] if items else None


def _related_rows(
    session: LoadSession, later: Later, keys: Sequence[Any], overwrite: bool
) -> Steps[list[Any]]:
    """Return rows (source key columns …, related object) for owners with these keys."""
    prop, _, directives, criteria, trail = later
    bind = session.route(prop.mapper)
    shape = tuple(d.key for d in directives), tuple(c.cache_key for c in criteria)
    cache_key = ("selectin", prop.parent.uid, prop.key, shape, trail)
    prepared: Any = bind.plans.get(cache_key)
    if prepared is None:
        statement = _statement(prop, criteria)
        if directives:
            statement = statement.options(Load(_directives=directives))
        prepared = (make_plan(statement, bind, trail), statement.binds)
        if not criteria:
            bind.plans.put(cache_key, prepared)
    plan, binds = prepared
    text, parameters = plan.compiled.parameters(plan.binds_of(binds), {"keys": list(keys)})
    reply = yield Execute(bind, text, parameters, compiled=plan.compiled)
    rows: list[Any] = yield from query.rows_to_objects(session, plan, reply.rows, overwrite)
    return rows


def _statement(prop: RelationshipProperty[Any], criteria: tuple[Any, ...]) -> Any:
    source = source_of(prop)
    statement = select(*source.columns, prop.mapper)
    if source.from_clause is not None:
        statement = statement.select_from(source.from_clause)
    keys = bindparam("keys", expanding=True, type_=source.key.type)
    statement = statement.where(source.key.in_(keys), *criteria)
    return statement.order_by(*prop.order_by) if prop.order_by else statement


def _many_to_one_steps(session: LoadSession, later: Later, owners: Sequence[Any]) -> Steps[None]:
    prop, directives = later.prop, later.directives
    wanted: dict[Any, Any] = {}
    waiting: list[tuple[Any, Any]] = []
    for obj in owners:
        key = prop.target_identity(vars(obj))
        if key is None:
            _store(obj, prop, [])
            continue
        waiting.append((obj, key))
        if key not in wanted:
            wanted[key] = None if directives else session.find(prop.mapper, key)
    missing = [key for key, found in wanted.items() if found is None]
    for chunk in _chunks(missing):
        found = yield from lazy.by_identity_steps(
            session, prop.mapper, chunk, directives, trail=later.trail
        )
        wanted.update(found)
    for obj, key in waiting:
        item = wanted[key]
        _store(obj, prop, [] if item is None else [item])


def _chunks(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]
