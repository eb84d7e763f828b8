"""`Session.execute`: which engine, which way.

In: a statement and what the caller says about it. Out: a Result. ORM SELECTs go through `loading`,
UPDATE, DELETE and INSERT of mapped classes through `dml`, everything else straight to the
transaction's connection. The engine is found once per statement: by the caller's word, an
overridden `get_bind`, or the default rules (`binds`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from accord import exc
from accord.engine import Engine, Result
from accord.engine.result import scalars_of
from accord.engine.stream import chunk_size
from accord.event import clock
from accord.loading import (
    known_plan,
    mapper_of_select,
    new_plan,
    objects_steps,
    plain_objects,
    select_steps,
    selects_unknown_columns,
    statement_behind,
)
from accord.loading.plan import rewritten
from accord.records import dataclass, field
from accord.sql import text
from accord.sql.nodes import Entity, Executable
from accord.sql.select import Select
from accord.sql.text import TextClause

from .engines import mapper_in, mapper_of_dml, route_statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from accord.engine import ScalarResult
    from accord.loading.plan import LoadPlan
    from accord.mapping import Mapper

    from .session import Session


@dataclass(slots=True)
class ORMExecuteState:
    """What `do_orm_execute` listeners get; they may change it, or return a Result to use
    instead.
    """

    session: Session
    statement: Any
    parameters: Any
    execution_options: Mapping[str, Any]
    bind_arguments: Mapping[str, Any]
    local_execution_options: dict[str, Any] = field(default_factory=dict)
    #: The listeners that have not been asked.
    left: Iterator[Callable[[ORMExecuteState], Any]] = field(default_factory=lambda: iter(()))

    #: Lazy loads and attributes loaded later are not announced.
    is_column_load: ClassVar = False
    is_relationship_load: ClassVar = False
    lazy_loaded_from: ClassVar = None
    loader_strategy_path: ClassVar = None

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
    def is_executemany(self) -> bool:
        """Whether there is a list of parameters."""
        return isinstance(self.parameters, list)

    @property
    def is_from_statement(self) -> bool:
        """Whether this is `select(…).from_statement(…)`."""
        return isinstance(self.statement, Select) and statement_behind(self.statement) is not None

    @property
    def user_defined_options(self) -> tuple[Any, ...]:
        """What `options()` was given that is no loader option of accord's."""
        given = getattr(self.statement, "given_options", ())
        return tuple(option for option in given if not hasattr(option, "directives"))

    @property
    def is_orm_statement(self) -> bool:
        """Whether mapped classes are involved."""
        return mapper_in(self.statement) is not None

    @property
    def bind_mapper(self) -> Any:
        """The mapper that decides about the engine, or None."""
        return mapper_in(self.statement)

    @property
    def all_mappers(self) -> list[Mapper]:
        """The mappers of what is selected or written, each once."""
        found: dict[int, Mapper] = {}
        for described in getattr(self.statement, "column_descriptions", ()):
            mapper = getattr(described["entity"], "__mapper__", None)
            if mapper is not None:
                found[mapper.uid] = mapper
        if not found and self.bind_mapper is not None:
            return [self.bind_mapper]
        return list(found.values())

    def update_execution_options(self, **options: Any) -> None:
        """Change the options this execution has."""
        self.local_execution_options.update(options)

    def invoke_statement(
        self,
        statement: Any = None,
        params: Any = None,
        execution_options: Mapping[str, Any] | None = None,
        bind_arguments: Mapping[str, Any] | None = None,
    ) -> Result[Any]:
        """Execute the statement now, as changed or as given; listeners that come later hear of it.

        A listener that returns the Result (or another one, of a cache) has answered the call.
        """
        parameters = self.parameters
        if params is not None:
            parameters = {**parameters, **params} if isinstance(parameters, dict) else params
        given = {**self.execution_options, **self.local_execution_options}
        return _announced(
            ORMExecuteState(
                self.session,
                self.statement if statement is None else statement,
                parameters,
                {**given, **(execution_options or {})},
                {**self.bind_arguments, **(bind_arguments or {})},
                left=self.left,
            )
        )


