"""LIKE and its relatives as text: patterns, escape characters, case folding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.sql import operators as ops

from .functions import FunctionRenderer

if TYPE_CHECKING:
    from accord.sql.expressions import BinaryExpression
    from accord.sql.nodes import ColumnElement

    Expr = ColumnElement[Any]


class StringRenderer(FunctionRenderer):
    """Comparisons of strings with patterns."""

    def like(self, node: BinaryExpression[Any], left: str, right: str) -> str:
        """``left [NOT] LIKE right [ESCAPE …]``."""
        escape = dict(node.modifiers).get("escape")
        negation = "NOT " if node.operator.name.startswith("not_") else ""
        text = f"{left} {negation}LIKE {right}"
        if escape is None:
            return text
        return f"{text} ESCAPE {self.escape_character(escape)}"

    def escape_character(self, escape: str) -> str:
        return "'" + escape.replace("'", "''") + "'"

    def join_strings(self, *parts: str) -> str:
        """String concatenation."""
        return " || ".join(parts)

    def visit_like_op(self, node: BinaryExpression[Any]) -> str:
        left = self.operand(node.left, node.operator)
        return self.like(node, left, self.operand(node.right, node.operator, right=True))

    visit_not_like_op = visit_like_op

    def visit_ilike_op(self, node: BinaryExpression[Any]) -> str:
        if self.target.supports_ilike:
            return self._ilike(node)
        left, right = self.lowered(node.left), self.lowered(node.right)
        return self.like(node, left, right)

    visit_not_ilike_op = visit_ilike_op

    def _ilike(self, node: BinaryExpression[Any]) -> str:
        left = self.operand(node.left, node.operator)
        right = self.operand(node.right, node.operator, right=True)
        escape = dict(node.modifiers).get("escape")
        text = f"{left}{node.operator.symbol}{right}"
        return text if escape is None else f"{text} ESCAPE {self.escape_character(escape)}"

    def lowered(self, node: Expr) -> str:
        return f"lower({self.process(node)})"

    def _part(self, node: BinaryExpression[Any], before: str, after: str, fold: bool) -> str:
        left = self.lowered(node.left) if fold else self.operand(node.left, node.operator)
        right = (
            self.lowered(node.right) if fold else self.operand(node.right, ops.CONCAT, right=True)
        )
        pattern = self.join_strings(*[part for part in (before, right, after) if part])
        return self.like(node, left, pattern)

    def visit_startswith_op(self, node: BinaryExpression[Any]) -> str:
        return self._part(node, "", "'%'", False)

    def visit_endswith_op(self, node: BinaryExpression[Any]) -> str:
        return self._part(node, "'%'", "", False)

    def visit_contains_op(self, node: BinaryExpression[Any]) -> str:
        return self._part(node, "'%'", "'%'", False)

    def visit_istartswith_op(self, node: BinaryExpression[Any]) -> str:
        return self._part(node, "", "'%'", True)

    def visit_iendswith_op(self, node: BinaryExpression[Any]) -> str:
        return self._part(node, "'%'", "", True)

    def visit_icontains_op(self, node: BinaryExpression[Any]) -> str:
        return self._part(node, "'%'", "'%'", True)

    visit_not_startswith_op = visit_startswith_op
    visit_not_endswith_op = visit_endswith_op
    visit_not_contains_op = visit_contains_op
    visit_not_istartswith_op = visit_istartswith_op
    visit_not_iendswith_op = visit_iendswith_op
    visit_not_icontains_op = visit_icontains_op
