"""Statements become requests, replies become results: what `Connection.execute` does.

In: a connection, a statement (select, DML, DDL, text), parameters. Out: a `CursorResult`. Compiled
SQL is found by the statement's structural key; one dict look-up and one call into `Compiled` are
all that a repeated statement costs before the driver has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from accord.dialect.steps import Execute, ExecuteMany
from accord.engine.compiling import compile_cached
from accord.engine.cursor import CursorResult, no_result
from accord.engine.implicit import perform_text
from accord.engine.inserted import Written, defaults_for, implicit_returning
from accord.engine.perform import DriverReply, RawExecute
from accord.engine.row import shape_of
from accord.engine.stream import chunk_size, open_stream
from accord.exc import (
    ArgumentError,
    ObjectNotExecutableError,
)
from accord.sql.nodes import ClauseElement, ColumnElement, Executable

if TYPE_CHECKING:
    from accord.dialect.steps import Reply
    from accord.engine.connection import Connection
    from accord.sql.compiled import Compiled, Loose

    Given = Mapping[str, Any]

_FEW_PARAMETERS = 999  # every database takes as many in one statement
_READING = ("select", "values", "explain", "show", "describe", "pragma")


def execute(
    connection: Connection,
    statement: Any,
    parameters: Any,
    options: Mapping[str, Any] | None,
) -> CursorResult[Any]:
    """Execute a statement in whatever form it comes."""
    if not isinstance(statement, Executable) or (
        isinstance(statement, ColumnElement) and not statement.is_text
    ):
        statement = _executable(statement)
    given, many = _distilled(parameters)
    own: Mapping[str, Any] = statement.get_execution_options()
    effective = connection.get_execution_options()
    if own or options:
        given_here = {**own, **options} if options else own
        _check(given_here)
        effective = {**effective, **given_here}
        if "schema_translate_map" in effective:
            return _in_schemas(connection, statement, given, many, effective)
    if connection.engine.announces:
        return _announced(connection, statement, given, many, effective)
    return _execute(connection, statement, given, many, effective)


def _check(options: Mapping[str, Any]) -> None:
    from accord.engine.options import check_statement_options  # few programs have any

    check_statement_options(options)


def _in_schemas(
    connection: Connection,
    statement: Any,
    given: Given | None,
    many: Sequence[Given] | None,
    options: Mapping[str, Any],
) -> CursorResult[Any]:
    """Execute with the schema_translate_map of the statement, which is also that of its column
    defaults.
    """
    before, connection.bind = connection.bind, connection.engine.speaking(options)
    try:
        run = _announced if connection.engine.announces else _execute
        return run(connection, statement, given, many, options)
    finally:
        connection.bind = before


def _execute(
    connection: Connection,
    statement: Any,
    given: Given | None,
    many: Sequence[Given] | None,
    options: Mapping[str, Any],
) -> CursorResult[Any]:
    if statement.is_ddl:
        return _execute_ddl(connection, statement, options)
    if many is not None:
        if len(many) > 1:
            from accord.engine.many import execute_many

            return execute_many(connection, statement, many, options)
        given = many[0]
    if statement.is_dml:
        return _execute_dml(connection, statement, given, options)
    engine = connection.bind
    compiled = compile_cached(engine, statement, None, options)
    text, values = compiled.parameters(statement.binds, given)
    request = Execute(engine, text, values, write=compiled.is_write, compiled=compiled)
    if options:
        streamed, size = chunk_size(options)
        if streamed:
            return _streamed(connection, request, compiled, size)
    if statement.is_text:
        result = _result(compiled, statement, perform_text(connection, request, options))
        if any(bind.isoutparam for bind in statement.binds):
            from accord.sql.outparams import given_back

            result._given_back = given_back(compiled, values)
        return result
    return _result(compiled, statement, connection.perform(request))


def _announced(
    connection: Connection,
    statement: Any,
    given: Given | None,
    many: Sequence[Given] | None,
    options: Mapping[str, Any],
) -> CursorResult[Any]:
    """Execute with the "before_execute" and "after_execute" listeners told."""
    dispatch = connection.engine.dispatch
    for listener in dispatch.registrations("before_execute"):
        answer = listener.call(connection, statement, many or (), given or {}, options)
        if listener.retval and answer is not None:
            statement, changed_many, changed = answer
            given, many = changed or None, list(changed_many) or None
    result = _execute(connection, statement, given, many, options)
    for after in dispatch.listeners("after_execute"):
        after(connection, statement, many or (), given or {}, options, result)
    return result


# --- what was given ------------------------------------------------------------------------------


def _executable(statement: Any) -> Any:
    """A statement from what has one inside, or stands for one (``func.now()``, a sequence)."""
    element = statement
    if not isinstance(element, ClauseElement) and hasattr(element, "__clause_element__"):
        element = element.__clause_element__()
    if isinstance(element, Executable) and isinstance(element, ColumnElement):
        from accord.sql.select import Select

        return Select(element)
    next_value = getattr(element, "next_value", None)
    if callable(next_value) and not isinstance(element, ClauseElement):
        return _executable(next_value())
    if isinstance(element, Executable):
        return element
    raise ObjectNotExecutableError(statement)


def _distilled(parameters: Any) -> tuple[Given | None, Sequence[Given] | None]:
    """(one set of parameters, many sets): one of them, or neither."""
    if not parameters:
        return None, None
    if isinstance(parameters, Mapping):
        return parameters, None
    if isinstance(parameters, list | tuple) and all(isinstance(one, Mapping) for one in parameters):
        return None, parameters
    by_position = isinstance(parameters, list | tuple)
    raise ArgumentError(
        "Parameters are a dict of values by name, or a list of such dicts to execute the statement "
        f"for each; got {type(parameters).__name__}"
        + (
            " of something else; values by position, for the driver's own markers, go to "
            "exec_driver_sql()"
            if by_position
            else ""
        )
    )


# --- SELECT and text -----------------------------------------------------------------------------


def _result(compiled: Compiled, statement: Any, reply: Reply) -> CursorResult[Any]:
    columns = compiled.columns
    if columns:
        shape = shape_of(columns)
        rows: Any = reply.rows
        if shape.converter is not None:
            rows = shape.converter(rows)
        if shape.repeats_aliases and statement.has_anon:
            shape = shape.seen_by([element for _, _, element in statement.result_columns()])
        return CursorResult(shape, rows, reply.rowcount)
    if isinstance(reply, DriverReply) and reply.returned_rows:
        if compiled.loose is not None:
            return _loose(compiled.loose, reply)
        return CursorResult(shape_of(reply.names), reply.rows, reply.rowcount)
    return CursorResult(
        shape_of(()), (), reply.rowcount, returns_rows=False, lastrowid=reply.lastrowid
    )


def _loose(loose: Loose, reply: Reply) -> CursorResult[Any]:
    """Rows of a statement that has text among its columns: the driver knows how they are called."""
    from accord.engine.loose import shape_for

    shape = shape_for(loose, reply.names)
    rows = reply.rows if shape.converter is None else shape.converter(reply.rows)
    return CursorResult(shape, rows, reply.rowcount)


def _streamed(
    connection: Connection, request: Execute, compiled: Compiled | None, size: int | None
) -> CursorResult[Any]:
    """Execute and leave the cursor open; rows are fetched as they are asked for."""
    stream = open_stream(connection, request, size)
    if stream is None:
        return CursorResult(shape_of(()), (), -1, returns_rows=False)
    if compiled is not None and compiled.columns:
        shape = shape_of(compiled.columns)
    else:
        shape = shape_of(stream.names)
        if compiled is not None and compiled.loose is not None:
            from accord.engine.loose import shape_for

            shape = shape_for(compiled.loose, tuple(stream.names))
    rows = stream.rows(shape.converter)
    result: CursorResult[Any] = CursorResult(shape, rows, stream.rowcount, source=stream)
    return result if size is None else result.yield_per(size)


# --- INSERT, UPDATE, DELETE ----------------------------------------------------------------------


def _execute_dml(
    connection: Connection, statement: Any, given: Given | None, options: Mapping[str, Any]
) -> CursorResult[Any]:
    engine = connection.bind
    if statement.is_insert and len(statement.binds) > _FEW_PARAMETERS:
        from accord.engine.many import blocks_of, execute_blocks

        blocks = blocks_of(connection, statement)
        if len(blocks) > 1:
            return execute_blocks(connection, blocks, given, options)
    keys = None if statement.is_delete else tuple(sorted(given)) if given else ()
    compiled = compile_cached(engine, statement, keys, options)
    fetched = implicit_returning(engine, statement, compiled, keys)
    if fetched is not None:
        compiled = compile_cached(engine, fetched, keys, options)
    if compiled.prefetch:
        given = defaults_for(connection, compiled, statement, given or {})
    text, values = compiled.parameters(statement.binds, given)
    request = Execute(engine, text, values, write=compiled.is_write, compiled=compiled)
    reply = connection.perform(request)
    fetching = fetched is not None
    written = Written(
        statement,
        compiled,
        [given or {}],
        many=False,
        count=reply.rowcount,
        fetched=reply.rows if fetching else None,
    )
    if not fetching and compiled.returns_rows:
        shape = shape_of(compiled.columns)
        convert = shape.converter
        rows = reply.rows if convert is None else convert(reply.rows)
        return CursorResult(shape, rows, reply.rowcount, written=written)
    return CursorResult(
        shape_of(()),
        (),
        reply.rowcount,
        returns_rows=False,
        lastrowid=reply.lastrowid,
        written=written,
    )


# --- DDL and driver SQL --------------------------------------------------------------------------


def _execute_ddl(
    connection: Connection, statement: Any, options: Mapping[str, Any]
) -> CursorResult[Any]:
    engine = connection.bind
    dialect = engine.dialect
    text = dialect.target.escaped(str(statement.compile(dialect=dialect)))
    request = RawExecute(engine, text, write=True, how="no key 0.00000s")
    reply = perform_text(connection, request, options)
    # The catalog may answer differently now, and a sequence made anew counts from its start again:
    # plans know the one, and pools of keys the other.
    engine.forget_key_plans()
    if isinstance(reply, DriverReply) and reply.returned_rows:  # DDL("SELECT …") of the user
        return CursorResult(shape_of(reply.names), reply.rows, reply.rowcount)
    return no_result()


def execute_driver_sql(
    connection: Connection,
    text: str,
    parameters: Any,
    options: Mapping[str, Any] | None,
) -> CursorResult[Any]:
    """Execute a string as it is."""
    if not isinstance(text, str):
        raise ArgumentError(
            f"exec_driver_sql() takes a string of SQL, not {type(text).__name__}; statements go to "
            "execute()"
        )
    engine = connection.engine
    effective = {**connection.get_execution_options(), **(options or {})}
    if options:
        _check(options)
    write = not text.lstrip(" \t\r\n(")[:8].lower().startswith(_READING)
    values, many = _driver_parameters(parameters)
    if many:
        reply = connection.perform(
            ExecuteMany(engine, text, cast("list[Any]", values), write=write)
        )
        return CursorResult(shape_of(()), (), reply.rowcount, returns_rows=False)
    bare = bool(effective.get("no_parameters")) and not values
    request = RawExecute(engine, text, cast(Any, values), write=write, how="raw sql", bare=bare)
    streamed, size = chunk_size(effective)
    if streamed:
        return _streamed(connection, request, None, size)
    reply = perform_text(connection, request, effective)
    if isinstance(reply, DriverReply) and reply.returned_rows:
        return CursorResult(shape_of(reply.names), reply.rows, reply.rowcount)
    return CursorResult(
        shape_of(()), (), reply.rowcount, returns_rows=False, lastrowid=reply.lastrowid
    )


def _driver_parameters(parameters: Any) -> tuple[Any, bool]:
    if parameters is None:
        return (), False
    if isinstance(parameters, Mapping):
        return dict(parameters), False
    if isinstance(parameters, tuple):
        return parameters, False
    if isinstance(parameters, list):
        if not parameters:
            return (), False
        if all(isinstance(one, tuple | Mapping) for one in parameters):
            return (parameters, True) if len(parameters) > 1 else (parameters[0], False)
        raise ArgumentError(
            "A list given to exec_driver_sql() holds tuples or dicts, one for each execution; "
            "write "
            "one set of positional parameters as a tuple"
        )
    raise ArgumentError(
        f"exec_driver_sql() takes a tuple or dict of parameters, or a list of them, not "
        f"{type(parameters).__name__}"
    )
