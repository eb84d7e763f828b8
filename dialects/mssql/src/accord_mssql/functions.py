"""Functions, EXTRACT and JSON paths in Transact-SQL.

In: function nodes with the standard's names. Out: what SQL Server 2017 has for them, or a refusal
that says what to write instead.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from accord.exc import CompileError
from accord.sql.compiled import Slot
from accord.sql.nodes import BindParameter, ColumnElement
from accord.sql.render import Renderer

from .types import national

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accord.sql.elements import Extract
    from accord.sql.expressions import BinaryExpression
    from accord.sql.functions import Function

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


class FunctionRenderer(Renderer):
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
        return f"(LEN({self.wrapped(node.clauses[0])} + N'.') - 1)"

    visit_char_length_func = visit_length_func
    visit_character_length_func = visit_length_func

    def visit_octet_length_func(self, node: Function[Any]) -> str:
        return f"DATALENGTH({self.function_arguments(node)})"

    def visit_ceil_func(self, node: Function[Any]) -> str:
        return f"CEILING({self.function_arguments(node)})"

    def visit_random_func(self, node: Function[Any]) -> str:
        return "RAND()"

    def visit_mod_func(self, node: Function[Any]) -> str:
        left, right = node.clauses
        return f"({self.wrapped(left)} % {self.wrapped(right)})"

    def visit_substr_func(self, node: Function[Any]) -> str:
        arguments = [self.process(argument) for argument in node.clauses]
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
        rows = ", ".join([f"({self.process(argument)})" for argument in node.clauses])
        return f"(SELECT {aggregate}(accord_v.c1) FROM (VALUES {rows}) AS accord_v (c1))"

    def visit_aggregate_strings_func(self, node: Function[Any]) -> str:
        return f"STRING_AGG({self.function_arguments(node)})"

    def visit_gen_random_uuid_func(self, node: Function[Any]) -> str:
        return "NEWID()"

    # --- JSON -------------------------------------------------------------------------------------

    def visit_json_getitem_op(self, node: BinaryExpression[Any]) -> str:
        return self._json_member(node, _step)

    def visit_json_path_getitem_op(self, node: BinaryExpression[Any]) -> str:
        return self._json_member(node, str)

    def _json_member(self, node: BinaryExpression[Any], path_of: Any) -> str:
        """An object or array as JSON text, a value as itself."""
        element, path = self.process(node.left), self._path(node.right, path_of)
        value = f"JSON_VALUE({element}, {path})"
        if node.type.affinity == "json":
            return f"COALESCE(JSON_QUERY({element}, {path}), {value})"
        if node.type.affinity in ("string", ""):
            return value
        return f"CAST({value} AS {self.cast_type(node.type)})"

    def _path(self, node: Expr, path_of: Any) -> str:
        """A path is written into the text at each execution: it has to be a literal."""
        if not isinstance(node, BindParameter):
            raise CompileError(
                "SQL Server takes a JSON path as a literal only; index with a string or a number"
            )
        entry = replace(self.entry(node.type), literal=lambda value: national(path_of(value)))
        if self.literal_binds:
            return entry.literal(node.effective_value)
        source: Any = self.positions.get(id(node), node)
        return self._mark(Slot(source, self._parameter_name(node), entry, node.hint, inline=True))


def _step(key: Any) -> str:
    if isinstance(key, int):
        return f"$[{key}]"
    return f"$.{json.dumps(key, ensure_ascii=False)}"
