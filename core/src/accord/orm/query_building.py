"""The building methods of the legacy `Query`: filters, joins, order, set operations.

In: what programs give them. Out: a new Query around a longer `select()`. After a set operation the
rows come from a subquery: what is said about the classes from then on is said about that
(`Meaning`), as it always was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from accord import exc
from accord.loading import lazyload
from accord.mapping import QueryableAttribute, RelationshipProperty, aliased, with_parent
from accord.mapping.adapting import columns_exchanged
from accord.sql import select
from accord.sql.nodes import ColumnElement, Entity, EntityColumn

from .core import mapper_of

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")


class Meaning:
    """What columns and relationships of a class mean once its rows come from a subquery."""

    def __init__(
        self, columns: Mapping[Any, ColumnElement[Any]], entities: Mapping[Any, Any]
    ) -> None:
        self._columns = columns
        self._entities = entities

    def of(self, clause: Any) -> Any:
        """Return `clause` as said about the subquery."""
        if isinstance(clause, QueryableAttribute) and isinstance(clause.prop, RelationshipProperty):
            return self._relationship(clause)
        element = getattr(clause, "__clause_element__", None)
        node = clause if element is None else element()
        if isinstance(node, ColumnElement):
            return columns_exchanged(node, self._columns)
        return clause

    def _relationship(self, attribute: QueryableAttribute[Any]) -> Any:
        entity = self._entities.get(attribute.parent)
        if entity is None:
            return attribute
        moved = getattr(entity, attribute.key)
        if attribute.target_entity is not None or attribute.extra_criteria:
            moved = moved.and_(*attribute.extra_criteria)
            moved.target_entity = attribute.target_entity
        return moved


class QueryBuilding(Generic[T]):
    """The methods that make a Query longer; each returns a new one."""

    session: Any
    _statement: Any
    _options: dict[str, Any]
    _parameters: dict[str, Any]
    _meaning: Meaning | None = None
    #: filter_by() speaks of the first entity, not of the one joined last.
    _filters_first: bool = False
    _asserts: bool = True

    def _with(self, statement: Any) -> Self:
        longer = self.__class__.__new__(self.__class__)
        vars(longer).update(vars(self))
        longer._options = dict(self._options)
        longer._statement = statement
        return longer

    def _meant(self, clauses: tuple[Any, ...]) -> tuple[Any, ...]:
        meaning = self._meaning
        return clauses if meaning is None else tuple(meaning.of(clause) for clause in clauses)

    def _refuse_after_limit(self, method: str) -> None:
        parts = self._statement.parts
        if not self._asserts:
            return
        if parts.limit_clause is not None or parts.offset_clause is not None:
            raise exc.InvalidRequestError(
                f"Query.{method}() being called on a Query which already has LIMIT or OFFSET "
                f"applied. Call {method}() before limit() or offset() are applied."
            )

    def filter(self, *criteria: Any) -> Self:
        """Add conditions, joined by AND."""
        self._refuse_after_limit("filter")
        return self._with(self._statement.where(*self._meant(criteria)))

    where = filter

    def filter_by(self, **values: Any) -> Self:
        """Add conditions attribute = value."""
        self._refuse_after_limit("filter_by")
        if not self._filters_first:
            return self._with(self._statement.filter_by(**values))
        owner = self._statement.raw_columns[0].owner
        return self.filter(*[owner.attribute(name) == value for name, value in values.items()])

    def order_by(self, *clauses: Any) -> Self:
        """Add to ORDER BY; a single None clears it."""
        return self._with(self._statement.order_by(*self._meant(clauses)))

    def group_by(self, *clauses: Any) -> Self:
        """Add to GROUP BY."""
        return self._with(self._statement.group_by(*self._meant(clauses)))

    def having(self, *criteria: Any) -> Self:
        """Add conditions on groups."""
        return self._with(self._statement.having(*self._meant(criteria)))

    def join(
        self, target: Any, onclause: Any = None, *, isouter: bool = False, full: bool = False
    ) -> Self:
        """Join a relationship, class or table."""
        target, onclause = self._meant((target, onclause))
        longer = self._with(self._statement.join(target, onclause, isouter=isouter, full=full))
        longer._filters_first = False
        return longer

    def outerjoin(self, target: Any, onclause: Any = None, *, full: bool = False) -> Self:
        """Left outer join."""
        return self.join(target, onclause, isouter=True, full=full)

    def select_from(self, *froms: Any) -> Self:
        """Name what to select from."""
        return self._with(self._statement.select_from(*froms))

    def distinct(self, *expressions: Any) -> Self:
        """SELECT DISTINCT."""
        return self._with(self._statement.distinct(*self._meant(expressions)))

    def limit(self, limit: Any) -> Self:
        """At most so many rows."""
        return self._with(self._statement.limit(limit))

    def offset(self, offset: Any) -> Self:
        """Skip so many rows."""
        return self._with(self._statement.offset(offset))

    def slice(self, start: int, stop: int) -> Self:
        """Rows `start` to `stop`, exclusive."""
        return self._with(self._statement.slice(start, stop))

    def prefix_with(self, *prefixes: Any, dialect: str = "*") -> Self:
        """Words behind SELECT."""
        return self._with(self._statement.prefix_with(*prefixes, dialect=dialect))

    def with_hint(self, selectable: Any, text: str, dialect_name: str = "*") -> Self:
        """A hint for one FROM element."""
        return self._with(self._statement.with_hint(selectable, text, dialect_name))

    def with_parent(self, instance: object, property: Any = None, from_entity: Any = None) -> Self:
        """Only what `instance` refers to by a relationship; without one, by the only that fits."""
        if property is None:
            wanted = self._statement.raw_columns[0].owner.mapper
            property = _relationship_to(wanted, instance)
        return self.filter(with_parent(instance, property, from_entity))

    def with_for_update(self, **options: Any) -> Self:
        """Lock the rows."""
        return self._with(self._statement.with_for_update(**options))

    def with_entities(self, *entities: Any) -> Self:
        """Select something else with the same conditions."""
        return self._with(self._statement.with_only_columns(*self._meant(entities)))

    def add_columns(self, *columns: Any) -> Self:
        """Select more columns."""
        return self._with(self._statement.add_columns(*self._meant(columns)))

    add_column = add_entity = add_columns

    def correlate(self, *froms: Any) -> Self:
        """As a subquery, take these FROM elements from the enclosing query."""
        return self._with(self._statement.correlate(*froms))

    def from_statement(self, statement: Any) -> Self:
        """Read the entities from the rows of another statement."""
        return self._with(self._statement.from_statement(statement))

    def options(self, *options: Any) -> Self:
        """Add loader options."""
        return self._with(self._statement.options(*options))

    def execution_options(self, **options: Any) -> Self:
        """Set execution options."""
        longer = self._with(self._statement)
        longer._options.update(options)
        return longer

    def enable_eagerloads(self, value: bool) -> Self:
        """With False, relationships mapped eager are left alone."""
        return self if value else self._with(self._statement.options(lazyload("*")))

    def enable_assertions(self, value: bool) -> Self:
        """Whether criteria are refused after limit() and offset(); listeners add some."""
        longer = self._with(self._statement)
        longer._asserts = value
        return longer

    def reset_joinpoint(self) -> Self:
        """filter_by() speaks of the first entity again."""
        longer = self._with(self._statement)
        longer._filters_first = True
        return longer

    def with_session(self, session: Any) -> Self:
        """The same query on another session."""
        longer = self._with(self._statement)
        longer.session = session
        return longer

    def tuples(self) -> Self:
        """The same query; rows are typed as tuples."""
        return self

    def populate_existing(self) -> Self:
        """Overwrite objects that are already loaded."""
        return self.execution_options(populate_existing=True)

    def yield_per(self, count: int) -> Self:
        """Hand rows out in portions."""
        return self.execution_options(yield_per=count)

    def autoflush(self, setting: bool) -> Self:
        """Whether pending changes are flushed first."""
        return self.execution_options(autoflush=setting)

    def params(self, *given: Any, **values: Any) -> Self:
        """Give values for bound parameters."""
        longer = self._with(self._statement)
        longer._parameters = {**self._parameters, **(given[0] if given else {}), **values}
        return longer

    # -- set operations ----------------------------------------------------------------------------

    def union(self, *others: QueryBuilding[Any]) -> Self:
        """UNION with other queries."""
        return self._combined("union", others)

    def union_all(self, *others: QueryBuilding[Any]) -> Self:
        """UNION ALL with other queries."""
        return self._combined("union_all", others)

    def intersect(self, *others: QueryBuilding[Any]) -> Self:
        """INTERSECT with other queries."""
        return self._combined("intersect", others)

    def intersect_all(self, *others: QueryBuilding[Any]) -> Self:
        """INTERSECT ALL with other queries."""
        return self._combined("intersect_all", others)

    def except_(self, *others: QueryBuilding[Any]) -> Self:
        """EXCEPT other queries."""
        return self._combined("except_", others)

    def except_all(self, *others: QueryBuilding[Any]) -> Self:
        """EXCEPT ALL of other queries."""
        return self._combined("except_all", others)

    def _combined(self, how: str, others: tuple[QueryBuilding[Any], ...]) -> Self:
        combined = getattr(self._statement, how)(*[other._statement for other in others])
        rows = combined.subquery()
        selected: list[Any] = []
        columns: dict[Any, ColumnElement[Any]] = {}
        entities: dict[Any, Any] = {}
        position = 0
        for node in self._statement.raw_columns:
            if isinstance(node, Entity):
                owner: Any = node.owner
                entity = aliased(owner.class_, rows)
                entities[owner] = entity
                for column, found in zip(node.columns, rows.c[position:].values(), strict=False):
                    columns[column] = found
                position += len(node.columns)
                selected.append(entity)
                continue
            found = rows.c[position]
            columns[node.column if isinstance(node, EntityColumn) else node] = found
            position += 1
            selected.append(found)
        longer = self._with(select(*selected))
        longer._meaning = Meaning(columns, entities)
        return longer


def _relationship_to(wanted: Any, instance: object) -> QueryableAttribute[Any]:
    """Return the relationship by which `instance` refers to objects of a class."""
    mapper = mapper_of(instance)
    for prop in mapper.relationships:
        if prop.mapper is wanted:
            found: QueryableAttribute[Any] = mapper.attribute(prop.key)
            return found
    raise exc.InvalidRequestError(
        f"{mapper.class_.__name__} has no relationship to {wanted.class_.__name__}; name the one "
        "to follow: with_parent(obj, Parent.children)"
    )


__all__ = ["Meaning", "QueryBuilding"]
