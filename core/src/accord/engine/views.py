"""Views of an engine: the same database with other execution options, or with other schemas.

In: an engine and options. Out: an `Engine` that shares its pool. Where a schema_translate_map is in
effect, its dialect writes the other schemas and its caches hold entries of its own: whoever works
out a statement or a key plan for it needs to know nothing of the map.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from accord.engine.context import CONNECTION_EVENTS, DIALECT_EVENTS, ENGINE_EVENTS
from accord.engine.engine import Engine, EngineDispatch
from accord.engine.options import check_options
from accord.sql.cache import CachePart
from accord.sql.target import schema_map_of

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from accord.dialect.capabilities import Capabilities, ServerInfo
    from accord.dialect.contract import Dialect
    from accord.dialect.plan import KeyPlan
    from accord.engine.poolbase import Pool
    from accord.schema import Table
    from accord.sql.cache import BoundedCache
    from accord.sql.target import SchemaMap


class Translation:
    """What statements for one schema_translate_map are made with."""

    __slots__ = ("__weakref__", "_origin", "_root", "_spoken", "compiled", "key_plans", "plans")

    def __init__(self, root: Engine, schema_map: SchemaMap) -> None:
        self._root = root
        self._origin = root.dialect
        self._spoken = root.dialect.with_schemas(schema_map)
        self.compiled: BoundedCache[Any] = CachePart(root.compiled, schema_map)
        self.plans: BoundedCache[Any] = CachePart(root.plans, schema_map)
        self.key_plans: MutableMapping[Table, KeyPlan] = weakref.WeakKeyDictionary()

    @property
    def dialect(self) -> Dialect:
        """The engine's dialect, with other schemas; another one once the server is known better."""
        origin = self._root.dialect
        if origin is not self._origin:
            schema_map = self._spoken.target.schema_map
            self._origin, self._spoken = origin, origin.with_schemas(schema_map)
        return self._spoken


def translation(root: Engine, schema_map: SchemaMap) -> Translation:
    """The one for this map, shared by all views that have it."""
    found = root.translations.get(schema_map)
    if found is None:
        found = root.translations[schema_map] = Translation(root, schema_map)
    return found


class OptionEngine(Engine):
    """An engine seen with other execution options; everything else is the parent's."""

    def __init__(self, parent: Engine, options: Mapping[str, Any]) -> None:
        self._parent = parent
        self.root = parent.root
        self.url = parent.url
        self.logging_name = parent.logging_name
        self.hide_parameters = parent.hide_parameters
        self.log = parent.log
        self.statement_clock = parent.statement_clock
        self.isolation = parent.isolation
        self._views = {}
        self.take(options)
        self.dispatch = EngineDispatch((parent.dispatch,), ENGINE_EVENTS)
        self.join_listening()

    def take(self, options: Mapping[str, Any]) -> None:
        """Have these options on top of the parent's; once, when it is made."""
        check_options(options)
        root = self.root
        self._options = {**self._parent.get_execution_options(), **options}
        self.schema_map = schema_map_of(self._options.get("schema_translate_map"))
        self._translation = translation(root, self.schema_map) if self.schema_map else None
        from_here = root if self._translation is None else self._translation
        self.compiled = from_here.compiled
        self.plans = from_here.plans
        self.key_plans = from_here.key_plans

    @property
    def pool(self) -> Pool:  # type: ignore[override]  # the parent's, also after it was replaced
        """The parent's pool."""
        return self._parent.pool

    @property
    def dialect(self) -> Dialect:  # type: ignore[override]  # the root's, also after it was settled
        """The dialect, with other schemas where the options have a schema_translate_map."""
        return self.root.dialect if self._translation is None else self._translation.dialect

    @property
    def server(self) -> ServerInfo | None:
        """Who the server is."""
        return self.root.server

    @property
    def capabilities(self) -> Capabilities | None:
        """What the server can."""
        return self.root.capabilities

    def settle(self, server: ServerInfo) -> None:
        """The server was asked who it is."""
        self.root.settle(server)


class ConnectionView(OptionEngine):
    """The engine of one connection to which somebody listens: nobody else is told of what happens
    there.
    """

    def __init__(self, parent: Engine) -> None:
        super().__init__(parent, {})
        self.dispatch.names = {**CONNECTION_EVENTS, **DIALECT_EVENTS}

    @property
    def engine(self) -> Engine:
        """The engine itself."""
        return self._parent


class SchemaView(OptionEngine):
    """What `Engine.speaking` gives: for statements with a schema_translate_map of their own, on
    connections of the engine it was made of.
    """

    @property
    def engine(self) -> Engine:
        """The engine whose connections are used."""
        return self._parent
