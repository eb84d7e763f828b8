"""Transact-SQL where it differs from the standard renderer's: expressions and queries.

A condition is no value there and a value no condition: where one stands in the place of the other,
it is turned (CASE … AS BIT, ``= 1``). Locks are hints of tables, limits are TOP or OFFSET … FETCH.
In: nodes of accord.sql. Out: text. Statements that write are in renderdml.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import CompileError
from accord.sql import operators as ops
from accord.sql.aliases import CTE, Alias, Lateral
from accord.sql.compiled import Expanding
from accord.sql.expressions import (
    BinaryExpression,
    ExpressionList,
)
from accord.sql.nodes import BindParameter, ClauseElement, ColumnElement
from accord.sql.select import CompoundSelect, Select
from accord.sql.selectable import FromClause, TableClause
from accord.sql.values import ScalarValues, TableValued, Values

from .functions import FunctionRenderer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.sql.joins import Join
    from accord.sql.parts import ForUpdate, OrderedParts, SelectParts
    from accord.sql.selectbase import SelectBase
    from accord.sqltypes import TypeEngine

Expr = ColumnElement[Any]
_CAST = frozenset({"date", "datetime", "time", "interval", "uuid"})
"""Values sent as text that have to be what they are wherever they stand."""
VALUES_ALIAS = "accord_v"


class TransactRenderer(FunctionRenderer):
    """Expressions and queries of SQL Server 2017 and later."""

    def _begin(self, root: ClauseElement | None, binds: Sequence[Any], literal: bool) -> None:
        super()._begin(root, binds, literal)
        self.keeps_order = False  # whether a query inside a statement may have ORDER BY
        self.is_top = False
        self.locks: ForUpdate | None = None

    # --- conditions and values --------------------------------------------------------------------

    def truth_value(self, test: str) -> str:
        return f"CAST({super().truth_value(test)} AS BIT)"

    # --- parameters -------------------------------------------------------------------------------

    def bind_text(self, bind: BindParameter[Any]) -> str:
        text = super().bind_text(bind)
        if self.literal_binds or bind.expanding or bind.type.affinity not in _CAST:
            return text
        return f"CAST({text} AS {self.cast_type(bind.type)})"

    # --- row values -------------------------------------------------------------------------------

    def visit_in_op(self, node: BinaryExpression[Any]) -> str:
        if isinstance(node.left, ExpressionList):
            return self._row_in(node.left, node.right, "")
        return super().visit_in_op(node)

    def visit_not_in_op(self, node: BinaryExpression[Any]) -> str:
        if isinstance(node.left, ExpressionList):
            return self._row_in(node.left, node.right, "NOT ")
        return super().visit_not_in_op(node)

    def _row_in(self, left: ExpressionList, right: Expr, negation: str) -> str:
        """Rows are compared one column at a time with a derived table."""
        names = [f"c{i}" for i in range(1, len(left.clauses) + 1)]
        source = self.in_operand(right, False)
        same = " AND ".join(
            f"{VALUES_ALIAS}.{name} = {self.wrapped(part)}"
            for name, part in zip(names, left.clauses, strict=True)
        )
        derived = f"{source} AS {VALUES_ALIAS} ({', '.join(names)})"
        return f"{negation}EXISTS (SELECT 1 FROM {derived} WHERE {same})"

    def in_operand(self, node: Expr, negated: bool) -> str:
        rows = node.clauses if isinstance(node, ExpressionList) else ()
        if rows and all(isinstance(item, ExpressionList) for item in rows):
            return f"(VALUES {', '.join([self.process(item) for item in rows])})"
        return super().in_operand(node, negated)

    def expanding(self, type_: TypeEngine, negated: bool) -> Expanding:
        found = super().expanding(type_, negated)
        if not found.rows:
            return found
        nothing = f"VALUES ({', '.join(['NULL'] * len(found.entries))})"
        return Expanding(found.entries, nothing, True, "VALUES ")

    # --- strings ----------------------------------------------------------------------------------

    def visit_concat_op(self, node: BinaryExpression[Any]) -> str:
        return " + ".join([self._as_text(node.left), self._as_text(node.right)])

    def _as_text(self, node: Expr) -> str:
        if node.type.affinity in ("string", "", "json"):
            return self.operand(node, ops.CONCAT)
        return f"CAST({self.process(node)} AS NVARCHAR(max))"

    def join_strings(self, *parts: str) -> str:
        return " + ".join(parts)

    def _part(self, node: BinaryExpression[Any], before: str, after: str, fold: bool) -> str:
        """With an escape character, a bracket in the pattern is a bracket, as everywhere else."""
        escape = dict(node.modifiers).get("escape")
        if escape is None:
            return super()._part(node, before, after, fold)
        left = self.lowered(node.left) if fold else self.operand(node.left, node.operator)
        right = self.lowered(node.right) if fold else self.process(node.right)
        mark = self.literal(escape + "[", node.right.type)
        pattern = [before, f"REPLACE({right}, N'[', {mark})", after]
        return self.like(node, left, self.join_strings(*[part for part in pattern if part]))

    def visit_match_op(self, node: BinaryExpression[Any]) -> str:
        return f"CONTAINS ({self.process(node.left)}, {self.process(node.right)})"

    def visit_not_match_op(self, node: BinaryExpression[Any]) -> str:
        return f"NOT {self.visit_match_op(node)}"

    def visit_regexp_match_op(self, node: BinaryExpression[Any]) -> str:
        raise CompileError("SQL Server has no regular expressions before 2025; use like()")

    visit_not_regexp_match_op = visit_regexp_match_op
    visit_regexp_replace_op = visit_regexp_match_op

    # --- SELECT -----------------------------------------------------------------------------------

    def select_text(
        self,
        node: Select[Any],
        outer: tuple[FromClause, ...],
        *,
        labelled: bool,
        near: tuple[FromClause, ...] = (),
        top: bool = False,
    ) -> str:
        saved = (self.is_top, self.keeps_order, self.locks)
        self.is_top, self.keeps_order, self.locks = top or self.keeps_order, False, None
        try:
            return super().select_text(node, outer, labelled=labelled, near=near, top=top)
        finally:
            self.is_top, self.keeps_order, self.locks = saved

    def select_body(self, parts: SelectParts, froms: Sequence[FromClause], labelled: bool) -> str:
        is_top = self.is_top
        self.locks = parts.for_update_clause
        text = super().select_body(parts, froms, labelled)
        self.is_top = is_top
        return text

    def select_prefix(self, parts: SelectParts) -> str:
        return super().select_prefix(parts) + self._top(parts)

    def _top(self, parts: OrderedParts) -> str:
        if parts.offset_clause is not None:
            return ""
        if parts.fetch_clause is not None:
            fetch = parts.fetch_clause
            percent = "PERCENT " if fetch.percent else ""
            ties = "WITH TIES " if fetch.with_ties else ""
            return f"TOP ({self.process(fetch.number)}) {percent}{ties}"
        if parts.limit_clause is None:
            return ""
        return f"TOP ({self.process(parts.limit_clause)}) "

    def order_by_clause(self, parts: OrderedParts, named: Any, froms: Any) -> str:
        """Inside a statement ORDER BY has a meaning, and is allowed, only beside a limit."""
        if not self.is_top and not _is_limited(parts):
            return ""
        return super().order_by_clause(parts, named, froms)

    def limit_clause(self, parts: OrderedParts) -> str:
        """OFFSET … FETCH; without OFFSET there is a TOP already."""
        if parts.offset_clause is None:
            return ""
        if not parts.order_by_clauses:
            raise CompileError("SQL Server has no OFFSET without ORDER BY; give it order_by()")
        text = f"\n OFFSET {self.process(parts.offset_clause)} ROWS"
        fetch = parts.fetch_clause
        if fetch is not None and (fetch.with_ties or fetch.percent):
            raise CompileError("SQL Server has no WITH TIES and no PERCENT beside OFFSET")
        number = parts.limit_clause if fetch is None else fetch.number
        if number is None:
            return text
        return f"{text} FETCH NEXT {self.process(number)} ROWS ONLY"

    # --- set operations ---------------------------------------------------------------------------

    def compound_text(self, node: CompoundSelect[Any], *, labelled: bool = False) -> str:
        saved = self.is_top
        parts = node.parts
        try:
            if parts.offset_clause is None and self._top(parts):
                return self._limited(node)
            self.is_top = node is self.root or self.keeps_order
            return super().compound_text(node, labelled=labelled)
        finally:
            self.is_top = saved

    def _limited(self, node: CompoundSelect[Any]) -> str:
        """A union has no TOP of its own: it is taken from the union as a table."""
        parts = node.parts
        self.register_ctes_of(parts)
        texts = [
            self.compound_part(select, parts.keyword, True, first=position == 0)
            for position, select in enumerate(parts.select_list)
        ]
        name = self.quote(self._free_name("anon"))
        self.is_top = True
        order = self.order_by_clause(parts, _named(node), ())
        inner = f" {self.set_operator(parts.keyword)} ".join(texts)
        return f"SELECT {self._top(parts)}* FROM ({inner}) AS {name}{order}"

    def compound_part(
        self, select: SelectBase, keyword: str, labelled: bool, *, first: bool
    ) -> str:
        if isinstance(select, Select | CompoundSelect) and _is_limited(select.parts):
            saved, self.is_top = self.is_top, False
            text = self._part_text(select, True)
            self.is_top = saved
            return f"SELECT * FROM ({text}) AS {self.quote(self._free_name('anon'))}"
        return super().compound_part(select, keyword, labelled, first=first)

    # --- locks ------------------------------------------------------------------------------------

    def for_update_clause(self, parts: OrderedParts) -> str:
        return ""  # a hint of each table: see lock_hint

    def lock_hint(self, node: FromClause) -> str:
        """``WITH (UPDLOCK, ROWLOCK …)`` behind a table that is to be locked."""
        lock = self.locks
        if lock is None:
            return ""
        if lock.of and self.qualifier(node) not in [self.locked_name(t) for t in lock.of]:
            return ""
        words = ["HOLDLOCK" if lock.read else "UPDLOCK", "ROWLOCK"]
        if lock.skip_locked:
            words.append("READPAST")
        if lock.nowait:
            words.append("NOWAIT")
        return f" WITH ({', '.join(words)})"

    def visit_table(self, node: TableClause) -> str:
        return super().visit_table(node) + self.lock_hint(node)

    def visit_alias(self, node: Alias) -> str:
        saved, self.locks = self.locks, None
        text = super().visit_alias(node)
        self.locks = saved
        locked = isinstance(_aliased(node), TableClause)
        return text + self.lock_hint(node) if locked else text

    # --- FROM -------------------------------------------------------------------------------------

    def joined_froms(self, froms: Sequence[FromClause]) -> str:
        text = ""
        for element in froms:
            separator = " CROSS APPLY " if _is_lateral(element) else ", "
            text += (separator if text else "") + self.hinted(element)
        return text

    def visit_join(self, node: Join) -> str:
        if not _is_lateral(node.right):
            return super().visit_join(node)
        condition = self.condition(node.onclause)
        if condition != "1 = 1" or node.full:
            raise CompileError(
                "SQL Server joins a LATERAL with CROSS APPLY or OUTER APPLY, which have no ON: "
                "write join(lateral, true()) and put the condition inside the lateral"
            )
        keyword = " OUTER APPLY " if node.isouter else " CROSS APPLY "
        return f"{self.process(node.left)}{keyword}{self.process(node.right)}"

    def lateral_text(self, node: Lateral) -> str:
        return super().lateral_text(node).removeprefix("LATERAL ")

    def visit_table_valued(self, node: TableValued) -> str:
        if node.ordinality:
            raise CompileError("SQL Server has no WITH ORDINALITY; OPENJSON gives the key")
        return super().visit_table_valued(node).removeprefix("LATERAL ")

    def visit_scalar_values(self, node: ScalarValues) -> str:
        names = ", ".join([self.quote(str(column.name)) for column in node.element.column_args])
        rows = self.values_rows(node.element)
        return f"(SELECT * FROM ({rows}) AS {VALUES_ALIAS} ({names}))"

    def visit_values(self, node: Values) -> str:
        return super().visit_values(node).removeprefix("LATERAL ")

    def cte_body(self, cte: CTE) -> str:
        if not isinstance(cte.element, Values):
            return super().cte_body(cte)
        columns = ", ".join([self.quote(str(column.name)) for column in cte.element.column_args])
        rows = self.values_rows(cte.element)
        return f"SELECT * FROM ({rows}) AS {VALUES_ALIAS} ({columns})"

    def sequence_value(self, sequence: Any) -> str:
        """The next value of a sequence."""
        return f"NEXT VALUE FOR {self.table_name(sequence)}"


def _named(node: SelectBase) -> list[Any]:
    """The columns a union takes from its first query."""
    while not isinstance(node, Select):
        if not isinstance(node, CompoundSelect):
            return []
        node = node.selects[0]
    return list(node.parts.named_columns)


def _is_limited(parts: OrderedParts) -> bool:
    return (
        parts.limit_clause is not None
        or parts.offset_clause is not None
        or parts.fetch_clause is not None
    )


def _is_lateral(node: FromClause) -> bool:
    return isinstance(node, Lateral) or bool(getattr(node, "is_lateral", False))


def _aliased(node: ClauseElement) -> ClauseElement:
    while isinstance(node, Alias):
        node = node.element
    return node