def execute(
    session: Session,
    statement: Any,
    parameters: Any,
    options: Mapping[str, Any],
    bind_arguments: Mapping[str, Any] | None,
) -> Result[Any]:
    """Execute any statement in the session's transaction."""
    if type(statement) is Select and not (options or bind_arguments):
        plan = _plain_plan(session, statement)
        if plan is not None:
            rows = _rows_by(plan, session, statement, parameters)
            return Result(plan.items, rows, scalar=plan.scalar, entities=plan.entity_items)
    return _any(session, statement, parameters, options, bind_arguments)


def scalars(
    session: Session, statement: Any, params: Any = None, **options: Any
) -> ScalarResult[Any]:
    """Execute and return the first value of every row."""
    if type(statement) is Select and not options:
        plan = _plain_plan(session, statement)
        if plan is not None and plan.scalar:
            rows = _rows_by(plan, session, statement, params)
            return scalars_of(plan.items, rows, plan.entity_items)
    result: Result[Any] = session.execute(statement, params, **options)
    return result.scalars()


def _any(
    session: Session,
    statement: Any,
    parameters: Any,
    options: Mapping[str, Any],
    bind_arguments: Mapping[str, Any] | None,
) -> Result[Any]:
    """The long way, with nothing taken for granted."""
    if isinstance(statement, str):
        statement = text(statement)
    elif not isinstance(statement, Executable):
        statement = _executable(statement)
    if session.dispatch.has("do_orm_execute"):
        every = {**statement.get_execution_options(), **options}
        left = iter(session.dispatch.listeners("do_orm_execute"))
        return _announced(
            ORMExecuteState(session, statement, parameters, every, bind_arguments or {}, left=left)
        )
    return _ready(session, statement, parameters, options, bind_arguments)


def _announced(state: ORMExecuteState) -> Result[Any]:
    """Execute what the listeners leave, unless one of them has the answer."""
    for listener in state.left:
        answer = listener(state)
        if answer is not None:
            return answer  # type: ignore[no-any-return]  # a listener's Result
    options = {**state.execution_options, **state.local_execution_options}
    return _ready(
        state.session, state.statement, state.parameters, options, state.bind_arguments or None
    )


def _ready(
    session: Session,
    statement: Any,
    parameters: Any,
    options: Mapping[str, Any],
    bind_arguments: Mapping[str, Any] | None,
) -> Result[Any]:
    own = statement.get_execution_options()
    if session.statement_options:
        inherited = session.statement_options.items()
        options = {**{k: v for k, v in inherited if k not in own}, **options}
    if "schema_translate_map" in options or "schema_translate_map" in own:
        return _in_schemas(session, statement, parameters, {**own, **options}, bind_arguments)
    return _by_kind(session, statement, parameters, options, bind_arguments)


def _in_schemas(
    session: Session,
    statement: Any,
    parameters: Any,
    options: Mapping[str, Any],
    bind_arguments: Mapping[str, Any] | None,
) -> Result[Any]:
    """Execute with the schema_translate_map of the statement; what is flushed before has the
    session's.
    """
    if not statement.is_ddl and options.get("autoflush", True):
        session._autoflush()
    with session.speaking(options):
        return _by_kind(session, statement, parameters, options, bind_arguments)


def _by_kind(
    session: Session,
    statement: Any,
    parameters: Any,
    options: Mapping[str, Any],
    bind_arguments: Mapping[str, Any] | None,
) -> Result[Any]:
    if statement.is_select and isinstance(statement, Select):
        mapper = mapper_of_select(statement)
        if mapper is not None:
            return _select(session, statement, mapper, parameters, options, bind_arguments)
    if statement.is_dml:
        mapper = mapper_of_dml(statement)
        if mapper is not None:
            from . import dml  # a program that only reads does not need it

            return dml.execute(session, statement, mapper, parameters, options, bind_arguments)
    return execute_core(session, statement, parameters, options, bind_arguments)


