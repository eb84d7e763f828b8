"""Connection: a checked-out connection with its transaction, and `perform`, where requests meet the
driver.

In: requests (from steps) and, through execute.py, statements. Out: replies and results. `perform`
is the only place that sends a statement. A connection belongs to one thread at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar, TypeVarTuple, overload

from accord.engine import ending, execute as executing, isolation, twophase
from accord.engine.context import ConnectionSlot
from accord.engine.link import Link
from accord.engine.run import run
from accord.engine.transaction import NestedTransaction, RootTransaction, TwoPhaseTransaction
from accord.exc import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from accord.dialect.contract import Dialect
    from accord.dialect.steps import Steps
    from accord.engine.cursor import CursorResult
    from accord.engine.engine import Engine
    from accord.engine.record import PooledConnection
    from accord.engine.result import ScalarResult
    from accord.engine.row import TP
    from accord.event import Dispatch
    from accord.schema import CheckFirst, MetaData, Table
    from accord.sql.statement import TypedReturnsRows

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Connection(Link):
    """A connection of an engine. The first statement begins a transaction (autobegin); `commit()`
    or `rollback()` ends it; `close()` rolls back what is left and gives the connection to the pool.
    """

    __slots__ = ("_options",)

    def __init__(self, engine: Engine, proxy: PooledConnection | None = None) -> None:
        super().__init__(engine, engine.pool.connect() if proxy is None else proxy)
        self._options: Mapping[str, Any] = engine.get_execution_options()
        engine.refresh_watched()
        try:
            if self._options or engine.isolation.standard is not None:
                self._apply_options(self._options)
            for listener in engine.dispatch.listeners("engine_connect"):
                listener(self)
        except BaseException:
            self.close()
            raise

    # --- statements ------------------------------------------------------------------------------

    @overload
    def execute(
        self,
        statement: TypedReturnsRows[TP],
        parameters: Any = ...,
        *,
        execution_options: Mapping[str, Any] | None = ...,
    ) -> CursorResult[TP]: ...
    @overload
    def execute(
        self,
        statement: Any,
        parameters: Any = ...,
        *,
        execution_options: Mapping[str, Any] | None = ...,
    ) -> CursorResult[Any]: ...
    def execute(
        self,
        statement: Any,
        parameters: Any = None,
        *,
        execution_options: Mapping[str, Any] | None = None,
    ) -> CursorResult[Any]:
        """Execute a statement, with one dict of parameters, or once for each of a list of dicts."""
        return executing.execute(self, statement, parameters, execution_options)

    @overload
    def scalar(
        self,
        statement: TypedReturnsRows[tuple[T, *Ts]],
        parameters: Any = ...,
        *,
        execution_options: Mapping[str, Any] | None = ...,
    ) -> T | None: ...
    @overload
    def scalar(
        self,
        statement: Any,
        parameters: Any = ...,
        *,
        execution_options: Mapping[str, Any] | None = ...,
    ) -> Any: ...
    def scalar(
        self,
        statement: Any,
        parameters: Any = None,
        *,
        execution_options: Mapping[str, Any] | None = None,
    ) -> Any:
        """The first column of the first row, None without a row."""
        return executing.execute(self, statement, parameters, execution_options).scalar()

    @overload
    def scalars(
        self,
        statement: TypedReturnsRows[tuple[T, *Ts]],
        parameters: Any = ...,
        *,
        execution_options: Mapping[str, Any] | None = ...,
    ) -> ScalarResult[T]: ...
    @overload
    def scalars(
        self,
        statement: Any,
        parameters: Any = ...,
        *,
        execution_options: Mapping[str, Any] | None = ...,
    ) -> ScalarResult[Any]: ...
    def scalars(
        self,
        statement: Any,
        parameters: Any = None,
        *,
        execution_options: Mapping[str, Any] | None = None,
    ) -> ScalarResult[Any]:
        """The values of the first column."""
        return executing.execute(self, statement, parameters, execution_options).scalars()

    def exec_driver_sql(
        self,
        statement: str,
        parameters: Any = None,
        execution_options: Mapping[str, Any] | None = None,
    ) -> CursorResult[Any]:
        """Execute a string as the driver takes it, with its own parameter style; a list of tuples
        or dicts goes to `executemany`.
        """
        return executing.execute_driver_sql(self, statement, parameters, execution_options)

    def run(self, steps: Steps[T]) -> T:
        """Run sans-IO steps on this connection."""
        return run(steps, self.perform)

    # --- transactions ----------------------------------------------------------------------------

    def begin(self) -> RootTransaction:
        """Begin a transaction; an error if there is one already."""
        self._refuse_second_begin("begin()")
        transaction = RootTransaction(self)
        self._begin_root(transaction)
        return transaction

    def begin_nested(self) -> NestedTransaction:
        """Set a savepoint, inside the transaction there is or a new one."""
        self._be_in_transaction()
        nested = NestedTransaction(self, ending.open_savepoint(self), self._nested)
        self._nested = nested
        return nested

    def begin_twophase(self, xid: str | None = None) -> TwoPhaseTransaction:
        """Begin a transaction that can be prepared under `xid` (one is made up without it)."""
        self._refuse_second_begin("begin_twophase()")
        twophase.support_of(self)
        identifier = self.engine.new_xid() if xid is None else twophase.check_xid(xid)
        transaction = TwoPhaseTransaction(self, identifier)
        self._begin_root(transaction)
        try:
            twophase.begin(self, transaction)
        except BaseException:
            self._root_ended(transaction)
            raise
        return transaction

    def _refuse_second_begin(self, call: str) -> None:
        self.refuse_unusable()
        if self._root is not None:
            raise InvalidRequestError(
                "This connection is in a transaction already (the first statement begins one); "
                "call "
                f"commit() or rollback() before {call}, or begin_nested() for a savepoint"
            )

    def commit(self) -> None:
        """Commit the transaction there is."""
        if self._root is not None:
            self._root.commit()

    def rollback(self) -> None:
        """Roll back the transaction there is."""
        if self._root is not None:
            self._root.rollback()

    def end_root(self, transaction: RootTransaction, *, commit: bool) -> None:
        """End the root transaction on the driver; whatever happens, it is over afterwards."""
        self._ready = False
        if self._streams:
            self.close_streams()
        try:
            if isinstance(transaction, TwoPhaseTransaction):
                end = twophase.commit if commit else twophase.rollback
                end(self, transaction)
            elif commit:
                ending.commit(self)
            else:
                ending.rollback(self)
        finally:
            self._root_ended(transaction)

    def _root_ended(self, transaction: RootTransaction) -> None:
        nested = self._nested
        while nested is not None:
            nested.is_active = False
            nested = nested.outer
        self._nested = None
        self._root = None
        self._ready = False
        transaction.is_active = False

    def end_savepoint(self, nested: NestedTransaction, *, commit: bool) -> None:
        """End a savepoint and those inside it."""
        try:
            if not self.invalidated:
                self._without_managed(nested, commit)
        finally:
            inner = self._nested
            while inner is not None and inner is not nested:
                inner.is_active = False
                inner = inner.outer
            self._nested = nested.outer
            nested.is_active = False
            self._ready = False

    def _without_managed(self, nested: NestedTransaction, commit: bool) -> None:
        """Inner blocks may have ended their transaction; the outer savepoint can still be ended."""
        managed, self.managed = self.managed, None
        try:
            ending.close_savepoint(self, nested, release=commit)
        finally:
            self.managed = managed

    def prepare_twophase(self, transaction: TwoPhaseTransaction) -> None:
        """Prepare the branch of this connection; if that fails, the transaction is over."""
        try:
            transaction.vote = twophase.prepare(self, transaction)
        except BaseException:
            self._root_ended(transaction)
            raise
        self._ready = False

    def recover_twophase(self) -> list[Any]:
        """The identifiers of the prepared transactions on the server. Begins no transaction."""
        return twophase.list_prepared(self._at_rest())

    def commit_prepared(self, xid: str, recover: bool = False) -> None:
        """Commit a prepared transaction, also of another connection or another process. `recover`
        is taken for programs written for SQLAlchemy and changes nothing.
        """
        twophase.finish(self._at_rest(), xid, commit=True)

    def rollback_prepared(self, xid: str, recover: bool = False) -> None:
        """Roll back a prepared transaction, as `commit_prepared` commits one."""
        twophase.finish(self._at_rest(), xid, commit=False)

    def _at_rest(self) -> Self:
        """Itself, open; a raw connection that was lost outside a transaction is replaced."""
        self.refuse_unusable()
        if self._root is not None:
            self._be_in_transaction()
        elif self.invalidated:
            self.replace_lost()
        return self

    def in_transaction(self) -> bool:
        """Whether a transaction has begun and not ended."""
        return self._root is not None and self._root.is_active

    def in_nested_transaction(self) -> bool:
        """Whether a savepoint is set."""
        return self._nested is not None and self._nested.is_active

    def get_transaction(self) -> RootTransaction | None:
        """The transaction there is."""
        return self._root

    def get_nested_transaction(self) -> NestedTransaction | None:
        """The innermost savepoint there is."""
        return self._nested

    # --- tables ----------------------------------------------------------------------------------

    def create_tables(
        self, metadata: MetaData, tables: list[Table] | None, checkfirst: bool | CheckFirst = True
    ) -> None:
        """What `MetaData.create_all` calls."""
        from accord.engine.tables import create_tables

        create_tables(self, metadata, tables, checkfirst)

    def drop_tables(
        self, metadata: MetaData, tables: list[Table] | None, checkfirst: bool | CheckFirst = True
    ) -> None:
        """What `MetaData.drop_all` calls."""
        from accord.engine.tables import drop_tables

        drop_tables(self, metadata, tables, checkfirst)

    def reflect_table(self, table: Table, **options: Any) -> None:
        """What ``Table(autoload_with=connection)`` calls."""
        from accord.engine.reflection import Inspector

        Inspector(self).reflect_table(table, **options)

    def reflect_metadata(self, metadata: MetaData, *arguments: Any) -> None:
        """What `MetaData.reflect` calls."""
        from accord.engine.reflection import Inspector

        Inspector(self).reflect_metadata(metadata, *arguments)

    def has_table(self, table_name: str, schema: str | None = None) -> bool:
        """Whether the table (or view) exists."""
        return self.run(self.engine.dialect.has_table_steps(self.engine, table_name, schema))

    def has_index(self, table_name: str, index_name: str, schema: str | None = None) -> bool:
        """Whether the table exists and has an index of that name."""
        from accord.engine.reflection import Inspector

        return Inspector(self).has_index(table_name, index_name, schema)

    # --- options ---------------------------------------------------------------------------------

    def execution_options(self, **options: Any) -> Self:
        """Set options for everything executed from now on; gives the same connection back."""
        self.refuse_unusable()
        for listener in self.engine.dispatch.listeners("set_connection_execution_options"):
            listener(self, options)
        self._apply_options(options)
        self._options = {**self._options, **options}
        return self

    def get_execution_options(self) -> Mapping[str, Any]:
        """The options in effect."""
        return self._options

    def _apply_options(self, options: Mapping[str, Any]) -> None:
        from accord.engine.options import check_options  # few programs have any

        check_options(options)
        if "schema_translate_map" in options:
            self.bind = self.engine.speaking(options)
        if "logging_token" in options:
            token = options["logging_token"]
            self.token = f"[{' '.join(str(token).split())}] " if token else ""  # one line
        self._apply_isolation(options)

    def _reattached(self) -> None:
        self._apply_isolation(self._options)

    def _apply_isolation(self, options: Mapping[str, Any]) -> None:
        isolation.apply(self, options.get("isolation_level"), within=self._root is not None)

    def get_isolation_level(self) -> str:
        """The isolation level in effect: AUTOCOMMIT, or what the database says."""
        return isolation.in_effect(self._at_rest(), self._options.get("isolation_level"))

    @property
    def default_isolation_level(self) -> str:
        """The level this connection had before anybody changed it."""
        return isolation.at_first(self._at_rest())

    # --- state -----------------------------------------------------------------------------------

    @property
    def dialect(self) -> Dialect:
        """The engine's dialect."""
        return self.engine.dialect

    @property
    def dispatch(self) -> Dispatch:
        """Who listens: to this connection, if anybody does, and to its engine."""
        return self.engine.dispatch

    __accord_dispatch__ = ConnectionSlot()

    @property
    def connection(self) -> PooledConnection:
        """The pooled DB-API connection; in a transaction, BEGIN has been sent."""
        self.refuse_unusable()
        if self._root is not None:
            self._be_in_transaction()
            if not self.record.begun:
                ending.send_begin(self, write=False)
        elif self._proxy is None:
            self.replace_lost()
        assert self._proxy is not None
        return self._proxy

    @property
    def info(self) -> dict[Any, Any]:
        """Notes of the user; they live as long as the raw connection."""
        return self.connection.info

    def detach(self) -> None:
        """Take the raw connection out of the pool; `close()` then closes it."""
        self.connection.detach()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        if not hasattr(self, "_gone"):
            return "<Connection, not connected>"
        state = "closed" if self.closed else "invalidated" if self.invalidated else "open"
        return f"<Connection of {self.engine!r}, {state}>"
