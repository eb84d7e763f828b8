"""What each column of a row gets in an INSERT or UPDATE: a value, SQL, or the column's default.

In: the assignments of a statement, and the names of values that come at execution. Out: (column,
text) pairs in the order of the table. A column without a value gets its default: an SQL expression
is written into the statement, a Python one becomes a parameter listed in `Compiled.prefetch`.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from accord.exc import CompileError
from accord.sql.assigning import refuse_names
from accord.sql.nodes import BindParameter, ClauseElement, ColumnElement, literal_of

from .select import SelectRenderer

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence

    from accord.sql.assigning import Assignment, DMLTargetCopy

Expr = ColumnElement[Any]


class ColumnDefaultValue(ColumnElement[Any]):
    """The default of a column in the select list of an INSERT … SELECT; made while rendering."""

    __slots__ = ("column",)

    visit_name = "column_default_value"
    name: str | None = None

    def __init__(self, column: Any) -> None:
        self.column = column
        self.type = column.type
        self._compose()

    def shape(self) -> tuple[Hashable, ...]:
        return (self.column.cache_key,)


class RowInWriting:
    """The row whose values are being written, for `from_dml_column`: what the statement assigns,
    the names of values that come at execution, and what the names of its defaults end with.
    """

    __slots__ = ("assigned", "given", "kind", "opened", "suffix")

    def __init__(
        self, pairs: Iterable[Assignment], suffix: str, kind: str, given: Collection[str]
    ) -> None:
        self.assigned = {column.cache_key: value for column, value in pairs}
        self.suffix = suffix
        self.kind = kind
        self.given = given
        self.opened: list[Any] = []  # columns whose values are being written just now


class AssignmentRenderer(SelectRenderer):
    """Rows of values."""

    def _begin(
        self, root: ClauseElement | None, binds: Sequence[BindParameter[Any]], literal: bool
    ) -> None:
        super()._begin(root, binds, literal)
        self.row: RowInWriting | None = None
        self.inserted_columns: Sequence[Expr] = ()

    def row_values(self, parts: Any, default_kind: str) -> list[tuple[Expr, str]]:
        """(column, text) for every column that gets a value, defaults included."""
        named = self.named_keys(parts)
        given = named or ()  # what comes at execution wins over what the statement says
        fixed = {
            key: pair
            for key, pair in parts.assignments.items()
            if not given or str(pair[0].key) not in given
        }
        chosen: dict[Any, tuple[Expr, str]] = {}
        with self.assigning(fixed.values(), kind=default_kind, given=given):
            if parts.keeps_order:
                self._assign(fixed.values(), chosen, default_kind)
            for column in parts.table.c:
                key = column.cache_key
                if key in fixed:
                    self._assign([fixed[key]], chosen, default_kind)
                elif not column.omitted if named is None else str(column.key) in named:
                    chosen[key] = (column, self.given_value(column))
                elif self.has_default(column, default_kind):
                    chosen[key] = (column, self.default_text(column, default_kind, str(column.key)))
            self._assign(fixed.values(), chosen, default_kind)
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

    @contextmanager
    def assigning(
        self,
        pairs: Iterable[Assignment],
        suffix: str = "",
        kind: str = "default",
        given: Collection[str] = (),
    ) -> Iterator[None]:
        """While this lasts, `from_dml_column` knows what the columns of the row get."""
        saved, self.row = self.row, RowInWriting(pairs, suffix, kind, given)
        try:
            yield
        finally:
            self.row = saved

    def visit_dml_target_copy(self, node: DMLTargetCopy) -> str:
        row, column = self.row, node.column
        if row is None:
            raise CompileError("from_dml_column() belongs into values() of an INSERT or UPDATE")
        value = row.assigned.get(column.cache_key)
        if column.cache_key in row.opened:
            return self._own_value(column, row)
        if value is not None:
            return self.cell(column, value, wrap=True)
        if str(column.key) in row.given:
            return self.given_value(column)
        if self.has_default(column, row.kind):
            return self.default_text(column, row.kind, f"{column.key}{row.suffix}")
        return self._own_value(column, row)

    def _own_value(self, column: Expr, row: RowInWriting) -> str:
        if row.kind == "onupdate":
            return self.process(column)
        raise CompileError(
            f"from_dml_column(): {column.name!r} gets no value in this INSERT; add it to values()"
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
            refuse_names(unknown, parts.table)
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
            text = self.cell(column, value, wrap=wrap)
        self.sensitive = outer
        return text

    def cell(self, column: Expr, value: Expr, *, wrap: bool = False) -> str:
        """The value of one column of one row; SQL in it may ask for the values of others."""
        row = self.row
        if row is None or type(value) is BindParameter:
            return self.wrapped(value) if wrap else self.process(value)
        row.opened.append(column.cache_key)
        try:
            return self.wrapped(value) if wrap else self.process(value)
        finally:
            row.opened.pop()

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

    def visit_column_default_value(self, node: ColumnDefaultValue) -> str:
        default = node.column.default
        if default.is_scalar:
            return self.visit_bindparam(literal_of(default.arg, node.type))
        return self.default_text(node.column, "default", str(node.column.key))
