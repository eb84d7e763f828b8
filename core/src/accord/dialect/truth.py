"""Conditions and values kept apart, for databases in which a condition is no value.

A dialect whose database has no boolean expressions (SQL Server; Oracle before 23) lets its
renderer inherit `TruthRenderer` and says in `truth_value` how a condition becomes a number. In:
nodes. Out: text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.sql import operators as ops
from accord.sql.elements import Exists, Label, TypeCoerce
from accord.sql.expressions import (
    Between,
    BinaryExpression,
    BooleanClauseList,
    UnaryExpression,
)
from accord.sql.nodes import ColumnElement, EntityColumn
from accord.sql.render import Renderer
from accord.sql.selectable import ColumnClause

if TYPE_CHECKING:
    from accord.sql.nodes import ClauseElement
    from accord.sql.operators import Operator

Expr = ColumnElement[object]
_PREDICATES = (BinaryExpression, UnaryExpression, BooleanClauseList, Between, Exists)


def _is_condition(node: ClauseElement) -> bool:
    return isinstance(node, _PREDICATES) and node.is_predicate


class TruthRenderer(Renderer):
    """A condition where a value is wanted becomes one, wherever it stands; true, false and unknown
    stay what they are.
    """

    def truth_value(self, test: str) -> str:
        """The condition `test` as a value: 1, 0 or NULL."""
        return f"CASE WHEN {test} THEN 1 WHEN NOT ({test}) THEN 0 END"

    def process(self, node: ClauseElement) -> str:
        """The text of `node` as a value."""
        text = super().process(node)
        return self.truth_value(text) if _is_condition(node) else text

    def condition(self, node: Expr) -> str:
        """`node` where a truth value is wanted."""
        while isinstance(node, Label | TypeCoerce):
            node = node.element
        return super().process(node) if _is_condition(node) else super().condition(node)

    def operand(self, node: Expr, operator: Operator, *, right: bool = False) -> str:
        """An operand of `operator`; a condition is one as a value."""
        if _is_condition(node):
            return self.process(node)
        return super().operand(node, operator, right=right)

    def wrapped(self, node: Expr) -> str:
        """`node` in parentheses unless it needs none; a condition as a value."""
        return self.process(node) if _is_condition(node) else super().wrapped(node)

    # --- IS TRUE and its relatives ----------------------------------------------------------------

    def visit_is_op(self, node: BinaryExpression[object]) -> str:
        """IS is never unknown: neither inside NOT nor as a value."""
        if node.right.visit_name == "null":
            return self.plain_binary(node)
        if not isinstance(node.left, ColumnClause | EntityColumn):
            return self._is_test(node, "1")
        left = self.operand(node.left, ops.EQ)
        return f"({left} = {self.wrapped(node.right)} AND {left} IS NOT NULL)"

    def visit_is_not_op(self, node: BinaryExpression[object]) -> str:
        """IS NOT is never unknown either."""
        if node.right.visit_name == "null":
            return self.plain_binary(node)
        if not isinstance(node.left, ColumnClause | EntityColumn):
            return self._is_test(node, "0")
        left = self.operand(node.left, ops.EQ)
        return f"({left} != {self.wrapped(node.right)} OR {left} IS NULL)"

    def _is_test(self, node: BinaryExpression[object], met: str) -> str:
        word = node.right.visit_name
        if word == "true":
            test = self.condition(node.left)
        elif word == "false":
            test = f"NOT ({self.condition(node.left)})"
        else:
            test = f"{self.operand(node.left, ops.EQ)} = {self.wrapped(node.right)}"
        return f"CASE WHEN ({test}) THEN 1 ELSE 0 END = {met}"
