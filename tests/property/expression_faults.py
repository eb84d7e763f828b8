"""Seeded faults in the expression language: what a careless change to the renderer might do.

Each patches one function or constant while it is switched on; `test_expression_faults.py` shows
that the random expressions find each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from accord.sql import constructors, expressions, operators as ops, predicates
from accord.sql.compiled import Expanding
from accord.sql.render.expressions import ExpressionRenderer

Fault = Callable[[pytest.MonkeyPatch, Any], None]
FAULTS: dict[str, Fault] = {}


def fault(function: Fault) -> Fault:
    FAULTS[function.__name__] = function
    return function


@contextmanager
def switched_on(name: str, engine: Any) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        engine.clear_compiled_cache()
        FAULTS[name](patch, engine)
        yield
    engine.clear_compiled_cache()


@fault
def a_product_keeps_no_parentheses(patch: pytest.MonkeyPatch, engine: Any) -> None:
    must_wrap = ExpressionRenderer.must_wrap

    def careless(self: Any, node: Any, operator: Any, *, right: bool = False) -> bool:
        return operator is not ops.MUL and must_wrap(self, node, operator, right=right)

    patch.setattr(ExpressionRenderer, "must_wrap", careless)


@fault
def what_is_subtracted_keeps_no_parentheses(patch: pytest.MonkeyPatch, engine: Any) -> None:
    must_wrap = ExpressionRenderer.must_wrap

    def careless(self: Any, node: Any, operator: Any, *, right: bool = False) -> bool:
        subtracted = right and operator is ops.SUB
        return not subtracted and must_wrap(self, node, operator, right=right)

    patch.setattr(ExpressionRenderer, "must_wrap", careless)


@fault
def and_binds_like_or(patch: pytest.MonkeyPatch, engine: Any) -> None:
    patch.setattr(ops.OR_, "precedence", ops.NOT)


@fault
def not_exists_binds_like_a_function(patch: pytest.MonkeyPatch, engine: Any) -> None:
    patch.setattr(ops.NOT_EXISTS, "precedence", ops.ATOM)


@fault
def less_is_the_opposite_of_greater(patch: pytest.MonkeyPatch, engine: Any) -> None:
    patch.setattr(ops.GT, "negation", ops.LT)


@fault
def a_percent_sign_is_not_escaped(patch: pytest.MonkeyPatch, engine: Any) -> None:
    patch.setattr(
        predicates, "escaped_pattern", lambda text, escape: text.replace("_", escape + "_")
    )


@fault
def the_escape_itself_is_not_escaped(patch: pytest.MonkeyPatch, engine: Any) -> None:
    def careless(text: str, escape: str) -> str:
        return text.replace("%", escape + "%").replace("_", escape + "_")

    patch.setattr(predicates, "escaped_pattern", careless)


@fault
def not_in_an_empty_list_is_false(patch: pytest.MonkeyPatch, engine: Any) -> None:
    def careless(self: Any, type_: Any, negated: bool) -> Expanding:
        return expanding(self, type_, False)

    expanding = ExpressionRenderer.expanding
    patch.setattr(ExpressionRenderer, "expanding", careless)


@fault
def nothing_is_compared_with_equals(patch: pytest.MonkeyPatch, engine: Any) -> None:
    """`== None` is written `= NULL`."""
    compared = predicates._compare_constant

    def careless(left: Any, op: Any, other: Any) -> Any:
        if other is None:
            return expressions.BinaryExpression(left, op, expressions.NULL, predicates.BOOLEANTYPE)
        return compared(left, op, other)

    patch.setattr(predicates, "_compare_constant", careless)


@fault
def an_unknown_constant_is_dropped_from_or(patch: pytest.MonkeyPatch, engine: Any) -> None:
    joined = predicates.joined

    def careless(op: Any, clauses: Any) -> Any:
        kept = [clause for clause in clauses if not isinstance(clause, expressions.Null)]
        return joined(op, kept)

    patch.setattr(constructors, "joined", careless)


@fault
def between_takes_its_bounds_the_other_way(patch: pytest.MonkeyPatch, engine: Any) -> None:
    build = ops.BETWEEN.build
    patch.setattr(
        ops.BETWEEN, "build", lambda a, op, low, high, **more: build(a, op, high, low, **more)
    )
