"""Oracle's SQL where it differs from the standard renderer's: statements.

FETCH FIRST, FROM dual, MINUS, FOR UPDATE OF columns, RETURNING … INTO with out binds, lists and
parameter names within Oracle's limits. Expressions are in `expressions.py`. In: nodes of
accord.sql. Out: text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import CompileError
from accord.sql.compiled import Slot
from accord.sql.elements import Label
from accord.sql.functions import Function
from accord.sql.nodes import BindParameter, Entity, EntityColumn
from accord.sql.selectable import ColumnClause, FromClause
from accord.sql.values import TableValued
from accord.sqltypes import NULLTYPE, TypeEntry
from accord.sqltypes.entry import ONLY_NONE

from .outbinds import OutBind, in_utc, is_aware, out_bind, out_entry
from .target import bind_name
from .upsert import MergeRenderer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.sql.aliases import TableSample
    from accord.sql.assigning import RowsBlock
    from accord.sql.dml import Insert
    from accord.sql.dmlparts import DMLParts, InsertParts
    from accord.sql.labels import NamedColumn
    from accord.sql.nodes import ClauseElement
    from accord.sql.parts import ForUpdate, OrderedParts, SelectParts
    from accord.sql.values import ScalarValues, Values

    from .expressions import Expr

_OUT = TypeEntry("", frozenset({OutBind}) | ONLY_NONE, lambda value: value, None, str)


class OracleRenderer(MergeRenderer):
    """The SQL of Oracle 19 and later."""

    # --- parameters -------------------------------------------------------------------------------

    def _parameter_name(self, bind: BindParameter[Any]) -> str:
        name = super()._parameter_name(bind)
        return self._legal_name(name, bind)

    def _free_parameter(self, name: str) -> str:
        shown = super()._free_parameter(name)
        return self._legal_name(shown, name)

    def _legal_name(self, name: str, owner: object) -> str:
        """`name`, or one Oracle takes after a colon; names that differ in case only are one."""
        names = self.parameter_names
        legal = stem = bind_name(name)
        number = 0
        while any(
            known != name and known.lower() == legal.lower() and known != legal for known in names
        ) or (legal != name and legal in names and names[legal] is not owner):
            number += 1
            legal = f"{stem}_{number}"
        names[legal] = owner
        return legal

    # --- SELECT -----------------------------------------------------------------------------------

    def selected(self, column: NamedColumn, labelled: bool) -> str:
        element = column.element
        inner = element.element if isinstance(element, Label) else element
        if (
            self.fetching
            and is_aware(inner.type)
            and isinstance(inner, ColumnClause | EntityColumn)
        ):
            return f"{in_utc(self.process(inner))} AS {self.quote(column.name)}"
        return super().selected(column, labelled)

    def select_prefix(self, parts: SelectParts) -> str:
        hints = [hint for hints in self.hints_of(parts).values() for hint in hints]
        return (f"/*+ {' '.join(hints)} */ " if hints else "") + super().select_prefix(parts)

    def hinted(self, element: FromClause) -> str:
        return self.process(element)  # hints stand behind SELECT

    def dml_prefix(self, parts: DMLParts) -> str:
        hints = self.dml_hints(parts)
        return (f"/*+ {' '.join(hints)} */ " if hints else "") + super().dml_prefix(parts)

    def written_table(self, parts: DMLParts) -> str:
        return self.process(parts.table)

    def distinct_clause(self, parts: SelectParts) -> str:
        if parts.is_distinct:
            self.fetching = False  # ORDER BY has to repeat what a DISTINCT selects
        return super().distinct_clause(parts)

    def set_operator(self, keyword: str) -> str:
        return "MINUS" if keyword == "EXCEPT" else super().set_operator(keyword)

    def limit_clause(self, parts: OrderedParts) -> str:
        if parts.for_update_clause is not None and (
            parts.limit_clause is not None
            or parts.offset_clause is not None
            or parts.fetch_clause is not None
        ):
            raise CompileError(
                "Oracle cannot lock the rows of a query with LIMIT or OFFSET (ORA-02014); select "
                "the keys first, then the rows with with_for_update()"
            )
        if parts.fetch_clause is not None:
            return self.fetch_clause(parts)
        text = ""
        if parts.offset_clause is not None:
            text += f"\n OFFSET {self.process(parts.offset_clause)} ROWS"
        if parts.limit_clause is not None:
            text += f"\n FETCH FIRST {self.process(parts.limit_clause)} ROWS ONLY"
        return text

    def for_update_text(self, lock: ForUpdate) -> str:
        """Oracle has no shared row locks: read= takes the exclusive one."""
        text = " FOR UPDATE"
        if lock.of:
            text += f" OF {', '.join([self.locked_column(target) for target in lock.of])}"
        if lock.nowait:
            text += " NOWAIT"
        return text + (" SKIP LOCKED" if lock.skip_locked else "")

    def locked_column(self, target: ClauseElement) -> str:
        """FOR UPDATE OF names columns here: of a table, its first."""
        if isinstance(target, Entity):
            target = target.from_clause
        if isinstance(target, FromClause):
            first = next(iter(target.c))
            return f"{self.qualifier(target)}.{self.quote(str(first.name))}"
        if isinstance(target, ColumnClause | EntityColumn):
            return self.process(target)
        return super().locked_name(target)

    # --- VALUES and functions ---------------------------------------------------------------------

    def values_rows(self, node: Values) -> str:
        """A SELECT FROM dual for each row: Oracle has no table constructor before version 23."""
        if not node.rows:
            return super().values_rows(node)
        outer, self.literal_binds = self.literal_binds, self.literal_binds or node.literal_binds
        names = [self.quote(str(column.name)) for column in node.column_args]
        rows = []
        for number, row in enumerate(node.rows):
            cells = [self.process(cell) for cell in row]
            if number == 0:
                cells = [f"{cell} AS {name}" for cell, name in zip(cells, names, strict=True)]
            rows.append(f"SELECT {', '.join(cells)} FROM dual")
        self.literal_binds = outer
        return " UNION ALL ".join(rows)

    def visit_values(self, node: Values) -> str:
        lateral = "LATERAL " if node.is_lateral else ""
        text = f"{lateral}({self.values_rows(node)})"
        named = node.name is not None or node in self._values_in_from
        return self.named(text, node) if named else text

    def visit_scalar_values(self, node: ScalarValues) -> str:
        return f"({self.values_rows(node.element)})"

    def visit_tablesample(self, node: TableSample) -> str:
        """``table SAMPLE (percent) alias``, of blocks where the method asked for is "system"."""
        method = node.sampling
        assert isinstance(method, Function)
        blocks = " BLOCK" if str(method.name).lower() == "system" else ""
        text = f"{self.process(node.original)} SAMPLE{blocks} ({self.function_arguments(method)})"
        if node.seed is not None:
            text += f" SEED ({self.process(node.seed)})"
        return self.named(text, node)

    def visit_alias_column(self, node: ColumnClause[Any]) -> str:
        """The only column of a collection; a table's row is no value."""
        if isinstance(node.table, TableValued):
            return f"{self.qualifier(node.table)}.COLUMN_VALUE"
        return super().visit_alias_column(node)

    def visit_table_valued(self, node: TableValued) -> str:
        if node.ordinality or node.shows_columns:
            raise CompileError(
                "Oracle's table functions name their columns themselves: leave out "
                "render_derived() and with_ordinality"
            )
        return self.named(f"TABLE({self.process(node.element)})", node)

    # --- INSERT -----------------------------------------------------------------------------------

    def statement_text(self, statement: ClauseElement) -> str:
        """INSERT has its WITH before the SELECT; UPDATE and DELETE have none."""
        if statement.visit_name == "insert":
            return self.process(statement)
        text = super().statement_text(statement)
        if self.with_scopes[0].texts and statement.visit_name in ("update", "delete"):
            raise CompileError(
                "oracle has no WITH before UPDATE and DELETE; use a subquery in where()"
            )
        return text

    def insert_query(self, parts: InsertParts) -> tuple[list[Expr], str]:
        columns, text = super().insert_query(parts)
        return columns, self.with_clause() + text

    def visit_insert(self, node: Insert[Any]) -> str:
        parts = node.parts
        conflict = self.conflict_of(parts)
        if conflict is None:
            return super().visit_insert(node)
        self._begin_dml(node, parts)
        saved, self.visible = self.visible, (parts.table,)
        try:
            return self.merge_text(parts, conflict)
        finally:
            self.visible = saved

    def insert_row(self, parts: InsertParts) -> tuple[list[Expr], str]:
        values = self.row_values(parts, "default")
        if not values:
            return [next(iter(parts.table.c))], "VALUES (DEFAULT)"
        return [column for column, _ in values], (
            f"VALUES ({', '.join([text for _, text in values])})"
        )

    def insert_rows(self, parts: InsertParts, rows: RowsBlock) -> tuple[list[Expr], str]:
        """Several rows as a SELECT … UNION ALL: VALUES takes one row before version 23."""
        if parts.returning_columns:
            raise CompileError(
                "Oracle returns nothing from an INSERT of several rows; execute the statement "
                "with a list of rows"
            )
        given = {column.cache_key for column in rows.columns}
        filled = [
            c for c in parts.table.c if c.cache_key not in given and self.has_default(c, "default")
        ]
        if any(getattr(column.default, "is_sequence", False) for column in filled):
            raise CompileError(
                "Oracle draws no sequence in an INSERT of several rows (ORA-02287); execute the "
                "statement with a list of rows"
            )
        if not rows.columns and not filled:
            raise CompileError(
                "Oracle has no INSERT of several rows without a column; execute insert() with a "
                "list of empty dicts"
            )
        texts = []
        for number, row in enumerate(rows.rows):
            cells = [
                self.row_cell(column, cell, number)
                for column, cell in zip(rows.columns, row, strict=True)
            ]
            cells += [self.default_text(c, "default", f"{c.key}_m{number}") for c in filled]
            texts.append(f"SELECT {', '.join(cells)} FROM dual")
        return [*rows.columns, *filled], " UNION ALL ".join(texts)

    def sequence_value(self, sequence: Any) -> str:
        return f"{self.table_name(sequence)}.nextval"

    def visit_outparam(self, node: BindParameter[Any]) -> str:
        """A place for a value that a procedure gives back."""
        return self.parameter(
            node, entry=out_entry(str(node.name), node.type, self.entry(node.type))
        )

    # --- RETURNING --------------------------------------------------------------------------------

    def returning_text(self, parts: DMLParts, named: Sequence[NamedColumn]) -> str:
        """``RETURNING a, b INTO :ret_0, :ret_1``; an out bind in the place of each value."""
        saved = (self.visible, self.qualify_columns)
        self.visible = (parts.table,)
        self.qualify_columns = self.target.returning_qualified
        texts, marks = [], []
        try:
            for number, column in enumerate(named):
                element = column.element
                inner = element.element if isinstance(element, Label) else element
                text = self.process(inner)
                texts.append(in_utc(text) if is_aware(inner.type) else text)
                out = out_bind(column.name, inner.type, self.entry(inner.type))
                source: BindParameter[Any] = BindParameter(out, NULLTYPE, column.name)
                slot = Slot(source, self._free_parameter(f"ret_{number}"), _OUT, column.name)
                marks.append(self._mark(slot))
        finally:
            self.visible, self.qualify_columns = saved
        return f" RETURNING {', '.join(texts)} INTO {', '.join(marks)}"


__all__ = ["OracleRenderer"]
