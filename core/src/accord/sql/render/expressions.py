"""Expressions as text: operators with their parentheses, literals, functions, CASE, CAST, windows.

An operator `x` is rendered by `visit_x_op` if there is one, else as ``left symbol right``.
Parentheses follow `operators.py`: an operand that binds no tighter than the operator is wrapped.
"""

from __future__ import annotations

import re
from typing import Any

from accord.exc import CompileError
from accord.sql import operators as ops
from accord.sql.elements import (
    Case,
    CollationName,
    Exists,
    Extract,
    FunctionFilter,
    Label,
    NameReference,
    Over,
    ScalarSelect,
    TypeCoerce,
    WithinGroup,
)
from accord.sql.expressions import (
    Between,
    BinaryExpression,
    BooleanClauseList,
    ExpressionList,
    Quantified,
    UnaryExpression,
)
from accord.sql.functions import BARE, Function
from accord.sql.nodes import BindParameter, ClauseElement, ColumnElement, EntityColumn
from accord.sql.operators import Operator
from accord.sql.selectable import ColumnClause
from accord.sql.text import TextClause

from .typed import TypeRenderer

Expr = ColumnElement[Any]

_ONE_TOKEN = re.compile(
    r"""(?: [\w$.]+ (?:\([^()']*\))? | '(?:[^']|'')*' | "[^"]*" (?:\."[^"]*")* | [\w.]*\* )\Z""",
    re.X,
)
_BOOLEAN = "boolean"


