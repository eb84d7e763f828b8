"""Telling listeners that objects were loaded or refreshed.

In: objects of one mapper, after their rows were stored. Out: `load` / `refresh`
listeners called, and the session's `loaded_as_persistent`. Reached only when somebody listens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accord.mapping import Mapper

    from .transactional import TransactionalSession as Session


def loaded(session: Session, mapper: Mapper, objs: list[object]) -> None:
    """Objects were made from rows."""
    listeners = mapper.dispatch.listeners("load")
    for obj in objs:
        for listener in listeners:
            listener(obj, session)
        session._fire("loaded_as_persistent", session, obj)


def refreshed(session: Session, mapper: Mapper, obj: Any, names: Iterable[str] | None) -> None:
    """Attributes of an object were read again."""
    for listener in mapper.dispatch.listeners("refresh"):
        listener(obj, session, names)


def expired(mapper: Mapper, obj: Any, names: Iterable[str] | None) -> None:
    """Attributes of an object were expired; None means all of them."""
    for listener in mapper.dispatch.listeners("expire"):
        listener(obj, names)
