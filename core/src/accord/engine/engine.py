"""Engine: a database as a program sees it: dialect, pool, caches, events. Made by `create_engine`.

It is what sans-IO code knows as a `Bind`. In: parts put together by create.py. Out: connections.
An engine is shared by all threads; `execution_options()` gives another view of the same one.
"""

from __future__ import annotations

import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

from accord.engine.connection import Connection
from accord.engine.context import CURSOR_EVENTS, ENGINE_EVENTS
from accord.engine.echo import EchoLog, StatementClock
from accord.engine.isolation import IsolationLevels
from accord.event import Dispatch, DispatchSlot
from accord.exc import InvalidRequestError
from accord.records import replace
from accord.sql.cache import BoundedCache, CompiledCache
from accord.sql.target import schema_map_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, MutableMapping

    from accord.dialect.capabilities import Capabilities, ServerInfo
    from accord.dialect.contract import Dialect
    from accord.dialect.plan import KeyPlan
    from accord.engine.arguments import Adjustments
    from accord.engine.poolbase import Pool
    from accord.engine.record import PooledConnection
    from accord.engine.url import URL
    from accord.engine.views import OptionEngine, Translation
    from accord.event import Listener
    from accord.schema import CheckFirst, MetaData, Table
    from accord.sql.target import SchemaMap

T = TypeVar("T")


_VIEWS: Final = 200
"""How many views of an engine are kept; a program with more tenants makes them anew at times."""
_engines: Final[weakref.WeakSet[Engine]] = weakref.WeakSet()


class EngineDispatch(Dispatch):
    """Tells the engines when somebody starts or stops listening, so that they need not ask."""

    __slots__ = ()

    def check(self, name: str) -> None:
        """Refuse an event engines never fire."""
        if name == "do_setinputsizes":
            raise InvalidRequestError(
                "Engines have no event 'do_setinputsizes': how a value is given to the driver is "
                "decided by its type; use a TypeDecorator, or 'before_cursor_execute'"
            )
        super().check(name)

    def add(self, name: str, listener: Listener) -> None:
        """Register."""
        super().add(name, listener)
        _listen_again()

    def remove(self, name: str, function: Any) -> bool:
        """Forget."""
        removed = super().remove(name, function)
        _listen_again()
        return removed


def _listen_again() -> None:
    for engine in list(_engines):
        engine.refresh_listening()


class EngineSlot(DispatchSlot):
    """As `DispatchSlot`, with an `EngineDispatch` for the class."""

    __slots__ = ("_of_class",)

    def of_class(self, owner: type) -> Dispatch:
        """One for Engine and the classes derived from it."""
        try:
            return self._of_class
        except AttributeError:
            self._of_class: Dispatch = EngineDispatch((), self.names)
            return self._of_class


def _check(options: Mapping[str, Any]) -> None:
    from accord.engine.options import check_options  # few programs have any

    check_options(options)


#: What engines could do before 2.0, and what to write instead.
_GONE: Final = {
    "execute": "with engine.connect() as connection: connection.execute(…)",
    "scalar": "with engine.connect() as connection: connection.scalar(…)",
    "table_names": "inspect(engine).get_table_names()",
    "transaction": "with engine.begin() as connection: …",
}


