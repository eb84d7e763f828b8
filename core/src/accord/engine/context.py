"""What listeners are told about an execution: `ExecutionContext`, `ExceptionContext`, the event
names.

Made only while somebody listens or something is logged. In: a connection and a request. Out: plain
attributes; listeners may add their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from accord.dialect.steps import Execute
from accord.engine.poolbase import POOL_EVENTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from accord.dialect.contract import Dialect
    from accord.dialect.steps import Request
    from accord.engine.connection import Connection
    from accord.engine.engine import Engine
    from accord.engine.link import Link
    from accord.event import Dispatch

CONNECTION_EVENTS: Final = {
    "engine_connect": ("conn",),
    "set_connection_execution_options": ("conn", "opts"),
    "set_engine_execution_options": ("engine", "opts"),
    "engine_disposed": ("engine",),
    "before_execute": ("conn", "clauseelement", "multiparams", "params", "execution_options"),
    "after_execute": (
        "conn",
        "clauseelement",
        "multiparams",
        "params",
        "execution_options",
        "result",
    ),
    "before_cursor_execute": (
        "conn",
        "cursor",
        "statement",
        "parameters",
        "context",
        "executemany",
    ),
    "after_cursor_execute": (
        "conn",
        "cursor",
        "statement",
        "parameters",
        "context",
        "executemany",
    ),
    "handle_error": ("exception_context",),
    "begin": ("conn",),
    "commit": ("conn",),
    "rollback": ("conn",),
    "savepoint": ("conn", "name"),
    "rollback_savepoint": ("conn", "name", "context"),
    "release_savepoint": ("conn", "name", "context"),
    "begin_twophase": ("conn", "xid"),
    "prepare_twophase": ("conn", "xid"),
    "commit_twophase": ("conn", "xid", "is_prepared"),
    "rollback_twophase": ("conn", "xid", "is_prepared"),
}
DIALECT_EVENTS: Final = {
    "do_connect": ("dialect", "conn_rec", "cargs", "cparams"),
    "do_execute": ("cursor", "statement", "parameters", "context"),
    "do_execute_no_params": ("cursor", "statement", "context"),
    "do_executemany": ("cursor", "statement", "parameters", "context"),
}
#: Events that are heard while a statement is on its way to the driver.
CURSOR_EVENTS: Final = (
    "before_cursor_execute",
    "after_cursor_execute",
    "do_execute",
    "do_execute_no_params",
    "do_executemany",
)
ENGINE_EVENTS: Final = {**CONNECTION_EVENTS, **POOL_EVENTS, **DIALECT_EVENTS}


class ExecutionContext:
    """One statement on its way to the driver, as listeners of the cursor events see it."""

    def __init__(self, connection: Link, request: Request, parameters: Any, cursor: Any) -> None:
        #: What goes to the driver; a listener may have changed it.
        self.request = request
        self.connection = self.root_connection = cast("Connection", connection)
        self.engine = connection.engine
        self.dialect = connection.engine.dialect
        self.cursor = cursor
        self.statement = request.text
        self.parameters = parameters
        self.executemany = not isinstance(request, Execute)
        self.compiled = getattr(request, "compiled", None)
        self.execution_options = self.connection.get_execution_options()


class ExceptionContext:
    """An error on its way to the user, as listeners of "handle_error" see it.

    A listener may set `is_disconnect` and `invalidate_pool_on_disconnect`, raise another exception,
    or (registered with ``retval=True``) return one, which is then raised instead.
    """

    def __init__(
        self,
        *,
        engine: Engine,
        connection: Link | None,
        cursor: Any,
        statement: str | None,
        parameters: Any,
        original: BaseException,
        wrapped: BaseException | None,
        is_disconnect: bool,
        execution_context: ExecutionContext | None = None,
    ) -> None:
        self.engine = engine
        self.connection = connection
        self.dialect: Dialect = engine.dialect
        self.cursor = cursor
        self.statement = statement
        self.parameters = parameters
        self.original_exception = original
        self.accord_exception = self.sqlalchemy_exception = wrapped
        self.chained_exception: BaseException | None = None
        self.execution_context = execution_context
        self.is_disconnect = is_disconnect
        self.invalidate_pool_on_disconnect = True
        self.is_pre_ping = False


class ConnectionSlot:
    """`__accord_dispatch__` of Connection: one connection has listeners of its own, those to the
    class hear what those to Engine hear.
    """

    __slots__ = ()

    def __get__(self, connection: Connection | None, owner: type) -> Callable[[], Dispatch]:
        if connection is None:
            from accord.engine.engine import Engine

            return Engine.__accord_dispatch__

        def of_connection() -> Dispatch:
            from accord.engine.views import ConnectionView

            if not isinstance(connection.engine, ConnectionView):
                connection.engine = ConnectionView(connection.engine)
            return connection.engine.dispatch

        return of_connection
