"""What the steps of a SELECT amount to: one attribute per clause.

Each method carries the name of a step of select.py and applies it; the renderer and the ORM read
the attributes afterwards. Parts belong to one statement and do not change once its steps are
applied.
"""

from __future__ import annotations

import contextlib
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from accord.exc import AmbiguousColumnError, InvalidRequestError

from .labels import LABEL_STYLE_DEFAULT, NamedColumn, SelectLabelStyle, name_columns
from .nodes import ClauseElement, ColumnElement, Entity
from .operators import AND_
from .predicates import joined
from .selectable import FromClause

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .aliases import CTE
    from .selectbase import SelectBase

Expr = ColumnElement[Any]


class JoinStep(NamedTuple):
    """One call of join(): `target` onto `left` (None: to be found) by `onclause` (None: by foreign
    key)."""

    left: ClauseElement | None
    target: ClauseElement
    onclause: Expr | None
    isouter: bool
    full: bool
    via: tuple[tuple[FromClause, Expr], ...] = ()  # answered by a relationship: FROM and ON in turn
    entity: Entity | None = None


class Fetch(NamedTuple):
    """FETCH FIRST."""

    number: Expr
    with_ties: bool
    percent: bool


class ForUpdate(NamedTuple):
    of: tuple[ClauseElement, ...]
    nowait: bool
    read: bool
    skip_locked: bool
    key_share: bool


class OrderedParts:
    """Clauses SELECT and UNION share."""

    def __init__(self) -> None:
        self.order_by_clauses: tuple[Expr, ...] = ()
        self.group_by_clauses: tuple[Expr, ...] = ()
        self.limit_clause: Expr | None = None
        self.offset_clause: Expr | None = None
        self.fetch_clause: Fetch | None = None
        self.for_update_clause: ForUpdate | None = None
        self.added_ctes: tuple[CTE, ...] = ()
        self.nested_ctes: tuple[CTE, ...] = ()
        self.loader_options: tuple[Any, ...] = ()

    def order_by(self, *keys: Expr) -> None:
        self.order_by_clauses += keys

    def clear_order(self) -> None:
        self.order_by_clauses = ()

    def group_by(self, *keys: Expr) -> None:
        self.group_by_clauses += keys

    def clear_group(self) -> None:
        self.group_by_clauses = ()

    def limit(self, limit: Expr) -> None:
        self.limit_clause, self.fetch_clause = limit, None

    def no_limit(self) -> None:
        self.limit_clause = self.fetch_clause = None

    def offset(self, offset: Expr) -> None:
        self.offset_clause = offset

    def no_offset(self) -> None:
        self.offset_clause = None

    def fetch(self, count: Expr, with_ties: bool, percent: bool) -> None:
        self.fetch_clause, self.limit_clause = Fetch(count, with_ties, percent), None

    def for_update(
        self, of: tuple[ClauseElement, ...], flags: tuple[bool, bool, bool, bool]
    ) -> None:
        self.for_update_clause = ForUpdate(of, *flags)

    def add_ctes(self, *ctes: CTE) -> None:
        self.added_ctes += ctes

    def nest_ctes(self, *ctes: CTE) -> None:
        self.nested_ctes += ctes

    def options(self, *options: Any) -> None:
        self.loader_options += options