class Engine:
    """A database. ``with engine.connect() as connection: …``, ``with engine.begin() as connection:
    …``.
    """

    __accord_dispatch__ = EngineSlot(ENGINE_EVENTS)

    pool: Pool
    url: URL
    dialect: Dialect

    def __init__(
        self,
        dialect: Dialect,
        url: URL,
        *,
        echo: object = False,
        logging_name: str | None = None,
        hide_parameters: bool | None = None,
        query_cache_size: int = 500,
        isolation_level: str | None = None,
        execution_options: Mapping[str, Any] | None = None,
        adjust: Adjustments | None = None,
    ) -> None:
        self.dialect = dialect
        self._adjust = adjust
        self.url = url
        self.logging_name = logging_name
        self.hide_parameters = hide_parameters
        self.log = EchoLog("accord.engine.Engine", echo, logging_name)
        self.statement_clock = StatementClock()
        self.isolation = IsolationLevels(dialect, isolation_level)
        self._options: Mapping[str, Any] = dict(execution_options or {})
        if self._options:
            _check(self._options)
        self._server: ServerInfo | None = None
        self._capabilities: Capabilities | None = None
        #: Compiled statements by structural key.
        self.compiled: BoundedCache[Any] = CompiledCache(query_cache_size)
        #: Load plans and whatever else is worked out once per statement.
        self.plans: BoundedCache[Any] = BoundedCache(query_cache_size)
        #: How keys of new rows come back, per table.
        self.key_plans: MutableMapping[Table, KeyPlan] = weakref.WeakKeyDictionary()
        self.schema_map: SchemaMap = ()
        """The schema_translate_map that `dialect` and the caches are for."""
        self.root: Engine = self
        """The engine this one is a view of."""
        self.translations: weakref.WeakValueDictionary[SchemaMap, Translation] = (
            weakref.WeakValueDictionary()
        )
        self._views: dict[SchemaMap, Engine] = {}
        self._heard = False
        self.watched = False
        """Whether requests are logged or listened to."""
        self.announces = False
        """Whether somebody listens to statements before or after they are executed."""
        self.dispatch: Dispatch = EngineDispatch((Engine.__accord_dispatch__(),), ENGINE_EVENTS)
        self.join_listening()

    # --- Bind ------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The name of the dialect."""
        return self.dialect.name

    @property
    def driver(self) -> str:
        """The name of the driver."""
        return self.dialect.driver_name

    @property
    def server(self) -> ServerInfo | None:
        """Who the server is; None before the first connection."""
        return self._server

    @property
    def capabilities(self) -> Capabilities | None:
        """What the server can; None before the first connection."""
        return self._capabilities

    def runs_outside(self, text: str) -> bool:
        """Whether a statement that comes first in a transaction must not be part of one (PRAGMA,
        VACUUM): dialects say so with ``runs_outside_transaction(text)``.
        """
        return self.dialect.runs_outside_transaction(text)

    def settle(self, server: ServerInfo) -> None:
        """The server was asked who it is."""
        fitting, adjust = self.dialect.for_server(server), self._adjust
        if fitting is not self.dialect:
            self.dialect = fitting if adjust is None else adjust.of(fitting)
            self.clear_compiled_cache()
        self.dialect.settle(server)
        self.isolation.dialect = self.dialect
        capabilities = fitting.capabilities.at(server.version)
        if adjust is not None and adjust.rows_at_once is not None:
            limits = replace(capabilities.limits, rows=adjust.rows_at_once)
            capabilities = replace(capabilities, limits=limits)
        self._capabilities = capabilities
        self._server = server

    # --- connections -----------------------------------------------------------------------------

    def connect(self) -> Connection:
        """A connection; use it in a `with` block, or close it."""
        return Connection(self)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A connection in a transaction, committed at the end of the block or rolled back."""
        with self.connect() as connection, connection.begin():
            yield connection

    def raw_connection(self) -> PooledConnection:
        """A pooled DB-API connection, without anything of accord's on top."""
        return self.pool.connect()

    def dispose(self, close: bool = True) -> None:
        """Close the idle connections; those in use are closed when they come back. The engine stays
        usable. ``close=False`` only forgets them, for a process that was forked.
        """
        self.pool.dispose(close)
        for listener in self.dispatch.listeners("engine_disposed"):
            listener(self)

    # --- options ---------------------------------------------------------------------------------

    def execution_options(self, **options: Any) -> OptionEngine:
        """The same engine with other execution options; pool and caches are shared."""
        from accord.engine.views import OptionEngine  # few programs have two views of an engine

        made = OptionEngine(self, {})
        for listener in made.dispatch.listeners("set_engine_execution_options"):
            listener(made, options)
        made.take(options)
        return made

    def speaking(self, options: Mapping[str, Any]) -> Engine:
        """The engine statements are made for where `options` are in effect: this one, or its view
        for their schema_translate_map.
        """
        schema_map = schema_map_of(options.get("schema_translate_map"))
        if schema_map == self.schema_map:
            return self
        view = self._views.get(schema_map)
        if view is None:
            from accord.engine.views import SchemaView

            view = SchemaView(self, {"schema_translate_map": dict(schema_map)})
            if len(self._views) >= _VIEWS:
                self._views = {}
            self._views[schema_map] = view
        return view

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            instead = f"; write {_GONE[name]}" if name in _GONE else ""
            raise AttributeError(
                f"{type(self).__name__!r} object has no attribute {name!r}{instead}",
                name=name,
                obj=self,
            )

    def get_execution_options(self) -> Mapping[str, Any]:
        """The options every connection starts with."""
        return self._options

    def update_execution_options(self, **options: Any) -> None:
        """Change the options every new connection starts with."""
        _check(options)
        for listener in self.dispatch.listeners("set_engine_execution_options"):
            listener(self, options)
        self._options = {**self._options, **options}

    def clear_compiled_cache(self) -> None:
        """Forget compiled statements and what was planned with them."""
        self.compiled.clear()
        self.plans.clear()

    def forget_key_plans(self, tables: Iterable[Table] | None = None) -> None:
        """The catalog may answer differently now about these tables, or about all."""
        root = self.root
        for kept in (root.key_plans, *[each.key_plans for each in root.translations.values()]):
            if tables is None:
                kept.clear()
                continue
            for table in tables:
                kept.pop(table, None)

    @property
    def engine(self) -> Engine:
        """The engine whose connections are used: itself."""
        return self

    # --- logging ---------------------------------------------------------------------------------

    @property
    def echo(self) -> Any:
        """Whether statements are logged whatever the logger's level is: True, False, "debug"."""
        return self.log.echo

    @echo.setter
    def echo(self, value: object) -> None:
        self.log.set_echo(value)
        self.refresh_watched()

    @property
    def shows_parameters(self) -> bool:
        """Whether log lines have parameters."""
        if self.hide_parameters is None:
            return bool(self.log.echo)
        return not self.hide_parameters

    @property
    def hides_parameters(self) -> bool:
        """Whether exceptions leave parameters out."""
        return self.hide_parameters is not False

    def join_listening(self) -> None:
        """Be told from now on when somebody starts or stops listening."""
        _engines.add(self)
        self.refresh_listening()

    def refresh_listening(self) -> None:
        """Look again who listens."""
        has = self.dispatch.has
        self._heard = any(has(name) for name in CURSOR_EVENTS)
        self.announces = has("before_execute") or has("after_execute")
        self.refresh_watched()

    def refresh_watched(self) -> None:
        """Look again whether anybody logs; the levels of loggers change without telling."""
        self.watched = self._heard or self.log.shows()

    # --- tables ----------------------------------------------------------------------------------

    def create_tables(
        self, metadata: MetaData, tables: list[Table] | None, checkfirst: bool | CheckFirst = True
    ) -> None:
        """What `MetaData.create_all` calls."""
        with self.begin() as connection:
            connection.create_tables(metadata, tables, checkfirst)

    def drop_tables(
        self, metadata: MetaData, tables: list[Table] | None, checkfirst: bool | CheckFirst = True
    ) -> None:
        """What `MetaData.drop_all` calls."""
        with self.begin() as connection:
            connection.drop_tables(metadata, tables, checkfirst)

    def reflect_table(self, table: Table, **options: Any) -> None:
        """What ``Table(autoload_with=engine)`` calls."""
        with self.connect() as connection:
            connection.reflect_table(table, **options)

    def reflect_metadata(self, metadata: MetaData, *arguments: Any) -> None:
        """What `MetaData.reflect` calls."""
        with self.connect() as connection:
            connection.reflect_metadata(metadata, *arguments)

    def has_table(self, table_name: str, schema: str | None = None) -> bool:
        """Whether the table (or view) exists."""
        with self.connect() as connection:
            return connection.has_table(table_name, schema)

    def has_index(self, table_name: str, index_name: str, schema: str | None = None) -> bool:
        """Whether the table exists and has an index of that name."""
        with self.connect() as connection:
            return connection.has_index(table_name, index_name, schema)

    # --- the rest --------------------------------------------------------------------------------

    def new_xid(self) -> str:
        """An identifier for a prepared transaction."""
        from uuid import uuid4

        return f"accord_{uuid4().hex}"

    def call_hook(self, name: str, **arguments: Any) -> None:
        """Call the plugins that implement a hook, if there are any."""
        from accord import hooks

        if hooks.has_implementations(name):
            hooks.call(name, engine=self, **arguments)

    def __repr__(self) -> str:
        return f"Engine({self.url})"
