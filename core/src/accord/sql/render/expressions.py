"""Expressions as text: operators with their parentheses, literals, names, CASE, CAST, sort keys.

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
    Extract,
    Label,
    NameReference,
    ScalarSelect,
    TypeCoerce,
)
from accord.sql.expressions import (
    Between,
    BinaryExpression,
    BooleanClauseList,
    ExpressionList,
    Quantified,
    Tuple,
    UnaryExpression,
)
from accord.sql.nodes import BindParameter, ClauseElement, ColumnElement, EntityColumn
from accord.sql.operators import Operator
from accord.sql.predicates import joined
from accord.sql.selectable import ColumnClause
from accord.sql.text import TextClause
from accord.sql.values import ScalarValues

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
        own = _operator_of(node)
        if own is not None and (own.rank is not None or operator.rank is not None):
            from accord.sql.customoperators import stands_in_parentheses

            return stands_in_parentheses(own, operator)
        outer = operator.precedence
        if outer <= ops.AND:
            return inner <= outer
        if outer in (ops.NOT, ops.BIT, ops.SIGN) or inner == ops.BIT:
            if own is operator and operator.associative:
                return False
            return outer != ops.COMPARISON
        if inner == ops.SIGN:
            return right and outer > ops.COMPARISON
        if inner != outer:
            return inner < outer
        return right or not (operator.associative and own is operator)

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
        if isinstance(node.left, Tuple) and isinstance(node.right, Tuple):
            visit = self.row_comparison if not self.target.supports_row_comparison else visit
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

    def row_comparison(self, node: BinaryExpression[Any]) -> str:
        """``(a, b) < (x, y)`` column by column: by the first that differs."""
        assert isinstance(node.left, Tuple)
        assert isinstance(node.right, Tuple)
        pairs = list(zip(node.left.clauses, node.right.clauses, strict=True))
        operator = node.operator
        if operator in (ops.EQ, ops.NE):
            word = ops.AND_ if operator is ops.EQ else ops.OR_
            return f"({self.condition(joined(word, [operator(a, b) for a, b in pairs]))})"
        strict = {ops.LE: ops.LT, ops.GE: ops.GT}.get(operator, operator)
        (*before, last) = pairs
        found: Expr = operator(*last)
        for left, right in reversed(before):
            found = joined(ops.OR_, [strict(left, right), joined(ops.AND_, [left == right, found])])
        return f"({self.condition(found)})"

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
            rows = self.target.tuple_in_values and isinstance(next(iter(node), None), Tuple)
            listed = ", ".join([self.process(item) for item in node.clauses])
            return f"(VALUES {listed})" if rows else f"({listed})"
        is_query = isinstance(node, (ScalarSelect, ScalarValues))
        return self.process(node) if is_query else f"({self.process(node)})"

    def visit_is_distinct_from_op(self, node: BinaryExpression[Any]) -> str:
        return self._distinctness(node, "NOT ")

    def visit_is_not_distinct_from_op(self, node: BinaryExpression[Any]) -> str:
        return self._distinctness(node, "")

    def _distinctness(self, node: BinaryExpression[Any], negation: str) -> str:
        if self.target.supports_is_distinct_from:
            return self.plain_binary(node)
        left, right = self.wrapped(node.left), self.wrapped(node.right)
        if node.right.visit_name == "null":
            return f"{left} IS {negation}NULL"
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
        name = self.quote(node.name)
        return name if node.schema is None else f"{self.quote(node.schema)}.{name}"

    def visit_getitem_op(self, node: BinaryExpression[Any]) -> str:
        return f"{self.wrapped(node.left)}[{self.process(node.right)}]"

    def visit_regexp_replace_op(self, node: BinaryExpression[Any]) -> str:
        flags = dict(node.modifiers).get("flags")
        tail = "" if flags is None else f", '{flags}'"
        return f"REGEXP_REPLACE({self.process(node.left)}, {self.process(node.right)}{tail})"

    def visit_between(self, node: Between) -> str:
        element, lower, upper = (
            self.operand(part, node.operator) for part in (node.element, node.lower, node.upper)
        )
        word = node.operator.symbol
        if not node.symmetric:
            return f"{element}{word}{lower} AND {upper}"
        if self.target.supports_between_symmetric:
            return f"{element}{word}SYMMETRIC {lower} AND {upper}"
        joined = " AND " if "NOT" in word else " OR "
        return f"({element}{word}{lower} AND {upper}{joined}{element}{word}{upper} AND {lower})"

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
        if not self.target.supports_quantifiers:
            raise CompileError(
                f"{self.target.dialect_name} has no ANY and no ALL; write in_(select(…)), or "
                "compare with a subquery of min() or max()"
            )
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
        if not self.target.supports_whole_rows:
            raise CompileError(
                f"{self.target.dialect_name} takes no row as one value; name the columns, those of "
                "a function with table_valued('column')"
            )
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
            expanding = getattr(bind, "expanding", False)  # of a tstring() it may be any SQL
            text += (self.in_operand(bind, False) if expanding else self.process(bind)) + piece
        return text

    def visit_outparam(self, node: BindParameter[Any]) -> str:
        if self.target.dialect_name == "default":
            return self.parameter(node)
        raise CompileError(
            f"{self.target.dialect_name} has no out parameters; select what a function returns"
        )

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
        tested = self.sort_text(bare)
        if self.must_wrap(bare, ops.IS):
            tested = f"({tested})"
        test = f"CASE WHEN ({tested} IS NULL) THEN {first} ELSE {last} END"
        return f"{test}, {self.sort_text(inner)}"


def _operator_of(node: ClauseElement) -> Operator | None:
    while isinstance(node, (Label, TypeCoerce)):
        node = node.element
    found = getattr(node, "operator", None)
    return found if isinstance(found, Operator) else None


def _both_integers(node: BinaryExpression[Any]) -> bool:
    return node.left.type.affinity == "integer" and node.right.type.affinity == "integer"


def _is_sensitive(node: BinaryExpression[Any]) -> bool:
    return any(getattr(side.origin, "sensitive", False) for side in (node.left, node.right))
