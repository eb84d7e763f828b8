"""`backref=`: the other side of a relationship, made instead of written.

In: a relationship with `backref=`. Out: the reverse relationship on the target, made when the first
side is resolved (`make_backref`). Until then the target class holds a `PendingBackref`
(`announce_backrefs`), so that the attribute is there as soon as both classes are, and its first use
resolves the mapping.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import exc

from .adapting import rewritten
from .marks import Marked
from .relationships import RelationshipProperty, relationship
from .resolve import columns

if TYPE_CHECKING:
    from accord.sql.nodes import ClauseElement

    from .mapper import Mapper
    from .registry import registry as Registry

Property = RelationshipProperty[Any]


class PendingBackref:
    """Stands for an attribute that a relationship of another class is going to make."""

    def __init__(self, source: Mapper, name: str) -> None:
        self._source = source
        self._name = name

    def _resolve(self, cls: type) -> None:
        self._source.configure()
        for base in cls.__mro__:
            if vars(base).get(self._name) is self:
                type.__delattr__(base, self._name)  # the target is not what its name promised

    def __get__(self, obj: object | None, cls: type) -> Any:
        self._resolve(cls)
        return getattr(cls if obj is None else obj, self._name)

    def __set__(self, obj: object, value: Any) -> None:
        self._resolve(type(obj))
        setattr(obj, self._name, value)


def backref_name(prop: Property) -> str | None:
    """Return the name of the attribute that `backref=` asks for."""
    given = prop.given.backref
    return given[0] if isinstance(given, tuple) else given


def announce_backrefs(registry: Registry, new: Mapper) -> None:
    """Put a placeholder on every target class that is there already; the others come when they are
    mapped.
    """
    registry.pending_backrefs += [prop for prop in new.relationships if prop.given.backref]
    waiting = []
    for prop in registry.pending_backrefs:
        target = _target_class(registry, prop.given.target)
        name = backref_name(prop)
        if target is None or name is None:
            waiting.append(prop)
        elif not hasattr(target, name):
            type.__setattr__(target, name, PendingBackref(prop.parent, name))
    registry.pending_backrefs = waiting


def _target_class(registry: Registry, target: Any) -> type | None:
    if isinstance(target, str):
        try:
            return registry.class_names.find(target)
        except exc.InvalidRequestError:
            return None  # ambiguous: resolving says so
    return target if isinstance(target, type) and "__mapper__" in vars(target) else None


def make_backref(prop: Property) -> Property | None:
    """Make the relationship that `backref=` asks for on the target; None if there is nothing to
    make.
    """
    name = backref_name(prop)
    if name is None or prop.backref_made:
        return None
    given = prop.given.backref
    options = dict(given[1]) if isinstance(given, tuple) else {}
    target = prop.mapper
    if target.has_property(name):
        raise exc.ArgumentError(
            f"backref={name!r} of {prop}: {target.class_.__name__} has an attribute {name!r} "
            "already; choose another name, or write back_populates= on both sides"
        )
    reverse = _reverse_of(prop, options)
    target.add_property(name, reverse, resolving=True)
    prop.back_populates = name
    prop.backref_made = True
    return reverse


def _reverse_of(prop: Property, options: dict[str, Any]) -> Property:
    condition = prop.condition
    for name in ("viewonly", "post_update", "passive_updates"):
        options.setdefault(name, getattr(prop, name))
    options.setdefault("sync_backref", prop.sync_backref)
    if prop.secondary is not None:
        options.setdefault("primaryjoin", condition.marked_secondaryjoin)
        options.setdefault("secondaryjoin", condition.marked_primaryjoin)
    elif not {"primaryjoin", "remote_side", "foreign_keys"} & options.keys():
        options["primaryjoin"] = rewritten(condition.marked_primaryjoin, _turned)
    else:
        options.setdefault("primaryjoin", condition.primaryjoin)
        options.setdefault("foreign_keys", columns(prop, "foreign_keys") or None)
    return relationship(prop.parent.class_, prop.secondary, back_populates=prop.key, **options)


def _turned(part: ClauseElement) -> ClauseElement | None:
    """The same column seen from the other end."""
    if not isinstance(part, Marked):
        return None
    return Marked(part.column, foreign=part.foreign, remote=not part.remote)


__all__ = ["announce_backrefs", "make_backref"]
