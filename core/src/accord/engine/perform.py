"""One request on one cursor: with logging and listeners, and what happens when it fails.

The plain way is inlined in `Connection.perform`, the hottest path of all. In: a connection, a
request, a cursor. Out: a reply, or the error to raise; a connection nobody can vouch for any more
is invalidated on the way.
"""

from __future__ import annotations

import logging
from copy import copy
from typing import TYPE_CHECKING, Any, NoReturn

from accord.dialect.steps import Execute, ExecuteMany, Reply
from accord.engine.context import ExceptionContext, ExecutionContext
from accord.engine.echo import HIDDEN, shown_parameters
from accord.engine.errors import without_values, wrap

if TYPE_CHECKING:
    from collections.abc import Collection

    from accord.dialect.steps import Bind, Parameters, Request, Row
    from accord.engine.engine import Engine
    from accord.engine.link import Link
    from accord.sql.compiled import Compiled


class RawExecute(Execute):
    """A statement that was not compiled; `how` is what the log says about that. A `bare` one goes
    to the driver without parameters, so that a driver that looks for marks does not.
    """

    __slots__ = ("bare", "how")

    def __init__(
        self,
        bind: Bind,
        text: str,
        parameters: Parameters = (),
        *,
        write: bool,
        how: str,
        bare: bool = False,
    ) -> None:
        super().__init__(bind, text, parameters, write=write)
        self.how = how
        self.bare = bare


class CompiledMany(ExecuteMany):
    """An executemany of a compiled statement."""

    __slots__ = ("compiled",)

    def __init__(
        self, bind: Bind, text: str, rows: list[Row], write: bool, compiled: Compiled
    ) -> None:
        super().__init__(bind, text, rows, write=write)
        self.compiled = compiled


class DriverReply(Reply):
    """A reply that reads the column names from the cursor's description only when asked."""

    __slots__ = ("_description",)

    def __init__(  # the base is not called: it would store the names
        self, rows: list[Row], rowcount: int, lastrowid: int | None, description: Any
    ) -> None:
        self.rows = rows
        self.rowcount = rowcount
        self.lastrowid = lastrowid
        self._description = description

    @property
    def names(self) -> tuple[str, ...]:  # type: ignore[override]  # computed instead of stored
        """The names of the columns."""
        if self._description is None:
            return ()
        return tuple([column[0] for column in self._description])

    @property
    def returned_rows(self) -> bool:
        """Whether the statement has result columns, even if no row came."""
        return self._description is not None


def on_cursor(connection: Link, request: Request, cursor: Any) -> Reply:
    """Execute on a cursor and fetch everything."""
    if isinstance(request, Execute):
        execute_on(cursor, request)
        return _fetched(cursor)
    if isinstance(request, ExecuteMany):
        if not request.rows:
            return Reply([], 0)
        cursor.executemany(request.text, request.rows)
        return _counted(cursor)
    return connection.engine.dialect.driver.native(connection.raw, request)


def execute_on(cursor: Any, request: Execute) -> None:
    """Execute, and leave the rows to be fetched."""
    if isinstance(request, RawExecute) and request.bare:
        cursor.execute(request.text)
    else:
        cursor.execute(request.text, request.parameters)


def _fetched(cursor: Any) -> Reply:
    description = cursor.description
    rows = [] if description is None else cursor.fetchall()
    if type(rows) is not list:
        rows = list(rows)
    return DriverReply(rows, cursor.rowcount, getattr(cursor, "lastrowid", None), description)


def _counted(cursor: Any) -> Reply:
    return Reply([], cursor.rowcount, getattr(cursor, "lastrowid", None))


def values_of(request: Request) -> Any:
    """The parameters of a request, one set or many."""
    return request.parameters if isinstance(request, Execute) else request.rows


def sensitive_of(request: Request) -> Collection[int | str]:
    """The positions (or names) of parameters whose values are never shown."""
    own: Collection[int | str] | None = getattr(request, "sensitive", None)
    if own is None:
        compiled = getattr(request, "compiled", None)
        return () if compiled is None else _sensitive_in(compiled)
    return own


def _sensitive_in(compiled: Compiled) -> Collection[int | str]:
    """Positions where parameters are positional, names where they are named."""
    hidden = compiled.sensitive_positions
    if compiled.target.paramstyle in ("named", "pyformat"):
        return {compiled.parameter_slots[position].name for position in hidden}
    return hidden


# --- watched -------------------------------------------------------------------------------------


def watched(connection: Link, request: Request, cursor: Any) -> Reply:
    """Execute with logging and the cursor listeners."""
    context = announced(connection, request, cursor)
    request = context.request
    if done_by_listener(context):
        reply = _fetched(cursor) if isinstance(request, Execute) else _counted(cursor)
    else:
        reply = on_cursor(connection, request, cursor)
    executed(context)
    if connection.engine.log.shows(logging.DEBUG):
        _log_rows(connection, request, reply)
    return reply


def announced(connection: Link, request: Request, cursor: Any) -> ExecutionContext:
    """Tell those who listen before a statement is executed, and the log; what they made of it is in
    the context.
    """
    context = ExecutionContext(connection, request, values_of(request), cursor)
    many = context.executemany
    for listener in connection.engine.dispatch.registrations("before_cursor_execute"):
        changed = listener.call(
            connection, cursor, context.statement, context.parameters, context, many
        )
        if listener.retval and changed is not None:
            context.statement, context.parameters = changed
            context.request = _replaced(request, context)
    log_statement(connection, context.request)
    return context


