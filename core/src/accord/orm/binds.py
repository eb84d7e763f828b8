"""Which engine a mapping or statement belongs to: the default rules behind `Session.get_bind`.

In: what was configured (`bind`, `binds` by class, base, mixin, table or mapper) and what is asked
(a mapper, a clause). Out: the engine or connection, or None. A class wins over its table, the
nearest class in the MRO over a farther one. No state but the two dicts; resolved answers are kept
per mapper.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import exc

if TYPE_CHECKING:
    from collections.abc import Mapping


class Binds:
    """The configured engines of one session."""

    __slots__ = ("_resolved", "by_class", "by_table", "default")

    def __init__(self, default: Any = None, binds: Mapping[Any, Any] | None = None) -> None:
        self.default = default
        self.by_class: dict[type, Any] = {}
        self.by_table: dict[Any, Any] = {}
        self._resolved: dict[Any, Any] = {}
        for key, bind in (binds or {}).items():
            self.add(key, bind)

    def add(self, key: Any, bind: Any) -> None:
        """Bind a class, base, mixin, Table or Mapper to an engine or connection."""
        self._resolved.clear()
        if isinstance(key, type):
            self.by_class[key] = bind
        elif hasattr(key, "class_"):
            self.by_class[key.class_] = bind
        elif hasattr(key, "primary_key") and hasattr(key, "c"):
            self.by_table[key] = bind
        else:
            raise exc.ArgumentError(
                f"Not an acceptable bind target: {key!r}; write a mapped class, a base or mixin "
                "class, a Table "
                "or a Mapper"
            )

    def set_default(self, bind: Any) -> None:
        """Change the engine of everything that has none of its own."""
        self.default = bind
        self._resolved.clear()

    @property
    def is_partitioned(self) -> bool:
        """Whether different entities may have different engines."""
        return bool(self.by_class or self.by_table)

    def for_mapper(self, mapper: Any) -> Any | None:
        """Return the engine of a mapped class, the default if nothing more special is
        configured.
        """
        try:
            return self._resolved[mapper]
        except KeyError:
            found = self._resolved[mapper] = self._find(mapper)
            return found

    def _find(self, mapper: Any) -> Any | None:
        for cls in mapper.class_.__mro__:
            if cls in self.by_class:
                return self.by_class[cls]
        return self.for_table(mapper.local_table)

    def for_table(self, table: Any) -> Any | None:
        """Return the engine of a table, the default if there is none for it."""
        return self.by_table.get(table, self.default)

    def for_tables(self, tables: Any) -> Any | None:
        """Return the engine of the first table that has one of its own, else the default."""
        for table in tables:
            if table in self.by_table:
                return self.by_table[table]
        return self.default
