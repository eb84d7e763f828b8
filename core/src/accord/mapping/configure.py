"""Resolving relationships when the mapping is first used.

Class bodies refer to classes that are defined later, so nothing is looked up until somebody
constructs, queries or adds an object (or calls `configure_mappers`). In: registries with mappers
that are new. Out: every relationship of theirs with its target, joins and other side known,
backrefs made, and the mappers' per-class cascade lists. A failure leaves the mapping as it was, and
the next use raises the same error again.
"""

from __future__ import annotations

import weakref
from collections import deque
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Final

from accord import exc
from accord.event import Listener

from . import instrument, resolve
from .adapting import without_attributes
from .backrefs import make_backref
from .conflicts import warn_of_conflicts
from .joins import JoinArguments, join_condition
from .mapper import Cascading, Mapper
from .relationships import MANYTOONE, ONETOMANY, RelationshipProperty

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .registry import registry as Registry

Property = RelationshipProperty[Any]

_registries: Final[weakref.WeakSet[Registry]] = weakref.WeakSet()


class _Progress:
    """Whether mappers are being configured right now, and the lock that keeps other threads out
    meanwhile.
    """

    lock: AbstractContextManager[Any] = nullcontext()
    running = False


def guard_with(lock: AbstractContextManager[Any]) -> None:
    """Let only the holder of `lock` (re-entrant) configure; this layer itself knows no threads."""
    _Progress.lock = lock


def register(registry: Registry) -> None:
    """Let `configure_mappers` know of a registry."""
    _registries.add(registry)


def configure_mappers() -> None:
    """Resolve all relationships of all mapped classes now, which reports mistakes at a place of
    your choice.
    """
    configure_registries(_registries)


def configure_registries(registries: Iterable[Registry]) -> None:
    """Resolve what is new in these registries, and in those their relationships lead to."""
    with _Progress.lock:
        if _Progress.running:
            return
        _Progress.running = True
        try:
            _Round(registries).run()
        finally:
            _Progress.running = False


def configure_with_first_object(mapper: Mapper) -> None:
    """If somebody waits for the mapper to be configured, let the first object made do so."""
    cls = mapper.class_
    waited_for = mapper.dispatch.has("mapper_configured") or any(
        hasattr(cls, hook) for hook in ("__declare_first__", "__declare_last__")
    )
    if not waited_for:
        return

    def configure(target: object, args: object, keywords: object) -> None:
        mapper.configure()
        mapper.dispatch.remove("init", configure)

    mapper.dispatch.add("init", Listener(configure, configure))


def _call_hooks(name: str, mappers: Iterable[Mapper]) -> None:
    """Call the class methods that a class (or its mixins) has for this moment."""
    for mapper in mappers:
        hook = getattr(mapper.class_, name, None)
        if hook is not None:
            hook()


def resolve_property(prop: Property) -> None:
    """Resolve one relationship, with everything else that is new in its registry."""
    if not hasattr(prop, "parent"):
        raise exc.InvalidRequestError("This relationship belongs to no mapped class")
    configure_registries([prop.parent.registry])
    if not prop.resolved:
        # Asked for while configuring, by a condition that uses another relationship.
        set_up(prop)


def clear_mappers() -> None:
    """Forget every mapping; classes are plain again. For tests."""
    for registry in list(_registries):
        registry.dispose()


class _Round:
    """One run of configuration."""

    def __init__(self, registries: Iterable[Registry]) -> None:
        self.waiting = deque(registry for registry in registries if not registry.configured)
        self.mappers: dict[int, Mapper] = {}
        self.props: dict[int, Property] = {}

    def run(self) -> None:
        if not self.waiting:
            return
        everyone = Mapper.__accord_dispatch__()
        new = [m for one in self.waiting for m in one.unconfigured() if not m.announced]
        for listener in everyone.listeners("before_configured"):
            listener()
        _call_hooks("__declare_first__", new)
        self._set_up_all()
        self._finish(list(self.mappers.values()), list(self.props.values()))
        for listener in everyone.listeners("after_configured"):
            listener()
        _call_hooks("__declare_last__", new)

    def _set_up_all(self) -> None:
        seen: set[int] = set()
        while self.waiting:
            registry = self.waiting.popleft()
            if id(registry) not in seen:
                seen.add(id(registry))
                self._set_up_registry(registry)

    def _finish(self, mappers: list[Mapper], props: list[Property]) -> None:
        for prop in props:
            link(prop)
        for mapper in mappers:
            finish(mapper)
        for prop in props:
            prop.resolved = True
        for mapper in mappers:
            instrument.relationships_resolved(mapper)
        self._warn(mappers)
        for mapper in mappers:
            mapper.configured = True
            mapper.registry.all_configured()
            if not mapper.announced:
                mapper.announced = True
                for listener in mapper.dispatch.listeners("mapper_configured"):
                    listener(mapper, mapper.class_)

    def _set_up_registry(self, registry: Registry) -> None:
        for mapper in registry.unconfigured():
            self.mappers[mapper.uid] = mapper
            for prop in list(mapper.relationships):
                self._set_up(prop)

    def _set_up(self, prop: Property) -> None:
        if id(prop) in self.props:
            return
        set_up(prop)
        self.props[id(prop)] = prop
        self.mappers[prop.mapper.uid] = prop.mapper
        if not prop.mapper.registry.configured:
            self.waiting.append(prop.mapper.registry)
        reverse = make_backref(prop)
        if reverse is not None:
            self._set_up(reverse)

    def _warn(self, mappers: list[Mapper]) -> None:
        registries = {id(mapper.registry): mapper.registry for mapper in mappers}
        known = [
            prop
            for registry in registries.values()
            for mapper in registry.mappers_in_order()
            for prop in mapper.relationships
            if prop.resolved
        ]
        warn_of_conflicts(self.props.values(), known)
        for mapper in mappers:
            mapper.warn_of_unused_validators()


