"""Functions, EXTRACT and JSON paths in Transact-SQL.

In: function nodes with the standard's names. Out: what SQL Server 2017 has for them, or a refusal
that says what to write instead.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from accord.dialect.truth import TruthRenderer
from accord.exc import CompileError
from accord.sql import operators as ops
from accord.sql.compiled import Slot
from accord.sql.expressions import BinaryExpression
from accord.sql.functions import FunctionElement
from accord.sql.nodes import BindParameter, ColumnElement
from accord.sqltypes.json import path_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from accord.sql.elements import Extract
    from accord.sql.functions import Function
    from accord.sql.windows import AggregateOrderBy, Over

Expr = ColumnElement[Any]

_PARTS: Mapping[str, str] = {
    "year": "year",
    "quarter": "quarter",
    "month": "month",
    "day": "day",
    "doy": "dayofyear",
    "week": "iso_week",
    "hour": "hour",
    "minute": "minute",
    "second": "second",
    "milliseconds": "millisecond",
    "microseconds": "microsecond",
}


_RANKING = frozenset(
    {
        "row_number", "rank", "dense_rank", "ntile", "percent_rank", "cume_dist", "lag", "lead",
        "first_value", "last_value",
    }
)  # fmt: skip


class FunctionRenderer(TruthRenderer):
    """What has another name or another form."""

    def visit_extract(self, node: Extract) -> str:
        field = node.field.lower()
        element = self.process(node.element)
        if field == "dow":  # Sunday is 0, whatever SET DATEFIRST says
            return f"((DATEPART(weekday, {element}) + @@DATEFIRST - 1) % 7)"
        if field == "epoch":
            return f"DATEDIFF_BIG(second, CAST('1970-01-01' AS DATETIME2), {element})"
        part = _PARTS.get(field)
        if part is None:
            known = ", ".join([*_PARTS, "dow", "epoch"])
            raise CompileError(f"SQL Server cannot extract {node.field!r}; it can {known}")
        return f"DATEPART({part}, {element})"

    def visit_now_func(self, node: Function[Any]) -> str:
        return "CURRENT_TIMESTAMP"

    def visit_localtimestamp_func(self, node: Function[Any]) -> str:
        return "SYSDATETIME()"

    def visit_current_date_func(self, node: Function[Any]) -> str:
        return "CAST(GETDATE() AS DATE)"

    def visit_current_time_func(self, node: Function[Any]) -> str:
        return "CAST(GETDATE() AS TIME)"

    visit_localtime_func = visit_current_time_func

    def visit_length_func(self, node: Function[Any]) -> str:
        # LEN leaves trailing blanks out
        return f"(LEN({self.wrapped(node.arguments[0])} + N'.') - 1)"

    visit_char_length_func = visit_length_func
    visit_character_length_func = visit_length_func

    def visit_octet_length_func(self, node: Function[Any]) -> str:
        return f"DATALENGTH({self.function_arguments(node)})"

    def visit_pow_func(self, node: Function[Any]) -> str:
        return f"POWER({self.function_arguments(node)})"

    def visit_ceil_func(self, node: Function[Any]) -> str:
        return f"CEILING({self.function_arguments(node)})"

    def visit_random_func(self, node: Function[Any]) -> str:
        return "RAND()"

    def visit_mod_func(self, node: Function[Any]) -> str:
        left, right = node.arguments
        return f"({self.wrapped(left)} % {self.wrapped(right)})"

    def visit_substr_func(self, node: Function[Any]) -> str:
        arguments = [self.process(argument) for argument in node.arguments]
        if len(arguments) == 2:
            arguments.append("2147483647")
        return f"SUBSTRING({', '.join(arguments)})"

    visit_substring_func = visit_substr_func

    def visit_greatest_func(self, node: Function[Any]) -> str:
        return self._chosen("MAX", node)

    def visit_least_func(self, node: Function[Any]) -> str:
        return self._chosen("MIN", node)

    def _chosen(self, aggregate: str, node: Function[Any]) -> str:
        """GREATEST and LEAST came with SQL Server 2022."""
        rows = ", ".join([f"({self.process(argument)})" for argument in node.arguments])
        return f"(SELECT {aggregate}(accord_v.c1) FROM (VALUES {rows}) AS accord_v (c1))"

    def visit_aggregate_strings_func(self, node: Function[Any]) -> str:
        return f"STRING_AGG({self.function_arguments(node)})"

    def visit_gen_random_uuid_func(self, node: Function[Any]) -> str:
        return "NEWID()"

    def visit_mode_func(self, node: Function[Any]) -> str:
        raise CompileError(
            "SQL Server has no mode(); group by the value, order by the count and take the first"
        )

    def visit_bitwise_lshift_op(self, node: BinaryExpression[Any]) -> str:
        """``<<`` came with SQL Server 2022."""
        return f"({self.wrapped(node.left)} * {self._power(node.right)})"

    def visit_bitwise_rshift_op(self, node: BinaryExpression[Any]) -> str:
        exact = f"CAST({self.process(node.left)} AS DECIMAL(38))"
        return f"CAST(FLOOR({exact} / {self._power(node.right)}) AS BIGINT)"

    def _power(self, places: Expr) -> str:
        return f"POWER(CAST(2 AS BIGINT), {self.process(places)})"

    def visit_aggregate_order_by(self, node: AggregateOrderBy[Any]) -> str:
        return f"{self.process(node.element)} WITHIN GROUP (ORDER BY {self.sort_list(node)})"

    def window_order(self, node: Over[Any]) -> str:
        """Ranking, and a frame, need an ORDER BY in SQL Server, if only a meaningless one."""
        element = node.element
        name = (element.name or "").lower() if isinstance(element, FunctionElement) else ""
        if node.order_by or (node.frame is None and name not in _RANKING):
            return super().window_order(node)
        return "ORDER BY (SELECT NULL)"

    def frame_clause(self, node: Over[Any]) -> str:
        if node.frame is not None and node.frame_unit == "RANGE":
            kinds = {bound.kind.name for bound in (node.frame.start, node.frame.end)}
            if not kinds <= {"UNBOUNDED", "CURRENT"}:
                raise CompileError(
                    "SQL Server counts no distance in RANGE; use rows=, or (None, 0) and the like"
                )
        return super().frame_clause(node)

    # --- JSON -------------------------------------------------------------------------------------

    def visit_json_getitem_op(self, node: BinaryExpression[Any]) -> str:
        return self._json_member(node)

    visit_json_path_getitem_op = visit_json_getitem_op

    def _json_member(self, node: BinaryExpression[Any]) -> str:
        """A member as JSON text. JSON_VALUE gives text without quotes and nothing longer than 4000
        characters; OPENJSON tells what kind of value it is. It takes a path as a literal only, so
        keys are written into the text at each execution.
        """
        element, steps = self._json_steps(node)
        path = "".join([self._written(step, _whole) for step in steps[:-1]])
        path += self._written(steps[-1], _before_last)
        key = self._written(steps[-1], _last)
        return (
            f"(SELECT {self._member_value(node)} "
            f"FROM OPENJSON({self.process(element)}, N'${path}') AS accord_j "
            f"WHERE accord_j.[key] = N'{key}')"
        )

    def _member_value(self, node: BinaryExpression[Any]) -> str:
        """The member as JSON text, or as the value of the type it was asked for."""
        affinity = node.type.affinity
        if affinity == "json":
            return (
                "CASE accord_j.type WHEN 0 THEN N'null' WHEN 1 THEN "
                "N'\"' + STRING_ESCAPE(accord_j.value, 'json') + N'\"' ELSE accord_j.value END"
            )
        if affinity == "string":
            return "accord_j.value"
        if affinity == "boolean":
            return "CASE accord_j.value WHEN N'true' THEN 1 WHEN N'false' THEN 0 END"
        return f"CAST(accord_j.value AS {self.cast_type(node.type)})"

    def _json_steps(self, node: Expr) -> tuple[Expr, list[BindParameter[Any]]]:
        """The value at the bottom of ``column["a"]["b"]``, and the steps down from it."""
        steps: list[BindParameter[Any]] = []
        while isinstance(node, BinaryExpression) and node.operator in _MEMBERS:
            if not isinstance(node.right, BindParameter):
                raise CompileError(
                    "SQL Server takes a JSON path as a literal only; index with a string or a "
                    "number"
                )
            steps.insert(0, node.right)
            node = node.left
        return node, steps

    def _written(self, step: BindParameter[Any], part: Callable[[str], str]) -> str:
        """A part of a path, inside a literal."""
        entry = replace(self.entry(step.type), literal=lambda value: _inside(part(_tail(value))))
        if self.literal_binds:
            return entry.literal(step.effective_value)
        source: Any = self.positions.get(id(step), step)
        return self._mark(Slot(source, self._parameter_name(step), entry, step.hint, inline=True))


_MEMBERS = (ops.JSON_GETITEM, ops.JSON_PATH_GETITEM)
_LAST_STEP = re.compile(r'(?:\."(?P<key>(?:[^"\\]|\\.)*)"|\[(?P<place>\d+)\])\Z')


def _tail(step: Any) -> str:
    """A key, a position or a path without its $."""
    return path_text(step)[1:]


def _whole(tail: str) -> str:
    return tail


def _before_last(tail: str) -> str:
    found = _LAST_STEP.search(tail)
    return tail if found is None else tail[: found.start()]


def _last(tail: str) -> str:
    """The last step as OPENJSON names it."""
    found = _LAST_STEP.search(tail)
    if found is None:
        raise CompileError("a JSON path needs a step at least")
    if found["place"] is not None:
        return found["place"]
    key: str = json.loads(f'"{found["key"]}"')
    return key


def _inside(text: str) -> str:
    if "\0" in text:
        raise CompileError("a JSON key cannot contain the character U+0000")
    return text.replace("'", "''")
