"""Events: plain functions called when something happens to one target.

Lowest layer, beside `accord.exc`: whoever fires events (engine, pool, mapper, session) owns a
`Dispatch` and asks it for the tuple of functions to call; users register them with `listen`,
`listens_for`, `remove` and `contains`. Nothing here knows which events exist: the owner names them.
"""

from accord.event.dispatch import Dispatch, DispatchSlot, Listener, clock
from accord.event.registration import (
    contains,
    dispatch_of,
    find_classes_with,
    listen,
    listens_for,
    remove,
)

__all__ = [
    "Dispatch",
    "DispatchSlot",
    "Listener",
    "clock",
    "contains",
    "dispatch_of",
    "find_classes_with",
    "listen",
    "listens_for",
    "remove",
]
