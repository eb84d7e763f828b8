"""What SQL Server refuses in a statement before it looks at any row.

Each rule names its source: "contract" is the section "SQL Server" of the servers' description,
"docs" a page of the product's Transact-SQL reference. In: a statement as text and as sqlglot's
tree. Out: nothing, or the ServerError with the server's number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from . import scanner
from .errors import ServerError, syntax

PARAMETERS = 2_100
ROWS = 1_000
IDENTIFIER = 128
_VALUES = (exp.Literal, exp.National, exp.Null, exp.Column, exp.Parameter, exp.HexString)
_CONDITIONS = (exp.Predicate, exp.Connector, exp.Not, exp.Escape)


def check_parameters(count: int) -> None:
    """contract: "2100 parameters"; docs: Maximum capacity specifications."""
    if count > PARAMETERS:
        raise ServerError(
            8003,
            "The incoming request has too many parameters. The server supports a maximum of 2100 "
            "parameters. Reduce the number of parameters and resend the request.",
        )


FOREIGN = frozenset({"LIMIT", "ILIKE", "RETURNING", "LATERAL", "NULLS", "RECURSIVE", "CONFLICT"})


def check_words(text: str) -> None:
    """docs: SELECT, LIKE, WITH, OUTPUT: words of other databases, which sqlglot understands."""
    found = [word for word, _, _ in scanner.words(text, inside=True)]
    for place, word in enumerate(found):
        after = found[place:]
        if word in FOREIGN or (word == "OFFSET" and "ROWS" not in after and "ROW" not in after):
            raise syntax(word)


_FOREIGN_TYPE = re.compile(
    r"[(,]\s*(?:\[[^\]]*\]|\w+)\s+(?P<type>BOOLEAN|SERIAL|BIGSERIAL|JSON|JSONB|UUID|BLOB|CLOB|BYTEA|"
    r"INTERVAL|TIMESTAMPTZ|VARCHAR2|NUMBER)\b",
    re.I,
)


def check_types(text: str) -> None:
    """docs: Data types (Transact-SQL)."""
    found = _FOREIGN_TYPE.search(text)
    if found is not None:
        raise ServerError(
            2715, f"Column, parameter, or variable #1: Cannot find data type {found['type']}."
        )


def check_tree(tree: exp.Expression) -> None:
    """Every rule that a tree can break."""
    for rule in (
        _identifiers, _booleans, _foreign_words, _rows, _offset, _inner_order, _next_value,
        _row_values, _update_join,
    ):  # fmt: skip
        rule(tree)


def _identifiers(tree: exp.Expression) -> None:
    """docs: Database identifiers ("a maximum of 128 characters")."""
    for identifier in tree.find_all(exp.Identifier):
        if len(identifier.name) > IDENTIFIER:
            raise ServerError(
                103,
                f"The identifier that starts with '{identifier.name[:128]}' is too long. Maximum "
                "length is 128.",
                15,
            )


def is_condition(node: exp.Expression | None) -> bool:
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.Case | exp.Cast):
        return False
    return isinstance(node, _CONDITIONS)


def _booleans(tree: exp.Expression) -> None:
    """docs: Comparison operators ("A Boolean data type … cannot be specified as the data type of a
    table column or variable, and cannot be returned in a result set"), Search condition."""
    for literal in tree.find_all(exp.Boolean):
        if not literal.args.get("accord_made"):
            raise ServerError(207, f"Invalid column name '{str(literal.this).lower()}'.")
    for value in _values_of(tree):
        if is_condition(value):
            raise syntax(_operator(value))
    for condition in _conditions_of(tree):
        if not is_condition(condition):
            raise ServerError(
                4145,
                "An expression of non-boolean type specified in a context where a condition is "
                f"expected, near '{condition.sql('tsql')[:20]}'.",
                15,
            )


def _values_of(tree: exp.Expression) -> Iterator[exp.Expression]:
    for select in tree.find_all(exp.Select):
        yield from [item.unalias() for item in select.expressions]
    for cells in tree.find_all(exp.Tuple):
        yield from cells.expressions
    for ordered in tree.find_all(exp.Ordered):
        yield ordered.this
    for compared in tree.find_all(exp.EQ, exp.NEQ, exp.GT, exp.LT, exp.GTE, exp.LTE):
        yield from [compared.this, compared.expression]
    for case in tree.find_all(exp.Case):
        yield from [branch.args["true"] for branch in case.args["ifs"]]
    for function in tree.find_all(exp.Func):
        if not isinstance(function, exp.Case | exp.If | exp.Exists | exp.Connector | exp.Cast):
            yield from [arg for arg in function.args.values() if isinstance(arg, exp.Expression)]


def _conditions_of(tree: exp.Expression) -> Iterator[exp.Expression]:
    for clause in tree.find_all(exp.Where, exp.Having):
        yield clause.this
    for join in tree.find_all(exp.Join):
        on = join.args.get("on")
        if on is not None:
            yield on
    for connector in tree.find_all(exp.And, exp.Or):
        yield from [connector.this, connector.expression]
    for negation in tree.find_all(exp.Not):
        yield negation.this


def _operator(node: exp.Expression) -> str:
    return {exp.EQ: "=", exp.GT: ">", exp.LT: "<", exp.NEQ: "<>"}.get(type(node), "IS")


def _foreign_words(tree: exp.Expression) -> None:
    """docs: Operators: strings are concatenated with +."""
    if tree.find(exp.DPipe) is not None:
        raise syntax("|")


def _rows(tree: exp.Expression) -> None:
    """contract: "1000 rows of VALUES"; docs: Table value constructor."""
    if isinstance(tree, exp.Insert):
        source = tree.args.get("expression")
        if isinstance(source, exp.Values) and len(source.expressions) > ROWS:
            raise ServerError(
                10738,
                "The number of row value expressions in the INSERT statement exceeds the maximum "
                "allowed number of 1000 row values.",
                15,
            )


def _offset(tree: exp.Expression) -> None:
    """contract: "OFFSET needs ORDER BY"; docs: SELECT - ORDER BY clause."""
    for query in tree.find_all(exp.Select, exp.SetOperation):
        limit = query.args.get("limit")
        needs = query.args.get("offset") is not None or isinstance(limit, exp.Fetch)
        if needs and query.args.get("order") is None:
            raise syntax("OFFSET")


def _inner_order(tree: exp.Expression) -> None:
    """docs: SELECT - ORDER BY clause ("not valid in views, inline functions, derived tables, and
    subqueries, unless either the TOP or OFFSET and FETCH clauses are also specified")."""
    for query in tree.find_all(exp.Select):
        if query is tree or query.args.get("order") is None:
            continue
        if isinstance(query.parent, exp.Insert):
            continue
        if query.args.get("limit") is None and query.args.get("offset") is None:
            raise ServerError(
                1033,
                "The ORDER BY clause is invalid in views, inline functions, derived tables, "
                "subqueries, and common table expressions, unless TOP, OFFSET or FOR XML is also "
                "specified.",
                15,
            )


def _next_value(tree: exp.Expression) -> None:
    """docs: NEXT VALUE FOR, limitations: not in MERGE, not in subqueries."""
    for _ in tree.find_all(exp.NextValueFor):
        if isinstance(tree, exp.Merge):
            raise ServerError(
                11742,
                "NEXT VALUE FOR function can only be used with MERGE if it is defined within a "
                "default constraint on the target table for insert action.",
            )


def _row_values(tree: exp.Expression) -> None:
    """docs: IN: the left side is one expression."""
    for membership in tree.find_all(exp.In):
        if isinstance(membership.this, exp.Tuple):
            raise ServerError(
                4145,
                "An expression of non-boolean type specified in a context where a condition is "
                "expected, near ','.",
                15,
            )


def _update_join(tree: exp.Expression) -> None:
    """docs: UPDATE: the target is one table, others stand in FROM."""
    if isinstance(tree, exp.Update) and tree.this.args.get("joins"):
        raise syntax("JOIN")
