"""Walking the objects that an operation on one object extends to.

In: an object and the name of a cascade (save_update, delete, merge, expunge, refresh_expire). Out:
the objects reached over relationships with that cascade, each once, the start not among them. It
looks only at what is loaded; the delete cascade loads the rest first, in `deletion`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.mapping import members
from accord.state import STATE_KEY, Lease

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from accord.mapping import Mapper, RelationshipProperty


def _relationships(obj: object, cascade: str) -> tuple[RelationshipProperty[Any], ...]:
    mapper: Mapper = type(obj).__mapper__  # type: ignore[attr-defined]  # set by mapping
    if not mapper.configured:
        mapper.configure()
    found: tuple[RelationshipProperty[Any], ...] = getattr(mapper.cascading, cascade)
    return found


def related(obj: object, prop: RelationshipProperty[Any]) -> list[Any]:
    """Return the loaded objects that relationship `prop` of `obj` holds; empty if it is not
    loaded.
    """
    value = vars(obj).get(prop.key)
    if value is None:
        return []
    return members(value) if prop.uselist else [value]


def reachable(
    start: object, cascade: str, halt: Callable[[object], bool] | None = None
) -> Iterator[object]:
    """Yield what `cascade` reaches from `start`; objects for which `halt` is true are not walked
    through.
    """
    seen = {id(start)}
    queue = [start]
    while queue:
        obj = queue.pop()
        for prop in _relationships(obj, cascade):
            for item in related(obj, prop):
                if id(item) in seen:
                    continue
                seen.add(id(item))
                if halt is not None and halt(item):
                    continue
                yield item
                queue.append(item)


def neighbours(
    values: dict[str, Any],
    relationships: tuple[RelationshipProperty[Any], ...],
    known: tuple[Lease, Lease],
    walked: set[int],
) -> list[Any]:
    """Return the loaded objects that an instance dict holds along `relationships`: those without
    a state, and of the others those that were not `walked` and whose state is none of `known`.
    """
    first, second = known
    found = []
    for prop in relationships:
        value = values.get(prop.key)
        if value is None:
            continue
        if not prop.uselist:
            value = (value,)
        for item in value.values() if isinstance(value, dict) else value:
            state = item.__dict__.get(STATE_KEY)
            if state is None:
                found.append(item)
            elif state is not first and state is not second and id(item) not in walked:
                walked.add(id(item))
                found.append(item)
    return found


def is_orphan(obj: object) -> bool:
    """Tell whether `obj` has lost every parent that its class cannot exist without."""
    mapper: Mapper = type(obj).__mapper__  # type: ignore[attr-defined]  # set by mapping
    values = vars(obj)
    owning = mapper.owned_through
    if not owning:
        return False
    for prop in owning:
        for reverse in prop.reverse:
            if not reverse.uselist and values.get(reverse.key) is not None:
                return False
    return True
