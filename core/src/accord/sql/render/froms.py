"""FROM elements as text: tables, aliases, joins, subqueries, VALUES, functions; and WITH.

A CTE belongs to the WITH in front of the statement; one that is `nesting` to that of the query
that uses it. So there is a `WithScope` for the statement and one for each query being rendered
inside it, innermost last. In: FROM elements. Out: their text, and WITH clauses.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from accord.exc import CompileError
from accord.sql.aliases import Alias, AliasedFrom, Lateral, Subquery, TableSample
from accord.sql.joins import Join
from accord.sql.selectable import ColumnClause, FromClause, TableClause
from accord.sql.values import ScalarValues, TableValued, Values

from .strings import StringRenderer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from accord.sql.aliases import CTE
    from accord.sql.dmlparts import DMLParts
    from accord.sql.nodes import BindParameter, ClauseElement, ColumnElement
    from accord.sql.parts import OrderedParts, TextualParts
    from accord.sql.text import TextFrom


class WithScope:
    """One WITH clause while its statement is rendered."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.nodes: dict[str, CTE] = {}
        self.is_recursive = False


class FromRenderer(StringRenderer):
    """Everything that stands in FROM, and the WITH clauses."""

    def _begin(
        self, root: ClauseElement | None, binds: Sequence[BindParameter[Any]], literal: bool
    ) -> None:
        super()._begin(root, binds, literal)
        self.with_scopes = [WithScope()]

    def for_this_dialect(self, texts: Iterable[tuple[ColumnElement[Any], str]]) -> list[Any]:
        """Prefixes and suffixes that are meant for every dialect, or for this one."""
        return [text for text, dialect in texts if dialect in ("*", self.target.dialect_name)]

    def cte_body(self, cte: CTE) -> str:
        """The statement of a CTE; it sees nothing around it."""
        raise NotImplementedError

    def query_in_from(self, query: ClauseElement, *, lateral: bool = False) -> str:
        """A query as a FROM element; it sees its neighbours only if it is lateral."""
        raise NotImplementedError

    # --- tables and aliases -----------------------------------------------------------------------

    def visit_table(self, node: TableClause) -> str:
        if not self.renamed_tables or node.cache_key not in self.renamed_tables:
            return self.table_name(node)
        keyword = " AS " if self.target.alias_keyword else " "
        return f"{self.table_name(node)}{keyword}{self.qualifier(node)}"

    def named(self, text: str, alias: AliasedFrom) -> str:
        """``text AS name``."""
        keyword = " AS " if self.target.alias_keyword else " "
        return f"{text}{keyword}{self.quote(self.alias_name(alias))}"

    def visit_alias(self, node: Alias) -> str:
        inner = node.element
        while isinstance(inner, Alias):
            inner = inner.element
        if isinstance(inner, Subquery):
            return self.named(f"({self.query_in_from(inner.element)})", node)
        if isinstance(inner, Lateral):
            return self.named(self.lateral_text(inner), node)
        if isinstance(inner, Join):
            return self.named(f"({self.query_in_from(inner.select())})", node)
        return self.named(self.process(inner), node)

    def visit_subquery(self, node: Subquery) -> str:
        return self.named(f"({self.query_in_from(node.element)})", node)

    def visit_lateral(self, node: Lateral) -> str:
        return self.named(self.lateral_text(node), node)

    def lateral_text(self, node: Lateral) -> str:
        """``LATERAL (…)``, without a name."""
        if not self.target.supports_lateral:
            raise CompileError(
                f"{self.target.dialect_name} has no LATERAL; select a correlated scalar subquery, "
                "or join a subquery with row_number()"
            )
        inner = node.element
        if isinstance(inner, Subquery):
            inner = inner.element
        if isinstance(inner, FromClause):
            return f"LATERAL {self.process(inner)}"
        return f"LATERAL ({self.query_in_from(inner, lateral=True)})"

    def visit_tablesample(self, node: TableSample) -> str:
        if not self.target.supports_tablesample:
            raise CompileError(
                f"{self.target.dialect_name} has no TABLESAMPLE; order by func.random() and limit, "
                "or choose by a condition on the key"
            )
        named = self.named(self.process(node.original), node)
        text = f"{named} TABLESAMPLE {self.process(node.sampling)}"
        return text if node.seed is None else f"{text} REPEATABLE ({self.process(node.seed)})"

    def visit_text_from(self, node: TextFrom) -> str:
        return self.process(node.element)

    # --- joins ------------------------------------------------------------------------------------

    def visit_join(self, node: Join) -> str:
        left = self.hinted(node.left)
        right = self.hinted(node.right)
        if isinstance(node.right, Join):
            right = f"({right})"
        return f"{left}{self.join_keyword(node)}{right} ON {self.condition(node.onclause)}"

    def hinted(self, element: FromClause) -> str:
        """A FROM element with the hints given for it behind it."""
        hints = self.from_hints.get(element.cache_key, ()) if self.from_hints else ()
        return " ".join([self.process(element), *hints])

    def join_keyword(self, node: Join) -> str:
        if node.full:
            if not self.target.supports_full_join:
                raise CompileError(
                f"{self.target.dialect_name} has no FULL OUTER JOIN; put an outer join from each "
                "side together by union()"
            )
            return " FULL OUTER JOIN "
        return " LEFT OUTER JOIN " if node.isouter else " JOIN "

    # --- VALUES and functions ---------------------------------------------------------------------

    def visit_values(self, node: Values) -> str:
        lateral = "LATERAL " if node.is_lateral else ""
        text = f"{lateral}({self.values_rows(node)})"
        if node.name is None and node not in self._values_in_from:
            return text
        columns = ", ".join([self.quote(str(column.name)) for column in node.column_args])
        return f"{self.named(text, node)} ({columns})"

    @property
    def _values_in_from(self) -> tuple[ClauseElement, ...]:
        parts = [part for element in self.visible for part in element.hidden]
        return tuple([part for part in parts if isinstance(part, Values)])

    def values_rows(self, node: Values) -> str:
        if not node.rows:
            raise CompileError("values() has no rows; add them with .data([...])")
        outer, self.literal_binds = self.literal_binds, self.literal_binds or node.literal_binds
        rows = [f"({', '.join([self.process(cell) for cell in row])})" for row in node.rows]
        self.literal_binds = outer
        return f"VALUES {', '.join(rows)}"

    def visit_scalar_values(self, node: ScalarValues) -> str:
        return f"({self.values_rows(node.element)})"

    def visit_table_valued(self, node: TableValued) -> str:
        text = ("LATERAL " if node.is_lateral else "") + self.process(node.element)
        if node.ordinality:
            text += " WITH ORDINALITY"
        text = self.named(text, node)
        if not node.shows_columns:
            return text
        return f"{text}({', '.join([self.derived_column(c, node) for c in node.column_args])})"

    def derived_column(self, column: ColumnClause[Any], node: TableValued) -> str:
        """A column behind the name of a table function, with its type where it is asked for."""
        name = self.quote(str(column.name))
        return f"{name} {self.target.types.ddl(column.type)}" if node.shows_types else name

    # --- WITH -------------------------------------------------------------------------------------

    def visit_cte(self, node: CTE) -> str:
        self.register_cte(node)
        return self.quote(self.alias_name(node))

    def register_ctes_of(self, parts: OrderedParts | TextualParts | DMLParts) -> None:
        """The CTEs that were added to a query, whether or not it refers to them."""
        for cte in parts.nested_ctes:
            self.register_cte(cte, nested=True)
        for cte in parts.added_ctes:
            self.register_cte(cte)

    def register_cte(self, node: CTE, *, nested: bool = False) -> None:
        """Make sure `node` is in the WITH clause it belongs to, once, in its latest form."""
        if not self.target.supports_cte:
            raise CompileError(f"{self.target.dialect_name} has no WITH; use a subquery")
        if getattr(node.element, "is_dml", False) and not self.target.dml_in_cte:
            raise CompileError(
                f"{self.target.dialect_name} has no INSERT, UPDATE or DELETE inside WITH; execute "
                "it by itself, before the statement that needs its rows"
            )
        name = self.alias_name(node)
        nested = nested or node.nesting
        for scope in reversed(self.with_scopes):
            present = scope.nodes.get(name)
            if present is None:
                continue
            if present.token is node.token or _restates(present, node):
                return
            if _restates(node, present):
                self._write(node, name, scope)
                return
            if not nested:
                raise CompileError(f"two different CTEs are named {name!r}")
        self._write(node, name, self.with_scopes[-1 if nested else 0])

    def _write(self, node: CTE, name: str, scope: WithScope) -> None:
        scope.nodes[name] = node
        scope.is_recursive = scope.is_recursive or node.recursive
        visible = self.with_scopes
        self.with_scopes = visible[: visible.index(scope) + 1]
        try:
            text = self.cte_text(node, name)
        finally:
            self.with_scopes = visible
        if scope.nodes[name] is node:
            scope.texts[name] = text

    def cte_text(self, node: CTE, name: str) -> str:
        """One entry of the WITH clause."""
        head = self.quote(name)
        if node.recursive and not self.target.supports_recursive_union:
            self.refuse_union(node)
        if self.target.cte_column_list and (node.recursive or isinstance(node.element, Values)):
            head += f"({', '.join([self.quote(str(column.name)) for column in node.c])})"
        prefixes = [f"{self.process(text)} " for text in self.for_this_dialect(node.prefixes)]
        suffixes = [f" {self.process(text)}" for text in self.for_this_dialect(node.suffixes)]
        return f"{head} AS {''.join(prefixes)}\n({self.cte_body(node)}){''.join(suffixes)}"

    def refuse_union(self, node: CTE) -> None:
        """Recursion that drops repeated rows, where there is only one that keeps them."""
        if getattr(node.element.parts, "keyword", None) == "UNION":  # type: ignore[attr-defined]  # a query
            raise CompileError(
                f"{self.target.dialect_name} has no UNION in a recursive CTE; use union_all(), and "
                "distinct() where it is selected"
            )

    @contextmanager
    def nested_with(self) -> Iterator[WithScope]:
        """A query inside the statement: what nests in it goes into a WITH of its own."""
        scopes = self.with_scopes
        scope = WithScope() if self.target.supports_nested_cte else scopes[0]
        self.with_scopes = [*scopes, scope]
        try:
            yield scope
        finally:
            self.with_scopes = scopes

    def with_clause(self, scope: WithScope | None = None) -> str:
        """The WITH of the statement, or of a query inside it."""
        if scope is None:
            scope = self.with_scopes[0]
        elif scope is self.with_scopes[0]:
            return ""
        if not scope.texts:
            return ""
        recursive = scope.is_recursive and self.target.recursive_keyword
        entries = ", \n".join(scope.texts.values())
        return f"{'WITH RECURSIVE' if recursive else 'WITH'} {entries}\n "


def _restates(newer: CTE, older: CTE) -> bool:
    """Whether `newer` is `older` with more parts."""
    current: CTE | None = newer
    while current is not None:
        if current.token is older.token:
            return True
        current = current.restates
    return False