# --- one relationship -----------------------------------------------------------------------------


def set_up(prop: Property) -> None:
    """Find target, joins and direction; everything that needs no other relationship."""
    if "condition" in vars(prop):
        return
    mapper = resolve.target_mapper(prop)
    condition = join_condition(_join_arguments(prop, mapper))
    prop.mapper = mapper
    prop.direction = condition.direction
    prop.is_many_to_one = condition.direction is MANYTOONE
    prop.uselist = _uselist(prop)
    _check_orphans(prop)
    prop.primaryjoin = condition.primaryjoin
    prop.secondaryjoin = condition.secondaryjoin
    prop.pairs = condition.pairs
    prop.secondary_pairs = condition.secondary_pairs
    prop.remote_side = condition.remote_side
    prop.local_columns = condition.local_columns
    prop.order_by = tuple(without_attributes(item) for item in resolve.ordering(prop))
    prop.reverse = prop.counterparts = frozenset()
    prop.condition = condition
    prop.set_target_identity()


def _join_arguments(prop: Property, mapper: Mapper) -> JoinArguments:
    prop.secondary = resolve.secondary_table(prop)
    if prop.secondary is None and prop.given.secondaryjoin is not None:
        raise exc.ArgumentError(
            f"{prop} has a secondaryjoin= but no secondary= table; name the table in the middle"
        )
    return JoinArguments(
        name=str(prop),
        parent=prop.parent.local_table,
        target=mapper.local_table,
        secondary=prop.secondary,
        primaryjoin=resolve.join_expression(prop, "primaryjoin"),
        secondaryjoin=resolve.join_expression(prop, "secondaryjoin"),
        foreign_keys=resolve.columns(prop, "foreign_keys"),
        remote_side=resolve.columns(prop, "remote_side"),
        viewonly=prop.viewonly,
    )


def _uselist(prop: Property) -> bool:
    given = prop.given.uselist
    if given is None:
        return prop.direction is not MANYTOONE
    if given and prop.direction is MANYTOONE:
        name = prop.parent.class_.__name__
        raise exc.ArgumentError(
            f"{prop} is declared as a collection, but the foreign key is in {name}'s own table, "
            f'so it leads to one object. Write Mapped["{prop.mapper.class_.__name__}"] without '
            "a list; in a self-referential relationship remote_side= says which side is which"
        )
    return given


def _check_orphans(prop: Property) -> None:
    if not prop.cascade.delete_orphan or prop.single_parent or prop.direction is ONETOMANY:
        return
    name, target = prop.parent.class_.__name__, prop.mapper.class_.__name__
    raise exc.ArgumentError(
        f"{prop}: the delete-orphan cascade belongs on the one-to-many side, since a {target} "
        f"may have several {name} objects here ({prop.direction.value}). If each {target} "
        f"belongs to one {name} only, write single_parent=True"
    )


# --- the other side -------------------------------------------------------------------------------


def link(prop: Property) -> None:
    """Connect a relationship with its other side."""
    name = _other_side(prop)
    if name is None:
        return
    mapper = prop.mapper
    other = mapper.relationships.get(name)
    if other is None:
        what = "is no relationship" if mapper.has_property(name) else "does not exist"
        raise exc.InvalidRequestError(
            f"back_populates={name!r} of {prop}: {mapper.class_.__name__}.{name} {what}; its "
            f"relationships are: {', '.join(mapper.relationships.keys()) or 'none'}"
        )
    if other.mapper is not prop.parent:
        raise exc.ArgumentError(
            f"back_populates={name!r} of {prop}: {other} leads to "
            f"{other.mapper.class_.__name__}, not to {prop.parent.class_.__name__}, so the two "
            "are not sides of one relationship"
        )
    if prop.direction is other.direction and prop.secondary is None:
        key = ", ".join(column.name for column in prop.mapper.primary_key)
        raise exc.ArgumentError(
            f"{prop} and {other} are both {prop.direction.value}, so they are not two sides of "
            f"one relationship; on the many-to-one side write remote_side=[{key}]"
        )
    prop.counterparts |= {other}
    other.counterparts |= {prop}
    if _in_sync(prop, other):
        prop.reverse |= {other}
        other.reverse |= {prop}


def _other_side(prop: Property) -> str | None:
    given = prop.given.back_populates
    if given is not None and not isinstance(given, str):
        found = resolve.evaluated(prop, "back_populates", given)
        prop.back_populates = found if isinstance(found, str) else getattr(found, "key", None)
    return prop.back_populates


def _in_sync(prop: Property, other: Property) -> bool:
    """Whether a change on one side is to show on the other: not if one of them is only a view."""
    return not any(side.viewonly or side.given.sync_backref is False for side in (prop, other))


# --- one mapper -----------------------------------------------------------------------------------


def finish(mapper: Mapper) -> None:
    """Precompute per class what session and flush ask for each object."""
    props = list(mapper.relationships)
    mapper.cascading = Cascading(
        **{
            word: tuple(prop for prop in props if getattr(prop.cascade, word))
            for word in Cascading._fields
        }
    )
    for prop in props:
        if prop.cascade.delete_orphan and prop not in prop.mapper.owned_through:
            prop.mapper.owned_through += (prop,)


__all__ = [
    "clear_mappers",
    "configure_mappers",
    "configure_registries",
    "guard_with",
    "resolve_property",
]
