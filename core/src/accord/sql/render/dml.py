"""INSERT, UPDATE and DELETE as text.

In: the parts of a statement. Out: its text. What a column of a row gets is the business of
`assignments`; where a database has other clauses, its renderer overrides the method of the clause.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import CompileError
from accord.sql.assigning import DefaultCell, refuse_names
from accord.sql.froms import froms_of, unique, without_hidden
from accord.sql.joins import Join
from accord.sql.labels import name_columns
from accord.sql.nodes import ClauseElement, ColumnElement
from accord.sql.select import Select
from accord.sql.selectable import ColumnClause, FromClause

from .assignments import AssignmentRenderer, ColumnDefaultValue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.sql.assigning import RowsBlock
    from accord.sql.dml import Delete, Insert, Update
    from accord.sql.dmlparts import DeleteParts, DMLParts, InsertParts, UpdateParts

Expr = ColumnElement[Any]

_WAY_OUT = {
    "insert": "the key of a new row is in result.inserted_primary_key, select other values by it",
    "update": "select the rows after it",
    "delete": "select the rows before it",
}


def no_returning(database: str, kind: str, reason: str = "") -> str:
    """The message for a RETURNING the database does not have, and what to do instead."""
    because = f" ({reason})" if reason else ""
    return f"{database} has no {kind.upper()} … RETURNING{because}; {_WAY_OUT[kind]}"


class DMLRenderer(AssignmentRenderer):
    """Statements that change data."""

    # --- INSERT -----------------------------------------------------------------------------------

    def visit_insert(self, node: Insert[Any]) -> str:
        parts = node.parts
        self._begin_dml(node, parts)
        saved, self.visible = self.visible, (parts.table,)
        try:
            columns, source = self.insert_source(parts)
            self._refuse_foreign(parts, columns)
            self.inserted_columns = columns
            after = self.post_values(parts)
        finally:
            self.visible = saved
        names = f" ({', '.join([self.quote(str(c.name)) for c in columns])})" if columns else ""
        return (
            f"INSERT {self.dml_prefix(parts)}INTO {self.written_table(parts)}{names}"
            f"{self.output_clause(parts)} {source}{after}{self.returning_of(node, parts)}"
        )

    def _refuse_foreign(self, parts: InsertParts, columns: Sequence[Expr]) -> None:
        own = {column.cache_key for column in parts.table.c}
        foreign = [str(column.name) for column in columns if column.cache_key not in own]
        if own and foreign:
            refuse_names(foreign, parts.table)

    def insert_source(self, parts: InsertParts) -> tuple[list[Expr], str]:
        """The columns an INSERT writes, and the VALUES or SELECT they come from."""
        if parts.query is not None:
            return self.insert_query(parts)
        if parts.rows is not None:
            return self.insert_rows(parts, parts.rows)
        return self.insert_row(parts)

    def insert_row(self, parts: InsertParts) -> tuple[list[Expr], str]:
        """The columns and the VALUES of one row; without any, the database's own way to say so."""
        values = self.row_values(parts, "default")
        if not values:
            return [], self.target.default_values
        return [
            column for column, _ in values
        ], f"VALUES ({', '.join([text for _, text in values])})"

    def insert_rows(self, parts: InsertParts, rows: RowsBlock) -> tuple[list[Expr], str]:
        """Several rows in one VALUES."""
        if not self.target.supports_multi_values:
            raise CompileError(
                f"{self.target.dialect_name} takes one row per INSERT; execute the statement "
                "with a list of rows"
            )
        self._refuse_given(parts)
        given = {column.cache_key for column in rows.columns}
        filled = [
            c for c in parts.table.c if c.cache_key not in given and self.has_default(c, "default")
        ]
        order = self._in_table_order(
            parts.table, [(column, i) for i, column in enumerate(rows.columns)]
        )
        columns = [column for column, _ in order] + filled
        if not columns:
            return self.default_rows(parts, len(rows.rows))
        texts = []
        for number, row in enumerate(rows.rows):
            with self.assigning(zip(rows.columns, row, strict=True), f"_m{number}"):
                cells = [
                    self.row_cell(column, row[position], number) for column, position in order
                ]
                cells += [
                    self.default_text(column, "default", f"{column.key}_m{number}")
                    for column in filled
                ]
            texts.append(f"({', '.join(cells)})")
        return columns, f"VALUES {', '.join(texts)}"

    def row_cell(self, column: Any, value: Expr, number: int) -> str:
        """What row `number` has for a column: a value, or the default if it says nothing of it."""
        if type(value) is not DefaultCell:
            return self.cell(column, value)
        if self.has_default(column, "default"):
            return self.default_text(column, "default", f"{column.key}_m{number}")
        if self.target.supports_default_keyword:
            return "DEFAULT"
        raise CompileError(
            f"row {number + 1} of values() has no value for {column.key!r}, whose default "
            f"{self.target.dialect_name} makes itself: give every row a value, or none"
        )

    def default_rows(self, parts: InsertParts, count: int) -> tuple[list[Expr], str]:
        """Several rows of nothing but defaults: a column that is told so, once a row."""
        columns = [c for c in parts.table.c if c is not getattr(c.table, "autoincrement_column", c)]
        columns = columns or list(parts.table.c)
        if not self.target.supports_default_keyword or not columns:
            raise CompileError(
                f"{self.target.dialect_name} has no INSERT of several rows without a column; "
                "execute insert() with a list of empty dicts"
            )
        return columns[:1], f"VALUES {', '.join(['(DEFAULT)'] * count)}"

    def insert_query(self, parts: InsertParts) -> tuple[list[Expr], str]:
        """INSERT … SELECT; Python and SQL defaults of the other columns are added to the select
        list."""
        query = parts.query
        assert query is not None
        self._refuse_given(parts)
        columns = list(parts.query_columns)
        given = {column.cache_key for column in columns}
        filled = [
            c
            for c in parts.table.c
            if parts.include_defaults
            and c.cache_key not in given
            and self.has_default(c, "default")
        ]
        if isinstance(query, Select):
            query = query.add_columns(*[ColumnDefaultValue(c) for c in filled]) if filled else query
        elif filled:
            raise CompileError(
                f"the defaults of {', '.join([c.name for c in filled])} cannot be added to a set "
                "operation; give from_select() a select() of its subquery(), or "
                "include_defaults=False"
            )
        columns += filled
        saved, self.visible, self.outer = (self.visible, self.outer), (), ()
        try:
            if isinstance(query, Select):
                return columns, self.select_text(query, (), labelled=False)
            return columns, self.process(query)
        finally:
            self.visible, self.outer = saved

    def _refuse_given(self, parts: InsertParts) -> None:
        """Values of columns can be given at execution for a single row only."""
        if self.column_keys and (names := sorted(self.named_keys(parts) or ())):
            raise CompileError(
                f"{', '.join(names)}: an INSERT of a SELECT or of several rows takes no values of "
                "columns at execution; put them into values() or the select()"
            )

    def post_values(self, parts: InsertParts) -> str:
        """What follows the values: ON CONFLICT and its relatives."""
        return "".join([f" {self.process(clause)}" for clause in parts.post_values_clauses])

    def visit_upsert_rule(self, node: Any) -> str:
        """The rule of `upsert()`: in the words of ON CONFLICT, where nothing else is said."""
        node.refuse_unknown(self.target.dialect_name, deferrable=False)
        return self.process(node.resolved(self.inserted_columns))

    def output_clause(self, parts: DMLParts) -> str:
        """Where a database returns rows before the values (SQL Server); nothing elsewhere."""
        return ""

    # --- UPDATE -----------------------------------------------------------------------------------

    def visit_update(self, node: Update[Any]) -> str:
        parts = node.parts
        self._begin_dml(node, parts)
        self._refuse_other_tables(parts)
        if isinstance(parts.table, Join) and not self.target.update_several:
            raise CompileError(
                f"{self.target.dialect_name} has no UPDATE of a join; update one table, and name "
                "the others in where()"
            )
        written = [column for column, _ in parts.assignments.values()]
        values = [value for _, value in parts.assignments.values()]
        extra = self.extra_froms(parts.table, [*values, *written], parts)
        saved, self.visible = self.visible, (parts.table, *extra)
        try:
            assignments = self.set_clause(parts, extra)
            where = self._where(parts)
            return self.update_text(node, parts, assignments, extra, where)
        finally:
            self.visible = saved

    def update_text(
        self,
        node: Update[Any],
        parts: UpdateParts,
        assignments: str,
        extra: Sequence[FromClause],
        where: str,
    ) -> str:
        """The clauses of an UPDATE put together."""
        froms = ""
        if extra:
            if not self.target.update_from:
                raise CompileError(
                    f"{self.target.dialect_name} has no UPDATE … FROM; use a correlated "
                    "subquery in values() "
                    "and where()"
                )
            froms = f" FROM {', '.join([self.process(element) for element in extra])}"
        return (
            f"UPDATE {self.dml_prefix(parts)}{self.written_table(parts)} SET {assignments}"
            f"{self.output_clause(parts)}{froms}{where}{self.returning_of(node, parts)}"
        )

    def set_clause(self, parts: UpdateParts, extra: Sequence[FromClause]) -> str:
        values = self.row_values(parts, "onupdate")
        if not values:
            raise CompileError(f"an UPDATE of {parts.table.name} sets no column; give it values()")
        return ", ".join([f"{self.set_target(column, extra)}={text}" for column, text in values])

    def _refuse_other_tables(self, parts: UpdateParts) -> None:
        others = {
            str(column.table.name): None
            for column, _ in parts.assignments.values()
            if isinstance(column, ColumnClause)
            and column.table is not None
            and all(column.table.cache_key != part.cache_key for part in parts.table.hidden)
        }
        if others and not self.target.update_several:
            raise CompileError(
                f"{self.target.dialect_name} sets columns of one table in an UPDATE, here of "
                f"{parts.table.name}; write one UPDATE each for {', '.join(others)}"
            )

    def set_target(self, column: Expr, extra: Sequence[FromClause]) -> str:
        """The left side of an assignment."""
        return self.quote(str(column.name))

    # --- DELETE -----------------------------------------------------------------------------------

    def visit_delete(self, node: Delete[Any]) -> str:
        parts = node.parts
        self._begin_dml(node, parts)
        extra = self.extra_froms(parts.table, parts.named_tables, parts)
        saved, self.visible = self.visible, (parts.table, *extra)
        try:
            where = self._where(parts)
            return self.delete_text(node, parts, extra, where)
        finally:
            self.visible = saved

    def delete_text(
        self, node: Delete[Any], parts: DMLParts, extra: Sequence[FromClause], where: str
    ) -> str:
        """The clauses of a DELETE put together."""
        using = ""
        if extra:
            if not self.target.delete_using:
                raise CompileError(
                    f"{self.target.dialect_name} has no DELETE … USING; use exists() or in_() "
                    "in where()"
                )
            using = f" USING {', '.join([self.process(element) for element in extra])}"
        return (
            f"DELETE {self.dml_prefix(parts)}FROM "
            f"{self.written_table(parts)}{self.output_clause(parts)}"
            f"{using}{where}{self.returning_of(node, parts)}"
        )

    # --- what they share --------------------------------------------------------------------------

    def _begin_dml(self, node: ClauseElement, parts: DMLParts) -> None:
        self.writes = True
        if node is self.root:
            self.table = parts.table
        self.register_ctes_of(parts)

    def visit_dml_limit(self, node: Any) -> str:
        raise CompileError(
            f"{self.target.dialect_name} has no LIMIT in UPDATE and DELETE; name the rows with "
            "where(table.c.id.in_(select(table.c.id).limit(n)))"
        )

    def _where(self, parts: UpdateParts | DeleteParts) -> str:
        """WHERE, and the clauses a dialect has behind it."""
        where = parts.whereclause
        text = "" if where is None else f" WHERE {self.condition(where)}"
        return text + "".join([f" {self.process(clause)}" for clause in parts.extensions])

    def dml_prefix(self, parts: DMLParts) -> str:
        """What stands between the verb and the table."""
        texts = [self.process(prefix) for prefix in self.for_this_dialect(parts.prefixes)]
        return "".join([f"{text} " for text in texts])

    def dml_hints(self, parts: DMLParts) -> list[str]:
        """The hints of this dialect."""
        return [hint for hint, dialect in parts.hints if dialect in ("*", self.target.dialect_name)]

    def written_table(self, parts: DMLParts) -> str:
        """The table that is written, with the hints behind it."""
        return " ".join([self.process(parts.table), *self.dml_hints(parts)])

    def extra_froms(
        self, table: FromClause, values: Sequence[ClauseElement], parts: Any
    ) -> list[FromClause]:
        """Tables named in values and conditions besides the one that changes."""
        needed: list[FromClause] = []
        for value in values:
            needed += [value] if isinstance(value, FromClause) else froms_of(value)
        needed += [f for clause in parts.where_clauses for f in froms_of(clause)]
        own = {part.cache_key for part in table.hidden}
        return [f for f in without_hidden(unique(needed)) if f.cache_key not in own]

    def _in_table_order(
        self, table: Any, pairs: Sequence[tuple[Expr, Any]]
    ) -> list[tuple[Expr, Any]]:
        order = {column.cache_key: position for position, column in enumerate(table.c)}
        return sorted(pairs, key=lambda pair: order.get(pair[0].cache_key, len(order)))

    # --- RETURNING --------------------------------------------------------------------------------

    def returning_of(self, node: ClauseElement, parts: DMLParts) -> str:
        """The RETURNING clause of a statement, and its result columns."""
        if not parts.returning_columns:
            return ""
        kind = node.visit_name
        if not getattr(self.target, f"{kind}_returning"):
            raise CompileError(no_returning(self.target.dialect_name, kind))
        named = name_columns(parts.returning_columns)
        if node is not self.root:
            return self.returning_text(parts, named)
        self.set_result_columns(named)
        self.fetching = True
        try:
            return self.returning_text(parts, named)
        finally:
            self.fetching = False

    def returning_text(self, parts: DMLParts, named: Sequence[Any]) -> str:
        saved = (self.visible, self.qualify_columns)
        self.visible = (parts.table,)
        self.qualify_columns = self.target.returning_qualified
        try:
            return " RETURNING " + ", ".join([self.selected(column, False) for column in named])
        finally:
            self.visible, self.qualify_columns = saved
