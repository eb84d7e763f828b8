"""FROM elements as text: tables, aliases, joins, subqueries, CTEs, VALUES, table-valued
functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.exc import CompileError
from accord.sql.aliases import CTE, Alias, AliasedFrom, Lateral, Subquery, TableSample
from accord.sql.joins import Join
from accord.sql.selectable import FromClause, TableClause
from accord.sql.values import ScalarValues, TableValued, Values

from .strings import StringRenderer

if TYPE_CHECKING:
    from accord.sql.nodes import ClauseElement
    from accord.sql.text import TextFrom


class FromRenderer(StringRenderer):
    """Everything that stands in FROM, and the WITH clause."""

    def query_in_from(self, query: ClauseElement, *, lateral: bool = False) -> str:
        """A query as a FROM element; it sees its neighbours only if it is lateral."""
        raise NotImplementedError

    def cte_body(self, cte: CTE) -> str:
        """The statement of a CTE; it sees nothing around it."""
        raise NotImplementedError

    # --- tables and aliases -----------------------------------------------------------------------

    def visit_table(self, node: TableClause) -> str:
        return self.table_name(node)

    def named(self, text: str, alias: AliasedFrom) -> str:
        """``text AS name``."""
        keyword = " AS " if self.target.alias_keyword else " "
        return f"{text}{keyword}{self.quote(self.alias_name(alias))}"

    def visit_alias(self, node: Alias) -> str:
        inner = node.element
        if isinstance(inner, Subquery):
            return self.named(f"({self.query_in_from(inner.element)})", node)
        if isinstance(inner, Alias):
            return self.named(self.process(inner.original), node)
        if isinstance(inner, Join):
            return self.named(f"({self.query_in_from(inner.select())})", node)
        return self.named(self.process(inner), node)

    def visit_subquery(self, node: Subquery) -> str:
        return self.named(f"({self.query_in_from(node.element)})", node)

    def visit_lateral(self, node: Lateral) -> str:
        if not self.target.supports_lateral:
            raise CompileError(f"{self.target.dialect_name} has no LATERAL")
        inner = node.element
        if isinstance(inner, Subquery):
            inner = inner.element
        if isinstance(inner, FromClause):
            return self.named(f"LATERAL {self.process(inner)}", node)
        return self.named(f"LATERAL ({self.query_in_from(inner, lateral=True)})", node)

    def visit_tablesample(self, node: TableSample) -> str:
        named = self.named(self.process(node.element), node)
        text = f"{named} TABLESAMPLE {self.process(node.sampling)}"
        return text if node.seed is None else f"{text} REPEATABLE ({self.process(node.seed)})"

    def visit_text_from(self, node: TextFrom) -> str:
        return self.process(node.element)

    # --- joins ------------------------------------------------------------------------------------

    def visit_join(self, node: Join) -> str:
        left = self.process(node.left)
        right = self.process(node.right)
        if isinstance(node.right, Join):
            right = f"({right})"
        return f"{left}{self.join_keyword(node)}{right} ON {self.condition(node.onclause)}"

    def join_keyword(self, node: Join) -> str:
        if node.full:
            if not self.target.supports_full_join:
                raise CompileError(f"{self.target.dialect_name} has no FULL OUTER JOIN")
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
        return tuple([element for element in self.visible if isinstance(element, Values)])

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
        return f"{text}({', '.join([self.quote(str(c.name)) for c in node.column_args])})"

    # --- WITH -------------------------------------------------------------------------------------

    def visit_cte(self, node: CTE) -> str:
        self.register_cte(node)
        return self.quote(self.alias_name(node))

    def register_cte(self, node: CTE) -> None:
        """Make sure `node` is in the WITH clause, once, in its latest form."""
        if not self.target.supports_cte:
            raise CompileError(f"{self.target.dialect_name} has no WITH")
        name = self.alias_name(node)
        present = self.cte_nodes.get(name)
        if present is not None:
            if present.token is node.token or _restates(present, node):
                return
            if not _restates(node, present) and present.cache_key is not node.cache_key:
                raise CompileError(f"two different CTEs are named {name!r}")
        self.cte_nodes[name] = node
        self.has_recursive_cte = self.has_recursive_cte or node.recursive
        text = self.cte_text(node, name)
        if self.cte_nodes[name] is node:
            self.ctes[name] = text

    def cte_text(self, node: CTE, name: str) -> str:
        """One entry of the WITH clause."""
        head = self.quote(name)
        if self.target.cte_column_list and (node.recursive or isinstance(node.element, Values)):
            head += f"({', '.join([self.quote(str(column.name)) for column in node.c])})"
        prefixes = "".join([f"{prefix} " for prefix in node.prefixes])
        suffixes = "".join([f" {suffix}" for suffix in node.suffixes])
        return f"{head} AS {prefixes}\n({self.cte_body(node)}){suffixes}"

    def with_clause(self) -> str:
        if not self.ctes:
            return ""
        keyword = (
            "WITH RECURSIVE" if self.has_recursive_cte and self.target.recursive_keyword else "WITH"
        )
        entries = ", \n".join(self.ctes.values())
        return f"{keyword} {entries}\n "


def _restates(newer: CTE, older: CTE) -> bool:
    """Whether `newer` is `older` with more parts."""
    current: CTE | None = newer
    while current is not None:
        if current.token is older.token:
            return True
        current = current.restates
    return False
