"""The synchronous Session: the public face of the unit of work.

A thin shell. In: what users call. Out: the same, by moving objects in `SessionCore`, by running generators
(`Steps`) of `unitofwork` and `loading`, and by handing statements to `execution`. This is the only place of the
ORM where requests meet connections: `_respond` finds the transaction's connection for a request.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from accord import exc
from accord.engine import Connection, run
from accord.state import STATE_KEY, Change
from accord.unitofwork import flush_steps, plan_flush

from . import deletion, execution, instance_events, loader, merging
from .binds import Binds
from .core import SessionCore, describe, mapper_of, open_sessions
from .identity_view import IdentitySet, IdentityMapView
from .journal import Journal
from .session_events import SessionDispatch
from .transaction import SessionTransaction

if TYPE_CHECKING:
    from types import TracebackType

    from accord.dialect import Reply, Request, Steps
    from accord.engine import Engine, Result
    from accord.mapping import Mapper
    from accord.unitofwork import FlushPlan

    from .query import Query

T = TypeVar("T")
S = TypeVar("S", bound="Session")


class Session(SessionDispatch, SessionCore):
    """Objects and their rows, within transactions.

    `bind` is the engine (or connection) for everything, `binds` engines per class, base, mixin, table or
    mapper. `autoflush` sends pending changes before queries; `expire_on_commit` forgets loaded values after a
    commit. `join_transaction_mode` says how to behave inside a transaction of a given connection:
    ``conditional_savepoint``, ``rollback_only``, ``control_fully`` or ``create_savepoint``.
    """

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
                "autocommit=True is not available; use session.begin() and the transaction's context manager"
            )
        if join_transaction_mode not in _JOIN_MODES:
            raise exc.ArgumentError(
                f"Unknown join_transaction_mode {join_transaction_mode!r}; one of: {', '.join(_JOIN_MODES)}"
            )
        super().__init__()
        self.bind = bind
        self.autoflush = autoflush
        self.expire_on_commit = expire_on_commit
        self.autobegin = autobegin
        self.twophase = twophase or use_twophase
        self.info: dict[Any, Any] = dict(info or {})
        self.join_transaction_mode = join_transaction_mode
        self.close_resets_only = close_resets_only
        self.connection_options = dict(execution_options or {})
        self.transaction: SessionTransaction | None = None
        self.external_connections: dict[Engine, Connection] = {}
        self._query_cls = query_cls
        self._flushing = False
        self._closed = False
        self._binds = Binds(bind, binds)
        self._performers: dict[Any, Any] = {}
        self._custom_get_bind = type(self).get_bind is not Session.get_bind
        self._fire_class_event("session_created")

    # -- running steps ------------------------------------------------------------------------------------

    def _run(self, steps: Steps[T]) -> T:
        return run(steps, self._respond)

    def _respond(self, request: Request) -> Reply:
        perform = self._performers.get(request.bind)
        if perform is None:
            connection = self._begun().connection_for(request.bind)  # type: ignore[arg-type]
            perform = self._performers[request.bind] = connection.perform
        answer: Reply = perform(request)
        return answer

    def _begun(self) -> SessionTransaction:
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

    # -- adding, deleting, looking up -----------------------------------------------------------------------

    def add(self, instance: object) -> None:
        """Put an object into the session; it is inserted at the next flush."""
        if self.transaction is None and self.autobegin:
            self._begun()
        self.adopt(instance)

    def add_all(self, instances: Iterable[object]) -> None:
        """Put several objects into the session."""
        if self.transaction is None and self.autobegin:
            self._begun()
        self.adopt_all(instances)

    def delete(self, instance: object) -> None:
        """Mark a persistent object for deletion; its row is deleted at the next flush."""
        deletion.delete(self, instance)

    def delete_all(self, instances: Iterable[object]) -> None:
        """Mark several persistent objects for deletion."""
        for instance in list(instances):
            deletion.delete(self, instance)

    def get(
        self,
        entity: Any,
        ident: Any,
        *,
        options: Sequence[Any] = (),
        populate_existing: bool = False,
        with_for_update: Any = None,
        identity_token: Any = None,
        execution_options: Mapping[str, Any] | None = None,
        bind_arguments: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the object with this primary key, or None; from memory if it is there and not expired.

        `ident` is the key value, or a tuple or dict of them for several key columns.
        """
        mapper: Mapper = loader.mapper_for(entity)
        key = loader.identity_from(mapper, ident)
        if not populate_existing and with_for_update is None:
            found = self.identity.get(mapper, key)
            if found is not None:
                if type(vars(found)[STATE_KEY]) is Change and not self._run(
                    loader.still_there_steps(self, mapper, found)
                ):
                    return None
                return found if isinstance(found, mapper.class_) else None
        return self._run(
            loader.get_steps(
                self,
                mapper,
                key,
                options=tuple(options),
                populate_existing=populate_existing,
                with_for_update=with_for_update,
                bind_arguments=bind_arguments,
            )
        )

    def get_one(self, entity: Any, ident: Any, **options: Any) -> Any:
        """As `get`, but raise `NoResultFound` if there is no such row."""
        found = self.get(entity, ident, **options)
        if found is None:
            raise exc.NoResultFound(f"No row of {loader.mapper_for(entity).class_.__name__} has this primary key")
        return found

    def __contains__(self, instance: object) -> bool:
        mapper_of(instance)
        return self.contains(instance)

    def __iter__(self) -> Iterator[object]:
        return iter([*self.new_objects.values(), *self.identity.objects()])

    @property
    def new(self) -> IdentitySet:
        """Objects that will be inserted."""
        return IdentitySet(self.new_objects.values())

    @property
    def dirty(self) -> IdentitySet:
        """Persistent objects with changes that were not flushed, those marked for deletion aside."""
        return IdentitySet(
            obj for number, obj in self.dirty_objects.items() if number not in self.deleted_objects
        )

    @property
    def deleted(self) -> IdentitySet:
        """Objects marked for deletion."""
        return IdentitySet(self.deleted_objects.values())

    @property
    def identity_map(self) -> IdentityMapView:
        """The persistent objects by (class, key tuple, token). Reading it is for debugging."""
        return IdentityMapView(self.identity)

    def is_modified(self, instance: object, include_collections: bool = True) -> bool:
        """Tell whether an UPDATE would be needed: some value really differs from what was loaded."""
        return loader.is_modified(instance, include_collections=include_collections)

    # -- attributes that are not loaded ---------------------------------------------------------------------

    def load_attribute(self, obj: object, attribute: Any) -> object:
        """Load an attribute on access; generated code and `__get__` come here."""
        if self.transaction is None:
            self._begun()
        return self._run(loader.attribute_steps(self, obj, attribute))

    def expire(self, instance: object, attribute_names: Iterable[str] | None = None) -> None:
        """Forget loaded values (and unflushed changes) of an object."""
        loader.expire(self, instance, attribute_names)

    def expire_all(self) -> None:
        """Forget loaded values of all persistent objects."""
        self.expire_everything()

    def refresh(
        self,
        instance: object,
        attribute_names: Iterable[str] | None = None,
        with_for_update: Any = None,
    ) -> None:
        """Read an object's values again, now."""
        self._require(instance, "refresh")
        self._autoflush()
        self._run(loader.refresh_steps(self, instance, attribute_names, with_for_update))

    def expunge(self, instance: object) -> None:
        """Remove an object from the session; it becomes detached."""
        super().expunge(instance)

    def merge(self, instance: T, *, load: bool = True, options: Sequence[Any] | None = None) -> T:
        """Copy the state of an object onto this session's object with the same key, and return that."""
        return merging.merge(self, instance, load=load)

    def merge_all(self, instances: Iterable[T], *, load: bool = True) -> Sequence[T]:
        """`merge` for several objects."""
        return merging.merge_all(self, instances, load=load)

    def _require(self, instance: object, doing: str) -> None:
        mapper_of(instance)
        if not self.contains(instance) or id(instance) in self.new_objects:
            raise exc.InvalidRequestError(
                f"Instance {describe(instance)} is not persistent within this Session: cannot {doing} it"
            )

    # -- flush -----------------------------------------------------------------------------------------------

    def flush(self, objects: Sequence[object] | None = None) -> None:
        """Send pending inserts, updates and deletes to the database, within the transaction."""
        if objects is not None:
            raise exc.ArgumentError(
                "flush(objects) is not supported: a partial flush breaks the order of writes; call flush()"
            )
        if self._flushing:
            raise exc.InvalidRequestError("Session is already flushing")
        if self._unflushed:
            self._flush()

    @property
    def _unflushed(self) -> bool:
        return bool(self.new_objects or self.dirty_objects or self.deleted_objects)

    def _flush(self) -> None:
        transaction = self._begun()
        transaction.check_active()
        self._before_flush()
        self._flushing = True
        try:
            report = self._run(flush_steps(self, loader.FlushLoader(self)))
        except BaseException as error:
            transaction.fail(error)
            raise
        finally:
            self._flushing = False
        self._fire("after_flush_postexec", self, report)

    def _flush_until_clean(self) -> None:
        for _ in range(100):
            if not self._unflushed:
                return
            self.flush()
        raise exc.FlushError("Over 100 subsequent flushes: a listener makes new changes in every flush")

    def _autoflush(self) -> None:
        if self.autoflush and not self._flushing:
            self.flush()

    def autoflush_steps(self) -> Steps[None]:
        """Flush first if the session is set to; loading asks for it before a lazy load."""
        self._autoflush()
        yield from ()

    def hears_loads(self, mapper: Mapper) -> bool:
        """Whether anybody wants to be told about loaded objects."""
        return mapper.dispatch.has("load") or self._hears("loaded_as_persistent")

    def loaded(self, mapper: Mapper, objs: list[object]) -> None:
        """Objects were made from rows: call reconstructors and `load` listeners."""
        instance_events.loaded(self, mapper, objs)

    @property
    def no_autoflush(self) -> contextlib.AbstractContextManager[Session]:
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
        return plan_flush(self, loader.FlushLoader(self))

    # -- transactions ------------------------------------------------------------------------------------------

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
        self._performers.clear()
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
            self._start_transaction()  # a change is part of a transaction, whether or not it was sent
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
        self._performers.clear()
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

    # -- engines and connections -----------------------------------------------------------------------------

    def get_bind(
        self, mapper: Any = None, *, clause: Any = None, bind: Any = None, **others: Any
    ) -> Engine | Connection:
        """Return the engine for a mapper or a clause; override it to route by rules of your own."""
        found: Engine | Connection = execution.default_bind(self, mapper, clause, bind)
        return found

    def route(self, mapper: Mapper, clause: Any = None) -> Any:
        """Return the engine to use for `mapper`, through `get_bind` if a subclass overrides it."""
        if self._custom_get_bind:
            return execution.engine_of(self, execution.ask_get_bind(self, mapper, clause))
        return execution.engine_of(self, execution.default_bind(self, mapper, clause, None))

    def bind_mapper(self, mapper: Any, bind: Any) -> None:
        """Associate a mapped class or Mapper with an engine."""
        self._binds.add(mapper, bind)

    def bind_table(self, table: Any, bind: Any) -> None:
        """Associate a Table with an engine."""
        self._binds.add(table, bind)

    def connection(
        self,
        bind_arguments: Any = None,
        execution_options: Mapping[str, Any] | None = None,
    ) -> Connection:
        """Return the transaction's connection; `bind_arguments` as in `execute`, or a mapped class."""
        arguments = bind_arguments
        if arguments is not None and not isinstance(arguments, Mapping):
            arguments = {"mapper": loader.mapper_for(arguments)}
        engine = execution.route_statement(self, None, arguments)
        if execution_options:
            self.connection_options.update(execution_options)
        return self._begun().connection_for(engine)

    def connection_for(self, mapper: Mapper) -> Connection:
        """Return the connection rows of `mapper` are written through (flush events get it)."""
        return self._begun().connection_for(self.route(mapper))

    # -- statements ----------------------------------------------------------------------------------------------

    def execute(
        self,
        statement: Any,
        params: Any = None,
        *,
        execution_options: Mapping[str, Any] | None = None,
        bind_arguments: Mapping[str, Any] | None = None,
        mapper: Any = None,
        clause: Any = None,
        **others: Any,
    ) -> Result[Any]:
        """Execute a statement in the session's transaction; ORM entities come back as objects.

        `bind_arguments` ({"mapper": …, "clause": …, "bind": …}) picks the engine where the statement alone
        does not tell. A plain string is taken as `text()`.
        """
        if others:
            raise TypeError(f"execute() got an unexpected keyword argument {next(iter(others))!r}")
        if mapper is not None or clause is not None:
            bind_arguments = {**(bind_arguments or {}), "mapper": mapper, "clause": clause}
        return execution.execute(self, statement, params, execution_options or {}, bind_arguments)

    def _execute_core(
        self,
        statement: Any,
        params: Any,
        options: Mapping[str, Any],
        bind_arguments: Mapping[str, Any] | None,
    ) -> Result[Any]:
        return execution.execute_core(self, statement, params, options, bind_arguments)

    def _objects_of(
        self,
        entity: Any,
        statement: Any,
        params: Any,
        options: Mapping[str, Any],
        bind_arguments: Mapping[str, Any] | None,
    ) -> Result[Any]:
        engine = execution.route_statement(self, statement, bind_arguments)
        return execution.objects_of(self, entity, statement, engine, params, options)

    def scalar(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """Execute and return the first value of the first row, or None."""
        return self.execute(statement, params, **options).scalar()

    def scalars(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """Execute and return the first value of every row."""
        return self.execute(statement, params, **options).scalars()

    def query(self, *entities: Any, **options: Any) -> Query[Any]:
        """Return a legacy `Query` for the entities."""
        from .query import Query

        return (self._query_cls or Query)(entities, self, **options)

    def bulk_save_objects(
        self,
        objects: Iterable[object],
        return_defaults: bool = False,
        update_changed_only: bool = True,
        preserve_order: bool = True,
    ) -> None:
        """Write objects without attaching them (legacy)."""
        from . import bulk

        bulk.save_objects(self, list(objects), return_defaults=return_defaults)

    def bulk_insert_mappings(
        self, mapper: Any, mappings: Iterable[dict[str, Any]], return_defaults: bool = False, render_nulls: bool = False
    ) -> None:
        """Insert rows given as dicts of attribute values (legacy)."""
        from . import bulk

        bulk.insert_mappings(self, mapper, list(mappings), return_defaults=return_defaults)

    def bulk_update_mappings(self, mapper: Any, mappings: Iterable[dict[str, Any]]) -> None:
        """Update rows given as dicts with their primary key (legacy)."""
        from . import bulk

        bulk.update_mappings(self, mapper, list(mappings))

    # -- context manager, class-level helpers ----------------------------------------------------------------

    def __enter__(self: S) -> S:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @staticmethod
    def object_session(instance: object) -> Session | None:
        """Return the session an object belongs to, or None."""
        from .core import object_session

        found: Session | None = object_session(instance)
        return found

    @staticmethod
    def identity_key(*args: Any, **options: Any) -> tuple[type, tuple[Any, ...], Any]:
        """Return the key `identity_map` uses; see `accord.orm.identity_key`."""
        from .inspection import identity_key

        return identity_key(*args, **options)

    @classmethod
    def close_all(cls) -> None:
        """Close all sessions."""
        close_all_sessions()


_JOIN_MODES = ("conditional_savepoint", "rollback_only", "control_fully", "create_savepoint")


def _root_of(transaction: SessionTransaction | None) -> SessionTransaction | None:
    while transaction is not None and transaction.parent is not None:
        transaction = transaction.parent
    return transaction


def close_all_sessions() -> None:
    """Close every session of the process."""
    for session in open_sessions():
        if isinstance(session, Session):
            session.close()


__all__ = ["Session", "close_all_sessions"]
