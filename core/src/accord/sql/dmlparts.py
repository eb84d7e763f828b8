"""What the steps of an INSERT, UPDATE or DELETE amount to: one attribute per clause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .assigning import Assignment, RowsBlock
from .nodes import ClauseElement, ColumnElement, Entity
from .operators import AND_
from .predicates import joined

if TYPE_CHECKING:
    from .aliases import CTE
    from .selectable import FromClause
    from .selectbase import SelectBase

Expr = ColumnElement[Any]


class DMLParts:
    """Clauses all three share."""

    def __init__(self) -> None:
        self.target_node: Entity | FromClause | None = None
        self.returning_columns: tuple[ClauseElement, ...] = ()
        self.sorted_by_parameters = False
        self.prefixes: tuple[tuple[Expr, str], ...] = ()
        self.hints: tuple[tuple[str, str], ...] = ()
        self.added_ctes: tuple[CTE, ...] = ()
        self.nested_ctes: tuple[CTE, ...] = ()
        self.loader_options: tuple[Any, ...] = ()
        self.dialect_settings: dict[str, Any] = {}
        self.returned_defaults: tuple[Expr, ...] | None = None
        self.supplemental: tuple[Expr, ...] = ()
        self.extensions: tuple[ClauseElement, ...] = ()

    def target(self, node: Entity | FromClause) -> None:
        self.target_node = node

    @property
    def table(self) -> Any:
        node = self.target_node
        return node.from_clause if isinstance(node, Entity) else node

    def returning(self, columns: tuple[ClauseElement, ...], sort_by_parameter_order: bool) -> None:
        self.returning_columns += columns
        self.sorted_by_parameters = self.sorted_by_parameters or sort_by_parameter_order

    def return_defaults(self, columns: tuple[Expr, ...], supplemental: tuple[Expr, ...]) -> None:
        self.returned_defaults = (self.returned_defaults or ()) + columns
        self.supplemental += supplemental

    def extend(self, extension: ClauseElement) -> None:
        self.extensions += (extension,)

    def prefix(self, *texts: tuple[Expr, str]) -> None:
        self.prefixes += texts

    def hint(self, text: str, dialect_name: str) -> None:
        self.hints += ((text, dialect_name),)

    def add_ctes(self, *ctes: CTE) -> None:
        self.added_ctes += ctes

    def nest_ctes(self, *ctes: CTE) -> None:
        self.nested_ctes += ctes

    def options(self, *options: Any) -> None:
        self.loader_options += options

    def dialect_options(self, options: tuple[tuple[str, Any], ...]) -> None:
        self.dialect_settings.update(options)


class ValuedParts(DMLParts):
    """Assignments."""

    keeps_order = False

    def __init__(self) -> None:
        super().__init__()
        self.assignments: dict[Any, Assignment] = {}  # by the column's structural key
        self.values_given = False
        self.is_inline = False

    def values(self, assignments: tuple[Assignment, ...]) -> None:
        self.values_given = True
        for column, value in assignments:
            self.assignments[column.cache_key] = (column, value)

    def inline(self) -> None:
        self.is_inline = True


class FilteredParts(DMLParts):
    """WHERE."""

    where_clauses: tuple[Expr, ...] = ()

    def where(self, *criteria: Expr) -> None:
        self.where_clauses += criteria

    @property
    def whereclause(self) -> Expr | None:
        return joined(AND_, self.where_clauses) if self.where_clauses else None


class InsertParts(ValuedParts):
    """The clauses of one INSERT."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: RowsBlock | None = None
        self.query: SelectBase | None = None
        self.query_columns: tuple[Expr, ...] = ()
        self.include_defaults = True
        self.post_values_clauses: tuple[ClauseElement, ...] = ()

    def many(self, rows: RowsBlock) -> None:
        self.values_given = True
        if self.rows is not None and [c.cache_key for c in self.rows.columns] == [
            c.cache_key for c in rows.columns
        ]:
            rows = RowsBlock(rows.columns, (*self.rows.rows, *rows.rows))
        self.rows = rows

    def from_select(
        self, columns: tuple[Expr, ...], query: SelectBase, include_defaults: bool
    ) -> None:
        self.query_columns, self.query, self.include_defaults = columns, query, include_defaults

    def post_values(self, clause: ClauseElement) -> None:
        """What a dialect adds behind the values: ON CONFLICT and the like."""
        self.post_values_clauses += (clause,)


class UpdateParts(ValuedParts, FilteredParts):
    """The clauses of one UPDATE."""

    def ordered_values(self, assignments: tuple[Assignment, ...]) -> None:
        self.keeps_order = True
        self.values(assignments)


class DeleteParts(FilteredParts):
    """The clauses of one DELETE."""

    named_tables: tuple[FromClause, ...] = ()

    def using(self, *tables: FromClause) -> None:
        self.named_tables += tables
