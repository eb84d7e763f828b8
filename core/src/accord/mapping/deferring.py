"""Classes that are mapped later, when the catalog can be asked for their columns.

A declarative class with `Deferring` among its bases is remembered instead of mapped; `map_deferred`
maps what waits below a class. In: classes, and what their tables are reflected with. Out: mappers.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, ClassVar, Final

from .scan import map_class

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .mapper import Mapper

_WAITING: Final[weakref.WeakKeyDictionary[type, None]] = weakref.WeakKeyDictionary()


class Deferring:
    """A base whose classes wait for `map_deferred`."""

    if TYPE_CHECKING:
        registry: ClassVar[Any]

    @classmethod
    def __accord_defer__(cls) -> None:
        """Called in the place of mapping `cls`."""
        _WAITING[cls] = None


def waiting(base: type) -> list[type]:
    """The classes below `base` that are not mapped yet, in the order they were made."""
    return [cls for cls in list(_WAITING) if issubclass(cls, base)]


def map_deferred(cls: Any, table_options: Mapping[str, Any]) -> Mapper:
    """Map a class that waits; `table_options` go to its Table (``autoload_with=…``)."""
    mapper = map_class(cls.registry, cls, table_options)
    _WAITING.pop(cls, None)
    return mapper


__all__ = ["Deferring", "map_deferred", "waiting"]
