"""The legacy `Query`: a SELECT bound to a session, with the methods older programs use.

In: entities and a session. Out: every builder method returns a new Query around a longer
`select()`; fetching methods execute it through `Session.execute`. It adds no behaviour of its own
beyond making rows of one entity bare objects, and joined collections unique, as Query always did.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, TypeVar

from accord import exc
from accord.event import DispatchSlot
from accord.sql import delete, func, literal_column, select, update
from accord.sql.nodes import Entity

from .engines import mapper_in
from .loader import mapper_for
from .query_building import QueryBuilding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from .session import Session

T = TypeVar("T")

#: What `event.listen(Query, …)` can hear of; with ``retval=True`` the Query returned is used.
QUERY_EVENTS = {
    "before_compile": ("query",),
    "before_compile_update": ("query", "update_context"),
    "before_compile_delete": ("query", "delete_context"),
}


class BulkWrite:
    """What listeners of update() and delete() get beside the query; they may change `values`."""

    def __init__(self, query: Query[Any], values: Any = None) -> None:
        self.query, self.session, self.values = query, query.session, values


class Query(QueryBuilding[T]):
    """A SELECT with a session; iterate it, or call `all()`, `first()`, `one()`."""

    __accord_dispatch__ = DispatchSlot(QUERY_EVENTS)

    def __init__(self, entities: Any, session: Session | None = None) -> None:
        given = entities if isinstance(entities, tuple | list) else (entities,)
        self.session: Any = session
        self._statement: Any = select(*given)
        self._options: dict[str, Any] = {}
        self._parameters: dict[str, Any] = {}

    def _announced(self, event: str, *more: Any) -> Self:
        """The query as the listeners of an event leave it."""
        query = self
        for listener in type(self).__accord_dispatch__().registrations(event):
            answer = listener.call(query, *more)
            if listener.retval and answer is not None:
                query = answer
        return query

    # -- fetching ----------------------------------------------------------------------------------

    def _execute(self) -> Any:
        if self.session is None:
            raise exc.InvalidRequestError("This Query has no session; write session.query(...)")
        result = self.session.execute(
            self.statement, self._parameters or None, execution_options=self._options
        )
        if self._has_entities and "yield_per" not in self._options:
            result = result.unique()
        return result.scalars() if self.is_single_entity else result

    def all(self) -> list[T]:
        """Return all rows."""
        return list(self._execute().all())

    def __iter__(self) -> Iterator[T]:
        return iter(self._execute())

    def first(self) -> T | None:
        """Return the first row or None; sends LIMIT 1."""
        found: T | None = self.limit(1)._execute().first()
        return found

    def one(self) -> T:
        """Return the only row; raise if there is none or more than one."""
        found: T = self._execute().one()
        return found

    def one_or_none(self) -> T | None:
        """Return the only row or None; raise if there are more."""
        found: T | None = self._execute().one_or_none()
        return found

    def scalar(self) -> Any:
        """Return the first value of the only row, or None."""
        row: Any = self.one_or_none()
        if row is None:
            return None
        return row if self.is_single_entity else row[0]

    def value(self, column: Any) -> Any:
        """Return one column of the first row, or None."""
        row: Any = self.with_entities(column).first()
        return None if row is None else row[0]

    def values(self, *columns: Any) -> Iterator[Any]:
        """Return the rows of these columns only."""
        return iter(self.with_entities(*columns))

    def count(self) -> int:
        """Return how many rows the query has."""
        inner = self.statement.subquery()
        counted = select(func.count(literal_column("*"))).select_from(inner)
        arguments = {"mapper": self._mapper()} if self._has_entity() else None
        if self._options.get("autoflush", True):
            self.session._autoflush()
        found: int = self.session.execute(
            counted,
            self._parameters or None,
            bind_arguments=arguments,
            execution_options={"autoflush": False},
        ).scalar_one()
        return found

    def get(self, ident: Any) -> T | None:
        """Return the object with this primary key, from memory if it is there; the old form of
        `Session.get`.
        """
        warnings.warn(
            "Query.get(key) is the form of SQLAlchemy 1.x; write session.get(Class, key)",
            exc.LegacyAPIWarning,
            stacklevel=2,
        )
        found: T | None = self.session.get(
            self._mapper(),
            ident,
            options=self._statement.given_options,
            populate_existing=bool(self._options.get("populate_existing")),
        )
        return found

    def exists(self) -> Any:
        """Return ``EXISTS (this query)``, to be used in another one."""
        return self.statement.exists()

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, slice):
            start, stop = item.start or 0, item.stop
            if start < 0 or (stop is not None and stop < 0) or item.step not in (None, 1):
                raise IndexError("negative indexes are not accepted by SQL index / slice operators")
            return self._with(self._statement.slice(start, stop)).all()
        if item < 0:
            raise IndexError("negative indexes are not accepted by SQL index / slice operators")
        found = self[item : item + 1]
        if not found:
            raise IndexError("list index out of range")
        return found[0]

    # -- writing -----------------------------------------------------------------------------------

    def update(
        self, values: Any, synchronize_session: Any = "auto", update_args: Any = None
    ) -> int:
        """UPDATE all rows that match; returns how many."""
        given = BulkWrite(self, values)
        query = self._announced("before_compile_update", given)
        statement = update(self._mapper().class_).values(given.values)
        return query._write(statement, synchronize_session, "update")

    def delete(self, synchronize_session: Any = "auto", delete_args: Any = None) -> int:
        """DELETE all rows that match; returns how many."""
        query = self._announced("before_compile_delete", BulkWrite(self))
        return query._write(delete(self._mapper().class_), synchronize_session, "delete")

    def _require_plain(self, method: str) -> None:
        """Refuse what an UPDATE or DELETE would leave out, and so write more than was asked for."""
        parts = self._statement.parts
        given = {
            "limit()": parts.limit_clause is not None,
            "offset()": parts.offset_clause is not None,
            "order_by()": bool(parts.order_by_clauses),
            "group_by()": bool(parts.group_by_clauses),
            "distinct()": parts.is_distinct,
            "join(), outerjoin(), select_from()": bool(parts.joins or parts.explicit_froms),
            "a set operation": self._meaning is not None,
        }
        for called, is_given in given.items():
            if is_given:
                raise exc.InvalidRequestError(
                    f"Can't call Query.update() or Query.delete() when {called} has been called: "
                    f"{method}() would write other rows than the query reads. Say which by "
                    "filter(Class.id.in_(…))"
                )

    def _write(self, statement: Any, synchronize_session: Any, method: str) -> int:
        self._require_plain(method)
        criteria = self._statement.whereclause
        if criteria is not None:
            statement = statement.where(criteria)
        result = self.session.execute(
            statement,
            self._parameters or None,
            execution_options={**self._options, "synchronize_session": synchronize_session},
        )
        count: int = result.rowcount
        return count

    # -- looking at it -----------------------------------------------------------------------------

    @property
    def statement(self) -> Any:
        """The `select()` behind the query."""
        return self._announced("before_compile")._statement

    @property
    def whereclause(self) -> Any:
        """The conditions, or None."""
        return self._statement.whereclause

    @property
    def selectable(self) -> Any:
        """The `select()` behind the query."""
        return self._statement

    @property
    def column_descriptions(self) -> list[dict[str, Any]]:
        """What each item of a row is."""
        described: list[dict[str, Any]] = self._statement.column_descriptions
        return described

    @property
    def is_single_entity(self) -> bool:
        """Whether rows are bare objects."""
        nodes = self._statement.raw_columns
        return len(nodes) == 1 and isinstance(nodes[0], Entity)

    @property
    def _has_entities(self) -> bool:
        return any(isinstance(node, Entity) for node in self._statement.raw_columns)

    def get_execution_options(self) -> dict[str, Any]:
        """Return the execution options given so far."""
        return dict(self._options)

    def subquery(self, name: str | None = None) -> Any:
        """Return the query as a FROM element."""
        return self.statement.subquery(name)

    def cte(self, name: str | None = None, recursive: bool = False) -> Any:
        """Return the query as a common table expression."""
        return self.statement.cte(name, recursive=recursive)

    def scalar_subquery(self) -> Any:
        """Return the query as a value."""
        return self.statement.scalar_subquery()

    as_scalar = scalar_subquery

    def label(self, name: str | None) -> Any:
        """Return the query as a labelled value."""
        return self.statement.label(name)

    def __clause_element__(self) -> Any:
        return self._statement

    def _has_entity(self) -> bool:
        return mapper_in(self._statement) is not None

    def _mapper(self) -> Any:
        found = mapper_in(self._statement)
        if found is None:
            raise exc.InvalidRequestError(
                "This Query has no mapped class; write session.query(Class)"
            )
        return mapper_for(found.class_)

    def __str__(self) -> str:
        return str(self._statement)
