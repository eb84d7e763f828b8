"""The legacy `Query`: a SELECT bound to a session, with the methods older programs use.

In: entities and a session. Out: every builder method returns a new Query around a longer
`select()`; fetching methods execute it through `Session.execute`. It adds no behaviour of its own
beyond making rows of one entity bare objects, and joined collections unique, as Query always did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from accord import exc
from accord.mapping import aliased
from accord.sql import delete, func, literal_column, select, update
from accord.sql.nodes import Entity

from .engines import mapper_in
from .loader import mapper_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .session import Session

T = TypeVar("T")


class Query(Generic[T]):
    """A SELECT with a session; iterate it, or call `all()`, `first()`, `one()`."""

    def __init__(self, entities: Any, session: Session | None = None) -> None:
        given = entities if isinstance(entities, tuple | list) else (entities,)
        self.session: Any = session
        self._statement: Any = select(*given)
        self._options: dict[str, Any] = {}
        self._parameters: dict[str, Any] = {}

    def _with(self, statement: Any) -> Query[T]:
        longer: Query[T] = self.__class__.__new__(self.__class__)
        vars(longer).update(vars(self))
        longer._options = dict(self._options)
        longer._statement = statement
        return longer

    def _refuse_after_limit(self, method: str) -> None:
        parts = self._statement.parts
        if parts.limit_clause is not None or parts.offset_clause is not None:
            raise exc.InvalidRequestError(
                f"Query.{method}() being called on a Query which already has LIMIT or OFFSET "
                "applied. Call "
                f"{method}() before limit() or offset() are applied."
            )

    # -- building ----------------------------------------------------------------------------------

    def filter(self, *criteria: Any) -> Query[T]:
        """Add conditions, joined by AND."""
        self._refuse_after_limit("filter")
        return self._with(self._statement.where(*criteria))

    where = filter

    def filter_by(self, **values: Any) -> Query[T]:
        """Add conditions attribute = value."""
        self._refuse_after_limit("filter_by")
        return self._with(self._statement.filter_by(**values))

    def order_by(self, *clauses: Any) -> Query[T]:
        """Add to ORDER BY; a single None clears it."""
        return self._with(self._statement.order_by(*clauses))

    def group_by(self, *clauses: Any) -> Query[T]:
        """Add to GROUP BY."""
        return self._with(self._statement.group_by(*clauses))

    def having(self, *criteria: Any) -> Query[T]:
        """Add conditions on groups."""
        return self._with(self._statement.having(*criteria))

    def join(
        self, target: Any, onclause: Any = None, *, isouter: bool = False, full: bool = False
    ) -> Query[T]:
        """Join a relationship, class or table."""
        return self._with(self._statement.join(target, onclause, isouter=isouter, full=full))

    def outerjoin(self, target: Any, onclause: Any = None, *, full: bool = False) -> Query[T]:
        """Left outer join."""
        return self._with(self._statement.outerjoin(target, onclause, full=full))

    def select_from(self, *froms: Any) -> Query[T]:
        """Name what to select from."""
        return self._with(self._statement.select_from(*froms))

    def distinct(self, *expressions: Any) -> Query[T]:
        """SELECT DISTINCT."""
        return self._with(self._statement.distinct(*expressions))

    def limit(self, limit: Any) -> Query[T]:
        """At most so many rows."""
        return self._with(self._statement.limit(limit))

    def offset(self, offset: Any) -> Query[T]:
        """Skip so many rows."""
        return self._with(self._statement.offset(offset))

    def slice(self, start: int, stop: int) -> Query[T]:
        """Rows `start` to `stop`, exclusive."""
        return self._with(self._statement.slice(start, stop))

    def with_for_update(self, **options: Any) -> Query[T]:
        """Lock the rows."""
        return self._with(self._statement.with_for_update(**options))

    def with_entities(self, *entities: Any) -> Query[Any]:
        """Select something else with the same conditions."""
        return self._with(self._statement.with_only_columns(*entities))

    def add_columns(self, *columns: Any) -> Query[Any]:
        """Select more columns."""
        return self._with(self._statement.add_columns(*columns))

    add_column = add_entity = add_columns

    def correlate(self, *froms: Any) -> Query[T]:
        """As a subquery, take these FROM elements from the enclosing query."""
        return self._with(self._statement.correlate(*froms))

    def from_statement(self, statement: Any) -> Query[T]:
        """Read the entities from the rows of another statement."""
        return self._with(self._statement.from_statement(statement))

    def options(self, *options: Any) -> Query[T]:
        """Add loader options."""
        return self._with(self._statement.options(*options))

    def execution_options(self, **options: Any) -> Query[T]:
        """Set execution options."""
        longer = self._with(self._statement)
        longer._options.update(options)
        return longer

    def populate_existing(self) -> Query[T]:
        """Overwrite objects that are already loaded."""
        return self.execution_options(populate_existing=True)

    def yield_per(self, count: int) -> Query[T]:
        """Hand rows out in portions."""
        return self.execution_options(yield_per=count)

    def autoflush(self, setting: bool) -> Query[T]:
        """Whether pending changes are flushed first."""
        return self.execution_options(autoflush=setting)

    def params(self, *given: Any, **values: Any) -> Query[T]:
        """Give values for bound parameters."""
        longer = self._with(self._statement)
        longer._parameters = {**self._parameters, **(given[0] if given else {}), **values}
        return longer

    def union(self, *others: Query[Any]) -> Query[T]:
        """UNION with other queries."""
        return self._combined("union", others)

    def union_all(self, *others: Query[Any]) -> Query[T]:
        """UNION ALL with other queries."""
        return self._combined("union_all", others)

    def intersect(self, *others: Query[Any]) -> Query[T]:
        """INTERSECT with other queries."""
        return self._combined("intersect", others)

    def except_(self, *others: Query[Any]) -> Query[T]:
        """EXCEPT other queries."""
        return self._combined("except_", others)

    def _combined(self, how: str, others: tuple[Query[Any], ...]) -> Query[T]:
        combined = getattr(self._statement, how)(*[other._statement for other in others])
        node: Any = self._statement.raw_columns[0]
        if not isinstance(node, Entity):
            raise exc.InvalidRequestError(
                "Set operations of Query need a mapped class; use select().union()"
            )
        owner: Any = node.owner
        return self._with(select(aliased(owner.class_, combined.subquery())))

    # -- fetching ----------------------------------------------------------------------------------

    def _execute(self) -> Any:
        if self.session is None:
            raise exc.InvalidRequestError("This Query has no session; write session.query(...)")
        result = self.session.execute(
            self._statement, self._parameters or None, execution_options=self._options
        )
        nodes = self._statement.raw_columns
        single = len(nodes) == 1 and isinstance(nodes[0], Entity)
        if result.needs_unique:
            result = result.unique()
        return result.scalars() if single else result

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
        nodes = self._statement.raw_columns
        return row if len(nodes) == 1 and isinstance(nodes[0], Entity) else row[0]

    def count(self) -> int:
        """Return how many rows the query has."""
        inner = self._statement.subquery()
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
        """Return the object with this primary key, from memory if it is there."""
        found: T | None = self.session.get(
            self._mapper(),
            ident,
            options=self._statement.given_options,
            populate_existing=bool(self._options.get("populate_existing")),
        )
        return found

    def exists(self) -> Any:
        """Return ``EXISTS (this query)``, to be used in another one."""
        return self._statement.exists()

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
        statement = update(self._mapper().class_).values(values)
        return self._write(statement, synchronize_session)

    def delete(self, synchronize_session: Any = "auto", delete_args: Any = None) -> int:
        """DELETE all rows that match; returns how many."""
        return self._write(delete(self._mapper().class_), synchronize_session)

    def _write(self, statement: Any, synchronize_session: Any) -> int:
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
        return self._statement

    @property
    def whereclause(self) -> Any:
        """The conditions, or None."""
        return self._statement.whereclause

    def subquery(self, name: str | None = None) -> Any:
        """Return the query as a FROM element."""
        return self._statement.subquery(name)

    def cte(self, name: str | None = None, recursive: bool = False) -> Any:
        """Return the query as a common table expression."""
        return self._statement.cte(name, recursive=recursive)

    def scalar_subquery(self) -> Any:
        """Return the query as a value."""
        return self._statement.scalar_subquery()

    as_scalar = scalar_subquery

    def label(self, name: str | None) -> Any:
        """Return the query as a labelled value."""
        return self._statement.label(name)

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
