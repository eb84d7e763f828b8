"""How an engine opens raw connections: the pool's `Port`, answered by the dialect and its driver.

In: connect arguments from the URL, the user's `connect_args` or `creator`. Out: prepared
connections at the engine's isolation level; the first one is asked who the server is. Errors are
accord's, without the URL's secrets in them.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

from accord.dialect.steps import Execute, Reply
from accord.dialect.support import parse_version, show_version
from accord.engine.perform import raise_wrapped
from accord.engine.policy import ResetStyle
from accord.engine.run import run
from accord.exc import InvalidRequestError
from accord.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from accord.dialect.driver import ConnectArgs
    from accord.dialect.steps import Request
    from accord.engine.engine import Engine
    from accord.engine.record import ConnectionRecord


class DriverPort:
    """A `Port` over a driver."""

    def __init__(
        self, engine: Engine, arguments: ConnectArgs, creator: Callable[[], Any] | None
    ) -> None:
        self._engine = engine
        self._driver = engine.dialect.driver
        self._arguments = arguments
        self._creator = creator
        self._probing = Lock()

    def open(self, record: ConnectionRecord) -> Any:
        """A new raw connection."""
        try:
            return self._open(record)
        except Exception as error:
            raise_wrapped(self._engine, error)

    def _open(self, record: ConnectionRecord) -> Any:
        raw, arguments = None, self._arguments
        if self._creator is not None:
            raw = self._creator()
        elif self._engine.dispatch.has("do_connect"):
            raw, arguments = self._ask_listeners(record)
        if raw is None:
            return self._driver.connect(arguments)
        return self._driver.prepare(raw, arguments) or raw

    def _ask_listeners(self, record: ConnectionRecord) -> tuple[Any, ConnectArgs]:
        """The connection a "do_connect" listener has made, else the arguments they have changed.

        A function of its own: its locals hold the password, and it is gone when connecting fails.
        """
        positional, named = list(self._arguments.args), dict(self._arguments.kwargs)
        for listener in self._engine.dispatch.listeners("do_connect"):
            raw = listener(self._engine.dialect, record, positional, named)
            if raw is not None:
                return raw, self._arguments
        return None, replace(self._arguments, args=tuple(positional), kwargs=named)

    def opened(self, record: ConnectionRecord) -> None:
        """Bring it to the engine's isolation level; ask the first one who the server is."""
        engine = self._engine
        raw = record.dbapi_connection
        try:
            if engine.server is None:
                with self._probing:
                    if engine.server is None:
                        self._probe(raw)
            engine.isolation.start(raw)
        except Exception as error:
            raise_wrapped(engine, error)
        engine.call_hook("accord_connected", connection=raw)

    def _probe(self, raw: Any) -> None:
        engine = self._engine

        def respond(request: Request) -> Reply:
            assert isinstance(request, Execute), "a probe asks with plain statements"
            cursor = raw.cursor()
            cursor.execute(request.text, request.parameters)
            rows = [] if cursor.description is None else list(cursor.fetchall())
            cursor.close()
            return Reply(rows)

        server = run(engine.dialect.probe(engine), respond)
        raw.rollback()
        oldest = engine.dialect.for_server(server).capabilities.minimum_version
        if server.version < parse_version(oldest):
            raise InvalidRequestError(
                f"The dialect {engine.dialect.name!r} needs a server of version {oldest} or "
                "later; this "
                f"one is {server.version_text or show_version(server.version)}"
            )
        engine.settle(server)

    def close(self, raw: Any) -> None:
        """Close it."""
        raw.close()

    def reset(self, raw: Any, style: ResetStyle) -> None:
        """Roll back or commit."""
        if style is ResetStyle.COMMIT:
            self._driver.commit(raw)
        elif style is ResetStyle.ROLLBACK:
            raw.rollback()

    def is_clean(self, raw: Any) -> bool:
        """Ask the driver."""
        return self._driver.is_clean(raw)

    def is_alive(self, raw: Any) -> bool:
        """Ask the server."""
        return self._driver.is_alive(raw)
