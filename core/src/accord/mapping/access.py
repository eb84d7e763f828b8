"""Reading an attribute that is not in the instance.

Called by `InstrumentedAttribute.__get__`, which Python consults only when ``vars(obj)`` lacks the
name. New objects answer None (an empty collection for a to-many relationship); persistent ones ask
their session to load the value; detached ones raise. Never reads the database itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord import exc
from accord.state import STATE_KEY

from .members import new_collection
from .relationships import RelationshipProperty

if TYPE_CHECKING:
    from .attributes import InstrumentedAttribute


def load_missing(obj: object, attribute: InstrumentedAttribute[object]) -> object:
    """Return the value of an attribute that is absent from ``vars(obj)``."""
    values = vars(obj)
    state = values.get(STATE_KEY)
    prop = attribute.prop
    if state is None or state.pending:
        return _initial(obj, values, attribute)
    changes = state.changes
    if changes is not None and attribute.key in changes:
        return _initial(obj, values, attribute)  # deleted with `del obj.name`, not yet flushed
    owner = state.owner() if state.owner is not None else None
    if owner is None:
        raise _detached(obj, prop, attribute.key)
    return owner.load_attribute(obj, attribute)


def _initial(
    obj: object, values: dict[str, object], attribute: InstrumentedAttribute[object]
) -> object:
    prop = attribute.prop
    if isinstance(prop, RelationshipProperty) and prop.uselist:
        collection = values[attribute.key] = new_collection(obj, prop)
        return collection
    events = getattr(prop, "events", None)
    return None if events is None else events.fire_init_scalar(obj, values)


def _detached(obj: object, prop: object, key: str) -> exc.DetachedInstanceError:
    name = f"<{type(obj).__name__} at {id(obj):#x}>"
    if isinstance(prop, RelationshipProperty):
        return exc.DetachedInstanceError(
            f"Parent instance {name} is not bound to a Session; lazy load operation of attribute "
            f"'{key}' cannot proceed. Load it before the session closes: "
            f".options(selectinload({type(obj).__name__}.{key})), or session.add(obj) again"
        )
    return exc.DetachedInstanceError(
        f"Instance {name} is not bound to a Session; attribute refresh operation cannot proceed"
    )