class SelectParts(OrderedParts):
    """The clauses of one SELECT."""

    def __init__(self) -> None:
        super().__init__()
        self.raw_columns: tuple[ClauseElement, ...] = ()
        self.where_clauses: tuple[Expr, ...] = ()
        self.having_clauses: tuple[Expr, ...] = ()
        self.explicit_froms: tuple[ClauseElement, ...] = ()
        self.joins: tuple[JoinStep, ...] = ()
        self.is_distinct = False
        self.distinct_on: tuple[Expr, ...] = ()
        self.correlated: tuple[FromClause, ...] | None = None
        self.not_correlated: tuple[FromClause, ...] | None = None
        self.prefixes: tuple[tuple[Expr, str], ...] = ()
        self.suffixes: tuple[tuple[Expr, str], ...] = ()
        self.hints: tuple[tuple[FromClause | None, str, str], ...] = ()
        self.statement: ClauseElement | None = None
        self.naming = LABEL_STYLE_DEFAULT
        # select lists that were replaced, each with how many joins had been made from it
        self.replaced_columns: tuple[tuple[int, tuple[ClauseElement, ...]], ...] = ()

    def columns(self, *columns: ClauseElement) -> None:
        self.raw_columns = columns

    def only_columns(self, *columns: ClauseElement) -> None:
        if self.joins:
            self.replaced_columns += ((len(self.joins), self.raw_columns),)
        self.raw_columns = columns

    def add_columns(self, *columns: ClauseElement) -> None:
        self.raw_columns += columns

    def distinct(self, *expressions: Expr) -> None:
        self.is_distinct = True
        self.distinct_on += expressions

    def where(self, *criteria: Expr) -> None:
        self.where_clauses += criteria

    def having(self, *criteria: Expr) -> None:
        self.having_clauses += criteria

    def select_from(self, *froms: ClauseElement) -> None:
        self.explicit_froms += froms

    def join_on(self, target: ClauseElement, onclause: Expr) -> None:
        self.joins += (JoinStep(None, target, onclause, False, False),)

    def join(
        self,
        left: ClauseElement | None,
        target: ClauseElement,
        onclause: Expr | None,
        flags: tuple[bool, bool],
    ) -> None:
        self.joins += (JoinStep(left, target, onclause, *flags),)

    def join_steps(
        self,
        left: FromClause,
        steps: tuple[tuple[FromClause, Expr], ...],
        entity: Entity | None,
        on: tuple[Expr, ...],
        flags: tuple[bool, bool],
    ) -> None:
        if on:
            last, condition = steps[-1]
            steps = (*steps[:-1], (last, joined(AND_, (condition, *on))))
        self.joins += (JoinStep(left, steps[-1][0], None, *flags, steps, entity),)

    def correlate(self, *froms: FromClause) -> None:
        self.correlated = (self.correlated or ()) + froms

    def correlate_except(self, *froms: FromClause) -> None:
        self.not_correlated = (self.not_correlated or ()) + froms

    def prefix(self, *texts: tuple[Expr, str]) -> None:
        self.prefixes += texts

    def suffix(self, *texts: tuple[Expr, str]) -> None:
        self.suffixes += texts

    def hint(self, selectable: FromClause | None, text: str, dialect_name: str) -> None:
        self.hints += ((selectable, text, dialect_name),)

    def from_statement(self, statement: ClauseElement) -> None:
        self.statement = statement

    def label_style(self, name: str) -> None:
        self.naming = SelectLabelStyle[name]

    # --- what follows from them -------------------------------------------------------------------

    @cached_property
    def named_columns(self) -> tuple[NamedColumn, ...]:
        """The select list spelled out, every column with its name in the result."""
        return name_columns(self.raw_columns, self.naming)

    @property
    def whereclause(self) -> Expr | None:
        return joined(AND_, self.where_clauses) if self.where_clauses else None

    @property
    def havingclause(self) -> Expr | None:
        return joined(AND_, self.having_clauses) if self.having_clauses else None

    def attribute(self, name: str) -> Any:
        """The attribute `name` of what filter_by() speaks about; if that has none, of the one
        other entity in FROM that has it."""
        try:
            return attribute_of(self.filter_target(), name)
        except InvalidRequestError:
            found = []
            for other in self._entities():
                with contextlib.suppress(InvalidRequestError):
                    found.append((other, attribute_of(other, name)))
            if not found:
                raise
        if len(found) == 1:
            return found[0][1]
        owners = " and ".join([_called(owner) for owner, _ in found])
        raise AmbiguousColumnError(
            f"filter_by({name}=…) is ambiguous: {owners} have it; name the one meant in where()"
        )

    def _entities(self) -> list[ClauseElement]:
        """All that is joined or selected from."""
        found: dict[int, ClauseElement] = {}
        for candidate in (*self.explicit_froms, *self.raw_columns):
            for one in _entities_and_froms(candidate):
                found[id(one)] = one
        for step in self.joins:
            one = step.target if step.entity is None else step.entity
            found[id(one)] = one
        return list(found.values())

    def filter_target(self) -> ClauseElement:
        """What filter_by() speaks about: the last join's target, else the first FROM, else the
        first column's."""
        if self.joins:
            last = self.joins[-1]
            return last.target if last.entity is None else last.entity
        for candidate in (*self.explicit_froms, *self.raw_columns):
            target = _entity_or_from(candidate)
            if target is not None:
                return target
        raise InvalidRequestError(
            "filter_by() needs an entity or a table; this select has none yet"
        )


