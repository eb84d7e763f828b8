"""A session core with transactions: it runs steps, flushes, begins and ends, and knows its engines.

Between `core` (objects, no I/O) and `session` (the public face). In: generators of `unitofwork` and
`loading`, and the arguments sessions are made with. Out: their requests answered by the connection
of the transaction in progress. This is the only place of the ORM where requests meet connections:
`_respond` finds the transaction's connection for a request.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from accord import exc
from accord.engine import Engine, run
from accord.event import Dispatch, clock

from . import engines, instance_events, loader
from .binds import Binds
from .core import SessionCore
from .journal import Journal
from .session_events import SessionDispatch
from .transaction import SessionTransaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from accord.dialect import Reply, Request, Steps
    from accord.engine import Connection
    from accord.mapping import Mapper
    from accord.unitofwork import FlushPlan

    from .query import Query

T = TypeVar("T")
S = TypeVar("S", bound="TransactionalSession")


class TransactionalSession(SessionDispatch, SessionCore):
    """The objects of a session and the transaction they are written in."""

    #: The engine of every statement, None if that depends on the statement.
    only_engine: Engine | None

    def __init__(
        self,
        bind: Engine | Connection | None = None,
        *,
        autoflush: bool = True,
        future: bool = True,
        expire_on_commit: bool = True,
        autobegin: bool = True,
        twophase: bool = False,
        binds: Mapping[Any, Any] | None = None,
        info: Mapping[Any, Any] | None = None,
        query_cls: type[Query[Any]] | None = None,
        autocommit: bool = False,
        join_transaction_mode: str = "conditional_savepoint",
        close_resets_only: bool = True,
        execution_options: Mapping[str, Any] | None = None,
        enable_baked_queries: bool = True,
        use_twophase: bool = False,
    ) -> None:
        if autocommit:
            raise exc.ArgumentError(
                "autocommit=True is not available; use session.begin() and the transaction's "
                "context manager"
            )
        if join_transaction_mode not in _JOIN_MODES:
            raise exc.ArgumentError(
                f"Unknown join_transaction_mode {join_transaction_mode!r}; one of: "
                f"{', '.join(_JOIN_MODES)}"
            )
        self.dispatch = Dispatch(parents=(type(self).__accord_dispatch__(),))
        self._listened()
        super().__init__()
        self.autoflush = autoflush
        self.expire_on_commit = expire_on_commit
        self.autobegin = autobegin
        self.twophase = twophase or use_twophase
        self.info: dict[Any, Any] = dict(info or {})
        self.join_transaction_mode = join_transaction_mode
        self.close_resets_only = close_resets_only
        self.execution_options = dict(execution_options or {})
        #: Those for every statement.
        self.statement_options = {
            name: value
            for name, value in self.execution_options.items()
            if name not in ("isolation_level", "schema_translate_map")
        }
        #: The schema_translate_map in effect: the session's, the transaction's, a statement's.
        self.schema_options: Mapping[str, Any] = engines.schemas_in(self.execution_options)
        self.transaction: SessionTransaction | None = None
        #: The transaction whose ``with`` block the program is in.
        self.block: SessionTransaction | None = None
        self.external_connections: dict[Engine, Connection] = {}
        self._query_cls = query_cls
        self._flushing = False
        self._flush_loader = loader.FlushLoader(self)
        self._closed = False
        self._binds = Binds(bind, binds)
        #: The connections of the transaction in progress, as far as they have been asked for.
        self._links: dict[Any, Connection] = {}
        self._custom_get_bind = type(self).get_bind is not TransactionalSession.get_bind
        self._find_only_engine()
        self._fire_class_event("session_created")

    # -- running steps -----------------------------------------------------------------------------

    def _run(self, steps: Steps[T]) -> T:
        return run(steps, self._respond)

    def _respond(self, request: Request) -> Reply:
        link = self._links.get(request.bind) or self._link(request.bind)  # type: ignore[arg-type]  # an engine
        return link.perform(request)

    def _link(self, engine: Engine) -> Connection:
        link = self._links[engine] = self._begun().connection_for(engine)
        return link

    def _begun(self) -> SessionTransaction:
        if self.block is not None and self.block.has_ended:
            raise exc.InvalidRequestError(
                "Can't operate on closed transaction inside context manager: the transaction of "
                "this with block was committed or rolled back; leave the block first"
            )
        if self.transaction is None:
            if self._closed:
                raise exc.ResourceClosedError("This Session is closed; create a new one")
            if not self.autobegin:
                raise exc.InvalidRequestError(
                    "Autobegin is disabled on this Session; call session.begin() first"
                )
            self._start_transaction()
        assert self.transaction is not None
        return self.transaction

    def _start_transaction(self) -> SessionTransaction:
        journal = self.journal
        self.transaction = SessionTransaction(self)
        self.transaction.journal.absorb(journal)
        self._fire("after_transaction_create", self, self.transaction)
        return self.transaction

    # -- flush -------------------------------------------------------------------------------------

    def flush(self, objects: Sequence[object] | None = None) -> None:
        """Send pending inserts, updates and deletes to the database, within the transaction."""
        if objects is not None:
            raise exc.ArgumentError(
                "flush(objects) is not supported: a partial flush breaks the order of writes; call "
                "flush()"
            )
        if self._flushing:
            raise exc.InvalidRequestError("Session is already flushing")
        if self.new_objects or self.dirty_objects or self.deleted_objects:
            self._flush()

    @property
    def _unflushed(self) -> bool:
        return bool(self.new_objects or self.dirty_objects or self.deleted_objects)

    def _flush(self) -> None:
        from accord.unitofwork import flush_steps  # a program that only reads does without

        transaction = self._begun()
        transaction.check_active()
        self._flushing = True  # to listeners too: what they query flushes nothing
        try:
            self._before_flush()
            try:
                report = self._run(flush_steps(self, self._flush_loader))
            except BaseException as error:
                transaction.fail(error)
                raise
        finally:
            self._flushing = False
        if self._heard:
            self._fire("after_flush_postexec", self, report)

    def _flush_until_clean(self) -> None:
        for _ in range(100):
            if not self._unflushed:
                return
            self.flush()
        raise exc.FlushError(
            "Over 100 subsequent flushes: a listener makes new changes in every flush"
        )

    def _autoflush(self) -> None:
        if self.autoflush and not self._flushing:
            self.flush()

    def autoflush_steps(self) -> Steps[None]:
        """Flush first if the session is set to; loading asks for it before a lazy load."""
        self._autoflush()
        yield from ()

    def hears_loads(self, mapper: Mapper) -> bool:
        """Whether anybody wants to be told about loaded objects."""
        if self._listened_at != clock.now:
            self._listened()
        return self._hears_loaded or mapper.dispatch.has("load")

    def _listened(self) -> None:
        """Find out whether anybody listens to what happens with every query; to be asked again
        after a change of listeners.
        """
        self._hears_execute = self.dispatch.has("do_orm_execute")
        self._hears_loaded = self.dispatch.has("loaded_as_persistent")
        self._listened_at = clock.now

    def loaded(self, mapper: Mapper, objs: list[object]) -> None:
        """Objects were made from rows: call reconstructors and `load` listeners."""
        instance_events.loaded(self, mapper, objs)

    @property
    def no_autoflush(self) -> contextlib.AbstractContextManager[Any]:
        """``with session.no_autoflush:`` queries inside send nothing first."""
        return self._without_autoflush()

    @contextlib.contextmanager
    def _without_autoflush(self: S) -> Iterator[S]:
        before = self.autoflush
        self.autoflush = False
        try:
            yield self
        finally:
            self.autoflush = before

    def explain_flush(self) -> FlushPlan:
        """Return what a flush would do now (steps, batches, statements), without doing it."""
        from accord.unitofwork import plan_flush

        return plan_flush(self, self._flush_loader)

    # -- transactions ------------------------------------------------------------------------------

    def begin(self, nested: bool = False) -> SessionTransaction:
        """Begin a transaction explicitly; a context manager that commits or rolls back."""
        if nested:
            return self.begin_nested()
        if self.transaction is not None:
            raise exc.InvalidRequestError("A transaction is already begun on this Session.")
        return self._start_transaction()

    def begin_nested(self) -> SessionTransaction:
        """Begin a savepoint; a context manager that releases it or rolls back to it."""
        parent = self._begun()
        parent.check_active()
        self._flush_until_clean()
        nested = SessionTransaction(self, parent)
        self._links.clear()
        self.transaction = nested
        root = _root_of(nested)
        for engine in [] if root is None else list(root.participants):
            nested.connection_for(engine)
        self._fire("after_transaction_create", self, nested)
        return nested

    def commit(self) -> None:
        """Flush and commit the transaction, on every engine that takes part."""
        self._begun().commit(to_root=True)

    def rollback(self) -> None:
        """Roll back the transaction and restore the objects."""
        if self.transaction is None and self._unflushed:
            # A change is part of a transaction, whether or not it was sent.
            self._start_transaction()
        if self.transaction is not None:
            self.transaction.rollback(to_root=True)

    def prepare(self) -> None:
        """Prepare a two-phase transaction."""
        raise exc.InvalidRequestError(
            "prepare() needs a session with twophase=True on databases with prepared transactions"
        )

    def close(self) -> None:
        """Give connections back, undo what is not committed and detach every object."""
        self._close(reset_only=self.close_resets_only)

    def reset(self) -> None:
        """As `close`, and the session can be used again in any case."""
        self._close(reset_only=True)

    def _close(self, *, reset_only: bool) -> None:
        self.expunge_all()
        while self.transaction is not None:
            self.transaction.close()
        self.journal = Journal()
        self._links.clear()
        self._closed = not reset_only

    def invalidate(self) -> None:
        """Close the session and the connections it holds: they may be broken."""
        root = _root_of(self.transaction)
        for participant in [] if root is None else root.participants.values():
            participant.connection.invalidate()
        self._close(reset_only=self.close_resets_only)

    def in_transaction(self) -> bool:
        """Whether a transaction is in progress."""
        return self.transaction is not None

    def in_nested_transaction(self) -> bool:
        """Whether a savepoint is in progress."""
        return self.transaction is not None and self.transaction.nested

    def get_transaction(self) -> SessionTransaction | None:
        """Return the root transaction in progress, or None."""
        return _root_of(self.transaction)

    def get_nested_transaction(self) -> SessionTransaction | None:
        """Return the innermost savepoint in progress, or None."""
        return self.transaction if self.in_nested_transaction() else None

    @property
    def is_active(self) -> bool:
        """False after a failed flush, until `rollback()`."""
        return self.transaction is None or self.transaction.is_active

    @property
    def use_twophase(self) -> bool:
        """Older name of `twophase`."""
        return self.twophase

    @use_twophase.setter
    def use_twophase(self, wanted: bool) -> None:
        self.twophase = wanted

    # -- engines and connections -------------------------------------------------------------------

    def get_bind(
        self, mapper: Any = None, *, clause: Any = None, bind: Any = None, **others: Any
    ) -> Engine | Connection:
        """Return the engine for a mapper or a clause; override it to route by rules of your own."""
        found: Engine | Connection = engines.default_bind(self, mapper, clause, bind)
        return found

    def route(self, mapper: Mapper, clause: Any = None) -> Any:
        """Return the engine to use for `mapper`, through `get_bind` if a subclass overrides it."""
        if self.only_engine is not None:
            return self.only_engine
        if self._custom_get_bind:
            return engines.engine_of(self, engines.ask_get_bind(self, mapper, clause))
        return engines.engine_of(self, engines.default_bind(self, mapper, clause, None))

    @property
    def bind(self) -> Engine | Connection | None:
        """The engine or connection of everything that has none of its own."""
        found: Engine | Connection | None = self._binds.default
        return found

    @bind.setter
    def bind(self, bind: Engine | Connection | None) -> None:
        self._binds.set_default(bind)
        self._find_only_engine()

    @property
    def binds(self) -> Mapping[Any, Any]:
        """The engines or connections of single classes and tables."""
        return {**self._binds.by_class, **self._binds.by_table}

    def _find_only_engine(self) -> None:
        """Work out whether every statement goes to one engine: then none is asked about."""
        default = self._binds.default
        alone = not self._custom_get_bind and not self._binds.is_partitioned
        one = alone and isinstance(default, Engine)
        self.only_engine = engines.engine_of(self, default) if one else None

    @contextlib.contextmanager
    def speaking(self, options: Mapping[str, Any]) -> Iterator[None]:
        """Inside the block, the schema_translate_map of these options is in effect."""
        before = self.schema_options
        self.speak(engines.schemas_in(options))
        try:
            yield
        finally:
            self.speak(before)

    def speak(self, options: Mapping[str, Any]) -> None:
        """From now on, the schema_translate_map of these options is in effect, if they have one."""
        if options != self.schema_options:
            self.schema_options = options
            self._find_only_engine()

    def bind_mapper(self, mapper: Any, bind: Any) -> None:
        """Associate a mapped class or Mapper with an engine."""
        self._binds.add(mapper, bind)
        self._find_only_engine()

    def bind_table(self, table: Any, bind: Any) -> None:
        """Associate a Table with an engine."""
        self._binds.add(table, bind)
        self._find_only_engine()

    def connection(
        self,
        bind_arguments: Any = None,
        execution_options: Mapping[str, Any] | None = None,
    ) -> Connection:
        """Return the transaction's connection.

        `bind_arguments` are as in `execute`, or a mapped class.
        """
        arguments = bind_arguments
        if arguments is not None and not isinstance(arguments, Mapping):
            arguments = {"mapper": loader.mapper_for(arguments)}
        engine = engines.route_statement(self, None, arguments)
        return self._begun().connection_for(engine, execution_options)

    def connection_for(self, mapper: Mapper) -> Connection:
        """Return the connection rows of `mapper` are written through (flush events get it)."""
        return self._begun().connection_for(self.route(mapper))


_JOIN_MODES = ("conditional_savepoint", "rollback_only", "control_fully", "create_savepoint")


def _root_of(transaction: SessionTransaction | None) -> SessionTransaction | None:
    while transaction is not None and transaction.parent is not None:
        transaction = transaction.parent
    return transaction


__all__ = ["TransactionalSession"]
