"""Joins: two FROM elements and a condition, and finding that condition from foreign keys.

Foreign keys are read by duck typing (`column.foreign_keys`, each with `.column` and `.constraint`),
since the schema is a layer above.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import AmbiguousForeignKeysError, NoForeignKeysError, NoReferenceError

from .coercion import condition, from_element
from .collection import ColumnCollection
from .nodes import ClauseElement, ColumnElement
from .operators import AND_
from .predicates import joined
from .selectable import Columns, FromClause

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from .aliases import Subquery

Pair = tuple[ColumnElement[Any], ColumnElement[Any]]


class Join(FromClause):
    """``left JOIN right ON onclause``."""

    __slots__ = ("_columns", "full", "isouter", "left", "onclause", "right")

    visit_name = "join"
    name = None
    schema = None

    def __init__(
        self, left: Any, right: Any, onclause: Any = None, isouter: bool = False, full: bool = False
    ) -> None:
        self.left = from_element(left)
        self.right = from_element(right)
        self.onclause: ColumnElement[Any] = (
            join_condition(self.left, self.right) if onclause is None else condition(onclause)
        )
        self.isouter = isouter
        self.full = full
        self._compose()

    def shape(self) -> tuple[Hashable, ...]:
        return (self.isouter, self.full)

    def children(self) -> Iterable[ClauseElement]:
        return (self.left, self.right, self.onclause)

    @property
    def c(self) -> Columns:
        try:
            return self._columns
        except AttributeError:
            named = [
                (f"{side.name}_{key}" if side.name else key, column)
                for side in (self.left, self.right)
                for key, column in side.c.items()
            ]
            self._columns: Columns = ColumnCollection(named, owner="the join")
            return self._columns

    @property
    def hidden(self) -> tuple[FromClause, ...]:
        return (self, *self.left.hidden, *self.right.hidden)

    @property
    def description(self) -> str:
        return f"{describe(self.left)} joined to {describe(self.right)}"

    @property
    def primary_key(self) -> Any:
        """The keys of both sides, without those the join says to be equal to another one."""
        from .reduction import reduced

        keyed = [(key, column) for key, column in self.c.items() if column.primary_key]
        kept = reduced([column for _, column in keyed], [self.onclause], only_synonyms=False)
        chosen = {id(column) for column in kept}
        return ColumnCollection([(key, column) for key, column in keyed if id(column) in chosen])

    def corresponding_column(
        self, column: ColumnElement[Any], require_embedded: bool = False
    ) -> Any:
        found = self.left.corresponding_column(column)
        return self.right.corresponding_column(column) if found is None else found

    def alias(self, name: str | None = None, flat: bool = False) -> Subquery | Join:
        """The join as a subquery, for a join itself has no name; with `flat` the join of aliases of
        its tables, called ``name_table``."""
        if not flat:
            return self.select().subquery(name)
        from .flattened import flat_alias

        return flat_alias(self, name)


def describe(element: FromClause) -> str:
    """What messages call a FROM element."""
    description = getattr(element, "description", None) or element.name
    if description is None:
        return f"the {type(element).__name__.lower()}"
    return str(description)


def join_condition(left: FromClause, right: FromClause) -> ColumnElement[Any]:
    """The ON condition the one foreign key between `left` and `right` implies; of a join, what was
    joined last is asked first."""
    keys = foreign_keys_between(left.right, right) if isinstance(left, Join) else []
    keys = keys or foreign_keys_between(left, right)
    if not keys:
        raise NoForeignKeysError(
            f"Can't find any foreign key relationships between {describe(left)!r} and "
            f"{describe(right)!r}; "
            "give join() the condition as its second argument"
        )
    if len(keys) > 1:
        raise AmbiguousForeignKeysError(
            f"Can't determine join between {describe(left)!r} and {describe(right)!r}: they "
            "are connected by "
            f"{len(keys)} foreign keys; give join() the condition as its second argument"
        )
    return joined(AND_, [a == b for a, b in keys[0]])


def foreign_keys_between(left: FromClause, right: FromClause) -> list[list[Pair]]:
    """Per foreign key that connects the two: (referenced column, referring column) pairs."""
    found: dict[tuple[int, bool], list[Pair]] = {}
    for referring, referred in ((right, left), (left, right)):
        for column in referring.c:
            for key in _by_table(getattr(column, "foreign_keys", ())):
                target = _referent(key, referred)
                if target is not None:
                    constraint = getattr(key, "constraint", None) or key
                    group = found.setdefault((id(constraint), referring is right), [])
                    group.append((target, column))
    return list(found.values())


def _by_table(keys: Iterable[Any]) -> list[Any]:
    """A stable order for what is a set on the column."""
    return sorted(keys, key=lambda key: str(getattr(key, "target_fullname", "")))


def _referent(key: Any, table: FromClause) -> Any:
    try:
        return table.corresponding_column(key.column)
    except NoReferenceError:
        return None


def can_join(left: FromClause, right: FromClause) -> bool:
    return bool(foreign_keys_between(left, right))


def join(
    left: Any, right: Any, onclause: Any = None, isouter: bool = False, full: bool = False
) -> Join:
    """``left JOIN right``; without `onclause`, by the foreign key between them. Between classes
    `onclause` may be a relationship: ``join(User, other, User.addresses)``."""
    is_mapped = hasattr(right, "__mapper__") or hasattr(right, "_accord_entity")
    if not is_mapped or not hasattr(onclause, "__join_target__"):
        return Join(left, right, onclause, isouter, full)
    element = from_element(left)
    for target, condition_of_step in onclause.of_type(right).__join_target__(element).steps:
        element = Join(element, target, condition_of_step, isouter, full)
    assert isinstance(element, Join)  # there is a step
    return element


def outerjoin(left: Any, right: Any, onclause: Any = None, full: bool = False) -> Join:
    """``left LEFT OUTER JOIN right``."""
    return join(left, right, onclause, True, full)
