"""What objects are related to, what is deleted along with them, and who is in the session at all.

Used by stage 1. In: objects, and relationships of their class. Out: the related objects, as loaded
or read through the loader, one SELECT for all owners; everything the delete cascade reaches; those
that do not belong to the session. Nothing is changed or marked here.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from accord import exc
from accord.mapping import members
from accord.state import NOT_LOADED, STATE_KEY, Status, status_of

from .collect import by_mapper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.dialect.steps import Steps
    from accord.mapping import Mapper
    from accord.state import Change, Lease

    from .protocols import FlushSession, Loader, Relationship


def writing(mapper: Mapper) -> list[Relationship]:
    """Return the relationships of `mapper` that write something."""
    return [rel for rel in mapper.relationships.values() if not rel.viewonly]


def delete_cascade_steps(
    loader: Loader, objs: Sequence[object], known: dict[int, object]
) -> Steps[dict[int, object]]:
    """Return `objs` and everything the delete cascade reaches from them, except what is `known`.

    Goes in waves, one SELECT for each relationship of a wave that is not loaded everywhere.
    """
    found: dict[int, object] = {}
    wave = [obj for obj in objs if id(obj) not in known]
    while wave:
        found.update((id(obj), obj) for obj in wave)
        reached: dict[int, object] = {}
        for mapper, group in by_mapper(wave).items():
            for rel in writing(mapper):
                if not (rel.cascade.delete or rel.cascade.delete_orphan):
                    continue
                lists = yield from related_steps(loader, rel, group)
                reached.update((id(item), item) for items in lists for item in items)
        wave = [item for key, item in reached.items() if key not in found and key not in known]
    return found


def related_steps(
    loader: Loader, rel: Relationship, owners: Sequence[object]
) -> Steps[list[list[object]]]:
    """Return what each owner is related to: as loaded, read if it is not, nothing if deletes
    are passive.
    """
    lists = [loaded(owner, rel) for owner in owners]
    unloaded = [owner for owner, items in zip(owners, lists, strict=True) if items is None]
    if not unloaded or rel.passive_deletes:
        return [items or [] for items in lists]
    read = iter((yield from loader.members_steps(unloaded, rel)))
    return [next(read) if items is None else items for items in lists]


def loaded(owner: object, rel: Relationship) -> list[object] | None:
    """Return the objects `owner` is related to as far as loaded; None if the attribute is not."""
    values = vars(owner)
    if rel.key not in values:
        return None
    value = values[rel.key]
    if rel.uselist:
        return members(value)
    return [] if value is None else [value]


def recorded(value: object) -> list[object]:
    if value is None or value is NOT_LOADED:
        return []
    return value if isinstance(value, list) else [value]


# --- membership -----------------------------------------------------------------------------------


def belongs(session: FlushSession, obj: object) -> bool:
    """Tell whether `obj` is pending or persistent in `session`."""
    return _is_ours(session, vars(obj).get(STATE_KEY))


def _is_ours(session: FlushSession, state: Lease | Change | None) -> bool:
    if state is None or state.deleted or state.owner is None:
        return False
    owner: object = state.owner()
    return owner is session


def outsiders(
    session: FlushSession, rel: Relationship, objs: Sequence[object], operation: str = "add"
) -> set[int]:
    """Return the ids of objects that are not in the session, after a warning about each (those
    whose rows were deleted earlier are passed over in silence).
    """
    # Most objects share their state: the leases of the session.
    if all(_is_ours(session, state) for state in {vars(obj).get(STATE_KEY) for obj in objs}):
        return set()
    outside = {id(obj): obj for obj in objs if not belongs(session, obj)}
    for obj in outside.values():
        if status_of(obj) is Status.DELETED:
            continue
        warnings.warn(
            f"Object of type <{type(obj).__name__}> not in session, {operation} operation along "
            f"'{rel}' will not proceed",
            exc.SAWarning,
            stacklevel=2,
        )
    return set(outside)
