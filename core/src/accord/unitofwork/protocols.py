"""What the unit of work needs of the layer above it: a session to flush and a loader to ask.

The session core implements `FlushSession`, the loading layer stands behind `Loader`; neither is
imported here. A flush reads the three registries, and reports to the session what became of
each object only when everything was sent: until then no registry changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.dialect.steps import Bind, Steps
    from accord.mapping import Mapper, RelationshipProperty
    from accord.state import Identity, IdentityMap, Lease

    from .settle import FlushReport

Relationship: TypeAlias = "RelationshipProperty[object]"


class FlushSession(Protocol):
    """A session as the flush sees it. The registries map `id(obj)` to the object, in order of
    arrival.
    """

    new_objects: dict[int, object]
    dirty_objects: dict[int, object]
    #: Marked by `Session.delete`, with everything the delete cascade reached.
    deleted_objects: dict[int, object]
    identity: IdentityMap
    lease: Lease

    def route(self, mapper: Mapper) -> Bind:
        """The engine that rows of `mapper` are written to."""
        ...

    def connection_for(self, mapper: Mapper) -> object:
        """What mapper events get as their `connection`."""
        ...

    def flushed(self, report: FlushReport) -> None:
        """Everything was sent; the registries still say what. Listeners may raise: then nothing is
        settled.
        """
        ...

    def record_inserted(
        self,
        mapper: Mapper,
        keys: Sequence[Identity],
        objs: Sequence[object],
        generated: tuple[str, ...],
    ) -> None:
        """`objs` have rows now (and stand in the identity map); `generated` attributes were
        filled in.
        """
        ...

    def record_updated(self, objs: Sequence[object]) -> None:
        """The changes of these persistent objects were written."""
        ...

    def record_deleted(
        self, mapper: Mapper, keys: Sequence[Identity], objs: Sequence[object]
    ) -> None:
        """The rows of `objs` are gone; the session lets go of them and can restore them."""
        ...

    def record_key_switch(self, mapper: Mapper, obj: object, old: Identity, new: Identity) -> None:
        """The primary key of `obj` was changed."""
        ...


class Loader(Protocol):
    """Reads what the flush has to know and nobody loaded: one SELECT for all objects of a call."""

    def members_steps(
        self, objs: Sequence[object], relationship: Relationship
    ) -> Steps[list[list[object]]]:
        """The objects each of the persistent `objs` is related to in the database, in their
        order.
        """
        ...

    def values_steps(
        self, mapper: Mapper, objs: Sequence[object], attribute_keys: Sequence[str]
    ) -> Steps[list[tuple[object, ...] | None]]:
        """The column values the rows of `objs` hold; None for an object whose row is gone."""
        ...
