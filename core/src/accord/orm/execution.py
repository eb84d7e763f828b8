"""`Session.execute`: which engine, which way.

In: a statement and what the caller says about it. Out: a Result. ORM SELECTs go through `loading`, UPDATE, DELETE and
INSERT of mapped classes through `dml`, everything else straight to the transaction's connection. The engine is
found once per statement: by the caller's word, an overridden `get_bind`, or the default rules (`binds`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from accord import exc
from accord.engine import Connection, Engine, Result
from accord.loading import mapper_of_select, objects_steps, select_steps, statement_behind
from accord.sql import text
from accord.sql.nodes import Entity, EntityColumn, Executable, walk
from accord.sql.select import CompoundSelect, Select
from accord.sql.text import TextClause

from . import dml

if TYPE_CHECKING:
    from accord.mapping import Mapper

    from .session import Session


@dataclass(slots=True)
class ORMExecuteState:
    """What `do_orm_execute` listeners get; they may change it, or return a Result to use instead."""

    session: Session
    statement: Any
    parameters: Any
    execution_options: Mapping[str, Any]
    bind_arguments: Mapping[str, Any]
    local_execution_options: dict[str, Any] = field(default_factory=dict)

    @property
    def is_select(self) -> bool:
        """Whether this is a SELECT."""
        return bool(self.statement.is_select)

    @property
    def is_insert(self) -> bool:
        """Whether this is an INSERT."""
        return bool(self.statement.is_insert)

    @property
    def is_update(self) -> bool:
        """Whether this is an UPDATE."""
        return bool(self.statement.is_update)

    @property
    def is_delete(self) -> bool:
        """Whether this is a DELETE."""
        return bool(self.statement.is_delete)

    @property
    def is_orm_statement(self) -> bool:
        """Whether mapped classes are involved."""
        return mapper_in(self.statement) is not None

    @property
    def bind_mapper(self) -> Any:
        """The mapper that decides about the engine, or None."""
        return mapper_in(self.statement)


def execute(
    session: Session,
    statement: Any,
    parameters: Any,
    options: Mapping[str, Any],
    bind_arguments: Mapping[str, Any] | None,
) -> Result[Any]:
    """Execute any statement in the session's transaction."""
    if isinstance(statement, str):
        statement = text(statement)
    elif not isinstance(statement, Executable):
        statement = _executable(statement)
    if session._hears("do_orm_execute"):
        state = ORMExecuteState(session, statement, parameters, options, bind_arguments or {})
        for listener in session.dispatch.listeners("do_orm_execute"):
            answer = listener(state)
            if answer is not None:
                return answer  # type: ignore[no-any-return]
        statement = state.statement
        parameters = state.parameters
        options = {**options, **state.local_execution_options}
    if statement.is_select and isinstance(statement, Select):
        mapper = mapper_of_select(statement)
        if mapper is not None:
            return _select(session, statement, mapper, parameters, options, bind_arguments)
    if statement.is_dml:
        mapper = mapper_of_dml(statement)
        if mapper is not None:
            return dml.execute(session, statement, mapper, parameters, options, bind_arguments)
    return execute_core(session, statement, parameters, options, bind_arguments)


def _executable(statement: Any) -> Any:
    element = getattr(statement, "__clause_element__", None)
    if element is not None:
        statement = element()
    if not isinstance(statement, Executable):
        raise exc.ObjectNotExecutableError(statement)
    return statement


def execute_core(
    session: Session,
    statement: Any,
    parameters: Any,
    options: Mapping[str, Any],
    bind_arguments: Mapping[str, Any] | None,
) -> Result[Any]:
    """Execute a statement that involves no mapped class."""
    if not statement.is_text and not statement.is_ddl and options.get("autoflush", True):
        session._autoflush()
    engine = route_statement(session, statement, bind_arguments)
    connection = session._begun().connection_for(engine)
    return connection.execute(statement, parameters, execution_options=options or None)


def _select(
    session: Session,
    statement: Any,
    mapper: Mapper,
    parameters: Any,
    options: Mapping[str, Any],
    bind_arguments: Mapping[str, Any] | None,
) -> Result[Any]:
    own: Mapping[str, Any] = statement.execution_options_map
    merged = {**own, **options} if own else options
    if merged.get("autoflush", True):
        session._autoflush()
    engine = route_statement(session, statement, bind_arguments, mapper)
    source = statement_behind(statement)
    if source is not None:
        return _from_statement(session, statement, source, engine, parameters, merged)
    loaded = session._run(
        select_steps(
            session,
            statement,
            parameters,
            engine,
            populate_existing=bool(merged.get("populate_existing", False)),
        )
    )
    plan = loaded.plan
    result: Result[Any] = Result(
        plan.items,
        loaded.rows,
        scalar=plan.scalar,
        entities=plan.entity_items,
        needs_unique=plan.needs_unique,
    )
    size = merged.get("yield_per")
    return result.yield_per(size) if size else result


def _from_statement(
    session: Session, statement: Any, source: Any, engine: Engine, parameters: Any, options: Mapping[str, Any]
) -> Result[Any]:
    """``select(User).from_statement(...)``: the rows of another statement are objects."""
    nodes = statement.raw_columns
    if len(nodes) != 1 or not isinstance(nodes[0], Entity):
        raise exc.ArgumentError("from_statement() needs exactly one mapped class in select(...)")
    return objects_of(session, nodes[0], source, engine, parameters, options)


