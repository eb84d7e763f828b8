"""`Session.delete`: what is marked for deletion along with an object.

In: a persistent object. Out: it and everything the delete cascade reaches, marked. Related objects
that are not loaded are read first, because their rows have to go (or be let go) in the same flush;
with `passive_deletes` that is left to the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import exc
from accord.mapping import members
from accord.state import STATE_KEY

from .core import describe, mapper_of

if TYPE_CHECKING:
    from .session import Session


def delete(session: Session, obj: object) -> None:
    """Mark `obj` and what its delete cascades reach."""
    mapper = mapper_of(obj)
    state = vars(obj).get(STATE_KEY)
    if state is None or state.pending:
        raise exc.InvalidRequestError(
            f"Instance {describe(obj)} is not persisted; expunge() a pending object instead of "
            "deleting it"
        )
    if state.deleted and session.contains_deleted(obj):
        return
    if not session.contains(obj):
        session.add(obj)
    reached = _cascaded(session, obj) if mapper.cascading.delete else ()  # may read, and flush
    session.mark_for_deletion(obj)
    for one in reached:
        if id(one) in session.new_objects:
            session.expunge(one)
        elif session.contains(one):
            session.mark_for_deletion(one)


def _cascaded(session: Session, start: object) -> list[Any]:
    seen = {id(start)}
    found: list[Any] = []
    queue = [start]
    while queue:
        obj = queue.pop()
        for prop in mapper_of(obj).cascading.delete:
            if prop.passive_deletes and prop.key not in vars(obj):
                continue
            value = getattr(obj, prop.key)
            if value is None:
                continue
            for item in members(value) if prop.uselist else [value]:
                if id(item) not in seen:
                    seen.add(id(item))
                    found.append(item)
                    queue.append(item)
    return found
