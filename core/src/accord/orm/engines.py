"""Which engine a statement goes to: by the caller's word, an overridden `get_bind`, or `binds`.

In: a session, a statement and its bind arguments. Out: the engine. The first mapped entity of a
statement decides; a statement that touches entities of two databases is refused with both names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import exc
from accord.engine import Connection, Engine
from accord.loading import mapper_of_select
from accord.sql.nodes import Entity, EntityColumn, walk
from accord.sql.select import CompoundSelect, Select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from accord.mapping import Mapper

    from .transactional import TransactionalSession as Session


def mapper_in(statement: Any) -> Mapper | None:
    """Return the mapper of the first mapped entity a statement mentions in its select list or
    target.
    """
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
    """Return the engine a statement goes to; `mapper` is that of its first entity, if it is
    known.
    """
    if session.only_engine is not None and not bind_arguments:
        return session.only_engine
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
    """Return the engine behind what `get_bind` answered, as the session's options see it; a
    Connection joins the session's transaction.
    """
    if isinstance(bind, Connection):
        session.external_connections.setdefault(bind.engine, bind)
        bind = bind.bind
    if isinstance(bind, Engine):
        return bind.speaking(session.schema_options) if session.schema_options else bind
    raise exc.ArgumentError(f"A bind is an Engine or a Connection, not {type(bind).__name__}")


def schemas_in(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema_translate_map among these options, as options."""
    name = "schema_translate_map"
    return {name: options[name]} if name in options else {}


def ask_get_bind(session: Session, mapper: Any, clause: Any) -> Any:
    """Call an overridden `get_bind`, with the arguments its signature takes."""
    accepted = _accepted(type(session).get_bind)
    given = {"mapper": mapper, "clause": clause}
    return session.get_bind(**{name: value for name, value in given.items() if accepted(name)})


def _accepted(function: Any) -> Callable[[str], bool]:
    import inspect  # for sessions with rules of their own

    parameters = inspect.signature(function).parameters
    if any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values()):
        return lambda name: True
    return lambda name: name in parameters


def default_bind(session: Session, mapper: Any, clause: Any, bind: Any) -> Any:
    """The rules of `Session.get_bind`: a given bind, the mapper's, the clause's tables', the
    session's.
    """
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
    """One statement runs on one engine: refuse it if another of its entities lives somewhere
    else.
    """
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
