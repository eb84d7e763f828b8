"""Large results of a Session: objects are made a chunk of rows at a time.

In: the plan of a SELECT executed with `yield_per` or `stream_results`, or a statement whose rows
are objects of a class. Out: a Result that fetches when it is read. Related objects
(selectinload and its like) take a statement per chunk; where the database can execute nothing
beside an open result, the rows come at once and only the objects are made in chunks.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from accord import exc
from accord.engine import Engine, Result
from accord.engine.stream import FIRST_CHUNK, Fetched, Stream, open_stream
from accord.loading import joined_collections, named_plan, request_of, rows_to_objects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from accord.loading.plan import LoadPlan
    from accord.sql.nodes import Entity

    from .session import Session


def can_be_streamed(plan: LoadPlan, size: int | None) -> bool:
    """Whether objects can be made before all rows are there; `yield_per` of what cannot is refused.

    Without a size, streaming is a wish about the cursor, and such rows are read at once.
    """
    if not plan.needs_unique:
        return True
    if size is None:
        return False
    names = ", ".join(joined_collections(plan))
    raise exc.InvalidRequestError(
        f"yield_per does not go with the joined collection {names}: the rows of one object may be "
        "in two chunks. Load it with selectinload(), or leave yield_per out and call unique()"
    )


def streamed(
    session: Session,
    statement: Any,
    plan: LoadPlan,
    parameters: Any,
    engine: Engine,
    options: Mapping[str, Any],
    size: int | None,
) -> Result[Any]:
    """Execute a SELECT whose objects are made as they are read."""
    overwrite = bool(options.get("populate_existing", False))
    connection = session._begun().connection_for(engine)
    request = request_of(plan, statement, parameters, engine)

    def objects(rows: list[Any]) -> list[Any]:
        return session._run(rows_to_objects(session, plan, rows, overwrite))

    if plan.simple or not connection.streams_alone:
        stream: Stream | Fetched | None = open_stream(connection, request, size)
        assert stream is not None  # a SELECT has columns
    else:
        stream = Fetched(connection.perform(request).rows, size)
    result: Result[Any] = Result(
        plan.items,
        stream.rows(objects),
        scalar=plan.scalar,
        source=stream,
        entities=plan.entity_items,
    )
    return result if size is None else result.yield_per(size)


def streamed_objects(
    session: Session,
    entity: Entity,
    source: Any,
    engine: Engine,
    parameters: Any,
    options: Mapping[str, Any],
    loading: Sequence[Any],
) -> Result[Any]:
    """Execute any SELECT or text, its rows objects of `entity`, made as they are read."""
    overwrite = bool(options.get("populate_existing", False))
    size: int | None = options.get("yield_per")
    connection = session._begun().connection_for(engine)
    at_once = bool(loading) and connection.streams_alone
    streams = {} if at_once else _about_streams(options)
    found = connection.execute(source, parameters, execution_options=streams)
    names = tuple(found.keys())
    plan = named_plan(entity, names, engine, converted=not source.is_text, options=loading)
    stream = _Partitions(found, size or FIRST_CHUNK)

    def objects(rows: list[Any]) -> list[Any]:
        return session._run(rows_to_objects(session, plan, rows, overwrite))

    result: Result[Any] = Result(
        plan.items,
        stream.rows(objects),
        scalar=True,
        source=stream,
        entities=plan.entity_items,
    )
    return result if size is None else result.yield_per(size)


def _about_streams(options: Mapping[str, Any]) -> dict[str, Any]:
    names = ("yield_per", "stream_results", "max_row_buffer")
    return {name: options[name] for name in names if name in options}


class _Partitions:
    """A streamed result of a connection as the source of another result."""

    def __init__(self, result: Result[Any], size: int) -> None:
        self._result = result.yield_per(size)

    def set_chunk(self, size: int) -> None:
        self._result.yield_per(size)

    def close(self) -> None:
        self._result.close()

    def rows(self, convert: Callable[[list[Any]], list[Any]]) -> Iterator[Any]:
        return chain.from_iterable(map(convert, self._result.partitions()))
