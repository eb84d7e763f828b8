"""FROM elements with a name of their own: aliases, subqueries, LATERAL, TABLESAMPLE, CTEs.

Their columns are `DerivedColumn`s, made on first use, each a view of the column or expression
below. In structural keys an alias is a token (`Anon`), so that its name does not matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .collection import ColumnCollection
from .nodes import Anon, BindParameter, ClauseElement, ColumnElement, T_co, joined_binds
from .selectable import ColumnClause, Columns, FromClause

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from .selectbase import SelectBase


class DerivedColumn(ColumnClause[T_co]):
    """A column of an alias or subquery; `element` is the expression it shows."""

    __slots__ = ("_table_binds", "element")

    def __init__(
        self, name: str, key: str, element: ColumnElement[Any], table: AliasedFrom
    ) -> None:
        self.name = name
        self.key = key
        self.element = element
        self.type = element.type
        self.is_literal = False
        self.table: AliasedFrom = table
        self._compose()

    def _compose(self) -> None:
        self.cache_key = ("dc", self.table.token, self.name)
        self._table_binds = self.table.binds

    has_anon = True

    @property
    def binds(self) -> tuple[BindParameter[Any], ...]:  # type: ignore[override]  # computed, not stored
        # The column alone pulls its subquery into FROM, so the subquery's parameters come with it.
        return self._table_binds

    @property
    def origin(self) -> ColumnElement[Any] | None:
        return self.element.origin

    @property
    def omitted(self) -> bool:  # type: ignore[override]  # computed, not stored
        return bool(getattr(self.origin, "omitted", False))

    @property
    def primary_key(self) -> bool:  # type: ignore[override]  # computed, not stored
        return bool(getattr(self.origin, "primary_key", False))

    @property
    def foreign_keys(self) -> Any:
        return getattr(self.origin, "foreign_keys", frozenset())


class AliasedFrom(FromClause):
    """Base of what gives something selectable a name of its own in FROM.

    `name` is None when rendering is to choose one. `token` stands for it in keys.
    """

    __slots__ = ("_columns", "element", "name", "token")

    element: ClauseElement
    name: str | None
    schema = None
    has_anon: bool = True
    lateral_: bool = False

    def __init__(self, element: ClauseElement, name: str | None = None) -> None:
        self.element = element
        self.name = name
        self._compose()

    def _compose(self) -> None:
        children = tuple(self.children())
        keys = [child.cache_key for child in children]
        self.token = Anon((self.visit_name, self.name, *self.shape(), *keys))
        self.cache_key = self.token
        self.binds = joined_binds(children)

    @property
    def c(self) -> Columns:
        try:
            return self._columns
        except AttributeError:
            self._columns: Columns = ColumnCollection(self._derive(), owner=self.described)
            return self._columns

    @property
    def described(self) -> str:
        kind = type(self).__name__.lower()
        return f"{kind} {self.name!r}" if self.name else f"the {kind}"

    def _derive(self) -> Iterable[tuple[str, ColumnElement[Any]]]:
        for name, key, column in _offered(self.element):
            yield key, DerivedColumn(name, key, column, self)

    @property
    def name_hint(self) -> str:
        """What an automatic name starts with."""
        hint = getattr(self.element, "name", None)
        if hint is None and isinstance(self.element, AliasedFrom):
            return self.element.name_hint
        return hint or "anon"

    @property
    def original(self) -> ClauseElement:
        """What is aliased, through aliases of aliases."""
        return self.element.original if isinstance(self.element, AliasedFrom) else self.element

    def children(self) -> Iterable[ClauseElement]:
        return (self.element,)

    def is_derived_from(self, other: FromClause | None) -> bool:
        below = getattr(self.element, "is_derived_from", None)
        return self is other or (below is not None and below(other))


def _offered(element: ClauseElement) -> list[tuple[str, str, ColumnElement[Any]]]:
    """(result name, collection key, expression) of every column `element` offers."""
    offer = getattr(element, "result_columns", None)
    if offer is not None:
        return list(offer())
    assert isinstance(element, FromClause)
    return [(column.name, key, column) for key, column in element.c.items()]


class Alias(AliasedFrom):
    """``table AS name``."""

    __slots__ = ()

    visit_name = "alias"


class Subquery(AliasedFrom):
    """``(SELECT …) AS name``."""

    __slots__ = ()

    visit_name = "subquery"
    element: SelectBase


class Lateral(AliasedFrom):
    """``LATERAL (…) AS name``: may refer to FROM elements on its left."""

    __slots__ = ()

    visit_name = "lateral"
    lateral_ = True


class TableSample(AliasedFrom):
    """``table AS name TABLESAMPLE method(argument)``."""

    __slots__ = ("sampling", "seed")

    visit_name = "tablesample"

    def __init__(
        self, element: FromClause, sampling: Any, name: str | None = None, seed: Any = None
    ) -> None:
        from .coercion import expression
        from .functions import Function

        if not isinstance(sampling, Function):
            sampling = Function("system", sampling)
        self.sampling: ColumnElement[Any] = sampling
        self.seed: ColumnElement[Any] | None = None if seed is None else expression(seed)
        super().__init__(element, name)

    def children(self) -> Iterable[ClauseElement]:
        yield self.element
        yield self.sampling
        if self.seed is not None:
            yield self.seed


Affixes = tuple[tuple[ColumnElement[Any], str], ...]
"""Pieces of SQL, each with the dialect it is meant for."""


class CTE(AliasedFrom):
    """A named query of a WITH clause.

    A recursive one refers to itself: `union_all` answers with a new CTE of the same name that
    `restates` the one its second part was written with.
    """

    __slots__ = ("nesting", "prefixes", "recursive", "restates", "suffixes")

    visit_name = "cte"

    def __init__(
        self,
        element: Any,
        name: str | None = None,
        recursive: bool = False,
        nesting: bool = False,
        *,
        restates: CTE | None = None,
        prefixes: Affixes = (),
        suffixes: Affixes = (),
    ) -> None:
        self.recursive = recursive
        self.nesting = nesting
        self.restates = restates
        self.prefixes = prefixes
        self.suffixes = suffixes
        super().__init__(element, name)

    def shape(self) -> tuple[Hashable, ...]:
        affixes = [(text.cache_key, dialect) for text, dialect in (*self.prefixes, *self.suffixes)]
        flags = (self.recursive, self.nesting, self.restates is not None, len(self.prefixes))
        return (*flags, *affixes)

    def children(self) -> Iterable[ClauseElement]:
        yield self.element
        for text, _ in (*self.prefixes, *self.suffixes):
            yield text

    def alias(self, name: str | None = None, flat: bool = False) -> Alias:
        return Alias(self, name)

    def _restated(self, element: Any) -> CTE:
        return CTE(
            element, self.name, self.recursive, self.nesting,
            restates=self, prefixes=self.prefixes, suffixes=self.suffixes,
        )  # fmt: skip

    def union(self, *others: Any) -> CTE:
        return self._restated(self.element.union(*others))  # type: ignore[attr-defined]  # by its class

    def union_all(self, *others: Any) -> CTE:
        return self._restated(self.element.union_all(*others))  # type: ignore[attr-defined]  # by its class

    def prefix_with(self, *texts: Any, dialect: str = "*") -> CTE:
        """SQL between AS and the query: ``prefix_with("MATERIALIZED", dialect="postgresql")``."""
        return self._affixed(self.prefixes + _affixes(texts, dialect), self.suffixes)

    def suffix_with(self, *texts: Any, dialect: str = "*") -> CTE:
        """SQL behind the query: CYCLE, SEARCH and the like."""
        return self._affixed(self.prefixes, self.suffixes + _affixes(texts, dialect))

    def _affixed(self, prefixes: Affixes, suffixes: Affixes) -> CTE:
        return CTE(
            self.element, self.name, self.recursive, self.nesting,
            restates=self.restates, prefixes=prefixes, suffixes=suffixes,
        )  # fmt: skip


def _affixes(texts: tuple[Any, ...], dialect: str) -> Affixes:
    from .coercion import written_sql

    return tuple([(written_sql(text), dialect) for text in texts])
