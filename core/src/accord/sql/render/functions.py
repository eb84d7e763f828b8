"""Functions as text: their names and arguments, aggregates with FILTER and an order, windows.

A function `x` is rendered by `visit_x_func` if there is one, else as ``x(arguments)``. What stands
behind a function is a node around it (windows.py of the layer above).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import CompileError
from accord.sql.elements import Case
from accord.sql.functions import FunctionElement
from accord.sql.nodes import ColumnElement
from accord.sql.selectable import ColumnClause

from .expressions import ExpressionRenderer

if TYPE_CHECKING:
    from accord.sql.elements import FunctionAsBinary
    from accord.sql.windows import (
        AggregateOrderBy,
        Bound,
        FrameClause,
        FunctionFilter,
        Over,
        WithinGroup,
    )

Expr = ColumnElement[Any]
_PERCENTILES = frozenset({"percentile_cont", "percentile_disc"})
_ONE = ColumnClause[int]("1", is_literal=True)


class FunctionRenderer(ExpressionRenderer):
    """Functions, aggregates and windows."""

    ordered: tuple[Expr, str] | None = None
    """An aggregate and the ORDER BY that belongs behind its arguments."""

    windowed: Expr | None = None
    """What stands before the OVER being rendered."""

    # --- calls ------------------------------------------------------------------------------------

    def function_name(self, node: FunctionElement[Any]) -> str:
        """A function's name; plain names stay as they are, whatever the database reserves."""
        plain = self.target.plain_name
        parts = [*node.packagenames, node.name or ""]
        return ".".join([
            part if plain.match(part.lower()) and not getattr(part, "quote", None)
            else self.quote(part)
            for part in parts
        ])  # fmt: skip

    def visit_function(self, node: FunctionElement[Any]) -> str:
        own = None if node.packagenames or node.name is None else node.name.lower()
        visit = None if own is None else getattr(self, f"visit_{own}_func", None)
        if visit is not None:
            text: str = visit(node)
            return text
        name = self.function_name(node)
        if node.without_parentheses and not node.arguments:
            return name.upper()
        return f"{name}({self.function_arguments(node)})"

    def function_arguments(self, node: FunctionElement[Any]) -> str:
        arguments = ", ".join([self.process(argument) for argument in node.arguments])
        return arguments + self.argument_order(node)

    def argument_order(self, node: Expr) -> str:
        """The ORDER BY behind the arguments of an aggregate that is given one."""
        return self.ordered[1] if self.ordered is not None and self.ordered[0] is node else ""

    def visit_function_as_binary(self, node: FunctionAsBinary) -> str:
        return self.process(node.sql_function)

    def visit_scalar_function_column(self, node: Any) -> str:
        return f"({self.process(node.element)}).{self.quote(node.name)}"

    # --- keys of GROUP BY -------------------------------------------------------------------------

    def visit_grouping_sets_func(self, node: FunctionElement[Any]) -> str:
        return self.grouping_sets("GROUPING SETS", node)

    def visit_cube_func(self, node: FunctionElement[Any]) -> str:
        return self.grouping_sets("cube", node)

    def visit_rollup_func(self, node: FunctionElement[Any]) -> str:
        return self.grouping_sets("rollup", node)

    def grouping_sets(self, word: str, node: FunctionElement[Any]) -> str:
        if not self.target.supports_grouping_sets:
            raise CompileError(
                f"{self.target.dialect_name} has no {word.upper()}; put together several queries, "
                "each with its group_by(), by union_all()"
            )
        return f"{word}({self.function_arguments(node)})"

    # --- aggregates -------------------------------------------------------------------------------

    def visit_function_filter(self, node: FunctionFilter[Any]) -> str:
        if self.target.supports_filter:
            return f"{self.process(node.element)} FILTER (WHERE {self.condition(node.criterion)})"
        return self.process(self.filtered(node.element, node.criterion))

    def filtered(self, element: Expr, criterion: Expr) -> Expr:
        """FILTER for databases without it: the argument, or NULL where the condition fails."""
        if element.visit_name == "aggregate_order_by":
            inner: Any = element
            ordered: Expr = type(inner)(self.filtered(inner.element, criterion), *inner.order_by)
            return ordered
        if not isinstance(element, FunctionElement) or not element.arguments:
            raise CompileError(
                f"{self.target.dialect_name} has no FILTER for this aggregate; give it a case() "
                "that is NULL for the rows to leave out"
            )
        first, *others = element.arguments
        counted = _ONE if isinstance(first, ColumnClause) and first.name == "*" else first
        return element.with_arguments((Case((criterion, counted)), *others))

    def visit_within_group(self, node: WithinGroup[Any]) -> str:
        if not self.target.supports_within_group:
            raise CompileError(
                f"{self.target.dialect_name} has no WITHIN GROUP; number the rows with "
                "row_number() in a subquery and select the one wanted"
            )
        name = str(getattr(node.element, "name", ""))
        if self.target.percentiles_need_over and name in _PERCENTILES and node is not self.windowed:
            raise CompileError(
                f"{self.target.dialect_name} has {name}() in windows only; write "
                ".within_group(…).over(), with distinct() or a limit for one row"
            )
        return f"{self.process(node.element)} WITHIN GROUP (ORDER BY {self.sort_list(node)})"

    def visit_aggregate_order_by(self, node: AggregateOrderBy[Any]) -> str:
        saved, self.ordered = self.ordered, (node.element, f" ORDER BY {self.sort_list(node)}")
        try:
            return self.process(node.element)
        finally:
            self.ordered = saved

    def sort_list(self, node: WithinGroup[Any] | AggregateOrderBy[Any] | Over[Any]) -> str:
        return ", ".join([self.sort_text(key) for key in node.order_by])

    # --- windows ----------------------------------------------------------------------------------

    def visit_over(self, node: Over[Any]) -> str:
        clauses = [self.partition_clause(node), self.window_order(node), self.frame_clause(node)]
        written = " ".join([clause for clause in clauses if clause])
        saved, self.windowed = self.windowed, node.element
        text = self.process(node.element)
        self.windowed = saved
        return f"{text} OVER ({written})"

    def partition_clause(self, node: Over[Any]) -> str:
        if not node.partition_by:
            return ""
        return f"PARTITION BY {', '.join([self.process(key) for key in node.partition_by])}"

    def window_order(self, node: Over[Any]) -> str:
        return f"ORDER BY {self.sort_list(node)}" if node.order_by else ""

    def frame_clause(self, node: Over[Any]) -> str:
        """``ROWS BETWEEN … AND … EXCLUDE …``."""
        if node.frame is None:
            return ""
        if node.frame_unit == "GROUPS" and not self.target.supports_frame_groups:
            raise CompileError(
                f"{self.target.dialect_name} has no GROUPS in windows; use rows= or range_="
            )
        text = f"{node.frame_unit} {self.process(node.frame)}"
        if node.exclude is None:
            return text
        if not self.target.supports_frame_exclusion:
            raise CompileError(
                f"{self.target.dialect_name} has no EXCLUDE in windows; leave rows out with a "
                "case() in the aggregate"
            )
        return f"{text} EXCLUDE {node.exclude}"

    def visit_frame(self, node: FrameClause) -> str:
        start = self.frame_bound(node.start, "PRECEDING")
        return f"BETWEEN {start} AND {self.frame_bound(node.end, 'FOLLOWING')}"

    def frame_bound(self, bound: Bound, unbounded: str) -> str:
        kind = bound.kind.name
        if kind == "UNBOUNDED":
            return f"UNBOUNDED {unbounded}"
        if kind == "CURRENT":
            return "CURRENT ROW"
        distance = bound.distance
        shown = self.process(distance) if isinstance(distance, ColumnElement) else f"{distance:d}"
        return f"{shown} {kind}"
