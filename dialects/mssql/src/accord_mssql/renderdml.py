"""INSERT, UPDATE, DELETE and MERGE in Transact-SQL.

Rows come back through OUTPUT, which stands before the values; tables beside the target stand in a
second FROM; an INSERT that says what to do on a conflict is a MERGE. In: nodes of accord.sql. Out:
text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.dialect.on_conflict import OnConflict
from accord.dialect.upsert import UpsertRule
from accord.exc import CompileError
from accord.schema import Table
from accord.schema.constraints import expression_columns
from accord.sql.dmlparts import InsertParts, UpdateParts
from accord.sql.labels import name_columns
from accord.sql.nodes import ColumnElement

from .identity import identity_column
from .render import TransactRenderer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.sql.dml import Delete, Insert, Update
    from accord.sql.dmlparts import DMLParts
    from accord.sql.nodes import ClauseElement
    from accord.sql.selectable import FromClause

Expr = ColumnElement[Any]
EXCLUDED = "excluded"


class MSSQLRenderer(TransactRenderer):
    """The SQL of SQL Server 2017 and later."""

    def _begin(self, root: ClauseElement | None, binds: Sequence[Any], literal: bool) -> None:
        super()._begin(root, binds, literal)
        self.output_table: tuple[Any, str] | None = None
        self.identity_table = ""

    def statement_text(self, statement: ClauseElement) -> str:
        text = super().statement_text(statement)
        if not self.identity_table:
            return text
        setting = f"SET IDENTITY_INSERT {self.identity_table}"
        return f"{setting} ON; {text.rstrip(';')}; {setting} OFF"

    # --- OUTPUT -----------------------------------------------------------------------------------

    def output_clause(self, parts: DMLParts) -> str:
        """``OUTPUT inserted.id, …``; the result columns are named by `returning_of`."""
        if not parts.returning_columns:
            return ""
        pseudo = "inserted" if isinstance(parts, InsertParts | UpdateParts) else "deleted"
        saved = (self.visible, self.output_table, self.qualify_columns)
        self.visible = (parts.table,)
        self.output_table = (parts.table.cache_key, pseudo)
        self.qualify_columns = True
        try:
            named = name_columns(parts.returning_columns)
            return " OUTPUT " + ", ".join([self.selected(column, False) for column in named])
        finally:
            self.visible, self.output_table, self.qualify_columns = saved

    def qualifier(self, table: FromClause) -> str:
        if self.output_table is not None and table.cache_key == self.output_table[0]:
            return self.output_table[1]
        return super().qualifier(table)

    def returning_text(self, parts: DMLParts, named: Sequence[Any]) -> str:
        return ""  # OUTPUT has been written before the values

    # --- INSERT -----------------------------------------------------------------------------------

    def visit_insert(self, node: Insert[Any]) -> str:
        parts = node.parts
        if not parts.post_values_clauses:
            return super().visit_insert(node)
        clause = parts.post_values_clauses[0]
        if not isinstance(clause, OnConflict | UpsertRule) or len(parts.post_values_clauses) > 1:
            raise CompileError("an INSERT on SQL Server takes one on_conflict_… clause")
        return self._merge(node, parts, clause)

    def insert_row(self, parts: InsertParts) -> tuple[list[Expr], str]:
        columns, source = super().insert_row(parts)
        return self._noted(parts, columns), source

    def insert_rows(self, parts: InsertParts, rows: Any) -> tuple[list[Expr], str]:
        columns, source = super().insert_rows(parts, rows)
        return self._noted(parts, columns), source

    def default_rows(self, parts: InsertParts, count: int) -> tuple[list[Expr], str]:
        columns, source = super().default_rows(parts, count)
        if identity_column(parts.table) is columns[0]:
            raise CompileError(
                f"{parts.table.name} has nothing but its IDENTITY column, which takes no DEFAULT "
                "on SQL Server; execute insert() with a list of empty dicts"
            )
        return columns, source

    def insert_query(self, parts: InsertParts) -> tuple[list[Expr], str]:
        self.keeps_order = True  # the order in which an identity column counts
        try:
            columns, source = super().insert_query(parts)
        finally:
            self.keeps_order = False
        return self._noted(parts, columns), source

    def _noted(self, parts: InsertParts, columns: list[Expr]) -> list[Expr]:
        """Remember that the identity column is given a value."""
        table = parts.table
        counted = identity_column(table) if isinstance(table, Table) else None
        if counted is not None and counted.cache_key in [column.cache_key for column in columns]:
            self.identity_table = self.table_name(table)
        return columns

    # --- MERGE ------------------------------------------------------------------------------------

    def _merge(self, node: Insert[Any], parts: InsertParts, rule: OnConflict | UpsertRule) -> str:
        self._begin_dml(node, parts)
        saved, self.visible = self.visible, (parts.table,)
        try:
            columns, source = self.insert_source(parts)
            if not columns:
                raise CompileError("an INSERT with on_conflict_… needs values")
            if isinstance(rule, UpsertRule):
                rule.refuse_unknown(self.target.dialect_name)
            clause = rule.resolved(columns)
            names = [self.quote(str(column.name)) for column in columns]
            matched = self._matched(clause)
            condition = self._conflict(parts, clause, set(names))
        finally:
            self.visible = saved
        target = self.process(parts.table)
        inserted = ", ".join([f"{EXCLUDED}.{name}" for name in names])
        listed = ", ".join(names)
        return (
            f"MERGE INTO {target} WITH (HOLDLOCK) USING ({source}) AS {EXCLUDED} ({listed}) "
            f"ON ({condition}){matched} "
            f"WHEN NOT MATCHED THEN INSERT ({listed}) VALUES ({inserted})"
            f"{self.output_clause(parts)}{self.returning_of(node, parts)};"
        )

    def _matched(self, clause: OnConflict) -> str:
        if clause.set_columns is None:
            return ""
        where = "" if clause.where is None else f" AND {self.condition(clause.where)}"
        sets = ", ".join(
            f"{self.quote(str(column.name))} = {self.wrapped(value)}"
            for column, value in zip(clause.set_columns, clause.set_values, strict=True)
        )
        return f" WHEN MATCHED{where} THEN UPDATE SET {sets}"

    def _conflict(self, parts: InsertParts, clause: OnConflict, given: set[str]) -> str:
        """The ON of the MERGE: the columns that make two rows the same."""
        columns: Sequence[Any] = clause.targets
        if clause.constraint is not None:
            columns = _columns_of(parts.table, clause.constraint)
        elif not columns:
            columns = list(getattr(parts.table, "primary_key", ()))
        if not columns:
            raise CompileError(
                "on_conflict_… on SQL Server becomes a MERGE and needs to know what conflicts: "
                'give it index_elements=["column", …]'
            )
        target = self.qualifier(parts.table)
        names = [self.quote(str(column.name)) for column in columns]
        same = [f"{target}.{name} = {EXCLUDED}.{name}" for name in names]
        if clause.condition is not None:
            same.append(f"({self.condition(clause.condition)})")
            same.append(f"({self._of_excluded(parts, clause.condition, given)})")
        return " AND ".join(same)

    def _of_excluded(self, parts: InsertParts, condition: Expr, given: set[str]) -> str:
        """The condition of a partial index, about the new row: one that is not in the index meets
        nothing there.
        """
        needed = {self.quote(str(column.name)) for column in expression_columns(condition)}
        if missing := sorted(needed - given):
            raise CompileError(
                f"index_where= speaks of {', '.join(missing)}, which the INSERT gives no value; on "
                "SQL Server it has to, to tell whether the new row belongs to the index"
            )
        saved = (self.output_table, self.qualify_columns)
        self.output_table, self.qualify_columns = (parts.table.cache_key, EXCLUDED), True
        try:
            return self.condition(condition)
        finally:
            self.output_table, self.qualify_columns = saved

    # --- UPDATE and DELETE ------------------------------------------------------------------------

    def update_text(
        self,
        node: Update[Any],
        parts: UpdateParts,
        assignments: str,
        extra: Sequence[FromClause],
        where: str,
    ) -> str:
        target = self.process(parts.table)
        return (
            f"UPDATE {self.dml_prefix(parts)}{self.written_table(parts)} SET {assignments}"
            f"{self.output_clause(parts)}{self._second_from(target, extra)}{where}"
            f"{self.returning_of(node, parts)}"
        )

    def delete_text(
        self, node: Delete[Any], parts: DMLParts, extra: Sequence[FromClause], where: str
    ) -> str:
        target = self.process(parts.table)
        return (
            f"DELETE {self.dml_prefix(parts)}FROM {self.written_table(parts)}"
            f"{self.output_clause(parts)}"
            f"{self._second_from(target, extra)}{where}{self.returning_of(node, parts)}"
        )

    def _second_from(self, target: str, extra: Sequence[FromClause]) -> str:
        if not extra:
            return ""
        return f" FROM {', '.join([target, *[self.process(element) for element in extra]])}"


def _columns_of(table: Any, name: str) -> list[Any]:
    candidates = [*getattr(table, "constraints", ()), *getattr(table, "indexes", ())]
    for candidate in candidates:
        if getattr(candidate, "name", None) == name:
            return list(candidate.columns)
    raise CompileError(
        f"table {table.name!r} has no constraint and no index {name!r}; on SQL Server "
        "on_conflict_… needs its columns: give it index_elements="
    )