def _called(node: ClauseElement) -> str:
    owner = node.owner.class_.__name__ if isinstance(node, Entity) else getattr(node, "name", None)  # type: ignore[attr-defined]  # a mapper or alias
    return owner or "a FROM element without a name"


def _entities_and_froms(node: ClauseElement) -> Iterator[ClauseElement]:
    right = getattr(node, "right", None)
    if isinstance(node, FromClause) and right is not None:
        yield from _entities_and_froms(node.left)  # type: ignore[attr-defined]  # a join
        yield from _entities_and_froms(right)
        return
    target = _entity_or_from(node)
    if target is not None:
        yield target


def _entity_or_from(node: ClauseElement) -> ClauseElement | None:
    if isinstance(node, Entity):
        return node
    if isinstance(node, FromClause):
        left = getattr(node, "left", None)
        return node if left is None else _entity_or_from(left)
    from .froms import froms_of
    from .nodes import EntityColumn, walk

    for below in walk(node):
        if isinstance(below, EntityColumn):
            entity = getattr(below.owner, "entity", None)
            if isinstance(entity, Entity):
                return entity
    found = froms_of(node)
    return found[0] if found else None


def named_in(clauses: Iterable[ClauseElement]) -> list[FromClause]:
    """The FROM elements that conditions speak of."""
    from .froms import froms_of

    return [element for clause in clauses for element in froms_of(clause)]


def attribute_of(zero: ClauseElement, name: str, others: Iterable[ClauseElement] = ()) -> Any:
    """The attribute `name` of an entity, or the column of a FROM element; where `zero` has none,
    of the only one of `others` that has."""
    if _has_attribute(zero, name):
        return _attribute(zero, name)
    distinct = {_rows_of(other).cache_key: other for other in reversed(list(others))}
    having = [other for other in distinct.values() if _has_attribute(other, name)]
    if len(having) > 1:
        raise AmbiguousColumnError(
            f"filter_by({name}=…): several of what this statement names have it; use where()"
        )
    return _attribute(having[0] if having else zero, name)


def _rows_of(node: ClauseElement) -> ClauseElement:
    return node.from_clause if isinstance(node, Entity) else node


def _has_attribute(node: ClauseElement, name: str) -> bool:
    if not isinstance(node, Entity):
        return isinstance(node, FromClause) and name in node.c
    try:
        node.owner.attribute(name)
    except InvalidRequestError:
        return False
    return True


def _attribute(node: ClauseElement, name: str) -> Any:
    if isinstance(node, Entity):
        return node.owner.attribute(name)
    assert isinstance(node, FromClause)
    if name not in node.c:
        known = ", ".join(node.c.keys())
        raise InvalidRequestError(
            f"filter_by({name}=…): {node.name or 'the FROM element'} has only {known}"
        )
    return node.c[name]


class CompoundParts(OrderedParts):
    """The clauses of one UNION, INTERSECT or EXCEPT."""

    def __init__(self) -> None:
        super().__init__()
        self.keyword = ""
        self.select_list: tuple[SelectBase, ...] = ()

    def selects(self, keyword: str, selects: tuple[SelectBase, ...]) -> None:
        self.keyword, self.select_list = keyword, selects


class TextualParts:
    """A text and the columns its rows are said to have."""

    def __init__(self) -> None:
        self.element: Any = None
        self.columns: tuple[Expr, ...] = ()
        self.positional = False
        self.added_ctes: tuple[CTE, ...] = ()
        self.nested_ctes: tuple[CTE, ...] = ()
        self.loader_options: tuple[Any, ...] = ()

    def text(self, element: Any, columns: tuple[Expr, ...], positional: bool) -> None:
        self.element, self.columns, self.positional = element, columns, positional

    def add_ctes(self, *ctes: CTE) -> None:
        self.added_ctes += ctes

    def nest_ctes(self, *ctes: CTE) -> None:
        self.nested_ctes += ctes

    def options(self, *options: Any) -> None:
        self.loader_options += options
