"""The driver's side of a dialect: the one place that knows a DB-API module.

A driver makes connections and answers three questions about them; statements go through the plain
DB-API. It is a Protocol: nothing has to be inherited. Drivers are imported when an engine is
created, never earlier. In: `ConnectArgs` from `Dialect.connect_args(url)`. Out: raw DB-API
connections.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from accord.records import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from accord.dialect.steps import Native, Parameters, Reply, Row

_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ConnectArgs:
    """How to connect: arguments of the driver's connect function, and statements run on every new
    connection; `read_json` for a driver that reads JSON values by itself (None: its own way).

    Passwords live in here, so it is never shown: its repr names the keys only.
    """

    args: tuple[object, ...] = ()
    kwargs: Mapping[str, object] = field(default_factory=lambda: _NOTHING)
    setup: tuple[str, ...] = ()
    read_json: Callable[[str], object] | None = None

    def __repr__(self) -> str:
        return f"<ConnectArgs {len(self.args)} positional, {sorted(self.kwargs)}>"

    def updated(self, kwargs: Mapping[str, object]) -> ConnectArgs:
        """The same, with the user's `connect_args` on top."""
        return replace(self, kwargs=MappingProxyType({**self.kwargs, **kwargs}))


class DBAPICursor(Protocol):
    """The part of a DB-API cursor that accord calls."""

    @property
    def description(self) -> Sequence[Sequence[object]] | None:
        """Columns of the result; None when the statement has none."""
        ...

    @property
    def rowcount(self) -> int:
        """Matched or affected rows; -1 when unknown."""
        ...

    def execute(self, operation: str, parameters: Parameters, /) -> object:
        """Run one statement."""
        ...

    def executemany(self, operation: str, rows: list[Row], /) -> object:
        """Run one statement for every row."""
        ...

    def fetchone(self) -> object:
        """The next row, or None."""
        ...

    def fetchmany(self, size: int, /) -> Sequence[object]:
        """The next rows."""
        ...

    def fetchall(self) -> Sequence[object]:
        """All rows that are left."""
        ...

    def close(self) -> object:
        """Let go of the cursor."""
        ...


class DBAPIConnection(Protocol):
    """The part of a DB-API connection that accord calls."""

    def cursor(self) -> DBAPICursor:
        """A new cursor."""
        ...

    def commit(self) -> object:
        """End the transaction, keeping it."""
        ...

    def rollback(self) -> object:
        """End the transaction, undoing it."""
        ...

    def close(self) -> object:
        """Let go of the connection."""
        ...


class Driver(Protocol):
    """One DB-API module, ready to connect.

    `module` is the DB-API module itself: the engine catches `module.Error` and hands it to
    `Dialect.classify`. `paramstyle` is what the renderer must write. `version` is the driver's
    own.
    """

    @property
    def name(self) -> str:
        """The name in URLs, after the plus."""
        ...

    @property
    def module(self) -> object:
        """The DB-API module."""
        ...

    @property
    def paramstyle(self) -> str:
        """How parameters are marked."""
        ...

    @property
    def version(self) -> str:
        """The version of the driver."""
        ...

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """The exception classes that `Dialect.classify` understands (as a rule, only
        `module.Error`).
        """
        ...

    def connect(self, arguments: ConnectArgs, /) -> DBAPIConnection:
        """A new connection, `prepare`d."""
        ...

    def prepare(
        self, connection: DBAPIConnection, arguments: ConnectArgs, /
    ) -> DBAPIConnection | None:
        """Bring a new connection, also one made by the user's `creator`, into the state accord
        expects: no implicit transactions beyond what `Dialect.begin_statement` says, setup
        statements executed. A driver that wraps its connections answers with the one to use; None:
        the connection as it was given.
        """
        ...

    def streaming_cursor(self, connection: DBAPIConnection, /) -> DBAPICursor:
        """A cursor whose rows are read in pieces while it is open (``stream_results``,
        ``yield_per``): the server-side or unbuffered one where the driver has it, else
        ``connection.cursor()``. Only statements that read are executed on it, in a transaction or
        in AUTOCOMMIT; accord reads with `fetchmany` and closes it, also half read.
        """
        ...

    def commit(self, connection: DBAPIConnection, /) -> None:
        """End the transaction, keeping it, and make sure that it was kept: raise an error of the
        driver where the database answers COMMIT by rolling back (PostgreSQL does after a failed
        statement, without an error). As a rule, ``connection.commit()``.
        """
        ...

    def set_autocommit(self, connection: DBAPIConnection, autocommit: bool, /) -> None:
        """Isolation level AUTOCOMMIT on or off, where that is the driver's business and not a
        statement's.
        """
        ...

    def is_alive(self, connection: DBAPIConnection, /) -> bool:
        """Does the connection still answer? (`pool_pre_ping`)"""
        ...

    def is_clean(self, connection: DBAPIConnection, /) -> bool:
        """Is it certain that no transaction is open? Asked after each rollback on return to the
        pool; a connection that cannot say yes is closed, not pooled.
        """
        ...

    def native(self, connection: DBAPIConnection, request: Native, /) -> Reply:
        """Perform a request only this driver knows; NotSupportedError for an unknown
        `request.call`.
        """
        ...