class ExpressionRenderer(TypeRenderer):
    """Everything that has a value."""

    # --- parentheses ------------------------------------------------------------------------------

    def precedence(self, node: ClauseElement) -> int:
        """How tightly the text of `node` holds together."""
        if isinstance(node, (Label, TypeCoerce)):
            return self.precedence(node.element)
        if isinstance(node, EntityColumn):
            return self.precedence(node.column)
        operator = getattr(node, "operator", None)
        if isinstance(node, (Exists, Quantified)):
            return ops.ATOM
        if isinstance(operator, Operator):
            return operator.precedence
        if isinstance(node, TextClause):
            return ops.LIST
        if isinstance(node, ColumnClause) and node.is_literal:
            return ops.ATOM if _ONE_TOKEN.match(str(node.name)) else ops.LIST
        return ops.ATOM

    def operand(self, node: Expr, operator: Operator, *, right: bool = False) -> str:
        """An operand of `operator`, wrapped if it must be."""
        text = self.process(node)
        return f"({text})" if self.must_wrap(node, operator, right=right) else text

    def must_wrap(self, node: Expr, operator: Operator, *, right: bool = False) -> bool:
        inner = self.precedence(node)
        if inner >= ops.ATOM:
            return False
        outer = operator.precedence
        if outer <= ops.AND:
            return inner <= outer
        if outer in (ops.NOT, ops.BIT, ops.SIGN) or inner == ops.BIT:
            own = _operator_of(node)
            if own is operator and operator.associative:
                return False
            return outer != ops.COMPARISON
        if inner == ops.SIGN:
            return right and outer > ops.COMPARISON
        if inner != outer:
            return inner < outer
        return right or not (operator.associative and _operator_of(node) is operator)

    def wrapped(self, node: Expr) -> str:
        """`node` in parentheses unless it is a single token, a call or the like."""
        text = self.process(node)
        return text if self.precedence(node) >= ops.ATOM else f"({text})"

    # --- conditions -------------------------------------------------------------------------------

    def condition(self, node: Expr) -> str:
        """`node` where the database wants a truth value."""
        if not self.target.supports_native_boolean:
            if node.visit_name == "true":
                return "1 = 1"
            if node.visit_name == "false":
                return "0 = 1"
            if not node.is_predicate and node.type.affinity == _BOOLEAN:
                return f"{self.wrapped(node)} = 1"
        return self.process(node)

    def _condition_operand(self, node: Expr, operator: Operator) -> str:
        text = self.condition(node)
        return f"({text})" if self.must_wrap(node, operator) else text

    def visit_boolean_list(self, node: BooleanClauseList) -> str:
        return node.operator.symbol.join(
            [self._condition_operand(c, node.operator) for c in node.clauses]
        )

    def visit_true(self, node: Expr) -> str:
        return "true" if self.target.supports_native_boolean else "1"

    def visit_false(self, node: Expr) -> str:
        return "false" if self.target.supports_native_boolean else "0"

    def visit_null(self, node: Expr) -> str:
        return "NULL"

    def visit_default_keyword(self, node: Expr) -> str:
        if not self.target.supports_default_keyword:
            raise CompileError(
                f"{self.target.dialect_name} has no DEFAULT keyword; leave the column out"
            )
        return "DEFAULT"

    # --- operators --------------------------------------------------------------------------------

    def visit_binary(self, node: BinaryExpression[Any]) -> str:
        visit = getattr(self, f"visit_{node.operator.name}_op", None)
        outer, self.sensitive = self.sensitive, self.sensitive or _is_sensitive(node)
        try:
            text: str = self.plain_binary(node) if visit is None else visit(node)
        finally:
            self.sensitive = outer
        return text

    def plain_binary(self, node: BinaryExpression[Any], symbol: str | None = None) -> str:
        """``left symbol right``."""
        operator = node.operator
        left = self.operand(node.left, operator)
        right = self.operand(node.right, operator, right=True)
        return f"{left}{operator.symbol if symbol is None else symbol}{right}"

    def visit_in_op(self, node: BinaryExpression[Any]) -> str:
        left = self.operand(node.left, node.operator)
        if self.target.max_in_list is not None and self.can_repeat(node):
            self.in_joint = f") OR {left} IN ("
            return f"({left} IN {self.in_operand(node.right, False)})"
        return f"{left} IN {self.in_operand(node.right, False)}"

    def visit_not_in_op(self, node: BinaryExpression[Any]) -> str:
        left = self.operand(node.left, node.operator)
        if self.target.max_in_list is not None and self.can_repeat(node):
            self.in_joint = f") AND {left} NOT IN ("
        return f"({left} NOT IN {self.in_operand(node.right, True)})"

    def can_repeat(self, node: BinaryExpression[Any]) -> bool:
        """Whether the left side may stand before each of several lists: it has no parameters."""
        right = node.right
        return isinstance(right, BindParameter) and right.expanding and not node.left.binds

    def in_operand(self, node: Expr, negated: bool) -> str:
        """The right side of IN: a list of parameters, of expressions, or a query."""
        if isinstance(node, BindParameter):
            if self.literal_binds:
                return f"({self.literal_bind(node, negated)})"
            return f"({self.parameter(node, negated)})"
        if isinstance(node, ExpressionList):
            return f"({', '.join([self.process(item) for item in node.clauses])})"
        return self.process(node) if isinstance(node, ScalarSelect) else f"({self.process(node)})"

    def visit_is_distinct_from_op(self, node: BinaryExpression[Any]) -> str:
        return self._distinctness(node, "NOT ")

    def visit_is_not_distinct_from_op(self, node: BinaryExpression[Any]) -> str:
        return self._distinctness(node, "")

    def _distinctness(self, node: BinaryExpression[Any], negation: str) -> str:
        if self.target.supports_is_distinct_from:
            return self.plain_binary(node)
        left, right = self.wrapped(node.left), self.wrapped(node.right)
        same = f"{left} = {right} OR ({left} IS NULL AND {right} IS NULL)"
        yes, no = ("0", "1") if negation else ("1", "0")
        return f"CASE WHEN ({same}) THEN {yes} ELSE {no} END = 1"

    def visit_truediv_op(self, node: BinaryExpression[Any]) -> str:
        right = self.operand(node.right, node.operator, right=True)
        if self.target.integer_division_truncates and _both_integers(node):
            right = self.exact_divisor(node.right)
        return f"{self.operand(node.left, node.operator)} / {right}"

    def exact_divisor(self, node: Expr) -> str:
        """A divisor that makes the division of two integers exact."""
        return f"CAST({self.process(node)} AS NUMERIC)"

    def visit_floordiv_op(self, node: BinaryExpression[Any]) -> str:
        text = self.plain_binary(node, " / ")
        if self.target.integer_division_truncates and _both_integers(node):
            return text
        return f"FLOOR({text})"

    def visit_collate_op(self, node: BinaryExpression[Any]) -> str:
        return f"{self.wrapped(node.left)} COLLATE {self.process(node.right)}"

    def visit_collation(self, node: CollationName) -> str:
        return self.quote(node.name)

    def visit_getitem_op(self, node: BinaryExpression[Any]) -> str:
        return f"{self.wrapped(node.left)}[{self.process(node.right)}]"

    def visit_regexp_replace_op(self, node: BinaryExpression[Any]) -> str:
        flags = dict(node.modifiers).get("flags")
        tail = "" if flags is None else f", '{flags}'"
        return f"REGEXP_REPLACE({self.process(node.left)}, {self.process(node.right)}{tail})"

    def visit_between(self, node: Between) -> str:
        symmetric = "SYMMETRIC " if node.symmetric else ""
        element, lower, upper = (
            self.operand(part, node.operator) for part in (node.element, node.lower, node.upper)
        )
        return f"{element}{node.operator.symbol}{symmetric}{lower} AND {upper}"

    def visit_unary(self, node: UnaryExpression[Any]) -> str:
        visit = getattr(self, f"visit_{node.operator.name}_op", None)
        if visit is not None:
            text: str = visit(node)
            return text
        if node.postfix:
            return f"{self.process(node.element)}{node.operator.symbol}"
        return f"{node.operator.symbol}{self.operand(node.element, node.operator)}"

    def visit_not_op(self, node: UnaryExpression[Any]) -> str:
        text = self.condition(node.element)
        shown = self.precedence(node.element) < ops.ATOM or text.endswith(" = 1")
        return f"NOT ({text})" if shown else f"NOT {text}"

    def visit_quantified(self, node: Quantified[Any]) -> str:
        element = node.element
        text = self.process(element)
        return f"{node.operator.symbol}{text if isinstance(element, ScalarSelect) else f'({text})'}"

    # --- columns, labels, texts -------------------------------------------------------------------

    def visit_column(self, node: ColumnClause[Any]) -> str:
        name = node.name
        if name is None:
            raise CompileError(f"a column has no name yet: {node!r}")
        if node.is_literal:
            if "\0" in name:
                raise CompileError("literal_column() cannot contain a NUL character")
            return name
        if node.table is None or not self.qualify_columns:
            return self.quote(name)
        return f"{self.qualifier(node.table)}.{self.quote(name)}"

    def visit_entity_column(self, node: EntityColumn[Any]) -> str:
        return self.process(node.column)

    def visit_alias_column(self, node: ColumnClause[Any]) -> str:
        assert node.table is not None
        return self.qualifier(node.table)

    def visit_label(self, node: Label[Any]) -> str:
        return self.process(node.element)

    def visit_name_reference(self, node: NameReference) -> str:
        raise CompileError(
            f"{node.name!r} is no column of the select list; in ORDER BY and GROUP BY strings "
            "are names, "
            "text('…') is SQL"
        )

    def visit_text(self, node: TextClause) -> str:
        text = node.pieces[0]
        for bind, piece in zip(node.parameters, node.pieces[1:], strict=True):
            text += self.visit_bindparam(bind) + piece
        return text

    def visit_expression_list(self, node: ExpressionList) -> str:
        return ", ".join([self.process(item) for item in node.clauses])

    def visit_tuple(self, node: ExpressionList) -> str:
        return f"({self.visit_expression_list(node)})"

    # --- constructs -------------------------------------------------------------------------------

    def visit_case(self, node: Case[Any]) -> str:
        text = "CASE"
        if node.value is not None:
            text += f" {self.wrapped(node.value)}"
        for test, result in node.whens:
            if node.value is not None:
                shown = self.wrapped(test)
            else:
                shown = self.condition(test)
                shown = f"({shown})" if isinstance(test, BinaryExpression) else shown
            text += f" WHEN {shown} THEN {self.process(result)}"
        if node.else_ is not None:
            text += f" ELSE {self.process(node.else_)}"
        return text + " END"

    def visit_extract(self, node: Extract) -> str:
        return f"EXTRACT({node.field} FROM {self.wrapped(node.element)})"

    def function_name(self, node: Function[Any]) -> str:
        """A function's name; plain names stay as they are, whatever the database reserves."""
        plain = self.target.plain_name
        parts = [*node.packages, node.function_name]
        return ".".join([p if plain.match(p.lower()) else self.quote(p) for p in parts])

    def visit_function(self, node: Function[Any]) -> str:
        visit = (
            None
            if node.packages
            else getattr(self, f"visit_{node.function_name.lower()}_func", None)
        )
        if visit is not None:
            text: str = visit(node)
            return text
        name = self.function_name(node)
        if not node.clauses and not node.packages and node.function_name.lower() in BARE:
            return name.upper()
        return f"{name}({self.function_arguments(node)})"

    def function_arguments(self, node: Function[Any]) -> str:
        return ", ".join([self.process(argument) for argument in node.clauses])

    def visit_scalar_function_column(self, node: Any) -> str:
        return f"({self.process(node.element)}).{self.quote(node.name)}"

    def visit_function_filter(self, node: FunctionFilter[Any]) -> str:
        if self.target.supports_filter:
            return f"{self.process(node.element)} FILTER (WHERE {self.condition(node.criterion)})"
        return self.filter_as_case(node)

    def filter_as_case(self, node: FunctionFilter[Any]) -> str:
        """FILTER for databases without it: the argument, or NULL where the condition fails."""
        function = node.element
        if not isinstance(function, Function) or len(function.clauses) != 1:
            raise CompileError(f"{self.target.dialect_name} has no FILTER for this aggregate")
        argument = function.clauses[0]
        star = isinstance(argument, ColumnClause) and argument.is_literal and argument.name == "*"
        value = "1" if star else self.process(argument)
        case = f"CASE WHEN ({self.condition(node.criterion)}) THEN {value} END"
        return f"{self.function_name(function)}({case})"

    def visit_within_group(self, node: WithinGroup[Any]) -> str:
        order = ", ".join([self.sort_text(key) for key in node.order_by])
        return f"{self.process(node.element)} WITHIN GROUP (ORDER BY {order})"

    def visit_over(self, node: Over[Any]) -> str:
        clauses = []
        if node.partition_by:
            clauses.append(
                "PARTITION BY " + ", ".join([self.process(key) for key in node.partition_by])
            )
        if node.order_by:
            clauses.append("ORDER BY " + ", ".join([self.sort_text(key) for key in node.order_by]))
        if node.frame is not None:
            kind, (lower, upper) = node.frame
            clauses.append(
                f"{kind} BETWEEN {_bound(lower, 'PRECEDING')} AND {_bound(upper, 'FOLLOWING')}"
            )
        return f"{self.process(node.element)} OVER ({' '.join(clauses)})"

    # --- sort keys --------------------------------------------------------------------------------

    def sort_text(self, node: Expr) -> str:
        """One key of ORDER BY."""
        if isinstance(node, UnaryExpression) and node.postfix:
            if (
                node.operator in (ops.NULLS_FIRST, ops.NULLS_LAST)
                and not self.target.supports_nulls_ordering
            ):
                return self.nulls_ordered(node)
            return f"{self.sort_text(node.element)}{node.operator.symbol}"
        return self.process(node)

    def nulls_ordered(self, node: UnaryExpression[Any]) -> str:
        """NULLS FIRST / LAST by a key of its own."""
        inner = node.element
        bare = inner.element if isinstance(inner, UnaryExpression) and inner.postfix else inner
        first, last = ("0", "1") if node.operator is ops.NULLS_FIRST else ("1", "0")
        test = f"CASE WHEN ({self.sort_text(bare)} IS NULL) THEN {first} ELSE {last} END"
        return f"{test}, {self.sort_text(inner)}"


def _bound(value: int | None, unbounded: str) -> str:
    if value is None:
        return f"UNBOUNDED {unbounded}"
    if value == 0:
        return "CURRENT ROW"
    return f"{-value} PRECEDING" if value < 0 else f"{value} FOLLOWING"


def _operator_of(node: ClauseElement) -> Operator | None:
    while isinstance(node, (Label, TypeCoerce)):
        node = node.element
    found = getattr(node, "operator", None)
    return found if isinstance(found, Operator) else None


def _both_integers(node: BinaryExpression[Any]) -> bool:
    return node.left.type.affinity == "integer" and node.right.type.affinity == "integer"


def _is_sensitive(node: BinaryExpression[Any]) -> bool:
    return any(getattr(side.origin, "sensitive", False) for side in (node.left, node.right))
