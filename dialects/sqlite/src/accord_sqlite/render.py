"""SQLite's SQL where it differs from the standard renderer's.

In: nodes of accord.sql. Out: text. What SQLite lacks is said by `target.py` or refused here with
the way around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.dialect.on_conflict import OnConflictClause
from accord.exc import CompileError
from accord.sql.expressions import ExpressionList
from accord.sql.json import QUOTES
from accord.sql.nodes import ColumnElement
from accord.sqltypes import Date, DateTime, Interval, Time, TypeDecorator, TypeEngine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accord.sql.elements import Cast, Extract
    from accord.sql.expressions import BinaryExpression
    from accord.sql.functions import Function
    from accord.sql.values import TableValued, Values

Expr = ColumnElement[Any]

_STRFTIME: Mapping[str, str] = {
    "year": "%Y",
    "month": "%m",
    "day": "%d",
    "hour": "%H",
    "minute": "%M",
    "second": "%S",
    "doy": "%j",
    "dow": "%w",
    "week": "%W",
    "epoch": "%s",
}
_CASTS: tuple[tuple[type[TypeEngine], str], ...] = (
    (DateTime, "%Y-%m-%d %H:%M:%f000"),
    (Interval, "%Y-%m-%d %H:%M:%f000"),
    (Date, "%Y-%m-%d"),
    (Time, "%H:%M:%f000"),
)
"""CAST to a date or time has no meaning in SQLite; written as the text such a column holds."""


class SQLiteRenderer(OnConflictClause):
    """The SQL of SQLite 3.24 and later."""

    # --- comparisons and arithmetic ---------------------------------------------------------------

    def visit_is_distinct_from_op(self, node: BinaryExpression[Any]) -> str:
        return self.plain_binary(node, " IS NOT ")

    def visit_is_not_distinct_from_op(self, node: BinaryExpression[Any]) -> str:
        return self.plain_binary(node, " IS ")

    def visit_truediv_op(self, node: BinaryExpression[Any]) -> str:
        # Decimals are stored as integers where they are whole, so they would divide as integers,
        # too.
        left = self.operand(node.left, node.operator)
        exact = ("integer", "numeric")
        if node.left.type.affinity in exact and node.right.type.affinity in exact:
            return f"{left} / ({self.wrapped(node.right)} + 0.0)"
        return f"{left} / {self.operand(node.right, node.operator, right=True)}"

    def visit_bitwise_xor_op(self, node: BinaryExpression[Any]) -> str:
        left, right = self.wrapped(node.left), self.wrapped(node.right)
        return f"(({left} | {right}) - ({left} & {right}))"

    def visit_regexp_match_op(self, node: BinaryExpression[Any]) -> str:
        return self._regexp(node, " REGEXP ")

    def visit_not_regexp_match_op(self, node: BinaryExpression[Any]) -> str:
        return self._regexp(node, " NOT REGEXP ")

    def _regexp(self, node: BinaryExpression[Any], symbol: str) -> str:
        return f"{self.wrapped(node.left)}{symbol}{self._pattern(node, node.right)}"

    def visit_regexp_replace_op(self, node: BinaryExpression[Any]) -> str:
        """The driver's function, which replaces every match."""
        assert isinstance(node.right, ExpressionList)
        pattern, replacement = node.right.clauses
        arguments = f"{self.process(node.left)}, {self._pattern(node, pattern)}"
        return f"REGEXP_REPLACE({arguments}, {self.process(replacement)})"

    def _pattern(self, node: BinaryExpression[Any], pattern: Expr) -> str:
        """A regular expression of Python, its flags in front of it."""
        flags = str(dict(node.modifiers).get("flags") or "").replace("g", "")
        text = self.wrapped(pattern)
        if not flags:
            return text
        if not flags.isalpha():
            raise CompileError("the flags of regular expressions are letters, such as 'i'")
        return f"('(?{flags})' || {text})"

    # --- JSON -------------------------------------------------------------------------------------

    def visit_json_getitem_op(self, node: BinaryExpression[Any]) -> str:
        step = self.wrapped(node.right)
        if QUOTES in node.modifiers:
            return self._quoted_member(node, step)
        if node.right.type.affinity == "integer":
            return self._json_member(node, f"'$[' || {step} || ']'")
        return self._json_member(node, f"'$.' || json_quote({step})")

    def _quoted_member(self, node: BinaryExpression[Any], key: str) -> str:
        """A member by a key with double quotes, which a path can hold from SQLite 3.46 on only."""
        value = "value"
        if node.type.affinity == "json":
            value = (
                "CASE WHEN type IN ('object', 'array') THEN value WHEN type IN ('true', 'false') "
                "THEN type ELSE json_quote(value) END"
            )
        return f"(SELECT {value} FROM json_each({self.process(node.left)}) WHERE key = {key})"

    def visit_json_path_getitem_op(self, node: BinaryExpression[Any]) -> str:
        return self._json_member(node, self.process(node.right))

    def _json_member(self, node: BinaryExpression[Any], path: str) -> str:
        """A member as JSON text where its type is JSON, else as the value itself."""
        text = f"json_extract({self.process(node.left)}, {path})"
        return f"json_quote({text})" if node.type.affinity == "json" else text

    # --- types and functions ----------------------------------------------------------------------

    def visit_cast(self, node: Cast[Any]) -> str:
        type_ = _stored(node.type)
        for kind, form in _CASTS:
            if isinstance(type_, kind):
                return f"strftime('{form}', {self.process(node.element)})"
        return super().visit_cast(node)

    def visit_try_cast(self, node: Cast[Any]) -> str:
        raise CompileError("SQLite has no TRY_CAST; use cast(), which never fails there")

    def visit_extract(self, node: Extract) -> str:
        field = node.field.lower()
        element = self.process(node.element)
        if field == "quarter":
            return f"((CAST(strftime('%m', {element}) AS INTEGER) + 2) / 3)"
        form = _STRFTIME.get(field)
        if form is None:
            known = ", ".join([*_STRFTIME, "quarter"])
            raise CompileError(f"SQLite cannot extract {node.field!r}; it can {known}")
        return f"CAST(strftime('{form}', {element}) AS INTEGER)"

    def visit_now_func(self, node: Function[Any]) -> str:
        return "CURRENT_TIMESTAMP"

    def visit_localtimestamp_func(self, node: Function[Any]) -> str:
        return "datetime(CURRENT_TIMESTAMP, 'localtime')"

    def visit_char_length_func(self, node: Function[Any]) -> str:
        return f"length({self.function_arguments(node)})"

    def visit_concat_func(self, node: Function[Any]) -> str:
        return f"({' || '.join([self.wrapped(part) for part in node.arguments])})"

    def visit_greatest_func(self, node: Function[Any]) -> str:
        return f"max({self.function_arguments(node)})"

    def visit_least_func(self, node: Function[Any]) -> str:
        return f"min({self.function_arguments(node)})"

    def visit_aggregate_strings_func(self, node: Function[Any]) -> str:
        return f"group_concat({self.function_arguments(node)})"

    # --- FROM -------------------------------------------------------------------------------------

    def visit_values(self, node: Values) -> str:
        if node.name is None and node not in self._values_in_from:
            return f"({self.values_rows(node)})"
        # SQLite names the columns column1, column2 …, and has no AS v (a, b).
        columns = ", ".join(
            f"column{i} AS {self.quote(str(column.name))}"
            for i, column in enumerate(node.column_args, 1)
        )
        return self.named(f"(SELECT {columns} FROM ({self.values_rows(node)}))", node)

    def visit_table_valued(self, node: TableValued) -> str:
        if node.shows_columns or node.ordinality:
            raise CompileError(
                "SQLite's table functions have columns of their own names: json_each has key and "
                "value; "
                "leave out render_derived() and with_ordinality"
            )
        return super().visit_table_valued(node)


def _stored(type_: TypeEngine) -> TypeEngine:
    while isinstance(type_, TypeDecorator):
        type_ = type_.impl_instance
    return type_
