"""What the session asks of `loading`: get, attribute access, refresh, expire, and the flush's
`Loader`.

In: public arguments (entities, identities, attribute names). Out: steps of `loading` with their
engine chosen, and checked arguments. `FlushLoader` is how the unit of work reads what it has to
know.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from accord import exc, loading
from accord.mapping import RelationshipProperty, members
from accord.state import NOT_LOADED, STATE_KEY, Identity, changes_of, key_of

from . import cascades, instance_events
from .core import mapper_of
from .engines import engine_of

if TYPE_CHECKING:
    from accord.dialect import Steps
    from accord.engine import Engine
    from accord.mapping import Mapper

    from .transactional import TransactionalSession as Session


def mapper_for(entity: Any) -> Mapper:
    """Return the configured mapper of a mapped class, an alias or a Mapper."""
    mapper = getattr(entity, "__mapper__", None)
    if mapper is None:
        owner = getattr(entity, "_accord_entity", entity)
        mapper = getattr(owner, "mapper", None)
    if mapper is None:
        if isinstance(entity, type):
            raise exc.UnmappedClassError(entity)
        raise exc.ArgumentError(f"Expected a mapped class or mapper, got {entity!r}")
    if not mapper.configured:
        mapper.configure()
    found: Mapper = mapper
    return found


def identity_from(mapper: Mapper, ident: Any) -> Identity:
    """Return the internal identity for what a user gives: a value, a tuple or a dict."""
    names = mapper.pk_keys
    if type(ident) in _ONE_VALUE and len(names) == 1:
        one: Identity = ident
        return one
    if isinstance(ident, Mapping):
        unknown = set(ident) - set(names)
        if unknown or len(ident) != len(names):
            raise exc.InvalidRequestError(
                f"Incorrect names of values in identifier to formulate primary key for get(); "
                f"{mapper.class_.__name__} has: {', '.join(names)}"
            )
        ident = tuple(ident[name] for name in names)
    if type(ident) is not tuple and not isinstance(ident, list):
        if len(names) == 1:
            return _hashable(mapper, ident)
        ident = (ident,)
    values = tuple(ident)
    if len(values) != len(names):
        raise exc.InvalidRequestError(
            f"Incorrect number of values in identifier to formulate primary key for get(); "
            f"{mapper.class_.__name__} has: {', '.join(names)}"
        )
    return _hashable(mapper, values[0] if len(values) == 1 else values)


#: What most keys are.
_ONE_VALUE = frozenset({int, str})


def _hashable(mapper: Mapper, key: Any) -> Identity:
    try:
        hash(key)
    except TypeError:
        raise exc.ArgumentError(
            f"A primary key value of {mapper.class_.__name__} cannot be a {type(key).__name__}"
        ) from None
    identity: Identity = key
    return identity


def get_plain(session: Session, mapper: Mapper, key: Identity, engine: Engine) -> object | None:
    """`get_steps` for the frequent case: nothing to flush first, nothing asked for beside the
    object; takes the same steps.
    """
    if key is None or (type(key) is tuple and None in key):
        return None
    plan, binds = loading.key_plan(mapper, engine)
    if plan.plain:
        sent = loading.sent_by_key(plan, binds, mapper, key)
        fetched = (session._links.get(engine) or session._link(engine)).fetch(*sent)
        rows = loading.plain_objects(session, plan, fetched, overwrite=False)
        found = rows[0] if rows else None
    else:
        found = session._run(loading.get_steps(session, mapper, key, engine))
    return found if isinstance(found, mapper.class_) else None


def get_steps(
    session: Session,
    mapper: Mapper,
    key: Identity,
    *,
    options: Sequence[Any],
    populate_existing: bool,
    with_for_update: Any,
    bind_arguments: Mapping[str, Any] | None,
) -> Steps[object | None]:
    """Read an object by key, after pending changes were flushed."""
    if key is None or (type(key) is tuple and None in key):
        return None
    if session.new_objects or session.dirty_objects or session.deleted_objects:
        yield from session.autoflush_steps()
        found = session.identity.get(mapper, key)
        if found is not None and not populate_existing and with_for_update is None:
            return found if isinstance(found, mapper.class_) else None
    given = (bind_arguments or {}).get("bind")
    bind = session.route(mapper) if given is None else engine_of(session, given)
    found = yield from loading.get_steps(
        session,
        mapper,
        key,
        bind,
        options=options,
        populate_existing=populate_existing,
        with_for_update=with_for_update,
    )
    return found if isinstance(found, mapper.class_) else None


def still_there_steps(session: Session, mapper: Mapper, obj: object) -> Steps[bool]:
    """For `get` on an object that is expired: refresh it, or False if its row is gone."""
    there = yield from loading.row_exists_steps(session, mapper, obj)
    if not there:
        session.identity.remove(mapper, vars(obj)[STATE_KEY].key, obj)
        session.dirty_objects.pop(id(obj), None)
        obj_state = vars(obj)[STATE_KEY]
        obj_state.deleted = True
    return there


def attribute_steps(session: Session, obj: Any, attribute: Any) -> Steps[Any]:
    """Load one attribute that is not in the instance."""
    prop = attribute.prop
    if isinstance(prop, RelationshipProperty):
        prop.resolve()
        return (yield from loading.lazy_steps(session, obj, prop))
    yield from session.autoflush_steps()
    mapper = mapper_of(obj)
    values = vars(obj)
    loading.refuse_column(obj, prop)
    expired = [key for key in mapper.loaded_keys if key not in values]
    names = expired if prop.key in expired else [*expired, *_group_of(mapper, prop, values)]
    changes = changes_of(obj)
    if changes:
        names = [name for name in names if name not in changes]
    yield from loading.refresh_steps(session, mapper, [obj], names)
    instance_events.refreshed(session, mapper, obj, names)
    return values[prop.key]


def _group_of(mapper: Mapper, prop: Any, values: dict[str, Any]) -> list[str]:
    """Return the deferred columns to load along with one of them."""
    if prop.group is None:
        return [prop.key]
    return [
        key
        for key, other in mapper.column_attrs.items()
        if other.group == prop.group and key not in values
    ]


def refresh_steps(
    session: Session, obj: Any, attribute_names: Iterable[str] | None, with_for_update: Any
) -> Steps[None]:
    """Read an object again, overwriting what it has."""
    mapper = mapper_of(obj)
    names = None if attribute_names is None else _checked_names(mapper, attribute_names)
    columns = None if names is None else [name for name in names if name in mapper.column_attrs]
    if with_for_update:
        yield from get_steps(
            session,
            mapper,
            key_of(obj),
            options=(),
            populate_existing=True,
            with_for_update=with_for_update,
            bind_arguments=None,
        )
    elif columns is None or columns:
        yield from loading.refresh_steps(session, mapper, [obj], columns, overwrite=True)
        instance_events.refreshed(session, mapper, obj, columns)
    for prop in mapper.relationships.values():
        if names is None or prop.key in names:
            vars(obj).pop(prop.key, None)
        if prop.key in names if names is not None else prop.lazy in loading.EAGER:
            yield from loading.lazy_steps(session, obj, prop)
    state = vars(obj)[STATE_KEY]
    if not state.changes:
        session.dirty_objects.pop(id(obj), None)


def expire(session: Session, obj: object, attribute_names: Iterable[str] | None) -> None:
    """Expire a persistent object, and with all its attributes also what refresh-expire reaches."""
    session._require(obj, "expire")
    mapper = mapper_of(obj)
    if attribute_names is not None:
        names = _checked_names(mapper, attribute_names)
        session.expire_object(obj, names)
        instance_events.expired(mapper, obj, names)
        return
    reached = list(cascades.reachable(obj, "refresh_expire"))
    for one in [obj, *reached]:
        if id(one) in session.new_objects:
            session.expunge(one)  # it is no row yet: forgetting what is not in the database
        elif session.contains(one):
            session.expire_object(one)
            instance_events.expired(mapper_of(one), one, None)


def _checked_names(mapper: Mapper, names: Iterable[str]) -> list[str]:
    if isinstance(names, str):
        raise exc.ArgumentError(f"attribute_names is a list of names: write [{names!r}]")
    wanted = list(names)
    for name in wanted:
        if name not in mapper.attribute_keys:
            raise exc.InvalidRequestError(
                f"{mapper.class_.__name__} has no mapped attribute {name!r}; it has: "
                f"{', '.join(sorted(mapper.attribute_keys))}"
            )
    return wanted


def is_modified(obj: object, *, include_collections: bool) -> bool:
    """Tell whether an object has net changes."""
    mapper = mapper_of(obj)
    values = vars(obj)
    state = values.get(STATE_KEY)
    if state is None or state.pending:
        return any(name in values for name in mapper.attribute_keys)
    for name, old in (changes_of(obj) or {}).items():
        prop = mapper.relationships.get(name)
        new = values.get(name)
        if prop is not None and prop.uselist:
            if include_collections and {id(o) for o in members(new or ())} != {
                id(o) for o in _listed(old)
            }:
                return True
        elif prop is not None:
            if new is not old:
                return True
        elif not _holds_the_same(mapper, name, old, new):
            return True
    return False


def _holds_the_same(mapper: Mapper, name: str, old: object, new: object) -> bool:
    """As the flush will see it: the column's type compares."""
    from accord.unitofwork.collect import same_value  # a query has no use for it

    prop = mapper.column_attrs.get(name)
    if prop is None:
        return old is not NOT_LOADED and type(old) is type(new) and old == new
    return same_value(prop.column.type, old, new)


def _listed(old: object) -> list[object]:
    return list(old) if isinstance(old, list) else []


class FlushLoader:
    """What the unit of work may read during a flush."""

    def __init__(self, session: Session) -> None:
        # The session keeps its loader; a strong way back would keep a dropped session alive.
        self._session: Session = weakref.proxy(session)

    def members_steps(
        self, objs: Sequence[object], relationship: RelationshipProperty[Any]
    ) -> Steps[list[list[object]]]:
        """Return the related objects of each owner: as loaded, else as the database has them."""
        return (yield from loading.members_steps(self._session, objs, relationship))

    def values_steps(
        self, mapper: Mapper, objs: Sequence[object], attribute_keys: Sequence[str]
    ) -> Steps[list[tuple[object, ...] | None]]:
        """Return the database's values of columns, one row per object; None where the row is
        gone.
        """
        return (yield from loading.values_steps(self._session, mapper, objs, attribute_keys))


__all__ = [
    "FlushLoader",
    "attribute_steps",
    "expire",
    "get_steps",
    "identity_from",
    "is_modified",
    "mapper_for",
]