def _plain_plan(session: Session, statement: Select[Any]) -> LoadPlan | None:
    """The plan of a SELECT of one entity whose shape has been seen before; None: go the long way.

    Most queries of a program have one. They take the same steps as the long way, on which only what
    has been decided already is asked again.
    """
    engine = session.only_engine
    if session._listened_at != clock.now:
        session._listened()
    if (
        engine is None
        or statement.execution_options_map
        or session.statement_options
        or session._hears_execute
    ):
        return None
    plan: Any = engine.plans.get(statement.key)
    return plan if plan is not None and plan.plain else None


def _rows_by(
    plan: LoadPlan, session: Session, statement: Select[Any], parameters: Any
) -> list[Any]:
    """The rows of a SELECT that has a plan of the plain kind."""
    if session.new_objects or session.dirty_objects or session.deleted_objects:
        session._autoflush()
    engine: Any = session.only_engine
    link = session._links.get(engine) or session._link(engine)
    compiled: Any = plan.compiled
    binds = statement.binds  # from here on `loading.sent_by`, inlined
    if plan.bind_sources is not None:
        binds = plan.binds_of(binds)
    text, values = compiled.parameters(binds, parameters)
    fetched = link.fetch(compiled, text, values)
    return plain_objects(session, plan, fetched, overwrite=False)


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
    unflushed = session.new_objects or session.dirty_objects or session.deleted_objects
    if unflushed and merged.get("autoflush", True):
        session._autoflush()
    engine = route_statement(session, statement, bind_arguments, mapper)
    plan = known_plan(statement, engine)
    if plan is None:
        source = statement_behind(statement)
        if source is not None:
            return _from_statement(session, statement, source, engine, parameters, merged)
        if selects_unknown_columns(statement):
            connection = session._begun().connection_for(engine)
            return connection.execute(rewritten(statement), parameters, execution_options=merged)
    streamed, size = chunk_size(merged) if merged else (False, None)
    if streamed:
        from . import streaming

        plan = plan or new_plan(statement, engine)
        if streaming.can_be_streamed(plan, size):
            return streaming.streamed(session, statement, plan, parameters, engine, merged, size)
    plan, rows = session._run(
        select_steps(
            session,
            statement,
            parameters,
            engine,
            plan,
            populate_existing=bool(merged.get("populate_existing", False)),
        )
    )
    result: Result[Any] = Result(
        plan.items,
        rows,
        scalar=plan.scalar,
        entities=plan.entity_items,
        needs_unique=plan.needs_unique,
    )
    size = merged.get("yield_per")
    return result.yield_per(size) if size else result


def _from_statement(
    session: Session,
    statement: Any,
    source: Any,
    engine: Engine,
    parameters: Any,
    options: Mapping[str, Any],
) -> Result[Any]:
    """``select(User).from_statement(...)``: the rows of another statement are objects."""
    nodes = statement.raw_columns
    if len(nodes) != 1 or not isinstance(nodes[0], Entity):
        raise exc.ArgumentError("from_statement() needs exactly one mapped class in select(...)")
    chosen = statement.given_options
    return objects_of(session, nodes[0], source, engine, parameters, options, chosen)


def objects_of(
    session: Session,
    entity: Entity,
    source: Any,
    engine: Engine,
    parameters: Any,
    options: Mapping[str, Any],
    loading: Sequence[Any] = (),
) -> Result[Any]:
    """Execute `source` and return its rows as objects of `entity`."""
    if options and chunk_size(options)[0] and not source.is_dml:
        from . import streaming

        return streaming.streamed_objects(
            session, entity, source, engine, parameters, options, loading
        )
    connection = session._begun().connection_for(engine)
    rows = connection.execute(source, parameters)
    plan, objs = session._run(
        objects_steps(
            session,
            entity,
            tuple(rows.keys()),
            [tuple(row) for row in rows],
            engine,
            converted=not isinstance(source, TextClause),
            populate_existing=bool(options.get("populate_existing", False)),
            options=loading,
        )
    )
    return Result(plan.items, objs, scalar=True, entities=frozenset({0}))