def done_by_listener(context: ExecutionContext) -> bool:
    """Whether a "do_execute" listener (or one of its kin) has executed the statement itself."""
    request, dispatch = context.request, context.engine.dispatch
    given: tuple[Any, ...] = (context.cursor, context.statement, context.parameters, context)
    if isinstance(request, ExecuteMany):
        name = "do_executemany"
    elif isinstance(request, RawExecute) and request.bare:
        name, given = "do_execute_no_params", (context.cursor, context.statement, context)
    elif isinstance(request, Execute):
        name = "do_execute"
    else:
        return False
    return any(listener(*given) for listener in dispatch.listeners(name))


def executed(context: ExecutionContext) -> None:
    """Tell those who listen after a statement was executed."""
    for listener in context.engine.dispatch.listeners("after_cursor_execute"):
        listener(
            context.connection,
            context.cursor,
            context.statement,
            context.parameters,
            context,
            context.executemany,
        )


def _replaced(request: Request, context: ExecutionContext) -> Request:
    """The request with the text and values a listener wants."""
    text, values = context.statement, context.parameters
    changed = copy(request)
    changed.text = text
    if isinstance(changed, Execute):
        changed.parameters = values
    else:
        changed.rows = values
    return changed


def log_statement(connection: Link, request: Request) -> None:
    """Two messages: the statement; how it was made, and its parameters."""
    engine = connection.engine
    if not engine.log.shows():
        return
    connection.say(request.text)
    if isinstance(request, RawExecute):
        how = request.how
    else:
        how = engine.statement_clock.note(request.text)
    shown = HIDDEN
    if engine.shows_parameters:
        many = not isinstance(request, Execute)
        shown = shown_parameters(values_of(request), sensitive_of(request), many=many)
    connection.say(f"[{how}] {shown}")


def _log_rows(connection: Link, request: Request, reply: Reply) -> None:
    """At DEBUG: which columns, how many rows; no values, a column may be sensitive.

    A column without a name is called by its expression, in which a driver may have written values.
    """
    if reply.names:
        hide = not connection.engine.shows_parameters
        sensitive = sensitive_of(request)
        many = not isinstance(request, Execute)
        names = without_values(repr(reply.names), values_of(request), sensitive, hide, many)
        connection.say(f"Col {names}", logging.DEBUG)
        connection.say(f"{len(reply.rows)} rows", logging.DEBUG)


# --- failed --------------------------------------------------------------------------------------


def failed(connection: Link, request: Request, cursor: Any, error: BaseException) -> NoReturn:
    """Raise what the user is to see; invalidate the connection unless it is known to be usable."""
    if not isinstance(error, Exception):
        # Cancelled somewhere between sending and having received: nobody knows what comes next.
        connection.invalidate(error)
        raise error
    raise_wrapped(
        connection.engine,
        error,
        connection=connection,
        cursor=cursor,
        statement=request.text,
        parameters=values_of(request),
        sensitive=sensitive_of(request),
        many=not isinstance(request, Execute),
        request=request,
    )


def raise_wrapped(
    engine: Engine,
    error: Exception,
    *,
    connection: Link | None = None,
    cursor: Any = None,
    statement: str | None = None,
    parameters: Any = None,
    sensitive: Collection[int | str] = (),
    many: bool = False,
    extra: str | None = None,
    request: Request | None = None,
) -> NoReturn:
    """Classify, tell the "handle_error" listeners, invalidate after a disconnect, raise."""
    dialect = engine.dialect
    info = dialect.classify(error)
    if connection is not None:
        connection.trouble = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
    wrapped: Exception | None = None
    if isinstance(error, dialect.driver.errors) or info.kind != "other":
        wrapped = wrap(
            error,
            info,
            statement=statement,
            parameters=parameters,
            sensitive=sensitive,
            hide_parameters=engine.hides_parameters,
            many=many,
            url=engine.url,
            extra=extra,
        )
    context = ExceptionContext(
        engine=engine,
        connection=connection,
        cursor=cursor,
        statement=statement,
        parameters=parameters,
        original=error,
        wrapped=wrapped,
        is_disconnect=info.disconnect,
        execution_context=None if request is None else _context_of(connection, request, cursor),
    )
    chosen = _ask_listeners(engine, context)
    if context.is_disconnect:
        _disconnected(engine, connection, error, context.invalidate_pool_on_disconnect)
        if wrapped is not None:
            vars(wrapped)["connection_invalidated"] = True
    if chosen is None:
        raise error
    raise chosen


def _context_of(connection: Link | None, request: Request, cursor: Any) -> ExecutionContext | None:
    if connection is None or not connection.engine.dispatch.has("handle_error"):
        return None
    return ExecutionContext(connection, request, values_of(request), cursor)


def _ask_listeners(engine: Engine, context: ExceptionContext) -> BaseException | None:
    """What is to be raised: the error, or what a listener returned or raised in its place. Those
    that follow see it as `chained_exception`; after one that raised, none is asked.
    """
    chosen: BaseException | None = context.accord_exception
    for listener in engine.dispatch.registrations("handle_error"):
        try:
            answer = listener.call(context)
        except Exception as raised:
            return raised
        if listener.retval and isinstance(answer, BaseException):
            chosen = context.chained_exception = answer
    return chosen


def _disconnected(
    engine: Engine, connection: Link | None, error: Exception, whole_pool: bool
) -> None:
    if connection is not None and not connection.closed:
        connection.invalidate(error)
    if whole_pool:
        engine.pool.invalidate_all()
