"""INSERT, UPDATE and DELETE as text.

Columns appear in the order of the table. A column without a value gets its default: an SQL
expression is written into the statement, a Python one becomes a parameter listed in
`Compiled.prefetch`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import CompileError
from accord.sql.froms import froms_of, unique, without_hidden
from accord.sql.labels import name_columns
from accord.sql.nodes import BindParameter, ClauseElement, ColumnElement, literal_of
from accord.sql.select import Select

from .select import SelectRenderer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from accord.sql.dml import Assignment, Delete, Insert, RowsBlock, Update
    from accord.sql.dmlparts import DMLParts, InsertParts, UpdateParts
    from accord.sql.selectable import FromClause

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


class DMLRenderer(SelectRenderer):
    """Statements that change data."""

    # --- INSERT -----------------------------------------------------------------------------------

    def visit_insert(self, node: Insert[Any]) -> str:
        parts = node.parts
        self._begin_dml(node, parts)
        saved, self.visible = self.visible, (parts.table,)
        try:
            if parts.query is not None:
                columns, source = self.insert_query(parts)
            elif parts.rows is not None:
                columns, source = self.insert_rows(parts, parts.rows)
            else:
                columns, source = self.insert_row(parts)
            after = self.post_values(parts)
        finally:
            self.visible = saved
        names = f" ({', '.join([self.quote(str(c.name)) for c in columns])})" if columns else ""
        return (
            f"INSERT {self.dml_prefix(parts)}INTO {self.process(parts.table)}{names}"
            f"{self.output_clause(parts)} {source}{after}{self.returning_of(node, parts)}"
        )

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
        given = {column.cache_key for column in rows.columns}
        filled = [
            c for c in parts.table.c if c.cache_key not in given and self.has_default(c, "default")
        ]
        order = self._in_table_order(
            parts.table, [(column, i) for i, column in enumerate(rows.columns)]
        )
        texts = []
        for number, row in enumerate(rows.rows):
            cells = [self.process(row[position]) for _, position in order]
            cells += [
                self.default_text(column, "default", f"{column.key}_m{number}") for column in filled
            ]
            texts.append(f"({', '.join(cells)})")
        return [column for column, _ in order] + filled, f"VALUES {', '.join(texts)}"

    def insert_query(self, parts: InsertParts) -> tuple[list[Expr], str]:
        """INSERT … SELECT; Python and SQL defaults of the other columns are added to the select
        list."""
        query = parts.query
        assert query is not None
        columns = list(parts.query_columns)
        if parts.include_defaults and isinstance(query, Select):
            given = {column.cache_key for column in columns}
            for column in parts.table.c:
                default = getattr(column, "default", None)
                if (
                    column.cache_key in given
                    or default is None
                    or getattr(default, "is_sequence", False)
                ):
                    continue
                if default.is_callable:
                    raise CompileError(
                        f"column {column.name!r} has a Python default that cannot run inside "
                        "INSERT … SELECT; "
                        "select a value for it, or use include_defaults=False"
                    )
                value = (
                    default.arg
                    if default.is_clause_element
                    else literal_of(default.arg, column.type)
                )
                query = query.add_columns(value)
                columns.append(column)
        saved, self.visible, self.outer = (self.visible, self.outer), (), ()
        try:
            if isinstance(query, Select):
                return columns, self.select_text(query, (), labelled=False)
            return columns, self.process(query)
        finally:
            self.visible, self.outer = saved

    def post_values(self, parts: InsertParts) -> str:
        """What follows the values: ON CONFLICT and its relatives."""
        return "".join([f" {self.process(clause)}" for clause in parts.post_values_clauses])

    def output_clause(self, parts: DMLParts) -> str:
        """Where a database returns rows before the values (SQL Server); nothing elsewhere."""
        return ""

    # --- UPDATE -----------------------------------------------------------------------------------

    def visit_update(self, node: Update[Any]) -> str:
        parts = node.parts
        self._begin_dml(node, parts)
        extra = self.extra_froms(
            parts.table, [value for _, value in parts.assignments.values()], parts
        )
        saved, self.visible = self.visible, (parts.table, *extra)
        try:
            assignments = self.set_clause(parts, extra)
            where = (
                "" if parts.whereclause is None else f" WHERE {self.condition(parts.whereclause)}"
            )
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
            f"UPDATE {self.dml_prefix(parts)}{self.process(parts.table)} SET {assignments}"
            f"{self.output_clause(parts)}{froms}{where}{self.returning_of(node, parts)}"
        )

    def set_clause(self, parts: UpdateParts, extra: Sequence[FromClause]) -> str:
        values = self.row_values(parts, "onupdate")
        if not values:
            raise CompileError(f"an UPDATE of {parts.table.name} sets no column; give it values()")
        return ", ".join([f"{self.set_target(column, extra)}={text}" for column, text in values])

    def set_target(self, column: Expr, extra: Sequence[FromClause]) -> str:
        """The left side of an assignment."""
        return self.quote(str(column.name))

    # --- DELETE -----------------------------------------------------------------------------------

    def visit_delete(self, node: Delete[Any]) -> str:
        parts = node.parts
        self._begin_dml(node, parts)
        extra = self.extra_froms(parts.table, [], parts)
        saved, self.visible = self.visible, (parts.table, *extra)
        try:
            where = (
                "" if parts.whereclause is None else f" WHERE {self.condition(parts.whereclause)}"
            )
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
            f"{self.process(parts.table)}{self.output_clause(parts)}"
            f"{using}{where}{self.returning_of(node, parts)}"
        )

    # --- what they share --------------------------------------------------------------------------

    def _begin_dml(self, node: ClauseElement, parts: DMLParts) -> None:
        self.writes = True
        if node is self.root:
            self.table = parts.table
        for cte in parts.added_ctes:
            self.register_cte(cte)

    def dml_prefix(self, parts: DMLParts) -> str:
        """What stands between the verb and the table."""
        hints = [
            hint for hint, dialect in parts.hints if dialect in ("*", self.target.dialect_name)
        ]
        texts = [self.process(prefix) for prefix in self.for_this_dialect(parts.prefixes)]
        return "".join([f"{text} " for text in (*hints, *texts)])

    def extra_froms(
        self, table: FromClause, values: Sequence[Expr], parts: Any
    ) -> list[FromClause]:
        """Tables named in values and conditions besides the one that changes."""
        needed = [f for value in values for f in froms_of(value)]
        needed += [f for clause in parts.where_clauses for f in froms_of(clause)]
        return [f for f in without_hidden(unique(needed)) if f.cache_key != table.cache_key]

    def row_values(self, parts: Any, default_kind: str) -> list[tuple[Expr, str]]:
        """(column, text) for every column that gets a value, defaults included."""
        named = self.named_keys(parts)
        chosen: dict[Any, tuple[Expr, str]] = {}
        if parts.keeps_order:
            self._assign(parts.assignments.values(), chosen, default_kind)
        for column in parts.table.c:
            key = column.cache_key
            if key in parts.assignments:
                self._assign([parts.assignments[key]], chosen, default_kind)
            elif named is None or str(column.key) in named:
                chosen[key] = (column, self.given_value(column))
            elif self.has_default(column, default_kind):
                chosen[key] = (column, self.default_text(column, default_kind, str(column.key)))
        self._assign(parts.assignments.values(), chosen, default_kind)
        return list(chosen.values())

    def _assign(
        self, pairs: Iterable[Assignment], chosen: dict[Any, tuple[Expr, str]], kind: str
    ) -> None:
        for column, value in pairs:
            if column.cache_key not in chosen:
                chosen[column.cache_key] = (
                    column,
                    self.assignment(column, value, wrap=kind == "onupdate"),
                )

    def named_keys(self, parts: Any) -> set[str] | None:
        """Names of the values given at execution; None: any column (a statement shown without
        values)."""
        if self.column_keys is None:
            return set() if parts.values_given else None
        bound = set(self.parameter_names)
        keys = {name for name in self.column_keys if name not in bound}
        known = {str(column.key) for column in parts.table.c}
        unknown = sorted(keys - known)
        if unknown:
            raise CompileError(
                f"Unconsumed column names: {', '.join(unknown)}; {parts.table.name} has "
                f"{', '.join(sorted(known))}"
            )
        return keys

    def assignment(self, column: Expr, value: Expr, *, wrap: bool) -> str:
        """A value as it is assigned."""
        outer, self.sensitive = (
            self.sensitive,
            self.sensitive or bool(getattr(column, "sensitive", False)),
        )
        if type(value) is BindParameter and not self.literal_binds:
            text = self.sent(self.parameter(value, name=str(column.key)), value.type)
        else:
            text = self.wrapped(value) if wrap else self.process(value)
        self.sensitive = outer
        return text

    def given_value(self, column: Any) -> str:
        """A parameter for a value that comes with the execution."""
        label = (
            f"{column.table.name}.{column.name}" if column.table is not None else str(column.name)
        )
        sensitive = bool(getattr(column, "sensitive", False))
        mark = self.given_parameter(str(column.key), column.type, label, sensitive)
        return self.sent(mark, column.type)

    def default_text(self, column: Any, kind: str, name: str) -> str:
        """A column's default: SQL as it is, Python as a parameter to be filled in."""
        default = getattr(column, kind)
        if getattr(default, "is_sequence", False):
            return self.sequence_value(default)
        if default.is_clause_element:
            return self.wrapped(default.arg) if kind == "onupdate" else self.process(default.arg)
        label = f"{column.table.name}.{column.name}"
        sensitive = bool(getattr(column, "sensitive", False))
        mark = self.given_parameter(name, column.type, label, sensitive)
        self.prefetched.append((len(self.slots) - 1, column))
        return self.sent(mark, column.type)

    def has_default(self, column: Any, kind: str) -> bool:
        """Whether a column that gets no value has one of its own to be sent. A sequence is ignored
        where the database has none.
        """
        default = getattr(column, kind, None)
        if default is None:
            return False
        if getattr(default, "is_sequence", False):
            return self.target.uses_sequence(default)
        return bool(default.is_callable or default.is_scalar or default.is_clause_element)

    def sequence_value(self, sequence: Any) -> str:
        """The next value of a sequence inside a statement: the place for NEXT VALUE FOR."""
        if not self.target.supports_sequences:
            raise CompileError(
                f"{self.target.dialect_name} has no sequences, and {sequence.fullname!r} is asked "
                "for its next value; an integer primary key counts without one"
            )
        name = self.table_name(sequence).replace("'", "''")
        return f"nextval('{name}')"

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
