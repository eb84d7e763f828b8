"""Evaluating an SQL condition in Python, against objects that are in memory.

In: the WHERE clause of an ORM UPDATE or DELETE. Out: a function ``object -> True | False | None``
(SQL's three values), or `Unevaluable` when the clause says something only the database can answer.
A column whose value is not loaded raises `NotLoaded` for that object.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from accord.sql.expressions import (
    Between,
    BinaryExpression,
    BooleanClauseList,
    ExpressionList,
    UnaryExpression,
)
from accord.sql.nodes import BindParameter, ColumnElement, EntityColumn
from accord.sql.selectable import ColumnClause

Evaluate = Callable[[dict[str, Any]], Any]


class Unevaluable(Exception):
    """The expression cannot be evaluated in Python."""


class NotLoaded(Exception):
    """A value the expression needs is not in the instance."""


class Undecided(NotLoaded):
    """The values are there, and only the database knows what it makes of them."""


def evaluator(mapper: Any, clause: Any) -> Evaluate:
    """Return a function that evaluates `clause` on the ``vars()`` of an object of `mapper`."""
    return _compile(mapper, clause)


def _compile(mapper: Any, node: Any) -> Evaluate:
    if isinstance(node, EntityColumn):
        owner: Any = node.owner
        if owner.mapper is not mapper or owner is not mapper:
            raise Unevaluable(f"a column of {owner.mapper.class_.__name__}, or of an alias of it")
        return _attribute(node.attribute_key)
    if isinstance(node, BindParameter):
        return _value(node)
    if isinstance(node, ColumnClause):
        return _column(mapper, node)
    for kind, build in _BUILDERS:
        if isinstance(node, kind):
            return build(mapper, node)
    constant = _CONSTANTS.get(getattr(node, "visit_name", ""))
    if constant is not None:
        value = constant[0]
        return lambda values: value
    raise Unevaluable(type(node).__name__)


_CONSTANTS: dict[str, tuple[Any]] = {"null": (None,), "true": (True,), "false": (False,)}


def _attribute(key: str) -> Evaluate:
    def read(values: dict[str, Any]) -> Any:
        try:
            value = values[key]
        except KeyError:
            raise NotLoaded(key) from None
        if isinstance(value, ColumnElement):
            raise NotLoaded(key)
        return value

    return read


def _column(mapper: Any, column: Any) -> Evaluate:
    key = mapper.key_by_column.get(column)
    if key is None:
        raise Unevaluable(f"column {column.name}")
    return _attribute(key)


def _value(bind: BindParameter[Any]) -> Evaluate:
    value = bind.effective_value
    if type(value).__name__ == "Missing":
        raise Unevaluable("a parameter without a value")
    return lambda values: value


def _null_aware(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def compare(left: Any, right: Any) -> Any:
        if left is None or right is None:
            return None
        return function(left, right)

    return compare


def _in(left: Any, right: Any) -> Any:
    if left is None:
        return None
    if left in [item for item in right if item is not None]:
        return True
    return None if None in right else False


def _not_in(left: Any, right: Any) -> Any:
    found = _in(left, right)
    return None if found is None else not found


_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "eq": _null_aware(operator.eq),
    "ne": _null_aware(operator.ne),
    "lt": _null_aware(operator.lt),
    "le": _null_aware(operator.le),
    "gt": _null_aware(operator.gt),
    "ge": _null_aware(operator.ge),
    "is": lambda left, right: left is right or (left is not None and left == right),
    "is_not": lambda left, right: not (left is right or (left is not None and left == right)),
    "is_distinct_from": lambda left, right: left != right,
    "is_not_distinct_from": lambda left, right: left == right,
    "in": _in,
    "not_in": _not_in,
    "add": _null_aware(operator.add),
    "sub": _null_aware(operator.sub),
    "mul": _null_aware(operator.mul),
    "concat": _null_aware(operator.add),
}
#: Case rules and collations belong to the database: text order and LIKE are left to it.
_NUMERIC_ONLY = frozenset({"lt", "le", "gt", "ge"})


def _binary(mapper: Any, node: BinaryExpression[Any]) -> Evaluate:
    function = _BINARY.get(node.operator.name)
    given = getattr(node.operator, "python_impl", None)
    if given is not None:
        function = _null_aware(given)
    if function is None:
        raise Unevaluable(node.operator.name)
    left, right = _compile(mapper, node.left), _compile(mapper, node.right)
    numeric_only = node.operator.name in _NUMERIC_ONLY

    def evaluate(values: dict[str, Any]) -> Any:
        a, b = left(values), right(values)
        if numeric_only and isinstance(a, str):
            raise Undecided("text order is the database's")
        return function(a, b)

    return evaluate


def _boolean(mapper: Any, node: BooleanClauseList) -> Evaluate:
    parts = [_compile(mapper, clause) for clause in node.clauses]
    decisive = node.operator.name == "or"

    def evaluate(values: dict[str, Any]) -> Any:
        unknown = False
        for part in parts:
            found = part(values)
            if found is None:
                unknown = True
            elif bool(found) is decisive:
                return decisive
        return None if unknown else not decisive

    return evaluate


def _unary(mapper: Any, node: UnaryExpression[Any]) -> Evaluate:
    inner = _compile(mapper, node.element)
    if node.operator.name == "not":
        return lambda values: None if inner(values) is None else not inner(values)
    if node.operator.name == "neg":
        return lambda values: None if inner(values) is None else -inner(values)
    raise Unevaluable(node.operator.name)


def _between(mapper: Any, node: Between) -> Evaluate:
    element, lower, upper = (
        _compile(mapper, part) for part in (node.element, node.lower, node.upper)
    )
    negated = node.operator.name == "not_between"

    def evaluate(values: dict[str, Any]) -> Any:
        value, low, high = element(values), lower(values), upper(values)
        if isinstance(value, str):
            raise Undecided("text order is the database's")
        if value is None or low is None or high is None:
            return None
        return (low <= value <= high) is not negated

    return evaluate


def _list(mapper: Any, node: ExpressionList) -> Evaluate:
    parts = [_compile(mapper, clause) for clause in node.clauses]
    return lambda values: tuple(part(values) for part in parts)


_BUILDERS: tuple[tuple[Any, Callable[[Any, Any], Evaluate]], ...] = (
    (BinaryExpression, _binary),
    (BooleanClauseList, _boolean),
    (UnaryExpression, _unary),
    (Between, _between),
    (ExpressionList, _list),
)
