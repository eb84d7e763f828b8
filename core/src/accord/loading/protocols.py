"""What loading needs of a session.

Implemented by `orm.core.SessionCore`. Loading sees the identity map, the lease to give to loaded
objects and the way to an engine, nothing else of a session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from accord.dialect import Bind, Steps
    from accord.mapping import Mapper
    from accord.state import Identity, IdentityMap, Lease


class LoadSession(Protocol):
    """A session, as loading sees it."""

    identity: IdentityMap
    lease: Lease
    new_objects: dict[int, object]
    dirty_objects: dict[int, object]

    def route(self, mapper: Mapper, clause: Any = None) -> Bind:
        """Return the engine for statements about `mapper`."""
        ...

    def lease_with(self, options: Any) -> Lease:
        """Return the lease for objects whose later lazy loads have to respect `options`."""
        ...

    def find(self, mapper: Any, key: Identity) -> object | None:
        """Return an object of the identity map."""
        ...

    def autoflush_steps(self) -> Steps[None]:
        """Flush first, if the session is set to."""
        ...

    def hears_loads(self, mapper: Mapper) -> bool:
        """Whether anybody wants to be told about loaded objects."""
        ...

    def loaded(self, mapper: Mapper, objs: list[object]) -> None:
        """Tell listeners that these objects were made from rows."""
        ...
