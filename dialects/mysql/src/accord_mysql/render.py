"""MySQL's SQL where it differs from the standard renderer's, and MariaDB's where it differs from
MySQL's.

In: nodes of accord.sql. Out: text. What neither has is said by `target.py` or refused here with the
way around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.dialect import Renderer
from accord.exc import CompileError
from accord.sql.expressions import BinaryExpression
from accord.sql.functions import Function
from accord.sql.joins import Join
from accord.sql.nodes import ColumnElement
from accord.sql.values import Values

from .casts import mariadb_cast, mysql_cast
from .fulltext import match_words
from .literals import bare_text, text_literal
from .upsert import MariaDBUpsertClause, UpsertClause

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from accord.sql.aliases import CTE
    from accord.sql.dml import Update
    from accord.sql.dmlparts import DMLParts, InsertParts, UpdateParts
    from accord.sql.elements import Cast, Extract
    from accord.sql.expressions import UnaryExpression
    from accord.sql.labels import NamedColumn
    from accord.sql.nodes import ClauseElement
    from accord.sql.parts import ForUpdate, OrderedParts
    from accord.sql.selectable import FromClause
    from accord.sql.values import TableValued
    from accord.sql.windows import AggregateOrderBy

    from .dmllimit import DMLLimit

Expr = ColumnElement[Any]

_EXTRACT: Mapping[str, str] = {
    "doy": "DAYOFYEAR({})",
    "dow": "(DAYOFWEEK({}) - 1)",
    "isodow": "(WEEKDAY({}) + 1)",
    "epoch": "UNIX_TIMESTAMP({})",
}
_FIELDS = frozenset(
    """microsecond second minute hour day week month quarter year second_microsecond
    minute_microsecond minute_second hour_microsecond hour_second hour_minute day_microsecond
    day_second day_minute day_hour year_month""".split()  # noqa: SIM905 - reads best as words
)
_JSON_VALUES: Mapping[str, str] = {
    "integer": "CAST({} AS SIGNED INTEGER)",
    "float": "({} + 0.0e0)",
    "boolean": "({} = 'true')",
    "string": "{}",
}


class MySQLRenderer(UpsertClause, Renderer):
    """The SQL of MySQL 8.0.30 and later."""

    cast: Callable[[Any], str | None] = staticmethod(mysql_cast)

    def statement_text(self, statement: ClauseElement) -> str:
        """INSERT has its WITH before the SELECT, not before itself."""
        if statement.visit_name == "insert":
            return self.process(statement)
        return super().statement_text(statement)

    def insert_query(self, parts: InsertParts) -> tuple[list[Expr], str]:
        columns, text = super().insert_query(parts)
        return columns, self.with_clause() + text

    # --- comparisons and arithmetic ---------------------------------------------------------------

    def visit_is_op(self, node: BinaryExpression[Any]) -> str:
        """IS takes the words TRUE and FALSE, not what they are worth."""
        word = node.right.visit_name
        if word not in ("true", "false"):
            return self.plain_binary(node)
        return f"{self.operand(node.left, node.operator)}{node.operator.symbol}{word.upper()}"

    visit_is_not_op = visit_is_op

    def visit_is_distinct_from_op(self, node: BinaryExpression[Any]) -> str:
        return f"NOT ({self.wrapped(node.left)} <=> {self.wrapped(node.right)})"

    def visit_is_not_distinct_from_op(self, node: BinaryExpression[Any]) -> str:
        return f"{self.wrapped(node.left)} <=> {self.wrapped(node.right)}"

    def visit_concat_op(self, node: BinaryExpression[Any]) -> str:
        return self.join_strings(*[self.process(part) for part in _concatenated(node)])

    def join_strings(self, *parts: str) -> str:
        return parts[0] if len(parts) == 1 else f"concat({', '.join(parts)})"

    def escape_character(self, escape: str) -> str:
        return text_literal(escape)

    def visit_match_op(self, node: BinaryExpression[Any]) -> str:
        left = self.process(node.left)
        return f"MATCH ({left}) AGAINST ({self.process(node.right)}{match_words(node.modifiers)})"

    def visit_mysql_match(self, node: Any) -> str:
        columns = ", ".join([self.process(column) for column in node.columns])
        return f"MATCH ({columns}) AGAINST ({self.process(node.against)}{node.words})"

    def visit_not_match_op(self, node: BinaryExpression[Any]) -> str:
        return f"NOT {self.visit_match_op(node)}"

    def visit_regexp_match_op(self, node: BinaryExpression[Any]) -> str:
        return self.regexp(node, "")

    def visit_not_regexp_match_op(self, node: BinaryExpression[Any]) -> str:
        return self.regexp(node, "NOT ")

    def regexp(self, node: BinaryExpression[Any], negation: str) -> str:
        """``a REGEXP b``, or REGEXP_LIKE where there are flags."""
        flags = regexp_flags(node)
        left, right = self.wrapped(node.left), self.wrapped(node.right)
        if flags is None:
            return f"{left} {negation}REGEXP {right}"
        return f"{negation}REGEXP_LIKE({left}, {right}, '{flags}')"

    def visit_regexp_replace_op(self, node: BinaryExpression[Any]) -> str:
        flags = regexp_flags(node)
        tail = "" if flags is None else f", 1, 0, '{flags}'"
        return f"REGEXP_REPLACE({self.process(node.left)}, {self.process(node.right)}{tail})"

    # --- JSON -------------------------------------------------------------------------------------

    def visit_json_getitem_op(self, node: BinaryExpression[Any]) -> str:
        step = self.wrapped(node.right)
        if node.right.type.affinity == "integer":
            return self.json_member(node, f"concat('$[', {step}, ']')")
        return self.json_member(node, f"concat('$.', json_quote({step}))")

    def visit_json_path_getitem_op(self, node: BinaryExpression[Any]) -> str:
        return self.json_member(node, self.process(node.right))

    def json_member(self, node: BinaryExpression[Any], path: str) -> str:
        """A member as JSON where its type is JSON, else as the value itself; JSON null is NULL
        then.
        """
        member = f"JSON_EXTRACT({self.process(node.left)}, {path})"
        affinity = node.type.affinity
        if affinity == "json":
            return member
        value = f"JSON_UNQUOTE(NULLIF({member}, {self.json_null}))"
        if affinity == "numeric":
            return f"CAST({value} AS {self.cast_type(node.type)})"
        return _JSON_VALUES.get(affinity, "{}").format(value)

    json_null = "CAST('null' AS JSON)"

    # --- types and functions ----------------------------------------------------------------------

    def visit_cast(self, node: Cast[Any]) -> str:
        target = type(self).cast(node.type)
        element = self.process(node.element)
        if target is None:
            return element if self.precedence(node.element) >= 9 else f"({element})"
        return f"CAST({element} AS {target})"

    def cast_type(self, type_: Any) -> str:
        return type(self).cast(type_) or "CHAR"

    def visit_try_cast(self, node: Cast[Any]) -> str:
        raise CompileError(
            f"{self.target.dialect_name} has no TRY_CAST; use cast(), before it "
            "case() with regexp_match() where the text may be no value of the type"
        )

    def visit_extract(self, node: Extract) -> str:
        field = node.field.lower()
        if field in _EXTRACT:
            return _EXTRACT[field].format(self.process(node.element))
        if field not in _FIELDS:
            known = ", ".join(sorted({*_FIELDS, *_EXTRACT}))
            raise CompileError(
                f"{self.target.dialect_name} cannot extract {node.field!r}; it can {known}"
            )
        return super().visit_extract(node)

    def visit_aggregate_strings_func(self, node: Function[Any]) -> str:
        value: Any
        separator: Any  # aggregate_strings() made it a parameter
        value, separator = node.arguments
        joined = f"{self.process(value)}{self.argument_order(node)}"
        return f"group_concat({joined} SEPARATOR {self.parameter_as(separator, bare_text)})"

    def visit_aggregate_order_by(self, node: AggregateOrderBy[Any]) -> str:
        name = getattr(node.element, "name", None)
        if name not in self.ordered_aggregates:
            raise CompileError(
                f"{self.target.dialect_name} orders the rows of no aggregate but "
                f"{', '.join(sorted(self.ordered_aggregates))}; order them in the program"
            )
        return super().visit_aggregate_order_by(node)

    ordered_aggregates = frozenset({"aggregate_strings", "group_concat"})

    def group_by_clause(
        self, parts: OrderedParts, named: Sequence[NamedColumn], froms: Sequence[FromClause]
    ) -> str:
        """``GROUP BY a, b WITH ROLLUP``, the one form of grouping sets there is."""
        keys = parts.group_by_clauses
        if len(keys) == 1 and isinstance(keys[0], Function) and keys[0].name == "rollup":
            inner = ", ".join([self.sort_key(key, named, froms) for key in keys[0].arguments])
            return f" GROUP BY {inner} WITH ROLLUP"
        return super().group_by_clause(parts, named, froms)

    def visit_random_func(self, node: Function[Any]) -> str:
        return f"rand({self.function_arguments(node)})"

    def visit_collate_op(self, node: BinaryExpression[Any]) -> str:
        return f"{self.wrapped(node.left)} COLLATE {self.process(node.right)}"

    # --- SELECT -----------------------------------------------------------------------------------

    def for_update_text(self, lock: ForUpdate) -> str:
        plain = not (lock.of or lock.nowait or lock.skip_locked)
        if lock.read and plain:
            return " LOCK IN SHARE MODE"  # both servers know it; only MySQL knows FOR SHARE
        text = " FOR SHARE" if lock.read else " FOR UPDATE"
        if lock.of:
            names = dict.fromkeys([self.locked_name(target) for target in lock.of])
            text += f" OF {', '.join(names)}"
        if lock.nowait:
            text += " NOWAIT"
        return text + (" SKIP LOCKED" if lock.skip_locked else "")

    # --- FROM -------------------------------------------------------------------------------------

    def values_rows(self, node: Values) -> str:
        if not node.rows:
            raise CompileError("values() has no rows; add them with .data([...])")
        return f"VALUES {', '.join([f'ROW({row})' for row in self.value_rows(node)])}"

    def value_rows(self, node: Values) -> list[str]:
        """The cells of each row."""
        outer, self.literal_binds = self.literal_binds, self.literal_binds or node.literal_binds
        rows = [", ".join([self.process(cell) for cell in row]) for row in node.rows]
        self.literal_binds = outer
        return rows

    def visit_table_valued(self, node: TableValued) -> str:
        if str(getattr(node.element, "name", "")).lower() != "json_table":
            raise CompileError(
                f"{self.target.dialect_name} has no functions in FROM except json_table(); use "
                "values(), or text(…).columns(…)"
            )
        if node.ordinality:
            raise CompileError(
                f"{self.target.dialect_name} has no WITH ORDINALITY; JSON_TABLE has FOR ORDINALITY"
            )
        return super().visit_table_valued(node)

    # --- UPDATE, DELETE ---------------------------------------------------------------------------

    def update_text(
        self,
        node: Update[Any],
        parts: UpdateParts,
        assignments: str,
        extra: Sequence[FromClause],
        where: str,
    ) -> str:
        tables = ", ".join([self.written_table(parts), *[self.process(table) for table in extra]])
        return (
            f"UPDATE {self.dml_prefix(parts)}{tables} SET {assignments}{where}"
            f"{self._limit(parts, extra)}{self.returning_of(node, parts)}"
        )

    def set_target(self, column: Expr, extra: Sequence[FromClause]) -> str:
        name = self.quote(str(column.name))
        table = getattr(column, "table", None)
        several = extra or isinstance(self.visible[0], Join)
        return f"{self.qualifier(table)}.{name}" if several and table is not None else name

    def delete_text(
        self, node: ClauseElement, parts: DMLParts, extra: Sequence[FromClause], where: str
    ) -> str:
        prefix = self.dml_prefix(parts)
        own = self.written_table(parts)
        limit = self._limit(parts, extra)
        returning = self.returning_of(node, parts)
        if not extra:
            return f"DELETE {prefix}FROM {own}{where}{limit}{returning}"
        tables = ", ".join([own, *[self.process(table) for table in extra]])
        name = self.qualifier(parts.table)
        return f"DELETE {prefix}FROM {name} USING {tables}{where}{returning}"

    def visit_dml_limit(self, node: DMLLimit) -> str:
        """``ORDER BY … LIMIT n`` of an UPDATE or DELETE."""
        if len(self.visible) > 1:
            raise CompileError(
                "limit() of an UPDATE or DELETE of several tables: "
                f"{self.target.dialect_name} limits rows of one table; use a subquery in where()"
            )
        order = ", ".join([self.process(key) for key in node.order])
        return f"{f'ORDER BY {order} ' if order else ''}LIMIT {self.process(node.count)}"

    def _limit(self, parts: DMLParts, extra: Sequence[FromClause]) -> str:
        settings = parts.dialect_settings
        limit = settings.get(f"{self.target.dialect_name}_limit", settings.get("mysql_limit"))
        if limit is None:
            return ""
        if extra or isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
            raise CompileError(
                "mysql_limit= takes a number of rows, for an UPDATE or DELETE of one table"
            )
        return f" LIMIT {limit}"

    # --- conditions -------------------------------------------------------------------------------

    def visit_not_op(self, node: UnaryExpression[Any]) -> str:
        return f"NOT ({self.condition(node.element)})"


class MariaDBRenderer(MariaDBUpsertClause, MySQLRenderer):
    """The SQL of MariaDB 10.5 and later."""

    cast: Callable[[Any], str | None] = staticmethod(mariadb_cast)
    json_null = "'null'"
    ordered_aggregates = MySQLRenderer.ordered_aggregates | {"json_arrayagg"}

    def statement_text(self, statement: ClauseElement) -> str:
        text = super().statement_text(statement)
        if self.with_scopes[0].texts and statement.visit_name in ("update", "delete"):
            raise CompileError(
                "mariadb has no WITH before UPDATE and DELETE; use a subquery in where()"
            )
        return text

    def regexp(self, node: BinaryExpression[Any], negation: str) -> str:
        flags = regexp_flags(node)
        left, right = self.wrapped(node.left), self.wrapped(node.right)
        pattern = right if flags is None else f"concat('(?{flags})', {right})"
        return f"{left} {negation}REGEXP {pattern}"

    def visit_regexp_replace_op(self, node: BinaryExpression[Any]) -> str:
        flags = regexp_flags(node)
        arguments = self.process(node.right)
        if flags is not None:
            pattern, comma, rest = arguments.partition(", ")
            arguments = f"concat('(?{flags})', {pattern}){comma}{rest}"
        return f"REGEXP_REPLACE({self.process(node.left)}, {arguments})"

    def for_update_text(self, lock: ForUpdate) -> str:
        if lock.of:
            raise CompileError(
                "mariadb cannot lock only some tables of a query; leave of= out of "
                "with_for_update()"
            )
        text = " LOCK IN SHARE MODE" if lock.read else " FOR UPDATE"
        if lock.nowait:
            text += " NOWAIT"
        return text + (" SKIP LOCKED" if lock.skip_locked else "")

    def visit_values(self, node: Values) -> str:
        if node.name is None and node not in self._values_in_from:
            return f"({self.values_rows(node)})"
        return self.named(f"({self.named_values(node)})", node)

    def cte_body(self, cte: CTE) -> str:
        return (
            self.named_values(cte.element)
            if isinstance(cte.element, Values)
            else super().cte_body(cte)
        )

    def named_values(self, node: Values) -> str:
        """The columns of VALUES cannot be named: those of a SELECT in front of it can."""
        if not node.rows:
            raise CompileError("values() has no rows; add them with .data([...])")
        outer, self.literal_binds = self.literal_binds, self.literal_binds or node.literal_binds
        head = ", ".join(
            f"{self.process(cell)} AS {self.quote(str(column.name))}"
            for cell, column in zip(node.rows[0], node.column_args, strict=True)
        )
        self.literal_binds = outer
        rows = self.value_rows(node)[1:]
        more = f" UNION ALL VALUES {', '.join([f'({row})' for row in rows])}" if rows else ""
        return f"SELECT {head}{more}"

    def values_rows(self, node: Values) -> str:
        if not node.rows:
            raise CompileError("values() has no rows; add them with .data([...])")
        return f"VALUES {', '.join([f'({row})' for row in self.value_rows(node)])}"

    def visit_mode_func(self, node: Function[Any]) -> str:
        raise CompileError(
            "mariadb has no mode(); group by the value, order by the count and take the first"
        )

    def sequence_value(self, sequence: Any) -> str:
        return f"NEXTVAL({self.table_name(sequence)})"


def regexp_flags(node: BinaryExpression[Any]) -> str | None:
    """The flags of a regular expression, letters only."""
    flags: str | None = dict(node.modifiers).get("flags")
    if flags is not None and not (flags.isascii() and flags.isalpha()):
        raise CompileError("the flags of regular expressions are letters, such as 'i'")
    return flags.replace("g", "") or None if flags else None  # every match is replaced anyway


def _concatenated(node: Expr) -> list[Expr]:
    if isinstance(node, BinaryExpression) and node.operator.name == "concat":
        return [*_concatenated(node.left), *_concatenated(node.right)]
    return [node]


__all__ = ["MariaDBRenderer", "MySQLRenderer"]