def objects_of(
    session: Session, entity: Entity, source: Any, engine: Engine, parameters: Any, options: Mapping[str, Any]
) -> Result[Any]:
    """Execute `source` and return its rows as objects of `entity`."""
    connection = session._begun().connection_for(engine)
    rows = connection.execute(source, parameters)
    loaded = session._run(
        objects_steps(
            session,
            entity,
            tuple(rows.keys()),
            [tuple(row) for row in rows],
            engine,
            converted=not isinstance(source, TextClause),
            populate_existing=bool(options.get("populate_existing", False)),
        )
    )
    return Result(loaded.plan.items, loaded.rows, scalar=True, entities=frozenset({0}))


# --- which engine ------------------------------------------------------------------------------------------


def mapper_in(statement: Any) -> Mapper | None:
    """Return the mapper of the first mapped entity a statement mentions in its select list or target."""
    if isinstance(statement, Select):
        return mapper_of_select(statement)
    if isinstance(statement, CompoundSelect):
        return mapper_in(statement.selects[0])
    return mapper_of_dml(statement) if statement.is_dml else None


def mapper_of_dml(statement: Any) -> Mapper | None:
    """Return the mapper an INSERT, UPDATE or DELETE is addressed to, None for a plain table."""
    entity = getattr(statement, "entity", None)
    return None if entity is None else _mapper(entity.owner)


def _mapper(owner: Any) -> Mapper:
    found: Mapper = owner.mapper
    return found


def _owner_of(node: Any) -> Any:
    """Return the mapper or alias behind a node that a mapped class contributed, else None."""
    return node.owner if isinstance(node, Entity | EntityColumn) else None


def route_statement(
    session: Session, statement: Any, bind_arguments: Mapping[str, Any] | None, mapper: Any = None
) -> Engine:
    """Return the engine a statement goes to; `mapper` is that of its first entity, if it is known."""
    if mapper is not None and not bind_arguments and not session._custom_get_bind:
        engine = engine_of(session, default_bind(session, mapper, statement, None))
        if session._binds.is_partitioned:
            _refuse_two_engines(session, statement, mapper, engine)
        return engine
    arguments = dict(bind_arguments or {})
    if arguments.get("bind") is not None:
        return engine_of(session, arguments["bind"])
    given = arguments.get("mapper")
    if given is not None:
        mapper = getattr(given, "__mapper__", given)
    elif mapper is None and statement is not None:
        mapper = mapper_in(statement)
    clause = arguments.get("clause", statement)
    if session._custom_get_bind:
        return engine_of(session, ask_get_bind(session, mapper, clause))
    engine = engine_of(session, default_bind(session, mapper, clause, None))
    if session._binds.is_partitioned and statement is not None and not arguments:
        _refuse_two_engines(session, statement, mapper, engine)
    return engine


def engine_of(session: Session, bind: Any) -> Engine:
    """Return the engine behind what `get_bind` answered; a Connection joins the session's transaction."""
    if isinstance(bind, Engine):
        return bind
    if isinstance(bind, Connection):
        session.external_connections.setdefault(bind.engine, bind)
        return bind.engine
    raise exc.ArgumentError(f"A bind is an Engine or a Connection, not {type(bind).__name__}")


def ask_get_bind(session: Session, mapper: Any, clause: Any) -> Any:
    """Call an overridden `get_bind`, with the arguments its signature takes."""
    accepted = _accepted(type(session).get_bind)
    given = {"mapper": mapper, "clause": clause}
    return session.get_bind(**{name: value for name, value in given.items() if accepted(name)})


def _accepted(function: Any) -> Callable[[str], bool]:
    parameters = inspect.signature(function).parameters
    if any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values()):
        return lambda name: True
    return lambda name: name in parameters


def default_bind(session: Session, mapper: Any, clause: Any, bind: Any) -> Any:
    """The rules of `Session.get_bind`: a given bind, the mapper's, the clause's tables', the session's."""
    if bind is not None:
        return bind
    binds = session._binds
    found = None
    if mapper is not None:
        mapper = getattr(mapper, "__mapper__", mapper)
        found = binds.for_mapper(mapper)
    elif clause is not None and binds.by_table:
        found = binds.for_tables(_tables_in(clause))
    else:
        found = binds.default
    if found is None:
        raise exc.UnboundExecutionError(_unbound(mapper, clause))
    return found


def _unbound(mapper: Any, clause: Any) -> str:
    context = []
    if mapper is not None:
        context.append(f"mapper {mapper.class_.__name__}")
    elif clause is not None:
        context.append("this statement")
    where = " or ".join(context) or "this session"
    return (
        f"Could not locate a bind configured on {where} or this Session; write Session(engine), "
        "Session(binds={Class: engine}), or pass bind_arguments={'mapper': Class}"
    )


def _tables_in(clause: Any) -> Iterator[Any]:
    return (node for node in walk(clause) if hasattr(node, "primary_key"))


def _refuse_two_engines(session: Session, statement: Any, first: Any, engine: Engine) -> None:
    """One statement runs on one engine: refuse it if another of its entities lives somewhere else."""
    seen = {first}
    for node in walk(statement):
        owner = _owner_of(node)
        if owner is None or owner.mapper in seen:
            continue
        seen.add(owner.mapper)
        bound = session._binds.for_mapper(owner.mapper)
        other = None if bound is None else engine_of(session, bound)
        if other is not None and other is not engine and other.url != engine.url:
            names = f"{getattr(first, 'class_', first).__name__ if first else 'the statement'}"
            raise exc.CrossEngineError(
                f"One statement cannot use two databases: {names} is bound to {engine.url!r} and "
                f"{owner.mapper.class_.__name__} to {other.url!r}; query them one after the other"
            )
