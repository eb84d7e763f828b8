"""GROUP BY and ORDER BY as text, and what strings name inside a SELECT.

A string is never SQL: it is the name of a selected column or of one in FROM, or it is refused. In:
the parts of a query, its named columns and its FROM list. Out: the clauses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.sql.elements import Label, NameReference
from accord.sql.expressions import UnaryExpression
from accord.sql.nodes import ColumnElement
from accord.sql.parts import OrderedParts, SelectParts

from .froms import FromRenderer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.sql.labels import NamedColumn
    from accord.sql.selectable import FromClause

Expr = ColumnElement[Any]


class SortRenderer(FromRenderer):
    """Keys of GROUP BY and ORDER BY."""

    def group_by_clause(
        self, parts: OrderedParts, named: Sequence[NamedColumn], froms: Sequence[FromClause]
    ) -> str:
        if not parts.group_by_clauses:
            return ""
        by_name = self.target.supports_names_in_group_by
        keys = [self.sort_key(k, named, froms, by_name=by_name) for k in parts.group_by_clauses]
        return f" GROUP BY {', '.join(keys)}"

    # --- names ------------------------------------------------------------------------------------

    names: tuple[Sequence[NamedColumn], Sequence[FromClause]] | None = None
    """What a string inside the SELECT being rendered may name."""

    def visit_name_reference(self, node: NameReference) -> str:
        """A string inside an expression, in OVER as a rule: a column of FROM, else what stands
        behind a label."""
        if self.names is None:
            return super().visit_name_reference(node)
        saved, (named, froms) = self.names, self.names
        found: list[Expr] = [element.c[node.name] for element in froms if node.name in element.c]
        if len(found) != 1:
            found = [c.element for c in named if node.name in (c.name, c.key)]
        if not found:
            return super().visit_name_reference(node)
        self.names = None  # what a label stands for cannot speak of itself
        try:
            return self.process(found[0])
        finally:
            self.names = saved

    # --- ORDER BY ---------------------------------------------------------------------------------

    def order_by_clause(
        self, parts: OrderedParts, named: Sequence[NamedColumn], froms: Sequence[FromClause]
    ) -> str:
        if not parts.order_by_clauses:
            return ""
        saved, self.sorting = self.sorting, (named, froms, isinstance(parts, SelectParts))
        try:
            return " ORDER BY " + ", ".join([self.sort_text(key) for key in parts.order_by_clauses])
        finally:
            self.sorting = saved

    def sort_text(self, node: Expr) -> str:
        sorting = self.sorting
        if sorting is None or (getattr(node, "postfix", False)):
            return super().sort_text(node)
        named, froms, in_select = sorting
        for column in named:
            same = column.element.cache_key == node.cache_key
            if same and (isinstance(node, Label) or not in_select):
                return self.quote(column.name)
            if (
                not in_select
                and isinstance(node, NameReference)
                and node.name in (column.name, column.key)
            ):
                return self.quote(column.name)
        self.sorting = None  # inside the expression, labels are not names
        try:
            return self.sort_key(node, named, froms)
        finally:
            self.sorting = sorting

    def sort_key(
        self,
        node: Expr,
        named: Sequence[NamedColumn],
        froms: Sequence[FromClause],
        *,
        by_name: bool = True,
    ) -> str:
        """A key of ORDER BY or GROUP BY; a string is the name of a selected column, or of one in
        FROM. Without `by_name`, what stands behind a label is repeated."""
        if not isinstance(node, NameReference):
            return self.process(node)
        for column in named:
            if node.name in (column.name, column.key):
                element = column.element
                if column.needs_label and (by_name or column.element.visit_name == "text"):
                    return self.quote(column.name)
                is_distinct = isinstance(element, UnaryExpression)
                return self.process(element.element if is_distinct else element)
        for entity in named:
            if getattr(entity.element, "attribute_key", None) == node.name:
                return self.process(entity.element)
        found = [element.c[node.name] for element in froms if node.name in element.c]
        if len(found) == 1:
            return self.process(found[0])
        return self.process(node)
