"""Oracle's expressions where they differ from the standard renderer's.

Comparison with NULLs by DECODE, arithmetic by functions, dates by TO_CHAR and EXTRACT, text by
LISTAGG and REGEXP_…, JSON by JSON_VALUE and JSON_QUERY. In: nodes of accord.sql. Out: text.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from accord.dialect.truth import TruthRenderer
from accord.exc import CompileError
from accord.sql.compiled import Slot
from accord.sql.nodes import BindParameter, ColumnElement
from accord.sqltypes import Date, LargeBinary, String, Text, TypeDecorator, TypeEngine
from accord.sqltypes.json import path_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accord.sql.elements import Cast, Extract
    from accord.sql.expressions import BinaryExpression, UnaryExpression
    from accord.sql.functions import Function
    from accord.sql.windows import AggregateOrderBy, WithinGroup

Expr = ColumnElement[Any]

_TO_CHAR: Mapping[str, str] = {"quarter": "Q", "week": "IW", "doy": "DDD"}
_EXTRACT = frozenset({"year", "month", "day", "hour", "minute", "second"})
_TIME_PARTS = frozenset({"hour", "minute", "second"})


class OracleExpressions(TruthRenderer):
    """Everything that has a value."""

    # --- comparisons ------------------------------------------------------------------------------

    def visit_is_distinct_from_op(self, node: BinaryExpression[Any]) -> str:
        return f"DECODE({self.process(node.left)}, {self.process(node.right)}, 0, 1) = 1"

    def visit_is_not_distinct_from_op(self, node: BinaryExpression[Any]) -> str:
        return f"DECODE({self.process(node.left)}, {self.process(node.right)}, 0, 1) = 0"

    # --- arithmetic -------------------------------------------------------------------------------

    def _both(self, node: BinaryExpression[Any]) -> tuple[str, str]:
        return self.process(node.left), self.process(node.right)

    def visit_mod_op(self, node: BinaryExpression[Any]) -> str:
        left, right = self._both(node)
        return f"MOD({left}, {right})"

    def visit_bitwise_and_op(self, node: BinaryExpression[Any]) -> str:
        left, right = self._both(node)
        return f"BITAND({left}, {right})"

    def visit_bitwise_or_op(self, node: BinaryExpression[Any]) -> str:
        left, right = self.wrapped(node.left), self.wrapped(node.right)
        return f"({left} + {right} - BITAND({left}, {right}))"

    def visit_bitwise_xor_op(self, node: BinaryExpression[Any]) -> str:
        left, right = self.wrapped(node.left), self.wrapped(node.right)
        return f"({left} + {right} - 2 * BITAND({left}, {right}))"

    def visit_bitwise_lshift_op(self, node: BinaryExpression[Any]) -> str:
        return f"({self.wrapped(node.left)} * POWER(2, {self.process(node.right)}))"

    def visit_bitwise_rshift_op(self, node: BinaryExpression[Any]) -> str:
        return f"FLOOR({self.wrapped(node.left)} / POWER(2, {self.process(node.right)}))"

    def visit_bitwise_not_op(self, node: UnaryExpression[Any]) -> str:
        return f"(-1 - {self.wrapped(node.element)})"

    # --- text -------------------------------------------------------------------------------------

    def visit_match_op(self, node: BinaryExpression[Any]) -> str:
        return f"CONTAINS({self.process(node.left)}, {self.process(node.right)}) > 0"

    def visit_not_match_op(self, node: BinaryExpression[Any]) -> str:
        return f"CONTAINS({self.process(node.left)}, {self.process(node.right)}) = 0"

    def visit_regexp_match_op(self, node: BinaryExpression[Any]) -> str:
        return self._regexp_like(node)

    def visit_not_regexp_match_op(self, node: BinaryExpression[Any]) -> str:
        return f"NOT {self._regexp_like(node)}"

    def _regexp_like(self, node: BinaryExpression[Any]) -> str:
        left, right = self._both(node)
        flags = _flags(node)
        tail = "" if flags is None else f", '{flags}'"
        return f"REGEXP_LIKE({left}, {right}{tail})"

    def visit_regexp_replace_op(self, node: BinaryExpression[Any]) -> str:
        left, right = self._both(node)
        flags = _flags(node)
        tail = "" if flags is None else f", 1, 0, '{flags}'"
        return f"REGEXP_REPLACE({left}, {right}{tail})"

    def visit_collate_op(self, node: BinaryExpression[Any]) -> str:
        name = str(getattr(node.right, "name", ""))
        if not name.replace("_", "").isalnum():
            raise CompileError("the name of a collation is made of letters, digits and _")
        return f"{self.wrapped(node.left)} COLLATE {name}"

    # --- JSON -------------------------------------------------------------------------------------

    def visit_json_getitem_op(self, node: BinaryExpression[Any]) -> str:
        return self._json_member(node)

    def visit_json_path_getitem_op(self, node: BinaryExpression[Any]) -> str:
        return self._json_member(node)

    def _json_member(self, node: BinaryExpression[Any]) -> str:
        """A member as JSON text where its type is JSON, else as the value itself; the path is
        written into the statement, Oracle takes no bind there."""
        step = node.right
        if not isinstance(step, BindParameter):
            raise CompileError("Oracle's JSON paths are literals: index with a value")
        entry = replace(self.entry(step.type), literal=_path_literal)
        source = self.positions.get(id(step))
        if self.literal_binds:
            path = _path_literal(step.effective_value)
        else:
            slot = Slot(step if source is None else source, "path", entry, "path", inline=True)
            path = self._mark(slot)
        document = self.process(node.left)
        if node.type.affinity == "json":
            # Version 19 gives no scalar without a wrapper, so everything comes wrapped in [].
            wrapped = f"JSON_QUERY({document}, {path} RETURNING CLOB WITH WRAPPER)"
            return f"SUBSTR({wrapped}, 2, LENGTH({wrapped}) - 2)"
        kind = " RETURNING NUMBER" if node.type.affinity in ("integer", "numeric", "float") else ""
        return f"JSON_VALUE({document}, {path}{kind})"

    # --- casts ------------------------------------------------------------------------------------

    def cast_type(self, type_: TypeEngine) -> str:
        stored = _stored(type_)
        if isinstance(stored, String) and not isinstance(stored, Text) and stored.length is None:
            return "VARCHAR2(4000)"
        return super().cast_type(type_)

    def visit_cast(self, node: Cast[Any]) -> str:
        stored = _stored(node.type)
        if isinstance(stored, Text):
            return f"TO_CLOB({self.process(node.element)})"
        if isinstance(stored, LargeBinary) and stored.sql_name not in ("BINARY", "VARBINARY"):
            return f"TO_BLOB({self.process(node.element)})"
        text = super().visit_cast(node)
        return f"TRUNC({text})" if isinstance(stored, Date) else text

    def visit_try_cast(self, node: Cast[Any]) -> str:
        type_ = self.cast_type(node.type)
        return f"CAST({self.process(node.element)} AS {type_} DEFAULT NULL ON CONVERSION ERROR)"

    def visit_extract(self, node: Extract) -> str:
        field = node.field.lower()
        element = self.process(node.element)
        if field in _TIME_PARTS:
            return f"EXTRACT({field} FROM CAST({element} AS TIMESTAMP))"
        if field in _EXTRACT:
            return f"EXTRACT({field} FROM {element})"
        if field in _TO_CHAR:
            return f"TO_NUMBER(TO_CHAR({element}, '{_TO_CHAR[field]}'))"
        if field == "dow":  # TO_CHAR's D depends on the territory
            return f"MOD(TRUNC({element}) - DATE '1970-01-04' + 700000 * 7, 7)"
        if field == "epoch":
            return f"((CAST({element} AS DATE) - DATE '1970-01-01') * 86400)"
        known = ", ".join(sorted({*_EXTRACT, *_TO_CHAR, "dow", "epoch"}))
        raise CompileError(f"Oracle cannot extract {node.field!r}; it can {known}")

    # --- functions --------------------------------------------------------------------------------

    def visit_now_func(self, node: Function[Any]) -> str:
        return "LOCALTIMESTAMP"

    def visit_current_date_func(self, node: Function[Any]) -> str:
        return "TRUNC(CURRENT_DATE)"

    def visit_current_user_func(self, node: Function[Any]) -> str:
        return "USER"

    def visit_char_length_func(self, node: Function[Any]) -> str:
        return f"LENGTH({self.function_arguments(node)})"

    def visit_character_length_func(self, node: Function[Any]) -> str:
        return f"LENGTH({self.function_arguments(node)})"

    def visit_octet_length_func(self, node: Function[Any]) -> str:
        return f"LENGTHB({self.function_arguments(node)})"

    def visit_substring_func(self, node: Function[Any]) -> str:
        return f"SUBSTR({self.function_arguments(node)})"

    def visit_pow_func(self, node: Function[Any]) -> str:
        return f"POWER({self.function_arguments(node)})"

    def visit_ifnull_func(self, node: Function[Any]) -> str:
        return f"NVL({self.function_arguments(node)})"

    def visit_random_func(self, node: Function[Any]) -> str:
        return "DBMS_RANDOM.VALUE"

    def visit_concat_func(self, node: Function[Any]) -> str:
        return f"({' || '.join([self.wrapped(part) for part in node.arguments])})"

    def visit_aggregate_strings_func(self, node: Function[Any]) -> str:
        return f"LISTAGG({self.function_arguments(node)})"

    visit_string_agg_func = visit_aggregate_strings_func
    visit_group_concat_func = visit_aggregate_strings_func

    def visit_within_group(self, node: WithinGroup[Any]) -> str:
        if getattr(node.element, "name", None) == "mode":
            return f"STATS_MODE({self.process(node.order_by[0])})"
        return super().visit_within_group(node)

    def visit_aggregate_order_by(self, node: AggregateOrderBy[Any]) -> str:
        return f"{self.process(node.element)} WITHIN GROUP (ORDER BY {self.sort_list(node)})"


def _stored(type_: TypeEngine) -> TypeEngine:
    while isinstance(type_, TypeDecorator):
        type_ = type_.impl_instance
    return type_


def _flags(node: BinaryExpression[Any]) -> str | None:
    flags = dict(node.modifiers).get("flags")
    if flags is not None and not flags.isalpha():
        raise CompileError("the flags of regexp_match() are letters, such as 'i'")
    return flags.replace("g", "") or None if flags else None  # every match is replaced anyway


def _path_literal(value: Any) -> str:
    """One step, or a tuple of steps, as a JSON path."""
    return "'" + path_text(value).replace("'", "''") + "'"
